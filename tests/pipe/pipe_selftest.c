/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * The self-test of sound fabrics, and of fabrics in which one thing is broken:
 * the test names that one thing.
 */
#include "fabric/trial/selftest.h"

#include <stdlib.h>
#include <string.h>

#include "fabric/trial/selftest_impl.h"
#include "lib/acl_compile.h"
#include "lib/frame.h"
#include "lib/mac.h"
#include "tests/pipe/fixture.h"

#define MEMBER(n, keys)                                                        \
	"[port p" #n "]\ndevice = net_null" #n "\nlan = l\n"                   \
	"mac = 02:00:00:00:00:0" #n "\nipv4 = 192.0.2." #n "\n"                \
	"ipv6 = 2001:db8::" #n "\n" keys
#define TAGGED(n, keys)                                                        \
	"[port t" #n "]\nparent = trunk\ntag = " #n "\nlan = l\n"              \
	"mac = 02:00:00:00:01:0" #n "\nipv4 = 192.0.2.10" #n "\n" keys
#define TRUNK "[port trunk]\ndevice = net_null_trunk\n"
#define NETS  "ipv4 = 192.0.2.0/24\nipv6 = 2001:db8::/64\n"
#define FABRIC                                                                 \
	"sponge_mac = 02:53:00:00:00:01\nmac_limit = auto\n"                   \
	"storm_bcast = 150pps\nstorm_mcast = 150pps\nstorm_uucast = 150pps\n"

#define RULES                                                                  \
	"[acl rules]\nrule = count any\nrule = permit proto 47\n"              \
	"rule = deny proto gre\n"                                              \
	"rule = deny proto 50\nrule = deny ip6 proto udp dport 1000-2000\n"    \
	"rule = deny src 203.0.113.99/32 dst 198.51.100.0/28 proto tcp\n"      \
	"rule = deny ip icmp 13/0\nrule = deny ip proto udp fragment\n"        \
	"rule = deny arp op request tpa 192.0.2.200/32\n"                      \
	"rule = deny smac 02:00:00:00:00:77\nrule = deny vlan 77\n"            \
	"rule = deny ip6 icmp 128\nrule = deny ether 0x88b5\n"                 \
	"rule = deny dmac 02:aa:00:00:00:00/24\n"

/* Every kind of port and rule on one fabric. */
#define STRICT                                                                 \
	"[lan l]\nprofile = ixp-strict\n" FABRIC NETS                          \
	"unknown_unicast = limit\ncheck = ip_header drop\n"                    \
	"[lan m]\nprofile = ixp-strict\n" MEMBER(1, "acl = rules\n") MEMBER(   \
		2, "acl_out = rules\n") MEMBER(3, "status = "                  \
						  "quarantine\n")              \
		MEMBER(4, "monitor = on\n") MEMBER(                            \
			5, "isolate = x\ncull = "                              \
			   "on\n") MEMBER(6, "isolate = x\nrate_in = "         \
					     "1000pps\nrate_out = 100M\n")     \
			MEMBER(7, "mac_limit = 0\n"                            \
				  "mac = 02:00:00:00:00:17\n"                  \
				  "mld = permit\n") MEMBER(8, "status = "      \
							      "disabled\n")    \
				TRUNK TAGGED(1, "acl = "                       \
						"rules\n")                     \
					TAGGED(2, "cul"                        \
						  "l = "                       \
						  "on\n") "[port q]\ndevice "  \
							  "= net_null_q\nlan " \
							  "= m\n" RULES

#define LEARN                                                                  \
	"[lan l]\nprofile = ixp-strict\n" FABRIC NETS                          \
	"check = mac_lock off\nunknown_unicast = drop\n"                       \
	"[port a]\ndevice = net_null_a\nlan = l\nmac_limit = 1\n"              \
	"[port b]\ndevice = net_null_b\nlan = l\nmac_limit = 2\n"              \
	"[port c]\ndevice = net_null_c\nlan = l\nmac_limit = 4\n"              \
	"allow_prio_tag = on\n"                                                \
	"[port z]\ndevice = net_null_z\nlan = l\nlisten = drops\n"             \
	"[port y]\ndevice = net_null_y\n"                                      \
	"[mirror x]\nport = a\nto = y\n"

