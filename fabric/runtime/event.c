/* SPDX-License-Identifier: BSD-3-Clause */
#include "fabric/runtime/event.h"

#include <inttypes.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

/*
 * Whether standard error is the journal: systemd.exec(5) says that the variable
 * alone does not tell, since what is started by a service inherits it.
 */
static bool
goes_to_journal(void)
{
	const char *stream = getenv("JOURNAL_STREAM");
	uintmax_t device, inode;
	struct stat st;

	return stream != NULL &&
	       sscanf(stream, "%" SCNuMAX ":%" SCNuMAX, &device, &inode) == 2 &&
	       fstat(STDERR_FILENO, &st) == 0 && st.st_dev == device &&
	       st.st_ino == inode;
}

void
event_print(void *arg, enum drop_level level, const char *text)
{
	static const char *const prefix[] = {
		[DROP_QUIET] = "<6>",
		[DROP_NOTICE] = "<5>",
		[DROP_WARNING] = "<4>",
		[DROP_CRITICAL] = "<2>",
	};

	(void)arg;
	fprintf(stderr, "%sixfabricd: %s\n",
		goes_to_journal() ? prefix[level] : "", text);
}
