/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Entries that are not permanent are in two trees, one of all and one of their
 * port, each in the order in which they are to go.
 */
#include "lib/neightab6.h"

#include <assert.h>
#include <bsd/sys/tree.h>
#include <stdlib.h>
#include <string.h>

struct slot {
	struct neightab6_entry entry;
	uint64_t asked; /* the number of the last request for it */
	RB_ENTRY(slot) in_all;
	RB_ENTRY(slot) in_port;
};

RB_HEAD(all_tree, slot);
RB_HEAD(port_tree, slot);

struct port {
	struct port_tree entries;
	uint32_t charged; /* how many */
	RB_ENTRY(port) in_ports;
};

RB_HEAD(ports_tree, port);

struct neightab6 {
	struct neightab *table; /* tags, owners and so on: workers read these */
	neightab6_gone *gone;
	void *arg;
	uint32_t capacity;
	uint32_t count;
	uint64_t requests; /* so far */
	struct all_tree all;
	struct port port[NEIGHTAB6_PORTS]; /* by id */
	struct ports_tree ports; /* those with entries, the fewest first */
	struct slot slot[];      /* as many as the table has */
};

static int
compare(const struct slot *a, const struct slot *b)
{
	if (a->entry.rank != b->entry.rank)
		return a->entry.rank < b->entry.rank ? -1 : 1;
	return a->asked < b->asked ? -1 : a->asked > b->asked;
}

static int
compare_ports(const struct port *a, const struct port *b)
{
	if (a->charged != b->charged)
		return a->charged < b->charged ? -1 : 1;
	return a < b ? -1 : a > b;
}

#define UNUSED __attribute__((unused))
RB_GENERATE_INTERNAL(all_tree, slot, in_all, compare, UNUSED static)
RB_GENERATE_INTERNAL(port_tree, slot, in_port, compare, UNUSED static)
RB_GENERATE_INTERNAL(ports_tree, port, in_ports, compare_ports, UNUSED static)

uint32_t
neightab6_slots(uint32_t capacity)
{
	uint32_t n = NEIGHTAB_BUCKET;

	while (n / 2 < capacity)
		n *= 2;
	return n;
}

struct neightab6 *
neightab6_create(struct neightab *table, uint32_t capacity,
		 neightab6_gone *gone, void *arg)
{
	struct neightab6 *t;

	assert(capacity > 0 && table->n >= neightab6_slots(capacity));
	t = calloc(1, sizeof(*t) + table->n * sizeof(t->slot[0]));
	if (t == NULL)
		return NULL;
	t->table = table;
	t->gone = gone;
	t->arg = arg;
	t->capacity = capacity;
	return t;
}

void
neightab6_free(struct neightab6 *t)
{
	free(t);
}

static bool
is_vacant(const struct neightab6 *t, uint32_t slot)
{
	return atomic_load_explicit(&t->table->tag[slot],
				    memory_order_relaxed) == 0;
}

static bool
is_permanent(const struct slot *s)
{
	return s->entry.port == NEIGHTAB6_NO_PORT;
}

/* Puts it into the trees, by its rank and its last request. */
static void
sort_in(struct neightab6 *t, struct slot *s)
{
	if (is_permanent(s))
		return;
	RB_INSERT(all_tree, &t->all, s);
	RB_INSERT(port_tree, &t->port[s->entry.port].entries, s);
}

static void
sort_out(struct neightab6 *t, struct slot *s)
{
	if (is_permanent(s))
		return;
	RB_REMOVE(all_tree, &t->all, s);
	RB_REMOVE(port_tree, &t->port[s->entry.port].entries, s);
}

static void
charge(struct neightab6 *t, uint16_t id, int n)
{
	struct port *p = &t->port[id];

	if (p->charged != 0)
		RB_REMOVE(ports_tree, &t->ports, p);
	p->charged += (uint32_t)n;
	if (p->charged != 0)
		RB_INSERT(ports_tree, &t->ports, p);
}

/* The tag first: from then on workers do not find the slot. */
static void
take_away(struct neightab6 *t, struct slot *s)
{
	atomic_store_explicit(&t->table->tag[s - t->slot], 0,
			      memory_order_relaxed);
	sort_out(t, s);
	if (!is_permanent(s))
		charge(t, s->entry.port, -1);
	t->count--;
}

static void
push_out(struct neightab6 *t, struct slot *s)
{
	take_away(t, s);
	t->gone(t->arg, (uint32_t)(s - t->slot), &s->entry);
}

