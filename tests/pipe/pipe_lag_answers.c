/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * What operators see of a LAG: lag show, its links in port show and port stats, and
 * what status calls a problem.
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "fabric/api/answers.h"
#include "fabric/apply/link.h"
#include "fabric/apply/retry.h"
#include "fabric/lag/lag.h"
#include "lib/lacp_pdu.h"
#include "tests/pipe/fixture.h"
#include "tests/pipe/request.h"

#define ALICE   UINT64_C(0x020000000001)
#define BOB     UINT64_C(0x020000000002)
#define PARTNER UINT64_C(0x001c73000001)
#define OTHER   UINT64_C(0x001c73000002)

#define LAN  "[lan l]\nprofile = open\n"
#define A    "[port a]\ndevice = net_null0\nlan = l\n"
#define B(x) "[port b]\ndevice = net_null1\ndevice = net_null2\n" x "lan = l\n"
#define TAG  "[port t]\nparent = b\ntag = 7\nlan = l\n"

#define LATER (START + 60 * CLOCK_SECOND)

static struct answers *answers;
static char path[] = "/tmp/ixf-lag-XXXXXX";

static void
start(const char *text)
{
	harness_run_lacp(true);
	begin(text);
	strcpy(path + strlen(path) - 6, "XXXXXX");
	close(mkstemp(path));
	write_file(path, text);
	answers = answers_create(f, path);
	ck_assert_ptr_nonnull(answers);
}

static void
teardown(void)
{
	answers_free(answers);
	answers = NULL;
	unlink(path);
	harness_run_lacp(false);
}

static struct device_rt *
device(const char *spec)
{
	for (unsigned int i = 0; i < PORTS_MAX; i++)
		if (f->device[i] != NULL &&
		    !(f->device[i]->flags & RT_RETIRED) &&
		    strcmp(f->device[i]->spec, spec) == 0)
			return f->device[i];
	ck_abort_msg("no device %s", spec);
	return NULL;
}

static void
set_link(const char *spec, bool up, uint32_t speed)
{
	link_seen(f, device(spec), (struct link){ up, speed });
}

static unsigned int
slot_of(const char *spec)
{
	const struct lag_rt *l = runtime_port(f, "b")->lag;
	unsigned int i = 0;

	while (l->link[i].device != device(spec))
		i++;
	return i;
}

static void
no_send(void *arg, unsigned int slot, const uint8_t *pdu, uint32_t size)
{
	(void)arg, (void)slot, (void)pdu, (void)size;
}

/* The partner of the link has this system, and sees our LACPDUs. */
static void
partner_sends(const char *spec, uint64_t system, uint16_t port)
{
	struct lag_rt *l = runtime_port(f, "b")->lag;
	struct lacp_info actor, partner = {
		.system = system,
		.system_priority = 100,
		.key = 12,
		.port_priority = 200,
		.port = port,
		.state = LACP_ACTIVITY | LACP_AGGREGATION | LACP_SYNC |
			 LACP_COLLECTING | LACP_DISTRIBUTING,
	};
	uint8_t pdu[LACP_PDU_SIZE];

	lacp_actor(&l->machine, slot_of(spec), &actor);
	lacp_pdu_write(pdu, &partner, &actor);
	lacp_receive(&l->machine, slot_of(spec), pdu, sizeof(pdu), f->now,
		     no_send, NULL);
	l->due = f->lag_due = 0;
	lag_turn(f);
}

/* Both links are in use, by LACP. */
static void
negotiate(uint64_t one, uint64_t two)
{
	for (unsigned int i = 0; i < 6; i++) {
		partner_sends("net_null1", one, 7);
		partner_sends("net_null2", two, 8);
		harness_at(h, f->now + CLOCK_SECOND);
	}
}

static json_t *
ask(const char *command, const char *args)
{
	struct request q;
	json_t *result;

	request_ask(&q, answers, command, args);
	ck_assert_msg(q.verdict == CTL_END, "%s", q.rq.message);
	result = json_incref(q.result);
	request_end(&q);
	return result;
}

/* The text of problem 'i' of status, or "". */
static const char *
problem(unsigned int i)
{
	static char text[256];
	json_t *status = ask("status", "{}");
	const char *found = json_string_value(
		json_array_get(json_object_get(status, "problems"), i));

	snprintf(text, sizeof(text), "%s", found != NULL ? found : "");
	json_decref(status);
	return text;
}

static const json_t *
link_of(const json_t *lags, unsigned int i)
{
	return json_array_get(request_at(lags, 0, "links"), i);
}

