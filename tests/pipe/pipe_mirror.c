/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Mirrors, and ports that listen: which frames are copied, once each and as they were;
 * and that copies, and what becomes of them, change nothing for members.  The accounts
 * are checked after every frame (harness.h).
 */
#include <dirent.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "fabric/api/answer.h"
#include "fabric/neigh/sponge_ops.h"
#include "fabric/runtime/mirror.h"
#include "fabric/runtime/stats.h"
#include "lib/frame.h"
#include "lib/mac.h"
#include "lib/pcapng.h"
#include "tests/pipe/fixture.h"
#include "tests/pipe/message.h"
#include "tests/pipe/request.h"

#define ALICE UINT64_C(0x020000000001)
#define BOB   UINT64_C(0x020000000002)
#define CAROL UINT64_C(0x020000000003)
#define TINA  UINT64_C(0x020000000004)
#define OTHER UINT64_C(0x0200000000ff)

#define LAN "[lan l]\nprofile = open\nunknown_unicast = flood\n"
#define A   "[port a]\ndevice = net_null0\nlan = l\nmac = 02:00:00:00:00:01\n"
#define B   "[port b]\ndevice = net_null1\nlan = l\nmac = 02:00:00:00:00:02\n"
#define C   "[port c]\ndevice = net_null2\nlan = l\nmac = 02:00:00:00:00:03\n"
#define T                                                                      \
	"[port t]\ndevice = net_null3\n"                                       \
	"[port t7]\nparent = t\ntag = 7\nlan = l\nmac = 02:00:00:00:00:04\n"
#define M    "[port m]\ndevice = net_null4\n"
#define N    "[port n]\ndevice = net_null5\n"
#define BASE LAN A B C T M
#define OF_A "[mirror x]\nport = a\nto = m\n"

static uint8_t *
send_frame(const char *port, uint64_t src, uint64_t dst, uint32_t len)
{
	uint8_t *frame = harness_frame(h, src, dst, FRAME_IPV4, len);

	harness_send(h, port, frame, len);
	return frame;
}

static struct mirror_stats
stats_of(const char *name)
{
	const struct mirror_rt *m = mirror_find(f, name, false);

	ck_assert_ptr_nonnull(m);
	return mirror_stats(f, m);
}

/* What left by a port last is this frame, or as much of it. */
static void
expect_last(const char *port, const uint8_t *frame, uint32_t want)
{
	uint32_t len;
	const uint8_t *last = harness_last(h, port, &len);

	ck_assert_uint_eq(len, want);
	ck_assert_mem_eq(last, frame, want);
}

static void
setup(void)
{
	begin_at(0, BASE OF_A);
}

static const struct {
	const char *direction;
	bool rx, tx;
} directions[] = {
	{ "direction = rx\n", true, false },
	{ "direction = tx\n", false, true },
	{ "direction = both\n", true, true },
};

START_TEST(each_frame_is_copied_once_as_it_came_or_went)
{
	char text[1024];

	snprintf(text, sizeof(text), "%s%s%s", BASE, OF_A,
		 directions[_i].direction);
	harness_apply(h, text);
	send_frame("a", ALICE, BOB, 100);
	harness_expect_out(h, directions[_i].rx ? "b m" : "b");
	send_frame("b", BOB, ALICE, 200);
	harness_expect_out(h, directions[_i].tx ? "a m" : "a");
	send_frame("b", BOB, CAROL, 200);
	harness_expect_out(h, "c");
	ck_assert_uint_eq(stats_of("x").taken,
			  directions[_i].rx + directions[_i].tx);
	ck_assert_uint_eq(stats_of("x").sent,
			  directions[_i].rx + directions[_i].tx);
}
END_TEST

START_TEST(copies_have_the_tag_that_the_frame_has_on_the_wire)
{
	uint8_t *frame = harness_frame(h, TINA, BOB, FRAME_CTAG, 104);
	uint32_t len;
	const uint8_t *last;

	harness_apply(h, BASE "[mirror x]\nport = t7\nto = m\n");
	frame_write16(frame + 14, 7);
	frame_write16(frame + 16, FRAME_IPV4);
	harness_send(h, "t", frame, 104);
	ck_assert_uint_eq(harness_sent(h, "b"), 1);
	expect_last("m", frame, 104);
	send_frame("b", BOB, TINA, 100);
	last = harness_last(h, "m", &len);
	ck_assert_uint_eq(len, 104);
	ck_assert_uint_eq(frame_read16(last + 12), FRAME_CTAG);
	ck_assert_uint_eq(frame_read16(last + 14), 7);
}
END_TEST

