/* SPDX-License-Identifier: BSD-3-Clause */
#ifndef IXF_PCAPFILE_H
#define IXF_PCAPFILE_H

/*
 * Writes classic pcap files: Ethernet, nanoseconds, little-endian, so that the
 * same frames make the same file everywhere; and without libpcap's two locked
 * calls a frame.
 */

#include <stdint.h>
#include <stdio.h>

#define PCAPFILE_SNAPLEN 262144

/*
 * Both return 0 or -errno; what the buffer of the file hides is seen at the
 * latest by fclose().  'time' is in ns since 1970 (after 2106 it stands still,
 * as the format ends there); 'size' octets of a frame of 'len'.
 */
int pcapfile_header(FILE *);
int pcapfile_frame(FILE *, uint64_t time, const void *frame, uint32_t size,
		   uint32_t len);

#endif
