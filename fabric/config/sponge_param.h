/* SPDX-License-Identifier: BSD-3-Clause */
#ifndef IXF_SPONGE_PARAM_H
#define IXF_SPONGE_PARAM_H

/*
 * The parameters of a sponge that an operator can set: their names, how they
 * are read and printed.  Syntax and limits are those of the key in the INI file.
 * Pure.
 */

#include <stddef.h>
#include <stdint.h>

#include "fabric/config/config.h"
#include "lib/sponge.h"

/* What the configuration of a LAN sets for its sponge. */
struct sponge_values {
	struct sponge_params sponge;
	uint32_t arp_update; /* flags CONFIG_UPDATE_x */
};

void sponge_values_of(const struct config_lan *, struct sponge_values *);

enum sponge_param_kind {
	SPONGE_PARAM_NUMBER,
	SPONGE_PARAM_SECONDS,
	SPONGE_PARAM_DECIMAL, /* in thousandths */
	SPONGE_PARAM_SWITCH,  /* 0 or 1 */
	SPONGE_PARAM_WORDS,
};

struct sponge_param {
	const char *name;        /* "rate", for operators */
	enum config_lan_key key; /* sponge_rate */
	enum sponge_param_kind kind;
	size_t offset; /* in struct sponge_values */
};

#define SPONGE_PARAMS 13
extern const struct sponge_param sponge_param_list[SPONGE_PARAMS];

/* The parameter of this name, or NULL. */
const struct sponge_param *sponge_param_find(const char *name);

/* Its key: "sponge_rate". */
const char *sponge_param_key(const struct sponge_param *);

/* Its value; a switch is 0 or 1. */
uint32_t sponge_param_get(const struct sponge_param *,
			  const struct sponge_values *);

/* Copies this parameter from 'from' to 'to'. */
void sponge_param_copy(const struct sponge_param *,
		       const struct sponge_values *from,
		       struct sponge_values *to);

/*
 * Reads 'text' into 'values'; what "auto" means depends on the LAN.  Returns 0,
 * or -EINVAL and what would be right in 'why'.
 */
int sponge_param_parse(const struct sponge_param *, const char *text,
		       const struct config_lan *, struct sponge_values *,
		       char why[CONFIG_WHY_SIZE]);

/* Writes it as in the file: "50", "900s", "on". */
#define SPONGE_PARAM_TEXT 48
char *sponge_param_format(const struct sponge_param *,
			  const struct sponge_values *,
			  char text[SPONGE_PARAM_TEXT]);

#endif
