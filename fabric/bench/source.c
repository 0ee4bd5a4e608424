/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Control's half of the source: which devices take part, what they send, and the
 * sums of what their queues count.
 */
#include "fabric/bench/source.h"

#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>

#include <rte_cycles.h>
#include <rte_ethdev.h>
#include <rte_mempool.h>

#include "fabric/bench/source_impl.h"
#include "lib/frame.h"

#define POOLS      256
#define IDLE_CALLS 3
#define SIZE_MIN   18u /* an Ethernet header and FCS */

enum state {
	STATE_STOPPED,
	STATE_TEACHING,
	STATE_RUNNING
};

/* A device that takes part. */
struct port {
	uint16_t ethdev;
	bool attached;
	uint16_t nrxqs, ntxqs;
	void *rxq[SOURCE_QUEUES]; /* struct source_queue */
	void *txq[SOURCE_QUEUES]; /* struct sink_queue */
	bool source_is_asked, sink_is_asked;
	struct source_port source;
	struct sink_port sink;
};

static struct port ports[SOURCE_PORTS];
static struct {
	_Atomic uint64_t
		free; /* TSC cycles: written by workers that send there */
} __attribute__((aligned(64))) links[SOURCE_PORTS];
static unsigned int nports;
static enum state state;

/* Pools of receive queues, by ethdev and queue, and each of them once. */
static struct rte_mempool *pool_of[RTE_MAX_ETHPORTS][SOURCE_QUEUES];
static struct rte_mempool *pools[POOLS];
static unsigned int npools;

unsigned int
source_ports(void)
{
	unsigned int n = 0;

	for (unsigned int i = 0; i < nports; i++)
		n += ports[i].attached;
	return n;
}

uint64_t
source_mac(unsigned int port, uint32_t row)
{
	uint8_t octet[16] = { 0 };
	uint64_t mac;

	source_addresses(octet, port, row, port, row);
	mac = source_load64(octet);
	return be64toh(mac) >> 16;
}

uint32_t
source_rows(const struct source_traffic *t, unsigned int port)
{
	return t->macs / t->ports + (port < t->macs % t->ports);
}

/* RFC 1071. */
static uint16_t
checksum(const uint8_t *p, size_t n)
{
	uint32_t sum = 0;

	for (size_t i = 0; i < n; i += 2)
		sum += frame_read16(p + i);
	while (sum > 0xffff)
		sum = (sum & 0xffff) + (sum >> 16);
	return (uint16_t)~sum;
}

static void
write_udp(uint8_t *p, size_t len)
{
	frame_write16(p, 49200);
	frame_write16(p + 2, 49201);
	frame_write16(p + 4, (uint16_t)len);
	frame_write16(p + 6, 0);
}

static void
write_ipv4(uint8_t *ip, size_t len)
{
	static const uint8_t header[] = { 0x45, 0,  0,   0, 0,   1,   0x40,
					  0,    64, 17,  0, 0,   198, 51,
					  100,  7,  203, 0, 113, 9 };

	memcpy(ip, header, sizeof(header));
	frame_write16(ip + 2, (uint16_t)len);
	frame_write16(ip + 10, checksum(ip, sizeof(header)));
	write_udp(ip + sizeof(header), len - sizeof(header));
}

/* A frame of 64 octets has no room for UDP: no next header (RFC 8200, 4.7). */
static void
write_ipv6(uint8_t *ip, size_t len)
{
	static const uint8_t header[] = { 0x60, 0, 0,   0,    0, 0, 59, 64, /**/
					  0x20, 1, 0xd, 0xb8, 1, 0, 0,  0,
					  0,    0, 0,   0,    0, 0, 0,  1, /**/
					  0x20, 1, 0xd, 0xb8, 2, 0, 0,  0,
					  0,    0, 0,   0,    0, 0, 0,  2 };

	memcpy(ip, header, sizeof(header));
	frame_write16(ip + 4, (uint16_t)(len - sizeof(header)));
}

/*
 * The packet in a buffer.  A stamp at SOURCE_STAMP is payload of UDP, or the end of
 * the destination of IPv6, which is outside the LAN with any.
 */