/* The fabric answers for the owner of an address. */
#define ANSWERS(garp)                                                          \
	"[lan l]\nprofile = ixp-strict\n" FABRIC NETS                          \
	"arp_mode = proxy\nunknown_arp = drop\ngarp = " garp                   \
	"\n" MEMBER(1, "") MEMBER(2, "")

static void
start(const char *text)
{
	begin_at(CLOCK_SECOND, text);
}

/* All rows, of one port or (NULL) of all. */
static json_t *
test_of(const char *port)
{
	const struct config_port *c =
		port != NULL ? config_port(f->config, port) : NULL;
	struct selftest t = { 0 };
	json_t *rows = json_array();
	bool more = true;

	while (more) {
		json_t *part = json_array();

		more = selftest_part(f, c, &t, part);
		json_array_extend(rows, part);
		json_decref(part);
	}
	json_decref(t.state);
	return rows;
}

static const char *
text(const json_t *row, const char *key)
{
	const char *value = json_string_value(json_object_get(row, key));

	return value != NULL ? value : "";
}

static json_int_t
number(const json_t *row, const char *key)
{
	return json_integer_value(json_object_get(row, key));
}

static const json_t *
summary(const json_t *rows)
{
	const json_t *last = json_array_get(rows, json_array_size(rows) - 1);

	ck_assert_str_eq(text(last, "result"), "summary");
	return last;
}

static bool
is(const json_t *row, const char *result)
{
	return strcmp(text(row, "result"), result) == 0;
}

/* No row has failed. */
static void
expect_no_failure(const json_t *rows)
{
	for (size_t i = 0; i < json_array_size(rows); i++) {
		const json_t *row = json_array_get(rows, i);

		ck_assert_msg(!is(row, "failed"), "%s: %s %lld: got %s for %s",
			      text(row, "port"), text(row, "check"),
			      number(row, "rule"), text(row, "got"),
			      text(row, "frame"));
	}
	ck_assert_int_eq(number(summary(rows), "failed"), 0);
}

/* How many rows of a check have this result. */
static unsigned int
count(const json_t *rows, const char *check, const char *result)
{
	unsigned int n = 0;

	for (size_t i = 0; i < json_array_size(rows); i++) {
		const json_t *row = json_array_get(rows, i);

		n += is(row, result) && strcmp(text(row, "check"), check) == 0;
	}
	return n;
}

static const char *
why_skipped(const json_t *rows, const char *check, json_int_t rule)
{
	for (size_t i = 0; i < json_array_size(rows); i++) {
		const json_t *row = json_array_get(rows, i);

		if (is(row, "skipped") && number(row, "rule") == rule &&
		    strcmp(text(row, "check"), check) == 0)
			return text(row, "why");
	}
	return "";
}

/* Addresses are learned: p<n> has 02:00:00:00:00:0<n>. */
static void
send_from(const char *port, uint64_t mac)
{
	harness_send(h, port,
		     harness_frame(h, mac, MAC_BROADCAST, FRAME_ARP, 60), 60);
}

static void
learn(void)
{
	send_from("a", UINT64_C(0x02000000000a));
	send_from("b", UINT64_C(0x02000000000b));
	send_from("b", UINT64_C(0x02000000001b));
	send_from("c", UINT64_C(0x02000000000c));
}

/* No link of p2 is in use. */
static void
shut(void)
{
	uint16_t id = fabric_port_id(f, "p2");
	struct lag *l = (struct lag *)(uintptr_t)f->view->port[id]->egress.lag;

	for (unsigned int i = 0; i < LAG_LINKS_MAX; i++)
		atomic_store(&l->receives[i], false);
	atomic_fetch_and(&f->state[id], (uint8_t)~PORT_UP);
}

