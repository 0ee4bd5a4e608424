/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * The answers of the daemon to commands about sponges, valid ones and others.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "fabric/api/command.h"
#include "fabric/config/sponge_param.h"
#include "lib/arp.h"
#include "lib/compose.h"
#include "lib/mac.h"
#include "tests/pipe/fixture.h"
#include "tests/pipe/request.h"

#define ALICE UINT64_C(0x020000000001)
#define BOB   UINT64_C(0x020000000002)

#define KEYS                                                                   \
	"profile = open\nsponge = on\nsponge_learning = 0s\nsponge_sweep = "   \
	"0s\n"
#define LAN                                                                    \
	"[lan l]\nipv4 = 192.0.2.0/24\nipv6 = 2001:db8::/64\n" KEYS            \
	"sponge_mac = 02:53:00:00:00:01\nsponge_ipv4 = 192.0.2.250\n"          \
	"[port a]\ndevice = net_null_a\nlan = l\nmac = 02:00:00:00:00:01\n"    \
	"ipv4 = 192.0.2.1\n"                                                   \
	"[port b]\ndevice = net_null_b\nlan = l\nmac = 02:00:00:00:00:02\n"
#define PLAIN "[lan plain]\nprofile = open\n"
#define OTHER                                                                  \
	"[lan other]\nipv4 = 192.0.2.0/25\n" KEYS                              \
	"sponge_mac = 02:53:00:00:00:02\nsponge_passive = on\n"

static struct answers *answers;
static char path[] = "/tmp/ixf-sponge-XXXXXX";

/* The file is there: without it the status is degraded. */
static void
setup(void)
{
	FILE *out;

	begin(LAN PLAIN);
	strcpy(path + strlen(path) - 6, "XXXXXX");
	out = fdopen(mkstemp(path), "w");
	ck_assert_ptr_nonnull(out);
	fputs(LAN PLAIN, out);
	ck_assert_int_eq(fclose(out), 0);
	answers = answers_create(f, path);
}

static void
teardown(void)
{
	/* Frames of the fabric that a command has caused leave. */
	for (unsigned int i = 0; i < 3; i++) {
		f->sponge_fresh = true;
		harness_at(h, f->now);
	}
	answers_free(answers);
	unlink(path);
}

/* A second LAN with a sponge. */
static void
add_other(void)
{
	harness_apply(h, LAN PLAIN OTHER);
	harness_at(h, START);
}

static void
after_ms(unsigned int ms)
{
	f->neigh_due = 0;
	harness_at(h, START + ms * CLOCK_MILLISECOND);
}

static void
command(struct request *q, const char *name, const char *args)
{
	request_ask(q, answers, name, args);
}

static void
expect_error(const char *name, const char *args, const char *code,
	     const char *message)
{
	struct request q;

	command(&q, name, args);
	ck_assert_msg(q.verdict == CTL_ERROR, "%s %s", name, args);
	ck_assert_str_eq(q.rq.code, code);
	ck_assert_msg(strstr(q.rq.message, message) != NULL, "%s",
		      q.rq.message);
	request_end(&q);
}

/* The answer is an object that has the members of 'want', JSON. */
static void
expect(const char *name, const char *args, const char *want)
{
	json_t *wanted = json_loads(want, 0, NULL), *value;
	struct request q;
	const char *key;

	ck_assert_ptr_nonnull(wanted);
	command(&q, name, args);
	ck_assert_msg(q.verdict == CTL_END, "%s %s: %s", name, args,
		      q.rq.message);
	json_object_foreach(wanted, key, value)
	{
		json_t *got = json_object_get(q.result, key);

		ck_assert_msg(got != NULL && json_equal(got, value), "%s: %s",
			      key, json_dumps(got, JSON_ENCODE_ANY));
	}
	json_decref(wanted);
	request_end(&q);
}

