/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Opening and closing one device, in an apply or because it is missing (retry.c).
 * A device that is closed stays in the view of its ports: no frame comes or
 * leaves by it.
 */
#include "fabric/apply/apply_impl.h"

#include <errno.h>

#include "fabric/apply/link.h"
#include "fabric/apply/retire.h"
#include "fabric/apply/view_build.h"

static uint16_t
absent_rx(const struct device *d, uint16_t queue, struct rte_mbuf **pkt,
	  uint16_t n)
{
	(void)d, (void)queue, (void)pkt, (void)n;
	return 0;
}

/* Each device can take its time, and there may be hundreds. */
static void
show_life(const struct fabric *f)
{
	if (f->alive != NULL)
		f->alive();
}

/*
 * Publishes the running configuration anew, with the devices as they are now; no
 * worker uses the old view then.  That is renewed the next time: what the first
 * time has changed can be undone when there is no memory left.
 */
static int
republish(struct fabric *f)
{
	if (f->spare != NULL && !view_renew_devices(f, f->spare)) {
		view_free(f->spare);
		f->spare = NULL;
	}
	if (f->spare == NULL)
		f->spare = view_build_running(f);
	return f->spare != NULL ? retire_swap_view(f, &f->spare) : -ENOMEM;
}

/* Adds the errors of a device to its port, before it is closed. */
static void
save_errors(struct fabric *f, const struct device_rt *d)
{
	struct port_rt *owner = runtime_port(f, d->name);
	struct device_stats s = { 0 };

	f->backend->stats(f, d, &s);
	if (owner == NULL)
		return;
#define SAVE(name) owner->past.name += s.name;
	DEVICE_STATS(SAVE)
#undef SAVE
}

/* No frame comes or leaves by it in views that are built from now on. */
static void
make_absent(struct device_rt *d)
{
	d->dev.rx = absent_rx;
	d->dev.tx = absent_rx;
	d->dev.reclaim = NULL;
	d->dev.rx_wait = NULL;
	d->dev.rx_arm = NULL;
	d->dev.rx_room_ns = 0;
	d->dev.collects = false;
}

int
device_shut(struct fabric *f, struct device_rt *d)
{
	struct device open = d->dev;
	int rc;

	show_life(f);
	/* First, so that a LAG sends by its other links before it is absent. */
	link_end(f, d);
	make_absent(d);
	rc = republish(f);
	if (rc != 0) {
		d->dev = open;
		republish(f);
		link_begin(f, d);
		return rc;
	}
	save_errors(f, d);
	f->backend->close(f, d);
	d->closed = true;
	return 0;
}

int
device_open(struct fabric *f, struct device_rt *d, struct where at,
	    struct faults *faults)
{
	int rc;

	show_life(f);
	rc = f->backend->open(f, d, at, faults);
	show_life(f);

	d->closed = rc != 0;
	if (rc != 0)
		make_absent(d);
	else
		link_begin(f, d);
	return rc;
}

void
device_assign_queues(const struct fabric *f, struct device_rt *d)
{
	unsigned int load[WORKERS_MAX] = { 0 };

	for (unsigned int i = 0; i < PORTS_MAX; i++) {
		const struct device_rt *other = f->device[i];

		if (other == NULL || other == d)
			continue;
		for (uint16_t q = 0; q < other->nrxqs; q++)
			load[other->rxq_worker[q]]++;
	}
	for (uint16_t q = 0; q < d->nrxqs; q++) {
		unsigned int least = 0;

		for (unsigned int w = 1; w < f->nworkers; w++)
			if (load[w] < load[least])
				least = w;
		d->rxq_worker[q] = (uint8_t)least;
		load[least]++;
	}
}

int
device_reopen(struct fabric *f, struct device_rt *d, struct where at,
	      struct faults *faults)
{
	uint16_t nrxqs = d->nrxqs;
	int rc = device_open(f, d, at, faults);

	if (rc != 0)
		return rc;
	if (d->nrxqs != nrxqs)
		device_assign_queues(f, d);
	rc = republish(f);
	/* The view is published all the same. */
	return rc == -ETIMEDOUT ? 0 : rc;
}
