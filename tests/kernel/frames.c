/* SPDX-License-Identifier: BSD-3-Clause */
#include "tests/kernel/frames.h"

#include <stdbool.h>
#include <string.h>

#include "lib/frame.h"
#include "lib/ipv6.h"
#include "tests/kernel/members.h"

#define PACKET_MAX 1500
#define UPPER_MAX  700
#define BOUNDS     16 /* headers of a packet whose places are known */

#define ANY_OF(list)                                                           \
	((list)[below((uint32_t)(sizeof(list) / sizeof((list)[0])))])

/* A packet, or what is to come into one. */
struct text {
	uint32_t size;
	uint8_t octets[PACKET_MAX];
};

/* The addresses of a packet. */
struct ends {
	uint8_t from; /* enum member */
	uint8_t src[16];
	uint8_t dst[16];
};

static uint64_t state;

void
frames_seed(uint64_t seed)
{
	state = seed;
}

/* SplitMix64. */
static uint32_t
draw(void)
{
	uint64_t z = state += UINT64_C(0x9e3779b97f4a7c15);

	z = (z ^ z >> 30) * UINT64_C(0xbf58476d1ce4e5b9);
	z = (z ^ z >> 27) * UINT64_C(0x94d049bb133111eb);
	return (uint32_t)(z ^ z >> 31);
}

static uint32_t
below(uint32_t n)
{
	return draw() % n;
}

static bool
chance(uint32_t percent)
{
	return below(100) < percent;
}

static void
put8(struct text *t, uint32_t value)
{
	if (t->size < PACKET_MAX)
		t->octets[t->size++] = (uint8_t)value;
}

static void
put16(struct text *t, uint32_t value)
{
	put8(t, value >> 8);
	put8(t, value);
}

static void
put32(struct text *t, uint32_t value)
{
	put16(t, value >> 16);
	put16(t, value);
}

static void
put(struct text *t, const void *octets, uint32_t n)
{
	const uint8_t *p = octets;

	while (n-- > 0)
		put8(t, *p++);
}

static void
put_random(struct text *t, uint32_t n)
{
	while (n-- > 0)
		put8(t, chance(50) ? 0 : draw());
}

static uint8_t
any_member(void)
{
	return (uint8_t)(1 + below(MEMBERS - 1));
}

static void
put_mac(struct text *t, uint8_t member)
{
	put32(t, 0x02000000);
	put16(t, member);
}

/* Mostly the sender's, or another's. */
static void
put_some_mac(struct text *t, uint8_t from)
{
	put_mac(t, chance(70) ? from : any_member());
}

static uint32_t
odd_address4(void)
{
	static const uint32_t odd[] = {
		0x00000000, 0xc00002ff, 0xc0000200, 0xffffffff, 0xc000024d,
		0x7f000001, 0xa9fe0101, 0xe0000001, 0xe0000002, 0xe0000005,
		0xe0000006, 0xe000000a, 0xe000000d, 0xe0000012, 0xe0000016,
		0xe00000fb, 0xc6336401, 0xc6336401, 0xc6336401,
	};

	return ANY_OF(odd);
}

/* 'common': the member that it belongs to in most cases. */
static uint32_t
address4(uint8_t common, uint32_t percent)
{
	if (chance(percent))
		return 0xc0000200U | common;
	return chance(50) ? 0xc0000200U | any_member() : odd_address4();
}

static void
store32(uint8_t *p, uint32_t value)
{
	p[0] = (uint8_t)(value >> 24);
	p[1] = (uint8_t)(value >> 16);
	p[2] = (uint8_t)(value >> 8);
	p[3] = (uint8_t)value;
}

static void
store16(uint8_t *p, uint32_t value)
{
	p[0] = (uint8_t)(value >> 8);
	p[1] = (uint8_t)value;
}

/* Global, made from the MAC address, or set by hand; 'high' of link-local. */
static void
members_address6(uint8_t *a, uint8_t member)
{
	memset(a, 0, 16);
	a[15] = member;
	if (chance(50)) {
		memcpy(a, "\x20\x01\x0d\xb8", 4);
		return;
	}
	a[0] = 0xfe;
	a[1] = 0x80;
	if (chance(60))
		memcpy(a + 8, "\x00\x00\x00\xff\xfe\x00\x00", 7);
	if (chance(5))
		a[2 + below(6)] = 1; /* still fe80::/10 */
}

