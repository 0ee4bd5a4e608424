/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Frames of hostile members, one after the other, through all stages.
 *
 * An input is a list of records, each of them the eight octets of 'enum field'
 * and those of a frame.  What must hold after each frame: it is accounted for
 * once, it left whole, by ports of its LAN other than its own, and not if a
 * plain look at it says that it must not pass (frame_naive.h).  A trial before it
 * has foretold what became of it.  And whatever was said, in the end one member
 * still reaches another.
 *
 * Frames come as a driver would hand them over, or in pieces of memory of just
 * their size, so that a sanitizer sees a read past the end.
 */
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <rte_mbuf.h>

#include "fabric/datapath/burst.h"
#include "fabric/datapath/txbuf.h"
#include "fabric/datapath/worker_pass.h"
#include "fabric/lockstep.h"
#include "fabric/runtime/learn.h"
#include "fabric/runtime/learn_flush.h"
#include "fabric/runtime/runtime.h"
#include "fabric/runtime/violation.h"
#include "fabric/runtime/violation_record.h"
#include "fabric/trial/trial.h"
#include "lib/clock.h"
#include "lib/frame.h"
#include "tests/accounts.h"
#include "tests/fuzz/frame_naive.h"

int LLVMFuzzerTestOneInput(const uint8_t *, size_t);

