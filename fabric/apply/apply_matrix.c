/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * The matrix of ports (view/matrix.h) comes and goes with its key, and a larger one
 * follows it when ports have come for which it has no room.  What it has counted
 * stays.
 */
#include "fabric/apply/apply_impl.h"

#include <errno.h>

#include "fabric/apply/retire.h"
#include "fabric/runtime/matrix.h"

/* All ports of the new configuration have an id below this. */
static uint32_t
ids_of(const struct apply *a)
{
	uint32_t n = 0;

	for (unsigned int i = 0; i < a->config->nports; i++)
		if (a->next->port[i]->id >= n)
			n = a->next->port[i]->id + 1u;
	return n;
}

static int
no_memory(struct apply *a, uint32_t n)
{
	unsigned long long each = matrix_size(n);

	faults_error(
		a->faults,
		config_place(a->config->fabric.at,
			     a->config->fabric.line[CONFIG_FABRIC_matrix]),
		"fabric",
		"matrix = on: %llu MB of memory are needed for %u ports and "
		"%u workers, and %llu MB are available: set matrix = off",
		((each * a->f->nworkers) >> 20) + 1, n, a->f->nworkers,
		(unsigned long long)((pages_free_huge() + pages_free()) >> 20));
	return -ENOMEM;
}

/* What takes more than it has makes the kernel end some process. */
static bool
has_memory(const struct matrix_rt *m)
{
	uint64_t need = matrix_octets(m);

	return need < (64 << 20) || pages_free() == 0 ||
	       need <= pages_free_huge() + pages_free();
}

static int
begin(struct apply *a)
{
	struct matrix_rt *running = a->f->matrix;
	uint32_t n = ids_of(a);

	if (a->config->fabric.matrix != CONFIG_ON)
		return 0;
	if (running != NULL && running->shown->n >= n) {
		a->matrix = running;
		return 0;
	}
	a->matrix = matrix_create(running, n, a->f->nworkers);
	if (a->matrix == NULL)
		return -ENOMEM;
	return has_memory(a->matrix) ? 0 : no_memory(a, a->matrix->shown->n);
}

/* Part 0, and one for the table of each worker. */
static unsigned int
parts(const struct apply *a)
{
	return 1 + a->f->nworkers;
}

static bool
is_new(const struct apply *a)
{
	return a->matrix != NULL && a->matrix != a->f->matrix;
}

static int
make(struct apply *a, unsigned int part)
{
	if (part == 0)
		return begin(a);
	if (!is_new(a))
		return 0;
	return matrix_make_table(a->matrix, part - 1) == 0
		       ? 0
		       : no_memory(a, a->matrix->shown->n);
}

static void
undo(struct apply *a)
{
	if (is_new(a))
		matrix_free(a->matrix);
}

static void
keep(struct apply *a)
{
	struct matrix_rt *running = a->f->matrix;

	if (a->matrix == NULL)
		a->retired->matrix = running;
	else if (is_new(a))
		a->matrix->older = running;
	a->f->matrix = a->matrix;
}

const struct apply_step apply_matrix = { "the matrix", parts, 16,
					 make,         undo,  keep };
