/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * What is known of addresses while configurations change: each view has the
 * tables of its own configuration, and an apply leads to the same as a start
 * with that configuration.
 */
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <rte_ring.h>
#include <rte_ring_elem.h>

#include "fabric/apply/apply.h"
#include "fabric/apply/tables.h"
#include "fabric/datapath/lan.h"
#include "fabric/datapath/worker.h"
#include "fabric/view/punt.h"
#include "lib/neightab6.h"
#include "tests/pipe/lan.h"
#include "tests/pipe/message.h"
#include "tests/pipe/settled.h"

#define LAN(keys)    MESSAGE_LAN "profile = ixp-strict\n" keys
#define SPONGE(keys) LAN("sponge = on\nsponge_learning = 0\n" keys)
#define A(keys)      MESSAGE_PORT("a", "1", keys)
#define B(keys)      MESSAGE_PORT("b", "2", keys)
#define C(keys)      MESSAGE_PORT("c", "3", keys)
#define ABC          A("") B("") C("")

/* An NS for an IPv6 address. */
struct ns {
	unsigned int asker;
	struct ipaddr ip;
};

static void
apply(const char *text)
{
	harness_apply(h, text);
	harness_at(h, f->now + CLOCK_MILLISECOND);
}

/*
 * A port whose device is opened anew has a view of its own for that time, and one
 * more when the apply fails and it comes back: of the configuration that runs.
 */
#define B_ANEW                                                                 \
	"[port b]\ndevice = net_null_b,size=80\nlan = l\n"                     \
	"mac = 02:00:00:00:00:02\n"
#define BAD                                                                    \
	"[port d]\ndevice = net_null_bad\nlan = l\nmac = 02:00:00:00:00:04\n"

static const char *const refused[] = {
	/* Other tables ... */
	"[lan l]\nipv4 = 198.51.100.0/24\nipv6 = 2001:db8:1::/64\n"
	"sponge_mac = 02:53:00:00:00:01\nprofile = ixp-strict\n"
	"nd_max_targets = 64\n" B_ANEW BAD,
	LAN("nd_max_targets = 64\n") A("") B_ANEW C("") BAD,
	/* ... or none. */
	"[lan l]\nprofile = open\n" B_ANEW BAD,
	"[lan k]\nprofile = open\n[port b]\ndevice = net_null_b,size=80\n"
	"lan = k\n[port d]\ndevice = net_null_bad\nlan = k\n",
};

START_TEST(rejected_configuration_leaves_the_tables_that_run)
{
	struct ipaddr b4 = message_ip(4, 2), b6 = message_ip(6, 2);
	const struct lan *l;

	begin(LAN("") ABC);
	harness_refuse(h, refused[_i]);
	l = &f->view->lan[0];
	ck_assert_ptr_eq(l->neightab6, net_of(6)->neightab);
	ck_assert_ptr_eq(l->net4[0].neightab, net_of(4)->neightab);
	message_send(h, "a", message_request(1, b4));
	message_expect(h, "b",
		       message_to(message_request(1, b4), message_mac(2)));
	message_send(h, "a", message_request(1, b6));
	message_expect(h, "b",
		       message_to(message_request(1, b6), message_mac(2)));
}
END_TEST

/* ... where there were none. */
START_TEST(rejected_configuration_leaves_no_new_tables)
{
	begin("[lan l]\nprofile = open\n"
	      "[port b]\ndevice = net_null_b\nlan = l\n");
	harness_refuse(h, LAN("") B_ANEW BAD);
	ck_assert_ptr_null(f->view->lan[0].neightab6);
	ck_assert_ptr_null(lan()->nets);
	apply(LAN("") ABC);
	message_send(h, "a", message_request(1, message_ip(6, 2)));
	message_expect(h, "b",
		       message_to(message_request(1, message_ip(6, 2)),
				  message_mac(2)));
}
END_TEST

/*
 * A report that a worker made with the new view, in which the port is in another
 * LAN, or (old) with the one that ends.  Control has not read it yet.
 */
