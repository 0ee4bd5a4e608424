/* SPDX-License-Identifier: BSD-3-Clause */
#ifndef IXF_SPONGE_ANSWERS_H
#define IXF_SPONGE_ANSWERS_H

/*
 * The answers to the commands about sponges, and about who asks for whom: as
 * struct ctl_ops has it.  Where a request names no LAN, what only looks is about
 * every LAN, and the others about the only one with a sponge.  Control thread.
 */

#include "fabric/api/ctl.h"
#include "lib/prefix.h"

struct fabric;

/* status_sponge.c: what only looks. */
enum ctl_verdict sponge_answer_show(struct fabric *, struct ctl_request *,
				    json_t **part);
enum ctl_verdict sponge_answer_stats(struct fabric *, struct ctl_request *,
				     json_t **part);
enum ctl_verdict sponge_answer_log(struct fabric *, struct ctl_request *,
				   json_t **part);
enum ctl_verdict sponge_answer_top(struct fabric *, struct ctl_request *,
				   json_t **part);

/* Of a LAN, for status: how many addresses are in each state; null: none. */
json_t *sponge_answer_counts(const struct fabric *, const char *lan);

/* operate_sponge.c: what does something. */
enum ctl_verdict sponge_answer_set(struct fabric *, struct ctl_request *,
				   json_t **part);
enum ctl_verdict sponge_answer_clear(struct fabric *, struct ctl_request *,
				     json_t **part);
enum ctl_verdict sponge_answer_clear_arp(struct fabric *, struct ctl_request *,
					 json_t **part);
enum ctl_verdict sponge_answer_probe(struct fabric *, struct ctl_request *,
				     json_t **part);
enum ctl_verdict sponge_answer_inform(struct fabric *, struct ctl_request *,
				      json_t **part);

/* sponge_args.c: what they share, of the words of a request. */

/* The word of this name, or NULL. */
const char *sponge_arg(const struct ctl_request *, const char *name);

/*
 * The LAN that the request names, or the only one with a sponge; or NULL: it is
 * refused.
 */
const char *sponge_arg_lan(const struct fabric *, struct ctl_request *);

/* Whether the LAN it names, if any, has a sponge, and any has; else refused. */
bool sponge_arg_lans_are_there(const struct fabric *, struct ctl_request *);

/* There is no LAN of this name, or it has no sponge. */
enum ctl_verdict sponge_arg_refuse_lan(const struct fabric *,
				       struct ctl_request *, const char *name);

/* An address, of either family; false: it is refused. */
bool sponge_arg_address(struct ctl_request *, const char *text,
			struct ipaddr *);

/* A number from 'least' to 'most', called 'what'; false: it is refused. */
bool sponge_arg_number(struct ctl_request *, const char *what, const char *text,
		       uint32_t least, uint32_t most, uint32_t *n);

/* Refuses what sponge_ops.h answers with 'error' about an address. */
enum ctl_verdict sponge_refuse(const struct fabric *, struct ctl_request *,
			       const char *lan, const struct ipaddr *,
			       int error);

#endif
