/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * The states of the sponges, from one fabric through a text into another: each
 * rule of what is kept, and malformed texts.
 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include <rte_rcu_qsbr.h>

#include "fabric/apply/retire.h"
#include "fabric/neigh/neigh_impl.h"
#include "fabric/neigh/sponge_state.h"
#include "fabric/neigh/sponge_state_take.h"
#include "lib/frame.h"
#include "lib/mac.h"
#include "lib/neightab6.h"
#include "tests/pipe/fixture.h"

#define ALICE UINT64_C(0x020000000001)
#define BOB   UINT64_C(0x020000000002)
#define CAROL UINT64_C(0x020000000003)
#define OURS  UINT64_C(0x025300000001)

#define WALL UINT64_C(1764012345)

#define SPONGE                                                                 \
	"sponge = on\nsponge_mac = 02:53:00:00:00:01\n"                        \
	"sponge_ipv4 = 192.0.2.250\n"
#define LAN                                                                    \
	"[lan l]\nprofile = ixp-basic\nipv4 = 192.0.2.0/24\n"                  \
	"ipv6 = 2001:db8::/64\n" SPONGE
/* a and b have configured addresses; c may use any. */
#define PORT_A                                                                 \
	"[port a]\ndevice = net_null0\nlan = l\nmac = 02:00:00:00:00:01\n"     \
	"ipv4 = 192.0.2.1\nipv6 = 2001:db8::1\n"
#define PORT_B                                                                 \
	"[port b]\ndevice = net_null1\nlan = l\nmac = 02:00:00:00:00:02\n"     \
	"ipv4 = 192.0.2.2\n"
#define PORT_C "[port c]\ndevice = net_null2\nlan = l\nmac_limit = 10\n"
#define PORTS  PORT_A PORT_B PORT_C

static struct ipaddr
address(const char *text)
{
	struct ipaddr a;

	ck_assert_int_eq(
		ipaddr_parse(text, strchr(text, ':') != NULL ? 6 : 4, &a), 0);
	return a;
}

/*
 * Sets a state as an operator does; an IPv6 address gets its slot for 'port'.
 */
static void
set(const char *ip, enum sponge_kind kind, uint64_t mac, const char *port)
{
	struct lan_rt *l = runtime_lan(f, "l");
	struct ipaddr a = address(ip);
	uint32_t slot;
	struct net_rt *n = neigh_find(l, &a, &slot);

	if (n == NULL)
		n = neigh_add6(l, a.octet, fabric_port_id(f, port), &slot);
	ck_assert_ptr_nonnull(n);
	sponge_set(n->sponge, slot, kind, 0, mac, f->now);
}

/* Seen there, in ARP or an advertisement. */
static void
see(const char *ip, uint64_t mac, const char *port)
{
	struct lan_rt *l = runtime_lan(f, "l");
	struct ipaddr a = address(ip);
	struct port_rt *p = runtime_port(f, port);
	uint32_t slot;
	struct net_rt *n = neigh_find(l, &a, &slot);

	if (n == NULL)
		n = neigh_add6(l, a.octet, p->id, &slot);
	ck_assert_ptr_nonnull(n);
	neigh_seen(n, slot, mac, p, true);
}

/* "alive 02:...", "static", or "-" for an address without a slot. */
static const char *
look(const char *ip)
{
	static char text[64];
	struct ipaddr a = address(ip);
	struct sponge_address there;
	char mac[MAC_TEXT_SIZE];
	uint32_t slot;
	struct net_rt *n = neigh_find(runtime_lan(f, "l"), &a, &slot);

	if (n == NULL || n->sponge == NULL ||
	    !sponge_look(n->sponge, slot, &there))
		return "-";
	snprintf(text, sizeof(text), "%s%s%s",
		 sponge_kind_name(there.state.kind), there.mac != 0 ? " " : "",
		 there.mac != 0 ? mac_format(there.mac, mac) : "");
	return text;
}

static char *
write_state(size_t *size)
{
	struct sponge_text *t = sponge_state_begin(f, WALL);
	int rc;
	char *text;

	do
		rc = sponge_state_part(t);
	while (rc == 1);
	ck_assert_int_eq(rc, 0);
	text = sponge_state_end(t, size);
	ck_assert_ptr_nonnull(text);
	ck_assert_uint_eq(strlen(text), *size);
	return text;
}

static struct sponge_taken taken;

static int
take_at(const char *text, uint64_t wall)
{
	return sponge_state_take(f, text, strlen(text), wall, &taken);
}

/* The rows of LAN l, as of now. */
static int
take(const char *rows)
{
	char text[4096];

	snprintf(text, sizeof(text),
		 "{\"format\": \"ixfabric sponge\", \"version\": 1, "
		 "\"written\": %lu, \"lans\": {\"l\": [%s]}}",
		 (unsigned long)WALL, rows);
	return take_at(text, WALL);
}

/* Writes the states of 'before' at 'wall' and takes them into 'after'. */
static int
restart(const char *after, uint64_t wall)
{
	size_t size;
	char *text = write_state(&size);
	int rc;

	begin(after);
	harness_forget_events(h);
	rc = take_at(text, wall);
	free(text);
	return rc;
}

