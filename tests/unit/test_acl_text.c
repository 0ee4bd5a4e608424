/* SPDX-License-Identifier: BSD-3-Clause */
#include "lib/acl_text.h"

#include <check.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "tests/check_run.h"

#define ROWS(table) (sizeof(table) / sizeof(table[0]))

/* clang-format off */
static const struct {
	const char *text;
	const char *printed; /* NULL: as it was */
} fine[] = {
	{ "permit any", NULL },
	{ "deny any", NULL },
	{ "count any", NULL },
	{ " \tdeny \t any  ", "deny any" },
	{ "deny smac 02:00:00:00:00:01", NULL },
	{ "deny smac 02-00-00-00-00-0A", "deny smac 02:00:00:00:00:0a" },
	{ "deny smac 0200.0000.0001", "deny smac 02:00:00:00:00:01" },
	{ "deny smac 020000000001", "deny smac 02:00:00:00:00:01" },
	{ "deny smac 02:00:00:00:00:01/48", "deny smac 02:00:00:00:00:01" },
	{ "deny dmac 02:00:00:00:00:00/24", NULL },
	{ "deny dmac 00:00:00:00:00:00/0", NULL },
	{ "deny dmac 02:00:00:00:00:00/ff:ff:ff:00:00:00",
	  "deny dmac 02:00:00:00:00:00/24" },
	{ "deny dmac 02:00:00:00:00:00/ff0000000001",
	  "deny dmac 02:00:00:00:00:00/ff:00:00:00:00:01" },
	{ "deny dmac 01:00:00:00:00:00/01:00:00:00:00:00", NULL },
	{ "deny vlan 0", NULL },
	{ "deny vlan 4094", NULL },
	{ "deny ether 0x8137", NULL },
	{ "deny ether 33079", "deny ether 0x8137" },
	{ "deny ether 0x0600", NULL },
	{ "deny ether 0xFFFF", "deny ether 0xffff" },
	{ "deny ether ip", "deny ip" },
	{ "deny ether ip6", "deny ip6" },
	{ "deny ether arp", "deny arp" },
	{ "deny ether 0x0800", "deny ip" },
	{ "deny ip", NULL },
	{ "deny ip6", NULL },
	{ "deny arp", NULL },
	{ "deny src 192.0.2.1", "deny ip src 192.0.2.1" },
	{ "deny src 192.0.2.1/32", "deny ip src 192.0.2.1" },
	{ "deny dst 192.0.2.0/24 ip", "deny ip dst 192.0.2.0/24" },
	{ "deny src 0.0.0.0/0", "deny ip src 0.0.0.0/0" },
	{ "deny src ::/0", "deny ip6 src ::/0" },
	{ "deny dst 2001:DB8::/32", "deny ip6 dst 2001:db8::/32" },
	{ "deny dst 2001:db8::1/128", "deny ip6 dst 2001:db8::1" },
	{ "deny proto tcp", NULL },
	{ "deny proto 6", "deny proto tcp" },
	{ "deny proto 254", NULL },
	{ "deny proto 0", "deny ip proto 0" },
	{ "deny ip proto 89", "deny ip proto ospf" },
	{ "deny ip proto udp", NULL },
	{ "deny proto igmp", NULL },
	{ "deny proto gre", NULL },
	{ "deny proto esp", NULL },
	{ "deny proto ah", "deny ip proto ah" },
	{ "deny proto sctp", NULL },
	{ "deny proto vrrp", NULL },
	{ "deny proto pim", NULL },
	{ "deny proto eigrp", NULL },
	{ "deny proto icmp", "deny ip proto icmp" },
	{ "deny proto 58", "deny ip6 proto icmp6" },
	{ "deny sport 179", NULL },
	{ "deny dport 67-68", NULL },
	{ "deny dport 68-68", "deny dport 68" },
	{ "deny dport 0-65535", NULL },
	{ "deny dport 179 proto tcp", "deny proto tcp dport 179" },
	{ "deny icmp 5 ip", "deny ip icmp 5" },
	{ "deny ip6 icmp 137/0", NULL },
	{ "deny proto icmp icmp 8", "deny ip icmp 8" },
	{ "deny icmp 134 proto icmp6", "deny ip6 icmp 134" },
	{ "deny icmp 8/255 src 192.0.2.1", "deny ip src 192.0.2.1 icmp 8/255" },
	{ "deny fragment", NULL },
	{ "deny fragment proto udp ip", "deny ip proto udp fragment" },
	{ "deny op request", "deny arp op request" },
	{ "deny op 2", "deny arp op reply" },
	{ "deny arp op 65535", NULL },
	{ "deny sha 02:00:00:00:00:01", "deny arp sha 02:00:00:00:00:01" },
	{ "deny tha 02:00:00:00:00:00/24", "deny arp tha 02:00:00:00:00:00/24" },
	{ "deny spa 192.0.2.1", "deny arp spa 192.0.2.1" },
	{ "deny tpa 192.0.2.0/24", "deny arp tpa 192.0.2.0/24" },
	{ "permit tpa 192.0.2.1 spa 192.0.2.2 tha 02:00:00:00:00:01 sha 02:00:00:00:00:02 op reply arp vlan 7 dmac 02:00:00:00:00:01",
	  "permit dmac 02:00:00:00:00:01 vlan 7 arp op reply sha 02:00:00:00:00:02 tha 02:00:00:00:00:01 spa 192.0.2.2 tpa 192.0.2.1" },
	{ "count vlan 5 ip6 src 2001:db8::1 dst 2001:db8::2 proto sctp sport 1-2 dport 3", NULL },
};
/* clang-format on */

