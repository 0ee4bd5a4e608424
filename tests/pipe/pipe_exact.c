/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * No stage reads past the end of a frame: shown by a build with AddressSanitizer;
 * other builds show that no frame too short passes.
 */
#include <stdlib.h>

#include "fabric/datapath/burst.h"
#include "fabric/datapath/stage.h"
#include "fabric/datapath/worker_drop.h"
#include "lib/frame.h"
#include "tests/pipe/exact.h"
#include "tests/pipe/fixture.h"

#define LEN_MAX 70

#define CONFIG(profile)                                                        \
	"[lan l]\nprofile = " profile "\n"                                     \
	"[port trunk]\ndevice = net_null0\n"                                   \
	"[port t]\nparent = trunk\ntag = 5\nlan = l\n"                         \
	"[port a]\ndevice = net_null1\nlan = l\n"

/* The reason to drop 'len' octets of 'frame' received by 'port'. */
static enum drop
judge(const char *port, const uint8_t *frame, uint16_t len)
{
	uint16_t id = fabric_port_id(f, port);
	const struct device *d = view_egress(f->view, f->view->port[id]);
	struct burst *b = f->worker[0]->rx;
	struct port_stats s;
	struct exact e;
	enum drop why = DROP_NONE;

	exact_make(&e, f->pool, frame, len);
	b->n = 1;
	b->pkt[0] = e.m;
	b->len[0] = len;
	b->bad = 0;
	b->device = d;
	stage_parse(f->worker[0], f->view, b);
	b->in = d->tagged != NULL ? b->port[0] : d->owner;
	stage_admit(f->worker[0], f->view, b);
	if (b->live != 0)
		rte_pktmbuf_free(e.m);
	else
		worker_empty_trash(f->worker[0]);
	free(e.data);
	stats_port(f, b->in->id, &s);
	for (enum drop d2 = DROP_NONE + 1; b->live == 0 && d2 < DROP_N; d2++)
		if (s.drop[d2] != 0)
			why = d2;
	return why;
}

/* The fewest octets that 'frame' needs, by its own tags. */
static uint32_t
least(const uint8_t *frame)
{
	uint32_t n = FRAME_HEADER;

	while (n < LEN_MAX && frame_is_tag(frame_read16(frame + n - 2)))
		n += FRAME_TAG;
	return n;
}

static void
fill(uint8_t *frame, uint16_t type)
{
	static const uint8_t addresses[] = {
		2, 0, 0, 0, 0, 2, 2, 0, 0, 0, 0, 1
	};

	memset(frame, 0, LEN_MAX);
	memcpy(frame, addresses, sizeof(addresses));
	for (unsigned int at = 12; at < 40; at += 4)
		frame_write16(frame + at, type);
	frame_write16(frame + 40, FRAME_IPV4);
}

START_TEST(frames_of_every_length_are_read_to_their_end_only)
{
	static const uint16_t type[] = { FRAME_IPV4, FRAME_CTAG, FRAME_STAG,
					 FRAME_QINQ, FRAME_SLOW, 46 };
	static const char *const port[] = { "trunk", "a" };
	uint8_t frame[LEN_MAX];

	begin_at(0, _i == 0 ? CONFIG("open") : CONFIG("ixp-basic"));
	harness_skip_accounts(h);
	for (unsigned int t = 0; t < 6; t++) {
		fill(frame, type[t]);
		if (type[t] == FRAME_SLOW)
			memcpy(frame, "\x01\x80\xc2\0\0\x02", 6);
		for (uint16_t len = 0; len < LEN_MAX; len++)
			for (unsigned int p = 0; p < 2; p++) {
				enum drop why = judge(port[p], frame, len);

				if (len < least(frame) && len < 60)
					ck_assert_int_ne(why, DROP_NONE);
			}
	}
}
END_TEST

int
main(void)
{
	Suite *s = suite_create("exact");
	TCase *tc = fixture_case(s, "exact", NULL);

	tcase_add_loop_test(
		tc, frames_of_every_length_are_read_to_their_end_only, 0, 2);
	return check_run(s);
}
