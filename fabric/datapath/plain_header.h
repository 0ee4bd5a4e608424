/* SPDX-License-Identifier: BSD-3-Clause */
#ifndef IXF_PLAIN_HEADER_H
#define IXF_PLAIN_HEADER_H

/*
 * The Ethernet header of a frame, as the bodies of stage plain for SSE4.2 and AVX-512
 * read it into the burst.  On the worker.
 */

#include <stdbool.h>
#include <stdint.h>

#include <smmintrin.h>

#include <rte_branch_prediction.h>

#include "fabric/datapath/burst.h"
#include "lib/frame.h"

/*
 * Reads the addresses, in host order, and the type of frame 'i', of whose octets
 * 'len' are at 'frame'.  Returns whether that is a header and more; of a short one, which
 * may end with its memory, they are 0.
 */
static inline __attribute__((always_inline)) bool
plain_read_header(struct burst *b, unsigned int i, uint32_t len,
		  const uint8_t *frame)
{
	const __m128i order = _mm_set_epi8(-1, -1, 6, 7, 8, 9, 10, 11, -1, -1,
					   0, 1, 2, 3, 4, 5);
	__m128i h;

	if (unlikely(len < FRAME_MIN)) {
		b->dst[i] = b->src[i] = b->type[i] = 0;
		return false;
	}
	h = _mm_loadu_si128((const __m128i *)(const void *)frame);
	h = _mm_shuffle_epi8(h, order);
	_mm_storel_epi64((__m128i *)(void *)&b->dst[i], h);
	_mm_storeh_pd((double *)(void *)&b->src[i], _mm_castsi128_pd(h));
	b->type[i] = frame_read16(frame + 12);
	return true;
}

#endif
