/* SPDX-License-Identifier: BSD-3-Clause */
/* The control socket: its clients, and the places that they have. */
#include "fabric/api/ctl_impl.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>

#include "lib/clock.h"

/* Parts of answers for all clients in one turn: one may take a millisecond or two. */
#define PARTS_A_TURN 2

#define LISTENER CTL_PLACES /* its number, after those of the clients */

/* Whether the client is waited for: for a request, or to take its answer. */
static bool
is_reading(const struct ctl_client *c)
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

	for (unsigned int i = 0; i < CTL_PLACES; i++)
		n += ctl->client[i].fd >= 0 &&
		     !ctl_is_owner(ctl->client[i].uid);
	return n;
}

/* A place for a client of 'uid', or NULL. */
static struct ctl_client *
free_place(struct ctl *ctl, uid_t uid)
{
	if (!ctl_is_owner(uid) && guests(ctl) >= CTL_CLIENTS_MAX)
		return NULL;
	for (unsigned int i = 0; i < CTL_PLACES; i++)
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
	struct ctl_client *oldest = NULL;

	for (unsigned int i = 0; i < CTL_PLACES; i++) {
		struct ctl_client *c = &ctl->client[i];
		uint64_t limit =
			is_reading(c) ? CTL_ROOM_READING : CTL_ROOM_SENDING;

		if (c->fd < 0 || !is_older(now, c->since, limit) ||
		    (!ctl_is_owner(uid) && ctl_is_owner(c->uid)))
			continue;
		if (oldest == NULL || c->since < oldest->since)
			oldest = c;
	}
	if (oldest != NULL)
		ctl_drop_client(ctl, oldest);
}

static int
open_client(struct ctl *ctl, struct ctl_client *c, int fd, uid_t uid,
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
	*c = (struct ctl_client){ .fd = fd,
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
	struct ctl_client *c = free_place(ctl, uid);
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

	for (unsigned int i = 0; i < CTL_PLACES && strangers < STRANGERS_A_TURN;
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
is_overdue(const struct ctl_client *c, uint64_t now)
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
	for (unsigned int i = 0; i < CTL_PLACES; i++)
		if (ctl->client[i].fd >= 0 && is_overdue(&ctl->client[i], now))
			ctl_drop_client(ctl, &ctl->client[i]);
}

/*
 * Those that are 'ready', and those that wait for this turn.  The next turn begins
 * behind the client that got the last part, so that each gets as many as any other.
 */
static void
serve_all(struct ctl *ctl, const bool ready[CTL_PLACES], uint64_t now)
{
	unsigned int first = ctl->first;

	ctl->parts = PARTS_A_TURN;
	for (unsigned int i = 0; i < CTL_PLACES; i++) {
		unsigned int n = (first + i) % CTL_PLACES, had = ctl->parts;
		struct ctl_client *c = &ctl->client[n];

		if (c->fd >= 0 && (ready[n] || c->waiting))
			ctl_serve_client(ctl, c, now);
		if (ctl->parts < had)
			ctl->first = (n + 1) % CTL_PLACES;
	}
}

void
ctl_turn(struct ctl *ctl, uint64_t now)
{
	struct epoll_event ev[CTL_PLACES + 1];
	int n = epoll_wait(ctl->epoll, ev, CTL_PLACES + 1, 0);
	bool ready[CTL_PLACES] = { false }, connects = false;

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
	for (unsigned int i = 0; i < CTL_PLACES; i++)
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
	for (unsigned int i = 0; i < CTL_PLACES; i++)
		if (ctl->client[i].fd >= 0)
			ctl_drop_client(ctl, &ctl->client[i]);
	unixsock_close(&ctl->socket);
	close(ctl->epoll);
	free(ctl);
}
