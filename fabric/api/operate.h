/* SPDX-License-Identifier: BSD-3-Clause */
#ifndef IXF_OPERATE_H
#define IXF_OPERATE_H

/* What operators have set on ports and LANs, for status.  Control thread. */

#include <jansson.h>

struct fabric;

/* A new array, with a row for each override: override.h. */
json_t *operate_overrides(const struct fabric *);

#endif
