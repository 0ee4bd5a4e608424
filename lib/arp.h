/* SPDX-License-Identifier: BSD-3-Clause */
#ifndef IXF_ARP_H
#define IXF_ARP_H

/*
 * ARP for IPv4 over Ethernet (RFC 826, RFC 5227), read as generously as hosts
 * read it: Linux also takes hardware type 6, that of IEEE 802 networks
 * (RFC 1042), on Ethernet.  Such a packet is not valid, but its addresses count.
 * Pure, no allocation, any thread.
 */

#include <stdbool.h>
#include <stdint.h>

#include "lib/frame.h"

#define ARP_SIZE 28 /* octets */

enum arp_op {
	ARP_REQUEST = 1,
	ARP_REPLY = 2,
};

/* Numbers in host order; a MAC address as in mac.h. */
struct arp {
	uint64_t sha; /* MAC address of the sender */
	uint64_t tha; /* of the target; undefined in a request */
	uint32_t
		spa; /* IPv4 address of the sender; 0: a probe (RFC 5227, 1.1) */
	uint32_t tpa; /* of the target */
	uint16_t op;  /* enum arp_op */
	bool valid; /* hardware type 1; else 6, which hosts read all the same */
};

/*
 * Whether hosts read the 'size' octets after the type of a frame as ARP for IPv4
 * over Ethernet, with any operation: hardware type 1 or 6, protocol type 0x0800,
 * addresses of 6 and of 4 octets.
 */
static inline bool
arp_is_ipv4(const uint8_t *payload, uint32_t size)
{
	uint64_t kind;

	if (size < ARP_SIZE)
		return false;
	kind = frame_read64(payload) >> 16;
	return kind == UINT64_C(0x000108000604) ||
	       kind == UINT64_C(0x000608000604);
}

/*
 * Reads the 'size' octets after the type of a frame.  False, and 'arp'
 * unchanged, if no host reads it as a request or a reply for IPv4 over Ethernet,
 * or if it is shorter than ARP_SIZE.  The rest is padding, and is not read.
 */
bool arp_read(const uint8_t *payload, uint32_t size, struct arp *);

#endif
