/* SPDX-License-Identifier: BSD-3-Clause */
#include "fabric/datapath/lan.h"

#include <string.h>

#include "fabric/datapath/hot.h"

uint16_t
lan_owner4(const struct lan *lan, uint32_t address)
{
	unsigned int low = 0, high = lan->nbound4;

	while (low < high) {
		unsigned int middle = low + (high - low) / 2;
		const struct binding4 *b = &lan->bound4[middle];

		if (b->address == address)
			return b->port;
		if (b->address < address)
			low = middle + 1;
		else
			high = middle;
	}
	return PORTS_MAX;
}

uint16_t
lan_owner6(const struct lan *lan, const uint8_t *address)
{
	unsigned int low = 0, high = lan->nbound6;

	while (low < high) {
		unsigned int middle = low + (high - low) / 2;
		const struct binding6 *b = &lan->bound6[middle];
		int order = memcmp(b->address, address, sizeof(b->address));

		if (order == 0)
			return b->port;
		if (order < 0)
			low = middle + 1;
		else
			high = middle;
	}
	return PORTS_MAX;
}
