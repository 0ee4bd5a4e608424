/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * The sponge, frame by frame: what requests for an address lead to, what the
 * fabric sends, and when. (The states alone are in tests/unit/test_sponge.c;
 * where requests are forwarded is in pipe_neigh.c.) The same for ARP and for
 * neighbour discovery, where there is no difference.
 */
#include <malloc.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <rte_ring.h>
#include <rte_ring_elem.h>

#include "fabric/datapath/worker.h"
#include "fabric/trial/trial.h"
#include "fabric/view/punt.h"
#include "lib/mac.h"
#include "lib/neightab6.h"
#include "tests/pipe/lan.h"
#include "tests/pipe/message.h"

#define STRICT "profile = ixp-strict\n"
#define BASIC  "profile = ixp-basic\n"
/* The usual limits of members are not tested here. */
#define FAST                                                                   \
	"arp_pps = 1000000\nnd_pps = 1000000\narp_burst = 1000000\n"           \
	"nd_burst = 1000000\nstorm_bcast = off\nstorm_mcast = off\n"
#define ON    "sponge = on\n" FAST
#define SMALL "sponge_queuedepth = 10\n"
/* The sponge begins at once, and only suspected addresses are probed. */
#define ATONCE "sponge_learning = 0s\nsponge_sweep = 0s\n"
#define SPONGE MESSAGE_LAN STRICT ON SMALL ATONCE

#define A(keys) MESSAGE_PORT("a", "1", keys)
#define B(keys) MESSAGE_PORT("b", "2", keys)
#define C(keys) MESSAGE_PORT("c", "3", keys)
#define ABC     A("") B("") C("")
#define UNKNOWN_PORTS                                                          \
	MESSAGE_UNKNOWN_PORT("a", "")                                          \
	MESSAGE_UNKNOWN_PORT("b", "") MESSAGE_UNKNOWN_PORT("c", "")

static uint64_t ms; /* since START */

static void
at(uint64_t when)
{
	ms = when;
	harness_at(h, START + ms * CLOCK_MILLISECOND);
}

static void
wait_ms(uint64_t n)
{
	at(ms + n);
}

static void
setup(void)
{
	ms = 0;
}

/* The sponge that has an address, and its slot there. */
static struct net_rt *
net_with(struct ipaddr ip, uint32_t *slot)
{
	struct net_rt *n = neigh_find(lan(), &ip, slot);

	ck_assert_ptr_nonnull(n);
	return n;
}

static struct sponge_address
look(struct ipaddr ip)
{
	struct sponge_address a;
	uint32_t slot;
	struct net_rt *n = net_with(ip, &slot);

	ck_assert(sponge_look(n->sponge, slot, &a));
	return a;
}

static void
expect_state(struct ipaddr ip, enum sponge_kind kind)
{
	char text[PREFIX_TEXT_SIZE];

	ck_assert_msg(look(ip).state.kind == kind, "%s is %s, not %s",
		      ipaddr_format(&ip, text),
		      sponge_kind_name(look(ip).state.kind),
		      sponge_kind_name(kind));
}

/* Sets a state, as an operator does. */
static void
set(struct ipaddr ip, enum sponge_kind kind)
{
	uint32_t slot;
	struct net_rt *n = net_with(ip, &slot);

	sponge_set(n->sponge, slot, kind, 0, 0, f->now);
	neigh_plan(f);
}

/* A request of member 1, at port a; */
static void
request(struct ipaddr ip)
{
	message_send(h, "a", message_request(1, ip));
}

/* 'n' times, 'gap' milliseconds apart, the last time now. */
static void
request_often(struct ipaddr ip, unsigned int n, uint64_t gap)
{
	for (unsigned int i = 0; i < n; i++) {
		wait_ms(i > 0 ? gap : 0);
		request(ip);
	}
}

/* From a beginning at 50 ms: suspected at 9.95 s, probed at 10 to 15, dead at 16. */
static void
suspect(struct ipaddr ip)
{
	at(50);
	request_often(ip, 10, 1100);
	expect_state(ip, SPONGE_PENDING);
	harness_clear(h);
}

static void
kill(struct ipaddr ip)
{
	suspect(ip);
	at(16000);
	expect_state(ip, SPONGE_DEAD);
	harness_clear(h);
	harness_forget_events(h);
}

/* Checks the times, in ms, of the frames that have left. */
static void
expect_times(unsigned int n, const uint64_t *when)
{
	struct harness_left left;

	for (unsigned int i = 0; i < n; i++) {
		ck_assert(harness_left(h, i, &left));
		ck_assert_uint_eq(left.at, START + when[i] * CLOCK_MILLISECOND);
	}
}

/* Checks event i: "1016 notice lan l: TEXT", where %s is the address. */
static void
expect_event(unsigned int i, const char *format, struct ipaddr ip)
{
	char name[PREFIX_TEXT_SIZE], text[200];

	snprintf(text, sizeof(text), format, ipaddr_format(&ip, name));
	ck_assert_ptr_nonnull(harness_event(h, i));
	ck_assert_str_eq(harness_event(h, i), text);
}

/* The last line of the LAN's own log. */
static const char *
last_line(void)
{
	const struct neigh *r = lan()->neigh;

	ck_assert_uint_gt(r->nlines, 0);
	return r->line[(r->nlines - 1) % NEIGH_LOG].text;
}

/* A request of 1 is not forwarded, and the sponge answers it. */
static void
expect_sponged(struct ipaddr ip)
{
	request(ip);
	message_expect(h, "a", message_sponged(ip, 1));
}

/* A request of 1 is forwarded to the owner alone. */
static void
expect_forwarded(struct ipaddr ip, unsigned int owner)
{
	request(ip);
	message_expect(h, "b",
		       message_to(message_request(1, ip), message_mac(owner)));
}

/* How an address becomes PENDING, and DEAD. */

START_TEST(requests_at_the_rate_are_not_too_many)
{
	struct ipaddr b = message_ip(FAMILY, 2);

	begin(SPONGE ABC);
	request_often(b, 10, 1200);
	ck_assert_uint_eq(look(b).depth, 10);
	ck_assert_uint_eq(look(b).rate, 50000);
	expect_state(b, SPONGE_ALIVE);
	message_expect(h, "b",
		       message_to(message_request(1, b), message_mac(2)));
	ck_assert_ptr_null(harness_event(h, 0));
}
END_TEST

START_TEST(requests_above_the_rate_make_an_address_pending)
{
	struct ipaddr b = message_ip(FAMILY, 2);
	char ip[PREFIX_TEXT_SIZE], text[160];

	begin(SPONGE ABC);
	request_often(b, 9, 1100);
	expect_state(b, SPONGE_ALIVE);
	wait_ms(1100);
	request(b);
	expect_state(b, SPONGE_PENDING);
	ck_assert_uint_eq(look(b).state.probes, 0);
	/* The tenth is forwarded as the others were. */
	message_expect(h, "b",
		       message_to(message_request(1, b), message_mac(2)));
	expect_event(0, "1009.9 notice lan l: pending: ip=%s state=0", b);
	snprintf(text, sizeof(text),
		 "queue reduced: ip=%s depth=10->10 "
		 "rate=54.5->54.5",
		 ipaddr_format(&b, ip));
	ck_assert_str_eq(lan()->neigh->line[lan()->neigh->nlines - 2].text,
			 text);
}
END_TEST

START_TEST(burst_of_one_sender_counts_once)
{
	struct ipaddr b = message_ip(FAMILY, 2);

	begin(SPONGE ABC);
	request_often(b, 100, 10);
	expect_state(b, SPONGE_ALIVE);
	ck_assert_uint_lt(look(b).depth, 10);
	ck_assert_ptr_nonnull(strstr(last_line(), "queue reduced"));
	ck_assert_ptr_null(harness_event(h, 0));
	/* And 100 a second for ten minutes count as once. */
	request_often(b, 60000, 10);
	expect_state(b, SPONGE_ALIVE);
	/* Unless the flood protection is off. */
	harness_apply(h, SPONGE "sponge_flood_protection = 0\n" ABC);
	request_often(b, 10, 10);
	expect_state(b, SPONGE_PENDING);
}
END_TEST

/* Requests at 49, 50 and 51 a minute: 999, 1000 and 1001 of them. */
START_TEST(thousand_requests_make_an_address_pending)
{
	static const uint64_t gap_us[] = { 1224490, 1200000, 1176470 };
	struct ipaddr b = message_ip(FAMILY, 2);

	begin(MESSAGE_LAN STRICT "sponge = on\nsponge_sweep = 0s\n" ABC);
	for (unsigned int k = 0; k < 3; k++) {
		uint64_t start = START + (10 + 2000 * k) * CLOCK_SECOND;

		for (unsigned int i = 1; i <= 1001; i++) {
			harness_at(h, start + i * gap_us[k] * 1000);
			request(b);
			expect_state(b, k == 2 && i >= 1000 ? SPONGE_PENDING
							    : SPONGE_ALIVE);
		}
		ck_assert_uint_eq(look(b).depth, 1000);
		set(b, SPONGE_ALIVE);
	}
}
END_TEST

START_TEST(address_is_dead_after_six_probes_a_second_apart)
{
	static const uint64_t when[] = { 10000, 11000, 12000,
					 13000, 14000, 15000 };
	struct ipaddr b = message_ip(FAMILY, 2);
	struct message p = message_probe(b);

	begin(SPONGE ABC);
	suspect(b);
	request(b);
	message_expect(h, "b",
		       message_to(message_request(1, b), message_mac(2)));
	harness_clear(h);
	harness_forget_events(h);
	at(15999);
	message_expect(h, "b b b b b b", p, p, p, p, p, p);
	expect_times(6, when);
	expect_state(b, SPONGE_PENDING);
	ck_assert_uint_eq(look(b).state.probes, 6);
	ck_assert_uint_eq(counts()->sponge_probes, 6);
	at(16000);
	expect_state(b, SPONGE_DEAD);
	expect_event(0, "1016 notice lan l: sponging: ip=%s rate=61.3", b);
	ck_assert_ptr_null(harness_event(h, 1));
	at(100000);
	message_expect(h, "b b b b b b", p, p, p, p, p, p);
	ck_assert_uint_eq(counts()->transitions[SPONGE_PENDING], 1);
	ck_assert_uint_eq(counts()->transitions[SPONGE_DEAD], 1);
}
END_TEST

