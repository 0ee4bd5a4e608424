/* SPDX-License-Identifier: BSD-3-Clause */
#ifndef IXF_RENDER_H
#define IXF_RENDER_H

/* The daemon's answers, as ixctl prints them for people. */

#include <jansson.h>
#include <stdio.h>

struct command;
struct render;

/* For the answer to 'command', on 'out'.  NULL when memory is short. */
struct render *render_create(const struct command *, FILE *out);

/* A part of the answer: an array of rows, or an object. */
void render_part(struct render *, const json_t *part);

/* After the last part: prints what waited for it, and frees.  0 or -errno. */
int render_end(struct render *);

/* Frees, and prints nothing. */
void render_discard(struct render *);

#endif
