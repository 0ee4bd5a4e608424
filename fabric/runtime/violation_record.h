/* SPDX-License-Identifier: BSD-3-Clause */
#ifndef IXF_VIOLATION_RECORD_H
#define IXF_VIOLATION_RECORD_H

/*
 * The dropped frames of a port, gathered from the records of all workers
 * (drop_record.h).  Control thread.
 */

#include <stdbool.h>
#include <stdint.h>

#include "fabric/view/drop_record.h"

struct fabric;
struct port_rt;

/* The last frame of the port that was dropped for 'why', or false. */
bool violation_last(const struct fabric *, const struct port_rt *,
		    enum drop why, struct drop_record_copy *);

/*
 * The last frames, up to DROP_RECORD_RING, that were dropped while the port was
 * in quarantine, or last was, in the order of time.  Returns how many.
 */
unsigned int violation_record(const struct fabric *, const struct port_rt *,
			      struct drop_record_copy record[DROP_RECORD_RING]);

#endif
