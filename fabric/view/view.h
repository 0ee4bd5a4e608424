/* SPDX-License-Identifier: BSD-3-Clause */
#ifndef IXF_VIEW_H
#define IXF_VIEW_H

/*
 * The view: all that workers know of the configuration.
 *
 * Control builds it whole (view_build.c), publishes it with one pointer, and
 * frees it when every worker has passed a quiescent state since.  Nothing in it
 * changes in between.  A worker loads the pointer once a pass, so a burst is
 * judged by one configuration and never by a mix.
 */

#include <stdatomic.h>
#include <stdint.h>

#include "fabric/view/port.h"

struct device;
struct matrix;
struct rte_mbuf;

/* An IP address and the port it belongs to, as the configuration has it. */
struct binding4 {
	uint32_t address; /* host order */
	uint16_t port;
};
struct binding6 {
	uint8_t address[16];
	uint16_t port;
};

/* A prefix of a LAN. */
struct net4 {
	uint32_t net, mask; /* host order */
	uint32_t own;       /* address of the fabric itself there, or 0 */
	const struct neightab
		*neightab; /* NULL: nothing is known of its addresses */
};
struct net6 {
	uint8_t net[16];
	uint8_t length; /* bits */
};

/* What becomes of gratuitous ARP and unsolicited neighbour advertisements. */
enum garp {
	GARP_ALLOW,
	GARP_SUPPRESS, /* taken note of, not sent on */
	GARP_DROP
};

/* One broadcast domain. */
struct lan {
	uint16_t id; /* of the same LAN in all views */
	uint16_t nmembers;
	bool floods_unknown;

	/* What becomes of ARP requests and solicitations: see stage_neigh.c. */
	bool neigh_stage;  /* the stage has something to do */
	bool takes_part;   /* the fabric has a MAC address: sponge_mac */
	bool sponges;      /* and notes which addresses are alive */
	bool sponges_ends; /* and answers for the ends of IPv4 prefixes */
	bool owner_only;   /* requests go to the owner only */
	bool proxies;      /* the fabric answers for the owner */
	bool drops_unknown_targets; /* of requests: without a known owner */
	bool nd_options_pass;       /* unknown ones, while it proxies */
	enum garp garp;
	const struct neightab *neightab6; /* NULL: nothing is known of IPv6 */
	uint8_t own6[16]; /* of the fabric, where it takes part */
	/*
	 * The neighbour tables count only while they show this edition of the
	 * LAN: lan_is_shown().  Control writes 'shown', workers read it.
	 */
	uint32_t edition;
	const _Atomic uint32_t *shown;

	struct mactab *macs;
	struct credits *credits; /* answers to the fabric, and to all nodes */
	const struct port *const *member; /* its ports, by id */
	unsigned int nnets4, nnets6;
	const struct net4 *net4; /* its prefixes */
	const struct net6 *net6;
	unsigned int nbound4, nbound6;
	const struct binding4 *bound4; /* sorted by address */
	const struct binding6 *bound6;
};

/*
 * Where frames come from and go to: a DPDK ethdev, or something that behaves
 * like a queue of one (lockstep.c).  The functions are those of
 * rte_eth_rx_burst() and rte_eth_tx_burst(): what tx does not take stays the
 * caller's.
 */
typedef uint16_t device_rx(const struct device *, uint16_t queue,
			   struct rte_mbuf **, uint16_t n);
typedef uint16_t device_tx(const struct device *, uint16_t queue,
			   struct rte_mbuf **, uint16_t n);

/*
 * How much each sender of a worker has had of a device, while not all of its frames
 * leave: datapath/txlevel.h.  Written by that worker, read by the others.
 */
struct tx_level {
	_Atomic uint64_t octets; /* from an origin of all workers; 0: none */
	_Atomic uint64_t moved;  /* ns: when the device last took a frame */
	uint8_t unused[48];      /* no two workers write one cache line */
};

static_assert(sizeof(struct tx_level) == 64, "a cache line of each worker");

struct tx_levels {
	/* How many of them are not 0: added to, and read, by all workers. */
	_Atomic uint32_t shown;
	struct tx_level worker[];
};

/*
 * How a worker waits for frames of a receive queue: datapath/worker_rest.h.  Set when
 * the device is opened; the worker of the queue reads it.
 */
struct rx_wait {
	int fd;      /* readable when frames have come; -1: none */
	bool counts; /* an eventfd: the worker takes what it counts */
	/* Waits that ended without a sign of the frames that had come, in a row; at
	 * RX_MISSED the descriptor is not trusted any more.  Written by the worker,
	 * read by control. */
	_Atomic uint8_t missed;
};

#define RX_MISSED 3

