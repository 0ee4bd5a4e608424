/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Requests for addresses and where they go: to the owner of the address alone,
 * to all, to no port, or answered in place of the owner; and which port is
 * known as the owner. (The sponge is in pipe_sponge.c.) Nearly all of it is
 * the same for ARP and for neighbour discovery, and tested with both.
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

/* The reason for a claim of an address that another port has, and its name. */
#define SPOOF      (FAMILY == 4 ? DROP_arp_spa_spoof : DROP_nd_target_spoof)
#define SPOOF_NAME (FAMILY == 4 ? "arp_spa_spoof" : "nd_target_spoof")

/* Three ports without configured addresses. */
#define UNKNOWN_PORTS                                                          \
	MESSAGE_UNKNOWN_PORT("a", "")                                          \
	MESSAGE_UNKNOWN_PORT("b", "") MESSAGE_UNKNOWN_PORT("c", "")

/* Sets the time, in seconds since START. */
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

/* A request of member 1, at port a. */
static void
request(struct ipaddr ip)
{
	message_send(h, "a", message_request(1, ip));
}

/* The owner, by configuration. */

START_TEST(request_goes_to_the_owner_alone)
{
	struct ipaddr b = message_ip(FAMILY, 2);
	struct message req = message_request(1, b);

	begin(MESSAGE_LAN STRICT ABC);
	request(b);
	message_expect(h, "b", message_to(req, message_mac(2)));
	ck_assert_uint_eq(stats("a").forwarded, 1);
	ck_assert_uint_eq(stats("a").flooded, 0);
	ck_assert_uint_eq(stats("a").rx_broadcast, FAMILY == 4);
	ck_assert_uint_eq(stats("a").rx_multicast, FAMILY == 6);
	ck_assert_uint_eq(counts()->arp_requests, FAMILY == 4);
	ck_assert_uint_eq(counts()->nd_solicitations, FAMILY == 6);
	harness_apply(h, MESSAGE_LAN STRICT "arp_mode = flood\n" ABC);
	request(b);
	message_expect(h, "b c", req, req);
	harness_apply(h, MESSAGE_LAN "profile = open\n" ABC);
	request(b);
	message_expect(h, "b c", req, req);
	harness_apply(h,
		      MESSAGE_LAN "profile = open\narp_mode = unicast\n" ABC);
	request(b);
	message_expect(h, "b", message_to(req, message_mac(2)));
}
END_TEST

START_TEST(answer_of_the_owner_is_forwarded_unchanged)
{
	struct message reply = message_reply(2, message_ip(FAMILY, 2), 1);

	begin(MESSAGE_LAN STRICT ABC);
	request(message_ip(FAMILY, 2));
	message_send(h, "b", reply);
	message_expect(h, "a", reply);
}
END_TEST

START_TEST(owner_with_several_macs_is_reached_at_each)
{
	struct ipaddr b = message_ip(FAMILY, 2);
	struct message req = message_request(1, b);

	/* A router in the place of another may not have been seen yet. */
	begin(MESSAGE_LAN STRICT A("") B("mac = 02:00:00:00:00:12\n") C(""));
	request(b);
	message_expect(h, "b", req);
	message_send(h, "b", message_gratuitous(0x12, b));
	request(b);
	message_expect(h, "b", req);
	/* With one alone it is that, which is all the port may have. */
	harness_apply(h,
		      MESSAGE_LAN STRICT A("")
			      C("") "[port b]\ndevice = net_null_b\nlan = l\n"
				    "ipv4 = 192.0.2.2\nipv6 = 2001:db8::2\n"
				    "mac = 02:00:00:00:00:12\n");
	request(b);
	message_expect(h, "b", message_to(req, message_mac(0x12)));
	/* And with two it is no longer. */
	harness_apply(h, MESSAGE_LAN STRICT A("") B("mac = 02:00:00:00:00:12\n")
				 C(""));
	request(b);
	message_expect(h, "b", req);
}
END_TEST

START_TEST(request_keeps_its_destination_until_the_owner_is_seen)
{
	struct ipaddr b = message_ip(FAMILY, 2);
	struct message req = message_request(1, b);

	begin(MESSAGE_LAN STRICT A("")
		      MESSAGE_UNKNOWN_PORT("b", "ipv4 = 192.0.2.2\n"
						"ipv6 = 2001:db8::2\n") C(""));
	request(b);
	message_expect(h, "b", req);
	message_send(h, "b", message_request(2, message_ip(FAMILY, 1)));
	request(b);
	/*
	 * An NS is from the port that has its source address, so this is one,
	 * too.
	 */
	message_expect(h, "b", message_to(req, message_mac(2)));
}
END_TEST

/* Port b has the addresses of member 2, and any MAC addresses. */
#define B_OF_ANY                                                               \
	MESSAGE_UNKNOWN_PORT("b", "ipv4 = 192.0.2.2\nipv6 = 2001:db8::2\n")

/* An answer of a router that has the addresses of member 2, to member 1. */
static void
answer_of(int family, unsigned int router)
{
	message_send(h, "b", message_reply(router, message_ip(family, 2), 1));
}

START_TEST(an_owner_that_does_not_answer_is_asked_at_all_of_its_port)
{
	struct ipaddr b = message_ip(FAMILY, 2);
	struct message req = message_request(1, b);

	begin(MESSAGE_LAN STRICT A("") B_OF_ANY C(""));
	answer_of(FAMILY, 2);
	at(10);
	request(b);
	message_expect(h, "b", message_to(req, message_mac(2)));
	/* Another host may ask at the same time. */
	at(10.1);
	message_send(h, "c", message_request(3, b));
	message_expect(h, "b",
		       message_to(message_request(3, b), message_mac(2)));
	at(11);
	request(b);
	at(12);
	request(b);
	message_expect(h, "b", req);
	/* The router in the place of the other is asked alone, once it is known. */
	answer_of(FAMILY, 0x12);
	request(b);
	message_expect(h, "b", message_to(req, message_mac(0x12)));
}
END_TEST

START_TEST(an_owner_that_answers_is_asked_alone)
{
	struct ipaddr b = message_ip(FAMILY, 2);
	struct message req = message_request(1, b);
	const double times[] = { 10, 11, 12, 13.4, 100, 500 };

	begin(MESSAGE_LAN STRICT A("") B_OF_ANY C(""));
	answer_of(FAMILY, 2);
	for (size_t i = 0; i < sizeof(times) / sizeof(times[0]); i++) {
		at(times[i]);
		request(b);
		message_expect(h, "b", message_to(req, message_mac(2)));
		at(times[i] + 0.3);
		answer_of(FAMILY, 2);
	}
	/* So is the one that the port may have, in any case. */
	harness_apply(h, MESSAGE_LAN STRICT ABC);
	for (int i = 0; i < 5; i++) {
		at(600 + i);
		request(b);
		message_expect(h, "b", message_to(req, message_mac(2)));
	}
}
END_TEST

