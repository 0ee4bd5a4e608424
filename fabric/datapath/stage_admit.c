/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Admit: what a member may send into the LAN.
 *
 * Comes after parse, which has checked the lengths, and before learn, so that
 * the source address of a dropped frame is not learned.
 *
 * The rules are the lines of verdict() and of the functions it calls, in the
 * order in which they apply; the first that drops the frame names the reason.
 * Most frames need none of them: classify() finds, without a branch a frame,
 * those that a rule could drop.  A new rule is a line in verdict(), a line in
 * drop_list.h and, unless classify() finds its frames already, a term there.
 */
#include "fabric/datapath/stage.h"

#include <stdbool.h>
#include <string.h>

#include <rte_branch_prediction.h>
#include <rte_mbuf.h>

#include "fabric/datapath/worker_drop.h"
#include "fabric/datapath/worker_link.h"
#include "fabric/datapath/worker_meter.h"
#include "fabric/datapath/worker_report.h"
#include "fabric/view/punt.h"
#include "fabric/view/view.h"
#include "lib/frame.h"
#include "lib/mac.h"

#include "fabric/datapath/hot.h"

#define MAC_STP  UINT64_C(0x0180c2000000) /* IEEE 802.1Q, table 8-1 */
#define MAC_MRP  UINT64_C(0x0180c2000020) /* IEEE 802.1Q, table 10-1 */
#define MAC_PVST UINT64_C(0x01000ccccccd)

#define LACP_SUBTYPE   1 /* IEEE 802.1AX, 6.4.2.3 */
#define MARKER_SUBTYPE 2 /* the same, 6.5.3.3 */

/* What the rules need to know of one frame. */
struct subject {
	struct worker *worker;
	struct rte_mbuf *pkt;
	const struct port *in;
	uint64_t src, dst;
	uint16_t type;
	uint16_t owner;   /* the port that src is known on, MACTAB_NO_PORT */
	enum drop fault;  /* of rx or parse */
	bool tagged;      /* with a tag of the port's */
	uint32_t payload; /* octets */
	uint8_t subtype;  /* first octet of the payload, or 0 */
	uint8_t state;    /* of the port */
};

/* Whether the check 'why', which applies to the frame, drops it. */
static inline bool
drops(const struct subject *s, enum drop why)
{
	return worker_drops(s->worker, s->in, s->pkt, why);
}

/* Link protocols, which a bridge does not forward (IEEE 802.1Q, table 8-1). */
static enum drop
judge_reserved(const struct subject *s)
{
	if (s->dst == MAC_STP)
		return DROP_stp_bpdu;
	if (s->dst == MAC_SLOW && s->type == FRAME_SLOW &&
	    s->subtype == LACP_SUBTYPE)
		return DROP_lacp_unexpected;
	return DROP_ll_reserved;
}

/* CDP, VTP and others; ISL; CGMP and others; EDP and ESRP; FDP. */
static bool
is_vendor_group(uint64_t dst)
{
	return dst == UINT64_C(0x01000ccccccc) ||
	       dst == UINT64_C(0x01000c000000) ||
	       dst == UINT64_C(0x01000ccdcdcd) || mac_is_extreme(dst) ||
	       dst == UINT64_C(0x01e052cccccc);
}

/* Ethertypes with which switches test their links, and look for loops. */
static bool
is_link_type(uint16_t type)
{
	switch (type) {
	case FRAME_MOP_FIRST ... FRAME_MOP_LAST:
	case FRAME_LOOPBACK:
	case FRAME_LLDP:
	case FRAME_EAPOL:
	case FRAME_CFM:
	case FRAME_SLPP:
	case FRAME_VLACP:
	case FRAME_REALTEK:
	case FRAME_ROMON:
	case FRAME_H3C_LOOP:
	case FRAME_3COM_LOOP:
	case FRAME_HUAWEI_LOOP:
	case FRAME_HUAWEI_LOOP2:
		return true;
	default:
		return false;
	}
}

/* The same by groups: SONMP (LLC), H3C's loop detection, tests (0x9000). */
static bool
is_link_group(uint64_t dst)
{
	return (dst & ~UINT64_C(1)) == UINT64_C(0x010081000100) ||
	       dst == UINT64_C(0x010fe2000007) ||
	       dst == UINT64_C(0xcf0000000000);
}

/* Comes before the MAC lock, so that the reason names the protocol. */
static enum drop
judge_link_local(const struct subject *s)
{
	if (mac_is_reserved(s->dst))
		return judge_reserved(s);
	if (s->dst == MAC_PVST && s->in->flags & PORT_IXP)
		return DROP_stp_bpdu;
	if ((s->dst & ~UINT64_C(0xf)) == MAC_MRP && drops(s, DROP_ll_gmrp))
		return DROP_ll_gmrp;
	if (is_vendor_group(s->dst) && drops(s, DROP_vendor_l2))
		return DROP_vendor_l2;
	if ((is_link_type(s->type) || is_link_group(s->dst)) &&
	    drops(s, DROP_loop_keepalive))
		return DROP_loop_keepalive;
	return DROP_NONE;
}

