/* SPDX-License-Identifier: BSD-3-Clause */
#include "lib/nd.h"

#include <string.h>

enum option {
	OPTION_SLLA = 1,
	OPTION_TLLA = 2,
	OPTION_NONCE = 14, /* RFC 3971, 5.3.2 */
};

#define TARGET_END  24
#define DESTINATION 24 /* octets before the destination of a redirect */
#define UNIT        8  /* octets, of the length of an option */
#define MAC         UINT64_C(0xffffffffffff)

/* Octets of each kind before its options (RFC 4861, 4.1 to 4.5). */
static const uint32_t sizes[] = {
	[ND_RS - ND_RS] = 8,  [ND_RA - ND_RS] = 16,       [ND_NS - ND_RS] = 24,
	[ND_NA - ND_RS] = 24, [ND_REDIRECT - ND_RS] = 40,
};

/* Whether a part of the message was sent, but is not here. */
static bool
goes_on(const struct ipv6 *ip)
{
	return ip->cut || ip->more;
}

/*
 * Takes the MAC address of an option.  False if there is another one already.
 */
static bool
take_mac(const uint8_t *option, bool *has, uint64_t *mac)
{
	uint64_t found = frame_read64(option) & MAC;
	bool good = option[1] == 1 && (!*has || *mac == found);

	if (!*has)
		*mac = found;
	*has = true;
	return good;
}

/* Checks an option, all of which is here.  False: it is wrong. */
static bool
take_option(struct nd *nd, const uint8_t *option)
{
	bool slla = option[0] == OPTION_SLLA;
	bool tlla = option[0] == OPTION_TLLA;

	/* Kernels put a nonce into each solicitation of DAD (RFC 7527). */
	if ((nd->type == ND_NS && !slla && option[0] != OPTION_NONCE) ||
	    (nd->type == ND_NA && !tlla))
		nd->unknown_options = true;
	if (slla)
		return take_mac(option, &nd->has_slla, &nd->slla);
	return !tlla || take_mac(option, &nd->has_tlla, &nd->tlla);
}

/*
 * The options, from octet 'i'.  A wrong one does not end the search, so that it
 * cannot hide an address; one without an end does.
 */
static bool
take_options(struct nd *nd, const struct ipv6 *ip, uint32_t i)
{
	bool good = true;

	while (i < ip->upper_size) {
		const uint8_t *option = ip->upper + i;
		uint32_t left = ip->upper_size - i;

		if (left >= 2 && option[1] == 0)
			return false;
		if (left < 2 || left < option[1] * (uint32_t)UNIT)
			return good && goes_on(ip);
		good = take_option(nd, option) && good;
		i += option[1] * (uint32_t)UNIT;
	}
	return good;
}

/* RFC 4861, 7.1.1, 7.1.2 and 8.1. */
static bool
target_is_right(const struct nd *nd, const struct ipv6 *ip)
{
	const uint8_t *destination = ip->upper + DESTINATION;

	if (!nd->has_target)
		return true;
	if (nd->type != ND_REDIRECT)
		return !ipv6_is_multicast(nd->target);
	if (ip->upper_size < sizes[ND_REDIRECT - ND_RS])
		return true;
	return !ipv6_is_multicast(destination) &&
	       (ipv6_is_link_local(nd->target) ||
		memcmp(nd->target, destination, sizeof(nd->target)) == 0);
}

/* RFC 4861, 4.4, 6.1.1, 6.1.2, 7.1.1 and 8.1; RFC 4291, 2.7. */
static bool
source_is_right(const struct nd *nd, const struct ipv6 *ip)
{
	if (ipv6_is_multicast(ip->src))
		return false;
	switch (nd->type) {
	case ND_RA:
	case ND_REDIRECT:
		return ipv6_is_link_local(ip->src);
	case ND_NA:
		return !ipv6_is_unspecified(ip->src);
	default: /* a node without an address gives no link-layer address */
		return !ipv6_is_unspecified(ip->src) || !nd->has_slla;
	}
}

/* RFC 4861, 7.1.1 and 7.1.2. */
static bool
is_sent_right(const struct nd *nd, const struct ipv6 *ip)
{
	if (nd->dad)
		return ipv6_is_solicited_node(ip->dst);
	return nd->type != ND_NA || !ipv6_is_multicast(ip->dst) ||
	       (nd->flags & ND_SOLICITED) == 0;
}

/* Checks the fields before the options. */
static void
take_start(struct nd *nd, const struct ipv6 *ip)
{
	const uint8_t *message = ip->upper;

	nd->code = message[1];
	nd->dad = nd->type == ND_NS && ipv6_is_unspecified(ip->src);
	if (nd->type == ND_NA && ip->upper_size > 4)
		nd->flags =
			message[4] & (ND_ROUTER | ND_SOLICITED | ND_OVERRIDE);
	nd->has_target = nd->type >= ND_NS && ip->upper_size >= TARGET_END;
	if (nd->has_target)
		memcpy(nd->target, message + ND_TARGET_AT, sizeof(nd->target));
}

enum nd_fault
nd_read(const struct ipv6 *ip, struct nd *nd)
{
	int type = ipv6_icmp_type(ip);
	bool options;
	uint32_t size;

	memset(nd, 0, sizeof(*nd));
	nd->type = type > 0 ? (uint8_t)type : 0;
	if (!nd_is_type(type))
		return ND_OTHER;
	size = sizes[type - ND_RS];
	take_start(nd, ip);
	options = take_options(nd, ip, size);
	if (nd->code != 0)
		return ND_CODE;
	if (!goes_on(ip) &&
	    (ip->upper_size < size || ip->upper_size < ip->upper_length))
		return ND_SHORT;
	if (!options)
		return ND_OPTION;
	if (!target_is_right(nd, ip))
		return ND_TARGET;
	if (!source_is_right(nd, ip))
		return ND_SOURCE;
	if (!is_sent_right(nd, ip))
		return ND_SENT_TO;
	if (!goes_on(ip) && !ipv6_checksum_is_right(ip))
		return ND_CHECKSUM;
	return ND_OK;
}
