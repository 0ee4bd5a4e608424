/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * The answers of the daemon to each command, on a fabric in step.
 */
#include "fabric/api/answers.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "fabric/api/command.h"
#include "fabric/neigh/sponge_ops.h"
#include "fabric/runtime/worker_watch.h"
#include "lib/mac.h"
#include "tests/pipe/fixture.h"
#include "tests/pipe/request.h"

#define ALICE UINT64_C(0x020000000001)
#define BOB   UINT64_C(0x020000000002)
#define CAROL UINT64_C(0x020000000003)

#define FABRIC "[fabric]\nmac_table = 4096\nmatrix = on\n"
#define PAIR                                                                   \
	"[lan l]\nvlan = 10\nprofile = ixp-basic\n"                            \
	"[port a]\ndevice = net_null0\nlan = l\nmac = 02:00:00:00:00:01\n"     \
	"asn = 64500\ndescription = Alice\n"                                   \
	"[port b]\ndevice = net_null1\nlan = l\nmac = 02:00:00:00:00:02\n"
#define BASE FABRIC PAIR
#define LEARNING                                                               \
	"[lan m]\nprofile = open\n"                                            \
	"[port c]\ndevice = net_null2\nlan = m\n"                              \
	"[port d]\ndevice = net_null3\nlan = m\n"

#define SPONGE                                                                 \
	"[lan s]\nprofile = open\nipv4 = 192.0.2.0/24\nsponge = on\n"          \
	"sponge_mac = 02:53:00:00:00:01\nsponge_ipv4 = 192.0.2.250\n"          \
	"[port e]\ndevice = net_null4\nlan = s\n"                              \
	"mac = 02:00:00:00:00:05\nipv4 = 192.0.2.9\n"

static struct answers *answers;
static char path[] = "/tmp/ixf-answers-XXXXXX";
static int file;

static void
put_file(const char *text)
{
	ck_assert_int_eq(ftruncate(file, 0), 0);
	ck_assert_int_eq(pwrite(file, text, strlen(text), 0),
			 (ssize_t)strlen(text));
}

static void
setup(void)
{
	begin_at(0, BASE LEARNING);
	strcpy(path + strlen(path) - 6, "XXXXXX");
	file = mkstemp(path);
	ck_assert_int_ge(file, 0);
	put_file(BASE LEARNING);
	answers = answers_create(f, path);
	ck_assert_ptr_nonnull(answers);
}

static void
teardown(void)
{
	answers_free(answers);
	close(file);
	unlink(path);
}

static void
send_frame(const char *port, uint64_t src, uint64_t dst)
{
	harness_send(h, port, harness_frame(h, src, dst, 0x0800, 60), 60);
}

static void
ask(struct request *q, const char *name, const char *args)
{
	request_ask(q, answers, name, args);
}

/* How many rows, of a command that must succeed. */
static size_t
rows_of(const char *name, const char *args)
{
	struct request q;
	size_t n;

	ask(&q, name, args);
	ck_assert_int_eq(q.verdict, CTL_END);
	n = json_array_size(q.result);
	request_end(&q);
	return n;
}

static void
expect_refusal(const char *name, const char *args, const char *code)
{
	struct request q;

	ask(&q, name, args);
	ck_assert_int_eq(q.verdict, CTL_ERROR);
	ck_assert_str_eq(q.rq.code, code);
	ck_assert(q.rq.message[0] != '\0');
	request_end(&q);
}

/* A port, a frame, an address, or the first of a choice. */
static const char *
example_of(const struct command_arg *a)
{
	static char word[32];

	if (strcmp(a->what, "PORT") == 0)
		return "a";
	if (strcmp(a->what, "FRAME") == 0)
		return "0x";
	if (strncmp(a->what, "IP", 2) == 0)
		return strcmp(a->name, "about") == 0 ? "192.0.2.2"
						     : "192.0.2.9";
	snprintf(word, sizeof(word), "%.*s", (int)strcspn(a->what, "|"),
		 a->what);
	return word;
}

/* The words that a command needs. */
static void
needs_of(const struct command *c, char *text, size_t size)
{
	size_t n = 0;

	text[0] = '\0';
	for (const struct command_arg *a = c->arg; a->kind != COMMAND_NOTHING;
	     a++)
		if (a->kind == COMMAND_NEED || a->kind == COMMAND_MUST)
			n += (size_t)snprintf(
				text + n, size - n, "%s\"%s\": \"%s\"",
				n > 0 ? ", " : "", a->name, example_of(a));
}

/* Two addresses that the sponge knows, for sponge inform. */
static void
add_two_addresses(void)
{
	struct ipaddr a;

	for (unsigned int i = 0; i < 2; i++) {
		ipaddr_parse(i == 0 ? "192.0.2.9" : "192.0.2.2", 4, &a);
		ck_assert_int_eq(sponge_ops_set(f, "s", &a, SPONGE_ALIVE, 0,
						i == 0 ? ALICE : BOB),
				 0);
	}
}

/* Something to confirm, or to roll back. */
static void
apply_for_confirmation(void)
{
	struct request q;

	ask(&q, "config apply", "{\"confirm\": \"60\"}");
	ck_assert_int_eq(q.verdict, CTL_END);
	request_end(&q);
}

START_TEST(every_command_of_the_daemon_is_answered)
{
	const struct command *c = command_get((enum command_id)_i);
	bool flush = c->rule == COMMAND_ONE;
	char needs[256], args[300];
	struct request q;

	if (c->side != COMMAND_DAEMON)
		return;
	harness_apply(h, BASE LEARNING SPONGE);
	harness_at(h, CLOCK_SECOND);
	add_two_addresses();
	if (_i == COMMAND_config_confirm || _i == COMMAND_config_rollback)
		apply_for_confirmation();
	needs_of(c, needs, sizeof(needs));
	snprintf(args, sizeof(args), "{%s}", flush ? "\"all\": true" : needs);
	ask(&q, c->name, args);
	ck_assert_msg(q.verdict == CTL_END, "%s: %s", c->name, q.rq.message);
	request_end(&q);
	/* The frames that control has made are sent. */
	f->neigh_due = 0;
	harness_at(h, 2 * CLOCK_SECOND);
}
END_TEST

/* 60 octets from Alice to Bob, with more arguments behind them. */
static void
ask_about(struct request *q, const char *head, const char *rest)
{
	char args[512];

	snprintf(args, sizeof(args),
		 "{\"port\": \"a\", \"frame\": \"%s%092d\"%s}", head, 0, rest);
	ask(q, "explain", args);
}

#define TO_BOB "02:00:00:00:00:02 020000000001 0800"

