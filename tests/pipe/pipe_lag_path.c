/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Frames through LAGs: by which link each flow leaves, in which order, and what comes of
 * frames by each link.  Devices here note the frames that they are given.
 */
#include <stdlib.h>
#include <string.h>

#include <rte_mbuf.h>

#include "fabric/datapath/burst.h"
#include "fabric/datapath/stage_send.h"
#include "fabric/datapath/txbuf.h"
#include "fabric/datapath/worker_pass.h"
#include "fabric/device/mbufs.h"
#include "fabric/runtime/lag_rt.h"
#include "fabric/runtime/learn.h"
#include "fabric/runtime/outgoing.h"
#include "fabric/runtime/punt.h"
#include "fabric/runtime/stats.h"
#include "fabric/trial/trial.h"
#include "fabric/view/punt.h"
#include "lib/flowhash.h"
#include "lib/frame.h"
#include "lib/isa.h"
#include "lib/mac.h"
#include "tests/accounts.h"
#include "tests/pipe/fixture.h"

#define ALICE UINT64_C(0x02000000000a) /* at a, and so on */
#define BOB   UINT64_C(0x02000000000b)
#define CAROL UINT64_C(0x02000000000c)
#define DAVE  UINT64_C(0x02000000000d)
#define OTHER UINT64_C(0x0200000000b2) /* at b, too */

#define D(n)        "device = net_null" #n "\n"
#define PORT(name)  "[port " name "]\n"
#define IN_LAN      "lan = l\nmac_limit = 100\n"
#define LAN         "[lan l]\nprofile = open\n"
#define A           PORT("a") D(0) IN_LAN
#define B(more)     PORT("b") D(1) D(2) D(3) D(4) IN_LAN more
#define C           PORT("c") D(5) IN_LAN
#define DD          PORT("d") D(6) D(7) IN_LAN
#define EXCHANGE    LAN A B("") C DD
#define WITH_LACP   LAN A B("lacp = active\n") C DD
#define LINKS       4 /* of b */
#define TRUNK(more) PORT("t") D(8) D(9) more
#define TAGGED                                                                 \
	LAN A TRUNK("lacp = active\n")                                         \
		PORT("u") "parent = t\ntag = 10\n" IN_LAN PORT(                \
			"v") "parent = t\ntag = 11\n" IN_LAN C

#define LEN  96
#define MOST 100000

/* A frame that left. */
struct left {
	uint16_t device;
	uint16_t tag; /* VLAN of the first tag; 0: none */
	uint32_t flow, number;
};

static struct {
	unsigned int n;
	struct left frame[MOST];
} left;

/* What a frame carries, at its end. */
struct mark {
	uint32_t flow, number;
};

static uint16_t
note(const struct device *d, uint16_t queue, struct rte_mbuf **pkt, uint16_t n)
{
	(void)queue;
	for (unsigned int i = 0; i < n; i++) {
		const uint8_t *p = rte_pktmbuf_mtod(pkt[i], const uint8_t *);
		struct left *l = &left.frame[left.n++];
		struct mark mark;

		ck_assert_uint_le(left.n, MOST);
		memcpy(&mark, p + pkt[i]->data_len - sizeof(mark),
		       sizeof(mark));
		*l = (struct left){ .device = d->id,
				    .flow = mark.flow,
				    .number = mark.number };
		if (frame_read16(p + 12) == FRAME_CTAG)
			l->tag = frame_read16(p + 14) & 0xfff;
		rte_pktmbuf_free(pkt[i]);
	}
	return n;
}

static uint16_t
take_none(const struct device *d, uint16_t queue, struct rte_mbuf **pkt,
	  uint16_t n)
{
	(void)d, (void)queue, (void)pkt, (void)n;
	return 0;
}

/* All devices of the view note what they send. */
static void
listen(void)
{
	for (unsigned int i = 0; i < PORTS_MAX; i++)
		if (f->view->device[i] != NULL)
			((struct device *)(uintptr_t)f->view->device[i])->tx =
				note;
	left.n = 0;
}

static void
begin_with(const char *text)
{
	begin(text);
	listen();
}

static const struct port *
port(const char *name)
{
	return f->view->port[fabric_port_id(f, name)];
}

static uint16_t
id_of(const char *device)
{
	for (uint16_t i = 0; i < PORTS_MAX; i++)
		if (f->device[i] != NULL && f->view->device[i] != NULL &&
		    strcmp(f->device[i]->spec, device) == 0)
			return i;
	ck_abort_msg("no device %s", device);
	return PORTS_MAX;
}

/* Device number 'n' of the configuration. */
static uint16_t
null(unsigned int n)
{
	char name[32];

	snprintf(name, sizeof(name), "net_null%u", n);
	return id_of(name);
}

static struct lag *
lag(const char *name)
{
	return (struct lag *)(uintptr_t)port(name)->egress.lag;
}

static uint64_t
draw(void)
{
	static uint64_t state = 88172645463325252;

	state ^= state << 13;
	state ^= state >> 7;
	state ^= state << 17;
	return state * UINT64_C(2685821657736338717);
}

static void
write_mac(uint8_t *p, uint64_t mac)
{
	for (unsigned int i = 0; i < 6; i++)
		p[i] = (uint8_t)(mac >> (40 - 8 * i));
}

