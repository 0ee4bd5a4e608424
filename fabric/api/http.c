/* SPDX-License-Identifier: BSD-3-Clause */
#include "fabric/api/http.h"

#include <errno.h>
#include <microhttpd.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>

#include <bsd/sys/queue.h>

#include "fabric/api/answer.h"
#include "fabric/api/http_listen.h"
#include "fabric/api/metrics.h"
#include "fabric/runtime/event.h"
#include "lib/clock.h"

/* A place where it could not listen is tried again. */
#define RETRY (2 * CLOCK_SECOND)

/* libmicrohttpd accepts no more; those that are being closed count. */
#define CONNECTIONS (2 * HTTP_CLIENTS)

#define BLOCK_SIZE 16384 /* of an answer by HTTP/1.0 */

struct client {
	LIST_ENTRY(client) next;
	struct http *http;
	struct MHD_Connection *connection;
	int fd;
	uint64_t since; /* ns: the connection, or its request was complete */
	bool answering, closing;
	bool taking; /* the values: the connection is suspended */
	struct metrics *metrics;
};

struct server {
	struct http_listen listen; /* fd -1: nowhere */
	struct MHD_Daemon *daemon;
};

struct http {
	struct answers *answers;
	struct server now;
	struct server next; /* of the apply under way */
	bool moves;         /* it listens elsewhere, if 'next' is kept */
	char *fault;
	uint64_t retry_due; /* ns */
	bool busy;          /* in this turn: it has read or taken something */
	unsigned int nclients, nscrapes;
	LIST_HEAD(, client) clients;
};

static uint64_t
now(const struct http *h)
{
	return h->answers->fabric->now;
}

/* The connection ends in the next turn of libmicrohttpd. */
static void
cut(struct client *c)
{
	if (!c->closing)
		shutdown(c->fd, SHUT_RDWR);
	c->closing = true;
}

static bool
is_older(const struct client *c, uint64_t seconds)
{
	return clock_since(now(c->http), c->since) > seconds * CLOCK_SECOND;
}

static void
make_room(struct http *h, struct client *newest)
{
	struct client *oldest = newest, *c;

	LIST_FOREACH(c, &h->clients, next)
	if (!c->closing && !c->answering && is_older(c, HTTP_ROOM_AGE) &&
	    c->since < oldest->since)
		oldest = c;
	cut(oldest);
}

static void
add_client(struct http *h, struct MHD_Connection *connection, void **context)
{
	const union MHD_ConnectionInfo *info = MHD_get_connection_info(
		connection, MHD_CONNECTION_INFO_CONNECTION_FD);
	struct client *c = calloc(1, sizeof(*c)), *other;
	unsigned int n = 0;

	*context = c;
	if (c == NULL) {
		if (info != NULL)
			shutdown(info->connect_fd, SHUT_RDWR);
		return;
	}
	c->http = h;
	c->connection = connection;
	c->fd = info->connect_fd;
	c->since = now(h);
	LIST_INSERT_HEAD(&h->clients, c, next);
	h->nclients++;
	LIST_FOREACH(other, &h->clients, next)
	n += !other->closing;
	if (n > HTTP_CLIENTS)
		make_room(h, c);
}

static void
end_scrape(struct client *c)
{
	if (c->metrics == NULL)
		return;
	metrics_end(c->metrics);
	c->metrics = NULL;
	c->taking = false;
	c->http->nscrapes--;
}

static void
remove_client(struct client *c)
{
	end_scrape(c);
	LIST_REMOVE(c, next);
	c->http->nclients--;
	free(c);
}

static void
connection_changed(void *arg, struct MHD_Connection *connection, void **context,
		   enum MHD_ConnectionNotificationCode what)
{
	if (what == MHD_CONNECTION_NOTIFY_STARTED)
		add_client(arg, connection, context);
	else if (*context != NULL)
		remove_client(*context);
}

static void
request_ended(void *arg, struct MHD_Connection *connection, void **context,
	      enum MHD_RequestTerminationCode how)
{
	(void)arg, (void)connection, (void)how;
	if (*context != NULL)
		end_scrape(*context);
}

/* Takes over 'response'.  A connection has one request. */
static enum MHD_Result
answer(struct MHD_Connection *connection, unsigned int status, const char *type,
       struct MHD_Response *response)
{
	enum MHD_Result ok;