START_TEST(static_and_alive_stay_and_dead_is_cleared)
{
	begin(LAN PORTS);
	set("192.0.2.9", SPONGE_STATIC, 0, NULL);
	set("192.0.2.8", SPONGE_DEAD, 0, NULL);
	set("192.0.2.7", SPONGE_PENDING, 0, NULL);
	see("192.0.2.1", ALICE, "a");
	ck_assert_int_eq(restart(LAN PORTS, WALL + 30), 0);
	ck_assert_str_eq(look("192.0.2.9"), "static");
	ck_assert_str_eq(look("192.0.2.8"), "none");
	ck_assert_str_eq(look("192.0.2.7"), "alive");
	ck_assert_str_eq(look("192.0.2.1"), "alive 02:00:00:00:00:01");
	ck_assert_str_eq(look("192.0.2.2"), "alive");
	ck_assert_uint_eq(taken.age, 30);
	ck_assert_uint_eq(taken.fixed, 1);
	ck_assert_uint_eq(taken.cleared, 1);
	ck_assert_uint_eq(taken.alive, 1);
	ck_assert_uint_eq(taken.dead, 0);
	ck_assert_uint_eq(taken.unused, 0);
}
END_TEST

START_TEST(without_a_text_states_are_initial)
{
	begin(LAN PORTS);
	set("192.0.2.9", SPONGE_STATIC, 0, NULL);
	see("192.0.2.1", ALICE, "a");
	begin(LAN PORTS);
	ck_assert_str_eq(look("192.0.2.9"), "alive");
	ck_assert_str_eq(look("192.0.2.1"), "alive");
}
END_TEST

START_TEST(dead_stays_dead_in_static_mode)
{
	begin(LAN "sponge_static = on\n" PORTS);
	set("192.0.2.8", SPONGE_DEAD, 0, NULL);
	set("192.0.2.9", SPONGE_STATIC, 0, NULL);
	ck_assert_int_eq(restart(LAN "sponge_static = on\n" PORTS, WALL), 0);
	ck_assert_str_eq(look("192.0.2.8"), "dead");
	ck_assert_str_eq(look("192.0.2.9"), "static");
	ck_assert_uint_eq(taken.dead, 1);
	ck_assert_uint_eq(taken.cleared, 0);
}
END_TEST

START_TEST(alive_is_kept_with_another_init)
{
	begin(LAN PORTS);
	see("192.0.2.1", ALICE, "a");
	ck_assert_int_eq(restart(LAN "sponge_init = dead\n" PORTS, WALL), 0);
	ck_assert_str_eq(look("192.0.2.1"), "alive 02:00:00:00:00:01");
	ck_assert_str_eq(look("192.0.2.2"), "dead");
}
END_TEST

START_TEST(pending_and_none_are_left_out_silently)
{
	size_t size;
	char *text;

	begin(LAN PORTS);
	set("192.0.2.7", SPONGE_PENDING, 0, NULL);
	set("192.0.2.6", SPONGE_NONE, 0, NULL);
	text = write_state(&size);
	ck_assert_ptr_null(strstr(text, "192.0.2."));
	free(text);
	begin(LAN PORTS);
	ck_assert_int_eq(take("[\"pending\", \"192.0.2.7\", \"\"], "
			      "[\"none\", \"192.0.2.6\"]"),
			 0);
	ck_assert_str_eq(look("192.0.2.7"), "alive");
	ck_assert_str_eq(look("192.0.2.6"), "alive");
	ck_assert_uint_eq(taken.unused, 0);
}
END_TEST

/* What an operator has ordered does not age, and the rest does. */
START_TEST(only_static_addresses_outlive_the_limit_of_the_age)
{
	begin(LAN PORTS);
	set("192.0.2.9", SPONGE_STATIC, 0, NULL);
	set("2001:db8::9", SPONGE_STATIC, 0, "a");
	set("192.0.2.2", SPONGE_ALIVE, UINT64_C(0x020000000002), NULL);
	ck_assert_int_eq(restart(LAN PORTS, WALL + 600 + (uint64_t)_i), 0);
	ck_assert_str_eq(look("192.0.2.9"), "static");
	ck_assert_str_eq(look("2001:db8::9"), "static");
	ck_assert_uint_eq(taken.fixed, 2);
	ck_assert_uint_eq(taken.alive, _i == 0);
	ck_assert(taken.stale == (_i == 1));
	ck_assert_str_eq(taken.why,
			 _i == 0 ? "" : "it is 601 s old, and state_age 600 s");
}
END_TEST

START_TEST(limit_of_the_age_is_configured)
{
	begin(LAN PORTS);
	set("192.0.2.9", SPONGE_STATIC, 0, NULL);
	ck_assert_int_eq(restart("[fabric]\nstate_age = 20s\n" LAN PORTS,
				 WALL + 20 + (uint64_t)_i),
			 0);
	ck_assert(taken.stale == (_i == 1));
	ck_assert_str_eq(look("192.0.2.9"), "static");
}
END_TEST

START_TEST(only_static_addresses_are_taken_from_the_future)
{
	begin(LAN PORTS);
	set("192.0.2.9", SPONGE_STATIC, 0, NULL);
	set("192.0.2.2", SPONGE_ALIVE, UINT64_C(0x020000000002), NULL);
	ck_assert_int_eq(restart(LAN PORTS, WALL - (uint64_t)_i), 0);
	ck_assert_str_eq(look("192.0.2.9"), "static");
	ck_assert_uint_eq(taken.alive, _i == 0);
	if (_i == 1)
		ck_assert_ptr_nonnull(strstr(taken.why, "the future"));
}
END_TEST

/* A row without MAC address would have no more than the initial state. */
START_TEST(alive_without_a_mac_address_is_not_written)
{
	size_t size;
	char *text;

	begin(LAN "sponge_init = none\n" PORTS);
	set("192.0.2.5", SPONGE_ALIVE, 0, NULL);
	set("192.0.2.6", SPONGE_ALIVE, CAROL, NULL);
	text = write_state(&size);
	ck_assert_ptr_null(strstr(text, "192.0.2.5"));
	ck_assert_ptr_nonnull(strstr(text, "192.0.2.6"));
	free(text);
}
END_TEST

