/* SPDX-License-Identifier: BSD-3-Clause */
#include "tests/model/draft.h"

#include "tests/model/pick.h"

struct draft_size draft_size;

/* Most drafts are small. */
void
draft_copy(struct draft *to, const struct draft *from)
{
	to->n = from->n;
	memcpy(to->section, from->section, from->n * sizeof(from->section[0]));
}

struct draft_section *
draft_find(const struct draft *d, enum config_section_kind kind,
	   const char *name)
{
	for (unsigned int i = 0; i < d->n; i++)
		if (d->section[i].type == &config_sections[kind] &&
		    strcmp(d->section[i].name, name) == 0)
			return (struct draft_section *)(uintptr_t)&d
				->section[i];
	return NULL;
}

struct draft_section *
draft_any(const struct draft *d, enum config_section_kind kind)
{
	const struct draft_section *found = NULL;
	unsigned int n = 0;

	for (unsigned int i = 0; i < d->n; i++)
		if (d->section[i].type == &config_sections[kind] &&
		    !d->section[i].fixed && one_in(++n))
			found = &d->section[i];
	return (struct draft_section *)(uintptr_t)found;
}

struct draft_section *
draft_add(struct draft *d, enum config_section_kind kind, const char *name)
{
	struct draft_section *s = &d->section[d->n];

	if (d->n == DRAFT_SECTIONS || draft_find(d, kind, name) != NULL)
		return NULL;
	memset(s, 0, sizeof(*s));
	s->type = &config_sections[kind];
	snprintf(s->name, sizeof(s->name), "%s", name);
	d->n++;
	return s;
}

void
draft_remove(struct draft *d, struct draft_section *s)
{
	unsigned int i = (unsigned int)(s - d->section);

	d->n--;
	memmove(s, s + 1, (d->n - i) * sizeof(*s));
}

const char *
draft_get(const struct draft_section *s, const char *key)
{
	for (unsigned int i = 0; i < s->n; i++)
		if (strcmp(s->line[i].key->name, key) == 0)
			return s->line[i].value;
	return NULL;
}

void
draft_set(struct draft_section *s, const struct config_key *key,
	  const char *value)
{
	struct draft_line *l = NULL;

	for (unsigned int i = 0; i < s->n && !key->list; i++)
		if (s->line[i].key == key)
			l = &s->line[i];
	if (l == NULL && s->n == DRAFT_LINES)
		return;
	if (l == NULL)
		l = &s->line[s->n++];
	l->key = key;
	snprintf(l->value, sizeof(l->value), "%s", value);
}

void
draft_put(struct draft_section *s, const char *key, const char *value)
{
	draft_set(s, config_key_find(s->type, key), value);
}

void
draft_drop(struct draft_section *s, unsigned int line)
{
	s->n--;
	memmove(&s->line[line], &s->line[line + 1],
		(s->n - line) * sizeof(s->line[0]));
}

void
draft_unset(struct draft_section *s, const char *key)
{
	for (unsigned int i = s->n; i-- > 0;)
		if (strcmp(s->line[i].key->name, key) == 0)
			draft_drop(s, i);
}

void
draft_print(const struct draft *d, unsigned int first, unsigned int end,
	    FILE *out)
{
	char title[CONFIG_TITLE_SIZE];

	for (unsigned int i = first; i < end; i++) {
		const struct draft_section *s = &d->section[i];

		fprintf(out, "[%s]\n", config_title(s->type, s->name, title));
		for (unsigned int k = 0; k < s->n; k++)
			fprintf(out, "%s = %s\n", s->line[k].key->name,
				s->line[k].value);
	}
}

char *
draft_text(const struct draft *d)
{
	char *text = NULL;
	size_t size;
	FILE *out = open_memstream(&text, &size);

	draft_print(d, 0, d->n, out);
	fclose(out);
	return text;
}

void
draft_cut(struct draft *d, unsigned int line)
{
	for (unsigned int i = 0; i < d->n; i++) {
		struct draft_section *s = &d->section[i];

		if (line == 1) {
			draft_remove(d, s);
			return;
		}
		if (line <= s->n + 1) {
			draft_drop(s, line - 2);
			return;
		}
		line -= s->n + 1;
	}
}

bool
draft_same(const struct draft *a, const struct draft *b,
	   enum config_section_kind kind, const char *name)
{
	const struct draft_section *s = draft_find(a, kind, name);
	const struct draft_section *t = draft_find(b, kind, name);

	if (s == NULL || t == NULL || s->n != t->n)
		return false;
	for (unsigned int i = 0; i < s->n; i++)
		if (s->line[i].key != t->line[i].key ||
		    strcmp(s->line[i].value, t->line[i].value) != 0)
			return false;
	return true;
}
