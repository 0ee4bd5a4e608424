/* SPDX-License-Identifier: BSD-3-Clause */
#ifndef IXF_LEARN_SWEEP_H
#define IXF_LEARN_SWEEP_H

/*
 * Walks through the MAC tables for addresses to be forgotten: those of some ports,
 * and those that have aged.  The largest table has 67 million slots, and control has
 * a millisecond.  So each turn looks at SWEEP_SLOTS of them at most, and goes on in
 * the next.  A table of the usual size is looked at in one go, by the call that asks
 * for it.
 *
 * What is to be forgotten counts as forgotten for control at once; workers may find
 * it until the walk has come to it.  Control thread.
 */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct fabric;
struct lan_rt;
struct mactab_entry;

/* Of MAC tables, that a turn of control looks at. */
#define SWEEP_SLOTS ((size_t)1 << 18)

/*
 * Asks for a walk through the table of a LAN that forgets the learned addresses of a
 * port (of all ports: PORTS_MAX), and 'sticky' ones too when asked.
 */
void learn_sweep_ports(struct fabric *, struct lan_rt *, uint16_t port,
		       bool sticky);

/* Asks for a walk that forgets what has aged. */
void learn_sweep_age(struct fabric *, struct lan_rt *);

/* Whether an address is to be forgotten, and a walk has not come to it yet. */
bool learn_sweep_has(const struct lan_rt *, const struct mactab_entry *);

/* A new turn of control: goes on where the last one ended. */
void learn_sweep_turn(struct fabric *);

/* Whether walks are under way, in a LAN or in any (NULL). */
bool learn_sweep_runs(const struct fabric *, const struct lan_rt *);

/* The LAN goes. */
void learn_sweep_forget(struct fabric *, struct lan_rt *);

/* Ends all walks, however long that takes. */
void learn_sweep_finish(struct fabric *);

#endif
