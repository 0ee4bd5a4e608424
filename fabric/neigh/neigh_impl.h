/* SPDX-License-Identifier: BSD-3-Clause */
#ifndef IXF_NEIGH_IMPL_H
#define IXF_NEIGH_IMPL_H

/*
 * What the files of this room share; no other room includes it.  Each part below
 * calls the parts above it alone.
 */

#include <assert.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdint.h>

#include <bsd/sys/queue.h>

#include "fabric/config/sponge_param.h"
#include "fabric/neigh/neigh.h"
#include "fabric/runtime/event.h"
#include "fabric/runtime/runtime.h"
#include "lib/movetab.h"
#include "lib/neightab.h"
#include "lib/prefix.h"
#include "lib/top.h"

struct neightab6_entry;

/* The key of the top lists: a sender of requests, or a target. */
struct neigh_key {
	uint8_t address[16]; /* as in union punt_address */
	uint16_t port;       /* of a sender; of a target 0 */
	uint8_t six;
	uint8_t unused[5];
};

/* What control knows of an address and workers do not. */
struct address_rt {
	uint64_t mac;        /* it was last seen with this; 0: never seen */
	uint64_t seen_at;    /* ns: the last frame from it that was reported */
	uint64_t asked_at;   /* ns: the last refresh probe */
	uint64_t request_at; /* ns: the first request since 'seen_at' */
	uint64_t owned_at;   /* ns: its port became the owner; 0: not known */
	uint16_t port;       /* it was last seen on this */
	uint16_t watched_at; /* where its watch is counted: neigh_watch.c */
	bool watched;        /* watch() of sponge.h */
	bool host;           /* its advertisements say that it is no router */
	bool born_dead; /* it was given to the sponge as DEAD, unassigned */
	uint16_t asker; /* the last port that requested it, plus 1; or 0 */
	/* neigh_budget.c: while it waits, the net, and its queue. */
	uint16_t waits_as;
	struct net_rt *waits_in;
	TAILQ_ENTRY(address_rt) in_queue;
};

TAILQ_HEAD(neigh_waiting, address_rt);

/* The addresses of an IPv4 prefix, or all IPv6 addresses of a LAN. */
struct net_rt {
	struct net_rt *next; /* of the LAN, or in a list of retired ones */
	bool wanted; /* by the apply under way, if that is not what made it */
	struct fabric *f;
	struct lan_rt *lan;
	bool six;
	bool started;               /* the sponge has its addresses, */
	bool network, link_local;   /* ... with these options of the LAN */
	uint32_t net, mask;         /* IPv4, host order */
	uint32_t own;               /* IPv4 of the sponge there; 0: none */
	uint32_t targets;           /* IPv6: nd_max_targets */
	struct neightab *neightab;  /* shared with workers */
	struct neightab6 *table;    /* IPv6: which addresses have slots */
	struct sponge *sponge;      /* NULL: off */
	struct sponge *next_sponge; /* in the apply under way */
	struct movetab *moves; /* of addresses between MACs; NULL: none yet */
	struct address_rt *address; /* by slot */
	uint32_t dynamic;           /* addresses with a learned owner */
	uint64_t age_due;           /* ns: the next look at these */
	uint64_t silent_due;        /* ns: the next look for silent addresses */
};

#define NEIGH_AGE_PERIOD (10 * CLOCK_SECOND)

/*
 * An IPv6 address that no port has by the configuration may lose its slot when it
 * has been silent for NEIGH_SILENCE, even if it is ALIVE.  Silence is looked for
 * every NEIGH_SILENT_PERIOD.
 */
#define NEIGH_SILENCE       (3600 * CLOCK_SECOND)
#define NEIGH_SILENT_PERIOD (600 * CLOCK_SECOND)

#define NEIGH_LOG     1024 /* lines */
#define NEIGH_LINE    160  /* octets, with the NUL */
#define NEIGH_CHANGES 256  /* lines of a kind within LOGLIMIT_PERIOD */

struct neigh_line {
	uint64_t at; /* ns */
	char text[NEIGH_LINE];
};

/* Kinds of log lines whose number is limited. */
enum neigh_limit {
	NEIGH_ALIEN,
	NEIGH_SPOOF,
	NEIGH_TRAFFIC,
	NEIGH_DUPLICATE,
	NEIGH_REDUCED,
	NEIGH_DUMMY,
	NEIGH_LAG,
	NEIGH_UNBOUND, /* states of IPv6 addresses that no port has */
	NEIGH_CHANGE,  /* states of others */
	NEIGH_STEP,    /* probes of PENDING addresses */
	NEIGH_LIMITS
};

