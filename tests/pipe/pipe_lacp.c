/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * LACP on the links of a port, against a partner that is a LAG of lib/lacp, too: when
 * links are used, what members are told, and that a LAG is out of reach of the others.
 */
#include <stdio.h>
#include <string.h>

#include "fabric/apply/link.h"
#include "fabric/apply/override.h"
#include "fabric/runtime/lag_rt.h"
#include "fabric/runtime/stats.h"
#include "lib/frame.h"
#include "lib/lacp.h"
#include "lib/mac.h"
#include "tests/pipe/fixture.h"

#define ALICE    UINT64_C(0x020000000001)
#define BOB      UINT64_C(0x020000000002)
#define MAC_SLOW UINT64_C(0x0180c2000002)
#define SYSTEM   UINT64_C(0x02000000beef) /* of the member at b */
#define OTHER    UINT64_C(0x02000000cafe) /* of another */

/* Synchronization, collecting, distributing (802.1AX-2020, 6.4.2.3). */
#define ACTOR_STATE 18
#define IN_USE      0x38

#define STEP (10 * CLOCK_MILLISECOND)

#define LAN "[lan l]\nprofile = open\n"
#define A   "[port a]\ndevice = net_null0\nlan = l\n"
#define B(keys)                                                                \
	"[port b]\ndevice = net_null1\ndevice = net_null2\nlan = l\n"          \
	"lacp = active\nlacp_timeout = fast\n" keys
#define C                                                                      \
	"[port c]\ndevice = net_null3\ndevice = net_null4\nlan = l\n"          \
	"lacp = active\nlacp_timeout = fast\n"

/* A cable: the device at its end here, and the slot at the end of the member. */
struct cable {
	const char *device;
	struct lacp *member;
	unsigned int slot;
	bool cut; /* nothing of the member arrives, and the carrier stays */
	bool out_of_sync; /* what the member says there is changed to that */
};

static struct lacp b, c;
static struct cable cable[4];
static unsigned int ncables;
static uint64_t now;

static uint16_t
id_of(const char *spec)
{
	for (uint16_t i = 0; i < PORTS_MAX; i++)
		if (f->device[i] != NULL &&
		    !(f->device[i]->flags & RT_RETIRED) &&
		    strcmp(f->device[i]->spec, spec) == 0)
			return i;
	ck_abort_msg("no device %s", spec);
}

/* What members have sent, and the fabric has not yet received. */
static struct {
	unsigned int cable;
	uint8_t pdu[LACP_PDU_SIZE];
} queue[256];
static unsigned int nqueued;

static void
member_sends(void *member, unsigned int slot, const uint8_t *pdu, uint32_t size)
{
	ck_assert_uint_eq(size, LACP_PDU_SIZE);
	for (unsigned int i = 0; i < ncables; i++) {
		if (cable[i].member != member || cable[i].slot != slot ||
		    cable[i].cut)
			continue;
		queue[nqueued].cable = i;
		memcpy(queue[nqueued].pdu, pdu, size);
		if (cable[i].out_of_sync)
			queue[nqueued].pdu[ACTOR_STATE] &= (uint8_t)~IN_USE;
		nqueued++;
	}
}

/* A frame that the fabric has sent reaches the member at the end of its cable. */
static void
deliver(const struct harness_left *left)
{
	if (frame_read16(left->octets + 12) != FRAME_SLOW)
		return;
	for (unsigned int i = 0; i < ncables; i++)
		if (id_of(cable[i].device) == left->device && !cable[i].cut)
			lacp_receive(cable[i].member, cable[i].slot,
				     left->octets + FRAME_HEADER,
				     left->len - FRAME_HEADER, now,
				     member_sends, cable[i].member);
}

static void
deliver_all(void)
{
	struct harness_left left;

	for (unsigned int i = 0; harness_left(h, i, &left); i++)
		deliver(&left);
}

/* What the members have sent comes in, and what the fabric sends for that. */
static void
exchange(void)
{
	for (unsigned int i = 0; i < nqueued; i++) {
		uint8_t *frame = harness_frame(h, SYSTEM, MAC_SLOW, FRAME_SLOW,
					       FRAME_HEADER + LACP_PDU_SIZE);

		memcpy(frame + FRAME_HEADER, queue[i].pdu, LACP_PDU_SIZE);
		harness_send_by(h, id_of(cable[queue[i].cable].device), frame,
				FRAME_HEADER + LACP_PDU_SIZE);
		deliver_all();
	}
	nqueued = 0;
}

