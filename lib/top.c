/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Counters in use are in two trees, by key and by count; they are the first ones
 * of the array.
 */
#include "lib/top.h"

#include <assert.h>
#include <bsd/sys/tree.h>
#include <stdlib.h>
#include <string.h>

struct counter {
	struct top_entry entry;
	uint64_t changed; /* the number of the last event */
	RB_ENTRY(counter) in_keys;
	RB_ENTRY(counter) in_counts;
};

RB_HEAD(key_tree, counter);
RB_HEAD(count_tree, counter);

struct top {
	struct key_tree keys;
	struct count_tree counts;
	uint64_t events;
	unsigned int used; /* counters */
	unsigned int n;
	struct counter counter[];
};

static int
compare_keys(const struct counter *a, const struct counter *b)
{
	return memcmp(a->entry.key, b->entry.key, TOP_KEY);
}

static int
compare_counts(const struct counter *a, const struct counter *b)
{
	if (a->entry.count != b->entry.count)
		return a->entry.count < b->entry.count ? -1 : 1;
	return a->changed < b->changed ? -1 : a->changed > b->changed;
}

#define UNUSED __attribute__((unused))
RB_GENERATE_INTERNAL(key_tree, counter, in_keys, compare_keys, UNUSED static)
RB_GENERATE_INTERNAL(count_tree, counter, in_counts, compare_counts,
		     UNUSED static)

struct top *
top_create(unsigned int n)
{
	struct top *t;

	assert(n > 0);
	t = calloc(1, sizeof(*t) + n * sizeof(t->counter[0]));
	if (t != NULL)
		t->n = n;
	return t;
}

void
top_free(struct top *t)
{
	free(t);
}

/* A counter that is not in use, or the one with the lowest count. */
static struct counter *
take_counter(struct top *t)
{
	struct counter *c;

	if (t->used < t->n) {
		c = &t->counter[t->used++];
		c->entry.count = 0;
	} else {
		c = RB_MIN(count_tree, &t->counts);
		RB_REMOVE(key_tree, &t->keys, c);
		RB_REMOVE(count_tree, &t->counts, c);
	}
	c->entry.error = c->entry.count;
	return c;
}

/* The counter of the key, in no tree by count. */
static struct counter *
counter_of(struct top *t, const uint8_t *key)
{
	struct counter wanted, *c;

	memcpy(wanted.entry.key, key, TOP_KEY);
	c = RB_FIND(key_tree, &t->keys, &wanted);
	if (c != NULL) {
		RB_REMOVE(count_tree, &t->counts, c);
		return c;
	}
	c = take_counter(t);
	memcpy(c->entry.key, key, TOP_KEY);
	RB_INSERT(key_tree, &t->keys, c);
	return c;
}

void
top_add(struct top *t, const uint8_t *key, uint64_t n)
{
	struct counter *c;

	if (n == 0)
		return;
	c = counter_of(t, key);
	c->entry.count += n;
	c->changed = ++t->events;
	RB_INSERT(count_tree, &t->counts, c);
}

unsigned int
top_list(const struct top *t, struct top_entry *out, unsigned int max)
{
	/* The trees of libbsd know no const. */
	struct count_tree *counts = (struct count_tree *)&t->counts;
	struct counter *c = RB_MAX(count_tree, counts);
	unsigned int n = 0;

	for (; c != NULL && n < max; c = RB_PREV(count_tree, counts, c))
		out[n++] = c->entry;
	return n;
}

void
top_clear(struct top *t)
{
	RB_INIT(&t->keys);
	RB_INIT(&t->counts);
	t->used = 0;
}
