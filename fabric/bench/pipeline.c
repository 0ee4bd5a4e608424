/* SPDX-License-Identifier: BSD-3-Clause */
#include "fabric/bench/pipeline.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <rte_cycles.h>
#include <rte_mbuf.h>

#include "fabric/bench/bench_config.h"
#include "fabric/datapath/burst.h"
#include "fabric/datapath/stage.h"
#include "fabric/datapath/txbuf.h"
#include "fabric/datapath/worker_pass.h"
#include "fabric/lockstep.h"
#include "fabric/neigh/sponge_ops.h"
#include "fabric/runtime/runtime.h"
#include "fabric/runtime/samplers.h"
#include "fabric/runtime/stats.h"
#include "lib/frame.h"
#include "lib/mactab.h"

#define SAMPLED 128u /* octets of a sample: the default of 'header' */

#define TABLE 16384u /* addresses: the default of mac_table */

/* A LAN, its ports, and the cycles spent on its frames. */
struct side {
	unsigned int first; /* id of its first port */
	struct mactab *macs;
	const struct matrix *matrix;
	uint64_t cycles[BENCH_N];
};

struct bench {
	const struct bench_options *o;
	struct fabric *fabric;
	struct view *view; /* of the fabric, with the devices below */
	struct device *device;
	unsigned int nsides;
	struct side side[2];
	struct rte_mbuf *pkt[BURST_MAX];
	uint64_t random;
	uint64_t now;
};

const char *
bench_stage_name(enum bench_stage s)
{
	static const char *const name[BENCH_N] = {
#define STAGE(NAME, name, ...) #name,
#include "fabric/datapath/stage_list.h"
		"all",
	};

	return name[s];
}

/* Marsaglia's xorshift64: fast, and the same numbers every time. */
static uint32_t
next_random(struct bench *b)
{
	b->random ^= b->random << 13;
	b->random ^= b->random >> 7;
	b->random ^= b->random << 17;
	return (uint32_t)(b->random >> 32);
}

/* Address number 'i': spread over the vendors, on port i % ports. */
static uint64_t
address(uint64_t i)
{
	return (i * UINT64_C(0x9e3779b97f4a7c15) >> 16 &
		UINT64_C(0xfcffffffffff)) |
	       UINT64_C(0x020000000000);
}

/* Of a port, or as many links of one. */
static void
write_devices(FILE *f, unsigned int port, unsigned int links)
{
	fprintf(f, "device = net_null%u\n", port * LAG_LINKS_MAX);
	for (unsigned int i = 1; i < links; i++)
		fprintf(f, "device = net_null%u\n", port * LAG_LINKS_MAX + i);
}

static void
write_lan(FILE *f, const struct bench_options *o, unsigned int side,
	  const char *profile)
{
	fprintf(f,
		"[lan l%u]\nprofile = %s\nmtu = 9000\nipv4 = 192.0.2.0/23\n"
		"ipv6 = 2001:db8:ffff::/64\n",
		side, profile);
	if (side == 0 && o->rules > 0)
		fprintf(f, "acl = rules\n");
	if (side == 0 && o->sponge)
		fprintf(f, "sponge = on\nsponge_mac = 02:53:00:00:00:01\n"
			   "sponge_ipv4 = 192.0.3.254\n");
	for (unsigned int i = 0; i < o->ports; i++) {
		fprintf(f,
			"[port s%up%u]\nlan = l%u\n"
			"mac = %012llx\nipv4 = 192.0.%u.%u\n"
			"ipv6 = 2001:db8:ffff::%x\n",
			side, i, side, (unsigned long long)address(i),
			2 + (i + 1) / 256, (i + 1) % 256, i + 1);
		write_devices(f, side * o->ports + i, side == 0 ? o->lag : 1);
	}
}

static struct config *
make_config(const struct bench_options *o, struct faults *faults)
{
	char *text = NULL;
	size_t size = 0;
	FILE *f = open_memstream(&text, &size);
	struct config *c;

	fprintf(f, "[fabric]\nmac_table = %u\nburst = %u\nmatrix = %s\n",
		RTE_MAX(o->macs, TABLE), o->burst, o->matrix ? "on" : "off");
	write_lan(f, o, 0, o->profile);
	if (o->against != NULL)
		write_lan(f, o, 1, o->against);
	if (o->rules > 0)
		bench_config_rules(o->rules, f);
	fclose(f);
	f = fmemopen(text, size, "r");
	c = config_read_stream("benchmark", f, faults);
	fclose(f);
	free(text);
	return c;
}

