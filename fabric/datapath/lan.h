/* SPDX-License-Identifier: BSD-3-Clause */
#ifndef IXF_LAN_H
#define IXF_LAN_H

/*
 * The IP addresses of a LAN: which are in its prefixes, and which port the
 * configuration gives them to.  Any thread.
 */

#include <stdbool.h>
#include <stdint.h>

#include "fabric/view/view.h"
#include "lib/frame.h"
#include "lib/ipv6.h"

/* Whether an address is in a prefix of the LAN. */
static inline bool
lan_has4(const struct lan *lan, uint32_t address)
{
	for (unsigned int i = 0; i < lan->nnets4; i++)
		if ((address & lan->net4[i].mask) == lan->net4[i].net)
			return true;
	return false;
}

/* Whether the first 'length' bits of two addresses are the same. */
static inline bool
lan_is_same_net(const uint8_t *a, const uint8_t *b, unsigned int length)
{
	uint64_t high = frame_read64(a) ^ frame_read64(b);
	uint64_t low = frame_read64(a + 8) ^ frame_read64(b + 8);

	if (length == 0)
		return true;
	if (length <= 64)
		return high >> (64 - length) == 0;
	return high == 0 && low >> (128 - length) == 0;
}

/* The same for IPv6; link-local addresses are in no prefix. */
static inline bool
lan_has6(const struct lan *lan, const uint8_t *address)
{
	for (unsigned int i = 0; i < lan->nnets6; i++)
		if (lan_is_same_net(address, lan->net6[i].net,
				    lan->net6[i].length))
			return true;
	return false;
}

static inline bool
lan_is_on_link6(const struct lan *lan, const uint8_t *address)
{
	return ipv6_is_link_local(address) || lan_has6(lan, address);
}

/*
 * Whether the neighbour tables of the LAN follow the configuration of its view.
 * Control brings those of a changed LAN up to date some milliseconds after the view:
 * until then a worker goes by the bindings of its view alone, and never by the
 * tables of one configuration and the view of another.  To be asked before and after
 * a look into them: they may have been written meanwhile.
 */
static inline bool
lan_is_shown(const struct lan *lan)
{
	return atomic_load_explicit(lan->shown, memory_order_acquire) ==
	       lan->edition;
}

/* The port an address belongs to, or PORTS_MAX. */
uint16_t lan_owner4(const struct lan *, uint32_t address);
uint16_t lan_owner6(const struct lan *, const uint8_t *address);

#endif
