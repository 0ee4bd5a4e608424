/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * The index of each port: what the configuration gives it, or one of its own, which
 * stays with its name.  So does that of each link of a LAG, with the names of its port
 * and its device.
 */
#include "fabric/apply/apply_impl.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "fabric/config/devspec.h"
#include "fabric/runtime/event.h"
#include "lib/indexmap.h"

_Static_assert(CONFIG_PORTS_MAX + PORTS_MAX <= INDEXMAP_NAMES,
	       "for all ports of a file, and all devices");
_Static_assert(CONFIG_NAME_SIZE + DEVSPEC_NAME_SIZE <= INDEXMAP_NAME_SIZE,
	       "a name fits");

static unsigned int
parts(const struct apply *a)
{
	(void)a;
	return 1;
}

static unsigned int
links_of(const struct config_port *c)
{
	return config_port_is_lag(c) ? c->device.n : 0;
}

/* "PORT/DEVICE", of each link. */
static int
name_links(struct apply *a, const struct config *c, size_t *n)
{
	unsigned int links = 0;

	for (unsigned int i = 0; i < c->nports; i++)
		links += links_of(&c->port[i]);
	a->link_names = calloc(links + 1, sizeof(*a->link_names));
	a->numbers = calloc(c->nports + links + 1, sizeof(*a->numbers));
	if (a->link_names == NULL || a->numbers == NULL)
		return -ENOMEM;
	links = 0;
	for (unsigned int i = 0; i < c->nports; i++)
		for (unsigned int k = 0; k < links_of(&c->port[i]); k++) {
			const char *device = c->port[i].device.value[k];
			char *name = a->link_names[links];

			snprintf(name, INDEXMAP_NAME_SIZE, "%s/%.*s",
				 c->port[i].id, (int)strcspn(device, ","),
				 device);
			a->numbers[c->nports + links++].name = name;
		}
	*n = c->nports + links;
	return 0;
}

static void
forget(struct apply *a)
{
	free(a->numbers);
	free(a->link_names);
}

static int
make(struct apply *a, unsigned int part)
{
	const struct config *c = a->config;
	size_t n = 0;
	int rc = name_links(a, c, &n);

	(void)part;
	for (unsigned int i = 0; rc == 0 && i < c->nports; i++) {
		a->numbers[i].name = c->port[i].id;
		a->numbers[i].fixed = c->port[i].index;
	}
	if (rc == 0)
		a->indexes = indexmap_next(a->f->indexes, a->numbers, n);
	return a->indexes != NULL ? 0 : -ENOMEM;
}

static void
undo(struct apply *a)
{
	indexmap_free(a->indexes);
	forget(a);
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
keep_links(struct apply *a)
{
	const struct indexmap_port *number = &a->numbers[a->config->nports];

	for (unsigned int i = 0; i < a->config->nports; i++)
		for (unsigned int k = 0; k < a->config->port[i].device.n; k++)
			a->next->device[i][k]->index =
				config_port_is_lag(&a->config->port[i])
					? (number++)->number
					: 0;
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
	keep_links(a);
	forget(a);
}

const struct apply_step apply_indexes = {
	"the indexes of ports", parts, 16, make, undo, keep
};
