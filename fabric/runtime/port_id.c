/* SPDX-License-Identifier: BSD-3-Clause */
#include "fabric/runtime/port_id.h"

#include "fabric/runtime/runtime.h"

uint16_t
fabric_port_id(const struct fabric *f, const char *name)
{
	const struct port_rt *p = runtime_port(f, name);

	return p != NULL ? p->id : FABRIC_NO_PORT;
}

const char *
fabric_port_name(const struct fabric *f, uint16_t id)
{
	return id < PORTS_MAX && f->port[id] != NULL ? f->port[id]->name : NULL;
}
