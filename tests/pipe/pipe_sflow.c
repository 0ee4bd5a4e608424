/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * sFlow: which frames are samples, what a collector is told of them, and that members
 * notice nothing.
 */
#include <arpa/inet.h>
#include <netinet/in.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include <rte_mbuf.h>

#include "fabric/api/answer.h"
#include "fabric/api/discard_code.h"
#include "fabric/api/samples.h"
#include "fabric/datapath/burst.h"
#include "fabric/datapath/txbuf.h"
#include "fabric/datapath/worker_create.h"
#include "fabric/datapath/worker_pass.h"
#include "fabric/device/mbufs.h"
#include "fabric/runtime/samplers.h"
#include "fabric/runtime/stats.h"
#include "lib/frame.h"
#include "lib/mac.h"
#include "lib/recordring.h"
#include "lib/sflow.h"
#include "tests/pipe/fixture.h"
#include "tests/pipe/request.h"
#include "tests/random32.h"
#include "tests/sflow_read.h"

#define ALICE   UINT64_C(0x020000000001)
#define BOB     UINT64_C(0x020000000002)
#define CAROL   UINT64_C(0x020000000003)
#define DAVE    UINT64_C(0x020000000004)
#define MALLORY UINT64_C(0x0200000000ff)

#define LAN "[lan l]\nvlan = 10\nprofile = ixp-basic\nipv4 = 192.0.2.0/24\n"
#define A                                                                      \
	"[port a]\ndevice = net_null0\nlan = l\nindex = 1001\nmac = "          \
	"02:00:00:00:00:01\n"
#define B                                                                      \
	"[port b]\ndevice = net_null1\nlan = l\nindex = 1002\nmac = "          \
	"02:00:00:00:00:02\n"
#define C                                                                      \
	"[port c]\ndevice = net_null2\nlan = l\nindex = 1003\nmac = "          \
	"02:00:00:00:00:03\n"
#define TAGS                                                                   \
	"[port trunk]\ndevice = net_null3\nindex = 1004\n"                     \
	"[port t]\nparent = trunk\ntag = 101\nlan = l\nindex = 1005\n"         \
	"mac = 02:00:00:00:00:04\n"
#define CONFIG LAN A B C TAGS

/* All frames are samples, and no counters are sent. */
#define ALL "rate = 1\npolling = 0s\n"

#define COLLECTORS 2
#define SAMPLES    4096

static struct answers *answers;
static char path[] = "/tmp/ixf-sflow-XXXXXX";
static int collector[COLLECTORS];
static uint16_t udp_port[COLLECTORS];

/* What collector 0 has received. */
static struct {
	unsigned int n, datagrams;
	uint32_t sequence; /* of the last */
	struct sflow_read_sample sample[SAMPLES];
	uint8_t header[SAMPLES][SFLOW_HEADER_MAX];
	struct sflow_read last;
} got;

static void
bind_collector(unsigned int i)
{
	struct sockaddr_in in = { .sin_family = AF_INET,
				  .sin_addr.s_addr = htonl(INADDR_LOOPBACK),
				  .sin_port = htons(udp_port[i]) };
	socklen_t size = sizeof(in);
	int room = 4 << 20;

	collector[i] = socket(AF_INET, SOCK_DGRAM | SOCK_NONBLOCK, 0);
	ck_assert_int_ge(collector[i], 0);
	setsockopt(collector[i], SOL_SOCKET, SO_RCVBUFFORCE, &room,
		   sizeof(room));
	ck_assert_int_eq(bind(collector[i], (struct sockaddr *)&in, sizeof(in)),
			 0);
	ck_assert_int_eq(
		getsockname(collector[i], (struct sockaddr *)&in, &size), 0);
	udp_port[i] = ntohs(in.sin_port);
}

/* 'config' with a section for collector 0 and the keys 'sflow'. */
static const char *
with(const char *config, const char *sflow)
{
	static char *text[2];
	static unsigned int turn;
	char **t = &text[turn++ % 2];

	free(*t);
	ck_assert_int_gt(asprintf(t, "%s[sflow]\ncollector = 127.0.0.1:%u\n%s",
				  config, udp_port[0], sflow),
			 0);
	return *t;
}

static void
begin_with(const char *text)
{
	begin(text);
	strcpy(path + strlen(path) - 6, "XXXXXX");
	close(mkstemp(path));
	write_file(path, text);
	answers = answers_create(f, path);
	ck_assert_ptr_nonnull(answers);
}

static void
setup(void)
{
	memset(&got, 0, sizeof(got));
	for (unsigned int i = 0; i < COLLECTORS; i++) {
		udp_port[i] = 0;
		bind_collector(i);
	}
}

static void
teardown(void)
{
	answers_free(answers);
	answers = NULL;
	unlink(path);
	for (unsigned int i = 0; i < COLLECTORS; i++)
		close(collector[i]);
}

static void
keep(const struct sflow_read_sample *s)
{
	ck_assert_uint_lt(got.n, SAMPLES);
	got.sample[got.n] = *s;
	ck_assert_uint_le(s->size, SFLOW_HEADER_MAX);
	if (s->size > 0)
		memcpy(got.header[got.n], s->header, s->size);
	got.n++;
}

/* Takes what has come; 'each' sees every sample, or NULL: they are kept. */
static void
receive(void (*each)(const struct sflow_read_sample *))
{
	uint8_t octets[2048];
	ssize_t n;

	while ((n = recv(collector[0], octets, sizeof(octets), 0)) > 0) {
		ck_assert_int_le(n, SFLOW_DATAGRAM_MAX);
		sflow_read(octets, (uint32_t)n, &got.last);
		ck_assert_uint_gt(got.last.n, 0);
		if (got.datagrams++ > 0)
			ck_assert_uint_eq(got.last.sequence, got.sequence + 1);
		got.sequence = got.last.sequence;
		for (uint32_t i = 0; i < got.last.n; i++)
			(each != NULL ? each : keep)(&got.last.sample[i]);
	}
}

static void
turn(void)
{
	while (answers_turn(answers))
		receive(NULL);
	receive(NULL);
}

/* Control has its turns for so long. */
static void
pass_time(uint64_t ns)
{
	for (uint64_t end = f->now + ns; f->now < end;) {
		uint64_t left = end - f->now;

		harness_at(h, f->now + (left < CLOCK_SECOND / 4
						? left
						: CLOCK_SECOND / 4));
		turn();
	}
}

/* Takes the samples of what has been sent; their number. */
static unsigned int
samples(void)
{
	got.n = 0;
	turn();
	pass_time(CLOCK_SECOND);
	return got.n;
}

static uint8_t *
send_frame(const char *port, uint64_t src, uint64_t dst, uint16_t type,
	   uint32_t len)
{
	uint8_t *frame = harness_frame(h, src, dst, type, len);

	harness_send(h, port, frame, len);
	return frame;
}

static const json_t *
show(struct request *q, const char *key)
{
	request_ask(q, answers, "sflow show", "{}");
	ck_assert_int_eq(q->verdict, CTL_END);
	return json_object_get(q->result, key);
}

