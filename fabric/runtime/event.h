/* SPDX-License-Identifier: BSD-3-Clause */
#ifndef IXF_EVENT_H
#define IXF_EVENT_H

/*
 * Events for the operator, a line each: they go to f->event, which is the
 * daemon's log, a report, or a test.  Control thread.
 */

#include "fabric/view/drop.h"

struct fabric;
struct port_rt;

/* A name, an example of a frame, a description of 180 octets, and a sentence. */
#define EVENT_SIZE 768

/* Logs a line. */
void event_log(struct fabric *, enum drop_level, const char *text);

/* Logs a line about a port, with its member, " (AS64500 Example Net)", behind. */
void event_port(struct fabric *, const struct port_rt *, enum drop_level,
		const char *fmt, ...) __attribute__((format(printf, 4, 5)));

/* The same; 'after' follows the member. */
void event_port_text(struct fabric *, const struct port_rt *, enum drop_level,
		     const char *text, const char *after);

/*
 * The daemon's f->event: a line on standard error; 'arg' is not used.  Where
 * that is the journal, the line begins with its level, as sd-daemon(3) has it.
 */
void event_print(void *arg, enum drop_level, const char *text);

#endif
