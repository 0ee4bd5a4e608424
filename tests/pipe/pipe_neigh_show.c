/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * neigh show: which port has an address, how that is known, and what is not shown.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "fabric/api/command.h"
#include "tests/pipe/fixture.h"
#include "tests/pipe/message.h"
#include "tests/pipe/request.h"

#define STRICT "profile = ixp-strict\n"
#define ABC                                                                    \
	MESSAGE_PORT("a", "1", "")                                             \
	MESSAGE_PORT("b", "2", "") MESSAGE_PORT("c", "3", "")
#define OTHER "[lan other]\nprofile = open\n"

/* Without the addresses of the fabric. */
#define PLAIN_LAN "[lan l]\nipv4 = 192.0.2.0/24\nipv6 = 2001:db8::/64\n"

static struct answers *answers;

static void
teardown(void)
{
	answers_free(answers);
	answers = NULL;
}

static void
begin_lan(const char *text)
{
	begin(text);
	answers = answers_create(f, "test.ini");
}

static void
later(unsigned int seconds)
{
	f->neigh_due = 0;
	harness_at(h, START + seconds * CLOCK_SECOND);
}

static const char *
cell(const json_t *row, const char *key, char text[32])
{
	const json_t *value = json_object_get(row, key);

	ck_assert_ptr_nonnull(value);
	if (json_is_string(value))
		return json_string_value(value);
	snprintf(text, 32, "%s", "-");
	if (json_is_integer(value))
		snprintf(text, 32, "%d", (int)json_integer_value(value));
	return text;
}

static int
compare(const void *a, const void *b)
{
	return strcmp(*(char *const *)a, *(char *const *)b);
}

/* "l 192.0.2.1 MAC PORT HOW SINCE LAST-SEEN" */
static char *
line_of(const json_t *row)
{
	static const char *const keys[] = { "lan",
					    "ip",
					    "mac",
					    "port",
					    "how",
					    "since_seconds",
					    "last_seen_seconds" };
	char *line = NULL, text[32];
	size_t size;
	FILE *out = open_memstream(&line, &size);

	for (size_t i = 0; i < sizeof(keys) / sizeof(keys[0]); i++)
		fprintf(out, "%s%s", i == 0 ? "" : " ",
			cell(row, keys[i], text));
	fclose(out);
	return line;
}

/* The answer has these rows, sorted as texts, and no others. */
static void
expect_rows(const char *args, unsigned int n, const char *const want[])
{
	struct request q;
	char **line;

	request_ask(&q, answers, "neigh show", args);
	ck_assert_msg(q.verdict == CTL_END, "%s: %s", args, q.rq.message);
	line = calloc(json_array_size(q.result) + 1, sizeof(*line));
	for (size_t i = 0; i < json_array_size(q.result); i++)
		line[i] = line_of(json_array_get(q.result, i));
	qsort(line, json_array_size(q.result), sizeof(*line), compare);
	for (size_t i = 0; i < json_array_size(q.result); i++)
		ck_assert_msg(i < n && strcmp(line[i], want[i]) == 0,
			      "%s: not expected: %s", args, line[i]);
	ck_assert_uint_eq(json_array_size(q.result), n);
	for (size_t i = 0; i < n; i++)
		free(line[i]);
	free(line);
	request_end(&q);
}

#define EXPECT(args, ...)                                                      \
	expect_rows(args,                                                      \
		    sizeof((const char *const[]){ __VA_ARGS__ }) /             \
			    sizeof(const char *),                              \
		    (const char *const[]){ __VA_ARGS__ })
#define EXPECT_NONE(args) expect_rows(args, 0, NULL)

static void
expect_error(const char *args, const char *code, const char *message)
{
	struct request q;

	request_ask(&q, answers, "neigh show", args);
	ck_assert_msg(q.verdict == CTL_ERROR, "%s", args);
	ck_assert_str_eq(q.rq.code, code);
	ck_assert_msg(strstr(q.rq.message, message) != NULL, "%s",
		      q.rq.message);
	request_end(&q);
}

/* A solicitation of member 'n' from an address. */
static struct message
solicit(unsigned int n, struct ipaddr from)
{
	struct ipaddr to = message_ip(6, 1);
	struct ipaddr group = message_ip_of("ff02::1:ff00:1");

	return message_nd(UINT64_C(0x3333ff000001), message_mac(n), &from,
			  &group, 135, 0, &to, 1, message_mac(n));
}

#define MAC(n) "02:00:00:00:00:0" #n

