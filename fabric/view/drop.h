/* SPDX-License-Identifier: BSD-3-Clause */
#ifndef IXF_DROP_H
#define IXF_DROP_H

/* The reasons to drop a frame, and sets of them.  Any thread. */

#include <stdbool.h>
#include <stdint.h>

/* Why a frame is dropped: DROP_mac_lock and so on, in the order of the list. */
enum drop {
	DROP_NONE,
#define DROP(name, ...) DROP_##name,
#include "fabric/view/drop_list.h"
	DROP_N
};

/* The profiles that have a reason. */
enum drop_profiles {
	DROP_ALL,
	DROP_IXP,
	DROP_STRICT,
	DROP_ASKED
};

/* The option of a port or a LAN without which a reason drops no frame. */
enum drop_option {
	OPTION_NONE,
	OPTION_DISABLED,
	OPTION_LISTENS,
	OPTION_LAG,
	OPTION_LACP,
	OPTION_QUARANTINE,
	OPTION_CULL,
	OPTION_ACL_IN,
	OPTION_ACL_OUT,
	OPTION_RATE_OUT,
	OPTION_LOSS, /* none: the fabric lacks a link, a buffer or a queue slot */

	/* Of the LAN: see view_lan_has(). */
	OPTION_DROP_UNKNOWN,        /* unicast to unknown addresses */
	OPTION_DROP_UNKNOWN_TARGET, /* ARP requests and solicitations */
	OPTION_ANSWER,              /* by a sponge, or for the owner */
	OPTION_ND_OPTIONS,          /* known ones only, while it is a proxy */
	OPTION_GARP_DROP,
	OPTION_GARP_SUPPRESS,
};

/* The level of a reason in the log. */
enum drop_level {
	DROP_QUIET, /* not logged */
	DROP_INFO,  /* the first of a port alone */
	DROP_NOTICE,
	DROP_WARNING,
	DROP_CRITICAL
};

/* "mac_lock", as counters and ixctl print it; and the sentence of the list. */
const char *drop_name(enum drop);
const char *drop_meaning(enum drop);

/* The reason of that name, or DROP_NONE. */
enum drop drop_find(const char *name);

/* Whether it is charged to the egress port, not to the port of entry. */
bool drop_is_tx(enum drop);

/* Whether it can be set to drop, log or off; the others always drop. */
bool drop_is_check(enum drop);

enum drop_profiles drop_profiles(enum drop);
enum drop_level drop_level(enum drop);

/* "warning". */
const char *drop_level_name(enum drop_level);

/* The key of the configuration that it depends on, or "". */
const char *drop_key(enum drop);

enum drop_option drop_option(enum drop);

/* Whether it is about source addresses, and the key 'violation' sets its mode. */
bool drop_is_about_macs(enum drop);

/* Whether it depends on the prefixes of the LAN, and on no key of the port. */
bool drop_is_about_nets(enum drop);

/*
 * Whether its clause restricts the ARP, or the neighbour discovery, that is
 * allowed: "from an IPv4 address of the port".
 */
bool drop_is_about_arp(enum drop);
bool drop_is_about_nd(enum drop);
const char *drop_clause(enum drop);
const char *drop_narrow_clause(enum drop);

/*
 * Whether it can be about the addresses of other ports alone, which is less than
 * all that are not the port's: see struct port, narrow.
 */
bool drop_is_narrow(enum drop);

/* Whether an honest sender can be made to cause it: it disables no port. */
bool drop_is_provoked(enum drop);

/* Whether a rule of an ACL decides. */
bool drop_is_by_acl(enum drop);

/* Whether the frames may have come back in a loop. */
bool drop_is_loop_sign(enum drop);

/* A set of reasons. */
struct drop_set {
	uint64_t word[(DROP_N + 63) / 64];
};

static inline bool
drop_set_has(const struct drop_set *s, enum drop why)
{
	return s->word[why / 64] >> (why % 64) & 1;
}

static inline void
drop_set_add(struct drop_set *s, enum drop why)
{
	s->word[why / 64] |= UINT64_C(1) << (why % 64);
}

#endif
