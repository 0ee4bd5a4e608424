/* SPDX-License-Identifier: BSD-3-Clause */
#include "apps/render.h"

#include <check.h>
#include <stdlib.h>
#include <string.h>

#include "apps/columns.h"
#include "fabric/api/command.h"
#include "tests/check_run.h"
#include "tests/unit/printed.h"

/* With arguments for ixctl alone. */
static const struct {
	const char *command, *how, *answer, *text;
} ways[] = {
	{ "port drops", "{\"all\": true}",
	  "[{\"port\": \"p\", \"reason\": \"acl\", \"frames\": 0}, "
	  "{\"port\": \"q\", \"reason\": \"runt\", \"frames\": 0}]",
	  "PORT  REASON  FRAMES  RATE  LAST-SEEN  EXAMPLE\n"
	  "p     acl          0     -          -  -\n"
	  "q     runt         0     -          -  -\n" },
	{ "port drops", "{}",
	  "[{\"port\": \"p\", \"reason\": \"a\", \"frames\": 9, "
	  "\"rate\": 0.5}, "
	  "{\"port\": \"p\", \"reason\": \"b\", \"frames\": 0, "
	  "\"rate\": 0.0}, "
	  "{\"port\": \"q\", \"reason\": \"c\", \"frames\": 1, "
	  "\"rate\": 20.0}]",
	  "PORT  REASON  FRAMES    RATE  LAST-SEEN  EXAMPLE\n"
	  "q     c            1  20.0/s          -  -\n"
	  "p     a            9   0.5/s          -  -\n" },
	{ "port drops", "{\"sort\": \"frames\"}",
	  "[{\"port\": \"p\", \"reason\": \"a\", \"frames\": 1, "
	  "\"rate\": 20.0}, "
	  "{\"port\": \"q\", \"reason\": \"b\", \"frames\": 9}]",
	  "PORT  REASON  FRAMES    RATE  LAST-SEEN  EXAMPLE\n"
	  "q     b            9       -          -  -\n"
	  "p     a            1  20.0/s          -  -\n" },
	{ "port show", "{\"sort\": \"rx\"}",
	  "[{\"port\": \"p\", \"rx_bits_per_second\": 5e8}, "
	  "{\"port\": \"q\", \"rx_bits_per_second\": null}, "
	  "{\"port\": \"r\", \"rx_bits_per_second\": 2.31e9}]",
	  "PORT  STATE  SPEED  MACS  RX-BPS  TX-BPS  DROPS/S  MEMBER\n"
	  "r     -          -  0/0    2.31G       -        -  -\n"
	  "p     -          -  0/0     500M       -        -  -\n"
	  "q     -          -  0/0        -       -        -  -\n" },
	{ "port show", "{}",
	  "[{\"port\": \"p\", \"links_in_use\": 1, \"links_total\": 2}, "
	  "{\"port\": \"q\", \"links_in_use\": null}]",
	  "PORT  STATE  SPEED  LINKS  MACS  RX-BPS  TX-BPS  DROPS/S  MEMBER\n"
	  "p     -          -  1/2    0/0        -       -        -  -\n"
	  "q     -          -  -      0/0        -       -        -  -\n" },
	{ "port show", "{\"frames\": true, \"sort\": \"port\"}",
	  "[{\"port\": \"p10\", \"state\": \"up\", "
	  "\"rx_frames_per_second\": 0.4, \"rx_frames\": 7, "
	  "\"dropped\": 3}, {\"port\": \"p9\"}]",
	  "PORT  STATE  RX-FPS  TX-FPS  DROPS/S  RX  TX  DROPS  MEMBER\n"
	  "p9    -           -       -        -   -   -      -  -\n"
	  "p10   up        0.4       -        -   7   -      3  -\n" },
	{ "fdb show", "{\"sort\": \"moves\"}",
	  "[{\"mac\": \"a\", \"moves\": 1}, {\"mac\": \"b\", "
	  "\"moves\": 5}]",
	  "MAC  LAN  PORT  TYPE  AGE  MOVES\n"
	  "b    -    -     -       -      5\n"
	  "a    -    -     -       -      1\n" },
	{ "selftest", "{\"all\": true}",
	  "[{\"result\": \"acted\", \"port\": \"p\", \"check\": "
	  "\"runt\", \"expected\": \"runt\", \"got\": \"runt\"}, "
	  "{\"result\": \"skipped\", \"port\": \"r\", \"check\": "
	  "\"acl\", \"why\": \"w\", \"ports\": 1}, "
	  "{\"result\": \"skipped\", \"port\": \"s\", \"check\": "
	  "\"acl\", \"why\": \"v\", \"ports\": 2}, "
	  "{\"result\": \"skipped\", \"port\": \"r\", \"check\": "
	  "\"runt\", \"why\": \"w\", \"ports\": 1}, "
	  "{\"result\": \"summary\", \"acted\": 1, \"ports\": 2, "
	  "\"failed\": 0, \"skipped\": 3}]",
	  "PORT          CHECK           EXPECTED  GOT        WHAT\n"
	  "p             runt            runt      runt       -\n"
	  "r             acl and 1 more  -         not tried  w\n"
	  "s and 1 more  acl             -         not tried  v\n"
	  "1 check on 2 ports acted, 0 did not; 3 could not be tried\n" },
	{ "port stats", "{\"rate\": \"5\"}",
	  "[{\"port\": \"p\", \"rx_frames\": 7, \"device\": "
	  "{\"rx_errors\": 3}, \"per_second\": {\"rx_frames\": 1500, "
	  "\"device\": {\"rx_errors\": 0.2}}}]",
	  "PORT  COUNTER           VALUE     RATE\n"
	  "p     rx_frames             7  1.50k/s\n"
	  "p     device_rx_errors      3    0.2/s\n" },
};

