/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Frames for a fabric: all kinds by ports at random, what must not change while a
 * configuration does, and what tells two fabrics apart.
 */
#include <arpa/inet.h>
#include <inttypes.h>

#include "fabric/runtime/port_state.h"
#include "fabric/trial/trial.h"
#include "lib/frame.h"
#include "lib/mac.h"
#include "tests/model/model.h"
#include "tests/model/pick.h"
#include "tests/model/world.h"
#include "tests/pipe/message.h"

#define FRAME_MAX  2048
#define UNKNOWN    UINT64_C(0x02aa00000000) /* ... of members */
#define UNKNOWNS   216 /* more than the smallest table has room for */
#define STATIC     UINT64_C(0x020000000000) /* those that draw.c gives out */
#define STATICS    (3 * 13)
#define WATCHES    8
#define WATCH_LEFT 16

static_assert(UNKNOWNS + STATICS <= 256, "each source has a bit");

struct frame {
	uint32_t len;
	uint8_t octet[FRAME_MAX];
};

/* The sources of frames that have come in by each port id, as bits. */
static uint64_t came[PORTS_MAX][4];

/* The bit of an address, or -1: no frame has it as source. */
static int
bit_of(uint64_t mac)
{
	if (mac >= UNKNOWN && mac < UNKNOWN + UNKNOWNS)
		return (int)(mac - UNKNOWN);
	for (int i = 0; i < STATICS; i++)
		if (mac == STATIC + (uint64_t)(i / 13) * 256 + (unsigned)i % 13)
			return UNKNOWNS + i;
	return -1;
}

static uint64_t
source_of_bit(int bit)
{
	return bit < UNKNOWNS
		       ? UNKNOWN + (unsigned)bit
		       : STATIC + (uint64_t)((bit - UNKNOWNS) / 13) * 256 +
				 (unsigned)(bit - UNKNOWNS) % 13;
}

bool
traffic_came(const struct world *w, uint16_t port, uint64_t mac)
{
	int bit = bit_of(mac);

	/* Devices of their own accord send from all of them. */
	return bit >= 0 && (w->live || came[port][bit / 64] >> bit % 64 & 1);
}

void
traffic_forget_gone(const struct world *w)
{
	for (unsigned int id = 0; id < PORTS_MAX; id++)
		if (w->f->port[id] == NULL)
			memset(came[id], 0, sizeof(came[id]));
}

static bool
leaves_by(const struct view *v, const struct port *p, const struct fake *k)
{
	for (unsigned int i = 0; i < PORTS_MAX; i++)
		if (v->device[i] != NULL && v->device[i]->arg == k)
			return egress_has(&p->egress, (uint16_t)i);
	return false;
}

/* A frame comes in by a device: by which of its ports, its tag decides. */
static void
put(struct world *w, struct fake *k, const struct frame *f)
{
	const struct view *v = w->f->worker[0]->view;
	uint64_t mac = f->len >= 14 ? frame_read64(f->octet + 6) >> 16 : 0;
	int bit = bit_of(mac);

	for (unsigned int id = 0; bit >= 0 && id < PORTS_MAX; id++)
		if (v->port[id] != NULL && leaves_by(v, v->port[id], k))
			came[id][bit / 64] |= UINT64_C(1) << bit % 64;
	world_put(k, f->octet, f->len);
}

/* One of the ports of the running configuration, or NULL. */
static const struct config_port *
any_port(const struct world *w, const char *lan)
{
	const struct config *c = w->f->config;
	const struct config_port *found = NULL;
	unsigned int n = 0;

	for (unsigned int i = 0; i < c->nports; i++)
		if ((lan == NULL || strcmp(c->port[i].lan, lan) == 0) &&
		    one_in(++n))
			found = &c->port[i];
	return found;
}

/* One of its devices. */
static struct fake *
device_of(struct world *w, const struct config_port *p)
{
	const struct config_files *devices =
		&runtime_carrier(w->f->config, p)->device;

	return world_device(w, devices->value[pick(devices->n)]);
}

