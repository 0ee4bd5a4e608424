/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * What a hostile member can do to the sponge: how much is logged and
 * remembered because of it, and that other members keep what they had.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <rte_ring.h>
#include <rte_ring_elem.h>

#include "fabric/datapath/worker.h"
#include "fabric/view/punt.h"
#include "lib/neightab6.h"
#include "tests/pipe/lan.h"
#include "tests/pipe/message.h"

#define HOUR (3600 * CLOCK_SECOND)

/* No frame is dropped for its rate here. */
#define LAN(keys)                                                              \
	MESSAGE_LAN                                                            \
	"profile = ixp-basic\narp_pps = 1000000\nnd_pps = 1000000\n"           \
	"storm_bcast = off\nstorm_mcast = off\n"                               \
	"sponge = on\nsponge_learning = 0\nsponge_sweep = 0\n" keys
#define PORTS                                                                  \
	MESSAGE_UNKNOWN_PORT("a", "")                                          \
	MESSAGE_UNKNOWN_PORT("b", "") MESSAGE_UNKNOWN_PORT("c", "")

static void
after(uint64_t ns)
{
	harness_at(h, f->now + ns);
}

static void
set(struct ipaddr ip, enum sponge_kind kind, const char *port)
{
	uint32_t slot;
	struct net_rt *n = neigh_find(runtime_lan(f, "l"), &ip, &slot);

	if (n == NULL)
		n = neigh_add6(runtime_lan(f, "l"), ip.octet,
			       fabric_port_id(f, port), &slot);
	ck_assert_ptr_nonnull(n);
	sponge_set(n->sponge, slot, kind, 0, 0, f->now);
	neigh_plan(f);
}

/* The log. */

/* By address detection of dead addresses, again and again. */
START_TEST(repeated_pending_is_logged_up_to_a_limit)
{
	unsigned int lines;

	begin(LAN("") PORTS);
	for (unsigned int i = 10; i < 30; i++)
		set(message_ip(4, i), SPONGE_DEAD, NULL);
	harness_forget_events(h);
	for (unsigned int i = 0; i < 1000; i++) {
		message_send(h, "a",
			     message_is_free(1, message_ip(4, 10 + i % 20)));
		after(10 * CLOCK_MILLISECOND);
	}
	lines = harness_events(h);
	ck_assert_uint_ge(lines, NEIGH_CHANGES / 2 - 20);
	ck_assert_uint_le(lines, NEIGH_CHANGES / 2 + 2);
	/* The log of the LAN has room for other lines. */
	ck_assert_uint_le(runtime_lan(f, "l")->neigh->nlines,
			  20 + 2 * (NEIGH_CHANGES / 2 + 2));
	harness_forget_events(h);
	after(15 * CLOCK_SECOND);
	for (unsigned int i = 0; i < harness_events(h); i++)
		if (strstr(harness_event(h, i), "states of addresses: ") !=
		    NULL)
			return;
	ck_abort_msg("no line has the number of lines held back");
}
END_TEST

static bool
has_event(const char *text)
{
	const char *event;

	for (unsigned int i = 0; (event = harness_event(h, i)) != NULL; i++)
		if (strstr(event, text) != NULL)
			return true;
	return false;
}

/* Two ports make addresses PENDING again and again, and then one of a third. */
START_TEST(changes_of_other_ports_are_logged_all_the_same)
{
	begin(LAN("sponge_proberate_unassigned = 100\n") PORTS);
	message_send(h, "c", message_request(3, message_ip(4, 9)));
	for (unsigned int i = 9; i < 30; i++)
		set(message_ip(4, i), SPONGE_DEAD, NULL);
	harness_forget_events(h);
	for (unsigned int i = 0; i < 1000; i++) {
		message_send(h, i % 2 ? "a" : "b",
			     message_is_free(i % 2 ? 1 : 2,
					     message_ip(4, 10 + i % 20)));
		after(10 * CLOCK_MILLISECOND);
	}
	ck_assert_uint_lt(harness_events(h), NEIGH_CHANGES);
	harness_forget_events(h);
	message_send(h, "c", message_request(3, message_ip(4, 3)));
	message_send(h, "c", message_is_free(3, message_ip(4, 9)));
	ck_assert(has_event("pending: ip=192.0.2.9 "));
	ck_assert(!has_event("pending: ip=192.0.2.10 "));
}
END_TEST

