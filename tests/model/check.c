/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Every count that control keeps, against a walk over what it counts; and the
 * accounts of frames.
 */
#include <inttypes.h>

#include "fabric/neigh/neigh_impl.h"
#include "fabric/runtime/port_state.h"
#include "lib/mactab.h"
#include "lib/neightab6.h"
#include "tests/accounts.h"
#include "tests/model/model.h"
#include "tests/model/world.h"

static unsigned int learned[PORTS_MAX], watched[PORTS_MAX];

/* The port of an entry, which is in the LAN. */
static const struct port_rt *
port_in(const struct fabric *f, const struct lan_rt *l, uint16_t id,
	const char *what, uint64_t value)
{
	const struct port_rt *p =
		id < PORTS_MAX ? runtime_live_port(f, id) : NULL;

	if (p == NULL || p->lan != l->id)
		model_fail("lan %s: %s %" PRIx64 " is of port %u (%s), which "
			   "is not there",
			   l->name, what, value, id,
			   p != NULL ? p->name : "none");
	return p;
}

struct walk {
	const struct world *w;
	const struct lan_rt *l;
	size_t n;
};

static bool
has_mac(const struct fabric *f, const char *port, uint64_t mac)
{
	const struct config_port *c = config_port(f->config, port);

	for (unsigned int i = 0; i < c->mac.n; i++)
		if (c->mac.value[i] == mac)
			return true;
	return false;
}

static bool
visit_mac(void *arg, const struct mactab_entry *e)
{
	struct walk *k = arg;
	const struct fabric *f = k->w->f;
	const struct port_rt *p =
		port_in(f, k->l, e->port, "the address", e->mac);

	k->n++;
	if (e->flags & MACTAB_STATIC) {
		if (!has_mac(f, p->name, e->mac))
			model_fail("lan %s: %" PRIx64 " is static on port %s, "
				   "which does not have it",
				   k->l->name, e->mac, p->name);
		return true;
	}
	learned[p->id]++;
	if (!traffic_came(k->w, p->id, e->mac))
		model_fail("lan %s: %" PRIx64 " is learned on port %s, which "
			   "never sent from it",
			   k->l->name, e->mac, p->name);
	if (!(e->flags & MACTAB_STICKY) != !p->sticky)
		model_fail("lan %s: %" PRIx64 " on port %s: sticky %d",
			   k->l->name, e->mac, p->name,
			   e->flags & MACTAB_STICKY);
	return true;
}

static void
check_macs(const struct world *w, const struct lan_rt *l)
{
	struct walk k = { .w = w, .l = l };

	mactab_each(l->macs, visit_mac, &k);
	if (mactab_count(l->macs) != k.n)
		model_fail("lan %s: its MAC table counts %zu, and has %zu",
			   l->name, mactab_count(l->macs), k.n);
}

static void
check_slot(const struct fabric *f, const struct net_rt *n, uint32_t slot)
{
	uint64_t owner = neightab_get_owner(n->neightab, slot);
	const struct address_rt *a = &n->address[slot];
	const struct neightab6_entry *e =
		n->six ? neightab6_entry(n->table, slot) : NULL;

	if (owner & NEIGHTAB_OWNED)
		port_in(f, n->lan, neightab_owner_port(owner),
			n->six ? "the owner of slot" : "the owner of address",
			n->six ? slot : n->net + slot);
	if (e != NULL && e->port != NEIGHTAB6_NO_PORT)
		port_in(f, n->lan, e->port, "the charge of slot", slot);
	if (a->mac != 0)
		port_in(f, n->lan, a->port, "what was seen of slot", slot);
	if (a->asker != 0)
		port_in(f, n->lan, a->asker - 1, "the request for slot", slot);
	if (a->watched_at > 0 && a->watched_at <= PORTS_MAX)
		watched[a->watched_at - 1]++;
}

static void
check_nets(const struct fabric *f, const struct lan_rt *l)
{
	for (const struct net_rt *n = l->nets; n != NULL; n = n->next) {
		uint32_t entries = 0;

		MODEL_MUST(n->lan == l);
		for (uint32_t slot = 0; slot < n->neightab->n; slot++) {
			check_slot(f, n, slot);
			entries += n->six &&
				   neightab6_entry(n->table, slot) != NULL;
		}
		MODEL_MUST(!n->six || neightab6_count(n->table) == entries);
	}
}

/* By the configuration, unless an operator has it the other way. */
static bool
should_be_culled(const struct fabric *f, const struct port_rt *p)
{
	bool port = config_port(f->config, p->name)->cull == CONFIG_ON;
	bool all = f->config->fabric.cull == CONFIG_ON;

	return port != p->cull.set || all != f->cull.set;
}

static void
check_port(struct fabric *f, const struct port_rt *p)
{
	uint8_t state = f->state[p->id];

	if (p->culled != should_be_culled(f, p))
		model_fail("port %s: culled %d", p->name, p->culled);

	if (p->learned != learned[p->id])
		model_fail("port %s: has %u learned addresses, counts %u",
			   p->name, learned[p->id], p->learned);
	if (p->learned > p->limit)
		model_fail("port %s: has %u learned addresses of %u", p->name,
			   p->learned, p->limit);
	if (p->watched != watched[p->id])
		model_fail("port %s: %u addresses are watched, counts %u",
			   p->name, watched[p->id], p->watched);
	port_state_update(f, p);
	if (f->state[p->id] != state)
		model_fail("port %s: state %x should be %x", p->name, state,
			   f->state[p->id]);
}

/* What a worker has counted for a port id, since it was made. */
static void
sum(const struct port_counters *c, struct port_stats *s)
{
	memset(s, 0, sizeof(*s));
#define COUNTER(name, ...) s->name = counter_read(&c->name);
#include "fabric/view/counter_list.h"
	for (unsigned int why = 0; why < DROP_N; why++)
		s->drop[why] = counter_read(&c->drop[why]);
}

static void
check_accounts(const struct fabric *f)
{
	uint64_t in = 0, out = 0;

	for (unsigned int id = 0; id < f->ports_end; id++) {
		struct port_stats s;

		sum(&f->worker[0]->port[id], &s);
		if (s.rx_frames != accounts_received(&s))
			model_fail("port number %u received %" PRIu64
				   " frames, and accounts for %" PRIu64,
				   id, s.rx_frames, accounts_received(&s));
		in += accounts_handed_on(&s);
		out += accounts_sent(&s);
	}
	if (in != out)
		model_fail("%" PRIu64 " frames were to be sent, %" PRIu64
			   " were sent or lost",
			   in, out);
}

void
check_all(struct world *w)
{
	struct fabric *f = w->f;

	memset(learned, 0, sizeof(learned));
	memset(watched, 0, sizeof(watched));
	for (unsigned int i = 0; i < CONFIG_LANS_MAX; i++) {
		const struct lan_rt *l = f->lan[i];

		if (l == NULL || l->flags & RT_RETIRED)
			continue;
		check_macs(w, l);
		check_nets(f, l);
	}
	for (unsigned int i = 0; i < PORTS_MAX; i++)
		if (runtime_live_port(f, i) != NULL)
			check_port(f, f->port[i]);
}

void
check_quiet(struct world *w)
{
	if (w->f->retired != NULL)
		model_fail("something is still retired");
	if (lockstep_buffers_used(w->f) != 0)
		model_fail("%u buffers are in use between frames",
			   lockstep_buffers_used(w->f));
	check_accounts(w->f);
}
