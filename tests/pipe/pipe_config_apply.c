/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Orders to apply a configuration, by a client and by SIGHUP: what is taken from
 * the client, what must be forced, what the log and the status say of it.
 */
#include <errno.h>
#include <sched.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "fabric/api/answers.h"
#include "fabric/api/status.h"
#include "fabric/apply/retire.h"
#include "fabric/apply/retry.h"
#include "lib/mac.h"
#include "tests/pipe/fixture.h"
#include "tests/pipe/request.h"

static struct answers *answers;
static struct faults *faults;
static char path[] = "/tmp/ixf-apply-XXXXXX";

/*
 * A configuration with the ports named by the letters of 'ports'; those in capitals
 * are disabled.
 */
static const char *
exchange(const char *ports)
{
	static char text[4096];
	size_t n = (size_t)sprintf(text, "[lan l]\nprofile = open\n");

	for (; *ports != '\0'; ports++) {
		int port = *ports | 0x20;

		n += (size_t)sprintf(text + n,
				     "[port %c]\ndevice = net_null%d\n"
				     "lan = l\nmac_limit = 1\n%s",
				     port, port - 'a',
				     port != *ports ? "status = disabled\n"
						    : "");
	}
	return text;
}

static void
setup(void)
{
	begin_at(0, exchange("abcdefghi"));
	strcpy(path + strlen(path) - 6, "XXXXXX");
	close(mkstemp(path));
	write_file(path, exchange("abcdefghi"));
	answers = answers_create(f, path);
	ck_assert_ptr_nonnull(answers);
	faults = faults_create();
}

static void
teardown(void)
{
	answers_free(answers);
	faults_free(faults);
	unlink(path);
}

/* Asks with one file of this name and text, as user 1. */
static void
ask_text(struct request *q, const char *command, const char *name,
	 const char *text, bool force)
{
	json_t *args = json_pack("{s:[{s:s, s:s}]}", "file", "name", name,
				 "text", text);
	char *dumped;

	if (force)
		json_object_set_new(args, "force", json_true());
	dumped = json_dumps(args, 0);
	request_begin(q, answers, command, dumped);
	q->rq.uid = 0;
	request_more(q);
	free(dumped);
	json_decref(args);
}

static void
end_refused(struct request *q, const char *code, const char *why)
{
	bool found = strstr(q->rq.message, why) != NULL;
	const json_t *detail;
	size_t i;

	ck_assert_int_eq(q->verdict, CTL_ERROR);
	ck_assert_str_eq(q->rq.code, code);
	json_array_foreach(q->rq.details, i, detail) found |=
		strstr(json_string_value(detail), why) != NULL;
	ck_assert_msg(found, "%s", json_dumps(q->rq.details, JSON_ENCODE_ANY));
	request_end(q);
	ck_assert_uint_eq(f->generation, 1);
}

static void
end_applied(struct request *q)
{
	ck_assert_msg(q->verdict == CTL_END, "%s: %s", q->rq.message,
		      json_dumps(q->rq.details, JSON_ENCODE_ANY));
	request_end(q);
}

START_TEST(a_text_is_applied_and_its_name_is_no_path)
{
	struct request q;

	ask_text(&q, "config diff", "/nonexistent/x.ini",
		 exchange("abcdefghij"), false);
	ck_assert_int_eq(q.verdict, CTL_END);
	ck_assert_str_eq(json_string_value(json_object_get(q.result, "file")),
			 "/nonexistent/x.ini");
	request_end(&q);
	ck_assert_uint_eq(f->generation, 1);
	ask_text(&q, "config apply", "/nonexistent/x.ini",
		 exchange("abcdefghij"), false);
	end_applied(&q);
	ck_assert_uint_ne(fabric_port_id(f, "j"), FABRIC_NO_PORT);
}
END_TEST

/* As ask_text(), by a user of the group operators. */
static void
ask_as_operator(struct request *q, const char *text)
{
	json_t *args = json_pack("{s:[{s:s, s:s}]}", "file", "name", "x.ini",
				 "text", text);
	char *dumped = json_dumps(args, 0);

	request_begin(q, answers, "config apply", dumped);
	q->rq.uid = geteuid() + 1000;
	request_more(q);
	free(dumped);
	json_decref(args);
}

