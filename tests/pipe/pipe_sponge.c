/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * The sponge, frame by frame: what is asked for an address, what the fabric makes
 * of it and sends, and when.  (The states alone are in tests/unit/test_sponge.c,
 * who is asked in pipe_resolve.c.)  The same for ARP and for neighbour discovery,
 * where there is no difference.
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
/* What members are usually held to is not what is looked at here. */
#define FAST                                                                   \
	"arp_pps = 1000000\nnd_pps = 1000000\narp_burst = 1000000\n"           \
	"nd_burst = 1000000\nstorm_bcast = off\nstorm_mcast = off\n"
#define ON    "sponge = on\n" FAST
#define SMALL "sponge_queuedepth = 10\n"
/* It begins at once, and nothing is probed that is not suspected. */
#define ATONCE "sponge_learning = 0s\nsponge_sweep = 0s\n"
#define SPONGE MESSAGE_LAN STRICT ON SMALL ATONCE

#define A(keys) MESSAGE_PORT("a", "1", keys)
#define B(keys) MESSAGE_PORT("b", "2", keys)
#define C(keys) MESSAGE_PORT("c", "3", keys)
#define ABC     A("") B("") C("")
#define STRANGERS                                                              \
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
net_with(struct ipaddr who, uint32_t *slot)
{
	struct net_rt *n = neigh_find(lan(), &who, slot);

	ck_assert_ptr_nonnull(n);
	return n;
}

static struct sponge_address
look(struct ipaddr who)
{
	struct sponge_address a;
	uint32_t slot;
	struct net_rt *n = net_with(who, &slot);

	ck_assert(sponge_look(n->sponge, slot, &a));
	return a;
}

static void
expect_state(struct ipaddr who, enum sponge_kind kind)
{
	char text[PREFIX_TEXT_SIZE];

	ck_assert_msg(look(who).state.kind == kind, "%s is %s, not %s",
		      ipaddr_format(&who, text),
		      sponge_kind_name(look(who).state.kind),
		      sponge_kind_name(kind));
}

/* What an operator does. */
static void
set(struct ipaddr who, enum sponge_kind kind)
{
	uint32_t slot;
	struct net_rt *n = net_with(who, &slot);

	sponge_set(n->sponge, slot, kind, 0, 0, f->now);
	neigh_plan(f);
}

/* Member 1, at port a, asks; */
static void
ask(struct ipaddr who)
{
	message_send(h, "a", message_request(1, who));
}

/* 'n' times, so many milliseconds apart, the last time now. */
static void
ask_often(struct ipaddr who, unsigned int n, uint64_t gap)
{
	for (unsigned int i = 0; i < n; i++) {
		wait_ms(i > 0 ? gap : 0);
		ask(who);
	}
}

/* From a beginning at 50 ms: suspected at 9.95 s, probed at 10 to 15, dead at 16. */
static void
suspect(struct ipaddr who)
{
	at(50);
	ask_often(who, 10, 1100);
	expect_state(who, SPONGE_PENDING);
	harness_clear(h);
}

static void
kill(struct ipaddr who)
{
	suspect(who);
	at(16000);
	expect_state(who, SPONGE_DEAD);
	harness_clear(h);
	harness_forget_events(h);
}

/* The frames that have left did so at these times, in ms. */
static void
expect_times(unsigned int n, const uint64_t *when)
{
	struct harness_left left;

	for (unsigned int i = 0; i < n; i++) {
		ck_assert(harness_left(h, i, &left));
		ck_assert_uint_eq(left.at, START + when[i] * CLOCK_MILLISECOND);
	}
}

