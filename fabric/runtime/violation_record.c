/* SPDX-License-Identifier: BSD-3-Clause */
/* The frames that were refused, gathered from the records of all workers. */
#include <stdlib.h>

#include "fabric/runtime/runtime.h"
#include "fabric/runtime/violation.h"

bool
violation_last(const struct fabric *f, const struct port_rt *p, enum drop why,
	       struct offence_copy *last)
{
	struct offence_copy copy;
	bool found = false;

	for (unsigned int i = 0; i < f->nworkers; i++) {
		const struct offence *o = &p->shared->log[i].last[why];

		if (!offence_read(o, &copy) || (found && copy.at < last->at))
			continue;
		*last = copy;
		found = true;
	}
	return found;
}

/* A frame of a record, and its place among those of its worker. */
struct entry {
	struct offence_copy copy;
	uint64_t place;
};

static int
compare_entries(const void *a, const void *b)
{
	const struct entry *x = a, *y = b;

	if (x->copy.at != y->copy.at)
		return x->copy.at < y->copy.at ? -1 : 1;
	return (x->place > y->place) - (x->place < y->place);
}

/* What one worker has recorded since 'from'; returns how many. */
static unsigned int
gather(const struct port_log *log, uint64_t from, struct entry *entry)
{
	uint64_t end = atomic_load_explicit(&log->n, memory_order_acquire);
	uint64_t i = end > OFFENCE_RING ? end - OFFENCE_RING : 0;
	unsigned int n = 0;

	for (; i < end; i++) {
		struct entry *e = &entry[n];

		e->place = i;
		if (offence_read(&log->ring[i % OFFENCE_RING], &e->copy) &&
		    e->copy.at >= from)
			n++;
	}
	return n;
}

unsigned int
violation_record(const struct fabric *f, const struct port_rt *p,
		 struct offence_copy record[OFFENCE_RING])
{
	struct entry *entry =
		calloc(f->nworkers, OFFENCE_RING * sizeof(*entry));
	unsigned int all = 0, n;

	for (unsigned int i = 0; entry != NULL && i < f->nworkers; i++)
		all += gather(&p->shared->log[i], p->watch->quarantined_at,
			      entry + all);
	if (all > 1)
		qsort(entry, all, sizeof(*entry), compare_entries);
	n = all < OFFENCE_RING ? all : OFFENCE_RING;
	for (unsigned int i = 0; i < n; i++)
		record[i] = entry[all - n + i].copy;
	free(entry);
	return n;
}
