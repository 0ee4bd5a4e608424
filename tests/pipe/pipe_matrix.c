/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * The matrix of ports: which frames count in it, and that no count is lost or falls
 * over an apply.  pipe_plain compares its rows with the counters of ports on random
 * frames.
 */
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "fabric/api/answer.h"
#include "fabric/runtime/matrix.h"
#include "lib/frame.h"
#include "lib/mac.h"
#include "tests/pipe/fixture.h"
#include "tests/pipe/request.h"

#define ALICE UINT64_C(0x020000000001)
#define BOB   UINT64_C(0x020000000002)
#define CAROL UINT64_C(0x020000000003)
#define TAGS  UINT64_C(0x020000000004)

#define ON  "[fabric]\nmatrix = on\n"
#define LAN "[lan l]\nprofile = open\n[lan m]\nprofile = open\n"
#define A   "[port a]\ndevice = net_null0\nlan = l\nmac = 02:00:00:00:00:01\n"
#define B   "[port b]\ndevice = net_null1\nlan = l\nmac = 02:00:00:00:00:02\n"
#define C   "[port c]\ndevice = net_null2\nlan = l\nmac = 02:00:00:00:00:03\n"
#define T                                                                      \
	"[port t]\ndevice = net_null3\n"                                       \
	"[port t7]\nparent = t\ntag = 7\nlan = l\nmac = 02:00:00:00:00:04\n"
#define BASE LAN A B C T

static struct answers *answers;
static char path[] = "/tmp/ixf-matrix-XXXXXX";

static void
setup(void)
{
	begin_at(0, ON BASE);
	strcpy(path + strlen(path) - 6, "XXXXXX");
	close(mkstemp(path));
	write_file(path, ON BASE);
	answers = answers_create(f, path);
	ck_assert_ptr_nonnull(answers);
}

static void
teardown(void)
{
	answers_free(answers);
	unlink(path);
}

static struct matrix_sum
cell(const char *from, const char *to)
{
	return matrix_read(f, fabric_port_id(f, from), fabric_port_id(f, to));
}

/* The pair has so many frames and octets of one kind, and none of the others. */
static void
expect(const char *from, const char *to, enum matrix_kind kind, uint64_t frames,
       uint64_t octets)
{
	struct matrix_sum sum = cell(from, to);

	for (enum matrix_kind k = 0; k < MATRIX_KINDS; k++) {
		ck_assert_uint_eq(sum.kind[k].frames, k == kind ? frames : 0);
		ck_assert_uint_eq(sum.kind[k].octets, k == kind ? octets : 0);
	}
}

/* Of all pairs. */
static uint64_t
all_frames(void)
{
	uint64_t n = 0;

	for (uint16_t from = 0; fabric_port_name(f, from) != NULL; from++)
		for (uint16_t to = 0; fabric_port_name(f, to) != NULL; to++) {
			struct matrix_sum sum = matrix_read(f, from, to);

			n += matrix_total(&sum).frames;
		}
	return n;
}

static void
send_frame(const char *port, uint64_t src, uint64_t dst, uint16_t type,
	   uint32_t len)
{
	harness_send(h, port, harness_frame(h, src, dst, type, len), len);
}

/* The same with a tag of port t7. */
static void
send_tagged(uint64_t dst, uint32_t len)
{
	uint8_t *frame = harness_frame(h, TAGS, dst, FRAME_CTAG, len);

	frame_write16(frame + 14, 7);
	frame_write16(frame + 16, FRAME_IPV4);
	harness_send(h, "t", frame, len);
}

START_TEST(frames_count_by_pair_and_kind)
{
	send_frame("a", ALICE, BOB, FRAME_IPV4, 100);
	send_frame("a", ALICE, BOB, FRAME_IPV4, 60);
	send_frame("a", ALICE, CAROL, FRAME_IPV6, 90);
	send_frame("b", BOB, ALICE, 0x88b5, 70);
	expect("a", "b", MATRIX_IPV4, 2, 160);
	expect("a", "c", MATRIX_IPV6, 1, 90);
	expect("b", "a", MATRIX_OTHER, 1, 70);
	ck_assert_uint_eq(all_frames(), 4);
}
END_TEST

START_TEST(frames_of_tagged_ports_count_for_these_as_they_came)
{
	send_tagged(BOB, 104);
	send_frame("a", ALICE, TAGS, FRAME_IPV4, 60);
	expect("t7", "b", MATRIX_IPV4, 1, 104);
	expect("a", "t7", MATRIX_IPV4, 1, 60);
	ck_assert_uint_eq(all_frames(), 2);
}
END_TEST

