/* SPDX-License-Identifier: BSD-3-Clause */
/* The answer to monitor, after which its socket carries events: see monitor.h. */
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "fabric/api/answer.h"
#include "fabric/api/arg.h"
#include "fabric/api/monitor.h"
#include "fabric/runtime/event.h"

/* Those that are named; none: all. */
static unsigned int
groups_of(const struct ctl_request *rq)
{
	unsigned int groups = 0;

	for (enum event_group g = 0; g < EVENT_GROUPS; g++) {
		/* "port" has the name of a port. */
		const char *name =
			g == EVENT_GROUP_port ? "ports" : event_group_name(g);

		if (arg_is_set(rq, name))
			groups |= 1u << g;
	}
	return groups != 0 ? groups : (1u << EVENT_GROUPS) - 1;
}

static void
begin(void *arg, uint64_t number, int fd)
{
	struct answers *a = arg;

	monitors_begin(a->monitors, (uint32_t)number, fd);
}

static enum ctl_verdict
refuse(struct ctl_request *rq, int error)
{
	if (error == EBUSY)
		return ctl_refuse(rq, "busy",
				  "%d monitors run, which is the most: end one "
				  "first",
				  MONITORS_MAX);
	return ctl_refuse(rq, "failed", "the monitor cannot be made: %s",
			  strerror(error));
}

enum ctl_verdict
answer_monitor(struct answers *a, struct ctl_request *rq, json_t **part)
{
	struct monitor_order o = {
		.groups = groups_of(rq),
		.port = arg_text(rq, "port"),
		.lan = arg_text(rq, "lan"),
		.owner = rq->uid == 0 || rq->uid == geteuid(),
	};

	if (o.port != NULL && arg_port(a->fabric, rq) == NULL)
		return CTL_ERROR;
	if (o.lan != NULL && config_lan(a->fabric->config, o.lan) == NULL)
		return arg_refuse_lan(a->fabric, rq, o.lan);
	rq->number = monitors_start(a->monitors, &o);
	if (rq->number == 0)
		return refuse(rq, errno);
	rq->take = begin;
	*part = json_pack("{s:I}", "id", (json_int_t)rq->number);
	return CTL_END;
}
