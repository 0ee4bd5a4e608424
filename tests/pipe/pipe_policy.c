/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * The statement of a running policy: every check once, what most ports of a LAN
 * have, how a port differs, and no address of a member in what is published.
 */
#include "fabric/api/policy.h"

#include <stdlib.h>
#include <string.h>

#include "apps/render_answers.h"
#include "fabric/api/status.h"
#include "lib/frame.h"
#include "tests/pipe/fixture.h"

#define PORT(n, keys)                                                          \
	"[port p" #n "]\ndevice = net_null" #n "\nlan = l\n"                   \
	"mac = 02:00:00:00:00:0" #n "\nipv4 = 192.0.2." #n "\n"                \
	"ipv6 = 2001:db8::" #n "\n" keys
#define LAN(profile, keys)                                                     \
	"[lan l]\nprofile = " profile "\nipv4 = 192.0.2.0/24\n"                \
	"ipv6 = 2001:db8::/64\n" keys

#define RULES                                                                  \
	"[acl rules]\nrule = count ip\nrule = deny proto 50\n"                 \
	"rule = deny src 192.0.2.9/32\nrule = deny dst 224.0.0.5/32\n"

static void
start(const char *text)
{
	begin_at(0, text);
}

static json_t *
of_port(const char *name)
{
	return policy_port(f, f->view->port[fabric_port_id(f, name)]);
}

static json_t *
of_lans(void)
{
	json_t *rows = json_array();
	size_t place[2] = { 0 };

	while (policy_lans(f, NULL, place, rows))
		;
	return rows;
}

static const char *
text(const json_t *row, const char *key)
{
	const char *value = json_string_value(json_object_get(row, key));

	ck_assert_msg(value != NULL, "no text %s", key);
	return value;
}

/* Whether 'list' of 'row' has an object whose 'key' is 'value'. */
static const json_t *
find(const json_t *row, const char *list, const char *key, const char *value)
{
	const json_t *all = json_object_get(row, list);

	ck_assert_msg(json_is_array(all), "no list %s", list);
	for (size_t i = 0; i < json_array_size(all); i++)
		if (strcmp(text(json_array_get(all, i), key), value) == 0)
			return json_array_get(all, i);
	return NULL;
}

#define has_reason(row, list, name) (find(row, list, "reason", name) != NULL)

/* Each check is in one of the lists of modes, and no rule is. */
static void
expect_every_check_once(const json_t *row)
{
	static const char *const lists[] = { "refused", "logged", "off" };

	for (enum drop why = DROP_NONE + 1; why < DROP_N; why++) {
		unsigned int n = 0;

		for (unsigned int i = 0; i < 3; i++)
			n += has_reason(row, lists[i], drop_name(why));
		ck_assert_msg(n == drop_is_check(why), "%s is in %u lists",
			      drop_name(why), n);
	}
}

static const char *const profiles[] = {
	LAN("ixp-strict", "") PORT(1, "") PORT(2, "check = nd_rs log\n"),
	LAN("ixp-basic", "") PORT(1, "check = ip_header shutdown\n"),
	LAN("open", "") PORT(1, ""),
};

START_TEST(every_check_is_listed_once_for_a_lan_and_for_a_port)
{
	json_t *rows, *row;

	start(profiles[_i]);
	rows = of_lans();
	expect_every_check_once(json_array_get(rows, 0));
	json_decref(rows);
	row = of_port("p1");
	expect_every_check_once(row);
	json_decref(row);
}
END_TEST

START_TEST(the_mode_of_a_check_is_the_one_that_runs)
{
	json_t *row;

	start(LAN("ixp-strict", "") PORT(1, "check = nd_rs log\n"
					    "check = igp off\n"
					    "violation = shutdown\n"));
	row = of_port("p1");
	ck_assert(has_reason(row, "logged", "nd_rs"));
	ck_assert(has_reason(row, "off", "igp"));
	ck_assert(json_is_true(json_object_get(
		find(row, "refused", "reason", "mac_lock"), "disables")));
	ck_assert(json_is_false(json_object_get(
		find(row, "refused", "reason", "dhcp"), "disables")));
	json_decref(row);
}
END_TEST

