/* SPDX-License-Identifier: BSD-3-Clause */
#include "fabric/lag/port_link.h"

#include "fabric/neigh/neigh.h"
#include "fabric/runtime/egress_link.h"
#include "fabric/runtime/learn_flush.h"
#include "fabric/runtime/port_state.h"
#include "fabric/runtime/runtime.h"

void
port_link_settle(struct fabric *f, struct port_rt *p, bool was_up)
{
	bool up = egress_link(f, &p->egress).up;

	port_state_update(f, p);
	neigh_link(f, p, up);
	if (up || !was_up)
		return;
	learn_flush(f, p->id, NULL, false);
	learn_forget_link_local(p, NULL);
}