static void
fill_frame(struct rte_mempool *pool, void *arg, void *obj, unsigned int i)
{
	struct rte_mbuf *m = obj;
	const struct source_traffic *t = arg;
	uint8_t *frame = (uint8_t *)m->buf_addr + RTE_PKTMBUF_HEADROOM;
	size_t len = t->frame - FRAME_FCS;

	(void)pool;
	memset(frame, 0, len);
	if (t->ipv6 && i % 3 == 2) {
		frame_write16(frame + 12, FRAME_IPV6);
		write_ipv6(frame + FRAME_HEADER, len - FRAME_HEADER);
	} else {
		frame_write16(frame + 12, FRAME_IPV4);
		write_ipv4(frame + FRAME_HEADER, len - FRAME_HEADER);
	}
}

static bool
fill_pool(struct rte_mempool *pool)
{
	struct source_traffic *t = &source_shared.traffic;

	if (rte_pktmbuf_data_room_size(pool) <
	    RTE_PKTMBUF_HEADROOM + t->frame - FRAME_FCS)
		return false;
	rte_mempool_obj_iter(pool, fill_frame, t);
	return true;
}

/* What the descriptor of a received frame says. */
static void
set_fields(const struct port *p, struct source_queue *q)
{
	struct rte_mbuf m = { .nb_segs = 1, .data_off = RTE_PKTMBUF_HEADROOM };

	rte_mbuf_refcnt_set(&m, 1);
	m.port = p->ethdev;
	/* As a NIC does: the same for all frames between two IP addresses. */
	m.ol_flags = RTE_MBUF_F_RX_RSS_HASH;
	m.hash.rss = (q->port + 1) * SOURCE_ODD;
	m.pkt_len = source_shared.traffic.frame - FRAME_FCS;
	m.data_len = (uint16_t)m.pkt_len;
	memcpy(q->fields, (uint8_t *)&m + offsetof(struct rte_mbuf, rearm_data),
	       SOURCE_FIELDS);
}

/* splitmix64: states of xorshift that are far from each other, and not 0. */
static uint64_t
seed_of(uint64_t n)
{
	n += UINT64_C(0x9e3779b97f4a7c15);
	n = (n ^ n >> 30) * UINT64_C(0xbf58476d1ce4e5b9);
	n = (n ^ n >> 27) * UINT64_C(0x94d049bb133111eb);
	return (n ^ n >> 31) | 1;
}

static void
set_traffic_queue(const struct port *p, unsigned int queue)
{
	struct source_queue *q = p->rxq[queue];
	uint32_t rows = source_shared.rows[q->port];

	q->random = seed_of(source_shared.traffic.seed +
			    q->port * SOURCE_QUEUES + queue);
	/* Each queue teaches all addresses, but begins with others. */
	q->row = (uint32_t)((uint64_t)rows * queue / p->nrxqs);
	set_fields(p, q);
}

static void
set_traffic_port(const struct port *p)
{
	for (unsigned int i = 0; i < p->nrxqs; i++)
		set_traffic_queue(p, i);
}

bool
source_set(const struct source_traffic *t)
{
	bool fits = true;

	source_shared.traffic = *t;
	for (unsigned int i = 0; i < t->ports; i++)
		source_shared.rows[i] = source_rows(t, i);
	for (unsigned int i = 0; i < npools; i++)
		fits = fill_pool(pools[i]) && fits;
	for (unsigned int i = 0; i < nports; i++)
		set_traffic_port(&ports[i]);
	return fits;
}

void
source_port_set(unsigned int port, const struct source_port *asked)
{
	struct port *p = &ports[port];

	p->source_is_asked = asked != NULL;
	p->source = asked != NULL ? *asked : (struct source_port){ 0 };
}

/* How many queues send: a list has one. */
static unsigned int
sharing(const struct port *p)
{
	return p->source.pair != NULL ? 1 : p->nrxqs;
}

static uint64_t
share_count(const struct port *p, unsigned int queue)
{
	uint64_t n = p->source.count, queues = sharing(p);

	if (n == 0)
		return UINT64_MAX;
	return n / queues + (queue < n % queues);
}

