/* SPDX-License-Identifier: BSD-3-Clause */
#ifndef IXF_ACL_NAIVE_H
#define IXF_ACL_NAIVE_H

/*
 * What access lists mean, said again without their code: each rule is asked in
 * turn, and looks into the frame itself.
 */

#include "lib/acl.h"
#include "lib/acl_rule.h"

/* An untagged frame that came with the tag 'vlan'; of 14 octets at least. */
bool acl_naive_fits(const struct acl_rule *, const uint8_t *frame,
		    uint32_t size, uint16_t vlan);

/*
 * Whether 'acl', compiled from these rules, says and counts the same of a frame
 * as they do.  Its verdict, and the rule it is of, if it is one.
 */
bool acl_naive_agrees(const struct acl *acl, const struct acl_rule *rules,
		      const uint8_t *frame, uint32_t size, uint16_t vlan,
		      enum acl_verdict *verdict, unsigned int *rule);

#endif
