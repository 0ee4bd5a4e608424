/* SPDX-License-Identifier: BSD-3-Clause */
#include "apps/table.h"

#include <errno.h>
#include <inttypes.h>
#include <math.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include "lib/prefix.h"

#define GAP     2
#define INDENT  4  /* of a further line of a row */
#define CUT_MIN 16 /* a cell is not cut below this */

#define CUT "..."

struct table_column {
	const char *heading;
	bool right, cut;
	enum {
		ALWAYS,
		UNLESS_EMPTY,
		UNLESS_ALIKE,
	} shown;
	size_t width; /* of its widest cell, or the heading */
};

struct cell {
	uint32_t at;   /* in the text */
	uint32_t kept; /* octets at the end that are not cut */
};

struct table {
	unsigned int ncolumns;
	struct table_column column[TABLE_COLUMNS_MAX];
	size_t ncells, room, ranks;
	struct cell *cell;
	double *rank;  /* of each row; NAN: none; or NULL */
	uint32_t *row; /* the rows, sorted; or NULL */
	size_t used;   /* octets of text */
	char *text;    /* of the cells, each with its NUL */
	size_t size;
	FILE *out; /* writes text */
	bool failed;
};

/* Where each column is printed. */
struct layout {
	unsigned int n;
	struct place {
		unsigned int column;
		size_t width; /* it may be less than that of the cells */
		bool begins;  /* a line */
		bool ends;
		size_t at; /* the first column of the screen */
	} place[TABLE_COLUMNS_MAX];
};

const char *
table_heading(const char *marked)
{
	return marked + strspn(marked, ">?=~");
}

static void
add_column(struct table *t, const char *marked)
{
	struct table_column *c = &t->column[t->ncolumns++];

	c->heading = table_heading(marked);
	c->width = strlen(c->heading);
	for (; marked < c->heading; marked++) {
		c->right |= *marked == '>';
		c->cut |= *marked == '~';
		if (*marked == '?')
			c->shown = UNLESS_EMPTY;
		if (*marked == '=')
			c->shown = UNLESS_ALIKE;
	}
}

struct table *
table_create(const char *const *header)
{
	struct table *t = calloc(1, sizeof(*t));

	if (t == NULL)
		return NULL;
	while (header[t->ncolumns] != NULL)
		add_column(t, header[t->ncolumns]);
	t->out = open_memstream(&t->text, &t->size);
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
	free(t->text);
	free(t->cell);
	free(t->rank);
	free(t->row);
	free(t);
}

/* Room for the next cell. */
static struct cell *
next_cell(struct table *t)
{
	size_t room = t->room == 0 ? 256 : t->room * 2;
	struct cell *cell;

	if (t->failed || t->ncells < t->room)
		return t->failed ? NULL : &t->cell[t->ncells];
	cell = reallocarray(t->cell, room, sizeof(*cell));
	t->failed = cell == NULL;
	if (t->failed)
		return NULL;
	t->cell = cell;
	t->room = room;
	return &cell[t->ncells];
}

void
table_text_and(struct table *t, const char *text, const char *kept)
{
	struct table_column *c = &t->column[t->ncells % t->ncolumns];
	struct cell *cell = next_cell(t);
	size_t n, more = strlen(kept), width;

	if (cell == NULL)
		return;
	if (text == NULL || (text[0] == '\0' && more == 0))
		text = "-";
	n = strlen(text);
	*cell = (struct cell){ (uint32_t)t->used, (uint32_t)more };
	width = screen_columns(text, n) + screen_columns(kept, more);
	if (width > c->width)
		c->width = width;
	print_safely(text, n, t->out);
	print_safely(kept, more, t->out);
	fputc('\0', t->out);
	t->used += n + more + 1;
	t->ncells++;
	t->failed |= t->used > UINT32_MAX;
}

