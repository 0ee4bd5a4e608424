/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Captures of the running fabric: what is in the file, what is not, and that members
 * notice nothing.
 */
#include <limits.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include <rte_mbuf.h>

#include "fabric/api/answer.h"
#include "fabric/api/taps.h"
#include "fabric/datapath/burst.h"
#include "fabric/datapath/stage_send.h"
#include "fabric/datapath/txbuf.h"
#include "fabric/datapath/worker_pass.h"
#include "fabric/device/mbufs.h"
#include "fabric/runtime/outgoing.h"
#include "fabric/runtime/stats.h"
#include "lib/frame.h"
#include "lib/framefilter.h"
#include "lib/mac.h"
#include "lib/pcapng.h"
#include "tests/pipe/fixture.h"
#include "tests/pipe/request.h"

#define ALICE   UINT64_C(0x020000000001)
#define BOB     UINT64_C(0x020000000002)
#define CAROL   UINT64_C(0x020000000003)
#define MALLORY UINT64_C(0x0200000000ff)

#define LAN "[lan l]\nprofile = ixp-basic\nipv4 = 192.0.2.0/24\n"
#define A                                                                      \
	"[port a]\ndevice = net_null0\nlan = l\nasn = 64500\n"                 \
	"description = Alice\nmac = 02:00:00:00:00:01\n"
#define B "[port b]\ndevice = net_null1\nlan = l\nmac = 02:00:00:00:00:02\n"
#define C "[port c]\ndevice = net_null2\nlan = l\nmac = 02:00:00:00:00:03\n"
#define TAGS                                                                   \
	"[port trunk]\ndevice = net_null3\n"                                   \
	"[port t1]\nparent = trunk\ntag = 101\nlan = l\n"                      \
	"mac = 02:00:00:00:00:04\n"                                            \
	"[port t2]\nparent = trunk\ntag = 102\nlan = l\n"                      \
	"mac = 02:00:00:00:00:05\n"
#define CONFIG LAN A B C TAGS

#define READERS 5

static struct answers *answers;
static char path[] = "/tmp/ixf-capture-XXXXXX";

/* The far end of a capture, and what has come there. */
struct reader {
	int fd; /* -1: none */
	char *octet;
	size_t n, at;
	bool ended;
	unsigned int nnames;
	char name[16][64], description[16][64];
	uint64_t statistics[16];
	uint32_t snaplen;
};

static struct reader reader[READERS];

/* A frame of a file. */
struct packet {
	const char *port;
	uint32_t direction, size, len;
	uint64_t time, drops;
	char comment[256];
	const uint8_t *octets;
};

static void
setup(void)
{
	begin(CONFIG);
	strcpy(path + strlen(path) - 6, "XXXXXX");
	close(mkstemp(path));
	write_file(path, CONFIG);
	answers = answers_create(f, path);
	ck_assert_ptr_nonnull(answers);
	for (unsigned int i = 0; i < READERS; i++)
		reader[i] = (struct reader){ .fd = -1 };
}

static void
teardown(void)
{
	answers_free(answers);
	unlink(path);
	for (unsigned int i = 0; i < READERS; i++) {
		if (reader[i].fd >= 0)
			close(reader[i].fd);
		free(reader[i].octet);
	}
}

/* Begins a capture with these arguments; its number. */
static unsigned int
start(struct reader *r, const char *args)
{
	struct request q;
	unsigned int number;
	int fd[2];

	request_ask(&q, answers, "capture start", args);
	ck_assert_msg(q.verdict == CTL_END, "%s", q.rq.message);
	number = (unsigned int)json_integer_value(
		json_object_get(q.result, "id"));
	ck_assert_int_eq(socketpair(AF_UNIX, SOCK_STREAM, 0, fd), 0);
	q.rq.take(answers, q.rq.number, fd[1]);
	request_end(&q);
	r->fd = fd[0];
	return number;
}

/* The same with a filter in front of the other arguments. */
static unsigned int
start_filter(struct reader *r, const char *text, const char *rest)
{
	char args[FRAMEFILTER_HEX + 512], program[FRAMEFILTER_HEX], why[256];
	struct framefilter *filter =
		framefilter_compile(text, why, sizeof(why));

	ck_assert_msg(filter != NULL, "%s", why);
	snprintf(args, sizeof(args),
		 "{\"filter\": {\"text\": \"%s\", \"program\": \"%s\"}%s}",
		 text, framefilter_print(filter, program), rest);
	framefilter_free(filter);
	return start(r, args);
}

static void
stop(const char *args)
{
	struct request q;

	request_ask(&q, answers, "capture stop", args);
	ck_assert_int_eq(q.verdict, CTL_END);
	request_end(&q);
}

/* Takes what has come so far. */
static void
receive(struct reader *r)
{
	r->ended = request_receive(r->fd, &r->octet, &r->n);
}

/* Control has a turn, and the reader takes all. */
static void
turn(struct reader *r)
{
	size_t before;

	do {
		while (answers_turn(answers))
			;
		before = r->n;
		receive(r);
	} while (r->n != before);
}

