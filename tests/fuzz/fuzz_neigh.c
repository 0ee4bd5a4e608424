/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Random ARP, ND and data of members, through all stages and control: owners,
 * proxy mode, the sponge and its timers, while links flap, an operator sets
 * states and configurations change.
 *
 * An input is the number of a configuration and a list of records of eight
 * octets ('enum field'), each of which is a message or an event, or says that
 * a raw frame follows.
 *
 * After each record this must hold: frames that came in and left are accounted
 * for, and not damaged; no frame leaves by the port that it came in by, and
 * answers of the fabric leave by no other; workers see for each address what
 * its state requires; addresses of the configuration belong to their ports; no
 * table has more entries than allowed. At the end one member still reaches
 * another.
 */
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <rte_ring.h>
#include <rte_ring_elem.h>

#include "fabric/datapath/stage_send.h"
#include "fabric/datapath/txbuf.h"
#include "fabric/lockstep.h"
#include "fabric/neigh/neigh_impl.h"
#include "fabric/neigh/sponge_ops.h"
#include "fabric/runtime/runtime.h"
#include "fabric/trial/trial.h"
#include "fabric/view/punt.h"
#include "lib/clock.h"
#include "lib/compose.h"
#include "lib/frame.h"
#include "lib/ipv6.h"
#include "lib/mac.h"
#include "lib/nd.h"
#include "lib/neightab6.h"
#include "tests/accounts.h"
#include "tests/fuzz/must.h"

int LLVMFuzzerTestOneInput(const uint8_t *, size_t);

enum field {
	FIELD_KIND,
	FIELD_PORT,
	FIELD_SENDER, /* the member that sends */
	FIELD_ABOUT,  /* the address it is about */
	FIELD_FLAGS,
	FIELD_STEP, /* ns since the last record, as a power of 2 */
	FIELD_SIZE, /* of a frame that follows, two octets */
	FIELDS = 8,
};

enum flag {
	FLAG_SIX = 1 << 0,    /* ND, not ARP */
	FLAG_ONE = 1 << 1,    /* to one MAC address */
	FLAG_SPONGE = 1 << 2, /* to the fabric */
	FLAG_TRIED = 1 << 3,  /* before it comes */
	FLAG_FULL = 1 << 4,   /* the ring of reports is full */
	FLAG_ODD =
		1 << 5, /* the link-layer address is that of another member */
	FLAG_MORE = 1 << 6, /* with a further option, or without 'override' */
	FLAG_MANY = 1 << 7, /* twenty times */
};

#define RECORDS_MAX 300
#define SPONGE_MAC  UINT64_C(0x025300000001)
#define TAG         6

#define LAN(keys)                                                              \
	"[fabric]\nmac_table = 64\nflap_count = 0\n"                           \
	"[lan l]\nipv4 = 10.0.0.0/28\nipv4 = 10.0.1.0/29\n"                    \
	"ipv6 = 2001:db8::/64\nsponge_mac = 02:53:00:00:00:01\n"               \
	"sponge_ipv4 = 10.0.0.13\nnd_max_targets = 64\n"                       \
	"arp_pps = 1000000\nnd_pps = 1000000\narp_burst = 100000\n"            \
	"nd_burst = 100000\nstorm_bcast = off\nstorm_mcast = off\n" keys
#define PORT(name, n, keys)                                                    \
	"[port " name "]\nlan = l\nmac = 02:00:00:00:00:0" n                   \
	"\nipv4 = 10.0.0." n "\nipv6 = 2001:db8::" n "\n" keys
