/* SPDX-License-Identifier: BSD-3-Clause */
/* Guard, the part for addresses: whether a port may use an IP address. */
#include "fabric/datapath/guard.h"

#include "fabric/datapath/lan.h"
#include "fabric/datapath/worker_meter.h"

#include "fabric/datapath/hot.h"

/*
 * Whether the port may use an address that the configuration gives to 'owner'.
 * One that it gives to no port, a port may use that has no list of its own.
 */
static bool
may_use(const struct guard *g, enum drop why, uint16_t owner, bool listed)
{
	if (owner == PORTS_MAX)
		return !listed || drop_set_has(&g->in->narrow, why);
	return owner == g->in->id;
}

bool
guard_may_use4(const struct guard *g, enum drop why, uint32_t address)
{
	return may_use(g, why, lan_owner4(g->in->lan, address),
		       g->in->flags & PORT_BOUND4);
}

/* The port that the MAC address is known on, or MACTAB_NO_PORT. */
static uint16_t
port_of_mac(const struct lan *lan, uint64_t mac)
{
	uint16_t owner = MACTAB_NO_PORT;

	if (mac != 0)
		mactab_find(lan->macs, &mac, 1, &owner, NULL);
	return owner;
}

/*
 * Whether another port of the LAN has the link-local address: it was seen there
 * first (first come, first served: RFC 6620, 1), or is made from a MAC address
 * that is there.  The search visits all ports, so a meter limits how often a
 * member can cause it.
 */
static bool
is_on_other_port(const struct guard *g, uint64_t iid)
{
	const struct lan *lan = g->in->lan;
	uint16_t owner;

	if (!worker_takes(g->worker, &g->in->shared->lla_looks, 1))
		return true;
	owner = port_of_mac(lan, ipv6_mac_of_eui64(iid));
	if (owner != MACTAB_NO_PORT && owner != g->in->id)
		return true;
	for (unsigned int i = 0; i < lan->nmembers; i++)
		if (lan->member[i] != g->in &&
		    port_has_lla(lan->member[i]->shared, iid))
			return true;
	return false;
}

/* The slot of the MAC address; without one, a free slot, or NULL. */
static struct port_lla *
slot_of(struct port_shared *shared, uint64_t mac, bool *own)
{
	for (unsigned int i = 0; i < PORT_LLAS; i++) {
		struct port_lla *l = &shared->lla[i];
		uint64_t there =
			atomic_load_explicit(&l->mac, memory_order_relaxed);

		*own = there == mac;
		if (*own || there == 0)
			return l;
	}
	return NULL;
}

/*
 * The configuration need not list link-local addresses, so a MAC address has the
 * first that it is seen with, besides the one made from itself.  The worker that
 * claims a slot writes its interface id, since control may have freed the slot
 * between the two.
 */
static bool
is_first_seen(const struct guard *g, uint64_t iid)
{
	uint64_t unused = 0;
	bool own;
	struct port_lla *l = slot_of(g->in->shared, g->src, &own);

	if (l == NULL)
		return false;
	if (own)
		return atomic_load_explicit(&l->iid, memory_order_relaxed) ==
		       iid;
	if (is_on_other_port(g, iid))
		return false;
	if (g->worker->trial != NULL)
		return true;
	if (!atomic_compare_exchange_strong_explicit(&l->mac, &unused, g->src,
						     memory_order_relaxed,
						     memory_order_relaxed))
		return false; /* another worker was faster: next time */
	atomic_store_explicit(&l->iid, iid, memory_order_relaxed);
	return true;
}

/* Slots are claimed only where the check asks for more than the configuration. */
static bool
may_use_link_local(const struct guard *g, enum drop why, const uint8_t *address)
{
	uint16_t owner = lan_owner6(g->in->lan, address);
	uint64_t iid = frame_read64(address + 8);

	if (owner != PORTS_MAX)
		return owner == g->in->id;
	if (iid == ipv6_eui64_of_mac(g->src) ||
	    !drop_set_has(&g->in->checks, why) ||
	    drop_set_has(&g->in->narrow, why))
		return true;
	return !(g->in->flags & PORT_BOUND_LL) && is_first_seen(g, iid);
}

bool
guard_may_use6(const struct guard *g, enum drop why, const uint8_t *address)
{
	if (ipv6_is_link_local(address))
		return may_use_link_local(g, why, address);
	return may_use(g, why, lan_owner6(g->in->lan, address),
		       g->in->flags & PORT_BOUND6);
}

/* The other port that the frame is for, or NULL. */
static const struct port *
find_target(const struct guard *g)
{
	const struct lan *lan = g->in->lan;
	uint16_t id = port_of_mac(lan, g->dst);
	unsigned int low = 0, high = lan->nmembers;

	while (id != MACTAB_NO_PORT && id != g->in->id && low < high) {
		unsigned int middle = low + (high - low) / 2;

		if (lan->member[middle]->id == id)
			return lan->member[middle];
		if (lan->member[middle]->id < id)
			low = middle + 1;
		else
			high = middle;
	}
	return NULL;
}

bool
guard_goes_home4(const struct guard *g, uint32_t address, bool echo)
{
	uint16_t owner = lan_owner4(g->in->lan, address);

	if (owner == PORTS_MAX)
		return echo;
	return port_of_mac(g->in->lan, g->dst) == owner;
}

bool
guard_goes_home6(const struct guard *g, const uint8_t *address, bool echo)
{
	uint16_t owner = lan_owner6(g->in->lan, address);
	uint64_t iid = frame_read64(address + 8);
	const struct port *to;

	if (owner != PORTS_MAX)
		return port_of_mac(g->in->lan, g->dst) == owner;
	if (!ipv6_is_link_local(address))
		return echo;
	to = find_target(g);
	return to != NULL &&
	       (port_has_lla(to->shared, iid) ||
		port_of_mac(g->in->lan, ipv6_mac_of_eui64(iid)) == to->id);
}
