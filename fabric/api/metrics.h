/* SPDX-License-Identifier: BSD-3-Clause */
#ifndef IXF_METRICS_H
#define IXF_METRICS_H

/*
 * The counters and states of the fabric in the text format of Prometheus (version
 * 0.0.4), for ixctl metrics and GET /metrics.
 *
 * A scrape has two halves, each done in small pieces, between which control has its
 * turns.  First all values are taken, those of a port at once, so that every counter is
 * read once a scrape.  Then the text is made from what was taken: an apply in between
 * does not touch it.  Control thread.
 */

#include <stdbool.h>
#include <stddef.h>

struct answers;
struct metrics;

#define METRICS_CONTENT_TYPE "text/plain; version=0.0.4; charset=utf-8"

/* Scrapes at the same time, of each kind of client: each has a copy of all values. */
#define METRICS_MAX 4

/*
 * Begins a scrape.  'matrix': with the matrix of ports, which can have a million pairs.
 * NULL: no memory.
 */
struct metrics *metrics_begin(struct answers *, bool matrix);
void metrics_end(struct metrics *);

/*
 * Takes more values, a fraction of a millisecond's work; none while the tables of
 * some LANs do not follow the configuration yet.  1: all are taken; 0: there are
 * more; -ENOMEM.
 */
int metrics_take(struct metrics *);

/*
 * Writes the next part of the text, at most 'size' octets, when all values are taken:
 * whole lines, if one fits.  Returns its length; 0: that was all.  -ENOMEM.
 */
long metrics_read(struct metrics *, char *text, size_t size);

#endif
