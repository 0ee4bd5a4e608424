/* SPDX-License-Identifier: BSD-3-Clause */
#ifndef IXF_REQUEST_H
#define IXF_REQUEST_H

/*
 * A request to the daemon, and its answer, without a socket between them.
 */

#include <stdbool.h>
#include <stddef.h>

#include <jansson.h>

#include "fabric/api/answers.h"

/* A request, and its answer so far. */
struct request {
	struct answers *answers;
	struct ctl_request rq;
	json_t *args;
	json_t *result; /* an object, or all rows */
	unsigned int parts;
	enum ctl_verdict verdict;
};

/* 'args' is JSON, and must fit the command. */
void request_begin(struct request *, struct answers *, const char *name,
		   const char *args);
/* The next part. */
void request_more(struct request *);
void request_end(struct request *);

/* All of it, up to the end. */
void request_ask(struct request *, struct answers *, const char *name,
		 const char *args);

/*
 * Reloads the own file of the daemon, as SIGHUP does, until that has ended: 0, or -1
 * and errors in '*faults', which are new ones.
 */
int request_reload(struct answers *, struct faults **faults);

/*
 * Takes what has come on the socket of a capture or a monitor, behind '*n' octets at
 * '*got': if any, that is allocated anew and ends with a 0 more.  Returns whether it has
 * ended.
 */
bool request_receive(int fd, char **got, size_t *n);

/* The value in row 'i', which must be there. */
const json_t *request_at(const json_t *rows, size_t i, const char *key);

#define ck_assert_text(rows, i, key, want)                                     \
	ck_assert_str_eq(json_string_value(request_at(rows, i, key)), want)
#define ck_assert_number(rows, i, key, want)                                   \
	ck_assert_int_eq(json_integer_value(request_at(rows, i, key)), want)

#endif
