/* SPDX-License-Identifier: BSD-3-Clause */
#ifndef IXF_UPGRADE_CHECK_H
#define IXF_UPGRADE_CHECK_H

/*
 * Whether this version accepts the configuration that a daemon of another version runs,
 * and the file that a restart would read; and what it would make of them that the
 * daemon does not: where a default has changed.
 */

#include <jansson.h>

#include "apps/ask.h"

/*
 * A new object: "ixfabricd" and "ixctl" are the versions, "accepted", "faults" an array
 * of texts, "changes" one of rows with "section", "key", "old" and "new".  NULL: the
 * daemon does not answer, and 'why' is a sentence.
 */
json_t *upgrade_check(const struct ask *, char *why, size_t size);

/* The same in words. */
void upgrade_check_print(const json_t *, FILE *);

#endif
