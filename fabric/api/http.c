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
#include "fabric/api/http_reply.h"
#include "fabric/api/metrics.h"
#include "fabric/api/monitor.h"
#include "fabric/api/web.h"
#include "fabric/runtime/event.h"
#include "lib/clock.h"

/* A place where it could not listen is tried again. */
#define RETRY (2 * CLOCK_SECOND)

/* libmicrohttpd accepts no more; those that are being closed count. */
#define CONNECTIONS (2 * HTTP_CLIENTS)

#define BLOCK_SIZE 16384 /* of an answer by HTTP/1.0 */

#define TEXT_TYPE "text/plain; charset=utf-8"

struct client {
	LIST_ENTRY(client) next;
	struct site *site;
	struct MHD_Connection *connection;
	int fd;
	uint64_t since; /* ns: the connection, or its request was complete */
	bool answering, closing;
	bool taking;             /* what is sent is made: it is suspended */
	struct metrics *metrics; /* of a scrape */
	struct web_answer *web;  /* while it is made */
	bool has_answer;         /* JSON, up to the end of the request */
};

struct server {
	struct http_listen listen; /* fd -1: nowhere */
	struct MHD_Daemon *daemon;
};

/* One of the two places where it listens. */
struct site {
	struct http *http;
	enum http_site id;
	struct server now;
	struct server next; /* of the apply under way */
	bool moves;         /* it listens elsewhere, if 'next' is kept */
	char *fault;
	uint64_t retry_due; /* ns */
	uint64_t turn_due;  /* ns */
	unsigned int nclients, nanswers;
	LIST_HEAD(, client) clients;
};

struct http {
	struct answers *answers;
	struct web *web;
	bool busy; /* in this turn: it has read or taken something */
	unsigned int nscrapes;
	uint64_t rate_due; /* ns: of the next request of the public */
	struct site site[HTTP_SITES];
};

#define FOREACH_SITE(h, s)                                                     \
	for (struct site *s = (h)->site; s < (h)->site + HTTP_SITES; s++)

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
	return clock_since(now(c->site->http), c->since) >
	       seconds * CLOCK_SECOND;
}

static void
make_room(struct site *s, struct client *newest)
{
	struct client *oldest = newest, *c;

	LIST_FOREACH(c, &s->clients, next)
	if (!c->closing && !c->answering && is_older(c, HTTP_ROOM_AGE) &&
	    c->since < oldest->since)
		oldest = c;
	cut(oldest);
}

static void
add_client(struct site *s, struct MHD_Connection *connection, void **context)
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
	c->site = s;
	c->connection = connection;
	c->fd = info->connect_fd;
	c->since = now(s->http);
	LIST_INSERT_HEAD(&s->clients, c, next);
	s->nclients++;
	LIST_FOREACH(other, &s->clients, next)
	n += !other->closing;
	if (n > HTTP_CLIENTS)
		make_room(s, c);
}

static void
end_scrape(struct client *c)
{
	if (c->metrics == NULL)
		return;
	metrics_end(c->metrics);
	c->metrics = NULL;
	c->taking = false;
	c->site->http->nscrapes--;
}

static void
end_web(struct client *c)
{
	if (c->web != NULL)
		web_leave(c->web);
	c->web = NULL;
	if (c->has_answer)
		c->site->nanswers--;
	c->has_answer = false;
}

static void
remove_client(struct client *c)
{
	end_scrape(c);
	end_web(c);
	LIST_REMOVE(c, next);
	c->site->nclients--;
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
	if (*context == NULL)
		return;
	end_scrape(*context);
	end_web(*context);
}

static enum MHD_Result
refuse(struct client *c, unsigned int status, const char *why)
{
	c->answering = true;
	return http_reply(c->connection, status, TEXT_TYPE,
			  MHD_create_response_from_buffer(
				  strlen(why), (void *)(uintptr_t)why,
				  MHD_RESPMEM_PERSISTENT));
}

/* Scrapes. */

