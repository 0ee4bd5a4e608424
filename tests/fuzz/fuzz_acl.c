/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * The lines are rules.  After the first NUL come two octets of a VLAN, and a
 * frame.  A rule that is read must read again as it was printed, and the verdict
 * of the compiled list must be that of its rules one by one.
 */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "lib/acl_compile.h"
#include "lib/acl_text.h"
#include "tests/acl_naive.h"

#define RULES_MAX   200 /* enough for sets of several words */
#define FRAME_LEAST (2 + 14)

int LLVMFuzzerTestOneInput(const uint8_t *, size_t);

/* False: it is not a rule. */
static bool
read_rule(const char *text, struct acl_rule *r)
{
	char why[ACL_WHY_SIZE] = "", once[ACL_TEXT_SIZE], twice[ACL_TEXT_SIZE];
	struct acl_rule again;

	if (acl_rule_parse(text, r, why) != 0) {
		if (why[0] == '\0')
			abort();
		return false;
	}
	acl_rule_format(r, once);
	if (acl_rule_parse(once, &again, why) != 0 ||
	    !acl_rule_equal(r, &again) ||
	    strcmp(acl_rule_format(&again, twice), once) != 0)
		abort();
	return true;
}

static unsigned int
read_rules(char *text, struct acl_rule rules[RULES_MAX])
{
	unsigned int n = 0;
	char *line;

	while (n < RULES_MAX && (line = strsep(&text, "\n")) != NULL)
		n += read_rule(line, &rules[n]);
	return n;
}

static void
judge(const struct acl_rule *rules, unsigned int n, const uint8_t *data,
      size_t size)
{
	struct acl *acl = acl_compile(rules, n);
	uint8_t *frame = malloc(size - 2);
	enum acl_verdict verdict;
	unsigned int rule;

	if (acl == NULL || frame == NULL)
		abort();
	memcpy(frame, data + 2, size - 2);
	if (!acl_naive_agrees(acl, rules, frame, (uint32_t)(size - 2),
			      (uint16_t)(data[0] << 8 | data[1]), &verdict,
			      &rule))
		abort();
	free(frame);
	acl_free(acl);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	const uint8_t *end = size == 0 ? NULL : memchr(data, '\0', size);
	size_t n = end == NULL ? size : (size_t)(end - data);
	static struct acl_rule rules[RULES_MAX];
	char *text = malloc(n + 1);
	unsigned int count;

	if (text == NULL)
		abort();
	if (n > 0)
		memcpy(text, data, n);
	text[n] = '\0';
	count = read_rules(text, rules);
	free(text);
	if (end != NULL && size - n - 1 >= FRAME_LEAST)
		judge(rules, count, end + 1, size - n - 1);
	return 0;
}
