/* SPDX-License-Identifier: BSD-3-Clause */
#ifndef IXF_SOURCE_IMPL_H
#define IXF_SOURCE_IMPL_H

/*
 * What the files of the source share: see source.h.  A queue belongs to the
 * worker that polls it; control sets it up while the source is stopped, and reads
 * its counters.
 */

#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>
#include <string.h>

#include <rte_branch_prediction.h>
#include <rte_lcore.h>
#include <rte_mbuf.h>

#include "fabric/bench/source_queue.h"
#include "lib/counter.h"

#define SOURCE_QUEUES 128 /* of a port */
#define SOURCE_WINDOW 1024
#define SOURCE_STAMP  48 /* octet of a frame: 6 octets, see fill_frame() */
#define SOURCE_DEPTH  1024
#define SOURCE_CLOCK  16 /* fraction bits of a time in cycles */
#define SOURCE_ODD    UINT32_C(0x9e3779b1)
#define SOURCE_INVERSE                                                         \
	UINT32_C(0x0e8b2f51) /* times SOURCE_ODD: 1 modulo 2^32 */
#define SOURCE_HEAD    30    /* ethertype, IPv4 and UDP headers */
#define SINK_DEPTH_MAX 4096

/* Of a mbuf: rearm_data, ol_flags and the fields of a descriptor. */
#define SOURCE_FIELDS 32

/* Written by control while the source is stopped. */
struct source_shared {
	struct source_traffic traffic;
	uint32_t rows[SOURCE_PORTS]; /* addresses of each port */
	/* Odd while windows are recorded; also written while frames flow. */
	_Atomic uint32_t recording;
	unsigned int room; /* windows of a core */
};

extern struct source_shared source_shared;

/* Written by the thread of one lcore. */
struct source_core {
	uint64_t frames;
	uint64_t from; /* of frames: where the window begins */
	uint64_t tsc;  /* and when */
	/* source_shared.recording, when it was looked at; read by control. */
	_Atomic uint32_t recording;
	_Atomic uint32_t n; /* of window[], read by control */
	_Atomic bool ran;   /* it has made frames; read by control */
	struct source_window *window;
} __attribute__((aligned(64)));

extern struct source_core source_core[RTE_MAX_LCORE + 1];

struct source_queue {
	uint8_t fields[SOURCE_FIELDS];
	struct rte_mempool *pool;
	uint64_t random;
	unsigned int port;
	uint32_t row; /* that source_rx_teach() sends next */
	struct counter sent, no_mbuf, missed;
	struct counter idle;  /* calls of source_rx_none() */
	uint64_t idle_before; /* ... when the source stopped; control's */

	/* Of source_rx_asked(). */
	struct source_port asked;
	unsigned int next;       /* of asked.pair[] */
	uint64_t start;          /* TSC */
	uint64_t due;            /* of the next frame, since the start */
	uint64_t interval;       /* between frames; 0: no rate */
	uint64_t patience;       /* how long a frame waits */
	double frames_per_cycle; /* times 1 / 2^SOURCE_CLOCK */
	uint64_t left;           /* frames still to be sent or missed */
	unsigned int turn;       /* which of the two sizes comes next */
	uint16_t len[2];         /* octets without FCS; 0: that of all */
	uint8_t head[2][SOURCE_HEAD];
} __attribute__((aligned(64)));

struct sink_queue {
	uint16_t want; /* first two octets of the addresses of the port */
	struct counter received, bad, groups, refused;

	/* Of sink_tx_asked(). */
	struct sink_port asked;
	uint64_t start; /* TSC */
	_Atomic uint64_t
		*link;      /* when the link is free: all queues of the port */
	uint64_t per_octet; /* 0: no rate */
	/* When the frames of the queue have left; frame i at i modulo the size. */
	uint64_t *left;
	uint64_t first, last;
	struct counter from[SOURCE_PORTS], octets[SOURCE_PORTS];
	struct counter *latency; /* SOURCE_BUCKETS of them */
} __attribute__((aligned(64)));

