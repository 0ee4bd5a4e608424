/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * The event hook: which events it is told, that none is made for it without room, and that
 * it learns how many it has lost.
 */
#include <poll.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "fabric/api/answer.h"
#include "fabric/api/answers.h"
#include "fabric/api/hooks.h"
#include "fabric/api/monitor.h"
#include "fabric/runtime/event.h"
#include "tests/pipe/fixture.h"

#define EXCHANGE                                                               \
	"[lan l]\nprofile = open\n[port a]\ndevice = net_null0\nlan = l\n"
#define PATIENCE 60000 /* ms */

static char dir[] = "/tmp/ixf-hooks-XXXXXX";
static char program[64], got[64], config[512];
static struct answers *answers;
static struct hooks *hooks;

/* What a sink was told. */
static struct told {
	bool room;
	unsigned int asked, lines;
	char last[MONITOR_LINE];
} told;

static bool
has_room(void *arg)
{
	struct told *t = arg;

	t->asked++;
	return t->room;
}

static void
put(void *arg, const char *line, size_t n)
{
	struct told *t = arg;

	t->lines++;
	snprintf(t->last, sizeof(t->last), "%.*s", (int)n, line);
}

static const struct monitor_sink sink = { has_room, put, &told };

static void
raise_event(enum event_kind kind, const char *text)
{
	struct event e = event_of(kind, DROP_NOTICE);

	e.text = text;
	e.port = "a";
	event_raise(f, &e);
}

static void
setup(void)
{
	strcpy(dir + strlen(dir) - 6, "XXXXXX");
	ck_assert_ptr_nonnull(mkdtemp(dir));
	snprintf(program, sizeof(program), "%s/hook", dir);
	snprintf(got, sizeof(got), "%s/got", dir);
	snprintf(config, sizeof(config), "%s/ini", dir);
	begin(EXCHANGE);
	write_file(config, EXCHANGE);
	answers = answers_create(f, config);
	ck_assert_ptr_nonnull(answers);
	hooks = NULL;
	told = (struct told){ .room = true };
	signal(SIGPIPE, SIG_IGN);
}

static void
teardown(void)
{
	char command[128];

	hooks_free(hooks);
	answers_free(answers);
	snprintf(command, sizeof(command), "rm -rf %s", dir);
	ck_assert_int_eq(system(command), 0);
}

/* The program is this script, which the configuration names from now on. */
static void
run(const char *script, const char *keys)
{
	char text[512];

	snprintf(text, sizeof(text), "#!/bin/sh\n%s\n", script);
	write_file(program, text);
	ck_assert_int_eq(chmod(program, 0700), 0);
	snprintf(text, sizeof(text), "[fabric]\nhook = %s\n%s" EXCHANGE,
		 program, keys);
	harness_apply(h, text);
	f->generation++;
	if (hooks == NULL)
		hooks = hooks_create(f, answers->monitors);
	ck_assert_ptr_nonnull(hooks);
	hooks_turn(hooks);
}

static struct hooks_state
look(void)
{
	struct hooks_state s;

	hooks_turn(hooks);
	hooks_look(hooks, &s);
	return s;
}

/* How many lines of the log have this text. */
static unsigned int
events_with(const char *text)
{
	unsigned int n = 0;

	for (unsigned int i = 0; i < harness_events(h); i++)
		n += strstr(harness_event(h, i), text) != NULL;
	return n;
}

START_TEST(a_sink_is_told_the_groups_that_it_has_chosen)
{
	monitors_tell(answers->monitors, 1u << EVENT_GROUP_port, &sink);
	raise_event(EVENT_link_up, "link up");
	ck_assert_uint_eq(told.lines, 1);
	ck_assert_ptr_nonnull(strstr(told.last, "\"event\":\"link_up\""));
	ck_assert_ptr_nonnull(strstr(told.last, "\"port\":\"a\""));
	raise_event(EVENT_capture_begin, "capture");
	ck_assert_uint_eq(told.asked, 1);
	monitors_tell(answers->monitors, 0, NULL);
	ck_assert(!event_is_monitored(f, EVENT_link_up));
	raise_event(EVENT_link_up, "link up");
	ck_assert_uint_eq(told.lines, 1);
}
END_TEST

