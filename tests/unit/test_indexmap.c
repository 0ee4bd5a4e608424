/* SPDX-License-Identifier: BSD-3-Clause */
#include "lib/indexmap.h"

#include <check.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "tests/check_run.h"

#define PORTS_MAX 4096

static struct indexmap *map;
static struct indexmap_port port[PORTS_MAX];
static size_t nports;

static void
teardown(void)
{
	indexmap_free(map);
	map = NULL;
}

/* "a b=7 c": the ports, and those that the configuration gives a number. */
static void
next(const char *ports)
{
	static char text[256], *rest, *word;
	struct indexmap *m;

	nports = 0;
	rest = strcpy(text, ports);
	while ((word = strsep(&rest, " ")) != NULL) {
		char *name = strsep(&word, "=");

		if (*name != '\0')
			port[nports++] = (struct indexmap_port){
				.name = name,
				.fixed =
					word != NULL ? (uint32_t)atol(word) : 0,
			};
	}
	m = indexmap_next(map, port, nports);
	ck_assert_ptr_nonnull(m);
	indexmap_free(map);
	map = m;
}

/* "a=10001 b=7": the numbers of all ports. */
static void
expect(const char *numbers)
{
	char text[256] = "";

	for (size_t i = 0; i < nports; i++)
		sprintf(text + strlen(text), "%s%s=%u", i > 0 ? " " : "",
			port[i].name, port[i].number);
	ck_assert_str_eq(text, numbers);
}

/* As a restart does. */
static void
restart(void)
{
	const char *why;
	size_t size;
	char *text = indexmap_text(map, &size);

	ck_assert_ptr_nonnull(text);
	ck_assert_uint_eq(strlen(text), size);
	indexmap_free(map);
	map = indexmap_parse(text, size, &why);
	ck_assert_msg(map != NULL, "%s", why);
	free(text);
}

START_TEST(ports_get_numbers_in_their_order)
{
	next("b a c");
	expect("b=10001 a=10002 c=10003");
}
END_TEST

START_TEST(a_port_keeps_its_number_when_others_come_and_go)
{
	next("a b c");
	next("d c");
	expect("d=10004 c=10003");
}
END_TEST

START_TEST(a_port_that_comes_back_has_its_number)
{
	next("a b");
	next("b");
	next("x b");
	expect("x=10003 b=10002");
	restart();
	next("b a y");
	expect("b=10002 a=10001 y=10004");
}
END_TEST

START_TEST(the_number_of_the_configuration_counts)
{
	next("a b=7 c=10002 d");
	expect("a=10001 b=7 c=10002 d=10003");
}
END_TEST

START_TEST(a_number_taken_by_the_configuration_is_replaced)
{
	next("a b");
	next("a b c=10001");
	expect("a=10003 b=10002 c=10001");
	/* And is not given back. */
	next("a b");
	expect("a=10003 b=10002");
	next("a b c");
	expect("a=10003 b=10002 c=10001");
}
END_TEST

START_TEST(the_number_of_a_gone_port_that_is_taken_is_replaced)
{
	next("a b");
	next("b=10001");
	next("a b");
	expect("a=10003 b=10001");
}
END_TEST

START_TEST(a_number_by_hand_stays_without_its_key)
{
	next("a=5 b");
	next("a b");
	expect("a=5 b=10001");
}
END_TEST

START_TEST(a_number_by_hand_is_not_given_to_another_later)
{
	next("a=10002");
	next("a=9");
	next("a=9 b c");
	expect("a=9 b=10003 c=10004");
}
END_TEST

START_TEST(two_ports_can_exchange_their_numbers)
{
	next("a=1 b=2");
	next("a=2 b=1");
	next("a b");
	expect("a=2 b=1");
}
END_TEST

START_TEST(numbers_end_where_the_standard_says)
{
	const char *why;
	char text[] = "ixfabric ifindex 1 2147483646\n5 a\nend\n";

	map = indexmap_parse(text, strlen(text), &why);
	ck_assert_ptr_nonnull(map);
	next("a b c d=2147483647 e");
	expect("a=5 b=2147483646 c=0 d=2147483647 e=0");
	restart();
	next("c");
	expect("c=0");
}
END_TEST

START_TEST(the_largest_number_by_hand_leaves_the_others)
{
	next("a=2147483647 b");
	expect("a=2147483647 b=10001");
}
END_TEST

/* 'n' ports with names of their own for each round. */
static void
next_round(unsigned int round, size_t n)
{
	static char name[PORTS_MAX][INDEXMAP_NAME_SIZE];
	struct indexmap *m;

	for (size_t i = 0; i < n; i++) {
		snprintf(name[i], sizeof(name[i]), "r%u-%zu", round, i);
		port[i] = (struct indexmap_port){ .name = name[i] };
	}
	m = indexmap_next(map, port, nports = n);
	ck_assert_ptr_nonnull(m);
	indexmap_free(map);
	map = m;
}

