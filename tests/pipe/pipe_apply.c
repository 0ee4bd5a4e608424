/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * From one configuration to the next: what changes, what stays, and that a
 * failure half way leaves everything as it was.
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "fabric/apply/plan.h"
#include "fabric/apply/retry.h"
#include "fabric/config/devspec.h"
#include "fabric/runtime/learn_flush.h"
#include "lib/mac.h"
#include "tests/pipe/fixture.h"
#include "tests/pipe/settled.h"

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

/* BASE with more LANs than can change their names in one apply. */
static char *
many_lans(char first)
{
	char *text;
	size_t size;
	FILE *out = open_memstream(&text, &size);

	fprintf(out, "[fabric]\nmac_table = 64\n" BASE PORT_C);
	for (unsigned int i = 0; i < 600; i++)
		fprintf(out, "[lan %c%u]\n", first, i);
	fclose(out);
	return text;
}

/* What the last apply has made is not this one's to undo. */
START_TEST(an_apply_that_fails_early_keeps_what_the_last_has_made)
{
	char *lans = many_lans('m'), *renamed = many_lans('n');

	count_devices();
	harness_apply(h, lans);
	harness_refuse(h, renamed);
	ck_assert_uint_eq(opened, 1);
	ck_assert_uint_eq(closed, 0);
	harness_send_ip(h, "a", ALICE, CAROL);
	harness_expect_out(h, "c");
	harness_refuse(h, renamed);
	harness_send_ip(h, "c", CAROL, BOB);
	harness_expect_out(h, "b");
	free(lans);
	free(renamed);
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

/* The MTU of one LAN interrupts a member of the other, on the device of both. */
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

/* Frames that were sent from b in the middle of an apply; and whether to. */
static unsigned int nmidway;
static bool midway;
static device_rx *open_rx; /* of a device that is open */

static void
send_all(const char *port, uint64_t src)
{
	uint16_t id = fabric_port_id(f, port);
	uint8_t *frame = harness_frame(h, src, MAC_BROADCAST, 0x0800, 60);

	if (id != FABRIC_NO_PORT)
		lockstep_frame(f, id, frame, 60, 60, false, f->now);
}

static void
send_midway(void)
{
	nmidway++;
	send_all("b", BOB);
	send_all("c", CAROL);
}

/*
 * A device that is to be closed is asked for its counts when workers have the view
 * without it, and its link still counts as up.
 */
static void
count_midway(struct fabric *fabric, const struct device_rt *d,
	     struct device_stats *s)
{
	memory->stats(fabric, d, s);
	if (midway && d->dev.rx != open_rx)
		send_midway();
}

static int
open_midway(struct fabric *fabric, struct device_rt *d, struct where at,
	    struct faults *faults)
{
	if (midway)
		send_midway();
	/* The second of two devices that are opened anew. */
	if (d->mtu == 5000 && strcmp(d->spec, "net_null2") == 0) {
		faults_error(faults, at, d->name, "too large");
		return -EMSGSIZE;
	}
	return note_open(fabric, d, at, faults);
}

static void
close_midway(struct fabric *fabric, struct device_rt *d)
{
	note_close(fabric, d);
	if (midway)
		send_midway();
}

static void
send_in_applies(void)
{
	count_devices();
	counting.open = open_midway;
	counting.close = close_midway;
	counting.stats = count_midway;
	open_rx = device_of(fabric_port_id(f, "b"))->dev.rx;
	midway = true;
}

static void
refuse_with(const char *text, unsigned int errors)
{
	struct faults *faults = faults_create();
	struct config *c = harness_read(text);
	struct apply_result result;

	ck_assert_int_lt(fabric_apply(f, c, &result, faults), 0);
	ck_assert_uint_eq(faults_errors(faults), errors);
	config_free(c);
	faults_free(faults);
}

#define MTU(mtu)                                                               \
	"[lan l]\nprofile = ixp-basic\nmtu = " mtu "\n"                        \
	"[port b]\ndevice = net_null1\nlan = l\nmac = 02:00:00:00:00:02\n"     \
	"[port c]\ndevice = net_null2\nlan = l\nmac = 02:00:00:00:00:03\n"

START_TEST(frames_find_running_devices_while_others_are_opened)
{
	harness_apply(h, BASE PORT_C);
	harness_apply(h, MTU("1500"));
	send_in_applies();
	/* Device numbers are free below those that run, after the removal. */
	harness_apply(h, MTU("3000"));
	harness_apply(h, MTU("4000"));
	refuse_with(MTU("5000"), 1);
	settled_check(f);
	midway = false;
	harness_refuse(h, MTU("5000"));
	ck_assert_uint_gt(nmidway, 8);
	harness_send_ip(h, "b", BOB, CAROL);
	harness_expect_out(h, "c");
	harness_send_ip(h, "c", CAROL, BOB);
	harness_expect_out(h, "b");
}
END_TEST

#define OPEN(size, ports)                                                      \
	"[fabric]\nmac_table = " size "\n[lan l]\nprofile = open\n"            \
	"mac_age = 100\n"                                                      \
	"[port a]\ndevice = net_null0\nlan = l\n" ports
#define OPEN_B "[port b]\ndevice = net_null1\nlan = l\n"

START_TEST(a_port_takes_its_addresses_with_it_when_tables_change_size)
{
	harness_apply(h, OPEN("8192", OPEN_B));
	harness_send_ip(h, "b", BOB, MAC_BROADCAST);
	harness_send_ip(h, "a", ALICE, MAC_BROADCAST);
	harness_apply(h, OPEN("16384", ""));
	ck_assert_str_eq(harness_where(h, BOB), "");
	ck_assert_str_eq(harness_where(h, ALICE), "a learned");
	/* The next port gets the number, and no frames of the last. */
	harness_apply(h, OPEN("16384", "[port c]\ndevice = net_null2\n"
				       "lan = l\n"));
	harness_send_ip(h, "a", ALICE, BOB);
	harness_expect_out(h, "c");
	harness_at(h, 200 * CLOCK_SECOND);
	settled_check(f);
	ck_assert_str_eq(harness_where(h, ALICE), "");
}
END_TEST

START_TEST(an_apply_that_fails_leaves_the_tables_that_run)
{
	harness_apply(h, OPEN("8192", OPEN_B));
	harness_send_ip(h, "b", BOB, MAC_BROADCAST);
	harness_refuse(h, OPEN("16384", "[port b]\ndevice = net_null1,size=64\n"
					"lan = l\n[port d]\n"
					"device = net_null_bad\nlan = l\n"));
	harness_send_ip(h, "a", ALICE, BOB);
	harness_expect_out(h, "b");
	ck_assert_str_eq(harness_where(h, ALICE), "a learned");
}
END_TEST

START_TEST(an_address_without_room_in_a_smaller_table_is_not_counted)
{
	uint16_t a;

	harness_apply(h, OPEN("8192", OPEN_B));
	for (unsigned int i = 0; i < 1000; i++)
		harness_send_ip(h, i % 2 ? "a" : "b", CAROL + i, MAC_BROADCAST);
	harness_apply(h, OPEN("64", OPEN_B));
	a = fabric_port_id(f, "a");
	ck_assert_uint_lt(f->port[a]->learned, 100);
	learn_flush(f, PORTS_MAX, NULL, true);
	settled_check(f);
	ck_assert_uint_eq(f->port[a]->learned, 0);
	harness_send_ip(h, "a", ALICE, MAC_BROADCAST);
	ck_assert_str_eq(harness_where(h, ALICE), "a learned");
}
END_TEST

/* What is learned while devices are opened is in the next table too. */
START_TEST(an_address_learned_while_an_apply_waits_is_counted_once)
{
	harness_apply(h, OPEN("8192", OPEN_B));
	send_in_applies();
	harness_apply(h, OPEN("16384", OPEN_B "[port c]\ndevice = net_null2\n"
					      "lan = l\n"));
	midway = false;
	ck_assert_str_eq(harness_where(h, BOB), "b learned");
	harness_send_ip(h, "a", ALICE, BOB);
	harness_expect_out(h, "b");
}
END_TEST

START_TEST(sticky_addresses_have_room_first_in_a_smaller_table)
{
	static const char large[] =
		"[fabric]\nmac_table = 8192\n[lan l]\nprofile = open\n"
		"[port a]\ndevice = net_null0\nlan = l\nmac_sticky = on\n"
		"mac_limit = 8\n[port b]\ndevice = net_null1\nlan = l\n";
	static const char small[] =
		"[fabric]\nmac_table = 64\n[lan l]\nprofile = open\n"
		"[port a]\ndevice = net_null0\nlan = l\nmac_sticky = on\n"
		"mac_limit = 8\n[port b]\ndevice = net_null1\nlan = l\n";

	harness_apply(h, large);
	for (unsigned int i = 0; i < 1000; i++)
		harness_send_ip(h, "b", CAROL + i, MAC_BROADCAST);
	for (unsigned int i = 0; i < 8; i++)
		harness_send_ip(h, "a", 0x021000000000 + i, MAC_BROADCAST);
	harness_apply(h, small);
	for (unsigned int i = 0; i < 8; i++)
		ck_assert_str_eq(harness_where(h, 0x021000000000 + i),
				 "a sticky");
}
END_TEST

/*
 * A backend that opens no device that another one is in the way of, nor one with
 * this in its text.
 */
static const char *broken;

static int
open_alone(struct fabric *fabric, struct device_rt *d, struct where at,
	   struct faults *faults)
{
	for (unsigned int i = 0; i < PORTS_MAX; i++) {
		const struct device_rt *other = fabric->device[i];

		if (other != NULL && other != d && !other->closed &&
		    other->dev.arg != NULL &&
		    devspec_conflicts(other->spec, d->spec)) {
			faults_error(faults, at, d->name, "in use");
			return -EBUSY;
		}
	}
	if (broken != NULL && strstr(d->spec, broken) != NULL) {
		faults_error(faults, at, d->name, "broken");
		return -ENODEV;
	}
	return note_open(fabric, d, at, faults);
}

static void
close_alone(struct fabric *fabric, struct device_rt *d)
{
	note_close(fabric, d);
	d->dev.arg = NULL;
}

static void
open_one_at_a_time(void)
{
	count_devices();
	counting.open = open_alone;
	counting.close = close_alone;
	broken = NULL;
}

#define TWO(device_a, device_b)                                                \
	"[lan l]\nprofile = ixp-basic\n"                                       \
	"[port a]\ndevice = " device_a "\nlan = l\nmac = 02:00:00:00:00:01\n"  \
	"[port b]\ndevice = " device_b "\nlan = l\nmac = 02:00:00:00:00:02\n"
#define ETH(n, i) "net_af_packet" n ",iface=eth" i

START_TEST(interfaces_change_ports_in_one_apply)
{
	open_one_at_a_time();
	harness_apply(h, TWO(ETH("0", "0"), ETH("1", "1")));
	opened = closed = 0;
	harness_apply(h, TWO(ETH("0", "1"), ETH("1", "0")));
	ck_assert_uint_eq(opened, 2);
	ck_assert_uint_eq(closed, 2);
	harness_send_ip(h, "a", ALICE, BOB);
	harness_expect_out(h, "b");
	harness_apply(h, TWO(ETH("2", "0"), ETH("3", "1,framesz=4096")));
	harness_send_ip(h, "b", BOB, ALICE);
	harness_expect_out(h, "a");
	/* One goes, and its interface is another's at once. */
	harness_apply(h, "[lan l]\nprofile = ixp-basic\n"
			 "[port b]\ndevice = " ETH("0", "0") "\nlan = l\n");
	ck_assert_uint_eq(closed, opened + 1);
}
END_TEST

START_TEST(interfaces_change_back_when_the_apply_fails)
{
	open_one_at_a_time();
	harness_apply(h, TWO(ETH("0", "0"), ETH("1", "1")));
	broken = "packet1,iface=eth0";
	harness_refuse(h, "[fabric]\nmac_table = 64\n" TWO(ETH("0", "1"),
							   ETH("1", "0")));
	harness_send_ip(h, "a", ALICE, BOB);
	harness_expect_out(h, "b");
	harness_send_ip(h, "b", BOB, ALICE);
	harness_expect_out(h, "a");
}
END_TEST

static bool only_a;

static bool
takes_4000(const struct device_rt *d, uint32_t mtu)
{
	return mtu <= 4000 && (!only_a || strcmp(d->name, "a") == 0);
}

static uint32_t mtu_set; /* the last one, or 0 */

static int
set_mtu(struct fabric *fabric, struct device_rt *d, uint32_t mtu)
{
	(void)fabric, (void)d;
	mtu_set = mtu;
	return 0;
}

#define WITH_MTU(mtu, device_b)                                                \
	"[lan l]\nprofile = ixp-basic\nmtu = " mtu "\n"                        \
	"[port a]\ndevice = net_null0\nlan = l\nmac = 02:00:00:00:00:01\n"     \
	"[port b]\ndevice = " device_b "\nlan = l\nmac = 02:00:00:00:00:02\n"

START_TEST(a_larger_mtu_is_set_on_a_device_that_takes_it)
{
	open_one_at_a_time();
	harness_apply(h, WITH_MTU("1500", "net_null1"));
	counting.takes_mtu = takes_4000;
	counting.set_mtu = set_mtu;
	opened = closed = mtu_set = 0;
	/* The other device does not open again: it is set back. */
	only_a = true;
	broken = "net_null1";
	refuse_with(WITH_MTU("4000", "net_null1"), 3);
	ck_assert_uint_eq(mtu_set, 1500);
	ck_assert_uint_eq(device_of(fabric_port_id(f, "a"))->mtu, 1500);
	only_a = false;
	broken = NULL;
	harness_at(h, f->now + 5 * CLOCK_SECOND);
	opened = closed = 0;
	harness_apply(h, WITH_MTU("4000", "net_null1"));
	ck_assert_uint_eq(mtu_set, 4000);
	ck_assert_uint_eq(opened + closed, 0);
	ck_assert_uint_eq(device_of(fabric_port_id(f, "b"))->mtu, 4000);
	/* A smaller one asks for nothing, a larger one for another device. */
	mtu_set = 0;
	harness_apply(h, WITH_MTU("1500", "net_null1"));
	ck_assert_uint_eq(mtu_set + opened + closed, 0);
	harness_apply(h, WITH_MTU("9000", "net_null1"));
	ck_assert_uint_eq(closed, 2);
	ck_assert_uint_eq(mtu_set, 0);
}
END_TEST

static unsigned int signs;

static void
sign(void)
{
	signs++;
}

START_TEST(an_apply_shows_life_for_each_device)
{
	open_one_at_a_time();
	f->alive = sign;
	harness_apply(h, TWO("net_null0", "net_null1"));
	signs = 0;
	/* Opens one, fails at the other, and puts the first back. */
	broken = "net_null3";
	refuse_with(TWO("net_null2", "net_null3"), 1);
	ck_assert_uint_ge(signs, opened + 1);
	broken = NULL;
	signs = opened = 0;
	harness_apply(h, TWO("net_null2", "net_null3"));
	ck_assert_uint_ge(signs, opened + closed);
}
END_TEST

START_TEST(a_port_is_down_if_its_device_cannot_be_opened_again)
{
	open_one_at_a_time();
	harness_apply(h, TWO("net_null0", "net_null1"));
	harness_forget_events(h);
	broken = "net_null0";
	refuse_with(TWO("net_null0,size=64", "net_null1"), 3);
	ck_assert_str_eq(harness_event(h, 0),
			 "0 warning port a: no device: it could not be opened; "
			 "it is tried again");
	settled_check(f);
	harness_send_ip(h, "b", BOB, ALICE);
	harness_expect_drop(h, "b", DROP_unknown_unicast);
	/* What runs without it can be changed. */
	harness_apply(h, TWO("net_null0", "net_null1") "description = B\n");
	settled_check(f);
	broken = NULL;
	harness_at(h, 5 * CLOCK_SECOND);
	lockstep_link(f, fabric_port_id(f, "a"), true);
	harness_send_ip(h, "b", BOB, ALICE);
	harness_expect_out(h, "a");
	/* Or another takes its place. */
	broken = "net_null0";
	refuse_with(TWO("net_null0,size=64", "net_null1"), 3);
	harness_apply(h, TWO("net_null2", "net_null1"));
	harness_send_ip(h, "b", BOB, ALICE);
	harness_expect_out(h, "a");
}
END_TEST

/* The interface of port a is gone, and comes back when 'broken' is NULL. */
static struct device_rt *
lose_device_of_a(void)
{
	struct device_rt *d = device_of(fabric_port_id(f, "a"));

	open_one_at_a_time();
	harness_forget_events(h);
	broken = "net_null0";
	retry_gone(f, d);
	ck_assert_uint_eq(closed, 1);
	ck_assert_str_eq(harness_event(h, 0),
			 "0 warning port a: no device: it is gone; "
			 "it is tried again");
	return d;
}

START_TEST(a_device_that_goes_is_tried_until_it_is_there)
{
	const struct device_rt *d = lose_device_of_a();
	unsigned int s = 0;

	for (; s < 60; s++) {
		harness_at(h, s * CLOCK_SECOND);
		harness_send_ip(h, "b", BOB, ALICE);
		harness_expect_drop(h, "b", DROP_unknown_unicast);
	}
	/* After 1, 2, 4 and 8 seconds, then every 10. */
	ck_assert_uint_ge(d->failed, 8);
	ck_assert_uint_le(d->failed, 10);
	ck_assert_uint_eq(harness_events(h), 1);
	broken = NULL;
	for (; s < 71; s++)
		harness_at(h, s * CLOCK_SECOND);
	ck_assert_uint_eq(opened, 1);
	ck_assert(strstr(harness_event(h, 1),
			 "notice port a: its device is there and was opened"));
	lockstep_link(f, fabric_port_id(f, "a"), true);
	harness_send_ip(h, "b", BOB, ALICE);
	harness_expect_out(h, "a");
	settled_check(f);
}
END_TEST

START_TEST(a_missing_device_is_tried_at_once_for_an_operator)
{
	const struct device_rt *d = lose_device_of_a();
	const struct egress *e = &f->port[fabric_port_id(f, "a")]->egress;

	ck_assert_ptr_eq(retry_missing(f, e, true), d);
	broken = NULL;
	ck_assert_ptr_eq(retry_missing(f, e, false), d);
	ck_assert_uint_eq(opened, 0);
	ck_assert_ptr_null(retry_missing(f, e, true));
	ck_assert_uint_eq(opened, 1);
	ck_assert_ptr_null(retry_missing(f, e, true));
	ck_assert_uint_eq(opened, 1);
}
END_TEST

/* Frames that a device has found bad are counted once, by the port that had it. */
static void
bad_frames(struct fabric *fabric, const struct device_rt *d,
	   struct device_stats *s)
{
	(void)fabric;
	s->rx_errors = strcmp(d->spec, "net_null0") == 0 ? 7 : 11;
}

static uint64_t
bad_at(const char *port)
{
	struct port_stats s;

	stats_port(f, fabric_port_id(f, port), &s);
	return s.drop[DROP_rx_error];
}

START_TEST(a_port_keeps_what_it_has_counted_when_devices_change)
{
	harness_skip_accounts(h);
	count_devices();
	counting.stats = bad_frames;
	ck_assert_uint_eq(bad_at("a"), 7);
	ck_assert_uint_eq(bad_at("b"), 11);
	harness_apply(h, TWO("net_null1", "net_null0"));
	ck_assert_uint_eq(bad_at("a"), 7);
	ck_assert_uint_eq(bad_at("b"), 11);
	harness_apply(h, "[lan l]\n[port a]\ndevice = net_null1\nlan = l\n"
			 "[port c]\ndevice = net_null0\nlan = l\n");
	ck_assert_uint_eq(bad_at("a"), 7);
	ck_assert_uint_eq(bad_at("c"), 0);
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
		       an_apply_that_fails_early_keeps_what_the_last_has_made);
	tcase_add_test(tc, a_larger_mtu_opens_the_device_anew);
	tcase_add_loop_test(tc, what_an_apply_interrupts_is_known_before_it, 0,
			    sizeof(foreseen) / sizeof(foreseen[0]));
	tcase_add_test(tc, a_larger_mtu_interrupts_the_other_lan_of_a_device);
	tcase_add_test(tc,
		       a_closed_device_is_opened_again_when_the_apply_fails);
	tcase_add_test(tc, other_arguments_open_a_device_anew);
	tcase_add_test(tc, a_thousand_applies_leave_no_object_behind);
	tcase_add_test(tc, frames_find_running_devices_while_others_are_opened);
	tcase_add_test(
		tc, a_port_takes_its_addresses_with_it_when_tables_change_size);
	tcase_add_test(tc, an_apply_that_fails_leaves_the_tables_that_run);
	tcase_add_test(
		tc, an_address_without_room_in_a_smaller_table_is_not_counted);
	tcase_add_test(tc,
		       an_address_learned_while_an_apply_waits_is_counted_once);
	tcase_add_test(tc, sticky_addresses_have_room_first_in_a_smaller_table);
	tcase_add_test(tc, interfaces_change_ports_in_one_apply);
	tcase_add_test(tc, interfaces_change_back_when_the_apply_fails);
	tcase_add_test(tc, a_port_is_down_if_its_device_cannot_be_opened_again);
	tcase_add_test(tc, a_device_that_goes_is_tried_until_it_is_there);
	tcase_add_test(tc, a_missing_device_is_tried_at_once_for_an_operator);
	tcase_add_test(tc, an_apply_shows_life_for_each_device);
	tcase_add_test(tc, a_larger_mtu_is_set_on_a_device_that_takes_it);
	tcase_add_test(tc,
		       a_port_keeps_what_it_has_counted_when_devices_change);
	return check_run(s);
}
