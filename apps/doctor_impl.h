/* SPDX-License-Identifier: BSD-3-Clause */
#ifndef IXF_DOCTOR_IMPL_H
#define IXF_DOCTOR_IMPL_H

/* What the doctor_*.c share. */

#include <jansson.h>
#include <stdbool.h>
#include <stddef.h>

#include "fabric/config/config.h"

enum doctor_state {
	DOCTOR_OK,
	DOCTOR_HINT,
	DOCTOR_MISSING,
};

struct doctor {
	const char *root;            /* "" or the path of a directory */
	const char *file;            /* of the configuration */
	const struct config *config; /* NULL: there is no valid one */
	json_t *rows;
	json_t *fix; /* of the last row */
};

/* A finding; doctor_fix() adds commands to it. */
void doctor_find(struct doctor *, const char *check, enum doctor_state,
		 const char *fmt, ...) __attribute__((format(printf, 4, 5)));
void doctor_fix(struct doctor *, const char *fmt, ...)
	__attribute__((format(printf, 2, 3)));

/* The path below the root; valid until the next but three calls. */
const char *doctor_path(const struct doctor *, const char *fmt, ...)
	__attribute__((format(printf, 2, 3)));

/* The first line of a file, without its end; "" if there is none. */
const char *doctor_line(const struct doctor *, char *text, size_t size,
			const char *fmt, ...)
	__attribute__((format(printf, 4, 5)));

/* The number in a file, or -1. */
long doctor_number(const struct doctor *, const char *fmt, ...)
	__attribute__((format(printf, 2, 3)));

/* The last part of the target of a symbolic link; "" if there is none. */
const char *doctor_link(const struct doctor *, char *text, size_t size,
			const char *fmt, ...)
	__attribute__((format(printf, 4, 5)));

/* The number behind the name in /etc/passwd or /etc/group, or -1. */
long doctor_id(const struct doctor *, const char *file, const char *name);

/* Huge pages, cores and the clock. */
void doctor_machine(struct doctor *);

/* NICs: IOMMU, vfio, bindings, drivers, interfaces of the kernel. */
void doctor_devices(struct doctor *);

/* Routes to the collectors of sFlow. */
void doctor_network(struct doctor *);

/* User, groups, configuration, state directory, service. */
void doctor_service(struct doctor *);

#endif
