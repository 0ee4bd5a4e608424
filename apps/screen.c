/* SPDX-License-Identifier: BSD-3-Clause */
#include "apps/screen.h"

#include <locale.h>
#include <stdbool.h>
#include <stdint.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>
#include <wchar.h>

#define NARROWEST 40 /* a terminal that is smaller breaks the lines itself */
#define USUAL     80 /* a serial line does not know its size */

static unsigned int assumed;

void
screen_assume(unsigned int width)
{
	assumed = width;
}

unsigned int
screen_width(FILE *out)
{
	struct winsize size = { 0 };
	int fd = fileno(out);

	if (fd < 0)
		return assumed;
	if (!isatty(fd))
		return 0;
	if (ioctl(fd, TIOCGWINSZ, &size) != 0 || size.ws_col == 0)
		return USUAL;
	return size.ws_col < NARROWEST ? NARROWEST : size.ws_col;
}

/* The locale in which a text is UTF-8, whatever that of the user is. */
static locale_t
utf8(void)
{
	static locale_t made;

	if (made == NULL)
		made = newlocale(LC_CTYPE_MASK, "C.UTF-8", NULL);
	return made;
}

/* Octets of the first character, of 'n' that are there, and its columns. */
static size_t
first_of(const char *text, size_t n, size_t *columns)
{
	mbstate_t state = { 0 };
	wchar_t c;
	size_t size;
	int width;

	*columns = 1;
	if ((unsigned char)text[0] < 0x80)
		return 1;
	size = mbrtowc(&c, text, n, &state);
	if (size == 0 || size > n)
		return 1; /* not UTF-8 */
	width = wcwidth(c);
	*columns = width < 0 ? 1 : (size_t)width;
	return size;
}

/* Goes through 'n' octets while they take at most 'most' columns. */
static size_t
walk(const char *text, size_t n, size_t most, size_t *columns)
{
	locale_t before = uselocale(utf8());
	size_t at = 0, size, wide;

	*columns = 0;
	while (at < n) {
		size = first_of(text + at, n - at, &wide);
		if (*columns + wide > most)
			break;
		*columns += wide;
		at += size;
	}
	uselocale(before);
	return at;
}

static bool
is_ascii(const char *text, size_t n)
{
	while (n > 0 && (unsigned char)*text < 0x80) {
		text++;
		n--;
	}
	return n == 0;
}

size_t
screen_columns(const char *text, size_t n)
{
	size_t columns;

	if (is_ascii(text, n))
		return n;
	walk(text, n, SIZE_MAX, &columns);
	return columns;
}

size_t
screen_fit(const char *text, size_t columns)
{
	size_t used;

	return walk(text, strlen(text), columns, &used);
}

size_t
screen_fit_end(const char *text, size_t columns)
{
	size_t n = strlen(text), all = screen_columns(text, n), gone;

	if (all <= columns)
		return 0;
	gone = screen_fit(text, all - columns);
	/* A wide character may stand across the place. */
	while (text[gone] != '\0' &&
	       screen_columns(text + gone, n - gone) > columns)
		do
			gone++;
		while ((text[gone] & 0xc0) == 0x80);
	return gone;
}

void
print_safely(const char *text, size_t n, FILE *out)
{
	for (; n > 0; n--, text++)
		fputc((unsigned char)*text < ' ' || *text == 0x7f ? '?' : *text,
		      out);
}

/* Octets of the next word; if no line has room for it, up to a bar: "a|b|c". */
static size_t
next_word(const char *text, size_t room)
{
	size_t n = strcspn(text, " "), part = 0, next;

	if (room == 0 || screen_columns(text, n) <= room)
		return n;
	while ((next = part + strcspn(text + part, "|") + 1) < n &&
	       screen_columns(text, next) <= room)
		part = next;
	return part > 0 ? part : n;
}

void
screen_wrap(const char *text, size_t column, size_t indent, size_t width,
	    FILE *out)
{
	size_t room = width > indent ? width - indent : 0;
	bool first = true, blank = false;

	while (*text != '\0') {
		size_t n = next_word(text, room);
		size_t columns = screen_columns(text, n);

		if (!first && width != 0 && column + blank + columns > width) {
			fprintf(out, "\n%*s", (int)indent, "");
			column = indent;
			first = true;
		}
		if (!first && blank)
			fputc(' ', out);
		print_safely(text, n, out);
		column += columns + (!first && blank);
		first = false;
		text += n;
		blank = *text == ' ';
		text += strspn(text, " ");
	}
}
