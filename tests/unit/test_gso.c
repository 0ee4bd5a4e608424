/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Frames that are joined are divided into the same frames again, by the rules of
 * Linux (inet_gso_segment(), tcp_gso_segment()); what would come out otherwise is not
 * joined.
 */
#include "lib/gso.h"

#include <arpa/inet.h>
#include <check.h>
#include <stdlib.h>
#include <string.h>

#include "lib/frame.h"
#include "tests/check_run.h"

#define FRAMES 60
#define LENGTH 1514

/* A test runs for IPv4 and for IPv6. */
#define V6   (_i == 1)
#define L4   (V6 ? 54u : 34u)
#define DATA (L4 + 32u)

static uint8_t frame[FRAMES][LENGTH];
static uint32_t len[FRAMES];
static struct gso g;

static uint16_t
sum16(uint32_t sum, const uint8_t *p, uint32_t n)
{
	for (; n > 1; p += 2, n -= 2)
		sum += (uint32_t)(p[0] << 8 | p[1]);
	if (n == 1)
		sum += (uint32_t)p[0] << 8;
	while (sum >> 16 != 0)
		sum = (sum & 0xffff) + (sum >> 16);
	return (uint16_t)sum;
}

static uint16_t
pseudo(const uint8_t *p, bool v6, uint32_t length)
{
	uint32_t sum = 6 + length;

	return v6 ? sum16(sum, p + 22, 32) : sum16(sum, p + 26, 8);
}

/* Writes lengths and checksums of a frame. */
static void
complete(uint8_t *p, uint32_t n, bool v6)
{
	uint32_t l4 = v6 ? 54 : 34;

	if (v6) {
		frame_write16(p + 18, (uint16_t)(n - l4));
	} else {
		frame_write16(p + 16, (uint16_t)(n - 14));
		frame_write16(p + 24, 0);
		frame_write16(p + 24, (uint16_t)~sum16(0, p + 14, 20));
	}
	frame_write16(p + l4 + 16, 0);
	frame_write16(p + l4 + 16,
		      (uint16_t)~sum16(pseudo(p, v6, n - l4), p + l4, n - l4));
}

static void
write32(uint8_t *p, uint32_t n)
{
	n = htonl(n);
	memcpy(p, &n, sizeof(n));
}

/* Segment 'i' of a flow, with 'payload' octets, where each other one has 'size'. */
static void
make(unsigned int i, bool v6, uint32_t size, uint32_t payload)
{
	static const uint8_t options[12] = {
		1, 1, 8, 10, 0, 0, 0, 7, 0, 0, 0, 9
	};
	uint32_t l4 = v6 ? 54 : 34;
	uint8_t *p = frame[i];

	memset(p, 0, LENGTH);
	len[i] = l4 + 32 + payload;
	memcpy(p, "\2\0\0\0\0\2\2\0\0\0\0\1", 12);
	frame_write16(p + 12, v6 ? 0x86dd : 0x0800);
	p[14] = v6 ? 0x60 : 0x45;
	if (v6) {
		p[20] = 6;
		p[21] = 64;
		p[37] = 1;
		p[53] = 2;
	} else {
		frame_write16(p + 18, (uint16_t)(65530 + i));
		frame_write16(p + 20, 0x4000);
		p[22] = 64;
		p[23] = 6;
		memcpy(p + 26, "\300\0\2\1\300\0\2\2", 8);
	}
	frame_write16(p + l4, 5201);
	frame_write16(p + l4 + 2, 40000);
	write32(p + l4 + 4, UINT32_MAX - 2000 + i * size);
	write32(p + l4 + 8, 12345);
	p[l4 + 12] = 8 << 4;
	p[l4 + 13] = 0x10;
	frame_write16(p + l4 + 14, 501);
	memcpy(p + l4 + 20, options, sizeof(options));
	for (uint32_t k = 0; k < payload; k++)
		p[l4 + 32 + k] = (uint8_t)rand();
	complete(p, len[i], v6);
}

static void
make_all(unsigned int n, bool v6, uint32_t size)
{
	for (unsigned int i = 0; i < n; i++)
		make(i, v6, size, size);
}

/* Begins with the first frame, adds others; how many of them are joined. */
static unsigned int
join(unsigned int n)
{
	unsigned int i;

	gso_begin(&g, frame[0], len[0]);
	for (i = 1; i < n; i++)
		if (!gso_add(&g, frame[i], len[i]))
			break;
	return i;
}

/* What Linux makes of frame 'i' of the large one. */
static uint32_t
divide(const uint8_t *header, unsigned int i, uint8_t out[LENGTH])
{
	uint32_t size = g.size, l4 = g.l4;

	if (i == g.n - 1)
		size = g.payload - i * g.size;
	memcpy(out, header, g.header);
	memcpy(out + g.header, frame[i] + g.header, size);
	if (!g.v6)
		frame_write16(out + 18,
			      (uint16_t)(frame_read16(header + 18) + i));
	write32(out + l4 + 4, frame_read32(header + l4 + 4) + i * g.size);
	if (i != g.n - 1)
		out[l4 + 13] &= (uint8_t)~9; /* FIN and PSH */
	complete(out, g.header + size, g.v6);
	return g.header + size;
}

