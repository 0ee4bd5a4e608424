/* SPDX-License-Identifier: BSD-3-Clause */
#include "apps/rates.h"

#include <string.h>

#include "apps/row.h"

static json_t *
rates_of(json_t *now, const json_t *then, double seconds)
{
	json_t *rates = json_object(), *value;
	const char *key;

	json_object_foreach(now, key, value)
	{
		const json_t *before = row_get(then, key);
		json_int_t n =
			json_integer_value(value) - json_integer_value(before);

		if (json_is_object(value))
			json_object_set_new(rates, key,
					    rates_of(value, before, seconds));
		else if (json_is_integer(value) && json_is_integer(before) &&
			 n >= 0)
			json_object_set_new(rates, key,
					    json_real((double)n / seconds));
	}
	return rates;
}

/*
 * The row with this text at 'key', or NULL.  The one at '*at' is looked at first, and it
 * then is the one behind what was found: most rows have kept their order.
 */
static const json_t *
find(const json_t *rows, size_t *at, const char *key, const char *text)
{
	for (size_t n = 0; n < json_array_size(rows); n++) {
		size_t i = (*at + n) % json_array_size(rows);
		const json_t *row = json_array_get(rows, i);

		if (strcmp(row_word(row, key), text) != 0)
			continue;
		*at = i + 1;
		return row;
	}
	return NULL;
}

void
rates_add(json_t *now, const json_t *then, const char *key, double seconds)
{
	size_t at = 0;

	for (size_t i = 0; i < json_array_size(now); i++) {
		json_t *row = json_array_get(now, i);
		const json_t *before = find(then, &at, key, row_word(row, key));

		if (before != NULL)
			json_object_set_new(row, RATES_KEY,
					    rates_of(row, before, seconds));
	}
}