/* Clears a check that the configuration wants. */
static void
break_check(const char *port, enum drop why)
{
	struct port *p = (struct port *)(uintptr_t)
				 f->view->port[fabric_port_id(f, port)];

	p->checks.word[why / 64] &= ~(UINT64_C(1) << (why % 64));
}

START_TEST(the_statement_comes_from_the_view_not_from_the_file)
{
	json_t *row;

	start(LAN("ixp-strict", "") PORT(1, ""));
	break_check("p1", DROP_ip4_spoof);
	row = of_port("p1");
	ck_assert(has_reason(row, "off", "ip4_spoof"));
	json_decref(row);
}
END_TEST

/* Whether a sentence of "allowed" contains the text. */
static bool
is_said(const char *port, const char *text_)
{
	json_t *row = of_port(port);
	const json_t *all = json_object_get(row, "allowed");
	bool found = false;

	for (size_t i = 0; i < json_array_size(all); i++)
		found |= strstr(json_string_value(json_array_get(all, i)),
				text_) != NULL;
	json_decref(row);
	return found;
}

START_TEST(a_check_restricts_what_is_allowed_while_it_is_on)
{
	unsigned int n = 0;

	start(LAN("ixp-strict", "") PORT(1, ""));
	for (enum drop why = DROP_NONE + 1; why < DROP_N; why++) {
		const char *clause = drop_clause(why);

		ck_assert(drop_is_about_arp(why) || drop_is_about_nd(why) ||
			  clause == NULL);
		if (clause == NULL)
			continue;
		n++;
		ck_assert_msg(is_said("p1", clause), "%s", clause);
		break_check("p1", why);
		ck_assert_msg(!is_said("p1", clause), "%s", clause);
	}
	ck_assert_uint_gt(n, 8);
}
END_TEST

START_TEST(a_port_with_lacp_may_send_it_and_others_may_not)
{
	start(LAN("ixp-strict", "") PORT(1, "lacp = active\n")
		      PORT(2, "device = net_null9\n"));
	ck_assert(is_said("p1", "LACP"));
	ck_assert(!is_said("p2", "LACP"));
	ck_assert(is_said("p2", "IPv4 (0x0800)"));
}
END_TEST

static const json_t *
difference(const json_t *rows, const char *port, const char *what)
{
	for (size_t i = 1; i < json_array_size(rows); i++) {
		const json_t *row = json_array_get(rows, i);

		if (strcmp(text(row, "port"), port) == 0)
			return find(row, "differs", "what", what);
	}
	return NULL;
}

START_TEST(a_port_that_differs_is_named_and_how)
{
	json_t *rows;

	start(LAN("ixp-strict", "") PORT(1, "check = dhcp log\ncull = on\n")
		      PORT(2, "") PORT(3, "")
			      PORT(4, "status = quarantine\n"
				      "arp_pps = 50\nmld = permit\n"
				      "rate_in = 1G\n"));
	rows = of_lans();
	ck_assert_uint_eq(json_array_size(rows), 3);
	ck_assert_str_eq(text(json_array_get(rows, 0), "scope"), "lan");
	ck_assert_ptr_nonnull(difference(rows, "p1", "dhcp"));
	ck_assert_ptr_nonnull(difference(rows, "p1", "culled"));
	ck_assert_ptr_null(difference(rows, "p1", "status"));
	ck_assert_ptr_nonnull(difference(rows, "p4", "status"));
	ck_assert_ptr_nonnull(difference(rows, "p4", "arp"));
	ck_assert_ptr_nonnull(difference(rows, "p4", "mld"));
	ck_assert_str_eq(text(difference(rows, "p4", "rate_in"), "sentence"),
			 "All traffic from the port: 1 Gbit/s, in bursts of up "
			 "to 6250000 octets.");
	ck_assert_ptr_null(difference(rows, "p2", "dhcp"));
	json_decref(rows);
}
END_TEST

static double
rate(const json_t *row, const char *name)
{
	const json_t *limit = find(row, "limits", "limit", name);

	return json_number_value(json_object_get(limit, "rate"));
}

static json_int_t
burst(const json_t *row, const char *name)
{
	const json_t *limit = find(row, "limits", "limit", name);

	return json_integer_value(json_object_get(limit, "burst"));
}

