/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Frames of hostile members, one after the other, through all stages.
 *
 * An input is a list of records, each of them the eight octets of 'enum field'
 * and those of a frame.  After each frame must hold, whatever it was:
 *
 *   it is accounted for exactly once, and no buffer is in use
 *   it left by ports of its LAN other than its own, that may meet this one,
 *     unchanged but for the tag of the port, and not to a reserved group
 *   where the checks of its port are on: it is IPv4, IPv6 or ARP, not too long,
 *     from an address that the port is locked to, and not from the IPv6 address
 *     of another port, except back to it
 *   a check that is off counts nothing, one in mode log drops nothing, and
 *     nothing else would drop
 *   a trial of it has predicted where it goes, with which octets, and each
 *     reason against it, if it came in a buffer as a driver fills them
 *
 * The same frames once more, after all has been forgotten, give the same; and in
 * the end one member still reaches another.  Which frame must be dropped for
 * which reason is not looked at here: tests/pcap/policy.py says that.
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

#include "fabric/config/config.h"
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
#include "lib/ipv6.h"
#include "lib/mac.h"
#include "tests/accounts.h"
#include "tests/fuzz/must.h"

int LLVMFuzzerTestOneInput(const uint8_t *, size_t);

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
	/* The upper three bits: how often it comes, as a power of 2. */
};

#define FRAMES_MAX 400                 /* in an input */
#define PORTS      33                  /* in the configuration */
#define PIECE      2048                /* of a frame, behind the first */
#define SILENCE    (20 * CLOCK_SECOND) /* in which all limits recover */

/* A rule that is as good as nine. */
#define RANGES(n) "rule = count sport " #n "-1000 dport " #n "-3000\n"

/* What tests/pcap/cases.py has, and more; port n follows, see make_config(). */
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

/* A frame that left. */
struct copy {
	uint16_t port;
	uint32_t size;
	uint8_t *frame;
};

/* A reason that was counted, and the port it was charged to. */
struct refusal {
	uint16_t port;
	enum drop why;
};

/* What is known of the last frame, and what it has changed. */
struct outcome {
	const struct config_port *from;
	bool passed; /* forwarded or flooded */
	struct copy copy[PORTS];
	unsigned int ncopies;
	struct refusal drop[PORTS + 1];
	unsigned int ndrops;
	unsigned int nwould;
};

static struct fabric *fabric;
static uint64_t now;
static uint16_t ids[PORTS];
static struct port_stats before[PORTS];
static struct port_counters seen[PORTS]; /* as they were, to be quick */
static struct outcome last;
static uint64_t digest; /* of all outcomes */

static const struct config_port *
port_of(uint16_t id)
{
	return config_port(fabric->config, fabric_port_name(fabric, id));
}

/* FNV-1a. */
static void
add_to_digest(const void *octets, size_t n)
{
	for (const uint8_t *p = octets; n-- > 0; p++)
		digest = (digest ^ *p) * UINT64_C(0x100000001b3);
}

static void
note_sent(void *arg, uint64_t at, uint16_t port, const void *frame,
	  uint32_t size, uint32_t len)
{
	struct copy *c = &last.copy[last.ncopies];

	(void)arg, (void)at, (void)len;
	MUST(last.ncopies < PORTS);
	for (unsigned int i = 0; i < last.ncopies; i++)
		MUST(last.copy[i].port != port);
	c->port = port;
	c->size = size;
	c->frame = malloc(size != 0 ? size : 1);
	MUST(c->frame != NULL);
	memcpy(c->frame, frame, size);
	last.ncopies++;
	add_to_digest(&port, sizeof(port));
	add_to_digest(frame, size);
}

static void
note_dropped(void *arg, uint16_t port, enum drop why, struct where line,
	     const char *holder, const void *frame, uint32_t size, uint32_t len)
{
	(void)arg, (void)line, (void)holder, (void)frame, (void)size, (void)len;
	MUST(why != DROP_NONE && last.ndrops < PORTS + 1);
	last.drop[last.ndrops++] = (struct refusal){ port, why };
	add_to_digest(&port, sizeof(port));
	add_to_digest(&why, sizeof(why));
}

/* A line of the log, whatever the frame was that it is about. */
static void
note_event(void *arg, uint64_t at, enum drop_level level, const char *text)
{
	(void)arg, (void)level;
	MUST(at <= now && text[0] != '\0');
	for (; *text != '\0'; text++)
		MUST(*text >= ' ' && *text <= '~');
}

/* The configuration, and a port at which every check is off. */
static FILE *
make_config(void)
{
	FILE *file = tmpfile();

	MUST(file != NULL);
	fputs(config, file);
	fputs("[port n]\ndevice = net_null_n\nlan = peering\n"
	      "mac = 02:00:00:00:00:4a\n",
	      file);
	for (enum drop why = DROP_NONE + 1; why < DROP_N; why++)
		if (drop_is_check(why))
			fprintf(file, "check = %s off\n", drop_name(why));
	rewind(file);
	return file;
}

