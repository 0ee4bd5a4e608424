/* SPDX-License-Identifier: BSD-3-Clause */
#include <stdbool.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "lib/ipv6.h"
#include "lib/mld.h"
#include "lib/nd.h"
#include "tests/fuzz/must.h"
#include "tests/packet6.h"

int LLVMFuzzerTestOneInput(const uint8_t *, size_t);

/* So that the reading is not optimised away. */
static volatile uint8_t sum;

/* Pointers are inside, and the steps to 'upper' are those of RFC 8200. */
static void
check_chain(const struct ipv6 *ip, const uint8_t *p, uint32_t size,
	    uint32_t wire_size)
{
	bool endless = p[0] >> 4 == 6 && p[4] == 0 && p[5] == 0 && p[6] == 0;
	uint32_t end = endless ? wire_size : 40 + ((uint32_t)p[4] << 8 | p[5]);
	uint32_t at = 40;
	uint8_t type = p[6];

	MUST(ip->src == p + 8 && ip->dst == p + 24);
	MUST(ip->nheaders <= IPV6_HEADERS_MAX);
	MUST(ip->first || ip->fragment);
	MUST(!ip->more || ip->fragment);
	for (unsigned int i = 0; i < ip->nheaders; i++) {
		MUST(at + 8 <= size);
		uint8_t next = p[at];

		at += type == 44   ? 8
		      : type == 51 ? p[at + 1] * 4U + 8
				   : p[at + 1] * 8U + 8;
		type = next;
	}
	MUST(ip->upper == p + at && ip->proto == type);
	MUST(ip->no_length == endless);
	MUST(at <= size && at <= end);
	MUST(ip->upper_size == (end < size ? end : size) - at);
	MUST(ip->upper_length == end - at);
	if (ip->chain == IPV6_COMPLETE)
		MUST(ip->first && !ipv6_is_extension(type) && type != 59);
	for (uint32_t i = 0; i < ip->upper_size; i++)
		sum ^= ip->upper[i];
}

static bool
is_zero(const uint8_t *a)
{
	static const uint8_t zero[16];

	return memcmp(a, zero, 16) == 0;
}

/* All ones count as zero in the sum (RFC 1071, 2). */
static bool
sums_agree(const struct ipv6 *ip)
{
	uint16_t right = packet6_checksum(ip->src, ip->upper, ip->upper_size);
	uint16_t found = (uint16_t)(ip->upper[2] << 8 | ip->upper[3]);

	return found == right || (found == 0xffff && right == 0);
}

/* Every option of a type is inside, and has the address 'mac'. */
static void
check_options(const struct ipv6 *ip, uint32_t at, uint8_t type, bool has,
	      uint64_t mac)
{
	bool found = false;

	while (at < ip->upper_length) {
		const uint8_t *option = ip->upper + at;

		MUST(at + 8 <= ip->upper_length && option[1] != 0);
		at += option[1] * 8U;
		MUST(at <= ip->upper_length);
		if (option[0] != type)
			continue;
		MUST(option[1] == 1);
		for (int i = 0; i < 6; i++)
			MUST(option[2 + i] == (uint8_t)(mac >> (40 - 8 * i)));
		found = true;
	}
	MUST(found == has);
}