#define DEVICE(name) "device = net_null_" name "\n"
#define PORTS                                                                  \
	PORT("a", "1", DEVICE("a"))                                            \
	PORT("b", "2",                                                         \
	     DEVICE("b") "mac = 02:00:00:00:00:12\nipv4 = 10.0.1.2\n"          \
			 "ipv6 = fe80::2\n")                                   \
	PORT("c", "3", DEVICE("c") "isolate = x\n")                            \
	PORT("d", "4", DEVICE("d") "isolate = x\n")                            \
	"[port e]\nlan = l\nmac_limit = 4\n" DEVICE(                           \
		"e") "[port trunk]\n" DEVICE("trunk")                          \
		PORT("t", "6", "parent = trunk\ntag = 6\n") PORT(              \
			"j", "7", DEVICE("j") "status = quarantine\n")         \
			PORT("m", "8", DEVICE("m") "monitor = on\n")           \
				PORT("off", "9",                               \
				     DEVICE("off") "status = disabled\n")
#define SPONGE "sponge = on\nsponge_queuedepth = 3\n"
#define ATONCE SPONGE "sponge_learning = 0s\nsponge_flood_protection = 0\n"

/* Each runs for some of the inputs. */
static const char *const configs[] = {
	LAN(ATONCE "sponge_sweep = 60s\nsponge_sweep_age = 60s\n") PORTS,
	LAN("profile = ixp-basic\narp_mode = proxy\narp_dynamic = on\n" SPONGE)
		PORTS,
	LAN("profile = open\nsponge_suppress = off\nsponge_linkdown = 3s\n"
	    "garp = suppress\n" ATONCE) PORTS,
	LAN("arp_mode = proxy\nunknown_arp = drop\ngarp = suppress\n"
	    "sponge_network = on\nsponge_init = none\nunassigned = dead\n"
	    "nd_unassigned = dead\nsponge_gratuitous = on\n" ATONCE) PORTS,
	LAN("profile = ixp-basic\narp_mode = unicast\narp_dynamic = on\n"
	    "sponge_static = on\nsponge_link_local = on\n" ATONCE) PORTS,
	LAN("profile = open\narp_mode = proxy\nsponge_dummy = on\n"
	    "sponge_suppress = off\nsponge_link_local = on\n"
	    "nd_unknown_opts = forward\nsponge_init = dead\n" ATONCE) PORTS,
	LAN("profile = open\narp_mode = unicast\narp_dynamic = on\n"
	    "garp = drop\n") PORTS,
	/* Two members swap addresses, and one prefix is gone. */
	"[fabric]\nmac_table = 64\nflap_count = 0\n"
	"[lan l]\nipv4 = 10.0.0.0/28\nipv6 = 2001:db8::/64\n"
	"sponge_mac = 02:53:00:00:00:01\n" ATONCE PORT("a", "2", DEVICE("a"))
		PORT("b", "1", DEVICE("b")),
	/* Nothing stays. */
	"[fabric]\nmac_table = 64\nflap_count = 0\n",
};

#define CONFIGS (sizeof(configs) / sizeof(configs[0]))
#define EMPTY   (CONFIGS - 1)

static const char *const doors[] = { "a", "b", "c",     "d", "e",
				     "t", "j", "trunk", "m", "off" };

#define DOORS (sizeof(doors) / sizeof(doors[0]))

/* A frame that left, without the tag of a port. */
struct copy {
	uint16_t port;
	uint32_t size;
	uint8_t *frame;
};

#define COPIES_MAX 8192

static struct fabric *fabric;
static uint64_t now;
static struct copy copies[COPIES_MAX];
static unsigned int ncopies;
static struct port_stats before[PORTS_MAX];
static struct port_counters seen[PORTS_MAX]; /* as last time, to save time */
static struct rte_ring *full;

static bool
has_tag(const uint8_t *frame, uint32_t size)
{
	return size >= FRAME_HEADER + FRAME_TAG &&
	       frame_read16(frame + 12) == FRAME_CTAG &&
	       (frame_read16(frame + 14) & 0xfff) == TAG;
}

