/* SPDX-License-Identifier: BSD-3-Clause */
#ifndef IXF_RATES_H
#define IXF_RATES_H

/* How much the counters of an answer grow a second, from two answers. */

#include <jansson.h>

#define RATES_KEY "per_second" /* the key in a row for what rates_add() finds */

/*
 * Adds to each row of 'now' an object with how much each of its whole numbers, those of
 * objects within it too, has grown a second since the row of 'then' with the same text
 * at 'key', so many seconds ago.  Rows that are new have none, nor have numbers that
 * have become less: they were counted anew.
 */
void rates_add(json_t *now, const json_t *then, const char *key,
	       double seconds);

#endif
