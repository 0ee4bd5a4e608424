/* SPDX-License-Identifier: BSD-3-Clause */
#include "lib/nametab.h"

#include <check.h>
#include <stdio.h>

#include "tests/check_run.h"

#define MANY 5000 /* more than there are chains */

struct thing {
	char name[16];
	struct nametab_link link;
};

static struct nametab table;
static struct thing thing[MANY];

static void
setup(void)
{
	table = (struct nametab){ 0 };
	for (unsigned int i = 0; i < MANY; i++) {
		thing[i] = (struct thing){ 0 };
		snprintf(thing[i].name, sizeof(thing[i].name), "as%u", i);
	}
}

static void
add(struct thing *t)
{
	nametab_add(&table, &t->link, t->name);
}

START_TEST(each_object_is_found_by_its_name_and_no_other)
{
	for (unsigned int i = 0; i < MANY; i += 2)
		add(&thing[i]);
	for (unsigned int i = 0; i < MANY; i++) {
		struct nametab_link *found =
			nametab_find(&table, thing[i].name);

		ck_assert_ptr_eq(found, i % 2 == 0 ? &thing[i].link : NULL);
		ck_assert(found == NULL || nametab_next(found) == NULL);
	}
}
END_TEST

START_TEST(what_is_removed_is_not_found_and_the_others_are)
{
	for (unsigned int i = 0; i < MANY; i++)
		add(&thing[i]);
	for (unsigned int i = 0; i < MANY; i += 3)
		nametab_remove(&table, &thing[i].link);
	for (unsigned int i = 0; i < MANY; i++)
		ck_assert_ptr_eq(nametab_find(&table, thing[i].name),
				 i % 3 != 0 ? &thing[i].link : NULL);
}
END_TEST

START_TEST(objects_of_one_name_are_all_found)
{
	struct thing again = { .name = "as7" };
	struct nametab_link *found;

	add(&thing[7]);
	add(&again);
	found = nametab_find(&table, "as7");
	ck_assert_ptr_eq(found, &again.link);
	ck_assert_ptr_eq(nametab_next(found), &thing[7].link);
	ck_assert_ptr_null(nametab_next(&thing[7].link));
	nametab_remove(&table, &again.link);
	ck_assert_ptr_eq(nametab_find(&table, "as7"), &thing[7].link);
}
END_TEST

START_TEST(an_object_that_is_not_in_the_table_can_be_removed)
{
	add(&thing[1]);
	nametab_remove(&table, &thing[2].link);
	ck_assert_ptr_eq(nametab_find(&table, "as1"), &thing[1].link);
}
END_TEST

int
main(void)
{
	Suite *s = suite_create("nametab");
	TCase *tc = tcase_create("nametab");

	suite_add_tcase(s, tc);
	tcase_add_checked_fixture(tc, setup, NULL);
	tcase_add_test(tc, each_object_is_found_by_its_name_and_no_other);
	tcase_add_test(tc, what_is_removed_is_not_found_and_the_others_are);
	tcase_add_test(tc, objects_of_one_name_are_all_found);
	tcase_add_test(tc, an_object_that_is_not_in_the_table_can_be_removed);
	return check_run(s);
}
