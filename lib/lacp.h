/* SPDX-License-Identifier: BSD-3-Clause */
#ifndef IXF_LACP_H
#define IXF_LACP_H

/*
 * Link aggregation control (IEEE 802.1AX-2020, 6.4) and the marker responder (6.5) of
 * one LAG: one port of ours with up to eight links to one partner, known by slot.
 *
 * A link distributes, and so is in use, once its partner is in sync and collects: each
 * end lets the other send only when it receives (independent control).
 *
 * All links in use have one partner: system priority, system and key.  It is that of
 * most links that could be used; between equals, one with a link in sync; then the
 * present one; then that of the lowest slot.  So a cable in the wrong place, or what is
 * sent into one link, does not turn out the others.  Another partner takes its place
 * only after it was ahead for 3 s without a break, or at once if no link has the
 * present one on record any more.  Links whose partner is another, is this system (a
 * loop, or LACPDUs that come back), or does not aggregate while the LAG has more than
 * one link, are not used.
 *
 * With 'fallback', while no link has a partner, the lowest slot with a link that has
 * had none for 3 s is used alone, and stays so until a LACPDU comes by any link.
 *
 * Differences to the standard: there is one aggregator, so the Selection logic (6.4.14)
 * chooses links, not aggregators; a link waits 2 s for others as it demands, but not
 * longer for links that begin to wait later, so that one link cannot keep out the
 * others; a link that is down is not selected; below 'min_links' no link goes on to
 * COLLECTING.
 *
 * Pure: no allocation; the caller owns the memory and passes the time, ns of a clock
 * that does not go back.  One thread.  Work and frames are bounded, whatever is
 * received: at most three LACPDUs and five marker responses a second by each link.
 */

#include <stdbool.h>

#include "lib/lacp_pdu.h"

#define LACP_LINKS_MAX 8

struct lacp_settings {
	uint64_t system; /* as in mac.h */
	uint16_t system_priority;
	uint16_t key;  /* of the LAG: the same for all its links */
	bool active;   /* speaks first; else only to an active partner */
	bool fast;     /* the partner is to send each second, not each 30 s */
	bool fallback; /* one link is used alone while there is no partner */
	/* No link is used while fewer are ready, and the partner knows it. */
	unsigned int min_links;
};

enum lacp_why {
#define WHY(name, text) LACP_WHY_##name,
#include "lib/lacp_why_list.h"
	LACP_WHYS
};

struct lacp_counters {
#define COUNTER(name, sentence) uint64_t name;
#include "lib/lacp_counter_list.h"
};

/* The states of the machines in which they rest (6.4.12, 6.4.13, 6.4.15). */
enum lacp_receive_state {
	LACP_PORT_DISABLED,
	LACP_RX_EXPIRED,
	LACP_RX_DEFAULTED,
	LACP_CURRENT,
};

enum lacp_periodic_state {
	LACP_NO_PERIODIC,
	LACP_FAST_PERIODIC,
	LACP_SLOW_PERIODIC,
};

enum lacp_mux_state {
	LACP_MUX_DETACHED,
	LACP_MUX_WAITING,
	LACP_MUX_ATTACHED,
	LACP_MUX_COLLECTING,
	LACP_MUX_DISTRIBUTING,
};

#define LACP_TX_LIMIT 3 /* LACPDUs a second (6.4.16) */
#define LACP_RESPONSE_LIMIT                                                    \
	5 /* marker responses a second (IEEE 802.3, 57A.3) */

/* Private to lib/lacp*.c, as are all members of struct lacp. */
struct lacp_link {
	bool used;     /* the slot has a link */
	bool up;       /* port_enabled */
	bool held;     /* not to be selected */
	bool selected; /* SELECTED, or UNSELECTED */
	bool ntt;      /* need to transmit */
	bool seen;     /* the last LACPDU had the values of our end */
	enum lacp_receive_state receive;
	enum lacp_periodic_state periodic;
	enum lacp_mux_state mux;
	uint16_t port;
	uint8_t state;            /* of the actor, as it is sent */
	struct lacp_info partner; /* the operational values */
	/* When they expire; UINT64_MAX: stopped. */
	uint64_t current_while, periodic_timer, wait_while;
	/* From when on another can be sent, the soonest first. */
	uint64_t tx_from[LACP_TX_LIMIT], response_from[LACP_RESPONSE_LIMIT];
	uint64_t last_rx; /* the last LACPDU; 0: never */
	struct lacp_counters counters;
};