/* The functions of a driver, for rte_eth_fp_ops. */
typedef uint16_t source_function(void *queue, struct rte_mbuf **pkt,
				 uint16_t n);

source_function source_rx_none, source_rx_random, source_rx_pairs,
	source_rx_teach, source_rx_asked, sink_tx_plain, sink_tx_asked;

/* Begins a new window; at its end, records the last one. */
void source_stamp(struct source_core *);

/* Gives back what was sent. */
void sink_free(struct rte_mbuf **pkt, uint16_t n);

/* Counts the destinations that are not of the port. */
void sink_look(struct sink_queue *, struct rte_mbuf **pkt, uint16_t n);

static inline uint64_t
source_load64(const uint8_t *p)
{
	uint64_t n;

	memcpy(&n, p, sizeof(n));
	return n;
}

/* The first two octets of the addresses of a port, as they lie in memory. */
static inline uint16_t
source_prefix(unsigned int port)
{
	return (uint16_t)(0x02 | port << 8);
}

static inline uint32_t
source_row(uint32_t row)
{
	return row * SOURCE_ODD;
}

/* Marsaglia's xorshift64. */
static inline uint64_t
source_random(uint64_t *state)
{
	uint64_t x = *state;

	x ^= x << 13;
	x ^= x >> 7;
	x ^= x << 17;
	*state = x;
	return x;
}

/* A number below 'n', from 32 random bits. */
static inline uint32_t
source_below(uint32_t random, uint32_t n)
{
	return (uint32_t)((uint64_t)random * n >> 32);
}

static inline void
source_addresses(uint8_t *frame, unsigned int to, uint32_t to_row,
		 unsigned int from, uint32_t from_row)
{
	uint64_t first = (uint64_t)source_prefix(from) << 48 |
			 (uint64_t)source_row(to_row) << 16 | source_prefix(to);
	uint32_t last = source_row(from_row);

	memcpy(frame, &first, sizeof(first));
	memcpy(frame + sizeof(first), &last, sizeof(last));
}

/* Another port than 'port', from 16 random bits. */
static inline unsigned int
source_other(unsigned int port, uint16_t random)
{
	unsigned int ports = source_shared.traffic.ports;
	unsigned int to = port + 1 + (random * (ports - 1) >> 16);

	return to >= ports ? to - ports : to;
}

/* Draws both addresses of a frame. */
static inline void
source_draw(struct source_queue *q, uint8_t *frame, bool pairs)
{
	const uint32_t *rows = source_shared.rows;
	uint64_t r = source_random(&q->random);
	uint32_t again = (uint32_t)(r * UINT64_C(0x9e3779b97f4a7c15) >> 32);
	unsigned int to =
		pairs ? q->port ^ 1 : source_other(q->port, (uint16_t)r);

	source_addresses(frame, to, source_below((uint32_t)(r >> 32), rows[to]),
			 q->port, source_below(again, rows[q->port]));
}

/* What a descriptor says of a frame; returns where the frame begins. */
static inline uint8_t *
source_describe(const struct source_queue *q, struct rte_mbuf *m)
{
	memcpy((uint8_t *)m + offsetof(struct rte_mbuf, rearm_data), q->fields,
	       SOURCE_FIELDS);
	return (uint8_t *)m->buf_addr + RTE_PKTMBUF_HEADROOM;
}

static inline bool
source_take(struct source_queue *q, struct rte_mbuf **pkt, uint16_t n)
{
	if (likely(rte_mempool_get_bulk(q->pool, (void **)pkt, n) == 0))
		return true;
	counter_add(&q->no_mbuf, n);
	return false;
}

/* Counts 'n' frames that were made, and returns n. */
static inline uint16_t
source_made(struct source_queue *q, uint16_t n)
{
	struct source_core *c = &source_core[RTE_MIN(
		rte_lcore_id(), (unsigned int)RTE_MAX_LCORE)];

	counter_add(&q->sent, n);
	c->frames += n;
	if (unlikely(c->frames - c->from >= SOURCE_WINDOW))
		source_stamp(c);
	return n;
}

#endif
