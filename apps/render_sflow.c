/* SPDX-License-Identifier: BSD-3-Clause */
/* How ixctl prints sFlow. */
#include "apps/render_answers.h"

#include "apps/row.h"

static void
cell_reached(struct table *t, const json_t *row, const char *key)
{
	const char *fault = row_text(row, key);

	table_text(t, fault != NULL ? fault : "ok");
}

/* "off" where there is no sampling. */
static void
cell_rate(struct table *t, const json_t *row, const char *key)
{
	if (row_number(row, key) == 0)
		table_text(t, "off");
	else
		table_json(t, row_get(row, key));
}

static const struct column collector_columns[] = {
	{ "COLLECTOR", "collector", NULL },
	{ ">SENT", "sent", NULL },
	{ ">UNSENT", "unsent", NULL },
	{ "STATE", "fault", cell_reached },
	{ 0 },
};

static const struct column port_columns[] = {
	{ "PORT", "port", NULL },
	{ ">INDEX", "index", NULL },
	{ ">RATE", "rate", cell_rate },
	{ ">POOL", "pool", NULL },
	{ ">SAMPLES", "samples", NULL },
	{ ">LOST", "lost", NULL },
	{ 0 },
};

void
render_sflow(const json_t *row, FILE *out)
{
	if (!row_is(row, "on")) {
		fputs("sFlow is off: [sflow] has no collector\n", out);
		return;
	}
	row_print(row,
		  "agent {agent}, sub-agent {sub_agent}: {datagrams} "
		  "datagram{datagrams|s}, {samples} sample{samples|s}, {lost} "
		  "lost, {counter_samples} of counters, {discarded_packets} of "
		  "drops\n\n",
		  out);
	columns_print(collector_columns, row_get(row, "collectors"), out);
	fputc('\n', out);
	columns_print(port_columns, row_get(row, "ports"), out);
}
