/* SPDX-License-Identifier: BSD-3-Clause */
#include "lib/html.h"

#include <check.h>
#include <stdlib.h>
#include <string.h>

#include "tests/check_run.h"

#define BAD "\xef\xbf\xbd"

static const struct {
	const char *text, *html;
} rows[] = {
	{ "", "" },
	{ "AS64500 M\xc3\xbcller \xe2\x82\xac \xf0\x9f\x98\x80",
	  "AS64500 M\xc3\xbcller \xe2\x82\xac \xf0\x9f\x98\x80" },
	{ "<script>alert(1)</script>",
	  "&lt;script&gt;alert(1)&lt;/script&gt;" },
	{ "\" onload=\"x' y='", "&quot; onload=&quot;x&#39; y=&#39;" },
	{ "&amp; &#60;", "&amp;amp; &amp;#60;" },
	{ "a\tb\nc", "a\tb\nc" },
	{ "a\rb\033[31m\001\x7f", "a" BAD "b" BAD "[31m" BAD BAD },
	{ "\xc2\x9b"
	  "31m\xc2\xa0",
	  BAD "31m\xc2\xa0" }, /* CSI; a no-break space */
	/* No character: alone, cut short, too long, a surrogate, too large. */
	{ "\xff\x80", BAD BAD },
	{ "\xc3", BAD },
	{ "\xe2\x82", BAD BAD },
	{ "\xc3<b>", BAD "&lt;b&gt;" },
	{ "\xf0\x9f\x98\"", BAD BAD BAD "&quot;" },
	{ "\xc0\xbc", BAD BAD },
	{ "\xe0\x80\xbc", BAD BAD BAD },
	{ "\xf0\x80\x80\xbc", BAD BAD BAD BAD },
	{ "\xed\xa0\x80", BAD BAD BAD },
	{ "\xf4\x90\x80\x80", BAD BAD BAD BAD },
	{ "\xf4\x8f\xbf\xbf", "\xf4\x8f\xbf\xbf" },
};

static char *written;

static FILE *
begin(void)
{
	static size_t size;
	FILE *out = open_memstream(&written, &size);

	ck_assert_ptr_nonnull(out);
	return out;
}

static void
expect(FILE *out, const char *html)
{
	fclose(out);
	ck_assert_str_eq(written, html);
	free(written);
}

START_TEST(text_is_only_text)
{
	FILE *out = begin();

	html_text(out, rows[_i].text);
	expect(out, rows[_i].html);
}
END_TEST

START_TEST(attribute_keeps_its_quotes)
{
	FILE *out = begin();

	html_attribute(out, "title", "a\" onclick=\"b<\xff");
	expect(out, " title=\"a&quot; onclick=&quot;b&lt;" BAD "\"");
}
END_TEST

START_TEST(element_has_its_text_and_class)
{
	FILE *out = begin();

	html_element(out, "td", "n", "</td><b>");
	html_element(out, "th", NULL, "a");
	expect(out, "<td class=\"n\">&lt;/td&gt;&lt;b&gt;</td><th>a</th>");
}
END_TEST

START_TEST(page_needs_nothing_else)
{
	FILE *out = begin();

	html_begin(out, "</title><script>", ".own{}\n");
	html_end(out);
	fclose(out);
	ck_assert_ptr_nonnull(
		strstr(written, "<title>&lt;/title&gt;&lt;script&gt;</title>"));
	ck_assert_ptr_nonnull(strstr(written, "prefers-color-scheme: dark"));
	ck_assert_ptr_nonnull(strstr(written, ".own{}\n</style>"));
	ck_assert_ptr_null(strstr(written, "<script"));
	ck_assert_ptr_null(strstr(written, "<link"));
	ck_assert_ptr_null(strstr(written, "url("));
	ck_assert_ptr_null(strstr(written, "://"));
	ck_assert_str_eq(strstr(written, "<body>"),
			 "<body>\n</body>\n</html>\n");
	free(written);
}
END_TEST

int
main(void)
{
	Suite *s = suite_create("html");
	TCase *tc = tcase_create("html");

	tcase_add_loop_test(tc, text_is_only_text, 0,
			    sizeof(rows) / sizeof(rows[0]));
	tcase_add_test(tc, attribute_keeps_its_quotes);
	tcase_add_test(tc, element_has_its_text_and_class);
	tcase_add_test(tc, page_needs_nothing_else);
	suite_add_tcase(s, tc);
	return check_run(s);
}