static const struct {
	const char *text;
	void (*prepare)(void);
} fabrics[] = {
	{ "[lan l]\nprofile = ixp-strict\n" NETS MEMBER(
		  1, "device = net_null_x\nlacp = active\n")
		  MEMBER(2, "lacp = passive\n"),
	  shut },
	{ STRICT, NULL },
	{ LEARN, learn },
	{ ANSWERS("drop"), NULL },
	{ ANSWERS("suppress"), NULL },
	{ LEARN, NULL },
	{ "[lan l]\nprofile = ixp-basic\n" NETS MEMBER(1, "acl = rules\n")
		  MEMBER(2, "check = nd_rs log\nviolation = log-only\n")
			  MEMBER(3, "acl_out = rules\ncull = on\n")
				  TRUNK TAGGED(1, "violation = shutdown\n")
					  TAGGED(2, "") RULES,
	  NULL },
	{ "[fabric]\ncull = on\n[lan l]\nprofile = open\n"
	  "[port a]\ndevice = net_null_a\nlan = l\n"
	  "[port b]\ndevice = net_null_b\nlan = l\nacl = rules\n"
	  "[port c]\ndevice = net_null_c\nlan = l\nacl_out = rules\n"
	  "check = mac_lock log\ncheck = storm_uucast drop\n" RULES,
	  learn },
	{ "[lan l]\nprofile = ixp-strict\n[port a]\ndevice = net_null_x\nlan = "
	  "l\n",
	  NULL },
	{ "[lan l]\nprofile = ixp-strict\n" NETS "arp_pps = 0\nnd_pps = 0\n"
	  "storm_bcast = 0pps\n" MEMBER(1, "") MEMBER(2, "rate_in = 0pps\n"),
	  NULL },
};

START_TEST(a_sound_fabric_passes)
{
	json_t *rows;

	start(fabrics[_i].text);
	if (fabrics[_i].prepare != NULL)
		fabrics[_i].prepare();
	rows = test_of(NULL);
	expect_no_failure(rows);
	ck_assert_int_eq(number(summary(rows), "ports"), f->config->nports);
	ck_assert_int_gt(number(summary(rows), "acted"), 15);
	json_decref(rows);
}
END_TEST

/* The rows of each port, which include those that acted. */
static json_t *
test_each(void)
{
	json_t *all = json_array();

	for (unsigned int i = 0; i < f->config->nports; i++) {
		json_t *rows = test_of(f->config->port[i].id);

		json_array_extend(all, rows);
		json_decref(rows);
	}
	return all;
}

START_TEST(every_reason_has_a_frame_that_raises_it_somewhere)
{
	json_t *all = json_array();

	for (unsigned int i = 0; i < 5; i++) {
		json_t *rows;

		start(fabrics[i].text);
		if (fabrics[i].prepare != NULL)
			fabrics[i].prepare();
		rows = test_each();
		json_array_extend(all, rows);
		json_decref(rows);
		end();
	}
	for (const struct selftest_recipe *row = selftest_recipes;
	     row->why != DROP_NONE; row++) {
		unsigned int acted = count(all, drop_name(row->why), "acted");
		bool never = row->base == NO_FRAME && !drop_is_by_acl(row->why);

		ck_assert_msg(never ? acted == 0 : acted > 0,
			      "%s acted %u times", drop_name(row->why), acted);
	}
	ck_assert_uint_gt(count(all, "pass", "acted"), 20);
	json_decref(all);
}
END_TEST

START_TEST(every_reason_is_in_the_table_of_frames_in_order)
{
	enum drop last = DROP_NONE;
	const struct selftest_recipe *row = selftest_recipes;

	for (; row->why != DROP_NONE; row++) {
		ck_assert_msg(row->why == last || row->why == last + 1,
			      "%s is out of order, or one before it missing",
			      drop_name(row->why));
		ck_assert_ptr_nonnull(row->what);
		last = row->why;
	}
	ck_assert_int_eq(last, DROP_N - 1);
}
END_TEST