static void
report_before(const char *port, struct ns ns, bool old)
{
	const struct port *now = f->view->port[fabric_port_id(f, port)];
	struct punt p = { .kind = PUNT_NS,
			  .flags = PUNT_IPV6 | PUNT_TO_ALL,
			  .src = message_mac(ns.asker),
			  .lladdr = message_mac(ns.asker),
			  .port = now->id,
			  .stay = now->stay + !old };
	struct ipaddr from = message_ip(6, ns.asker);

	memcpy(p.source.v6, from.octet, 16);
	memcpy(p.target.v6, ns.ip.octet, 16);
	ck_assert_int_eq(
		rte_ring_sp_enqueue_elem(f->worker[0]->punts, &p, sizeof(p)),
		0);
}

START_TEST(report_before_the_end_of_an_apply_counts)
{
	struct ipaddr ip = message_ip(6, 99);
	uint32_t slot;

	begin("[lan k]\nprofile = open\n"
	      "[port c]\ndevice = net_null_c\nlan = k\n");
	report_before("c", (struct ns){ 3, ip }, false);
	harness_apply(h, SPONGE("") ABC);
	ck_assert_uint_eq(lan()->neigh->counts.nd_solicitations, 1);
	ck_assert_ptr_eq(neigh_find(lan(), &ip, &slot), net_of(6));
	/* ... and has its state when the sponge begins. */
	harness_at(h, f->now + CLOCK_MILLISECOND);
	ck_assert_uint_eq(sponge_count(net_of(6)->sponge, SPONGE_NONE), 1);
}
END_TEST

START_TEST(report_from_another_lan_does_not_count)
{
	struct ipaddr ip = message_ip(6, 99);
	uint32_t slot;

	begin("[lan k]\nprofile = open\n"
	      "[port c]\ndevice = net_null_c\nlan = k\n");
	report_before("c", (struct ns){ 3, ip }, true);
	harness_apply(h, SPONGE("") ABC);
	ck_assert_uint_eq(lan()->neigh->counts.nd_solicitations, 0);
	ck_assert_ptr_null(neigh_find(lan(), &ip, &slot));
}
END_TEST

/* All that a LAN knows of its addresses, one line each, sorted. */
static int
by_text(const void *a, const void *b)
{
	return strcmp(*(char *const *)a, *(char *const *)b);
}

static char *
line_of(const struct net_rt *n, uint32_t slot)
{
	uint64_t owner = neightab_get_owner(n->neightab, slot);
	char ip[PREFIX_TEXT_SIZE], *line;
	struct sponge_address there;
	struct ipaddr a;
	bool sponged =
		n->sponge != NULL && sponge_look(n->sponge, slot, &there);

	neigh_address(n, slot, &a);
	ck_assert_int_ge(
		asprintf(&line, "%s owner=%s mac=%lx flags=%lx held=%d %s\n",
			 ipaddr_format(&a, ip),
			 owner != 0 ? f->port[neightab_owner_port(owner)]->name
				    : "",
			 (unsigned long)neightab_owner_mac(owner),
			 (unsigned long)(owner >> 60),
			 neightab_get_held(n->neightab, slot),
			 sponged ? sponge_kind_name(there.state.kind) : "-"),
		0);
	return line;
}

static char *
all_lines(void)
{
	size_t size, count = 0;
	char *text, **line = NULL;
	FILE *out = open_memstream(&text, &size);

	for (const struct net_rt *n = lan()->nets; n != NULL; n = n->next)
		for (uint32_t i = 0; i < n->neightab->n; i++) {
			if (n->six && neightab6_entry(n->table, i) == NULL)
				continue;
			line = realloc(line, (count + 1) * sizeof(*line));
			line[count++] = line_of(n, i);
		}
	if (count > 0)
		qsort(line, count, sizeof(*line), by_text);
	for (size_t i = 0; i < count; i++) {
		fputs(line[i], out);
		free(line[i]);
	}
	free(line);
	fclose(out);
	return text;
}