START_TEST(a_rule_is_printed_with_its_implied_terms)
{
	const char *text = fine[_i].text;
	const char *printed = fine[_i].printed;
	char why[ACL_WHY_SIZE] = "", once[ACL_TEXT_SIZE], twice[ACL_TEXT_SIZE];
	struct acl_rule r, again;

	ck_assert_msg(acl_rule_parse(text, &r, why) == 0, "%s: %s", text, why);
	ck_assert_str_eq(acl_rule_format(&r, once),
			 printed != NULL ? printed : text);
	ck_assert_msg(acl_rule_parse(once, &again, why) == 0, "%s: %s", once,
		      why);
	ck_assert_msg(acl_rule_equal(&r, &again), "%s", once);
	ck_assert_str_eq(acl_rule_format(&again, twice), once);
}
END_TEST

#define X45 "123456789012345678901234567890123456789012345"

/* clang-format off */
static const struct {
	const char *text;
	const char *why;
} wrong[] = {
	{ "", "is empty: write permit, deny or count, and the terms to match" },
	{ " \t", "is empty: write permit, deny or count, and the terms to match" },
	{ "perimt any", "'perimt' is not an action (did you mean 'permit'?)" },
	{ "zzz any",
	  "'zzz' is not an action: use permit, deny or count" },
	{ "DENY any", "'DENY' is not an action: use permit, deny or count" },
	{ "deny", "'deny' needs a term: 'deny any' matches all frames" },
	{ "deny smca 02:00:00:00:00:01",
	  "'smca' is not a term (did you mean 'smac'?)" },
	{ "deny ipv6", "'ipv6' is not a term (did you mean 'ip6'?)" },
	{ "deny 0123456789",
	  "'0123456789' is not a term: use smac dmac vlan ether src dst proto sport dport icmp fragment op sha tha spa tpa ip ip6 arp any" },
	{ "deny any ip", "'any' matches every frame: leave out 'any' or the other terms" },
	{ "deny vlan 1 any",
	  "'any' matches every frame: leave out 'any' or the other terms" },
	{ "deny any any", "'any' matches every frame: leave out 'any' or the other terms" },
	{ "deny vlan 1 vlan 2",
	  "'vlan' is given twice: a rule has each term once" },
	{ "deny ip arp", "'ether' is given twice: a rule has each term once" },
	{ "deny fragment fragment",
	  "'fragment' is given twice: a rule has each term once" },
	{ "deny smac", "'smac' needs a value: write MAC, MAC/MASK or MAC/BITS" },
	{ "deny ip proto",
	  "'proto' needs a value: write a protocol by its name or 0 to 255" },
	{ "deny smac 02:00:00:00:00", "'smac 02:00:00:00:00' is not readable: write MAC, MAC/MASK or MAC/BITS" },
	{ "deny smac 02:00:00:00:00:00:00",
	  "'smac 02:00:00:00:00:00:00' is not readable: write MAC, MAC/MASK or MAC/BITS" },
	{ "deny smac 02:00:00:00:00:00/", "'smac 02:00:00:00:00:00/' is not readable: write MAC, MAC/MASK or MAC/BITS" },
	{ "deny smac 02:00:00:00:00:00/49", "'smac 02:00:00:00:00:00/49' is not readable: write MAC, MAC/MASK or MAC/BITS" },
	{ "deny smac 02:00:00:00:00:00/ff:ff", "'smac 02:00:00:00:00:00/ff:ff' is not readable: write MAC, MAC/MASK or MAC/BITS" },
	{ "deny dmac 02:00:00:00:00:01/24", "'dmac 02:00:00:00:00:01/24' has bits outside its mask: write 02:00:00:00:00:00/24" },
	{ "deny sha 03:00:00:00:00:01/01:00:00:00:00:00",
	  "'sha 03:00:00:00:00:01/01:00:00:00:00:00' has bits outside its mask: write 01:00:00:00:00:00/01:00:00:00:00:00" },
	{ "deny vlan 4095", "'vlan 4095' is not readable: write 0 to 4094" },
	{ "deny vlan 01", "'vlan 01' is not readable: write 0 to 4094" },
	{ "deny vlan -1", "'vlan -1' is not readable: write 0 to 4094" },
	{ "deny vlan 4294967297",
	  "'vlan 4294967297' is not readable: write 0 to 4094" },
	{ "deny ether ipx", "'ipx' is unknown (did you mean 'ip'?)" },
	{ "deny ether netware", "'ether netware' is not readable: write ip, ip6, arp or 0x0600 to 0xffff" },
	{ "deny ether 0x10000", "'ether 0x10000' is not readable: write ip, ip6, arp or 0x0600 to 0xffff" },
	{ "deny ether 0x", "'ether 0x' is not readable: write ip, ip6, arp or 0x0600 to 0xffff" },
	{ "deny ether 0x05ff", "'ether 0x05ff' is a length: a type is 0x0600 to 0xffff" },
	{ "deny src 192.0.2", "'src 192.0.2' is not readable: write an address or ADDRESS/LENGTH" },
	{ "deny src 192.0.2.0/33", "'src 192.0.2.0/33' is not readable: write an address or ADDRESS/LENGTH" },
	{ "deny src 192.0.2.0/", "'src 192.0.2.0/' is not readable: write an address or ADDRESS/LENGTH" },
	{ "deny src 2001:db8::/129", "'src 2001:db8::/129' is not readable: write an address or ADDRESS/LENGTH" },
	{ "deny src " X45 "67890/1", "'src " X45 "67890/1' is not readable: write an address or ADDRESS/LENGTH" },
	{ "deny src 192.0.2.1/24", "'src 192.0.2.1/24' has bits set after its prefix length: write 192.0.2.0/24" },
	{ "deny dst 2001:db8::1/127", "'dst 2001:db8::1/127' has bits set after its prefix length: write 2001:db8::/127" },
	{ "deny proto icmpv6", "'icmpv6' is unknown (did you mean 'icmp6'?)" },
	{ "deny proto ospv", "'ospv' is unknown (did you mean 'ospf'?)" },
	{ "deny proto 256", "'proto 256' is not readable: write a protocol by its name or 0 to 255" },
	{ "deny sport 65536", "'sport 65536' is not readable: write PORT or FIRST-LAST, 0 to 65535" },
	{ "deny sport 1-", "'sport 1-' is not readable: write PORT or FIRST-LAST, 0 to 65535" },
	{ "deny sport -1", "'sport -1' is not readable: write PORT or FIRST-LAST, 0 to 65535" },
	{ "deny sport 000000001-2", "'sport 000000001-2' is not readable: write PORT or FIRST-LAST, 0 to 65535" },
	{ "deny dport 68-67",
	  "'dport 68-67' ends before it begins: write 67-68" },
	{ "deny ip icmp 256", "'icmp 256' is not readable: write TYPE or TYPE/CODE, 0 to 255" },
	{ "deny ip icmp 0008", "'icmp 0008' is not readable: write TYPE or TYPE/CODE, 0 to 255" },
	{ "deny ip icmp 8/", "'icmp 8/' is not readable: write TYPE or TYPE/CODE, 0 to 255" },
	{ "deny ip icmp 8/256", "'icmp 8/256' is not readable: write TYPE or TYPE/CODE, 0 to 255" },
	{ "deny op requst", "'requst' is unknown (did you mean 'request'?)" },
	{ "deny op 65536", "'op 65536' is not readable: write request, reply or 0 to 65535" },
	{ "deny spa 2001:db8::1", "'spa 2001:db8::1' is IPv6, but ARP has only IPv4" },
	{ "deny src 192.0.2.1 dst 2001:db8::1", "'dst' matches only ip6, and the rest of the rule only ip: no frame is both" },
	{ "deny ip6 src 192.0.2.1", "'src' matches only ip, and the rest of the rule only ip6: no frame is both" },
	{ "deny arp src 192.0.2.1", "'src' matches only ip, and the rest of the rule only arp: no frame is both (did you mean 'spa'?)" },
	{ "deny arp dst 192.0.2.1", "'dst' matches only ip, and the rest of the rule only arp: no frame is both (did you mean 'tpa'?)" },
	{ "deny arp proto tcp", "'proto' matches only ip or ip6, and the rest of the rule only arp: no frame is both" },
	{ "deny ether 0x8137 sport 1", "'sport' matches only ip or ip6, and the rest of the rule only another ethertype: no frame is both" },
	{ "deny op request fragment", "'op' matches only arp, and the rest of the rule only ip or ip6: no frame is both" },
	{ "deny ip tha 02:00:00:00:00:01", "'tha' matches only arp, and the rest of the rule only ip: no frame is both" },
	{ "deny ip6 proto icmp", "'proto' matches only ip, and the rest of the rule only ip6: no frame is both (did you mean 'proto icmp6'?)" },
	{ "deny ip proto icmp6", "'proto' matches only ip6, and the rest of the rule only ip: no frame is both (did you mean 'proto icmp'?)" },
	{ "deny ip6 proto ah", "'proto' matches only ip, and the rest of the rule only ip6: no frame is both (in ip6 it is an extension header)" },
	{ "deny sport 1 fragment", "'fragment' matches fragments that are not the first, which have no 'sport': leave one out" },
	{ "deny dport 1 fragment", "'fragment' matches fragments that are not the first, which have no 'dport': leave one out" },
	{ "deny ip icmp 8 fragment", "'fragment' matches fragments that are not the first, which have no 'icmp': leave one out" },
	{ "deny proto ospf sport 1",
	  "'sport' needs proto tcp, udp or sctp, not ospf" },
	{ "deny proto 200 dport 1",
	  "'dport' needs proto tcp, udp or sctp, not 200" },
	{ "deny ip icmp 8 dport 1", "'icmp' has no 'dport': leave one out" },
	{ "deny ip proto tcp icmp 8", "'icmp' needs proto icmp or icmp6, not tcp" },
	{ "deny icmp 8",
	  "'icmp' needs 'ip' or 'ip6': write 'ip icmp 8' or 'ip6 icmp 8'" },
	{ "deny " X45 X45 X45 X45, "too long: 185 octets, at most 180 are allowed" },
	{ "deny smac 020000000000/fffffffffffd dmac 020000000000/fffffffffffd src 2001:db8:1:2:3:4:5:6/127 dst 2001:db8:1:2:3:4:5:7/128 proto tcp sport 10000-20000 dport 12",
	  "too long: 181 octets in canonical form, at most 180 are allowed: split the rule" },
};
/* clang-format on */

