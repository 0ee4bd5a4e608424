/* SPDX-License-Identifier: BSD-3-Clause */
#include "fabric/neigh/sponge_ops_lan.h"

#include <errno.h>
#include <string.h>

#include "fabric/neigh/neigh_impl.h"
#include "fabric/runtime/stats.h"

const char *
sponge_ops_lan(const struct fabric *f, unsigned int *at)
{
	while (*at < f->config->nlans) {
		const struct lan_rt *l =
			neigh_lan(f, f->config->lan[(*at)++].id);

		if (l != NULL)
			return l->name;
	}
	return NULL;
}

uint64_t
sponge_ops_mac(const struct fabric *f, const char *lan)
{
	const struct lan_rt *l = neigh_lan(f, lan);

	return l != NULL ? l->neigh->mac : 0;
}

/* Parameters. */

int
sponge_ops_values(const struct fabric *f, const char *lan,
		  struct sponge_values *now, struct sponge_values *config)
{
	const struct lan_rt *l = neigh_lan(f, lan);
	const struct config_lan *c = config_lan(f->config, lan);

	if (l == NULL || c == NULL)
		return -ENOENT;
	*now = l->neigh->values;
	sponge_values_of(c, config);
	return 0;
}

int
sponge_ops_set_value(struct fabric *f, const char *lan,
		     const struct sponge_param *p,
		     const struct sponge_values *v)
{
	struct sponge_values now, config;
	int rc = sponge_ops_values(f, lan, &now, &config);
	struct lan_rt *l;
	struct override *o;

	if (rc != 0)
		return rc;
	l = neigh_lan(f, lan);
	o = &l->neigh->by_hand[p - sponge_param_list];
	sponge_param_copy(p, v, &now);
	runtime_override(f, o,
			 sponge_param_get(p, &now) !=
				 sponge_param_get(p, &config));
	neigh_set_values(l, &now);
	neigh_plan(f);
	return 0;
}

static void
visit_overrides(const struct neigh *neigh, const char *lan,
		sponge_override_visit *visit, void *arg)
{
	for (unsigned int i = 0; i < SPONGE_PARAMS; i++) {
		struct sponge_override row = {
			.lan = lan,
			.param = &sponge_param_list[i],
			.since = neigh->by_hand[i].since,
			.by = neigh->by_hand[i].by,
		};

		if (!neigh->by_hand[i].set)
			continue;
		sponge_param_format(row.param, &neigh->values, row.value);
		visit(arg, &row);
	}
}

void
sponge_ops_overrides(const struct fabric *f, sponge_override_visit *visit,
		     void *arg)
{
	const struct lan_rt *l;

	for (unsigned int id = 0; (l = neigh_next_lan(f, &id)) != NULL;)
		if (l->neigh->sponges)
			visit_overrides(l->neigh, l->name, visit, arg);
}

void
sponge_ops_end_override(struct fabric *f, const char *lan, const char *key)
{
	struct lan_rt *l = neigh_lan(f, lan);

	for (unsigned int i = 0; l != NULL && i < SPONGE_PARAMS; i++)
		if (strcmp(sponge_param_key(&sponge_param_list[i]), key) == 0)
			l->neigh->by_hand[i].set = false;
}

/* Parts and counters. */

static void
fill_own(const struct net_rt *n, struct ipaddr *own)
{
	if (n->six) {
		own->family = 6;
		memcpy(own->octet, n->lan->neigh->own6, 16);
	} else if (n->own != 0) {
		neigh_address(n, n->own - n->neightab->base, own);
	}
}

static void
fill_prefix(const struct net_rt *n, struct prefix *p)
{
	p->addr.family = 6;
	if (n->six)
		return;
	neigh_address(n, 0, &p->addr);
	p->length = (uint8_t)__builtin_popcount(n->mask);
}

static void
visit_part(const struct net_rt *n, sponge_part_visit *visit, void *arg)
{
	struct sponge_part part = {
		.passive = sponge_params(n->sponge)->passive,
		.learning = sponge_is_learning(n->sponge),
		.places = n->six ? n->targets : n->neightab->n,
	};

	fill_prefix(n, &part.prefix);
	fill_own(n, &part.own);
	for (unsigned int kind = 0; kind < SPONGE_KINDS; kind++)
		part.addresses[kind] = sponge_count(n->sponge, kind);
	visit(arg, &part);
}

void
sponge_ops_parts(const struct fabric *f, const char *lan,
		 sponge_part_visit *visit, void *arg)
{
	const struct lan_rt *l = neigh_lan(f, lan);
	struct net_rt *n = l != NULL ? neigh_next(l, NULL) : NULL;

	for (; n != NULL; n = neigh_next(l, n))
		if (neigh_has_sponge(n))
			visit_part(n, visit, arg);
}

