/* SPDX-License-Identifier: BSD-3-Clause */
#include "lib/capture.h"

#include <check.h>
#include <stdlib.h>
#include <string.h>

#include "tests/check_run.h"

/* A file as it is put together, in either byte order. */
static uint8_t file[4096];
static size_t n;
static bool big;

static struct capture *c;
static struct capture_record r;

static void
setup(void)
{
	n = 0;
	big = false;
	c = NULL;
}

static void
teardown(void)
{
	capture_close(c);
}

static void
put(uint64_t v, unsigned int octets)
{
	for (unsigned int i = 0; i < octets; i++)
		file[n++] = v >> 8 * (big ? octets - 1 - i : i) & 0xff;
}

static void
put_octets(const char *s, size_t len)
{
	memcpy(file + n, s, len);
	n += len;
}

static void
pcap_header(uint32_t magic, uint32_t linktype)
{
	put(magic, 4);
	put(2, 2);
	put(4, 2);
	put(0, 8);
	put(262144, 4);
	put(linktype, 4);
}

static void
pcap_record(uint32_t s, uint32_t part, uint32_t size, uint32_t len)
{
	put(s, 4);
	put(part, 4);
	put(size, 4);
	put(len, 4);
	for (uint32_t i = 0; i < size && i < 100; i++)
		file[n++] = i;
}

/* Begins a block, and ends the one that began at 'at'. */
static size_t
begin(uint32_t type)
{
	size_t at = n;

	put(type, 4);
	put(0, 4);
	return at;
}

static void
end(size_t at)
{
	size_t stop = n + 4;

	n = at + 4;
	put(stop - at, 4);
	n = stop - 4;
	put(stop - at, 4);
}

static void
section(void)
{
	size_t at = begin(0x0a0d0d0a);

	put(0x1a2b3c4d, 4);
	put(1, 2);
	put(0, 2);
	put(UINT64_MAX, 8);
	end(at);
}

static void
option(uint16_t code, const char *s, uint16_t len)
{
	put(code, 2);
	put(len, 2);
	put_octets(s, len);
	while (n % 4 != 0)
		file[n++] = 0;
}

static void
interface(const char *name, uint16_t linktype, const char *tsresol,
	  int64_t offset)
{
	size_t at = begin(1);

	put(linktype, 2);
	put(0, 2);
	put(0, 4);
	if (name != NULL)
		option(2, name, strlen(name));
	if (tsresol != NULL)
		option(9, tsresol, 1);
	if (offset != 0) {
		put(14, 2);
		put(8, 2);
		put((uint64_t)offset, 8);
	}
	if (name != NULL)
		put(0, 4);
	end(at);
}

static void
packet(uint32_t id, uint64_t time, uint32_t size, uint32_t len, uint32_t flags)
{
	size_t at = begin(6);

	put(id, 4);
	put(time >> 32, 4);
	put(time & UINT32_MAX, 4);
	put(size, 4);
	put(len, 4);
	for (uint32_t i = 0; i < (size + 3) / 4 * 4 && i < 100; i++)
		file[n++] = i;
	if (flags != 0) {
		put(2, 2);
		put(4, 2);
		put(flags, 4);
		put(0, 4);
	}
	end(at);
}

/* Opens the first 'size' octets. */
static void
open_part(size_t size)
{
	FILE *f =
		size > 0 ? fmemopen(file, size, "r") : fopen("/dev/null", "r");

	ck_assert_ptr_nonnull(f);
	capture_close(c);
	c = capture_open(f);
	ck_assert_ptr_nonnull(c);
}

static void
open_file(void)
{
	open_part(n);
}

static void
next(void)
{
	int rc = capture_next(c, &r);

	ck_assert_msg(rc == 1, "%d: %s", rc, rc < 0 ? capture_error(c) : "end");
}

static void
expect_error(const char *part)
{
	int rc = capture_next(c, &r);

	ck_assert_int_lt(rc, 0);
	ck_assert_msg(strstr(capture_error(c), part) != NULL, "%s",
		      capture_error(c));
	ck_assert_int_lt(capture_next(c, &r), 0);
}