static bool
has_device(struct world *w, const struct config_port *p, const struct fake *k)
{
	const struct config_files *devices =
		&runtime_carrier(w->f->config, p)->device;

	for (unsigned int i = 0; i < devices->n; i++)
		if (world_device(w, devices->value[i]) == k)
			return true;
	return false;
}

static uint64_t
mac_of(const struct config_port *p)
{
	return p->mac.n > 0 ? p->mac.value[pick(p->mac.n)] : UNKNOWN;
}

static uint64_t
any_source(const struct config_port *p)
{
	return p->mac.n > 0 && !one_in(3)
		       ? mac_of(p)
		       : source_of_bit((int)pick(UNKNOWNS + STATICS));
}

static uint64_t
any_destination(const struct world *w, const struct config_port *p)
{
	const struct config_lan *lan = config_lan(w->f->config, p->lan);

	switch (pick(6)) {
	case 0:
		return MAC_BROADCAST;
	case 1:
		return UNKNOWN + pick(UNKNOWNS);
	case 2:
		return UINT64_C(0x333300000000) + pick(3);
	case 3:
		return lan != NULL ? lan->sponge_mac : 0;
	default:
		return mac_of(any_port(w, p->lan));
	}
}

/* An address of a port in the LAN, or one near it. */
static struct ipaddr
any_address(const struct world *w, const struct config_port *p, uint8_t family)
{
	const struct config_port *q = one_in(2) ? p : any_port(w, p->lan);
	const struct config_addresses *a = family == 4 ? &q->ipv4 : &q->ipv6;
	struct ipaddr ip = message_ip(family, 1 + pick(12));

	if (a->n > 0)
		ip = a->value[pick(a->n)];
	if (one_in(4))
		ip.octet[family == 4 ? 3 : 15] ^= (uint8_t)pick(16);
	return ip;
}

static void
take_message(struct frame *f, struct message m)
{
	f->len = m.len;
	memcpy(f->octet, m.octet, m.len);
}

static void
make_neighbour(const struct world *w, const struct config_port *p, uint64_t src,
	       uint64_t dst, struct frame *f)
{
	struct ipaddr own = any_address(w, p, 4);
	struct ipaddr other = any_address(w, p, 4);
	struct ipaddr own6 = any_address(w, p, 6);
	struct ipaddr other6 = any_address(w, p, 6);

	if (one_in(6))
		other = own;
	if (one_in(2))
		take_message(f, message_arp(one_in(3) ? dst : MAC_BROADCAST,
					    src, 1 + (uint16_t)pick(2), src,
					    &own, one_in(2) ? 0 : dst, &other));
	else
		take_message(f, message_nd(one_in(3) ? dst
						     : UINT64_C(0x3333ff000001),
					   src, &own6, &other6,
					   (uint8_t)(135 + pick(2)), 0x60,
					   one_in(2) ? &own6 : &other6,
					   1 + (uint8_t)pick(2), src));
}

static void
make_data(const struct world *w, const struct config_port *p, uint64_t src,
	  uint64_t dst, struct frame *f)
{
	static const uint16_t types[] = { FRAME_IPV4, FRAME_IPV4, FRAME_IPV6,
					  FRAME_ARP, 0x88cc };
	struct ipaddr own = any_address(w, p, 4);
	struct ipaddr other = any_address(w, p, 4);

	memset(f->octet, 0, sizeof(f->octet));
	f->len = one_in(10) ? 60 + pick(1500) : 60;
	for (unsigned int i = 0; i < 6; i++) {
		f->octet[i] = (uint8_t)(dst >> (40 - 8 * i));
		f->octet[6 + i] = (uint8_t)(src >> (40 - 8 * i));
	}
	frame_write16(f->octet + 12, types[pick(5)]);
	memcpy(f->octet + 14, "\x45\0\0\x2e\0\0\0\0\x40\x06", 10);
	memcpy(f->octet + 26, own.octet, 4);
	memcpy(f->octet + 30, other.octet, 4);
	frame_write16(f->octet + 34, one_in(4) ? 179 : 5000);
}