START_TEST(an_error_says_what_would_be_right)
{
	char why[ACL_WHY_SIZE] = "";
	struct acl_rule r = { .terms = 12345 };

	ck_assert_msg(acl_rule_parse(wrong[_i].text, &r, why) == -EINVAL, "%s",
		      wrong[_i].text);
	ck_assert_str_eq(why, wrong[_i].why);
	ck_assert_uint_eq(r.terms, 12345);
}
END_TEST

/* As long as it may be, as written and as printed. */
START_TEST(a_rule_of_180_octets_is_read)
{
	static const char text[] =
		"deny smac 02:00:00:00:00:00/ff:ff:ff:ff:ff:fd dmac "
		"02:00:00:00:00:00/ff:ff:ff:ff:ff:fd vlan 1 ip6 src "
		"2001:db8:1:2:3:4:5:6 dst 2001:db8:1:2:3:4:5:7 proto tcp sport "
		"1234 dport 12345";
	char why[ACL_WHY_SIZE] = "", printed[ACL_TEXT_SIZE];
	struct acl_rule r;

	ck_assert_uint_eq(strlen(text), ACL_RULE_MAX);
	ck_assert_msg(acl_rule_parse(text, &r, why) == 0, "%s", why);
	ck_assert_str_eq(acl_rule_format(&r, printed), text);
}
END_TEST

