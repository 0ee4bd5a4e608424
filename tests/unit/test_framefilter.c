/* SPDX-License-Identifier: BSD-3-Clause */
#include "lib/framefilter.h"

#include <check.h>
#include <stdio.h>
#include <string.h>

#include "tests/check_run.h"
#include "tests/random32.h"

/* An ARP request for 192.0.2.2, and IPv4 to port 179, as they are on the wire. */
static const uint8_t arp[60] = {
	0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 2, 0, 0, 0, 0,   1, 8, 6,
	0,    1,    8,    0,    6,    4,    0, 1, 2, 0, 0,   0, 0, 1,
	192,  0,    2,    1,    0,    0,    0, 0, 0, 0, 192, 0, 2, 2,
};
static const uint8_t bgp[60] = {
	2, 0, 0,  0, 0, 2, 2,   0, 0, 0, 0,   1, 8, 0, 0x45, 0,    0, 40,  0, 0,
	0, 0, 64, 6, 0, 0, 192, 0, 2, 1, 192, 0, 2, 2, 0x30, 0x39, 0, 179,
};

static struct framefilter *
compile(const char *text)
{
	char why[256];
	struct framefilter *f = framefilter_compile(text, why, sizeof(why));

	ck_assert_msg(f != NULL, "%s", why);
	return f;
}

/* Compiled, written, read and run: whether it takes the first 'size' octets. */
static bool
takes(const char *text, const uint8_t *frame, uint32_t size)
{
	struct framefilter *f = compile(text), *twin;
	char program[FRAMEFILTER_HEX], again[FRAMEFILTER_HEX];
	bool first = framefilter_takes(f, frame, size, 60), second;

	twin = framefilter_read(framefilter_print(f, program));
	ck_assert_ptr_nonnull(twin);
	ck_assert_str_eq(framefilter_print(twin, again), program);
	second = framefilter_takes(twin, frame, size, 60);
	ck_assert_int_eq(first, second);
	framefilter_free(f);
	framefilter_free(twin);
	return first;
}

START_TEST(a_filter_takes_what_its_expression_is_about_and_nothing_else)
{
	ck_assert(takes("", arp, 60));
	ck_assert(takes("arp", arp, 60));
	ck_assert(!takes("arp", bgp, 60));
	ck_assert(takes("ip and tcp port 179", bgp, 60));
	ck_assert(!takes("ip and tcp port 180", bgp, 60));
	ck_assert(takes("ether src 02:00:00:00:00:01 and not arp", bgp, 60));
	ck_assert(takes("len >= 60", arp, 14));
	ck_assert(!takes("len > 60", arp, 60));
}
END_TEST

START_TEST(what_is_not_there_of_a_frame_is_not_taken)
{
	ck_assert(takes("tcp port 179", bgp, 38));
	ck_assert(!takes("tcp port 179", bgp, 37));
	ck_assert(!takes("arp", arp, 13));
	ck_assert(!takes("arp", arp, 0));
}
END_TEST

/*
 * Programs that are read have an end, and do no harm, whatever is in them; an
 * instruction that is not known would end the daemon.
 */
START_TEST(no_program_that_is_read_does_any_harm)
{
	unsigned int read = 0;

	for (unsigned int i = 0; i < CHECK_ROUNDS(200000); i++) {
		char text[8 * 16 + 1];
		unsigned int n = 1 + random32() % 7;
		struct framefilter *f;

		for (unsigned int k = 0; k < n; k++)
			sprintf(text + (size_t)k * 16, "%04x%02x%02x%08x",
				random32() & (i % 2 ? 0xbf : 0xffff),
				random32() % n, random32() % n,
				random32() >> random32() % 32);
		strcpy(text + (size_t)n * 16, "0016000000000000");
		text[(n + (n < 8)) * 16] = '\0';
		f = framefilter_read(text);
		if (f == NULL)
			continue;
		read++;
		framefilter_takes(f, arp, 60, 60);
		framefilter_takes(f, bgp, random32() % 60, 60);
		framefilter_free(f);
	}
	ck_assert_uint_gt(read, CHECK_ROUNDS(200000) / 200);
}
END_TEST

static const struct {
	const char *text, *column;
} faulty[] = {
	{ "foo", "column 1, at 'foo'" },
	{ "arp and", "column 5, at 'and'" },
	{ "arp and (ip", "column 5, at 'and (ip'" },
	{ "arp or tcp prt 179", "column 12, at 'prt 179'" },
	{ "  arp  or  or ip", "column 8, at 'or  or ip'" },
	{ "arp )", "column 5, at ')'" },
};

START_TEST(a_fault_is_named_with_the_column_where_it_begins)
{
	char why[256] = "";

	ck_assert_ptr_null(
		framefilter_compile(faulty[_i].text, why, sizeof(why)));
	ck_assert_msg(strstr(why, faulty[_i].column) != NULL, "'%s': %s",
		      faulty[_i].text, why);
}
END_TEST

START_TEST(an_expression_of_too_many_instructions_is_rejected)
{
	char text[16384] = "tcp port 1", why[256] = "";

	for (unsigned int i = 2; i < 400; i++)
		sprintf(text + strlen(text), " or tcp port %u", i * 2);
	ck_assert_ptr_null(framefilter_compile(text, why, sizeof(why)));
	ck_assert_ptr_nonnull(strstr(why, "instructions, of 512 at most"));
}
END_TEST

START_TEST(a_program_that_is_not_valid_is_not_read)
{
	struct framefilter *f;
	char many[FRAMEFILTER_HEX + 16];

	f = framefilter_read("0006000000040000"); /* ret #262144 */
	ck_assert_ptr_nonnull(f);
	framefilter_free(f);
	ck_assert_ptr_null(framefilter_read(""));
	ck_assert_ptr_null(framefilter_read("arp"));
	ck_assert_ptr_null(framefilter_read("000600000004"));
	/* No return; a jump behind the end; an unknown instruction. */
	ck_assert_ptr_null(framefilter_read("0028000000000000"));
	ck_assert_ptr_null(
		framefilter_read("0015ff00000000000006000000040000"));
	ck_assert_ptr_null(
		framefilter_read("ffff0000000000000006000000040000"));
	/* A jump back, which would not end. */
	ck_assert_ptr_null(
		framefilter_read("00050000ffffffff0006000000040000"));
	many[0] = '\0';
	for (unsigned int i = 0; i <= FRAMEFILTER_MAX; i++)
		strcat(many, "0006000000040000");
	ck_assert_ptr_null(framefilter_read(many));
}
END_TEST

int
main(void)
{
	Suite *s = suite_create("framefilter");
	TCase *t = tcase_create("framefilter");

	suite_add_tcase(s, t);
	tcase_add_test(
		t,
		a_filter_takes_what_its_expression_is_about_and_nothing_else);
	tcase_add_test(t, what_is_not_there_of_a_frame_is_not_taken);
	tcase_add_loop_test(t, a_fault_is_named_with_the_column_where_it_begins,
			    0, sizeof(faulty) / sizeof(faulty[0]));
	tcase_add_test(t, an_expression_of_too_many_instructions_is_rejected);
	tcase_add_test(t, a_program_that_is_not_valid_is_not_read);
	tcase_add_test(t, no_program_that_is_read_does_any_harm);
	return check_run(s);
}
