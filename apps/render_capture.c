/* SPDX-License-Identifier: BSD-3-Clause */
/* How ixctl prints captures. */
#include "apps/render_answers.h"

#include "apps/row.h"

/* "all" where there is no value. */
static void
cell_all(struct table *t, const json_t *row, const char *key)
{
	const char *text = row_text(row, key);

	table_text(t, text != NULL ? text : "all");
}

/* Why it has ended, or that it runs. */
static void
cell_state(struct table *t, const json_t *row, const char *key)
{
	const char *why = row_text(row, "why");

	table_text(t, why != NULL ? why : row_text(row, key));
}

const struct column render_capture_columns[] = {
	{ ">ID", "id", NULL },
	{ "PORT", "port", cell_all },
	{ "DIR", "dir", cell_all },
	{ "REASON", "reason", NULL },
	{ ">FRAMES", "frames", NULL },
	{ ">LOST", "lost", NULL },
	{ ">TIME", "lasted_seconds", columns_age },
	{ "BY", "by", NULL },
	{ "FILTER", "filter", NULL },
	{ "STATE", "state", cell_state },
	{ 0 },
};
