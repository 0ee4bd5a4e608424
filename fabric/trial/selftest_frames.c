/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * One frame, or several, for each reason.  Each is fair in all but what its
 * reason is about, so that no other check speaks first; where the rules of the
 * port let another one do so, or leave the reason without an object, the maker
 * says so.  The table at the end has every reason of drop_list.h, and the lint
 * drops.sh sees to it.
 */
#include "fabric/trial/selftest_frames.h"

#include <string.h>

#include "fabric/config/config.h"
#include "lib/arp.h"
#include "lib/frame.h"
#include "lib/ipv4.h"
#include "lib/ipv6.h"
#include "lib/mac.h"
#include "lib/mld.h"
#include "lib/nd.h"

#define STAGE const struct selftest_stage *s
#define TRY   struct selftest_try *t

enum proto {
	ICMP = 1,
	TCP = 6,
	UDP = 17,
	OSPF = 89,
};

#define LACP    UINT64_C(0x0180c2000002)
#define LLDP    UINT64_C(0x0180c200000e)
#define MVRP    UINT64_C(0x0180c2000021)
#define BPDU    UINT64_C(0x0180c2000000)
#define PVST    UINT64_C(0x01000ccccccd)
#define CDP     UINT64_C(0x01000ccccccc)
#define OSPF4   UINT64_C(0x01005e000005)
#define NOBODYS UINT64_C(0x030000000001) /* a group of our own */
#define MDNS6   UINT64_C(0x3333000000fb)
#define NODES   UINT64_C(0x333300000001)
#define ROUTERS UINT64_C(0x333300000002)
#define MLDV2   UINT64_C(0x333300000016)

static const uint8_t all_nodes[16] = { 0xff, 2, [15] = 1 };
static const uint8_t all_routers[16] = { 0xff, 2, [15] = 2 };
static const uint8_t all_mldv2[16] = { 0xff, 2, [15] = 0x16 };
static const uint8_t mdns6[16] = { 0xff, 2, [15] = 0xfb };
static const uint8_t neighbour6[16] = { 0xfe, 0x80, [15] = 1 };

static bool
has(STAGE, enum drop why)
{
	return drop_set_has(&s->port->checks, why);
}

/* Whether the check comes first and drops, and does not only count. */
static bool
refuses(STAGE, enum drop why)
{
	return has(s, why) && !drop_set_has(&s->port->logs, why);
}

/* Whether the port is the one of its device that untagged frames are for. */
static bool
is_owner(STAGE)
{
	return s->device->owner == s->port;
}

/* Frames of a kind, fair as they are. */

static const char *const no_source = "no MAC address is registered for the "
				     "port, and none is known";

static uint64_t
source(STAGE)
{
	return s->valid != 0 ? s->valid : s->unknown;
}

/* A frame from the port's own address, if it has one. */
static const char *
begin(STAGE, TRY, uint64_t dst, uint16_t type)
{
	compose_ether(&t->frame, dst, source(s), type);
	return s->valid != 0 ? NULL : no_source;
}

static const char *
begin_any(TRY, uint64_t dst, uint64_t src, uint16_t type)
{
	compose_ether(&t->frame, dst, src, type);
	compose_pad(&t->frame);
	return NULL;
}

/* IPv4 with the first octets of its upper header, to one address. */
static const char *
packet4(STAGE, TRY, uint8_t proto, uint8_t ttl, uint32_t src, uint32_t dst,
	const char upper[8])
{
	const char *why = begin(s, t, s->to, FRAME_IPV4);

	compose_ipv4(&t->frame, proto, ttl, src, dst, 20);
	compose_put(&t->frame, upper, 8);
	compose_put(&t->frame, NULL, 12);
	compose_pad(&t->frame);
	return why;
}

static const char https[8] = { (char)0x9c, 0x40, 1, (char)0xbb };
static const char bgp[8] = { (char)0x9c, 0x40, 0, (char)179 };

static const char *
transit4(STAGE, TRY)
{
	return packet4(s, t, TCP, 64, s->outside4, s->outside4 + 1, https);
}

/* IPv6 with 'n' octets of payload, to 'mac'. */
static const char *
packet6(STAGE, TRY, uint64_t mac, uint8_t next, uint8_t hops,
	const uint8_t *src, const uint8_t *dst, const void *payload, uint16_t n)
{
	const char *why = begin(s, t, mac, FRAME_IPV6);

	compose_ipv6(&t->frame, next, hops, src, dst, n);
	compose_put(&t->frame, payload, n);
	compose_pad(&t->frame);
	return why;
}

static const char *
tcp6(STAGE, TRY, const uint8_t *src, const uint8_t *dst, const char ports[8])
{
	uint8_t header[20] = { [12] = 0x50 };

	memcpy(header, ports, 4);
	return packet6(s, t, s->to, TCP, 64, src, dst, header, sizeof(header));
}

/* ARP, fair in all that is not given. */
struct say_arp {
	uint64_t dst; /* 0: everybody */
	uint64_t sha; /* 0: the sender of the frame */
	uint32_t spa, tpa;
	uint16_t op;
};

static const char *
arp(STAGE, TRY, struct say_arp a)
{
	const char *why =
		begin(s, t, a.dst != 0 ? a.dst : MAC_BROADCAST, FRAME_ARP);

	compose_arp(&t->frame, a.op != 0 ? a.op : ARP_REQUEST,
		    a.sha != 0 ? a.sha : source(s), a.spa, 0,
		    a.tpa != 0 ? a.tpa : s->inside4);
	compose_pad(&t->frame);
	return why;
}

