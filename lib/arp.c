/* SPDX-License-Identifier: BSD-3-Clause */
#include "lib/arp.h"

bool
arp_read(const uint8_t *payload, uint32_t size, struct arp *arp)
{
	uint16_t op;

	if (!arp_is_ipv4(payload, size))
		return false;
	op = frame_read16(payload + 6);
	if (op != ARP_REQUEST && op != ARP_REPLY)
		return false;
	arp->op = op;
	arp->valid = payload[1] == 1;
	arp->sha = frame_read64(payload + 8) >> 16;
	arp->spa = frame_read32(payload + 14);
	arp->tha = frame_read64(payload + 18) >> 16;
	arp->tpa = frame_read32(payload + 24);
	return true;
}
