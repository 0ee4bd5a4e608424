/* SPDX-License-Identifier: BSD-3-Clause */
#ifndef IXF_ACL_TEXT_H
#define IXF_ACL_TEXT_H

/* Rules of access lists as text: read, printed and compared. */

#include <stdbool.h>

#include "lib/acl_rule.h"

/*
 * Reads a rule.  Returns 0; or -EINVAL, what is wrong and what would be right in
 * 'why', and '*rule' unchanged.
 */
int acl_rule_parse(const char *text, struct acl_rule *rule,
		   char why[ACL_WHY_SIZE]);

/*
 * Writes a rule in canonical form, with the implied terms.  If acl_rule_parse()
 * read the rule, the text has at most ACL_RULE_MAX octets and reads as an equal
 * rule.
 */
char *acl_rule_format(const struct acl_rule *rule, char text[ACL_TEXT_SIZE]);

/* "permit", "deny" or "count". */
const char *acl_action_name(enum acl_action);

bool acl_rule_equal(const struct acl_rule *a, const struct acl_rule *b);

#endif