/* The tag last: a worker that finds the slot finds no state of another address. */
static void
enter(struct neightab6 *t, uint32_t slot, const uint8_t *address, uint64_t tag,
      uint16_t port)
{
	struct neightab *table = t->table;
	struct slot *s = &t->slot[slot];

	memcpy(s->entry.address, address, sizeof(s->entry.address));
	s->entry.port = port;
	s->entry.rank = NEIGHTAB6_FIRST;
	s->asked = ++t->requests;
	sort_in(t, s);
	if (!is_permanent(s))
		charge(t, port, 1);
	t->count++;
	atomic_store_explicit(&table->owner[slot], 0, memory_order_relaxed);
	atomic_store_explicit(&table->held[slot], NEIGHTAB_FREE,
			      memory_order_relaxed);
	atomic_store_explicit(&table->liveness[slot], NEIGHTAB_SILENT,
			      memory_order_relaxed);
	atomic_store_explicit(&table->tag[slot], tag, memory_order_relaxed);
}

/* A vacant slot of the bucket or NEIGHTAB_NONE, and how many of them it has. */
static uint32_t
find_vacant(const struct neightab6 *t, uint32_t first, unsigned int *n)
{
	uint32_t found = NEIGHTAB_NONE;

	*n = 0;
	for (uint32_t i = first; i < first + NEIGHTAB_BUCKET; i++)
		if (is_vacant(t, i)) {
			found = i;
			++*n;
		}
	return found;
}

/* In the emptier one of the two buckets of the tag. */
static uint32_t
find_room(const struct neightab6 *t, uint64_t tag)
{
	unsigned int n1, n2;
	uint32_t s1 = find_vacant(t, neightab_bucket6(t->table, tag), &n1);
	uint32_t s2 =
		find_vacant(t, neightab_other_bucket6(t->table, tag), &n2);

	return n1 >= n2 ? s1 : s2;
}

/* Slot 'i' of the two buckets of the tag. */
static struct slot *
slot_of_pair(struct neightab6 *t, uint64_t tag, unsigned int i)
{
	uint32_t bucket = i < NEIGHTAB_BUCKET
				  ? neightab_bucket6(t->table, tag)
				  : neightab_other_bucket6(t->table, tag);

	return &t->slot[bucket + i % NEIGHTAB_BUCKET];
}

/* The first to go in the two buckets of the tag, of 'port' or of all ports. */
static struct slot *
first_of_buckets(struct neightab6 *t, uint64_t tag, uint16_t port)
{
	struct slot *first = NULL;

	for (unsigned int i = 0; i < 2 * NEIGHTAB_BUCKET; i++) {
		struct slot *s = slot_of_pair(t, tag, i);

		if (!is_permanent(s) &&
		    (port == NEIGHTAB6_NO_PORT || s->entry.port == port) &&
		    (first == NULL || compare(s, first) < 0))
			first = s;
	}
	return first;
}

/* Whether a port may take the place of an entry in use of another. */
static bool
has_far_more(const struct port *p, const struct port *latecomer)
{
	return p->charged > latecomer->charged + 1;
}

/* The first entry to go of the port that has most; NULL: none has far more. */
static struct slot *
first_of_all(struct neightab6 *t, const struct port *latecomer)
{
	struct port *p = RB_MAX(ports_tree, &t->ports);

	for (; p != NULL && has_far_more(p, latecomer);
	     p = RB_PREV(ports_tree, &t->ports, p)) {
		struct slot *s = RB_MIN(port_tree, &p->entries);

		if (s->entry.rank != NEIGHTAB6_STAYS)
			return s;
	}
	return NULL;
}

/* The same in the two buckets of the tag. */
static struct slot *
first_of_pair(struct neightab6 *t, uint64_t tag, const struct port *latecomer)
{
	struct slot *first = NULL;

	for (unsigned int i = 0; i < 2 * NEIGHTAB_BUCKET; i++) {
		struct slot *s = slot_of_pair(t, tag, i);
		int order;

		if (is_permanent(s) || s->entry.rank == NEIGHTAB6_STAYS ||
		    !has_far_more(&t->port[s->entry.port], latecomer))
			continue;
		order = first == NULL
				? 1
				: compare_ports(&t->port[s->entry.port],
						&t->port[first->entry.port]);
		if (order > 0 || (order == 0 && compare(s, first) < 0))
			first = s;
	}
	return first;
}

/* An entry in use that makes room for a port that has fewer than its port. */
static struct slot *
first_of_most(struct neightab6 *t, uint64_t tag, bool has_room, uint16_t port)
{
	return has_room ? first_of_all(t, &t->port[port])
			: first_of_pair(t, tag, &t->port[port]);
}