#define ck_assert_link(lags, i, key, want)                                     \
	ck_assert_str_eq(                                                      \
		json_string_value(json_object_get(link_of(lags, i), key)),     \
		want)

START_TEST(a_static_lag_is_shown_with_its_links)
{
	json_t *lags;

	start(LAN A B());
	set_link("net_null1", true, 10000);
	harness_at(h, LATER);
	set_link("net_null2", false, 0);
	lags = ask("lag show", "{}");
	ck_assert_uint_eq(json_array_size(lags), 1);
	ck_assert_text(lags, 0, "port", "b");
	ck_assert_text(lags, 0, "lacp", "off");
	ck_assert(json_is_null(request_at(lags, 0, "timeout")));
	ck_assert(json_is_null(request_at(lags, 0, "partner")));
	ck_assert_number(lags, 0, "links_in_use", 1);
	ck_assert_number(lags, 0, "links_total", 2);
	ck_assert_number(lags, 0, "min_links", 1);
	ck_assert_number(lags, 0, "speed_mbit", 10000);
	ck_assert(json_is_true(request_at(lags, 0, "up")));
	ck_assert_link(lags, 0, "link", "net_null1");
	ck_assert_link(lags, 0, "state", "in_use");
	ck_assert_link(lags, 1, "state", "no_link");
	ck_assert_link(lags, 1, "meaning", "no link");
	ck_assert(json_is_null(json_object_get(link_of(lags, 0), "lacp")));
	json_decref(lags);
}
END_TEST

START_TEST(lacp_is_shown_with_both_ends)
{
	const json_t *link, *end;
	json_t *lags;

	start("[fabric]\nlacp_system = 02:00:00:00:00:aa\n"
	      "lacp_priority = 1000\n" LAN A B("lacp = active\n"));
	negotiate(PARTNER, PARTNER);
	lags = ask("lag show", "{\"port\": \"b\"}");
	ck_assert_text(lags, 0, "lacp", "active");
	ck_assert_text(lags, 0, "timeout", "slow");
	ck_assert_number(lags, 0, "links_in_use", 2);
	end = request_at(lags, 0, "actor");
	ck_assert_str_eq(json_string_value(json_object_get(end, "system")),
			 "02:00:00:00:00:aa");
	ck_assert_int_eq(
		json_integer_value(json_object_get(end, "system_priority")),
		1000);
	end = request_at(lags, 0, "partner");
	ck_assert_str_eq(json_string_value(json_object_get(end, "system")),
			 "00:1c:73:00:00:01");
	ck_assert_int_eq(json_integer_value(json_object_get(end, "key")), 12);
	link = link_of(lags, 1);
	end = json_object_get(link, "partner");
	ck_assert_int_eq(json_integer_value(json_object_get(end, "port")), 8);
	ck_assert_int_eq(
		json_integer_value(json_object_get(end, "port_priority")), 200);
	ck_assert_str_eq(json_string_value(json_object_get(end, "state")),
			 "ALGs+CD");
	end = json_object_get(link, "actor");
	ck_assert_str_eq(json_string_value(json_object_get(end, "state")),
			 "ALGs+CD");
	ck_assert_int_eq(json_integer_value(json_object_get(
				 json_object_get(link, "lacp"), "pdus_rx")),
			 6);
	ck_assert(json_number_value(
			  json_object_get(link, "last_lacpdu_seconds")) == 1.0);
	json_decref(lags);
}
END_TEST

START_TEST(a_link_in_another_lag_says_so_and_is_a_problem)
{
	json_t *lags;

	start(LAN A B("lacp = active\n"));
	negotiate(PARTNER, OTHER);
	harness_at(h, f->now + 5 * CLOCK_SECOND);
	partner_sends("net_null1", PARTNER, 7);
	partner_sends("net_null2", OTHER, 8);
	lags = ask("lag show", "{}");
	ck_assert_number(lags, 0, "links_in_use", 1);
	ck_assert_link(lags, 0, "state", "in_use");
	ck_assert_link(lags, 1, "state", "other_partner");
	json_decref(lags);
	ck_assert_str_eq(problem(0),
			 "port b: link net_null2 is not in use: system or key "
			 "of the partner is not that of the LAG");
	ck_assert_str_eq(problem(1), "");
}
END_TEST

