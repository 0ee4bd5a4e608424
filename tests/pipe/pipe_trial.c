/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * A trial predicts the fate of a frame and changes nothing: each frame of a list
 * is tried, then sent, and both agree; and while the list is only tried, every
 * octet that workers write stays as it is.
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include <rte_ring.h>

#include "fabric/runtime/violation.h"
#include "fabric/trial/trial.h"
#include "lib/frame.h"
#include "lib/mac.h"
#include "lib/mactab.h"
#include "tests/pipe/fixture.h"

#define A       UINT64_C(0x02000000000a)
#define B       UINT64_C(0x02000000000b)
#define C       UINT64_C(0x02000000000c)
#define T       UINT64_C(0x020000000101)
#define NEW     UINT64_C(0x0200000000ee)
#define SOMEONE UINT64_C(0x3333ff000002)

#define CONFIG                                                                 \
	"[lan l]\nsponge_mac = 02:53:00:00:00:aa\nprofile = ixp-strict\n"      \
	"ipv4 = 192.0.2.0/24\nstorm_bcast = 10pps\n"                           \
	"[port a]\ndevice = net_null0\nlan = l\nmac = 02:00:00:00:00:0a\n"     \
	"acl = rules\ncheck = ethertype log\ncheck = smac_eq_dmac log\n"       \
	"arp_pps = 10\narp_burst = 3\n"                                        \
	"[port b]\ndevice = net_null1\nlan = l\nmac = 02:00:00:00:00:0b\n"     \
	"acl_out = rules\nrate_out = 100pps\n"                                 \
	"[port c]\ndevice = net_null2\nlan = l\nmac = 02:00:00:00:00:0c\n"     \
	"check = mac_lock log\nstatus = quarantine\n"                          \
	"[port d]\ndevice = net_null3\nlan = l\nmac_limit = 2\n"               \
	"[port r]\ndevice = net_null4\n"                                       \
	"[port t]\nparent = r\ntag = 101\nlan = l\nmac = 02:00:00:00:01:01\n"  \
	"[port u]\nparent = r\ntag = 102\nlan = l\nmac = 02:00:00:00:01:02\n"  \
	"isolate = i\n"                                                        \
	"[port v]\ndevice = net_null5\nlan = l\nisolate = i\n"                 \
	"mac = 02:00:00:00:01:03\ncull = on\n"                                 \
	"[acl rules]\nrule = permit ip proto 17\nrule = count any\n"           \
	"rule = deny ip proto 50\nrule = deny ether 0x88b5\n"

static void
setup(void)
{
	begin_at(CLOCK_SECOND, CONFIG);
}

static uint16_t
id_of(const char *port)
{
	uint16_t id = fabric_port_id(f, port);

	ck_assert_uint_ne(id, FABRIC_NO_PORT);
	return id;
}

static struct trial_result
try_over(const char *port, const uint8_t *frame, uint32_t len, uint16_t over)
{
	struct trial_input in = {
		.octets = frame, .size = len, .len = len, .over = over
	};
	struct trial_result r;

	ck_assert_int_eq(trial_frame(f, id_of(port), &in, &r), 0);
	return r;
}

static struct trial_result
try(const char *port, const uint8_t *frame, uint32_t len)
{
	return try_over(port, frame, len, 0);
}

struct row {
	const char *port;
	uint64_t src, dst;
	uint16_t type;
	uint32_t len;
	uint8_t proto; /* IPv4: of the packet */
	uint16_t tag;  /* 0: none */
};