START_TEST(probe_without_owner_goes_to_all)
{
	struct ipaddr unowned = message_ip(FAMILY, 9);
	struct message p = message_probe(unowned);

	begin(MESSAGE_LAN STRICT ON SMALL ATONCE "sponge_init = none\n"
						 "sponge_pending = 0\n" ABC);
	at(50);
	request(unowned);
	harness_clear(h);
	at(1500);
	message_expect(h, "a b c", p, p, p);
	at(2000);
	expect_state(unowned, SPONGE_DEAD);
	expect_sponged(unowned);
	/* No probe leaves by a port in quarantine, or one that is off. */
	harness_apply(h, MESSAGE_LAN STRICT ON SMALL ATONCE
		      "sponge_init = none\nsponge_pending = 0\n" A("")
			      B("status = quarantine\n")
				      C("status = disabled\n"));
	set(unowned, SPONGE_PENDING);
	harness_clear(h);
	wait_ms(1500);
	message_expect(h, "a", p);
}
END_TEST

START_TEST(probe_goes_to_all_in_mode_flood)
{
	struct ipaddr b = message_ip(FAMILY, 2);
	struct message p = message_probe(b), q = message_request(1, b);

	begin(SPONGE "arp_mode = flood\nsponge_pending = 0\n" ABC);
	suspect(b);
	request(b);
	message_expect(h, "b c", q, q);
	harness_clear(h);
	at(10500);
	message_expect(h, "a b c", p, p, p);
	at(11000);
	expect_sponged(b);
}
END_TEST

START_TEST(a_probe_to_a_port_that_is_down_is_not_sent)
{
	struct ipaddr b = message_ip(FAMILY, 2);

	begin(SPONGE ABC);
	suspect(b);
	lockstep_link(f, fabric_port_id(f, "b"), false);
	at(16000);
	message_expect(h, "");
	expect_state(b, SPONGE_DEAD);
	ck_assert_uint_eq(stats("b").generated, 0);
}
END_TEST

START_TEST(address_that_answers_a_probe_is_alive)
{
	struct ipaddr b = message_ip(FAMILY, 2);

	begin(SPONGE ABC);
	suspect(b);
	at(12500);
	harness_forget_events(h);
	message_send(
		h, "b",
		message_to(message_reply(2, b, MESSAGE_OWN), MESSAGE_SPONGE));
	message_expect(h, "");
	ck_assert_uint_eq(stats("b").consumed, 1);
	expect_state(b, SPONGE_ALIVE);
	ck_assert_uint_eq(look(b).depth, 0);
	ck_assert_uint_eq(look(b).mac, message_mac(2));
	expect_event(0,
		     "1012.5 notice lan l: clearing: ip=%s "
		     "mac=02:00:00:00:00:02",
		     b);
	harness_clear(h);
	at(100000);
	message_expect(h, "");
	expect_state(b, SPONGE_ALIVE);
}
END_TEST

START_TEST(passive_sponge_counts_and_sends_no_probes)
{
	struct ipaddr b = message_ip(FAMILY, 2);

	begin(SPONGE "sponge_passive = on\n" ABC);
	suspect(b);
	at(15999);
	expect_state(b, SPONGE_PENDING);
	at(16000);
	expect_state(b, SPONGE_DEAD);
	message_expect(h, "");
	ck_assert_uint_eq(counts()->sponge_probes, 0);
	expect_sponged(b);
}
END_TEST

START_TEST(sponge_without_an_own_address_is_passive)
{
	begin("[lan l]\nipv4 = 192.0.2.0/24\nipv6 = 2001:db8::/64\n"
	      "sponge_mac = 02:53:00:00:00:01\n" STRICT ON SMALL ATONCE ABC);
	suspect(message_ip(4, 2));
	at(16000);
	message_expect(h, "");
	expect_state(message_ip(4, 2), SPONGE_DEAD);
	expect_sponged(message_ip(4, 2));
}
END_TEST

START_TEST(ipv6_sponge_always_has_an_own_address)
{
	struct message p = message_probe(message_ip(6, 2));

	begin("[lan l]\nipv4 = 192.0.2.0/24\nipv6 = 2001:db8::/64\n"
	      "sponge_mac = 02:53:00:00:00:01\n" STRICT ON SMALL ATONCE ABC);
	suspect(message_ip(6, 2));
	at(11500);
	message_expect(h, "b b", p, p);
}
END_TEST

START_TEST(all_probes_together_keep_to_the_rate)
{
	struct harness_left left, last = { 0 };
	unsigned int n = 0;

	begin(MESSAGE_LAN STRICT ON ATONCE
	      "sponge_init = none\nsponge_proberate = 5\n" ABC);
	at(50);
	for (unsigned int i = 4; i < 24; i++)
		request(message_ip(4, i));
	harness_clear(h);
	at(30000);
	for (; harness_left(h, n, &left); n++) {
		if (n % 3 == 0 && n > 0)
			ck_assert_uint_ge(left.at - last.at,
					  200 * CLOCK_MILLISECOND);
		else if (n > 0)
			ck_assert_uint_eq(left.at, last.at);
		last = left;
	}
	/* Six for each, by three ports. */
	ck_assert_uint_eq(n, 20 * 6 * 3);
}
END_TEST

/* What becomes of a DEAD address. */

START_TEST(request_for_a_dead_address_is_answered_and_not_forwarded)
{
	struct ipaddr b = message_ip(FAMILY, 2);
	struct message q = message_request(1, b);

	begin(SPONGE ABC);
	kill(b);
	request(b);
	message_expect(h, "a", message_sponged(b, 1));
	ck_assert_uint_eq(stats("a").drop[DROP_sponge_suppressed], 1);
	ck_assert_uint_eq(stats("a").generated, 1);
	ck_assert_uint_eq(counts()->sponge_replies, 1);
	message_send(h, "c", message_request(3, b));
	message_expect(h, "c", message_sponged(b, 3));
	/* Or in addition. */
	harness_apply(h, SPONGE "sponge_suppress = off\n" ABC);
	request(b);
	message_expect(h, "b a", message_to(q, message_mac(2)),
		       message_sponged(b, 1));
	ck_assert_uint_eq(stats("a").drop[DROP_sponge_suppressed], 1);
	harness_apply(h,
		      SPONGE "sponge_suppress = off\narp_mode = flood\n" ABC);
	request(b);
	message_expect(h, "b c a", q, q, message_sponged(b, 1));
	harness_apply(h, SPONGE "arp_mode = flood\n" ABC);
	request(b);
	message_expect(h, "a", message_sponged(b, 1));
	ck_assert_uint_eq(look(b).depth, 10);
}
END_TEST

START_TEST(unicast_request_to_the_fabric_for_a_dead_address_is_answered)
{
	struct ipaddr b = message_ip(FAMILY, 2);
	struct message q = message_request_to(1, b, MESSAGE_SPONGE);

	begin(SPONGE ABC);
	message_send(h, "a", q);
	message_expect(h, "");
	ck_assert_uint_eq(stats("a").consumed, 1);
	/* It went to no other member, so it is not counted. */
	ck_assert_uint_eq(counts()->arp_requests + counts()->nd_solicitations,
			  0);
	kill(b);
	message_send(h, "a", q);
	message_expect(h, "a", message_sponged(b, 1));
	ck_assert_uint_eq(stats("a").consumed, 2);
	/* No longer once the owner is back. */
	message_send(h, "b", message_gratuitous(2, b));
	message_send(h, "a", q);
	message_expect(h, "");
	/*
	 * A request to another member is answered by that member, or not at
	 * all.
	 */
	set(b, SPONGE_DEAD);
	q = message_request_to(1, b, message_mac(2));
	message_send(h, "a", q);
	message_expect(h, "b", q);
}
END_TEST

START_TEST(answer_leaves_with_the_tag_of_the_sender)
{
	struct ipaddr b = message_ip(FAMILY, 2);
	struct message q = message_request(3, b),
		       answer = message_sponged(b, 3);

	begin(SPONGE A("") B("") "[port trunk]\ndevice = net_null_t\n"
				 "[port c]\nparent = trunk\ntag = 7\nlan = l\n"
				 "mac = 02:00:00:00:00:03\n"
				 "ipv4 = 192.0.2.3\nipv6 = 2001:db8::3\n");
	kill(b);
	memmove(q.octet + 16, q.octet + 12, q.len - 12);
	memcpy(q.octet + 12, "\x81\0\0\7", 4);
	memmove(answer.octet + 16, answer.octet + 12, answer.len - 12);
	memcpy(answer.octet + 12, "\x81\0\0\7", 4);
	q.len += 4;
	answer.len += 4;
	message_send(h, "trunk", q);
	message_expect(h, "c", answer);
}
END_TEST

/* Each sign of life of member 2, at port b, and what leaves because of it. */
static struct message
sign(int i, struct ipaddr b)
{
	struct ipaddr c = message_ip(b.family, 3);

	switch (i) {
	case 0:
		return message_gratuitous(2, b);
	case 1:
		return message_request(2, c);
	case 2:
		return message_reply(2, b, 3);
	case 3:
		return message_data(2, b, c, message_mac(3));
	case 4:
		return message_data(2, b, c, MESSAGE_SPONGE);
	default:
		return message_request_to(2, c, message_mac(3));
	}
}

#define SIGNS 6

START_TEST(any_sign_of_life_releases_a_dead_address)
{
	struct ipaddr b = message_ip(_i % 2 == 0 ? 4 : 6, 2);

	begin(SPONGE ABC);
	kill(b);
	message_send(h, "b", sign(_i / 2, b));
	/* The frame that releases it is forwarded as without a sponge. */
	if (_i / 2 == 0)
		message_expect(h, "a c", sign(0, b), sign(0, b));
	expect_state(b, SPONGE_ALIVE);
	ck_assert_uint_eq(look(b).depth, 0);
	ck_assert_uint_eq(look(b).mac, message_mac(2));
	expect_event(0,
		     "1016 notice lan l: unsponging: ip=%s "
		     "mac=02:00:00:00:00:02",
		     b);
	ck_assert_ptr_null(harness_event(h, 1));
	ck_assert_uint_eq(counts()->sponge_replies, 0);
	expect_forwarded(b, 2);
}
END_TEST

