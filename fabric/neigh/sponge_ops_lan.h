/* SPDX-License-Identifier: BSD-3-Clause */
#ifndef IXF_SPONGE_OPS_LAN_H
#define IXF_SPONGE_OPS_LAN_H

/*
 * The sponges of LANs for operators: parts, parameters, counters, logs and top
 * lists.  What a part is, errors, times and names are as in sponge_ops.h.
 */

#include <stdbool.h>
#include <stdint.h>

#include "fabric/config/sponge_param.h"
#include "fabric/neigh/neigh.h"
#include "lib/prefix.h"

/*
 * The next LAN with a sponge, in the order of the configuration.  '*at' is 0 at
 * the beginning, and is moved on.  NULL: there are no more.
 */
const char *sponge_ops_lan(const struct fabric *, unsigned int *at);

/* Parts, parameters and counters. */

/* The parameters of a LAN: in force, and of the configuration. */
int sponge_ops_values(const struct fabric *, const char *lan,
		      struct sponge_values *now, struct sponge_values *config);

/* Sets one parameter, to its value in 'v', for all parts of a LAN at once. */
int sponge_ops_set_value(struct fabric *, const char *lan,
			 const struct sponge_param *,
			 const struct sponge_values *v);

struct sponge_part {
	struct prefix prefix; /* IPv6: ::/0, for all prefixes */
	struct ipaddr own; /* source of its probes; family 0: none.  IPv6: the
				 link-local address made from its MAC */
	bool passive;      /* sends no probes: set so, or without 'own' */
	bool learning;     /* answers nothing yet */
	uint32_t addresses[SPONGE_KINDS]; /* in each state */
	uint32_t places; /* addresses it can have; IPv6: nd_max_targets */
};
typedef void sponge_part_visit(void *arg, const struct sponge_part *);

/* The parts of a LAN, in the order of their addresses, IPv4 first. */
void sponge_ops_parts(const struct fabric *, const char *lan,
		      sponge_part_visit *, void *arg);

/* The MAC address of the sponge; 0: none. */
uint64_t sponge_ops_mac(const struct fabric *, const char *lan);

/* Of a LAN as a whole, since the daemon started. */
struct sponge_counters {
	struct neigh_counts of;
	uint64_t stray_frames, stray_bytes; /* to the sponge's MAC */
	uint64_t suppressed; /* requests that were not forwarded */
	uint64_t punt_full;  /* reports of workers without room in the ring */
	uint32_t addresses[SPONGE_KINDS];
	uint32_t dynamic; /* addresses with a learned owner now */
};

int sponge_ops_counters(struct fabric *, const char *lan,
			struct sponge_counters *);

/*
 * The same without what its ports count, which takes a look at each of them; also of
 * a LAN with neighbour tables and no sponge.
 */
int sponge_ops_counts(const struct fabric *, const char *lan,
		      struct sponge_counters *);

/*
 * The name of counter 'i' of neigh_counter_list.h, from 0, and its value; NULL:
 * there are no more.
 */
const char *sponge_ops_counter(const struct sponge_counters *, unsigned int i,
			       uint64_t *value);

/* The log. */

struct sponge_line {
	uint64_t at;
	const char *text; /* "sponging: ip=192.0.2.9 rate=54.5" */
};
typedef void sponge_line_visit(void *arg, const struct sponge_line *);

/* Visits the last 'n' lines of a LAN, the oldest first. */
int sponge_ops_log(const struct fabric *, const char *lan, unsigned int n,
		   sponge_line_visit *, void *arg);

/* The top lists of requests: of every LAN with stage neigh, sponge or not. */

enum sponge_top {
	SPONGE_TOP_SENDERS, /* by the address and port of the sender */
	SPONGE_TOP_TARGETS, /* by the address that is requested */
	SPONGE_TOPS
};

#define SPONGE_TOP_ROWS 30

struct sponge_top_row {
	struct ipaddr ip;
	const char *port; /* of the sender, or of the target's owner; NULL: not
			     known */
	uint64_t count;   /* requests to all, and up to ... */
	uint64_t error;   /* ... so many of other keys: lib/top.h */
};
typedef void sponge_top_visit(void *arg, const struct sponge_top_row *);

/*
 * Visits at most SPONGE_TOP_ROWS rows, the one with the most requests first.
 * -ENOENT: there is no such LAN, or stage neigh is off there.
 */
int sponge_ops_top(const struct fabric *, const char *lan, enum sponge_top,
		   sponge_top_visit *, void *arg);

/* Parameters set by hand, for override.h. */

struct sponge_override {
	const char *lan;
	const struct sponge_param *param;
	char value[SPONGE_PARAM_TEXT];
	uint64_t since;
	const char *by; /* the user; "": not known */
};
typedef void sponge_override_visit(void *arg, const struct sponge_override *);

void sponge_ops_overrides(const struct fabric *, sponge_override_visit *,
			  void *arg);

/*
 * Forgets one, by the key of its parameter: the configuration that is applied sets
 * the parameter.
 */
void sponge_ops_end_override(struct fabric *, const char *lan, const char *key);

#endif
