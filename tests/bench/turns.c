/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * How long the control thread of ixfabricd is busy between two waits: loaded by
 * LD_PRELOAD, for scale.  The file that IXF_TURNS names has the result, a struct turns;
 * what reads it may set 'longest' to 0 at any time.
 */
#include <dlfcn.h>
#include <fcntl.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdint.h>
#include <stdlib.h>
#include <sys/epoll.h>
#include <sys/mman.h>
#include <time.h>
#include <unistd.h>

/* Written by the control thread, read and set back by another process. */
struct turns {
	_Atomic uint64_t number;
	_Atomic uint64_t longest_cpu;  /* ns of processor time */
	_Atomic uint64_t longest_wall; /* ns, with the times it did not run */
};

static struct turns *turns;
static uint64_t cpu, wall; /* ns, when the turn began; 0: none has */

static uint64_t
ns(clockid_t clock)
{
	struct timespec ts;

	clock_gettime(clock, &ts);
	return (uint64_t)ts.tv_sec * 1000000000 + (uint64_t)ts.tv_nsec;
}

static void
keep(_Atomic uint64_t *longest, uint64_t spent)
{
	if (spent > atomic_load_explicit(longest, memory_order_relaxed))
		atomic_store_explicit(longest, spent, memory_order_relaxed);
}

__attribute__((constructor)) static void
begin(void)
{
	const char *path = getenv("IXF_TURNS");
	int fd = path != NULL ? open(path, O_RDWR | O_CREAT, 0644) : -1;
	void *at = MAP_FAILED;

	if (fd < 0)
		return;
	if (ftruncate(fd, sizeof(*turns)) == 0)
		at = mmap(NULL, sizeof(*turns), PROT_READ | PROT_WRITE,
			  MAP_SHARED, fd, 0);
	close(fd);
	if (at != MAP_FAILED)
		turns = at;
}

static void
end_turn(void)
{
	if (turns == NULL || wall == 0)
		return;
	atomic_fetch_add(&turns->number, 1);
	keep(&turns->longest_cpu, ns(CLOCK_THREAD_CPUTIME_ID) - cpu);
	keep(&turns->longest_wall, ns(CLOCK_MONOTONIC) - wall);
}

/* In the place of libc's.  Only the control thread waits by it: ixfabricd.c. */
int
epoll_pwait2(int fd, struct epoll_event *events, int n,
	     const struct timespec *timeout, const sigset_t *mask)
{
	static int (*real)(int, struct epoll_event *, int,
			   const struct timespec *, const sigset_t *);
	int rc;

	if (real == NULL)
		*(void **)&real = dlsym(RTLD_NEXT, "epoll_pwait2");
	end_turn();
	rc = real(fd, events, n, timeout, mask);
	cpu = ns(CLOCK_THREAD_CPUTIME_ID);
	wall = ns(CLOCK_MONOTONIC);
	return rc;
}
