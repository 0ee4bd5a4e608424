/* SPDX-License-Identifier: BSD-3-Clause */
#ifndef IXF_ROW_H
#define IXF_ROW_H

/*
 * A row of the daemon's answers as it is read for printing.  Another version of
 * the daemon may leave something out, so nothing is required to be there.
 */

#include <jansson.h>
#include <stdint.h>

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

#endif
