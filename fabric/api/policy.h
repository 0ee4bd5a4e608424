/* SPDX-License-Identifier: BSD-3-Clause */
#ifndef IXF_POLICY_H
#define IXF_POLICY_H

/*
 * What a port may do, as it runs: the view that workers read, its meters and its
 * state, and not what a file says.  In numbers that can be compared, so that a
 * LAN can be spoken of as a whole and its exceptions be named; then in
 * sentences, fit to be published.  Control side, one thread.
 */

#include <jansson.h>
#include <stdbool.h>
#include <stdint.h>

#include "fabric/view/port.h"

struct fabric;
struct view;

enum policy_mode {
	POLICY_REFUSES,
	POLICY_DISABLES, /* refuses, and disables the port */
	POLICY_COUNTS,   /* counts, and forwards */
	POLICY_OFF,
};

/* What there is to say of a port besides its checks. */
enum policy_item {
	POLICY_STATUS, /* disabled, quarantine, monitor */
	POLICY_BLOCKED,
	POLICY_CULLED,
	POLICY_ISOLATED,
	POLICY_TAG,       /* none, one of its own; taken as none when it is 0 */
	POLICY_OPEN,      /* transparent for tags */
	POLICY_MACS,      /* from which addresses, and how many it may learn */
	POLICY_ADDRESSES, /* which kinds of its IP addresses are known */
	POLICY_MTU,
	POLICY_MLD,
	POLICY_ACL_IN,
	POLICY_ACL_OUT,
	POLICY_LIMITS, /* METERS of them */
	POLICY_ITEMS = POLICY_LIMITS + METERS,
};

/* Equal where there is the same to say. */
struct policy_value {
	uint64_t a, b;
};

struct policy {
	struct policy_value item[POLICY_ITEMS];
	uint8_t mode[DROP_N]; /* enum policy_mode, of checks */
};

/* Of a limit: thousandths of a frame, or of an octet, a second; 0: none. */
static inline uint64_t
policy_pace(const struct policy_value *limit)
{
	return limit->a;
}

/* Frames, or octets, at once. */
static inline uint64_t
policy_burst(const struct policy_value *limit)
{
	return limit->b >> 1;
}

static inline bool
policy_is_per_packet(const struct policy_value *limit)
{
	return limit->b & 1;
}

/* policy.c */

void policy_read(const struct fabric *, const struct port *, struct policy *);

/* What most ports of a LAN have; of some port where there is no majority. */
void policy_most(const struct fabric *, const struct lan *, struct policy *);

/* Whether frames that 'why' objects to are refused. */
static inline bool
policy_refuses(const struct policy *p, enum drop why)
{
	return p->mode[why] <= POLICY_DISABLES;
}

/* Whether the limit holds: it is set, and its check is on. */
bool policy_limits(const struct policy *, enum meter_kind);

/* policy_text.c: sentences, as new JSON. */

/* An array of what may be sent by a port with this policy. */
json_t *policy_allowed(const struct policy *, const struct lan *);

/* The state of an item, or NULL where there is nothing to say. */
json_t *policy_sentence(const struct policy *, enum policy_item);

/* "status", "limit_arp". */
const char *policy_item_name(enum policy_item);

/* policy_show.c: rows of `ixctl policy show`. */

/* All about one port, its member's addresses included. */
json_t *policy_port(const struct fabric *, const struct port *);

/*
 * Some rows about each LAN, as a whole, and then about each of its ports that
 * is not like that, added to 'rows'; from 'place' on, zero at first.  False
 * when that was all.  No address of a member is among them.
 */
bool policy_lans(const struct fabric *, size_t place[2], json_t *rows);

#endif
