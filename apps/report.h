/* SPDX-License-Identifier: BSD-3-Clause */
#ifndef IXF_REPORT_H
#define IXF_REPORT_H

/*
 * ixctl report member: what a member sends that it should not, for a mail to it.  Pure:
 * made of answers of the daemon.
 */

#include <jansson.h>
#include <stdio.h>
#include <time.h>

struct report_sources {
	const json_t *port;   /* its row of "port show" */
	const json_t *drops;  /* the rows of "port drops" */
	const json_t *status; /* the answer to "status" */
	const json_t *config; /* the rows of "config show" */
	time_t now;
};

/* A new object; the reasons with the most frames come first. */
json_t *report_make(const struct report_sources *);

/* As text, in lines of at most 79 columns. */
void report_print(const json_t *report, FILE *);

/* What the member should change; "": nothing; NULL: there is no such reason. */
const char *report_advice(const char *reason);

#endif
