/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * The Periodic Transmission machine (6.4.13): a LACPDU each second or each 30 s, as
 * the partner wants it, so that its timer does not expire.
 */
#include "lib/lacp_impl.h"

static bool
wants_fast(const struct lacp_link *link)
{
	return (link->partner.state & LACP_TIMEOUT) != 0;
}

static void
enter_fast(struct lacp_link *link, uint64_t now)
{
	link->periodic = LACP_FAST_PERIODIC;
	link->periodic_timer = now + LACP_FAST_TIME;
}

static void
enter_slow(struct lacp_link *link, uint64_t now)
{
	link->periodic = LACP_SLOW_PERIODIC;
	link->periodic_timer = now + LACP_SLOW_TIME;
}

/* The state PERIODIC_TX, which is left at once. */
static void
transmit(struct lacp_link *link, uint64_t now)
{
	link->ntt = true;
	if (wants_fast(link))
		enter_fast(link, now);
	else
		enter_slow(link, now);
}

/* Of two passive ends neither speaks. */
static bool
is_silent(const struct lacp_link *link)
{
	return !link->up ||
	       ((link->state | link->partner.state) & LACP_ACTIVITY) == 0;
}

void
lacp_run_periodic(struct lacp_link *link, uint64_t now)
{
	if (is_silent(link)) {
		link->periodic = LACP_NO_PERIODIC;
		link->periodic_timer = LACP_NEVER;
		return;
	}
	if (link->periodic == LACP_NO_PERIODIC)
		enter_fast(link, now);
	if (now >= link->periodic_timer)
		transmit(link, now);
	else if (link->periodic == LACP_FAST_PERIODIC && !wants_fast(link))
		enter_slow(link, now);
	else if (link->periodic == LACP_SLOW_PERIODIC && wants_fast(link))
		transmit(link, now);
}
