/* SPDX-License-Identifier: BSD-3-Clause */
#include "fabric/api/ctl.h"

#include <errno.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>

#include "fabric/api/command.h"
#include "fabric/api/unixsock.h"
#include "lib/clock.h"

/* Steps for one client in one turn: the fabric waits meanwhile. */
#define STEPS_A_TURN 8

/* Parts of answers for all clients in one turn: one may take a millisecond or two. */
#define PARTS_A_TURN 2

#define PLACES (CTL_CLIENTS_MAX + CTL_OWNER_MAX)

struct client {
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
	struct client client[PLACES];
};

#define LISTENER PLACES /* its number, after those of the clients */

static bool
is_owner(uid_t uid)
{
	return uid == 0 || uid == geteuid();
}

static bool
is_long(const struct client *c)
{
	return c->room > CTL_REQUEST_MAX;
}

enum ctl_verdict
ctl_refuse(struct ctl_request *rq, const char *code, const char *fmt, ...)
{
	va_list ap;

	rq->code = code;
	va_start(ap, fmt);
	vsnprintf(rq->message, sizeof(rq->message), fmt, ap);
	va_end(ap);
	return CTL_ERROR;
}

static void
forget_request(struct ctl *ctl, struct client *c)
{
	if (c->answering && ctl->ops != NULL)
		ctl->ops->done(ctl->arg, &c->rq);
	c->answering = false;
	c->waiting = false;
	free(c->rq.text);
	json_decref(c->rq.details);
	json_decref(c->args);
	json_decref(c->id);
	c->args = NULL;
	c->id = NULL;
	memset(&c->rq, 0, sizeof(c->rq));
}

static void
forget_client(struct ctl *ctl, struct client *c)
{
	free(c->out);
	free(c->in);
	c->out = c->in = NULL;
	c->room = c->nin = c->nold = 0;
	c->take = NULL;
	c->fd = -1;
	ctl->nclients--;
}

static void
drop_client(struct ctl *ctl, struct client *c)
{
	forget_request(ctl, c);
	if (c->take != NULL)
		c->take(ctl->arg, c->number, -1);
	close(c->fd);
	forget_client(ctl, c);
}

/* The answer is sent: the socket goes to what has made it. */
static void
give_away(struct ctl *ctl, struct client *c)
{
	epoll_ctl(ctl->epoll, EPOLL_CTL_DEL, c->fd, NULL);
	c->take(ctl->arg, c->number, c->fd);
	forget_client(ctl, c);
}

/* Puts 'line' (taken) into the empty output; false: out of memory. */
static bool
put_line(struct client *c, json_t *line)
{
	char *text = json_dumps(line, JSON_COMPACT);
	size_t size = text != NULL ? strlen(text) : 0;

	json_decref(line);
	if (text == NULL)
		return false;
	text[size] = '\n'; /* in place of the NUL */
	c->out = text;
	c->nout = size + 1;
	c->sent = 0;
	return true;
}

static json_t *
error_line(const struct client *c)
{
	json_t *error =
		json_pack("{s:s, s:s, s:O?}", "code", c->rq.code, "message",
			  c->rq.message, "details", c->rq.details);

	if (error == NULL) /* the message was cut within a character */
		error = json_pack("{s:s, s:s}", "code", c->rq.code, "message",
				  "(no text)");
	return json_pack("{s:O?, s:b, s:o}", "id", c->id, "ok", 0, "error",
			 error);
}

static bool
put_error(struct ctl *ctl, struct client *c)
{
	bool ok = put_line(c, error_line(c));

	forget_request(ctl, c);
	return ok;
}

/* The input is no request: sends an error, then disconnects. */
static bool
put_garbage(struct ctl *ctl, struct client *c, const char *why)
{
	ctl_refuse(&c->rq, "bad_request", "%s", why);
	c->closing = true;
	return put_error(ctl, c);
}

