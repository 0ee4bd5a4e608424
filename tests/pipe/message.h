/* SPDX-License-Identifier: BSD-3-Clause */
#ifndef IXF_MESSAGE_H
#define IXF_MESSAGE_H

/*
 * What is said about IP addresses, as frames put together octet by octet, and
 * with arithmetic of their own, so that nothing is tested by itself: by members,
 * and by the fabric as it is expected to.
 *
 * Member 'n' of the LAN has the MAC address 02:00:00:00:00:n, and for family 4
 * 192.0.2.n, for family 6 2001:db8::n; the fabric has MESSAGE_SPONGE and the
 * addresses that message_own() tells.  A test that is about both families has the
 * family as an argument, and frames that mean the same.
 */

#include <stdint.h>

#include "lib/prefix.h"
#include "tests/pipe/harness.h"

#define MESSAGE_SPONGE UINT64_C(0x025300000001)
#define MESSAGE_OWN    250 /* 192.0.2.250 is the sponge's */

#define MESSAGE_LAN                                                            \
	"[lan l]\nipv4 = 192.0.2.0/24\nipv6 = 2001:db8::/64\n"                 \
	"sponge_mac = 02:53:00:00:00:01\nsponge_ipv4 = 192.0.2.250\n"
/* Port 'name' on a device of its own; member 'n' is behind it. */
#define MESSAGE_PORT(name, n, keys)                                            \
	"[port " name "]\ndevice = net_null_" name "\nlan = l\n"               \
	"mac = 02:00:00:00:00:0" n "\nipv4 = 192.0.2." n                       \
	"\nipv6 = 2001:db8::" n "\n" keys
/* The same, and nobody knows who he is. */
#define MESSAGE_UNKNOWN_PORT(name, keys)                                       \
	"[port " name "]\ndevice = net_null_" name                             \
	"\nlan = l\nmac_limit = 100\n" keys

struct message {
	uint32_t len;
	uint8_t octet[200];
};

/* What the fields of a frame are; an address of family 4 has 4 octets. */
struct message message_arp(uint64_t dst, uint64_t src, uint16_t op,
			   uint64_t sha, const struct ipaddr *spa, uint64_t tha,
			   const struct ipaddr *tpa);
/* NS or NA with one option, 1 or 2, or none (0). */
struct message message_nd(uint64_t dst, uint64_t src, const struct ipaddr *from,
			  const struct ipaddr *to, uint8_t type, uint8_t flags,
			  const struct ipaddr *target, uint8_t option,
			  uint64_t lladdr);

uint64_t message_mac(unsigned int n);
struct ipaddr message_ip(int family, unsigned int n);
struct ipaddr message_ip_of(const char *text);
/* The address that the fabric asks from. */
struct ipaddr message_own(int family);

/* A question of 'n' for an address, to all: who has it? */
struct message message_request(unsigned int n, struct ipaddr who);
/* The same to one station. */
struct message message_request_to(unsigned int n, struct ipaddr who,
				  uint64_t dst);
/* A question of who has no address yet: is it free? */
struct message message_is_free(unsigned int n, struct ipaddr who);
/* The answer of 'n', who has the address, to 'asker'. */
struct message message_reply(unsigned int n, struct ipaddr who,
			     unsigned int asker);
/* 'n' says unasked, to all, that the address is his. */
struct message message_gratuitous(unsigned int n, struct ipaddr who);
/* A packet from one address to another. */
struct message message_data(unsigned int n, struct ipaddr from,
			    struct ipaddr to, uint64_t dst);

/* What the fabric says: a question for an address, to all; */
struct message message_probe(struct ipaddr who);
/* from nobody, where there is such a thing; */
struct message message_refresh(struct ipaddr who);
/* an answer to a question of 'asker': the address is dead; */
struct message message_sponged(struct ipaddr who, unsigned int asker);
/* or that of its owner 'n', a router; */
struct message message_proxied(unsigned int n, struct ipaddr who,
			       unsigned int asker);
/* and to who asked whether it is free: 'mac' has it. */
struct message message_taken(uint64_t mac, struct ipaddr who,
			     unsigned int asker);

/* The frame with another destination. */
struct message message_to(struct message, uint64_t dst);

/* It comes in by a port. */
void message_send(struct harness *, const char *port, struct message);

/*
 * Since the last harness_send() or harness_clear() these have left, in order:
 * the frames and no others of 'ports', separated by spaces, one port a frame.
 */
void message_expect(struct harness *, const char *ports, ...);

#endif
