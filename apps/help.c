/* SPDX-License-Identifier: BSD-3-Clause */
#include "apps/help.h"

#include <stdlib.h>
#include <string.h>

#include "apps/screen.h"
#include "fabric/api/command.h"
#include "lib/nearest.h"

#define STEPS_MAX 10

struct step {
	const char *command, *text;
};

static const struct topic {
	const char *name, *question;
	struct step step[STEPS_MAX]; /* the last one has no command */
} topics[] = {
#define STEP(command, text)                                                    \
	{                                                                      \
		command, text                                                  \
	}
#define TOPIC(name, question, ...) { name, question, { __VA_ARGS__ } },
#include "apps/topic_list.h"
};

#define NTOPICS (sizeof(topics) / sizeof(topics[0]))

/* A text, so its lines have an end also where no terminal gives them one. */
static unsigned int
width_of(FILE *out)
{
	unsigned int width = screen_width(out);

	return width != 0 ? width : 79;
}

static void
paragraph(const char *lead, size_t indent, const char *text, FILE *out)
{
	int n = fprintf(out, "%-*s", (int)indent, lead);

	if ((size_t)n > indent)
		fprintf(out, "\n%*s", (int)indent, "");
	screen_wrap(text, indent, indent, width_of(out), out);
	fputc('\n', out);
}

static void
print_command(const struct command *c, FILE *out)
{
	char *usage = command_usage(c);

	fputs("  ", out);
	screen_wrap(usage != NULL ? usage : c->name, 2, 6, width_of(out), out);
	fputc('\n', out);
	paragraph("", 6, c->sentence, out);
	free(usage);
}

static void
print_topic(const struct topic *t, FILE *out)
{
	fprintf(out, "%s\n\n", t->question);
	for (const struct step *s = t->step; s->command != NULL; s++) {
		fprintf(out, "  ixctl %s\n", s->command);
		paragraph("", 6, s->text, out);
	}
}

/* "port show|stats|drops": a noun and its verbs. */
static void
print_noun(enum command_id first, FILE *out)
{
	const char *noun = command_get(first)->noun, *before = " ";
	char *text = NULL;
	size_t size;
	FILE *line = open_memstream(&text, &size);

	if (line == NULL)
		return;
	fputs(noun, line);
	for (enum command_id id = first; id < COMMAND_N; id++) {
		const struct command *c = command_get(id);

		if (strcmp(c->noun, noun) != 0 || c->verb[0] == '\0')
			continue;
		fprintf(line, "%s%s", before, c->verb);
		before = ", ";
	}
	if (fclose(line) == 0) {
		fputs("  ", out);
		screen_wrap(text, 2, 6, width_of(out), out);
		fputc('\n', out);
	}
	free(text);
}

static bool
is_first_of_noun(enum command_id id)
{
	for (enum command_id i = 0; i < id; i++)
		if (strcmp(command_get(i)->noun, command_get(id)->noun) == 0)
			return false;
	return true;
}

static void
print_overview(FILE *out)
{
	fputs("What do you want to know?\n", out);
	for (size_t i = 0; i < NTOPICS; i++)
		fprintf(out, "  ixctl help %-12s  %s\n", topics[i].name,
			topics[i].question);
	fputs("\nCommands; the verb 'show' may be left out:\n", out);
	for (enum command_id id = 0; id < COMMAND_N; id++)
		if (is_first_of_noun(id))
			print_noun(id, out);
	fputs("\n'ixctl help port' explains the commands of port, 'ixctl help "
	      "port drops' one\nof them, 'ixctl help all' all; and 'man "
	      "ixctl' has the whole manual.\n",
	      out);
}

/* Those of a noun, and of a verb if it is not NULL; false: there are none. */
static bool
print_commands(const char *noun, const char *verb, FILE *out)
{
	bool found = false;

	for (enum command_id id = 0; id < COMMAND_N; id++) {
		const struct command *c = command_get(id);

		if ((noun != NULL && strcmp(c->noun, noun) != 0) ||
		    (verb != NULL && strcmp(c->verb, verb) != 0))
			continue;
		print_command(c, out);
		found = true;
	}
	return found;
}

static const struct topic *
find_topic(const char *name)
{
	for (size_t i = 0; i < NTOPICS; i++)
		if (strcmp(topics[i].name, name) == 0)
			return &topics[i];
	return NULL;
}

static bool
refuse(const char *word, char *why, size_t size)
{
	const char *known[NTOPICS + COMMAND_N], *near;
	size_t n = 0;

	for (size_t i = 0; i < NTOPICS; i++)
		known[n++] = topics[i].name;
	for (enum command_id id = 0; id < COMMAND_N; id++)
		known[n++] = command_get(id)->noun;
	near = nearest_word(word, known, n);
	snprintf(why, size, "no help on '%.64s'%s%s%s; see ixctl help", word,
		 near != NULL ? " (did you mean '" : "",
		 near != NULL ? near : "", near != NULL ? "'?)" : "");
	return false;
}

bool
help(unsigned int n, char *const *word, FILE *out, char *why, size_t size)
{
	const struct topic *topic;

	if (n == 0) {
		print_overview(out);
		return true;
	}
	if (n == 1 && strcmp(word[0], "all") == 0)
		return print_commands(NULL, NULL, out);
	topic = n == 1 ? find_topic(word[0]) : NULL;
	if (topic != NULL) {
		print_topic(topic, out);
		if (command_is_noun(word[0]))
			fputs("\nThe commands:\n", out);
	}
	/* What follows a verb, or a noun without one, is an example. */
	if ((n > 1 && print_commands(word[0], word[1], out)) ||
	    print_commands(word[0], NULL, out) || topic != NULL)
		return true;
	return refuse(word[0], why, size);
}

void
help_complete(const char *start, FILE *out)
{
	for (size_t i = 0; i < NTOPICS; i++)
		if (strncmp(topics[i].name, start, strlen(start)) == 0)
			fprintf(out, "%s\n", topics[i].name);
}

const char *
help_step(unsigned int i)
{
	for (size_t t = 0; t < NTOPICS; t++)
		for (const struct step *s = topics[t].step; s->command != NULL;
		     s++)
			if (i-- == 0)
				return s->command;
	return NULL;
}
