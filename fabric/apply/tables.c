/* SPDX-License-Identifier: BSD-3-Clause */
#include "fabric/apply/tables.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "fabric/config/config.h"
#include "fabric/runtime/runtime.h"
#include "lib/mactab.h"
#include "lib/pages.h"

struct tables {
	unsigned int n; /* LANs of the configuration */
	unsigned int i; /* the one that is copied */
	bool copies;    /* its old table knows the new one */
	struct mactab *table[CONFIG_LANS_MAX];
	struct mactab *from[CONFIG_LANS_MAX]; /* knows table[i] */
	struct old_table *old[CONFIG_LANS_MAX];
};

/* Whether a LAN runs, with a table of another size. */
static bool
is_replaced(const struct config *running, const struct config *next,
	    const struct config_lan *c)
{
	return running->fabric.mac_table != next->fabric.mac_table &&
	       config_lan(running, c->id) != NULL;
}

static bool
needs_table(const struct config *running, const struct config *next,
	    const struct config_lan *c)
{
	return config_lan(running, c->id) == NULL ||
	       is_replaced(running, next, c);
}

static int
no_memory(const struct config *next, unsigned int n, struct faults *faults)
{
	uint32_t size = next->fabric.mac_table;
	uint64_t room = pages_free_huge() + pages_free();

	faults_error(
		faults,
		config_place(next->fabric.at,
			     next->fabric.line[CONFIG_FABRIC_mac_table]),
		"fabric",
		"mac_table = %u: %u MAC table%s of %llu MB %s needed, one "
		"for each LAN that is new or has another size now, and "
		"%llu MB of memory are available: lower mac_table",
		size, n, n == 1 ? "" : "s",
		(unsigned long long)((mactab_size(size) + (1 << 20) - 1) >> 20),
		n == 1 ? "is" : "are", (unsigned long long)(room >> 20));
	return -ENOMEM;
}

/*
 * Without enough memory the kernel would end some process when it is taken.  What
 * is available is not looked at for what is small beside any machine's memory.
 */
static int
check_memory(const struct config *next, unsigned int n, struct faults *faults)
{
	uint64_t need = n * mactab_size(next->fabric.mac_table);

	if (need < (64 << 20) || pages_free() == 0 ||
	    need <= pages_free_huge() + pages_free())
		return 0;
	return no_memory(next, n, faults);
}

static int
make(struct tables *t, const struct config *running, const struct config *next,
     unsigned int i)
{
	const struct config_lan *c = &next->lan[i];

	if (!needs_table(running, next, c))
		return 0;
	t->table[i] = mactab_create(next->fabric.mac_table);
	if (t->table[i] == NULL)
		return -ENOMEM;
	if (!is_replaced(running, next, c))
		return 0;
	t->old[i] = calloc(1, sizeof(*t->old[i]));
	return t->old[i] != NULL ? 0 : -ENOMEM;
}

struct tables *
tables_create(const struct config *running, const struct config *next,
	      struct faults *faults)
{
	struct tables *t = calloc(1, sizeof(*t));
	unsigned int n = 0;
	int rc = t != NULL ? 0 : -ENOMEM;

	for (unsigned int i = 0; i < next->nlans; i++)
		n += needs_table(running, next, &next->lan[i]);
	if (rc == 0)
		rc = check_memory(next, n, faults);
	if (rc != 0) {
		free(t);
		return NULL;
	}
	for (t->n = 0; rc == 0 && t->n < next->nlans; t->n++)
		rc = make(t, running, next, t->n);
	if (rc == 0)
		return t;
	no_memory(next, n, faults);
	tables_free(t);
	return NULL;
}

/* Begins to copy the table of the LAN at t->i; 0 or -ENOMEM. */
static int
begin_copy(struct fabric *f, const struct config *next, struct tables *t)
{
	struct lan_rt *l = runtime_lan(f, next->lan[t->i].id);
	int rc = mactab_inherit(l->macs, t->table[t->i]);

	if (rc != 0)
		return rc;
	t->from[t->i] = l->macs;
	t->copies = true;
	return 0;
}

