/* SPDX-License-Identifier: BSD-3-Clause */
#ifndef IXF_FAULTS_H
#define IXF_FAULTS_H

#include <stdio.h>

/*
 * What is wrong with a file or a request, collected where the knowledge is and
 * printed once, at the top.  An operator gets every fault in one go.
 *
 * Used by one thread at a time.
 */
struct faults;

/* Where in the configuration something stands; file NULL: nowhere. */
struct where {
	const char *file;
	unsigned int line;
};

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

/* The texts in the order of files and lines; NULL past the last. */
const char *faults_text(const struct faults *, unsigned int i);

/* All texts, a line each, and "N errors, N warnings" where there are any. */
void faults_print(const struct faults *, FILE *);

#endif
