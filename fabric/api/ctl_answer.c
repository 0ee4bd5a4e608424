/* SPDX-License-Identifier: BSD-3-Clause */
/* A request to the control socket, and its answer. */
#include "fabric/api/ctl_impl.h"

#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include "fabric/api/command.h"

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

void
ctl_forget_request(struct ctl *ctl, struct ctl_client *c)
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

/* Puts 'line' (taken) into the empty output; false: out of memory. */
static bool
put_line(struct ctl_client *c, json_t *line)
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
error_line(const struct ctl_client *c)
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
put_error(struct ctl *ctl, struct ctl_client *c)
{
	bool ok = put_line(c, error_line(c));

	ctl_forget_request(ctl, c);
	return ok;
}

/* The input is no request: sends an error, then disconnects. */
bool
ctl_put_garbage(struct ctl *ctl, struct ctl_client *c, const char *why)
{
	ctl_refuse(&c->rq, "bad_request", "%s", why);
	c->closing = true;
	return put_error(ctl, c);
}

/* Adds the text of a part to the line that announces it; false: out of memory. */
static bool
put_text(struct ctl_client *c)
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
put_result(struct ctl *ctl, struct ctl_client *c, json_t *part, bool end)
{
	json_t *line = json_pack("{s:O?, s:b, s:o?}", "id", c->id, "ok", 1,
				 "result", part);
	bool ok;

	if (line != NULL && end)
		json_object_set_new(line, "end", json_true());
	ok = line != NULL && put_line(c, line) &&
	     (c->rq.text == NULL || put_text(c));
	if (!ok || end)
		ctl_forget_request(ctl, c);
	return ok;
}

bool
ctl_answer(struct ctl *ctl, struct ctl_client *c)
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
hello(struct ctl *ctl, struct ctl_client *c)
{
	return put_result(ctl, c,
			  json_pack("{s:s, s:s, s:i}", "program", "ixfabricd",
				    "version", IXF_VERSION, "api", CTL_API),
			  true);
}

static bool
bad_arguments(struct ctl *ctl, struct ctl_client *c, struct faults *faults)
{
	const char *why = faults_text(faults, 0);

	ctl_refuse(&c->rq, "usage", "%s", why != NULL ? why : "bad arguments");
	return put_error(ctl, c);
}

static bool
put_denial(struct ctl *ctl, struct ctl_client *c, const char *name)
{
	char which[256];

	rights_print(&ctl->rights, which, sizeof(which));
	ctl_refuse(&c->rq, "denied",
		   "no right to '%s', which is for operators: %s", name, which);
	return put_error(ctl, c);
}

static bool
start(struct ctl *ctl, struct ctl_client *c, const char *name)
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

bool
ctl_begin(struct ctl *ctl, struct ctl_client *c, const char *line, size_t size)
{
	json_t *root = json_loadb(line, size, JSON_REJECT_DUPLICATES, NULL);
	const json_t *id = json_object_get(root, "id");
	const char *name = json_string_value(json_object_get(root, "cmd"));
	bool ok;

	if (name != NULL && !may_be_so_long(name, size)) {
		ok = ctl_put_garbage(ctl, c, "the request is too long");
	} else if (name != NULL && (id == NULL || json_is_integer(id) ||
				    json_is_string(id) || json_is_null(id))) {
		c->rq.plain = json_is_true(json_object_get(root, "plain"));
		c->id = json_incref(json_object_get(root, "id"));
		c->args = json_incref(json_object_get(root, "args"));
		ok = start(ctl, c, name);
	} else {
		ok = ctl_put_garbage(
			ctl, c,
			"not a request: a line must be a JSON object "
			"with \"cmd\"");
	}
	json_decref(root);
	return ok;
}
