/* SPDX-License-Identifier: BSD-3-Clause */
#include "lib/acl.h"
#include "lib/acl_compile.h"
#include "lib/acl_text.h"

#include <check.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "tests/check_run.h"

#define ROWS(table) (sizeof(table) / sizeof(table[0]))
#define ALICE       UINT64_C(0x020000000001)
#define BOB         UINT64_C(0x020000000002)
#define VLAN        7

/* The octets after the type. */
struct payload {
	uint16_t type;
	uint32_t size;
	uint8_t octet[200];
};

/* clang-format off */
#define IP4(total, flags, proto) \
	0x45, 0, 0, total, 0, 0, flags, 64, proto, 0, 0, \
	192, 0, 2, 1, 198, 51, 100, 2
#define IP6(length, next) \
	0x60, 0, 0, 0, 0, length, next, 64, \
	0x20, 0x01, 0x0d, 0xb8, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1, \
	0x20, 0x01, 0x0d, 0xb8, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 2
#define PORTS 0x03, 0xe8, 0, 179, 0, 0, 0, 0 /* 1000 to 179 */
#define OPTIONS(next) next, 0, 1, 4, 0, 0, 0, 0
#define ARP(op) \
	0, 1, 8, 0, 6, 4, 0, op, 2, 0, 0, 0, 0, 1, 192, 0, 2, 1, \
	2, 0, 0, 0, 0, 2, 192, 0, 2, 2
#define FIRST_MORE 0x20, 0
#define WHOLE      0, 0
#define LATER      0, 1

#define PAYLOAD(type, ...) \
	{ type, sizeof((uint8_t[]){ __VA_ARGS__ }), { __VA_ARGS__ } }

static const struct payload
tcp4 = PAYLOAD(0x0800, IP4(28, WHOLE, 6), PORTS),
tcp4_first = PAYLOAD(0x0800, IP4(28, FIRST_MORE, 6), PORTS),
tcp4_later = PAYLOAD(0x0800, IP4(28, LATER, 6), PORTS),
tcp4_padded = PAYLOAD(0x0800, IP4(23, WHOLE, 6), PORTS),
tcp4_options = PAYLOAD(0x0800, 0x46, 0, 0, 32, 0, 0, 0, 0, 64, 6, 0, 0,
	192, 0, 2, 1, 198, 51, 100, 2, 1, 1, 1, 0, PORTS),
udp4 = PAYLOAD(0x0800, IP4(28, WHOLE, 17), PORTS),
sctp4 = PAYLOAD(0x0800, IP4(28, WHOLE, 132), PORTS),
ospf4 = PAYLOAD(0x0800, IP4(28, WHOLE, 89), PORTS),
icmp4 = PAYLOAD(0x0800, IP4(28, WHOLE, 1), 5, 1, 0, 0, 0, 0, 0, 0),
icmp4_later = PAYLOAD(0x0800, IP4(28, LATER, 1), 5, 1, 0, 0, 0, 0, 0, 0),
version5 = PAYLOAD(0x0800, 0x55, 0, 0, 28, 0, 0, 0, 0, 64, 6, 0, 0,
	192, 0, 2, 1, 198, 51, 100, 2, PORTS),
ihl4 = PAYLOAD(0x0800, 0x44, 0, 0, 28, 0, 0, 0, 0, 64, 6, 0, 0,
	192, 0, 2, 1, 198, 51, 100, 2, PORTS),
tcp6 = PAYLOAD(0x86dd, IP6(8, 6), PORTS),
tcp6_padded = PAYLOAD(0x86dd, IP6(3, 6), PORTS),
icmp6 = PAYLOAD(0x86dd, IP6(8, 58), 134, 0, 0, 0, 0, 0, 0, 0),
icmp1_in_6 = PAYLOAD(0x86dd, IP6(8, 1), 134, 0, 0, 0, 0, 0, 0, 0),
icmp58_in_4 = PAYLOAD(0x0800, IP4(28, WHOLE, 58), 5, 1, 0, 0, 0, 0, 0, 0),
none6 = PAYLOAD(0x86dd, IP6(8, 59), PORTS),
tcp6_8_headers = PAYLOAD(0x86dd, IP6(72, 0), OPTIONS(60), OPTIONS(43),
	OPTIONS(135), OPTIONS(139), OPTIONS(140), OPTIONS(60), OPTIONS(60),
	OPTIONS(6), PORTS),
