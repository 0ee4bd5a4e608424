/* SPDX-License-Identifier: BSD-3-Clause */
/* What ixctl does beside printing an answer: help, rates, health, watching. */
#include <check.h>
#include <stdlib.h>
#include <string.h>

#include "apps/health.h"
#include "apps/help.h"
#include "apps/rates.h"
#include "apps/row.h"
#include "apps/screen.h"
#include "apps/watch.h"
#include "fabric/api/command.h"
#include "tests/check_run.h"
#include "tests/unit/printed.h"

static char why[256];

static bool
help_on(const char *first, const char *second)
{
	char *word[] = { (char *)(uintptr_t)first, (char *)(uintptr_t)second };
	bool found = help((first != NULL) + (second != NULL), word, out, why,
			  sizeof(why));

	fflush(out);
	return found;
}

/* Help. */

START_TEST(every_step_of_a_topic_is_a_command)
{
	unsigned int n = 0;
	const char *step;

	for (; (step = help_step(n)) != NULL; n++) {
		struct faults *faults = faults_create();
		char copy[256], *word[16], *rest = copy;
		unsigned int words = 0;
		json_t *args;

		strcpy(copy, step);
		while (words < 16 && (word[words] = strsep(&rest, " ")) != NULL)
			words++;
		if (strcmp(word[0], "watch") == 0)
			memmove(word, word + 1, --words * sizeof(word[0]));
		ck_assert_msg(command_parse(words, word, &args, faults) != NULL,
			      "%s: %s", step, faults_text(faults, 0));
		json_decref(args);
		faults_free(faults);
	}
	ck_assert_uint_gt(n, 30);
}
END_TEST

START_TEST(the_overview_asks_why_a_member_is_down)
{
	ck_assert(help_on(NULL, NULL));
	ck_assert_ptr_nonnull(
		strstr(text, "ixctl help down          Why is this member "
			     "down?"));
	for (unsigned int i = 0; i < COMMAND_N; i++)
		ck_assert_ptr_nonnull(
			strstr(text, command_get((enum command_id)i)->noun));
}
END_TEST

START_TEST(help_on_a_command_is_about_that_command_alone)
{
	ck_assert(help_on("port", "show"));
	ck_assert(strncmp(text, "  port show [PORT]", 18) == 0);
	ck_assert_ptr_null(strstr(text, "port drops"));
}
END_TEST

START_TEST(help_on_a_noun_is_about_all_of_its_commands)
{
	ck_assert(help_on("port", NULL));
	ck_assert_ptr_nonnull(strstr(text, "  port show"));
	ck_assert_ptr_nonnull(strstr(text, "  port drops"));
	ck_assert_ptr_null(strstr(text, "  fdb show"));
}
END_TEST

START_TEST(help_on_a_topic_has_its_commands)
{
	ck_assert(help_on("down", NULL));
	ck_assert_ptr_nonnull(strstr(text, "ixctl port drops as64500"));
	ck_assert(!help_on("dwon", NULL));
	ck_assert_str_eq(why, "no help on 'dwon' (did you mean 'down'?); see "
			      "ixctl help");
}
END_TEST

START_TEST(help_fits_the_screen)
{
	static const char *const on[] = { NULL, "all", "down", "sponge" };

	screen_assume((unsigned int)_i);
	for (size_t i = 0; i < sizeof(on) / sizeof(on[0]); i++)
		ck_assert(help_on(on[i], NULL));
	screen_assume(0);
	for (char *line = text, *end; *line != '\0'; line = end + 1) {
		end = strchr(line, '\n');
		ck_assert_msg((size_t)(end - line) <= (size_t)_i, "%.*s",
			      (int)(end - line), line);
	}
}
END_TEST

/* Rates. */

START_TEST(rates_are_what_was_counted_in_the_time_between)
{
	json_t *then = json_loads("[{\"port\": \"a\", \"n\": 10, \"x\": \"y\", "
				  "\"device\": {\"e\": 1}, \"back\": 9}]",
				  0, NULL);
	json_t *now = json_loads("[{\"port\": \"a\", \"n\": 40, \"x\": \"y\", "
				 "\"device\": {\"e\": 2}, \"back\": 3}, "
				 "{\"port\": \"b\", \"n\": 7}]",
				 0, NULL);
	json_t *want =
		json_loads("{\"n\": 12.0, \"device\": {\"e\": 0.4}}", 0, NULL);

	rates_add(now, then, "port", 2.5);
	ck_assert(json_equal(json_object_get(json_array_get(now, 0), RATES_KEY),
			     want));
	ck_assert_ptr_null(json_object_get(json_array_get(now, 1), RATES_KEY));
	json_decref(then);
	json_decref(now);
	json_decref(want);
}
END_TEST

START_TEST(the_first_answer_has_no_rates)
{
	json_t *now = json_loads("[{\"port\": \"a\", \"n\": 40}]", 0, NULL);

	rates_add(now, NULL, "port", 2.5);
	ck_assert_ptr_null(json_object_get(json_array_get(now, 0), RATES_KEY));
	json_decref(now);
}
END_TEST

/* Health. */

