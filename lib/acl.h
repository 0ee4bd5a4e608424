/* SPDX-License-Identifier: BSD-3-Clause */
#ifndef IXF_ACL_H
#define IXF_ACL_H

/*
 * Access lists: rules in order, the first that fits a frame decides.
 *
 * acl_compile.h makes a list from rules.  Any number of threads may judge by it.
 */

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
 * What the first fitting permit or deny says, with its index in '*rule';
 * ACL_NO_MATCH, and '*rule' as it was, when there is none.  Adds one to the
 * counters of the deciding rule and of the fitting 'count' rules before it:
 * 'hits' has one a rule, written by the calling thread only; NULL: none.
 * For workers: no lock, no allocation, no system call.
 */
enum acl_verdict acl_judge(const struct acl *, const struct acl_key *key,
			   struct counter *hits, unsigned int *rule);

#endif
