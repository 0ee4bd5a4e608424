/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Questions for addresses, and where they go: to the owner of the address alone,
 * to nobody, or answered in his place; and who is known to be the owner.  (The
 * sponge is in pipe_sponge.c.)  Nearly all of it is the same for ARP and for
 * neighbour discovery, and tried with both.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "fabric/apply/override.h"
#include "fabric/view/punt.h"
#include "lib/mac.h"
#include "tests/pipe/lan.h"
#include "tests/pipe/message.h"

#define STRICT "profile = ixp-strict\n"
#define BASIC  "profile = ixp-basic\n"
#define QUIET  "arp_pps = 1000\nnd_pps = 1000\n"

#define A(keys) MESSAGE_PORT("a", "1", keys)
#define B(keys) MESSAGE_PORT("b", "2", keys)
#define C(keys) MESSAGE_PORT("c", "3", keys)
#define D(keys) MESSAGE_PORT("d", "4", keys)
#define ABC     A("") B("") C("")

/* Three whose addresses nobody has written down. */
#define STRANGERS                                                              \
	MESSAGE_UNKNOWN_PORT("a", "")                                          \
	MESSAGE_UNKNOWN_PORT("b", "") MESSAGE_UNKNOWN_PORT("c", "")

/* Seconds from the beginning on. */
static void
at(double seconds)
{
	harness_at(h, START + (uint64_t)(seconds * CLOCK_SECOND));
}

static void
link_of(const char *port, bool up)
{
	lockstep_link(f, fabric_port_id(f, port), up);
}

/* To whom a question of member 1, at port a, goes. */
static void
ask(struct ipaddr who)
{
	message_send(h, "a", message_request(1, who));
}

/* The owner. */

START_TEST(a_question_goes_to_the_owner_alone)
{
	struct ipaddr b = message_ip(FAMILY, 2);
	struct message question = message_request(1, b);

	begin(MESSAGE_LAN STRICT ABC);
	ask(b);
	message_expect(h, "b", message_to(question, message_mac(2)));
	ck_assert_uint_eq(stats("a").forwarded, 1);
	ck_assert_uint_eq(stats("a").flooded, 0);
	ck_assert_uint_eq(stats("a").rx_broadcast, FAMILY == 4);
	ck_assert_uint_eq(stats("a").rx_multicast, FAMILY == 6);
	ck_assert_uint_eq(counts()->arp_requests, FAMILY == 4);
	ck_assert_uint_eq(counts()->nd_solicitations, FAMILY == 6);
	harness_apply(h, MESSAGE_LAN STRICT "arp_mode = flood\n" ABC);
	ask(b);
	message_expect(h, "b c", question, question);
	harness_apply(h, MESSAGE_LAN "profile = open\n" ABC);
	ask(b);
	message_expect(h, "b c", question, question);
	harness_apply(h,
		      MESSAGE_LAN "profile = open\narp_mode = unicast\n" ABC);
	ask(b);
	message_expect(h, "b", message_to(question, message_mac(2)));
}
END_TEST

START_TEST(his_answer_comes_back_as_he_gave_it)
{
	struct message reply = message_reply(2, message_ip(FAMILY, 2), 1);

	begin(MESSAGE_LAN STRICT ABC);
	ask(message_ip(FAMILY, 2));
	message_send(h, "b", reply);
	message_expect(h, "a", reply);
}
END_TEST

START_TEST(of_several_mac_addresses_it_is_the_one_last_heard)
{
	struct ipaddr b = message_ip(FAMILY, 2);
	struct message question = message_request(1, b);

	begin(MESSAGE_LAN STRICT A("") B("mac = 02:00:00:00:00:12\n") C(""));
	ask(b);
	message_expect(h, "b", question);
	message_send(h, "b", message_gratuitous(0x12, b));
	ask(b);
	message_expect(h, "b", message_to(question, message_mac(0x12)));
	message_send(h, "b", message_gratuitous(2, b));
	ask(b);
	message_expect(h, "b", message_to(question, message_mac(2)));
	/* One that he may no longer have is not his. */
	harness_apply(h,
		      MESSAGE_LAN STRICT A("")
			      C("") "[port b]\ndevice = net_null_b\nlan = l\n"
				    "ipv4 = 192.0.2.2\nipv6 = 2001:db8::2\n"
				    "mac = 02:00:00:00:00:12\n"
				    "mac = 02:00:00:00:00:22\n");
	ask(b);
	message_expect(h, "b", question);
}
END_TEST

START_TEST(an_owner_without_a_mac_line_is_asked_as_it_came_until_he_is_heard)
{
	struct ipaddr b = message_ip(FAMILY, 2);
	struct message question = message_request(1, b);

	begin(MESSAGE_LAN STRICT A("")
		      MESSAGE_UNKNOWN_PORT("b", "ipv4 = 192.0.2.2\n"
						"ipv6 = 2001:db8::2\n") C(""));
	ask(b);
	message_expect(h, "b", question);
	message_send(h, "b", message_request(2, message_ip(FAMILY, 1)));
	ask(b);
	/* Who asks proves his IPv6 address no less: it is the port's. */
	message_expect(h, "b", message_to(question, message_mac(2)));
}
END_TEST

START_TEST(an_owner_whose_port_is_down_is_asked_in_vain)
{
	struct ipaddr b = message_ip(FAMILY, 2);
	struct message question = message_request(1, b);

	begin(MESSAGE_LAN STRICT ABC);
	link_of("b", false);
	ask(b);
	harness_expect_drop(h, "a", DROP_unknown_unicast);
	link_of("b", true);
	ask(b);
	message_expect(h, "b", message_to(question, message_mac(2)));
	override_down(f, runtime_port(f, "b"), true);
	ask(b);
	harness_expect_drop(h, "a", DROP_unknown_unicast);
	override_down(f, runtime_port(f, "b"), false);
	ask(b);
	message_expect(h, "b", message_to(question, message_mac(2)));
	harness_apply(h,
		      MESSAGE_LAN STRICT A("") B("status = disabled\n") C(""));
	ask(b);
	harness_expect_drop(h, "a", DROP_unknown_unicast);
	ck_assert_uint_eq(stats("a").rx_broadcast, FAMILY == 4 ? 2 : 0);
}
END_TEST

START_TEST(an_owner_in_the_same_isolation_group_is_not_reached)
{
	struct ipaddr b = message_ip(FAMILY, 2);

	begin(MESSAGE_LAN STRICT A("isolate = x\n") B("isolate = x\n")
		      C("isolate = y\n"));
	ask(b);
	harness_expect_drop(h, "a", DROP_isolated);
	ask(message_ip(FAMILY, 3));
	message_expect(h, "c",
		       message_to(message_request(1, message_ip(FAMILY, 3)),
				  message_mac(3)));
}
END_TEST

START_TEST(an_owner_in_quarantine_is_reached_by_monitors_alone)
{
	struct ipaddr b = message_ip(FAMILY, 2);
	struct message to_c = message_request(2, message_ip(FAMILY, 3));
	struct message to_a = message_request(2, message_ip(FAMILY, 1));

	begin(MESSAGE_LAN STRICT A("") B("status = quarantine\n")
		      C("monitor = on\n"));
	ask(b);
	harness_expect_drop(h, "a", DROP_quarantine_isolated);
	message_send(h, "c", message_request(3, b));
	message_expect(h, "b",
		       message_to(message_request(3, b), message_mac(2)));
	/* What it asks itself only monitors hear, and all that. */
	message_send(h, "b", to_a);
	message_expect(h, "c", to_a);
	message_send(h, "b", to_c);
	message_expect(h, "c", to_c);
}
END_TEST