START_TEST(request_for_an_owner_whose_port_is_down_is_dropped)
{
	struct ipaddr b = message_ip(FAMILY, 2);
	struct message req = message_request(1, b);

	begin(MESSAGE_LAN STRICT ABC);
	link_of("b", false);
	request(b);
	harness_expect_drop(h, "a", DROP_unknown_unicast);
	link_of("b", true);
	request(b);
	message_expect(h, "b", message_to(req, message_mac(2)));
	override_down(f, runtime_port(f, "b"), true);
	request(b);
	harness_expect_drop(h, "a", DROP_unknown_unicast);
	override_down(f, runtime_port(f, "b"), false);
	request(b);
	message_expect(h, "b", message_to(req, message_mac(2)));
	harness_apply(h,
		      MESSAGE_LAN STRICT A("") B("status = disabled\n") C(""));
	request(b);
	harness_expect_drop(h, "a", DROP_unknown_unicast);
	ck_assert_uint_eq(stats("a").rx_broadcast, FAMILY == 4 ? 2 : 0);
}
END_TEST

START_TEST(an_owner_in_the_same_isolation_group_is_not_reached)
{
	struct ipaddr b = message_ip(FAMILY, 2);

	begin(MESSAGE_LAN STRICT A("isolate = x\n") B("isolate = x\n")
		      C("isolate = y\n"));
	request(b);
	harness_expect_drop(h, "a", DROP_isolated);
	request(message_ip(FAMILY, 3));
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
	request(b);
	harness_expect_drop(h, "a", DROP_quarantine_isolated);
	message_send(h, "c", message_request(3, b));
	message_expect(h, "b",
		       message_to(message_request(3, b), message_mac(2)));
	/* Its own requests go to monitors alone, and to all of them. */
	message_send(h, "b", to_a);
	message_expect(h, "c", to_a);
	message_send(h, "b", to_c);
	message_expect(h, "c", to_c);
}
END_TEST

START_TEST(request_for_an_own_address_goes_to_all)
{
	struct ipaddr a = message_ip(FAMILY, 1);
	struct message free = message_is_free(1, a);

	begin(MESSAGE_LAN STRICT "unknown_arp = drop\n" ABC);
	message_send(h, "a", free);
	message_expect(h, "b c", free, free);
}
END_TEST

START_TEST(address_detection_goes_to_the_owner)
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

START_TEST(unicast_request_goes_to_its_destination)
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

START_TEST(request_without_owner_is_dropped_if_the_lan_is_set_so)
{
	struct ipaddr unowned = message_ip(FAMILY, 9);
	struct message req = message_request(1, unowned);

	begin(MESSAGE_LAN STRICT ABC);
	request(unowned);
	message_expect(h, "b c", req, req);
	harness_apply(h, MESSAGE_LAN STRICT "unknown_arp = drop\n" ABC);
	request(unowned);
	harness_expect_drop(h, "a", DROP_unknown_arp);
	/* Where requests do not go to owners alone, they go to all. */
	harness_apply(h, MESSAGE_LAN STRICT
		      "unknown_arp = drop\narp_mode = flood\n" ABC);
	request(unowned);
	message_expect(h, "b c", req, req);
	/* The address of a new port has an owner. */
	harness_apply(h, MESSAGE_LAN STRICT
		      "unknown_arp = drop\n" ABC MESSAGE_PORT("d", "9", ""));
	request(unowned);
	message_expect(h, "d", message_to(req, message_mac(9)));
	harness_apply(h, MESSAGE_LAN STRICT "unknown_arp = drop\n" ABC);
	request(unowned);
	harness_expect_drop(h, "a", DROP_unknown_arp);
}
END_TEST

/* The message with other octets at a place. */
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
	request(b);
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

START_TEST(long_request_is_rewritten_in_its_first_buffer)
{
	static uint8_t frame[3000];
	struct message req = message_request(1, message_ip(4, 2));
	const uint8_t *out;
	uint32_t len;

	begin(MESSAGE_LAN STRICT "mtu = 9000\n" ABC);
	memcpy(frame, req.octet, req.len);
	frame[2999] = 77;
	harness_send(h, "a", frame, sizeof(frame));
	out = harness_last(h, "b", &len);
	ck_assert_uint_eq(len, sizeof(frame));
	req = message_to(req, message_mac(2));
	ck_assert_mem_eq(out, req.octet, req.len);
	ck_assert_mem_eq(out + 60, frame + 60, 2940);
	ck_assert_uint_eq(harness_sent(h, "c"), 0);
}
END_TEST

START_TEST(fabric_without_a_mac_address_takes_no_frames)
{
	struct message req =
		message_request_to(1, message_ip(FAMILY, 2), MESSAGE_SPONGE);

	begin(MESSAGE_LAN STRICT ABC);
	message_send(h, "a", req);
	harness_expect_drop(h, "a", DROP_sponge_stray);
	harness_apply(h, MESSAGE_LAN STRICT "check = sponge_stray off\n" ABC);
	message_send(h, "a", req);
	harness_expect_drop(h, "a", DROP_unknown_unicast);
}
END_TEST

START_TEST(malformed_request_goes_to_its_destination)
{
	struct message req =
		with(message_request(1, message_ip(4, 2)), 14, "\0\6", 2);

	begin(MESSAGE_LAN "profile = open\narp_mode = unicast\n"
			  "unknown_arp = drop\n" ABC);
	message_send(h, "a", req);
	message_expect(h, "b c", req, req);
	/*
	 * From behind a router: no neighbour answers it, and it is no request.
	 */
	req = with(message_request(1, message_ip(6, 2)), 21, "\x40", 1);
	message_send(h, "a", req);
	message_expect(h, "b c", req, req);
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
	request(b);
	message_expect(h, "b",
		       message_to(message_request(1, b), message_mac(2)));
	request(message_ip(FAMILY, 2));
	message_expect(h, "b",
		       message_to(message_request(1, message_ip(FAMILY, 2)),
				  message_mac(2)));
	b.octet[FAMILY == 4 ? 3 : 15] = 9;
	request(b);
	harness_expect_drop(h, "a", DROP_unknown_arp);
}
END_TEST

