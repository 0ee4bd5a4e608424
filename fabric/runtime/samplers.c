/* SPDX-License-Identifier: BSD-3-Clause */
#include "fabric/runtime/samplers.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include <rte_cycles.h>

#include "fabric/runtime/runtime.h"
#include "fabric/view/sample.h"

/* In step the same frames are samples each time. */
static uint64_t
seed(const struct fabric *f, unsigned int worker)
{
	uint64_t start = f->in_step ? 1 : rte_rdtsc();

	return (start + worker) * UINT64_C(0x9e3779b97f4a7c15) | 1;
}

/* Kept for as long as the worker is: it may look at it at any time. */
static bool
make(const struct fabric *f, struct worker *w)
{
	size_t size = (sizeof(*w->sampler_room) + 63) & ~(size_t)63;

	w->sampler_room = aligned_alloc(64, size);
	if (w->sampler_room == NULL)
		return false;
	memset(w->sampler_room, 0, size);
	w->sampler_room->random = seed(f, w->id);
	return true;
}

int
samplers_make(struct fabric *f, unsigned int n)
{
	for (unsigned int i = 0; i < f->nworkers; i++) {
		if (f->worker[i]->sampler_room != NULL)
			continue;
		if (n-- == 0)
			return 0;
		if (!make(f, f->worker[i]))
			return -ENOMEM;
	}
	return 1;
}

void
samplers_set(struct fabric *f, uint32_t octets, bool discards)
{
	for (unsigned int i = 0; i < f->nworkers; i++) {
		struct sampler *s = f->worker[i]->sampler_room;

		atomic_store_explicit(&s->octets, octets, memory_order_relaxed);
		atomic_store_explicit(&s->discards, discards,
				      memory_order_relaxed);
	}
}

void
samplers_set_rate(struct fabric *f, uint16_t id, uint32_t rate)
{
	for (unsigned int i = 0; i < f->nworkers; i++)
		atomic_store_explicit(
			&f->worker[i]->sampler_room->port[id].rate, rate,
			memory_order_relaxed);
}

void
samplers_publish(struct fabric *f, bool on)
{
	for (unsigned int i = 0; i < f->nworkers; i++)
		atomic_store_explicit(&f->worker[i]->sampler,
				      on ? f->worker[i]->sampler_room : NULL,
				      memory_order_release);
}

struct samplers_count
samplers_count(const struct fabric *f, uint16_t id)
{
	struct samplers_count n = { 0 };

	for (unsigned int i = 0; i < f->nworkers; i++) {
		const struct sampler *s = f->worker[i]->sampler_room;

		if (s == NULL)
			continue;
		n.taken += counter_read(&s->port[id].taken);
		n.lost += counter_read(&s->port[id].lost);
		n.undiscarded += counter_read(&s->port[id].undiscarded);
	}
	return n;
}

const struct sample_frame *
samplers_first(const struct fabric *f, unsigned int worker)
{
	struct sampler *s = f->worker[worker]->sampler_room;
	uint32_t size;

	return s != NULL ? recordring_first(&s->ring, &size) : NULL;
}

void
samplers_take(const struct fabric *f, unsigned int worker)
{
	recordring_take(&f->worker[worker]->sampler_room->ring);
}