START_TEST(who_asks_for_his_own_address_asks_all)
{
	struct ipaddr a = message_ip(FAMILY, 1);
	struct message free = message_is_free(1, a);

	begin(MESSAGE_LAN STRICT "unknown_arp = drop\n" ABC);
	message_send(h, "a", free);
	message_expect(h, "b c", free, free);
}
END_TEST

START_TEST(whether_an_address_is_free_is_asked_of_its_owner)
{
	struct ipaddr b = message_ip(FAMILY, 2);
	struct message free = message_is_free(1, b);

	begin(MESSAGE_LAN STRICT ABC);
	message_send(h, "a", free);
	message_expect(h, "b", message_to(free, message_mac(2)));
	free = message_is_free(1, message_ip(FAMILY, 9));
	message_send(h, "a", free);
	message_expect(h, "b c", free, free);
	harness_apply(h, MESSAGE_LAN STRICT "unknown_arp = drop\n" ABC);
	message_send(h, "a", free);
	harness_expect_drop(h, "a", DROP_unknown_arp);
	free = message_is_free(1, b);
	message_send(h, "a", free);
	message_expect(h, "b", message_to(free, message_mac(2)));
}
END_TEST

START_TEST(what_is_for_one_goes_to_that_one)
{
	struct ipaddr b = message_ip(FAMILY, 2);
	struct message to_c = message_request_to(1, b, message_mac(3));
	struct message to_b = message_request_to(1, b, message_mac(2));
	struct message reply = message_reply(1, message_ip(FAMILY, 1), 3);

	begin(MESSAGE_LAN STRICT "unknown_arp = drop\n" ABC);
	message_send(h, "a", to_b);
	message_expect(h, "b", to_b);
	message_send(h, "a", to_c);
	message_expect(h, "c", to_c);
	message_send(h, "a", reply);
	message_expect(h, "c", reply);
	to_c = message_request_to(1, message_ip(FAMILY, 9), message_mac(3));
	message_send(h, "a", to_c);
	message_expect(h, "c", to_c);
	ck_assert_uint_eq(counts()->arp_requests + counts()->nd_solicitations,
			  0);
}
END_TEST

START_TEST(nobody_is_asked_for_what_nobody_has_where_the_lan_says_so)
{
	struct ipaddr nobody = message_ip(FAMILY, 9);
	struct message question = message_request(1, nobody);

	begin(MESSAGE_LAN STRICT ABC);
	ask(nobody);
	message_expect(h, "b c", question, question);
	harness_apply(h, MESSAGE_LAN STRICT "unknown_arp = drop\n" ABC);
	ask(nobody);
	harness_expect_drop(h, "a", DROP_unknown_arp);
	/* Where nobody is asked alone, all are asked. */
	harness_apply(h, MESSAGE_LAN STRICT
		      "unknown_arp = drop\narp_mode = flood\n" ABC);
	ask(nobody);
	message_expect(h, "b c", question, question);
	/* An address that comes with a new member is somebody's. */
	harness_apply(h, MESSAGE_LAN STRICT
		      "unknown_arp = drop\n" ABC MESSAGE_PORT("d", "9", ""));
	ask(nobody);
	message_expect(h, "d", message_to(question, message_mac(9)));
	harness_apply(h, MESSAGE_LAN STRICT "unknown_arp = drop\n" ABC);
	ask(nobody);
	harness_expect_drop(h, "a", DROP_unknown_arp);
}
END_TEST

/* Octets at a place of a frame. */
static struct message
with(struct message t, uint32_t place, const char *octets, uint32_t n)
{
	memcpy(t.octet + place, octets, n);
	return t;
}

/* A frame with a tag, as on the wire of a trunk: 64 octets at least. */
static struct message
tagged(struct message t, uint8_t tag)
{
	memmove(t.octet + 16, t.octet + 12, t.len - 12);
	memcpy(t.octet + 12, (uint8_t[4]){ 0x81, 0, 0, tag }, 4);
	t.len += 4;
	return t;
}

#define TRUNK                                                                  \
	"[port trunk]\ndevice = net_null_trunk\n"                              \
	"[port b]\nparent = trunk\ntag = 7\nlan = l\n"                         \
	"mac = 02:00:00:00:00:02\nipv4 = 192.0.2.2\nipv6 = 2001:db8::2\n"      \
	"[port c]\nparent = trunk\ntag = 8\nlan = l\n"                         \
	"mac = 02:00:00:00:00:03\nipv4 = 192.0.2.3\nipv6 = 2001:db8::3\n"

START_TEST(an_owner_behind_a_tag_gets_it)
{
	struct ipaddr a = message_ip(FAMILY, 1), b = message_ip(FAMILY, 2),
		      c = message_ip(FAMILY, 3);

	begin(MESSAGE_LAN STRICT A("") TRUNK);
	ask(b);
	message_expect(
		h, "b",
		tagged(message_to(message_request(1, b), message_mac(2)), 7));
	message_send(h, "trunk", tagged(message_request(2, a), 7));
	message_expect(h, "a",
		       message_to(message_request(2, a), message_mac(1)));
	message_send(h, "trunk", tagged(message_request(2, c), 7));
	message_expect(
		h, "c",
		tagged(message_to(message_request(2, c), message_mac(3)), 8));
}
END_TEST

START_TEST(a_long_question_is_rewritten_where_it_begins)
{
	static uint8_t frame[3000];
	struct message question = message_request(1, message_ip(4, 2));
	const uint8_t *out;
	uint32_t len;

	begin(MESSAGE_LAN STRICT "mtu = 9000\n" ABC);
	memcpy(frame, question.octet, question.len);
	frame[2999] = 77;
	harness_send(h, "a", frame, sizeof(frame));
	out = harness_last(h, "b", &len);
	ck_assert_uint_eq(len, sizeof(frame));
	question = message_to(question, message_mac(2));
	ck_assert_mem_eq(out, question.octet, question.len);
	ck_assert_mem_eq(out + 60, frame + 60, 2940);
	ck_assert_uint_eq(harness_sent(h, "c"), 0);
}
END_TEST

START_TEST(a_fabric_that_takes_no_part_has_nothing_to_hear)
{
	struct message question =
		message_request_to(1, message_ip(FAMILY, 2), MESSAGE_SPONGE);

	begin(MESSAGE_LAN STRICT ABC);
	message_send(h, "a", question);
	harness_expect_drop(h, "a", DROP_sponge_stray);
	harness_apply(h, MESSAGE_LAN STRICT "check = sponge_stray off\n" ABC);
	message_send(h, "a", question);
	harness_expect_drop(h, "a", DROP_unknown_unicast);
}
END_TEST

