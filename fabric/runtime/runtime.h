/* SPDX-License-Identifier: BSD-3-Clause */
#ifndef IXF_RUNTIME_H
#define IXF_RUNTIME_H

/*
 * What control keeps of the running fabric: the running configuration, and the
 * objects that outlive a view.  Control thread only; workers see nothing of it
 * but what a view points to.
 *
 * Ids: a port, a LAN or a device keeps its number for as long as it exists, and
 * a number is given out again only after every worker has let go of the last
 * view that had it.
 */

#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>

#include "fabric/config/config.h"
#include "fabric/datapath/worker.h"
#include "fabric/runtime/if_values.h"
#include "fabric/runtime/port_rates.h"
#include "fabric/runtime/port_stats.h"
#include "fabric/view/punt.h"
#include "fabric/view/view.h"
#include "lib/loglimit.h"
#include "lib/logshare.h"
#include "lib/nametab.h"

struct event;
struct fabric;
struct indexmap;
struct matrix_rt;
struct mirrors;

#define WORKERS_MAX 64

/* Flags of an object. */
enum rt_flag {
	RT_RETIRED = 1 << 0, /* retired: keeps its id until workers let go */
	RT_NEW = 1 << 1,     /* a device that the apply under way has opened */
};

#define SWEEP_WORDS 64 /* of a bit for each port */

/* By port, whether its learned addresses go, and its sticky ones. */
struct sweep_ports {
	uint64_t learned[SWEEP_WORDS], sticky[SWEEP_WORDS];
};

/* The walk through the table of a LAN: learn_sweep.h. */
struct sweep {
	bool asked; /* a walk is to begin, with 'next' */
	bool runs;  /* a walk has begun, for 'now' */
	bool ages;  /* ... and for addresses that have aged */
	struct sweep_ports next, now;
	size_t slot;            /* the next */
	uint32_t now_s, oldest; /* when it began; the oldest time that stays */
};

struct lan_rt {
	char name[CONFIG_NAME_SIZE];
	struct nametab_link by_name;
	uint16_t id;
	unsigned int flags;
	struct lan_rt *next; /* in a list of retired ones */
	uint32_t size;       /* mac_table */
	uint32_t age;        /* mac_age, seconds */
	struct mactab *macs;
	struct movetab *moves; /* NULL until an address moves */
	uint64_t frozen;       /* times an address was frozen */
	uint64_t due_s; /* the second before which no entry can have aged */
	struct sweep sweep;
	/* ns: until then an old table may have later times; 0: none has. */
	uint64_t times_due;
	uint64_t learned, moved, aged, flushed, refused; /* addresses */
	struct net_rt *nets; /* its IP addresses: neigh.h */
	struct neigh *neigh; /* NULL: stage neigh was never on */
	/* Answers to the fabric, and to all nodes: workers and control. */
	struct credits credits;
	struct logshare log; /* of lines about no port: event.h */
	/* What the apply under way has made for it: neigh_config.c. */
	struct net_rt *next_nets;
	struct neigh *next_neigh;
	/* How its neighbour tables follow an apply: neigh_settle.c. */
	uint32_t edition;        /* that the running configuration wants */
	_Atomic uint32_t shown;  /* that they have; 0: none, they are written.
				    Control writes, workers read */
	bool stale;              /* they are behind */
	struct net_rt *old_nets; /* no longer wanted, for what is known there */
};

/* A compiled ACL of the configuration; never changed once made. */
struct acl_rt {
	char name[CONFIG_NAME_SIZE];
	bool used;           /* for apply_rules.c, while it looks */
	struct acl_rt *next; /* in f->acls, or in a list of retired ones */
	unsigned int n;
	struct acl_rule *rule;
	struct acl *compiled;
};

/* How often each rule has applied to frames of one port, in one direction. */
struct rule_hits {
	struct rule_hits *next; /* in a list of retired ones */
	size_t stride;          /* counters of a worker, of rule 0 first */
	/* Written by the worker they belong to, read by control. */
	struct counter n[] __attribute__((aligned(64)));
};

struct port_rules {
	struct acl_rt *acl; /* NULL: none */
	struct rule_hits *hits;
};

/* Why a port is blocked; it is open when nothing is. */
enum port_block {
	BLOCK_VIOLATION = 1 << 0, /* a check in mode shutdown: violation.h */
	BLOCK_OPERATOR = 1 << 1,  /* see override.h */
};