#define MUST(what)                                                             \
	do {                                                                   \
		if (!(what)) {                                                 \
			fprintf(stderr, "not so: %s\n", #what);                \
			abort();                                               \
		}                                                              \
	} while (0)

enum field {
	FIELD_PORT,
	FIELD_FLAGS,
	FIELD_STEP,  /* ns since the last frame, as a power of 2 */
	FIELD_CUT,   /* octets that a capture has lost */
	FIELD_FIRST, /* of the first buffer, in pieces of 16 octets; 0: all */
	FIELD_PAD,   /* zeros behind the frame, in pieces of 48 */
	FIELD_SIZE,  /* of the frame, two octets */
	FIELDS = 8,
};

enum flag {
	FLAG_BAD = 1 << 0,   /* its FCS is */
	FLAG_EXACT = 1 << 1, /* in memory of just its size */
	FLAG_DOWN = 1 << 2,  /* the link goes down before */
	FLAG_UP = 1 << 3,    /* or up */
	FLAG_TRIED = 1 << 4, /* before it comes; not in pieces */
	/* The upper three bits: how often it comes, as a power of 2. */
};

#define FRAMES_MAX 400                 /* in an input */
#define PIECE      2048                /* of a frame, behind the first */
#define SILENCE    (20 * CLOCK_SECOND) /* in which all limits recover */
#define BOUND      (NAIVE_IXP | NAIVE_STRICT | NAIVE_LOCKED)

/* A rule that is as good as nine. */
#define RANGES(n) "rule = count sport " #n "-1000 dport " #n "-3000\n"

/* What tests/pcap/cases.py has, and more. */
static const char config[] =
	"[fabric]\nmac_table = 64\nflap_count = 0\n"
	"[lan peering]\nprofile = ixp-strict\n"
	"sponge_mac = 02:53:00:00:00:01\nipv4 = 192.0.2.0/24\n"
	"ipv6 = 2001:db8::/64\narp_mode = flood\n"
	"[port a]\ndevice = net_null_a\nlan = peering\n"
	"mac = 02:00:00:00:00:0a\nmac = 02:00:00:00:00:aa\n"
	"ipv4 = 192.0.2.10\nipv6 = 2001:db8::a\nacl = rules\n"
	"[port b]\ndevice = net_null_b\nlan = peering\n"
	"mac = 02:00:00:00:00:0b\nipv4 = 192.0.2.11\nipv6 = 2001:db8::b\n"
	"monitor = on\n"
	"[port c]\ndevice = net_null_c\nlan = peering\n"
	"mac = 02:00:00:00:00:0c\nipv4 = 192.0.2.12\nipv6 = 2001:db8::c\n"
	"cull = on\n"
	"[port d]\ndevice = net_null_d\nlan = peering\n"
	"mac = 02:00:00:00:00:0d\nacl_out = rules\n"
	"[port h]\ndevice = net_null_h\nlan = peering\n"
	"mac = 02:00:00:00:00:17\ncheck = ip_header drop\n"
	"[port m]\ndevice = net_null_m\nlan = peering\n"
	"mac = 02:00:00:00:00:18\nmld = permit\n"
	"[port trunk]\ndevice = net_null_trunk\n"
	"[port t]\nparent = trunk\ntag = 101\nlan = peering\n"
	"mac = 02:00:00:00:00:1a\n"
	"[port off]\ndevice = net_null_off\nlan = peering\n"
	"mac = 02:00:00:00:00:0f\nstatus = disabled\n"
	"[port jail]\ndevice = net_null_jail\nlan = peering\n"
	"mac = 02:00:00:00:00:1b\nstatus = quarantine\n"
	"[port i1]\ndevice = net_null_i1\nlan = peering\n"
	"mac = 02:00:00:00:00:11\nisolate = group\n"
	"[port i2]\ndevice = net_null_i2\nlan = peering\n"
	"mac = 02:00:00:00:00:12\nisolate = group\n"
	"[port full]\ndevice = net_null_full\nlan = peering\n"
	"mac_limit = 1\n"
	"[port young]\ndevice = net_null_young\nlan = peering\n"
	"mac_limit = 10\n"
	"[port mute]\ndevice = net_null_mute\nlan = peering\n"
	"mac = 02:00:00:00:00:13\narp_pps = 0\nnd_pps = 0\n"
	"[port calm]\ndevice = net_null_calm\nlan = peering\n"
	"mac = 02:00:00:00:00:14\nstorm_bcast = 0pps\n"
	"storm_mcast = 0pps\n"
	"[port spent]\ndevice = net_null_spent\nlan = peering\n"
	"mac = 02:00:00:00:00:15\nrate_in = 0pps\n"
	"[lan limited]\nsponge_mac = 02:53:00:00:00:01\n"
	"ipv4 = 198.51.100.0/31\nipv6 = 2001:db8:1::/96\n"
	"unknown_unicast = limit\narp_mode = flood\n"
	"[port u]\ndevice = net_null_u\nlan = limited\n"
	"mac = 02:00:00:00:01:01\nstorm_uucast = 0pps\nisolate = group\n"
	"[port v]\ndevice = net_null_v\nlan = limited\n"
	"mac = 02:00:00:00:01:02\n"
	"[port w]\ndevice = net_null_w\nlan = limited\n"
	"mac = 02:00:00:00:01:03\nrate_out = 0pps\nisolate = group\n"
	"[port gone]\ndevice = net_null_gone\nlan = limited\n"
	"mac = 02:00:00:00:01:04\nstatus = disabled\n"
	"[acl rules]\nrule = permit ip proto 89 dst 198.51.100.1\n"
	"rule = deny ip proto 50\n"
	"[port e]\ndevice = net_null_e\nlan = peering\n"
	"mac = 02:00:00:00:00:0e\nmac = 02:00:00:00:00:1e\n"
	"ipv4 = 192.0.2.14\nipv6 = 2001:db8::e\nipv6 = fe80::e\n"
	"rate_in = 1M\nrate_out = 100pps\n"
	"[port l]\ndevice = net_null_l\nlan = peering\n"
	"mac = 02:00:00:00:00:2a\nviolation = log-only\n"
	"check = oversize off\ncheck = nd_ra log\n"
	"check = nd_malformed log\ncheck = nd_fragment log\n"
	"check = ipv6_mcast_not_nd log\ncheck = arp_malformed log\n"
	"check = arp_sha_mismatch off\ncheck = ip4_spoof log\n"
	"check = ethertype log\ncheck = smac_multicast log\n"
	"check = smac_zero off\ncheck = llc_snap log\n"
	"check = ll_gmrp log\ncheck = nd_rate log\ncheck = arp_rate log\n"
	"check = nd_hoplimit log\n"
	"[port k]\ndevice = net_null_k\nlan = peering\n"
	"asn = 64500\ndescription = Kelly\n"
	"mac = 02:00:00:00:00:3a\nviolation = shutdown\n"
	"shutdown_time = 1s\ncheck = nd_ra shutdown\n"
	"check = stp_bpdu shutdown\n"
	"[lan basic]\nprofile = ixp-basic\n"
	"sponge_mac = 02:53:00:00:00:01\nmtu = 9000\nmac_limit = 2\n"
	"mac_age = 10s\nunknown_unicast = limit\nstorm_bcast = 50pps\n"
	"storm_mcast = 64k\nstorm_uucast = 50pps\n"
	"[port t2]\nparent = trunk\ntag = 6\nlan = basic\n"
	"[port f]\ndevice = net_null_f\nlan = basic\n"
	"[port g]\ndevice = net_null_g\nlan = basic\nmac_sticky = on\n"
	"[port x]\ndevice = net_null_x\nlan = basic\n"
	"allow_prio_tag = on\n"
	"[lan open]\nprofile = open\nmac_limit = 80\n"
	"check = storm_bcast drop\nstorm_bcast = 100pps\n"
	"[port y]\nparent = x\ntag = 7\nlan = open\n"
	"[port o]\ndevice = net_null_o\nlan = open\nacl = wide\n"
	"[port p]\ndevice = net_null_p\nlan = open\n"
	"[port r]\ndevice = net_null_r\nlan = open\nallow_prio_tag = on\n"
	"[acl wide]\nrule = deny vlan 9\n"
	"rule = deny ip6 fragment\nrule = count arp op request\n" RANGES(1)
		RANGES(2) RANGES(3) RANGES(4) RANGES(5) RANGES(6) RANGES(7);

#define MEMBER(last) UINT64_C(0x02000000##last)

/* What the configuration says, for a naive look. */
static const struct member {
	const char *name;
	uint16_t tag;
	struct naive_port naive;
} members[] = {
	{ "a",
	  0,
	  { BOUND | NAIVE_ACL, 1500, { MEMBER(000a), MEMBER(00aa) }, 10 } },
	{ "b", 0, { BOUND, 1500, { MEMBER(000b) }, 11 } },
	{ "c", 0, { BOUND | NAIVE_CULLED, 1500, { MEMBER(000c) }, 12 } },
	{ "d", 0, { BOUND | NAIVE_ACL_OUT, 1500, { MEMBER(000d) }, 0 } },
	{ "h", 0, { BOUND | NAIVE_HEADER, 1500, { MEMBER(0017) }, 0 } },
	{ "m", 0, { BOUND | NAIVE_MLD, 1500, { MEMBER(0018) }, 0 } },
	{ "trunk", 0, { 0 } },
	{ "t", 101, { BOUND, 1500, { MEMBER(001a) }, 0 } },
	{ "off", 0, { BOUND, 1500, { MEMBER(000f) }, 0 } },
	{ "jail", 0, { BOUND, 1500, { MEMBER(001b) }, 0 } },
	{ "i1", 0, { BOUND, 1500, { MEMBER(0011) }, 0 } },
	{ "i2", 0, { BOUND, 1500, { MEMBER(0012) }, 0 } },
	{ "full", 0, { NAIVE_IXP | NAIVE_STRICT, 1500, { 0 }, 0 } },
	{ "young", 0, { NAIVE_IXP | NAIVE_STRICT, 1500, { 0 }, 0 } },
	{ "mute", 0, { BOUND, 1500, { MEMBER(0013) }, 0 } },
	{ "calm", 0, { BOUND, 1500, { MEMBER(0014) }, 0 } },
	{ "spent", 0, { BOUND, 1500, { MEMBER(0015) }, 0 } },
	{ "u", 0, { NAIVE_IXP | NAIVE_LOCKED, 1500, { MEMBER(0101) }, 0 } },
	{ "v", 0, { NAIVE_IXP | NAIVE_LOCKED, 1500, { MEMBER(0102) }, 0 } },
	{ "w", 0, { NAIVE_IXP | NAIVE_LOCKED, 1500, { MEMBER(0103) }, 0 } },
	{ "gone", 0, { NAIVE_IXP | NAIVE_LOCKED, 1500, { MEMBER(0104) }, 0 } },
	{ "e", 0, { BOUND, 1500, { MEMBER(000e), MEMBER(001e) }, 14 } },
	{ "l", 0, { 0 } },
	{ "k", 0, { BOUND, 1500, { MEMBER(003a) }, 0 } },
	{ "t2", 6, { NAIVE_IXP, 9000, { 0 }, 0 } },
	{ "f", 0, { NAIVE_IXP, 9000, { 0 }, 0 } },
	{ "g", 0, { NAIVE_IXP, 9000, { 0 }, 0 } },
	{ "x", 0, { NAIVE_IXP, 9000, { 0 }, 0 } },
	{ "y", 7, { 0 } },
	{ "o", 0, { 0 } },
	{ "p", 0, { 0 } },
	{ "r", 0, { 0 } },
};

#define MEMBERS (sizeof(members) / sizeof(members[0]))

/* A frame that left. */
struct copy {
	uint16_t port;
	uint32_t size;
	uint8_t *frame;
};

static struct fabric *fabric;
static uint64_t now;
static const struct member *member_of[PORTS_MAX];
static uint16_t ids[MEMBERS];
static struct port_stats before[MEMBERS];
static struct port_counters seen[MEMBERS]; /* as they were, to be quick */
static struct copy copies[MEMBERS];
static unsigned int ncopies, nrefused;
static enum drop last_why; /* of what was refused last */

static void
note_sent(void *arg, uint64_t at, uint16_t port, const void *frame,
	  uint32_t size, uint32_t len)
{
	struct copy *c = &copies[ncopies];

	(void)arg, (void)at, (void)len;
	MUST(ncopies < MEMBERS);
	for (unsigned int i = 0; i < ncopies; i++)
		MUST(copies[i].port != port);
	c->port = port;
	c->size = size;
	c->frame = malloc(size != 0 ? size : 1);
	MUST(c->frame != NULL);
	memcpy(c->frame, frame, size);
	ncopies++;
}

static void
note_dropped(void *arg, uint16_t port, enum drop why, struct where line,
	     const void *frame, uint32_t size, uint32_t len)
{
	(void)arg, (void)port, (void)line, (void)frame, (void)size, (void)len;
	MUST(why != DROP_NONE);
	last_why = why;
	nrefused++;
}

/* A line of the log, whatever the frame was that it is about. */
static void
note_said(void *arg, uint64_t at, enum drop_level level, const char *text)
{
	(void)arg, (void)level;
	MUST(at <= now && text[0] != '\0');
	for (; *text != '\0'; text++)
		MUST(*text >= ' ' && *text <= '~');
}

static void
start(void)
{
	static const struct lockstep_ops ops = {
		.sent = note_sent,
		.dropped = note_dropped,
		.event = note_said,
	};
	struct faults *faults = faults_create();
	FILE *in = fmemopen((void *)(uintptr_t)config, strlen(config), "r");
	struct config *c = config_read_stream("fuzz.ini", in, faults);

	if (c != NULL)
		fabric = lockstep_create(c, &ops, NULL, faults);
	faults_print(faults, stderr);
	MUST(fabric != NULL);
	faults_free(faults);
	fclose(in);
	for (unsigned int i = 0; i < MEMBERS; i++) {
		ids[i] = fabric_port_id(fabric, members[i].name);
		MUST(ids[i] != FABRIC_NO_PORT);
		member_of[ids[i]] = &members[i];
	}
}

/* The same fabric for every input, as if it had just started. */
static void
forget_all(void)
{
	now = (now / CLOCK_SECOND + 1) * CLOCK_SECOND + SILENCE;
	for (unsigned int i = 0; i < MEMBERS; i++) {
		lockstep_link(fabric, ids[i], true);
		learn_forget_link_local(fabric->port[ids[i]], NULL);
		learn_release(fabric, fabric->port[ids[i]]);
	}
	lockstep_advance(fabric, now);
	learn_flush(fabric, PORTS_MAX, NULL, true);
}

/* Whether member 'i' has counted something since it was last asked. */
static bool
has_counted(unsigned int i)
{
	const struct port_counters *c = &fabric->worker[0]->port[ids[i]];

	if (memcmp(&seen[i], c, sizeof(*c)) == 0)
		return false;
	memcpy(&seen[i], c, sizeof(*c));
	return true;
}

/* Checks what was counted; the port of the frame, '*passed' if it got in. */
static const struct member *
check_accounts(bool *passed)
{
	const struct member *from = NULL;
	uint64_t in = 0, out = 0, sent = 0;

	for (unsigned int i = 0; i < MEMBERS; i++) {
		struct port_stats s, *b = &before[i];

		if (!has_counted(i))
			continue;
		stats_port(fabric, ids[i], &s);
		MUST(s.rx_frames == accounts_received(&s));
		in += accounts_handed_on(&s) - accounts_handed_on(b);
		out += accounts_sent(&s) - accounts_sent(b);
		sent += s.tx_frames - b->tx_frames;
		if (s.rx_frames != b->rx_frames) {
			MUST(s.rx_frames == b->rx_frames + 1 && from == NULL);
			from = &members[i];
			*passed = s.forwarded + s.flooded !=
				  b->forwarded + b->flooded;
		}
		*b = s;
	}
	MUST(in == out && sent == ncopies && from != NULL);
	MUST(ncopies + nrefused >= 1 || *passed);
	return from;
}

/* A frame as it is inside the fabric, without the tag of a port. */
struct inside {
	uint8_t *frame;
	uint32_t size, len;
	uint16_t priority;
};

static bool
is_named(const struct member *m, const char *name)
{
	return strcmp(m->name, name) == 0;
}

/* Tag 0 stands for none at these, and is taken off. */
static bool
takes_tag_0(const struct member *m)
{
	return is_named(m, "x") || is_named(m, "r");
}

static void
take_tag(struct inside *in, const struct member *from, const uint8_t *frame,
	 uint32_t size, uint32_t len)
{
	uint16_t tci;
	bool ours;

	in->frame = malloc(size != 0 ? size : 1);
	MUST(in->frame != NULL);
	memcpy(in->frame, frame, size);
	in->size = size;
	in->len = len;
	in->priority = 0;
	if (size < FRAME_HEADER + FRAME_TAG ||
	    frame_read16(frame + 12) != FRAME_CTAG)
		return;
	tci = frame_read16(frame + 14);
	ours = from->tag != 0 ? (tci & 0xfff) == from->tag
			      : (tci & 0xfff) == 0 && takes_tag_0(from);
	if (!ours)
		return;
	in->priority = tci & 0xf000;
	memcpy(in->frame + 12, frame + 16, size - 16);
	in->size -= FRAME_TAG;
	in->len -= FRAME_TAG;
}

/* Whether two ports may talk to each other at all. */
static void
check_pair(const struct member *from, const struct member *to)
{
	const struct port_rt *a = runtime_port(fabric, from->name);
	const struct port_rt *b = runtime_port(fabric, to->name);

	MUST(from != to && a->lan == b->lan && a->lan != CONFIG_LANS_MAX);
	MUST(!is_named(from, "off") && !is_named(to, "off"));
	MUST(!is_named(from, "i1") || !is_named(to, "i2"));
	MUST(!is_named(from, "u") || !is_named(to, "w"));
	MUST(!is_named(from, "jail") || is_named(to, "b"));
	MUST(!is_named(to, "jail") || is_named(from, "b"));
}

/* The same octets, with the tag of the port, and zeros if it was too short. */
static void
check_copy(const struct copy *c, const struct member *to,
	   const struct inside *in)
{
	uint32_t tag = to->tag != 0 ? FRAME_TAG : 0;
	uint32_t size = c->size - tag;

	MUST(c->size >= tag && size >= in->size);
	MUST(memcmp(c->frame, in->frame, 12) == 0);
	MUST(memcmp(c->frame + 12 + tag, in->frame + 12, in->size - 12) == 0);
	MUST(size == in->size || size == FRAME_MIN);
	for (uint32_t i = in->size; i < size; i++)
		MUST(c->frame[i + tag] == 0);
	if (tag != 0)
		MUST(frame_read16(c->frame + 12) == FRAME_CTAG &&
		     frame_read16(c->frame + 14) == (in->priority | to->tag));
}

static void
refuse(const char *why, const struct member *m)
{
	if (why == NULL)
		return;
	fprintf(stderr, "passed by port %s: %s\n", m->name, why);
	abort();
}

static bool
has_left_by(uint16_t port)
{
	for (unsigned int i = 0; i < ncopies; i++)
		if (copies[i].port == port)
			return true;
	return false;
}

/* What a trial has said would become of the frame is what did. */
static void
check_trial(const struct trial_result *r, const struct member *from,
	    bool passed)
{
	unsigned int would = 0;

	MUST(member_of[r->in] == from &&
	     (r->forwarded || r->flooded) == passed);
	MUST(r->nexits == ncopies);
	for (unsigned int i = 0; i < r->nexits; i++)
		MUST(has_left_by(r->exit[i].port));
	for (unsigned int i = 0; i < r->ndrops; i++)
		would += r->drop[i].would;
	MUST(r->ndrops - would == nrefused);
	MUST(r->flooded || (r->why == DROP_NONE) == (nrefused == 0));
	MUST(r->flooded || nrefused == 0 || r->why == last_why);
}

/* 'tried' is NULL where nobody has. */
static void
check_outcome(const uint8_t *frame, uint32_t size, uint32_t len,
	      const struct trial_result *tried)
{
	bool passed = false;
	const struct member *from = check_accounts(&passed);
	struct inside in;

	MUST(lockstep_buffers_used(fabric) == 0);
	MUST(passed || ncopies == 0);
	if (tried != NULL)
		check_trial(tried, from, passed);
	take_tag(&in, from, frame, size, len);
	if (passed)
		refuse(naive_in(&from->naive, in.frame, in.size, in.len), from);
	for (unsigned int i = 0; i < ncopies; i++) {
		const struct member *to = member_of[copies[i].port];

		check_pair(from, to);
		check_copy(&copies[i], to, &in);
		refuse(naive_out(&to->naive, in.frame, in.size), to);
		free(copies[i].frame);
	}
	free(in.frame);
	ncopies = nrefused = 0;
}

/* A piece of a frame, with the octets in memory of their own. */
struct piece {
	struct rte_mbuf_ext_shared_info shared;
	uint8_t *octets;
};

static void
free_piece(void *addr, void *arg)
{
	struct piece *p = arg;

	MUST(addr == p->octets);
	free(p->octets);
	free(p);
}

static struct rte_mbuf *
make_piece(const uint8_t *octets, uint16_t n, bool exact)
{
	struct rte_mbuf *m = rte_pktmbuf_alloc(fabric->pool);
	struct piece *p;

	MUST(m != NULL);
	if (exact) {
		p = malloc(sizeof(*p));
		MUST(p != NULL);
		p->octets = malloc(n != 0 ? n : 1);
		MUST(p->octets != NULL);
		p->shared.free_cb = free_piece;
		p->shared.fcb_opaque = p;
		rte_mbuf_ext_refcnt_set(&p->shared, 1);
		rte_pktmbuf_attach_extbuf(m, p->octets, RTE_BAD_IOVA, n,
					  &p->shared);
		m->data_off = 0;
	}
	memcpy(rte_pktmbuf_mtod(m, void *), octets, n);
	m->data_len = n;
	m->pkt_len = n;
	return m;
}

/* A frame in pieces, of which the first has 'first' octets; 0: as it comes. */
static struct rte_mbuf *
make_frame(const uint8_t *frame, uint32_t size, uint32_t first, bool exact)
{
	uint32_t n = RTE_MIN(size, first != 0 ? first : (uint32_t)PIECE);
	struct rte_mbuf *m = make_piece(frame, (uint16_t)n, exact);

	for (uint32_t at = n; at < size; at += n) {
		n = RTE_MIN(size - at, (uint32_t)PIECE);
		MUST(rte_pktmbuf_chain(m, make_piece(frame + at, (uint16_t)n,
						     exact)) == 0);
	}
	return m;
}

/* What lockstep_frame() does, for a frame that we have made. */
static void
pass(uint16_t port, struct rte_mbuf *m, uint32_t len, bool bad)
{
	struct worker *w = fabric->worker[0];

	lockstep_advance(fabric, now);
	w->rx->n = 1;
	w->rx->pkt[0] = m;
	w->rx->len[0] = len;
	w->rx->bad = bad;
	w->next_share = 0;
	worker_frames(w, fabric->view,
		      view_egress(fabric->view, fabric->view->port[port]), now);
	worker_flush(w, fabric->view);
	learn_poll(fabric);
	violation_poll(fabric);
}

static void
try(uint16_t port, const uint8_t *frame, uint32_t size, uint32_t len, bool bad,
    struct trial_result *r)
{
	const struct trial_input in = {
		.octets = frame,
		.size = size,
		.len = len,
		.bad = bad,
	};

	lockstep_advance(fabric, now);
	MUST(trial_frame(fabric, port, &in, r) == 0);
}

static void
send(const uint8_t *field, const uint8_t *frame, uint32_t size)
{
	struct trial_result tried;
	uint16_t port = ids[field[FIELD_PORT] % MEMBERS];
	uint8_t flags = field[FIELD_FLAGS];
	uint32_t first = field[FIELD_FIRST] % 128 * 16U;
	uint32_t len = size + field[FIELD_CUT];

	now += UINT64_C(1) << (field[FIELD_STEP] % 35);
	if (flags & (FLAG_DOWN | FLAG_UP))
		lockstep_link(fabric, port, flags & FLAG_UP);
	if (flags & FLAG_EXACT || first != 0) {
		pass(port, make_frame(frame, size, first, flags & FLAG_EXACT),
		     len, flags & FLAG_BAD);
		check_outcome(frame, size, len, NULL);
		return;
	}
	if (flags & FLAG_TRIED)
		try(port, frame, size, len, flags & FLAG_BAD, &tried);
	lockstep_frame(fabric, port, frame, size, len, flags & FLAG_BAD, now);
	check_outcome(frame, size, len, flags & FLAG_TRIED ? &tried : NULL);
}

/* Frames of a record: how often it comes, at most 'max'. */
static unsigned int
send_record(const uint8_t *field, const uint8_t *octets, uint32_t n,
	    unsigned int max)
{
	uint32_t size = n + field[FIELD_PAD] * 48U;
	unsigned int times = 1U << (field[FIELD_FLAGS] >> 5);
	uint8_t *frame = calloc(1, size != 0 ? size : 1);

	MUST(frame != NULL);
	memcpy(frame, octets, n);
	times = RTE_MIN(times, max);
	for (unsigned int i = 0; i < times; i++)
		send(field, frame, size);
	free(frame);
	return times;
}

/* Port b sends port a 60 octets that are nobody's business. */
static void
check_peace(void)
{
	static const uint8_t fields[FIELDS] = { 1 };
	uint8_t frame[60] = { 2, 0, 0,    0, 0, 10, 2, 0, 0, 0, 0,  11,
			      8, 0, 0x45, 0, 0, 20, 0, 0, 0, 0, 64, 59 };

	memcpy(frame + 26, "\xc6\x33\x64\x01\xcb\x00\x71\x01", 8);
	now += SILENCE;
	lockstep_link(fabric, ids[0], true);
	lockstep_link(fabric, ids[1], true);
	send_record(fields, frame, sizeof(frame), 1);
}

/* What is kept for people can be read, and is what it says. */
static void
check_log(void)
{
	static struct drop_record_copy record[DROP_RECORD_RING];
	const struct port_rt *jail = runtime_port(fabric, "jail");
	unsigned int n = violation_record(fabric, jail, record);

	MUST(n <= DROP_RECORD_RING);
	for (unsigned int i = 0; i < n; i++) {
		MUST(record[i].why > DROP_NONE && record[i].why < DROP_N);
		MUST(record[i].at <= now && record[i].size <= DROP_RECORD_HEAD);
		MUST(i == 0 || record[i - 1].at <= record[i].at);
	}
	lockstep_end(fabric);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	unsigned int left = FRAMES_MAX;
	uint64_t sent;

	if (fabric == NULL)
		start();
	forget_all();
	while (size >= FIELDS && left > 0) {
		uint32_t n = frame_read16(data + FIELD_SIZE);

		n = (uint32_t)RTE_MIN((size_t)n, size - FIELDS);
		left -= send_record(data, data + FIELDS, n, left);
		data += FIELDS + n;
		size -= FIELDS + n;
	}
	sent = before[0].tx_frames;
	check_peace();
	MUST(before[0].tx_frames == sent + 1);
	check_log();
	return 0;
}
