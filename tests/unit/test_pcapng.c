/* SPDX-License-Identifier: BSD-3-Clause */
#include "lib/pcapng.h"

#include <check.h>
#include <errno.h>
#include <pcap/pcap.h>
#include <stdlib.h>
#include <string.h>

#include "lib/capture.h"
#include "tests/check_run.h"

#define TIME UINT64_C(1700000000123456789)

static char *text;
static size_t size;
static FILE *out;

static void
setup(void)
{
	out = open_memstream(&text, &size);
	ck_assert_ptr_nonnull(out);
	ck_assert_int_eq(pcapng_section(out, "test"), 0);
}

static void
teardown(void)
{
	free(text);
}

static void
packet(uint32_t interface, const char *frame, uint32_t len, const char *comment)
{
	struct pcapng_packet p = { .interface = interface,
				   .direction = PCAPNG_INBOUND,
				   .time = TIME + len,
				   .size = strlen(frame),
				   .len = len,
				   .drops = len,
				   .frame = frame,
				   .comment = comment };

	ck_assert_int_eq(pcapng_packet(out, &p), 0);
}

/* Every block says the same length at both ends, and they add up. */
static unsigned int
count_blocks(void)
{
	unsigned int n = 0;
	size_t at = 0;

	while (at < size) {
		uint32_t first, last;

		memcpy(&first, text + at + 4, 4);
		ck_assert_uint_eq(first % 4, 0);
		ck_assert_uint_le(first, size - at);
		memcpy(&last, text + at + first - 4, 4);
		ck_assert_uint_eq(first, last);
		at += first;
		n++;
	}
	return n;
}

START_TEST(blocks_are_padded_for_any_size_of_frame_and_comment)
{
	ck_assert_int_eq(pcapng_interface(out, "a", NULL, PCAPNG_SNAPLEN), 0);
	ck_assert_int_eq(
		pcapng_interface(out, "port-b", "Example Net", PCAPNG_SNAPLEN),
		0);
	packet(0, "", 0, NULL);
	packet(0, "1", 1, "x");
	packet(1, "12", 2, "xy");
	packet(1, "123", 3, "xyz");
	packet(1, "1234", 4, "drop=mac_lock port=port-b");
	ck_assert_int_eq(pcapng_statistics(out, 1, TIME, 5), 0);
	fclose(out);
	ck_assert_uint_eq(count_blocks(), 9);
}
END_TEST

START_TEST(frames_names_and_times_read_back)
{
	struct capture_record r;
	struct capture *c;

	ck_assert_int_eq(pcapng_interface(out, "a", NULL, PCAPNG_SNAPLEN), 0);
	ck_assert_int_eq(
		pcapng_interface(out, "port-b", "Example Net", PCAPNG_SNAPLEN),
		0);
	packet(1, "12345", 1500, "why");
	packet(0, "abc", 3, NULL);
	ck_assert_int_eq(pcapng_statistics(out, 0, TIME, 5), 0);
	fclose(out);

	c = capture_open(fmemopen(text, size, "r"));
	ck_assert_int_eq(capture_next(c, &r), 1);
	ck_assert_str_eq(r.interface, "port-b");
	ck_assert_uint_eq(r.time, TIME + 1500);
	ck_assert_uint_eq(r.size, 5);
	ck_assert_uint_eq(r.len, 1500);
	ck_assert_mem_eq(r.frame, "12345", 5);
	ck_assert(!r.bad);
	ck_assert_int_eq(capture_next(c, &r), 1);
	ck_assert_str_eq(r.interface, "a");
	ck_assert_int_eq(capture_next(c, &r), 0);
	capture_close(c);
}
END_TEST

START_TEST(libpcap_reads_a_file_of_several_interfaces)
{
	char why[PCAP_ERRBUF_SIZE];
	struct pcap_pkthdr *head;
	const uint8_t *frame;
	pcap_t *p;

	ck_assert_int_eq(pcapng_interface(out, "a", NULL, PCAPNG_SNAPLEN), 0);
	ck_assert_int_eq(pcapng_interface(out, "b", "B", PCAPNG_SNAPLEN), 0);
	packet(1, "12345", 1500, "why");
	fclose(out);
	p = pcap_fopen_offline_with_tstamp_precision(
		fmemopen(text, size, "r"), PCAP_TSTAMP_PRECISION_NANO, why);
	ck_assert_msg(p != NULL, "%s", why);
	ck_assert_int_eq(pcap_next_ex(p, &head, &frame), 1);
	ck_assert_int_eq(head->ts.tv_usec, 123456789 + 1500);
	ck_assert_uint_eq(head->len, 1500);
	ck_assert_int_eq(pcap_next_ex(p, &head, &frame), PCAP_ERROR_BREAK);
	pcap_close(p);
}
END_TEST

START_TEST(a_long_text_is_cut_and_a_full_disk_an_error)
{
	char name[1000] = { 0 };
	FILE *full = fopen("/dev/full", "w");

	memset(name, 'n', sizeof(name) - 1);
	ck_assert_int_eq(pcapng_interface(out, name, name, PCAPNG_SNAPLEN), 0);
	packet(0, "1", 1, name);
	fclose(out);
	ck_assert_uint_eq(count_blocks(), 3);

	ck_assert_ptr_nonnull(full);
	setvbuf(full, NULL, _IONBF, 0);
	ck_assert_int_eq(pcapng_section(full, "test"), -ENOSPC);
	fclose(full);
}
END_TEST

int
main(void)
{
	Suite *s = suite_create("pcapng");
	TCase *tc = tcase_create("all");

	tcase_add_checked_fixture(tc, setup, teardown);
	tcase_add_test(tc, blocks_are_padded_for_any_size_of_frame_and_comment);
	tcase_add_test(tc, frames_names_and_times_read_back);
	tcase_add_test(tc, libpcap_reads_a_file_of_several_interfaces);
	tcase_add_test(tc, a_long_text_is_cut_and_a_full_disk_an_error);
	suite_add_tcase(s, tc);
	return check_run(s);
}
