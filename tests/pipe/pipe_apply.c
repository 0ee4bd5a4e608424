/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * From one configuration to the next: what changes, what stays, and that a
 * failure half way leaves everything as it was.
 */
#include <stdlib.h>
#include <string.h>

#include "fabric/apply/plan.h"
#include "lib/mac.h"
#include "tests/pipe/fixture.h"

#define ALICE UINT64_C(0x020000000001)
#define BOB   UINT64_C(0x020000000002)
#define CAROL UINT64_C(0x020000000003)
#define DAVE  UINT64_C(0x020000000004)

#define BASE                                                                   \
	"[lan l]\nprofile = ixp-basic\n"                                       \
	"[port a]\ndevice = net_null0\nlan = l\nmac = 02:00:00:00:00:01\n"     \
	"[port b]\ndevice = net_null1\nlan = l\nmac = 02:00:00:00:00:02\n"
#define PORT_C                                                                 \
	"[port c]\ndevice = net_null2\nlan = l\nmac = 02:00:00:00:00:03\n"

static void
setup(void)
{
	begin_at(0, BASE);
}

static struct device_rt *
device_of(uint16_t port)
{
	return f->device[egress_device(&f->port[port]->egress)];
}

START_TEST(a_port_comes_and_goes)
{
	harness_send_ip(h, "a", ALICE, CAROL);
	harness_expect_drop(h, "a", DROP_unknown_unicast);
	harness_apply(h, BASE PORT_C);
	harness_send_ip(h, "a", ALICE, CAROL);
	harness_expect_out(h, "c");
	harness_apply(h, BASE);
	ck_assert_uint_eq(fabric_port_id(f, "c"), FABRIC_NO_PORT);
	harness_send_ip(h, "a", ALICE, CAROL);
	harness_expect_drop(h, "a", DROP_unknown_unicast);
	harness_send_ip(h, "a", ALICE, BOB);
	harness_expect_out(h, "b");
}
END_TEST

START_TEST(an_address_changes_ports)
{
	harness_apply(h, "[lan l]\nprofile = ixp-basic\n"
			 "[port a]\ndevice = net_null0\nlan = l\n"
			 "mac = 02:00:00:00:00:02\n"
			 "[port b]\ndevice = net_null1\nlan = l\n"
			 "mac = 02:00:00:00:00:01\n");
	harness_send_ip(h, "a", BOB, ALICE);
	harness_expect_out(h, "b");
	harness_send_ip(h, "a", ALICE, BOB);
	harness_expect_drop(h, "a", DROP_mac_lock);
}
END_TEST

START_TEST(an_address_is_added_and_the_old_one_goes)
{
	harness_apply(h, "[lan l]\nprofile = ixp-basic\n"
			 "[port a]\ndevice = net_null0\nlan = l\n"
			 "mac = 02:00:00:00:00:04\n"
			 "[port b]\ndevice = net_null1\nlan = l\n"
			 "mac = 02:00:00:00:00:02\n");
	harness_send_ip(h, "a", DAVE, BOB);
	harness_expect_out(h, "b");
	harness_send_ip(h, "a", ALICE, BOB);
	harness_expect_drop(h, "a", DROP_mac_lock);
	ck_assert_str_eq(harness_where(h, ALICE), "");
}
END_TEST

START_TEST(a_port_in_both_keeps_its_counters_and_number)
{
	uint16_t id = fabric_port_id(f, "b");
	struct device_rt *d = device_of(id);
	struct port_stats s;

	harness_send_ip(h, "b", BOB, ALICE);
	harness_apply(h, PORT_C BASE);
	ck_assert_uint_eq(fabric_port_id(f, "b"), id);
	ck_assert_ptr_eq(device_of(id), d);
	stats_port(f, id, &s);
	ck_assert_uint_eq(s.rx_frames, 1);
}
END_TEST

START_TEST(a_new_port_starts_its_counters_at_zero)
{
	struct port_stats s;
	uint16_t id;

	harness_apply(h, BASE PORT_C);
	harness_send_ip(h, "c", CAROL, ALICE);
	id = fabric_port_id(f, "c");
	harness_apply(h, BASE);
	harness_apply(h, BASE "[port d]\ndevice = net_null3\nlan = l\n"
			      "mac = 02:00:00:00:00:04\n");
	ck_assert_uint_eq(fabric_port_id(f, "d"), id);
	stats_port(f, id, &s);
	ck_assert_uint_eq(s.rx_frames, 0);
	ck_assert_uint_eq(s.forwarded, 0);
}
END_TEST

