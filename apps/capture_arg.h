/* SPDX-License-Identifier: BSD-3-Clause */
#ifndef IXF_CAPTURE_ARG_H
#define IXF_CAPTURE_ARG_H

/*
 * What ixctl does of `ixctl capture start`: it compiles the filter, and writes what
 * the daemon sends to a file, with the rights of the operator.
 */

#include <jansson.h>
#include <stddef.h>

struct client;

/*
 * Puts a compiled filter in the place of the text in 'args'.  0, or -EINVAL and the
 * reason in 'why'.
 */
int capture_arg_filter(json_t *args, char *why, size_t size);

/*
 * Takes the path of the file out of 'args': a new text, or null for standard output.
 * NULL and the reason in 'why': that is a terminal.
 */
json_t *capture_arg_path(json_t *args, char *why, size_t size);

/* Opens it: the descriptor, or -errno and the reason in 'why'. */
int capture_arg_open(const json_t *path, char *why, size_t size);

/*
 * Writes all that follows the answer to 'fd', until the capture ends: on its own, or
 * by SIGINT or SIGTERM, which let the daemon complete the file.  0, or -errno of the
 * file.
 */
int capture_arg_copy(struct client *, int fd);

#endif
