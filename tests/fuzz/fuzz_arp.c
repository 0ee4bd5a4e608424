/* SPDX-License-Identifier: BSD-3-Clause */
#include <stdint.h>
#include <stdlib.h>

#include "lib/arp.h"

int LLVMFuzzerTestOneInput(const uint8_t *, size_t);

/* 'n' octets as a number. */
static uint64_t
number(const uint8_t *p, int n)
{
	uint64_t v = 0;

	while (n-- > 0)
		v = v << 8 | *p++;
	return v;
}

/* RFC 826, one field after the other; hosts take hardware type 6, too. */
static int
is_arp(const uint8_t *p, size_t size)
{
	return size >= 28 && (number(p, 2) == 1 || number(p, 2) == 6) &&
	       number(p + 2, 2) == 0x0800 && p[4] == 6 && p[5] == 4 &&
	       (number(p + 6, 2) == 1 || number(p + 6, 2) == 2);
}

/* Any octets after the type of a frame. */
int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct arp arp;

	if (arp_read(data, (uint32_t)size, &arp) != is_arp(data, size))
		abort();
	if (is_arp(data, size) &&
	    (arp.op != data[7] || arp.valid != (data[1] == 1) ||
	     arp.sha != number(data + 8, 6) ||
	     arp.spa != number(data + 14, 4) ||
	     arp.tha != number(data + 18, 6) ||
	     arp.tpa != number(data + 24, 4)))
		abort();
	return 0;
}
