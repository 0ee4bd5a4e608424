/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Compiled lists against rules one by one, with random rules and frames.  Their
 * values are few, and on both sides of the limits, so that they meet.
 */
#include <check.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "lib/acl_compile.h"
#include "lib/acl_text.h"
#include "lib/frame.h"
#include "tests/acl_naive.h"
#include "tests/check_run.h"

#define LISTS      6000
#define FRAMES     50 /* a list */
#define FRAME_ROOM 400

static uint32_t
below(uint32_t n)
{
	static uint64_t state = 1;

	state = state * UINT64_C(6364136223846793005) + 1;
	return (uint32_t)(state >> 32) % n;
}

#define PICK(list) list[below(sizeof(list) / sizeof(list[0]))]

/* Terms; acl_rule_parse() rejects those that contradict each other. */
static const char *const words[] = {
	"smac 02:00:00:00:00:01",
	"smac 02:00:00:00:00:00/45",
	"smac 00:00:00:00:00:02/00:00:00:00:00:03",
	"dmac 02:00:00:00:00:02",
	"dmac 01:00:00:00:00:00/01:00:00:00:00:00",
	"dmac 00:00:00:00:00:00/0",
	"vlan 0",
	"vlan 7",
	"vlan 263",
	"ip",
	"ip6",
	"arp",
	"ether 0x8137",
	"src 192.0.2.0/24",
	"src 192.0.2.1",
	"src 192.0.2.0/30",
	"src 0.0.0.0/0",
	"src 2001:db8::/32",
	"src 2001:db8::1",
	"dst 192.0.2.2",
	"dst 192.0.2.0/31",
	"dst 2001:db8::/126",
	"dst ::/0",
	"proto tcp",
	"proto udp",
	"proto sctp",
	"proto ospf",
	"proto icmp",
	"proto icmp6",
	"proto ah",
	"proto 59",
	"proto 255",
	"sport 179",
	"sport 0-65535",
	"sport 255-256",
	"sport 200-600",
	"sport 256-511",
	"sport 300-310",
	"dport 1024-65535",
	"dport 179",
	"dport 1-1023",
	"dport 100-65000",
	"ip icmp 8",
	"ip6 icmp 134",
	"ip icmp 8/0",
	"proto icmp6 icmp 134/1",
	"fragment",
	"op request",
	"op reply",
	"op 257",
	"sha 02:00:00:00:00:01",
	"sha 02:00:00:00:00:00/46",
	"tha 00:00:00:00:00:00",
	"spa 192.0.2.1",
	"spa 192.0.2.0/30",
	"tpa 192.0.2.2",
	"tpa 0.0.0.0/1",
};

/* A rule of 0 to 4 terms that do not contradict each other. */
static struct acl_rule
random_rule(void)
{
	static const char *const actions[] = { "permit", "deny", "count",
					       "count" };
	char text[ACL_RULE_MAX + 1], why[ACL_WHY_SIZE];
	struct acl_rule r;

	do {
		unsigned int n = below(5);
		size_t size =
			(size_t)snprintf(text, sizeof(text), "%s%s",
					 PICK(actions), n == 0 ? " any" : "");

		for (unsigned int i = 0; i < n && size < sizeof(text); i++)
			size += (size_t)snprintf(text + size,
						 sizeof(text) - size, " %s",
						 PICK(words));
	} while (acl_rule_parse(text, &r, why) != 0);
	return r;
}

static uint8_t *
put(uint8_t *p, const void *octets, size_t n)
{
	memcpy(p, octets, n);
	return p + n;
}

static uint8_t *
put_number(uint8_t *p, uint32_t number, unsigned int n)
{
	while (n-- > 0)
		*p++ = (uint8_t)(number >> 8 * n);
	return p;
}

