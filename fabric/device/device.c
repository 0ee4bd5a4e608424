/* SPDX-License-Identifier: BSD-3-Clause */
#include "fabric/device/device.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "fabric/device/device_impl.h"
#include "fabric/device/eal.h"
#include "fabric/device/ethdev_impl.h"
#include "lib/log.h"
#include "lib/statefile.h"

static void
fill(struct ethdev_setup *s)
{
	struct device *dev = &s->d->dev;
	struct ethdev *e = s->e;
	const int *socket = NULL;

	dev->ethdev = e->id;
	dev->ntxqs = s->ntxqs;
	dev->arg = e;
	ethdev_set_io(s, dev);
	if (ethdev_is_packet(e) && e->nsockets >= s->nrxqs)
		socket = e->socket;
	rxwait_open(&e->wait, dev, &e->spec, e->args, s->nrxqs,
		    s->rx_descriptors, socket, s->conf.intr_conf.rxq);
	s->d->nrxqs = s->nrxqs;
	if (dev->tx_lock != NULL)
		eal_log(LOG_NOTICE,
			"%s: %s: the %u workers share its transmit queues",
			e->section, e->spec.name, s->f->nworkers);
}

static bool
get_listener(const struct ethdev *e, struct memif_listener *l)
{
	return memif_listens(&e->spec, e->args, l);
}

/* Whether another device, with an 'id' of its own, shares the socket. */
static bool
is_shared(const struct fabric *f, const struct ethdev *e,
	  const struct memif_listener *l)
{
	struct memif_listener other;

	for (unsigned int i = 0; i < PORTS_MAX; i++) {
		const struct device_rt *d = f->device[i];

		if (d == NULL || d->closed || d->dev.arg == NULL ||
		    d->dev.arg == e)
			continue;
		if (get_listener(d->dev.arg, &other) &&
		    strcmp(other.name, l->name) == 0)
			return true;
	}
	return false;
}

static int
claim_listener(const struct ethdev_setup *s)
{
	struct memif_listener l;

	if (!get_listener(s->e, &l) || is_shared(s->f, s->e, &l) ||
	    memif_claim(&l) == 0)
		return 0;
	return ETHDEV_FAULT(s, -EADDRINUSE, "%s: another process listens at %s",
			    s->e->spec.name, l.name);
}

static void
ethdev_free(struct ethdev *e)
{
	settings_put_back(&e->settings);
	if (e->lock >= 0)
		close(e->lock);
	rxwait_close(&e->wait);
	free(e);
}

static void
release(struct fabric *f, struct ethdev *e)
{
	struct memif_listener l;

	pci_unwatch(&e->pci);
	rte_eth_dev_stop(e->id);
	rte_eth_dev_close(e->id);
	for (unsigned int i = 0; i < e->nsenders; i++)
		packet_sender_close(&e->sender[i]);
	detach(&e->spec);
	if (get_listener(e, &l) && !is_shared(f, e, &l))
		memif_silence(&l);
	ethdev_release_pool(f->backend_arg, e->pool);
	ethdev_free(e);
}

static struct ethdev *
ethdev_create(const struct fabric *f, const struct device_rt *d)
{
	const struct device_shared *shared = f->backend_arg;
	struct ethdev *e = calloc(1, sizeof(*e));
	struct devspec_needs needs = {
		.queues = f->nworkers,
		.descriptors = shared->descriptors,
		.mtu = d->mtu,
	};

	if (e == NULL)
		return NULL;
	e->lock = -1;
	snprintf(e->section, sizeof(e->section), "port %s", d->name);
	rte_spinlock_init(&e->tx_lock);
	if (devspec_parse(d->spec, &e->spec) != 0 ||
	    devspec_complete(&e->spec, &needs, e->args) != 0) {
		free(e);
		return NULL;
	}
	devspec_interface(&e->spec, e->interface, sizeof(e->interface));
	rxwait_begin(&e->wait, &e->spec, e->args);
	return e;
}

/* Another device on the same interface would get some of its frames. */
static int
check_interface(const struct ethdev_setup *s)
{
	for (unsigned int i = 0; i < PORTS_MAX; i++) {
		const struct device_rt *d = s->f->device[i];
		const struct ethdev *other;

		if (d == NULL || d == s->d || d->closed || d->dev.arg == NULL)
			continue;
		other = d->dev.arg;
		if (s->e->interface[0] == '\0' ||
		    strcmp(other->interface, s->e->interface) != 0)
			continue;
		return ETHDEV_FAULT(
			s, -EBUSY, "the interface %s is in use by %s of [%s]",
			other->interface, other->spec.name, other->section);
	}
	return 0;
}

/*
 * Keeps other daemons away from an interface.  One that net_tap makes is known by
 * its name, before it is there.
 */
static int
lock_name(const char *interface, bool exists, int *holder)
{
	unsigned int index = exists ? if_nametoindex(interface) : 0;
	char key[32];

	if (index != 0)
		snprintf(key, sizeof(key), "%u", index);
	else
		snprintf(key, sizeof(key), "%s", interface);
	return iflock_take(key, holder);
}

