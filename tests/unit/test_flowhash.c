/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * The hash of flows: what it depends on, what it does not, and how evenly it spreads
 * random flows and those that differ by a pattern.
 */
#include "lib/flowhash.h"

#include <check.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "lib/lagtable.h"
#include "tests/check_run.h"

#define SECRET  UINT64_C(0x1f0e2d3c4b5a6978)
#define SECRETS 8

#define PORTS4 (FRAME_HEADER + FLOWHASH_IPV4)
#define PORTS6 (FRAME_HEADER + FLOWHASH_IPV6)
#define SIZE   80

/* A flow, as numbers that patterns can be made of. */
struct flow {
	uint64_t src, dst; /* MAC addresses */
	uint64_t from, to; /* the low octets of IP addresses */
	uint16_t sport, dport;
};

static const struct flow some = { 0x020000000001, 0x020000000002, 0x0a000001,
				  0x0a000102,     40000,          443 };

static void
write_address(uint8_t *p, uint64_t n, unsigned int octets)
{
	for (unsigned int i = 0; i < octets; i++)
		p[i] = (uint8_t)(n >> 8 * (octets - 1 - i));
}

static void
write_macs(uint8_t *frame, const struct flow *f, uint16_t type)
{
	memset(frame, 0, SIZE);
	write_address(frame, f->dst, 6);
	write_address(frame + 6, f->src, 6);
	frame_write16(frame + 12, type);
}

static void
write_ports(uint8_t *p, const struct flow *f)
{
	frame_write16(p, f->sport);
	frame_write16(p + 2, f->dport);
}

static void
make4(uint8_t *frame, const struct flow *f, uint8_t protocol)
{
	uint8_t *ip = frame + FRAME_HEADER;

	write_macs(frame, f, FRAME_IPV4);
	ip[0] = 0x45;
	frame_write16(ip + 2, SIZE - FRAME_HEADER);
	frame_write16(ip + 6, 0x4000); /* do not fragment */
	ip[8] = 64;
	ip[9] = protocol;
	write_address(ip + 12, f->from, 4);
	write_address(ip + 16, f->to, 4);
	write_ports(frame + PORTS4, f);
}

static void
make6(uint8_t *frame, const struct flow *f, uint8_t next)
{
	uint8_t *ip = frame + FRAME_HEADER;

	write_macs(frame, f, FRAME_IPV6);
	ip[0] = 0x60;
	frame_write16(ip + 4, SIZE - PORTS6);
	ip[6] = next;
	ip[7] = 64;
	frame_write16(ip + 8, 0x2001);
	frame_write16(ip + 24, 0x2001);
	write_address(ip + 16, f->from, 8);
	write_address(ip + 32, f->to, 8);
	write_ports(frame + PORTS6, f);
}

static void
make_other(uint8_t *frame, const struct flow *f, uint8_t unused)
{
	(void)unused;
	write_macs(frame, f, FRAME_ARP);
}

typedef void make(uint8_t *frame, const struct flow *, uint8_t protocol);

static make *const makers[] = { make4, make6, make_other };
#define MAKERS (int)(sizeof(makers) / sizeof(makers[0]))

static uint32_t
hash(const uint8_t *frame)
{
	return flowhash(frame, SIZE, SECRET);
}

static uint64_t
draw(void)
{
	static uint64_t state = 88172645463325252;

	state ^= state << 13;
	state ^= state >> 7;
	state ^= state << 17;
	return state * UINT64_C(2685821657736338717);
}

static struct flow
draw_flow(void)
{
	return (struct flow){ draw() >> 16,
			      draw() >> 16,
			      draw(),
			      draw(),
			      (uint16_t)(draw() >> 9),
			      (uint16_t)(draw() >> 9) };
}

static struct flow
reverse(const struct flow *f)
{
	return (struct flow){
		f->dst, f->src, f->to, f->from, f->dport, f->sport
	};
}

