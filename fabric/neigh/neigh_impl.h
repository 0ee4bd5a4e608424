/* SPDX-License-Identifier: BSD-3-Clause */
#ifndef IXF_NEIGH_IMPL_H
#define IXF_NEIGH_IMPL_H

/*
 * What the files of this room share; no other room includes it.  Each part below
 * calls the parts above it alone.
 */

#include <stdarg.h>
#include <stdbool.h>
#include <stdint.h>

#include "fabric/config/sponge_param.h"
#include "fabric/neigh/neigh.h"
#include "fabric/neigh/neigh_counts.h"
#include "fabric/runtime/runtime.h"
#include "fabric/view/drop.h"
#include "fabric/view/punt.h"
#include "lib/loglimit.h"
#include "lib/movetab.h"
#include "lib/neightab.h"
#include "lib/prefix.h"
#include "lib/sponge.h"
#include "lib/top.h"

struct config_lan;
struct neightab6;
struct neightab6_entry;

/* Who asks, or is asked for: what the lists of the most are kept by. */
struct neigh_key {
	uint8_t address[16]; /* as in union punt_address */
	uint16_t port;       /* of who asks; else 0 */
	uint8_t six;
	uint8_t unused[5];
};

/* What control knows of an address beside what workers read. */
struct address_rt {
	uint64_t mac;        /* that it was heard with; 0: never */
	uint64_t seen_at;    /* ns: the last time it spoke for itself */
	uint64_t asked_at;   /* ns: a refresh probe was sent */
	uint16_t port;       /* it was heard on; PORTS_MAX: never */
	uint16_t watched_at; /* where it is counted as awaited */
	bool watched;        /* sponge.h, awaits() */
	bool host;           /* no router, as its advertisements say */
};

/* The addresses of an IPv4 prefix, or all IPv6 addresses of a LAN. */
struct net_rt {
	struct net_rt *next; /* of the LAN, or in a list of retired ones */
	unsigned int marks;
	struct fabric *f;
	struct lan_rt *lan;
	bool six;
	bool started;               /* the sponge has its addresses, */
	bool network, link_local;   /* ... by these options of the LAN */
	uint32_t net, mask;         /* IPv4, host order */
	uint32_t own;               /* IPv4 of the sponge there; 0: none */
	uint32_t targets;           /* IPv6: nd_max_targets */
	struct neightab *neightab;  /* shared with workers */
	struct neightab6 *table;    /* IPv6: who has a slot */
	struct sponge *sponge;      /* NULL: off */
	struct sponge *next_sponge; /* in the apply under way */
	struct movetab *moves; /* who claims an address; NULL: nobody yet */
	struct address_rt *address; /* by slot */
	uint32_t dynamic;    /* addresses owned, but not by configuration */
	uint64_t age_due;    /* ns: when these are looked at */
	uint64_t silent_due; /* ns: when those are that may be silent */
};

#define NEIGH_AGE_PERIOD (10 * CLOCK_SECOND)

/*
 * An IPv6 address that no port has by the configuration makes way for others when
 * it has been silent for so long, alive or not; found out so often.
 */
#define NEIGH_SILENCE       (3600 * CLOCK_SECOND)
#define NEIGH_SILENT_PERIOD (600 * CLOCK_SECOND)

#define NEIGH_LOG     1024 /* lines */
#define NEIGH_LINE    160  /* octets, with the NUL */
#define NEIGH_CHANGES 128  /* lines of a kind within LOGLIMIT_PERIOD */

struct neigh_line {
	uint64_t at; /* ns */
	char text[NEIGH_LINE];
};

/* What the log says of the same thing no more often than now and then. */
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
	NEIGH_STEP,    /* probes of those that are pending */
	NEIGH_LIMITS
};

/* What an address is that no port has by the configuration. */
enum neigh_net {
	NEIGH_IPV4,
	NEIGH_IPV6,
	NEIGH_LINK_LOCAL, /* link-local */
	NEIGH_NETS
};

/* Of each LAN that resolves. */
struct neigh {
	uint64_t mac; /* of the fabric, sponge_mac; 0: none */
	uint8_t own6[16];
	bool sponges, suppress, proxies, owner_only,
		network; /* of the configuration */
	bool arp_unassigned, nd_unassigned;
	bool link_local; /* link-local addresses are sponged */
	bool learns;     /* arp_dynamic */
	bool claims;     /* a port is held to its first link-local addresses */
	uint32_t anywhere[NEIGH_NETS]; /* awaited, but at no port of theirs */
	uint32_t linkdown;             /* s; 0: off */
	struct sponge_values values;   /* in force, before a net is passive for
					want of an address */
	struct override by_hand[SPONGE_PARAMS]; /* of these, sponge_ops.h */
	struct neigh_counts counts;
	struct top *askers, *targets;
	struct loglimit limit[NEIGH_LIMITS];
	/* Lines of NEIGH_CHANGE and NEIGH_STEP since a time, ns. */
	uint32_t changes[2];
	uint64_t changes_at;
	uint64_t minute;   /* ns: the one under way began */
	uint32_t requests; /* in it */
	bool storm;        /* the last minute had too many */
	uint64_t nlines;   /* said so far; line i is at i modulo NEIGH_LOG */
	struct neigh_line line[NEIGH_LOG];
};

/* neigh_net.c: addresses. */

/* The LAN in the view that runs. */
const struct lan *neigh_view_lan(const struct fabric *, const struct lan_rt *);

/* The name of a port, or NULL: there is none with this id, or it is gone. */
const char *neigh_port_name(const struct fabric *, uint16_t id);

