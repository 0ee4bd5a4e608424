/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * The result of a text: a line for each section and key that is delivered, then
 * the faults.  Above all for what libinih alone does wrong.
 */
#include "lib/inifile.h"

#include <check.h>
#include <errno.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "tests/check_run.h"

static struct faults *faults;
static char *got;

static void
section(void *arg, struct where at, const char *type, const char *name)
{
	fprintf(arg, "%u [%s|%s]\n", at.line, type == NULL ? "?" : type,
		name == NULL ? "?" : name);
}

static void
key(void *arg, struct where at, const char *name, const char *value)
{
	fprintf(arg, "%u %s=%s.\n", at.line, name, value);
}

static int
read_octets(const void *octets, size_t n)
{
	static const struct inifile_ops ops = { section, key };
	FILE *in = n == 0 ? fopen("/dev/null", "r")
			  : fmemopen((void *)(uintptr_t)octets, n, "r");
	size_t size;
	FILE *out = open_memstream(&got, &size);
	int rc = inifile_read(in, "x.ini", &ops, out, faults);

	fclose(out);
	fclose(in);
	return rc;
}

static void
setup(void)
{
	faults = faults_create();
}

static void
teardown(void)
{
	faults_free(faults);
	free(got);
	got = NULL;
}

/* 'text' comes to 'want', and to the one fault 'fault', or none with NULL. */
static void
expect_octets(const void *text, size_t n, const char *want, const char *fault)
{
	ck_assert_int_eq(read_octets(text, n), 0);
	ck_assert_str_eq(got, want);
	if (fault == NULL) {
		ck_assert_msg(faults_text(faults, 0) == NULL, "%s",
			      faults_text(faults, 0));
		return;
	}
	ck_assert_uint_eq(faults_errors(faults), 1);
	ck_assert_str_eq(faults_text(faults, 0), fault);
}

static void
expect(const char *text, const char *want, const char *fault)
{
	expect_octets(text, strlen(text), want, fault);
}

START_TEST(sections_and_keys_come_with_their_lines)
{
	expect("[fabric]\nname = ix\n\n[port a]\nmac=1\nmac = 2\n",
	       "1 [fabric|]\n2 name=ix.\n4 [port|a]\n5 mac=1.\n6 mac=2.\n",
	       NULL);
}
END_TEST

START_TEST(an_empty_file_is_empty)
{
	expect("", "", NULL);
}
END_TEST

START_TEST(the_last_line_needs_no_end)
{
	expect("[a b]\nc = d", "1 [a|b]\n2 c=d.\n", NULL);
}
END_TEST

START_TEST(carriage_returns_at_the_end_are_accepted)
{
	expect("[a b]\r\nc = d\r\n", "1 [a|b]\n2 c=d.\n", NULL);
}
END_TEST

START_TEST(a_byte_order_mark_is_skipped)
{
	expect("\xef\xbb\xbf[a b]\n", "1 [a|b]\n", NULL);
}
END_TEST

START_TEST(comments_and_blank_lines_count_as_lines)
{
	expect("; one\n# two\n   ; three\n \t\n[a b] ; five\nc = d ; six\n",
	       "5 [a|b]\n6 c=d.\n", NULL);
}
END_TEST

START_TEST(a_semicolon_within_a_word_begins_no_comment)
{
	expect("[a b]\nc = d;e\n", "1 [a|b]\n2 c=d;e.\n", NULL);
}
END_TEST

START_TEST(an_empty_value_is_delivered)
{
	expect("[a b]\nc =\nd = ; nothing\n", "1 [a|b]\n2 c=.\n3 d=.\n", NULL);
}
END_TEST

START_TEST(a_value_may_hold_separators)
{
	expect("[a b]\nc = 02:00:00:00:00:01\nd = x,iface=y\n",
	       "1 [a|b]\n2 c=02:00:00:00:00:01.\n3 d=x,iface=y.\n", NULL);
}
END_TEST

START_TEST(empty_and_repeated_sections_are_reported)
{
	expect("[a b]\n[a b]\n[a c]\n", "1 [a|b]\n2 [a|b]\n3 [a|c]\n", NULL);
}
END_TEST

START_TEST(blanks_within_the_brackets_do_not_matter)
{
	expect("[ a \t b ]\n", "1 [a|b]\n", NULL);
}
END_TEST