START_TEST(dropped_frames_are_copied_for_the_reasons_that_are_asked_for)
{
	send_frame("a", ALICE, ALICE, 100);
	harness_expect_drop(h, "a", DROP_hairpin);
	harness_apply(h, BASE OF_A "drops = mac_conflict\n");
	send_frame("a", ALICE, ALICE, 100);
	harness_expect_drop(h, "a", DROP_hairpin);
	harness_apply(h, BASE OF_A "drops = hairpin\n");
	expect_last("m", send_frame("a", ALICE, ALICE, 100), 100);
	ck_assert_uint_eq(harness_sent(h, "m"), 1);
	harness_apply(h, BASE OF_A "drops = all\n");
	send_frame("a", ALICE, ALICE, 100);
	ck_assert_uint_eq(harness_sent(h, "m"), 1);
	send_frame("a", ALICE, BOB, 100);
	harness_expect_out(h, "b m");
	harness_apply(h, BASE OF_A "direction = none\ndrops = all\n");
	send_frame("a", ALICE, BOB, 100);
	harness_expect_out(h, "b");
	/* Of another port. */
	send_frame("b", BOB, BOB, 100);
	harness_expect_drop(h, "b", DROP_hairpin);
}
END_TEST

START_TEST(broadcasts_are_copied_once)
{
	send_frame("a", ALICE, MAC_BROADCAST, 100);
	ck_assert_uint_eq(harness_sent(h, "m"), 1);
	ck_assert_uint_eq(harness_sent(h, "b"), 1);
	ck_assert_uint_eq(harness_sent(h, "a"), 0);
	send_frame("b", BOB, MAC_BROADCAST, 100);
	ck_assert_uint_eq(harness_sent(h, "m"), 1);
	harness_apply(h, BASE "[mirror x]\nlan = l\ndirection = rx\nto = m\n");
	send_frame("c", CAROL, MAC_BROADCAST, 100);
	ck_assert_uint_eq(harness_sent(h, "m"), 1);
	send_frame("c", CAROL, ALICE, 100);
	harness_expect_out(h, "a m");
}
END_TEST

START_TEST(the_port_of_a_mirror_sends_nothing_and_gets_nothing_else)
{
	send_frame("m", OTHER, MAC_BROADCAST, 100);
	harness_expect_drop(h, "m", DROP_listen_only);
	send_frame("m", ALICE, BOB, 100);
	harness_expect_drop(h, "m", DROP_listen_only);
	ck_assert_str_eq(harness_where(h, OTHER), "");
	send_frame("b", BOB, OTHER, 100);
	/* Flooded, and the copy is of what was sent to port a. */
	ck_assert_uint_eq(harness_sent(h, "m"), 1);
	send_frame("b", BOB, MAC_BROADCAST, 100);
	ck_assert_uint_eq(harness_sent(h, "m"), 1);
}
END_TEST

static const char *const refused[] = {
	BASE OF_A "[mirror y]\nport = m\nfile = y\n",
	BASE OF_A "[mirror y]\nport = b\nto = m\n",
	BASE "[mirror x]\nport = a\nto = b\n",
	BASE "[mirror x]\nport = a\nto = t\n",
	BASE "[mirror x]\nport = a\nto = t7\n",
	BASE "[mirror x]\nport = p9\nto = m\n",
	BASE OF_A "file = x\n",
	BASE N OF_A,
	BASE "[mirror x]\nto = m\n",
	BASE OF_A "filter = host ns.example.net\n",
	BASE OF_A "filter = ip proto\n",
	BASE OF_A "rate = 10%\n",
	BASE OF_A "direction = none\n",
	BASE OF_A "drops = hairpins\n",
	BASE "[mirror x]\nport = a\nfile = ../x\n" N "lan = l\n" LAN,
};

START_TEST(what_makes_no_sense_is_an_error)
{
	struct faults *faults = faults_create();
	FILE *in = fmemopen((void *)(uintptr_t)refused[_i], strlen(refused[_i]),
			    "r");
	struct config *c = config_read_stream("test", in, faults);

	ck_assert_ptr_null(c);
	ck_assert_uint_ge(faults_errors(faults), 1);
	fclose(in);
	faults_free(faults);
}
END_TEST

