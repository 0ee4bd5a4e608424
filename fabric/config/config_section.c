/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * The sections of a configuration: their keys as tables, how one is made, found
 * and freed.
 */
#include "fabric/config/config_impl.h"

#include <assert.h>

#include "lib/nearest.h"
#include "lib/strtable.h"

#define LIVE    false
#define RESTART true

/* config_list_MACS: whether a key of the type may be repeated. */
enum {
	ONE = false,
	LIST = true,
#define TYPE(name, member, number) config_list_##name = number,
#include "fabric/config/type_list.h"
};

#define ROW(section, key, type_, fallback_, min_, max_, when, sentence_)       \
	{                                                                      \
		.name = #key,                                                  \
		.type = &config_type_##type_,                                  \
		.fallback = fallback_,                                         \
		.min = min_,                                                   \
		.max = max_,                                                   \
		.list = config_list_##type_,                                   \
		.restart = when,                                               \
		.sentence = sentence_,                                         \
		.offset = offsetof(struct config_##section, key),              \
		.size = sizeof(((struct config_##section *)NULL)->key),        \
	},

/* port_keys[] */
#define SECTION(type, TYPE)                                                    \
	static const struct config_key type##_keys[] = { TYPE##_KEYS(ROW,      \
								     type) };  \
	static_assert(sizeof(#type) <= CONFIG_TYPE_SIZE, "name too long");     \
	static_assert(CONFIG_##TYPE##_KEYS <= CONFIG_KEYS_MAX,                 \
		      "too many keys");                                        \
	static_assert(offsetof(struct config_##type, incomplete) ==            \
			      offsetof(struct config_head, incomplete),        \
		      "has another head");
#include "fabric/config/section_list.h"

const struct config_section config_sections[CONFIG_SECTIONS] = {
#define SECTION_ONE(type_, TYPE, sentence_)                                    \
	[CONFIG_SECTION_##TYPE] = {                                            \
		.type = #type_,                                                \
		.sentence = sentence_,                                         \
		.size = sizeof(struct config_##type_),                         \
		.place = offsetof(struct config, type_),                       \
		.key = type_##_keys,                                           \
		.nkeys = CONFIG_##TYPE##_KEYS,                                 \
	},
#define SECTION_MANY(type_, TYPE, most_, noun_, example_, sentence_)           \
	[CONFIG_SECTION_##TYPE] = {                                            \
		.type = #type_,                                                \
		.noun = noun_,                                                 \
		.example = example_,                                           \
		.sentence = sentence_,                                         \
		.most = most_,                                                 \
		.size = sizeof(struct config_##type_),                         \
		.place = offsetof(struct config, type_),                       \
		.number = offsetof(struct config, n##type_##s),                \
		.key = type_##_keys,                                           \
		.nkeys = CONFIG_##TYPE##_KEYS,                                 \
	},
#include "fabric/config/section_list.h"
};

static unsigned int *
number_of(const struct config *c, const struct config_section *s)
{
	return (unsigned int *)((char *)c + s->number);
}

/* The arrays have different types, so the pointer is copied as octets. */
static char *
array_of(const struct config *c, const struct config_section *s)
{
	char *array;

	memcpy(&array, (const char *)c + s->place, sizeof(array));
	return array;
}

unsigned int
config_section_count(const struct config *c, const struct config_section *s)
{
	return s->most == 0 ? 1 : *number_of(c, s);
}

void *
config_section_at(const struct config *c, const struct config_section *s,
		  unsigned int i)
{
	return s->most == 0 ? (char *)c + s->place
			    : array_of(c, s) + i * s->size;
}

char *
config_title(const struct config_section *s, const char *id,
	     char title[CONFIG_TITLE_SIZE])
{
	size_t n = strlen(s->type), len;

	/* By hand: an apply looks up the LAN of a port thousands of times. */
	memcpy(title, s->type, n);
	if (s->most != 0) {
		len = strnlen(id, CONFIG_NAME_SIZE - 1);
		title[n++] = ' ';
		memcpy(title + n, id, len);
		n += len;
	}
	title[n] = '\0';
	return title;
}

void *
config_section_find(const struct config *c, const struct config_section *s,
		    const char *id)
{
	char title[CONFIG_TITLE_SIZE];
	size_t i;

	if (s->most == 0)
		return config_section_at(c, s, 0);
	i = strtable_get(c->index, config_title(s, id, title));
	return i == STRTABLE_NONE ? NULL
				  : config_section_at(c, s, (unsigned int)i);
}

#define SECTION_MANY(type, TYPE, ...)                                          \
	const struct config_##type *config_##type(const struct config *c,      \
						  const char *id)              \
	{                                                                      \
		return config_section_find(                                    \
			c, &config_sections[CONFIG_SECTION_##TYPE], id);       \
	}
#include "fabric/config/section_list.h"

void *
config_section_add(struct config *c, const struct config_section *s,
		   const char *id)
{
	unsigned int n = config_section_count(c, s);
	char *array = config_grow(array_of(c, s), n, s->size);
	char title[CONFIG_TITLE_SIZE];

	if (array == NULL)
		return NULL;
	memcpy((char *)c + s->place, &array, sizeof(array));
	if (strtable_put(c->index, config_title(s, id, title), n) != 0)
		return NULL;
	array += n * s->size;
	memset(array, 0, s->size);
	strcpy(array + offsetof(struct config_head, id), id);
	++*number_of(c, s);
	return array;
}

int
config_section_init(const struct config_section *s, void *section)
{
	char why[CONFIG_WHY_SIZE];

	for (unsigned int i = 0; i < s->nkeys; i++) {
		const struct config_key *key = &s->key[i];
		void *member = config_member(key, section);
		int rc;

		key->type->clear(member);
		if (*key->fallback == '\0')
			continue;
		rc = key->type->parse(key, key->fallback, FAULTS_NOWHERE,
				      member, why);
		if (rc != 0)
			return rc;
	}
	return 0;
}

void
config_section_clear(const struct config_section *s, void *section)
{
	for (unsigned int i = 0; i < s->nkeys; i++)
		s->key[i].type->clear(config_member(&s->key[i], section));
}

const struct config_section *
config_section_of_type(const char *type)
{
	for (unsigned int i = 0; i < CONFIG_SECTIONS; i++)
		if (strcmp(config_sections[i].type, type) == 0)
			return &config_sections[i];
	return NULL;
}

const struct config_key *
config_key_find(const struct config_section *s, const char *name)
{
	for (unsigned int i = 0; i < s->nkeys; i++)
		if (strcmp(s->key[i].name, name) == 0)
			return &s->key[i];
	return NULL;
}

bool
config_key_repeats(const char *section, const char *name)
{
	char type[CONFIG_TITLE_SIZE];
	const struct config_section *s;
	const struct config_key *key;

	snprintf(type, sizeof(type), "%.*s", (int)strcspn(section, " "),
		 section);
	s = config_section_of_type(type);
	key = s != NULL ? config_key_find(s, name) : NULL;
	return key != NULL && key->list;
}

void
config_key_print(const struct config_key *key, const void *section, FILE *out)
{
	const void *member = config_const_member(key, section);

	for (unsigned int i = 0; i < key->type->count(member); i++) {
		if (i != 0)
			fputs(", ", out);
		key->type->print(member, i, out);
	}
}

/* All its values, to be freed; NULL: no memory. */
static char *
key_text(const struct config_key *key, const void *section)
{
	char *text = NULL;
	size_t size;
	FILE *out = open_memstream(&text, &size);

	if (out == NULL)
		return NULL;
	config_key_print(key, section, out);
	if (fclose(out) == 0)
		return text;
	free(text);
	return NULL;
}

bool
config_key_is_default(const struct config_key *key, const void *section)
{
	bool same;
	char *text;

	if (key->list || *key->fallback == '\0')
		return false;
	text = key_text(key, section);
	same = text != NULL && strcmp(text, key->fallback) == 0;
	free(text);
	return same;
}

bool
config_port_has(const struct config_port *port, enum config_port_key i)
{
	const struct config_key *key =
		&config_sections[CONFIG_SECTION_PORT].key[i];

	return port->bad[i] ||
	       (key->type->count(config_const_member(key, port)) != 0 &&
		!config_key_is_default(key, port));
}

/* Sections that stand once are there without a line, at their defaults. */
static int
init_single(struct config *c)
{
	for (unsigned int i = 0; i < CONFIG_SECTIONS; i++) {
		const struct config_section *s = &config_sections[i];

		if (s->most == 0 &&
		    config_section_init(s, config_section_at(c, s, 0)) != 0)
			return -ENOMEM;
	}
	return 0;
}

struct config *
config_empty(void)
{
	struct config *c = calloc(1, sizeof(*c));

	if (c == NULL)
		return NULL;
	c->index = strtable_create();
	if (c->index == NULL || init_single(c) != 0) {
		config_free(c);
		errno = ENOMEM;
		return NULL;
	}
	return c;
}

static void
free_sections(struct config *c, const struct config_section *s)
{
	for (unsigned int i = 0; i < config_section_count(c, s); i++)
		config_section_clear(s, config_section_at(c, s, i));
	if (s->most != 0)
		free(array_of(c, s));
}

void
config_free(struct config *c)
{
	if (c == NULL)
		return;
	for (unsigned int i = 0; i < CONFIG_SECTIONS; i++)
		free_sections(c, &config_sections[i]);
	for (unsigned int i = 0; i < c->nfiles; i++)
		free(c->file[i]);
	strtable_free(c->index);
	free(c->lan_ports);
	free(c->file);
	free(c->path);
	free(c);
}

const char *
config_nearest(const struct config *c, const char *type, const char *id)
{
	const struct config_section *s = config_sections;
	const char *near = NULL, **known;
	unsigned int n;

	while (strcmp(s->type, type) != 0)
		s++;
	n = config_section_count(c, s);
	known = calloc(n + 1, sizeof(*known));
	for (unsigned int i = 0; known != NULL && i < n; i++)
		known[i] = *CONFIG_OF(config_section_at(c, s, i), id);
	if (known != NULL)
		near = nearest_word(id, known, n);
	free(known);
	return near;
}

const struct config_lan *
config_lan_of(const struct config *c, const struct config_port *p)
{
	return p->in != 0 ? &c->lan[p->in - 1] : config_lan(c, p->lan);
}