/* A rule with every word wrong and long: the reason is cut, and ends. */
START_TEST(a_reason_fits_into_its_buffer)
{
	char text[ACL_RULE_MAX + 1], why[ACL_WHY_SIZE];
	struct acl_rule r;

	memset(text, 'x', ACL_RULE_MAX);
	text[ACL_RULE_MAX] = '\0';
	memcpy(text, "deny ", 5);
	ck_assert_int_eq(acl_rule_parse(text, &r, why), -EINVAL);
	ck_assert_uint_eq(strlen(why), ACL_WHY_SIZE - 1);
}
END_TEST

/* Neighbours: each differs from the next in one thing. */
static const char *const unequal[] = {
	"deny any",
	"permit any",
	"permit vlan 0",
	"permit vlan 1",
	"permit ip",
	"permit ip6",
	"permit smac 02:00:00:00:00:01",
	"permit dmac 02:00:00:00:00:01",
	"permit dmac 02:00:00:00:00:02",
	"permit dmac 02:00:00:00:00:02/47",
	"permit sha 02:00:00:00:00:01",
	"permit sha 02:00:00:00:00:02",
	"permit tha 02:00:00:00:00:02",
	"permit tha 02:00:00:00:00:03",
	"permit spa 192.0.2.0",
	"permit spa 192.0.2.0/24",
	"permit spa 192.0.2.0/25",
	"permit tpa 192.0.2.0/25",
	"permit tpa 192.0.3.0/25",
	"permit op 3",
	"permit op 4",
	"permit src 192.0.2.0/24",
	"permit src 192.0.3.0/24",
	"permit dst 192.0.3.0/24",
	"permit dst 192.0.4.0/24",
	"permit proto 4",
	"permit proto 5",
	"permit sport 5",
	"permit sport 5-6",
	"permit sport 4-6",
	"permit dport 4-6",
	"permit dport 4-7",
	"permit ip icmp 4",
	"permit ip icmp 5",
	"permit ip icmp 5/0",
	"permit ip icmp 5/1",
	"permit fragment",
};

