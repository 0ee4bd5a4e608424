/* SPDX-License-Identifier: BSD-3-Clause */
#include "apps/render_answers.h"

#include <string.h>

#include "apps/row.h"

static void
put(const char *lead, const char *s, FILE *out)
{
	fputs(lead, out);
	print_safely(s, strlen(s), out);
}

static void
put_verdict(const json_t *whole, FILE *out)
{
	put("verdict  ", row_word(whole, "verdict"), out);
	if (!json_is_null(row_get(whole, "reason"))) {
		put(": ", row_word(whole, "reason"), out);
		put(", charged to ", row_word(whole, "charged"), out);
	}
	fputc('\n', out);
}

void
render_explain(const json_t *explanation, FILE *out)
{
	const json_t *stages = row_get(explanation, "stages");
	const char *last = "";

	for (size_t i = 0; i < json_array_size(stages); i++) {
		const json_t *row = json_array_get(stages, i);
		const char *stage = row_word(row, "stage");

		fprintf(out, "%-8s", strcmp(stage, last) == 0 ? "" : stage);
		put(" ", row_word(row, "text"), out);
		fputc('\n', out);
		last = stage;
	}
	put_verdict(explanation, out);
}