static const struct {
	bool port;
	const char *answer, *line;
	enum health health;
} states[] = {
	{ false,
	  "{\"name\": \"ix\", \"healthy\": true, \"problems\": [], \"ports\": "
	  "{\"total\": 3, \"up\": 2, \"down\": 1}, \"totals\": "
	  "{\"rx_frames\": 9}, \"differs\": 0, \"overrides\": []}",
	  "IXFABRIC OK - ix: 2 of 3 ports up | total=3 up=2 down=1 "
	  "rx_frames=9c\n",
	  HEALTH_OK },
	{ false,
	  "{\"name\": \"ix\", \"healthy\": false, \"problems\": [\"a|b\", "
	  "\"c\\nd\"], \"ports\": {\"total\": 1, \"up\": 1}, \"differs\": 2}",
	  "IXFABRIC CRITICAL - ix: 1 of 1 port up; a/b; c d; 2 changes that a "
	  "restart takes back | total=1 up=1\n",
	  HEALTH_CRITICAL },
	{ false,
	  "{\"name\": \"ix\", \"healthy\": true, \"ports\": {\"total\": 1, "
	  "\"up\": 0, \"flapping\": 1}}",
	  "IXFABRIC WARNING - ix: 0 of 1 port up; 1 flapping | total=1 up=0 "
	  "flapping=1\n",
	  HEALTH_WARNING },
	{ false,
	  "{\"name\": \"ix\", \"healthy\": true, \"ports\": {\"total\": 1, "
	  "\"up\": 1}, \"overrides\": [{}]}",
	  "IXFABRIC WARNING - ix: 1 of 1 port up; 1 set by hand | total=1 "
	  "up=1\n",
	  HEALTH_WARNING },
	{ false, "{}", "IXFABRIC CRITICAL - -: - of - ports up\n",
	  HEALTH_CRITICAL },
	{ true,
	  "{\"port\": \"p\", \"state\": \"up\", \"description\": \"X\", "
	  "\"rx_bytes\": 7}",
	  "IXFABRIC OK - port p is up, X | rx_bytes=7c\n", HEALTH_OK },
	{ true, "{\"port\": \"p\", \"state\": \"down\"}",
	  "IXFABRIC CRITICAL - port p is down, -\n", HEALTH_CRITICAL },
	{ true,
	  "{\"port\": \"p\", \"state\": \"err-disabled\", "
	  "\"err_disabled_by\": \"mac_lock\"}",
	  "IXFABRIC CRITICAL - port p is err-disabled (mac_lock), -\n",
	  HEALTH_CRITICAL },
	{ true,
	  "{\"port\": \"p\", \"state\": \"no-device\", \"device_missing\": "
	  "\"no p9\"}",
	  "IXFABRIC CRITICAL - port p is no-device (no p9), -\n",
	  HEALTH_CRITICAL },
	{ true, "{\"port\": \"p\", \"state\": \"off\"}",
	  "IXFABRIC WARNING - port p is off, -\n", HEALTH_WARNING },
	{ true, "{\"port\": \"p\", \"state\": \"quarantine\"}",
	  "IXFABRIC WARNING - port p is quarantine, -\n", HEALTH_WARNING },
	{ true, "{\"port\": \"p\", \"state\": \"new\"}",
	  "IXFABRIC UNKNOWN - port p is new, -\n", HEALTH_UNKNOWN },
};

START_TEST(health_is_a_line_and_a_code)
{
	json_t *answer = json_loads(states[_i].answer, 0, NULL);
	json_t *health =
		states[_i].port ? health_port(answer) : health_fabric(answer);

	ck_assert_ptr_nonnull(health);
	ck_assert_int_eq((int)row_number(health, "code"),
			 (int)states[_i].health);
	health_print(health, out);
	fflush(out);
	ck_assert_str_eq(text, states[_i].line);
	json_decref(answer);
	json_decref(health);
}
END_TEST

/* Watching. */

START_TEST(what_fits_is_painted_and_the_rest_is_counted)
{
	watch_paint("t", "a\nb\nc\n", 4, out);
	watch_paint("t", "a\nb\nc\n", 3, out);
	watch_paint("t", "", 3, out);
	fflush(out);
	ck_assert_str_eq(text,
			 "\033[Ht\033[K\r\na\033[K\r\nb\033[K\r\nc\033[K\033[J"
			 "\033[Ht\033[K\r\na\033[K\r\n... 2 more "
			 "lines\033[K\033[J"
			 "\033[Ht\033[K\033[J");
}
END_TEST

#define LOOP(tc, test, cases)                                                  \
	tcase_add_loop_test(tc, test, 0, sizeof(cases) / sizeof((cases)[0]))

int
main(void)
{
	Suite *s = suite_create("client");
	TCase *tc = tcase_create("client");

	tcase_add_checked_fixture(tc, setup, teardown);
	tcase_add_test(tc, every_step_of_a_topic_is_a_command);
	tcase_add_test(tc, the_overview_asks_why_a_member_is_down);
	tcase_add_test(tc, help_on_a_command_is_about_that_command_alone);
	tcase_add_test(tc, help_on_a_noun_is_about_all_of_its_commands);
	tcase_add_test(tc, help_on_a_topic_has_its_commands);
	tcase_add_loop_test(tc, help_fits_the_screen, 76, 81);
	tcase_add_test(tc, rates_are_what_was_counted_in_the_time_between);
	tcase_add_test(tc, the_first_answer_has_no_rates);
	LOOP(tc, health_is_a_line_and_a_code, states);
	tcase_add_test(tc, what_fits_is_painted_and_the_rest_is_counted);
	suite_add_tcase(s, tc);
	return check_run(s);
}