static const struct {
	uint32_t magic;
	bool big;
	uint64_t time;
} classics[] = {
	{ 0xa1b2c3d4, false, UINT64_C(5000000000) + 7000 },
	{ 0xa1b2c3d4, true, UINT64_C(5000000000) + 7000 },
	{ 0xa1b23c4d, false, UINT64_C(5000000000) + 7 },
	{ 0xa1b23c4d, true, UINT64_C(5000000000) + 7 },
};

START_TEST(a_classic_file_is_read_in_both_orders_and_precisions)
{
	big = classics[_i].big;
	pcap_header(classics[_i].magic, 1);
	pcap_record(5, 7, 60, 1514);
	pcap_record(4, 0, 0, 0);
	open_file();
	next();
	ck_assert_uint_eq(r.time, classics[_i].time);
	ck_assert_uint_eq(r.size, 60);
	ck_assert_uint_eq(r.len, 1514);
	ck_assert_uint_eq(r.frame[59], 59);
	ck_assert_ptr_null(r.interface);
	ck_assert(!r.bad);
	next();
	ck_assert_uint_eq(r.len, 0);
	ck_assert_uint_eq(capture_count(c), 2);
	ck_assert_int_eq(capture_next(c, &r), 0);
}
END_TEST

START_TEST(a_wrong_fraction_does_not_change_the_second)
{
	pcap_header(0xa1b2c3d4, 1);
	pcap_record(5, UINT32_MAX, 60, 60);
	pcap_record(UINT32_MAX, 999999, 60, 60);
	open_file();
	next();
	ck_assert_uint_eq(r.time, UINT64_C(5999999999));
	next();
	ck_assert_uint_eq(r.time, UINT64_C(4294967295999999000));
}
END_TEST

START_TEST(a_declared_fcs_is_not_part_of_the_frame)
{
	pcap_header(0xa1b2c3d4, 0x24000001);
	pcap_record(5, 7, 64, 64);
	pcap_record(5, 7, 10, 64);
	pcap_record(5, 7, 2, 2);
	open_file();
	next();
	ck_assert_uint_eq(r.size, 60);
	ck_assert_uint_eq(r.len, 60);
	next();
	ck_assert_uint_eq(r.size, 10);
	ck_assert_uint_eq(r.len, 60);
	next();
	ck_assert_uint_eq(r.len, 2);
}
END_TEST

START_TEST(a_record_longer_than_its_frame_is_shortened)
{
	pcap_header(0xa1b2c3d4, 1);
	pcap_record(5, 7, 34, 32);
	open_file();
	next();
	ck_assert_uint_eq(r.size, 34);
	ck_assert_uint_eq(r.len, 34);
}
END_TEST

START_TEST(another_link_type_is_rejected_by_name)
{
	pcap_header(0xa1b2c3d4, 113);
	pcap_record(5, 7, 34, 34);
	open_file();
	expect_error("record 1: link type LINUX_SLL (113)");
}
END_TEST

START_TEST(a_record_of_2_gigabytes_is_rejected)
{
	pcap_header(0xa1b2c3d4, 1);
	pcap_record(5, 7, 60, 60);
	pcap_record(5, 7, UINT32_C(1) << 31, 60);
	open_file();
	next();
	expect_error("record 2: ");
}
END_TEST

START_TEST(an_empty_file_and_a_text_are_rejected)
{
	open_part(0);
	expect_error("record 1: ");
	put_octets("[port a]\ndevice = x\nlan = lan\n", 30);
	open_file();
	expect_error("record 1: ");
	/* The first octet of pcapng, and no more. */
	file[0] = 0x0a;
	open_file();
	expect_error("neither pcap nor pcapng");
}
END_TEST

