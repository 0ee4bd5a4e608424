/* SPDX-License-Identifier: BSD-3-Clause */
#ifndef IXF_FRAME_ARG_H
#define IXF_FRAME_ARG_H

/*
 * The frame of `ixctl explain`: octets on the command line, or one of a capture,
 * which is read here, with the rights of who asks.
 */

#include <jansson.h>
#include <stddef.h>

/*
 * Makes of the word "frame" in 'args', hex octets or FILE[:N], what the daemon
 * takes: the octets, and, of a capture, "len" and "bad" where they matter and
 * are not given.  0; or -errno and a sentence in 'why'.
 */
int frame_arg(json_t *args, char *why, size_t size);

#endif
