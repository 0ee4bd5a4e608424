/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * The addresses of the configuration in the MAC tables, and tables of a new size.
 *
 * They are added before the view that needs them is published, and those that are
 * no longer wanted are removed after it: an address that changes ports is never
 * unknown in between, nor is any when the apply fails.
 *
 * A table of a new size gets what the old one had learned in the last step before
 * the view, so that nothing is learned in between.
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
make_table(struct apply *a, unsigned int i)
{
	const struct config_lan *c = &a->config->lan[i];
	uint32_t size = a->config->fabric.mac_table;

	if (a->next->lan[i]->size == size)
		return 0;
	a->next->macs[i] = mactab_create(size);
	if (a->next->macs[i] != NULL)
		return 0;
	faults_error(a->faults, c->at, c->id, "no memory for its MAC table");
	return -ENOMEM;
}

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
	const struct config_lan *lan = config_lan(a->config, c->lan);
	const struct objects *o = a->next;
	long of = lan != NULL ? lan - a->config->lan : 0;
	int rc = 0;

	for (unsigned int i = 0; lan != NULL && rc == 0 && i < c->mac.n; i++)
		rc = add_mac(a, c, o->port[index]->id, o->lan[of]->macs,
			     o->macs[of], i);
	return rc;
}

/* The entries of one kind in a table, to be copied to another. */
struct copy {
	struct mactab *to;
	unsigned int flags;
};

static bool
copy_entry(void *arg, const struct mactab_entry *e)
{
	const struct copy *c = arg;
	struct mactab_entry there;

	/* Without room it is forgotten; an address of the configuration stays. */
	if (e->flags == c->flags && !mactab_get(c->to, e->mac, &there))
		mactab_set(c->to, e->mac, e->port, e->flags, e->seen);
	return true;
}

/* Sticky ones first: they stay until an operator removes them. */
static void
copy_learned(struct mactab *from, struct mactab *to)
{
	struct copy sticky = { to, MACTAB_STICKY }, learned = { to, 0 };

	mactab_each(from, copy_entry, &sticky);
	mactab_each(from, copy_entry, &learned);
}

static int
make(struct apply *a)
{
	size_t n = 0;
	int rc = 0;

	for (unsigned int i = 0; i < a->config->nports; i++)
		n += a->config->port[i].mac.n;
	a->undo = calloc(n + 1, sizeof(*a->undo));
	if (a->undo == NULL)
		return -ENOMEM;
	for (unsigned int i = 0; rc == 0 && i < a->config->nlans; i++)
		rc = make_table(a, i);
	for (unsigned int i = 0; rc == 0 && i < a->config->nports; i++)
		rc = add_macs(a, i);
	for (unsigned int i = 0; rc == 0 && i < a->config->nlans; i++)
		if (a->next->macs[i] != a->next->lan[i]->macs)
			copy_learned(a->next->lan[i]->macs, a->next->macs[i]);
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
	for (unsigned int i = 0; i < a->config->nlans; i++)
		if (a->next->macs[i] != a->next->lan[i]->macs)
			mactab_free(a->next->macs[i]);
	free(a->undo);
}

static int
by_table_and_mac(const void *pa, const void *pb)
{
	const struct mac_undo *a = pa, *b = pb;

	if (a->table != b->table)
		return a->table < b->table ? -1 : 1;
	return a->mac < b->mac ? -1 : a->mac > b->mac;
}

/* What is wanted: the addresses that make() has put in, sorted. */
struct wanted {
	const struct apply *a;
	struct mactab *table;
};

static bool
keep_if_wanted(void *arg, const struct mactab_entry *e)
{
	const struct wanted *w = arg;
	struct mac_undo key = { .table = w->table, .mac = e->mac };

	return !(e->flags & MACTAB_STATIC) ||
	       bsearch(&key, w->a->undo, w->a->nundo, sizeof(key),
		       by_table_and_mac) != NULL;
}

static void
keep(struct apply *a)
{
	struct wanted w = { .a = a };

	qsort(a->undo, a->nundo, sizeof(*a->undo), by_table_and_mac);
	for (unsigned int i = 0; i < a->config->nlans; i++) {
		w.table = a->next->lan[i]->macs;
		mactab_each(w.table, keep_if_wanted, &w);
	}
	free(a->undo);
}

const struct apply_step apply_macs = { "the MAC addresses", make, undo, keep };
