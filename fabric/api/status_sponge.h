/* SPDX-License-Identifier: BSD-3-Clause */
#ifndef IXF_STATUS_SPONGE_H
#define IXF_STATUS_SPONGE_H

/* The sponge of a LAN, for status.  Control thread. */

#include <jansson.h>

struct fabric;

/*
 * How many addresses of the LAN are in each state: a new object, or null if the
 * LAN has no sponge.
 */
json_t *status_sponge_counts(const struct fabric *, const char *lan);

#endif