static uint64_t
shown(const char *key)
{
	struct request q;
	uint64_t n = (uint64_t)json_integer_value(show(&q, key));

	request_end(&q);
	return n;
}

/* Of the row of a port. */
static uint64_t
shown_of(const char *port, const char *key)
{
	struct request q;
	const json_t *rows = show(&q, "ports");
	uint64_t n = UINT64_MAX;

	for (size_t i = 0; i < json_array_size(rows); i++)
		if (strcmp(json_string_value(request_at(rows, i, "port")),
			   port) == 0)
			n = (uint64_t)json_integer_value(
				request_at(rows, i, key));
	request_end(&q);
	ck_assert_uint_ne(n, UINT64_MAX);
	return n;
}

/* What a sample says. */

START_TEST(a_sample_has_the_header_the_ports_and_the_vlan_of_the_lan)
{
	const struct sflow_read_sample *s = got.sample;
	uint8_t *frame;

	begin_with(with(CONFIG, ALL "agent = 192.0.2.77\nsub_agent = 3\n"));
	turn();
	frame = send_frame("a", ALICE, BOB, FRAME_IPV4, 60);
	harness_expect_out(h, "b");
	ck_assert_uint_eq(samples(), 1);
	ck_assert_uint_eq(got.last.family, 1);
	ck_assert_mem_eq(got.last.agent, "\xc0\0\x02\x4d", 4);
	ck_assert_uint_eq(got.last.sub_agent, 3);
	ck_assert_uint_eq(s->format, 1);
	ck_assert_uint_eq(s->sequence, 1);
	ck_assert_uint_eq(s->source, 1001);
	ck_assert_uint_eq(s->rate, 1);
	ck_assert_uint_eq(s->pool, 1);
	ck_assert_uint_eq(s->drops, 0);
	ck_assert_uint_eq(s->input, 1001);
	ck_assert_uint_eq(s->output_format, 0);
	ck_assert_uint_eq(s->output, 1002);
	ck_assert_uint_eq(s->protocol, 1);
	ck_assert_uint_eq(s->length, 64);
	ck_assert_uint_eq(s->stripped, 4);
	ck_assert_uint_eq(s->size, 60);
	ck_assert_mem_eq(got.header[0], frame, 60);
	ck_assert(s->has_switch);
	ck_assert_uint_eq(s->src_vlan, 10);
	ck_assert_uint_eq(s->dst_vlan, 10);
	ck_assert_uint_eq(s->src_priority, 0);
}
END_TEST

START_TEST(a_large_frame_is_cut_and_keeps_its_length)
{
	uint8_t *frame;

	begin_with(with(CONFIG, ALL "header = 64\n"));
	turn();
	frame = send_frame("a", ALICE, BOB, FRAME_IPV4, 1514);
	ck_assert_uint_eq(samples(), 1);
	ck_assert_uint_eq(got.sample[0].length, 1518);
	ck_assert_uint_eq(got.sample[0].size, 64);
	ck_assert_mem_eq(got.header[0], frame, 64);
	/* Without the key: the address that the collector is reached from. */
	ck_assert_mem_eq(got.last.agent, "\x7f\0\0\x01", 4);
}
END_TEST

START_TEST(the_tag_of_a_port_is_stripped_and_its_priority_kept)
{
	const struct sflow_read_sample *s = got.sample;
	uint8_t *frame, want[64];

	begin_with(with(CONFIG, ALL));
	turn();
	frame = harness_frame(h, DAVE, ALICE, FRAME_CTAG, 104);
	frame_write16(frame + 14, 0xa000 | 101);
	frame_write16(frame + 16, FRAME_IPV4);
	memcpy(want, frame, 12);
	memcpy(want + 12, frame + 16, 52);
	harness_send(h, "trunk", frame, 104);
	ck_assert_uint_eq(harness_sent(h, "a"), 1);
	ck_assert_uint_eq(samples(), 1);
	ck_assert_uint_eq(s->source, 1005);
	ck_assert_uint_eq(s->input, 1005);
	ck_assert_uint_eq(s->output, 1001);
	ck_assert_uint_eq(s->length, 108);
	ck_assert_uint_eq(s->stripped, 8);
	ck_assert_uint_eq(s->size, 100);
	ck_assert_mem_eq(got.header[0], want, sizeof(want));
	ck_assert_uint_eq(s->src_vlan, 10);
	ck_assert_uint_eq(s->src_priority, 5);
	/* To a tagged port: as it came, and nothing of what leaves. */
	frame = send_frame("a", ALICE, DAVE, FRAME_IPV4, 60);
	ck_assert_uint_eq(harness_sent(h, "t"), 1);
	ck_assert_uint_eq(samples(), 1);
	ck_assert_uint_eq(s->output, 1005);
	ck_assert_uint_eq(s->stripped, 4);
	ck_assert_mem_eq(got.header[0], frame, 60);
}
END_TEST

START_TEST(a_priority_tag_is_stripped_where_it_counts_as_none)
{
	uint8_t *frame;

	begin_with(with(LAN A "allow_prio_tag = on\n" B, ALL));
	turn();
	frame = harness_frame(h, ALICE, BOB, FRAME_CTAG, 64);
	frame_write16(frame + 14, 0x6000);
	frame_write16(frame + 16, FRAME_IPV4);
	harness_send(h, "a", frame, 64);
	ck_assert_uint_eq(harness_sent(h, "b"), 1);
	ck_assert_uint_eq(samples(), 1);
	ck_assert_uint_eq(got.sample[0].stripped, 8);
	ck_assert_uint_eq(got.sample[0].src_priority, 3);
	ck_assert_uint_eq(frame_read16(got.header[0] + 12), FRAME_IPV4);
	/* Where it does not, the frame is dropped, and stays whole. */
	frame = harness_frame(h, BOB, ALICE, FRAME_CTAG, 64);
	frame_write16(frame + 14, 0x6000);
	harness_send(h, "b", frame, 64);
	harness_expect_drop(h, "b", DROP_tag_not_allowed);
	ck_assert_uint_eq(samples(), 1);
	ck_assert_uint_eq(got.sample[0].stripped, 4);
	ck_assert_uint_eq(frame_read16(got.header[0] + 12), FRAME_CTAG);
}
END_TEST

static const struct {
	const char *port;
	uint64_t src, dst;
	uint16_t type;
	enum drop why; /* DROP_NONE: flooded */
	uint32_t format, value;
} fates[] = {
	{ "a", ALICE, MAC_BROADCAST, FRAME_ARP, DROP_NONE, 2, 3 },
	{ "a", ALICE, MALLORY, FRAME_IPV4, DROP_unknown_unicast, 1, 267 },
	{ "a", MALLORY, BOB, FRAME_IPV4, DROP_mac_lock, 1, 304 },
	{ "a", ALICE, ALICE, FRAME_IPV4, DROP_smac_eq_dmac, 1, 293 },
	{ "a", ALICE, BOB, 0x88b5, DROP_ethertype, 1, 270 },
	{ "a", ALICE, BOB, 0x0040, DROP_llc_snap, 1, 308 },
	{ "a", ALICE, MAC_BROADCAST, FRAME_IPV4, DROP_bcast_not_arp, 1, 258 },
	{ "trunk", ALICE, BOB, FRAME_IPV4, DROP_untagged_not_allowed, 0, 0 },
};

