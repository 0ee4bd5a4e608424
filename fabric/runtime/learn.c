/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * The control thread's half of learning: limits, locks, moves, ageing.  An
 * address that moves too often is frozen where it is, see movetab.h.
 *
 * Workers report addresses that the table lacks on their port; what becomes of
 * them is decided here, by the one writer of the tables.
 */
#include "fabric/runtime/learn.h"

#include <rte_ring.h>

#include "fabric/runtime/event.h"
#include "fabric/runtime/learn_flush.h"
#include "fabric/runtime/learn_sweep.h"
#include "fabric/runtime/port_state.h"
#include "fabric/runtime/runtime.h"
#include "fabric/runtime/violation.h"
#include "fabric/view/msg.h"
#include "lib/clock.h"
#include "lib/mac.h"
#include "lib/mactab.h"
#include "lib/movetab.h"

#define MESSAGES_AT_ONCE 64

/* Of all workers, in a turn of control: some 2 ms. */
#define LEARN_A_TURN 8192

static uint32_t
seconds(const struct fabric *f)
{
	return (uint32_t)(f->now / CLOCK_SECOND);
}

/* Whether an event may be logged now; if not, it is held. */
static bool
may_log(struct fabric *f, struct port_rt *p, struct loglimit *l)
{
	if (!loglimit_event(l, f->now, 1))
		return false;
	if (event_may(f, &p->log))
		return true;
	loglimit_hold(l, 1);
	return false;
}

static struct event
mac_event(enum event_kind kind, enum drop_level level, uint64_t mac,
	  const struct port_rt *from)
{
	struct event e = event_of(kind, level);

	e.mac = mac;
	e.from = from->name;
	return e;
}

static struct event
held_event(enum event_kind kind, enum drop_level level, uint64_t n)
{
	struct event e = event_of(kind, level);

	e.count = n;
	return e;
}

/* Two ports claim an address, or frames of one come back by the other: a loop. */
static void
log_frozen(struct fabric *f, struct lan_rt *l, struct port_rt *p,
	   const struct port_rt *from, uint64_t mac)
{
	char text[MAC_TEXT_SIZE];

	l->frozen++;
	violation_loop(f, p, from, mac);
	if (may_log(f, p, &p->frozen))
		event_port(f, p,
			   mac_event(EVENT_mac_frozen, DROP_WARNING, mac, from),
			   "port %s: %s moved %u times in %u s between ports "
			   "%s and %s, and stays on %s for %u s",
			   p->name, mac_format(mac, text), MOVETAB_MOVES,
			   (unsigned int)(MOVETAB_WINDOW / CLOCK_SECOND),
			   from->name, p->name, from->name,
			   (unsigned int)(MOVETAB_HOLD / CLOCK_SECOND));
}

/*
 * An address is seen at 'p', which may not have it: it has no business at its old
 * port any more, where frames to it would be lost.  Unknown, it is flooded to, and
 * learned where it is seen next.
 */
static void
give_up(struct fabric *f, struct lan_rt *l, struct port_rt *p,
	const struct port_rt *from, uint64_t mac)
{
	char text[MAC_TEXT_SIZE];

	p->refused++;
	learn_forget(f, l, mac);
	if (may_log(f, p, &p->given_up))
		event_port(f, p,
			   mac_event(EVENT_mac_refused, DROP_NOTICE, mac, from),
			   "port %s: %s moved here from port %s, and was "
			   "removed, not learned: %s",
			   p->name, mac_format(mac, text), from->name,
			   p->learned >= p->limit
				   ? "the port has learned as many as it may"
				   : "too many addresses moved here lately");
}

/* How many events 'held' takes from a limit to log them now. */
static uint64_t
take_held(struct fabric *f, struct port_rt *p, struct loglimit *l,
	  uint64_t held(struct loglimit *, uint64_t))
{
	uint64_t n = held(l, f->now);

	if (n == 0 || event_may(f, &p->log))
		return n;
	loglimit_hold(l, n);
	return 0;
}

/* Logs what the limits of the log hold back: what 'held' returns. */
static void
log_held(struct fabric *f, uint64_t held(struct loglimit *, uint64_t))
{
	for (unsigned int i = 0; i < f->ports_end; i++) {
		struct port_rt *p = runtime_live_port(f, i);
		uint64_t n;

		if (p == NULL)
			continue;
		n = take_held(f, p, &p->frozen, held);
		if (n > 0)
			event_port(
				f, p,
				held_event(EVENT_mac_frozen, DROP_WARNING, n),
				"port %s: %lu more addresses moved too "
				"often, and stay where they are",
				p->name, (unsigned long)n);
		n = take_held(f, p, &p->given_up, held);
		if (n > 0)
			event_port(
				f, p,
				held_event(EVENT_mac_refused, DROP_NOTICE, n),
				"port %s: %lu more addresses moved here, "
				"and were removed",
				p->name, (unsigned long)n);
	}
}

/* Whether 'mac' may move from a port to 'p'. */
static enum movetab_verdict
judge_move(struct fabric *f, struct lan_rt *l, struct port_rt *p,
	   const struct port_rt *from, uint64_t mac)
{
	enum movetab_verdict verdict;

	if (l->moves == NULL)
		l->moves = movetab_create();
	if (l->moves == NULL || p->learned >= p->limit)
		return MOVETAB_FULL;
	verdict = movetab_judge(l->moves, mac, p->id, f->now);
	if (verdict == MOVETAB_FREEZES)
		log_frozen(f, l, p, from, mac);
	return verdict;
}

