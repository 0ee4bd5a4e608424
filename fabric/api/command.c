/* SPDX-License-Identifier: BSD-3-Clause */
#include "fabric/api/command.h"

#include <stdlib.h>
#include <string.h>

#include "lib/nearest.h"

#define ARG(kind, name, what)                                                  \
	{                                                                      \
		COMMAND_##kind, #name, what                                    \
	}
#define WORD(name, what)    ARG(WORD, name, what)
#define NEED(name, what)    ARG(NEED, name, what)
#define PAIR(name, what)    ARG(PAIR, name, what)
#define MUST(name, what)    ARG(MUST, name, what)
#define BARE(name)          ARG(BARE, name, NULL)
#define ALONE(name, pair)   ARG(ALONE, name, pair)
#define FLAG(name)          ARG(FLAG, name, NULL)
#define OPTION(name, what)  ARG(OPTION, name, what)
#define TEXT(name, what)    ARG(TEXT, name, what)
#define LOOK(name)          ARG(LOOK, name, NULL)
#define LOOK_BY(name, what) ARG(LOOK_BY, name, what)
#define EXPR(name, what)    ARG(EXPR, name, what)
#define MINE(name, what)    ARG(MINE, name, what)

#define NAME(noun, verb) (sizeof(verb) > 1 ? noun " " verb : noun)

static const struct command commands[] = {
#define COMMAND(id, noun, verb, side, rule, sentence, ...)                     \
	[COMMAND_##id] = { NAME(noun, verb), noun,           verb,             \
			   COMMAND_##side,   COMMAND_##rule, sentence,         \
			   { __VA_ARGS__ } },
#include "fabric/api/command_list.h"
};

static const struct {
	const char *name; /* in command_table() */
	bool takes_word;
	bool is_named; /* its name stands before it, or alone, without "--" */
	bool is_required;
	bool is_option; /* ... and "--" before its name */
	bool is_local;  /* for ixctl alone */
} kinds[] = {
	[COMMAND_WORD] = { "word", true, false, false, false, false },
	[COMMAND_NEED] = { "word", true, false, true, false, false },
	[COMMAND_PAIR] = { "pair", true, true, false, false, false },
	[COMMAND_MUST] = { "pair", true, true, true, false, false },
	[COMMAND_BARE] = { "bare", false, true, false, false, false },
	[COMMAND_ALONE] = { "alone", false, true, false, false, false },
	[COMMAND_FLAG] = { "flag", false, false, false, true, false },
	[COMMAND_OPTION] = { "option", true, false, false, true, false },
	[COMMAND_TEXT] = { "file", true, false, false, false, false },
	[COMMAND_LOOK] = { "flag", false, false, false, true, true },
	[COMMAND_LOOK_BY] = { "option", true, false, false, true, true },
	[COMMAND_EXPR] = { "pair", true, true, false, false, false },
	[COMMAND_MINE] = { "pair", true, true, false, false, true },
};

#define FOREACH_COMMAND(c)                                                     \
	for (const struct command *c = commands; c < commands + COMMAND_N; c++)
#define FOREACH_ARG(a, c)                                                      \
	for (const struct command_arg *a = (c)->arg;                           \
	     a->kind != COMMAND_NOTHING; a++)

const struct command *
command_get(enum command_id id)
{
	return &commands[id];
}

enum command_id
command_id(const struct command *c)
{
	return (enum command_id)(c - commands);
}

const struct command *
command_find(const char *name)
{
	FOREACH_COMMAND(c)
	if (strcmp(c->name, name) == 0)
		return c;
	return NULL;
}

bool
command_reads(const struct command *c)
{
#define READS(id) [COMMAND_##id] = true,
	static const bool reads[COMMAND_N] = {
#include "fabric/api/command_list.h"
	};

	return reads[command_id(c)];
}

bool
command_takes_files(const struct command *c)
{
	FOREACH_ARG(a, c)
	if (a->kind == COMMAND_TEXT)
		return true;
	return false;
}

bool
command_has(const struct command *c, const char *arg)
{
	FOREACH_ARG(a, c)
	if (strcmp(a->name, arg) == 0)
		return true;
	return false;
}

bool
command_is_noun(const char *word)
{
	FOREACH_COMMAND(c)
	if (strcmp(c->noun, word) == 0)
		return true;
	return false;
}

