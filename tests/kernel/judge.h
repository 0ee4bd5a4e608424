/* SPDX-License-Identifier: BSD-3-Clause */
#ifndef IXF_TEST_JUDGE_H
#define IXF_TEST_JUDGE_H

/*
 * What a member may bring another to believe, by the policy of the LAN: said of
 * effects on a kernel and not of frames, so that it cannot share an error with
 * the code that reads frames.
 */

#include <stdbool.h>
#include <stdint.h>

#include "tests/kernel/victim.h"

enum wrong {
	WRONG_NOTHING,
#define WRONG(name, text) WRONG_##name,
#include "tests/kernel/wrong_list.h"
	WRONGS,
};

enum policy {
	POLICY_BASIC,  /* ixp-basic */
	POLICY_STRICT, /* ixp-strict, and each port has its addresses */
	POLICY_LOOSE,  /* the same, but that of MEMBER_PLAIN has none */
	POLICY_BARE,   /* as STRICT, but the LAN has no prefixes */
	POLICY_MLD,    /* as STRICT, and mld = permit */
};

/* Of what member 'from' has caused. */
enum wrong judge(const struct taken *, uint8_t from, enum policy);

const char *wrong_text(enum wrong);

/* Whether it is a report of MLD that POLICY_MLD lets pass. */
bool judge_is_mld_report(const struct taken *);

#endif
