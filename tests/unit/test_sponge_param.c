/* SPDX-License-Identifier: BSD-3-Clause */
#include "fabric/config/sponge_param.h"

#include <check.h>
#include <stdio.h>
#include <string.h>

#include "tests/check_run.h"

static struct faults *faults;
static struct config *config;

static void
read_lan(const char *keys)
{
	char text[512];
	FILE *in;

	snprintf(text, sizeof(text), "[lan l]\n%s", keys);
	in = fmemopen(text, strlen(text), "r");
	faults = faults_create();
	config = config_read_stream("test.ini", in, faults);
	fclose(in);
	ck_assert_ptr_nonnull(config);
}

static void
setup(void)
{
	read_lan("");
}

static void
teardown(void)
{
	config_free(config);
	faults_free(faults);
}

static struct sponge_values
values(void)
{
	struct sponge_values v;

	sponge_values_of(&config->lan[0], &v);
	return v;
}

/* What is given, what that is in numbers, and as it is written. */
static const struct {
	const char *name, *key, *text;
	uint32_t value;
	const char *written;
} good[] = {
	{ "queuedepth", "sponge_queuedepth", "17", 17, "17" },
	{ "queuedepth", "sponge_queuedepth", "auto", 1000, "1000" },
	{ "rate", "sponge_rate", "7", 7, "7" },
	{ "pending_limit", "sponge_pending", "0", 0, "0" },
	{ "proberate", "sponge_proberate", "1", 1, "1" },
	{ "flood_protection", "sponge_flood_protection", "0.5", 500, "0.5" },
	{ "learning", "sponge_learning", "2m", 120, "120s" },
	{ "sweep", "sponge_sweep", "0", 0, "0s" },
	{ "sweep_age", "sponge_sweep_age", "77s", 77, "77s" },
	{ "sweep_skip_alive", "sponge_sweep_skip_alive", "no", 0, "off" },
	{ "passive", "sponge_passive", "on", 1, "on" },
	{ "static_mode", "sponge_static", "yes", 1, "on" },
	{ "dummy", "sponge_dummy", "true", 1, "on" },
	{ "arp_update", "sponge_arp_update", "none", 0, "none" },
	{ "arp_update", "sponge_arp_update", "gratuitous,reply",
	  CONFIG_UPDATE_REPLY | CONFIG_UPDATE_GRATUITOUS, "reply,gratuitous" },
};

START_TEST(a_value_is_read_and_written_as_in_the_file)
{
	const struct sponge_param *p = sponge_param_find(good[_i].name);
	char why[CONFIG_WHY_SIZE], text[SPONGE_PARAM_TEXT];
	struct sponge_values v = values(), before = v;

	ck_assert_ptr_nonnull(p);
	ck_assert_str_eq(sponge_param_key(p), good[_i].key);
	ck_assert_msg(sponge_param_parse(p, good[_i].text, &config->lan[0], &v,
					 why) == 0,
		      "%s", why);
	ck_assert_uint_eq(sponge_param_get(p, &v), good[_i].value);
	ck_assert_str_eq(sponge_param_format(p, &v, text), good[_i].written);
	/* And nothing else has changed. */
	sponge_param_copy(p, &before, &v);
	ck_assert_mem_eq(&v, &before, sizeof(v));
}
END_TEST

static const struct {
	const char *name, *text, *why;
} bad[] = {
	{ "queuedepth", "0", "must be" },
	{ "queuedepth", "100001", "must be" },
	{ "rate", "fast", "must be" },
	{ "proberate", "0", "must be" },
	{ "proberate", "-1", "must be" },
	{ "flood_protection", "1001", "must be 0 to 1000" },
	{ "learning", "5x", "not a time" },
	{ "learning", "86401s", "must be" },
	{ "dummy", "perhaps", "must be" },
	{ "arp_update", "reply,", "must be all, none" },
};