START_TEST(explaining_a_frame_changes_nothing)
{
	struct request q;
	struct port_stats s;
	const json_t *leaves;

	ask_about(&q, TO_BOB, "");
	ck_assert_int_eq(q.verdict, CTL_END);
	ck_assert_str_eq(
		json_string_value(json_object_get(q.result, "verdict")),
		"forwarded");
	leaves = json_object_get(q.result, "leaves");
	ck_assert_uint_eq(json_array_size(leaves), 1);
	ck_assert_text(leaves, 0, "port", "b");
	ck_assert_uint_eq(json_array_size(json_object_get(q.result, "stages")),
			  7);
	request_end(&q);
	stats_port(f, fabric_port_id(f, "a"), &s);
	ck_assert_uint_eq(s.rx_frames, 0);
	ck_assert_uint_eq(s.forwarded, 0);
}
END_TEST

static const char *
reason_of(const char *head, const char *rest)
{
	static char reason[64];
	struct request q;

	ask_about(&q, head, rest);
	ck_assert_int_eq(q.verdict, CTL_END);
	snprintf(reason, sizeof(reason), "%s",
		 json_string_value(json_object_get(q.result, "reason")));
	request_end(&q);
	return reason;
}

START_TEST(a_frame_may_be_longer_than_what_is_given_of_it)
{
	ck_assert_str_eq(reason_of(TO_BOB, ", \"len\": \"1515\""), "oversize");
	ck_assert_str_eq(reason_of(TO_BOB, ", \"bad\": true"), "rx_error");
	ck_assert_str_eq(reason_of("ffffffffffff020000000003 0800", ""),
			 "mac_lock");
}
END_TEST

START_TEST(a_wrong_frame_or_port_is_an_error)
{
	static const char *const wrong[] = {
		"{\"port\": \"a\", \"frame\": \"020\"}",
		"{\"port\": \"a\", \"frame\": \"a.pcap\"}",
		"{\"port\": \"a\", \"frame\": \"0203\", \"len\": \"1\"}",
		"{\"port\": \"a\", \"frame\": \"0203\", \"len\": \"-2\"}",
		"{\"port\": \"a\", \"frame\": \"0203\", \"len\": \"2x\"}",
		"{\"port\": \"a\", \"frame\": \"0203\", \"len\": \"1000000\"}",
	};

	for (size_t i = 0; i < sizeof(wrong) / sizeof(wrong[0]); i++)
		expect_refusal("explain", wrong[i], "frame");
	expect_refusal("explain", "{\"port\": \"x\", \"frame\": \"02\"}",
		       "not_found");
}
END_TEST

/* Whether a frame of 'size' octets is explained. */
static bool
is_explained(size_t size)
{
	char *args = malloc(2 * size + 64), *end_;
	struct request q;
	bool ok;

	end_ = stpcpy(args, "{\"port\": \"a\", \"frame\": \"0x");
	memset(end_, '0', 2 * size);
	strcpy(end_ + 2 * size, "\"}");
	ck_assert_uint_lt(strlen(args) + 64, CTL_REQUEST_MAX);
	ask(&q, "explain", args);
	ok = q.verdict == CTL_END;
	request_end(&q);
	free(args);
	return ok;
}

START_TEST(frames_of_any_size_up_to_the_largest_are_explained)
{
	ck_assert(is_explained(0));
	ck_assert(is_explained(1));
	ck_assert(is_explained(9216));
	ck_assert(is_explained(CTL_FRAME_MAX));
	ck_assert(!is_explained(CTL_FRAME_MAX + 1));
}
END_TEST

START_TEST(ports_are_shown_as_they_are_configured)
{
	struct request q;

	ask(&q, "port show", "{}");
	ck_assert_uint_eq(json_array_size(q.result), 4);
	ck_assert_text(q.result, 0, "port", "a");
	ck_assert_text(q.result, 0, "lan", "l");
	ck_assert_number(q.result, 0, "vlan", 10);
	ck_assert_number(q.result, 0, "asn", 64500);
	ck_assert_text(q.result, 0, "description", "Alice");
	ck_assert_text(q.result, 0, "state", "up");
	ck_assert_number(q.result, 0, "macs", 1);
	ck_assert_number(q.result, 0, "macs_allowed", 1);
	ck_assert(json_is_true(request_at(q.result, 0, "locked")));
	ck_assert(json_is_null(request_at(q.result, 1, "asn")));
	ck_assert_text(q.result, 3, "port", "d");
	ck_assert(json_is_false(request_at(q.result, 3, "locked")));
	request_end(&q);
	ask(&q, "port show", "{\"port\": \"b\"}");
	ck_assert_uint_eq(json_array_size(q.result), 1);
	ck_assert_text(q.result, 0, "port", "b");
	request_end(&q);
	expect_refusal("port show", "{\"port\": \"e\"}", "not_found");
}
END_TEST

/* Sends 'n' frames by port a each second, for so many seconds. */
static void
send_for(uint64_t from, uint64_t seconds, unsigned int n)
{
	for (uint64_t t = from; t < from + seconds; t++) {
		harness_at(h, t * CLOCK_SECOND);
		for (unsigned int i = 0; i < n; i++)
			send_frame("a", ALICE, BOB);
		answers_turn(answers);
	}
}

static void
expect_rate(const json_t *rows, size_t i, const char *key, double least,
	    double most)
{
	double rate = json_number_value(request_at(rows, i, key));

	ck_assert_msg(rate >= least && rate <= most, "%s %f", key, rate);
}

START_TEST(rates_are_those_of_the_last_five_seconds)
{
	struct request q;

	harness_at(h, 100 * CLOCK_SECOND);
	ask(&q, "port show", "{}");
	ck_assert(json_is_null(request_at(q.result, 0, "rx_bits_per_second")));
	ck_assert(json_is_null(request_at(q.result, 0, "drops_per_second")));
	request_end(&q);
	send_for(101, 10, 7);
	ask(&q, "port show", "{}");
	expect_rate(q.result, 0, "rx_frames_per_second", 7, 7);
	expect_rate(q.result, 0, "rx_bits_per_second", 7 * 60 * 8, 7 * 60 * 8);
	expect_rate(q.result, 1, "tx_frames_per_second", 7, 7);
	expect_rate(q.result, 1, "tx_bits_per_second", 7 * 60 * 8, 7 * 60 * 8);
	expect_rate(q.result, 0, "drops_per_second", 0, 0);
	expect_rate(q.result, 0, "tx_frames_per_second", 0, 0);
	expect_rate(q.result, 2, "rx_frames_per_second", 0, 0);
	ck_assert_number(q.result, 0, "rx_bytes", 70 * 60);
	request_end(&q);
	send_for(111, 2, 0);
	ask(&q, "port show", "{}");
	expect_rate(q.result, 0, "rx_frames_per_second", 4, 5.7);
	request_end(&q);
	send_for(113, 5, 0);
	ask(&q, "port show", "{}");
	expect_rate(q.result, 0, "rx_frames_per_second", 0, 0);
	request_end(&q);
}
END_TEST