static bool
is_listed(const struct port *in, uint64_t mac)
{
	for (unsigned int i = 0; i < in->nmacs; i++)
		if (in->mac[i] == mac)
			return true;
	return false;
}

/*
 * The source address is not known on the port; or the port has its MAC lock in
 * mode log, and may have learned an address that is not in its list.
 */
static enum drop
judge_unknown_src(const struct subject *s)
{
	const struct port *in = s->in;

	if (in->flags & PORT_LOCKS && !is_listed(in, s->src) &&
	    drops(s, DROP_mac_lock))
		return DROP_mac_lock;
	if (s->owner == in->id)
		return DROP_NONE;
	if (in->flags & PORT_LEARNS && s->state & PORT_FULL &&
	    drops(s, DROP_mac_limit))
		return DROP_mac_limit;
	if (s->owner != MACTAB_NO_PORT && drops(s, DROP_mac_conflict))
		return DROP_mac_conflict;
	return DROP_NONE;
}

static bool
is_ip_or_arp(uint16_t type)
{
	return type == FRAME_IPV4 || type == FRAME_IPV6 || type == FRAME_ARP;
}

static enum drop
judge_type_and_group(const struct subject *s)
{
	if (s->type <= FRAME_LENGTH_MAX && drops(s, DROP_llc_snap))
		return DROP_llc_snap;
	if (!is_ip_or_arp(s->type) && drops(s, DROP_ethertype))
		return DROP_ethertype;
	if (!mac_is_group(s->dst))
		return DROP_NONE;
	if (s->dst == MAC_BROADCAST)
		return s->type != FRAME_ARP && drops(s, DROP_bcast_not_arp)
			       ? DROP_bcast_not_arp
			       : DROP_NONE;
	if (s->dst >> 24 == UINT64_C(0x01005e))
		return drops(s, DROP_ipv4_mcast) ? DROP_ipv4_mcast : DROP_NONE;
	if (!mac_is_ipv6_group(s->dst) && drops(s, DROP_l2_mcast_other))
		return DROP_l2_mcast_other;
	return DROP_NONE;
}

static enum drop
judge_addresses(const struct subject *s)
{
	if (mac_is_group(s->src) && drops(s, DROP_smac_multicast))
		return DROP_smac_multicast;
	if (s->src == 0 && drops(s, DROP_smac_zero))
		return DROP_smac_zero;
	if (s->src == s->dst && drops(s, DROP_smac_eq_dmac))
		return DROP_smac_eq_dmac;
	if (s->src == s->in->own_mac && drops(s, DROP_mac_own))
		return DROP_mac_own;
	return DROP_NONE;
}

static enum drop
verdict(const struct subject *s)
{
	enum drop why;

	if (s->in->flags & PORT_DISABLED || s->state & PORT_BLOCKED)
		return DROP_port_disabled;
	if (s->in->flags & PORT_LISTENS)
		return DROP_listen_only;
	if (s->fault == DROP_rx_error || s->fault == DROP_runt)
		return s->fault;
	if (s->payload > s->in->max_payload && drops(s, DROP_oversize))
		return DROP_oversize;
	if ((why = judge_addresses(s)) != DROP_NONE)
		return why;
	if (s->fault != DROP_NONE)
		return s->fault;
	if (s->tagged && frame_is_tag(s->type) && drops(s, DROP_double_tag))
		return DROP_double_tag;
	if ((why = judge_link_local(s)) != DROP_NONE)
		return why;
	if ((s->owner != s->in->id || s->in->flags & PORT_AUDITS) &&
	    (why = judge_unknown_src(s)) != DROP_NONE)
		return why;
	return judge_type_and_group(s);
}

static uint32_t
header_size(bool tagged)
{
	return tagged ? FRAME_HEADER + FRAME_TAG : FRAME_HEADER;
}

static uint8_t
first_octet(const struct rte_mbuf *m, uint32_t header)
{
	return m->data_len > header
		       ? *rte_pktmbuf_mtod_offset(m, const uint8_t *, header)
		       : 0;
}

static enum drop
judge(struct worker *w, const struct burst *b, unsigned int i, uint16_t owner,
      uint8_t state)
{
	bool tagged = b->tagged >> i & 1;
	uint32_t header = header_size(tagged);
	struct subject s = {
		.worker = w,
		.pkt = b->pkt[i],
		.in = b->in,
		.src = b->src[i],
		.dst = b->dst[i],
		.type = b->type[i],
		.owner = owner,
		.fault = b->fault[i],
		.tagged = tagged,
		.payload = b->len[i] > header ? b->len[i] - header : 0,
		.subtype = first_octet(b->pkt[i], header),
		.state = state,
	};

	return verdict(&s);
}