	if (response == NULL)
		return MHD_NO;
	MHD_add_response_header(response, MHD_HTTP_HEADER_CONTENT_TYPE, type);
	MHD_add_response_header(response, MHD_HTTP_HEADER_CONNECTION, "close");
	if (status == MHD_HTTP_METHOD_NOT_ALLOWED)
		MHD_add_response_header(response, MHD_HTTP_HEADER_ALLOW,
					"GET, HEAD");
	if (status == MHD_HTTP_SERVICE_UNAVAILABLE)
		MHD_add_response_header(response, MHD_HTTP_HEADER_RETRY_AFTER,
					"1");
	ok = MHD_queue_response(connection, status, response);
	MHD_destroy_response(response);
	return ok;
}

static enum MHD_Result
refuse(struct client *c, unsigned int status, const char *why)
{
	c->answering = true;
	return answer(c->connection, status, "text/plain; charset=utf-8",
		      MHD_create_response_from_buffer(strlen(why),
						      (void *)(uintptr_t)why,
						      MHD_RESPMEM_PERSISTENT));
}

static ssize_t
read_metrics(void *arg, uint64_t at, char *text, size_t size)
{
	struct client *c = arg;
	long n = metrics_read(c->metrics, text, size);

	(void)at;
	c->http->busy = true;
	if (n < 0)
		return MHD_CONTENT_READER_END_WITH_ERROR;
	return n > 0 ? n : MHD_CONTENT_READER_END_OF_STREAM;
}

static enum MHD_Result
send_metrics(struct client *c, bool head)
{
	struct MHD_Response *response = MHD_create_response_from_callback(
		MHD_SIZE_UNKNOWN, BLOCK_SIZE, read_metrics, c, NULL);

	/* Or the end of the chunks that are not there would be sent. */
	if (response != NULL && head)
		MHD_set_response_options(response, MHD_RF_HTTP_VERSION_1_0_ONLY,
					 MHD_RO_END);
	return answer(c->connection, MHD_HTTP_OK, METRICS_CONTENT_TYPE,
		      response);
}

/* Whether the query of the request has this key, with or without a value. */
static bool
has_key(const struct client *c, const char *key)
{
	const char *value;
	size_t size;

	return MHD_lookup_connection_value_n(
		       c->connection, MHD_GET_ARGUMENT_KIND, key, strlen(key),
		       &value, &size) == MHD_YES;
}

static enum MHD_Result
begin_scrape(struct client *c, bool head)
{
	struct http *h = c->http;

	c->since = now(h);
	c->answering = true;
	if (head)
		return send_metrics(c, true);
	if (h->nscrapes == METRICS_MAX)
		return refuse(c, MHD_HTTP_SERVICE_UNAVAILABLE,
			      "too many scrapes at the same time\n");
	c->metrics = metrics_begin(h->answers, has_key(c, "matrix"));
	if (c->metrics == NULL)
		return MHD_NO;
	h->nscrapes++;
	c->taking = true;
	MHD_suspend_connection(c->connection);
	return MHD_YES;
}

/*
 * Called with the head of a request, and again for each part of its body, or when the
 * connection is resumed.
 */
static enum MHD_Result
request(void *arg, struct MHD_Connection *connection, const char *url,
	const char *method, const char *version, const char *upload,
	size_t *upload_size, void **context)
{
	const union MHD_ConnectionInfo *info = MHD_get_connection_info(
		connection, MHD_CONNECTION_INFO_SOCKET_CONTEXT);
	struct client *c = info != NULL ? info->socket_context : NULL;
	bool head = strcmp(method, MHD_HTTP_METHOD_HEAD) == 0;

	(void)arg, (void)version, (void)upload;
	if (c == NULL)
		return MHD_NO;
	if (*context != NULL) {
		*upload_size = 0;
		return c->metrics != NULL ? send_metrics(c, false) : MHD_YES;
	}
	*context = c;
	if (strcmp(url, "/metrics") != 0)
		return refuse(c, MHD_HTTP_NOT_FOUND,
			      "nothing is here: see /metrics\n");
	if (!head && strcmp(method, MHD_HTTP_METHOD_GET) != 0)
		return refuse(c, MHD_HTTP_METHOD_NOT_ALLOWED,
			      "only GET and HEAD\n");
	return begin_scrape(c, head);
}

/* Begins to serve the clients of a listening socket. */
static int
serve(struct http *h, struct server *s)
{
	s->daemon = MHD_start_daemon(
		MHD_USE_EPOLL | MHD_ALLOW_SUSPEND_RESUME, 0, NULL, NULL,
		request, h, MHD_OPTION_LISTEN_SOCKET, s->listen.fd,
		MHD_OPTION_CONNECTION_LIMIT, (unsigned int)CONNECTIONS,
		MHD_OPTION_CONNECTION_MEMORY_LIMIT, (size_t)HTTP_MEMORY,
		MHD_OPTION_NOTIFY_CONNECTION, connection_changed, h,
		MHD_OPTION_NOTIFY_COMPLETED, request_ended, NULL,
		MHD_OPTION_END);
	return s->daemon != NULL ? 0 : -ENOMEM;
}

