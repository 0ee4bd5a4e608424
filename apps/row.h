/* SPDX-License-Identifier: BSD-3-Clause */
#ifndef IXF_ROW_H
#define IXF_ROW_H

/*
 * Reads a row of an answer for printing.  Nothing is required to be there: a
 * daemon of another version may leave something out.
 */

#include <jansson.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>

static inline const json_t *
row_get(const json_t *row, const char *key)
{
	return json_object_get(row, key);
}

/* NULL when there is no such text. */
static inline const char *
row_text(const json_t *row, const char *key)
{
	return json_string_value(row_get(row, key));
}

/* "-" when there is none. */
static inline const char *
row_word(const json_t *row, const char *key)
{
	const char *value = row_text(row, key);

	return value != NULL ? value : "-";
}

/* 0 when there is none. */
static inline uint64_t
row_number(const json_t *row, const char *key)
{
	return (uint64_t)json_integer_value(row_get(row, key));
}

/* Whether the value is there and true. */
static inline bool
row_is(const json_t *row, const char *key)
{
	return json_is_true(row_get(row, key));
}

/*
 * Prints 'text', in which "{key}" stands for a text or a whole number of the row,
 * or "-" if it is not there; "{object.key}" for one of an object in the row; and
 * "{key|s}" for the "s" of a plural: nothing if the number is 1.
 */
void row_print(const json_t *row, const char *text, FILE *);

/* Prints it in JSON, indented, as one answer. */
void row_json(const json_t *root, FILE *);

#endif