/* Whether an ALIVE address is taken, with another configuration. */
static const struct moved {
	const char *ip;
	uint64_t mac;
	const char *port; /* it was seen on */
	const char *after;
	bool kept;
} moved[] = {
	{ "192.0.2.1", ALICE, "a", LAN PORTS, true },
	/* The address belongs to another port. */
	{ "192.0.2.1", ALICE, "a",
	  LAN "[port a]\ndevice = net_null0\nlan = l\nmac = "
	      "02:00:00:00:00:01\n" PORT_B "ipv4 = 192.0.2.1\n" PORT_C,
	  false },
	/* The port has other MAC addresses, or one more. */
	{ "192.0.2.1", ALICE, "a",
	  LAN "[port a]\ndevice = net_null0\nlan = l\nmac = 02:00:00:00:00:0a\n"
	      "ipv4 = 192.0.2.1\n" PORT_B PORT_C,
	  false },
	{ "192.0.2.1", ALICE, "a",
	  LAN PORT_A "mac = 02:00:00:00:00:0a\n" PORT_B PORT_C, true },
	/* ... that is now the one of another port, or of the fabric. */
	{ "192.0.2.77", CAROL, "c", LAN PORTS, true },
	{ "192.0.2.77", CAROL, "c",
	  LAN PORT_A "mac = 02:00:00:00:00:03\n" PORT_B PORT_C, false },
	{ "192.0.2.77", CAROL, "c",
	  "[lan l]\nprofile = ixp-basic\nipv4 = 192.0.2.0/24\nsponge = on\n"
	  "sponge_mac = 02:00:00:00:00:03\n[port c]\ndevice = net_null2\n"
	  "lan = l\nmac_limit = 10\n",
	  false },
	/* The port may send from its list alone now, or is gone, or elsewhere. */
	{ "192.0.2.77", CAROL, "c",
	  LAN PORT_A PORT_B
	  "[port c]\ndevice = net_null2\nlan = l\nmac = 02:00:00:00:00:0c\n",
	  false },
	{ "192.0.2.77", CAROL, "c", LAN PORT_A PORT_B, false },
	{ "192.0.2.77", CAROL, "c",
	  LAN PORT_A PORT_B
	  "[lan m]\n"
	  "profile = open\n[port c]\ndevice = net_null2\nlan = m\n",
	  false },
	/* No port has the address any more, and its old port still exists. */
	{ "192.0.2.1", ALICE, "a",
	  LAN
	  "[port a]\ndevice = net_null0\nlan = l\nmac = 02:00:00:00:00:01\n",
	  true },
	/* The prefix is another one. */
	{ "192.0.2.77", CAROL, "c",
	  "[lan l]\nprofile = ixp-basic\n"
	  "ipv4 = 192.0.2.0/26\nsponge = on\n"
	  "sponge_mac = 02:53:00:00:00:01\n" PORT_C,
	  false },
	{ "2001:db8::1", ALICE, "a", LAN PORTS, true },
	{ "2001:db8::77", CAROL, "c", LAN PORTS, true },
	{ "2001:db8::77", CAROL, "c", LAN PORT_A PORT_B, false },
	{ "2001:db8::77", CAROL, "c",
	  "[lan l]\nprofile = ixp-basic\n"
	  "ipv6 = 2001:db8:1::/64\nsponge = on\n"
	  "sponge_mac = 02:53:00:00:00:01\n" PORT_C,
	  false },
};

START_TEST(alive_stays_where_the_configuration_allows_it)
{
	const struct moved *m = &moved[_i];
	char mac[MAC_TEXT_SIZE];

	begin(LAN PORTS);
	see(m->ip, m->mac, m->port);
	ck_assert_int_eq(restart(m->after, WALL), 0);
	ck_assert_uint_eq(taken.alive, m->kept);
	ck_assert_uint_eq(taken.unused, !m->kept);
	ck_assert_int_eq(strstr(look(m->ip), mac_format(m->mac, mac)) != NULL,
			 m->kept);
}
END_TEST

/* Set by an operator: kept where the configuration has an owner. */
START_TEST(mac_address_never_seen_needs_a_port)
{
	begin(LAN PORTS);
	see("192.0.2.78", ALICE, "c");
	set("192.0.2.1", SPONGE_ALIVE, ALICE, NULL);
	set("192.0.2.77", SPONGE_ALIVE, CAROL, NULL);
	set("192.0.2.78", SPONGE_ALIVE, CAROL, NULL);
	ck_assert_int_eq(restart(LAN PORTS, WALL), 0);
	ck_assert_str_eq(look("192.0.2.1"), "alive 02:00:00:00:00:01");
	ck_assert_str_eq(look("192.0.2.77"), "alive");
	ck_assert_str_eq(look("192.0.2.78"), "alive");
	ck_assert_uint_eq(taken.unused, 2);
}
END_TEST

START_TEST(each_lan_has_its_own_states)
{
	static const char *const two =
		LAN PORTS "[lan m]\nprofile = ixp-basic\nipv4 = 192.0.2.0/24\n"
			  "sponge = on\nsponge_mac = 02:53:00:00:00:02\n";
	struct sponge_address a;

	begin(two);
	set("192.0.2.9", SPONGE_STATIC, 0, NULL);
	sponge_set(runtime_lan(f, "m")->nets->sponge, 8, SPONGE_STATIC, 0, 0,
		   f->now);
	ck_assert_int_eq(restart(two, WALL), 0);
	ck_assert_uint_eq(taken.fixed, 2);
	ck_assert_str_eq(look("192.0.2.9"), "static");
	ck_assert_str_eq(look("192.0.2.8"), "alive");
	ck_assert(sponge_look(runtime_lan(f, "m")->nets->sponge, 8, &a));
	ck_assert_int_eq(a.state.kind, SPONGE_STATIC);
}
END_TEST

