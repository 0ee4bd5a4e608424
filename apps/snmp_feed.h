/* SPDX-License-Identifier: BSD-3-Clause */
#ifndef IXF_SNMP_FEED_H
#define IXF_SNMP_FEED_H

/*
 * What a thread of its own asks the daemon for, so that SNMP never waits for a daemon
 * that is slow, stopped or another program.  It asks only when something is wanted.
 *
 * The caller is one thread; what it gets is its own until the next call.
 */

#include <stdint.h>

struct snmp_feed;

struct snmp_source {
	/*
	 * Asks: a new object, or NULL.  'before' is the last one, or NULL.  The
	 * connection is noted by snmp_feed_connected(), so that it can be ended.
	 */
	void *(*ask)(struct snmp_feed *, const char *socket,
		     const void *before);
	void (*free)(void *);
	/* ns: older ones are asked for anew; still older ones are not used. */
	uint64_t fresh, usable;
	/* ns: the same while the daemon is answering. */
	uint64_t usable_meanwhile;
	/* ns: an answer that takes longer is given up. */
	uint64_t limit;
};

/* NULL: no memory, or no thread. */
struct snmp_feed *snmp_feed_create(const struct snmp_source *,
				   const char *socket);
void snmp_feed_free(struct snmp_feed *);

/*
 * What the daemon has answered, or NULL: there is nothing that could be used.  'now'
 * is CLOCK_MONOTONIC, in ns.  Waits for an answer, but 0.4 s at most, and only once for
 * each answer.
 */
const void *snmp_feed_get(struct snmp_feed *, uint64_t now);

/*
 * To be called every second: asks at the start, and now and then while it is wanted
 * every hour, so that a long answer is there before it is wanted.  Never waits.
 */
void snmp_feed_keep_ready(struct snmp_feed *, uint64_t now);

/* By the thread that asks: the socket; -1: it is about to be closed. */
void snmp_feed_connected(struct snmp_feed *, int fd);

#endif