static void
group6(uint8_t *a)
{
	static const uint8_t last[] = { 1, 1,    1,    2,    2,    5,
					6, 0x0a, 0x0d, 0x12, 0x16, 0xfb };

	memset(a, 0, 16);
	a[0] = 0xff;
	a[1] = chance(90) ? 2 : (uint8_t)below(16);
	a[15] = ANY_OF(last);
	if (chance(50)) {
		memcpy(a + 11, "\x01\xff", 2);
		a[15] = any_member();
	}
}

static void
odd_address6(uint8_t *a)
{
	static const uint8_t odd[][16] = {
		{ 0 },
		{ [15] = 1 },
		{ [10] = 0xff, 0xff, 192, 0, 2, 3 },
		{ 0x20, 0x01, 0x0d, 0xb8, 0xff, 0xff, [15] = 1 },
		{ 0x20, 0x01, 0x0d, 0xb8, 0xff, 0xff, [15] = 1 },
		{ 0x20, 0x01, 0x0d, 0xb8, [15] = 0x4d },
		{ 0xfe, 0x80, [15] = 0x4d },
		{ 0xfe, 0xc0, [15] = 3 },
		{ 0x20, 0x01, 0x0d, 0xb8 },
	};

	memcpy(a, odd[below(sizeof(odd) / sizeof(odd[0]))], 16);
}

static void
address6(uint8_t *a, uint8_t common, uint32_t percent)
{
	if (chance(percent))
		members_address6(a, common);
	else if (chance(50))
		members_address6(a, any_member());
	else if (chance(40))
		group6(a);
	else
		odd_address6(a);
}

static uint32_t
sum(uint32_t so_far, const uint8_t *p, uint32_t n)
{
	for (uint32_t i = 0; i < n; i++)
		so_far += i & 1 ? p[i] : (uint32_t)p[i] << 8;
	while (so_far >> 16 != 0)
		so_far = (so_far & 0xffff) + (so_far >> 16);
	return so_far;
}

/* Sets the checksum at 'at'; with the pseudo header, if there is a 'proto'. */
static void
set_sum(struct text *t, uint32_t at, const struct ends *e, uint32_t length,
	uint8_t proto)
{
	uint32_t s = proto;

	if (t->size < at + 2)
		return;
	store16(t->octets + at, 0);
	if (length != 0) {
		s = sum(s + t->size, e->src, length);
		s = sum(s, e->dst, length);
	}
	s = ~sum(s, t->octets, t->size);
	store16(t->octets + at, chance(97) ? s : draw());
}

static void
nd_option(struct text *t, uint8_t from)
{
	static const uint8_t type[] = {
		1, 1, 1, 2, 2, 2, 3, 5, 14, 24, 25, 31
	};
	uint32_t at = t->size;
	uint8_t kind = ANY_OF(type);

	put8(t, kind);
	put8(t, 1);
	if (kind == 3 || kind == 25) {
		t->octets[at + 1] = kind == 3 ? 4 : 3;
		put16(t, kind == 3 ? 0x40c0 : 0);
		put32(t, 0xffffffff);
		put32(t, chance(50) ? 0xffffffff : draw());
		if (kind == 3)
			put32(t, 0);
		put(t, "\x20\x01\x0d\xb8\x00\x07\x00\x00", 8);
		put(t, "\x00\x00\x00\x00\x00\x00\x00\x01", 8);
	} else if (kind == 1 || kind == 2) {
		put_some_mac(t, from);
	} else {
		put_random(t, 6);
	}
	if (chance(4))
		t->octets[at + 1] = (uint8_t)below(6);
}

/* Neighbour discovery, of a type that 'e' will do for in most cases. */
static void
nd(struct text *t, const struct ends *e)
{
	static const uint8_t types[] = { 135, 135, 135, 136, 136,
					 136, 134, 134, 137, 133 };
	uint8_t type = ANY_OF(types), target[16];
	uint32_t n = below(4);

	put8(t, type);
	put8(t, chance(96) ? 0 : draw());
	put16(t, 0);
	if (type == 134) { /* hop limit, flags, lifetime; timers */
		put32(t, chance(80) ? 0x40000708 : draw());
		put32(t, 0);
		put32(t, 0);
	} else {
		put32(t, chance(70) ? 0x20000000U << below(3) : draw());
	}
	address6(target, chance(50) ? MEMBER_OTHER : e->from, 60);
	if (type == 135 && chance(80))
		members_address6(target, MEMBER_VICTIM);
	if (type >= 135)
		put(t, target, 16);
	if (type == 137) {
		address6(target, MEMBER_OTHER, 30);
		put(t, target, 16);
	}
	while (n-- > 0)
		nd_option(t, e->from);
}

