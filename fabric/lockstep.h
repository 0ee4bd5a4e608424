/* SPDX-License-Identifier: BSD-3-Clause */
#ifndef IXF_LOCKSTEP_H
#define IXF_LOCKSTEP_H

/*
 * A fabric in step: devices are memory, there are no threads, and the clock is
 * the caller's.  For replays and tests, which may also explain frames and count
 * what the sponges did.  One thread.
 */

#include <stdbool.h>
#include <stdint.h>

#include "fabric/fabric.h"
#include "fabric/neigh/sponge_ops_lan.h"
#include "fabric/runtime/link_stats.h"
#include "fabric/trial/explain.h"

struct lockstep_ops {
	/* A frame left by 'port' at 'now': 'size' octets of one of 'len'. */
	void (*sent)(void *arg, uint64_t now, uint16_t port, const void *frame,
		     uint32_t size, uint32_t len);
	/*
	 * A frame, or a copy, was dropped, as it was on the wire; 'at' is the
	 * line of the configuration that decided, or nowhere, 'holder' the name of
	 * the other port that has the address, or NULL: struct drop_cause.
	 */
	void (*dropped)(void *arg, uint16_t port, enum drop why,
			struct where at, const char *holder, const void *frame,
			uint32_t size, uint32_t len);
	/* An event at 'now', as the daemon logs it; may be NULL. */
	void (*event)(void *arg, uint64_t now, enum drop_level,
		      const char *text);
	/* LACP runs; otherwise all links of a LAG that are up are used. */
	bool lacp;
};

/*
 * A fabric whose devices are memory.  Takes over 'config' (also on failure).
 * Starts EAL, once in a process, without huge pages, root or a NIC.  NULL and
 * an error in 'faults' on failure.
 */
struct fabric *lockstep_create(struct config *config,
			       const struct lockstep_ops *, void *arg,
			       struct faults *);

/*
 * A frame comes in from the device of 'port', of a LAG from its first link, at 'now'
 * (ns, never less than the last): 'size' octets of a frame of 'len'; 'bad': its FCS was
 * wrong.  Timers due before 'now' have run, and its effects are complete on return.
 */
void lockstep_frame(struct fabric *, uint16_t port, const void *frame,
		    uint32_t size, uint32_t len, bool bad, uint64_t now);

/* The same from the device with this id. */
void lockstep_frame_by(struct fabric *, uint16_t device, const void *frame,
		       uint32_t size, uint32_t len, bool bad, uint64_t now);

/* In sent(): the id of the device that the frame leaves by. */
uint16_t lockstep_sent_by(const struct fabric *);

/*
 * As lockstep_frame(), for 'n' whole frames at once, as a device may deliver them;
 * n <= 64.
 */
void lockstep_burst(struct fabric *, uint16_t port, unsigned int n,
		    const void *const *frame, const uint32_t *len,
		    uint64_t now);

/*
 * What has gone by link 'i' of the LAG of a port, which is less than CONFIG_LINKS_MAX.
 * Returns the text of its device; NULL: there is none, or the port is no LAG.
 */
const char *lockstep_link_stats(const struct fabric *, uint16_t port,
				unsigned int i, struct link_stats *);

/* Runs the timers due until 'now'. */
void lockstep_advance(struct fabric *, uint64_t now);

/* No frame follows: logs the numbers that the log limit holds back. */
void lockstep_end(struct fabric *);

/* The link of the device of 'port' goes up or down. */
void lockstep_link(struct fabric *, uint16_t port, bool up);

/* Frames of the matrix of ports, which 'config' has on: from one port to another. */
uint64_t lockstep_matrix(const struct fabric *, uint16_t from, uint16_t to);

/* Buffers in use: 0 between frames, or there is a leak. */
unsigned int lockstep_buffers_used(const struct fabric *);

void lockstep_free(struct fabric *);

#endif