START_TEST(a_value_that_the_file_rejects_is_rejected)
{
	const struct sponge_param *p = sponge_param_find(bad[_i].name);
	struct sponge_values v = values(), before = v;
	char why[CONFIG_WHY_SIZE];

	ck_assert_int_ne(
		sponge_param_parse(p, bad[_i].text, &config->lan[0], &v, why),
		0);
	ck_assert_msg(strstr(why, bad[_i].why) != NULL, "%s", why);
	ck_assert_mem_eq(&v, &before, sizeof(v));
}
END_TEST

START_TEST(auto_has_the_value_of_the_lan)
{
	const struct sponge_param *p = sponge_param_find("rate");
	struct sponge_values v = values();
	char why[CONFIG_WHY_SIZE];

	teardown();
	read_lan("sponge_profile = queue_small\n");
	sponge_param_parse(p, "auto", &config->lan[0], &v, why);
	ck_assert_uint_eq(v.sponge.rate, 30);
}
END_TEST

START_TEST(a_name_is_found_in_the_list)
{
	for (unsigned int i = 0; i < SPONGE_PARAMS; i++)
		ck_assert_ptr_eq(sponge_param_find(sponge_param_list[i].name),
				 &sponge_param_list[i]);
	ck_assert_ptr_null(sponge_param_find("sponge_rate"));
	ck_assert_ptr_null(sponge_param_find(""));
}
END_TEST

START_TEST(every_key_of_a_sponge_reaches_its_parameter)
{
	struct sponge_values v;

	teardown();
	read_lan("sponge_queuedepth = 1\nsponge_rate = 2\nsponge_pending = 3\n"
		 "sponge_proberate = 4\nsponge_flood_protection = 0.005\n"
		 "sponge_init = pending\nsponge_learning = 6\n"
		 "sponge_sweep = 7\nsponge_sweep_age = 8\n"
		 "sponge_sweep_at_start = on\nsponge_sweep_skip_alive = off\n"
		 "sponge_passive = on\nsponge_static = on\nsponge_dummy = on\n"
		 "sponge_gratuitous = on\nsponge_arp_update = request\n");
	v = values();
	ck_assert_uint_eq(v.sponge.queuedepth, 1);
	ck_assert_uint_eq(v.sponge.rate, 2);
	ck_assert_uint_eq(v.sponge.pending, 3);
	ck_assert_uint_eq(v.sponge.proberate, 4);
	ck_assert_uint_eq(v.sponge.flood_protection, 5);
	ck_assert_int_eq(v.sponge.init, SPONGE_PENDING);
	ck_assert_uint_eq(v.sponge.learning, 6);
	ck_assert_uint_eq(v.sponge.sweep, 7);
	ck_assert_uint_eq(v.sponge.sweep_age, 8);
	ck_assert(v.sponge.sweep_at_start && !v.sponge.sweep_skip_alive);
	ck_assert(v.sponge.passive && v.sponge.fixed && v.sponge.dummy &&
		  v.sponge.gratuitous);
	ck_assert_uint_eq(v.arp_update, CONFIG_UPDATE_REQUEST);
}
END_TEST

#define LOOP(tc, test, cases)                                                  \
	tcase_add_loop_test(tc, test, 0, sizeof(cases) / sizeof((cases)[0]))

int
main(void)
{
	Suite *s = suite_create("sponge_param");
	TCase *tc = tcase_create("sponge_param");

	tcase_add_checked_fixture(tc, setup, teardown);
	LOOP(tc, a_value_is_read_and_written_as_in_the_file, good);
	LOOP(tc, a_value_that_the_file_rejects_is_rejected, bad);
	tcase_add_test(tc, auto_has_the_value_of_the_lan);
	tcase_add_test(tc, a_name_is_found_in_the_list);
	tcase_add_test(tc, every_key_of_a_sponge_reaches_its_parameter);
	suite_add_tcase(s, tc);
	return check_run(s);
}