START_TEST(dropped_frames_have_a_rate)
{
	struct request q;

	for (uint64_t t = 100; t < 108; t++) {
		harness_at(h, t * CLOCK_SECOND);
		for (unsigned int i = 0; i < 3; i++)
			send_frame("b", CAROL, ALICE);
		answers_turn(answers);
	}
	ask(&q, "port show", "{}");
	expect_rate(q.result, 1, "drops_per_second", 3, 3);
	expect_rate(q.result, 0, "drops_per_second", 0, 0);
	request_end(&q);
}
END_TEST

START_TEST(a_new_port_has_no_rate_of_the_one_before_it)
{
	struct request q;

	send_for(100, 8, 20);
	harness_apply(h, LEARNING);
	harness_at(h, 108 * CLOCK_SECOND);
	harness_apply(h, BASE LEARNING);
	harness_at(h, 109 * CLOCK_SECOND);
	ask(&q, "port show", "{\"port\": \"a\"}");
	ck_assert(json_is_null(request_at(q.result, 0, "rx_bits_per_second")));
	request_end(&q);
}
END_TEST

static void
ask_waits(const char *worker, size_t by_clock, const char *port)
{
	struct request q;

	ask(&q, "worker show", "{}");
	ck_assert_text(q.result, 0, "wait", worker);
	ck_assert_uint_eq(json_array_size(request_at(q.result, 0, "by_clock")),
			  by_clock);
	request_end(&q);
	ask(&q, "port show", "{\"port\": \"a\"}");
	ck_assert_text(q.result, 0, "wait", port);
	request_end(&q);
}

/* The devices of a fabric in step have no descriptors until they are given some. */
START_TEST(workers_and_ports_show_how_they_wait_for_frames)
{
	struct rx_wait wait[4] = { 0 };

	ask_waits("clock", 4, "clock");
	for (size_t i = 0, n = 0; i < PORTS_MAX && n < 4; i++)
		if (f->device[i] != NULL)
			f->device[i]->dev.rx_wait = &wait[n++];
	harness_apply(h, FABRIC "burst = 8\n" PAIR LEARNING);
	ask_waits("frames", 0, "frames");
	/* Its interrupts do not arrive. */
	atomic_store(&wait[0].missed, RX_MISSED);
	ask_waits("clock", 1, "clock");
	harness_apply(h, FABRIC "idle = poll\n" PAIR LEARNING);
	ask_waits("poll", 1, "clock");
}
END_TEST

START_TEST(workers_show_what_they_did_lately)
{
	struct request q;

	harness_at(h, 100 * CLOCK_SECOND);
	ask(&q, "worker show", "{}");
	ck_assert(json_is_null(request_at(q.result, 0, "frames_per_second")));
	request_end(&q);
	send_for(101, 10, 7);
	ask(&q, "worker show", "{}");
	expect_rate(q.result, 0, "frames_per_second", 7, 7);
	request_end(&q);
	send_for(111, 7, 0);
	ask(&q, "worker show", "{}");
	expect_rate(q.result, 0, "frames_per_second", 0, 0);
	ck_assert_number(q.result, 0, "frames", 70);
	request_end(&q);
}
END_TEST

static const struct {
	const char *command, *args, *first;
	size_t rows;
} filters[] = {
	{ "port show", "{\"lan\": \"m\"}", "c", 2 },
	{ "port show", "{\"lan\": \"l\", \"state\": \"down\"}", "b", 1 },
	{ "port show", "{\"state\": \"up\"}", "a", 3 },
	{ "port show", "{\"state\": \"quarantine\"}", NULL, 0 },
	{ "port show", "{\"port\": \"a\", \"state\": \"up\"}", "a", 1 },
	{ "port show", "{\"port\": \"a\", \"lan\": \"m\"}", NULL, 0 },
	{ "port stats", "{\"lan\": \"m\"}", "c", 2 },
	{ "port drops", "{\"lan\": \"m\"}", "c", 2 * ((size_t)DROP_N - 1) },
};

START_TEST(ports_can_be_chosen_by_lan_and_state)
{
	struct request q;

	lockstep_link(f, fabric_port_id(f, "b"), false);
	ask(&q, filters[_i].command, filters[_i].args);
	ck_assert_uint_eq(json_array_size(q.result), filters[_i].rows);
	if (filters[_i].first != NULL)
		ck_assert_text(q.result, 0, "port", filters[_i].first);
	request_end(&q);
	expect_refusal(filters[_i].command, "{\"lan\": \"x\"}", "not_found");
}
END_TEST

START_TEST(the_policy_of_one_lan_can_be_shown)
{
	struct request q;

	ask(&q, "policy show", "{\"lan\": \"l\"}");
	for (size_t i = 0; i < json_array_size(q.result); i++)
		ck_assert_text(q.result, i, "lan", "l");
	ck_assert_text(q.result, 0, "scope", "lan");
	request_end(&q);
	ask(&q, "policy show", "{\"lan\": \"m\"}");
	ck_assert_text(q.result, 0, "lan", "m");
	request_end(&q);
	expect_refusal("policy show", "{\"lan\": \"x\"}", "not_found");
	ask(&q, "policy show", "{\"port\": \"m\"}");
	ck_assert_int_eq(q.verdict, CTL_ERROR);
	ck_assert_str_eq(q.rq.message,
			 "there is no port 'm'; for the LAN write 'lan m'");
	request_end(&q);
}
END_TEST

START_TEST(a_link_that_goes_down_is_shown)
{
	struct request q;

	lockstep_link(f, fabric_port_id(f, "b"), false);
	ask(&q, "port show", "{\"port\": \"b\"}");
	ck_assert_text(q.result, 0, "state", "down");
	ck_assert(json_is_null(request_at(q.result, 0, "speed_mbit")));
	request_end(&q);
	ask(&q, "status", "{}");
	ck_assert_int_eq(json_integer_value(json_object_get(
				 json_object_get(q.result, "ports"), "down")),
			 1);
	ck_assert(json_is_true(json_object_get(q.result, "healthy")));
	request_end(&q);
}
END_TEST

