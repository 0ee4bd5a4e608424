/* SPDX-License-Identifier: BSD-3-Clause */
#ifndef IXF_HOOKS_H
#define IXF_HOOKS_H

/*
 * The event hook: gives events to the program that the configuration names
 * (lib/hookrun.h).  Its events come from monitors (monitor.h), as lines of JSON; one
 * that has no room is counted, and "lost" tells the program how many, when there is
 * room again.  A failure is logged once, until the program works again; the events about
 * that are not given to it.
 *
 * Only in the daemon: a fabric in step starts no program.  Control thread.
 */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct config;
struct fabric;
struct hooks;
struct monitors;

/* Of the daemon, whose monitors give the events.  NULL: no memory. */
struct hooks *hooks_create(struct fabric *, struct monitors *);
void hooks_free(struct hooks *);

/* Follows the running configuration, and logs what has become of the program. */
void hooks_turn(struct hooks *);

struct hooks_state {
	const char *program; /* NULL: none */
	uint64_t runs, failed, killed, lost;
	size_t waiting; /* octets */
	bool running;
	const char *why; /* the last process has failed; NULL: it has not */
};

/* NULL is allowed: there is no hook. */
void hooks_look(const struct hooks *, struct hooks_state *);

#endif