static void
set_sizes(struct source_queue *q)
{
	q->turn = 0;
	for (unsigned int i = 0; i < 2; i++) {
		unsigned int octets = RTE_MAX(q->asked.frame[i], SIZE_MIN);

		q->len[i] = 0;
		if (q->asked.frame[i] == 0)
			continue;
		q->len[i] = (uint16_t)(octets - FRAME_FCS);
		frame_write16(q->head[i], FRAME_IPV4);
		write_ipv4(q->head[i] + 2,
			   RTE_MAX(octets, 64u) - FRAME_FCS - FRAME_HEADER);
	}
}

static void
set_asked(const struct port *p, unsigned int queue, uint64_t start)
{
	struct source_queue *q = p->rxq[queue];
	double cycles = (double)rte_get_tsc_hz() * (1 << SOURCE_CLOCK);
	double rate = p->source.rate / sharing(p);

	q->asked = p->source;
	q->next = 0;
	q->left = share_count(p, queue);
	set_sizes(q);
	q->start = start;
	q->interval = rate > 0 ? (uint64_t)(cycles / rate) : 0;
	q->frames_per_cycle = rate > 0 ? rate / cycles : 0;
	q->patience = (q->asked.depth != 0 ? q->asked.depth : SOURCE_DEPTH) *
		      q->interval;
	/* The queues take turns. */
	q->due = q->interval * queue / sharing(p);
}

static bool
make_room(struct sink_queue *q)
{
	if (q->left == NULL)
		q->left = calloc(SINK_DEPTH_MAX, sizeof(*q->left));
	if (q->latency == NULL)
		q->latency = calloc(SOURCE_BUCKETS, sizeof(*q->latency));
	return q->left != NULL && q->latency != NULL;
}

bool
sink_port_set(unsigned int port, const struct sink_port *asked)
{
	struct port *p = &ports[port];

	p->sink_is_asked = asked != NULL;
	p->sink = asked != NULL ? *asked : (struct sink_port){ 0 };
	if (p->sink.depth == 0)
		p->sink.depth = SOURCE_DEPTH;
	p->sink.depth = RTE_MIN(p->sink.depth, (unsigned int)SINK_DEPTH_MAX);
	for (unsigned int i = 0; asked != NULL && i < p->ntxqs; i++)
		if (!make_room(p->txq[i]))
			return false;
	return true;
}

static void
set_sink_asked(const struct port *p, unsigned int queue, uint64_t start)
{
	struct sink_queue *q = p->txq[queue];
	double octets = p->sink.rate / 8;

	q->asked = p->sink;
	q->start = start;
	q->link = &links[p - ports].free;
	*q->link = 0;
	q->first = q->last = 0;
	q->per_octet = octets > 0 ? (uint64_t)((double)rte_get_tsc_hz() *
					       (1 << SOURCE_CLOCK) / octets)
				  : 0;
}

static source_function *
choose_source(const struct port *p)
{
	if (state == STATE_STOPPED || p->source.off ||
	    (unsigned int)(p - ports) >= source_shared.traffic.ports)
		return source_rx_none;
	if (state == STATE_TEACHING)
		return source_rx_teach;
	if (p->source_is_asked)
		return source_rx_asked;
	return source_shared.traffic.pairs ? source_rx_pairs : source_rx_random;
}

/* A worker reads each of these words for itself, so their order is of no matter. */
static void
set_functions(const struct port *p)
{
	struct rte_eth_fp_ops *ops = &rte_eth_fp_ops[p->ethdev];

	if (!p->attached)
		return;
	__atomic_store_n(&ops->tx_pkt_burst,
			 p->sink_is_asked ? sink_tx_asked : sink_tx_plain,
			 __ATOMIC_RELEASE);
	__atomic_store_n(&ops->rx_pkt_burst, choose_source(p),
			 __ATOMIC_RELEASE);
}

static void
enter(enum state next)
{
	state = next;
	for (unsigned int i = 0; i < nports; i++)
		set_functions(&ports[i]);
}

