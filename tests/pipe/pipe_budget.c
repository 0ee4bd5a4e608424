/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Budgets: no member uses up with its ARP and ND what another member needs.
 */
#include <stdio.h>
#include <string.h>

#include "fabric/neigh/sponge_ops.h"
#include "lib/mac.h"
#include "tests/pipe/lan.h"
#include "tests/pipe/message.h"

#define STRICT "profile = ixp-strict\n"
#define ABC                                                                    \
	MESSAGE_PORT("a", "1", "")                                             \
	MESSAGE_PORT("b", "2", "") MESSAGE_PORT("c", "3", "")

/* Sets the time, in seconds since START. */
static void
at(double seconds)
{
	harness_at(h, START + (uint64_t)(seconds * CLOCK_SECOND));
}

static enum drop
rate_of(int family)
{
	return family == 4 ? DROP_arp_rate : DROP_nd_rate;
}

static uint64_t
dropped(const char *port, enum drop why)
{
	return stats(port).drop[why];
}

/* No port has dropped a frame for its rate, and nothing was logged. */
static void
expect_no_blame(int family)
{
	const char *const ports[] = { "a", "b", "c" };

	for (size_t i = 0; i < 3; i++)
		ck_assert_uint_eq(dropped(ports[i], rate_of(family)), 0);
	ck_assert_uint_eq(harness_events(h), 0);
}

/* Sends a reply of b about an address to member 1; whether it arrives. */
static bool
answers(struct ipaddr ip, unsigned int to)
{
	message_send(h, "b", message_reply(2, ip, to));
	return harness_sent(h, to == 1 ? "a" : "c") == 1;
}

/* What a LAN does with requests; b answers all that reaches it. */
static const char *const modes[] = {
	STRICT "check = arp_rate shutdown\ncheck = nd_rate shutdown\n",
	STRICT "arp_mode = flood\ncheck = arp_rate shutdown\n"
	       "check = nd_rate shutdown\n",
	STRICT "arp_mode = proxy\nunknown_arp = drop\n",
	STRICT "sponge = on\nsponge_learning = 0s\n",
	"profile = ixp-basic\narp_mode = flood\n",
};
#define MODES 5

static void
begin_mode(int i)
{
	char text[1024];

	snprintf(text, sizeof(text), MESSAGE_LAN "%s" ABC, modes[i / 2]);
	begin(text);
}

/*
 * Twenty requests a second to all and twenty to the address of b, which is what a
 * member may send: b answers each, and also those of c.
 */
START_TEST(a_member_that_answers_is_not_cut_off_by_the_one_that_asks)
{
	int family = _i % 2 == 0 ? 4 : 6;
	struct ipaddr b = message_ip(family, 2);

	begin_mode(_i);
	for (unsigned int i = 0; i < 20 * 20; i++) {
		at(i * 0.05);
		message_send(h, "a", message_request(1, b));
		if (harness_sent(h, "b") == 1)
			ck_assert(answers(b, 1));
		message_send(h, "a", message_request_to(1, b, message_mac(2)));
		ck_assert_uint_eq(harness_sent(h, "b"), 1);
		ck_assert(answers(b, 1));
		if (i % 20 != 0)
			continue;
		message_send(h, "c", message_request_to(3, b, message_mac(2)));
		ck_assert(answers(b, 3));
		message_send(h, "b", message_request(2, message_ip(family, 3)));
		ck_assert_uint_eq(dropped("b", rate_of(family)), 0);
	}
	expect_no_blame(family);
}
END_TEST

START_TEST(an_answer_that_nothing_asked_for_is_charged_to_its_sender)
{
	int family = _i % 2 == 0 ? 4 : 6;
	struct ipaddr b = message_ip(family, 2);
	unsigned int n = 0;

	begin_mode(_i);
	for (unsigned int i = 0; i < 300; i++)
		n += answers(b, 1);
	ck_assert_uint_eq(n, 100);
	/* The first two modes disable the port. */
	ck_assert_uint_eq(dropped("b", rate_of(family)), _i < 4 ? 1 : 200);
}
END_TEST