#define LAG_LINK(name, in, state, meaning, bits)                               \
	"{\"link\": \"" name "\", \"in_use\": " in ", \"state\": \"" state     \
	"\", \"meaning\": \"" meaning                                          \
	"\", \"up\": true, \"speed_mbit\": 10000, "                            \
	"\"changes\": 1, \"last_lacpdu_seconds\": 12.3, \"rx_frames\": "       \
	"12345678901, \"tx_frames\": 0, \"actor\": {\"state\": \"" bits        \
	"\"}, "                                                                \
	"\"partner\": {\"state\": \"" bits                                     \
	"\", \"port\": 7, \"port_priority\": "                                 \
	"32768}, \"lacp\": {\"pdus_rx\": 241, \"pdus_tx\": 242, "              \
	"\"markers_rx\": 3, \"responses_tx\": 2, \"illegal_rx\": 1}}"

START_TEST(a_lag_is_printed_in_80_columns)
{
	json_t *answer = json_loads(
		"[{\"port\": \"as64500\", \"up\": true, \"seconds\": 7200, "
		"\"lacp\": \"active\", \"timeout\": \"slow\", "
		"\"min_links\": 1, \"links_in_use\": 1, \"links_total\": 2, "
		"\"actor\": {\"system\": \"02:00:00:00:00:aa\", "
		"\"system_priority\": 32768, \"key\": 1}, "
		"\"partner\": null, \"links\": [" LAG_LINK(
			"net_af_packet0", "true", "in_use", "in use",
			"ALGs+CD") ", " LAG_LINK("0000:01:00.1", "false",
						 "fallback_other",
						 "no LACPDU is received, and "
						 "another link is in use "
						 "without a partner",
						 "ALGs-d") "]}]",
		0, NULL);
	struct render *r = render_create(command_find("lag show"), NULL, out);

	ck_assert_ptr_nonnull(answer);
	screen_assume(80);
	render_part(r, answer);
	ck_assert_int_eq(render_end(r), 0);
	screen_assume(0);
	json_decref(answer);
	expect("as64500: up for 2h, 1 of 2 links in use\n"
	       "LACP    active, timeout slow\n"
	       "actor   02:00:00:00:00:aa, priority 32768, key 1\n"
	       "partner none\n"
	       "LINK            STATE           SPEED  ACTOR    PARTNER  PORT"
	       "   PRIO  LAST\n"
	       "net_af_packet0  in_use            10G  ALGs+CD  ALGs+CD     7"
	       "  32768   12s\n"
	       "0000:01:00.1    fallback_other    10G  ALGs-d   ALGs-d      7"
	       "  32768   12s\n"
	       "0000:01:00.1: no LACPDU is received, and another link is in "
	       "use without a\n"
	       "  partner\n"
	       "LINK            CHANGES  RX-FRAMES  TX-FRAMES  PDU-RX  PDU-TX"
	       "  MARKERS  ILLEGAL\n"
	       "net_af_packet0        1      12.3G          0     241     242"
	       "      3/2        1\n"
	       "0000:01:00.1          1      12.3G          0     241     242"
	       "      3/2        1\n\n");
}
END_TEST

START_TEST(a_fabric_without_a_lag_says_so)
{
	struct render *r = render_create(command_find("lag show"), NULL, out);
	json_t *answer = json_array();

	render_part(r, answer);
	ck_assert_int_eq(render_end(r), 0);
	json_decref(answer);
	expect("there is no LAG\n");
}
END_TEST