static uint8_t *
put_mac(uint8_t *p)
{
	static const uint64_t macs[] = {
		UINT64_C(0x020000000001), UINT64_C(0x020000000002),
		UINT64_C(0x020000000008), UINT64_C(0x030000000006),
		UINT64_C(0x010000000001), 0
	};
	uint64_t mac = PICK(macs);

	p = put_number(p, (uint32_t)(mac >> 32), 2);
	return put_number(p, (uint32_t)mac, 4);
}

static uint8_t *
put_ip4(uint8_t *p)
{
	static const uint32_t addresses[] = { 0xc0000201, 0xc0000202,
					      0xc0000204, 0xc0000300,
					      0x80000000, 0x7fffffff };

	return put_number(p, PICK(addresses), 4);
}

static uint8_t *
put_ip6(uint8_t *p)
{
	static const uint32_t heads[] = { 0x20010db8, 0x20010db9, 0 };

	p = put_number(p, PICK(heads), 4);
	memset(p, 0, 8);
	return put_number(p + 8, below(5), 4);
}

static uint8_t
random_proto(void)
{
	static const uint8_t protos[] = { 1, 6, 17, 132, 58, 89, 51, 59, 255 };

	return PICK(protos);
}

static uint8_t *
put_upper(uint8_t *p, uint8_t proto)
{
	static const uint16_t ports[] = { 0,     1,     179,  199,  200,  255,
					  256,   300,   310,  311,  511,  512,
					  600,   601,   99,   1023, 1024, 2000,
					  65000, 65001, 65535 };
	static const uint8_t types[] = { 8, 134, 9 };

	if (proto == 1 || proto == 58) {
		*p++ = PICK(types);
		*p++ = (uint8_t)below(2);
		return put_number(p, 0, 2);
	}
	p = put_number(p, PICK(ports), 2);
	p = put_number(p, PICK(ports), 2);
	memset(p, 0, 16);
	return p + 16;
}

static uint8_t *
put_packet4(uint8_t *p)
{
	uint8_t *start = p, options = (uint8_t)(below(4) == 0 ? below(3) : 0);
	uint8_t proto = random_proto();
	uint16_t offset = (uint16_t)(below(4) == 0 ? below(3) : 0);

	*p++ = (uint8_t)((below(20) == 0 ? 0x50 : 0x40) |
			 (below(20) == 0 ? 4 : 5 + options));
	*p++ = 0;
	p = put_number(p, 0, 4); /* total length, below, and the number */
	p = put_number(p, below(8) << 13 | offset, 2);
	*p++ = 64;
	*p++ = proto;
	p = put_number(p, 0, 2);
	p = put_ip4(p);
	p = put_ip4(p);
	memset(p, 0, options * 4u);
	p = put_upper(p + options * 4, proto);
	put_number(start + 2, below(8) == 0 ? below(30) : (uint32_t)(p - start),
		   2);
	return p;
}

static uint8_t *
put_packet6(uint8_t *p)
{
	static const uint8_t kinds[] = { 0, 43, 44, 44, 51, 60, 135 };
	uint8_t *start = p, *next = p + 6;
	uint32_t n = below(2) == 0 ? 0 : below(11);
	uint8_t proto = random_proto();

	p = put_number(p, below(20) == 0 ? 0x50000000 : 0x60000000, 4);
	p = put_number(p, 0, 2);
	p += 1; /* what is next, below */
	*p++ = 64;
	p = put_ip6(p);
	p = put_ip6(p);
	for (uint32_t i = 0; i < n; i++, next = p - 8) {
		*next = PICK(kinds);
		p = put_number(p, 0, 2); /* of the shortest length, and next */
		p = put_number(p, *next == 44 && below(8) == 0 ? 8 : 1, 2);
		p = put_number(p, 0, 4);
	}
	*next = proto;
	p = put_upper(p, proto);
	put_number(start + 4,
		   below(8) == 0 ? below(60) : (uint32_t)(p - start - 40), 2);
	return p;
}