static void
set(const char *what, const char *value)
{
	struct request q;
	char args[128];

	snprintf(args, sizeof(args),
		 "{\"what\": \"%s\", \"value\": \"%s\", \"lan\": \"l\"}", what,
		 value);
	command(&q, "sponge set", args);
	ck_assert_msg(q.verdict == CTL_END, "%s", q.rq.message);
	request_end(&q);
}

static void
send_arp(const char *port, uint64_t src, uint32_t spa, uint32_t tpa)
{
	struct compose c;
	uint8_t *frame;

	compose_ether(&c, MAC_BROADCAST, src, FRAME_ARP);
	compose_arp(&c, ARP_REQUEST, src, 0xc0000200 | spa, 0,
		    0xc0000200 | tpa);
	compose_pad(&c);
	frame = harness_frame(h, src, MAC_BROADCAST, FRAME_ARP, c.size);
	memcpy(frame, c.octet, c.size);
	harness_send(h, port, frame, c.size);
}

static size_t
rows_of(const char *name, const char *args)
{
	struct request q;
	size_t n;

	command(&q, name, args);
	ck_assert_msg(q.verdict == CTL_END, "%s", q.rq.message);
	n = json_array_size(q.result);
	request_end(&q);
	return n;
}

/* sponge show. */

START_TEST(addresses_that_are_not_alive_are_shown_by_lan)
{
	struct request q;
	json_t *own;

	set("static", "192.0.2.9");
	after_ms(2000);
	set("pending", "192.0.2.7");
	send_arp("a", ALICE, 1, 7);
	after_ms(2500);
	command(&q, "sponge show", "{}");
	ck_assert_uint_eq(json_array_size(q.result), 3);
	ck_assert_text(q.result, 0, "scope", "lan");
	ck_assert_text(q.result, 0, "lan", "l");
	ck_assert_text(q.result, 0, "sponge_mac", "02:53:00:00:00:01");
	own = json_pack("[s, s]", "192.0.2.250", "fe80::53:ff:fe00:1");
	ck_assert(json_equal(request_at(q.result, 0, "own"), own));
	json_decref(own);
	ck_assert_int_eq(
		json_integer_value(json_object_get(
			request_at(q.result, 0, "addresses"), "alive")),
		251);
	ck_assert_text(q.result, 1, "scope", "address");
	ck_assert_text(q.result, 1, "ip", "192.0.2.7");
	ck_assert_text(q.result, 1, "state", "pending");
	ck_assert_number(q.result, 1, "probes", 0);
	ck_assert_number(q.result, 1, "queue", 1);
	ck_assert(json_is_null(request_at(q.result, 1, "rate")));
	ck_assert(json_is_null(request_at(q.result, 1, "mac")));
	ck_assert(json_is_null(request_at(q.result, 1, "port")));
	ck_assert(json_is_false(request_at(q.result, 1, "assigned")));
	ck_assert_number(q.result, 1, "state_changed_seconds", 0);
	ck_assert_number(q.result, 1, "last_queried_seconds", 0);
	ck_assert_text(q.result, 2, "ip", "192.0.2.9");
	ck_assert_text(q.result, 2, "state", "static");
	ck_assert(json_is_null(request_at(q.result, 2, "probes")));
	ck_assert_number(q.result, 2, "state_changed_seconds", 1);
	ck_assert(
		json_is_null(request_at(q.result, 2, "last_queried_seconds")));
	request_end(&q);
}
END_TEST

START_TEST(addresses_are_shown_by_their_state)
{
	set("dead", "192.0.2.9");
	set("pending", "192.0.2.8");
	set("alive", "2001:db8::9");
	ck_assert_uint_eq(rows_of("sponge show", "{}"), 3);
	ck_assert_uint_eq(rows_of("sponge show", "{\"which\": \"dead\"}"), 2);
	ck_assert_uint_eq(rows_of("sponge show", "{\"which\": \"none\"}"), 1);
	ck_assert_uint_eq(rows_of("sponge show", "{\"which\": \"alive\"}"),
			  1 + 253 - 2 + 1);
	ck_assert_uint_eq(rows_of("sponge show", "{\"which\": \"all\"}"),
			  1 + 253 + 1);
}
END_TEST

