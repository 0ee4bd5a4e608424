/* SPDX-License-Identifier: BSD-3-Clause */
#include "fabric/config/config_impl.h"

static void
print_values(const struct config_key *key, const void *section, FILE *out)
{
	const void *member = config_const_member(key, section);

	for (unsigned int i = 0; i < key->type->count(member); i++) {
		fprintf(out, "%s = ", key->name);
		key->type->print(member, i, out);
		fputc('\n', out);
	}
}

/* The value that applies to a port without the key. */
static void
print_inherited(const struct config *c, const struct config_key *key,
		const struct config_port *port, FILE *out)
{
	const struct config_section *lans =
		&config_sections[CONFIG_SECTION_LAN];
	const struct config_lan *lan = config_lan_of(c, port);
	const struct config_key *same = config_key_find(lans, key->name);

	if (key ==
	    &config_sections[CONFIG_SECTION_PORT].key[CONFIG_PORT_mac_limit])
		fprintf(out, " %u", config_mac_limit(c, port));
	else if (lan != NULL && same != NULL && !same->list &&
		 same->type == key->type &&
		 same->type->count(config_const_member(same, lan)) != 0) {
		fputc(' ', out);
		same->type->print(config_const_member(same, lan), 0, out);
	}
}

static void
print_section(const struct config *c, const struct config_section *s,
	      const void *section, bool defaults, FILE *out)
{
	for (unsigned int i = 0; i < s->nkeys; i++) {
		const struct config_key *key = &s->key[i];

		if (key->type == &config_type_FILES ||
		    (!defaults && config_key_is_default(key, section)))
			continue;
		print_values(key, section, out);
		if (!defaults ||
		    key->type->count(config_const_member(key, section)) != 0)
			continue;
		fprintf(out, "; %s =", key->name);
		if (s == &config_sections[CONFIG_SECTION_PORT])
			print_inherited(c, key, section, out);
		fputc('\n', out);
	}
}

/* [fabric] stands in every file; another section that is there once may be left out. */
static bool
is_left_out(const struct config_section *s, const void *section)
{
	if (s->most != 0 || s == config_sections)
		return false;
	for (unsigned int i = 0; i < s->nkeys; i++)
		if (!config_key_is_default(&s->key[i], section) &&
		    s->key[i].type->count(
			    config_const_member(&s->key[i], section)) != 0)
			return false;
	return true;
}

static void
print_one(const struct config *c, const struct config_section *s,
	  unsigned int i, bool defaults, FILE *out)
{
	const void *section = config_section_at(c, s, i);
	char title[CONFIG_TITLE_SIZE];

	if (!defaults && is_left_out(s, section))
		return;
	fprintf(out, "%s[%s]\n", s == config_sections ? "" : "\n",
		config_title(s, *CONFIG_OF(section, id), title));
	print_section(c, s, section, defaults, out);
}

size_t
config_print_part(const struct config *c, bool defaults, size_t first, size_t n,
		  FILE *out)
{
	size_t all = 0;

	for (unsigned int k = 0; k < CONFIG_SECTIONS; k++) {
		const struct config_section *s = &config_sections[k];

		for (unsigned int i = 0; i < config_section_count(c, s); i++) {
			if (all >= first && all - first < n)
				print_one(c, s, i, defaults, out);
			all++;
		}
	}
	return all;
}

void
config_print(const struct config *c, bool defaults, FILE *out)
{
	config_print_part(c, defaults, 0, SIZE_MAX, out);
}