static const struct command *
find(const char *noun, const char *verb)
{
	FOREACH_COMMAND(c)
	if (strcmp(c->noun, noun) == 0 && strcmp(c->verb, verb) == 0)
		return c;
	return NULL;
}

/* The command that the first words name; '*used' is how many words that takes. */
static const struct command *
name_of(unsigned int n, char *const *word, unsigned int *used)
{
	const struct command *c;

	*used = 2;
	if (n > 1 && word[1][0] != '\0' && (c = find(word[0], word[1])) != NULL)
		return c;
	*used = n > 1 && strcmp(word[1], "show") == 0 ? 2 : 1;
	if ((c = find(word[0], "")) != NULL)
		return c;
	*used = 1;
	return find(word[0], "show");
}

static bool
is_choice(const struct command_arg *a)
{
	return a->what != NULL && strchr(a->what, '|') != NULL;
}

/* The rest of "a|b|C" after the first bar, or NULL. */
static const char *
next_choice(const char *choice)
{
	const char *bar = strchr(choice, '|');

	return bar != NULL ? bar + 1 : NULL;
}

static bool
is_placeholder(const char *choice)
{
	return *choice >= 'A' && *choice <= 'Z';
}

/* The part of "a|b|C" that stands for any word, "C"; or NULL. */
static const char *
placeholder_of(const struct command_arg *a)
{
	const char *p = a->what;

	while (p != NULL && !is_placeholder(p))
		p = next_choice(p);
	return p;
}

/* Whether 'word' is one of "a|b|c". */
static bool
chosen(const char *choices, const char *word)
{
	size_t n = strcspn(word, "|");

	for (const char *p = choices; p != NULL; p = strchr(p, '|')) {
		p += *p == '|';
		if (strncmp(p, word, n) == 0 && (p[n] == '|' || p[n] == '\0'))
			return n > 0 && word[n] == '\0';
	}
	return false;
}

/* Whether the argument is known by its place, not by its name. */
static bool
is_positional(const struct command_arg *a)
{
	return kinds[a->kind].takes_word && !kinds[a->kind].is_named &&
	       !kinds[a->kind].is_option;
}

/* What follows the name in "--name=value": NULL in "--name"; or no such option: "". */
static const char *
option_value(const struct command_arg *a, const char *word)
{
	size_t n = strlen(a->name);

	if (!kinds[a->kind].is_option || strncmp(word, "--", 2) != 0 ||
	    strncmp(word + 2, a->name, n) != 0)
		return "";
	if (word[2 + n] == '\0')
		return NULL;
	return kinds[a->kind].takes_word && word[2 + n] == '=' ? word + 3 + n
							       : "";
}

static bool
is_option(const struct command_arg *a, const char *word)
{
	const char *value = option_value(a, word);

	return value == NULL || value[0] != '\0';
}

/* Whether 'word' can be the argument in its place: one of its words, or any. */
static bool
takes_place(const struct command_arg *a, const char *word, const json_t *args,
	    bool any)
{
	return is_positional(a) && strncmp(word, "--", 2) != 0 &&
	       json_object_get(args, a->name) == NULL &&
	       (any || (is_choice(a) && placeholder_of(a) == NULL &&
			chosen(a->what, word)));
}

/* Its name in the words of a command. */
static const char *
name_in_words(const struct command_arg *a)
{
	return a->kind == COMMAND_ALONE ? a->what : a->name;
}

static bool
is_name(const struct command_arg *a, const char *word)
{
	return is_option(a, word) ||
	       (kinds[a->kind].is_named && strcmp(word, name_in_words(a)) == 0);
}

/* Whether 'next' (NULL: none) can be the word of a pair: it is no name. */
static bool
is_value(const struct command *c, const char *next)
{
	FOREACH_ARG(a, c)
	if (next == NULL || is_name(a, next))
		return false;
	return true;
}

/*
 * The argument that 'word' is or begins, with the word behind it; NULL: the command
 * has none.
 */
static const struct command_arg *
arg_of(const struct command *c, const char *word, const char *next,
       const json_t *args)
{
	FOREACH_ARG(a, c)
	if (is_name(a, word) &&
	    (a->kind != COMMAND_ALONE || !is_value(c, next)))
		return a;
	for (unsigned int any = 0; any < 2; any++)
		FOREACH_ARG(a, c)
	if (takes_place(a, word, args, any))
		return a;
	return NULL;
}