static ssize_t
read_metrics(void *arg, uint64_t at, char *text, size_t size)
{
	struct client *c = arg;
	long n = metrics_read(c->metrics, text, size);

	(void)at;
	c->site->http->busy = true;
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
	return http_reply(c->connection, MHD_HTTP_OK, METRICS_CONTENT_TYPE,
			  response);
}

/* What is sent is made first. */
static enum MHD_Result
suspend(struct client *c)
{
	c->taking = true;
	MHD_suspend_connection(c->connection);
	return MHD_YES;
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
	struct http *h = c->site->http;

	if (head)
		return send_metrics(c, true);
	if (h->nscrapes == METRICS_MAX)
		return refuse(c, MHD_HTTP_SERVICE_UNAVAILABLE,
			      "too many scrapes at the same time\n");
	c->metrics = metrics_begin(h->answers, has_key(c, "matrix"));
	if (c->metrics == NULL)
		return MHD_NO;
	h->nscrapes++;
	return suspend(c);
}

/* Pages. */

static bool
has_page(const struct site *s)
{
	const struct config *config = s->http->answers->fabric->config;

	return s->id == HTTP_PUBLIC || config->fabric.status_page == CONFIG_ON;
}

static enum MHD_Result
send_file(struct client *c, const struct asset *file)
{
	return http_reply(c->connection, MHD_HTTP_OK, file->type,
			  MHD_create_response_from_buffer(
				  file->size, (void *)(uintptr_t)file->text,
				  MHD_RESPMEM_PERSISTENT));
}

static enum MHD_Result
begin_web(struct client *c, const char *url)
{
	struct site *s = c->site;

	if (s->nanswers == HTTP_ANSWERS)
		return refuse(c, MHD_HTTP_SERVICE_UNAVAILABLE,
			      "too many answers at the same time\n");
	c->web = web_ask(s->http->web, s->id, url,
			 MHD_lookup_connection_value(
				 c->connection, MHD_GET_ARGUMENT_KIND, "port"));
	if (c->web == NULL && errno == ENOENT)
		return refuse(c, MHD_HTTP_NOT_FOUND, "nothing is here\n");
	if (c->web == NULL && errno == EBUSY)
		return refuse(c, MHD_HTTP_SERVICE_UNAVAILABLE,
			      "too many answers at the same time\n");
	if (c->web == NULL)
		return MHD_NO;
	s->nanswers++;
	c->has_answer = true;
	return suspend(c);
}

/* The connection keeps the text for itself. */
static enum MHD_Result
send_web(struct client *c)
{
	unsigned int status;
	struct MHD_Response *response = web_response(c->web, &status);

	web_leave(c->web);
	c->web = NULL;
	return response != NULL
		       ? MHD_queue_response(c->connection, status, response)
		       : MHD_NO;
}

/* Whether the public server may answer one more request now. */
static bool
may_answer(struct http *h)
{
	const uint64_t cost = CLOCK_SECOND / HTTP_PUBLIC_RATE;

	if (h->rate_due < now(h))
		h->rate_due = now(h);
	if (h->rate_due + cost > now(h) + HTTP_PUBLIC_BURST * cost)
		return false;
	h->rate_due += cost;
	return true;
}

static enum MHD_Result
serve_page(struct client *c, const char *url)
{
	const struct asset *file = web_file(c->site->id, url);
	const char *host = MHD_lookup_connection_value(
		c->connection, MHD_HEADER_KIND, MHD_HTTP_HEADER_HOST);

	if (c->site->id == HTTP_OWN && !http_host_is_own(host))
		return refuse(c, MHD_HTTP_MISDIRECTED_REQUEST,
			      "the status page is shown by address, or as "
			      "localhost\n");
	return file != NULL ? send_file(c, file) : begin_web(c, url);
}