static_assert(NEIGH_LIMITS == PORT_NEIGH_LIMITS, "a port has one of each");

/* Kinds of addresses that no port has by the configuration. */
enum neigh_net {
	NEIGH_IPV4,
	NEIGH_IPV6,
	NEIGH_LINK_LOCAL, /* of IPv6 */
	NEIGH_NETS
};

/* Of each LAN whose ARP and ND go through stage neigh. */
struct neigh {
	uint64_t mac; /* of the fabric, sponge_mac; 0: none */
	uint8_t own6[16];
	bool sponges, suppress, proxies, owner_only,
		network; /* of the configuration */
	bool arp_unassigned, nd_unassigned;
	bool drops_unknown;       /* unknown_arp */
	uint32_t unassigned_rate; /* sponge_proberate_unassigned */
	struct neigh_budget *budget;
	bool link_local; /* link-local addresses are sponged */
	bool learns;     /* arp_dynamic */
	bool strict;     /* a port is held to its first link-local addresses */
	uint32_t anywhere[NEIGH_NETS]; /* watched, and may be at any port */
	uint32_t linkdown;             /* s; 0: off */
	struct sponge_values values;   /* in force; a net without an own address
					  is passive besides */
	struct override by_hand[SPONGE_PARAMS]; /* of these, sponge_ops.h */
	struct neigh_counts counts;
	struct top *senders, *targets; /* of requests */
	/* Of lines that are about no port; those of a port are in port_rt. */
	struct loglimit limit[NEIGH_LIMITS];
	uint64_t log_due; /* ns: the first number held back is to be logged */
	/* Lines of NEIGH_CHANGE and NEIGH_STEP, and the share of no port. */
	struct logshare_pool changes[2];
	struct logshare own_changes[2];
	uint64_t minute;   /* ns: when the current minute began */
	uint32_t requests; /* in this minute */
	bool storm;        /* this minute or the last had too many */
	uint64_t nlines;   /* logged so far; line i is at i modulo NEIGH_LOG */
	struct neigh_line line[NEIGH_LOG];
};

/* neigh_net.c: the addresses of a LAN. */

/* The LAN in the view that runs. */
const struct lan *neigh_view_lan(const struct fabric *, const struct lan_rt *);

/* The name of a port, or NULL: there is none with this id, or it is gone. */
const char *neigh_port_name(const struct fabric *, uint16_t id);

/* The LAN of a port, or NULL. */
struct lan_rt *neigh_lan_of(const struct fabric *, const struct port_rt *);

/*
 * The LANs with stage neigh that are not retired, by id: '*id' is 0 at the
 * beginning, and is moved on.  NULL: there are no more.
 */
struct lan_rt *neigh_next_lan(const struct fabric *, unsigned int *id);

/* The LAN of this name, if its sponge is on; or NULL. */
struct lan_rt *neigh_lan(const struct fabric *, const char *name);

/*
 * The net after 'n' (NULL: the first), in the order of their addresses, IPv4
 * first; NULL: there are no more.
 */
struct net_rt *neigh_next(const struct lan_rt *, const struct net_rt *n);

/* The net of the IPv6 addresses of a LAN, or NULL. */
struct net_rt *neigh_net6(const struct lan_rt *);

/* Whether the net has a sponge that has begun. */
bool neigh_has_sponge(const struct net_rt *);

/* What the sponge of a net knows of an address; false: nothing, or no sponge. */
bool neigh_look(const struct net_rt *, uint32_t slot, struct sponge_address *);

/* Whether the slot has no address, which only happens in IPv6. */
bool neigh_is_vacant(const struct net_rt *, uint32_t slot);

/* The first slot from 'slot' on that is not vacant; the number of slots: none. */
uint32_t neigh_next_used(const struct net_rt *, uint32_t slot);

/* All slots that are not vacant; the body may make the one at hand vacant. */
#define NEIGH_FOREACH(net, slot)                                               \
	for (slot = neigh_next_used(net, 0); slot < (net)->neightab->n;        \
	     slot = neigh_next_used(net, slot + 1))

/* The port with this id, if it is in the LAN of the net; or NULL. */
const struct port_rt *neigh_port_in(const struct net_rt *, uint16_t id);

/* The port where an address was last seen, if it is in the LAN still; or NULL. */
const struct port_rt *neigh_last_port(const struct net_rt *, uint32_t slot);

/* The net and slot of an address; NULL: the LAN has none for it. */
struct net_rt *neigh_find(const struct lan_rt *, const struct ipaddr *,
			  uint32_t *slot);
