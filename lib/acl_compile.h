/* SPDX-License-Identifier: BSD-3-Clause */
#ifndef IXF_ACL_COMPILE_H
#define IXF_ACL_COMPILE_H

/*
 * Makes the access list that acl_judge() reads from rules.
 *
 * A list is compiled into sets of rules, by the method of Lakshman and
 * Stiliadis (High-Speed Policy-based Packet Forwarding, SIGCOMM 1998), taken by
 * octet: for each octet of the key that some rule looks at, and each value it
 * can have, the rules that have nothing against that value, one bit each.  The
 * rules that fit a frame are those in the sets of all its octets, and the
 * lowest bit is the first.  So judging costs a load and an AND for each octet
 * looked at and each 64 rules, whatever the frame.  A range of ports counts as
 * up to three rules, unless both its ends are those of blocks of 256, and two
 * ranges as up to nine.
 */

#include "lib/acl_rule.h"

#define ACL_RULES_MAX 1024

struct acl;

/*
 * Compiles 'n' rules, which are copied and none of which is changed later: any
 * number of threads may judge by it.  Returns NULL, with E2BIG in errno when
 * there are more than ACL_RULES_MAX, or ENOMEM.
 */
struct acl *acl_compile(const struct acl_rule *rules, unsigned int n);
void acl_free(struct acl *);

#endif
