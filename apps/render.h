/* SPDX-License-Identifier: BSD-3-Clause */
#ifndef IXF_RENDER_H
#define IXF_RENDER_H

/* The daemon's answers as ixctl prints them for people. */

#include <jansson.h>
#include <stdint.h>
#include <stdio.h>

struct command;
struct render;

/* For the answer to 'command', on 'out'.  NULL when memory is short. */
struct render *render_create(const struct command *, FILE *out);

/* A part of the answer: an array of rows, or an object. */
void render_part(struct render *, const json_t *part);

/* That was all: prints what waited for it.  0 or -errno.  Frees. */
int render_end(struct render *);

/* Frees, and prints nothing. */
void render_discard(struct render *);

/* "3s", "4m", "2h", "5d". */
#define RENDER_AGE_SIZE 24
char *render_age(uint64_t seconds, char text[RENDER_AGE_SIZE]);

/* "10G", "2.5G", "100M". */
#define RENDER_SPEED_SIZE 24
char *render_speed(uint64_t mbit, char text[RENDER_SPEED_SIZE]);

#endif
