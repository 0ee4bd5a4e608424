/* SPDX-License-Identifier: BSD-3-Clause */
#include "apps/row.h"

#include <string.h>

/* The value of "key", or of "object.key"; 'n' octets of 'path'. */
static const json_t *
value_at(const json_t *row, const char *path, size_t n)
{
	const char *dot = memchr(path, '.', n);
	size_t first = dot != NULL ? (size_t)(dot - path) : n;
	const json_t *value = json_object_getn(row, path, first);

	return dot != NULL ? value_at(value, dot + 1, n - first - 1) : value;
}

/* "key" or "key|plural", 'n' octets. */
static void
print_field(const json_t *row, const char *field, size_t n, FILE *out)
{
	const char *bar = memchr(field, '|', n);
	size_t size = bar != NULL ? (size_t)(bar - field) : n;
	const json_t *value = value_at(row, field, size);
	const char *text = json_string_value(value);

	if (bar != NULL)
		fwrite(bar + 1, 1,
		       json_integer_value(value) != 1 ? n - size - 1 : 0, out);
	else if (json_is_integer(value))
		fprintf(out, "%" JSON_INTEGER_FORMAT,
			json_integer_value(value));
	else
		fputs(text != NULL ? text : "-", out);
}

void
row_print(const json_t *row, const char *text, FILE *out)
{
	for (;;) {
		size_t n = strcspn(text, "{");

		fwrite(text, 1, n, out);
		text += n;
		if (*text++ == '\0')
			return;
		n = strcspn(text, "}");
		print_field(row, text, n, out);
		text += n + 1;
	}
}

void
row_json(const json_t *root, FILE *out)
{
	json_dumpf(root, out, JSON_INDENT(2));
	fputc('\n', out);
}
