/* SPDX-License-Identifier: BSD-3-Clause */
#ifndef IXF_PCAPNG_H
#define IXF_PCAPNG_H

/*
 * Writes captures as pcapng: Ethernet, nanoseconds, an interface for each port.
 *
 * Always little-endian, and without data of the machine or the time of writing:
 * the same calls make the same file everywhere.  All interfaces have one snap
 * length, since libpcap rejects files in which they differ.
 *
 * One thread at a time.
 */

#include <stdint.h>
#include <stdio.h>

#define PCAPNG_SNAPLEN 262144 /* more than any frame has */

/*
 * The block types, options and flags of draft-ietf-opsawg-pcapng that are used.
 */
enum pcapng_block {
	PCAPNG_SECTION = 0x0a0d0d0a,
	PCAPNG_INTERFACE = 1,
	PCAPNG_PACKET = 2, /* obsolete, but still in use */
	PCAPNG_SIMPLE_PACKET = 3,
	PCAPNG_STATISTICS = 5,
	PCAPNG_ENHANCED_PACKET = 6,
};
enum pcapng_option {
	PCAPNG_END = 0,
	PCAPNG_COMMENT = 1,
	PCAPNG_FLAGS = 2, /* of a packet */
	PCAPNG_DROPCOUNT = 4,
	PCAPNG_IF_NAME = 2,
	PCAPNG_IF_DESCRIPTION = 3,
	PCAPNG_IF_TSRESOL = 9,
	PCAPNG_IF_FCSLEN = 13,
	PCAPNG_IF_TSOFFSET = 14,
	PCAPNG_ISB_IFRECV = 4,
};
#define PCAPNG_MAGIC    UINT32_C(0x1a2b3c4d)
#define PCAPNG_ETHERNET 1

enum pcapng_direction {
	PCAPNG_INBOUND = 1,
	PCAPNG_OUTBOUND = 2
};

struct pcapng_packet {
	uint32_t interface; /* its number, from 0 */
	enum pcapng_direction direction;
	uint64_t time;  /* ns since 1970 */
	uint32_t size;  /* octets of 'frame', PCAPNG_SNAPLEN at most */
	uint32_t len;   /* octets on the wire */
	uint64_t drops; /* lost since the last record; 0 is not written */
	const void *frame;
	const char *comment; /* or NULL */
};

/*
 * All return 0 or -errno. -ENOSPC and the like are seen when the buffer of the
 * file is written, at the latest by fclose().  Texts are cut at 255 octets.
 */

/* Begins the file. */
int pcapng_section(FILE *, const char *application);

/*
 * Interfaces are numbered in the order of these calls.  'snaplen' is the same for all
 * of a file, PCAPNG_SNAPLEN at most.
 */
int pcapng_interface(FILE *, const char *name, const char *description,
		     uint32_t snaplen);

int pcapng_packet(FILE *, const struct pcapng_packet *);

/* The number of frames that an interface had received at 'time'; at the end. */
int pcapng_statistics(FILE *, uint32_t interface, uint64_t time,
		      uint64_t received);

#endif