/* What an operator has set by hand, other than in the configuration. */
struct override {
	bool set;
	uint64_t since; /* ns: when it was set, or taken back */
	char by[64];    /* the user; "": not known */
};

#define PORT_NEIGH_LIMITS 10 /* kinds of lines */

#define PORT_UPDATES_BITS 5
#define PORT_UPDATES      (1 << PORT_UPDATES_BITS)

/*
 * What a device counted by itself, since it was opened.  The first three count as
 * received, and dropped as rx_error, oversize and tag_not_allowed.
 */
struct device_stats {
	uint64_t rx_errors;   /* bad frames */
	uint64_t rx_oversize; /* larger than its buffers */
	uint64_t rx_stags;  /* with a tag of 802.1ad, that it cannot pass on */
	uint64_t rx_missed; /* not taken in time; never received */
	uint64_t rx_no_mbuf;
	uint64_t tx_errors;
};

/* Each of these. */
#define DEVICE_STATS(DO)                                                       \
	DO(rx_errors)                                                          \
	DO(rx_oversize)                                                        \
	DO(rx_stags)                                                           \
	DO(rx_missed)                                                          \
	DO(rx_no_mbuf)                                                         \
	DO(tx_errors)

struct port_rt {
	char name[CONFIG_NAME_SIZE];
	struct nametab_link by_name;
	uint16_t id;
	uint32_t index;       /* ifIndex: port_index.h */
	struct egress egress; /* as in the view that is published */
	struct lag_rt *lag;   /* lag_rt.h; NULL: it was never a LAG */
	uint16_t lan;         /* id, or CONFIG_LANS_MAX: none */
	uint8_t stay;         /* in that LAN, as in struct port */
	unsigned int flags;
	struct port_rt *next; /* in a list of retired ones */
	uint32_t learned;     /* addresses in the table now */
	uint32_t limit;       /* that it may learn */
	bool sticky;
	bool moves;       /* takes over addresses learned elsewhere: open */
	uint64_t refused; /* addresses over the limit, or not to be moved */
	/* Of devices it had before, less what its own had counted for others. */
	struct device_stats past;
	uint32_t past_link_changes;  /* ... and of their links; modulo 2^32 */
	struct port_stats base;      /* what its id had counted before it */
	uint64_t unicast_shown;      /* in a scrape: metrics_take.c */
	struct if_counters if_shown; /* the last that were shown */
	uint64_t made_at;            /* ns: since when it counts, from 0 */
	struct port_rates rates;
	struct port_shared *shared;
	struct port_rules rules[2]; /* in, out */
	unsigned int blocked;       /* enum port_block */
	bool culled; /* by the configuration, or by an operator */
	struct override down, cull;         /* override.h */
	struct violation_state *violations; /* violation.h */
	struct loglimit frozen;             /* of addresses frozen elsewhere */
	struct loglimit given_up;           /* ... seen here, and removed */
	struct logshare log;                /* of f->log: event.h */
	/* Of the lines of its LAN about addresses: neigh_log.c. */
	struct loglimit neigh_limit[PORT_NEIGH_LIMITS];
	struct logshare neigh_changes[2];
	uint64_t suspect_at; /* ns: its addresses are suspected; 0: not */
	uint32_t watched;    /* addresses watched here: neigh_watch.c */
	bool watching;       /* workers check its data for signs of life */
	/* ns: by hash of sender and target, the last update; 0: never. */
	uint64_t updated[PORT_UPDATES];
};

#define FLAP_CHANGES 128 /* a power of two, more than flap_count can be */

/* How often a link has changed lately. */
struct flap {
	uint64_t
		change[FLAP_CHANGES]; /* ns; change i is at i modulo its size */
	uint32_t n;                   /* changes since it was held last */
	uint64_t until; /* ns: held down until then; 0: it is not */
};

#define LINK_PAST 32 /* a power of two */

/* The last changes of a link since its device was opened: an operator's question. */
struct link_past {
	struct {
		uint64_t at;  /* ns */
		uint8_t kind; /* EVENT_link_up and its neighbours: event.h */
	} change[LINK_PAST];  /* change i is at i modulo its size */
	uint32_t n;
};

