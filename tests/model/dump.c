/* SPDX-License-Identifier: BSD-3-Clause */
/* The state of a fabric as text, a line for each thing. */
#include <inttypes.h>

#include "fabric/apply/override.h"
#include "fabric/neigh/neigh_impl.h"
#include "fabric/runtime/egress_link.h"
#include "fabric/runtime/lag_rt.h"
#include "lib/acl_text.h"
#include "lib/mac.h"
#include "lib/mactab.h"
#include "lib/neightab6.h"
#include "tests/model/model.h"
#include "tests/model/world.h"

/* Lines that stand in no order of their own. */
static char **line;
static unsigned int nlines, room;

static void add_line(const char *fmt, ...)
	__attribute__((format(printf, 1, 2)));
static void
add_line(const char *fmt, ...)
{
	va_list args;

	if (nlines == room) {
		room = 2 * room + 1024;
		line = reallocarray(line, room, sizeof(line[0]));
		MODEL_MUST(line != NULL);
	}
	va_start(args, fmt);
	MODEL_MUST(vasprintf(&line[nlines++], fmt, args) >= 0);
	va_end(args);
}

static int
by_text(const void *a, const void *b)
{
	return strcmp(*(char *const *)a, *(char *const *)b);
}

static void
print_lines(FILE *out)
{
	if (nlines > 0)
		qsort(line, nlines, sizeof(line[0]), by_text);
	for (unsigned int i = 0; i < nlines; i++) {
		fprintf(out, "%s\n", line[i]);
		free(line[i]);
	}
	nlines = 0;
}

static const char *
port_name(const struct fabric *f, unsigned int id)
{
	return id < PORTS_MAX && f->port[id] != NULL ? f->port[id]->name : "-";
}

static void
print_hex(FILE *out, const char *what, const void *p, size_t n)
{
	const uint8_t *octet = p;

	fprintf(out, " %s ", what);
	for (size_t i = 0; i < n; i++)
		fprintf(out, "%02x", octet[i]);
}

static void
print_acl(FILE *out, const char *what, const struct port_rules *r,
	  const struct port_acl *acl)
{
	char text[ACL_TEXT_SIZE];

	MODEL_MUST((r->acl == NULL) == (acl->acl == NULL));
	if (r->acl == NULL)
		return;
	MODEL_MUST(acl->acl == r->acl->compiled && acl->hits == r->hits->n &&
		   acl->stride == r->hits->stride);
	fprintf(out, "  acl %s %s:", what, r->acl->name);
	for (unsigned int i = 0; i < r->acl->n; i++)
		fprintf(out, " %s;", acl_rule_format(&r->acl->rule[i], text));
	fputc('\n', out);
}

static void
print_checks(FILE *out, const struct port *p)
{
	for (enum drop why = DROP_NONE + 1; why < DROP_N; why++)
		fprintf(out, "%d",
			drop_set_has(&p->checks, why) +
				2 * drop_set_has(&p->logs, why) +
				4 * drop_set_has(&p->trips, why));
}

static void
print_meters(FILE *out, const struct port *p)
{
	uint64_t rate, burst;

	for (unsigned int i = 0; i < METERS; i++) {
		meter_get(&p->shared->meter[i], &rate, &burst);
		fprintf(out, " %" PRIu64 "/%" PRIu64, rate, burst);
	}
	meter_get(&p->shared->lla_looks, &rate, &burst);
	fprintf(out, " lla %" PRIu64 "/%" PRIu64 " per_packet %x\n", rate,
		burst, p->per_packet);
}

/* The first port of the group, so that the number of the group does not matter. */
static unsigned int
first_of_group(const struct fabric *f, const struct port *p)
{
	for (unsigned int i = 0; p->isolate != 0 && i < f->config->nports; i++)
		if (f->view->port[runtime_port(f, f->config->port[i].id)->id]
			    ->isolate == p->isolate)
			return i + 1;
	return 0;
}

