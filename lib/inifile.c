/* SPDX-License-Identifier: BSD-3-Clause */
#include "lib/inifile.h"

#include <assert.h>
#include <errno.h>
#include <ini.h>
#include <stdbool.h>
#include <string.h>

/* The packaged library calls the handler with four arguments. */
#if INI_HANDLER_LINENO
#error "INI_HANDLER_LINENO must not be defined"
#endif

#define BLANKS " \t"

/* The section of the keys that follow. */
enum owner {
	NO_SECTION, /* no section yet */
	NO_SECTION_REPORTED,
	IN_SECTION,
	BAD_SECTION, /* a malformed section, or one that was rejected */
};

struct input {
	FILE *stream;
	const struct inifile_ops *ops;
	void *arg;
	struct faults *faults;
	struct where at;
	size_t size; /* octets read */
	int error;   /* of reading */
	enum owner owner;
	char title[INIFILE_LINE_MAX + 1]; /* of the section, as "port x" */
	bool pending; /* inih has a line with a key, and has not delivered it yet */
};

enum line_flaw {
	LINE_FINE,
	LINE_LONG,
	LINE_NUL,
	LINE_CONTROL,
};

/* Returns false: what is reported is not used. */
static bool
report(struct input *in, const char *what)
{
	faults_error(in->faults, in->at,
		     in->owner == IN_SECTION ? in->title : NULL, "%s", what);
	return false;
}

static int
next_octet(struct input *in)
{
	int c;

	if (in->size >= INIFILE_SIZE_MAX) {
		in->error = -EFBIG;
		return EOF;
	}
	in->size++;
	errno = 0;
	c = getc_unlocked(in->stream);
	if (c == EOF && ferror(in->stream))
		in->error = errno == 0 ? -EIO : -errno;
	return c;
}

static enum line_flaw
flaw_of(int c)
{
	if (c == '\0')
		return LINE_NUL;
	if ((c < ' ' && c != '\t' && c != '\r') || c == 0x7f)
		return LINE_CONTROL;
	return LINE_FINE;
}

/*
 * Reads the next line, without its end, into text[INIFILE_LINE_MAX + 1].  A line
 * that is too long is still read to its end.  Returns false at the end of the
 * file.
 */
static bool
read_line(struct input *in, char *text, enum line_flaw *flaw)
{
	const size_t max = INIFILE_LINE_MAX;
	size_t n = 0;
	int c, last = EOF;

	*flaw = LINE_FINE;
	while ((c = next_octet(in)) != EOF && c != '\n') {
		if (*flaw == LINE_FINE)
			*flaw = flaw_of(c);
		if (n < max)
			text[n] = (char)c;
		n++;
		last = c;
	}
	if (c == EOF && n == 0)
		return false;
	if (last == '\r')
		n--;
	if (n > max)
		*flaw = LINE_LONG;
	else if (memchr(text, '\r', n) != NULL && *flaw == LINE_FINE)
		*flaw = LINE_CONTROL;
	text[n > max ? max : n] = '\0';
	return true;
}

/*
 * The line without the byte order mark that some editors write; inih skips it,
 * too.
 */
static const char *
skip_byte_order_mark(const char *text)
{
	return strncmp(text, "\xef\xbb\xbf", 3) == 0 ? text + 3 : text;
}

/*
 * The length of the UTF-8 character at 's', or 0: no overlong form, no
 * surrogate, nothing above U+10FFFF (RFC 3629, 4).
 */
static size_t
utf8_length(const unsigned char *s)
{
	unsigned char low = 0x80, high = 0xbf;
	size_t n;

	if (s[0] < 0x80)
		return 1;
	if (s[0] < 0xc2 || s[0] > 0xf4)
		return 0;
	n = s[0] < 0xe0 ? 2 : s[0] < 0xf0 ? 3 : 4;
	if (s[0] == 0xe0)
		low = 0xa0;
	else if (s[0] == 0xed)
		high = 0x9f;
	else if (s[0] == 0xf0)
		low = 0x90;
	else if (s[0] == 0xf4)
		high = 0x8f;
	if (s[1] < low || s[1] > high)
		return 0;
	for (size_t i = 2; i < n; i++)
		if (s[i] < 0x80 || s[i] > 0xbf)
			return 0;
	return n;
}

static bool
is_utf8(const char *text)
{
	const unsigned char *s = (const unsigned char *)text;

	while (*s != '\0') {
		size_t n = utf8_length(s);

		if (n == 0)
			return false;
		s += n;
	}
	return true;
}

/* Takes the next word from '*rest'; "" at the end. */
static char *
next_word(char **rest)
{
	char *word = *rest + strspn(*rest, BLANKS);
	char *end = word + strcspn(word, BLANKS);

	*rest = *end == '\0' ? end : end + 1;
	*end = '\0';
	return word;
}

/* Parses "[type name] ; comment", a line that it may change. */
static bool
split_section(char *line, char **type, char **name)
{
	char *end = strchr(line, ']');
	const char *behind;

	if (end == NULL)
		return false;
	behind = end + 1 + strspn(end + 1, BLANKS);
	if (*behind != '\0' && (*behind != ';' || behind == end + 1))
		return false;
	*end = '\0';
	line++;
	*type = next_word(&line);
	*name = next_word(&line);
	return **type != '\0' && *next_word(&line) == '\0';
}

