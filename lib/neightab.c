/* SPDX-License-Identifier: BSD-3-Clause */
#include "lib/neightab.h"

#include <assert.h>
#include <endian.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#define ALIGNMENT 64 /* a cache line */

/* All zero, and on cache lines of its own. */
static void *
allocate(size_t size)
{
	void *p;

	size = (size + ALIGNMENT - 1) & ~(size_t)(ALIGNMENT - 1);
	p = aligned_alloc(ALIGNMENT, size);
	return p != NULL ? memset(p, 0, size) : NULL;
}

/* For 'n' slots, of which 'ntags' have tags. */
static struct neightab *
create(uint32_t n, uint32_t ntags)
{
	struct neightab *t = calloc(1, sizeof(*t));

	if (t == NULL)
		return NULL;
	t->n = n;
	t->buckets = ntags / NEIGHTAB_BUCKET;
	t->owner = allocate(n * sizeof(*t->owner));
	t->tag = allocate(ntags * sizeof(*t->tag));
	t->held = allocate(n * sizeof(*t->held));
	t->liveness = allocate(n * sizeof(*t->liveness));
	if (t->owner != NULL && (t->tag != NULL || ntags == 0) &&
	    t->held != NULL && t->liveness != NULL)
		return t;
	neightab_free(t);
	return NULL;
}

struct neightab *
neightab_create4(uint32_t base, uint32_t n)
{
	struct neightab *t;

	assert(n > 0 && n <= UINT16_MAX + 1);
	t = create(n, 0);
	if (t != NULL)
		t->base = base;
	return t;
}

struct neightab *
neightab_create6(uint32_t n, const uint64_t secret[2])
{
	struct neightab *t;

	assert(n >= NEIGHTAB_BUCKET && (n & (n - 1)) == 0);
	t = create(n, n);
	if (t != NULL)
		memcpy(t->secret, secret, sizeof(t->secret));
	return t;
}

void
neightab_free(struct neightab *t)
{
	if (t == NULL)
		return;
	free(t->owner);
	free(t->tag);
	free(t->held);
	free(t->liveness);
	free(t);
}

static uint64_t
rotate(uint64_t x, unsigned int n)
{
	return x << n | x >> (64 - n);
}

static void
sip_round(uint64_t v[4])
{
	v[0] += v[1];
	v[2] += v[3];
	v[1] = rotate(v[1], 13) ^ v[0];
	v[3] = rotate(v[3], 16) ^ v[2];
	v[0] = rotate(v[0], 32) + v[3];
	v[2] += v[1];
	v[3] = rotate(v[3], 21) ^ v[0];
	v[1] = rotate(v[1], 17) ^ v[2];
	v[2] = rotate(v[2], 32);
}

static void
sip_word(uint64_t v[4], uint64_t m)
{
	v[3] ^= m;
	sip_round(v);
	sip_round(v);
	v[0] ^= m;
}

static uint64_t
read_le64(const uint8_t *p)
{
	uint64_t x;

	memcpy(&x, p, sizeof(x));
	return le64toh(x);
}

/*
 * SipHash-2-4 (Aumasson, Bernstein: "SipHash: a fast short-input PRF", 2012).
 * Members choose the addresses: with a weaker hash they could find two that share
 * a tag, or enough to fill a bucket.
 */
uint64_t
neightab_tag6(const struct neightab *t, const uint8_t *address)
{
	uint64_t v[4] = {
		t->secret[0] ^ UINT64_C(0x736f6d6570736575),
		t->secret[1] ^ UINT64_C(0x646f72616e646f6d),
		t->secret[0] ^ UINT64_C(0x6c7967656e657261),
		t->secret[1] ^ UINT64_C(0x7465646279746573),
	};
	uint64_t tag;

	sip_word(v, read_le64(address));
	sip_word(v, read_le64(address + 8));
	sip_word(v, UINT64_C(16) << 56); /* the length of the input */
	v[2] ^= 0xff;
	for (unsigned int i = 0; i < 4; i++)
		sip_round(v);
	tag = v[0] ^ v[1] ^ v[2] ^ v[3];
	return tag != 0 ? tag : 1;
}

static uint32_t
find_in(const struct neightab *t, uint32_t first, uint64_t tag)
{
	for (uint32_t slot = first; slot < first + NEIGHTAB_BUCKET; slot++)
		if (atomic_load_explicit(&t->tag[slot], memory_order_relaxed) ==
		    tag)
			return slot;
	return NEIGHTAB_NONE;
}

uint32_t
neightab_slot6(const struct neightab *t, const uint8_t *address)
{
	uint64_t tag = neightab_tag6(t, address);
	uint32_t slot = find_in(t, neightab_bucket6(t, tag), tag);

	if (slot == NEIGHTAB_NONE)
		slot = find_in(t, neightab_other_bucket6(t, tag), tag);
	return slot;
}
