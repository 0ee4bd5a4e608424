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

/* The flag that the 'n' octets of 'text' name, or 0. */
static unsigned int
find_flag(const struct config_word *w, const char *text, size_t n)
{
	while (w->text != NULL &&
	       (strlen(w->text) != n || strncmp(w->text, text, n) != 0))
		w++;
	return w->value;
}

unsigned int
config_flags_parse(const struct config_word *words, const char *text)
{
	unsigned int flags = 0;

	for (;; text++) {
		size_t n = strcspn(text, ",");
		unsigned int flag = find_flag(words, text, n);

		if (flag == 0)
			return 0;
		flags |= flag;
		text += n;
		if (*text == '\0')
			return flags;
	}
}

void
config_flags_print(const struct config_word *words, unsigned int flags,
		   FILE *out)
{
	const char *lead = "";

	for (const struct config_word *w = words; w->text != NULL; w++)
		if ((flags & w->value) != 0) {
			fprintf(out, "%s%s", lead, w->text);
			lead = ",";
		}
}