static const char *const configs[] = {
	SPONGE("") ABC,
	LAN("") ABC,
	LAN("arp_mode = flood\n") ABC,
	LAN("arp_mode = proxy\n") ABC,
	"[lan l]\nprofile = open\n" MESSAGE_UNKNOWN_PORT("a", ""),
	SPONGE("sponge_network = on\n") ABC,
	SPONGE("sponge_network = on\nsponge_suppress = off\n") ABC,
	SPONGE("sponge_link_local = on\n") A("") B("") C("ipv6 = fe80::3\n"),
	SPONGE("") A("") B("") C("ipv6 = fe80::3\n"),
	SPONGE("nd_max_targets = 64\n") A("") C(""),
	SPONGE("") A("") B("ipv4 = 192.0.2.22\n"),
	"[lan l]\nprofile = ixp-strict\nipv4 = 192.0.2.0/25\n"
	"sponge = on\nsponge_learning = 0\nsponge_mac = 02:53:00:00:00:01\n"
	"sponge_ipv4 = 192.0.2.100\nipv6 = 2001:db8::/64\n" ABC,
	"[lan l]\nprofile = ixp-strict\nipv4 = 192.0.2.0/24\nsponge = on\n"
	"sponge_learning = 0\nsponge_mac = 02:53:00:00:00:01\n"
	"sponge_ipv4 = 192.0.2.251\nipv4 = 198.51.100.0/24\n"
	"ipv6 = 2001:db8::/64\n" ABC,
};

#define CONFIGS (sizeof(configs) / sizeof(configs[0]))

/* Compares line by line; names the first line that differs. */
static void
expect_same(const char *after, const char *alone, size_t before)
{
	while (*after != '\0' || *alone != '\0') {
		int n = (int)strcspn(after, "\n"),
		    m = (int)strcspn(alone, "\n");

		ck_assert_msg(n == m && memcmp(after, alone, (size_t)n) == 0,
			      "after %zu: %.*s, alone: %.*s", before, n, after,
			      m, alone);
		after += n + 1;
		alone += m + 1;
	}
}

START_TEST(apply_leads_to_the_same_as_a_start)
{
	char *alone, *after;

	begin(configs[_i]);
	harness_at(h, 10 * CLOCK_SECOND);
	alone = all_lines();
	end();
	for (size_t i = 0; i < CONFIGS; i++) {
		begin(configs[i]);
		apply(configs[_i]);
		harness_at(h, 10 * CLOCK_SECOND);
		after = all_lines();
		expect_same(after, alone, i);
		free(after);
		end();
	}
	free(alone);
	begin(configs[_i]);
}
END_TEST

static struct sponge_address
look(struct ipaddr ip)
{
	struct sponge_address there;
	uint32_t slot;
	struct net_rt *n = neigh_find(lan(), &ip, &slot);

	ck_assert_ptr_nonnull(n);
	ck_assert(sponge_look(n->sponge, slot, &there));
	return there;
}

/* The MAC address in the updates to a member that still sends to the fabric. */
static uint64_t
update_of(struct ipaddr ip)
{
	uint32_t slot;
	const struct net_rt *n = neigh_find(lan(), &ip, &slot);

	return neigh_mac_of(n, slot);
}

START_TEST(a_mac_address_goes_with_the_line_that_allowed_it)
{
	struct ipaddr b = message_ip(FAMILY, 2);

	begin(SPONGE("") ABC);
	message_send(h, "b", message_reply(2, b, 1));
	ck_assert_uint_eq(look(b).mac, message_mac(2));
	apply(SPONGE("") A("") B("mac = 02:00:00:00:00:0b\n") C(""));
	ck_assert_uint_eq(look(b).mac, message_mac(2));
	ck_assert_uint_eq(update_of(b), message_mac(2));
	apply(SPONGE("") A("")
		      C("") "[port b]\ndevice = net_null_b\nlan = l\n"
			    "mac = 02:00:00:00:00:0b\nipv4 = 192.0.2.2\n"
			    "ipv6 = 2001:db8::2\n");
	ck_assert_uint_eq(look(b).mac, 0);
	ck_assert_uint_eq(update_of(b), message_mac(0xb));
}
END_TEST

/* Its port has a 'mac' line and may learn others. */
START_TEST(a_learned_mac_address_survives_unrelated_changes)
{
	struct ipaddr b = message_ip(FAMILY, 2);

	begin(SPONGE("") A("") B("mac_limit = 2\n") C(""));
	message_send(h, "b", message_reply(5, b, 1));
	ck_assert_uint_eq(look(b).mac, message_mac(5));
	apply(SPONGE("") A("") B("mac_limit = 2\n"));
	ck_assert_uint_eq(look(b).mac, message_mac(5));
	ck_assert_uint_eq(update_of(b), message_mac(5));
	apply(SPONGE("") A("") B(""));
	ck_assert_uint_eq(look(b).mac, 0);
}
END_TEST