static void
icmp6(struct text *t, const struct ends *e)
{
	static const uint8_t types[] = { 1,   2,   3,   4,   128, 129,
					 130, 131, 132, 143, 138, 155 };

	if (chance(80)) {
		nd(t, e);
		return;
	}
	put8(t, ANY_OF(types));
	put8(t, 0);
	put_random(t, 2 + below(40));
}

static void
ports(struct text *t)
{
	static const uint16_t port[] = { 53,  67,   68,   546,      547,
					 179, 3784, 3785, ACL_PORT, 49152 };

	put16(t, ANY_OF(port));
	put16(t, ANY_OF(port));
}

static void
tcp(struct text *t)
{
	ports(t);
	put32(t, draw());
	put32(t, draw());
	put16(t, 0x5000 | below(64));
	put16(t, draw());
	put32(t, 0);
	put_random(t, below(16));
}

static void
udp(struct text *t)
{
	uint32_t data = below(40);

	ports(t);
	put16(t, chance(95) ? 8 + data : draw());
	put16(t, 0);
	put_random(t, data);
}

/* What no header is before, and its protocol; 'six': in IPv6. */
static uint8_t
upper(struct text *t, const struct ends *e, bool six)
{
	static const uint8_t protos[] = { 1,   2,  88, 89, 103, 112,
					  124, 47, 4,  41, 50,  132 };
	uint32_t length = six ? 16 : 4, kind = below(100);

	t->size = 0;
	if (six ? kind < 55 : kind < 15) {
		icmp6(t, e);
		set_sum(t, 2, e, length, 58);
		return 58;
	}
	if (kind < 70) {
		tcp(t);
		set_sum(t, 16, e, length, 6);
		return 6;
	}
	if (kind < 85) {
		udp(t);
		set_sum(t, 6, e, length, 17);
		return 17;
	}
	kind = ANY_OF(protos);
	put8(t, kind == 1 ? 5 : draw());
	put_random(t, 7 + below(40));
	set_sum(t, 2, e, 0, 0);
	return (uint8_t)kind;
}

/* Options of a hop-by-hop or destination header, 'n' octets. */
static void
options(struct text *t, uint32_t n)
{
	uint32_t end = t->size + n;

	while (t->size < end) {
		uint32_t left = end - t->size;

		if (left == 1 || chance(10)) {
			put8(t, 0);
		} else if (left >= 4 && chance(15)) {
			put(t, "\x05\x02\x00\x00", 4);
		} else if (left >= 6 && chance(20)) {
			put16(t, 0xc204);
			put32(t, chance(50) ? 65536 + below(64) : below(256));
		} else {
			uint32_t data = below(left - 1);

			put8(t, chance(95) ? 1 : draw());
			put8(t, data);
			for (uint32_t i = 0; i < data; i++)
				put8(t, 0);
		}
	}
}

/* An extension header of 'kind', with a next header of 0. */
static void
extension(struct text *t, uint8_t kind)
{
	uint32_t at = t->size, more = chance(70) ? 0 : below(4);

	put8(t, 0);
	put8(t, more);
	switch (kind) {
	case IPV6_FRAGMENT:
		t->octets[at + 1] = chance(90) ? 0 : (uint8_t)draw();
		put16(t, chance(80) ? 0 : draw());
		put32(t, draw());
		break;
	case IPV6_AH:
		t->octets[at + 1] = (uint8_t)(more * 2 + 4);
		put_random(t, more * 8 + 22);
		break;
	case IPV6_ROUTING:
		put8(t, below(5));
		put8(t, chance(70) ? 0 : 1);
		put_random(t, more * 8 + 4);
		break;
	case IPV6_HOP_BY_HOP:
	case IPV6_DESTINATION:
		options(t, more * 8 + 6);
		break;
	default:
		put_random(t, more * 8 + 6);
		break;
	}
	if (chance(2))
		t->octets[at + 1] = (uint8_t)draw();
}

/* The payload of an IPv6 packet, and where headers begin in it. */
struct chain {
	struct text text;
	unsigned int n;
	uint32_t at[BOUNDS];
	uint8_t proto[BOUNDS]; /* of the header there */
};