static const char *
with_hook(const char *hook)
{
	static char text[8192];

	snprintf(text, sizeof(text), "[fabric]\n%s%s%s%s",
		 hook != NULL ? "hook = " : "", hook != NULL ? hook : "",
		 hook != NULL ? "\n" : "", exchange("abcdefghij"));
	return text;
}

START_TEST(an_operator_cannot_choose_the_hook)
{
	struct request q;

	ask_as_operator(&q, with_hook("/bin/sh"));
	end_refused(&q, "config",
		    "x.ini:2: error: [fabric]: hook = /bin/sh: only root and "
		    "the user of the daemon may choose which program it runs");
	ck_assert_ptr_null(f->config->fabric.hook);
}
END_TEST

START_TEST(an_operator_may_keep_the_hook_or_leave_it_out)
{
	struct request q;

	ask_text(&q, "config apply", "x.ini", with_hook("/bin/true"), false);
	end_applied(&q);
	ask_as_operator(&q, with_hook("/bin/true"));
	ck_assert_int_eq(q.verdict, CTL_END);
	request_end(&q);
	ask_as_operator(&q, with_hook(NULL));
	ck_assert_int_eq(q.verdict, CTL_END);
	request_end(&q);
	ck_assert_ptr_null(f->config->fabric.hook);
}
END_TEST

START_TEST(an_operator_may_reload_the_file_of_the_daemon)
{
	struct request q;

	write_file(path, with_hook("/bin/true"));
	request_begin(&q, answers, "config apply", "{}");
	q.rq.uid = geteuid() + 1000;
	request_more(&q);
	ck_assert_msg(q.verdict == CTL_END, "%s", q.rq.message);
	request_end(&q);
	ck_assert_str_eq(f->config->fabric.hook, "/bin/true");
}
END_TEST

START_TEST(faults_of_a_text_have_its_name_and_line)
{
	struct request q;

	ask_text(&q, "config apply", "/srv/x.ini", "[port a]\ndevcie = x\n",
		 true);
	end_refused(&q, "config", "/srv/x.ini:2: error: [port a]: unknown key");
}
END_TEST

/* The daemon opens no file that a client names. */
static const char *const malformed[] = {
	"{\"file\": \"%s\"}",
	"{\"file\": []}",
	"{\"file\": [\"%s\"]}",
	"{\"file\": [{\"name\": \"%s\"}]}",
	"{\"file\": [{\"name\": 7, \"text\": \"\"}]}",
	"{\"file\": [{\"name\": \"\", \"text\": \"\"}]}",
	"{\"file\": [{\"name\": \"a\\nb\", \"text\": \"\"}]}",
	"{\"file\": [{\"name\": \"a\", \"text\": \"\", \"include\": \"%s\"}]}",
	"{\"file\": [{\"name\": \"a\", \"text\": \"\"}, {\"name\": \"b\", "
	"\"text\": \"\"}]}",
};

START_TEST(a_request_without_texts_is_malformed)
{
	struct request q;
	char args[256];

	write_file(path, exchange("abcdefghij"));
	snprintf(args, sizeof(args), malformed[_i], path);
	request_ask(&q, answers, "config apply", args);
	end_refused(&q, "usage", "the daemon opens no file for a client");
}
END_TEST

START_TEST(an_included_file_comes_with_the_request)
{
	struct request q;

	write_file(path, "[port k]\ndevice = net_null10\n");
	/* What the pattern matches here, on the side of the daemon, is not read. */
	request_ask(
		&q, answers, "config apply",
		"{\"file\": [{\"name\": \"/tmp/x.ini\", \"text\": "
		"\"[fabric]\\ninclude = ixf-apply-*\\n[lan l]\\n[port a]\\nlan "
		"= l\\ndevice = "
		"net_null0\\n\"}, {\"name\": \"/tmp/y.ini\", \"include\": "
		"\"ixf-apply-*\", \"text\": \"[port z]\\nlan = l\\ndevice = "
		"net_null25\\n\"}], \"force\": true}");
	end_applied(&q);
	ck_assert_uint_ne(fabric_port_id(f, "z"), FABRIC_NO_PORT);
	ck_assert_uint_eq(fabric_port_id(f, "k"), FABRIC_NO_PORT);
}
END_TEST

