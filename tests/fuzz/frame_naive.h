/* SPDX-License-Identifier: BSD-3-Clause */
#ifndef IXF_FRAME_NAIVE_H
#define IXF_FRAME_NAIVE_H

/*
 * What must never pass under the ixp profiles, said again without the stages:
 * each sentence is one plain look at the octets.  It knows less than they do,
 * and what it knows must agree.
 */

#include <stdbool.h>
#include <stdint.h>

enum naive_flag {
	NAIVE_IXP = 1 << 0,
	NAIVE_STRICT = 1 << 1,
	NAIVE_LOCKED = 1 << 2, /* sends from its addresses only */
	NAIVE_MLD = 1 << 3,
	NAIVE_CULLED = 1 << 4,
	NAIVE_ACL = 1 << 5,     /* denies ESP, in */
	NAIVE_ACL_OUT = 1 << 6, /* the same, out */
	NAIVE_HEADER = 1 << 7,  /* checks IP headers */
};

/* A member; addresses that are 0 are not known. */
struct naive_port {
	unsigned int flags; /* enum naive_flag; 0: everything may pass */
	uint32_t mtu;
	uint64_t mac[2];
	uint8_t host; /* 192.0.2.HOST and 2001:db8::HOST, or 0 */
};

/* The LAN that all of this is about. */
#define NAIVE_SPONGE UINT64_C(0x025300000001)
#define NAIVE_NET4   UINT32_C(0xc0000200) /* 192.0.2.0/24 */

/*
 * Why a frame must not get into the LAN by 'in', or NULL; without the tag of
 * the port, 'size' octets of 'len' on the wire.
 */
const char *naive_in(const struct naive_port *in, const uint8_t *frame,
		     uint32_t size, uint32_t len);

/* Why a frame must not leave by 'out', or NULL. */
const char *naive_out(const struct naive_port *out, const uint8_t *frame,
		      uint32_t size);

#endif
