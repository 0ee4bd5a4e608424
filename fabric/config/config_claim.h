/* SPDX-License-Identifier: BSD-3-Clause */
#ifndef IXF_CONFIG_CLAIM_H
#define IXF_CONFIG_CLAIM_H

/* Things of which each may be used once: who has which, and who wants it too. */

#include "lib/faults.h"

struct config_claims;

/* The section "[type id]", which outlives the claims, and a line of it. */
struct config_claimant {
	const char *type, *id;
	struct where at;
};

/* NULL when there is no memory. */
struct config_claims *config_claims_create(struct faults *);
void config_claims_free(struct config_claims *);

/*
 * 'who' uses the 'what' that is 'value', of which there is one in each 'scope'.
 * When it is taken already, that is an error.  0 in both cases, or -ENOMEM.
 */
int config_claim(struct config_claims *, const char *what, const char *scope,
		 const char *value, struct config_claimant who);

#endif
