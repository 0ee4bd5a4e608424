/* SPDX-License-Identifier: BSD-3-Clause */
#include "lib/strtable.h"

#include <errno.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

struct slot {
	char *key; /* NULL: free */
	uint64_t hash;
	size_t value;
};

struct strtable {
	size_t n;
	size_t nslots; /* a power of two, more than n */
	struct slot *slot;
};

#define FIRST_SLOTS 64

struct strtable *
strtable_create(void)
{
	struct strtable *t = calloc(1, sizeof(*t));

	if (t == NULL)
		return NULL;
	t->nslots = FIRST_SLOTS;
	t->slot = calloc(t->nslots, sizeof(*t->slot));
	if (t->slot == NULL) {
		free(t);
		return NULL;
	}
	return t;
}

void
strtable_free(struct strtable *t)
{
	if (t == NULL)
		return;
	for (size_t i = 0; i < t->nslots; i++)
		free(t->slot[i].key);
	free(t->slot);
	free(t);
}

uint64_t
strtable_hash(const char *key)
{
	uint64_t h = UINT64_C(0xcbf29ce484222325);

	for (; *key != '\0'; key++)
		h = (h ^ (unsigned char)*key) * UINT64_C(0x100000001b3);
	return h;
}

/* The slot that has 'key', or the one where it would go. */
static struct slot *
find(const struct strtable *t, const char *key, uint64_t hash)
{
	size_t i = hash & (t->nslots - 1);

	while (t->slot[i].key != NULL &&
	       (t->slot[i].hash != hash || strcmp(t->slot[i].key, key) != 0))
		i = (i + 1) & (t->nslots - 1);
	return &t->slot[i];
}

static int
grow(struct strtable *t)
{
	struct strtable bigger = { .n = t->n, .nslots = t->nslots * 2 };

	bigger.slot = calloc(bigger.nslots, sizeof(*bigger.slot));
	if (bigger.slot == NULL)
		return -ENOMEM;
	for (size_t i = 0; i < t->nslots; i++)
		if (t->slot[i].key != NULL)
			*find(&bigger, t->slot[i].key, t->slot[i].hash) =
				t->slot[i];
	free(t->slot);
	*t = bigger;
	return 0;
}

int
strtable_put(struct strtable *t, const char *key, size_t value)
{
	uint64_t hash = strtable_hash(key);
	struct slot *slot;

	if (find(t, key, hash)->key != NULL)
		return -EEXIST;
	if (t->n >= t->nslots / 2 && grow(t) != 0)
		return -ENOMEM;
	slot = find(t, key, hash);
	slot->key = strdup(key);
	if (slot->key == NULL)
		return -ENOMEM;
	slot->hash = hash;
	slot->value = value;
	t->n++;
	return 0;
}

size_t
strtable_get(const struct strtable *t, const char *key)
{
	const struct slot *slot = find(t, key, strtable_hash(key));

	return slot->key == NULL ? STRTABLE_NONE : slot->value;
}