START_TEST(bindings_of_the_configuration_are_shown_that_were_never_seen)
{
	begin_lan(PLAIN_LAN STRICT MESSAGE_PORT(
		"a", "1",
		"") "[port r]\n"
		    "device = net_null_r\nlan = l\nmac = " MAC(
			    7) "\nmac = " MAC(8) "\nipv4 = 192.0.2.7\n" OTHER);
	later(5);
	EXPECT("{}", "l 192.0.2.1 " MAC(1) " a configured - -",
	       "l 192.0.2.7 - r configured - -",
	       "l 2001:db8::1 " MAC(1) " a configured - -");
	message_send(h, "a", message_request(1, message_ip(4, 9)));
	later(9);
	EXPECT("{\"which\": \"192.0.2.1\"}",
	       "l 192.0.2.1 " MAC(1) " a configured - 4");
}
END_TEST

START_TEST(the_port_of_a_link_local_address_is_the_one_it_was_first_seen_at)
{
	struct ipaddr ip = message_ip_of("fe80::2");

	begin_lan(PLAIN_LAN STRICT ABC OTHER);
	EXPECT_NONE("{\"which\": \"fe80::2\"}");
	message_send(h, "c", solicit(3, ip));
	later(3);
	message_send(h, "b", solicit(2, ip));
	harness_expect_drop(h, "b", DROP_nd_src_spoof);
	EXPECT("{\"which\": \"fe80::2\"}",
	       "l fe80::2 " MAC(3) " c link-local 3 3");
	EXPECT("{\"which\": \"c\"}", "l 192.0.2.3 " MAC(3) " c configured - -",
	       "l 2001:db8::3 " MAC(3) " c configured - -",
	       "l fe80::2 " MAC(3) " c link-local 3 3");
	EXPECT("{\"which\": \"02:00:00:00:00:03\", \"lan\": \"l\"}",
	       "l 192.0.2.3 " MAC(3) " c configured - -",
	       "l 2001:db8::3 " MAC(3) " c configured - -",
	       "l fe80::2 " MAC(3) " c link-local 3 3");
	EXPECT_NONE("{\"which\": \"fe80::2\", \"lan\": \"other\"}");
	EXPECT_NONE("{\"which\": \"02:00:00:00:00:09\"}");
}
END_TEST

/* It is shown once, with the port of the line. */
START_TEST(a_line_for_a_link_local_address_takes_the_place_of_the_first_seen)
{
	struct ipaddr ip = message_ip_of("fe80::2");

	begin_lan(PLAIN_LAN STRICT ABC);
	message_send(h, "c", solicit(3, ip));
	harness_apply(h, PLAIN_LAN STRICT MESSAGE_PORT("a", "1", "")
				 MESSAGE_PORT("c", "3", "") MESSAGE_PORT(
					 "b", "2", "ipv6 = fe80::2\n"));
	EXPECT("{\"which\": \"fe80::2\"}",
	       "l fe80::2 " MAC(2) " b configured 0 -");
}
END_TEST

START_TEST(link_local_addresses_made_from_a_mac_address_are_shown_when_seen)
{
	struct ipaddr ip = message_ip_of("fe80::ff:fe00:3");

	begin_lan(PLAIN_LAN STRICT ABC);
	message_send(h, "c", solicit(3, ip));
	later(3);
	EXPECT("{\"which\": \"fe80::ff:fe00:3\"}",
	       "l fe80::ff:fe00:3 " MAC(3) " c learned 3 3");
	EXPECT_NONE("{\"which\": \"fe80::ff:fe00:2\"}");
}
END_TEST

START_TEST(addresses_of_the_fabric_are_shown_where_it_takes_part)
{
	begin_lan(MESSAGE_LAN "profile = open\nsponge = on\n"
			      "sponge_learning = 0s\nsponge_sweep = "
			      "0s\n" MESSAGE_UNKNOWN_PORT("a", "") OTHER);
	later(1);
	EXPECT("{}", "l 192.0.2.250 02:53:00:00:00:01 - fabric - -",
	       "l fe80::53:ff:fe00:1 02:53:00:00:00:01 - fabric - -");
	harness_apply(h, MESSAGE_LAN
		      "profile = open\n" MESSAGE_UNKNOWN_PORT("a", "") OTHER);
	EXPECT_NONE("{}");
}
END_TEST

START_TEST(owners_are_learned_where_the_lan_learns_them_and_else_only_seen)
{
	static const char *const learns[] = { "", "arp_dynamic = on\n" };
	static const char *const rows[] = { "l 192.0.2.5 " MAC(5) " a seen - 7",
					    "l 192.0.2.5 " MAC(
						    5) " a learned 7 7" };
	char text[1024];

	snprintf(text, sizeof(text), "%s%s%s", MESSAGE_LAN,
		 "profile = open\nsponge = on\nsponge_learning = 0s\n"
		 "sponge_sweep = 0s\n",
		 learns[_i]);
	strcat(text,
	       MESSAGE_UNKNOWN_PORT("a", "") MESSAGE_UNKNOWN_PORT("b", ""));
	begin_lan(text);
	later(1);
	message_send(h, "a", message_request(5, message_ip(4, 9)));
	later(8);
	EXPECT("{\"which\": \"a\"}", rows[_i]);
	EXPECT_NONE("{\"which\": \"b\"}");
}
END_TEST

