/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * The sections of a configuration: their keys as tables, how one is made empty,
 * found and freed.
 */
#include "fabric/config/config_impl.h"

#include <assert.h>

#include "lib/strtable.h"

#define LIVE    false
#define RESTART true

#define ROW(section, key, type_, fallback_, min_, max_, when, sentence_)       \
	{                                                                      \
		.name = #key,                                                  \
		.type = &config_type_##type_,                                  \
		.fallback = fallback_,                                         \
		.min = min_,                                                   \
		.max = max_,                                                   \
		.restart = when,                                               \
		.sentence = sentence_,                                         \
		.offset = offsetof(struct config_##section, key),              \
	},

static const struct config_key fabric_keys[] = {
#define KEY_FABRIC(...) ROW(fabric, __VA_ARGS__)
#include "fabric/config/key_list.h"
};

static const struct config_key lan_keys[] = {
#define KEY_LAN(...) ROW(lan, __VA_ARGS__)
#include "fabric/config/key_list.h"
};

static const struct config_key port_keys[] = {
#define KEY_PORT(...) ROW(port, __VA_ARGS__)
#include "fabric/config/key_list.h"
};

static const struct config_key acl_keys[] = {
#define KEY_ACL(...) ROW(acl, __VA_ARGS__)
#include "fabric/config/key_list.h"
};

static_assert(CONFIG_FABRIC_KEYS <= CONFIG_KEYS_MAX, "too many keys");
static_assert(CONFIG_LAN_KEYS <= CONFIG_KEYS_MAX, "too many keys");
static_assert(CONFIG_PORT_KEYS <= CONFIG_KEYS_MAX, "too many keys");
static_assert(CONFIG_ACL_KEYS <= CONFIG_KEYS_MAX, "too many keys");

const struct config_section config_sections[CONFIG_SECTIONS] = {
	[CONFIG_SECTION_FABRIC] = { "fabric", false, fabric_keys,
				    CONFIG_FABRIC_KEYS },
	[CONFIG_SECTION_LAN] = { "lan", true, lan_keys, CONFIG_LAN_KEYS },
	[CONFIG_SECTION_PORT] = { "port", true, port_keys, CONFIG_PORT_KEYS },
	[CONFIG_SECTION_ACL] = { "acl", true, acl_keys, CONFIG_ACL_KEYS },
};

int
config_section_init(const struct config_section *s, void *section)
{
	const struct where nowhere = { 0 };
	char why[CONFIG_WHY_SIZE];

	for (unsigned int i = 0; i < s->nkeys; i++) {
		const struct config_key *key = &s->key[i];
		void *member = config_member(key, section);
		int rc;

		key->type->clear(member);
		if (*key->fallback == '\0')
			continue;
		rc = key->type->parse(key, key->fallback, nowhere, member, why);
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

const struct config_key *
config_key_find(const struct config_section *s, const char *name)
{
	for (unsigned int i = 0; i < s->nkeys; i++)
		if (strcmp(s->key[i].name, name) == 0)
			return &s->key[i];
	return NULL;
}

/* The one value of 'key' in 'section' as text, to be freed. */
static char *
text_of(const struct config_key *key, const void *section)
{
	const void *member = config_const_member(key, section);
	char *text = NULL;
	size_t size;
	FILE *out = open_memstream(&text, &size);

	if (out == NULL)
		return NULL;
	key->type->print(member, 0, out);
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

	if (key->type->list || *key->fallback == '\0')
		return false;
	text = text_of(key, section);
	same = text != NULL && strcmp(text, key->fallback) == 0;
	free(text);
	return same;
}

struct config *
config_empty(void)
{
	struct config *c = calloc(1, sizeof(*c));

	if (c == NULL)
		return NULL;
	c->index = strtable_create();
	if (c->index == NULL ||
	    config_section_init(&config_sections[CONFIG_SECTION_FABRIC],
				&c->fabric) != 0) {
		config_free(c);
		errno = ENOMEM;
		return NULL;
	}
	return c;
}

void
config_free(struct config *c)
{
	if (c == NULL)
		return;
	config_section_clear(&config_sections[CONFIG_SECTION_FABRIC],
			     &c->fabric);
	for (unsigned int i = 0; i < c->nlans; i++)
		config_section_clear(&config_sections[CONFIG_SECTION_LAN],
				     &c->lan[i]);
	for (unsigned int i = 0; i < c->nports; i++)
		config_section_clear(&config_sections[CONFIG_SECTION_PORT],
				     &c->port[i]);
	for (unsigned int i = 0; i < c->nacls; i++)
		config_section_clear(&config_sections[CONFIG_SECTION_ACL],
				     &c->acl[i]);
	for (unsigned int i = 0; i < c->nfiles; i++)
		free(c->file[i]);
	strtable_free(c->index);
	free(c->file);
	free(c->lan);
	free(c->port);
	free(c->acl);
	free(c->path);
	free(c);
}

static size_t
place_of(const struct config *c, const char *type, const char *id)
{
	char title[8 + CONFIG_NAME_SIZE];

	if ((size_t)snprintf(title, sizeof(title), "%s %s", type, id) >=
	    sizeof(title))
		return STRTABLE_NONE;
	return strtable_get(c->index, title);
}

const struct config_lan *
config_lan(const struct config *c, const char *id)
{
	size_t i = place_of(c, "lan", id);

	return i == STRTABLE_NONE ? NULL : &c->lan[i];
}

const struct config_port *
config_port(const struct config *c, const char *id)
{
	size_t i = place_of(c, "port", id);

	return i == STRTABLE_NONE ? NULL : &c->port[i];
}

const struct config_acl *
config_acl(const struct config *c, const char *id)
{
	size_t i = place_of(c, "acl", id);

	return i == STRTABLE_NONE ? NULL : &c->acl[i];
}
