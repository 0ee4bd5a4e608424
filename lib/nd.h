/* SPDX-License-Identifier: BSD-3-Clause */
#ifndef IXF_ND_H
#define IXF_ND_H

/*
 * Neighbour discovery (RFC 4861): what a node may believe of the five kinds of
 * messages.  Pure, no allocation, any thread.
 */

#include <stdbool.h>
#include <stdint.h>

#include "lib/ipv6.h"

#define ND_HOP_LIMIT 255 /* of every message: nobody sent it from elsewhere */

enum nd_type {
	ND_RS = 133, /* router solicitation */
	ND_RA = 134, /* router advertisement */
	ND_NS = 135, /* neighbour solicitation */
	ND_NA = 136, /* neighbour advertisement */
	ND_REDIRECT = 137,
};

/* In the order in which they are looked for. */
enum nd_fault {
	ND_OK,
	ND_OTHER,    /* no message of these kinds; nothing is filled but type */
	ND_CODE,     /* not 0 */
	ND_SHORT,    /* shorter than its kind is, or than its packet says */
	ND_OPTION,   /* of length 0, past the end, no MAC address, or two */
	ND_TARGET,   /* a group, or not what a redirect may say */
	ND_SOURCE,   /* a group, or not what this kind comes from */
	ND_SENT_TO,  /* for this message, not the right kind of destination */
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
	bool unknown_options; /* but SLLA, nonce in an NS, TLLA in an NA */
	bool dad;             /* an NS from ::, asking for duplicates */
};

/* Whether 'type' is one of the five, when it is that of an ICMPv6 message. */
static inline bool
nd_is_type(int type)
{
	return type >= ND_RS && type <= ND_REDIRECT;
}

/*
 * Validates a message as RFC 4861 has it in 6.1.1, 6.1.2, 7.1.1, 7.1.2 and 8.1,
 * and returns the first fault, but for the hop limit: that is for the caller to
 * compare with ND_HOP_LIMIT, since it has a name of its own in the policy.  And
 * no fragment may carry a message, be it an atomic one (RFC 6980): this too is
 * for the caller, ip->fragment says so.
 *
 * Stricter than the RFC: a link-layer address is one of Ethernet (RFC 2464, 6),
 * all options of one kind say the same, no source is a group, and no NA comes
 * from ::.
 *
 * What could be read is filled in, whatever it returns; the rest is zero.  Of a
 * message that goes on in another fragment, or that a capture has cut, neither
 * the checksum nor what is missing is judged.
 */
enum nd_fault nd_read(const struct ipv6 *, struct nd *);

#endif