/* For an address without an owner, which any port could claim. */
START_TEST(mac_addresses_of_no_member_are_not_taken)
{
	static const char *const bad[] = {
		"00:00:00:00:00:00",
		"ff:ff:ff:ff:ff:ff",
		"01:00:5e:00:00:01",
		"02:53:00:00:00:01",
		"02:00:00:00:00:01",
		"nonsense",
		"",
	};
	char row[128];

	begin(LAN PORTS);
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		snprintf(row, sizeof(row),
			 "[\"alive\", \"192.0.2.77\", \"c\", \"%s\"]", bad[i]);
		ck_assert_int_eq(take(row), 0);
		ck_assert_uint_eq(taken.unused, 1);
		ck_assert_str_eq(look("192.0.2.77"), "alive");
	}
	ck_assert_str_eq(taken.why,
			 "lan l: 192.0.2.77: it cannot be alive there now");
	ck_assert_int_eq(take("[\"alive\", \"192.0.2.77\", \"c\", "
			      "\"02:00:00:00:00:03\"]"),
			 0);
	ck_assert_str_eq(look("192.0.2.77"), "alive 02:00:00:00:00:03");
}
END_TEST

START_TEST(address_seen_since_the_start_keeps_its_state)
{
	begin(LAN PORTS);
	see("192.0.2.77", BOB, "c");
	see("192.0.2.78", BOB, "c");
	ck_assert_int_eq(take("[\"alive\", \"192.0.2.77\", \"c\", "
			      "\"02:00:00:00:00:03\"],"
			      "[\"dead\", \"192.0.2.78\", \"\"],"
			      "[\"alive\", \"192.0.2.79\", \"c\", "
			      "\"02:00:00:00:00:03\"],"
			      "[\"dead\", \"192.0.2.80\", \"\"]"),
			 0);
	ck_assert_str_eq(look("192.0.2.77"), "alive 02:00:00:00:00:02");
	ck_assert_str_eq(look("192.0.2.78"), "alive 02:00:00:00:00:02");
	ck_assert_str_eq(look("192.0.2.79"), "alive 02:00:00:00:00:03");
	ck_assert_str_eq(look("192.0.2.80"), "none");
}
END_TEST

START_TEST(sponges_that_have_not_begun_yet_begin)
{
	begin(PORTS "[lan l]\nprofile = open\n");
	harness_apply(h, LAN PORTS);
	ck_assert_int_eq(take("[\"static\", \"192.0.2.9\", \"\"]"), 0);
	ck_assert_uint_eq(taken.fixed, 1);
	harness_at(h, START + CLOCK_SECOND);
	ck_assert_str_eq(look("192.0.2.9"), "static");
}
END_TEST

START_TEST(a_lan_without_a_sponge_takes_nothing)
{
	begin(LAN PORTS);
	set("192.0.2.9", SPONGE_STATIC, 0, NULL);
	set("192.0.2.8", SPONGE_DEAD, 0, NULL);
	ck_assert_int_eq(restart(_i == 0 ? "[lan l]\nprofile = ixp-basic\n"
					   "ipv4 = 192.0.2.0/24\n" PORTS
					 : "[lan k]\nprofile = ixp-basic\n"
					   "ipv4 = 192.0.2.0/24\n" SPONGE,
				 WALL),
			 0);
	ck_assert_uint_eq(taken.unused, 2);
	ck_assert_uint_eq(taken.fixed, 0);
	ck_assert_str_eq(taken.why, "lan l: there is no sponge");
	ck_assert_int_eq(sponge_state_is_wanted(f), _i == 1);
}
END_TEST

/* The ends of a prefix and the fabric's own address have no state to keep. */
START_TEST(ends_and_own_addresses_are_neither_written_nor_taken)
{
	size_t size;
	char *text;

	begin(LAN "sponge_network = on\n" PORTS);
	text = write_state(&size);
	ck_assert_ptr_null(strstr(text, "static"));
	free(text);
	ck_assert_str_eq(look("192.0.2.255"), "static");
	ck_assert_int_eq(
		take("[\"dead\", \"192.0.2.255\", \"\"],"
		     "[\"alive\", \"192.0.2.0\", \"c\", \"02:00:00:00:00:03\"],"
		     "[\"static\", \"192.0.2.250\", \"\"],"
		     "[\"static\", \"fe80::53:ff:fe00:1\", \"\"]"),
		0);
	ck_assert_uint_eq(taken.unused, 4);
	ck_assert_str_eq(look("192.0.2.255"), "static");
	ck_assert_str_eq(look("192.0.2.0"), "static");
	ck_assert_str_eq(look("192.0.2.250"), "-");
	ck_assert_str_eq(look("fe80::53:ff:fe00:1"), "-");
}
END_TEST

