/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Prints the tables of the manual pages in scdoc, from the lists of which the
 * programs are made, so that manual and program always agree.
 */
#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "fabric/api/command.h"
#include "fabric/view/drop.h"

/* Text in which nothing is markup. */
static void
plain(const char *text)
{
	for (; *text != '\0'; text++) {
		if (ispunct((unsigned char)*text))
			putchar('\\');
		putchar(*text);
	}
}

static void
entry(const char *term, const char *sentence, const char *more)
{
	putchar('*');
	plain(term);
	fputs("*\n\t", stdout);
	plain(sentence);
	plain(more);
	fputs("\n\n", stdout);
}

static void
print_commands(void)
{
	for (unsigned int i = 0; i < COMMAND_N; i++) {
		const struct command *c = command_get(i);
		char *usage = command_usage(c);

		entry(usage != NULL ? usage : c->name, c->sentence,
		      c->side == COMMAND_LOCAL ? " Needs no daemon."
		      : command_reads(c)       ? ""
					       : " For operators.");
		free(usage);
	}
}

static void
print_drops(void)
{
	static const char *const in_profiles[] = {
		[DROP_ALL] = "",
		[DROP_IXP] = " (not under profile open)",
		[DROP_STRICT] = " (only under profile ixp-strict)",
		[DROP_ASKED] = " (only where 'check' asks for it)",
	};

	for (enum drop why = DROP_NONE + 1; why < DROP_N; why++)
		entry(drop_name(why), drop_meaning(why),
		      in_profiles[drop_profiles(why)]);
}

static void
print_counters(void)
{
#define COUNTER(name, sentence) entry(#name, sentence, "");
#include "fabric/view/counter_list.h"
}

static void
print_questions(void)
{
#define COUNTER(name, sentence) entry(#name, sentence, "");
#include "fabric/neigh/neigh_counter_list.h"
}

static void
metric(const char *name, const char *type, const char *labels, const char *help)
{
	char more[160];

	snprintf(more, sizeof(more), " (%s%s%s).", type,
		 labels[0] != '\0' ? "; labels: " : "", labels);
	entry(name, help, more);
}

static void
print_metrics(void)
{
#define GAUGE   "gauge"
#define COUNTER "counter"
#define METRIC(scope, id, type, labels, help, samples)                         \
	metric("ixf_" #id, type, labels, help);
#include "fabric/api/metrics_list.h"
}

static void
print_groups(void)
{
#define GROUP(name, sentence) entry(#name, sentence, "");
#include "fabric/runtime/event_list.h"
}

static void
print_events(void)
{
#define EVENT(name, groups, sentence) entry(#name, sentence, " (" groups ")");
#define IN(group)                     #group
#define AND(group)                    ", " #group
#include "fabric/runtime/event_list.h"
}

static void
print_fields(void)
{
#define FIELD(name, sentence) entry(#name, sentence, "");
#include "fabric/runtime/event_list.h"
}

/* What a link of a LAG can be: what LACP says, and what is below it. */
static void
print_lag(void)
{
#define WHY(name, text) entry(#name, text, ".");
#include "lib/lacp_why_list.h"
#define STATE(name, text) entry(#name, text, ".");
#include "fabric/api/lag_state_list.h"
}

static const struct {
	const char *name;
	void (*print)(void);
} tables[] = {
	{ "commands", print_commands },
	{ "drops", print_drops },
	{ "counters", print_counters },
	{ "metrics", print_metrics },
	{ "questions", print_questions },
	{ "groups", print_groups },
	{ "events", print_events },
	{ "fields", print_fields },
	{ "lag", print_lag },
};

int
main(int argc, char **argv)
{
	for (size_t i = 0; i < sizeof(tables) / sizeof(tables[0]); i++)
		if (argc == 2 && strcmp(argv[1], tables[i].name) == 0) {
			tables[i].print();
			return fflush(stdout) == 0 ? 0 : 1;
		}
	fputs("usage: tables commands|drops|counters|metrics|questions|"
	      "groups|events|fields|lag\n",
	      stderr);
	return 2;
}
