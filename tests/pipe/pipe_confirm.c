/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Configurations that wait to be confirmed, the way back to earlier ones, and the
 * history of all.  The clock is the test's.
 */
#include <dirent.h>
#include <errno.h>
#include <sched.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "fabric/api/answers.h"
#include "fabric/api/history.h"
#include "fabric/api/start.h"
#include "fabric/neigh/neigh.h"
#include "tests/pipe/fixture.h"
#include "tests/pipe/request.h"

#define SECONDS(n) ((n)*CLOCK_SECOND)

static struct answers *answers;
static char folder[] = "/tmp/ixf-confirm-XXXXXX";
static char path[64], dir[64];

/* Ports a ... of the letters, and a name that tells it from others. */
static const char *
exchange(const char *name, const char *ports)
{
	static char text[4096];
	size_t n = (size_t)sprintf(
		text, "[fabric]\nname = %s\n[lan l]\nprofile = open\n", name);

	for (; *ports != '\0'; ports++)
		n += (size_t)sprintf(text + n,
				     "[port %c]\ndevice = net_null%d\n"
				     "lan = l\nmac_limit = 1\n",
				     *ports, *ports - 'a');
	return text;
}

/* What the daemon does at its start. */
static void
start(void)
{
	struct start_options o = { path, dir, false, 1764012345 };
	struct faults *faults = faults_create();
	FILE *log = fopen("/dev/null", "w");
	struct start s;

	start_choose(&s, &o, faults, "", log);
	ck_assert_ptr_nonnull(s.config);
	begin_at(0, exchange(s.config->fabric.name, "abc"));
	config_free(s.config);
	s.config = NULL;
	answers = answers_create(f, path);
	ck_assert_ptr_nonnull(answers);
	answers_started(answers, &s);
	fclose(log);
	faults_free(faults);
}

static void
stop(void)
{
	answers_free(answers);
	answers = NULL;
	end();
}

static void
setup(void)
{
	strcpy(folder, "/tmp/ixf-confirm-XXXXXX");
	ck_assert_ptr_nonnull(mkdtemp(folder));
	snprintf(path, sizeof(path), "%s/x.ini", folder);
	snprintf(dir, sizeof(dir), "%s/history", folder);
	write_file(path, exchange("one", "abc"));
	start();
}

static void
empty(const char *name)
{
	DIR *d = opendir(name);
	const struct dirent *e;

	while (d != NULL && (e = readdir(d)) != NULL)
		(void)!unlinkat(dirfd(d), e->d_name, 0);
	if (d != NULL)
		closedir(d);
	rmdir(name);
}

static void
teardown(void)
{
	answers_free(answers);
	answers = NULL;
	empty(dir);
	unlink(dir);
	empty(folder);
}

/* Turns of control until 'now'. */
static void
at(uint64_t now)
{
	harness_at(h, now);
	for (int i = 0; i < 4; i++)
		answers_turn(answers);
}

/* Asks as the user 'uid' with the file of this text, and more arguments. */
static void
ask_as(struct request *q, uid_t uid, const char *command, const char *text,
       const char *more)
{
	json_t *args = json_loads(more, 0, NULL);
	char *dumped;

	if (text != NULL)
		json_object_set_new(args, "file",
				    json_pack("[{s:s, s:s}]", "name",
					      "/srv/new.ini", "text", text));
	dumped = json_dumps(args, 0);
	request_begin(q, answers, command, dumped);
	q->rq.uid = uid;
	while (q->verdict == CTL_MORE)
		request_more(q);
	free(dumped);
	json_decref(args);
}

#define ALICE 4001
#define BOB   4002

static void
done(struct request *q)
{
	ck_assert_msg(q->verdict == CTL_END, "%s: %s", q->rq.message,
		      json_dumps(q->rq.details, JSON_ENCODE_ANY));
	request_end(q);
}

static void
order(const char *command, const char *text, const char *more)
{
	struct request q;

	ask_as(&q, ALICE, command, text, more);
	done(&q);
}