static const struct {
	const char *running, *next;
	bool forced;
} thirds[] = {
	{ "abcdefghi", "abcdefghi", false },
	{ "abcdefghi", "abcdef", false },   /* a third */
	{ "abcdefghi", "abcde", true },     /* more than a third */
	{ "abcdefghi", "abcdeFGHI", true }, /* disabled, not removed */
	{ "abcdefghi", "abcdefGHI", false },
	{ "abcdefghi", "abcdexyzw", true }, /* the same number, but others */
	{ "abcdefghi", "abcdefghijkl", false },
	{ "abcdefghi", "z", true },
	{ "abcd", "ab", false }, /* two are no more than two */
	{ "abcd", "a", true },
	{ "ab", "b", false },
	{ "a", "b", true },         /* all of one */
	{ "a", "A", true },         /* every port is disabled */
	{ "aBCDE", "BCDE", true },  /* the only one that runs */
	{ "abCDEFG", "ab", false }, /* the others do not run */
};

START_TEST(most_of_the_ports_go_only_by_force)
{
	struct request q;

	harness_apply(h, exchange(thirds[_i].running));
	f->generation = 1;
	ask_text(&q, "config diff", "x", exchange(thirds[_i].next), false);
	ck_assert_int_eq(q.verdict, CTL_END);
	ck_assert(json_is_string(json_object_get(q.result, "force")) ==
		  thirds[_i].forced);
	request_end(&q);
	ask_text(&q, "config apply", "x", exchange(thirds[_i].next), false);
	if (!thirds[_i].forced) {
		end_applied(&q);
		return;
	}
	end_refused(&q, "force",
		    "if that is meant: ixctl config apply x --force");
	ask_text(&q, "config apply", "x", exchange(thirds[_i].next), true);
	end_applied(&q);
	ck_assert_uint_eq(f->generation, 2);
}
END_TEST

START_TEST(a_refusal_names_the_ports_that_would_go)
{
	struct request q;

	ask_text(&q, "config apply", "x", exchange("abcde"), false);
	end_refused(&q, "force",
		    "x: error: 4 of 9 running ports would be removed or "
		    "disabled: f, g, h, i; if");
}
END_TEST

/* The only override that ends, or none. */
static void
expect_end(const struct request *q, const char *port, const char *what)
{
	const json_t *ends = json_object_get(q->result, "ends");
	const json_t *row = json_array_get(ends, 0);

	ck_assert(json_is_array(ends));
	ck_assert_uint_eq(json_array_size(ends), port != NULL);
	if (port == NULL)
		return;
	ck_assert_str_eq(json_string_value(json_object_get(row, "port")), port);
	ck_assert_str_eq(json_string_value(json_object_get(row, "what")), what);
}

static void
ask_expecting_end(const char *command, const char *text, const char *port,
		  const char *what)
{
	struct request q;

	ask_text(&q, command, "x", text, false);
	ck_assert_int_eq(q.verdict, CTL_END);
	expect_end(&q, port, what);
	request_end(&q);
}

/* The port i is removed; a is down, too, and is not touched. */
START_TEST(overrides_that_an_apply_ends_are_in_its_answer)
{
	struct request q;

	request_ask(&q, answers, "port down", "{\"port\": \"a\"}");
	request_end(&q);
	request_ask(&q, answers, "port down", "{\"port\": \"i\"}");
	request_end(&q);
	ask_expecting_end("config diff", exchange("abcdefgh"), "i", "state");
	ask_expecting_end("config apply", exchange("abcdefghi"), NULL, NULL);
	ask_expecting_end("config apply", exchange("abcdefgh"), "i", "state");
	ask_expecting_end("config apply", exchange("abcdefghj"), NULL, NULL);
	ck_assert(runtime_port(f, "a")->blocked & BLOCK_OPERATOR);
}
END_TEST