void
source_teach(void)
{
	enter(STATE_TEACHING);
}

/* A list is of one queue, which has the whole rate: the others have no frame. */
static void
leave_list(const struct port *p)
{
	for (unsigned int k = 0; p->source.pair != NULL && k < p->nrxqs; k++) {
		struct source_queue *q = p->rxq[k];

		if (k == p->source.queue)
			continue;
		q->asked.npairs = 0;
		q->asked.once = true;
	}
}

void
source_start(void)
{
	uint64_t now = rte_rdtsc();

	for (unsigned int i = 0; i < nports; i++) {
		const struct port *p = &ports[i];

		for (unsigned int k = 0; k < p->nrxqs; k++)
			set_asked(p, k, now);
		leave_list(p);
		for (unsigned int k = 0; k < p->ntxqs; k++)
			set_sink_asked(p, k, now);
	}
	enter(STATE_RUNNING);
}

static uint64_t
idle_calls(const struct port *p, unsigned int queue)
{
	const struct source_queue *q = p->rxq[queue];

	return counter_read(&q->idle) - q->idle_before;
}

static bool
is_idle(const struct port *p)
{
	for (unsigned int i = 0; p->attached && i < p->nrxqs; i++)
		if (idle_calls(p, i) < IDLE_CALLS)
			return false;
	return true;
}

bool
source_is_idle(void)
{
	for (unsigned int i = 0; i < nports; i++)
		if (!is_idle(&ports[i]))
			return false;
	return true;
}

void
source_stop(void)
{
	enter(STATE_STOPPED);
	for (unsigned int i = 0; i < nports; i++)
		for (unsigned int k = 0; k < ports[i].nrxqs; k++) {
			struct source_queue *q = ports[i].rxq[k];

			q->idle_before = counter_read(&q->idle);
		}
}

void
source_count(unsigned int port, struct source_counts *c)
{
	const struct port *p = &ports[port];

	memset(c, 0, sizeof(*c));
	for (unsigned int i = 0; i < p->nrxqs; i++) {
		const struct source_queue *q = p->rxq[i];

		c->sent += counter_read(&q->sent);
		c->missed += counter_read(&q->missed);
		c->no_mbuf += counter_read(&q->no_mbuf);
	}
	for (unsigned int i = 0; i < p->ntxqs; i++) {
		const struct sink_queue *q = p->txq[i];

		c->received += counter_read(&q->received);
		c->bad += counter_read(&q->bad);
		c->groups += counter_read(&q->groups);
		c->refused += counter_read(&q->refused);
		for (unsigned int k = 0; k < SOURCE_PORTS; k++) {
			c->from[k] += counter_read(&q->from[k]);
			c->octets[k] += counter_read(&q->octets[k]);
		}
	}
}

uint64_t
source_bucket_cycles(unsigned int bucket)
{
	if (bucket < 32)
		return bucket;
	return (uint64_t)(32 + bucket % 32) << (bucket / 32 - 1);
}

void
source_latency(unsigned int port, uint64_t *bucket)
{
	const struct port *p = &ports[port];

	for (unsigned int i = 0; i < p->ntxqs; i++) {
		const struct sink_queue *q = p->txq[i];

		for (unsigned int k = 0;
		     q->latency != NULL && k < SOURCE_BUCKETS; k++)
			bucket[k] += counter_read(&q->latency[k]);
	}
}

bool
source_windows_room(unsigned int room)
{
	unsigned int core;

	source_shared.room = room;
	/* Some programs number their threads themselves. */
	for (core = 0; core <= RTE_MAX_LCORE; core++) {
		free(source_core[core].window);
		source_core[core].window =
			calloc(room, sizeof(struct source_window));
		if (source_core[core].window == NULL)
			return false;
	}
	return true;
}

void
source_record(bool on)
{
	uint32_t n = atomic_load_explicit(&source_shared.recording,
					  memory_order_relaxed);

	if ((n & 1) != on)
		atomic_store_explicit(&source_shared.recording, n + 1,
				      memory_order_release);
}

