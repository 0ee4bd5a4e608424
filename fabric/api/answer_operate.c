/* SPDX-License-Identifier: BSD-3-Clause */
/* The answers to port up, down and cull, and to fabric cull: see override.h. */
#include <string.h>

#include "fabric/api/answer.h"
#include "fabric/api/arg.h"
#include "fabric/api/status.h"
#include "fabric/apply/link.h"
#include "fabric/apply/override.h"
#include "fabric/apply/retry.h"
#include "fabric/lag/lag.h"
#include "fabric/runtime/violation.h"
#include "lib/clock.h"

static void
add(json_t *list, bool when, const char *text)
{
	if (when)
		json_array_append_new(list, json_string(text));
}

static json_t *
answer_of(struct fabric *f, const struct config_port *c, json_t *ended)
{
	return json_pack("{s:s, s:s, s:o}", "port", c->id, "state",
			 status_port_state(f, c), "ended", ended);
}

enum ctl_verdict
answer_port_up(struct answers *a, struct ctl_request *rq, json_t **part)
{
	struct fabric *f = a->fabric;
	const struct config_port *c = arg_port(f, rq);
	json_t *ended = json_array();
	const char *missing;
	bool was_missing;
	struct port_rt *p;

	if (c == NULL || c->status == CONFIG_DISABLED) {
		json_decref(ended);
		return c == NULL ? CTL_ERROR
				 : ctl_refuse(rq, "disabled",
					      "port %s is disabled by the "
					      "configuration: set 'status = "
					      "connected' there, and apply it",
					      c->id);
	}
	p = runtime_port(f, c->id);
	add(ended, p->down.set, "taken down by an operator");
	override_down(f, p, false);
	add(ended, violation_unblock(f, p), "shut down after a violation");
	add(ended, link_release(f, &p->egress) | lag_release(f, p),
	    "link flaps");
	was_missing = retry_missing(f, &p->egress, false) != NULL;
	add(ended, was_missing && retry_missing(f, &p->egress, true) == NULL,
	    "no device");
	/* One link is enough: status names those that are missing. */
	missing = status_missing_text(f, p);
	if (missing != NULL) {
		json_decref(ended);
		return ctl_refuse(rq, "no_device",
				  "port %s has no device: %s; it is tried "
				  "again",
				  c->id, missing);
	}
	*part = answer_of(f, c, ended);
	return CTL_END;
}

enum ctl_verdict
answer_port_down(struct answers *a, struct ctl_request *rq, json_t **part)
{
	struct fabric *f = a->fabric;
	const struct config_port *c = arg_port(f, rq);

	if (c == NULL)
		return CTL_ERROR;
	override_down(f, runtime_port(f, c->id), true);
	*part = answer_of(f, c, json_array());
	return CTL_END;
}

/* Adds a warning for each kind of BGP that the cull does not drop. */
static void
warn_of(const struct fabric *f, const struct config_port *c, json_t *warnings)
{
	const struct config_lan *lan = config_lan(f->config, c->lan);

	if (lan == NULL)
		return;
	if (lan->ipv4.n == 0)
		json_array_append_new(
			warnings, json_sprintf("port %s: [lan %s] has no ipv4: "
					       "BGP over IPv4 is not dropped",
					       c->id, lan->id));
	if (lan->ipv6.n == 0)
		json_array_append_new(
			warnings, json_sprintf("port %s: [lan %s] has no ipv6: "
					       "BGP over IPv6 is not dropped",
					       c->id, lan->id));
	if (config_check_mode(f->config, c, DROP_bgp_cull) != CONFIG_MODE_DROP)
		json_array_append_new(
			warnings,
			json_sprintf("port %s: bgp_cull is not in mode drop: "
				     "BGP from it is not dropped",
				     c->id));
}

static json_t *
cull_answer(struct fabric *f, const struct config_port *c, bool on)
{
	struct port_rt *p = c != NULL ? runtime_port(f, c->id) : NULL;
	json_t *warnings = json_array();

	for (unsigned int i = 0; on && i < f->config->nports; i++)
		if (c == NULL || c == &f->config->port[i])
			warn_of(f, &f->config->port[i], warnings);
	if (!on && p != NULL && p->culled)
		json_array_append_new(
			warnings,
			json_sprintf(
				"port %s is still culled: fabric cull is on",
				c->id));
	return json_pack("{s:s?, s:s, s:I, s:o}", "port",
			 c != NULL ? c->id : NULL, "cull", on ? "on" : "off",
			 "culled_frames", (json_int_t)override_culled(f, p),
			 "warnings", warnings);
}

/* Of the port, or of the whole fabric: NULL. */
static enum ctl_verdict
cull(struct fabric *f, struct ctl_request *rq, const struct config_port *c,
     json_t **part)
{
	bool on = strcmp(arg_text(rq, "state"), "on") == 0;

	override_cull(f, c != NULL ? runtime_port(f, c->id) : NULL, on);
	*part = cull_answer(f, c, on);
	return CTL_END;
}

enum ctl_verdict
answer_port_cull(struct answers *a, struct ctl_request *rq, json_t **part)
{
	const struct config_port *c = arg_port(a->fabric, rq);

	return c != NULL ? cull(a->fabric, rq, c, part) : CTL_ERROR;
}

enum ctl_verdict
answer_fabric_cull(struct answers *a, struct ctl_request *rq, json_t **part)
{
	return cull(a->fabric, rq, NULL, part);
}

struct listing {
	const struct fabric *f;
	json_t *rows;
};

static void
add_row(void *arg, const struct override_row *row)
{
	struct listing *l = arg;

	json_array_append_new(
		l->rows,
		json_pack(
			"{s:s?, s:s?, s:s, s:s, s:s?, s:I}", "port", row->port,
			"lan", row->lan, "what", row->what, "value", row->value,
			"by", row->by[0] != '\0' ? row->by : NULL, "seconds",
			(json_int_t)((l->f->now - row->since) / CLOCK_SECOND)));
}

json_t *
answer_overrides(const struct fabric *f)
{
	struct listing l = { f, json_array() };

	override_each(f, add_row, &l);
	return l.rows;
}

json_t *
answer_overrides_ending(const struct fabric *f, const struct config *next)
{
	struct listing l = { f, json_array() };

	override_ending(f, next, add_row, &l);
	return l.rows;
}
