/* SPDX-License-Identifier: BSD-3-Clause */
/* Compares frames with a compiled list, for workers. */
#include "lib/acl.h"

#include <stddef.h>

#include "lib/acl_table.h"
#include "lib/frame.h"
#include "lib/ipv4.h"

#define ALWAYS_INLINE inline __attribute__((always_inline))

/*
 * Finds the pieces that match, in 'width' words from the word 'first' on.
 * 'width' is constant for the compiler, which makes a few wide instructions of
 * each loop.  Ends when no other octet can make a difference.
 */
static ALWAYS_INLINE void
find_fitting(const struct acl *a, const struct acl_form *f,
	     const uint8_t *octets, unsigned int first,
	     const unsigned int width, uint64_t *fit)
{
	const unsigned int words = width < ACL_CHUNK ? width : a->words;

	for (unsigned int w = 0; w < width; w++)
		fit[w] = f->left[first + w];
	for (unsigned int i = 0; i < f->n; i++) {
		const uint64_t *set =
			acl_set(a, words, f->place[i], octets[f->at[i]]) +
			first;
		uint64_t open = 0;

		for (unsigned int w = 0; w < width; w++) {
			fit[w] &= set[w];
			open |= fit[w] & ~f->always[first + w];
		}
		if (open == 0)
			return;
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
judge_words(const struct acl *a, const struct acl_form *f,
	    const uint8_t *octets, struct counter *hits, unsigned int *rule,
	    const unsigned int width)
{
	uint64_t fit[ACL_CHUNK];

	for (unsigned int first = 0; first < a->words; first += width) {
		find_fitting(a, f, octets, first, width, fit);
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

static enum acl_verdict
judge(const struct acl *a, const struct acl_form *f, const uint8_t *octets,
      struct counter *hits, unsigned int *rule)
{
	switch (a->words) {
	case 1:
		return judge_words(a, f, octets, hits, rule, 1);
	case 2:
		return judge_words(a, f, octets, hits, rule, 2);
	case 4:
		return judge_words(a, f, octets, hits, rule, 4);
	default:
		return judge_words(a, f, octets, hits, rule, ACL_CHUNK);
	}
}

enum acl_verdict
acl_judge(const struct acl *a, const struct acl_key *key, struct counter *hits,
	  unsigned int *rule)
{
	return judge(a, &a->form[ACL_FORM_KEY], key->octet, hits, rule);
}

/*
 * The form of an untagged IPv4 or IPv6 packet in its frame; ACL_FORM_KEY: it has to
 * be read.  The upper header's first octets are within its length.
 */
static inline enum acl_form_id
form_of(const struct acl *a, const uint8_t *frame)
{
	const uint8_t *ip = frame + FRAME_HEADER;
	bool six = frame_read16(frame + FRAME_HEADER - 2) == FRAME_IPV6;

	if (six && ip[0] >> 4 == 6 && frame_read16(ip + 4) >= ACL_KEY_UPPER)
		return (enum acl_form_id)a->form_of6[ip[6]];
	if (!six && ip[0] == 0x45 && (frame_read16(ip + 6) & 0x1fff) == 0 &&
	    frame_read16(ip + 2) >= IPV4_HEADER + ACL_KEY_UPPER)
		return (enum acl_form_id)a->form_of4[ip[9]];
	return ACL_FORM_KEY;
}

/* The 'octets' of a frame that is in the form. */
static ALWAYS_INLINE bool
permits(const struct acl *a, const struct acl_form *f, const uint8_t *octets,
	struct counter *hits)
{
	unsigned int rule;
	enum acl_verdict verdict;
	uint64_t fit;

	if (a->words == 1) {
		find_fitting(a, f, octets, 0, 1, &fit);
		if (fit == 0)
			return true;
		if (decide(a, fit, 0, NULL, &rule) == ACL_DENY)
			return false;
		decide(a, fit, 0, hits, &rule);
		return true;
	}
	verdict = judge(a, f, octets, NULL, &rule);
	if (verdict == ACL_PERMIT || (verdict == ACL_NO_MATCH && a->counts))
		judge(a, f, octets, hits, &rule);
	return verdict != ACL_DENY;
}

bool
acl_permits(const struct acl *a, const uint8_t *frame, uint32_t size,
	    struct counter *hits)
{
	enum acl_form_id id = form_of(a, frame);
	struct acl_key key;
	uint64_t dst, src;
	uint16_t type;

	if (__builtin_expect(id != ACL_FORM_KEY, 1))
		return permits(a, &a->form[id], frame, hits);
	frame_header(frame, &dst, &src, &type);
	acl_key_read(&key, src, dst, type, 0, frame + FRAME_HEADER,
		     size - FRAME_HEADER);
	return permits(a, &a->form[id], key.octet, hits);
}

unsigned int
acl_rules(const struct acl *a)
{
	return a->rules;
}
