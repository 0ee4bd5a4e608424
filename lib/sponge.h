/* SPDX-License-Identifier: BSD-3-Clause */
#ifndef IXF_SPONGE_H
#define IXF_SPONGE_H

/*
 * The sponge: which addresses of a LAN are dead, judged by the questions for
 * them (ARP requests, neighbour solicitations) that nobody answers.
 *
 * An address that is asked for too often without a sign of life is suspected
 * (PENDING), probed once a tick, and taken for DEAD when no probe is answered;
 * from then on whoever asks for it is answered in its place, and becomes quiet,
 * until it gives a sign of life.  States, limits and the number of probes are
 * those of AMS-IX's arpsponge.
 *
 * It knows addresses as slots, numbers from 0 to n - 1, and neither frames nor
 * families: whoever calls finds the slot and makes the frames.  One thread;
 * times are ns of a clock that does not go back; MAC addresses as in mac.h, 0:
 * not known.
 */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct sponge;

enum sponge_kind {
	SPONGE_NONE, /* nothing known yet */
	SPONGE_ALIVE,
	SPONGE_PENDING, /* suspected */
	SPONGE_DEAD,    /* sponged; released by any sign of life */
	SPONGE_STATIC,  /* sponged by the operator; released by him alone */
	SPONGE_KINDS
};

/* "none", "alive" and so on. */
const char *sponge_kind_name(enum sponge_kind);

struct sponge_state {
	enum sponge_kind kind;
	unsigned int probes; /* sent so far; of PENDING, else 0 */
};

struct sponge_params {
	uint32_t queuedepth; /* questions remembered of each address, >= 1 */
	uint32_t rate;       /* questions a minute; strictly more triggers */
	uint32_t pending; /* a PENDING address gets one probe more than this */
	uint32_t proberate; /* probes a second, of all kinds together; >= 1 */
	uint32_t flood_protection; /* thousandths of a question a second, of one
				      source for one address; 0: off */
	enum sponge_kind init;     /* of a new address; not STATIC */
	uint32_t learning; /* seconds at the start in which nothing is judged */
	uint32_t sweep;    /* seconds from one sweep to the next; 0: none */
	uint32_t sweep_age;    /* seconds after which an address is swept */
	bool sweep_at_start;   /* one sweep right after learning */
	bool sweep_skip_alive; /* not those that are alive, with a known MAC */
	bool passive;          /* send no probes */
	bool fixed;            /* the static mode: no state changes by itself,
				but from NONE to ALIVE */
	bool dummy;            /* decide and say so, but answer nobody */
	bool gratuitous;       /* say so to all when an address is DEAD */
};

/* What there is to say; the words are the caller's. */
enum sponge_event {
	SPONGE_EV_SPONGING,   /* slot, rate: now DEAD */
	SPONGE_EV_STATIC,     /* slot, rate: now STATIC */
	SPONGE_EV_UNSPONGING, /* slot, mac: was DEAD or STATIC, is no more */
	SPONGE_EV_CLEARING,   /* slot, mac: was PENDING, and is alive */
	SPONGE_EV_PENDING,    /* slot, number: probes; suspected, or still */
	SPONGE_EV_REDUCED,    /* slot, depths and rates before and after */
	SPONGE_EV_TRAFFIC,    /* slot, mac: a STATIC address speaks */
	SPONGE_EV_LEARNED,    /* learning is over */
	SPONGE_EV_SWEEP,      /* a sweep begins */
	SPONGE_EV_SWEPT,      /* it has ended; number: probes sent */
	SPONGE_EV_LAG,        /* a tick came late; number: ns */
	SPONGE_EV_ALIVE_AFTER_ALL, /* slot: sponge_confirm() found it alive */
};

/* A rate in thousandths of questions a minute; undefined: SPONGE_NO_RATE. */
#define SPONGE_NO_RATE UINT64_MAX

struct sponge_notice {
	enum sponge_event event;
	uint32_t slot; /* where the event has one */
	uint64_t mac;
	uint64_t number;
	uint64_t rate, rate_after;
	uint32_t depth, depth_after;
};

/* None of them may call what changes the sponge. */
struct sponge_ops {
	/*
	 * The state of a slot is another now: also when it gets its address, or
	 * loses it (SPONGE_NONE).
	 */
	void (*changed)(void *arg, uint32_t slot, enum sponge_kind from,
			enum sponge_kind to);
	/*
	 * Whether a sign of life of the address would change what is made of it,
	 * is another matter now: it would of one that is not ALIVE, has been
	 * asked for since it was last heard, or is being confirmed.
	 */
	void (*watch)(void *arg, uint32_t slot, bool awaited);
	/* Send a probe: a question for the address. */
	void (*probe)(void *arg, uint32_t slot);
	/*
	 * Send a gratuitous question: all are to take the sponge's address.  The
	 * pacer of the probes counts it.
	 */
	void (*gratuitous)(void *arg, uint32_t slot);
	/*
	 * Whether the address has been heard since this was asked last, by the
	 * one who need not call for each frame.  Asked before a slot is judged.
	 */
	bool (*seen)(void *arg, uint32_t slot);
	void (*notice)(void *arg, const struct sponge_notice *);
};