START_TEST(a_question_that_cannot_be_read_goes_where_its_frame_says)
{
	struct message question =
		with(message_request(1, message_ip(4, 2)), 14, "\0\6", 2);

	begin(MESSAGE_LAN "profile = open\narp_mode = unicast\n"
			  "unknown_arp = drop\n" ABC);
	message_send(h, "a", question);
	message_expect(h, "b c", question, question);
	/* Routed: a neighbour does not answer it, and it is no question. */
	question = with(message_request(1, message_ip(6, 2)), 21, "\x40", 1);
	message_send(h, "a", question);
	message_expect(h, "b c", question, question);
	ck_assert_uint_eq(counts()->arp_requests, 0);
	ck_assert_uint_eq(counts()->nd_solicitations, 0);
}
END_TEST

/* Two prefixes of each family. */
START_TEST(each_prefix_of_a_lan_has_owners)
{
	struct ipaddr b =
		message_ip_of(FAMILY == 4 ? "198.51.100.2" : "2001:db8:5::2");

	begin(MESSAGE_LAN STRICT
	      "unknown_arp = drop\nipv4 = 198.51.100.0/24\n"
	      "ipv6 = 2001:db8:5::/64\n" A("")
		      B("ipv4 = 198.51.100.2\nipv6 = 2001:db8:5::2\n") C(""));
	ask(b);
	message_expect(h, "b",
		       message_to(message_request(1, b), message_mac(2)));
	ask(message_ip(FAMILY, 2));
	message_expect(h, "b",
		       message_to(message_request(1, message_ip(FAMILY, 2)),
				  message_mac(2)));
	b.octet[FAMILY == 4 ? 3 : 15] = 9;
	ask(b);
	harness_expect_drop(h, "a", DROP_unknown_arp);
}
END_TEST

START_TEST(two_ports_swap_addresses_in_one_apply)
{
	struct ipaddr b = message_ip(FAMILY, 2), c = message_ip(FAMILY, 3);

	begin(MESSAGE_LAN STRICT ABC);
	harness_apply(h, MESSAGE_LAN STRICT A("") MESSAGE_PORT("b", "3", "")
				 MESSAGE_PORT("c", "2", ""));
	ask(b);
	message_expect(h, "c",
		       message_to(message_request(1, b), message_mac(2)));
	ask(c);
	message_expect(h, "b",
		       message_to(message_request(1, c), message_mac(3)));
}
END_TEST

/* Link-local addresses, which nobody registers. */

static struct ipaddr
near(unsigned int n)
{
	char text[16];

	snprintf(text, sizeof(text), "fe80::%x", n);
	return message_ip_of(text);
}

/* Member 'n' asks for somebody, from his link-local address. */
static struct message
question_from(unsigned int n, struct ipaddr from, struct ipaddr who)
{
	struct message t = message_request(n, who);
	struct ipaddr group = message_ip_of("ff02::1:ff00:0");

	memcpy(group.octet + 13, who.octet + 13, 3);
	return message_nd(UINT64_C(0x3333ff000000) | who.octet[15] |
				  (uint64_t)who.octet[14] << 8,
			  message_mac(n), &from, &group, t.octet[54], 0, &who,
			  1, message_mac(n));
}

START_TEST(who_is_first_heard_with_a_link_local_address_has_it)
{
	struct message question = message_request(1, near(0x22));

	begin(MESSAGE_LAN STRICT "unknown_arp = drop\n" ABC);
	ask(near(0x22));
	message_expect(h, "b c", question, question);
	message_send(h, "b", question_from(2, near(0x22), message_ip(6, 1)));
	ask(near(0x22));
	message_expect(h, "b", message_to(question, message_mac(2)));
	/* Nobody takes it from him. */
	message_send(h, "c", question_from(3, near(0x22), message_ip(6, 1)));
	harness_expect_drop(h, "c", DROP_nd_src_spoof);
	ask(near(0x22));
	message_expect(h, "b", message_to(question, message_mac(2)));
	/* Another router is plugged in. */
	link_of("b", false);
	link_of("b", true);
	ask(near(0x22));
	message_expect(h, "b c", question, question);
	message_send(h, "c", question_from(3, near(0x22), message_ip(6, 1)));
	ask(near(0x22));
	message_expect(h, "c", message_to(question, message_mac(3)));
	/* A port that goes takes it along. */
	harness_apply(h, MESSAGE_LAN STRICT "unknown_arp = drop\n" A("") B(""));
	ask(near(0x22));
	message_expect(h, "b", question);
}
END_TEST

START_TEST(it_does_not_age)
{
	struct message question = message_request(1, near(0x22));

	begin(MESSAGE_LAN STRICT ABC);
	message_send(h, "b", question_from(2, near(0x22), message_ip(6, 1)));
	at(100000);
	ask(near(0x22));
	message_expect(h, "b", message_to(question, message_mac(2)));
	ck_assert_uint_eq(counts()->sponge_probes, 0);
}
END_TEST

START_TEST(where_no_port_is_held_to_its_first_all_are_asked)
{
	struct message question = message_request(1, near(0x22));

	begin(MESSAGE_LAN BASIC ABC);
	message_send(h, "b", question_from(2, near(0x22), message_ip(6, 1)));
	ask(near(0x22));
	message_expect(h, "b c", question, question);
	/* Nor are they when the LAN stops holding them. */
	harness_apply(h, MESSAGE_LAN STRICT ABC);
	message_send(h, "b", question_from(2, near(0x22), message_ip(6, 1)));
	ask(near(0x22));
	message_expect(h, "b", message_to(question, message_mac(2)));
	harness_apply(h, MESSAGE_LAN BASIC ABC);
	ask(near(0x22));
	message_expect(h, "b c", question, question);
}
END_TEST

/* Owners that nobody has written down. */

#define DYNAMIC BASIC "arp_dynamic = on\n" QUIET

START_TEST(who_says_that_an_address_is_his_is_believed_where_the_lan_does)
{
	struct ipaddr b = message_ip(FAMILY, 2);
	struct message question = message_request(1, b);
	struct message says[] = { message_gratuitous(2, b),
				  message_reply(2, b, 1),
				  message_request(2, message_ip(4, 3)) };

	begin(MESSAGE_LAN BASIC STRANGERS);
	message_send(h, "b", says[0]);
	ask(b);
	message_expect(h, "b c", question, question);
	/* An IPv6 address is not his who asks from it (RFC 9161, 3.1). */
	for (size_t i = 0; i < (FAMILY == 4 ? 3 : 2); i++) {
		harness_apply(h, MESSAGE_LAN BASIC STRANGERS);
		harness_apply(h, MESSAGE_LAN DYNAMIC STRANGERS);
		ask(b);
		message_expect(h, "b c", question, question);
		message_send(h, "b", says[i]);
		ask(b);
		message_expect(h, "b", message_to(question, message_mac(2)));
	}
}
END_TEST

START_TEST(who_only_asks_or_gives_way_is_not_believed)
{
	struct ipaddr b = message_ip(6, 2), a = message_ip(6, 1);
	struct message question = message_request(1, b);
	uint32_t slot;

	begin(MESSAGE_LAN DYNAMIC STRANGERS);
	message_send(h, "b", message_request(2, a));
	/* Nor does it take a place. */
	ck_assert_ptr_null(neigh_find(runtime_lan(f, "l"), &b, &slot));
	ask(b);
	message_expect(h, "b c", question, question);
	message_send(h, "b",
		     message_nd(message_mac(1), message_mac(2), &b, &a, 136,
				0x40, &b, 2, message_mac(2)));
	ask(b);
	message_expect(h, "b c", question, question);
	message_send(h, "b", message_data(2, b, a, message_mac(1)));
	ask(b);
	message_expect(h, "b c", question, question);
}
END_TEST