START_TEST(counters_are_shown)
{
	struct request q;
	json_int_t drops = 0;
	size_t i;
	json_t *row;

	send_frame("a", ALICE, BOB);
	send_frame("a", CAROL, BOB);
	ask(&q, "port stats", "{\"port\": \"a\"}");
	ck_assert_number(q.result, 0, "rx_frames", 2);
	ck_assert_number(q.result, 0, "forwarded", 1);
	ck_assert_number(q.result, 0, "rx_dropped", 1);
	ck_assert_number(q.result, 0, "tx_dropped", 0);
	request_end(&q);
	ask(&q, "port drops", "{\"port\": \"a\"}");
	ck_assert_uint_eq(json_array_size(q.result), DROP_N - 1);
	json_array_foreach(q.result, i, row)
	{
		drops += json_integer_value(json_object_get(row, "frames"));
		if (i == DROP_mac_lock - 1)
			ck_assert_number(q.result, i, "frames", 1);
	}
	ck_assert_int_eq(drops, 1);
	request_end(&q);
	ck_assert_uint_eq(rows_of("port drops", "{}"), 4 * (DROP_N - 1));
}
END_TEST

/* Row 'why' of the drops of port a. */
static json_t *
drop_of_a(enum drop why)
{
	struct request q;
	json_t *row;

	ask(&q, "port drops", "{\"port\": \"a\"}");
	ck_assert_text(q.result, (size_t)why - 1, "reason", drop_name(why));
	row = json_incref(json_array_get(q.result, (size_t)why - 1));
	request_end(&q);
	return row;
}

START_TEST(the_last_dropped_frame_is_shown_with_its_age_and_rate)
{
	json_t *row;

	harness_at(h, 100 * CLOCK_SECOND);
	for (unsigned int i = 0; i < 10; i++)
		send_frame("a", CAROL + i, BOB);
	harness_at(h, 103 * CLOCK_SECOND);
	row = drop_of_a(DROP_mac_lock);
	ck_assert_int_eq(
		json_integer_value(json_object_get(row, "last_seen_seconds")),
		3);
	ck_assert(json_real_value(json_object_get(row, "rate")) == 2);
	ck_assert_ptr_nonnull(
		strstr(json_string_value(json_object_get(row, "example")),
		       "02:00:00:00:00:0c -> 02:00:00:00:00:02 0x0800 IPv4 "));
	ck_assert_str_eq(json_string_value(json_object_get(row, "meaning")),
			 drop_meaning(DROP_mac_lock));
	json_decref(row);
	row = drop_of_a(DROP_runt);
	ck_assert(json_is_null(json_object_get(row, "last_seen_seconds")));
	ck_assert(json_is_null(json_object_get(row, "example")));
	ck_assert(json_real_value(json_object_get(row, "rate")) == 0);
	ck_assert(json_is_integer(json_object_get(row, "frames")));
	json_decref(row);
}
END_TEST

START_TEST(a_port_that_a_violation_disabled_says_why_and_how_long)
{
	struct request q;

	harness_at(h, 100 * CLOCK_SECOND);
	harness_apply(h, BASE LEARNING
		      "[port e]\ndevice = net_null4\nlan = l\n"
		      "violation = shutdown\nshutdown_time = 30s\n");
	send_frame("e", CAROL, BOB);
	harness_at(h, 112 * CLOCK_SECOND);
	ask(&q, "port show", "{}");
	ck_assert_text(q.result, 4, "state", "err-disabled");
	ck_assert_text(q.result, 4, "err_disabled_by", "mac_lock");
	ck_assert_number(q.result, 4, "err_disabled_seconds", 12);
	ck_assert_number(q.result, 4, "recovers_in_seconds", 18);
	ck_assert_number(q.result, 4, "err_disabled_count", 1);
	ck_assert_text(q.result, 0, "state", "up");
	ck_assert(json_is_null(request_at(q.result, 0, "err_disabled_by")));
	ck_assert(
		json_is_null(request_at(q.result, 0, "err_disabled_seconds")));
	ck_assert(json_is_null(request_at(q.result, 0, "recovers_in_seconds")));
	ck_assert_number(q.result, 0, "err_disabled_count", 0);
	ck_assert(json_is_null(request_at(q.result, 0, "clean_seconds")));
	request_end(&q);
}
END_TEST

START_TEST(a_loop_is_shown_at_the_port_it_came_in_by)
{
	struct request q;

	harness_at(h, 100 * CLOCK_SECOND);
	send_frame("b", ALICE, BOB);
	harness_at(h, 104 * CLOCK_SECOND);
	ask(&q, "port show", "{}");
	ck_assert_number(q.result, 1, "loop_seen_seconds", 4);
	ck_assert(json_is_null(request_at(q.result, 0, "loop_seen_seconds")));
	request_end(&q);
}
END_TEST

#define QUARANTINED BASE "status = quarantine\n"

START_TEST(a_port_in_quarantine_is_clean_since_its_last_dropped_frame)
{
	struct request q;

	harness_at(h, 100 * CLOCK_SECOND);
	send_frame("b", CAROL, ALICE);
	harness_at(h, 200 * CLOCK_SECOND);
	harness_apply(h, QUARANTINED);
	harness_at(h, 210 * CLOCK_SECOND);
	ask(&q, "port show", "{}");
	ck_assert_number(q.result, 1, "clean_seconds", 10);
	request_end(&q);
	send_frame("b", CAROL, ALICE);
	harness_at(h, 213 * CLOCK_SECOND);
	ask(&q, "port show", "{}");
	ck_assert_number(q.result, 1, "clean_seconds", 3);
	request_end(&q);
}
END_TEST

START_TEST(the_record_of_a_quarantine_is_shown_frame_by_frame)
{
	struct request q;

	ck_assert_uint_eq(rows_of("port record", "{\"port\": \"b\"}"), 0);
	harness_at(h, 100 * CLOCK_SECOND);
	harness_apply(h, QUARANTINED);
	send_frame("b", CAROL, ALICE);
	harness_at(h, 101 * CLOCK_SECOND + CLOCK_SECOND / 2);
	send_frame("b", CAROL + 1, ALICE);
	ask(&q, "port record", "{\"port\": \"b\"}");
	ck_assert_uint_eq(json_array_size(q.result), 2);
	ck_assert_text(q.result, 0, "reason", "mac_lock");
	ck_assert(json_real_value(request_at(q.result, 0, "age_seconds")) ==
		  1.5);
	ck_assert(json_real_value(request_at(q.result, 1, "age_seconds")) == 0);
	ck_assert_number(q.result, 1, "octets", 60);
	ck_assert_uint_eq(json_string_length(request_at(q.result, 1, "hex")),
			  120);
	ck_assert_int_eq(
		strncmp(json_string_value(request_at(q.result, 1, "hex")),
			"0200000000010200000000040800", 28),
		0);
	ck_assert_ptr_nonnull(
		strstr(json_string_value(request_at(q.result, 1, "example")),
		       "02:00:00:00:00:04 -> 02:00:00:00:00:01 0x0800"));
	request_end(&q);
	ck_assert_uint_eq(rows_of("port record", "{\"port\": \"a\"}"), 0);
	expect_refusal("port record", "{\"port\": \"x\"}", "not_found");
}
END_TEST