/* Neighbour discovery, fair in all that is not given. */
struct say_nd {
	uint64_t mac;         /* 0: that of the group the kind goes to */
	const uint8_t *src;   /* NULL: link-local */
	const uint8_t *dst;   /* NULL: the group */
	const uint8_t *about; /* NULL: the neighbour asked for, or the sender */
	uint64_t lladdr;      /* 0: the sender of the frame */
	uint8_t type;         /* 0: a solicitation */
	uint8_t code;
	uint8_t hops;   /* 0: 255 */
	uint8_t option; /* 0: the link-layer address */
	bool fragment;
};

/* The extension header of a fragment that is all there is (RFC 6946). */
static const uint8_t atomic[8] = { IPV6_ICMP };

#define ND_SIZE 32 /* a target and an address */

/* The message; the header of its packet is at 'ip'. */
static void
nd_message(STAGE, TRY, const struct say_nd *n, uint8_t type,
	   const uint8_t *about, const uint8_t *ip)
{
	uint64_t lladdr = n->lladdr != 0 ? n->lladdr : source(s);
	uint8_t *p = compose_put(&t->frame, NULL, ND_SIZE);

	p[0] = type;
	p[1] = n->code;
	memcpy(p + 8, about, 16);
	p[24] = n->option != 0 ? n->option : type == ND_NA ? 2 : 1;
	p[25] = 1;
	for (unsigned int i = 0; i < 6; i++)
		p[26 + i] = (uint8_t)(lladdr >> (40 - 8 * i));
	compose_icmp6_sum(&t->frame, ip, ND_SIZE);
}

static const char *
nd(STAGE, TRY, struct say_nd n)
{
	uint8_t type = n.type != 0 ? n.type : ND_NS;
	const uint8_t *about = n.about != NULL ? n.about
			       : type == ND_NA ? s->link6
					       : neighbour6;
	uint8_t group[16] = { 0xff, 2, [11] = 1, [12] = 0xff };
	uint8_t next = n.fragment ? IPV6_FRAGMENT : IPV6_ICMP;
	uint16_t extra = n.fragment ? sizeof(atomic) : 0;
	const char *why;
	uint8_t *ip;

	memcpy(group + 13, about + 13, 3);
	if (type == ND_NA)
		memcpy(group, all_nodes, sizeof(group));
	why = begin(s, t, n.mac != 0 ? n.mac : ipv6_group_mac(group),
		    FRAME_IPV6);
	ip = compose_ipv6(&t->frame, next, n.hops != 0 ? n.hops : ND_HOP_LIMIT,
			  n.src != NULL ? n.src : s->link6,
			  n.dst != NULL ? n.dst : group, ND_SIZE + extra);
	compose_put(&t->frame, atomic, extra);
	nd_message(s, t, &n, type, about, ip);
	return why;
}

/* MLD, version 1 or 2 by its length, as RFC 3810 wants it but for 'hops'. */
static const char *
mld(STAGE, TRY, uint8_t type, uint64_t mac, const uint8_t *dst, uint8_t hops,
    const void *body, uint16_t n)
{
	static const uint8_t alert[8] = { IPV6_ICMP, 0, 5, 2, 0, 0, 1, 0 };
	const char *why = begin(s, t, mac, FRAME_IPV6);
	uint8_t *ip = compose_ipv6(&t->frame, IPV6_HOP_BY_HOP, hops, s->link6,
				   dst, (uint16_t)(sizeof(alert) + 4 + n));
	uint8_t *p;

	compose_put(&t->frame, alert, sizeof(alert));
	p = compose_put(&t->frame, NULL, 4);
	p[0] = type;
	compose_put(&t->frame, body, n);
	compose_icmp6_sum(&t->frame, ip, 4u + n);
	return why;
}

/* The port and its frames. */

static const char *
port_disabled(STAGE, TRY)
{
	transit4(s, t);
	return s->c->status == CONFIG_DISABLED || s->blocked
		       ? NULL
		       : "the port is neither disabled nor blocked";
}

static const char *const of_owner = "it counts for the port that has the "
				    "device";

static const char *
rx_error(STAGE, TRY)
{
	transit4(s, t);
	t->bad = true;
	return is_owner(s) ? NULL : of_owner;
}

static const char *
runt(STAGE, TRY)
{
	compose_ether(&t->frame, s->to, source(s), FRAME_IPV4);
	t->frame.size = FRAME_HEADER - 1;
	t->tagged = true;
	return is_owner(s) ? NULL : of_owner;
}

static const char *
oversize(STAGE, TRY)
{
	transit4(s, t);
	t->len = FRAME_HEADER + (s->port->tag != 0 ? FRAME_TAG : 0) +
		 (uint32_t)s->port->max_payload + 1;
	return s->port->max_payload < UINT16_MAX ? NULL : "the port has no MTU";
}

static const char *
smac_multicast(STAGE, TRY)
{
	return begin_any(t, s->to, NOBODYS, FRAME_IPV4);
}

static const char *
smac_zero(STAGE, TRY)
{
	return begin_any(t, s->to, 0, FRAME_IPV4);
}

static const char *
smac_eq_dmac(STAGE, TRY)
{
	return begin_any(t, source(s), source(s), FRAME_IPV4);
}

static const char *const no_sponge = "the fabric has no address on the LAN";

static const char *
mac_own(STAGE, TRY)
{
	begin_any(t, s->to, s->port->own_mac, FRAME_IPV4);
	return s->port->own_mac != 0 ? NULL : no_sponge;
}

