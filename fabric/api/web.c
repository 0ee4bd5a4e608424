/* SPDX-License-Identifier: BSD-3-Clause */
#include "fabric/api/web.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "fabric/api/answer.h"
#include "fabric/api/command.h"
#include "fabric/api/http_reply.h"
#include "fabric/api/monitor.h"
#include "fabric/api/web_exchange.h"
#include "lib/clock.h"

/* An answer that no client has asked for lately goes. */
#define KEPT_FOR (10 * CLOCK_SECOND)

/* If the configuration changes again and again meanwhile. */
#define TRIES 3

static const struct {
	enum http_site site;
	const char *path, *file;
} files[] = {
	{ HTTP_OWN, "/", "status.html" },
	{ HTTP_OWN, "/status.js", "status.js" },
	{ HTTP_OWN, "/common.js", "common.js" },
	{ HTTP_OWN, "/style.css", "style.css" },
	{ HTTP_OWN, "/icon.svg", "icon.svg" },
	{ HTTP_PUBLIC, "/", "public.html" },
	{ HTTP_PUBLIC, "/public.js", "public.js" },
	{ HTTP_PUBLIC, "/common.js", "common.js" },
	{ HTTP_PUBLIC, "/style.css", "style.css" },
	{ HTTP_PUBLIC, "/icon.svg", "icon.svg" },
};

static enum ctl_verdict
web_events(struct answers *a, struct ctl_request *rq, json_t **part)
{
	(void)rq;
	*part = monitors_kept(a->monitors);
	return CTL_END;
}

/* A command, or a function of its own. */
struct source {
	enum http_site site;
	const char *path;
	enum command_id command;
	answer_fn *answer;
	bool of_port; /* it takes ?port= */
};

static const struct source sources[] = {
	{ HTTP_OWN, "/api/status", COMMAND_status, NULL, false },
	{ HTTP_OWN, "/api/ports", COMMAND_port_show, NULL, false },
	{ HTTP_OWN, "/api/drops", COMMAND_port_drops, NULL, true },
	{ HTTP_OWN, "/api/workers", COMMAND_worker_show, NULL, false },
	{ HTTP_OWN, "/api/sponge", COMMAND_sponge_stats, NULL, false },
	{ HTTP_OWN, "/api/events", COMMAND_N, web_events, false },
	{ HTTP_PUBLIC, "/api/policy", COMMAND_policy_show, NULL, false },
	{ HTTP_PUBLIC, "/api/exchange", COMMAND_N, web_exchange, false },
};

struct web_answer {
	const struct source *source; /* NULL: the place is free */
	char port[CONFIG_NAME_SIZE]; /* "": none */
	unsigned int users;
	bool made;
	uint64_t at; /* ns: when it was made */
	unsigned int status;
	struct MHD_Response *response;

	/* While it is made. */
	struct ctl_request rq;
	json_t *args;
	unsigned int tries;
	char *text;
	size_t n, room;
};

struct web {
	struct answers *answers;
	const struct ctl_ops *ops;
	unsigned int next; /* whose part is made next */
	struct web_answer answer[WEB_ANSWERS];
};

const struct asset *
web_file(enum http_site site, const char *path)
{
	for (size_t i = 0; i < sizeof(files) / sizeof(files[0]); i++)
		if (files[i].site == site && strcmp(files[i].path, path) == 0)
			return asset_find(files[i].file);
	return NULL;
}

static const struct source *
find_source(enum http_site site, const char *path)
{
	for (size_t i = 0; i < sizeof(sources) / sizeof(sources[0]); i++)
		if (sources[i].site == site &&
		    strcmp(sources[i].path, path) == 0)
			return &sources[i];
	return NULL;
}

static uint64_t
now(const struct web *w)
{
	return w->answers->fabric->now;
}

/* Ends the request to the fabric. */
static void
end_request(struct web *w, struct web_answer *x)
{
	if (x->source->answer == NULL)
		w->ops->done(w->answers, &x->rq);
	json_decref(x->rq.details);
	json_decref(x->args);
	x->rq = (struct ctl_request){ 0 };
	x->args = NULL;
	free(x->text);
	x->text = NULL;
	x->n = x->room = 0;
}