void
table_text(struct table *t, const char *text)
{
	table_text_and(t, text, "");
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

size_t
table_rows(const struct table *t)
{
	return t->ncells / t->ncolumns;
}

static const char *
cell_text(const struct table *t, size_t row, unsigned int column)
{
	return t->text + t->cell[row * t->ncolumns + column].at;
}

/* Sorting. */

static bool
is_complete(const struct table *t)
{
	return !t->failed && fflush(t->out) == 0 && !ferror(t->out);
}

void
table_rank(struct table *t, double value)
{
	size_t rows = table_rows(t);
	double *rank;

	if (t->failed || rows == 0)
		return;
	if (t->ranks < rows) {
		rank = reallocarray(t->rank, rows * 2, sizeof(*rank));
		t->failed = rank == NULL;
		if (t->failed)
			return;
		while (t->ranks < rows * 2)
			rank[t->ranks++] = NAN;
		t->rank = rank;
	}
	t->rank[rows - 1] = value;
}

struct sorting {
	const struct table *t;
	unsigned int key;
};

/* What is compared, for qsort_r(). */
static int
by_address(const void *a, const void *b, void *arg)
{
	const struct sorting *s = arg;
	const char *x = cell_text(s->t, *(const uint32_t *)a, s->key);
	const char *y = cell_text(s->t, *(const uint32_t *)b, s->key);
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

static double
rank_of(const struct table *t, uint32_t row)
{
	return row < t->ranks ? t->rank[row] : NAN;
}

static int
by_rank(const void *a, const void *b, void *arg)
{
	const struct sorting *s = arg;
	uint32_t i = *(const uint32_t *)a, j = *(const uint32_t *)b;
	double x = rank_of(s->t, i), y = rank_of(s->t, j);
	int order = 0;

	if (isnan(x) != isnan(y))
		return isnan(x) ? 1 : -1;
	if (!isnan(x))
		order = (x < y) - (x > y);
	else
		order = strverscmp(cell_text(s->t, i, s->key),
				   cell_text(s->t, j, s->key));
	return order != 0 ? order : (i > j) - (i < j);
}

/* Where the rows with the text of row 'from' in the column end. */
static size_t
end_of_group(const struct table *t, size_t from, unsigned int column)
{
	const char *text = cell_text(t, from, column);
	size_t i = from + 1;

	while (i < table_rows(t) && strcmp(cell_text(t, i, column), text) == 0)
		i++;
	return i;
}

/* The rows in the order in which they came. */
static int
number_rows(struct table *t)
{
	size_t n = table_rows(t);

	if (!is_complete(t))
		return -ENOMEM;
	free(t->row);
	t->row = calloc(n + 1, sizeof(*t->row));
	if (t->row == NULL)
		return -ENOMEM;
	for (size_t i = 0; i < n; i++)
		t->row[i] = (uint32_t)i;
	return 0;
}

int
table_sort(struct table *t, unsigned int group, unsigned int key)
{
	struct sorting s = { t, key };
	int rc = number_rows(t);
	size_t end;

	for (size_t i = 0; rc == 0 && i < table_rows(t); i = end) {
		end = end_of_group(t, i, group);
		qsort_r(t->row + i, end - i, sizeof(*t->row), by_address, &s);
	}
	return rc;
}

int
table_sort_by(struct table *t, unsigned int key)
{
	struct sorting s = { t, key };
	int rc = number_rows(t);

	if (rc == 0)
		qsort_r(t->row, table_rows(t), sizeof(*t->row), by_rank, &s);
	return rc;
}

/* Which columns are printed. */

static bool
is_empty(const char *text)
{
	return strcmp(text, "-") == 0 || strcmp(text, "off") == 0 ||
	       strcmp(text, "0") == 0;
}

/* Whether the cells of a column are all empty, and whether all the same. */
static void
look_at_column(const struct table *t, unsigned int column, bool *empty,
	       bool *alike)
{
	*empty = *alike = table_rows(t) > 0;
	for (size_t i = 0; i < table_rows(t) && (*empty || *alike); i++) {
		const char *text = cell_text(t, i, column);

		*empty = *empty && is_empty(text);
		*alike = *alike && strcmp(text, cell_text(t, 0, column)) == 0;
	}
	*alike = *alike && table_rows(t) > 1;
}

/* Chooses the columns, and prints those that say the same in all rows. */
static void
choose(const struct table *t, struct layout *l, FILE *out)
{
	bool said = false, empty, alike;

	for (unsigned int i = 0; i < t->ncolumns; i++) {
		const struct table_column *c = &t->column[i];

		look_at_column(t, i, &empty, &alike);
		if (c->shown == UNLESS_ALIKE && alike && !empty) {
			fprintf(out, "%s%s %s",
				said ? ", " : "all: ", c->heading,
				cell_text(t, 0, i));
			said = true;
		} else if (c->shown == ALWAYS || !empty) {
			l->place[l->n].column = i;
			l->place[l->n++].width = c->width;
		}
	}
	if (said)
		fputc('\n', out);
}

/* Makes columns that may be cut so narrow that all of them fit, if that is so. */
static void
cut(const struct table *t, struct layout *l, size_t width)
{
	size_t all = 0, spare = 0;

	for (unsigned int i = 0; i < l->n; i++) {
		const struct place *p = &l->place[i];

		all += p->width + (i > 0 ? GAP : 0);
		if (t->column[p->column].cut && p->width > CUT_MIN)
			spare += p->width - CUT_MIN;
	}
	if (all <= width || all - spare > width)
		return;
	for (unsigned int i = 0; i < l->n; i++) {
		struct place *p = &l->place[i];
		size_t less = p->width > CUT_MIN ? p->width - CUT_MIN : 0;

		if (!t->column[p->column].cut)
			continue;
		if (less > all - width)
			less = all - width;
		p->width -= less;
		all -= less;
	}
}

static struct layout
lay_out(const struct table *t, size_t width, FILE *out)
{
	struct layout l = { 0 };
	size_t x = 0;

	choose(t, &l, out);
	if (width != 0)
		cut(t, &l, width);
	for (unsigned int i = 0; i < l.n; i++) {
		struct place *p = &l.place[i];

		p->begins =
			i == 0 || (width != 0 && x + GAP + p->width > width);
		if (p->begins && i > 0)
			l.place[i - 1].ends = true;
		p->at = i == 0 ? 0 : p->begins ? INDENT : x + GAP;
		if (width > p->at && p->width > width - p->at)
			p->width = width - p->at;
		x = p->at + p->width;
	}
	if (l.n > 0)
		l.place[l.n - 1].ends = true;
	return l;
}

/* Prints what fits into the place of a text that may be cut; returns its columns. */
static size_t
print_cut(const char *text, size_t kept, size_t width, FILE *out)
{
	size_t end = strlen(text) - kept, tail, head;

	if (screen_columns(text, strlen(text)) <= width) {
		fputs(text, out);
		return screen_columns(text, strlen(text));
	}
	/* At least some of the first text stands before what is kept. */
	tail = screen_columns(text + end, kept);
	if (tail + strlen(CUT) * 2 > width) {
		tail = width / 2;
		end += screen_fit_end(text + end, tail);
		tail = screen_columns(text + end, strlen(text + end));
	}
	head = screen_fit(text, width - tail - strlen(CUT));
	if (head > end)
		head = end;
	fprintf(out, "%.*s" CUT "%s", (int)head, text, text + end);
	return screen_columns(text, head) + strlen(CUT) + tail;
}

static void
print_cell(const struct table *t, const struct place *p, const char *text,
	   size_t kept, FILE *out)
{
	const struct table_column *c = &t->column[p->column];
	size_t columns = screen_columns(text, strlen(text));
	int pad = p->width > columns ? (int)(p->width - columns) : 0;

	fprintf(out, "%*s", c->right ? pad : 0, "");
	if (c->cut)
		columns = print_cut(text, kept, p->width, out);
	else if (columns > p->width)
		screen_wrap(text, p->at, p->at, p->at + p->width, out);
	else
		fputs(text, out);
	if (p->ends)
		fputc('\n', out);
	else
		fprintf(out, "%*s",
			c->right || p->width < columns
				? GAP
				: (int)(p->width - columns) + GAP,
			"");
}

/* Whether no cell of the line of a row that begins with place 'i' says anything. */
static bool
is_blank(const struct table *t, const struct layout *l, unsigned int i,
	 size_t row)
{
	for (;; i++) {
		if (strcmp(cell_text(t, row, l->place[i].column), "-") != 0)
			return false;
		if (l->place[i].ends)
			return true;
	}
}

static void
print_row(const struct table *t, const struct layout *l, size_t row, FILE *out)
{
	bool blank = false;

	for (unsigned int i = 0; i < l->n; i++) {
		const struct place *p = &l->place[i];
		size_t nth = row * t->ncolumns + p->column;

		if (p->begins) {
			blank = i > 0 && is_blank(t, l, i, row);
			fprintf(out, "%*s", blank ? 0 : (int)p->at, "");
		}
		if (!blank)
			print_cell(t, p, cell_text(t, row, p->column),
				   t->cell[nth].kept, out);
	}
}

int
table_print(const struct table *t, unsigned int width, FILE *out)
{
	struct layout l;

	if (!is_complete(t))
		return -ENOMEM;
	l = lay_out(t, width, out);
	for (unsigned int i = 0; i < l.n; i++) {
		const struct place *p = &l.place[i];

		fprintf(out, "%*s", p->begins ? (int)p->at : 0, "");
		print_cell(t, p, t->column[p->column].heading, 0, out);
	}
	for (size_t i = 0; i < table_rows(t); i++)
		print_row(t, &l, t->row != NULL ? t->row[i] : i, out);
	return 0;
}
