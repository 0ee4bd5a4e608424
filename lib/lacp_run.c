/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * The links of a LAG, what happens to them, and running their machines.
 */
#include "lib/lacp.h"

#include <string.h>

#include "lib/lacp_impl.h"

/* The bits of the actor's state that the settings give. */
static uint8_t
state_of(const struct lacp_settings *settings)
{
	return (uint8_t)(LACP_AGGREGATION |
			 (settings->active ? LACP_ACTIVITY : 0) |
			 (settings->fast ? LACP_TIMEOUT : 0));
}

void
lacp_begin(struct lacp *l, const struct lacp_settings *settings)
{
	memset(l, 0, sizeof(*l));
	l->settings = *settings;
	l->rival_at = LACP_NEVER;
	l->fallback = LACP_LINKS_MAX;
	for (unsigned int i = 0; i < LACP_LINKS_MAX; i++)
		lacp_remove(l, i);
}

/*
 * Before the partner learns of a long timeout it sends each second, and then no more
 * for 30 s: the timer that runs must not end meanwhile.
 */
static void
set_link(struct lacp *l, struct lacp_link *link, bool renamed, bool slower,
	 uint64_t now)
{
	uint8_t before = link->state;

	link->state &= (uint8_t) ~(LACP_ACTIVITY | LACP_TIMEOUT);
	link->state |= state_of(&l->settings);
	if (link->receive == LACP_RX_DEFAULTED)
		lacp_record_default(link);
	if (link->state != before || renamed)
		link->ntt = true;
	if (slower && link->receive == LACP_CURRENT)
		link->current_while = now + LACP_LONG_TIMEOUT;
	if (!renamed)
		return;
	lacp_unselect(link);
	/* A partner was in sync with what this end was before. */
	link->seen = false;
	if (lacp_is_recorded(link))
		link->partner.state &= (uint8_t)~LACP_SYNC;
}

void
lacp_set(struct lacp *l, const struct lacp_settings *settings, uint64_t now)
{
	const struct lacp_settings old = l->settings;
	bool renamed = old.system != settings->system ||
		       old.system_priority != settings->system_priority ||
		       old.key != settings->key;
	bool slower = old.fast && !settings->fast;

	l->settings = *settings;
	for (unsigned int i = 0; i < LACP_LINKS_MAX; i++)
		if (l->link[i].used)
			set_link(l, &l->link[i], renamed, slower, now);
}

void
lacp_add(struct lacp *l, unsigned int slot, uint16_t port)
{
	struct lacp_link *link = &l->link[slot];

	lacp_remove(l, slot);
	link->used = true;
	link->port = port;
	link->state = state_of(&l->settings);
	lacp_initialize(link);
}

void
lacp_remove(struct lacp *l, unsigned int slot)
{
	l->link[slot] = (struct lacp_link){
		.current_while = LACP_NEVER,
		.periodic_timer = LACP_NEVER,
		.wait_while = LACP_NEVER,
	};
}

void
lacp_link(struct lacp *l, unsigned int slot, bool up, uint64_t now)
{
	struct lacp_link *link = &l->link[slot];

	if (!link->used || link->up == up)
		return;
	link->up = up;
	if (!up)
		lacp_unselect(link);
	lacp_enable(link, now);
}

void
lacp_hold(struct lacp *l, unsigned int slot, bool held)
{
	struct lacp_link *link = &l->link[slot];

	link->held = link->used && held;
	if (link->held)
		lacp_unselect(link);
}

static void
count(struct lacp_counters *counters, enum lacp_result result)
{
	switch (result) {
	case LACP_TAKEN:
		counters->pdus_rx++;
		break;
	case LACP_MARKER:
		counters->markers_rx++;
		break;
	case LACP_MARKER_RESPONSE:
		counters->responses_rx++;
		break;
	case LACP_UNKNOWN:
		counters->unknown_rx++;
		break;
	case LACP_ILLEGAL:
		counters->illegal_rx++;
		break;
	}
}

enum lacp_result
lacp_receive(struct lacp *l, unsigned int slot, const uint8_t *payload,
	     uint32_t size, uint64_t now, lacp_send *send, void *arg)
{
	struct lacp_link *link = &l->link[slot];
	struct lacp_pdu pdu;
	enum lacp_result result = lacp_pdu_read(payload, size, &pdu);

	if (!link->used)
		return result;
	count(&link->counters, result);
	if (!link->up)
		return result;
	if (result == LACP_TAKEN)
		lacp_take(l, slot, &pdu, now);
	else if (result == LACP_MARKER)
		lacp_respond(l, slot, &pdu.marker, now, send, arg);
	return result;
}

static uint64_t
link_due(const struct lacp_link *link)
{
	uint64_t due = clock_sooner(link->current_while, link->periodic_timer);

	due = clock_sooner(due, link->wait_while);
	return link->ntt ? clock_sooner(due, link->tx_from[0]) : due;
}

/*
 * A link becomes ready, or is no more, when its own machine has run; whether there are
 * enough is then one thing for all of them.
 */
static void
run_mux(struct lacp *l, uint64_t now)
{
	unsigned int ready;
	bool enough;

	do {
		enough = l->enough;
		ready = 0;
		for (unsigned int i = 0; i < LACP_LINKS_MAX; i++) {
			lacp_run_mux(&l->link[i], enough,
				     i == l->fallback ? 0 : LACP_WAIT_TIME,
				     now);
			ready += lacp_is_ready(&l->link[i]);
		}
		l->enough = ready >= l->settings.min_links;
	} while (l->enough != enough);
}

/*
 * In this order nothing that a machine does is a reason for one before it to run
 * again.
 */
uint64_t
lacp_run(struct lacp *l, uint64_t now, lacp_send *send, void *arg)
{
	uint64_t due;

	for (unsigned int i = 0; i < LACP_LINKS_MAX; i++)
		lacp_run_receive(&l->link[i], now);
	lacp_run_selection(l, now);
	run_mux(l, now);
	due = l->rival_at;
	for (unsigned int i = 0; i < LACP_LINKS_MAX; i++) {
		lacp_run_periodic(&l->link[i], now);
		lacp_run_transmit(l, i, now, send, arg);
		due = clock_sooner(due, link_due(&l->link[i]));
	}
	return due;
}
