/* SPDX-License-Identifier: BSD-3-Clause */
#ifndef IXF_TEST_MEMBERS_H
#define IXF_TEST_MEMBERS_H

/*
 * The members of the LAN of these tests: member N has 02:00:00:00:00:0N,
 * 192.0.2.N, 2001:db8::N, the link-local address made from its MAC address, and
 * fe80::N.
 */

#include <stdint.h>

enum member {
	MEMBER_NONE,
	MEMBER_PLAIN,  /* sends hostile frames */
	MEMBER_VICTIM, /* a Linux kernel */
	MEMBER_OTHER,  /* the addresses that a hostile member would like */
	MEMBER_CULLED, /* sends hostile frames; cull, an ACL, priority tags */
	MEMBERS,
};

#define MEMBER_MAC UINT64_C(0x020000000000) /* of member 0 */

#define ACL_PORT 7777 /* UDP to it is denied to MEMBER_CULLED */

#endif
