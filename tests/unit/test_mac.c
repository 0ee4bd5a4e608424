/* SPDX-License-Identifier: BSD-3-Clause */
#include "lib/mac.h"

#include <check.h>
#include <errno.h>
#include <stdlib.h>

#include "tests/check_run.h"

static const char *const good[] = {
	"02:00:5e:10:ab:01", "02-00-5e-10-ab-01", "0200.5e10.ab01",
	"02005e10ab01",      "02:00:5E:10:AB:01", "0200.5E10.AB01",
	"0200-5e10-ab01",    "02005e-10ab01",
};

START_TEST(every_notation_gives_the_same_address)
{
	uint64_t mac = 0;

	ck_assert_int_eq(mac_parse(good[_i], &mac), 0);
	ck_assert_uint_eq(mac, UINT64_C(0x02005e10ab01));
}
END_TEST

static const char *const bad[] = {
	"",
	"02",
	"02:00:5e:10:ab",
	"02:00:5e:10:ab:1",
	"2:0:5e:10:ab:1",
	"02:00:5e:10:ab:011",
	"02:00:5e:10:ab:01:02",
	"02:00:5e:10:ab:0g",
	"02:00:5e:10-ab-01",
	"02-00-5e-10-ab:01",
	"0200:5e10:ab01",
	"0200.5e10-ab01",
	"0200-5e10.ab01",
	"02005e.10ab01",
	"02005e-10ab0",
	"02005e10ab0",
	"02005e10ab011",
	"02 00 5e 10 ab 01",
	" 2:00:5e:10:ab:01",
	"02:00:5e:10:ab:0 ",
	"0x005e10ab01",
	"-2:00:5e:10:ab:01",
};

START_TEST(a_wrong_address_is_rejected_and_nothing_is_written)
{
	uint64_t mac = 7;

	ck_assert_msg(mac_parse(bad[_i], &mac) == -EINVAL, "'%s'", bad[_i]);
	ck_assert_uint_eq(mac, 7);
}
END_TEST

START_TEST(an_address_is_printed_in_one_notation)
{
	char text[MAC_TEXT_SIZE];

	ck_assert_str_eq(mac_format(UINT64_C(0x02005e10ab01), text),
			 "02:00:5e:10:ab:01");
	ck_assert_str_eq(mac_format(0, text), "00:00:00:00:00:00");
	ck_assert_str_eq(mac_format(MAC_BROADCAST, text), "ff:ff:ff:ff:ff:ff");
}
END_TEST

START_TEST(the_first_octet_marks_a_group)
{
	ck_assert(mac_is_group(UINT64_C(0x010000000000)));
	ck_assert(mac_is_group(MAC_BROADCAST));
	ck_assert(!mac_is_group(UINT64_C(0x02ffffffffff)));
}
END_TEST

START_TEST(exactly_sixteen_groups_are_reserved)
{
	ck_assert(mac_is_reserved(UINT64_C(0x0180c2000000)));
	ck_assert(mac_is_reserved(UINT64_C(0x0180c200000f)));
	ck_assert(!mac_is_reserved(UINT64_C(0x0180c2000010)));
	ck_assert(!mac_is_reserved(UINT64_C(0x0180c1ffffff)));
}
END_TEST

int
main(void)
{
	Suite *s = suite_create("mac");
	TCase *tc = tcase_create("mac");

	tcase_add_loop_test(tc, every_notation_gives_the_same_address, 0,
			    sizeof(good) / sizeof(good[0]));
	tcase_add_loop_test(tc,
			    a_wrong_address_is_rejected_and_nothing_is_written,
			    0, sizeof(bad) / sizeof(bad[0]));
	tcase_add_test(tc, an_address_is_printed_in_one_notation);
	tcase_add_test(tc, the_first_octet_marks_a_group);
	tcase_add_test(tc, exactly_sixteen_groups_are_reserved);
	suite_add_tcase(s, tc);
	return check_run(s);
}
