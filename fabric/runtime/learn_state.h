/* SPDX-License-Identifier: BSD-3-Clause */
#ifndef IXF_LEARN_STATE_H
#define IXF_LEARN_STATE_H

/*
 * The learned MAC addresses as a text that outlives the daemon, so that a restart for
 * an upgrade floods nothing that was known:
 *
 *   ixfabric macs 1 1764012345
 *   lan peering
 *   02:00:00:00:00:01 as64500 12
 *   02:00:00:00:00:02 as64501 sticky
 *   end
 *
 * The number behind the version is when it was written; a row has the address, the
 * port and the seconds since it was seen there.  Addresses of the configuration are
 * not in it.
 *
 * The text may come from a daemon with another configuration, or be anything: each row
 * is judged by itself, and is used only if its port could learn it now.
 *
 * Control thread only.  Wall-clock times are seconds since 1970.
 */

#include <stddef.h>
#include <stdint.h>

struct fabric;

/* Addresses in a text: those that have no room are learned anew. */
#define LEARN_STATE_MAX 262144

/* Octets of such a text, at most: a row has 96. */
#define LEARN_STATE_SIZE ((size_t)LEARN_STATE_MAX * 96 + 65536)

/* What was taken from a text, or put into one. */
struct learn_state {
	uint64_t age; /* seconds, of the text; 0 for a time in the future */
	unsigned int used; /* addresses */
	unsigned int
		unused; /* ... that have aged, or that the port may not learn */
	char why[128];  /* of the first of these */
};

/* All addresses learned, at 'wall': a new text and its size, or NULL: no memory. */
char *learn_state_text(struct fabric *, uint64_t wall, size_t *size,
		       struct learn_state *);

/*
 * Learns the addresses of the text, which it cuts into words.  One that was seen
 * since the start stays where it was seen.  Of a text that is older than state_age, or
 * from the future, only sticky addresses are taken.  0, or -EINVAL: it is no such text,
 * or not whole, and nothing was used.
 */
int learn_state_take(struct fabric *, char *text, size_t size, uint64_t wall,
		     struct learn_state *);

#endif