static uint8_t *
put_arp(uint8_t *p)
{
	static const uint8_t head[] = { 0, 1, 8, 0, 6, 4 };
	static const uint16_t ops[] = { 1, 2, 257 };

	p = put(p, head, sizeof(head));
	if (below(10) == 0)
		p[-1 - (int)below(6)] ^= 1;
	p = put_number(p, PICK(ops), 2);
	p = put_mac(p);
	p = put_ip4(p);
	p = put_mac(p);
	return put_ip4(p);
}

/* Sometimes padded to the least size, or cut short; in memory of its own size. */
static uint8_t *
random_frame(uint32_t *size)
{
	uint8_t room[FRAME_ROOM] = { 0 }, *p = put_mac(put_mac(room)), *frame;

	switch (below(8)) {
	case 0:
	case 1:
	case 2:
		p = put_packet4(put_number(p, 0x0800, 2));
		break;
	case 3:
	case 4:
	case 5:
		p = put_packet6(put_number(p, 0x86dd, 2));
		break;
	case 6:
		p = put_arp(put_number(p, 0x0806, 2));
		break;
	default:
		p = put_number(put_number(p, 0x8137, 2), 0, 4);
	}
	*size = (uint32_t)(p - room) + below(2) * 8;
	if (below(2) == 0 && *size < FRAME_MIN)
		*size = FRAME_MIN;
	if (below(4) == 0)
		*size = 14 + below(*size - 14 + 1);
	frame = malloc(*size);
	ck_assert_ptr_nonnull(frame);
	memcpy(frame, room, *size);
	return frame;
}

/* How often each verdict was seen, and each term in a rule that decided. */
static uint64_t verdicts[3], decided[32];

static void
tally(const struct acl_rule *rules, enum acl_verdict verdict, unsigned int rule)
{
	verdicts[verdict]++;
	for (unsigned int i = 0; verdict != ACL_NO_MATCH && i < 32; i++)
		decided[i] += rules[rule].terms >> i & 1;
}

static void
try_frames(const struct acl *acl, const struct acl_rule *rules)
{
	static const uint16_t vlans[] = { 0, 7, 263 };

	for (unsigned int i = 0; i < FRAMES; i++) {
		uint32_t size;
		uint8_t *frame = random_frame(&size);
		enum acl_verdict verdict;
		unsigned int rule;

		if (!acl_naive_agrees(acl, rules, frame, size, PICK(vlans),
				      &verdict, &rule))
			ck_abort_msg("rule %u of %u, frame %u of %u octets",
				     rule, acl_rules(acl), i, size);
		tally(rules, verdict, rule);
		free(frame);
	}
}

START_TEST(a_compiled_list_agrees_with_its_rules_one_by_one)
{
	static const unsigned int sizes[] = { 1, 2, 5, 10, 30, 60, 100, 300 };
	struct acl_rule rules[300];

	for (unsigned int i = 0; i < LISTS; i++) {
		unsigned int n = 1 + below(PICK(sizes));
		struct acl *acl;

		for (unsigned int r = 0; r < n; r++)
			rules[r] = random_rule();
		acl = acl_compile(rules, n);
		ck_assert_ptr_nonnull(acl);
		try_frames(acl, rules);
		acl_free(acl);
	}
	for (unsigned int i = 0; i < 3; i++)
		ck_assert_uint_gt(verdicts[i], LISTS);
	for (uint32_t i = 0; 1u << i <= ACL_TERM_TPA; i++)
		ck_assert_msg(decided[i] > 20, "term %u decided only %lu times",
			      i, (unsigned long)decided[i]);
}
END_TEST

int
main(void)
{
	Suite *s = suite_create("acl_model");
	TCase *tc = tcase_create("acl_model");

	tcase_set_timeout(tc, 100);
	tcase_add_test(tc, a_compiled_list_agrees_with_its_rules_one_by_one);
	suite_add_tcase(s, tc);
	return check_run(s);
}