static uint8_t *
make(uint64_t src, uint64_t dst, uint16_t type, uint32_t flow, uint32_t number)
{
	static uint8_t frame[BURST_MAX][LEN];
	static unsigned int next;
	uint8_t *p = frame[next++ % BURST_MAX];
	struct mark mark = { flow, number };

	memset(p, 0, LEN);
	write_mac(p, dst);
	write_mac(p + 6, src);
	frame_write16(p + 12, type);
	memcpy(p + LEN - sizeof(mark), &mark, sizeof(mark));
	return p;
}

/* UDP of one of many flows between two hosts, by the number of the flow. */
static uint8_t *
make_flow(uint64_t src, uint64_t dst, uint32_t flow, uint32_t number)
{
	bool six = flow % 3 == 2;
	uint8_t *p =
		make(src, dst, six ? FRAME_IPV6 : FRAME_IPV4, flow, number);
	uint8_t *ip = p + FRAME_HEADER;
	uint32_t from = flow / 7 * 0x9e3779b1u, to = flow * 0x85ebca6bu;

	if (six) {
		ip[0] = 0x60;
		frame_write16(ip + 4, LEN - FRAME_HEADER - 40);
		ip[6] = 17;
		ip[7] = 64;
		ip[8] = ip[24] = 0x26;
		memcpy(ip + 20, &from, 4);
		memcpy(ip + 36, &to, 4);
		memcpy(ip + 40, &flow, 4);
		return p;
	}
	ip[0] = 0x45;
	frame_write16(ip + 2, LEN - FRAME_HEADER);
	frame_write16(ip + 4, (uint16_t)number);
	ip[8] = 64;
	ip[9] = 17;
	memcpy(ip + 12, &from, 4);
	memcpy(ip + 16, &to, 4);
	memcpy(ip + 20, &flow, 4);
	return p;
}

static void
put(unsigned int i, const uint8_t *frame, uint32_t len)
{
	struct burst *b = f->worker[0]->rx;

	b->pkt[i] = mbufs_make(f->pool, frame, len);
	ck_assert_ptr_nonnull(b->pkt[i]);
	b->len[i] = len;
}

/* The first 'n' frames of the burst come in by a device. */
static void
pass(uint16_t device, unsigned int n)
{
	struct worker *w = f->worker[0];

	w->rx->device = f->view->device[device];
	w->rx->n = n;
	w->rx->bad = 0;
	w->next_share = 0;
	worker_frames(w, f->view, f->now);
	worker_flush(w, f->view);
	learn_poll(f);
}

static void
send_one(uint16_t device, const uint8_t *frame)
{
	left.n = 0;
	put(0, frame, LEN);
	pass(device, 1);
}

/* Each host is known where it is, or all is flooded. */
static void
meet(void)
{
	send_one(null(0), make_flow(ALICE, DAVE, 0, 0));
	send_one(null(1), make_flow(BOB, DAVE, 0, 0));
	send_one(null(5), make_flow(CAROL, DAVE, 0, 0));
	send_one(null(6), make_flow(DAVE, ALICE, 0, 0));
	left.n = 0;
}

static bool
is_link_of(const char *name, uint16_t device)
{
	return egress_has(&port(name)->egress, device);
}

/* That of the hash, by the table as it is: of a frame without tag of the port. */
static uint16_t
link_of(const char *name, const uint8_t *frame)
{
	uint8_t slot =
		lag_slot(lag(name), flowhash(frame, LEN, f->view->flow_secret));

	return port(name)->egress.link[slot];
}

static uint64_t
dropped(const char *name, enum drop why)
{
	struct port_stats s;

	stats_port(f, fabric_port_id(f, name), &s);
	return s.drop[why];
}

static struct port_stats
stats(const char *name)
{
	struct port_stats s;

	stats_port(f, fabric_port_id(f, name), &s);
	return s;
}

static struct link_counters *
counters(uint16_t device)
{
	return &f->worker[0]->link[device];
}

/* Only that drop, and nothing left. */
static void
expect_drop(const char *name, enum drop why, uint64_t before)
{
	ck_assert_uint_eq(dropped(name, why), before + 1);
	ck_assert_uint_eq(left.n, 0);
}

#define FLOWS 1000

/* Where each flow left, and its last number. */
static struct {
	uint16_t device;
	uint32_t number;
} seen[FLOWS];

static unsigned int share[PORTS_MAX];

static void
note_flow(const struct left *l)
{
	ck_assert_uint_lt(l->flow, FLOWS);
	if (seen[l->flow].number == 0)
		share[l->device]++;
	else
		ck_assert_uint_eq(seen[l->flow].device, l->device);
	ck_assert_uint_gt(l->number, seen[l->flow].number);
	seen[l->flow].device = l->device;
	seen[l->flow].number = l->number;
}

static void
note_flows(void)
{
	for (unsigned int i = 0; i < left.n; i++)
		note_flow(&left.frame[i]);
}