START_TEST(a_request_pays_for_one_answer_from_its_target_to_its_sender)
{
	struct ipaddr b = message_ip(FAMILY, 2), b2 = message_ip(FAMILY, 22);

	begin(MESSAGE_LAN STRICT "arp_burst = 1\nnd_burst = 1\n" MESSAGE_PORT(
		"a", "1", "") MESSAGE_PORT("c", "3", "")
		      MESSAGE_PORT("b", "2",
				   "ipv4 = 192.0.2.22\nipv6 = 2001:db8::16\n"));
	ck_assert(answers(b, 1));
	ck_assert(!answers(b, 1));
	message_send(h, "a", message_request_to(1, b, message_mac(2)));
	ck_assert(!answers(b, 3));
	ck_assert(!answers(b2, 1));
	ck_assert(answers(b, 1));
	ck_assert(!answers(b, 1));
	ck_assert_uint_eq(dropped("b", rate_of(FAMILY)), 4);
	/* One that is too late is charged as well. */
	at(10);
	message_send(h, "a", message_request_to(1, b, message_mac(2)));
	at(20);
	ck_assert(answers(b, 1));
	ck_assert(!answers(b, 1));
}
END_TEST

START_TEST(a_request_that_was_dropped_pays_for_no_answer)
{
	struct ipaddr b = message_ip(FAMILY, 2);
	unsigned int asked = 0, answered = 0;

	begin(MESSAGE_LAN STRICT ABC);
	for (unsigned int i = 0; i < 200; i++) {
		message_send(h, "a", message_request_to(1, b, message_mac(2)));
		asked += harness_sent(h, "b");
	}
	ck_assert_uint_eq(asked, 100);
	for (unsigned int i = 0; i < 300; i++)
		answered += answers(b, 1);
	ck_assert_uint_eq(answered, 100 + asked);
}
END_TEST

/* An answer to duplicate address detection of IPv6 goes to all nodes. */
START_TEST(defending_an_address_costs_its_owner_nothing)
{
	struct ipaddr b = message_ip(FAMILY, 2);
	struct message defence = message_taken(message_mac(2), b, 1);

	begin(MESSAGE_LAN STRICT "arp_mode = flood\n"
				 "check = arp_rate shutdown\n"
				 "check = nd_rate shutdown\n" ABC);
	for (unsigned int i = 0; i < 20 * 20; i++) {
		at(i * 0.05);
		message_send(h, "a", message_is_free(1, b));
		ck_assert_uint_eq(harness_sent(h, "b"), 1);
		message_send(h, "b", defence);
		ck_assert_uint_eq(harness_sent(h, "a"), 1);
	}
	expect_no_blame(FAMILY);
	/* Without a request it is charged. */
	at(1000);
	for (unsigned int i = 0; i < 300; i++)
		message_send(h, "b", defence);
	ck_assert_uint_eq(dropped("b", rate_of(FAMILY)), 1);
}
END_TEST

START_TEST(answers_to_probes_of_the_fabric_cost_nothing)
{
	struct ipaddr b = message_ip(FAMILY, 2), own = message_own(FAMILY);
	struct net_rt *n;
	uint32_t slot;
	struct message reply =
		FAMILY == 4
			? message_arp(MESSAGE_SPONGE, message_mac(2), 2,
				      message_mac(2), &b, MESSAGE_SPONGE, &own)
			: message_nd(MESSAGE_SPONGE, message_mac(2), &b, &own,
				     136, 0xe0, &b, 2, message_mac(2));

	begin(MESSAGE_LAN STRICT "sponge = on\narp_burst = 1\nnd_burst = 1\n"
				 "check = arp_rate shutdown\n" ABC);
	n = neigh_find(lan(), &b, &slot);
	for (unsigned int i = 0; i < 50; i++) {
		neigh_send_probe(n, slot);
		message_send(h, "b", reply);
	}
	expect_no_blame(FAMILY);
	message_send(h, "b", reply);
	ck_assert_uint_eq(dropped("b", rate_of(FAMILY)), 0);
	message_send(h, "b", reply);
	ck_assert_uint_eq(dropped("b", rate_of(FAMILY)), 1);
}
END_TEST

static void
answers_case(Suite *s)
{
	TCase *tc = fixture_case(s, "answers", NULL);

	tcase_add_loop_test(
		tc, a_member_that_answers_is_not_cut_off_by_the_one_that_asks,
		0, 2 * MODES);
	tcase_add_loop_test(
		tc, an_answer_that_nothing_asked_for_is_charged_to_its_sender,
		0, 2 * MODES);
	tcase_add_loop_test(
		tc, a_request_pays_for_one_answer_from_its_target_to_its_sender,
		0, 2);
	tcase_add_loop_test(tc, a_request_that_was_dropped_pays_for_no_answer,
			    0, 2);
	tcase_add_loop_test(tc, defending_an_address_costs_its_owner_nothing, 0,
			    2);
	tcase_add_loop_test(tc, answers_to_probes_of_the_fabric_cost_nothing, 0,
			    2);
}

/* Probes that the fabric sends for others. */

#define ON "sponge = on\nsponge_learning = 0s\n"