START_TEST(both_directions_of_a_flow_have_one_hash)
{
	uint8_t there[SIZE], back[SIZE];

	for (unsigned int i = 0; i < 1000; i++) {
		struct flow f = draw_flow(), r = reverse(&f);

		makers[_i](there, &f, 6);
		makers[_i](back, &r, 6);
		ck_assert_uint_eq(hash(there), hash(back));
	}
}
END_TEST

START_TEST(each_octet_of_addresses_and_ports_changes_the_hash)
{
	static const unsigned int first[] = { 26, 22, 0 };
	static const unsigned int last[] = { PORTS4 + 3, PORTS6 + 3, 11 };
	uint8_t frame[SIZE];
	uint32_t h;

	makers[_i](frame, &some, 17);
	h = hash(frame);
	for (unsigned int at = 0; at <= last[_i]; at++) {
		if (at > 11 && at < first[_i])
			continue;
		for (unsigned int bit = 0; bit < 8; bit++) {
			frame[at] ^= (uint8_t)(1 << bit);
			ck_assert_msg(hash(frame) != h, "octet %u", at);
			frame[at] ^= (uint8_t)(1 << bit);
		}
	}
	ck_assert_uint_eq(hash(frame), h);
}
END_TEST

/* Of an IPv4 header, all that may differ between packets of a flow. */
START_TEST(length_id_ttl_checksum_and_payload_do_not_change_the_hash)
{
	static const uint8_t same[] = { 15, 16, 17, 18, 19, 22, 24, 25 };
	uint8_t frame[SIZE];
	uint32_t h;

	make4(frame, &some, 6);
	h = hash(frame);
	for (unsigned int i = 0; i < sizeof(same); i++)
		frame[same[i]] ^= 0xff;
	memset(frame + PORTS4 + 4, 0xa5, SIZE - PORTS4 - 4);
	ck_assert_uint_eq(hash(frame), h);
	make6(frame, &some, 6);
	h = hash(frame);
	memset(frame + 15, 0xa5, 5); /* class, label, length */
	frame[21] ^= 0xff;           /* hop limit */
	memset(frame + PORTS6 + 4, 0xa5, SIZE - PORTS6 - 4);
	ck_assert_uint_eq(hash(frame), h);
}
END_TEST

/* Of both kinds: what stands in the place of the ports. */
static void
assert_has_ports(uint8_t *frame, unsigned int at, bool has)
{
	uint32_t h = hash(frame);

	for (unsigned int i = 0; i < 4; i++) {
		frame[at + i] ^= 0x55;
		ck_assert_int_eq(hash(frame) != h, has);
		frame[at + i] ^= 0x55;
	}
}

START_TEST(tcp_udp_and_sctp_have_ports_and_other_protocols_have_none)
{
	uint8_t frame[SIZE];
	bool has = _i == 6 || _i == 17 || _i == 132;

	make4(frame, &some, (uint8_t)_i);
	assert_has_ports(frame, PORTS4, has);
	make6(frame, &some, (uint8_t)_i);
	assert_has_ports(frame, PORTS6, has);
}
END_TEST

START_TEST(all_fragments_of_a_packet_have_one_hash)
{
	static const uint16_t fragment[] = { 0x2000, 0x2001, 0x0001, 0x1fff,
					     0x0100, 0x6000, 0xa123 };
	uint8_t frame[SIZE];
	uint32_t first = 0;

	for (unsigned int i = 0; i < sizeof(fragment) / 2; i++) {
		make4(frame, &some, 17);
		frame_write16(frame + 20, fragment[i]);
		assert_has_ports(frame, PORTS4, false);
		if (i == 0)
			first = hash(frame);
		ck_assert_uint_eq(hash(frame), first);
	}
	/* A whole packet, whether it may be fragmented or not. */
	frame_write16(frame + 20, 0);
	assert_has_ports(frame, PORTS4, true);
	frame_write16(frame + 20, 0xc000);
	assert_has_ports(frame, PORTS4, true);
	/* Fragments of IPv6 have a header of their own. */
	make6(frame, &some, 44);
	assert_has_ports(frame, PORTS6, false);
}
END_TEST

