/* SPDX-License-Identifier: BSD-3-Clause */
#ifndef IXF_OWN_H
#define IXF_OWN_H

/*
 * Commands that ixctl carries out by itself, if need be with answers of the daemon.  They
 * print on standard output and return the exit code.
 */

#include <jansson.h>

struct options;

int own_config_check(const struct options *, const char *file);

/* One line, and the exit codes of HEALTH CHECKS in ixctl(1). */
int own_check(const struct options *, json_t *args);
int own_version(const struct options *);
int own_doctor(const struct options *, const json_t *args);
int own_report_member(const struct options *, const char *port);
int own_support_dump(const struct options *, const char *file);
int own_upgrade_check(const struct options *);

#endif
