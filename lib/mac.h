/* SPDX-License-Identifier: BSD-3-Clause */
#ifndef IXF_MAC_H
#define IXF_MAC_H

/* A MAC address here is a number in host order, the first octet the highest. */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define MAC_BROADCAST UINT64_C(0xffffffffffff)
#define MAC_SLOW      UINT64_C(0x0180c2000002) /* IEEE 802.3, 57A.3: LACP too */

static inline bool
mac_is_group(uint64_t mac)
{
	return (mac & UINT64_C(0x010000000000)) != 0;
}

/* Locally administered, not assigned by a manufacturer (IEEE 802, 8.2.2). */
static inline bool
mac_is_local(uint64_t mac)
{
	return (mac & UINT64_C(0x020000000000)) != 0;
}

/* 01:80:c2:00:00:00 to :0f, which no bridge forwards (IEEE 802.1Q, 8.6.3). */
static inline bool
mac_is_reserved(uint64_t mac)
{
	return (mac & ~UINT64_C(0xf)) == UINT64_C(0x0180c2000000);
}

/* EDP and ESRP of Extreme Networks: unicast addresses, 256 of them. */
#define MAC_EXTREME UINT64_C(0x00e02b000000)

static inline bool
mac_is_extreme(uint64_t mac)
{
	return (mac & ~UINT64_C(0xff)) == MAC_EXTREME;
}

/* 33:33:xx:xx:xx:xx, the destination of IPv6 groups (RFC 2464, 7). */
static inline bool
mac_is_ipv6_group(uint64_t mac)
{
	return mac >> 32 == 0x3333;
}

#define MAC_TEXT_SIZE 18 /* "02:00:00:00:00:01" and its NUL */

/*
 * Reads the usual notations: 02:00:00:00:00:01, 02-00-00-00-00-01, 0200.0000.0001,
 * 0200-0000-0001 (Huawei), 020000-000001 (HPE) and 020000000001, in either case.
 * Returns 0, or -EINVAL for anything else, trailing garbage and short octets
 * included.
 */
int mac_parse(const char *text, uint64_t *mac);

/* Writes 'mac' in lower case with colons. */
char *mac_format(uint64_t mac, char text[MAC_TEXT_SIZE]);

#endif
