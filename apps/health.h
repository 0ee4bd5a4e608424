/* SPDX-License-Identifier: BSD-3-Clause */
#ifndef IXF_HEALTH_H
#define IXF_HEALTH_H

/*
 * The state of the fabric, or of a port, for monitoring: a line of text with performance
 * data, and an exit code, as the guidelines for plugins of Nagios have them
 * (monitoring-plugins.org, "Plugin Output for Nagios", "Plugin Return Codes").
 */

#include <jansson.h>
#include <stdio.h>

/* The exit codes. */
enum health {
	HEALTH_OK,
	HEALTH_WARNING,
	HEALTH_CRITICAL,
	HEALTH_UNKNOWN,
};

/*
 * A new object: "state", "code", "text" and "performance", an object of numbers.  NULL
 * when memory is short.
 *
 * Of the answer to status: critical if it is degraded; a warning if something was set
 * by hand, if a link flaps, or if what runs is not what the next start would load.
 */
json_t *health_fabric(const json_t *status);

/*
 * Of a row of port show: critical if it is down, without device or err-disabled; a
 * warning if it is in service no more, or not yet.
 */
json_t *health_port(const json_t *row);

/* Without an answer. */
json_t *health_none(enum health, const char *why);

/* "IXFABRIC OK - ... | up=8;;;0;9", in one line. */
void health_print(const json_t *, FILE *);

#endif