START_TEST(a_long_section_name_is_not_cut)
{
	char text[160], want[160], name[101] = { 0 };

	memset(name, 'n', 100);
	snprintf(text, sizeof(text), "[port %s]\nc = d\n", name);
	snprintf(want, sizeof(want), "1 [port|%s]\n2 c=d.\n", name);
	expect(text, want, NULL);
}
END_TEST

START_TEST(the_longest_line_is_read_whole)
{
	char text[256], want[256], value[INIFILE_LINE_MAX - 4 + 1] = { 0 };

	memset(value, 'v', sizeof(value) - 1);
	snprintf(text, sizeof(text), "[a b]\nc = %s\r\nd = e\n", value);
	snprintf(want, sizeof(want), "1 [a|b]\n2 c=%s.\n3 d=e.\n", value);
	expect(text, want, NULL);
}
END_TEST

START_TEST(a_line_that_is_too_long_is_rejected_whole)
{
	char text[512], filler[INIFILE_LINE_MAX - 1] = { 0 };

	memset(filler, 'x', sizeof(filler) - 1);
	snprintf(text, sizeof(text), "[a b]\n; %slocked=no\nc = d\n", filler);
	expect(text, "1 [a|b]\n3 c=d.\n",
	       "x.ini:2: error: [a b]: longer than 198 octets: shorten it");
}
END_TEST

START_TEST(a_line_of_one_octet_too_many_is_rejected)
{
	char text[256], value[INIFILE_LINE_MAX - 4 + 2] = { 0 };

	memset(value, 'v', sizeof(value) - 1);
	snprintf(text, sizeof(text), "[a b]\nc = %s\nd = e\n", value);
	expect(text, "1 [a|b]\n3 d=e.\n",
	       "x.ini:2: error: [a b]: longer than 198 octets: shorten it");
}
END_TEST

START_TEST(the_keys_after_a_section_line_that_is_too_long_are_ignored)
{
	char text[512], filler[INIFILE_LINE_MAX] = { 0 };

	memset(filler, 'x', sizeof(filler) - 1);
	snprintf(text, sizeof(text), "[a b]\n[c d] ; %s\ne = f\n", filler);
	expect(text, "1 [a|b]\n2 [?|?]\n",
	       "x.ini:2: error: [a b]: longer than 198 octets: shorten it");
}
END_TEST

START_TEST(a_nul_octet_is_rejected)
{
	static const char text[] = "[a b]\nc = d\0e\nf = g\n";

	expect_octets(text, sizeof(text) - 1, "1 [a|b]\n3 f=g.\n",
		      "x.ini:2: error: [a b]: contains a NUL octet");
}
END_TEST

START_TEST(a_nul_octet_in_a_comment_is_rejected)
{
	static const char text[] = "[a b]\n; c\0d\nf = g\n";

	expect_octets(text, sizeof(text) - 1, "1 [a|b]\n3 f=g.\n",
		      "x.ini:2: error: [a b]: contains a NUL octet");
}
END_TEST

START_TEST(a_control_character_is_rejected)
{
	expect("[a b]\nc = d\x1b[2J\nf = g\n", "1 [a|b]\n3 f=g.\n",
	       "x.ini:2: error: [a b]: contains a control character");
}
END_TEST

START_TEST(a_carriage_return_within_a_line_is_rejected)
{
	expect("[a b]\nc = d\rlocked = no\n", "1 [a|b]\n",
	       "x.ini:2: error: [a b]: contains a control character");
}
END_TEST

static const char *const not_utf8[] = {
	"\xe9",
	"\xc3",
	"\xc0\xaf",
	"\xe0\x80\xaf",
	"\xed\xa0\x80",
	"\xf0\x80\x80\x80",
	"\xf4\x90\x80\x80",
	"\xf5",
	"\xff",
	"\x80",
	"\xe2\x82",
	"\xe2x\x82",
	"\xf0\x9f\x98x",
};

START_TEST(text_that_is_not_utf8_is_rejected)
{
	char text[64];

	snprintf(text, sizeof(text), "[a b]\nc = %s\n", not_utf8[_i]);
	expect(text, "1 [a|b]\n", "x.ini:2: error: [a b]: not UTF-8 text");
}
END_TEST

START_TEST(text_in_other_scripts_is_accepted)
{
	expect("[a b]\nc = Z\xc3\xbcrich \xe2\x82\xac \xf0\x9f\x98\x80\n",
	       "1 [a|b]\n2 c=Z\xc3\xbcrich \xe2\x82\xac \xf0\x9f\x98\x80.\n",
	       NULL);
}
END_TEST