static void
release(struct web *w, struct web_answer *x)
{
	if (!x->made)
		end_request(w, x);
	if (x->response != NULL)
		MHD_destroy_response(x->response);
	*x = (struct web_answer){ 0 };
}

static int
begin_request(struct web_answer *x)
{
	x->rq.uid = (uid_t)-1; /* no user of the machine */
	if (x->source->answer == NULL)
		x->rq.command = command_get(x->source->command);
	if (x->port[0] == '\0')
		return 0;
	x->args = json_pack("{s:s}", "port", x->port);
	x->rq.args = x->args;
	return x->args != NULL ? 0 : -ENOMEM;
}

static bool
is_fresh(const struct web *w, const struct web_answer *x)
{
	uint64_t age =
		x->source->site == HTTP_OWN ? WEB_OWN_AGE : WEB_PUBLIC_AGE;

	return !x->made ||
	       (x->status == MHD_HTTP_OK && clock_since(now(w), x->at) < age);
}

static struct web_answer *
find(struct web *w, const struct source *source, const char *port)
{
	for (unsigned int i = 0; i < WEB_ANSWERS; i++) {
		struct web_answer *x = &w->answer[i];

		if (x->source == source && strcmp(x->port, port) == 0 &&
		    is_fresh(w, x))
			return x;
	}
	return NULL;
}

/* A place that is free, or that of the oldest answer that no client waits for. */
static struct web_answer *
find_place(struct web *w)
{
	struct web_answer *oldest = NULL;

	for (unsigned int i = 0; i < WEB_ANSWERS; i++) {
		struct web_answer *x = &w->answer[i];

		if (x->source == NULL)
			return x;
		if (x->made && x->users == 0 &&
		    (oldest == NULL || x->at < oldest->at))
			oldest = x;
	}
	if (oldest != NULL)
		release(w, oldest);
	return oldest;
}

struct web_answer *
web_ask(struct web *w, enum http_site site, const char *path, const char *port)
{
	const struct source *source = find_source(site, path);
	struct web_answer *x;

	errno = ENOENT;
	if (source == NULL || (port != NULL) != source->of_port)
		return NULL;
	if (port == NULL)
		port = "";
	if (strlen(port) >= CONFIG_NAME_SIZE)
		return NULL;
	x = find(w, source, port);
	if (x == NULL) {
		x = find_place(w);
		errno = EBUSY;
		if (x == NULL)
			return NULL;
		x->source = source;
		strcpy(x->port, port);
		errno = ENOMEM;
		if (begin_request(x) != 0) {
			release(w, x);
			return NULL;
		}
	}
	x->users++;
	return x;
}

void
web_leave(struct web_answer *x)
{
	x->users--;
}

bool
web_is_made(const struct web_answer *x)
{
	return x->made;
}

struct MHD_Response *
web_response(const struct web_answer *x, unsigned int *status)
{
	*status = x->status;
	return x->response;
}

/* Making one. */

static bool
put(struct web_answer *x, const char *text, size_t n)
{
	if (x->n + n > WEB_OCTETS_MAX)
		return false;
	if (x->n + n > x->room) {
		size_t room = x->room * 2 > x->n + n ? x->room * 2 : x->n + n;
		char *more = realloc(x->text, room);

		if (more == NULL)
			return false;
		x->text = more;
		x->room = room;
	}
	memcpy(x->text + x->n, text, n);
	x->n += n;
	return true;
}

/* The rows of all parts are one array; an object is the whole answer. */
static bool
put_part(struct web_answer *x, const json_t *part)
{
	char *text = json_dumps(part, JSON_COMPACT);
	size_t n = text != NULL ? strlen(text) : 0;
	bool ok = text != NULL;

	if (json_is_array(part) && n > 2)
		ok = put(x, x->n == 0 ? "[" : ",", 1) &&
		     put(x, text + 1, n - 2);
	else if (json_is_object(part))
		ok = put(x, text, n);
	free(text);
	return ok;
}