/* In this order addresses, limits and link-local addresses fill up. */
static const struct row rows[] = {
	{ "a", A, B, FRAME_IPV4, 60, 1, 0 },
	{ "a", A, B, FRAME_IPV4, 60, 17, 0 },
	{ "a", A, B, FRAME_IPV4, 60, 50, 0 },
	{ "d", NEW, B, FRAME_IPV4, 60, 50, 0 },
	{ "d", NEW, B, FRAME_IPV4, 60, 1, 0 },
	{ "d", NEW + 1, A, FRAME_IPV4, 60, 1, 0 },
	{ "d", NEW + 2, A, FRAME_IPV4, 60, 1, 0 },
	{ "d", A, B, FRAME_IPV4, 60, 1, 0 },
	{ "a", A, NEW, FRAME_IPV4, 1514, 1, 0 },
	{ "a", A, NEW + 9, FRAME_IPV4, 60, 1, 0 },
	{ "a", A, A, FRAME_IPV4, 60, 1, 0 },
	{ "a", A, B, FRAME_IPV4, 1515, 1, 0 },
	{ "a", A, B, FRAME_IPV4, 9014, 1, 0 },
	{ "a", A, B, FRAME_IPV4, 13, 1, 0 },
	{ "a", A, B, FRAME_IPV4, 0, 1, 0 },
	{ "a", A, B, 0x8137, 60, 0, 0 },
	{ "a", A, MAC_BROADCAST, 0x8137, 60, 0, 0 },
	{ "b", B, A, 0x8137, 60, 0, 0 },
	{ "a", A, B, 0x88b5, 60, 0, 0 },
	{ "b", NEW, A, FRAME_IPV4, 60, 1, 0 },
	{ "c", NEW, A, FRAME_IPV4, 60, 1, 0 },
	{ "c", C, A, FRAME_IPV4, 60, 1, 0 },
	{ "a", A, C, FRAME_IPV4, 60, 1, 0 },
	{ "a", A, MAC_BROADCAST, FRAME_ARP, 60, 0, 0 },
	{ "a", A, MAC_BROADCAST, FRAME_ARP, 60, 0, 0 },
	{ "a", A, MAC_BROADCAST, FRAME_ARP, 60, 0, 0 },
	{ "a", A, MAC_BROADCAST, FRAME_ARP, 60, 0, 0 },
	{ "a", A, MAC_BROADCAST, FRAME_ARP, 60, 0, 0 },
	{ "a", A, SOMEONE, FRAME_IPV6, 86, 0, 0 },
	{ "d", NEW, SOMEONE, FRAME_IPV6, 86, 0, 0 },
	{ "t", T, MAC_BROADCAST, FRAME_ARP, 64, 0, 101 },
	{ "t", T, A, FRAME_IPV4, 60, 1, 101 },
	{ "t", T, T + 1, FRAME_IPV4, 64, 1, 101 },
	{ "t", T, A, FRAME_IPV4, 64, 1, 103 },
	{ "t", T, A, FRAME_IPV4, 60, 1, 0 },
	{ "u", T + 1, T + 2, FRAME_IPV4, 64, 1, 102 },
	{ "u", T + 1, MAC_BROADCAST, FRAME_ARP, 64, 0, 102 },
	{ "v", T + 2, T + 1, FRAME_IPV4, 60, 1, 0 },
	{ "v", T + 2, A, FRAME_IPV4, 9000, 1, 0 },
	{ "a", A, UINT64_C(0x0180c2000000), 38, 60, 0, 0 },
	{ "a", A, B, FRAME_CTAG, 64, 0, 0 },
	{ "a", 0, B, FRAME_IPV4, 60, 1, 0 },
};
#define NROWS ((int)(sizeof(rows) / sizeof(rows[0])))

/* A tag goes in front of the type, and the last 4 octets are cut off. */
static uint8_t *
frame_of(const struct row *r)
{
	uint8_t *frame = harness_frame(h, r->src, r->dst, r->type, r->len);

	if (r->type == FRAME_IPV4 && r->len >= FRAME_HEADER + 20)
		memcpy(frame + FRAME_HEADER,
		       (uint8_t[]){ 0x45, 0,  0,        46, 0,   0,   0,
				    0,    64, r->proto, 0,  0,   203, 0,
				    113,  1,  203,      0,  113, 2 },
		       20);
	if (r->tag != 0) {
		memmove(frame + 16, frame + 12, r->len - 16);
		frame_write16(frame + 12, FRAME_CTAG);
		frame_write16(frame + 14, 0xa000 | r->tag);
	}
	return frame;
}

