/* SPDX-License-Identifier: BSD-3-Clause */
#ifndef IXF_CONFIG_CLAIM_H
#define IXF_CONFIG_CLAIM_H

/* Values that only one section may use, such as a MAC address in a LAN. */

#include "lib/faults.h"

struct config_claims;

/*
 * The section "[type id]" that uses a value, and the line.  The texts outlive
 * the claims.
 */
struct config_claimant {
	const char *type, *id;
	struct where at;
};

/* NULL when there is no memory. */
struct config_claims *config_claims_create(struct faults *);
void config_claims_free(struct config_claims *);

/*
 * 'claimant' uses the 'what' ("mac") that is 'value', which must be unique in
 * 'scope'.  If another section uses it already, that is reported as an error.
 * Returns 0 in both cases, or -ENOMEM.
 */
int config_claim(struct config_claims *, const char *what, const char *scope,
		 const char *value, struct config_claimant claimant);

#endif