/* It is not in the list of its port, and goes when that is enforced. */
START_TEST(a_mac_address_that_may_send_survives_unrelated_changes)
{
	struct ipaddr b = message_ip(_i % 2 == 0 ? 4 : 6, 2);
	const char *text = _i / 2 == 0
				   ? B("mac_limit = 0\ncheck = mac_lock log\n")
				   : B("mac_limit = 0\ncheck = mac_lock off\n");
	char before[2048], after[2048];

	snprintf(before, sizeof(before), "%s%s", SPONGE("") A("") C(""), text);
	snprintf(after, sizeof(after), "%s%s", SPONGE("mtu = 2000\n") A(""),
		 text);
	begin(before);
	message_send(h, "b", message_reply(5, b, 1));
	ck_assert_uint_eq(look(b).mac, message_mac(5));
	apply(after);
	ck_assert_uint_eq(look(b).mac, message_mac(5));
	ck_assert_uint_eq(update_of(b), message_mac(5));
	apply(SPONGE("") A("") B(""));
	ck_assert_uint_eq(look(b).mac, 0);
}
END_TEST

START_TEST(a_mac_address_does_not_go_with_the_address_to_another_port)
{
	struct ipaddr b = message_ip(FAMILY, 2);

	begin(SPONGE("") MESSAGE_UNKNOWN_PORT("a", "")
		      MESSAGE_UNKNOWN_PORT("b", "ipv4 = 192.0.2.2\n"
						"ipv6 = 2001:db8::2\n"));
	message_send(h, "b", message_reply(2, b, 1));
	ck_assert_uint_eq(update_of(b), message_mac(2));
	apply(SPONGE("sponge_network = on\n") MESSAGE_UNKNOWN_PORT("a", "")
		      MESSAGE_UNKNOWN_PORT("b", "ipv4 = 192.0.2.2\n"
						"ipv6 = 2001:db8::2\n"));
	ck_assert_uint_eq(update_of(b), message_mac(2));
	apply(SPONGE("") MESSAGE_UNKNOWN_PORT("b", "")
		      MESSAGE_UNKNOWN_PORT("a", "ipv4 = 192.0.2.2\n"
						"ipv6 = 2001:db8::2\n"));
	ck_assert_uint_eq(update_of(b), 0);
	message_send(h, "a", message_reply(5, b, 1));
	ck_assert_uint_eq(update_of(b), message_mac(5));
}
END_TEST

START_TEST(states_survive_unrelated_changes)
{
	struct ipaddr dead = message_ip(FAMILY, 9),
		      fixed = message_ip(FAMILY, 8);
	struct ipaddr ip[2] = { dead, fixed };

	begin(SPONGE("") ABC);
	for (unsigned int i = 0; i < 2; i++) {
		uint32_t slot;
		struct net_rt *n = neigh_find(lan(), &ip[i], &slot);

		if (n == NULL)
			n = neigh_add6(lan(), ip[i].octet,
				       fabric_port_id(f, "a"), &slot);
		sponge_set(n->sponge, slot,
			   i == 0 ? SPONGE_DEAD : SPONGE_STATIC, 0, 0, f->now);
	}
	for (size_t i = 0; i < 3; i++) {
		static const char *const keys[] = {
			SPONGE("sponge_network = on\n") ABC,
			SPONGE("sponge_link_local = on\n") ABC,
			SPONGE("arp_mode = flood\n") A("") B(""),
		};

		apply(keys[i]);
		ck_assert_int_eq(look(dead).state.kind, SPONGE_DEAD);
		ck_assert_int_eq(look(fixed).state.kind, SPONGE_STATIC);
	}
	apply(LAN("") ABC);
	apply(SPONGE("") ABC);
	ck_assert_int_eq(look(message_ip(4, 9)).state.kind, SPONGE_ALIVE);
}
END_TEST

static void
set(struct ipaddr ip, enum sponge_kind kind)
{
	uint32_t slot;
	struct net_rt *n = neigh_find(lan(), &ip, &slot);

	if (n == NULL)
		n = neigh_add6(lan(), ip.octet, fabric_port_id(f, "a"), &slot);
	ck_assert_ptr_nonnull(n);
	sponge_set(n->sponge, slot, kind, 0, 0, f->now);
}