static void
start(void)
{
	static const struct lockstep_ops ops = {
		.sent = note_sent,
		.dropped = note_dropped,
		.event = note_event,
	};
	struct faults *faults = faults_create();
	FILE *in = make_config();
	struct config *c = config_read_stream("fuzz.ini", in, faults);

	if (c != NULL)
		fabric = lockstep_create(c, &ops, NULL, faults);
	faults_print(faults, stderr);
	MUST(fabric != NULL && fabric->config->nports == PORTS);
	faults_free(faults);
	fclose(in);
	for (unsigned int i = 0; i < PORTS; i++)
		ids[i] = fabric_port_id(fabric, fabric->config->port[i].id);
}

/* The same fabric for every input, as if it had just started. */
static void
forget_all(void)
{
	now = (now / CLOCK_SECOND + 1) * CLOCK_SECOND + SILENCE;
	for (unsigned int i = 0; i < PORTS; i++) {
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

/* A check drops in mode drop only, and would drop in mode log only. */
static void
check_modes(const struct config_port *p, const struct port_stats *s,
	    const struct port_stats *b)
{
	for (enum drop why = DROP_NONE + 1; why < DROP_N; why++) {
		enum config_mode mode = CONFIG_MODE_DROP;

		if (drop_is_check(why))
			mode = config_check_mode(fabric->config, p, why);
		MUST(s->drop[why] == b->drop[why] || mode == CONFIG_MODE_DROP ||
		     mode == CONFIG_MODE_SHUTDOWN);
		MUST(s->would_drop[why] == b->would_drop[why] ||
		     mode == CONFIG_MODE_LOG);
		last.nwould += s->would_drop[why] - b->would_drop[why];
	}
}

/* Checks what was counted, and takes note of it. */
static void
check_accounts(void)
{
	uint64_t in = 0, out = 0, sent = 0;

	for (unsigned int i = 0; i < PORTS; i++) {
		struct port_stats s, *b = &before[i];

		if (!has_counted(i))
			continue;
		stats_port(fabric, ids[i], &s);
		MUST(s.rx_frames == accounts_received(&s));
		in += accounts_handed_on(&s) - accounts_handed_on(b);
		out += accounts_sent(&s) - accounts_sent(b);
		sent += s.tx_frames - b->tx_frames;
		check_modes(port_of(ids[i]), &s, b);
		if (s.rx_frames != b->rx_frames) {
			MUST(s.rx_frames == b->rx_frames + 1 &&
			     last.from == NULL);
			last.from = port_of(ids[i]);
			last.passed = s.forwarded + s.flooded !=
				      b->forwarded + b->flooded;
		}
		*b = s;
	}
	MUST(in == out && sent == last.ncopies && last.from != NULL);
	MUST(last.ncopies + last.ndrops >= 1 || last.passed);
	MUST(last.passed || last.ncopies == 0);
}

/* A frame as it is inside the fabric, without the tag of a port. */
struct inside {
	uint8_t *frame;
	uint32_t size, len;
	uint16_t priority;
};

/* The frame, less the tag of its port, or the tag 0 that stands for none. */
static void
take_tag(struct inside *in, const uint8_t *frame, uint32_t size, uint32_t len)
{
	const struct config_port *from = last.from;
	uint16_t tci;

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
	if ((tci & 0xfff) != from->tag ||
	    (from->tag == 0 && from->allow_prio_tag != CONFIG_ON))
		return;
	in->priority = tci & 0xf000;
	memcpy(in->frame + 12, frame + 16, size - 16);
	in->size -= FRAME_TAG;
	in->len -= FRAME_TAG;
}

/* Whether two ports may exchange frames at all. */
static void
check_pair(const struct config_port *from, const struct config_port *to)
{
	MUST(from != to && from->lan[0] != '\0' &&
	     strcmp(from->lan, to->lan) == 0);
	MUST(from->status != CONFIG_DISABLED && to->status != CONFIG_DISABLED);
	MUST(from->isolate[0] == '\0' ||
	     strcmp(from->isolate, to->isolate) != 0);
	MUST(from->status != CONFIG_QUARANTINE || to->monitor == CONFIG_ON);
	MUST(to->status != CONFIG_QUARANTINE || from->monitor == CONFIG_ON);
}

static bool
has_mac(const struct config_port *p, uint64_t mac)
{
	for (unsigned int i = 0; i < p->mac.n; i++)
		if (p->mac.value[i] == mac)
			return true;
	return false;
}

static bool
is_on(const struct config_port *p, enum drop why)
{
	enum config_mode mode = config_check_mode(fabric->config, p, why);

	return mode == CONFIG_MODE_DROP || mode == CONFIG_MODE_SHUTDOWN;
}

static bool
has_ipv6(const struct config_port *p, const uint8_t *address)
{
	for (unsigned int i = 0; i < p->ipv6.n; i++)
		if (memcmp(p->ipv6.value[i].octet, address, 16) == 0)
			return true;
	return false;
}

/* A packet from an IPv6 address of another port has left to that port alone. */
static void
check_source(const struct config_port *from, const uint8_t *address)
{
	for (unsigned int i = 0; i < PORTS; i++) {
		const struct config_port *p = port_of(ids[i]);

		if (p == from || strcmp(p->lan, from->lan) != 0 ||
		    !has_ipv6(p, address))
			continue;
		for (unsigned int n = 0; n < last.ncopies; n++)
			MUST(last.copy[n].port == ids[i]);
	}
}

/* What can be seen at a glance of a frame that was let into its LAN. */
static void
check_passed(const struct inside *in)
{
	const struct config_port *from = last.from;
	uint64_t dst, src;
	uint16_t type;

	MUST(in->size >= FRAME_HEADER);
	frame_header(in->frame, &dst, &src, &type);
	MUST(!mac_is_reserved(dst));
	if (is_on(from, DROP_ethertype))
		MUST(type == FRAME_IPV4 || type == FRAME_IPV6 ||
		     type == FRAME_ARP);
	if (is_on(from, DROP_mac_lock) && from->mac.n > 0)
		MUST(has_mac(from, src));
	if (is_on(from, DROP_smac_multicast))
		MUST(!mac_is_group(src));
	if (is_on(from, DROP_oversize))
		MUST(in->len - FRAME_HEADER <=
		     config_lan(fabric->config, from->lan)->mtu);
	if (is_on(from, DROP_ip6_spoof) && type == FRAME_IPV6 &&
	    in->size >= FRAME_HEADER + IPV6_HEADER)
		check_source(from, in->frame + FRAME_HEADER + 8);
}

/* The same octets, with the tag of the port, and zeros if it was too short. */
static void
check_copy(const struct copy *c, const struct config_port *to,
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

static bool
has_left(const struct trial_exit *e)
{
	for (unsigned int i = 0; i < last.ncopies; i++)
		if (last.copy[i].port == e->port)
			return last.copy[i].size == e->size &&
			       memcmp(last.copy[i].frame, e->octets, e->size) ==
				       0;
	return false;
}

static bool
was_dropped(const struct trial_drop *d)
{
	for (unsigned int i = 0; i < last.ndrops; i++)
		if (last.drop[i].port == d->port && last.drop[i].why == d->why)
			return true;
	return false;
}

/* What the trial has predicted is what happened. */
static void
check_trial(const struct trial_result *r)
{
	unsigned int nwould = 0;

	MUST(port_of(r->in) == last.from &&
	     (r->forwarded || r->flooded) == last.passed);
	MUST(r->nexits == last.ncopies);
	for (unsigned int i = 0; i < r->nexits; i++)
		MUST(has_left(&r->exit[i]));
	for (unsigned int i = 0; i < r->ndrops; i++) {
		MUST(r->drop[i].would || was_dropped(&r->drop[i]));
		nwould += r->drop[i].would;
	}
	MUST(nwould == last.nwould && r->ndrops - nwould == last.ndrops);
	MUST(r->flooded || last.ndrops == 0 ||
	     r->why == last.drop[last.ndrops - 1].why);
}

/* 'tried' is NULL for a frame that a trial cannot know, of memory of our own. */
static void
check_outcome(const uint8_t *frame, uint32_t size, uint32_t len,
	      const struct trial_result *tried)
{
	struct inside in;

	check_accounts();
	MUST(lockstep_buffers_used(fabric) == 0);
	if (tried != NULL)
		check_trial(tried);
	take_tag(&in, frame, size, len);
	if (last.passed)
		check_passed(&in);
	for (unsigned int i = 0; i < last.ncopies; i++) {
		const struct config_port *to = port_of(last.copy[i].port);

		check_pair(last.from, to);
		check_copy(&last.copy[i], to, &in);
		free(last.copy[i].frame);
	}
	free(in.frame);
	memset(&last, 0, sizeof(last));
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
	w->rx->device = view_egress(fabric->view, fabric->view->port[port]);
	w->rx->n = 1;
	w->rx->pkt[0] = m;
	w->rx->len[0] = len;
	w->rx->bad = bad;
	w->next_share = 0;
	worker_frames(w, fabric->view, now);
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
	uint16_t port = ids[field[FIELD_PORT] % PORTS];
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
	try(port, frame, size, len, flags & FLAG_BAD, &tried);
	lockstep_frame(fabric, port, frame, size, len, flags & FLAG_BAD, now);
	check_outcome(frame, size, len, &tried);
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

/* Port b sends port a 60 octets of IPv4 transit. */
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

/* All records, from a fabric that knows nothing. */
static void
run(const uint8_t *data, size_t size)
{
	unsigned int left = FRAMES_MAX;

	forget_all();
	digest = UINT64_C(0xcbf29ce484222325);
	while (size >= FIELDS && left > 0) {
		uint32_t n = frame_read16(data + FIELD_SIZE);

		n = (uint32_t)RTE_MIN((size_t)n, size - FIELDS);
		left -= send_record(data, data + FIELDS, n, left);
		data += FIELDS + n;
		size -= FIELDS + n;
	}
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	uint64_t sent, first;

	if (fabric == NULL)
		start();
	run(data, size);
	first = digest;
	run(data, size);
	MUST(digest == first);
	sent = before[0].tx_frames;
	check_peace();
	MUST(before[0].tx_frames == sent + 1);
	check_log();
	return 0;
}
