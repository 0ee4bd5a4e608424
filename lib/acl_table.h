/* SPDX-License-Identifier: BSD-3-Clause */
#ifndef IXF_ACL_TABLE_H
#define IXF_ACL_TABLE_H

/*
 * The compiled list, which acl_compile() makes and acl_judge() reads.  Only
 * these two include it.
 */

#include <stdint.h>

#include "lib/acl_key.h"

#define ACL_WORD   64  /* pieces a word */
#define ACL_VALUES 256 /* of an octet */
#define ACL_CHUNK  8   /* words compared at a time: a cache line */

/*
 * A rule is one piece, or several of which at most one matches a frame.  It
 * needs several if one test for each octet is not enough, as with some ranges
 * of ports.
 */
struct acl_piece {
	uint16_t rule;
	uint8_t verdict; /* enum acl_verdict; ACL_NO_MATCH: only counts */
};

struct acl {
	unsigned int rules;
	unsigned int words; /* of a set: 1, 2, 4, or a multiple of 8 */

	/* The octets of the key that the rules look at; at least one. */
	unsigned int positions;
	uint8_t position[ACL_KEY_SIZE];

	/*
	 * For each position and value, the set of pieces that accept it:
	 * [positions][ACL_VALUES][words].
	 */
	uint64_t *sets;
	uint64_t *deciding; /* the set of pieces with a verdict: [words] */
	struct acl_piece *pieces; /* [words * ACL_WORD] */
};

#endif
