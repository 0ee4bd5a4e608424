/* SPDX-License-Identifier: BSD-3-Clause */
#ifndef IXF_FRAME_ARG_H
#define IXF_FRAME_ARG_H

/*
 * The frame of `ixctl explain`: octets on the command line, or a frame of a
 * capture, which ixctl reads with the rights of its user.
 */

#include <jansson.h>
#include <stddef.h>

/*
 * Replaces the word "frame" in 'args', hex octets or FILE[:N], by octets.  For a
 * frame of a capture it adds "len" and "bad" where they are needed and not given.
 * 0; or -errno and a sentence in 'why'.
 */
int frame_arg(json_t *args, char *why, size_t size);

#endif
