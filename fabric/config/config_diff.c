/* SPDX-License-Identifier: BSD-3-Clause */
#include "fabric/config/config_impl.h"

/* The values of a key as text; one after the other, in the same memory. */
struct text {
	FILE *out; /* NULL: no memory */
	char *at;
	size_t size;
};

struct diff {
	config_visit *visit;
	void *arg;
	unsigned int n;
	struct text old_text, new_text;
};

static void
report(struct diff *d, const char *section, const struct config_key *key,
       const char *old_value, const char *new_value)
{
	d->n++;
	if (d->visit != NULL)
		d->visit(d->arg, section, key == NULL ? NULL : key->name,
			 old_value, new_value, key != NULL && key->restart);
}

/* The values of 'key' as one text, until the next call; NULL when there is none. */
static const char *
values_of(struct text *t, const struct config_key *key, const void *section)
{
	if (t->out == NULL ||
	    key->type->count(config_const_member(key, section)) == 0)
		return NULL;
	rewind(t->out);
	config_key_print(key, section, t->out);
	fputc('\0', t->out);
	return fflush(t->out) == 0 ? t->at : NULL;
}

static bool
is_same(const char *a, const char *b)
{
	return a == NULL || b == NULL ? a == b : strcmp(a, b) == 0;
}

static void
diff_section(struct diff *d, const struct config_section *s, const char *title,
	     const void *old_section, const void *new_section)
{
	for (unsigned int i = 0; i < s->nkeys; i++) {
		const struct config_key *key = &s->key[i];
		const char *old_value, *new_value;

		if (key->type == &config_type_FILES)
			continue;
		old_value = values_of(&d->old_text, key, old_section);
		new_value = values_of(&d->new_text, key, new_section);
		if (!is_same(old_value, new_value))
			report(d, title, key, old_value, new_value);
	}
}

/* 'id' may be in only one of the two configurations. */
static void
diff_either(struct diff *d, const struct config_section *s, const char *id,
	    const void *old_section, const void *new_section)
{
	char title[CONFIG_TITLE_SIZE];

	config_title(s, id, title);
	if (old_section == NULL)
		report(d, title, NULL, NULL, "");
	else if (new_section == NULL)
		report(d, title, NULL, "", NULL);
	else
		diff_section(d, s, title, old_section, new_section);
}

/* First the sections of 'a', then those that only 'b' has. */
static void
diff_sections(struct diff *d, const struct config_section *s,
	      const struct config *a, const struct config *b)
{
	for (unsigned int i = 0; i < config_section_count(a, s); i++) {
		const void *section = config_section_at(a, s, i);
		const char *id = *CONFIG_OF(section, id);

		diff_either(d, s, id, section, config_section_find(b, s, id));
	}
	for (unsigned int i = 0; i < config_section_count(b, s); i++) {
		const void *section = config_section_at(b, s, i);
		const char *id = *CONFIG_OF(section, id);

		if (config_section_find(a, s, id) == NULL)
			diff_either(d, s, id, NULL, section);
	}
}

static void
open_text(struct text *t)
{
	t->out = open_memstream(&t->at, &t->size);
}

static void
close_text(struct text *t)
{
	if (t->out != NULL)
		fclose(t->out);
	free(t->at);
}

unsigned int
config_diff(const struct config *old_config, const struct config *new_config,
	    config_visit *visit, void *arg)
{
	struct diff d = { .visit = visit, .arg = arg };

	open_text(&d.old_text);
	open_text(&d.new_text);
	for (unsigned int i = 0; i < CONFIG_SECTIONS; i++)
		diff_sections(&d, &config_sections[i], old_config, new_config);
	close_text(&d.old_text);
	close_text(&d.new_text);
	return d.n;
}
