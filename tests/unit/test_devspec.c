/* SPDX-License-Identifier: BSD-3-Clause */
#include "fabric/config/devspec.h"

#include <check.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "tests/check_run.h"

static struct devspec spec;
static char args[DEVSPEC_ARGS_SIZE];

/* Completes 'text' for two queues of 1,024 and a payload of 'mtu'. */
static const char *
complete(const char *text, unsigned int queues, uint32_t mtu)
{
	struct devspec_needs needs = { queues, 1024, mtu };

	ck_assert_int_eq(devspec_parse(text, &spec), 0);
	ck_assert_int_eq(devspec_complete(&spec, &needs, args), 0);
	return args;
}

START_TEST(a_pci_address_is_known_in_either_form)
{
	ck_assert_int_eq(devspec_parse("0000:3b:00.1", &spec), 0);
	ck_assert(spec.pci);
	ck_assert_str_eq(spec.name, "0000:3b:00.1");
	ck_assert_str_eq(spec.args, "");
	ck_assert_int_eq(devspec_parse("3B:1f.7,key=1", &spec), 0);
	ck_assert(spec.pci);
	ck_assert_str_eq(spec.name, "0000:3b:1f.7");
	ck_assert_str_eq(spec.args, "key=1");
}
END_TEST

START_TEST(a_text_that_only_begins_like_a_pci_address_is_none)
{
	static const char *const texts[] = { "0000:3b:00.1x", "3b:00",
					     "3b:20.0",       "3b:00.8",
					     "0000:3b:00",    "zz:00.0" };

	for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]); i++) {
		ck_assert_int_eq(devspec_parse(texts[i], &spec), 0);
		ck_assert_msg(!spec.pci, "%s", texts[i]);
		ck_assert_ptr_null(spec.driver);
	}
}
END_TEST

START_TEST(a_vdev_is_a_name_a_driver_and_arguments)
{
	ck_assert_int_eq(devspec_parse("net_tap3,iface=t0", &spec), 0);
	ck_assert(!spec.pci);
	ck_assert_str_eq(spec.name, "net_tap3");
	ck_assert_str_eq(spec.args, "iface=t0");
	ck_assert_str_eq(spec.driver->package, "librte-net-tap23");
}
END_TEST

START_TEST(a_driver_is_known_by_either_of_its_names)
{
	ck_assert_int_eq(devspec_parse("eth_af_packet0,iface=e0", &spec), 0);
	ck_assert_str_eq(spec.driver->name, "net_af_packet");
	ck_assert_int_eq(devspec_parse("virtio_user1", &spec), 0);
	ck_assert_str_eq(spec.driver->name, "net_virtio_user");
	ck_assert_int_eq(devspec_parse("eth_memif0", &spec), 0);
	ck_assert_ptr_null(spec.driver);
}
END_TEST

START_TEST(the_nearest_driver_is_found_and_none_that_is_far)
{
	ck_assert_str_eq(devspec_nearest("net_afpacket12")->name,
			 "net_af_packet");
	ck_assert_str_eq(devspec_nearest("net_pacp0,iface=e0")->package,
			 "librte-net-pcap23");
	ck_assert_ptr_null(devspec_nearest("net_bogus0"));
	ck_assert_ptr_null(devspec_nearest("0"));
	ck_assert_ptr_null(devspec_nearest(""));
}
END_TEST

START_TEST(a_name_is_needed_and_has_a_limit)
{
	char text[DEVSPEC_NAME_SIZE + 1];

	ck_assert_int_eq(devspec_parse("", &spec), -EINVAL);
	ck_assert_int_eq(devspec_parse(",iface=e0", &spec), -EINVAL);
	memset(text, 'n', sizeof(text));
	text[DEVSPEC_NAME_SIZE] = '\0';
	ck_assert_int_eq(devspec_parse(text, &spec), -EINVAL);
	text[DEVSPEC_NAME_SIZE - 1] = '\0';
	ck_assert_int_eq(devspec_parse(text, &spec), 0);
}
END_TEST

START_TEST(a_value_is_found_by_its_whole_key)
{
	char value[16];

	ck_assert(devspec_value("iface=e0,mac=x", "mac", value, 16));
	ck_assert_str_eq(value, "x");
	ck_assert(devspec_value("iface=e0,mac=x", "iface", value, 16));
	ck_assert_str_eq(value, "e0");
	ck_assert(devspec_value("rx_iface=e1,iface=e0", "iface", value, 16));
	ck_assert_str_eq(value, "e0");
	ck_assert(!devspec_value("rx_iface=e1", "iface", value, 16));
	ck_assert(!devspec_value("iface", "iface", value, 16));
	ck_assert(devspec_value("iface=abcdef", "iface", value, 4));
	ck_assert_str_eq(value, "abc");
}
END_TEST

START_TEST(an_unknown_argument_is_found)
{
	char key[16];

	ck_assert(!devspec_stray("iface=a,mac=b", "iface mac", key, 16));
	ck_assert(!devspec_stray("", "iface mac", key, 16));
	ck_assert(devspec_stray("iface=a,mca=b", "iface mac", key, 16));
	ck_assert_str_eq(key, "mca");
	ck_assert(devspec_stray("face=a", "iface mac", key, 16));
	ck_assert(devspec_stray("mac", "iface mac", key, 16));
	ck_assert_str_eq(key, "mac");
}
END_TEST