static const char *
untagged_not_allowed(STAGE, TRY)
{
	transit4(s, t);
	return s->lan == NULL ? NULL
			      : "the port takes frames without a tag, "
				"or they are another's";
}

static const char *
tag_not_allowed(STAGE, TRY)
{
	transit4(s, t);
	compose_tag(&t->frame, FRAME_STAG, 7);
	t->tagged = true;
	if (!is_owner(s))
		return of_owner;
	return s->device->tagged != NULL || s->port->flags & PORT_IXP
		       ? NULL
		       : "tags pass as they are";
}

static const char *
vlan_unknown(STAGE, TRY)
{
	uint16_t vid = 1;

	if (!is_owner(s))
		return of_owner;
	if (s->device->tagged == NULL)
		return "no port of the device has a tag";
	while (vid < 4095 && s->device->tagged[vid] != NULL)
		vid++;
	if (vid == 4095)
		return "every tag is somebody's";
	transit4(s, t);
	compose_tag(&t->frame, FRAME_CTAG, vid);
	t->tagged = true;
	return NULL;
}

static const char *
double_tag(STAGE, TRY)
{
	transit4(s, t);
	compose_tag(&t->frame, FRAME_STAG, 7);
	compose_tag(&t->frame, FRAME_CTAG, s->port->tag);
	t->tagged = true;
	return s->port->tag != 0 || s->port->flags & PORT_PRIO_TAG
		       ? NULL
		       : "the port takes no tag";
}

/* Link protocols. */

static const char *
lacp(STAGE, TRY)
{
	compose_ether(&t->frame, LACP, source(s), FRAME_SLOW);
	compose_put(&t->frame, "\1\1", 2);
	compose_pad(&t->frame);
	return NULL;
}

static const char *
bpdu(STAGE, TRY)
{
	compose_ether(&t->frame, BPDU, source(s), 38);
	compose_put(&t->frame, "\x42\x42\3", 3);
	compose_pad(&t->frame);
	return NULL;
}

static const char *
pvst(STAGE, TRY)
{
	compose_ether(&t->frame, PVST, source(s), 50);
	compose_put(&t->frame, "\xaa\xaa\3\0\0\x0c\1\x0b", 8);
	compose_pad(&t->frame);
	return s->port->flags & PORT_IXP ? NULL
					 : "it is refused by exchanges only";
}

static const char *
lldp(STAGE, TRY)
{
	return begin_any(t, LLDP, source(s), FRAME_LLDP);
}

static const char *
mvrp(STAGE, TRY)
{
	return begin_any(t, MVRP, source(s), 0x88f5);
}

static const char *
cdp(STAGE, TRY)
{
	compose_ether(&t->frame, CDP, source(s), 50);
	compose_put(&t->frame, "\xaa\xaa\3\0\0\x0c\x20\0", 8);
	compose_pad(&t->frame);
	return NULL;
}

static const char *
keepalive(STAGE, TRY)
{
	return begin_any(t, s->to, source(s), FRAME_LOOPBACK);
}

/* MAC addresses and types. */

static const char *
mac_lock(STAGE, TRY)
{
	transit4(s, t);
	compose_ether(&t->frame, s->to, s->unknown, FRAME_IPV4);
	compose_pad(&t->frame);
	return config_mac_locked(s->config, s->c)
		       ? NULL
		       : "the port is not locked to addresses";
}

static const char *
mac_limit(STAGE, TRY)
{
	begin_any(t, s->to, s->unknown, FRAME_IPV4);
	if (!(s->port->flags & PORT_LEARNS))
		return "the port learns no addresses";
	if (!(s->state & PORT_FULL))
		return "the port has learned less than it may";
	return s->port->flags & PORT_LOCKS && refuses(s, DROP_mac_lock)
		       ? "mac_lock refuses such frames first"
		       : NULL;
}

static const char *
mac_conflict(STAGE, TRY)
{
	begin_any(t, s->to == s->alien ? s->unknown : s->to, s->alien,
		  FRAME_IPV4);
	if (s->alien == 0)
		return "no address is known on another port";
	if (s->port->flags & PORT_LOCKS && refuses(s, DROP_mac_lock))
		return "mac_lock refuses such frames first";
	return s->port->flags & PORT_LEARNS && s->state & PORT_FULL &&
			       refuses(s, DROP_mac_limit)
		       ? "mac_limit refuses such frames first"
		       : NULL;
}

static const char *
llc(STAGE, TRY)
{
	const char *why = begin(s, t, s->to, 46);

	compose_put(&t->frame, "\xe0\xe0\3", 3); /* IPX */
	compose_pad(&t->frame);
	return why;
}

static const char *
ipx(STAGE, TRY)
{
	const char *why = begin(s, t, s->to, 0x8137);

	compose_pad(&t->frame);
	return why;
}

/* The frame that is there, to somebody else. */
static void
redirect(TRY, uint64_t dst)
{
	struct compose c;

	compose_ether(&c, dst, 0, 0);
	memcpy(t->frame.octet, c.octet, 6);
}

static const char *
bcast_not_arp(STAGE, TRY)
{
	const char *why = packet4(s, t, UDP, 64, s->outside4, UINT32_MAX,
				  "\x02\x08\x02\x08\0\x14\0");

	redirect(t, MAC_BROADCAST);
	return why;
}

