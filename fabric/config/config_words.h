/* SPDX-License-Identifier: BSD-3-Clause */
#ifndef IXF_CONFIG_WORDS_H
#define IXF_CONFIG_WORDS_H

/*
 * Types whose values are words: struct config_word words_X[].  The member is a
 * number.
 */

#include <stdio.h>

#include "fabric/config/config_impl.h"

/* parse() of a type that has words. */
int config_words_parse(const struct config_key *, const char *text,
		       struct where at, void *member,
		       char why[CONFIG_WHY_SIZE]);

/* The first of the words that stand for 'value'. */
void config_words_print(const struct config_word *, unsigned int value, FILE *);

/* config_type_X from words_X; 'what' and 'count' as in struct config_type. */
#define CONFIG_WORDS_TYPE(name, what, count)                                   \
	static void print_##name(const void *member, unsigned int i,           \
				 FILE *out)                                    \
	{                                                                      \
		(void)i;                                                       \
		config_words_print(words_##name,                               \
				   *(const unsigned int *)member, out);        \
	}                                                                      \
	const struct config_type config_type_##name = {                        \
		what,  words_##name, config_words_parse,                       \
		count, print_##name, config_clear_number,                      \
	}

#endif
