/* SPDX-License-Identifier: BSD-3-Clause */
#ifndef IXF_VIEW_BUILD_H
#define IXF_VIEW_BUILD_H

/* From the configuration to what workers read.  Control thread. */

struct config;
struct fabric;

/*
 * A view of 'config' over the objects of 'f', which has one for everything in
 * 'config'.  NULL and errno when memory is short.
 */
struct view *view_build(const struct fabric *f, const struct config *config);
void view_free(const struct view *);

#endif
