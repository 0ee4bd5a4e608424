/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Admit: every rule alone, in a profile that has it and in one that does not, and
 * beside it the closest frame that passes.
 */
#include <stdlib.h>
#include <string.h>

#include "lib/frame.h"
#include "lib/mac.h"
#include "tests/pipe/fixture.h"

#define ALICE  UINT64_C(0x020000000001)
#define BOB    UINT64_C(0x020000000002)
#define CAROL  UINT64_C(0x020000000003)
#define EVE    UINT64_C(0x02000000000e)
#define FABRIC UINT64_C(0x0253000000aa)

#define PORTS                                                                  \
	"[port a]\ndevice = net_null0\nlan = l\nmac = 02:00:00:00:00:01\n"     \
	"[port b]\ndevice = net_null1\nlan = l\nmac = 02:00:00:00:00:02\n"     \
	"[port c]\ndevice = net_null2\nlan = l\nmac = 02:00:00:00:00:03\n"
#define LAN(profile)                                                           \
	"[lan l]\nsponge_mac = 02:53:00:00:00:aa\nprofile = " profile "\n"

static void
setup_ixp(void)
{
	begin_at(0, LAN("ixp-basic") PORTS);
}

static void
setup_open(void)
{
	begin_at(0, LAN("open") PORTS);
}

struct row {
	const char *what;
	uint64_t src, dst;
	uint16_t type;
	uint32_t len;
	enum drop ixp;  /* DROP_NONE: goes to 'out' */
	enum drop open; /* the same */
	const char *out;
};

#define ALL_OTHERS "b c"