/* A tag hides a frame of the profile open from stage plain, and is no part of the hash. */
static uint32_t
tag(uint8_t *frame)
{
	static uint8_t tagged[LEN + FRAME_TAG];

	memcpy(tagged, frame, 12);
	frame_write16(tagged + 12, FRAME_CTAG);
	frame_write16(tagged + 14, 7);
	memcpy(tagged + 16, frame + 12, LEN - 12);
	memcpy(frame, tagged, LEN);
	return LEN;
}

static void
put_mixed(unsigned int i, uint64_t to, uint32_t *number, bool tags)
{
	uint32_t flow = (uint32_t)(draw() % FLOWS);
	uint8_t *frame = make_flow(ALICE, to, flow, ++*number);
	struct mark mark = { flow, *number };

	if (tags && draw() % 4 == 0) {
		tag(frame);
		memcpy(frame + LEN - sizeof(mark), &mark, sizeof(mark));
	}
	put(i, frame, LEN);
}

/* Bursts of 1 to 64 frames until there are many; some without stage plain. */
static unsigned int
send_flows(uint64_t to, unsigned int bursts, bool tags)
{
	const struct plain_body *body = f->worker[0]->plain;
	uint32_t number = seen[0].number + 1000000;
	unsigned int sent = 0;

	for (unsigned int k = 0; k < bursts; k++) {
		unsigned int n = 1 + k % BURST_MAX;

		f->worker[0]->plain = tags && k % 5 == 4 ? NULL : body;
		for (unsigned int i = 0; i < n; i++)
			put_mixed(i, to, &number, tags);
		pass(null(0), n);
		sent += n;
	}
	f->worker[0]->plain = body;
	return sent;
}

static void
forget_flows(void)
{
	memset(seen, 0, sizeof(seen));
	memset(share, 0, sizeof(share));
	left.n = 0;
}

static void
begin_on(int isa, const char *text)
{
	isa_limit((enum isa)isa);
	begin_with(text);
	meet();
	forget_flows();
}

START_TEST(each_flow_keeps_its_link_and_its_order_plain_or_not)
{
	unsigned int sent;
	uint64_t before;

	begin_on(_i, EXCHANGE);
	before = stats("b").tx_frames;
	sent = send_flows(BOB, 640, true);
	ck_assert_uint_eq(left.n, sent);
	note_flows();
	for (unsigned int i = 1; i <= LINKS; i++) {
		/* A quarter of all, within three standard deviations. */
		ck_assert_uint_gt(share[null(i)], FLOWS / 4 - 42);
		ck_assert_uint_lt(share[null(i)], FLOWS / 4 + 42);
		share[null(i)] = 0;
	}
	for (unsigned int i = 0; i < PORTS_MAX; i++)
		ck_assert_uint_eq(share[i], 0);
	ck_assert_uint_eq(stats("a").forwarded, sent);
	ck_assert_uint_eq(stats("b").tx_frames - before, sent);
}
END_TEST

/* To both LAGs, in any order. */
START_TEST(all_plain_frames_leave_by_the_link_of_their_hash)
{
	begin_on(_i, EXCHANGE);
	for (unsigned int k = 0; k < 200; k++) {
		uint16_t want[BURST_MAX];
		unsigned int n = 1 + k % BURST_MAX;

		left.n = 0;
		for (unsigned int i = 0; i < n; i++) {
			uint8_t *p = make_flow(ALICE, draw() % 2 ? BOB : DAVE,
					       (uint32_t)draw(), i);

			want[i] = link_of(p[5] == 0x0b ? "b" : "d", p);
			put(i, p, LEN);
		}
		pass(null(0), n);
		ck_assert_uint_eq(f->worker[0]->rx->plain, burst_all(n));
		ck_assert_uint_eq(left.n, n);
		for (unsigned int i = 0; i < n; i++)
			ck_assert_uint_eq(left.frame[i].device,
					  want[left.frame[i].number]);
	}
}
END_TEST

/* Options, fragments, protocols: whatever may stand in the header. */
static void
disfigure(uint8_t *p)
{
	static const uint8_t protocol[] = { 1, 6, 17, 47, 50, 58, 132, 255 };
	uint8_t *ip = p + FRAME_HEADER;
	uint8_t what = protocol[draw() % sizeof(protocol)];

	ip[frame_read16(p + 12) == FRAME_IPV6 ? 6 : 9] = what;
	if (draw() % 3 == 0)
		ip[0] = (uint8_t)((ip[0] & 0xf0) | draw() % 16);
	if (draw() % 3 == 0 && frame_read16(p + 12) == FRAME_IPV4)
		frame_write16(ip + 6, (uint16_t)draw());
	for (unsigned int i = 20; i < 60; i++)
		ip[i] = (uint8_t)draw();
}

START_TEST(odd_headers_leave_by_the_link_of_their_hash_too)
{
	begin_on(_i, EXCHANGE);
	for (unsigned int k = 0; k < 400; k++) {
		uint16_t want[BURST_MAX];
		unsigned int n = 1 + k % BURST_MAX;

		left.n = 0;
		for (unsigned int i = 0; i < n; i++) {
			uint8_t *p = make_flow(ALICE, BOB, (uint32_t)draw(), i);
			struct mark mark = { 0, i };

			if (k % 2)
				disfigure(p);
			memcpy(p + LEN - sizeof(mark), &mark, sizeof(mark));
			want[i] = link_of("b", p);
			put(i, p, LEN);
		}
		pass(null(0), n);
		ck_assert_uint_eq(left.n, n);
		ck_assert_uint_eq(f->worker[0]->rx->plain, burst_all(n));
		for (unsigned int i = 0; i < n; i++)
			ck_assert_uint_eq(left.frame[i].device,
					  want[left.frame[i].number]);
	}
}
END_TEST

