/* SPDX-License-Identifier: BSD-3-Clause */
#ifndef IXF_RENDER_SPONGE_H
#define IXF_RENDER_SPONGE_H

/* The answers about sponges for people: columns of tables, and sentences. */

#include <jansson.h>
#include <stdio.h>

#include "apps/columns.h"

/* Addresses; and the row about their LAN, which stands before the table. */
extern const struct column render_sponge_columns[];
void render_sponge_lan(const json_t *row, FILE *out);

extern const struct column render_sponge_stats_columns[];
void render_sponge_stats(struct table *, const json_t *row);

extern const struct column render_sponge_log_columns[];
extern const struct column render_arp_top_columns[];

void render_sponge_set(const json_t *answer, FILE *out);
void render_sponge_clear(const json_t *answer, FILE *out);
void render_sponge_probe(const json_t *answer, FILE *out);
void render_sponge_inform(const json_t *answer, FILE *out);

#endif