tcp6_9_headers = PAYLOAD(0x86dd, IP6(80, 0), OPTIONS(60), OPTIONS(60),
	OPTIONS(60), OPTIONS(60), OPTIONS(60), OPTIONS(60), OPTIONS(60),
	OPTIONS(60), OPTIONS(6), PORTS),
tcp6_in_ah = PAYLOAD(0x86dd, IP6(20, 51), 6, 1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0,
	PORTS),
tcp6_first = PAYLOAD(0x86dd, IP6(16, 44), 6, 0, 0, 1, 0, 0, 0, 0, PORTS),
tcp6_later = PAYLOAD(0x86dd, IP6(16, 44), 6, 0, 0, 9, 0, 0, 0, 0, PORTS),
options6_later = PAYLOAD(0x86dd, IP6(16, 44), 60, 0, 0, 9, 0, 0, 0, 0,
	OPTIONS(6)),
version4 = PAYLOAD(0x86dd, 0x40, 0, 0, 0, 0, 8, 6, 64,
	0x20, 0x01, 0x0d, 0xb8, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1,
	0x20, 0x01, 0x0d, 0xb8, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 2, PORTS),
request = PAYLOAD(0x0806, ARP(1)),
reply = PAYLOAD(0x0806, ARP(2)),
arp_of_3 = PAYLOAD(0x0806, ARP(3)),
arp_of_ieee802 = PAYLOAD(0x0806, 0, 6, 8, 0, 6, 4, 0, 1, 2, 0, 0, 0, 0, 1,
	192, 0, 2, 1, 2, 0, 0, 0, 0, 2, 192, 0, 2, 2),
ipx = PAYLOAD(0x8137, 0xff, 0xff, 0, 30),
vlan_like = PAYLOAD(0x8100, IP4(28, WHOLE, 6), PORTS);
/* clang-format on */

static struct acl_rule
rule_of(const char *text)
{
	char why[ACL_WHY_SIZE];
	struct acl_rule r;

	ck_assert_msg(acl_rule_parse(text, &r, why) == 0, "%s: %s", text, why);
	return r;
}

/* The key of the first 'size' octets, which lie in memory of that size. */
static struct acl_key
key_of(const struct payload *p, uint32_t size)
{
	uint8_t *copy = malloc(size == 0 ? 1 : size);
	struct acl_key key;

	ck_assert_ptr_nonnull(copy);
	memcpy(copy, p->octet, size);
	memset(&key, 0xff, sizeof(key));
	acl_key_read(&key, ALICE, BOB, p->type, VLAN,
		     size == 0 ? copy + 1 : copy, size);
	free(copy);
	return key;
}

static bool
fits(const char *text, const struct payload *p, uint32_t size)
{
	struct acl_rule r = rule_of(text);
	struct acl *acl = acl_compile(&r, 1);
	struct acl_key key = key_of(p, size);
	unsigned int rule = 99;
	enum acl_verdict verdict;

	ck_assert_ptr_nonnull(acl);
	verdict = acl_judge(acl, &key, NULL, &rule);
	ck_assert_int_eq(verdict, rule == 0 ? ACL_DENY : ACL_NO_MATCH);
	acl_free(acl);
	return verdict == ACL_DENY;
}

