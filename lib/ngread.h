/* SPDX-License-Identifier: BSD-3-Clause */
#ifndef IXF_NGREAD_H
#define IXF_NGREAD_H

/*
 * Reads pcapng: what is behind capture.h for such files, which is what callers
 * should use.
 *
 * Any number of sections of either byte order, each with its interfaces; blocks
 * and options we do not know are skipped.
 */

#include <stdio.h>

#include "lib/capture_record.h"

struct ngread;

/*
 * Reads 'f' from where it stands; 'f' stays the caller's.  NULL and errno when
 * memory is short.
 */
struct ngread *ngread_create(FILE *f);
void ngread_free(struct ngread *);

/* As capture_next(). */
int ngread_next(struct ngread *, struct capture_record *);
const char *ngread_error(const struct ngread *);

#endif
