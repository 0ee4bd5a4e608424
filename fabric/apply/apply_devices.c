/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Devices that come and go with a configuration.
 *
 * A device is known by the text of its 'device' key: a port may be renamed, or
 * two may change places, and the device stays open.  One that must be opened
 * anew under the name it has (other arguments, a larger MTU) is closed first,
 * and opened as it was if the apply fails.
 */
#include "fabric/apply/apply_impl.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include <bsd/string.h>

#include "fabric/apply/link.h"
#include "fabric/apply/plan.h"
#include "fabric/apply/retire.h"
#include "fabric/apply/view_build.h"
#include "fabric/runtime/meters.h"
#include "fabric/runtime/port_state.h"

static uint16_t
absent_rx(const struct device *d, uint16_t queue, struct rte_mbuf **pkt,
	  uint16_t n)
{
	(void)d, (void)queue, (void)pkt, (void)n;
	return 0;
}

/* Publishes the running configuration anew; no worker uses the old view then. */
static int
republish(struct fabric *f)
{
	struct view *v = view_build(f, f->config);

	return v != NULL ? retire_view_now(f, v) : -ENOMEM;
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
	owner->past.rx_errors += s.rx_errors;
	owner->past.rx_oversize += s.rx_oversize;
	owner->past.rx_stags += s.rx_stags;
}

/* Closes a device that the running configuration uses. */
static int
withdraw(struct fabric *f, struct device_rt *d)
{
	struct device open = d->dev;
	int rc;

	d->dev.rx = absent_rx;
	d->dev.tx = absent_rx;
	rc = republish(f);
	if (rc != 0) {
		d->dev = open;
		republish(f);
		return rc;
	}
	save_errors(f, d);
	link_end(f, d);
	f->backend->close(f, d);
	d->closed = true;
	return 0;
}

static int
open_now(struct fabric *f, struct device_rt *d, struct where at,
	 struct faults *faults)
{
	int rc = f->backend->open(f, d, at, faults);

	if (rc == 0)
		link_begin(f, d);
	return rc;
}

/* Opens a withdrawn device again, as it was. */
static void
restore(struct apply *a, struct device_rt *d)
{
	struct where nowhere = { NULL, 0 };

	if (!d->closed || open_now(a->f, d, nowhere, a->faults) != 0)
		return;
	d->closed = false;
	republish(a->f);
}

/* Gives each queue to the worker that polls the fewest. */
static void
assign_queues(const struct fabric *f, struct device_rt *d)
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

static struct device_rt *
device_create(struct fabric *f, const struct config_port *c, uint32_t mtu)
{
	struct device_rt *d = calloc(1, sizeof(*d));
	uint16_t id = 0;

	while (id < PORTS_MAX && f->device[id] != NULL)
		id++;
	if (d == NULL || id == PORTS_MAX) {
		free(d);
		return NULL;
	}
	strlcpy(d->name, c->id, sizeof(d->name));
	d->spec = strdup(c->device);
	d->id = id;
	d->mtu = mtu;
	d->flags = RT_NEW | RT_WANTED;
	if (d->spec == NULL) {
		free(d);
		return NULL;
	}
	f->device[id] = d;
	return d;
}

static int
open_failed(struct apply *a, const struct config_port *c, int rc)
{
	if (faults_errors(a->faults) == 0)
		faults_error(a->faults,
			     config_place(c->at, c->line[CONFIG_PORT_device]),
			     c->id, "the device could not be opened: %s",
			     strerror(-rc));
	return rc;
}

static int
open_device(struct apply *a, const struct config_port *c, uint32_t mtu)
{
	struct fabric *f = a->f;
	struct device_rt *old, *d;
	int rc;

	/* The last apply may have retired a device of that name. */
	retire_wait(f);
	old = plan_same_name(f, c->device);
	if (old != NULL && old->flags & RT_RETIRED)
		return open_failed(a, c, -ETIMEDOUT);
	d = device_create(f, c, mtu);
	rc = d != NULL ? 0 : -ENOMEM;
	if (rc == 0 && old != NULL)
		rc = withdraw(f, old);
	if (rc == 0)
		rc = open_now(f, d,
			      config_place(c->at, c->line[CONFIG_PORT_device]),
			      a->faults);
	if (rc == 0) {
		d->replaces = old;
		d->since = f->now;
		assign_queues(f, d);
		a->opened++;
		return 0;
	}
	object_free_device(f, d);
	if (old != NULL)
		restore(a, old);
	return open_failed(a, c, rc);
}

static bool
make_device(struct apply *a, const struct config_port *c, int *rc)
{
	if (plan_device(a->f, a->config, c) == PLAN_KEPT)
		runtime_device(a->f, c->device)->flags |= RT_WANTED;
	else
		*rc = open_device(a, c, plan_mtu(a->config, c));
	return *rc == 0;
}

static int
make(struct apply *a)
{
	int rc = 0;

	for (unsigned int i = 0; i < PORTS_MAX; i++)
		if (a->f->device[i] != NULL)
			a->f->device[i]->flags &= RT_RETIRED;
	for (unsigned int i = 0; i < a->config->nports; i++)
		if (a->config->port[i].device != NULL &&
		    !make_device(a, &a->config->port[i], &rc))
			break;
	return rc;
}

/*
 * A device that was opened in the place of another is in use already: by the view
 * that was published to withdraw the next one.
 */
static void
withdraw_fresh(struct fabric *f)
{
	bool any = false;

	for (unsigned int i = 0; i < PORTS_MAX; i++) {
		struct device_rt *d = f->device[i];

		if (d == NULL || !(d->flags & RT_NEW))
			continue;
		d->dev.rx = absent_rx;
		d->dev.tx = absent_rx;
		any |= d->replaces != NULL;
	}
	if (any)
		republish(f);
}

static void
undo(struct apply *a)
{
	struct fabric *f = a->f;

	withdraw_fresh(f);
	for (unsigned int i = 0; i < PORTS_MAX; i++) {
		struct device_rt *d = f->device[i];
		struct device_rt *old;

		if (d == NULL || !(d->flags & RT_NEW))
			continue;
		old = d->replaces;
		f->backend->close(f, d);
		object_free_device(f, d);
		if (old != NULL)
			restore(a, old);
	}
}

static void
keep_port(struct apply *a, const struct config_port *c)
{
	struct port_rt *p = runtime_port(a->f, c->id);

	p->egress = a->f->view->port[p->id]->egress;
	if (c->device != NULL)
		strlcpy(runtime_device(a->f, c->device)->name, c->id,
			CONFIG_NAME_SIZE);
	meters_set(a->f, a->config, c);
	port_state_update(a->f, p);
}

static void
keep(struct apply *a)
{
	struct fabric *f = a->f;

	for (unsigned int i = 0; i < PORTS_MAX; i++) {
		struct device_rt *d = f->device[i];

		if (d == NULL || d->flags & (RT_WANTED | RT_RETIRED))
			continue;
		if (!d->closed)
			save_errors(f, d);
		d->flags |= RT_RETIRED;
		d->next = a->retired->devices;
		a->retired->devices = d;
		a->closed++;
	}
	for (unsigned int i = 0; i < a->config->nports; i++)
		keep_port(a, &a->config->port[i]);
}

const struct apply_step apply_devices = { "the devices", make, undo, keep };
