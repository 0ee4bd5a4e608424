/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * The index of each port: what the configuration gives it, or one of its own, which
 * stays with its name.
 */
#include "fabric/apply/apply_impl.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

#include "fabric/runtime/event.h"
#include "lib/indexmap.h"

_Static_assert(CONFIG_PORTS_MAX <= INDEXMAP_NAMES, "for all ports of a file");
_Static_assert(CONFIG_NAME_SIZE == INDEXMAP_NAME_SIZE, "a name fits");

static unsigned int
parts(const struct apply *a)
{
	(void)a;
	return 1;
}

static int
make(struct apply *a, unsigned int part)
{
	const struct config *c = a->config;

	(void)part;
	a->numbers = calloc(c->nports + 1, sizeof(*a->numbers));
	if (a->numbers == NULL)
		return -ENOMEM;
	for (unsigned int i = 0; i < c->nports; i++) {
		a->numbers[i].name = c->port[i].id;
		a->numbers[i].fixed = c->port[i].index;
	}
	a->indexes = indexmap_next(a->f->indexes, a->numbers, c->nports);
	return a->indexes != NULL ? 0 : -ENOMEM;
}

static void
undo(struct apply *a)
{
	indexmap_free(a->indexes);
	free(a->numbers);
}

/* The new configuration gives to another port what this one has had. */
static void
log_loss(const struct apply *a, const struct port_rt *p, uint32_t number)
{
	const char *other = "another port";
	char line[EVENT_SIZE];

	for (unsigned int i = 0; i < a->config->nports; i++)
		if (a->config->port[i].index == p->index)
			other = a->config->port[i].id;
	snprintf(line, sizeof(line),
		 "port %s: its index is %" PRIu32
		 " now: the configuration gives %" PRIu32 " to port %s",
		 p->name, number, p->index, other);
	event_log(a->f, DROP_WARNING, line);
}

static void
keep(struct apply *a)
{
	for (unsigned int i = 0; i < a->config->nports; i++) {
		struct port_rt *p = a->next->port[i];
		uint32_t number = a->numbers[i].number;

		if (p->index != 0 && p->index != number &&
		    a->numbers[i].fixed == 0)
			log_loss(a, p, number);
		p->index = number;
	}
	a->f->indexes_unsaved |= !indexmap_is_same(a->f->indexes, a->indexes);
	indexmap_free(a->f->indexes);
	a->f->indexes = a->indexes;
	free(a->numbers);
}

const struct apply_step apply_indexes = {
	"the indexes of ports", parts, 16, make, undo, keep
};