START_TEST(two_ports_swap_addresses_in_one_apply)
{
	struct ipaddr b = message_ip(FAMILY, 2), c = message_ip(FAMILY, 3);

	begin(MESSAGE_LAN STRICT ABC);
	harness_apply(h, MESSAGE_LAN STRICT A("") MESSAGE_PORT("b", "3", "")
				 MESSAGE_PORT("c", "2", ""));
	request(b);
	message_expect(h, "c",
		       message_to(message_request(1, b), message_mac(2)));
	request(c);
	message_expect(h, "b",
		       message_to(message_request(1, c), message_mac(3)));
}
END_TEST

/* Link-local addresses, which are not in the configuration. */

static struct ipaddr
link_local(unsigned int n)
{
	char text[16];

	snprintf(text, sizeof(text), "fe80::%x", n);
	return message_ip_of(text);
}

/* A request of member 'n' from a link-local address. */
static struct message
request_from(unsigned int n, struct ipaddr from, struct ipaddr ip)
{
	struct message t = message_request(n, ip);
	struct ipaddr group = message_ip_of("ff02::1:ff00:0");

	memcpy(group.octet + 13, ip.octet + 13, 3);
	return message_nd(UINT64_C(0x3333ff000000) | ip.octet[15] |
				  (uint64_t)ip.octet[14] << 8,
			  message_mac(n), &from, &group, t.octet[54], 0, &ip, 1,
			  message_mac(n));
}

/* Member 'n' uses fe80::22. */
static void
claim(const char *port, unsigned int n)
{
	message_send(h, port,
		     request_from(n, link_local(0x22), message_ip(6, 1)));
}

START_TEST(first_port_seen_with_a_link_local_address_owns_it)
{
	struct message req = message_request(1, link_local(0x22));

	begin(MESSAGE_LAN STRICT "unknown_arp = drop\n" ABC);
	request(link_local(0x22));
	message_expect(h, "b c", req, req);
	claim("b", 2);
	request(link_local(0x22));
	message_expect(h, "b", message_to(req, message_mac(2)));
	/* No other port takes it. */
	claim("c", 3);
	harness_expect_drop(h, "c", DROP_nd_src_spoof);
	request(link_local(0x22));
	message_expect(h, "b", message_to(req, message_mac(2)));
	/* Another router is plugged in. */
	link_of("b", false);
	link_of("b", true);
	request(link_local(0x22));
	message_expect(h, "b c", req, req);
	claim("c", 3);
	request(link_local(0x22));
	message_expect(h, "c", message_to(req, message_mac(3)));
	/* A port that goes takes it along. */
	harness_apply(h, MESSAGE_LAN STRICT "unknown_arp = drop\n" A("") B(""));
	request(link_local(0x22));
	message_expect(h, "b", req);
}
END_TEST

START_TEST(owner_of_a_link_local_address_does_not_age)
{
	struct message req = message_request(1, link_local(0x22));

	begin(MESSAGE_LAN STRICT ABC);
	claim("b", 2);
	at(100000);
	request(link_local(0x22));
	message_expect(h, "b", message_to(req, message_mac(2)));
	ck_assert_uint_eq(counts()->sponge_probes, 0);
}
END_TEST

START_TEST(link_local_request_goes_to_all_where_ports_are_not_held_to_theirs)
{
	struct message req = message_request(1, link_local(0x22));

	begin(MESSAGE_LAN BASIC ABC);
	claim("b", 2);
	request(link_local(0x22));
	message_expect(h, "b c", req, req);
	/* Nor when the LAN no longer holds ports to their first address. */
	harness_apply(h, MESSAGE_LAN STRICT ABC);
	claim("b", 2);
	request(link_local(0x22));
	message_expect(h, "b", message_to(req, message_mac(2)));
	harness_apply(h, MESSAGE_LAN BASIC ABC);
	request(link_local(0x22));
	message_expect(h, "b c", req, req);
}
END_TEST

/* Learned owners. */

#define DYNAMIC BASIC "arp_dynamic = on\n" QUIET

START_TEST(claim_makes_an_owner_where_the_lan_learns)
{
	struct ipaddr b = message_ip(FAMILY, 2);
	struct message req = message_request(1, b);
	struct message claim[] = { message_gratuitous(2, b),
				   message_reply(2, b, 1),
				   message_request(2, message_ip(4, 3)) };

	begin(MESSAGE_LAN BASIC UNKNOWN_PORTS);
	message_send(h, "b", claim[0]);
	request(b);
	message_expect(h, "b c", req, req);
	/* The sender of an NS does not become the owner (RFC 9161, 3.1). */
	for (size_t i = 0; i < (FAMILY == 4 ? 3 : 2); i++) {
		harness_apply(h, MESSAGE_LAN BASIC UNKNOWN_PORTS);
		harness_apply(h, MESSAGE_LAN DYNAMIC UNKNOWN_PORTS);
		request(b);
		message_expect(h, "b c", req, req);
		message_send(h, "b", claim[i]);
		request(b);
		message_expect(h, "b", message_to(req, message_mac(2)));
	}
}
END_TEST

START_TEST(request_or_advertisement_without_override_makes_no_owner)
{
	struct ipaddr b = message_ip(6, 2), a = message_ip(6, 1);
	struct message req = message_request(1, b);
	uint32_t slot;

	begin(MESSAGE_LAN DYNAMIC UNKNOWN_PORTS);
	message_send(h, "b", message_request(2, a));
	/* Nor does it get a slot. */
	ck_assert_ptr_null(neigh_find(runtime_lan(f, "l"), &b, &slot));
	request(b);
	message_expect(h, "b c", req, req);
	message_send(h, "b",
		     message_nd(message_mac(1), message_mac(2), &b, &a, 136,
				0x40, &b, 2, message_mac(2)));
	request(b);
	message_expect(h, "b c", req, req);
	message_send(h, "b", message_data(2, b, a, message_mac(1)));
	request(b);
	message_expect(h, "b c", req, req);
}
END_TEST

START_TEST(address_detection_makes_no_owner)
{
	struct message req = message_request(1, message_ip(FAMILY, 2));

	begin(MESSAGE_LAN DYNAMIC UNKNOWN_PORTS);
	message_send(h, "b", message_is_free(2, message_ip(FAMILY, 2)));
	request(message_ip(FAMILY, 2));
	message_expect(h, "b c", req, req);
}
END_TEST

