/* SPDX-License-Identifier: BSD-3-Clause */
#include "apps/options.h"

#include <stdlib.h>
#include <string.h>

#include "lib/faults.h"

#define DEFAULT_SOCKET "/run/ixfabric/ixfabric.sock"

const char options_usage[] =
	"usage: ixctl [OPTIONS] COMMAND\n"
	"\n"
	"  -j, --json             answer in JSON\n"
	"  -s, --socket SOCKET    of the daemon; default: $IXCTL_SOCKET, or "
	"else\n"
	"                         " DEFAULT_SOCKET "\n"
	"  -t, --timeout SECONDS  to wait for the daemon; default: 10\n"
	"      --watch SECONDS    again and again, until ^C\n"
	"  -w, --write FILE       of capture start: where the frames go; -: "
	"stdout\n"
	"  -o, --output FILE      of import ixp-manager: which file is "
	"replaced\n"
	"  -h, --help             this help; after words, that of their "
	"commands\n"
	"      --version          print the version\n"
	"      --commands         print the table of commands, with -j as "
	"JSON\n"
	"\n";

const char *
options_socket(void)
{
	const char *socket = getenv("IXCTL_SOCKET");

	return socket != NULL && socket[0] != '\0' ? socket : DEFAULT_SOCKET;
}

/* "-s VALUE", "-sVALUE", "--socket VALUE" or "--socket=VALUE"; or no short name. */
static bool
is_option(char *const *arg, const char *short_name, const char *long_name,
	  unsigned int *used, const char **value)
{
	size_t n = strlen(long_name);
	const char *text = arg[0];

	*used = 1;
	if (strncmp(text, long_name, n) == 0 && text[n] == '=') {
		*value = text + n + 1;
		return true;
	}
	if (strcmp(text, long_name) == 0 ||
	    (short_name != NULL && strcmp(text, short_name) == 0)) {
		*used = arg[1] != NULL ? 2 : 1;
		*value = arg[1];
		return true;
	}
	*value = text + 2;
	return short_name != NULL && strncmp(text, short_name, 2) == 0;
}

bool
options_seconds(const char *text, unsigned int *seconds)
{
	char *end;
	unsigned long n;

	if (text == NULL || text[0] < '0' || text[0] > '9')
		return false;
	n = strtoul(text, &end, 10);
	*seconds = (unsigned int)n;
	return *end == '\0' && n >= 1 && n <= 3600;
}

static bool
is_flag(const char *arg, const char *short_name, const char *long_name,
	bool *flag)
{
	if (strcmp(arg, short_name) != 0 && strcmp(arg, long_name) != 0)
		return false;
	return *flag = true;
}

static void
wrong(struct faults *faults, const char *what, const char *arg)
{
	faults_error(faults, FAULTS_NOWHERE, NULL, "%s %s; see ixctl --help",
		     what, arg);
}

void
options_word(struct options *o, char *arg, struct faults *faults)
{
	if (o->nwords == WORDS_MAX)
		wrong(faults, "too many words from", arg);
	else
		o->word[o->nwords++] = arg;
}

static char write_word[] = "write";
static char output_word[] = "--output";

/* Takes an option; returns how many arguments it is, 0: 'arg' is a word. */
static unsigned int
take_option(struct options *o, char *const *arg, struct faults *faults)
{
	unsigned int used;
	const char *value;

	if (is_flag(arg[0], "-j", "--json", &o->json) ||
	    is_flag(arg[0], "-h", "--help", &o->help) ||
	    is_flag(arg[0], "--version", "--version", &o->version) ||
	    is_flag(arg[0], "--commands", "--commands", &o->commands))
		return 1;
	if (is_option(arg, "-s", "--socket", &used, &value)) {
		o->daemon.socket = value;
		if (value == NULL || value[0] == '\0')
			wrong(faults, "a path is missing after", arg[0]);
		return used;
	}
	if (is_option(arg, "-w", "--write", &used, &value)) {
		/* Of capture start: the argument of that name. */
		options_word(o, write_word, faults);
		if (value != NULL)
			options_word(o, arg[used - 1] + (value - arg[used - 1]),
				     faults);
		return used;
	}
	if (strncmp(arg[0], "-o", 2) == 0) {
		/* Of import ixp-manager: the option --output. */
		options_word(o, output_word, faults);
		if (arg[0][2] != '\0')
			options_word(o, arg[0] + 2, faults);
		return 1;
	}
	if (is_option(arg, NULL, "--watch", &used, &value)) {
		if (!options_seconds(value, &o->watch))
			wrong(faults, "seconds, 1 to 3600, are missing after",
			      arg[0]);
		return used;
	}
	if (is_option(arg, "-t", "--timeout", &used, &value)) {
		if (!options_seconds(value, &o->daemon.seconds))
			wrong(faults, "seconds, 1 to 3600, are missing after",
			      arg[0]);
		return used;
	}
	if (arg[0][0] == '-' && arg[0][1] != '-' && arg[0][1] != '\0')
		wrong(faults, "unknown option", arg[0]);
	return 0;
}

void
options_parse(char *const *argv, struct options *o, struct faults *faults)
{
	while (*argv != NULL && strcmp(*argv, "--") != 0) {
		unsigned int used = take_option(o, argv, faults);

		if (used == 0)
			options_word(o, *argv, faults);
		argv += used == 0 ? 1 : used;
	}
	for (argv += *argv != NULL; *argv != NULL; argv++)
		options_word(o, *argv, faults);
}

#define WATCH_SECONDS 2

/* "watch port show" is "port show" with --watch 2. */
void
options_watch(struct options *o)
{
	if (o->nwords < 2 || strcmp(o->word[0], "watch") != 0)
		return;
	if (o->watch == 0)
		o->watch = WATCH_SECONDS;
	o->nwords--;
	memmove(o->word, o->word + 1, o->nwords * sizeof(o->word[0]));
}
