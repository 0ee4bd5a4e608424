/* SPDX-License-Identifier: BSD-3-Clause */
#ifndef IXF_APPLY_H
#define IXF_APPLY_H

/*
 * An apply under way: what it has made and must undo if a later step fails.
 * Private to apply*.c and retire.c; control thread.
 */

#include "fabric/fabric.h"
#include "fabric/runtime/runtime.h"
#include "lib/mactab.h"

/* What the MAC table had at an address before this apply. */
struct mac_undo {
	struct mactab *table;
	uint64_t mac;
	bool existed;
	struct mactab_entry entry;
};

/* What only the old view uses: freed when every worker has let go of it. */
struct retired {
	struct retired *next;
	uint64_t token; /* of the grace period */
	const struct view *view;
	struct port_rt *ports;
	struct lan_rt *lans;
	struct device_rt *devices;
	struct acl_rt *acls;
	struct rule_hits *hits;
	struct net_rt *nets;
	unsigned int ntables;
	struct mactab *table[]; /* replaced ones; room for one a LAN */
};

struct apply {
	struct fabric *f;
	const struct config *config; /* the new one */
	struct faults *faults;
	struct apply_result *result;
	struct retired *retired;
	struct view *view;
	struct mac_undo *undo;
	size_t nundo;
};

/* apply_objects.c */

/* Makes what the new configuration has and the running one lacks. */
int apply_make_objects(struct apply *);
void apply_undo_objects(struct apply *);
/* Hands what is no longer wanted to a->retired and updates what stays. */
void apply_keep_objects(struct apply *);

/* apply_rules.c: the same for ACLs; after the objects are made. */
int apply_make_rules(struct apply *);
void apply_undo_rules(struct apply *);
void apply_keep_rules(struct apply *);
void apply_free_acls(struct acl_rt *);

/* apply_devices.c: the same for devices. */
int apply_make_devices(struct apply *);
void apply_undo_devices(struct apply *);
void apply_keep_devices(struct apply *);

/* apply_macs.c */

/* Puts the addresses of the configuration into the MAC tables. */
int apply_add_macs(struct apply *);
void apply_undo_macs(struct apply *);
/* Takes those out that are no longer in it. */
void apply_drop_macs(struct apply *);

/* retire.c */

/* Waits for the workers to let go of 'r' before it is freed.  Takes it over. */
void retire(struct fabric *, struct retired *);

/*
 * Waits until all that is retired has been freed.  0, or -ETIMEDOUT when a
 * worker does not respond within a second.
 */
int retire_wait(struct fabric *);

/*
 * Publishes 'v' and waits until no worker uses the view before it, which is
 * freed.  0, or -ETIMEDOUT when a worker does not respond within a second: 'v'
 * is published all the same, and the old view retired.
 */
int retire_view_now(struct fabric *, struct view *v);

/* Makes 'v' what workers go by.  Returns the view before it. */
const struct view *retire_publish(struct fabric *, const struct view *v);

#endif
