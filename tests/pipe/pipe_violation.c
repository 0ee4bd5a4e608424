/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * What control makes of dropped frames, on a clock of the test's: the log and
 * its limit, shutdowns and their end, loops, the record of a quarantine.
 */
#include "fabric/runtime/violation.h"

#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <rte_mbuf.h>

#include "fabric/datapath/worker_drop.h"
#include "fabric/runtime/event.h"
#include "fabric/runtime/violation_record.h"
#include "lib/frame.h"
#include "lib/mac.h"
#include "tests/pipe/fixture.h"
#include "tests/pipe/message.h"

#define ALICE UINT64_C(0x020000000001)
#define BOB   UINT64_C(0x020000000002)
#define CAROL UINT64_C(0x020000000003)
#define EVIL  UINT64_C(0x0200000000ee)

/* A LAN of three members, with more keys of the LAN and of port a. */
#define LAN(lan, a)                                                            \
	"[lan l]\nprofile = ixp-basic\nsponge_mac = 02:00:00:00:00:99\n" lan   \
	"[port a]\ndevice = net_null0\nlan = l\nmac = 02:00:00:00:00:01\n"     \
	"asn = 64500\ndescription = Example Net\n" a                           \
	"[port b]\ndevice = net_null1\nlan = l\nmac = 02:00:00:00:00:02\n"     \
	"[port c]\ndevice = net_null2\nlan = l\nmac = 02:00:00:00:00:03\n"
#define MEMBER      " (AS64500 Example Net)"
#define EVIL_TO_BOB "02:00:00:00:00:ee -> 02:00:00:00:00:02 0x0800 IPv4"

/* The frames of a worker that runs beside control. */
#define BESIDE 200000

static struct port_rt *
port(const char *name)
{
	return runtime_port(f, name);
}

/* So many events, of which the last begins and ends with ... */
static void
expect_events(unsigned int n, const char *start, const char *end)
{
	const char *last;
	size_t skip;

	ck_assert_msg(harness_event(h, n) == NULL, "one more: %s",
		      harness_event(h, n));
	if (n == 0)
		return;
	last = harness_event(h, n - 1);
	ck_assert_msg(last != NULL, "fewer than %u", n);
	ck_assert_msg(strncmp(last, start, strlen(start)) == 0, "%s", last);
	skip = strlen(last) - strlen(end);
	ck_assert_msg(strlen(last) >= strlen(end) &&
			      strcmp(last + skip, end) == 0,
		      "%s", last);
}

static void
at(uint64_t since)
{
	harness_at(h, START + since);
}

START_TEST(the_first_drop_is_logged_at_once_with_its_frame)
{
	begin(LAN("", ""));
	harness_send_ip(h, "a", ALICE, BOB);
	expect_events(0, "", "");
	harness_send_ip(h, "a", EVIL, BOB);
	expect_events(1, "1000 warning port a: mac_lock: " EVIL_TO_BOB, MEMBER);
}
END_TEST

START_TEST(a_reason_of_level_quiet_is_not_logged)
{
	begin(LAN("", ""));
	harness_send_ip(h, "a", ALICE, EVIL);
	harness_expect_drop(h, "a", DROP_unknown_unicast);
	expect_events(0, "", "");
}
END_TEST

/* What hosts send all the time: router solicitations, and MLD reports. */
static const struct {
	uint8_t type;
	const char *to;
	uint64_t dst;
	enum drop why;
	const char *line;
} ordinary[] = {
	{ 133, "ff02::2", UINT64_C(0x333300000002), DROP_nd_rs,
	  "1000 info port a: nd_rs: " },
	{ 143, "ff02::16", UINT64_C(0x333300000016), DROP_mld,
	  "1000 info port a: mld: " },
};

START_TEST(a_reason_of_level_info_is_logged_once_for_a_port)
{
	struct ipaddr from = message_ip_of("fe80::1");
	struct ipaddr to = message_ip_of(ordinary[_i].to);
	struct ipaddr none = { .family = 6 };
	struct message m = message_nd(ordinary[_i].dst, ALICE, &from, &to,
				      ordinary[_i].type, 0, &none, 0, 0);

	begin(LAN("", ""));
	for (unsigned int i = 0; i < 40; i++) {
		at(i * CLOCK_SECOND);
		message_send(h, "a", m);
		harness_expect_drop(h, "a", ordinary[_i].why);
	}
	at(90 * CLOCK_SECOND);
	expect_events(1, ordinary[_i].line, MEMBER);
	/* Others still have their lines. */
	harness_send_ip(h, "a", EVIL, BOB);
	expect_events(2, "1090 warning port a: mac_lock: ", MEMBER);
}
END_TEST