static const char *const without_port[] = { "", "[fabric]\n", "[lan l]\n" };

/* Nor does force: to stop an exchange, the daemon is stopped. */
START_TEST(a_configuration_without_a_port_is_never_applied)
{
	struct request q;

	ask_text(&q, "config diff", "x", without_port[_i], false);
	end_refused(&q, "config", "x: error: has no port");
	ask_text(&q, "config apply", "x", without_port[_i], true);
	end_refused(&q, "config", "x: error: has no port");
}
END_TEST

static json_t *
status_of(const char *key)
{
	struct request q;
	json_t *value;

	request_begin(&q, answers, "status", "{}");
	do {
		request_more(&q);
		sched_yield();
	} while (q.verdict == CTL_MORE || q.verdict == CTL_WAIT);
	ck_assert_int_eq(q.verdict, CTL_END);
	value = json_incref(json_object_get(q.result, key));
	request_end(&q);
	return value;
}

static void
expect_problem(const char *want)
{
	json_t *problems = status_of("problems");
	const char *is = json_string_value(json_array_get(problems, 0));

	ck_assert_uint_eq(json_array_size(problems), want != NULL);
	if (want != NULL)
		ck_assert_msg(strstr(is, want) != NULL, "%s", is);
	json_decref(problems);
}

static void
expect_differs(int changes)
{
	json_t *n = status_of("differs");

	if (changes < 0)
		ck_assert(json_is_null(n));
	else
		ck_assert_int_eq(json_integer_value(n), changes);
	json_decref(n);
}

/* Cut off in the middle of a night by a program that fills the file. */
START_TEST(a_signal_never_forces)
{
	write_file(path, exchange("abc"));
	ck_assert_int_ne(request_reload(answers, &faults), 0);
	ck_assert_uint_eq(f->generation, 1);
	ck_assert_ptr_nonnull(
		strstr(faults_text(faults, 0), "ixctl config apply --force"));
	expect_problem("the last apply was rejected: ");
	write_file(path, "");
	ck_assert_int_ne(request_reload(answers, &faults), 0);
	ck_assert_uint_eq(f->generation, 1);
	write_file(path, exchange("abcdefgh"));
	faults_free(faults);
	faults = faults_create();
	ck_assert_int_eq(request_reload(answers, &faults), 0);
	expect_problem(NULL);
}
END_TEST

/* A warning stands before the error, and is not the reason. */
START_TEST(the_reason_of_a_refusal_is_an_error)
{
	write_file(path,
		   "[lan unused]\n[port a]\ndevice = net_null0\nlam = l\n");
	ck_assert_int_ne(request_reload(answers, &faults), 0);
	ck_assert_ptr_nonnull(strstr(faults_text(faults, 0), "warning"));
	expect_problem("unknown key 'lam'");
}
END_TEST

static bool
has_event(unsigned int i, const char *text)
{
	return harness_event(h, i) != NULL &&
	       strstr(harness_event(h, i), text) != NULL;
}

START_TEST(an_apply_is_logged_with_user_file_and_changes)
{
	struct request q;

	harness_forget_events(h);
	ask_text(&q, "config apply", "/srv/x.ini", exchange("abcdefghj"),
		 false);
	end_applied(&q);
	ck_assert(has_event(0, "notice configuration /srv/x.ini applied as "
			       "generation 2 by root (uid 0): 2 changes; "
			       "ports: 8 untouched, 1 interrupted; "));
	ck_assert(has_event(1, "configuration: port i: removed"));
	ck_assert(has_event(2, "configuration: port j: added"));
	ck_assert_uint_eq(harness_events(h), 3);
	harness_forget_events(h);
	write_file(path, "[port a]\ndevice = net_null0\nlam = l\n");
	ck_assert_int_ne(request_reload(answers, &faults), 0);
	ck_assert(has_event(0, "warning configuration "));
	ck_assert(has_event(0, "of SIGHUP rejected, nothing was changed: "));
	ck_assert(has_event(0, "unknown key 'lam'"));
	ck_assert_uint_eq(harness_events(h), 1);
}
END_TEST