static uint16_t
give(const struct device *d, uint16_t queue, struct rte_mbuf **pkt, uint16_t n)
{
	struct bench *b = d->arg;

	(void)queue;
	memcpy(pkt, b->pkt, n * sizeof(*pkt));
	return n;
}

static uint16_t
take(const struct device *d, uint16_t queue, struct rte_mbuf **pkt, uint16_t n)
{
	(void)d, (void)queue, (void)pkt;
	return n;
}

/* Copies the view of the fabric, with devices that use give() and take(). */
static int
make_view(struct bench *b)
{
	size_t size = sizeof(*b->view) + sizeof(b->view->worker[0]);

	b->view = malloc(size);
	b->device = calloc(PORTS_MAX, sizeof(*b->device));
	if (b->view == NULL || b->device == NULL)
		return -1;
	memcpy(b->view, b->fabric->view, size);
	for (unsigned int i = 0; i < PORTS_MAX; i++) {
		if (b->view->device[i] == NULL)
			continue;
		b->device[i] = *b->view->device[i];
		b->device[i].rx = give;
		b->device[i].tx = take;
		b->device[i].arg = b;
		b->view->device[i] = &b->device[i];
	}
	return 0;
}

static int
fill_table(struct bench *b, struct side *s)
{
	s->macs = b->fabric->lan[s - b->side]->macs;
	s->first = (unsigned int)(s - b->side) * b->o->ports;
	for (unsigned int i = 0; i < b->o->macs; i++)
		if (mactab_set(s->macs, address(i),
			       (uint16_t)(s->first + i % b->o->ports),
			       MACTAB_STATIC, 0) != 0)
			return -1;
	return 0;
}

static int
fill_tables(struct bench *b)
{
	b->side[0].matrix = b->view->matrix;
	for (unsigned int i = 0; i < b->nsides; i++)
		if (fill_table(b, &b->side[i]) != 0)
			return -1;
	return 0;
}

/* Complete packets: TCP over IPv4, every third over IPv6. */
static void
write_packet(uint8_t *frame, unsigned int i, uint32_t len)
{
	static const uint8_t ip4[] = { 0x45, 0, 0, 0, 0, 1, 0x40, 0,  64,  6,
				       0,    0, 8, 8, 4, 4, 198,  51, 100, 7 };
	static const uint8_t ip6[] = { 0x60, 0,    0,    0,    0, 0, 6, 64,
				       0x20, 0x01, 0x0d, 0xb8, 1, 0, 0, 0,
				       0,    0,    0,    0,    0, 0, 0, 1,
				       0x20, 1,    0xd,  0xb8, 2, 0, 0, 0,
				       0,    0,    0,    0,    0, 0, 0, 2 };
	uint8_t *ip = frame + FRAME_HEADER;

	len -= FRAME_HEADER;
	if (i % 3 == 2) {
		frame_write16(frame + 12, FRAME_IPV6);
		memcpy(ip, ip6, sizeof(ip6));
		frame_write16(ip + 4, (uint16_t)(len - sizeof(ip6)));
	} else {
		frame_write16(frame + 12, FRAME_IPV4);
		memcpy(ip, ip4, sizeof(ip4));
		frame_write16(ip + 2, (uint16_t)len);
	}
}

/* The address in the LAN of the member at port number 'i'. */
static void
write_local4(uint8_t *p, unsigned int i)
{
	const uint8_t net[] = { 192, 0 };

	memcpy(p, net, sizeof(net));
	frame_write16(p + 2, (uint16_t)(0x200 + i + 1));
}

static void
write_local6(uint8_t *p, unsigned int i)
{
	const uint8_t net[14] = { 0x20, 1, 0xd, 0xb8, 0xff, 0xff };

	memcpy(p, net, sizeof(net));
	frame_write16(p + 14, (uint16_t)(i + 1));
}

