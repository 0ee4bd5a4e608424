/* SPDX-License-Identifier: BSD-3-Clause */
#ifndef IXF_SELFTEST_FRAMES_H
#define IXF_SELFTEST_FRAMES_H

/*
 * The frames of the self-test: for each reason at least one that must be refused
 * for it and for no other, made for the port that it is tried on, from the rules
 * that run there.  Control side, one thread.
 */

#include <stdbool.h>
#include <stdint.h>

#include "fabric/view/port.h"
#include "fabric/view/view.h"
#include "lib/acl_rule.h"
#include "lib/compose.h"

struct config;
struct config_port;
struct fabric;

/* Who stands where: what frames for one port are made from. */
struct selftest_stage {
	/* What should be. */
	const struct config *config;
	const struct config_port *c;
	bool blocked, culled;

	/* What is. */
	const struct view *view;
	const struct port *port;
	const struct device *device;
	const struct lan *lan; /* NULL: the port only carries others */
	uint8_t state;         /* of the port, enum port_state */

	uint64_t valid;   /* address that the port may send from; 0: none */
	uint64_t own;     /* one that the LAN knows on the port; 0: none */
	uint64_t own_too; /* another one of those */
	uint64_t unknown; /* address that nobody has */
	uint64_t alien;   /* one that the LAN knows on another port; 0: none */
	uint64_t to;      /* where unicast may go: a peer's, or a unknown's */

	const struct port *peer; /* up, to be reached, 'to' is there; or NULL */

	uint32_t valid4;  /* the port's, or one it may use; 0: none */
	uint32_t alien4;  /* in the LAN, and not the port's; 0: none */
	uint32_t inside4; /* in the LAN, if that has prefixes */
	uint32_t outside4;
	uint8_t link6[16];  /* link-local, made from 'valid' */
	uint8_t alien6[16]; /* ::, or one that is not the port's */
	uint8_t inside6[16], outside6[16];
};

/* A frame to try. */
struct selftest_try {
	struct compose frame;
	uint32_t len;  /* on the wire, when more than there is; or 0 */
	bool bad;      /* its FCS was wrong */
	bool tagged;   /* has the tags it should have */
	bool leaves;   /* goes straight to where it would leave by the port */
	uint16_t from; /* port that it came in by */
	uint16_t over; /* limits that are used up, bits METER_x */
};

/* Fills a frame, or says why there is none for this port. */
typedef const char *selftest_make(const struct selftest_stage *,
				  struct selftest_try *);

struct selftest_frame {
	enum drop why;
	const char *what;    /* the frame in words */
	selftest_make *make; /* NULL: 'what' says why no frame raises it */
};

/* In the order of drop_list.h; ends with DROP_NONE. */
extern const struct selftest_frame selftest_frames[];

/* Frames that must pass, from the port and to it; ends with what == NULL. */
extern const struct selftest_frame selftest_passes[];

/* A frame that fits a rule. */
const char *selftest_fit(const struct selftest_stage *, const struct acl_rule *,
			 struct selftest_try *);

/* Finds out what frames for 'port' are made from. */
void selftest_set(const struct fabric *, const struct config_port *,
		  struct selftest_stage *);

#endif