static void
check_divided(unsigned int n)
{
	uint8_t header[GSO_HEADER_MAX], out[LENGTH];

	ck_assert_uint_eq(g.n, n);
	gso_header(&g, header);
	for (unsigned int i = 0; i < n; i++) {
		ck_assert_uint_eq(divide(header, i, out), len[i]);
		ck_assert_mem_eq(out, frame[i], len[i]);
	}
	/* The large frame itself is valid, but for what CHECKSUM_PARTIAL leaves. */
	if (g.v6) {
		ck_assert_uint_eq(frame_read16(header + 18),
				  g.header - 54 + g.payload);
	} else {
		ck_assert_uint_eq(frame_read16(header + 16),
				  g.header - 14 + g.payload);
		ck_assert_uint_eq(sum16(0, header + 14, 20), 0xffff);
	}
	ck_assert_uint_eq(frame_read16(header + g.l4 + 16),
			  pseudo(header, g.v6, g.header - g.l4 + g.payload));
}

START_TEST(joined_frames_are_divided_into_the_same_again)
{
	make_all(40, V6, 1400);
	ck_assert_uint_eq(join(40), 40);
	ck_assert(g.open);
	check_divided(40);
}
END_TEST

START_TEST(a_shorter_frame_is_the_last)
{
	make_all(6, V6, 1400);
	make(3, V6, 1400, 7);
	ck_assert_uint_eq(join(6), 4);
	ck_assert(!g.open);
	check_divided(4);
	ck_assert(!gso_add(&g, frame[4], len[4]));
}
END_TEST

START_TEST(a_frame_with_psh_is_the_last)
{
	make_all(6, V6, 1000);
	frame[2][L4 + 13] |= 8;
	complete(frame[2], len[2], V6);
	ck_assert_uint_eq(join(6), 3);
	ck_assert(!g.open);
	check_divided(3);

	frame[0][L4 + 13] |= 8;
	complete(frame[0], len[0], V6);
	ck_assert_uint_eq(join(6), 1);
}
END_TEST

START_TEST(a_longer_frame_is_not_joined)
{
	make_all(3, V6, 1000);
	make(1, V6, 1000, 1001);
	ck_assert_uint_eq(join(3), 1);
}
END_TEST

START_TEST(no_large_frame_is_longer_than_the_kernel_takes)
{
	unsigned int n;

	make_all(FRAMES, V6, 1400);
	n = join(FRAMES);
	ck_assert_uint_lt(n, FRAMES);
	ck_assert_uint_le(g.header + g.payload, GSO_LENGTH_MAX);
	ck_assert_uint_gt(g.header + g.payload + 1400, GSO_LENGTH_MAX);
	check_divided(n);
}
END_TEST

/*
 * One octet of the second frame is another, and its checksums are right: what differs
 * cannot come out of a large frame.  Only where segments differ by their nature may it
 * be joined, and then what comes out is compared.
 */
START_TEST(no_other_octet_of_a_header_may_differ)
{
	unsigned int joined = 0;

	for (uint32_t at = 0; at < DATA; at++) {
		for (unsigned int bit = 0; bit < 8; bit++) {
			make_all(2, V6, 100);
			frame[1][at] ^= (uint8_t)(1 << bit);
			if (at != 18 || !V6)
				complete(frame[1], len[1], V6);
			if (join(2) == 2) {
				check_divided(2);
				joined++;
			}
		}
	}
	/* PSH, and what complete() mends: lengths and checksums. */
	ck_assert_uint_eq(joined, 1 + 16 + (V6 ? 8 : 32));
}
END_TEST

/* Nor does the first have anything that a large frame cannot. */
START_TEST(octets_of_both_headers_come_out_as_they_were)
{
	unsigned int joined = 0;

	for (uint32_t at = 0; at < DATA; at++) {
		for (unsigned int bit = 0; bit < 8; bit++) {
			make_all(3, V6, 100);
			for (unsigned int i = 0; i < 3; i++) {
				frame[i][at] ^= (uint8_t)(1 << bit);
				complete(frame[i], len[i], V6);
			}
			if (join(3) == 3) {
				check_divided(3);
				joined++;
			}
		}
	}
	ck_assert_uint_gt(joined, 300);
}
END_TEST

START_TEST(a_wrong_checksum_is_not_joined)
{
	/* It would be right afterwards. */
	for (unsigned int wrong = 0; wrong < 2; wrong++) {
		make_all(3, V6, 100);
		frame[wrong][DATA + 5] ^= 1;
		ck_assert_uint_eq(join(3), 1);
		make_all(3, V6, 100);
		frame[wrong][L4 + 17] ^= 1;
		ck_assert_uint_eq(join(3), 1);
		if (V6)
			continue;
		make_all(3, V6, 100);
		frame[wrong][25] ^= 1;
		ck_assert_uint_eq(join(3), 1);
	}
	make_all(3, V6, 100);
	ck_assert_uint_eq(join(3), 3);
}
END_TEST

