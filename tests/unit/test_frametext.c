/* SPDX-License-Identifier: BSD-3-Clause */
#include "lib/frametext.h"

#include <check.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "tests/check_run.h"

#define TO_ALL   "ffffffffffff"
#define TO_B     "02000000000b"
#define FROM_A   "02005e100001"
#define A_TO_B   "02:00:5e:10:00:01 -> 02:00:00:00:00:0b"
#define A_TO_ALL "02:00:5e:10:00:01 -> ff:ff:ff:ff:ff:ff"

/* IPv6 from fe80::1 to ff02::1, ICMPv6 of so many octets. */
#define IPV6(length, next)                                                     \
	"60000000" length next "ff"                                            \
	"fe800000000000000000000000000001"                                     \
	"ff020000000000000000000000000001"
#define FE80_TO_ALL "IPv6 fe80::1 > ff02::1"
#define TARGET      "20010db8000000000000000000000007"

static const struct {
	const char *octets; /* in hex */
	const char *text;
} frames[] = {
	{ TO_ALL FROM_A "0806"
			"0001080006040001"
			"02005e100001c0000209000000000000c0000207",
	  A_TO_ALL " 0x0806 ARP who-has 192.0.2.7 tell 192.0.2.9" },
	{ TO_B FROM_A "0806"
		      "0001080006040002"
		      "02005e100001c000020902000000000bc0000207",
	  A_TO_B " 0x0806 ARP reply 192.0.2.9 is-at 02:00:5e:10:00:01" },
	/* Reverse ARP, and an ARP that is cut short. */
	{ TO_B FROM_A "0806"
		      "0001080006040003"
		      "02005e100001c000020902000000000bc0000207",
	  A_TO_B " 0x0806 ARP of another kind" },
	{ TO_B FROM_A "0806"
		      "00010800060400",
	  A_TO_B " 0x0806 ARP of another kind" },

	{ TO_B FROM_A "0800"
		      "4500001c00000000ff110000c0000201c00002ff"
		      "0044004300080000",
	  A_TO_B " 0x0800 IPv4 192.0.2.1 > 192.0.2.255 UDP 68 > 67" },
	{ TO_B FROM_A "0800"
		      "4500002800000000ff060000c0000201c0000202"
		      "00b3e00100000000000000005000000000000000",
	  A_TO_B " 0x0800 IPv4 192.0.2.1 > 192.0.2.2 TCP 179 > 57345" },
	{ TO_B FROM_A "0800"
		      "4500001c00000000ff010000c0000201c0000202"
		      "0501000000000000",
	  A_TO_B " 0x0800 IPv4 192.0.2.1 > 192.0.2.2 ICMP type 5" },
	{ TO_B FROM_A "0800"
		      "450000180000000001590000c0000201e0000005"
		      "02010000",
	  A_TO_B " 0x0800 IPv4 192.0.2.1 > 224.0.0.5 protocol 89" },
	/* A later fragment has no ports. */
	{ TO_B FROM_A "0800"
		      "4500001c00000010ff110000c0000201c0000202"
		      "0044004300080000",
	  A_TO_B " 0x0800 IPv4 192.0.2.1 > 192.0.2.2 protocol 17 fragment" },
	{ TO_B FROM_A "0800"
		      "4500",
	  A_TO_B " 0x0800 IPv4" },

	{ TO_B FROM_A "86dd" IPV6("0008", "3a") "8500000000000000",
	  A_TO_B " 0x86dd " FE80_TO_ALL " RS" },
	{ TO_B FROM_A
	  "86dd" IPV6("0010", "3a") "86000000400807080000000000000000",
	  A_TO_B " 0x86dd " FE80_TO_ALL " RA" },
	{ TO_B FROM_A "86dd" IPV6("0018", "3a") "8700000000000000" TARGET,
	  A_TO_B " 0x86dd " FE80_TO_ALL " NS who-has 2001:db8::7" },
	{ TO_B FROM_A "86dd" IPV6("0018", "3a") "88000000e0000000" TARGET,
	  A_TO_B " 0x86dd " FE80_TO_ALL " NA 2001:db8::7" },
	/* Too short for its target. */
	{ TO_B FROM_A "86dd" IPV6("0008", "3a") "8800000060000000",
	  A_TO_B " 0x86dd " FE80_TO_ALL " NA" },
	{ TO_B FROM_A "86dd" IPV6("0004", "3a") "82000000",
	  A_TO_B " 0x86dd " FE80_TO_ALL " MLD query" },
	{ TO_B FROM_A "86dd" IPV6("0004", "3a") "8f000000",
	  A_TO_B " 0x86dd " FE80_TO_ALL " MLD report" },
	{ TO_B FROM_A "86dd" IPV6("0004", "3a") "80000000",
	  A_TO_B " 0x86dd " FE80_TO_ALL " ICMPv6 type 128" },
	{ TO_B FROM_A "86dd" IPV6("0008", "11") "0222022300080000",
	  A_TO_B " 0x86dd " FE80_TO_ALL " UDP 546 > 547" },
	/* A later fragment of what was UDP. */
	{ TO_B FROM_A
	  "86dd" IPV6("0010", "2c") "11000010000000010222022300080000",
	  A_TO_B " 0x86dd " FE80_TO_ALL " protocol 17 fragment" },

	{ TO_B FROM_A "8100"
		      "0065"
		      "88cc"
		      "0207",
	  A_TO_B " vlan 101 0x88cc" },
	{ TO_B FROM_A "88a8"
		      "b065"
		      "8100"
		      "0fff"
		      "9100"
		      "0001",
	  A_TO_B " vlan 101 vlan 4095 0x9100" },
	/* The tag is cut off. */
	{ TO_B FROM_A "8100"
		      "00",
	  A_TO_B " 0x8100" },
	{ "0180c2000000" FROM_A "0026"
	  "424203",
	  "02:00:5e:10:00:01 -> 01:80:c2:00:00:00 length 38 LLC 0x42 0x42" },
	{ TO_B FROM_A "0026", A_TO_B " length 38" },
	{ TO_B FROM_A "9000", A_TO_B " 0x9000" },
	{ TO_B FROM_A "90", "13 octets" },
	{ "", "0 octets" },
};