START_TEST(who_asks_whether_it_is_free_does_not_say_that_it_is_his)
{
	struct message question = message_request(1, message_ip(FAMILY, 2));

	begin(MESSAGE_LAN DYNAMIC STRANGERS);
	message_send(h, "b", message_is_free(2, message_ip(FAMILY, 2)));
	ask(message_ip(FAMILY, 2));
	message_expect(h, "b c", question, question);
}
END_TEST

START_TEST(a_group_is_nobodys_mac_address)
{
	struct ipaddr b = message_ip(6, 2), all = message_ip_of("ff02::1");
	struct message question = message_request(1, b);

	begin(MESSAGE_LAN "profile = open\narp_mode = unicast\n"
			  "arp_dynamic = on\n" STRANGERS);
	message_send(h, "b",
		     message_nd(UINT64_C(0x333300000001), message_mac(2), &b,
				&all, 136, 0xa0, &b, 2, MAC_BROADCAST));
	ask(b);
	message_expect(h, "b c", question, question);
	message_send(h, "b",
		     message_nd(UINT64_C(0x333300000001), message_mac(2), &b,
				&all, 136, 0xa0, &b, 2, MESSAGE_SPONGE));
	ask(b);
	message_expect(h, "b c", question, question);
}
END_TEST

START_TEST(no_address_is_nobodys)
{
	struct ipaddr b = message_ip(6, 2), all = message_ip_of("ff02::1");
	struct ipaddr none = message_ip_of("::");
	uint32_t slot;

	begin(MESSAGE_LAN "profile = open\narp_mode = unicast\n"
			  "arp_dynamic = on\n" STRANGERS);
	message_send(h, "b",
		     message_nd(UINT64_C(0x333300000001), message_mac(2), &b,
				&all, 136, 0xa0, &none, 2, message_mac(2)));
	ck_assert_ptr_null(neigh_find(runtime_lan(f, "l"), &none, &slot));
	/* Nor is one that is not of the LAN anybody's business. */
	none = message_ip_of("2001:db8:f00::9");
	message_send(h, "b", message_gratuitous(2, none));
	ck_assert_ptr_null(neigh_find(runtime_lan(f, "l"), &none, &slot));
}
END_TEST

/* 192.0.2.0 and .255, which would never be let go. */
START_TEST(the_ends_of_a_prefix_are_nobodys_either)
{
	struct ipaddr end = message_ip(4, _i == 0 ? 0 : 255);
	struct message question = message_request(1, end);

	begin(MESSAGE_LAN DYNAMIC "arp_mode = proxy\n" STRANGERS);
	message_send(h, "b", message_gratuitous(2, end));
	ck_assert_uint_eq(owner_of(end), 0);
	ask(end);
	message_expect(h, "b c", question, question);
}
END_TEST

START_TEST(who_asks_for_many_keeps_what_is_his)
{
	struct ipaddr b = message_ip(6, 2);

	begin(MESSAGE_LAN DYNAMIC "nd_max_targets = 64\n" STRANGERS);
	message_send(h, "b", message_gratuitous(2, b));
	for (unsigned int i = 16; i < 80; i++)
		message_send(h, "b", message_request(2, message_ip(6, i)));
	ask(b);
	message_expect(h, "b",
		       message_to(message_request(1, b), message_mac(2)));
}
END_TEST

START_TEST(it_is_asked_again_after_200_s_and_forgotten_after_600)
{
	struct ipaddr b = message_ip(FAMILY, 2);
	struct message question = message_request(1, b),
		       refresh = message_refresh(b);

	begin(MESSAGE_LAN DYNAMIC STRANGERS);
	message_send(h, "b", message_gratuitous(2, b));
	harness_clear(h);
	at(199.9);
	message_expect(h, "");
	at(200);
	message_expect(h, "b", refresh);
	at(399.9);
	message_expect(h, "b", refresh);
	at(400);
	message_expect(h, "b b", refresh, refresh);
	at(600);
	ck_assert_uint_ne(owner_of(b), 0);
	at(611);
	ck_assert_uint_eq(owner_of(b), 0);
	at(5000);
	message_expect(h, "b b b", refresh, refresh, refresh);
	ask(b);
	message_expect(h, "b c", question, question);
}
END_TEST

START_TEST(who_answers_is_known_for_another_600_s)
{
	struct ipaddr b = message_ip(FAMILY, 2);
	struct message reply =
		message_to(message_reply(2, b, 250), MESSAGE_SPONGE);

	begin(MESSAGE_LAN DYNAMIC STRANGERS);
	message_send(h, "b", message_gratuitous(2, b));
	harness_clear(h);
	at(200);
	message_expect(h, "b", message_refresh(b));
	message_send(h, "b", reply);
	message_expect(h, "");
	ck_assert_uint_eq(stats("b").consumed, 1);
	at(399.9);
	message_expect(h, "");
	at(400);
	message_expect(h, "b", message_refresh(b));
	at(800);
	ck_assert_uint_ne(owner_of(b), 0);
	at(811);
	ck_assert_uint_eq(owner_of(b), 0);
}
END_TEST

START_TEST(without_an_address_of_its_own_the_fabric_asks_nobody)
{
	struct ipaddr b = message_ip(FAMILY, 2);

	begin("[lan l]\nipv4 = 192.0.2.0/24\nipv6 = 2001:db8::/64\n" DYNAMIC
		      STRANGERS);
	message_send(h, "b", message_gratuitous(2, b));
	harness_clear(h);
	at(599);
	message_expect(h, "");
	ck_assert_uint_ne(owner_of(b), 0);
	at(611);
	ck_assert_uint_eq(owner_of(b), 0);
}
END_TEST

START_TEST(the_last_one_who_says_so_has_it)
{
	struct ipaddr b = message_ip(FAMILY, 2);
	struct message question = message_request(1, b);

	begin(MESSAGE_LAN DYNAMIC STRANGERS);
	message_send(h, "b", message_gratuitous(2, b));
	message_send(h, "c", message_gratuitous(3, b));
	ask(b);
	message_expect(h, "c", message_to(question, message_mac(3)));
	ck_assert_uint_eq(counts()->sponge_duplicates, 0);
}
END_TEST

/* Members 2 and 3 take an address from each other 'n' times, a second apart. */
static void
quarrel(struct ipaddr who, unsigned int n, double since)
{
	for (unsigned int i = 0; i < n; i++) {
		at(since + i);
		message_send(h, i % 2 == 0 ? "c" : "b",
			     message_gratuitous(i % 2 == 0 ? 3 : 2, who));
	}
}

