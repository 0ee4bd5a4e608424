/* SPDX-License-Identifier: BSD-3-Clause */
#ifndef IXF_ARG_H
#define IXF_ARG_H

/*
 * The arguments of a request.  A function that returns false, NULL or CTL_ERROR
 * has set the error of the request.  Control thread.
 */

#include "fabric/api/ctl.h"
#include "lib/prefix.h"

struct config_port;
struct fabric;

/* The word of this name, or NULL: it was not given. */
const char *arg_text(const struct ctl_request *, const char *name);

/* Whether an argument without a word was given: BARE or FLAG. */
bool arg_is_set(const struct ctl_request *, const char *name);

/* The port that "port" names. */
const struct config_port *arg_port(const struct fabric *, struct ctl_request *);
const struct config_port *
arg_port_named(const struct fabric *, struct ctl_request *, const char *name);

/* There is no LAN of this name. */
enum ctl_verdict arg_refuse_lan(const struct fabric *, struct ctl_request *,
				const char *name);

/* An address of either family. */
bool arg_address(struct ctl_request *, const char *text, struct ipaddr *);

/* A number from 'least' to 'most'; 'what' names it in the error. */
bool arg_number(struct ctl_request *, const char *what, const char *text,
		uint32_t least, uint32_t most, uint32_t *n);

/* Of requests about sponges. */

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