/*
 * A sponge of 'n' slots, all vacant.  NULL when memory is short.  What an
 * address takes beyond its slot is allocated when it is asked for, and bounded:
 * 16 * queuedepth octets; where memory is short, fewer questions are remembered,
 * and nobody becomes suspect by them.  Ticks are whole seconds from the first
 * time that any call tells, and so is the end of learning.
 */
struct sponge *sponge_create(uint32_t n, const struct sponge_params *,
			     const struct sponge_ops *, void *arg);
void sponge_free(struct sponge *);

/*
 * Other parameters, at once: a queuedepth that is less cuts what is remembered
 * to the newest.  'learning' begins anew only if it is another.
 */
void sponge_set_params(struct sponge *, const struct sponge_params *,
		       uint64_t now);
const struct sponge_params *sponge_params(const struct sponge *);

/* A slot gets an address, in the state 'init' or another, or loses it. */
void sponge_add(struct sponge *, uint32_t slot, uint64_t now);
void sponge_add_as(struct sponge *, uint32_t slot, enum sponge_kind,
		   uint64_t now);
void sponge_remove(struct sponge *, uint32_t slot);

/* What an answer to whoever asked is. */
enum sponge_verdict {
	SPONGE_SILENCE,
	SPONGE_ANSWER, /* in place of the address */
	SPONGE_DUMMY,  /* would answer, but is only to say so */
};

/* A question for the address from 'source', any number that stands for it. */
enum sponge_verdict sponge_request(struct sponge *, uint32_t slot,
				   uint64_t source, uint64_t now);

/*
 * Somebody asks whether the address is free (RFC 5227, 2.1.1; RFC 4862, 5.4):
 * answered for a STATIC one alone; a DEAD one is suspected anew.
 */
enum sponge_verdict sponge_conflict(struct sponge *, uint32_t slot,
				    uint64_t now);

/* A sign of life, from 'mac' (0: not known). */
void sponge_seen(struct sponge *, uint32_t slot, uint64_t mac, uint64_t now);

/* What an operator may do.  'mac' of ALIVE, 0: not known; 'probes' of PENDING. */
void sponge_set(struct sponge *, uint32_t slot, enum sponge_kind,
		unsigned int probes, uint64_t mac, uint64_t now);
void sponge_forget_mac(struct sponge *, uint32_t slot);

/*
 * Makes the address 'to' (DEAD or STATIC) if it is silent: three probes 0.2 s
 * apart, and a second more; a sign of life or sponge_set() ends it.  One under
 * way to the same end goes on.  False when too many (SPONGE_CONFIRMS) are.
 */
#define SPONGE_CONFIRMS 256
bool sponge_confirm(struct sponge *, uint32_t slot, enum sponge_kind to,
		    uint64_t now);

/*
 * Probes the addresses of a range of slots, lowest first, 'persecond' (>= 1) of
 * them a second.  What earlier calls asked for and has not been sent yet comes
 * with them.  In passive mode nothing is sent.
 */
void sponge_probe(struct sponge *, uint32_t first, uint32_t last,
		  uint32_t persecond, uint64_t now);

/* When there is something to do, ns; UINT64_MAX: nothing.  And does it. */
uint64_t sponge_due(const struct sponge *);
void sponge_run(struct sponge *, uint64_t now);

/* What is known of an address. */
struct sponge_address {
	struct sponge_state state;
	uint64_t mac;
	uint64_t mac_at;     /* ns: when it was last heard with it */
	uint64_t seen_at;    /* ns: the last sign of life; 0: none */
	uint64_t changed_at; /* ns: of the state */
	uint64_t asked_at;   /* ns: the last question; 0: none */
	uint32_t depth;      /* questions remembered */
	uint64_t rate;       /* as SPONGE_NO_RATE says */
};

/* False for a vacant slot. */
bool sponge_look(const struct sponge *, uint32_t slot, struct sponge_address *);

/* Addresses in a state. */
uint32_t sponge_count(const struct sponge *, enum sponge_kind);

/* Whether learning is under way: until its end nothing is held. */
bool sponge_is_learning(const struct sponge *);

#endif