START_TEST(the_log_of_many_changes_is_bounded)
{
	static char many[8192];
	struct request q;
	size_t n = (size_t)sprintf(many, "%s", exchange("abcdefghi"));

	for (int i = 0; i < 30; i++)
		n += (size_t)sprintf(many + n, "[lan l%d]\n", i);
	harness_forget_events(h);
	ask_text(&q, "config apply", "x", many, false);
	end_applied(&q);
	ck_assert_uint_eq(harness_events(h), 22);
	ck_assert(has_event(21, "configuration: 10 more changes"));
}
END_TEST

START_TEST(status_knows_what_a_restart_would_change)
{
	struct request q;
	json_t *running = status_of("running");

	expect_differs(0);
	ck_assert(json_is_null(json_object_get(running, "by")));
	json_decref(running);
	ask_text(&q, "config apply", "/srv/x.ini", exchange("abcdefghj"),
		 false);
	end_applied(&q);
	expect_differs(2);
	running = status_of("running");
	ck_assert_str_eq(json_string_value(json_object_get(running, "file")),
			 "/srv/x.ini");
	ck_assert_str_eq(json_string_value(json_object_get(running, "by")),
			 "root (uid 0)");
	json_decref(running);
	write_file(path, exchange("abcdefghj"));
	expect_differs(0);
	write_file(path, exchange("abcdefghijk"));
	expect_differs(2);
	expect_problem(NULL);
}
END_TEST

START_TEST(a_file_that_would_not_start_is_a_problem)
{
	write_file(path, "[port a]\ndevcie = x\n");
	expect_differs(-1);
	expect_problem("a restart would fail: ");
	write_file(path, "");
	expect_problem("has no port");
	unlink(path);
	expect_problem("cannot be read: No such file or directory");
	ck_assert_int_eq(mkfifo(path, 0600), 0);
	expect_problem("is a pipe, not a regular file");
	unlink(path);
	write_file(path, exchange("abcdefghi"));
	expect_problem(NULL);
	expect_differs(0);
}
END_TEST

/* An operator may save a good file over the one that was rejected. */
START_TEST(a_rejected_file_is_one_problem)
{
	write_file(path, "[port a]\ndevcie = x\n");
	ck_assert_int_ne(request_reload(answers, &faults), 0);
	expect_problem("the last apply was rejected: ");
}
END_TEST

START_TEST(a_state_file_that_cannot_be_written_is_a_problem)
{
	f->state_error = -ENOSPC;
	expect_problem("the state file /var/lib/ixfabric/sponge.json cannot be "
		       "written: No space left on device");
	f->state_error = -EBUSY;
	expect_problem("cannot be written: another process has it");
	f->state_error = 0;
	expect_problem(NULL);
}
END_TEST

/* An apply in parts, as in the daemon, with a backend that counts. */
static struct backend counting;
static const struct backend *memory;
static unsigned int opened, closed, larger,
	fails; /* at which larger one; 0: none */

static int
count_open(struct fabric *fabric, struct device_rt *d, struct where at,
	   struct faults *why)
{
	opened++;
	if (d->mtu == 3000 && ++larger == fails) {
		faults_error(why, at, d->name, "too large");
		return -EMSGSIZE;
	}
	return memory->open(fabric, d, at, why);
}

static void
count_close(struct fabric *fabric, struct device_rt *d)
{
	closed++;
	memory->close(fabric, d);
}

static void
begin_parts(unsigned int at)
{
	memory = f->backend;
	counting = *memory;
	counting.open = count_open;
	counting.close = count_close;
	f->backend = &counting;
	opened = closed = larger = 0;
	fails = at;
	f->in_step = false;
}

static const char *
larger_mtu(const char *ports)
{
	static char text[4200];

	snprintf(text, sizeof(text), "[lan l]\nmtu = 3000\n%s",
		 exchange(ports) + strlen("[lan l]\n"));
	return text;
}