/* A link in a slot, by what it is and not by where it is: slots have a history. */
static void
check_link(const struct fabric *f, const struct port *p, unsigned int slot)
{
	const struct device_rt *rt = egress_device_at(f, &p->egress, slot);
	const struct device *d;

	if (rt == NULL)
		return;
	d = f->view->device[rt->id];
	MODEL_MUST(!(rt->flags & RT_RETIRED) && d != NULL);
	MODEL_MUST(d->rx == rt->dev.rx && d->tx == rt->dev.tx &&
		   d->arg == rt->dev.arg && d->lag == p->egress.lag);
	MODEL_MUST(d->lag == NULL ||
		   (d->slot == slot && p->egress.link[slot] == rt->id));
}

static void
print_links(const struct fabric *f, const struct port *p,
	    const struct config_port *carrier, FILE *out)
{
	const struct lag_rt *l = lag_of(&p->egress);
	unsigned int usable = 0;

	for (unsigned int k = 0; k < carrier->device.n; k++) {
		const struct device_rt *rt = egress_find_device(
			f, &p->egress, carrier->device.value[k]);

		MODEL_MUST(rt != NULL);
		fprintf(out, " on %s closed %d link %d", rt->spec, rt->closed,
			rt->link);
		usable += f->link[rt->id];
	}
	if (l == NULL)
		return;
	fprintf(out, " lacp %d least %u", l->lacp, l->min_links);
	MODEL_MUST(l->nin_use == (l->lacp ? 0 : usable));
}

static void
print_egress(const struct fabric *f, const struct config_port *c,
	     const struct port *p, FILE *out)
{
	const struct device *d = view_egress(f->view, p);
	const struct egress *rt = &runtime_live_port(f, p->id)->egress;

	MODEL_MUST(rt->device == p->egress.device && rt->tag == p->egress.tag &&
		   rt->lag == p->egress.lag &&
		   memcmp(rt->link, p->egress.link, sizeof(rt->link)) == 0);
	for (unsigned int i = 0; i < LAG_LINKS_MAX; i++)
		check_link(f, p, i);
	print_links(f, p, runtime_carrier(f->config, c), out);
	fprintf(out, " tag %u of %s", p->egress.tag,
		port_name(f, d->owner->id));
	for (unsigned int tag = 0; d->tagged != NULL && tag < 4096; tag++)
		if (d->tagged[tag] != NULL)
			fprintf(out, " %u=%s", tag,
				port_name(f, d->tagged[tag]->id));
	fputc('\n', out);
}

static void
print_port(const struct fabric *f, const char *name, FILE *out)
{
	const struct port_rt *rt = runtime_port(f, name);
	const struct port *p = f->view->port[rt->id];

	MODEL_MUST(p != NULL && p->id == rt->id && p->shared == rt->shared);
	fprintf(out, "port %s flags %x group %u most %u own %" PRIx64 " lan %s",
		name, p->flags, first_of_group(f, p), p->max_payload,
		p->own_mac, p->lan != NULL ? f->lan[p->lan->id]->name : "-");
	MODEL_MUST(rt->lan == (p->lan != NULL ? p->lan->id : CONFIG_LANS_MAX));
	print_egress(f, config_port(f->config, name), p, out);
	fprintf(out, "  limit %u sticky %d moves %d checks ", rt->limit,
		rt->sticky, rt->moves);
	print_checks(out, p);
	print_meters(out, p);
	fprintf(out, " ");
	for (unsigned int i = 0; i < p->nmacs; i++)
		fprintf(out, " mac %" PRIx64, p->mac[i]);
	print_hex(out, "prefilter", &p->prefilter, sizeof(p->prefilter));
	print_hex(out, "watched", &p->watched, sizeof(p->watched));
	fputc('\n', out);
	print_acl(out, "in", &rt->rules[0], &p->in);
	print_acl(out, "out", &rt->rules[1], &p->out);
}

