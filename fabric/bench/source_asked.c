/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * The source of a port of which more is asked than to be fast, and the sink: see
 * struct source_port and struct sink_port.  On the workers.
 *
 * Times are TSC cycles since the start, with SOURCE_CLOCK bits of fraction: enough
 * for a day.  A stamp is the TSC itself, in 48 bits.
 */
#include <endian.h>
#include <stdatomic.h>

#include <rte_cycles.h>

#include "fabric/bench/source_impl.h"
#include "lib/frame.h"

static uint64_t
since(uint64_t start)
{
	return (rte_rdtsc() - start) << SOURCE_CLOCK;
}

/* Frames that have waited longer than the receive queue is deep are lost. */
static void
miss(struct source_queue *q, uint64_t now)
{
	uint64_t late = now - q->due, n;

	if (now < q->due || late <= q->patience)
		return;
	n = (uint64_t)((double)(late - q->patience) * q->frames_per_cycle) + 1;
	q->due += n * q->interval;
	n = RTE_MIN(n, q->left);
	q->left -= n;
	counter_add(&q->missed, n);
}

/* How many of 'n' frames are due. */
static uint16_t
count_due(struct source_queue *q, uint16_t n)
{
	uint64_t now = since(q->start), due;
	uint16_t i = 0;

	if (q->interval == 0)
		return (uint16_t)RTE_MIN(n, q->left);
	miss(q, now);
	n = (uint16_t)RTE_MIN(n, q->left);
	for (due = q->due; i < n && due <= now; i++)
		due += q->interval;
	return i;
}

static uint16_t
count_listed(const struct source_queue *q, uint16_t n)
{
	if (q->asked.pair == NULL || !q->asked.once)
		return n;
	return (uint16_t)RTE_MIN((unsigned int)n, q->asked.npairs - q->next);
}

static void
write_pair(struct source_queue *q, uint8_t *frame)
{
	const struct source_pair *pair = &q->asked.pair[q->next];
	uint64_t dst = htobe64(pair->dst << 16), src = htobe64(pair->src << 16);

	if (q->asked.sent_at != NULL)
		q->asked.sent_at[q->next] = rte_rdtsc();
	q->next++;
	memcpy(frame, &dst, 6);
	memcpy(frame + 6, &src, 6);
	if (q->next == q->asked.npairs && !q->asked.once)
		q->next = 0;
}

/* A frame of another size than those of other ports. */
static void
resize(struct source_queue *q, struct rte_mbuf *m, uint8_t *frame)
{
	unsigned int i = q->turn;

	q->turn ^= 1;
	if (q->len[i] == 0)
		return;
	memcpy(frame + 12, q->head[i], SOURCE_HEAD);
	m->pkt_len = q->len[i];
	m->data_len = q->len[i];
}

static void
make(struct source_queue *q, struct rte_mbuf *m)
{
	uint8_t *frame = source_describe(q, m);
	uint64_t at = q->start + (q->due >> SOURCE_CLOCK);

	if (q->interval == 0)
		at = rte_rdtsc();
	if (q->asked.pair != NULL)
		write_pair(q, frame);
	else
		source_draw(q, frame, source_shared.traffic.pairs);
	if ((q->len[0] | q->len[1]) != 0)
		resize(q, m, frame);
	if (q->asked.stamp)
		memcpy(frame + SOURCE_STAMP, &at, 6);
	q->due += q->interval;
}

uint16_t
source_rx_asked(void *queue, struct rte_mbuf **pkt, uint16_t n)
{
	struct source_queue *q = queue;

	n = count_listed(q, n);
	if (n != 0)
		n = count_due(q, n);
	if (n == 0 || !source_take(q, pkt, n))
		return 0;
	for (uint16_t i = 0; i < n; i++)
		make(q, pkt[i]);
	q->left -= n;
	return source_made(q, n);
}

/* Has the link for 'time', after what it was given to before; returns until when. */
static uint64_t
use_link(struct sink_queue *q, uint64_t time, uint64_t now)
{
	uint64_t free = atomic_load_explicit(q->link, memory_order_relaxed);
	uint64_t end;

	do {
		end = RTE_MAX(free, now) + time;
	} while (!atomic_compare_exchange_weak_explicit(q->link, &free, end,
							memory_order_relaxed,
							memory_order_relaxed));
	return end;
}

/* Sends a frame if there is room in the queue; when it has left in '*left'. */
static bool
send(struct sink_queue *q, const struct rte_mbuf *m, uint64_t now,
     uint64_t *left)
{
	*left = now;
	if (q->per_octet == 0)
		return true;
	while (q->first != q->last && q->left[q->first % SINK_DEPTH_MAX] <= now)
		q->first++;
	if (q->last - q->first >= q->asked.depth)
		return false;
	*left = use_link(q, (m->pkt_len + FRAME_WIRE) * q->per_octet, now);
	q->left[q->last++ % SINK_DEPTH_MAX] = *left;
	return true;
}

static unsigned int
bucket_of(uint64_t cycles)
{
	unsigned int shift;

	if (cycles < 32)
		return (unsigned int)cycles;
	shift = 58 - (unsigned int)__builtin_clzll(cycles);
	return RTE_MIN(32 * (shift + 1) + (unsigned int)(cycles >> shift) - 32,
		       SOURCE_BUCKETS - 1u);
}

static void
note_flooded(struct sink_queue *q, const uint8_t *frame)
{
	unsigned int port = q->asked.flooded;
	uint32_t row;

	if (frame[0] != 0x02 || frame[1] != port)
		return;
	memcpy(&row, frame + 2, sizeof(row));
	row *= SOURCE_INVERSE;
	if (row < q->asked.flooded_rows)
		atomic_store_explicit(&q->asked.flooded_at[row], rte_rdtsc(),
				      memory_order_relaxed);
}

static void
note(struct sink_queue *q, const struct rte_mbuf *m, uint64_t left)
{
	const uint8_t *frame = rte_pktmbuf_mtod(m, const uint8_t *);
	uint64_t at = q->start + (left >> SOURCE_CLOCK);
	uint64_t stamp = 0;

	if (q->asked.origins && frame[7] < SOURCE_PORTS) {
		counter_add(&q->from[frame[7]], 1);
		counter_add(&q->octets[frame[7]], m->pkt_len);
	}
	if (q->asked.flooded_at != NULL)
		note_flooded(q, frame);
	if (!q->asked.latency)
		return;
	memcpy(&stamp, frame + SOURCE_STAMP, 6);
	counter_add(
		&q->latency[bucket_of((at - stamp) & UINT64_C(0xffffffffffff))],
		1);
}

uint16_t
sink_tx_asked(void *queue, struct rte_mbuf **pkt, uint16_t n)
{
	struct sink_queue *q = queue;
	uint64_t now = since(q->start), left;
	uint16_t i;

	for (i = 0; i < n && send(q, pkt[i], now, &left); i++)
		note(q, pkt[i], left);
	counter_add(&q->refused, n - i);
	if (i == 0)
		return 0;
	sink_look(q, pkt, i);
	sink_free(pkt, i);
	counter_add(&q->received, i);
	return i;
}