static void
set_links(const char *name, unsigned int links)
{
	uint8_t slot[LAGTABLE_BUCKETS];

	lagtable_fill(slot, links);
	for (unsigned int i = 0; i < LAGTABLE_BUCKETS; i++)
		atomic_store(&lag(name)->slot[i], slot[i]);
}

START_TEST(a_link_that_goes_moves_its_flows_alone_and_gets_them_back)
{
	uint16_t was[FLOWS], gone;
	unsigned int moved = 0;

	begin_on(_i, EXCHANGE);
	send_flows(BOB, 640, true);
	note_flows();
	for (unsigned int i = 0; i < FLOWS; i++)
		was[i] = seen[i].device;
	gone = port("b")->egress.link[2];
	set_links("b", 0xb);
	forget_flows();
	send_flows(BOB, 640, true);
	note_flows();
	for (unsigned int i = 0; i < FLOWS; i++) {
		ck_assert_uint_ne(seen[i].device, gone);
		ck_assert(seen[i].device == was[i] || was[i] == gone);
		moved += seen[i].device != was[i];
	}
	ck_assert_uint_gt(moved, FLOWS / 4 - 42);
	set_links("b", 0xf);
	forget_flows();
	send_flows(BOB, 640, true);
	note_flows();
	for (unsigned int i = 0; i < FLOWS; i++)
		ck_assert_uint_eq(seen[i].device, was[i]);
}
END_TEST

START_TEST(what_has_no_link_is_dropped_for_the_port_alone)
{
	begin_on(_i, EXCHANGE);
	set_links("b", 0);
	for (unsigned int i = 0; i < BURST_MAX; i++)
		put(i,
		    i % 2 ? make_flow(ALICE, BOB, i, i)
			  : make_flow(ALICE, CAROL, i, i),
		    LEN);
	pass(null(0), BURST_MAX);
	ck_assert_uint_eq(dropped("b", DROP_tx_down), BURST_MAX / 2);
	ck_assert_uint_eq(left.n, BURST_MAX / 2);
	for (unsigned int i = 0; i < left.n; i++)
		ck_assert_uint_eq(left.frame[i].device, null(5));
	set_links("b", 1);
	send_one(null(0), make_flow(ALICE, BOB, 1, 1));
	ck_assert_uint_eq(left.n, 1);
	ck_assert_uint_eq(left.frame[0].device, port("b")->egress.link[0]);
	ck_assert_uint_eq(dropped("b", DROP_tx_down), BURST_MAX / 2);
}
END_TEST

static unsigned int
count_left(const char *name)
{
	unsigned int n = 0;

	for (unsigned int i = 0; i < left.n; i++)
		n += is_link_of(name, left.frame[i].device);
	return n;
}

START_TEST(a_lag_gets_one_copy_of_a_broadcast_and_none_of_its_own)
{
	uint64_t before;

	begin_with(EXCHANGE);
	meet();
	before = stats("a").copies;
	for (unsigned int i = 0; i < 100; i++) {
		send_one(null(0), make(ALICE, MAC_BROADCAST, 0x88b5, i, i));
		ck_assert_uint_eq(left.n, 3);
		ck_assert_uint_eq(count_left("b"), 1);
		ck_assert_uint_eq(count_left("c"), 1);
		ck_assert_uint_eq(count_left("d"), 1);
		/* By any of its links. */
		send_one(null(1 + i % LINKS),
			 make(BOB, MAC_BROADCAST, 0x88b5, i, i));
		ck_assert_uint_eq(left.n, 3);
		ck_assert_uint_eq(count_left("b"), 0);
	}
	ck_assert_uint_eq(stats("a").copies - before, 300);
}
END_TEST

START_TEST(an_address_is_of_the_lag_by_whichever_link_it_comes)
{
	begin_with(EXCHANGE);
	meet();
	harness_forget_events(h);
	for (unsigned int i = 0; i < 10 * LINKS; i++) {
		send_one(null(1 + i % LINKS), make_flow(BOB, ALICE, i, i));
		ck_assert_uint_eq(left.n, 1);
		ck_assert_uint_eq(left.frame[0].device, null(0));
		ck_assert_str_eq(harness_where(h, BOB), "b learned");
	}
	ck_assert_uint_eq(f->lan[0]->moved, 0);
	/* The twin: by another port it moves. */
	send_one(null(5), make_flow(BOB, ALICE, 0, 0));
	ck_assert_uint_eq(f->lan[0]->moved, 1);
	ck_assert_str_eq(harness_where(h, BOB), "c learned");
}
END_TEST

