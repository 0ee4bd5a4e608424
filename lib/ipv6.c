/* SPDX-License-Identifier: BSD-3-Clause */
#include "lib/ipv6.h"

#include "lib/inetsum.h"

#define EXTENSION_MIN 8 /* octets of the shortest extension header */

enum option {
	OPTION_PAD1 = 0,
	OPTION_ROUTER_ALERT = 5,
	OPTION_HOME_ADDRESS = 0xc9, /* RFC 6275, 6.3 */
};

#define HOME_ADDRESS 16 /* octets */

bool
ipv6_is_extension(uint8_t proto)
{
	switch (proto) {
	case IPV6_HOP_BY_HOP:
	case IPV6_ROUTING:
	case IPV6_FRAGMENT:
	case IPV6_AH:
	case IPV6_DESTINATION:
	case IPV6_MOBILITY:
	case IPV6_HIP:
	case IPV6_SHIM6:
		return true;
	default:
		return false;
	}
}

/*
 * The first option of the type in a header of hop-by-hop or destination options
 * (RFC 8200, 4.2), or NULL.
 */
static const uint8_t *
find_option(const uint8_t *header, uint32_t size, enum option type)
{
	uint32_t i = 2;

	while (i < size) {
		const uint8_t *option = header + i;

		if (option[0] == OPTION_PAD1) {
			i++;
			continue;
		}
		if (size - i < 2 || size - i - 2 < option[1])
			return NULL;
		if (option[0] == type)
			return option;
		i += 2 + (uint32_t)option[1];
	}
	return NULL;
}

/* The router alert of MLD has the value 0 (RFC 2711, 2.1). */
static bool
has_router_alert(const uint8_t *header, uint32_t size)
{
	const uint8_t *option = find_option(header, size, OPTION_ROUTER_ALERT);

	return option != NULL && option[1] == 2 &&
	       frame_read16(option + 2) == 0;
}

/* A correspondent takes the home address for the source (RFC 6275, 9.3.1). */
static const uint8_t *
find_home(const uint8_t *header, uint32_t size)
{
	const uint8_t *option = find_option(header, size, OPTION_HOME_ADDRESS);

	return option != NULL && option[1] == HOME_ADDRESS ? option + 2 : NULL;
}

/* The length of the extension header at upper, of which 8 octets are there. */
static uint32_t
header_size(const struct ipv6 *ip)
{
	switch (ip->proto) {
	case IPV6_FRAGMENT:
		return 8;
	case IPV6_AH: /* in units of 4 octets (RFC 4302, 2.2) */
		return ((uint32_t)ip->upper[1] + 2) * 4;
	default:
		return ((uint32_t)ip->upper[1] + 1) * 8;
	}
}

/* Records what the extension header at upper says; all of it is there. */
static void
note(struct ipv6 *ip, uint32_t size)
{
	if (ip->proto == IPV6_FRAGMENT) {
		uint16_t field = frame_read16(ip->upper + 2);

		ip->fragment = true;
		ip->first = field >> 3 == 0;
		ip->more = ip->more || (field & 1) != 0;
	} else if (ip->proto == IPV6_HOP_BY_HOP && ip->nheaders == 0) {
		/* In any other place it is not evaluated (RFC 8200, 4.1). */
		ip->router_alert = has_router_alert(ip->upper, size);
	} else if (ip->proto == IPV6_DESTINATION && ip->home == NULL) {
		ip->home = find_home(ip->upper, size);
	}
}

/* Skips the extension header at upper.  False: a part of it is missing. */
static bool
step(struct ipv6 *ip)
{
	uint32_t size;

	if (ip->upper_size < EXTENSION_MIN)
		return false;
	size = header_size(ip);
	if (ip->upper_size < size)
		return false;
	note(ip, size);
	ip->nheaders++;
	ip->proto = ip->upper[0];
	ip->upper += size;
	ip->upper_size -= size;
	ip->upper_length -= size;
	return true;
}

void
ipv6_follow(struct ipv6 *ip)
{
	while (ipv6_is_extension(ip->proto)) {
		if (ip->nheaders == IPV6_HEADERS_MAX) {
			ip->chain = IPV6_TOO_LONG;
			return;
		}
		if (!step(ip))
			return; /* IPV6_TRUNCATED, as it was */
		if (!ip->first) {
			ip->chain = IPV6_LATER;
			return;
		}
	}
	if (ip->proto == IPV6_NONE)
		ip->chain = IPV6_NO_UPPER;
	else if (ip->upper_size >= ipv6_upper_min(ip->proto))
		ip->chain = IPV6_COMPLETE;
}

bool
ipv6_checksum_is_right(const struct ipv6 *ip)
{
	uint64_t sum = (uint64_t)htobe32(ip->upper_length) + htobe32(ip->proto);

	sum = inetsum_add(sum, ip->src, 32); /* and the destination after it */
	sum = inetsum_add(sum, ip->upper, ip->upper_size);
	return inetsum_fold(sum) == 0xffff;
}