/* Adds the text of a part to the line that announces it; false: out of memory. */
static bool
put_text(struct client *c)
{
	char *out = realloc(c->out, c->nout + c->rq.ntext);

	if (out == NULL)
		return false;
	memcpy(out + c->nout, c->rq.text, c->rq.ntext);
	c->out = out;
	c->nout += c->rq.ntext;
	free(c->rq.text);
	c->rq.text = NULL;
	return true;
}

static bool
put_result(struct ctl *ctl, struct client *c, json_t *part, bool end)
{
	json_t *line = json_pack("{s:O?, s:b, s:o?}", "id", c->id, "ok", 1,
				 "result", part);
	bool ok;

	if (line != NULL && end)
		json_object_set_new(line, "end", json_true());
	ok = line != NULL && put_line(c, line) &&
	     (c->rq.text == NULL || put_text(c));
	if (!ok || end)
		forget_request(ctl, c);
	return ok;
}

static bool
answer(struct ctl *ctl, struct client *c)
{
	json_t *part = NULL;
	enum ctl_verdict v = ctl->ops->answer(ctl->arg, &c->rq, &part);

	if (v == CTL_ERROR) {
		json_decref(part);
		return put_error(ctl, c);
	}
	c->waiting = v == CTL_WAIT;
	if (c->waiting)
		return true;
	ctl->parts--;
	if (v == CTL_END) {
		c->take = c->rq.take;
		c->number = c->rq.number;
	}
	return put_result(ctl, c, part, v == CTL_END);
}

static bool
hello(struct ctl *ctl, struct client *c)
{
	return put_result(ctl, c,
			  json_pack("{s:s, s:s, s:i}", "program", "ixfabricd",
				    "version", IXF_VERSION, "api", CTL_API),
			  true);
}

static bool
bad_arguments(struct ctl *ctl, struct client *c, struct faults *faults)
{
	const char *why = faults_text(faults, 0);

	ctl_refuse(&c->rq, "usage", "%s", why != NULL ? why : "bad arguments");
	return put_error(ctl, c);
}

static bool
put_denial(struct ctl *ctl, struct client *c, const char *name)
{
	char which[256];

	rights_print(&ctl->rights, which, sizeof(which));
	ctl_refuse(&c->rq, "denied",
		   "no right to '%s', which is for operators: %s", name, which);
	return put_error(ctl, c);
}

static bool
start(struct ctl *ctl, struct client *c, const char *name)
{
	const struct command *command = command_find(name);
	struct faults *faults;
	bool ok;

	if (strcmp(name, "hello") == 0)
		return hello(ctl, c);
	if (command == NULL || command->side != COMMAND_DAEMON) {
		ctl_refuse(&c->rq, "unknown_command",
			   "this daemon (%s) has no command '%.32s'",
			   IXF_VERSION, name);
		return put_error(ctl, c);
	}
	if (c->right < RIGHT_COMMAND && !command_reads(command))
		return put_denial(ctl, c, name);
	faults = faults_create();
	ok = faults != NULL && command_check(command, c->args, faults);
	if (faults != NULL && !ok)
		ok = bad_arguments(ctl, c, faults);
	else if (ok) {
		c->rq.command = command;
		c->rq.args = c->args;
		c->rq.uid = c->uid;
		c->answering = true;
	}
	faults_free(faults);
	return ok;
}

/* Only a command with the texts of files may be long. */
static bool
may_be_so_long(const char *name, size_t size)
{
	const struct command *command = command_find(name);

	return size < CTL_REQUEST_MAX ||
	       (command != NULL && command_takes_files(command));
}

