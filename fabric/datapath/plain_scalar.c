/* SPDX-License-Identifier: BSD-3-Clause */
#include "fabric/datapath/plain_impl.h"

#include <rte_branch_prediction.h>
#include <rte_mbuf.h>

#include "fabric/datapath/burst.h"
#include "fabric/datapath/plain_lag.h"
#include "fabric/datapath/prefilter.h"
#include "fabric/datapath/worker_way.h"
#include "fabric/view/view.h"
#include "lib/flowhash.h"
#include "lib/frame.h"
#include "lib/lagtable.h"
#include "lib/mac.h"

#include "fabric/datapath/hot.h"

static uint64_t
read_headers(struct burst *b, const struct port_prefilter *q,
	     struct plain_headers *h)
{
	uint64_t plain = 0;

	(void)q;
	(void)h;
	for (unsigned int i = 0; i < b->n; i++) {
		const struct rte_mbuf *m = b->pkt[i];

		/* A short frame may end with its memory. */
		if (unlikely(m->data_len < FRAME_MIN)) {
			b->dst[i] = b->src[i] = b->type[i] = 0;
			continue;
		}
		frame_header(rte_pktmbuf_mtod(m, const uint8_t *), &b->dst[i],
			     &b->src[i], &b->type[i]);
		plain |= (uint64_t)plain_has_form(b, i) << i;
	}
	return plain & ~b->bad;
}

uint64_t
plain_find_suspects(const struct port_prefilter *q, const struct burst *b,
		    uint64_t set)
{
	uint64_t suspects = 0;
	unsigned int i;

	BURST_FOREACH(set, i)
		suspects |= (uint64_t)prefilter_holds(
				    q, b->type[i],
				    rte_pktmbuf_mtod_offset(b->pkt[i],
							    const uint8_t *,
							    FRAME_HEADER))
			    << i;
	return suspects;
}

static uint64_t
find_suspects(const struct port_prefilter *q, const struct burst *b,
	      const struct plain_headers *h, uint64_t set)
{
	(void)h;
	return plain_find_suspects(q, b, set);
}

uint64_t
plain_find_ways(const struct worker *w, struct burst *b, const uint16_t *from1,
		const uint16_t *to1)
{
	uint16_t in1 = (uint16_t)(b->in->id + 1);
	uint32_t lan = way_of_lan(b->in->lan);
	const uint32_t *ways = w->way;
	uint64_t known = 0;

	for (unsigned int i = 0; i < b->n; i++) {
		uint32_t way = ways[to1[i]];

		b->via[i] = way & WAY_DEVICE;
		known |= (uint64_t)((from1[i] == in1) & (to1[i] != in1) &
				    (way >> WAY_LAN_SHIFT == lan))
			 << i;
	}
	return known;
}

/* Of 'set', the frames to LAGs. */
static uint64_t
find_lags(const struct burst *b, uint64_t set)
{
	uint64_t lags = 0;
	unsigned int i;

	BURST_FOREACH(set, i)
		lags |= (uint64_t)((b->via[i] & WAY_LAG) != 0) << i;
	return lags;
}

static void
find_buckets(const struct burst *b, uint64_t four, uint64_t six,
	     const struct flowhash_key *k, struct plain_flows *f)
{
	unsigned int i;

	plain_read_flows4(b, four, k, f);
	BURST_FOREACH(six, i) {
		const uint8_t *ip = plain_packet(b, i);

		f->addresses[i] = flowhash_ip6(k, ip + FLOWHASH_SRC6);
		f->ports[i] = plain_read_ports6(ip);
	}
	BURST_FOREACH(four | six, i) {
		uint64_t sum = f->addresses[i] +
			       flowhash_macs(k, b->dst[i], b->src[i]) +
			       flowhash_ports(k, f->ports[i]);

		f->bucket[i] = lagtable_bucket(flowhash_end(sum));
	}
}

static uint64_t
find_type(const struct burst *b, uint64_t set, uint16_t type)
{
	uint64_t found = 0;
	unsigned int i;

	BURST_FOREACH(set, i)
		found |= (uint64_t)(b->type[i] == type) << i;
	return found;
}

/* Only frames of plain form are looked at: the type of a short one is none of these. */
static uint64_t
find_links(const struct worker *w, struct burst *b, const uint16_t *from1,
	   const uint16_t *to1)
{
	uint64_t known = plain_find_ways(w, b, from1, to1);
	uint64_t lags = find_lags(b, known);
	uint64_t four = find_type(b, lags, FRAME_IPV4);
	uint64_t six = find_type(b, lags, FRAME_IPV6);
	struct plain_flows f;

	if (lags == 0)
		return known;
	find_buckets(b, four, six, &w->flow_key, &f);
	return (known & ~lags) | plain_take_links(w, b, four | six, &f);
}

const struct plain_body plain_scalar = { read_headers, find_suspects,
					 plain_find_ways, find_links };
