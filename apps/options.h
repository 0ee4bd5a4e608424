/* SPDX-License-Identifier: BSD-3-Clause */
#ifndef IXF_OPTIONS_H
#define IXF_OPTIONS_H

/* The options and words that ixctl is started with. */

#include <stdbool.h>
#include <stdio.h>

#include "apps/ask.h"

struct faults;

/* See EXIT CODES in ixctl(1). */
enum {
	EXIT_USAGE = 2,
	EXIT_UNREACHABLE = 3,
	EXIT_REJECTED = 4,
	EXIT_RESTART = 5,
};

#define WORDS_MAX 32

struct options {
	bool json, help, version, commands;
	unsigned int watch; /* seconds; 0: once */
	FILE *out, *err;
	struct ask daemon;
	unsigned int nwords;
	char *word[WORDS_MAX]; /* the command; those of the process */
};

extern const char options_usage[];

/* $IXCTL_SOCKET, or the place where the service has it. */
const char *options_socket(void);

/* Reads 1 to 3600; false: 'text' is something else, or NULL. */
bool options_seconds(const char *text, unsigned int *seconds);

/* Adds a word to the command. */
void options_word(struct options *, char *word, struct faults *);

/*
 * Takes all arguments, which end with NULL; those behind "--" are words.  What is wrong
 * is added to the faults.
 */
void options_parse(char *const *argv, struct options *, struct faults *);

/* "watch port show" is "port show" with --watch 2. */
void options_watch(struct options *);

#endif
