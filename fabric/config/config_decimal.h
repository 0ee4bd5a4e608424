/* SPDX-License-Identifier: BSD-3-Clause */
#ifndef IXF_CONFIG_DECIMAL_H
#define IXF_CONFIG_DECIMAL_H

/* Numbers with a point, in whole numbers of their last place. */

#include <stdint.h>
#include <stdio.h>

/*
 * Reads "0.5" at '*text', which moves behind it, as 500 if 'places' is 3; with
 * 'places' 0, digits alone.  0, or -EINVAL: no digit before the point, none or
 * too many behind it.  What is too big is UINT64_MAX.
 */
int config_decimal_parse(const char **text, unsigned int places,
			 uint64_t *value);

/* Writes the same, without zeros at the end: "0.5", "3". */
void config_decimal_print(uint64_t value, unsigned int places, FILE *);

#endif