/* Until all has come of a capture that has ended. */
static void
drain(struct reader *r)
{
	for (unsigned int i = 0; i < 1000 && !r->ended; i++)
		turn(r);
	ck_assert_msg(r->ended, "the capture does not end");
}

static uint32_t
word(const uint8_t *octets)
{
	return octets[0] | octets[1] << 8 | octets[2] << 16 |
	       (uint32_t)octets[3] << 24;
}

static void
take_option(struct packet *p, unsigned int code, unsigned int size,
	    const uint8_t *value)
{
	if (code == PCAPNG_COMMENT)
		snprintf(p->comment, sizeof(p->comment), "%.*s", (int)size,
			 (const char *)value);
	else if (code == PCAPNG_FLAGS)
		p->direction = word(value);
	else if (code == PCAPNG_DROPCOUNT)
		p->drops = word(value);
}

static void
take_packet(const struct reader *r, const uint8_t *block, uint32_t size,
	    struct packet *p)
{
	const uint8_t *option;

	ck_assert_uint_lt(word(block + 8), r->nnames);
	*p = (struct packet){ .port = r->name[word(block + 8)],
			      .size = word(block + 20),
			      .len = word(block + 24),
			      .octets = block + 28 };
	p->time = (uint64_t)word(block + 12) << 32 | word(block + 16);
	option = block + 28 + (p->size + 3) / 4 * 4;
	while (option < block + size - 4 && word(option) != 0) {
		unsigned int n = word(option) >> 16;

		take_option(p, word(option) & 0xffff, n, option + 4);
		option += 4 + (n + 3) / 4 * 4;
	}
}

static void
take_interface(struct reader *r, const uint8_t *block, uint32_t size)
{
	const uint8_t *option = block + 16;

	ck_assert_uint_lt(r->nnames, 16);
	r->description[r->nnames][0] = '\0';
	if (r->nnames > 0)
		ck_assert_uint_eq(word(block + 12), r->snaplen);
	r->snaplen = word(block + 12);
	while (option < block + size - 4 && word(option) != 0) {
		unsigned int code = word(option) & 0xffff;
		unsigned int n = word(option) >> 16;
		char *to = code == PCAPNG_IF_NAME ? r->name[r->nnames]
			   : code == PCAPNG_IF_DESCRIPTION
				   ? r->description[r->nnames]
				   : NULL;

		if (to != NULL)
			snprintf(to, 64, "%.*s", (int)n,
				 (const char *)option + 4);
		option += 4 + (n + 3) / 4 * 4;
	}
	r->nnames++;
}

/* The next frame of what has come; false: no more of it. */
static bool
next(struct reader *r, struct packet *p)
{
	while (r->at + 12 <= r->n) {
		const uint8_t *block = (const uint8_t *)r->octet + r->at;
		uint32_t type = word(block), size = word(block + 4);

		ck_assert_uint_eq(size % 4, 0);
		if (r->at + size > r->n)
			return false;
		ck_assert_uint_eq(word(block + size - 4), size);
		r->at += size;
		if (type == PCAPNG_INTERFACE)
			take_interface(r, block, size);
		else if (type == PCAPNG_STATISTICS)
			r->statistics[word(block + 8)] = word(block + 24);
		else if (type != PCAPNG_SECTION) {
			ck_assert_uint_eq(type, PCAPNG_ENHANCED_PACKET);
			take_packet(r, block, size, p);
			return true;
		}
	}
	return false;
}

#define IN  PCAPNG_INBOUND
#define OUT PCAPNG_OUTBOUND

/* The next frame is this one. */
static void
expect(struct reader *r, const char *port, uint32_t direction,
       const uint8_t *frame, uint32_t len, const char *comment)
{
	struct packet p;

	turn(r);
	ck_assert_msg(next(r, &p), "no frame of %s: %s", port, comment);
	ck_assert_str_eq(p.port, port);
	ck_assert_uint_eq(p.direction, direction);
	ck_assert_uint_eq(p.len, len);
	ck_assert_str_eq(p.comment, comment);
	ck_assert_uint_eq(p.drops, 0);
	ck_assert_mem_eq(p.octets, frame, p.size);
}

static void
expect_none(struct reader *r)
{
	struct packet p;

	turn(r);
	if (next(r, &p))
		ck_abort_msg("a frame of %s, %s: %s", p.port,
			     p.direction == IN ? "in" : "out", p.comment);
}

static unsigned int
count(struct reader *r)
{
	unsigned int n = 0;
	struct packet p;

	turn(r);
	while (next(r, &p))
		n++;
	return n;
}

static uint8_t *
send_frame(const char *port, uint64_t src, uint64_t dst, uint16_t type,
	   uint32_t len)
{
	uint8_t *frame = harness_frame(h, src, dst, type, len);

	harness_send(h, port, frame, len);
	return frame;
}

/* A value of the row of a capture. */
static const json_t *
list(struct request *q, unsigned int number, const char *key)
{
	const json_t *value = NULL;

	request_ask(q, answers, "capture list", "{}");
	for (size_t i = 0; i < json_array_size(q->result); i++)
		if (json_integer_value(request_at(q->result, i, "id")) ==
		    (json_int_t)number)
			value = request_at(q->result, i, key);
	ck_assert_msg(value != NULL, "no capture %u", number);
	return value;
}

