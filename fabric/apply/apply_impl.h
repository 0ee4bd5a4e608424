/* SPDX-License-Identifier: BSD-3-Clause */
#ifndef IXF_APPLY_IMPL_H
#define IXF_APPLY_IMPL_H

/* What the files of this room share.  Control thread. */

#include <stdbool.h>
#include <stddef.h>

#include "fabric/runtime/runtime.h"
#include "lib/faults.h"
#include "lib/indexmap.h"

/*
 * The objects behind the sections of one configuration, each at the index of its
 * section.  Those of the running configuration are found by objects_running();
 * those of the next one are found or made by the apply under way.  Only a view is
 * built from them: what runs and what is to run are never looked up in one place.
 */
struct objects {
	struct lan_rt *lan[CONFIG_LANS_MAX];
	struct mactab *macs[CONFIG_LANS_MAX];
	struct port_rt *port[CONFIG_PORTS_MAX];
	struct port_rules rules[CONFIG_PORTS_MAX][2];
	/* That the port leaves by, its own or its parent's, as the keys stand. */
	struct device_rt *device[CONFIG_PORTS_MAX][CONFIG_LINKS_MAX];
	struct lag_rt *lag[CONFIG_PORTS_MAX]; /* its own; NULL: it is none */
	struct mirror_rt *mirror[CONFIG_MIRRORS_MAX];
	struct mirror_rt
		*listener[CONFIG_PORTS_MAX]; /* of a port that listens */
	/* Whether the LAN is another than before; of what runs, none is. */
	bool changed[CONFIG_LANS_MAX];
};

/* The objects of the running configuration, to be freed; or NULL. */
struct objects *objects_running(const struct fabric *);

/* What an apply changes, by the index of each section. */
struct apply_changes {
	unsigned int changes, restart; /* how many; of them for a restart */
	bool lan[CONFIG_LANS_MAX];     /* of the new configuration */
	bool port[CONFIG_PORTS_MAX];   /* of the running one */
};

/* A device as it ran before an apply closed it, or set its MTU. */
struct device_undo {
	struct device_rt *device;
	uint32_t mtu;
	bool open; /* only its MTU was set */
};

/* Of an apply: to open or close a device ends a turn. */
#define APPLY_DEVICE_UNITS (1U << 16)
#define APPLY_PLAN_UNITS   2 /* to look at what is to do with one */

/* Where a device of the configuration stands: line 'link' of its port. */
struct device_place {
	unsigned int port, link;
};

/*
 * An apply under way.  What it has made is in these lists and in 'next' alone,
 * until the new view is published; only devices have their number at once.
 */
struct apply {
	struct fabric *f;
	struct config *config; /* the new one */
	struct faults *faults;
	struct apply_changes *changes;
	bool own_changes; /* they are freed with it */
	struct retired *retired;
	struct tables *tables;               /* new MAC tables */
	unsigned int step, part;             /* the next part of which step */
	unsigned int spent;                  /* units of this turn */
	unsigned int untouched, interrupted; /* ports, as foreseen */
	bool left;                           /* apply_leave_links() */
	uint64_t wait_until; /* ns: members have been told of links that go */
	int failed; /* -errno: a device could not be opened, and all is undone */
	struct objects *running, *next;
	struct device_place *place; /* of each key 'device' */
	unsigned int nplaces;
	unsigned int lan_id, port_id;  /* no new object has this id or more */
	struct indexmap *indexes;      /* with the new configuration */
	struct indexmap_port *numbers; /* of each of its ports, then of links */
	char (*link_names)[INDEXMAP_NAME_SIZE];
	struct acl_rt *acls;           /* new ones */
	struct device_rt *devices;     /* new ones, open */
	struct device_undo *withdrawn; /* in the order in which they were */
	size_t nwithdrawn;
	unsigned int opened, closed; /* devices */
	unsigned int in_use;         /* those that another daemon has */
	struct matrix_rt *matrix; /* the running one, or a new one; or NULL */
	struct view *view;
	unsigned int nneigh;   /* LANs that neigh_make() was called for */
	unsigned int nrules;   /* ports that rules were made for */
	struct mac_undo *undo; /* apply_macs.c */
	size_t nundo;
};

/*
 * A step of an apply.  Each makes what the new configuration has and the running
 * one lacks; then either all of them keep it, and hand what is no longer wanted
 * to a->retired, or those that have begun undo it.
 */
