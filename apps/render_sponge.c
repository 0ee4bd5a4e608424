/* SPDX-License-Identifier: BSD-3-Clause */
#include "apps/render_answers.h"

#include <inttypes.h>

#include "apps/row.h"
#include "lib/prefix.h"

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
void
render_sponge_lan(const json_t *row, FILE *out)
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
	fprintf(out, "%s%s\n", row_is(row, "learning") ? "; learning" : "",
		row_is(row, "passive") ? "; passive" : "");
}

const struct column render_sponge_stats_columns[] = {
	{ "LAN", NULL, NULL },
	{ "COUNTER", NULL, NULL },
	{ ">VALUE", NULL, NULL },
	{ 0 },
};

void
render_sponge_stats(struct table *t, const json_t *row)
{
	const json_t *parts = row_get(row, "parts");
	const char *lan = row_text(row, "lan");

	columns_values(t, lan, "", row, true);
	for (size_t i = 0; i < json_array_size(parts); i++) {
		const json_t *part = json_array_get(parts, i);
		char prefix[PREFIX_TEXT_SIZE + 1];

		snprintf(prefix, sizeof(prefix), "%s ",
			 row_word(part, "prefix"));
		columns_values(t, lan, prefix, part, true);
	}
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
	{ ">QUESTIONS", "questions", NULL },
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
