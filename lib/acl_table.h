/* SPDX-License-Identifier: BSD-3-Clause */
#ifndef IXF_ACL_TABLE_H
#define IXF_ACL_TABLE_H

/*
 * The compiled list, which acl_compile() makes and acl.c reads.  Only the files
 * of these include it.
 */

#include <stdbool.h>
#include <stddef.h>
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

/*
 * What a frame is like, and so where the octets of its key stand: in the key that
 * was read from it, or in the frame itself, of an untagged packet without options
 * and extension headers whose upper header is there.
 */
enum acl_form_id {
	ACL_FORM_KEY,
	ACL_FORM_IP4,
	ACL_FORM_IP4_PORTS,
	ACL_FORM_IP4_ICMP,
	ACL_FORM_IP6,
	ACL_FORM_IP6_PORTS,
	ACL_FORM_IP6_ICMP,
	ACL_FORMS
};

/*
 * The sets to look at for a frame of one form.  Octets that are the same in all
 * such frames are looked at once, by the compiler, and those left out that no
 * piece which is left looks at.
 */
struct acl_form {
	unsigned int n;
	uint8_t at[ACL_KEY_SIZE];    /* of the key, or of the frame */
	uint8_t place[ACL_KEY_SIZE]; /* in acl.position[] */
	uint64_t *left;   /* the pieces that such a frame can match: [words] */
	uint64_t *always; /* of them, those that match each: [words] */
};

struct acl {
	unsigned int rules;
	unsigned int npieces;
	unsigned int words; /* of a set: 1, 2, 4, or a multiple of 8 */
	bool counts;        /* has pieces that only count */

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
	struct acl_form form[ACL_FORMS];
	uint8_t form_of4[256]; /* enum acl_form_id, by protocol */
	uint8_t form_of6[256]; /* by next header */
};

/* The set of pieces that accept 'value' at position[place]. */
static inline const uint64_t *
acl_set(const struct acl *a, unsigned int words, unsigned int place,
	uint8_t value)
{
	return a->sets + ((size_t)place * ACL_VALUES + value) * words;
}

/* Makes the forms of a list whose sets are there.  False: no memory. */
bool acl_make_forms(struct acl *);
void acl_free_forms(struct acl *);

#endif