/* Counts the frames, and returns the length of the longest. */
static uint32_t
count_received(struct worker *w, const struct burst *b)
{
	struct port_counters *c = &w->port[b->in->id];
	uint64_t bytes = 0;
	uint32_t longest = 0;
	unsigned int i;

	BURST_FOREACH(b->live, i) {
		bytes += b->len[i];
		longest = b->len[i] > longest ? b->len[i] : longest;
	}
	counter_add(&c->rx_frames, (uint64_t)__builtin_popcountll(b->live));
	counter_add(&c->rx_bytes, bytes);
	return longest;
}

/*
 * The frames that a rule could drop: all but unicast IPv4 and IPv6 from an
 * address that is known on the port.  Such an address is valid, since only valid
 * ones are learned.  (Parse sets the type of a frame with a fault to 0.)  Fills
 * b->unknown_src and b->slow.
 */
static uint64_t
classify(struct burst *b, const uint16_t *owner)
{
	uint16_t id = b->in->id;
	uint64_t own = b->in->own_mac;
	uint64_t slow = 0, unknown = 0;
	unsigned int i;

	BURST_FOREACH(b->live, i) {
		uint64_t dst = b->dst[i];
		uint16_t type = b->type[i];
		bool is_slow = mac_is_group(dst) | (dst == b->src[i]) |
			       (dst == own) | mac_is_extreme(dst) |
			       ((type != FRAME_IPV4) & (type != FRAME_IPV6));

		slow |= (uint64_t)is_slow << i;
		unknown |= (uint64_t)(owner[i] != id) << i;
	}
	b->unknown_src = unknown;
	b->slow = slow;
	return slow | unknown;
}

/* Looks the sources up; fills b->place. */
static void
find_sources(struct burst *b, uint16_t *owner)
{
	if (likely(b->in->lan != NULL))
		mactab_find(b->in->lan->macs, b->src, b->live, owner, b->place);
	else
		memset(owner, 0xff, BURST_MAX * sizeof(*owner));
}

/* Whether a frame of a port that runs LACP is a PDU of it, or a marker: untagged. */
static bool
is_lacp(const struct burst *b, unsigned int i)
{
	uint8_t subtype;

	if (b->dst[i] != MAC_SLOW || b->type[i] != FRAME_SLOW ||
	    b->tagged >> i & 1)
		return false;
	subtype = first_octet(b->pkt[i], FRAME_HEADER);
	return subtype == LACP_SUBTYPE || subtype == MARKER_SUBTYPE;
}

static bool
takes_lacp(struct worker *w, const struct burst *b)
{
	struct meter *link = &b->in->shared->lacp[b->device->slot];

	return worker_takes(w, link, 1) &&
	       worker_takes_of(w, b->in, METER_LACP, 1);
}

/*
 * LACP is for control, whatever the state of the port: by LACP it gets another.  The
 * device is the link that it came by.
 */
static void
take_lacp(struct worker *w, struct burst *b, uint64_t suspects)
{
	unsigned int i;

	BURST_FOREACH(suspects & b->live, i) {
		struct punt p = { .kind = PUNT_LACP,
				  .size = b->len[i],
				  .target.v4 = b->device->id };

		if (!is_lacp(b, i))
			continue;
		if (!takes_lacp(w, b)) {
			worker_drop_live(w, b, i, DROP_lacp_rate);
			continue;
		}
		worker_punt_frame(w, b->in, &p, b->pkt[i], PUNT_LACP_OCTETS);
		worker_consume_live(w, b, i);
	}
}

static void
drop_all(struct worker *w, struct burst *b, enum drop why)
{
	unsigned int i;

	BURST_FOREACH(b->live, i)
		worker_drop_live(w, b, i, why);
}

/* Of a port whose frames may all need a look: the frames that a rule could drop. */
static uint64_t
find_more(struct worker *w, struct burst *b, uint8_t state, uint64_t suspects)
{
	uint32_t flags = b->in->flags;

	if (flags & PORT_LACP)
		take_lacp(w, b, suspects);
	if (flags & (PORT_DISABLED | PORT_LISTENS) || state & PORT_BLOCKED)
		return b->live;
	if (worker_link_is_shut(b->device))
		drop_all(w, b, DROP_lag_link);
	return flags & PORT_AUDITS ? b->live : suspects;
}

void
stage_admit(struct worker *w, const struct view *v, struct burst *b)
{
	uint16_t owner[BURST_MAX];
	uint32_t longest = count_received(w, b);
	uint8_t state = view_port_state(v, b->in->id);
	uint64_t suspects;
	unsigned int i;

	find_sources(b, owner);
	suspects = classify(b, owner);
	if (unlikely(longest >
		     b->in->max_payload + header_size(b->in->egress.tag != 0)))
		suspects = b->live;
	if (unlikely(b->in->flags & (PORT_DISABLED | PORT_LISTENS |
				     PORT_AUDITS | PORT_LAG) ||
		     state & PORT_BLOCKED))
		suspects = find_more(w, b, state, suspects);
	BURST_FOREACH(suspects & b->live, i) {
		enum drop why = judge(w, b, i, owner[i], state);

		if (why != DROP_NONE)
			worker_drop_live(w, b, i, why);
	}
}