static void
read_stats(struct port_stats *s)
{
	for (uint16_t id = 0; id < PORTS_MAX; id++)
		if (fabric_port_name(f, id) != NULL)
			stats_port(f, id, &s[id]);
}

static bool
has_drop(const struct trial_result *r, uint16_t port, enum drop why, bool would)
{
	for (unsigned int i = 0; i < r->ndrops; i++)
		if (r->drop[i].port == port && r->drop[i].why == why &&
		    r->drop[i].would == would)
			return true;
	return false;
}

/* Each counter of a reason moves as the trial predicted. */
static void
compare_drops(const struct trial_result *r, const struct port_stats *was)
{
	for (uint16_t id = 0; id < PORTS_MAX; id++) {
		struct port_stats s;

		if (fabric_port_name(f, id) == NULL)
			continue;
		stats_port(f, id, &s);
		for (enum drop why = DROP_NONE + 1; why < DROP_N; why++) {
			ck_assert_msg(s.drop[why] - was[id].drop[why] ==
					      has_drop(r, id, why, false),
				      "%s", drop_name(why));
			ck_assert_msg(s.would_drop[why] -
						      was[id].would_drop[why] ==
					      has_drop(r, id, why, true),
				      "%s", drop_name(why));
		}
		ck_assert_uint_eq(s.rx_frames - was[id].rx_frames, id == r->in);
		ck_assert_uint_eq(s.flooded - was[id].flooded,
				  id == r->in && r->flooded);
		ck_assert_uint_eq(s.forwarded - was[id].forwarded,
				  id == r->in && r->forwarded);
	}
}

static void
compare_exits(const struct trial_result *r)
{
	unsigned int left = 0;

	for (uint16_t id = 0; id < PORTS_MAX; id++)
		if (fabric_port_name(f, id) != NULL)
			left += harness_sent(h, fabric_port_name(f, id));
	ck_assert_uint_eq(left, r->nexits);
	for (unsigned int i = 0; i < r->nexits; i++) {
		const struct trial_exit *e = &r->exit[i];
		const char *name = fabric_port_name(f, e->port);
		uint32_t len;
		const uint8_t *octets = harness_last(h, name, &len);

		ck_assert_uint_eq(harness_sent(h, name), 1);
		ck_assert_uint_eq(e->len, len);
		ck_assert_uint_eq(e->size, len);
		ck_assert_mem_eq(e->octets, octets, len);
		ck_assert_uint_eq(e->tag, f->view->port[e->port]->egress.tag);
	}
}

START_TEST(a_trial_predicts_the_fate_of_a_frame)
{
	static struct port_stats was[PORTS_MAX];

	for (int i = 0; i < NROWS; i++) {
		const uint8_t *frame = frame_of(&rows[i]);
		struct trial_result r = try(rows[i].port, frame, rows[i].len);

		read_stats(was);
		harness_send(h, rows[i].port, frame, rows[i].len);
		compare_drops(&r, was);
		compare_exits(&r);
		ck_assert_int_eq(r.why == DROP_NONE,
				 r.flooded || r.nexits == 1);
	}
}
END_TEST

/* All that a worker writes, or the control thread for a frame. */
struct state {
	struct port_counters *counters;
	void *shared[PORTS_MAX];
	size_t shared_size;
	struct counter hits[PORTS_MAX][2][8];
	uint8_t state[PORTS_MAX];
	struct mactab_entry mac[64];
	unsigned int nmacs, messages;
	bool noted;
	uint64_t frames, polls;
	uint16_t dirty, learners;
};

static bool
add_mac(void *arg, const struct mactab_entry *e)
{
	struct state *t = arg;

	t->mac[t->nmacs++] = *e;
	return true;
}

static void
keep_port(struct state *t, const struct port_rt *p)
{
	t->shared[p->id] = malloc(t->shared_size);
	memcpy(t->shared[p->id], p->shared, t->shared_size);
	for (unsigned int way = 0; way < 2; way++)
		if (p->rules[way].hits != NULL)
			memcpy(t->hits[p->id][way], p->rules[way].hits->n,
			       p->rules[way].acl->n * sizeof(struct counter));
}

