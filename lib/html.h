/* SPDX-License-Identifier: BSD-3-Clause */
#ifndef IXF_HTML_H
#define IXF_HTML_H

/*
 * Pages of HTML for a file: one document without scripts and without any reference to
 * another file.  All text from captures, frames and configurations goes through
 * html_text() or html_attribute(), the one place that escapes it.
 *
 * The caller checks 'out' for errors.  Any thread.
 */

#include <stdio.h>

/*
 * Writes 'text' so that it is text in an element, and in an attribute within double
 * or single quotes: & < > " and ' as references.  A control character other than tab
 * and newline, and each octet that is not part of UTF-8, is written as U+FFFD, as an
 * HTML parser does with an invalid octet.
 */
void html_text(FILE *out, const char *text);

/* Writes a blank, 'name', which is written as it is, and the value in quotes. */
void html_attribute(FILE *out, const char *name, const char *value);

/* "<tag class=...>text</tag>"; 'tag' and 'class' as they are, 'class' may be NULL. */
void html_element(FILE *out, const char *tag, const char *class,
		  const char *text);

/*
 * Writes all up to the begin of the contents of body: the title, and lib/web/style.css
 * with 'css' after it.
 */
void html_begin(FILE *out, const char *title, const char *css);
void html_end(FILE *out);

#endif
