/* SPDX-License-Identifier: BSD-3-Clause */
#ifndef IXF_PORT_H
#define IXF_PORT_H

/*
 * A port as workers see it: where one member meets one LAN, with that member's
 * rules.  Part of a view: built once by control, then only read.  What changes
 * while frames flow stands in struct port_shared, which outlives views.
 */

#include <assert.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>

#include "fabric/view/drop.h"
#include "fabric/view/drop_record.h"
#include "fabric/view/egress.h"
#include "fabric/view/meter_kind.h"
#include "lib/acl.h"
#include "lib/counter.h"
#include "lib/credit.h"
#include "lib/mactab.h"
#include "lib/meter.h"

#define PORTS_MAX MACTAB_NO_PORT
#define NO_DEVICE PORTS_MAX /* in the place of an id of a device */

struct lan;
struct mirror_rule;

/* Where a frame can be copied: for captures and for mirrors. */
enum tap_way {
	TAP_RX,   /* received by the port */
	TAP_TX,   /* sent by it */
	TAP_DROP, /* dropped, and charged to it */
	TAP_WAYS
};

enum port_flag {
	PORT_DISABLED = 1 << 0,
	PORT_QUARANTINE = 1 << 1,
	PORT_MONITOR = 1 << 2,
	PORT_IXP = 1 << 3,      /* an ixp profile, not open */
	PORT_LEARNS = 1 << 4,   /* may learn beyond its list: mac_limit > 0 */
	PORT_PRIO_TAG = 1 << 5, /* tag 0 counts as no tag */
	PORT_SHARES = 1 << 6,   /* its device carries tagged ports */
	PORT_LOCKS = 1 << 7, /* may send from the addresses of its list only */
	PORT_AUDITS =
		1 << 8, /* locks, but in mode log: judges known ones too */
	PORT_BOUND4 = 1 << 9,    /* its IPv4 addresses are known */
	PORT_BOUND6 = 1 << 10,   /* its IPv6 addresses, link-local ones apart */
	PORT_BOUND_LL = 1 << 11, /* its link-local addresses are known */
	PORT_MLD = 1 << 12,      /* may send MLD reports */
	PORT_GUARDS = 1 << 13,   /* stage guard has something to do */
	PORT_DEEP = 1 << 14,     /* ... with every IP packet */
	PORT_FILTERS = 1 << 15,  /* what leaves by it meets an ACL or a limit */
	PORT_NEIGH = 1 << 16,    /* its ARP and ND is for stage neigh */
	/* May send nothing: the port of a mirror, or one that hears its LAN. */
	PORT_LISTENS = 1 << 17,
	PORT_LAG = 1 << 18,  /* egress.lag is set */
	PORT_LACP = 1 << 19, /* of a LAG: its LACP is for the fabric */
};

/*
 * Link-local addresses first seen on the port, one for each MAC address; a member
 * can fill the slots of its own ports only.
 */
#define PORT_LLAS 16

struct port_lla {
	_Atomic uint64_t
		mac; /* 0: free; claimed by a worker, freed by control */
	_Atomic uint64_t iid; /* interface id behind fe80::/64; 0: none yet */
};

static_assert(sizeof(struct port_lla) == 16, "two words, written one by one");

/* Shared by the workers and control, for as long as the port exists. */
struct port_shared {
	struct meter meter[METERS]; /* see meter.h */
	/* Of METER_LACP, the part of each link: none can use up that of another. */
	struct meter lacp[LAG_LINKS_MAX];
	struct port_lla lla[PORT_LLAS];
	struct meter lla_looks; /* for a new one at all ports of the LAN */
	struct credits credits; /* answers to the port: guard_credit.c */
	struct port_log log[];  /* of each worker */
};

/*
 * Whether a link-local address was first seen on the port: 'iid' is its interface
 * id in host order, and 0 is that of no host.  Any thread.
 */
static inline bool
port_has_lla(const struct port_shared *s, uint64_t iid)
{
	for (unsigned int i = 0; iid != 0 && i < PORT_LLAS; i++)
		if (atomic_load_explicit(&s->lla[i].iid,
					 memory_order_relaxed) == iid)
			return true;
	return false;
}

/* An ACL of a port, in one direction. */
struct port_acl {
	const struct acl *acl; /* NULL: none */
	struct counter *hits;  /* of each worker 'stride' of them, by rule */
	size_t stride;
};

struct octet_range {
	uint8_t first, last;
};