struct device_rt {
	char name[CONFIG_NAME_SIZE]; /* of the port that has the key 'device' */
	char *spec; /* the value of that key; a device is known by it */
	uint16_t id;
	uint32_t index; /* ifIndex of a link of a LAG: port_index.h; else 0 */
	unsigned int flags;
	struct device_rt *next; /* in a list of new or retired ones */
	uint32_t mtu;           /* largest payload it is set up for */
	uint16_t nrxqs;
	uint8_t rxq_worker[WORKERS_MAX]; /* worker of each; never changes */
	bool link;      /* as the device reports; what counts: f->link */
	uint32_t speed; /* Mbit/s; 0: not known */
	uint64_t since; /* ns: last change of what counts */
	uint32_t link_changes;
	struct flap flap; /* see link.c */
	struct link_past past;
	struct device dev; /* copied into views */
	bool closed; /* the backend does not have it: no frame comes or goes */
	/* Closed, it is tried again: retry.h. */
	uint64_t retry_due; /* ns: when */
	uint32_t failed;    /* times in a row that it could not be opened */
	char missing[200];  /* why it is closed; "": for an apply */
};

/* The link of a device at a moment. */
struct link {
	bool up;
	uint32_t speed; /* Mbit/s; 0: not known */
};

/*
 * Where devices come from: DPDK (device.c), or memory (lockstep.c).
 */
struct backend {
	/*
	 * Opens d->spec for payloads of d->mtu and fills d->dev (but id, owner
	 * and tagged), d->nrxqs.  0, or -errno and an error in 'faults' that
	 * says what is missing and how to get it; 'at' is where the key stands.
	 */
	int (*open)(struct fabric *, struct device_rt *, struct where at,
		    struct faults *);
	/* No worker uses it any more. */
	void (*close)(struct fabric *, struct device_rt *);
	void (*link)(struct fabric *, const struct device_rt *, struct link *);
	/*
	 * Whether, at the last call of link(), what the device uses was not
	 * there any more: it is to be closed then.  NULL: devices do not go.
	 */
	bool (*gone)(const struct device_rt *);
	/*
	 * Whether set_mtu() can be expected to set a larger MTU of an open device
	 * while frames flow, and that.  set_mtu() returns 0 or -errno.  NULL: the
	 * device must be opened again.
	 */
	bool (*takes_mtu)(const struct device_rt *, uint32_t mtu);
	int (*set_mtu)(struct fabric *, struct device_rt *, uint32_t mtu);
	void (*stats)(struct fabric *, const struct device_rt *,
		      struct device_stats *);
};

/* What is in the ring to the first worker: outgoing.c. */
struct outgoing_causes {
	unsigned int first, n; /* of cause[]: frame i is at i modulo its size */
	uint16_t cause[OUTGOING_RING_SIZE];
	uint16_t held[PORTS_MAX + 1]; /* frames in the ring, by cause */
};

/* How a worker was seen last: worker_watch.c. */
struct worker_watch {
	uint64_t rounds;
	unsigned int silent; /* looks in a row at which it had made none */
};

struct fabric {
	const struct backend *backend;
	void *backend_arg;
	bool in_step; /* the same frames always have the same effects */

	struct config *config; /* running */
	uint64_t generation;   /* of the configuration: 1 after start-up */
	bool goes_back; /* an apply goes on without a missing device, as a start */
	bool changes_devices; /* an apply opens and closes them: nothing else does */
	uint64_t now;         /* ns; set by the front door before each call */
	uint64_t epoch;       /* ns since 1970 when 'now' was 0; in step: 0 */
	struct override cull; /* on all ports: override.h */
	uint64_t held_until;  /* ns: no link that is held comes back before */
	uint64_t lag_due;     /* ns: lag_turn() has something to do */
	uint64_t flow_secret; /* of LAGs: view.h.  0 in step */
	uint64_t lacp_system; /* made of the machine's id */
	bool lags_static; /* LACP does not run: all links that are up are used */
	uint64_t retry_due; /* ns: no missing device is tried before */

	unsigned int nworkers;
	struct worker *worker[WORKERS_MAX];
	struct worker_watch watch[WORKERS_MAX];
	uint64_t watch_due; /* ns: of the next look at the workers */
	struct rte_rcu_qsbr *qs;
	struct rte_mempool *pool; /* frames */

