/* SPDX-License-Identifier: BSD-3-Clause */
#ifndef IXF_DRAFT_H
#define IXF_DRAFT_H

/*
 * A configuration as lines that can be changed one by one: sections, and the keys
 * of each in the order of the file.  It need not be valid.
 */

#include "fabric/config/config_impl.h"

#define DRAFT_SECTIONS 400
#define DRAFT_LINES    64  /* of a section */
#define DRAFT_VALUE    200 /* octets, with the NUL */

struct draft_line {
	const struct config_key *key;
	char value[DRAFT_VALUE];
};

struct draft_section {
	const struct config_section *type;
	config_name name; /* "" for [fabric] */
	bool fixed;       /* not to be changed */
	unsigned int n;
	struct draft_line line[DRAFT_LINES];
};

struct draft {
	unsigned int n;
	struct draft_section section[DRAFT_SECTIONS];
};

/* How large exchanges are drawn; set before the first draft of a sequence. */
struct draft_size {
	unsigned int lans, ports, acls, devices; /* at most */
};
extern struct draft_size draft_size;

void draft_copy(struct draft *to, const struct draft *from);

/* The section [type name], or NULL. */
struct draft_section *draft_find(const struct draft *, enum config_section_kind,
				 const char *name);

/* A section of the type at random, not a fixed one; NULL: there is none. */
struct draft_section *draft_any(const struct draft *, enum config_section_kind);

/* Adds [type name] at the end; NULL: no room, or it is there. */
struct draft_section *draft_add(struct draft *, enum config_section_kind,
				const char *name);
void draft_remove(struct draft *, struct draft_section *);

/* The first value of a key; NULL: it is not given. */
const char *draft_get(const struct draft_section *, const char *key);

/* Sets a key, or adds a value to a list; drops a line. */
void draft_set(struct draft_section *, const struct config_key *,
	       const char *value);
void draft_put(struct draft_section *, const char *key, const char *value);
void draft_drop(struct draft_section *, unsigned int line);
/* All values of a key. */
void draft_unset(struct draft_section *, const char *key);

/* The sections from 'first' on, before 'end', as they stand in a file. */
void draft_print(const struct draft *, unsigned int first, unsigned int end,
		 FILE *);

/* The text of the file, to be freed. */
char *draft_text(const struct draft *);

/* Takes a line of the text out; of the head of a section, the section. */
void draft_cut(struct draft *, unsigned int line);

/* Whether both have the section, with the same lines. */
bool draft_same(const struct draft *, const struct draft *,
		enum config_section_kind, const char *name);

/* draw.c: a random value for a key of a section that is in the draft. */
void draw_value(const struct draft *, const struct draft_section *,
		const struct config_key *, char value[DRAFT_VALUE]);

/* mutate.c: an entirely new draft, and small changes of one. */
void mutate_new(struct draft *);
void mutate(struct draft *);

#endif
