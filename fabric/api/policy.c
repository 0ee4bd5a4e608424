/* SPDX-License-Identifier: BSD-3-Clause */
#include "fabric/api/policy.h"

#include <string.h>

#include "fabric/runtime/runtime.h"

bool
policy_limits(const struct policy *p, enum meter_kind kind)
{
	enum drop why = meter_kind_drop(kind);

	return policy_pace(&p->item[POLICY_LIMITS + kind]) != 0 &&
	       (!drop_is_check(why) || p->mode[why] != POLICY_OFF);
}

static enum policy_mode
mode_of(const struct port *port, enum drop why)
{
	if (!drop_set_has(&port->checks, why))
		return POLICY_OFF;
	if (drop_set_has(&port->logs, why))
		return POLICY_COUNTS;
	return drop_set_has(&port->trips, why) ? POLICY_DISABLES : POLICY_DROPS;
}

static struct policy_value
limit_of(const struct port *port, enum meter_kind kind)
{
	bool per_packet = port->per_packet >> kind & 1;
	const struct meter *m = &port->shared->meter[kind];
	uint64_t rate, burst;

	if (!meter_is_set(m))
		return (struct policy_value){ 0, 0 };
	meter_get(m, &rate, &burst);
	return (struct policy_value){ rate, burst << 1 | per_packet };
}

static uint64_t
acl_of(const struct port_rules *r)
{
	return (uint64_t)(uintptr_t)r->acl;
}

static struct policy_value
macs_of(const struct port *port, const struct port_rt *rt)
{
	uint64_t how = (port->flags & (PORT_LOCKS | PORT_LEARNS)) |
		       (uint64_t)(port->nmacs != 0) << 32;

	return (struct policy_value){
		how, port->flags & PORT_LEARNS && rt != NULL ? rt->limit : 0
	};
}

void
policy_read(const struct fabric *f, const struct port *port, struct policy *p)
{
	const struct port_rt *rt = f->port[port->id];
	uint8_t state = view_port_state(f->view, port->id);

	memset(p, 0, sizeof(*p));
	p->item[POLICY_STATUS].a =
		port->flags &
		(PORT_DISABLED | PORT_QUARANTINE | PORT_MONITOR | PORT_LISTENS);
	p->item[POLICY_BLOCKED].a = (state & PORT_BLOCKED) != 0;
	p->item[POLICY_CULLED].a = (state & PORT_CULLED) != 0;
	p->item[POLICY_ISOLATED].a = port->isolate != 0;
	p->item[POLICY_TAG].a = port->egress.tag != 0;
	p->item[POLICY_TAG].b = (port->flags & PORT_PRIO_TAG) != 0;
	p->item[POLICY_OPEN].a = (port->flags & (PORT_IXP | PORT_SHARES)) == 0;
	p->item[POLICY_MACS] = macs_of(port, rt);
	p->item[POLICY_ADDRESSES].a =
		port->flags & (PORT_BOUND4 | PORT_BOUND6 | PORT_BOUND_LL);
	p->item[POLICY_ADDRESSES].b =
		drop_set_has(&port->narrow, DROP_arp_spa_spoof);
	p->item[POLICY_MTU].a = port->max_payload;
	p->item[POLICY_MLD].a = (port->flags & PORT_MLD) != 0;
	p->item[POLICY_ACL_IN].a = rt != NULL ? acl_of(&rt->rules[0]) : 0;
	p->item[POLICY_ACL_OUT].a = rt != NULL ? acl_of(&rt->rules[1]) : 0;
	for (enum meter_kind kind = 0; kind < METERS; kind++)
		p->item[POLICY_LIMITS + kind] = limit_of(port, kind);
	for (enum drop why = DROP_NONE + 1; why < DROP_N; why++)
		p->mode[why] = (uint8_t)mode_of(port, why);
}

/* One vote of Boyer and Moore's count of majorities. */
static bool
votes(uint32_t *count, bool is_same)
{
	if (*count == 0) {
		*count = 1;
		return true;
	}
	*count += is_same ? 1 : UINT32_MAX;
	return false;
}

static bool
is_same(const struct policy_value *x, const struct policy_value *y)
{
	return x->a == y->a && x->b == y->b;
}

void
policy_most(const struct fabric *f, const struct lan *lan, struct policy *most)
{
	uint32_t of_item[POLICY_ITEMS] = { 0 }, of_mode[DROP_N] = { 0 };

	memset(most, 0, sizeof(*most));
	for (unsigned int i = 0; i < lan->nmembers; i++) {
		struct policy p;

		policy_read(f, lan->member[i], &p);
		for (unsigned int k = 0; k < POLICY_ITEMS; k++)
			if (votes(&of_item[k],
				  is_same(&most->item[k], &p.item[k])))
				most->item[k] = p.item[k];
		for (enum drop why = DROP_NONE + 1; why < DROP_N; why++)
			if (votes(&of_mode[why],
				  most->mode[why] == p.mode[why]))
				most->mode[why] = p.mode[why];
	}
}
