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

#include <rte_branch_prediction.h>
#include <rte_mbuf.h>

#include "fabric/datapath/burst.h"
#include "fabric/datapath/prefilter.h"
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

/* Of the first 8 octets of an IPv4 header: without options, and of no fragment. */
#define PLAIN_MASK4   htobe64(UINT64_C(0xff00000000003fff))
#define PLAIN_SIMPLE4 htobe64(UINT64_C(0x45) << 56)

static inline const uint8_t *
plain_packet(const struct burst *b, unsigned int i)
{
	return rte_pktmbuf_mtod_offset(b->pkt[i], const uint8_t *,
				       FRAME_HEADER);
}

/*
 * Of frames of plain form, which have 60 octets: a header of 20 and its ports are there.
 * That all headers have 20 octets, and none is of a fragment, is seen of all at once:
 * their words have the same bits then, ored and anded.
 */
static inline __attribute__((always_inline)) void
plain_read_flows4(const struct burst *b, uint64_t set,
		  const struct flowhash_key *k, struct plain_flows *f)
{
	uint64_t ored = PLAIN_SIMPLE4, anded = PLAIN_SIMPLE4;
	unsigned int i;

	BURST_FOREACH(set, i) {
		const uint8_t *ip = plain_packet(b, i);
		uint64_t word = prefilter_load64(ip);

		ored |= word;
		anded &= word;
		f->addresses[i] = flowhash_ip4(k, ip + FLOWHASH_SRC4);
		f->ports[i] = prefilter_load32(ip + FLOWHASH_IPV4) &
			      plain_port_mask[ip[9]];
	}
	if (likely((ored & PLAIN_MASK4) == PLAIN_SIMPLE4 &&
		   anded == PLAIN_SIMPLE4))
		return;
	BURST_FOREACH(set, i)
		f->ports[i] = flowhash_ports4(
			plain_packet(b, i), b->pkt[i]->data_len - FRAME_HEADER);
}

static inline uint32_t
plain_read_ports6(const uint8_t *ip)
{
	return prefilter_load32(ip + FLOWHASH_IPV6) & plain_port_mask[ip[6]];
}

/* Gives frame 'i' the link of its bucket.  Returns the slot. */
static inline __attribute__((always_inline)) uint8_t
plain_take_link(const struct worker *w, struct burst *b, unsigned int i,
		const struct plain_flows *f)
{
	uint32_t n = b->via[i] & ~WAY_LAG;
	uint8_t slot = atomic_load_explicit(&w->lag[n]->slot[f->bucket[i]],
					    memory_order_relaxed);

	b->via[i] = w->lag_device[n][slot % LAG_LINKS_MAX];
	return slot;
}

/*
 * The same for each frame of 'set'.  Returns 'set', or if a frame has none, nothing: the
 * stages drop it, and look for the links of the others.
 */
static inline __attribute__((always_inline)) uint64_t
plain_take_links(const struct worker *w, struct burst *b, uint64_t set,
		 const struct plain_flows *f)
{
	uint8_t all = 0;
	unsigned int i;

	if (set == UINT64_MAX) {
#pragma GCC unroll 8
		for (i = 0; i < BURST_MAX; i++)
			all |= plain_take_link(w, b, i, f);
	} else {
		BURST_FOREACH(set, i)
			all |= plain_take_link(w, b, i, f);
	}
	return likely(all < LAG_LINKS_MAX) ? set : 0;
}

#endif
