/* SPDX-License-Identifier: BSD-3-Clause */
#ifndef IXF_STATUS_ACL_H
#define IXF_STATUS_ACL_H

/* The rules of a port and their hits.  Control thread. */

#include <jansson.h>

struct config_port;
struct fabric;

/* A new array: a row for each rule, in then out, in match order. */
json_t *status_acl(struct fabric *, const struct config_port *);

#endif