START_TEST(ipv6_addresses_have_their_slots_again)
{
	struct ipaddr a = address("2001:db8::77");
	const struct neightab6_entry *e;
	struct net_rt *n;
	uint32_t slot;

	begin(LAN "sponge_link_local = on\n" PORTS);
	set("2001:db8::77", SPONGE_STATIC, 0, "c");
	set("2001:db8::78", SPONGE_DEAD, 0, "b");
	set("fe80::9", SPONGE_STATIC, 0, "a");
	see("2001:db8::1", ALICE, "a");
	see("2001:db8::79", CAROL, "c");
	ck_assert_int_eq(restart(LAN "sponge_link_local = on\n" PORTS, WALL),
			 0);
	ck_assert_str_eq(look("2001:db8::77"), "static");
	ck_assert_str_eq(look("2001:db8::78"), "none");
	ck_assert_str_eq(look("fe80::9"), "static");
	ck_assert_str_eq(look("2001:db8::1"), "alive 02:00:00:00:00:01");
	ck_assert_str_eq(look("2001:db8::79"), "alive 02:00:00:00:00:03");
	ck_assert_uint_eq(taken.unused, 0);
	n = neigh_find(runtime_lan(f, "l"), &a, &slot);
	e = neightab6_entry(n->table, slot);
	ck_assert_uint_eq(e->port, fabric_port_id(f, "c"));
	ck_assert_uint_eq(e->rank, NEIGHTAB6_STAYS);
}
END_TEST

START_TEST(a_static_ipv6_address_outlives_its_port_and_a_dead_one_does_not)
{
	struct ipaddr a = address("2001:db8::77");
	struct net_rt *n;
	uint32_t slot;

	begin(LAN "sponge_static = on\n" PORTS);
	set("2001:db8::77", SPONGE_STATIC, 0, "c");
	set("2001:db8::78", SPONGE_DEAD, 0, "c");
	ck_assert_int_eq(restart(LAN "sponge_static = on\n" PORT_A, WALL), 0);
	ck_assert_str_eq(look("2001:db8::77"), "static");
	ck_assert_str_eq(look("2001:db8::78"), "-");
	ck_assert_uint_eq(taken.unused, 1);
	/* Nor does an apply take it. */
	harness_apply(h, LAN "sponge_static = on\n" PORT_A PORT_B);
	harness_at(h, START + CLOCK_SECOND);
	ck_assert_str_eq(look("2001:db8::77"), "static");
	n = neigh_find(runtime_lan(f, "l"), &a, &slot);
	ck_assert_uint_eq(neightab6_entry(n->table, slot)->port, PORTS_MAX);
}
END_TEST

/* The fabric has it, wherever link-local addresses are sponged. */
START_TEST(the_fabrics_own_ipv6_address_is_not_sponged)
{
	begin(LAN "sponge_link_local = on\n" PORTS);
	ck_assert_int_eq(take("[\"static\", \"fe80::53:ff:fe00:1\", \"c\"],"
			      "[\"static\", \"fe80::53:ff:fe00:2\", \"c\"]"),
			 0);
	ck_assert_uint_eq(taken.unused, 1);
	ck_assert_str_eq(look("fe80::53:ff:fe00:1"), "-");
	ck_assert_str_eq(look("fe80::53:ff:fe00:2"), "static");
}
END_TEST

/* No request or message can have been about them. */
START_TEST(ipv6_addresses_outside_the_lan_get_no_slot)
{
	static const char *const outside[] = { "2001:db8:1::7", "ff02::1",
					       "::", "fe80::9" };
	char row[128];

	begin(LAN PORTS);
	for (size_t i = 0; i < sizeof(outside) / sizeof(outside[0]); i++) {
		snprintf(row, sizeof(row), "[\"static\", \"%s\", \"c\"]",
			 outside[i]);
		ck_assert_int_eq(take(row), 0);
		ck_assert_uint_eq(taken.unused, 1);
		ck_assert_str_eq(look(outside[i]), "-");
	}
}
END_TEST

START_TEST(no_text_fills_more_than_the_shares_of_its_ports)
{
	char row[64];
	unsigned int fixed = 0;
	struct net_rt *n;

	begin(LAN "nd_max_targets = 256\n" PORTS);
	for (unsigned int i = 0; i < 1000; i++) {
		snprintf(row, sizeof(row), "[\"static\", \"2001:db8::1:%x\"]",
			 i);
		ck_assert_int_eq(take(row), 0);
		fixed += taken.fixed;
	}
	n = runtime_lan(f, "l")->nets;
	while (!n->six)
		n = n->next;
	ck_assert_uint_le(fixed, neightab6_share(256));
	ck_assert_uint_le(neightab6_count(n->table), 1 + neightab6_share(256));
	/* A request from the LAN finds room. */
	set("2001:db8::2:1", SPONGE_DEAD, 0, "c");
	ck_assert_str_eq(look("2001:db8::2:1"), "dead");
}
END_TEST

START_TEST(the_journal_is_not_filled_and_the_log_of_the_lan_has_it)
{
	const struct neigh *r;

	begin(LAN PORTS);
	harness_forget_events(h);
	r = runtime_lan(f, "l")->neigh;
	ck_assert_int_eq(take("[\"static\", \"192.0.2.9\", \"\"]"), 0);
	ck_assert_uint_eq(harness_events(h), 0);
	ck_assert_ptr_nonnull(strstr(r->line[(r->nlines - 1) % NEIGH_LOG].text,
				     "static sponging: ip=192.0.2.9"));
	/* After that the log works as before. */
	set("192.0.2.10", SPONGE_STATIC, 0, NULL);
	ck_assert_uint_eq(harness_events(h), 1);
}
END_TEST

/* A request to all, from Carol at port c. */
static void
request(const char *ip)
{
	uint8_t *frame = harness_frame(h, CAROL, MAC_BROADCAST, FRAME_ARP, 60);
	struct ipaddr a = address(ip);

	memcpy(frame + FRAME_HEADER + 14, "\xc0\0\x02\x4d", 4);
	memcpy(frame + FRAME_HEADER + 24, a.octet, 4);
	harness_send(h, "c", frame, 60);
}