static bool
begin(struct ctl *ctl, struct client *c, const char *line, size_t size)
{
	json_t *root = json_loadb(line, size, JSON_REJECT_DUPLICATES, NULL);
	const json_t *id = json_object_get(root, "id");
	const char *name = json_string_value(json_object_get(root, "cmd"));
	bool ok;

	if (name != NULL && !may_be_so_long(name, size)) {
		ok = put_garbage(ctl, c, "the request is too long");
	} else if (name != NULL && (id == NULL || json_is_integer(id) ||
				    json_is_string(id) || json_is_null(id))) {
		c->rq.plain = json_is_true(json_object_get(root, "plain"));
		c->id = json_incref(json_object_get(root, "id"));
		c->args = json_incref(json_object_get(root, "args"));
		ok = start(ctl, c, name);
	} else {
		ok = put_garbage(ctl, c,
				 "not a request: a line must be a JSON object "
				 "with \"cmd\"");
	}
	json_decref(root);
	return ok;
}

/* The end of the first line of the input, or NULL.  No octet is looked at twice. */
static char *
end_of_line(struct client *c)
{
	char *end = NULL;

	if (c->nold < c->nin)
		end = memchr(c->in + c->nold, '\n', c->nin - c->nold);
	c->nold = end != NULL ? (size_t)(end - c->in) : c->nin;
	return end;
}

/* Gives back the room of a long request. */
static void
shrink(struct client *c)
{
	char *in;

	if (!is_long(c) || c->nin > CTL_REQUEST_MAX)
		return;
	in = realloc(c->in, CTL_REQUEST_MAX);
	if (in == NULL)
		return;
	c->in = in;
	c->room = CTL_REQUEST_MAX;
}

/* Takes the first line out of the input, if it is complete. */
static bool
take_line(struct ctl *ctl, struct client *c, uint64_t now, bool *ok)
{
	char *end = end_of_line(c);
	size_t size;

	if (end == NULL)
		return false;
	size = (size_t)(end - c->in);
	c->since = c->begun = now;
	*ok = begin(ctl, c, c->in, size);
	c->nin -= size + 1;
	c->nold = 0;
	memmove(c->in, end + 1, c->nin);
	shrink(c);
	return true;
}

enum step {
	STEP_ON,
	STEP_WAIT,
	STEP_GONE,
	STEP_GIVEN /* the socket is another's now */
};

static enum step
send_out(struct client *c, uint64_t now)
{
	ssize_t n = send(c->fd, c->out + c->sent, c->nout - c->sent,
			 MSG_NOSIGNAL | MSG_DONTWAIT);

	if (n < 0)
		return errno == EAGAIN || errno == EINTR ? STEP_WAIT
							 : STEP_GONE;
	c->sent += (size_t)n;
	if (c->sent < c->nout)
		return STEP_WAIT;
	free(c->out);
	c->out = NULL;
	c->since = now;
	return STEP_ON;
}

/*
 * A longer request is read while few others are.  Its command is not known before
 * its end.
 */
static bool
may_grow(const struct ctl *ctl, const struct client *c)
{
	unsigned int n = 0;

	if (c->room >= CTL_LONG_MAX)
		return false;
	for (unsigned int i = 0; i < PLACES && !is_long(c); i++)
		n += ctl->client[i].fd >= 0 && is_long(&ctl->client[i]);
	return n < (is_owner(c->uid) ? 2 : 1);
}

static bool
grow(const struct ctl *ctl, struct client *c)
{
	char *in;

	if (c->nin < c->room)
		return true;
	in = may_grow(ctl, c) ? realloc(c->in, c->room * 2) : NULL;
	if (in == NULL)
		return false;
	c->in = in;
	c->room *= 2;
	return true;
}

/*
 * Whether the input from 'at' on has few values: the parser takes seconds for millions of
 * them, which fit into a long request.
 */
static bool
has_few_values(struct client *c, size_t at)
{
	for (; at < c->nin && c->values <= CTL_VALUES_MAX; at++) {
		char x = c->in[at];

		if (x == '\n') {
			c->values = 0;
			c->quoted = c->escaped = false;
		} else if (c->escaped) {
			c->escaped = false;
		} else if (c->quoted) {
			c->escaped = x == '\\';
			c->quoted = x != '"';
		} else {
			c->quoted = x == '"';
			c->values +=
				x == ',' || x == ':' || x == '[' || x == '{';
		}
	}
	return c->values <= CTL_VALUES_MAX;
}

