/* SPDX-License-Identifier: BSD-3-Clause */
#include "fabric/apply/plan.h"

#include <stdio.h>
#include <string.h>

#include "fabric/config/devspec.h"
#include "fabric/lag/lag.h"
#include "fabric/runtime/egress_link.h"
#include "fabric/runtime/runtime.h"

/* Which of the devices of a port that is; or their number. */
static unsigned int
link_of(const struct config_port *p, const char *spec)
{
	unsigned int k = 0;

	while (k < p->device.n && strcmp(p->device.value[k], spec) != 0)
		k++;
	return k;
}

static bool
has_device(const struct config *c, const char *spec)
{
	for (unsigned int i = 0; i < c->nports; i++)
		if (link_of(&c->port[i], spec) < c->port[i].device.n)
			return true;
	return false;
}

struct device_rt *
plan_running(const struct fabric *f, const char *spec)
{
	const struct config *c = f->config;

	for (unsigned int i = 0; i < c->nports; i++)
		if (link_of(&c->port[i], spec) < c->port[i].device.n)
			return egress_find_device(
				f, &runtime_port(f, c->port[i].id)->egress,
				spec);
	return NULL;
}

struct device_rt *
plan_in_the_way(const struct fabric *f, const struct config *next,
		const char *spec)
{
	for (unsigned int i = 0; i < f->config->nports; i++) {
		const struct config_files *running = &f->config->port[i].device;

		for (unsigned int k = 0; k < running->n; k++) {
			const char *other = running->value[k];
			struct device_rt *d;

			if (!devspec_conflicts(other, spec) ||
			    has_device(next, other))
				continue;
			d = plan_running(f, other);
			if (!d->closed)
				return d;
		}
	}
	return NULL;
}

enum plan_device
plan_device(const struct fabric *f, const struct config *next,
	    const struct config_port *carrier, unsigned int link)
{
	const char *spec = carrier->device.value[link];
	const struct device_rt *d = plan_running(f, spec);
	uint32_t mtu = carrier->carries;

	if (d != NULL && (d->closed || d->mtu >= mtu))
		return PLAN_KEPT;
	if (d != NULL)
		return f->backend->takes_mtu != NULL &&
				       f->backend->takes_mtu(d, mtu)
			       ? PLAN_MTU_SET
			       : PLAN_LARGER_MTU;
	return plan_in_the_way(f, next, spec) != NULL ? PLAN_OTHER_SETTING
						      : PLAN_OPENED;
}

/* For many ports, of which some share a device: each device is looked at once. */
struct plan {
	const struct fabric *f;
	const struct config *next;
	/* By the port that has the key 'device', and the line of that. */
	bool known[PORTS_MAX][CONFIG_LINKS_MAX];
	enum plan_device device[PORTS_MAX][CONFIG_LINKS_MAX];
};

static enum plan_device
device_below(struct plan *p, const struct config_port *carrier, unsigned int k)
{
	size_t i = (size_t)(carrier - p->next->port);

	if (!p->known[i][k])
		p->device[i][k] = plan_device(p->f, p->next, carrier, k);
	p->known[i][k] = true;
	return p->device[i][k];
}

/* What happens to a device; false: it stays as it is. */
static bool
is_reopened(struct plan *p, const struct config_port *carrier, unsigned int k,
	    char why[PLAN_WHY_SIZE])
{
	switch (device_below(p, carrier, k)) {
	case PLAN_LARGER_MTU:
		snprintf(why, PLAN_WHY_SIZE,
			 "its device is opened again (mtu %u -> %u)",
			 plan_running(p->f, carrier->device.value[k])->mtu,
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

/* Whether too few devices of a port run on for it. */
static bool
loses_devices(struct plan *p, const struct config_port *from,
	      const struct config_port *to, char why[PLAN_WHY_SIZE])
{
	unsigned int stay = 0;
	bool reopened = false;

	for (unsigned int k = 0; k < to->device.n; k++) {
		if (is_reopened(p, to, k, why))
			reopened = true;
		else if (link_of(from, to->device.value[k]) < from->device.n)
			stay++;
	}
	if (stay >= to->min_links)
		return false;
	if (stay != 0)
		snprintf(why, PLAN_WHY_SIZE,
			 "%u of its links run%s on, and min_links is %u", stay,
			 stay == 1 ? "s" : "", to->min_links);
	else if (!reopened)
		snprintf(why, PLAN_WHY_SIZE, "it moves to another device");
	return true;
}

static bool
begins_lacp(const struct config_port *from, const struct config_port *to)
{
	return from->lacp == CONFIG_LACP_OFF && to->lacp != CONFIG_LACP_OFF;
}

/* Its links are used again once the member has learned the new values. */
static bool
renames_lacp(const struct plan *p, const struct config_port *from,
	     const struct config_port *to)
{
	const struct config *running = p->f->config;

	return from->lacp != CONFIG_LACP_OFF && to->lacp != CONFIG_LACP_OFF &&
	       (lag_system(p->f, running) != lag_system(p->f, p->next) ||
		running->fabric.lacp_priority != p->next->fabric.lacp_priority);
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
	else if (begins_lacp(from, to))
		snprintf(why, PLAN_WHY_SIZE, "LACP is turned on for it");
	else if (renames_lacp(p, from, to))
		snprintf(why, PLAN_WHY_SIZE,
			 "'lacp_system' or 'lacp_priority' changes");
	else
		return loses_devices(p, from, to, why);
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