/* The rules of RFC 4861 for a complete message, in simple code. */
static void
check_nd(const struct ipv6 *ip, const struct nd *nd)
{
	static const uint32_t sizes[] = { 8, 16, 24, 24, 40 };
	const uint8_t *m = ip->upper, *src = ip->src, *dst = ip->dst;
	uint32_t size = sizes[m[0] - 133];

	MUST(m[0] >= 133 && m[0] <= 137 && nd->type == m[0]);
	MUST(m[1] == 0 && nd->code == 0);
	MUST(ip->upper_size == ip->upper_length && ip->upper_size >= size);
	check_options(ip, size, 1, nd->has_slla, nd->slla);
	check_options(ip, size, 2, nd->has_tlla, nd->tlla);
	MUST(sums_agree(ip));
	MUST(src[0] != 0xff);
	MUST(nd->has_target == (m[0] >= 135));
	if (nd->has_target)
		MUST(memcmp(nd->target, m + 8, 16) == 0);
	if (m[0] == 135 || m[0] == 136)
		MUST(m[8] != 0xff);
	if (m[0] == 134 || m[0] == 137)
		MUST(src[0] == 0xfe && (src[1] & 0xc0) == 0x80);
	if ((m[0] == 133 || m[0] == 135) && is_zero(src))
		MUST(!nd->has_slla);
	MUST(nd->dad == (m[0] == 135 && is_zero(src)));
	if (nd->dad)
		MUST(dst[0] == 0xff && dst[1] == 2 && dst[11] == 1 &&
		     dst[12] == 0xff);
	if (m[0] == 136 && dst[0] == 0xff)
		MUST((m[4] & 0x40) == 0);
	if (m[0] == 137)
		MUST(m[24] != 0xff &&
		     ((m[8] == 0xfe && (m[9] & 0xc0) == 0x80) ||
		      memcmp(m + 8, m + 24, 16) == 0));
}

static void
check_mld(const struct ipv6 *ip)
{
	const uint8_t *m = ip->upper;

	MUST(m[0] == 130 || m[0] == 131 || m[0] == 132 || m[0] == 143);
	MUST(ip->hop_limit == 1 && ip->router_alert && m[1] == 0);
	MUST(ip->src - 8 + 40 < m && ip->src[-2] == 0);
	MUST(!ip->more && ip->upper_size == ip->upper_length);
	MUST(ip->upper_size >= (m[0] == 143 ? 8 : 24));
	MUST(sums_agree(ip));
	if (m[0] == 131)
		MUST(memcmp(ip->dst, m + 8, 16) == 0);
	if (m[0] == 130 || !is_zero(ip->src))
		MUST(ip->src[0] == 0xfe && (ip->src[1] & 0xc0) == 0x80);
}

/* Returns whether it is an ICMPv6 message, all of it there. */
static bool
check(const uint8_t *p, uint32_t size, uint32_t wire_size, struct ipv6 *ip,
      enum nd_fault *nd_fault, enum mld_fault *mld_fault)
{
	struct nd nd;

	ipv6_read(p, size, wire_size, ip);
	*nd_fault = nd_read(ip, &nd);
	*mld_fault = mld_read(ip);
	if (size < IPV6_HEADER) {
		MUST(ip->src == NULL && ip->upper == NULL);
		MUST(*nd_fault == ND_OTHER && *mld_fault == MLD_OTHER);
		return false;
	}
	check_chain(ip, p, size, wire_size);
	MUST(*nd_fault == ND_OTHER || *mld_fault == MLD_OTHER);
	if (*nd_fault == ND_OK && !ip->cut && !ip->more)
		check_nd(ip, &nd);
	if (*mld_fault == MLD_OK && !ip->cut)
		check_mld(ip);
	return ipv6_icmp_type(ip) >= 0 && ip->upper_size == ip->upper_length;
}

/*
 * The number of octets that a snap length cut off, and the octets after the
 * type.  A complete message is read a second time with the right checksum, which
 * random octets never have.
 */
int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	enum mld_fault mld_fault;
	enum nd_fault nd_fault;
	struct ipv6 ip;
	uint16_t right;
	uint8_t *copy, *message;

	if (size < 2)
		return 0;
	size--;
	copy = malloc(size);
	MUST(copy != NULL);
	memcpy(copy, data + 1, size);
	if (check(copy, (uint32_t)size, (uint32_t)size + data[0], &ip,
		  &nd_fault, &mld_fault)) {
		message = copy + (ip.upper - copy);
		right = packet6_checksum(ip.src, message, ip.upper_size);
		message[2] = (uint8_t)(right >> 8);
		message[3] = (uint8_t)right;
		check(copy, (uint32_t)size, (uint32_t)size + data[0], &ip,
		      &nd_fault, &mld_fault);
		MUST(nd_fault != ND_CHECKSUM && mld_fault != MLD_CHECKSUM);
	}
	free(copy);
	return 0;
}
