/* SPDX-License-Identifier: BSD-3-Clause */
#ifndef IXF_ARP_H
#define IXF_ARP_H

/*
 * ARP for IPv4 over Ethernet (RFC 826, RFC 5227).  Pure, no allocation, any
 * thread.
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
};

/*
 * Whether the 'size' octets after the type of a frame are ARP for IPv4 over
 * Ethernet, with any operation: hardware type 1, protocol type 0x0800,
 * addresses of 6 and of 4 octets.
 */
static inline bool
arp_is_ipv4(const uint8_t *payload, uint32_t size)
{
	return size >= ARP_SIZE &&
	       frame_read64(payload) >> 16 == UINT64_C(0x000108000604);
}

/*
 * Reads the 'size' octets after the type of a frame.  False, and 'arp'
 * unchanged, if it is not a request or a reply for IPv4 over Ethernet, or
 * shorter than ARP_SIZE.  The rest is padding, and is not read.
 */
bool arp_read(const uint8_t *payload, uint32_t size, struct arp *);

#endif