START_TEST(a_mirror_port_that_is_down_costs_copies_alone)
{
	send_frame("a", ALICE, BOB, 100);
	harness_expect_out(h, "b m");
	lockstep_link(f, fabric_port_id(f, "m"), false);
	send_frame("a", ALICE, BOB, 100);
	harness_expect_out(h, "b");
	ck_assert_uint_eq(stats_of("x").taken, 2);
	ck_assert_uint_eq(stats_of("x").sent, 1);
	ck_assert_uint_eq(stats_of("x").lost_egress, 1);
	lockstep_link(f, fabric_port_id(f, "m"), true);
	send_frame("a", ALICE, BOB, 100);
	harness_expect_out(h, "b m");
	ck_assert_uint_eq(stats_of("x").sent, 2);
}
END_TEST

START_TEST(a_full_ring_costs_copies_alone)
{
	struct mirrors *mirrors = f->mirrors;
	uint64_t fit = RECORDRING_OCTETS / 9032;

	harness_apply(h, BASE OF_A "rate = off\nsnap = 9000\n");
	/* They do not get round to it. */
	f->mirrors = NULL;
	for (unsigned int i = 0; i < 300; i++) {
		send_frame("a", ALICE, BOB, 9000);
		harness_expect_out(h, "b");
	}
	f->mirrors = mirrors;
	send_frame("b", BOB, CAROL, 100);
	ck_assert_uint_eq(stats_of("x").taken, 300);
	ck_assert_uint_ge(stats_of("x").lost_ring, 300 - fit);
	ck_assert_uint_le(stats_of("x").lost_ring, 300 - fit + 1);
	/* Of those in the ring, as many as there are buffers for at once. */
	ck_assert_uint_gt(stats_of("x").sent, 100);
	ck_assert_uint_eq(stats_of("x").sent + stats_of("x").lost_egress,
			  300 - stats_of("x").lost_ring);
	send_frame("a", ALICE, BOB, 9000);
	harness_expect_out(h, "b m");
}
END_TEST

START_TEST(the_budget_limits_copies_alone)
{
	unsigned int copies = 0;

	harness_apply(h, BASE OF_A "rate = 10pps\n");
	harness_at(h, 10 * CLOCK_SECOND);
	for (unsigned int i = 0; i < 100; i++) {
		send_frame("a", ALICE, BOB, 100);
		ck_assert_uint_eq(harness_sent(h, "b"), 1);
		copies += harness_sent(h, "m");
	}
	ck_assert_uint_eq(copies, 64);
	ck_assert_uint_eq(stats_of("x").taken, 100);
	ck_assert_uint_eq(stats_of("x").sent, 64);
	ck_assert_uint_eq(stats_of("x").lost_budget, 36);
	/* Live, and the counters stay. */
	harness_apply(h, BASE OF_A "rate = off\n");
	send_frame("a", ALICE, BOB, 100);
	harness_expect_out(h, "b m");
	ck_assert_uint_eq(stats_of("x").taken, 101);
}
END_TEST

START_TEST(copies_are_cut_at_the_snap_length)
{
	uint8_t *frame;

	harness_apply(h, BASE OF_A "snap = 64\n");
	frame = send_frame("a", ALICE, BOB, 1000);
	expect_last("b", frame, 1000);
	expect_last("m", frame, 64);
}
END_TEST

START_TEST(large_frames_are_copied_whole)
{
	uint8_t *frame = send_frame("a", ALICE, BOB, 9000);

	expect_last("b", frame, 9000);
	expect_last("m", frame, 9000);
}
END_TEST

START_TEST(a_filter_takes_what_it_matches)
{
	uint8_t *frame;

	harness_apply(h, BASE OF_A "snap = 20\n"
				   "filter = ether proto 0x88b5 and ether[70] "
				   "= 0x42\n");
	send_frame("a", ALICE, BOB, 100);
	harness_expect_out(h, "b");
	frame = harness_frame(h, ALICE, BOB, 0x88b5, 100);
	frame[70] = 0x42;
	harness_send(h, "a", frame, 100);
	expect_last("m", frame, 20);
	ck_assert_uint_eq(stats_of("x").taken, 2);
	ck_assert_uint_eq(stats_of("x").filtered, 1);
	ck_assert_uint_eq(stats_of("x").sent, 1);
}
END_TEST