static void
refused(const char *command, const char *text, const char *more,
	const char *code, const char *why)
{
	struct request q;
	bool found;
	const json_t *detail;
	size_t i;

	ask_as(&q, BOB, command, text, more);
	ck_assert_int_eq(q.verdict, CTL_ERROR);
	ck_assert_str_eq(q.rq.code, code);
	found = strstr(q.rq.message, why) != NULL;
	json_array_foreach(q.rq.details, i, detail) found |=
		strstr(json_string_value(detail), why) != NULL;
	ck_assert_msg(found, "%s: %s", q.rq.message,
		      json_dumps(q.rq.details, JSON_ENCODE_ANY));
	request_end(&q);
}

/* A value of the status, as JSON; the caller frees it. */
static json_t *
status(const char *key)
{
	struct request q;
	json_t *value;

	request_ask(&q, answers, "status", "{}");
	/* It comes in parts, and not before the tables follow an apply. */
	while (q.verdict == CTL_WAIT) {
		neigh_turn(f);
		request_more(&q);
	}
	value = json_incref(json_object_get(q.result, key));
	request_end(&q);
	return value;
}

static void
expect_problem(const char *want)
{
	json_t *problems = status("problems");

	ck_assert_msg(json_array_size(problems) == (want != NULL), "%s",
		      json_dumps(problems, 0));
	if (want != NULL)
		ck_assert_msg(
			strstr(json_string_value(json_array_get(problems, 0)),
			       want) != NULL,
			"%s", json_dumps(problems, 0));
	json_decref(problems);
}

static void
expect_left(json_int_t seconds)
{
	json_t *confirm = status("confirm");

	if (seconds < 0)
		ck_assert(json_is_null(confirm));
	else
		ck_assert_int_eq(json_integer_value(json_object_get(
					 confirm, "seconds_left")),
				 seconds);
	json_decref(confirm);
}

static bool
runs(const char *name)
{
	return strcmp(f->config->fabric.name, name) == 0;
}

/* "3 kept confirm timer, 2 dropped ...": the history, the newest first. */
static const char *
rows(void)
{
	static char text[2048];
	struct request q;
	const json_t *row;
	size_t i, n = 0;

	text[0] = '\0';
	request_ask(&q, answers, "config history", "{}");
	json_array_foreach(q.result, i, row) n += (size_t)snprintf(
		text + n, sizeof(text) - n, "%s%d %s%s by %s",
		i > 0 ? ", " : "",
		(int)json_integer_value(json_object_get(row, "generation")),
		json_string_value(json_object_get(row, "state")),
		json_is_true(json_object_get(row, "running")) ? " running" : "",
		json_string_value(json_object_get(row, "by")));
	request_end(&q);
	return text;
}

static bool
has_event(const char *text)
{
	for (unsigned int i = 0; i < harness_events(h); i++)
		if (strstr(harness_event(h, i), text) != NULL)
			return true;
	return false;
}

/* The value of a metric without labels. */
static uint64_t
metric(const char *name)
{
	uint64_t value = UINT64_MAX;
	struct request q;
	const json_t *row;
	char line[128];
	size_t i;

	snprintf(line, sizeof(line), "\nixf_%s ", name);
	request_begin(&q, answers, "metrics", "{}");
	do {
		neigh_turn(f);
		request_more(&q);
	} while (q.verdict != CTL_END);
	json_array_foreach(q.result, i, row)
	{
		const char *found = strstr(
			json_string_value(json_object_get(row, "text")), line);

		if (found != NULL)
			value = strtoull(found + strlen(line), NULL, 10);
	}
	request_end(&q);
	ck_assert_msg(value != UINT64_MAX, "no metric %s", name);
	return value;
}

