/* SPDX-License-Identifier: BSD-3-Clause */
#ifndef IXF_ASK_H
#define IXF_ASK_H

/* The whole answer of the daemon to one command, for commands of ixctl itself. */

#include <jansson.h>
#include <stddef.h>

/* Where the daemon is asked, and for how many seconds. */
struct ask {
	const char *socket;
	unsigned int seconds;
};

/*
 * Sends the command with 'args' (taken; NULL: none) and returns its result, an object
 * or the rows of all parts, for json_decref().  NULL: 'why' is a sentence.
 */
json_t *ask_all(const struct ask *, const char *command, json_t *args,
		char *why, size_t size);

#endif
