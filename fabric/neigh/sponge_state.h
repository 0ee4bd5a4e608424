/* SPDX-License-Identifier: BSD-3-Clause */
#ifndef IXF_SPONGE_STATE_H
#define IXF_SPONGE_STATE_H

/*
 * The states of the sponges, as a text that outlives the daemon:
 *
 *   {"format": "ixfabric sponge", "version": 1, "written": 1764012345,
 *   "lans": {
 *   "peering": [
 *   ["static", "192.0.2.9", ""],
 *   ["dead", "2001:db8::7", "as64501"],
 *   ["alive", "192.0.2.1", "as64500", "02:00:00:00:00:01"]]
 *   }}
 *
 * Each row: state, address, port ("": none), and of an ALIVE address the MAC
 * address.  The port of an ALIVE address is where it was seen; of another IPv6
 * address the port that it is charged to (neightab6.h).  Left out are addresses
 * that are NONE or PENDING, or ALIVE without a known MAC address.
 *
 * Control thread only.  Wall-clock times are seconds since 1970.
 */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define SPONGE_STATE_FORMAT  "ixfabric sponge"
#define SPONGE_STATE_VERSION 1

struct fabric;
struct sponge_text;

/* Whether any LAN of the running configuration has a sponge. */
bool sponge_state_is_wanted(const struct fabric *);

/*
 * Begins a text, as of 'wall'.  It is made in parts, since all addresses of all
 * LANs at once would delay control.  NULL: no memory.
 */
struct sponge_text *sponge_state_begin(const struct fabric *, uint64_t wall);

/*
 * Adds the next part, up to SPONGE_STATE_PART addresses.  1: there is more; 0: the
 * text is complete; -ESTALE: a configuration has been applied since it was begun,
 * so it must be begun anew.
 */
#define SPONGE_STATE_PART 1024
int sponge_state_part(struct sponge_text *);

/*
 * Ends a text and returns it, for free(), and its size.  NULL: memory was short.
 * With 'size' NULL the text is discarded.
 */
char *sponge_state_end(struct sponge_text *, size_t *size);

/* The size up to which a file is read: enough for the running configuration. */
size_t sponge_state_max(const struct fabric *);

#endif
