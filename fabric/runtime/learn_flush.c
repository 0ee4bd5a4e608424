/* SPDX-License-Identifier: BSD-3-Clause */
#include "fabric/runtime/learn_flush.h"

#include "fabric/runtime/event.h"
#include "fabric/runtime/learn_sweep.h"
#include "fabric/runtime/port_state.h"
#include "fabric/runtime/runtime.h"
#include "lib/mactab.h"
#include "lib/movetab.h"

static void
flush_lan(struct fabric *f, struct lan_rt *l, uint16_t port, bool sticky)
{
	if (l != NULL && mactab_count(l->macs) > 0)
		learn_sweep_ports(f, l, port, sticky);
}

void
learn_flush(struct fabric *f, uint16_t port, struct lan_rt *lan, bool sticky)
{
	const struct port_rt *p = port != PORTS_MAX ? f->port[port] : NULL;

	/* A port has addresses in its LAN alone; of an earlier one they go already. */
	if (p != NULL && (p->learned == 0 || p->lan == CONFIG_LANS_MAX))
		return;
	if (p != NULL)
		lan = lan == NULL || lan->id == p->lan ? f->lan[p->lan] : NULL;
	if (p != NULL || lan != NULL)
		flush_lan(f, lan, port, sticky);
	for (unsigned int i = 0;
	     p == NULL && lan == NULL && i < CONFIG_LANS_MAX; i++)
		flush_lan(f, f->lan[i], port, sticky);
}

bool
learn_forget(struct fabric *f, struct lan_rt *l, uint64_t mac)
{
	struct mactab_entry e;

	if (!mactab_get(l->macs, mac, &e) || e.flags & MACTAB_STATIC)
		return false;
	mactab_remove(l->macs, mac);
	if (l->moves != NULL)
		movetab_forget(l->moves, mac);
	l->flushed++;
	port_state_learned(f, f->port[e.port], -1);
	event_mac(f, EVENT_mac_flushed, f->port[e.port], mac, NULL);
	return true;
}

static bool
has_mac(const struct config_macs *list, uint64_t mac)
{
	for (unsigned int i = 0; list != NULL && i < list->n; i++)
		if (list->value[i] == mac)
			return true;
	return false;
}

void
learn_release(struct fabric *f, const struct port_rt *p)
{
	for (unsigned int i = 0; i < CONFIG_LANS_MAX; i++)
		if (f->lan[i] != NULL && f->lan[i]->moves != NULL)
			movetab_release(f->lan[i]->moves, p->id);
}

void
learn_forget_link_local(struct port_rt *p, const struct config_macs *keep)
{
	for (unsigned int i = 0; i < PORT_LLAS; i++) {
		struct port_lla *l = &p->shared->lla[i];

		if (has_mac(keep, atomic_load_explicit(&l->mac,
						       memory_order_relaxed)))
			continue;
		atomic_store_explicit(&l->iid, 0, memory_order_relaxed);
		atomic_store_explicit(&l->mac, 0, memory_order_relaxed);
	}
}