START_TEST(several_mirrors_take_a_frame_each)
{
	harness_apply(h, BASE N OF_A "[mirror y]\nlan = l\ndirection = rx\n"
				     "snap = 64\nto = n\n");
	send_frame("a", ALICE, BOB, 100);
	ck_assert_uint_eq(harness_sent(h, "b"), 1);
	ck_assert_uint_eq(harness_sent(h, "m"), 1);
	ck_assert_uint_eq(harness_sent(h, "n"), 1);
	send_frame("b", BOB, CAROL, 100);
	ck_assert_uint_eq(harness_sent(h, "m"), 0);
	ck_assert_uint_eq(harness_sent(h, "n"), 1);
}
END_TEST

START_TEST(an_apply_changes_what_is_copied_from_the_next_frame_on)
{
	send_frame("a", ALICE, BOB, 100);
	harness_apply(h, BASE "[mirror x]\nport = b\ndirection = rx\nto = m\n");
	send_frame("a", ALICE, BOB, 100);
	harness_expect_out(h, "b");
	send_frame("b", BOB, ALICE, 100);
	harness_expect_out(h, "a m");
	ck_assert_uint_eq(stats_of("x").taken, 2);
	/* Another mirror, by what it does; the counters go on. */
	harness_apply(h, BASE "[mirror x]\nport = b\ndirection = rx\nto = m\n"
			      "filter = arp\n");
	send_frame("b", BOB, ALICE, 100);
	harness_expect_out(h, "a");
	ck_assert_uint_eq(stats_of("x").taken, 3);
	ck_assert_uint_eq(stats_of("x").sent, 2);
	ck_assert_uint_eq(stats_of("x").filtered, 1);
	harness_apply(h, LAN A B C T);
	ck_assert_ptr_null(mirror_find(f, "x", false));
	ck_assert_ptr_null(atomic_load(&f->worker[0]->tap));
	send_frame("b", BOB, ALICE, 100);
	harness_expect_out(h, "a");
	for (unsigned int i = 0; i < 2 * MIRROR_NUMBERS; i++) {
		harness_apply(h, BASE N "[mirror y]\nport = a\nto = m\n"
					"[port z]\ndevice = net_null6\n"
					"lan = l\nlisten = floods\n"
					"[mirror x]\nport = a\nto = n\n");
		send_frame("a", ALICE, BOB, 100);
		ck_assert_uint_eq(harness_sent(h, "m"), 1);
		ck_assert_uint_eq(harness_sent(h, "n"), 1);
		harness_apply(h, BASE OF_A);
		send_frame("a", ALICE, BOB, 100);
		harness_expect_out(h, "b m");
	}
}
END_TEST

/* The last frame was dropped for this reason, and may have been copied. */
static void
expect_dropped(const char *port, enum drop why)
{
	struct port_stats s;

	stats_port(f, fabric_port_id(f, port), &s);
	ck_assert_uint_eq(s.drop[why], 1);
}

#define IXP                                                                    \
	"[lan l]\nprofile = ixp-basic\nipv4 = 192.0.2.0/24\n"                  \
	"[port a]\ndevice = net_null0\nlan = l\n"                              \
	"mac = 02:00:00:00:00:01\nipv4 = 192.0.2.1\n"                          \
	"[port b]\ndevice = net_null1\nlan = l\n"                              \
	"mac = 02:00:00:00:00:02\nipv4 = 192.0.2.2\n"                          \
	"[port c]\ndevice = net_null2\nlan = l\n"                              \
	"mac = 02:00:00:00:00:03\nipv4 = 192.0.2.3\n"
#define EAR "[port z]\ndevice = net_null6\nlan = l\n"

/* An ARP request of Alice's for an address, to all. */
static uint8_t *
ask(const char *port, uint64_t src, uint8_t target)
{
	static const uint8_t head[] = { 0, 1, 8, 0, 6, 4, 0, 1 };
	uint8_t *frame = harness_frame(h, src, MAC_BROADCAST, FRAME_ARP, 60);
	uint64_t sha = htobe64(src << 16);
	const uint8_t spa[] = { 192, 0, 2, (uint8_t)(src & 0xff) };
	const uint8_t tpa[] = { 192, 0, 2, target };

	memset(frame + 14, 0, 46);
	memcpy(frame + 14, head, sizeof(head));
	memcpy(frame + 22, &sha, 6);
	memcpy(frame + 28, spa, 4);
	memcpy(frame + 38, tpa, 4);
	harness_send(h, port, frame, 60);
	return frame;
}

