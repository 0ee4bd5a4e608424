/* SPDX-License-Identifier: BSD-3-Clause */
#ifndef IXF_CONFIG_INCLUDE_H
#define IXF_CONFIG_INCLUDE_H

/* Further files of a configuration. */

#include <stdbool.h>
#include <stdio.h>

#include "fabric/config/config.h"

/*
 * Opens the files that 'patterns' name, as seen from the folder of 'path', and
 * calls 'visit' for each: pattern by pattern, by name in the C locale within
 * one.  A file is visited once, 'path' itself never.  Returns whether all went
 * well; 'faults' has the rest, patterns that match nothing as warnings.
 */
typedef void config_include_visit(void *arg, const char *path, FILE *);
bool config_include(const char *path, const struct config_files *patterns,
		    config_include_visit *visit, void *arg, struct faults *);

#endif
