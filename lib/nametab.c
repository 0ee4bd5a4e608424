/* SPDX-License-Identifier: BSD-3-Clause */
#include "lib/nametab.h"

#include <stddef.h>
#include <string.h>

#include "lib/strtable.h"

static size_t
chain_of(const char *name)
{
	return strtable_hash(name) & (NAMETAB_CHAINS - 1);
}

void
nametab_add(struct nametab *t, struct nametab_link *link, const char *name)
{
	struct nametab_link **chain = &t->chain[chain_of(name)];

	link->name = name;
	link->next = *chain;
	*chain = link;
}

void
nametab_remove(struct nametab *t, struct nametab_link *link)
{
	struct nametab_link **at;

	if (link->name == NULL)
		return;
	at = &t->chain[chain_of(link->name)];
	while (*at != NULL && *at != link)
		at = &(*at)->next;
	if (*at == link)
		*at = link->next;
}

static struct nametab_link *
first_of(struct nametab_link *link, const char *name)
{
	while (link != NULL && strcmp(link->name, name) != 0)
		link = link->next;
	return link;
}

struct nametab_link *
nametab_find(const struct nametab *t, const char *name)
{
	return first_of(t->chain[chain_of(name)], name);
}

struct nametab_link *
nametab_next(const struct nametab_link *link)
{
	return first_of(link->next, link->name);
}
