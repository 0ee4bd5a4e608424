/* SPDX-License-Identifier: BSD-3-Clause */
#ifndef IXF_APPLY_ORDER_H
#define IXF_APPLY_ORDER_H

/*
 * An order to apply a configuration, by a client or by SIGHUP: what it is made of,
 * whether it may take most ports away, and what became of it.  Control thread.
 */

#include <jansson.h>

#include "fabric/api/answer.h"
#include "fabric/apply/apply.h"
#include "fabric/config/config_texts.h"

struct tables;

struct apply_order {
	char by[64];               /* "alice (uid 1000)", "SIGHUP" */
	bool force;                /* also if most ports go */
	struct config_texts texts; /* given by the client; n 0: the own file */
};

struct apply_report {
	struct apply_result result;
	/* Arrays; NULL if the texts have errors. */
	json_t *changes, *interrupts, *ends;
	const char *code; /* why it was refused, for programs */
};

/*
 * Takes the order out of a request.  False: it is malformed, and refused.  In both
 * cases apply_order_end() frees it.
 */
bool apply_order_begin(struct ctl_request *, struct apply_order *);
void apply_order_end(struct apply_order *);
void apply_report_end(struct apply_report *);

/* The name of the file that it is about. */
const char *apply_order_file(const struct answers *,
			     const struct apply_order *);

/*
 * The configuration, which can be applied by itself, or NULL and errors in 'faults'.
 * The daemon's own file is read here; of others only the texts are used.  Any thread.
 */
struct config *apply_order_read(const struct answers *, struct apply_order *,
				struct faults *);

/*
 * What 'config' changes, which ports it interrupts, and which overrides of operators
 * it ends: new arrays.
 */
void apply_order_compare(const struct answers *, const struct config *,
			 struct apply_report *);

/*
 * Whether 'config' takes so many ports out of service that it must be forced: all
 * of the running ones, or more than two that are more than a third of them.  'text',
 * unless NULL, gets a sentence with their names.
 */
#define APPLY_ORDER_TEXT 512
bool apply_order_needs_force(const struct answers *, const struct config *,
			     char text[APPLY_ORDER_TEXT]);

/*
 * Applies what has been read, with the tables made for it, and logs it.  0, or -errno
 * and errors in 'faults': then nothing has changed, apply_order_refused() has been
 * called, and 'config' is still the caller's.
 */
int apply_order_carry_out(struct answers *, const struct apply_order *,
			  struct config *, struct tables *,
			  struct apply_report *, struct faults *);

/* Logs that it was rejected, and remembers it for the status. */
void apply_order_refused(struct answers *, const struct apply_order *,
			 const struct faults *);

/* The keys whose running value waits for a restart: a new array. */
json_t *apply_order_pending(const struct answers *);

#endif