START_TEST(later_drops_are_logged_as_a_number_every_15_seconds)
{
	begin(LAN("", ""));
	for (unsigned int i = 0; i < 40; i++) {
		at(i * CLOCK_SECOND);
		harness_send_ip(h, "a", EVIL + i, BOB);
	}
	/* Those of the seconds 1 to 14, and then of 15 to 29. */
	expect_events(3, "1030 warning port a: mac_lock: 02:00:00:00:01:0b",
		      MEMBER ", suppressed 15");
	ck_assert_ptr_nonnull(strstr(harness_event(h, 1), "1015 warning"));
	ck_assert_ptr_nonnull(strstr(harness_event(h, 1), ", suppressed 14"));
	at(45 * CLOCK_SECOND - 1);
	expect_events(3, "1030", "");
	at(45 * CLOCK_SECOND);
	expect_events(4, "1045 warning port a: mac_lock: ", "suppressed 10");
	at(90 * CLOCK_SECOND);
	expect_events(4, "1045", "");
	harness_send_ip(h, "a", EVIL, BOB);
	expect_events(5, "1090 warning port a: mac_lock: " EVIL_TO_BOB, MEMBER);
}
END_TEST

START_TEST(each_port_and_reason_has_a_line_of_its_own)
{
	begin(LAN("", ""));
	harness_send_ip(h, "a", EVIL, BOB);
	harness_send_ip(h, "b", EVIL, ALICE);
	expect_events(2, "1000 warning port b: mac_lock", "");
	harness_send(h, "a", harness_frame(h, ALICE, BOB, 0x88cc, 60), 60);
	expect_events(3, "1000 notice port a: loop_keepalive: ", MEMBER);
}
END_TEST

START_TEST(a_flood_of_violations_is_counted_and_logged_in_few_lines)
{
	const void *frame[50];
	uint32_t len[50];
	uint64_t told = 0;
	struct port_stats s;
	const char *event;

	begin(LAN("", ""));
	for (unsigned int i = 0; i < 50; i++) {
		frame[i] = harness_frame(h, EVIL + i, BOB, FRAME_IPV4, 60);
		len[i] = 60;
	}
	for (unsigned int i = 0; i < 2000; i++)
		lockstep_burst(f, port("a")->id, 50, frame, len,
			       START + i * CLOCK_SECOND / 2000);
	at(60 * CLOCK_SECOND);
	stats_port(f, port("a")->id, &s);
	ck_assert_uint_eq(s.drop[DROP_mac_lock], 100000);
	for (unsigned int i = 0; (event = harness_event(h, i)) != NULL; i++) {
		const char *number = strstr(event, ", suppressed ");

		told += number != NULL ? strtoul(number + 13, NULL, 10) : 1;
	}
	ck_assert_uint_eq(told, 100000);
	/* The second one has its own time, though control looked later. */
	expect_events(2, "1015 warning port a: mac_lock: ", "suppressed 99999");
}
END_TEST

/* Uses up what one port may log. */
static unsigned int
log_all(const char *port)
{
	unsigned int n = 0;

	for (unsigned int i = 0; i < 3 * EVENT_SHARE; i++)
		n += event_may(f, &runtime_port(f, port)->log);
	return n;
}

START_TEST(ports_that_fill_the_log_leave_room_for_lines_about_others)
{
	unsigned int lines;

	begin(LAN("", ""));
	lines = log_all("b");
	lines += log_all("c");
	ck_assert_uint_ge(lines, EVENT_SHARE / 2);
	ck_assert_uint_lt(lines, EVENT_SHARE - 1);
	/* A port has its first line, and more. */
	harness_send_ip(h, "a", EVIL, BOB);
	expect_events(1, "1000 warning port a: mac_lock: " EVIL_TO_BOB, MEMBER);
	harness_send(h, "a", harness_frame(h, ALICE, BOB, 0x88cc, 60), 60);
	expect_events(2, "1000 notice port a: loop_keepalive: ", MEMBER);
	/* What there is no room for is counted, and logged when there is. */
	harness_send_ip(h, "b", EVIL, ALICE);
	at(EVENT_PERIOD - 1);
	expect_events(2, "1000 notice", "");
	at(EVENT_PERIOD);
	expect_events(4, "1030 warning port b: mac_lock: ", ", suppressed 1");
	ck_assert_ptr_nonnull(strstr(harness_event(h, 2), "warning log: no "
							  "room for "));
	log_all("b");
	log_all("c");
}
END_TEST

START_TEST(links_and_shutdowns_are_logged_within_the_share_of_their_port)
{
	unsigned int n;

	begin("[fabric]\nflap_count = 0\n" LAN(
		"check = mac_lock shutdown\nshutdown_time = 1s\n", ""));
	log_all("b");
	n = harness_events(h);
	/* Of a port that has used its share: none. */
	for (unsigned int i = 1; i <= 4; i++) {
		lockstep_link(f, port("b")->id, false);
		lockstep_link(f, port("b")->id, true);
		harness_send_ip(h, "b", EVIL, ALICE);
		at(i * 2 * CLOCK_SECOND);
	}
	ck_assert_uint_eq(harness_events(h), n);
	ck_assert_uint_eq(port("b")->violations->shutdowns, 4);
	/* Of another one: each. */
	lockstep_link(f, port("a")->id, false);
	ck_assert_uint_eq(harness_events(h), n + 1);
	lockstep_link(f, port("a")->id, true);
	ck_assert_uint_eq(harness_events(h), n + 2);
	harness_send_ip(h, "a", EVIL, BOB);
	ck_assert_uint_gt(harness_events(h), n + 2);
	ck_assert_uint_gt(f->log_suppressed, 8);
}
END_TEST