/* What one port sends does not keep a line about another out of the log. */
START_TEST(each_port_has_a_line_of_each_kind)
{
	struct ipaddr elsewhere = message_ip_of("10.0.0.1");

	begin(LAN("") PORTS);
	for (unsigned int i = 0; i < 100; i++)
		message_send(h, "a", message_request(1, elsewhere));
	message_send(h, "b", message_request(2, elsewhere));
	ck_assert_uint_eq(harness_events(h), 2);
	ck_assert(has_event("misplaced ARP: src.mac=02:00:00:00:00:02 "));
	after(15 * CLOCK_SECOND);
	ck_assert_uint_eq(harness_events(h), 3);
	ck_assert(has_event("misplaced ARP: 99 more port=a"));
}
END_TEST

/* A whole LAN that dies is logged address by address, in both states. */
START_TEST(sixty_addresses_that_die_at_once_are_all_logged)
{
	begin(LAN("sponge_proberate_unassigned = 100\n") PORTS);
	for (unsigned int i = 10; i < 70; i++)
		set(message_ip(4, i), SPONGE_PENDING, NULL);
	ck_assert_uint_eq(harness_events(h), 60);
	after(12 * CLOCK_SECOND);
	ck_assert_uint_eq(harness_events(h), 120);
	ck_assert_ptr_nonnull(
		strstr(harness_event(h, 119), "sponging: ip=192.0.2.69"));
}
END_TEST

START_TEST(invented_addresses_are_logged_up_to_a_limit)
{
	begin(LAN("sponge_init = dead\n") PORTS);
	for (unsigned int i = 0; i < 3000; i++) {
		struct ipaddr ip = message_ip(6, i % 200);

		ip.octet[12] = (uint8_t)(i / 200 + 1);
		message_send(h, "a", message_request(1, ip));
		after(10 * CLOCK_MILLISECOND);
	}
	ck_assert_uint_le(harness_events(h), 6);
}
END_TEST

/* ... and no line is about them before. */
START_TEST(an_address_that_was_never_sponged_is_not_released)
{
	begin(LAN("sponge_init = dead\n") PORTS);
	message_send(h, "a", message_request(1, message_ip(6, 77)));
	ck_assert_uint_eq(harness_events(h), 1);
	ck_assert_ptr_nonnull(strstr(harness_event(h, 0), "pending: ip="));
}
END_TEST

/* Requests an address, and sends from it as well. */
static void
pretend(const char *port, unsigned int n, struct ipaddr ip)
{
	message_send(h, port, message_request(n, ip));
	message_send(h, port, message_reply(n, ip, n == 1 ? 2 : 1));
}

/* Updates. */

/* The updates to a port since the last frame. */
static unsigned int
updates(const char *port)
{
	return harness_sent(h, port);
}

START_TEST(no_member_uses_up_the_updates_of_others)
{
	begin(LAN("") PORTS);
	for (unsigned int i = 10; i < 250; i++)
		pretend("b", 2, message_ip(FAMILY, i));
	for (unsigned int k = 10; k < 60; k++) {
		after(CLOCK_SECOND);
		for (unsigned int i = 10; i < 250; i++)
			message_send(h, "c",
				     message_data(3, message_ip(FAMILY, 3),
						  message_ip(FAMILY, i),
						  MESSAGE_SPONGE));
		message_send(h, "a",
			     message_data(1, message_ip(FAMILY, 1),
					  message_ip(FAMILY, k),
					  MESSAGE_SPONGE));
		ck_assert_uint_eq(updates("a"), FAMILY == 4 ? 3 : 1);
	}
}
END_TEST

START_TEST(updates_to_a_port_are_limited)
{
	uint64_t before, sent;

	begin(LAN("") PORTS);
	for (unsigned int i = 10; i < 250; i++)
		pretend("b", 2, message_ip(FAMILY, i));
	before = runtime_lan(f, "l")->neigh->counts.sponge_updates;
	for (unsigned int i = 0; i < 2400; i++)
		message_send(h, "c",
			     message_data(3, message_ip(FAMILY, 3),
					  message_ip(FAMILY, 10 + i % 240),
					  MESSAGE_SPONGE));
	sent = runtime_lan(f, "l")->neigh->counts.sponge_updates - before;
	ck_assert_uint_ge(sent, PORT_UPDATES / 2 * (FAMILY == 4 ? 3 : 1));
	ck_assert_uint_le(sent, PORT_UPDATES * (FAMILY == 4 ? 3 : 1));
}
END_TEST

