/* SPDX-License-Identifier: BSD-3-Clause */
#include "fabric/runtime/stats.h"

#include <stdio.h>
#include <string.h>

#include <rte_cycles.h>
#include <rte_mempool.h>
#include <rte_version.h>

#include "fabric/runtime/egress_link.h"
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

/* Adds frames that were dropped below the stages. */
static void
add_below(struct port_stats *s, enum drop why, uint64_t frames)
{
	s->rx_frames += frames;
	s->drop[why] += frames;
}

static void
add_device(const struct device_stats *d, struct port_stats *s)
{
	add_below(s, DROP_rx_error, d->rx_errors);
	add_below(s, DROP_oversize, d->rx_oversize);
	add_below(s, DROP_tag_not_allowed, d->rx_stags);
}

void
stats_port(struct fabric *f, uint16_t id, struct port_stats *s)
{
	const struct port_rt *p = f->port[id];
	struct device_stats now;

	memset(s, 0, sizeof(*s));
	for (unsigned int i = 0; i < f->nworkers; i++)
		add_worker(&f->worker[i]->port[id], s);
	if (p == NULL)
		return;
	subtract(s, &p->base);
	add_device(&p->past, s);
	/* The device counts for the port that has it, not for those on its tags. */
	if (p->egress.tag == 0 && egress_stats(f, &p->egress, &now))
		add_device(&now, s);
}

uint64_t
stats_received(const struct fabric *f, const struct port_rt *p)
{
	uint64_t n = 0;

	for (unsigned int i = 0; i < f->nworkers; i++)
		n += counter_read(&f->worker[i]->port[p->id].rx_frames);
	return n - p->base.rx_frames;
}

bool
stats_device(struct fabric *f, const struct port_rt *p, struct device_stats *s)
{
	struct device_stats now;
	bool open = p->egress.tag == 0 && egress_stats(f, &p->egress, &now);

	*s = p->past;
	if (!open)
		return false;
#define ADD(name) s->name += now.name;
	DEVICE_STATS(ADD)
#undef ADD
	return true;
}

uint32_t
stats_link_changes(const struct fabric *f, const struct port_rt *p)
{
	return p->past_link_changes + egress_link(f, &p->egress).changes;
}

uint64_t
stats_rule_hits(const struct fabric *f, const struct rule_hits *hits,
		unsigned int i)
{
	uint64_t n = 0;

	for (unsigned int w = 0; w < f->nworkers; w++)
		n += counter_read(&hits->n[w * hits->stride + i]);
	return n;
}

uint64_t
stats_drops(const struct port_stats *s, bool tx)
{
	uint64_t n = 0;

	for (enum drop why = DROP_NONE + 1; why < DROP_N; why++)
		if (drop_is_tx(why) == tx)
			n += s->drop[why];
	return n;
}

void
stats_worker(const struct fabric *f, unsigned int i, struct worker_stats *s)
{
	const struct worker *w = f->worker[i];
	uint64_t started = counter_read(&w->started);

	*s = (struct worker_stats){
		.frames = counter_read(&w->frames),
		.polls = counter_read(&w->polls),
		.idle_polls = counter_read(&w->idle_polls),
		.busy_cycles = counter_read(&w->busy_cycles),
		.cycles = started != 0 ? rte_rdtsc() - started : 0,
	};
}

bool
stats_pool(const struct fabric *f, unsigned int i, struct pool_stats *s)
{
	static const char *const name[] = { "frames", "copies", "made" };
	const struct worker *first = f->nworkers > 0 ? f->worker[0] : NULL;
	struct rte_mempool *pool = NULL;

	*s = (struct pool_stats){ 0 };
	if (i >= 3 + f->nworkers)
		return false;
	if (i == 0)
		pool = f->pool;
	else if (i >= 3)
		pool = f->worker[i - 3]->punt_frames;
	else if (first != NULL)
		pool = i == 1 ? first->copies : first->made;
	if (pool == NULL)
		return true;
	if (i >= 3)
		snprintf(s->name, sizeof(s->name), "punts%u", i - 3);
	else
		snprintf(s->name, sizeof(s->name), "%s", name[i]);
	s->free = rte_mempool_avail_count(pool);
	s->used = pool->size - s->free;
	return true;
}

const char *
stats_dpdk_version(void)
{
	return rte_version();
}
