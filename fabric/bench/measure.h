/* SPDX-License-Identifier: BSD-3-Clause */
#ifndef IXF_MEASURE_H
#define IXF_MEASURE_H

/*
 * What a program forwards of all that the source has (source.h), and what a
 * frame costs it: cycles of the TSC from one window of 1,024 frames to the next, on
 * the core that makes, forwards and checks them.  Also in other programs than
 * ixbench, so nothing here knows a fabric.  Control thread.
 */

#include <stdbool.h>
#include <stdint.h>

#include "fabric/bench/source.h"

#define MEASURE_CORES 64

enum measure_mark {
	MEASURE_TAUGHT, /* all frames from here on count */
	MEASURE_BEGINS, /* the seconds that are measured */
	MEASURE_ENDS,
	MEASURE_SETTLED /* the last frame has come out */
};

struct measure_options {
	/*
	 * Before the measurement each port sends from all its addresses, until
	 * known() is true or 'teach' seconds are over; NULL: for that long.
	 */
	double teach;
	bool (*known)(void *arg);
	double warm;    /* seconds at full speed that are not measured */
	double seconds; /* that are */
	/* Lets a millisecond pass, and does what control has to do. */
	void (*turn)(void *arg);
	/* NULL: no matter. */
	void (*mark)(void *arg, enum measure_mark);
	void *arg;
};

/* Cycles a frame on one core, over its windows, of which four million are kept. */
struct measure_core {
	unsigned int lcore;
	unsigned int windows; /* 0: the others are 0, too */
	double min, p1, median, p99;
	double mpps; /* frames in its windows */
};

struct measure_result {
	double tsc_hz;
	double seconds;
	double mpps; /* received in the seconds measured, by the right port */

	/* From the start of the source to the last frame. */
	uint64_t sent;
	uint64_t received; /* by the right port */
	uint64_t bad;      /* by another */
	uint64_t groups;   /* copies of broadcast and multicast */
	uint64_t lost;     /* sent and not received */
	uint64_t no_mbuf;  /* not made, as the pool was empty */

	unsigned int ncores;
	struct measure_core core[MEASURE_CORES];
};

/* Sums over all ports. */
struct measure_sums {
	uint64_t sent, received, bad, groups, missed, no_mbuf, refused;
};

void measure_sums(struct measure_sums *);

/*
 * Until 'seconds' are over, or 'done' (NULL: never) is true.  Returns the seconds that
 * have passed.
 */
double measure_pass(const struct measure_options *, double seconds,
		    bool (*done)(void *arg));

/* Room for the windows of all cores.  False: no memory. */
bool measure_room(const struct measure_options *);

/* Each port sends from all its addresses: see struct measure_options. */
void measure_teach(const struct measure_options *);

/* Sums up the windows; tsc_hz is set, and ncores is 0.  0, or -ENOMEM. */
int measure_cores(struct measure_result *);

/* The source has stopped: waits until no frame comes out any more. */
void measure_settle(const struct measure_options *);

/* 0, or -ENOMEM. */
int measure_run(const struct measure_options *, struct measure_result *);

#endif
