/* SPDX-License-Identifier: BSD-3-Clause */
#ifndef IXF_SPONGE_ARGS_H
#define IXF_SPONGE_ARGS_H

/*
 * What requests about sponges share: the LAN they are about, and their errors.
 * A function that returns false, NULL or CTL_ERROR has set the error of the
 * request.  Control thread.
 */

#include "fabric/api/arg.h"

/* The LAN that the request names, or else the only one with a sponge. */
const char *sponge_arg_lan(const struct fabric *, struct ctl_request *);

/*
 * Whether the LAN that the request names has a sponge; without a name, whether
 * any LAN has one.
 */
bool sponge_arg_lans_are_there(const struct fabric *, struct ctl_request *);

/* No LAN of this name has a sponge. */
enum ctl_verdict sponge_arg_refuse_lan(const struct fabric *,
				       struct ctl_request *, const char *name);

/* The operation of sponge_ops.h on an address returned 'error'. */
enum ctl_verdict sponge_refuse(const struct fabric *, struct ctl_request *,
			       const char *lan, const struct ipaddr *,
			       int error);

#endif