static const char *
ipv4_mcast(STAGE, TRY)
{
	const char *why = packet4(s, t, OSPF, 1, s->outside4, 0xe0000005,
				  "\2\1\0\x2c\0\0\0");

	redirect(t, OSPF4);
	return why;
}

static const char *
l2_mcast_other(STAGE, TRY)
{
	const char *why = transit4(s, t);

	redirect(t, NOBODYS);
	return why;
}

/* ARP. */

/*
 * ARP that goes to all: who has an address, or, where that is not sent on, a
 * question for one.
 */
static const char *
to_all(STAGE, TRY, uint32_t spa)
{
	bool news = s->lan != NULL && s->lan->garp == GARP_ALLOW;
	const char *why = arp(s, t,
			      (struct say_arp){
				      .spa = spa,
				      .tpa = news ? s->valid4 : s->inside4,
			      });

	return !news && s->lan != NULL && s->lan->drops_unknown_targets
		       ? "no broadcast is sent on"
		       : why;
}

static const char *
arp_malformed(STAGE, TRY)
{
	return arp(s, t, (struct say_arp){ .op = 3 });
}

static const char *
arp_sha_mismatch(STAGE, TRY)
{
	return arp(s, t, (struct say_arp){ .sha = s->unknown });
}

static const char *const no_alien4 = "no IPv4 address is known that is not the "
				     "port's";

static const char *
arp_spa_spoof(STAGE, TRY)
{
	const char *why = arp(s, t, (struct say_arp){ .spa = s->alien4 });

	return s->alien4 != 0 ? why : no_alien4;
}

static const char *const no_net4 = "the LAN has no IPv4 prefix";

static const char *
arp_off_net(STAGE, TRY)
{
	const char *why = arp(s, t, (struct say_arp){ .tpa = s->outside4 });

	if (s->lan->nnets4 == 0)
		return no_net4;
	return s->outside4 != 0 ? why : "the LAN has all addresses";
}

/* The first prefix that has a network and a broadcast address, or NULL. */
static const struct net4 *
net_with_ends(STAGE)
{
	for (unsigned int i = 0; i < s->lan->nnets4; i++)
		if (~s->lan->net4[i].mask > 1)
			return &s->lan->net4[i];
	return NULL;
}

/* A question to one: those to all may be for the sponge to answer. */
static const char *
arp_net(STAGE, TRY)
{
	const struct net4 *net = net_with_ends(s);

	if (net == NULL)
		return no_net4;
	return arp(s, t, (struct say_arp){ .dst = s->to, .tpa = net->net });
}

static const char *
arp_bcast(STAGE, TRY)
{
	const struct net4 *net = net_with_ends(s);

	if (net == NULL)
		return no_net4;
	return arp(
		s, t,
		(struct say_arp){ .dst = s->to, .tpa = net->net | ~net->mask });
}

static const char *
arp_reply_bcast(STAGE, TRY)
{
	t->over = 1 << METER_ARP_REPLY;
	return arp(s, t, (struct say_arp){ .op = ARP_REPLY });
}

static const char *
arp_rate(STAGE, TRY)
{
	t->over = 1 << METER_ARP;
	return arp(s, t, (struct say_arp){ 0 });
}

static const char *
arp_rate_one(STAGE, TRY)
{
	t->over = 1 << METER_ARP_ONE;
	return arp(s, t, (struct say_arp){ .dst = s->to, .op = ARP_REPLY });
}

/* Neighbour discovery. */

static const char *
mdns(STAGE, TRY)
{
	static const uint8_t udp[8] = { 0x14, 0xe9, 0x14, 0xe9, 0, 8 };

	return packet6(s, t, MDNS6, UDP, 255, s->link6, mdns6, udp,
		       sizeof(udp));
}

static const char *
nd_rs(STAGE, TRY)
{
	static const uint8_t rs[8] = { ND_RS };
	const char *why = packet6(s, t, ROUTERS, IPV6_ICMP, 255, s->link6,
				  all_routers, rs, sizeof(rs));

	return why;
}

static const uint8_t advertisement[16] = { ND_RA, 0, 0, 0, 64, 0, 7, 8 };

static const char *
nd_ra(STAGE, TRY)
{
	return packet6(s, t, NODES, IPV6_ICMP, 255, s->link6, all_nodes,
		       advertisement, sizeof(advertisement));
}

/* Behind three extension headers, and to one address. */
static const char *
nd_ra_hidden(STAGE, TRY)
{
	static const uint8_t pad[24] = {
		[0] = IPV6_DESTINATION, [2] = 1,  [3] = 4,
		[8] = IPV6_DESTINATION, [10] = 1, [11] = 4,
		[16] = IPV6_ICMP,       [18] = 1, [19] = 4,
	};
	uint8_t payload[sizeof(pad) + sizeof(advertisement)];

	memcpy(payload, pad, sizeof(pad));
	memcpy(payload + sizeof(pad), advertisement, sizeof(advertisement));
	return packet6(s, t, s->to, IPV6_DESTINATION, 255, s->link6, neighbour6,
		       payload, sizeof(payload));
}

static const char *
nd_redirect(STAGE, TRY)
{
	uint8_t message[40] = { ND_REDIRECT };

	memcpy(message + 8, s->outside6, 16);
	memcpy(message + 24, s->outside6, 16);
	return packet6(s, t, s->to, IPV6_ICMP, 255, s->link6, neighbour6,
		       message, sizeof(message));
}

static const char *
nd_hoplimit(STAGE, TRY)
{
	return nd(s, t, (struct say_nd){ .hops = 64 });
}