START_TEST(what_two_claim_five_times_nobody_has_for_nine_minutes)
{
	struct ipaddr b = message_ip(FAMILY, 2);
	struct message question = message_request(1, b);
	char text[PREFIX_TEXT_SIZE], line[160];

	begin(MESSAGE_LAN DYNAMIC STRANGERS);
	message_send(h, "b", message_gratuitous(2, b));
	quarrel(b, 5, 1);
	ask(b);
	message_expect(h, "c", message_to(question, message_mac(3)));
	ck_assert_ptr_null(harness_event(h, 0));
	quarrel(b, 1, 7);
	ask(b);
	message_expect(h, "c", message_to(question, message_mac(3)));
	message_send(h, "b", message_gratuitous(2, b));
	ask(b);
	message_expect(h, "b c", question, question);
	snprintf(line, sizeof(line),
		 "1007 warning lan l: duplicate IP: ip=%s "
		 "mac=02:00:00:00:00:03 mac=02:00:00:00:00:02 port=b",
		 ipaddr_format(&b, text));
	ck_assert_str_eq(harness_event(h, 0), line);
	ck_assert_ptr_null(harness_event(h, 1));
	ck_assert_uint_eq(counts()->sponge_duplicates, 1);
	/* Nor does anything that they say then help. */
	quarrel(b, 20, 8);
	ask(b);
	message_expect(h, "b c", question, question);
	at(7 + 539);
	message_send(h, "b", message_gratuitous(2, b));
	ask(b);
	message_expect(h, "b c", question, question);
	at(7 + 541);
	message_send(h, "b", message_gratuitous(2, b));
	ask(b);
	message_expect(h, "b", message_to(question, message_mac(2)));
	ck_assert_uint_eq(counts()->sponge_duplicates, 1);
}
END_TEST

START_TEST(moves_that_are_far_apart_are_none_too_many)
{
	struct ipaddr b = message_ip(FAMILY, 2);

	begin(MESSAGE_LAN DYNAMIC STRANGERS);
	message_send(h, "b", message_gratuitous(2, b));
	for (unsigned int i = 0; i < 20; i++) {
		at(50 * i);
		message_send(h, i % 2 == 0 ? "c" : "b",
			     message_gratuitous(i % 2 == 0 ? 3 : 2, b));
	}
	ck_assert_uint_eq(neightab_owner_mac(owner_of(b)), message_mac(2));
	ck_assert_uint_eq(counts()->sponge_duplicates, 0);
}
END_TEST

START_TEST(an_owner_by_the_configuration_is_not_moved)
{
	struct ipaddr b = message_ip(FAMILY, 2);
	struct message question = message_request(1, b);

	begin(MESSAGE_LAN DYNAMIC A("") B("") MESSAGE_UNKNOWN_PORT("c", ""));
	quarrel(b, 20, 1);
	message_send(h, "c", message_gratuitous(3, b));
	ask(b);
	message_expect(h, "b", message_to(question, message_mac(2)));
	ck_assert_uint_eq(counts()->sponge_duplicates, 0);
	ck_assert_ptr_null(harness_event(h, 0));
	/* Until he has it no more. */
	harness_apply(h, MESSAGE_LAN DYNAMIC A("") MESSAGE_UNKNOWN_PORT("b", "")
				 MESSAGE_UNKNOWN_PORT("c", ""));
	ask(b);
	message_expect(h, "b c", question, question);
	message_send(h, "c", message_gratuitous(3, b));
	ask(b);
	message_expect(h, "c", message_to(question, message_mac(3)));
	/* And what one was believed, the configuration knows better. */
	harness_apply(h, MESSAGE_LAN DYNAMIC A("") B("")
				 MESSAGE_UNKNOWN_PORT("c", ""));
	ask(b);
	message_expect(h, "b", message_to(question, message_mac(2)));
}
END_TEST

START_TEST(who_was_believed_is_forgotten_with_his_link_or_port)
{
	struct ipaddr b = message_ip(FAMILY, 2);
	struct message question = message_request(1, b);

	begin(MESSAGE_LAN DYNAMIC STRANGERS);
	message_send(h, "b", message_gratuitous(2, b));
	link_of("b", false);
	link_of("b", true);
	ask(b);
	message_expect(h, "b c", question, question);
	message_send(h, "b", message_gratuitous(2, b));
	harness_apply(h, MESSAGE_LAN DYNAMIC MESSAGE_UNKNOWN_PORT("a", "")
				 MESSAGE_UNKNOWN_PORT("c", ""));
	ask(b);
	message_expect(h, "c", question);
	harness_apply(h, MESSAGE_LAN DYNAMIC STRANGERS);
	message_send(h, "b", message_gratuitous(2, b));
	ask(b);
	message_expect(h, "b", message_to(question, message_mac(2)));
	/* Nor is anybody believed any more where the LAN does not. */
	harness_apply(h, MESSAGE_LAN BASIC STRANGERS);
	ask(b);
	message_expect(h, "b c", question, question);
}
END_TEST

START_TEST(an_address_goes_with_the_port_that_asked_for_it_first)
{
	struct ipaddr b = message_ip(6, 2);
	struct message question = message_request(3, b);
	struct net_rt *n;
	uint32_t slot;

	begin(MESSAGE_LAN DYNAMIC "sponge = on\n" STRANGERS);
	ask(b);
	message_send(h, "b", message_gratuitous(2, b));
	ck_assert_uint_ne(owner_of(b), 0);
	n = neigh_find(runtime_lan(f, "l"), &b, &slot);
	ck_assert_uint_eq(n->address[slot].mac, message_mac(2));
	harness_apply(h, MESSAGE_LAN DYNAMIC
		      "sponge = on\n" MESSAGE_UNKNOWN_PORT("b", "")
			      MESSAGE_UNKNOWN_PORT("c", ""));
	ck_assert_uint_eq(owner_of(b), 0);
	/* Whoever has its place next does not have what was known of it. */
	ck_assert_uint_eq(n->address[slot].mac, 0);
	at(1000);
	message_send(h, "c", question);
	message_expect(h, "b", question);
	message_send(h, "b", message_gratuitous(2, b));
	message_send(h, "c", question);
	message_expect(h, "b", message_to(question, message_mac(2)));
}
END_TEST

/* What is said unasked. */

/* Gratuitous ARP as a request, two kinds of a reply, and an unsolicited NA. */
static struct message
news(int i, struct ipaddr *who)
{
	*who = message_ip(i == 3 ? 6 : 4, 2);
	if (i == 1)
		return with(message_gratuitous(2, *who), 20, "\0\2", 2);
	return i == 2 ? message_to(message_reply(2, *who, 3), MAC_BROADCAST)
		      : message_gratuitous(2, *who);
}

START_TEST(news_go_to_all_or_to_nobody_as_the_lan_says)
{
	static const char *const keys[] = { "", "garp = allow\n",
					    "garp = suppress\n",
					    "garp = drop\n" };
	struct ipaddr b;
	struct message t = news(_i, &b), question = message_request(1, b);
	char text[2048];

	begin(MESSAGE_LAN BASIC STRANGERS);
	for (unsigned int i = 0; i < 4; i++) {
		snprintf(text, sizeof(text), "%s%s%s", MESSAGE_LAN DYNAMIC,
			 keys[i], STRANGERS);
		harness_apply(h, MESSAGE_LAN BASIC STRANGERS);
		harness_apply(h, text);
		message_send(h, "b", t);
		if (i < 2)
			message_expect(h, "a c", t, t);
		else
			harness_expect_drop(h, "b",
					    i == 2 ? DROP_garp_suppressed
						   : DROP_garp);
		/* What is not sent on is taken note of all the same. */
		ask(b);
		if (i < 3)
			message_expect(h, "b",
				       message_to(question, message_mac(2)));
		else
			message_expect(h, "b c", question, question);
	}
}
END_TEST