START_TEST(one_address_is_shown_wherever_it_is)
{
	struct request q;

	send_arp("a", ALICE, 1, 250);
	command(&q, "sponge show", "{\"which\": \"192.0.2.1\"}");
	ck_assert_uint_eq(json_array_size(q.result), 1);
	ck_assert_text(q.result, 0, "state", "alive");
	ck_assert_text(q.result, 0, "mac", "02:00:00:00:00:01");
	ck_assert_text(q.result, 0, "port", "a");
	ck_assert(json_is_true(request_at(q.result, 0, "assigned")));
	request_end(&q);
	add_other();
	ck_assert_uint_eq(rows_of("sponge show", "{\"which\": \"192.0.2.1\"}"),
			  2);
	ck_assert_uint_eq(
		rows_of("sponge show", "{\"which\": \"192.0.2.200\"}"), 1);
	ck_assert_uint_eq(rows_of("sponge show", "{\"which\": \"192.0.2.1\", "
						 "\"lan\": \"other\"}"),
			  1);
}
END_TEST

START_TEST(a_long_table_comes_in_parts)
{
	struct request q;

	harness_apply(h, LAN "[lan wide]\nipv4 = 198.51.96.0/22\n" KEYS
			     "sponge_mac = 02:53:00:00:00:02\n");
	harness_at(h, START);
	request_begin(&q, answers, "sponge show", "{\"which\": \"all\"}");
	request_more(&q);
	ck_assert_int_eq(q.verdict, CTL_MORE);
	while (q.verdict == CTL_MORE)
		request_more(&q);
	ck_assert_uint_eq(q.parts, 2);
	ck_assert_uint_eq(json_array_size(q.result), 1 + 253 + 1 + 1022);
	request_end(&q);
	request_begin(&q, answers, "sponge show", "{\"which\": \"all\"}");
	request_more(&q);
	add_other();
	request_more(&q);
	ck_assert_str_eq(q.rq.code, "changed");
	request_end(&q);
}
END_TEST

START_TEST(many_lans_come_in_parts)
{
	char text[65536] = "";
	struct request q;
	size_t n = 0;

	for (unsigned int i = 0; i < 70; i++)
		n += (size_t)snprintf(text + n, sizeof(text) - n,
				      "[lan l%u]\nipv4 = 192.0.2.0/24\n" KEYS
				      "sponge_mac = 02:53:00:00:00:%02x\n",
				      i, i + 1);
	harness_apply(h, text);
	harness_at(h, START);
	command(&q, "sponge show", "{}");
	ck_assert_uint_eq(q.parts, 3);
	ck_assert_uint_eq(json_array_size(q.result), 70);
	ck_assert_text(q.result, 69, "lan", "l69");
	request_end(&q);
	command(&q, "sponge stats", "{}");
	ck_assert_uint_eq(q.parts, 3);
	ck_assert_uint_eq(json_array_size(q.result), 70);
	request_end(&q);
}
END_TEST

START_TEST(error_says_why_nothing_is_shown)
{
	expect_error("sponge show", "{\"which\": \"192.0.3.1\"}", "address",
		     "192.0.3.1 is outside LAN l, which has 192.0.2.0/24");
	expect_error("sponge show", "{\"which\": \"192.0.2.250\"}", "address",
		     "the sponge's own");
	expect_error("sponge show", "{\"which\": \"2001:db8::5\"}", "not_found",
		     "there was no request");
	expect_error("sponge show", "{\"which\": \"fe80::5\"}", "address",
		     "sponge_link_local");
	expect_error("sponge show", "{\"which\": \"undead\"}", "usage",
		     "not an IP address");
	expect_error("sponge show", "{\"lan\": \"plain\"}", "no_sponge",
		     "LAN plain has no sponge: write 'sponge = on'");
	expect_error("sponge show", "{\"lan\": \"plian\"}", "not_found",
		     "did you mean 'plain'?");
	harness_apply(h, PLAIN);
	expect_error("sponge show", "{}", "no_sponge", "no LAN has a sponge");
	expect_error("sponge clear", "{\"address\": \"all\"}", "no_sponge",
		     "no LAN has a sponge");
}
END_TEST