START_TEST(a_pcapng_file_is_read_in_both_orders)
{
	big = _i;
	section();
	interface("eth0", 1, NULL, 0);
	interface(NULL, 1, "\x09", 0);
	packet(0, UINT64_C(5000007), 60, 1514, 0);
	packet(1, UINT64_C(5000000007), 61, 61, 0);
	open_file();
	next();
	ck_assert_str_eq(r.interface, "eth0");
	ck_assert_uint_eq(r.time, UINT64_C(5000007000));
	ck_assert_uint_eq(r.size, 60);
	ck_assert_uint_eq(r.len, 1514);
	ck_assert_uint_eq(r.frame[59], 59);
	next();
	ck_assert_ptr_null(r.interface);
	ck_assert_uint_eq(r.time, UINT64_C(5000000007));
	ck_assert_int_eq(capture_next(c, &r), 0);
}
END_TEST

START_TEST(sections_have_their_own_order_and_interfaces)
{
	section();
	interface("little", 1, NULL, 0);
	packet(0, 1, 60, 60, 0);
	big = true;
	section();
	interface("big", 1, NULL, 0);
	packet(0, 2, 60, 60, 0);
	section();
	packet(0, 2, 60, 60, 0);
	open_file();
	next();
	ck_assert_str_eq(r.interface, "little");
	next();
	ck_assert_str_eq(r.interface, "big");
	ck_assert_uint_eq(r.time, 2000);
	expect_error("record 3: a frame of interface 0, and 0 are known");
}
END_TEST

static const struct {
	const char *tsresol;
	int64_t offset;
	uint64_t stamp, ns;
} resolutions[] = {
	{ "\x00", 0, 3, UINT64_C(3000000000) },
	{ "\x03", 0, 3001, UINT64_C(3001000000) },
	{ "\x0c", 0, UINT64_C(3000000001999), UINT64_C(3000000001) },
	{ "\x13", 0, UINT64_C(15000000000000000000), UINT64_C(1500000000) },
	{ "\x80", 0, 3, UINT64_C(3000000000) },
	{ "\x81", 0, 3, UINT64_C(1500000000) },
	{ "\xa0", 0, UINT64_C(0x380000000), UINT64_C(3500000000) },
	{ "\xbf", 0, UINT64_C(0xc000000000000000), UINT64_C(1500000000) },
	{ "\x09", 1700000000, 5, UINT64_C(1700000000000000005) },
	{ "\x09", -3, UINT64_C(5000000001), UINT64_C(2000000001) },
};

START_TEST(resolutions_and_offsets_become_nanoseconds)
{
	for (int order = 0; order < 2; order++) {
		n = 0;
		big = order;
		section();
		interface("x", 1, resolutions[_i].tsresol,
			  resolutions[_i].offset);
		packet(0, resolutions[_i].stamp, 60, 60, 0);
		open_file();
		next();
		ck_assert_uint_eq(r.time, resolutions[_i].ns);
	}
}
END_TEST

START_TEST(impossible_times_are_rejected)
{
	section();
	interface("x", 1, "\x09", -3);
	packet(0, 1, 60, 60, 0);
	open_file();
	expect_error("record 1: a time before 1970");
	n = 0;
	section();
	interface("x", 1, "\x00", 0);
	packet(0, UINT64_MAX, 60, 60, 0);
	open_file();
	expect_error("after 2262");
	n = 0;
	section();
	interface("x", 1, "\x14", 0);
	packet(0, 1, 60, 60, 0);
	open_file();
	expect_error("interface 0 x has a timestamp resolution of 10^-20");
}
END_TEST

START_TEST(an_fcs_error_and_a_direction_are_read)
{
	section();
	interface("x", 1, NULL, 0);
	packet(0, 1, 60, 60, 1 << 24);
	packet(0, 1, 60, 60, 1 << 27 | 1);
	packet(0, 1, 60, 60, UINT32_C(1) << 31 | 2);
	packet(0, 1, 60, 60, 0);
	open_file();
	next();
	ck_assert(r.bad);
	next();
	ck_assert(!r.bad && !r.outbound);
	next();
	ck_assert(r.bad && r.outbound);
	next();
	ck_assert(!r.bad && !r.outbound);
}
END_TEST