START_TEST(what_is_confirmed_stays)
{
	struct request q;

	harness_forget_events(h);
	order("config apply", exchange("two", "abc"), "{\"confirm\": \"60\"}");
	ck_assert(runs("two"));
	expect_left(60);
	expect_problem(NULL);
	ck_assert_uint_eq(metric("config_confirm_pending"), 1);
	ck_assert(has_event("generation 2 of uid 4001 is rolled back to "
			    "generation 1 in 60 s unless it is confirmed"));
	ck_assert_str_eq(rows(), "2 pending running by uid 4001, 1 kept by "
				 "start");
	at(SECONDS(59));
	ck_assert(runs("two"));
	expect_left(1);
	ask_as(&q, BOB, "config confirm", NULL, "{}");
	done(&q);
	ck_assert(has_event("generation 2 is confirmed by uid 4002"));
	expect_left(-1);
	ck_assert_uint_eq(metric("config_confirm_pending"), 0);
	at(SECONDS(500));
	ck_assert(runs("two"));
	ck_assert_uint_eq(metric("config_rollbacks_total"), 0);
	ck_assert_uint_eq(f->generation, 2);
	ck_assert_str_eq(rows(), "2 kept running by uid 4001, 1 kept by start");
	refused("config confirm", NULL, "{}", "failed",
		"waits to be confirmed");
}
END_TEST

START_TEST(what_is_not_confirmed_is_rolled_back)
{
	order("config apply", exchange("two", "abcd"), "{\"confirm\": \"60\"}");
	harness_forget_events(h);
	at(SECONDS(60));
	ck_assert(runs("one"));
	ck_assert_uint_eq(fabric_port_id(f, "d"), FABRIC_NO_PORT);
	expect_left(-1);
	expect_problem(
		"generation 2, which uid 4001 applied from /srv/new.ini, "
		"was not confirmed in 60 s and is rolled back");
	ck_assert(has_event("generation 2 of uid 4001 was not confirmed in 60 "
			    "s: rolling back to generation 1"));
	ck_assert(has_event("configuration generation 1 "));
	ck_assert_uint_eq(metric("config_confirm_pending"), 0);
	ck_assert_uint_eq(metric("config_rollbacks_total"), 1);
	ck_assert_str_eq(rows(), "3 kept running by confirm timer, 2 dropped "
				 "by uid 4001, 1 kept by start");
	order("config apply", exchange("two", "abcd"), "{}");
	expect_problem(NULL);
	at(SECONDS(500));
	ck_assert(runs("two"));
}
END_TEST

/* From now on this device cannot be opened. */
static const struct backend *memory;
static struct backend broken;
static const char *broken_spec;
static int broken_error;

static int
open_or_fail(struct fabric *fabric, struct device_rt *d, struct where where,
	     struct faults *faults)
{
	if (broken_error == 0 || strcmp(d->spec, broken_spec) != 0)
		return memory->open(fabric, d, where, faults);
	faults_error(faults, where, d->name, "device: it is broken");
	return broken_error;
}

static void
break_device(const char *spec, int error)
{
	if (f->backend != &broken) {
		memory = f->backend;
		broken = *memory;
		broken.open = open_or_fail;
		f->backend = &broken;
	}
	broken_spec = spec;
	broken_error = error;
}

static void
begin_failing_way_back(void)
{
	order("config apply", exchange("one", "abcd"), "{}");
	order("config apply", exchange("two", "abc"), "{\"confirm\": \"60\"}");
	break_device("net_null3", -EINVAL);
	harness_forget_events(h);
	at(SECONDS(60));
	ck_assert(runs("two"));
}

START_TEST(a_way_back_that_fails_is_tried_again_later_and_later)
{
	begin_failing_way_back();
	ck_assert(has_event("rejected, nothing was changed"));
	ck_assert(has_event("it is broken"));
	expect_problem("it is broken");
	expect_left(10);
	ck_assert_uint_eq(metric("config_confirm_pending"), 1);
	ck_assert_uint_eq(metric("config_rollbacks_total"), 0);
	ck_assert_uint_eq(metric("config_last_apply_success"), 0);
	ck_assert_str_eq(rows(), "3 pending running by uid 4001, 2 kept by uid "
				 "4001, 1 kept by start");
	/* What runs goes on, and nothing else is applied. */
	refused("config apply", exchange("three", "abc"), "{}", "pending",
		"waits to be confirmed");
	at(SECONDS(69));
	harness_forget_events(h);
	at(SECONDS(70));
	ck_assert(has_event("it is broken"));
	ck_assert(!has_event("was not confirmed"));
	expect_left(20);
	broken_error = 0;
	at(SECONDS(89));
	ck_assert(runs("two"));
	at(SECONDS(90));
	ck_assert(runs("one"));
	expect_left(-1);
	ck_assert_uint_ne(fabric_port_id(f, "d"), FABRIC_NO_PORT);
	ck_assert_uint_eq(metric("config_rollbacks_total"), 1);
	ck_assert_str_eq(rows(), "4 kept running by confirm timer, 3 dropped "
				 "by uid 4001, 2 kept by uid 4001, 1 kept by "
				 "start");
}
END_TEST

