/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Which links of a LAG are used, without LACP: links that go and come, and applies
 * that take links from it and give it some.
 */
#include <stdio.h>
#include <string.h>

#include "fabric/apply/link.h"
#include "fabric/apply/plan.h"
#include "fabric/apply/retry.h"
#include "fabric/runtime/egress_link.h"
#include "fabric/runtime/lag_rt.h"
#include "fabric/runtime/stats.h"
#include "lib/frame.h"
#include "lib/lagtable.h"
#include "lib/mac.h"
#include "tests/pipe/fixture.h"

#define ALICE UINT64_C(0x020000000001)
#define BOB   UINT64_C(0x020000000002)

#define LAN        "[lan l]\nprofile = open\n"
#define A          "[port a]\ndevice = net_null0\nlan = l\n"
#define B(devices) "[port b]\n" devices "lan = l\n"
#define D(n)       "device = net_null" #n "\n"

static struct device_rt *
device(const char *name)
{
	for (unsigned int i = 0; i < PORTS_MAX; i++)
		if (f->device[i] != NULL &&
		    !(f->device[i]->flags & RT_RETIRED) &&
		    strcmp(f->device[i]->spec, name) == 0)
			return f->device[i];
	return NULL;
}

static void
link_at(const char *name, uint64_t now, bool up)
{
	harness_at(h, now);
	link_seen(f, device(name), (struct link){ up, 10000 });
}

static struct lag_rt *
lag(const char *port)
{
	return runtime_port(f, port)->lag;
}

static bool
is_up(const char *port)
{
	return atomic_load(&f->state[fabric_port_id(f, port)]) & PORT_UP;
}

/* The device that flows of a bucket leave by, as a worker finds it. */
static uint16_t
way(const char *port, unsigned int bucket)
{
	const struct egress *e =
		&f->view->port[fabric_port_id(f, port)]->egress;
	uint8_t slot = atomic_load(&e->lag->slot[bucket]);

	return slot == LAGTABLE_NONE ? PORTS_MAX : e->link[slot];
}

static unsigned int
share(const char *port, const char *name)
{
	unsigned int n = 0;

	for (unsigned int b = 0; b < LAGTABLE_BUCKETS; b++)
		n += way(port, b) == device(name)->id;
	return n;
}

static uint16_t before[LAGTABLE_BUCKETS];

static void
note_ways(const char *port)
{
	for (unsigned int b = 0; b < LAGTABLE_BUCKETS; b++)
		before[b] = way(port, b);
}

/* How many flows have moved that were not on the device. */
static unsigned int
moved_beside(const char *port, uint16_t gone)
{
	unsigned int n = 0;

	for (unsigned int b = 0; b < LAGTABLE_BUCKETS; b++)
		n += before[b] != gone && way(port, b) != before[b];
	return n;
}

static bool
receives(const char *port, const char *name)
{
	const struct lag_rt *l = lag(port);

	for (unsigned int i = 0; i < LAG_LINKS_MAX; i++)
		if (l->link[i].device == device(name))
			return atomic_load(&l->shared.receives[i]);
	return false;
}

START_TEST(a_static_lag_uses_all_links_that_are_up)
{
	begin(LAN A B(D(1) D(2) D(3)));
	ck_assert(is_up("b"));
	ck_assert_uint_eq(share("b", "net_null1"), 280);
	ck_assert_uint_eq(share("b", "net_null2"), 280);
	ck_assert_uint_eq(share("b", "net_null3"), 280);
	ck_assert(receives("b", "net_null1"));
	ck_assert_ptr_null(f->view->port[fabric_port_id(f, "a")]->egress.lag);
}
END_TEST

START_TEST(a_link_that_goes_moves_its_flows_alone_and_gets_them_back)
{
	begin(LAN A B(D(1) D(2) D(3)));
	note_ways("b");
	link_at("net_null2", START, false);
	ck_assert(is_up("b"));
	ck_assert_uint_eq(share("b", "net_null2"), 0);
	ck_assert_uint_eq(share("b", "net_null1"), 420);
	ck_assert_uint_eq(moved_beside("b", device("net_null2")->id), 0);
	ck_assert(!receives("b", "net_null2"));
	link_at("net_null2", START + CLOCK_SECOND, true);
	ck_assert_uint_eq(moved_beside("b", PORTS_MAX), 0);
	ck_assert_str_eq(harness_event(h, 0),
			 "1000 notice port b: net_null2: link down");
	ck_assert_str_eq(harness_event(h, 1),
			 "1000 notice port b: net_null2 is not in use: link "
			 "down");
	ck_assert_str_eq(harness_event(h, 3),
			 "1001 notice port b: net_null2 is in use");
}
END_TEST

