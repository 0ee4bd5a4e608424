/* SPDX-License-Identifier: BSD-3-Clause */
#ifndef IXF_OPERATE_H
#define IXF_OPERATE_H

/*
 * The answers to commands that set something by hand: port up, down and cull,
 * and fabric cull.  See override.h.  Control thread.
 */

#include "fabric/api/ctl.h"

struct fabric;

enum ctl_verdict operate_up(struct fabric *, struct ctl_request *,
			    json_t **part);
enum ctl_verdict operate_down(struct fabric *, struct ctl_request *,
			      json_t **part);

/* Of the port in the arguments, or of the fabric when there is none. */
enum ctl_verdict operate_cull(struct fabric *, struct ctl_request *,
			      json_t **part);

/* There is no such port: what might have been meant. */
enum ctl_verdict operate_refuse_port(const struct fabric *,
				     struct ctl_request *, const char *name);

/* For status: everything that is set by hand, an array. */
json_t *operate_overrides(const struct fabric *);

#endif