START_TEST(addresses_are_found_by_each_filter)
{
	send_frame("c", CAROL, BOB);
	ck_assert_uint_eq(rows_of("fdb show", "{}"), 3);
	ck_assert_uint_eq(rows_of("fdb show", "{\"lan\": \"m\"}"), 1);
	ck_assert_uint_eq(rows_of("fdb show", "{\"port\": \"c\"}"), 1);
	ck_assert_uint_eq(rows_of("fdb show", "{\"port\": \"d\"}"), 0);
	ck_assert_uint_eq(rows_of("fdb show", "{\"type\": \"static\"}"), 2);
	ck_assert_uint_eq(rows_of("fdb show", "{\"mac\": \"020000000003\"}"),
			  1);
	ck_assert_uint_eq(
		rows_of("fdb show",
			"{\"mac\": \"020000000003\", \"port\": \"a\"}"),
		0);
	expect_refusal("fdb show", "{\"mac\": \"02:00\"}", "usage");
	expect_refusal("fdb show", "{\"port\": \"e\"}", "not_found");
	expect_refusal("fdb show", "{\"lan\": \"e\"}", "not_found");
}
END_TEST

/* A new apply does not make it seen, and does not forget that it was. */
START_TEST(an_address_of_the_configuration_has_no_age_before_it_is_seen)
{
	struct request q;

	for (unsigned int i = 0; i < 2; i++) {
		harness_at(h, (10 + i) * CLOCK_SECOND);
		ask(&q, "fdb show", "{\"mac\": \"02:00:00:00:00:01\"}");
		ck_assert(json_is_null(request_at(q.result, 0, "age_seconds")));
		request_end(&q);
		harness_apply(h, BASE);
	}
	send_frame("a", ALICE, BOB);
	harness_at(h, 21 * CLOCK_SECOND);
	harness_apply(h, BASE);
	lockstep_advance(f, 21 * CLOCK_SECOND);
	ask(&q, "fdb show", "{\"mac\": \"02:00:00:00:00:01\"}");
	ck_assert_number(q.result, 0, "age_seconds", 10);
	request_end(&q);
}
END_TEST

START_TEST(an_address_has_an_age)
{
	struct request q;

	harness_at(h, 10 * CLOCK_SECOND);
	send_frame("c", CAROL, BOB);
	harness_at(h, 17 * CLOCK_SECOND);
	lockstep_advance(f, 17 * CLOCK_SECOND);
	ask(&q, "fdb show", "{\"mac\": \"02:00:00:00:00:03\"}");
	ck_assert_number(q.result, 0, "age_seconds", 7);
	ck_assert_text(q.result, 0, "type", "learned");
	ck_assert_text(q.result, 0, "mac", "02:00:00:00:00:03");
	ck_assert_text(q.result, 0, "port", "c");
	request_end(&q);
}
END_TEST

/* No more than a port may learn in a millisecond. */
static void
teach(unsigned int n)
{
	for (unsigned int i = 0; i < n; i++) {
		harness_at(h, i / 64 * CLOCK_MILLISECOND);
		send_frame("c", UINT64_C(0x021000000000) + i, BOB);
	}
}

START_TEST(a_long_table_comes_in_parts_and_each_row_once)
{
	json_t *seen = json_object();
	struct request q;

	teach(2000);
	ask(&q, "fdb show", "{\"port\": \"c\"}");
	ck_assert_int_eq(q.verdict, CTL_END);
	ck_assert_uint_gt(q.parts, 2);
	ck_assert_uint_eq(json_array_size(q.result), 2000);
	for (size_t i = 0; i < 2000; i++)
		json_object_set_new(
			seen, json_string_value(request_at(q.result, i, "mac")),
			json_true());
	ck_assert_uint_eq(json_object_size(seen), 2000);
	json_decref(seen);
	request_end(&q);
}
END_TEST

START_TEST(an_apply_in_the_middle_ends_a_table)
{
	struct request q;

	teach(2000);
	request_begin(&q, answers, "fdb show", "{}");
	request_more(&q);
	ck_assert_int_eq(q.verdict, CTL_MORE);
	harness_apply(h, BASE);
	request_more(&q);
	ck_assert_int_eq(q.verdict, CTL_ERROR);
	ck_assert_str_eq(q.rq.code, "changed");
	request_end(&q);
}
END_TEST

static json_int_t
flush(const char *args)
{
	struct request q;
	json_int_t n;

	ask(&q, "fdb flush", args);
	ck_assert_int_eq(q.verdict, CTL_END);
	n = json_integer_value(json_object_get(q.result, "flushed"));
	request_end(&q);
	return n;
}

START_TEST(learned_addresses_are_flushed_and_no_others)
{
	teach(3);
	send_frame("d", CAROL, BOB);
	ck_assert_int_eq(flush("{\"port\": \"d\"}"), 1);
	ck_assert_int_eq(flush("{\"port\": \"a\"}"), 0);
	ck_assert_int_eq(flush("{\"mac\": \"02:10:00:00:00:01\"}"), 1);
	ck_assert_int_eq(flush("{\"mac\": \"02:10:00:00:00:01\"}"), 0);
	ck_assert_int_eq(flush("{\"lan\": \"l\"}"), 0);
	ck_assert_int_eq(flush("{\"lan\": \"m\"}"), 2);
	teach(1);
	ck_assert_int_eq(flush("{\"all\": true}"), 1);
	ck_assert_uint_eq(rows_of("fdb show", "{}"), 2);
	expect_refusal("fdb flush", "{\"mac\": \"02:00:00:00:00:01\"}",
		       "static");
	expect_refusal("fdb flush", "{\"port\": \"e\"}", "not_found");
	ck_assert_uint_eq(rows_of("fdb show", "{}"), 2);
}
END_TEST

START_TEST(a_difference_is_shown_and_nothing_done)
{
	struct request q;
	const json_t *changes;

	put_file(BASE);
	ask(&q, "config diff", "{}");
	ck_assert_int_eq(q.verdict, CTL_END);
	changes = json_object_get(q.result, "changes");
	ck_assert_uint_eq(json_array_size(changes), 3);
	ck_assert_text(changes, 0, "section", "lan m");
	ck_assert_text(changes, 0, "change", "removed");
	request_end(&q);
	ck_assert_uint_eq(rows_of("port show", "{}"), 4);
	ck_assert_uint_eq(f->generation, 1);
}
END_TEST

