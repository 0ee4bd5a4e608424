/* SPDX-License-Identifier: BSD-3-Clause */
#ifndef IXF_HARNESS_H
#define IXF_HARNESS_H

/*
 * A fabric in step for tests: a configuration in text, frames put in by hand,
 * and what became of them.  After every frame the accounts are checked, so a
 * test says only what is special about it.
 */

#include <stdbool.h>
#include <stdint.h>

#include "fabric/lockstep.h"
#include "fabric/view/drop.h"

#define NOBODY NULL

struct harness;

/* A fabric of the configuration in 'text'; the test fails when it is faulty. */
struct harness *harness_create(const char *text);

/* Ends it; the test fails if a buffer is still in use or the accounts are off. */
void harness_free(struct harness *);

struct fabric *harness_fabric(struct harness *);

/*
 * An Ethernet frame of 'len' octets, from its addresses and type; the payload is
 * a pattern, but for ARP a probe, and for IPv6 to 33:33:ff:00:00:02 a neighbour
 * solicitation, where there is room.  In memory of exactly that size, so that a sanitizer sees a read
 * past its end; valid until harness_free().
 */
uint8_t *harness_frame(struct harness *, uint64_t src, uint64_t dst,
		       uint16_t type, uint32_t len);

/*
 * Time, in ns; frames come in at it.  What is due before happens, and leaves, at
 * its own time.
 */
void harness_at(struct harness *, uint64_t now);

/* A frame comes in at the device of 'port'.  What was seen before is gone. */
void harness_send(struct harness *, const char *port, const uint8_t *frame,
		  uint32_t len);

/* The same for 60 octets of IPv4 from 'src' to 'dst'. */
void harness_say(struct harness *, const char *port, uint64_t src,
		 uint64_t dst);

/* How many frames have left by 'port' since the last harness_send(). */
unsigned int harness_sent(struct harness *, const char *port);

/*
 * The frames that have left since the last harness_send() or harness_clear(),
 * those that the fabric made by itself included, in order; false: there are no
 * more than 'i'.
 */
struct harness_left {
	uint64_t at; /* ns */
	uint16_t port;
	uint32_t len;
	const uint8_t *octets; /* valid until that */
};
bool harness_left(struct harness *, unsigned int i, struct harness_left *);

/*
 * The accounts are not checked at the end: this test calls single stages, or a
 * worker runs while counters are read, which are then not of one moment.
 */
void harness_skip_accounts(struct harness *);

/* The accounts, as after each frame: also of what the fabric has sent. */
void harness_check(struct harness *);

/* What has left and was refused so far is gone. */
void harness_clear(struct harness *);

/* The octets and length of the last frame that left by 'port'. */
const uint8_t *harness_last(struct harness *, const char *port, uint32_t *len);

/*
 * What became of the last frame: it left by the ports named, separated by
 * spaces and in any order, and by no other, unchanged; or (drops) it was refused
 * for that reason, which counted 1 and no other did, and left by none.
 */
void harness_expect_out(struct harness *, const char *ports);
void harness_expect_drop(struct harness *, const char *port, enum drop why);

/*
 * The event number 'i' from the first on, "12.5 warning port a: ..." with the
 * time in seconds; NULL: there were no more.
 */
const char *harness_event(struct harness *, unsigned int i);

/* How many there were. */
unsigned int harness_events(const struct harness *);

/* Begins to count events from here on. */
void harness_forget_events(struct harness *);

/*
 * Applies a new configuration; or one that must fail with one error.  A device
 * with "bad" in its name does not open.
 */
void harness_apply(struct harness *, const char *text);
void harness_refuse(struct harness *, const char *text);

/* Where the table has 'mac': "port type", or "" . */
const char *harness_where(struct harness *, uint64_t mac);

#endif