/* The octets of a frame without its tag, to be freed. */
static uint8_t *
untagged(const uint8_t *frame, uint32_t *size, bool tagged)
{
	uint8_t *copy = malloc(*size != 0 ? *size : 1);

	MUST(copy != NULL);
	memcpy(copy, frame, *size);
	if (!tagged || !has_tag(frame, *size))
		return copy;
	memcpy(copy + 12, frame + 16, *size - 16);
	*size -= FRAME_TAG;
	return copy;
}

static bool
is_port_named(uint16_t port, const char *name)
{
	const char *is = fabric_port_name(fabric, port);

	return is != NULL && strcmp(is, name) == 0;
}

static void
note_sent(void *arg, uint64_t at, uint16_t port, const void *frame,
	  uint32_t size, uint32_t len)
{
	struct copy *c = &copies[ncopies++];

	(void)arg, (void)len;
	MUST(ncopies < COPIES_MAX && at <= now);
	MUST(!is_port_named(port, "off") && !is_port_named(port, "trunk"));
	c->port = port;
	c->size = size;
	c->frame = untagged(frame, &c->size, is_port_named(port, "t"));
}

static void
forget_copies(void)
{
	while (ncopies > 0)
		free(copies[--ncopies].frame);
}

static void
note_event(void *arg, uint64_t at, enum drop_level level, const char *text)
{
	(void)arg, (void)level;
	MUST(at <= now && text[0] != '\0');
	for (; *text != '\0'; text++)
		MUST(*text >= ' ' && *text <= '~');
}

static struct config *
read_config(size_t i, struct faults *faults)
{
	FILE *in = fmemopen((void *)(uintptr_t)configs[i], strlen(configs[i]),
			    "r");
	struct config *c = config_read_stream("fuzz.ini", in, faults);

	fclose(in);
	if (c == NULL)
		faults_print(faults, stderr);
	MUST(c != NULL);
	return c;
}

static void
start(void)
{
	static const struct lockstep_ops ops = {
		.sent = note_sent,
		.event = note_event,
	};
	struct faults *faults = faults_create();

	fabric =
		lockstep_create(read_config(EMPTY, faults), &ops, NULL, faults);
	MUST(fabric != NULL);
	faults_free(faults);
}

/* Whether a port has counted a frame since the last call. */
static bool
has_counted(uint16_t id)
{
	const struct port_counters *c = &fabric->worker[0]->port[id];

	if (fabric_port_name(fabric, id) == NULL ||
	    memcmp(&seen[id], c, sizeof(*c)) == 0)
		return false;
	memcpy(&seen[id], c, sizeof(*c));
	return true;
}

/* Checks what the ports have counted since. */
static void
check_accounts(void)
{
	uint64_t in = 0, out = 0, sent = 0;

	for (uint16_t id = 0; id < fabric->ports_end; id++) {
		struct port_stats s, *b = &before[id];

		if (!has_counted(id))
			continue;
		stats_port(fabric, id, &s);
		MUST(s.rx_frames == accounts_received(&s));
		in += accounts_handed_on(&s) - accounts_handed_on(b);
		out += accounts_sent(&s) - accounts_sent(b);
		sent += s.tx_frames - b->tx_frames;
		*b = s;
	}
	MUST(in == out && sent == ncopies);
	MUST(lockstep_buffers_used(fabric) == 0);
}

static void
apply(size_t i)
{
	struct faults *faults = faults_create();
	struct apply_result result;

	MUST(fabric_apply(fabric, read_config(i, faults), &result, faults) ==
	     0);
	faults_free(faults);
	for (uint16_t id = 0; id < fabric->ports_end; id++)
		stats_port(fabric, id, &before[id]);
}