static enum step
receive_more(struct ctl *ctl, struct client *c, size_t n, uint64_t now)
{
	if (c->nin == 0)
		c->since = now;
	c->nin += n;
	if (has_few_values(c, c->nin - n))
		return STEP_ON;
	c->since = c->begun = now;
	return put_garbage(ctl, c, "the request has too many values")
		       ? STEP_ON
		       : STEP_GONE;
}

static enum step
receive(struct ctl *ctl, struct client *c, uint64_t now)
{
	ssize_t n;

	if (!grow(ctl, c)) {
		c->since = c->begun = now;
		return put_garbage(ctl, c,
				   c->room >= CTL_LONG_MAX
					   ? "the request is too long"
					   : "another long request is being "
					     "read: try again")
			       ? STEP_ON
			       : STEP_GONE;
	}
	n = recv(c->fd, c->in + c->nin, c->room - c->nin, MSG_DONTWAIT);
	if (n < 0)
		return errno == EAGAIN || errno == EINTR ? STEP_WAIT
							 : STEP_GONE;
	return n > 0 ? receive_more(ctl, c, (size_t)n, now) : STEP_GONE;
}

/* Output goes first, then the answer to the last request, then the next one. */
static enum step
step(struct ctl *ctl, struct client *c, uint64_t now)
{
	bool ok = true;

	if (c->out != NULL)
		return send_out(c, now);
	if (c->closing)
		return STEP_GONE;
	if (c->take != NULL) {
		give_away(ctl, c);
		return STEP_GIVEN;
	}
	if (c->answering && ctl->parts == 0)
		return STEP_WAIT;
	if (c->answering && !answer(ctl, c))
		return STEP_GONE;
	if (c->waiting) {
		c->since = now;
		return STEP_WAIT;
	}
	if (c->answering || c->out != NULL)
		return STEP_ON;
	if (take_line(ctl, c, now, &ok))
		return ok ? STEP_ON : STEP_GONE;
	return receive(ctl, c, now);
}

/* Nothing is read while there is output or an unfinished answer. */
static void
watch(struct ctl *ctl, struct client *c)
{
	bool busy = c->out != NULL || c->answering || c->closing ||
		    c->take != NULL || end_of_line(c) != NULL;
	struct epoll_event ev = {
		.events = c->waiting ? 0
			  : busy     ? EPOLLOUT
				     : EPOLLIN,
		.data.u32 = (uint32_t)(c - ctl->client),
	};

	if (ev.events == c->events)
		return;
	c->events = ev.events;
	epoll_ctl(ctl->epoll, EPOLL_CTL_MOD, c->fd, &ev);
}

static void
serve(struct ctl *ctl, struct client *c, uint64_t now)
{
	enum step s = STEP_ON;

	for (unsigned int i = 0; i < STEPS_A_TURN && s == STEP_ON; i++)
		s = step(ctl, c, now);
	if (s == STEP_GONE)
		drop_client(ctl, c);
	else if (s != STEP_GIVEN)
		watch(ctl, c);
}

/* Whether the client is waited for: for a request, or to take its answer. */
static bool
is_reading(const struct client *c)
{
	return c->out == NULL && !c->answering && c->take == NULL;
}

/* Whether 'now' is more than so many seconds after 'then'; both in ns. */
static bool
is_older(uint64_t now, uint64_t then, uint64_t seconds)
{
	return now - then > seconds * CLOCK_SECOND;
}

static unsigned int
guests(const struct ctl *ctl)
{
	unsigned int n = 0;

	for (unsigned int i = 0; i < PLACES; i++)
		n += ctl->client[i].fd >= 0 && !is_owner(ctl->client[i].uid);
	return n;
}

/* A place for a client of 'uid', or NULL. */
static struct client *
free_place(struct ctl *ctl, uid_t uid)
{
	if (!is_owner(uid) && guests(ctl) >= CTL_CLIENTS_MAX)
		return NULL;
	for (unsigned int i = 0; i < PLACES; i++)
		if (ctl->client[i].fd < 0)
			return &ctl->client[i];
	return NULL;
}