START_TEST(frames_in_another_order_are_not_joined)
{
	uint8_t first[LENGTH];

	make_all(4, V6, 100);
	memcpy(first, frame[1], LENGTH);
	memcpy(frame[1], frame[2], LENGTH);
	memcpy(frame[2], first, LENGTH);
	ck_assert_uint_eq(join(4), 1);
	make_all(4, V6, 100);
	memcpy(frame[2], frame[1], LENGTH);
	ck_assert_uint_eq(join(4), 2);
}
END_TEST

START_TEST(padding_is_not_joined)
{
	make_all(3, V6, 4);
	len[1] += 2;
	ck_assert_uint_eq(join(3), 1);
	make_all(3, V6, 4);
	len[0] += 2;
	ck_assert_uint_eq(join(3), 1);
}
END_TEST

START_TEST(what_is_no_tcp_data_is_not_joined)
{
	struct {
		uint32_t at;
		uint8_t value;
	} const other[] = {
		{ L4 + 13, 0x11 },       /* FIN */
		{ L4 + 13, 0x12 },       /* SYN */
		{ L4 + 13, 0x14 },       /* RST */
		{ L4 + 13, 0x30 },       /* URG */
		{ L4 + 13, 0x50 },       /* ECE */
		{ L4 + 13, 0x90 },       /* CWR */
		{ L4 + 13, 0 },          /* no ACK */
		{ L4 + 12, 0x81 },       /* AE */
		{ L4 + 12, 0x40 },       /* a header of 16 octets */
		{ L4 + 12, 0xf0 },       /* options as long as all of it */
		{ L4 + 19, 1 },          /* urgent pointer */
		{ V6 ? 20 : 23, 17 },    /* UDP */
		{ 13, 0x06 },            /* ARP */
		{ 14, V6 ? 0x50 : 0x46 } /* another version; IPv4 options */
	};

	for (size_t i = 0; i < sizeof(other) / sizeof(other[0]); i++) {
		make_all(3, V6, 20);
		for (unsigned int k = 0; k < 3; k++) {
			frame[k][other[i].at] = other[i].value;
			complete(frame[k], len[k], V6);
		}
		ck_assert_uint_eq(join(3), 1);
	}
	make_all(3, V6, 0);
	ck_assert_uint_eq(join(3), 1);
	make_all(3, V6, 20);
	ck_assert_uint_eq(join(3), 3);
}
END_TEST

START_TEST(fragments_are_not_joined)
{
	for (unsigned int bit = 0; bit < 16; bit++) {
		make_all(2, false, 100);
		for (unsigned int i = 0; i < 2; i++) {
			frame_write16(frame[i] + 20,
				      (uint16_t)(0x4000 ^ 1 << bit));
			complete(frame[i], len[i], false);
		}
		/* Without DF it is no fragment. */
		ck_assert_uint_eq(join(2), bit == 14 ? 2 : 1);
	}
}
END_TEST

/* In memory of just its size, for a sanitizer. */
START_TEST(a_cut_frame_is_read_to_its_end_and_no_further)
{
	uint8_t *cut;

	make_all(2, V6, 30);
	for (uint32_t n = 0; n < len[1]; n++) {
		cut = malloc(n + 1);
		memcpy(cut, frame[1], n);
		cut = realloc(cut, n == 0 ? 1 : n);
		gso_begin(&g, frame[0], len[0]);
		ck_assert(!gso_add(&g, cut, n));
		gso_begin(&g, cut, n);
		ck_assert(!g.open);
		free(cut);
	}
}
END_TEST

int
main(void)
{
	Suite *s = suite_create("gso");
	TCase *t = tcase_create("gso");

	tcase_add_loop_test(t, joined_frames_are_divided_into_the_same_again, 0,
			    2);
	tcase_add_loop_test(t, a_shorter_frame_is_the_last, 0, 2);
	tcase_add_loop_test(t, a_frame_with_psh_is_the_last, 0, 2);
	tcase_add_loop_test(t, a_longer_frame_is_not_joined, 0, 2);
	tcase_add_loop_test(t, no_large_frame_is_longer_than_the_kernel_takes,
			    0, 2);
	tcase_add_loop_test(t, no_other_octet_of_a_header_may_differ, 0, 2);
	tcase_add_loop_test(t, octets_of_both_headers_come_out_as_they_were, 0,
			    2);
	tcase_add_loop_test(t, a_wrong_checksum_is_not_joined, 0, 2);
	tcase_add_loop_test(t, frames_in_another_order_are_not_joined, 0, 2);
	tcase_add_loop_test(t, padding_is_not_joined, 0, 2);
	tcase_add_loop_test(t, what_is_no_tcp_data_is_not_joined, 0, 2);
	tcase_add_test(t, fragments_are_not_joined);
	tcase_add_loop_test(t, a_cut_frame_is_read_to_its_end_and_no_further, 0,
			    2);
	suite_add_tcase(s, t);
	return check_run(s);
}