/* The LAN of this name, if its sponge is on; or NULL. */
struct lan_rt *neigh_lan(const struct fabric *, const char *name);

/*
 * The net behind 'n' (NULL: the first), in the order of their addresses, IPv4
 * first; NULL: there are no more.
 */
struct net_rt *neigh_next(const struct lan_rt *, const struct net_rt *n);

/* The net and slot of an address; NULL when the LAN has none for it. */
struct net_rt *neigh_find(const struct lan_rt *, const struct ipaddr *,
			  uint32_t *slot);
void neigh_address(const struct net_rt *, uint32_t slot, struct ipaddr *);
void neigh_ipv4(uint32_t address, struct ipaddr *);

/* The MAC address by which an address that is alive is reached, or 0. */
uint64_t neigh_mac_of(const struct net_rt *, uint32_t slot);

/* Whether what members say of themselves makes them owners of the address. */
bool neigh_learns(const struct neigh *, const uint8_t *address6);
bool neigh_learns_at(const struct net_rt *, uint32_t slot);

/* Whether the slot is an end of an IPv4 prefix that has such: no host's. */
bool neigh_is_end(const struct net_rt *, uint32_t slot);

/* Whether an IPv6 address is in a prefix of the LAN, or link-local. */
bool neigh_is_in6(const struct config_lan *, const uint8_t *address);

/*
 * Whether the sponge of the LAN is for an IPv6 address, with a slot or without:
 * it is in a prefix, or link-local where these are sponged.
 */
bool neigh_is_for6(const struct fabric *, const struct lan_rt *,
		   const uint8_t *address);

/* neigh_log.c */

/* A line for the operator, behind "lan NAME: "; 'quiet': for its log alone. */
void neigh_log(struct fabric *, struct lan_rt *, enum drop_level, bool quiet,
	       const char *fmt, ...) __attribute__((format(printf, 5, 6)));
/* The same, of a thing that may happen often. */
void neigh_log_limited(struct fabric *, struct lan_rt *, enum neigh_limit,
		       const char *fmt, ...)
	__attribute__((format(printf, 4, 5)));
/* What the log holds back and is due; with 'all', due or not. */
void neigh_log_held(struct fabric *, struct lan_rt *, bool all);
/* What the sponge of a net says. */
void neigh_log_sponge(struct net_rt *, const struct sponge_notice *);

/* neigh_frames.c: what the fabric sends.  False: there was no room. */

/* A question for the address, to its owner where only he is to be asked. */
bool neigh_send_probe(struct net_rt *, uint32_t slot);
/* The same to a port, from nobody, so that no cache changes (RFC 5227, 2.1). */
bool neigh_send_refresh(struct net_rt *, uint32_t slot, uint16_t port);
bool neigh_send_gratuitous(struct net_rt *, uint32_t slot);
/* The answer to a question: 'mac' has the address. */
bool neigh_send_answer(struct net_rt *, uint32_t slot, const struct punt *,
		       uint64_t mac, unsigned int na_flags);
/* ... that is the fabric's own. */
bool neigh_send_own(struct fabric *, struct lan_rt *, const struct punt *);
/* Tells 'to' at a port, MAC address 'to_mac', who has the address now. */
bool neigh_send_updates(struct net_rt *, uint32_t slot, uint64_t mac,
			const union punt_address *to, uint64_t to_mac,
			uint16_t port);

/*
 * neigh_watch.c: the ports whose data workers are to listen to, PORT_WATCHED,
 * because an address may speak there whose sign of life matters.
 */

/* An address is awaited now, or no more. */
void neigh_watch(struct net_rt *, uint32_t slot, bool awaited);
/* The sponge of the net is another, or none. */
void neigh_watch_none(struct net_rt *);
/* The owner of an address, or its state, is another: where it is awaited. */
void neigh_watch_move(struct net_rt *, uint32_t slot);

/* neigh_owner.c: who has an address. */

/* Leaves the state of an address where workers find it. */
void neigh_publish(struct net_rt *, uint32_t slot);
void neigh_publish_all(struct net_rt *);

/* Takes note of whether it was heard, and how willingly it makes way then. */
void neigh_refresh6(struct net_rt *, uint32_t slot);

/* Makes it known to workers who has an address: see neightab_owner(). */
void neigh_own(struct net_rt *, uint32_t slot, uint64_t owner);

/*
 * An address was heard from 'mac' on a port; 'says': in ARP or ND, of itself,
 * rather than as the source of a packet.
 */
void neigh_seen(struct net_rt *, uint32_t slot, uint64_t mac, struct port_rt *,
		bool says);

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
/* Whether the sponge is for it, and its beginning there. */
bool neigh_sponges6(const struct net_rt *, const uint8_t *address);
void neigh_begin6(struct net_rt *, uint32_t slot, bool permanent);

/*
 * By which MAC address and, unless the configuration says it, at which port an
 * address is: all is forgotten, also that it is a duplicate.
 */
void neigh_forget_mac(struct net_rt *, uint32_t slot);

/* neigh_sponge.c: the sponge of a net. */

/* The calls of the sponge. */
extern const struct sponge_ops neigh_sponge_ops;

/* Gives new sponges their addresses: not before there is a time. */
void neigh_start(struct fabric *);

/* Gives the sponge of a net the parameters of its LAN. */
void neigh_set_params(struct net_rt *);

/* Other parameters for all sponges of a LAN, at once. */
void neigh_set_values(struct lan_rt *, const struct sponge_values *);

/*
 * neigh_inherit.c: what was known of the addresses of a net that is no longer
 * wanted goes over to the nets that have them now, before these are bound.
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
