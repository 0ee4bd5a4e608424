/* SPDX-License-Identifier: BSD-3-Clause */
#include "apps/render_answers.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "apps/row.h"

/* "dead", "pending: 3" */
static void
cell_state(struct table *t, const json_t *row, const char *key)
{
	if (json_is_integer(row_get(row, "probes")))
		table_print_cell(t, "%s: %" PRIu64, row_word(row, key),
				 row_number(row, "probes"));
	else
		table_text(t, row_text(row, key));
}

const struct column render_sponge_columns[] = {
	{ "LAN", "lan", NULL },
	{ "IP", "ip", NULL },
	{ "STATE", "state", cell_state },
	{ ">QUEUE", "queue", NULL },
	{ ">RATE", "rate", NULL },
	{ "MAC", "mac", NULL },
	{ "PORT", "port", NULL },
	{ ">CHANGED", "state_changed_seconds", columns_age },
	{ ">ASKED", "last_queried_seconds", columns_age },
	{ 0 },
};

/* "lan peering: 02:53:00:00:00:01, probes from 192.0.2.250; 3 dead, ..." */
static void
print_sponge_lan(const json_t *row, FILE *out)
{
	const json_t *own = row_get(row, "own");

	row_print(row, "lan {lan}: sponge {sponge_mac}", out);
	for (size_t i = 0; i < json_array_size(own); i++)
		fprintf(out, "%s %s", i == 0 ? ", probes from" : "",
			json_string_value(json_array_get(own, i)));
	row_print(row,
		  "; {addresses.alive} alive, {addresses.pending} pending, "
		  "{addresses.dead} dead, {addresses.static} static, "
		  "{addresses.none} unknown",
		  out);
	fprintf(out, "%s%s", row_is(row, "learning") ? "; learning" : "",
		row_is(row, "passive") ? "; passive" : "");
}

void
render_sponge_lan(const json_t *row, FILE *out)
{
	char *text = NULL;
	size_t size;
	FILE *line = open_memstream(&text, &size);

	if (line == NULL)
		return;
	print_sponge_lan(row, line);
	if (fclose(line) == 0)
		screen_wrap(text, 0, 4, screen_width(out), out);
	fputc('\n', out);
	free(text);
}

/* A table of the numbers of an object, or of all that is one value. */
static void
print_values(const char *heading, const json_t *values, bool texts, FILE *out)
{
	const char *const header[] = { heading, ">VALUE", NULL };
	struct table *t = table_create(header);
	const char *key;
	json_t *value;

	if (t == NULL)
		return;
	json_object_foreach((json_t *)(uintptr_t)values, key, value)
	{
		bool is_text = json_is_real(value) || json_is_string(value) ||
			       json_is_boolean(value);

		if (!json_is_integer(value) && !(texts && is_text))
			continue;
		table_text(t, key);
		if (json_is_boolean(value))
			columns_switch(t, values, key);
		else
			table_json(t, value);
	}
	fputc('\n', out);
	table_print(t, screen_width(out), out);
	table_free(t);
}

/* How many addresses are in each state, and how often one came into it. */
static void
print_states(const json_t *row, FILE *out)
{
	static const char *const header[] = { "STATE", ">ADDRESSES",
					      ">TRANSITIONS", NULL };
	const json_t *transitions = row_get(row, "transitions");
	struct table *t = table_create(header);
	const char *state;
	json_t *n;

	if (t == NULL)
		return;
	json_object_foreach((json_t *)(uintptr_t)row_get(row, "addresses"),
			    state, n)
	{
		table_text(t, state);
		table_json(t, n);
		table_json(t, row_get(transitions, state));
	}
	fputc('\n', out);
	table_print(t, screen_width(out), out);
	table_free(t);
}

/* The sponge has one part for all IPv6 addresses of the LAN. */
static void
cell_prefix(struct table *t, const json_t *row, const char *key)
{
	const char *prefix = row_word(row, key);

	table_text(t, strcmp(prefix, "::/0") == 0 ? "all of IPv6" : prefix);
}