static const char *
nd_malformed(STAGE, TRY)
{
	return nd(s, t, (struct say_nd){ .code = 1 });
}

static const char *
nd_fragment(STAGE, TRY)
{
	return nd(s, t, (struct say_nd){ .fragment = true });
}

static const char *
nd_lladdr(STAGE, TRY)
{
	return nd(s, t, (struct say_nd){ .lladdr = s->unknown });
}

static const char *const no_alien6 = "no IPv6 address is known that is not the "
				     "port's";

static const char *
nd_src_spoof(STAGE, TRY)
{
	const char *why = nd(s, t, (struct say_nd){ .src = s->alien6 });

	return ipv6_is_unspecified(s->alien6) ? no_alien6 : why;
}

static const char *
nd_target_spoof(STAGE, TRY)
{
	const char *why =
		nd(s, t, (struct say_nd){ .about = s->alien6, .type = ND_NA });

	return ipv6_is_unspecified(s->alien6) ? no_alien6 : why;
}

static const char *
nd_off_net(STAGE, TRY)
{
	const char *why = nd(s, t, (struct say_nd){ .about = s->outside6 });

	if (s->lan->nnets6 == 0)
		return "the LAN has no IPv6 prefix";
	return ipv6_is_unspecified(s->outside6) ? "the LAN has all addresses"
						: why;
}

static const char *
mld_query(STAGE, TRY)
{
	return mld(s, t, MLD_QUERY, NODES, all_nodes, 1, NULL, 20);
}

/* Where reports may be sent, one that is not as it must be. */
static const char *
mld_report(STAGE, TRY)
{
	static const uint8_t record[24] = { 0,    0, 0,        1,    4, 0, 0, 0,
					    0xff, 2, [19] = 1, 0xff, 0, 0, 9 };
	uint8_t hops = s->port->flags & PORT_MLD ? 64 : 1;

	return mld(s, t, MLD_REPORT_V2, MLDV2, all_mldv2, hops, record,
		   sizeof(record));
}

static const char *
nd_rate(STAGE, TRY)
{
	t->over = 1 << METER_ND;
	return nd(s, t, (struct say_nd){ 0 });
}

static const char *
nd_rate_one(STAGE, TRY)
{
	t->over = 1 << METER_ND_ONE;
	return nd(s, t, (struct say_nd){ .mac = s->to, .dst = neighbour6 });
}

/* IP. */

static const char *
sponge_stray(STAGE, TRY)
{
	const char *why = transit4(s, t);

	redirect(t, s->port->own_mac);
	return s->port->own_mac != 0 ? why : no_sponge;
}

static const char *
ip_header4(STAGE, TRY)
{
	const char *why = transit4(s, t);

	t->frame.octet[FRAME_HEADER] = 0x55;
	return why;
}

static const char *
ip_header6(STAGE, TRY)
{
	const char *why = tcp6(s, t, s->outside6, s->outside6, https);

	t->frame.octet[FRAME_HEADER] = 0x40;
	return why;
}

static const char *
ip4_spoof(STAGE, TRY)
{
	const char *why = packet4(s, t, TCP, 64, s->alien4, s->outside4, https);

	return s->alien4 != 0 ? why : no_alien4;
}

static const char *
ip6_spoof(STAGE, TRY)
{
	const char *why = tcp6(s, t, s->alien6, s->outside6, https);

	return ipv6_is_unspecified(s->alien6) || ipv6_is_link_local(s->alien6)
		       ? "no IPv6 address of the LAN is known that is not the "
			 "port's"
		       : why;
}

static const char *
ip4_directed_bcast(STAGE, TRY)
{
	return packet4(s, t, UDP, 64, s->outside4, UINT32_MAX,
		       "\x02\x08\x02\x08\0\x14\0");
}

static const char *
icmp_redirect(STAGE, TRY)
{
	return packet4(s, t, ICMP, 64, s->outside4, s->outside4 + 1,
		       "\5\1\0\0\0\0\0");
}

static const char *
igp4(STAGE, TRY)
{
	return packet4(s, t, OSPF, 1, s->outside4, s->outside4 + 1,
		       "\2\1\0\x2c\0\0\0");
}

static const char *
igp6(STAGE, TRY)
{
	static const uint8_t hello[16] = { 3, 1 };

	return packet6(s, t, s->to, OSPF, 1, s->outside6, s->outside6, hello,
		       sizeof(hello));
}

static const char *
dhcp4(STAGE, TRY)
{
	const char *why = packet4(s, t, UDP, 64, s->outside4, s->inside4,
				  "\0\x44\0\x43\0\x14\0");

	return s->lan->nnets4 != 0 ? why : no_net4;
}

static const char *
dhcp6(STAGE, TRY)
{
	static const uint8_t udp[12] = { 2, 0x22, 2, 0x23, 0, 12, 0, 0, 1 };

	return packet6(s, t, s->to, UDP, 64, s->link6, neighbour6, udp,
		       sizeof(udp));
}

static const char *const not_culled = "the port is not culled";

static const char *
bgp4(STAGE, TRY)
{
	const char *why = packet4(s, t, TCP, 1, s->valid4, s->inside4, bgp);

	if (!s->culled)
		return not_culled;
	if (s->lan->nnets4 == 0)
		return no_net4;
	return s->valid4 != 0 ? why
			      : "no IPv4 address is known that the port "
				"may use";
}

static const char *
bgp6(STAGE, TRY)
{
	const char *why = tcp6(s, t, s->link6, neighbour6, bgp);

	return s->culled ? why : not_culled;
}