static struct event noted;
static char noted_port[CONFIG_NAME_SIZE];

static void
note(void *arg, const struct event *e)
{
	(void)arg;
	noted = *e;
	snprintf(noted_port, sizeof(noted_port), "%s",
		 e->port != NULL ? e->port : "-");
}

START_TEST(an_event_has_its_port_its_reason_and_the_source_of_the_frame)
{
	begin(LAN("", ""));
	f->event = note;
	harness_send_ip(h, "a", EVIL, BOB);
	ck_assert_str_eq(noted_port, "a");
	ck_assert_int_eq(noted.why, DROP_mac_lock);
	ck_assert_uint_eq(noted.mac, EVIL);
	ck_assert_int_eq(noted.level, DROP_WARNING);
	lockstep_link(f, port("b")->id, false);
	ck_assert_str_eq(noted_port, "b");
	ck_assert_int_eq(noted.why, DROP_NONE);
	ck_assert_uint_eq(noted.mac, 0);
	event_log(f, DROP_NOTICE, "x");
	ck_assert_str_eq(noted_port, "-");
	f->event = NULL;
}
END_TEST

START_TEST(numbers_that_were_held_back_are_logged_at_the_end)
{
	begin(LAN("", ""));
	lockstep_end(f);
	expect_events(0, "", "");
	harness_send_ip(h, "a", EVIL, BOB);
	harness_send_ip(h, "a", EVIL, BOB);
	lockstep_end(f);
	expect_events(2, "1000 warning port a: mac_lock: ", ", suppressed 1");
	lockstep_end(f);
	expect_events(2, "1000", "");
}
END_TEST

START_TEST(a_frame_of_a_check_in_mode_log_is_logged_and_passes)
{
	begin(LAN("", "violation = log-only\n"));
	harness_send_ip(h, "a", EVIL, BOB);
	harness_expect_out(h, "b");
	expect_events(1,
		      "1000 warning port a: mac_lock (let through): ", MEMBER);
}
END_TEST

START_TEST(the_last_dropped_frame_is_kept_for_each_reason)
{
	struct drop_record_copy o;

	begin(LAN("", ""));
	ck_assert(!violation_last(f, port("a"), DROP_mac_lock, &o));
	harness_send_ip(h, "a", EVIL, BOB);
	at(CLOCK_SECOND);
	harness_send_ip(h, "a", EVIL + 1, BOB);
	harness_send(h, "a", harness_frame(h, ALICE, BOB, 0x88cc, 77), 77);
	ck_assert(violation_last(f, port("a"), DROP_mac_lock, &o));
	ck_assert_uint_eq(o.at, START + CLOCK_SECOND);
	ck_assert_uint_eq(o.head[11], 0xef);
	ck_assert_uint_eq(o.len, 60);
	ck_assert(violation_last(f, port("a"), DROP_loop_keepalive, &o));
	ck_assert_uint_eq(o.len, 77);
	ck_assert(!violation_last(f, port("b"), DROP_mac_lock, &o));
}
END_TEST

static _Atomic bool done;          /* set by the worker, read by control */
static _Atomic unsigned int nread; /* counted by control, read by the worker */
static unsigned int ndropped; /* set by the worker, read when it has ended */

/*
 * A worker that drops frames as fast as it can, each of one octet over and
 * over, and until control has had time to see one.
 */
static void *
refuse(void *arg)
{
	struct worker *w = f->worker[0];
	const struct port *p = f->view->port[port("a")->id];
	struct rte_mbuf *m = arg;
	unsigned int i;

	for (i = 0; i < BESIDE || atomic_load(&nread) == 0; i++) {
		memset(rte_pktmbuf_mtod(m, void *), (int)(i % 256), 96);
		w->now = START + i;
		worker_count_drop(w, m, p, DROP_mac_lock);
	}
	ndropped = i;
	atomic_store(&done, true);
	return NULL;
}

/* Whether the copy is of one frame, not of parts of two. */
static bool
is_whole(const struct drop_record_copy *o)
{
	for (unsigned int i = 1; i < o->size; i++)
		if (o->head[i] != o->head[0])
			return false;
	return o->size == 96 && (o->at - START) % 256 == o->head[0];
}

START_TEST(control_sees_whole_frames_and_all_of_them_while_a_worker_runs)
{
	struct rte_mbuf *m;
	struct drop_record_copy o;
	pthread_t worker;
	struct port_rt *p;

	begin(LAN("", ""));
	harness_skip_accounts(h);
	p = port("a");
	f->worker[0]->witness = NULL;
	m = rte_pktmbuf_alloc(f->pool);
	rte_pktmbuf_append(m, 96);
	ck_assert_int_eq(pthread_create(&worker, NULL, refuse, m), 0);
	while (!atomic_load(&done)) {
		violation_poll(f);
		if (!violation_last(f, p, DROP_mac_lock, &o))
			continue;
		ck_assert(is_whole(&o));
		atomic_fetch_add(&nread, 1);
	}
	pthread_join(worker, NULL);
	ck_assert(violation_last(f, p, DROP_mac_lock, &o));
	ck_assert_uint_eq(o.at, START + ndropped - 1);
	/* A drop while control cleared the mark is found when the period ends. */
	violation_poll(f);
	at(15 * CLOCK_SECOND);
	ck_assert_uint_eq(p->violations->reason[DROP_mac_lock].seen, ndropped);
	rte_pktmbuf_free(m);
}
END_TEST

