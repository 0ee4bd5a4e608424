/* SPDX-License-Identifier: BSD-3-Clause */
#ifndef IXF_PRINTED_H
#define IXF_PRINTED_H

/* What a test has printed to 'out', in memory: the fixture of tests of output. */

#include <stdio.h>
#include <stdlib.h>

#include "tests/check_run.h"

static char *text;
static size_t size;
static FILE *out;

static inline void
setup(void)
{
	text = NULL;
	out = open_memstream(&text, &size);
}

static inline void
teardown(void)
{
	fclose(out);
	free(text);
}

static inline void
expect(const char *want)
{
	fflush(out);
	ck_assert_str_eq(text, want);
}

#endif
