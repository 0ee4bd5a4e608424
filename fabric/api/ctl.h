/* SPDX-License-Identifier: BSD-3-Clause */
#ifndef IXF_CTL_H
#define IXF_CTL_H

/*
 * The control socket: lines of JSON between ixctl and the daemon.
 *
 *   request  {"id": 7, "cmd": "port show", "args": {"port": "as64500"}}
 *   answer   {"id": 7, "ok": true, "result": ..., "end": true}
 *   or       {"id": 7, "ok": false, "error": {"code": ..., "message": ...}}
 *
 * A table comes in several lines, each with some rows in "result", the last one
 * with "end".  The request "hello" is answered here: {"api": 1, "version": ...}.
 *
 * The fabric must not wait for clients, so nothing blocks, and everything has a
 * limit: the length of a request and its values, the number of clients, the output
 * kept for a client that does not read, the parts of answers that are made in a turn,
 * and the age of each: of a request from its first octet to its last, of a part of an
 * answer until it is sent, of a whole answer.
 * No octet that goes in or out renews an age.
 * An answer is made in parts; the next part is made when the last one has been sent.
 * A client that sends anything but requests gets an error and is disconnected.
 *
 * A request with "plain": true takes long texts as they are: if the result of a part
 * is {"octets": N}, N octets follow its line.
 *
 * An answer can be the beginning of a stream: the socket then goes to what answers the
 * request (take() below), and is no client here any more.
 *
 * What a client may do follows from its groups: rights.h.  One without any right is
 * told which group would have it, and gets no place.
 *
 * The owner of the socket is the user of the daemon, and root.  Some places are
 * kept for the owner.  When no place is left, the client that has been waiting for
 * longest, and does not ask anything, makes room.
 *
 * It knows neither the fabric nor the commands: struct ctl_ops does.
 */

#include <jansson.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

#include "fabric/api/rights.h"
#include "lib/faults.h"

struct command;
struct ctl;

#define CTL_API         1
#define CTL_CLIENTS_MAX 16
#define CTL_OWNER_MAX   2           /* further ones, of the owner */
#define CTL_REQUEST_MAX 65536       /* octets, with the newline */
#define CTL_LONG_MAX    (16u << 20) /* of a request with the texts of files */
#define CTL_FRAME_MAX   16384       /* octets of a frame in a request */
#define CTL_VALUES_MAX  16384       /* JSON values of a request, about */

/* Seconds. */
#define CTL_PATIENCE    UINT64_C(60) /* between requests; for a part to be sent */
#define CTL_REQUEST_AGE UINT64_C(10)  /* of a request that is not complete */
#define CTL_ANSWER_AGE  UINT64_C(600) /* of an answer that is not complete */

/* After these a client that waits makes room for another one, if there is none. */
#define CTL_ROOM_READING UINT64_C(1)  /* waits between requests, or in one */
#define CTL_ROOM_SENDING UINT64_C(10) /* does not read its answer */

/* A request that is being answered. */
struct ctl_request {
	uid_t uid; /* of the client's process */
	const struct command *command;
	const json_t *args; /* fits the command; NULL when there are none */

	/* For ctl_ops.answer alone, zero at first: where the next part begins. */
	size_t place[2];
	uint64_t generation;
	void *state;

	/* The client takes texts as they are. */
	bool plain;
	/* With a part {"octets": ntext}, or NULL: these, which ctl frees. */
	char *text;
	size_t ntext;

	/*
	 * With CTL_END, or NULL: the client asks nothing more, and its socket is
	 * that of take() when the answer is sent; -1: the client has gone before.
	 * 'number' is passed on.
	 */
	void (*take)(void *arg, uint64_t number, int fd);
	uint64_t number;

	/*
	 * With CTL_ERROR: a word for programs, a sentence, and an array of
	 * further texts or NULL.
	 */
	const char *code;
	char message[512];
	json_t *details;
};

enum ctl_verdict {
	CTL_END,   /* this was the last part */
	CTL_MORE,  /* call again for more rows */
	CTL_WAIT,  /* there is no part yet: call again in the next turn */
	CTL_ERROR, /* see code and message */
};

struct ctl_ops {
	/* Makes the next part of the answer, a new object of some hundred rows. */
	enum ctl_verdict (*answer)(void *arg, struct ctl_request *,
				   json_t **part);
	/* The request has ended, or its client is gone: frees rq->state. */
	void (*done)(void *arg, struct ctl_request *);
};

/*
 * Listens on a new socket 'path', which belongs to the group of the operators and has
 * mode 0660, or 0666 if there are readers, since a file has one group; a missing
 * directory is made with mode 0755.  The socket of a killed process is replaced.  The
 * groups are names, numbers or NULL, as for rights_find().  NULL and an error in
 * 'faults' if a running process has the socket.
 */
struct ctl *ctl_open(const char *path, const char *operators,
		     const char *readers, struct faults *);
void ctl_close(struct ctl *);

/* Requests are answered from now on, with 'ops'. */
void ctl_serve(struct ctl *, const struct ctl_ops *ops, void *arg);

/* For tests: without a socket, and with a client on 'fd', which it takes. */
struct ctl *ctl_create(void);
int ctl_attach(struct ctl *, int fd, uid_t uid, enum right, uint64_t now);

/* Readable when ctl_turn() has something to do. */
int ctl_fd(const struct ctl *);

/* Receives and answers as much as it can without waiting.  'now' in ns. */
void ctl_turn(struct ctl *, uint64_t now);

unsigned int ctl_clients(const struct ctl *);

/* Refuses a request: CTL_ERROR, with its code and message. */
enum ctl_verdict ctl_refuse(struct ctl_request *, const char *code,
			    const char *fmt, ...)
	__attribute__((format(printf, 3, 4)));

#endif