/* The last one has no LAN, so it has no samples. */
START_TEST(the_output_says_what_became_of_the_frame)
{
	const struct sflow_read_sample *s = got.sample;

	begin_with(with(CONFIG, ALL));
	turn();
	send_frame(fates[_i].port, fates[_i].src, fates[_i].dst, fates[_i].type,
		   60);
	if (fates[_i].why != DROP_NONE)
		harness_expect_drop(h, fates[_i].port, fates[_i].why);
	ck_assert_uint_eq(samples(), fates[_i].value != 0);
	if (fates[_i].value == 0)
		return;
	ck_assert_uint_eq(s->input, 1001);
	ck_assert_uint_eq(s->output_format, fates[_i].format);
	ck_assert_uint_eq(s->output, fates[_i].value);
	ck_assert_uint_eq(s->src_vlan, 10);
}
END_TEST

START_TEST(a_frame_that_its_egress_port_refuses_has_that_reason)
{
	begin_with(with("[acl none]\nrule = deny any\n" LAN A B
			"acl_out = none\n" C,
			ALL));
	turn();
	send_frame("a", ALICE, BOB, FRAME_IPV4, 60);
	harness_expect_drop(h, "b", DROP_egress_acl);
	ck_assert_uint_eq(samples(), 1);
	ck_assert_uint_eq(got.sample[0].input, 1001);
	ck_assert_uint_eq(got.sample[0].output_format, 1);
	ck_assert_uint_eq(got.sample[0].output, 258);
	/* One copy of a flood: the frame is flooded all the same. */
	send_frame("a", ALICE, MAC_BROADCAST, FRAME_ARP, 60);
	ck_assert_uint_eq(harness_sent(h, "c"), 1);
	ck_assert_uint_eq(samples(), 1);
	ck_assert_uint_eq(got.sample[0].output_format, 2);
	ck_assert_uint_eq(got.sample[0].output, 2);
}
END_TEST

START_TEST(a_frame_for_the_fabric_has_an_internal_output)
{
	uint8_t *frame;

	begin_with(with("[lan l]\nvlan = 10\nipv4 = 192.0.2.0/24\n"
			"sponge = on\nsponge_mac = 02:53:00:00:00:01\n"
			"sponge_ipv4 = 192.0.2.250\n" A "ipv4 = 192.0.2.1\n" B,
			ALL));
	turn();
	frame = harness_frame(h, ALICE, UINT64_C(0x025300000001), FRAME_ARP,
			      60);
	memcpy(frame + 28, "\xc0\0\x02\x01", 4);
	frame[21] = 2; /* an ARP reply to the fabric */
	memcpy(frame + 38, "\xc0\0\x02\xfa", 4);
	harness_send(h, "a", frame, 60);
	ck_assert_uint_eq(samples(), 1);
	ck_assert_uint_eq(got.sample[0].output_format, 0);
	ck_assert_uint_eq(got.sample[0].output, SFLOW_INTERNAL);
}
END_TEST

/* A frame of each kind in one burst: every one keeps its own fate. */
START_TEST(samples_of_one_burst_keep_their_fates)
{
	const void *frame[4];
	uint32_t len[4] = { 60, 60, 60, 60 };

	begin_with(with(CONFIG, ALL));
	turn();
	frame[0] = harness_frame(h, ALICE, BOB, FRAME_IPV4, 60);
	frame[1] = harness_frame(h, MALLORY, BOB, FRAME_IPV4, 60);
	frame[2] = harness_frame(h, ALICE, MAC_BROADCAST, FRAME_ARP, 60);
	frame[3] = harness_frame(h, ALICE, CAROL, FRAME_IPV4, 60);
	lockstep_burst(f, fabric_port_id(f, "a"), 4, frame, len, f->now);
	ck_assert_uint_eq(samples(), 4);
	for (unsigned int i = 0; i < 4; i++) {
		ck_assert_uint_eq(got.sample[i].sequence, i + 1);
		ck_assert_mem_eq(got.header[i], frame[i], 60);
	}
	ck_assert_uint_eq(got.sample[0].output, 1002);
	ck_assert_uint_eq(got.sample[1].output_format, 1);
	ck_assert_uint_eq(got.sample[1].output, 304);
	ck_assert_uint_eq(got.sample[2].output_format, 2);
	ck_assert_uint_eq(got.sample[3].output_format, 0);
	ck_assert_uint_eq(got.sample[3].output, 1003);
}
END_TEST

START_TEST(every_drop_reason_has_a_code)
{
	for (enum drop why = DROP_NONE + 1; why < DROP_N; why++)
		ck_assert_msg(discard_code(why) >= 257 &&
				      discard_code(why) <= 361,
			      "%s: %u", drop_name(why), discard_code(why));
	ck_assert_uint_eq(discard_code(DROP_acl), 258);
	ck_assert_uint_eq(discard_code(DROP_tx_full), 259);
	ck_assert_uint_eq(discard_code(DROP_storm_bcast), 261);
	ck_assert_uint_eq(discard_code(DROP_nd_hoplimit), 359);
}
END_TEST

/* Which frames are samples. */

START_TEST(only_what_comes_in_by_a_port_with_a_rate_is_sampled)
{
	begin_with(with(LAN A "sflow_rate = 0\n" B C, ALL));
	turn();
	send_frame("a", ALICE, BOB, FRAME_IPV4, 60);
	send_frame("a", MALLORY, BOB, FRAME_IPV4, 60);
	ck_assert_uint_eq(samples(), 0);
	send_frame("b", BOB, ALICE, FRAME_IPV4, 60);
	ck_assert_uint_eq(samples(), 1);
	ck_assert_uint_eq(got.sample[0].source, 1002);
	ck_assert_uint_eq(got.sample[0].output, 1001);
	ck_assert_uint_eq(shown_of("a", "rate"), 0);
	ck_assert_uint_eq(shown_of("a", "samples"), 0);
	ck_assert_uint_eq(shown_of("a", "pool"), 2);
	ck_assert_uint_eq(shown_of("b", "rate"), 1);
	ck_assert_uint_eq(shown_of("b", "samples"), 1);
}
END_TEST

START_TEST(without_a_collector_workers_have_no_sampler)
{
	begin_with(CONFIG "[sflow]\nrate = 1\n");
	turn();
	ck_assert_ptr_null(atomic_load(&f->worker[0]->sampler));
	send_frame("a", ALICE, BOB, FRAME_IPV4, 60);
	ck_assert_uint_eq(samples(), 0);
	ck_assert_ptr_null(f->worker[0]->sampler_room);
}
END_TEST

