/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * The Mux machine for independent control (6.4.15).  What it enables and disables is
 * read by the caller, after all machines have run; so the states on the way from
 * DISTRIBUTING to DETACHED, which all pass at once, are not seen.
 */
#include "lib/lacp_impl.h"

static void
detach(struct lacp_link *link)
{
	if ((link->state & LACP_SYNC) != 0)
		link->ntt = true;
	link->state &=
		(uint8_t) ~(LACP_SYNC | LACP_COLLECTING | LACP_DISTRIBUTING);
	link->wait_while = LACP_NEVER;
	link->mux = LACP_MUX_DETACHED;
}

static void
wait_for_others(struct lacp_link *link, uint64_t until)
{
	link->wait_while = until;
	link->mux = LACP_MUX_WAITING;
}

static void
attach(struct lacp_link *link)
{
	link->state |= LACP_SYNC;
	link->state &= (uint8_t)~LACP_COLLECTING;
	link->wait_while = LACP_NEVER;
	link->ntt = true;
	link->mux = LACP_MUX_ATTACHED;
}

static void
collect(struct lacp_link *link)
{
	link->state |= LACP_COLLECTING;
	link->state &= (uint8_t)~LACP_DISTRIBUTING;
	link->ntt = true;
	link->mux = LACP_MUX_COLLECTING;
}

static void
distribute(struct lacp_link *link)
{
	link->state |= LACP_DISTRIBUTING;
	link->ntt = true;
	link->mux = LACP_MUX_DISTRIBUTING;
}

static bool
partner_has(const struct lacp_link *link, uint8_t bits)
{
	return link->selected && (link->partner.state & bits) == bits;
}

/* Enters the next state, if the machine is to leave the present one. */
static void
step(struct lacp_link *link, bool enough, uint64_t wait, uint64_t now)
{
	bool in_sync = enough && partner_has(link, LACP_SYNC);
	bool collects = in_sync && partner_has(link, LACP_COLLECTING);

	switch (link->mux) {
	case LACP_MUX_DETACHED:
		if (link->selected)
			wait_for_others(link, now + wait);
		break;
	case LACP_MUX_WAITING:
		if (!link->selected)
			detach(link);
		else if (now >= link->wait_while)
			attach(link);
		break;
	case LACP_MUX_ATTACHED:
		if (!link->selected)
			detach(link);
		else if (in_sync)
			collect(link);
		break;
	case LACP_MUX_COLLECTING:
		if (!in_sync)
			attach(link);
		else if (collects)
			distribute(link);
		break;
	case LACP_MUX_DISTRIBUTING:
		if (!collects)
			collect(link);
		break;
	}
}

void
lacp_run_mux(struct lacp_link *link, bool enough, uint64_t wait, uint64_t now)
{
	enum lacp_mux_state before;

	do {
		before = link->mux;
		step(link, enough, wait, now);
	} while (link->mux != before);
}

bool
lacp_is_ready(const struct lacp_link *link)
{
	return link->mux >= LACP_MUX_ATTACHED && partner_has(link, LACP_SYNC);
}

void
lacp_unselect(struct lacp_link *link)
{
	link->selected = false;
	lacp_run_mux(link, false, 0, 0);
}
