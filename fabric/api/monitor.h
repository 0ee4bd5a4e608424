/* SPDX-License-Identifier: BSD-3-Clause */
#ifndef IXF_MONITOR_H
#define IXF_MONITOR_H

/*
 * Monitors: each gets the events (runtime/event.h) that it has chosen, a line of JSON
 * each, by the socket on which they were asked for.
 *
 * Control never waits for one.  A monitor has a buffer of its own.  An event that finds
 * no room there is lost for this monitor alone, before it is made, and an event "lost"
 * with their number follows when there is room again.  Events of the group fdb, of
 * which there can be a million a second, have a part of the buffer, so that they push
 * out no others.  What the buffer takes in a turn is also all that a monitor costs
 * control in it.
 *
 * Without a monitor f->monitored is 0, and no event is made for any.
 *
 * Control thread.
 */

#include <jansson.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct event;
struct fabric;
struct monitors;

#define MONITORS_MAX   8
#define MONITORS_OWNER 2 /* further ones, of root and the user of the daemon */

#define MONITOR_OCTETS (256u << 10) /* the buffer of one, a power of two */
#define MONITOR_FDB    (64u << 10)  /* of it for the group fdb */
#define MONITORS_KEPT  100          /* events, for the status page */
#define MONITOR_LINE   8192         /* octets of an event, at most */

/*
 * One that has taken nothing for so long, though it has something to take, makes room
 * for another one.
 */
#define MONITOR_STUCK (10 * CLOCK_SECOND)

/* What is to be shown. */
struct monitor_order {
	unsigned int groups;    /* bit g: enum event_group g */
	const char *port, *lan; /* only of these; NULL: of all */
	bool owner;
};

struct monitors *monitors_create(struct fabric *);

/* Ends all with an event "end", as far as that takes no time. */
void monitors_free(struct monitors *);

/* Makes a monitor.  Its number; 0 and errno: EBUSY, there is no place; or ENOMEM. */
uint32_t monitors_start(struct monitors *, const struct monitor_order *);

/* It begins, and 'fd' is its own; -1: the reader has gone before that. */
void monitors_begin(struct monitors *, uint32_t number, int fd);

/*
 * Whether the last MONITORS_KEPT events, but those of the group fdb, are kept for the
 * status page.
 */
void monitors_keep(struct monitors *, bool);

/* These, the newest first: a new array of what a monitor gets. */
json_t *monitors_kept(const struct monitors *);

/* How many there are. */
unsigned int monitors_running(const struct monitors *);

/* Another one that gets events: the event hook. */
struct monitor_sink {
	/* Whether it takes a line of MONITOR_LINE octets, which is made only then. */
	bool (*has_room)(void *arg);
	void (*put)(void *arg, const char *line, size_t n);
	void *arg;
};

/* Tells it all events of these groups but those about the hook; 0: none any more. */
void monitors_tell(struct monitors *, unsigned int groups,
		   const struct monitor_sink *);

/* The event as a line of JSON: its octets; 0: there is no memory. */
size_t monitor_line(const struct fabric *, const struct event *,
		    char line[MONITOR_LINE]);

/* Sends what there is room for. */
void monitors_turn(struct monitors *);

#endif
