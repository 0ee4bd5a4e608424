/* SPDX-License-Identifier: BSD-3-Clause */
#include "lib/dropcomment.h"

#include <stdio.h>
#include <string.h>

#define PATH_MAX_SIZE 150 /* for the path and the holder */
#define HOLDER_SIZE   64

void
dropcomment_print(const char *reason, const char *port, const char *holder,
		  struct where at, char comment[DROPCOMMENT_SIZE])
{
	char by[HOLDER_SIZE] = "", rule[PATH_MAX_SIZE + 32] = "";
	size_t n = at.file != NULL ? strlen(at.file) : 0, most;

	if (holder != NULL)
		snprintf(by, sizeof(by), " holder=%s", holder);
	most = PATH_MAX_SIZE - strlen(by);
	if (at.file != NULL)
		snprintf(rule, sizeof(rule), " rule=%s%s:%u",
			 n > most ? "..." : "",
			 at.file + (n > most ? n - most : 0), at.line);
	snprintf(comment, DROPCOMMENT_SIZE, "drop=%s port=%s%s%s", reason, port,
		 by, rule);
}
