/* SPDX-License-Identifier: BSD-3-Clause */
#ifndef IXF_FAIL_H
#define IXF_FAIL_H

/*
 * Errors of ixctl, as text or, with -j, in JSON, on the options' 'err'.  All but
 * fail_describe() return the exit code.
 */

#include <jansson.h>
#include <stddef.h>

struct faults;
struct options;

/* 'word' is the code in JSON; 'details' (or NULL) are lines before the message. */
int fail(const struct options *, int code, const char *word,
	 const char *message, const json_t *details);
int fail_usage(const struct options *, const struct faults *);

/* The daemon could not be reached: 'error' is that of errno. */
int fail_unreachable(const struct options *, int error);
void fail_describe(const struct options *, int error, char *message,
		   size_t size);

/* The daemon has refused: the member "error" of its answer. */
int fail_answer(const struct options *, const json_t *error);

#endif
