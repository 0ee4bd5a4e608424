/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * A hash table with chains.  The entries lie in one block and refer to each other
 * by number; the hash has a secret, so that no member can aim at one chain.
 */
#include "lib/movetab.h"

#include <stdlib.h>

#include <bsd/stdlib.h>

#define CHAIN_BITS 13
#define CHAINS     (1u << CHAIN_BITS)
#define NONE       UINT16_MAX

struct entry {
	uint64_t mac;
	uint64_t when[MOVETAB_MOVES]; /* move i is at i modulo its size */
	uint64_t until;               /* frozen until then; 0: not frozen */
	uint32_t n;                   /* moves */
	uint16_t payer;               /* the port that it is charged to */
	uint16_t next;                /* in its chain, or in the free list */
};

struct movetab {
	uint64_t secret, multiplier;
	unsigned int count;
	uint16_t unused; /* the first of the free list */
	uint16_t chain[CHAINS];
	uint16_t charged[MOVETAB_SIZE];
	struct entry entry[MOVETAB_SIZE];
};

struct movetab *
movetab_create(void)
{
	struct movetab *t = calloc(1, sizeof(*t));

	if (t == NULL)
		return NULL;
	arc4random_buf(&t->secret, sizeof(t->secret));
	arc4random_buf(&t->multiplier, sizeof(t->multiplier));
	t->multiplier |= 1;
	for (unsigned int i = 0; i < CHAINS; i++)
		t->chain[i] = NONE;
	for (unsigned int i = 0; i < MOVETAB_SIZE; i++)
		t->entry[i].next = (uint16_t)(i + 1);
	t->entry[MOVETAB_SIZE - 1].next = NONE;
	return t;
}

void
movetab_free(struct movetab *t)
{
	free(t);
}

/* Two rounds, as in mactab.c. */
static unsigned int
hash(const struct movetab *t, uint64_t mac)
{
	uint64_t h = (mac ^ t->secret) * t->multiplier;

	h = (h ^ h >> 32) * UINT64_C(0xd6e8feb86659fd93);
	return (unsigned int)(h >> (64 - CHAIN_BITS));
}

/* Where the number of the entry is stored, or the end of the chain. */
static uint16_t *
place_of(struct movetab *t, uint64_t mac)
{
	uint16_t *at = &t->chain[hash(t, mac)];

	while (*at != NONE && t->entry[*at].mac != mac)
		at = &t->entry[*at].next;
	return at;
}

/* Takes out the entry whose number is at 'at'; the next one's is there then. */
static void
drop(struct movetab *t, uint16_t *at)
{
	uint16_t i = *at;
	struct entry *e = &t->entry[i];

	*at = e->next;
	e->next = t->unused;
	t->unused = i;
	t->charged[e->payer]--;
	t->count--;
}

/* NULL: the share of the port, or the table, is used up. */
static struct entry *
add(struct movetab *t, uint64_t mac, uint16_t port)
{
	uint16_t *chain = &t->chain[hash(t, mac)], i = t->unused;
	struct entry *e = &t->entry[i];

	if (i == NONE || t->charged[port] == MOVETAB_SHARE)
		return NULL;
	t->unused = e->next;
	*e = (struct entry){ .mac = mac, .payer = port, .next = *chain };
	*chain = i;
	t->charged[port]++;
	t->count++;
	return e;
}

static bool
is_over(const struct entry *e, uint64_t now)
{
	if (e->until != 0)
		return now >= e->until;
	return now - e->when[(e->n - 1) % MOVETAB_MOVES] > MOVETAB_WINDOW;
}

/* Whether the last MOVETAB_MOVES moves are all recent. */
static bool
moves_too_often(const struct entry *e, uint64_t now)
{
	return e->n >= MOVETAB_MOVES &&
	       now - e->when[e->n % MOVETAB_MOVES] <= MOVETAB_WINDOW;
}

enum movetab_verdict
movetab_judge(struct movetab *t, uint64_t mac, uint16_t port, uint64_t now)
{
	uint16_t *at = place_of(t, mac);
	struct entry *e = *at != NONE ? &t->entry[*at] : NULL;

	if (e != NULL && is_over(e, now)) {
		drop(t, at);
		e = NULL;
	}
	if (e == NULL)
		e = add(t, mac, port);
	if (e == NULL)
		return MOVETAB_FULL;
	if (e->until != 0)
		return MOVETAB_FROZEN;
	if (moves_too_often(e, now)) {
		e->until = now + MOVETAB_HOLD;
		return MOVETAB_FREEZES;
	}
	e->when[e->n++ % MOVETAB_MOVES] = now;
	return MOVETAB_MOVES_ON;
}

struct movetab_state
movetab_look(const struct movetab *t, uint64_t mac, uint64_t now)
{
	struct movetab_state s = { 0 };
	uint16_t i = t->chain[hash(t, mac)];

	while (i != NONE && t->entry[i].mac != mac)
		i = t->entry[i].next;
	if (i == NONE || is_over(&t->entry[i], now))
		return s;
	s.frozen = t->entry[i].until != 0;
	for (unsigned int m = 0; m < MOVETAB_MOVES && m < t->entry[i].n; m++)
		s.moves += now - t->entry[i].when[m] <= MOVETAB_WINDOW;
	return s;
}

void
movetab_forget(struct movetab *t, uint64_t mac)
{
	uint16_t *at = place_of(t, mac);

	if (*at != NONE)
		drop(t, at);
}

void
movetab_age(struct movetab *t, uint64_t now)
{
	for (unsigned int c = 0; t->count > 0 && c < CHAINS; c++)
		for (uint16_t *at = &t->chain[c]; *at != NONE;)
			if (is_over(&t->entry[*at], now))
				drop(t, at);
			else
				at = &t->entry[*at].next;
}

void
movetab_release(struct movetab *t, uint16_t port)
{
	for (unsigned int c = 0; t->charged[port] > 0 && c < CHAINS; c++)
		for (uint16_t *at = &t->chain[c]; *at != NONE;)
			if (t->entry[*at].payer == port)
				drop(t, at);
			else
				at = &t->entry[*at].next;
}

unsigned int
movetab_count(const struct movetab *t)
{
	return t->count;
}