static struct state *
keep(void)
{
	struct state *t = calloc(1, sizeof(*t));
	struct worker *w = f->worker[0];

	t->counters = malloc(PORTS_MAX * sizeof(*t->counters));
	memcpy(t->counters, w->port, PORTS_MAX * sizeof(*t->counters));
	t->shared_size = sizeof(struct port_shared) + sizeof(struct port_log);
	for (unsigned int i = 0; i < PORTS_MAX; i++)
		if (f->port[i] != NULL)
			keep_port(t, f->port[i]);
	memcpy(t->state, (const void *)f->state, sizeof(t->state));
	mactab_each(f->lan[0]->macs, add_mac, t);
	t->messages = rte_ring_count(w->messages);
	t->noted = w->noted;
	t->frames = counter_read(&w->frames);
	t->polls = counter_read(&w->polls);
	t->dirty = (uint16_t)w->ndirty;
	t->learners = (uint16_t)w->learns.nusers;
	return t;
}

static void
throw_away(struct state *t)
{
	for (unsigned int i = 0; i < PORTS_MAX; i++)
		free(t->shared[i]);
	free(t->counters);
	free(t);
}

static void
compare_states(struct state *a, struct state *b)
{
	ck_assert_mem_eq(a->counters, b->counters,
			 PORTS_MAX * sizeof(*a->counters));
	for (unsigned int i = 0; i < PORTS_MAX; i++)
		if (a->shared[i] != NULL)
			ck_assert_mem_eq(a->shared[i], b->shared[i],
					 a->shared_size);
	ck_assert_mem_eq(a->hits, b->hits, sizeof(a->hits));
	ck_assert_mem_eq(a->state, b->state, sizeof(a->state));
	ck_assert_uint_eq(a->nmacs, b->nmacs);
	ck_assert_mem_eq(a->mac, b->mac, sizeof(a->mac));
	ck_assert_uint_eq(a->messages, b->messages);
	ck_assert_int_eq(a->noted, b->noted);
	ck_assert_uint_eq(a->frames, b->frames);
	ck_assert_uint_eq(a->polls, b->polls);
	ck_assert_uint_eq(a->dirty, b->dirty);
	ck_assert_uint_eq(a->learners, b->learners);
}

static void
try_all(void)
{
	for (int i = 0; i < NROWS; i++)
		try(rows[i].port, frame_of(&rows[i]), rows[i].len);
}

static void
send_all(void)
{
	for (int i = 0; i < NROWS; i++)
		harness_send(h, rows[i].port, frame_of(&rows[i]), rows[i].len);
}

/* At first, with empty tables, and later, when entries could be refreshed. */
START_TEST(a_trial_changes_nothing)
{
	struct state *was, *is;

	for (unsigned int round = 0; round < 2; round++) {
		was = keep();
		try_all();
		is = keep();
		compare_states(was, is);
		ck_assert_uint_eq(lockstep_buffers_used(f), 0);
		throw_away(was);
		throw_away(is);
		send_all();
		harness_at(h, UINT64_C(5000000000));
	}
}
END_TEST

/* The opposite: frames that are sent change each of these. */
START_TEST(frames_that_are_sent_change_what_trials_do_not)
{
	struct state *was = keep(), *is;
	const struct port_shared *a, *b;

	send_all();
	is = keep();
	ck_assert_mem_ne(was->counters, is->counters,
			 PORTS_MAX * sizeof(*was->counters));
	ck_assert_mem_ne(was->hits, is->hits, sizeof(was->hits));
	ck_assert_mem_ne(was->state, is->state, sizeof(was->state));
	ck_assert_uint_ne(was->nmacs, is->nmacs);
	/* The control thread has seen the new drops. */
	ck_assert_uint_gt(runtime_port(f, "a")->violations->dropped_at, 0);
	a = was->shared[id_of("a")];
	b = is->shared[id_of("a")];
	ck_assert_mem_ne(a->meter, b->meter, sizeof(a->meter));
	ck_assert_mem_ne(a->lla, b->lla, sizeof(a->lla));
	ck_assert_mem_ne(a->log, b->log, sizeof(a->log[0]));
	throw_away(was);
	throw_away(is);
}
END_TEST

