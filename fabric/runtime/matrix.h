/* SPDX-License-Identifier: BSD-3-Clause */
#ifndef IXF_RUNTIME_MATRIX_H
#define IXF_RUNTIME_MATRIX_H

/*
 * The memory of the matrix (view/matrix.h), and its sums.  It has room for more ports
 * than there are; when that is used up, a larger one follows, and the one before is
 * kept for what it has counted: a cell is the sum over all of them.  Each is half as
 * large again as the one before, so all the old ones together are no larger than the
 * last.
 *
 * Control thread.
 */

#include <stdbool.h>
#include <stdint.h>

#include "fabric/view/matrix.h"
#include "lib/pages.h"

struct fabric;

struct matrix_rt {
	struct matrix_rt
		*older;       /* its workers have left it, or will; or NULL */
	struct matrix *shown; /* what views have */
	struct pages *pages;  /* of each worker */
	unsigned int nworkers;
};

/* What one port has sent to another. */
struct matrix_sum {
	struct matrix_sums {
		uint64_t frames, octets;
	} kind[MATRIX_KINDS];
};

/*
 * For ids below 'n', in place of 'older' (NULL: none), without tables yet.  NULL: no
 * memory.
 */
struct matrix_rt *matrix_create(const struct matrix_rt *older, uint32_t n,
				unsigned int nworkers);

/* Makes the table of a worker.  0 or -ENOMEM. */
int matrix_make_table(struct matrix_rt *, unsigned int worker);

/* With the older ones, if no worker uses any of them.  NULL is allowed. */
void matrix_free(struct matrix_rt *);

/*
 * The same in parts of some 32 MiB: huge tables take the kernel many milliseconds.
 * Returns what is left.
 */
struct matrix_rt *matrix_free_some(struct matrix_rt *);

/* Octets, with the older ones. */
uint64_t matrix_octets(const struct matrix_rt *);

/* Of f->matrix, by ids. */
struct matrix_sum matrix_read(const struct fabric *, uint16_t from,
			      uint16_t to);

/* Frames and octets of all kinds. */
struct matrix_sums matrix_total(const struct matrix_sum *);

/* The id is to be another port's; no worker uses it. */
void matrix_forget_port(struct fabric *, uint16_t id);

/* "ipv4", "ipv6", "other" */
const char *matrix_kind_name(enum matrix_kind);

#endif