START_TEST(ports_stand_behind_the_options_of_ipv4)
{
	uint8_t frame[SIZE];
	uint32_t plain;

	make4(frame, &some, 6);
	plain = hash(frame);
	frame[FRAME_HEADER] = 0x47;
	memset(frame + PORTS4, 1, 8);
	write_ports(frame + PORTS4 + 8, &some);
	assert_has_ports(frame, PORTS4 + 8, true);
	assert_has_ports(frame, PORTS4 + 4, false);
	assert_has_ports(frame, PORTS4, false);
	ck_assert_uint_eq(hash(frame), plain);
	/* A header that is too short for itself. */
	frame[FRAME_HEADER] = 0x44;
	assert_has_ports(frame, FRAME_HEADER + 16 + 4, false);
}
END_TEST

START_TEST(a_tag_makes_no_difference_and_a_second_hides_what_is_behind)
{
	uint8_t frame[SIZE], tagged[SIZE + 2 * FRAME_TAG];
	uint32_t h;

	makers[_i](frame, &some, 6);
	h = hash(frame);
	memcpy(tagged, frame, 12);
	frame_write16(tagged + 12, FRAME_CTAG);
	frame_write16(tagged + 14, 0xe123);
	memcpy(tagged + 16, frame + 12, SIZE - 12);
	ck_assert_uint_eq(flowhash(tagged, SIZE + FRAME_TAG, SECRET), h);
	frame_write16(tagged + 14, 7);
	ck_assert_uint_eq(flowhash(tagged, SIZE + FRAME_TAG, SECRET), h);
	memcpy(tagged + 16, tagged + 12, 4);
	memcpy(tagged + 20, frame + 12, SIZE - 12);
	make_other(frame, &some, 0);
	ck_assert_uint_eq(flowhash(tagged, sizeof(tagged), SECRET),
			  hash(frame));
}
END_TEST

/* In memory of exactly that size, for the address sanitizer. */
START_TEST(a_header_that_is_cut_counts_for_none)
{
	uint8_t whole[SIZE], arp[SIZE];
	uint32_t macs;

	makers[_i](whole, &some, 6);
	make_other(arp, &some, 0);
	macs = hash(arp);
	for (uint32_t size = 0; size <= SIZE; size++) {
		uint8_t *frame = malloc(size + (size == 0));
		uint32_t ip = _i == 0 ? PORTS4 : PORTS6;

		memcpy(frame, whole, size);
		if (size < FRAME_HEADER)
			ck_assert_uint_eq(flowhash(frame, size, SECRET),
					  flowhash(NULL, 0, SECRET));
		else if (size < ip)
			ck_assert_uint_eq(flowhash(frame, size, SECRET), macs);
		else if (size >= ip + 4)
			ck_assert_uint_eq(flowhash(frame, size, SECRET),
					  hash(whole));
		else
			ck_assert_uint_ne(flowhash(frame, size, SECRET), macs);
		free(frame);
	}
}
END_TEST

START_TEST(another_secret_gives_other_hashes)
{
	unsigned int n = 0, moved = 0;
	uint8_t slot[LAGTABLE_BUCKETS], frame[SIZE];

	lagtable_fill(slot, 0xf);
	for (; n < 4000; n++) {
		struct flow f = draw_flow();

		makers[_i](frame, &f, 6);
		moved +=
			slot[lagtable_bucket(flowhash(frame, SIZE, n % 3))] !=
			slot[lagtable_bucket(flowhash(frame, SIZE, n % 3 + 1))];
	}
	/* Three in four, within five standard deviations. */
	ck_assert_uint_gt(moved, 3000 - 137);
	ck_assert_uint_lt(moved, 3000 + 137);
}
END_TEST