/*
 * What makes an IP packet worth a look by stage guard.  In network order, so
 * that they are compared as they lie in the packet.
 */
struct port_prefilter {
	uint32_t net4, mask4; /* covers the IPv4 prefixes of the LAN */
	uint64_t net6, mask6; /* the upper half of the IPv6 prefixes */
	uint64_t slow4[4];    /* bit p: protocol p */
	uint64_t slow6[4];    /* bit p: next header p */
	bool passes4;         /* no IPv4 packet is */
	/* Round about TCP and UDP, protocols and next headers of no bit above. */
	struct octet_range quiet4, quiet6;
	uint8_t looks[256]; /* by the value of one octet: enum prefilter_look */
};

/* What an octet of an IP header tells alone: a packet is worth a look, ... */
enum prefilter_look {
	LOOK_SRC4 = 1 << 0, /* if it is the first octet of the source, ... */
	LOOK_DST4 = 1 << 1, /* ... or of the destination, or may be */
	LOOK_PROTO4 = 1 << 2,
	LOOK_ADDR6 = 1 << 3, /* the first octet of either */
	LOOK_NEXT6 = 1 << 4,
};

/*
 * A port that comes to another LAN begins another stay.  Reports of workers name
 * it, so that control does not take what was seen in one LAN for a thing of the
 * next.  The numbers come again: control reads all reports of a view before that is
 * freed, so one still meets no more stays than there are views in use.
 */
#define PORT_STAYS 8 /* a power of two */

struct port {
	uint16_t id;  /* 0 to PORTS_MAX - 1; of the same port in all views */
	uint8_t stay; /* below PORT_STAYS */
	struct egress egress;  /* its frames come with the same tag */
	uint32_t flags;        /* enum port_flag */
	uint16_t isolate;      /* isolation group; 0: none */
	uint16_t max_payload;  /* octets behind the header and the port's tag */
	uint16_t per_packet;   /* bit METER_x: counts frames, not octets */
	const struct lan *lan; /* NULL: only carries tagged ports */
	uint64_t own_mac;      /* of the fabric on its LAN, or 0 */
	struct port_shared *shared;
	struct drop_set checks; /* the checks that are on */
	struct drop_set logs;   /* of them, those that only count */
	struct drop_set trips;  /* refused frames that disable the port */
	struct drop_set
		narrow; /* of checks: about other ports' addresses only */
	unsigned int nmacs;
	const uint64_t *mac; /* its list, the MAC lock */
	struct port_prefilter prefilter;
	struct port_prefilter watched; /* in its place while PORT_WATCHED */
	struct port_acl in, out;
	/* The mirrors that copy its frames, a bit for each number: mirror.h. */
	uint32_t mirrors[TAP_WAYS];
	uint32_t listeners; /* the same of the ports of its LAN that listen */
	const struct mirror_rule *mirror; /* MIRROR_NUMBERS of them */
};

/*
 * What changes about a port from one moment to the next.  Lives beside the
 * views and survives them.  Control writes, workers read, a byte each, relaxed.
 */
enum port_state {
	PORT_UP = 1 << 0,      /* its egress is up, and it is not blocked */
	PORT_FULL = 1 << 1,    /* has learned as much as it may */
	PORT_BLOCKED = 1 << 2, /* by a violation, an operator or damping */
	PORT_CULLED = 1 << 3,  /* no BGP between members (RFC 8327) */
	PORT_WATCHED = 1 << 4, /* control waits for a sign of life of one of
				  its addresses */
};

static_assert(PORT_WATCHED <= UINT8_MAX, "the state of a port is a byte");

/* A port in quarantine and one that is not a monitor do not meet. */
static inline bool
port_quarantine_parts(const struct port *a, const struct port *b)
{
	return (a->flags & PORT_QUARANTINE && !(b->flags & PORT_MONITOR)) ||
	       (b->flags & PORT_QUARANTINE && !(a->flags & PORT_MONITOR));
}

/* What keeps 'in' and 'to', two ports of one LAN, apart. */
static inline enum drop
port_parts(const struct port *in, const struct port *to)
{
	if (__builtin_expect((in->flags | to->flags) & PORT_QUARANTINE, 0) &&
	    port_quarantine_parts(in, to))
		return DROP_quarantine_isolated;
	if (__builtin_expect(to == in, 0))
		return DROP_hairpin;
	if (__builtin_expect(in->isolate != 0, 0) && in->isolate == to->isolate)
		return DROP_isolated;
	return DROP_NONE;
}

#endif
