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

#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>

struct capture;

struct capture_record {
	uint64_t time; /* ns since 1970; may be less than the last one */
	uint32_t size; /* octets there are: fewer than 'len' if cut short */
	uint32_t len;  /* octets on the wire, without FCS */
	bool bad;      /* the interface found its FCS or length wrong */
	bool outbound; /* the capture says that it left by its interface */
	const uint8_t *frame;  /* until the next call */
	const char *interface; /* the same; NULL: the capture does not say */
};

#define CAPTURE_SIZE_MAX 262144 /* octets of a frame */
#define CAPTURE_TIME_MAX INT64_MAX

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