START_TEST(group_mac_address_makes_no_owner)
{
	struct ipaddr b = message_ip(6, 2), all = message_ip_of("ff02::1");
	struct message req = message_request(1, b);

	begin(MESSAGE_LAN "profile = open\narp_mode = unicast\n"
			  "arp_dynamic = on\n" UNKNOWN_PORTS);
	message_send(h, "b",
		     message_nd(UINT64_C(0x333300000001), message_mac(2), &b,
				&all, 136, 0xa0, &b, 2, MAC_BROADCAST));
	request(b);
	message_expect(h, "b c", req, req);
	message_send(h, "b",
		     message_nd(UINT64_C(0x333300000001), message_mac(2), &b,
				&all, 136, 0xa0, &b, 2, MESSAGE_SPONGE));
	request(b);
	message_expect(h, "b c", req, req);
}
END_TEST

START_TEST(unspecified_address_gets_no_owner)
{
	struct ipaddr b = message_ip(6, 2), all = message_ip_of("ff02::1");
	struct ipaddr none = message_ip_of("::");
	uint32_t slot;

	begin(MESSAGE_LAN "profile = open\narp_mode = unicast\n"
			  "arp_dynamic = on\n" UNKNOWN_PORTS);
	message_send(h, "b",
		     message_nd(UINT64_C(0x333300000001), message_mac(2), &b,
				&all, 136, 0xa0, &none, 2, message_mac(2)));
	ck_assert_ptr_null(neigh_find(runtime_lan(f, "l"), &none, &slot));
	/* Nor does an address outside the LAN get an owner. */
	none = message_ip_of("2001:db8:f00::9");
	message_send(h, "b", message_gratuitous(2, none));
	ck_assert_ptr_null(neigh_find(runtime_lan(f, "l"), &none, &slot));
}
END_TEST

/* 192.0.2.0 and .255, which would never age. */
START_TEST(ends_of_a_prefix_get_no_owner)
{
	struct ipaddr end = message_ip(4, _i == 0 ? 0 : 255);
	struct message req = message_request(1, end);

	begin(MESSAGE_LAN DYNAMIC "arp_mode = proxy\n" UNKNOWN_PORTS);
	message_send(h, "b", message_gratuitous(2, end));
	ck_assert_uint_eq(owner_of(end), 0);
	request(end);
	message_expect(h, "b c", req, req);
}
END_TEST

START_TEST(port_with_many_requests_keeps_its_own_address)
{
	struct ipaddr b = message_ip(6, 2);

	begin(MESSAGE_LAN DYNAMIC "nd_max_targets = 64\n" UNKNOWN_PORTS);
	message_send(h, "b", message_gratuitous(2, b));
	for (unsigned int i = 16; i < 80; i++)
		message_send(h, "b", message_request(2, message_ip(6, i)));
	request(b);
	message_expect(h, "b",
		       message_to(message_request(1, b), message_mac(2)));
}
END_TEST

START_TEST(owner_is_probed_after_200_s_and_dropped_after_600)
{
	struct ipaddr b = message_ip(FAMILY, 2);
	struct message req = message_request(1, b), refresh = message_probe(b);

	begin(MESSAGE_LAN DYNAMIC UNKNOWN_PORTS);
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
	request(b);
	message_expect(h, "b c", req, req);
}
END_TEST

/*
 * A host that starts at that port must not find its address in use (RFC 5227,
 * 2.1.1): the sender is 0 only if the fabric has no address there.
 */
START_TEST(only_without_an_address_of_the_fabric_is_the_sender_0)
{
	struct ipaddr b = message_ip(4, 2);

	begin("[lan l]\nipv4 = 192.0.2.0/24\n"
	      "sponge_mac = 02:53:00:00:00:01\n" DYNAMIC UNKNOWN_PORTS);
	message_send(h, "b", message_gratuitous(2, b));
	harness_clear(h);
	at(200);
	message_expect(h, "b", message_refresh(b));
}
END_TEST

START_TEST(owner_that_answers_stays_for_another_600_s)
{
	struct ipaddr b = message_ip(FAMILY, 2);
	struct message reply =
		message_to(message_reply(2, b, 250), MESSAGE_SPONGE);

	begin(MESSAGE_LAN DYNAMIC UNKNOWN_PORTS);
	message_send(h, "b", message_gratuitous(2, b));
	harness_clear(h);
	at(200);
	message_expect(h, "b", message_probe(b));
	message_send(h, "b", reply);
	message_expect(h, "");
	ck_assert_uint_eq(stats("b").consumed, 1);
	at(399.9);
	message_expect(h, "");
	at(400);
	message_expect(h, "b", message_probe(b));
	at(800);
	ck_assert_uint_ne(owner_of(b), 0);
	at(811);
	ck_assert_uint_eq(owner_of(b), 0);
}
END_TEST

START_TEST(fabric_without_an_own_address_sends_no_probes)
{
	struct ipaddr b = message_ip(FAMILY, 2);

	begin("[lan l]\nipv4 = 192.0.2.0/24\nipv6 = 2001:db8::/64\n" DYNAMIC
		      UNKNOWN_PORTS);
	message_send(h, "b", message_gratuitous(2, b));
	harness_clear(h);
	at(599);
	message_expect(h, "");
	ck_assert_uint_ne(owner_of(b), 0);
	at(611);
	ck_assert_uint_eq(owner_of(b), 0);
}
END_TEST

START_TEST(last_claim_makes_the_owner)
{
	struct ipaddr b = message_ip(FAMILY, 2);
	struct message req = message_request(1, b);

	begin(MESSAGE_LAN DYNAMIC UNKNOWN_PORTS);
	message_send(h, "b", message_gratuitous(2, b));
	message_send(h, "c", message_gratuitous(3, b));
	request(b);
	message_expect(h, "c", message_to(req, message_mac(3)));
	ck_assert_uint_eq(counts()->sponge_duplicates, 0);
}
END_TEST

/* Members 2 and 3 claim an address in turns, 'n' times, a second apart. */
static void
claim_in_turns(struct ipaddr ip, unsigned int n, double since)
{
	for (unsigned int i = 0; i < n; i++) {
		at(since + i);
		message_send(h, i % 2 == 0 ? "c" : "b",
			     message_gratuitous(i % 2 == 0 ? 3 : 2, ip));
	}
}