/* A number of an object in the row: "addresses.dead". */
static void
cell_inner(struct table *t, const json_t *row, const char *key)
{
	table_json(t, row_get(row_get(row, "addresses"), key));
}

static const struct column part_columns[] = {
	{ "PREFIX", "prefix", cell_prefix },
	{ "OWN", "own", NULL },
	{ "?PASSIVE", "passive", columns_switch },
	{ "?LEARNING", "learning", columns_switch },
	{ ">ALIVE", "alive", cell_inner },
	{ ">PENDING", "pending", cell_inner },
	{ ">DEAD", "dead", cell_inner },
	{ ">STATIC", "static", cell_inner },
	{ ">PLACES", "places", NULL },
	{ 0 },
};

void
render_sponge_stats(const json_t *row, FILE *out)
{
	row_print(row, "lan {lan}: sponge {sponge_mac}\n", out);
	print_values("COUNTER", row, false, out);
	print_states(row, out);
	print_values("PARAMETER", row_get(row, "parameters"), true, out);
	fputc('\n', out);
	columns_print(part_columns, row_get(row, "parts"), out);
	fputc('\n', out);
}

const struct column render_sponge_log_columns[] = {
	{ ">AGE", "age_seconds", columns_age },
	{ "TEXT", "text", NULL },
	{ 0 },
};

const struct column render_arp_top_columns[] = {
	{ "LAN", "lan", NULL },
	{ "LIST", "list", NULL },
	{ "IP", "ip", NULL },
	{ "PORT", "port", NULL },
	{ ">REQUESTS", "questions", NULL },
	{ ">AT-LEAST", "at_least", NULL },
	{ 0 },
};

static void
print_state(const json_t *answer, const char *state, const char *probes,
	    FILE *out)
{
	fputs(row_word(answer, state), out);
	if (json_is_integer(row_get(answer, probes)))
		fprintf(out, ": %" PRIu64, row_number(answer, probes));
}

static void
print_change(const json_t *answer, FILE *out)
{
	fprintf(out, "%s: ", row_word(answer, "ip"));
	print_state(answer, "old", "old_probes", out);
	if (row_is(answer, "waits")) {
		fputs("; three probes are sent, and it is static in two "
		      "seconds unless it answers\n",
		      out);
		return;
	}
	fputs(" -> ", out);
	print_state(answer, "new", "new_probes", out);
	fputc('\n', out);
}

void
render_sponge_set(const json_t *answer, FILE *out)
{
	if (row_text(answer, "ip") != NULL) {
		print_change(answer, out);
		return;
	}
	row_print(answer, "lan {lan}: {what}: {old} -> {new}", out);
	if (row_is(answer, "by_hand"))
		row_print(answer,
			  ", until an apply that changes the LAN; the "
			  "configuration has "
			  "{configured}",
			  out);
	fputc('\n', out);
}

void
render_sponge_clear(const json_t *answer, FILE *out)
{
	if (row_text(answer, "ip") == NULL) {
		row_print(answer, "{cleared} address{cleared|es} cleared\n",
			  out);
		return;
	}
	fprintf(out, "%s: ", row_word(answer, "ip"));
	print_state(answer, "old", "old_probes", out);
	fputs(" -> none\n", out);
}

void
render_sponge_probe(const json_t *answer, FILE *out)
{
	uint64_t n = row_number(answer, "addresses");

	if (n == 0)
		row_print(answer, "no address of LAN {lan} is probed\n", out);
	else
		row_print(answer,
			  n == 1 ? "1 address of LAN {lan} is probed, {rate} "
				   "a second: {seconds} s\n"
				 : "{addresses} addresses of LAN {lan} are "
				   "probed, {rate} a second: {seconds} s\n",
			  out);
}

void
render_sponge_inform(const json_t *answer, FILE *out)
{
	if (row_number(answer, "frames") == 0)
		row_print(answer,
			  "nothing sent: arp_update of LAN {lan} is none\n",
			  out);
	else
		row_print(answer,
			  "sent to {receiver}: {about} is at {mac}, {frames} "
			  "frame{frames|s}\n",
			  out);
}
