/* SPDX-License-Identifier: BSD-3-Clause */
#ifndef IXF_TABLE_H
#define IXF_TABLE_H

/*
 * A table for people: a header in upper case, two blanks between columns,
 * nothing cut short, nothing drawn.
 */

#include <jansson.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>

#define TABLE_COLUMNS_MAX 16

/* Control characters of a name must not reach a terminal: '?' stands for them. */
static inline void
print_safely(const char *text, size_t n, FILE *out)
{
	for (; n > 0; n--, text++)
		fputc((unsigned char)*text < ' ' || *text == 0x7f ? '?' : *text,
		      out);
}

struct table;

/*
 * 'header' ends with NULL.  A heading that begins with '>' aligns its column to
 * the right, for numbers.  The headings must live as long as the table, the
 * array need not.  NULL when memory is short.
 */
struct table *table_create(const char *const *header);
void table_free(struct table *);

/* The next cell, row by row.  NULL and "" are printed as "-". */
void table_text(struct table *, const char *);
void table_number(struct table *, uint64_t);
#define TABLE_NUMBERS(t, ...)                                                  \
	table_numbers(t, (const uint64_t[]){ __VA_ARGS__ },                    \
		      sizeof((const uint64_t[]){ __VA_ARGS__ }) / 8)
void table_numbers(struct table *, const uint64_t *, size_t n);
void table_json(struct table *, const json_t *);
void table_print_cell(struct table *, const char *fmt, ...)
	__attribute__((format(printf, 2, 3)));

/*
 * Sorts the rows that follow each other with the same text in column 'group' by the
 * MAC or IP addresses in column 'key'; those of IPv4 come before those of IPv6.  To
 * be called after the last cell.  -ENOMEM if memory is short; the order is then as
 * it was.
 */
int table_sort(struct table *, unsigned int group, unsigned int key);

/* All of it; -ENOMEM when cells were lost for want of memory. */
int table_print(const struct table *, FILE *);

#endif