static void
run(uint64_t time)
{
	for (uint64_t until = now + time; now < until;) {
		now += STEP;
		harness_clear(h);
		harness_at(h, now);
		deliver_all();
		lacp_run(&b, now, member_sends, &b);
		lacp_run(&c, now, member_sends, &c);
		exchange();
	}
}

static void
link_set(const char *spec, bool up)
{
	harness_at(h, now);
	link_seen(f, f->device[id_of(spec)], (struct link){ up, 10000 });
}

static void
add_member(struct lacp *m, uint64_t system, uint16_t key)
{
	struct lacp_settings s = { .system = system,
				   .system_priority = 32768,
				   .key = key,
				   .active = true,
				   .fast = true };

	lacp_begin(m, &s);
	for (unsigned int i = 0; i < 2; i++) {
		lacp_add(m, i, (uint16_t)(i + 1));
		lacp_link(m, i, true, now);
	}
}

static void
start(const char *text)
{
	static const struct cable straight[] = {
		{ "net_null1", &b, 0, false, false },
		{ "net_null2", &b, 1, false, false },
		{ "net_null3", &c, 0, false, false },
		{ "net_null4", &c, 1, false, false }
	};

	harness_run_lacp(true);
	begin(text);
	now = START;
	add_member(&b, SYSTEM, 7);
	add_member(&c, OTHER, 7);
	memcpy(cable, straight, sizeof(cable));
	ncables = strstr(text, "[port c]") != NULL ? 4 : 2;
	/* As if they had been connected now. */
	for (unsigned int i = 0; i < ncables; i++) {
		link_set(cable[i].device, false);
		link_set(cable[i].device, true);
	}
	harness_forget_events(h);
}

static bool
is_up(const char *port)
{
	return atomic_load(&f->state[fabric_port_id(f, port)]) & PORT_UP;
}

static unsigned int
links(const char *port)
{
	return runtime_port(f, port)->lag->nin_use;
}

static enum lacp_why
why(const char *port, unsigned int slot)
{
	return lacp_why(&runtime_port(f, port)->lag->machine, slot);
}

START_TEST(a_lag_is_up_once_its_partner_is_in_sync)
{
	start(LAN A B(""));
	ck_assert(!is_up("b"));
	run(CLOCK_SECOND);
	ck_assert(!is_up("b"));
	run(4 * CLOCK_SECOND);
	ck_assert(is_up("b"));
	ck_assert_uint_eq(links("b"), 2);
	ck_assert(lacp_distributes(&b, 0) && lacp_distributes(&b, 1));
}
END_TEST

START_TEST(without_a_partner_no_link_is_used)
{
	start(LAN A B(""));
	cable[0].cut = cable[1].cut = true;
	run(10 * CLOCK_SECOND);
	ck_assert(!is_up("b"));
	ck_assert_int_eq(why("b", 0), LACP_WHY_no_partner);
	harness_send_by(h, id_of("net_null1"),
			harness_frame(h, BOB, ALICE, FRAME_IPV4, 60), 60);
	harness_expect_drop(h, "b", DROP_lag_link);
}
END_TEST

START_TEST(with_lacp_fallback_one_link_is_used_alone)
{
	start(LAN A B("lacp_fallback = on\n"));
	cable[0].cut = cable[1].cut = true;
	run(2 * CLOCK_SECOND);
	ck_assert(!is_up("b"));
	run(2 * CLOCK_SECOND);
	ck_assert(is_up("b"));
	ck_assert_uint_eq(links("b"), 1);
	cable[0].cut = cable[1].cut = false;
	run(5 * CLOCK_SECOND);
	ck_assert_uint_eq(links("b"), 2);
}
END_TEST