START_TEST(a_port_that_listens_hears_what_goes_to_all_once)
{
	uint8_t *frame;

	harness_apply(h, LAN A B C T EAR "listen = floods\n");
	frame = send_frame("a", ALICE, MAC_BROADCAST, 100);
	expect_last("z", frame, 100);
	ck_assert_uint_eq(harness_sent(h, "z"), 1);
	ck_assert_uint_eq(harness_sent(h, "b"), 1);
	/* Unknown, so to all. */
	send_frame("a", ALICE, OTHER, 100);
	ck_assert_uint_eq(harness_sent(h, "z"), 1);
	send_frame("a", ALICE, BOB, 100);
	harness_expect_out(h, "b");
	/* It is heard with drops alone. */
	send_frame("a", ALICE, ALICE, 100);
	harness_expect_drop(h, "a", DROP_hairpin);
	harness_apply(h, LAN A B C T EAR "listen = drops\n");
	frame = send_frame("a", ALICE, ALICE, 100);
	expect_last("z", frame, 100);
	send_frame("a", ALICE, BOB, 100);
	harness_expect_out(h, "b");
}
END_TEST

START_TEST(a_port_that_listens_hears_arp_that_goes_to_its_owner_alone)
{
	uint8_t *frame;

	harness_apply(h, IXP EAR "listen = floods\n");
	frame = ask("a", ALICE, 2);
	ck_assert_uint_eq(harness_sent(h, "b"), 1);
	ck_assert_uint_eq(harness_sent(h, "c"), 0);
	/* As it came: to all. */
	expect_last("z", frame, 60);
}
END_TEST

START_TEST(a_port_that_listens_hears_requests_that_are_dropped)
{
	uint8_t *frame;

	harness_apply(h, "[lan l]\nprofile = ixp-basic\nipv4 = 192.0.2.0/24\n"
			 "unknown_arp = drop\n"
			 "[port a]\ndevice = net_null0\nlan = l\n"
			 "mac = 02:00:00:00:00:01\nipv4 = 192.0.2.1\n" EAR
			 "listen = floods\n");
	frame = ask("a", ALICE, 99);
	expect_dropped("a", DROP_unknown_arp);
	expect_last("z", frame, 60);
	ck_assert_uint_eq(harness_sent(h, "z"), 1);
}
END_TEST

START_TEST(a_port_that_listens_hears_what_the_sponge_answers)
{
	static const struct ipaddr dead = { .family = 4,
					    .octet = { 192, 0, 2, 3 } };
	uint8_t *frame;

	harness_apply(h, "[lan l]\nprofile = ixp-basic\nipv4 = 192.0.2.0/24\n"
			 "sponge = on\nsponge_mac = 02:53:00:00:00:01\n"
			 "sponge_ipv4 = 192.0.2.250\nsponge_learning = 0s\n"
			 "[port a]\ndevice = net_null0\nlan = l\n"
			 "mac = 02:00:00:00:00:01\nipv4 = 192.0.2.1\n"
			 "[port c]\ndevice = net_null2\nlan = l\n"
			 "mac = 02:00:00:00:00:03\nipv4 = 192.0.2.3\n" EAR
			 "listen = floods\n");
	harness_at(h, 10 * CLOCK_SECOND);
	send_frame("a", ALICE, CAROL, 100);
	ck_assert_int_eq(sponge_ops_set(f, "l", &dead, SPONGE_DEAD, 0, 0), 0);
	frame = ask("a", ALICE, 3);
	expect_dropped("a", DROP_sponge_suppressed);
	expect_last("z", frame, 60);
	ck_assert_uint_eq(harness_sent(h, "z"), 1);
	ck_assert_uint_eq(harness_sent(h, "c"), 0);
}
END_TEST

START_TEST(a_port_that_listens_sends_nothing)
{
	harness_apply(h, LAN A B C T EAR "listen = drops\n");
	send_frame("z", OTHER, MAC_BROADCAST, 100);
	harness_expect_drop(h, "z", DROP_listen_only);
	send_frame("z", OTHER, BOB, 100);
	harness_expect_drop(h, "z", DROP_listen_only);
	ck_assert_str_eq(harness_where(h, OTHER), "");
}
END_TEST

