/* SPDX-License-Identifier: BSD-3-Clause */
#ifndef IXF_SELFTEST_FRAMES_H
#define IXF_SELFTEST_FRAMES_H

/* Frames made by the recipes of the self-test.  Control side, one thread. */

#include <stdbool.h>
#include <stdint.h>

#include "lib/compose.h"

struct selftest_recipe;
struct selftest_setup;

/* A frame to try. */
struct selftest_try {
	struct compose frame;
	uint32_t len;  /* on the wire, when more than there is; or 0 */
	bool bad;      /* its FCS was wrong */
	bool tagged;   /* has the tags it should have */
	bool leaves;   /* goes straight to where it would leave by the port */
	uint16_t from; /* port that it came in by */
	uint16_t over; /* limits that are used up, bits METER_x */
};

/*
 * Makes the frame of a recipe, not NO_FRAME, in '*t', which is zero.  Returns
 * NULL, or why it cannot be tried on the port.
 */
const char *selftest_make(const struct selftest_setup *,
			  const struct selftest_recipe *,
			  struct selftest_try *t);

#endif