START_TEST(no_frame_goes_from_one_link_to_another)
{
	begin_with(EXCHANGE);
	meet();
	send_one(null(2), make_flow(OTHER, ALICE, 0, 0));
	for (unsigned int i = 1; i <= LINKS; i++) {
		uint64_t before = dropped("b", DROP_hairpin);

		send_one(null(i), make_flow(BOB, OTHER, i, i));
		expect_drop("b", DROP_hairpin, before);
		send_one(null(i), make_flow(BOB, DAVE, i, i));
		ck_assert_uint_eq(left.n, 1);
		ck_assert_uint_eq(count_left("d"), 1);
	}
}
END_TEST

START_TEST(ports_on_tags_leave_by_the_links_of_their_carrier)
{
	unsigned int by[2] = { 0, 0 };

	begin_with(TAGGED);
	send_one(null(0), make_flow(ALICE, DAVE, 0, 0));
	for (unsigned int link = 8; link <= 9; link++) {
		uint8_t *p = make_flow(BOB, ALICE, 1, 1);

		tag(p);
		frame_write16(p + 14, 10);
		send_one(null(link), p);
		ck_assert_uint_eq(left.n, 1);
		ck_assert_uint_eq(left.frame[0].device, null(0));
		ck_assert_str_eq(harness_where(h, BOB), "u learned");
		/* A VLAN that no port has. */
		frame_write16(p + 14, 12);
		send_one(null(link), p);
		ck_assert_uint_eq(left.n, 0);
	}
	ck_assert_uint_eq(dropped("t", DROP_vlan_unknown), 2);
	for (unsigned int i = 0; i < 200; i++) {
		uint8_t *p = make_flow(ALICE, BOB, i, i);
		uint16_t want = link_of("u", p);

		send_one(null(0), p);
		ck_assert_uint_eq(left.n, 1);
		ck_assert_uint_eq(left.frame[0].tag, 10);
		ck_assert_uint_eq(left.frame[0].device, want);
		by[want == null(9)]++;
	}
	ck_assert_uint_gt(by[0], 70);
	ck_assert_uint_gt(by[1], 70);
	/* A tag of the LAN's behind it hides no flow. */
	for (unsigned int i = 0; i < 50; i++) {
		uint8_t *p = make_flow(ALICE, BOB, i, i);
		uint16_t want = link_of("u", p);

		tag(p);
		send_one(null(0), p);
		ck_assert_uint_eq(left.n, 1);
		ck_assert_uint_eq(left.frame[0].tag, 10);
		ck_assert_uint_eq(left.frame[0].device, want);
	}
	/* One copy for each port, with its tag. */
	send_one(null(0), make(ALICE, MAC_BROADCAST, 0x88b5, 0, 0));
	ck_assert_uint_eq(left.n, 3);
	ck_assert_uint_eq(count_left("u"), 2);
	ck_assert_uint_eq(stats("u").tx_frames, 252);
	ck_assert_uint_eq(counter_read(&counters(null(8))->tx_frames) +
				  counter_read(&counters(null(9))->tx_frames),
			  stats("u").tx_frames + stats("v").tx_frames);
}
END_TEST

START_TEST(nothing_is_taken_from_a_link_that_is_not_in_use)
{
	begin_on(_i, EXCHANGE);
	atomic_store(&lag("b")->receives[f->view->device[null(3)]->slot],
		     false);
	for (unsigned int k = 0; k < 2 * BURST_MAX; k++) {
		unsigned int n = 1 + k % BURST_MAX;
		uint64_t before = dropped("b", DROP_lag_link);

		left.n = 0;
		for (unsigned int i = 0; i < n; i++)
			put(i, make_flow(BOB, ALICE, i, i), LEN);
		pass(null(k < BURST_MAX ? 3 : 2), n);
		ck_assert_uint_eq(dropped("b", DROP_lag_link) - before,
				  k < BURST_MAX ? n : 0);
		ck_assert_uint_eq(left.n, k < BURST_MAX ? 0 : n);
	}
	/* Nor is anything learned from it. */
	send_one(null(3), make_flow(OTHER, ALICE, 0, 0));
	ck_assert_str_eq(harness_where(h, OTHER), "");
	/* Frames leave by it all the same, if the table says so. */
	set_links("b", 1u << f->view->device[null(3)]->slot);
	send_one(null(0), make_flow(ALICE, BOB, 0, 0));
	ck_assert_uint_eq(left.n, 1);
	ck_assert_uint_eq(left.frame[0].device, null(3));
}
END_TEST

/* What control was handed. */
static struct {
	unsigned int n;
	uint32_t device, size, copied;
	uint16_t port;
} taken;

static void
take(struct fabric *fabric, struct port_rt *rt, const struct punt *p)
{
	(void)fabric;
	taken.n++;
	taken.device = p->target.v4;
	taken.size = p->size;
	taken.copied = p->frame->pkt_len;
	taken.port = rt->id;
}

static uint8_t *
make_slow(uint64_t src, uint8_t subtype)
{
	uint8_t *p = make(src, MAC_SLOW, FRAME_SLOW, 0, 0);

	p[FRAME_HEADER] = subtype;
	p[FRAME_HEADER + 1] = 1;
	return p;
}

static void
begin_lacp(const char *text)
{
	begin_with(text);
	memset(&taken, 0, sizeof(taken));
	punt_register(f, PUNT_LACP, take);
}

