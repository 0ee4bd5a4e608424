/* SPDX-License-Identifier: BSD-3-Clause */
/* Compares frames with a compiled list, for workers. */
#include "lib/acl.h"

#include <stddef.h>

#include "lib/acl_table.h"

#define ALWAYS_INLINE inline __attribute__((always_inline))

/*
 * Finds the pieces that match, in 'width' words from the word 'first' on.
 * 'width' is constant for the compiler, which makes a few wide instructions of
 * each loop.
 */
static ALWAYS_INLINE void
find_fitting(const struct acl *a, const struct acl_key *key, unsigned int first,
	     const unsigned int width, uint64_t *fit)
{
	const uint64_t *sets = a->sets + first;
	size_t size = (size_t)a->words * ACL_VALUES;

	for (unsigned int w = 0; w < width; w++)
		fit[w] = UINT64_MAX;
	for (unsigned int i = 0; i < a->positions; i++, sets += size) {
		uint8_t value = key->octet[a->position[i]];
		const uint64_t *set = sets + (size_t)value * a->words;

		for (unsigned int w = 0; w < width; w++)
			fit[w] &= set[w];
	}
}

/*
 * Counts the matches up to the first piece that decides, and returns its
 * verdict.
 */
static ALWAYS_INLINE enum acl_verdict
decide(const struct acl *a, uint64_t fit, unsigned int word,
       struct counter *hits, unsigned int *rule)
{
	const struct acl_piece *pieces = a->pieces + (size_t)word * ACL_WORD;
	uint64_t deciding = fit & a->deciding[word];
	/* All ones if no piece decides; else ones up to the first that does. */
	uint64_t counted = hits != NULL ? fit & (deciding ^ (deciding - 1)) : 0;

	for (; counted != 0; counted &= counted - 1)
		counter_add(&hits[pieces[__builtin_ctzll(counted)].rule], 1);
	if (deciding == 0)
		return ACL_NO_MATCH;
	pieces += __builtin_ctzll(deciding);
	*rule = pieces->rule;
	return (enum acl_verdict)pieces->verdict;
}

static ALWAYS_INLINE enum acl_verdict
judge(const struct acl *a, const struct acl_key *key, struct counter *hits,
      unsigned int *rule, const unsigned int width)
{
	uint64_t fit[ACL_CHUNK];

	for (unsigned int first = 0; first < a->words; first += width) {
		find_fitting(a, key, first, width, fit);
		for (unsigned int w = 0; w < width; w++) {
			enum acl_verdict verdict =
				fit[w] == 0 ? ACL_NO_MATCH
					    : decide(a, fit[w], first + w, hits,
						     rule);

			if (verdict != ACL_NO_MATCH)
				return verdict;
		}
	}
	return ACL_NO_MATCH;
}

enum acl_verdict
acl_judge(const struct acl *a, const struct acl_key *key, struct counter *hits,
	  unsigned int *rule)
{
	switch (a->words) {
	case 1:
		return judge(a, key, hits, rule, 1);
	case 2:
		return judge(a, key, hits, rule, 2);
	case 4:
		return judge(a, key, hits, rule, 4);
	default:
		return judge(a, key, hits, rule, ACL_CHUNK);
	}
}

unsigned int
acl_rules(const struct acl *a)
{
	return a->rules;
}