START_TEST(a_sink_is_not_told_of_the_hook)
{
	monitors_tell(answers->monitors, CONFIG_EVENTS_ALL, &sink);
	raise_event(EVENT_hook_failed, "hook failed");
	raise_event(EVENT_hook_works, "hook works");
	ck_assert_uint_eq(told.asked, 0);
	raise_event(EVENT_worker_runs, "runs");
	ck_assert_uint_eq(told.lines, 1);
}
END_TEST

START_TEST(no_line_is_made_without_room)
{
	told.room = false;
	monitors_tell(answers->monitors, CONFIG_EVENTS_ALL, &sink);
	raise_event(EVENT_link_up, "link up");
	ck_assert_uint_eq(told.asked, 1);
	ck_assert_uint_eq(told.lines, 0);
}
END_TEST

static char *
text_of(const char *path)
{
	static char text[1 << 20];
	FILE *in = fopen(path, "r");
	size_t n = in != NULL ? fread(text, 1, sizeof(text) - 1, in) : 0;

	if (in != NULL)
		fclose(in);
	text[n] = '\0';
	return text;
}

START_TEST(a_slow_program_learns_how_many_events_it_has_lost)
{
	char script[256], want[64];
	struct hooks_state s;
	const char *line;

	snprintf(script, sizeof(script),
		 "cat >> %s; until [ -e %s.go ]; do sleep 0.01; done", got,
		 got);
	run(script, "");
	raise_event(EVENT_link_up, "first");
	for (unsigned int ms = 0; *text_of(got) == '\0' && ms < PATIENCE; ms++)
		poll(NULL, 0, 1);
	while ((s = look()).lost < 100)
		raise_event(EVENT_link_down, "one of many");
	raise_event(EVENT_link_up, "lost");
	s = look();
	ck_assert_uint_ge(s.waiting, 200000);
	strcpy(script, got);
	strcat(script, ".go");
	write_file(script, "");
	while ((s = look()).waiting != 0 || s.running)
		poll(NULL, 0, 1);
	raise_event(EVENT_link_up, "last");
	for (unsigned int ms = 0;
	     strstr(text_of(got), "\"last\"") == NULL && ms < PATIENCE; ms++)
		poll(NULL, 0, 1);
	snprintf(want, sizeof(want), "%lu events were lost",
		 (unsigned long)s.lost);
	line = strstr(text_of(got), want);
	ck_assert_msg(line != NULL, "not told: %s", want);
	ck_assert_ptr_nonnull(strstr(line, "\"last\""));
	ck_assert_ptr_null(strstr(text_of(got), "\"lost\"}"));
}
END_TEST

/* The hook is its own group, so that a failure is logged once, and the end of it. */
START_TEST(a_failure_is_logged_once_until_it_works_again)
{
	struct hooks_state s;
	uint64_t ended;

	run("exit 3", "");
	for (unsigned int i = 1; i <= 2; i++) {
		raise_event(EVENT_link_up, "up");
		while ((s = look()).failed < i)
			poll(NULL, 0, 1);
	}
	ck_assert_str_eq(s.why, "exit code 3");
	ck_assert_uint_eq(events_with("hook "), 1);
	run("exit 0", "hook_time = 60s\n");
	ended = s.runs;
	raise_event(EVENT_link_up, "up");
	while ((s = look()).runs == ended || s.running || s.why != NULL)
		poll(NULL, 0, 1);
	ck_assert_uint_eq(events_with("works again"), 1);
}
END_TEST

int
main(void)
{
	Suite *s = suite_create("hooks");
	TCase *t = fixture_case(s, "hooks", setup);

	tcase_add_checked_fixture(t, NULL, teardown);
	tcase_add_test(t, a_sink_is_told_the_groups_that_it_has_chosen);
	tcase_add_test(t, a_sink_is_not_told_of_the_hook);
	tcase_add_test(t, no_line_is_made_without_room);
	tcase_add_test(t, a_slow_program_learns_how_many_events_it_has_lost);
	tcase_add_test(t, a_failure_is_logged_once_until_it_works_again);
	return check_run(s);
}
