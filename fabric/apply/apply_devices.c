/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Devices that come and go with a configuration.
 *
 * A device is known by the text of its 'device' key: a port may be renamed, or
 * two may change places, and the device stays open.  One that is set up for too
 * small a payload is closed and opened anew, and is the same object.  A new one
 * may need a name or an interface that a running one has and gives up: that is
 * closed first.  All that was closed is opened as it was if the apply fails, and
 * runs on meanwhile without frames.
 *
 * To open a device, and to close one, takes the kernel some ten milliseconds, so
 * control has a turn after each.  In all of them the running configuration runs on its
 * devices, of which one may be closed for another; new ones (RT_NEW) are in no view.
 * Nothing else opens or closes a device until the apply has ended.
 *
 * What is likelier to fail comes first: the devices that need nothing of others,
 * and only then those for which a running one must be closed.
 */
#include "fabric/apply/apply_impl.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <bsd/string.h>

#include "fabric/apply/link.h"
#include "fabric/apply/plan.h"
#include "fabric/apply/retire.h"
#include "fabric/apply/retry.h"
#include "fabric/apply/view_build.h"
#include "fabric/config/devspec.h"
#include "fabric/runtime/event.h"
#include "fabric/runtime/meters.h"
#include "fabric/runtime/port_state.h"

/* Shuts a running device, and notes how it ran. */
static int
withdraw(struct apply *a, struct device_rt *d)
{
	int rc;

	a->spent += APPLY_DEVICE_UNITS;
	rc = device_shut(a->f, d);
	if (rc != 0)
		return rc;
	a->withdrawn[a->nwithdrawn++] =
		(struct device_undo){ d, d->mtu, false };
	return 0;
}

static struct tx_levels *
levels_create(const struct fabric *f)
{
	return calloc(1, sizeof(struct tx_levels) +
				 f->nworkers * sizeof(struct tx_level));
}

static struct device_rt *
device_create(struct fabric *f, const struct config_port *c, const char *spec)
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
	d->spec = strdup(spec);
	d->dev.serial = ++f->devices_made;
	d->dev.levels = levels_create(f);
	d->id = id;
	d->flags = RT_NEW;
	d->mtu = c->carries;
	f->device[id] = d;
	if (d->spec == NULL || d->dev.levels == NULL) {
		object_free_device(f, d);
		return NULL;
	}
	return d;
}

static const struct config_port *
port_at(const struct apply *a, const struct device_place *at)
{
	return &a->config->port[at->port];
}

static const char *
spec_at(const struct apply *a, const struct device_place *at)
{
	return port_at(a, at)->device.value[at->link];
}

static struct device_rt **
device_at(struct apply *a, const struct device_place *at)
{
	return &a->next->device[at->port][at->link];
}

static struct where
line_of(const struct apply *a, const struct device_place *at)
{
	return port_at(a, at)->device.at[at->link];
}

static int
open_failed(struct apply *a, const struct device_place *at, int rc)
{
	if (faults_errors(a->faults) == 0)
		faults_error(a->faults, line_of(a, at), port_at(a, at)->id,
			     "the device could not be opened: %s",
			     rc == -ETIMEDOUT ? "a worker does not respond"
					      : strerror(-rc));
	return rc;
}

/* Whether a device of the last configuration still has what 'spec' needs. */
static bool
is_taken(const struct fabric *f, const char *spec)
{
	for (unsigned int i = 0; i < PORTS_MAX; i++) {
		const struct device_rt *d = f->device[i];

		if (d != NULL && d->flags & RT_RETIRED && !d->closed &&
		    devspec_conflicts(d->spec, spec))
			return true;
	}
	return false;
}

/* Whether the next configuration has a running device too. */
static bool
is_kept(struct apply *a, const struct device_rt *d)
{
	for (unsigned int i = 0; i < a->nplaces; i++)
		if (*device_at(a, &a->place[i]) == d)
			return true;
	return false;
}

static bool
is_start(const struct apply *a)
{
	return a->f->generation == 0;
}

/*
 * Whether it goes on without a device that is missing: at the start, and on the way
 * back from a configuration that was not confirmed, which must not fail.
 */
static bool
is_lenient(const struct apply *a)
{
	return is_start(a) || a->f->goes_back;
}

/* An error for which the fabric does not start. */
static void
report_missing(struct apply *a, const struct device_rt *d, struct where at)
{
	char section[CONFIG_NAME_SIZE + 8];

	snprintf(section, sizeof(section), "port %s", d->name);
	faults_error(a->faults, at, section, "device: %s", d->missing);
}

/*
 * Opens a new device.  An exchange starts with the devices that are there; one
 * that is missing is tried again.
 */
