/* SPDX-License-Identifier: BSD-3-Clause */
#ifndef IXF_SPONGE_OPS_H
#define IXF_SPONGE_OPS_H

/*
 * The sponges of the fabric for operators: used by the commands of ixctl, the
 * reports of ixreplay, and tests.
 *
 * A LAN with 'sponge = on' has a part for each of its IPv4 prefixes, and one for
 * IPv6 if it has an IPv6 prefix: each a sponge of its own (sponge.h), with the
 * parameters of the LAN.  A LAN is named by its name, an address by LAN and
 * address.
 *
 * Parameters that are set by hand hold until the next apply; the states of
 * addresses stay.  Control thread; times are ns of the fabric's clock; names that
 * are returned belong to the fabric and are valid until the next turn.  Unless it
 * says otherwise a function returns 0, or -errno and has done nothing:
 *
 *   -ENOENT   there is no such LAN, or its sponge is off
 *   -ERANGE   the address belongs to no part of it: outside its prefixes, or
 *             link-local with sponge_link_local off
 *   -EPERM    the sponge's own address, or the first or last of a prefix, which
 *             have no state
 *   -ENOSPC   there is no room for another IPv6 address (nd_max_targets)
 *   -ENXIO    the part sends no probes: it is passive, or has no address to
 *             send them from
 */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "fabric/config/sponge_param.h"
#include "fabric/neigh/neigh_counts.h"
#include "lib/prefix.h"
#include "lib/sponge.h"

struct fabric;

/*
 * The next LAN with a sponge, in the order of the configuration.  '*at' is 0 at
 * the beginning, and is moved on.  NULL: there are no more.
 */
const char *sponge_ops_lan(const struct fabric *, unsigned int *at);

/* Addresses. */

struct sponge_row {
	const char *lan;
	struct ipaddr ip;
	struct sponge_address known; /* as in sponge.h */
	const char *port; /* of its owner, or where it was last seen; NULL: not
			     known */
	bool assigned;    /* to that port by the configuration */
};
typedef void sponge_row_visit(void *arg, const struct sponge_row *);

/*
 * Visits the addresses of a LAN: all of the IPv4 prefixes, in their order, then
 * the IPv6 addresses that have a slot, in no order.  Looks at 'slots' slots from
 * 'place' on, 0 at the beginning, so that an answer can be made in parts; returns
 * the place to go on from, or 0 at the end, also of a LAN without a sponge.
 */
size_t sponge_ops_walk(const struct fabric *, const char *lan, size_t place,
		       size_t slots, sponge_row_visit *, void *arg);

/* One address; -ERANGE also for an IPv6 address without a slot. */
int sponge_ops_look(const struct fabric *, const char *lan,
		    const struct ipaddr *, struct sponge_row *);

/*
 * Sets the state of an address, as sponge_set(): 'probes' of PENDING, 'mac' of
 * ALIVE (0: keep what is known).  NONE forgets the requests for it, too.
 */
int sponge_ops_set(struct fabric *, const char *lan, const struct ipaddr *,
		   enum sponge_kind, unsigned int probes, uint64_t mac);

/*
 * Makes an address STATIC if it is silent, as sponge_confirm(): after three probes
 * and a second.  The result is in the log and in the state.  -EBUSY: too many are
 * under way.
 */
int sponge_ops_confirm(struct fabric *, const char *lan, const struct ipaddr *);

/* As neigh_forget_mac(). */
int sponge_ops_forget_mac(struct fabric *, const char *lan,
			  const struct ipaddr *);

/*
 * Sets every address of the LAN to NONE, except the ends of prefixes that
 * sponge_network makes STATIC; '*n': how many had another state.
 */
int sponge_ops_clear_all(struct fabric *, const char *lan, unsigned int *n);

/*
 * Probes the addresses from 'first' to 'last' of one part, 'persecond' of them a
 * second; of IPv6 those that have a slot, and 'first' if it is also 'last'.  '*n':
 * how many.  -EINVAL: 'last' is before 'first', or in another part.
 */
int sponge_ops_probe(struct fabric *, const char *lan,
		     const struct ipaddr *first, const struct ipaddr *last,
		     uint32_t persecond, unsigned int *n);

/*
 * Sends 'to' the messages of sponge_arp_update about 'about' (for IPv6 an
 * advertisement), even if some were sent just now; '*n': how many frames.
 * -EINVAL: the addresses are equal, or of two families; -EHOSTUNREACH: the port or
 * the MAC address of '*unknown', which is 'to' or 'about', is not known, or
 * 'about' is not alive; -ENOBUFS: there was no room for all frames.
 */
int sponge_ops_inform(struct fabric *, const char *lan, const struct ipaddr *to,
		      const struct ipaddr *about, unsigned int *n,
		      const struct ipaddr **unknown);

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
 * The name of counter 'i' of neigh_counter_list.h, from 0, and its value; NULL
 * behind the last.
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
};
typedef void sponge_override_visit(void *arg, const struct sponge_override *);

void sponge_ops_overrides(const struct fabric *, sponge_override_visit *,
			  void *arg);

/* Forgets them: a configuration is applied, which sets all parameters. */
void sponge_ops_end_overrides(struct fabric *);

#endif
