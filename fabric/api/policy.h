/* SPDX-License-Identifier: BSD-3-Clause */
#ifndef IXF_POLICY_H
#define IXF_POLICY_H

/*
 * The policy of a port as it runs: by the view that workers read, the meters and
 * the state of the port, and not by a file.  First in numbers that can be
 * compared, so that a LAN is described as a whole and its exceptions by port;
 * then in sentences that can be published.  Control side, one thread.
 */

#include <jansson.h>
#include <stdbool.h>
#include <stdint.h>

#include "fabric/view/port.h"

struct fabric;

enum policy_mode {
	POLICY_DROPS,
	POLICY_DISABLES, /* drops, and disables the port */
	POLICY_COUNTS,   /* counts, and forwards */
	POLICY_OFF,
};

/* The properties of a port besides its checks. */
enum policy_item {
	POLICY_STATUS, /* disabled, quarantine, monitor */
	POLICY_BLOCKED,
	POLICY_CULLED,
	POLICY_ISOLATED,
	POLICY_TAG,       /* none, one of its own; taken as none when it is 0 */
	POLICY_OPEN,      /* transparent for tags */
	POLICY_MACS,      /* its source addresses, and how many it may learn */
	POLICY_ADDRESSES, /* which kinds of its IP addresses are known; and
			     whether the others of the LAN are free to it */
	POLICY_MTU,
	POLICY_MLD,
	POLICY_ACL_IN,
	POLICY_ACL_OUT,
	POLICY_LIMITS, /* METERS of them */
	POLICY_ITEMS = POLICY_LIMITS + METERS,
};

/* Equal if and only if the sentences are. */
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

/* Each item as most ports of a LAN have it; of some port without a majority. */
void policy_most(const struct fabric *, const struct lan *, struct policy *);

/* Whether the check drops frames, and does not only count them. */
static inline bool
policy_drops(const struct policy *p, enum drop why)
{
	return p->mode[why] <= POLICY_DISABLES;
}

/* Whether the limit holds: it is set, and its check is on. */
bool policy_limits(const struct policy *, enum meter_kind);

/* policy_text.c: sentences, as new JSON. */

/* An array of what a port with this policy may send. */
json_t *policy_allowed(const struct policy *, const struct lan *);

/* The value of an item. */
json_t *policy_sentence(const struct policy *, enum policy_item);

/* "status", "limit_arp". */
const char *policy_item_name(enum policy_item);

/* policy_show.c: rows of `ixctl policy show`. */

/* One port, with the addresses of its member. */
json_t *policy_port(const struct fabric *, const struct port *);

/*
 * Adds to 'rows' a row for each LAN, or for that of the name 'only', and then one for
 * each of its ports that
 * differs, some of them at a time, from 'place' on, which is zero at first.
 * False after the last one.  No address of a member is among them.
 */
bool policy_lans(const struct fabric *, const char *only, size_t place[2],
		 json_t *rows);

#endif