START_TEST(limits_are_those_of_the_meters)
{
	json_t *row;

	start(LAN("ixp-strict", "unknown_unicast = limit\n"
				"storm_uucast = 150pps\nnd_burst = 333\n")
		      PORT(1, "arp_pps = 7\narp_burst = 77\nrate_in = 1G\n"));
	row = of_port("p1");
	ck_assert_double_eq(rate(row, "arp"), 7);
	ck_assert_int_eq(burst(row, "arp"), 77);
	ck_assert_double_eq_tol(rate(row, "arp_reply"), 0.1, 1e-9);
	ck_assert_int_eq(burst(row, "nd"), 333);
	ck_assert_double_eq(rate(row, "storm_uucast"), 150);
	ck_assert_double_eq_tol(rate(row, "rate_in"), 1e9, 1e4);
	ck_assert_int_eq(burst(row, "rate_in"), 6250000);
	ck_assert_double_eq(rate(row, "rate_out"), 0);
	ck_assert(json_is_false(json_object_get(
		find(row, "limits", "limit", "rate_out"), "active")));
	json_decref(row);
}
END_TEST

START_TEST(a_port_has_its_addresses_and_a_lan_has_none)
{
	static const char *const addresses[] = { "02:00:00:00:00:0",
						 "192.0.2.1", "192.0.2.2",
						 "192.0.2.9", "2001:db8::1" };
	json_t *row, *rows;
	char *all;

	start(LAN("ixp-strict", "acl = rules\n") PORT(1, "")
		      PORT(2, "acl_out = rules\n") RULES);
	row = of_port("p1");
	all = json_dumps(row, 0);
	ck_assert_ptr_nonnull(strstr(all, "\"02:00:00:00:00:01\""));
	ck_assert_ptr_nonnull(strstr(all, "\"192.0.2.1\""));
	ck_assert_ptr_nonnull(strstr(all, "\"2001:db8::1\""));
	ck_assert_ptr_nonnull(strstr(all, "192.0.2.9"));
	free(all);
	json_decref(row);

	rows = of_lans();
	all = json_dumps(rows, 0);
	for (size_t i = 0; i < sizeof(addresses) / sizeof(addresses[0]); i++)
		ck_assert_msg(strstr(all, addresses[i]) == NULL, "%s in %s",
			      addresses[i], all);
	ck_assert_ptr_nonnull(strstr(all, "proto esp"));
	ck_assert_ptr_nonnull(strstr(all, "224.0.0.5"));
	free(all);
	json_decref(rows);
}
END_TEST

START_TEST(a_port_that_only_carries_others_belongs_to_no_lan)
{
	json_t *row, *rows;

	start(LAN("ixp-strict", "")
		      PORT(1, "") "[port trunk]\ndevice = net_null7\n"
				  "[port t]\nparent = trunk\ntag = 7\nlan = l\n"
				  "mac = 02:00:00:00:00:07\n");
	row = of_port("trunk");
	ck_assert(json_is_null(json_object_get(row, "lan")));
	ck_assert_uint_eq(json_array_size(json_object_get(row, "allowed")), 0);
	json_decref(row);
	row = of_port("t");
	ck_assert_int_eq(json_integer_value(json_object_get(row, "tag")), 7);
	json_decref(row);
	rows = of_lans();
	ck_assert_int_eq(json_integer_value(json_object_get(
				 json_array_get(rows, 0), "ports")),
			 2);
	json_decref(rows);
}
END_TEST

/* Rules. */

static json_int_t
hits(const char *port, size_t i)
{
	json_t *rows = status_acl(f, config_port(f->config, port));
	json_int_t n = json_integer_value(
		json_object_get(json_array_get(rows, i), "hits"));

	json_decref(rows);
	return n;
}