/* Whether control got it, and nothing else came of it. */
static bool
is_taken(uint16_t device, const uint8_t *frame)
{
	unsigned int before = taken.n;

	send_one(device, frame);
	punt_poll(f);
	ck_assert_uint_eq(left.n, 0);
	ck_assert_uint_le(taken.n, before + 1);
	return taken.n > before;
}

START_TEST(lacp_and_markers_go_to_control_with_the_link)
{
	begin_lacp(WITH_LACP);
	for (unsigned int i = 1; i <= LINKS; i++) {
		ck_assert(is_taken(null(i), make_slow(BOB, 1 + i % 2)));
		ck_assert_uint_eq(taken.device, null(i));
		ck_assert_uint_eq(taken.port, fabric_port_id(f, "b"));
		ck_assert_uint_eq(taken.size, LEN);
		ck_assert_uint_eq(taken.copied, LEN);
	}
	ck_assert_uint_eq(stats("b").consumed, LINKS);
	ck_assert_uint_eq(stats("b").rx_frames, LINKS);
	ck_assert_str_eq(harness_where(h, BOB), "");
	/* Not of the port of a link that runs none, and no other protocol. */
	ck_assert(!is_taken(null(6), make_slow(DAVE, 1)));
	ck_assert_uint_eq(dropped("d", DROP_lacp_unexpected), 1);
	ck_assert(!is_taken(null(0), make_slow(ALICE, 1)));
	ck_assert_uint_eq(dropped("a", DROP_lacp_unexpected), 1);
	ck_assert(!is_taken(null(1), make_slow(BOB, 3)));
	ck_assert_uint_eq(dropped("b", DROP_ll_reserved), 1);
	send_one(null(1), make(BOB, ALICE, FRAME_SLOW, 0, 0));
	ck_assert_uint_eq(left.n, 3);
	ck_assert_uint_eq(stats("b").consumed, LINKS);
}
END_TEST

START_TEST(lacp_is_taken_whatever_the_state_of_link_and_port)
{
	begin_lacp(WITH_LACP);
	atomic_store(&lag("b")->receives[f->view->device[null(1)]->slot],
		     false);
	ck_assert(is_taken(null(1), make_slow(BOB, 1)));
	ck_assert(!is_taken(null(1), make_flow(BOB, ALICE, 0, 0)));
	ck_assert_uint_eq(dropped("b", DROP_lag_link), 1);
	atomic_fetch_or(&f->state[fabric_port_id(f, "b")], PORT_BLOCKED);
	ck_assert(is_taken(null(1), make_slow(BOB, 1)));
	ck_assert(is_taken(null(2), make_slow(BOB, 2)));
	ck_assert(!is_taken(null(2), make_flow(BOB, ALICE, 0, 0)));
	ck_assert_uint_eq(dropped("b", DROP_port_disabled), 1);
	ck_assert_uint_eq(stats("b").consumed, 3);
}
END_TEST

START_TEST(a_lag_that_carries_tagged_ports_only_takes_lacp)
{
	uint8_t *tagged;

	begin_lacp(TAGGED);
	ck_assert(is_taken(null(9), make_slow(BOB, 1)));
	ck_assert_uint_eq(taken.port, fabric_port_id(f, "t"));
	ck_assert_uint_eq(taken.device, null(9));
	ck_assert_uint_eq(stats("t").consumed, 1);
	/* Nothing else that is untagged. */
	ck_assert(!is_taken(null(9), make_slow(BOB, 3)));
	ck_assert_uint_eq(dropped("t", DROP_ll_reserved), 1);
	ck_assert(!is_taken(null(9), make(BOB, ALICE, FRAME_SLOW, 0, 0)));
	ck_assert(!is_taken(null(9), make_flow(BOB, ALICE, 0, 0)));
	ck_assert_uint_eq(dropped("t", DROP_untagged_not_allowed), 2);
	/* And none that has the tag of a port. */
	tagged = make_slow(BOB, 1);
	tag(tagged);
	frame_write16(tagged + 14, 10);
	ck_assert(!is_taken(null(9), tagged));
	ck_assert_uint_eq(dropped("u", DROP_lacp_unexpected), 1);
	ck_assert_uint_eq(stats("t").consumed, 1);
}
END_TEST

START_TEST(a_port_has_no_more_lacp_than_its_limit)
{
	unsigned int n = 0;

	begin_lacp(WITH_LACP);
	for (unsigned int i = 0; i < 1000; i++)
		n += is_taken(null(1 + i % LINKS), make_slow(BOB, 1));
	ck_assert_uint_eq(n, 200);
	ck_assert_uint_eq(dropped("b", DROP_lacp_rate), 800);
	ck_assert_uint_eq(stats("b").consumed, 200);
	/* Data are not held back by it. */
	send_one(null(1), make(BOB, MAC_BROADCAST, 0x88b5, 0, 0));
	ck_assert_uint_eq(left.n, 3);
	f->now += CLOCK_SECOND;
	ck_assert(is_taken(null(1), make_slow(BOB, 1)));
}
END_TEST

