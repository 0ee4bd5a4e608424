/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * What a lookup costs: TSC cycles an address, for bursts of 32 random ones out
 * of a table that holds 1,000, 64 thousand and a million.  The median and the
 * least of several runs; say which machine when you quote them.
 */
#include "lib/mactab.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

#define BURST  32
#define RUNS   15
#define BURSTS (1u << 15) /* a run; a million addresses */

#ifdef __x86_64__
#include <x86intrin.h>
static uint64_t
cycles(void)
{
	return __rdtsc();
}
#else
/* Nanoseconds, where there is no cheap counter that we know. */
static uint64_t
cycles(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return (uint64_t)now.tv_sec * 1000000000 + (uint64_t)now.tv_nsec;
}
#endif

/* splitmix64: the same addresses in every run, on every machine. */
static uint64_t
random64(void)
{
	static uint64_t state;
	uint64_t z = state += UINT64_C(0x9e3779b97f4a7c15);

	z = (z ^ z >> 30) * UINT64_C(0xbf58476d1ce4e5b9);
	z = (z ^ z >> 27) * UINT64_C(0x94d049bb133111eb);
	return z ^ z >> 31;
}

static uint64_t
random_mac(void)
{
	return (random64() & UINT64_C(0xfcffffffffff)) | UINT64_C(1) << 41;
}

enum what {
	FIND,
	FIND_PLACE,
	FIND_TOUCH,
	MISS,
	WHATS
};

static const char *const title[WHATS] = { "find", "find, place", "find, touch",
					  "unknown" };

static void
one_burst(struct mactab *t, enum what what, const uint64_t *mac, uint32_t now)
{
	uint16_t port[BURST];
	uint32_t place[BURST];

	mactab_find(t, mac, BURST, port, what == FIND ? NULL : place);
	if (what == FIND_TOUCH)
		mactab_touch(t, place, UINT32_MAX, now);
	/* Else the compiler might look nothing up. */
	__asm__ volatile("" ::"r"(port), "r"(place) : "memory");
}

static double
one_run(struct mactab *t, enum what what, const uint64_t *mac, uint32_t now)
{
	uint64_t start = cycles();

	for (unsigned int i = 0; i < BURSTS; i++)
		one_burst(t, what, mac + i * BURST, now);
	return (double)(cycles() - start) / (BURSTS * BURST);
}

static int
by_size(const void *a, const void *b)
{
	double x = *(const double *)a, y = *(const double *)b;

	return (x > y) - (x < y);
}

static void
report(struct mactab *t, enum what what, const uint64_t *mac)
{
	double run[RUNS];

	for (unsigned int i = 0; i < RUNS; i++)
		run[i] = one_run(t, what, mac, i / 5);
	qsort(run, RUNS, sizeof(run[0]), by_size);
	printf("  %-12s %6.1f (least %.1f)\n", title[what], run[RUNS / 2],
	       run[0]);
}

static void
bench(size_t n)
{
	struct mactab *t = mactab_create(n);
	uint64_t *known = calloc(n, sizeof(*known));
	uint64_t *asked = calloc(BURSTS * BURST, sizeof(*asked));

	if (t == NULL || known == NULL || asked == NULL)
		abort();
	for (size_t i = 0; i < n; i++) {
		known[i] = random_mac();
		if (mactab_set(t, known[i], i % 100, 0, 0) < 0)
			abort();
	}
	printf("%zu addresses, cycles each\n", n);
	for (unsigned int i = 0; i < BURSTS * BURST; i++)
		asked[i] = known[random64() % n];
	for (enum what what = FIND; what < MISS; what++)
		report(t, what, asked);
	for (unsigned int i = 0; i < BURSTS * BURST; i++)
		asked[i] = random_mac();
	report(t, MISS, asked);
	free(asked);
	free(known);
	mactab_free(t);
}

int
main(void)
{
	bench(1000);
	bench(64000);
	bench(1000000);
	return 0;
}