START_TEST(rules_that_differ_in_one_field_are_not_equal)
{
	char why[ACL_WHY_SIZE];
	struct acl_rule a, b;

	ck_assert_int_eq(acl_rule_parse(unequal[_i], &a, why), 0);
	for (size_t i = 0; i < ROWS(unequal); i++) {
		ck_assert_int_eq(acl_rule_parse(unequal[i], &b, why), 0);
		ck_assert_msg(acl_rule_equal(&a, &b) == ((size_t)_i == i),
			      "%s, %s", unequal[_i], unequal[i]);
	}
}
END_TEST

int
main(void)
{
	Suite *s = suite_create("acl_text");
	TCase *tc = tcase_create("acl_text");

	tcase_add_loop_test(tc, a_rule_is_printed_with_its_implied_terms, 0,
			    ROWS(fine));
	tcase_add_loop_test(tc, an_error_says_what_would_be_right, 0,
			    ROWS(wrong));
	tcase_add_test(tc, a_rule_of_180_octets_is_read);
	tcase_add_test(tc, a_reason_fits_into_its_buffer);
	tcase_add_loop_test(tc, rules_that_differ_in_one_field_are_not_equal, 0,
			    ROWS(unequal));
	suite_add_tcase(s, tc);
	return check_run(s);
}
