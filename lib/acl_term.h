/* SPDX-License-Identifier: BSD-3-Clause */
#ifndef IXF_ACL_TERM_H
#define IXF_ACL_TERM_H

/* The terms of a rule: their words and values.  For acl_text.c. */

#include <stddef.h>

#include "lib/acl_rule.h"

struct acl_term_kind {
	enum acl_term bit;
	const char *word;
	const char *usage; /* the form of the value; NULL: the term has none */
	size_t member;     /* offset of the value in struct acl_rule */

	/*
	 * Reads the value into the rule.  Returns 0, or -EINVAL with what is
	 * wrong in 'why'; "": the usage says enough.
	 */
	int (*read)(const struct acl_term_kind *, const char *value,
		    struct acl_rule *, char why[ACL_WHY_SIZE]);

	/* Appends the value. */
	void (*print)(const struct acl_term_kind *, const struct acl_rule *,
		      char text[ACL_TEXT_SIZE]);
};

#define ACL_TERM_KINDS 16
extern const struct acl_term_kind acl_term_kinds[ACL_TERM_KINDS];

/* The name of a protocol or, written to 'number', its number. */
const char *acl_proto_name(uint8_t proto, char number[4]);

/* "ip", "ip6", "arp", or NULL: 'ether' has no word of its own. */
const char *acl_ether_name(uint16_t ether);

/* Writes to 'why' what is wrong.  Returns -EINVAL. */
int acl_wrong(char why[ACL_WHY_SIZE], const char *fmt, ...)
	__attribute__((format(printf, 2, 3)));

/* Appends to 'text', as far as there is room. */
void acl_append(char text[ACL_TEXT_SIZE], const char *fmt, ...)
	__attribute__((format(printf, 2, 3)));

#endif
