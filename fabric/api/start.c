/* SPDX-License-Identifier: BSD-3-Clause */
#include "fabric/api/start.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "fabric/api/history.h"
#include "fabric/api/own_file.h"
#include "fabric/config/config.h"

struct choice {
	struct start *start;
	const struct start_options *options;
	char *own; /* the path of the file, as generations have it */
	struct config_texts texts; /* of 'start->config' */
	const char *prefix;
	FILE *log;
};

/* The configuration of a generation, which could start; or NULL. */
static struct config *
read_generation(const struct history *h, const struct generation *g,
		struct config_texts *texts)
{
	struct faults *faults = faults_create();
	char why[GENERATION_WHY_SIZE];
	struct config *c = NULL;

	if (faults != NULL && history_texts(h, g->number, texts, why) == 0)
		c = own_file_check(config_read_texts(texts, true, faults),
				   faults);
	faults_free(faults);
	if (c == NULL)
		config_texts_free(texts);
	return c;
}

static bool
are_same_texts(const struct config_texts *a, const struct config_texts *b)
{
	if (a->n != b->n)
		return false;
	for (unsigned int i = 0; i < a->n; i++)
		if (a->text[i].size != b->text[i].size ||
		    memcmp(a->text[i].text, b->text[i].text, a->text[i].size) !=
			    0)
			return false;
	return true;
}

/* Another comment, or order, is the same configuration. */
static bool
is_same(const struct choice *c, const struct generation *g)
{
	struct config_texts texts = { 0 };
	struct config *config = read_generation(c->start->history, g, &texts);
	bool same = config != NULL &&
		    (are_same_texts(&texts, &c->texts) ||
		     config_diff(config, c->start->config, NULL, NULL) == 0);

	config_free(config);
	config_texts_free(&texts);
	return same;
}

static bool
is_own(const struct choice *c, const struct generation *g)
{
	return strcmp(g->own, c->own) == 0;
}

/* The newest generation that is as the file is, if one from 'oldest' on is. */
static const struct generation *
find_same(const struct choice *c, unsigned int oldest)
{
	const struct history *h = c->start->history;

	for (unsigned int i = history_count(h); i-- > oldest;)
		if (is_own(c, history_at(h, i)) && is_same(c, history_at(h, i)))
			return history_at(h, i);
	return NULL;
}

/*
 * The generation as which the file was dropped, and not kept since; or NULL.  Most
 * files were never dropped, and nothing is compared.
 */
static const struct generation *
find_dropped(const struct choice *c)
{
	const struct history *h = c->start->history;
	const struct generation *g;
	unsigned int oldest = 0;

	while (oldest < history_count(h) &&
	       (history_at(h, oldest)->state == GENERATION_KEPT ||
		!is_own(c, history_at(h, oldest))))
		oldest++;
	g = find_same(c, oldest);
	return g != NULL && g->state != GENERATION_KEPT ? g : NULL;
}

static void
drop_pending(const struct choice *c)
{
	struct history *h = c->start->history;

	for (unsigned int i = 0; i < history_count(h); i++) {
		const struct generation *g = history_at(h, i);

		if (g->state != GENERATION_PENDING)
			continue;
		fprintf(c->log,
			"%sgeneration %" PRIu64
			", applied from %s by %s, was not confirmed: dropped\n",
			c->prefix, g->number, g->file, g->by);
		history_mark(h, g->number, GENERATION_DROPPED);
	}
}

/* Takes the last one that was kept, and could start, in place of the file. */
static bool
take_last_good(struct choice *c)
{
	const struct generation *g;
	struct start *s = c->start;

	for (g = history_kept_below(s->history, UINT64_MAX); g != NULL;
	     g = history_kept_below(s->history, g->number)) {
		struct config_texts texts = { 0 };
		struct config *config =
			is_own(c, g) ? read_generation(s->history, g, &texts)
				     : NULL;

		if (config == NULL)
			continue;
		config_free(s->config);
		config_texts_free(&c->texts);
		s->config = config;
		c->texts = texts;
		s->generation = g->number;
		if (asprintf(&s->from, "generation %" PRIu64 " (%s)", g->number,
			     g->file) < 0)
			s->from = NULL;
		return true;
	}
	return false;
}

