/* SPDX-License-Identifier: BSD-3-Clause */
#ifndef IXF_EVENT_H
#define IXF_EVENT_H

/*
 * Events for the operator, a line each: they go to f->event, which is the
 * daemon's log, a report, or a test.  Control thread.
 */

#include <stdbool.h>
#include <stdint.h>

#include "fabric/view/drop.h"
#include "lib/clock.h"

struct config;
struct fabric;
struct logshare;
struct port_rt;

struct event {
	enum drop_level level;
	const char *text;
	/* What it is about, for programs; NULL, DROP_NONE and 0: nothing. */
	const char *port, *lan;
	enum drop why;
	uint64_t mac; /* the source of the frame */
};

/* A name, an example of a frame, a description of 180 octets, and a sentence. */
#define EVENT_SIZE 768

/*
 * Lines that members cause, in all: journald drops what exceeds 10,000 of a unit
 * in 30 seconds (RateLimitBurst in journald.conf(5)), lines about anything else
 * among them, and a span of that length meets two periods of ours.
 */
#define EVENT_SHARE  4096
#define EVENT_PERIOD (30 * CLOCK_SECOND)

/*
 * Whether a line that the owner of the share, a port or a LAN, has caused may be
 * logged now: its first in a period always may.  False: the caller counts what it
 * is about, for a later line, and that there are such is logged, too.
 */
bool event_may(struct fabric *, struct logshare *);

/* Logs how many lines there were no room for, when that is due. */
void event_log_held(struct fabric *);

/* Logs a line. */
void event_log(struct fabric *, enum drop_level, const char *text);

/* Logs a line about a port, with its member, " (AS64500 Example Net)", behind. */
void event_port(struct fabric *, const struct port_rt *, enum drop_level,
		const char *fmt, ...) __attribute__((format(printf, 4, 5)));

/*
 * The same with the level and the reason and address of 'about', which lacks the rest;
 * 'after' follows the member.
 */
void event_port_about(struct fabric *, const struct port_rt *,
		      struct event about, const char *text, const char *after);

/* The daemon's f->event: a line of its log (lib/log.h); 'arg' is not used. */
void event_print(void *arg, const struct event *);

/* That log goes where a configuration says, from its level on. */
void event_configure(const struct config *);

#endif
