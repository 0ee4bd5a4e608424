/* SPDX-License-Identifier: BSD-3-Clause */
#include "apps/table.h"

#include <check.h>
#include <locale.h>
#include <stdlib.h>
#include <string.h>

#include "tests/check_run.h"
#include "tests/unit/printed.h"

/* The cells of 'rows', apart by '|', as a table of at most 'width' columns. */
static void
print(const char *const *header, const char *const *rows, unsigned int width)
{
	struct table *t = table_create(header);

	for (; *rows != NULL; rows++) {
		char *copy = strdup(*rows), *rest = copy, *cell;

		while ((cell = strsep(&rest, "|")) != NULL)
			table_text(t, cell);
		free(copy);
	}
	ck_assert_int_eq(table_print(t, width, out), 0);
	table_free(t);
}

#define WORDS(...) ((const char *const[]){ __VA_ARGS__, NULL })

START_TEST(words_are_aligned_left_and_numbers_right)
{
	print(WORDS("NAME", ">FRAMES", "WHAT"),
	      WORDS("a|7|x y", "a-long-name|12345678|"), 0);
	expect("NAME           FRAMES  WHAT\n"
	       "a                   7  x y\n"
	       "a-long-name  12345678  -\n");
}
END_TEST

START_TEST(an_empty_table_has_its_header)
{
	static const char *const none[] = { NULL };

	print(WORDS("NAME", "?>FRAMES", "=LAN"), none, 0);
	expect("NAME  FRAMES  LAN\n");
}
END_TEST

START_TEST(a_character_is_one_column_and_control_characters_are_replaced)
{
	print(WORDS("NAME", "WHAT"), WORDS("n\xc3\xa4me1|\033[2Jx\n"), 0);
	expect("NAME   WHAT\nn\xc3\xa4me1  ?[2Jx?\n");
}
END_TEST

/* U+65E5, two columns wide, and e with U+0301, which takes none of its own. */
START_TEST(a_wide_character_is_two_columns_and_a_combining_one_none)
{
	print(WORDS("NAME", "WHAT"),
	      WORDS("\xe6\x97\xa5\xe6\x97\xa5x|1", "e\xcc\x81t\xe9|2"), 0);
	expect("NAME   WHAT\n\xe6\x97\xa5\xe6\x97\xa5x  1\n"
	       "e\xcc\x81t\xe9    2\n");
}
END_TEST

START_TEST(a_column_without_content_is_left_out_where_it_may_be)
{
	print(WORDS("NAME", "?>WOULD-DROP", "?CULL", "?TAG", "MOVES"),
	      WORDS("a|0|off|-|0", "b|0|off||0"), 0);
	expect("NAME  MOVES\na     0\nb     0\n");
}
END_TEST

START_TEST(a_column_with_content_in_one_row_stays)
{
	print(WORDS("NAME", "?>WOULD-DROP", "?CULL"),
	      WORDS("a|0|off", "b|7|off", "c|0|on"), 0);
	expect("NAME  WOULD-DROP  CULL\n"
	       "a              0  off\n"
	       "b              7  off\n"
	       "c              0  on\n");
}
END_TEST

START_TEST(what_is_the_same_in_all_rows_stands_in_one_line_above)
{
	print(WORDS("NAME", "=LAN", "=>VLAN", "=LOCK", "=CULL", "STATE"),
	      WORDS("a|peering|10|on|off|up", "b|peering|10|on|off|up"), 0);
	expect("all: LAN peering, VLAN 10, LOCK on\n"
	       "NAME  STATE\na     up\nb     up\n");
}
END_TEST

START_TEST(one_row_keeps_what_it_says)
{
	print(WORDS("NAME", "=LAN", "=CULL"), WORDS("a|peering|off"), 0);
	expect("NAME  LAN\na     peering\n");
}
END_TEST