/* Frame 'n' of port a: to b, with its number behind the header of TCP. */
static void
number_frame(uint8_t *frame, uint32_t n)
{
	memcpy(frame + 54, &n, sizeof(n));
}

static uint32_t
number_of(const uint8_t *header)
{
	uint32_t n;

	memcpy(&n, header + 54, sizeof(n));
	return n;
}

static void
send_numbered(uint32_t first, unsigned int n)
{
	static uint8_t frame[BURST_MAX][60];
	const void *at[BURST_MAX];
	uint32_t len[BURST_MAX];
	uint8_t *like = harness_frame(h, ALICE, BOB, FRAME_IPV4, 60);

	harness_clear(h);
	for (unsigned int i = 0; i < n; i++) {
		memcpy(frame[i], like, 60);
		number_frame(frame[i], first + i);
		at[i] = frame[i];
		len[i] = 60;
	}
	lockstep_burst(f, fabric_port_id(f, "a"), n, at, len, f->now);
}

#define NUMBERED 4096

START_TEST(the_size_of_bursts_does_not_matter)
{
	static const unsigned int sizes[] = { 64, 7, 33 };
	static uint32_t want[SAMPLES];
	unsigned int nwant = 0;

	for (unsigned int k = 0; k < 3; k++) {
		begin_with(with(CONFIG, "rate = 16\npolling = 0s\n"));
		turn();
		got.datagrams = 0;
		for (uint32_t i = 0; i < NUMBERED;) {
			unsigned int n = sizes[k] < NUMBERED - i ? sizes[k]
								 : NUMBERED - i;

			send_numbered(i, n);
			i += n;
		}
		samples();
		ck_assert_uint_gt(got.n, NUMBERED / 16 * 3 / 4);
		ck_assert_uint_lt(got.n, NUMBERED / 16 * 5 / 4);
		if (k == 0)
			nwant = got.n;
		ck_assert_uint_eq(got.n, nwant);
		for (unsigned int i = 0; i < nwant; i++) {
			if (k == 0)
				want[i] = number_of(got.header[i]);
			ck_assert_uint_eq(number_of(got.header[i]), want[i]);
		}
		answers_free(answers);
		answers = NULL;
		unlink(path);
	}
}
END_TEST

START_TEST(the_distances_are_random_with_the_rate_as_their_mean)
{
	unsigned int seen[32] = { 0 };
	uint32_t last = UINT32_MAX;
	uint64_t sum = 0;

	begin_with(with(CONFIG, "rate = 16\npolling = 0s\n"));
	turn();
	got.n = 0;
	for (uint32_t i = 0; i < 16 * NUMBERED / 2; i += 64) {
		send_numbered(i, 64);
		turn();
	}
	pass_time(CLOCK_SECOND);
	ck_assert_uint_gt(got.n, NUMBERED / 4);
	for (unsigned int i = 0; i < got.n; i++) {
		uint32_t n = number_of(got.header[i]), gap = n - last;

		ck_assert_uint_ge(gap, 1);
		ck_assert_uint_le(gap, 31);
		seen[gap]++;
		sum += gap;
		last = n;
	}
	/* 2,048 of them: the mean is off by some 0.2 at the most. */
	ck_assert_double_eq_tol((double)sum / got.n, 16, 0.8);
	for (unsigned int i = 1; i <= 31; i++)
		ck_assert_msg(seen[i] > got.n / 62 && seen[i] < got.n / 20,
			      "distance %u: %u times", i, seen[i]);
}
END_TEST

/* A second worker gets frames of the same port. */
static void
send_by(struct worker *w, unsigned int n)
{
	uint8_t *frame = harness_frame(h, ALICE, BOB, FRAME_IPV4, 60);
	struct burst *b = w->rx;

	b->n = n;
	b->bad = 0;
	b->device = view_egress(f->view, f->view->port[fabric_port_id(f, "a")]);
	for (unsigned int i = 0; i < n; i++) {
		b->pkt[i] = mbufs_make(f->pool, frame, 60);
		b->len[i] = 60;
	}
	worker_frames(w, f->view, f->now);
	worker_flush(w, f->view);
	harness_clear(h);
}

START_TEST(the_pool_is_that_of_all_workers)
{
	unsigned int frames = 0, k = 0;

	begin(with(CONFIG, "rate = 64\npolling = 0s\n"));
	f->worker[1] = worker_create(1, f->worker[0]->copies, NULL);
	f->nworkers = 2;
	harness_skip_accounts(h);
	answers = answers_create(f, "/nonexistent");
	turn();
	/* Of three bursts the second worker has one. */
	got.n = 0;
	for (unsigned int i = 0; i < 1500; i++) {
		send_by(f->worker[i % 3 == 2], 64);
		frames += 64;
		if (i % 100 == 99)
			turn();
	}
	pass_time(CLOCK_SECOND);
	ck_assert_uint_eq(got.sample[got.n - 1].pool, frames);
	ck_assert_uint_gt(got.n, frames / 64 * 95 / 100);
	ck_assert_uint_lt(got.n, frames / 64 * 105 / 100);
	for (k = 1; k < got.n; k++)
		ck_assert_uint_ge(got.sample[k].pool, got.sample[k - 1].pool);
	ck_assert_uint_eq(samplers_count(f, 0).taken, got.n);
	worker_free(f->worker[1]);
	f->nworkers = 1;
}
END_TEST

/* 2 MiB take some 13,000 samples of 60 octets in room for 128. */
START_TEST(a_full_ring_loses_samples_and_no_frame)
{
	struct port_stats s;
	unsigned int frames = 0, before;
	uint32_t drops;

	begin_with(with(CONFIG, ALL));
	turn();
	while (samplers_count(f, fabric_port_id(f, "a")).lost < 1000) {
		send_numbered(frames, 64);
		ck_assert_uint_eq(harness_sent(h, "b"), 64);
		frames += 64;
		ck_assert_uint_lt(frames, 30000);
	}
	drops = (uint32_t)samplers_count(f, fabric_port_id(f, "a")).lost;
	stats_port(f, fabric_port_id(f, "a"), &s);
	ck_assert_uint_eq(s.forwarded, frames);
	before = 0;
	while (answers_turn(answers)) {
		receive(NULL);
		before += got.n;
		got.n = 0;
	}
	receive(NULL);
	before += got.n;
	before += samples();
	ck_assert_uint_eq(before + drops, frames);
	ck_assert_uint_eq(got.sample[0].drops, drops);
	ck_assert_uint_eq(got.sample[0].pool, frames);
	ck_assert_uint_eq(shown_of("a", "lost"), drops);
	ck_assert_uint_eq(shown_of("a", "samples"), before);
	ck_assert_uint_eq(shown_of("b", "lost"), 0);
	ck_assert_uint_eq(shown("lost"), drops);
	/* There is room again. */
	send_numbered(0, 64);
	ck_assert_uint_eq(samples(), 64);
	ck_assert_uint_eq(got.sample[63].drops, drops);
}
END_TEST