START_TEST(a_port_without_a_lag_is_an_error)
{
	static const struct {
		const char *args, *message;
	} wrong[] = {
		{ "{\"port\": \"a\"}",
		  "port a is no LAG: it has one device, and lacp is off" },
		{ "{\"port\": \"t\"}",
		  "port t leaves by the links of port b: lag show b" },
		{ "{\"port\": \"x\"}",
		  "there is no port 'x'; did you mean 'a'?" },
	};

	start(LAN A B() TAG);
	for (unsigned int i = 0; i < 3; i++) {
		struct request q;

		request_ask(&q, answers, "lag show", wrong[i].args);
		ck_assert_int_eq(q.verdict, CTL_ERROR);
		ck_assert_str_eq(q.rq.message, wrong[i].message);
		request_end(&q);
	}
}
END_TEST

START_TEST(a_port_has_its_devices_and_how_many_are_used)
{
	json_t *rows;

	start(LAN A B() TAG);
	set_link("net_null2", false, 0);
	rows = ask("port show", "{}");
	ck_assert_uint_eq(json_array_size(request_at(rows, 0, "devices")), 1);
	ck_assert(json_is_null(request_at(rows, 0, "links_in_use")));
	for (unsigned int i = 1; i < 3; i++) {
		const json_t *devices = request_at(rows, i, "devices");

		ck_assert_number(rows, i, "links_in_use", 1);
		ck_assert_number(rows, i, "links_total", 2);
		ck_assert_text(rows, i, "device", "net_null1");
		ck_assert_uint_eq(json_array_size(devices), 2);
		ck_assert_str_eq(json_string_value(json_array_get(devices, 1)),
				 "net_null2");
	}
	json_decref(rows);
}
END_TEST

/* Of a link, by 'port stats'. */
static json_int_t
counted(const char *spec, const char *key)
{
	json_t *rows = ask("port stats", "{\"port\": \"b\"}");
	json_int_t n = json_integer_value(json_object_get(
		json_object_get(request_at(rows, 0, "links"), spec), key));

	json_decref(rows);
	return n;
}

/* Also when links have slots in another order, by what was before. */
START_TEST(devices_are_listed_in_the_order_of_the_configuration)
{
	const json_t *devices;
	json_t *rows;

	start(LAN A B(""));
	harness_apply(h, LAN A "[port b]\ndevice = net_null3\n"
			       "device = net_null1\nlan = l\n");
	ck_assert_uint_eq(slot_of("net_null1"), 0);
	rows = ask("port show", "{\"port\":\"b\"}");
	devices = request_at(rows, 0, "devices");
	ck_assert_str_eq(json_string_value(json_array_get(devices, 0)),
			 "net_null3");
	ck_assert_str_eq(json_string_value(json_array_get(devices, 1)),
			 "net_null1");
	json_decref(rows);
}
END_TEST

static int
open_none(struct fabric *fabric, struct device_rt *d, struct where at,
	  struct faults *faults)
{
	(void)fabric, (void)d;
	faults_error(faults, at, NULL, "device: it is broken");
	return -ENODEV;
}

/* Takes the device of a link away, and has none be opened. */
static void
lose(const char *spec)
{
	static struct backend broken;

	broken = *f->backend;
	broken.open = open_none;
	f->backend = &broken;
	retry_gone(f, device(spec));
}

START_TEST(a_port_is_up_without_one_of_its_devices)
{
	struct request q;
	json_t *row;

	start(LAN A B(""));
	lose("net_null2");
	ck_assert_str_eq(problem(0),
			 "port b: link net_null2 has no device: it is gone");
	row = ask("port up", "{\"port\":\"b\"}");
	ck_assert_str_eq(json_string_value(json_object_get(row, "state")),
			 "up");
	ck_assert_uint_eq(json_array_size(json_object_get(row, "ended")), 0);
	json_decref(row);
	lose("net_null1");
	request_ask(&q, answers, "port up", "{\"port\":\"b\"}");
	ck_assert_int_eq(q.verdict, CTL_ERROR);
	request_end(&q);
}
END_TEST

START_TEST(frames_are_counted_for_the_link_they_went_by)
{
	json_t *rows;

	start(LAN A B());
	harness_send_ip(h, "b", BOB, ALICE);
	harness_send_ip(h, "a", ALICE, BOB);
	ck_assert_int_eq(counted("net_null1", "rx_frames") +
				 counted("net_null2", "rx_frames"),
			 1);
	ck_assert_int_eq(counted("net_null1", "tx_frames") +
				 counted("net_null2", "tx_frames"),
			 1);
	ck_assert_int_eq(counted("net_null1", "tx_bytes") +
				 counted("net_null2", "tx_bytes"),
			 60);
	rows = ask("port stats", "{\"port\": \"a\"}");
	ck_assert(json_is_null(request_at(rows, 0, "links")));
	json_decref(rows);
}
END_TEST