static bool
is_watched(const char *port)
{
	return view_port_state(f->view, fabric_port_id(f, port)) & PORT_WATCHED;
}

/*
 * The LAN of 'prefix', with a port with a learned owner and one with two
 * routers.
 */
#define GROWN(prefix, keys)                                                    \
	"[lan l]\nprofile = ixp-basic\nipv4 = " prefix                         \
	"\nipv6 = 2001:db8::/64\nsponge = on\nsponge_learning = 0\n"           \
	"sponge_mac = 02:53:00:00:00:01\nsponge_ipv4 = 192.0.2.100\n"          \
	"arp_dynamic = on\nnd_pps = 1000\n" keys A("")                         \
		B("mac = 02:00:00:00:00:0b\n") MESSAGE_UNKNOWN_PORT("c", "")

static const struct {
	const char *before, *after;
} grown[] = {
	{ GROWN("192.0.2.0/24", ""), GROWN("192.0.2.0/23", "") },
	{ GROWN("192.0.2.0/24", ""), GROWN("192.0.2.0/25", "") },
	{ GROWN("192.0.2.0/24", ""),
	  GROWN("192.0.2.0/24", "nd_max_targets = 64\n") },
	{ GROWN("192.0.2.0/24", "nd_max_targets = 64\n"),
	  GROWN("192.0.2.0/23", "nd_max_targets = 8192\n") },
};

START_TEST(state_moves_to_a_table_of_another_size)
{
	begin(grown[_i].before);
	harness_at(h, 700 * CLOCK_SECOND);
	for (int family = 4; family <= 6; family += 2) {
		message_send(h, "b",
			     message_reply(2, message_ip(family, 2), 1));
		message_send(h, "c",
			     message_gratuitous(3, message_ip(family, 77)));
		message_send(h, "c",
			     message_gratuitous(3, message_ip(family, 8)));
		message_send(h, "c",
			     message_gratuitous(3, message_ip(family, 9)));
		set(message_ip(family, 9), SPONGE_STATIC);
		set(message_ip(family, 8), SPONGE_DEAD);
		set(message_ip(family, 7), SPONGE_NONE);
	}
	apply(grown[_i].after);
	/* A learned owner stays for ten minutes. */
	harness_at(h, f->now + 15 * CLOCK_SECOND);
	for (int family = 4; family <= 6; family += 2) {
		struct ipaddr b = message_ip(family, 2);

		ck_assert_str_eq(state_of(message_ip(family, 9)), "static");
		ck_assert_str_eq(state_of(message_ip(family, 8)), "dead");
		ck_assert_uint_eq(owner_of(b),
				  neightab_owner(fabric_port_id(f, "b"), 0,
						 NEIGHTAB_STRICT));
		ck_assert_uint_eq(look(b).mac, message_mac(2));
		ck_assert_uint_eq(owner_of(message_ip(family, 77)),
				  neightab_owner(fabric_port_id(f, "c"),
						 message_mac(3), 0));
		message_send(h, "a", message_request(1, message_ip(family, 9)));
		message_expect(h, "a",
			       message_sponged(message_ip(family, 9), 1));
		/* It is watched where it was last seen. */
		ck_assert(!is_watched("a"));
		ck_assert(is_watched("c"));
		message_send(h, "c",
			     message_data(3, message_ip(family, 8),
					  message_ip(family, 1),
					  message_mac(1)));
		ck_assert_str_eq(state_of(message_ip(family, 8)), "alive");
	}
	ck_assert_str_eq(state_of(message_ip(4, 7)), "none");
	ck_assert_str_eq(state_of(message_ip(4, 100)), "-");
}
END_TEST

#define DYNAMIC                                                                \
	MESSAGE_LAN                                                            \
	"profile = ixp-basic\narp_dynamic = on\nsponge = on\n"                 \
	"sponge_learning = 0\nnd_pps = 1000\n"
#define U(name) MESSAGE_UNKNOWN_PORT(name, "")

/* Its request made the entry of the address, which another port has. */
START_TEST(an_address_does_not_go_with_the_port_that_asked_for_it_first)
{
	struct ipaddr ip = message_ip(FAMILY, 77);
	uint64_t owner;

	begin(DYNAMIC U("a") U("b") U("c"));
	message_send(h, "a", message_request(1, ip));
	message_send(h, "c", message_gratuitous(3, ip));
	owner = neightab_owner(fabric_port_id(f, "c"), message_mac(3), 0);
	ck_assert_uint_eq(owner_of(ip), owner);
	apply(DYNAMIC U("b") U("c"));
	ck_assert_uint_eq(owner_of(ip), owner);
	ck_assert_uint_eq(look(ip).mac, message_mac(3));
	ck_assert_str_eq(state_of(ip), "alive");
}
END_TEST