static enum MHD_Result
begin(struct client *c, const char *url, const char *method)
{
	struct site *s = c->site;
	bool head = strcmp(method, MHD_HTTP_METHOD_HEAD) == 0;
	bool scrape = s->id == HTTP_OWN && strcmp(url, "/metrics") == 0;

	if (s->id == HTTP_PUBLIC && !may_answer(s->http))
		return refuse(c, MHD_HTTP_TOO_MANY_REQUESTS,
			      "too many requests\n");
	if (!scrape && !has_page(s))
		return refuse(c, MHD_HTTP_NOT_FOUND,
			      "nothing is here: see /metrics\n");
	if (!head && strcmp(method, MHD_HTTP_METHOD_GET) != 0)
		return refuse(c, MHD_HTTP_METHOD_NOT_ALLOWED,
			      "only GET and HEAD\n");
	c->since = now(s->http);
	c->answering = true;
	return scrape ? begin_scrape(c, head) : serve_page(c, url);
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

	(void)arg, (void)version, (void)upload;
	if (c == NULL)
		return MHD_NO;
	if (*context == NULL) {
		*context = c;
		return begin(c, url, method);
	}
	*upload_size = 0;
	if (c->metrics != NULL)
		return send_metrics(c, false);
	return c->web != NULL ? send_web(c) : MHD_YES;
}

/* Listening. */

/* Begins to serve the clients of a listening socket. */
static int
serve(struct site *site, struct server *s)
{
	s->daemon = MHD_start_daemon(
		MHD_USE_EPOLL | MHD_ALLOW_SUSPEND_RESUME, 0, NULL, NULL,
		request, site, MHD_OPTION_LISTEN_SOCKET, s->listen.fd,
		MHD_OPTION_CONNECTION_LIMIT, (unsigned int)CONNECTIONS,
		MHD_OPTION_CONNECTION_MEMORY_LIMIT, (size_t)HTTP_MEMORY,
		MHD_OPTION_NOTIFY_CONNECTION, connection_changed, site,
		MHD_OPTION_NOTIFY_COMPLETED, request_ended, NULL,
		MHD_OPTION_END);
	return s->daemon != NULL ? 0 : -ENOMEM;
}

/* Goes on to the next part of the values; then the answer can begin. */
static void
take(struct client *c)
{
	int rc;

	c->site->http->busy = true;
	rc = c->web != NULL ? web_is_made(c->web) : metrics_take(c->metrics);
	if (rc == 0)
		return;
	c->taking = false;
	c->since = now(c->site->http);
	if (rc < 0)
		cut(c);
	MHD_resume_connection(c->connection);
}