START_TEST(an_answer_is_printed_as_it_is_asked_for)
{
	json_t *how = json_loads(ways[_i].how, 0, NULL);
	json_t *answer = json_loads(ways[_i].answer, 0, NULL);
	const struct command *c = command_find(ways[_i].command);
	char why[512];

	struct render *r;

	ck_assert_ptr_nonnull(answer);
	ck_assert(render_check(c, how, why, sizeof(why)));
	r = render_create(c, how, out);
	render_part(r, answer);
	ck_assert_int_eq(render_end(r), 0);
	json_decref(answer);
	json_decref(how);
	expect(ways[_i].text);
}
END_TEST

START_TEST(a_column_that_is_not_there_is_an_error_that_lists_them)
{
	json_t *how = json_pack("{s:s}", "sort", "speeed");
	char why[512];

	ck_assert(!render_check(command_find("port drops"), how, why,
				sizeof(why)));
	ck_assert_str_eq(
		why, "no column 'speeed' to sort by; there are: PORT REASON "
		     "FRAMES WOULD-DROP RATE LAST-SEEN EXAMPLE");
	ck_assert(!render_check(command_find("status"), how, why, sizeof(why)));
	json_decref(how);
}
END_TEST

static const struct {
	double n;
	const char *text;
} amounts[] = {
	{ 0, "0" },
	{ 0.04, "0.0" },
	{ 0.4, "0.4" },
	{ 7, "7" },
	{ 99.5, "99.5" },
	{ 812.4, "812" },
	{ 999.6, "1.00k" },
	{ 1500, "1.50k" },
	{ 23100, "23.1k" },
	{ 999600, "1.00M" },
	{ 2.31e9, "2.31G" },
	{ 8e8, "800M" },
	{ 1.23456e12, "1.23T" },
};

START_TEST(an_amount_has_three_digits)
{
	char amount[SHORT_TEXT];

	ck_assert_str_eq(amount_text(amounts[_i].n, amount), amounts[_i].text);
}
END_TEST

/* What an exchange of 1,000 ports prints on a terminal of 80 columns. */
START_TEST(a_thousand_ports_fit_80_columns)
{
	struct render *r;
	size_t lines = 0, cut = 0;

	screen_assume(80);
	r = render_create(command_find("port show"), NULL, out);
	for (unsigned int i = 0; i < 1000; i++) {
		json_t *row = json_pack(
			"[{s:o, s:s, s:i, s:s, s:i, s:i, s:i, s:b, s:b, s:f, "
			"s:f, s:f, s:i, s:s, s:i}]",
			"port", json_sprintf("as%u", 64500 + i), "state",
			i % 7 == 0 ? "err-disabled" : "up", "speed_mbit",
			100000, "lan", "peering", "vlan", 10, "macs", 1,
			"macs_allowed", 10, "locked", true, "culled", false,
			"rx_bits_per_second", 1e9 * i, "tx_bits_per_second",
			1e6 * i, "drops_per_second", 0.1 * i, "asn", 64500 + i,
			"description",
			"N\xc3\xa4mensgebung und Vermittlung "
			"\xe6\x97\xa5\xe6\x9c\xac GmbH",
			"err_disabled_seconds", 12);

		ck_assert_ptr_nonnull(row);
		render_part(r, row);
		json_decref(row);
	}
	ck_assert_int_eq(render_end(r), 0);
	screen_assume(0);
	fflush(out);
	ck_assert(strncmp(text, "all: LAN peering, VLAN 10, LOCK on\n", 35) ==
		  0);
	for (char *line = text, *end; *line != '\0'; line = end + 1, lines++) {
		end = strchr(line, '\n');
		ck_assert_uint_le(screen_columns(line, (size_t)(end - line)),
				  80);
		cut += memmem(line, (size_t)(end - line), "...", 3) != NULL;
	}
	ck_assert_uint_eq(lines, 1002);
	ck_assert_uint_eq(cut, 1000);
}
END_TEST

static const struct {
	uint64_t seconds;
	const char *text;
} ages[] = {
	{ 0, "0s" },    { 59, "59s" },    { 60, "1m" },    { 3599, "59m" },
	{ 3600, "1h" }, { 86399, "23h" }, { 86400, "1d" }, { 31536000, "365d" },
};

START_TEST(an_age_is_short)
{
	char age[SHORT_TEXT];

	ck_assert_str_eq(age_text(ages[_i].seconds, age), ages[_i].text);
}
END_TEST

static const struct {
	uint64_t mbit;
	const char *text;
} speeds[] = {
	{ 0, "-" },       { 10, "10M" },    { 1000, "1G" },
	{ 2500, "2.5G" }, { 10000, "10G" }, { 400000, "400G" },
};

START_TEST(a_speed_is_short)
{
	char speed[SHORT_TEXT];

	ck_assert_str_eq(speed_text(speeds[_i].mbit, speed), speeds[_i].text);
}
END_TEST

