/* SPDX-License-Identifier: BSD-3-Clause */
#include "fabric/config/config_impl.h"

#include "lib/strtable.h"

struct config_claims {
	struct faults *faults;
	struct strtable *place; /* "what scope value": its index in owner[] */
	struct config_claimant *owner;
	unsigned int n;
};

struct config_claims *
config_claims_create(struct faults *faults)
{
	struct config_claims *claims = calloc(1, sizeof(*claims));

	if (claims == NULL)
		return NULL;
	claims->faults = faults;
	claims->place = strtable_create();
	if (claims->place == NULL) {
		free(claims);
		return NULL;
	}
	return claims;
}

void
config_claims_free(struct config_claims *claims)
{
	if (claims == NULL)
		return;
	strtable_free(claims->place);
	free(claims->owner);
	free(claims);
}

static int
remember(struct config_claims *claims, const char *key,
	 struct config_claimant claimant)
{
	unsigned int n = claims->n;
	struct config_claimant *owner =
		config_grow(claims->owner, n, sizeof(*owner));

	if (owner == NULL)
		return -ENOMEM;
	claims->owner = owner;
	owner[n] = claimant;
	claims->n++;
	return strtable_put(claims->place, key, n);
}

static void
report_taken(struct config_claims *claims, const char *what, const char *value,
	     const struct config_claimant *claimant,
	     const struct config_claimant *owner)
{
	char title[CONFIG_TITLE_SIZE];

	snprintf(title, sizeof(title), "%s%s%s", claimant->type,
		 claimant->id[0] != '\0' ? " " : "", claimant->id);
	if (strcmp(owner->type, claimant->type) == 0 &&
	    strcmp(owner->id, claimant->id) == 0)
		faults_error(claims->faults, claimant->at, title,
			     "%s %s is given twice, first at %s:%u", what,
			     value, owner->at.file, owner->at.line);
	else
		faults_error(claims->faults, claimant->at, title,
			     "%s %s is already assigned to [%s %s] (%s:%u)",
			     what, value, owner->type, owner->id,
			     owner->at.file, owner->at.line);
}

int
config_claim(struct config_claims *claims, const char *what, const char *scope,
	     const char *value, struct config_claimant claimant)
{
	char *key;
	size_t i;
	int rc = 0;

	if (asprintf(&key, "%s %s %s", what, scope, value) < 0)
		return -ENOMEM;
	i = strtable_get(claims->place, key);
	if (i == STRTABLE_NONE)
		rc = remember(claims, key, claimant);
	else
		report_taken(claims, what, value, &claimant, &claims->owner[i]);
	free(key);
	return rc;
}