/* "1016 notice lan l: TEXT", where %s is the address. */
static void
expect_said(unsigned int i, const char *format, struct ipaddr who)
{
	char ip[PREFIX_TEXT_SIZE], text[200];

	snprintf(text, sizeof(text), format, ipaddr_format(&who, ip));
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

/* Whether a question of 1 is withheld, and answered by the sponge. */
static void
expect_sponged(struct ipaddr who)
{
	ask(who);
	message_expect(h, "a", message_sponged(who, 1));
}

/* Or goes to the owner, and to nobody else. */
static void
expect_asked(struct ipaddr who, unsigned int owner)
{
	ask(who);
	message_expect(h, "b",
		       message_to(message_request(1, who), message_mac(owner)));
}

/* How an address becomes suspect, and dead. */

START_TEST(questions_at_the_rate_are_none_too_many)
{
	struct ipaddr b = message_ip(FAMILY, 2);

	begin(SPONGE ABC);
	ask_often(b, 10, 1200);
	ck_assert_uint_eq(look(b).depth, 10);
	ck_assert_uint_eq(look(b).rate, 50000);
	expect_state(b, SPONGE_ALIVE);
	message_expect(h, "b",
		       message_to(message_request(1, b), message_mac(2)));
	ck_assert_ptr_null(harness_event(h, 0));
}
END_TEST

START_TEST(questions_above_it_make_an_address_suspect)
{
	struct ipaddr b = message_ip(FAMILY, 2);
	char ip[PREFIX_TEXT_SIZE], text[160];

	begin(SPONGE ABC);
	ask_often(b, 9, 1100);
	expect_state(b, SPONGE_ALIVE);
	wait_ms(1100);
	ask(b);
	expect_state(b, SPONGE_PENDING);
	ck_assert_uint_eq(look(b).state.probes, 0);
	/* The tenth is sent on as the others were. */
	message_expect(h, "b",
		       message_to(message_request(1, b), message_mac(2)));
	expect_said(0, "1009.9 notice lan l: pending: ip=%s state=0", b);
	snprintf(text, sizeof(text),
		 "queue reduced: ip=%s depth=10->10 "
		 "rate=54.5->54.5",
		 ipaddr_format(&b, ip));
	ck_assert_str_eq(lan()->neigh->line[lan()->neigh->nlines - 2].text,
			 text);
}
END_TEST

START_TEST(what_one_asks_in_a_burst_counts_once)
{
	struct ipaddr b = message_ip(FAMILY, 2);

	begin(SPONGE ABC);
	ask_often(b, 100, 10);
	expect_state(b, SPONGE_ALIVE);
	ck_assert_uint_lt(look(b).depth, 10);
	ck_assert_ptr_nonnull(strstr(last_line(), "queue reduced"));
	ck_assert_ptr_null(harness_event(h, 0));
	/* And 100 a second for ten minutes no more than that. */
	ask_often(b, 60000, 10);
	expect_state(b, SPONGE_ALIVE);
	/* Unless the LAN says that all count. */
	harness_apply(h, SPONGE "sponge_flood_protection = 0\n" ABC);
	ask_often(b, 10, 10);
	expect_state(b, SPONGE_PENDING);
}
END_TEST

/* Questions at 49, 50 and 51 a minute: 999, 1000 and 1001 of them. */
START_TEST(a_thousand_questions_are_needed)
{
	static const uint64_t gap_us[] = { 1224490, 1200000, 1176470 };
	struct ipaddr b = message_ip(FAMILY, 2);

	begin(MESSAGE_LAN STRICT "sponge = on\nsponge_sweep = 0s\n" ABC);
	for (unsigned int k = 0; k < 3; k++) {
		uint64_t start = START + (10 + 2000 * k) * CLOCK_SECOND;

		for (unsigned int i = 1; i <= 1001; i++) {
			harness_at(h, start + i * gap_us[k] * 1000);
			ask(b);
			expect_state(b, k == 2 && i >= 1000 ? SPONGE_PENDING
							    : SPONGE_ALIVE);
		}
		ck_assert_uint_eq(look(b).depth, 1000);
		set(b, SPONGE_ALIVE);
	}
}
END_TEST

START_TEST(six_probes_a_second_apart_and_it_is_dead)
{
	static const uint64_t when[] = { 10000, 11000, 12000,
					 13000, 14000, 15000 };
	struct ipaddr b = message_ip(FAMILY, 2);
	struct message p = message_probe(b);

	begin(SPONGE ABC);
	suspect(b);
	ask(b);
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
	expect_said(0, "1016 notice lan l: sponging: ip=%s rate=61.3", b);
	ck_assert_ptr_null(harness_event(h, 1));
	at(100000);
	message_expect(h, "b b b b b b", p, p, p, p, p, p);
	ck_assert_uint_eq(counts()->transitions[SPONGE_PENDING], 1);
	ck_assert_uint_eq(counts()->transitions[SPONGE_DEAD], 1);
}
END_TEST

START_TEST(what_nobody_has_is_asked_of_all)
{
	struct ipaddr nobody = message_ip(FAMILY, 9);
	struct message p = message_probe(nobody);

	begin(MESSAGE_LAN STRICT ON SMALL ATONCE "sponge_init = none\n"
						 "sponge_pending = 0\n" ABC);
	at(50);
	ask(nobody);
	harness_clear(h);
	at(1500);
	message_expect(h, "a b c", p, p, p);
	at(2000);
	expect_state(nobody, SPONGE_DEAD);
	expect_sponged(nobody);
	/* Nobody is asked by way of a port in quarantine, or one that is off. */
	harness_apply(h, MESSAGE_LAN STRICT ON SMALL ATONCE
		      "sponge_init = none\nsponge_pending = 0\n" A("")
			      B("status = quarantine\n")
				      C("status = disabled\n"));
	set(nobody, SPONGE_PENDING);
	harness_clear(h);
	wait_ms(1500);
	message_expect(h, "a", p);
}
END_TEST

START_TEST(in_mode_flood_all_are_asked_for_everything)
{
	struct ipaddr b = message_ip(FAMILY, 2);
	struct message p = message_probe(b), q = message_request(1, b);

	begin(SPONGE "arp_mode = flood\nsponge_pending = 0\n" ABC);
	suspect(b);
	ask(b);
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

START_TEST(who_answers_a_probe_is_alive)
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
	expect_said(0,
		    "1012.5 notice lan l: clearing: ip=%s "
		    "mac=02:00:00:00:00:02",
		    b);
	harness_clear(h);
	at(100000);
	message_expect(h, "");
	expect_state(b, SPONGE_ALIVE);
}
END_TEST

START_TEST(a_passive_sponge_counts_and_asks_nobody)
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

START_TEST(without_an_address_of_its_own_it_is_passive)
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

START_TEST(of_ipv6_it_always_has_an_address)
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
		ask(message_ip(4, i));
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

/* What becomes of one that is dead. */

START_TEST(who_asks_for_a_dead_one_is_answered_and_nobody_else_is_asked)
{
	struct ipaddr b = message_ip(FAMILY, 2);
	struct message q = message_request(1, b);

	begin(SPONGE ABC);
	kill(b);
	ask(b);
	message_expect(h, "a", message_sponged(b, 1));
	ck_assert_uint_eq(stats("a").drop[DROP_sponge_suppressed], 1);
	ck_assert_uint_eq(stats("a").generated, 1);
	ck_assert_uint_eq(counts()->sponge_replies, 1);
	message_send(h, "c", message_request(3, b));
	message_expect(h, "c", message_sponged(b, 3));
	/* Or besides. */
	harness_apply(h, SPONGE "sponge_suppress = off\n" ABC);
	ask(b);
	message_expect(h, "b a", message_to(q, message_mac(2)),
		       message_sponged(b, 1));
	ck_assert_uint_eq(stats("a").drop[DROP_sponge_suppressed], 1);
	harness_apply(h,
		      SPONGE "sponge_suppress = off\narp_mode = flood\n" ABC);
	ask(b);
	message_expect(h, "b c a", q, q, message_sponged(b, 1));
	harness_apply(h, SPONGE "arp_mode = flood\n" ABC);
	ask(b);
	message_expect(h, "a", message_sponged(b, 1));
	ck_assert_uint_eq(look(b).depth, 10);
}
END_TEST

START_TEST(a_question_to_the_fabric_for_a_dead_one_is_answered)
{
	struct ipaddr b = message_ip(FAMILY, 2);
	struct message q = message_request_to(1, b, MESSAGE_SPONGE);

	begin(SPONGE ABC);
	message_send(h, "a", q);
	message_expect(h, "");
	ck_assert_uint_eq(stats("a").consumed, 1);
	/* Which is not a question that disturbed anybody. */
	ck_assert_uint_eq(counts()->arp_requests + counts()->nd_solicitations,
			  0);
	kill(b);
	message_send(h, "a", q);
	message_expect(h, "a", message_sponged(b, 1));
	ck_assert_uint_eq(stats("a").consumed, 2);
	/* And once the owner is back not any more, so that he is asked. */
	message_send(h, "b", message_gratuitous(2, b));
	message_send(h, "a", q);
	message_expect(h, "");
	/* Who asks another one gets his answer from that one, or none. */
	set(b, SPONGE_DEAD);
	q = message_request_to(1, b, message_mac(2));
	message_send(h, "a", q);
	message_expect(h, "b", q);
}
END_TEST

START_TEST(an_answer_leaves_with_the_tag_of_who_asked)
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

/* Each sign of life of member 2, at port b, and what else it makes leave. */
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

START_TEST(any_sign_of_life_releases_a_dead_one)
{
	struct ipaddr b = message_ip(_i % 2 == 0 ? 4 : 6, 2);

	begin(SPONGE ABC);
	kill(b);
	message_send(h, "b", sign(_i / 2, b));
	/* What releases it goes its way, as it would without a sponge. */
	if (_i / 2 == 0)
		message_expect(h, "a c", sign(0, b), sign(0, b));
	expect_state(b, SPONGE_ALIVE);
	ck_assert_uint_eq(look(b).depth, 0);
	ck_assert_uint_eq(look(b).mac, message_mac(2));
	expect_said(0,
		    "1016 notice lan l: unsponging: ip=%s "
		    "mac=02:00:00:00:00:02",
		    b);
	ck_assert_ptr_null(harness_event(h, 1));
	ck_assert_uint_eq(counts()->sponge_replies, 0);
	expect_asked(b, 2);
}
END_TEST

START_TEST(any_sign_of_life_clears_a_suspected_one_at_once)
{
	struct ipaddr b = message_ip(_i % 2 == 0 ? 4 : 6, 2);

	begin(SPONGE ABC);
	suspect(b);
	message_send(h, "b", sign(_i / 2, b));
	expect_state(b, SPONGE_ALIVE);
	ck_assert_uint_eq(look(b).mac, message_mac(2));
}
END_TEST

/* Where nothing is refused for being said by the wrong one. */
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

START_TEST(who_sends_in_the_name_of_another_does_not_keep_him_alive)
{
	struct ipaddr b = message_ip(FAMILY, 2), a = message_ip(FAMILY, 1);
	struct net_rt *n;
	uint32_t slot;

	begin(MESSAGE_LAN BASIC ON SMALL ATONCE A("") MESSAGE_UNKNOWN_PORT(
		"b", "ipv4 = 192.0.2.2\n"
		     "ipv6 = 2001:db8::2\n")
		      MESSAGE_UNKNOWN_PORT("c", "ipv4 = 192.0.2.3\n"
						"ipv6 = 2001:db8::3\n"));
	/* At his port, too, somebody's life is in doubt. */
	set(message_ip(FAMILY, 3), SPONGE_DEAD);
	n = net_with(b, &slot);
	message_send(h, "c", message_data(3, b, a, message_mac(1)));
	ck_assert_uint_eq(n->neightab->liveness[slot], NEIGHTAB_SILENT);
	for (unsigned int i = 0; i < 10; i++) {
		at(50 + 1100 * i);
		message_send(h, "c", message_data(3, b, a, message_mac(1)));
		ask(b);
	}
	expect_state(b, SPONGE_PENDING);
}
END_TEST

START_TEST(what_is_not_from_the_address_is_no_sign_of_its_life)
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
	/* Nor what comes from the fabric's own address: a loop. */
	message_send(h, "b", message_gratuitous(2, b));
	set(b, SPONGE_DEAD);
	message_send(h, "b", message_probe(b));
	harness_expect_drop(h, "b", DROP_mac_own);
	expect_state(b, SPONGE_DEAD);
	expect_sponged(b);
}
END_TEST

