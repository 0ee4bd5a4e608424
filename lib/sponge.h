/* SPDX-License-Identifier: BSD-3-Clause */
#ifndef IXF_SPONGE_H
#define IXF_SPONGE_H

/*
 * The sponge: which addresses of a LAN are dead, judged by the requests for
 * them (ARP requests, neighbour solicitations) that stay without an answer.
 *
 * An address that is requested too often without a sign of life is suspected
 * (PENDING) and probed once a tick.  If no probe is answered it is DEAD: the
 * fabric answers requests in its place, so that the members that ask become
 * quiet, until the address gives a sign of life.  States, limits and the number
 * of probes are those of AMS-IX's arpsponge.
 *
 *   NONE     a request makes it PENDING
 *   ALIVE    PENDING when 'queuedepth' requests are remembered and their rate is
 *            above 'rate'; if 'flood_protection' is on, bursts of one source are
 *            thinned out before that is decided.  A sign of life forgets them.
 *   PENDING  each tick: a probe, or DEAD if 'pending' + 1 have been sent
 *   DEAD     requests are answered; a request for duplicate address detection
 *            makes it PENDING
 *   STATIC   requests are answered; changed by an operator alone
 *
 * A sign of life makes every state but STATIC ALIVE.  A tick is a whole second
 * from the first time that any call passes in.  A tick that comes a second late
 * or more is logged, and the ticks that were missed are left out.
 *
 * A sweep probes all addresses that were quiet for 'sweep_age'.  All probes and
 * gratuitous messages share one pacer of 'proberate'; of those that are due
 * together, confirmations come first, then PENDING addresses, sweeps, and the
 * probes of an operator.
 *
 * Each probe for an address that no port is known to have is received by many
 * ports, and any member can ask for such addresses.  So the caller can have these
 * wait() for a budget of its own, outside the pacer, or not be probed at all.
 *
 * An address that a station asks about in duplicate address detection is not
 * found DEAD within SPONGE_CLAIM of that request: the announcement of its death
 * would look like a conflict to the station (RFC 5227, 2.1.1; RFC 4862, 5.4.4).
 *
 * The sponge knows addresses as slots, numbers from 0 to n - 1, and neither
 * frames nor address families: the caller finds the slot and makes the frames.
 * One thread.  Times are ns of a clock that does not go back.  MAC addresses are
 * as in mac.h, 0: not known.
 */

#include <stdbool.h>
#include <stdint.h>

struct sponge;

enum sponge_kind {
	SPONGE_NONE, /* nothing known yet */
	SPONGE_ALIVE,
	SPONGE_PENDING, /* suspected */
	SPONGE_DEAD,    /* sponged; released by any sign of life */
	SPONGE_STATIC,  /* sponged by an operator; released by an operator */
	SPONGE_KINDS
};

/* "none", "alive" and so on. */
const char *sponge_kind_name(enum sponge_kind);

struct sponge_state {
	enum sponge_kind kind;
	unsigned int probes; /* PENDING: sent so far; else 0 */
};

struct sponge_params {
	uint32_t queuedepth; /* requests remembered of each address, >= 1 */
	uint32_t rate;       /* requests a minute; strictly more triggers */
	uint32_t pending; /* a PENDING address gets one probe more than this */
	uint32_t proberate; /* probes a second, of all kinds together; >= 1 */
	uint32_t flood_protection; /* thousandths of a request a second, of one
				      source for one address; 0: off */
	enum sponge_kind init;     /* of a new address; not STATIC */
	uint32_t learning; /* seconds at the start in which nothing is judged */
	uint32_t sweep;    /* seconds from one sweep to the next; 0: none */
	uint32_t sweep_age;    /* seconds after which an address is swept */
	bool sweep_at_start;   /* one sweep right after learning */
	bool sweep_skip_alive; /* not addresses that are ALIVE with a MAC */
	bool passive;          /* send no probes */
	bool fixed;            /* the static mode: no state changes by itself,
				  except from NONE to ALIVE */
	bool dummy;            /* decide and log, but send no answers */
	bool gratuitous;       /* announce an address that becomes DEAD */
};

