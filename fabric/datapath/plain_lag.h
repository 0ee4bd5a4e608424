/* SPDX-License-Identifier: BSD-3-Clause */
#ifndef IXF_PLAIN_LAG_H
#define IXF_PLAIN_LAG_H

/*
 * Which link of a LAG each plain frame leaves by, by the hash of flowhash.h: the parts
 * that the bodies of stage plain have in common.  What lies in the packets is read frame
 * by frame, IPv4 and IPv6 apart, since a branch on the type would be wrong too often; the
 * bodies add the rest of the hash for many frames at once.  On the worker.
 */

#include <endian.h>
#include <stdint.h>
#include <string.h>

#include <rte_branch_prediction.h>
#include <rte_mbuf.h>

#include "fabric/datapath/burst.h"
#include "fabric/datapath/worker.h"
#include "fabric/datapath/worker_way.h"
#include "fabric/view/lag.h"
#include "lib/flowhash.h"
#include "lib/frame.h"

/* Of each frame of IP: what the hash has of the packet. */
struct plain_flows {
	_Alignas(64) uint64_t addresses[BURST_MAX]; /* flowhash_ip4(), or 6 */
	_Alignas(64) uint32_t ports[BURST_MAX]; /* as they lie there, or 0 */
	_Alignas(64) uint32_t bucket[BURST_MAX];
};

/* All bits for a protocol that begins with ports: flowhash_has_ports(). */
static const uint32_t plain_port_mask[256] = {
	[6] = UINT32_MAX,
	[17] = UINT32_MAX,
	[132] = UINT32_MAX,
};

static inline uint32_t
plain_load32(const uint8_t *p)
{
	uint32_t word;

	memcpy(&word, p, sizeof(word));
	return word;
}

/* Whether an IPv4 header has no options, and the packet is not a fragment. */
static inline bool
plain_is_simple4(const uint8_t *ip)
{
	uint64_t word;

	memcpy(&word, ip, sizeof(word));
	return (word & htobe64(UINT64_C(0xff00000000003fff))) ==
	       htobe64(UINT64_C(0x45) << 56);
}

static inline const uint8_t *
plain_packet(const struct burst *b, unsigned int i)
{
	return rte_pktmbuf_mtod_offset(b->pkt[i], const uint8_t *,
				       FRAME_HEADER);
}

/* A frame of plain form has 60 octets: a header of 20 and its ports are there. */
static inline void
plain_read_flow4(const struct burst *b, unsigned int i,
		 const struct flowhash_key *k, struct plain_flows *f)
{
	const uint8_t *ip = plain_packet(b, i);

	f->addresses[i] = flowhash_ip4(k, ip + FLOWHASH_SRC4);
	f->ports[i] = plain_load32(ip + FLOWHASH_IPV4) & plain_port_mask[ip[9]];
	if (unlikely(!plain_is_simple4(ip)))
		f->ports[i] =
			flowhash_ports4(ip, b->pkt[i]->data_len - FRAME_HEADER);
}

static inline uint32_t
plain_read_ports6(const uint8_t *ip)
{
	return plain_load32(ip + FLOWHASH_IPV6) & plain_port_mask[ip[6]];
}

/*
 * Gives each frame of 'set' the link of its bucket.  Returns 'set', or if a frame has
 * none, nothing: the stages drop it, and look for the links of the others.
 */
static inline uint64_t
plain_take_links(const struct worker *w, struct burst *b, uint64_t set,
		 const struct plain_flows *f)
{
	uint8_t all = 0;
	unsigned int i;

	BURST_FOREACH(set, i) {
		uint32_t n = b->via[i] & ~WAY_LAG;
		uint8_t slot = atomic_load_explicit(
			&w->lag[n]->slot[f->bucket[i]], memory_order_relaxed);

		b->via[i] = w->lag_device[n][slot % LAG_LINKS_MAX];
		all |= slot;
	}
	return likely(all < LAG_LINKS_MAX) ? set : 0;
}

#endif
