/* SPDX-License-Identifier: BSD-3-Clause */
#ifndef IXF_APPLY_STEP_H
#define IXF_APPLY_STEP_H

/*
 * An apply under way, and its steps.  Each step makes what the new configuration
 * has and the running one lacks; then either all of them keep it, and hand what
 * is no longer wanted to a->retired, or those that have begun undo it.  Private
 * to apply*.c; control thread.
 */

#include <stddef.h>

#include "fabric/runtime/runtime.h"
#include "lib/faults.h"

struct mac_undo;
struct retired;
struct view;

struct apply {
	struct fabric *f;
	const struct config *config; /* the new one */
	struct faults *faults;
	struct retired *retired;
	unsigned int opened, closed; /* devices */
	struct view *view;
	unsigned int nneigh;   /* LANs that neigh_make() was called for */
	struct mac_undo *undo; /* apply_macs.c */
	size_t nundo;
};

struct apply_step {
	const char *name; /* what there is no memory for */
	/*
	 * 0 or -errno.  Without an error in a->faults, the memory was short; what
	 * has been made until then is left to 'undo'.
	 */
	int (*make)(struct apply *);
	void (*undo)(struct apply *); /* or NULL */
	/* The new view is published: cannot fail.  Or NULL. */
	void (*keep)(struct apply *);
};

#endif