static void
replace_faulty(struct choice *c, struct faults *faults)
{
	const char *why = faults_first_error(faults);
	struct start *s = c->start;

	if (!take_last_good(c))
		return;
	faults_print(faults, c->log);
	fprintf(c->log,
		"%s%s is not used: starting with %s, the last good "
		"configuration\n",
		c->prefix, c->own, s->from);
	if (asprintf(&s->instead, "started with %s, since %s", s->from,
		     why != NULL ? why : "there was no memory") < 0)
		s->instead = NULL;
}

static void
replace_dropped(struct choice *c, const struct generation *g)
{
	struct start *s = c->start;
	uint64_t number = g->number;

	if (!take_last_good(c)) {
		fprintf(c->log,
			"%s%s is as generation %" PRIu64
			", which was not confirmed, but there is no other\n",
			c->prefix, c->own, number);
		return;
	}
	if (asprintf(
		    &s->instead,
		    "started with %s, since %s is as generation %" PRIu64
		    ", which was not confirmed; ixctl config apply would apply "
		    "it",
		    s->from, c->own, number) < 0)
		s->instead = NULL;
	else
		fprintf(c->log, "%s%s\n", c->prefix, s->instead);
}

static void
add_changes(const struct choice *c, struct generation *g)
{
	const struct generation *last =
		history_kept_below(c->start->history, UINT64_MAX);
	struct config_texts texts = { 0 };
	struct config *was =
		last != NULL ? read_generation(c->start->history, last, &texts)
			     : NULL;

	if (was != NULL)
		config_diff(was, c->start->config, generation_visit_change, g);
	config_free(was);
	config_texts_free(&texts);
}

/* A start with what ran last adds nothing. */
static void
add_generation(struct choice *c)
{
	struct start *s = c->start;
	struct history *h = s->history;
	unsigned int n = history_count(h);
	const struct generation *last = n > 0 ? history_at(h, n - 1) : NULL;
	struct generation *g;

	if (last != NULL && last->state == GENERATION_KEPT && is_own(c, last) &&
	    (last->number == s->generation || is_same(c, last))) {
		s->generation = last->number;
		history_use(h, last->number, &c->texts);
		return;
	}
	g = generation_create(history_newest(h) + 1, c->options->wall, "start",
			      s->from != NULL ? s->from : c->own, c->own);
	if (g == NULL)
		return;
	g->of = s->generation;
	add_changes(c, g);
	g->texts = c->texts;
	c->texts = (struct config_texts){ 0 };
	s->generation = g->number;
	history_add(h, g);
}

static void
open_history(struct choice *c)
{
	struct faults *faults = faults_create();

	if (faults == NULL)
		return;
	c->start->history = history_open(c->options->directory, faults);
	if (faults_warnings(faults) > 0)
		faults_print(faults, c->log);
	faults_free(faults);
}

static void
choose(struct choice *c, struct faults *faults)
{
	struct start *s = c->start;
	bool fallback = !c->options->no_fallback;
	const struct generation *g;

	drop_pending(c);
	if (s->config == NULL && fallback)
		replace_faulty(c, faults);
	else if (s->config != NULL && fallback && (g = find_dropped(c)) != NULL)
		replace_dropped(c, g);
	if (s->config != NULL)
		add_generation(c);
}

void
start_choose(struct start *s, const struct start_options *o,
	     struct faults *faults, const char *prefix, FILE *log)
{
	struct choice c = { s, o, NULL, { 0 }, prefix, log };
	char *path = realpath(o->file, NULL);

	*s = (struct start){ 0 };
	c.own = generation_clean(path != NULL ? path : o->file);
	free(path);
	open_history(&c);
	s->config = own_file_read(o->file, &c.texts, faults);
	if (s->history != NULL && c.own != NULL)
		choose(&c, faults);
	config_texts_free(&c.texts);
	free(c.own);
}

void
start_end(struct start *s)
{
	config_free(s->config);
	history_free(s->history);
	free(s->from);
	free(s->instead);
	*s = (struct start){ 0 };
}