START_TEST(what_cannot_be_rolled_back_can_be_confirmed)
{
	begin_failing_way_back();
	order("config confirm", NULL, "{}");
	expect_left(-1);
	expect_problem(NULL);
	broken_error = 0;
	at(SECONDS(500));
	ck_assert(runs("two"));
	ck_assert_str_eq(rows(), "3 kept running by uid 4001, 2 kept by uid "
				 "4001, 1 kept by start");
}
END_TEST

/* As a start does, the way back goes on without it; an operator's apply does not. */
START_TEST(the_way_back_goes_on_without_a_missing_device)
{
	order("config apply", exchange("one", "abcd"), "{}");
	order("config apply", exchange("two", "abc"), "{}");
	break_device("net_null3", -ENODEV);
	refused("config apply", exchange("one", "abcd"), "{}", "config",
		"it is broken");
	broken_error = 0;
	order("config apply", exchange("one", "abcd"), "{}");
	order("config apply", exchange("two", "abc"), "{\"confirm\": \"60\"}");
	broken_error = -ENODEV;
	at(SECONDS(60));
	ck_assert(runs("one"));
	expect_left(-1);
	ck_assert_uint_ne(fabric_port_id(f, "d"), FABRIC_NO_PORT);
	ck_assert(has_event("port d: no device: it is broken; it is tried "
			    "again"));
	ck_assert(!has_event("port a: no device"));
	broken_error = 0;
	for (unsigned int i = 60; i < 100; i++)
		at(SECONDS(i));
	ck_assert(has_event("port d: its device is there and was opened"));
}
END_TEST

/* Nothing is in the way of the way back: not even most of the ports. */
START_TEST(the_way_back_needs_no_force)
{
	order("config apply", exchange("two", "abcdefghi"),
	      "{\"confirm\": \"60\"}");
	at(SECONDS(60));
	ck_assert(runs("one"));
	order("config apply", exchange("two", "abcdefghi"),
	      "{\"confirm\": \"60\"}");
	order("config rollback", NULL, "{}");
	ck_assert(runs("one"));
	order("config apply", exchange("two", "abcdefghi"), "{}");
	refused("config rollback", NULL, "{}", "force",
		"ixctl config rollback 5 --force");
	order("config rollback", NULL, "{\"force\": true}");
	ck_assert(runs("one"));
}
END_TEST

static void
refused_as_pending(const char *command, const char *text, const char *more)
{
	refused(command, text, more, "pending",
		"generation 3, which uid 4001 applied from /srv/new.ini 10 s "
		"ago, waits to be confirmed, and is rolled back in 50 s: first "
		"ixctl config confirm, or ixctl config rollback");
	ck_assert_uint_eq(f->generation, 3);
}

