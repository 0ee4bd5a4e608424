/* SPDX-License-Identifier: BSD-3-Clause */
#ifndef IXF_EAL_H
#define IXF_EAL_H

/*
 * DPDK's environment: its arguments made from the configuration, and what it
 * logs.  Once in a process; control thread.
 */

#include <stdbool.h>
#include <stdint.h>

#include "fabric/runtime/runtime.h"

/* A buffer takes a whole frame of the usual size; one for copies, any frame. */
#define EAL_BUFFER_ROOM 2048
#define EAL_COPY_ROOM   9280

/* What the fabric needs, known before DPDK is up. */
struct eal_needs {
	unsigned int nworkers;
	unsigned int core[WORKERS_MAX]; /* of each worker */
	unsigned int buffers;           /* frames in one pool */
	unsigned int copies;            /* of flooded frames, in another */
	bool pci;                       /* a device is on the PCI bus */
	bool debug;                     /* DPDK logs all that it can */
	uint32_t megabytes;             /* memory of DPDK, with huge pages */
	uint32_t megabytes_no_huge;     /* and without */

	/* More arguments for EAL, behind its own, set by the caller. */
	int nargs;
	char *const *args;
};

/* The needs of a configuration.  0, or -errno and an error in 'faults'. */
int eal_plan(const struct config *, struct eal_needs *, struct faults *);

/*
 * Starts EAL; worker i runs on lcore i + 1.  0, or -errno and an error in 'faults'
 * that names what is missing.
 */
int eal_start(const struct eal_needs *, struct faults *);
void eal_stop(void);

/*
 * From eal_log_keep() to eal_log_kept() what DPDK logs is kept, not printed: it
 * becomes part of an error message.  eal_log_kept() returns it as one line, ""
 * when there was nothing, valid until the next eal_log_keep().
 */
void eal_log_keep(void);
const char *eal_log_kept(void);

/* Logs a line for the operator: lib/log.h. */
void eal_log(int level, const char *fmt, ...)
	__attribute__((format(printf, 2, 3)));

#endif