/* Shutdown. */

#define SHUTDOWN "violation = shutdown\nshutdown_time = 30s\n"

static bool
is_blocked(const char *name)
{
	return (atomic_load(&f->state[port(name)->id]) & PORT_BLOCKED) != 0;
}

START_TEST(a_violation_disables_the_port_until_its_time_is_over)
{
	begin(LAN("", SHUTDOWN));
	harness_send_ip(h, "a", EVIL, BOB);
	harness_expect_drop(h, "a", DROP_mac_lock);
	expect_events(2, "1000 warning port a: mac_lock: ", MEMBER);
	ck_assert_ptr_nonnull(
		strstr(harness_event(h, 0),
		       "1000 critical port a: disabled for 30 s by mac_lock: "
		       "02:00:00:00:00:ee -> "));
	ck_assert(is_blocked("a"));

	at(29 * CLOCK_SECOND);
	harness_send_ip(h, "a", ALICE, BOB);
	harness_expect_drop(h, "a", DROP_port_disabled);
	harness_send_ip(h, "b", BOB, ALICE);
	harness_expect_drop(h, "b", DROP_unknown_unicast);
	harness_send(h, "b", harness_frame(h, BOB, MAC_BROADCAST, 0x0806, 60),
		     60);
	harness_expect_out(h, "c");

	at(30 * CLOCK_SECOND - 1);
	ck_assert(is_blocked("a"));
	at(30 * CLOCK_SECOND);
	ck_assert(!is_blocked("a"));
	expect_events(3,
		      "1030 notice port a: enabled again, 30 s after mac_lock",
		      MEMBER);
	harness_send_ip(h, "a", ALICE, BOB);
	harness_expect_out(h, "b");
	harness_send(h, "b", harness_frame(h, BOB, MAC_BROADCAST, 0x0806, 60),
		     60);
	harness_expect_out(h, "a c");

	at(31 * CLOCK_SECOND);
	harness_send_ip(h, "a", EVIL, BOB);
	ck_assert(is_blocked("a"));
	ck_assert_uint_eq(port("a")->violations->shutdowns, 2);
}
END_TEST

START_TEST(a_check_of_the_lan_disables_the_port_that_met_it)
{
	begin(LAN("check = bcast_not_arp shutdown\n", ""));
	harness_send_ip(h, "a", EVIL, BOB);
	harness_expect_drop(h, "a", DROP_mac_lock);
	ck_assert(!is_blocked("a"));
	harness_send_ip(h, "b", BOB, MAC_BROADCAST);
	harness_expect_drop(h, "b", DROP_bcast_not_arp);
	ck_assert(is_blocked("b"));
	ck_assert(!is_blocked("a"));
}
END_TEST

/* Members of an exchange with addresses; 'check' in mode shutdown everywhere. */
#define STRICT_LAN(check)                                                      \
	"[lan l]\nprofile = ixp-strict\nipv4 = 192.0.2.0/24\n"                 \
	"ipv6 = 2001:db8::/64\n" check MESSAGE_PORT("a", "1", "")              \
		MESSAGE_PORT("b", "2", "") MESSAGE_PORT("c", "3", "")

/* Member b has a router, which has sent on to c what it got from a. */
START_TEST(a_router_that_forwards_for_another_member_is_not_disabled)
{
	struct message m = message_data(2, message_ip(FAMILY, 1),
					message_ip(FAMILY, 3), CAROL);

	begin(STRICT_LAN("check = ip4_spoof shutdown\n"
			 "check = ip6_spoof shutdown\n"));
	message_send(h, "b", m);
	harness_expect_drop(h, "b",
			    FAMILY == 4 ? DROP_ip4_spoof : DROP_ip6_spoof);
	ck_assert(!is_blocked("b"));
	expect_events(1,
		      FAMILY == 4 ? "1000 warning port b: ip4_spoof: "
				  : "1000 warning port b: ip6_spoof: ",
		      "; the address is that of port a");
	/* What goes back to its sender passes. */
	m = message_to(m, ALICE);
	message_send(h, "b", m);
	message_expect(h, "a", m);
}
END_TEST

/* A solicitation from an address, for that of member a. */
static void
solicit(const char *port, uint64_t mac, const char *address)
{
	struct ipaddr from = message_ip_of(address), to = message_ip(6, 1);

	message_send(h, port,
		     message_nd(ALICE, mac, &from, &to, 135, 0, &to, 1, mac));
}

