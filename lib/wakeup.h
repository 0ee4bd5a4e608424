/* SPDX-License-Identifier: BSD-3-Clause */
#ifndef IXF_WAKEUP_H
#define IXF_WAKEUP_H

/*
 * How threads that do not share a lock wake one that sleeps.  The sleeper says that it
 * is about to sleep, looks once more whether there is something to do, and then waits
 * for the descriptor; the others leave it something to do, and then wake it.  So either
 * it sees what was left, or it is woken: both change the same word, and whichever comes
 * second sees what was written before the first.  To wake one that does not sleep is no
 * system call.
 */

#include <stdatomic.h>
#include <stdbool.h>

struct wakeup {
	_Atomic bool sleeps; /* set by the sleeper, cleared by all */
	int fd; /* an eventfd: the sleeper waits, the others write */
};

/* False, and errno is set: no descriptor is left. */
bool wakeup_open(struct wakeup *);
void wakeup_close(struct wakeup *);

/* The sleeper is about to sleep, and looks for something to do afterwards. */
static inline void
wakeup_begin(struct wakeup *w)
{
	atomic_exchange(&w->sleeps, true);
}

/*
 * It does not sleep any more.  'readable': the descriptor is, or may be, and is read.
 */
void wakeup_end(struct wakeup *, bool readable);

/* Wakes the sleeper, if it sleeps or is about to.  Any thread. */
void wakeup_ring(struct wakeup *);

/* Whether it sleeps, and was not woken since. */
static inline bool
wakeup_sleeps(const struct wakeup *w)
{
	return atomic_load(&w->sleeps);
}

#endif