/* clang-format off */
static const struct {
	const char *rule;
	const struct payload *frame;
	bool fits;
} cases[] = {
	{ "deny any", &ipx, true },
	{ "deny any", &version5, true },
	{ "deny smac 02:00:00:00:00:01", &ipx, true },
	{ "deny smac 02:00:00:00:00:02", &ipx, false },
	{ "deny smac 02:00:00:00:00:00/47", &ipx, true },
	{ "deny smac 02:00:00:00:00:02/47", &ipx, false },
	{ "deny smac 00:00:00:00:00:01/00:00:00:00:00:01", &ipx, true },
	{ "deny smac 01:00:00:00:00:00/01:00:00:00:00:00", &ipx, false },
	{ "deny smac 00:00:00:00:00:00/0", &ipx, true },
	{ "deny dmac 02:00:00:00:00:02", &ipx, true },
	{ "deny dmac 02:00:00:00:00:01", &ipx, false },
	{ "deny dmac 02:00:00:00:00:02/47", &ipx, true },
	{ "deny dmac 03:00:00:00:00:00/8", &ipx, false },
	{ "deny vlan 7", &ipx, true },
	{ "deny vlan 0", &ipx, false },
	{ "deny vlan 263", &ipx, false },
	{ "deny ether 0x8137", &ipx, true },
	{ "deny ether 0x8138", &ipx, false },
	{ "deny ether 0x8037", &ipx, false },
	{ "deny ip", &tcp4, true },
	{ "deny ip", &version5, true },
	{ "deny ip", &tcp6, false },
	{ "deny ip6", &tcp6, true },
	{ "deny ip6", &tcp4, false },
	{ "deny arp", &request, true },
	{ "deny arp", &arp_of_ieee802, true },
	{ "deny arp", &tcp4, false },
	{ "deny src 192.0.2.0/24", &tcp4, true },
	{ "deny src 192.0.2.2/31", &tcp4, false },
	{ "deny src 192.0.2.1", &tcp4, true },
	{ "deny src 198.51.100.2", &tcp4, false },
	{ "deny src 0.0.0.0/0", &tcp4, true },
	{ "deny src 0.0.0.0/0", &tcp6, false },
	{ "deny src 0.0.0.0/0", &request, false },
	{ "deny src 0.0.0.0/0", &version5, false },
	{ "deny src 0.0.0.0/0", &ihl4, false },
	{ "deny src 0.0.0.0/0", &vlan_like, false },
	{ "deny src 128.0.0.0/1", &tcp4, true },
	{ "deny src 0.0.0.0/1", &tcp4, false },
	{ "deny dst 198.51.100.2", &tcp4, true },
	{ "deny dst 198.51.100.0/25", &tcp4, true },
	{ "deny dst 192.0.2.1", &tcp4, false },
	{ "deny src 2001:db8::/32", &tcp6, true },
	{ "deny src 2001:db8::1", &tcp6, true },
	{ "deny src 2001:db8::2", &tcp6, false },
	{ "deny src 2001:db9::/32", &tcp6, false },
	{ "deny src ::/0", &tcp6, true },
	{ "deny src ::/0", &tcp4, false },
	{ "deny src ::/0", &version4, false },
	{ "deny dst 2001:db8::2/127", &tcp6, true },
	{ "deny dst 2001:db8::1", &tcp6, false },
	{ "deny proto tcp", &tcp4, true },
	{ "deny proto tcp", &tcp6, true },
	{ "deny proto tcp", &udp4, false },
	{ "deny proto tcp", &version5, false },
	{ "deny proto tcp", &request, false },
	{ "deny ip proto tcp", &tcp4, true },
	{ "deny ip proto tcp", &tcp6, false },
	{ "deny ip6 proto tcp", &tcp4, false },
	{ "deny ip proto 89", &ospf4, true },
	{ "deny ip proto 88", &ospf4, false },
	{ "deny proto 0", &request, false },
	{ "deny proto icmp", &icmp4, true },
	{ "deny proto icmp", &icmp1_in_6, false },
	{ "deny proto icmp6", &icmp6, true },
	{ "deny proto icmp6", &icmp58_in_4, false },
	{ "deny proto 59", &none6, true },
	{ "deny proto tcp", &none6, false },
	{ "deny proto tcp", &tcp6_8_headers, true },
	{ "deny proto tcp", &tcp6_9_headers, false },
	{ "deny src 2001:db8::1", &tcp6_9_headers, true },
	{ "deny proto tcp", &tcp6_in_ah, true },
	{ "deny proto tcp", &tcp6_later, true },
	{ "deny proto udp", &tcp6_later, false },
	{ "deny proto tcp", &options6_later, false },
	{ "deny sport 1000", &tcp4, true },
	{ "deny sport 1000", &udp4, true },
	{ "deny sport 1000", &sctp4, true },
	{ "deny sport 1000", &ospf4, false },
	{ "deny sport 0-65535", &icmp4, false },
	{ "deny sport 1000", &tcp6, true },
	{ "deny sport 1000", &tcp4_options, true },
	{ "deny sport 1000", &tcp6_8_headers, true },
	{ "deny sport 1000", &tcp6_9_headers, false },
	{ "deny sport 1000", &tcp6_in_ah, true },
	{ "deny sport 179", &tcp4, false },
	{ "deny dport 179", &tcp4, true },
	{ "deny dport 1000", &tcp4, false },
	{ "deny dport 178", &tcp4, false },
	{ "deny dport 435", &tcp4, false },
	{ "deny sport 1000-2000", &tcp4, true },
	{ "deny sport 1001-2000", &tcp4, false },
	{ "deny sport 999-1000", &tcp4, true },
	{ "deny sport 1-999", &tcp4, false },
	{ "deny sport 768-1023", &tcp4, true },
	{ "deny sport 1024-65535", &tcp4, false },
	{ "deny proto tcp dport 179", &tcp4, true },
	{ "deny proto tcp dport 179", &udp4, false },
	{ "deny proto udp dport 179", &udp4, true },
	{ "deny ip6 dport 179", &tcp4, false },
	{ "deny ip6 dport 179", &tcp6, true },
	{ "deny sport 1000 dport 179", &tcp4, true },
	{ "deny sport 1000 dport 180", &tcp4, false },
	{ "deny dport 179", &tcp4_first, true },
	{ "deny dport 0-65535", &tcp4_later, false },
	{ "deny dport 179", &tcp6_first, true },
	{ "deny dport 0-65535", &tcp6_later, false },
	{ "deny dport 0-65535", &tcp4_padded, false },
	{ "deny dport 0-65535", &tcp6_padded, false },
	{ "deny ip icmp 5", &icmp4, true },
	{ "deny ip icmp 5/1", &icmp4, true },
	{ "deny ip icmp 5/0", &icmp4, false },
	{ "deny ip icmp 8", &icmp4, false },
	{ "deny ip icmp 5", &icmp4_later, false },
	{ "deny ip icmp 5", &icmp58_in_4, false },
	{ "deny ip icmp 3", &tcp4, false },
	{ "deny ip6 icmp 134", &icmp6, true },
	{ "deny ip6 icmp 134/0", &icmp6, true },
	{ "deny ip6 icmp 134/1", &icmp6, false },
	{ "deny ip6 icmp 134", &icmp1_in_6, false },
	{ "deny ip icmp 134", &icmp6, false },
	{ "deny fragment", &tcp4_later, true },
	{ "deny fragment", &tcp6_later, true },
	{ "deny fragment", &options6_later, true },
	{ "deny fragment", &tcp4_first, false },
	{ "deny fragment", &tcp6_first, false },
	{ "deny fragment", &tcp4, false },
	{ "deny ip fragment", &tcp6_later, false },
	{ "deny proto tcp fragment", &tcp4_later, true },
	{ "deny proto udp fragment", &tcp4_later, false },
	{ "deny op request", &request, true },
	{ "deny op request", &reply, false },
	{ "deny op reply", &reply, true },
	{ "deny op 3", &arp_of_3, true },
	{ "deny op 259", &arp_of_3, false },
	{ "deny op request", &arp_of_ieee802, true },
	{ "deny op 1000", &tcp4, false },
	{ "deny sha 02:00:00:00:00:01", &request, true },
	{ "deny sha 02:00:00:00:00:02", &request, false },
	{ "deny sha 02:00:00:00:00:00/24", &request, true },
	{ "deny tha 02:00:00:00:00:02", &request, true },
	{ "deny tha 02:00:00:00:00:01", &request, false },
	{ "deny spa 192.0.2.1", &request, true },
	{ "deny spa 192.0.2.2", &request, false },
	{ "deny tpa 192.0.2.2/31", &request, true },
	{ "deny tpa 192.0.2.0/31", &request, false },
	{ "deny tpa 0.0.0.0/0", &arp_of_ieee802, true },
	{ "deny vlan 7 src 192.0.2.1 dst 198.51.100.2 proto tcp sport 1000 "
	  "dport 179", &tcp4, true },
	{ "deny vlan 7 src 192.0.2.1 dst 198.51.100.2 proto tcp sport 1000 "
	  "dport 179", &udp4, false },
	{ "deny vlan 8 src 192.0.2.1 dst 198.51.100.2 proto tcp", &tcp4, false },
};
/* clang-format on */

