/* SPDX-License-Identifier: BSD-3-Clause */
#ifndef IXF_REPLAY_HTML_H
#define IXF_REPLAY_HTML_H

/*
 * The report of a replay as one page of HTML (lib/html.h): the same numbers as
 * report.json, and frames from port to port, frames over time, and examples of dropped
 * frames.  The same captures give the same octets.
 */

#include <stdio.h>

#include "apps/replay_exchange.h"
#include "apps/replay_notes.h"
#include "apps/replay_report.h"

/* With more ports the matrix takes too much memory, and is left out. */
#define HTML_MATRIX_PORTS 1000

/* 0, or -errno when memory is short.  The caller checks 'out' for errors. */
int report_html(const struct report *, const struct notes *, struct exchange *,
		struct fabric *, FILE *out);

#endif