START_TEST(a_link_counts_from_when_it_is_one)
{
	start(LAN A B());
	for (unsigned int i = 0; i < 9; i++)
		harness_send_ip(h, "b", BOB + i, ALICE);
	harness_apply(h, LAN A "[port b]\ndevice = net_null3\nlan = l\n");
	harness_apply(h, LAN A B());
	ck_assert_int_eq(counted("net_null1", "rx_frames") +
				 counted("net_null2", "rx_frames"),
			 0);
	harness_send_ip(h, "b", BOB, ALICE);
	ck_assert_int_eq(counted("net_null1", "rx_frames") +
				 counted("net_null2", "rx_frames"),
			 1);
}
END_TEST

START_TEST(a_link_is_an_interface_with_an_index_of_its_own)
{
	const json_t *links, *link, *lacp;
	json_t *rows;

	start(LAN A B("lacp = active\n"));
	negotiate(PARTNER, PARTNER);
	harness_send_ip(h, "b", BOB, ALICE);
	rows = ask("port interface", "{}");
	ck_assert(json_is_null(request_at(rows, 0, "links")));
	links = request_at(rows, 1, "links");
	ck_assert_uint_eq(json_array_size(links), 2);
	ck_assert_text(links, 0, "name", "b/net_null1");
	ck_assert_text(links, 1, "name", "b/net_null2");
	ck_assert_number(rows, 1, "index", 10002);
	ck_assert_number(links, 0, "index", 10003);
	ck_assert_number(links, 1, "index", 10004);
	/* 60 octets and the frame check sequence, by the first link. */
	ck_assert_number(links, 0, "in_octets", 64);
	ck_assert_number(links, 0, "in_ucast", 1);
	ck_assert_number(links, 1, "in_ucast", 0);
	ck_assert(json_is_true(request_at(links, 1, "in_use")));
	link = json_array_get(links, 1);
	lacp = json_object_get(link, "lacp");
	ck_assert(json_is_true(json_object_get(lacp, "attached")));
	ck_assert_int_eq(json_integer_value(json_object_get(lacp, "pdus_rx")),
			 6);
	json_decref(rows);
}
END_TEST

/* The link that a frame from a to Bob would leave by, as explain has it. */
static char *
link_explained(uint64_t source)
{
	const json_t *stages, *leaves;
	char args[256], text[64];
	json_t *whole;
	char *name;

	snprintf(
		args, sizeof(args),
		"{\"port\": \"a\", \"frame\": \"020000000002%012lx0800%092d\"}",
		(unsigned long)source, 0);
	whole = ask("explain", args);
	leaves = json_object_get(whole, "leaves");
	ck_assert_uint_eq(json_array_size(leaves), 1);
	name = strdup(json_string_value(request_at(leaves, 0, "link")));
	stages = json_object_get(whole, "stages");
	snprintf(text, sizeof(text), "leaves by b (%s) untagged", name);
	ck_assert_text(stages, json_array_size(stages) - 1, "text", text);
	json_decref(whole);
	return name;
}

START_TEST(explain_names_the_link_that_the_frame_leaves_by)
{
	unsigned int links = 0;

	start(LAN A B());
	harness_send_ip(h, "b", BOB, ALICE);
	for (uint64_t source = ALICE; links != 3; source += 256) {
		char *name = link_explained(source);
		json_int_t before = counted(name, "tx_frames");
		uint8_t *frame = harness_frame(h, source, BOB, 0x0800, 60);

		links |= strcmp(name, "net_null1") == 0 ? 1 : 2;
		memset(frame + 14, 0, 46);
		harness_send(h, "a", frame, 60);
		ck_assert_int_eq(counted(name, "tx_frames"), before + 1);
		free(name);
		ck_assert_uint_lt(source, ALICE + 256 * 64);
	}
}
END_TEST

START_TEST(changes_of_links_are_told_apart)
{
	json_t *rows;

	start(LAN A B());
	set_link("net_null2", false, 0);
	rows = ask("port links", "{}");
	ck_assert_uint_eq(json_array_size(rows), 1);
	ck_assert_text(rows, 0, "port", "b");
	ck_assert_text(rows, 0, "link", "net_null2");
	ck_assert_text(rows, 0, "event", "link_down");
	json_decref(rows);
	set_link("net_null0", false, 0);
	rows = ask("port links", "{\"port\": \"a\"}");
	ck_assert(json_is_null(request_at(rows, 0, "link")));
	json_decref(rows);
}
END_TEST

