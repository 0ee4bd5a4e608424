/* SPDX-License-Identifier: BSD-3-Clause */
/* The answer to sflow show: see samples.h. */
#include "fabric/api/answer.h"
#include "fabric/api/arg.h"
#include "fabric/api/collectors.h"
#include "fabric/api/samples.h"
#include "fabric/api/value.h"

static json_t *
collectors_of(const struct answers *a)
{
	json_t *rows = json_array();
	struct collectors_row row;

	for (unsigned int i = 0;
	     collectors_get(samples_collectors(a->samples), i, &row); i++)
		json_array_append_new(
			rows, json_pack("{s:s, s:I, s:I, s:s?}", "collector",
					row.name, "sent", (json_int_t)row.sent,
					"unsent", (json_int_t)row.unsent,
					"fault", row.why));
	return rows;
}

static json_t *
port_row(const struct answers *a, const struct config_port *c)
{
	const struct port_rt *p = runtime_port(a->fabric, c->id);
	struct samples_port n = { 0 };

	if (p != NULL)
		n = samples_port(a->samples, p);
	return json_pack("{s:s, s:o, s:I, s:I, s:I, s:I}", "port", c->id,
			 "index", value_number_or_null(n.index), "rate",
			 (json_int_t)n.rate, "pool", (json_int_t)n.pool,
			 "samples", (json_int_t)n.samples, "lost",
			 (json_int_t)n.lost);
}

/* Of the port that the request names, or of all. */
static json_t *
ports_of(const struct answers *a, const struct config_port *only)
{
	const struct config *config = a->fabric->config;
	json_t *rows = json_array();

	for (unsigned int i = 0; i < config->nports; i++)
		if (only == NULL || only == &config->port[i])
			json_array_append_new(rows,
					      port_row(a, &config->port[i]));
	return rows;
}

static json_t *
agent_of(const struct samples_sums *sums)
{
	char text[PREFIX_TEXT_SIZE];

	return sums->agent.family != 0
		       ? json_string(ipaddr_format(&sums->agent, text))
		       : json_null();
}

enum ctl_verdict
answer_sflow_show(struct answers *a, struct ctl_request *rq, json_t **part)
{
	const struct config_sflow *c = &a->fabric->config->sflow;
	struct samples_sums sums = samples_sums(a->samples);
	const struct config_port *only = NULL;

	if (arg_text(rq, "port") != NULL) {
		only = arg_port(a->fabric, rq);
		if (only == NULL)
			return CTL_ERROR;
	}
	*part = json_pack(
		"{s:b, s:o, s:I, s:i, s:i, s:b, s:I, s:I, s:I, s:I, s:I, s:o, "
		"s:o}",
		"on", sums.on, "agent", agent_of(&sums), "sub_agent",
		(json_int_t)c->sub_agent, "header", (int)c->header,
		"polling_seconds", (int)c->polling, "discards",
		c->discards == CONFIG_ON, "datagrams",
		(json_int_t)sums.datagrams, "samples", (json_int_t)sums.flows,
		"lost", (json_int_t)sums.lost, "counter_samples",
		(json_int_t)sums.counters, "discarded_packets",
		(json_int_t)sums.discards, "collectors", collectors_of(a),
		"ports", ports_of(a, only));
	return *part != NULL ? CTL_END : ctl_refuse(rq, "failed", "no memory");
}