/* A turn opens and closes one device at most.  Returns whether it opened one. */
static bool
turn(struct request *q)
{
	unsigned int had_opened = opened, had_closed = closed;

	request_more(q);
	answers_turn(answers);
	neigh_turn(f);
	sched_yield();
	ck_assert_uint_le(opened - had_opened, 1);
	ck_assert_uint_le(closed - had_closed, 1);
	return opened != had_opened;
}

/* Turns until 'n' devices have been opened. */
static void
begin_to_open(struct request *q, const char *text, unsigned int n)
{
	ask_text(q, "config apply", "x", text, false);
	for (unsigned int i = 0; i < 1000000 && opened < n; i++) {
		ck_assert_int_eq(q->verdict, CTL_WAIT);
		turn(q);
	}
	ck_assert_uint_eq(opened, n);
	ck_assert_int_eq(q->verdict, CTL_WAIT);
}

/* Turns until it ends, with 'more' devices opened. */
static void
go_on(struct request *q, unsigned int more)
{
	unsigned int had = opened;

	for (unsigned int i = 0; i < 1000000 && q->verdict == CTL_WAIT; i++)
		turn(q);
	ck_assert_uint_eq(opened - had, more);
	ck_assert(!f->changes_devices);
}

static void
expect_mtu(uint32_t mtu)
{
	for (const char *name = "a\0b\0c\0d\0e\0f\0g\0h\0i\0"; *name != '\0';
	     name += 2) {
		const struct port_rt *p = runtime_port(f, name);
		const struct device_rt *d =
			f->device[egress_device(&p->egress)];

		ck_assert_uint_eq(d->mtu, mtu);
		ck_assert(!d->closed);
		ck_assert_str_eq(d->missing, "");
		ck_assert(f->link[d->id]);
	}
}

START_TEST(status_is_answered_between_two_devices_of_an_apply)
{
	struct request q;

	begin_parts(0);
	begin_to_open(&q, larger_mtu("abcdefghi"), 1);
	for (unsigned int n = 1; n < 9; n++) {
		ck_assert_uint_eq(opened, n);
		ck_assert_uint_eq(f->generation, 1);
		expect_problem(NULL);
		harness_send_ip(h, "a", 0x020000000001, MAC_BROADCAST);
		harness_expect_out(h, "b c d e f g h i");
		while (!turn(&q))
			ck_assert_int_eq(q.verdict, CTL_WAIT);
	}
	go_on(&q, 0);
	end_applied(&q);
	ck_assert_uint_eq(f->generation, 2);
	expect_mtu(3000);
}
END_TEST

START_TEST(devices_are_opened_as_they_were_one_by_one)
{
	struct request q;

	begin_parts(3);
	begin_to_open(&q, larger_mtu("abcdefghi"), 3);
	expect_problem("an apply is opening devices");
	go_on(&q, 3);
	end_refused(&q, "config", "too large");
	ck_assert_uint_eq(opened, closed + 1);
	expect_mtu(1500);
}
END_TEST

START_TEST(a_daemon_that_ends_leaves_an_apply_half_way)
{
	struct request q;

	begin_parts(0);
	begin_to_open(&q, larger_mtu("abcdefghi"), 4);
	request_end(&q);
	answers_free(answers);
	ck_assert(!f->changes_devices);
	ck_assert_uint_eq(f->generation, 1);
	expect_mtu(1500);
	answers = answers_create(f, path);
}
END_TEST

START_TEST(new_devices_are_not_shown_before_they_have_a_port)
{
	struct request q;
	unsigned int up;

	begin_parts(0);
	begin_to_open(&q, exchange("abcdefghijkl"), 2);
	ck_assert_uint_eq(status_devices(f, &up), 9);
	ck_assert_uint_eq(up, 9);
	go_on(&q, 1);
	end_applied(&q);
	ck_assert_uint_eq(status_devices(f, &up), 12);
	ck_assert_uint_eq(up, 12);
}
END_TEST

