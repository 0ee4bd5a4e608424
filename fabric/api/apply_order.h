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

struct apply_order {
	char by[64]; /* "alice (uid 1000)", "SIGHUP" */
	char *file;  /* its name, for people */
	bool force;  /* also if most ports go */
	/* A text of a client that may not choose what the daemon's user runs. */
	bool limited;
	/* Back from what waits to be confirmed: it cannot be refused. */
	bool returns;
	uint64_t generation; /* of the history; 0: a file */
	uint32_t confirm;    /* within so many seconds; 0: nothing to do */
	struct config_texts texts; /* n 0: to be read from the disk */
	bool given;                /* by a client, with all that is included */

	/* Of apply_order_prepare(). */
	bool prepared;
	uint64_t
		ahead; /* the generation that is in the history before it runs */
	uint64_t wait; /* ns: how long the disk is waited for */

	bool changes; /* apply_order_change_devices() has begun */
};

struct apply_report {
	struct apply_result result;
	/* Arrays; NULL if the texts have errors. */
	json_t *changes, *interrupts, *ends;
	json_t *pending;  /* the keys that would wait for a restart */
	json_t *recent;   /* what another operator has just changed, or null */
	const char *code; /* why it was refused, for programs */
};

/*
 * Takes the order out of a request.  False: it is malformed, and refused.  In both
 * cases apply_order_end() frees it.
 */
bool apply_order_begin(const struct answers *, struct ctl_request *,
		       struct apply_order *);
void apply_order_end(struct apply_order *);

/* An order for the daemon's own file; NULL for 'file' when memory is short. */
void apply_order_own(const struct answers *, const char *by,
		     struct apply_order *);

/* The same for a generation of the history, or -errno: there is none. */
int apply_order_generation(const struct answers *, uint64_t number,
			   struct apply_order *);
void apply_report_end(struct apply_report *);

/*
 * The configuration, which can be applied by itself, or NULL and errors in 'faults'.
 * The daemon's own file is read here; of others only the texts are used.  Any thread.
 */
struct config *apply_order_read(const struct answers *, struct apply_order *,
				struct faults *);

/*
 * What 'config' changes, and the keys that would wait for a restart: new arrays.  Any
 * thread, while the running configuration stays.
 */
void apply_order_compare(const struct answers *, const struct config *,
			 struct apply_report *);

/* Which ports it interrupts, and which overrides of operators it ends. */
void apply_order_foresee(const struct answers *, const struct apply_order *,
			 const struct config *, struct apply_report *);

/*
 * Whether 'config' takes so many ports out of service that it must be forced: all
 * of the running ones, or more than two that are more than a third of them.  'text',
 * unless NULL, gets a sentence with their names.
 */
#define APPLY_ORDER_TEXT 512
bool apply_order_needs_force(const struct answers *, const struct config *,
			     char text[APPLY_ORDER_TEXT]);

/*
 * False, and an error: another waits to be confirmed, or it must be forced, and is
 * not.
 */
bool apply_order_is_allowed(const struct answers *, const struct apply_order *,
			    const struct config *, struct apply_report *,
			    struct faults *);

/*
 * Before it is begun, once it has been read and is allowed: what must be confirmed is
 * in the history first.  Returns whether that is on the disk, or has been waited for
 * long enough; to be called again until then.
 */
bool apply_order_prepare(struct answers *, struct apply_order *,
			 const struct apply_report *);

/* Whether what was applied is on the disk, or has been waited for long enough. */
bool apply_order_is_saved(struct answers *, const struct apply_order *);

/*
 * Goes on with opening the devices of the apply that has been prepared, and foreseen:
 * as apply_change_devices().  -errno: apply_order_refused() has been called.
 */
int apply_order_change_devices(struct answers *, struct apply_order *,
			       const struct config *, struct apply *,
			       unsigned int units, struct faults *);

/* The apply, if any, is abandoned before it has been carried out. */
void apply_order_abandon(struct answers *, struct apply *);

/*
 * Carries out the apply whose devices are open, which ends it, logs it,
 * and adds it to the history.  0, or -errno and errors in 'faults': then nothing has
 * changed, and apply_order_refused() has been called.
 */
int apply_order_carry_out(struct answers *, struct apply_order *,
			  struct apply *, struct apply_report *,
			  struct faults *);

/*
 * What another operator than 'by' has changed within the last ten minutes: a new
 * object, or null.
 */
json_t *apply_order_recent(const struct answers *, const char *by);

/* Logs that it was rejected, and remembers it for the status. */
void apply_order_refused(struct answers *, struct apply_order *,
			 const struct faults *);

/*
 * The keys whose running value waits for a restart: an array, which is kept until
 * another configuration runs.
 */
const json_t *apply_order_pending(struct answers *);

#endif