START_TEST(a_rule_matches_exactly_what_its_terms_say)
{
	ck_assert_msg(fits(cases[_i].rule, cases[_i].frame,
			   cases[_i].frame->size) == cases[_i].fits,
		      "row %d: %s", _i, cases[_i].rule);
}
END_TEST

static const struct {
	const struct payload *frame;
	uint8_t has;
} contents[] = {
	{ &tcp4, ACL_HAS_IP | ACL_HAS_PROTO | ACL_HAS_PORTS },
	{ &ospf4, ACL_HAS_IP | ACL_HAS_PROTO },
	{ &icmp4, ACL_HAS_IP | ACL_HAS_PROTO | ACL_HAS_ICMP },
	{ &tcp4_later, ACL_HAS_IP | ACL_HAS_PROTO | ACL_HAS_FRAGMENT },
	{ &version5, 0 },
	{ &tcp6, ACL_HAS_IP6 | ACL_HAS_PROTO | ACL_HAS_PORTS },
	{ &icmp6, ACL_HAS_IP6 | ACL_HAS_PROTO | ACL_HAS_ICMP },
	{ &tcp6_9_headers, ACL_HAS_IP6 },
	{ &options6_later, ACL_HAS_IP6 | ACL_HAS_FRAGMENT },
	{ &request, ACL_HAS_ARP },
	{ &arp_of_ieee802, ACL_HAS_ARP },
	{ &ipx, 0 },
};