START_TEST(rows_that_differ_keep_the_column)
{
	print(WORDS("NAME", "=LAN"), WORDS("a|x", "b|y"), 0);
	expect("NAME  LAN\na     x\nb     y\n");
}
END_TEST

static const char *const member_header[] = { "PORT", "STATE", "~MEMBER", NULL };

START_TEST(a_text_is_cut_to_fit_but_not_where_there_is_room)
{
	const char *const *rows =
		WORDS("swp1|up|AS64500 An Example Network of Some Length",
		      "swp2|up|AS64501 Short");

	print(member_header, rows, 40);
	print(member_header, rows, 0);
	print(member_header, rows, 54);
	expect("PORT  STATE  MEMBER\n"
	       "swp1  up     AS64500 An Example Netwo...\n"
	       "swp2  up     AS64501 Short\n"
	       "PORT  STATE  MEMBER\n"
	       "swp1  up     AS64500 An Example Network of Some Length\n"
	       "swp2  up     AS64501 Short\n"
	       "PORT  STATE  MEMBER\n"
	       "swp1  up     AS64500 An Example Network of Some Length\n"
	       "swp2  up     AS64501 Short\n");
}
END_TEST

/* "ä" and "日", so that at each width the cut falls into another octet. */
START_TEST(a_text_is_cut_at_a_character)
{
	char name[128] = "a|up|";
	const char *line;

	for (unsigned int i = 0; i < 8; i++)
		strcat(name, "\xc3\xa4\xe6\x97\xa5"
			     "e\xcc\x81");
	print(member_header, WORDS(name), (unsigned int)_i);
	fflush(out);
	line = strchr(text, '\n') + 1;
	ck_assert_uint_eq(mbstowcs(NULL, text, 0) == (size_t)-1, 0);
	ck_assert_uint_le(screen_columns(line, strlen(line) - 1), (size_t)_i);
	ck_assert_ptr_nonnull(strstr(line, "..."));
}
END_TEST

START_TEST(the_second_text_of_a_cell_is_kept)
{
	struct table *t = table_create(member_header);

	table_text(t, "swp1");
	table_text(t, "down");
	table_text_and(t, "AS64500 An Example Network of Some Length",
		       " (down 3m)");
	table_print(t, 40, out);
	table_free(t);
	expect("PORT  STATE  MEMBER\n"
	       "swp1  down   AS64500 An Exa... (down 3m)\n");
}
END_TEST

START_TEST(what_does_not_fit_goes_on_in_a_line_of_its_own)
{
	const char *const *header =
		WORDS("REASON", ">FRAMES", ">LAST-SEEN", "EXAMPLE");
	const char *const *rows =
		WORDS("mac_lock|41822|0s|02:00:5e:10:00:01 -> "
		      "ff:ff:ff:ff:ff:ff 0x0806",
		      "storm|0|-|-");

	print(header, rows, 40);
	print(header, rows, 80);
	expect("REASON    FRAMES  LAST-SEEN\n    EXAMPLE\n"
	       "mac_lock   41822         0s\n"
	       "    02:00:5e:10:00:01 ->\n"
	       "    ff:ff:ff:ff:ff:ff 0x0806\n"
	       "storm          0          -\n"
	       "REASON    FRAMES  LAST-SEEN  EXAMPLE\n"
	       "mac_lock   41822         0s  02:00:5e:10:00:01 -> "
	       "ff:ff:ff:ff:ff:ff 0x0806\n"
	       "storm          0          -  -\n");
}
END_TEST

START_TEST(names_are_never_cut)
{
	print(WORDS("PORT", "LAN", "MAC"),
	      WORDS("a-port-with-a-name-of-thirty-on|a-lan-with-a-name-of-"
		    "thirty-one|02:00:00:00:00:01"),
	      40);
	expect("PORT\n    LAN\n    MAC\n"
	       "a-port-with-a-name-of-thirty-on\n"
	       "    a-lan-with-a-name-of-thirty-one\n"
	       "    02:00:00:00:00:01\n");
}
END_TEST