START_TEST(static_address_is_answered_for_after_learning)
{
	const uint8_t *frame;
	uint32_t len;

	begin(LAN PORTS);
	ck_assert_int_eq(take("[\"static\", \"192.0.2.9\", \"\"]"), 0);
	harness_at(h, START + 3 * CLOCK_SECOND);
	request("192.0.2.9");
	ck_assert_uint_eq(harness_sent(h, "a"), 1);
	harness_at(h, START + 5 * CLOCK_SECOND);
	request("192.0.2.9");
	ck_assert_uint_eq(harness_sent(h, "a"), 0);
	ck_assert_uint_eq(harness_sent(h, "c"), 1);
	frame = harness_last(h, "c", &len);
	ck_assert_mem_eq(frame + FRAME_HEADER + 8,
			 "\x02\x53\0\0\0\x01\xc0\0\x02\x09", 10);
	request("192.0.2.10");
	ck_assert_uint_eq(harness_sent(h, "a"), 1);
	ck_assert_uint_eq(harness_sent(h, "c"), 0);
}
END_TEST

/* Broken texts. */

/* A number for the states of all addresses of the LAN. */
static uint64_t
fingerprint(void)
{
	uint64_t sum = 0;

	for (const struct net_rt *n = runtime_lan(f, "l")->nets; n != NULL;
	     n = n->next)
		for (uint32_t i = 0; i < n->neightab->n; i++) {
			struct sponge_address a;

			if (sponge_look(n->sponge, i, &a))
				sum = sum * 31 + i + a.mac +
				      (uint64_t)a.state.kind;
		}
	return sum;
}

START_TEST(a_text_that_is_cut_anywhere_changes_nothing)
{
	uint64_t before;
	size_t size;
	char *text, *cut;

	begin(LAN PORTS);
	set("192.0.2.9", SPONGE_STATIC, 0, NULL);
	set("192.0.2.8", SPONGE_DEAD, 0, NULL);
	set("2001:db8::77", SPONGE_STATIC, 0, "c");
	see("192.0.2.1", ALICE, "a");
	text = write_state(&size);
	begin(LAN PORTS);
	before = fingerprint();
	/* Except for the newline at its end, which is not part of it. */
	for (size_t n = 0; n < size - 1; n++) {
		cut = malloc(n + 1);
		memcpy(cut, text, n);
		ck_assert_int_eq(sponge_state_take(f, cut, n, WALL, &taken),
				 -EINVAL);
		ck_assert_uint_eq(
			strncmp(taken.why, "it is not whole: line ", 22), 0);
		free(cut);
	}
	ck_assert_uint_eq(fingerprint(), before);
	ck_assert_int_eq(take_at(text, WALL), 0);
	ck_assert_uint_ne(fingerprint(), before);
	free(text);
}
END_TEST

#define HEAD "{\"format\": \"ixfabric sponge\", "
#define REST                                                                   \
	"\"written\": 1764012345, \"lans\": {\"l\": "                          \
	"[[\"static\", \"192.0.2.9\", \"\"]]}}"

static const struct {
	const char *text;
	const char *why; /* NULL: taken */
} texts[] = {
	{ HEAD "\"version\": 1, " REST, NULL },
	{ HEAD "\"version\": 1, \"more\": [1], " REST, NULL },
	{ HEAD "\"version\": 2, " REST, "its version is not 1" },
	{ HEAD "\"version\": 0, " REST, "its version is not 1" },
	{ HEAD "\"version\": \"1\", " REST, "its version is not 1" },
	{ HEAD "\"version\": 1.0, " REST, "its version is not 1" },
	{ HEAD REST, "its version is not 1" },
	{ "{\"version\": 1, " REST, "it is another kind of file" },
	{ "{\"format\": \"another\", \"version\": 1, " REST,
	  "it is another kind of file" },
	{ "[]", "it is another kind of file" },
	{ "[" HEAD "\"version\": 1, " REST "]", "it is another kind of file" },
	{ "", "it is not whole: line 1" },
	{ "7", "it is not whole: line 1" },
	{ "[lan l]\nipv4 = 192.0.2.0/24\n", "it is not whole: line 1" },
	{ HEAD "\"version\": 1, " REST "x", "it is not whole: line 1" },
	{ HEAD "\"version\": 1, \"version\": 1, " REST,
	  "it is not whole: line 1" },
	{ HEAD "\"version\": 1, \"written\": 1764012345}",
	  "it has no time or no LANs" },
	{ HEAD "\"version\": 1, \"written\": 1764012345, \"lans\": []}",
	  "it has no time or no LANs" },
	{ HEAD "\"version\": 1, \"lans\": {}}", "it has no time or no LANs" },
	{ HEAD "\"version\": 1, \"written\": -1, \"lans\": {}}",
	  "it has no time or no LANs" },
	{ HEAD "\"version\": 1, \"written\": \"now\", \"lans\": {}}",
	  "it has no time or no LANs" },
};

START_TEST(text_of_another_kind_is_rejected_with_its_reason)
{
	begin(LAN PORTS);
	ck_assert_int_eq(take_at(texts[_i].text, WALL),
			 texts[_i].why != NULL ? -EINVAL : 0);
	ck_assert_str_eq(taken.why, texts[_i].why ?: "");
	ck_assert_str_eq(look("192.0.2.9"),
			 texts[_i].why == NULL ? "static" : "alive");
}
END_TEST