START_TEST(address_claimed_five_times_has_no_owner_for_nine_minutes)
{
	struct ipaddr b = message_ip(FAMILY, 2);
	struct message req = message_request(1, b);
	char text[PREFIX_TEXT_SIZE], line[160];

	begin(MESSAGE_LAN DYNAMIC UNKNOWN_PORTS);
	message_send(h, "b", message_gratuitous(2, b));
	claim_in_turns(b, 5, 1);
	request(b);
	message_expect(h, "c", message_to(req, message_mac(3)));
	ck_assert_ptr_null(harness_event(h, 0));
	claim_in_turns(b, 1, 7);
	request(b);
	message_expect(h, "c", message_to(req, message_mac(3)));
	message_send(h, "b", message_gratuitous(2, b));
	request(b);
	message_expect(h, "b c", req, req);
	snprintf(line, sizeof(line),
		 "1007 warning lan l: duplicate IP: ip=%s "
		 "mac=02:00:00:00:00:03 mac=02:00:00:00:00:02 port=b",
		 ipaddr_format(&b, text));
	ck_assert_str_eq(harness_event(h, 0), line);
	ck_assert_ptr_null(harness_event(h, 1));
	ck_assert_uint_eq(counts()->sponge_duplicates, 1);
	/* Further claims change nothing. */
	claim_in_turns(b, 20, 8);
	request(b);
	message_expect(h, "b c", req, req);
	at(7 + 539);
	message_send(h, "b", message_gratuitous(2, b));
	request(b);
	message_expect(h, "b c", req, req);
	at(7 + 541);
	message_send(h, "b", message_gratuitous(2, b));
	request(b);
	message_expect(h, "b", message_to(req, message_mac(2)));
	ck_assert_uint_eq(counts()->sponge_duplicates, 1);
}
END_TEST

START_TEST(moves_far_apart_are_not_too_many)
{
	struct ipaddr b = message_ip(FAMILY, 2);

	begin(MESSAGE_LAN DYNAMIC UNKNOWN_PORTS);
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
	struct message req = message_request(1, b);

	begin(MESSAGE_LAN DYNAMIC A("") B("") MESSAGE_UNKNOWN_PORT("c", ""));
	claim_in_turns(b, 20, 1);
	message_send(h, "c", message_gratuitous(3, b));
	request(b);
	message_expect(h, "b", message_to(req, message_mac(2)));
	ck_assert_uint_eq(counts()->sponge_duplicates, 0);
	/* They are violations, and no moves. */
	ck_assert_uint_ge(harness_events(h), 1);
	for (unsigned int i = 0; i < harness_events(h); i++)
		ck_assert_ptr_nonnull(strstr(harness_event(h, i), SPOOF_NAME));
	/* Until the configuration no longer says so. */
	harness_apply(h, MESSAGE_LAN DYNAMIC A("") MESSAGE_UNKNOWN_PORT("b", "")
				 MESSAGE_UNKNOWN_PORT("c", ""));
	request(b);
	message_expect(h, "b c", req, req);
	message_send(h, "c", message_gratuitous(3, b));
	request(b);
	message_expect(h, "c", message_to(req, message_mac(3)));
	/* A learned owner gives way to the configuration. */
	harness_apply(h, MESSAGE_LAN DYNAMIC A("") B("")
				 MESSAGE_UNKNOWN_PORT("c", ""));
	request(b);
	message_expect(h, "b", message_to(req, message_mac(2)));
}
END_TEST

START_TEST(learned_owner_goes_with_its_link_or_port)
{
	struct ipaddr b = message_ip(FAMILY, 2);
	struct message req = message_request(1, b);

	begin(MESSAGE_LAN DYNAMIC UNKNOWN_PORTS);
	message_send(h, "b", message_gratuitous(2, b));
	link_of("b", false);
	link_of("b", true);
	request(b);
	message_expect(h, "b c", req, req);
	message_send(h, "b", message_gratuitous(2, b));
	harness_apply(h, MESSAGE_LAN DYNAMIC MESSAGE_UNKNOWN_PORT("a", "")
				 MESSAGE_UNKNOWN_PORT("c", ""));
	request(b);
	message_expect(h, "c", req);
	harness_apply(h, MESSAGE_LAN DYNAMIC UNKNOWN_PORTS);
	message_send(h, "b", message_gratuitous(2, b));
	request(b);
	message_expect(h, "b", message_to(req, message_mac(2)));
	/* Learned owners are dropped when the LAN learns none. */
	harness_apply(h, MESSAGE_LAN BASIC UNKNOWN_PORTS);
	request(b);
	message_expect(h, "b c", req, req);
}
END_TEST

START_TEST(address_goes_with_the_port_that_requested_and_had_it)
{
	struct ipaddr b = message_ip(6, 2);
	struct message req = message_request(3, b);
	struct net_rt *n;
	uint32_t slot;

	begin(MESSAGE_LAN DYNAMIC "sponge = on\n" UNKNOWN_PORTS);
	request(b);
	message_send(h, "a", message_gratuitous(2, b));
	ck_assert_uint_ne(owner_of(b), 0);
	n = neigh_find(runtime_lan(f, "l"), &b, &slot);
	ck_assert_uint_eq(n->address[slot].mac, message_mac(2));
	harness_apply(h, MESSAGE_LAN DYNAMIC
		      "sponge = on\n" MESSAGE_UNKNOWN_PORT("b", "")
			      MESSAGE_UNKNOWN_PORT("c", ""));
	ck_assert_uint_eq(owner_of(b), 0);
	/* The next address in the slot has none of its state. */
	ck_assert_uint_eq(n->address[slot].mac, 0);
	at(1000);
	message_send(h, "c", req);
	message_expect(h, "b", req);
	message_send(h, "b", message_gratuitous(2, b));
	message_send(h, "c", req);
	message_expect(h, "b", message_to(req, message_mac(2)));
}
END_TEST

/* Gratuitous messages. */

/* Gratuitous ARP as a request, two kinds of a reply, and an unsolicited NA. */
static struct message
gratuitous(int i, struct ipaddr *ip)
{
	*ip = message_ip(i == 3 ? 6 : 4, 2);
	if (i == 1)
		return with(message_gratuitous(2, *ip), 20, "\0\2", 2);
	return i == 2 ? message_to(message_reply(2, *ip, 3), MAC_BROADCAST)
		      : message_gratuitous(2, *ip);
}

START_TEST(gratuitous_messages_go_to_all_or_to_no_port_as_set)
{
	static const char *const keys[] = { "", "garp = allow\n",
					    "garp = suppress\n",
					    "garp = drop\n" };
	struct ipaddr b;
	struct message t = gratuitous(_i, &b), req = message_request(1, b);
	char text[2048];

	begin(MESSAGE_LAN BASIC UNKNOWN_PORTS);
	for (unsigned int i = 0; i < 4; i++) {
		snprintf(text, sizeof(text), "%s%s%s", MESSAGE_LAN DYNAMIC,
			 keys[i], UNKNOWN_PORTS);
		harness_apply(h, MESSAGE_LAN BASIC UNKNOWN_PORTS);
		harness_apply(h, text);
		message_send(h, "b", t);
		if (i < 2)
			message_expect(h, "a c", t, t);
		else
			harness_expect_drop(h, "b",
					    i == 2 ? DROP_garp_suppressed
						   : DROP_garp);
		/*
		 * A message that is not forwarded makes an owner all the same.
		 */
		request(b);
		if (i < 3)
			message_expect(h, "b", message_to(req, message_mac(2)));
		else
			message_expect(h, "b c", req, req);
	}
}
END_TEST

