/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * The addresses of the configuration in the MAC tables.
 *
 * They are added before the view that needs them is published, and those that are
 * no longer wanted are removed after it: an address that changes ports is never
 * unknown in between, nor is any when the apply fails.
 *
 * A table of a new size has what the old one has learned already: tables.h.
 */
#include "fabric/apply/apply_impl.h"

#include <errno.h>
#include <stdlib.h>

#include "lib/mac.h"
#include "lib/mactab.h"

/* What the MAC table had at an address before this apply. */
struct mac_undo {
	struct mactab *table;
	uint64_t mac;
	bool existed;
	struct mactab_entry entry;
};

static int
add_mac(struct apply *a, const struct config_port *c, uint16_t port,
	const struct mactab *last, struct mactab *table, unsigned int i)
{
	struct mac_undo *u = &a->undo[a->nundo];
	uint64_t mac = c->mac.value[i];
	struct mactab_entry old;
	char text[MAC_TEXT_SIZE];

	u->table = table;
	u->mac = mac;
	u->existed = mactab_get(table, mac, &u->entry);
	/* Not seen until it sends, or when it last did. */
	if (mactab_set(table, mac, port, MACTAB_STATIC,
		       mactab_get(last, mac, &old) ? old.seen : 0) != 0) {
		faults_error(a->faults, c->mac.at[i], c->id,
			     "no room for %s in the MAC table of [lan %s]: "
			     "mac_table = %u is too small",
			     mac_format(mac, text), c->lan,
			     a->config->fabric.mac_table);
		return -ENOSPC;
	}
	a->nundo++;
	return 0;
}

static int
add_macs(struct apply *a, unsigned int index)
{
	const struct config_port *c = &a->config->port[index];
	const struct config_lan *lan = config_lan_of(a->config, c);
	const struct objects *o = a->next;
	long of = lan != NULL ? lan - a->config->lan : 0;
	int rc = 0;

	for (unsigned int i = 0; lan != NULL && rc == 0 && i < c->mac.n; i++)
		rc = add_mac(a, c, o->port[index]->id, o->lan[of]->macs,
			     o->macs[of], i);
	return rc;
}

static int
make(struct apply *a, unsigned int part)
{
	size_t n = 0;
	int rc = 0;

	(void)part;
	for (unsigned int i = 0; i < a->config->nports; i++)
		n += a->config->port[i].mac.n;
	a->undo = calloc(n + 1, sizeof(*a->undo));
	if (a->undo == NULL)
		return -ENOMEM;
	for (unsigned int i = 0; rc == 0 && i < a->config->nports; i++)
		rc = add_macs(a, i);
	return rc;
}

static void
undo(struct apply *a)
{
	while (a->nundo > 0) {
		const struct mac_undo *u = &a->undo[--a->nundo];

		if (u->existed)
			mactab_restore(u->table, &u->entry);
		else
			mactab_remove(u->table, u->mac);
	}
	free(a->undo);
}

void
apply_macs_count(struct apply *a)
{
	for (size_t i = 0; i < a->nundo; i++) {
		const struct mac_undo *u = &a->undo[i];

		if (u->existed && !(u->entry.flags & MACTAB_STATIC))
			a->f->port[u->entry.port]->learned--;
	}
}

static int
by_table_and_mac(const void *pa, const void *pb)
{
	const struct mac_undo *a = pa, *b = pb;

	if (a->table != b->table)
		return a->table < b->table ? -1 : 1;
	return a->mac < b->mac ? -1 : a->mac > b->mac;
}

/* Removes an address of the running configuration that the next one lacks. */
static void
remove_unwanted(struct apply *a, struct mactab *table, uint64_t mac)
{
	struct mac_undo key = { .table = table, .mac = mac };
	struct mactab_entry e;

	if (bsearch(&key, a->undo, a->nundo, sizeof(key), by_table_and_mac) ==
		    NULL &&
	    mactab_get(table, mac, &e) && e.flags & MACTAB_STATIC)
		mactab_remove(table, mac);
}

static void
keep(struct apply *a)
{
	const struct config *running = a->f->config;

	qsort(a->undo, a->nundo, sizeof(*a->undo), by_table_and_mac);
	for (unsigned int i = 0; i < running->nports; i++) {
		const struct config_port *p = &running->port[i];
		const struct config_lan *c = config_lan_of(running, p);
		struct lan_rt *l =
			c != NULL ? a->running->lan[c - running->lan] : NULL;

		for (unsigned int k = 0; l != NULL && k < p->mac.n; k++)
			remove_unwanted(a, l->macs, p->mac.value[k]);
	}
	free(a->undo);
}

const struct apply_step apply_macs = {
	"the MAC addresses", NULL, 0, make, undo, keep
};