/* The keys that follow do not belong to the section before. */
static void
lose_section(struct input *in)
{
	in->owner = BAD_SECTION;
	in->ops->section(in->arg, in->at, NULL, NULL);
}

static void
take_section(struct input *in, const char *text)
{
	char line[INIFILE_LINE_MAX + 1];
	char *type, *name;

	strcpy(line, text);
	if (split_section(line, &type, &name)) {
		in->owner = IN_SECTION;
		snprintf(in->title, sizeof(in->title), "%s%s%s", type,
			 *name == '\0' ? "" : " ", name);
		in->ops->section(in->arg, in->at, type, name);
		return;
	}
	faults_error(in->faults, in->at, NULL,
		     "malformed section '%s': write '[type name]', and after "
		     "it only a comment that begins with ' ;'",
		     text);
	lose_section(in);
}

static bool
key_line_is_sound(struct input *in, const char *text)
{
	switch (text[strcspn(text, "=:")]) {
	case '\0':
		return report(in, "neither 'key = value' nor '[type name]'");
	case ':':
		return report(
			in, "':' does not separate a key from its value: write "
			    "'key = value'");
	default:
		return *text != '=' || report(in, "no key before '='");
	}
}

static bool
line_is_whole(struct input *in, const char *text, enum line_flaw flaw)
{
	if (flaw == LINE_LONG)
		report(in, "longer than 198 octets: shorten it");
	else if (flaw == LINE_NUL)
		report(in, "contains a NUL octet");
	else if (flaw == LINE_CONTROL)
		report(in, "contains a control character");
	else if (!is_utf8(text))
		report(in, "not UTF-8 text");
	else
		return true;
	return false;
}

/* Whether inih gets the line: a section or a key without an error. */
static bool
line_is_for_inih(struct input *in, const char *text, enum line_flaw flaw)
{
	size_t indent = strspn(text, BLANKS);
	bool is_section = text[indent] == '[';
	bool is_blank = strchr(";#", text[indent]) != NULL; /* or a NUL */

	if (!line_is_whole(in, text, flaw)) {
		if (is_section)
			lose_section(in);
		return false;
	}
	if (is_blank)
		return false;
	if (indent != 0) {
		report(in,
		       "indented: sections and keys begin in the first column");
		if (is_section)
			lose_section(in);
		return false;
	}
	if (is_section)
		take_section(in, text);
	else
		in->pending = key_line_is_sound(in, text);
	return is_section || in->pending;
}

/* A line that looked like a key, but inih did not deliver it. */
static void
settle(struct input *in)
{
	if (in->pending)
		report(in, "neither 'key = value' nor '[type name]'");
	in->pending = false;
}

/*
 * The fgets() of inih: whole lines only, and an empty line in place of a
 * rejected one.
 */
static char *
next_line(char *text, int size, void *arg)
{
	struct input *in = arg;
	enum line_flaw flaw;
	const char *line;

	assert((size_t)size >= INIFILE_LINE_MAX + 2);
	settle(in);
	if (!read_line(in, text, &flaw))
		return NULL;
	line = in->at.line++ == 0 ? skip_byte_order_mark(text) : text;
	if (!line_is_for_inih(in, line, flaw))
		text[0] = '\0';
	strcat(text, "\n");
	return text;
}

static bool
has_hash_comment(const char *value)
{
	for (const char *s = value; (s = strchr(s, '#')) != NULL; s++)
		if (s == value || strchr(BLANKS, s[-1]) != NULL)
			return true;
	return false;
}

static bool
value_is_sound(struct input *in, const char *value)
{
	if (*value == ';')
		return report(
			in,
			"a value cannot begin with ';': for a comment put a "
			"blank before it");
	if (has_hash_comment(value))
		return report(
			in, "'#' does not begin a comment after a value: write "
			    "' ;', or leave it out");
	return true;
}

static bool
has_owner(struct input *in)
{
	if (in->owner == NO_SECTION) {
		report(in, "a key before the first [section]");
		in->owner = NO_SECTION_REPORTED;
	}
	return in->owner == IN_SECTION;
}

static int
take_key(void *arg, const char *section, const char *key, const char *value)
{
	struct input *in = arg;

	(void)section; /* cut at 49 octets; 'in' has all of it */
	in->pending = false;
	if (has_owner(in) && value_is_sound(in, value))
		in->ops->key(in->arg, in->at, key, value);
	return 1;
}

int
inifile_read(FILE *stream, const char *file, const struct inifile_ops *ops,
	     void *arg, struct faults *faults)
{
	struct input in = {
		.stream = stream,
		.ops = ops,
		.arg = arg,
		.faults = faults,
		.at = { .file = file },
	};

	if (ini_parse_stream(next_line, &in, take_key, &in) == -2)
		return -ENOMEM;
	settle(&in);
	return in.error;
}
