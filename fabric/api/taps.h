/* SPDX-License-Identifier: BSD-3-Clause */
#ifndef IXF_TAPS_H
#define IXF_TAPS_H

/*
 * Captures of the running fabric.  Workers copy the frames that a capture takes into
 * their rings (view/tap.h); here the filter is run, and what it takes goes as pcapng to
 * the reader, an operator's ixctl, by the socket on which the capture was asked for.
 *
 * Everything is bounded: captures at once, the rings, the records of a turn, the
 * buffer in front of a reader, and each capture in time and octets.  A reader that is
 * slow loses frames of its own capture, which are counted.
 *
 * Control thread.
 */

#include <stdbool.h>
#include <stdint.h>

#include "fabric/view/drop.h"
#include "fabric/view/tap.h"

struct fabric;
struct framefilter;
struct taps;

#define TAPS_SNAPLEN     128 /* octets of a frame, unless asked otherwise */
#define TAPS_SNAPLEN_MIN 14
#define TAPS_SECONDS     600
#define TAPS_SECONDS_MAX 86400
#define TAPS_COUNT_MAX   999999999 /* frames */
#define TAPS_FILTER_MAX  512       /* octets of an expression */
#define TAPS_BY_SIZE     64

/* Octets of a frame that a filter sees, whatever the snap length is. */
#define TAPS_LOOK 256

/* Octets of a file, at which the capture ends. */
#define TAPS_OCTETS_MAX (UINT64_C(1) << 30)

/* What is to be captured. */
struct taps_order {
	const char *port;  /* NULL: all ports */
	unsigned int ways; /* bit w: enum tap_way w */
	enum drop why;     /* DROP_NONE: any */
	const char *text;  /* the filter, for operators; NULL: none */
	struct framefilter *filter;
	uint32_t count; /* frames; 0: no limit */
	uint32_t snaplen, seconds;
	const char *by; /* the user */
};

enum taps_state {
	TAPS_FREE,
	TAPS_WAITS, /* for the socket of its reader */
	TAPS_RUNS,
	TAPS_STOPS,  /* what is in the rings still belongs to it */
	TAPS_DRAINS, /* the file is complete, and is being sent */
	TAPS_ENDED,
};

/* A capture, for operators. */
struct taps_row {
	uint32_t number;
	enum taps_state state;
	const struct taps_order *order;
	uint64_t since;  /* ns: the start */
	uint64_t until;  /* ns: the end, by the clock or as it was */
	uint64_t frames; /* in the file */
	uint64_t octets; /* the file */
	uint64_t lost; /* frames that the rings or the buffer had no room for */
	const char *why; /* it has ended; or "" */
};

struct taps *taps_create(struct fabric *);

/* Ends all captures, as far as that takes no time. */
void taps_free(struct taps *);

/*
 * Makes the taps of workers, some at a time, since they are large.  False: there are
 * more to make.  To be called until it is true, before the first capture.
 */
bool taps_prepare(struct taps *);

/*
 * Makes a capture, whose filter it takes over (also on failure).  Its number; 0 and errno:
 * EBUSY, there are TAP_CAPTURES_MAX of them; ENOMEM; ENOENT, there is no such port.
 */
uint32_t taps_start(struct taps *, const struct taps_order *);

/* It begins, and 'fd' is its own; -1: the reader has gone before that. */
void taps_begin(struct taps *, uint32_t number, int fd);

/* Ends the capture with this number, or all: 0.  Returns how many. */
unsigned int taps_stop(struct taps *, uint32_t number, const char *by);

/* The captures, also the last ones that have ended; false: no more than 'i'. */
bool taps_get(const struct taps *, unsigned int i, struct taps_row *);

/* How many run. */
unsigned int taps_running(const struct taps *);

/* Frames that captures have lost since the start of the daemon. */
uint64_t taps_lost(const struct taps *);

/* Passes on what workers have copied.  Whether there is more. */
bool taps_turn(struct taps *);

#endif
