/* SPDX-License-Identifier: BSD-3-Clause */
#ifndef IXF_APPLY_H
#define IXF_APPLY_H

/*
 * Applies a configuration; the steps are described in apply.c.  No type of DPDK
 * stands here.  Control thread.
 */

#include <stdint.h>

struct apply;
struct apply_changes;
struct config;
struct fabric;
struct faults;
struct tables;

/* What an apply did, for people and programs. */
struct apply_result {
	uint64_t generation;
	unsigned int changes;
	unsigned int ports_untouched;   /* neither changed nor interrupted */
	unsigned int ports_interrupted; /* plan.h says why */
	unsigned int devices_opened, devices_closed;
	unsigned int restart; /* keys that wait for a restart of the daemon */
};

/*
 * Makes 'new_config' the running configuration.  0: applied, and 'new_config'
 * now belongs to the fabric.  -errno: nothing has changed, 'faults' has the
 * reason, and 'new_config' is still the caller's.
 *
 * Ports that are neither in the difference nor interrupted (plan.h) lose no frame
 * and keep what they have learned.  Start-up is an apply, too, from the empty
 * configuration.
 */
int fabric_apply(struct fabric *, struct config *new_config,
		 struct apply_result *, struct faults *);

/* The same with the MAC tables that have been made for it: tables.h. */
int fabric_apply_with(struct fabric *, struct config *new_config,
		      struct tables *, struct apply_result *, struct faults *);

/*
 * The same in parts, between which control has turns.  All that the new
 * configuration needs is made beside what runs; then devices are opened, of which
 * some may run; the last part changes what runs, all of it or nothing.  The
 * neighbour tables of the LANs that it has changed follow in the turns after it:
 * neigh_settle.c.
 */

/*
 * What 'next' changes, to be freed with free(); NULL: no memory.  Any thread, while
 * neither configuration changes.
 */
struct apply_changes *apply_compare(const struct config *running,
				    const struct config *next);

/*
 * Begins an apply, one at a time.  'tables' are complete, 'changes' of
 * apply_compare(), or NULL; both, and the configuration, stay the caller's until it
 * has ended.  NULL: no memory, and an error in 'faults'.
 */
struct apply *apply_begin(struct fabric *, struct config *new_config,
			  struct tables *, struct apply_changes *,
			  struct faults *);

/*
 * Makes what takes so many units, of some 4 us each.  1: all is made; 0: there is
 * more; -errno, and an error in the faults: nothing has changed, and it has ended.
 */
int apply_prepare(struct apply *, unsigned int units);

#define APPLY_PREPARE_TURN 256

/*
 * When all is made: opens devices, one at a time, and closes what is in their way.  The
 * running configuration runs on.  1: all are open; 0: there is more, or something to
 * undo, or members that have been told of links that go have some time to follow;
 * -errno, as apply_prepare().  UINT_MAX: all at once.
 */
int apply_change_devices(struct apply *, unsigned int units);

/*
 * The last part, which ends it; devices that are not open yet are opened.  0: applied,
 * and the configuration belongs to the fabric.  -errno: nothing has changed, and the
 * faults have the reason.
 */
int apply_carry_out(struct apply *, struct apply_result *);

/* Ends an apply that has not been carried out: nothing has changed. */
void apply_abandon(struct apply *);

#endif
