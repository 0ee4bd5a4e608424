/* SPDX-License-Identifier: BSD-3-Clause */
#ifndef IXF_SPONGE_IMPL_H
#define IXF_SPONGE_IMPL_H

/*
 * What the files of the sponge share; no other file includes it.  Each file
 * calls the ones before it: sponge_plan.c, when learning, ticks, sweeps and
 * probes are due; sponge_slot.c, the states; sponge_probe.c, confirmations and
 * the probes of an operator; sponge_timer.c, what happens at a time.
 *
 * All probes have one pacer: each probe moves 'pace_at' on, and the next one in
 * sponge_run() waits until then.
 */

#include "lib/clock.h"
#include "lib/sponge.h"
#include "lib/sponge_queue.h"

#define SPONGE_NEVER UINT64_MAX
#define SPONGE_TICK  CLOCK_SECOND

struct sponge_slot {
	struct sponge_queue asked;
	/* As in struct sponge_address. */
	uint64_t mac, mac_at, seen_at, changed_at, asked_at;
	/* The last sign of life, change of state or sweep probe; 0: none. */
	uint64_t fresh_at;
	uint64_t claimed_at; /* the last duplicate address detection; 0: none */
	uint32_t probes;
	enum sponge_kind kind;
	enum sponge_kind confirming; /* as this it is in confirm[]; NONE: not */
	bool used;
	bool ordered; /* an operator has ordered a probe */
	bool watched; /* the last argument of watch() */
	bool waits;   /* the last argument of wait() */
};

struct sponge_confirm {
	uint32_t slot;
	unsigned int probes; /* sent so far */
	uint64_t at;         /* ns: the next step */
};

/* A walk over all slots, which may have to wait in between. */
struct sponge_walk {
	uint64_t at; /* when it begins, or has begun; SPONGE_NEVER: not yet */
	bool under_way;
	uint32_t next; /* slot */
};

struct sponge {
	struct sponge_params params;
	struct sponge_ops ops;
	void *arg;
	uint32_t n;
	uint32_t count[SPONGE_KINDS];
	bool started; /* the time is known */
	bool learning;
	uint64_t grid;           /* a tick: the others are whole seconds away */
	uint64_t learned_at;     /* while learning: when it ends */
	uint64_t pace_at;        /* no probe before this time */
	struct sponge_walk pass; /* over the PENDING slots, each tick */
	struct sponge_walk
		sweep;        /* once it has begun, 'at' is the next one's */
	uint64_t sweep_began; /* the sweep under way: when it was due */
	uint64_t swept;       /* ... and its probes */
	struct {
		uint64_t at, gap; /* of the next probe; from one to the next */
		uint32_t next;    /* no slot below has one */
		uint32_t left;    /* slots with such a probe */
	} orders;                 /* probes that an operator ordered */
	unsigned int confirms;
	struct sponge_confirm confirm[SPONGE_CONFIRMS]; /* oldest first */
	struct sponge_slot slot[];
};

/* sponge_plan.c */

/*
 * Every function that is given a time calls this first: the first time is the
 * one that ticks are counted from.
 */
void sponge_start(struct sponge *, uint64_t now);

/* After the parameters, which were 'old', have changed. */
void sponge_replan(struct sponge *, const struct sponge_params *old,
		   uint64_t now);

/* The end of learning, and of the sweep under way, if there is one. */
void sponge_end_learning(struct sponge *, uint64_t now);
void sponge_end_sweep(struct sponge *);

/* Plans the sweep after the one of 'now'. */
void sponge_plan_sweep(struct sponge *, uint64_t now);

/* Ticks are run only while a slot is PENDING: plans the next, or drops it. */
void sponge_plan_pass(struct sponge *, uint64_t now);
void sponge_drop_pass(struct sponge *);

/* Send at once, and move the pacer on. */
void sponge_send_probe(struct sponge *, uint32_t slot, uint64_t now);
void sponge_send_gratuitous(struct sponge *, uint32_t slot, uint64_t now);

/* A notice about no slot. */
void sponge_notify(struct sponge *, enum sponge_event, uint64_t number);

/* sponge_slot.c */

/* Puts a slot into a state, with a notice. */
void sponge_move(struct sponge *, uint32_t slot, enum sponge_kind,
		 uint32_t probes, uint64_t now);

/* Calls watch() if the slot is to be watched now and was not, or the other way. */
void sponge_update_watch(struct sponge *, uint32_t slot);

/* Before a slot is judged: asks seen() for a sign of life. */
void sponge_take_seen(struct sponge *, uint32_t slot, uint64_t now);

/* Ends the confirmation of a slot; whether there was one. */
bool sponge_cancel_confirm(struct sponge *, uint32_t slot);

/* The budget for what is sent for a slot that no operator has ordered. */
enum sponge_budget sponge_budget_of(const struct sponge *, uint32_t slot);

/* Begins or ends the wait for the caller's budget. */
void sponge_wait(struct sponge *, uint32_t slot, bool waits);

/* Whether a station may be about to use the address. */
bool sponge_is_claimed(const struct sponge_slot *, uint64_t now);

/* Takes back the probe that an operator has ordered, if any. */
void sponge_drop_order(struct sponge *, uint32_t slot);

/* sponge_probe.c */

void sponge_run_confirms(struct sponge *, uint64_t now);
uint64_t sponge_confirms_due(const struct sponge *);
void sponge_run_orders(struct sponge *, uint64_t now);
uint64_t sponge_orders_due(const struct sponge *);

#endif