static void
add_tag(struct frame *f, uint16_t tag)
{
	memmove(f->octet + 16, f->octet + 12, f->len - 12);
	frame_write16(f->octet + 12, FRAME_CTAG);
	frame_write16(f->octet + 14, tag);
	f->len += 4;
}

static void
make_frame(const struct world *w, const struct config_port *p, struct frame *f)
{
	uint64_t src = any_source(p), dst = any_destination(w, p);

	if (one_in(3))
		make_neighbour(w, p, src, dst, f);
	else
		make_data(w, p, src, dst, f);
	if (p->tag != 0 || one_in(12))
		add_tag(f, p->tag != 0 && !one_in(12) ? (uint16_t)p->tag
						      : (uint16_t)pick(7));
}

static void
put_some(struct world *w, unsigned int n)
{
	static struct frame f;

	while (n-- > 0) {
		const struct config_port *p = any_port(w, NULL);

		if (p == NULL)
			return;
		make_frame(w, p, &f);
		put(w, device_of(w, p), &f);
	}
}

void
traffic_between(struct world *w, unsigned int n)
{
	put_some(w, n);
	world_pass(w);
}

void
traffic_some(struct world *w, unsigned int n)
{
	while (n > 0) {
		unsigned int burst = 1 + pick(n < 20 ? n : 20);

		traffic_between(w, burst);
		world_turn(w);
		n -= burst;
	}
}

void
traffic_storm(struct world *w)
{
	static struct frame f;
	const struct config_port *p = any_port(w, NULL);

	for (unsigned int i = 0; p != NULL && i < UNKNOWNS; i++) {
		make_data(w, p, UNKNOWN + i, MAC_BROADCAST, &f);
		if (p->tag != 0)
			add_tag(&f, (uint16_t)p->tag);
		put(w, device_of(w, p), &f);
		if (i % 16 == 15)
			world_pass(w);
	}
	world_pass(w);
	world_turn(w);
}

/* A frame whose fate an apply does not change. */
struct watch {
	struct fake *in;
	config_name from, to; /* ports */
	char text[96];        /* for people */
	struct frame frame;
	unsigned int nleft;
	struct left left[WATCH_LEFT];
};

static struct watch watches[WATCHES];
static unsigned int nwatches;

/* What limits how many frames pass; then their fate depends on time. */
static bool
is_limited(const struct world *w, const struct config_port *p)
{
	const struct port_rt *rt = runtime_port(w->f, p->id);

	return meter_is_set(&rt->shared->meter[METER_IN]) ||
	       meter_is_set(&rt->shared->meter[METER_OUT]);
}

static bool
same_acl(const struct draft *a, const struct draft *b, const char *name)
{
	return name[0] == '\0' || draft_same(a, b, CONFIG_SECTION_ACL, name);
}

static bool
has_the_devices(const struct draft_section *s,
		const struct config_files *devices)
{
	unsigned int n = 0;

	for (unsigned int i = 0; i < s->n; i++) {
		if (strcmp(s->line[i].key->name, "device") != 0)
			continue;
		if (n == devices->n ||
		    strcmp(s->line[i].value, devices->value[n++]) != 0)
			return false;
	}
	return n == devices->n;
}

/* Whether its devices stay open as they are: all have the MTU of the first. */
static bool
keeps_device(const struct world *w, const struct config_port *p,
	     const struct draft *b)
{
	const struct config_port *carrier = runtime_carrier(w->f->config, p);
	const struct device_rt *d =
		w->f->device[egress_device(&runtime_port(w->f, p->id)->egress)];
	const struct draft_section *s =
		draft_find(b, CONFIG_SECTION_PORT, carrier->id);

	if (d == NULL || s == NULL || !has_the_devices(s, &carrier->device))
		return false;
	for (unsigned int i = 0; i < b->n; i++) {
		const struct draft_section *t = &b->section[i], *lan;
		const char *mtu, *parent = draft_get(t, "parent");
		const char *name = draft_get(t, "lan");

		if (name == NULL || (t != s && (parent == NULL ||
						strcmp(parent, s->name) != 0)))
			continue;
		lan = draft_find(b, CONFIG_SECTION_LAN, name);
		mtu = lan != NULL ? draft_get(lan, "mtu") : NULL;
		if ((mtu != NULL ? strtoul(mtu, NULL, 10) : 1500) > d->mtu)
			return false;
	}
	return true;
}