START_TEST(simple_and_obsolete_packets_are_read_and_unknown_blocks_skipped)
{
	size_t at;

	section();
	interface("x", 1, NULL, 0);
	packet(0, 7, 60, 60, 0);
	at = begin(3); /* simple */
	put(62, 4);
	put_octets("simple..", 8);
	end(at);
	at = begin(0x80001234);
	put_octets("whatever", 8);
	end(at);
	at = begin(2); /* obsolete: interface and drops are 16 bits each */
	put(0, 2);
	put(77, 2);
	put(0, 4);
	put(9, 4);
	put(3, 4);
	put(4, 4);
	put_octets("old.", 4);
	end(at);
	open_file();
	next();
	next();
	ck_assert_uint_eq(r.time, 7000);
	ck_assert_uint_eq(r.len, 62);
	ck_assert_uint_eq(r.size, 8);
	next();
	ck_assert_uint_eq(r.time, 9000);
	ck_assert_uint_eq(r.size, 3);
	ck_assert_uint_eq(r.len, 4);
	ck_assert_mem_eq(r.frame, "old", 3);
	ck_assert_int_eq(capture_next(c, &r), 0);
}
END_TEST

START_TEST(another_link_type_matters_only_if_a_frame_uses_it)
{
	section();
	interface("lo", 113, NULL, 0);
	interface("eth", 1, NULL, 0);
	packet(1, 1, 60, 60, 0);
	packet(0, 1, 60, 60, 0);
	open_file();
	next();
	expect_error("record 2: link type LINUX_SLL (113) of interface 0 lo, "
		     "only Ethernet can be read");
}
END_TEST

/* An interface with one option, and a frame of it or of another. */
static void
one_option(uint16_t code, const char *value, uint16_t len, bool used)
{
	size_t at;

	n = 0;
	section();
	at = begin(1);
	put(1, 2);
	put(0, 2);
	put(0, 4);
	option(code, value, len);
	end(at);
	interface("fine", 1, NULL, 0);
	packet(used ? 0 : 1, 1, 64, 64, 0);
	open_file();
}

static const struct {
	uint16_t code, len;
	const char *value, *why; /* NULL: nothing is wrong */
} flaws[] = {
	{ 9, 2, "\x09\x00", "has an option if_tsresol of 2 octets, not 1" },
	{ 9, 0, "", "has an option if_tsresol of 0 octets, not 1" },
	{ 9, 1, "\xc0", "has a timestamp resolution of 2^-64" },
	{ 13, 4, "\x04\0\0\0", "has an option if_fcslen of 4 octets, not 1" },
	{ 14, 4, "\0\0\0\0", "has an option if_tsoffset of 4 octets, not 8" },
	{ 14, 8, "\0\0\0\0\0\0\0\0", NULL },
	{ 12, 3, "GNU", NULL },
	{ 0x8001, 1, "x", NULL },
};

START_TEST(a_flaw_of_an_interface_matters_only_if_a_frame_uses_it)
{
	one_option(flaws[_i].code, flaws[_i].value, flaws[_i].len, false);
	next();
	one_option(flaws[_i].code, flaws[_i].value, flaws[_i].len, true);
	if (flaws[_i].why == NULL)
		next();
	else
		expect_error(flaws[_i].why);
}
END_TEST

static const struct {
	char fcslen; /* of the interface; 0: not given */
	uint32_t flags, size;
	uint32_t len, left, left_size; /* what is left of it */
} checksums[] = {
	{ 0, 4 << 5, 64, 64, 60, 60 },
	{ 0, 4 << 5 | 1 << 27 | 1, 64, 64, 60, 60 },
	{ 0, 4 << 5, 10, 64, 60, 10 },
	{ 0, 4 << 5, 62, 64, 60, 60 },
	{ 0, 4 << 5, 3, 3, 3, 3 },
	{ 0, 4 << 5, 4, 4, 0, 0 },
	{ 0, 2 << 5, 64, 64, 62, 62 },
	{ 0, 15 << 5, 64, 64, 49, 49 },
	{ 0, 1 << 2, 64, 64, 64, 64 }, /* reception type: unicast */
	{ 0, 1 << 9, 64, 64, 64, 64 },
	{ 4, 0, 64, 64, 60, 60 },
	{ 4, 1, 64, 64, 60, 60 },
	{ 4, 2 << 5, 64, 64, 62, 62 }, /* the flags go before */
	{ 32, 0, 64, 64, 60, 60 },     /* in bits */
	{ 16, 0, 64, 64, 62, 62 },
};