static bool
add_mac(void *arg, const struct mactab_entry *e)
{
	const struct fabric *f = arg;

	if (e->flags & MACTAB_STATIC)
		add_line("  static %" PRIx64 " %s", e->mac,
			 port_name(f, e->port));
	return true;
}

/* The owners that the configuration says. */
static void
add_owners(const struct fabric *f, const struct net_rt *n)
{
	for (uint32_t slot = 0; slot < n->neightab->n; slot++) {
		uint64_t owner = neightab_get_owner(n->neightab, slot);
		char text[PREFIX_TEXT_SIZE];
		struct ipaddr ip;

		if (!(owner & NEIGHTAB_STRICT))
			continue;
		neigh_address(n, slot, &ip);
		add_line("  owner %s %s", ipaddr_format(&ip, text),
			 port_name(f, neightab_owner_port(owner)));
	}
}

static void
add_nets(const struct fabric *f, const struct lan_rt *l)
{
	for (const struct net_rt *n = l->nets; n != NULL; n = n->next) {
		add_line("  net six %d %x/%x own %x slots %u targets %u "
			 "sponge %d",
			 n->six, n->net, n->mask, n->own, n->neightab->n,
			 n->targets, n->sponge != NULL);
		add_owners(f, n);
	}
}

/* A LAN that once had the stage may keep what it knew of it. */
static void
print_neigh(const struct neigh *h, FILE *out)
{
	char text[SPONGE_PARAM_TEXT];

	fprintf(out,
		"  neigh mac %" PRIx64
		" sponges %d suppress %d proxies %d owner %d network %d "
		"unassigned %d %d link_local %d learns %d strict %d linkdown "
		"%u",
		h->mac, h->sponges, h->suppress, h->proxies, h->owner_only,
		h->network, h->arp_unassigned, h->nd_unassigned, h->link_local,
		h->learns, h->strict, h->linkdown);
	print_hex(out, "own6", h->own6, sizeof(h->own6));
	for (unsigned int i = 0; i < SPONGE_PARAMS; i++)
		fprintf(out, " %s%s",
			sponge_param_format(&sponge_param_list[i], &h->values,
					    text),
			h->by_hand[i].set ? " by hand" : "");
	fputc('\n', out);
}

static void
print_addresses(const struct fabric *f, const struct lan *lan, FILE *out)
{
	for (unsigned int i = 0; i < lan->nnets4; i++)
		fprintf(out, "  net4 %x/%x own %x table %u\n", lan->net4[i].net,
			lan->net4[i].mask, lan->net4[i].own,
			lan->net4[i].neightab != NULL ? lan->net4[i].neightab->n
						      : 0);
	for (unsigned int i = 0; i < lan->nnets6; i++) {
		print_hex(out, " net6", lan->net6[i].net, 16);
		fprintf(out, "/%u\n", lan->net6[i].length);
	}
	for (unsigned int i = 0; i < lan->nbound4; i++)
		fprintf(out, "  bound %x %s\n", lan->bound4[i].address,
			port_name(f, lan->bound4[i].port));
	for (unsigned int i = 0; i < lan->nbound6; i++) {
		print_hex(out, " bound", lan->bound6[i].address, 16);
		fprintf(out, " %s\n", port_name(f, lan->bound6[i].port));
	}
}

