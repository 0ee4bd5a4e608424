/* SPDX-License-Identifier: BSD-3-Clause */
#ifndef IXF_DOCTOR_H
#define IXF_DOCTOR_H

/*
 * Looks at the machine for what the fabric needs, without a daemon, and names the
 * commands that mend what is missing.  It changes nothing.
 */

#include <jansson.h>
#include <stdbool.h>
#include <stdio.h>

/*
 * Everything: a new array of rows with "check", "state", "finding" and "fix", an array
 * of commands.  "state" is "ok", "hint" (works, but slower or less safe) or "missing".
 * 'file': of the configuration, or NULL: the usual one, if it is there.  'root': /sys,
 * /proc, /etc and so on are looked for below it; NULL: those of the machine.
 */
json_t *doctor_look(const char *file, const char *root);

/* Whether a row says "missing". */
bool doctor_misses(const json_t *rows);

/* The rows in words. */
void doctor_print(const json_t *rows, FILE *);

#endif
