/* SPDX-License-Identifier: BSD-3-Clause */
#ifndef IXF_TEST_JUDGE_H
#define IXF_TEST_JUDGE_H

/*
 * What a member may bring another to believe, by the policy of the LAN: said of
 * effects on a kernel and not of frames, so that it cannot share an error with
 * the code that reads frames.
 */

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
};

/* Of what member 'from' has caused. */
enum wrong judge(const struct taken *, uint8_t from, enum policy);

const char *wrong_text(enum wrong);

#endif