/* Whether an apply of 'b' leaves the port and all it depends on as they are. */
static bool
is_untouched(const struct world *w, const struct config_port *p,
	     const struct draft *a, const struct draft *b)
{
	const struct config_lan *lan = config_lan(w->f->config, p->lan);
	const struct port_rt *rt = runtime_port(w->f, p->id);

	return lan != NULL && p->mac.n > 0 && rt->blocked == 0 &&
	       !is_limited(w, p) &&
	       draft_same(a, b, CONFIG_SECTION_PORT, p->id) &&
	       draft_same(a, b, CONFIG_SECTION_LAN, lan->id) &&
	       same_acl(a, b, p->acl) && same_acl(a, b, p->acl_out) &&
	       same_acl(a, b, lan->acl) && same_acl(a, b, lan->acl_out) &&
	       keeps_device(w, p, b);
}

static void
watch(struct world *w, const struct config_port *p, const struct config_port *q)
{
	struct watch *k = &watches[nwatches];

	k->in = device_of(w, p);
	snprintf(k->from, sizeof(k->from), "%s", p->id);
	snprintf(k->to, sizeof(k->to), "%s", q->id);
	make_data(w, p, mac_of(p), mac_of(q), &k->frame);
	frame_write16(k->frame.octet + 12, FRAME_IPV4);
	/* Transit: an address of the LAN may be given to a port by the apply. */
	memcpy(k->frame.octet + 26, "\x08\x08\x08\x08\x09\x09\x09\x09", 8);
	frame_write16(k->frame.octet + 34, 5000);
	k->frame.len = 60;
	snprintf(k->text, sizeof(k->text), "a frame from port %s to port %s",
		 p->id, q->id);
	if (p->tag != 0)
		add_tag(&k->frame, (uint16_t)p->tag);
	world_try(w, k->in, k->frame.octet, k->frame.len);
	k->nleft = w->nleft;
	/*
	 * What is dropped may be dropped for something that ends, and a flood goes
	 * to ports that the apply touches, too.
	 */
	if (w->nleft != 1 || !has_device(w, q, w->left[0].by) ||
	    w->left[0].tag != q->tag)
		return;
	memcpy(k->left, w->left, w->nleft * sizeof(k->left[0]));
	nwatches++;
}

void
traffic_watch(struct world *w, const struct draft *a, const struct draft *b)
{
	const struct config *c = w->f->config;

	nwatches = 0;
	for (unsigned int i = 0; i < c->nports && nwatches < WATCHES; i++) {
		const struct config_port *p = &c->port[i];
		const struct config_port *q = any_port(w, p->lan);

		if (p->lan[0] != '\0' && p != q && is_untouched(w, p, a, b) &&
		    is_untouched(w, q, a, b))
			watch(w, p, q);
	}
}

void
traffic_watch_none(void)
{
	nwatches = 0;
}

static bool
left_the_same(const struct world *w, const struct watch *k)
{
	if (w->nleft != k->nleft)
		return false;
	for (unsigned int i = 0; i < k->nleft; i++)
		if (w->left[i].by != k->left[i].by ||
		    w->left[i].tag != k->left[i].tag)
			return false;
	return true;
}

/* Frames of the port have disabled it since, by a check. */
static bool
is_blocked(const struct world *w, const char *port)
{
	const struct port_rt *p = runtime_port(w->f, port);

	return p != NULL && p->blocked != 0;
}

void
traffic_check(struct world *w)
{
	for (unsigned int i = 0; i < nwatches; i++) {
		const struct watch *k = &watches[i];

		if (is_blocked(w, k->from) || is_blocked(w, k->to))
			continue;
		world_try(w, k->in, k->frame.octet, k->frame.len);
		if (!left_the_same(w, k))
			model_fail("%s, which the apply does not touch: left "
				   "by %u devices (first %s tag %u), before by "
				   "%u (first %s tag %u)",
				   k->text, w->nleft,
				   w->nleft > 0 ? w->left[0].by->name : "-",
				   w->left[0].tag, k->nleft,
				   k->left[0].by->name, k->left[0].tag);
	}
}