START_TEST(any_sign_of_life_clears_a_pending_address_at_once)
{
	struct ipaddr b = message_ip(_i % 2 == 0 ? 4 : 6, 2);

	begin(SPONGE ABC);
	suspect(b);
	message_send(h, "b", sign(_i / 2, b));
	expect_state(b, SPONGE_ALIVE);
	ck_assert_uint_eq(look(b).mac, message_mac(2));
}
END_TEST

/* In a profile that does not drop messages of the wrong sender. */
START_TEST(only_the_port_that_has_the_address_releases_it)
{
	struct ipaddr b = message_ip(_i % 2 == 0 ? 4 : 6, 2);

	begin(MESSAGE_LAN BASIC ON SMALL ATONCE A("") MESSAGE_UNKNOWN_PORT(
		"b", "ipv4 = 192.0.2.2\n"
		     "ipv6 = 2001:db8::2\n") MESSAGE_UNKNOWN_PORT("c", ""));
	kill(b);
	message_send(h, "c", sign(_i / 2, b));
	expect_state(b, SPONGE_DEAD);
	expect_sponged(b);
}
END_TEST

START_TEST(spoofed_sender_does_not_keep_an_address_alive)
{
	struct ipaddr b = message_ip(FAMILY, 2), a = message_ip(FAMILY, 1);
	struct net_rt *n;
	uint32_t slot;

	begin(MESSAGE_LAN BASIC ON SMALL ATONCE A("") MESSAGE_UNKNOWN_PORT(
		"b", "ipv4 = 192.0.2.2\n"
		     "ipv6 = 2001:db8::2\n")
		      MESSAGE_UNKNOWN_PORT("c", "ipv4 = 192.0.2.3\n"
						"ipv6 = 2001:db8::3\n"));
	/* An address is watched at that port, too. */
	set(message_ip(FAMILY, 3), SPONGE_DEAD);
	n = net_with(b, &slot);
	message_send(h, "c", message_data(3, b, a, message_mac(1)));
	ck_assert_uint_eq(n->neightab->liveness[slot], NEIGHTAB_SILENT);
	for (unsigned int i = 0; i < 10; i++) {
		at(50 + 1100 * i);
		message_send(h, "c", message_data(3, b, a, message_mac(1)));
		request(b);
	}
	expect_state(b, SPONGE_PENDING);
}
END_TEST

START_TEST(frame_from_another_address_is_no_sign_of_life)
{
	struct ipaddr b = message_ip(FAMILY, 2), c = message_ip(FAMILY, 3);
	struct ipaddr far =
		message_ip_of(FAMILY == 4 ? "198.51.100.9" : "2001:db8:f00::9");

	begin(SPONGE ABC);
	kill(b);
	message_send(h, "b", message_data(2, far, c, message_mac(3)));
	message_expect(h, "c", message_data(2, far, c, message_mac(3)));
	expect_state(b, SPONGE_DEAD);
	message_send(h, "b", message_data(2, far, c, MESSAGE_SPONGE));
	expect_state(b, SPONGE_DEAD);
	/* Nor is a frame from the MAC address of the fabric: a loop. */
	message_send(h, "b", message_gratuitous(2, b));
	set(b, SPONGE_DEAD);
	message_send(h, "b", message_probe(b));
	harness_expect_drop(h, "b", DROP_mac_own);
	expect_state(b, SPONGE_DEAD);
	expect_sponged(b);
}
END_TEST

START_TEST(address_detection_makes_a_dead_address_pending)
{
	struct ipaddr b = message_ip(FAMILY, 2);
	struct message free = message_is_free(1, b), p = message_probe(b);

	begin(SPONGE ABC);
	kill(b);
	message_send(h, "a", free);
	message_expect(h, "b", message_to(free, message_mac(2)));
	expect_state(b, SPONGE_PENDING);
	ck_assert_uint_eq(look(b).state.probes, 0);
	ck_assert_uint_eq(look(b).depth, 10);
	harness_clear(h);
	wait_ms(2500);
	message_expect(h, "b b", p, p);
	/* And it starts the probes of a PENDING address again. */
	message_send(h, "a", free);
	ck_assert_uint_eq(look(b).state.probes, 0);
	expect_state(b, SPONGE_PENDING);
	ck_assert_uint_eq(counts()->sponge_replies, 0);
}
END_TEST

START_TEST(address_detection_changes_no_other_state)
{
	struct ipaddr b = message_ip(FAMILY, 2),
		      unowned = message_ip(FAMILY, 9);
	uint32_t slot;

	begin(SPONGE ABC);
	message_send(h, "a", message_is_free(1, b));
	expect_state(b, SPONGE_ALIVE);
	message_send(h, "a", message_is_free(1, unowned));
	if (FAMILY == 6)
		ck_assert_ptr_null(neigh_find(lan(), &unowned, &slot));
	else
		expect_state(unowned, SPONGE_ALIVE);
	harness_apply(h, MESSAGE_LAN STRICT FAST "arp_mode = flood\n" ABC);
	harness_apply(h, SPONGE "sponge_init = none\n" ABC);
	message_send(h, "a", message_is_free(1, b));
	expect_state(b, SPONGE_NONE);
	ck_assert_ptr_null(harness_event(h, 0));
}
END_TEST

START_TEST(address_in_state_none_is_pending_with_its_first_request)
{
	struct ipaddr b = message_ip(FAMILY, 2);

	begin(SPONGE "sponge_init = none\n" ABC);
	expect_state(b, SPONGE_NONE);
	request(b);
	message_expect(h, "b",
		       message_to(message_request(1, b), message_mac(2)));
	expect_state(b, SPONGE_PENDING);
	/* An address that sends does not. */
	message_send(h, "c", message_request(3, b));
	expect_state(message_ip(FAMILY, 3), SPONGE_ALIVE);
	request(message_ip(FAMILY, 3));
	expect_state(message_ip(FAMILY, 3), SPONGE_ALIVE);
}
END_TEST

START_TEST(static_address_stays_so_whatever_it_sends)
{
	struct ipaddr b = message_ip(FAMILY, 2);
	unsigned int n = 0;

	begin(SPONGE ABC);
	set(b, SPONGE_STATIC);
	expect_event(n++, "1000 notice lan l: static sponging: ip=%s rate=-",
		     b);
	for (unsigned int i = 0; i < SIGNS; i++)
		message_send(h, "b", sign((int)i, b));
	expect_state(b, SPONGE_STATIC);
	ck_assert_uint_eq(look(b).mac, message_mac(2));
	expect_event(n++,
		     "1000 warning lan l: traffic from STATIC sponged IP: "
		     "src.mac=02:00:00:00:00:02 src.ip=%s",
		     b);
	ck_assert_ptr_null(harness_event(h, n));
	at(15000);
	ck_assert_str_eq(harness_event(h, n++),
			 "1015 warning lan l: traffic from STATIC sponged IP: "
			 "5 more port=b");
	ck_assert_ptr_null(harness_event(h, n));
	expect_sponged(b);
	/* Until the operator sets another state. */
	set(b, SPONGE_ALIVE);
	expect_forwarded(b, 2);
}
END_TEST

START_TEST(static_address_is_defended)
{
	struct ipaddr b = message_ip(FAMILY, 2);

	begin(SPONGE ABC);
	set(b, SPONGE_STATIC);
	message_send(h, "a", message_is_free(1, b));
	message_expect(h, "a", message_taken(MESSAGE_SPONGE, b, 1));
	expect_state(b, SPONGE_STATIC);
	ck_assert_uint_eq(stats("a").drop[DROP_sponge_suppressed], 1);
}
END_TEST

START_TEST(no_address_is_judged_or_answered_for_while_learning)
{
	struct ipaddr b = message_ip(FAMILY, 2);

	begin(MESSAGE_LAN STRICT ON SMALL
	      "sponge_sweep = 0s\nsponge_init = dead\n" ABC);
	expect_state(b, SPONGE_DEAD);
	for (unsigned int i = 0; i < 20; i++) {
		at(100 + 200 * i);
		expect_forwarded(b, 2);
	}
	ck_assert_uint_eq(look(b).depth, 0);
	at(4999);
	expect_forwarded(b, 2);
	harness_forget_events(h);
	at(5000);
	ck_assert_uint_eq(look(b).depth, 0);
	expect_sponged(b);
	ck_assert_str_eq(harness_event(h, FAMILY == 4 ? 1 : 0),
			 FAMILY == 4
				 ? "1005 notice lan l: learning over: "
				   "192.0.2.0/24"
				 : "1005 notice lan l: learning over: IPv6");
	ck_assert_ptr_null(harness_event(h, 2));
}
END_TEST

START_TEST(no_address_is_probed_while_learning)
{
	struct ipaddr b = message_ip(FAMILY, 2);
	struct message p = message_probe(b);

	begin(MESSAGE_LAN STRICT ON SMALL ABC);
	set(b, SPONGE_PENDING);
	at(5000);
	message_expect(h, "");
	at(6000);
	message_expect(h, "b", p);
}
END_TEST

START_TEST(no_state_changes_by_itself_in_static_mode)
{
	struct ipaddr b = message_ip(FAMILY, 2);

	begin(SPONGE "sponge_static = on\n" ABC);
	request_often(b, 30, 500);
	expect_state(b, SPONGE_ALIVE);
	ck_assert_uint_eq(look(b).depth, 10);
	set(b, SPONGE_DEAD);
	harness_forget_events(h);
	message_send(h, "b", message_gratuitous(2, b));
	expect_state(b, SPONGE_DEAD);
	ck_assert_ptr_nonnull(
		strstr(harness_event(h, 0), "traffic from STATIC"));
	message_send(h, "a", message_is_free(1, b));
	expect_state(b, SPONGE_DEAD);
	expect_sponged(b);
	set(b, SPONGE_PENDING);
	harness_clear(h);
	wait_ms(20000);
	expect_state(b, SPONGE_PENDING);
	message_expect(h, "");
}
END_TEST