static void
begin_header(struct chain *c, uint8_t proto)
{
	c->at[c->n] = c->text.size;
	c->proto[c->n] = proto;
	if (c->n > 0)
		c->text.octets[c->at[c->n - 1]] = proto;
	c->n++;
}

static void
make_chain(struct chain *c, const struct ends *e)
{
	static const uint8_t kinds[] = { 0,  0,  60, 60,  60,  43,
					 44, 44, 51, 135, 139, 140 };
	uint32_t n = chance(50) ? 0 : chance(75) ? 1 + below(3) : below(12);
	struct text up;
	uint8_t proto = upper(&up, e, true);

	c->text.size = 0;
	c->n = 0;
	for (uint32_t i = 0; i < n; i++) {
		uint8_t kind = ANY_OF(kinds);

		if (i == 0 && chance(40))
			kind = IPV6_HOP_BY_HOP;
		begin_header(c, kind);
		extension(&c->text, kind);
	}
	begin_header(c, chance(98) ? proto : IPV6_NONE);
	put(&c->text, up.octets, up.size);
}

static void
ipv6_header(struct text *t, const struct ends *e, uint8_t next, uint32_t length,
	    uint32_t hops)
{
	put32(t, chance(99) ? 0x60000000 : draw());
	put16(t, length);
	put8(t, next);
	put8(t, hops);
	put(t, e->src, 16);
	put(t, e->dst, 16);
}

/* What a header says of the length, mostly the truth. */
static uint32_t
claim(uint32_t length)
{
	uint32_t kind = below(100);

	if (kind < 85)
		return length;
	if (kind < 92)
		return 0;
	if (kind < 98)
		return length + below(33) - 16;
	return draw();
}

/* A MAC address to send to: the right one, or another that arrives. */
static void
put_destination(struct text *t, const struct ends *e, bool six)
{
	uint32_t low = six ? frame_read32(e->dst + 12)
			   : frame_read32(e->dst) & 0x7fffff;
	bool group = six ? e->dst[0] == 0xff : e->dst[0] >> 4 == 0xe;

	if (group && chance(50)) {
		put16(t, six ? 0x3333 : 0x0100);
		put32(t, six ? low : 0x5e000000 | low);
	} else if (chance(90)) {
		put_mac(t, MEMBER_VICTIM);
	} else if (chance(50)) {
		put16(t, 0xffff);
		put32(t, 0xffffffff);
	} else {
		put16(t, 0x3333);
		put32(t, chance(50) ? 1 : 0xff000002);
	}
}

static void
put_tags(struct text *t)
{
	static const uint16_t types[] = { 0x8100, 0x8100, 0x8100, 0x88a8,
					  0x9100 };

	while (chance(6)) {
		put16(t, ANY_OF(types));
		put16(t, chance(80) ? below(8) << 13 : below(4095));
	}
}

/* Random faults in a frame. */
static void
damage(struct text *t)
{
	uint32_t kind = below(100), at = 12 + below(60);

	if (kind < 6) {
		for (uint32_t n = 1 + below(3); n > 0; n--, at = below(90))
			if (at < t->size)
				t->octets[at] ^= (uint8_t)(1U << below(8));
	} else if (kind < 8 && t->size > 20) {
		t->size -= below(t->size - 14);
	} else if (kind < 10) {
		put_random(t, below(64));
	}
}

/* Adds a frame around the 'packet'. */
static void
add_frame(struct frames *f, const struct ends *e, uint16_t type,
	  const struct text *packet)
{
	struct text t = { 0 };

	if (f->n == FRAMES_MAX)
		return;
	put_destination(&t, e, type == FRAME_IPV6);
	put_mac(&t, chance(97) ? e->from : any_member());
	put_tags(&t);
	if (chance(2)) { /* LLC and SNAP */
		put16(&t, packet->size + 8);
		put(&t, "\xaa\xaa\x03\x00\x00\x00", 6);
	}
	put16(&t, chance(99) ? type : draw());
	put(&t, packet->octets, packet->size);
	if (chance(50))
		while (t.size < 60)
			put8(&t, chance(90) ? 0 : draw());
	damage(&t);
	f->frame[f->n].size = (uint16_t)t.size;
	memcpy(f->frame[f->n].octets, t.octets, t.size);
	f->n++;
}

