/* SPDX-License-Identifier: BSD-3-Clause */
#ifndef IXF_STREAM_H
#define IXF_STREAM_H

/*
 * Commands whose answer goes on until it is interrupted: frames or events.  Both return
 * the exit code.
 */

#include <jansson.h>

struct options;

/* 'args' has the path and the filter as they were typed. */
int stream_capture(const struct options *, json_t *args);
int stream_monitor(const struct options *, json_t *args);

#endif
