/* SPDX-License-Identifier: BSD-3-Clause */
#ifndef IXF_CONFIG_INCLUDE_H
#define IXF_CONFIG_INCLUDE_H

/* The files that a configuration includes. */

#include <stdbool.h>
#include <stdio.h>

#include "fabric/config/config.h"

/*
 * Opens the files that 'patterns' name, relative to the folder of 'path', and
 * calls 'visit' for each: pattern by pattern, and the files of a pattern by
 * name in the C locale.  A file is visited once, 'path' itself never.  Returns
 * whether all were read; 'faults' has the errors, and a warning for a pattern
 * that matches no file.
 */
typedef void config_include_visit(void *arg, const char *path, FILE *);
bool config_include(const char *path, const struct config_files *patterns,
		    config_include_visit *visit, void *arg, struct faults *);

#endif
