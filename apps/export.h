/* SPDX-License-Identifier: BSD-3-Clause */
#ifndef IXF_EXPORT_H
#define IXF_EXPORT_H

/*
 * ixctl export: what others read of an exchange, of a file or of what runs.  The formats
 * are in export_ixf.h and export_macs.h.
 */

#include <jansson.h>

struct options;

/* The exit code. */
int export_command_ixf(const struct options *, const json_t *args);
int export_command_macs(const struct options *, const json_t *args);
int export_command_ethers(const struct options *, const json_t *args);

#endif