static const struct {
	const char *command, *answer, *text;
} answers[] = {
	{ "fdb show",
	  "[{\"mac\": \"02:00:00:00:00:01\", \"lan\": \"l\", \"vlan\": null, "
	  "\"port\": \"p\", \"type\": \"learned\", \"age_seconds\": 61, "
	  "\"moves\": 2, \"frozen\": false}, "
	  "{\"mac\": \"02:00:00:00:00:02\", \"lan\": \"l\", \"vlan\": 7, "
	  "\"port\": \"p\", \"type\": \"learned\", \"age_seconds\": 1, "
	  "\"moves\": 5, \"frozen\": true}]",
	  "MAC                LAN  VLAN  PORT  TYPE     AGE  MOVES\n"
	  "02:00:00:00:00:01  l       -  p     learned   1m      2\n"
	  "02:00:00:00:00:02  l       7  p     frozen    1s      5\n" },
	{ "fdb show",
	  "[{\"mac\": \"02:00:00:00:00:10\", \"lan\": \"z\", \"vlan\": null, "
	  "\"port\": \"p\", \"type\": \"static\", \"age_seconds\": null, "
	  "\"moves\": 0, \"frozen\": false}, "
	  "{\"mac\": \"02:00:00:00:00:0a\", \"lan\": \"z\", \"vlan\": null, "
	  "\"port\": \"p\", \"type\": \"static\", \"age_seconds\": 3, "
	  "\"moves\": 0, \"frozen\": false}, "
	  "{\"mac\": \"02:00:00:00:00:0b\", \"lan\": \"a\", \"vlan\": null, "
	  "\"port\": \"p\", \"type\": \"static\", \"age_seconds\": 3, "
	  "\"moves\": 0, \"frozen\": false}, "
	  "{\"mac\": \"02:00:00:00:00:01\", \"lan\": \"a\", \"vlan\": null, "
	  "\"port\": \"p\", \"type\": \"static\", \"age_seconds\": null, "
	  "\"moves\": 0, \"frozen\": false}]",
	  "MAC                LAN  PORT  TYPE    AGE  MOVES\n"
	  "02:00:00:00:00:0a  z    p     static   3s      0\n"
	  "02:00:00:00:00:10  z    p     static    -      0\n"
	  "02:00:00:00:00:01  a    p     static    -      0\n"
	  "02:00:00:00:00:0b  a    p     static   3s      0\n" },
	{ "port drops",
	  "[{\"port\": \"p\", \"reason\": \"mac_lock\", \"side\": \"rx\", "
	  "\"frames\": 41822, \"would_drop\": 0, \"meaning\": \"m\", "
	  "\"rate\": 11.92, \"last_seen_seconds\": 61, "
	  "\"example\": \"x -> y\"}, "
	  "{\"port\": \"p\", \"reason\": \"acl\", \"side\": \"rx\", "
	  "\"frames\": 0, \"would_drop\": 7, \"rate\": 0.0, "
	  "\"last_seen_seconds\": null, \"example\": null}]",
	  "all: PORT p\n"
	  "REASON    FRAMES  WOULD-DROP    RATE  LAST-SEEN  EXAMPLE\n"
	  "mac_lock   41822           0  11.9/s         1m  x -> y\n"
	  "acl            0           7       -          -  -\n" },
	{ "port drops",
	  "[{\"port\": \"p\", \"reason\": \"acl\", \"frames\": 0, "
	  "\"would_drop\": 0, \"rate\": 0.0}]",
	  "no frames were dropped; --all lists every drop reason\n" },
	{ "port record",
	  "[{\"port\": \"p\", \"age_seconds\": 1.5, \"reason\": \"nd_ra\", "
	  "\"octets\": 86, \"example\": \"x\", \"hex\": \"00\"}]",
	  "AGE  REASON  OCTETS  EXAMPLE\n"
	  " 1s  nd_ra       86  x\n" },
	{ "fdb flush", "{\"flushed\": 1}", "1 address removed\n" },
	{ "fdb flush", "{\"flushed\": 2}", "2 addresses removed\n" },
	{ "config show",
	  "[{\"section\": \"port a\", \"keys\": {\"asn\": \"1\", \"mac\": "
	  "[\"x\", \"y\"]}, \"unset\": {\"mac_limit\": \"0\"}}]",
	  "[port a]\nasn = 1\nmac = x\nmac = y\n; mac_limit = 0\n\n" },
	{ "config diff",
	  "{\"file\": \"f\", \"warnings\": [\"w\"], \"changes\": ["
	  "{\"section\": \"port a\", \"key\": null, \"change\": \"added\"},"
	  "{\"section\": \"fabric\", \"key\": \"workers\", \"change\": "
	  "\"changed\", \"old\": \"1\", \"new\": \"2\", \"restart\": true},"
	  "{\"section\": \"lan l\", \"key\": \"vlan\", \"change\": \"added\", "
	  "\"new\": \"7\"}], \"interrupts\": [{\"port\": \"b\", "
	  "\"why\": \"y\"}], \"ends\": [{\"port\": \"b\", \"what\": "
	  "\"state\", \"value\": \"down\", \"seconds\": 3}]}",
	  "w\nf: valid, 3 changes\nport a: added\n"
	  "fabric: workers: 1 -> 2 (at a restart)\nlan l: vlan: added 7\n"
	  "port b would be interrupted: y\n"
	  "override would end: port b: state down, for 3s\n" },
	{ "config apply",
	  "{\"file\": \"f\", \"changes\": [], \"generation\": 3, "
	  "\"ports_untouched\": 1, \"devices_opened\": 2, "
	  "\"devices_closed\": 4, \"interrupts\": [{\"port\": \"b\", "
	  "\"why\": \"y\"}], \"ends\": [{\"lan\": \"l\", \"what\": "
	  "\"w\", \"value\": \"v\", \"seconds\": 3}], "
	  "\"restart_pending\": [\"fabric: workers\"]}",
	  "f: valid, 0 changes\nport b was interrupted: y\n"
	  "override ended: lan l: w v, for 3s\n"
	  "applied as generation 3; 1 port untouched, 2 devices opened, 4 "
	  "closed\nwaits for a restart: fabric: workers\n" },
	{ "selftest",
	  "[{\"result\": \"failed\", \"port\": \"p\", \"check\": \"acl\", "
	  "\"rule\": 3, \"frame\": \"f\", \"expected\": \"acl\", "
	  "\"got\": \"pass\"}, {\"result\": \"skipped\", \"port\": \"p\", "
	  "\"check\": \"tx_full\", \"rule\": null, \"frame\": \"none\", "
	  "\"why\": \"w\", \"ports\": 3}, {\"result\": \"summary\", "
	  "\"acted\": 7, \"ports\": 3, \"failed\": 1, \"skipped\": 3}]",
	  "PORT  CHECK  EXPECTED  GOT   WHAT\n"
	  "p     acl:3  acl       pass  f\n"
	  "7 checks on 3 ports acted, 1 did not; 3 could not be tried\n" },
	{ "config apply",
	  "{\"file\": \"f\", \"changes\": [], \"generation\": 3, "
	  "\"ports_untouched\": 2, \"devices_opened\": 1, "
	  "\"devices_closed\": 1}",
	  "f: valid, 0 changes\napplied as generation 3; 2 ports untouched, "
	  "1 device opened, 1 closed\n" },
	{ "selftest",
	  "[{\"result\": \"summary\", \"acted\": 1, \"ports\": 1, "
	  "\"failed\": 0, \"skipped\": 0}]",
	  "1 check on 1 port acted, 0 did not; 0 could not be tried\n" },
	{ "sponge show",
	  "[{\"lan\": \"l\", \"ip\": \"2001:db8::10\", \"state\": \"dead\"},"
	  "{\"lan\": \"l\", \"ip\": \"2001:db8::a\", \"state\": \"dead\"},"
	  "{\"lan\": \"l\", \"ip\": \"192.0.2.10\", \"state\": \"dead\"},"
	  "{\"lan\": \"l\", \"ip\": \"192.0.2.9\", \"state\": \"dead\"}]",
	  "LAN  IP            STATE  QUEUE  RATE  MAC  PORT  CHANGED  ASKED\n"
	  "l    192.0.2.9     dead       -     -  -    -           -      -\n"
	  "l    192.0.2.10    dead       -     -  -    -           -      -\n"
	  "l    2001:db8::a   dead       -     -  -    -           -      -\n"
	  "l    2001:db8::10  dead       -     -  -    -           -      "
	  "-\n" },
	{ "sponge show",
	  "[{\"scope\": \"lan\", \"lan\": \"l\", "
	  "\"sponge_mac\": \"02:53:00:00:00:01\", "
	  "\"own\": [\"192.0.2.250\", \"fe80::1\"], \"learning\": true, "
	  "\"passive\": false, \"addresses\": {\"none\": 5, \"alive\": 4, "
	  "\"pending\": 1, \"dead\": 2, \"static\": 3}}, "
	  "{\"scope\": \"address\", \"lan\": \"l\", \"ip\": "
	  "\"192.0.2.7\", \"state\": \"pending\", \"probes\": 3, "
	  "\"queue\": 12, \"rate\": 54.5, \"mac\": null, \"port\": null, "
	  "\"state_changed_seconds\": 3, \"last_queried_seconds\": 61}, "
	  "{\"scope\": \"address\", \"lan\": \"l\", \"ip\": "
	  "\"2001:db8::9\", \"state\": \"static\", \"probes\": null, "
	  "\"queue\": 0, \"rate\": null, \"mac\": \"02:00:00:00:00:01\", "
	  "\"port\": \"a\", \"state_changed_seconds\": 7200, "
	  "\"last_queried_seconds\": null}]",
	  "lan l: sponge 02:53:00:00:00:01, probes from 192.0.2.250 fe80::1; 4 "
	  "alive, 1 pending, 2 dead, 3 static, 5 unknown; learning\n"
	  "LAN  IP           STATE       QUEUE  RATE  MAC                PORT  "
	  "CHANGED  ASKED\n"
	  "l    192.0.2.7    pending: 3     12  54.5  -                  -     "
	  "     3s     1m\n"
	  "l    2001:db8::9  static          0     -  02:00:00:00:00:01  a     "
	  "     2h      -\n" },
	{ "neigh show",
	  "[{\"lan\": \"l\", \"ip\": \"fe80::2\", "
	  "\"mac\": \"02:00:00:00:00:03\", \"port\": \"c\", "
	  "\"how\": \"link-local\", \"since_seconds\": 61, "
	  "\"last_seen_seconds\": 3}, "
	  "{\"lan\": \"l\", \"ip\": \"192.0.2.10\", \"mac\": null, "
	  "\"port\": \"a\", \"how\": \"configured\", "
	  "\"since_seconds\": null, \"last_seen_seconds\": null}, "
	  "{\"lan\": \"l\", \"ip\": \"192.0.2.9\", "
	  "\"mac\": \"02:53:00:00:00:01\", \"port\": null, "
	  "\"how\": \"fabric\", \"since_seconds\": null, "
	  "\"last_seen_seconds\": null}]",
	  "LAN  IP          MAC                PORT  HOW         SINCE  "
	  "LAST-SEEN\n"
	  "l    192.0.2.9   02:53:00:00:00:01  -     fabric          -  "
	  "        -\n"
	  "l    192.0.2.10  -                  a     configured      -  "
	  "        -\n"
	  "l    fe80::2     02:00:00:00:00:03  c     link-local     1m  "
	  "       3s\n" },
	{ "sflow show",
	  "[{\"on\": true, \"agent\": \"192.0.2.1\", \"sub_agent\": 0, "
	  "\"datagrams\": 1, \"samples\": 12, \"lost\": 3, "
	  "\"counter_samples\": 4, \"discarded_packets\": 0, "
	  "\"collectors\": [{\"collector\": \"192.0.2.9:6343\", \"sent\": 1, "
	  "\"unsent\": 0, \"fault\": null}, {\"collector\": "
	  "\"[2001:db8::9]:6343\", \"sent\": 0, \"unsent\": 1, \"fault\": "
	  "\"Connection refused\"}], \"ports\": [{\"port\": \"a\", "
	  "\"index\": 1, \"rate\": 4096, \"pool\": 67190784, \"samples\": "
	  "12, \"lost\": 3}, {\"port\": \"b\", \"index\": 10001, "
	  "\"rate\": 0, \"pool\": 5, \"samples\": 0, \"lost\": 0}]}]",
	  "agent 192.0.2.1, sub-agent 0: 1 datagram, 12 samples, 3 lost, 4 of "
	  "counters, 0 of drops\n"
	  "\n"
	  "COLLECTOR           SENT  UNSENT  STATE\n"
	  "192.0.2.9:6343         1       0  ok\n"
	  "[2001:db8::9]:6343     0       1  Connection refused\n"
	  "\n"
	  "PORT  INDEX  RATE      POOL  SAMPLES  LOST\n"
	  "a         1  4096  67190784       12     3\n"
	  "b     10001   off         5        0     0\n" },
	{ "sflow show", "[{\"on\": false}]",
	  "sFlow is off: [sflow] has no collector\n" },
	{ "sponge stats",
	  "[{\"lan\": \"l\", \"sponge_replies\": 7, \"addresses\": "
	  "{\"dead\": 2}, \"parameters\": {\"rate\": 50, \"dummy\": false, "
	  "\"flood_protection\": 3.0}, \"parts\": [{\"prefix\": "
	  "\"192.0.2.0/24\", \"own\": null, \"passive\": true}, "
	  "{\"prefix\": \"::/0\", \"addresses\": {\"dead\": 3}}]}]",
	  "lan l: sponge -\n"
	  "\n"
	  "COUNTER         VALUE\n"
	  "sponge_replies      7\n"
	  "\n"
	  "STATE  ADDRESSES  TRANSITIONS\n"
	  "dead           2            -\n"
	  "\n"
	  "PARAMETER         VALUE\n"
	  "rate                 50\n"
	  "dummy               off\n"
	  "flood_protection    3.0\n"
	  "\n"
	  "PREFIX        OWN  PASSIVE  ALIVE  PENDING  DEAD  STATIC  PLACES\n"
	  "192.0.2.0/24  -    on           -        -     -       -       -\n"
	  "all of IPv6   -    off          -        -     3       -       -\n"
	  "\n" },
	{ "sponge log",
	  "[{\"lan\": \"l\", \"age_seconds\": 61.5, \"text\": \"x y\"}]",
	  "AGE  TEXT\n 1m  x y\n" },
	{ "arp top",
	  "[{\"lan\": \"l\", \"list\": \"askers\", \"ip\": \"192.0.2.1\", "
	  "\"port\": \"a\", \"questions\": 12, \"at_least\": 10}]",
	  "LAN  LIST    IP         PORT  REQUESTS  AT-LEAST\n"
	  "l    askers  192.0.2.1  a           12        10\n" },
	{ "sponge set",
	  "{\"lan\": \"l\", \"ip\": \"192.0.2.9\", \"what\": \"state\", "
	  "\"old\": \"dead\", \"old_probes\": null, \"new\": \"pending\", "
	  "\"new_probes\": 3, \"waits\": false}",
	  "192.0.2.9: dead -> pending: 3\n" },
	{ "sponge set",
	  "{\"lan\": \"l\", \"ip\": \"192.0.2.9\", \"old\": \"pending\", "
	  "\"old_probes\": 3, \"new\": \"pending\", \"waits\": true}",
	  "192.0.2.9: pending: 3; three probes are sent, and it is static "
	  "in two seconds unless it answers\n" },
	{ "sponge set",
	  "{\"lan\": \"l\", \"what\": \"rate\", \"old\": \"50\", "
	  "\"new\": \"7\", \"configured\": \"50\", \"by_hand\": true}",
	  "lan l: rate: 50 -> 7, until an apply that changes the LAN; the "
	  "configuration has "
	  "50\n" },
	{ "sponge set",
	  "{\"lan\": \"l\", \"what\": \"rate\", \"old\": \"7\", "
	  "\"new\": \"50\", \"configured\": \"50\", \"by_hand\": false}",
	  "lan l: rate: 7 -> 50\n" },
	{ "sponge clear",
	  "{\"lan\": \"l\", \"ip\": \"192.0.2.9\", \"old\": \"pending\", "
	  "\"old_probes\": 2, \"cleared\": 1}",
	  "192.0.2.9: pending: 2 -> none\n" },
	{ "sponge clear", "{\"lan\": \"l\", \"ip\": null, \"cleared\": 1}",
	  "1 address cleared\n" },
	{ "sponge clear", "{\"lan\": \"l\", \"ip\": null, \"cleared\": 0}",
	  "0 addresses cleared\n" },
	{ "sponge clear-arp",
	  "{\"ip\": \"192.0.2.9\", \"old\": \"02:00:00:00:00:01\", "
	  "\"new\": null}",
	  "192.0.2.9: 02:00:00:00:00:01 -> -\n" },
	{ "sponge probe",
	  "{\"lan\": \"l\", \"addresses\": 20, \"rate\": 10, "
	  "\"seconds\": 2}",
	  "20 addresses of LAN l are probed, 10 a second: 2 s\n" },
	{ "sponge probe",
	  "{\"lan\": \"l\", \"addresses\": 1, \"rate\": 10, "
	  "\"seconds\": 1}",
	  "1 address of LAN l is probed, 10 a second: 1 s\n" },
	{ "sponge probe", "{\"lan\": \"l\", \"addresses\": 0}",
	  "no address of LAN l is probed\n" },
	{ "sponge inform",
	  "{\"receiver\": \"192.0.2.1\", \"about\": \"192.0.2.9\", "
	  "\"mac\": \"02:00:00:00:00:02\", \"frames\": 3}",
	  "sent to 192.0.2.1: 192.0.2.9 is at 02:00:00:00:00:02, 3 frames\n" },
	{ "sponge inform", "{\"lan\": \"l\", \"frames\": 0}",
	  "nothing sent: arp_update of LAN l is none\n" },
	{ "metrics",
	  "[{\"text\": \"a{b=\\\"\\u00fc\\\"} 1\\n\"}, "
	  "{\"text\": \"d 2\\n\"}]",
	  "a{b=\"\xc3\xbc\"} 1\nd 2\n" },
	/* From a daemon of another version: no crash. */
	{ "config diff", "{\"changes\": [{}]}", "-: valid, 1 change\n-: -\n" },
	{ "fdb show", "[{}]",
	  "MAC  LAN  PORT  TYPE  AGE  MOVES\n"
	  "-    -    -     -       -      -\n" },
};