START_TEST(an_indented_line_is_rejected_and_not_joined_to_the_line_above)
{
	expect("[a b]\nc = d\n  e = f\ng = h\n", "1 [a|b]\n2 c=d.\n4 g=h.\n",
	       "x.ini:3: error: [a b]: indented: sections and keys begin in "
	       "the first column");
}
END_TEST

START_TEST(the_keys_after_an_indented_section_are_ignored)
{
	expect("[a b]\n [c d]\ne = f\n[g h]\n", "1 [a|b]\n2 [?|?]\n4 [g|h]\n",
	       "x.ini:2: error: [a b]: indented: sections and keys begin in "
	       "the first column");
}
END_TEST

static const char *const malformed[] = {
	"[port swp2", "[]",         "[ ]",          "[port a b]", "[port a]x",
	"[port a];x", "[port a] x", "[port a] # x", "[port a]]",  "[",
};

START_TEST(the_keys_after_a_malformed_section_are_ignored)
{
	char text[128], fault[256];

	snprintf(text, sizeof(text),
		 "[port swp1]\nc = d\n%s\nmac = e\n[port swp3]\nf = g\n",
		 malformed[_i]);
	snprintf(fault, sizeof(fault),
		 "x.ini:3: error: malformed section '%s': write '[type name]', "
		 "and after it only a comment that begins with ' ;'",
		 malformed[_i]);
	expect(text, "1 [port|swp1]\n2 c=d.\n3 [?|?]\n5 [port|swp3]\n6 f=g.\n",
	       fault);
}
END_TEST

START_TEST(a_colon_does_not_separate)
{
	expect("[a b]\nc: d\ne = f\n", "1 [a|b]\n3 e=f.\n",
	       "x.ini:2: error: [a b]: ':' does not separate a key from its "
	       "value: write 'key = value'");
}
END_TEST

START_TEST(a_colon_before_the_equals_sign_does_not_separate)
{
	expect("[a b]\nc:d = e\n", "1 [a|b]\n",
	       "x.ini:2: error: [a b]: ':' does not separate a key from its "
	       "value: write 'key = value'");
}
END_TEST

START_TEST(a_hash_after_a_value_is_rejected)
{
	expect("[a b]\nc = off # or on\n", "1 [a|b]\n",
	       "x.ini:2: error: [a b]: '#' does not begin a comment after a "
	       "value: write ' ;', or leave it out");
}
END_TEST

START_TEST(a_hash_as_a_value_is_rejected)
{
	expect("[a b]\nc = #d\n", "1 [a|b]\n",
	       "x.ini:2: error: [a b]: '#' does not begin a comment after a "
	       "value: write ' ;', or leave it out");
}
END_TEST

START_TEST(a_hash_within_a_word_is_kept)
{
	expect("[a b]\nc = d#e\n", "1 [a|b]\n2 c=d#e.\n", NULL);
}
END_TEST

START_TEST(a_value_cannot_begin_with_a_semicolon)
{
	expect("[a b]\nc =;d\n", "1 [a|b]\n",
	       "x.ini:2: error: [a b]: a value cannot begin with ';': for a "
	       "comment put a blank before it");
}
END_TEST

static const char *const neither[] = { "word", "word ;c = d", "]", "c ; = d" };

START_TEST(a_line_without_a_key_is_rejected)
{
	char text[64];

	snprintf(text, sizeof(text), "[a b]\n%s\ne = f\n", neither[_i]);
	expect(text, "1 [a|b]\n3 e=f.\n",
	       "x.ini:2: error: [a b]: neither 'key = value' nor '[type "
	       "name]'");
}
END_TEST

START_TEST(a_last_line_without_a_key_is_rejected)
{
	expect("[a b]\nc ;= d", "1 [a|b]\n",
	       "x.ini:2: error: [a b]: neither 'key = value' nor '[type "
	       "name]'");
}
END_TEST

START_TEST(a_value_needs_a_key)
{
	expect("[a b]\n= d\n", "1 [a|b]\n",
	       "x.ini:2: error: [a b]: no key before '='");
}
END_TEST

START_TEST(keys_before_the_first_section_are_reported_once)
{
	expect("a = b\nc = d\n[e f]\ng = h\n", "3 [e|f]\n4 g=h.\n",
	       "x.ini:1: error: a key before the first [section]");
}
END_TEST