/* The table of IPv6 addresses. */

START_TEST(claim_outside_the_lan_has_no_effect)
{
	struct ipaddr foreign = message_ip_of("2001:db8:1::7");
	uint32_t slot;

	begin(LAN("arp_dynamic = on\n") PORTS);
	message_send(h, "a", message_gratuitous(1, foreign));
	ck_assert_ptr_null(neigh_find(runtime_lan(f, "l"), &foreign, &slot));
	message_send(h, "a", message_gratuitous(1, message_ip(6, 7)));
	ck_assert_str_eq(state_of(message_ip(6, 7)), "alive");
}
END_TEST

static struct ipaddr
invented(unsigned int i)
{
	struct ipaddr ip = message_ip(6, i % 250);

	ip.octet[12] = (uint8_t)(i / 250 + 1);
	return ip;
}

START_TEST(address_silent_for_an_hour_makes_room)
{
	unsigned int n = 0;

	begin(LAN("nd_max_targets = 64\n") PORTS);
	for (; n < 16; n++)
		pretend("a", 1, invented(n));
	for (unsigned int i = 0; i < n; i++)
		ck_assert_str_eq(state_of(invented(i)), "alive");
	/* The share of the port is used up, and no entry goes ... */
	pretend("a", 1, invented(n));
	ck_assert_str_eq(state_of(invented(n)), "-");
	after(HOUR - CLOCK_SECOND);
	/* ... that was seen, for one that is requested by a packet. */
	message_send(h, "a", message_reply(1, invented(0), 2));
	message_send(h, "c", message_request(3, invented(1)));
	message_send(h, "a",
		     message_data(1, invented(1), message_ip(6, 200),
				  message_mac(2)));
	pretend("a", 1, invented(n));
	ck_assert_str_eq(state_of(invented(n)), "-");
	after(700 * CLOCK_SECOND);
	/* ... or is seen again before another needs its slot. */
	message_send(h, "a", message_reply(1, invented(2), 2));
	for (unsigned int i = n; i < 2 * n - 3; i++)
		pretend("a", 1, invented(i));
	for (unsigned int i = 0; i < 2 * n - 3; i++)
		ck_assert_str_eq(state_of(invented(i)),
				 i < 3 || i >= n ? "alive" : "-");
	/* ... and for these there is no room again. */
	pretend("a", 1, invented(2 * n));
	ck_assert_str_eq(state_of(invented(2 * n)), "-");
}
END_TEST

START_TEST(unknown_entries_make_room_first)
{
	begin(LAN("nd_max_targets = 64\n") PORTS);
	for (unsigned int i = 0; i < 15; i++)
		pretend("a", 1, invented(i));
	after(HOUR + 700 * CLOCK_SECOND);
	for (unsigned int i = 20; i < 40; i++)
		message_send(h, "a", message_request(1, invented(i)));
	ck_assert_str_eq(state_of(invented(38)), "-");
	ck_assert_str_eq(state_of(invented(39)), "pending");
	for (unsigned int i = 0; i < 15; i++)
		ck_assert_str_eq(state_of(invented(i)), "alive");
}
END_TEST

/* Four ports own as many IPv6 addresses as they may; then a fifth is switched on. */
START_TEST(a_latecomer_has_its_addresses_when_others_have_filled_the_table)
{
	static const char *const full[] = { "a", "b", "c", "d" };

	begin(LAN("arp_dynamic = on\nnd_max_targets = 64\n")
		      PORTS MESSAGE_UNKNOWN_PORT("d", "")
			      MESSAGE_UNKNOWN_PORT("e", ""));
	for (unsigned int i = 0; i < 64; i++)
		pretend(full[i / 16], i / 16 + 1, invented(i));
	for (unsigned int i = 0; i < 64; i++)
		ck_assert_uint_ne(owner_of(invented(i)), 0);
	for (unsigned int i = 100; i < 110; i++)
		pretend("e", 5, invented(i));
	for (unsigned int i = 100; i < 110; i++) {
		ck_assert_str_eq(state_of(invented(i)), "alive");
		ck_assert_uint_eq(neightab_owner_port(owner_of(invented(i))),
				  fabric_port_id(f, "e"));
	}
	/* They do not get them back. */
	for (unsigned int i = 0; i < 64; i++)
		pretend(full[i / 16], i / 16 + 1, invented(200 + i));
	for (unsigned int i = 100; i < 110; i++)
		ck_assert_str_eq(state_of(invented(i)), "alive");
}
END_TEST

