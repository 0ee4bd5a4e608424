/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * What has been learned of ports and LANs that an apply does not touch: MAC
 * addresses, owners of IP addresses and what sponges know of these.  It is noted
 * before the apply, and must be there after it.
 */
#include <inttypes.h>

#include "fabric/neigh/neigh_impl.h"
#include "lib/mac.h"
#include "lib/mactab.h"
#include "lib/neightab6.h"
#include "tests/model/draft.h"
#include "tests/model/model.h"
#include "tests/model/world.h"

struct rows {
	unsigned int n, room;
	char **text;
};

static struct rows noted, found;
static uint64_t compared;

/* An apply, and the LAN that is looked at. */
struct look {
	const struct world *w;
	const struct draft *a, *b;
	const struct config *next;
	const struct lan_rt *lan;
	struct rows *rows;
};

static void add(struct rows *, const char *fmt, ...)
	__attribute__((format(printf, 2, 3)));
static void
add(struct rows *r, const char *fmt, ...)
{
	va_list args;

	if (r->n == r->room) {
		r->room = 2 * r->room + 256;
		r->text = reallocarray(r->text, r->room, sizeof(r->text[0]));
		MODEL_MUST(r->text != NULL);
	}
	va_start(args, fmt);
	MODEL_MUST(vasprintf(&r->text[r->n++], fmt, args) >= 0);
	va_end(args);
}

static void
clear(struct rows *r)
{
	while (r->n > 0)
		free(r->text[--r->n]);
}

static int
by_text(const void *a, const void *b)
{
	return strcmp(*(char *const *)a, *(char *const *)b);
}

/* Whether the port is there, and neither it nor its parent is touched. */
static bool
stays(const struct look *k, uint16_t id)
{
	const struct port_rt *p =
		id < PORTS_MAX ? runtime_live_port(k->w->f, id) : NULL;
	const struct draft_section *s;
	const char *parent;

	if (p == NULL || !draft_same(k->a, k->b, CONFIG_SECTION_PORT, p->name))
		return false;
	s = draft_find(k->a, CONFIG_SECTION_PORT, p->name);
	parent = draft_get(s, "parent");
	return parent == NULL ||
	       draft_same(k->a, k->b, CONFIG_SECTION_PORT, parent);
}

static bool
has_mac(const struct config *c, uint64_t mac)
{
	for (unsigned int i = 0; i < c->nports; i++)
		for (unsigned int m = 0; m < c->port[i].mac.n; m++)
			if (c->port[i].mac.value[m] == mac)
				return true;
	return false;
}

static bool
visit_mac(void *arg, const struct mactab_entry *e)
{
	const struct look *k = arg;

	/* What a port has by the configuration now is not learned any more. */
	if (!(e->flags & MACTAB_STATIC) && stays(k, e->port) &&
	    !has_mac(k->next, e->mac))
		add(k->rows,
		    "lan %s: %" PRIx64 " on port %s, flags %x, seen %u",
		    k->lan->name, e->mac, k->w->f->port[e->port]->name,
		    e->flags, e->seen);
	return true;
}

static bool
is_listed(const struct config_addresses *list, const struct ipaddr *ip)
{
	for (unsigned int i = 0; i < list->n; i++)
		if (memcmp(&list->value[i], ip, sizeof(*ip)) == 0)
			return true;
	return false;
}

/* Whether a port that is touched has the address, before the apply or after it. */
static bool
is_moved(const struct look *k, const struct config *c, const struct ipaddr *ip)
{
	for (unsigned int i = 0; i < c->nports; i++)
		if ((is_listed(&c->port[i].ipv4, ip) ||
		     is_listed(&c->port[i].ipv6, ip)) &&
		    !draft_same(k->a, k->b, CONFIG_SECTION_PORT, c->port[i].id))
			return true;
	return false;
}

/* An IPv6 address has its slot for a port that is touched. */
static bool
is_asked_by_gone(const struct look *k, const struct net_rt *n, uint32_t slot)
{
	const struct neightab6_entry *e =
		n->six ? neightab6_entry(n->table, slot) : NULL;

	return e != NULL && e->port != NEIGHTAB6_NO_PORT && !stays(k, e->port);
}