/* Flow 'i' of a pattern. */
typedef struct flow pattern(uint32_t i);

static struct flow
random_flow(uint32_t i)
{
	(void)i;
	return draw_flow();
}

static struct flow
addresses_in_step(uint32_t i)
{
	struct flow f = some;

	f.from += i;
	f.to = f.from + 0x100000;
	f.sport = f.dport;
	return f;
}

static struct flow
addresses_in_step_through_routers(uint32_t i)
{
	struct flow f = addresses_in_step(i);

	f.src += i;
	f.dst = f.src + 0x100000;
	return f;
}

static struct flow
addresses_towards_each_other(uint32_t i)
{
	struct flow f = some;

	f.from += i;
	f.to = some.from + 0x200000 - i;
	f.sport = f.dport;
	return f;
}

static struct flow
one_source(uint32_t i)
{
	struct flow f = some;

	f.to += i;
	return f;
}

static struct flow
nets_of_256(uint32_t i)
{
	struct flow f = some;

	f.to += (uint64_t)i << 8;
	return f;
}

static struct flow
ports_in_step(uint32_t i)
{
	struct flow f = some;

	f.sport = (uint16_t)i;
	f.to += i >> 16;
	return f;
}

static struct flow
both_ports_in_step(uint32_t i)
{
	struct flow f = ports_in_step(i);

	f.dport = f.sport;
	return f;
}

static struct flow
ports_towards_each_other(uint32_t i)
{
	struct flow f = ports_in_step(i);

	f.dport = (uint16_t)-f.sport;
	return f;
}

static struct flow
macs_in_step(uint32_t i)
{
	struct flow f = some;

	f.src += i;
	f.dst = f.src + 0x100000;
	return f;
}

static struct flow
macs_towards_each_other(uint32_t i)
{
	struct flow f = some;

	f.src += i;
	f.dst += 0x200000 - i;
	return f;
}

static struct flow
macs_and_addresses_against_each_other(uint32_t i)
{
	struct flow f = some;

	f.src += i;
	f.to -= i;
	return f;
}

/* 'macs': the MAC addresses differ; 'directed': no two flows are one in two directions. */
static const struct {
	pattern *flow;
	bool macs, directed;
} patterns[] = {
	{ random_flow, true, true },
	{ addresses_in_step, false, true },
	{ addresses_in_step_through_routers, true, true },
	{ addresses_towards_each_other, false, true },
	{ one_source, false, true },
	{ nets_of_256, false, true },
	{ ports_in_step, false, true },
	{ both_ports_in_step, false, true },
	{ ports_towards_each_other, false, false },
	{ macs_in_step, true, true },
	{ macs_towards_each_other, true, true },
	{ macs_and_addresses_against_each_other, true, true },
};
#define PATTERNS (int)(sizeof(patterns) / sizeof(patterns[0]))

#define MANY 65536

/* Chi squared of the buckets of MANY flows. */
static double
chi_squared(make *m, pattern *flow, uint64_t secret)
{
	unsigned int n[LAGTABLE_BUCKETS] = { 0 };
	double expected = (double)MANY / LAGTABLE_BUCKETS, sum = 0;
	uint8_t frame[SIZE];

	for (uint32_t i = 0; i < MANY; i++) {
		struct flow f = flow(i);

		m(frame, &f, 6);
		n[lagtable_bucket(flowhash(frame, SIZE, secret))]++;
	}
	for (unsigned int i = 0; i < LAGTABLE_BUCKETS; i++)
		sum += (n[i] - expected) * (n[i] - expected) / expected;
	return sum;
}

/* 839 degrees of freedom: that is six standard deviations of 41 above their mean. */
#define CHI_MOST 1085.0