START_TEST(a_lag_is_down_when_all_its_links_are_and_forgets_once)
{
	struct lan_rt *l;

	begin(LAN A B(D(1) D(2)));
	l = f->lan[runtime_port(f, "b")->lan];
	harness_send_ip(h, "b", BOB, ALICE);
	ck_assert_str_eq(harness_where(h, BOB), "b learned");
	link_at("net_null1", START, false);
	ck_assert_str_eq(harness_where(h, BOB), "b learned");
	ck_assert_uint_eq(l->flushed, 0);
	link_at("net_null2", START + 1, false);
	ck_assert(!is_up("b"));
	ck_assert_uint_eq(egress_link(f, &runtime_port(f, "b")->egress).since,
			  START + 1);
	ck_assert_str_eq(harness_where(h, BOB), "");
	ck_assert_uint_eq(l->flushed, 1);
	link_at("net_null2", START + 2, true);
	ck_assert(is_up("b"));
	ck_assert_uint_eq(l->flushed, 1);
}
END_TEST

START_TEST(with_fewer_links_than_min_links_the_port_is_down)
{
	begin(LAN A B(D(1) D(2) "min_links = 2\n"));
	ck_assert(is_up("b"));
	link_at("net_null1", START, false);
	ck_assert(!is_up("b"));
	ck_assert(!receives("b", "net_null2"));
	link_at("net_null1", START + 1, true);
	ck_assert(is_up("b"));
	ck_assert(receives("b", "net_null2"));
}
END_TEST

START_TEST(a_link_that_flaps_is_held_down_and_the_others_are_not)
{
	begin(LAN A B(D(1) D(2)));
	for (unsigned int i = 0; i < 5; i++)
		link_at("net_null1", START + i, i % 2 == 1);
	link_at("net_null1", START + 9, true);
	ck_assert(is_up("b"));
	ck_assert_uint_eq(share("b", "net_null2"), 840);
	ck_assert(!(atomic_load(&f->state[fabric_port_id(f, "b")]) &
		    PORT_BLOCKED));
	harness_at(h, START + 11 * CLOCK_SECOND);
	ck_assert_uint_eq(share("b", "net_null2"), 420);
}
END_TEST

static bool
is_blocked(const char *port)
{
	return atomic_load(&f->state[fabric_port_id(f, port)]) & PORT_BLOCKED;
}

/* As a port with one device: while no other link of it is used. */
START_TEST(a_lag_is_blocked_for_as_long_as_its_last_link_is_held_down)
{
	begin(LAN A B(D(1) D(2) "min_links = 2\n"));
	link_at("net_null2", START, false);
	for (unsigned int i = 0; i < 5; i++)
		link_at("net_null1", START + i, i % 2 == 1);
	ck_assert(is_blocked("b"));
	link_at("net_null2", START + 9, true);
	ck_assert(!is_blocked("b"));
	link_at("net_null2", START + 10, false);
	ck_assert(is_blocked("b"));
	harness_at(h, START + 11 * CLOCK_SECOND);
	ck_assert(!is_blocked("b"));
	ck_assert(!is_up("b"));
}
END_TEST

START_TEST(the_link_without_its_device_is_named)
{
	begin(LAN A B(D(1) D(2)));
	harness_forget_events(h);
	retry_gone(f, device("net_null2"));
	ck_assert(is_up("b"));
	ck_assert_uint_eq(share("b", "net_null1"), 840);
	ck_assert_str_eq(harness_event(h, 0),
			 "1000 warning port b: net_null2: no device: it is "
			 "gone; it is tried again");
	harness_at(h, START + 5 * CLOCK_SECOND);
	ck_assert(strstr(harness_event(h, 1),
			 "port b: net_null2: its device is there and was "
			 "opened"));
	link_at("net_null2", START + 6 * CLOCK_SECOND, true);
	ck_assert_uint_eq(share("b", "net_null2"), 420);
	/* Of a port with one device the port says all. */
	harness_forget_events(h);
	retry_gone(f, device("net_null0"));
	ck_assert(strstr(harness_event(h, 0), "port a: no device: it is gone"));
}
END_TEST