START_TEST(a_link_that_is_missed_for_long_is_a_problem)
{
	start(LAN A B());
	set_link("net_null2", false, 0);
	ck_assert_str_eq(problem(0), "");
	harness_at(h, START + 9 * CLOCK_SECOND);
	ck_assert_str_eq(problem(0), "");
	harness_at(h, START + 10 * CLOCK_SECOND);
	ck_assert_str_eq(problem(0),
			 "port b: link net_null2 is not in use: no link");
	ck_assert_str_eq(problem(1), "");
	set_link("net_null2", true, 10000);
	ck_assert_str_eq(problem(0), "");
}
END_TEST

START_TEST(a_port_without_any_cable_is_no_problem)
{
	start(LAN A B());
	set_link("net_null1", false, 0);
	set_link("net_null2", false, 0);
	harness_at(h, LATER);
	ck_assert_str_eq(problem(0), "");
}
END_TEST

START_TEST(a_member_without_lacp_is_a_problem)
{
	start(LAN A);
	harness_apply(h, LAN A B("lacp = active\n"));
	ck_assert_str_eq(problem(0), "");
	harness_at(h, LATER);
	ck_assert_str_eq(problem(0), "port b: link net_null1 is not in use: no "
				     "LACPDU is received");
	ck_assert_str_eq(problem(1), "port b: link net_null2 is not in use: no "
				     "LACPDU is received");
}
END_TEST

START_TEST(a_lag_with_too_few_links_is_a_problem_at_once)
{
	start(LAN A B("min_links = 2\n"));
	ck_assert_str_eq(problem(0), "");
	set_link("net_null2", false, 0);
	ck_assert_str_eq(problem(0), "port b is down: min_links is 2, and 1 "
				     "link is in use");
	ck_assert_str_eq(problem(1), "");
}
END_TEST

START_TEST(links_of_different_speeds_are_a_problem)
{
	start(LAN A B());
	set_link("net_null1", true, 10000);
	set_link("net_null2", true, 10000);
	ck_assert_str_eq(problem(0), "");
	set_link("net_null2", true, 1000);
	ck_assert_str_eq(problem(0), "port b: its links have different "
				     "speeds, 1000 and 10000 Mbit/s");
	set_link("net_null2", false, 0);
	ck_assert_str_eq(problem(0), "");
}
END_TEST

START_TEST(a_lag_out_of_service_is_no_problem)
{
	start(LAN A B("min_links = 2\nstatus = disabled\n"));
	set_link("net_null2", false, 0);
	harness_at(h, LATER);
	ck_assert_str_eq(problem(0), "");
}
END_TEST

int
main(void)
{
	Suite *s = suite_create("lag_answers");
	TCase *tc = fixture_case(s, "tables", NULL);

	tcase_add_checked_fixture(tc, NULL, teardown);
	tcase_add_test(tc, a_static_lag_is_shown_with_its_links);
	tcase_add_test(tc, lacp_is_shown_with_both_ends);
	tcase_add_test(tc, a_port_without_a_lag_is_an_error);
	tcase_add_test(tc, a_port_has_its_devices_and_how_many_are_used);
	tcase_add_test(tc, a_port_is_up_without_one_of_its_devices);
	tcase_add_test(tc,
		       devices_are_listed_in_the_order_of_the_configuration);
	tcase_add_test(tc, frames_are_counted_for_the_link_they_went_by);
	tcase_add_test(tc, a_link_counts_from_when_it_is_one);
	tcase_add_test(tc, changes_of_links_are_told_apart);
	tcase_add_test(tc, explain_names_the_link_that_the_frame_leaves_by);
	tcase_add_test(tc, a_link_is_an_interface_with_an_index_of_its_own);
	tc = fixture_case(s, "problems", NULL);
	tcase_add_checked_fixture(tc, NULL, teardown);
	tcase_add_test(tc, a_link_in_another_lag_says_so_and_is_a_problem);
	tcase_add_test(tc, a_link_that_is_missed_for_long_is_a_problem);
	tcase_add_test(tc, a_port_without_any_cable_is_no_problem);
	tcase_add_test(tc, a_member_without_lacp_is_a_problem);
	tcase_add_test(tc, a_lag_with_too_few_links_is_a_problem_at_once);
	tcase_add_test(tc, links_of_different_speeds_are_a_problem);
	tcase_add_test(tc, a_lag_out_of_service_is_no_problem);
	return check_run(s);
}
