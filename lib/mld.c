/* SPDX-License-Identifier: BSD-3-Clause */
#include "lib/mld.h"

#include <string.h>

#define V1_SIZE     24 /* octets: a query, report or done of version 1 */
#define GROUP       8  /* octets before the group in these */
#define QUERY_SIZE  28 /* octets of a query of version 2 before its sources */
#define REPORT_SIZE 8  /* octets of a report of version 2 before its records */
#define RECORD_SIZE 20 /* octets of a record before its sources */
#define ADDRESS     16 /* octets */

static const uint8_t all_routers[ADDRESS] = { 0xff, 0x02, [15] = 0x02 };
static const uint8_t mld_routers[ADDRESS] = { 0xff, 0x02, [15] = 0x16 };

/* RFC 3810, 8.1: the length tells the versions apart. */
static bool
query_fits(const uint8_t *message, uint32_t size)
{
	if (size < QUERY_SIZE)
		return size == V1_SIZE;
	return (size - QUERY_SIZE) / ADDRESS >= frame_read16(message + 26);
}

/* RFC 3810, 5.2: the number of records that the report gives. */
static bool
records_fit(const uint8_t *message, uint32_t size)
{
	uint32_t i = REPORT_SIZE;

	if (size < REPORT_SIZE)
		return false;
	for (uint32_t n = frame_read16(message + 6); n > 0; n--) {
		const uint8_t *record = message + i;
		uint32_t need = RECORD_SIZE;

		if (size - i < need)
			return false;
		need += frame_read16(record + 2) * (uint32_t)ADDRESS +
			record[1] * 4;
		if (size - i < need)
			return false;
		i += need;
	}
	return true;
}

static bool
length_is_right(const struct ipv6 *ip)
{
	if (ip->more)
		return false;
	if (ip->cut)
		return true;
	if (ip->upper_size < ip->upper_length)
		return false;
	switch (ip->upper[0]) {
	case MLD_QUERY:
		return query_fits(ip->upper, ip->upper_size);
	case MLD_REPORT_V2:
		return records_fit(ip->upper, ip->upper_size);
	default:
		return ip->upper_size >= V1_SIZE;
	}
}

/* RFC 3810, 5.1.14 and 5.2.13; RFC 3590 for version 1. */
static bool
source_is_right(const struct ipv6 *ip)
{
	return ipv6_is_link_local(ip->src) ||
	       (ip->upper[0] != MLD_QUERY && ipv6_is_unspecified(ip->src));
}

/* RFC 2710, 8; RFC 3810, 5.1.15 and 5.2.14. */
static bool
is_sent_right(const struct ipv6 *ip)
{
	switch (ip->upper[0]) {
	case MLD_REPORT:
		return ipv6_is_multicast(ip->dst) &&
		       (ip->upper_size < V1_SIZE ||
			memcmp(ip->dst, ip->upper + GROUP, ADDRESS) == 0);
	case MLD_DONE:
		return memcmp(ip->dst, all_routers, ADDRESS) == 0;
	case MLD_REPORT_V2:
		return memcmp(ip->dst, mld_routers, ADDRESS) == 0;
	default:
		return true;
	}
}

enum mld_fault
mld_read(const struct ipv6 *ip)
{
	if (!mld_is_type(ipv6_icmp_type(ip)))
		return MLD_OTHER;
	if (ip->hop_limit != 1)
		return MLD_HOP_LIMIT;
	if (!ip->router_alert)
		return MLD_ROUTER_ALERT;
	if (ip->upper[1] != 0)
		return MLD_CODE;
	if (!length_is_right(ip))
		return MLD_SHORT;
	if (!source_is_right(ip))
		return MLD_SOURCE;
	if (!is_sent_right(ip))
		return MLD_SENT_TO;
	if (!ip->cut && !ipv6_checksum_is_right(ip))
		return MLD_CHECKSUM;
	return MLD_OK;
}
