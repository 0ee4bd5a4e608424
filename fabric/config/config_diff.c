/* SPDX-License-Identifier: BSD-3-Clause */
#include "fabric/config/config_impl.h"

#include "lib/prefix.h"

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

/* Octets of an element of the lists that are compared as they lie there, or 0. */
static size_t
element_size(const struct config_type *type)
{
	if (type == &config_type_MACS)
		return sizeof(uint64_t);
	if (type == &config_type_ADDRESS4 || type == &config_type_ADDRESS6)
		return sizeof(struct ipaddr);
	return type == &config_type_PREFIX4 || type == &config_type_PREFIX6
		       ? sizeof(struct prefix)
		       : 0;
}

/* What all lists begin with. */
struct list {
	unsigned int n;
	const void *value;
};

static bool
is_same_list(const struct config_type *type, const struct list *a,
	     const struct list *b)
{
	size_t size = element_size(type);

	return a->n == b->n &&
	       (a->n == 0 ||
		(size != 0 && memcmp(a->value, b->value, a->n * size) == 0));
}

static bool
is_same_texts(const struct config_files *a, const struct config_files *b)
{
	bool same = a->n == b->n;

	for (unsigned int i = 0; same && i < a->n; i++)
		same = strcmp(a->value[i], b->value[i]) == 0;
	return same;
}

/*
 * Whether two values are the same as they lie in memory, which most are.  If not, or
 * if that cannot be seen so, they are compared as text, which takes far longer.
 */
static bool
is_alike(const struct config_key *key, const void *old_section,
	 const void *new_section)
{
	const void *a = config_const_member(key, old_section);
	const void *b = config_const_member(key, new_section);

	if (key->type == &config_type_DEVICES)
		return is_same_texts(a, b);
	if (key->list)
		return is_same_list(key->type, a, b);
	if (key->type == &config_type_TEXT)
		return is_same(*(char *const *)a, *(char *const *)b);
	return memcmp(a, b, key->size) == 0;
}

static void
diff_section(struct diff *d, const struct config_section *s, const char *title,
	     const void *old_section, const void *new_section)
{
	for (unsigned int i = 0; i < s->nkeys; i++) {
		const struct config_key *key = &s->key[i];
		const char *old_value, *new_value;

		if (key->type == &config_type_FILES ||
		    is_alike(key, old_section, new_section))
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

/* Whether a section differs from another of its kind in any key. */
static bool
differs(struct diff *d, enum config_section_kind kind, const void *a,
	const void *b)
{
	unsigned int before = d->n;

	diff_section(d, &config_sections[kind], "", a, b);
	return d->n != before;
}

/* Marks the LAN that has the name of that of a port of either configuration. */
static void
mark(const struct config *c, const struct config_port *p, bool *changed)
{
	const struct config_lan *lan = config_lan(c, p->lan);

	if (lan != NULL)
		changed[lan - c->lan] = true;
}

void
config_changed_lans(const struct config *old_config,
		    const struct config *new_config, bool *changed)
{
	struct diff d = { .visit = NULL };

	open_text(&d.old_text);
	open_text(&d.new_text);
	for (unsigned int i = 0; i < new_config->nlans; i++) {
		const struct config_lan *lan = &new_config->lan[i];
		const struct config_lan *was = config_lan(old_config, lan->id);

		/* Without memory for a text all count as changed. */
		changed[i] = d.old_text.out == NULL || d.new_text.out == NULL ||
			     was == NULL ||
			     differs(&d, CONFIG_SECTION_LAN, was, lan);
	}
	for (unsigned int i = 0; i < new_config->nports; i++) {
		const struct config_port *p = &new_config->port[i];
		const struct config_port *was = config_port(old_config, p->id);

		if (was == NULL || differs(&d, CONFIG_SECTION_PORT, was, p))
			mark(new_config, p, changed);
	}
	for (unsigned int i = 0; i < old_config->nports; i++) {
		const struct config_port *was = &old_config->port[i];
		const struct config_port *p = config_port(new_config, was->id);

		if (p == NULL || strcmp(p->lan, was->lan) != 0)
			mark(new_config, was, changed);
	}
	close_text(&d.old_text);
	close_text(&d.new_text);
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