static void
write_locals(uint8_t *frame, unsigned int from, unsigned int to)
{
	uint8_t *ip = frame + FRAME_HEADER;

	if (frame_read16(frame + 12) == FRAME_IPV6) {
		write_local6(ip + 8, from);
		write_local6(ip + 24, to);
	} else {
		write_local4(ip + 12, from);
		write_local4(ip + 16, to);
	}
}

static int
make_frames(struct bench *b)
{
	for (unsigned int i = 0; i < b->o->burst; i++) {
		uint32_t len = b->o->frame - FRAME_FCS;
		struct rte_mbuf *m = rte_pktmbuf_alloc(b->fabric->pool);

		if (m == NULL)
			return -1;
		m->data_len = (uint16_t)RTE_MIN(len, (uint32_t)m->buf_len -
							     m->data_off);
		m->pkt_len = len;
		write_packet(rte_pktmbuf_mtod(m, uint8_t *), i, len);
		b->pkt[i] = m;
	}
	return 0;
}

static void
write_address(uint8_t *p, uint64_t mac)
{
	uint64_t n = htobe64(mac << 16);

	memcpy(p, &n, 6);
}

/* Writes new MAC addresses: a source of 'port', a destination of another. */
static void
rewrite(struct bench *b, unsigned int port)
{
	unsigned int ports = b->o->ports, rows = b->o->macs / ports;

	for (unsigned int i = 0; i < b->o->burst; i++) {
		uint8_t *frame = rte_pktmbuf_mtod(b->pkt[i], uint8_t *);
		unsigned int to =
			(port + 1 + next_random(b) % (ports - 1)) % ports;

		write_address(frame, address((uint64_t)(next_random(b) % rows) *
						     ports +
					     to));
		write_address(
			frame + 6,
			address((uint64_t)(next_random(b) % rows) * ports +
				port));
		if (b->o->local)
			write_locals(frame, port, to);
	}
}