/* What workers are to do with requests for the address. */
static enum neightab_held
held(const struct net_rt *n, uint32_t slot, const struct sponge_address *a)
{
	const struct neigh *r = n->lan->neigh;
	uint64_t owner = neightab_get_owner(n->neightab, slot);
	bool answers = n->sponge != NULL && !sponge_params(n->sponge)->dummy &&
		       !sponge_is_learning(n->sponge);

	if (answers && a->state.kind == SPONGE_DEAD)
		return r->suppress ? NEIGHTAB_DEAD : NEIGHTAB_FREE;
	if (answers && a->state.kind == SPONGE_STATIC)
		return r->suppress ? NEIGHTAB_STATIC : NEIGHTAB_FREE;
	return r->proxies && neightab_owner_mac(owner) != 0 ? NEIGHTAB_PROXY
							    : NEIGHTAB_FREE;
}

/* An address is watched where a sign of life would matter. */
static void
check_watched(const struct net_rt *n, uint32_t slot,
	      const struct sponge_address *a)
{
	uint64_t owner = neightab_get_owner(n->neightab, slot);
	uint16_t at = n->address[slot].watched_at;

	if (a->state.kind < SPONGE_PENDING)
		return;
	MUST(n->address[slot].watched);
	if (owner & NEIGHTAB_STRICT) {
		MUST(at == neightab_owner_port(owner) + 1);
		MUST(fabric->port[at - 1]->watching);
	}
}

/* As many addresses are watched at each port as are counted there. */
static void
check_counts(const struct lan_rt *l)
{
	static uint32_t watched[UINT16_MAX + 1];
	unsigned int elsewhere = 0;

	memset(watched, 0, sizeof(watched));
	for (const struct net_rt *n = l->nets; n != NULL; n = n->next)
		for (uint32_t slot = 0; slot < n->neightab->n; slot++)
			watched[n->address[slot].watched_at]++;
	for (unsigned int i = 0; i < fabric->ports_end; i++)
		if (fabric->port[i] != NULL && fabric->port[i]->lan == l->id)
			MUST(fabric->port[i]->watched == watched[i + 1]);
	for (unsigned int i = 0; i < NEIGH_NETS; i++)
		elsewhere += l->neigh->anywhere[i];
	for (unsigned int i = PORTS_MAX; i <= UINT16_MAX; i++)
		elsewhere -= watched[i];
	MUST(elsewhere == 0);
}

static void
check_address(const struct net_rt *n, uint32_t slot, uint32_t *used)
{
	struct sponge_address a = { 0 };
	uint64_t owner = neightab_get_owner(n->neightab, slot);
	uint16_t port = neightab_owner_port(owner);

	if (n->six && neightab6_entry(n->table, slot) == NULL) {
		MUST(owner == 0);
		return;
	}
	if (n->sponge != NULL && sponge_look(n->sponge, slot, &a)) {
		++*used;
		check_watched(n, slot, &a);
	}
	MUST(neightab_get_held(n->neightab, slot) == held(n, slot, &a));
	MUST(!mac_is_group(neightab_owner_mac(owner)));
	if (owner & NEIGHTAB_OWNED)
		MUST(fabric->port[port] != NULL &&
		     fabric->port[port]->lan == n->lan->id);
	if (owner & NEIGHTAB_OWNED && !(owner & NEIGHTAB_STRICT))
		MUST(neigh_learns_at(n, slot));
}

static void
check_net(const struct net_rt *n)
{
	uint32_t used = 0, counted = 0;

	for (uint32_t slot = 0; slot < n->neightab->n; slot++)
		check_address(n, slot, &used);
	for (int kind = 0; n->sponge != NULL && kind < SPONGE_KINDS; kind++)
		counted += sponge_count(n->sponge, (enum sponge_kind)kind);
	MUST(used == counted);
	MUST(!n->six || neightab6_count(n->table) <= n->targets);
}

/* Addresses of the configuration belong to their ports, whatever was sent. */
static void
check_bound(const struct lan_rt *l)
{
	const struct config *c = fabric->config;

	for (unsigned int i = 0; i < c->nports; i++)
		for (unsigned int k = 0; k < c->port[i].ipv4.n; k++) {
			uint32_t slot;
			const struct net_rt *n =
				neigh_find(l, &c->port[i].ipv4.value[k], &slot);
			uint64_t owner;

			MUST(n != NULL);
			owner = neightab_get_owner(n->neightab, slot);
			MUST(owner & NEIGHTAB_STRICT &&
			     is_port_named(neightab_owner_port(owner),
					   c->port[i].id));
		}
}