static int
open_new(struct apply *a, struct device_rt *d, struct where at)
{
	struct faults *faults;
	int rc;

	if (!is_lenient(a))
		return device_open(a->f, d, at, a->faults);
	faults = faults_create();
	if (faults == NULL)
		return -ENOMEM;
	rc = device_open(a->f, d, at, faults);
	a->in_use += rc == -EADDRINUSE;
	if (rc != 0)
		retry_note(a->f, d, faults);
	if (rc != 0 && !retry_helps(rc))
		report_missing(a, d, at);
	else
		rc = 0;
	faults_free(faults);
	return rc;
}

static int
open_device(struct apply *a, const struct device_place *at)
{
	const char *spec = spec_at(a, at);
	struct device_rt *d, *old;
	int rc = 0;

	a->spent += APPLY_DEVICE_UNITS;
	if (is_taken(a->f, spec))
		rc = retire_wait(a->f);
	while (rc == 0 &&
	       (old = plan_in_the_way(a->f, a->config, spec)) != NULL)
		rc = withdraw(a, old);
	if (rc != 0)
		return open_failed(a, at, rc);
	d = device_create(a->f, port_at(a, at), spec);
	rc = d != NULL ? open_new(a, d, line_of(a, at)) : -ENOMEM;
	if (rc != 0) {
		object_free_device(a->f, d);
		return open_failed(a, at, rc);
	}
	d->since = a->f->now;
	device_assign_queues(a->f, d);
	d->next = a->devices;
	a->devices = d;
	*device_at(a, at) = d;
	a->opened += !d->closed;
	return 0;
}

/* Sets the MTU of a running device; a device that does not take it is reopened. */
static bool
set_mtu(struct apply *a, struct device_rt *d, uint32_t mtu)
{
	struct device_undo u = { d, d->mtu, true };

	a->spent += APPLY_DEVICE_UNITS;
	if (a->f->backend->set_mtu(a->f, d, mtu) != 0)
		return false;
	a->withdrawn[a->nwithdrawn++] = u;
	d->mtu = mtu;
	return true;
}

/* A running device stays, or is opened anew. */
static int
take_running(struct apply *a, const struct device_place *at,
	     enum plan_device what)
{
	struct device_rt *d = plan_running(a->f, spec_at(a, at));
	uint32_t mtu = port_at(a, at)->carries;
	int rc = 0;

	*device_at(a, at) = d;
	if (what == PLAN_KEPT || (what == PLAN_MTU_SET && set_mtu(a, d, mtu)))
		return 0;
	rc = withdraw(a, d);
	if (rc == 0) {
		if (mtu > d->mtu)
			d->mtu = mtu;
		rc = device_reopen(a->f, d, line_of(a, at), a->faults);
	}
	if (rc != 0)
		return open_failed(a, at, rc);
	a->opened++;
	a->closed++;
	return 0;
}

/* Unless it is there already, or there is something else to do than 'what'. */
static int
make_device(struct apply *a, const struct device_place *at,
	    enum plan_device what)
{
	if (*device_at(a, at) != NULL)
		return 0;
	a->spent += APPLY_PLAN_UNITS;
	if (plan_device(a->f, a->config, port_at(a, at), at->link) != what)
		return 0;
	return what == PLAN_OPENED || what == PLAN_OTHER_SETTING
		       ? open_device(a, at)
		       : take_running(a, at, what);
}

/* Ports on a tag leave by the devices of their parent. */
static void
share_devices(struct apply *a)
{
	const struct config *c = a->config;

	for (unsigned int i = 0; i < c->nports; i++)
		if (c->port[i].parent[0] != '\0')
			memcpy(a->next->device[i],
			       a->next->device[runtime_carrier(c, &c->port[i]) -
					       c->port],
			       sizeof(a->next->device[i]));
}

/* A second daemon with the same devices does not start to wait for them. */
static int
check_in_use(struct apply *a)
{
	unsigned int n = 0;

	for (struct device_rt *d = a->devices; d != NULL; d = d->next)
		n++;
	if (a->in_use == 0 || a->in_use < n)
		return 0;
	report_missing(a, a->devices, FAULTS_NOWHERE);
	return -EADDRINUSE;
}

/* A device that was closed for one may have made room for another. */
static const enum plan_device order[] = {
	PLAN_KEPT,   PLAN_OPENED,  PLAN_OTHER_SETTING,
	PLAN_OPENED, PLAN_MTU_SET, PLAN_LARGER_MTU,
};

#define NORDER (sizeof(order) / sizeof(order[0]))

/* All devices once for each row of 'order', between the beginning and the end. */
static unsigned int
device_parts(const struct apply *a)
{
	return (unsigned int)NORDER * a->nplaces + 2;
}

