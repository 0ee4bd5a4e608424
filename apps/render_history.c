/* SPDX-License-Identifier: BSD-3-Clause */
#include <inttypes.h>
#include <string.h>
#include <time.h>

#include "apps/render_answers.h"
#include "apps/row.h"
#include "lib/plural.h"

/* Date and time of day here, in seconds since 1970. */
static void
cell_time(struct table *t, const json_t *row, const char *key)
{
	time_t at = (time_t)json_integer_value(row_get(row, key));
	char text[32];
	struct tm tm;

	if (at > 0 && localtime_r(&at, &tm) != NULL &&
	    strftime(text, sizeof(text), "%F %T", &tm) > 0)
		table_text(t, text);
	else
		table_text(t, NULL);
}

/* "running", "pending", "dropped", or nothing: it ran */
static void
cell_state(struct table *t, const json_t *row, const char *key)
{
	const char *state = row_word(row, key);

	if (strcmp(state, "kept") == 0)
		state = row_is(row, "running") ? "running" : NULL;
	table_text(t, state);
}

/* "port a: added; and 3 more" */
static void
cell_changes(struct table *t, const json_t *row, const char *key)
{
	const char *first =
		json_string_value(json_array_get(row_get(row, key), 0));
	uint64_t n = row_number(row, "nchanges");

	if (first == NULL)
		table_text(t, NULL);
	else if (n > 1)
		table_print_cell(t, "%s; and %" PRIu64 " more", first, n - 1);
	else
		table_text(t, first);
}

const struct column render_history_columns[] = {
	{ ">GENERATION", "generation", NULL },
	{ "TIME", "at", cell_time },
	{ "STATE", "state", cell_state },
	{ "BY", "by", NULL },
	{ "FILE", "file", NULL },
	{ "CHANGES", "changes", cell_changes },
	{ 0 },
};

void
render_confirm(const json_t *confirm, const char *before, FILE *out)
{
	char age[SHORT_TEXT], left[SHORT_TEXT];

	if (!json_is_object(confirm))
		return;
	age_text(row_number(confirm, "seconds"), age);
	age_text(row_number(confirm, "seconds_left"), left);
	fprintf(out,
		"%sgeneration %" PRIu64 ", applied %s ago by %s, is rolled "
		"back to generation %" PRIu64 " in %s unless: ixctl config "
		"confirm\n",
		before, row_number(confirm, "generation"), age,
		row_word(confirm, "by"), row_number(confirm, "previous"), left);
	if (row_text(confirm, "failed") != NULL)
		fprintf(out, "%sit cannot be rolled back: %s\n", before,
			row_text(confirm, "failed"));
}

void
render_recent(const json_t *recent, FILE *out)
{
	const json_t *changes = row_get(recent, "changes");
	uint64_t n = row_number(recent, "nchanges");
	char age[SHORT_TEXT];

	if (!json_is_object(recent))
		return;
	fprintf(out,
		"note: %s applied %s %s ago, as generation %" PRIu64
		", with %" PRIu64 " change%s:\n",
		row_word(recent, "by"), row_word(recent, "file"),
		age_text(row_number(recent, "seconds"), age),
		row_number(recent, "generation"), n, plural(n));
	for (size_t i = 0; i < json_array_size(changes); i++)
		fprintf(out, "note:   %s\n",
			json_string_value(json_array_get(changes, i)));
}

void
render_history_problem(const json_t *answer, FILE *out)
{
	const char *problem = row_text(answer, "history");

	if (problem != NULL)
		fprintf(out, "warning: %s\n", problem);
}

void
render_confirmed(const json_t *answer, FILE *out)
{
	row_print(answer,
		  "generation {generation}, applied from {file} by {by}, is "
		  "kept\n",
		  out);
	render_history_problem(answer, out);
}
