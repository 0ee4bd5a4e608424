/* SPDX-License-Identifier: BSD-3-Clause */
#include "fabric/runtime/violation_record.h"

#include <stdlib.h>

#include "fabric/runtime/runtime.h"

bool
violation_last(const struct fabric *f, const struct port_rt *p, enum drop why,
	       struct drop_record_copy *last)
{
	struct drop_record_copy copy;
	bool found = false;

	for (unsigned int i = 0; i < f->nworkers; i++) {
		const struct drop_record *o = &p->shared->log[i].last[why];

		if (!drop_record_read(o, &copy) ||
		    (found && copy.at < last->at))
			continue;
		*last = copy;
		found = true;
	}
	return found;
}

/* A frame of a record, and its place among those of its worker. */
struct entry {
	struct drop_record_copy copy;
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
	uint64_t i = end > DROP_RECORD_RING ? end - DROP_RECORD_RING : 0;
	unsigned int n = 0;

	for (; i < end; i++) {
		struct entry *e = &entry[n];

		e->place = i;
		if (drop_record_read(&log->ring[i % DROP_RECORD_RING],
				     &e->copy) &&
		    e->copy.at >= from)
			n++;
	}
	return n;
}

unsigned int
violation_record(const struct fabric *f, const struct port_rt *p,
		 struct drop_record_copy record[DROP_RECORD_RING])
{
	struct entry *entry =
		calloc(f->nworkers, DROP_RECORD_RING * sizeof(*entry));
	unsigned int all = 0, n;

	for (unsigned int i = 0; entry != NULL && i < f->nworkers; i++)
		all += gather(&p->shared->log[i], p->violations->quarantined_at,
			      entry + all);
	if (all > 1)
		qsort(entry, all, sizeof(*entry), compare_entries);
	n = all < DROP_RECORD_RING ? all : DROP_RECORD_RING;
	for (unsigned int i = 0; i < n; i++)
		record[i] = entry[all - n + i].copy;
	free(entry);
	return n;
}
