/* SPDX-License-Identifier: BSD-3-Clause */
#include "lib/pcapfile.h"

#include <check.h>
#include <errno.h>
#include <pcap/pcap.h>
#include <stdlib.h>
#include <string.h>

#include "tests/check_run.h"

static char *text;
static size_t size;
static FILE *out;

static void
setup(void)
{
	out = open_memstream(&text, &size);
	ck_assert_ptr_nonnull(out);
}

static void
teardown(void)
{
	free(text);
}

START_TEST(a_file_is_the_same_octets_everywhere)
{
	static const uint8_t expected[] = {
		0x4d, 0x3c, 0xb2, 0xa1, 2, 0, 4, 0, 0, 0, 0, 0, 0, 0, 0,
		0,    0,    0,    4,    0, 1, 0, 0, 0, 2, 0, 0, 0, 1, 0,
		0,    0,    3,    0,    0, 0, 9, 0, 0, 0, 7, 8, 9,
	};

	ck_assert_int_eq(pcapfile_header(out), 0);
	ck_assert_int_eq(
		pcapfile_frame(out, UINT64_C(2000000001), "\7\10\11", 3, 9), 0);
	fclose(out);
	ck_assert_uint_eq(size, sizeof(expected));
	ck_assert_mem_eq(text, expected, size);
}
END_TEST

START_TEST(libpcap_reads_back_what_was_written)
{
	const uint64_t time = UINT64_C(1700000000123456789);
	char why[PCAP_ERRBUF_SIZE];
	struct pcap_pkthdr *head;
	const uint8_t *frame;
	pcap_t *p;

	ck_assert_int_eq(pcapfile_header(out), 0);
	ck_assert_int_eq(pcapfile_frame(out, time, "abcd", 4, 1500), 0);
	ck_assert_int_eq(pcapfile_frame(out, time + 1, "", 0, 0), 0);
	fclose(out);
	p = pcap_fopen_offline_with_tstamp_precision(
		fmemopen(text, size, "r"), PCAP_TSTAMP_PRECISION_NANO, why);
	ck_assert_msg(p != NULL, "%s", why);
	ck_assert_int_eq(pcap_datalink(p), DLT_EN10MB);
	ck_assert_int_eq(pcap_next_ex(p, &head, &frame), 1);
	ck_assert_int_eq(head->ts.tv_sec, 1700000000);
	ck_assert_int_eq(head->ts.tv_usec, 123456789);
	ck_assert_uint_eq(head->caplen, 4);
	ck_assert_uint_eq(head->len, 1500);
	ck_assert_mem_eq(frame, "abcd", 4);
	ck_assert_int_eq(pcap_next_ex(p, &head, &frame), 1);
	ck_assert_uint_eq(head->len, 0);
	ck_assert_int_eq(pcap_next_ex(p, &head, &frame), PCAP_ERROR_BREAK);
	pcap_close(p);
}
END_TEST

START_TEST(a_full_disk_is_an_error)
{
	FILE *full = fopen("/dev/full", "w");

	fclose(out);
	ck_assert_ptr_nonnull(full);
	setvbuf(full, NULL, _IONBF, 0);
	ck_assert_int_eq(pcapfile_header(full), -ENOSPC);
	ck_assert_int_eq(pcapfile_frame(full, 0, "a", 1, 1), -ENOSPC);
	fclose(full);
}
END_TEST

int
main(void)
{
	Suite *s = suite_create("pcapfile");
	TCase *tc = tcase_create("all");

	tcase_add_checked_fixture(tc, setup, teardown);
	tcase_add_test(tc, a_file_is_the_same_octets_everywhere);
	tcase_add_test(tc, libpcap_reads_back_what_was_written);
	tcase_add_test(tc, a_full_disk_is_an_error);
	suite_add_tcase(s, tc);
	return check_run(s);
}