START_TEST(a_question_whether_it_is_free_makes_a_dead_one_suspect)
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
	/* And one that is suspected it makes suspect anew. */
	message_send(h, "a", free);
	ck_assert_uint_eq(look(b).state.probes, 0);
	expect_state(b, SPONGE_PENDING);
	ck_assert_uint_eq(counts()->sponge_replies, 0);
}
END_TEST

START_TEST(it_makes_no_other_suspect)
{
	struct ipaddr b = message_ip(FAMILY, 2), nobody = message_ip(FAMILY, 9);
	uint32_t slot;

	begin(SPONGE ABC);
	message_send(h, "a", message_is_free(1, b));
	expect_state(b, SPONGE_ALIVE);
	message_send(h, "a", message_is_free(1, nobody));
	if (FAMILY == 6)
		ck_assert_ptr_null(neigh_find(lan(), &nobody, &slot));
	else
		expect_state(nobody, SPONGE_ALIVE);
	harness_apply(h, MESSAGE_LAN STRICT FAST "arp_mode = flood\n" ABC);
	harness_apply(h, SPONGE "sponge_init = none\n" ABC);
	message_send(h, "a", message_is_free(1, b));
	expect_state(b, SPONGE_NONE);
	ck_assert_ptr_null(harness_event(h, 0));
}
END_TEST

START_TEST(what_is_unknown_at_the_start_is_suspect_with_its_first_question)
{
	struct ipaddr b = message_ip(FAMILY, 2);

	begin(SPONGE "sponge_init = none\n" ABC);
	expect_state(b, SPONGE_NONE);
	ask(b);
	message_expect(h, "b",
		       message_to(message_request(1, b), message_mac(2)));
	expect_state(b, SPONGE_PENDING);
	/* What speaks is not. */
	message_send(h, "c", message_request(3, b));
	expect_state(message_ip(FAMILY, 3), SPONGE_ALIVE);
	ask(message_ip(FAMILY, 3));
	expect_state(message_ip(FAMILY, 3), SPONGE_ALIVE);
}
END_TEST

START_TEST(a_static_one_stays_so_whatever_it_says)
{
	struct ipaddr b = message_ip(FAMILY, 2);
	unsigned int n = 0;

	begin(SPONGE ABC);
	set(b, SPONGE_STATIC);
	expect_said(n++, "1000 notice lan l: static sponging: ip=%s rate=-", b);
	for (unsigned int i = 0; i < SIGNS; i++)
		message_send(h, "b", sign((int)i, b));
	expect_state(b, SPONGE_STATIC);
	ck_assert_uint_eq(look(b).mac, message_mac(2));
	expect_said(n++,
		    "1000 warning lan l: traffic from STATIC sponged IP: "
		    "src.mac=02:00:00:00:00:02 src.ip=%s",
		    b);
	ck_assert_ptr_null(harness_event(h, n));
	at(15000);
	ck_assert_str_eq(harness_event(h, n++),
			 "1015 warning lan l: traffic from STATIC sponged IP: "
			 "5 more");
	ck_assert_ptr_null(harness_event(h, n));
	expect_sponged(b);
	/* Until the operator says otherwise. */
	set(b, SPONGE_ALIVE);
	expect_asked(b, 2);
}
END_TEST

START_TEST(a_static_one_is_defended)
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

