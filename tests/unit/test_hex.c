/* SPDX-License-Identifier: BSD-3-Clause */
#include "lib/hex.h"

#include <check.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "tests/check_run.h"

static const struct {
	const char *text;
	int rc;
	size_t n;
	uint8_t octets[4];
} rows[] = {
	{ "", 0, 0, { 0 } },
	{ "0x", 0, 0, { 0 } },
	{ "0200ffAb", 0, 4, { 2, 0, 255, 171 } },
	{ "0x0200", 0, 2, { 2, 0 } },
	{ "0X0200", 0, 2, { 2, 0 } },
	{ "02:00:ff", 0, 3, { 2, 0, 255 } },
	{ "02 00\tff\n", 0, 3, { 2, 0, 255 } },
	{ "02-00-ff", 0, 3, { 2, 0, 255 } },
	{ "0200.ff01", 0, 4, { 2, 0, 255, 1 } },
	{ ": 02", 0, 1, { 2 } },
	{ "0", -EINVAL, 0, { 0 } },
	{ "020", -EINVAL, 0, { 0 } },
	{ "0 2", -EINVAL, 0, { 0 } },
	{ "0:20:2", -EINVAL, 0, { 0 } },
	{ "0g", -EINVAL, 0, { 0 } },
	{ "g0", -EINVAL, 0, { 0 } },
	{ "02/00", -EINVAL, 0, { 0 } },
	{ "020x", -EINVAL, 0, { 0 } },
	{ "x0200", -EINVAL, 0, { 0 } },
	{ "a.pcap", -EINVAL, 0, { 0 } },
	{ "0102030405", -E2BIG, 0, { 0 } },
};

START_TEST(octets_are_read_as_tools_print_them)
{
	uint8_t *octets = malloc(4);
	size_t n;

	ck_assert_int_eq(hex_read(rows[_i].text, octets, 4, &n), rows[_i].rc);
	if (rows[_i].rc == 0) {
		ck_assert_uint_eq(n, rows[_i].n);
		ck_assert_mem_eq(octets, rows[_i].octets, n);
	}
	free(octets);
}
END_TEST

START_TEST(what_is_written_reads_back)
{
	uint8_t octets[256], again[256];
	char text[513];
	size_t n;

	for (unsigned int i = 0; i < 256; i++)
		octets[i] = (uint8_t)i;
	ck_assert_ptr_eq(hex_write(octets, 256, text), text);
	ck_assert_uint_eq(strlen(text), 512);
	ck_assert_int_eq(hex_read(text, again, 256, &n), 0);
	ck_assert_uint_eq(n, 256);
	ck_assert_mem_eq(octets, again, 256);
	ck_assert_str_eq(hex_write(octets, 0, text), "");
	ck_assert_str_eq(hex_write(octets + 0xfe, 2, text), "feff");
}
END_TEST

int
main(void)
{
	Suite *s = suite_create("hex");
	TCase *t = tcase_create("hex");

	tcase_add_loop_test(t, octets_are_read_as_tools_print_them, 0,
			    (int)(sizeof(rows) / sizeof(rows[0])));
	tcase_add_test(t, what_is_written_reads_back);
	suite_add_tcase(s, t);
	return check_run(s);
}