/* A port that a member has taken the address of can find out which has it. */
START_TEST(the_log_names_the_port_of_a_link_local_address)
{
	static const struct {
		const char *address, *end;
	} rows[] = {
		{ "fe80::3", "; the address is that of port c, link-local, "
			     "first seen there" },
		{ "fe80::ff:fe00:3", "; the address is that of port c, "
				     "link-local, made from a MAC address "
				     "there" },
	};

	begin(STRICT_LAN(""));
	solicit("c", CAROL, rows[_i].address);
	solicit("b", BOB, rows[_i].address);
	harness_expect_drop(h, "b", DROP_nd_src_spoof);
	expect_events(1, "1000 warning port b: nd_src_spoof: ", rows[_i].end);
}
END_TEST

/* The second one of member b, and one that no host has: of a free slot it is not. */
START_TEST(the_log_names_no_port_for_a_link_local_address_that_no_port_has)
{
	begin(STRICT_LAN(""));
	solicit("b", BOB, "fe80::2");
	solicit("b", BOB, _i == 0 ? "fe80::9" : "fe80::");
	harness_expect_drop(h, "b", DROP_nd_src_spoof);
	ck_assert_uint_eq(harness_events(h), 1);
	ck_assert_ptr_null(strstr(harness_event(h, 0), "; the address"));
}
END_TEST

/* Linux asks from the address of the packet that it replies to. */
START_TEST(arp_disables_a_port_only_from_an_address_of_another_port)
{
	struct ipaddr a = message_ip(4, 1), none = message_ip_of("203.0.113.9");
	struct ipaddr to = message_ip(4, 3);

	begin(STRICT_LAN("check = arp_spa_spoof shutdown\n"));
	message_send(h, "b",
		     message_arp(MAC_BROADCAST, BOB, 1, BOB, &none, 0, &to));
	harness_expect_drop(h, "b", DROP_arp_spa_spoof);
	ck_assert(!is_blocked("b"));
	message_send(h, "b",
		     message_arp(MAC_BROADCAST, BOB, 1, BOB, &a, 0, &to));
	harness_expect_drop(h, "b", DROP_arp_spa_spoof);
	ck_assert(is_blocked("b"));
}
END_TEST

/* A host far away can send a router such a packet, to be sent on. */
START_TEST(a_router_advertisement_that_was_routed_disables_no_port)
{
	struct ipaddr from = message_ip_of("2001:db8:f00::9");
	struct ipaddr link_local = message_ip_of("fe80::ff:fe00:2");
	struct ipaddr to = message_ip(6, 3);
	struct message m =
		message_nd(CAROL, BOB, &from, &to, 134, 0, &to, 0, 0);

	begin(STRICT_LAN("check = nd_ra shutdown\n"));
	m.octet[FRAME_HEADER + 7] = 63; /* hop limit */
	message_send(h, "b", m);
	harness_expect_drop(h, "b", DROP_nd_ra);
	ck_assert(!is_blocked("b"));
	m = message_nd(CAROL, BOB, &link_local, &to, 134, 0, &to, 0, 0);
	message_send(h, "b", m);
	harness_expect_drop(h, "b", DROP_nd_ra);
	ck_assert(is_blocked("b"));
}
END_TEST

START_TEST(loop_detection_of_a_switch_disables_no_port)
{
	begin(STRICT_LAN("violation = shutdown\n"
			 "check = loop_keepalive shutdown\n"));
	harness_send(h, "b", harness_frame(h, EVIL, MAC_BROADCAST, 0x999a, 60),
		     60);
	harness_expect_drop(h, "b", DROP_loop_keepalive);
	ck_assert(!is_blocked("b"));
	harness_send(h, "b", harness_frame(h, EVIL, MAC_BROADCAST, 0x9999, 60),
		     60);
	harness_expect_drop(h, "b", DROP_mac_lock);
	ck_assert(is_blocked("b"));
}
END_TEST

START_TEST(without_a_time_only_an_operator_enables_the_port)
{
	begin(LAN("", "violation = shutdown\nshutdown_time = 0s\n"));
	ck_assert(!violation_unblock(f, port("a")));
	harness_send_ip(h, "a", EVIL, BOB);
	ck_assert_ptr_nonnull(strstr(harness_event(h, 0),
				     "disabled until an operator enables it"));
	at(365 * 86400 * CLOCK_SECOND);
	ck_assert(is_blocked("a"));
	ck_assert(violation_unblock(f, port("a")));
	ck_assert(!is_blocked("a"));
	harness_send_ip(h, "a", ALICE, BOB);
	harness_expect_out(h, "b");
	ck_assert(!violation_unblock(f, port("a")));
}
END_TEST

START_TEST(the_learned_addresses_of_a_disabled_port_are_forgotten)
{
	begin("[lan l]\nprofile = ixp-basic\nunknown_unicast = drop\n"
	      "[port a]\ndevice = net_null0\nlan = l\nmac_limit = 1\n"
	      "mac = 02:00:00:00:00:01\n" SHUTDOWN
	      "[port b]\ndevice = net_null1\nlan = l\n"
	      "mac = 02:00:00:00:00:02\n");
	harness_send_ip(h, "a", CAROL, BOB);
	ck_assert_str_eq(harness_where(h, CAROL), "a learned");
	harness_send_ip(h, "a", EVIL, BOB);
	harness_expect_drop(h, "a", DROP_mac_limit);
	ck_assert_str_eq(harness_where(h, CAROL), "");
	ck_assert_str_eq(harness_where(h, ALICE), "a static");
	harness_send_ip(h, "a", CAROL, BOB);
	harness_expect_drop(h, "a", DROP_port_disabled);
	ck_assert_str_eq(harness_where(h, CAROL), "");
}
END_TEST