/* How they are sent. */

START_TEST(each_collector_gets_the_same_within_a_second)
{
	char text[1024];
	uint8_t octets[2][2048];
	ssize_t n[2];

	snprintf(text, sizeof(text), "collector = 127.0.0.1:%u\n" ALL,
		 udp_port[1]);
	begin_with(with(CONFIG, text));
	turn();
	send_frame("a", ALICE, BOB, FRAME_IPV4, 60);
	/* Control looks every 20 ms at the least. */
	for (unsigned int i = 0; i < 49; i++) {
		harness_at(h, f->now + 20 * CLOCK_MILLISECOND);
		answers_turn(answers);
	}
	for (unsigned int i = 0; i < 2; i++) {
		n[i] = recv(collector[i], octets[i], sizeof(octets[i]), 0);
		ck_assert_int_gt(n[i], 0);
	}
	ck_assert_int_eq(n[0], n[1]);
	ck_assert_mem_eq(octets[0], octets[1], (size_t)n[0]);
	ck_assert_uint_eq(shown("datagrams"), 1);
}
END_TEST

START_TEST(a_full_datagram_goes_at_once)
{
	begin_with(with(CONFIG, ALL "header = 64\n"));
	turn();
	got.n = 0;
	send_numbered(0, 64);
	turn();
	ck_assert_uint_ge(got.n, 55);
	ck_assert_uint_ge(got.last.n, 8);
	pass_time(CLOCK_SECOND);
	ck_assert_uint_eq(got.n, 64);
}
END_TEST

static unsigned int
events(const char *text)
{
	unsigned int n = 0;

	for (unsigned int i = 0; i < harness_events(h); i++)
		n += strstr(harness_event(h, i), text) != NULL;
	return n;
}

/* Of ixctl status. */
static size_t
problems(const char *text)
{
	struct request q;
	const json_t *list;
	size_t n = 0;

	request_ask(&q, answers, "status", "{}");
	ck_assert_int_eq(q.verdict, CTL_END);
	list = json_object_get(q.result, "problems");
	for (size_t i = 0; i < json_array_size(list); i++)
		n += strcmp(json_string_value(json_array_get(list, i)), text) ==
		     0;
	request_end(&q);
	return n;
}

START_TEST(a_collector_that_is_gone_is_logged_once_and_costs_no_frame)
{
	char problem[128];
	struct request q;
	const json_t *row;

	begin_with(with(CONFIG, ALL));
	turn();
	snprintf(problem, sizeof(problem),
		 "sFlow collector 127.0.0.1:%u: Connection refused",
		 udp_port[0]);
	ck_assert_uint_eq(problems(problem), 0);
	close(collector[0]);
	for (unsigned int i = 0; i < 20; i++) {
		send_frame("a", ALICE, BOB, FRAME_IPV4, 60);
		harness_expect_out(h, "b");
		harness_at(h, f->now + CLOCK_SECOND);
		answers_turn(answers);
	}
	ck_assert_uint_eq(events("sFlow collector 127.0.0.1:"), 1);
	ck_assert_uint_eq(events("Connection refused"), 1);
	row = json_array_get(show(&q, "collectors"), 0);
	ck_assert_str_eq(json_string_value(json_object_get(row, "fault")),
			 "Connection refused");
	request_end(&q);
	ck_assert_uint_eq(problems(problem), 1);
	/* It is back: that is logged once, too, when a minute was quiet. */
	bind_collector(0);
	for (unsigned int i = 0; i < 70; i++) {
		send_frame("a", ALICE, BOB, FRAME_IPV4, 60);
		harness_at(h, f->now + CLOCK_SECOND);
		answers_turn(answers);
	}
	ck_assert_uint_eq(events("no error any more"), 1);
	ck_assert_uint_eq(events("sFlow collector"), 2);
	ck_assert_uint_eq(problems(problem), 0);
	row = json_array_get(show(&q, "collectors"), 0);
	ck_assert(json_is_null(json_object_get(row, "fault")));
	request_end(&q);
}
END_TEST

/* Applies. */

static void
apply(const char *text)
{
	harness_apply(h, text);
	turn();
}

START_TEST(keys_apply_while_samples_are_taken)
{
	begin_with(with(CONFIG, ALL));
	turn();
	send_frame("a", ALICE, BOB, FRAME_IPV4, 60);
	/* What was sampled before the apply is of the configuration before. */
	got.n = 0;
	apply(with("[lan l]\nvlan = 20\nprofile = ixp-basic\n"
		   "ipv4 = 192.0.2.0/24\n" A B C TAGS,
		   ALL "header = 64\nsub_agent = 9\n"));
	ck_assert_uint_eq(got.n, 1);
	ck_assert_uint_eq(got.sample[0].src_vlan, 10);
	ck_assert_uint_eq(got.last.sub_agent, 0);
	send_frame("a", ALICE, BOB, FRAME_IPV4, 100);
	ck_assert_uint_eq(samples(), 1);
	ck_assert_uint_eq(got.sample[0].src_vlan, 20);
	ck_assert_uint_eq(got.sample[0].size, 64);
	ck_assert_uint_eq(got.sample[0].sequence, 2);
	ck_assert_uint_eq(got.last.sub_agent, 9);
	apply(with(CONFIG, "rate = 0\npolling = 0s\n"));
	send_frame("a", ALICE, BOB, FRAME_IPV4, 60);
	ck_assert_uint_eq(samples(), 0);
	apply(CONFIG);
	ck_assert_ptr_null(atomic_load(&f->worker[0]->sampler));
	send_frame("a", ALICE, BOB, FRAME_IPV4, 60);
	ck_assert_uint_eq(samples(), 0);
	apply(with(CONFIG, ALL));
	send_frame("a", ALICE, BOB, FRAME_IPV4, 60);
	ck_assert_uint_eq(samples(), 1);
	ck_assert_uint_eq(got.sample[0].sequence, 3);
	ck_assert_uint_eq(got.sample[0].pool, 5);
	ck_assert_uint_eq(got.sample[0].drops, 0);
}
END_TEST

#define M "[lan m]\nvlan = 30\nprofile = ixp-basic\nipv4 = 198.51.100.0/24\n"
#define A_OF_M                                                                 \
	"[port a]\ndevice = net_null0\nlan = m\nindex = 1001\n"                \
	"mac = 02:00:00:00:00:01\n"

/* Frames in the LAN of before that control sees after it follows the apply. */
START_TEST(a_sample_of_another_lan_than_the_port_has_now_is_lost)
{
	begin_with(with(LAN M A B C, ALL));
	turn();
	harness_apply(h, with(LAN M A_OF_M B C, ALL));
	send_frame("a", ALICE, BOB, FRAME_IPV4, 60);
	got.n = 0;
	turn();
	ck_assert_uint_eq(samples(), 0);
	ck_assert_uint_eq(shown_of("a", "lost"), 1);
	send_frame("a", ALICE, BOB, FRAME_IPV4, 60);
	ck_assert_uint_eq(samples(), 1);
	ck_assert_uint_eq(got.sample[0].src_vlan, 30);
	ck_assert_uint_eq(got.sample[0].drops, 1);
}
END_TEST