/* Of "[static 192.0.2.9], ROW, [static 192.0.2.10]" the other two are taken. */
static const struct {
	const char *row;
	const char *why;
} rows[] = {
	{ "7", "lan l: not an address" },
	{ "null", "lan l: not an address" },
	{ "{}", "lan l: not an address" },
	{ "[]", "lan l: not an address" },
	{ "[[[[[]]]]]", "lan l: not an address" },
	{ "[\"static\"]", "lan l: not an address" },
	{ "[\"static\", 7]", "lan l: not an address" },
	{ "[\"static\", \"192.0.2.300\"]", "lan l: not an address" },
	{ "[\"static\", \"192.0.2.11/32\"]", "lan l: not an address" },
	{ "[\"static\", \"192.0.2.11\\n\"]", "lan l: not an address" },
	{ "[\"static\", \":\"]", "lan l: not an address" },
	{ "[\"static\", \"192.0.3.11\"]",
	  "lan l: 192.0.3.11: not an address that is sponged" },
	{ "[\"asleep\", \"192.0.2.11\"]",
	  "lan l: 192.0.2.11: there is no such state" },
	{ "[\"\", \"192.0.2.11\"]",
	  "lan l: 192.0.2.11: there is no such state" },
	{ "[7, \"192.0.2.11\"]", "lan l: 192.0.2.11: there is no such state" },
	{ "[\"alive\", \"192.0.2.11\"]",
	  "lan l: 192.0.2.11: it cannot be alive there now" },
	{ "[\"alive\", \"192.0.2.11\", 7, 8]",
	  "lan l: 192.0.2.11: it cannot be alive there now" },
};

START_TEST(invalid_row_is_left_out_alone)
{
	char text[512];

	begin(LAN PORTS);
	snprintf(text, sizeof(text),
		 "[\"static\", \"192.0.2.9\"], %s, "
		 "[\"static\", \"192.0.2.10\"]",
		 rows[_i].row);
	ck_assert_int_eq(take(text), 0);
	ck_assert_uint_eq(taken.unused, 1);
	ck_assert_str_eq(taken.why, rows[_i].why);
	ck_assert_uint_eq(taken.fixed, 2);
	ck_assert_str_eq(look("192.0.2.9"), "static");
	ck_assert_str_eq(look("192.0.2.10"), "static");
	ck_assert_str_eq(look("192.0.2.11"), "alive");
}
END_TEST

START_TEST(names_in_a_text_cannot_write_into_the_log)
{
	begin(LAN PORTS);
	ck_assert_int_eq(
		take_at(HEAD "\"version\": 1, \"written\": 1764012345, "
			     "\"lans\": {\"l\\nixfabricd: all is well\": [7], "
			     "\"m\": 7}}",
			WALL),
		0);
	ck_assert_uint_eq(taken.unused, 2);
	ck_assert_str_eq(taken.why, "lan ?: there is no sponge");
}
END_TEST

/* A disk may return anything. The sanitizers find the faults. */
START_TEST(no_text_does_harm)
{
	size_t size;
	char *text, *bad;

	begin(LAN PORTS);
	set("192.0.2.9", SPONGE_STATIC, 0, NULL);
	set("2001:db8::77", SPONGE_STATIC, 0, "c");
	see("192.0.2.1", ALICE, "a");
	text = write_state(&size);
	srandom(1);
	for (unsigned int i = 0; i < 20000; i++) {
		bad = malloc(size);
		memcpy(bad, text, size);
		for (long n = random() % 4; n >= 0; n--)
			bad[(size_t)random() % size] =
				random() % 2 == 0
					? (char)random()
					: text[(size_t)random() % size];
		sponge_state_take(f, bad, size, WALL, &taken);
		free(bad);
	}
	free(text);
	bad = malloc(100000);
	memset(bad, '[', 100000);
	ck_assert_int_eq(sponge_state_take(f, bad, 100000, WALL, &taken),
			 -EINVAL);
	free(bad);
}
END_TEST

/* In parts. */

START_TEST(an_apply_in_between_ends_the_text)
{
	struct sponge_text *t;

	begin(LAN PORTS);
	t = sponge_state_begin(f, WALL);
	ck_assert_int_eq(sponge_state_part(t), 1);
	harness_apply(h, PORTS "[lan l]\nprofile = open\n");
	harness_at(h, START + CLOCK_SECOND);
	ck_assert_int_eq(sponge_state_part(t), -ESTALE);
	ck_assert_ptr_null(sponge_state_end(t, NULL));
}
END_TEST

#define WIDE                                                                   \
	"[lan l]\nprofile = ixp-basic\nipv4 = 10.1.0.0/16\nsponge = on\n"      \
	"sponge_mac = 02:53:00:00:00:01\n" PORT_C

static double
seconds(void)
{
	struct timespec ts;

	clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &ts);
	return (double)ts.tv_sec + (double)ts.tv_nsec / 1e9;
}

START_TEST(sixty_five_thousand_addresses_survive)
{
	double began, longest = 0, all = 0, took;
	struct sponge_text *t;
	struct net_rt *n;
	char *text;
	size_t size;
	int rc;

	begin(WIDE);
	n = runtime_lan(f, "l")->nets;
	for (uint32_t i = 1; i < 65535; i++)
		neigh_seen(n, i, UINT64_C(0x020000100000) + i,
			   runtime_port(f, "c"), true);
	t = sponge_state_begin(f, WALL);
	do {
		began = seconds();
		rc = sponge_state_part(t);
		took = seconds() - began;
		longest = took > longest ? took : longest;
		all += took;
	} while (rc == 1);
	text = sponge_state_end(t, &size);
	ck_assert_uint_le(size, sponge_state_max(f));
	begin(WIDE);
	began = seconds();
	ck_assert_int_eq(take_at(text, WALL + 1), 0);
	printf("65534 addresses: %zu octets, written in %.1f ms, %.2f at most "
	       "at once, taken in %.1f ms\n",
	       size, all * 1e3, longest * 1e3, (seconds() - began) * 1e3);
	ck_assert_uint_eq(taken.alive, 65534);
	ck_assert_uint_eq(taken.unused, 0);
	n = runtime_lan(f, "l")->nets;
	for (uint32_t i = 1; i < 65535; i++) {
		struct sponge_address a;

		ck_assert(sponge_look(n->sponge, i, &a));
		ck_assert_uint_eq(a.mac, UINT64_C(0x020000100000) + i);
	}
	free(text);
}
END_TEST