static bool
refuse(const struct command *c, struct faults *faults, const char *what,
       const char *word)
{
	char *usage = command_usage(c);

	faults_error(faults, FAULTS_NOWHERE, NULL, "%s '%s'; usage: ixctl %s",
		     what, word, usage != NULL ? usage : c->name);
	free(usage);
	return false;
}

/* Takes the word at '*i', and the next one if the argument has a value. */
static bool
take(const struct command *c, unsigned int n, char *const *word,
     unsigned int *i, json_t *args, struct faults *faults)
{
	const char *next = *i + 1 < n ? word[*i + 1] : NULL;
	const struct command_arg *a = arg_of(c, word[*i], next, args);
	const char *text = word[*i], *inner;
	json_t *value;

	if (a == NULL)
		return refuse(c, faults, "unexpected", word[*i]);
	if (json_object_get(args, a->name) != NULL)
		return refuse(c, faults, "given twice:", name_in_words(a));
	inner = option_value(a, text);
	if (inner != NULL && inner[0] != '\0') {
		text = inner;
	} else if (kinds[a->kind].takes_word && !is_positional(a)) {
		if (++*i == n)
			return refuse(c, faults, "a word is missing after",
				      a->name);
		text = word[*i];
	}
	value = kinds[a->kind].takes_word ? json_string(text) : json_true();
	if (value == NULL)
		return refuse(c, faults, "not valid UTF-8: the word after",
			      c->name);
	return json_object_set_new(args, a->name, value) == 0;
}

static bool
check_arg(const struct command *c, const struct command_arg *a,
	  const json_t *value, struct faults *faults)
{
	const char *text = json_string_value(value);

	if (value == NULL)
		return !kinds[a->kind].is_required ||
		       refuse(c, faults, "missing:",
			      kinds[a->kind].is_named ? a->name : a->what);
	if (!kinds[a->kind].takes_word)
		return json_is_true(value) ||
		       refuse(c, faults, "must be true:", a->name);
	if (a->kind == COMMAND_TEXT && json_is_array(value))
		return true; /* the answer looks at it */
	if (a->kind == COMMAND_EXPR && json_is_object(value))
		return true; /* the same */
	if (text == NULL || text[0] == '\0' ||
	    strlen(text) != json_string_length(value))
		return refuse(c, faults, "must be a word:", a->name);
	if (is_choice(a) && placeholder_of(a) == NULL && !chosen(a->what, text))
		return refuse(c, faults, "unexpected", text);
	return true;
}

/* 'local': with the arguments for ixctl alone. */
static bool
check_args(const struct command *c, const json_t *args, bool local,
	   struct faults *faults)
{
	size_t known = 0, given = 0;

	if (args != NULL && !json_is_object(args))
		return refuse(c, faults, "must be an object:", "args");
	FOREACH_ARG(a, c)
	{
		const json_t *value = json_object_get(args, a->name);

		if (kinds[a->kind].is_local && !local)
			continue;
		if (!check_arg(c, a, value, faults))
			return false;
		known += value != NULL;
		given += value != NULL && !kinds[a->kind].is_local;
	}
	if (known != json_object_size(args))
		return refuse(c, faults, "an unknown argument to", c->name);
	if (c->rule == COMMAND_ONE && given != 1)
		return refuse(c, faults,
			      "exactly one argument is needed:", c->name);
	return true;
}

bool
command_check(const struct command *c, const json_t *args,
	      struct faults *faults)
{
	return check_args(c, args, false, faults);
}

json_t *
command_take_local(const struct command *c, json_t *args)
{
	json_t *local = json_object();

	FOREACH_ARG(a, c)
	if (kinds[a->kind].is_local && json_object_get(args, a->name) != NULL) {
		json_object_set(local, a->name, json_object_get(args, a->name));
		json_object_del(args, a->name);
	}
	return local;
}

/* The noun, or the verb of 'noun', that was probably meant; or NULL. */
static const char *
nearest_verb(const char *noun, const char *word)
{
	const char *known[COMMAND_N];
	size_t n = 0;

	FOREACH_COMMAND(c)
	if (noun == NULL || strcmp(noun, c->noun) == 0)
		known[n++] = noun == NULL ? c->noun : c->verb;
	return nearest_word(word, known, n);
}

