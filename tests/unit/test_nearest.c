/* SPDX-License-Identifier: BSD-3-Clause */
#include "lib/nearest.h"

#include <check.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>

#include "tests/check_run.h"

static const char *const known[] = {
	"device", "description", "mac", "mac_limit", "mac_sticky", "ipv4",
	"ipv6",   "index",       "lan", "tag",       "parent",
};

static const struct {
	const char *word;
	const char *meant; /* NULL: no suggestion */
} cases[] = {
	{ "mac", "mac" },
	{ "mca", "mac" },
	{ "macs", "mac" },
	{ "mac_adress", "mac" },
	{ "mac_limt", "mac_limit" },
	{ "mac_limits", "mac_limit" },
	{ "mac-limit", "mac_limit" },
	{ "macsticky", "mac_sticky" },
	{ "desc", "description" },
	{ "descripton", "description" },
	{ "devcie", "device" },
	{ "ipv5", "ipv4" },
	{ "ip6", "ipv6" },
	{ "indx", "index" },
	{ "lna", "lan" },
	{ "colour", NULL },
	{ "x", NULL },
	{ "", NULL },
	{ "speed", NULL },
};

START_TEST(a_mistyped_word_is_recognised_and_an_unrelated_one_is_not)
{
	const char *found = nearest_word(cases[_i].word, known,
					 sizeof(known) / sizeof(known[0]));

	if (cases[_i].meant == NULL)
		ck_assert_msg(found == NULL, "'%s': %s", cases[_i].word, found);
	else
		ck_assert_msg(found != NULL &&
				      strcmp(found, cases[_i].meant) == 0,
			      "'%s': %s", cases[_i].word,
			      found == NULL ? "nothing" : found);
}
END_TEST

START_TEST(each_typing_error_counts_as_one)
{
	ck_assert_uint_eq(nearest_distance("port", "port"), 0);
	ck_assert_uint_eq(nearest_distance("prt", "port"), 1);
	ck_assert_uint_eq(nearest_distance("poort", "port"), 1);
	ck_assert_uint_eq(nearest_distance("pord", "port"), 1);
	ck_assert_uint_eq(nearest_distance("prot", "port"), 1);
	ck_assert_uint_eq(nearest_distance("prtt", "port"), 2);
	ck_assert_uint_eq(nearest_distance("", "lan"), 3);
	ck_assert_uint_eq(nearest_distance("lan", ""), 3);
}
END_TEST

START_TEST(a_long_word_is_far_from_everything)
{
	char word[65];

	memset(word, 'a', 64);
	word[64] = '\0';
	ck_assert_uint_eq(nearest_distance(word, "a"), UINT_MAX);
	ck_assert_uint_eq(nearest_distance("a", word), UINT_MAX);
	ck_assert_ptr_null(nearest_word(word, known, 1));
	word[63] = '\0';
	ck_assert_uint_eq(nearest_distance(word, word), 0);
}
END_TEST

START_TEST(without_words_none_is_near)
{
	ck_assert_ptr_null(nearest_word("mac", NULL, 0));
}
END_TEST

int
main(void)
{
	Suite *s = suite_create("nearest");
	TCase *tc = tcase_create("nearest");

	tcase_add_loop_test(
		tc, a_mistyped_word_is_recognised_and_an_unrelated_one_is_not,
		0, sizeof(cases) / sizeof(cases[0]));
	tcase_add_test(tc, each_typing_error_counts_as_one);
	tcase_add_test(tc, a_long_word_is_far_from_everything);
	tcase_add_test(tc, without_words_none_is_near);
	suite_add_tcase(s, tc);
	return check_run(s);
}
