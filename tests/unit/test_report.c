/* SPDX-License-Identifier: BSD-3-Clause */
/* The report to a member: what it says, in which order, and in how many columns. */
#include "apps/report.h"

#include <string.h>

#include "fabric/view/drop.h"
#include "tests/unit/printed.h"

#define STATUS "{\"name\": \"EX-IX\", \"uptime_seconds\": 273600}"
#define PORT                                                                   \
	"{\"port\": \"as64500\", \"asn\": 64500, \"description\": "            \
	"\"Example Net\", \"lan\": \"peering\", \"state\": \"up\", "           \
	"\"rx_frames\": 1234567, \"rx_dropped\": 1205}"
#define CONFIG                                                                 \
	"[{\"section\": \"fabric\", \"keys\": {\"mac\": \"x\"}}, "             \
	"{\"section\": \"port as64500\", \"keys\": {\"mac\": "                 \
	"[\"02:00:00:00:00:01\", \"02:00:00:00:00:02\"], \"ipv4\": "           \
	"\"192.0.2.10\"}}]"
#define ROW(reason, side, frames, would, last, example)                        \
	"{\"reason\": \"" reason "\", \"side\": \"" side                       \
	"\", \"meaning\": \"a sentence about " reason                          \
	"\", \"frames\": " frames ", \"would_drop\": " would                   \
	", \"rate\": 0.04, "                                                   \
	"\"last_seen_seconds\": " last ", \"example\": " example "}"

static json_t *report;

/* Makes the report of these drops. */
static void
make(const char *port, const char *drops)
{
	json_t *p = json_loads(port, 0, NULL), *d = json_loads(drops, 0, NULL);
	json_t *s = json_loads(STATUS, 0, NULL);
	json_t *c = json_loads(CONFIG, 0, NULL);
	struct report_sources sources = { p, d, s, c, 1764012345 };

	ck_assert(p != NULL && d != NULL && s != NULL && c != NULL);
	report = report_make(&sources);
	ck_assert_ptr_nonnull(report);
	report_print(report, out);
	json_decref(p);
	json_decref(d);
	json_decref(s);
	json_decref(c);
}

static const char two_reasons[] =
	"Port as64500 of EX-IX: AS64500 Example Net\n"
	"LAN peering, state up, at 2025-11-24T19:25:45Z\n"
	"\n"
	"Registered:\n"
	"  MAC  02:00:00:00:00:01\n"
	"       02:00:00:00:00:02\n"
	"  IPv4 192.0.2.10\n"
	"  IPv6 none\n"
	"\n"
	"Since the counters began, at most 3 days ago, the exchange has "
	"received 1234567\n"
	"frames from the port and dropped 1205 of them. These frames "
	"should not be sent:\n"
	"\n"
	"1. a sentence about mac_lock (mac_lock)\n"
	"   1200 frames dropped, 7 frames let through so far, the last "
	"one 5 seconds ago\n"
	"   What to change: Send from the registered MAC address only. "
	"If the router was\n"
	"   replaced, register the new address; if there is a switch "
	"between, see that\n"
	"   it sends nothing of its own.\n"
	"\n"
	"2. a sentence about nd_ra (nd_ra)\n"
	"   5 frames dropped, the last one 25 hours ago\n"
	"   Example: 02:00:00:00:00:01 -> 33:33:00:00:00:01 0x86dd IPv6 "
	"fe80::1 >\n"
	"   ff02::1 router advertisement\n"
	"   What to change: Turn off router advertisements on the "
	"interface at once\n"
	"   (ipv6 nd ra suppress all): they disturb other members.\n"
	"\n"
	"3 other frames were dropped for reasons that are not the "
	"member's to change.\n";

START_TEST(reasons_come_by_frames_with_what_to_change)
{
	make(PORT,
	     "[" ROW("nd_ra", "rx", "5", "0", "90061",
		     "\"02:00:00:00:00:01 -> 33:33:00:00:00:01 0x86dd "
		     "IPv6 fe80::1 > ff02::1 router advertisement\"") ", " ROW("mac_lock",
									       "rx",
									       "1200",
									       "7",
									       "5.2",
									       "null") ", " ROW("hairpin",
												"rx",
												"0",
												"0",
												"null",
												"null") ", " ROW("unknown_unicast",
														 "rx",
														 "3",
														 "0",
														 "1",
														 "null") ", " ROW("tx_full",
																  "tx",
																  "9",
																  "0",
																  "1",
																  "null") "]");
	expect(two_reasons);
	ck_assert_int_eq(json_array_size(json_object_get(report, "reasons")),
			 2);
	json_decref(report);
}
END_TEST

START_TEST(a_member_that_sends_nothing_wrong_is_told_so)
{
	make("{\"port\": \"p\", \"asn\": null, \"description\": null, "
	     "\"rx_frames\": 1, \"rx_dropped\": 0}",
	     "[" ROW("mac_lock", "rx", "0", "0", "null", "null") ", " ROW(
		     "tx_full", "tx", "9", "0", "1", "null") "]");
	expect("Port p of EX-IX\n"
	       "LAN -, state -, at 2025-11-24T19:25:45Z\n"
	       "\n"
	       "Registered:\n"
	       "  MAC  none\n"
	       "  IPv4 none\n"
	       "  IPv6 none\n"
	       "\n"
	       "Since the counters began, at most 3 days ago, the exchange has "
	       "received 1 frame\n"
	       "from the port and dropped 0 of them. There is nothing to "
	       "change.\n");
	json_decref(report);
}
END_TEST

START_TEST(each_reason_of_a_sender_has_an_advice_or_needs_none)
{
	for (enum drop why = DROP_NONE + 1; why < DROP_N; why++)
		ck_assert_msg((report_advice(drop_name(why)) == NULL) ==
				      drop_is_tx(why),
			      "apps/advice_list.h: %s", drop_name(why));
	ck_assert_ptr_null(report_advice("nothing"));
}
END_TEST

/* With the true sentences, as long as they are. */
START_TEST(a_mail_has_80_columns_and_no_more)
{
	json_t *drops = json_array();
	const char *line;
	char *dumped;

	for (enum drop why = DROP_NONE + 1; why < DROP_N; why++)
		json_array_append_new(
			drops,
			json_pack("{s:s, s:s, s:s, s:I, s:I, s:f, s:f, s:s}",
				  "reason", drop_name(why), "side",
				  drop_is_tx(why) ? "tx" : "rx", "meaning",
				  drop_meaning(why), "frames",
				  (json_int_t)INT64_MAX, "would_drop",
				  (json_int_t)INT64_MAX, "rate", 1e9,
				  "last_seen_seconds", 1e9, "example",
				  "02:00:00:00:00:01 -> ff:ff:ff:ff:ff:ff"));
	dumped = json_dumps(drops, 0);
	make(PORT, dumped);
	fflush(out);
	for (line = text; *line != '\0'; line += strcspn(line, "\n") + 1)
		ck_assert_msg(strcspn(line, "\n") <= 79, "%.100s", line);
	free(dumped);
	json_decref(drops);
	json_decref(report);
}
END_TEST

int
main(void)
{
	Suite *s = suite_create("report");
	TCase *t = tcase_create("report");

	tcase_add_checked_fixture(t, setup, teardown);
	tcase_add_test(t, reasons_come_by_frames_with_what_to_change);
	tcase_add_test(t, a_member_that_sends_nothing_wrong_is_told_so);
	tcase_add_test(t, each_reason_of_a_sender_has_an_advice_or_needs_none);
	tcase_add_test(t, a_mail_has_80_columns_and_no_more);
	suite_add_tcase(s, t);
	return check_run(s);
}
