/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Ports that become LAGs, and links that come and go.
 *
 * When all devices are open, and little can go wrong any more, members are told by LACP of
 * the links that go, and have a tenth of a second to send by the others.  A link that
 * comes is used from the moment that it is in the view.
 */
#include "fabric/apply/apply_impl.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "fabric/lag/lag.h"
#include "lib/clock.h"

/* The LAG of a port of the new configuration. */
static int
make_lag(struct apply *a, unsigned int i)
{
	struct port_rt *p = a->next->port[i];

	if (!config_port_is_lag(&a->config->port[i]))
		return 0;
	a->next->lag[i] = p->lag != NULL ? p->lag : lag_create(a->f);
	return a->next->lag[i] != NULL ? 0 : -ENOMEM;
}

static bool
has_device(const struct config_port *p, const char *spec)
{
	for (unsigned int k = 0; p != NULL && k < p->device.n; k++)
		if (strcmp(p->device.value[k], spec) == 0)
			return true;
	return false;
}

/* Members switch to the others meanwhile, and what is under way arrives. */
#define LEAVE_TIME (100 * CLOCK_MILLISECOND)

static void
leave_link(struct apply *a, unsigned int i, const struct device_rt *d)
{
	struct port_rt *p = a->running->port[i];

	lag_leave(a->f, p, d);
	if (p->lag->lacp)
		a->wait_until = a->f->now + LEAVE_TIME;
}

/* The links of a running port that it has no more. */
static void
leave(struct apply *a, unsigned int i)
{
	const struct config_port *c = &a->f->config->port[i];
	const struct config_port *next = config_port(a->config, c->id);

	if (a->running->lag[i] == NULL)
		return;
	for (unsigned int k = 0; k < c->device.n; k++)
		if (!has_device(next, c->device.value[k]))
			leave_link(a, i, a->running->device[i][k]);
}

void
apply_stay_links(struct apply *a)
{
	for (unsigned int i = 0; a->left && i < a->f->config->nports; i++)
		if (a->running->lag[i] != NULL)
			lag_stay(a->f, a->running->port[i]);
	a->left = false;
}

void
apply_leave_links(struct apply *a)
{
	a->left = true;
	for (unsigned int i = 0; i < a->f->config->nports; i++)
		leave(a, i);
}

void
apply_prepare_lags(struct apply *a)
{
	struct device_rt *slot[LAG_LINKS_MAX];

	for (unsigned int i = 0; i < a->config->nports; i++) {
		const struct config_port *c = &a->config->port[i];

		if (a->next->lag[i] == NULL)
			continue;
		object_slots(a->next, a->config, i, slot);
		lag_prepare(a->f, a->next->lag[i],
			    c->lacp != CONFIG_LACP_OFF && !a->f->lags_static,
			    slot);
	}
}

static void
undo(struct apply *a)
{
	for (unsigned int i = 0; i < a->config->nports; i++)
		if (a->next->port[i] != NULL &&
		    a->next->lag[i] != a->next->port[i]->lag)
			free(a->next->lag[i]);
}

static void
keep(struct apply *a)
{
	for (unsigned int i = 0; i < a->config->nports; i++)
		lag_keep(a->f, a->config, &a->config->port[i],
			 a->next->port[i]);
}

const struct apply_step apply_lags = { "a LAG",  object_ports, 1,
				       make_lag, undo,         keep };
