/* SPDX-License-Identifier: BSD-3-Clause */
#ifndef IXF_WATCH_H
#define IXF_WATCH_H

/*
 * Prints something again and again: on a terminal in place, in the alternate screen,
 * which is left at the end, when stopped (^Z) and at a signal; in a pipe or a file one
 * after the other, with an empty line between.
 */

#include <stdbool.h>
#include <stdio.h>

struct watch {
	unsigned int seconds; /* from one time to the next */
	const char *title;    /* above it, on a terminal */
	/*
	 * Prints once; errors go to 'err', which is 'out' on a terminal.  False: there
	 * was no answer.
	 */
	bool (*print)(void *arg, FILE *out, FILE *err);
	void *arg;
};

/*
 * Prints until ^C, which ends the process with 0, or until the reader of the pipe is
 * gone: true.  False at once if there is no answer the first time; later it goes on, as
 * the daemon may be restarted.
 */
bool watch(const struct watch *);

/* The screen: 'text' in lines of which 'rows' are shown, without a newline. */
void watch_paint(const char *title, const char *text, unsigned int rows,
		 FILE *out);

#endif
