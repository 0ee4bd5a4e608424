/* SPDX-License-Identifier: BSD-3-Clause */
#ifndef IXF_SPONGE_IMPL_H
#define IXF_SPONGE_IMPL_H

/*
 * What the files of the sponge share, and nobody else includes: sponge.c, the
 * states and what moves an address from one to another; sponge_timer.c, what
 * happens by itself; sponge_probe.c, what an operator asks for.
 *
 * All probes have one pacer, 'pace_at': who sends one moves it on, and whoever
 * comes next in sponge_run() has to wait for it.
 */

#include "lib/clock.h"
#include "lib/sponge.h"
#include "lib/sponge_queue.h"

#define SPONGE_NEVER UINT64_MAX

struct sponge_slot {
	struct sponge_queue asked;
	/* Of sponge_address. */
	uint64_t mac, mac_at, seen_at, changed_at, asked_at;
	/* The last sign of life, state or probe by a sweep; 0: never. */
	uint64_t fresh_at;
	uint32_t probes;
	enum sponge_kind kind;
	bool used;
	bool confirming; /* is in confirm[] */
	bool wanted;     /* an operator wants it probed */
	bool watched;    /* as told by awaits() */
};

struct sponge_confirm {
	uint32_t slot;
	enum sponge_kind to;
	unsigned int probes; /* sent so far */
	uint64_t at;         /* the next step */
};

/* A walk over the slots, which may have to wait in between. */
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
	uint64_t grid;       /* a tick that has been: ticks are whole seconds
				 from there */
	uint64_t learned_at; /* while learning: when it ends */
	uint64_t pace_at;    /* no probe before then */
	struct sponge_walk pass; /* over those that are PENDING, each tick */
	struct sponge_walk
		sweep;        /* 'at': of the next one, when one has begun */
	uint64_t sweep_began; /* the sweep under way, as planned */
	uint64_t swept;       /* its probes */
	struct {
		uint64_t at, gap; /* of the next probe; from one to the next */
		uint32_t next;    /* no slot below is wanted */
		uint32_t left;    /* slots that are wanted */
	} errand;
	unsigned int confirms;
	struct sponge_confirm confirm[SPONGE_CONFIRMS]; /* oldest first */
	struct sponge_slot slot[];
};

/* sponge.c */

void sponge_notify(struct sponge *, const struct sponge_notice *);

/* Puts a slot into a state, and says so. */
void sponge_move(struct sponge *, uint32_t slot, enum sponge_kind,
		 uint32_t probes, uint64_t now);

/* Tells whether a slot is awaited, if that is another now. */
void sponge_update_watch(struct sponge *, uint32_t slot);

/* Before a slot is judged: takes what has been heard of it for a sign of life. */
void sponge_take_seen(struct sponge *, uint32_t slot, uint64_t now);

/* A vacant slot is in the state NONE. */
bool sponge_is_pending(const struct sponge *, uint32_t slot);

/* sponge_timer.c */

/* To be called with every time that is told: the first one is where ticks begin. */
void sponge_start(struct sponge *, uint64_t now);

/* After the parameters, which were 'old', have changed. */
void sponge_replan(struct sponge *, const struct sponge_params *old,
		   uint64_t now);

/* After a slot has become PENDING, or is no more: whether there are ticks. */
void sponge_plan_pass(struct sponge *, uint64_t now);
void sponge_drop_pass(struct sponge *);

/* These move the pacer on; they do not wait for it. */
void sponge_send_probe(struct sponge *, uint32_t slot, uint64_t now);
void sponge_send_gratuitous(struct sponge *, uint32_t slot, uint64_t now);

/* sponge_probe.c */

void sponge_run_confirms(struct sponge *, uint64_t now);
uint64_t sponge_confirms_due(const struct sponge *);
/* Ends that of a slot, if there is one; whether there was. */
bool sponge_cancel_confirm(struct sponge *, uint32_t slot);

void sponge_run_errand(struct sponge *, uint64_t now);
uint64_t sponge_errand_due(const struct sponge *);
/* A slot is not wanted any more. */
void sponge_drop_errand(struct sponge *, uint32_t slot);

#endif
