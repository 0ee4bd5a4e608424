/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * The text of a scrape, on a fabric in step.
 */
#include <ctype.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "fabric/api/metrics.h"
#include "fabric/lockstep.h"
#include "tests/pipe/fixture.h"
#include "tests/pipe/request.h"

/* The words of metrics_list.h. */
#define GAUGE   "gauge"
#define COUNTER "counter"

#define ALICE UINT64_C(0x020000000001)
#define BOB   UINT64_C(0x020000000002)
#define ALL   UINT64_C(0xffffffffffff)

#define LAN                                                                    \
	"[lan l]\nprofile = ixp-basic\n"                                       \
	"ipv4 = 192.0.2.0/24\n"
#define ALICES                                                                 \
	"[port a]\nlan = l\nmac = 02:00:00:00:00:01\nasn = 64500\n"            \
	"index = 1001\ndescription = Q\"uote \\back \xc3\xbc\xe2\x82\xac n\n"
#define BOBS "[port b]\nlan = l\nmac = 02:00:00:00:00:02\n"
#define BASE                                                                   \
	LAN ALICES "device = net_null0\nacl = list\n" BOBS                     \
		   "device = net_null1\n" LIST
#define LIST "[acl list]\nrule = count ether 0x0800\nrule = deny arp\n"
#define SPONGE                                                                 \
	"sponge = on\nsponge_mac = 02:53:00:00:00:01\n"                        \
	"sponge_ipv4 = 192.0.2.250\n"

#define LINKS "device = net_null0\ndevice = net_null2\n"

static struct answers *answers;
static char path[] = "/tmp/ixf-metrics-XXXXXX";

static void
setup(void)
{
	int file;

	harness_run_lacp(true);
	begin_at(0, BASE);
	strcpy(path + strlen(path) - 6, "XXXXXX");
	file = mkstemp(path);
	ck_assert_int_ge(file, 0);
	ck_assert_int_eq(write(file, BASE, strlen(BASE)), strlen(BASE));
	close(file);
	answers = answers_create(f, path);
	ck_assert_ptr_nonnull(answers);
}

static void
teardown(void)
{
	answers_free(answers);
	unlink(path);
}

/* The text of the parts so far, which the caller frees. */
static char *
text_of(const struct request *q)
{
	char *text = NULL;
	size_t size;
	FILE *out = open_memstream(&text, &size);

	for (size_t i = 0; i < json_array_size(q->result); i++)
		fputs(json_string_value(request_at(q->result, i, "text")), out);
	fclose(out);
	return text;
}

/* Goes on with it until its end. */
static char *
rest_of(struct request *q)
{
	char *text;

	while (q->verdict == CTL_MORE || q->verdict == CTL_WAIT)
		request_more(q);
	ck_assert_int_eq(q->verdict, CTL_END);
	text = text_of(q);
	request_end(q);
	return text;
}

static char *
scrape_with(const char *args)
{
	struct request q;

	request_begin(&q, answers, "metrics", args);
	return rest_of(&q);
}

static char *
scrape(void)
{
	return scrape_with("{}");
}

/* The value behind 'sample' and a blank, at the beginning of a line. */
static bool
find(const char *text, const char *sample, uint64_t *value)
{
	size_t n = strlen(sample);

	for (const char *line = text; line != NULL;
	     line = strchr(line, '\n'), line = line != NULL ? line + 1 : NULL)
		if (strncmp(line, sample, n) == 0 && line[n] == ' ') {
			*value = strtoull(line + n, NULL, 10);
			return true;
		}
	return false;
}

static void
expect(const char *text, const char *sample, uint64_t want)
{
	uint64_t value;

	ck_assert_msg(find(text, sample, &value), "no %s in:\n%.2000s", sample,
		      text);
	ck_assert_msg(value == want, "%s is %lu, not %lu", sample,
		      (unsigned long)value, (unsigned long)want);
}

static void
expect_none(const char *text, const char *part)
{
	ck_assert_msg(strstr(text, part) == NULL, "%s in the text", part);
}

