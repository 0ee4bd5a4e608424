/* SPDX-License-Identifier: BSD-3-Clause */
#ifndef IXF_ACL_COMPILE_H
#define IXF_ACL_COMPILE_H

/*
 * Makes the access list that acl_judge() reads from rules.
 *
 * The method is that of Lakshman and Stiliadis (High-Speed Policy-based Packet
 * Forwarding, SIGCOMM 1998), by octet.  For each octet of the key that some rule
 * looks at, and each value of it, there is a set of the rules that accept this
 * value, with one bit a rule.  A frame matches the rules that are in the sets of
 * all its octets; the lowest bit is the first rule.  So a frame costs a load and
 * an AND for each octet and each 64 rules, whatever the frame is; less if the
 * rules that are left accept any value of the octets to come, which stand in an
 * order that makes this likely.  A range of ports counts as up to three rules,
 * unless both ends are those of blocks of 256; two ranges count as up to nine.
 *
 * The octets are those of the key (acl_key.h), or, for most IP packets, those of
 * the frame as it lies in memory: see struct acl_form.
 */

#include "lib/acl_rule.h"

#define ACL_RULES_MAX 1024

struct acl;

/*
 * Compiles and copies 'n' rules.  The list never changes, so any number of
 * threads may use it. acl_free() frees it.  Returns NULL, with E2BIG in errno if
 * there are more than ACL_RULES_MAX, or ENOMEM.
 */
struct acl *acl_compile(const struct acl_rule *rules, unsigned int n);
void acl_free(struct acl *);

#endif