static bool
has_window(const struct source_core *c)
{
	uint32_t recording =
		atomic_load_explicit(&c->recording, memory_order_acquire);

	return recording == atomic_load_explicit(&source_shared.recording,
						 memory_order_relaxed) &&
	       atomic_load_explicit(&c->n, memory_order_relaxed) != 0;
}

bool
source_has_windows(void)
{
	bool any = false;

	for (unsigned int i = 0; i <= RTE_MAX_LCORE; i++) {
		const struct source_core *c = &source_core[i];

		if (atomic_load_explicit(&c->ran, memory_order_relaxed) &&
		    !has_window(c))
			return false;
		any |= has_window(c);
	}
	return any;
}

const struct source_window *
source_windows(unsigned int core, unsigned int *n)
{
	*n = atomic_load_explicit(&source_core[core].n, memory_order_acquire);
	return source_core[core].window;
}

void
source_note_pool(uint16_t ethdev, uint16_t queue, struct rte_mempool *pool)
{
	if (ethdev < RTE_MAX_ETHPORTS && queue < SOURCE_QUEUES)
		pool_of[ethdev][queue] = pool;
}

static struct port *
port_of(uint16_t ethdev)
{
	for (unsigned int i = 0; i < nports; i++)
		if (ports[i].ethdev == ethdev)
			return &ports[i];
	return NULL;
}

/* Returns whether it is new. */
static bool
add_pool(struct rte_mempool *pool)
{
	for (unsigned int i = 0; i < npools; i++)
		if (pools[i] == pool)
			return false;
	if (npools < POOLS)
		pools[npools++] = pool;
	return true;
}

/* A device that starts again goes on with the queues that it had. */
static void *
make_queue(void *queue, size_t size)
{
	if (queue != NULL)
		return queue;
	queue = aligned_alloc(64, size);
	if (queue == NULL)
		abort();
	return memset(queue, 0, size);
}

static void
make_queues(struct port *p)
{
	unsigned int number = (unsigned int)(p - ports);

	for (unsigned int i = 0; i < p->nrxqs; i++) {
		struct source_queue *q =
			make_queue(p->rxq[i], sizeof(struct source_queue));

		q->port = number;
		q->pool = pool_of[p->ethdev][i];
		p->rxq[i] = q;
		if (add_pool(q->pool) && source_shared.traffic.frame != 0)
			fill_pool(q->pool);
	}
	for (unsigned int i = 0; i < p->ntxqs; i++) {
		struct sink_queue *q =
			make_queue(p->txq[i], sizeof(struct sink_queue));

		q->want = source_prefix(number);
		p->txq[i] = q;
	}
}

void
source_attach(uint16_t ethdev)
{
	struct rte_eth_fp_ops *ops = &rte_eth_fp_ops[ethdev];
	struct rte_eth_dev_info info;
	struct port *p = port_of(ethdev);

	if (rte_eth_dev_info_get(ethdev, &info) != 0 ||
	    strcmp(info.driver_name, "net_null") != 0)
		return;
	if (p == NULL && nports == SOURCE_PORTS)
		return;
	if (p == NULL)
		p = &ports[nports++];
	p->ethdev = ethdev;
	p->nrxqs = RTE_MIN(info.nb_rx_queues, (uint16_t)SOURCE_QUEUES);
	p->ntxqs = RTE_MIN(info.nb_tx_queues, (uint16_t)SOURCE_QUEUES);
	make_queues(p);
	if (source_shared.traffic.frame != 0)
		set_traffic_port(p);
	ops->rx_pkt_burst = source_rx_none;
	ops->rxq.data = p->rxq;
	ops->txq.data = p->txq;
	p->attached = true;
	set_functions(p);
}

/* The pool of a device that is closed may be freed. */
void
source_detach(uint16_t ethdev)
{
	struct port *p = port_of(ethdev);

	if (p == NULL)
		return;
	p->attached = false;
	npools = 0;
	for (unsigned int i = 0; i < nports; i++)
		for (unsigned int k = 0;
		     ports[i].attached && k < ports[i].nrxqs; k++)
			add_pool(pool_of[ports[i].ethdev][k]);
}
