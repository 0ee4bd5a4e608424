/* SPDX-License-Identifier: BSD-3-Clause */
#include "fabric/api/generation.h"

#include <errno.h>
#include <inttypes.h>
#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <zlib.h>

#include "fabric/api/value.h"

#define MAGIC     "ixfabric generation 1"
#define HEAD_SIZE 80
#define NAME_MAX_ 4096 /* octets of the name of a file */

static const char *const states[] = {
	[GENERATION_KEPT] = "kept",
	[GENERATION_PENDING] = "pending",
	[GENERATION_DROPPED] = "dropped",
};

#define NSTATES (sizeof(states) / sizeof(states[0]))

const char *
generation_state_name(enum generation_state state)
{
	return states[state];
}

static bool
is_utf8(const char *text)
{
	json_t *value = json_string(text);

	json_decref(value);
	return value != NULL;
}

char *
generation_clean(const char *text)
{
	char *copy = strdup(text);
	bool ascii = !is_utf8(text);

	for (char *c = copy; c != NULL && *c != '\0'; c++)
		if ((unsigned char)*c < ' ' || *c == 0x7f ||
		    (ascii && (unsigned char)*c > 0x7f))
			*c = '?';
	return copy;
}

struct generation *
generation_create(uint64_t number, int64_t at, const char *by, const char *file,
		  const char *own)
{
	struct generation *g = calloc(1, sizeof(*g));

	if (g == NULL)
		return NULL;
	g->number = number;
	g->at = at;
	snprintf(g->by, sizeof(g->by), "%s", by);
	g->file = generation_clean(file);
	g->own = generation_clean(own);
	if (g->file != NULL && g->own != NULL)
		return g;
	generation_free(g);
	return NULL;
}

void
generation_free(struct generation *g)
{
	if (g == NULL)
		return;
	for (unsigned int i = 0; i < g->ntexts; i++)
		free(g->change[i]);
	config_texts_free(&g->texts);
	free(g->file);
	free(g->own);
	free(g);
}

void
generation_add_change(struct generation *g, const char *text)
{
	bool fits = g->ntexts < GENERATION_CHANGES;
	char *copy = fits ? generation_clean(text) : NULL;

	g->nchanges++;
	if (copy != NULL)
		g->change[g->ntexts++] = copy;
}

/* "port a: mac: 02:... -> 02:...", "port b: added", "lan l: mtu: added 9000" */
void
generation_visit_change(void *generation, const char *section, const char *key,
			const char *old_value, const char *new_value,
			bool restart)
{
	const char *what = old_value == NULL   ? "added"
			   : new_value == NULL ? "removed"
					       : NULL;
	const char *value = old_value == NULL ? new_value : old_value;
	char text[512];

	(void)restart;
	if (key == NULL)
		snprintf(text, sizeof(text), "%s: %s", section, what);
	else if (what != NULL)
		snprintf(text, sizeof(text), "%s: %s: %s %.200s", section, key,
			 what, value);
	else
		snprintf(text, sizeof(text), "%s: %s: %.200s -> %.200s",
			 section, key, old_value, new_value);
	generation_add_change(generation, text);
}

int
generation_copy_texts(struct config_texts *to, const struct config_texts *texts)
{
	int rc = 0;

	for (unsigned int i = 0; rc == 0 && i < texts->n; i++) {
		const struct config_text *t = &texts->text[i];
		char *copy = malloc(t->size + 1);

		if (copy != NULL)
			memcpy(copy, t->text, t->size + 1);
		rc = config_texts_add(to, t->pattern, t->name, copy, t->size);
	}
	if (rc != 0)
		config_texts_free(to);
	return rc;
}

/* Encoding. */

static json_t *
sizes_of(const struct config_texts *texts)
{
	json_t *list = json_array();

	for (unsigned int i = 0; i < texts->n; i++) {
		const struct config_text *t = &texts->text[i];
		json_t *row = json_pack("{s:I, s:I}", "name",
					(json_int_t)strlen(t->name), "text",
					(json_int_t)t->size);

		if (t->pattern != NULL)
			value_put(row, "include", strlen(t->pattern));
		json_array_append_new(list, row);
	}
	return list;
}