START_TEST(only_the_apply_opens_and_closes_devices_meanwhile)
{
	struct device_rt *a, *i;
	const struct egress *of_a = &runtime_port(f, "a")->egress;
	struct request q;

	begin_parts(0);
	a = f->device[egress_device(of_a)];
	i = f->device[egress_device(&runtime_port(f, "i")->egress)];
	retry_gone(f, a);
	ck_assert(a->closed);
	begin_to_open(&q, larger_mtu("abcdefghi"), 4);
	f->now += 60 * CLOCK_SECOND;
	retry_turn(f);
	ck_assert_ptr_eq(retry_missing(f, of_a, true), a);
	retry_gone(f, i);
	ck_assert_uint_eq(opened, 4);
	ck_assert(!i->closed);
	go_on(&q, 4);
	end_applied(&q);
	retry_turn(f);
	ck_assert(!a->closed);
	ck_assert_uint_eq(a->mtu, 3000);
	retry_gone(f, i);
	ck_assert(i->closed);
}
END_TEST

START_TEST(devices_that_are_removed_are_closed_one_a_turn)
{
	struct request q;

	begin_parts(0);
	ask_text(&q, "config apply", "x", exchange("abcdef"), false);
	go_on(&q, 0);
	end_applied(&q);
	for (unsigned int n = closed; n < 3; n++) {
		ck_assert_uint_eq(closed, n);
		ck_assert(!retire_poll(f));
	}
	while (!retire_poll(f))
		;
	ck_assert_uint_eq(closed, 3);
}
END_TEST

int
main(void)
{
	Suite *s = suite_create("config_apply");
	TCase *tc = fixture_case(s, "orders", setup);

	tcase_add_checked_fixture(tc, NULL, teardown);
	tcase_add_test(tc, a_text_is_applied_and_its_name_is_no_path);
	tcase_add_test(tc, faults_of_a_text_have_its_name_and_line);
	tcase_add_test(tc, an_operator_cannot_choose_the_hook);
	tcase_add_test(tc, an_operator_may_keep_the_hook_or_leave_it_out);
	tcase_add_test(tc, an_operator_may_reload_the_file_of_the_daemon);
	tcase_add_loop_test(tc, a_request_without_texts_is_malformed, 0,
			    sizeof(malformed) / sizeof(malformed[0]));
	tcase_add_test(tc, an_included_file_comes_with_the_request);
	tcase_add_loop_test(tc, most_of_the_ports_go_only_by_force, 0,
			    sizeof(thirds) / sizeof(thirds[0]));
	tcase_add_test(tc, a_refusal_names_the_ports_that_would_go);
	tcase_add_test(tc, overrides_that_an_apply_ends_are_in_its_answer);
	tcase_add_loop_test(tc, a_configuration_without_a_port_is_never_applied,
			    0, sizeof(without_port) / sizeof(without_port[0]));
	tcase_add_test(tc, a_signal_never_forces);
	tcase_add_test(tc, the_reason_of_a_refusal_is_an_error);
	tcase_add_test(tc, an_apply_is_logged_with_user_file_and_changes);
	tcase_add_test(tc, the_log_of_many_changes_is_bounded);
	tcase_add_test(tc, status_knows_what_a_restart_would_change);
	tcase_add_test(tc, a_file_that_would_not_start_is_a_problem);
	tcase_add_test(tc, a_rejected_file_is_one_problem);
	tcase_add_test(tc, a_state_file_that_cannot_be_written_is_a_problem);
	tcase_add_test(tc, status_is_answered_between_two_devices_of_an_apply);
	tcase_add_test(tc, devices_are_opened_as_they_were_one_by_one);
	tcase_add_test(tc, a_daemon_that_ends_leaves_an_apply_half_way);
	tcase_add_test(tc, new_devices_are_not_shown_before_they_have_a_port);
	tcase_add_test(tc, only_the_apply_opens_and_closes_devices_meanwhile);
	tcase_add_test(tc, devices_that_are_removed_are_closed_one_a_turn);
	return check_run(s);
}