START_TEST(gratuitous_message_is_no_request)
{
	struct message t = message_gratuitous(2, message_ip(FAMILY, 2));

	begin(MESSAGE_LAN BASIC "unknown_arp = drop\n" UNKNOWN_PORTS);
	message_send(h, "b", t);
	message_expect(h, "a c", t, t);
	ck_assert_uint_eq(counts()->arp_requests, 0);
	/* Not about an address that the configuration gives to another. */
	harness_apply(h, MESSAGE_LAN "profile = ixp-basic\n" A("") B("")
				 MESSAGE_UNKNOWN_PORT("c", ""));
	message_send(h, "c", message_gratuitous(3, message_ip(FAMILY, 2)));
	harness_expect_drop(h, "c", SPOOF);
	t = message_gratuitous(3, message_ip(FAMILY, 9));
	message_send(h, "c", t);
	message_expect(h, "a b", t, t);
}
END_TEST

START_TEST(unicast_answer_is_not_gratuitous)
{
	struct message reply = message_reply(2, message_ip(FAMILY, 2), 1);
	struct message req = message_request(2, message_ip(FAMILY, 9));

	begin(MESSAGE_LAN STRICT "garp = drop\n" ABC);
	message_send(h, "b", reply);
	message_expect(h, "a", reply);
	message_send(h, "b", req);
	message_expect(h, "a c", req, req);
	req = message_is_free(2, message_ip(FAMILY, 9));
	message_send(h, "b", req);
	message_expect(h, "a c", req, req);
}
END_TEST

/* Proxy mode: the fabric answers for owners. */

#define PROXY STRICT "arp_mode = proxy\n"

START_TEST(fabric_answers_for_an_owner_and_forwards_no_request)
{
	struct ipaddr b = message_ip(FAMILY, 2);

	begin(MESSAGE_LAN PROXY ABC);
	request(b);
	message_expect(h, "a", message_proxied(2, b, 1));
	ck_assert_uint_eq(stats("a").drop[DROP_sponge_suppressed], 1);
	ck_assert_uint_eq(stats("a").generated, 1);
	ck_assert_uint_eq(counts()->proxy_replies, 1);
	ck_assert_uint_eq(counts()->sponge_replies, 0);
	/* Also while the address has no owner. */
	message_send(h, "a", message_is_free(1, b));
	message_expect(h, "a", message_taken(message_mac(2), b, 1));
}
END_TEST

START_TEST(answer_has_the_tag_of_the_sender)
{
	struct ipaddr a = message_ip(FAMILY, 1), c = message_ip(FAMILY, 3);

	begin(MESSAGE_LAN PROXY A("") TRUNK);
	message_send(h, "trunk", tagged(message_request(2, a), 7));
	message_expect(h, "b", tagged(message_proxied(1, a, 2), 7));
	message_send(h, "trunk", tagged(message_request(2, c), 7));
	message_expect(h, "b", tagged(message_proxied(3, c, 2), 7));
}
END_TEST

START_TEST(unicast_request_is_left_to_its_destination)
{
	struct message req =
		message_request_to(1, message_ip(FAMILY, 2), message_mac(2));

	begin(MESSAGE_LAN PROXY ABC);
	message_send(h, "a", req);
	message_expect(h, "b", req);
	ck_assert_uint_eq(counts()->proxy_replies, 0);
}
END_TEST

START_TEST(owner_behind_the_same_port_is_not_answered_for)
{
	struct ipaddr b = message_ip(FAMILY, 2);
	struct message req = message_request(1, b);

	begin(MESSAGE_LAN PROXY A("ipv4 = 192.0.2.2\nipv6 = 2001:db8::2\n")
		      C("") D(""));
	message_send(h, "a", req);
	harness_expect_drop(h, "a", DROP_hairpin);
	/* A sender behind another port gets the answer. */
	message_send(h, "c", message_request(3, b));
	message_expect(h, "c", message_proxied(1, b, 3));
}
END_TEST

START_TEST(owner_with_several_macs_answers_itself)
{
	struct ipaddr b = message_ip(FAMILY, 2);
	struct message req = message_request(1, b);

	begin(MESSAGE_LAN PROXY A("") B("mac = 02:00:00:00:00:12\n") C(""));
	message_send(h, "b",
		     message_to(message_reply(0x12, b, 1), message_mac(1)));
	request(b);
	message_expect(h, "b", req);
	ck_assert_uint_eq(counts()->proxy_replies, 0);
}
END_TEST

START_TEST(a_silent_owner_is_not_answered_for)
{
	struct ipaddr b = message_ip(FAMILY, 2);
	struct message req = message_request(1, b);

	begin(MESSAGE_LAN PROXY A("") B_OF_ANY C(""));
	answer_of(FAMILY, 2);
	at(80);
	request(b);
	message_expect(h, "a", message_proxied(2, b, 1));
	/* Nothing comes from it any more; the next request is to all of its port. */
	at(100);
	request(b);
	message_expect(h, "");
	at(101);
	request(b);
	message_expect(h, "b", req);
	answer_of(FAMILY, 0x12);
	request(b);
	message_expect(h, "a", message_proxied(0x12, b, 1));
	/* Data is a sign of life, too. */
	at(180);
	message_send(
		h, "b",
		message_data(0x12, b, message_ip(FAMILY, 1), message_mac(1)));
	at(250);
	request(b);
	message_expect(h, "a", message_proxied(0x12, b, 1));
	ck_assert_uint_eq(counts()->proxy_replies, 3);
}
END_TEST