static uint64_t
number_of(unsigned int number, const char *key)
{
	struct request q;
	uint64_t n = (uint64_t)json_integer_value(list(&q, number, key));

	request_end(&q);
	return n;
}

static void
expect_text(unsigned int number, const char *key, const char *want)
{
	struct request q;
	const char *got = json_string_value(list(&q, number, key));

	ck_assert_ptr_nonnull(got);
	ck_assert_str_eq(got, want);
	request_end(&q);
}

static void
expect_refusal(const char *args, const char *message)
{
	struct request q;

	request_ask(&q, answers, "capture start", args);
	ck_assert_int_eq(q.verdict, CTL_ERROR);
	ck_assert_msg(strstr(q.rq.message, message) != NULL, "%s",
		      q.rq.message);
	request_end(&q);
}

/* What is in the file. */

START_TEST(a_frame_is_captured_where_it_comes_in_and_where_it_leaves)
{
	struct reader *r = reader;
	uint8_t *frame;

	start(r, "{}");
	frame = send_frame("a", ALICE, BOB, FRAME_IPV4, 60);
	harness_expect_out(h, "b");
	expect(r, "a", IN, frame, 60, "");
	expect(r, "b", OUT, frame, 60, "");
	expect_none(r);
	ck_assert_str_eq(r->name[0], "a");
	ck_assert_str_eq(r->description[0], "AS64500 Alice");
	ck_assert_uint_eq(r->snaplen, 128);
	ck_assert_uint_eq(r->nnames, 6);
}
END_TEST

START_TEST(a_dropped_frame_has_its_reason_as_a_comment)
{
	struct reader *r = reader;
	uint8_t *frame;

	start(r, "{}");
	frame = send_frame("a", MALLORY, BOB, FRAME_IPV4, 60);
	harness_expect_drop(h, "a", DROP_mac_lock);
	expect(r, "a", IN, frame, 60, "");
	expect(r, "a", IN, frame, 60, "drop=mac_lock port=a rule=test.ini:9");
	expect_none(r);
}
END_TEST

START_TEST(a_flood_is_captured_with_the_tag_of_each_port)
{
	struct reader *r = reader;
	uint8_t *frame, want[64];

	start(r, "{}");
	frame = send_frame("a", ALICE, MAC_BROADCAST, FRAME_ARP, 60);
	memcpy(want, frame, 12);
	memcpy(want + 16, frame + 12, 48);
	frame_write16(want + 12, FRAME_CTAG);
	expect(r, "a", IN, frame, 60, "");
	expect(r, "b", OUT, frame, 60, "");
	expect(r, "c", OUT, frame, 60, "");
	frame_write16(want + 14, 101);
	expect(r, "t1", OUT, want, 64, "");
	frame_write16(want + 14, 102);
	expect(r, "t2", OUT, want, 64, "");
	expect_none(r);
}
END_TEST

START_TEST(a_tagged_frame_is_captured_at_its_port_as_it_came)
{
	struct reader *r = reader;
	uint8_t *frame =
		harness_frame(h, 0x020000000004, ALICE, FRAME_CTAG, 64);
	uint8_t want[64];

	frame_write16(frame + 14, 101);
	frame_write16(frame + 16, FRAME_IPV4);
	memcpy(want, frame, 64);
	start(r, "{\"port\": \"t1\"}");
	harness_send(h, "trunk", frame, 64);
	expect(r, "t1", IN, want, 64, "");
	expect_none(r);
	/* Of the trunk, and of another tag: nothing. */
	frame_write16(frame + 14, 102);
	harness_send(h, "trunk", frame, 64);
	frame_write16(frame + 14, 77);
	harness_send(h, "trunk", frame, 64);
	expect_none(r);
	ck_assert_uint_eq(r->nnames, 1);
}
END_TEST

START_TEST(what_the_fabric_sends_itself_is_captured)
{
	struct outgoing_way way = { .port = PORTS_MAX, .cause = PORTS_MAX };
	struct reader *r = reader;
	uint8_t frame[60] = { 2, 0, 0, 0, 0, 1, 2 };

	start(r, "{\"dir\": \"tx\"}");
	way.lan = f->lan[0]->id;
	way.except = fabric_port_id(f, "b");
	ck_assert(outgoing_send(f, way, frame, sizeof(frame)));
	worker_send_made(f->worker[0], f->view);
	worker_flush(f->worker[0], f->view);
	expect(r, "a", OUT, frame, 60, "");
	expect(r, "c", OUT, frame, 60, "");
	ck_assert_uint_eq(count(r), 2); /* t1 and t2 */
}
END_TEST

START_TEST(the_frames_of_other_ports_are_not_in_it)
{
	struct reader *r = reader;
	uint8_t *frame;

	start(r, "{\"port\": \"a\"}");
	send_frame("b", BOB, CAROL, FRAME_IPV4, 60);
	harness_expect_out(h, "c");
	send_frame("b", MALLORY, CAROL, FRAME_IPV4, 60);
	harness_expect_drop(h, "b", DROP_mac_lock);
	expect_none(r);
	frame = send_frame("b", BOB, ALICE, FRAME_IPV4, 60);
	expect(r, "a", OUT, frame, 60, "");
	expect_none(r);
	ck_assert_uint_eq(r->nnames, 1);
}
END_TEST

