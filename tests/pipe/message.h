/* SPDX-License-Identifier: BSD-3-Clause */
#ifndef IXF_MESSAGE_H
#define IXF_MESSAGE_H

/*
 * ARP and ND messages, put together octet by octet and with arithmetic of
 * their own, so that the code under test does not test itself: the messages of
 * members, and those that the fabric is expected to send.
 *
 * Member 'n' of the LAN has the MAC address 02:00:00:00:00:n, and for family 4
 * 192.0.2.n, for family 6 2001:db8::n; the fabric has MESSAGE_SPONGE and
 * message_own(). A test that is about both families has the family as an
 * argument; the messages of both families mean the same.
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
/* The same without configured addresses. */
#define MESSAGE_UNKNOWN_PORT(name, keys)                                       \
	"[port " name "]\ndevice = net_null_" name                             \
	"\nlan = l\nmac_limit = 100\n" keys

struct message {
	uint32_t len;
	uint8_t octet[200];
};

/* A message with these fields; an address of family 4 has 4 octets. */
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
/* The own address of the fabric. */
struct ipaddr message_own(int family);

/* An ARP request or NS of 'n' for an address, to all. */
struct message message_request(unsigned int n, struct ipaddr ip);
/* The same to one MAC address. */
struct message message_request_to(unsigned int n, struct ipaddr ip,
				  uint64_t dst);
/* A request of duplicate address detection (ARP probe, NS from ::). */
struct message message_is_free(unsigned int n, struct ipaddr ip);
/* The answer of 'n', which has the address, to member 'to'. */
struct message message_reply(unsigned int n, struct ipaddr ip, unsigned int to);
/* Gratuitous ARP or unsolicited NA of 'n': it has the address. */
struct message message_gratuitous(unsigned int n, struct ipaddr ip);
/* A packet from one address to another. */
struct message message_data(unsigned int n, struct ipaddr from,
			    struct ipaddr to, uint64_t dst);

/* Messages of the fabric: a probe, to all. */
struct message message_probe(struct ipaddr ip);
/* A probe of a LAN without sponge_ipv4: in ARP with sender address 0. */
struct message message_refresh(struct ipaddr ip);
/* An answer to a request of 'to', that the sponge has the dead address. */
struct message message_sponged(struct ipaddr ip, unsigned int to);
/* An answer in place of the owner 'n', a router. */
struct message message_proxied(unsigned int n, struct ipaddr ip,
			       unsigned int to);
/* An answer to duplicate address detection of 'to': 'mac' has the address. */
struct message message_taken(uint64_t mac, struct ipaddr ip, unsigned int to);

/* The frame with another destination. */
struct message message_to(struct message, uint64_t dst);

/* Sends the message into a port. */
void message_send(struct harness *, const char *port, struct message);

/*
 * Checks what has left since the last harness_send() or harness_clear(): these
 * messages in this order by these ports, and no others. 'ports' has one port
 * for each message, separated by spaces.
 */
void message_expect(struct harness *, const char *ports, ...);

#endif
