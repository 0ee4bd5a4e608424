/* SPDX-License-Identifier: BSD-3-Clause */
#ifndef IXF_CONTROL_H
#define IXF_CONTROL_H

/*
 * The live fabric, for the daemon: devices, workers, and control, which is the
 * thread that calls here.
 */

#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>

#include "fabric/fabric.h"

struct ctl;
struct start;

struct fabric_options {
	const char *file;    /* of the configuration, for fabric_reload() */
	struct start *start; /* what was chosen by it: start.h; or NULL */
	int neal_args;       /* passed on to EAL, after ours */
	char *const *eal_args;
	/* Called now and then while a start or an apply takes long; or NULL. */
	void (*alive)(void);
};

/*
 * Brings up EAL, devices and workers for 'config', which it takes over (also on
 * failure), and reads the state file.  The options must stay until it returns.
 * NULL and errors in 'faults' on failure.
 */
struct fabric *fabric_start(struct config *config,
			    const struct fabric_options *, struct faults *);

/*
 * Stops the workers, closes devices and EAL.  NULL is allowed.  False: a worker
 * does not return.  Interfaces of the kernel are as they were, but nothing is
 * freed, and the process must end by _exit().
 */
bool fabric_stop(struct fabric *);

/*
 * One turn of the control thread: what the workers report, links, ageing, the
 * state file, what waits to be freed.  Never blocks.  Returns the ns after which the
 * next turn is due: FABRIC_TURN; less while there is more to do; or more, while no
 * worker has anything to do.  Then it is due as soon as fabric_fd() is readable, and
 * after FABRIC_TURN if an operator waits for an answer.
 */
uint64_t fabric_turn(struct fabric *);

#define FABRIC_TURN UINT64_C(1000000) /* ns */

/* Whether all workers poll: false when one has stopped for some seconds. */
bool fabric_polls(const struct fabric *);

/* Readable when a worker has woken control.  It stays the fabric's. */
int fabric_fd(const struct fabric *);

/* Answers the commands that come by the socket, which stays the caller's. */
void fabric_serve(struct fabric *, struct ctl *);

/*
 * Asks for the file of the configuration to be read again and applied, in turns to
 * come.
 */
void fabric_reload(struct fabric *);

/*
 * Whether that has ended.  Then '*faults' is the caller's: if there are errors,
 * nothing has changed.  NULL: there was no memory.
 */
bool fabric_reloaded(struct fabric *, struct faults **faults);

/* Prints what has started, in a few lines that begin with 'prefix'. */
void fabric_announce(const struct fabric *, const char *prefix, FILE *);

/*
 * Writes the state file once more, and the learned addresses, and waits for the disk;
 * frames are forwarded meanwhile.
 */
void fabric_save(struct fabric *);

#endif