static bool
set_learned(struct fabric *f, struct lan_rt *l, struct port_rt *p, uint64_t mac)
{
	unsigned int flags = p->sticky ? MACTAB_STICKY : 0;

	if (mactab_set(l->macs, mac, p->id, flags, seconds(f)) != 0) {
		l->refused++;
		return false;
	}
	if (l->due_s == UINT64_MAX)
		l->due_s = (uint64_t)seconds(f) + l->age + 1;
	port_state_learned(f, p, 1);
	return true;
}

/* For monitors, that it was learned; and that the port may learn no more. */
static void
note_learned(struct fabric *f, struct port_rt *p, uint64_t mac,
	     const struct port_rt *from)
{
	if (f->monitored == 0)
		return;
	event_mac(f, from != NULL ? EVENT_mac_moved : EVENT_mac_learned, p, mac,
		  from);
	if (p->learned == p->limit)
		event_mac(f, EVENT_mac_limit, p, mac, NULL);
}

/* An address that is new in the LAN. */
static void
learn_new(struct fabric *f, struct lan_rt *l, struct port_rt *p, uint64_t mac)
{
	if (p->learned >= p->limit) {
		p->refused++;
	} else if (set_learned(f, l, p, mac)) {
		l->learned++;
		note_learned(f, p, mac, NULL);
	}
}

/* An address that moves to 'p' from another port. */
static void
learn_moved(struct fabric *f, struct lan_rt *l, struct port_rt *p, uint64_t mac,
	    struct port_rt *from)
{
	switch (judge_move(f, l, p, from, mac)) {
	case MOVETAB_MOVES_ON:
		if (!set_learned(f, l, p, mac))
			return;
		port_state_learned(f, from, -1);
		l->moved++;
		note_learned(f, p, mac, from);
		return;
	case MOVETAB_FULL:
		give_up(f, l, p, from, mac);
		return;
	default:
		p->refused++;
	}
}

static void
learn(struct fabric *f, struct port_rt *p, uint64_t mac)
{
	struct lan_rt *l = f->lan[p->lan];
	struct mactab_entry e;

	bool known = mactab_get(l->macs, mac, &e);

	if (known && learn_sweep_has(l, &e)) {
		mactab_remove(l->macs, mac);
		port_state_learned(f, f->port[e.port], -1);
		l->flushed++;
		event_mac(f, EVENT_mac_flushed, f->port[e.port], mac, NULL);
		known = false;
	}
	if (!known)
		learn_new(f, l, p, mac);
	else if (e.port == p->id)
		return;
	else if (p->moves && e.flags == 0)
		learn_moved(f, l, p, mac, f->port[e.port]);
	else
		p->refused++;
}

/* By the configuration that runs. */
static bool
is_disabled(const struct fabric *f, const struct port_rt *p)
{
	const struct port *port = f->view->port[p->id];

	return port == NULL || port->flags & PORT_DISABLED;
}

static void
take_message(struct fabric *f, uint64_t msg)
{
	struct port_rt *p = f->port[msg_port(msg)];

	/* The port may have gone since the worker sent the message. */
	if (p == NULL || p->flags & RT_RETIRED)
		return;
	if (msg_kind(msg) == MSG_TRIP)
		violation_trip(f, p, (enum drop)msg_mac(msg));
	/*
	 * Or it has come to another LAN, or been blocked or disabled, and the
	 * addresses it had learned were forgotten.
	 */
	else if (p->lan != CONFIG_LANS_MAX && msg_stay(msg) == p->stay &&
		 !port_state_is_blocked(f, p) && !is_disabled(f, p))
		learn(f, p, msg_mac(msg));
}

/* Takes some messages of a worker; returns how many. */
static unsigned int
take_some(struct fabric *f, struct worker *w)
{
	void *msg[MESSAGES_AT_ONCE];
	unsigned int n = rte_ring_sc_dequeue_burst(w->messages, msg,
						   MESSAGES_AT_ONCE, NULL);

	for (unsigned int i = 0; i < n; i++)
		take_message(f, (uint64_t)(uintptr_t)msg[i]);
	return n;
}

unsigned int
learn_poll(struct fabric *f)
{
	unsigned int total = 0, n, of_worker;

	for (unsigned int i = 0; i < f->nworkers; i++) {
		of_worker = 0;
		do {
			n = take_some(f, f->worker[i]);
			of_worker += n;
		} while (n == MESSAGES_AT_ONCE && of_worker < MSG_RING_SIZE);
		total += of_worker;
	}
	return total;
}

unsigned int
learn_turn(struct fabric *f)
{
	unsigned int total = 0, before;

	do {
		before = total;
		for (unsigned int i = 0; i < f->nworkers; i++)
			total += take_some(f, f->worker[i]);
	} while (total != before && total < LEARN_A_TURN);
	return total;
}

/*
 * An address goes in the first second in which it has been silent for more than
 * its age; until the oldest could have reached that, the table is not looked at.
 * While an old table still has times that the new one lacks, none is.
 */
static void
age_lan(struct fabric *f, struct lan_rt *l)
{
	if (seconds(f) >= l->due_s && f->now >= l->times_due)
		learn_sweep_age(f, l);
}

void
learn_age(struct fabric *f)
{
	for (unsigned int i = 0; i < CONFIG_LANS_MAX; i++) {
		struct lan_rt *l = f->lan[i];

		if (l == NULL || l->flags & RT_RETIRED)
			continue;
		age_lan(f, l);
		if (l->moves != NULL)
			movetab_age(l->moves, f->now);
	}
	log_held(f, loglimit_due);
}

static uint64_t
flush_limit(struct loglimit *l, uint64_t now)
{
	(void)now;
	return loglimit_flush(l);
}

void
learn_log_flush(struct fabric *f)
{
	log_held(f, flush_limit);
}
