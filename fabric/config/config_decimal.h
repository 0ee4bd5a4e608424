/* SPDX-License-Identifier: BSD-3-Clause */
#ifndef IXF_CONFIG_DECIMAL_H
#define IXF_CONFIG_DECIMAL_H

/* Decimal fractions as whole numbers of their last digit. */

#include <stdint.h>
#include <stdio.h>

/*
 * Reads "0.5" at '*text' as 500 if 'places' is 3, and moves '*text' behind it;
 * with 'places' 0 only digits.  Returns 0, or -EINVAL: no digit before the
 * point, or none or too many after it.  A number that is too large becomes
 * UINT64_MAX.
 */
int config_decimal_parse(const char **text, unsigned int places,
			 uint64_t *value);

/* Writes the same, without zeros at the end: "0.5", "3". */
void config_decimal_print(uint64_t value, unsigned int places, FILE *);

#endif