START_TEST(ports_in_quarantine_are_heard)
{
	harness_apply(h,
		      LAN A B "[port q]\ndevice = net_null2\nlan = l\n"
			      "mac = 02:00:00:00:00:03\n"
			      "status = quarantine\n" EAR "listen = floods\n");
	send_frame("q", CAROL, MAC_BROADCAST, 100);
	ck_assert_uint_eq(harness_sent(h, "z"), 1);
	ck_assert_uint_eq(harness_sent(h, "a"), 0);
	ck_assert_uint_eq(harness_sent(h, "b"), 0);
}
END_TEST

static char dir[] = "/tmp/ixf-mirror-XXXXXX";
static char folder[64];

static void
file_setup(void)
{
	strcpy(dir + strlen(dir) - 6, "XXXXXX");
	ck_assert_ptr_nonnull(mkdtemp(dir));
	snprintf(folder, sizeof(folder), "%s/mirrors", dir);
	begin_at(0, LAN A B C);
	f->mirror_dir = folder;
}

static void
file_teardown(void)
{
	char command[128];

	end();
	snprintf(command, sizeof(command), "rm -r %s", dir);
	ck_assert_int_eq(system(command), 0);
}

/* The size of a file of the folder; -1: there is none. */
static long
size_of(const char *name)
{
	char path[256];
	struct stat st;

	snprintf(path, sizeof(path), "%s/%s", folder, name);
	return stat(path, &st) == 0 ? (long)st.st_size : -1;
}

#define TO_FILE LAN A B C "[mirror x]\nport = a\nfile = x.pcapng\n"

START_TEST(copies_go_into_a_file)
{
	char path[256];
	uint32_t head[2];
	FILE *in;
	long size;

	harness_apply(h, TO_FILE);
	send_frame("a", ALICE, BOB, 100);
	harness_expect_out(h, "b");
	size = size_of("x.pcapng");
	ck_assert_int_gt(size, 100);
	send_frame("b", BOB, ALICE, 100);
	ck_assert_int_ge(size_of("x.pcapng") - size, 100);
	ck_assert_uint_eq(stats_of("x").sent, 2);
	ck_assert_uint_eq(stats_of("x").lost_egress, 0);
	snprintf(path, sizeof(path), "%s/x.pcapng", folder);
	in = fopen(path, "r");
	ck_assert_uint_eq(fread(head, sizeof(head), 1, in), 1);
	ck_assert_uint_eq(head[0], PCAPNG_SECTION);
	fclose(in);
}
END_TEST

START_TEST(files_are_limited_in_size_and_number)
{
	harness_apply(h, TO_FILE "file_size = 1M\nfiles = 3\nrate = off\n");
	for (unsigned int i = 0; i < 600; i++)
		send_frame("a", ALICE, BOB, 9000);
	ck_assert_int_ge(size_of("x.pcapng"), 0);
	ck_assert_int_ge(size_of("x.pcapng.1"), 1 << 20);
	ck_assert_int_le(size_of("x.pcapng.1"), (1 << 20) + 20000);
	ck_assert_int_ge(size_of("x.pcapng.2"), 1 << 20);
	ck_assert_int_eq(size_of("x.pcapng.3"), -1);
	ck_assert_uint_eq(stats_of("x").sent, 600);
}
END_TEST

START_TEST(a_file_that_cannot_be_written_costs_copies_and_is_reported_once)
{
	f->mirror_dir = "/nonexistent/mirrors";
	harness_apply(h, TO_FILE);
	harness_forget_events(h);
	for (unsigned int i = 0; i < 5; i++) {
		harness_at(h, (10 + 2 * i) * CLOCK_SECOND);
		send_frame("a", ALICE, BOB, 100);
		harness_expect_out(h, "b");
	}
	ck_assert_uint_eq(stats_of("x").taken, 5);
	ck_assert_uint_eq(stats_of("x").lost_egress, 5);
	ck_assert_uint_eq(harness_events(h), 1);
	ck_assert_ptr_nonnull(strstr(harness_event(h, 0), "mirror x"));
}
END_TEST

static struct answers *answers;
static char path[] = "/tmp/ixf-mirrors-XXXXXX";