/* What the caller may log, and the fields of sponge_notice that go with it. */
enum sponge_event {
	SPONGE_EV_SPONGING,   /* slot, rate: now DEAD */
	SPONGE_EV_STATIC,     /* slot, rate: now STATIC */
	SPONGE_EV_UNSPONGING, /* slot, mac: is no longer DEAD or STATIC */
	SPONGE_EV_CLEARING,   /* slot, mac: from PENDING to ALIVE */
	SPONGE_EV_PENDING,    /* slot, number: probes; suspected, or still so */
	SPONGE_EV_REDUCED,    /* slot, depths and rates before and after */
	SPONGE_EV_TRAFFIC,    /* slot, mac: a STATIC address sends */
	SPONGE_EV_LEARNED,    /* learning is over */
	SPONGE_EV_SWEEP,      /* a sweep begins */
	SPONGE_EV_SWEPT,      /* a sweep has ended; number: probes sent */
	SPONGE_EV_LAG,        /* a tick or a sweep came late; number: ns */
	SPONGE_EV_ALIVE_AFTER_ALL, /* slot: sponge_confirm() found it alive */
};

/* A rate in thousandths of requests a minute; undefined: SPONGE_NO_RATE. */
#define SPONGE_NO_RATE UINT64_MAX

struct sponge_notice {
	enum sponge_event event;
	uint32_t slot; /* 0 if the event is not about one slot */
	uint64_t mac;
	uint64_t number;
	uint64_t rate, rate_after;
	uint32_t depth, depth_after;
};

/* Of which budget probes for an address are. */
enum sponge_budget {
	SPONGE_PACED,    /* of the pacer */
	SPONGE_WAITS,    /* of the caller's: see wait() */
	SPONGE_UNPROBED, /* there are none: silence is enough */
};

/* Called from the functions below.  None may call what changes the sponge. */
struct sponge_ops {
	/*
	 * The state of a slot has changed: also when the slot gets an address,
	 * or loses it (to SPONGE_NONE).
	 */
	void (*changed)(void *arg, uint32_t slot, enum sponge_kind from,
			enum sponge_kind to);
	/*
	 * The caller should watch an address for signs of life from now on, or
	 * need not any more.  Watched is an address that is not ALIVE, has been
	 * requested since its last sign of life, or is being confirmed: for all
	 * others a sign of life would change nothing.
	 */
	void (*watch)(void *arg, uint32_t slot, bool watched);
	/* Send a probe: a request for the address. */
	void (*probe)(void *arg, uint32_t slot);
	/*
	 * The budget for the next probe, or gratuitous message, for the address;
	 * NULL: SPONGE_PACED for all.  An operator's are of the pacer.
	 */
	enum sponge_budget (*budget)(void *arg, uint32_t slot);
	/*
	 * The address is waiting for sponge_grant() from now on, or no longer.
	 * NULL only with 'budget'.
	 */
	void (*wait)(void *arg, uint32_t slot, bool waits);
	/*
	 * Send a gratuitous message: all members are to use the sponge's MAC
	 * address.  The pacer counts it as a probe.
	 */
	void (*gratuitous)(void *arg, uint32_t slot);
	/*
	 * Whether there was a sign of life since the last call for this slot.
	 * Lets the caller note signs of life cheaply, without a call of
	 * sponge_seen() for each frame.  Called before a slot is judged.
	 */
	bool (*seen)(void *arg, uint32_t slot);
	void (*notice)(void *arg, const struct sponge_notice *);
};

/*
 * A sponge of 'n' slots, all vacant.  NULL when memory is short.  The requests
 * of an address are remembered in memory that is allocated when they come, at
 * most 16 * queuedepth octets.  When memory is short fewer are remembered, and
 * that makes no address suspect.
 */
struct sponge *sponge_create(uint32_t n, const struct sponge_params *,
			     const struct sponge_ops *, void *arg);
void sponge_free(struct sponge *);

/*
 * Sets other parameters, at once.  A smaller queuedepth keeps the newest
 * requests.  Learning begins anew only if 'learning' has changed.
 */