START_TEST(a_silent_link_is_given_up_after_three_seconds)
{
	uint64_t cut;

	start(LAN A B(""));
	run(5 * CLOCK_SECOND);
	cable[0].cut = true;
	cut = now;
	while (links("b") == 2 && now < cut + 10 * CLOCK_SECOND)
		run(STEP);
	ck_assert_uint_eq(links("b"), 1);
	ck_assert(is_up("b"));
	ck_assert_uint_ge(now - cut, 2 * CLOCK_SECOND);
	ck_assert_uint_le(now - cut, 3 * CLOCK_SECOND + 2 * STEP);
	ck_assert_int_eq(why("b", 0), LACP_WHY_expired);
}
END_TEST

START_TEST(a_link_without_carrier_is_given_up_at_once)
{
	start(LAN A B(""));
	run(6 * CLOCK_SECOND);
	link_set("net_null1", false);
	ck_assert_uint_eq(links("b"), 1);
	ck_assert(is_up("b"));
	link_set("net_null1", true);
	ck_assert_uint_eq(links("b"), 1);
	run(5 * CLOCK_SECOND);
	ck_assert_uint_eq(links("b"), 2);
}
END_TEST

START_TEST(cables_in_the_wrong_lag_are_not_used)
{
	start(LAN A B("") C);
	run(5 * CLOCK_SECOND);
	ck_assert_uint_eq(links("b"), 2);
	ck_assert_uint_eq(links("c"), 2);
	cable[1].member = &c;
	cable[3].member = &b;
	run(10 * CLOCK_SECOND);
	ck_assert_uint_eq(links("b"), 1);
	ck_assert_uint_eq(links("c"), 1);
	ck_assert_int_eq(why("b", 1), LACP_WHY_other_partner);
	ck_assert_int_eq(why("c", 1), LACP_WHY_other_partner);
	ck_assert(is_up("b") && is_up("c"));
}
END_TEST

START_TEST(a_blocked_port_tells_its_partner)
{
	start(LAN A B(""));
	run(5300 * CLOCK_MILLISECOND);
	override_down(f, runtime_port(f, "b"), true);
	/* At once, and not with the next LACPDU. */
	run(2 * STEP);
	ck_assert(!lacp_distributes(&b, 0));
	ck_assert(!lacp_distributes(&b, 1));
	override_down(f, runtime_port(f, "b"), false);
	run(5 * CLOCK_SECOND);
	ck_assert(is_up("b"));
	ck_assert(lacp_distributes(&b, 1));
}
END_TEST

START_TEST(a_port_that_is_disabled_tells_its_partner)
{
	start(LAN A B(""));
	run(5300 * CLOCK_MILLISECOND);
	harness_apply(h, LAN A B("status = disabled\n"));
	run(2 * STEP);
	ck_assert(!lacp_distributes(&b, 0));
	ck_assert(!lacp_distributes(&b, 1));
	ck_assert_int_eq(why("b", 0), LACP_WHY_held);
	harness_apply(h, LAN A B(""));
	run(5 * CLOCK_SECOND);
	ck_assert(lacp_distributes(&b, 0));
}
END_TEST

START_TEST(an_apply_takes_a_link_and_gives_it_back)
{
	start(LAN A B(""));
	run(5 * CLOCK_SECOND);
	harness_apply(h, LAN A "[port b]\ndevice = net_null2\nlan = l\n"
			       "lacp = active\nlacp_timeout = fast\n");
	ncables = 0;
	ck_assert_uint_eq(links("b"), 1);
	ck_assert(is_up("b"));
	cable[0] = cable[1];
	ncables = 1;
	run(5 * CLOCK_SECOND);
	ck_assert_uint_eq(links("b"), 1);
	harness_apply(h, LAN A B(""));
	cable[1] = (struct cable){ "net_null1", &b, 0, false, false };
	ncables = 2;
	ck_assert(is_up("b"));
	run(5 * CLOCK_SECOND);
	ck_assert_uint_eq(links("b"), 2);
}
END_TEST

START_TEST(with_min_links_the_member_does_not_send_by_too_few)
{
	start(LAN A B("min_links = 2\n"));
	cable[1].cut = true;
	run(8 * CLOCK_SECOND);
	ck_assert(!is_up("b"));
	ck_assert(!lacp_distributes(&b, 0));
	cable[1].cut = false;
	run(6 * CLOCK_SECOND);
	ck_assert(is_up("b"));
	ck_assert(lacp_distributes(&b, 0));
}
END_TEST