START_TEST(a_self_test_counts_sends_and_learns_nothing)
{
	uint64_t frames;
	size_t macs;
	json_t *rows;

	start(LEARN);
	learn();
	frames = counter_read(&f->worker[0]->frames);
	macs = mactab_count(f->lan[0]->macs);
	rows = test_of(NULL);
	ck_assert_uint_eq(counter_read(&f->worker[0]->frames), frames);
	ck_assert_uint_eq(mactab_count(f->lan[0]->macs), macs);
	for (uint16_t id = 0; id < 3; id++) {
		struct port_stats s;

		stats_port(f, id, &s);
		for (enum drop why = DROP_NONE; why < DROP_N; why++)
			ck_assert_uint_eq(s.drop[why] + s.would_drop[why], 0);
	}
	json_decref(rows);
}
END_TEST

static struct port *
port_of(const char *name)
{
	return (struct port *)(uintptr_t)f->view->port[fabric_port_id(f, name)];
}

/* One check did not act, and no other on any port. */
static void
expect_only(const char *port, const char *check, const char *expected,
	    json_int_t rule)
{
	json_t *rows = test_of(NULL);
	unsigned int n = 0;

	for (size_t i = 0; i < json_array_size(rows); i++) {
		const json_t *row = json_array_get(rows, i);

		if (!is(row, "failed"))
			continue;
		n++;
		ck_assert_str_eq(text(row, "port"), port);
		ck_assert_str_eq(text(row, "check"), check);
		ck_assert_str_eq(text(row, "expected"), expected);
		ck_assert_str_ne(text(row, "got"), expected);
		ck_assert_int_eq(number(row, "rule"), rule);
	}
	ck_assert_msg(n > 0, "nothing failed for %s", check);
	ck_assert_int_eq(number(summary(rows), "failed"), n);
	json_decref(rows);
}

START_TEST(a_check_that_is_lost_in_the_view_is_named)
{
	enum drop why = (enum drop)_i;
	struct port *p;

	/* Of a port that others do not depend on, and that is not culled. */
	if (!drop_is_check(why) || why == DROP_double_tag ||
	    why == DROP_bgp_cull || why == DROP_police_port ||
	    why == DROP_mac_limit || why == DROP_mac_conflict)
		return;
	start(STRICT);
	p = port_of("p7");
	ck_assert_msg(drop_set_has(&p->checks, why), "%s", drop_name(why));
	p->checks.word[why / 64] &= ~(UINT64_C(1) << (why % 64));
	expect_only("p7", drop_name(why), drop_name(why), 0);
}
END_TEST

START_TEST(a_check_that_only_counts_by_mistake_is_named)
{
	start(STRICT);
	drop_set_add(&port_of("p7")->logs, DROP_igp);
	expect_only("p7", "igp", "igp", 0);
}
END_TEST

START_TEST(a_check_that_drops_instead_of_counting_is_named)
{
	struct port *p;

	start("[lan l]\nprofile = ixp-basic\ncheck = nd_rs log\n" NETS MEMBER(
		1, "") MEMBER(2, ""));
	p = port_of("p2");
	p->logs.word[DROP_nd_rs / 64] &= ~(UINT64_C(1) << (DROP_nd_rs % 64));
	expect_only("p2", "nd_rs", "counted", 0);
}
END_TEST

static const struct {
	enum meter_kind kind;
	const char *port, *check;
} meters[] = {
	{ METER_ARP, "p7", "arp_rate" },
	{ METER_ND_ONE, "p7", "nd_rate" },
	{ METER_BCAST, "p7", "storm_bcast" },
	{ METER_UUCAST, "p7", "storm_uucast" },
	{ METER_IN, "p6", "police_port" },
	{ METER_OUT, "p6", "egress_police" },
};

START_TEST(a_limit_that_is_lost_is_named)
{
	start(STRICT);
	meter_set(&port_of(meters[_i].port)->shared->meter[meters[_i].kind], 0,
		  CLOCK_SECOND, 0);
	expect_only(meters[_i].port, meters[_i].check, meters[_i].check, 0);
}
END_TEST