/* The fragments of a packet: pieces of 8 octets each, up to the last one's. */
struct pieces {
	unsigned int n;
	uint32_t from[FRAMES_MAX], to[FRAMES_MAX];
};

/* Cuts 'size' octets; the first piece has 'first', unless that is 0. */
static void
cut(struct pieces *p, uint32_t size, uint32_t first)
{
	uint32_t at = 0;

	p->n = 0;
	while (p->n < 3 && at < size) {
		uint32_t end = at + 8 * (1 + below(chance(70) ? 4 : 12));

		if (at == 0 && first != 0)
			end = first;
		if (p->n == 2 || end > size)
			end = size;
		p->from[p->n] = at;
		p->to[p->n++] = end;
		at = chance(90) || end < 8 ? end : end - 8;
	}
	if (chance(10) && p->n > 0) { /* again, or one that overlaps */
		p->from[p->n] = p->from[p->n - 1] & ~7U;
		p->to[p->n] = p->to[p->n - 1];
		p->n++;
	}
	for (unsigned int i = 0; p->n > 1 && chance(25) && i < p->n; i++) {
		unsigned int j = below(p->n);
		uint32_t from = p->from[i], to = p->to[i];

		p->from[i] = p->from[j], p->to[i] = p->to[j];
		p->from[j] = from, p->to[j] = to;
	}
}

/*
 * The same headers before another message: what comes again, or overlaps, need not
 * be what was there.
 */
static void
vary(struct text *t, const struct chain *c, const struct ends *e)
{
	struct text up;

	*t = c->text;
	upper(&up, e, true);
	for (uint32_t i = c->at[c->n - 1], k = 0; i < t->size && k < up.size;)
		t->octets[i++] = up.octets[k++];
}

/* The chain 'c' in fragments: the headers before number 'k' are in all. */
static void
fragments6(struct frames *f, const struct ends *e, struct chain *c,
	   unsigned int k, uint32_t hops)
{
	uint32_t id = draw(), before = c->at[k];
	const struct text *from = &c->text;
	struct text other;
	uint8_t first = k == 0 ? IPV6_FRAGMENT : c->proto[0];
	struct pieces p;

	if (k > 0)
		c->text.octets[c->at[k - 1]] = IPV6_FRAGMENT;
	/* Often the first one has none of the upper header. */
	cut(&p, c->text.size - before,
	    chance(50) ? (c->at[c->n - 1] - before) & ~7U : 0);
	vary(&other, c, e);
	for (unsigned int i = 0; i < p.n; i++) {
		struct text t = { 0 };
		bool more = p.to[i] < c->text.size - before;

		from = chance(90) ? &c->text : &other;

		ipv6_header(&t, e, first,
			    claim(before + 8 + p.to[i] - p.from[i]), hops);
		put(&t, c->text.octets, before);
		put16(&t, (uint32_t)(chance(97) ? c->proto[k] : below(256))
				  << 8);
		put16(&t, p.from[i] | more);
		put32(&t, id);
		put(&t, from->octets + before + p.from[i], p.to[i] - p.from[i]);
		add_frame(f, e, FRAME_IPV6, &t);
	}
}

/*
 * A multicast listener, as RFC 3810 and RFC 2710 have it, but for some part: a
 * source that is link-local, hop limit 1, a router alert, the right group.
 */
static void
mld(struct frames *f)
{
	static const uint8_t types[] = { 130, 131, 131, 132, 143, 143, 143 };
	struct ends e = { .from = f->from };
	struct text t = { 0 }, up = { 0 };
	uint8_t type = ANY_OF(types), group[16];

	address6(e.src, e.from, 80);
	group6(group);
	group6(e.dst);
	if (chance(80))
		memcpy(e.dst, group, 16);
	if (chance(80) && (type == 132 || type == 143)) {
		memset(e.dst + 11, 0, 5);
		e.dst[15] = type == 132 ? 2 : 0x16;
	}
	put8(&up, type);
	put8(&up, chance(95) ? 0 : draw());
	put16(&up, 0);
	put16(&up, 0);
	put16(&up, type != 143 ? 0 : chance(80) ? 1 : draw());
	if (type == 143)
		put32(&up, (1 + below(6)) << 24);
	put(&up, group, 16);
	put_random(&up, chance(90) ? 0 : below(30));
	set_sum(&up, 2, &e, 16, 58);
	ipv6_header(&t, &e, IPV6_HOP_BY_HOP, claim(8 + up.size),
		    chance(80) ? 1 : below(256));
	put16(&t, 58 << 8);
	put(&t, chance(80) ? "\x05\x02\x00\x00\x01\x00" : "\x01\x04\0\0\0\0",
	    6);
	put(&t, up.octets, up.size);
	add_frame(f, &e, FRAME_IPV6, &t);
}