START_TEST(operators_see_mirrors_and_ports_that_listen)
{
	struct request q;

	strcpy(path + strlen(path) - 6, "XXXXXX");
	close(mkstemp(path));
	write_file(path, BASE OF_A);
	harness_apply(h, BASE OF_A EAR "listen = floods\n");
	answers = answers_create(f, path);
	send_frame("a", ALICE, BOB, 100);
	request_ask(&q, answers, "mirror show", "{}");
	ck_assert_int_eq(q.verdict, CTL_END);
	ck_assert_uint_eq(json_array_size(q.result), 2);
	ck_assert_text(q.result, 0, "mirror", "x");
	ck_assert_text(q.result, 0, "to", "m");
	ck_assert_number(q.result, 0, "taken", 1);
	ck_assert_number(q.result, 0, "sent", 1);
	ck_assert_number(q.result, 0, "lost_ring", 0);
	ck_assert_text(q.result, 1, "mirror", "z");
	ck_assert_text(q.result, 1, "kind", "listen");
	ck_assert_number(q.result, 1, "taken", 0);
	request_end(&q);
	request_ask(&q, answers, "metrics", "{}");
	ck_assert_int_eq(q.verdict, CTL_END);
	ck_assert_ptr_nonnull(
		strstr(json_string_value(request_at(q.result, 0, "text")),
		       "\nixf_mirror_sent_packets_total{mirror=\"x\"} 1\n"));
	ck_assert_ptr_nonnull(
		strstr(json_string_value(request_at(q.result, 0, "text")),
		       "\nixf_mirror_lost_packets_total{port=\"z\","
		       "reason=\"ring\"} 0\n"));
	request_end(&q);
	answers_free(answers);
	unlink(path);
}
END_TEST

static Suite *
suite(void)
{
	Suite *s = suite_create("mirror");
	TCase *tc = fixture_case(s, "mirror", setup);

	tcase_add_loop_test(tc, each_frame_is_copied_once_as_it_came_or_went, 0,
			    3);
	tcase_add_test(tc, copies_have_the_tag_that_the_frame_has_on_the_wire);
	tcase_add_test(
		tc,
		dropped_frames_are_copied_for_the_reasons_that_are_asked_for);
	tcase_add_test(tc, broadcasts_are_copied_once);
	tcase_add_test(
		tc, the_port_of_a_mirror_sends_nothing_and_gets_nothing_else);
	tcase_add_loop_test(tc, what_makes_no_sense_is_an_error, 0,
			    sizeof(refused) / sizeof(refused[0]));
	tcase_add_test(tc, a_mirror_port_that_is_down_costs_copies_alone);
	tcase_add_test(tc, a_full_ring_costs_copies_alone);
	tcase_add_test(tc, the_budget_limits_copies_alone);
	tcase_add_test(tc, copies_are_cut_at_the_snap_length);
	tcase_add_test(tc, large_frames_are_copied_whole);
	tcase_add_test(tc, a_filter_takes_what_it_matches);
	tcase_add_test(tc, several_mirrors_take_a_frame_each);
	tcase_add_test(tc,
		       an_apply_changes_what_is_copied_from_the_next_frame_on);
	tcase_add_test(tc, operators_see_mirrors_and_ports_that_listen);
	tc = fixture_case(s, "listen", setup);
	tcase_add_test(tc, a_port_that_listens_hears_what_goes_to_all_once);
	tcase_add_test(
		tc, a_port_that_listens_hears_arp_that_goes_to_its_owner_alone);
	tcase_add_test(tc, a_port_that_listens_hears_requests_that_are_dropped);
	tcase_add_test(tc, a_port_that_listens_hears_what_the_sponge_answers);
	tcase_add_test(tc, a_port_that_listens_sends_nothing);
	tcase_add_test(tc, ports_in_quarantine_are_heard);
	tc = tcase_create("file");
	tcase_add_checked_fixture(tc, file_setup, file_teardown);
	tcase_add_test(tc, copies_go_into_a_file);
	tcase_add_test(tc, files_are_limited_in_size_and_number);
	tcase_add_test(
		tc,
		a_file_that_cannot_be_written_costs_copies_and_is_reported_once);
	suite_add_tcase(s, tc);
	return s;
}

int
main(void)
{
	return check_run(suite());
}