START_TEST(while_it_learns_it_judges_nothing_and_answers_nobody)
{
	struct ipaddr b = message_ip(FAMILY, 2);

	begin(MESSAGE_LAN STRICT ON SMALL
	      "sponge_sweep = 0s\nsponge_init = dead\n" ABC);
	expect_state(b, SPONGE_DEAD);
	for (unsigned int i = 0; i < 20; i++) {
		at(100 + 200 * i);
		expect_asked(b, 2);
	}
	ck_assert_uint_eq(look(b).depth, 0);
	at(4999);
	expect_asked(b, 2);
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

START_TEST(while_it_learns_it_probes_nothing)
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

START_TEST(in_static_mode_nothing_changes_by_itself)
{
	struct ipaddr b = message_ip(FAMILY, 2);

	begin(SPONGE "sponge_static = on\n" ABC);
	ask_often(b, 30, 500);
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

START_TEST(a_dummy_decides_and_answers_nobody)
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
	ask(b);
	/* As if there were no sponge. */
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

/* Where the fabric answers for owners as well, the dead are the sponge's. */
START_TEST(in_proxy_mode_the_sponge_answers_for_the_dead)
{
	struct ipaddr b = message_ip(FAMILY, 2);
	struct message q = message_request(1, b);

	begin(SPONGE "arp_mode = proxy\n" ABC);
	ask(b);
	message_expect(h, "a", message_proxied(2, b, 1));
	set(b, SPONGE_PENDING);
	ask(b);
	message_expect(h, "a", message_proxied(2, b, 1));
	set(b, SPONGE_DEAD);
	ask(b);
	message_expect(h, "a", message_sponged(b, 1));
	/* Sent on besides, if that is wanted. */
	harness_apply(h,
		      SPONGE "arp_mode = proxy\nsponge_suppress = off\n" ABC);
	ask(b);
	message_expect(h, "b a", message_to(q, message_mac(2)),
		       message_sponged(b, 1));
	message_send(h, "b", message_gratuitous(2, b));
	ask(b);
	message_expect(h, "a", message_proxied(2, b, 1));
	ck_assert_uint_eq(counts()->proxy_replies, 3);
}
END_TEST

START_TEST(all_are_told_of_a_dead_one_where_the_lan_wants_that)
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

/* The fabric's own address. */

START_TEST(who_asks_for_the_sponge_is_answered_by_it_alone)
{
	struct ipaddr own = message_own(FAMILY), a = message_ip(FAMILY, 1);
	struct message answer =
		FAMILY == 4
			? message_sponged(own, 1)
			: message_nd(message_mac(1), MESSAGE_SPONGE, &own, &a,
				     136, 0x60, &own, 2, MESSAGE_SPONGE);

	begin(SPONGE ABC);
	ask(own);
	message_expect(h, "a", answer);
	ck_assert_uint_eq(stats("a").consumed, 1);
	message_send(h, "a", message_request_to(1, own, MESSAGE_SPONGE));
	message_expect(h, "a", answer);
	ck_assert_uint_eq(stats("a").consumed, 2);
	ck_assert_uint_eq(counts()->sponge_replies, 0);
	/* What is for another one is that one's, whatever it asks for. */
	message_send(h, "a", message_request_to(1, own, message_mac(2)));
	message_expect(h, "b", message_request_to(1, own, message_mac(2)));
	/* Where there is none, nobody answers. */
	harness_apply(h, "[lan l]\nipv4 = 192.0.2.0/24\nipv6 = 2001:db8::/64\n"
			 "sponge_ipv4 = 192.0.2.250\n" STRICT ABC);
	ask(own);
	message_expect(h, "b c", message_request(1, own),
		       message_request(1, own));
}
END_TEST

START_TEST(its_own_address_is_not_sponged)
{
	struct sponge_address a;
	struct ipaddr own = message_own(4);
	uint32_t slot;
	struct net_rt *n;

	begin(SPONGE ABC);
	n = net_with(own, &slot);
	ck_assert(!sponge_look(n->sponge, slot, &a));
	/* Another one is, from then on, and that one is. */
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

/* Who still sends to the fabric. */

/* What 1 is told of an address that 2 has. */
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

START_TEST(who_sends_to_the_sponge_is_told_who_is_back)
{
	static const char *const lans[] = {
		SPONGE ABC,
		SPONGE "arp_mode = flood\n" ABC,
		SPONGE "arp_mode = proxy\n" ABC,
		MESSAGE_LAN BASIC ON SMALL ATONCE STRANGERS,
	};
	struct ipaddr b = message_ip(_i % 2 == 0 ? 4 : 6, 2);
	unsigned int n = b.family == 4 ? 3 : 1;

	begin(lans[_i / 2]);
	ask(b);
	set(b, SPONGE_DEAD);
	fill_punts();
	stray(1, b);
	message_expect(h, "");
	ck_assert_uint_eq(stats("a").drop[DROP_sponge_stray], 1);
	/* Control need not even hear of it. */
	ck_assert_uint_eq(stats("a").punt_full, 0);
	message_send(h, "b", message_gratuitous(2, b));
	stray(1, b);
	expect_updates(b);
	ck_assert_uint_eq(stats("a").drop[DROP_sponge_stray], 2);
	ck_assert_uint_eq(counts()->sponge_updates, n);
	/* Once a second, each of them. */
	at(999);
	stray(1, b);
	message_expect(h, "");
	message_send(
		h, "c",
		message_data(3, message_ip(b.family, 3), b, MESSAGE_SPONGE));
	ck_assert_uint_eq(harness_sent(h, "c"), n);
	ask(message_ip(b.family, 3));
	message_send(h, "c", message_gratuitous(3, message_ip(b.family, 3)));
	stray(1, message_ip(b.family, 3));
	ck_assert_uint_eq(harness_sent(h, "a"), n);
	at(1000);
	stray(1, b);
	expect_updates(b);
	ck_assert_uint_eq(stats("a").drop[DROP_sponge_stray], 5);
}
END_TEST

START_TEST(nobody_is_told_of_who_is_not_known_to_be_back)
{
	struct ipaddr b = message_ip(FAMILY, 2), a = message_ip(FAMILY, 1);
	struct ipaddr far =
		message_ip_of(FAMILY == 4 ? "198.51.100.9" : "2001:db8:f00::9");

	begin(MESSAGE_LAN BASIC ON SMALL ATONCE STRANGERS);
	ask(b);
	stray(1, b);
	message_expect(h, "");
	set(b, SPONGE_PENDING);
	stray(1, b);
	message_expect(h, "");
	/* The sponge itself, and what is behind routers. */
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

START_TEST(what_they_are_told_is_the_lans_choice)
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

START_TEST(a_packet_makes_nobody_an_owner)
{
	struct ipaddr b = message_ip(FAMILY, 2), a = message_ip(FAMILY, 1);
	struct message q = message_request(1, b);

	begin(MESSAGE_LAN BASIC ON SMALL ATONCE "arp_dynamic = on\n" STRANGERS);
	ask(b);
	set(b, SPONGE_DEAD);
	message_send(h, "c", message_data(3, b, a, message_mac(1)));
	expect_state(b, SPONGE_ALIVE);
	ask(b);
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
	/* Nor is anything where no sponge would ask for it. */
	harness_apply(h, MESSAGE_LAN STRICT FAST ABC);
	message_send(h, "b", t);
	ck_assert_uint_eq(n->neightab->liveness[slot], NEIGHTAB_SILENT);
}
END_TEST

/* By hands of whoever should not: nothing is sent to a third. */
START_TEST(nobody_is_told_at_the_wish_of_another)
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

/* Links and what nobody has. */

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
	/* Its link alone does not bring it back, nor the loss of it. */
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

START_TEST(how_long_a_link_may_be_down_is_the_lans_choice)
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

START_TEST(what_nobody_was_given_is_dead_at_once_where_the_lan_says_so)
{
	struct ipaddr nobody = message_ip(FAMILY, 9), b = message_ip(FAMILY, 2);
	struct message q = message_request(1, nobody);

	begin(SPONGE "unassigned = dead\nnd_unassigned = dead\n" ABC);
	at(50);
	ask(nobody);
	message_expect(h, "b c", q, q);
	/* Asked three times; who goes on asking does not hold it up. */
	at(1000);
	ask(nobody);
	message_expect(h, "b c", q, q);
	at(1450);
	expect_state(nobody, SPONGE_DEAD);
	ck_assert_uint_eq(counts()->sponge_probes, 3);
	expect_sponged(nobody);
	/* What somebody has is not. */
	ask(b);
	at(10000);
	expect_state(b, SPONGE_ALIVE);
}
END_TEST

START_TEST(but_not_while_it_learns)
{
	struct ipaddr nobody = message_ip(FAMILY, 9);

	begin(MESSAGE_LAN STRICT ON SMALL "unassigned = dead\n"
					  "nd_unassigned = dead\n" ABC);
	at(1000);
	ask(nobody);
	at(4999);
	expect_state(nobody, FAMILY == 4 ? SPONGE_ALIVE : SPONGE_NONE);
	ck_assert_uint_eq(counts()->sponge_probes, 0);
	at(5000);
	ask(nobody);
	at(6400);
	expect_state(nobody, SPONGE_DEAD);
}
END_TEST

START_TEST(unless_it_is_heard_first)
{
	struct ipaddr nobody = message_ip(FAMILY, 9);
	struct message reply = message_reply(9, nobody, 1);

	begin(MESSAGE_LAN BASIC ON SMALL ATONCE
	      "unassigned = dead\n"
	      "nd_unassigned = dead\n" STRANGERS);
	at(50);
	ask(nobody);
	at(1000);
	message_send(h, "c", reply);
	at(5000);
	expect_state(nobody, SPONGE_ALIVE);
	ask(nobody);
	at(10000);
	expect_state(nobody, SPONGE_ALIVE);
	ck_assert_uint_eq(counts()->sponge_probes, 3);
	/* Where the LAN does not say so it has to be asked for often. */
	harness_apply(h, MESSAGE_LAN BASIC ON SMALL ATONCE STRANGERS);
	ask(message_ip(FAMILY, 8));
	at(12000);
	expect_state(message_ip(FAMILY, 8),
		     FAMILY == 4 ? SPONGE_ALIVE : SPONGE_PENDING);
}
END_TEST

/* Of IPv4 alone. */

static struct ipaddr
end_of_lan(int i)
{
	return message_ip(4, i == 0 ? 0 : 255);
}

START_TEST(the_ends_of_a_prefix_are_nobodys)
{
	static const char *const what[] = { "network", "broadcast" };
	struct ipaddr end = end_of_lan(_i);
	struct message q = message_request(1, end);
	char text[160];

	begin(MESSAGE_LAN BASIC ON SMALL ATONCE STRANGERS);
	ask_often(end, 30, 1000);
	message_expect(h, "b c", q, q);
	snprintf(text, sizeof(text),
		 "1000 warning lan l: ARP for %s address: "
		 "src.mac=02:00:00:00:00:01 arp.spa=192.0.2.1 arp.tpa=%s",
		 what[_i], _i == 0 ? "192.0.2.0" : "192.0.2.255");
	ck_assert_str_eq(harness_event(h, 0), text);
	ck_assert_uint_eq(counts()->sponge_alien, 30);
	ck_assert_uint_eq(counts()->sponge_replies, 0);
	/* Unless the sponge is to answer for them, from then on, and back. */
	for (unsigned int i = 0; i < 2; i++) {
		harness_apply(h, MESSAGE_LAN BASIC ON SMALL ATONCE
			      "sponge_network = on\n" STRANGERS);
		ask(end);
		message_expect(h, "a", message_sponged(end, 1));
		harness_apply(h, MESSAGE_LAN BASIC ON SMALL ATONCE STRANGERS);
		ask(end);
		message_expect(h, "b c", q, q);
	}
}
END_TEST

START_TEST(the_ends_of_a_strict_lan_are_asked_of_nobody_or_of_the_sponge)
{
	struct ipaddr end = end_of_lan(_i);

	begin(SPONGE ABC);
	ask(end);
	harness_expect_drop(h, "a", DROP_arp_net_bcast);
	harness_apply(h, SPONGE "sponge_network = on\n" ABC);
	ask(end);
	message_expect(h, "a", message_sponged(end, 1));
	/* That it is answered for makes it nobody's still. */
	message_send(h, "a", message_request_to(1, end, message_mac(2)));
	harness_expect_drop(h, "a", DROP_arp_net_bcast);
}
END_TEST

START_TEST(what_is_outside_the_lan_is_alien)
{
	struct ipaddr far = message_ip_of("198.51.100.9");
	struct message q = message_request(1, far);

	begin(SPONGE ABC);
	ask(far);
	harness_expect_drop(h, "a", DROP_arp_off_net);
	harness_apply(h, MESSAGE_LAN BASIC ON SMALL ATONCE STRANGERS);
	harness_forget_events(h);
	ask(far);
	message_expect(h, "b c", q, q);
	ck_assert_str_eq(harness_event(h, 0),
			 "1000 warning lan l: misplaced ARP: "
			 "src.mac=02:00:00:00:00:01 arp.spa=192.0.2.1 "
			 "arp.tpa=198.51.100.9");
	ck_assert_uint_eq(counts()->sponge_alien, 1);
}
END_TEST

START_TEST(whoever_forges_a_sender_is_named)
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
	/* It is answered to whom it names, by the port it came from. */
	set(b, SPONGE_DEAD);
	message_send(h, "a", q);
	message_expect(h, "a",
		       message_arp(message_mac(3), MESSAGE_SPONGE, 2,
				   MESSAGE_SPONGE, &b, message_mac(3), &a));
}
END_TEST

/* Sweeps. */

START_TEST(a_sweep_asks_for_all_that_were_never_heard)
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
	at(910000);
	/* .1, .2, two of IPv6, and the other 250 by three ports. */
	while (harness_left(h, n, &left)) {
		const uint8_t *t = left.octets;
		bool first = n == 0 || left.at != last.at;

		n++;
		if (t[12] != 0x08)
			continue;
		if (first)
			ck_assert_uint_ge(left.at - last.at,
					  10 * CLOCK_MILLISECOND);
		ck_assert_uint_eq(t[21], 1);
		ck_assert_uint_eq(t[31], MESSAGE_OWN);
		ck_assert_uint_ge(t[41], tpa);
		ck_assert_uint_ne(t[41], 3);
		ck_assert_uint_ne(t[41], MESSAGE_OWN);
		ck_assert(t[41] != tpa || !first);
		tpa = t[41];
		last = left;
	}
	ck_assert_uint_eq(tpa, 254);
	ck_assert_uint_eq(n, 2 + 2 + 250 * 3);
	ck_assert_uint_eq(counts()->sponge_probes, 254);
	ck_assert_str_eq(last_line(), "sweep ends: 192.0.2.0/24 probes=252");
	/* What was asked is not, until an hour is over. */
	harness_clear(h);
	at(905000 + 3 * 900000 + 899999);
	message_expect(h, "");
	at(905000 + 4 * 900000 + 5000);
	ck_assert_uint_eq(counts()->sponge_probes, 2 * 254);
}
END_TEST

START_TEST(no_sweep_where_the_lan_wants_none_or_nobody_may_ask)
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
	expect_asked(one, 2);
	/* He asks for the first one from the other. */
	message_send(h, "b",
		     message_data(2, two, message_ip(4, 3), message_mac(3)));
	expect_state(two, SPONGE_ALIVE);
	ask(own);
	a = message_ip(4, 1);
	message_expect(h, "a",
		       message_arp(message_mac(1), MESSAGE_SPONGE, 2,
				   MESSAGE_SPONGE, &own, message_mac(1), &a));
}
END_TEST

/* Applying. */

START_TEST(an_apply_of_other_things_keeps_states)
{
	struct ipaddr b = message_ip(FAMILY, 2), c = message_ip(FAMILY, 3);
	struct sponge_address before;

	begin(SPONGE ABC);
	kill(b);
	ask_often(c, 5, 400);
	before = look(c);
	harness_apply(h,
		      SPONGE "mtu = 1400\nmac_age = 60s\nsponge_rate = 40\n" A(
			      "description = x\n") B("arp_pps = 7\n") C("")
			      MESSAGE_PORT("d", "4", "") "ipv4 = 192.0.2.77\n");
	expect_state(b, SPONGE_DEAD);
	ck_assert_uint_eq(look(c).depth, before.depth);
	ck_assert_uint_eq(look(c).changed_at, before.changed_at);
	expect_sponged(b);
	/* A prefix more, the sponge's own address, another pace of sweeps. */
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

START_TEST(a_dead_one_whose_port_changes_stays_so)
{
	struct ipaddr b = message_ip(FAMILY, 2);

	begin(SPONGE ABC);
	kill(b);
	harness_apply(h, SPONGE A("") MESSAGE_PORT("d", "2", "") C(""));
	expect_sponged(b);
	message_send(h, "d", message_gratuitous(2, b));
	expect_state(b, SPONGE_ALIVE);
	ask(b);
	message_expect(h, "d",
		       message_to(message_request(1, b), message_mac(2)));
}
END_TEST

START_TEST(less_to_remember_keeps_the_newest)
{
	struct ipaddr b = message_ip(FAMILY, 2);

	begin(MESSAGE_LAN STRICT ON ATONCE ABC);
	/* At 50 a minute exactly, then twice as fast. */
	ask_often(b, 490, 1200);
	ask_often(b, 10, 600);
	ck_assert_uint_eq(look(b).depth, 500);
	harness_apply(h, SPONGE ABC);
	ck_assert_uint_eq(look(b).depth, 10);
	ck_assert_uint_eq(look(b).rate, 100000);
	expect_state(b, SPONGE_ALIVE);
	wait_ms(600);
	ask(b);
	expect_state(b, SPONGE_PENDING);
}
END_TEST

START_TEST(a_sponge_that_is_taken_away_holds_nothing_and_begins_anew)
{
	struct ipaddr b = message_ip(FAMILY, 2);

	begin(SPONGE ABC);
	kill(b);
	harness_apply(h, MESSAGE_LAN STRICT FAST ABC);
	expect_asked(b, 2);
	message_send(h, "a",
		     message_data(1, message_ip(FAMILY, 1), b, MESSAGE_SPONGE));
	message_expect(h, "");
	message_send(h, "b", message_gratuitous(2, b));
	harness_apply(h, SPONGE ABC);
	at(ms + 1);
	expect_state(b, SPONGE_ALIVE);
	ck_assert_uint_eq(look(b).depth, 0);
	expect_asked(b, 2);
	ask_often(b, 10, 1100);
	expect_state(b, SPONGE_PENDING);
	/* Also one that was suspected does not wait for a sign of life. */
	harness_apply(h, MESSAGE_LAN STRICT FAST "arp_mode = flood\n" ABC);
	message_send(h, "b",
		     message_data(2, b, message_ip(FAMILY, 3), message_mac(3)));
	ck_assert_uint_eq(stats("b").punt_full, 0);
	ck_assert_uint_eq(rte_ring_count(f->worker[0]->punts), 0);
}
END_TEST

START_TEST(a_prefix_that_is_taken_away_leaves_nothing)
{
	struct ipaddr b = message_ip(FAMILY, 2);
	struct message q = message_request(1, b);

	begin(SPONGE ABC);
	kill(b);
	set(message_ip(FAMILY, 3), SPONGE_PENDING);
	harness_apply(h, "[lan l]\nipv4 = 198.51.100.0/24\n"
			 "sponge_mac = 02:53:00:00:00:01\n" BASIC ON SMALL
				 ATONCE STRANGERS);
	harness_clear(h);
	at(ms + 20000);
	message_expect(h, "");
	ask(b);
	message_expect(h, "b c", q, q);
	message_send(h, "b",
		     message_data(2, b, message_ip(FAMILY, 3), message_mac(3)));
	harness_apply(h, SPONGE ABC);
	at(ms + 1);
	expect_state(b, SPONGE_ALIVE);
	ck_assert_uint_eq(look(b).depth, 0);
}
END_TEST

START_TEST(what_is_sponged_of_the_link_local_is_the_lans_choice)
{
	struct ipaddr near = message_ip_of("fe80::22");
	struct message q = message_request(1, near);
	uint32_t slot;

	begin(SPONGE ABC);
	ask_often(near, 30, 1000);
	ck_assert_ptr_null(neigh_find(lan(), &near, &slot));
	message_expect(h, "b c", q, q);
	harness_apply(h, SPONGE "sponge_link_local = on\n" A("ipv6 = fe80::1\n")
				 B("") C(""));
	ask(near);
	expect_state(near, SPONGE_PENDING);
	expect_state(message_ip_of("fe80::1"), SPONGE_ALIVE);
	wait_ms(8000);
	ask(near);
	message_expect(h, "a", message_sponged(near, 1));
	/* Nor is it any more. */
	harness_apply(h, SPONGE A("ipv6 = fe80::1\n") B("") C(""));
	ask(near);
	message_expect(h, "b c", q, q);
}
END_TEST

/* More than can be taken. */

/* A packet from an address, a million of them a second for 'n' ms. */
static void
message_all_the_time(const struct message *data, unsigned int n)
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

START_TEST(who_sends_all_the_time_is_never_suspected)
{
	struct ipaddr b = message_ip(FAMILY, 2), c = message_ip(FAMILY, 3);
	struct message data = message_data(2, b, c, message_mac(3));
	const char *text = MESSAGE_LAN STRICT ON ATONCE
		"sponge_queuedepth = 100\nsponge_flood_protection = 0\n" ABC;

	begin(text);
	for (unsigned int i = 0; i < 1000; i++) {
		message_all_the_time(&data, 1);
		at(ms);
		ask(b);
		ck_assert_int_eq(look(b).state.kind, SPONGE_ALIVE);
	}
	ck_assert_uint_ge(stats("b").forwarded, 1000000);
	ck_assert_uint_eq(counts()->transitions[SPONGE_PENDING], 0);
	/* Nobody was told but by a byte. */
	ck_assert_uint_eq(stats("b").punt_full, 0);
	/* One who is silent is, after a tenth of that. */
	ask_often(b, 100, 1);
	expect_state(b, SPONGE_PENDING);
}
END_TEST

START_TEST(a_control_that_does_not_listen_holds_nobody_up)
{
	struct ipaddr b = message_ip(FAMILY, 2), c = message_ip(FAMILY, 3);
	struct message data = message_data(2, b, c, message_mac(3));

	begin(SPONGE ABC);
	kill(b);
	fill_punts();
	expect_asked(b, 2);
	ck_assert_uint_eq(stats("a").punt_full, 1);
	ck_assert_uint_eq(counts()->sponge_replies, 0);
	fill_punts();
	message_send(h, "b", message_reply(2, b, 3));
	message_expect(h, "c", message_reply(2, b, 3));
	ck_assert_uint_eq(stats("b").punt_full, 1);
	expect_state(b, SPONGE_DEAD);
	/* A sign of life by a packet is told again with the next one. */
	fill_punts();
	message_send(h, "b", data);
	message_expect(h, "c", data);
	expect_state(b, SPONGE_DEAD);
	ck_assert_uint_eq(stats("b").punt_full, 2);
	message_send(h, "b", data);
	expect_state(b, SPONGE_ALIVE);
	ck_assert_uint_eq(stats("b").punt_full, 2);
	/* What is for the fabric is its alone, heard or not. */
	set(b, SPONGE_DEAD);
	fill_punts();
	message_send(h, "a", message_request_to(1, b, MESSAGE_SPONGE));
	message_expect(h, "");
	ck_assert_uint_eq(stats("a").consumed, 1);
}
END_TEST

/* So many questions at once, and then control has its turn. */
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

START_TEST(a_burst_of_questions_is_answered_one_by_one)
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

/* A solicitation of member 1 for a target that nobody has, number 'n'. */
static struct message
scan(uint64_t n)
{
	struct ipaddr who = message_ip_of("2001:db8::");

	n = n * UINT64_C(0x9e3779b97f4a7c15) | 0x100;
	for (unsigned int i = 0; i < 8; i++)
		who.octet[8 + i] = (uint8_t)(n >> (56 - 8 * i));
	return message_request(1, who);
}

static struct neightab6 *
table6(void)
{
	struct net_rt *n = lan()->nets;

	while (!n->six)
		n = n->next;
	return n->table;
}

START_TEST(who_scans_the_lan_pushes_out_nobody)
{
	struct ipaddr alive = message_ip(6, 9), fixed = message_ip(6, 8);
	struct message q;
	size_t used;

	begin(MESSAGE_LAN BASIC ON ATONCE "nd_max_targets = 256\n" A("") B("")
		      C(""));
	/* Also of what he was the first to ask for. */
	ask(alive);
	message_send(h, "c", message_gratuitous(3, alive));
	ask(fixed);
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

START_TEST(what_is_asked_for_again_stays_longer)
{
	struct ipaddr x = message_ip(6, 9), y = message_ip(6, 8);
	uint32_t slot;

	begin(MESSAGE_LAN STRICT ON ATONCE "nd_max_targets = 64\n" ABC);
	ask(x);
	ask(y);
	for (unsigned int i = 0; i < 14; i++)
		message_send(h, "a", scan(i));
	ask(x);
	message_send(h, "a", scan(14));
	ck_assert_ptr_nonnull(neigh_find(lan(), &x, &slot));
	ck_assert_ptr_null(neigh_find(lan(), &y, &slot));
}
END_TEST

/* A port may have 16 of 64 places taken by what it asks for. */
START_TEST(what_is_alive_stays_until_it_has_been_silent_for_an_hour)
{
	struct ipaddr x = message_ip(6, 9);
	uint32_t slot;

	begin(MESSAGE_LAN BASIC ON ATONCE "nd_max_targets = 64\n" STRANGERS);
	for (unsigned int i = 0; i < 16; i++) {
		ask(message_ip(6, 16 + i));
		message_send(h, "b",
			     message_gratuitous(16 + i, message_ip(6, 16 + i)));
	}
	ask(x);
	ck_assert_ptr_null(neigh_find(lan(), &x, &slot));
	ck_assert_uint_eq(counts()->sponge_refused, 1);
	at(3500000);
	ask(x);
	ck_assert_ptr_null(neigh_find(lan(), &x, &slot));
	/* One of them speaks. */
	x = message_ip(6, 17);
	message_send(h, "b", message_gratuitous(17, x));
	at(4300000);
	for (unsigned int i = 0; i < 30; i++)
		message_send(h, "a", scan(i));
	expect_state(x, SPONGE_ALIVE);
	/* Of the others one makes way, then what was asked for in its place. */
	x = message_ip(6, 16);
	ck_assert_ptr_null(neigh_find(lan(), &x, &slot));
	expect_state(message_ip(6, 18), SPONGE_ALIVE);
}
END_TEST

START_TEST(what_is_dead_goes_after_what_is_only_suspected)
{
	struct ipaddr x = message_ip(6, 9);

	begin(MESSAGE_LAN STRICT ON ATONCE "nd_max_targets = 64\n" ABC);
	ask(x);
	at(10000);
	expect_state(x, SPONGE_DEAD);
	for (unsigned int i = 0; i < 40; i++)
		message_send(h, "a", scan(i));
	expect_state(x, SPONGE_DEAD);
}
END_TEST

START_TEST(what_he_may_send_at_all_is_limited)
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

START_TEST(who_scans_the_lan_does_not_fill_the_journal)
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

/* All 4094 addresses of a /20, asked for until they are dead. */
START_TEST(every_address_of_a_large_prefix_can_be_dead_at_once)
{
	struct sponge *s;
	uint32_t slot;

	begin("[lan l]\nipv4 = 192.0.0.0/20\nsponge_mac = 02:53:00:00:00:01\n"
	      "sponge_ipv4 = 192.0.2.250\n" BASIC ON SMALL ATONCE
	      "sponge_flood_protection = 0\nsponge_proberate = "
	      "10000\n" STRANGERS);
	s = net_with(message_ip(4, 2), &slot)->sponge;
	for (unsigned int i = 0; i < 10; i++)
		for (uint32_t k = 1; k < 4095; k++) {
			struct ipaddr who = message_ip(4, 0);
			struct message q;

			who.octet[2] = (uint8_t)(k >> 8);
			who.octet[3] = (uint8_t)k;
			q = message_request(1, who);
			lockstep_frame(f, fabric_port_id(f, "a"), q.octet,
				       q.len, q.len, false, f->now + 100000);
			harness_clear(h);
			harness_forget_events(h);
		}
	/* But 1, who asks, and the sponge itself. */
	ck_assert_uint_eq(sponge_count(s, SPONGE_PENDING), 4092);
	for (unsigned int i = 0; i < 9; i++) {
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
ways_down(Suite *s)
{
	TCase *tc = fixture_case(s, "ways down", setup);

	ADD_EACH(questions_at_the_rate_are_none_too_many, 2);
	ADD_EACH(questions_above_it_make_an_address_suspect, 2);
	ADD_EACH(what_one_asks_in_a_burst_counts_once, 2);
	ADD_EACH(a_thousand_questions_are_needed, 2);
	ADD_EACH(six_probes_a_second_apart_and_it_is_dead, 2);
	ADD_EACH(what_nobody_has_is_asked_of_all, 2);
	ADD_EACH(in_mode_flood_all_are_asked_for_everything, 2);
	ADD_EACH(a_probe_to_a_port_that_is_down_is_not_sent, 2);
	ADD_EACH(who_answers_a_probe_is_alive, 2);
	ADD_EACH(a_passive_sponge_counts_and_asks_nobody, 2);
	ADD(without_an_address_of_its_own_it_is_passive);
	ADD(of_ipv6_it_always_has_an_address);
	ADD(all_probes_together_keep_to_the_rate);
	ADD_EACH(
		what_is_unknown_at_the_start_is_suspect_with_its_first_question,
		2);
	ADD_EACH(the_addresses_of_a_link_that_stays_down_are_suspected, 2);
	ADD_EACH(how_long_a_link_may_be_down_is_the_lans_choice, 2);
	ADD_EACH(what_nobody_was_given_is_dead_at_once_where_the_lan_says_so,
		 2);
	ADD_EACH(but_not_while_it_learns, 2);
	ADD_EACH(unless_it_is_heard_first, 2);
	ADD(a_sweep_asks_for_all_that_were_never_heard);
	ADD(no_sweep_where_the_lan_wants_none_or_nobody_may_ask);
}

static void
the_dead(Suite *s)
{
	TCase *tc = fixture_case(s, "the dead", setup);

	ADD_EACH(who_asks_for_a_dead_one_is_answered_and_nobody_else_is_asked,
		 2);
	ADD_EACH(a_question_to_the_fabric_for_a_dead_one_is_answered, 2);
	ADD_EACH(an_answer_leaves_with_the_tag_of_who_asked, 2);
	ADD_EACH(any_sign_of_life_releases_a_dead_one, 2 * SIGNS);
	ADD_EACH(any_sign_of_life_clears_a_suspected_one_at_once, 2 * SIGNS);
	ADD_EACH(only_the_port_that_has_the_address_releases_it, 2 * SIGNS);
	ADD_EACH(who_sends_in_the_name_of_another_does_not_keep_him_alive, 2);
	ADD_EACH(what_is_not_from_the_address_is_no_sign_of_its_life, 2);
	ADD_EACH(a_question_whether_it_is_free_makes_a_dead_one_suspect, 2);
	ADD_EACH(it_makes_no_other_suspect, 2);
	ADD_EACH(a_static_one_stays_so_whatever_it_says, 2);
	ADD_EACH(a_static_one_is_defended, 2);
	ADD_EACH(while_it_learns_it_judges_nothing_and_answers_nobody, 2);
	ADD_EACH(while_it_learns_it_probes_nothing, 2);
	ADD_EACH(in_static_mode_nothing_changes_by_itself, 2);
	ADD_EACH(a_dummy_decides_and_answers_nobody, 4);
	ADD_EACH(in_proxy_mode_the_sponge_answers_for_the_dead, 2);
	ADD_EACH(all_are_told_of_a_dead_one_where_the_lan_wants_that, 2);
	ADD_EACH(who_asks_for_the_sponge_is_answered_by_it_alone, 2);
	ADD(its_own_address_is_not_sponged);
}

static void
strays(Suite *s)
{
	TCase *tc = fixture_case(s, "strays", setup);

	ADD_EACH(who_sends_to_the_sponge_is_told_who_is_back, 8);
	ADD_EACH(nobody_is_told_of_who_is_not_known_to_be_back, 2);
	ADD(what_they_are_told_is_the_lans_choice);
	ADD_EACH(a_packet_makes_nobody_an_owner, 2);
	ADD_EACH(a_trial_is_no_sign_of_life, 2);
	ADD_EACH(nobody_is_told_at_the_wish_of_another, 2);
	ADD_EACH(the_ends_of_a_prefix_are_nobodys, 2);
	ADD_EACH(the_ends_of_a_strict_lan_are_asked_of_nobody_or_of_the_sponge,
		 2);
	ADD(what_is_outside_the_lan_is_alien);
	ADD(whoever_forges_a_sender_is_named);
}

static void
changes(Suite *s)
{
	TCase *tc = fixture_case(s, "changes", setup);

	ADD(each_prefix_has_a_sponge);
	ADD_EACH(an_apply_of_other_things_keeps_states, 2);
	ADD_EACH(a_dead_one_whose_port_changes_stays_so, 2);
	ADD_EACH(less_to_remember_keeps_the_newest, 2);
	ADD_EACH(a_sponge_that_is_taken_away_holds_nothing_and_begins_anew, 2);
	ADD_EACH(a_prefix_that_is_taken_away_leaves_nothing, 2);
	ADD(what_is_sponged_of_the_link_local_is_the_lans_choice);
}

static void
masses(Suite *s)
{
	TCase *tc = fixture_case(s, "masses", setup);

	ADD_EACH(who_sends_all_the_time_is_never_suspected, 2);
	ADD_EACH(a_control_that_does_not_listen_holds_nobody_up, 2);
	ADD_EACH(a_burst_of_questions_is_answered_one_by_one, 2);
	ADD(who_scans_the_lan_pushes_out_nobody);
	ADD(what_is_asked_for_again_stays_longer);
	ADD(what_is_alive_stays_until_it_has_been_silent_for_an_hour);
	ADD(what_is_dead_goes_after_what_is_only_suspected);
	ADD(what_he_may_send_at_all_is_limited);
	ADD(who_scans_the_lan_does_not_fill_the_journal);
	ADD(every_address_of_a_large_prefix_can_be_dead_at_once);
}

int
main(void)
{
	Suite *s = suite_create("sponge");

	ways_down(s);
	the_dead(s);
	strays(s);
	changes(s);
	masses(s);
	return check_run(s);
}