static void
ipv6(struct frames *f)
{
	uint32_t hops = chance(70) ? 255 : chance(50) ? 64 : below(3);
	struct ends e = { .from = f->from };
	struct text t = { 0 };
	struct chain c;

	address6(e.src, e.from, 45);
	address6(e.dst, MEMBER_VICTIM, 70);
	make_chain(&c, &e);
	if (chance(20)) {
		fragments6(f, &e, &c, below(c.n), hops);
		return;
	}
	ipv6_header(&t, &e, c.proto[0], claim(c.text.size), hops);
	put(&t, c.text.octets, c.text.size);
	add_frame(f, &e, FRAME_IPV6, &t);
}

static void
ipv4_packet(struct frames *f, const struct ends *e, uint8_t proto,
	    const struct text *up, uint32_t from, uint32_t to, uint32_t id)
{
	uint32_t words = chance(85) ? 0 : below(11);
	bool more = to < up->size;
	struct text t = { 0 };

	put8(&t, 0x45 + words);
	put8(&t, 0);
	put16(&t, claim(20 + words * 4 + to - from));
	put16(&t, id);
	put16(&t, (uint32_t)more << 13 | from / 8);
	put8(&t, chance(30) ? 255 : chance(50) ? 64 : below(4));
	put8(&t, proto);
	put16(&t, 0);
	put(&t, e->src, 4);
	put(&t, e->dst, 4);
	for (; words > 0; words--)
		put32(&t, chance(70) ? 0x01010101 : chance(50) ? 0 : draw());
	set_sum(&t, 10, e, 0, 0);
	if (chance(2))
		t.octets[0] = (uint8_t)draw();
	put(&t, up->octets + from, to - from);
	add_frame(f, e, FRAME_IPV4, &t);
}

static void
ipv4(struct frames *f)
{
	struct ends e = { .from = f->from };
	uint32_t id = draw();
	struct pieces p;
	struct text up;
	uint8_t proto;

	store32(e.src, address4(e.from, 45));
	store32(e.dst, address4(MEMBER_VICTIM, 70));
	proto = upper(&up, &e, false);
	if (!chance(15)) {
		ipv4_packet(f, &e, proto, &up, 0, up.size, id);
		return;
	}
	cut(&p, up.size, 0);
	for (unsigned int i = 0; i < p.n; i++)
		ipv4_packet(f, &e, proto, &up, p.from[i], p.to[i], id);
}

static void
arp(struct frames *f)
{
	static const uint8_t ops[] = { 1, 1, 1, 2, 2, 2, 3, 4, 8, 9, 0 };
	struct ends e = { .from = f->from };
	struct text t = { 0 };
	uint8_t a[4];

	put16(&t, chance(90) ? 1 : chance(50) ? 6 : draw());
	put16(&t, chance(98) ? FRAME_IPV4 : draw());
	put16(&t, chance(97) ? 0x0604 : draw());
	put16(&t, ANY_OF(ops));
	put_some_mac(&t, e.from);
	store32(a, address4(e.from, 45));
	put(&t, a, 4);
	put_some_mac(&t, MEMBER_VICTIM);
	if (!chance(15)) /* else gratuitous */
		store32(a, address4(MEMBER_VICTIM, 80));
	put(&t, a, 4);
	if (chance(40)) /* a group, which put_destination() turns into one */
		memcpy(e.dst, "\xe0\x00\x00\x01", 4);
	add_frame(f, &e, FRAME_ARP, &t);
	if (e.dst[0] == 0xe0 && f->n > 0)
		memset(f->frame[f->n - 1].octets, 0xff, 6);
}

void
frames_draw(struct frames *f)
{
	uint32_t kind = below(100);

	f->n = 0;
	f->from = chance(60) ? MEMBER_PLAIN : MEMBER_CULLED;
	if (kind < 5)
		mld(f);
	else if (kind < 60)
		ipv6(f);
	else if (kind < 85)
		ipv4(f);
	else
		arp(f);
}