START_TEST(an_advertisement_is_of_a_router_unless_the_owner_says_otherwise)
{
	struct ipaddr b = message_ip(6, 2), a = message_ip(6, 1);
	struct message answer = message_proxied(2, b, 1);

	begin(MESSAGE_LAN PROXY ABC);
	request(b);
	message_expect(h, "a", answer);
	message_send(h, "b",
		     message_nd(message_mac(1), message_mac(2), &b, &a, 136,
				0x60, &b, 2, message_mac(2)));
	request(b);
	message_expect(h, "a",
		       message_nd(message_mac(1), message_mac(2), &b, &a, 136,
				  0x60, &b, 2, message_mac(2)));
	message_send(h, "b", message_gratuitous(2, b));
	request(b);
	message_expect(h, "a", answer);
	/* And no other member can. */
	harness_apply(h, MESSAGE_LAN BASIC "arp_mode = proxy\n" ABC);
	message_send(h, "c",
		     message_nd(message_mac(1), message_mac(3), &b, &a, 136,
				0x60, &b, 2, message_mac(3)));
	request(b);
	message_expect(h, "a", answer);
}
END_TEST

START_TEST(no_answer_for_an_owner_whose_link_is_down)
{
	struct ipaddr b = message_ip(FAMILY, 2);

	begin(MESSAGE_LAN PROXY ABC);
	link_of("b", false);
	request(b);
	harness_expect_drop(h, "a", DROP_unknown_unicast);
	harness_apply(h,
		      MESSAGE_LAN PROXY A("") B("status = disabled\n") C(""));
	request(b);
	harness_expect_drop(h, "a", DROP_unknown_unicast);
	ck_assert_uint_eq(counts()->proxy_replies, 0);
}
END_TEST

START_TEST(no_answer_for_an_owner_that_cannot_be_reached)
{
	struct ipaddr b = message_ip(FAMILY, 2);

	begin(MESSAGE_LAN PROXY A("isolate = x\n") B("isolate = x\n") C(""));
	request(b);
	harness_expect_drop(h, "a", DROP_isolated);
	message_send(h, "c", message_request(3, b));
	message_expect(h, "c", message_proxied(2, b, 3));
	harness_apply(h, MESSAGE_LAN PROXY A("") B("status = quarantine\n")
				 C("monitor = on\n"));
	request(b);
	harness_expect_drop(h, "a", DROP_quarantine_isolated);
	message_send(h, "c", message_request(3, b));
	message_expect(h, "c", message_proxied(2, b, 3));
	/* A sender in quarantine gets no answer of the fabric. */
	message_send(h, "b", message_request(2, message_ip(FAMILY, 3)));
	message_expect(h, "c", message_request(2, message_ip(FAMILY, 3)));
	ck_assert_uint_eq(counts()->proxy_replies, 2);
}
END_TEST

START_TEST(request_without_owner_goes_to_all_or_to_no_port)
{
	struct ipaddr unowned = message_ip(FAMILY, 9);
	struct message req = message_request(1, unowned);

	begin(MESSAGE_LAN PROXY ABC);
	request(unowned);
	message_expect(h, "b c", req, req);
	harness_apply(h, MESSAGE_LAN PROXY "unknown_arp = drop\n" ABC);
	request(unowned);
	harness_expect_drop(h, "a", DROP_unknown_arp);
}
END_TEST

START_TEST(learned_owner_is_answered_for_as_well)
{
	struct ipaddr b = message_ip(FAMILY, 2);
	struct message req = message_request(1, b);

	begin(MESSAGE_LAN DYNAMIC "arp_mode = proxy\n" UNKNOWN_PORTS);
	message_send(h, "b", message_gratuitous(2, b));
	request(b);
	message_expect(h, "a", message_proxied(2, b, 1));
	/* Not while two members claim it. */
	claim_in_turns(b, 6, 1);
	request(b);
	message_expect(h, "b c", req, req);
	ck_assert_uint_eq(counts()->proxy_replies, 1);
}
END_TEST

/* An NS of 1 for 2 with a further option. */
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

START_TEST(message_with_unknown_options_goes_as_the_lan_is_set)
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
	/* Where the owner answers, the option is left to it. */
	harness_apply(h, MESSAGE_LAN STRICT ABC);
	message_send(h, "a", odd);
	message_expect(h, "b", message_to(odd, message_mac(2)));
}
END_TEST

START_TEST(request_that_cannot_be_reported_goes_to_the_owner)
{
	struct ipaddr b = message_ip(FAMILY, 2);
	struct message req = message_request(1, b), gratuitous;

	begin(MESSAGE_LAN PROXY "garp = suppress\n" ABC);
	fill_punts();
	request(b);
	message_expect(h, "b", message_to(req, message_mac(2)));
	ck_assert_uint_eq(stats("a").punt_full, 1);
	ck_assert_uint_eq(counts()->proxy_replies, 0);
	/* What the LAN is set to drop is dropped all the same. */
	gratuitous = message_gratuitous(1, message_ip(FAMILY, 1));
	fill_punts();
	message_send(h, "a", gratuitous);
	harness_expect_drop(h, "a", DROP_garp_suppressed);
	request(b);
	message_expect(h, "a", message_proxied(2, b, 1));
	ck_assert_uint_eq(stats("a").punt_full, 2);
}
END_TEST

/* Random messages. */

static uint64_t seed;

static unsigned int
below(unsigned int n)
{
	seed = seed * UINT64_C(6364136223846793005) + 1442695040888963407;
	return (unsigned int)(seed >> 33) % n;
}

static const char *const doors[] = { "a", "b", "c", "d" };

/* A random message, mostly from the member behind the port. */
static struct message
random_message(unsigned int door)
{
	unsigned int n = below(8) == 0 ? 1 + below(9) : 1 + door;
	unsigned int to = 1 + below(4);
	struct ipaddr ip = message_ip(below(2) == 0 ? 4 : 6, 1 + below(9));
	struct ipaddr own = message_ip(ip.family, n);

	switch (below(9)) {
	case 0:
		return message_is_free(n, ip);
	case 1:
		return message_reply(n, below(4) == 0 ? ip : own, to);
	case 2:
		return message_gratuitous(n, below(4) == 0 ? ip : own);
	case 3:
		return message_request_to(n, ip, message_mac(to));
	case 4:
		return message_request_to(n, ip, MESSAGE_SPONGE);
	case 5:
		return message_data(n, own, ip, message_mac(to));
	case 6:
		return message_data(n, own, ip, MESSAGE_SPONGE);
	default:
		return message_request(n, ip);
	}
}

/* An ARP reply or an NA, which may go only to the port of the request. */
static bool
is_answer(const struct harness_left *left)
{
	const uint8_t *t = left->octets;

	return (t[12] == 0x08 && t[13] == 0x06 && t[21] == 2) ||
	       (t[12] == 0x86 && t[20] == 58 && t[54] == 136);
}

