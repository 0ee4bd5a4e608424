/* SPDX-License-Identifier: BSD-3-Clause */
#ifndef IXF_LACP_PDU_H
#define IXF_LACP_PDU_H

/*
 * The messages of link aggregation (IEEE 802.1AX-2020): LACPDUs of version 1 (6.4.2),
 * markers and marker responses (6.5.3).  Here they begin behind the Ethernet header,
 * with the subtype.  Pure, no allocation, any thread.
 */

#include <stdint.h>

#define LACP_PDU_SIZE 110 /* octets: of each of them */

/* The bits of a state (6.4.2.3). */
enum lacp_state {
	LACP_ACTIVITY = 0x01, /* speaks first; else passive */
	LACP_TIMEOUT = 0x02,  /* short: wants a LACPDU each second; else long */
	LACP_AGGREGATION = 0x04, /* the link can be one of several */
	LACP_SYNC = 0x08,        /* the link is in the LAG where it belongs */
	LACP_COLLECTING = 0x10,  /* receives */
	LACP_DISTRIBUTING = 0x20,
	LACP_DEFAULTED = 0x40, /* has no LACPDU of its partner */
	LACP_EXPIRED = 0x80,   /* has none any more, and soon is defaulted */
};

/* One end of a link, the actor or the partner, as in a LACPDU. */
struct lacp_info {
	uint64_t system; /* as in mac.h */
	uint16_t system_priority;
	uint16_t key;
	uint16_t port_priority;
	uint16_t port;
	uint8_t state;
};

struct lacp_marker {
	uint64_t system; /* of the requester */
	uint32_t transaction;
	uint16_t port; /* of the requester */
};

/* What a frame of a slow protocol turned out to be. */
enum lacp_result {
	LACP_TAKEN,           /* a LACPDU */
	LACP_MARKER,          /* a marker */
	LACP_MARKER_RESPONSE, /* a marker response */
	LACP_UNKNOWN,         /* another slow protocol */
	LACP_ILLEGAL,         /* malformed, or of an illegal subtype */
};

struct lacp_pdu {
	struct lacp_info actor, partner; /* of a LACPDU */
	struct lacp_marker marker;       /* of a marker and its response */
};

/*
 * Reads a message of 'size' octets, padding and what a later version appends
 * included.  As the standard demands (6.4.12, 6.5.4), versions, TLV types and reserved
 * octets of a LACPDU are not looked at, only the lengths of its three TLVs; all fields
 * of version 1 are at the same places in every version.  Fields that the kind does not
 * have are 0; so are all if it is neither of the three.
 */
enum lacp_result lacp_pdu_read(const uint8_t *payload, uint32_t size,
			       struct lacp_pdu *);

/* Writes a LACPDU of version 1. */
void lacp_pdu_write(uint8_t octets[LACP_PDU_SIZE],
		    const struct lacp_info *actor,
		    const struct lacp_info *partner);

/* Writes the response to a marker. */
void lacp_pdu_write_response(uint8_t octets[LACP_PDU_SIZE],
			     const struct lacp_marker *);

#define LACP_STATE_TEXT_SIZE 10 /* "ASGs+CDdX" and its NUL */

/*
 * A state in the letters of Arista EOS, as "ALGs+CD": (A)ctive or (P)assive, (S)hort
 * or (L)ong timeout, a(G)gregable or (I)ndividual, in sync (s+) or not (s-), and, only
 * where it is so, (C)ollecting, (D)istributing, (d)efaulted, e(X)pired.
 */
char *lacp_state_text(uint8_t state, char text[LACP_STATE_TEXT_SIZE]);

#endif
