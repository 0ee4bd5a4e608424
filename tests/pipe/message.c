/* SPDX-License-Identifier: BSD-3-Clause */
#include "tests/pipe/message.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "tests/check_run.h"
#include "tests/packet6.h"

#define ALL      UINT64_C(0xffffffffffff)
#define NODES    UINT64_C(0x333300000001)
#define TO_GROUP UINT64_C(0x333300000000)

enum {
	NS = 135,
	NA = 136,
	SLLA = 1,
	TLLA = 2,
	ROUTER = 0x80,
	SOLICITED = 0x40,
	OVERRIDE = 0x20,
};

static void
put(struct message *t, const void *octets, uint32_t n)
{
	if (t->len + n > sizeof(t->octet))
		abort();
	memcpy(t->octet + t->len, octets, n);
	t->len += n;
}

static void
put_mac(struct message *t, uint64_t mac)
{
	for (int shift = 40; shift >= 0; shift -= 8)
		put(t, (uint8_t[]){ (uint8_t)(mac >> shift) }, 1);
}

static void
put16(struct message *t, uint16_t n)
{
	put(t, (uint8_t[]){ (uint8_t)(n >> 8), (uint8_t)n }, 2);
}

static struct message
ether(uint64_t dst, uint64_t src, uint16_t type)
{
	struct message t = { 0 };

	put_mac(&t, dst);
	put_mac(&t, src);
	put16(&t, type);
	return t;
}

static struct message
padded(struct message t)
{
	while (t.len < 60)
		t.octet[t.len++] = 0;
	return t;
}

struct message
message_arp(uint64_t dst, uint64_t src, uint16_t op, uint64_t sha,
	    const struct ipaddr *spa, uint64_t tha, const struct ipaddr *tpa)
{
	struct message t = ether(dst, src, 0x0806);

	put(&t, "\0\1\x08\0\6\4", 6);
	put16(&t, op);
	put_mac(&t, sha);
	put(&t, spa->octet, 4);
	put_mac(&t, tha);
	put(&t, tpa->octet, 4);
	return padded(t);
}

struct message
message_nd(uint64_t dst, uint64_t src, const struct ipaddr *from,
	   const struct ipaddr *to, uint8_t type, uint8_t flags,
	   const struct ipaddr *target, uint8_t option, uint64_t lladdr)
{
	struct message t = ether(dst, src, 0x86dd), message = { 0 };
	struct packet6 p;

	put(&message, (uint8_t[8]){ type, 0, 0, 0, flags }, 8);
	put(&message, target->octet, 16);
	if (option != 0) {
		put(&message, (uint8_t[]){ option, 1 }, 2);
		put_mac(&message, lladdr);
	}
	packet6_begin(&p, from->octet, to->octet, 255);
	packet6_end(&p, 58, message.octet, message.len);
	put(&t, p.octets, p.size);
	return t;
}

uint64_t
message_mac(unsigned int n)
{
	return UINT64_C(0x020000000000) | n;
}

struct ipaddr
message_ip_of(const char *text)
{
	struct ipaddr a;

	if (ipaddr_parse(text, strchr(text, ':') != NULL ? 6 : 4, &a) != 0)
		abort();
	return a;
}

struct ipaddr
message_ip(int family, unsigned int n)
{
	char text[32];

	if (family == 4)
		snprintf(text, sizeof(text), "192.0.2.%u", n);
	else
		snprintf(text, sizeof(text), "2001:db8::%x", n);
	return message_ip_of(text);
}

struct ipaddr
message_own(int family)
{
	return message_ip_of(family == 4 ? "192.0.2.250"
					 : "fe80::53:ff:fe00:1");
}

/* The unspecified address, 0.0.0.0 or :: */
static struct ipaddr
unspecified(int family)
{
	return (struct ipaddr){ .family = (uint8_t)family };
}

static struct ipaddr
all_nodes(void)
{
	return message_ip_of("ff02::1");
}

/*
 * The solicited-node group of an address (RFC 4291, 2.7.1), and its MAC
 * address.
 */
static struct ipaddr
group_of(const struct ipaddr *a)
{
	struct ipaddr group = message_ip_of("ff02::1:ff00:0");

	memcpy(group.octet + 13, a->octet + 13, 3);
	return group;
}

static uint64_t
group_mac(const struct ipaddr *group)
{
	return TO_GROUP | (uint64_t)group->octet[12] << 24 |
	       (uint64_t)group->octet[13] << 16 |
	       (uint64_t)group->octet[14] << 8 | group->octet[15];
}

/* A request to all, from 'mac' with the address 'from'. */
static struct message
request(uint64_t mac, struct ipaddr from, struct ipaddr ip)
{
	struct ipaddr group;

	if (ip.family == 4)
		return message_arp(ALL, mac, 1, mac, &from, 0, &ip);
	group = group_of(&ip);
	return message_nd(group_mac(&group), mac, &from, &group, NS, 0, &ip,
			  SLLA, mac);
}

struct message
message_request(unsigned int n, struct ipaddr ip)
{
	return request(message_mac(n), message_ip(ip.family, n), ip);
}

struct message
message_request_to(unsigned int n, struct ipaddr ip, uint64_t dst)
{
	struct ipaddr from = message_ip(ip.family, n);

	if (ip.family == 4)
		return message_to(message_request(n, ip), dst);
	return message_nd(dst, message_mac(n), &from, &ip, NS, 0, &ip, SLLA,
			  message_mac(n));
}