START_TEST(an_outbound_acl_that_does_not_work_is_named)
{
	json_t *rows;

	start(STRICT);
	port_of("p2")->out.acl = NULL;
	rows = test_of("p2");
	ck_assert_uint_gt(count(rows, "egress_acl", "failed"), 5);
	ck_assert_int_eq(number(summary(rows), "failed"),
			 count(rows, "egress_acl", "failed"));
	json_decref(rows);
}
END_TEST

START_TEST(a_rule_that_is_not_compiled_in_is_named)
{
	struct acl_rule rule[4];
	struct acl *broken;

	start("[lan l]\nprofile = ixp-basic\n" NETS MEMBER(1, "acl = r\n")
		      MEMBER(2, "") "[acl r]\nrule = deny proto 50\n"
				    "rule = deny proto 51\n"
				    "rule = deny proto 47\n");
	for (unsigned int i = 0; i < 3; i++)
		rule[i] = f->acls->rule[i];
	rule[1].proto = 99;
	broken = acl_compile(rule, 3);
	port_of("p1")->in.acl = broken;
	expect_only("p1", "acl", "acl", 2);
	acl_free(broken);
}
END_TEST

START_TEST(a_cull_that_does_not_work_is_named)
{
	json_t *rows;
	uint16_t id;

	start(STRICT);
	id = fabric_port_id(f, "p5");
	atomic_store_explicit(&f->state[id], PORT_UP, memory_order_relaxed);
	rows = test_of("p5");
	ck_assert_uint_eq(count(rows, "bgp_cull", "failed"), 2);
	ck_assert_uint_eq(count(rows, "egress_cull", "failed"), 2);
	ck_assert_int_eq(number(summary(rows), "failed"), 4);
	json_decref(rows);
}
END_TEST

START_TEST(a_port_that_drops_what_must_pass_is_named)
{
	json_t *rows;

	start(STRICT);
	drop_set_add(&port_of("p7")->checks, DROP_ip_header);
	port_of("p7")->isolate = 9;
	port_of("p4")->isolate = 9;
	rows = test_of("p7");
	expect_no_failure(rows);
	json_decref(rows);
	port_of("p7")->max_payload = 20;
	rows = test_of("p7");
	ck_assert_uint_gt(count(rows, "pass", "failed"), 1);
	json_decref(rows);
}
END_TEST

START_TEST(a_frame_that_cannot_be_tried_has_its_cause)
{
	json_t *rows;

	start(STRICT);
	rows = test_of("p1");
	ck_assert_str_eq(why_skipped(rows, "acl", 3),
			 "rule 2 permits such frames first");
	ck_assert_str_eq(why_skipped(rows, "acl", 10),
			 "mac_lock drops such frames first");
	ck_assert_str_eq(why_skipped(rows, "acl", 11),
			 "no frame of the port has that tag");
	ck_assert_str_eq(why_skipped(rows, "acl", 13),
			 "ethertype drops such frames first");
	ck_assert_str_eq(why_skipped(rows, "acl", 4), "");
	ck_assert_str_eq(why_skipped(rows, "tx_full", 0),
			 "it needs a device that is busy");
	ck_assert_str_eq(why_skipped(rows, "bgp_cull", 0),
			 "the port is not culled");
	json_decref(rows);
	rows = test_of("p2");
	ck_assert_str_eq(why_skipped(rows, "egress_acl", 10), "");
	ck_assert_str_eq(why_skipped(rows, "egress_acl", 13), "");
	json_decref(rows);
	rows = test_of("p8");
	ck_assert_str_eq(why_skipped(rows, "nd_ra", 0), "the port is disabled");
	json_decref(rows);
	rows = test_of("trunk");
	ck_assert_str_eq(why_skipped(rows, "nd_ra", 0),
			 "the port belongs to no LAN");
	ck_assert_uint_eq(count(rows, "untagged_not_allowed", "acted"), 1);
	json_decref(rows);
}
END_TEST

/* How many of the frames from an address that no port has have this result. */
static unsigned int
count_unassigned(const char *port, const char *result)
{
	json_t *rows = test_of(port);
	unsigned int n = 0;

	for (size_t i = 0; i < json_array_size(rows); i++) {
		const json_t *row = json_array_get(rows, i);

		n += is(row, result) &&
		     strstr(text(row, "frame"), "address that no port has");
	}
	json_decref(rows);
	return n;
}