START_TEST(messages_from_before_the_shutdown_teach_no_address)
{
	const void *frame[3];
	uint32_t len[3] = { 60, 60, 60 };

	begin("[lan l]\nprofile = ixp-basic\n"
	      "[port a]\ndevice = net_null0\nlan = l\nmac_limit = 9\n"
	      "check = llc_snap shutdown\n"
	      "[port b]\ndevice = net_null1\nlan = l\n"
	      "mac = 02:00:00:00:00:02\n");
	frame[0] = harness_frame(h, ALICE, BOB, FRAME_IPV4, 60);
	frame[1] = harness_frame(h, CAROL, BOB, 40, 60);
	frame[2] = harness_frame(h, CAROL, BOB, FRAME_IPV4, 60);
	lockstep_burst(f, port("a")->id, 3, frame, len, START);
	ck_assert(is_blocked("a"));
	ck_assert_str_eq(harness_where(h, ALICE), "");
	ck_assert_str_eq(harness_where(h, CAROL), "");
}
END_TEST

START_TEST(several_violations_at_once_disable_the_port_once)
{
	const void *frame[2];
	uint32_t len[2] = { 60, 60 };

	begin(LAN("", "check = mac_lock shutdown\ncheck = llc_snap shutdown\n"
		      "shutdown_time = 30s\n"));
	frame[0] = harness_frame(h, EVIL, BOB, FRAME_IPV4, 60);
	frame[1] = harness_frame(h, ALICE, BOB, 40, 60);
	lockstep_burst(f, port("a")->id, 2, frame, len, START);
	ck_assert_uint_eq(port("a")->violations->shutdowns, 1);
	ck_assert_int_eq(port("a")->violations->why, DROP_mac_lock);
	expect_events(3, "1000 notice port a: llc_snap", MEMBER);
}
END_TEST

START_TEST(an_apply_of_other_keys_leaves_the_port_disabled)
{
	begin(LAN("", SHUTDOWN));
	harness_send_ip(h, "a", EVIL, BOB);
	at(10 * CLOCK_SECOND);
	harness_apply(h, LAN("arp_pps = 77\n", SHUTDOWN "rate_in = 1G\n"));
	ck_assert(is_blocked("a"));
	at(30 * CLOCK_SECOND);
	ck_assert(!is_blocked("a"));
}
END_TEST

START_TEST(an_apply_without_the_shutdown_mode_enables_the_port)
{
	begin(LAN("", SHUTDOWN));
	harness_send_ip(h, "a", EVIL, BOB);
	harness_forget_events(h);
	at(10 * CLOCK_SECOND);
	harness_apply(h, LAN("", "violation = drop\n"));
	ck_assert(!is_blocked("a"));
	expect_events(1, "1010 notice port a: enabled again, 10 s after ", "");
	harness_send_ip(h, "a", EVIL, BOB);
	harness_expect_drop(h, "a", DROP_mac_lock);
}
END_TEST

START_TEST(another_time_of_shutdown_counts_from_its_beginning)
{
	begin(LAN("", SHUTDOWN));
	harness_send_ip(h, "a", EVIL, BOB);
	at(10 * CLOCK_SECOND);
	harness_apply(h,
		      LAN("", "violation = shutdown\nshutdown_time = 20s\n"));
	at(20 * CLOCK_SECOND - 1);
	ck_assert(is_blocked("a"));
	at(20 * CLOCK_SECOND);
	ck_assert(!is_blocked("a"));
}
END_TEST

/* Loops. */

START_TEST(an_address_of_another_port_looks_like_a_loop)
{
	begin(LAN("", ""));
	harness_send_ip(h, "a", EVIL, BOB);
	ck_assert(!port("a")->violations->looped);
	harness_send_ip(h, "b", CAROL, ALICE);
	harness_expect_drop(h, "b", DROP_mac_lock);
	ck_assert(port("b")->violations->looped);
	ck_assert_str_eq(harness_event(h, 1),
			 "1000 critical loop: port b: frames from port c's "
			 "address 02:00:00:00:00:03 came in");
	at(15 * CLOCK_SECOND - 1);
	harness_forget_events(h);
	harness_send_ip(h, "b", CAROL, ALICE);
	expect_events(0, "", "");
	at(15 * CLOCK_SECOND);
	harness_forget_events(h);
	harness_send_ip(h, "b", CAROL, ALICE);
	expect_events(1, "1015 critical loop: port b: ", "");
	ck_assert_uint_eq(port("b")->violations->looped_at,
			  START + 15 * CLOCK_SECOND);
}
END_TEST

START_TEST(an_address_of_the_fabric_looks_like_a_loop)
{
	begin(LAN("", ""));
	harness_send_ip(h, "a", UINT64_C(0x020000000099), BOB);
	harness_expect_drop(h, "a", DROP_mac_own);
	ck_assert(port("a")->violations->looped);
	ck_assert_str_eq(harness_event(h, 0),
			 "1000 critical loop: port a: frames from the fabric's "
			 "own address 02:00:00:00:00:99 came in" MEMBER);
}
END_TEST