static unsigned int
count_devices(const struct config *c)
{
	unsigned int n = 0;

	for (unsigned int i = 0; i < c->nports; i++)
		n += c->port[i].device.n;
	return n;
}

int
apply_find_places(struct apply *a)
{
	a->place = calloc(count_devices(a->config) + 1, sizeof(*a->place));
	if (a->place == NULL)
		return -ENOMEM;
	for (unsigned int i = 0; i < a->config->nports; i++)
		for (unsigned int k = 0; k < a->config->port[i].device.n; k++)
			a->place[a->nplaces++] = (struct device_place){ i, k };
	return 0;
}

static int
begin(struct apply *a)
{
	a->withdrawn =
		calloc(count_devices(a->f->config) + 1, sizeof(*a->withdrawn));
	return a->withdrawn != NULL ? 0 : -ENOMEM;
}

static int
make(struct apply *a, unsigned int part)
{
	unsigned int n = a->nplaces;

	if (part == 0)
		return begin(a);
	if (part <= NORDER * n)
		return make_device(a, &a->place[(part - 1) % n],
				   order[(part - 1) / n]);
	share_devices(a);
	if (check_in_use(a) != 0)
		return -EADDRINUSE;
	apply_leave_links(a);
	return 0;
}

/* The device runs as before the apply, or not at all: then its port is down. */
static void
restore(struct apply *a, const struct device_undo *u)
{
	struct fabric *f = a->f;
	struct device_rt *d = u->device;
	struct where nowhere = { NULL, 0 };
	char name[DEVSPEC_NAME_SIZE];

	if (u->open) {
		f->backend->set_mtu(f, d, u->mtu);
		d->mtu = u->mtu;
		return;
	}
	if (!d->closed && device_shut(f, d) != 0)
		return;
	d->mtu = u->mtu;
	if (device_reopen(f, d, nowhere, a->faults) == 0)
		return;
	faults_error(a->faults, nowhere, d->name,
		     "its device %s could not be opened again: the %s is down "
		     "until it can",
		     d->spec, link_name(f, d, name) != NULL ? "link" : "port");
	retry_note(f, d, NULL);
	retry_log(f, d);
}

/* New devices are in no view. */
bool
apply_devices_undo_one(struct apply *a)
{
	struct device_rt *d = a->devices;

	apply_stay_links(a);
	if (d != NULL) {
		a->devices = d->next;
		if (!d->closed)
			a->f->backend->close(a->f, d);
		object_free_device(a->f, d);
		return true;
	}
	if (a->nwithdrawn == 0)
		return false;
	restore(a, &a->withdrawn[--a->nwithdrawn]);
	return true;
}

static void
undo(struct apply *a)
{
	while (apply_devices_undo_one(a))
		;
	free(a->withdrawn);
	a->f->changes_devices = false;
}

static void
keep_device(struct apply *a, const struct device_place *at)
{
	const struct config_port *c = port_at(a, at);
	struct device_rt *d = *device_at(a, at);
	uint32_t mtu = c->carries;

	strlcpy(d->name, c->id, CONFIG_NAME_SIZE);
	if (!d->closed)
		return;
	if (mtu > d->mtu)
		d->mtu = mtu;
	if (a->f->generation == 1 || a->f->goes_back) {
		retry_log(a->f, d);
		return;
	}
	/* The operator may just have mended what it was missing for. */
	d->retry_due = a->f->now;
	a->f->retry_due = a->f->now;
}

static void
keep_port(struct apply *a, unsigned int i)
{
	const struct config_port *c = &a->config->port[i];

	meters_set(a->f, a->config, c);
	port_state_update(a->f, a->next->port[i]);
}

static void
retire_device(struct apply *a, struct device_rt *d)
{
	d->flags |= RT_RETIRED;
	d->next = a->retired->devices;
	a->retired->devices = d;
	a->closed++;
}

static void
keep(struct apply *a)
{
	const struct config *running = a->f->config;

	for (unsigned int i = 0; i < running->nports; i++)
		for (unsigned int k = 0; k < running->port[i].device.n; k++)
			if (!is_kept(a, a->running->device[i][k]))
				retire_device(a, a->running->device[i][k]);
	for (struct device_rt *d = a->devices; d != NULL; d = d->next)
		d->flags &= ~(unsigned int)RT_NEW;
	for (unsigned int i = 0; i < a->nplaces; i++)
		keep_device(a, &a->place[i]);
	for (unsigned int i = 0; i < a->config->nports; i++)
		keep_port(a, i);
	free(a->withdrawn);
	a->f->changes_devices = false;
}

const struct apply_step apply_devices = { "the devices", device_parts, 0,
					  make,          undo,         keep };
