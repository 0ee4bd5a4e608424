/* SPDX-License-Identifier: BSD-3-Clause */
#ifndef IXF_OVERRIDE_H
#define IXF_OVERRIDE_H

/*
 * What an operator has set by hand, against what the configuration says: ports
 * taken down, BGP culled or let through (RFC 8327), parameters of sponges
 * (sponge_ops.h).  It holds until it is taken back, or until a configuration is
 * applied, whichever: nobody has to remember what somebody typed during a
 * maintenance.  Control thread.
 */

#include <stdbool.h>
#include <stdint.h>

struct fabric;
struct port_rt;

/*
 * One of them: "state" is "down", "cull" is "on" or "off", or of a LAN a key of
 * its section.
 */
struct override_row {
	const char *lan;  /* NULL: of a port, or of the whole fabric */
	const char *port; /* NULL: of a LAN, or of the whole fabric */
	const char *what;
	const char *value;
	uint64_t since; /* ns */
};

/*
 * Takes a port down: nothing comes in, nothing leaves, what it had learned is
 * forgotten.  Or back.
 */
void override_down(struct fabric *, struct port_rt *, bool down);

/*
 * Culls BGP on a port, or on all (NULL), or lets it through.  A port is culled
 * when it is, or the fabric.
 */
void override_cull(struct fabric *, struct port_rt *, bool on);

/* A configuration is applied: all that was set by hand is over. */
void override_clear(struct fabric *);

/* Calls 'visit' for everything that is set by hand now. */
typedef void override_visit(void *arg, const struct override_row *);
void override_each(const struct fabric *, override_visit *, void *arg);

/* The BGP frames culled so far on a port, or on all (NULL), in and out. */
uint64_t override_culled(struct fabric *, const struct port_rt *);

#endif
