/* SPDX-License-Identifier: BSD-3-Clause */
#ifndef IXF_SCREEN_H
#define IXF_SCREEN_H

/*
 * Texts on a terminal: how wide it is, how many columns a text takes, and where a
 * line of words is broken.  A width of 0 stands for no limit.  One thread.
 */

#include <stddef.h>
#include <stdio.h>

/*
 * Columns of the terminal that 'out' prints on; 0 if it is a file or a pipe.  For a
 * stream in memory: what screen_assume() was given, 0 at first.
 */
unsigned int screen_width(FILE *out);
void screen_assume(unsigned int width);

/*
 * Columns that the 'n' octets of a UTF-8 text take: two for a wide character of
 * East Asia, none for one that combines with another (UAX #11, as wcwidth() has it).
 */
size_t screen_columns(const char *text, size_t n);

/* How many octets of a text take at most 'columns'; no character is cut. */
size_t screen_fit(const char *text, size_t columns);

/* The same, from its end: how many octets to leave out at the start. */
size_t screen_fit_end(const char *text, size_t columns);

/*
 * Prints the words of 'text' from column 'column' on; where a word would pass
 * 'width' a new line begins, with 'indent' blanks.  A word that is longer than a line is
 * broken behind '|', or stays whole.
 * Control characters become '?'.  No newline at the end.
 */
void screen_wrap(const char *text, size_t column, size_t indent, size_t width,
		 FILE *out);

/* Control characters of a name must not reach a terminal: '?' stands for them. */
void print_safely(const char *text, size_t n, FILE *out);

#endif