struct lacp {
	struct lacp_settings settings;
	bool enough;              /* links are ready for min_links */
	bool has_partner;         /* the LAG */
	struct lacp_info partner; /* ... system, its priority and key */
	struct lacp_info rival;   /* another partner that is ahead */
	uint64_t rival_at; /* when it is chosen; UINT64_MAX: there is none */
	unsigned int fallback; /* slot in use without partner, or LINKS_MAX */
	struct lacp_link link[LACP_LINKS_MAX];
};

/* Sends a message of 'size' octets, which begins behind the Ethernet header. */
typedef void lacp_send(void *arg, unsigned int slot, const uint8_t *pdu,
		       uint32_t size);

/* A LAG without links. */
void lacp_begin(struct lacp *, const struct lacp_settings *);

/*
 * Other settings.  Another system, priority or key takes all links out of use, until
 * the partner has learned it; the others interrupt nothing.
 */
void lacp_set(struct lacp *, const struct lacp_settings *, uint64_t now);

/* The slot gets a link with the actor port number 'port' (not 0), which is down. */
void lacp_add(struct lacp *, unsigned int slot, uint16_t port);

/*
 * The slot loses its link, without a word to the partner.  To tell it first: lacp_hold()
 * and lacp_run().
 */
void lacp_remove(struct lacp *, unsigned int slot);

/* The link is up or down (port_enabled). */
void lacp_link(struct lacp *, unsigned int slot, bool up, uint64_t now);

/* The link is not to be used, of which the partner learns, or again it is. */
void lacp_hold(struct lacp *, unsigned int slot, bool held);

/*
 * A frame of a slow protocol, from the subtype on, was received by the link.  A marker
 * is answered at once.  A frame that is received while the link is down, or by a slot
 * without link, changes nothing; the former is counted.
 */
enum lacp_result lacp_receive(struct lacp *, unsigned int slot,
			      const uint8_t *payload, uint32_t size,
			      uint64_t now, lacp_send *, void *arg);

/*
 * Runs all machines and sends what is due.  To be called at once after each of the
 * calls above, of which there can be several, and when its time has come: it returns
 * when that is, ns, later than 'now'; UINT64_MAX: never.  What was received before
 * 'now' is passed to lacp_receive() first, so that no link is taken for silent only
 * because the caller was late.
 */
uint64_t lacp_run(struct lacp *, uint64_t now, lacp_send *, void *arg);

/* Whether frames of the member that come by the link are to be taken. */
bool lacp_collects(const struct lacp *, unsigned int slot);

/* Whether frames to the member can be sent by the link: it is in use. */
bool lacp_distributes(const struct lacp *, unsigned int slot);

enum lacp_why lacp_why(const struct lacp *, unsigned int slot);
const char *lacp_why_name(enum lacp_why); /* "in_use" */
const char *lacp_why_text(enum lacp_why); /* "in use" */

/* What the link sends of itself. */
void lacp_actor(const struct lacp *, unsigned int slot, struct lacp_info *);

/* What the partner of the link has sent last of itself; false: no partner. */
bool lacp_partner(const struct lacp *, unsigned int slot, struct lacp_info *);

/* The partner of the LAG: system, its priority and key; false: none yet. */
bool lacp_lag_partner(const struct lacp *, struct lacp_info *);

/* When the last LACPDU was received, ns; 0: never. */
uint64_t lacp_last_rx(const struct lacp *, unsigned int slot);

const struct lacp_counters *lacp_counters(const struct lacp *,
					  unsigned int slot);

#endif