static void
check_state(void)
{
	const struct lan_rt *l = runtime_lan(fabric, "l");

	if (l == NULL)
		return;
	for (const struct net_rt *n = l->nets; n != NULL; n = n->next)
		check_net(n);
	check_bound(l);
	if (l->neigh != NULL)
		check_counts(l);
}

/* An ARP reply, or an advertisement to one MAC address. */
static bool
is_answer(const struct copy *c)
{
	uint16_t type = c->size >= 60 ? frame_read16(c->frame + 12) : 0;

	return (type == FRAME_ARP && c->frame[21] == 2) ||
	       (type == FRAME_IPV6 && c->frame[54] == ND_NA &&
		!(c->frame[0] & 1));
}

/*
 * Runs what is due until 'now': it sends requests of the fabric, and no
 * answers.
 */
static void
advance(void)
{
	lockstep_advance(fabric, now);
	for (unsigned int i = 0; i < ncopies; i++) {
		MUST(frame_read64(copies[i].frame) << 48 >> 48 ==
		     SPONGE_MAC >> 32);
		MUST(!is_answer(&copies[i]));
	}
	check_accounts();
	forget_copies();
	check_state();
}

/*
 * Whether it is the frame that came in, apart from its destination and
 * padding.
 */
static bool
is_forwarded(const struct copy *c, const uint8_t *frame, uint32_t size)
{
	return size >= FRAME_HEADER && c->size >= size &&
	       memcmp(c->frame + 6, frame + 6, size - 6) == 0;
}

/* The frame came in by port 'in'; returns how many copies of it left. */
static unsigned int
check_ways(uint16_t in, const uint8_t *octets, uint32_t size)
{
	uint8_t *frame = untagged(octets, &size, is_port_named(in, "t"));
	unsigned int forwarded = 0;

	for (unsigned int i = 0; i < ncopies; i++) {
		const struct copy *c = &copies[i];

		if (is_forwarded(c, frame, size) && c->port != in) {
			MUST(!is_port_named(in, "j") ||
			     is_port_named(c->port, "m"));
			MUST(!is_port_named(c->port, "j") ||
			     is_port_named(in, "m"));
			MUST(!is_port_named(in, "c") ||
			     !is_port_named(c->port, "d"));
			forwarded++;
		} else {
			MUST(c->port == in);
		}
	}
	free(frame);
	return forwarded;
}

/* Gives the worker a full ring, of one report about no port. */
static struct rte_ring *
fill_reports(void)
{
	struct rte_ring *punts = fabric->worker[0]->punts;
	struct punt no_port = { .port = PORTS_MAX - 1 };

	if (full == NULL)
		full = rte_ring_create_elem("full", sizeof(no_port), 2, 0,
					    RING_F_SP_ENQ | RING_F_SC_DEQ);
	MUST(full != NULL);
	fabric->worker[0]->punts = full;
	while (rte_ring_sp_enqueue_elem(full, &no_port, sizeof(no_port)) == 0)
		;
	return punts;
}