/* Makes room in the table, in the share of 'port', and for the tag. */
static bool
make_room(struct neightab6 *t, uint64_t tag, uint16_t port)
{
	bool has_room = find_room(t, tag) != NEIGHTAB_NONE;
	bool own = port != NEIGHTAB6_NO_PORT &&
		   t->port[port].charged >= neightab6_share(t->capacity);
	struct slot *s;

	if (has_room && !own && t->count < t->capacity)
		return true;
	if (!has_room)
		s = first_of_buckets(t, tag, own ? port : NEIGHTAB6_NO_PORT);
	else if (own)
		s = RB_MIN(port_tree, &t->port[port].entries);
	else
		s = RB_MIN(all_tree, &t->all);
	if (s != NULL && s->entry.rank >= NEIGHTAB6_USED &&
	    port != NEIGHTAB6_NO_PORT)
		s = own ? NULL : first_of_most(t, tag, has_room, port);
	if (s == NULL)
		return false;
	push_out(t, s);
	return true;
}

/* Whether the slot of its tag has this address: else, another has the same tag. */
static bool
is_at(const struct neightab6 *t, uint32_t slot, const uint8_t *address)
{
	return memcmp(t->slot[slot].entry.address, address, 16) == 0;
}

static void
make_permanent(struct neightab6 *t, struct slot *s)
{
	if (is_permanent(s))
		return;
	sort_out(t, s);
	charge(t, s->entry.port, -1);
	s->entry.port = NEIGHTAB6_NO_PORT;
}

uint32_t
neightab6_find(const struct neightab6 *t, const uint8_t *address)
{
	uint32_t slot = neightab_slot6(t->table, address);

	return slot != NEIGHTAB_NONE && is_at(t, slot, address) ? slot
								: NEIGHTAB_NONE;
}

uint32_t
neightab6_add(struct neightab6 *t, const uint8_t *address, uint16_t port)
{
	uint64_t tag = neightab_tag6(t->table, address);
	uint32_t slot = neightab_slot6(t->table, address);

	assert(port < NEIGHTAB6_PORTS || port == NEIGHTAB6_NO_PORT);
	if (slot == NEIGHTAB_NONE) {
		if (!make_room(t, tag, port))
			return NEIGHTAB_NONE;
		slot = find_room(t, tag);
		enter(t, slot, address, tag, port);
		return slot;
	}
	if (!is_at(t, slot, address))
		return NEIGHTAB_NONE;
	if (port == NEIGHTAB6_NO_PORT)
		make_permanent(t, &t->slot[slot]);
	else
		neightab6_touch(t, slot);
	return slot;
}

void
neightab6_remove(struct neightab6 *t, uint32_t slot)
{
	if (!is_vacant(t, slot))
		take_away(t, &t->slot[slot]);
}

void
neightab6_touch(struct neightab6 *t, uint32_t slot)
{
	struct slot *s = &t->slot[slot];

	if (is_vacant(t, slot))
		return;
	sort_out(t, s);
	s->asked = ++t->requests;
	sort_in(t, s);
}

void
neightab6_set_rank(struct neightab6 *t, uint32_t slot, enum neightab6_rank rank)
{
	struct slot *s = &t->slot[slot];

	if (is_vacant(t, slot) || s->entry.rank == rank)
		return;
	sort_out(t, s);
	s->entry.rank = (uint8_t)rank;
	sort_in(t, s);
}

const struct neightab6_entry *
neightab6_entry(const struct neightab6 *t, uint32_t slot)
{
	return is_vacant(t, slot) ? NULL : &t->slot[slot].entry;
}

static bool
is_empty_bucket(const struct neightab6 *t, uint32_t first)
{
	uint64_t any = 0;

	for (uint32_t i = 0; i < NEIGHTAB_BUCKET; i++)
		any |= atomic_load_explicit(&t->table->tag[first + i],
					    memory_order_relaxed);
	return any == 0;
}

uint32_t
neightab6_next(const struct neightab6 *t, uint32_t slot)
{
	while (slot < t->table->n) {
		if (slot % NEIGHTAB_BUCKET == 0 && is_empty_bucket(t, slot))
			slot += NEIGHTAB_BUCKET;
		else if (!is_vacant(t, slot))
			break;
		else
			slot++;
	}
	return slot;
}

static void
recharge(struct neightab6 *t, struct slot *s, uint16_t port)
{
	sort_out(t, s);
	charge(t, s->entry.port, -1);
	s->entry.port = port;
	charge(t, port, 1);
	sort_in(t, s);
}

void
neightab6_release(struct neightab6 *t, uint16_t port, neightab6_heir *heir)
{
	struct slot *s;

	while ((s = RB_MIN(port_tree, &t->port[port].entries)) != NULL) {
		uint16_t to = heir != NULL
				      ? heir(t->arg, (uint32_t)(s - t->slot))
				      : NEIGHTAB6_NO_PORT;

		if (to == NEIGHTAB6_NO_PORT || to == port ||
		    t->port[to].charged >= neightab6_share(t->capacity))
			push_out(t, s);
		else
			recharge(t, s, to);
	}
}

uint32_t
neightab6_count(const struct neightab6 *t)
{
	return t->count;
}