/* Another port with its number is not taken for it. */
START_TEST(what_was_seen_at_a_port_goes_with_it)
{
	struct ipaddr ip = message_ip(4, 77);
	uint32_t slot;
	const struct net_rt *n;
	uint16_t id;

	begin(DYNAMIC U("a") U("b") U("c"));
	id = fabric_port_id(f, "c");
	message_send(h, "c", message_gratuitous(3, ip));
	set(ip, SPONGE_DEAD);
	ck_assert(is_watched("c"));
	apply(DYNAMIC U("a") U("b"));
	apply(DYNAMIC U("a") U("b") U("d"));
	ck_assert_uint_eq(fabric_port_id(f, "d"), id);
	n = neigh_find(lan(), &ip, &slot);
	ck_assert_uint_eq(n->address[slot].mac, 0);
	ck_assert_uint_eq(look(ip).mac, 0);
	/* It may be anywhere now. */
	ck_assert(is_watched("a") && is_watched("b") && is_watched("d"));
	message_send(h, "a",
		     message_data(4, ip, message_ip(4, 1), message_mac(1)));
	ck_assert_str_eq(state_of(ip), "alive");
}
END_TEST

#define BELIEVES(keys)                                                         \
	MESSAGE_LAN                                                            \
	"profile = open\narp_mode = unicast\narp_dynamic = on\n" keys          \
		MESSAGE_UNKNOWN_PORT("a", "") MESSAGE_UNKNOWN_PORT("c", "")

START_TEST(learned_owner_needs_no_sponge)
{
	struct ipaddr ip = message_ip(6, 77);

	begin(BELIEVES(""));
	message_send(h, "c", message_gratuitous(3, ip));
	apply(BELIEVES("nd_max_targets = 64\n"));
	ck_assert_uint_eq(owner_of(ip), neightab_owner(fabric_port_id(f, "c"),
						       message_mac(3), 0));
	apply(BELIEVES("nd_max_targets = 64\nipv6 = 2001:db8:1::/64\n"));
	ck_assert_uint_ne(owner_of(ip), 0);
}
END_TEST

START_TEST(the_ends_of_a_prefix_are_hosts_of_a_larger_one)
{
	begin(GROWN("192.0.2.0/24", "sponge_network = on\n"));
	ck_assert_str_eq(state_of(message_ip(4, 255)), "static");
	apply(GROWN("192.0.2.0/23", "sponge_network = on\n"));
	ck_assert_str_eq(state_of(message_ip(4, 255)), "alive");
	ck_assert_str_eq(state_of(message_ip(4, 0)), "static");
	set(message_ip(4, 255), SPONGE_DEAD);
	apply(GROWN("192.0.2.0/24", ""));
	ck_assert_str_eq(state_of(message_ip(4, 255)), "-");
	ck_assert_str_eq(state_of(message_ip(4, 0)), "-");
}
END_TEST

/* Also when the table is another. */
START_TEST(address_outside_the_new_prefix_is_forgotten)
{
	static const char *const table[] = { "", "nd_max_targets = 64\n" };
	char after[1024];
	struct ipaddr outside = message_ip_of("2001:db8::9");
	struct ipaddr near = message_ip_of("fe80::9");

	begin(SPONGE("sponge_link_local = on\n") ABC);
	set(outside, SPONGE_STATIC);
	set(near, SPONGE_STATIC);
	snprintf(after, sizeof(after),
		 "[lan l]\nprofile = ixp-strict\nipv6 = 2001:db8:1::/64\n"
		 "sponge = on\nsponge_learning = 0\nsponge_link_local = on\n"
		 "sponge_mac = 02:53:00:00:00:01\n%s"
		 "[port a]\ndevice = net_null_a\nlan = l\n"
		 "mac = 02:00:00:00:00:01\n",
		 table[_i]);
	apply(after);
	ck_assert_str_eq(state_of(outside), "-");
	ck_assert_str_eq(state_of(near), "static");
}
END_TEST