static void
send(const uint8_t *field, const uint8_t *frame, uint32_t size)
{
	const char *door = doors[field[FIELD_PORT] % DOORS];
	uint16_t in =
		fabric_port_id(fabric, strcmp(door, "t") == 0 ? "trunk" : door);
	const struct trial_input what = { .octets = frame,
					  .size = size,
					  .len = size };
	bool tried = field[FIELD_FLAGS] & FLAG_TRIED;
	bool full_ring = field[FIELD_FLAGS] & FLAG_FULL;
	struct rte_ring *punts = NULL;
	struct trial_result r;
	unsigned int left;

	if (in == FABRIC_NO_PORT)
		return;
	if (tried)
		MUST(trial_frame(fabric, in, &what, &r) == 0);
	if (full_ring)
		punts = fill_reports();
	lockstep_frame(fabric, in, frame, size, size, false, now);
	if (full_ring)
		fabric->worker[0]->punts = punts;
	if (strcmp(door, "t") == 0 && has_tag(frame, size))
		in = fabric_port_id(fabric, "t");
	left = check_ways(in, frame, size);
	if (tried && !full_ring)
		MUST(r.nexits == left && (left == 0 || r.in == in));
	check_accounts();
	forget_copies();
}

/* The MAC address of a member. */
static uint64_t
mac_of(uint8_t n)
{
	return UINT64_C(0x020000000000) | n % 32;
}

static uint32_t
address4(uint8_t n)
{
	uint32_t nets[] = { 0x0a000000, 0x0a000000, 0x0a000100, 0xc6336400 };

	return nets[n >> 6] | (n & 15);
}

static void
address6(uint8_t n, uint8_t a[16])
{
	static const uint8_t nets[][4] = {
		{ 0x20, 1, 0x0d, 0xb8 },
		{ 0x20, 1, 0x0d, 0xb8 },
		{ 0xfe, 0x80, 0, 0 },
		{ 0x20, 1, 0x0d, 0xb9 },
	};

	memset(a, 0, 16);
	memcpy(a, nets[n >> 6], 4);
	a[15] = n & 63;
}

enum kind {
	KIND_REQUEST,
	KIND_FREE,
	KIND_REPLY,
	KIND_GRATUITOUS,
	KIND_DATA,
	KIND_MESSAGES, /* those above are messages */
	KIND_FRAME = KIND_MESSAGES,
	KIND_LINK,
	KIND_APPLY,
	KIND_SET,
	KIND_WAIT,
};

#define KINDS 32

/* From an octet: kinds that take long are rare. */
static enum kind
kind_of(uint8_t octet)
{
	unsigned int k = octet % KINDS;

	if (k < 4 * KIND_MESSAGES)
		return (enum kind)(k % KIND_MESSAGES);
	if (k < 24)
		return KIND_FRAME;
	if (k < 26)
		return KIND_LINK;
	if (k < 28)
		return KIND_SET;
	return k == 28 ? KIND_APPLY : KIND_WAIT;
}

static uint64_t
destination(const uint8_t *field)
{
	return field[FIELD_FLAGS] & FLAG_SPONGE ? SPONGE_MAC
						: mac_of(field[FIELD_ABOUT]);
}

static bool
is_to_one(const uint8_t *field)
{
	return field[FIELD_FLAGS] & (FLAG_ONE | FLAG_SPONGE);
}

static void
make_arp(const uint8_t *field, enum kind kind, struct compose *c)
{
	uint64_t src = mac_of(field[FIELD_SENDER]);
	uint32_t own = address4(field[FIELD_SENDER]);
	uint32_t about = address4(field[FIELD_ABOUT]);
	bool odd = field[FIELD_FLAGS] & FLAG_ODD;
	bool to_one = is_to_one(field) || kind == KIND_REPLY;

	compose_ether(c, to_one ? destination(field) : MAC_BROADCAST, src,
		      FRAME_ARP);
	compose_arp(c, kind == KIND_REPLY ? 2 : 1,
		    odd ? mac_of(field[FIELD_ABOUT]) : src,
		    kind == KIND_FREE ? 0 : own, 0,
		    kind == KIND_GRATUITOUS ? own : about);
}

/* The group that an NS or NA is sent to, and its MAC address. */
static uint64_t
to_group(enum kind kind, const uint8_t target[16], uint8_t dst[16])
{
	static const uint8_t nodes[16] = { 0xff, 2, [15] = 1 };
	static const uint8_t solicited[16] = { 0xff, 2, [11] = 1, [12] = 0xff };

	memcpy(dst, kind == KIND_GRATUITOUS ? nodes : solicited, 16);
	if (kind != KIND_GRATUITOUS)
		memcpy(dst + 13, target + 13, 3);
	return ipv6_group_mac(dst);
}