START_TEST(a_port_that_goes_takes_its_rate_with_it)
{
	begin_with(with(CONFIG, ALL));
	turn();
	send_frame("c", CAROL, BOB, FRAME_IPV4, 60);
	ck_assert_uint_eq(samples(), 1);
	apply(with(LAN A B TAGS, ALL));
	/* Another port with its id begins with new counts. */
	apply(with(LAN A B TAGS
		   "[port d]\ndevice = net_null4\nlan = l\nindex = 1009\n"
		   "mac = 02:00:00:00:00:09\n",
		   ALL));
	send_frame("d", 0x020000000009, BOB, FRAME_IPV4, 60);
	ck_assert_uint_eq(samples(), 1);
	ck_assert_uint_eq(got.sample[0].source, 1009);
	ck_assert_uint_eq(got.sample[0].sequence, 1);
	ck_assert_uint_eq(got.sample[0].pool, 1);
}
END_TEST

START_TEST(a_rate_follows_the_speed_of_the_link)
{
	static const struct {
		uint32_t speed, rate;
	} rates[] = { { 1000, 1024 },    { 10000, 4096 }, { 40000, 8192 },
		      { 100000, 32768 }, { 25000, 8192 }, { 0, 8192 } };
	uint16_t id;

	begin_with(with(CONFIG, "polling = 0s\n"));
	id = egress_device(&f->port[fabric_port_id(f, "a")]->egress);
	for (unsigned int i = 0; i < 6; i++) {
		f->device[id]->speed = rates[i].speed;
		turn();
		ck_assert_uint_eq(shown_of("a", "rate"), rates[i].rate);
		ck_assert_uint_eq(shown_of("b", "rate"), 8192);
		ck_assert_uint_eq(shown_of("trunk", "rate"), 0);
	}
}
END_TEST

/* Reports of dropped frames. */

START_TEST(dropped_frames_are_reported_with_their_reasons_if_asked)
{
	const struct sflow_read_sample *s = got.sample;
	uint8_t *frame;

	begin_with(with(CONFIG, "rate = 0\npolling = 0s\n"));
	turn();
	send_frame("a", MALLORY, BOB, FRAME_IPV4, 60);
	ck_assert_uint_eq(samples(), 0);
	apply(with(CONFIG, "rate = 0\npolling = 0s\ndiscards = on\n"));
	send_frame("a", ALICE, BOB, FRAME_IPV4, 60);
	ck_assert_uint_eq(samples(), 0);
	frame = send_frame("a", MALLORY, BOB, FRAME_IPV4, 200);
	harness_expect_drop(h, "a", DROP_mac_lock);
	ck_assert_uint_eq(samples(), 1);
	ck_assert_uint_eq(s->format, 5);
	ck_assert_uint_eq(s->sequence, 1);
	ck_assert_uint_eq(s->source, 1001);
	ck_assert_uint_eq(s->input, 1001);
	ck_assert_uint_eq(s->output, 0);
	ck_assert_uint_eq(s->drops, 0);
	ck_assert_uint_eq(s->reason, 304);
	ck_assert_uint_eq(s->length, 204);
	ck_assert_uint_eq(s->size, 128);
	ck_assert_mem_eq(got.header[0], frame, 128);
	ck_assert_uint_eq(s->src_vlan, 10);
	ck_assert_uint_eq(shown("discarded_packets"), 1);
	ck_assert_uint_eq(shown("samples"), 0);
}
END_TEST

/* Of one port no more than half, so that others have a share, and so on. */
START_TEST(reports_of_drops_are_bounded_and_shared)
{
	static const char *const port[] = { "a", "b", "c" };
	static const unsigned int reported[] = { 50, 25, 13 };
	unsigned int of[3] = { 0 };

	begin_with(with(CONFIG, "rate = 0\npolling = 0s\ndiscards = on\n"));
	turn();
	got.n = 0;
	harness_at(h, f->now / CLOCK_SECOND * CLOCK_SECOND + CLOCK_SECOND);
	for (unsigned int k = 0; k < 3; k++) {
		for (unsigned int i = 0; i < 300; i++)
			send_frame(port[k], MALLORY, 0x02000000000a, FRAME_IPV4,
				   60);
		turn();
	}
	harness_at(h, f->now + CLOCK_SECOND);
	turn();
	for (unsigned int i = 0; i < got.n; i++)
		of[got.sample[i].source - 1001]++;
	for (unsigned int k = 0; k < 3; k++)
		ck_assert_uint_eq(of[k], reported[k]);
	ck_assert_uint_le(got.n, SAMPLES_DISCARDS_MAX);
	/* The worker bounds those of each port, so that the ring has room. */
	ck_assert_uint_eq(samplers_count(f, fabric_port_id(f, "b")).undiscarded,
			  250);
	/* In the next second there are some again, and those that were not. */
	send_frame("a", MALLORY, BOB, FRAME_IPV4, 60);
	ck_assert_uint_eq(samples(), 1);
	ck_assert_uint_eq(got.sample[0].drops, 250);
	send_frame("b", MALLORY, ALICE, FRAME_IPV4, 60);
	ck_assert_uint_eq(samples(), 1);
	ck_assert_uint_eq(got.sample[0].drops, 275);
}
END_TEST

/* Counters. */

START_TEST(the_counters_of_a_port_are_those_of_port_stats)
{
	const struct sflow_read_sample *s = NULL;
	struct port_stats n;

	begin_with(with(CONFIG, "rate = 0\npolling = 30s\n"));
	turn();
	for (unsigned int i = 0; i < 5; i++)
		send_frame("a", ALICE, BOB, FRAME_IPV4, 100);
	send_frame("a", ALICE, MAC_BROADCAST, FRAME_ARP, 60);
	send_frame("a", MALLORY, BOB, FRAME_IPV4, 60);
	send_frame("a", ALICE, BOB, 0x88b5, 60);
	send_frame("a", ALICE, BOB, FRAME_IPV4, 10);
	send_frame("b", BOB, ALICE, FRAME_IPV4, 1514);
	got.n = 0;
	pass_time(31 * CLOCK_SECOND);
	ck_assert_uint_ge(got.n, 5);
	for (unsigned int i = 0; i < 5; i++)
		if (got.sample[i].index == 1001)
			s = &got.sample[i];
	ck_assert_ptr_nonnull(s);
	stats_port(f, fabric_port_id(f, "a"), &n);
	ck_assert_uint_eq(s->format, 2);
	ck_assert_uint_eq(s->source, 1001);
	ck_assert_uint_eq(s->sequence, 1);
	ck_assert_str_eq(s->name, "a");
	ck_assert_uint_eq(s->status, 3);
	ck_assert_uint_eq(s->in_octets, n.rx_bytes + 4 * n.rx_frames);
	ck_assert_uint_eq(s->in_ucast, 5);
	ck_assert_uint_eq(s->in_bcast, 1);
	ck_assert_uint_eq(s->in_mcast, 0);
	ck_assert_uint_eq(s->in_discards, 1);
	ck_assert_uint_eq(s->in_unknown, 1);
	ck_assert_uint_eq(s->in_errors, 1);
	ck_assert_uint_eq(s->out_octets, 1518);
	ck_assert_uint_eq(s->out_ucast, 1);
	ck_assert_uint_eq(s->out_discards, 0);
}
END_TEST

