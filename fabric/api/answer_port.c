/* SPDX-License-Identifier: BSD-3-Clause */
/* The answers that have a row, or some rows, for each port. */
#include <string.h>

#include "fabric/api/answer.h"
#include "fabric/api/arg.h"
#include "fabric/api/policy.h"
#include "fabric/api/status.h"
#include "fabric/runtime/runtime.h"

/* A part of a table: small, so that the fabric does not wait for it. */
#define PART_PORTS 32
#define PART_DROPS 4 /* ports, with a row for each reason */
#define PART_ROWS  512

/* A row of a port, or an array of its rows. */
typedef json_t *port_row(struct fabric *, const struct config_port *);

/* Whether the LAN and the state in the arguments, if any, are those of the port. */
static bool
is_asked(const struct answers *a, const struct ctl_request *rq,
	 const struct config_port *c)
{
	const char *lan = arg_text(rq, "lan"), *state = arg_text(rq, "state");

	return (lan == NULL || strcmp(c->lan, lan) == 0) &&
	       (state == NULL ||
		strcmp(status_port_state(a->fabric, c), state) == 0);
}

static enum ctl_verdict
one_port(struct answers *a, struct ctl_request *rq, port_row *row,
	 json_t **part)
{
	const struct config_port *c = arg_port(a->fabric, rq);
	json_t *made;

	if (c == NULL)
		return CTL_ERROR;
	made = is_asked(a, rq, c) ? row(a->fabric, c) : json_array();
	*part = json_is_array(made) ? made : json_pack("[o]", made);
	return CTL_END;
}

static bool
is_known_lan(const struct fabric *f, struct ctl_request *rq)
{
	const char *lan = arg_text(rq, "lan");

	if (lan == NULL || config_lan(f->config, lan) != NULL)
		return true;
	arg_refuse_lan(f, rq, lan);
	return false;
}

/*
 * Of the port in the arguments, or of those that these ask for, from place[0] on: up
 * to 'n' ports are looked at.
 */
static enum ctl_verdict
some_ports(struct answers *a, struct ctl_request *rq, port_row *row,
	   unsigned int n, json_t **part)
{
	const struct config *config = a->fabric->config;

	if (!is_known_lan(a->fabric, rq))
		return CTL_ERROR;
	if (arg_text(rq, "port") != NULL)
		return one_port(a, rq, row, part);
	*part = json_array();
	for (; n > 0 && json_array_size(*part) < PART_ROWS &&
	       rq->place[0] < config->nports;
	     n--) {
		const struct config_port *c = &config->port[rq->place[0]++];
		json_t *made = is_asked(a, rq, c) ? row(a->fabric, c) : NULL;

		if (made == NULL)
			continue;
		if (!json_is_array(made)) {
			json_array_append_new(*part, made);
			continue;
		}
		json_array_extend(*part, made);
		json_decref(made);
	}
	return rq->place[0] < config->nports ? CTL_MORE : CTL_END;
}

enum ctl_verdict
answer_port_show(struct answers *a, struct ctl_request *rq, json_t **part)
{
	return some_ports(a, rq, status_port, PART_PORTS, part);
}

enum ctl_verdict
answer_port_stats(struct answers *a, struct ctl_request *rq, json_t **part)
{
	return some_ports(a, rq, status_port_stats, PART_PORTS, part);
}

enum ctl_verdict
answer_port_interface(struct answers *a, struct ctl_request *rq, json_t **part)
{
	return some_ports(a, rq, status_port_interface, PART_PORTS, part);
}

enum ctl_verdict
answer_port_drops(struct answers *a, struct ctl_request *rq, json_t **part)
{
	return some_ports(a, rq, status_port_drops, PART_DROPS, part);
}

enum ctl_verdict
answer_port_links(struct answers *a, struct ctl_request *rq, json_t **part)
{
	return some_ports(a, rq, status_port_links, PART_DROPS, part);
}

enum ctl_verdict
answer_port_record(struct answers *a, struct ctl_request *rq, json_t **part)
{
	return one_port(a, rq, status_port_record, part);
}

enum ctl_verdict
answer_acl_show(struct answers *a, struct ctl_request *rq, json_t **part)
{
	return some_ports(a, rq, status_acl, PART_PORTS, part);
}

enum ctl_verdict
answer_lag_show(struct answers *a, struct ctl_request *rq, json_t **part)
{
	const struct config_port *c;

	if (arg_text(rq, "port") == NULL)
		return some_ports(a, rq, status_lag, PART_PORTS, part);
	c = arg_port(a->fabric, rq);
	if (c == NULL)
		return CTL_ERROR;
	if (c->parent[0] != '\0' &&
	    config_port_is_lag(runtime_carrier(a->fabric->config, c)))
		return ctl_refuse(rq, "usage",
				  "port %s leaves by the links of port %s: "
				  "lag show %s",
				  c->id, c->parent, c->parent);
	if (!config_port_is_lag(c))
		return ctl_refuse(rq, "usage",
				  "port %s is no LAG: it has one device, and "
				  "lacp is off",
				  c->id);
	return one_port(a, rq, status_lag, part);
}

static json_t *
policy_row(struct fabric *f, const struct config_port *c)
{
	return policy_port(f, f->view->port[runtime_port(f, c->id)->id]);
}

enum ctl_verdict
answer_policy_show(struct answers *a, struct ctl_request *rq, json_t **part)
{
	const char *lan = arg_text(rq, "lan");

	if (arg_text(rq, "port") != NULL)
		return one_port(a, rq, policy_row, part);
	if (!is_known_lan(a->fabric, rq))
		return CTL_ERROR;
	*part = json_array();
	return policy_lans(a->fabric, lan, rq->place, *part) ? CTL_MORE
							     : CTL_END;
}