/* sponge stats, log, arp top. */

START_TEST(every_counter_and_parameter_is_shown)
{
	static const char *const counters[] = {
#define COUNTER(name, ...) #name,
#include "fabric/neigh/neigh_counter_list.h"
		"sponge_suppressed",     "sponge_stray_frames",
		"sponge_stray_bytes",    "punt_full",
		"arp_dynamic_addresses",
	};
	const json_t *parameters, *row;
	struct request q;

	set("dead", "192.0.2.9");
	command(&q, "sponge stats", "{}");
	ck_assert_uint_eq(json_array_size(q.result), 1);
	for (size_t i = 0; i < sizeof(counters) / sizeof(counters[0]); i++)
		ck_assert_number(q.result, 0, counters[i], 0);
	row = json_array_get(q.result, 0);
	parameters = json_object_get(row, "parameters");
	ck_assert_uint_eq(json_object_size(parameters), SPONGE_PARAMS);
	ck_assert_int_eq(
		json_integer_value(json_object_get(parameters, "queuedepth")),
		1000);
	ck_assert_double_eq(json_real_value(json_object_get(
				    parameters, "flood_protection")),
			    3.0);
	ck_assert(json_is_false(json_object_get(parameters, "dummy")));
	ck_assert_str_eq(
		json_string_value(json_object_get(parameters, "arp_update")),
		"all");
	ck_assert_int_eq(json_integer_value(json_object_get(
				 json_object_get(row, "transitions"), "dead")),
			 1);
	ck_assert_int_eq(json_integer_value(json_object_get(
				 json_object_get(row, "addresses"), "dead")),
			 1);
	ck_assert_uint_eq(json_array_size(json_object_get(row, "parts")), 2);
	ck_assert_text(json_object_get(row, "parts"), 0, "own", "192.0.2.250");
	request_end(&q);
}
END_TEST

START_TEST(log_has_as_many_lines_as_requested)
{
	struct request q;

	set("dead", "192.0.2.9");
	after_ms(1500);
	set("dead", "192.0.2.8");
	command(&q, "sponge log", "{}");
	ck_assert_uint_eq(json_array_size(q.result), 2);
	ck_assert_double_eq(
		json_real_value(request_at(q.result, 0, "age_seconds")), 1.5);
	ck_assert_text(q.result, 1, "text", "sponging: ip=192.0.2.8 rate=-");
	request_end(&q);
	ck_assert_uint_eq(rows_of("sponge log", "{\"lines\": \"1\"}"), 1);
	expect_error("sponge log", "{\"lines\": \"0\"}", "usage",
		     "must be a number, 1 to 1024");
	expect_error("sponge log", "{\"lines\": \"1025\"}", "usage", "1024");
	expect_error("sponge log", "{\"lines\": \"1x\"}", "usage", "1x");
}
END_TEST

START_TEST(top_lists_are_shown_for_each_lan)
{
	struct request q;

	send_arp("a", ALICE, 1, 9);
	send_arp("a", ALICE, 1, 8);
	command(&q, "arp top", "{}");
	ck_assert_uint_eq(json_array_size(q.result), 3);
	ck_assert_text(q.result, 0, "list", "askers");
	ck_assert_text(q.result, 0, "ip", "192.0.2.1");
	ck_assert_text(q.result, 0, "port", "a");
	ck_assert_number(q.result, 0, "questions", 2);
	ck_assert_number(q.result, 0, "at_least", 2);
	ck_assert_text(q.result, 1, "list", "targets");
	ck_assert(json_is_null(request_at(q.result, 1, "port")));
	request_end(&q);
	ck_assert_uint_eq(rows_of("arp top", "{\"lan\": \"l\"}"), 3);
	expect_error("arp top", "{\"lan\": \"plain\"}", "no_sponge",
		     "LAN plain does not count requests");
	expect_error("arp top", "{\"lan\": \"nosuch\"}", "not_found",
		     "there is no LAN 'nosuch'");
}
END_TEST

