/* SPDX-License-Identifier: BSD-3-Clause */
#ifndef IXF_CONFIG_ROWS_H
#define IXF_CONFIG_ROWS_H

#include <jansson.h>
#include <stdbool.h>

#include "fabric/config/config.h"

/*
 * The configuration as config_print() writes it, an object for each section:
 *
 *   {"section": "port as64500", "keys": {"device": "...", "mac": ["...", "..."]}}
 *
 * Values are strings as in the file; a key that may be repeated has an array, also
 * if it is there once.  NULL when memory is short.
 */
json_t *config_rows(const struct config *, bool defaults);

#endif
