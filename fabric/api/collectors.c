/* SPDX-License-Identifier: BSD-3-Clause */
#include "fabric/api/collectors.h"

#include <errno.h>
#include <netinet/in.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "fabric/runtime/event.h"
#include "fabric/runtime/runtime.h"
#include "lib/clock.h"

/* A socket that could not be made is tried again after so long. */
#define RETRY (10 * CLOCK_SECOND)

/*
 * A host without a collector answers some datagrams with ICMP, and not all: one is
 * taken to be back when there was no error for so long.
 */
#define QUIET (60 * CLOCK_SECOND)

struct collector {
	struct config_collector to;
	int fd;             /* connected; -1: none */
	uint64_t retry_due; /* ns: when to make the socket */
	uint64_t sent, unsent;
	int error;         /* why it is not reached; 0: it is */
	uint64_t error_at; /* ns: the last one */
};

struct collectors {
	struct fabric *fabric;
	unsigned int n;
	struct collector *at;
	uint64_t unsent; /* in all */
};

struct collectors *
collectors_create(struct fabric *f)
{
	struct collectors *c = calloc(1, sizeof(*c));

	if (c != NULL)
		c->fabric = f;
	return c;
}

static void
close_all(struct collector *at, unsigned int n)
{
	for (unsigned int i = 0; i < n; i++)
		if (at[i].fd >= 0)
			close(at[i].fd);
	free(at);
}

void
collectors_free(struct collectors *c)
{
	if (c == NULL)
		return;
	close_all(c->at, c->n);
	free(c);
}

static socklen_t
fill_address(const struct config_collector *to,
	     struct sockaddr_storage *address)
{
	struct sockaddr_in *in = (struct sockaddr_in *)address;
	struct sockaddr_in6 *in6 = (struct sockaddr_in6 *)address;

	memset(address, 0, sizeof(*address));
	if (to->ip.family == 4) {
		in->sin_family = AF_INET;
		in->sin_port = htons(to->port);
		memcpy(&in->sin_addr, to->ip.octet, sizeof(in->sin_addr));
		return sizeof(*in);
	}
	in6->sin6_family = AF_INET6;
	in6->sin6_port = htons(to->port);
	memcpy(&in6->sin6_addr, to->ip.octet, sizeof(in6->sin6_addr));
	return sizeof(*in6);
}

static void
log_collector(struct fabric *f, const struct collector *c, const char *what)
{
	char text[CONFIG_COLLECTOR_SIZE], line[256];

	snprintf(line, sizeof(line), "sFlow collector %s: %s",
		 config_collector_format(&c->to, text), what);
	event_raise(f, &(struct event){ .kind = EVENT_sflow_collector,
					.level = c->error != 0 ? DROP_WARNING
							       : DROP_NOTICE,
					.text = line });
}

static void
fail(struct fabric *f, struct collector *c, int error)
{
	bool first = c->error == 0;

	c->error = error;
	c->error_at = f->now;
	if (first)
		log_collector(f, c, strerror(error));
}

static void
succeed(struct fabric *f, struct collector *c)
{
	c->sent++;
	if (c->error == 0 || clock_since(f->now, c->error_at) < QUIET)
		return;
	c->error = 0;
	log_collector(f, c, "no error any more");
}

/* A connected socket, since only that learns of ICMP. */
static int
make_socket(const struct config_collector *to)
{
	struct sockaddr_storage address;
	socklen_t size = fill_address(to, &address);
	int fd = socket(address.ss_family,
			SOCK_DGRAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
	int rc;

	if (fd < 0)
		return -errno;
	if (connect(fd, (struct sockaddr *)&address, size) == 0)
		return fd;
	rc = -errno;
	close(fd);
	return rc;
}

static void
open_socket(struct fabric *f, struct collector *c)
{
	int fd;

	if (c->fd >= 0 || f->now < c->retry_due)
		return;
	fd = make_socket(&c->to);
	if (fd >= 0) {
		c->fd = fd;
		return;
	}
	c->retry_due = f->now + RETRY;
	fail(f, c, -fd);
}

static bool
is_same(const struct config_collector *a, const struct config_collector *b)
{
	return a->port == b->port && ipaddr_equal(&a->ip, &b->ip);
}

/* The collector as it was, if there was one of this address. */
static void
take_over(struct collectors *c, struct collector *to)
{
	for (unsigned int i = 0; i < c->n; i++) {
		if (!is_same(&c->at[i].to, &to->to))
			continue;
		*to = c->at[i];
		c->at[i].fd = -1;
	}
}

void
collectors_set(struct collectors *c, const struct config_collectors *list)
{
	struct collector *at = calloc(list->n + 1, sizeof(*at));

	if (at == NULL)
		return;
	for (unsigned int i = 0; i < list->n; i++) {
		at[i] = (struct collector){ .to = list->value[i], .fd = -1 };
		take_over(c, &at[i]);
		open_socket(c->fabric, &at[i]);
	}
	close_all(c->at, c->n);
	c->at = at;
	c->n = list->n;
}

static bool
source_of(const struct collector *c, struct ipaddr *a)
{
	struct sockaddr_storage address;
	const struct sockaddr_in *in = (struct sockaddr_in *)&address;
	const struct sockaddr_in6 *in6 = (struct sockaddr_in6 *)&address;
	socklen_t size = sizeof(address);

	memset(a, 0, sizeof(*a));
	if (c->fd < 0 ||
	    getsockname(c->fd, (struct sockaddr *)&address, &size) != 0)
		return false;
	a->family = address.ss_family == AF_INET ? 4 : 6;
	if (a->family == 4)
		memcpy(a->octet, &in->sin_addr, sizeof(in->sin_addr));
	else
		memcpy(a->octet, &in6->sin6_addr, sizeof(in6->sin6_addr));
	return true;
}

struct ipaddr
collectors_source(struct collectors *c)
{
	struct ipaddr a = { 0 };

	for (unsigned int i = 0; i < c->n; i++) {
		open_socket(c->fabric, &c->at[i]);
		if (source_of(&c->at[i], &a))
			break;
	}
	return a;
}

static void
send_to(struct collectors *all, struct collector *c, const void *octets,
	size_t size)
{
	struct fabric *f = all->fabric;
	ssize_t n = -1;

	open_socket(f, c);
	if (c->fd >= 0) {
		n = send(c->fd, octets, size, MSG_DONTWAIT | MSG_NOSIGNAL);
		if (n < 0 && errno == ECONNREFUSED) {
			/* That is about an earlier datagram, and not sent. */
			fail(f, c, errno);
			n = send(c->fd, octets, size,
				 MSG_DONTWAIT | MSG_NOSIGNAL);
		}
		if (n < 0 && errno != EAGAIN && errno != ENOBUFS)
			fail(f, c, errno);
	}
	if (n >= 0) {
		succeed(f, c);
		return;
	}
	c->unsent++;
	all->unsent++;
}

void
collectors_send(struct collectors *c, const void *octets, size_t size)
{
	for (unsigned int i = 0; i < c->n; i++)
		send_to(c, &c->at[i], octets, size);
}

uint64_t
collectors_unsent(const struct collectors *c)
{
	return c->unsent;
}

bool
collectors_get(const struct collectors *c, unsigned int i,
	       struct collectors_row *row)
{
	const struct collector *at = &c->at[i];

	if (i >= c->n)
		return false;
	config_collector_format(&at->to, row->name);
	row->sent = at->sent;
	row->unsent = at->unsent;
	row->why = at->error != 0 ? strerror(at->error) : NULL;
	return true;
}