START_TEST(limits_can_be_taken_as_used_up)
{
	const uint8_t *arp =
		harness_frame(h, A, MAC_BROADCAST, FRAME_ARP, FRAME_MIN);
	const uint8_t *plain = frame_of(&rows[0]);
	struct trial_result r = try("a", arp, FRAME_MIN);

	ck_assert(r.flooded);
	ck_assert_int_eq(r.why, DROP_NONE);
	r = try_over("a", arp, FRAME_MIN, 1 << METER_ARP);
	ck_assert_int_eq(r.why, DROP_arp_rate);
	ck_assert_int_eq(r.stage, TRIAL_GUARD);
	r = try_over("a", arp, FRAME_MIN, 1 << METER_BCAST);
	ck_assert_int_eq(r.why, DROP_storm_bcast);
	ck_assert_int_eq(r.stage, TRIAL_FORWARD);
	r = try_over("a", plain, FRAME_MIN, 1 << METER_OUT);
	ck_assert_int_eq(r.why, DROP_egress_police);
	ck_assert_int_eq(r.stage, TRIAL_SEND);
	ck_assert_uint_eq(r.charged, id_of("b"));
	r = try_over("a", plain, FRAME_MIN, 1 << METER_IN);
	ck_assert_int_eq(r.why, DROP_NONE);
	r = try_over("a", frame_of(&rows[8]), FRAME_MIN, UINT16_MAX);
	ck_assert_int_eq(r.why, DROP_unknown_unicast);
}
END_TEST

START_TEST(the_rule_that_decided_is_named)
{
	struct trial_result r = try("a", frame_of(&rows[1]), FRAME_MIN);

	ck_assert_int_eq(r.why, DROP_NONE);
	ck_assert_uint_eq(r.rule, 0);
	r = try("a", frame_of(&rows[0]), FRAME_MIN);
	ck_assert_int_eq(r.why, DROP_NONE);
	ck_assert_uint_eq(r.rule, TRIAL_NO_RULE);
	r = try("a", frame_of(&rows[2]), FRAME_MIN);
	ck_assert_int_eq(r.why, DROP_acl);
	ck_assert_uint_eq(r.rule, 2);
	ck_assert_uint_eq(r.ndrops, 1);
	ck_assert_uint_eq(r.drop[0].rule, 2);
	r = try("d", frame_of(&rows[3]), FRAME_MIN);
	ck_assert_int_eq(r.why, DROP_egress_acl);
	ck_assert_uint_eq(r.rule, TRIAL_NO_RULE);
	ck_assert_uint_eq(r.charged, id_of("b"));
	ck_assert_uint_eq(r.drop[0].rule, 2);
	ck_assert_int_eq(r.drop[0].stage, TRIAL_SEND);
}
END_TEST

START_TEST(a_check_in_mode_log_counts_and_the_frame_goes_on)
{
	struct trial_result r = try("a", frame_of(&rows[15]), FRAME_MIN);

	ck_assert_int_eq(r.why, DROP_NONE);
	ck_assert(r.forwarded);
	ck_assert_uint_eq(r.to, id_of("b"));
	ck_assert_uint_eq(r.ndrops, 1);
	ck_assert_int_eq(r.drop[0].why, DROP_ethertype);
	ck_assert(r.drop[0].would);
	ck_assert_int_eq(r.drop[0].stage, TRIAL_ADMIT);
}
END_TEST

START_TEST(a_frame_counts_against_the_port_of_its_tag)
{
	struct trial_result r = try("r", frame_of(&rows[30]), 64);

	ck_assert_uint_eq(r.in, id_of("t"));
	ck_assert(r.flooded);
	r = try("t", frame_of(&rows[34]), FRAME_MIN);
	ck_assert_uint_eq(r.in, id_of("r"));
	ck_assert_int_eq(r.why, DROP_untagged_not_allowed);
}
END_TEST