/* Adds an error that offers the nearest noun, or the nearest verb of 'noun'. */
static void
refuse_name(const char *noun, const char *word, struct faults *faults)
{
	const char *near = nearest_verb(noun, word);

	faults_error(faults, FAULTS_NOWHERE, NULL,
		     "unknown command '%s%s%s'%s%s%s; see ixctl --help",
		     noun != NULL ? noun : "", noun != NULL ? " " : "", word,
		     near != NULL ? " (did you mean '" : "",
		     near != NULL ? near : "", near != NULL ? "'?)" : "");
}

static const struct command *
which(unsigned int n, char *const *word, unsigned int *used,
      struct faults *faults)
{
	const struct command *c = n > 0 ? name_of(n, word, used) : NULL;

	if (c != NULL)
		return c;
	if (n == 0)
		faults_error(faults, FAULTS_NOWHERE, NULL,
			     "a command is missing; see ixctl --help");
	else if (n > 1 && find(word[1], word[0]) != NULL)
		faults_error(faults, FAULTS_NOWHERE, NULL,
			     "unknown command '%s %s'; did you mean '%s %s'?",
			     word[0], word[1], word[1], word[0]);
	else if (!command_is_noun(word[0]))
		refuse_name(NULL, word[0], faults);
	else if (n > 1)
		refuse_name(word[0], word[1], faults);
	else
		faults_error(faults, FAULTS_NOWHERE, NULL,
			     "a verb is missing after '%s'; see ixctl %s "
			     "--help",
			     word[0], word[0]);
	return NULL;
}

/* A new object of the words after the first 'i', or NULL. */
static json_t *
take_all(const struct command *c, unsigned int n, char *const *word,
	 unsigned int i, struct faults *faults)
{
	json_t *args = json_object();

	for (; i < n; i++)
		if (!take(c, n, word, &i, args, faults))
			goto fail;
	if (check_args(c, args, true, faults))
		return args;
fail:
	json_decref(args);
	return NULL;
}

/*
 * Whether the second word is a mistyped verb, "port dwon as64500": it was not
 * taken for one, and makes no sense as an argument of 'show'.
 */
static bool
is_mistyped_verb(const struct command *c, unsigned int n, char *const *word,
		 unsigned int i)
{
	struct faults *scratch;
	json_t *args;

	if (i != 1 || n < 2 || c->verb[0] == '\0' ||
	    nearest_verb(word[0], word[1]) == NULL)
		return false;
	scratch = faults_create();
	args = scratch != NULL ? take_all(c, n, word, i, scratch) : NULL;
	json_decref(args);
	faults_free(scratch);
	return args == NULL;
}

const struct command *
command_parse(unsigned int n, char *const *word, json_t **args,
	      struct faults *faults)
{
	unsigned int i;
	const struct command *c = which(n, word, &i, faults);

	*args = NULL;
	if (c == NULL)
		return NULL;
	if (is_mistyped_verb(c, n, word, i)) {
		refuse_name(word[0], word[1], faults);
		return NULL;
	}
	*args = take_all(c, n, word, i, faults);
	return *args != NULL ? c : NULL;
}

static void
print_arg(const struct command_arg *a, FILE *out)
{
	bool is_word = kinds[a->kind].takes_word;

	if (is_positional(a))
		fputs(a->what, out);
	else
		fprintf(out, "%s%s%s%s", kinds[a->kind].is_option ? "--" : "",
			name_in_words(a), is_word ? " " : "",
			is_word ? a->what : "");
}

static void
print_args(const struct command *c, FILE *out)
{
	if (c->rule == COMMAND_ONE) {
		fputs(" {", out);
		FOREACH_ARG(a, c)
		{
			fputs(a == c->arg ? "" : " | ", out);
			print_arg(a, out);
		}
		fputc('}', out);
		return;
	}
	FOREACH_ARG(a, c)
	{
		bool need = kinds[a->kind].is_required;

		fputs(need ? " " : " [", out);
		print_arg(a, out);
		fputs(need ? "" : "]", out);
	}
}

char *
command_usage(const struct command *c)
{
	char *text = NULL;
	size_t size;
	FILE *out = open_memstream(&text, &size);

	if (out == NULL)
		return NULL;
	fputs(c->name, out);
	print_args(c, out);
	if (fclose(out) == 0)
		return text;
	free(text);
	return NULL;
}

