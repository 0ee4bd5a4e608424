/* SPDX-License-Identifier: BSD-3-Clause */
#include "lib/compose.h"

#include <string.h>

#include "lib/arp.h"
#include "lib/frame.h"
#include "lib/ipv4.h"
#include "lib/ipv6.h"

#define ADDRESSES 12 /* octets before the tags */

static void
write_mac(uint8_t *p, uint64_t mac)
{
	for (unsigned int i = 0; i < 6; i++)
		p[i] = (uint8_t)(mac >> (40 - 8 * i));
}

static void
write32(uint8_t *p, uint32_t n)
{
	frame_write16(p, (uint16_t)(n >> 16));
	frame_write16(p + 2, (uint16_t)n);
}

uint8_t *
compose_put(struct compose *c, const void *octets, uint32_t n)
{
	uint32_t at = c->size;

	if (n > COMPOSE_SIZE - at)
		n = COMPOSE_SIZE - at;
	if (octets != NULL)
		memcpy(c->octet + at, octets, n);
	else
		memset(c->octet + at, 0, n);
	c->size += n;
	return c->octet + at;
}

void
compose_ether(struct compose *c, uint64_t dst, uint64_t src, uint16_t type)
{
	uint8_t *p;

	c->size = 0;
	p = compose_put(c, NULL, FRAME_HEADER);
	write_mac(p, dst);
	write_mac(p + 6, src);
	frame_write16(p + ADDRESSES, type);
}

void
compose_tag(struct compose *c, uint16_t type, uint16_t tci)
{
	uint32_t behind = c->size - ADDRESSES;

	if (behind > COMPOSE_SIZE - ADDRESSES - FRAME_TAG)
		behind = COMPOSE_SIZE - ADDRESSES - FRAME_TAG;
	memmove(c->octet + ADDRESSES + FRAME_TAG, c->octet + ADDRESSES, behind);
	frame_write16(c->octet + ADDRESSES, type);
	frame_write16(c->octet + ADDRESSES + 2, tci);
	c->size = ADDRESSES + FRAME_TAG + behind;
}

void
compose_pad(struct compose *c)
{
	if (c->size < FRAME_MIN)
		compose_put(c, NULL, FRAME_MIN - c->size);
}

uint8_t *
compose_arp(struct compose *c, uint16_t op, uint64_t sha, uint32_t spa,
	    uint64_t tha, uint32_t tpa)
{
	static const uint8_t kind[] = { 0, 1, 8, 0, 6, 4 };
	uint8_t *p = compose_put(c, NULL, ARP_SIZE);

	memcpy(p, kind, sizeof(kind));
	frame_write16(p + 6, op);
	write_mac(p + 8, sha);
	write32(p + 14, spa);
	write_mac(p + 18, tha);
	write32(p + 24, tpa);
	return p;
}

/* Adds 'n' octets to 'sum', the checksum of RFC 1071. */
static uint32_t
add_up(uint32_t sum, const uint8_t *p, uint32_t n)
{
	for (; n > 1; n -= 2, p += 2)
		sum += frame_read16(p);
	return n == 1 ? sum + ((uint32_t)*p << 8) : sum;
}

static uint16_t
fold(uint32_t sum)
{
	while (sum > UINT16_MAX)
		sum = (sum & UINT16_MAX) + (sum >> 16);
	return (uint16_t)~sum;
}

uint8_t *
compose_ipv4(struct compose *c, uint8_t proto, uint8_t ttl, uint32_t src,
	     uint32_t dst, uint16_t n)
{
	uint8_t *p = compose_put(c, NULL, IPV4_HEADER);

	p[0] = 0x45;
	frame_write16(p + 2, (uint16_t)(IPV4_HEADER + n));
	p[8] = ttl;
	p[9] = proto;
	write32(p + 12, src);
	write32(p + 16, dst);
	frame_write16(p + 10, fold(add_up(0, p, IPV4_HEADER)));
	return p;
}

uint8_t *
compose_ipv6(struct compose *c, uint8_t next, uint8_t hop_limit,
	     const uint8_t *src, const uint8_t *dst, uint16_t n)
{
	uint8_t *p = compose_put(c, NULL, IPV6_HEADER);

	p[0] = 0x60;
	frame_write16(p + 4, n);
	p[6] = next;
	p[7] = hop_limit;
	memcpy(p + 8, src, 16);
	memcpy(p + 24, dst, 16);
	return p;
}

void
compose_icmp6_sum(struct compose *c, const uint8_t *ip, uint32_t n)
{
	uint8_t *icmp = c->octet + c->size - n;

	frame_write16(icmp + 2, 0);
	frame_write16(icmp + 2,
		      fold(add_up(add_up(IPV6_ICMP + n, ip + 8, 32), icmp, n)));
}