/* The same solicitation from fe80::3; its checksum covers the address. */
static uint8_t *
from_another_address(const uint8_t *frame)
{
	uint8_t *other = harness_frame(h, A, SOMEONE, FRAME_IPV6, 86);

	ck_assert_mem_eq(other, frame, 86);
	other[FRAME_HEADER + 23] = 3;
	frame_write16(other + FRAME_HEADER + 42,
		      frame_read16(other + FRAME_HEADER + 42) - 2);
	return other;
}

START_TEST(a_member_keeps_its_first_link_local_address)
{
	uint8_t *first = harness_frame(h, A, SOMEONE, FRAME_IPV6, 86);
	uint8_t *second = from_another_address(first);
	struct trial_result r = try("a", second, 86);

	ck_assert(r.flooded);
	r = try("a", first, 86);
	ck_assert(r.flooded);
	harness_send(h, "a", first, 86);
	r = try("a", first, 86);
	ck_assert(r.flooded);
	r = try("a", second, 86);
	ck_assert_int_eq(r.why, DROP_nd_src_spoof);
	harness_send(h, "a", second, 86);
	harness_expect_drop(h, "a", DROP_nd_src_spoof);
}
END_TEST

START_TEST(a_frame_about_to_leave_meets_stage_send_only)
{
	uint8_t *lacp =
		harness_frame(h, NEW, UINT64_C(0x0180c2000002), FRAME_SLOW, 60);
	uint8_t *ip = harness_frame(h, NEW, B, FRAME_IPV4, 60);
	struct trial_input in = { .octets = lacp, .size = 60, .len = 60 };
	struct trial_result r;

	ck_assert_int_eq(trial_leave(f, id_of("a"), id_of("b"), &in, &r), 0);
	ck_assert_int_eq(r.why, DROP_egress_ll);
	ck_assert_uint_eq(r.charged, id_of("b"));
	ck_assert_uint_eq(r.nexits, 0);
	in.octets = ip;
	ck_assert_int_eq(trial_leave(f, id_of("a"), id_of("b"), &in, &r), 0);
	ck_assert_int_eq(r.why, DROP_NONE);
	ck_assert_uint_eq(r.nexits, 1);
	ck_assert_uint_eq(r.exit[0].port, id_of("b"));
	in.over = 1 << METER_OUT;
	ck_assert_int_eq(trial_leave(f, id_of("a"), id_of("b"), &in, &r), 0);
	ck_assert_int_eq(r.why, DROP_egress_police);
	ck_assert_int_eq(trial_leave(f, id_of("a"), 99, &in, &r), -ENOENT);
	ck_assert_int_eq(trial_leave(f, 99, id_of("a"), &in, &r), -ENOENT);
}
END_TEST

START_TEST(limits_may_be_taken_as_unused)
{
	uint8_t *arp = harness_frame(h, A, MAC_BROADCAST, FRAME_ARP, 60);
	struct trial_input in = { .octets = arp, .size = 60, .len = 60 };
	struct trial_result r;

	for (unsigned int i = 0; i < 3; i++)
		harness_send(h, "a", arp, 60);
	ck_assert_int_eq(trial_frame(f, id_of("a"), &in, &r), 0);
	ck_assert_int_eq(r.why, DROP_arp_rate);
	in.idle = true;
	ck_assert_int_eq(trial_frame(f, id_of("a"), &in, &r), 0);
	ck_assert_int_eq(r.why, DROP_NONE);
	in.over = 1 << METER_ARP;
	ck_assert_int_eq(trial_frame(f, id_of("a"), &in, &r), 0);
	ck_assert_int_eq(r.why, DROP_arp_rate);
}
END_TEST