#define LINKS                                                                  \
	"[port d]\ndevice = net_null4\ndevice = net_null5,copy=1\n"            \
	"lacp = active\nlan = l\nindex = 1006\nmac = 02:00:00:00:00:04\n"

/* The device of a link, or NULL. */
static const struct device_rt *
device_of(const char *spec)
{
	for (unsigned int i = 0; i < PORTS_MAX; i++)
		if (f->device[i] != NULL &&
		    strcmp(f->device[i]->spec, spec) == 0)
			return f->device[i];
	return NULL;
}

/* A frame comes in by that link. */
static void
receive_by(const char *spec, uint64_t src, uint64_t dst)
{
	lockstep_frame_by(f, device_of(spec)->id,
			  harness_frame(h, src, dst, FRAME_IPV4, 60), 60, 60,
			  false, f->now);
}

START_TEST(a_link_of_a_lag_is_a_source_of_its_own)
{
	uint32_t one, two;

	begin_with(with(LAN A LINKS, ALL));
	turn();
	one = device_of("net_null4")->index;
	two = device_of("net_null5,copy=1")->index;
	receive_by("net_null4", DAVE, ALICE);
	receive_by("net_null5,copy=1", DAVE, ALICE);
	receive_by("net_null5,copy=1", DAVE, ALICE);
	send_frame("a", ALICE, DAVE, FRAME_IPV4, 60);
	ck_assert_uint_eq(samples(), 4);
	ck_assert_uint_eq(got.sample[0].source, one);
	ck_assert_uint_eq(got.sample[0].input, one);
	ck_assert_uint_eq(got.sample[0].sequence, 1);
	ck_assert_uint_eq(got.sample[0].output, 1001);
	ck_assert_uint_eq(got.sample[1].source, two);
	ck_assert_uint_eq(got.sample[1].sequence, 1);
	ck_assert_uint_eq(got.sample[2].source, two);
	ck_assert_uint_eq(got.sample[2].sequence, 2);
	ck_assert_uint_eq(got.sample[2].pool, 2);
	/* To the LAG, by whichever link. */
	ck_assert_uint_eq(got.sample[3].source, 1001);
	ck_assert_uint_eq(got.sample[3].output, 1006);
}
END_TEST

/* The counters of an interface that have come. */
static const struct sflow_read_sample *
counters_of(uint32_t index)
{
	for (unsigned int i = 0; i < got.n; i++)
		if (got.sample[i].index == index)
			return &got.sample[i];
	ck_abort_msg("no counters of %u", index);
	return NULL;
}

START_TEST(links_have_counters_and_those_of_lacp)
{
	const struct sflow_read_sample *s;
	const struct device_rt *d;

	harness_run_lacp(true);
	begin_with(
		with("[fabric]\nlacp_system = 02:00:00:00:00:aa\n" LAN A LINKS,
		     "rate = 0\npolling = 30s\n"));
	harness_run_lacp(false);
	turn();
	pass_time(31 * CLOCK_SECOND);
	d = device_of("net_null5,copy=1");
	s = counters_of(d->index);
	ck_assert_uint_eq(s->format, 2);
	ck_assert_str_eq(s->name, "d/net_null5");
	ck_assert_uint_eq(s->type, 6);
	ck_assert(s->has_lacp);
	ck_assert_uint_eq(s->actor, UINT64_C(0x0200000000aa));
	ck_assert_uint_eq(s->partner, 0);
	ck_assert_uint_eq(s->attached, 0);
	/* Active and aggregable; the actor has no partner (defaulted). */
	ck_assert_uint_eq(s->state >> 24, 0x05);
	ck_assert_uint_eq(s->state >> 16 & 0x45, 0x45);
	ck_assert_uint_ge(s->lacp[5], 1); /* sent */
	ck_assert_uint_eq(s->lacp[0], 0);
	s = counters_of(1006);
	ck_assert_uint_eq(s->type, 161);
	ck_assert(!s->has_lacp);
	s = counters_of(1001);
	ck_assert_uint_eq(s->type, 6);
	ck_assert(!s->has_lacp);
}
END_TEST

#define MANY 1000

static char *
many_ports(void)
{
	char *text = NULL;
	size_t size;
	FILE *out = open_memstream(&text, &size);

	fprintf(out, "[lan l]\nvlan = 10\nprofile = open\n");
	for (unsigned int i = 0; i < MANY; i++)
		fprintf(out,
			"[port p%u]\ndevice = net_null%u\nlan = l\n"
			"index = %u\n",
			i, i, i + 1);
	fclose(out);
	return text;
}

/* By ifIndex; 0: no counters of it have come. */
static struct {
	unsigned int seen, most;
	struct sflow_read_sample of[MANY + 1];
} counted;

static void
count_port(const struct sflow_read_sample *s)
{
	ck_assert_uint_eq(s->format, 2);
	ck_assert_uint_ge(s->index, 1);
	ck_assert_uint_le(s->index, MANY);
	counted.seen++;
	counted.of[s->index] = *s;
}

static void
check_port(const struct config_port *c)
{
	const struct port_rt *p = runtime_port(f, c->id);
	struct samples_port n = samples_port(answers->samples, p);
	const struct sflow_read_sample *s = &counted.of[n.index];
	struct port_stats k;

	ck_assert_str_eq(s->name, c->id);
	stats_port(f, p->id, &k);
	ck_assert_uint_eq(s->in_octets, k.rx_bytes + 4 * k.rx_frames);
	ck_assert_uint_eq(s->in_ucast + s->in_mcast + s->in_bcast +
				  s->in_discards + s->in_unknown + s->in_errors,
			  k.rx_frames);
	ck_assert_uint_eq(s->out_octets, k.tx_bytes + 4 * k.tx_frames);
	ck_assert_uint_eq(s->out_ucast + s->out_mcast + s->out_bcast,
			  k.tx_frames + stats_drops(&k, true));
	ck_assert_uint_eq(s->out_discards, stats_drops(&k, true));
}

