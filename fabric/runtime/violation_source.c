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
payload_at(const uint8_t *frame, uint32_t size, uint16_t *type)
{
	uint32_t at = FRAME_HEADER;

	*type = 0;
	if (size >= FRAME_HEADER)
		*type = frame_read16(frame + at - 2);
	if (frame_is_tag(*type) && size >= FRAME_HEADER + FRAME_TAG) {
		at += FRAME_TAG;
		*type = frame_read16(frame + at - 2);
	}
	return at;
}

/* The address in question, or NULL; '*length': its octets. */
static const uint8_t *
find_address(enum drop why, const uint8_t *frame, uint32_t size,
	     uint32_t *length)
{
	uint16_t type;
	uint32_t at = payload_at(frame, size, &type);

	*length = type == FRAME_IPV6 ? 16 : 4;
	if (why == DROP_arp_spa_spoof && type == FRAME_ARP)
		at += AT_SPA;
	else if (why == DROP_ip4_spoof && type == FRAME_IPV4)
		at += AT_SRC4;
	else if (why == DROP_nd_target_spoof && type == FRAME_IPV6 &&
		 at + 6 < size && frame[at + 6] == IPV6_ICMP)
		at += AT_TARGET;
	else if ((why == DROP_ip6_spoof || why == DROP_nd_src_spoof) &&
		 type == FRAME_IPV6)
		at += AT_SRC6;
	else
		return NULL;
	return at + *length <= size ? frame + at : NULL;
}

/* Whether the configuration lists it, and where. */
static bool
has(const struct config_addresses *list, const uint8_t *address,
    uint32_t length, struct where *at)
{
	for (unsigned int i = 0; i < list->n; i++)
		if (memcmp(list->value[i].octet, address, length) == 0) {
			*at = list->at[i];
			return true;
		}
	return false;
}

static bool
has_link_local(const struct fabric *f, const struct port_rt *p,
	       const uint8_t *address, enum source_how *how)
{
	uint64_t iid = frame_read64(address + 8);
	uint64_t mac = ipv6_mac_of_eui64(iid);
	struct mactab_entry e;

	*how = SOURCE_LINK_LOCAL;
	if (port_has_lla(p->shared, iid))
		return true;
	*how = SOURCE_EUI64;
	return mac != 0 && mactab_get(f->lan[p->lan]->macs, mac, &e) &&
	       e.port == p->id;
}

/* The port of the configuration at 'i', if it is another one of the LAN. */
static const struct port_rt *
other_port(const struct fabric *f, const struct port_rt *p, unsigned int i)
{
	const struct port_rt *other = runtime_port(f, f->config->port[i].id);

	return other != NULL && other != p && other->lan == p->lan ? other
								   : NULL;
}

/* The configuration has the last word about an address that it lists. */
static bool
find_configured(const struct fabric *f, const struct port_rt *p,
		const uint8_t *address, uint32_t length,
		struct violation_source *source)
{
	source->how = SOURCE_CONFIGURED;
	for (unsigned int i = 0; i < f->config->nports; i++) {
		const struct config_port *c = &f->config->port[i];

		source->port = other_port(f, p, i);
		if (source->port != NULL &&
		    has(length == 4 ? &c->ipv4 : &c->ipv6, address, length,
			&source->at))
			return true;
	}
	return false;
}

static bool
find_link_local(const struct fabric *f, const struct port_rt *p,
		const uint8_t *address, struct violation_source *source)
{
	for (unsigned int i = 0; i < f->config->nports; i++) {
		source->port = other_port(f, p, i);
		if (source->port != NULL &&
		    has_link_local(f, source->port, address, &source->how))
			return true;
	}
	return false;
}

bool
violation_source(const struct fabric *f, const struct port_rt *p, enum drop why,
		 const uint8_t *frame, uint32_t size,
		 struct violation_source *source)
{
	uint32_t length;
	const uint8_t *address = find_address(why, frame, size, &length);

	if (address != NULL && p->lan != CONFIG_LANS_MAX &&
	    (find_configured(f, p, address, length, source) ||
	     (length == 16 && ipv6_is_link_local(address) &&
	      find_link_local(f, p, address, source))))
		return true;
	*source = (struct violation_source){ 0 };
	return false;
}

const char *
violation_source_name(enum source_how how)
{
	static const char *const names[] = {
		[SOURCE_CONFIGURED] = "configured",
		[SOURCE_LINK_LOCAL] = "link-local",
		[SOURCE_EUI64] = "eui-64",
	};

	return names[how];
}

const char *
violation_source_text(enum source_how how)
{
	static const char *const texts[] = {
		[SOURCE_CONFIGURED] = "",
		[SOURCE_LINK_LOCAL] = ", link-local, first seen there",
		[SOURCE_EUI64] = ", link-local, made from a MAC address there",
	};

	return texts[how];
}