/* In memory of exactly its size, so that a sanitizer sees a read past it. */
static uint8_t *
octets_of(const char *hex, uint32_t size)
{
	uint8_t *octets = malloc(size > 0 ? size : 1);

	for (uint32_t i = 0; i < size; i++) {
		unsigned int octet;

		ck_assert_int_eq(sscanf(hex + 2 * i, "%2x", &octet), 1);
		octets[i] = (uint8_t)octet;
	}
	return octets;
}

START_TEST(a_frame_is_shown_in_a_line)
{
	char text[FRAMETEXT_SIZE];
	uint32_t size = (uint32_t)strlen(frames[_i].octets) / 2;
	uint8_t *frame = octets_of(frames[_i].octets, size);

	ck_assert_str_eq(frametext(frame, size, size, text), frames[_i].text);
	free(frame);
}
END_TEST

/* Fields beyond the end of the record are left out. */
START_TEST(a_cut_frame_is_shown_as_far_as_it_goes)
{
	char text[FRAMETEXT_SIZE];
	uint32_t len = (uint32_t)strlen(frames[_i].octets) / 2;

	for (uint32_t size = 0; size < len; size++) {
		uint8_t *frame = octets_of(frames[_i].octets, size);

		frametext(frame, size, len, text);
		ck_assert_uint_gt(strlen(text), 0);
		for (const char *c = text; *c != '\0'; c++)
			ck_assert_msg(*c >= ' ' && *c <= '~', "%s", text);
		free(frame);
	}
}
END_TEST

START_TEST(the_longest_line_has_room)
{
	static const char hex[] = "ffffffffffffffffffffffff8100ffff8100ffff86dd"
				  "6000000000183aff"
				  "ffffffffffffffffffffffffffffffff"
				  "ffffffffffffffffffffffffffffffff"
				  "8700ffffffffffff"
				  "ffffffffffffffffffffffffffffffff";
	uint32_t size = sizeof(hex) / 2;
	uint8_t *frame = octets_of(hex, size);
	char text[FRAMETEXT_SIZE];

	frametext(frame, size, size, text);
	ck_assert_ptr_nonnull(strstr(text, "NS who-has ffff:ffff:ffff:ffff:"
					   "ffff:ffff:ffff:ffff"));
	free(frame);
}
END_TEST

#define LOOP(tc, test, cases)                                                  \
	tcase_add_loop_test(tc, test, 0, sizeof(cases) / sizeof((cases)[0]))

int
main(void)
{
	Suite *s = suite_create("frametext");
	TCase *tc = tcase_create("frametext");

	LOOP(tc, a_frame_is_shown_in_a_line, frames);
	LOOP(tc, a_cut_frame_is_shown_as_far_as_it_goes, frames);
	tcase_add_test(tc, the_longest_line_has_room);
	suite_add_tcase(s, tc);
	return check_run(s);
}
