/* SPDX-License-Identifier: BSD-3-Clause */
#ifndef IXF_CTL_IMPL_H
#define IXF_CTL_IMPL_H

/* What the files of the control socket share: ctl.h has what it is. */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>
#include <unistd.h>

#include "fabric/api/ctl.h"
#include "fabric/api/unixsock.h"

#define CTL_PLACES (CTL_CLIENTS_MAX + CTL_OWNER_MAX)

struct ctl_client {
	int fd; /* -1: unused */
	uint32_t events;
	uid_t uid; /* of the process at the other end */
	enum right right;
	/* ns: since when one thing is waited for: a request, its end, an empty 'out' */
	uint64_t since;
	uint64_t begun; /* ns: the answer */
	bool answering; /* rq */
	bool waiting;   /* ... for the next turn: CTL_WAIT */
	bool closing;   /* as soon as 'out' is sent */
	struct ctl_request rq;
	void (*take)(void *arg, uint64_t number, int fd); /* see ctl.h */
	uint64_t number;
	json_t *id; /* of the request */
	json_t *args;
	char *out;
	size_t nout, sent;
	char *in; /* 'room' octets, 'nin' of them used, 'nold' without a newline */
	size_t room, nin, nold;
	/* At the end of the input: of its last line, and whether it is in a string. */
	unsigned int values;
	bool quoted, escaped;
};

struct ctl {
	int epoll;
	struct unixsock socket;
	struct rights rights;
	const struct ctl_ops *ops;
	void *arg;
	unsigned int nclients;
	unsigned int parts; /* that may still be made in this turn */
	unsigned int
		first; /* the client that is served first in the next one */
	struct ctl_client client[CTL_PLACES];
};

static inline bool
ctl_is_owner(uid_t uid)
{
	return uid == 0 || uid == geteuid();
}

/* ctl_answer.c: one request, and its answer.  false: the client is to go. */

/* Takes the request in these octets, which need no end. */
bool ctl_begin(struct ctl *, struct ctl_client *, const char *line,
	       size_t size);

/* The next part of the answer, into the empty output. */
bool ctl_answer(struct ctl *, struct ctl_client *);

/* Answers that what came is no request, and why; then the client is to go. */
bool ctl_put_garbage(struct ctl *, struct ctl_client *, const char *why);

void ctl_forget_request(struct ctl *, struct ctl_client *);

/* ctl_client.c: what comes from one client and goes there. */

/* Some steps for it, without waiting; it may be gone after that. */
void ctl_serve_client(struct ctl *, struct ctl_client *, uint64_t now);
void ctl_drop_client(struct ctl *, struct ctl_client *);

#endif
