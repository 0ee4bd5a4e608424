/* SPDX-License-Identifier: BSD-3-Clause */
#ifndef IXF_INETSUM_H
#define IXF_INETSUM_H

/*
 * The sum of the internet checksum (RFC 1071), in the order of the memory: the order
 * of the octets does not matter (1.2 (B)).  Pure, any thread.
 */

#include <stdint.h>
#include <string.h>

/* Adds octets; all parts but the last have a multiple of four of them. */
static inline uint64_t
inetsum_add(uint64_t sum, const uint8_t *p, uint32_t size)
{
	uint32_t word;

	for (; size >= sizeof(word); p += sizeof(word), size -= sizeof(word)) {
		memcpy(&word, p, sizeof(word));
		sum += word;
	}
	word = 0;
	memcpy(&word, p, size);
	return sum + word;
}

/* 16 bits: 0xffff over octets that have their checksum among them. */
static inline uint16_t
inetsum_fold(uint64_t sum)
{
	while (sum >> 16 != 0)
		sum = (sum & 0xffff) + (sum >> 16);
	return (uint16_t)sum;
}

#endif