/* The ring of reports is full. */
START_TEST(sign_of_life_without_room_is_reported_the_next_time)
{
	struct punt no_port = { .port = PORTS_MAX - 1 };
	struct message data = message_data(1, message_ip(4, 9),
					   message_ip(4, 2), message_mac(2));

	begin(LAN("") PORTS);
	set(message_ip(4, 9), SPONGE_DEAD, NULL);
	while (rte_ring_sp_enqueue_elem(f->worker[0]->punts, &no_port,
					sizeof(no_port)) == 0)
		;
	message_send(h, "a", data);
	ck_assert_str_eq(state_of(message_ip(4, 9)), "dead");
	message_send(h, "a", data);
	ck_assert_str_eq(state_of(message_ip(4, 9)), "alive");
}
END_TEST

START_TEST(address_set_alive_by_an_operator_is_not_silent)
{
	begin(LAN("nd_max_targets = 64\n") PORTS);
	after(2 * HOUR);
	set(invented(0), SPONGE_ALIVE, "a");
	after(HOUR - 700 * CLOCK_SECOND);
	for (unsigned int i = 1; i < 20; i++)
		pretend("a", 1, invented(i));
	ck_assert_str_eq(state_of(invented(0)), "alive");
}
END_TEST

START_TEST(configured_address_is_never_silent_for_too_long)
{
	begin(LAN("nd_max_targets = 64\n") MESSAGE_PORT("a", "1", "")
		      MESSAGE_UNKNOWN_PORT("b", ""));
	message_send(h, "a", message_reply(1, message_ip(6, 1), 2));
	after(3 * HOUR);
	for (unsigned int i = 0; i < 100; i++)
		pretend("b", 2, invented(i));
	ck_assert_str_eq(state_of(message_ip(6, 1)), "alive");
	ck_assert_uint_eq(neightab6_count(net_of(6)->table), 1 + 16);
}
END_TEST

static void
log_lines(Suite *s)
{
	TCase *tc = fixture_case(s, "log", NULL);

	tcase_add_test(tc, repeated_pending_is_logged_up_to_a_limit);
	tcase_add_test(tc, changes_of_other_ports_are_logged_all_the_same);
	tcase_add_test(tc, each_port_has_a_line_of_each_kind);
	tcase_add_test(tc, sixty_addresses_that_die_at_once_are_all_logged);
	tcase_add_test(tc, invented_addresses_are_logged_up_to_a_limit);
	tcase_add_test(tc, an_address_that_was_never_sponged_is_not_released);
}

static void
update_cases(Suite *s)
{
	TCase *tc = fixture_case(s, "updates", NULL);

	tcase_add_loop_test(tc, no_member_uses_up_the_updates_of_others, 0, 2);
	tcase_add_loop_test(tc, updates_to_a_port_are_limited, 0, 2);
}

static void
table(Suite *s)
{
	TCase *tc = fixture_case(s, "table", NULL);

	tcase_add_test(tc, claim_outside_the_lan_has_no_effect);
	tcase_add_test(tc, address_silent_for_an_hour_makes_room);
	tcase_add_test(
		tc,
		a_latecomer_has_its_addresses_when_others_have_filled_the_table);
	tcase_add_test(tc, unknown_entries_make_room_first);
	tcase_add_test(tc, sign_of_life_without_room_is_reported_the_next_time);
	tcase_add_test(tc, address_set_alive_by_an_operator_is_not_silent);
	tcase_add_test(tc, configured_address_is_never_silent_for_too_long);
}

int
main(void)
{
	Suite *s = suite_create("hostile");

	log_lines(s);
	update_cases(s);
	table(s);
	return check_run(s);
}