START_TEST(an_apply_reports_its_changes)
{
	struct request q;

	put_file(BASE LEARNING "[port e]\ndevice = net_null4\nlan = m\n");
	ask(&q, "config apply", "{}");
	ck_assert_int_eq(q.verdict, CTL_END);
	ck_assert_int_eq(
		json_integer_value(json_object_get(q.result, "generation")), 2);
	ck_assert_int_eq(
		json_integer_value(json_object_get(q.result, "devices_opened")),
		1);
	request_end(&q);
	ck_assert_uint_eq(rows_of("port show", "{}"), 5);
}
END_TEST

static bool
is_healthy(const char *problem)
{
	struct request q;
	const json_t *problems;
	bool healthy;

	ask(&q, "status", "{}");
	healthy = json_is_true(json_object_get(q.result, "healthy"));
	problems = json_object_get(q.result, "problems");
	ck_assert_uint_eq(json_array_size(problems), healthy ? 0 : 1);
	if (!healthy)
		ck_assert_msg(
			strstr(json_string_value(json_array_get(problems, 0)),
			       problem) != NULL,
			"%s", json_string_value(json_array_get(problems, 0)));
	request_end(&q);
	return healthy;
}

START_TEST(a_faulty_file_changes_nothing_and_is_remembered)
{
	struct request q;

	put_file(BASE "[port c]\ndevcie = net_null2\nlan = n\n");
	ask(&q, "config apply", "{}");
	ck_assert_int_eq(q.verdict, CTL_ERROR);
	ck_assert_str_eq(q.rq.code, "config");
	ck_assert_uint_ge(json_array_size(q.rq.details), 2);
	request_end(&q);
	ck_assert_uint_eq(rows_of("port show", "{}"), 4);
	ck_assert_uint_eq(f->generation, 1);
	ck_assert(!is_healthy("the last apply was rejected"));
	expect_refusal("config diff", "{}", "config");
	expect_refusal("config show", "{\"which\": \"file\"}", "config");
	put_file(BASE LEARNING);
	ask(&q, "config apply", "{}");
	ck_assert_int_eq(q.verdict, CTL_END);
	request_end(&q);
	ck_assert(is_healthy(""));
}
END_TEST

START_TEST(a_reload_is_an_apply_of_the_own_file)
{
	struct faults *faults = faults_create();

	put_file(BASE);
	ck_assert_int_eq(request_reload(answers, &faults), 0);
	ck_assert_uint_eq(f->generation, 2);
	ck_assert_uint_eq(rows_of("port show", "{}"), 2);
	put_file("[port\n");
	ck_assert_int_ne(request_reload(answers, &faults), 0);
	ck_assert_uint_gt(faults_errors(faults), 0);
	ck_assert_uint_eq(rows_of("port show", "{}"), 2);
	faults_free(faults);
}
END_TEST

START_TEST(a_change_waits_for_a_restart_until_it_is_reverted)
{
	struct request q;

	put_file("[fabric]\nmac_table = 4096\ndescriptors = 64\n" LEARNING);
	ask(&q, "config apply", "{}");
	ck_assert_uint_eq(
		json_array_size(json_object_get(q.result, "restart_pending")),
		1);
	request_end(&q);
	ck_assert(!is_healthy("wait for a restart"));
	put_file(BASE LEARNING);
	ask(&q, "config apply", "{}");
	ck_assert_uint_eq(
		json_array_size(json_object_get(q.result, "restart_pending")),
		0);
	request_end(&q);
	ck_assert(is_healthy(""));
}
END_TEST

START_TEST(a_table_that_fills_up_is_a_problem)
{
	harness_apply(h, "[fabric]\nmac_table = 64\n" LEARNING);
	/* Two ports: neither may fill more than half. */
	teach(30);
	for (uint64_t i = 0; i < 20; i++)
		send_frame("d", UINT64_C(0x02dd00000000) + i, BOB);
	ck_assert(is_healthy(""));
	send_frame("d", CAROL, BOB);
	ck_assert(!is_healthy("the MAC table of m has 51 of 64 entries"));
}
END_TEST

/* Control looks at the workers so many seconds in a row; 'polls': they have polled. */
static void
watch_workers(unsigned int seconds, bool polls)
{
	for (unsigned int s = 0; s < seconds; s++) {
		f->now += CLOCK_SECOND;
		if (polls)
			counter_add(&f->worker[0]->rounds, 1);
		worker_watch_turn(f);
	}
}

START_TEST(a_worker_that_stops_polling_is_named_and_is_a_problem)
{
	watch_workers(5, true);
	ck_assert(is_healthy(""));
	harness_forget_events(h);
	watch_workers(WORKER_WATCH_LOOKS - 1, false);
	ck_assert(is_healthy(""));
	ck_assert(!worker_watch_any(f));
	watch_workers(1, false);
	ck_assert(!is_healthy("worker 0 has stopped polling"));
	ck_assert(worker_watch_any(f));
	watch_workers(10, false);
	ck_assert_uint_eq(harness_events(h), 1);
	ck_assert_ptr_nonnull(strstr(harness_event(h, 0),
				     "critical worker 0 has stopped polling"));
	watch_workers(1, true);
	ck_assert(is_healthy(""));
	ck_assert_uint_eq(harness_events(h), 2);
	ck_assert_ptr_nonnull(
		strstr(harness_event(h, 1), "notice worker 0 polls again"));
}
END_TEST

START_TEST(an_apply_that_takes_long_stops_no_worker)
{
	watch_workers(2, true);
	for (unsigned int i = 0; i < 2 * WORKER_WATCH_LOOKS; i++) {
		f->now += 60 * CLOCK_SECOND; /* control had no turn */
		watch_workers(1, i % WORKER_WATCH_LOOKS == 0);
	}
	ck_assert(is_healthy(""));
}
END_TEST

START_TEST(a_port_that_a_violation_disabled_is_a_problem)
{
	harness_at(h, 100 * CLOCK_SECOND);
	harness_apply(h, BASE "violation = shutdown\nshutdown_time = 30s\n");
	ck_assert(is_healthy(""));
	send_frame("b", CAROL, ALICE);
	harness_at(h, 112 * CLOCK_SECOND);
	ck_assert(!is_healthy("port b is disabled by mac_lock, for 18 s more"));
	harness_at(h, 130 * CLOCK_SECOND);
	ck_assert(is_healthy(""));
}
END_TEST

