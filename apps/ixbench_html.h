/* SPDX-License-Identifier: BSD-3-Clause */
#ifndef IXF_IXBENCH_HTML_H
#define IXF_IXBENCH_HTML_H

/*
 * The results of a benchmark as one page of HTML (lib/html.h): a table with bars, the
 * command and the machine, and the whole result as JSON.
 */

#include <jansson.h>

#include "apps/newfile.h"

struct bench_page {
	const char *title;    /* "ixbench pipeline" */
	const char *sentence; /* what the numbers are */
	/* Of values: the middle, the least and the most come first.  NULL ends it. */
	const char *const *heading;
	/* Objects with 'name', and an array 'values', a number of each heading. */
	const json_t *rows;
	const json_t *machine; /* machine_describe() */
	const json_t *result;  /* all of it, also for a repetition */
};

/* Opens 'path' (NULL: nothing to do), before a long measurement. An exit code. */
int bench_page_open(struct newfile *, const char *path);

/* Writes the page, if it is open, and closes it. An exit code. */
int bench_page_write(struct newfile *, const struct bench_page *);

#endif
