/* SPDX-License-Identifier: BSD-3-Clause */
#ifndef IXF_EVENT_H
#define IXF_EVENT_H

/* The daemon's log of events about ports.  Control thread. */

#include "fabric/view/drop.h"

/*
 * A line on standard error; 'arg' is not used.  Where that is the journal, the
 * line begins with its level, as sd-daemon(3) has it.
 */
void event_print(void *arg, enum drop_level, const char *text);

#endif
