/* SPDX-License-Identifier: BSD-3-Clause */
#ifndef IXF_REPLAY_OUTPUT_H
#define IXF_REPLAY_OUTPUT_H

/*
 * The files of a replay: PORT.pcap for each port, and drops.pcapng.  They contain no
 * date and no name of the machine.
 */

#include <stdbool.h>
#include <stdint.h>

#include "apps/replay_exchange.h"
#include "apps/replay_input.h"
#include "fabric/fabric.h"
#include "lib/faults.h"

struct output;

/*
 * Creates 'dir' and the files in it.  Overwrites files, but not those that 'in'
 * reads.  The ids of the ports are set.  NULL and an error in 'faults' on failure.
 */
struct output *output_create(const char *dir, struct exchange *,
			     const struct input *in, struct faults *);

/*
 * At 'now' the port with that id sent the frame; or dropped it because of the line
 * 'at' of the configuration, which may be nowhere, and because the address is that
 * of the port named 'holder', or NULL.
 */
void output_sent(struct output *, uint16_t id, const void *frame, uint32_t size,
		 uint32_t len, uint64_t now);
void output_dropped(struct output *, uint16_t id, enum drop why,
		    struct where at, const char *holder, const void *frame,
		    uint32_t size, uint32_t len, uint64_t now);

/* 0, or the first error of writing; nothing is written after it. */
int output_error(const struct output *);

/*
 * Completes and closes the files, also after an error, and frees the object.
 * 'received' has the number of frames of each port, 'now' is the end.  0, or -errno
 * of the first error, which is added to 'faults'.
 */
int output_close(struct output *, const uint64_t *received, uint64_t now,
		 struct faults *);

/*
 * Whether 'path' and 'path'.new may be written beside the files in 'dir', which may be
 * NULL: neither is read, nor one of those files.  Else there is an error in 'faults'.
 */
bool output_may_replace(const char *path, const char *dir, struct exchange *,
			const struct input *in, struct faults *);

/* A path in 'dir', for free(); NULL when memory is short. */
char *output_path(const char *dir, const char *name, const char *suffix);

#endif
