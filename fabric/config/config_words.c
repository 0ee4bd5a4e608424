/* SPDX-License-Identifier: BSD-3-Clause */
#include "fabric/config/config_impl.h"

#include "lib/nearest.h"

#define WORDS_MAX 8 /* of one type */

/* Says which words there are, and which is the nearest to 'text'. */
static void
list_words(const struct config_word *words, const char *text, char *why)
{
	const char *known[WORDS_MAX];
	const char *near;
	size_t n = 0, used;

	used = (size_t)snprintf(why, CONFIG_WHY_SIZE, "must be one of");
	for (; words[n].text != NULL; n++) {
		known[n] = words[n].text;
		used += (size_t)snprintf(why + used, CONFIG_WHY_SIZE - used,
					 "%s %s", n == 0 ? "" : ",", known[n]);
	}
	near = nearest_word(text, known, n);
	if (near != NULL)
		snprintf(why + used, CONFIG_WHY_SIZE - used,
			 " (did you mean '%s'?)", near);
}

int
config_words_parse(const struct config_key *key, const char *text,
		   struct where at, void *member, char why[CONFIG_WHY_SIZE])
{
	const struct config_word *words = key->type->words;

	(void)at;
	for (unsigned int i = 0; words[i].text != NULL; i++)
		if (strcmp(words[i].text, text) == 0) {
			*(unsigned int *)member = words[i].value;
			return 0;
		}
	list_words(words, text, why);
	return -EINVAL;
}

void
config_words_print(const struct config_word *words, unsigned int value,
		   FILE *out)
{
	for (; words->text != NULL; words++)
		if (words->value == value) {
			fputs(words->text, out);
			return;
		}
}
