/* SPDX-License-Identifier: BSD-3-Clause */
#ifndef IXF_APPLY_JOB_H
#define IXF_APPLY_JOB_H

/*
 * An order to read a configuration, to compare it and, if asked, to apply it; one at
 * a time.
 *
 * To read and check a large configuration takes ten milliseconds, and the memory of
 * new MAC tables parts of a second.  A thread of its own does both: it uses the
 * running configuration, which stays as it is meanwhile, and nothing else of the
 * fabric.  Then control copies what has been learned into new tables, in parts, and
 * applies.
 */

#include "fabric/api/answer.h"
#include "fabric/api/apply_order.h"

struct apply_job;

/*
 * Begins an order, which it takes over.  'owner' tells it from others; NULL: no
 * request waits for its end.  NULL if memory is short.
 */
struct apply_job *apply_job_begin(struct answers *, const void *owner,
				  struct apply_order *, bool applies);

/* The owner of the job; it is NULL after apply_job_leave(). */
const void *apply_job_owner(const struct apply_job *);

/* The request has gone: it ends all the same. */
void apply_job_leave(struct apply_job *);

/* Goes on with it for a turn of control.  Returns whether it has ended. */
bool apply_job_turn(struct apply_job *);

/* What has come of it, when it has ended. */
struct apply_done {
	int rc; /* 0, or -errno and errors in 'faults' */
	const struct apply_order *order;
	const struct config *config; /* NULL: applied, or faulty */
	const struct apply_report *report;
	const struct faults *faults;
};
struct apply_done apply_job_result(const struct apply_job *);

/* Its faults, which the caller frees. */
struct faults *apply_job_take_faults(struct apply_job *);

/* Ends and frees it. */
void apply_job_end(struct apply_job *);

#endif