	/* By id; NULL where there is none. */
	struct port_rt *port[PORTS_MAX];
	struct lan_rt *lan[CONFIG_LANS_MAX];
	struct device_rt *device[PORTS_MAX];
	uint32_t devices_made; /* so far: the last one's serial */
	/* Those of port[] and lan[], by name. */
	struct nametab ports, lans;
	/* Walks through MAC tables: learn_sweep.c. */
	unsigned int sweeps; /* LANs that are walked through, or wait for it */
	unsigned int sweep_lan;   /* where the last turn ended */
	size_t sweep_left;        /* slots, of this turn */
	struct indexmap *indexes; /* of port names, gone ones too; or NULL */
	bool indexes_unsaved;     /* they have changed: index_file.c */
	int index_error;          /* -errno of the last write there; 0: none */
	struct acl_rt *acls;      /* a list */
	unsigned int ports_end;   /* no port has had this id or a higher one */

	/* Written here, read by workers: see view.h. */
	_Atomic uint8_t state[PORTS_MAX + 1]; /* by port: port_state.c */
	_Atomic bool link[PORTS_MAX];         /* by device: link.c */
	_Atomic uint32_t changes;             /* port_state_changed() */

	/* Takes the punts of each kind; NULL: no user.  See punt.h. */
	void (*punt_user[PUNT_KINDS])(struct fabric *, struct port_rt *,
				      const struct punt *);

	struct matrix_rt *matrix; /* matrix.h; NULL: it is off */

	struct mirrors *mirrors; /* mirror.h; NULL until the first */
	const char *mirror_dir;  /* for their files; NULL: there is none */
	bool captures;           /* one runs at least */

	struct outgoing_causes outgoing; /* frames on their way to a worker */

	struct trials *trials; /* trial.c; NULL until the first */

	const struct view *view; /* published */
	struct view *spare; /* of the same configuration, unused; or NULL */
	struct retired *retired;      /* not yet let go of by every worker */
	struct old_table *old_tables; /* let go of by all: tables.h */

	/* Takes events for the operator, a line each; NULL: they are dropped. */
	void (*event)(void *arg, const struct event *);
	void *event_arg;
	const char *by; /* the user whose order is carried out, or NULL */
	/* Takes those of these groups, bit g: enum event_group g; 0: none. */
	unsigned int monitored;
	void (*monitor)(void *arg, const struct event *);
	void *monitor_arg;
	struct logshare_pool log; /* of lines that members cause: event.h */
	uint64_t log_suppressed;  /* of these, lines without room */
	/* Control is at something that takes long, and runs; NULL: no matter. */
	void (*alive)(void);
	uint64_t
		violation_due; /* ns: when violation_timers() has something to do */
	uint64_t neigh_due;       /* ns: the same of neigh_turn() */
	uint64_t suspect_due;     /* ns: of the ports, the first suspect_at */
	bool sponge_fresh;        /* some sponge has not begun */
	unsigned int stale_lans;  /* whose neighbour tables are behind */
	struct net_rt *gone_nets; /* to be retired: neigh_settle.c */
	bool sponge_unsaved;      /* an operator's change: sponge_file.c */
	int state_error;          /* -errno of the last write there; 0: none */
};

/* Wakes those that sleep, so that they see what control has published. */
void runtime_wake_workers(struct fabric *);

/* An object gets its place by id and by name; and leaves it, if it has one. */
void runtime_add_port(struct fabric *, struct port_rt *);
void runtime_add_lan(struct fabric *, struct lan_rt *);
void runtime_remove_port(struct fabric *, struct port_rt *);
void runtime_remove_lan(struct fabric *, struct lan_rt *);

/* The port with this id, unless it is retired; or NULL. */
/* Sets it, or takes it back, by the user of f->by; once more: nothing. */
void runtime_override(const struct fabric *f, struct override *, bool set);

struct port_rt *runtime_live_port(const struct fabric *, unsigned int id);

/* Find by name, unless it is retired; NULL when there is none. */
struct port_rt *runtime_port(const struct fabric *, const char *name);
struct lan_rt *runtime_lan(const struct fabric *, const char *name);

/* The device entry of a port of the configuration, its parent's for a tag. */
const struct config_port *runtime_carrier(const struct config *,
					  const struct config_port *);

#endif