/* The text is given away. */
static void
finish(struct web *w, struct web_answer *x, unsigned int status)
{
	char *text = x->text;
	size_t n = x->n;

	x->text = NULL;
	end_request(w, x);
	x->made = true;
	x->at = now(w);
	x->status = status;
	x->response =
		MHD_create_response_from_buffer(n, text, MHD_RESPMEM_MUST_FREE);
	if (x->response == NULL) {
		free(text);
		return;
	}
	http_reply_headers(x->response, "application/json");
	if (status == MHD_HTTP_SERVICE_UNAVAILABLE)
		MHD_add_response_header(x->response,
					MHD_HTTP_HEADER_RETRY_AFTER, "1");
}

/* {"error": {"code": "not_found", "message": ...}} */
static void
finish_error(struct web *w, struct web_answer *x, const char *code,
	     const char *message)
{
	json_t *e = json_pack("{s:{s:s, s:s}}", "error", "code", code,
			      "message", message);
	bool later = strcmp(code, "busy") == 0 || strcmp(code, "failed") == 0 ||
		     strcmp(code, "changed") == 0;

	x->n = 0;
	if (e != NULL)
		put_part(x, e);
	json_decref(e);
	finish(w, x, later ? MHD_HTTP_SERVICE_UNAVAILABLE : MHD_HTTP_NOT_FOUND);
}

/* From the beginning, if the configuration has changed. */
static void
fail(struct web *w, struct web_answer *x)
{
	char message[sizeof(x->rq.message)];
	const char *code = x->rq.code;

	if (strcmp(code, "changed") == 0 && ++x->tries < TRIES) {
		end_request(w, x);
		if (begin_request(x) == 0)
			return;
		code = "failed";
	}
	strcpy(message, x->rq.message);
	finish_error(w, x, code, message);
}

/*
 * As answers.c does for commands: not while tables of LANs do not follow the
 * configuration yet, and all parts are of one configuration.
 */
static enum ctl_verdict
make_own(struct web *w, struct web_answer *x, json_t **part)
{
	const struct fabric *f = w->answers->fabric;

	if (f->stale_lans != 0)
		return CTL_WAIT;
	if (x->rq.generation == 0)
		x->rq.generation = f->generation;
	if (x->rq.generation != f->generation)
		return ctl_refuse(&x->rq, "changed",
				  "the configuration has changed meanwhile");
	return x->source->answer(w->answers, &x->rq, part);
}

static void
make_part(struct web *w, struct web_answer *x)
{
	json_t *part = NULL;
	enum ctl_verdict v =
		x->source->answer != NULL
			? make_own(w, x, &part)
			: w->ops->answer(w->answers, &x->rq, &part);

	if (v == CTL_ERROR) {
		fail(w, x);
	} else if (v != CTL_WAIT) {
		bool array = json_is_array(part);

		if (!put_part(x, part) ||
		    (v == CTL_END && array &&
		     !put(x, x->n == 0 ? "[]" : "]", x->n == 0 ? 2 : 1)))
			finish_error(w, x, "failed", "no memory");
		else if (v == CTL_END)
			finish(w, x, MHD_HTTP_OK);
	}
	json_decref(part);
}

/* Those that no client has asked for lately. */
static void
forget_old(struct web *w)
{
	for (unsigned int i = 0; i < WEB_ANSWERS; i++) {
		struct web_answer *x = &w->answer[i];

		if (x->source != NULL && x->made && x->users == 0 &&
		    clock_since(now(w), x->at) > KEPT_FOR)
			release(w, x);
	}
}

bool
web_turn(struct web *w)
{
	forget_old(w);
	for (unsigned int i = 0; i < WEB_ANSWERS; i++) {
		unsigned int at = (w->next + i) % WEB_ANSWERS;

		if (w->answer[at].source == NULL || w->answer[at].made)
			continue;
		w->next = at + 1;
		make_part(w, &w->answer[at]);
		return true;
	}
	return false;
}

struct web *
web_create(struct answers *a, const struct ctl_ops *ops)
{
	struct web *w = calloc(1, sizeof(*w));

	if (w == NULL)
		return NULL;
	w->answers = a;
	w->ops = ops;
	return w;
}

void
web_free(struct web *w)
{
	if (w == NULL)
		return;
	for (unsigned int i = 0; i < WEB_ANSWERS; i++)
		if (w->answer[i].source != NULL)
			release(w, &w->answer[i]);
	free(w);
}