START_TEST(the_longest_gone_are_forgotten_but_their_numbers_are_not_reused)
{
	for (unsigned int round = 0; round < 4; round++)
		next_round(round, 4095);
	ck_assert_uint_eq(port[0].number, 10001 + 3 * 4095);
	restart();
	for (unsigned int i = 0; i < 3; i++)
		next_round(3, 4095);
	ck_assert_uint_eq(port[0].number, 10001 + 3 * 4095);
	next_round(2, 4095); /* remembered */
	ck_assert_uint_eq(port[0].number, 10001 + 2 * 4095);
	next_round(0, 4095); /* forgotten */
	ck_assert_uint_eq(port[0].number, 10001 + 4 * 4095);
	ck_assert_uint_eq(port[4094].number, 10000 + 5 * 4095);
}
END_TEST

START_TEST(the_text_is_never_larger_than_it_may_be)
{
	size_t size;
	char *text;

	for (unsigned int round = 1000000; round < 1000003; round++)
		next_round(round, 4095);
	text = indexmap_text(map, &size);
	ck_assert_uint_le(size, INDEXMAP_SIZE);
	free(text);
}
END_TEST

START_TEST(maps_are_compared)
{
	struct indexmap *old;

	ck_assert(indexmap_is_same(NULL, NULL));
	next("a b");
	ck_assert(!indexmap_is_same(NULL, map));
	old = map;
	map = NULL;
	next("a b");
	ck_assert(indexmap_is_same(old, map));
	next("a b c");
	ck_assert(!indexmap_is_same(old, map));
	indexmap_free(old);
}
END_TEST

/* What is wrong with it. */
static void
refuses(const char *text, const char *why)
{
	char copy[256];
	const char *is;

	strcpy(copy, text);
	ck_assert_ptr_null(indexmap_parse(copy, strlen(copy), &is));
	ck_assert_msg(strcmp(is, why) == 0, "'%s': %s", text, is);
}

#define HEAD "ixfabric ifindex 1 10005\n"

#define LONG "abcdefghijklmnopqrstuvwxyzabcdef"

START_TEST(a_damaged_text_is_refused)
{
	static const char row[] = "a line is not a number and a name";

	refuses("", "it is not whole");
	refuses("end\n", "it is not whole");
	refuses("\nend\n", "it is another kind of file");
	refuses(HEAD "1 a\n", "it is not whole");
	refuses(HEAD "1 a\nen", "it is not whole");
	refuses("ixfabric macs 1 5\n1 a\nend\n", "it is another kind of file");
	refuses("ixfabric ifindex 2 10005\nend\n",
		"its version is another one");
	refuses("ixfabric ifindex 1\nend\n", "its first line is damaged");
	refuses("ixfabric ifindex 1 7\nend\n", "its first line is damaged");
	refuses("ixfabric ifindex 1 9999999999\nend\n",
		"its first line is damaged");
	refuses(HEAD "0 a\nend\n", row);
	refuses(HEAD "-1 a\nend\n", row);
	refuses(HEAD "2147483648 a\nend\n", row);
	refuses(HEAD "99999999999999999999 a\nend\n", row);
	refuses(HEAD "1a a\nend\n", row);
	refuses(HEAD "1\nend\n", row);
	refuses(HEAD "1 \nend\n", row);
	refuses(HEAD "1 a b\nend\n", row);
	refuses(HEAD "\nend\n", row);
	refuses(HEAD "1 " LONG LONG LONG "\nend\n", row);
	refuses(HEAD "1 a\n2 a\nend\n", "a name is there twice");
	refuses(HEAD "1 a\n1 b\nend\n", "a number is there twice");
}
END_TEST

START_TEST(a_nul_in_a_text_is_refused)
{
	char text[] = HEAD "1 a\0b\nend\n";
	const char *why;

	ck_assert_ptr_null(indexmap_parse(text, sizeof(text) - 1, &why));
	ck_assert_str_eq(why, "it is not whole");
}
END_TEST

int
main(void)
{
	Suite *s = suite_create("indexmap");
	TCase *tc = tcase_create("indexmap");

	tcase_add_checked_fixture(tc, NULL, teardown);
	tcase_add_test(tc, ports_get_numbers_in_their_order);
	tcase_add_test(tc, a_port_keeps_its_number_when_others_come_and_go);
	tcase_add_test(tc, a_port_that_comes_back_has_its_number);
	tcase_add_test(tc, the_number_of_the_configuration_counts);
	tcase_add_test(tc, a_number_taken_by_the_configuration_is_replaced);
	tcase_add_test(tc, the_number_of_a_gone_port_that_is_taken_is_replaced);
	tcase_add_test(tc, a_number_by_hand_stays_without_its_key);
	tcase_add_test(tc, a_number_by_hand_is_not_given_to_another_later);
	tcase_add_test(tc, two_ports_can_exchange_their_numbers);
	tcase_add_test(tc, numbers_end_where_the_standard_says);
	tcase_add_test(tc, the_largest_number_by_hand_leaves_the_others);
	tcase_add_test(
		tc,
		the_longest_gone_are_forgotten_but_their_numbers_are_not_reused);
	tcase_add_test(tc, the_text_is_never_larger_than_it_may_be);
	tcase_add_test(tc, maps_are_compared);
	tcase_add_test(tc, a_damaged_text_is_refused);
	tcase_add_test(tc, a_nul_in_a_text_is_refused);
	suite_add_tcase(s, tc);
	return check_run(s);
}