START_TEST(nothing_else_is_applied_before_it_is_confirmed)
{
	struct faults *faults = NULL;
	struct request q;

	order("config apply", exchange("two", "abc"), "{}");
	order("config apply", exchange("three", "abc"),
	      "{\"confirm\": \"60\"}");
	at(SECONDS(10));
	refused_as_pending("config apply", exchange("four", "abc"), "{}");
	refused_as_pending("config apply", exchange("four", "abc"),
			   "{\"confirm\": \"60\", \"force\": true}");
	refused_as_pending("config rollback", NULL, "{\"generation\": \"1\"}");
	ck_assert_int_ne(request_reload(answers, &faults), 0);
	ck_assert_ptr_nonnull(strstr(faults_text(faults, 0), "generation 3, "));
	faults_free(faults);
	ck_assert(runs("three"));
	expect_left(50);
	/* To compare is allowed. */
	ask_as(&q, BOB, "config diff", exchange("four", "abc"), "{}");
	ck_assert(json_is_object(json_object_get(q.result, "confirm")));
	done(&q);
	order("config confirm", NULL, "{}");
	expect_problem(NULL);
	order("config apply", exchange("four", "abc"), "{}");
	ck_assert(runs("four"));
}
END_TEST

START_TEST(a_rollback_ends_the_wait)
{
	order("config apply", exchange("two", "abc"), "{\"confirm\": \"60\"}");
	order("config rollback", NULL, "{}");
	ck_assert(runs("one"));
	expect_left(-1);
	expect_problem(NULL);
	ck_assert_str_eq(rows(), "3 kept running by uid 4001, 2 dropped by uid "
				 "4001, 1 kept by start");
	at(SECONDS(100));
	ck_assert_uint_eq(f->generation, 3);
}
END_TEST

START_TEST(a_rollback_goes_further_back_each_time)
{
	order("config apply", exchange("two", "abc"), "{}");
	order("config apply", exchange("three", "abc"), "{}");
	order("config rollback", NULL, "{}");
	ck_assert(runs("two"));
	order("config rollback", NULL, "{}");
	ck_assert(runs("one"));
	refused("config rollback", NULL, "{}", "failed",
		"no generation before what runs");
	refused("config rollback", NULL, "{\"generation\": \"5\"}", "failed",
		"generation 5 is what runs");
	refused("config rollback", NULL, "{\"generation\": \"9\"}", "failed",
		"there is no generation 9 in the history");
	refused("config rollback", NULL, "{\"generation\": \"x\"}", "usage",
		"");
	order("config rollback", NULL, "{\"generation\": \"3\"}");
	ck_assert(runs("three"));
	order("config rollback", NULL, "{}");
	ck_assert(runs("two"));
}
END_TEST

/* What diff of a generation shows is what a rollback to it would change. */
START_TEST(a_generation_is_compared_to_what_runs)
{
	struct request q;
	const json_t *change;
	char name[128];

	order("config apply", exchange("two", "abcd"), "{}");
	ask_as(&q, BOB, "config diff", NULL, "{\"file\": \"1\"}");
	snprintf(name, sizeof(name), "generation 1 (%s)", path);
	ck_assert_str_eq(json_string_value(json_object_get(q.result, "file")),
			 name);
	change = json_array_get(json_object_get(q.result, "changes"), 0);
	ck_assert_str_eq(json_string_value(json_object_get(change, "old")),
			 "two");
	ck_assert_str_eq(json_string_value(json_object_get(change, "new")),
			 "one");
	done(&q);
	refused("config diff", NULL, "{\"file\": \"7\"}", "failed",
		"no generation 7");
	refused("config diff", NULL, "{\"file\": \"/etc/passwd\"}", "usage",
		"the daemon opens no file for a client");
	refused("config apply", NULL, "{\"file\": \"1\"}", "usage",
		"the daemon opens no file for a client");
	ck_assert(runs("two"));
}
END_TEST

START_TEST(an_apply_that_changes_nothing_is_not_in_the_history)
{
	order("config apply", exchange("one", "abc"), "{\"confirm\": \"60\"}");
	expect_left(-1);
	ck_assert_str_eq(rows(), "1 kept running by start");
	order("config apply", exchange("two", "abc"), "{}");
	order("config apply", exchange("two", "abc"), "{}");
	ck_assert_str_eq(rows(), "3 kept running by uid 4001, 1 kept by start");
}
END_TEST