START_TEST(a_loop_is_seen_where_the_check_only_logs)
{
	begin(LAN("", "violation = log-only\n"));
	harness_send_ip(h, "a", CAROL, BOB);
	harness_expect_out(h, "b");
	ck_assert(port("a")->violations->looped);
}
END_TEST

START_TEST(a_learned_address_of_another_port_looks_like_a_loop)
{
	begin("[lan l]\nprofile = ixp-basic\nmac_limit = 4\n"
	      "[port a]\ndevice = net_null0\nlan = l\n"
	      "[port b]\ndevice = net_null1\nlan = l\n");
	harness_send_ip(h, "a", ALICE, BOB);
	harness_send_ip(h, "b", BOB, ALICE);
	ck_assert(!port("b")->violations->looped);
	harness_send_ip(h, "b", ALICE, BOB);
	harness_expect_drop(h, "b", DROP_mac_conflict);
	ck_assert(port("b")->violations->looped);
	ck_assert(!port("a")->violations->looped);
}
END_TEST

/* Quarantine. */

static struct drop_record_copy record[DROP_RECORD_RING];

START_TEST(the_dropped_frames_of_a_port_in_quarantine_are_recorded)
{
	begin(LAN("", "status = quarantine\n"));
	ck_assert_uint_eq(violation_record(f, port("a"), record), 0);
	for (unsigned int i = 0; i < 200; i++) {
		at(i);
		harness_send_ip(h, "a", EVIL + i, BOB);
	}
	ck_assert_uint_eq(violation_record(f, port("a"), record), 128);
	for (unsigned int i = 0; i < 128; i++) {
		ck_assert_uint_eq(record[i].at, START + 72 + i);
		ck_assert_int_eq(record[i].why, DROP_mac_lock);
	}
	harness_send_ip(h, "b", EVIL, ALICE);
	ck_assert_uint_eq(violation_record(f, port("b"), record), 0);
}
END_TEST

/* Three workers, whose records have the times of 'at'. */
static struct port_rt *
port_of_three(struct fabric *few, struct port_shared *shared,
	      struct violation_state *watch)
{
	static struct port_rt p;
	uint8_t frame[FRAME_HEADER] = { 0 };

	few->nworkers = 3;
	p = (struct port_rt){ .shared = shared, .violations = watch };
	for (unsigned int i = 0; i < 150; i++) {
		struct port_log *log = &shared->log[i % 3];
		uint64_t n = atomic_load(&log->n);

		frame[0] = (uint8_t)i;
		drop_record_write(&log->last[DROP_runt], i, DROP_runt, frame,
				  sizeof(frame), sizeof(frame));
		drop_record_write(&log->ring[n % DROP_RECORD_RING], i,
				  DROP_runt, frame, sizeof(frame),
				  sizeof(frame));
		atomic_store(&log->n, n + 1);
	}
	return &p;
}

START_TEST(the_records_of_all_workers_are_merged_by_time)
{
	struct fabric *few = calloc(1, sizeof(*few));
	struct port_shared *shared = aligned_alloc(
		64, sizeof(*shared) + 3 * sizeof(struct port_log));
	struct violation_state watch = { .quarantined_at = 0 };
	const struct port_rt *p;
	struct drop_record_copy o;

	memset(shared, 0, sizeof(*shared) + 3 * sizeof(struct port_log));
	p = port_of_three(few, shared, &watch);
	ck_assert_uint_eq(violation_record(few, p, record), 128);
	for (unsigned int i = 0; i < 128; i++)
		ck_assert_uint_eq(record[i].at, 22 + i);
	watch.quarantined_at = 100;
	ck_assert_uint_eq(violation_record(few, p, record), 50);
	ck_assert_uint_eq(record[0].at, 100);
	ck_assert_uint_eq(record[49].head[0], 149);
	ck_assert(violation_last(few, p, DROP_runt, &o));
	ck_assert_uint_eq(o.at, 149);
	drop_record_write(&shared->log[0].last[DROP_runt], 999, DROP_runt,
			  o.head, 20, 20);
	ck_assert(violation_last(few, p, DROP_runt, &o));
	ck_assert_uint_eq(o.at, 999);
	ck_assert(!violation_last(few, p, DROP_acl, &o));
	free(shared);
	free(few);
}
END_TEST

START_TEST(the_record_stays_until_the_next_quarantine_begins)
{
	begin(LAN("", "status = quarantine\n"));
	harness_send_ip(h, "a", EVIL, BOB);
	at(CLOCK_SECOND);
	harness_apply(h, LAN("", ""));
	harness_send_ip(h, "a", EVIL, BOB);
	ck_assert_uint_eq(violation_record(f, port("a"), record), 1);
	at(2 * CLOCK_SECOND);
	harness_apply(h, LAN("", "status = quarantine\n"));
	ck_assert_uint_eq(violation_record(f, port("a"), record), 0);
	harness_send_ip(h, "a", EVIL, BOB);
	ck_assert_uint_eq(violation_record(f, port("a"), record), 1);
	at(3 * CLOCK_SECOND);
	harness_apply(h, LAN("arp_pps = 3\n", "status = quarantine\n"));
	ck_assert_uint_eq(violation_record(f, port("a"), record), 1);
}
END_TEST