struct apply_step {
	const char *name; /* what there is no memory for */
	/*
	 * How many parts it has; NULL: one, and it changes what runs, so that it
	 * must be followed by those after it, and the view, at once.
	 */
	unsigned int (*parts)(const struct apply *);
	/* Of each part, in units of apply_prepare(); a part may add to a->spent. */
	unsigned int cost;
	/*
	 * 0 or -errno.  Without an error in a->faults, the memory was short; what
	 * has been made until then is left to 'undo'.
	 */
	int (*make)(struct apply *, unsigned int part);
	void (*undo)(struct apply *); /* or NULL */
	/* The new view is published: cannot fail.  Or NULL. */
	void (*keep)(struct apply *);
};

/*
 * Learned addresses that are the configuration's now are no longer counted as
 * learned.
 */
void apply_macs_count(struct apply *);

/*
 * Closes a new device, or opens one again that has been closed, or closes and opens
 * it.  Returns whether there was one.
 */
bool apply_devices_undo_one(struct apply *);

/* The places of all devices of the configuration: 0 or -ENOMEM. */
int apply_find_places(struct apply *);

/* Tells members which links of their LAGs go. */
void apply_leave_links(struct apply *);

/* Undoes that, before the devices are undone. */
void apply_stay_links(struct apply *);

/* The tables of ports that become LAGs, for the view that is published next. */
void apply_prepare_lags(struct apply *);

/* The device that a port, or its parent, has in a slot of its LAG: lag_slots(). */
void object_slots(const struct objects *, const struct config *,
		  unsigned int port, struct device_rt **slot);

/* object.c: the parts of a step that has one for each LAN, or port. */
unsigned int object_lans(const struct apply *);
unsigned int object_ports(const struct apply *);

extern const struct apply_step apply_devices, apply_indexes, apply_lags,
	apply_lan_objects, apply_macs, apply_matrix, apply_mirrors,
	apply_objects, apply_rules;

/*
 * device_open.c: opens a device that no view uses yet.  0, or -errno and an error
 * in 'faults': it is closed then.
 */
int device_open(struct fabric *, struct device_rt *, struct where at,
		struct faults *);

/* The same for a device that the running configuration uses. */
int device_reopen(struct fabric *, struct device_rt *, struct where at,
		  struct faults *);

/*
 * Closes a device that the running configuration uses, when no worker uses it any
 * more.  0, or -errno: it is open as before.
 */
int device_shut(struct fabric *, struct device_rt *);

/* Gives each queue to the worker that polls the fewest. */
void device_assign_queues(const struct fabric *, struct device_rt *);

/*
 * object.c: free an object that no worker uses any more, and give its id back.
 * NULL is allowed; a device has been closed.
 */
void object_free_acl(struct acl_rt *);
void object_free_lan(struct fabric *, struct lan_rt *);
void object_free_port(struct fabric *, struct port_rt *);

/* The stay of a port (port.h) with that LAN, CONFIG_LANS_MAX: none. */
uint8_t object_next_stay(const struct port_rt *, uint16_t lan);
void object_free_device(struct fabric *, struct device_rt *);

/* view_policy.c: the parts of a view with the policy for members. */

/* The prefixes of a LAN; 'net4' and 'net6' have room for them. */
void view_fill_nets(const struct config_lan *, struct lan *, struct net4 *net4,
		    struct net6 *net6);

/*
 * How ARP requests and solicitations for its addresses are handled; its prefixes
 * are filled.  'running': the configuration runs already.
 */
void view_fill_neigh(const struct lan_rt *, bool running,
		     const struct config_lan *, struct lan *,
		     struct net4 *net4);

/* Adds the addresses of a port with this id, for which there is room. */
void view_fill_bindings(const struct config_port *, uint16_t id, struct lan *);

/* All have been added. */
void view_sort_bindings(const struct lan *);

/*
 * Checks, flags, limits and ACLs of the port at an index of the configuration,
 * which is in 'lan' (NULL: in none), whose prefixes are filled.
 */
void view_fill_policy(const struct objects *, const struct config *,
		      unsigned int index, const struct lan *lan, struct port *);

/*
 * view_mirror.c: what mirrors take, in 'rules' by number, and of each port.  The LANs of
 * the ports are known.
 */
struct mirror_rule;
void view_fill_mirrors(const struct config *, const struct objects *,
		       struct port *, struct mirror_rule *rules);

/* apply_events.c: raises for monitors which ports come, go and change. */
void apply_events(struct fabric *, const struct config *old,
		  const struct config *new_config);

#endif
