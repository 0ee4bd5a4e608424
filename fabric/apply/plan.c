/* SPDX-License-Identifier: BSD-3-Clause */
#include "fabric/apply/plan.h"

#include <stdio.h>
#include <string.h>

#include "fabric/config/devspec.h"
#include "fabric/runtime/runtime.h"

static bool
has_device(const struct config *c, const char *spec)
{
	for (unsigned int i = 0; i < c->nports; i++)
		if (c->port[i].device != NULL &&
		    strcmp(c->port[i].device, spec) == 0)
			return true;
	return false;
}

static struct device_rt *
device_of(const struct fabric *f, const struct config_port *running)
{
	const struct port_rt *p = runtime_port(f, running->id);

	return f->device[egress_device(&p->egress)];
}

struct device_rt *
plan_running(const struct fabric *f, const char *spec)
{
	const struct config *c = f->config;

	for (unsigned int i = 0; i < c->nports; i++)
		if (c->port[i].device != NULL &&
		    strcmp(c->port[i].device, spec) == 0)
			return device_of(f, &c->port[i]);
	return NULL;
}

struct device_rt *
plan_in_the_way(const struct fabric *f, const struct config *next,
		const char *spec)
{
	for (unsigned int i = 0; i < f->config->nports; i++) {
		const struct config_port *p = &f->config->port[i];

		if (p->device != NULL && devspec_conflicts(p->device, spec) &&
		    !has_device(next, p->device) && !device_of(f, p)->closed)
			return device_of(f, p);
	}
	return NULL;
}

enum plan_device
plan_device(const struct fabric *f, const struct config *next,
	    const struct config_port *carrier)
{
	const struct device_rt *d = plan_running(f, carrier->device);
	uint32_t mtu = carrier->carries;

	if (d != NULL && (d->closed || d->mtu >= mtu))
		return PLAN_KEPT;
	if (d != NULL)
		return f->backend->takes_mtu != NULL &&
				       f->backend->takes_mtu(d, mtu)
			       ? PLAN_MTU_SET
			       : PLAN_LARGER_MTU;
	return plan_in_the_way(f, next, carrier->device) != NULL
		       ? PLAN_OTHER_SETTING
		       : PLAN_OPENED;
}

/* For many ports, of which some share a device: each device is looked at once. */
struct plan {
	const struct fabric *f;
	const struct config *next;
	bool known[PORTS_MAX]; /* by the port that has the key 'device' */
	enum plan_device device[PORTS_MAX];
};

static enum plan_device
device_below(struct plan *p, const struct config_port *carrier)
{
	size_t i = (size_t)(carrier - p->next->port);

	if (!p->known[i])
		p->device[i] = plan_device(p->f, p->next, carrier);
	p->known[i] = true;
	return p->device[i];
}

/* What happens to the device below a port; false: it stays as it is. */
static bool
is_reopened(struct plan *p, const struct config_port *carrier,
	    char why[PLAN_WHY_SIZE])
{
	switch (device_below(p, carrier)) {
	case PLAN_LARGER_MTU:
		snprintf(why, PLAN_WHY_SIZE,
			 "its device is opened again (mtu %u -> %u)",
			 plan_running(p->f, carrier->device)->mtu,
			 carrier->carries);
		return true;
	case PLAN_OTHER_SETTING:
		snprintf(why, PLAN_WHY_SIZE,
			 "its device is opened again (other arguments)");
		return true;
	default:
		return false;
	}
}

/* Whether an apply interrupts a port, which 'was' so and then 'is' so. */
static bool
is_interrupted(struct plan *p, const struct config_port *was,
	       const struct config_port *is, char why[PLAN_WHY_SIZE])
{
	const struct config_port *from = runtime_carrier(p->f->config, was);
	const struct config_port *to =
		is != NULL ? runtime_carrier(p->next, is) : NULL;

	why[0] = '\0';
	if (is == NULL)
		snprintf(why, PLAN_WHY_SIZE, "it is removed");
	else if (is->status != was->status && is->status == CONFIG_DISABLED)
		snprintf(why, PLAN_WHY_SIZE, "it is disabled");
	else if (is->status != was->status && is->status == CONFIG_QUARANTINE)
		snprintf(why, PLAN_WHY_SIZE, "it is put into quarantine");
	else if (strcmp(is->lan, was->lan) != 0)
		snprintf(why, PLAN_WHY_SIZE,
			 "it moves to another LAN; its learned addresses are "
			 "removed");
	else if (is->tag != was->tag)
		snprintf(why, PLAN_WHY_SIZE, "its tag changes");
	else if (!is_reopened(p, to, why) &&
		 strcmp(from->device, to->device) != 0)
		snprintf(why, PLAN_WHY_SIZE, "it moves to another device");
	return why[0] != '\0';
}

unsigned int
plan_interrupted(const struct fabric *f, const struct config *next,
		 plan_visit *visit, void *arg)
{
	static struct plan p; /* large; one thread */
	const struct config *c = f->config;
	char why[PLAN_WHY_SIZE];
	unsigned int n = 0;

	p = (struct plan){ .f = f, .next = next };
	for (unsigned int i = 0; i < c->nports; i++) {
		const struct config_port *was = &c->port[i];
		const struct config_port *is = config_port(next, was->id);

		/* A port that forwards nothing has nothing to lose. */
		if (was->status == CONFIG_DISABLED ||
		    !is_interrupted(&p, was, is, why))
			continue;
		n++;
		visit(arg, was->id, why);
	}
	return n;
}