START_TEST(a_fault_does_not_hide_others)
{
	const char *text = "[a b]\n x\ny\nz: 1\n[q\n";

	ck_assert_int_eq(read_octets(text, strlen(text)), 0);
	ck_assert_uint_eq(faults_errors(faults), 4);
}
END_TEST

START_TEST(a_folder_cannot_be_read)
{
	static const struct inifile_ops ops = { section, key };
	FILE *in = fopen("/", "r");

	ck_assert_ptr_nonnull(in);
	ck_assert_int_eq(inifile_read(in, "/", &ops, stderr, faults), -EISDIR);
	fclose(in);
}
END_TEST

START_TEST(reading_stops_at_the_largest_size)
{
	static const struct inifile_ops ops = { section, key };
	FILE *in = fopen("/dev/zero", "r");

	ck_assert_ptr_nonnull(in);
	ck_assert_int_eq(inifile_read(in, "z", &ops, stderr, faults), -EFBIG);
	fclose(in);
}
END_TEST

static void
add_sound(TCase *tc)
{
	tcase_add_test(tc, sections_and_keys_come_with_their_lines);
	tcase_add_test(tc, an_empty_file_is_empty);
	tcase_add_test(tc, the_last_line_needs_no_end);
	tcase_add_test(tc, carriage_returns_at_the_end_are_accepted);
	tcase_add_test(tc, a_byte_order_mark_is_skipped);
	tcase_add_test(tc, comments_and_blank_lines_count_as_lines);
	tcase_add_test(tc, a_semicolon_within_a_word_begins_no_comment);
	tcase_add_test(tc, an_empty_value_is_delivered);
	tcase_add_test(tc, a_value_may_hold_separators);
	tcase_add_test(tc, empty_and_repeated_sections_are_reported);
	tcase_add_test(tc, blanks_within_the_brackets_do_not_matter);
	tcase_add_test(tc, a_long_section_name_is_not_cut);
	tcase_add_test(tc, the_longest_line_is_read_whole);
	tcase_add_test(tc, text_in_other_scripts_is_accepted);
	tcase_add_test(tc, a_hash_within_a_word_is_kept);
}

static void
add_lines(TCase *tc)
{
	tcase_add_test(tc, a_line_that_is_too_long_is_rejected_whole);
	tcase_add_test(tc, a_line_of_one_octet_too_many_is_rejected);
	tcase_add_test(
		tc, the_keys_after_a_section_line_that_is_too_long_are_ignored);
	tcase_add_test(tc, a_nul_octet_is_rejected);
	tcase_add_test(tc, a_nul_octet_in_a_comment_is_rejected);
	tcase_add_test(tc, a_control_character_is_rejected);
	tcase_add_test(tc, a_carriage_return_within_a_line_is_rejected);
	tcase_add_loop_test(tc, text_that_is_not_utf8_is_rejected, 0,
			    sizeof(not_utf8) / sizeof(not_utf8[0]));
	tcase_add_test(
		tc,
		an_indented_line_is_rejected_and_not_joined_to_the_line_above);
	tcase_add_test(tc, the_keys_after_an_indented_section_are_ignored);
	tcase_add_test(tc, a_fault_does_not_hide_others);
	tcase_add_test(tc, a_folder_cannot_be_read);
	tcase_add_test(tc, reading_stops_at_the_largest_size);
}

static void
add_language(TCase *tc)
{
	tcase_add_loop_test(tc, the_keys_after_a_malformed_section_are_ignored,
			    0, sizeof(malformed) / sizeof(malformed[0]));
	tcase_add_test(tc, a_colon_does_not_separate);
	tcase_add_test(tc, a_colon_before_the_equals_sign_does_not_separate);
	tcase_add_test(tc, a_hash_after_a_value_is_rejected);
	tcase_add_test(tc, a_hash_as_a_value_is_rejected);
	tcase_add_test(tc, a_value_cannot_begin_with_a_semicolon);
	tcase_add_loop_test(tc, a_line_without_a_key_is_rejected, 0,
			    sizeof(neither) / sizeof(neither[0]));
	tcase_add_test(tc, a_last_line_without_a_key_is_rejected);
	tcase_add_test(tc, a_value_needs_a_key);
	tcase_add_test(tc, keys_before_the_first_section_are_reported_once);
}

int
main(void)
{
	Suite *s = suite_create("inifile");
	TCase *tc = tcase_create("inifile");

	tcase_add_checked_fixture(tc, setup, teardown);
	add_sound(tc);
	add_lines(tc);
	add_language(tc);
	suite_add_tcase(s, tc);
	return check_run(s);
}
