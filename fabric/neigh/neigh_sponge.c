/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * The sponge of each prefix: the addresses that it has, its parameters, and
 * what it calls.
 */
#include "fabric/neigh/neigh_impl.h"
#include "lib/neightab6.h"

/* Without an own address an IPv4 net sends no probes; IPv6 always has one. */
void
neigh_set_params(struct net_rt *n)
{
	struct sponge_params params = n->lan->neigh->values.sponge;

	params.passive = params.passive || (!n->six && n->own == 0);
	sponge_set_params(n->sponge, &params, n->f->now);
}

void
neigh_set_values(struct lan_rt *l, const struct sponge_values *v)
{
	l->neigh->values = *v;
	for (struct net_rt *n = l->nets; n != NULL; n = n->next) {
		if (!neigh_has_sponge(n))
			continue;
		neigh_set_params(n);
		neigh_publish_all(n);
	}
}

/* The addresses of a prefix.  No host has its ends: with sponge_network STATIC. */
static void
begin4(struct net_rt *n)
{
	bool network = n->lan->neigh->network;
	struct sponge_address there;

	for (uint32_t slot = 0; slot < n->neightab->n; slot++) {
		bool end = neigh_is_end(n, slot);

		if (n->neightab->base + slot == n->own || (end && !network)) {
			sponge_remove(n->sponge, slot);
			continue;
		}
		if (!sponge_look(n->sponge, slot, &there))
			neigh_sponge_add(n, slot);
		if (end)
			sponge_set(n->sponge, slot, SPONGE_STATIC, 0, 0,
				   n->f->now);
	}
}

static void
begin6(struct net_rt *n)
{
	struct sponge_address there;

	uint32_t slot;

	NEIGH_FOREACH(n, slot) {
		const struct neightab6_entry *e =
			neightab6_entry(n->table, slot);

		if (!neigh_sponge_takes6(n, e->address))
			sponge_remove(n->sponge, slot);
		else if (!sponge_look(n->sponge, slot, &there))
			neigh_sponge_add(n, slot);
	}
}

static void
begin(struct net_rt *n)
{
	n->started = true;
	n->network = n->lan->neigh->network;
	n->link_local = n->lan->neigh->link_local;
	if (n->sponge == NULL)
		return;
	neigh_set_params(n);
	n->silent_due = n->six ? n->f->now + NEIGH_SILENT_PERIOD : UINT64_MAX;
	if (n->six)
		begin6(n);
	else
		begin4(n);
	neigh_publish_all(n);
}

void
neigh_start(struct fabric *f)
{
	struct lan_rt *l;

	f->sponge_fresh = false;
	for (unsigned int id = 0; (l = neigh_next_lan(f, &id)) != NULL;)
		for (struct net_rt *n = l->nets; n != NULL && !l->stale;
		     n = n->next)
			if (!n->started)
				begin(n);
}

static void
changed(void *arg, uint32_t slot, enum sponge_kind from, enum sponge_kind to)
{
	struct net_rt *n = arg;

	/* An order of the operator: it is to survive a restart. */
	if (from == SPONGE_STATIC || to == SPONGE_STATIC)
		n->f->sponge_unsaved = true;
	n->lan->neigh->counts.transitions[to]++;
	neigh_publish(n, slot);
}

static bool
seen(void *arg, uint32_t slot)
{
	const struct net_rt *n = arg;

	return neightab_take_seen(n->neightab, slot);
}

static void
notice(void *arg, const struct sponge_notice *s)
{
	neigh_log_sponge(arg, s);
	/* From now on requests for dead addresses are not forwarded. */
	if (s->event == SPONGE_EV_LEARNED)
		neigh_publish_all(arg);
}

const struct sponge_ops neigh_sponge_ops = {
	.changed = changed,
	.watch = neigh_watch,
	.probe = neigh_send_probe,
	.budget = neigh_budget_of,
	.wait = neigh_wait,
	.gratuitous = neigh_send_gratuitous,
	.seen = seen,
	.notice = notice,
};