START_TEST(a_direction_has_its_frames_alone)
{
	struct reader *rx = reader, *tx = reader + 1, *drop = reader + 2;
	uint8_t *good, *bad;

	start(rx, "{\"dir\": \"rx\"}");
	start(tx, "{\"dir\": \"tx\"}");
	start(drop, "{\"dir\": \"drop\"}");
	good = send_frame("a", ALICE, BOB, FRAME_IPV4, 60);
	expect(rx, "a", IN, good, 60, "");
	expect(tx, "b", OUT, good, 60, "");
	bad = send_frame("b", MALLORY, ALICE, FRAME_IPV4, 60);
	expect(rx, "b", IN, bad, 60, "");
	expect(drop, "b", IN, bad, 60, "drop=mac_lock port=b rule=test.ini:13");
	expect_none(rx);
	expect_none(tx);
	expect_none(drop);
}
END_TEST

START_TEST(a_reason_has_its_drops_alone)
{
	struct reader *r = reader;
	uint8_t *frame;

	start(r, "{\"reason\": \"stp_bpdu\"}");
	send_frame("a", MALLORY, BOB, FRAME_IPV4, 60);
	harness_expect_drop(h, "a", DROP_mac_lock);
	expect_none(r);
	frame = send_frame("a", ALICE, 0x0180c2000000, 38, 60);
	harness_expect_drop(h, "a", DROP_stp_bpdu);
	expect(r, "a", IN, frame, 60, "drop=stp_bpdu port=a");
	expect_none(r);
}
END_TEST

START_TEST(a_filter_has_the_frames_that_match_alone)
{
	struct reader *r = reader;
	uint8_t *frame;

	start_filter(r, "arp", ", \"dir\": \"rx\"");
	send_frame("a", ALICE, BOB, FRAME_IPV4, 60);
	expect_none(r);
	frame = send_frame("a", ALICE, MAC_BROADCAST, FRAME_ARP, 60);
	expect(r, "a", IN, frame, 60, "");
	expect_none(r);
}
END_TEST

/* The filter sees more than the snap length, which is that of the file. */
START_TEST(a_frame_is_cut_to_the_snap_length_and_its_length_kept)
{
	struct reader *r = reader, *whole = reader + 1;
	uint8_t *frame = harness_frame(h, ALICE, BOB, FRAME_IPV4, 1514);
	char text[32];
	struct packet p;

	frame[200] = 0xa5;
	snprintf(text, sizeof(text), "ether[200] = %u", frame[200]);
	start_filter(r, text, ", \"dir\": \"rx\", \"snaplen\": \"20\"");
	harness_send(h, "a", frame, 1514);
	turn(r);
	ck_assert(next(r, &p));
	ck_assert_uint_eq(p.size, 20);
	ck_assert_uint_eq(p.len, 1514);
	ck_assert_mem_eq(p.octets, frame, 20);
	ck_assert_uint_eq(r->snaplen, 20);
	start(whole, "{\"dir\": \"rx\", \"snaplen\": \"16384\"}");
	harness_send(h, "a", frame, 1514);
	turn(whole);
	ck_assert(next(whole, &p));
	ck_assert_uint_eq(p.size, 1514);
	ck_assert_mem_eq(p.octets, frame, 1514);
}
END_TEST

START_TEST(the_time_is_that_of_the_frame)
{
	struct reader *r = reader;
	struct packet p;

	f->epoch = CLOCK_SECOND;
	start(r, "{\"dir\": \"rx\"}");
	harness_at(h, START + 12345);
	send_frame("a", ALICE, BOB, FRAME_IPV4, 60);
	turn(r);
	ck_assert(next(r, &p));
	ck_assert_uint_eq(p.time, START + 12345 + CLOCK_SECOND);
}
END_TEST

/* A device that takes so many frames more. */
static unsigned int room;

static uint16_t
take_some(const struct device *d, uint16_t queue, struct rte_mbuf **pkt,
	  uint16_t n)
{
	uint16_t done = 0;

	(void)d, (void)queue;
	for (; done < n && room != 0; room--)
		rte_pktmbuf_free(pkt[done++]);
	return done;
}

