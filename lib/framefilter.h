/* SPDX-License-Identifier: BSD-3-Clause */
#ifndef IXF_FRAMEFILTER_H
#define IXF_FRAMEFILTER_H

/*
 * Filter expressions of pcap-filter(7), for Ethernet, as programs of the classic BPF.
 *
 * An expression is compiled where it was written, by ixctl: the compiler looks up the
 * names of hosts, which can take long.  The program goes to the daemon as text, and
 * is checked there: it has no loops and reads nothing but the frame, so it can be run,
 * whatever program has sent it.
 *
 * One thread at a time.
 */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct framefilter;

#define FRAMEFILTER_MAX 512 /* instructions */
#define FRAMEFILTER_HEX (FRAMEFILTER_MAX * 16 + 1)

/*
 * Compiles an expression.  NULL and the reason in 'why': for a fault of the text, with
 * the column where the part begins that makes no sense.
 */
struct framefilter *framefilter_compile(const char *text, char *why,
					size_t size);

/* The program as text, 16 hex digits an instruction.  Returns 'text'. */
char *framefilter_print(const struct framefilter *, char text[FRAMEFILTER_HEX]);

/* A program of such text; NULL: it is none, or not a valid one, or no memory. */
struct framefilter *framefilter_read(const char *text);

void framefilter_free(struct framefilter *);

/* Whether it takes a frame of 'len' octets, of which the first 'size' are there. */
bool framefilter_takes(const struct framefilter *, const void *frame,
		       uint32_t size, uint32_t len);

#endif
