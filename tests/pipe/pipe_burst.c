/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * The same frames have the same results, whatever the size of the bursts they come
 * in.
 */
#include <check.h>
#include <stdlib.h>
#include <string.h>

#include "lib/frame.h"
#include "lib/mac.h"
#include "tests/check_run.h"
#include "tests/pipe/fates.h"

#define FRAMES  4000
#define LEN_MAX 300
#define MEMBERS 5

/* A trunk with two tagged members, and three plain ones. */
#define CONFIG(profile)                                                        \
	"[lan l]\nmac_limit = 0\nprofile = " profile "\n"                      \
	"[port trunk]\ndevice = net_null0\n"                                   \
	"[port p0]\nparent = trunk\ntag = 1\nlan = l\n"                        \
	"mac = 02:00:00:00:00:00\n"                                            \
	"[port p1]\nparent = trunk\ntag = 2\nlan = l\n"                        \
	"mac = 02:00:00:00:00:01\n"                                            \
	"[port p2]\ndevice = net_null1\nlan = l\nmac = 02:00:00:00:00:02\n"    \
	"[port p3]\ndevice = net_null2\nlan = l\nmac = 02:00:00:00:00:03\n"    \
	"[port p4]\ndevice = net_null3\nlan = l\nmac = 02:00:00:00:00:04\n"

static uint8_t frames[FRAMES][LEN_MAX];
static uint32_t lens[FRAMES];

static uint64_t
pick_address(unsigned int r)
{
	static const uint64_t odd[] = {
		0,
		MAC_BROADCAST,
		UINT64_C(0x0180c2000000),
		UINT64_C(0x0180c200000e),
		UINT64_C(0x01005e000005),
		UINT64_C(0x333300000001),
		UINT64_C(0x01000ccccccc),
		UINT64_C(0x0200000000ee),
	};

	return r % 3 != 0 ? UINT64_C(0x020000000000) + r / 3 % MEMBERS
			  : odd[r / 3 % 8];
}

static uint16_t
pick_type(unsigned int r)
{
	static const uint16_t type[] = { 0x0800, 0x86dd, 0x0806, 0x8100, 0x8100,
					 0x88a8, 0x0800, 0x86dd, 0x9000, 46 };

	return type[r % 10];
}

/* An ARP request of a member; the first two members have tags. */
static void
make_request(uint8_t *f, unsigned int member)
{
	static const uint8_t arp[] = { 8, 6, 0, 1, 8, 0, 6, 4, 0, 1 };
	uint8_t *type = f + 12;

	memset(f, 0xff, 6);
	memset(f + 6, 0, LEN_MAX - 6);
	f[6] = 2;
	f[11] = (uint8_t)member;
	if (member < 2) {
		frame_write16(type, FRAME_CTAG);
		frame_write16(type + 2, (uint16_t)(member + 1));
		type += FRAME_TAG;
	}
	memcpy(type, arp, sizeof(arp));
	memcpy(type + sizeof(arp), f + 6, 6);
}

static void
make_frames(void)
{
	srandom(1);
	for (unsigned int i = 0; i < FRAMES; i++) {
		uint64_t dst = pick_address((unsigned int)random());
		uint64_t src = pick_address((unsigned int)random());
		uint8_t *f = frames[i];

		for (unsigned int k = 0; k < LEN_MAX; k++)
			f[k] = (uint8_t)random();
		for (unsigned int k = 0; k < 6; k++) {
			f[k] = (uint8_t)(dst >> (40 - 8 * k));
			f[6 + k] = (uint8_t)(src >> (40 - 8 * k));
		}
		frame_write16(f + 12, pick_type((unsigned int)random()));
		frame_write16(f + 14, (uint16_t)(random() % 4));
		frame_write16(f + 16, pick_type((unsigned int)random()));
		lens[i] = (uint32_t)(random() % 8 == 0 ? random() % 20
						       : random() % LEN_MAX);
		if (i % 16 == 0)
			make_request(f, i / 16 % MEMBERS);
	}
}

/* All frames, 'size' at a time, into the devices of the ports in turn. */
static void
run(const char *text, unsigned int size, struct fates *fates)
{
	static const char *const port[] = { "trunk", "p2", "p3", "p4" };
	struct fabric *f = fates_create(text, fates);
	const void *at[64];

	for (unsigned int p = 0; p < 4; p++) {
		uint16_t id = fabric_port_id(f, port[p]);

		/* The split by port reorders frames of the trunk. */
		fates->ordered = p > 0;
		for (unsigned int i = 0; i < FRAMES; i += size) {
			unsigned int n = i + size > FRAMES ? FRAMES - i : size;

			for (unsigned int k = 0; k < n; k++)
				at[k] = frames[i + k];
			lockstep_burst(f, id, n, at, &lens[i], 0);
		}
	}
	fates_end(f, fates);
}

static void
compare(const char *text)
{
	static const unsigned int size[] = { 2, 31, 32, 33, 64 };
	struct fates *one = calloc(1, sizeof(*one));

	run(text, 1, one);
	ck_assert_uint_gt(one->stats[2].forwarded, 0);
	ck_assert_uint_gt(one->stats[2].flooded, 0);
	for (unsigned int i = 0; i < sizeof(size) / sizeof(size[0]); i++) {
		struct fates *many = calloc(1, sizeof(*many));

		run(text, size[i], many);
		fates_are_same(many, one);
		free(many);
	}
	free(one);
}

START_TEST(results_do_not_depend_on_bursts_in_the_ixp_profile)
{
	compare(CONFIG("ixp-basic"));
}
END_TEST

START_TEST(results_do_not_depend_on_bursts_in_the_open_profile)
{
	compare(CONFIG("open"));
}
END_TEST

int
main(void)
{
	Suite *s = suite_create("burst");
	TCase *tc = tcase_create("burst");

	make_frames();
	tcase_set_timeout(tc, 30);
	tcase_add_test(tc, results_do_not_depend_on_bursts_in_the_ixp_profile);
	tcase_add_test(tc, results_do_not_depend_on_bursts_in_the_open_profile);
	suite_add_tcase(s, tc);
	return check_run(s);
}
