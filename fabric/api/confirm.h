/* SPDX-License-Identifier: BSD-3-Clause */
#ifndef IXF_CONFIRM_H
#define IXF_CONFIRM_H

/*
 * A configuration that runs, but waits to be confirmed: if that does not come in
 * time, the one before it runs again.  After a crash or a power cut it is not started
 * with: start.h.  Control thread.
 */

#include <jansson.h>

#include "fabric/api/answer.h"

/* A rollback that has failed is tried again after this, then later and later. */
#define CONFIRM_RETRY     (10 * CLOCK_SECOND)
#define CONFIRM_RETRY_MAX (600 * CLOCK_SECOND)

#define CONFIRM_BY   "confirm timer" /* the order to go back is given by it */
#define CONFIRM_TEXT 512

/* A generation runs, and is in the history as pending: the time begins. */
void confirm_begin(struct answers *, uint64_t generation, uint32_t seconds);

/*
 * Whether one waits; 'text', unless NULL, gets a sentence with its number, user, file
 * and time, and the commands that end the wait.
 */
bool confirm_is_pending(const struct answers *, char text[CONFIRM_TEXT]);

/* For the status: a new object, or null. */
json_t *confirm_row(const struct answers *);

/* It is confirmed by 'by'. */
void confirm_keep(struct answers *, const char *by);

/* Whether the time is over: the generation before it is to be applied. */
bool confirm_expires(struct answers *);

/* The order to go back by 'by' was carried out; or CONFIRM_BY's could not be. */
void confirm_returned(struct answers *, const char *by);
void confirm_stays(struct answers *);

/* The generation before it; 0: none waits. */
uint64_t confirm_previous(const struct answers *);

#endif