START_TEST(a_key_has_the_fields_of_its_frame)
{
	const struct payload *p = contents[_i].frame;
	struct acl_key key = key_of(p, p->size);

	ck_assert_msg(key.octet[ACL_KEY_HAS] == contents[_i].has, "row %d", _i);
}
END_TEST

/* The number of octets from which a field is there. */
static const struct {
	const char *rule;
	const struct payload *frame;
	uint32_t least;
} limits[] = {
	{ "deny any", &tcp4, 0 },
	{ "deny ip", &tcp4, 0 },
	{ "deny smac 02:00:00:00:00:01 vlan 7", &tcp6, 0 },
	{ "deny src 192.0.2.1", &tcp4, 20 },
	{ "deny dst 198.51.100.2", &tcp4, 20 },
	{ "deny proto tcp", &tcp4, 20 },
	{ "deny fragment", &tcp4_later, 20 },
	{ "deny sport 1000", &tcp4, 24 },
	{ "deny dport 179", &tcp4, 24 },
	{ "deny dport 179", &tcp4_options, 28 },
	{ "deny ip icmp 5", &icmp4, 22 },
	{ "deny ip icmp 5/1", &icmp4, 22 },
	{ "deny dst 2001:db8::2", &tcp6, 40 },
	{ "deny proto tcp", &tcp6, 40 },
	{ "deny dport 179", &tcp6, 44 },
	{ "deny ip6 icmp 134", &icmp6, 42 },
	{ "deny src 2001:db8::1", &tcp6_8_headers, 40 },
	{ "deny proto tcp", &tcp6_8_headers, 104 },
	{ "deny dport 179", &tcp6_8_headers, 108 },
	{ "deny proto tcp", &tcp6_in_ah, 52 },
	{ "deny fragment", &tcp6_later, 48 },
	{ "deny op request", &request, 28 },
	{ "deny sha 02:00:00:00:00:01", &request, 28 },
	{ "deny tpa 192.0.2.2", &request, 28 },
};