static void
print_lan(const struct fabric *f, const struct lan *lan, FILE *out)
{
	struct lan_rt *l = f->lan[lan->id];

	MODEL_MUST(l != NULL && !(l->flags & RT_RETIRED));
	if (lan->macs != l->macs)
		model_fail("lan %s: workers use another MAC table than control",
			   l->name);
	fprintf(out,
		"lan %s floods %d neigh %d part %d sponges %d ends %d owner %d "
		"proxies %d unknown %d options %d garp %d six %u age %u "
		"size %u",
		l->name, lan->floods_unknown, lan->neigh_stage, lan->takes_part,
		lan->sponges, lan->sponges_ends, lan->owner_only, lan->proxies,
		lan->drops_unknown_targets, lan->nd_options_pass, lan->garp,
		lan->neightab6 != NULL ? lan->neightab6->n : 0, l->age,
		l->size);
	print_hex(out, "own6", lan->own6, sizeof(lan->own6));
	fputc('\n', out);
	print_addresses(f, lan, out);
	if (l->neigh != NULL && lan->neigh_stage)
		print_neigh(l->neigh, out);
	/* Floods go out by number, and numbers depend on what was before. */
	for (unsigned int i = 0; i < lan->nmembers; i++)
		add_line("  member %s", port_name(f, lan->member[i]->id));
	mactab_each(l->macs, add_mac, (void *)(uintptr_t)f);
	add_nets(f, l);
	print_lines(out);
}

/* Each queue of each device is polled once. */
static void
check_queues(const struct fabric *f)
{
	unsigned int polled[PORTS_MAX] = { 0 };
	const struct view *v = f->view;

	for (unsigned int w = 0; w < v->nworkers; w++)
		for (unsigned int i = 0; i < v->worker[w].n; i++)
			polled[v->worker[w].rxq[i].device->id] |=
				1U << v->worker[w].rxq[i].queue;
	for (unsigned int id = 0; id < PORTS_MAX; id++)
		MODEL_MUST(polled[id] ==
			   (v->device[id] != NULL
				    ? (1U << f->device[id]->nrxqs) - 1
				    : 0));
}

char *
dump_meaning(struct world *w)
{
	const struct fabric *f = w->f;
	char *text = NULL;
	size_t size;
	FILE *out = open_memstream(&text, &size);

	fprintf(out, "burst %u polls %d lans %u\n", f->view->burst,
		f->view->polls, f->view->nlans);
	for (unsigned int i = 0; i < f->view->nlans; i++)
		print_lan(f, &f->view->lan[i], out);
	for (unsigned int i = 0; i < f->config->nports; i++)
		print_port(f, f->config->port[i].id, out);
	for (unsigned int id = 0; id < PORTS_MAX; id++) {
		MODEL_MUST((f->view->port[id] != NULL) ==
			   (runtime_live_port(f, id) != NULL));
		MODEL_MUST(f->device[id] == NULL ||
			   f->view->device[id] != NULL ||
			   f->device[id]->flags & RT_RETIRED);
	}
	check_queues(f);
	fclose(out);
	return text;
}

/* The words of an object, without those given as zero in the copy. */
static void
add_words(const char *what, const char *name, const void *at, const void *copy,
	  size_t n)
{
	const uint8_t *octet = copy;

	add_line("%s %s at %p", what, name, at);
	for (size_t i = 0; i + 8 <= n; i += 8) {
		uint64_t word;

		memcpy(&word, octet + i, 8);
		if (word != 0)
			add_line("%s %s +%03zx: %" PRIx64, what, name, i, word);
	}
}

static void
add_port(struct fabric *f, const struct port_rt *p)
{
	struct port_rt copy = *p;
	struct port_stats s;

	copy.flags = p->flags & RT_RETIRED;
	copy.next = NULL;
	copy.by_name.next = NULL;
	/* Its device may have been opened again: see the counters. */
	memset(&copy.past, 0, sizeof(copy.past));
	/* Read in every turn. */
	memset(&copy.rates, 0, sizeof(copy.rates));
	add_words("port", p->name, p, &copy, sizeof(copy));
	add_line("port %s state %x", p->name, f->state[p->id]);
	stats_port(f, p->id, &s);
	add_words("counters", p->name, NULL, &s, sizeof(s));
	add_words("shared", p->name, p->shared, p->shared, sizeof(*p->shared));
}