/* Whether it is the frame that came in, apart from its destination. */
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
		bool is_sender = left.port == fabric_port_id(f, door);

		if (is_forwarded(&left, t))
			ck_assert(!is_sender);
		else if (is_answer(&left) && left.octets[0] != 0x33)
			ck_assert(is_sender);
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

START_TEST(random_messages_count_once_and_only_senders_get_answers)
{
	char text[2048];
	double now = 0;

	seed = (uint64_t)_i;
	begin(mode(_i, "", text));
	for (unsigned int i = 0; i < 4000; i++) {
		unsigned int door = below(4);
		struct message t = random_message(door);

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

	tcase_add_loop_test(tc, request_goes_to_the_owner_alone, 0, 2);
	tcase_add_loop_test(tc, answer_of_the_owner_is_forwarded_unchanged, 0,
			    2);
	tcase_add_loop_test(
		tc, an_owner_that_does_not_answer_is_asked_at_all_of_its_port,
		0, 2);
	tcase_add_loop_test(tc, an_owner_that_answers_is_asked_alone, 0, 2);
	tcase_add_loop_test(tc, owner_with_several_macs_is_reached_at_each, 0,
			    2);
	tcase_add_loop_test(
		tc, request_keeps_its_destination_until_the_owner_is_seen, 0,
		2);
	tcase_add_loop_test(
		tc, request_for_an_owner_whose_port_is_down_is_dropped, 0, 2);
	tcase_add_loop_test(
		tc, an_owner_in_the_same_isolation_group_is_not_reached, 0, 2);
	tcase_add_loop_test(
		tc, an_owner_in_quarantine_is_reached_by_monitors_alone, 0, 2);
	tcase_add_loop_test(tc, request_for_an_own_address_goes_to_all, 0, 2);
	tcase_add_loop_test(tc, address_detection_goes_to_the_owner, 0, 2);
	tcase_add_loop_test(tc, unicast_request_goes_to_its_destination, 0, 2);
	tcase_add_loop_test(
		tc, request_without_owner_is_dropped_if_the_lan_is_set_so, 0,
		2);
	tcase_add_loop_test(tc, an_owner_behind_a_tag_gets_it, 0, 2);
	tcase_add_loop_test(tc, fabric_without_a_mac_address_takes_no_frames, 0,
			    2);
	tcase_add_test(tc, long_request_is_rewritten_in_its_first_buffer);
	tcase_add_test(tc, malformed_request_goes_to_its_destination);
	tcase_add_loop_test(tc, each_prefix_of_a_lan_has_owners, 0, 2);
	tcase_add_loop_test(tc, two_ports_swap_addresses_in_one_apply, 0, 2);
	tcase_add_test(tc, first_port_seen_with_a_link_local_address_owns_it);
	tcase_add_test(tc, owner_of_a_link_local_address_does_not_age);
	tcase_add_test(
		tc,
		link_local_request_goes_to_all_where_ports_are_not_held_to_theirs);
}

static void
dynamic(Suite *s)
{
	TCase *tc = fixture_case(s, "dynamic", NULL);

	tcase_add_loop_test(tc, claim_makes_an_owner_where_the_lan_learns, 0,
			    2);
	tcase_add_test(
		tc, request_or_advertisement_without_override_makes_no_owner);
	tcase_add_loop_test(tc, address_detection_makes_no_owner, 0, 2);
	tcase_add_test(tc, group_mac_address_makes_no_owner);
	tcase_add_test(tc, unspecified_address_gets_no_owner);
	tcase_add_test(tc, port_with_many_requests_keeps_its_own_address);
	tcase_add_loop_test(tc, ends_of_a_prefix_get_no_owner, 0, 2);
	tcase_add_loop_test(
		tc, owner_is_probed_after_200_s_and_dropped_after_600, 0, 2);
	tcase_add_test(tc,
		       only_without_an_address_of_the_fabric_is_the_sender_0);
	tcase_add_loop_test(tc, owner_that_answers_stays_for_another_600_s, 0,
			    2);
	tcase_add_loop_test(tc, fabric_without_an_own_address_sends_no_probes,
			    0, 2);
	tcase_add_loop_test(tc, last_claim_makes_the_owner, 0, 2);
	tcase_add_loop_test(
		tc, address_claimed_five_times_has_no_owner_for_nine_minutes, 0,
		2);
	tcase_add_loop_test(tc, moves_far_apart_are_not_too_many, 0, 2);
	tcase_add_loop_test(tc, an_owner_by_the_configuration_is_not_moved, 0,
			    2);
	tcase_add_loop_test(tc, learned_owner_goes_with_its_link_or_port, 0, 2);
	tcase_add_test(tc,
		       address_goes_with_the_port_that_requested_and_had_it);
	tcase_add_loop_test(
		tc, gratuitous_messages_go_to_all_or_to_no_port_as_set, 0, 4);
	tcase_add_loop_test(tc, gratuitous_message_is_no_request, 0, 2);
	tcase_add_loop_test(tc, unicast_answer_is_not_gratuitous, 0, 2);
}

static void
proxy(Suite *s)
{
	TCase *tc = fixture_case(s, "proxy", NULL);

	tcase_add_loop_test(
		tc, fabric_answers_for_an_owner_and_forwards_no_request, 0, 2);
	tcase_add_loop_test(tc, answer_has_the_tag_of_the_sender, 0, 2);
	tcase_add_loop_test(tc, unicast_request_is_left_to_its_destination, 0,
			    2);
	tcase_add_loop_test(tc, owner_behind_the_same_port_is_not_answered_for,
			    0, 2);
	tcase_add_loop_test(tc, owner_with_several_macs_answers_itself, 0, 2);
	tcase_add_loop_test(tc, a_silent_owner_is_not_answered_for, 0, 2);
	tcase_add_test(
		tc,
		an_advertisement_is_of_a_router_unless_the_owner_says_otherwise);
	tcase_add_loop_test(tc, no_answer_for_an_owner_whose_link_is_down, 0,
			    2);
	tcase_add_loop_test(tc, no_answer_for_an_owner_that_cannot_be_reached,
			    0, 2);
	tcase_add_loop_test(tc, request_without_owner_goes_to_all_or_to_no_port,
			    0, 2);
	tcase_add_loop_test(tc, learned_owner_is_answered_for_as_well, 0, 2);
	tcase_add_test(tc, message_with_unknown_options_goes_as_the_lan_is_set);
	tcase_add_loop_test(
		tc, request_that_cannot_be_reported_goes_to_the_owner, 0, 2);
	tcase_add_loop_test(
		tc, random_messages_count_once_and_only_senders_get_answers, 0,
		MODES);
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