START_TEST(the_configuration_is_shown_by_sections)
{
	struct request q;
	const json_t *keys;

	ask(&q, "config show", "{}");
	ck_assert_uint_eq(json_array_size(q.result), 7);
	ck_assert_text(q.result, 0, "section", "fabric");
	ck_assert_text(q.result, 3, "section", "port a");
	keys = request_at(q.result, 3, "keys");
	ck_assert_str_eq(json_string_value(json_object_get(keys, "asn")),
			 "64500");
	ck_assert_uint_eq(json_array_size(json_object_get(keys, "mac")), 1);
	ck_assert_ptr_null(json_object_get(keys, "ipv4"));
	request_end(&q);
	ask(&q, "config show", "{\"defaults\": true}");
	keys = request_at(q.result, 3, "keys");
	ck_assert_str_eq(json_string_value(json_object_get(keys, "status")),
			 "connected");
	ck_assert_ptr_nonnull(
		json_object_get(request_at(q.result, 3, "unset"), "ipv4"));
	request_end(&q);
	put_file(BASE);
	ck_assert_uint_eq(rows_of("config show", "{\"which\": \"file\"}"), 4);
}
END_TEST

static const char *
text_in(const struct request *q, const char *key)
{
	return json_string_value(json_object_get(q->result, key));
}

/* The only override there is: "PORT WHAT VALUE". */
static void
expect_override(const char *want)
{
	struct request q;
	const json_t *rows;
	char text[128];

	ask(&q, "status", "{}");
	rows = json_object_get(q.result, "overrides");
	ck_assert_uint_eq(json_array_size(rows), want != NULL);
	ck_assert(json_is_true(json_object_get(q.result, "healthy")));
	if (want != NULL) {
		const char *port =
			json_string_value(request_at(rows, 0, "port"));

		snprintf(text, sizeof(text), "%s %s %s",
			 port != NULL ? port : "*",
			 json_string_value(request_at(rows, 0, "what")),
			 json_string_value(request_at(rows, 0, "value")));
		ck_assert_str_eq(text, want);
		ck_assert_number(rows, 0, "seconds", 0);
		ck_assert_text(rows, 0, "by", "root (uid 0)");
	}
	request_end(&q);
}

START_TEST(an_operator_takes_a_port_down_and_up)
{
	struct request q;

	ask(&q, "port down", "{\"port\": \"b\"}");
	ck_assert_str_eq(text_in(&q, "state"), "off");
	request_end(&q);
	ask(&q, "port show", "{\"port\": \"b\"}");
	ck_assert_text(q.result, 0, "state", "off");
	request_end(&q);
	expect_override("b state down");
	ask(&q, "port up", "{\"port\": \"b\"}");
	ck_assert_str_eq(text_in(&q, "state"), "up");
	ck_assert_uint_eq(json_array_size(json_object_get(q.result, "ended")),
			  1);
	request_end(&q);
	expect_override(NULL);
	ask(&q, "port up", "{\"port\": \"b\"}");
	ck_assert_uint_eq(json_array_size(json_object_get(q.result, "ended")),
			  0);
	request_end(&q);
}
END_TEST

START_TEST(port_up_ends_a_shutdown_and_a_hold)
{
	struct port_rt *p = runtime_port(f, "b");
	struct request q;

	for (unsigned int i = 0; i < 4; i++)
		lockstep_link(f, p->id, i % 2 == 1);
	ask(&q, "port show", "{\"port\": \"b\"}");
	ck_assert_text(q.result, 0, "state", "flapping");
	ck_assert_number(q.result, 0, "held_seconds", 10);
	request_end(&q);
	p->blocked |= BLOCK_VIOLATION;
	ask(&q, "port up", "{\"port\": \"b\"}");
	ck_assert_str_eq(text_in(&q, "state"), "up");
	ck_assert_uint_eq(json_array_size(json_object_get(q.result, "ended")),
			  2);
	request_end(&q);
	ask(&q, "port show", "{\"port\": \"b\"}");
	ck_assert_text(q.result, 0, "state", "up");
	ck_assert(json_is_null(request_at(q.result, 0, "held_seconds")));
	request_end(&q);
}
END_TEST

/* The events of a port's link, the last one first. */
static void
expect_links(const char *port, size_t n, const char *const event[])
{
	char args[64];
	struct request q;

	snprintf(args, sizeof(args), "{\"port\": \"%s\"}", port);
	ask(&q, "port links", args);
	ck_assert_int_eq(q.verdict, CTL_END);
	ck_assert_uint_eq(json_array_size(q.result), n);
	for (size_t i = 0; i < n; i++) {
		ck_assert_text(q.result, i, "port", port);
		ck_assert_text(q.result, i, "event", event[i % 5]);
	}
	request_end(&q);
}

START_TEST(the_changes_of_a_link_are_kept)
{
	static const char *const held[] = { "link_held", "link_up", "link_down",
					    "link_up", "link_down" };
	static const char *const down[] = { "link_down", "link_up", "link_down",
					    "link_up", "link_down" };
	struct port_rt *p = runtime_port(f, "b");
	struct request q;

	expect_links("b", 0, NULL);
	for (unsigned int i = 0; i < 4; i++) {
		lockstep_link(f, p->id, i % 2 == 1);
		harness_at(h, f->now + 100 * CLOCK_MILLISECOND);
	}
	expect_links("b", 5, held);
	ask(&q, "port links", "{\"port\": \"b\"}");
	ck_assert_double_eq_tol(
		json_number_value(request_at(q.result, 1, "age_seconds")), .1,
		1e-6);
	ck_assert_double_eq_tol(
		json_number_value(request_at(q.result, 4, "lasted_seconds")),
		.1, 1e-6);
	request_end(&q);
	ask(&q, "port up", "{\"port\": \"b\"}");
	request_end(&q);
	ask(&q, "port links", "{\"port\": \"b\"}");
	ck_assert_text(q.result, 0, "event", "link_released");
	request_end(&q);
	/* No more than 32, and nothing of another port. */
	f->device[p->egress.device]->past.n = 0;
	for (unsigned int i = 0; i < 41; i++) {
		lockstep_link(f, p->id, i % 2 == 1);
		f->device[p->egress.device]->flap.n = 0;
	}
	ask(&q, "port links", "{\"port\": \"b\"}");
	ck_assert_uint_eq(json_array_size(q.result), 32);
	request_end(&q);
	expect_links("a", 0, down);
}
END_TEST

START_TEST(port_up_does_not_enable_a_port_that_the_configuration_disables)
{
	harness_apply(h, BASE "status = disabled\n");
	expect_refusal("port up", "{\"port\": \"b\"}", "disabled");
	expect_override(NULL);
}
END_TEST

static size_t
warnings_of(const struct request *q)
{
	return json_array_size(json_object_get(q->result, "warnings"));
}

