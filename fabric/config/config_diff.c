/* SPDX-License-Identifier: BSD-3-Clause */
#include "fabric/config/config_impl.h"

struct diff {
	config_visit *visit;
	void *arg;
	unsigned int n;
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

/* All values of 'key' as one text, to be freed; NULL when there is none. */
static char *
values_of(const struct config_key *key, const void *section)
{
	const void *member = config_const_member(key, section);
	unsigned int n = key->type->count(member);
	char *text = NULL;
	size_t size;
	FILE *out;

	if (n == 0)
		return NULL;
	out = open_memstream(&text, &size);
	if (out == NULL)
		return NULL;
	for (unsigned int i = 0; i < n; i++) {
		if (i != 0)
			fputs(", ", out);
		key->type->print(member, i, out);
	}
	if (fclose(out) == 0)
		return text;
	free(text);
	return NULL;
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
		char *old_value, *new_value;

		if (key->type == &config_type_FILES)
			continue;
		old_value = values_of(key, old_section);
		new_value = values_of(key, new_section);
		if (!is_same(old_value, new_value))
			report(d, title, key, old_value, new_value);
		free(old_value);
		free(new_value);
	}
}

/* A LAN or port that may be in one of the two only. */
static void
diff_named(struct diff *d, enum config_section_kind kind, const char *id,
	   const void *old_section, const void *new_section)
{
	const struct config_section *s = &config_sections[kind];
	char title[8 + CONFIG_NAME_SIZE];

	snprintf(title, sizeof(title), "%s %s", s->type, id);
	if (old_section == NULL)
		report(d, title, NULL, NULL, "");
	else if (new_section == NULL)
		report(d, title, NULL, "", NULL);
	else
		diff_section(d, s, title, old_section, new_section);
}

static void
diff_lans(struct diff *d, const struct config *a, const struct config *b)
{
	for (unsigned int i = 0; i < a->nlans; i++)
		diff_named(d, CONFIG_SECTION_LAN, a->lan[i].id, &a->lan[i],
			   config_lan(b, a->lan[i].id));
	for (unsigned int i = 0; i < b->nlans; i++)
		if (config_lan(a, b->lan[i].id) == NULL)
			diff_named(d, CONFIG_SECTION_LAN, b->lan[i].id, NULL,
				   &b->lan[i]);
}

static void
diff_ports(struct diff *d, const struct config *a, const struct config *b)
{
	for (unsigned int i = 0; i < a->nports; i++)
		diff_named(d, CONFIG_SECTION_PORT, a->port[i].id, &a->port[i],
			   config_port(b, a->port[i].id));
	for (unsigned int i = 0; i < b->nports; i++)
		if (config_port(a, b->port[i].id) == NULL)
			diff_named(d, CONFIG_SECTION_PORT, b->port[i].id, NULL,
				   &b->port[i]);
}

static void
diff_acls(struct diff *d, const struct config *a, const struct config *b)
{
	for (unsigned int i = 0; i < a->nacls; i++)
		diff_named(d, CONFIG_SECTION_ACL, a->acl[i].id, &a->acl[i],
			   config_acl(b, a->acl[i].id));
	for (unsigned int i = 0; i < b->nacls; i++)
		if (config_acl(a, b->acl[i].id) == NULL)
			diff_named(d, CONFIG_SECTION_ACL, b->acl[i].id, NULL,
				   &b->acl[i]);
}

unsigned int
config_diff(const struct config *old_config, const struct config *new_config,
	    config_visit *visit, void *arg)
{
	struct diff d = { visit, arg, 0 };

	diff_section(&d, &config_sections[CONFIG_SECTION_FABRIC], "fabric",
		     &old_config->fabric, &new_config->fabric);
	diff_lans(&d, old_config, new_config);
	diff_ports(&d, old_config, new_config);
	diff_acls(&d, old_config, new_config);
	return d.n;
}
