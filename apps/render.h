/* SPDX-License-Identifier: BSD-3-Clause */
#ifndef IXF_RENDER_H
#define IXF_RENDER_H

/* The daemon's answers, as ixctl prints them for people. */

#include <jansson.h>
#include <stdbool.h>
#include <stdio.h>

struct command;
struct render;

/*
 * For the answer to 'command', on 'out'.  'how': its arguments for ixctl alone, of
 * command_take_local(), which render_check() takes; NULL: none.  It must live as long.
 * NULL when memory is short.
 */
struct render *render_create(const struct command *, const json_t *how,
			     FILE *out);

/* Whether 'how' names a column by which to sort; if not, 'why' says what is wrong. */
bool render_check(const struct command *, const json_t *how, char *why,
		  size_t size);

/* A part of the answer: an array of rows, or an object. */
void render_part(struct render *, const json_t *part);

/* After the last part: prints what waited for it, and frees.  0 or -errno. */
int render_end(struct render *);

/* Frees, and prints nothing. */
void render_discard(struct render *);

#endif
