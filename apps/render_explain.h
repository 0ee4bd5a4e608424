/* SPDX-License-Identifier: BSD-3-Clause */
#ifndef IXF_RENDER_EXPLAIN_H
#define IXF_RENDER_EXPLAIN_H

/* What explain.h makes, for people: a line a stage, and the verdict. */

#include <jansson.h>
#include <stdio.h>

void render_explain(const json_t *explanation, FILE *out);

#endif