static void
make_nd(const uint8_t *field, enum kind kind, struct compose *c)
{
	bool na = kind == KIND_REPLY || kind == KIND_GRATUITOUS;
	bool more = field[FIELD_FLAGS] & FLAG_MORE;
	uint64_t src = mac_of(field[FIELD_SENDER]), dst;
	uint64_t lladdr = field[FIELD_FLAGS] & FLAG_ODD
				  ? mac_of(field[FIELD_ABOUT])
				  : src;
	uint8_t message[40] = {
		na ? ND_NA : ND_NS, [4] = na ? (more ? 0 : 0xa0) : 0,
		[24] = na ? 2 : 1,  [25] = 1,
		[32] = 25,          [33] = 1
	};
	uint8_t own[16], to[16], none[16] = { 0 };
	uint32_t n = kind == KIND_FREE ? 24 : more && !na ? 40 : 32;
	uint8_t *ip;

	address6(field[FIELD_SENDER], own);
	address6(na ? field[FIELD_SENDER] : field[FIELD_ABOUT], message + 8);
	for (unsigned int i = 0; i < 6; i++)
		message[26 + i] = (uint8_t)(lladdr >> (40 - 8 * i));
	dst = to_group(kind, message + 8, to);
	if (is_to_one(field) || kind == KIND_REPLY) {
		dst = destination(field);
		address6(field[FIELD_ABOUT], to);
	}
	compose_ether(c, dst, src, FRAME_IPV6);
	ip = compose_ipv6(c, IPV6_ICMP, ND_HOP_LIMIT,
			  kind == KIND_FREE ? none : own, to, (uint16_t)n);
	compose_put(c, message, n);
	compose_icmp6_sum(c, ip, n);
}

static void
make_data(const uint8_t *field, struct compose *c)
{
	uint8_t from[16], to[16];

	compose_ether(c, destination(field), mac_of(field[FIELD_SENDER]),
		      field[FIELD_FLAGS] & FLAG_SIX ? FRAME_IPV6 : FRAME_IPV4);
	if (field[FIELD_FLAGS] & FLAG_SIX) {
		address6(field[FIELD_SENDER], from);
		address6(field[FIELD_ABOUT], to);
		compose_ipv6(c, IPV6_NONE, 9, from, to, 0);
	} else {
		compose_ipv4(c, 59, 9, address4(field[FIELD_SENDER]),
			     address4(field[FIELD_ABOUT]), 0);
	}
}

static void
send_message(const uint8_t *field, enum kind kind)
{
	unsigned int times = field[FIELD_FLAGS] & FLAG_MANY ? 20 : 1;
	struct compose c;

	if (kind == KIND_DATA)
		make_data(field, &c);
	else if (field[FIELD_FLAGS] & FLAG_SIX)
		make_nd(field, kind, &c);
	else
		make_arp(field, kind, &c);
	if (strcmp(doors[field[FIELD_PORT] % DOORS], "t") == 0)
		compose_tag(&c, FRAME_CTAG, TAG);
	compose_pad(&c);
	for (unsigned int i = 0; i < times; i++) {
		send(field, c.octet, c.size);
		now += times > 1 ? CLOCK_SECOND / 2 : 0;
		advance();
	}
}

static void
set_link(const uint8_t *field)
{
	uint16_t port =
		fabric_port_id(fabric, doors[field[FIELD_PORT] % DOORS]);

	if (port != FABRIC_NO_PORT)
		lockstep_link(fabric, port, field[FIELD_FLAGS] & 1);
}