START_TEST(rules_are_shown_in_match_order_with_their_hits_and_place)
{
	const uint64_t p1 = UINT64_C(0x020000000001);
	const uint64_t p2 = UINT64_C(0x020000000002);
	json_t *rows;

	start(LAN("ixp-basic", "acl = rules\n") PORT(1, "")
		      PORT(2, "acl_out = rules\n") RULES);
	rows = status_acl(f, config_port(f->config, "p2"));
	ck_assert_uint_eq(json_array_size(rows), 8);
	for (size_t i = 0; i < 8; i++) {
		const json_t *row = json_array_get(rows, i);

		ck_assert_str_eq(text(row, "port"), "p2");
		ck_assert_str_eq(text(row, "direction"), i < 4 ? "in" : "out");
		ck_assert_str_eq(text(row, "file"), "test.ini");
		ck_assert_int_eq(
			json_integer_value(json_object_get(row, "number")),
			(json_int_t)i % 4 + 1);
		ck_assert_int_eq(
			json_integer_value(json_object_get(row, "line")),
			(json_int_t)i % 4 + 20);
	}
	ck_assert_str_eq(text(json_array_get(rows, 0), "rule"), "count ip");
	ck_assert_str_eq(text(json_array_get(rows, 1), "rule"),
			 "deny proto esp");
	json_decref(rows);

	harness_send(h, "p1", harness_frame(h, p1, p2, FRAME_IPV4, 60), 60);
	ck_assert_int_eq(hits("p1", 0), 1);
	ck_assert_int_eq(hits("p1", 1), 0);
	ck_assert_int_eq(hits("p2", 0), 0);
	ck_assert_int_eq(hits("p2", 4), 1);
}
END_TEST

START_TEST(a_port_without_an_acl_has_no_rules)
{
	json_t *rows;

	start(LAN("ixp-basic", "") PORT(1, ""));
	rows = status_acl(f, config_port(f->config, "p1"));
	ck_assert_uint_eq(json_array_size(rows), 0);
	json_decref(rows);
}
END_TEST

/* The text. */

/* The file 'name' of the source tree. */
static char *
read_source(const char *name)
{
	const char *root = getenv("IXF_SOURCE");
	char path[512], *data = calloc(1, 65536);
	FILE *in;

	ck_assert_ptr_nonnull(root);
	snprintf(path, sizeof(path), "%s/%s", root, name);
	in = fopen(path, "r");
	ck_assert_msg(in != NULL, "no %s", path);
	ck_assert_uint_lt(fread(data, 1, 65536, in), 65536);
	fclose(in);
	return data;
}

static char *
render(const json_t *rows)
{
	char *made = NULL;
	size_t size;
	FILE *out = open_memstream(&made, &size);

	for (size_t i = 0; i < json_array_size(rows); i++)
		render_policy(json_array_get(rows, i), out);
	fclose(out);
	return made;
}

START_TEST(the_statement_of_a_small_exchange_is_the_expected_text)
{
	char *config = read_source("configs/small-exchange.ini");
	char *want = read_source("tests/pipe/small-exchange.policy");
	json_t *rows;
	char *made;

	start(config);
	rows = of_lans();
	made = render(rows);
	if (strcmp(made, want) != 0)
		puts(made); /* longer than a message of check may be */
	ck_assert(strcmp(made, want) == 0);
	free(made);
	free(want);
	free(config);
	json_decref(rows);
}
END_TEST

int
main(void)
{
	Suite *s = suite_create("policy");
	TCase *tc = fixture_case(s, "policy", NULL);

	tcase_add_loop_test(tc,
			    every_check_is_listed_once_for_a_lan_and_for_a_port,
			    0, sizeof(profiles) / sizeof(profiles[0]));
	tcase_add_test(tc, the_mode_of_a_check_is_the_one_that_runs);
	tcase_add_test(tc, the_statement_comes_from_the_view_not_from_the_file);
	tcase_add_test(tc, a_check_restricts_what_is_allowed_while_it_is_on);
	tcase_add_test(tc, a_port_with_lacp_may_send_it_and_others_may_not);
	tcase_add_test(tc, a_port_that_differs_is_named_and_how);
	tcase_add_test(tc, limits_are_those_of_the_meters);
	tcase_add_test(tc, a_port_has_its_addresses_and_a_lan_has_none);
	tcase_add_test(tc, a_port_that_only_carries_others_belongs_to_no_lan);
	tcase_add_test(
		tc, rules_are_shown_in_match_order_with_their_hits_and_place);
	tcase_add_test(tc, a_port_without_an_acl_has_no_rules);
	tcase_add_test(tc,
		       the_statement_of_a_small_exchange_is_the_expected_text);
	return check_run(s);
}
