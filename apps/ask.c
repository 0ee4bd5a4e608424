/* SPDX-License-Identifier: BSD-3-Clause */
#include "apps/ask.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "apps/client.h"
#include "apps/row.h"

static void
no_answer(const struct ask *a, int error, char *why, size_t size)
{
	snprintf(why, size, "no answer from the daemon on %s: %s", a->socket,
		 error == EAGAIN ? "it takes too long" : strerror(error));
}

/* With the first of the texts that say more. */
static void
refused(const json_t *error, char *why, size_t size)
{
	const char *detail =
		json_string_value(json_array_get(row_get(error, "details"), 0));

	snprintf(why, size, "%s%s%s", detail != NULL ? detail : "",
		 detail != NULL ? ": " : "", row_word(error, "message"));
}

/* Adds a part to the result; returns the result. */
static json_t *
add_part(json_t *result, json_t *part)
{
	if (result == NULL || !json_is_array(part))
		return part;
	json_array_extend(result, part);
	json_decref(part);
	return result;
}

static json_t *
collect(const struct ask *a, struct client *c, char *why, size_t size)
{
	json_t *result = NULL, *line;

	while ((line = client_next(c)) != NULL) {
		const json_t *error = row_get(line, "error");
		bool ok = row_is(line, "ok"), end = row_is(line, "end");

		if (ok && row_get(line, "result") != NULL)
			result = add_part(result, json_incref(json_object_get(
							  line, "result")));
		if (!ok)
			refused(error, why, size);
		json_decref(line);
		if (ok && end)
			return result;
		if (!ok)
			break;
		errno = EPROTO;
	}
	if (line == NULL)
		no_answer(a, errno, why, size);
	json_decref(result);
	return NULL;
}

json_t *
ask_all(const struct ask *a, const char *command, json_t *args, char *why,
	size_t size)
{
	struct client *c = client_open(a->socket, a->seconds);
	json_t *result = NULL;
	int rc = c != NULL ? client_ask(c, command, args) : -errno;

	json_decref(args);
	if (rc != 0)
		no_answer(a, -rc, why, size);
	else
		result = collect(a, c, why, size);
	client_close(c);
	return result;
}