/* The address of a slot, which is not vacant. */
void neigh_address(const struct net_rt *, uint32_t slot, struct ipaddr *);
/* From host order. */
void neigh_ipv4(uint32_t address, struct ipaddr *);

/* The MAC address of an address that is ALIVE, or 0. */
uint64_t neigh_mac_of(const struct net_rt *, uint32_t slot);

/*
 * Whether a member becomes the owner of an address by using it in ARP or ND.
 * 'address6' NULL: an IPv4 address.
 */
bool neigh_learns(const struct neigh *, const uint8_t *address6);
bool neigh_learns_at(const struct net_rt *, uint32_t slot);

/* Whether the slot is the network or broadcast address of an IPv4 prefix. */
bool neigh_is_end(const struct net_rt *, uint32_t slot);

/* Whether an IPv6 address is in a prefix of the LAN, or link-local. */
bool neigh_is_in6(const struct config_lan *, const uint8_t *address);

/*
 * Whether the sponge of the LAN may have an IPv6 address, with a slot or without:
 * it is in a prefix, or link-local with sponge_link_local on.
 */
bool neigh_is_for6(const struct fabric *, const struct lan_rt *,
		   const uint8_t *address);

/* neigh_log.c */

/*
 * Adds a line to the log of the LAN and raises it as an event "lan NAME: ...".  It is
 * logged unless 'about' says otherwise, and if there is room in the log of the port
 * that has caused it (NULL: no port, then of the LAN).
 */
void neigh_log(struct fabric *, struct lan_rt *, struct port_rt *,
	       struct event about, const char *fmt, ...)
	__attribute__((format(printf, 5, 6)));
/*
 * The same, up to the limit of the port and kind, which has the level; further lines
 * are counted.  Of 'about' the addresses are used.
 */
void neigh_log_limited(struct fabric *, struct lan_rt *, struct port_rt *,
		       enum neigh_limit, struct event about, const char *fmt,
		       ...) __attribute__((format(printf, 6, 7)));
/* Logs the numbers of lines held back that are due; with 'all', all of them. */
void neigh_log_held(struct fabric *, struct lan_rt *, bool all);
/* Logs a notice of the sponge of a net. */
void neigh_log_sponge(struct net_rt *, const struct sponge_notice *);

/*
 * neigh_frames.c: frames of the fabric.  False: the ring or the pool was full; that
 * is counted.  The sponge calls those with a net as 'void *'.
 */

/* An ARP request or NS for the address; to its owner alone with owner_only. */
void neigh_send_probe(void *net, uint32_t slot);
/*
 * The same to a port.  In ARP its sender is 0 if the fabric has no address there:
 * to a host that starts, such a request means that its address is in use (RFC 5227,
 * 2.1.1).
 */
bool neigh_send_refresh(struct net_rt *, uint32_t slot, uint16_t port);
/* A gratuitous ARP request or unsolicited NA to all: the fabric has the address. */
void neigh_send_gratuitous(void *net, uint32_t slot);
/*
 * The same of its owner, to all ports but its own: the owner has the address again,
 * and members are to forget the MAC address of the fabric for it at once.
 */
void neigh_send_owner(struct net_rt *, uint32_t slot, uint64_t mac,
		      uint16_t owner);
/* The answer to a request: 'mac' has the target. */
bool neigh_send_answer(struct fabric *, struct lan_rt *, const struct punt *,
		       uint64_t mac, unsigned int na_flags);

/*
 * To 'to' at a port, MAC address 'to_mac': 'mac' has the address now, as
 * sponge_arp_update says.
 */
bool neigh_send_updates(struct net_rt *, uint32_t slot, uint64_t mac,
			const union punt_address *to, uint64_t to_mac,
			uint16_t port);

/*
 * neigh_watch.c: the ports whose data workers check for signs of life
 * (PORT_WATCHED), because a watched address may be there.
 */

/* Begins or ends the watch of an address; the sponge of the net calls it. */
void neigh_watch(void *net, uint32_t slot, bool watch);
/* Ends all watches of a net: its sponge goes. */
void neigh_watch_none(struct net_rt *);
/* The owner or the state of an address has changed: counts its watch there. */
void neigh_watch_move(struct net_rt *, uint32_t slot);
/*
 * The tables of a LAN follow a configuration: the counts of its ports are forgotten;
 * and all addresses have been counted anew.
 */
void neigh_watch_begin(struct fabric *, struct lan_rt *);
void neigh_watch_end(struct fabric *, const struct lan_rt *);