START_TEST(an_apply_that_fails_is_not_in_the_history)
{
	refused("config apply", exchange("two", ""), "{\"confirm\": \"60\"}",
		"config", "has no port");
	refused("config apply", exchange("two", "x"), "{\"confirm\": \"60\"}",
		"force", "ixctl config apply /srv/new.ini --force");
	expect_left(-1);
	ck_assert_str_eq(rows(), "1 kept running by start");
	at(SECONDS(100));
	ck_assert(runs("one"));
	order("config apply", exchange("two", "abc"), "{}");
	stop();
	start();
	ck_assert_str_eq(rows(), "3 kept running by start, 2 kept by uid 4001, "
				 "1 kept by start");
}
END_TEST

static const char *const odd[] = { "0", "-1", "5m", "86401", "", "x" };

START_TEST(an_odd_time_is_refused)
{
	json_t *more = json_pack("{s:s}", "confirm", odd[_i]);
	char *text = json_dumps(more, 0);

	if (odd[_i][0] != '\0')
		refused("config apply", exchange("two", "abc"), text, "usage",
			"");
	ck_assert(runs("one"));
	free(text);
	json_decref(more);
}
END_TEST

/* Whether the answer tells 'uid' of a change by another. */
static bool
is_told(uid_t uid, const char *command)
{
	struct request q;
	const json_t *recent;
	bool told;

	ask_as(&q, uid, command, exchange("two", "abcd"), "{}");
	recent = json_object_get(q.result, "recent");
	told = json_is_object(recent);
	if (told) {
		ck_assert_str_eq(
			json_string_value(json_object_get(recent, "by")),
			"uid 4001");
		ck_assert_str_eq(
			json_string_value(json_array_get(
				json_object_get(recent, "changes"), 0)),
			"fabric: name: one -> two");
	}
	done(&q);
	return told;
}

START_TEST(an_operator_is_told_what_another_has_just_changed)
{
	ck_assert(!is_told(BOB, "config diff"));
	order("config apply", exchange("two", "abc"), "{}");
	ck_assert(is_told(BOB, "config diff"));
	ck_assert(!is_told(ALICE, "config diff"));
	at(SECONDS(599));
	ck_assert(is_told(BOB, "config diff"));
	at(SECONDS(600));
	ck_assert(!is_told(BOB, "config diff"));
	order("config apply", exchange("one", "abc"), "{}");
	order("config apply", exchange("two", "abc"), "{}");
	ck_assert(is_told(BOB, "config apply"));
}
END_TEST

/* Killed in the window: what is in the file of the daemon is not what starts. */
START_TEST(a_start_drops_what_waits)
{
	struct faults *faults = NULL;

	write_file(path, exchange("two", "abc"));
	order("config apply", NULL, "{\"confirm\": \"60\"}");
	ck_assert(runs("two"));
	stop();
	start();
	ck_assert(runs("one"));
	expect_problem("started with generation 1 (");
	ck_assert_str_eq(rows(), "3 kept running by start, 2 dropped by uid "
				 "4001, 1 kept by start");
	ck_assert_uint_eq(f->generation, 3);
	stop();
	start();
	ck_assert(runs("one"));
	ck_assert_uint_eq(f->generation, 3);
	ck_assert_int_eq(request_reload(answers, &faults), 0);
	faults_free(faults);
	ck_assert(runs("two"));
	expect_problem(NULL);
	stop();
	start();
	ck_assert(runs("two"));
	expect_problem(NULL);
}
END_TEST

START_TEST(a_faulty_file_starts_the_last_good_configuration)
{
	order("config apply", exchange("two", "abc"), "{}");
	stop();
	write_file(path, "[port a]\ndevcie = x\n");
	start();
	ck_assert(runs("two"));
	expect_problem("unknown key 'devcie'");
	expect_problem("started with generation 2 (/srv/new.ini), since ");
	write_file(path, exchange("two", "abc"));
	/* Until it is applied. */
	expect_problem("started with generation 2");
	order("config apply", NULL, "{}");
	expect_problem(NULL);
}
END_TEST

/* The folder of the history is a file. */
static void
break_disk(void)
{
	stop();
	empty(dir);
	write_file(dir, "");
	start();
}

