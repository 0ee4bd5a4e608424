/* SPDX-License-Identifier: BSD-3-Clause */
#ifndef IXF_COLUMNS_H
#define IXF_COLUMNS_H

/* Tables whose rows are the JSON rows of an answer, and short texts for them. */

#include <jansson.h>
#include <stdint.h>

#include "apps/table.h"

#define SHORT_TEXT 24

/* "3s", "4m", "2h", "5d"; returns 'text'. */
char *age_text(uint64_t seconds, char text[SHORT_TEXT]);

/* "10G", "2.5G", "100M"; "-" for 0: not known.  Returns 'text'. */
char *speed_text(uint64_t mbit, char text[SHORT_TEXT]);

/* Puts the value of 'key' in 'row', or one made of several, as one cell. */
typedef void column_cell(struct table *, const json_t *row, const char *key);

/* The last one of a table has no heading. */
struct column {
	const char *heading; /* as table_create() has it: ">FRAMES" */
	const char *key;
	column_cell *cell; /* NULL: the value as it is */
};

/* "2.31G", "800M", "12", "0.4": three digits, and what they are multiplied by. */
char *amount_text(double n, char text[SHORT_TEXT]);

/* An empty table, or NULL when memory is short. */
struct table *columns_table(const struct column *);

void columns_row(struct table *, const struct column *, const json_t *row);

/*
 * The column whose heading is 'name', or begins with it, in any case; NULL: none.
 */
const struct column *columns_find(const struct column *, const char *name);

/* By what table_sort_by() sorts a row: a number; NAN: by the text of the column. */
double columns_rank(const struct column *, const json_t *row);

/* A table of all 'rows', an array. */
void columns_print(const struct column *, const json_t *rows, FILE *);

/* Cells: an age in seconds, "on" or "off" for true or not, the texts of a list. */
column_cell columns_age, columns_switch, columns_list;

/* A number as amount_text() has it. */
column_cell columns_amount;

/*
 * For a table of four columns: a row for each whole number of an object, with 'first',
 * 'prefix' and the key, the number, and how much it grows a second, if 'rates', an
 * object alike, has it.  A key of an object within it is written as its own key, '_'
 * and the inner key.
 */
void columns_values(struct table *, const char *first, const char *prefix,
		    const json_t *values, const json_t *rates);

#endif
