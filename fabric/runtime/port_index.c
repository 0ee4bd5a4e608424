/* SPDX-License-Identifier: BSD-3-Clause */
#include "fabric/runtime/port_index.h"

#include "fabric/runtime/runtime.h"

uint32_t
port_index(const struct fabric *f, const struct config_port *c)
{
	const struct port_rt *p = runtime_port(f, c->id);

	return p != NULL ? p->index : 0;
}