/*
 * neigh_budget.c: probes of addresses that no port has by the configuration.
 */

struct neigh_budget *neigh_budget_create(void); /* NULL: no memory; free() */

/*
 * Whether the address is DEAD until it is seen, by 'unassigned' or
 * 'nd_unassigned'; link-local ones never are.  And whether it is one that was
 * never seen.
 */
bool neigh_is_unassigned(const struct net_rt *, uint32_t slot);
bool neigh_is_unseen_dead(const struct net_rt *, uint32_t slot);

/* budget() and wait() of sponge.h. */
enum sponge_budget neigh_budget_of(void *net, uint32_t slot);
void neigh_wait(void *net, uint32_t slot, bool waits);
/* Ends all waits of a net: its sponge goes. */
void neigh_wait_none(struct net_rt *);

/* When the next probe is due, ns; and sends it. */
uint64_t neigh_budget_due(const struct neigh *);
void neigh_budget_turn(struct fabric *, struct neigh *);

/* neigh_owner.c: the owners of addresses. */

/* Writes the state of an address to the table that workers read. */
void neigh_publish(struct net_rt *, uint32_t slot);
void neigh_publish_all(struct net_rt *);

/* Takes the sign of life that workers noted, and sets the rank after it. */
void neigh_refresh6(struct net_rt *, uint32_t slot);

/* Sets and publishes the owner of an address: neightab_owner(), or 0. */
void neigh_own(struct net_rt *, uint32_t slot, uint64_t owner);

/*
 * An address was seen with 'mac' on a port.  'claims': it was the sender in ARP
 * or ND, so the port may become the owner; not if it was the source of a packet.
 */
void neigh_seen(struct net_rt *, uint32_t slot, uint64_t mac, struct port_rt *,
		bool claims);

/*
 * neigh_ask.c: a request for the address came in at a port; 'held': the fabric is
 * to answer.  The owner is asked at all of its port from now on, if it seems not to
 * have the MAC address any more that it was seen with.
 */
void neigh_asked(struct net_rt *, uint32_t slot, const struct port_rt *by,
		 bool held);

/*
 * Forgets what is known of the address by a port that is not in the LAN any more:
 * another port may get its number.
 */
void neigh_forget_gone(struct net_rt *, uint32_t slot);

/* The configuration says that the address is the port's. */
void neigh_bind(struct net_rt *, uint32_t slot, uint16_t port);

/* neightab6_gone(), of a net: the address has lost its slot, and its owner. */
void neigh_evicted(void *net, uint32_t slot, const struct neightab6_entry *);

/* Takes the slot of an IPv6 address away. */
void neigh_remove6(struct net_rt *, uint32_t slot);

/*
 * Gives an IPv6 address a slot, for a port or (NEIGHTAB6_NO_PORT) by configuration.
 * NULL: no room.
 */
struct net_rt *neigh_add6(struct lan_rt *, const uint8_t *address,
			  uint16_t port, uint32_t *slot);
/* Whether the sponge of the net takes the address; and gives it to the sponge. */
bool neigh_sponge_takes6(const struct net_rt *, const uint8_t *address);
void neigh_sponge_add(struct net_rt *, uint32_t slot);
/* Follows a change of whether the address is unassigned, if it was never seen. */
void neigh_sponge_renew(struct net_rt *, uint32_t slot);

/*
 * Forgets the MAC address of an address, that it is a duplicate and, unless the
 * configuration says it, its port.
 */
void neigh_forget_mac(struct net_rt *, uint32_t slot);

/* neigh_sponge.c: the sponge of a net. */

/* The functions that the sponge calls. */
extern const struct sponge_ops neigh_sponge_ops;

/* Gives new sponges their addresses, as soon as f->now is set. */
void neigh_start(struct fabric *);

/* Gives the sponge of a net the parameters of its LAN. */
void neigh_set_params(struct net_rt *);

/* Other parameters for all sponges of a LAN, at once. */
void neigh_set_values(struct lan_rt *, const struct sponge_values *);

/*
 * neigh_inherit.c: copies what is known of the addresses of a net that is no
 * longer wanted to the nets that have them now.  Before these are bound.
 */
void neigh_inherit(struct lan_rt *, struct net_rt *old);

/* neigh_link.c */

/* Suspects the addresses of ports whose link has been down for too long. */
void neigh_link_turn(struct fabric *);

/* neigh_timer.c */

/*
 * Counts an ARP request to all, or (six) a solicitation to a group, and logs it
 * when a minute has too many of them.
 */
void neigh_count_request(struct fabric *, struct lan_rt *, bool six);

#endif