START_TEST(a_disk_that_cannot_be_written_stops_no_apply)
{
	struct request q;

	break_disk();
	expect_problem("the history ");
	ask_as(&q, ALICE, "config apply", exchange("two", "abc"),
	       "{\"confirm\": \"60\"}");
	ck_assert(
		strstr(json_string_value(json_object_get(q.result, "history")),
		       "cannot be written: Not a directory") != NULL);
	done(&q);
	at(SECONDS(60));
	ck_assert(runs("one"));
	order("config apply", exchange("two", "abc"), "{\"confirm\": \"60\"}");
	order("config confirm", NULL, "{}");
	order("config rollback", NULL, "{}");
	ck_assert(runs("one"));
	unlink(dir);
	harness_forget_events(h);
	at(SECONDS(200));
	ck_assert(has_event("is written again"));
	ask_as(&q, ALICE, "config apply", exchange("one", "abc"), "{}");
	ck_assert(json_is_null(json_object_get(q.result, "history")));
	done(&q);
	stop();
	start();
	ck_assert_uint_eq(f->generation, 5);
}
END_TEST

/* The thread that reads is slow: control answers meanwhile. */
START_TEST(status_is_answered_during_an_apply)
{
	struct request q;
	unsigned int waits = 0;

	f->in_step = false;
	ask_as(&q, ALICE, "config apply", exchange("two", "abc"),
	       "{\"confirm\": \"60\"}");
	ck_assert_int_eq(q.verdict, CTL_WAIT);
	do {
		expect_left(runs("two") ? 60 : -1);
		neigh_turn(f);
		request_more(&q);
		answers_turn(answers);
		sched_yield();
		waits++;
	} while (q.verdict == CTL_WAIT && waits < 1000000);
	ck_assert(json_is_null(json_object_get(q.result, "history")));
	done(&q);
	ck_assert_str_eq(rows(), "2 pending running by uid 4001, 1 kept by "
				 "start");
	while (!answers_saved(answers))
		sched_yield();
	f->in_step = true;
}
END_TEST

/* Orders are carried out in parts from now on, and what is read is read by threads. */
static void
begin_parts(uint64_t now)
{
	at(now);
	f->in_step = false;
}

static void
turn(void)
{
	answers_turn(answers);
	neigh_turn(f);
	sched_yield();
}

static void
end_parts(void)
{
	while (answers_work(answers) || !answers_saved(answers))
		turn();
	f->in_step = true;
}

/* The time in which to confirm ends meanwhile. */
static void
finish(struct request *q)
{
	unsigned int turns = 0;

	harness_at(h, SECONDS(61));
	while (q->verdict == CTL_WAIT && turns++ < 1000000) {
		turn();
		request_more(q);
	}
}

START_TEST(a_time_that_ends_during_the_way_back_begins_no_other)
{
	struct request q;

	order("config apply", exchange("two", "abc"), "{\"confirm\": \"60\"}");
	begin_parts(SECONDS(59));
	ask_as(&q, BOB, "config rollback", NULL, "{}");
	ck_assert_int_eq(q.verdict, CTL_WAIT);
	ck_assert(runs("two"));
	finish(&q);
	done(&q);
	end_parts();
	at(SECONDS(500));
	ck_assert(runs("one"));
	ck_assert_uint_eq(f->generation, 3);
	ck_assert_str_eq(rows(), "3 kept running by uid 4002, 2 dropped by uid "
				 "4001, 1 kept by start");
}
END_TEST

START_TEST(a_time_that_ends_during_another_order_is_seen_after_it)
{
	struct request q;

	order("config apply", exchange("two", "abc"), "{\"confirm\": \"60\"}");
	begin_parts(SECONDS(59));
	ask_as(&q, BOB, "config apply", exchange("three", "abc"), "{}");
	finish(&q);
	ck_assert_int_eq(q.verdict, CTL_ERROR);
	ck_assert_str_eq(q.rq.code, "pending");
	ck_assert(runs("two"));
	request_end(&q);
	turn();
	end_parts();
	ck_assert(runs("one"));
	ck_assert_str_eq(rows(), "3 kept running by confirm timer, 2 dropped "
				 "by uid 4001, 1 kept by start");
}
END_TEST