/* A strict port without addresses may use them, and so may any port of ixp-basic. */
START_TEST(an_address_that_no_port_has_is_tried_where_a_check_acts_on_it)
{
	start("[lan l]\nprofile = ixp-strict\n" NETS MEMBER(1, "")
		      MEMBER(2, "") "[port u]\ndevice = net_null_u\nlan = l\n"
				    "mac = 02:00:00:00:00:0a\n");
	ck_assert_uint_eq(count_unassigned("p1", "acted"), 5);
	ck_assert_uint_eq(count_unassigned("p1", "skipped"), 0);
	ck_assert_uint_eq(count_unassigned("u", "acted"), 0);
	ck_assert_uint_eq(count_unassigned("u", "skipped"), 5);
	harness_apply(h, "[lan l]\nprofile = ixp-basic\n" NETS MEMBER(1, "")
				 MEMBER(2, ""));
	ck_assert_uint_eq(count_unassigned("p1", "acted"), 0);
}
END_TEST

START_TEST(all_ports_share_a_row_for_each_kind_of_skipped_frame)
{
	json_t *rows;
	json_int_t n = 0;

	start(STRICT);
	rows = test_of(NULL);
	for (size_t i = 0; i < json_array_size(rows); i++) {
		const json_t *row = json_array_get(rows, i);

		ck_assert(!is(row, "acted"));
		if (is(row, "skipped"))
			n += number(row, "ports");
	}
	ck_assert_int_eq(number(summary(rows), "skipped"), n);
	ck_assert_uint_eq(count(rows, "tx_full", "skipped"), 1);
	json_decref(rows);
}
END_TEST

START_TEST(limits_that_traffic_has_used_up_do_not_fail)
{
	struct meter *m;

	start(STRICT);
	m = port_of("p7")->shared->meter;
	for (unsigned int i = 0; i < METERS; i++)
		while (meter_is_set(&m[i]) && meter_take(&m[i], f->now, 1))
			;
	json_t *rows = test_of(NULL);

	expect_no_failure(rows);
	json_decref(rows);
}
END_TEST

#define LOOP(tc, test, cases)                                                  \
	tcase_add_loop_test(tc, test, 0, sizeof(cases) / sizeof((cases)[0]))

int
main(void)
{
	Suite *s = suite_create("selftest");
	TCase *tc = fixture_case(s, "selftest", NULL);

	LOOP(tc, a_sound_fabric_passes, fabrics);
	tcase_add_test(tc, every_reason_has_a_frame_that_raises_it_somewhere);
	tcase_add_test(tc, every_reason_is_in_the_table_of_frames_in_order);
	tcase_add_test(tc, a_self_test_counts_sends_and_learns_nothing);
	tcase_add_loop_test(tc, a_check_that_is_lost_in_the_view_is_named,
			    DROP_NONE + 1, DROP_N);
	tcase_add_test(tc, a_check_that_only_counts_by_mistake_is_named);
	tcase_add_test(tc, a_check_that_drops_instead_of_counting_is_named);
	LOOP(tc, a_limit_that_is_lost_is_named, meters);
	tcase_add_test(tc, an_outbound_acl_that_does_not_work_is_named);
	tcase_add_test(tc, a_rule_that_is_not_compiled_in_is_named);
	tcase_add_test(tc, a_cull_that_does_not_work_is_named);
	tcase_add_test(tc, a_port_that_drops_what_must_pass_is_named);
	tcase_add_test(tc, a_frame_that_cannot_be_tried_has_its_cause);
	tcase_add_test(
		tc,
		an_address_that_no_port_has_is_tried_where_a_check_acts_on_it);
	tcase_add_test(tc,
		       all_ports_share_a_row_for_each_kind_of_skipped_frame);
	tcase_add_test(tc, limits_that_traffic_has_used_up_do_not_fail);
	return check_run(s);
}
