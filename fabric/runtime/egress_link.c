/* SPDX-License-Identifier: BSD-3-Clause */
#include "fabric/runtime/egress_link.h"

#include <string.h>

#include "fabric/runtime/runtime.h"

static const struct device_rt *
device_of(const struct fabric *f, const struct egress *e)
{
	return f->device[egress_device(e)];
}

struct egress_link
egress_link(const struct fabric *f, const struct egress *e)
{
	const struct device_rt *d = device_of(f, e);

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

bool
egress_stats(struct fabric *f, const struct egress *e, struct device_stats *s)
{
	const struct device_rt *d = device_of(f, e);

	memset(s, 0, sizeof(*s));
	if (d == NULL || d->closed)
		return false;
	f->backend->stats(f, d, s);
	return true;
}
