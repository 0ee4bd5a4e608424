/* SPDX-License-Identifier: BSD-3-Clause */
#ifndef IXF_PLAIN_IMPL_H
#define IXF_PLAIN_IMPL_H

/*
 * The three looks of stage plain at a burst, which have a body for each
 * instruction set.  All bodies give the same sets.  On the worker.
 */

#include <stdbool.h>
#include <stdint.h>

#include <rte_mbuf.h>

#include "fabric/datapath/burst.h"
#include "fabric/datapath/worker.h"
#include "fabric/view/view.h"
#include "lib/frame.h"
#include "lib/mac.h"

struct port_prefilter;

/*
 * What guard's look needs of the IP headers.  Each body fills and reads what it
 * wants; of frames that are not of plain form it may be anything.
 */
struct plain_headers {
	_Alignas(64) uint16_t signs[BURST_MAX]; /* see plain_signs.h */
};

struct plain_body {
	/*
	 * Reads the headers into the burst.  Returns the frames of plain form:
	 * in one buffer that holds an IP header, no longer than the port may
	 * send, IPv4 or IPv6, and not to an address that admit looks at.  The
	 * prefilter is that of find_suspects(), or NULL if that is not called for
	 * them.
	 */
	uint64_t (*read_headers)(struct burst *, const struct port_prefilter *,
				 struct plain_headers *);

	/*
	 * Returns, of 'set', the frames that stage guard has to look at.  May be
	 * called for frames of plain form only.
	 */
	uint64_t (*find_suspects)(const struct port_prefilter *,
				  const struct burst *,
				  const struct plain_headers *, uint64_t set);

	/*
	 * Returns the frames that come from the port and go to another one of
	 * its LAN that has a way, and sets their via[].  from1, to1: the ports of
	 * their addresses, plus one, or 0.
	 */
	uint64_t (*find_ways)(const struct worker *, struct burst *,
			      const uint16_t *from1, const uint16_t *to1);

	/* The same where ports may be LAGs, of which each frame gets a link. */
	uint64_t (*find_links)(const struct worker *, struct burst *,
			       const uint16_t *from1, const uint16_t *to1);
};

extern const struct plain_body plain_scalar, plain_sse, plain_avx512;

/* Whether frame 'i', whose header the burst has, is of plain form, but for bad. */
static inline bool
plain_has_form(const struct burst *b, unsigned int i)
{
	const struct rte_mbuf *m = b->pkt[i];
	uint32_t longest = b->in->max_payload + FRAME_HEADER;

	return (m->data_len == m->pkt_len) & (m->nb_segs == 1) &
	       (b->len[i] <= longest) &
	       ((b->type[i] == FRAME_IPV4) | (b->type[i] == FRAME_IPV6)) &
	       (b->dst[i] != b->in->own_mac) & !mac_is_extreme(b->dst[i]);
}

/* Of plain_scalar, for other bodies: they look at each frame by itself. */
uint64_t plain_find_suspects(const struct port_prefilter *,
			     const struct burst *, uint64_t set);
uint64_t plain_find_ways(const struct worker *, struct burst *,
			 const uint16_t *from1, const uint16_t *to1);

#endif
