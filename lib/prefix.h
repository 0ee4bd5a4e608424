/* SPDX-License-Identifier: BSD-3-Clause */
#ifndef IXF_PREFIX_H
#define IXF_PREFIX_H

/*
 * IP addresses and prefixes of the configuration: IPv4 and IPv6 in one struct,
 * sixteen octets in network order, IPv4 in the first four.
 */

#include <stdbool.h>
#include <stdint.h>

struct ipaddr {
	uint8_t family; /* 4 or 6 */
	uint8_t octet[16];
};

struct prefix {
	struct ipaddr addr; /* the host bits are zero */
	uint8_t length;     /* bits */
};

#define PREFIX_TEXT_SIZE 50 /* an IPv6 address, "/128" and a NUL */

/*
 * Read an address of 'family' (4 or 6), or an address and its prefix length.
 * Return 0, or -EINVAL: not an address of that family, no prefix length, one
 * that is too long, or (prefix_parse) a bit set after the prefix.
 */
int ipaddr_parse(const char *text, uint8_t family, struct ipaddr *);
int prefix_parse(const char *text, uint8_t family, struct prefix *);

/*
 * The prefix that 'text' probably means: 192.0.2.0/24 by 192.0.2.1/24,
 * 192.0.2.0/255.255.255.0, or 192.0.2.0 with a netmask behind a blank.  Returns 0,
 * or -EINVAL: none of these.
 */
int prefix_guess(const char *text, uint8_t family, struct prefix *);

/* Write the usual short form (RFC 5952 for IPv6). */
char *ipaddr_format(const struct ipaddr *, char text[PREFIX_TEXT_SIZE]);
char *prefix_format(const struct prefix *, char text[PREFIX_TEXT_SIZE]);

bool ipaddr_equal(const struct ipaddr *, const struct ipaddr *);
bool prefix_contains(const struct prefix *, const struct ipaddr *);

static inline bool
ipaddr_is_link_local(const struct ipaddr *a)
{
	return a->family == 6 && a->octet[0] == 0xfe &&
	       (a->octet[1] & 0xc0) == 0x80;
}

#endif