START_TEST(a_frame_that_the_device_does_not_take_is_dropped_and_not_sent)
{
	struct device_rt *d =
		f->device[egress_device(&runtime_port(f, "b")->egress)];
	struct reader *tx = reader, *drop = reader + 1;
	const uint8_t *frame = harness_frame(h, ALICE, BOB, FRAME_IPV4, 60);
	struct packet p;

	d->dev.tx = take_some;
	harness_apply(h, CONFIG "[lan m]\n");
	start(tx, "{\"dir\": \"tx\"}");
	start(drop, "{\"dir\": \"drop\"}");
	room = 3;
	for (unsigned int i = 0; i < 10; i++)
		lockstep_frame(f, fabric_port_id(f, "a"), frame, 60, 60, false,
			       START);
	ck_assert_uint_eq(count(tx), 3);
	expect_none(drop);
	f->worker[0]->now += 10 * CLOCK_MILLISECOND;
	worker_flush(f->worker[0], f->view);
	expect_none(tx);
	turn(drop);
	for (unsigned int i = 0; i < 7; i++) {
		ck_assert(next(drop, &p));
		ck_assert_str_eq(p.comment, "drop=tx_full port=b");
		ck_assert_uint_eq(p.direction, OUT);
	}
	expect_none(drop);
}
END_TEST

/* Members. */

#define FRAMES 2000

/* What became of random frames: counters of all ports, and a sum of what left. */
struct outcome {
	struct port_stats stats[6];
	uint64_t left, sum;
};

static void
add_left(struct outcome *o)
{
	struct harness_left left;

	for (unsigned int i = 0; harness_left(h, i, &left); i++) {
		o->left++;
		o->sum = o->sum * 31 + left.port * 7 + left.len;
		for (uint32_t k = 0; k < left.len; k++)
			o->sum = o->sum * 31 + left.octets[k];
	}
}

/* A number below 'n', of a sequence that begins anew with each fabric. */
static uint64_t state;

static uint32_t
draw(uint32_t n)
{
	state = state * UINT64_C(6364136223846793005) + 1;
	return (uint32_t)(state >> 32) % n;
}

static void
send_random(void)
{
	static const uint64_t mac[] = {
		ALICE, BOB, CAROL, MALLORY, MAC_BROADCAST, 0x0180c2000000
	};
	static const uint16_t type[] = { FRAME_IPV4, FRAME_ARP, FRAME_IPV6,
					 0x88cc };
	static const char *const port[] = { "a", "b", "c", "trunk" };

	const char *from = port[draw(4)];
	uint64_t src = mac[draw(4)], dst = mac[draw(6)];
	uint16_t ethertype = type[draw(4)];

	send_frame(from, src, dst, ethertype, 60 + draw(200));
}

/* The same frames each time, since each begins with the same fabric. */
static void
run(struct outcome *o, bool captured)
{
	struct reader *r = reader;

	memset(o, 0, sizeof(*o));
	state = 7;
	if (captured)
		start(r, "{\"snaplen\": \"9000\"}");
	for (unsigned int i = 0; i < FRAMES; i++) {
		harness_at(h, START + (i + 1) * CLOCK_MILLISECOND);
		send_random();
		add_left(o);
		if (captured && i % 50 == 0)
			turn(r);
	}
	for (uint16_t i = 0; i < 6; i++)
		stats_port(f, i, &o->stats[i]);
	if (captured)
		ck_assert_uint_gt(count(r), 0);
}

START_TEST(members_get_the_same_frames_with_and_without_a_capture)
{
	struct outcome without, with;

	run(&without, false);
	teardown();
	setup();
	run(&with, true);
	ck_assert_uint_gt(with.left, FRAMES / 20);
	ck_assert_uint_eq(with.left, without.left);
	ck_assert_uint_eq(with.sum, without.sum);
	ck_assert_mem_eq(with.stats, without.stats, sizeof(with.stats));
}
END_TEST

static void
send_many(unsigned int n, bool turns)
{
	uint8_t *frame = harness_frame(h, ALICE, BOB, FRAME_IPV4, 1514);

	for (unsigned int i = 0; i < n; i++) {
		harness_send(h, "a", frame, 1514);
		ck_assert_uint_eq(harness_sent(h, "b"), 1);
		if (turns)
			answers_turn(answers);
	}
}

/*
 * Frames in the file, and those that it says were lost before them; then all that the
 * capture has lost.
 */
static void
expect_loss(struct reader *r, unsigned int number, unsigned int sent)
{
	uint64_t frames = 0, noted = 0;
	struct packet p;

	stop("{\"id\": \"all\"}");
	drain(r);
	while (next(r, &p)) {
		frames++;
		noted += p.drops;
	}
	ck_assert_uint_gt(frames, 100);
	ck_assert_uint_gt(number_of(number, "lost"), 100);
	ck_assert_uint_eq(frames, number_of(number, "frames"));
	ck_assert_uint_eq(frames + number_of(number, "lost"), sent);
	ck_assert_uint_le(noted, number_of(number, "lost"));
	ck_assert_uint_eq(r->statistics[0], frames);
}

START_TEST(a_reader_that_stands_still_loses_its_own_frames_alone)
{
	struct reader *still = reader, *other = reader + 1;
	unsigned int number, total;

	number = start(still, "{\"dir\": \"rx\", \"snaplen\": \"1514\"}");
	start(other, "{\"dir\": \"rx\", \"snaplen\": \"60\"}");
	send_many(2000, true);
	total = count(other);
	ck_assert_uint_eq(total, 2000);
	expect_loss(still, number, 2000);
	ck_assert_uint_eq(taps_lost(answers->taps), number_of(number, "lost"));
}
END_TEST