/* All connections end; a suspended one must not be. */
static void
stop(struct site *site, struct server *s)
{
	struct client *c;

	if (s->daemon != NULL) {
		LIST_FOREACH(c, &site->clients, next)
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
start(struct site *site, struct server *s, const struct config *config,
      struct faults *faults)
{
	int rc = http_listen_open(&s->listen, config, site->id, faults);

	if (rc == 0 && s->listen.fd >= 0)
		rc = serve(site, s);
	if (rc == 0)
		return 0;
	if (faults_errors(faults) == 0)
		faults_error(faults, config->fabric.at, "fabric",
			     "%s: no memory for the HTTP server",
			     http_listen_key(site->id));
	http_listen_close(&s->listen);
	return rc;
}

/* Listens as the running configuration says, at the start and when it is time. */
static void
try(struct site *s)
{
	struct fabric *f = s->http->answers->fabric;
	struct faults *faults = faults_create();
	const char *why;
	bool failed = s->fault != NULL;

	s->retry_due = f->now + RETRY;
	if (faults == NULL)
		return;
	free(s->fault);
	s->fault = NULL;
	if (start(s, &s->now, f->config, faults) != 0) {
		why = faults_first_error(faults);
		s->fault = strdup(why != NULL ? why : "no memory");
		if (!failed && s->fault != NULL)
			event_log(f, DROP_WARNING, s->fault);
	}
	faults_free(faults);
}

static bool
is_moved(const struct config *from, const struct config *to, enum http_site id)
{
	const char *a = http_listen_place(from, id);
	const char *b = http_listen_place(to, id);

	return strcmp(a != NULL ? a : "", b != NULL ? b : "") != 0;
}

/*
 * Two sockets cannot have one port of overlapping addresses, be they of one server, or
 * of two that change places.
 */
static void
stop_colliding(struct http *h, const struct config *next)
{
	const struct config *config = h->answers->fabric->config;

	FOREACH_SITE(h, old)
	FOREACH_SITE(h, new)
	if (old->moves && new->moves &&
	    http_listen_collides(config, old->id, next, new->id))
		stop(old, &old->now);
}

int
http_prepare(struct http *h, const struct config *next, struct faults *faults)
{
	const struct config *config = h->answers->fabric->config;
	int rc = 0;

	FOREACH_SITE(h, s)
	s->moves = is_moved(config, next, s->id);
	stop_colliding(h, next);
	FOREACH_SITE(h, s)
	if (rc == 0 && s->moves)
		rc = start(s, &s->next, next, faults);
	if (rc != 0)
		http_undo(h);
	return rc;
}

void
http_keep(struct http *h)
{
	FOREACH_SITE(h, s)
	{
		if (!s->moves)
			continue;
		stop(s, &s->now);
		s->now = s->next;
		s->next = (struct server){ .listen = HTTP_LISTEN_NONE };
		s->moves = false;
		free(s->fault);
		s->fault = NULL;
	}
}

void
http_undo(struct http *h)
{
	bool moved[HTTP_SITES];

	FOREACH_SITE(h, s)
	{
		moved[s->id] = s->moves;
		if (s->moves)
			stop(s, &s->next);
		s->moves = false;
	}
	FOREACH_SITE(h, s)
	if (moved[s->id] && s->now.daemon == NULL)
		try(s);
}

static void
turn(struct site *s)
{
	struct http *h = s->http;
	struct client *c;

	if (s->now.daemon == NULL) {
		if (s->fault != NULL && now(h) >= s->retry_due)
			try(s);
		return;
	}
	if (now(h) < s->turn_due)
		return;
	if (s->id == HTTP_PUBLIC)
		s->turn_due = now(h) + HTTP_PUBLIC_TURN;
	LIST_FOREACH(c, &s->clients, next)
	{
		if (c->taking)
			take(c);
		else if (is_older(c, c->answering ? HTTP_ANSWER_AGE
						  : HTTP_REQUEST_AGE))
			cut(c);
	}
	MHD_run(s->now.daemon);
}

bool
http_turn(struct http *h)
{
	h->busy = false;
	monitors_keep(h->answers->monitors,
		      h->site[HTTP_OWN].now.daemon != NULL &&
			      has_page(&h->site[HTTP_OWN]));
	h->busy = web_turn(h->web);
	FOREACH_SITE(h, s)
	turn(s);
	return h->busy;
}

unsigned int
http_clients(const struct http *h)
{
	return h->site[HTTP_OWN].nclients + h->site[HTTP_PUBLIC].nclients;
}

void
http_add_faults(const struct http *h, json_t *problems)
{
	for (unsigned int i = 0; i < HTTP_SITES; i++)
		if (h->site[i].fault != NULL)
			json_array_append_new(problems,
					      json_string(h->site[i].fault));
}

struct http *
http_create(struct answers *a, const struct ctl_ops *ops)
{
	struct http *h = calloc(1, sizeof(*h));

	if (h == NULL)
		return NULL;
	h->answers = a;
	h->web = web_create(a, ops);
	if (h->web == NULL) {
		free(h);
		return NULL;
	}
	FOREACH_SITE(h, s)
	{
		s->http = h;
		s->id = (enum http_site)(s - h->site);
		s->now.listen = s->next.listen = HTTP_LISTEN_NONE;
		LIST_INIT(&s->clients);
		try(s);
	}
	return h;
}

void
http_free(struct http *h)
{
	if (h == NULL)
		return;
	FOREACH_SITE(h, s)
	{
		stop(s, &s->now);
		stop(s, &s->next);
		free(s->fault);
	}
	web_free(h->web);
	free(h);
}