static void
views(Suite *s)
{
	TCase *tc = fixture_case(s, "views", NULL);

	tcase_add_loop_test(tc,
			    rejected_configuration_leaves_the_tables_that_run,
			    0, sizeof(refused) / sizeof(refused[0]));
	tcase_add_test(tc, rejected_configuration_leaves_no_new_tables);
	tcase_add_test(tc, report_before_the_end_of_an_apply_counts);
	tcase_add_test(tc, report_from_another_lan_does_not_count);
}

static void
states(Suite *s)
{
	TCase *tc = fixture_case(s, "states", NULL);

	tcase_add_loop_test(tc, apply_leads_to_the_same_as_a_start, 0, CONFIGS);
	tcase_add_loop_test(
		tc, a_mac_address_goes_with_the_line_that_allowed_it, 0, 2);
	tcase_add_loop_test(
		tc, a_learned_mac_address_survives_unrelated_changes, 0, 2);
	tcase_add_loop_test(
		tc, a_mac_address_that_may_send_survives_unrelated_changes, 0,
		4);
	tcase_add_loop_test(
		tc, a_mac_address_does_not_go_with_the_address_to_another_port,
		0, 2);
	tcase_add_loop_test(tc, state_moves_to_a_table_of_another_size, 0,
			    sizeof(grown) / sizeof(grown[0]));
	tcase_add_loop_test(
		tc,
		an_address_does_not_go_with_the_port_that_asked_for_it_first, 0,
		2);
	tcase_add_test(tc, what_was_seen_at_a_port_goes_with_it);
	tcase_add_test(tc, learned_owner_needs_no_sponge);
	tcase_add_test(tc, the_ends_of_a_prefix_are_hosts_of_a_larger_one);
	tcase_add_loop_test(tc, address_outside_the_new_prefix_is_forgotten, 0,
			    2);
	tcase_add_loop_test(tc, states_survive_unrelated_changes, 0, 2);
}

/* As the daemon applies: the tables of LANs that have changed follow later. */
static void
apply_unsettled(const char *text)
{
	struct faults *faults = faults_create();
	struct config *c = harness_read(text);
	struct tables *tables = tables_create(f->config, c, faults);
	struct apply_result result;
	struct apply *a;

	ck_assert_int_eq(tables_copy(f, c, tables, SIZE_MAX), 1);
	a = apply_begin(f, c, tables, NULL, faults);
	ck_assert_int_eq(apply_prepare(a, UINT_MAX), 1);
	ck_assert_int_eq(apply_carry_out(a, &result), 0);
	tables_free(tables);
	faults_free(faults);
	/* The turn in which they follow does not come of itself. */
	f->neigh_due = UINT64_MAX;
}

/* The addresses of b are those of c from now on. */
#define B_WITHOUT                                                              \
	"[port b]\ndevice = net_null_b\nlan = l\nmac = 02:00:00:00:00:02\n"
#define C_INSTEAD                                                              \
	"[port c]\ndevice = net_null_c\nlan = l\nmac = 02:00:00:00:00:03\n"    \
	"ipv4 = 192.0.2.2\nipv6 = 2001:db8::2\n"

START_TEST(before_its_tables_follow_a_request_goes_by_the_new_bindings)
{
	struct message ask = message_request(1, message_ip(FAMILY, 2));

	begin(LAN("") ABC);
	message_send(h, "a", ask);
	message_expect(h, "b", message_to(ask, message_mac(2)));
	apply_unsettled(LAN("") A("") B_WITHOUT C_INSTEAD);
	ck_assert_uint_eq(f->stale_lans, 1);
	ck_assert_uint_eq(neightab_owner_mac(owner_of(message_ip(FAMILY, 2))),
			  message_mac(2));
	message_send(h, "a", ask);
	message_expect(h, "c", message_to(ask, message_mac(3)));
	/* Control has taken the message, and settled the LAN first. */
	ck_assert_uint_eq(f->stale_lans, 0);
	ck_assert_uint_eq(neightab_owner_mac(owner_of(message_ip(FAMILY, 2))),
			  message_mac(3));
	settled_check(f);
}
END_TEST