static void
offer(const char *word, size_t size, const char *start, FILE *out)
{
	if (size > 0 && strncmp(word, start, strlen(start)) == 0)
		fprintf(out, "%.*s\n", (int)size, word);
}

static void
offer_choices(const struct command_arg *a, const char *start, FILE *out)
{
	for (const char *p = a->what; is_choice(a) && *p != '\0';) {
		size_t size = strcspn(p, "|");
		char word[32];

		snprintf(word, sizeof(word), "%.*s", (int)size, p);
		if (!is_placeholder(word))
			offer(word, strlen(word), start, out);
		p += size + (p[size] == '|');
	}
}

static void
complete_name(const char *noun, const char *start, FILE *out)
{
	const char *last = "";

	FOREACH_COMMAND(c)
	{
		if (noun == NULL && strcmp(c->noun, last) != 0)
			offer(c->noun, strlen(c->noun), start, out);
		if (noun != NULL && strcmp(c->noun, noun) == 0)
			offer(c->verb, strlen(c->verb), start, out);
		last = c->noun;
	}
}

/* The name of a positional argument that takes any word; or NULL. */
static const char *
free_word(const struct command_arg *a)
{
	if (!is_positional(a))
		return NULL;
	return is_choice(a) ? placeholder_of(a) : a->what;
}

/* Returns the name of another argument, as command_complete() does. */
static const char *
complete_args(const struct command *c, const char *previous, const char *start,
	      FILE *out)
{
	const char *what = NULL;

	FOREACH_ARG(a, c)
	if (kinds[a->kind].takes_word &&
	    ((kinds[a->kind].is_named && strcmp(a->name, previous) == 0) ||
	     (kinds[a->kind].is_option && strncmp(previous, "--", 2) == 0 &&
	      strcmp(a->name, previous + 2) == 0))) {
		offer_choices(a, start, out);
		return is_choice(a) ? placeholder_of(a) : a->what;
	}
	FOREACH_ARG(a, c)
	{
		char flag[32];

		snprintf(flag, sizeof(flag), "--%s", a->name);
		if (kinds[a->kind].is_option)
			offer(flag, strlen(flag), start, out);
		else if (kinds[a->kind].is_named && a->kind != COMMAND_ALONE)
			offer(a->name, strlen(a->name), start, out);
		else if (is_choice(a))
			offer_choices(a, start, out);
		if (free_word(a) != NULL)
			what = free_word(a);
	}
	return what;
}

const char *
command_complete(unsigned int n, char *const *word, FILE *out)
{
	const struct command *c;
	unsigned int used;

	if (n < 2) {
		complete_name(NULL, n == 0 ? "" : word[0], out);
		return NULL;
	}
	if (n == 2)
		complete_name(word[0], word[1], out);
	c = name_of(n - 1, word, &used);
	return c != NULL ? complete_args(c, word[n - 2], word[n - 1], out)
			 : NULL;
}

const struct command_names *
command_names(const char *what)
{
	static const struct command_names names[] = {
#define NAMES(what, id, list, key) { what, COMMAND_##id, list, key },
#include "fabric/api/command_list.h"
	};

	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++)
		if (strcmp(names[i].what, what) == 0)
			return &names[i];
	return NULL;
}

static json_t *
table_row(const struct command *c)
{
	char *usage = command_usage(c);
	json_t *args = json_array();

	FOREACH_ARG(a, c)
	json_array_append_new(
		args, json_pack("{s:s, s:s, s:s?, s:b, s:b}", "name", a->name,
				"kind", kinds[a->kind].name, "value", a->what,
				"required", kinds[a->kind].is_required,
				"request", !kinds[a->kind].is_local));
	args = json_pack(
		"{s:s, s:s, s:s, s:b, s:b, s:o}", "command", c->name, "usage",
		usage != NULL ? usage : c->name, "sentence", c->sentence,
		"daemon", c->side == COMMAND_DAEMON, "operators",
		c->side == COMMAND_DAEMON && !command_reads(c), "args", args);
	free(usage);
	return args;
}

json_t *
command_table(void)
{
	json_t *table = json_array();

	FOREACH_COMMAND(c)
	json_array_append_new(table, table_row(c));
	return table;
}

json_t *
command_faults(const struct faults *faults)
{
	json_t *texts = json_array();
	const char *text;

	for (unsigned int i = 0; (text = faults_text(faults, i)) != NULL; i++)
		json_array_append_new(texts, json_string(text));
	return texts;
}
