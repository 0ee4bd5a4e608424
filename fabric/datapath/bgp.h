/* SPDX-License-Identifier: BSD-3-Clause */
#ifndef IXF_BGP_H
#define IXF_BGP_H

/* Whether an IP packet is BGP between members of a LAN (RFC 8327, 3.1). */

#include <stdbool.h>
#include <stdint.h>

struct ipv4;
struct ipv6;
struct lan;

bool bgp_is4(const struct lan *, const struct ipv4 *);
bool bgp_is6(const struct lan *, const struct ipv6 *);

/* The same for the 'size' octets behind a 'type', be it IP or not. */
bool bgp_is(const struct lan *, uint16_t type, const uint8_t *payload,
	    uint32_t size);

#endif