struct message
message_is_free(unsigned int n, struct ipaddr ip)
{
	struct ipaddr any = unspecified(ip.family), group;

	if (ip.family == 4)
		return request(message_mac(n), any, ip);
	group = group_of(&ip);
	return message_nd(group_mac(&group), message_mac(n), &any, &group, NS,
			  0, &ip, 0, 0);
}

/* The answer to 'to': 'mac' has the address. */
static struct message
reply(uint64_t mac, uint8_t flags, struct ipaddr ip, unsigned int to)
{
	struct ipaddr to_ip = message_ip(ip.family, to);

	if (ip.family == 4)
		return message_arp(message_mac(to), mac, 2, mac, &ip,
				   message_mac(to), &to_ip);
	return message_nd(message_mac(to), mac, &ip, &to_ip, NA, flags, &ip,
			  TLLA, mac);
}

struct message
message_reply(unsigned int n, struct ipaddr ip, unsigned int to)
{
	return reply(message_mac(n), ROUTER | SOLICITED | OVERRIDE, ip, to);
}

struct message
message_gratuitous(unsigned int n, struct ipaddr ip)
{
	struct ipaddr all = all_nodes();

	if (ip.family == 4)
		return request(message_mac(n), ip, ip);
	return message_nd(NODES, message_mac(n), &ip, &all, NA,
			  ROUTER | OVERRIDE, &ip, TLLA, message_mac(n));
}

struct message
message_data(unsigned int n, struct ipaddr from, struct ipaddr to, uint64_t dst)
{
	static const uint8_t ip4[12] = {
		0x45, 0, 0, 20, 0, 0, 0, 0, 9, 59, 0, 0
	};
	struct message t =
		ether(dst, message_mac(n), from.family == 4 ? 0x0800 : 0x86dd);
	struct packet6 p;

	if (from.family == 4) {
		put(&t, ip4, sizeof(ip4));
		put(&t, from.octet, 4);
		put(&t, to.octet, 4);
		return padded(t);
	}
	packet6_begin(&p, from.octet, to.octet, 9);
	packet6_end(&p, 59, "", 0);
	put(&t, p.octets, p.size);
	return padded(t);
}

struct message
message_probe(struct ipaddr ip)
{
	return request(MESSAGE_SPONGE, message_own(ip.family), ip);
}

struct message
message_refresh(struct ipaddr ip)
{
	return request(MESSAGE_SPONGE,
		       ip.family == 4 ? unspecified(4) : message_own(6), ip);
}

struct message
message_sponged(struct ipaddr ip, unsigned int to)
{
	return reply(MESSAGE_SPONGE, ROUTER | SOLICITED, ip, to);
}

struct message
message_proxied(unsigned int n, struct ipaddr ip, unsigned int to)
{
	return message_reply(n, ip, to);
}

struct message
message_taken(uint64_t mac, struct ipaddr ip, unsigned int to)
{
	struct ipaddr to_ip = ip.family == 4 ? unspecified(4) : all_nodes();

	if (ip.family == 4)
		return message_arp(message_mac(to), mac, 2, mac, &ip,
				   message_mac(to), &to_ip);
	return message_nd(NODES, mac, &ip, &to_ip, NA, ROUTER | OVERRIDE, &ip,
			  TLLA, mac);
}

struct message
message_to(struct message t, uint64_t dst)
{
	uint32_t len = t.len;

	t.len = 0;
	put_mac(&t, dst);
	t.len = len;
	return t;
}

void
message_send(struct harness *h, const char *port, struct message t)
{
	/*
	 * The harness compares what leaves with the frame that it was last
	 * given.
	 */
	static struct message sent;

	sent = t;
	harness_send(h, port, sent.octet, sent.len);
}

/* The octets of 'left', as text for a failure. */
static const char *
hex(const uint8_t *octets, uint32_t len)
{
	static char text[2][2 * sizeof(((struct message *)0)->octet) + 1];
	static unsigned int turn;
	char *at = text[turn++ % 2];

	for (uint32_t i = 0; i < len && i < sizeof(text[0]) / 2; i++)
		snprintf(at + 2 * i, 3, "%02x", octets[i]);
	return at;
}

static void
check_left(struct harness *h, unsigned int i, const char *port,
	   const struct message *t)
{
	struct harness_left left;

	ck_assert_msg(harness_left(h, i, &left), "no frame %u left", i);
	ck_assert_str_eq(fabric_port_name(harness_fabric(h), left.port), port);
	ck_assert_msg(left.len == t->len &&
			      memcmp(left.octets, t->octet, t->len) == 0,
		      "frame %u that left by %s:\n%s, not\n%s", i, port,
		      hex(left.octets, left.len), hex(t->octet, t->len));
}

void
message_expect(struct harness *h, const char *ports, ...)
{
	char *copy = strdup(ports), *rest = copy, *port;
	struct harness_left more;
	unsigned int n = 0;
	va_list ap;

	harness_check(h);
	va_start(ap, ports);
	while ((port = strsep(&rest, " ")) != NULL && *port != '\0') {
		struct message t = va_arg(ap, struct message);

		check_left(h, n++, port, &t);
	}
	va_end(ap);
	free(copy);
	if (harness_left(h, n, &more))
		ck_abort_msg("%s has left by %s, too",
			     hex(more.octets, more.len),
			     fabric_port_name(harness_fabric(h), more.port));
}