static void
set_state(const uint8_t *field)
{
	enum sponge_kind kind = field[FIELD_SENDER] % SPONGE_KINDS;
	struct ipaddr a = { .family = 4 };
	uint32_t address = address4(field[FIELD_ABOUT]);
	unsigned int n;

	for (unsigned int i = 0; i < 4; i++)
		a.octet[i] = (uint8_t)(address >> (24 - 8 * i));
	if (field[FIELD_FLAGS] & FLAG_SIX) {
		a.family = 6;
		address6(field[FIELD_ABOUT], a.octet);
	}
	if (field[FIELD_SENDER] & 0x80)
		sponge_ops_confirm(fabric, "l", &a);
	else if (field[FIELD_SENDER] & 0x40)
		sponge_ops_probe(fabric, "l", &a, &a, 10, &n);
	else
		sponge_ops_set(fabric, "l", &a, kind, field[FIELD_PORT], 0);
	/* Lets the worker send what control has made. */
	while (rte_ring_count(fabric->worker[0]->outgoing) != 0)
		worker_send_made(fabric->worker[0], fabric->view);
	worker_flush(fabric->worker[0], fabric->view);
	check_accounts();
	forget_copies();
}

static void
act(const uint8_t *field, const uint8_t *octets, uint32_t n)
{
	enum kind kind = kind_of(field[FIELD_KIND]);

	now += UINT64_C(1) << (field[FIELD_STEP] % 37);
	advance();
	switch (kind) {
	case KIND_FRAME:
		send(field, octets, n);
		break;
	case KIND_LINK:
		set_link(field);
		break;
	case KIND_APPLY:
		apply(field[FIELD_ABOUT] % CONFIGS);
		break;
	case KIND_SET:
		set_state(field);
		break;
	case KIND_WAIT:
		now += field[FIELD_ABOUT] * 10 * CLOCK_SECOND;
		break;
	default:
		send_message(field, kind);
	}
	advance();
}

/*
 * At the end one packet shows that b is alive, and a request of a reaches b,
 * unless an operator has set another state.
 */
static void
check_end(void)
{
	static const struct ipaddr b = { 4, { 10, 0, 0, 2 } };
	static const uint8_t packet[FIELDS] = { KIND_DATA, 1, 2, 1 };
	static const uint8_t request[FIELDS] = { KIND_REQUEST, 0, 1, 2 };
	struct compose c;

	apply(0);
	now += 100 * CLOCK_SECOND;
	advance();
	for (size_t i = 0; i < DOORS; i++)
		if (strcmp(doors[i], "t") != 0)
			lockstep_link(fabric, fabric_port_id(fabric, doors[i]),
				      true);
	sponge_ops_set(fabric, "l", &b, SPONGE_DEAD, 0, 0);
	advance();
	send_message(packet, KIND_DATA);
	make_arp(request, KIND_REQUEST, &c);
	compose_pad(&c);
	lockstep_frame(fabric, fabric_port_id(fabric, "a"), c.octet, c.size,
		       c.size, false, now);
	MUST(ncopies == 1 && is_port_named(copies[0].port, "b"));
	MUST(is_forwarded(&copies[0], c.octet, c.size));
	check_accounts();
	forget_copies();
	lockstep_end(fabric);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	unsigned int records = 0;

	if (fabric == NULL)
		start();
	now = (now / CLOCK_SECOND + 1) * CLOCK_SECOND;
	apply(EMPTY);
	if (size > 0) {
		apply(*data++ % EMPTY);
		size--;
	}
	advance();
	for (; size >= FIELDS && records < RECORDS_MAX; records++) {
		uint32_t n = kind_of(data[FIELD_KIND]) == KIND_FRAME
				     ? frame_read16(data + FIELD_SIZE)
				     : 0;

		n = n < size - FIELDS ? n : (uint32_t)(size - FIELDS);
		act(data, data + FIELDS, n);
		data += FIELDS + n;
		size -= FIELDS + n;
	}
	check_end();
	return 0;
}
