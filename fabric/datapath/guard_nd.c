/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Guard, the part for neighbour discovery and MLD: ipv6_mcast_not_nd to
 * nd_unknown_opts.
 *
 * An attacker can hide a message behind extension headers or in fragments
 * (RFC 7113).  So the type of a packet is found by following its headers to the
 * end, and a packet whose headers cannot be followed is dropped where a host
 * would take it for neighbour discovery.
 */
#include "fabric/datapath/guard.h"

#include "fabric/datapath/lan.h"
#include "lib/ipv6.h"
#include "lib/mac.h"
#include "lib/mld.h"
#include "lib/nd.h"

#include "fabric/datapath/hot.h"

/*
 * A first fragment whose upper header is in a later one (RFC 7112), to an address
 * of the LAN, where a host takes neighbour discovery from any source (RFC 7113,
 * 3), or from one that no router forwards: a link-local one, or none.  In a LAN
 * without IPv6 prefixes any address may be that of a host there.
 */
static bool
could_hide_nd(const struct lan *lan, const struct ipv6 *ip)
{
	if (!ip->fragment || !ip->first || ip->chain == IPV6_COMPLETE ||
	    ip->chain == IPV6_NO_UPPER)
		return false;
	if (ipv6_is_link_local(ip->src) || ipv6_is_unspecified(ip->src) ||
	    ipv6_is_link_local(ip->dst) || ipv6_is_multicast(ip->dst))
		return true;
	return lan->nnets6 == 0 || lan_has6(lan, ip->dst);
}

/*
 * What may go to a group, or has a reason of its own below.  A neighbour
 * solicitation goes to a solicited-node group, an advertisement to all nodes,
 * or to all routers (RFC 9131, 6.1.2).  In a frame to a group that is the MAC
 * address of the group; one to a single address reaches no other port.
 */
bool
guard_may_go_to_group(const struct guard *g, const struct ipv6 *ip)
{
	int type = ipv6_icmp_type(ip);
	bool fits = !mac_is_group(g->dst) || g->dst == ipv6_group_mac(ip->dst);

	if (type == ND_NS)
		return fits && ipv6_is_solicited_node(ip->dst);
	if (type == ND_NA)
		return fits && (ipv6_is_all_nodes(ip->dst) ||
				ipv6_is_all_routers(ip->dst));
	return nd_is_type(type) || mld_is_type(type) ||
	       could_hide_nd(g->in->lan, ip);
}

static enum drop
judge_kind(const struct guard *g, const struct ipv6 *ip, int type)
{
	if (mac_is_ipv6_group(g->dst) && !guard_may_go_to_group(g, ip) &&
	    guard_drops(g, DROP_ipv6_mcast_not_nd))
		return DROP_ipv6_mcast_not_nd;
	if (type == ND_RS && guard_drops(g, DROP_nd_rs))
		return DROP_nd_rs;
	if ((type == ND_RA || ip->chain == IPV6_TOO_LONG) &&
	    guard_drops(g, DROP_nd_ra))
		return DROP_nd_ra;
	if (type == ND_REDIRECT && guard_drops(g, DROP_nd_redirect))
		return DROP_nd_redirect;
	return DROP_NONE;
}

/* The target link-layer address of a redirect is that of another node. */
static bool
is_lladdr_false(const struct guard *g, const struct nd *nd)
{
	return (nd->has_slla && nd->slla != g->src) ||
	       (nd->has_tlla && nd->type != ND_REDIRECT && nd->tlla != g->src);
}

static bool
is_off_net(const struct lan *lan, const struct nd *nd)
{
	return lan->nnets6 != 0 && !ipv6_is_link_local(nd->target) &&
	       !lan_has6(lan, nd->target);
}

/*
 * The group that an NS is sent to is that of its target (RFC 4861, 4.3); all
 * members would get one to another group, and none would answer.  Groups of other
 * kinds are refused elsewhere, so that no frame counts twice.
 */
static bool
is_wrong_group(const struct ipv6 *ip, const struct nd *nd)
{
	return ipv6_is_solicited_node(ip->dst) &&
	       ipv6_solicited_node_mac(nd->target) != ipv6_group_mac(ip->dst);
}

