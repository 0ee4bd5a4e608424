/* SPDX-License-Identifier: BSD-3-Clause */
#include "fabric/runtime/port_state.h"

#include "fabric/runtime/egress_link.h"
#include "fabric/runtime/runtime.h"

bool
port_state_is_blocked(const struct fabric *f, const struct port_rt *p)
{
	return p->blocked != 0 || egress_link(f, &p->egress).held_until != 0;
}

void
port_state_update(struct fabric *f, const struct port_rt *p)
{
	bool blocked = port_state_is_blocked(f, p);
	uint8_t state = 0, old;

	if (blocked)
		state |= PORT_BLOCKED;
	else if (egress_link(f, &p->egress).up && !(p->flags & RT_RETIRED))
		state |= PORT_UP;
	if (p->culled)
		state |= PORT_CULLED;
	if (p->learned >= p->limit)
		state |= PORT_FULL;
	if (p->watching)
		state |= PORT_WATCHED;
	old = atomic_exchange_explicit(&f->state[p->id], state,
				       memory_order_relaxed);
	if ((old ^ state) & (PORT_UP | PORT_BLOCKED | PORT_CULLED))
		port_state_changed(f);
	/* LACP tells the member. */
	if ((old ^ state) & PORT_BLOCKED && p->lag != NULL)
		f->lag_due = 0;
}

void
port_state_changed(struct fabric *f)
{
	atomic_fetch_add_explicit(&f->changes, 1, memory_order_release);
}

void
port_state_learned(struct fabric *f, struct port_rt *p, int change)
{
	p->learned += (uint32_t)change;
	port_state_update(f, p);
}