START_TEST(a_field_that_is_cut_off_never_matches)
{
	const struct payload *p = limits[_i].frame;

	ck_assert_uint_le(limits[_i].least, p->size);
	for (uint32_t size = 0; size <= p->size; size++)
		ck_assert_msg(fits(limits[_i].rule, p, size) ==
				      (size >= limits[_i].least),
			      "%s: %u octets", limits[_i].rule, size);
}
END_TEST

static struct acl *
list_of(struct acl_rule *rules, const char *const *texts, unsigned int n)
{
	struct acl *acl;

	for (unsigned int i = 0; i < n; i++)
		rules[i] = rule_of(texts[i]);
	acl = acl_compile(rules, n);
	ck_assert_ptr_nonnull(acl);
	ck_assert_uint_eq(acl_rules(acl), n);
	return acl;
}

START_TEST(the_first_rule_that_matches_decides)
{
	static const char *const texts[] = { "permit dport 80",
					     "permit src 192.0.2.1", "deny ip",
					     "permit any" };
	struct acl_rule rules[ROWS(texts)];
	struct acl *acl = list_of(rules, texts, ROWS(texts));
	struct acl_key tcp = key_of(&tcp4, tcp4.size);
	struct acl_key cut = key_of(&tcp4, 19);
	struct acl_key other = key_of(&ipx, ipx.size);
	unsigned int rule = 99;

	ck_assert_int_eq(acl_judge(acl, &tcp, NULL, &rule), ACL_PERMIT);
	ck_assert_uint_eq(rule, 1);
	ck_assert_int_eq(acl_judge(acl, &cut, NULL, &rule), ACL_DENY);
	ck_assert_uint_eq(rule, 2);
	ck_assert_int_eq(acl_judge(acl, &other, NULL, &rule), ACL_PERMIT);
	ck_assert_uint_eq(rule, 3);
	acl_free(acl);
}
END_TEST

/* Ranges that are several pieces, and so could be counted twice. */
START_TEST(rules_count_up_to_the_one_that_decides)
{
	static const char *const texts[] = {
		"count any",       "count sport 900-1300 dport 100-600",
		"count proto udp", "permit src 192.0.2.1",
		"count any",       "deny any",
	};
	static const uint64_t wanted[ROWS(texts)] = { 3, 2, 0, 2, 1, 1 };
	struct counter hits[ROWS(texts)] = { 0 };
	struct acl_rule rules[ROWS(texts)];
	struct acl *acl = list_of(rules, texts, ROWS(texts));
	struct acl_key tcp = key_of(&tcp4, tcp4.size);
	struct acl_key other = key_of(&ipx, ipx.size);
	unsigned int rule;

	acl_judge(acl, &tcp, hits, &rule);
	acl_judge(acl, &tcp, hits, &rule);
	acl_judge(acl, &other, hits, &rule);
	acl_judge(acl, &other, NULL, &rule);
	for (unsigned int i = 0; i < ROWS(texts); i++)
		ck_assert_msg(counter_read(&hits[i]) == wanted[i], "%s: %llu",
			      texts[i],
			      (unsigned long long)counter_read(&hits[i]));
	acl_free(acl);
}
END_TEST

