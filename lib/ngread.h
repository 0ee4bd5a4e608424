/* SPDX-License-Identifier: BSD-3-Clause */
#ifndef IXF_NGREAD_H
#define IXF_NGREAD_H

/*
 * Reads pcapng, for capture.h; callers use that.
 *
 * Any number of sections of either byte order, each with its interfaces.
 * Unknown blocks and options are skipped.
 */

#include <stdio.h>

#include "lib/capture_record.h"

struct ngread;

/*
 * Reads 'f' from its position; the caller keeps 'f'.  NULL and errno: no memory.
 */
struct ngread *ngread_create(FILE *f);
void ngread_free(struct ngread *);

/* As capture_next(). */
int ngread_next(struct ngread *, struct capture_record *);
const char *ngread_error(const struct ngread *);

#endif
