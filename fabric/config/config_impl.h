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
#define CONFIG_WHY(...)   snprintf(why, CONFIG_WHY_SIZE, __VA_ARGS__)
#define CONFIG_WRONG(...) (CONFIG_WHY(__VA_ARGS__), -EINVAL) /* for return */

/* A word for a value; several words may have the same value. */
struct config_word {
	const char *text;
	unsigned int value;
};

struct config_type {
	const char *what;                /* "a number", for the manual */
	const struct config_word *words; /* all there are, or NULL */

	/*
	 * Reads 'text' into 'member'; a list gets another value.  Returns 0, or
	 * -errno and what is wrong in 'why'.
	 */
	int (*parse)(const struct config_key *, const char *text,
		     struct where at, void *member, char why[CONFIG_WHY_SIZE]);
	/* How many values 'member' has; 0: it was not given. */
	unsigned int (*count)(const void *member);
	/* Writes the value 'i' of 'member' as parse() reads it. */
	void (*print)(const void *member, unsigned int i, FILE *);
	/* Frees the memory of 'member', and makes it one that was not given. */
	void (*clear)(void *member);
};

#define TYPE(name, ...) extern const struct config_type config_type_##name;
#include "fabric/config/type_list.h"

/* count() of a type whose members always have a value. */
static inline unsigned int
config_count_one(const void *member)
{
	(void)member;
	return 1;
}

/* clear() of a type whose members are numbers or words. */
static inline void
config_clear_number(void *member)
{
	*(uint32_t *)member = 0;
}

struct config_key {
	const char *name;
	const struct config_type *type;
	const char *fallback; /* the default; "": none */
	uint64_t min, max;
	bool list; /* may be repeated */
	bool restart;
	const char *sentence;
	size_t offset; /* of the member in the struct of the section */
	size_t size;   /* of the member */
};

enum config_section_kind {
#define SECTION(type, TYPE) CONFIG_SECTION_##TYPE,
#include "fabric/config/section_list.h"
	CONFIG_SECTIONS
};

struct config_section {
	const char *type;     /* "port" */
	const char *noun;     /* "port", for messages */
	const char *example;  /* a name */
	const char *sentence; /* for the manual */
	/* How many there can be; 0: [type] stands once, and has no name. */
	unsigned int most;
	size_t size; /* of the struct of one section */
	/* Offsets in struct config: of the section, or of the array and its n. */
	size_t place, number;
	const struct config_key *key;
	unsigned int nkeys;
};

extern const struct config_section config_sections[CONFIG_SECTIONS];

/* What the structs of all sections begin with. */
struct config_head {
	CONFIG_HEAD
};

/* A pointer to a member of the head of any section: *CONFIG_OF(section, at). */
#define CONFIG_HEAD_TYPE(member) __typeof__(((struct config_head *)0)->member)
#define CONFIG_OF(section, member)                                             \
	((CONFIG_HEAD_TYPE(member) *)((char *)(section) +                      \
				      offsetof(struct config_head, member)))

/* How many sections of a type a configuration has; of [fabric] always one. */
unsigned int config_section_count(const struct config *,
				  const struct config_section *);
/* Section number 'i' of a type, from 0. */
void *config_section_at(const struct config *, const struct config_section *,
			unsigned int i);
/* The section of this name, or NULL; for [fabric] the name does not matter. */
void *config_section_find(const struct config *, const struct config_section *,
			  const char *id);
/* Adds a section: zero but for its name.  NULL: no memory. */
void *config_section_add(struct config *, const struct config_section *,
			 const char *id);

/* Sets every member of a section to its default; 'section' is zeroed before. */
int config_section_init(const struct config_section *, void *section);
void config_section_clear(const struct config_section *, void *section);

/* "port x", or "fabric", as faults and differences name a section. */
#define CONFIG_TYPE_SIZE  16 /* of "port", with its NUL */
#define CONFIG_TITLE_SIZE (CONFIG_TYPE_SIZE + CONFIG_NAME_SIZE)
char *config_title(const struct config_section *, const char *id,
		   char title[CONFIG_TITLE_SIZE]);

/* NULL when there is no such type of section. */
const struct config_section *config_section_of_type(const char *type);

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

/* Writes all its values, with ", " between them. */
void config_key_print(const struct config_key *, const void *section, FILE *);

/*
 * Whether the key is at its default; false for a list, and without a default.
 */
bool config_key_is_default(const struct config_key *, const void *section);

/* Whether a port has the key, with another value than the default or a wrong one. */
bool config_port_has(const struct config_port *, enum config_port_key);

/* Whether a text is as long as the key allows: 0, or -EINVAL and 'why'. */
int config_check_length(const struct config_key *, const char *text,
			char why[CONFIG_WHY_SIZE]);

/* What the types of texts share: a member is NULL, or allocated. */
unsigned int config_text_count(const void *member);
void config_text_print(const void *member, unsigned int i, FILE *);
void config_text_clear(void *member);
/* Replaces the text: 0, or -ENOMEM and 'why'. */
int config_text_set(void *member, const char *text, char why[CONFIG_WHY_SIZE]);

/* Lists as values: struct config_X { unsigned int n; T *value; at }. */

