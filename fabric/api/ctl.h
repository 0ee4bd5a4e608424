/* SPDX-License-Identifier: BSD-3-Clause */
#ifndef IXF_CTL_H
#define IXF_CTL_H

/*
 * The control socket: lines of JSON between ixctl and the daemon.
 *
 *   request  {"id": 7, "cmd": "port show", "args": {"port": "swp1"}}
 *   answer   {"id": 7, "ok": true, "result": ..., "end": true}
 *   or       {"id": 7, "ok": false, "error": {"code": ..., "message": ...}}
 *
 * A table comes in several lines, each with some rows in "result", the last one
 * with "end".  The request "hello" is answered here: {"api": 1, "version": ...}.
 *
 * Made to stand at the side of a fabric that must not wait: nothing blocks,
 * everything has a bound -- the length of a request, the number of clients,
 * what is kept for a client who does not read.  An answer is made in parts, the
 * next one when the last is on its way.  A client that sends anything else than
 * requests is told so and cut off.
 *
 * This file knows neither fabric nor command: struct ctl_ops does.
 */

#include <jansson.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "lib/faults.h"

struct command;
struct ctl;

#define CTL_API         1
#define CTL_CLIENTS_MAX 16
#define CTL_REQUEST_MAX 65536        /* octets, with the newline */
#define CTL_FRAME_MAX   16384        /* octets of a frame in a request */
#define CTL_PATIENCE    UINT64_C(60) /* seconds for a client that is idle */

/* A request while it is answered. */
struct ctl_request {
	const struct command *command;
	const json_t *args; /* fits the command; NULL when there are none */

	/* The answerer's own, zero at first: where the next part begins. */
	size_t place[2];
	uint64_t generation;
	void *state;

	/*
	 * Set when the answer is CTL_ERROR: a word for programs, a sentence,
	 * and an array of further texts or NULL.
	 */
	const char *code;
	char message[512];
	json_t *details;
};

enum ctl_verdict {
	CTL_END,   /* this was the last part */
	CTL_MORE,  /* ask again for more rows */
	CTL_ERROR, /* see code and message */
};

struct ctl_ops {
	/*
	 * Makes the next part of the answer, a new object in '*part'; some
	 * hundred rows at a time.
	 */
	enum ctl_verdict (*answer)(void *arg, struct ctl_request *,
				   json_t **part);
	/* The request is over, or the client gone: frees rq->state. */
	void (*done)(void *arg, struct ctl_request *);
};

/*
 * Listens on the socket 'path', made with mode 0660, in a directory made (0750)
 * when it is missing.  NULL and an error in 'faults' when another process has
 * it; what a killed one left behind is taken over.
 */
struct ctl *ctl_open(const char *path, struct faults *);
void ctl_close(struct ctl *);

/* From now on answers, with 'ops'. */
void ctl_serve(struct ctl *, const struct ctl_ops *ops, void *arg);

/* A client connected already: for tests.  Takes 'fd'. */
struct ctl *ctl_create(void);
int ctl_attach(struct ctl *, int fd, uint64_t now);

/* Readable when ctl_turn() has something to do. */
int ctl_fd(const struct ctl *);

/* Does what can be done without waiting.  'now' in ns. */
void ctl_turn(struct ctl *, uint64_t now);

unsigned int ctl_clients(const struct ctl *);

/* Refuses a request: CTL_ERROR, with its code and message. */
enum ctl_verdict ctl_refuse(struct ctl_request *, const char *code,
			    const char *fmt, ...)
	__attribute__((format(printf, 3, 4)));

#endif