/* A request of the member 'n' for an address that no port has. */
static void
scan(const char *port, unsigned int n, int family, unsigned int target)
{
	char text[40];

	snprintf(text, sizeof(text),
		 family == 4 ? "192.0.2.%u" : "2001:db8::%x",
		 family == 4 ? 10 + target % 200 : 0x100 + target);
	message_send(h, port, message_request(n, message_ip_of(text)));
}

/* A scan of 20 addresses a second, for 30 s: five probes a second, or none. */
static const struct {
	const char *keys;
	unsigned int probes; /* at each other port */
} scans[] = {
	{ "sponge_init = none\n", 5 * 30 },
	{ "sponge_init = none\nsponge_proberate_unassigned = 2\n", 2 * 30 },
	{ "sponge_init = none\nsponge_proberate_unassigned = 0\n", 0 },
	{ "sponge_init = none\nunknown_arp = drop\n", 0 },
	{ "unassigned = dead\nnd_unassigned = dead\n", 0 },
	{ "sponge_init = pending\nunassigned = dead\nnd_unassigned = dead\n",
	  0 },
	{ "sponge_init = none\narp_mode = flood\n", 5 * 30 },
	{ "sponge_init = none\narp_mode = proxy\n", 5 * 30 },
};
#define SCANS (int)(sizeof(scans) / sizeof(scans[0]))

START_TEST(a_scan_costs_other_members_few_probes)
{
	int family = _i % 2 == 0 ? 4 : 6;
	uint64_t before;
	char text[1024];

	snprintf(text, sizeof(text), MESSAGE_LAN STRICT ON "%s" ABC,
		 scans[_i / 2].keys);
	begin(text);
	at(10);
	before = counts()->sponge_probes;
	for (unsigned int i = 0; i < 20 * 30; i++) {
		at(10 + i * 0.05);
		scan("a", 1, family, i);
	}
	ck_assert_uint_le(counts()->sponge_probes - before,
			  scans[_i / 2].probes + 2);
	ck_assert_uint_ge(counts()->sponge_probes - before,
			  scans[_i / 2].probes * 9 / 10);
}
END_TEST

START_TEST(nothing_of_a_scan_leaves_where_unassigned_addresses_are_dead)
{
	begin(MESSAGE_LAN STRICT ON
	      "unassigned = dead\nnd_unassigned = dead\n" ABC);
	for (unsigned int i = 0; i < 90; i++) {
		at(i * 0.05);
		scan("a", 1, FAMILY, i);
		ck_assert_uint_eq(harness_sent(h, "a"), 1);
		ck_assert_uint_eq(harness_sent(h, "b"), 0);
		ck_assert_uint_eq(harness_sent(h, "c"), 0);
	}
	ck_assert_uint_eq(dropped("a", DROP_sponge_suppressed), 90);
	ck_assert_uint_eq(counts()->sponge_probes, 0);
}
END_TEST

/* The address that c asks for is probed as if a did not scan at the same time. */
START_TEST(the_port_that_scans_waits_for_its_own_probes)
{
	struct ipaddr x = message_ip(FAMILY, 240);

	begin(MESSAGE_LAN STRICT ON "sponge_init = none\n" ABC);
	for (unsigned int i = 0; i < 20 * 20; i++) {
		at(i * 0.05);
		scan("a", 1, FAMILY, i);
		if (i == 20 * 10)
			message_send(h, "c", message_request(3, x));
	}
	ck_assert_str_eq(state_of(x), "dead");
}
END_TEST

START_TEST(an_apply_that_takes_the_budget_away_ends_the_probes)
{
	const char *lan = MESSAGE_LAN STRICT ON "sponge_init = none\n";
	char text[1024];
	uint64_t before;

	snprintf(text, sizeof(text), "%s" ABC, lan);
	begin(text);
	at(1);
	for (unsigned int i = 0; i < 50; i++)
		scan("a", 1, FAMILY, i);
	at(3);
	before = counts()->sponge_probes;
	ck_assert_uint_gt(before, 0);
	snprintf(text, sizeof(text), "%ssponge_proberate_unassigned = 0\n" ABC,
		 lan);
	harness_apply(h, text);
	at(30);
	ck_assert_uint_eq(counts()->sponge_probes, before);
	/* Nor does one wait for a probe that never comes. */
	ck_assert_str_eq(state_of(message_ip(FAMILY, FAMILY == 4 ? 50 : 0x120)),
			 "dead");
}
END_TEST

