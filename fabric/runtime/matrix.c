/* SPDX-License-Identifier: BSD-3-Clause */
#include "fabric/runtime/matrix.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "fabric/runtime/runtime.h"

/* Ports come one by one, so there is room for some more from the start. */
#define ROUND 64

static uint32_t
room_for(const struct matrix_rt *older, uint32_t n)
{
	uint32_t room = (n + ROUND - 1) / ROUND * ROUND;
	uint32_t more = older != NULL ? older->shown->n / 2 * 3 : 0;

	if (room < more)
		room = more;
	return room < PORTS_MAX ? room : PORTS_MAX;
}

struct matrix_rt *
matrix_create(const struct matrix_rt *older, uint32_t n, unsigned int nworkers)
{
	struct matrix_rt *m = calloc(1, sizeof(*m));

	if (m == NULL)
		return NULL;
	m->shown = calloc(1, sizeof(*m->shown) +
				     nworkers * sizeof(m->shown->worker[0]));
	m->pages = calloc(nworkers + 1, sizeof(*m->pages));
	m->nworkers = nworkers;
	if (m->shown == NULL || m->pages == NULL) {
		matrix_free(m);
		return NULL;
	}
	m->shown->n = room_for(older, n);
	return m;
}

int
matrix_make_table(struct matrix_rt *m, unsigned int worker)
{
	int rc = pages_map(&m->pages[worker], matrix_size(m->shown->n));

	if (rc == 0)
		m->shown->worker[worker] = m->pages[worker].at;
	return rc;
}

void
matrix_free(struct matrix_rt *m)
{
	while (m != NULL) {
		struct matrix_rt *older = m->older;

		for (unsigned int i = 0; m->pages != NULL && i < m->nworkers;
		     i++)
			pages_unmap(&m->pages[i]);
		free(m->pages);
		free(m->shown);
		free(m);
		m = older;
	}
}

struct matrix_rt *
matrix_free_some(struct matrix_rt *m)
{
	struct matrix_rt *older = m->older;

	for (unsigned int i = 0; i < m->nworkers; i++)
		if (m->pages[i].at != NULL) {
			pages_unmap_some(&m->pages[i]);
			return m;
		}
	m->older = NULL;
	matrix_free(m);
	return older;
}

uint64_t
matrix_octets(const struct matrix_rt *m)
{
	uint64_t octets = 0;

	for (; m != NULL; m = m->older)
		octets += m->nworkers * matrix_size(m->shown->n);
	return octets;
}

static void
add(const struct matrix_rt *m, uint16_t from, uint16_t to,
    struct matrix_sum *sum)
{
	for (unsigned int i = 0; i < m->nworkers; i++)
		for (enum matrix_kind k = 0; k < MATRIX_KINDS; k++) {
			const struct matrix_cell *c =
				matrix_row(m->shown, i, k, from) + to;

			sum->kind[k].frames += counter_read(&c->frames);
			sum->kind[k].octets += counter_read(&c->octets);
		}
}

struct matrix_sum
matrix_read(const struct fabric *f, uint16_t from, uint16_t to)
{
	struct matrix_sum sum = { 0 };

	for (const struct matrix_rt *m = f->matrix; m != NULL; m = m->older)
		if (from < m->shown->n && to < m->shown->n)
			add(m, from, to, &sum);
	return sum;
}

struct matrix_sums
matrix_total(const struct matrix_sum *sum)
{
	struct matrix_sums total = { 0 };

	for (enum matrix_kind k = 0; k < MATRIX_KINDS; k++) {
		total.frames += sum->kind[k].frames;
		total.octets += sum->kind[k].octets;
	}
	return total;
}

static void
clear(struct matrix_cell *c)
{
	atomic_store_explicit(&c->frames.n, 0, memory_order_relaxed);
	atomic_store_explicit(&c->octets.n, 0, memory_order_relaxed);
}

static void
clear_port(const struct matrix_rt *m, uint16_t id)
{
	for (unsigned int i = 0; i < m->nworkers; i++)
		for (enum matrix_kind k = 0; k < MATRIX_KINDS; k++)
			for (uint16_t other = 0; other < m->shown->n; other++) {
				clear(matrix_row(m->shown, i, k, id) + other);
				clear(matrix_row(m->shown, i, k, other) + id);
			}
}

void
matrix_forget_port(struct fabric *f, uint16_t id)
{
	for (const struct matrix_rt *m = f->matrix; m != NULL; m = m->older)
		if (id < m->shown->n)
			clear_port(m, id);
}

const char *
matrix_kind_name(enum matrix_kind k)
{
	static const char *const name[MATRIX_KINDS] = { "ipv4", "ipv6",
							"other" };

	return name[k];
}
