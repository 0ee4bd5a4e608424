/* SPDX-License-Identifier: BSD-3-Clause */
#include "fabric/runtime/learn_flush.h"

#include "fabric/runtime/port_state.h"
#include "fabric/runtime/runtime.h"
#include "lib/mactab.h"
#include "lib/movetab.h"

/* Which addresses to forget. */
struct sweep {
	struct fabric *f;
	struct movetab *moves; /* their moves are forgotten, too; or NULL */
	uint16_t port;         /* PORTS_MAX: any */
	bool sticky;
};

static bool
keep_others(void *arg, const struct mactab_entry *e)
{
	struct sweep *s = arg;

	if (e->flags & MACTAB_STATIC ||
	    (e->flags & MACTAB_STICKY && !s->sticky) ||
	    (s->port != PORTS_MAX && e->port != s->port))
		return true;
	port_state_learned(s->f, s->f->port[e->port], -1);
	if (s->moves != NULL)
		movetab_forget(s->moves, e->mac);
	return false;
}

size_t
learn_flush(struct fabric *f, uint16_t port, struct lan_rt *lan, bool sticky)
{
	struct sweep s = { .f = f, .port = port, .sticky = sticky };
	size_t gone = 0;

	/* A table is long, and there may be a thousand of them and of ports. */
	if (port != PORTS_MAX && f->port[port]->learned == 0)
		return 0;
	for (unsigned int i = 0; i < CONFIG_LANS_MAX; i++) {
		struct lan_rt *l = f->lan[i];
		size_t n;

		if (l == NULL || (lan != NULL && l != lan))
			continue;
		/* Not when a link goes down: then a loop could begin anew. */
		s.moves = sticky ? l->moves : NULL;
		n = mactab_each(l->macs, keep_others, &s);
		l->flushed += n;
		gone += n;
	}
	return gone;
}

bool
learn_forget(struct fabric *f, struct lan_rt *l, uint64_t mac)
{
	struct mactab_entry e;

	if (!mactab_get(l->macs, mac, &e) || e.flags & MACTAB_STATIC)
		return false;
	mactab_remove(l->macs, mac);
	if (l->moves != NULL)
		movetab_forget(l->moves, mac);
	l->flushed++;
	port_state_learned(f, f->port[e.port], -1);
	return true;
}

static bool
count(void *arg, const struct mactab_entry *e)
{
	struct fabric *f = arg;

	if (!(e->flags & MACTAB_STATIC))
		f->port[e->port]->learned++;
	return true;
}

void
learn_recount(struct fabric *f)
{
	for (unsigned int id = 0; id < f->ports_end; id++)
		if (f->port[id] != NULL)
			f->port[id]->learned = 0;
	for (unsigned int i = 0; i < CONFIG_LANS_MAX; i++)
		if (f->lan[i] != NULL)
			mactab_each(f->lan[i]->macs, count, f);
	for (unsigned int id = 0; id < f->ports_end; id++)
		if (f->port[id] != NULL)
			port_state_update(f, f->port[id]);
}

static bool
has_mac(const struct config_macs *list, uint64_t mac)
{
	for (unsigned int i = 0; list != NULL && i < list->n; i++)
		if (list->value[i] == mac)
			return true;
	return false;
}

void
learn_release(struct fabric *f, const struct port_rt *p)
{
	for (unsigned int i = 0; i < CONFIG_LANS_MAX; i++)
		if (f->lan[i] != NULL && f->lan[i]->moves != NULL)
			movetab_release(f->lan[i]->moves, p->id);
}

void
learn_forget_link_local(struct port_rt *p, const struct config_macs *keep)
{
	for (unsigned int i = 0; i < PORT_LLAS; i++) {
		struct port_lla *l = &p->shared->lla[i];

		if (has_mac(keep, atomic_load_explicit(&l->mac,
						       memory_order_relaxed)))
			continue;
		atomic_store_explicit(&l->iid, 0, memory_order_relaxed);
		atomic_store_explicit(&l->mac, 0, memory_order_relaxed);
	}
}
