/* SPDX-License-Identifier: BSD-3-Clause */
/* At which ports workers check data for signs of life. */
#include <stdio.h>
#include <string.h>

#include "fabric/neigh/neigh_impl.h"
#include "tests/pipe/fixture.h"
#include "tests/pipe/message.h"
#include "tests/random32.h"

#define PORTS 8 /* more ids than there are at a time */

#define FAST                                                                   \
	"arp_pps = 1000000\nnd_pps = 1000000\narp_burst = 1000000\n"           \
	"nd_burst = 1000000\nstorm_bcast = off\nstorm_mcast = off\n"
#define ON                                                                     \
	"sponge = on\nsponge_learning = 0s\nsponge_sweep = 0s\n"               \
	"sponge_queuedepth = 10\n" FAST
#define STRICT MESSAGE_LAN "profile = ixp-strict\n"
#define OPEN   MESSAGE_LAN "profile = open\n"
#define ABC    MESSAGE_PORT("a", "1", "") MESSAGE_PORT("b", "2", "") C
#define C      MESSAGE_PORT("c", "3", "")
#define UNKNOWN_PORTS                                                          \
	MESSAGE_UNKNOWN_PORT("a", "")                                          \
	MESSAGE_UNKNOWN_PORT("b", "") MESSAGE_UNKNOWN_PORT("c", "")

/* Checks the ports that are watched, in order. */
static void
expect(const char *ports)
{
	char watched[64] = "";

	for (const char *p = "abc"; *p != '\0'; p++) {
		char name[2] = { *p };
		uint16_t id = fabric_port_id(f, name);

		if (id != FABRIC_NO_PORT &&
		    view_port_state(f->view, id) & PORT_WATCHED)
			strcat(watched, name);
	}
	ck_assert_str_eq(watched, ports);
}

static void
set(struct ipaddr ip, enum sponge_kind kind)
{
	uint32_t slot;
	struct net_rt *n = neigh_find(runtime_lan(f, "l"), &ip, &slot);

	ck_assert_ptr_nonnull(n);
	sponge_set(n->sponge, slot, kind, 0, 0, f->now);
}

START_TEST(no_port_is_watched_while_all_addresses_are_alive)
{
	struct ipaddr b = message_ip(FAMILY, 2);

	begin(STRICT ON ABC);
	expect("");
	message_send(h, "b", message_gratuitous(2, b));
	message_send(h, "a",
		     message_data(1, message_ip(FAMILY, 1), b, message_mac(2)));
	expect("");
}
END_TEST

START_TEST(port_of_a_requested_address_is_watched_until_it_sends)
{
	struct ipaddr a = message_ip(FAMILY, 1), b = message_ip(FAMILY, 2);

	begin(STRICT ON ABC);
	message_send(h, "a", message_request(1, b));
	expect("b");
	message_send(h, "b", message_reply(2, b, 1));
	expect("");
	message_send(h, "a", message_request(1, b));
	expect("b");
	message_send(h, "b", message_data(2, b, a, message_mac(1)));
	expect("");
}
END_TEST

START_TEST(port_of_a_dead_address_is_watched_wherever_it_moves)
{
	struct ipaddr b = message_ip(FAMILY, 2);

	begin(STRICT ON ABC);
	set(b, SPONGE_DEAD);
	expect("b");
	harness_apply(h, STRICT ON MESSAGE_PORT("a", "1", "") C
		      "[port b]\ndevice = net_null_b\nlan = l\n"
		      "mac = 02:00:00:00:00:09\n"
		      "ipv4 = 192.0.2.9\nipv6 = 2001:db8::9\n"
		      "[port d]\ndevice = net_null_d\nlan = l\n"
		      "mac = 02:00:00:00:00:02\n"
		      "ipv4 = 192.0.2.2\nipv6 = 2001:db8::2\n");
	expect("");
	harness_apply(h, STRICT ON ABC);
	harness_at(h, START + 1);
	expect("b");
	harness_apply(h, STRICT ABC);
	expect("");
}
END_TEST

START_TEST(port_is_not_watched_for_a_lan_that_is_gone)
{
	begin(STRICT ON ABC);
	set(message_ip(4, 2), SPONGE_DEAD);
	expect("b");
	harness_apply(h, "[lan m]\nipv4 = 192.0.2.0/24\nipv6 = 2001:db8::/64\n"
			 "[port b]\ndevice = net_null_b\nlan = m\n"
			 "mac = 02:00:00:00:00:02\n"
			 "ipv4 = 192.0.2.2\nipv6 = 2001:db8::2\n");
	expect("");
}
END_TEST

