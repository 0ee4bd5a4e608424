/* SPDX-License-Identifier: BSD-3-Clause */
#include "lib/pages.h"

#include <check.h>
#include <errno.h>

#include "tests/check_run.h"

#define MB ((size_t)1 << 20)

static void
check_use(const struct pages *p)
{
	uint64_t *word = p->at;

	ck_assert_uint_eq((uintptr_t)p->at % 64, 0);
	for (size_t i = 0; i < p->size / sizeof(*word); i += 512)
		ck_assert_uint_eq(word[i], 0);
	word[0] = word[p->size / sizeof(*word) - 1] = 1;
}

static const size_t sizes[] = { 64, 1000 * 64, 2 * MB, 3 * MB, 100 * MB };

START_TEST(memory_of_any_size_is_zero_and_can_be_written_to)
{
	struct pages p;

	ck_assert_int_eq(pages_map(&p, sizes[_i]), 0);
	ck_assert_uint_eq(p.size, sizes[_i]);
	check_use(&p);
	pages_unmap(&p);
	ck_assert_ptr_null(p.at);
}
END_TEST

START_TEST(large_memory_is_aligned_to_huge_pages_and_freed_in_parts)
{
	unsigned int parts = 1;
	struct pages p;

	ck_assert_int_eq(pages_map(&p, 100 * MB), 0);
	ck_assert_uint_eq((uintptr_t)p.at % (2 * MB), 0);
	while (pages_unmap_some(&p)) {
		check_use(&(struct pages){ p.at, 64, 0, PAGES_NORMAL });
		*(uint64_t *)p.at = 0;
		parts++;
	}
	ck_assert_ptr_null(p.at);
	ck_assert_uint_gt(parts, 2);
}
END_TEST

START_TEST(small_memory_is_freed_in_one_part)
{
	struct pages p;

	ck_assert_int_eq(pages_map(&p, 4096), 0);
	ck_assert_int_eq(p.kind, PAGES_NORMAL);
	ck_assert(!pages_unmap_some(&p));
	pages_unmap(&(struct pages){ 0 });
}
END_TEST

START_TEST(more_than_there_can_be_is_an_error)
{
	struct pages p;

	ck_assert_int_eq(pages_map(&p, (size_t)1 << 47), -ENOMEM);
}
END_TEST

START_TEST(each_kind_has_a_name)
{
	for (enum pages_kind k = 0; k < PAGES_KINDS; k++)
		ck_assert_ptr_nonnull(pages_name(k));
	ck_assert_uint_gt(pages_free(), 0);
}
END_TEST

int
main(void)
{
	Suite *s = suite_create("pages");
	TCase *tc = tcase_create("pages");

	tcase_add_loop_test(tc,
			    memory_of_any_size_is_zero_and_can_be_written_to, 0,
			    sizeof(sizes) / sizeof(sizes[0]));
	tcase_add_test(
		tc, large_memory_is_aligned_to_huge_pages_and_freed_in_parts);
	tcase_add_test(tc, small_memory_is_freed_in_one_part);
	tcase_add_test(tc, more_than_there_can_be_is_an_error);
	tcase_add_test(tc, each_kind_has_a_name);
	suite_add_tcase(s, tc);
	return check_run(s);
}