static void
add_slot(const struct look *k, const struct net_rt *n, uint32_t slot)
{
	uint64_t owner = neightab_get_owner(n->neightab, slot);
	const struct address_rt *a = &n->address[slot];
	struct sponge_address s = { 0 };
	char text[PREFIX_TEXT_SIZE];
	struct ipaddr ip = { 0 };
	bool sponged = neigh_look(n, slot, &s);

	if (owner == 0 && a->mac == 0 &&
	    (s.state.kind == SPONGE_NONE || is_asked_by_gone(k, n, slot)))
		return;
	neigh_address(n, slot, &ip);
	if ((owner != 0 && !stays(k, neightab_owner_port(owner))) ||
	    (a->mac != 0 && !stays(k, a->port)) ||
	    is_moved(k, k->w->f->config, &ip) || is_moved(k, k->next, &ip))
		return;
	add(k->rows,
	    "lan %s: %s: owner %" PRIx64 " held %u seen with %" PRIx64
	    " on port %u at %" PRIu64 ", sponge %d %s %u mac %" PRIx64
	    " depth %u",
	    k->lan->name, ipaddr_format(&ip, text), owner,
	    neightab_get_held(n->neightab, slot), a->mac,
	    a->mac != 0 ? a->port : 0U, a->seen_at, sponged,
	    sponge_kind_name(s.state.kind), s.state.probes, s.mac, s.depth);
}

static void
look_at(struct look *k)
{
	mactab_each(k->lan->macs, visit_mac, k);
	for (const struct net_rt *n = k->lan->nets; n != NULL; n = n->next)
		for (uint32_t slot = 0; slot < n->neightab->n; slot++)
			if (!neigh_is_vacant(n, slot))
				add_slot(k, n, slot);
}

static bool
same_table(const struct draft *a, const struct draft *b)
{
	const char *of_a = draft_get(&a->section[0], "mac_table");
	const char *of_b = draft_get(&b->section[0], "mac_table");

	return of_a == NULL || of_b == NULL ? of_a == of_b
					    : strcmp(of_a, of_b) == 0;
}

/* All that is to stay; 'c' is the next configuration. */
static void
look_at_all(const struct world *w, const struct draft *a, const struct draft *b,
	    const struct config *c, struct rows *rows)
{
	struct look k = { .w = w, .a = a, .b = b, .next = c, .rows = rows };

	clear(rows);
	/* A table of another size may have no room. */
	for (unsigned int i = 0; same_table(a, b) && i < CONFIG_LANS_MAX; i++) {
		k.lan = w->f->lan[i];
		if (k.lan != NULL && !(k.lan->flags & RT_RETIRED) &&
		    draft_same(a, b, CONFIG_SECTION_LAN, k.lan->name))
			look_at(&k);
	}
}

void
stay_note(const struct world *w, const struct draft *a, const struct draft *b,
	  const struct config *c)
{
	look_at_all(w, a, b, c, &noted);
}

void
stay_check(const struct world *w, const struct draft *a, const struct draft *b)
{
	look_at_all(w, a, b, w->f->config, &found);
	if (found.n > 0)
		qsort(found.text, found.n, sizeof(found.text[0]), by_text);
	for (unsigned int i = 0; i < noted.n; i++)
		if (found.n == 0 ||
		    bsearch(&noted.text[i], found.text, found.n,
			    sizeof(found.text[0]), by_text) == NULL) {
			for (unsigned int m = 0; m < found.n; m++)
				if (strncmp(found.text[m], noted.text[i], 24) ==
				    0)
					fprintf(stderr, "now: %s\n",
						found.text[m]);
			model_fail("an apply that does not touch it has "
				   "changed %s",
				   noted.text[i]);
		}
	compared += noted.n;
	clear(&noted);
	clear(&found);
}

uint64_t
stay_compared(void)
{
	return compared;
}
