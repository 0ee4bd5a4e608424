/* SPDX-License-Identifier: BSD-3-Clause */
/* What comes from one client of the control socket, and goes there. */
#include "fabric/api/ctl_impl.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/socket.h>

/* Steps for one client in one turn: the fabric waits meanwhile. */
#define STEPS_A_TURN 8

static bool
is_long(const struct ctl_client *c)
{
	return c->room > CTL_REQUEST_MAX;
}

static void
forget_client(struct ctl *ctl, struct ctl_client *c)
{
	free(c->out);
	free(c->in);
	c->out = c->in = NULL;
	c->room = c->nin = c->nold = 0;
	c->take = NULL;
	c->fd = -1;
	ctl->nclients--;
}

void
ctl_drop_client(struct ctl *ctl, struct ctl_client *c)
{
	ctl_forget_request(ctl, c);
	if (c->take != NULL)
		c->take(ctl->arg, c->number, -1);
	close(c->fd);
	forget_client(ctl, c);
}

/* The answer is sent: the socket goes to what has made it. */
static void
give_away(struct ctl *ctl, struct ctl_client *c)
{
	epoll_ctl(ctl->epoll, EPOLL_CTL_DEL, c->fd, NULL);
	c->take(ctl->arg, c->number, c->fd);
	forget_client(ctl, c);
}

/* The end of the first line of the input, or NULL.  No octet is looked at twice. */
static char *
end_of_line(struct ctl_client *c)
{
	char *end = NULL;

	if (c->nold < c->nin)
		end = memchr(c->in + c->nold, '\n', c->nin - c->nold);
	c->nold = end != NULL ? (size_t)(end - c->in) : c->nin;
	return end;
}

/* Gives back the room of a long request. */
static void
shrink(struct ctl_client *c)
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
take_line(struct ctl *ctl, struct ctl_client *c, uint64_t now, bool *ok)
{
	char *end = end_of_line(c);
	size_t size;

	if (end == NULL)
		return false;
	size = (size_t)(end - c->in);
	c->since = c->begun = now;
	*ok = ctl_begin(ctl, c, c->in, size);
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
send_out(struct ctl_client *c, uint64_t now)
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
may_grow(const struct ctl *ctl, const struct ctl_client *c)
{
	unsigned int n = 0;

	if (c->room >= CTL_LONG_MAX)
		return false;
	for (unsigned int i = 0; i < CTL_PLACES && !is_long(c); i++)
		n += ctl->client[i].fd >= 0 && is_long(&ctl->client[i]);
	return n < (ctl_is_owner(c->uid) ? 2 : 1);
}

static bool
grow(const struct ctl *ctl, struct ctl_client *c)
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
has_few_values(struct ctl_client *c, size_t at)
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
receive_more(struct ctl *ctl, struct ctl_client *c, size_t n, uint64_t now)
{
	if (c->nin == 0)
		c->since = now;
	c->nin += n;
	if (has_few_values(c, c->nin - n))
		return STEP_ON;
	c->since = c->begun = now;
	return ctl_put_garbage(ctl, c, "the request has too many values")
		       ? STEP_ON
		       : STEP_GONE;
}

static enum step
receive(struct ctl *ctl, struct ctl_client *c, uint64_t now)
{
	ssize_t n;

	if (!grow(ctl, c)) {
		c->since = c->begun = now;
		return ctl_put_garbage(
			       ctl, c,
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
step(struct ctl *ctl, struct ctl_client *c, uint64_t now)
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
	if (c->answering && !ctl_answer(ctl, c))
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
watch(struct ctl *ctl, struct ctl_client *c)
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

void
ctl_serve_client(struct ctl *ctl, struct ctl_client *c, uint64_t now)
{
	enum step s = STEP_ON;

	for (unsigned int i = 0; i < STEPS_A_TURN && s == STEP_ON; i++)
		s = step(ctl, c, now);
	if (s == STEP_GONE)
		ctl_drop_client(ctl, c);
	else if (s != STEP_GIVEN)
		watch(ctl, c);
}