/* Goes on to the next part of the values; then the answer can begin. */
static void
take(struct client *c)
{
	int rc = metrics_take(c->metrics);

	c->http->busy = true;
	if (rc == 0)
		return;
	c->taking = false;
	if (rc < 0)
		cut(c);
	MHD_resume_connection(c->connection);
}

/* All connections end; a suspended one must not be. */
static void
stop(struct http *h, struct server *s)
{
	struct client *c;

	if (s->daemon != NULL) {
		LIST_FOREACH(c, &h->clients, next)
		if (c->taking) {
			c->taking = false;
			cut(c);
			MHD_resume_connection(c->connection);
		}
		MHD_quiesce_daemon(s->daemon);
		MHD_stop_daemon(s->daemon);
	}
	s->daemon = NULL;
	http_listen_close(&s->listen);
}

static int
start(struct http *h, struct server *s, const struct config *config,
      struct faults *faults)
{
	int rc = http_listen_open(&s->listen, config, faults);

	if (rc == 0 && s->listen.fd >= 0)
		rc = serve(h, s);
	if (rc == 0)
		return 0;
	if (faults_errors(faults) == 0)
		faults_error(faults, config->fabric.at, "fabric",
			     "metrics: no memory for the HTTP server");
	http_listen_close(&s->listen);
	return rc;
}

static const char *
place_of(const struct config *config)
{
	return config->fabric.metrics != NULL ? config->fabric.metrics : "";
}

/* Listens as the running configuration says, at the start and when it is time. */
static void
try(struct http *h)
{
	const struct config *config = h->answers->fabric->config;
	struct faults *faults = faults_create();
	const char *why;
	bool failed = h->fault != NULL;

	h->retry_due = now(h) + RETRY;
	if (faults == NULL)
		return;
	free(h->fault);
	h->fault = NULL;
	if (start(h, &h->now, config, faults) != 0) {
		why = faults_first_error(faults);
		h->fault = strdup(why != NULL ? why : "no memory");
		if (!failed && h->fault != NULL)
			event_log(h->answers->fabric, DROP_WARNING, h->fault);
	}
	faults_free(faults);
}

int
http_prepare(struct http *h, const struct config *next, struct faults *faults)
{
	const struct config *config = h->answers->fabric->config;
	bool same_port = http_listen_collides(config, next);
	int rc;

	h->moves = strcmp(place_of(config), place_of(next)) != 0;
	if (!h->moves)
		return 0;
	/* Two sockets cannot have one port of overlapping addresses. */
	if (same_port)
		stop(h, &h->now);
	rc = start(h, &h->next, next, faults);
	if (rc != 0)
		http_undo(h);
	return rc;
}

void
http_keep(struct http *h)
{
	if (!h->moves)
		return;
	stop(h, &h->now);
	h->now = h->next;
	h->next = (struct server){ .listen = HTTP_LISTEN_NONE };
	h->moves = false;
	free(h->fault);
	h->fault = NULL;
}

void
http_undo(struct http *h)
{
	if (!h->moves)
		return;
	stop(h, &h->next);
	h->moves = false;
	if (h->now.daemon == NULL)
		try(h);
}

bool
http_turn(struct http *h)
{
	struct client *c;

	h->busy = false;
	if (h->now.daemon == NULL) {
		if (h->fault != NULL && now(h) >= h->retry_due)
			try(h);
		return false;
	}
	LIST_FOREACH(c, &h->clients, next)
	{
		if (c->taking)
			take(c);
		else if (is_older(c, c->answering ? HTTP_ANSWER_AGE
						  : HTTP_REQUEST_AGE))
			cut(c);
	}
	MHD_run(h->now.daemon);
	return h->busy;
}

unsigned int
http_clients(const struct http *h)
{
	return h->nclients;
}

const char *
http_fault(const struct http *h)
{
	return h->fault;
}

struct http *
http_create(struct answers *a)
{
	struct http *h = calloc(1, sizeof(*h));

	if (h == NULL)
		return NULL;
	h->answers = a;
	h->now.listen = h->next.listen = HTTP_LISTEN_NONE;
	LIST_INIT(&h->clients);
	try(h);
	return h;
}

void
http_free(struct http *h)
{
	if (h == NULL)
		return;
	stop(h, &h->now);
	stop(h, &h->next);
	free(h->fault);
	free(h);
}
