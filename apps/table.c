/* SPDX-License-Identifier: BSD-3-Clause */
#include "apps/table.h"

#include <errno.h>
#include <inttypes.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include "lib/prefix.h"

struct table {
	unsigned int ncolumns;
	const char *header[TABLE_COLUMNS_MAX];
	size_t width[TABLE_COLUMNS_MAX];
	size_t ncells;
	char *cells; /* one behind the other, each with its NUL */
	size_t size;
	FILE *out;        /* writes cells */
	const char **row; /* the rows, sorted: their first cells; or NULL */
};

static bool
is_right(const char *header)
{
	return header[0] == '>';
}

struct table *
table_create(const char *const *header)
{
	struct table *t = calloc(1, sizeof(*t));

	if (t == NULL)
		return NULL;
	for (; header[t->ncolumns] != NULL; t->ncolumns++) {
		const char *heading = header[t->ncolumns];

		t->header[t->ncolumns] = heading;
		t->width[t->ncolumns] = strlen(heading) - is_right(heading);
	}
	t->out = open_memstream(&t->cells, &t->size);
	if (t->out != NULL)
		return t;
	free(t);
	return NULL;
}

void
table_free(struct table *t)
{
	if (t == NULL)
		return;
	fclose(t->out);
	free(t->cells);
	free(t->row);
	free(t);
}

/* Columns on a screen: the octets that continue a UTF-8 character are none. */
static size_t
width_of(const char *text)
{
	size_t n = 0;

	for (; *text != '\0'; text++)
		n += (*text & 0xc0) != 0x80;
	return n;
}

void
table_text(struct table *t, const char *text)
{
	size_t *width = &t->width[t->ncells++ % t->ncolumns];

	if (text == NULL || text[0] == '\0')
		text = "-";
	if (width_of(text) > *width)
		*width = width_of(text);
	print_safely(text, strlen(text), t->out);
	fputc('\0', t->out);
}

void
table_print_cell(struct table *t, const char *fmt, ...)
{
	char text[256];
	va_list ap;

	va_start(ap, fmt);
	vsnprintf(text, sizeof(text), fmt, ap);
	va_end(ap);
	table_text(t, text);
}

void
table_number(struct table *t, uint64_t n)
{
	table_print_cell(t, "%" PRIu64, n);
}

void
table_numbers(struct table *t, const uint64_t *number, size_t n)
{
	for (size_t i = 0; i < n; i++)
		table_number(t, number[i]);
}

void
table_json(struct table *t, const json_t *value)
{
	if (json_is_integer(value))
		table_number(t, (uint64_t)json_integer_value(value));
	else if (json_is_real(value))
		table_print_cell(t, "%.1f", json_real_value(value));
	else
		table_text(t, json_string_value(value));
}

static void
print_cell(const struct table *t, unsigned int column, const char *text,
	   FILE *out)
{
	int pad = (int)(t->width[column] - width_of(text));
	bool right = is_right(t->header[column]);
	bool last = column + 1 == t->ncolumns;

	fprintf(out, "%*s%s%*s%s", right ? pad : 0, "", text,
		right || last ? 0 : pad, "", last ? "\n" : "  ");
}

/* The cell 'n' cells after this one. */
static const char *
cell_after(const char *cell, size_t n)
{
	while (n-- > 0)
		cell += strlen(cell) + 1;
	return cell;
}

/* What is compared, for qsort_r(). */
static int
by_address(const void *a, const void *b, void *column)
{
	size_t n = *(unsigned int *)column;
	const char *x = cell_after(*(const char *const *)a, n);
	const char *y = cell_after(*(const char *const *)b, n);
	struct ipaddr p, q;

	for (uint8_t family = 4; family <= 6; family += 2) {
		bool is_p = ipaddr_parse(x, family, &p) == 0;
		bool is_q = ipaddr_parse(y, family, &q) == 0;

		if (is_p && is_q)
			return memcmp(p.octet, q.octet, sizeof(p.octet));
		if (is_p != is_q)
			return is_p ? -1 : 1;
	}
	return strcmp(x, y);
}

/* Where the rows with the text of row 'from' in the column end. */
static size_t
end_of_group(const struct table *t, size_t from, size_t nrows,
	     unsigned int column)
{
	const char *text = cell_after(t->row[from], column);
	size_t i = from + 1;

	while (i < nrows && strcmp(cell_after(t->row[i], column), text) == 0)
		i++;
	return i;
}

int
table_sort(struct table *t, unsigned int group, unsigned int key)
{
	size_t nrows = t->ncells / t->ncolumns, end;
	const char *cell;

	if (nrows == 0)
		return 0;
	if (fflush(t->out) != 0 || ferror(t->out))
		return -ENOMEM;
	t->row = calloc(nrows, sizeof(*t->row));
	if (t->row == NULL)
		return -ENOMEM;
	cell = t->cells;
	for (size_t i = 0; i < nrows; i++) {
		t->row[i] = cell;
		cell = cell_after(cell, t->ncolumns);
	}
	for (size_t i = 0; i < nrows; i = end) {
		end = end_of_group(t, i, nrows, group);
		qsort_r(t->row + i, end - i, sizeof(*t->row), by_address, &key);
	}
	return 0;
}

static void
print_row(const struct table *t, const char *cell, FILE *out)
{
	for (unsigned int i = 0; i < t->ncolumns; i++) {
		print_cell(t, i, cell, out);
		cell = cell_after(cell, 1);
	}
}

int
table_print(const struct table *t, FILE *out)
{
	const char *cell;

	if (fflush(t->out) != 0 || ferror(t->out))
		return -ENOMEM;
	for (unsigned int i = 0; i < t->ncolumns; i++)
		print_cell(t, i, t->header[i] + is_right(t->header[i]), out);
	cell = t->cells;
	for (size_t i = 0; i < t->ncells / t->ncolumns; i++) {
		print_row(t, t->row != NULL ? t->row[i] : cell, out);
		if (t->row == NULL)
			cell = cell_after(cell, t->ncolumns);
	}
	return 0;
}
