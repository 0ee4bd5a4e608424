/* SPDX-License-Identifier: BSD-3-Clause */
#ifndef IXF_SPONGE_OPS_H
#define IXF_SPONGE_OPS_H

/*
 * The sponges of the fabric for whoever asks about them or sets something by
 * hand: ixctl by way of status_sponge.c and operate_sponge.c, the reports of
 * ixreplay, tests.
 *
 * A LAN with 'sponge = on' has a part for each of its IPv4 prefixes, and one
 * for IPv6 if it has an IPv6 prefix: each a sponge of its own (sponge.h), with
 * the parameters of the LAN.  Addresses are told apart by LAN and address, a
 * LAN by its name.
 *
 * Parameters that are set by hand hold until the next apply; the states of
 * addresses stay.  Control thread; times are ns of the fabric's clock; names
 * that are handed out are the fabric's, and good until the next turn.  Unless
 * it says otherwise a function returns 0, or -errno and has done nothing:
 *
 *   -ENOENT   there is no such LAN, or its sponge is off
 *   -ERANGE   the address belongs to no part of it: outside its prefixes, or
 *             link-local with sponge_link_local off
 *   -EPERM    the sponge's own address, or the first or last of a prefix,
 *             which have no state to set
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
 * The next LAN with a sponge, by the order of the configuration: from number
 * '*at' of it on, 0 at the beginning, which is moved behind it.  NULL: there are
 * no more.
 */
const char *sponge_ops_lan(const struct fabric *, unsigned int *at);

/* Addresses. */

struct sponge_row {
	const char *lan;
	struct ipaddr ip;
	struct sponge_address known; /* as in sponge.h */
	const char *port; /* of its owner: by the configuration, or where it
			     was heard; NULL: not known */
	bool assigned;    /* to that port by the configuration */
};
typedef void sponge_row_visit(void *arg, const struct sponge_row *);

/*
 * The addresses of a LAN: all of an IPv4 prefix, in their order, then those of
 * IPv6 that have a place, in none.  Looks at 'slots' of them from 'place' on, 0
 * at the beginning; returns where to go on, or 0 when that was all, also of a
 * LAN without a sponge.  As mactab_walk(): an answer is made in parts.
 */
size_t sponge_ops_walk(const struct fabric *, const char *lan, size_t place,
		       size_t slots, sponge_row_visit *, void *arg);

/* One address; -ERANGE also for an IPv6 address that has no place. */
int sponge_ops_look(const struct fabric *, const char *lan,
		    const struct ipaddr *, struct sponge_row *);

/*
 * Sets the state of an address, as sponge_set(): 'probes' of PENDING, 'mac' of
 * ALIVE (0: keep what is known).  NONE forgets its questions, too.
 */
int sponge_ops_set(struct fabric *, const char *lan, const struct ipaddr *,
		   enum sponge_kind, unsigned int probes, uint64_t mac);

/*
 * STATIC if it is silent, as sponge_confirm(): three probes first, and a second
 * more.  What came of it stands in the log, and in the state.  -EBUSY: too many
 * are under way.
 */
int sponge_ops_confirm(struct fabric *, const char *lan, const struct ipaddr *);

/* As neigh_forget_mac(). */
int sponge_ops_forget_mac(struct fabric *, const char *lan,
			  const struct ipaddr *);

/*
 * Sets every address of the LAN to NONE, but the ends of prefixes that
 * sponge_network makes STATIC; '*n': how many had another state.
 */
int sponge_ops_clear_all(struct fabric *, const char *lan, unsigned int *n);

/*
 * Probes the addresses from 'first' to 'last' of one part, 'persecond' of them
 * a second; of IPv6 those that have a place, and 'first' if it is 'last'.  '*n':
 * how many that will be.  -EINVAL: 'last' is before 'first', or in another part.
 */
int sponge_ops_probe(struct fabric *, const char *lan,
		     const struct ipaddr *first, const struct ipaddr *last,
		     uint32_t persecond, unsigned int *n);