START_TEST(a_trial_of_unknown_ports_or_wrong_lengths_fails)
{
	uint8_t *frame = frame_of(&rows[0]);
	struct trial_input in = { .octets = frame, .size = 60, .len = 60 };
	struct trial_result r;

	ck_assert_int_eq(trial_frame(f, id_of("a"), &in, &r), 0);
	ck_assert_int_eq(trial_frame(f, 99, &in, &r), -ENOENT);
	ck_assert_int_eq(trial_frame(f, PORTS_MAX, &in, &r), -ENOENT);
	ck_assert_int_eq(trial_frame(f, UINT16_MAX, &in, &r), -ENOENT);
	in.len = 59;
	ck_assert_int_eq(trial_frame(f, id_of("a"), &in, &r), -EINVAL);
	in.size = in.len = TRIAL_SIZE_MAX + 1;
	ck_assert_int_eq(trial_frame(f, id_of("a"), &in, &r), -EINVAL);
}
END_TEST

START_TEST(the_device_may_report_a_frame_as_bad)
{
	struct trial_input in = {
		.octets = frame_of(&rows[0]), .size = 60, .len = 60, .bad = true
	};
	struct trial_result r;

	ck_assert_int_eq(trial_frame(f, id_of("a"), &in, &r), 0);
	ck_assert_int_eq(r.why, DROP_rx_error);
}
END_TEST

START_TEST(a_frame_may_be_cut_short)
{
	struct trial_input in = { .octets = frame_of(&rows[0]),
				  .size = 60,
				  .len = 1514 };
	struct trial_result r;

	ck_assert_int_eq(trial_frame(f, id_of("a"), &in, &r), 0);
	ck_assert_uint_eq(r.nexits, 1);
	ck_assert_uint_eq(r.exit[0].size, 60);
	ck_assert_uint_eq(r.exit[0].len, 1514);
	in.len = 1515;
	ck_assert_int_eq(trial_frame(f, id_of("a"), &in, &r), 0);
	ck_assert_int_eq(r.why, DROP_oversize);
}
END_TEST

START_TEST(trials_do_not_run_out_of_buffers)
{
	static uint8_t big[TRIAL_SIZE_MAX];
	struct trial_result r;

	harness_apply(h, "[lan l]\nprofile = open\n"
			 "[port a]\ndevice = net_null0\nlan = l\n"
			 "[port r]\ndevice = net_null4\n"
			 "[port t]\nparent = r\ntag = 101\nlan = l\n"
			 "[port u]\nparent = r\ntag = 102\nlan = l\n");
	memset(big, 0xff, 6);
	big[11] = 1;
	for (unsigned int i = 0; i < 100; i++) {
		r = try("a", big, sizeof(big));
		ck_assert(r.flooded);
		ck_assert_uint_eq(r.ndrops, 0);
		ck_assert_uint_eq(r.nexits, 2);
		r = try("t", big, sizeof(big));
		ck_assert_int_eq(r.why, DROP_oversize);
	}
}
END_TEST

int
main(void)
{
	Suite *s = suite_create("trial");
	TCase *t = fixture_case(s, "trial", setup);

	tcase_add_test(t, a_trial_predicts_the_fate_of_a_frame);
	tcase_add_test(t, a_trial_changes_nothing);
	tcase_add_test(t, frames_that_are_sent_change_what_trials_do_not);
	tcase_add_test(t, limits_can_be_taken_as_used_up);
	tcase_add_test(t, the_rule_that_decided_is_named);
	tcase_add_test(t, a_check_in_mode_log_counts_and_the_frame_goes_on);
	tcase_add_test(t, a_frame_counts_against_the_port_of_its_tag);
	tcase_add_test(t, a_member_keeps_its_first_link_local_address);
	tcase_add_test(t, a_frame_about_to_leave_meets_stage_send_only);
	tcase_add_test(t, limits_may_be_taken_as_unused);
	tcase_add_test(t, a_trial_of_unknown_ports_or_wrong_lengths_fails);
	tcase_add_test(t, the_device_may_report_a_frame_as_bad);
	tcase_add_test(t, a_frame_may_be_cut_short);
	tcase_add_test(t, trials_do_not_run_out_of_buffers);
	return check_run(s);
}
