/* SPDX-License-Identifier: BSD-3-Clause */
#ifndef IXF_CONFIG_ROWS_H
#define IXF_CONFIG_ROWS_H

#include <jansson.h>
#include <stdbool.h>

#include "fabric/config/config.h"

/*
 * The configuration as config_print() has it, an object for each section:
 *
 *   {"section": "port swp1", "keys": {"device": "...", "mac": ["...", "..."]}}
 *
 * Values are strings as in the file; keys that may be repeated are arrays,
 * however often they are there.  NULL when memory is short.
 */
json_t *config_rows(const struct config *, bool defaults);

#endif