/*
 * Disconnects the client that has been waiting for longest, so that programs that
 * hang keep no client out; one of a guest for a guest.
 */
static void
make_room(struct ctl *ctl, uid_t uid, uint64_t now)
{
	struct client *oldest = NULL;

	for (unsigned int i = 0; i < PLACES; i++) {
		struct client *c = &ctl->client[i];
		uint64_t limit =
			is_reading(c) ? CTL_ROOM_READING : CTL_ROOM_SENDING;

		if (c->fd < 0 || !is_older(now, c->since, limit) ||
		    (!is_owner(uid) && is_owner(c->uid)))
			continue;
		if (oldest == NULL || c->since < oldest->since)
			oldest = c;
	}
	if (oldest != NULL)
		drop_client(ctl, oldest);
}

static int
open_client(struct ctl *ctl, struct client *c, int fd, uid_t uid,
	    enum right right, uint64_t now)
{
	struct epoll_event ev = { .events = EPOLLIN,
				  .data.u32 = (uint32_t)(c - ctl->client) };
	char *in = malloc(CTL_REQUEST_MAX);
	int rc = in == NULL ? -ENOMEM : 0;

	if (rc == 0 && epoll_ctl(ctl->epoll, EPOLL_CTL_ADD, fd, &ev) != 0)
		rc = -errno;
	if (rc != 0) {
		free(in);
		close(fd);
		return rc;
	}
	*c = (struct client){ .fd = fd,
			      .events = EPOLLIN,
			      .uid = uid,
			      .right = right,
			      .since = now,
			      .in = in,
			      .room = CTL_REQUEST_MAX };
	ctl->nclients++;
	return 0;
}

/* Sends an error without waiting, and disconnects. */
static int
turn_away(int fd, const char *code, const char *message, int rc)
{
	json_t *line = json_pack("{s:n, s:b, s:{s:s, s:s}}", "id", "ok", 0,
				 "error", "code", code, "message", message);
	char *text = json_dumps(line, JSON_COMPACT);

	if (text != NULL) {
		size_t size = strlen(text);

		text[size] = '\n'; /* in place of the NUL */
		send(fd, text, size + 1, MSG_NOSIGNAL | MSG_DONTWAIT);
	}
	free(text);
	json_decref(line);
	close(fd);
	return rc;
}

int
ctl_attach(struct ctl *ctl, int fd, uid_t uid, enum right right, uint64_t now)
{
	struct client *c = free_place(ctl, uid);
	char which[256];

	if (right == RIGHT_NONE) {
		rights_print(&ctl->rights, which, sizeof(which));
		return turn_away(fd, "denied", which, -EACCES);
	}
	if (c == NULL) {
		make_room(ctl, uid, now);
		c = free_place(ctl, uid);
	}
	if (c != NULL)
		return open_client(ctl, c, fd, uid, right, now);
	return turn_away(fd, "busy", "too many clients, try again", -EBUSY);
}

/* Of those without rights some a turn: they must not take the time of control. */
#define STRANGERS_A_TURN 4

static void
accept_some(struct ctl *ctl, uint64_t now)
{
	unsigned int strangers = 0;

	for (unsigned int i = 0; i < PLACES && strangers < STRANGERS_A_TURN;
	     i++) {
		int fd = accept4(ctl->socket.fd, NULL, NULL,
				 SOCK_NONBLOCK | SOCK_CLOEXEC);
		enum right right;
		uid_t uid;

		if (fd < 0)
			return;
		right = rights_of(&ctl->rights, fd, &uid);
		strangers += right == RIGHT_NONE;
		ctl_attach(ctl, fd, uid, right, now);
	}
}