START_TEST(dummy_decides_and_sends_no_answers)
{
	static const char *const keys[] = { "", "arp_mode = proxy\n" };
	struct ipaddr b = message_ip(_i % 2 == 0 ? 4 : 6, 2), a;
	char ip[2][PREFIX_TEXT_SIZE], text[1024];

	snprintf(text, sizeof(text), "%s%ssponge_dummy = on\n%s", SPONGE,
		 keys[_i / 2], ABC);
	begin(text);
	set(b, SPONGE_PENDING);
	at(500);
	harness_clear(h);
	at(1500);
	message_expect(h, "b", message_probe(b));
	at(8000);
	expect_state(b, SPONGE_DEAD);
	request(b);
	/* Requests go as if there were no sponge. */
	if (_i / 2 == 0)
		message_expect(
			h, "b",
			message_to(message_request(1, b), message_mac(2)));
	else
		message_expect(h, "a", message_proxied(2, b, 1));
	ck_assert_uint_eq(counts()->sponge_replies, 0);
	ck_assert_uint_eq(counts()->sponge_dummies, 1);
	a = message_ip(b.family, 1);
	snprintf(text, sizeof(text), "dummy: no reply to %s for %s",
		 ipaddr_format(&a, ip[0]), ipaddr_format(&b, ip[1]));
	ck_assert_str_eq(last_line(), text);
	harness_apply(h, SPONGE ABC);
	expect_sponged(b);
}
END_TEST

/*
 * Where the fabric answers for owners, the sponge answers for dead addresses.
 */
START_TEST(sponge_answers_for_dead_addresses_in_proxy_mode)
{
	struct ipaddr b = message_ip(FAMILY, 2);
	struct message q = message_request(1, b);

	begin(SPONGE "arp_mode = proxy\n" ABC);
	request(b);
	message_expect(h, "a", message_proxied(2, b, 1));
	set(b, SPONGE_PENDING);
	request(b);
	message_expect(h, "a", message_proxied(2, b, 1));
	set(b, SPONGE_DEAD);
	request(b);
	message_expect(h, "a", message_sponged(b, 1));
	/* Also forwarded, if the LAN is set so. */
	harness_apply(h,
		      SPONGE "arp_mode = proxy\nsponge_suppress = off\n" ABC);
	request(b);
	message_expect(h, "b a", message_to(q, message_mac(2)),
		       message_sponged(b, 1));
	message_send(h, "b", message_gratuitous(2, b));
	request(b);
	message_expect(h, "a", message_proxied(2, b, 1));
	ck_assert_uint_eq(counts()->proxy_replies, 3);
}
END_TEST

START_TEST(dead_address_is_announced_to_all_if_the_lan_is_set_so)
{
	struct ipaddr b = message_ip(FAMILY, 2), all = message_ip_of("ff02::1");
	struct message t = FAMILY == 4
				   ? message_arp(MAC_BROADCAST, MESSAGE_SPONGE,
						 1, MESSAGE_SPONGE, &b, 0, &b)
				   : message_nd(UINT64_C(0x333300000001),
						MESSAGE_SPONGE, &b, &all, 136,
						0x80, &b, 2, MESSAGE_SPONGE);

	begin(SPONGE "sponge_gratuitous = on\nsponge_pending = 0\n" ABC);
	suspect(b);
	at(10999);
	message_expect(h, "b", message_probe(b));
	harness_clear(h);
	at(11000);
	message_expect(h, "a b c", t, t, t);
	ck_assert_uint_eq(counts()->sponge_gratuitous, 1);
}
END_TEST

/* The own address of the fabric. */

START_TEST(request_for_the_own_address_is_answered_by_the_fabric_alone)
{
	struct ipaddr own = message_own(FAMILY), a = message_ip(FAMILY, 1);
	struct message answer =
		FAMILY == 4
			? message_sponged(own, 1)
			: message_nd(message_mac(1), MESSAGE_SPONGE, &own, &a,
				     136, 0x60, &own, 2, MESSAGE_SPONGE);

	begin(SPONGE ABC);
	request(own);
	message_expect(h, "a", answer);
	ck_assert_uint_eq(stats("a").consumed, 1);
	message_send(h, "a", message_request_to(1, own, MESSAGE_SPONGE));
	message_expect(h, "a", answer);
	ck_assert_uint_eq(stats("a").consumed, 2);
	ck_assert_uint_eq(counts()->sponge_replies, 0);
	/*
	 * A unicast request to a member is forwarded, whatever its target is.
	 */
	message_send(h, "a", message_request_to(1, own, message_mac(2)));
	message_expect(h, "b", message_request_to(1, own, message_mac(2)));
	/* Without an own address there is no answer. */
	harness_apply(h, "[lan l]\nipv4 = 192.0.2.0/24\nipv6 = 2001:db8::/64\n"
			 "sponge_ipv4 = 192.0.2.250\n" STRICT ABC);
	request(own);
	message_expect(h, "b c", message_request(1, own),
		       message_request(1, own));
}
END_TEST

START_TEST(own_address_is_not_sponged)
{
	struct sponge_address a;
	struct ipaddr own = message_own(4);
	uint32_t slot;
	struct net_rt *n;

	begin(SPONGE ABC);
	n = net_with(own, &slot);
	ck_assert(!sponge_look(n->sponge, slot, &a));
	/*
	 * The old own address is sponged from then on, and the new one is not.
	 */
	harness_apply(h,
		      "[lan l]\nipv4 = 192.0.2.0/24\nsponge_mac = "
		      "02:53:00:00:00:01\nsponge_ipv4 = 192.0.2.249\n" STRICT ON
			      SMALL ATONCE MESSAGE_UNKNOWN_PORT("a", "")
				      MESSAGE_UNKNOWN_PORT("b", ""));
	at(1);
	n = net_with(own, &slot);
	ck_assert(sponge_look(n->sponge, slot, &a));
	ck_assert(!sponge_look(n->sponge, slot - 1, &a));
	ck_assert_uint_eq(sponge_count(n->sponge, SPONGE_ALIVE), 253);
}
END_TEST

/* Frames to the MAC address of the fabric. */

/* The updates that 1 gets about an address of 2. */
static void
expect_updates(struct ipaddr b)
{
	struct ipaddr a = message_ip(b.family, 1);
	uint64_t a_mac = message_mac(1), b_mac = message_mac(2);

	if (b.family == 4)
		message_expect(h, "a a a",
			       message_arp(a_mac, MESSAGE_SPONGE, 2, b_mac, &b,
					   a_mac, &a),
			       message_arp(a_mac, MESSAGE_SPONGE, 1, b_mac, &b,
					   a_mac, &a),
			       message_arp(a_mac, MESSAGE_SPONGE, 1, b_mac, &b,
					   a_mac, &b));
	else
		message_expect(h, "a",
			       message_nd(a_mac, MESSAGE_SPONGE, &b, &a, 136,
					  0xa0, &b, 2, b_mac));
}

static void
stray(unsigned int n, struct ipaddr to)
{
	char port[2] = { (char)('a' + n - 1), '\0' };

	message_send(
		h, port,
		message_data(n, message_ip(to.family, n), to, MESSAGE_SPONGE));
}

START_TEST(sender_to_the_sponge_gets_updates_once_the_owner_is_back)
{
	static const char *const lans[] = {
		SPONGE ABC,
		SPONGE "arp_mode = flood\n" ABC,
		SPONGE "arp_mode = proxy\n" ABC,
		MESSAGE_LAN BASIC ON SMALL ATONCE UNKNOWN_PORTS,
	};
	struct ipaddr b = message_ip(_i % 2 == 0 ? 4 : 6, 2);
	unsigned int n = b.family == 4 ? 3 : 1;

	begin(lans[_i / 2]);
	request(b);
	set(b, SPONGE_DEAD);
	fill_punts();
	stray(1, b);
	message_expect(h, "");
	ck_assert_uint_eq(stats("a").drop[DROP_sponge_stray], 1);
	/* Also before control takes the report of that. */
	ck_assert_uint_eq(stats("a").punt_full, 0);
	message_send(h, "b", message_gratuitous(2, b));
	stray(1, b);
	expect_updates(b);
	ck_assert_uint_eq(stats("a").drop[DROP_sponge_stray], 2);
	ck_assert_uint_eq(counts()->sponge_updates, n);
	/* Each pair once a second. */
	at(999);
	stray(1, b);
	message_expect(h, "");
	message_send(
		h, "c",
		message_data(3, message_ip(b.family, 3), b, MESSAGE_SPONGE));
	ck_assert_uint_eq(harness_sent(h, "c"), n);
	request(message_ip(b.family, 3));
	message_send(h, "c", message_gratuitous(3, message_ip(b.family, 3)));
	stray(1, message_ip(b.family, 3));
	ck_assert_uint_eq(harness_sent(h, "a"), n);
	at(1000);
	stray(1, b);
	expect_updates(b);
	ck_assert_uint_eq(stats("a").drop[DROP_sponge_stray], 5);
}
END_TEST

START_TEST(no_updates_while_the_owner_is_not_known_to_be_back)
{
	struct ipaddr b = message_ip(FAMILY, 2), a = message_ip(FAMILY, 1);
	struct ipaddr far =
		message_ip_of(FAMILY == 4 ? "198.51.100.9" : "2001:db8:f00::9");

	begin(MESSAGE_LAN BASIC ON SMALL ATONCE UNKNOWN_PORTS);
	request(b);
	stray(1, b);
	message_expect(h, "");
	set(b, SPONGE_PENDING);
	stray(1, b);
	message_expect(h, "");
	/* The own address of the sponge, and addresses behind routers. */
	stray(1, message_own(FAMILY));
	message_expect(h, "");
	message_send(h, "b", message_gratuitous(2, b));
	stray(1, far);
	message_expect(h, "");
	message_send(h, "a", message_data(1, far, b, MESSAGE_SPONGE));
	message_expect(h, "");
	message_send(h, "a", message_data(1, a, b, MESSAGE_SPONGE));
	expect_updates(b);
	ck_assert_uint_eq(stats("a").drop[DROP_sponge_stray], 6);
}
END_TEST

START_TEST(updates_are_those_that_the_lan_is_set_to)
{
	struct ipaddr a = message_ip(4, 1), b = message_ip(4, 2);
	uint64_t a_mac = message_mac(1), b_mac = message_mac(2);

	begin(SPONGE "sponge_arp_update = none\n" ABC);
	message_send(h, "b", message_gratuitous(2, b));
	stray(1, b);
	message_expect(h, "");
	harness_apply(h, SPONGE "sponge_arp_update = reply,gratuitous\n" ABC);
	at(2000);
	stray(1, b);
	message_expect(
		h, "a a",
		message_arp(a_mac, MESSAGE_SPONGE, 2, b_mac, &b, a_mac, &a),
		message_arp(a_mac, MESSAGE_SPONGE, 1, b_mac, &b, a_mac, &b));
	harness_apply(h, SPONGE "sponge_arp_update = request\n" ABC);
	at(4000);
	stray(1, b);
	message_expect(
		h, "a",
		message_arp(a_mac, MESSAGE_SPONGE, 1, b_mac, &b, a_mac, &a));
}
END_TEST

