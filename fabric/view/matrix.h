/* SPDX-License-Identifier: BSD-3-Clause */
#ifndef IXF_MATRIX_H
#define IXF_MATRIX_H

/*
 * Which port sends how much to which: a cell for each pair of ports and kind of
 * frame, of which each worker has its own table.  A frame counts when it is sent on
 * to one port, as in the counter 'forwarded' of the port that it came in by; a flood
 * is for all of the LAN, and counts in no cell.
 *
 * A view has the matrix, or none.  Its memory outlives views: runtime/matrix.h.
 */

#include <assert.h>
#include <stddef.h>
#include <stdint.h>

#ifdef __SSE2__
#include <emmintrin.h>
#endif

#include "lib/counter.h"

enum matrix_kind {
	MATRIX_IPV4,
	MATRIX_IPV6,
	MATRIX_OTHER,
	MATRIX_KINDS
};

/* Written by the worker that has the table, read by control. */
struct matrix_cell {
	struct counter octets; /* without FCS */
	struct counter frames;
};

static_assert(sizeof(struct matrix_cell) == 16, "never in two cache lines");

/* ThreadSanitizer does not know that such a store is of two words. */
#if defined(__SSE2__) && !defined(__SANITIZE_THREAD__)
#define MATRIX_AT_ONCE
#endif

struct matrix {
	uint32_t n;                   /* all ports have an id below this */
	struct matrix_cell *worker[]; /* the table of each */
};

/* Octets of a table for ports with an id below 'n'. */
static inline size_t
matrix_size(uint32_t n)
{
	return (size_t)MATRIX_KINDS * n * n * sizeof(struct matrix_cell);
}

/* The cells of what the port with id 'from' sends, by the id of the other port. */
static inline struct matrix_cell *
matrix_row(const struct matrix *m, unsigned int worker, enum matrix_kind kind,
	   uint16_t from)
{
	return m->worker[worker] + ((size_t)from * MATRIX_KINDS + kind) * m->n;
}

/*
 * Counts a frame.  The two counters of a cell are added to at once, since that is
 * done for every frame; each half of an aligned store of 16 octets is seen whole.
 */
static inline void
matrix_count(struct matrix_cell *c, uint32_t octets)
{
#ifdef MATRIX_AT_ONCE
	__m128i *cell = (__m128i *)(void *)c;
	__m128i frame = _mm_or_si128(_mm_cvtsi32_si128((int)octets),
				     _mm_set_epi64x(1, 0));

	_mm_store_si128(cell, _mm_add_epi64(_mm_load_si128(cell), frame));
#else
	counter_add(&c->octets, octets);
	counter_add(&c->frames, 1);
#endif
}

#endif
