/* SPDX-License-Identifier: BSD-3-Clause */
#include "lib/wakeup.h"

#include <stdint.h>
#include <sys/eventfd.h>
#include <unistd.h>

bool
wakeup_open(struct wakeup *w)
{
	w->sleeps = false;
	w->fd = eventfd(0, EFD_NONBLOCK | EFD_CLOEXEC);
	return w->fd >= 0;
}

void
wakeup_close(struct wakeup *w)
{
	if (w->fd >= 0)
		close(w->fd);
	w->fd = -1;
}

void
wakeup_end(struct wakeup *w, bool readable)
{
	uint64_t rings;
	ssize_t n;

	atomic_store(&w->sleeps, false);
	if (!readable)
		return;
	/* Takes all rings at once; it fails if there was none. */
	n = read(w->fd, &rings, sizeof(rings));
	(void)n;
}

void
wakeup_ring(struct wakeup *w)
{
	const uint64_t one = 1;
	ssize_t n;

	if (!atomic_exchange(&w->sleeps, false))
		return;
	/* It fails only if the sleeper has been rung 2^64 times. */
	n = write(w->fd, &one, sizeof(one));
	(void)n;
}