START_TEST(floods_and_dropped_frames_count_in_no_pair)
{
	send_frame("a", ALICE, MAC_BROADCAST, FRAME_IPV4, 60);
	send_frame("a", ALICE, UINT64_C(0x020000000099), FRAME_IPV4, 60);
	send_frame("a", ALICE, ALICE, FRAME_IPV4, 60);
	harness_expect_drop(h, "a", DROP_hairpin);
	ck_assert_uint_eq(all_frames(), 0);
}
END_TEST

START_TEST(frames_of_a_trial_count_in_no_pair)
{
	struct request q;

	request_ask(&q, answers, "explain",
		    "{\"port\": \"a\", \"frame\": "
		    "\"0200000000020200000000010800450000140000000040ff0000"
		    "0a0000010a000002\"}");
	ck_assert_int_eq(q.verdict, CTL_END);
	request_end(&q);
	ck_assert_uint_eq(all_frames(), 0);
}
END_TEST

/* A configuration with 'n' ports more, of a LAN of their own. */
static char *
with_ports(const char *text, unsigned int n)
{
	char *whole = NULL;
	size_t size;
	FILE *out = open_memstream(&whole, &size);

	fputs(text, out);
	for (unsigned int i = 0; i < n; i++)
		fprintf(out, "[port x%u]\ndevice = net_null%u\nlan = m\n", i,
			100 + i);
	fclose(out);
	return whole;
}

START_TEST(counts_stay_when_the_matrix_grows)
{
	char *more = with_ports(ON BASE, 200), *most = with_ports(ON BASE, 500);

	send_frame("a", ALICE, BOB, FRAME_IPV4, 100);
	harness_apply(h, more);
	send_frame("a", ALICE, BOB, FRAME_IPV4, 100);
	expect("a", "b", MATRIX_IPV4, 2, 200);
	harness_apply(h, most);
	send_frame("a", ALICE, BOB, FRAME_IPV4, 100);
	expect("a", "b", MATRIX_IPV4, 3, 300);
	ck_assert_uint_gt(f->matrix->shown->n, 500);
	harness_apply(h, ON BASE);
	expect("a", "b", MATRIX_IPV4, 3, 300);
	free(more);
	free(most);
}
END_TEST

START_TEST(a_new_port_with_the_number_of_one_that_went_begins_at_0)
{
	uint16_t id = fabric_port_id(f, "b");

	send_frame("a", ALICE, BOB, FRAME_IPV4, 100);
	send_frame("b", BOB, CAROL, FRAME_IPV4, 100);
	send_frame("a", ALICE, CAROL, FRAME_IPV4, 100);
	harness_apply(h, ON LAN A C);
	harness_apply(h, ON LAN A C "[port d]\ndevice = net_null1\nlan = l\n");
	ck_assert_uint_eq(fabric_port_id(f, "d"), id);
	expect("a", "d", MATRIX_IPV4, 0, 0);
	expect("d", "c", MATRIX_IPV4, 0, 0);
	expect("a", "c", MATRIX_IPV4, 1, 100);
}
END_TEST

START_TEST(it_comes_and_goes_with_its_key)
{
	struct request q;

	send_frame("a", ALICE, BOB, FRAME_IPV4, 100);
	harness_apply(h, BASE);
	ck_assert_ptr_null(f->matrix);
	ck_assert_ptr_null(f->view->matrix);
	send_frame("a", ALICE, BOB, FRAME_IPV4, 100);
	harness_expect_out(h, "b");
	request_ask(&q, answers, "matrix show", "{}");
	ck_assert_int_eq(q.verdict, CTL_ERROR);
	ck_assert_ptr_nonnull(strstr(q.rq.message, "matrix = on"));
	request_end(&q);
	harness_apply(h, ON BASE);
	expect("a", "b", MATRIX_IPV4, 0, 0);
	send_frame("a", ALICE, BOB, FRAME_IPV4, 100);
	expect("a", "b", MATRIX_IPV4, 1, 100);
}
END_TEST