START_TEST(an_answer_is_printed_for_people)
{
	struct render *r =
		render_create(command_find(answers[_i].command), NULL, out);
	json_t *answer = json_loads(answers[_i].answer, 0, NULL);

	ck_assert_ptr_nonnull(answer);
	render_part(r, answer);
	ck_assert_int_eq(render_end(r), 0);
	json_decref(answer);
	expect(answers[_i].text);
}
END_TEST

static const struct {
	const char *row, *end;
} members[] = {
	{ "{\"state\": \"up\", \"clean_seconds\": null, "
	  "\"err_disabled_by\": null, \"asn\": 64500}",
	  " AS64500\n" },
	{ "{\"state\": \"down\", \"link_seconds\": 180, \"asn\": 64500}",
	  " AS64500 (down 3m)\n" },
	{ "{\"state\": \"err-disabled\", \"err_disabled_by\": \"nd_ra\", "
	  "\"err_disabled_seconds\": 12, \"recovers_in_seconds\": 18}",
	  " - (nd_ra 12s, back in 18s)\n" },
	{ "{\"state\": \"err-disabled\", \"err_disabled_by\": \"nd_ra\", "
	  "\"err_disabled_seconds\": 12, \"recovers_in_seconds\": null}",
	  " - (nd_ra 12s)\n" },
	{ "{\"state\": \"quarantine\", \"clean_seconds\": 7200, "
	  "\"description\": \"Example Net\"}",
	  " Example Net (clean 2h)\n" },
};

