/* SPDX-License-Identifier: BSD-3-Clause */
#ifndef IXF_OVERRIDE_H
#define IXF_OVERRIDE_H

/*
 * Overrides: settings by an operator that differ from the configuration.  Ports
 * taken down, BGP culled or let through (RFC 8327), parameters of sponges
 * (sponge_ops.h).  One ends when it is taken back or a configuration is applied,
 * so that none is forgotten after a maintenance.  Control thread.
 */

#include <stdbool.h>
#include <stdint.h>

struct fabric;
struct port_rt;

/*
 * An override: "state" is "down", "cull" is "on" or "off", or of a LAN a key of
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
 * Takes a port down, or brings it back: no frame comes in or leaves by it, and its
 * learned addresses are forgotten.
 */
void override_down(struct fabric *, struct port_rt *, bool down);

/*
 * Culls BGP on a port, or on all (NULL), or lets it through.  A port is culled
 * when it is, or the fabric.
 */
void override_cull(struct fabric *, struct port_rt *, bool on);

/* Ends all overrides: a configuration is applied. */
void override_clear(struct fabric *);

/* Calls 'visit' for each override. */
typedef void override_visit(void *arg, const struct override_row *);
void override_each(const struct fabric *, override_visit *, void *arg);

/* The BGP frames culled so far on a port, or on all (NULL), in and out. */
uint64_t override_culled(struct fabric *, const struct port_rt *);

#endif
