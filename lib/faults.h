/* SPDX-License-Identifier: BSD-3-Clause */
#ifndef IXF_FAULTS_H
#define IXF_FAULTS_H

#include <stdio.h>

/*
 * Collects what is wrong with a file or a request, and prints it at the end, so
 * that an operator sees all errors at once.
 *
 * One thread at a time.
 */
struct faults;

/* A line of the configuration; file NULL: none, as FAULTS_NOWHERE. */
struct where {
	const char *file;
	unsigned int line;
};

#define FAULTS_NOWHERE ((struct where){ .file = NULL })

#define FAULTS_MAX 50 /* more are counted, not kept */

struct faults *faults_create(void);
void faults_free(struct faults *);

/*
 * Add "file:line: error: [section]: text".  'section' may be NULL.  'at' and
 * 'section' are copied.  A fault that repeats one already there is dropped.
 */
void faults_error(struct faults *, struct where at, const char *section,
		  const char *fmt, ...) __attribute__((format(printf, 4, 5)));
void faults_warning(struct faults *, struct where at, const char *section,
		    const char *fmt, ...) __attribute__((format(printf, 4, 5)));

unsigned int faults_errors(const struct faults *);
unsigned int faults_warnings(const struct faults *);

/* The texts, in the order of files and lines; NULL after the last. */
const char *faults_text(const struct faults *, unsigned int i);

/* The first of the texts that is an error, not a warning; or NULL. */
const char *faults_first_error(const struct faults *);

/* Prints all texts, one a line, and "N errors, N warnings" if there are any. */
void faults_print(const struct faults *, FILE *);

#endif