static bool
add_entry(void *arg, const struct mactab_entry *e)
{
	const struct lan_rt *l = arg;

	add_line("mac %s %" PRIx64 " %u %x %u", l->name, e->mac, e->port,
		 e->flags, e->seen);
	return true;
}

static void
add_net(const struct net_rt *n)
{
	struct net_rt copy = *n;

	copy.next = NULL;
	add_words("net", n->lan->name, n, &copy, sizeof(copy));
	for (uint32_t slot = 0; slot < n->neightab->n; slot++) {
		uint64_t owner = neightab_get_owner(n->neightab, slot);
		unsigned int held = neightab_get_held(n->neightab, slot);
		const struct address_rt *a = &n->address[slot];

		if (owner != 0 || held != 0 || a->watched)
			add_line("slot %p %u %" PRIx64 " %u %" PRIx64
				 " %d %u %u",
				 (const void *)n, slot, owner, held, a->mac,
				 a->watched, a->watched_at,
				 n->neightab->liveness[slot]);
	}
}

static void
add_lan(const struct lan_rt *l)
{
	struct lan_rt copy = *l;

	copy.flags = 0;
	copy.next = NULL;
	copy.by_name.next = NULL;
	/* An empty one may be made for later. */
	copy.nets = NULL;
	copy.neigh = NULL;
	add_words("lan", l->name, l, &copy, sizeof(copy));
	mactab_each(l->macs, add_entry, (void *)(uintptr_t)l);
	for (const struct net_rt *n = l->nets; n != NULL; n = n->next)
		add_net(n);
}

static void
add_device(const struct device_rt *d)
{
	struct device_rt copy = *d;

	copy.flags = d->flags & RT_RETIRED;
	copy.next = NULL;
	add_words("device", d->spec, d, &copy, sizeof(copy));
}

static void
add_override(void *arg, const struct override_row *row)
{
	(void)arg;
	add_line("override %s %s %s %s %" PRIu64,
		 row->lan != NULL ? row->lan : "-",
		 row->port != NULL ? row->port : "-", row->what, row->value,
		 row->since);
}

static void
add_fabric(const struct fabric *f)
{
	add_line("generation %" PRIu64 " config %p held %" PRIu64
		 " due %" PRIu64 " fresh %d unsaved %d now %" PRIu64,
		 f->generation, (const void *)f->config, f->held_until,
		 f->violation_due, f->sponge_fresh, f->sponge_unsaved, f->now);
	override_each(f, add_override, NULL);
	for (const struct acl_rt *a = f->acls; a != NULL; a = a->next)
		add_line("acl %s %p %p %u", a->name, (const void *)a,
			 (const void *)a->compiled, a->n);
}

char *
dump_all(struct world *w)
{
	struct fabric *f = w->f;
	char *text = NULL, *meaning;
	size_t size;
	FILE *out = open_memstream(&text, &size);

	add_fabric(f);
	for (unsigned int id = 0; id < PORTS_MAX; id++) {
		if (f->port[id] != NULL)
			add_port(f, f->port[id]);
		if (f->device[id] != NULL)
			add_device(f->device[id]);
	}
	for (unsigned int id = 0; id < CONFIG_LANS_MAX; id++)
		if (f->lan[id] != NULL)
			add_lan(f->lan[id]);
	print_lines(out);
	world_print(w, out);
	meaning = dump_meaning(w);
	fputs(meaning, out);
	free(meaning);
	fclose(out);
	return text;
}

void
dump_compare(const char *what, const char *before, const char *after)
{
	while (*before != '\0' || *after != '\0') {
		int n = (int)strcspn(before, "\n"),
		    m = (int)strcspn(after, "\n");

		if (n != m || memcmp(before, after, (size_t)n) != 0)
			model_fail("%s:\n  wanted: %.*s\n  found:  %.*s", what,
				   n, before, m, after);
		before += n + (before[n] != '\0');
		after += m + (after[m] != '\0');
	}
}
