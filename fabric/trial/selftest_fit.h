/* SPDX-License-Identifier: BSD-3-Clause */
#ifndef IXF_SELFTEST_FIT_H
#define IXF_SELFTEST_FIT_H

#include "fabric/trial/selftest_frames.h"
#include "lib/acl_rule.h"

/*
 * Makes a frame that fits a rule of an access list in '*t'.  Returns NULL, or
 * why there is none.
 */
const char *selftest_fit(const struct selftest_setup *, const struct acl_rule *,
			 struct selftest_try *t);

#endif