struct device {
	uint16_t id; /* index in the view; of the same device in all views */
	uint32_t serial; /* of no other device, though that may get its id */
	uint16_t ethdev; /* DPDK's number for it */
	uint16_t ntxqs;
	bool multi_segs; /* sends a frame that is a chain of buffers */
	bool holds;      /* its queues hold frames until they are sent */
	bool collects;   /* tx is a system call: better many frames at once */
	device_rx *rx;
	device_tx *tx;
	/* Frees the frames that a queue has sent and still holds; or NULL. */
	void (*reclaim)(const struct device *, uint16_t queue);
	void *arg; /* of these */

	/* Of each receive queue; NULL: a worker cannot wait for frames. */
	struct rx_wait *rx_wait;
	/* Whether frames are to make the descriptor readable, which costs something
	 * for each of them; called by the worker.  NULL: they always do. */
	void (*rx_arm)(const struct device *, uint16_t queue, bool on);
	/* How long a queue takes what comes, unread, in ns; 0: the sender waits, or
	 * it is not known. */
	uint32_t rx_room_ns;

	/* Taken to send where there are fewer queues than workers, or NULL. */
	void *tx_lock;

	/* Of each worker; NULL: workers know nothing of each other. */
	struct tx_levels *levels;

	/* The port of untagged frames, and of those that fit no other. */
	const struct port *owner;
	/* Port of each VLAN tag, 4096 of them; NULL: no tagged ports here. */
	const struct port *const *tagged;

	/* The LAG that it is a link of, and its slot there; NULL: of none. */
	const struct lag *lag;
	uint8_t slot;
};

struct rxq {
	const struct device *device;
	uint16_t queue;
};

/* How frames of the queue are waited for; NULL: they are not. */
static inline struct rx_wait *
rxq_wait(const struct rxq *q)
{
	struct rx_wait *w = q->device->rx_wait;

	if (w == NULL)
		return NULL;
	w += q->queue;
	return w->fd >= 0 && atomic_load_explicit(&w->missed,
						  memory_order_relaxed) <
				       RX_MISSED
		       ? w
		       : NULL;
}

/* A worker that has more queues does not wait for their frames. */
#define RX_WAIT_QUEUES 64

#define VIEW_BLOCKS 12

struct view {
	uint64_t generation;
	uint16_t burst; /* frames to take from a queue at a time */
	bool polls;     /* idle = poll */

	/* By id; NULL where there is none. */
	const struct port *port[PORTS_MAX + 1];
	const struct device *device[PORTS_MAX + 1];

	/* enum port_state by port id: written by control, read by workers. */
	const _Atomic uint8_t *state;

	/*
	 * By device id, whether it can send: it has link, and is not held down.
	 * Written by control, read by workers.
	 */
	const _Atomic bool *link;

	/*
	 * Changes of views, and of the above that concern where frames go.
	 * Written by control after the change, read by workers.
	 */
	const _Atomic uint32_t *changes;

	/*
	 * Of the hash by which all LAGs choose links (flowhash.h).  Random, and the
	 * same in all views of a fabric, or flows would change their links with each.
	 */
	uint64_t flow_secret;

	const struct matrix *matrix; /* matrix.h; NULL: it is off */

	unsigned int nlans;
	const struct lan *lan;

	size_t nmacs;    /* in the lists of its ports */
	size_t rxq_room; /* receive queues that there is memory for */
	void *block
		[VIEW_BLOCKS]; /* the memory behind all this, for view_free() */

	/* The receive queues of each worker. */
	unsigned int nworkers;
	struct {
		unsigned int n;
		const struct rxq *rxq;
	} worker[]; /* nworkers of them */
};

/*
 * Whether a LAN (NULL: none) has the option, which is true of every option that
 * is a port's.
 */
bool view_lan_has(const struct lan *, enum drop_option);

static inline uint8_t
view_port_state(const struct view *v, uint16_t id)
{
	return atomic_load_explicit(&v->state[id], memory_order_relaxed);
}

static inline bool
view_port_is_up(const struct view *v, uint16_t id)
{
	return view_port_state(v, id) & PORT_UP;
}

static inline bool
view_port_is_full(const struct view *v, uint16_t id)
{
	return view_port_state(v, id) & PORT_FULL;
}

/* Whether a device can send: not whether its ports should. */
static inline bool
view_device_has_link(const struct view *v, const struct device *d)
{
	return atomic_load_explicit(&v->link[d->id], memory_order_relaxed);
}

/* The device that frames leave 'to' by; of a LAG: one of its links. */
static inline const struct device *
view_egress(const struct view *v, const struct port *to)
{
	return v->device[egress_device(&to->egress)];
}

#endif