START_TEST(the_speed_is_that_of_the_links_in_use)
{
	begin(LAN A B(D(1) D(2)));
	link_at("net_null1", START, true);
	link_at("net_null2", START, true);
	ck_assert_uint_eq(egress_link(f, &runtime_port(f, "b")->egress).speed,
			  20000);
	link_at("net_null2", START, false);
	ck_assert_uint_eq(egress_link(f, &runtime_port(f, "b")->egress).speed,
			  10000);
}
END_TEST

START_TEST(limits_go_by_the_speed_of_the_links_in_use)
{
	const struct meter *m;
	uint64_t both;

	begin(LAN A B(D(1) D(2) "rate_in = 50%\n"));
	m = &runtime_port(f, "b")->shared->meter[METER_IN];
	link_at("net_null1", START, true);
	link_at("net_null2", START, true);
	both = meter_cost(m);
	link_at("net_null2", START, false);
	/* But for rounding. */
	ck_assert_uint_eq(meter_cost(m) / 2, both);
}
END_TEST

START_TEST(an_apply_adds_a_link_and_takes_one_away)
{
	uint16_t gone;

	begin(LAN A B(D(1) D(2)));
	harness_send_ip(h, "b", BOB, ALICE);
	harness_apply(h, LAN A B(D(1) D(2) D(3)));
	ck_assert_uint_eq(share("b", "net_null3"), 280);
	note_ways("b");
	gone = device("net_null1")->id;
	harness_apply(h, LAN A B(D(2) D(3)));
	ck_assert_uint_eq(moved_beside("b", gone), 0);
	ck_assert_uint_eq(share("b", "net_null2"), 420);
	ck_assert_ptr_null(device("net_null1"));
	ck_assert_str_eq(harness_where(h, BOB), "b learned");
	ck_assert(is_up("b"));
}
END_TEST

START_TEST(a_new_link_leaves_the_slot_of_one_that_goes_alone)
{
	begin(LAN A B(D(1) D(2)));
	harness_apply(h, LAN A B(D(3) D(2)));
	ck_assert_ptr_null(lag("b")->link[0].device);
	ck_assert_ptr_eq(lag("b")->link[2].device, device("net_null3"));
	/* When all slots are used there is no other. */
	harness_apply(h, LAN A B(D(2) D(3) D(4) D(5) D(6) D(7) D(8) D(9)));
	harness_apply(h, LAN A B(D(1) D(3) D(4) D(5) D(6) D(7) D(8) D(9)));
	ck_assert_uint_eq(share("b", "net_null1"), 105);
}
END_TEST

START_TEST(a_port_becomes_a_lag_and_a_port_with_one_device_again)
{
	begin(LAN A B(D(1)));
	harness_send_ip(h, "b", BOB, ALICE);
	harness_apply(h, LAN A B(D(1) D(2)));
	ck_assert_uint_eq(share("b", "net_null1"), 420);
	harness_apply(h, LAN A B(D(2)));
	ck_assert_ptr_null(f->view->port[fabric_port_id(f, "b")]->egress.lag);
	ck_assert_uint_eq(f->view->port[fabric_port_id(f, "b")]->egress.device,
			  device("net_null2")->id);
	ck_assert(is_up("b"));
	link_at("net_null2", START, false);
	ck_assert(!is_up("b"));
	link_at("net_null2", START, true);
	harness_apply(h, LAN A B(D(2) D(1)));
	ck_assert_uint_eq(share("b", "net_null1"), 420);
}
END_TEST