START_TEST(learned_addresses_survive_changes_of_other_ports)
{
	harness_apply(h, "[lan l]\nprofile = open\n"
			 "[port a]\ndevice = net_null0\nlan = l\n"
			 "[port b]\ndevice = net_null1\nlan = l\n");
	harness_send_ip(h, "a", ALICE, MAC_BROADCAST);
	harness_apply(h, "[fabric]\nmac_table = 100000\n"
			 "[lan l]\nprofile = open\n"
			 "[port a]\ndevice = net_null0\nlan = l\n"
			 "[port c]\ndevice = net_null2\nlan = l\n");
	ck_assert_str_eq(harness_where(h, ALICE), "a learned");
	harness_send_ip(h, "c", CAROL, ALICE);
	harness_expect_out(h, "a");
}
END_TEST

START_TEST(learned_addresses_do_not_become_the_lock_of_a_port)
{
	harness_apply(h, "[lan l]\nprofile = open\n"
			 "[port a]\ndevice = net_null0\nlan = l\n"
			 "[port b]\ndevice = net_null1\nlan = l\n");
	harness_send_ip(h, "a", DAVE, MAC_BROADCAST);
	ck_assert_str_eq(harness_where(h, DAVE), "a learned");
	harness_apply(h, BASE);
	ck_assert_str_eq(harness_where(h, DAVE), "");
	harness_send_ip(h, "a", DAVE, BOB);
	harness_expect_drop(h, "a", DROP_mac_lock);
	harness_send_ip(h, "a", ALICE, BOB);
	harness_expect_out(h, "b");
}
END_TEST

START_TEST(a_learned_address_becomes_an_address_of_the_fabric)
{
	static const char before[] =
		"[lan l]\nprofile = ixp-basic\n"
		"[port a]\ndevice = net_null0\nlan = l\nmac_limit = 2\n"
		"[port b]\ndevice = net_null1\nlan = l\n"
		"mac = 02:00:00:00:00:02\n";
	static const char after[] =
		"[lan l]\nprofile = ixp-basic\n"
		"sponge_mac = 02:00:00:00:00:04\n"
		"[port a]\ndevice = net_null0\nlan = l\nmac_limit = 2\n"
		"[port b]\ndevice = net_null1\nlan = l\n"
		"mac = 02:00:00:00:00:02\n";

	harness_apply(h, before);
	harness_send_ip(h, "a", DAVE, BOB);
	harness_expect_out(h, "b");
	harness_apply(h, after);
	harness_send_ip(h, "a", DAVE, BOB);
	harness_expect_drop(h, "a", DROP_mac_own);
}
END_TEST

START_TEST(a_configured_address_is_taken_from_the_port_that_learned_it)
{
	harness_apply(h, "[lan l]\nprofile = open\n"
			 "[port a]\ndevice = net_null0\nlan = l\n"
			 "[port b]\ndevice = net_null1\nlan = l\n");
	harness_send_ip(h, "b", ALICE, MAC_BROADCAST);
	ck_assert_uint_eq(f->port[fabric_port_id(f, "b")]->learned, 1);
	harness_apply(h, "[lan l]\nprofile = open\n"
			 "[port a]\ndevice = net_null0\nlan = l\n"
			 "mac = 02:00:00:00:00:01\n"
			 "[port b]\ndevice = net_null1\nlan = l\n");
	ck_assert_str_eq(harness_where(h, ALICE), "a static");
	ck_assert_uint_eq(f->port[fabric_port_id(f, "b")]->learned, 0);
}
END_TEST