/* Limits. */

/* Whether the configuration wants a limit. */
static bool
is_wanted(STAGE, enum meter_kind kind)
{
	const struct config_rate rate[METERS] = {
		[METER_BCAST] =
			config_storm(s->config, s->c, CONFIG_STORM_BCAST),
		[METER_MCAST] =
			config_storm(s->config, s->c, CONFIG_STORM_MCAST),
		[METER_UUCAST] =
			config_storm(s->config, s->c, CONFIG_STORM_UUCAST),
		[METER_IN] = s->c->rate_in,
		[METER_OUT] = s->c->rate_out,
	};

	return rate[kind].unit != CONFIG_RATE_OFF;
}

static const char *
limited(STAGE, TRY, enum meter_kind kind, const char *why)
{
	t->over = (uint16_t)(1 << kind);
	return is_wanted(s, kind) ? why : "no limit is set";
}

static const char *
police_port(STAGE, TRY)
{
	return limited(s, t, METER_IN, transit4(s, t));
}

static const char *
gratuitous(STAGE, TRY, enum garp garp)
{
	const char *why = arp(
		s, t, (struct say_arp){ .spa = s->valid4, .tpa = s->valid4 });

	if (s->lan == NULL || s->lan->garp != garp)
		return "garp does not say so";
	return s->valid4 != 0 ? why : "no IPv4 address of the port is known";
}

static const char *
garp(STAGE, TRY)
{
	return gratuitous(s, t, GARP_DROP);
}

static const char *
garp_suppressed(STAGE, TRY)
{
	return gratuitous(s, t, GARP_SUPPRESS);
}

static const char *
unknown_arp(STAGE, TRY)
{
	const char *why = arp(s, t, (struct say_arp){ 0 });

	if (s->lan == NULL || !s->lan->neigh_stage ||
	    !s->lan->drops_unknown_targets)
		return "the LAN floods questions for unknown addresses";
	for (unsigned int i = 0; i < s->lan->nbound4; i++)
		if (s->lan->bound4[i].address == s->inside4)
			return "every address of the LAN is known";
	return why;
}

/* With an option that no RFC has given a meaning. */
static const char *
nd_unknown_opts(STAGE, TRY)
{
	const char *why = nd(s, t, (struct say_nd){ .option = 253 });

	return s->lan != NULL && s->lan->proxies && !s->lan->nd_options_pass
		       ? why
		       : "the fabric answers for nobody";
}

static const char *
storm_bcast(STAGE, TRY)
{
	return limited(s, t, METER_BCAST, to_all(s, t, 0));
}

static const char *
storm_mcast(STAGE, TRY)
{
	return limited(s, t, METER_MCAST, nd(s, t, (struct say_nd){ 0 }));
}

static const char *
storm_uucast(STAGE, TRY)
{
	const char *why = transit4(s, t);

	redirect(t, s->unknown);
	if (!s->lan->floods_unknown)
		return "the LAN does not flood what is for unknown addresses";
	return limited(s, t, METER_UUCAST, why);
}

/* Where frames go. */

static const char *
unknown_unicast(STAGE, TRY)
{
	const char *why = transit4(s, t);

	redirect(t, s->unknown);
	return s->lan->floods_unknown
		       ? "the LAN floods what is for unknown addresses"
		       : why;
}

static const char *
hairpin(STAGE, TRY)
{
	const char *why = transit4(s, t);

	redirect(t, s->own != s->valid ? s->own : s->own_too);
	if (s->own == 0)
		return "no address is known on the port";
	if (s->own != s->valid || s->own_too != 0)
		return why;
	redirect(t, s->own);
	return refuses(s, DROP_smac_eq_dmac)
		       ? "the port has one address, and smac_eq_dmac refuses a "
			 "frame to its own sender first"
		       : why;
}

/* An address that the LAN knows on a port that is up, or 0. */
static uint64_t
address_on(STAGE, const struct port *p)
{
	struct mactab_entry e;

	if (p == s->port || p->flags & PORT_DISABLED ||
	    !view_port_is_up(s->view, p->id))
		return 0;
	for (unsigned int i = 0; i < p->nmacs; i++)
		if (mactab_get(s->lan->macs, p->mac[i], &e) && e.port == p->id)
			return p->mac[i];
	return 0;
}

/* To the first port that 'is_meant', if one of them has an address. */
static const char *
to_some(STAGE, TRY, bool (*is_meant)(STAGE, const struct port *),
	const char *nobody)
{
	const char *why = transit4(s, t);

	for (unsigned int i = 0; i < s->lan->nmembers; i++) {
		const struct port *p = s->lan->member[i];
		uint64_t mac = is_meant(s, p) ? address_on(s, p) : 0;

		if (mac == 0)
			continue;
		redirect(t, mac);
		return why;
	}
	return nobody;
}

static bool
is_kept_apart(STAGE, const struct port *p)
{
	uint32_t in = s->port->flags, out = p->flags;

	return (in & PORT_QUARANTINE && !(out & PORT_MONITOR)) ||
	       (out & PORT_QUARANTINE && !(in & PORT_MONITOR));
}

static const char *
quarantine_isolated(STAGE, TRY)
{
	return to_some(s, t, is_kept_apart,
		       "no port with a known address is kept apart from this "
		       "one by a quarantine");
}

static bool
is_of_same_group(STAGE, const struct port *p)
{
	return s->port->isolate != 0 && p->isolate == s->port->isolate &&
	       !is_kept_apart(s, p);
}