/* sponge set. */

/* The words of the command line are those that the daemon knows. */
START_TEST(every_word_of_the_command_is_known)
{
	const char *words = command_get(COMMAND_sponge_set)->arg[0].what;
	unsigned int n = 0;

	for (const char *p = words; *p != '\0'; p += strcspn(p, "|")) {
		char word[32];

		p += *p == '|';
		snprintf(word, sizeof(word), "%.*s", (int)strcspn(p, "|"), p);
		n += sponge_param_find(word) != NULL;
		if (sponge_param_find(word) == NULL)
			set(word, "192.0.2.9");
	}
	ck_assert_uint_eq(n, SPONGE_PARAMS);
}
END_TEST

START_TEST(state_is_set_and_the_old_one_shown)
{
	expect("sponge set", "{\"what\": \"dead\", \"value\": \"192.0.2.9\"}",
	       "{\"lan\": \"l\", \"ip\": \"192.0.2.9\", \"what\": \"state\", "
	       "\"old\": \"alive\", \"old_probes\": null, \"new\": \"dead\", "
	       "\"new_probes\": null, \"waits\": false}");
	expect("sponge set",
	       "{\"what\": \"pending\", \"value\": \"192.0.2.9\", "
	       "\"more\": \"3\"}",
	       "{\"old\": \"dead\", \"new\": \"pending\", \"new_probes\": 3}");
	expect("sponge set",
	       "{\"what\": \"alive\", \"value\": \"192.0.2.9\", "
	       "\"more\": \"0200.0000.0009\"}",
	       "{\"old\": \"pending\", \"old_probes\": 3, \"new\": \"alive\"}");
	expect("sponge set", "{\"what\": \"dead\", \"value\": \"2001:db8::9\"}",
	       "{\"old\": \"none\", \"new\": \"dead\"}");
}
END_TEST

START_TEST(address_is_probed_before_it_is_static_unless_forced)
{
	expect("sponge set", "{\"what\": \"static\", \"value\": \"192.0.2.9\"}",
	       "{\"old\": \"alive\", \"new\": \"alive\", \"waits\": true}");
	expect("sponge set",
	       "{\"what\": \"static\", \"value\": \"192.0.2.8\", "
	       "\"force\": true}",
	       "{\"old\": \"alive\", \"new\": \"static\", \"waits\": false}");
	after_ms(2000);
	expect("sponge set", "{\"what\": \"static\", \"value\": \"192.0.2.9\"}",
	       "{\"old\": \"static\", \"new\": \"static\", \"waits\": false}");
}
END_TEST

START_TEST(a_parameter_is_set_and_listed_until_an_apply)
{
	struct request q;
	const json_t *rows;

	expect("sponge set", "{\"what\": \"rate\", \"value\": \"7\"}",
	       "{\"lan\": \"l\", \"what\": \"rate\", \"key\": \"sponge_rate\", "
	       "\"old\": \"50\", \"new\": \"7\", \"configured\": \"50\", "
	       "\"by_hand\": true}");
	after_ms(3000);
	command(&q, "status", "{}");
	ck_assert(json_is_true(json_object_get(q.result, "healthy")));
	rows = json_object_get(q.result, "overrides");
	ck_assert_uint_eq(json_array_size(rows), 1);
	ck_assert_text(rows, 0, "lan", "l");
	ck_assert(json_is_null(request_at(rows, 0, "port")));
	ck_assert_text(rows, 0, "what", "sponge_rate");
	ck_assert_text(rows, 0, "value", "7");
	ck_assert_text(rows, 0, "by", "root (uid 0)");
	ck_assert_number(rows, 0, "seconds", 3);
	request_end(&q);
	expect("sponge set", "{\"what\": \"rate\", \"value\": \"auto\"}",
	       "{\"old\": \"7\", \"new\": \"50\", \"by_hand\": false}");
	command(&q, "status", "{}");
	ck_assert_uint_eq(
		json_array_size(json_object_get(q.result, "overrides")), 0);
	request_end(&q);
}
END_TEST