START_TEST(the_member_column_shows_why_a_port_is_not_up)
{
	struct render *r = render_create(command_find("port show"), NULL, out);
	json_t *row = json_loads(members[_i].row, 0, NULL);
	size_t n = strlen(members[_i].end);

	ck_assert_ptr_nonnull(row);
	render_part(r, row);
	render_end(r);
	json_decref(row);
	fflush(out);
	ck_assert_uint_gt(size, n);
	ck_assert_str_eq(text + size - n, members[_i].end);
}
END_TEST

START_TEST(no_answer_crashes_ixctl)
{
	static const char *const odd[] = { "{}",   "[]",
					   "[{}]", "[7]",
					   "7",    "null",
					   "[[]]", "{\"changes\": 7}" };
	for (size_t i = 0; i < sizeof(odd) / sizeof(odd[0]); i++) {
		json_t *answer = json_loads(odd[i], JSON_DECODE_ANY, NULL);
		struct render *r = render_create(
			command_get((enum command_id)_i), NULL, out);

		ck_assert_ptr_nonnull(answer);
		render_part(r, answer);
		render_end(r);
		json_decref(answer);
	}
}
END_TEST

START_TEST(every_answer_of_the_daemon_is_printed)
{
	const struct command *c = command_get((enum command_id)_i);
	struct render *r = render_create(c, NULL, out);
	json_t *answer = json_object();

	render_part(r, answer);
	render_end(r);
	json_decref(answer);
	fflush(out);
	if (c->side == COMMAND_DAEMON)
		ck_assert_msg(size > 0, "%s prints nothing", c->name);
}
END_TEST

