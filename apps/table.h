/* SPDX-License-Identifier: BSD-3-Clause */
#ifndef IXF_TABLE_H
#define IXF_TABLE_H

/*
 * A table for people: a header in upper case, two blanks between columns, nothing
 * drawn.  On a terminal it takes no more columns than this has: texts that may be
 * cut are, and columns for which there is no room go on in a further line.
 */

#include <jansson.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>

#include "apps/screen.h"

#define TABLE_COLUMNS_MAX 20

struct table;

/*
 * 'header' ends with NULL.  Marks may stand in front of a heading:
 *
 *   >  aligned to the right, for numbers
 *   ?  the column is left out if each of its cells is empty: "-", "off" or "0"
 *   =  so, too, and if two rows or more have all the same in it: then one line
 *      above the table says what that is
 *   ~  the cells may be cut, "...", to fit
 *
 * The headings must live as long as the table, the array need not.  NULL when
 * memory is short.
 */
struct table *table_create(const char *const *header);
void table_free(struct table *);

/* A heading without its marks. */
const char *table_heading(const char *marked);

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

/* A cell of two texts; if it is cut, in the first one. */
void table_text_and(struct table *, const char *, const char *kept);

/* How many rows are complete. */
size_t table_rows(const struct table *);

/*
 * The value by which table_sort_by() sorts the last complete row; without one a row
 * comes behind those with one.
 */
void table_rank(struct table *, double);

/*
 * Sorts the rows that follow each other with the same text in column 'group' by the
 * MAC or IP addresses in column 'key'; those of IPv4 come before those of IPv6.  To
 * be called after the last cell.  -ENOMEM if memory is short; the order is then as
 * it was.
 */
int table_sort(struct table *, unsigned int group, unsigned int key);

/*
 * Sorts the rows by their value, the largest first; those without one by the text
 * in column 'key', in which numbers count as such.  Rows alike stay in order.
 */
int table_sort_by(struct table *, unsigned int key);

/*
 * All of it, in lines of at most 'width' columns, 0: of any width; -ENOMEM when
 * cells were lost for want of memory.
 */
int table_print(const struct table *, unsigned int width, FILE *);

#endif