START_TEST(error_of_set_names_what_is_valid)
{
	static const struct {
		const char *args, *code, *message;
	} cases[] = {
		{ "{\"what\": \"dead\", \"value\": \"nine\"}", "usage",
		  "'nine' is not an IP address such as 192.0.2.9" },
		{ "{\"what\": \"dead\", \"value\": \"192.0.2.9\", \"more\": "
		  "\"3\"}",
		  "usage", "unexpected '3'" },
		{ "{\"what\": \"static\", \"value\": \"192.0.2.9\", \"more\": "
		  "\"3\"}",
		  "usage", "static IP [force]" },
		{ "{\"what\": \"dead\", \"value\": \"192.0.2.9\", \"force\": "
		  "true}",
		  "usage", "unexpected 'force'" },
		{ "{\"what\": \"rate\", \"value\": \"7\", \"force\": true}",
		  "usage", "unexpected 'force'" },
		{ "{\"what\": \"rate\", \"value\": \"7\", \"more\": \"8\"}",
		  "usage", "unexpected '8'" },
		{ "{\"what\": \"alive\", \"value\": \"192.0.2.9\", \"more\": "
		  "\"x\"}",
		  "usage", "'x' is not the MAC address" },
		{ "{\"what\": \"alive\", \"value\": \"192.0.2.9\", \"more\": "
		  "\"ff:ff:ff:ff:ff:ff\"}",
		  "usage", "of a host" },
		{ "{\"what\": \"pending\", \"value\": \"192.0.2.9\", \"more\": "
		  "\"7\"}",
		  "usage", "must be a number, 0 to 6" },
		{ "{\"what\": \"rate\", \"value\": \"0\"}", "usage",
		  "rate = 0: " },
		{ "{\"what\": \"dummy\", \"value\": \"maybe\"}", "usage",
		  "dummy = maybe: " },
		{ "{\"what\": \"dead\", \"value\": \"192.0.2.255\"}", "address",
		  "first or last of its prefix" },
		{ "{\"what\": \"dead\", \"value\": \"198.51.100.1\"}",
		  "address", "which has 192.0.2.0/24" },
		{ "{\"what\": \"dead\", \"value\": \"2001:db8:1::1\"}",
		  "address", "which has 2001:db8::/64" },
		{ "{\"what\": \"rate\", \"value\": \"7\", \"lan\": \"plain\"}",
		  "no_sponge", "LAN plain has no sponge" },
	};

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++)
		expect_error("sponge set", cases[i].args, cases[i].code,
			     cases[i].message);
	ck_assert_uint_eq(rows_of("sponge show", "{}"), 1);
}
END_TEST

START_TEST(lan_must_be_named_if_there_are_two_sponges)
{
	add_other();
	expect_error("sponge set", "{\"what\": \"rate\", \"value\": \"7\"}",
		     "usage", "add 'lan NAME', one of l, other");
	expect_error("sponge log", "{}", "usage", "lan NAME");
	expect_error("sponge clear", "{\"address\": \"all\"}", "usage",
		     "lan NAME");
	expect_error("sponge probe", "{\"addresses\": \"192.0.2.1\"}", "usage",
		     "lan NAME");
	expect("sponge set",
	       "{\"what\": \"rate\", \"value\": \"7\", \"lan\": \"other\"}",
	       "{\"lan\": \"other\"}");
	expect_error("sponge set",
		     "{\"what\": \"static\", \"value\": \"192.0.2.9\", "
		     "\"lan\": \"other\"}",
		     "passive", "LAN other is passive there");
	ck_assert_uint_eq(rows_of("sponge stats", "{}"), 2);
	ck_assert_uint_eq(rows_of("sponge show", "{}"), 2);
}
END_TEST

/* The other commands. */

