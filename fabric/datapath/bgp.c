/* SPDX-License-Identifier: BSD-3-Clause */
#include "fabric/datapath/bgp.h"

#include "fabric/datapath/lan.h"
#include "fabric/datapath/payload.h"
#include "lib/ipv4.h"

#include "fabric/datapath/hot.h"

#define TCP 6
#define BGP 179

bool
bgp_is4(const struct lan *lan, const struct ipv4 *ip)
{
	return ip->proto == TCP && ip->first &&
	       payload_has_port(ip->upper, ip->upper_size, BGP, BGP) &&
	       lan_has4(lan, ip->src) && lan_has4(lan, ip->dst);
}

bool
bgp_is6(const struct lan *lan, const struct ipv6 *ip)
{
	return ip->proto == TCP && ip->chain == IPV6_COMPLETE &&
	       payload_has_port(ip->upper, ip->upper_size, BGP, BGP) &&
	       lan_is_on_link6(lan, ip->src) && lan_is_on_link6(lan, ip->dst);
}

bool
bgp_is(const struct lan *lan, uint16_t type, const uint8_t *payload,
       uint32_t size)
{
	struct ipv4 ip4;
	struct ipv6 ip6;

	if (type == FRAME_IPV4 && size >= IPV4_HEADER) {
		ipv4_read(payload, size, size, &ip4);
		return bgp_is4(lan, &ip4);
	}
	if (type == FRAME_IPV6 && size >= IPV6_HEADER) {
		ipv6_read(payload, size, size, &ip6);
		return bgp_is6(lan, &ip6);
	}
	return false;
}
