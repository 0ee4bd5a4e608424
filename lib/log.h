/* SPDX-License-Identifier: BSD-3-Clause */
#ifndef IXF_LOG_H
#define IXF_LOG_H

/*
 * The log of the daemon: lines on standard error, in the journal with fields, or in
 * syslog.  A line has a level of syslog(3): LOG_ERR, and so on.
 *
 * Nothing blocks: a line that its reader has no room for is lost, and the next one
 * that is written says how many were.  libsystemd and syslog(3) are not used, since
 * their sends wait for a reader that is stuck.  If there is no journal or syslog, the
 * line goes to standard error.
 *
 * Any thread may write lines; one thread sets where they go.
 */

#include <stddef.h>
#include <stdio.h>
#include <syslog.h>

enum log_to {
	LOG_TO_AUTO, /* the journal if standard error is the journal, or else that */
	LOG_TO_JOURNAL,
	LOG_TO_SYSLOG,
	LOG_TO_STDERR
};

/* For programs; 'name' in capitals, "IXF_PORT".  A 'value' of NULL is left out. */
struct log_field {
	const char *name, *value;
};

#define LOG_FIELDS_MAX 8

/* Where lines go from now on, and the level above which there are none. */
void log_set(enum log_to, int level);

/* Writes a line; a line end in it becomes a blank. */
void log_write(int level, const char *text, const struct log_field *, size_t n);

/*
 * A stream each of whose lines is one of the log, without the "ixfabricd: " in front
 * of it, if there is one.  NULL if memory is short.  fclose() ends it.
 */
FILE *log_stream(int level);

#endif