START_TEST(answers_are_of_the_pairs_that_are_asked_for)
{
	static const struct {
		const char *args, *first;
		size_t rows;
	} asked[] = {
		{ "{}", NULL, 3 },
		{ "{\"top\": \"2\"}", "a c", 2 },
		{ "{\"top\": \"9\"}", "a c", 3 },
		{ "{\"from\": \"b\"}", "b a", 1 },
		{ "{\"to\": \"b\"}", "a b", 1 },
		{ "{\"from\": \"a\", \"to\": \"c\"}", "a c", 1 },
		{ "{\"lan\": \"l\"}", NULL, 3 },
		{ "{\"lan\": \"m\"}", NULL, 0 },
		{ "{\"from\": \"c\"}", NULL, 0 },
	};
	struct request q;

	send_frame("a", ALICE, BOB, FRAME_IPV4, 100);
	send_frame("a", ALICE, CAROL, FRAME_IPV6, 200);
	send_frame("b", BOB, ALICE, FRAME_IPV4, 70);
	for (size_t i = 0; i < sizeof(asked) / sizeof(asked[0]); i++) {
		request_ask(&q, answers, "matrix show", asked[i].args);
		ck_assert_int_eq(q.verdict, CTL_END);
		ck_assert_uint_eq(json_array_size(q.result), asked[i].rows);
		if (asked[i].first != NULL)
			ck_assert_text(q.result, 0, "pair", asked[i].first);
		request_end(&q);
	}
	request_ask(&q, answers, "matrix show", "{\"top\": \"1\"}");
	ck_assert_text(q.result, 0, "from", "a");
	ck_assert_text(q.result, 0, "to", "c");
	ck_assert_text(q.result, 0, "lan", "l");
	ck_assert_number(q.result, 0, "frames", 1);
	ck_assert_number(q.result, 0, "octets", 200);
	ck_assert_int_eq(json_integer_value(json_object_get(
				 request_at(q.result, 0, "ipv6"), "octets")),
			 200);
	request_end(&q);
	request_ask(&q, answers, "matrix show", "{\"from\": \"x\"}");
	ck_assert_int_eq(q.verdict, CTL_ERROR);
	request_end(&q);
	request_ask(&q, answers, "matrix show", "{\"top\": \"0\"}");
	ck_assert_int_eq(q.verdict, CTL_ERROR);
	request_end(&q);
}
END_TEST

static char *
scrape(const char *args)
{
	char *text = NULL;
	struct request q;
	size_t size;
	FILE *out = open_memstream(&text, &size);

	request_ask(&q, answers, "metrics", args);
	ck_assert_int_eq(q.verdict, CTL_END);
	for (size_t i = 0; i < json_array_size(q.result); i++)
		fputs(json_string_value(request_at(q.result, i, "text")), out);
	fclose(out);
	request_end(&q);
	return text;
}

START_TEST(a_scrape_has_the_pairs_on_request_alone)
{
	char *text;

	send_frame("a", ALICE, BOB, FRAME_IPV4, 100);
	text = scrape("{}");
	ck_assert_ptr_null(strstr(text, "ixf_matrix"));
	free(text);
	text = scrape("{\"matrix\": true}");
	ck_assert_ptr_nonnull(
		strstr(text, "\nixf_matrix_packets_total{from=\"a\",to=\"b\","
			     "protocol=\"ipv4\"} 1\n"));
	ck_assert_ptr_nonnull(
		strstr(text, "\nixf_matrix_bytes_total{from=\"a\",to=\"b\","
			     "protocol=\"ipv4\"} 100\n"));
	ck_assert_ptr_null(strstr(text, "protocol=\"ipv6\""));
	free(text);
}
END_TEST

static Suite *
suite(void)
{
	Suite *s = suite_create("matrix");
	TCase *tc = fixture_case(s, "matrix", setup);

	tcase_add_checked_fixture(tc, NULL, teardown);
	tcase_add_test(tc, frames_count_by_pair_and_kind);
	tcase_add_test(tc, frames_of_tagged_ports_count_for_these_as_they_came);
	tcase_add_test(tc, floods_and_dropped_frames_count_in_no_pair);
	tcase_add_test(tc, frames_of_a_trial_count_in_no_pair);
	tcase_add_test(tc, counts_stay_when_the_matrix_grows);
	tcase_add_test(tc,
		       a_new_port_with_the_number_of_one_that_went_begins_at_0);
	tcase_add_test(tc, it_comes_and_goes_with_its_key);
	tcase_add_test(tc, answers_are_of_the_pairs_that_are_asked_for);
	tcase_add_test(tc, a_scrape_has_the_pairs_on_request_alone);
	return s;
}

int
main(void)
{
	return check_run(suite());
}