START_TEST(packet_makes_no_owner)
{
	struct ipaddr b = message_ip(FAMILY, 2), a = message_ip(FAMILY, 1);
	struct message q = message_request(1, b);

	begin(MESSAGE_LAN BASIC ON SMALL ATONCE
	      "arp_dynamic = on\n" UNKNOWN_PORTS);
	request(b);
	set(b, SPONGE_DEAD);
	message_send(h, "c", message_data(3, b, a, message_mac(1)));
	expect_state(b, SPONGE_ALIVE);
	request(b);
	message_expect(h, "b c", q, q);
}
END_TEST

START_TEST(a_trial_is_no_sign_of_life)
{
	struct ipaddr b = message_ip(FAMILY, 2);
	struct message t =
		message_data(2, b, message_ip(FAMILY, 3), message_mac(3));
	const struct trial_input in = { .octets = t.octet,
					.size = t.len,
					.len = t.len };
	struct trial_result r;
	uint32_t slot;
	struct net_rt *n;

	begin(SPONGE ABC);
	kill(b);
	n = net_with(b, &slot);
	ck_assert_int_eq(trial_frame(f, fabric_port_id(f, "b"), &in, &r), 0);
	ck_assert(r.forwarded);
	ck_assert_uint_eq(n->neightab->liveness[slot], NEIGHTAB_WATCHED);
	expect_sponged(b);
	/* Nor does it raise a watch where there is no sponge. */
	harness_apply(h, MESSAGE_LAN STRICT FAST ABC);
	message_send(h, "b", t);
	ck_assert_uint_eq(n->neightab->liveness[slot], NEIGHTAB_SILENT);
}
END_TEST

/* A message that names another sender causes no frame to a third member. */
START_TEST(no_updates_to_a_member_that_another_one_names)
{
	struct ipaddr b = message_ip(FAMILY, 2);

	begin(SPONGE ABC);
	message_send(h, "b", message_gratuitous(2, b));
	message_send(h, "c",
		     message_data(3, message_ip(FAMILY, 1), b, MESSAGE_SPONGE));
	message_expect(h, "");
	ck_assert_uint_eq(counts()->sponge_updates, 0);
}
END_TEST

/* Links, and addresses without an owner. */

START_TEST(the_addresses_of_a_link_that_stays_down_are_suspected)
{
	struct ipaddr b = message_ip(FAMILY, 2);
	uint16_t port;

	begin(SPONGE ABC);
	port = fabric_port_id(f, "b");
	at(500);
	lockstep_link(f, port, false);
	at(30499);
	expect_state(b, SPONGE_ALIVE);
	at(30500);
	expect_state(b, SPONGE_PENDING);
	expect_state(message_ip(FAMILY, 3), SPONGE_ALIVE);
	at(37500);
	expect_state(b, SPONGE_DEAD);
	expect_sponged(b);
	/* Its link alone releases no address, and its loss suspects no more. */
	lockstep_link(f, port, true);
	expect_state(b, SPONGE_DEAD);
	lockstep_link(f, port, false);
	wait_ms(40000);
	expect_state(b, SPONGE_DEAD);
	lockstep_link(f, port, true);
	message_send(h, "b", message_gratuitous(2, b));
	expect_state(b, SPONGE_ALIVE);
	lockstep_link(f, port, false);
	wait_ms(29000);
	lockstep_link(f, port, true);
	wait_ms(29000);
	lockstep_link(f, port, false);
	wait_ms(29000);
	expect_state(b, SPONGE_ALIVE);
	wait_ms(1000);
	expect_state(b, SPONGE_PENDING);
}
END_TEST

START_TEST(wait_for_a_link_is_set_by_the_lan)
{
	struct ipaddr b = message_ip(FAMILY, 2);

	begin(SPONGE "sponge_linkdown = 0s\n" ABC);
	lockstep_link(f, fabric_port_id(f, "b"), false);
	at(1000000);
	expect_state(b, SPONGE_ALIVE);
	lockstep_link(f, fabric_port_id(f, "b"), true);
	harness_apply(h, SPONGE "sponge_linkdown = 3s\n" ABC);
	lockstep_link(f, fabric_port_id(f, "b"), false);
	wait_ms(2999);
	expect_state(b, SPONGE_ALIVE);
	wait_ms(1);
	expect_state(b, SPONGE_PENDING);
	lockstep_link(f, fabric_port_id(f, "b"), true);
	message_send(h, "b", message_gratuitous(2, b));
	harness_apply(h,
		      SPONGE "sponge_linkdown = 3s\nsponge_static = on\n" ABC);
	lockstep_link(f, fabric_port_id(f, "b"), false);
	wait_ms(10000);
	expect_state(b, SPONGE_ALIVE);
}
END_TEST

/* The first request is answered, and no member receives anything. */
START_TEST(unassigned_address_is_dead_from_the_start_if_the_lan_is_set_so)
{
	struct ipaddr unowned = message_ip(FAMILY, 9),
		      b = message_ip(FAMILY, 2);

	begin(SPONGE "unassigned = dead\nnd_unassigned = dead\n" ABC);
	at(50);
	expect_sponged(unowned);
	expect_state(unowned, SPONGE_DEAD);
	/* An address with an owner is not. */
	request(b);
	at(10000);
	expect_state(b, SPONGE_ALIVE);
	expect_state(unowned, SPONGE_DEAD);
	ck_assert_uint_eq(counts()->sponge_probes, 0);
}
END_TEST

START_TEST(unassigned_address_is_asked_for_while_learning)
{
	struct ipaddr unowned = message_ip(FAMILY, 9);
	struct message q = message_request(1, unowned);

	begin(MESSAGE_LAN STRICT ON SMALL "unassigned = dead\n"
					  "nd_unassigned = dead\n" ABC);
	at(4999);
	request(unowned);
	message_expect(h, "b c", q, q);
	at(5000);
	expect_sponged(unowned);
	ck_assert_uint_eq(counts()->sponge_probes, 0);
}
END_TEST

START_TEST(unassigned_address_that_was_seen_is_alive)
{
	struct ipaddr unowned = message_ip(FAMILY, 9);
	struct message reply = message_reply(9, unowned, 1);
	struct message q = message_request(1, unowned);

	begin(MESSAGE_LAN BASIC ON SMALL ATONCE
	      "unassigned = dead\n"
	      "nd_unassigned = dead\n" UNKNOWN_PORTS);
	at(50);
	expect_sponged(unowned);
	at(1000);
	message_send(h, "c", reply);
	expect_state(unowned, SPONGE_ALIVE);
	request(unowned);
	message_expect(h, "b c", q, q);
	at(10000);
	expect_state(unowned, SPONGE_ALIVE);
	ck_assert_uint_eq(counts()->sponge_probes, 0);
	/* Otherwise the requests have to be many. */
	harness_apply(h, MESSAGE_LAN BASIC ON SMALL ATONCE UNKNOWN_PORTS);
	expect_state(unowned, SPONGE_ALIVE);
	request(message_ip(FAMILY, 8));
	at(12000);
	expect_state(message_ip(FAMILY, 8),
		     FAMILY == 4 ? SPONGE_ALIVE : SPONGE_PENDING);
}
END_TEST

START_TEST(an_address_follows_its_assignment_until_it_is_seen)
{
	struct ipaddr c = message_ip(FAMILY, 3), x = message_ip(FAMILY, 9);
	char with[1024], without[1024];

	snprintf(with, sizeof(with), SPONGE "%s",
		 "unassigned = dead\nnd_unassigned = dead\n" ABC);
	snprintf(without, sizeof(without), SPONGE "%s",
		 "unassigned = dead\nnd_unassigned = dead\n" MESSAGE_PORT(
			 "a", "1", "") MESSAGE_PORT("b", "2", ""));
	begin(without);
	expect_sponged(c);
	expect_sponged(x);
	harness_apply(h, with);
	expect_state(c, SPONGE_ALIVE);
	expect_state(x, SPONGE_DEAD);
	harness_apply(h, without);
	expect_sponged(c);
	harness_apply(h, with);
	message_send(h, "c", message_gratuitous(3, c));
	harness_apply(h, without);
	if (FAMILY == 4)
		expect_state(c, SPONGE_ALIVE);
	harness_apply(h, SPONGE ABC);
	expect_state(x, FAMILY == 4 ? SPONGE_ALIVE : SPONGE_NONE);
	harness_apply(h, with);
	expect_state(x, SPONGE_DEAD);
}
END_TEST

/* Of IPv4 alone. */

static struct ipaddr
end_of_lan(int i)
{
	return message_ip(4, i == 0 ? 0 : 255);
}

START_TEST(ends_of_a_prefix_are_not_sponged)
{
	static const char *const what[] = { "network", "broadcast" };
	struct ipaddr end = end_of_lan(_i);
	struct message q = message_request(1, end);
	char text[160];

	begin(MESSAGE_LAN BASIC ON SMALL ATONCE UNKNOWN_PORTS);
	request_often(end, 30, 1000);
	message_expect(h, "b c", q, q);
	snprintf(text, sizeof(text),
		 "1000 warning lan l: ARP for %s address: "
		 "src.mac=02:00:00:00:00:01 arp.spa=192.0.2.1 arp.tpa=%s",
		 what[_i], _i == 0 ? "192.0.2.0" : "192.0.2.255");
	ck_assert_str_eq(harness_event(h, 0), text);
	ck_assert_uint_eq(counts()->sponge_alien, 30);
	ck_assert_uint_eq(counts()->sponge_replies, 0);
	/* Unless sponge_network makes the sponge answer for them. */
	for (unsigned int i = 0; i < 2; i++) {
		harness_apply(h, MESSAGE_LAN BASIC ON SMALL ATONCE
			      "sponge_network = on\n" UNKNOWN_PORTS);
		request(end);
		message_expect(h, "a", message_sponged(end, 1));
		harness_apply(h,
			      MESSAGE_LAN BASIC ON SMALL ATONCE UNKNOWN_PORTS);
		request(end);
		message_expect(h, "b c", q, q);
	}
}
END_TEST