START_TEST(news_are_no_question)
{
	struct message t = message_gratuitous(2, message_ip(FAMILY, 2));

	begin(MESSAGE_LAN BASIC "unknown_arp = drop\n" STRANGERS);
	message_send(h, "b", t);
	message_expect(h, "a c", t, t);
	ck_assert_uint_eq(counts()->arp_requests, 0);
	/* Of an address that another one has, all are to hear. */
	harness_apply(h, MESSAGE_LAN "profile = ixp-basic\n" A("") B("")
				 MESSAGE_UNKNOWN_PORT("c", ""));
	message_send(h, "c", message_gratuitous(3, message_ip(FAMILY, 2)));
	t = message_gratuitous(3, message_ip(FAMILY, 2));
	message_expect(h, "a b", t, t);
}
END_TEST

START_TEST(an_answer_to_one_is_no_news)
{
	struct message reply = message_reply(2, message_ip(FAMILY, 2), 1);
	struct message question = message_request(2, message_ip(FAMILY, 9));

	begin(MESSAGE_LAN STRICT "garp = drop\n" ABC);
	message_send(h, "b", reply);
	message_expect(h, "a", reply);
	message_send(h, "b", question);
	message_expect(h, "a c", question, question);
	question = message_is_free(2, message_ip(FAMILY, 9));
	message_send(h, "b", question);
	message_expect(h, "a c", question, question);
}
END_TEST

/* The fabric answers in place of owners. */

#define PROXY STRICT "arp_mode = proxy\n"

START_TEST(the_fabric_answers_for_an_owner_and_asks_nobody)
{
	struct ipaddr b = message_ip(FAMILY, 2);

	begin(MESSAGE_LAN PROXY ABC);
	ask(b);
	message_expect(h, "a", message_proxied(2, b, 1));
	ck_assert_uint_eq(stats("a").drop[DROP_sponge_suppressed], 1);
	ck_assert_uint_eq(stats("a").generated, 1);
	ck_assert_uint_eq(counts()->proxy_replies, 1);
	ck_assert_uint_eq(counts()->sponge_replies, 0);
	/* Also before anybody has an address. */
	message_send(h, "a", message_is_free(1, b));
	message_expect(h, "a", message_taken(message_mac(2), b, 1));
}
END_TEST

START_TEST(an_answer_takes_the_tag_of_who_asks)
{
	struct ipaddr a = message_ip(FAMILY, 1), c = message_ip(FAMILY, 3);

	begin(MESSAGE_LAN PROXY A("") TRUNK);
	message_send(h, "trunk", tagged(message_request(2, a), 7));
	message_expect(h, "b", tagged(message_proxied(1, a, 2), 7));
	message_send(h, "trunk", tagged(message_request(2, c), 7));
	message_expect(h, "b", tagged(message_proxied(3, c, 2), 7));
}
END_TEST

START_TEST(who_asks_one_station_is_left_to_it)
{
	struct message question =
		message_request_to(1, message_ip(FAMILY, 2), message_mac(2));

	begin(MESSAGE_LAN PROXY ABC);
	message_send(h, "a", question);
	message_expect(h, "b", question);
	ck_assert_uint_eq(counts()->proxy_replies, 0);
}
END_TEST

START_TEST(who_is_behind_the_same_port_is_not_answered)
{
	struct ipaddr b = message_ip(FAMILY, 2);
	struct message question = message_request(1, b);

	begin(MESSAGE_LAN PROXY A("mac = 02:00:00:00:00:02\nipv4 = 192.0.2.2\n"
				  "ipv6 = 2001:db8::2\n") C("") D(""));
	message_send(h, "a", message_gratuitous(2, b));
	message_send(h, "a", question);
	message_expect(h, "c d", question, question);
	/* Who is behind another one is. */
	message_send(h, "c", message_request(3, b));
	message_expect(h, "c", message_proxied(2, b, 3));
}
END_TEST

START_TEST(who_has_not_been_heard_answers_himself)
{
	struct ipaddr b = message_ip(FAMILY, 2);
	struct message question = message_request(1, b);

	begin(MESSAGE_LAN PROXY A("") B("mac = 02:00:00:00:00:12\n") C(""));
	ask(b);
	message_expect(h, "b", question);
	message_send(h, "b",
		     message_to(message_reply(0x12, b, 1), message_mac(1)));
	ask(b);
	message_expect(h, "a", message_proxied(0x12, b, 1));
}
END_TEST

START_TEST(an_advertisement_is_of_a_router_unless_the_owner_says_otherwise)
{
	struct ipaddr b = message_ip(6, 2), a = message_ip(6, 1);
	struct message answer = message_proxied(2, b, 1);

	begin(MESSAGE_LAN PROXY ABC);
	ask(b);
	message_expect(h, "a", answer);
	message_send(h, "b",
		     message_nd(message_mac(1), message_mac(2), &b, &a, 136,
				0x60, &b, 2, message_mac(2)));
	ask(b);
	message_expect(h, "a",
		       message_nd(message_mac(1), message_mac(2), &b, &a, 136,
				  0x60, &b, 2, message_mac(2)));
	message_send(h, "b", message_gratuitous(2, b));
	ask(b);
	message_expect(h, "a", answer);
	/* And nobody else does. */
	harness_apply(h, MESSAGE_LAN BASIC "arp_mode = proxy\n" ABC);
	message_send(h, "c",
		     message_nd(message_mac(1), message_mac(3), &b, &a, 136,
				0x60, &b, 2, message_mac(3)));
	ask(b);
	message_expect(h, "a", answer);
}
END_TEST

START_TEST(nobody_answers_for_who_is_not_there)
{
	struct ipaddr b = message_ip(FAMILY, 2);

	begin(MESSAGE_LAN PROXY ABC);
	link_of("b", false);
	ask(b);
	harness_expect_drop(h, "a", DROP_unknown_unicast);
	harness_apply(h,
		      MESSAGE_LAN PROXY A("") B("status = disabled\n") C(""));
	ask(b);
	harness_expect_drop(h, "a", DROP_unknown_unicast);
	ck_assert_uint_eq(counts()->proxy_replies, 0);
}
END_TEST

START_TEST(nobody_answers_for_who_could_not_be_reached)
{
	struct ipaddr b = message_ip(FAMILY, 2);

	begin(MESSAGE_LAN PROXY A("isolate = x\n") B("isolate = x\n") C(""));
	ask(b);
	harness_expect_drop(h, "a", DROP_isolated);
	message_send(h, "c", message_request(3, b));
	message_expect(h, "c", message_proxied(2, b, 3));
	harness_apply(h, MESSAGE_LAN PROXY A("") B("status = quarantine\n")
				 C("monitor = on\n"));
	ask(b);
	harness_expect_drop(h, "a", DROP_quarantine_isolated);
	message_send(h, "c", message_request(3, b));
	message_expect(h, "c", message_proxied(2, b, 3));
	/* And who is in quarantine asks himself. */
	message_send(h, "b", message_request(2, message_ip(FAMILY, 3)));
	message_expect(h, "c", message_request(2, message_ip(FAMILY, 3)));
	ck_assert_uint_eq(counts()->proxy_replies, 2);
}
END_TEST

