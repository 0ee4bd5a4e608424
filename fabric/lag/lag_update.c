/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Which links of a LAG are used.
 *
 * One is used if its device has link and is not held down, and, with LACP, once the
 * partner is in sync and collects (802.1AX-2020, 6.4.15).  A link that LACP has taken
 * into use and out again more than flap_count times within flap_window is not
 * selected during flap_hold, as a link that flaps is held down.
 */
#include "fabric/lag/lag_impl.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "fabric/config/devspec.h"
#include "fabric/lag/port_link.h"
#include "fabric/runtime/event.h"
#include "fabric/runtime/flap.h"
#include "fabric/runtime/meters.h"
#include "fabric/runtime/port_state.h"
#include "lib/clock.h"
#include "lib/lagtable.h"
#include "lib/plural.h"

bool
lag_link_is_up(const struct fabric *f, const struct lag_link *link)
{
	return link->device != NULL && !link->device->closed &&
	       atomic_load_explicit(&f->link[link->device->id],
				    memory_order_relaxed);
}

static bool
is_held(const struct fabric *f, const struct lag_link *link)
{
	return link->flap.until > f->now;
}

void
lag_publish(struct lag_rt *l, const uint8_t table[LAGTABLE_BUCKETS])
{
	for (unsigned int b = 0; b < LAGTABLE_BUCKETS; b++)
		atomic_store_explicit(&l->shared.slot[b], table[b],
				      memory_order_relaxed);
}

/* Has LACP see the links as they are, and do what is due. */
static void
run_lacp(struct fabric *f, struct port_rt *p)
{
	struct lag_sender sender = { f, p };
	struct lag_rt *l = p->lag;
	bool blocked = l->disabled || l->blocked;

	for (unsigned int i = 0; i < LAG_LINKS_MAX; i++) {
		const struct lag_link *link = &l->link[i];

		if (link->device == NULL)
			continue;
		lacp_link(&l->machine, i, lag_link_is_up(f, link), f->now);
		lacp_hold(&l->machine, i,
			  blocked || link->leaves || is_held(f, link));
	}
	l->due = lacp_run(&l->machine, f->now, lag_send, &sender);
}

static bool
is_usable(const struct fabric *f, const struct lag_rt *l, unsigned int i)
{
	const struct lag_link *link = &l->link[i];

	if (!lag_link_is_up(f, link))
		return false;
	/* Until the view is published it counts, and what the member sends by it. */
	if (link->leaves)
		return link->in_use;
	return !l->lacp || lacp_distributes(&l->machine, i);
}

/* A member can have its links come and go as often as it likes. */
static void __attribute__((format(printf, 6, 7)))
log_link(struct fabric *f, struct port_rt *p, const struct device_rt *d,
	 enum event_kind kind, enum drop_level level, const char *fmt, ...)
{
	struct event about = event_of(kind, level);
	char text[192], name[DEVSPEC_NAME_SIZE];
	va_list ap;

	/* LACP takes seconds until the link is used again. */
	if (p->lag->replaced && !p->lag->lacp)
		return;
	about.unlogged = !event_may(f, &p->log);
	va_start(ap, fmt);
	vsnprintf(text, sizeof(text), fmt, ap);
	va_end(ap);
	about.link = devspec_name(d->spec, name);
	event_port(f, p, about, "port %s: %s %s", p->name, name, text);
}

static const char *
why_out(const struct fabric *f, const struct lag_rt *l, unsigned int i)
{
	if (!lag_link_is_up(f, &l->link[i]))
		return "link down";
	return l->lacp ? lacp_why_text(lacp_why(&l->machine, i)) : "";
}

/* Changes that LACP makes alone count: those of the link are damped elsewhere. */
static void
damp(struct fabric *f, struct port_rt *p, unsigned int i)
{
	struct lag_link *link = &p->lag->link[i];

	if (!p->lag->lacp || link->leaves || !lag_link_is_up(f, link) ||
	    !flap_note(f, &link->flap))
		return;
	p->lag->damped = true;
	log_link(f, p, link->device, EVENT_link_held, DROP_WARNING,
		 "comes and goes by LACP, more than %u change%s in %u s: "
		 "not used for %u s",
		 f->config->fabric.flap_count,
		 plural(f->config->fabric.flap_count),
		 f->config->fabric.flap_window, f->config->fabric.flap_hold);
}

static void
set_in_use(struct fabric *f, struct port_rt *p, unsigned int i, bool in_use)
{
	struct lag_link *link = &p->lag->link[i];

	if (link->in_use == in_use)
		return;
	link->in_use = in_use;
	link->since = f->now;
	link->changes++;
	if (in_use)
		log_link(f, p, link->device, EVENT_lag_link_in, DROP_NOTICE,
			 "is in use");
	else
		log_link(f, p, link->device, EVENT_lag_link_out, DROP_NOTICE,
			 "is not in use: %s", why_out(f, p->lag, i));
	damp(f, p, i);
}

/* The links that are used, a bit for each slot. */
static unsigned int
find_usable(struct fabric *f, struct port_rt *p)
{
	unsigned int links = 0;

	for (unsigned int i = 0; i < LAG_LINKS_MAX; i++) {
		bool usable = p->lag->on && is_usable(f, p->lag, i);

		links |= (unsigned int)usable << i;
		if (p->lag->link[i].device != NULL)
			set_in_use(f, p, i, usable);
	}
	return links;
}

