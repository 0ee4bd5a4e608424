/* SPDX-License-Identifier: BSD-3-Clause */
#include "lib/frametext.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "lib/arp.h"
#include "lib/frame.h"
#include "lib/ipv4.h"
#include "lib/ipv6.h"
#include "lib/mac.h"
#include "lib/mld.h"
#include "lib/nd.h"
#include "lib/prefix.h"

#define TAGS_SHOWN 2

#define IPV4_ICMP 1

/* The octets after the type. */
struct rest {
	const uint8_t *at;
	uint32_t size; /* in the buffer */
	uint32_t len;  /* in the frame */
};

static void __attribute__((format(printf, 2, 3)))
add(char *text, const char *fmt, ...)
{
	size_t n = strlen(text);
	va_list ap;

	va_start(ap, fmt);
	vsnprintf(text + n, FRAMETEXT_SIZE - n, fmt, ap);
	va_end(ap);
}

static void
add_ipv4(char *text, const char *before, uint32_t address)
{
	add(text, "%s%u.%u.%u.%u", before, address >> 24, address >> 16 & 0xff,
	    address >> 8 & 0xff, address & 0xff);
}

static void
add_ipv6(char *text, const char *before, const uint8_t *octets)
{
	struct ipaddr address = { .family = 6 };
	char buffer[PREFIX_TEXT_SIZE];

	memcpy(address.octet, octets, sizeof(address.octet));
	add(text, "%s%s", before, ipaddr_format(&address, buffer));
}

static void
add_arp(char *text, const struct rest *r)
{
	struct arp arp;

	if (!arp_read(r->at, r->size, &arp)) {
		add(text, " ARP of another kind");
	} else if (arp.op == ARP_REQUEST) {
		add_ipv4(text, " ARP who-has ", arp.tpa);
		add_ipv4(text, " tell ", arp.spa);
	} else {
		char mac[MAC_TEXT_SIZE];

		add_ipv4(text, " ARP reply ", arp.spa);
		add(text, " is-at %s", mac_format(arp.sha, mac));
	}
}

static void
add_upper(char *text, uint8_t proto, const uint8_t *upper, uint32_t size)
{
	bool is_udp = proto == IPV6_UDP;

	if ((is_udp || proto == IPV6_TCP) && size >= 4)
		add(text, " %s %u > %u", is_udp ? "UDP" : "TCP",
		    frame_read16(upper), frame_read16(upper + 2));
	else if (proto == IPV4_ICMP && size >= 1)
		add(text, " ICMP type %u", upper[0]);
	else
		add(text, " protocol %u", proto);
}

static void
add_packet4(char *text, const struct rest *r)
{
	struct ipv4 ip;
	enum ipv4_fault fault = ipv4_read(r->at, r->size, r->len, &ip);

	add(text, " IPv4");
	if (fault == IPV4_CUT || fault == IPV4_SHORT)
		return;
	add_ipv4(text, " ", ip.src);
	add_ipv4(text, " > ", ip.dst);
	add_upper(text, ip.proto, ip.upper, ip.first ? ip.upper_size : 0);
	if (ip.fragment)
		add(text, " fragment");
}

static const char *
icmp6_name(int type)
{
	switch (type) {
	case ND_RS:
		return "RS";
	case ND_RA:
		return "RA";
	case ND_NS:
		return "NS who-has";
	case ND_NA:
		return "NA";
	case ND_REDIRECT:
		return "redirect";
	case MLD_QUERY:
		return "MLD query";
	case MLD_REPORT:
	case MLD_REPORT_V2:
		return "MLD report";
	case MLD_DONE:
		return "MLD done";
	}
	return NULL;
}

static void
add_icmp6(char *text, const struct ipv6 *ip)
{
	int type = ipv6_icmp_type(ip);
	const char *name = icmp6_name(type);
	struct nd nd;

	if (name == NULL) {
		add(text, " ICMPv6 type %d", type);
		return;
	}
	add(text, " %s", name);
	if (!nd_is_type(type))
		return;
	nd_read(ip, &nd);
	if (nd.has_target)
		add_ipv6(text, " ", nd.target);
}

static void
add_packet6(char *text, const struct rest *r)
{
	struct ipv6 ip;
	enum ipv6_fault fault = ipv6_read(r->at, r->size, r->len, &ip);

	add(text, " IPv6");
	if (fault == IPV6_CUT || fault == IPV6_SHORT)
		return;
	add_ipv6(text, " ", ip.src);
	add_ipv6(text, " > ", ip.dst);
	if (ipv6_icmp_type(&ip) >= 0)
		add_icmp6(text, &ip);
	else
		add_upper(text, ip.proto, ip.upper,
			  ip.chain == IPV6_COMPLETE ? ip.upper_size : 0);
	if (ip.fragment)
		add(text, " fragment");
}

static void
add_payload(char *text, uint16_t type, const struct rest *r)
{
	if (type <= FRAME_LENGTH_MAX) {
		add(text, " length %u", type);
		if (r->size >= 2)
			add(text, " LLC 0x%02x 0x%02x", r->at[0], r->at[1]);
		return;
	}
	add(text, " 0x%04x", type);
	if (type == FRAME_ARP)
		add_arp(text, r);
	else if (type == FRAME_IPV4)
		add_packet4(text, r);
	else if (type == FRAME_IPV6)
		add_packet6(text, r);
}

char *
frametext(const uint8_t *frame, uint32_t size, uint32_t len,
	  char text[FRAMETEXT_SIZE])
{
	char from[MAC_TEXT_SIZE], to[MAC_TEXT_SIZE];
	uint64_t src, dst;
	uint32_t end = FRAME_HEADER;
	uint16_t type;

	text[0] = '\0';
	if (size < FRAME_HEADER) {
		add(text, "%u octets", len);
		return text;
	}
	frame_header(frame, &dst, &src, &type);
	add(text, "%s -> %s", mac_format(src, from), mac_format(dst, to));
	for (unsigned int i = 0;
	     i < TAGS_SHOWN && frame_is_tag(type) && size >= end + FRAME_TAG;
	     i++) {
		add(text, " vlan %u", frame_read16(frame + end) & 0xfff);
		end += FRAME_TAG;
		type = frame_read16(frame + end - 2);
	}
	add_payload(text, type,
		    &(struct rest){ frame + end, size - end,
				    len > end ? len - end : 0 });
	return text;
}
