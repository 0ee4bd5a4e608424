/* SPDX-License-Identifier: BSD-3-Clause */
#include "apps/complete.h"

#include <inttypes.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "apps/client.h"
#include "apps/help.h"
#include "apps/options.h"
#include "apps/row.h"
#include "fabric/api/command.h"
#include "fabric/view/drop.h"

static void
print_names(const json_t *rows, const char *key, const char *start)
{
	for (size_t i = 0; i < json_array_size(rows); i++) {
		const json_t *row = json_array_get(rows, i);
		const char *name = row_text(row, key);
		char number[24];

		if (json_is_integer(row_get(row, key))) {
			snprintf(number, sizeof(number), "%" PRIu64,
				 row_number(row, key));
			name = number;
		}
		/* What has ended cannot be meant. */
		if (name != NULL && strncmp(name, start, strlen(start)) == 0 &&
		    strcmp(row_word(row, "state"), "ended") != 0)
			puts(name);
	}
}

static void
complete_reasons(const char *start)
{
	for (enum drop why = DROP_NONE + 1; why < DROP_N; why++)
		if (strncmp(drop_name(why), start, strlen(start)) == 0)
			puts(drop_name(why));
}

/* Prints the names that can stand for 'what', as "PORT", and begin with 'start'. */
static void
complete_kind(const struct options *o, const char *what, const char *start)
{
	const struct command_names *n = command_names(what);
	struct client *client;
	bool end;

	if (strcmp(what, "REASON") == 0)
		complete_reasons(start);
	if (n == NULL)
		return;
	client = client_open(o->daemon.socket, 1);
	end = client == NULL ||
	      client_ask(client, command_get(n->id)->name, NULL) != 0;
	while (!end) {
		json_t *line = client_next(client);
		const json_t *rows = row_get(line, "result");

		print_names(n->list != NULL ? row_get(rows, n->list) : rows,
			    n->key, start);
		end = !row_is(line, "ok") || row_is(line, "end");
		json_decref(line);
	}
	client_close(client);
}

/* The same for "FILE|N". */
static void
complete_names(const struct options *o, const char *what, const char *start)
{
	char kind[32];

	for (; *what != '\0';
	     what += strcspn(what, "|"), what += *what == '|') {
		snprintf(kind, sizeof(kind), "%.*s", (int)strcspn(what, "|"),
			 what);
		complete_kind(o, kind, start);
	}
}

/* Completes the last word; the ones before it may be options. */
int
complete(unsigned int n, char **argv, struct faults *faults)
{
	struct options o = { .daemon = { options_socket(), 1 } };
	char *last = n > 0 ? argv[n - 1] : (char[]){ "" };
	const char *what;

	if (n > 0)
		argv[n - 1] = NULL;
	options_parse(argv, &o, faults);
	options_word(&o, last, faults);
	options_watch(&o);
	if (o.nwords > 1 && strcmp(o.word[0], "help") == 0) {
		o.nwords--;
		memmove(o.word, o.word + 1, o.nwords * sizeof(o.word[0]));
		if (o.nwords == 1)
			help_complete(last, stdout);
	}
	what = command_complete(o.nwords, o.word, stdout);
	if (what != NULL)
		complete_names(&o, what, last);
	return EXIT_SUCCESS;
}