/* Ports that come and go. */

START_TEST(a_port_with_a_reused_number_has_no_old_drops)
{
	struct drop_record_copy o;

	begin(LAN("", ""));
	harness_send_ip(h, "a", EVIL, BOB);
	harness_forget_events(h);
	harness_apply(h, "[lan l]\n");
	harness_at(h, START + CLOCK_SECOND);
	harness_apply(h, LAN("", ""));
	at(60 * CLOCK_SECOND);
	expect_events(0, "", "");
	ck_assert(!violation_last(f, port("a"), DROP_mac_lock, &o));
	ck_assert_uint_eq(port("a")->violations->reason[DROP_mac_lock].seen, 1);
}
END_TEST

static void
log_tests(Suite *s)
{
	TCase *tc = fixture_case(s, "log", NULL);

	tcase_add_test(tc, the_first_drop_is_logged_at_once_with_its_frame);
	tcase_add_test(tc, a_reason_of_level_quiet_is_not_logged);
	tcase_add_loop_test(tc,
			    a_reason_of_level_info_is_logged_once_for_a_port, 0,
			    sizeof(ordinary) / sizeof(ordinary[0]));
	tcase_add_test(tc, later_drops_are_logged_as_a_number_every_15_seconds);
	tcase_add_test(tc, each_port_and_reason_has_a_line_of_its_own);
	tcase_add_test(
		tc, a_flood_of_violations_is_counted_and_logged_in_few_lines);
	tcase_add_test(
		tc, ports_that_fill_the_log_leave_room_for_lines_about_others);
	tcase_add_test(
		tc,
		links_and_shutdowns_are_logged_within_the_share_of_their_port);
	tcase_add_test(
		tc,
		an_event_has_its_port_its_reason_and_the_source_of_the_frame);
	tcase_add_test(tc, numbers_that_were_held_back_are_logged_at_the_end);
	tcase_add_test(tc, a_frame_of_a_check_in_mode_log_is_logged_and_passes);
	tcase_add_test(tc, the_last_dropped_frame_is_kept_for_each_reason);
	tcase_add_test(tc, a_port_with_a_reused_number_has_no_old_drops);
	tcase_add_test(
		tc,
		control_sees_whole_frames_and_all_of_them_while_a_worker_runs);
}

static void
shutdown_tests(Suite *s)
{
	TCase *tc = fixture_case(s, "shutdown", NULL);

	tcase_add_test(tc,
		       a_violation_disables_the_port_until_its_time_is_over);
	tcase_add_test(tc, a_check_of_the_lan_disables_the_port_that_met_it);
	tcase_add_test(tc, without_a_time_only_an_operator_enables_the_port);
	tcase_add_test(tc,
		       the_learned_addresses_of_a_disabled_port_are_forgotten);
	tcase_add_loop_test(
		tc, a_router_that_forwards_for_another_member_is_not_disabled,
		0, 2);
	tcase_add_loop_test(tc, the_log_names_the_port_of_a_link_local_address,
			    0, 2);
	tcase_add_loop_test(
		tc,
		the_log_names_no_port_for_a_link_local_address_that_no_port_has,
		0, 2);
	tcase_add_test(
		tc, arp_disables_a_port_only_from_an_address_of_another_port);
	tcase_add_test(tc,
		       a_router_advertisement_that_was_routed_disables_no_port);
	tcase_add_test(tc, loop_detection_of_a_switch_disables_no_port);
	tcase_add_test(tc, messages_from_before_the_shutdown_teach_no_address);
	tcase_add_test(tc, several_violations_at_once_disable_the_port_once);
	tcase_add_test(tc, an_apply_of_other_keys_leaves_the_port_disabled);
	tcase_add_test(tc, an_apply_without_the_shutdown_mode_enables_the_port);
	tcase_add_test(tc, another_time_of_shutdown_counts_from_its_beginning);
}

static void
record_tests(Suite *s)
{
	TCase *tc = fixture_case(s, "records", NULL);

	tcase_add_test(tc, the_records_of_all_workers_are_merged_by_time);
}

static void
loop_tests(Suite *s)
{
	TCase *tc = fixture_case(s, "loops", NULL);

	tcase_add_test(tc, an_address_of_another_port_looks_like_a_loop);
	tcase_add_test(tc, an_address_of_the_fabric_looks_like_a_loop);
	tcase_add_test(tc, a_loop_is_seen_where_the_check_only_logs);
	tcase_add_test(tc, a_learned_address_of_another_port_looks_like_a_loop);
	tcase_add_test(tc,
		       the_dropped_frames_of_a_port_in_quarantine_are_recorded);
	tcase_add_test(tc, the_record_stays_until_the_next_quarantine_begins);
}

int
main(void)
{
	Suite *s = suite_create("violation");

	log_tests(s);
	shutdown_tests(s);
	loop_tests(s);
	record_tests(s);
	return check_run(s);
}
