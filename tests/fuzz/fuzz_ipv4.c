/* SPDX-License-Identifier: BSD-3-Clause */
#include <stdint.h>
#include <stdlib.h>

#include "lib/ipv4.h"

int LLVMFuzzerTestOneInput(const uint8_t *, size_t);

/* So that the reading is not optimised away. */
static volatile uint8_t sum;

/* The rules of RFC 791 for the lengths. */
static int
is_ipv4(const uint8_t *p, uint32_t size, uint32_t wire_size)
{
	uint32_t header = (p[0] & 0xfU) * 4;
	uint32_t length = (uint32_t)p[2] << 8 | p[3];

	return size >= 20 && p[0] >> 4 == 4 && header >= 20 &&
	       header <= length && length <= wire_size;
}

static void
check(const uint8_t *p, uint32_t size, uint32_t wire_size)
{
	struct ipv4 ip;
	enum ipv4_fault fault = ipv4_read(p, size, wire_size, &ip);

	if (size < IPV4_HEADER) {
		if (fault != IPV4_SHORT && fault != IPV4_CUT)
			abort();
		if (ip.upper != NULL || ip.upper_size != 0)
			abort();
		return;
	}
	if ((fault == IPV4_OK) != is_ipv4(p, size, wire_size))
		abort();
	if (ip.upper < p + IPV4_HEADER || ip.upper > p + size ||
	    ip.upper_size > (uint32_t)(p + size - ip.upper))
		abort();
	if (ip.upper_size > 0 && (ip.upper - p) + ip.upper_size > ip.length)
		abort();
	for (uint32_t i = 0; i < ip.upper_size; i++)
		sum ^= ip.upper[i];
}

/*
 * The number of octets that a snap length cut off, and the octets after the
 * type.
 */
int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	if (size < 1)
		return 0;
	check(data + 1, (uint32_t)size - 1, (uint32_t)size - 1 + data[0]);
	return 0;
}
