/* SPDX-License-Identifier: BSD-3-Clause */
#ifndef IXF_APPLY_RULES_H
#define IXF_APPLY_RULES_H

/* ACLs that come and go with a configuration. */

#include "fabric/apply/apply_step.h"

extern const struct apply_step apply_rules;

#endif