START_TEST(requests_for_ends_of_a_strict_lan_go_to_no_port_or_to_the_sponge)
{
	struct ipaddr end = end_of_lan(_i);

	begin(SPONGE ABC);
	request(end);
	harness_expect_drop(h, "a", DROP_arp_net_bcast);
	harness_apply(h, SPONGE "sponge_network = on\n" ABC);
	request(end);
	message_expect(h, "a", message_sponged(end, 1));
	/* An answer does not give it an owner. */
	message_send(h, "a", message_request_to(1, end, message_mac(2)));
	harness_expect_drop(h, "a", DROP_arp_net_bcast);
}
END_TEST

START_TEST(request_outside_the_lan_is_misplaced)
{
	struct ipaddr far = message_ip_of("198.51.100.9");
	struct message q = message_request(1, far);

	begin(SPONGE ABC);
	request(far);
	harness_expect_drop(h, "a", DROP_arp_off_net);
	harness_apply(h, MESSAGE_LAN BASIC ON SMALL ATONCE UNKNOWN_PORTS);
	harness_forget_events(h);
	request(far);
	message_expect(h, "b c", q, q);
	ck_assert_str_eq(harness_event(h, 0),
			 "1000 warning lan l: misplaced ARP: "
			 "src.mac=02:00:00:00:00:01 arp.spa=192.0.2.1 "
			 "arp.tpa=198.51.100.9");
	ck_assert_uint_eq(counts()->sponge_alien, 1);
}
END_TEST

START_TEST(forged_sender_is_logged)
{
	struct ipaddr a = message_ip(4, 1), b = message_ip(4, 2);
	struct message q = message_arp(MAC_BROADCAST, message_mac(1), 1,
				       message_mac(3), &a, 0, &b);

	begin(SPONGE ABC);
	message_send(h, "a", q);
	harness_expect_drop(h, "a", DROP_arp_sha_mismatch);
	harness_apply(h, SPONGE "check = arp_sha_mismatch log\n" ABC);
	for (unsigned int i = 0; i < 5; i++)
		message_send(h, "a", q);
	message_expect(h, "b", message_to(q, message_mac(2)));
	ck_assert_uint_eq(counts()->sponge_spoof, 5);
	ck_assert_ptr_nonnull(
		strstr(harness_event(h, 1),
		       "ARP spoofing: src.mac=02:00:00:00:00:01 "
		       "arp.sha=02:00:00:00:00:03 arp.spa=192.0.2.1 "
		       "arp.tpa=192.0.2.2"));
	ck_assert_ptr_null(harness_event(h, 2));
	/*
	 * The answer goes to the sender that it names, by the port it came
	 * from.
	 */
	set(b, SPONGE_DEAD);
	message_send(h, "a", q);
	message_expect(h, "a",
		       message_arp(message_mac(3), MESSAGE_SPONGE, 2,
				   MESSAGE_SPONGE, &b, message_mac(3), &a));
}
END_TEST

/* Sweeps. */

START_TEST(sweep_probes_all_addresses_never_seen)
{
	struct harness_left left, last = { 0 };
	unsigned int n = 0;
	uint32_t tpa = 0;

	begin(MESSAGE_LAN STRICT "sponge = on\n" ABC);
	message_send(h, "c", message_gratuitous(3, message_ip(4, 3)));
	message_send(h, "c", message_gratuitous(3, message_ip(6, 3)));
	harness_clear(h);
	at(904999);
	message_expect(h, "");
	at(960000);
	/* .1, .2, two of IPv6, and the other 250 by three ports, five a second. */
	while (harness_left(h, n, &left)) {
		const uint8_t *t = left.octets;
		bool first = t[12] == 0x08 && t[41] != tpa;

		n++;
		if (t[12] != 0x08 || t[41] <= 2)
			continue;
		if (first && tpa > 3)
			ck_assert_uint_ge(left.at - last.at,
					  200 * CLOCK_MILLISECOND);
		ck_assert_uint_eq(t[21], 1);
		ck_assert_uint_eq(t[31], MESSAGE_OWN);
		ck_assert_uint_ge(t[41], tpa);
		ck_assert_uint_ne(t[41], 3);
		ck_assert_uint_ne(t[41], MESSAGE_OWN);
		tpa = t[41];
		last = left;
	}
	ck_assert_uint_eq(tpa, 254);
	ck_assert_uint_eq(n, 2 + 2 + 250 * 3);
	ck_assert_uint_eq(counts()->sponge_probes, 254);
	ck_assert_str_eq(last_line(), "sweep ends: 192.0.2.0/24 probes=252");
	/* Probed addresses are not probed again within an hour. */
	harness_clear(h);
	at(905000 + 3 * 900000 + 899999);
	message_expect(h, "");
	at(905000 + 4 * 900000 + 5000);
	at(905000 + 4 * 900000 + 60000);
}
END_TEST

START_TEST(no_sweep_if_it_is_off_or_the_sponge_is_passive)
{
	begin(MESSAGE_LAN STRICT "sponge = on\nsponge_sweep = 0s\n" ABC);
	at(10000000);
	message_expect(h, "");
	harness_apply(h, MESSAGE_LAN STRICT
		      "sponge = on\nsponge_passive = on\n" ABC);
	at(20000000);
	message_expect(h, "");
}
END_TEST

/* Several prefixes. */

START_TEST(each_prefix_has_a_sponge)
{
	struct ipaddr one = message_ip(4, 2),
		      two = message_ip_of("198.51.100.2");
	struct ipaddr own = message_ip_of("198.51.100.250"), a;
	struct message p;

	begin(MESSAGE_LAN STRICT ON SMALL ATONCE
	      "ipv4 = 198.51.100.0/24\nsponge_ipv4 = 198.51.100.250\n" A("")
		      B("ipv4 = 198.51.100.2\n") C(""));
	suspect(two);
	p = message_arp(MAC_BROADCAST, MESSAGE_SPONGE, 1, MESSAGE_SPONGE, &own,
			0, &two);
	at(10500);
	message_expect(h, "b", p);
	at(16000);
	expect_state(two, SPONGE_DEAD);
	expect_state(one, SPONGE_ALIVE);
	expect_sponged(two);
	expect_forwarded(one, 2);
	/* A request for the first one, from the other. */
	message_send(h, "b",
		     message_data(2, two, message_ip(4, 3), message_mac(3)));
	expect_state(two, SPONGE_ALIVE);
	request(own);
	a = message_ip(4, 1);
	message_expect(h, "a",
		       message_arp(message_mac(1), MESSAGE_SPONGE, 2,
				   MESSAGE_SPONGE, &own, message_mac(1), &a));
}
END_TEST

/* Changes of the configuration. */

START_TEST(an_apply_of_other_things_keeps_states)
{
	struct ipaddr b = message_ip(FAMILY, 2), c = message_ip(FAMILY, 3);
	struct sponge_address before;

	begin(SPONGE ABC);
	kill(b);
	request_often(c, 5, 400);
	before = look(c);
	harness_apply(h,
		      SPONGE "mtu = 1400\nmac_age = 60s\nsponge_rate = 40\n" A(
			      "description = x\n") B("arp_pps = 7\n") C("")
			      MESSAGE_PORT("d", "4", "") "ipv4 = 192.0.2.77\n");
	expect_state(b, SPONGE_DEAD);
	ck_assert_uint_eq(look(c).depth, before.depth);
	ck_assert_uint_eq(look(c).changed_at, before.changed_at);
	expect_sponged(b);
	/*
	 * One more prefix, another own address of the sponge, another period
	 * of sweeps.
	 */
	harness_apply(
		h,
		"[lan l]\nipv4 = 192.0.2.0/24\nipv6 = 2001:db8::/64\n"
		"ipv4 = 198.51.100.0/24\nipv6 = 2001:db8:5::/64\n"
		"sponge_mac = 02:53:00:00:00:01\n"
		"sponge_ipv4 = 192.0.2.249\nsponge_sweep = 900s\n"
		"sponge_network = on\nsponge_link_local = on\n" STRICT ON SMALL
		"sponge_learning = 0s\n" ABC);
	at(ms + 1);
	expect_state(b, SPONGE_DEAD);
	ck_assert_uint_eq(look(c).depth, before.depth);
	expect_sponged(b);
	ck_assert_uint_eq(counts()->transitions[SPONGE_DEAD], 1);
}
END_TEST

START_TEST(dead_address_stays_so_when_its_port_changes)
{
	struct ipaddr b = message_ip(FAMILY, 2);

	begin(SPONGE ABC);
	kill(b);
	harness_apply(h, SPONGE A("") MESSAGE_PORT("d", "2", "") C(""));
	expect_sponged(b);
	message_send(h, "d", message_gratuitous(2, b));
	expect_state(b, SPONGE_ALIVE);
	request(b);
	message_expect(h, "d",
		       message_to(message_request(1, b), message_mac(2)));
}
END_TEST

START_TEST(smaller_queue_keeps_the_newest_requests)
{
	struct ipaddr b = message_ip(FAMILY, 2);

	begin(MESSAGE_LAN STRICT ON ATONCE ABC);
	/* At 50 a minute exactly, then twice as fast. */
	request_often(b, 490, 1200);
	request_often(b, 10, 600);
	ck_assert_uint_eq(look(b).depth, 500);
	harness_apply(h, SPONGE ABC);
	ck_assert_uint_eq(look(b).depth, 10);
	ck_assert_uint_eq(look(b).rate, 100000);
	expect_state(b, SPONGE_ALIVE);
	wait_ms(600);
	request(b);
	expect_state(b, SPONGE_PENDING);
}
END_TEST

