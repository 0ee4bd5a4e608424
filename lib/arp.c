/* SPDX-License-Identifier: BSD-3-Clause */
#include "arp.h"

#include "frame.h"

/* Hardware type 1, protocol type 0x0800, addresses of 6 and of 4 octets. */
#define KIND UINT64_C(0x000108000604)

bool
arp_read(const uint8_t *payload, uint32_t size, struct arp *arp)
{
	uint64_t start;
	uint16_t op;

	if (size < ARP_SIZE)
		return false;
	start = frame_read64(payload);
	op = (uint16_t)start;
	if (start >> 16 != KIND || (op != ARP_REQUEST && op != ARP_REPLY))
		return false;
	arp->op = op;
	arp->sha = frame_read64(payload + 8) >> 16;
	arp->spa = frame_read32(payload + 14);
	arp->tha = frame_read64(payload + 18) >> 16;
	arp->tpa = frame_read32(payload + 24);
	return true;
}