/* However the texts are: no line of a table is wider than the screen. */
START_TEST(a_thousand_rows_fit_any_screen)
{
	struct table *t = table_create(
		WORDS("PORT", "=LAN", ">RX-BPS", "?TAG", "~MEMBER", "EXAMPLE"));
	size_t lines = 0;

	srandom((unsigned int)_i);
	for (unsigned int i = 0; i < 1000; i++) {
		char word[121];
		size_t n = (size_t)random() % 40;

		table_print_cell(t, "as%u", i);
		table_text(t, "peering");
		table_print_cell(t, "%ld", random());
		table_text(t, NULL);
		memset(word, 'x', n);
		word[n] = '\0';
		table_text_and(t, word, " (down 3m)");
		for (n = 0; n < 120; n++)
			word[n] = n % 9 == 0 ? ' ' : 'y';
		word[(size_t)random() % 120] = '\0';
		table_text(t, word[0] == ' ' ? word + 1 : word);
	}
	ck_assert_uint_eq(table_rows(t), 1000);
	ck_assert_int_eq(table_print(t, (unsigned int)_i, out), 0);
	table_free(t);
	fflush(out);
	for (char *line = text, *end; *line != '\0'; line = end + 1, lines++) {
		end = strchr(line, '\n');
		ck_assert_uint_le((size_t)(end - line), (size_t)_i);
	}
	ck_assert_uint_ge(lines, 1002);
}
END_TEST

START_TEST(rows_are_sorted_by_their_value_and_then_by_name)
{
	struct table *t = table_create(WORDS("NAME", ">N"));
	static const struct {
		const char *name;
		double value;
	} rows[] = { { "p10", -1 }, { "p9", -1 }, { "b", 3 },
		     { "c", 20 },   { "a", 3 },   { "p1", -1 } };

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		table_text(t, rows[i].name);
		table_number(t, i);
		if (rows[i].value >= 0)
			table_rank(t, rows[i].value);
	}
	ck_assert_int_eq(table_sort_by(t, 0), 0);
	table_print(t, 0, out);
	table_free(t);
	expect("NAME  N\nc     3\nb     2\na     4\n"
	       "p1    5\np9    1\np10   0\n");
}
END_TEST

int
main(void)
{
	Suite *s = suite_create("table");
	TCase *tc = tcase_create("table");

	setlocale(LC_CTYPE, "C.UTF-8");
	tcase_add_checked_fixture(tc, setup, teardown);
	tcase_add_test(tc, words_are_aligned_left_and_numbers_right);
	tcase_add_test(tc, an_empty_table_has_its_header);
	tcase_add_test(
		tc,
		a_character_is_one_column_and_control_characters_are_replaced);
	tcase_add_test(
		tc, a_wide_character_is_two_columns_and_a_combining_one_none);
	tcase_add_test(tc,
		       a_column_without_content_is_left_out_where_it_may_be);
	tcase_add_test(tc, a_column_with_content_in_one_row_stays);
	tcase_add_test(tc,
		       what_is_the_same_in_all_rows_stands_in_one_line_above);
	tcase_add_test(tc, one_row_keeps_what_it_says);
	tcase_add_test(tc, rows_that_differ_keep_the_column);
	tcase_add_test(tc, a_text_is_cut_to_fit_but_not_where_there_is_room);
	tcase_add_loop_test(tc, a_text_is_cut_at_a_character, 30, 45);
	tcase_add_test(tc, the_second_text_of_a_cell_is_kept);
	tcase_add_test(tc, what_does_not_fit_goes_on_in_a_line_of_its_own);
	tcase_add_test(tc, names_are_never_cut);
	tcase_add_loop_test(tc, a_thousand_rows_fit_any_screen, 40, 140);
	tcase_add_test(tc, rows_are_sorted_by_their_value_and_then_by_name);
	suite_add_tcase(s, tc);
	return check_run(s);
}
