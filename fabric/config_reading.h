/* SPDX-License-Identifier: BSD-3-Clause */
#ifndef IXF_CONFIG_READING_H
#define IXF_CONFIG_READING_H

/* What config_read.c knows of a configuration while config_check.c checks it. */

#include <stdbool.h>

#include "config.h"
#include "config_key.h"

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

/* Checks what only shows when all is read.  0 or -ENOMEM. */
int config_check(struct config_reading *);

#endif