/* A worker that has the view of before goes by that alone, too. */
START_TEST(tables_that_follow_do_not_count_for_the_view_of_before)
{
	struct lan before;

	begin(LAN("") ABC);
	before = f->view->lan[0];
	ck_assert(lan_is_shown(&before));
	apply_unsettled(LAN("mtu = 2000\n") ABC);
	/* Nothing is written yet. */
	ck_assert(lan_is_shown(&before));
	ck_assert(!lan_is_shown(&f->view->lan[0]));
	neigh_settle_lan(f, lan());
	ck_assert(!lan_is_shown(&before));
	ck_assert(lan_is_shown(&f->view->lan[0]));
}
END_TEST

/* A learned owner may have the address. */
START_TEST(before_its_tables_follow_no_request_is_withheld)
{
	struct message ask = message_request(1, message_ip(FAMILY, 99));
	const char *text = LAN("unknown_arp = drop\nmtu = 2000\n") ABC;

	begin(LAN("unknown_arp = drop\n") ABC);
	message_send(h, "a", ask);
	harness_expect_drop(h, "a", DROP_unknown_arp);
	apply_unsettled(text);
	message_send(h, "a", ask);
	message_expect(h, "b c", ask, ask);
	message_send(h, "a", ask);
	harness_expect_drop(h, "a", DROP_unknown_arp);
}
END_TEST

/* A dead address: neither answered nor dropped, and answered afterwards. */
START_TEST(before_its_tables_follow_the_sponge_does_not_suppress)
{
	struct ipaddr dead = message_ip(FAMILY, 99);
	struct message ask = message_request(1, dead);
	struct net_rt *n;
	uint32_t slot;

	begin(SPONGE("") ABC);
	harness_at(h, f->now + CLOCK_MILLISECOND);
	message_send(h, "a", ask);
	n = neigh_find(lan(), &dead, &slot);
	ck_assert_ptr_nonnull(n);
	sponge_set(n->sponge, slot, SPONGE_DEAD, 0, 0, f->now);
	message_send(h, "a", ask);
	message_expect(h, "a", message_sponged(dead, 1));
	apply_unsettled(SPONGE("mtu = 2000\n") ABC);
	ck_assert_str_eq(state_of(dead), "dead");
	message_send(h, "a", ask);
	message_expect(h, "b c a", ask, ask, message_sponged(dead, 1));
	message_send(h, "a", ask);
	message_expect(h, "a", message_sponged(dead, 1));
}
END_TEST

#define TWO(keys)                                                              \
	"[lan k]\nprofile = ixp-strict\nipv4 = 198.51.100.0/24\n" keys         \
	"[port d]\ndevice = net_null_d\nlan = k\nmac = 02:00:00:00:00:04\n"    \
	"ipv4 = 198.51.100.4\n"

START_TEST(a_link_settles_its_lan_and_a_turn_the_others)
{
	begin(LAN("") ABC TWO(""));
	apply_unsettled(LAN("mtu = 2000\n") ABC TWO(""));
	ck_assert_uint_eq(f->stale_lans, 1);
	ck_assert(!runtime_lan(f, "k")->stale);
	apply_unsettled(LAN("") ABC TWO("mtu = 2000\n"));
	/* An apply begins when those of the last one have followed. */
	ck_assert_uint_eq(f->stale_lans, 2);
	lockstep_link(f, fabric_port_id(f, "b"), false);
	ck_assert(!lan()->stale);
	ck_assert(runtime_lan(f, "k")->stale);
	neigh_turn(f);
	ck_assert_uint_eq(f->stale_lans, 0);
	settled_check(f);
}
END_TEST

static void
following(Suite *s)
{
	TCase *tc = fixture_case(s, "following", NULL);

	tcase_add_loop_test(
		tc, before_its_tables_follow_a_request_goes_by_the_new_bindings,
		0, 2);
	tcase_add_test(tc,
		       tables_that_follow_do_not_count_for_the_view_of_before);
	tcase_add_loop_test(tc, before_its_tables_follow_no_request_is_withheld,
			    0, 2);
	tcase_add_loop_test(
		tc, before_its_tables_follow_the_sponge_does_not_suppress, 0,
		2);
	tcase_add_test(tc, a_link_settles_its_lan_and_a_turn_the_others);
}

int
main(void)
{
	Suite *s = suite_create("neigh_apply");

	views(s);
	states(s);
	following(s);
	return check_run(s);
}
