/* SPDX-License-Identifier: BSD-3-Clause */
#ifndef IXF_CAPTURE_H
#define IXF_CAPTURE_H

/*
 * Reads captures of Ethernet frames, a record at a time and in bounded memory:
 * classic pcap of either byte order in micro- or nanoseconds through libpcap,
 * pcapng through ngread.h, since libpcap hides the names of interfaces.
 *
 * A capture comes from anywhere: every length is checked before it is believed.
 * Used by one thread at a time.
 */

#include <stdint.h>
#include <stdio.h>

#include "lib/capture_record.h"

struct capture;

/*
 * A reader of 'f', which need not be seekable and which it takes over (also on
 * failure).  NULL and errno when memory is short; what is wrong with the file
 * is said by capture_next().
 */
struct capture *capture_open(FILE *f);
void capture_close(struct capture *);

/* 1 and the next record in '*r'; 0 at the end; -errno: see capture_error(). */
int capture_next(struct capture *, struct capture_record *r);

/* The number of the last record, the first is 1. */
uint64_t capture_count(const struct capture *);

/* What was wrong, with the number of the record where it has one. */
const char *capture_error(const struct capture *);

#endif
