/* SPDX-License-Identifier: BSD-3-Clause */
#ifndef IXF_PCAPFILE_H
#define IXF_PCAPFILE_H

/*
 * Writes classic pcap files: Ethernet, nanoseconds, little-endian, so that the
 * same frames make the same file everywhere.  It avoids the two locked calls a
 * frame of libpcap.
 */

#include <stdint.h>
#include <stdio.h>

#define PCAPFILE_SNAPLEN 262144

/*
 * Both return 0 or -errno; an error in the buffer of the file is seen at the
 * latest by fclose().  'time' is in ns since 1970; it stops in 2106, the end of
 * the format.  The frame has 'len' octets, 'size' of which are written.
 */
int pcapfile_header(FILE *);
int pcapfile_frame(FILE *, uint64_t time, const void *frame, uint32_t size,
		   uint32_t len);

#endif