/* Three requests, a second or two apart, then the host uses its address. */
START_TEST(a_host_that_boots_finds_no_conflict)
{
	struct ipaddr c = message_ip(FAMILY, 3);
	struct harness_left left;
	uint64_t gratuitous;

	begin(MESSAGE_LAN STRICT ON "sponge_init = dead\nsponge_pending = 0\n"
				    "sponge_gratuitous = on\n" ABC);
	message_send(h, "a", message_request(1, c));
	for (unsigned int i = 0; i < 3; i++) {
		at(1 + i * 2.0);
		message_send(h, "c", message_is_free(3, c));
	}
	gratuitous = counts()->sponge_gratuitous;
	at(7);
	/* Only probes with the address of the fabric. */
	for (unsigned int i = 0; harness_left(h, i, &left); i++)
		if (FAMILY == 4 && left.port == fabric_port_id(f, "c"))
			ck_assert_uint_eq(left.octets[31], MESSAGE_OWN);
	ck_assert_uint_eq(counts()->sponge_gratuitous, gratuitous);
	ck_assert_str_eq(state_of(c), "pending");
	/* One that never speaks is dead again, and announced. */
	at(15);
	ck_assert_str_eq(state_of(c), "dead");
	ck_assert_uint_gt(counts()->sponge_gratuitous, gratuitous);
	message_send(h, "c", message_gratuitous(3, c));
	ck_assert_str_eq(state_of(c), "alive");
}
END_TEST

/*
 * Control has a turn: the address of b is announced, with the MAC address of its
 * owner, by the ports of the others alone.
 */
static void
expect_announced_to_all_but_b(int family, double seconds)
{
	struct harness_left left;
	unsigned int n = 0;

	f->sponge_fresh = true;
	at(seconds);
	for (; harness_left(h, n, &left); n++) {
		ck_assert_uint_ne(left.port, fabric_port_id(f, "b"));
		/* The MAC address of b is the sender's, or in the option. */
		ck_assert_mem_eq(left.octets + (family == 4 ? 22 : 80),
				 "\2\0\0\0\0\2", 6);
	}
	ck_assert_uint_eq(n, 2);
	harness_clear(h);
}

/* Members have the MAC address of the fabric for an address that is released. */
START_TEST(a_released_address_is_announced_to_all_but_its_owner)
{
	struct ipaddr b = message_ip(FAMILY, 2), x = message_ip(FAMILY, 9);
	unsigned int n;

	begin(MESSAGE_LAN STRICT ON ABC);
	ck_assert_int_eq(sponge_ops_set(f, "l", &b, SPONGE_STATIC, 0, 0), 0);
	ck_assert_int_eq(sponge_ops_set(f, "l", &x, SPONGE_STATIC, 0, 0), 0);
	harness_clear(h);
	ck_assert_int_eq(sponge_ops_set(f, "l", &b, SPONGE_NONE, 0, 0), 0);
	expect_announced_to_all_but_b(FAMILY, 1);
	/* The owner of the other is not known: it is asked for. */
	ck_assert_int_eq(sponge_ops_set(f, "l", &x, SPONGE_NONE, 0, 0), 0);
	f->sponge_fresh = true;
	at(2);
	message_expect(h, "a b c", message_probe(x), message_probe(x),
		       message_probe(x));
	/* All at once: for the others a thousand probes would be needed. */
	ck_assert_int_eq(sponge_ops_set(f, "l", &b, SPONGE_STATIC, 0, 0), 0);
	ck_assert_int_eq(sponge_ops_set(f, "l", &x, SPONGE_STATIC, 0, 0), 0);
	harness_clear(h);
	ck_assert_int_eq(sponge_ops_clear_all(f, "l", &n), 0);
	ck_assert_uint_ge(n, 2);
	expect_announced_to_all_but_b(FAMILY, 3);
}
END_TEST

static void
probes_case(Suite *s)
{
	TCase *tc = fixture_case(s, "probes", NULL);

	tcase_add_loop_test(tc, a_scan_costs_other_members_few_probes, 0,
			    2 * SCANS);
	tcase_add_loop_test(
		tc,
		nothing_of_a_scan_leaves_where_unassigned_addresses_are_dead, 0,
		2);
	tcase_add_loop_test(
		tc, a_released_address_is_announced_to_all_but_its_owner, 0, 2);
	tcase_add_loop_test(tc, a_host_that_boots_finds_no_conflict, 0, 2);
	tcase_add_loop_test(tc, the_port_that_scans_waits_for_its_own_probes, 0,
			    2);
	tcase_add_loop_test(
		tc, an_apply_that_takes_the_budget_away_ends_the_probes, 0, 2);
}

int
main(void)
{
	Suite *s = suite_create("budget");

	answers_case(s);
	probes_case(s);
	return check_run(s);
}
