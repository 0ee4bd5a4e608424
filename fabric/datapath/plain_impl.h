/* SPDX-License-Identifier: BSD-3-Clause */
#ifndef IXF_PLAIN_IMPL_H
#define IXF_PLAIN_IMPL_H

/*
 * The three looks of stage plain at a burst, which have a body for each
 * instruction set.  All bodies give the same sets.  On the worker.
 */

#include <stdint.h>

#include "fabric/datapath/burst.h"

struct port_prefilter;

/*
 * What guard's look needs of the IP headers, as they lie in the frames.  Filled
 * only by bodies that look at several headers at once; of frames that are not of
 * plain form it may be anything.
 */
struct plain_headers {
	/* Octets 8 to 39: IPv4: both addresses, from 12 on; IPv6: the same. */
	_Alignas(64) uint8_t addresses[BURST_MAX][32];
	/* Octets 6 to 9: the first is the next header, the last the protocol. */
	_Alignas(64) uint32_t protocols[BURST_MAX];
};

struct plain_body {
	/*
	 * Reads the headers into the burst.  Returns the frames of plain form:
	 * in one buffer that holds an IP header, no longer than the port may
	 * send, IPv4 or IPv6, and not to an address that admit looks at.  NULL:
	 * find_suspects() is not called for them.
	 */
	uint64_t (*read_headers)(struct burst *, struct plain_headers *);

	/*
	 * Returns, of 'set', the frames that stage guard has to look at.  May be
	 * called for frames of plain form only.
	 */
	uint64_t (*find_suspects)(const struct port_prefilter *,
				  const struct burst *,
				  const struct plain_headers *, uint64_t set);

	/*
	 * Returns the frames that come from the port and go to another one of
	 * its LAN that has a way, and sets their via[].  from1, to1: the ports of
	 * their addresses, plus one, or 0.
	 */
	uint64_t (*find_ways)(const uint32_t *ways, struct burst *,
			      const uint16_t *from1, const uint16_t *to1);
};

extern const struct plain_body plain_scalar, plain_avx512;

#endif
