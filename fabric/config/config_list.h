/* SPDX-License-Identifier: BSD-3-Clause */
#ifndef IXF_CONFIG_LIST_H
#define IXF_CONFIG_LIST_H

/* Lists as values: struct config_X { unsigned int n; T *value; at }. */

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "fabric/config/config_key.h"

static inline int
config_no_memory(char *why)
{
	snprintf(why, CONFIG_WHY_SIZE, "out of memory");
	return -ENOMEM;
}

/* Room for one more behind 'n': doubled whenever 'n' is a power of two. */
static inline void *
config_grow(void *array, unsigned int n, size_t size)
{
	if ((n & (n - 1)) != 0)
		return array;
	return reallocarray(array, n == 0 ? 1 : n * 2, size);
}

/* append_macs(list, value, at): 0 or -ENOMEM.  count_macs(member). */
#define CONFIG_LIST(name, element)                                             \
	static int append_##name(struct config_##name *list, element value,    \
				 struct where at)                              \
	{                                                                      \
		element *values =                                              \
			config_grow(list->value, list->n, sizeof(*values));    \
		struct where *places;                                          \
                                                                               \
		if (values == NULL)                                            \
			return -ENOMEM;                                        \
		list->value = values;                                          \
		places = config_grow(list->at, list->n, sizeof(*places));      \
		if (places == NULL)                                            \
			return -ENOMEM;                                        \
		list->at = places;                                             \
		values[list->n] = value;                                       \
		places[list->n] = at;                                          \
		list->n++;                                                     \
		return 0;                                                      \
	}                                                                      \
	static unsigned int count_##name(const void *member)                   \
	{                                                                      \
		return ((const struct config_##name *)member)->n;              \
	}

#define CONFIG_LIST_CLEAR(name)                                                \
	static void clear_##name(void *member)                                 \
	{                                                                      \
		struct config_##name *list = member;                           \
                                                                               \
		free(list->value);                                             \
		free(list->at);                                                \
		memset(list, 0, sizeof(*list));                                \
	}

#endif