START_TEST(removed_sponge_holds_no_requests_and_begins_anew)
{
	struct ipaddr b = message_ip(FAMILY, 2);

	begin(SPONGE ABC);
	kill(b);
	harness_apply(h, MESSAGE_LAN STRICT FAST ABC);
	expect_forwarded(b, 2);
	message_send(h, "a",
		     message_data(1, message_ip(FAMILY, 1), b, MESSAGE_SPONGE));
	message_expect(h, "");
	message_send(h, "b", message_gratuitous(2, b));
	harness_apply(h, SPONGE ABC);
	at(ms + 1);
	expect_state(b, SPONGE_ALIVE);
	ck_assert_uint_eq(look(b).depth, 0);
	expect_forwarded(b, 2);
	request_often(b, 10, 1100);
	expect_state(b, SPONGE_PENDING);
	/* A PENDING address is not watched any more either. */
	harness_apply(h, MESSAGE_LAN STRICT FAST "arp_mode = flood\n" ABC);
	message_send(h, "b",
		     message_data(2, b, message_ip(FAMILY, 3), message_mac(3)));
	ck_assert_uint_eq(stats("b").punt_full, 0);
	ck_assert_uint_eq(rte_ring_count(f->worker[0]->punts), 0);
}
END_TEST

START_TEST(removed_prefix_leaves_no_state)
{
	struct ipaddr b = message_ip(FAMILY, 2);
	struct message q = message_request(1, b);

	begin(SPONGE ABC);
	kill(b);
	set(message_ip(FAMILY, 3), SPONGE_PENDING);
	harness_apply(h, "[lan l]\nipv4 = 198.51.100.0/24\n"
			 "sponge_mac = 02:53:00:00:00:01\n" BASIC ON SMALL
				 ATONCE UNKNOWN_PORTS);
	harness_clear(h);
	at(ms + 20000);
	message_expect(h, "");
	request(b);
	message_expect(h, "b c", q, q);
	message_send(h, "b",
		     message_data(2, b, message_ip(FAMILY, 3), message_mac(3)));
	harness_apply(h, SPONGE ABC);
	at(ms + 1);
	expect_state(b, SPONGE_ALIVE);
	ck_assert_uint_eq(look(b).depth, 0);
}
END_TEST

START_TEST(link_local_addresses_are_sponged_if_the_lan_is_set_so)
{
	struct ipaddr link_local = message_ip_of("fe80::22");
	struct message q = message_request(1, link_local);
	uint32_t slot;

	begin(SPONGE ABC);
	request_often(link_local, 30, 1000);
	ck_assert_ptr_null(neigh_find(lan(), &link_local, &slot));
	message_expect(h, "b c", q, q);
	harness_apply(h, SPONGE "sponge_link_local = on\n" A("ipv6 = fe80::1\n")
				 B("") C(""));
	request(link_local);
	expect_state(link_local, SPONGE_PENDING);
	expect_state(message_ip_of("fe80::1"), SPONGE_ALIVE);
	wait_ms(8000);
	request(link_local);
	message_expect(h, "a", message_sponged(link_local, 1));
	/* Nor is it any longer. */
	harness_apply(h, SPONGE A("ipv6 = fe80::1\n") B("") C(""));
	request(link_local);
	message_expect(h, "b c", q, q);
}
END_TEST

/* More frames than control can take. */

/* A packet from an address, a million of them a second for 'n' ms. */
static void
send_all_the_time(const struct message *data, unsigned int n)
{
	uint16_t port = fabric_port_id(f, "b");
	const void *frame[64];
	uint32_t len[64];

	for (unsigned int i = 0; i < 64; i++) {
		frame[i] = data->octet;
		len[i] = data->len;
	}
	for (uint64_t sent = 0; sent < n * UINT64_C(1000); sent += 64)
		lockstep_burst(f, port, 64, frame, len, f->now + 64000);
	ms = (f->now - START) / CLOCK_MILLISECOND + 1;
	harness_clear(h);
}

START_TEST(address_that_sends_all_the_time_is_never_pending)
{
	struct ipaddr b = message_ip(FAMILY, 2), c = message_ip(FAMILY, 3);
	struct message data = message_data(2, b, c, message_mac(3));
	const char *text = MESSAGE_LAN STRICT ON ATONCE
		"sponge_queuedepth = 100\nsponge_flood_protection = 0\n" ABC;

	begin(text);
	for (unsigned int i = 0; i < 1000; i++) {
		send_all_the_time(&data, 1);
		at(ms);
		request(b);
		ck_assert_int_eq(look(b).state.kind, SPONGE_ALIVE);
	}
	ck_assert_uint_ge(stats("b").forwarded, 1000000);
	ck_assert_uint_eq(counts()->transitions[SPONGE_PENDING], 0);
	/* The signs of life came through the table, not as reports. */
	ck_assert_uint_eq(stats("b").punt_full, 0);
	/* A silent address is suspected after a tenth of that. */
	request_often(b, 100, 1);
	expect_state(b, SPONGE_PENDING);
}
END_TEST

START_TEST(full_ring_of_reports_delays_no_frame)
{
	struct ipaddr b = message_ip(FAMILY, 2), c = message_ip(FAMILY, 3);
	struct message data = message_data(2, b, c, message_mac(3));

	begin(SPONGE ABC);
	kill(b);
	fill_punts();
	expect_forwarded(b, 2);
	ck_assert_uint_eq(stats("a").punt_full, 1);
	ck_assert_uint_eq(counts()->sponge_replies, 0);
	fill_punts();
	message_send(h, "b", message_reply(2, b, 3));
	message_expect(h, "c", message_reply(2, b, 3));
	ck_assert_uint_eq(stats("b").punt_full, 1);
	expect_state(b, SPONGE_DEAD);
	/*
	 * A sign of life that could not be reported is reported with the next
	 * packet.
	 */
	fill_punts();
	message_send(h, "b", data);
	message_expect(h, "c", data);
	expect_state(b, SPONGE_DEAD);
	ck_assert_uint_eq(stats("b").punt_full, 2);
	message_send(h, "b", data);
	expect_state(b, SPONGE_ALIVE);
	ck_assert_uint_eq(stats("b").punt_full, 2);
	/* Frames to the fabric are not forwarded, reported or not. */
	set(b, SPONGE_DEAD);
	fill_punts();
	message_send(h, "a", message_request_to(1, b, MESSAGE_SPONGE));
	message_expect(h, "");
	ck_assert_uint_eq(stats("a").consumed, 1);
}
END_TEST

/* So many requests at once, then a turn of control. */
static unsigned int
burst_of(unsigned int n, const struct message *t)
{
	const void *frame[64];
	uint32_t len[64];
	uint64_t replies = counts()->sponge_replies;

	for (unsigned int i = 0; i < n; i++) {
		frame[i] = t->octet;
		len[i] = t->len;
	}
	harness_clear(h);
	lockstep_burst(f, fabric_port_id(f, "a"), n, frame, len, f->now);
	harness_check(h);
	return (unsigned int)(counts()->sponge_replies - replies);
}

START_TEST(burst_of_requests_is_answered_one_by_one)
{
	struct ipaddr b = message_ip(FAMILY, 2);
	struct message q = message_request(1, b);

	begin(SPONGE ABC);
	kill(b);
	ck_assert_uint_eq(burst_of(64, &q), 64);
	ck_assert_uint_eq(harness_sent(h, "a"), 64);
	ck_assert_uint_eq(harness_sent(h, "b"), 0);
	ck_assert_uint_eq(stats("a").punt_full, 0);
	ck_assert_uint_eq(lockstep_buffers_used(f), 0);
}
END_TEST

/* An NS of member 1 for target number 'n', which has no owner. */
static struct message
scan(uint64_t n)
{
	struct ipaddr ip = message_ip_of("2001:db8::");

	n = n * UINT64_C(0x9e3779b97f4a7c15) | 0x100;
	for (unsigned int i = 0; i < 8; i++)
		ip.octet[8 + i] = (uint8_t)(n >> (56 - 8 * i));
	return message_request(1, ip);
}

static struct neightab6 *
table6(void)
{
	struct net_rt *n = lan()->nets;

	while (!n->six)
		n = n->next;
	return n->table;
}

START_TEST(scan_of_the_lan_replaces_no_known_address)
{
	struct ipaddr alive = message_ip(6, 9), fixed = message_ip(6, 8);
	struct message q;
	size_t used;

	begin(MESSAGE_LAN BASIC ON ATONCE "nd_max_targets = 256\n" A("") B("")
		      C(""));
	/* Also of entries that its requests made. */
	request(alive);
	message_send(h, "c", message_gratuitous(3, alive));
	request(fixed);
	set(fixed, SPONGE_STATIC);
	for (unsigned int i = 0; i < 2000; i++) {
		q = scan(i);
		message_send(h, "a", q);
		if (i % 64 == 0)
			wait_ms(1);
	}
	harness_forget_events(h);
	used = mallinfo2().uordblks;
	for (unsigned int i = 0; i < 100000; i++) {
		q = scan(5000 + i);
		lockstep_frame(f, fabric_port_id(f, "a"), q.octet, q.len, q.len,
			       false, f->now + 500000);
		harness_clear(h);
		harness_forget_events(h);
	}
	harness_check(h);
	ck_assert_uint_le(mallinfo2().uordblks, used + 65536);
	ck_assert_uint_le(neightab6_count(table6()), 256);
	expect_state(alive, SPONGE_ALIVE);
	ck_assert_uint_eq(look(alive).mac, message_mac(3));
	expect_state(fixed, SPONGE_STATIC);
	for (unsigned int n = 1; n <= 3; n++)
		expect_state(message_ip(6, n), SPONGE_ALIVE);
}
END_TEST

START_TEST(entry_requested_again_stays_longer)
{
	struct ipaddr x = message_ip(6, 9), y = message_ip(6, 8);
	uint32_t slot;

	begin(MESSAGE_LAN STRICT ON ATONCE "nd_max_targets = 64\n" ABC);
	request(x);
	request(y);
	for (unsigned int i = 0; i < 14; i++)
		message_send(h, "a", scan(i));
	request(x);
	message_send(h, "a", scan(14));
	ck_assert_ptr_nonnull(neigh_find(lan(), &x, &slot));
	ck_assert_ptr_null(neigh_find(lan(), &y, &slot));
}
END_TEST