/* In parts, so that what is left of 'slots' is for the next table. */
#define COPY_CHUNK 1024

int
tables_copy(struct fabric *f, const struct config *next, struct tables *t,
	    size_t slots)
{
	while (t->i < t->n && slots > 0) {
		int rc = 0;

		if (t->old[t->i] != NULL && !t->copies)
			rc = begin_copy(f, next, t);
		if (rc != 0)
			return rc;
		if (t->copies && !mactab_copy(t->from[t->i], COPY_CHUNK)) {
			if (slots != SIZE_MAX)
				slots -=
					slots < COPY_CHUNK ? slots : COPY_CHUNK;
			continue;
		}
		t->copies = false;
		t->i++;
	}
	return t->i == t->n;
}

struct mactab *
tables_new(const struct tables *t, unsigned int lan)
{
	return t->table[lan];
}

void
tables_take(struct tables *t, unsigned int lan)
{
	t->table[lan] = NULL;
}

struct old_table *
tables_take_old(struct tables *t, unsigned int lan)
{
	struct old_table *old = t->old[lan];

	old->table = t->from[lan];
	t->old[lan] = NULL;
	t->from[lan] = NULL;
	return old;
}

void
tables_free(struct tables *t)
{
	for (unsigned int i = 0; t != NULL && i < t->n; i++) {
		if (t->from[i] != NULL)
			mactab_disinherit(t->from[i]);
		mactab_free(t->table[i]);
		free(t->old[i]);
	}
	free(t);
}

static bool
take_time(void *arg, const struct mactab_entry *e)
{
	if (!(e->flags & MACTAB_STATIC) || e->seen != 0)
		mactab_seen_at(arg, e->mac, e->seen);
	return true;
}

/* Of a LAN no table is left that has later times than its own. */
static void
end_times(struct fabric *f, const struct lan_rt *l)
{
	for (const struct old_table *o = f->old_tables; o != NULL; o = o->next)
		if (o->lan == l)
			return;
	f->lan[l->id]->times_due = 0;
}

bool
tables_turn(struct fabric *f, size_t slots)
{
	struct old_table *o = f->old_tables;

	if (o == NULL)
		return true;
	if (o->lan != NULL) {
		const struct lan_rt *l = o->lan;

		o->slot = mactab_walk(o->table, o->slot, slots, take_time,
				      l->macs);
		if (o->slot != 0)
			return false;
		o->lan = NULL;
		end_times(f, l);
	}
	if (mactab_free_some(o->table))
		return false;
	f->old_tables = o->next;
	free(o);
	return f->old_tables == NULL;
}

char *
tables_text(const struct fabric *f, char text[TABLES_TEXT_SIZE])
{
	unsigned int n[PAGES_KINDS] = { 0 };
	uint32_t size = f->config->fabric.mac_table;
	const char *before = ":";
	size_t used;

	for (unsigned int i = 0; i < CONFIG_LANS_MAX; i++)
		if (f->lan[i] != NULL && !(f->lan[i]->flags & RT_RETIRED))
			n[mactab_pages(f->lan[i]->macs)->kind]++;
	snprintf(text, TABLES_TEXT_SIZE, "%llu KB for %u addresses in each LAN",
		 (unsigned long long)mactab_size(size) >> 10, size);
	for (unsigned int k = 0; k < PAGES_KINDS; k++) {
		used = strlen(text);
		if (n[k] != 0)
			snprintf(text + used, TABLES_TEXT_SIZE - used,
				 "%s %u on %s pages", before, n[k],
				 pages_name(k));
		before = n[k] != 0 ? "," : before;
	}
	return text;
}

void
tables_forget_lan(struct old_table *list, const struct lan_rt *l)
{
	for (struct old_table *o = list; o != NULL; o = o->next)
		if (o->lan == l)
			o->lan = NULL;
}