static const struct row rows[] = {
	{ "the member itself", ALICE, BOB, 0x0800, 60, 0, 0, "b" },
	{ "IPv6", ALICE, CAROL, 0x86dd, 60, 0, 0, "c" },
	{ "ARP broadcast", ALICE, MAC_BROADCAST, 0x0806, 60, 0, 0, ALL_OTHERS },
	{ "ARP to one", ALICE, BOB, 0x0806, 60, 0, 0, "b" },
	{ "neighbour discovery", ALICE, UINT64_C(0x3333ff000002), 0x86dd, 86, 0,
	  0, ALL_OTHERS },
	{ "the least header", ALICE, BOB, 0x0800, 14, 0, 0, "b" },
	{ "a runt", ALICE, BOB, 0x0800, 13, DROP_runt, DROP_runt, NO_PORT },
	{ "nothing", ALICE, BOB, 0x0800, 0, DROP_runt, DROP_runt, NO_PORT },
	{ "half a tag", ALICE, BOB, 0x8100, 17, DROP_runt, DROP_runt, NO_PORT },
	{ "the largest", ALICE, BOB, 0x0800, 1514, 0, 0, "b" },
	{ "one more", ALICE, BOB, 0x0800, 1515, DROP_oversize, 0, "b" },
	{ "a jumbo", ALICE, BOB, 0x0800, 9014, DROP_oversize, 0, "b" },
	{ "a group as source", ALICE | UINT64_C(0x010000000000), BOB, 0x0800,
	  60, DROP_smac_multicast, DROP_smac_multicast, NO_PORT },
	{ "no source", 0, BOB, 0x0800, 60, DROP_smac_zero, DROP_smac_zero,
	  NO_PORT },
	{ "to itself", ALICE, ALICE, 0x0800, 60, DROP_smac_eq_dmac,
	  DROP_hairpin, NO_PORT },
	{ "a newcomer to itself", EVE, EVE, 0x0800, 60, DROP_smac_eq_dmac,
	  DROP_hairpin, NO_PORT },
	{ "the fabric's address", FABRIC, BOB, 0x0800, 60, DROP_mac_own, 0,
	  "b" },
	{ "a tag", ALICE, BOB, 0x8100, 64, DROP_tag_not_allowed, 0, "b" },
	{ "a service tag", ALICE, BOB, 0x88a8, 64, DROP_tag_not_allowed, 0,
	  "b" },
	{ "an old service tag", ALICE, BOB, 0x9100, 64, DROP_tag_not_allowed, 0,
	  "b" },
	{ "LACP", ALICE, UINT64_C(0x0180c2000002), 0x8809, 124,
	  DROP_lacp_unexpected, DROP_lacp_unexpected, NO_PORT },
	{ "spanning tree", ALICE, UINT64_C(0x0180c2000000), 38, 60,
	  DROP_stp_bpdu, DROP_stp_bpdu, NO_PORT },
	{ "PVST+", ALICE, UINT64_C(0x01000ccccccd), 50, 64, DROP_stp_bpdu, 0,
	  ALL_OTHERS },
	{ "pause", ALICE, UINT64_C(0x0180c2000001), 0x8808, 60,
	  DROP_ll_reserved, DROP_ll_reserved, NO_PORT },
	{ "LLDP", ALICE, UINT64_C(0x0180c200000e), 0x88cc, 60, DROP_ll_reserved,
	  DROP_ll_reserved, NO_PORT },
	{ "the last reserved", ALICE, UINT64_C(0x0180c200000f), 0x0800, 60,
	  DROP_ll_reserved, DROP_ll_reserved, NO_PORT },
	{ "behind the reserved", ALICE, UINT64_C(0x0180c2000010), 0x0800, 60,
	  DROP_l2_mcast_other, 0, ALL_OTHERS },
	{ "MVRP", ALICE, UINT64_C(0x0180c2000021), 0x88f5, 60, DROP_ll_gmrp, 0,
	  ALL_OTHERS },
	{ "behind MVRP", ALICE, UINT64_C(0x0180c2000030), 0x0800, 60,
	  DROP_l2_mcast_other, 0, ALL_OTHERS },
	{ "CDP", ALICE, UINT64_C(0x01000ccccccc), 60, 74, DROP_vendor_l2, 0,
	  ALL_OTHERS },
	{ "ISL", ALICE, UINT64_C(0x01000c000000), 60, 74, DROP_vendor_l2, 0,
	  ALL_OTHERS },
	{ "a vendor's other group", ALICE, UINT64_C(0x01000ccdcdcd), 60, 74,
	  DROP_vendor_l2, 0, ALL_OTHERS },
	{ "FDP", ALICE, UINT64_C(0x01e052cccccc), 60, 74, DROP_vendor_l2, 0,
	  ALL_OTHERS },
	{ "EDP", ALICE, UINT64_C(0x00e02b000002), 60, 74, DROP_vendor_l2, 0,
	  ALL_OTHERS },
	{ "IPv4 to the addresses of EDP", ALICE, UINT64_C(0x00e02b0000ff),
	  0x0800, 60, DROP_vendor_l2, 0, ALL_OTHERS },
	{ "behind the addresses of EDP", ALICE, UINT64_C(0x00e02b000100),
	  0x0800, 60, DROP_unknown_unicast, 0, ALL_OTHERS },
	{ "loopback keepalive", ALICE, ALICE + 16, 0x9000, 60,
	  DROP_loop_keepalive, 0, ALL_OTHERS },
	{ "MOP", ALICE, BOB, 0x6002, 60, DROP_loop_keepalive, 0, "b" },
	{ "the first of MOP", ALICE, BOB, 0x6001, 60, DROP_loop_keepalive, 0,
	  "b" },
	{ "the last of MOP", ALICE, BOB, 0x6007, 60, DROP_loop_keepalive, 0,
	  "b" },
	{ "behind MOP", ALICE, BOB, 0x6008, 60, DROP_ethertype, 0, "b" },
	{ "before MOP", ALICE, BOB, 0x6000, 60, DROP_ethertype, 0, "b" },
	{ "LLDP to one", ALICE, BOB, 0x88cc, 60, DROP_loop_keepalive, 0, "b" },
	{ "802.1X to one", ALICE, BOB, 0x888e, 60, DROP_loop_keepalive, 0,
	  "b" },
	{ "CFM", ALICE, BOB, 0x8902, 60, DROP_loop_keepalive, 0, "b" },
	{ "another's address", BOB, CAROL, 0x0800, 60, DROP_mac_lock, 0, "c" },
	{ "an unknown source address", EVE, BOB, 0x0800, 60, DROP_mac_lock, 0,
	  "b" },
	{ "a BPDU from an unknown source", EVE, UINT64_C(0x0180c2000000), 38,
	  60, DROP_stp_bpdu, DROP_stp_bpdu, NO_PORT },
	{ "a length", ALICE, BOB, 46, 60, DROP_llc_snap, 0, "b" },
	{ "the largest length", ALICE, BOB, 0x05ff, 60, DROP_llc_snap, 0, "b" },
	{ "the least type", ALICE, BOB, 0x0600, 60, DROP_ethertype, 0, "b" },
	{ "IPX", ALICE, BOB, 0x8137, 60, DROP_ethertype, 0, "b" },
	{ "RARP", ALICE, MAC_BROADCAST, 0x8035, 60, DROP_ethertype, 0,
	  ALL_OTHERS },
	{ "DHCP", ALICE, MAC_BROADCAST, 0x0800, 342, DROP_bcast_not_arp, 0,
	  ALL_OTHERS },
	{ "OSPF", ALICE, UINT64_C(0x01005e000005), 0x0800, 78, DROP_ipv4_mcast,
	  0, ALL_OTHERS },
	{ "PTP", ALICE, UINT64_C(0x011b19000000), 0x0800, 60,
	  DROP_l2_mcast_other, 0, ALL_OTHERS },
	{ "unknown", ALICE, EVE, 0x0800, 60, DROP_unknown_unicast, 0,
	  ALL_OTHERS },
};
#define NROWS ((int)(sizeof(rows) / sizeof(rows[0])))

