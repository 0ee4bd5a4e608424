/* SPDX-License-Identifier: BSD-3-Clause */
#ifndef IXF_OVERRIDE_H
#define IXF_OVERRIDE_H

/*
 * Overrides: settings by an operator that differ from the configuration.  Ports
 * taken down, BGP culled or let through (RFC 8327), parameters of sponges
 * (sponge_ops.h).  One ends when it is taken back, or when an apply changes what it
 * is about: the section of its port or LAN, or 'cull' of [fabric].  An apply of
 * anything else leaves it, or a colleague's change would end a maintenance.
 * Control thread.
 */

#include <stdbool.h>
#include <stdint.h>

struct config;
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
	const char *by; /* the user; "": not known */
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

/* Calls 'visit' for each override. */
typedef void override_visit(void *arg, const struct override_row *);
void override_each(const struct fabric *, override_visit *, void *arg);

/* Calls 'visit' for each override that an apply of 'next' would end. */
void override_ending(const struct fabric *, const struct config *next,
		     override_visit *, void *arg);

/*
 * Ends these, and logs each: 'next' is published, and f->config still the one
 * before it.  Whether a port is culled has to be worked out anew then.
 */
void override_end(struct fabric *, const struct config *next);

/*
 * Whether a port is culled, if the configuration culls it ('port_culled') or the
 * whole fabric ('all_culled').
 */
bool override_is_culled(const struct fabric *, const struct port_rt *,
			bool port_culled, bool all_culled);

/* The BGP frames culled so far on a port, or on all (NULL), in and out. */
uint64_t override_culled(struct fabric *, const struct port_rt *);

#endif