static bool
is_overdue(const struct client *c, uint64_t now)
{
	if (is_reading(c))
		return is_older(now, c->since,
				c->nin > 0 ? CTL_REQUEST_AGE : CTL_PATIENCE);
	return is_older(now, c->since,
			c->closing ? CTL_REQUEST_AGE : CTL_PATIENCE) ||
	       is_older(now, c->begun, CTL_ANSWER_AGE);
}

static void
drop_overdue(struct ctl *ctl, uint64_t now)
{
	for (unsigned int i = 0; i < PLACES; i++)
		if (ctl->client[i].fd >= 0 && is_overdue(&ctl->client[i], now))
			drop_client(ctl, &ctl->client[i]);
}

/*
 * Those that are 'ready', and those that wait for this turn.  The next turn begins
 * behind the client that got the last part, so that each gets as many as any other.
 */
static void
serve_all(struct ctl *ctl, const bool ready[PLACES], uint64_t now)
{
	unsigned int first = ctl->first;

	ctl->parts = PARTS_A_TURN;
	for (unsigned int i = 0; i < PLACES; i++) {
		unsigned int n = (first + i) % PLACES, had = ctl->parts;
		struct client *c = &ctl->client[n];

		if (c->fd >= 0 && (ready[n] || c->waiting))
			serve(ctl, c, now);
		if (ctl->parts < had)
			ctl->first = (n + 1) % PLACES;
	}
}

void
ctl_turn(struct ctl *ctl, uint64_t now)
{
	struct epoll_event ev[PLACES + 1];
	int n = epoll_wait(ctl->epoll, ev, PLACES + 1, 0);
	bool ready[PLACES] = { false }, connects = false;

	for (int i = 0; i < n; i++) {
		if (ev[i].data.u32 == LISTENER)
			connects = true;
		else
			ready[ev[i].data.u32] = true;
	}
	serve_all(ctl, ready, now);
	if (connects)
		accept_some(ctl, now);
	drop_overdue(ctl, now);
}

unsigned int
ctl_clients(const struct ctl *ctl)
{
	return ctl->nclients;
}

int
ctl_fd(const struct ctl *ctl)
{
	return ctl->epoll;
}

struct ctl *
ctl_create(void)
{
	struct ctl *ctl = calloc(1, sizeof(*ctl));

	if (ctl == NULL)
		return NULL;
	ctl->socket = (struct unixsock){ .fd = -1, .lock = -1 };
	for (unsigned int i = 0; i < PLACES; i++)
		ctl->client[i].fd = -1;
	ctl->epoll = epoll_create1(EPOLL_CLOEXEC);
	if (ctl->epoll >= 0)
		return ctl;
	free(ctl);
	return NULL;
}

struct ctl *
ctl_open(const char *path, const char *operators, const char *readers,
	 struct faults *faults)
{
	struct ctl *ctl = ctl_create();
	struct rights *r;
	mode_t mode;

	if (ctl == NULL)
		return NULL;
	r = &ctl->rights;
	rights_find(r, operators, readers, faults);
	mode = r->readers.id != RIGHTS_NO_GROUP ? 0666 : 0660;
	if (unixsock_listen(&ctl->socket, path, mode, r->operators.id,
			    faults) == 0)
		return ctl;
	ctl_close(ctl);
	return NULL;
}

void
ctl_serve(struct ctl *ctl, const struct ctl_ops *ops, void *arg)
{
	struct epoll_event ev = { .events = EPOLLIN, .data.u32 = LISTENER };

	ctl->ops = ops;
	ctl->arg = arg;
	if (ctl->socket.fd >= 0)
		epoll_ctl(ctl->epoll, EPOLL_CTL_ADD, ctl->socket.fd, &ev);
}

void
ctl_close(struct ctl *ctl)
{
	if (ctl == NULL)
		return;
	for (unsigned int i = 0; i < PLACES; i++)
		if (ctl->client[i].fd >= 0)
			drop_client(ctl, &ctl->client[i]);
	unixsock_close(&ctl->socket);
	close(ctl->epoll);
	free(ctl);
}
