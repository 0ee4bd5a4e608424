/* SPDX-License-Identifier: BSD-3-Clause */
#ifndef IXF_ACL_H
#define IXF_ACL_H

/*
 * Access lists: rules in order, the first that matches a frame decides.
 *
 * acl_compile.h makes a list from rules.  Any number of threads may use it.
 */

#include <stdbool.h>
#include <stdint.h>

#include "lib/acl_key.h"
#include "lib/counter.h"

struct acl;

enum acl_verdict {
	ACL_NO_MATCH,
	ACL_PERMIT,
	ACL_DENY,
};

unsigned int acl_rules(const struct acl *);

/*
 * The verdict of the first permit or deny that matches, with its index in
 * '*rule'; ACL_NO_MATCH, and '*rule' unchanged, if there is none.  Adds one to
 * the counters of the deciding rule and of the 'count' rules before it that
 * match.  'hits' has one counter a rule, written only by the calling thread;
 * NULL: no counters.  For workers: no lock, no allocation, no system call.
 */
enum acl_verdict acl_judge(const struct acl *, const struct acl_key *key,
			   struct counter *hits, unsigned int *rule);

/*
 * Whether the verdict on an IPv4 or IPv6 packet is not ACL_DENY.  'frame' has
 * 'size' octets, at least FRAME_MIN, and no tag.  Counts as acl_judge() does, but
 * nothing for a packet that is denied.  The key is read only where options,
 * extension headers or fragments ask for it.
 */
bool acl_permits(const struct acl *, const uint8_t *frame, uint32_t size,
		 struct counter *hits);

#endif
