/* SPDX-License-Identifier: BSD-3-Clause */
#include "lib/html.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "lib/asset.h"

#define REPLACEMENT "\xef\xbf\xbd" /* U+FFFD */

/* Neither a script nor another file, even if a viewer should find one. */
#define POLICY "default-src 'none'; style-src 'unsafe-inline'"

/* How many octets follow the first one of a character; -1: it begins none. */
static int
octets_after(uint8_t first)
{
	if (first < 0x80)
		return 0;
	if (first >= 0xc2 && first <= 0xdf)
		return 1;
	if (first >= 0xe0 && first <= 0xef)
		return 2;
	return first >= 0xf0 && first <= 0xf4 ? 3 : -1;
}

/* The octets of the character at 's', by RFC 3629; 0: it is none. */
static size_t
read_character(const uint8_t *s, uint32_t *c)
{
	static const uint32_t least[] = { 0, 0x80, 0x800, 0x10000 };
	static const uint8_t bits[] = { 0x7f, 0x1f, 0x0f, 0x07 };
	int n = octets_after(s[0]);

	if (n < 0)
		return 0;
	*c = s[0] & bits[n];
	for (int i = 1; i <= n; i++) {
		if ((s[i] & 0xc0) != 0x80)
			return 0;
		*c = *c << 6 | (s[i] & 0x3f);
	}
	if (*c < least[n] || *c > 0x10ffff || (*c >= 0xd800 && *c <= 0xdfff))
		return 0;
	return (size_t)n + 1;
}

static bool
is_control(uint32_t c)
{
	return (c < 0x20 && c != '\t' && c != '\n') || (c >= 0x7f && c < 0xa0);
}

/* What is written in place of a character, or NULL: the character. */
static const char *
escape(uint32_t c)
{
	switch (c) {
	case '&':
		return "&amp;";
	case '<':
		return "&lt;";
	case '>':
		return "&gt;";
	case '"':
		return "&quot;";
	case '\'':
		return "&#39;";
	default:
		return is_control(c) ? REPLACEMENT : NULL;
	}
}

void
html_text(FILE *out, const char *text)
{
	const uint8_t *s = (const uint8_t *)text;

	while (*s != '\0') {
		uint32_t c = 0;
		size_t n = read_character(s, &c);
		const char *instead = n == 0 ? REPLACEMENT : escape(c);

		if (instead != NULL)
			fputs(instead, out);
		else
			fwrite(s, 1, n, out);
		s += n > 0 ? n : 1;
	}
}

void
html_attribute(FILE *out, const char *name, const char *value)
{
	fprintf(out, " %s=\"", name);
	html_text(out, value);
	fputc('"', out);
}

void
html_element(FILE *out, const char *tag, const char *class, const char *text)
{
	fprintf(out, "<%s", tag);
	if (class != NULL)
		html_attribute(out, "class", class);
	fputc('>', out);
	html_text(out, text);
	fprintf(out, "</%s>", tag);
}

void
html_begin(FILE *out, const char *title, const char *css)
{
	const struct asset *style = asset_find("style.css");

	fputs("<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n"
	      "<meta charset=\"utf-8\">\n"
	      "<meta http-equiv=\"Content-Security-Policy\"",
	      out);
	html_attribute(out, "content", POLICY);
	fputs(">\n<meta name=\"viewport\" "
	      "content=\"width=device-width, initial-scale=1\">\n",
	      out);
	html_element(out, "title", NULL, title);
	fputs("\n<style>\n", out);
	if (style != NULL)
		fputs(style->text, out);
	fprintf(out, "%s</style>\n</head>\n<body>\n", css);
}

void
html_end(FILE *out)
{
	fputs("</body>\n</html>\n", out);
}