START_TEST(a_port_moves_to_another_lan)
{
	harness_apply(h, "[lan l]\nprofile = ixp-basic\n"
			 "[lan m]\nprofile = ixp-basic\n"
			 "[port a]\ndevice = net_null0\nlan = l\n"
			 "mac = 02:00:00:00:00:01\n"
			 "[port b]\ndevice = net_null1\nlan = m\n"
			 "mac = 02:00:00:00:00:02\n");
	harness_send_ip(h, "a", ALICE, BOB);
	harness_expect_drop(h, "a", DROP_unknown_unicast);
	harness_send_ip(h, "b", BOB, ALICE);
	harness_expect_drop(h, "b", DROP_unknown_unicast);
	harness_apply(h, BASE);
	harness_send_ip(h, "a", ALICE, BOB);
	harness_expect_out(h, "b");
}
END_TEST

START_TEST(devices_change_ports_without_closing)
{
	struct device_rt *d = device_of(0);

	harness_apply(h, "[lan l]\nprofile = ixp-basic\n"
			 "[port a]\ndevice = net_null1\nlan = l\n"
			 "mac = 02:00:00:00:00:01\n"
			 "[port b]\ndevice = net_null0\nlan = l\n"
			 "mac = 02:00:00:00:00:02\n");
	ck_assert_ptr_eq(device_of(fabric_port_id(f, "b")), d);
	harness_send_ip(h, "a", ALICE, BOB);
	harness_expect_out(h, "b");
}
END_TEST

/* A backend that counts the devices it opens, or tries to, and closes. */
static unsigned int opened, closed;
static const struct backend *memory;

static int
note_open(struct fabric *fabric, struct device_rt *d, struct where at,
	  struct faults *faults)
{
	opened++;
	return memory->open(fabric, d, at, faults);
}

static void
note_close(struct fabric *fabric, struct device_rt *d)
{
	closed++;
	memory->close(fabric, d);
}

static struct backend counting;

static void
count_devices(void)
{
	memory = f->backend;
	counting = *memory;
	counting.open = note_open;
	counting.close = note_close;
	f->backend = &counting;
	opened = closed = 0;
}

START_TEST(a_device_that_does_not_open_changes_nothing)
{
	const struct view *view = f->view;

	count_devices();
	harness_refuse(h, "[lan l]\nprofile = open\n[lan n]\n"
			  "[port a]\ndevice = net_null0\nlan = l\n"
			  "mac = 02:00:00:00:00:02\n"
			  "[port b]\ndevice = net_null1\nlan = l\n"
			  "mac = 02:00:00:00:00:01\n"
			  "[port c]\ndevice = net_null2\nlan = l\n"
			  "[port d]\ndevice = net_null_bad\nlan = l\n");
	ck_assert_uint_eq(opened, 2);
	ck_assert_uint_eq(closed, 1);
	ck_assert_ptr_eq(f->view, view);
	ck_assert_uint_eq(f->generation, 1);
	ck_assert_uint_eq(fabric_port_id(f, "c"), FABRIC_NO_PORT);
	ck_assert_ptr_null(runtime_lan(f, "n"));
	ck_assert_str_eq(harness_where(h, ALICE), "a static");
	harness_send_ip(h, "a", ALICE, BOB);
	harness_expect_out(h, "b");
	harness_send_ip(h, "a", BOB, ALICE);
	harness_expect_drop(h, "a", DROP_mac_lock);
}
END_TEST

/* Steps that have not begun must not undo: the apply before made their objects. */
START_TEST(an_apply_that_fails_early_keeps_the_devices_of_the_last)
{
	static struct lan_rt taken = { .flags = RT_RETIRED };

	count_devices();
	harness_apply(h, BASE PORT_C);
	for (unsigned int i = 1; i < CONFIG_LANS_MAX; i++)
		f->lan[i] = &taken;
	harness_refuse(h, BASE "[lan m]\n");
	for (unsigned int i = 1; i < CONFIG_LANS_MAX; i++)
		f->lan[i] = NULL;
	ck_assert_uint_eq(opened, 1);
	ck_assert_uint_eq(closed, 0);
	harness_send_ip(h, "a", ALICE, CAROL);
	harness_expect_out(h, "c");
}
END_TEST