START_TEST(one_address_or_all_are_cleared)
{
	set("dead", "192.0.2.9");
	expect("sponge clear", "{\"address\": \"192.0.2.9\"}",
	       "{\"ip\": \"192.0.2.9\", \"old\": \"dead\", \"cleared\": 1}");
	expect("sponge clear", "{\"address\": \"192.0.2.9\"}",
	       "{\"old\": \"none\", \"cleared\": 0}");
	expect("sponge clear", "{\"address\": \"all\"}",
	       "{\"lan\": \"l\", \"ip\": null, \"cleared\": 252}");
	expect_error("sponge clear", "{\"address\": \"2001:db8::9\"}",
		     "not_found", "there was no request");
	expect_error("sponge clear", "{\"address\": \"every\"}", "usage",
		     "not an IP address");
}
END_TEST

START_TEST(a_mac_address_is_forgotten)
{
	send_arp("b", BOB, 9, 250);
	expect("sponge clear-arp", "{\"address\": \"192.0.2.9\"}",
	       "{\"old\": \"02:00:00:00:00:02\", \"new\": null}");
	send_arp("a", ALICE, 1, 250);
	expect("sponge clear-arp", "{\"address\": \"192.0.2.1\"}",
	       "{\"old\": \"02:00:00:00:00:01\", "
	       "\"new\": \"02:00:00:00:00:01\"}");
	expect_error("sponge clear-arp", "{\"address\": \"192.0.3.1\"}",
		     "address", "outside");
}
END_TEST

START_TEST(addresses_to_probe_are_one_or_a_range_or_a_prefix)
{
	static const struct {
		const char *args, *want;
	} good[] = {
		{ "{\"addresses\": \"192.0.2.9\"}",
		  "{\"lan\": \"l\", \"first\": \"192.0.2.9\", "
		  "\"last\": \"192.0.2.9\", \"addresses\": 1, \"rate\": 10, "
		  "\"seconds\": 1}" },
		{ "{\"addresses\": \"192.0.2.1-192.0.2.20\", \"rate\": \"7\"}",
		  "{\"addresses\": 20, \"rate\": 7, \"seconds\": 3}" },
		{ "{\"addresses\": \"192.0.2.0/24\", \"rate\": \"5000\"}",
		  "{\"last\": \"192.0.2.255\", \"addresses\": 253, "
		  "\"rate\": 100}" },
		{ "{\"addresses\": \"192.0.2.64/26\"}",
		  "{\"first\": \"192.0.2.64\", \"last\": \"192.0.2.127\", "
		  "\"addresses\": 64}" },
		{ "{\"addresses\": \"2001:db8::/64\"}",
		  "{\"last\": \"2001:db8::ffff:ffff:ffff:ffff\", "
		  "\"addresses\": 0}" },
		{ "{\"addresses\": \"2001:db8::1-2001:db8::2\"}",
		  "{\"addresses\": 0}" },
	};
	static const struct {
		const char *args, *code, *message;
	} bad[] = {
		{ "{\"addresses\": \"192.0.2.1-\"}", "usage",
		  "must be an address" },
		{ "{\"addresses\": \"192.0.2.1/24\"}", "usage", "or a prefix" },
		{ "{\"addresses\": \"192.0.2.9-192.0.2.1\"}", "usage",
		  "must be in ascending order, and within one prefix of LAN "
		  "l" },
		{ "{\"addresses\": \"192.0.2.0/23\"}", "usage",
		  "within one prefix" },
		{ "{\"addresses\": \"198.51.100.0/24\"}", "address",
		  "outside" },
		{ "{\"addresses\": \"192.0.2.9\", \"rate\": \"0\"}", "usage",
		  "rate '0': must be a number, 1 to 10000" },
		{ "{\"addresses\": \"192.0.2.9\", \"rate\": \"10001\"}",
		  "usage", "10000" },
	};

	for (size_t i = 0; i < sizeof(good) / sizeof(good[0]); i++)
		expect("sponge probe", good[i].args, good[i].want);
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++)
		expect_error("sponge probe", bad[i].args, bad[i].code,
			     bad[i].message);
	after_ms(0);
}
END_TEST