START_TEST(a_ring_that_control_does_not_empty_loses_no_frame_of_members)
{
	struct reader *r = reader;
	unsigned int number =
		start(r, "{\"dir\": \"rx\", \"snaplen\": \"1514\"}");

	send_many(3000, false);
	for (unsigned int i = 0; i < 10; i++)
		turn(r);
	expect_loss(r, number, 3000);
}
END_TEST

/* A worker in a thread of its own, while captures begin and end. */

#define STARTS    20
#define TURNS_MAX 10000000

static _Atomic bool over;
static unsigned int passes; /* of the thread, until it has ended */

static void
put_frame(struct burst *b, const uint8_t *frame)
{
	b->pkt[b->n] = mbufs_make(f->pool, frame, 60);
	ck_assert_ptr_nonnull(b->pkt[b->n]);
	b->len[b->n++] = 60;
}

/* In each pass a frame that is sent, and one that is dropped. */
static void *
work(void *arg)
{
	const uint8_t *const *frame = arg;
	struct worker *w = f->worker[0];

	for (passes = 0; !atomic_load(&over); passes++) {
		w->rx->n = 0;
		w->rx->bad = 0;
		put_frame(w->rx, frame[0]);
		put_frame(w->rx, frame[1]);
		worker_frames(w, f->view, START);
		worker_flush(w, f->view);
	}
	return NULL;
}

/* Whole frames of one direction or another, and no other ones. */
static void
check_frames(struct reader *r, const uint8_t *const *frame)
{
	struct packet p;
	unsigned int n = 0;

	while (next(r, &p)) {
		bool bad = p.octets[11] == 0xff;

		ck_assert_uint_eq(p.size, 60);
		ck_assert_mem_eq(p.octets, frame[bad], 60);
		ck_assert_str_eq(p.port, p.direction == IN ? "a" : "b");
		/* Of many, not each has the line of the rule. */
		if (bad)
			ck_assert_ptr_eq(strstr(p.comment, "drop=mac_lock "
							   "port=a"),
					 p.comment);
		else
			ck_assert_str_eq(p.comment, "");
		n++;
	}
	ck_assert_uint_gt(n, 0);
}

static void
capture_for_a_while(const char *args, const uint8_t *const *frame)
{
	struct reader r = { .fd = -1 };

	start(&r, args);
	for (unsigned int i = 0; r.n < 5000; i++) {
		ck_assert_uint_lt(i, TURNS_MAX);
		answers_turn(answers);
		receive(&r);
	}
	stop("{\"id\": \"all\"}");
	while (!r.ended) {
		answers_turn(answers);
		receive(&r);
	}
	check_frames(&r, frame);
	close(r.fd);
	free(r.octet);
}

START_TEST(captures_begin_and_end_while_a_worker_runs)
{
	static const char *const args[] = { "{\"dir\": \"tx\"}",
					    "{\"reason\": \"mac_lock\"}" };
	const uint8_t *frame[] = {
		harness_frame(h, ALICE, BOB, FRAME_IPV4, 60),
		harness_frame(h, MALLORY, BOB, FRAME_IPV4, 60),
	};
	struct port_stats s;
	pthread_t thread;

	harness_skip_accounts(h);
	f->device[egress_device(&runtime_port(f, "b")->egress)]->dev.tx =
		take_some;
	harness_apply(h, CONFIG "[lan m]\n");
	f->worker[0]->witness = NULL;
	f->worker[0]->rx->device = view_egress(f->view, f->view->port[0]);
	room = UINT_MAX;
	atomic_store(&over, false);
	ck_assert_int_eq(pthread_create(&thread, NULL, work, frame), 0);
	for (unsigned int i = 0; i < CHECK_ROUNDS(STARTS); i++)
		capture_for_a_while(args[i % 2], frame);
	atomic_store(&over, true);
	pthread_join(thread, NULL);
	stats_port(f, fabric_port_id(f, "b"), &s);
	ck_assert_uint_eq(s.tx_frames, passes);
	stats_port(f, fabric_port_id(f, "a"), &s);
	ck_assert_uint_eq(s.drop[DROP_mac_lock], passes);
}
END_TEST

/* Its end. */

START_TEST(a_capture_ends_after_its_frames)
{
	struct reader *r = reader;
	unsigned int number = start(r, "{\"count\": \"3\", \"dir\": \"rx\"}");

	for (unsigned int i = 0; i < 5; i++)
		send_frame("a", ALICE, BOB, FRAME_IPV4, 60);
	drain(r);
	ck_assert_uint_eq(count(r), 3);
	ck_assert_uint_eq(r->statistics[0], 3);
	expect_text(number, "state", "ended");
	expect_text(number, "why", "count reached");
	ck_assert_ptr_null(atomic_load(&f->worker[0]->tap));
}
END_TEST

START_TEST(a_capture_ends_after_its_time)
{
	struct reader *r = reader;
	unsigned int number = start(r, "{\"seconds\": \"5\"}");

	harness_at(h, START + 5 * CLOCK_SECOND - 1);
	turn(r);
	expect_text(number, "state", "running");
	ck_assert(!r->ended);
	harness_at(h, START + 5 * CLOCK_SECOND);
	drain(r);
	expect_text(number, "why", "its time is over");
	ck_assert_uint_eq(number_of(number, "lasted_seconds"), 5);
}
END_TEST

