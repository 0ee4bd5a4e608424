/* SPDX-License-Identifier: BSD-3-Clause */
#ifndef IXF_EVENT_H
#define IXF_EVENT_H

/*
 * Events for the operator.  A line of the log goes to f->event, which is the daemon's
 * log, a report, or a test; and each event to f->monitor, if it is of a group that
 * f->monitored has: monitor.h.  Control thread.
 */

#include <stdbool.h>
#include <stdint.h>

#include "fabric/view/drop.h"
#include "lib/clock.h"

struct config;
struct fabric;
struct logshare;
struct port_rt;

/* EVENT_note, which is 0, and so on. */
enum event_kind {
#define EVENT(id, ...) EVENT_##id,
#include "fabric/runtime/event_list.h"
	EVENT_KINDS
};

/* EVENT_GROUP_port and so on. */
enum event_group {
#define GROUP(id, ...) EVENT_GROUP_##id,
#include "fabric/runtime/event_list.h"
	EVENT_GROUPS
};

struct event {
	enum event_kind kind;
	enum drop_level level;
	bool unlogged;    /* for monitors alone: no line of the log */
	const char *text; /* the line; NULL: the other members say all */
	/* What it is about, for programs; NULL, DROP_NONE and 0: nothing. */
	const char *port, *lan;
	const char *link; /* of a LAG: the name of its device */
	enum drop why;
	uint64_t mac; /* the source of the frame, or what was learned */
	const char *ip;
	const char *from; /* the port that had the address before */
	const char *by;   /* the user */
	uint64_t generation;
	uint64_t count;
	unsigned int worker; /* its number, plus one */
};

const char *event_name(enum event_kind);

/* Bit g: the event is of group g. */
unsigned int event_groups(enum event_kind);

const char *event_group_name(enum event_group);

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

/* Whether a monitor takes events of this kind: only then they are made for it. */
bool event_is_monitored(const struct fabric *, enum event_kind);

/* Whether they go anywhere: to the log, or to a monitor. */
bool event_is_taken(const struct fabric *, enum event_kind);

/* To the log, unless it is 'unlogged', and to the monitors. */
void event_raise(struct fabric *, const struct event *);

/* Logs a line of no particular kind. */
void event_log(struct fabric *, enum drop_level, const char *text);

static inline struct event
event_of(enum event_kind kind, enum drop_level level)
{
	return (struct event){ .kind = kind, .level = level };
}

/*
 * Logs a line about a port, with its member, " (AS64500 Example Net)", behind.  The
 * event has what 'about' has, which lacks text and port.
 */
void event_port(struct fabric *, const struct port_rt *, struct event about,
		const char *fmt, ...) __attribute__((format(printf, 4, 5)));

/* The same; 'after' follows the member. */
void event_port_about(struct fabric *, const struct port_rt *,
		      struct event about, const char *text, const char *after);

/* For monitors alone: a MAC address at a port; 'from' NULL: it was at no other. */
void event_mac(struct fabric *, enum event_kind, const struct port_rt *,
	       uint64_t mac, const struct port_rt *from);

/* The daemon's f->event: a line of its log (lib/log.h); 'arg' is not used. */
void event_print(void *arg, const struct event *);

/* That log goes where a configuration says, from its level on. */
void event_configure(const struct config *);

#endif