START_TEST(an_fcs_of_an_interface_or_a_frame_is_not_part_of_it)
{
	for (int order = 0; order < 2; order++) {
		big = order;
		one_option(checksums[_i].fcslen != 0 ? 13 : 1,
			   &checksums[_i].fcslen, 1, false);
		packet(0, 1, checksums[_i].size, checksums[_i].len,
		       checksums[_i].flags);
		open_file();
		next();
		ck_assert_uint_eq(r.len, 64);
		next();
		ck_assert_uint_eq(r.len, checksums[_i].left);
		ck_assert_uint_eq(r.size, checksums[_i].left_size);
	}
}
END_TEST

START_TEST(flags_of_another_length_are_rejected)
{
	size_t at;

	section();
	interface("x", 1, NULL, 0);
	at = begin(6);
	put(0, 8);
	put(0, 8);
	put(0, 4);
	option(2, "\x80", 1);
	end(at);
	open_file();
	expect_error("record 1: flags of 1 octet, not 4");
}
END_TEST

START_TEST(an_fcs_of_a_classic_file_has_any_length)
{
	pcap_header(0xa1b2c3d4, 0x14000001);
	pcap_record(5, 7, 64, 64);
	open_file();
	next();
	ck_assert_uint_eq(r.len, 62);
	n = 0;
	/* The length without the bit that says so. */
	pcap_header(0xa1b2c3d4, 0x20000001);
	pcap_record(5, 7, 64, 64);
	open_file();
	next();
	ck_assert_uint_eq(r.len, 64);
}
END_TEST

/* Where in a block its length stands, and what becomes of it. */
static void
spoil(size_t at, uint32_t v)
{
	size_t was = n;

	n = at;
	put(v, 4);
	n = was;
	open_file();
	next();
}

START_TEST(lengths_that_do_not_fit_are_rejected)
{
	size_t at;

	section();
	interface("x", 1, NULL, 0);
	packet(0, 1, 60, 60, 0);
	at = n;
	packet(0, 1, 60, 60, 1);
	spoil(at + 4, UINT32_C(1) << 31);
	expect_error("record 2: a block of 2147483648 octets");
	spoil(at + 4, 8);
	expect_error("record 2: a block of 8 octets");
	spoil(at + 4, 93);
	expect_error("record 2: a block of 93 octets");
	spoil(at + 4, n - at);
	spoil(n - 4, 92);
	expect_error("and ends 92");
	spoil(n - 4, n - at);
	spoil(at + 20, UINT32_C(1) << 31);
	expect_error("a frame of 2147483648 octets");
	spoil(at + 20, 77);
	expect_error("a frame of 77 octets in a block with 72 left");
	spoil(at + 20, 60);
	spoil(at + 28 + 60, 0x00200002);
	expect_error("an option of 32 octets runs past");
	spoil(at + 28 + 60, 0x00040002);
	next();
	/* A block we do not need is skipped by its length: past the end. */
	spoil(at, 77);
	spoil(at + 4, UINT32_C(1) << 31);
	expect_error("the file ends within a block");
}
END_TEST

static void
a_small_file(bool pcapng)
{
	n = 0;
	if (!pcapng) {
		pcap_header(0xa1b2c3d4, 1);
		pcap_record(5, 7, 60, 60);
		pcap_record(5, 8, 61, 1514);
		return;
	}
	section();
	interface("x", 1, "\x09", 5);
	packet(0, 1, 60, 60, 1 << 24);
	packet(0, 1, 61, 60, 0);
	big = true;
	section();
	interface("y", 1, NULL, 0);
	packet(0, 1, 60, 60, 0);
}

