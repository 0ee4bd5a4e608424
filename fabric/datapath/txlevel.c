/* SPDX-License-Identifier: BSD-3-Clause */
#include "fabric/datapath/txlevel.h"

#include <rte_common.h>

#include "fabric/datapath/hot.h"

#define NONE UINT64_MAX

/* Levels that are further apart, in octets, are not of one overload. */
#define APART (2 * BACKLOG_CREDIT)

static uint64_t
lowest_of_others(const struct worker *w, const struct view *v,
		 const struct device *d, uint64_t age)
{
	uint64_t lowest = NONE;

	for (unsigned int i = 0; i < v->nworkers; i++) {
		const struct tx_level *l = &d->levels->worker[i];
		uint64_t level =
			atomic_load_explicit(&l->octets, memory_order_relaxed);
		uint64_t moved =
			atomic_load_explicit(&l->moved, memory_order_relaxed);

		if (i != w->id && level != 0 &&
		    (int64_t)(w->now - moved) < (int64_t)age)
			lowest = RTE_MIN(lowest, level);
	}
	return lowest;
}

static void
show(const struct worker *w, const struct device *d, uint64_t level,
     uint64_t moved)
{
	struct tx_level *own = &d->levels->worker[w->id];
	uint64_t before =
		atomic_load_explicit(&own->octets, memory_order_relaxed);

	atomic_store_explicit(&own->moved, moved, memory_order_relaxed);
	atomic_store_explicit(&own->octets, level, memory_order_relaxed);
	if (before == 0)
		atomic_fetch_add_explicit(&d->levels->shown, 1,
					  memory_order_relaxed);
}

/*
 * Levels are counted from where each worker began.  One that begins, or is far ahead,
 * is taken to be where the others are; one that is far behind, since its senders want
 * less than their shares, keeps the credit of a sender that was idle.
 */
static void
align(struct backlog *b, uint64_t others)
{
	uint64_t own = b->level + b->shift;

	if (!b->aligned || own > others + APART)
		b->shift = others - b->level;
	else if (others > own + APART)
		b->shift = others - b->level - BACKLOG_CREDIT;
	b->aligned = true;
}

void
txlevel_update(const struct worker *w, const struct view *v,
	       const struct device *d, struct backlog *b, bool behind,
	       uint64_t age)
{
	uint64_t others;

	if (d->levels == NULL || v->nworkers < 2)
		return;
	others = lowest_of_others(w, v, d, age);
	b->cap = UINT64_MAX;
	if (others != NONE) {
		align(b, others);
		b->cap = others + 2 * b->quantum - b->shift;
	}
	if (behind)
		show(w, d, b->level + b->shift, b->moved);
	else
		txlevel_end(w, d);
}

void
txlevel_end(const struct worker *w, const struct device *d)
{
	struct tx_level *own;

	if (d->levels == NULL)
		return;
	own = &d->levels->worker[w->id];
	if (atomic_load_explicit(&own->octets, memory_order_relaxed) == 0)
		return;
	atomic_store_explicit(&own->octets, 0, memory_order_relaxed);
	atomic_fetch_sub_explicit(&d->levels->shown, 1, memory_order_relaxed);
}
