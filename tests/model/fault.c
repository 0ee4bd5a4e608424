/* SPDX-License-Identifier: BSD-3-Clause */
#include "tests/model/fault.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <rte_mbuf.h>
#include <rte_ring_elem.h>

#include "fabric/apply/retire.h"
#include "lib/mactab.h"
#include "tests/model/pick.h"

#define PLACES 1024

/* Of the thread that has begun: a worker's steps are none. */
static _Thread_local const struct fault_plan *plan;
static _Thread_local bool inside; /* what 'between' does are no steps */
static unsigned int steps[FAULT_KINDS];
static bool failed;
static const char *last_step = "nothing";
static const void *places[PLACES];
static unsigned int nplaces;

uint64_t pick_state;

void
fault_begin(const struct fault_plan *p)
{
	memset(steps, 0, sizeof(steps));
	failed = false;
	last_step = "nothing";
	plan = p;
}

bool
fault_end(void)
{
	plan = NULL;
	return failed;
}

void
fault_pause(bool paused)
{
	inside = paused;
}

void
fault_between(const char *last)
{
	if (plan != NULL && !inside)
		last_step = last;
	if (plan == NULL || plan->between == NULL || inside)
		return;
	inside = true;
	plan->between();
	inside = false;
}

static void
note_place(const void *at)
{
	for (unsigned int i = 0; i < nplaces; i++)
		if (places[i] == at)
			return;
	if (nplaces < PLACES)
		places[nplaces++] = at;
}

bool
fault_step(enum fault_kind kind, const char *name, const void *at)
{
	if (plan == NULL || inside)
		return false;
	fault_between(name);
	steps[kind]++;
	if (plan->kind != kind || (plan->onward ? steps[kind] < plan->first
						: steps[kind] != plan->first))
		return false;
	note_place(at);
	failed = true;
	return true;
}

const char *
fault_last(void)
{
	return last_step;
}

unsigned int
fault_places(void)
{
	return nplaces;
}

/*
 * WRAP(type, name, parameters, arguments): the function of libc, unless the step
 * fails.
 */
#define WRAP(type, name, parameters, arguments)                                \
	type __real_##name parameters;                                         \
	type __wrap_##name parameters;                                         \
	type __wrap_##name parameters                                          \
	{                                                                      \
		if (fault_step(FAULT_MEMORY, #name,                            \
			       __builtin_return_address(0))) {                 \
			errno = ENOMEM;                                        \
			return NULL;                                           \
		}                                                              \
		return __real_##name arguments;                                \
	}

WRAP(void *, malloc, (size_t n), (n))
WRAP(void *, calloc, (size_t n, size_t size), (n, size))
WRAP(void *, realloc, (void *p, size_t n), (p, n))
WRAP(void *, reallocarray, (void *p, size_t n, size_t size), (p, n, size))
WRAP(void *, aligned_alloc, (size_t align, size_t n), (align, n))
WRAP(char *, strdup, (const char *text), (text))
WRAP(char *, strndup, (const char *text, size_t n), (text, n))

/* The secrets of tables: a sequence is the same each time. */
void __wrap_arc4random_buf(void *, size_t);

void
__wrap_arc4random_buf(void *p, size_t n)
{
	uint8_t *octet = p;

	while (n-- > 0)
		*octet++ = (uint8_t)pick64();
}

/* Between two changes that workers see, too. */
const struct view *__real_retire_publish(struct fabric *, const struct view *);
const struct view *__wrap_retire_publish(struct fabric *, const struct view *);
int __real_mactab_set(struct mactab *, uint64_t, uint16_t, unsigned int,
		      uint32_t);
int __wrap_mactab_set(struct mactab *, uint64_t, uint16_t, unsigned int,
		      uint32_t);
bool __real_mactab_remove(struct mactab *, uint64_t);
bool __wrap_mactab_remove(struct mactab *, uint64_t);

const struct view *
__wrap_retire_publish(struct fabric *f, const struct view *v)
{
	const struct view *old = __real_retire_publish(f, v);

	fault_between("retire_publish");
	return old;
}

int
__wrap_mactab_set(struct mactab *t, uint64_t mac, uint16_t port,
		  unsigned int flags, uint32_t now)
{
	int rc = __real_mactab_set(t, mac, port, flags, now);

	fault_between("mactab_set");
	return rc;
}

bool
__wrap_mactab_remove(struct mactab *t, uint64_t mac)
{
	bool was = __real_mactab_remove(t, mac);

	fault_between("mactab_remove");
	return was;
}

/* The names of rings and pools are unique in a process, which has two fabrics here. */
static const char *
unique(const char *name, char made[RTE_MEMZONE_NAMESIZE])
{
	static unsigned int n;

	snprintf(made, RTE_MEMZONE_NAMESIZE, "%.8s%x", name, n++);
	return made;
}

struct rte_ring *__real_rte_ring_create_elem(const char *, unsigned int,
					     unsigned int, int, unsigned int);
struct rte_ring *__wrap_rte_ring_create_elem(const char *, unsigned int,
					     unsigned int, int, unsigned int);
struct rte_mempool *__real_rte_pktmbuf_pool_create(const char *, unsigned int,
						   unsigned int, uint16_t,
						   uint16_t, int);
struct rte_mempool *__wrap_rte_pktmbuf_pool_create(const char *, unsigned int,
						   unsigned int, uint16_t,
						   uint16_t, int);
struct rte_mempool *
__real_rte_pktmbuf_pool_create_by_ops(const char *, unsigned int, unsigned int,
				      uint16_t, uint16_t, int, const char *);
struct rte_mempool *
__wrap_rte_pktmbuf_pool_create_by_ops(const char *, unsigned int, unsigned int,
				      uint16_t, uint16_t, int, const char *);

struct rte_ring *
__wrap_rte_ring_create_elem(const char *name, unsigned int size, unsigned int n,
			    int socket, unsigned int flags)
{
	char made[RTE_MEMZONE_NAMESIZE];

	return __real_rte_ring_create_elem(unique(name, made), size, n, socket,
					   flags);
}

struct rte_mempool *
__wrap_rte_pktmbuf_pool_create(const char *name, unsigned int n,
			       unsigned int cache, uint16_t priv, uint16_t room,
			       int socket)
{
	char made[RTE_MEMZONE_NAMESIZE];

	return __real_rte_pktmbuf_pool_create(unique(name, made), n, cache,
					      priv, room, socket);
}

struct rte_mempool *
__wrap_rte_pktmbuf_pool_create_by_ops(const char *name, unsigned int n,
				      unsigned int cache, uint16_t priv,
				      uint16_t room, int socket,
				      const char *ops)
{
	char made[RTE_MEMZONE_NAMESIZE];

	return __real_rte_pktmbuf_pool_create_by_ops(
		unique(name, made), n, cache, priv, room, socket, ops);
}
