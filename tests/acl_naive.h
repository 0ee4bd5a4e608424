/* SPDX-License-Identifier: BSD-3-Clause */
#ifndef IXF_ACL_NAIVE_H
#define IXF_ACL_NAIVE_H

/*
 * Access lists in simple code that shares none with the tested one: each rule
 * is compared in turn with the frame itself.
 */

#include "lib/acl.h"
#include "lib/acl_rule.h"

/* An untagged frame that came with the tag 'vlan'; of 14 octets at least. */
bool acl_naive_fits(const struct acl_rule *, const uint8_t *frame,
		    uint32_t size, uint16_t vlan);

/*
 * Whether 'acl', compiled from these rules, gives the same verdict and counts
 * for a frame as they do.  Also returns the verdict, and its rule if there is
 * one.
 */
bool acl_naive_agrees(const struct acl *acl, const struct acl_rule *rules,
		      const uint8_t *frame, uint32_t size, uint16_t vlan,
		      enum acl_verdict *verdict, unsigned int *rule);

#endif
