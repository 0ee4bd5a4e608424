/* SPDX-License-Identifier: BSD-3-Clause */
/* How ixctl prints mirrors. */
#include "apps/render_answers.h"

#include "apps/row.h"

/* The port that copies leave by, or their file. */
static void
cell_to(struct table *t, const json_t *row, const char *key)
{
	const char *to = row_text(row, key);

	if (to != NULL)
		table_text(t, to);
	else
		table_print_cell(t, "file %s", row_word(row, "file"));
}

const struct column render_mirror_columns[] = {
	{ "MIRROR", "mirror", NULL },
	{ "PORTS", "ports", columns_list },
	{ "LANS", "lans", columns_list },
	{ "DIR", "direction", NULL },
	{ "?DROPS", "drops", columns_list },
	{ "TO", "to", cell_to },
	{ ">TAKEN", "taken", NULL },
	{ "?>FILTERED", "filtered", NULL },
	{ ">SENT", "sent", NULL },
	{ ">OVER-RATE", "lost_budget", NULL },
	{ ">RING", "lost_ring", NULL },
	{ ">EGRESS", "lost_egress", NULL },
	{ "?ERROR", "file_error", NULL },
	{ 0 },
};