static const char *
isolated(STAGE, TRY)
{
	return to_some(s, t, is_of_same_group,
		       "no other port of its isolation group has a known "
		       "address");
}

/* The way out. */

static const char *
egress_vlan(STAGE, TRY)
{
	t->leaves = true;
	transit4(s, t);
	for (uint16_t id = 0; id < PORTS_MAX; id++) {
		const struct port *p = s->view->port[id];

		if (p == NULL || p->lan == NULL || p->lan == s->lan)
			continue;
		t->from = id;
		t->tagged = true;
		if (p->tag != 0)
			compose_tag(&t->frame, FRAME_CTAG, p->tag);
		return NULL;
	}
	return "there is no other LAN with a port";
}

static const char *
egress_ll(STAGE, TRY)
{
	t->leaves = true;
	return lacp(s, t);
}

static const char *
out_bgp4(STAGE, TRY)
{
	t->leaves = true;
	packet4(s, t, TCP, 1, s->inside4, s->inside4, bgp);
	if (!s->culled)
		return not_culled;
	return s->lan->nnets4 != 0 ? NULL : no_net4;
}

static const char *
out_bgp6(STAGE, TRY)
{
	t->leaves = true;
	tcp6(s, t, neighbour6, s->link6, bgp);
	return s->culled ? NULL : not_culled;
}

static const char *
egress_police(STAGE, TRY)
{
	t->leaves = true;
	transit4(s, t);
	return limited(s, t, METER_OUT, NULL);
}

/* What must pass. */

static const char *const no_peer =
	"no other port that it may reach is up, with "
	"a known address";

static const char *
pass_ip(STAGE, TRY)
{
	const char *why = transit4(s, t);

	return s->peer != NULL ? why : no_peer;
}

static const char *
pass_arp(STAGE, TRY)
{
	const char *why = to_all(s, t, s->valid4);

	return s->peer != NULL ? why : no_peer;
}

static const char *
pass_nd(STAGE, TRY)
{
	const char *why = nd(s, t, (struct say_nd){ 0 });

	return s->peer != NULL ? why : no_peer;
}

/* From the peer, and not from the port. */
static const char *
pass_out(STAGE, TRY)
{
	transit4(s, t);
	if (s->peer == NULL)
		return no_peer;
	if (s->own == 0)
		return "no address is known on the port";
	if (!(s->state & PORT_UP))
		return "the link of the port is down";
	compose_ether(&t->frame, s->own, s->to, FRAME_IPV4);
	compose_ipv4(&t->frame, TCP, 64, s->outside4, s->outside4 + 1, 20);
	compose_put(&t->frame, https, sizeof(https));
	compose_put(&t->frame, NULL, 20 - sizeof(https));
	compose_pad(&t->frame);
	if (s->peer->tag != 0)
		compose_tag(&t->frame, FRAME_CTAG, s->peer->tag);
	t->tagged = true;
	t->from = s->peer->id;
	return NULL;
}

#define FRAME(reason, what, make)                                              \
	{                                                                      \
		DROP_##reason, what, make                                      \
	}
/* No frame raises it by itself. */
#define NO_FRAME(reason, why)                                                  \
	{                                                                      \
		DROP_##reason, why, NULL                                       \
	}