START_TEST(links_change_places_between_two_lags)
{
	static const char *const c = "[port c]\n" D(3) D(4) "lan = l\n";
	static const char *const d = "[port c]\n" D(2) D(4) "lan = l\n";
	char text[512];

	snprintf(text, sizeof(text), "%s%s%s", LAN, B(D(1) D(2)), c);
	begin(text);
	snprintf(text, sizeof(text), "%s%s%s", LAN, B(D(1) D(3)), d);
	harness_apply(h, text);
	ck_assert_uint_eq(share("b", "net_null3"), 420);
	ck_assert_uint_eq(share("c", "net_null2"), 420);
	ck_assert_uint_eq(share("b", "net_null2"), 0);
}
END_TEST

START_TEST(an_apply_that_fails_leaves_the_links)
{
	begin(LAN A B(D(1) D(2)));
	note_ways("b");
	harness_refuse(h, LAN A B(D(1) "device = net_null_bad\n"));
	ck_assert_uint_eq(moved_beside("b", PORTS_MAX), 0);
	ck_assert_uint_eq(share("b", "net_null2"), 420);
	harness_refuse(
		h, LAN "[port a]\n" D(0)
			   D(7) "lan = l\n"
				"[port b]\ndevice = net_null_bad\nlan = l\n");
	ck_assert_ptr_null(f->view->port[fabric_port_id(f, "a")]->egress.lag);
}
END_TEST

START_TEST(counters_do_not_go_back_when_links_come_and_go)
{
	const struct port_rt *t;

	begin(LAN A B(D(1) D(2)) "[port t]\nparent = b\ntag = 7\nlan = l\n");
	t = runtime_port(f, "t");
	link_at("net_null1", START, false);
	link_at("net_null1", START + 1, true);
	link_at("net_null2", START + 2, false);
	ck_assert_uint_eq(stats_link_changes(f, runtime_port(f, "b")), 3);
	ck_assert_uint_eq(stats_link_changes(f, t), 3);
	harness_apply(h, LAN A B(D(2) D(3)) "[port t]\nparent = b\ntag = 7\n"
					    "lan = l\n");
	ck_assert_uint_eq(stats_link_changes(f, runtime_port(f, "b")), 3);
	ck_assert_uint_eq(stats_link_changes(f, t), 3);
}
END_TEST

START_TEST(a_lag_becomes_a_port_on_a_tag_and_one_again)
{
	begin(LAN B(D(1) D(2)) "[port c]\n" D(3) D(4) "lan = l\n");
	harness_apply(h, LAN "[port b]\nparent = c\ntag = 7\nlan = l\n"
			     "[port c]\n" D(3) D(4) "lan = l\n");
	ck_assert_ptr_null(lag("b")->link[0].device);
	ck_assert_ptr_null(device("net_null1"));
	ck_assert(is_up("b"));
	link_at("net_null3", START, false);
	link_at("net_null4", START, false);
	ck_assert(!is_up("b"));
	harness_apply(h, LAN B(D(1) D(2)) "[port c]\n" D(3) D(4) "lan = l\n");
	ck_assert_uint_eq(share("b", "net_null1"), 420);
	ck_assert(is_up("b"));
}
END_TEST

static char reason[PLAN_WHY_SIZE];

static void
note_reason(void *arg, const char *port, const char *why)
{
	(void)arg;
	ck_assert_str_eq(port, "b");
	snprintf(reason, sizeof(reason), "%s", why);
}

/* Why an apply of the text would interrupt b; "": it would not. */
static const char *
interrupts(const char *text)
{
	struct config *c = harness_read(text);

	reason[0] = '\0';
	plan_interrupted(f, c, note_reason, NULL);
	config_free(c);
	return reason;
}

START_TEST(an_apply_is_planned_by_what_a_port_loses)
{
	begin(LAN A B(D(1) D(2)));
	ck_assert_str_eq(interrupts(LAN A B(D(1) D(2) D(3))), "");
	ck_assert_str_eq(interrupts(LAN A B(D(2))), "");
	ck_assert_str_eq(interrupts(LAN A B(D(3) D(2))), "");
	ck_assert_str_eq(interrupts(LAN A B(D(3) D(4))),
			 "it moves to another device");
	ck_assert_str_eq(interrupts(LAN A B(D(1) D(2) "lacp = active\n")),
			 "LACP is turned on for it");
	ck_assert_str_eq(interrupts(LAN A B(D(2) D(3) "min_links = 2\n")),
			 "1 of its links runs on, and min_links is 2");
	ck_assert_str_eq(interrupts(LAN A B(D(1) D(2) "min_links = 2\n")), "");
	ck_assert_str_eq(
		interrupts("[fabric]\nlacp_priority = 1\n" LAN A B(D(1) D(2))),
		"");
}
END_TEST