START_TEST(what_nobody_has_is_asked_of_all_or_of_nobody)
{
	struct ipaddr nobody = message_ip(FAMILY, 9);
	struct message question = message_request(1, nobody);

	begin(MESSAGE_LAN PROXY ABC);
	ask(nobody);
	message_expect(h, "b c", question, question);
	harness_apply(h, MESSAGE_LAN PROXY "unknown_arp = drop\n" ABC);
	ask(nobody);
	harness_expect_drop(h, "a", DROP_unknown_arp);
}
END_TEST

START_TEST(who_was_only_believed_is_answered_for_as_well)
{
	struct ipaddr b = message_ip(FAMILY, 2);
	struct message question = message_request(1, b);

	begin(MESSAGE_LAN DYNAMIC "arp_mode = proxy\n" STRANGERS);
	message_send(h, "b", message_gratuitous(2, b));
	ask(b);
	message_expect(h, "a", message_proxied(2, b, 1));
	/* Not while two quarrel. */
	quarrel(b, 6, 1);
	ask(b);
	message_expect(h, "b c", question, question);
	ck_assert_uint_eq(counts()->proxy_replies, 1);
}
END_TEST

/* A solicitation of 1 for 2 with an option besides. */
static struct message
with_option(const char *option, uint32_t n)
{
	struct message t = message_request(1, message_ip(6, 2));
	uint8_t *sum = t.octet + 56;
	uint32_t s = (uint32_t)(0xffff & ~(sum[0] << 8 | sum[1]));

	memcpy(t.octet + t.len, option, n);
	for (uint32_t i = 0; i < n; i += 2)
		s += (uint32_t)t.octet[t.len + i] << 8 | t.octet[t.len + i + 1];
	t.len += n;
	t.octet[19] = (uint8_t)(t.octet[19] + n);
	s += n; /* of the pseudo header */
	s = (s & 0xffff) + (s >> 16);
	sum[0] = (uint8_t)(~s >> 8);
	sum[1] = (uint8_t)~s;
	return t;
}

START_TEST(an_option_that_the_fabric_does_not_know_is_the_lans_choice)
{
	struct message odd = with_option("\x19\1\0\0\0\0\0\0", 8);
	struct message nonce = with_option("\x0e\1\1\2\3\4\5\6", 8);
	struct ipaddr b = message_ip(6, 2);

	begin(MESSAGE_LAN PROXY ABC);
	message_send(h, "a", odd);
	harness_expect_drop(h, "a", DROP_nd_unknown_opts);
	message_send(h, "a", nonce);
	message_expect(h, "a", message_proxied(2, b, 1));
	harness_apply(h, MESSAGE_LAN PROXY "nd_unknown_opts = forward\n" ABC);
	message_send(h, "a", odd);
	message_expect(h, "b", message_to(odd, message_mac(2)));
	/* Where the owner answers himself it is his business. */
	harness_apply(h, MESSAGE_LAN STRICT ABC);
	message_send(h, "a", odd);
	message_expect(h, "b", message_to(odd, message_mac(2)));
}
END_TEST

START_TEST(a_control_that_does_not_listen_leaves_it_to_the_owner)
{
	struct ipaddr b = message_ip(FAMILY, 2);
	struct message question = message_request(1, b), gratuitous;

	begin(MESSAGE_LAN PROXY "garp = suppress\n" ABC);
	fill_punts();
	ask(b);
	message_expect(h, "b", message_to(question, message_mac(2)));
	ck_assert_uint_eq(stats("a").punt_full, 1);
	ck_assert_uint_eq(counts()->proxy_replies, 0);
	/* What the owner of the LAN does not want sent on is not. */
	gratuitous = message_gratuitous(1, message_ip(FAMILY, 1));
	fill_punts();
	message_send(h, "a", gratuitous);
	harness_expect_drop(h, "a", DROP_garp_suppressed);
	ask(b);
	message_expect(h, "a", message_proxied(2, b, 1));
	ck_assert_uint_eq(stats("a").punt_full, 2);
}
END_TEST

/* Whatever is said. */

static uint64_t seed;

static unsigned int
below(unsigned int n)
{
	seed = seed * UINT64_C(6364136223846793005) + 1442695040888963407;
	return (unsigned int)(seed >> 33) % n;
}

static const char *const doors[] = { "a", "b", "c", "d" };

/* Of somebody, mostly of who is behind the port; about somebody. */
static struct message
say_something(unsigned int door)
{
	unsigned int n = below(8) == 0 ? 1 + below(9) : 1 + door;
	unsigned int to = 1 + below(4);
	struct ipaddr who = message_ip(below(2) == 0 ? 4 : 6, 1 + below(9));
	struct ipaddr own = message_ip(who.family, n);

	switch (below(9)) {
	case 0:
		return message_is_free(n, who);
	case 1:
		return message_reply(n, below(4) == 0 ? who : own, to);
	case 2:
		return message_gratuitous(n, below(4) == 0 ? who : own);
	case 3:
		return message_request_to(n, who, message_mac(to));
	case 4:
		return message_request_to(n, who, MESSAGE_SPONGE);
	case 5:
		return message_data(n, own, who, message_mac(to));
	case 6:
		return message_data(n, own, who, MESSAGE_SPONGE);
	default:
		return message_request(n, who);
	}
}

/* An ARP reply or an NA: nobody but who has asked is to get one. */
static bool
is_answer(const struct harness_left *left)
{
	const uint8_t *t = left->octets;

	return (t[12] == 0x08 && t[13] == 0x06 && t[21] == 2) ||
	       (t[12] == 0x86 && t[20] == 58 && t[54] == 136);
}

/* Whether it is the frame that came in, but for where it is sent to. */
static bool
is_forwarded(const struct harness_left *left, const struct message *t)
{
	return left->len == t->len &&
	       memcmp(left->octets + 6, t->octet + 6, t->len - 6) == 0;
}

static void
check_ways(const char *door, const struct message *t)
{
	struct harness_left left;

	for (unsigned int i = 0; harness_left(h, i, &left); i++) {
		bool back = left.port == fabric_port_id(f, door);

		if (is_forwarded(&left, t))
			ck_assert(!back);
		else if (is_answer(&left) && left.octets[0] != 0x33)
			ck_assert(back);
	}
}

#define MODES 6

static const char *
mode(int i, const char *rest, char text[2048])
{
	static const char *const arp_mode[] = { "flood", "unicast", "proxy" };

	snprintf(text, 2048, "%sarp_mode = %s\nsponge = %s\n%s%s%s%s%s%s",
		 MESSAGE_LAN, arp_mode[i / 2], i % 2 != 0 ? "on" : "off",
		 "sponge_queuedepth = 3\nsponge_learning = 0s\n"
		 "sponge_flood_protection = 0\nsponge_linkdown = 5s\n",
		 "nd_max_targets = 64\narp_dynamic = on\n",
		 QUIET "storm_bcast = off\nstorm_mcast = off\n", rest,
		 A("") B(""),
		 C("isolate = x\n") MESSAGE_UNKNOWN_PORT("d", "isolate = x\n"));
	return text;
}