START_TEST(frames_and_octets_of_each_link_are_counted)
{
	struct link_counters sum = { 0 };
	struct port_stats s;

	begin_on(_i, EXCHANGE);
	send_flows(BOB, 100, true);
	for (unsigned int i = 0; i < 100; i++)
		send_one(null(1 + i % LINKS), make_flow(BOB, ALICE, i, i));
	s = stats("b");
	for (unsigned int i = 1; i <= LINKS; i++) {
		const struct link_counters *c = counters(null(i));

		/* With the one of meet(). */
		ck_assert_uint_eq(counter_read(&c->rx_frames), 25 + (i == 1));
		ck_assert_uint_eq(counter_read(&c->rx_bytes),
				  (25 + (i == 1)) * LEN);
		counter_add(&sum.tx_frames, counter_read(&c->tx_frames));
		counter_add(&sum.tx_bytes, counter_read(&c->tx_bytes));
	}
	ck_assert_uint_eq(counter_read(&sum.tx_frames), s.tx_frames);
	ck_assert_uint_eq(counter_read(&sum.tx_bytes), s.tx_bytes);
	ck_assert_uint_gt(s.tx_frames, 1000);
	/* None of a port with one device. */
	ck_assert_uint_eq(counter_read(&counters(null(0))->rx_frames), 0);
	ck_assert_uint_eq(counter_read(&counters(null(0))->tx_frames), 0);
}
END_TEST

START_TEST(a_link_without_room_loses_its_own_flows_alone)
{
	unsigned int sent, by_others;
	uint16_t full;
	uint64_t before;

	begin_on(_i, EXCHANGE);
	full = null(2);
	before = counter_read(&counters(full)->tx_frames);
	((struct device *)(uintptr_t)f->view->device[full])->tx = take_none;
	sent = send_flows(BOB, 640, true);
	note_flows();
	by_others = left.n;
	for (unsigned int k = 0; k < 100; k++) {
		f->now += CLOCK_MILLISECOND;
		pass(null(0), 0);
	}
	ck_assert_uint_eq(dropped("b", DROP_tx_full), sent - by_others);
	ck_assert_uint_eq(counter_read(&counters(full)->tx_frames), before);
	ck_assert_uint_gt(by_others, sent / 2);
	ck_assert_uint_lt(by_others, sent);
}
END_TEST

static void
send_made(void)
{
	left.n = 0;
	worker_send_made(f->worker[0], f->view);
	worker_flush(f->worker[0], f->view);
}

START_TEST(control_sends_by_a_link_whatever_the_state_of_the_port)
{
	uint16_t b;

	begin_with(EXCHANGE);
	b = fabric_port_id(f, "b");
	for (unsigned int i = 1; i <= LINKS; i++) {
		if (i == 3)
			atomic_store(&f->state[b], PORT_BLOCKED);
		ck_assert(outgoing_send_by(f, null(i), b, make_slow(BOB, 1),
					   LEN));
		send_made();
		ck_assert_uint_eq(left.n, 1);
		ck_assert_uint_eq(left.frame[0].device, null(i));
		ck_assert_uint_eq(left.frame[0].tag, 0);
		ck_assert_uint_eq(counter_read(&counters(null(i))->tx_frames),
				  1);
	}
	ck_assert_uint_eq(stats("b").generated, LINKS);
	ck_assert_uint_eq(stats("b").tx_frames, LINKS);
	/* Not by a device that is no link, or of another port. */
	ck_assert(outgoing_send_by(f, null(0), fabric_port_id(f, "a"),
				   make_slow(ALICE, 1), LEN));
	ck_assert(outgoing_send_by(f, null(6), b, make_slow(BOB, 1), LEN));
	send_made();
	ck_assert_uint_eq(left.n, 0);
	ck_assert_uint_eq(stats("a").generated + stats("d").generated, 0);
	/* Untagged by a link with tagged ports, too. */
	begin_with(TAGGED);
	ck_assert(outgoing_send_by(f, null(9), fabric_port_id(f, "t"),
				   make_slow(BOB, 1), LEN));
	send_made();
	ck_assert_uint_eq(left.n, 1);
	ck_assert_uint_eq(left.frame[0].device, null(9));
	ck_assert_uint_eq(left.frame[0].tag, 0);
	ck_assert_uint_eq(stats("t").tx_frames, 1);
}
END_TEST

START_TEST(frames_of_control_to_a_port_have_the_link_of_their_hash)
{
	unsigned int by[2] = { 0, 0 };

	begin_with(EXCHANGE);
	for (unsigned int i = 0; i < 100; i++) {
		uint8_t *p = make_flow(CAROL, DAVE, i, i);
		struct outgoing_way way = { .lan = f->lan[0]->id,
					    .port = fabric_port_id(f, "d"),
					    .except = PORTS_MAX,
					    .cause = PORTS_MAX };

		ck_assert(outgoing_send(f, way, p, LEN));
		send_made();
		ck_assert_uint_eq(left.n, 1);
		ck_assert_uint_eq(left.frame[0].device, link_of("d", p));
		by[left.frame[0].device == null(7)]++;
	}
	ck_assert_uint_gt(by[0], 30);
	ck_assert_uint_gt(by[1], 30);
	ck_assert_uint_eq(stats("d").generated, 100);
	set_links("d", 0);
	ck_assert(outgoing_send(f,
				(struct outgoing_way){ f->lan[0]->id,
						       fabric_port_id(f, "d"),
						       PORTS_MAX, PORTS_MAX },
				make_flow(CAROL, DAVE, 1, 1), LEN));
	send_made();
	ck_assert_uint_eq(left.n, 0);
	ck_assert_uint_eq(dropped("d", DROP_tx_down), 1);
}
END_TEST