START_TEST(what_was_copied_before_the_end_is_in_the_file)
{
	struct reader *r = reader;

	start(r, "{\"dir\": \"rx\"}");
	for (unsigned int i = 0; i < 1000; i++)
		harness_send_ip(h, "a", ALICE, BOB);
	stop("{\"id\": \"1\"}");
	for (unsigned int i = 0; i < 10; i++)
		harness_send_ip(h, "a", ALICE, BOB);
	drain(r);
	ck_assert_uint_eq(count(r), 1000);
}
END_TEST

/* While another one takes them all. */
START_TEST(frames_before_the_start_and_behind_the_end_are_not_in_it)
{
	struct reader *all = reader, *some = reader + 1;

	start(all, "{\"dir\": \"rx\"}");
	for (unsigned int i = 0; i < 30; i++) {
		if (i == 10)
			ck_assert_uint_eq(start(some, "{\"dir\": \"rx\"}"), 2);
		if (i == 25)
			stop("{\"id\": \"2\"}");
		harness_send_ip(h, "a", ALICE, BOB);
	}
	drain(some);
	ck_assert_uint_eq(count(some), 15);
	ck_assert_uint_eq(count(all), 30);
}
END_TEST

START_TEST(a_capture_ends_with_its_reader)
{
	unsigned int number = start(reader, "{}");

	close(reader[0].fd);
	reader[0].fd = -1;
	answers_turn(answers);
	answers_turn(answers);
	expect_text(number, "state", "ended");
	ck_assert_ptr_null(atomic_load(&f->worker[0]->tap));
	harness_send_ip(h, "a", ALICE, BOB);
	harness_expect_out(h, "b");
}
END_TEST

/* As ixctl does when it is interrupted. */
START_TEST(a_reader_that_wants_no_more_gets_a_complete_file)
{
	struct reader *r = reader;
	unsigned int number = start(r, "{}");

	harness_send_ip(h, "a", ALICE, BOB);
	shutdown(r->fd, SHUT_WR);
	drain(r);
	ck_assert_uint_eq(count(r), 2);
	ck_assert_uint_eq(r->statistics[0], 1);
	expect_text(number, "why", "ended by its reader");
}
END_TEST

START_TEST(a_reader_that_does_not_take_the_end_is_not_waited_for)
{
	struct reader *r = reader;
	unsigned int number =
		start(r, "{\"dir\": \"rx\", \"snaplen\": \"1514\"}");

	send_many(1000, true);
	stop("{\"id\": \"all\"}");
	answers_turn(answers);
	expect_text(number, "state", "ending");
	harness_at(h, START + 11 * CLOCK_SECOND);
	answers_turn(answers);
	expect_text(number, "state", "ended");
}
END_TEST

START_TEST(a_capture_ends_with_its_port_and_not_with_another)
{
	struct reader *a = reader, *b = reader + 1;
	unsigned int of_a = start(a, "{\"port\": \"a\"}");
	unsigned int of_b = start(b, "{\"port\": \"b\"}");

	harness_apply(h, LAN B C TAGS);
	drain(a);
	turn(b);
	expect_text(of_a, "why", "the port is gone");
	expect_text(of_b, "state", "running");
	/* A port of that name again is another port. */
	harness_apply(h, CONFIG);
	harness_send_ip(h, "a", ALICE, BOB);
	ck_assert_uint_eq(count(a), 0);
	ck_assert_uint_eq(count(b), 1);
}
END_TEST

START_TEST(a_port_that_comes_later_gets_its_interface)
{
	struct reader *r = reader;
	uint8_t *frame;

	start(r, "{\"dir\": \"rx\"}");
	harness_apply(h, CONFIG "[port d]\ndevice = net_null4\nlan = l\n"
				"mac = 02:00:00:00:00:06\n");
	frame = send_frame("d", 0x020000000006, BOB, FRAME_IPV4, 60);
	expect(r, "d", IN, frame, 60, "");
	ck_assert_uint_eq(r->nnames, 7);
}
END_TEST

START_TEST(there_are_four_captures_at_most)
{
	for (unsigned int i = 0; i < TAP_CAPTURES_MAX; i++)
		start(&reader[i], "{\"dir\": \"rx\"}");
	expect_refusal("{}", "4 captures run, which is the most");
	harness_send_ip(h, "a", ALICE, BOB);
	for (unsigned int i = 0; i < TAP_CAPTURES_MAX; i++)
		ck_assert_uint_eq(count(&reader[i]), 1);
	stop("{\"id\": \"2\"}");
	drain(&reader[1]);
	ck_assert_uint_eq(start(&reader[4], "{\"dir\": \"rx\"}"), 5);
	harness_send_ip(h, "a", ALICE, BOB);
	ck_assert_uint_eq(count(&reader[4]), 1);
	ck_assert_uint_eq(count(&reader[1]), 0);
}
END_TEST