/* The lines between the HELP of a metric and that of the next. */
static unsigned int
count_family(const char *text, const char *name, const char *type)
{
	char head[300], sample[128];
	unsigned int n = 0;
	const char *at;

	snprintf(head, sizeof(head), "# HELP %s ", name);
	at = strstr(text, head);
	ck_assert_msg(at != NULL, "no help for %s", name);
	ck_assert_msg(strstr(at + 1, head) == NULL, "%s twice", name);
	at = strchr(at, '\n') + 1;
	snprintf(head, sizeof(head), "# TYPE %s %s\n", name, type);
	ck_assert_msg(strncmp(at, head, strlen(head)) == 0, "%s: %.80s", name,
		      at);
	at += strlen(head);
	for (; *at != '\0' && *at != '#'; at = strchr(at, '\n') + 1, n++) {
		snprintf(sample, sizeof(sample), "%.*s", (int)strcspn(at, "{ "),
			 at);
		ck_assert_str_eq(sample, name);
	}
	return n;
}

START_TEST(every_metric_has_its_help_its_type_and_its_samples_together)
{
	char *text = scrape_with("{\"matrix\": true}");
	unsigned int n = 0, lines = 0;

#define METRIC(scope, id, type, labels, help, samples)                         \
	n += count_family(text, "ixf_" #id, type);
#include "fabric/api/metrics_list.h"
	for (const char *at = text; *at != '\0'; at = strchr(at, '\n') + 1)
		lines += *at != '#';
	/* So there is no other. */
	ck_assert_uint_eq(n, lines);
	free(text);
}
END_TEST

START_TEST(names_and_types_agree_as_prometheus_has_it){
#define METRIC(scope, id, type, labels, help, samples)                         \
	{                                                                      \
		const char *end = strstr(#id, "_total");                       \
                                                                               \
		ck_assert_msg((end != NULL && end[6] == '\0') ==               \
				      (strcmp(type, COUNTER) == 0),            \
			      #id);                                            \
		ck_assert_msg(help[strlen(help) - 1] != '.', #id);             \
	}
#include "fabric/api/metrics_list.h"
} END_TEST

	static void expect_drops(const char *text, const char *port,
				 enum drop only, uint64_t n)
{
	char sample[160];

	for (enum drop why = DROP_NONE + 1; why < DROP_N; why++) {
		snprintf(sample, sizeof(sample),
			 "ixf_port_drops_total{port=\"%s\",direction=\"%s\","
			 "reason=\"%s\"}",
			 port, drop_is_tx(why) ? "tx" : "rx", drop_name(why));
		expect(text, sample, why == only ? n : 0);
	}
}

START_TEST(every_drop_reason_of_every_port_is_there_also_at_zero)
{
	uint8_t *frame =
		harness_frame(h, UINT64_C(0x0200000000ff), BOB, 0x0800, 60);
	char *text;

	harness_send(h, "a", frame, 60);
	harness_send(h, "a", frame, 60);
	text = scrape();
	expect_drops(text, "a", DROP_mac_lock, 2);
	expect_drops(text, "b", DROP_NONE, 0);
	free(text);
}
END_TEST

static uint64_t
number(const json_t *row, const char *key)
{
	const json_t *value = json_object_get(row, key);

	ck_assert_msg(json_is_integer(value), "%s", key);
	return (uint64_t)json_integer_value(value);
}

START_TEST(values_are_those_of_port_stats)
{
	static const struct {
		const char *name, *key;
	} same[] = {
		{ "receive_bytes_total", "rx_bytes" },
		{ "transmit_bytes_total", "tx_bytes" },
		{ "transmit_packets_total", "tx_frames" },
		{ "forwarded_packets_total", "forwarded" },
		{ "flooded_packets_total", "flooded" },
		{ "flood_copies_total", "copies" },
		{ "consumed_packets_total", "consumed" },
		{ "generated_packets_total", "generated" },
		{ "punts_missed_total", "punt_full" },
		{ "learns_missed_total", "learn_missed" },
	};
	struct request q;
	char sample[100], *text;

	harness_send_ip(h, "a", ALICE, BOB);
	harness_send_ip(h, "b", BOB, ALICE);
	harness_send_ip(h, "b", BOB, ALICE);
	harness_send(h, "b", harness_frame(h, BOB, ALL, 0x0806, 60), 60);
	text = scrape();
	request_ask(&q, answers, "port stats", "{}");
	for (size_t i = 0; i < 2; i++) {
		const json_t *row = json_array_get(q.result, i);

		for (size_t k = 0; k < sizeof(same) / sizeof(same[0]); k++) {
			snprintf(sample, sizeof(sample),
				 "ixf_port_%s{port=\"%s\"}", same[k].name,
				 i == 0 ? "a" : "b");
			expect(text, sample, number(row, same[k].key));
		}
	}
	request_end(&q);
	expect(text, "ixf_port_receive_bytes_total{port=\"b\"}", 180);
	expect(text,
	       "ixf_port_receive_packets_total{port=\"b\",cast=\"unicast\"}",
	       2);
	expect(text,
	       "ixf_port_receive_packets_total{port=\"b\",cast=\"broadcast\"}",
	       1);
	expect(text,
	       "ixf_port_receive_packets_total{port=\"b\",cast=\"multicast\"}",
	       0);
	expect(text, "ixf_worker_packets_total{worker=\"0\"}", 4);
	expect(text,
	       "ixf_acl_matches_total{port=\"a\",direction=\"in\","
	       "acl=\"list\",rule=\"1\"}",
	       1);
	expect(text,
	       "ixf_acl_matches_total{port=\"a\",direction=\"in\","
	       "acl=\"list\",rule=\"2\"}",
	       0);
	expect_none(text, "ixf_acl_matches_total{port=\"b\"");
	free(text);
}
END_TEST

START_TEST(monitors_are_counted)
{
	char *text = scrape();
	struct request q;

	expect(text, "ixf_monitors", 0);
	free(text);
	request_ask(&q, answers, "monitor", "{}");
	text = scrape();
	expect(text, "ixf_monitors", 1);
	free(text);
	q.rq.take(answers, q.rq.number, -1);
	request_end(&q);
}
END_TEST

START_TEST(states_of_ports_and_lans_are_gauges)
{
	char *text = scrape();

	expect(text, "ixf_config_generation", 1);
	expect(text, "ixf_config_last_apply_success", 1);
	expect(text, "ixf_port_admin_up{port=\"a\"}", 1);
	expect(text, "ixf_port_oper_up{port=\"a\"}", 1);
	expect(text, "ixf_port_macs{port=\"a\"}", 1);
	expect(text, "ixf_port_mac_limit{port=\"a\"}", 1);
	expect(text, "ixf_fdb_entries{domain=\"l\",type=\"static\"}", 2);
	expect(text, "ixf_fdb_entries{domain=\"l\",type=\"learned\"}", 0);
	expect_none(text, "ixf_sponge_addresses{");
	free(text);
	harness_apply(h, LAN SPONGE ALICES
		      "device = net_null0\nstatus = disabled\n" BOBS
		      "device = net_null1\n");
	text = scrape();
	expect(text, "ixf_config_generation", 2);
	expect(text, "ixf_port_admin_up{port=\"a\"}", 0);
	expect(text, "ixf_port_oper_up{port=\"a\"}", 0);
	expect(text, "ixf_port_admin_up{port=\"b\"}", 1);
	expect(text, "ixf_sponge_addresses{domain=\"l\",state=\"dead\"}", 0);
	expect(text, "ixf_sponge_replies_total{domain=\"l\"}", 0);
	free(text);
}
END_TEST

START_TEST(links_of_a_lag_have_metrics_and_other_ports_have_none)
{
	char *text = scrape();

	expect_none(text, "ixf_lag_links{");
	expect_none(text, "ixf_lag_link_up{");
	free(text);
	harness_apply(h, LAN ALICES "device = net_null1\n" BOBS LINKS
				    "min_links = 2\n");
	lockstep_link(f, fabric_port_id(f, "b"), false);
	harness_at(h, CLOCK_SECOND);
	text = scrape();
	expect(text, "ixf_lag_links{port=\"b\"}", 2);
	expect(text, "ixf_lag_links_in_use{port=\"b\"}", 1);
	expect(text, "ixf_lag_min_links{port=\"b\"}", 2);
	expect_none(text, "ixf_lag_links{port=\"a\"}");
	expect(text, "ixf_lag_link_in_use{port=\"b\",link=\"net_null0\"}", 0);
	expect(text, "ixf_lag_link_up{port=\"b\",link=\"net_null0\"}", 0);
	expect(text,
	       "ixf_lag_link_state{port=\"b\",link=\"net_null0\",state="
	       "\"no_link\"}",
	       1);
	expect(text, "ixf_lag_link_in_use{port=\"b\",link=\"net_null2\"}", 1);
	expect(text,
	       "ixf_lag_link_state{port=\"b\",link=\"net_null2\",state="
	       "\"in_use\"}",
	       1);
	expect(text,
	       "ixf_lag_link_changes_total{port=\"b\",link=\"net_null0\"}", 2);
	expect_none(text, "ixf_lag_link_receive_lacpdus_total{");
	free(text);
	harness_apply(h, LAN ALICES "device = net_null1\n" BOBS LINKS
				    "lacp = active\n");
	text = scrape();
	expect(text,
	       "ixf_lag_link_receive_lacpdus_total{port=\"b\",link="
	       "\"net_null2\"}",
	       0);
	free(text);
	/* The LACPDUs are sent. */
	harness_at(h, 3 * CLOCK_SECOND);
}
END_TEST

START_TEST(texts_of_members_stand_in_port_info_alone_with_backslashes)
{
	static const char info[] =
		"ixf_port_info{port=\"a\",ifindex=\"1001\",asn=\"64500\","
		"member=\"Q\\\"uote \\\\back \xc3\xbc\xe2\x82\xac n\","
		"lan=\"l\",driver=\"net_null\"}";
	char *text = scrape(), *at = strstr(text, "uote");

	expect(text, info, 1);
	ck_assert_ptr_nonnull(at);
	ck_assert_ptr_null(strstr(at + 1, "uote"));
	expect(text,
	       "ixf_port_info{port=\"b\",ifindex=\"10001\",asn=\"\",member="
	       "\"\","
	       "lan=\"l\",driver=\"net_null\"}",
	       1);
	expect_none(text, "02:00:00");
	expect_none(text, "192.0.2");
	free(text);
}
END_TEST

/* The counters of the first text that are in the second do not fall. */
static unsigned int
compare(const char *before, const char *after)
{
	unsigned int n = 0;
	uint64_t was, is;
	char sample[256];

	for (const char *at = before; *at != '\0'; at = strchr(at, '\n') + 1) {
		const char *end = strchr(at, '\n');

		while (end[-1] != ' ')
			end--;
		snprintf(sample, sizeof(sample), "%.*s", (int)(end - 1 - at),
			 at);
		if (*at == '#' || strstr(sample, "_total") == NULL ||
		    !find(after, sample, &is))
			continue;
		was = strtoull(end, NULL, 10);
		ck_assert_msg(is >= was, "%s fell from %lu to %lu", sample,
			      (unsigned long)was, (unsigned long)is);
		n++;
	}
	return n;
}

/* 'n' frames with a wrong FCS come in. */
static void
receive_errors(const char *port, size_t n)
{
	const uint8_t *frame = harness_frame(h, BOB, ALICE, 0x0800, 60);

	while (n-- > 0)
		lockstep_frame(f, fabric_port_id(f, port), frame, 60, 60, true,
			       f->now);
}

/* The link goes down and comes up; time number 'i'. */
static void
flap(const char *port, size_t i)
{
	lockstep_link(f, fabric_port_id(f, port), false);
	harness_at(h, (2 * i + 1) * 20 * CLOCK_SECOND);
	lockstep_link(f, fabric_port_id(f, port), true);
	harness_at(h, (2 * i + 2) * 20 * CLOCK_SECOND);
}

START_TEST(no_counter_falls_over_an_apply)
{
	static const char *const next[] = {
		/* other devices, changed about */
		LAN ALICES "device = net_null1\nacl = list\n" BOBS
			   "device = net_null0\n" LIST,
		/* a table of another size, another device, a sponge */
		"[fabric]\nmac_table = 256\n" LAN SPONGE ALICES
		"device = net_null3\n" BOBS "device = net_null0\n",
		/* tags on a device of its own */
		LAN "[port c]\ndevice = net_null3\n" ALICES
		    "parent = c\ntag = 5\n" BOBS "device = net_null0\n",
		/* links that come and go */
		LAN ALICES "device = net_null1\n" BOBS LINKS,
		LAN ALICES "device = net_null1\n" BOBS LINKS
			   "device = net_null3\n",
		BASE,
	};
	char *before = scrape(), *after;

	for (size_t i = 0; i < sizeof(next) / sizeof(next[0]); i++) {
		harness_send_ip(h, "a", ALICE, BOB);
		harness_send_ip(h, "b", BOB, ALICE);
		receive_errors("b", i + 1);
		flap("b", i);
		free(before);
		before = scrape();
		harness_apply(h, next[i]);
		after = scrape();
		ck_assert_uint_gt(compare(before, after), 100);
		free(before);
		before = after;
	}
	free(before);
}
END_TEST

START_TEST(a_scrape_goes_on_over_an_apply)
{
	struct request q;
	uint64_t value;
	char *text;

	/* While the values are taken: those of the new configuration count. */
	request_begin(&q, answers, "metrics", "{}");
	request_more(&q);
	harness_apply(h, LAN BOBS "device = net_null1\n");
	text = rest_of(&q);
	ck_assert(find(text, "ixf_port_macs{port=\"b\"}", &value));
	free(text);
	/* While the text is made: what was taken counts. */
	request_begin(&q, answers, "metrics", "{}");
	while (q.parts == 0 || q.verdict == CTL_WAIT)
		request_more(&q);
	harness_apply(h, BASE);
	text = rest_of(&q);
	expect(text, "ixf_config_generation", 2);
	expect_none(text, "port=\"a\"");
	free(text);
	text = scrape();
	expect(text, "ixf_config_generation", 3);
	expect(text, "ixf_port_macs{port=\"a\"}", 1);
	free(text);
}
END_TEST

START_TEST(a_client_that_takes_texts_as_they_are_gets_the_same)
{
	char *want = scrape(), *text = NULL;
	size_t size;
	FILE *out = open_memstream(&text, &size);
	struct request q;

	request_begin(&q, answers, "metrics", "{}");
	q.rq.plain = true;
	while (q.verdict != CTL_END) {
		request_more(&q);
		ck_assert_int_ne(q.verdict, CTL_ERROR);
		if (q.rq.text == NULL)
			continue;
		ck_assert_int_eq(
			json_integer_value(json_object_get(q.result, "octets")),
			(json_int_t)q.rq.ntext);
		fwrite(q.rq.text, q.rq.ntext, 1, out);
		free(q.rq.text);
		q.rq.text = NULL;
		json_decref(q.result);
		q.result = NULL;
	}
	request_end(&q);
	fclose(out);
	ck_assert_str_eq(text, want);
	free(want);
	free(text);
}
END_TEST

START_TEST(only_so_many_are_answered_at_once_and_one_that_ends_makes_room)
{
	struct request q[METRICS_MAX], more;

	for (unsigned int i = 0; i < METRICS_MAX; i++) {
		request_begin(&q[i], answers, "metrics", "{}");
		request_more(&q[i]);
		ck_assert_int_ne(q[i].verdict, CTL_ERROR);
	}
	request_begin(&more, answers, "metrics", "{}");
	request_more(&more);
	ck_assert_int_eq(more.verdict, CTL_ERROR);
	ck_assert_str_eq(more.rq.code, "busy");
	request_end(&more);
	request_end(&q[0]);
	free(scrape());
	for (unsigned int i = 1; i < METRICS_MAX; i++)
		request_end(&q[i]);
	free(scrape());
}
END_TEST

START_TEST(the_start_time_stays_the_same)
{
	char *text = scrape();
	uint64_t first, then;

	ck_assert(find(text, "ixf_start_time_seconds", &first));
	ck_assert_uint_gt(first, 0);
	expect(text, "ixf_config_last_apply_timestamp_seconds", first);
	free(text);
	f->now += CLOCK_SECOND;
	text = scrape();
	ck_assert(find(text, "ixf_start_time_seconds", &then));
	ck_assert_uint_eq(then, first);
	free(text);
}
END_TEST

static Suite *
suite(void)
{
	Suite *s = suite_create("metrics");
	TCase *tc = fixture_case(s, "metrics", setup);

	tcase_add_checked_fixture(tc, NULL, teardown);
	tcase_add_test(
		tc,
		every_metric_has_its_help_its_type_and_its_samples_together);
	tcase_add_test(tc, names_and_types_agree_as_prometheus_has_it);
	tcase_add_test(tc,
		       every_drop_reason_of_every_port_is_there_also_at_zero);
	tcase_add_test(tc, values_are_those_of_port_stats);
	tcase_add_test(tc, states_of_ports_and_lans_are_gauges);
	tcase_add_test(tc,
		       links_of_a_lag_have_metrics_and_other_ports_have_none);
	tcase_add_test(tc, monitors_are_counted);
	tcase_add_test(
		tc, texts_of_members_stand_in_port_info_alone_with_backslashes);
	tcase_add_test(tc, no_counter_falls_over_an_apply);
	tcase_add_test(tc, a_scrape_goes_on_over_an_apply);
	tcase_add_test(tc, a_client_that_takes_texts_as_they_are_gets_the_same);
	tcase_add_test(
		tc,
		only_so_many_are_answered_at_once_and_one_that_ends_makes_room);
	tcase_add_test(tc, the_start_time_stays_the_same);
	return s;
}

int
main(void)
{
	return check_run(suite());
}