/* A port that is held to its addresses cannot have it. */
START_TEST(unbound_address_is_watched_at_ports_without_bindings)
{
	struct ipaddr ip = message_ip(FAMILY, 7);

	begin(STRICT ON ABC);
	message_send(h, "a", message_request(1, ip));
	set(ip, SPONGE_DEAD);
	expect("");
	harness_apply(h, STRICT ON MESSAGE_PORT("a", "1", "") C
		      "[port b]\ndevice = net_null_b\nlan = l\n"
		      "mac = 02:00:00:00:00:02\n");
	expect("b");
	harness_apply(h, STRICT ON "check = ip4_spoof log\n"
				   "check = ip6_spoof log\n" ABC);
	expect("abc");
	harness_apply(h, STRICT ON ABC);
	expect("");
}
END_TEST

START_TEST(address_without_a_binding_is_watched_where_it_was_last_seen)
{
	struct ipaddr ip = message_ip(FAMILY, 7);

	begin(OPEN ON UNKNOWN_PORTS);
	message_send(h, "a", message_request(1, ip));
	set(ip, SPONGE_DEAD);
	expect("abc");
	message_send(h, "b", message_gratuitous(7, ip));
	expect("");
	set(ip, SPONGE_DEAD);
	expect("b");
	message_send(h, "c", message_gratuitous(7, ip));
	set(ip, SPONGE_DEAD);
	expect("c");
	harness_apply(h, OPEN ON MESSAGE_UNKNOWN_PORT("a", "")
				 MESSAGE_UNKNOWN_PORT("b", ""));
	expect("ab");
}
END_TEST

START_TEST(unknown_address_is_not_watched)
{
	struct ipaddr ip = message_ip(FAMILY, 7);

	begin(OPEN ON "sponge_init = none\n" UNKNOWN_PORTS);
	expect("");
	message_send(h, "a", message_request(1, ip));
	expect("abc");
	set(ip, SPONGE_NONE);
	expect("");
}
END_TEST

START_TEST(first_data_frame_releases_a_dead_address)
{
	struct ipaddr ip = message_ip(FAMILY, 7), a = message_ip(FAMILY, 1);
	uint32_t slot;

	begin(OPEN ON UNKNOWN_PORTS);
	message_send(h, "a", message_request(1, ip));
	set(ip, SPONGE_DEAD);
	message_send(h, "c", message_data(7, ip, a, message_mac(1)));
	expect("");
	ck_assert_ptr_nonnull(neigh_find(runtime_lan(f, "l"), &ip, &slot));
}
END_TEST

/* Also if one word covers both prefixes. */
START_TEST(first_data_frame_releases_with_distant_prefixes)
{
	struct ipaddr ip = message_ip_of("10.0.0.7"), a = message_ip(4, 1);

	begin(OPEN ON "ipv4 = 10.0.0.0/24\n" UNKNOWN_PORTS);
	set(ip, SPONGE_DEAD);
	expect("abc");
	message_send(h, "c", message_data(7, ip, a, message_mac(1)));
	expect("");
}
END_TEST

/* A random act of a member or an operator, about one of 100 addresses. */
static void
act_at_random(void)
{
	static const char *const port[] = { "a", "b", "c" };
	unsigned int n = 1 + random32() % 3;
	unsigned int about = 1 + random32() % (random32() % 2 ? 4 : 100);
	struct ipaddr ip = message_ip(random32() % 2 ? 4 : 6, about);
	struct ipaddr own = message_ip(ip.family, n);
	struct net_rt *net;
	uint32_t slot;

	switch (random32() % 5) {
	case 0:
		message_send(h, port[random32() % 3],
			     message_gratuitous(n, own));
		break;
	case 1:
		message_send(h, port[n - 1],
			     message_data(n, own, ip, message_mac(1 + n % 3)));
		break;
	case 2:
		net = neigh_find(runtime_lan(f, "l"), &ip, &slot);
		if (net != NULL && net->sponge != NULL)
			set(ip, random32() % SPONGE_KINDS);
		break;
	default:
		message_send(h, port[n - 1], message_request(n, ip));
	}
}

