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
 * Parameters that are set by hand hold until an apply changes the LAN; the states of
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

#include "lib/prefix.h"
#include "lib/sponge.h"

struct fabric;

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

#endif
