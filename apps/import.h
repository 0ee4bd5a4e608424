/* SPDX-License-Identifier: BSD-3-Clause */
#ifndef IXF_IMPORT_H
#define IXF_IMPORT_H

/*
 * ixctl import ixp-manager: reads files, makes the ports (ixpm.h), and replaces the
 * included file that has them, if the whole configuration would be valid with it.  The
 * daemon is not asked.
 */

#include <jansson.h>

struct options;

/* The exit code. */
int import_ixp_manager(const struct options *, const json_t *args);

#endif
