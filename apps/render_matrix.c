/* SPDX-License-Identifier: BSD-3-Clause */
/* How ixctl prints the matrix of ports. */
#include "apps/render_answers.h"

#include "apps/rates.h"
#include "apps/row.h"

/* The octets of a kind of frame, in percent of all. */
static void
cell_share(struct table *t, const json_t *row, const char *key)
{
	double all = (double)row_number(row, "octets");
	double some = (double)row_number(row_get(row, key), "octets");

	if (some > 0)
		table_print_cell(t, "%.1f%%", 100 * some / all);
	else
		table_text(t, NULL);
}

/* Bits a second, if the answer was asked for twice. */
static void
cell_bits(struct table *t, const json_t *row, const char *key)
{
	const json_t *rate = row_get(row_get(row, key), "octets");
	char text[SHORT_TEXT];

	table_text(t, rate != NULL
			      ? amount_text(8 * json_number_value(rate), text)
			      : NULL);
}

const struct column render_matrix_columns[] = {
	{ "FROM", "from", NULL },          { "TO", "to", NULL },
	{ "=LAN", "lan", NULL },           { ">FRAMES", "frames", NULL },
	{ ">OCTETS", "octets", NULL },     { "?>IPV4", "ipv4", cell_share },
	{ "?>IPV6", "ipv6", cell_share },  { "?>OTHER", "other", cell_share },
	{ "?>BPS", RATES_KEY, cell_bits }, { 0 },
};
