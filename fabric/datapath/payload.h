/* SPDX-License-Identifier: BSD-3-Clause */
#ifndef IXF_PAYLOAD_H
#define IXF_PAYLOAD_H

/*
 * The payload of a frame: what stands behind its type.  On the worker.
 */

#include <stdbool.h>
#include <stdint.h>

#include <rte_mbuf.h>

#include "fabric/datapath/burst.h"
#include "fabric/datapath/worker.h"
#include "lib/frame.h"

struct acl_key;

/* Where the payload of frame 'i' begins. */
static inline uint32_t
payload_offset(const struct burst *b, unsigned int i)
{
	return FRAME_HEADER + (uint32_t)(b->tagged >> i & 1) * FRAME_TAG;
}

/*
 * The payload of frame 'i' in one piece, '*size' octets of it: a frame in
 * several buffers is copied, or a member could hide in the second what is looked
 * for in the first.  Valid until the next call.
 */
static inline const uint8_t *
payload_get(struct worker *w, const struct burst *b, unsigned int i,
	    uint32_t *size)
{
	const struct rte_mbuf *m = b->pkt[i];
	uint32_t at = payload_offset(b, i);

	*size = m->pkt_len > at ? m->pkt_len - at : 0;
	if (__builtin_expect(m->nb_segs == 1, 1))
		return rte_pktmbuf_mtod_offset(m, const uint8_t *, at);
	if (*size > WORKER_FLAT)
		*size = WORKER_FLAT;
	return rte_pktmbuf_read(m, at, *size, w->flat);
}

/* Whether a TCP or UDP header has a port from 'first' to 'last', either way. */
static inline bool
payload_has_port(const uint8_t *upper, uint32_t size, uint16_t first,
		 uint16_t last)
{
	uint16_t from, to;

	if (size < 4)
		return false;
	from = frame_read16(upper);
	to = frame_read16(upper + 2);
	return (from >= first && from <= last) || (to >= first && to <= last);
}

/* The key of a frame for an ACL; 'vlan' as on the wire of the port, 0: none. */
void payload_acl_key(struct worker *, const struct burst *, unsigned int i,
		     uint16_t vlan, struct acl_key *);

#endif