/* A port may be charged for 16 of 64 slots. */
START_TEST(alive_address_stays_until_silent_for_an_hour)
{
	struct ipaddr x = message_ip(6, 9);
	uint32_t slot;

	begin(MESSAGE_LAN BASIC ON ATONCE
	      "nd_max_targets = 64\n" UNKNOWN_PORTS);
	for (unsigned int i = 0; i < 16; i++) {
		request(message_ip(6, 16 + i));
		message_send(h, "b",
			     message_gratuitous(16 + i, message_ip(6, 16 + i)));
	}
	request(x);
	ck_assert_ptr_null(neigh_find(lan(), &x, &slot));
	ck_assert_uint_eq(counts()->sponge_refused, 1);
	at(3500000);
	request(x);
	ck_assert_ptr_null(neigh_find(lan(), &x, &slot));
	/* One of them sends. */
	x = message_ip(6, 17);
	message_send(h, "b", message_gratuitous(17, x));
	at(4300000);
	for (unsigned int i = 0; i < 30; i++)
		message_send(h, "a", scan(i));
	expect_state(x, SPONGE_ALIVE);
	/* Of the others one is replaced, then the one that replaced it. */
	x = message_ip(6, 16);
	ck_assert_ptr_null(neigh_find(lan(), &x, &slot));
	expect_state(message_ip(6, 18), SPONGE_ALIVE);
}
END_TEST

START_TEST(dead_entry_is_replaced_after_pending_ones)
{
	struct ipaddr x = message_ip(6, 9);

	begin(MESSAGE_LAN STRICT ON ATONCE "nd_max_targets = 64\n" ABC);
	request(x);
	at(10000);
	expect_state(x, SPONGE_DEAD);
	for (unsigned int i = 0; i < 40; i++)
		message_send(h, "a", scan(i));
	expect_state(x, SPONGE_DEAD);
}
END_TEST

START_TEST(requests_of_a_port_are_limited)
{
	begin(MESSAGE_LAN STRICT "sponge = on\n" ABC);
	for (unsigned int i = 0; i < 1000; i++) {
		message_send(h, "a", scan(i));
		wait_ms(1);
	}
	ck_assert_uint_eq(stats("a").drop[DROP_nd_rate], 1000 - 100 - 19);
	ck_assert_uint_eq(counts()->nd_solicitations, 100 + 19);
}
END_TEST

START_TEST(scan_of_the_lan_does_not_fill_the_journal)
{
	unsigned int n = 0;

	begin(SPONGE ABC);
	for (unsigned int i = 0; i < 1200; i++) {
		message_send(h, "a", scan(i));
		wait_ms(50);
	}
	while (harness_event(h, n) != NULL)
		n++;
	ck_assert_uint_ge(n, 2);
	ck_assert_uint_le(n, 12);
}
END_TEST

/* All 4094 addresses of a /20, requested until they are DEAD. */
START_TEST(every_address_of_a_large_prefix_can_be_dead_at_once)
{
	struct sponge *s;
	uint32_t slot;

	begin("[lan l]\nipv4 = 192.0.0.0/20\nsponge_mac = 02:53:00:00:00:01\n"
	      "sponge_ipv4 = 192.0.2.250\n" BASIC ON SMALL ATONCE
	      "sponge_flood_protection = 0\nsponge_proberate = "
	      "10000\nsponge_proberate_unassigned = 1000\n" UNKNOWN_PORTS);
	s = net_with(message_ip(4, 2), &slot)->sponge;
	for (unsigned int i = 0; i < 10; i++)
		for (uint32_t k = 1; k < 4095; k++) {
			struct ipaddr ip = message_ip(4, 0);
			struct message q;

			ip.octet[2] = (uint8_t)(k >> 8);
			ip.octet[3] = (uint8_t)k;
			q = message_request(1, ip);
			lockstep_frame(f, fabric_port_id(f, "a"), q.octet,
				       q.len, q.len, false, f->now + 100000);
			harness_clear(h);
			harness_forget_events(h);
		}
	/* Except 1, the sender, and the own address of the sponge. */
	ck_assert_uint_eq(sponge_count(s, SPONGE_PENDING), 4092);
	/* Six probes of each, a thousand a second. */
	for (unsigned int i = 0; i < 27; i++) {
		harness_at(h, f->now + CLOCK_SECOND);
		harness_clear(h);
		harness_forget_events(h);
	}
	ck_assert_uint_eq(sponge_count(s, SPONGE_DEAD), 4092);
	ck_assert_uint_eq(sponge_count(s, SPONGE_ALIVE), 1);
}
END_TEST

#define ADD(test)         tcase_add_test(tc, test)
#define ADD_EACH(test, n) tcase_add_loop_test(tc, test, 0, n)

static void
to_dead(Suite *s)
{
	TCase *tc = fixture_case(s, "ways down", setup);

	ADD_EACH(requests_at_the_rate_are_not_too_many, 2);
	ADD_EACH(requests_above_the_rate_make_an_address_pending, 2);
	ADD_EACH(burst_of_one_sender_counts_once, 2);
	ADD_EACH(thousand_requests_make_an_address_pending, 2);
	ADD_EACH(address_is_dead_after_six_probes_a_second_apart, 2);
	ADD_EACH(probe_without_owner_goes_to_all, 2);
	ADD_EACH(probe_goes_to_all_in_mode_flood, 2);
	ADD_EACH(a_probe_to_a_port_that_is_down_is_not_sent, 2);
	ADD_EACH(address_that_answers_a_probe_is_alive, 2);
	ADD_EACH(passive_sponge_counts_and_sends_no_probes, 2);
	ADD(sponge_without_an_own_address_is_passive);
	ADD(ipv6_sponge_always_has_an_own_address);
	ADD(all_probes_together_keep_to_the_rate);
	ADD_EACH(address_in_state_none_is_pending_with_its_first_request, 2);
	ADD_EACH(the_addresses_of_a_link_that_stays_down_are_suspected, 2);
	ADD_EACH(wait_for_a_link_is_set_by_the_lan, 2);
	ADD_EACH(unassigned_address_is_dead_from_the_start_if_the_lan_is_set_so,
		 2);
	ADD_EACH(unassigned_address_is_asked_for_while_learning, 2);
	ADD_EACH(an_address_follows_its_assignment_until_it_is_seen, 2);
	ADD_EACH(unassigned_address_that_was_seen_is_alive, 2);
	ADD(sweep_probes_all_addresses_never_seen);
	ADD(no_sweep_if_it_is_off_or_the_sponge_is_passive);
}

static void
from_dead(Suite *s)
{
	TCase *tc = fixture_case(s, "the dead", setup);

	ADD_EACH(request_for_a_dead_address_is_answered_and_not_forwarded, 2);
	ADD_EACH(unicast_request_to_the_fabric_for_a_dead_address_is_answered,
		 2);
	ADD_EACH(answer_leaves_with_the_tag_of_the_sender, 2);
	ADD_EACH(any_sign_of_life_releases_a_dead_address, 2 * SIGNS);
	ADD_EACH(any_sign_of_life_clears_a_pending_address_at_once, 2 * SIGNS);
	ADD_EACH(only_the_port_that_has_the_address_releases_it, 2 * SIGNS);
	ADD_EACH(spoofed_sender_does_not_keep_an_address_alive, 2);
	ADD_EACH(frame_from_another_address_is_no_sign_of_life, 2);
	ADD_EACH(address_detection_makes_a_dead_address_pending, 2);
	ADD_EACH(address_detection_changes_no_other_state, 2);
	ADD_EACH(static_address_stays_so_whatever_it_sends, 2);
	ADD_EACH(static_address_is_defended, 2);
	ADD_EACH(no_address_is_judged_or_answered_for_while_learning, 2);
	ADD_EACH(no_address_is_probed_while_learning, 2);
	ADD_EACH(no_state_changes_by_itself_in_static_mode, 2);
	ADD_EACH(dummy_decides_and_sends_no_answers, 4);
	ADD_EACH(sponge_answers_for_dead_addresses_in_proxy_mode, 2);
	ADD_EACH(dead_address_is_announced_to_all_if_the_lan_is_set_so, 2);
	ADD_EACH(request_for_the_own_address_is_answered_by_the_fabric_alone,
		 2);
	ADD(own_address_is_not_sponged);
}

static void
strays(Suite *s)
{
	TCase *tc = fixture_case(s, "strays", setup);

	ADD_EACH(sender_to_the_sponge_gets_updates_once_the_owner_is_back, 8);
	ADD_EACH(no_updates_while_the_owner_is_not_known_to_be_back, 2);
	ADD(updates_are_those_that_the_lan_is_set_to);
	ADD_EACH(packet_makes_no_owner, 2);
	ADD_EACH(a_trial_is_no_sign_of_life, 2);
	ADD_EACH(no_updates_to_a_member_that_another_one_names, 2);
	ADD_EACH(ends_of_a_prefix_are_not_sponged, 2);
	ADD_EACH(
		requests_for_ends_of_a_strict_lan_go_to_no_port_or_to_the_sponge,
		2);
	ADD(request_outside_the_lan_is_misplaced);
	ADD(forged_sender_is_logged);
}

static void
changes(Suite *s)
{
	TCase *tc = fixture_case(s, "changes", setup);

	ADD(each_prefix_has_a_sponge);
	ADD_EACH(an_apply_of_other_things_keeps_states, 2);
	ADD_EACH(dead_address_stays_so_when_its_port_changes, 2);
	ADD_EACH(smaller_queue_keeps_the_newest_requests, 2);
	ADD_EACH(removed_sponge_holds_no_requests_and_begins_anew, 2);
	ADD_EACH(removed_prefix_leaves_no_state, 2);
	ADD(link_local_addresses_are_sponged_if_the_lan_is_set_so);
}

static void
load(Suite *s)
{
	TCase *tc = fixture_case(s, "load", setup);

	ADD_EACH(address_that_sends_all_the_time_is_never_pending, 2);
	ADD_EACH(full_ring_of_reports_delays_no_frame, 2);
	ADD_EACH(burst_of_requests_is_answered_one_by_one, 2);
	ADD(scan_of_the_lan_replaces_no_known_address);
	ADD(entry_requested_again_stays_longer);
	ADD(alive_address_stays_until_silent_for_an_hour);
	ADD(dead_entry_is_replaced_after_pending_ones);
	ADD(requests_of_a_port_are_limited);
	ADD(scan_of_the_lan_does_not_fill_the_journal);
	ADD(every_address_of_a_large_prefix_can_be_dead_at_once);
}

int
main(void)
{
	Suite *s = suite_create("sponge");

	to_dead(s);
	from_dead(s);
	strays(s);
	changes(s);
	load(s);
	return check_run(s);
}