static void
add_part(void *arg, const struct sponge_part *part)
{
	struct sponge_counters *c = arg;

	for (unsigned int kind = 0; kind < SPONGE_KINDS; kind++)
		c->addresses[kind] += part->addresses[kind];
}

static void
add_port(struct fabric *f, const struct port_rt *p, struct sponge_counters *c)
{
	struct port_stats s;

	stats_port(f, p->id, &s);
	c->stray_frames += s.drop[DROP_sponge_stray];
	c->stray_bytes += s.stray_bytes;
	c->suppressed += s.drop[DROP_sponge_suppressed];
	c->punt_full += s.punt_full;
}

int
sponge_ops_counts(const struct fabric *f, const char *lan,
		  struct sponge_counters *c)
{
	const struct lan_rt *l = runtime_lan(f, lan);

	if (l == NULL || l->neigh == NULL)
		return -ENOENT;
	*c = (struct sponge_counters){ .of = l->neigh->counts };
	sponge_ops_parts(f, lan, add_part, c);
	for (const struct net_rt *n = l->nets; n != NULL; n = n->next)
		c->dynamic += n->dynamic;
	return 0;
}

int
sponge_ops_counters(struct fabric *f, const char *lan,
		    struct sponge_counters *c)
{
	const struct lan_rt *l = neigh_lan(f, lan);

	if (l == NULL || sponge_ops_counts(f, lan, c) != 0)
		return -ENOENT;
	for (unsigned int id = 0; id < f->ports_end; id++) {
		const struct port_rt *p = runtime_live_port(f, id);

		if (p != NULL && p->lan == l->id)
			add_port(f, p, c);
	}
	return 0;
}

const char *
sponge_ops_counter(const struct sponge_counters *c, unsigned int i,
		   uint64_t *value)
{
	const struct {
		const char *name;
		uint64_t value;
	} row[] = {
#define COUNTER(name, ...) { #name, c->of.name },
#include "fabric/neigh/neigh_counter_list.h"
	};

	if (i >= sizeof(row) / sizeof(row[0]))
		return NULL;
	*value = row[i].value;
	return row[i].name;
}

/* The log. */

int
sponge_ops_log(const struct fabric *f, const char *lan, unsigned int n,
	       sponge_line_visit *visit, void *arg)
{
	const struct lan_rt *l = neigh_lan(f, lan);
	const struct neigh *neigh;
	uint64_t kept;

	if (l == NULL)
		return -ENOENT;
	neigh = l->neigh;
	kept = neigh->nlines < NEIGH_LOG ? neigh->nlines : NEIGH_LOG;
	for (uint64_t i = neigh->nlines - (n < kept ? n : kept);
	     i < neigh->nlines; i++) {
		const struct neigh_line *line = &neigh->line[i % NEIGH_LOG];
		struct sponge_line out = { line->at, line->text };

		visit(arg, &out);
	}
	return 0;
}

/* Top lists. */

static const char *
owner_of(const struct lan_rt *l, const struct fabric *f,
	 const struct ipaddr *target)
{
	uint32_t slot;
	const struct net_rt *n = neigh_find(l, target, &slot);
	uint64_t owner = n != NULL ? neightab_get_owner(n->neightab, slot) : 0;

	return owner & NEIGHTAB_OWNED
		       ? neigh_port_name(f, neightab_owner_port(owner))
		       : NULL;
}

static void
read_top(const struct fabric *f, const struct lan_rt *l, enum sponge_top which,
	 const struct top_entry *e, struct sponge_top_row *row)
{
	struct neigh_key key;

	memcpy(&key, e->key, sizeof(key));
	*row = (struct sponge_top_row){ .count = e->count, .error = e->error };
	row->ip.family = key.six ? 6 : 4;
	if (key.six) {
		memcpy(row->ip.octet, key.address, 16);
	} else {
		uint32_t v4;

		memcpy(&v4, key.address, sizeof(v4));
		neigh_ipv4(v4, &row->ip);
	}
	row->port = which == SPONGE_TOP_SENDERS ? neigh_port_name(f, key.port)
						: owner_of(l, f, &row->ip);
}

int
sponge_ops_top(const struct fabric *f, const char *lan, enum sponge_top which,
	       sponge_top_visit *visit, void *arg)
{
	const struct lan_rt *l = runtime_lan(f, lan);
	struct top_entry top[SPONGE_TOP_ROWS];
	unsigned int n;

	if (l == NULL || l->neigh == NULL)
		return -ENOENT;
	n = top_list(which == SPONGE_TOP_SENDERS ? l->neigh->senders
						 : l->neigh->targets,
		     top, SPONGE_TOP_ROWS);
	for (unsigned int i = 0; i < n; i++) {
		struct sponge_top_row row;

		read_top(f, l, which, &top[i], &row);
		visit(arg, &row);
	}
	return 0;
}