/* Reads to the end; how it ended. */
static int
read_all(void)
{
	int rc;

	do {
		rc = capture_next(c, &r);
		if (rc == 1 && r.size > 0)
			ck_assert_uint_ne(r.frame[r.size - 1], 0xee);
	} while (rc == 1);
	return rc;
}

START_TEST(every_truncation_is_an_error_or_the_end)
{
	unsigned int whole = 0;

	a_small_file(_i);
	for (size_t size = 0; size <= n; size++) {
		open_part(size);
		if (read_all() == 0)
			whole++;
	}
	/* After the header (with pcapng: each block but the last), and all. */
	ck_assert_uint_eq(whole, _i ? 7 : 3);
}
END_TEST

START_TEST(any_octet_can_be_changed_without_a_crash)
{
	static const uint8_t values[] = { 0x00, 0x01, 0x7f, 0x80, 0xff };

	a_small_file(_i);
	for (size_t at = 0; at < n; at++) {
		uint8_t was = file[at];

		for (unsigned int i = 0; i < sizeof(values); i++) {
			file[at] = values[i];
			open_file();
			ck_assert_int_le(read_all(), 0);
		}
		file[at] = was;
	}
}
END_TEST

START_TEST(the_reader_stays_within_a_buffer_of_exact_size)
{
	a_small_file(_i);
	open_file();
	ck_assert_int_eq(read_all(), 0);
	ck_assert_uint_eq(capture_count(c), _i ? 3 : 2);
}
END_TEST

int
main(void)
{
	Suite *s = suite_create("capture");
	TCase *tc = tcase_create("all");

	tcase_add_checked_fixture(tc, setup, teardown);
	tcase_add_loop_test(
		tc, a_classic_file_is_read_in_both_orders_and_precisions, 0, 4);
	tcase_add_test(tc, a_wrong_fraction_does_not_change_the_second);
	tcase_add_test(tc, a_declared_fcs_is_not_part_of_the_frame);
	tcase_add_test(tc, a_record_longer_than_its_frame_is_shortened);
	tcase_add_test(tc, another_link_type_is_rejected_by_name);
	tcase_add_test(tc, a_record_of_2_gigabytes_is_rejected);
	tcase_add_test(tc, an_empty_file_and_a_text_are_rejected);
	tcase_add_loop_test(tc, a_pcapng_file_is_read_in_both_orders, 0, 2);
	tcase_add_test(tc, sections_have_their_own_order_and_interfaces);
	tcase_add_loop_test(tc, resolutions_and_offsets_become_nanoseconds, 0,
			    sizeof(resolutions) / sizeof(resolutions[0]));
	tcase_add_test(tc, impossible_times_are_rejected);
	tcase_add_test(tc, an_fcs_error_and_a_direction_are_read);
	tcase_add_test(
		tc,
		simple_and_obsolete_packets_are_read_and_unknown_blocks_skipped);
	tcase_add_test(tc, another_link_type_matters_only_if_a_frame_uses_it);
	tcase_add_loop_test(
		tc, a_flaw_of_an_interface_matters_only_if_a_frame_uses_it, 0,
		sizeof(flaws) / sizeof(flaws[0]));
	tcase_add_loop_test(tc,
			    an_fcs_of_an_interface_or_a_frame_is_not_part_of_it,
			    0, sizeof(checksums) / sizeof(checksums[0]));
	tcase_add_test(tc, flags_of_another_length_are_rejected);
	tcase_add_test(tc, an_fcs_of_a_classic_file_has_any_length);
	tcase_add_test(tc, lengths_that_do_not_fit_are_rejected);
	tcase_add_loop_test(tc, every_truncation_is_an_error_or_the_end, 0, 2);
	tcase_add_loop_test(tc, any_octet_can_be_changed_without_a_crash, 0, 2);
	tcase_add_loop_test(tc, the_reader_stays_within_a_buffer_of_exact_size,
			    0, 2);
	suite_add_tcase(s, tc);
	return check_run(s);
}