START_TEST(a_list_that_only_counts_decides_nothing)
{
	static const char *const texts[] = { "count any", "count ip" };
	struct counter hits[ROWS(texts)] = { 0 };
	struct acl_rule rules[ROWS(texts)];
	struct acl *acl = list_of(rules, texts, ROWS(texts));
	struct acl_key tcp = key_of(&tcp4, tcp4.size);
	unsigned int rule = 99;

	ck_assert_int_eq(acl_judge(acl, &tcp, hits, &rule), ACL_NO_MATCH);
	ck_assert_uint_eq(rule, 99);
	ck_assert_uint_eq(counter_read(&hits[0]), 1);
	ck_assert_uint_eq(counter_read(&hits[1]), 1);
	acl_free(acl);
}
END_TEST

START_TEST(a_list_of_no_rules_decides_nothing)
{
	struct acl *acl = acl_compile(NULL, 0);
	struct acl_key tcp = key_of(&tcp4, tcp4.size);
	unsigned int rule = 99;

	ck_assert_ptr_nonnull(acl);
	ck_assert_uint_eq(acl_rules(acl), 0);
	ck_assert_int_eq(acl_judge(acl, &tcp, NULL, &rule), ACL_NO_MATCH);
	ck_assert_uint_eq(rule, 99);
	acl_free(acl);
	acl_free(NULL);
}
END_TEST

static const unsigned int sizes[] = { 1,   2,   3,   10,  50,  63,   64,  65,
				      100, 128, 129, 256, 257, 1000, 1024 };

/* 'n' rules of which only one matches the 5-tuple of a frame here. */
static struct acl *
list_with(struct acl_rule *rules, unsigned int n, unsigned int fitting,
	  enum acl_action action)
{
	struct acl *acl;
	char text[ACL_TEXT_SIZE];

	for (unsigned int i = 0; i < n; i++) {
		snprintf(text, sizeof(text),
			 "permit src 192.0.2.0/24 dst 198.51.%u.%u proto tcp "
			 "dport 1-%u",
			 101 + i / 256, i % 256, i + 1000);
		rules[i] = rule_of(text);
	}
	if (fitting < n) {
		rules[fitting] = rule_of("deny dst 198.51.100.2 dport 1-179");
		rules[fitting].action = action;
	}
	acl = acl_compile(rules, n);
	ck_assert_ptr_nonnull(acl);
	return acl;
}

START_TEST(any_rule_of_a_list_of_any_length_can_decide)
{
	static struct acl_rule rules[ACL_RULES_MAX];
	unsigned int n = sizes[_i];
	const unsigned int places[] = { 0, n / 2, n - 1 };
	struct acl_key tcp = key_of(&tcp4, tcp4.size);

	for (unsigned int i = 0; i < ROWS(places); i++) {
		struct acl *acl =
			list_with(rules, n, places[i], ACL_ACTION_DENY);
		unsigned int rule = ACL_RULES_MAX;

		ck_assert_int_eq(acl_judge(acl, &tcp, NULL, &rule), ACL_DENY);
		ck_assert_uint_eq(rule, places[i]);
		acl_free(acl);
	}
}
END_TEST

START_TEST(no_rule_of_a_list_of_any_length_need_decide)
{
	static struct acl_rule rules[ACL_RULES_MAX];
	struct acl *acl =
		list_with(rules, sizes[_i], UINT32_MAX, ACL_ACTION_DENY);
	struct acl_key tcp = key_of(&tcp4, tcp4.size);
	unsigned int rule = 99;

	ck_assert_int_eq(acl_judge(acl, &tcp, NULL, &rule), ACL_NO_MATCH);
	ck_assert_uint_eq(rule, 99);
	acl_free(acl);
}
END_TEST

