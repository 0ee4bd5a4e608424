/* SPDX-License-Identifier: BSD-3-Clause */
#ifndef IXF_SPONGE_STATE_H
#define IXF_SPONGE_STATE_H

/*
 * What the sponges know, as a text that outlives the fabric:
 *
 *   {"format": "ixfabric sponge", "version": 1, "written": 1764012345,
 *   "lans": {
 *   "peering": [
 *   ["static", "192.0.2.9", ""],
 *   ["dead", "2001:db8::7", "as64501"],
 *   ["alive", "192.0.2.1", "as64500", "02:00:00:00:00:01"]]
 *   }}
 *
 * Each row: state, address, port ("": none), MAC address.  The port is the one
 * that an address that is alive was heard on; of another IPv6 address the one
 * that is charged for it (neightab6.h).  What is not there is NONE or PENDING, or
 * alive without a known MAC address, and will be found out anew.
 *
 * Who reads it may have another configuration than who wrote it, and the file
 * may be anything: each row is taken for itself, and only if the configuration
 * could have led to it.
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
 * Begins a text, as of 'wall'.  It is made in parts, since control must not be
 * held up by all the addresses of all LANs at once.  NULL: no memory.
 */
struct sponge_text *sponge_state_begin(const struct fabric *, uint64_t wall);

/*
 * The next part, up to SPONGE_STATE_PART addresses.  1: there is more; 0: that
 * was all; -ESTALE: an apply has come in between, so it is of no use.
 */
#define SPONGE_STATE_PART 1024
int sponge_state_part(struct sponge_text *);

/*
 * Ends it.  The text, for free(), and its size; NULL: memory was short, or it
 * was not wanted ('size' NULL).
 */
char *sponge_state_end(struct sponge_text *, size_t *size);

/* No text of the running configuration is larger; and some of larger ones. */
size_t sponge_state_max(const struct fabric *);

/* What became of a text. */
struct sponge_taken {
	uint64_t age; /* seconds */
	/* Addresses that are now STATIC, ALIVE, DEAD; and those that were dead
	   and are NONE. */
	unsigned int fixed, alive, dead, cleared;
	unsigned int unused; /* rows that could not be taken */
	char why[160]; /* if there are such, or all of it: the first reason */
};

/*
 * Gives the sponges what a text says, at 'wall'.  STATIC stays so; ALIVE with a
 * MAC address, if the configuration lets it be there; DEAD becomes NONE, but in
 * the static mode.  What has been heard since the start counts for more.  0, or
 * -EINVAL: nothing was taken, since it is no such text, or older than state_age,
 * or from the future.
 */
int sponge_state_take(struct fabric *, const char *text, size_t size,
		      uint64_t wall, struct sponge_taken *);

#endif