/* clang-format off */
const struct selftest_frame selftest_frames[] = {
	FRAME(port_disabled, "any frame", port_disabled),
	FRAME(rx_error, "a frame with a wrong check sequence", rx_error),
	FRAME(runt, "13 octets", runt),
	FRAME(oversize, "one octet more than the MTU", oversize),
	FRAME(smac_multicast, "IPv4 from a group address", smac_multicast),
	FRAME(smac_zero, "IPv4 from 00:00:00:00:00:00", smac_zero),
	FRAME(smac_eq_dmac, "IPv4 to its own sender", smac_eq_dmac),
	FRAME(mac_own, "IPv4 from the address of the fabric", mac_own),
	FRAME(untagged_not_allowed, "IPv4 without a tag", untagged_not_allowed),
	FRAME(tag_not_allowed, "IPv4 in a service tag", tag_not_allowed),
	FRAME(vlan_unknown, "IPv4 in a tag that nobody has", vlan_unknown),
	FRAME(double_tag, "IPv4 in two tags", double_tag),
	FRAME(quarantine_isolated, "IPv4 to a port on the other side of a quarantine", quarantine_isolated),
	FRAME(lacp_unexpected, "LACP", lacp),
	FRAME(stp_bpdu, "a BPDU", bpdu),
	FRAME(stp_bpdu, "a BPDU of PVST+", pvst),
	FRAME(ll_reserved, "LLDP", lldp),
	FRAME(ll_gmrp, "MVRP", mvrp),
	FRAME(vendor_l2, "CDP", cdp),
	FRAME(loop_keepalive, "a loopback keepalive", keepalive),
	FRAME(mac_lock, "IPv4 from an address that nobody has", mac_lock),
	FRAME(mac_limit, "IPv4 from an address that nobody has", mac_limit),
	FRAME(mac_conflict, "IPv4 from an address of another port", mac_conflict),
	FRAME(llc_snap, "IPX in LLC", llc),
	FRAME(ethertype, "IPX", ipx),
	FRAME(bcast_not_arp, "RIP to everybody", bcast_not_arp),
	FRAME(ipv4_mcast, "OSPF to its group", ipv4_mcast),
	FRAME(l2_mcast_other, "IPv4 to a group of no protocol", l2_mcast_other),
	FRAME(arp_malformed, "RARP", arp_malformed),
	FRAME(arp_sha_mismatch, "ARP of another sender", arp_sha_mismatch),
	FRAME(arp_spa_spoof, "ARP from an address that is not the port's", arp_spa_spoof),
	FRAME(arp_off_net, "ARP about an address elsewhere", arp_off_net),
	FRAME(arp_net_bcast, "ARP for the network address", arp_net),
	FRAME(arp_net_bcast, "ARP for the broadcast address", arp_bcast),
	FRAME(arp_reply_bcast, "one ARP reply to all too many", arp_reply_bcast),
	FRAME(arp_rate, "one ARP request too many", arp_rate),
	FRAME(arp_rate, "one ARP reply to one address too many", arp_rate_one),
	FRAME(ipv6_mcast_not_nd, "multicast DNS", mdns),
	FRAME(nd_rs, "a router solicitation", nd_rs),
	FRAME(nd_ra, "a router advertisement", nd_ra),
	FRAME(nd_ra, "a router advertisement behind extension headers", nd_ra_hidden),
	FRAME(nd_redirect, "a redirect", nd_redirect),
	FRAME(nd_hoplimit, "a neighbour solicitation with hop limit 64", nd_hoplimit),
	FRAME(nd_malformed, "a neighbour solicitation with code 1", nd_malformed),
	FRAME(nd_fragment, "a neighbour solicitation as a fragment", nd_fragment),
	FRAME(nd_lladdr_mismatch, "a neighbour solicitation with another's MAC address", nd_lladdr),
	FRAME(nd_src_spoof, "a neighbour solicitation from an address that is not the port's", nd_src_spoof),
	FRAME(nd_target_spoof, "a neighbour advertisement of an address that is not the port's", nd_target_spoof),
	FRAME(nd_off_net, "a neighbour solicitation for an address elsewhere", nd_off_net),
	FRAME(mld_query, "an MLD query", mld_query),
	FRAME(mld, "an MLD report", mld_report),
	FRAME(nd_rate, "one neighbour solicitation too many", nd_rate),
	FRAME(nd_rate, "one neighbour solicitation to one address too many", nd_rate_one),
	FRAME(nd_unknown_opts, "a neighbour solicitation with an unknown option", nd_unknown_opts),
	FRAME(sponge_stray, "IPv4 to the address of the fabric", sponge_stray),
	FRAME(ip_header, "IPv4 of version 5", ip_header4),
	FRAME(ip_header, "IPv6 of version 4", ip_header6),
	FRAME(ip4_spoof, "IPv4 from an address that is not the port's", ip4_spoof),
	FRAME(ip6_spoof, "IPv6 from an address that is not the port's", ip6_spoof),
	FRAME(ip4_directed_bcast, "IPv4 to 255.255.255.255", ip4_directed_bcast),
	FRAME(icmp_redirect, "an ICMP redirect", icmp_redirect),
	FRAME(igp, "OSPF in IPv4, TTL 1", igp4),
	FRAME(igp, "OSPF in IPv6, hop limit 1", igp6),
	FRAME(dhcp, "DHCP", dhcp4),
	FRAME(dhcp, "DHCPv6", dhcp6),
	FRAME(bgp_cull, "BGP in IPv4", bgp4),
	FRAME(bgp_cull, "BGP in IPv6", bgp6),
	NO_FRAME(acl, "the port has no access list"),
	FRAME(police_port, "IPv4, once the rate is used up", police_port),
	FRAME(garp, "gratuitous ARP", garp),
	NO_FRAME(sponge_suppressed, "it takes an address that the fabric answers for"),
	FRAME(garp_suppressed, "gratuitous ARP", garp_suppressed),
	FRAME(unknown_arp, "ARP for an address that nobody has", unknown_arp),
	FRAME(storm_bcast, "an ARP request, once the limit is used up", storm_bcast),
	FRAME(storm_mcast, "a neighbour solicitation, once the limit is used up", storm_mcast),
	FRAME(storm_uucast, "IPv4 to an address that nobody has, once the limit is used up", storm_uucast),
	FRAME(unknown_unicast, "IPv4 to an address that nobody has", unknown_unicast),
	FRAME(hairpin, "IPv4 to an address of the port itself", hairpin),
	FRAME(isolated, "IPv4 to a port of the same isolation group", isolated),
	FRAME(egress_vlan, "IPv4 of another LAN", egress_vlan),
	FRAME(egress_ll, "LACP about to leave", egress_ll),
	FRAME(egress_cull, "BGP in IPv4 about to leave", out_bgp4),
	FRAME(egress_cull, "BGP in IPv6 about to leave", out_bgp6),
	NO_FRAME(egress_acl, "the port has no access list"),
	FRAME(egress_police, "IPv4 about to leave, once the rate is used up", egress_police),
	NO_FRAME(tx_full, "it takes a device that is busy"),
	NO_FRAME(no_mbuf, "it takes a lack of memory"),
	NO_FRAME(tx_down, "it takes a link that goes down"),
	{ DROP_NONE, NULL, NULL },
};
/* clang-format on */

const struct selftest_frame selftest_passes[] = {
	{ DROP_NONE, "IPv4 from the port", pass_ip },
	{ DROP_NONE, "an ARP request from the port", pass_arp },
	{ DROP_NONE, "a neighbour solicitation from the port", pass_nd },
	{ DROP_NONE, "IPv4 to the port", pass_out },
	{ DROP_NONE, NULL, NULL },
};
