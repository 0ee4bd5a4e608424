/* SPDX-License-Identifier: BSD-3-Clause */
#ifndef IXF_CONFIG_READING_H
#define IXF_CONFIG_READING_H

/* What config_read.c knows of a configuration while config_check.c checks it. */

#include <stdbool.h>

#include "fabric/config/config.h"
#include "fabric/config/config_key.h"

/* Where the keys of a section stand, by their place in its table. */
struct config_marks {
	bool has_lost; /* a line that could not be told: what is missing may
			* have been there */
	struct {
		unsigned int line; /* 0: not given */
		bool bad;          /* given, and its fault reported */
	} key[CONFIG_KEYS_MAX];
};

struct config_reading {
	struct config *config;
	struct faults *faults;
	struct config_marks fabric;
	struct config_marks *lan;  /* of config->lan */
	struct config_marks *port; /* of config->port */
	struct config_marks *acl;  /* of config->acl */

	/*
	 * A section or a file could not be told: that something does not exist
	 * may be the same fault again.
	 */
	bool lost;
};

/* Where the key of a section stands; 'section' where it was not given. */
static inline struct where
config_place(const struct config_marks *marks, unsigned int key,
	     struct where section)
{
	if (marks->key[key].line != 0)
		section.line = marks->key[key].line;
	return section;
}

/* Checks what only shows when all is read.  0 or -ENOMEM. */
int config_check(struct config_reading *);

/* config_check_sponge.c: the same of what is about the sponge of a LAN. */
struct config_claims;
int config_check_sponge(struct config_reading *, unsigned int lan,
			struct config_claims *);

/*
 * config_check_address.c: whether the address that the key 'what' gives at 'at',
 * in the section 'title', can be a host's on the LAN.
 */
void config_check_address(struct config_reading *, const char *title,
			  const char *what, const struct config_lan *,
			  const struct ipaddr *, struct where at);

#endif
