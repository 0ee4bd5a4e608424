/* SPDX-License-Identifier: BSD-3-Clause */
#ifndef IXF_APPS_MONITOR_H
#define IXF_APPS_MONITOR_H

/* What ixctl does of `ixctl monitor`: it prints the events that follow the answer. */

#include <jansson.h>
#include <stdbool.h>
#include <stdio.h>

struct client;

/* How the events ended. */
enum monitor_end {
	MONITOR_INTERRUPTED, /* by SIGINT or SIGTERM */
	MONITOR_DAEMON_ENDS, /* it has said so */
	MONITOR_CUT_OFF,
	MONITOR_NO_OUTPUT, /* errno: why it cannot be written */
};

/* Prints each event as a line for people, or as it came. */
enum monitor_end monitor_copy(struct client *, bool json, FILE *out);

/* An event as a line for people, at the local time. */
void monitor_print(const json_t *event, FILE *out);

#endif