START_TEST(a_larger_mtu_opens_the_device_anew)
{
	count_devices();
	harness_apply(h, "[lan l]\nprofile = ixp-basic\nmtu = 9000\n"
			 "[port a]\ndevice = net_null0\nlan = l\n"
			 "mac = 02:00:00:00:00:01\n"
			 "[port b]\ndevice = net_null1\nlan = l\n"
			 "mac = 02:00:00:00:00:02\n");
	ck_assert_uint_eq(opened, 2);
	ck_assert_uint_eq(closed, 2);
	harness_send(h, "a", harness_frame(h, ALICE, BOB, 0x0800, 9014), 9014);
	harness_expect_out(h, "b");
	harness_apply(h, BASE);
	ck_assert_uint_eq(opened, 2);
	ck_assert_uint_eq(closed, 2);
}
END_TEST

/* "a: why;b: why;" of the ports that an apply of 'text' would interrupt. */
static void
add_interrupted(void *arg, const char *port, const char *why)
{
	char *text = arg;

	snprintf(text + strlen(text), 512 - strlen(text), "%s: %s;", port, why);
}

#define LAN_L(keys) "[lan l]\nprofile = ixp-basic\n" keys
#define PORT_A(device, keys)                                                   \
	"[port a]\ndevice = " device "\nlan = l\nmac = "                       \
	"02:00:00:00:00:01\n" keys
#define PORT_B(keys)                                                           \
	"[port b]\ndevice = net_null1\nlan = l\nmac = "                        \
	"02:00:00:00:00:02\n" keys

/* What is foreseen, and how many ports the apply then calls untouched. */
static const struct {
	const char *text, *interrupted;
	unsigned int untouched, opened;
} foreseen[] = {
	{ BASE, "", 2, 0 },
	{ BASE PORT_C, "", 2, 1 },
	{ LAN_L("mtu = 1400\n") PORT_A("net_null0", "") PORT_B(""), "", 2, 0 },
	{ LAN_L("") PORT_A("net_null0", "description = x\n") PORT_B(""), "", 1,
	  0 },
	{ LAN_L("mtu = 9000\n") PORT_A("net_null0", "") PORT_B(""),
	  "a: its device is opened again (mtu 1500 -> 9000);"
	  "b: its device is opened again (mtu 1500 -> 9000);",
	  0, 2 },
	{ LAN_L("") PORT_A("net_null0,no-rx=1", "") PORT_B(""),
	  "a: its device is opened again (other arguments);", 1, 1 },
	{ LAN_L("") PORT_A("net_null7", "") PORT_B(""),
	  "a: it moves to another device;", 1, 1 },
	{ LAN_L("") PORT_B(""), "a: it is removed;", 1, 0 },
	{ LAN_L("") PORT_A("net_null0", "status = disabled\n") PORT_B(""),
	  "a: it is disabled;", 1, 0 },
	{ LAN_L("") PORT_A("net_null0", "status = quarantine\n") PORT_B(""),
	  "a: it is put into quarantine;", 1, 0 },
	{ LAN_L("") "[lan m]\n"
		    "[port a]\ndevice = net_null0\nlan = m\n" PORT_B(""),
	  "a: it moves to another LAN; its learned addresses are removed;", 1,
	  0 },
};

START_TEST(what_an_apply_interrupts_is_known_before_it)
{
	struct faults *faults = faults_create();
	struct config *c = harness_read(foreseen[_i].text);
	struct apply_result r;
	char text[512] = "";
	unsigned int n = plan_interrupted(f, c, add_interrupted, text);

	ck_assert_str_eq(text, foreseen[_i].interrupted);
	ck_assert_int_eq(fabric_apply(f, c, &r, faults), 0);
	ck_assert_uint_eq(r.ports_interrupted, n);
	ck_assert_uint_eq(r.ports_untouched, foreseen[_i].untouched);
	ck_assert_uint_eq(r.devices_opened, foreseen[_i].opened);
	faults_free(faults);
}
END_TEST

/* A member of one LAN hears of the MTU of the other, on the device of both. */
START_TEST(a_larger_mtu_interrupts_the_other_lan_of_a_device)
{
	struct config *c;
	char text[512] = "";

	harness_apply(h, LAN_L("") "[lan m]\n" PORT_A("net_null0", "")
				 PORT_B("") "[port t]\nparent = a\ntag = 7\n"
					    "lan = m\n");
	c = harness_read(LAN_L("") "[lan m]\nmtu = 4000\n" PORT_A(
		"net_null0", "") PORT_B("") "[port t]\nparent = a\ntag = 7\n"
					    "lan = m\n");
	ck_assert_uint_eq(plan_interrupted(f, c, add_interrupted, text), 2);
	ck_assert_str_eq(text,
			 "a: its device is opened again (mtu 1500 -> 4000);"
			 "t: its device is opened again (mtu 1500 -> 4000);");
	config_free(c);
}
END_TEST

