/* SPDX-License-Identifier: BSD-3-Clause */
#include "fabric/runtime/link_stats.h"

#include "fabric/datapath/worker.h"
#include "fabric/runtime/runtime.h"

void
link_stats(const struct fabric *f, const struct device_rt *d,
	   const struct link_stats *base, struct link_stats *s)
{
	*s = (struct link_stats){ 0 };
	for (unsigned int i = 0; i < f->nworkers; i++) {
		const struct link_counters *c = &f->worker[i]->link[d->id];

#define ADD(name) s->name += counter_read(&c->name);
		LINK_STATS(ADD)
#undef ADD
	}
	if (base == NULL)
		return;
#define SUBTRACT(name) s->name -= base->name;
	LINK_STATS(SUBTRACT)
#undef SUBTRACT
}