START_TEST(a_thousand_ports_are_spread_over_the_time_and_agree_to_the_frame)
{
	char *text = many_ports(), port[16];

	begin_with(with(text, "rate = 0\npolling = 30s\n"));
	free(text);
	memset(&counted, 0, sizeof(counted));
	answers_turn(answers);
	for (unsigned int i = 0; i < 300; i++) {
		snprintf(port, sizeof(port), "p%u", random32() % MANY);
		send_frame(port, ALICE + random32() % 64,
			   ALICE + random32() % 64, FRAME_IPV4,
			   60 + random32() % 1000);
	}
	harness_clear(h);
	for (unsigned int i = 0; i < 310; i++) {
		unsigned int before = counted.seen;

		harness_at(h, f->now + CLOCK_SECOND / 10);
		for (unsigned int k = 0; k < 5; k++)
			answers_turn(answers);
		receive(count_port);
		if (counted.seen - before > counted.most)
			counted.most = counted.seen - before;
	}
	ck_assert_uint_ge(counted.seen, MANY);
	ck_assert_uint_lt(counted.seen, MANY + 60);
	/* In half a second, for which a datagram waits, some 17 are due. */
	ck_assert_uint_lt(counted.most, 40);
	for (unsigned int i = 0; i < MANY; i++)
		check_port(&f->config->port[i]);
}
END_TEST

/* Ten million frames of all sizes; the octets by samples and by counters. */

static uint64_t estimate, estimated;

static void
add_estimate(const struct sflow_read_sample *s)
{
	estimate += (uint64_t)s->length * s->rate;
	estimated++;
}

#define FRAMES 10000000

static uint16_t
swallow(const struct device *d, uint16_t queue, struct rte_mbuf **pkt,
	uint16_t n)
{
	(void)d, (void)queue;
	rte_pktmbuf_free_bulk(pkt, n);
	return n;
}

/* The harness keeps what leaves, which takes longer than all the rest. */
static void
forget_what_leaves(const char *port)
{
	const struct device *d =
		view_egress(f->view, f->view->port[fabric_port_id(f, port)]);

	((struct device *)(uintptr_t)d)->tx = swallow;
}

START_TEST(samples_of_ten_million_frames_give_the_octets_within_a_percent)
{
	static uint8_t frame[16][1514];
	const void *at[BURST_MAX];
	uint32_t len[BURST_MAX];
	uint64_t frames = CHECK_ROUNDS(FRAMES), octets;
	struct port_stats n;
	uint16_t a;

	begin_with(with("[lan l]\nvlan = 10\nprofile = open\n" A B,
			"rate = 64\npolling = 0s\n"));
	forget_what_leaves("b");
	a = fabric_port_id(f, "a");
	turn();
	for (unsigned int i = 0; i < 16; i++)
		memcpy(frame[i], harness_frame(h, ALICE, BOB, FRAME_IPV4, 60),
		       60);
	for (uint64_t i = 0; i < frames; i += BURST_MAX) {
		for (unsigned int k = 0; k < BURST_MAX; k++) {
			uint32_t r = random32();

			at[k] = frame[r % 16];
			/* Half of them small, as in any network. */
			len[k] = r & 1024 ? 60 : 60 + (r >> 16) % 1455;
		}
		lockstep_burst(f, a, BURST_MAX, at, len, f->now);
		if (i % (64 * BURST_MAX) == 0) {
			answers_turn(answers);
			receive(add_estimate);
		}
	}
	for (unsigned int i = 0; i < 2; i++) {
		harness_at(h, f->now + CLOCK_SECOND);
		answers_turn(answers);
		receive(add_estimate);
	}
	stats_port(f, a, &n);
	ck_assert_uint_ge(n.rx_frames, frames);
	octets = n.rx_bytes + 4 * n.rx_frames;
	ck_assert_uint_eq(shown_of("a", "lost"), 0);
	ck_assert_uint_eq(shown_of("a", "samples"), estimated);
	ck_assert_double_eq_tol((double)estimate / (double)octets, 1.0,
				frames == FRAMES ? 0.01 : 0.03);
	ck_assert_double_eq_tol((double)estimated * 64 / (double)n.rx_frames,
				1.0, frames == FRAMES ? 0.01 : 0.03);
}
END_TEST

static TCase *
new_case(Suite *s, const char *name)
{
	TCase *tc = fixture_case(s, name, setup);

	tcase_add_checked_fixture(tc, NULL, teardown);
	return tc;
}

static void
add_frames(Suite *s)
{
	TCase *tc = new_case(s, "frames");

	tcase_add_test(
		tc, a_sample_has_the_header_the_ports_and_the_vlan_of_the_lan);
	tcase_add_test(tc, a_large_frame_is_cut_and_keeps_its_length);
	tcase_add_test(tc, the_tag_of_a_port_is_stripped_and_its_priority_kept);
	tcase_add_test(tc, a_priority_tag_is_stripped_where_it_counts_as_none);
	tcase_add_loop_test(tc, the_output_says_what_became_of_the_frame, 0,
			    sizeof(fates) / sizeof(fates[0]));
	tcase_add_test(tc,
		       a_frame_that_its_egress_port_refuses_has_that_reason);
	tcase_add_test(tc, a_frame_for_the_fabric_has_an_internal_output);
	tcase_add_test(tc, samples_of_one_burst_keep_their_fates);
	tcase_add_test(tc, every_drop_reason_has_a_code);
	tcase_add_test(tc, only_what_comes_in_by_a_port_with_a_rate_is_sampled);
	tcase_add_test(tc, without_a_collector_workers_have_no_sampler);
	tcase_add_test(tc, the_size_of_bursts_does_not_matter);
	tcase_add_test(tc,
		       the_distances_are_random_with_the_rate_as_their_mean);
	tcase_add_test(tc, the_pool_is_that_of_all_workers);
	tcase_add_test(tc, a_full_ring_loses_samples_and_no_frame);
}

static void
add_sending(Suite *s)
{
	TCase *tc = new_case(s, "sending");

	tcase_add_test(tc, each_collector_gets_the_same_within_a_second);
	tcase_add_test(tc, a_full_datagram_goes_at_once);
	tcase_add_test(
		tc, a_collector_that_is_gone_is_logged_once_and_costs_no_frame);
	tcase_add_test(tc, keys_apply_while_samples_are_taken);
	tcase_add_test(tc,
		       a_sample_of_another_lan_than_the_port_has_now_is_lost);
	tcase_add_test(tc, a_port_that_goes_takes_its_rate_with_it);
	tcase_add_test(tc, a_rate_follows_the_speed_of_the_link);
	tcase_add_test(tc,
		       dropped_frames_are_reported_with_their_reasons_if_asked);
	tcase_add_test(tc, reports_of_drops_are_bounded_and_shared);
}

static void
add_counters(Suite *s)
{
	TCase *tc = new_case(s, "counters");

	tcase_add_test(tc, the_counters_of_a_port_are_those_of_port_stats);
	tcase_add_test(tc, a_link_of_a_lag_is_a_source_of_its_own);
	tcase_add_test(tc, links_have_counters_and_those_of_lacp);
	tcase_add_test(
		tc,
		a_thousand_ports_are_spread_over_the_time_and_agree_to_the_frame);
	tcase_add_test(
		tc,
		samples_of_ten_million_frames_give_the_octets_within_a_percent);
}

int
main(void)
{
	Suite *s = suite_create("sflow");

	add_frames(s);
	add_sending(s);
	add_counters(s);
	return check_run(s);
}
