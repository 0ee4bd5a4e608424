/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * The links of devices: a link that has changed changes the state of its ports, and
 * one that flaps is held down.
 *
 * Each time a link goes down and comes up, the addresses behind it are forgotten,
 * all members ask for them anew, and BGP sessions break and begin.  A link that
 * changes more than flap_count times within flap_window (four times with 5 s
 * from the first to the last, unless configured otherwise) counts as down during
 * flap_hold, even if it changes again; then counting begins anew.
 */
#include "fabric/apply/link.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "fabric/config/devspec.h"
#include "fabric/lag/lag.h"
#include "fabric/lag/port_link.h"
#include "fabric/runtime/egress_link.h"
#include "fabric/runtime/event.h"
#include "fabric/runtime/flap.h"
#include "fabric/runtime/meters.h"
#include "fabric/runtime/port_state.h"
#include "lib/clock.h"
#include "lib/plural.h"

static bool
is_held(const struct device_rt *d)
{
	return d->flap.until != 0;
}

/* The next port, from id '*id' on, that leaves by 'd' alone; or NULL. */
static struct port_rt *
next_port(const struct fabric *f, const struct device_rt *d, unsigned int *id)
{
	while (*id < PORTS_MAX) {
		struct port_rt *p = f->port[(*id)++];

		if (p != NULL && !(p->flags & RT_RETIRED) &&
		    p->egress.lag == NULL && p->egress.device == d->id)
			return p;
	}
	return NULL;
}

/* Sets whether the device can send.  Returns whether it could before. */
static bool
set_link(struct fabric *f, const struct device_rt *d)
{
	bool up = d->link && !is_held(d);

	bool was_up = atomic_exchange_explicit(&f->link[d->id], up,
					       memory_order_relaxed);

	port_state_changed(f);
	return was_up;
}

/* The same, and the state of its ports: the device has been opened or closed. */
static void
replace_link(struct fabric *f, const struct device_rt *d)
{
	struct port_rt *p;

	set_link(f, d);
	for (unsigned int id = 0; (p = next_port(f, d, &id)) != NULL;)
		port_state_update(f, p);
	lag_link_replaced(f, d);
}

/* The state of the ports by what the link and the damping come to now. */
static void
settle(struct fabric *f, struct device_rt *d)
{
	bool was_up = set_link(f, d);
	struct port_rt *p;

	d->since = f->now;
	for (unsigned int id = 0; (p = next_port(f, d, &id)) != NULL;)
		port_link_settle(f, p, was_up);
	lag_link_changed(f, d);
}

/* For ixctl port links. */
static void
note(const struct fabric *f, struct device_rt *d, enum event_kind kind)
{
	uint32_t i = d->past.n++ % LINK_PAST;

	d->past.change[i].at = f->now;
	d->past.change[i].kind = (uint8_t)kind;
}

const char *
link_name(const struct fabric *f, const struct device_rt *d,
	  char name[DEVSPEC_NAME_SIZE])
{
	const struct port_rt *p = runtime_port(f, d->name);

	return p == NULL || p->egress.lag == NULL ? NULL
						  : devspec_name(d->spec, name);
}

void
link_event(struct fabric *f, const struct device_rt *d, struct event about,
	   const char *text)
{
	char name[DEVSPEC_NAME_SIZE];

	about.link = link_name(f, d, name);
	event_port(f, runtime_port(f, d->name), about, "port %s: %s%s%s",
		   d->name, about.link != NULL ? about.link : "",
		   about.link != NULL ? ": " : "", text);
}

/* A member can change its link as often as it likes. */
static void __attribute__((format(printf, 5, 6)))
log_link(struct fabric *f, const struct device_rt *d, enum event_kind kind,
	 enum drop_level level, const char *fmt, ...)
{
	struct port_rt *p = runtime_port(f, d->name);
	struct event about = event_of(kind, level);
	char text[128];
	va_list ap;

	if (p == NULL)
		return;
	about.unlogged = !event_may(f, &p->log);
	va_start(ap, fmt);
	vsnprintf(text, sizeof(text), fmt, ap);
	va_end(ap);
	link_event(f, d, about, text);
}

static void
hold(struct fabric *f, struct device_rt *d)
{
	const struct config_fabric *c = &f->config->fabric;

	note(f, d, EVENT_link_held);
	if (f->held_until == 0 || d->flap.until < f->held_until)
		f->held_until = d->flap.until;
	log_link(f, d, EVENT_link_held, DROP_WARNING,
		 "link flaps, more than %u change%s in %u s: held down for "
		 "%u s",
		 c->flap_count, plural(c->flap_count), c->flap_window,
		 c->flap_hold);
}

static void
change(struct fabric *f, struct device_rt *d)
{
	enum event_kind kind;

	d->link = !d->link;
	d->link_changes++;
	kind = d->link ? EVENT_link_up : EVENT_link_down;
	note(f, d, kind);
	if (is_held(d))
		return;
	if (flap_note(f, &d->flap))
		hold(f, d);
	else
		log_link(f, d, kind, DROP_NOTICE, "link %s",
			 d->link ? "up" : "down");
	settle(f, d);
}

void
link_begin(struct fabric *f, struct device_rt *d)
{
	struct link now = { 0 };

	f->backend->link(f, d, &now);
	d->link = now.up;
	d->speed = now.speed;
	replace_link(f, d);
}

void
link_end(struct fabric *f, struct device_rt *d)
{
	d->link = false;
	replace_link(f, d);
}

void
link_seen(struct fabric *f, struct device_rt *d, struct link now)
{
	/* That of a link that is down says nothing. */
	if (now.up && now.speed != d->speed) {
		d->speed = now.speed;
		meters_device(f, d);
	}
	if (now.up != d->link)
		change(f, d);
}

static void
release(struct fabric *f, struct device_rt *d)
{
	d->flap.until = 0;
	note(f, d, EVENT_link_released);
	settle(f, d);
	log_link(f, d, EVENT_link_released, DROP_NOTICE,
		 "held down no longer, link %s", d->link ? "up" : "down");
}

bool
link_release(struct fabric *f, const struct egress *e)
{
	bool any = false;

	for (unsigned int i = 0; i < LAG_LINKS_MAX; i++) {
		struct device_rt *d = egress_device_at(f, e, i);

		if (d == NULL || !is_held(d))
			continue;
		release(f, d);
		any = true;
	}
	return any;
}

void
link_turn(struct fabric *f)
{
	uint64_t next = 0;

	if (f->held_until == 0 || f->now < f->held_until)
		return;
	for (unsigned int i = 0; i < PORTS_MAX; i++) {
		struct device_rt *d = f->device[i];

		if (d == NULL || !is_held(d))
			continue;
		if (f->now >= d->flap.until)
			release(f, d);
		else if (next == 0 || d->flap.until < next)
			next = d->flap.until;
	}
	f->held_until = next;
}