START_TEST(a_cull_reports_its_count_and_its_limits)
{
	struct request q;

	harness_apply(h, "[lan l]\nprofile = ixp-basic\nipv4 = 192.0.2.0/24\n"
			 "ipv6 = 2001:db8::/64\n"
			 "[port a]\ndevice = net_null0\nlan = l\n"
			 "[lan m]\nprofile = ixp-basic\nipv4 = 192.0.2.0/24\n"
			 "[port b]\ndevice = net_null1\nlan = m\n"
			 "check = bgp_cull log\n");
	ask(&q, "port cull", "{\"port\": \"a\", \"state\": \"on\"}");
	ck_assert_str_eq(text_in(&q, "cull"), "on");
	ck_assert_int_eq(
		json_integer_value(json_object_get(q.result, "culled_frames")),
		0);
	ck_assert_uint_eq(warnings_of(&q), 0);
	request_end(&q);
	expect_override("a cull on");
	ask(&q, "port show", "{}");
	ck_assert(json_is_true(request_at(q.result, 0, "culled")));
	ck_assert(json_is_false(request_at(q.result, 1, "culled")));
	request_end(&q);
	ask(&q, "port cull", "{\"port\": \"a\", \"state\": \"off\"}");
	ck_assert_uint_eq(warnings_of(&q), 0);
	request_end(&q);
	ask(&q, "fabric cull", "{\"state\": \"on\"}");
	ck_assert(json_is_null(json_object_get(q.result, "port")));
	ck_assert_uint_eq(warnings_of(&q), 2);
	request_end(&q);
	expect_override("* cull on");
	ask(&q, "port cull", "{\"port\": \"a\", \"state\": \"off\"}");
	ck_assert_uint_eq(warnings_of(&q), 1);
	request_end(&q);
}
END_TEST

START_TEST(an_unknown_port_is_answered_with_the_nearest_name)
{
	struct request q;

	harness_apply(h, BASE "[port member7]\ndevice = net_null3\nlan = l\n");
	ask(&q, "port down", "{\"port\": \"membre7\"}");
	ck_assert_int_eq(q.verdict, CTL_ERROR);
	ck_assert_str_eq(q.rq.code, "not_found");
	ck_assert_str_eq(q.rq.message,
			 "there is no port 'membre7'; did you mean 'member7'?");
	request_end(&q);
	expect_refusal("port up", "{\"port\": \"zzzzzz\"}", "not_found");
	expect_refusal("port cull", "{\"port\": \"zzzzzz\", \"state\": \"on\"}",
		       "not_found");
	expect_override(NULL);
}
END_TEST

static void
by_hand(Suite *s)
{
	TCase *tc = fixture_case(s, "by hand", setup);

	tcase_add_checked_fixture(tc, NULL, teardown);
	tcase_add_test(tc, an_operator_takes_a_port_down_and_up);
	tcase_add_test(tc, port_up_ends_a_shutdown_and_a_hold);
	tcase_add_test(tc, the_changes_of_a_link_are_kept);
	tcase_add_test(
		tc,
		port_up_does_not_enable_a_port_that_the_configuration_disables);
	tcase_add_test(tc, a_cull_reports_its_count_and_its_limits);
	tcase_add_test(tc, an_unknown_port_is_answered_with_the_nearest_name);
}

static void
tables(Suite *s)
{
	TCase *tc = fixture_case(s, "tables", setup);

	tcase_add_checked_fixture(tc, NULL, teardown);
	tcase_add_loop_test(tc, every_command_of_the_daemon_is_answered, 0,
			    COMMAND_N);
	tcase_add_test(tc, explaining_a_frame_changes_nothing);
	tcase_add_test(tc, a_frame_may_be_longer_than_what_is_given_of_it);
	tcase_add_test(tc, a_wrong_frame_or_port_is_an_error);
	tcase_add_test(tc, frames_of_any_size_up_to_the_largest_are_explained);
	tcase_add_test(tc, ports_are_shown_as_they_are_configured);
	tcase_add_test(tc, rates_are_those_of_the_last_five_seconds);
	tcase_add_test(tc, dropped_frames_have_a_rate);
	tcase_add_test(tc, a_new_port_has_no_rate_of_the_one_before_it);
	tcase_add_test(tc, workers_and_ports_show_how_they_wait_for_frames);
	tcase_add_test(tc, workers_show_what_they_did_lately);
	tcase_add_loop_test(tc, ports_can_be_chosen_by_lan_and_state, 0,
			    sizeof(filters) / sizeof(filters[0]));
	tcase_add_test(tc, the_policy_of_one_lan_can_be_shown);
	tcase_add_test(tc, a_link_that_goes_down_is_shown);
	tcase_add_test(tc, counters_are_shown);
	tcase_add_test(tc,
		       the_last_dropped_frame_is_shown_with_its_age_and_rate);
	tcase_add_test(tc,
		       a_port_that_a_violation_disabled_says_why_and_how_long);
	tcase_add_test(tc, a_loop_is_shown_at_the_port_it_came_in_by);
	tcase_add_test(
		tc, a_port_in_quarantine_is_clean_since_its_last_dropped_frame);
	tcase_add_test(tc, the_record_of_a_quarantine_is_shown_frame_by_frame);
	tcase_add_test(tc, addresses_are_found_by_each_filter);
	tcase_add_test(
		tc,
		an_address_of_the_configuration_has_no_age_before_it_is_seen);
	tcase_add_test(tc, an_address_has_an_age);
	tcase_add_test(tc, a_long_table_comes_in_parts_and_each_row_once);
	tcase_add_test(tc, an_apply_in_the_middle_ends_a_table);
	tcase_add_test(tc, learned_addresses_are_flushed_and_no_others);
}

static void
configuration(Suite *s)
{
	TCase *tc = fixture_case(s, "configuration", setup);

	tcase_add_checked_fixture(tc, NULL, teardown);
	tcase_add_test(tc, a_difference_is_shown_and_nothing_done);
	tcase_add_test(tc, an_apply_reports_its_changes);
	tcase_add_test(tc, a_faulty_file_changes_nothing_and_is_remembered);
	tcase_add_test(tc, a_reload_is_an_apply_of_the_own_file);
	tcase_add_test(tc, a_change_waits_for_a_restart_until_it_is_reverted);
	tcase_add_test(tc, a_table_that_fills_up_is_a_problem);
	tcase_add_test(tc,
		       a_worker_that_stops_polling_is_named_and_is_a_problem);
	tcase_add_test(tc, an_apply_that_takes_long_stops_no_worker);
	tcase_add_test(tc, a_port_that_a_violation_disabled_is_a_problem);
	tcase_add_test(tc, the_configuration_is_shown_by_sections);
}

int
main(void)
{
	Suite *s = suite_create("answers");

	tables(s);
	configuration(s);
	by_hand(s);
	return check_run(s);
}
