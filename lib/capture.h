/* SPDX-License-Identifier: BSD-3-Clause */
#ifndef IXF_CAPTURE_H
#define IXF_CAPTURE_H

/*
 * Reads captures of Ethernet frames, one record at a time, in bounded memory.
 * Classic pcap of either byte order in micro- or nanoseconds is read through
 * libpcap; pcapng through ngread.h, since libpcap hides the names of
 * interfaces.
 *
 * Captures are not trusted: every length is checked before it is used.  One
 * thread at a time.
 */

#include <stdint.h>
#include <stdio.h>

#include "lib/capture_record.h"

struct capture;

/*
 * Makes a reader of 'f' and takes ownership of it, also on failure.  'f' need
 * not be seekable.  NULL and errno: no memory. capture_next() reports what is
 * wrong with the file.
 */
struct capture *capture_open(FILE *f);
void capture_close(struct capture *);

/* 1 and the next record in '*r'; 0 at the end; -errno: see capture_error(). */
int capture_next(struct capture *, struct capture_record *r);

/* The number of the last record, from 1. */
uint64_t capture_count(const struct capture *);

/* What was wrong, with the number of the record if there is one. */
const char *capture_error(const struct capture *);

#endif
