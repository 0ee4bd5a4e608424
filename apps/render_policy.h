/* SPDX-License-Identifier: BSD-3-Clause */
#ifndef IXF_RENDER_POLICY_H
#define IXF_RENDER_POLICY_H

/* The answer to `ixctl policy show` as a text to read, or to publish. */

#include <jansson.h>
#include <stdio.h>

/* One row of it: a LAN, a port unlike its LAN, or all about a port. */
void render_policy(const json_t *row, FILE *out);

#endif
