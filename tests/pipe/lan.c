/* SPDX-License-Identifier: BSD-3-Clause */
#include "tests/pipe/lan.h"

#include <rte_ring.h>
#include <rte_ring_elem.h>

#include "fabric/datapath/worker.h"
#include "fabric/view/punt.h"

struct lan_rt *
lan(void)
{
	return runtime_lan(f, "l");
}

const struct neigh_counts *
counts(void)
{
	return &lan()->neigh->counts;
}

struct port_stats
stats(const char *port)
{
	struct port_stats s;

	stats_port(f, fabric_port_id(f, port), &s);
	return s;
}

struct net_rt *
net_of(int family)
{
	struct net_rt *n = lan()->nets;

	while (n != NULL && n->six != (family == 6))
		n = n->next;
	ck_assert_ptr_nonnull(n);
	return n;
}

uint64_t
owner_of(struct ipaddr ip)
{
	uint32_t slot;
	struct net_rt *n = neigh_find(lan(), &ip, &slot);

	return n != NULL ? neightab_get_owner(n->neightab, slot) : 0;
}

const char *
state_of(struct ipaddr ip)
{
	struct sponge_address there;
	uint32_t slot;
	struct net_rt *n = neigh_find(lan(), &ip, &slot);

	return n != NULL && n->sponge != NULL &&
			       sponge_look(n->sponge, slot, &there)
		       ? sponge_kind_name(there.state.kind)
		       : "-";
}

void
fill_punts(void)
{
	struct punt none = { .port = PORTS_MAX - 1 };

	while (rte_ring_sp_enqueue_elem(f->worker[0]->punts, &none,
					sizeof(none)) == 0)
		;
}
