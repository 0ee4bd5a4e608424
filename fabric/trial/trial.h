/* SPDX-License-Identifier: BSD-3-Clause */
#ifndef IXF_TRIAL_H
#define IXF_TRIAL_H

/*
 * Tries a frame: the fate it would have if it came in now, decided by the stages
 * that workers run, on the view that they use, with the MAC tables, meters and
 * port states as they are.
 *
 * The fabric stays as it is.  No frame leaves, no counter of a port or of an ACL
 * rule moves, nothing is learned or metered, no age is refreshed, no link-local
 * address is claimed, no drop record written and no message sent.  The stages
 * run on a worker of the control thread's own, made for the first trial and kept
 * as long as the fabric.
 *
 * Control thread only.
 */

#include <stdbool.h>
#include <stdint.h>

#include "fabric/view/drop.h"

struct device;
struct fabric;
struct trials;

#define TRIAL_SIZE_MAX 262144 /* octets of a frame */

struct trial_input {
	const void *octets;
	uint32_t size; /* of them, 0 to TRIAL_SIZE_MAX */
	uint32_t len;  /* on the wire, without FCS; not less than 'size' */
	bool bad;      /* the device found its FCS or length wrong */

	/*
	 * Limits to take as used up, of all ports, a bit 1 << METER_x
	 * (meter_kind.h) each; a limit that is not set still limits nothing.
	 */
	uint16_t over;
	bool idle; /* take the others as unused */
};

/* Of what parse finds wrong, admit is the stage that drops. */
enum trial_stage {
#define STAGE(NAME, ...) TRIAL_##NAME,
#include "fabric/datapath/stage_list.h"
};

/* "admit" and so on. */
const char *trial_stage_name(enum trial_stage);

#define TRIAL_NO_RULE UINT32_MAX

/* A drop of the frame, or of a copy of it. */
struct trial_drop {
	enum drop why;
	uint16_t port; /* that it would be charged to */
	enum trial_stage stage;
	bool would;    /* its check is in mode log: the frame went on */
	bool trips;    /* it would disable the port */
	uint32_t rule; /* of the ACL that denied it, from 0; TRIAL_NO_RULE */
};

/* A frame that would leave. */
struct trial_exit {
	uint16_t port;
	uint16_t device;       /* id; of a LAG: that of its link */
	uint16_t tag;          /* that it leaves with, of the port; 0: none */
	const uint8_t *octets; /* as on the wire */
	uint32_t size;         /* of them */
	uint32_t len;          /* on the wire, without FCS */
};

struct trial_result {
	uint16_t in; /* the port of its tag, by which it came in */

	/*
	 * Why the whole frame was dropped, by which stage, and the port that
	 * would be charged.  DROP_NONE: it went on, to one port or as a flood,
	 * of which copies may still have been dropped: see 'drop'.
	 */
	enum drop why;
	enum trial_stage
		stage;    /* or consumed it; TRIAL_SEND where it went on */
	uint16_t charged; /* 'in' where it went on */

	bool forwarded; /* to the port 'to', at which it may be dropped */
	bool to_owner;  /* the port that has the target of the request */
	bool consumed;  /* by the fabric itself, and not sent on */
	bool flooded;
	uint16_t to;

	/* The rule of the port's ACL that permitted or denied it, from 0. */
	uint32_t rule; /* TRIAL_NO_RULE: no ACL, or no rule matched */

	/* In the order of the checks, with those in mode log. */
	unsigned int ndrops;
	const struct trial_drop *drop;

	unsigned int nexits;
	const struct trial_exit *exit;
};

/*
 * Has the worker made: it has large tables, so a thread of its own makes them.  1: it
 * is there; 0: ask again in the next turn; -ENOMEM.  A trial without that waits.
 */
int trial_prepare(struct fabric *);

/* Whether the thread makes it. */
bool trial_is_being_made(const struct fabric *);

/* The device by which a frame of the port comes in: of a LAG, by a link in use. */
const struct device *trial_device(const struct fabric *, uint16_t port);

/*
 * Tries a frame that comes in at the device of 'port' at f->now, with the tag of
 * its port if that has one.  Fills '*result', whose lists belong to the fabric
 * and stay until the next trial.  0; -ENOENT: there is no such port; -EINVAL:
 * the lengths are wrong; -ENOMEM.
 */
int trial_frame(struct fabric *, uint16_t port, const struct trial_input *,
		struct trial_result *result);

/*
 * The same for a frame of the port 'from' that is about to leave by 'to': stage
 * send alone decides.
 */
int trial_leave(struct fabric *, uint16_t from, uint16_t to,
		const struct trial_input *, struct trial_result *result);

/* Frees the worker of all trials; NULL is allowed.  No trial follows. */
void trial_free(struct trials *);

#endif