START_TEST(a_closed_device_is_opened_again_when_the_apply_fails)
{
	count_devices();
	harness_refuse(h, "[lan l]\nprofile = ixp-basic\nmtu = 9000\n"
			  "[port a]\ndevice = net_null0\nlan = l\n"
			  "mac = 02:00:00:00:00:01\n"
			  "[port b]\ndevice = net_null1\nlan = l\n"
			  "mac = 02:00:00:00:00:02\n"
			  "[port d]\ndevice = net_null_bad\nlan = l\n");
	ck_assert_uint_eq(opened - 1, closed);
	harness_send_ip(h, "a", ALICE, BOB);
	harness_expect_out(h, "b");
	harness_send_ip(h, "b", BOB, ALICE);
	harness_expect_out(h, "a");
}
END_TEST

START_TEST(other_arguments_open_a_device_anew)
{
	count_devices();
	harness_apply(h, "[lan l]\nprofile = ixp-basic\n"
			 "[port a]\ndevice = net_null0,size=64\nlan = l\n"
			 "mac = 02:00:00:00:00:01\n"
			 "[port b]\ndevice = net_null1\nlan = l\n"
			 "mac = 02:00:00:00:00:02\n");
	ck_assert_uint_eq(opened, 1);
	ck_assert_uint_eq(closed, 1);
	harness_send_ip(h, "a", ALICE, BOB);
	harness_expect_out(h, "b");
}
END_TEST

START_TEST(a_thousand_applies_leave_no_object_behind)
{
	for (unsigned int i = 0; i < 500; i++) {
		harness_apply(h, BASE PORT_C);
		harness_apply(h, BASE);
	}
	ck_assert_ptr_null(f->retired);
	for (unsigned int i = 2; i < PORTS_MAX; i++) {
		ck_assert_ptr_null(f->port[i]);
		ck_assert_ptr_null(f->device[i]);
	}
	harness_send_ip(h, "a", ALICE, BOB);
	harness_expect_out(h, "b");
}
END_TEST

int
main(void)
{
	Suite *s = suite_create("apply");
	TCase *tc = fixture_case(s, "apply", setup);

	tcase_add_test(tc, a_port_comes_and_goes);
	tcase_add_test(tc, an_address_changes_ports);
	tcase_add_test(tc, an_address_is_added_and_the_old_one_goes);
	tcase_add_test(tc, a_port_in_both_keeps_its_counters_and_number);
	tcase_add_test(tc, a_new_port_starts_its_counters_at_zero);
	tcase_add_test(tc, learned_addresses_survive_changes_of_other_ports);
	tcase_add_test(tc, learned_addresses_do_not_become_the_lock_of_a_port);
	tcase_add_test(tc, a_learned_address_becomes_an_address_of_the_fabric);
	tcase_add_test(
		tc,
		a_configured_address_is_taken_from_the_port_that_learned_it);
	tcase_add_test(tc, a_port_moves_to_another_lan);
	tcase_add_test(tc, devices_change_ports_without_closing);
	tcase_add_test(tc, a_device_that_does_not_open_changes_nothing);
	tcase_add_test(tc,
		       an_apply_that_fails_early_keeps_the_devices_of_the_last);
	tcase_add_test(tc, a_larger_mtu_opens_the_device_anew);
	tcase_add_loop_test(tc, what_an_apply_interrupts_is_known_before_it, 0,
			    sizeof(foreseen) / sizeof(foreseen[0]));
	tcase_add_test(tc, a_larger_mtu_interrupts_the_other_lan_of_a_device);
	tcase_add_test(tc,
		       a_closed_device_is_opened_again_when_the_apply_fails);
	tcase_add_test(tc, other_arguments_open_a_device_anew);
	tcase_add_test(tc, a_thousand_applies_leave_no_object_behind);
	return check_run(s);
}
