/* SPDX-License-Identifier: BSD-3-Clause */
#ifndef IXF_RETIRE_H
#define IXF_RETIRE_H

/*
 * Publishes views, and frees the objects that only old ones use: see retire.c.
 * Control thread.
 */

#include <stdbool.h>
#include <stdint.h>

struct fabric;

/* Objects that only the old view uses: freed when no worker uses it any more. */
struct retired {
	struct retired *next;
	uint64_t token; /* of the grace period */
	bool let_go;    /* it is over */
	const struct view *view;
	struct config *config; /* NULL: none */
	/* Lists. */
	struct port_rt *ports;
	struct lan_rt *lans;
	struct device_rt *devices;
	struct acl_rt *acls;
	struct rule_hits *hits;
	struct net_rt *nets;
	struct old_table *tables;
	struct matrix_rt *matrix;  /* NULL: none */
	struct mirror_rt *mirrors; /* a list */
};

/* An empty one, to be freed with free() or handed to retire(); or NULL. */
struct retired *retire_create(void);

/* Frees 'r' when no worker uses the old view any more.  Takes it over. */
void retire(struct fabric *, struct retired *);

/*
 * Frees what no worker uses any more; a part of it, if there is much.  Returns
 * whether nothing is left.
 */
bool retire_poll(struct fabric *);

/*
 * Waits until all that is retired has been freed.  0, or -ETIMEDOUT when a
 * worker does not respond within a second.
 */
int retire_wait(struct fabric *);

/* Gives 'v' to all workers.  Returns the view before it. */
const struct view *retire_publish(struct fabric *, const struct view *v);

/*
 * Publishes '*v' and waits until no worker uses the view before it, which is then
 * in its place.  0, or -ETIMEDOUT when a worker does not respond within a second:
 * '*v' is published all the same, the old view retired, and NULL in its place.
 * Takes no memory unless the time is out.
 */
int retire_swap_view(struct fabric *, struct view **v);

/*
 * Frees all that the fabric holds: objects, views, configuration.  No worker
 * runs any more.
 */
void retire_all(struct fabric *);

#endif
