/* SPDX-License-Identifier: BSD-3-Clause */
#include "fabric/runtime/egress_link.h"

#include <string.h>

#include "fabric/runtime/lag_rt.h"
#include "fabric/runtime/runtime.h"

static struct egress_link
link_of(const struct fabric *f, const struct device_rt *d)
{
	if (d == NULL)
		return (struct egress_link){ 0 };
	return (struct egress_link){
		.up = atomic_load_explicit(&f->link[d->id],
					   memory_order_relaxed),
		.held_until = d->flap.until,
		.since = d->since,
		.speed = d->speed,
		.changes = d->link_changes,
	};
}

/* Adds a link to what all of them come to: the speed is that of those in use. */
static void
add_link(struct egress_link *all, const struct egress_link *one, bool in_use)
{
	all->changes += one->changes;
	if (in_use)
		all->speed += one->speed;
	if (one->held_until != 0 &&
	    (all->held_until == 0 || one->held_until < all->held_until))
		all->held_until = one->held_until;
}

/* A LAG is held down only if no link of it is left. */
static struct egress_link
lag_link(const struct fabric *f, const struct lag_rt *l)
{
	struct egress_link all = { .up = lag_is_up(l), .since = l->since };

	for (unsigned int i = 0; i < LAG_LINKS_MAX; i++) {
		struct egress_link one = link_of(f, l->link[i].device);

		add_link(&all, &one, l->link[i].in_use);
	}
	if (l->nin_use != 0)
		all.held_until = 0;
	return all;
}

struct egress_link
egress_link(const struct fabric *f, const struct egress *e)
{
	const struct lag_rt *l = lag_of(e);

	return l != NULL ? lag_link(f, l) : link_of(f, f->device[e->device]);
}

static bool
add_stats(struct fabric *f, const struct device_rt *d, struct device_stats *s)
{
	struct device_stats one = { 0 };

	if (d == NULL || d->closed)
		return false;
	f->backend->stats(f, d, &one);
#define ADD(name) s->name += one.name;
	DEVICE_STATS(ADD)
#undef ADD
	return true;
}

struct device_rt *
egress_device_at(const struct fabric *f, const struct egress *e, unsigned int i)
{
	const struct lag_rt *l = lag_of(e);

	if (l != NULL)
		return l->link[i].device;
	return i == 0 ? f->device[e->device] : NULL;
}

struct device_rt *
egress_find_device(const struct fabric *f, const struct egress *e,
		   const char *spec)
{
	for (unsigned int i = 0; i < LAG_LINKS_MAX; i++) {
		struct device_rt *d = egress_device_at(f, e, i);

		if (d != NULL && strcmp(d->spec, spec) == 0)
			return d;
	}
	return NULL;
}

bool
egress_stats(struct fabric *f, const struct egress *e, struct device_stats *s)
{
	bool open = false;

	memset(s, 0, sizeof(*s));
	for (unsigned int i = 0; i < LAG_LINKS_MAX; i++)
		open |= add_stats(f, egress_device_at(f, e, i), s);
	return open;
}
