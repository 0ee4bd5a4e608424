/* SPDX-License-Identifier: BSD-3-Clause */
#ifndef IXF_TAP_STREAM_H
#define IXF_TAP_STREAM_H

/*
 * A capture on its way to its reader: pcapng in a buffer of fixed size, which a
 * socket empties.  Nothing waits: what the buffer has no room for is not taken.
 *
 * Control thread.
 */

#include <stdbool.h>
#include <stdint.h>

#include "lib/pcapng.h"

struct tap_stream;

/* With the head of the file in its buffer; NULL: no memory. */
struct tap_stream *tap_stream_create(uint32_t snaplen);
void tap_stream_free(struct tap_stream *);

/*
 * The number of the interface that stands for the port with this id and name, which
 * is made if there is none; -ENOBUFS: there is no room for it.  'description' may be
 * NULL.
 */
int tap_stream_port(struct tap_stream *, uint16_t id, const char *name,
		    const char *description);

/* False: there is no room for the packet. */
bool tap_stream_packet(struct tap_stream *, const struct pcapng_packet *);

/*
 * Ends the file, for which there always is room: the numbers of packets, of frames
 * until 'time', ns since 1970.
 */
void tap_stream_end(struct tap_stream *, uint64_t time);

/* Octets that went in, and those of them that are to be sent. */
uint64_t tap_stream_octets(const struct tap_stream *);
uint64_t tap_stream_left(const struct tap_stream *);

/* Sends what the socket takes at once: 0, or -errno if it takes nothing any more. */
int tap_stream_send(struct tap_stream *, int fd);

#endif