static void
send_row(const struct row *r, enum drop why)
{
	uint8_t *frame = harness_frame(h, r->src, r->dst, r->type, r->len);

	if (r->type == FRAME_SLOW)
		frame[FRAME_HEADER] = 1;
	harness_send(h, "a", frame, r->len);
	if (why != DROP_NONE)
		harness_expect_drop(h, "a", why);
	else
		harness_expect_out(h, r->out);
}

START_TEST(each_frame_has_its_reason_in_the_ixp_profile)
{
	send_row(&rows[_i], rows[_i].ixp);
}
END_TEST

START_TEST(each_frame_has_its_reason_in_the_open_profile)
{
	send_row(&rows[_i], rows[_i].open);
}
END_TEST

/* A frame too long makes the stage check all lengths of its burst. */
START_TEST(the_largest_frame_passes_beside_one_too_long)
{
	const uint32_t len[3] = { 1514, 1515, 1514 };
	const void *frame[3];
	struct port_stats s;

	for (unsigned int i = 0; i < 3; i++)
		frame[i] = harness_frame(h, ALICE, BOB, 0x0800, len[i]);
	lockstep_burst(f, 0, 3, frame, len, 0);
	stats_port(f, 0, &s);
	ck_assert_uint_eq(s.forwarded, 2);
	ck_assert_uint_eq(s.drop[DROP_oversize], 1);
}
END_TEST

int
main(void)
{
	Suite *s = suite_create("admit");
	TCase *ixp = fixture_case(s, "ixp", setup_ixp),
	      *open = fixture_case(s, "open", setup_open);

	tcase_add_loop_test(ixp, each_frame_has_its_reason_in_the_ixp_profile,
			    0, NROWS);
	tcase_add_test(ixp, the_largest_frame_passes_beside_one_too_long);
	tcase_add_loop_test(open, each_frame_has_its_reason_in_the_open_profile,
			    0, NROWS);
	return check_run(s);
}
