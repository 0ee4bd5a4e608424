/* SPDX-License-Identifier: BSD-3-Clause */
#ifndef IXF_FAULT_H
#define IXF_FAULT_H

/*
 * Steps that can fail, made to fail: allocations of the product, and devices that
 * do not open.  The linker puts the functions of fault.c in front of those of
 * libc (meson.build, --wrap), for this program alone.
 */

#include <stdbool.h>

enum fault_kind {
	FAULT_NONE,
	FAULT_MEMORY, /* an allocation returns NULL */
	FAULT_OPEN,   /* a device does not open */
	FAULT_KINDS
};

/* Where a fault is put. */
struct fault_plan {
	enum fault_kind kind;
	unsigned int first; /* the step that fails, from 1 */
	bool onward;        /* and all after it */
	/* Called at each step of any kind, between two of the product; or NULL. */
	void (*between)(void);
};

/* From here on the thread counts its steps, and fails those of the plan. */
void fault_begin(const struct fault_plan *);
/* Ends that.  Returns whether a step has failed. */
bool fault_end(void);

/* What is done while it is paused are no steps. */
void fault_pause(bool paused);

/* A step, and its place in the program; whether it fails. */
bool fault_step(enum fault_kind, const char *name, const void *at);

/* Runs what 'between' says, outside of steps; 'last' is what was before it. */
void fault_between(const char *last);

/* What came last in the apply, for people. */
const char *fault_last(void);

/* How many different places have failed so far. */
unsigned int fault_places(void);

#endif
