/* SPDX-License-Identifier: BSD-3-Clause */
#ifndef IXF_COMMAND_H
#define IXF_COMMAND_H

/*
 * The commands of ixctl, from command_list.h, and how words become a request.
 * Pure.  Both ixctl and the daemon check each request: neither relies on the
 * other.
 */

#include <jansson.h>
#include <stdbool.h>
#include <stdio.h>

#include "lib/faults.h"

enum command_kind {
	COMMAND_NOTHING, /* ends a list of arguments */
	COMMAND_WORD,
	COMMAND_NEED,
	COMMAND_PAIR,
	COMMAND_MUST,
	COMMAND_BARE,
	COMMAND_ALONE,
	COMMAND_FLAG,
	COMMAND_OPTION,
	COMMAND_TEXT,
	COMMAND_EXPR,
	COMMAND_MINE,
	COMMAND_LOOK,
	COMMAND_LOOK_BY,
};

enum command_side {
	COMMAND_DAEMON,
	COMMAND_LOCAL
};

enum command_rule {
	COMMAND_ANY,
	COMMAND_ONE
};

struct command_arg {
	enum command_kind kind;
	const char *name; /* in the request */
	/* "PORT"; or the words allowed, "a|b"; "a|PORT" allows any word; or NULL. */
	const char *what;
};

#define COMMAND_ARGS_MAX 9 /* the last one is COMMAND_NOTHING */

struct command {
	const char *name; /* in the request: "port show" */
	const char *noun;
	const char *verb; /* "" when there is none */
	enum command_side side;
	enum command_rule rule;
	const char *sentence;
	struct command_arg arg[COMMAND_ARGS_MAX];
};

/* COMMAND_port_show and so on. */
enum command_id {
#define COMMAND(id, ...) COMMAND_##id,
#include "fabric/api/command_list.h"
	COMMAND_N
};

const struct command *command_get(enum command_id);
enum command_id command_id(const struct command *);

/* The command of this name ("port show"), or NULL. */
const struct command *command_find(const char *name);

/*
 * The command that 'n' words make, and its arguments as a new object in
 * '*args': strings, or true; a file is the path that was given, and ixctl puts the
 * texts in its place.  NULL and an error in 'faults' if the words make no
 * command, or if there is one word too many.
 */
const struct command *command_parse(unsigned int n, char *const *word,
				    json_t **args, struct faults *);

/*
 * Takes out of 'args' those for ixctl alone, LOOK and LOOK_BY: a new object of them,
 * or NULL.  The rest is the request.
 */
json_t *command_take_local(const struct command *, json_t *args);

/*
 * Whether 'args' (NULL: none) is an object that fits the command, as a request.  False
 * and an error in 'faults' when it does not.
 */
bool command_check(const struct command *, const json_t *args, struct faults *);

/* Whether a request of the command has the texts of files, and may be long. */
bool command_takes_files(const struct command *);

/* Whether it changes nothing, so that readers may use it: rights.h. */
bool command_reads(const struct command *);

/* Whether it has an argument of this name. */
bool command_has(const struct command *, const char *arg);

/* "fdb show [port PORT] [mac MAC]": a new string, or NULL. */
char *command_usage(const struct command *);

/* Whether a word is the noun of a command. */
bool command_is_noun(const char *word);

/*
 * Prints the words that can stand in place of the last of 'n' words and begin
 * with it, one a line.  Returns the name of another argument that can stand there
 * ("PORT", for command_names()), or NULL.
 */
const char *command_complete(unsigned int n, char *const *word, FILE *);

/* Where the daemon has the names that stand for an argument. */
struct command_names {
	const char *what;       /* "PORT" */
	enum command_id id;     /* in the answer to this command, */
	const char *list, *key; /* in its list, or in all of it: NULL */
};

/* Those for 'what', or NULL: the daemon has none. */
const struct command_names *command_names(const char *what);

/* The whole table, as `ixctl --commands -j` prints it. */
json_t *command_table(void);

/* The texts of faults, as answers and errors of both have them: a new array. */
json_t *command_faults(const struct faults *);

#endif