START_TEST(what_is_on_its_way_back_is_not_confirmed_any_more)
{
	struct request q;

	order("config apply", exchange("two", "abc"), "{\"confirm\": \"60\"}");
	begin_parts(SECONDS(59));
	harness_at(h, SECONDS(60));
	answers_turn(answers);
	ck_assert(runs("two"));
	ask_as(&q, BOB, "config confirm", NULL, "{}");
	ck_assert_int_eq(q.verdict, CTL_WAIT);
	finish(&q);
	ck_assert_int_eq(q.verdict, CTL_ERROR);
	ck_assert_ptr_nonnull(strstr(q.rq.message, "waits to be confirmed"));
	request_end(&q);
	end_parts();
	ck_assert(runs("one"));
	ck_assert_str_eq(rows(), "3 kept running by confirm timer, 2 dropped "
				 "by uid 4001, 1 kept by start");
}
END_TEST

static const char *const threaded[][2] = {
	{ "config show", "{\"which\": \"file\"}" },
	{ "selftest", "{}" },
};

/* Control may rest unless there is work: its end is what the request waits for. */
START_TEST(a_thread_that_makes_an_answer_is_work)
{
	struct request q;

	answers_free(answers);
	f->in_step = false;
	answers = answers_create(f, path);
	ck_assert(!answers_work(answers));
	request_ask(&q, answers, threaded[_i][0], threaded[_i][1]);
	ck_assert_int_eq(q.verdict, CTL_WAIT);
	while (answers_work(answers))
		sched_yield();
	request_more(&q);
	ck_assert_int_ne(q.verdict, CTL_WAIT);
	ck_assert(!answers_work(answers));
	request_end(&q);
	f->in_step = true;
}
END_TEST

int
main(void)
{
	Suite *s = suite_create("confirm");
	TCase *tc = fixture_case(s, "confirm", setup);

	tcase_add_checked_fixture(tc, NULL, teardown);
	tcase_add_test(tc, what_is_confirmed_stays);
	tcase_add_test(tc, what_is_not_confirmed_is_rolled_back);
	tcase_add_test(tc, the_way_back_needs_no_force);
	tcase_add_test(tc,
		       a_way_back_that_fails_is_tried_again_later_and_later);
	tcase_add_test(tc, what_cannot_be_rolled_back_can_be_confirmed);
	tcase_add_test(tc, the_way_back_goes_on_without_a_missing_device);
	tcase_add_test(tc, nothing_else_is_applied_before_it_is_confirmed);
	tcase_add_test(tc, a_rollback_ends_the_wait);
	tcase_add_test(tc, a_rollback_goes_further_back_each_time);
	tcase_add_test(tc, a_generation_is_compared_to_what_runs);
	tcase_add_test(tc, an_apply_that_changes_nothing_is_not_in_the_history);
	tcase_add_test(tc, an_apply_that_fails_is_not_in_the_history);
	tcase_add_loop_test(tc, an_odd_time_is_refused, 0,
			    sizeof(odd) / sizeof(odd[0]));
	tcase_add_test(tc, an_operator_is_told_what_another_has_just_changed);
	tcase_add_test(tc, a_start_drops_what_waits);
	tcase_add_test(tc, a_faulty_file_starts_the_last_good_configuration);
	tcase_add_test(tc, a_disk_that_cannot_be_written_stops_no_apply);
	tcase_add_test(tc, status_is_answered_during_an_apply);
	tcase_add_test(tc,
		       a_time_that_ends_during_the_way_back_begins_no_other);
	tcase_add_test(tc,
		       a_time_that_ends_during_another_order_is_seen_after_it);
	tcase_add_test(tc, what_is_on_its_way_back_is_not_confirmed_any_more);
	tcase_add_loop_test(tc, a_thread_that_makes_an_answer_is_work, 0,
			    sizeof(threaded) / sizeof(threaded[0]));
	return check_run(s);
}