/*
 * Sends 'whom' what sponge_arp_update says about 'about' (of IPv6 an
 * advertisement), even if it was sent some just now; '*n': how many frames.
 * -EINVAL: one address, or of two families; -EHOSTUNREACH, and '*unknown' is
 * 'whom' or 'about': the port or the MAC of it is not known, or 'about' is not
 * alive; -ENOBUFS: there was no room for all of them.
 */
int sponge_ops_inform(struct fabric *, const char *lan,
		      const struct ipaddr *whom, const struct ipaddr *about,
		      unsigned int *n, const struct ipaddr **unknown);

/* Parts, parameters and counters. */

/* Those of a LAN in force, and what the configuration says. */
int sponge_ops_values(const struct fabric *, const char *lan,
		      struct sponge_values *now, struct sponge_values *config);

/* Sets one of them, to what it is in 'v', for all parts of a LAN at once. */
int sponge_ops_set_value(struct fabric *, const char *lan,
			 const struct sponge_param *,
			 const struct sponge_values *v);

struct sponge_part {
	struct prefix prefix; /* of IPv6 ::/0: all its prefixes */
	struct ipaddr own;    /* that it asks with; family 0: none.  Of IPv6 the
			      link-local address that its MAC makes */
	bool passive;  /* sends no probes: asked to, or for want of 'own' */
	bool learning; /* only listens yet */
	uint32_t addresses[SPONGE_KINDS]; /* in each state */
	uint32_t places; /* addresses it can have, of IPv6 nd_max_targets */
};
typedef void sponge_part_visit(void *arg, const struct sponge_part *);

/* The parts of a LAN, in the order of their addresses, IPv4 first. */
void sponge_ops_parts(const struct fabric *, const char *lan,
		      sponge_part_visit *, void *arg);

/* The MAC address of the sponge; 0: there is none. */
uint64_t sponge_ops_mac(const struct fabric *, const char *lan);

/* Of a LAN as a whole, since the daemon started. */
struct sponge_counters {
	struct neigh_counts of;
	uint64_t stray_frames, stray_bytes; /* taken by the sponge's MAC */
	uint64_t suppressed; /* questions that were not sent on */
	uint64_t punt_full;  /* what workers could not tell the sponge */
	uint32_t addresses[SPONGE_KINDS];
	uint32_t dynamic; /* addresses known now by arp_dynamic alone */
};

int sponge_ops_counters(struct fabric *, const char *lan,
			struct sponge_counters *);

/* The log. */

struct sponge_line {
	uint64_t at;
	const char *text; /* "sponging: ip=192.0.2.9 rate=54.5" */
};
typedef void sponge_line_visit(void *arg, const struct sponge_line *);

/* The last 'n' lines of a LAN, the oldest first. */
int sponge_ops_log(const struct fabric *, const char *lan, unsigned int n,
		   sponge_line_visit *, void *arg);

/* Who asks for what: of every LAN that knows its addresses, sponge or not. */

enum sponge_top {
	SPONGE_TOP_ASKERS,  /* by the address of who asks, and its port */
	SPONGE_TOP_TARGETS, /* by the address that is asked for */
	SPONGE_TOPS
};

#define SPONGE_TOP_ROWS 30

struct sponge_top_row {
	struct ipaddr ip;
	const char *port; /* that asks; of a target its owner's; NULL: not
			     known */
	uint64_t count;   /* questions to all, not less than there were */
	uint64_t error;   /* not more than this were others' */
};
typedef void sponge_top_visit(void *arg, const struct sponge_top_row *);

/*
 * SPONGE_TOP_ROWS rows at most, that with the most questions first.  -ENOENT:
 * there is no such LAN, or it does not know its addresses.
 */
int sponge_ops_top(const struct fabric *, const char *lan, enum sponge_top,
		   sponge_top_visit *, void *arg);

/* What is set by hand: for override.h. */

struct sponge_override {
	const char *lan;
	const struct sponge_param *param;
	char value[SPONGE_PARAM_TEXT];
	uint64_t since;
};
typedef void sponge_override_visit(void *arg, const struct sponge_override *);

void sponge_ops_overrides(const struct fabric *, sponge_override_visit *,
			  void *arg);

/* A configuration is applied, which sets all of them anew. */
void sponge_ops_end_overrides(struct fabric *);

#endif