/* A pass that reads the clock between the stages. */
static void
pass_by_stage(struct bench *b, const struct rxq *q, uint64_t *cycles)
{
	struct worker *w = b->fabric->worker[0];
	uint64_t t[BENCH_ALL + 1];

	w->rx->device = q->device;
	w->rx->queue = q->queue;
	w->rx->in = q->device->owner;
#define STAGE(NAME, name, ...)                                                 \
	t[BENCH_##NAME] = rte_rdtsc();                                         \
	stage_##name(w, b->view, w->rx);
#include "fabric/datapath/stage_list.h"
	t[BENCH_ALL] = rte_rdtsc();
	for (unsigned int s = 0; s < BENCH_ALL; s++)
		cycles[s] += t[s + 1] - t[s];
}

static void
pass_whole(struct bench *b, const struct rxq *q, uint64_t *cycles)
{
	struct worker *w = b->fabric->worker[0];
	uint64_t start = rte_rdtsc();

	worker_pass(w, b->view, q, b->now);
	cycles[BENCH_ALL] += rte_rdtsc() - start;
}

/*
 * A pass for each of the first 'n' ports of a side, with new addresses each time,
 * and what a worker does after a round, which counts for 'last'.
 */
static void
pass_round(struct bench *b, struct side *s, unsigned int n,
	   void (*pass)(struct bench *, const struct rxq *, uint64_t *),
	   enum bench_stage last)
{
	uint64_t start;

	/* The worker would look at another view as a whole. */
	b->view->matrix = s->matrix;
	samplers_publish(b->fabric, b->o->sflow != 0 && s == b->side);
	for (unsigned int port = 0; port < n; port++) {
		const struct port *in = b->view->port[s->first + port];
		struct rxq q = { view_egress(b->view, in), 0 };

		rewrite(b, port);
		b->now += 1000;
		pass(b, &q, s->cycles);
	}
	start = rte_rdtsc();
	worker_flush(b->fabric->worker[0], b->view);
	s->cycles[last] += rte_rdtsc() - start;
	while (samplers_first(b->fabric, 0) != NULL)
		samplers_take(b->fabric, 0);
}

static void
repeat(struct bench *b, struct bench_result *r)
{
	double frames = (double)b->o->passes * b->o->burst;
	const struct side *first = &b->side[0], *second = &b->side[1];
	unsigned int n;

	for (unsigned int i = 0; i < b->nsides; i++)
		memset(b->side[i].cycles, 0, sizeof(b->side[i].cycles));
	for (unsigned int i = 0; i < b->o->passes; i += n) {
		n = RTE_MIN(b->o->ports, b->o->passes - i);
		for (unsigned int k = 0; k < b->nsides; k++) {
			pass_round(b, &b->side[k], n, pass_whole, BENCH_ALL);
			pass_round(b, &b->side[k], n, pass_by_stage,
				   BENCH_SEND);
		}
	}
	for (unsigned int s = 0; s < BENCH_N; s++)
		r->cycles[s][r->n] = (double)first->cycles[s] / frames;
	if (b->nsides == 2)
		r->ratio[r->n] = (double)first->cycles[BENCH_ALL] /
				 (double)second->cycles[BENCH_ALL];
	r->n++;
}

static uint64_t
count_lost(struct bench *b)
{
	struct port_stats s;
	uint64_t lost = 0;

	for (uint16_t i = 0; i < b->o->ports * b->nsides; i++) {
		stats_port(b->fabric, i, &s);
		lost += s.rx_frames - s.forwarded;
	}
	return lost;
}

/* Starts the sponge; an address of either family that no port has is dead. */
static void
set_sponge(struct bench *b)
{
	static const struct ipaddr dead[] = {
		{ .family = 4, .octet = { 192, 0, 3, 253 } },
		{ .family = 6,
		  .octet = { 0x20, 1, 0xd, 0xb8, 0xff, 0xff, [15] = 0xfd } },
	};

	lockstep_advance(b->fabric, b->now);
	for (unsigned int i = 0; b->o->watched && i < 2; i++)
		sponge_ops_set(b->fabric, "l0", &dead[i], SPONGE_DEAD, 0, 0);
}

/* The ports of the first LAN have samples; what is sampled is thrown away. */
static int
set_sflow(struct bench *b)
{
	if (b->o->sflow == 0)
		return 0;
	if (samplers_make(b->fabric, 1) != 1)
		return -1;
	samplers_set(b->fabric, SAMPLED, false);
	for (uint16_t i = 0; i < b->o->ports; i++)
		samplers_set_rate(b->fabric, i, b->o->sflow);
	return 0;
}

static int
prepare(struct bench *b, struct faults *faults)
{
	static const struct lockstep_ops none;
	struct config *c = make_config(b->o, faults);

	if (c == NULL)
		return -1;
	b->fabric = lockstep_create(c, &none, NULL, faults);
	if (b->fabric == NULL)
		return -1;
	if (b->o->sponge)
		set_sponge(b);
	if (make_view(b) == 0 && fill_tables(b) == 0 && make_frames(b) == 0 &&
	    set_sflow(b) == 0)
		return 0;
	faults_error(faults, (struct where){ NULL, 0 }, NULL,
		     "not enough memory for %u addresses", b->o->macs);
	return -1;
}

static void
finish(struct bench *b)
{
	for (unsigned int i = 0; i < BURST_MAX; i++)
		rte_pktmbuf_free(b->pkt[i]);
	lockstep_free(b->fabric);
	free(b->view);
	free(b->device);
}

int
bench_pipeline(const struct bench_options *o, struct bench_result *r,
	       struct faults *faults)
{
	struct bench b = { .o = o, .random = 88172645463325252, .now = 1 };
	int rc;

	b.nsides = o->against != NULL ? 2 : 1;
	rc = prepare(&b, faults);
	memset(r, 0, sizeof(*r));
	for (unsigned int i = 0; rc == 0 && i <= o->repeats; i++) {
		repeat(&b, r);
		if (i == 0)
			r->n = 0; /* the first repeat only fills the caches */
	}
	if (rc == 0) {
		r->tsc_hz = (double)rte_get_tsc_hz();
		r->generic = strcmp(IXF_CPU, "generic") == 0;
		r->lost = count_lost(&b);
	}
	finish(&b);
	return rc;
}
