/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Mirrors, and ports that listen, come and go with a configuration.  One whose section
 * leads the copies to the same place stays, with its counters; the frames that it takes
 * are those of the view.
 */
#include "fabric/apply/apply_impl.h"

#include <assert.h>
#include <errno.h>

#include "fabric/apply/retire.h"
#include "fabric/runtime/mirror.h"
#include "fabric/runtime/port_id.h"

/* The keys are counted by the same limit. */
static_assert(MIRRORS_MAX == CONFIG_MIRRORS_MAX &&
		      MIRROR_NUMBERS == 2 * MIRRORS_MAX,
	      "numbers for two configurations");

static bool
has_mirrors(const struct config *c)
{
	for (unsigned int i = 0; i < c->nports; i++)
		if (c->port[i].listen != CONFIG_HEARS_OFF)
			return true;
	return c->nmirrors != 0;
}

/* The id of the port that copies leave by. */
static uint16_t
port_of(const struct apply *a, const struct config_mirror *c)
{
	const struct config_port *p = config_port(a->config, c->to);

	return p != NULL ? a->next->port[p - a->config->port]->id
			 : FABRIC_NO_PORT;
}

static int
no_number(struct apply *a)
{
	if (errno == EBUSY)
		faults_error(a->faults, FAULTS_NOWHERE, NULL,
			     "a worker still uses mirrors of before: try "
			     "again");
	return -errno;
}

static int
keep_or_make(struct apply *a, const struct config_mirror *c,
	     struct mirror_rt **m)
{
	uint16_t to = port_of(a, c);

	*m = mirror_find(a->f, c->id, false);
	if (*m != NULL && mirror_fits(a->f, *m, c, to))
		return 0;
	*m = mirror_create(a->f, c, to);
	return *m != NULL ? 0 : no_number(a);
}

static int
keep_or_make_listener(struct apply *a, unsigned int port, struct mirror_rt **m)
{
	const struct config_port *c = &a->config->port[port];
	uint16_t id = a->next->port[port]->id;

	*m = mirror_find(a->f, c->id, true);
	if (*m != NULL && (*m)->to == id)
		return 0;
	*m = mirror_create_listener(a->f, c->id, id);
	return *m != NULL ? 0 : no_number(a);
}

static int
make_mirrors(struct apply *a)
{
	const struct config *c = a->config;
	int rc = 0;

	for (unsigned int i = 0; rc == 0 && i < c->nmirrors; i++)
		rc = keep_or_make(a, &c->mirror[i], &a->next->mirror[i]);
	for (unsigned int i = 0; rc == 0 && i < c->nports; i++)
		if (c->port[i].listen != CONFIG_HEARS_OFF)
			rc = keep_or_make_listener(a, i, &a->next->listener[i]);
	return rc;
}

/* What they have in common, the rings of each worker, and they. */
static unsigned int
parts(const struct apply *a)
{
	return has_mirrors(a->config) ? a->f->nworkers + 2 : 0;
}

static int
make(struct apply *a, unsigned int part)
{
	if (part == 0)
		return mirrors_begin(a->f);
	if (part <= a->f->nworkers)
		return mirrors_make_rings(a->f, part - 1);
	return make_mirrors(a);
}

/* Whether it was made by this apply. */
static bool
is_new(const struct apply *a, const struct mirror_rt *m)
{
	return m != NULL && mirror_find(a->f, m->name, m->listens) != m;
}

static void
undo(struct apply *a)
{
	for (unsigned int i = 0; i < a->config->nmirrors; i++)
		if (is_new(a, a->next->mirror[i]))
			mirror_free(a->f, a->next->mirror[i]);
	for (unsigned int i = 0; i < a->config->nports; i++)
		if (is_new(a, a->next->listener[i]))
			mirror_free(a->f, a->next->listener[i]);
}

static void
keep(struct apply *a)
{
	struct mirror_rt *all[MIRRORS_MAX];
	unsigned int n = 0;

	for (unsigned int i = 0; i < a->config->nmirrors; i++)
		all[n++] = a->next->mirror[i];
	for (unsigned int i = 0; i < a->config->nports; i++)
		if (a->next->listener[i] != NULL)
			all[n++] = a->next->listener[i];
	a->retired->mirrors = mirrors_run(a->f, a->config, all, n);
}

const struct apply_step apply_mirrors = { "the mirrors", parts, 16,
					  make,          undo,  keep };