#define LACP B(D(1) D(2) "lacp = active\n")

/* The key 'lacp_system' may say what is so without it. */
START_TEST(another_system_in_lacp_interrupts)
{
	static const char other[] = "'lacp_system' or 'lacp_priority' changes";
	char same[512];

	begin(LAN A LACP);
	snprintf(same, sizeof(same),
		 "[fabric]\nlacp_system = 02:00:00:00:00:01\n%s", LAN A LACP);
	ck_assert_uint_eq(f->lacp_system, UINT64_C(0x020000000001));
	ck_assert_str_eq(interrupts(same), "");
	ck_assert_str_eq(
		interrupts("[fabric]\n"
			   "lacp_system = 02:00:00:00:00:02\n" LAN A LACP),
		other);
	ck_assert_str_eq(interrupts("[fabric]\nlacp_priority = 1\n" LAN A LACP),
			 other);
	/* Turned off, the links are used as they are. */
	ck_assert_str_eq(
		interrupts("[fabric]\nlacp_priority = 1\n" LAN A B(D(1) D(2))),
		"");
}
END_TEST

START_TEST(ports_on_tags_leave_by_all_links)
{
	const struct view *v;
	const struct port *t;

	begin(LAN A "[port b]\n" D(1)
		      D(2) "[port t]\nparent = b\ntag = 7\nlan = l\n");
	v = f->view;
	t = v->port[fabric_port_id(f, "t")];
	ck_assert_ptr_eq(t->egress.lag, &lag("b")->shared);
	ck_assert_ptr_eq(v->device[device("net_null1")->id]->tagged[7], t);
	ck_assert_ptr_eq(v->device[device("net_null2")->id]->tagged[7], t);
	ck_assert_ptr_null(v->device[device("net_null2")->id]->tagged[8]);
	ck_assert(t->flags & PORT_SHARES);
	link_at("net_null1", START, false);
	ck_assert(is_up("t"));
	link_at("net_null2", START, false);
	ck_assert(!is_up("t"));
}
END_TEST

int
main(void)
{
	Suite *s = suite_create("lag_control");
	TCase *tc = fixture_case(s, "links", NULL);

	tcase_add_test(tc, a_static_lag_uses_all_links_that_are_up);
	tcase_add_test(
		tc, a_link_that_goes_moves_its_flows_alone_and_gets_them_back);
	tcase_add_test(tc,
		       a_lag_is_down_when_all_its_links_are_and_forgets_once);
	tcase_add_test(tc, with_fewer_links_than_min_links_the_port_is_down);
	tcase_add_test(tc,
		       a_link_that_flaps_is_held_down_and_the_others_are_not);
	tcase_add_test(
		tc, a_lag_is_blocked_for_as_long_as_its_last_link_is_held_down);
	tcase_add_test(tc, the_link_without_its_device_is_named);
	tcase_add_test(tc, the_speed_is_that_of_the_links_in_use);
	tcase_add_test(tc, limits_go_by_the_speed_of_the_links_in_use);
	tcase_add_test(tc, ports_on_tags_leave_by_all_links);
	tc = fixture_case(s, "applies", NULL);
	tcase_add_test(tc, an_apply_adds_a_link_and_takes_one_away);
	tcase_add_test(tc, a_new_link_leaves_the_slot_of_one_that_goes_alone);
	tcase_add_test(tc,
		       a_port_becomes_a_lag_and_a_port_with_one_device_again);
	tcase_add_test(tc, links_change_places_between_two_lags);
	tcase_add_test(tc, an_apply_that_fails_leaves_the_links);
	tcase_add_test(tc, a_lag_becomes_a_port_on_a_tag_and_one_again);
	tcase_add_test(tc, an_apply_is_planned_by_what_a_port_loses);
	tcase_add_test(tc, another_system_in_lacp_interrupts);
	tcase_add_test(tc, counters_do_not_go_back_when_links_come_and_go);
	return check_run(s);
}