/*
 * Members may send by a link before the fabric does (6.4.15, COLLECTING).  Without
 * LACP only min_links can keep a link from being used.
 */
static void
set_receives(const struct fabric *f, struct lag_rt *l)
{
	for (unsigned int i = 0; i < LAG_LINKS_MAX; i++) {
		bool takes = is_usable(f, l, i) && (l->lacp || lag_is_up(l));

		if (l->lacp && l->link[i].device != NULL)
			takes |= lacp_collects(&l->machine, i);
		atomic_store_explicit(&l->shared.receives[i], takes,
				      memory_order_relaxed);
	}
}

/*
 * The port, and those on its tags.  While their devices are replaced they keep what
 * they have learned.
 */
static void
settle_ports(struct fabric *f, const struct lag_rt *l, bool was_up)
{
	for (unsigned int id = 0; id < f->ports_end; id++) {
		struct port_rt *p = runtime_live_port(f, id);

		if (p == NULL || p->egress.lag != &l->shared)
			continue;
		if (l->replaced || lag_is_up(l) == was_up)
			port_state_update(f, p);
		else
			port_link_settle(f, p, was_up);
	}
}

/*
 * Whether workers see another state than what the links come to: one that is held down
 * blocks the port if no other is used.
 */
static bool
is_state_old(const struct fabric *f, const struct port_rt *p)
{
	uint8_t state =
		atomic_load_explicit(&f->state[p->id], memory_order_relaxed);

	return ((state & PORT_BLOCKED) != 0) != port_state_is_blocked(f, p);
}

/* Limits go by the speed of all links in use. */
static void
set_meters(struct fabric *f, const struct lag_rt *l)
{
	for (unsigned int i = 0; i < LAG_LINKS_MAX; i++)
		if (l->link[i].device != NULL) {
			meters_device(f, l->link[i].device);
			return;
		}
}

/*
 * Of the links that can be used, those that frames leave by: not by one that an apply is
 * about to take, since the member has been told, but where no other is left.
 */
static unsigned int
find_chosen(const struct lag_rt *l, unsigned int links)
{
	unsigned int stay = links;

	for (unsigned int i = 0; i < LAG_LINKS_MAX; i++)
		if (l->link[i].leaves)
			stay &= ~(1U << i);
	return stay != 0 ? stay : links;
}

static void
set_links(struct fabric *f, struct lag_rt *l, unsigned int links)
{
	unsigned int chosen = find_chosen(l, links);
	uint8_t table[LAGTABLE_BUCKETS];

	l->nin_use = (unsigned int)__builtin_popcount(links);
	if (chosen == l->links)
		return;
	l->links = chosen;
	lagtable_fill(table, chosen);
	lag_publish(l, table);
	set_meters(f, l);
}

/* When there is something to do next. */
static void
plan(struct fabric *f, struct lag_rt *l)
{
	/* LACP is to be told of what has just been damped. */
	if (l->damped)
		l->due = f->now;
	l->damped = false;
	for (unsigned int i = 0; i < LAG_LINKS_MAX; i++)
		if (is_held(f, &l->link[i]))
			l->due = clock_sooner(l->due, l->link[i].flap.until);
	f->lag_due = clock_sooner(f->lag_due, l->due);
}

void
lag_update(struct fabric *f, struct port_rt *p)
{
	struct lag_rt *l = p->lag;
	bool was_up = lag_is_up(l);

	l->due = UINT64_MAX;
	l->blocked = p->blocked != 0;
	if (l->lacp)
		run_lacp(f, p);
	set_links(f, l, find_usable(f, p));
	set_receives(f, l);
	plan(f, l);
	if (lag_is_up(l) != was_up)
		l->since = f->now;
	else if (!is_state_old(f, p))
		return;
	settle_ports(f, l, was_up);
}

void
lag_link_changed(struct fabric *f, const struct device_rt *d)
{
	struct port_rt *p = runtime_port(f, d->name);

	if (p != NULL && p->lag != NULL && p->lag->on)
		lag_update(f, p);
}

void
lag_link_replaced(struct fabric *f, const struct device_rt *d)
{
	struct port_rt *p = runtime_port(f, d->name);

	if (p == NULL || p->lag == NULL || !p->lag->on)
		return;
	p->lag->replaced = true;
	lag_update(f, p);
	p->lag->replaced = false;
}

/* Also of a port that was blocked, or let through, since the last turn. */
static bool
is_due(const struct fabric *f, const struct port_rt *p)
{
	return p->lag->due <= f->now || p->lag->blocked != (p->blocked != 0);
}

void
lag_turn(struct fabric *f)
{
	if (f->now < f->lag_due)
		return;
	f->lag_due = UINT64_MAX;
	for (unsigned int id = 0; id < f->ports_end; id++) {
		struct port_rt *p = runtime_live_port(f, id);

		if (p == NULL || p->lag == NULL || !p->lag->on)
			continue;
		if (is_due(f, p))
			lag_update(f, p);
		f->lag_due = clock_sooner(f->lag_due, p->lag->due);
	}
}

bool
lag_release(struct fabric *f, struct port_rt *p)
{
	bool any = false;

	if (p->lag == NULL || !p->lag->on)
		return false;
	for (unsigned int i = 0; i < LAG_LINKS_MAX; i++) {
		any |= is_held(f, &p->lag->link[i]);
		p->lag->link[i].flap.until = 0;
	}
	if (any)
		lag_update(f, p);
	return any;
}
