/* SPDX-License-Identifier: BSD-3-Clause */
#ifndef IXF_VALUE_H
#define IXF_VALUE_H

/* The values of answers, as new JSON. */

#include <jansson.h>
#include <stdint.h>

#include "lib/clock.h"
#include "lib/mac.h"

static inline json_t *
value_number(uint64_t n)
{
	return json_integer((json_int_t)n);
}

static inline void
value_put(json_t *row, const char *key, uint64_t n)
{
	json_object_set_new(row, key, value_number(n));
}

/* A rate: with one digit behind the point. */
static inline json_t *
value_tenths(double n)
{
	return json_real((double)(uint64_t)(n * 10 + 0.5) / 10);
}

/* Where 0 means that there is none. */
static inline json_t *
value_number_or_null(uint64_t n)
{
	return n != 0 ? value_number(n) : json_null();
}

/* A text that is not UTF-8 is shown as "?". */
static inline json_t *
value_text(const char *text)
{
	json_t *value = json_string(text);

	return value != NULL ? value : json_string("?");
}

/* Where NULL and "" mean that there is none. */
static inline json_t *
value_text_or_null(const char *text)
{
	return text != NULL && text[0] != '\0' ? value_text(text) : json_null();
}

/* Where 0 means that there is none. */
static inline json_t *
value_mac_or_null(uint64_t mac)
{
	char text[MAC_TEXT_SIZE];

	return mac != 0 ? json_string(mac_format(mac, text)) : json_null();
}

/* Whole seconds since 'then'. */
static inline json_t *
value_seconds(uint64_t now, uint64_t then)
{
	return value_number(clock_since(now, then) / CLOCK_SECOND);
}

/* Whole seconds until 'then', rounded up; 0 if that is over. */
static inline uint64_t
value_left(uint64_t now, uint64_t then)
{
	uint64_t left = clock_since(then, now);

	return left / CLOCK_SECOND + (left % CLOCK_SECOND != 0);
}

#endif