static void
disturb(int i, char text[2048])
{
	unsigned int what = below(400);

	if (what < 8)
		link_of(doors[what / 2], what % 2 != 0);
	else if (what == 8)
		harness_apply(h, mode(i, "profile = ixp-basic\n", text));
	else if (what == 9)
		harness_apply(h, mode(i, "unknown_arp = drop\n", text));
	else if (what == 10)
		harness_apply(h, mode((int)below(MODES), "", text));
}

START_TEST(whatever_is_said_each_frame_counts_once_and_who_asks_is_answered)
{
	char text[2048];
	double now = 0;

	seed = (uint64_t)_i;
	begin(mode(_i, "", text));
	for (unsigned int i = 0; i < 4000; i++) {
		unsigned int door = below(4);
		struct message t = say_something(door);

		disturb(_i, text);
		at(now += below(8) == 0 ? 1.5 : 0.01);
		message_send(h, doors[door], t);
		check_ways(doors[door], &t);
		harness_forget_events(h);
	}
	if (_i % 2 != 0)
		ck_assert_uint_gt(counts()->sponge_replies, 0);
	if (_i / 2 == 2)
		ck_assert_uint_gt(counts()->proxy_replies, 0);
}
END_TEST

static void
owners(Suite *s)
{
	TCase *tc = fixture_case(s, "owners", NULL);

	tcase_add_loop_test(tc, a_question_goes_to_the_owner_alone, 0, 2);
	tcase_add_loop_test(tc, his_answer_comes_back_as_he_gave_it, 0, 2);
	tcase_add_loop_test(
		tc, of_several_mac_addresses_it_is_the_one_last_heard, 0, 2);
	tcase_add_loop_test(
		tc,
		an_owner_without_a_mac_line_is_asked_as_it_came_until_he_is_heard,
		0, 2);
	tcase_add_loop_test(tc, an_owner_whose_port_is_down_is_asked_in_vain, 0,
			    2);
	tcase_add_loop_test(
		tc, an_owner_in_the_same_isolation_group_is_not_reached, 0, 2);
	tcase_add_loop_test(
		tc, an_owner_in_quarantine_is_reached_by_monitors_alone, 0, 2);
	tcase_add_loop_test(tc, who_asks_for_his_own_address_asks_all, 0, 2);
	tcase_add_loop_test(
		tc, whether_an_address_is_free_is_asked_of_its_owner, 0, 2);
	tcase_add_loop_test(tc, what_is_for_one_goes_to_that_one, 0, 2);
	tcase_add_loop_test(
		tc, nobody_is_asked_for_what_nobody_has_where_the_lan_says_so,
		0, 2);
	tcase_add_loop_test(tc, an_owner_behind_a_tag_gets_it, 0, 2);
	tcase_add_loop_test(tc, a_fabric_that_takes_no_part_has_nothing_to_hear,
			    0, 2);
	tcase_add_test(tc, a_long_question_is_rewritten_where_it_begins);
	tcase_add_test(
		tc, a_question_that_cannot_be_read_goes_where_its_frame_says);
	tcase_add_loop_test(tc, each_prefix_of_a_lan_has_owners, 0, 2);
	tcase_add_loop_test(tc, two_ports_swap_addresses_in_one_apply, 0, 2);
	tcase_add_test(tc, who_is_first_heard_with_a_link_local_address_has_it);
	tcase_add_test(tc, it_does_not_age);
	tcase_add_test(tc, where_no_port_is_held_to_its_first_all_are_asked);
}

static void
dynamic(Suite *s)
{
	TCase *tc = fixture_case(s, "dynamic", NULL);

	tcase_add_loop_test(
		tc,
		who_says_that_an_address_is_his_is_believed_where_the_lan_does,
		0, 2);
	tcase_add_test(tc, who_only_asks_or_gives_way_is_not_believed);
	tcase_add_loop_test(
		tc, who_asks_whether_it_is_free_does_not_say_that_it_is_his, 0,
		2);
	tcase_add_test(tc, a_group_is_nobodys_mac_address);
	tcase_add_test(tc, no_address_is_nobodys);
	tcase_add_test(tc, who_asks_for_many_keeps_what_is_his);
	tcase_add_loop_test(tc, the_ends_of_a_prefix_are_nobodys_either, 0, 2);
	tcase_add_loop_test(
		tc, it_is_asked_again_after_200_s_and_forgotten_after_600, 0,
		2);
	tcase_add_loop_test(tc, who_answers_is_known_for_another_600_s, 0, 2);
	tcase_add_loop_test(
		tc, without_an_address_of_its_own_the_fabric_asks_nobody, 0, 2);
	tcase_add_loop_test(tc, the_last_one_who_says_so_has_it, 0, 2);
	tcase_add_loop_test(
		tc, what_two_claim_five_times_nobody_has_for_nine_minutes, 0,
		2);
	tcase_add_loop_test(tc, moves_that_are_far_apart_are_none_too_many, 0,
			    2);
	tcase_add_loop_test(tc, an_owner_by_the_configuration_is_not_moved, 0,
			    2);
	tcase_add_loop_test(
		tc, who_was_believed_is_forgotten_with_his_link_or_port, 0, 2);
	tcase_add_test(tc,
		       an_address_goes_with_the_port_that_asked_for_it_first);
	tcase_add_loop_test(tc, news_go_to_all_or_to_nobody_as_the_lan_says, 0,
			    4);
	tcase_add_loop_test(tc, news_are_no_question, 0, 2);
	tcase_add_loop_test(tc, an_answer_to_one_is_no_news, 0, 2);
}

static void
proxy(Suite *s)
{
	TCase *tc = fixture_case(s, "proxy", NULL);

	tcase_add_loop_test(tc, the_fabric_answers_for_an_owner_and_asks_nobody,
			    0, 2);
	tcase_add_loop_test(tc, an_answer_takes_the_tag_of_who_asks, 0, 2);
	tcase_add_loop_test(tc, who_asks_one_station_is_left_to_it, 0, 2);
	tcase_add_loop_test(tc, who_is_behind_the_same_port_is_not_answered, 0,
			    2);
	tcase_add_loop_test(tc, who_has_not_been_heard_answers_himself, 0, 2);
	tcase_add_test(
		tc,
		an_advertisement_is_of_a_router_unless_the_owner_says_otherwise);
	tcase_add_loop_test(tc, nobody_answers_for_who_is_not_there, 0, 2);
	tcase_add_loop_test(tc, nobody_answers_for_who_could_not_be_reached, 0,
			    2);
	tcase_add_loop_test(tc, what_nobody_has_is_asked_of_all_or_of_nobody, 0,
			    2);
	tcase_add_loop_test(tc, who_was_only_believed_is_answered_for_as_well,
			    0, 2);
	tcase_add_test(
		tc, an_option_that_the_fabric_does_not_know_is_the_lans_choice);
	tcase_add_loop_test(
		tc, a_control_that_does_not_listen_leaves_it_to_the_owner, 0,
		2);
	tcase_add_loop_test(
		tc,
		whatever_is_said_each_frame_counts_once_and_who_asks_is_answered,
		0, MODES);
}

int
main(void)
{
	Suite *s = suite_create("neigh");

	owners(s);
	dynamic(s);
	proxy(s);
	return check_run(s);
}