static json_t *
changes_of(const struct generation *g)
{
	json_t *list = json_array();

	for (unsigned int i = 0; i < g->ntexts; i++)
		json_array_append_new(list, value_text(g->change[i]));
	return list;
}

static char *
describe(const struct generation *g)
{
	json_t *row = json_pack(
		"{s:I, s:I, s:I, s:s, s:o, s:o, s:o, s:I, s:o, s:o}",
		"generation", (json_int_t)g->number, "of", (json_int_t)g->of,
		"at", (json_int_t)g->at, "state", states[g->state], "by",
		value_text(g->by), "file", value_text(g->file), "own",
		value_text(g->own), "nchanges", (json_int_t)g->nchanges,
		"changes", changes_of(g), "texts", sizes_of(&g->texts));
	char *text = json_dumps(row, JSON_COMPACT);

	json_decref(row);
	return text;
}

static void
put_texts(const struct config_texts *texts, FILE *out)
{
	for (unsigned int i = 0; i < texts->n; i++) {
		const struct config_text *t = &texts->text[i];

		if (t->pattern != NULL)
			fputs(t->pattern, out);
		fputs(t->name, out);
		fwrite(t->text, 1, t->size, out);
	}
}

static uint32_t
checksum(const char *text, size_t size)
{
	return (uint32_t)crc32_z(0, (const Bytef *)text, size);
}

/* The head has the checksum of what follows: room is kept for it. */
char *
generation_encode(const struct generation *g, size_t *size)
{
	char *row = describe(g), *text = NULL;
	FILE *out = row != NULL ? open_memstream(&text, size) : NULL;
	bool ok = out != NULL;

	if (ok) {
		fprintf(out, "%*s\n%s\n", HEAD_SIZE - 1, "", row);
		put_texts(&g->texts, out);
		ok = ferror(out) == 0;
		ok = fclose(out) == 0 && ok;
	}
	free(row);
	if (!ok) {
		free(text);
		return NULL;
	}
	row = text + snprintf(text, HEAD_SIZE, MAGIC " %zu %08" PRIx32,
			      *size - HEAD_SIZE,
			      checksum(text + HEAD_SIZE, *size - HEAD_SIZE));
	*row = ' ';
	return text;
}

/* Decoding. */

/* What is still to be read of a file. */
struct rest {
	const char *at;
	size_t left;
};

static bool
take_head(struct rest *r)
{
	char head[HEAD_SIZE];
	uint32_t sum;
	size_t size;

	if (r->left < HEAD_SIZE || r->at[HEAD_SIZE - 1] != '\n')
		return false;
	memcpy(head, r->at, HEAD_SIZE);
	head[HEAD_SIZE - 1] = '\0';
	r->at += HEAD_SIZE;
	r->left -= HEAD_SIZE;
	return sscanf(head, MAGIC " %zu %8" SCNx32, &size, &sum) == 2 &&
	       size == r->left && sum == checksum(r->at, r->left);
}

static json_t *
take_row(struct rest *r)
{
	const char *end = memchr(r->at, '\n', r->left);
	size_t size;
	json_t *row;

	if (end == NULL)
		return NULL;
	size = (size_t)(end - r->at);
	row = json_loadb(r->at, size, JSON_REJECT_DUPLICATES, NULL);
	r->at += size + 1;
	r->left -= size + 1;
	return row;
}

/* Octets of the rest, as a new text; NULL: there are not so many, or no memory. */
static char *
take_octets(struct rest *r, const json_t *n, size_t most, size_t *size)
{
	json_int_t want = json_integer_value(n);
	char *text = NULL;

	if (!json_is_integer(n) || want < 0 || (size_t)want > most ||
	    (size_t)want > r->left)
		return NULL;
	*size = (size_t)want;
	text = malloc(*size + 1);
	if (text == NULL)
		return NULL;
	memcpy(text, r->at, *size);
	text[*size] = '\0';
	r->at += *size;
	r->left -= *size;
	return text;
}

/* A name, which has no NUL and is not empty. */
static char *
take_name(struct rest *r, const json_t *n)
{
	size_t size = 0;
	char *name = take_octets(r, n, NAME_MAX_, &size);

	if (name != NULL && size > 0 && strlen(name) == size)
		return name;
	free(name);
	return NULL;
}