/* The source and target addresses. */
static enum drop
judge_addresses(const struct guard *g, const struct ipv6 *ip,
		const struct nd *nd)
{
	if (nd->type == ND_NS && !nd->dad &&
	    !guard_may_use6(g, DROP_nd_src_spoof, ip->src) &&
	    guard_drops(g, DROP_nd_src_spoof))
		return DROP_nd_src_spoof;
	if (nd->type == ND_NA && nd->has_target &&
	    !guard_may_use6(g, DROP_nd_target_spoof, nd->target) &&
	    guard_drops(g, DROP_nd_target_spoof))
		return DROP_nd_target_spoof;
	if ((nd->type == ND_NS || nd->type == ND_NA) && nd->has_target &&
	    is_off_net(g->in->lan, nd) && guard_drops(g, DROP_nd_off_net))
		return DROP_nd_off_net;
	if (nd->type == ND_NS && nd->has_target && is_wrong_group(ip, nd) &&
	    guard_drops(g, DROP_ipv6_mcast_not_nd))
		return DROP_ipv6_mcast_not_nd;
	return DROP_NONE;
}

static enum drop
judge_message(const struct guard *g, const struct ipv6 *ip)
{
	enum nd_fault fault;
	struct nd nd;

	if (ip->hop_limit != ND_HOP_LIMIT && guard_drops(g, DROP_nd_hoplimit))
		return DROP_nd_hoplimit;
	fault = nd_read(ip, &nd);
	/* Without a length it has counted as such. */
	if (fault != ND_OK && !ip->no_length &&
	    guard_drops(g, DROP_nd_malformed))
		return DROP_nd_malformed;
	if (ip->fragment && guard_drops(g, DROP_nd_fragment))
		return DROP_nd_fragment;
	if (is_lladdr_false(g, &nd) && guard_drops(g, DROP_nd_lladdr_mismatch))
		return DROP_nd_lladdr_mismatch;
	return judge_addresses(g, ip, &nd);
}

static enum drop
judge_mld(const struct guard *g, const struct ipv6 *ip, int type)
{
	if (type == MLD_QUERY)
		return guard_drops(g, DROP_mld_query) ? DROP_mld_query
						      : DROP_NONE;
	if (!(g->in->flags & PORT_MLD && mld_read(ip) == MLD_OK &&
	      g->dst == ipv6_group_mac(ip->dst)) &&
	    guard_drops(g, DROP_mld))
		return DROP_mld;
	return DROP_NONE;
}

/*
 * Where the fabric answers for the owner of an address, a solicitation with an
 * option that the fabric does not know would get no answer (RFC 9161, 3.2).
 */
static bool
has_unknown_options(const struct guard *g, const struct ipv6 *ip)
{
	const struct lan *lan = g->in->lan;
	struct nd nd;

	if (!lan->proxies || lan->nd_options_pass)
		return false;
	return nd_read(ip, &nd) == ND_OK && nd.unknown_options;
}

/*
 * Whether a router may have forwarded the packet: neighbour discovery has a hop
 * limit of 255 on its own link, MLD one of 1 and a source that is not routed.
 */
static bool
may_be_routed(const struct guard *g, const struct ipv6 *ip)
{
	return !mac_is_group(g->dst) && ip->hop_limit != ND_HOP_LIMIT &&
	       !ipv6_is_link_local(ip->src) && !ipv6_is_unspecified(ip->src);
}

enum drop
guard_nd(struct guard *g, const struct ipv6 *ip)
{
	int type = ipv6_icmp_type(ip);
	enum drop why = judge_kind(g, ip, type);

	g->is_neigh = type == ND_NS || type == ND_NA;
	g->provoked = may_be_routed(g, ip);
	if (why != DROP_NONE)
		return why;
	/* Linux reads on, others may not: the packet has no one meaning. */
	if (ip->no_length && guard_drops(g, DROP_nd_malformed))
		return DROP_nd_malformed;
	if (could_hide_nd(g->in->lan, ip) && guard_drops(g, DROP_nd_fragment))
		return DROP_nd_fragment;
	if (nd_is_type(type))
		why = judge_message(g, ip);
	else if (mld_is_type(type))
		why = judge_mld(g, ip, type);
	else
		return DROP_NONE;
	if (why != DROP_NONE)
		return why;
	if (drop_set_has(&g->in->checks, DROP_nd_rate) &&
	    !guard_is_answer6(g, ip) &&
	    guard_exceeds(g, mac_is_group(g->dst) ? METER_ND : METER_ND_ONE) &&
	    guard_drops(g, DROP_nd_rate))
		return DROP_nd_rate;
	if (g->is_neigh && has_unknown_options(g, ip))
		return DROP_nd_unknown_opts;
	guard_asks6(g, ip);
	return DROP_NONE;
}