static void
expect_no_capture(const char *id)
{
	struct request q;
	char args[64];

	snprintf(args, sizeof(args), "{\"id\": \"%s\"}", id);
	request_ask(&q, answers, "capture stop", args);
	ck_assert_int_eq(q.verdict, CTL_ERROR);
	request_end(&q);
}

START_TEST(what_makes_no_sense_is_refused_and_named)
{
	expect_refusal("{\"port\": \"aa\"}", "aa");
	expect_refusal("{\"reason\": \"mac_lok\"}", "did you mean 'mac_lock'?");
	expect_refusal("{\"reason\": \"mac_lock\", \"dir\": \"rx\"}",
		       "dir is rx");
	expect_refusal("{\"snaplen\": \"13\"}", "14 to 16384");
	expect_refusal("{\"snaplen\": \"16385\"}", "14 to 16384");
	expect_refusal("{\"seconds\": \"0\"}", "1 to 86400");
	expect_refusal("{\"count\": \"0\"}", "count '0'");
	expect_refusal("{\"filter\": \"arp\"}", "text and program");
	expect_refusal("{\"filter\": {\"text\": \"arp\", \"program\": \"00\"}}",
		       "not a valid program");
	expect_refusal("{\"filter\": {\"text\": \"a\\nb\", \"program\": "
		       "\"0006000000040000\"}}",
		       "a line of at most");
	expect_no_capture("1");
	expect_no_capture("x");
	ck_assert_ptr_null(atomic_load(&f->worker[0]->tap));
}
END_TEST

START_TEST(start_and_end_are_logged_with_the_user)
{
	char want[] = "1000 notice capture 1 started by root (uid 0): port a, "
		      "frames dropped for mac_lock, filter 'arp', 128 octets "
		      "of each, for 600 s";

	start_filter(reader, "arp",
		     ", \"port\": \"a\", \"reason\": \"mac_lock\"");
	ck_assert_ptr_nonnull(harness_event(h, 0));
	ck_assert_str_eq(harness_event(h, 0), want);
	stop("{\"id\": \"1\"}");
	drain(reader);
	ck_assert_str_eq(harness_event(h, 1),
			 "1000 notice capture 1 of root (uid 0) ended after 0 "
			 "s: stopped by root (uid 0); frames 0, lost 0");
}
END_TEST

int
main(void)
{
	Suite *s = suite_create("capture");
	TCase *file = fixture_case(s, "file", setup);
	TCase *members = fixture_case(s, "members", setup);
	TCase *ends = fixture_case(s, "ends", setup);

	tcase_add_checked_fixture(file, NULL, teardown);
	tcase_add_checked_fixture(members, NULL, teardown);
	tcase_add_checked_fixture(ends, NULL, teardown);
	tcase_add_test(
		file,
		a_frame_is_captured_where_it_comes_in_and_where_it_leaves);
	tcase_add_test(file, a_dropped_frame_has_its_reason_as_a_comment);
	tcase_add_test(file, a_flood_is_captured_with_the_tag_of_each_port);
	tcase_add_test(file, a_tagged_frame_is_captured_at_its_port_as_it_came);
	tcase_add_test(file, what_the_fabric_sends_itself_is_captured);
	tcase_add_test(file, the_frames_of_other_ports_are_not_in_it);
	tcase_add_test(file, a_direction_has_its_frames_alone);
	tcase_add_test(file, a_reason_has_its_drops_alone);
	tcase_add_test(file, a_filter_has_the_frames_that_match_alone);
	tcase_add_test(file,
		       a_frame_is_cut_to_the_snap_length_and_its_length_kept);
	tcase_add_test(file, the_time_is_that_of_the_frame);
	tcase_add_test(
		file,
		a_frame_that_the_device_does_not_take_is_dropped_and_not_sent);
	tcase_add_test(members,
		       members_get_the_same_frames_with_and_without_a_capture);
	tcase_add_test(members,
		       a_reader_that_stands_still_loses_its_own_frames_alone);
	tcase_add_test(
		members,
		a_ring_that_control_does_not_empty_loses_no_frame_of_members);
	tcase_add_test(members, captures_begin_and_end_while_a_worker_runs);
	tcase_add_test(ends, a_capture_ends_after_its_frames);
	tcase_add_test(ends, a_capture_ends_after_its_time);
	tcase_add_test(ends, what_was_copied_before_the_end_is_in_the_file);
	tcase_add_test(
		ends, frames_before_the_start_and_behind_the_end_are_not_in_it);
	tcase_add_test(ends, a_capture_ends_with_its_reader);
	tcase_add_test(ends, a_reader_that_wants_no_more_gets_a_complete_file);
	tcase_add_test(ends,
		       a_reader_that_does_not_take_the_end_is_not_waited_for);
	tcase_add_test(ends, a_capture_ends_with_its_port_and_not_with_another);
	tcase_add_test(ends, a_port_that_comes_later_gets_its_interface);
	tcase_add_test(ends, there_are_four_captures_at_most);
	tcase_add_test(ends, what_makes_no_sense_is_refused_and_named);
	tcase_add_test(ends, start_and_end_are_logged_with_the_user);
	return check_run(s);
}