void sponge_set_params(struct sponge *, const struct sponge_params *,
		       uint64_t now);
const struct sponge_params *sponge_params(const struct sponge *);

/* A slot gets an address, in the state 'init' or in another, or loses it. */
void sponge_add(struct sponge *, uint32_t slot, uint64_t now);
void sponge_add_as(struct sponge *, uint32_t slot, enum sponge_kind,
		   uint64_t now);
void sponge_remove(struct sponge *, uint32_t slot);

/* What the caller is to do with a request. */
enum sponge_verdict {
	SPONGE_SILENCE, /* nothing */
	SPONGE_ANSWER,  /* answer it in place of the address */
	SPONGE_DUMMY,   /* log that it would be answered */
};

/* A request for the address; 'source' is any number that stands for its sender. */
enum sponge_verdict sponge_request(struct sponge *, uint32_t slot,
				   uint64_t source, uint64_t now);

/*
 * A request of duplicate address detection: is the address free (RFC 5227, 2.1.1;
 * RFC 4862, 5.4)?  Answered for a STATIC address alone; a DEAD one becomes
 * PENDING.
 */
enum sponge_verdict sponge_conflict(struct sponge *, uint32_t slot,
				    uint64_t now);

/* A sign of life, from 'mac' (0: not known). */
void sponge_seen(struct sponge *, uint32_t slot, uint64_t mac, uint64_t now);

/*
 * Sets a state for an operator.  'mac' belongs to ALIVE (0: keep what is known),
 * 'probes' to PENDING.
 */
void sponge_set(struct sponge *, uint32_t slot, enum sponge_kind,
		unsigned int probes, uint64_t mac, uint64_t now);
void sponge_forget_mac(struct sponge *, uint32_t slot);

/*
 * Makes the address 'to' (DEAD or STATIC) if it is silent: three probes 0.2 s
 * apart, then a wait of a second.  A sign of life or sponge_set() ends this; a
 * second call for the same 'to' changes nothing.  False when too many
 * (SPONGE_CONFIRMS) are under way.
 */
#define SPONGE_CONFIRMS 256
#define SPONGE_CLAIM    (5 * UINT64_C(1000000000)) /* ns */
bool sponge_confirm(struct sponge *, uint32_t slot, enum sponge_kind to,
		    uint64_t now);

/*
 * Probes the addresses of a range of slots, lowest first, 'persecond' (>= 1) of
 * them a second.  Probes of earlier calls that have not been sent yet stay to be
 * sent.  In passive mode nothing is sent.
 */
void sponge_probe(struct sponge *, uint32_t first, uint32_t last,
		  uint32_t persecond, uint64_t now);

/*
 * The caller's budget allows a probe, or gratuitous message, for an address that
 * is waiting, which it is no longer.  Whether one was sent: not for an address
 * that has given a sign of life since, or is not of that budget any more.
 */
bool sponge_grant(struct sponge *, uint32_t slot, uint64_t now);

/* When there is something to do next, ns; UINT64_MAX: nothing. */
uint64_t sponge_due(const struct sponge *);

/* Does what is due at 'now'. */
void sponge_run(struct sponge *, uint64_t now);

/* What is known of an address. */
struct sponge_address {
	struct sponge_state state;
	uint64_t mac;
	uint64_t mac_at;     /* ns: the last sign of life with a MAC */
	uint64_t seen_at;    /* ns: the last sign of life; 0: none */
	uint64_t changed_at; /* ns: the last change of state */
	uint64_t asked_at;   /* ns: the last request; 0: none */
	uint32_t depth;      /* requests remembered */
	uint64_t rate;       /* of these, or SPONGE_NO_RATE */
};

/* False for a vacant slot. */
bool sponge_look(const struct sponge *, uint32_t slot, struct sponge_address *);

/* How many addresses are in a state. */
uint32_t sponge_count(const struct sponge *, enum sponge_kind);

/* Whether learning is under way: until its end no request is answered. */
bool sponge_is_learning(const struct sponge *);

#endif
