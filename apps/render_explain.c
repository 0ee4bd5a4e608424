/* SPDX-License-Identifier: BSD-3-Clause */
#include "apps/render_explain.h"

#include <string.h>

#include "apps/row.h"

/* Control characters in a path must not reach the terminal. */
static void
put(const char *s, FILE *out)
{
	for (; *s != '\0'; s++)
		fputc((unsigned char)*s < ' ' || *s == 0x7f ? '?' : *s, out);
}

static void
put_line(const char *head, const char *s, FILE *out)
{
	fprintf(out, "%-8s ", head);
	put(s, out);
	fputc('\n', out);
}

static void
put_verdict(const json_t *whole, FILE *out)
{
	fprintf(out, "%-8s ", "verdict");
	put(row_word(whole, "verdict"), out);
	if (!json_is_null(json_object_get(whole, "reason"))) {
		fputs(": ", out);
		put(row_word(whole, "reason"), out);
		fputs(", charged to ", out);
		put(row_word(whole, "charged"), out);
	}
	fputc('\n', out);
}

void
render_explain(const json_t *explanation, FILE *out)
{
	const json_t *stages = json_object_get(explanation, "stages");
	const char *last = "";

	for (size_t i = 0; i < json_array_size(stages); i++) {
		const json_t *row = json_array_get(stages, i);
		const char *stage = row_word(row, "stage");

		put_line(strcmp(stage, last) == 0 ? "" : stage,
			 row_word(row, "text"), out);
		last = stage;
	}
	put_verdict(explanation, out);
}