/* The longest names and addresses. */
START_TEST(no_text_is_larger_than_what_is_read)
{
	static const char *const name = "a-name-of-thirty-one-characters";
	char config[1024];
	struct net_rt *n;
	size_t size;
	char *text;

	ck_assert_uint_eq(strlen(name), CONFIG_NAME_SIZE - 1);
	snprintf(config, sizeof(config),
		 "[lan l]\nprofile = open\nipv4 = 100.100.100.128/25\n"
		 "sponge = on\nsponge_mac = 02:53:00:00:00:01\n"
		 "[port %s]\ndevice = net_null0\nlan = l\n",
		 name);
	begin(config);
	n = runtime_lan(f, "l")->nets;
	for (uint32_t i = 1; i < 127; i++)
		neigh_seen(n, i, CAROL, runtime_port(f, name), true);
	text = write_state(&size);
	ck_assert_uint_gt(size, 126 * 80);
	ck_assert_uint_le(size, sponge_state_max(f) - (4u << 20));
	free(text);
}
END_TEST

/* An object that a worker may still use belongs to the configuration before. */
START_TEST(retired_lan_has_no_sponge)
{
	begin(LAN PORTS);
	rte_rcu_qsbr_thread_register(f->qs, 0);
	rte_rcu_qsbr_thread_online(f->qs, 0);
	harness_apply(h, "[fabric]\nname = empty\n");
	ck_assert(!retire_poll(f));
	ck_assert(!sponge_state_is_wanted(f));
	rte_rcu_qsbr_quiescent(f->qs, 0);
	ck_assert(retire_poll(f));
	rte_rcu_qsbr_thread_unregister(f->qs, 0);
}
END_TEST

static void
rules(Suite *s)
{
	TCase *tc = fixture_case(s, "rules", NULL);

	tcase_add_test(tc, static_and_alive_stay_and_dead_is_cleared);
	tcase_add_test(tc, without_a_text_states_are_initial);
	tcase_add_test(tc, dead_stays_dead_in_static_mode);
	tcase_add_test(tc, alive_is_kept_with_another_init);
	tcase_add_test(tc, pending_and_none_are_left_out_silently);
	tcase_add_loop_test(
		tc, only_static_addresses_outlive_the_limit_of_the_age, 0, 2);
	tcase_add_loop_test(tc, limit_of_the_age_is_configured, 0, 2);
	tcase_add_loop_test(tc, only_static_addresses_are_taken_from_the_future,
			    0, 2);
	tcase_add_test(tc, alive_without_a_mac_address_is_not_written);
	tcase_add_loop_test(tc, alive_stays_where_the_configuration_allows_it,
			    0, sizeof(moved) / sizeof(moved[0]));
	tcase_add_test(tc, mac_address_never_seen_needs_a_port);
	tcase_add_test(tc, each_lan_has_its_own_states);
	tcase_add_test(tc, mac_addresses_of_no_member_are_not_taken);
	tcase_add_test(tc, address_seen_since_the_start_keeps_its_state);
	tcase_add_test(tc, sponges_that_have_not_begun_yet_begin);
	tcase_add_loop_test(tc, a_lan_without_a_sponge_takes_nothing, 0, 2);
	tcase_add_test(tc,
		       ends_and_own_addresses_are_neither_written_nor_taken);
	tcase_add_test(tc, static_address_is_answered_for_after_learning);
	tcase_add_test(tc,
		       the_journal_is_not_filled_and_the_log_of_the_lan_has_it);
}

static void
six(Suite *s)
{
	TCase *tc = fixture_case(s, "six", NULL);

	tcase_add_test(tc, ipv6_addresses_have_their_slots_again);
	tcase_add_test(
		tc,
		a_static_ipv6_address_outlives_its_port_and_a_dead_one_does_not);
	tcase_add_test(tc, the_fabrics_own_ipv6_address_is_not_sponged);
	tcase_add_test(tc, ipv6_addresses_outside_the_lan_get_no_slot);
	tcase_add_test(tc, no_text_fills_more_than_the_shares_of_its_ports);
}

static void
broken(Suite *s)
{
	TCase *tc = fixture_case(s, "broken", NULL);

	tcase_add_test(tc, a_text_that_is_cut_anywhere_changes_nothing);
	tcase_add_loop_test(tc,
			    text_of_another_kind_is_rejected_with_its_reason, 0,
			    sizeof(texts) / sizeof(texts[0]));
	tcase_add_loop_test(tc, invalid_row_is_left_out_alone, 0,
			    sizeof(rows) / sizeof(rows[0]));
	tcase_add_test(tc, names_in_a_text_cannot_write_into_the_log);
	tcase_add_test(tc, no_text_does_harm);
}

static void
parts(Suite *s)
{
	TCase *tc = fixture_case(s, "parts", NULL);

	tcase_add_test(tc, an_apply_in_between_ends_the_text);
	tcase_add_test(tc, sixty_five_thousand_addresses_survive);
	tcase_add_test(tc, no_text_is_larger_than_what_is_read);
	tcase_add_test(tc, retired_lan_has_no_sponge);
}

int
main(void)
{
	Suite *s = suite_create("sponge_state");

	rules(s);
	six(s);
	broken(s);
	parts(s);
	return check_run(s);
}
