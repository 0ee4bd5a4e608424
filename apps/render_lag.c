/* SPDX-License-Identifier: BSD-3-Clause */
/* How ixctl prints a LAG: some lines about it, and a table of its links. */
#include "apps/render_answers.h"

#include <inttypes.h>
#include <string.h>

#include "apps/row.h"
#include "lib/plural.h"

/* A value of one end of a link: 'end' is "actor" or "partner". */
static void
put_of(struct table *t, const json_t *row, const char *end, const char *key)
{
	table_json(t, row_get(row_get(row, end), key));
}

static void
cell_actor(struct table *t, const json_t *row, const char *key)
{
	put_of(t, row, "actor", key);
}

static void
cell_partner(struct table *t, const json_t *row, const char *key)
{
	put_of(t, row, "partner", key);
}

static void
cell_lacp(struct table *t, const json_t *row, const char *key)
{
	put_of(t, row, "lacp", key);
}

/* Markers and their responses: what one end asked, and the other answered. */
static void
cell_markers(struct table *t, const json_t *row, const char *key)
{
	const json_t *lacp = row_get(row, "lacp");

	(void)key;
	if (json_is_object(lacp))
		table_print_cell(t, "%" PRIu64 "/%" PRIu64,
				 row_number(lacp, "markers_rx"),
				 row_number(lacp, "responses_tx"));
	else
		table_text(t, NULL);
}

static void
cell_link(struct table *t, const json_t *row, const char *key)
{
	char text[SHORT_TEXT];

	table_text(t, row_is(row, "up") ? speed_text(row_number(row, key), text)
					: "down");
}

static const struct column link_columns[] = {
	{ "LINK", "link", NULL },
	{ "STATE", "state", NULL },
	{ ">SPEED", "speed_mbit", cell_link },
	{ "?ACTOR", "state", cell_actor },
	{ "?PARTNER", "state", cell_partner },
	{ "?>PORT", "port", cell_partner },
	{ "?>PRIO", "port_priority", cell_partner },
	{ "?>LAST", "last_lacpdu_seconds", columns_age },
	{ 0 },
};

static const struct column count_columns[] = {
	{ "LINK", "link", NULL },
	{ ">CHANGES", "changes", NULL },
	{ ">RX-FRAMES", "rx_frames", columns_amount },
	{ ">TX-FRAMES", "tx_frames", columns_amount },
	{ "?>PDU-RX", "pdus_rx", cell_lacp },
	{ "?>PDU-TX", "pdus_tx", cell_lacp },
	{ "?>MARKERS", "markers_rx", cell_markers },
	{ "?>ILLEGAL", "illegal_rx", cell_lacp },
	{ 0 },
};

/* "partner 00:1c:73:00:00:01, priority 32768, key 12" */
static void
print_end(const json_t *lag, const char *end, FILE *out)
{
	const json_t *row = row_get(lag, end);

	if (!json_is_object(row))
		fprintf(out, "%-8snone\n", end);
	else
		fprintf(out, "%-8s%s, priority %" PRIu64 ", key %" PRIu64 "\n",
			end, row_word(row, "system"),
			row_number(row, "system_priority"),
			row_number(row, "key"));
}

static void
print_head(const json_t *lag, FILE *out)
{
	bool lacp = strcmp(row_word(lag, "lacp"), "off") != 0;
	uint64_t total = row_number(lag, "links_total"),
		 min = row_number(lag, "min_links");
	char age[SHORT_TEXT];

	fprintf(out, "%s: %s for %s, %" PRIu64 " of %" PRIu64 " link%s in use",
		row_word(lag, "port"), row_is(lag, "up") ? "up" : "down",
		age_text(row_number(lag, "seconds"), age),
		row_number(lag, "links_in_use"), total, plural(total));
	if (min > 1)
		fprintf(out, ", min_links %" PRIu64, min);
	if (!lacp) {
		fputs(", without LACP\n", out);
		return;
	}
	fprintf(out, "\nLACP    %s, timeout %s%s\n", row_word(lag, "lacp"),
		row_word(lag, "timeout"),
		row_is(lag, "fallback") ? ", with fallback" : "");
	print_end(lag, "actor", out);
	print_end(lag, "partner", out);
}

/* The names of states are short: here is what they mean. */
static void
print_reasons(const json_t *links, FILE *out)
{
	for (size_t i = 0; i < json_array_size(links); i++) {
		const json_t *row = json_array_get(links, i);
		const char *name = row_word(row, "link");

		if (strcmp(row_word(row, "state"), "in_use") == 0)
			continue;
		fprintf(out, "%s: ", name);
		screen_wrap(row_word(row, "meaning"), strlen(name) + 2, 2,
			    screen_width(out), out);
		fputc('\n', out);
	}
}

void
render_lag(const json_t *lag, FILE *out)
{
	const json_t *links = row_get(lag, "links");

	print_head(lag, out);
	columns_print(link_columns, links, out);
	print_reasons(links, out);
	columns_print(count_columns, links, out);
	fputc('\n', out);
}