START_TEST(member_is_informed_of_another_if_both_are_known)
{
	const char *args =
		"{\"receiver\": \"192.0.2.1\", \"about\": \"192.0.2.9\"}";

	expect_error("sponge inform", args, "not_found",
		     "192.0.2.9 is not alive, or its MAC address is not known");
	send_arp("b", BOB, 9, 250);
	expect("sponge inform", args,
	       "{\"lan\": \"l\", \"receiver\": \"192.0.2.1\", "
	       "\"about\": \"192.0.2.9\", \"mac\": \"02:00:00:00:00:02\", "
	       "\"frames\": 3}");
	set("arp_update", "none");
	expect("sponge inform", args, "{\"frames\": 0}");
	expect_error("sponge inform",
		     "{\"receiver\": \"192.0.2.8\", \"about\": \"192.0.2.9\"}",
		     "not_found", "the port of 192.0.2.8 is not known");
	expect_error("sponge inform",
		     "{\"receiver\": \"192.0.2.9\", \"about\": \"192.0.2.9\"}",
		     "usage",
		     "must be two different addresses, both IPv4 or both IPv6");
	expect_error("sponge inform",
		     "{\"receiver\": \"192.0.3.9\", \"about\": \"192.0.2.9\"}",
		     "address", "192.0.3.9 is outside");
	after_ms(0);
}
END_TEST

START_TEST(status_counts_the_addresses_of_a_sponge)
{
	struct request q;
	const json_t *lans;

	set("dead", "192.0.2.9");
	command(&q, "status", "{}");
	lans = json_object_get(q.result, "lans");
	ck_assert_int_eq(json_integer_value(json_object_get(
				 request_at(lans, 0, "sponge"), "dead")),
			 1);
	ck_assert(json_is_null(request_at(lans, 1, "sponge")));
	request_end(&q);
}
END_TEST

static void
show_commands(Suite *s)
{
	TCase *tc = fixture_case(s, "show_commands", setup);

	tcase_add_checked_fixture(tc, NULL, teardown);
	tcase_add_test(tc, addresses_that_are_not_alive_are_shown_by_lan);
	tcase_add_test(tc, addresses_are_shown_by_their_state);
	tcase_add_test(tc, one_address_is_shown_wherever_it_is);
	tcase_add_test(tc, a_long_table_comes_in_parts);
	tcase_add_test(tc, many_lans_come_in_parts);
	tcase_add_test(tc, error_says_why_nothing_is_shown);
	tcase_add_test(tc, every_counter_and_parameter_is_shown);
	tcase_add_test(tc, log_has_as_many_lines_as_requested);
	tcase_add_test(tc, top_lists_are_shown_for_each_lan);
	tcase_add_test(tc, status_counts_the_addresses_of_a_sponge);
}

static void
set_commands(Suite *s)
{
	TCase *tc = fixture_case(s, "set_commands", setup);

	tcase_add_checked_fixture(tc, NULL, teardown);
	tcase_add_test(tc, every_word_of_the_command_is_known);
	tcase_add_test(tc, state_is_set_and_the_old_one_shown);
	tcase_add_test(tc, address_is_probed_before_it_is_static_unless_forced);
	tcase_add_test(tc, a_parameter_is_set_and_listed_until_an_apply);
	tcase_add_test(tc, error_of_set_names_what_is_valid);
	tcase_add_test(tc, lan_must_be_named_if_there_are_two_sponges);
	tcase_add_test(tc, one_address_or_all_are_cleared);
	tcase_add_test(tc, a_mac_address_is_forgotten);
	tcase_add_test(tc, addresses_to_probe_are_one_or_a_range_or_a_prefix);
	tcase_add_test(tc, member_is_informed_of_another_if_both_are_known);
}

int
main(void)
{
	Suite *s = suite_create("sponge_answers");

	show_commands(s);
	set_commands(s);
	return check_run(s);
}