START_TEST(a_packet_socket_gets_queues_and_room_for_the_mtu)
{
	ck_assert_str_eq(complete("net_af_packet0,iface=e0", 1, 1500),
			 "iface=e0,blocksz=4096,framesz=2048,framecnt=1024");
	ck_assert_str_eq(complete("net_af_packet0,iface=e0", 2, 9000),
			 "iface=e0,qpairs=2,blocksz=16384,framesz=16384,"
			 "framecnt=512");
}
END_TEST

START_TEST(given_arguments_stay)
{
	ck_assert_str_eq(complete("net_af_packet0,iface=e0,qpairs=4", 2, 1500),
			 "iface=e0,qpairs=4,blocksz=4096,framesz=2048,"
			 "framecnt=1024");
	ck_assert_str_eq(complete("net_af_packet0,iface=e0,framesz=4096,"
				  "blocksz=4096",
				  1, 9000),
			 "iface=e0,framesz=4096,blocksz=4096");
	ck_assert_str_eq(complete("net_tap0", 2, 9000), "");
}
END_TEST

START_TEST(every_mtu_fits_the_ring_it_gets)
{
	for (uint32_t mtu = 576; mtu <= 9216; mtu++) {
		complete("net_af_packet0,iface=e0", 1, mtu);
		ck_assert_uint_ge(devspec_packet_mtu(args), mtu);
		ck_assert_uint_gt(devspec_packet_room(args), mtu + 18);
	}
	ck_assert_uint_lt(devspec_packet_mtu("framesz=2048"), 2048 - 66 - 18);
	ck_assert_uint_eq(devspec_packet_mtu("framesz=64"), 0);
	ck_assert_uint_eq(devspec_packet_queues("iface=a,qpairs=3"), 3);
	ck_assert_uint_eq(devspec_packet_queues("iface=a"), 1);
}
END_TEST

START_TEST(arguments_that_are_too_long_are_rejected)
{
	struct devspec_needs needs = { 2, 1024, 1500 };
	char text[DEVSPEC_ARGS_SIZE + 32];

	memset(text, 'x', sizeof(text));
	memcpy(text, "net_af_packet0,iface=", 21);
	text[DEVSPEC_ARGS_SIZE + 31] = '\0';
	ck_assert_int_eq(devspec_parse(text, &spec), 0);
	ck_assert_int_eq(devspec_complete(&spec, &needs, args), -ENOSPC);
	text[DEVSPEC_ARGS_SIZE - 20 + 15] = '\0';
	ck_assert_int_eq(devspec_complete(&spec, &needs, args), -ENOSPC);
}
END_TEST

START_TEST(devices_of_one_name_or_interface_conflict)
{
	static const char *const pairs[][2] = {
		{ "net_null0", "net_null0,size=64" },
		{ "3b:00.0", "0000:3b:00.0,arg=1" },
		{ "net_af_packet0,iface=eth0", "net_pcap1,iface=eth0" },
		{ "net_tap0,iface=t0", "net_tap1,iface=t0" },
	};
	static const char *const others[][2] = {
		{ "net_null0", "net_null1" },
		{ "net_af_packet0,iface=eth0", "net_af_packet1,iface=eth01" },
		{ "net_pcap0,rx_pcap=a", "net_pcap1,rx_pcap=a" },
		{ "net_null0", "" },
	};

	for (size_t i = 0; i < sizeof(pairs) / sizeof(pairs[0]); i++) {
		ck_assert(devspec_conflicts(pairs[i][0], pairs[i][1]));
		ck_assert(devspec_conflicts(pairs[i][1], pairs[i][0]));
	}
	for (size_t i = 0; i < sizeof(others) / sizeof(others[0]); i++)
		ck_assert(!devspec_conflicts(others[i][0], others[i][1]));
}
END_TEST

int
main(void)
{
	Suite *s = suite_create("devspec");
	TCase *t = tcase_create("devspec");

	tcase_add_test(t, a_pci_address_is_known_in_either_form);
	tcase_add_test(t, a_text_that_only_begins_like_a_pci_address_is_none);
	tcase_add_test(t, a_vdev_is_a_name_a_driver_and_arguments);
	tcase_add_test(t, a_driver_is_known_by_either_of_its_names);
	tcase_add_test(t, the_nearest_driver_is_found_and_none_that_is_far);
	tcase_add_test(t, a_name_is_needed_and_has_a_limit);
	tcase_add_test(t, a_value_is_found_by_its_whole_key);
	tcase_add_test(t, an_unknown_argument_is_found);
	tcase_add_test(t, a_packet_socket_gets_queues_and_room_for_the_mtu);
	tcase_add_test(t, given_arguments_stay);
	tcase_add_test(t, every_mtu_fits_the_ring_it_gets);
	tcase_add_test(t, arguments_that_are_too_long_are_rejected);
	tcase_add_test(t, devices_of_one_name_or_interface_conflict);
	suite_add_tcase(s, t);
	return check_run(s);
}
