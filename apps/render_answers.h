/* SPDX-License-Identifier: BSD-3-Clause */
#ifndef IXF_RENDER_ANSWERS_H
#define IXF_RENDER_ANSWERS_H

/* How some answers are printed: columns of tables, and texts. */

#include "apps/columns.h"

/* render_explain.c: what explain.h makes, a line a stage, and the verdict. */
void render_explain(const json_t *explanation, FILE *out);

/* render_lag.c: a LAG, with its links. */
void render_lag(const json_t *, FILE *);

/* render_sflow.c. */
void render_sflow(const json_t *, FILE *);

/* render_capture.c. */
extern const struct column render_capture_columns[];

/* render_mirror.c. */
extern const struct column render_mirror_columns[];

/* render_matrix.c. */
extern const struct column render_matrix_columns[];

/*
 * render_history.c: the table of config history; what an answer or the status has of
 * the time in which to confirm, of a change by another operator, and of a history that
 * is not written, nothing if there is none; and the answer to config confirm.
 */
extern const struct column render_history_columns[];
void render_confirm(const json_t *confirm, const char *before, FILE *out);
void render_recent(const json_t *recent, FILE *out);
void render_history_problem(const json_t *answer, FILE *out);
void render_confirmed(const json_t *answer, FILE *out);

/*
 * render_policy.c: a row of `ixctl policy show` as a text to read, or to publish:
 * a LAN, a port unlike its LAN, or all about a port.
 */
void render_policy(const json_t *row, FILE *out);

/* render_sponge.c: addresses; and the row about their LAN, before the table. */
extern const struct column render_sponge_columns[];
void render_sponge_lan(const json_t *row, FILE *out);

void render_sponge_stats(const json_t *row, FILE *out);

extern const struct column render_sponge_log_columns[];
extern const struct column render_arp_top_columns[];

void render_sponge_set(const json_t *answer, FILE *out);
void render_sponge_clear(const json_t *answer, FILE *out);
void render_sponge_probe(const json_t *answer, FILE *out);
void render_sponge_inform(const json_t *answer, FILE *out);

#endif