START_TEST(any_rule_of_a_list_of_any_length_can_count)
{
	static struct acl_rule rules[ACL_RULES_MAX];
	static struct counter hits[ACL_RULES_MAX];
	unsigned int n = sizes[_i], rule;
	struct acl *acl = list_with(rules, n, n - 1, ACL_ACTION_COUNT);
	struct acl_key tcp = key_of(&tcp4, tcp4.size);
	uint64_t sum = 0;

	memset(hits, 0, sizeof(hits));
	ck_assert_int_eq(acl_judge(acl, &tcp, hits, &rule), ACL_NO_MATCH);
	ck_assert_uint_eq(counter_read(&hits[n - 1]), 1);
	for (unsigned int i = 0; i < n; i++)
		sum += counter_read(&hits[i]);
	ck_assert_uint_eq(sum, 1);
	acl_free(acl);
}
END_TEST

START_TEST(too_many_rules_are_rejected)
{
	static struct acl_rule rules[ACL_RULES_MAX + 1];

	errno = 0;
	ck_assert_ptr_null(acl_compile(rules, ACL_RULES_MAX + 1));
	ck_assert_int_eq(errno, E2BIG);
}
END_TEST

/* The longest list there is: every rule is nine pieces. */
START_TEST(ranges_match_all_their_ports_and_no_others)
{
	static struct acl_rule rules[ACL_RULES_MAX];
	struct acl_key key = key_of(&tcp4, tcp4.size);
	unsigned int rule;
	struct acl *acl;

	for (unsigned int i = 0; i < ACL_RULES_MAX; i++)
		rules[i] = rule_of("deny sport 255-65280 dport 200-5000");
	acl = acl_compile(rules, ACL_RULES_MAX);
	ck_assert_ptr_nonnull(acl);
	for (unsigned int port = 0; port <= UINT16_MAX; port++) {
		bool in = port >= 200 && port <= 5000;

		key.octet[ACL_KEY_DPORT] = (uint8_t)(port >> 8);
		key.octet[ACL_KEY_DPORT + 1] = (uint8_t)port;
		if ((acl_judge(acl, &key, NULL, &rule) == ACL_DENY) != in)
			ck_abort_msg("dport %u", port);
	}
	key.octet[ACL_KEY_DPORT] = 1;
	for (unsigned int port = 0; port <= UINT16_MAX; port++) {
		bool in = port >= 255 && port <= 65280;

		key.octet[ACL_KEY_SPORT] = (uint8_t)(port >> 8);
		key.octet[ACL_KEY_SPORT + 1] = (uint8_t)port;
		if ((acl_judge(acl, &key, NULL, &rule) == ACL_DENY) != in)
			ck_abort_msg("sport %u", port);
	}
	acl_free(acl);
}
END_TEST

int
main(void)
{
	Suite *s = suite_create("acl");
	TCase *tc = tcase_create("acl");

	tcase_set_timeout(tc, 60);
	tcase_add_loop_test(tc, a_rule_matches_exactly_what_its_terms_say, 0,
			    ROWS(cases));
	tcase_add_loop_test(tc, a_key_has_the_fields_of_its_frame, 0,
			    ROWS(contents));
	tcase_add_loop_test(tc, a_field_that_is_cut_off_never_matches, 0,
			    ROWS(limits));
	tcase_add_test(tc, the_first_rule_that_matches_decides);
	tcase_add_test(tc, rules_count_up_to_the_one_that_decides);
	tcase_add_test(tc, a_list_that_only_counts_decides_nothing);
	tcase_add_test(tc, a_list_of_no_rules_decides_nothing);
	tcase_add_loop_test(tc, any_rule_of_a_list_of_any_length_can_decide, 0,
			    ROWS(sizes));
	tcase_add_loop_test(tc, no_rule_of_a_list_of_any_length_need_decide, 0,
			    ROWS(sizes));
	tcase_add_loop_test(tc, any_rule_of_a_list_of_any_length_can_count, 0,
			    ROWS(sizes));
	tcase_add_test(tc, too_many_rules_are_rejected);
	tcase_add_test(tc, ranges_match_all_their_ports_and_no_others);
	suite_add_tcase(s, tc);
	return check_run(s);
}
