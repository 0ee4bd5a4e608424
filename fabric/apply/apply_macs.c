/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * The addresses of the configuration in the MAC tables.
 *
 * They are added before the view that needs them is published, and those that are
 * no longer wanted are removed after it: an address that changes ports is never
 * unknown in between.
 */
#include "fabric/apply/apply_impl.h"

#include <errno.h>
#include <stdlib.h>

#include "fabric/runtime/port_state.h"
#include "lib/mac.h"
#include "lib/mactab.h"

/* What the MAC table had at an address before this apply. */
struct mac_undo {
	struct mactab *table;
	uint64_t mac;
	bool existed;
	struct mactab_entry entry;
};

static struct mactab *
table_of(const struct lan_rt *l)
{
	return l->next_macs != NULL ? l->next_macs : l->macs;
}

/* Adds 'change' to the count of the port that had learned the address. */
static void
recount(struct fabric *f, const struct mac_undo *u, int change)
{
	struct port_rt *p = u->existed ? f->port[u->entry.port] : NULL;

	if (p == NULL || u->entry.flags & MACTAB_STATIC)
		return;
	port_state_learned(f, p, change);
}

static int
add_mac(struct apply *a, const struct config_port *c, unsigned int i)
{
	struct mac_undo *u = &a->undo[a->nundo];
	uint64_t mac = c->mac.value[i];
	uint16_t port = runtime_port(a->f, c->id)->id;
	char text[MAC_TEXT_SIZE];

	u->table = table_of(runtime_lan(a->f, c->lan));
	u->mac = mac;
	u->existed = mactab_get(u->table, mac, &u->entry);
	/* Not heard until it sends, or when it last did. */
	if (mactab_set(u->table, mac, port, MACTAB_STATIC,
		       u->existed ? u->entry.seen : 0) != 0) {
		faults_error(a->faults, c->mac.at[i], c->id,
			     "no room for %s in the MAC table of [lan %s]: "
			     "mac_table = %u is too small",
			     mac_format(mac, text), c->lan,
			     a->config->fabric.mac_table);
		return -ENOSPC;
	}
	recount(a->f, u, -1);
	a->nundo++;
	return 0;
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
	for (unsigned int p = 0; p < a->config->nports; p++) {
		const struct config_port *c = &a->config->port[p];

		for (unsigned int i = 0; rc == 0 && i < c->mac.n; i++)
			if (c->lan[0] != '\0')
				rc = add_mac(a, c, i);
	}
	return rc;
}

static void
undo(struct apply *a)
{
	while (a->nundo > 0) {
		const struct mac_undo *u = &a->undo[--a->nundo];
		const struct mactab_entry *e = &u->entry;

		mactab_remove(u->table, u->mac);
		if (u->existed)
			mactab_set(u->table, u->mac, e->port, e->flags,
				   e->seen);
		recount(a->f, u, 1);
	}
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
	for (unsigned int i = 0; i < CONFIG_LANS_MAX; i++) {
		if (a->f->lan[i] == NULL || a->f->lan[i]->flags & RT_RETIRED)
			continue;
		w.table = table_of(a->f->lan[i]);
		mactab_each(w.table, keep_if_wanted, &w);
	}
	free(a->undo);
}

const struct apply_step apply_macs = { "the MAC addresses", make, undo, keep };
