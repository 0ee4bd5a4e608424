/* SPDX-License-Identifier: BSD-3-Clause */
#ifndef IXF_TRIAL_H
#define IXF_TRIAL_H

/*
 * Trying a frame: what would become of it if it came in now, told by the stages
 * that workers run, on the view that they run by, with the MAC tables, meters
 * and port states as they are.
 *
 * Nothing else comes of it.  No frame leaves, no counter of a port or of an ACL
 * rule moves, nothing is learned or metered, no age is refreshed, no link-local
 * address is claimed, no offender noted and no message sent: a worker of
 * control's own does it, made on the first trial and kept until the fabric ends.
 *
 * Control thread only.
 */

#include <stdbool.h>
#include <stdint.h>

#include "fabric/view/drop.h"

struct fabric;
struct trials;

#define TRIAL_SIZE_MAX 262144 /* octets of a frame */

struct trial_input {
	const void *octets;
	uint32_t size; /* of them, 0 to TRIAL_SIZE_MAX */
	uint32_t len;  /* on the wire, without FCS; not less than 'size' */
	bool bad;      /* the device found its FCS or length wrong */

	/*
	 * Limits to take as used up, a bit 1 << METER_x (port.h) each, whoever's
	 * they are; one that is not set limits nothing all the same.
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

/* A reason that a stage had against the frame, or a copy of it. */
struct trial_drop {
	enum drop why;
	uint16_t port; /* that it would be charged to */
	enum trial_stage stage;
	bool would;    /* its check is in mode log: the frame went on */
	uint32_t rule; /* of the ACL that denied it, from 0; TRIAL_NO_RULE */
};

/* A frame that would leave. */
struct trial_exit {
	uint16_t port;
	uint16_t tag;          /* that it leaves with, of the port; 0: none */
	const uint8_t *octets; /* as on the wire */
	uint32_t size;         /* of them */
	uint32_t len;          /* on the wire, without FCS */
};

struct trial_result {
	uint16_t in; /* the port it came in by, as its tag says */

	/*
	 * Why the whole of it was refused, by which stage, and the port that
	 * would be charged.  DROP_NONE: it went on, to one port or as a flood,
	 * of which copies may still have been refused: see 'objection'.
	 */
	enum drop why;
	enum trial_stage stage; /* TRIAL_SEND where it went on */
	uint16_t charged;       /* 'in' where it went on */

	bool forwarded; /* to the port 'to', which may have refused it */
	bool to_owner;  /* because it has the address that the frame asks for */
	bool consumed;  /* it was for the fabric itself, and went nowhere */
	bool flooded;
	uint16_t to;

	/* The rule of the port's ACL that permitted or denied it, from 0. */
	uint32_t rule; /* TRIAL_NO_RULE: no ACL, or no rule fitted */

	/* In the order in which they were raised; would-drops among them. */
	unsigned int ndrops;
	const struct trial_drop *drop;

	unsigned int nexits;
	const struct trial_exit *exit;
};

/*
 * Tries a frame that comes in at the device of 'port' at f->now, with the tag of
 * its port if that has one.  Fills '*result', whose lists belong to the fabric
 * and stay until the next trial.  0; -ENOENT: there is no such port; -EINVAL:
 * the lengths are wrong; -ENOMEM.
 */
int trial_frame(struct fabric *, uint16_t port, const struct trial_input *,
		struct trial_result *result);

/*
 * The same for a frame of the port 'from' that is about to leave by 'to', whatever
 * the stages before send, and it alone, would have thought of it.
 */
int trial_leave(struct fabric *, uint16_t from, uint16_t to,
		const struct trial_input *, struct trial_result *result);

/* Frees the worker of all trials; NULL is allowed.  No trial follows. */
void trial_free(struct trials *);

#endif