START_TEST(a_partner_that_comes_and_goes_is_damped)
{
	unsigned int changes;

	start(LAN A B(""));
	run(5 * CLOCK_SECOND);
	for (unsigned int i = 0; i < 600; i++) {
		cable[0].out_of_sync = i / 100 % 2 == 0;
		run(STEP);
		changes = runtime_port(f, "b")->lag->link[0].changes;
		/* LACP is told at once: the member need not send anything. */
		ck_assert_int_eq(why("b", 0) == LACP_WHY_held, changes >= 4);
	}
	ck_assert_uint_eq(changes, 4);
	ck_assert_uint_eq(links("b"), 1);
	run(3 * CLOCK_SECOND);
	ck_assert_uint_eq(links("b"), 1);
	ck_assert_uint_eq(runtime_port(f, "b")->lag->link[0].changes, changes);
	run(15 * CLOCK_SECOND);
	ck_assert_uint_eq(links("b"), 2);
}
END_TEST

/* Whatever a link sends, the others have their own budget. */
START_TEST(a_flood_of_lacp_by_one_link_leaves_the_others_in_use)
{
	uint8_t *frame;
	struct port_stats s;

	start(LAN A B(""));
	run(5 * CLOCK_SECOND);
	frame = harness_frame(h, SYSTEM, MAC_SLOW, FRAME_SLOW, 124);
	frame[FRAME_HEADER] = 1;
	for (unsigned int i = 0; i < 60; i++) {
		harness_send_by(h, id_of("net_null1"), frame, 124);
		deliver_all();
	}
	stats_port(f, fabric_port_id(f, "b"), &s);
	ck_assert_uint_ge(s.drop[DROP_lacp_rate], 8);
	for (unsigned int i = 0; i < 6; i++) {
		for (unsigned int k = 0; k < 40; k++) {
			harness_send_by(h, id_of("net_null1"), frame, 124);
			deliver_all();
		}
		run(CLOCK_SECOND);
		ck_assert_int_eq(why("b", 1), LACP_WHY_in_use);
	}
	ck_assert(is_up("b"));
}
END_TEST

/* In step with the frames of members, whatever they are. */
START_TEST(lacp_is_consumed_where_it_is_spoken_and_dropped_elsewhere)
{
	uint8_t *frame;

	start(LAN A B(""));
	run(5 * CLOCK_SECOND);
	frame = harness_frame(h, SYSTEM, MAC_SLOW, FRAME_SLOW, 124);
	frame[FRAME_HEADER] = 1;
	harness_send(h, "a", frame, 124);
	harness_expect_drop(h, "a", DROP_lacp_unexpected);
	harness_send_by(h, id_of("net_null1"), frame, 124);
	ck_assert_uint_eq(harness_sent(h, "a"), 0);
	ck_assert_uint_eq(links("b"), 2);
	frame[FRAME_HEADER] = 3;
	harness_send_by(h, id_of("net_null1"), frame, 124);
	harness_expect_drop(h, "b", DROP_ll_reserved);
}
END_TEST

int
main(void)
{
	Suite *s = suite_create("lacp");
	TCase *tc = fixture_case(s, "partners", NULL);

	tcase_add_test(tc, a_lag_is_up_once_its_partner_is_in_sync);
	tcase_add_test(tc, without_a_partner_no_link_is_used);
	tcase_add_test(tc, with_lacp_fallback_one_link_is_used_alone);
	tcase_add_test(tc, a_silent_link_is_given_up_after_three_seconds);
	tcase_add_test(tc, a_link_without_carrier_is_given_up_at_once);
	tcase_add_test(tc, cables_in_the_wrong_lag_are_not_used);
	tcase_add_test(tc, a_blocked_port_tells_its_partner);
	tcase_add_test(tc, a_port_that_is_disabled_tells_its_partner);
	tcase_add_test(tc, an_apply_takes_a_link_and_gives_it_back);
	tcase_add_test(tc, with_min_links_the_member_does_not_send_by_too_few);
	tcase_add_test(tc, a_partner_that_comes_and_goes_is_damped);
	tcase_add_test(
		tc, lacp_is_consumed_where_it_is_spoken_and_dropped_elsewhere);
	tcase_add_test(tc,
		       a_flood_of_lacp_by_one_link_leaves_the_others_in_use);
	return check_run(s);
}