static bool
take_text(struct rest *r, const json_t *row, struct config_texts *texts)
{
	const json_t *include = json_object_get(row, "include");
	bool first = texts->n == 0;
	char *pattern = NULL, *name, *text;
	size_t size = 0;
	bool ok = first == (include == NULL);

	if (ok && !first)
		pattern = take_name(r, include);
	name = take_name(r, json_object_get(row, "name"));
	text = take_octets(r, json_object_get(row, "text"),
			   CONFIG_TEXTS_SIZE_MAX, &size);
	ok = ok && name != NULL && text != NULL && (first || pattern != NULL);
	if (ok)
		ok = config_texts_add(texts, pattern, name, text, size) == 0;
	else
		free(text);
	free(pattern);
	free(name);
	return ok;
}

static bool
take_texts(struct rest *r, const json_t *list, struct config_texts *texts)
{
	const json_t *row;
	size_t i;

	if (json_array_size(list) == 0)
		return false;
	json_array_foreach(list, i, row)
	{
		if (!take_text(r, row, texts))
			return false;
	}
	return r->left == 0;
}

/* A text that a terminal can be sent: no control character; or NULL. */
static const char *
clean_text(const json_t *value, size_t most)
{
	const char *text = json_string_value(value);
	size_t n = json_string_length(value);

	if (text == NULL || n > most)
		return NULL;
	for (size_t i = 0; i < n; i++)
		if ((unsigned char)text[i] < ' ' || text[i] == 0x7f)
			return NULL;
	return text;
}

static bool
fill_state(struct generation *g, const json_t *value)
{
	const char *text = json_string_value(value);

	for (size_t i = 0; text != NULL && i < NSTATES; i++)
		if (strcmp(text, states[i]) == 0) {
			g->state = (enum generation_state)i;
			return true;
		}
	return false;
}

static bool
fill_changes(struct generation *g, const json_t *row)
{
	const json_t *list = json_object_get(row, "changes"), *value;
	json_int_t n = json_integer_value(json_object_get(row, "nchanges"));
	size_t i;

	if (!json_is_array(list) || json_array_size(list) > GENERATION_CHANGES)
		return false;
	json_array_foreach(list, i, value)
	{
		const char *text = clean_text(value, NAME_MAX_);

		if (text == NULL)
			return false;
		generation_add_change(g, text);
	}
	if (n < (json_int_t)g->nchanges || n > (json_int_t)UINT32_MAX)
		return false;
	g->nchanges = (unsigned int)n;
	return true;
}

static struct generation *
make(const json_t *row, uint64_t number)
{
	const char *by =
		clean_text(json_object_get(row, "by"), GENERATION_BY_SIZE - 1);
	const char *file =
		clean_text(json_object_get(row, "file"), 2 * NAME_MAX_);
	const char *own = clean_text(json_object_get(row, "own"), NAME_MAX_);
	const json_t *at = json_object_get(row, "at");
	const json_t *n = json_object_get(row, "generation");
	json_int_t of = json_integer_value(json_object_get(row, "of"));
	struct generation *g;

	if (by == NULL || file == NULL || own == NULL || !json_is_integer(at) ||
	    !json_is_integer(n) || (uint64_t)json_integer_value(n) != number)
		return NULL;
	g = generation_create(number, (int64_t)json_integer_value(at), by, file,
			      own);
	if (g != NULL)
		g->of = of > 0 && (uint64_t)of < number ? (uint64_t)of : 0;
	if (g != NULL && fill_state(g, json_object_get(row, "state")) &&
	    fill_changes(g, row))
		return g;
	generation_free(g);
	return NULL;
}

struct generation *
generation_decode(const char *file, size_t size, uint64_t number,
		  char why[GENERATION_WHY_SIZE])
{
	struct rest r = { file, size };
	struct generation *g = NULL;
	json_t *row = NULL;

	snprintf(why, GENERATION_WHY_SIZE, "it is not whole");
	if (!take_head(&r))
		return NULL;
	snprintf(why, GENERATION_WHY_SIZE, "it is not a generation");
	row = take_row(&r);
	if (row != NULL)
		g = make(row, number);
	if (g != NULL &&
	    !take_texts(&r, json_object_get(row, "texts"), &g->texts)) {
		generation_free(g);
		g = NULL;
	}
	json_decref(row);
	return g;
}
