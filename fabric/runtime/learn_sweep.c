/* SPDX-License-Identifier: BSD-3-Clause */
#include "fabric/runtime/learn_sweep.h"

#include <string.h>

#include "fabric/runtime/event.h"
#include "fabric/runtime/port_state.h"
#include "fabric/runtime/runtime.h"
#include "lib/clock.h"
#include "lib/mactab.h"
#include "lib/movetab.h"

static_assert(SWEEP_WORDS * 64 > PORTS_MAX, "a bit for each port");

/* Looked at together; then it is seen how many slots are left of the turn. */
#define CHUNK 4096

/* To remove an address takes as long as to look at so many slots. */
#define REMOVAL 16

static bool
has_bit(const uint64_t *set, unsigned int i)
{
	return set[i / 64] >> i % 64 & 1;
}

static void
add(uint64_t *set, uint16_t port)
{
	if (port == PORTS_MAX)
		memset(set, 0xff, SWEEP_WORDS * sizeof(*set));
	else
		set[port / 64] |= UINT64_C(1) << port % 64;
}

static bool
has(const struct sweep_ports *s, const struct mactab_entry *e)
{
	if (e->flags & MACTAB_STATIC)
		return false;
	return has_bit(e->flags & MACTAB_STICKY ? s->sticky : s->learned,
		       e->port);
}

bool
learn_sweep_has(const struct lan_rt *l, const struct mactab_entry *e)
{
	return (l->sweep.asked && has(&l->sweep.next, e)) ||
	       (l->sweep.runs && has(&l->sweep.now, e));
}

/* A LAN whose table is walked through. */
struct walk {
	struct fabric *f;
	struct lan_rt *lan;
};

static bool
has_aged(struct walk *w, const struct mactab_entry *e)
{
	struct sweep *s = &w->lan->sweep;
	uint32_t age = s->now_s - e->seen;

	if (!s->ages || e->flags != 0)
		return false;
	/* A worker may be a moment ahead of us. */
	if ((int32_t)age < 0)
		age = 0;
	if (age > w->lan->age)
		return true;
	if (s->oldest == UINT32_MAX || age > s->oldest)
		s->oldest = age;
	return false;
}

static bool
keep_others(void *arg, const struct mactab_entry *e)
{
	struct walk *w = arg;
	struct lan_rt *l = w->lan;
	bool flushed = has(&l->sweep.now, e);

	if (!flushed && !has_aged(w, e))
		return true;
	l->flushed += flushed;
	l->aged += !flushed;
	port_state_learned(w->f, w->f->port[e->port], -1);
	event_mac(w->f, flushed ? EVENT_mac_flushed : EVENT_mac_aged,
		  w->f->port[e->port], e->mac, NULL);
	/*
	 * What an operator removes begins anew.  Not when a link goes down: then a
	 * loop could begin anew.
	 */
	if (flushed && l->moves != NULL &&
	    has_bit(l->sweep.now.sticky, e->port))
		movetab_forget(l->moves, e->mac);
	return false;
}

static void
begin(struct fabric *f, struct sweep *s)
{
	s->now = s->next;
	memset(&s->next, 0, sizeof(s->next));
	s->asked = false;
	s->runs = true;
	s->slot = 0;
	s->now_s = (uint32_t)(f->now / CLOCK_SECOND);
	s->oldest = UINT32_MAX;
}

static void
end(struct fabric *f, struct lan_rt *l)
{
	struct sweep *s = &l->sweep;
	uint64_t due = (uint64_t)s->now_s + l->age + 1 - s->oldest;

	s->runs = false;
	f->sweeps -= !s->asked;
	if (s->ages && s->oldest != UINT32_MAX && due < l->due_s)
		l->due_s = due;
	s->ages = false;
}

/* Goes on with the walk of a LAN, until it ends or the turn does. */
static void
go_on(struct fabric *f, struct lan_rt *l)
{
	struct walk w = { f, l };
	struct sweep *s = &l->sweep;

	if (!s->runs && s->asked)
		begin(f, s);
	while (s->runs && f->sweep_left > 0) {
		size_t removed = 0, cost;

		s->slot = mactab_sweep(l->macs, s->slot, CHUNK, keep_others, &w,
				       &removed);
		cost = CHUNK + REMOVAL * removed;
		if (f->sweep_left != SIZE_MAX)
			f->sweep_left -=
				cost < f->sweep_left ? cost : f->sweep_left;
		if (s->slot == 0)
			end(f, l);
	}
}

/* As much as is left of this turn. */
static void
ask(struct fabric *f, struct lan_rt *l)
{
	f->sweeps += !l->sweep.runs && !l->sweep.asked;
	l->sweep.asked = true;
	if (f->in_step)
		f->sweep_left = SIZE_MAX;
	while (learn_sweep_runs(f, l) && f->sweep_left > 0)
		go_on(f, l);
}

void
learn_sweep_ports(struct fabric *f, struct lan_rt *l, uint16_t port,
		  bool sticky)
{
	add(l->sweep.next.learned, port);
	if (sticky)
		add(l->sweep.next.sticky, port);
	ask(f, l);
}

void
learn_sweep_age(struct fabric *f, struct lan_rt *l)
{
	if (l->sweep.runs)
		return; /* after the one that is under way */
	/* What is learned from here on may set it. */
	l->due_s = UINT64_MAX;
	l->sweep.ages = true;
	ask(f, l);
}

void
learn_sweep_turn(struct fabric *f)
{
	unsigned int first = f->sweep_lan;

	f->sweep_left = f->in_step ? SIZE_MAX : SWEEP_SLOTS;
	for (unsigned int i = 0;
	     i < CONFIG_LANS_MAX && f->sweeps > 0 && f->sweep_left > 0; i++) {
		f->sweep_lan = (first + i) % CONFIG_LANS_MAX;
		if (f->lan[f->sweep_lan] != NULL)
			go_on(f, f->lan[f->sweep_lan]);
	}
}

bool
learn_sweep_runs(const struct fabric *f, const struct lan_rt *l)
{
	return l != NULL ? l->sweep.runs || l->sweep.asked : f->sweeps > 0;
}

void
learn_sweep_forget(struct fabric *f, struct lan_rt *l)
{
	f->sweeps -= learn_sweep_runs(f, l);
	l->sweep = (struct sweep){ 0 };
}

void
learn_sweep_finish(struct fabric *f)
{
	f->sweep_left = SIZE_MAX;
	for (unsigned int i = 0; i < CONFIG_LANS_MAX && f->sweeps > 0; i++)
		while (f->lan[i] != NULL && learn_sweep_runs(f, f->lan[i]))
			go_on(f, f->lan[i]);
	f->sweep_left = 0;
}
