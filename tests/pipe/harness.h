/* SPDX-License-Identifier: BSD-3-Clause */
#ifndef IXF_HARNESS_H
#define IXF_HARNESS_H

/*
 * A fabric in step for tests: a configuration as text, frames that the test
 * sends, and what became of them.  The accounts are checked after every frame.
 * Used by one thread.  See fixture.h for what a test begins and ends with.
 */

#include <stdbool.h>
#include <stdint.h>

#include "fabric/lockstep.h"
#include "fabric/view/drop.h"

/* For harness_expect_out(): the frame left by none. */
#define NO_PORT NULL

struct harness;

/* A fabric of the configuration in 'text'; the test fails if that is faulty. */
struct harness *harness_create(const char *text);

/* The fabrics that are created from now on run LACP; begins as false. */
void harness_run_lacp(bool);

/* Ends it; the test fails if a buffer is still in use or the accounts are off. */
void harness_free(struct harness *);

struct fabric *harness_fabric(struct harness *);

/*
 * An Ethernet frame of 'len' octets, from its addresses and type.  The payload is
 * a pattern; for ARP a probe, and for IPv6 to 33:33:ff:00:00:02 a neighbour
 * solicitation, where there is room.  It lies in memory of exactly its size, so
 * that a sanitizer sees a read past its end, until harness_free().
 */
uint8_t *harness_frame(struct harness *, uint64_t src, uint64_t dst,
		       uint16_t type, uint32_t len);

/*
 * Sets the time in ns, at which the next frames come in.  What control has to do
 * before then it does at its own time.
 */
void harness_at(struct harness *, uint64_t now);

/* A frame comes in at the device of 'port', after harness_clear(). */
void harness_send(struct harness *, const char *port, const uint8_t *frame,
		  uint32_t len);

/* The same at the device with this id. */
void harness_send_by(struct harness *, uint16_t device, const uint8_t *frame,
		     uint32_t len);

/* The same for 60 octets of IPv4 from 'src' to 'dst'. */
void harness_send_ip(struct harness *, const char *port, uint64_t src,
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
	uint16_t device; /* id */
	uint32_t len;
	const uint8_t *octets; /* valid until harness_clear() */
};
bool harness_left(struct harness *, unsigned int i, struct harness_left *);

/*
 * The accounts are not checked at the end: this test calls single stages, or a
 * worker runs while counters are read, which are then not of one moment.
 */
void harness_skip_accounts(struct harness *);

/* Checks the accounts, as after each frame: also of what the fabric has sent. */
void harness_check(struct harness *);

/* Forgets the frames that have left and were dropped so far. */
void harness_clear(struct harness *);

/* The octets and length of the last frame that left by 'port'. */
const uint8_t *harness_last(struct harness *, const char *port, uint32_t *len);

/*
 * What became of the last frame: it left unchanged by the ports named, separated
 * by spaces and in any order, and by no other; or it left by none and was dropped
 * for that reason, which alone counted 1.
 */
void harness_expect_out(struct harness *, const char *ports);
void harness_expect_drop(struct harness *, const char *port, enum drop why);

/*
 * The event number 'i' from the first on, "12.5 warning port a: ..." with the
 * time in seconds; NULL: there are no more.
 */
const char *harness_event(struct harness *, unsigned int i);

/* The number of events. */
unsigned int harness_events(const struct harness *);

/* Begins to count events from here on. */
void harness_forget_events(struct harness *);

/* A new configuration, which must be valid. */
struct config *harness_read(const char *text);

/*
 * Applies a new configuration; or one that must fail with one error and change
 * nothing.  A device with "bad" in its name does not open.  See settled.h for what
 * is checked afterwards.
 */
void harness_apply(struct harness *, const char *text);
void harness_refuse(struct harness *, const char *text);

/* Where the table has 'mac': "port type", or "" . */
const char *harness_where(struct harness *, uint64_t mac);

#endif
