/* SPDX-License-Identifier: BSD-3-Clause */
#include "fabric/runtime/violation_source.h"

#include <string.h>

#include "fabric/runtime/runtime.h"
#include "lib/frame.h"
#include "lib/ipv6.h"
#include "lib/mactab.h"

/* Octets in front of the address that a frame claims, behind its type. */
enum at {
	AT_SPA = 14,   /* of ARP */
	AT_SRC4 = 12,  /* of IPv4 */
	AT_SRC6 = 8,   /* of IPv6 */
	AT_TARGET = 48 /* of an NA without extension headers */
};

/* Where the payload begins, behind a tag. */
static uint32_t
payload_at(const struct drop_record_copy *o, uint16_t *type)
{
	uint32_t at = FRAME_HEADER;

	*type = 0;
	if (o->size >= FRAME_HEADER)
		*type = frame_read16(o->head + at - 2);
	if (frame_is_tag(*type) && o->size >= FRAME_HEADER + FRAME_TAG) {
		at += FRAME_TAG;
		*type = frame_read16(o->head + at - 2);
	}
	return at;
}

/* The address in question, or NULL; '*size': its octets. */
static const uint8_t *
find_address(const struct drop_record_copy *o, uint32_t *size)
{
	uint16_t type;
	uint32_t at = payload_at(o, &type);

	*size = type == FRAME_IPV6 ? 16 : 4;
	if (o->why == DROP_arp_spa_spoof && type == FRAME_ARP)
		at += AT_SPA;
	else if (o->why == DROP_ip4_spoof && type == FRAME_IPV4)
		at += AT_SRC4;
	else if (o->why == DROP_nd_target_spoof && type == FRAME_IPV6 &&
		 at + 6 < o->size && o->head[at + 6] == IPV6_ICMP)
		at += AT_TARGET;
	else if ((o->why == DROP_ip6_spoof || o->why == DROP_nd_src_spoof) &&
		 type == FRAME_IPV6)
		at += AT_SRC6;
	else
		return NULL;
	return at + *size <= o->size ? o->head + at : NULL;
}

static bool
has(const struct config_addresses *list, const uint8_t *address, uint32_t size)
{
	for (unsigned int i = 0; i < list->n; i++)
		if (memcmp(list->value[i].octet, address, size) == 0)
			return true;
	return false;
}

static bool
has_seen(const struct port_rt *p, uint64_t iid)
{
	for (unsigned int i = 0; i < PORT_LLAS; i++)
		if (atomic_load_explicit(&p->shared->lla[i].iid,
					 memory_order_relaxed) == iid)
			return true;
	return false;
}

static bool
has_link_local(const struct fabric *f, const struct port_rt *p,
	       const uint8_t *address)
{
	uint64_t iid = frame_read64(address + 8);
	uint64_t mac = ipv6_mac_of_eui64(iid);
	struct mactab_entry e;

	return has_seen(p, iid) ||
	       (mac != 0 && mactab_get(f->lan[p->lan]->macs, mac, &e) &&
		e.port == p->id);
}

const struct port_rt *
violation_source(const struct fabric *f, const struct port_rt *p,
		 const struct drop_record_copy *o)
{
	uint32_t size;
	const uint8_t *address = find_address(o, &size);

	if (address == NULL || p->lan == CONFIG_LANS_MAX)
		return NULL;
	for (unsigned int i = 0; i < f->config->nports; i++) {
		const struct config_port *c = &f->config->port[i];
		const struct port_rt *other = runtime_port(f, c->id);

		if (other == NULL || other == p || other->lan != p->lan)
			continue;
		if (has(size == 4 ? &c->ipv4 : &c->ipv6, address, size) ||
		    (size == 16 && ipv6_is_link_local(address) &&
		     has_link_local(f, other, address)))
			return other;
	}
	return NULL;
}