START_TEST(an_unknown_port_or_lan_is_an_error)
{
	begin_lan(PLAIN_LAN STRICT ABC);
	expect_error("{\"which\": \"nosuch\"}", "not_found",
		     "there is no port 'nosuch'");
	expect_error("{\"which\": \"192.0.2\"}", "not_found", "'192.0.2'");
	expect_error("{\"lan\": \"nosuch\"}", "not_found",
		     "there is no LAN 'nosuch'");
	EXPECT_NONE("{\"which\": \"192.0.2.99\"}");
}
END_TEST

/* 65,536 IPv4 addresses, and room for 4,096 of IPv6. */
#define LARGE                                                                  \
	"[lan l]\nipv4 = 198.18.0.0/16\nipv6 = 2001:db8::/64\n"                \
	"profile = open\nsponge = on\nsponge_mac = 02:53:00:00:00:01\n"        \
	"arp_dynamic = on\nnd_max_targets = 4096\n"

START_TEST(a_large_lan_comes_in_parts_and_each_address_once)
{
	struct request q;
	char want[48], text[32];
	bool seen[1001] = { false };

	begin_lan(LARGE MESSAGE_UNKNOWN_PORT("a", ""));
	for (unsigned int i = 1; i <= 1000; i++) {
		snprintf(want, sizeof(want), "198.18.%u.%u", i / 4, i % 4 + 1);
		message_send(h, "a",
			     message_gratuitous(5, message_ip_of(want)));
	}
	request_begin(&q, answers, "neigh show", "{\"which\": \"a\"}");
	while (q.verdict == CTL_MORE) {
		size_t before = json_array_size(q.result);

		request_more(&q);
		/* One walk of 512 places beyond a full part. */
		ck_assert_uint_le(json_array_size(q.result) - before,
				  256 + 512);
	}
	ck_assert_int_eq(q.verdict, CTL_END);
	ck_assert_uint_gt(q.parts, 2);
	ck_assert_uint_eq(json_array_size(q.result), 1000);
	for (size_t i = 0; i < 1000; i++) {
		unsigned int third = 0, last = 0;

		ck_assert_int_eq(
			sscanf(cell(json_array_get(q.result, i), "ip", text),
			       "198.18.%u.%u", &third, &last),
			2);
		ck_assert(!seen[third * 4 + last - 1]);
		seen[third * 4 + last - 1] = true;
	}
	request_end(&q);
}
END_TEST

START_TEST(an_answer_ends_when_the_configuration_changes)
{
	struct request q;

	begin_lan(LARGE MESSAGE_UNKNOWN_PORT("a", ""));
	request_begin(&q, answers, "neigh show", "{}");
	request_more(&q);
	ck_assert_int_eq(q.verdict, CTL_MORE);
	harness_apply(h, LARGE MESSAGE_UNKNOWN_PORT("b", ""));
	request_more(&q);
	ck_assert_int_eq(q.verdict, CTL_ERROR);
	ck_assert_str_eq(q.rq.code, "changed");
	request_end(&q);
}
END_TEST

int
main(void)
{
	Suite *s = suite_create("neigh_show");
	TCase *tc = fixture_case(s, "neigh_show", NULL);

	tcase_add_checked_fixture(tc, NULL, teardown);
	tcase_add_test(
		tc,
		bindings_of_the_configuration_are_shown_that_were_never_seen);
	tcase_add_test(
		tc,
		the_port_of_a_link_local_address_is_the_one_it_was_first_seen_at);
	tcase_add_test(
		tc,
		a_line_for_a_link_local_address_takes_the_place_of_the_first_seen);
	tcase_add_test(
		tc,
		link_local_addresses_made_from_a_mac_address_are_shown_when_seen);
	tcase_add_test(tc,
		       addresses_of_the_fabric_are_shown_where_it_takes_part);
	tcase_add_loop_test(
		tc,
		owners_are_learned_where_the_lan_learns_them_and_else_only_seen,
		0, 2);
	tcase_add_test(tc, an_unknown_port_or_lan_is_an_error);
	tcase_add_test(tc, a_large_lan_comes_in_parts_and_each_address_once);
	tcase_add_test(tc, an_answer_ends_when_the_configuration_changes);
	return check_run(s);
}
