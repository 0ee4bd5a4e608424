/* SPDX-License-Identifier: BSD-3-Clause */
/* Types of mirrors: how each is read, printed and freed. */
#include "fabric/config/config_impl.h"

#include "lib/nearest.h"

CONFIG_LIST(names, struct config_named)
CONFIG_LIST_CLEAR(names)

static int
parse_names(const struct config_key *key, const char *text, struct where at,
	    void *member, char *why)
{
	struct config_names *list = member;
	struct config_named name;

	(void)key;
	if (!config_name_is_valid(text))
		return CONFIG_WRONG("must be one name: for more, repeat the "
				    "key");
	for (unsigned int i = 0; i < list->n; i++)
		if (strcmp(list->value[i].id, text) == 0)
			return CONFIG_WRONG("given twice, first at line %u",
					    list->at[i].line);
	strcpy(name.id, text);
	return append_names(list, name, at) != 0 ? config_no_memory(why) : 0;
}

static void
print_names(const void *member, unsigned int i, FILE *out)
{
	fputs(((const struct config_names *)member)->value[i].id, out);
}

const struct config_type config_type_NAMES = {
	"a name", NULL, parse_names, count_names, print_names, clear_names,
};

CONFIG_LIST(reasons, enum drop)
CONFIG_LIST_CLEAR(reasons)

static const char *
nearest_reason(const char *text)
{
	const char *words[DROP_N];
	size_t n = 0;

	for (enum drop d = DROP_NONE + 1; d < DROP_N; d++)
		words[n++] = drop_name(d);
	return nearest_word(text, words, n);
}

static int
parse_reasons(const struct config_key *key, const char *text, struct where at,
	      void *member, char *why)
{
	enum drop reason = drop_find(text);
	const char *near;

	(void)key;
	if (reason == DROP_NONE && strcmp(text, "all") != 0) {
		near = nearest_reason(text);
		return CONFIG_WRONG("must be all, or one drop reason: ixctl(1) "
				    "lists them%s%s%s",
				    near != NULL ? " (did you mean '" : "",
				    near != NULL ? near : "",
				    near != NULL ? "'?)" : "");
	}
	return append_reasons(member, reason, at) != 0 ? config_no_memory(why)
						       : 0;
}

static void
print_reasons(const void *member, unsigned int i, FILE *out)
{
	enum drop why = ((const struct config_reasons *)member)->value[i];

	fputs(why != DROP_NONE ? drop_name(why) : "all", out);
}

const struct config_type config_type_REASONS = {
	"a drop reason, or all", NULL,          parse_reasons,
	count_reasons,           print_reasons, clear_reasons,
};
