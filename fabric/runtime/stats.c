/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Counters of a port: what the workers counted, each for itself, and what its
 * device refused before a worker saw it.
 */
#include "fabric/runtime/stats.h"

#include <string.h>

#include "fabric/runtime/runtime.h"

static void
add_worker(const struct port_counters *c, struct port_stats *s)
{
#define COUNTER(name, ...) s->name += counter_read(&c->name);
#include "fabric/view/counter_list.h"
	for (unsigned int why = 0; why < DROP_N; why++) {
		s->drop[why] += counter_read(&c->drop[why]);
		s->would_drop[why] += counter_read(&c->would_drop[why]);
	}
}

static void
subtract(struct port_stats *s, const struct port_stats *base)
{
#define COUNTER(name, ...) s->name -= base->name;
#include "fabric/view/counter_list.h"
	for (unsigned int why = 0; why < DROP_N; why++) {
		s->drop[why] -= base->drop[why];
		s->would_drop[why] -= base->would_drop[why];
	}
}

/* Errors belong to the port that has the device, not to those on its tags. */
static uint64_t
device_errors(struct fabric *f, const struct port_rt *p)
{
	struct device_rt *d = f->device[p->device];
	struct device_stats s = { 0 };

	if (d != NULL && !d->closed && strcmp(d->name, p->name) == 0)
		f->backend->stats(f, d, &s);
	return p->past_errors + s.rx_errors;
}

void
stats_port(struct fabric *f, uint16_t id, struct port_stats *s)
{
	const struct port_rt *p = f->port[id];
	uint64_t errors;

	memset(s, 0, sizeof(*s));
	for (unsigned int i = 0; i < f->nworkers; i++)
		add_worker(&f->worker[i]->port[id], s);
	if (p == NULL)
		return;
	subtract(s, &p->base);
	errors = device_errors(f, p);
	s->rx_frames += errors;
	s->drop[DROP_rx_error] += errors;
}
