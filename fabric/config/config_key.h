/* SPDX-License-Identifier: BSD-3-Clause */
#ifndef IXF_CONFIG_KEY_H
#define IXF_CONFIG_KEY_H

/*
 * The keys of key_list.h as tables, and what values of each type look like.
 * For those who read, print, compare or document configurations.
 */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include "fabric/config/config.h"
#include "lib/faults.h"

struct config_key;

#define CONFIG_WHY_SIZE 256

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

/* The places of the keys in the tables below: CONFIG_PORT_mac. */
enum config_fabric_key {
#define KEY_FABRIC(name, ...) CONFIG_FABRIC_##name,
#include "fabric/config/key_list.h"
	CONFIG_FABRIC_KEYS
};
enum config_lan_key {
#define KEY_LAN(name, ...) CONFIG_LAN_##name,
#include "fabric/config/key_list.h"
	CONFIG_LAN_KEYS
};
enum config_port_key {
#define KEY_PORT(name, ...) CONFIG_PORT_##name,
#include "fabric/config/key_list.h"
	CONFIG_PORT_KEYS
};
enum config_acl_key {
#define KEY_ACL(name, ...) CONFIG_ACL_##name,
#include "fabric/config/key_list.h"
	CONFIG_ACL_KEYS
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

/* Whether 'text' may be the name of a section: [A-Za-z0-9._-], up to 31. */
bool config_name_is_valid(const char *text);

#endif
