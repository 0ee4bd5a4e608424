/* SPDX-License-Identifier: BSD-3-Clause */
#ifndef IXF_FABRIC_H
#define IXF_FABRIC_H

/*
 * The fabric, for the processes in apps/.  No DPDK type passes through here.
 *
 * All of it is called from one thread, the control thread.
 */

#include <stdbool.h>
#include <stdint.h>

#include "fabric/apply/apply.h"
#include "fabric/config/config.h"
#include "fabric/runtime/port_id.h"
#include "fabric/runtime/stats.h"
#include "fabric/view/drop.h"
#include "lib/faults.h"

struct fabric;

/* In step: no devices, no threads, a clock of the caller's. */

struct lockstep_ops {
	/* A frame left by 'port' at 'now': 'size' octets of one of 'len'. */
	void (*sent)(void *arg, uint64_t now, uint16_t port, const void *frame,
		     uint32_t size, uint32_t len);
	/*
	 * A frame, or a copy, was refused, as it was on the wire; 'at' is the
	 * line of the configuration that decided, or nowhere.
	 */
	void (*dropped)(void *arg, uint16_t port, enum drop why,
			struct where at, const void *frame, uint32_t size,
			uint32_t len);
	/* An event at 'now', as the daemon logs it; may be NULL. */
	void (*event)(void *arg, uint64_t now, enum drop_level,
		      const char *text);
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
 * A frame comes in from the device of 'port' at 'now' (ns, never less than the
 * last): 'size' octets of a frame of 'len'; 'bad': its FCS was wrong.  Timers
 * due before 'now' have run, and its effects are complete on return.
 */
void lockstep_frame(struct fabric *, uint16_t port, const void *frame,
		    uint32_t size, uint32_t len, bool bad, uint64_t now);

/* The same for 'n' frames at once, as a device may deliver them; n <= 64. */
void lockstep_burst(struct fabric *, uint16_t port, unsigned int n,
		    const void *const *frame, const uint32_t *len,
		    uint64_t now);

/* Runs the timers due until 'now'. */
void lockstep_advance(struct fabric *, uint64_t now);

/* No frame follows: says what is held back until the log speaks of it. */
void lockstep_end(struct fabric *);

/* The link of the device of 'port' goes up or down. */
void lockstep_link(struct fabric *, uint16_t port, bool up);

/* Buffers in use: 0 between frames, or there is a leak. */
unsigned int lockstep_buffers_used(const struct fabric *);

void lockstep_free(struct fabric *);

/* Asking. */

/* Every address of every LAN, LAN by LAN in the order of the configuration. */
struct fabric_mac {
	const char *lan;
	uint64_t mac;
	const char *port;
	const char *type;     /* "static", "learned" or "sticky" */
	uint32_t age_seconds; /* since it was last heard; 0 for static */
};
typedef void fabric_mac_visit(void *arg, const struct fabric_mac *);
void fabric_macs(struct fabric *, fabric_mac_visit *, void *arg);

/* Live (control.c, device.c): the daemon. */

struct fabric_options {
	int neal_args; /* passed on to EAL, after ours */
	char *const *eal_args;
};

/*
 * Brings up EAL, devices and workers for 'config', which it takes over (also
 * on failure).  NULL and errors in 'faults' on failure.
 */
struct fabric *fabric_start(struct config *config,
			    const struct fabric_options *, struct faults *);

/* Stops the workers, closes devices and EAL. */
void fabric_stop(struct fabric *);

/*
 * One turn of the control thread: what the workers report, links, ageing, what
 * waits to be freed.  To be called every millisecond; never blocks.
 */
void fabric_turn(struct fabric *);

#endif