static void
apply_at_random(void)
{
	static const char *const text[] = {
		STRICT ON "nd_max_targets = 64\n" ABC,
		STRICT ON "nd_max_targets = 64\n" MESSAGE_UNKNOWN_PORT("a", "")
			MESSAGE_PORT("b", "2", "") C,
		OPEN ON "nd_max_targets = 64\n" UNKNOWN_PORTS,
		STRICT "nd_max_targets = 64\n" ABC,
		OPEN ON "nd_max_targets = 64\n" MESSAGE_UNKNOWN_PORT("a", "") C,
		STRICT ON "nd_max_targets = 64\n" MESSAGE_PORT("a", "2", "")
			MESSAGE_PORT("b", "1", "") C,
	};

	harness_apply(h, text[random32() % (sizeof(text) / sizeof(text[0]))]);
}

/* Control and the sponge agree which addresses are watched. */
static void
check_net(const struct net_rt *n)
{
	struct sponge_address known;

	for (uint32_t slot = 0; slot < n->neightab->n; slot++) {
		bool expected =
			n->sponge != NULL &&
			sponge_look(n->sponge, slot, &known) &&
			(known.state.kind != SPONGE_ALIVE || known.depth != 0);

		ck_assert_int_eq(n->address[slot].watched, expected);
	}
}

struct tally {
	uint32_t at[PORTS];
	uint8_t state[PORTS];
	uint32_t anywhere[NEIGH_NETS];
};

static void
count(struct tally *t)
{
	const struct neigh *r = runtime_lan(f, "l")->neigh;

	memset(t, 0, sizeof(*t));
	for (uint16_t i = 0; i < PORTS; i++) {
		t->at[i] = f->port[i] != NULL ? f->port[i]->watched : 0;
		t->state[i] = view_port_state(f->view, i);
	}
	memcpy(t->anywhere, r->anywhere, sizeof(t->anywhere));
}

static void
count_anew(struct lan_rt *l)
{
	neigh_watch_begin(f, l);
	for (struct net_rt *n = l->nets; n != NULL; n = n->next)
		for (uint32_t slot = 0; slot < n->neightab->n; slot++)
			if (!neigh_is_vacant(n, slot))
				neigh_watch_move(n, slot);
	neigh_watch_end(f, l);
}

/* The places do not depend on the order of events. */
START_TEST(counts_are_the_same_when_counted_anew)
{
	struct tally before, anew;

	begin(STRICT ON "nd_max_targets = 64\n" ABC);
	for (unsigned int i = 0; i < CHECK_ROUNDS(10000); i++) {
		if (random32() % 100 == 0)
			apply_at_random();
		else if (fabric_port_id(f, "b") != FABRIC_NO_PORT)
			act_at_random();
		harness_at(h, START + i * CLOCK_MILLISECOND);
		for (const struct net_rt *n = runtime_lan(f, "l")->nets;
		     n != NULL; n = n->next)
			check_net(n);
		count(&before);
		count_anew(runtime_lan(f, "l"));
		count(&anew);
		ck_assert_mem_eq(&before, &anew, sizeof(before));
	}
}
END_TEST

int
main(void)
{
	Suite *s = suite_create("watch");
	TCase *tc = fixture_case(s, "ports", NULL);

	tcase_add_loop_test(
		tc, no_port_is_watched_while_all_addresses_are_alive, 0, 2);
	tcase_add_loop_test(
		tc, port_of_a_requested_address_is_watched_until_it_sends, 0,
		2);
	tcase_add_loop_test(
		tc, port_of_a_dead_address_is_watched_wherever_it_moves, 0, 2);
	tcase_add_test(tc, port_is_not_watched_for_a_lan_that_is_gone);
	tcase_add_loop_test(
		tc, unbound_address_is_watched_at_ports_without_bindings, 0, 2);
	tcase_add_loop_test(
		tc, address_without_a_binding_is_watched_where_it_was_last_seen,
		0, 2);
	tcase_add_loop_test(tc, unknown_address_is_not_watched, 0, 2);
	tcase_add_loop_test(tc, first_data_frame_releases_a_dead_address, 0, 2);
	tcase_add_test(tc, first_data_frame_releases_with_distant_prefixes);
	tcase_add_test(tc, counts_are_the_same_when_counted_anew);
	return check_run(s);
}
