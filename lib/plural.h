/* SPDX-License-Identifier: BSD-3-Clause */
#ifndef IXF_PLURAL_H
#define IXF_PLURAL_H

/* "1 change", "2 changes": what follows a noun after a number. */

#include <stdint.h>

static inline const char *
plural(uint64_t n)
{
	return n == 1 ? "" : "s";
}

/* "1 address", "2 addresses" */
static inline const char *
plural_es(uint64_t n)
{
	return n == 1 ? "" : "es";
}

#endif
