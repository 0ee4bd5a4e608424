/* SPDX-License-Identifier: BSD-3-Clause */
#ifndef IXF_CONFIG_IMPL_H
#define IXF_CONFIG_IMPL_H

/*
 * What the files of this room share: the keys of key_list.h as tables, what values
 * of each type look like, lists of values, and a configuration while it is read
 * and checked.  Outside, only documentation and tests include it.
 */

#include <errno.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "fabric/config/config.h"
#include "lib/faults.h"

struct config_key;

/* Writes what is wrong with a value, and what would be right, to 'why'. */
#define CONFIG_WHY(...) snprintf(why, CONFIG_WHY_SIZE, __VA_ARGS__)

/* A word that stands for a value; several may stand for the same. */
struct config_word {
	const char *text;
	unsigned int value;
};

struct config_type {
	const char *what;                /* "a number", for the manual */
	bool list;                       /* the key may be repeated */
	const struct config_word *words; /* all there are, or NULL */

	/*
	 * Puts the value written as 'text' into 'member', behind those of a
	 * list.  0, or -errno and the reason in 'why'.
	 */
	int (*parse)(const struct config_key *, const char *text,
		     struct where at, void *member, char why[CONFIG_WHY_SIZE]);
	/* How many values 'member' has; 0 when it was not given. */
	unsigned int (*count)(const void *member);
	/* Writes the value 'i' of 'member' as parse() reads it. */
	void (*print)(const void *member, unsigned int i, FILE *);
	/* Frees what 'member' owns, and makes it one that was not given. */
	void (*clear)(void *member);
};

extern const struct config_type config_type_TEXT;
extern const struct config_type config_type_NAME;
extern const struct config_type config_type_COUNT;
extern const struct config_type config_type_DURATION;
extern const struct config_type config_type_LIMIT;
extern const struct config_type config_type_SWITCH;
extern const struct config_type config_type_IDLE;
extern const struct config_type config_type_PROFILE;
extern const struct config_type config_type_UNKNOWN;
extern const struct config_type config_type_STATUS;
extern const struct config_type config_type_MAC;
extern const struct config_type config_type_MACS;
extern const struct config_type config_type_ADDRESS4;
extern const struct config_type config_type_ADDRESS6;
extern const struct config_type config_type_PREFIX4;
extern const struct config_type config_type_PREFIX6;
extern const struct config_type config_type_FILES;
extern const struct config_type config_type_CORES;
extern const struct config_type config_type_SPAN;
extern const struct config_type config_type_VIOLATION;
extern const struct config_type config_type_MLD;
extern const struct config_type config_type_RATE;
extern const struct config_type config_type_CHECKS;
extern const struct config_type config_type_RULES;
extern const struct config_type config_type_ARP_MODE;
extern const struct config_type config_type_UNKNOWN_ARP;
extern const struct config_type config_type_GARP;
extern const struct config_type config_type_ND_OPTIONS;
extern const struct config_type config_type_SPONGE_PROFILE;
extern const struct config_type config_type_SPONGE_INIT;
extern const struct config_type config_type_UNASSIGNED;
extern const struct config_type config_type_PER_SECOND;
extern const struct config_type config_type_ARP_UPDATE;

/* count() of a type whose members always have a value. */
static inline unsigned int
config_count_one(const void *member)
{
	(void)member;
	return 1;
}

struct config_key {
	const char *name;
	const struct config_type *type;
	const char *fallback; /* the default; "": none */
	uint64_t min, max;
	bool restart;
	const char *sentence;
	size_t offset; /* of the member in the struct of the section */
};

enum config_section_kind {
	CONFIG_SECTION_FABRIC,
	CONFIG_SECTION_LAN,
	CONFIG_SECTION_PORT,
	CONFIG_SECTION_ACL,
	CONFIG_SECTIONS
};

struct config_section {
	const char *type; /* "port" */
	bool named;       /* "[port name]" */
	const struct config_key *key;
	unsigned int nkeys;
};

extern const struct config_section config_sections[CONFIG_SECTIONS];

/* Sets every member of a section to its default; 'section' is zeroed before. */
int config_section_init(const struct config_section *, void *section);
void config_section_clear(const struct config_section *, void *section);

/* NULL when the section has no such key. */
const struct config_key *config_key_find(const struct config_section *,
					 const char *name);

static inline void *
config_member(const struct config_key *key, void *section)
{
	return (char *)section + key->offset;
}

static inline const void *
config_const_member(const struct config_key *key, const void *section)
{
	return (const char *)section + key->offset;
}

/* Whether the key, no list, is at its default; false where there is none. */
bool config_key_is_default(const struct config_key *, const void *section);

/* Lists as values: struct config_X { unsigned int n; T *value; at }. */

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

/* Where the keys of a section stand, by their place in its table. */
struct config_marks {
	bool has_lost; /* a line that could not be told: what is missing may
			* have been there */
	struct {
		unsigned int line; /* 0: not given */
		bool bad;          /* given, and its fault reported */
	} key[CONFIG_KEYS_MAX];
};

struct config_reading {
	struct config *config;
	struct faults *faults;
	struct config_marks fabric;
	struct config_marks *lan;  /* of config->lan */
	struct config_marks *port; /* of config->port */
	struct config_marks *acl;  /* of config->acl */

	/*
	 * A section or a file could not be told: that something does not exist
	 * may be the same fault again.
	 */
	bool lost;
};

/* Where the key of a section stands; 'section' where it was not given. */
static inline struct where
config_place(const struct config_marks *marks, unsigned int key,
	     struct where section)
{
	if (marks->key[key].line != 0)
		section.line = marks->key[key].line;
	return section;
}

/* Checks what only shows when all is read.  0 or -ENOMEM. */
int config_check(struct config_reading *);

/* config_check_sponge.c: the same of what is about the sponge of a LAN. */
struct config_claims;
int config_check_sponge(struct config_reading *, unsigned int lan,
			struct config_claims *);

/*
 * config_check_address.c: whether the address that the key 'what' gives at 'at',
 * in the section 'title', can be a host's on the LAN.
 */
void config_check_address(struct config_reading *, const char *title,
			  const char *what, const struct config_lan *,
			  const struct ipaddr *, struct where at);

#endif
