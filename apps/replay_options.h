/* SPDX-License-Identifier: BSD-3-Clause */
#ifndef IXF_REPLAY_OPTIONS_H
#define IXF_REPLAY_OPTIONS_H

/* The command line of ixreplay. */

#include <stdbool.h>
#include <stdint.h>

#include "apps/replay_exchange.h"

struct options {
	struct exchange_request request;
	char **port; /* of each capture, as request.port */
	char **file; /* each capture */
	const char *dir;
	const char *html; /* the file of the report, or NULL */
	bool json, quiet;
	uint64_t loop;
	uint64_t explain; /* the number of a frame, from 1; 0: none */
};

/*
 * -1: there is a replay to do.  Otherwise help, version or what is wrong was
 * printed, and the exit code is returned.  The arguments are written to, and
 * must outlive 'o'.
 */
int options_parse(struct options *o, int argc, char **argv);
void options_clear(struct options *o);

#endif