static inline int
config_no_memory(char *why)
{
	snprintf(why, CONFIG_WHY_SIZE, "out of memory");
	return -ENOMEM;
}

/*
 * An array with room for one more than 'n': its size doubles when 'n' is a
 * power of two.
 */
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

/* Types whose values are words: struct config_word words_X[].  The member is a number. */

/* parse() of a type that has words. */
int config_words_parse(const struct config_key *, const char *text,
		       struct where at, void *member,
		       char why[CONFIG_WHY_SIZE]);

/* The first of the words that stand for 'value'. */
void config_words_print(const struct config_word *, unsigned int value, FILE *);

/* "reply,request": the values of the words, each a bit; 0: another word is in it. */
unsigned int config_flags_parse(const struct config_word *, const char *text);
void config_flags_print(const struct config_word *, unsigned int flags, FILE *);

/* config_type_X from its words; 'count' as in struct config_type. */
#define CONFIG_WORDS_TYPE(name, what, count, ...)                              \
	static const struct config_word words_##name[] = { __VA_ARGS__,        \
							   { NULL, 0 } };      \
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

/*
 * Decimal fractions as whole numbers of their last digit: reads "0.5" at '*text' as
 * 500 if 'places' is 3, and moves '*text' behind it; with 'places' 0 only digits.
 * Returns 0, or -EINVAL: no digit before the point, or none or too many after it.
 * A number that is too large becomes UINT64_MAX.
 */
int config_decimal_parse(const char **text, unsigned int places,
			 uint64_t *value);

/* Writes the same, without zeros at the end: "0.5", "3". */
void config_decimal_print(uint64_t value, unsigned int places, FILE *);

struct config_text;
struct config_texts;

struct config_reading {
	struct config *config;
	struct faults *faults;

	/*
	 * A section or a file could not be read, so that a missing section may
	 * be the same mistake again.
	 */
	bool lost;
};

/*
 * Calls 'visit' for each file that 'patterns' name, relative to the folder of the
 * first text: pattern by pattern, and the files of a pattern by name in the C
 * locale.  They are read and added to the texts, or with 'complete' are there
 * already.  A file is visited once, the first text never.  Returns whether all were
 * read; 'faults' has the errors, and a warning for a pattern that matches no file.
 */
typedef void config_include_visit(void *arg, const struct config_text *);
bool config_include(struct config_texts *, bool complete,
		    const struct config_files *patterns,
		    config_include_visit *visit, void *arg, struct faults *);

/* Notes that a pattern matched 'n' files, for config_texts_changed(). */
void config_texts_globbed(struct config_texts *, const char *pattern, size_t n);

/*
 * Values that only one section may use, such as a MAC address in a LAN.  A claimant
 * is the section "[type id]" that uses a value, and the line; its texts outlive the
 * claims.
 */
struct config_claims;
struct config_claimant {
	const char *type, *id;
	struct where at;
};

/* NULL when there is no memory. */
struct config_claims *config_claims_create(struct faults *);
void config_claims_free(struct config_claims *);

/*
 * 'claimant' uses the 'what' ("mac") that is 'value', which must be unique in
 * 'scope'.  If another section uses it already, that is reported as an error.
 * Returns 0 in both cases, or -ENOMEM.
 */
int config_claim(struct config_claims *, const char *what, const char *scope,
		 const char *value, struct config_claimant claimant);

/* Checks a configuration after all files are read.  Returns 0 or -ENOMEM. */
int config_check(struct config_reading *);

/* config_check_mirror.c: the same for mirrors, and ports that listen. */
void config_check_mirrors(struct config_reading *);

/* config_check_sponge.c: the same for the sponge of a LAN. */
int config_check_sponge(struct config_reading *, const struct config_lan *,
			struct config_claims *);

/* config_sflow.c: the section [sflow], and the LANs that are sampled. */
int config_check_sflow(const struct config *, struct config_claims *,
		       struct faults *);

/*
 * config_check_policy.c: warns of checks that act less than they seem to, on the
 * port or LAN of the section 'title'.
 */
void config_check_policy_of_port(const struct config *,
				 const struct config_port *, const char *title,
				 struct faults *);
void config_check_policy_of_lan(const struct config_lan *, const char *title,
				struct faults *);

/* config_check_unit.c: warns of values that another unit would make sensible. */
void config_check_units(const struct config_section *, const void *section,
			struct faults *);

/*
 * config_check_device.c: checks that DPDK has a driver for the value 'device' of a
 * key at 'at' in the section 'title', which was split into 'spec'.
 */
struct devspec;
void config_check_device(const char *device, const struct devspec *spec,
			 struct where at, const char *title, struct faults *);

/* config_check_links.c: the number of its devices, and what goes with LACP. */
void config_check_links(const struct config_port *, const char *title,
			struct faults *);

/*
 * Checks that DPDK can open as many devices; a configuration that is only replayed
 * needs none.
 */
void config_check_limit(const struct config *, struct faults *);

/*
 * config_check_address.c: checks that a host on the LAN can have the address
 * that the key 'what' gives at 'at' in the section 'title'.
 */
void config_check_address(struct config_reading *, const char *title,
			  const char *what, const struct config_lan *,
			  const struct ipaddr *, struct where at);

#endif