#define LOOP(tc, test, cases)                                                  \
	tcase_add_loop_test(tc, test, 0, sizeof(cases) / sizeof((cases)[0]))

int
main(void)
{
	Suite *s = suite_create("render");
	TCase *tc = tcase_create("render");

	tcase_add_checked_fixture(tc, setup, teardown);
	LOOP(tc, an_age_is_short, ages);
	LOOP(tc, a_speed_is_short, speeds);
	LOOP(tc, an_answer_is_printed_for_people, answers);
	LOOP(tc, an_answer_is_printed_as_it_is_asked_for, ways);
	LOOP(tc, an_amount_has_three_digits, amounts);
	tcase_add_test(tc, a_lag_is_printed_in_80_columns);
	tcase_add_test(tc, a_fabric_without_a_lag_says_so);
	tcase_add_test(tc, a_thousand_ports_fit_80_columns);
	tcase_add_test(tc,
		       a_column_that_is_not_there_is_an_error_that_lists_them);
	LOOP(tc, the_member_column_shows_why_a_port_is_not_up, members);
	tcase_add_loop_test(tc, no_answer_crashes_ixctl, 0, COMMAND_N);
	tcase_add_loop_test(tc, every_answer_of_the_daemon_is_printed, 0,
			    COMMAND_N);
	suite_add_tcase(s, tc);
	return check_run(s);
}