static int
lock_interface(struct ethdev_setup *s)
{
	struct ethdev *e = s->e;
	char process[32] = "";
	int holder;

	if (e->interface[0] == '\0')
		return 0;
	e->lock = lock_name(e->interface, ethdev_quirks(e)->kernel, &holder);
	if (e->lock >= 0)
		return 0;
	if (holder != 0)
		snprintf(process, sizeof(process), ", process %d", holder);
	return ETHDEV_FAULT(
		s, e->lock,
		"the interface %s is in use by another ixfabricd%s (%s)",
		e->interface, process, strerror(-e->lock));
}

/* Sets up the interface of the kernel that the device uses. */
static int
take_interface(struct ethdev_setup *s)
{
	const struct device_shared *shared = s->f->backend_arg;
	struct ethdev *e = s->e;
	const struct settings_needs needs = {
		.mtu = s->d->mtu,
		.past_qdisc = ethdev_quirks(e)->past_qdisc,
	};
	const char *what;
	int ret;

	if (!ethdev_quirks(e)->kernel || e->interface[0] == '\0')
		return 0;
	ret = settings_take(&e->settings, e->interface, &needs, shared->records,
			    e->section, &what);
	if (ret == 0)
		return 0;
	return ETHDEV_FAULT(
		s, ret, "%s: %s cannot be set (the MTU of its LANs is %u): %s",
		e->interface, what, s->d->mtu, strerror(-ret));
}

static int
attach_device(struct ethdev_setup *s)
{
	struct ethdev *e = s->e;
	int ret;

	packet_begin(devspec_packet_queues(e->args));
	ret = attach(&e->spec, e->args, &e->id, s->at, e->section, s->faults);
	e->nsockets = packet_take_sockets(e->socket, WORKERS_MAX);
	return ret;
}

static int
device_open(struct fabric *f, struct device_rt *d, struct where at,
	    struct faults *faults)
{
	struct ethdev_setup s = { .f = f, .d = d, .at = at, .faults = faults };
	int ret;

	s.e = ethdev_create(f, d);
	if (s.e == NULL) {
		faults_error(faults, at, NULL,
			     "device: '%s' is too long, or has no name",
			     d->spec);
		return -EINVAL;
	}
	ret = check_interface(&s);
	if (ret == 0)
		ret = claim_listener(&s);
	if (ret == 0)
		ret = attach_check(&s.e->spec, at, s.e->section, faults);
	if (ret == 0)
		ret = lock_interface(&s);
	if (ret == 0)
		ret = take_interface(&s);
	if (ret == 0)
		ret = attach_device(&s);
	if (ret != 0) {
		ethdev_free(s.e);
		return ret;
	}
	ret = ethdev_set_up(&s);
	if (ret != 0) {
		eal_log_keep();
		release(f, s.e);
		eal_log_kept();
		return ret;
	}
	fill(&s);
	if (s.e->spec.pci)
		pci_watch(&s.e->pci, s.e->spec.name);
	rte_eth_stats_get(s.e->id, &s.e->base);
	return 0;
}

static void
device_close(struct fabric *f, struct device_rt *d)
{
	struct ethdev *e = d->dev.arg;

	/* That of an interface of the kernel is put back with the others. */
	if (e->settings.name[0] == '\0')
		rte_eth_promiscuous_disable(e->id);
	release(f, e);
	d->dev.arg = NULL;
}

const struct backend device_backend = {
	.open = device_open,
	.close = device_close,
	.link = ethdev_link,
	.gone = ethdev_gone,
	.takes_mtu = ethdev_takes_mtu,
	.set_mtu = ethdev_set_mtu,
	.stats = ethdev_stats,
};

void
device_begin(struct device_shared *shared, const struct config *config)
{
	const char *state = config->fabric.state;
	const char *slash = strrchr(state, '/');
	int len = slash != NULL ? (int)(slash + 1 - state) : 0;

	shared->descriptors = config->fabric.descriptors;
	statefile_prepare(state);
	if (snprintf(shared->records, sizeof(shared->records), "%.*sinterfaces",
		     len, state) >= (int)sizeof(shared->records))
		shared->records[0] = '\0';
}

void
device_abandon(struct fabric *f)
{
	for (unsigned int i = 0; i < PORTS_MAX; i++) {
		struct ethdev *e = f->device[i] != NULL && !f->device[i]->closed
					   ? f->device[i]->dev.arg
					   : NULL;

		if (e != NULL)
			settings_put_back(&e->settings);
	}
}

static bool
is_in_use(const char *interface)
{
	int holder, lock = lock_name(interface, true, &holder);

	if (lock < 0)
		return true;
	close(lock);
	return false;
}

void
device_recover(const struct device_shared *shared)
{
	settings_recover(shared->records, is_in_use);
}