START_TEST(a_trial_names_the_link_and_sends_nothing)
{
	struct trial_result r;

	begin_with(EXCHANGE);
	meet();
	for (unsigned int i = 0; i < 50; i++) {
		uint8_t *p = make_flow(ALICE, BOB, i, i);
		struct trial_input in = { .octets = p,
					  .size = LEN,
					  .len = LEN };

		ck_assert_int_eq(
			trial_frame(f, fabric_port_id(f, "a"), &in, &r), 0);
		ck_assert_uint_eq(r.nexits, 1);
		ck_assert_uint_eq(r.exit[0].device, link_of("b", p));
	}
	set_links("b", 0);
	ck_assert_int_eq(
		trial_frame(f, fabric_port_id(f, "a"),
			    &(struct trial_input){
				    .octets = make_flow(ALICE, BOB, 1, 1),
				    .size = LEN,
				    .len = LEN },
			    &r),
		0);
	ck_assert_uint_eq(r.nexits, 0);
	ck_assert_int_eq(r.why, DROP_tx_down);
	ck_assert_uint_eq(r.charged, fabric_port_id(f, "b"));
	ck_assert_uint_eq(left.n, 0);
}
END_TEST

START_TEST(a_trial_comes_in_by_a_link_in_use_if_there_is_one)
{
	struct trial_result r;
	struct trial_input in = { .octets = make_flow(BOB, ALICE, 1, 1),
				  .size = LEN,
				  .len = LEN };

	begin_lacp(WITH_LACP);
	meet();
	for (unsigned int i = 0; i < LAG_LINKS_MAX; i++)
		atomic_store(&lag("b")->receives[i], i == 2);
	ck_assert_int_eq(trial_frame(f, fabric_port_id(f, "b"), &in, &r), 0);
	ck_assert_int_eq(r.why, DROP_NONE);
	ck_assert_uint_eq(r.nexits, 1);
	atomic_store(&lag("b")->receives[2], false);
	ck_assert_int_eq(trial_frame(f, fabric_port_id(f, "b"), &in, &r), 0);
	ck_assert_int_eq(r.why, DROP_lag_link);
	in.octets = make_slow(BOB, 1);
	ck_assert_int_eq(trial_frame(f, fabric_port_id(f, "b"), &in, &r), 0);
	ck_assert(r.consumed);
	ck_assert_int_eq(r.stage, TRIAL_ADMIT);
	ck_assert_uint_eq(taken.n, 0);
}
END_TEST

#define ON_EACH_ISA(t, test)                                                   \
	tcase_add_loop_test(t, test, ISA_SCALAR, ISA_AVX512 + 1)

static void
add_flows(Suite *s)
{
	TCase *t = fixture_case(s, "flows", NULL);

	ON_EACH_ISA(t, each_flow_keeps_its_link_and_its_order_plain_or_not);
	ON_EACH_ISA(t, all_plain_frames_leave_by_the_link_of_their_hash);
	ON_EACH_ISA(t, odd_headers_leave_by_the_link_of_their_hash_too);
	ON_EACH_ISA(t,
		    a_link_that_goes_moves_its_flows_alone_and_gets_them_back);
	ON_EACH_ISA(t, what_has_no_link_is_dropped_for_the_port_alone);
	ON_EACH_ISA(t, a_link_without_room_loses_its_own_flows_alone);
	ON_EACH_ISA(t, frames_and_octets_of_each_link_are_counted);
	ON_EACH_ISA(t, nothing_is_taken_from_a_link_that_is_not_in_use);
	tcase_add_test(t,
		       a_lag_gets_one_copy_of_a_broadcast_and_none_of_its_own);
	tcase_add_test(t, an_address_is_of_the_lag_by_whichever_link_it_comes);
	tcase_add_test(t, no_frame_goes_from_one_link_to_another);
	tcase_add_test(t, ports_on_tags_leave_by_the_links_of_their_carrier);
}

static void
add_control(Suite *s)
{
	TCase *t = fixture_case(s, "control", NULL);

	tcase_add_test(t, lacp_and_markers_go_to_control_with_the_link);
	tcase_add_test(t, lacp_is_taken_whatever_the_state_of_link_and_port);
	tcase_add_test(t, a_lag_that_carries_tagged_ports_only_takes_lacp);
	tcase_add_test(t, a_port_has_no_more_lacp_than_its_limit);
	tcase_add_test(t,
		       control_sends_by_a_link_whatever_the_state_of_the_port);
	tcase_add_test(t,
		       frames_of_control_to_a_port_have_the_link_of_their_hash);
	tcase_add_test(t, a_trial_names_the_link_and_sends_nothing);
	tcase_add_test(t, a_trial_comes_in_by_a_link_in_use_if_there_is_one);
}

int
main(void)
{
	Suite *s = suite_create("lag_path");

	add_flows(s);
	add_control(s);
	return check_run(s);
}
