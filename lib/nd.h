/* SPDX-License-Identifier: BSD-3-Clause */
#ifndef IXF_ND_H
#define IXF_ND_H

/*
 * Neighbour discovery (RFC 4861): which messages of the five types are valid.
 * Pure, no allocation, any thread.
 */

#include <stdbool.h>
#include <stdint.h>

#include "lib/ipv6.h"

#define ND_HOP_LIMIT 255 /* of every message: no router has forwarded it */
#define ND_TARGET_AT 8   /* octets before the target, if there is one */

enum nd_type {
	ND_RS = 133, /* router solicitation */
	ND_RA = 134, /* router advertisement */
	ND_NS = 135, /* neighbour solicitation */
	ND_NA = 136, /* neighbour advertisement */
	ND_REDIRECT = 137,
};

/* In the order of the checks. */
enum nd_fault {
	ND_OK,
	ND_OTHER,    /* not one of these messages; only 'type' is filled */
	ND_CODE,     /* not 0 */
	ND_SHORT,    /* shorter than its type needs, or than its packet says */
	ND_OPTION,   /* length 0, past the end, no MAC address, or two */
	ND_TARGET,   /* a group, or wrong in a redirect */
	ND_SOURCE,   /* a group, or wrong for this type */
	ND_SENT_TO,  /* a wrong kind of destination for this message */
	ND_CHECKSUM, /* wrong */
};

/* Of a neighbour advertisement (RFC 4861, 4.4). */
enum nd_flag {
	ND_ROUTER = 0x80,
	ND_SOLICITED = 0x40,
	ND_OVERRIDE = 0x20,
};

/* Numbers in host order; MAC addresses as in mac.h. */
struct nd {
	uint64_t slla; /* source link-layer address, if has_slla */
	uint64_t tlla; /* target link-layer address, if has_tlla */
	uint8_t target[16];
	uint8_t type;
	uint8_t code;
	uint8_t flags;   /* enum nd_flag, of an NA */
	bool has_target; /* an NS, NA or redirect, and the target is here */
	bool has_slla;
	bool has_tlla;
	bool unknown_options; /* other than SLLA, nonce in an NS, TLLA in an NA */
	bool dad; /* an NS from ::, for duplicate address detection */
};

/* Whether an ICMPv6 message of 'type' is one of the five. */
static inline bool
nd_is_type(int type)
{
	return type >= ND_RS && type <= ND_REDIRECT;
}

/*
 * Validates a message as RFC 4861, 6.1.1, 6.1.2, 7.1.1, 7.1.2 and 8.1, and
 * returns the first fault.  Two checks are left to the caller, since they have
 * drop reasons of their own: the hop limit must be ND_HOP_LIMIT; and a
 * fragment, even an atomic one, must not carry a message (RFC 6980), see
 * ip->fragment.
 *
 * Stricter than the RFC: a link-layer address is one of Ethernet (RFC 2464, 6),
 * all options of one kind are equal, no source is a group, and no NA comes from
 * ::.
 *
 * All fields that could be read are filled, with any result; the rest is zero.
 * If a message continues in another fragment, or a capture cut it, neither the
 * checksum nor the missing part is checked.
 */
enum nd_fault nd_read(const struct ipv6 *, struct nd *);

#endif
