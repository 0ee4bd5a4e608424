/* SPDX-License-Identifier: BSD-3-Clause */
#ifndef IXF_RENDER_SPONGE_H
#define IXF_RENDER_SPONGE_H

/*
 * The answers about sponges for people: headers and rows of tables, and what is
 * said in sentences.
 */

#include <jansson.h>
#include <stdio.h>

struct table;

/* Addresses; and the row about their LAN, which stands before the table. */
extern const char *const render_sponge_header[];
void render_sponge_row(struct table *, const json_t *row);
void render_sponge_lan(const json_t *row, FILE *out);

extern const char *const render_sponge_stats_header[];
void render_sponge_stats(struct table *, const json_t *row);

extern const char *const render_sponge_log_header[];
void render_sponge_log(struct table *, const json_t *row);

extern const char *const render_arp_top_header[];
void render_arp_top(struct table *, const json_t *row);

void render_sponge_set(const json_t *answer, FILE *out);
void render_sponge_clear(const json_t *answer, FILE *out);
void render_sponge_clear_arp(const json_t *answer, FILE *out);
void render_sponge_probe(const json_t *answer, FILE *out);
void render_sponge_inform(const json_t *answer, FILE *out);

#endif
