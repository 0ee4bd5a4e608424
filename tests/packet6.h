/* SPDX-License-Identifier: BSD-3-Clause */
#ifndef IXF_PACKET6_H
#define IXF_PACKET6_H

/*
 * IPv6 packets for tests, put together header by header, and with arithmetic
 * of their own, so that nothing is tested by itself.
 */

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#define PACKET6_MAX 4096

struct packet6 {
	uint8_t octets[PACKET6_MAX];
	uint32_t size;
	uint32_t next;  /* where the type of the next header belongs */
	uint32_t upper; /* where the upper header begins */
};

static inline void
packet6_add(struct packet6 *p, const void *octets, uint32_t size)
{
	if (p->size + size > PACKET6_MAX)
		abort();
	memcpy(p->octets + p->size, octets, size);
	p->size += size;
}

/* The payload length is that of what is there. */
static inline void
packet6_set_length(struct packet6 *p)
{
	p->octets[4] = (uint8_t)((p->size - 40) >> 8);
	p->octets[5] = (uint8_t)(p->size - 40);
}

/* The fixed header; addresses of 16 octets. */
static inline void
packet6_begin(struct packet6 *p, const uint8_t *src, const uint8_t *dst,
	      uint8_t hop_limit)
{
	const uint8_t start[8] = { 0x60, 0, 0, 0, 0, 0, 59, hop_limit };

	p->size = 0;
	p->next = 6;
	packet6_add(p, start, sizeof(start));
	packet6_add(p, src, 16);
	packet6_add(p, dst, 16);
	p->upper = p->size;
}

/* An extension header; its octets are those behind the first. */
static inline void
packet6_extend(struct packet6 *p, uint8_t type, const void *octets,
	       uint32_t size)
{
	const uint8_t none = 59;

	p->octets[p->next] = type;
	p->next = p->size;
	packet6_add(p, &none, 1);
	packet6_add(p, octets, size);
	p->upper = p->size;
	packet6_set_length(p);
}

/* One of 'size' octets, a multiple of 8, with a length field in these units. */
static inline void
packet6_extend_by(struct packet6 *p, uint8_t type, uint32_t size)
{
	uint8_t octets[2048] = { (uint8_t)(size / 8 - 1) };

	packet6_extend(p, type, octets, size - 1);
}

static inline void
packet6_fragment(struct packet6 *p, uint16_t offset_and_more)
{
	const uint8_t octets[7] = { 0, (uint8_t)(offset_and_more >> 8),
				    (uint8_t)offset_and_more };

	packet6_extend(p, 44, octets, sizeof(octets));
}

/* The hop-by-hop header of MLD. */
static inline void
packet6_router_alert(struct packet6 *p)
{
	packet6_extend(p, 0, "\0\5\2\0\0\1\0", 7);
}

/* The checksum of an ICMPv6 message of 'size' octets (RFC 4443, 2.3). */
static inline uint16_t
packet6_checksum(const uint8_t *addresses, const uint8_t *message,
		 uint32_t size)
{
	uint64_t sum = size + 58;

	for (int i = 0; i < 32; i++)
		sum += (uint64_t)addresses[i] << (i % 2 == 0 ? 8 : 0);
	for (uint32_t i = 0; i < size; i++)
		if (i != 2 && i != 3)
			sum += (uint64_t)message[i] << (i % 2 == 0 ? 8 : 0);
	while (sum > 0xffff)
		sum = (sum & 0xffff) + (sum >> 16);
	return (uint16_t)~sum;
}

static inline void
packet6_set_checksum(struct packet6 *p)
{
	uint16_t sum = packet6_checksum(p->octets + 8, p->octets + p->upper,
					p->size - p->upper);

	p->octets[p->upper + 2] = (uint8_t)(sum >> 8);
	p->octets[p->upper + 3] = (uint8_t)sum;
}

/* The upper header and all behind it; an ICMPv6 message gets its checksum. */
static inline void
packet6_end(struct packet6 *p, uint8_t proto, const void *octets, uint32_t size)
{
	p->octets[p->next] = proto;
	packet6_add(p, octets, size);
	packet6_set_length(p);
	if (proto == 58 && size >= 4)
		packet6_set_checksum(p);
}

/* A packet written in hexadecimal; its upper header is not looked for. */
static inline void
packet6_of_hex(struct packet6 *p, const char *hex)
{
	char pair[3] = "";

	for (p->size = 0; hex[0] != '\0'; hex += 2) {
		uint8_t octet;

		memcpy(pair, hex, 2);
		octet = (uint8_t)strtoul(pair, NULL, 16);
		packet6_add(p, &octet, 1);
	}
}

/* The first 'size' octets, in memory of just that size, to be freed. */
static inline uint8_t *
packet6_copy(const struct packet6 *p, uint32_t size)
{
	uint8_t *copy = malloc(size == 0 ? 1 : size);

	if (copy == NULL)
		abort();
	return memcpy(copy, p->octets, size);
}

#endif