START_TEST(flows_that_differ_by_a_pattern_spread_as_random_ones_do)
{
	/* Where each flow has a twin in the other direction, all is double. */
	double most = patterns[_i].directed ? CHI_MOST : 2 * CHI_MOST;

	for (int m = 0; m < MAKERS; m++) {
		if (makers[m] == make_other && !patterns[_i].macs)
			continue;
		for (uint64_t k = 0; k < SECRETS; k++) {
			uint64_t secret = k * k * k * FLOWHASH_STEP + k;
			double chi = chi_squared(makers[m], patterns[_i].flow,
						 secret);

			ck_assert_msg(chi < most, "maker %d, secret %llu: %.0f",
				      m, (unsigned long long)k, chi);
		}
	}
}
END_TEST

/* By how much of an even share the worst link is off. */
static double
worst_share(make *m, unsigned int flows, unsigned int links)
{
	unsigned int n[LAGTABLE_SLOTS] = { 0 };
	double worst = 0, even = (double)flows / links;
	uint8_t slot[LAGTABLE_BUCKETS], frame[SIZE];

	lagtable_fill(slot, (1u << links) - 1);
	for (unsigned int i = 0; i < flows; i++) {
		struct flow f = draw_flow();

		m(frame, &f, 17);
		n[slot[lagtable_bucket(hash(frame))]]++;
	}
	for (unsigned int i = 0; i < links; i++) {
		double off = (n[i] > even ? n[i] - even : even - n[i]) / even;

		worst = off > worst ? off : worst;
	}
	return worst;
}

static const unsigned int numbers[] = { 2, 3, 4, 8 };

/*
 * A tenth is 3.2 standard deviations of two links; of eight, each of which has 125 flows,
 * it is 1.2, which a fair die rarely keeps.
 */
START_TEST(a_thousand_random_flows_are_as_even_as_dice_make_them)
{
	double most = 0.1 * sqrt(numbers[_i] - 1);

	for (int m = 0; m < MAKERS; m++)
		ck_assert_double_lt(worst_share(makers[m], 1000, numbers[_i]),
				    most);
}
END_TEST

START_TEST(many_random_flows_are_within_a_fiftieth_of_even)
{
	for (int m = 0; m < MAKERS; m++)
		ck_assert_double_lt(worst_share(makers[m], 400000, numbers[_i]),
				    0.02);
}
END_TEST

static void
add_frames(TCase *t)
{
	tcase_add_loop_test(t, both_directions_of_a_flow_have_one_hash, 0,
			    MAKERS);
	tcase_add_loop_test(t,
			    each_octet_of_addresses_and_ports_changes_the_hash,
			    0, MAKERS);
	tcase_add_test(
		t, length_id_ttl_checksum_and_payload_do_not_change_the_hash);
	tcase_add_loop_test(
		t, tcp_udp_and_sctp_have_ports_and_other_protocols_have_none, 0,
		256);
	tcase_add_test(t, all_fragments_of_a_packet_have_one_hash);
	tcase_add_test(t, ports_stand_behind_the_options_of_ipv4);
	tcase_add_loop_test(
		t, a_tag_makes_no_difference_and_a_second_hides_what_is_behind,
		0, MAKERS);
	tcase_add_loop_test(t, a_header_that_is_cut_counts_for_none, 0, 2);
}

static void
add_spread(TCase *t)
{
	int n = (int)(sizeof(numbers) / sizeof(numbers[0]));

	tcase_add_loop_test(t, another_secret_gives_other_hashes, 0, MAKERS);
	tcase_add_loop_test(
		t, flows_that_differ_by_a_pattern_spread_as_random_ones_do, 0,
		PATTERNS);
	tcase_add_loop_test(
		t, a_thousand_random_flows_are_as_even_as_dice_make_them, 0, n);
	tcase_add_loop_test(t, many_random_flows_are_within_a_fiftieth_of_even,
			    0, n);
}

int
main(void)
{
	Suite *s = suite_create("flowhash");
	TCase *t = tcase_create("flowhash");

	add_frames(t);
	add_spread(t);
	tcase_set_timeout(t, 60);
	suite_add_tcase(s, t);
	return check_run(s);
}