#define PROBES  24
#define NOWHERE UINT64_C(0x02dd00000001) /* no port has ever had it */

/* What becomes of ARP follows from the configuration alone. */
static bool
has_plain_arp(const struct config_lan *lan)
{
	return lan->arp_dynamic != CONFIG_ON && lan->sponge != CONFIG_ON &&
	       config_arp_mode(lan) != CONFIG_ARP_PROXY;
}

static void
make_probe(const struct world *w, const struct config_port *p, struct frame *f)
{
	const struct config_lan *lan = config_lan(w->f->config, p->lan);
	uint64_t dst = mac_of(any_port(w, p->lan));

	if (one_in(4))
		dst = one_in(2) ? MAC_BROADCAST : NOWHERE;
	/* It may have been learned. */
	if (dst == UNKNOWN)
		dst = NOWHERE;
	if (one_in(3) && has_plain_arp(lan)) {
		struct ipaddr own = any_address(w, p, 4);
		struct ipaddr other = any_address(w, p, 4);

		take_message(f, message_arp(MAC_BROADCAST, mac_of(p),
					    1 + (uint16_t)pick(2), mac_of(p),
					    &own, 0, &other));
	} else {
		make_data(w, p, mac_of(p), dst, f);
	}
	if (p->tag != 0)
		add_tag(f, (uint16_t)p->tag);
}

/* Whether an operator, a violation or a link that flaps acts on the LAN. */
static bool
is_disturbed(const struct world *w, const char *lan)
{
	const struct config *c = w->f->config;

	for (unsigned int i = 0; i < c->nports; i++) {
		const struct port_rt *p = runtime_port(w->f, c->port[i].id);

		if (strcmp(c->port[i].lan, lan) == 0 &&
		    (port_state_is_blocked(w->f, p) || p->cull.set ||
		     w->f->cull.set))
			return true;
	}
	return false;
}

static int
by_name(const void *a, const void *b)
{
	return strcmp(a, b);
}

/* What would become of the frame, by names. */
static void
print_fate(struct world *w, const char *port, const struct frame *f, char *text,
	   size_t size)
{
	struct trial_input in = {
		.octets = f->octet, .size = f->len, .len = f->len, .idle = true
	};
	char left[64][64] = { "" };
	struct trial_result r;
	size_t n;

	MODEL_MUST(trial_frame(w->f, runtime_port(w->f, port)->id, &in, &r) ==
		   0);
	n = (size_t)snprintf(text, size,
			     "%s: %s at %s, consumed %d, owner %d:", port,
			     drop_name(r.why), trial_stage_name(r.stage),
			     r.consumed, r.to_owner);
	for (unsigned int i = 0; i < r.nexits && i < 64; i++)
		snprintf(left[i], sizeof(left[i]), "%s/%u",
			 fabric_port_name(w->f, r.exit[i].port), r.exit[i].tag);
	qsort(left, r.nexits < 64 ? r.nexits : 64, sizeof(left[0]), by_name);
	for (unsigned int i = 0; i < r.nexits && i < 64; i++)
		n += (size_t)snprintf(text + n, size - n, " %s", left[i]);
}

void
traffic_probe(struct world *w, struct world *fresh)
{
	static struct frame f;
	char fate[4096], wanted[4096];

	for (unsigned int i = 0; i < PROBES; i++) {
		const struct config_port *p = any_port(w, NULL);

		if (p == NULL || p->lan[0] == '\0' || p->mac.n == 0 ||
		    is_disturbed(w, p->lan))
			continue;
		make_probe(w, p, &f);
		print_fate(fresh, p->id, &f, wanted, sizeof(wanted));
		print_fate(w, p->id, &f, fate, sizeof(fate));
		dump_compare("what would become of a frame, after a start and "
			     "after the apply",
			     wanted, fate);
	}
}
