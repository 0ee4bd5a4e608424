/* SPDX-License-Identifier: BSD-3-Clause */
#ifndef IXF_WORKER_WATCH_H
#define IXF_WORKER_WATCH_H

/*
 * Whether each worker goes round its queues.  One that stops is logged, with its core
 * and its devices, is a problem in status, and ends the signs of life for the service
 * manager, which then starts the daemon again.
 *
 * Control looks once a second of its own time, and counts looks, not time: while
 * control itself stands still, in an apply or with the whole machine, no worker is
 * taken for stopped.  Control thread.
 */

#include <stdbool.h>

struct fabric;

/* Looks in a row without a round, after which a worker has stopped. */
#define WORKER_WATCH_LOOKS 3

/* To be called at least once a second; looks if it is time. */
void worker_watch_turn(struct fabric *);

/* Whether worker 'i' has stopped; and whether any has. */
bool worker_watch_stopped(const struct fabric *, unsigned int i);
bool worker_watch_any(const struct fabric *);

#endif
