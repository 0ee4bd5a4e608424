/* SPDX-License-Identifier: BSD-3-Clause */
#ifndef IXF_MLD_H
#define IXF_MLD_H

/*
 * Multicast listener discovery, versions 1 (RFC 2710) and 2 (RFC 3810): which
 * messages are valid.  Pure, no allocation, any thread.
 */

#include <stdbool.h>

#include "lib/ipv6.h"

enum mld_type {
	MLD_QUERY = 130,
	MLD_REPORT = 131, /* version 1 */
	MLD_DONE = 132,   /* version 1 */
	MLD_REPORT_V2 = 143,
};

/* In the order of the checks. */
enum mld_fault {
	MLD_OK,
	MLD_OTHER,        /* not one of these messages */
	MLD_HOP_LIMIT,    /* not 1 */
	MLD_ROUTER_ALERT, /* missing */
	MLD_CODE,         /* not 0 */
	MLD_SHORT,        /* or a length that no message has */
	MLD_SOURCE,       /* neither link-local nor, in a report, :: */
	MLD_SENT_TO,      /* not the destination of its type */
	MLD_CHECKSUM,     /* wrong */
};

/* Whether an ICMPv6 message of 'type' is one of the four. */
static inline bool
mld_is_type(int type)
{
	return (type >= MLD_QUERY && type <= MLD_DONE) || type == MLD_REPORT_V2;
}

/*
 * Validates a message (RFC 2710, 3 and 4; RFC 3590; RFC 3810, 5, 8.1), and
 * returns the first fault.  A query may go to any address (RFC 3810, 5.1.15), a
 * report of version 1 goes to its group, a done to ff02::2, a report of version
 * 2 to ff02::16.  Parts that a capture cut off are not checked; a message that
 * continues in another fragment is MLD_SHORT.
 */
enum mld_fault mld_read(const struct ipv6 *);

#endif
