/* SPDX-License-Identifier: BSD-3-Clause */
#include "fabric/runtime/violation.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "fabric/runtime/event.h"
#include "fabric/runtime/learn_flush.h"
#include "fabric/runtime/port_state.h"
#include "fabric/runtime/runtime.h"
#include "fabric/runtime/violation_source.h"
#include "lib/clock.h"
#include "lib/frame.h"
#include "lib/frametext.h"
#include "lib/mac.h"
#include "lib/mactab.h"

/* Octets of the text of a dropped frame, and of the other port. */
#define EXAMPLE_SIZE (FRAMETEXT_SIZE + 128)

struct violation_state *
violation_state_create(const struct port_stats *counted)
{
	struct violation_state *w = calloc(1, sizeof(*w));

	if (w == NULL)
		return NULL;
	w->due = UINT64_MAX;
	for (unsigned int why = 0; why < DROP_N; why++)
		w->reason[why].seen =
			counted->drop[why] + counted->would_drop[why];
	return w;
}

/*
 * The last frame dropped for 'why', with ": " before it, and the other port that
 * has its address; "" without one.  '*mac' is its source.
 */
static const char *
example_of(const struct fabric *f, const struct port_rt *p, enum drop why,
	   char text[EXAMPLE_SIZE], uint64_t *mac)
{
	struct violation_source source;
	struct drop_record_copy o;
	uint64_t dst;
	uint16_t type;
	size_t n;

	if (!violation_last(f, p, why, &o))
		return "";
	if (o.size >= FRAME_HEADER)
		frame_header(o.head, &dst, mac, &type);
	memcpy(text, ": ", 2);
	frametext(o.head, o.size, o.len, text + 2);
	n = strlen(text);
	if (violation_source(f, p, why, o.head, o.size, &source))
		snprintf(text + n, EXAMPLE_SIZE - n,
			 "; the address is that of port %s%s",
			 source.port->name, violation_source_text(source.how));
	return text;
}

static bool
only_logs(const struct fabric *f, const struct port_rt *p, enum drop why)
{
	const struct config_port *c = config_port(f->config, p->name);

	return c != NULL && drop_is_check(why) &&
	       config_check_mode(f->config, c, why) == CONFIG_MODE_LOG;
}

static enum event_kind
kind_of(enum drop why)
{
	return why == DROP_storm_bcast || why == DROP_storm_mcast ||
			       why == DROP_storm_uucast
		       ? EVENT_storm
		       : EVENT_violation;
}

/*
 * Logs the last dropped frame; 'held': drops that had no line of their own.  False:
 * the log has no room for it.
 */
static bool
log_reason(struct fabric *f, struct port_rt *p, enum drop why, uint64_t held)
{
	char example[EXAMPLE_SIZE], text[EVENT_SIZE], more[48] = "";
	struct event about = { .kind = kind_of(why),
			       .level = drop_level(why),
			       .why = why,
			       .count = held };

	if (!event_is_taken(f, about.kind))
		return true;
	if (!event_may(f, &p->log))
		return false;
	snprintf(text, sizeof(text), "port %s: %s%s%s", p->name, drop_name(why),
		 only_logs(f, p, why) ? " (let through)" : "",
		 example_of(f, p, why, example, &about.mac));
	if (held > 0)
		snprintf(more, sizeof(more), ", suppressed %lu",
			 (unsigned long)held);
	event_port_about(f, p, about, text, more);
	return true;
}

static void
set_due(struct fabric *f, struct violation_state *w, uint64_t at)
{
	if (at < w->due)
		w->due = at;
	if (at < f->violation_due)
		f->violation_due = at;
}

void
violation_loop(struct fabric *f, struct port_rt *p, const struct port_rt *other,
	       uint64_t mac)
{
	struct violation_state *w = p->violations;
	char address[MAC_TEXT_SIZE], text[EVENT_SIZE], whose[64];

	w->looped = true;
	w->looped_at = f->now;
	if (f->now < w->loop_due || !event_may(f, &p->log))
		return;
	w->loop_due = f->now + LOGLIMIT_PERIOD;
	snprintf(whose, sizeof(whose), "%s%s's%s",
		 other != NULL ? "port " : "the fabric",
		 other != NULL ? other->name : "", other != NULL ? "" : " own");
	snprintf(text, sizeof(text),
		 "loop: port %s: frames from %s address %s came in", p->name,
		 whose, mac_format(mac, address));
	event_port_about(f, p,
			 (struct event){ .kind = EVENT_loop,
					 .level = DROP_CRITICAL,
					 .mac = mac },
			 text, "");
}

/*
 * A frame from the address of another port has come back in a loop, or is forged.
 * Of the frames since control last looked only the last one is kept; in a loop
 * all of them are of that kind.
 */
static void
look_for_loop(struct fabric *f, struct port_rt *p, enum drop why)
{
	struct mactab_entry e;
	struct drop_record_copy o;
	uint64_t src, dst;
	uint16_t type;

	if (!violation_last(f, p, why, &o) || o.size < FRAME_HEADER)
		return;
	frame_header(o.head, &dst, &src, &type);
	if (why == DROP_mac_own)
		violation_loop(f, p, NULL, src);
	else if (p->lan != CONFIG_LANS_MAX &&
		 mactab_get(f->lan[p->lan]->macs, src, &e) && e.port != p->id)
		violation_loop(f, p, f->port[e.port], src);
}

/* 'n' more frames of the port were dropped for 'why', or would have been. */
static void
count_drops(struct fabric *f, struct port_rt *p, enum drop why, uint64_t n)
{
	struct violation_reason *r = &p->violations->reason[why];

	r->seen += n;
	rate_add(&r->rate, f->now, n);
	p->violations->dropped_at = f->now;
	if (drop_is_loop_sign(why))
		look_for_loop(f, p, why);
	if (drop_level(why) == DROP_QUIET)
		return;
	/* What ordinary hosts send all the time would fill the log. */
	if (drop_level(why) == DROP_INFO) {
		if (r->seen == n)
			log_reason(f, p, why, 0);
		return;
	}
	if (loglimit_event(&r->limit, f->now, n) && !log_reason(f, p, why, 0))
		loglimit_hold(&r->limit, 1);
	set_due(f, p->violations, r->limit.until);
}

static uint64_t
count(const struct fabric *f, const struct port_rt *p, enum drop why)
{
	uint64_t n = 0;

	for (unsigned int i = 0; i < f->nworkers; i++) {
		const struct port_counters *c = &f->worker[i]->port[p->id];

		n += counter_read(&c->drop[why]) +
		     counter_read(&c->would_drop[why]);
	}
	return n;
}

static void
look_at_port(struct fabric *f, struct port_rt *p)
{
	for (enum drop why = DROP_NONE + 1; why < DROP_N; why++) {
		uint64_t n = count(f, p, why) - p->violations->reason[why].seen;

		if (n > 0)
			count_drops(f, p, why, n);
	}
}

/*
 * Clears the marks that workers have set for new drops of the port, before the
 * counters are read: a drop that comes later sets its mark again.  A worker that
 * finds its mark set does not write it, and may have counted a frame that is not
 * visible yet; port_timers() looks once more.  Returns whether a mark was set.
 */
static bool
clear_noted(const struct fabric *f, struct port_rt *p)
{
	bool noted = false;

	for (unsigned int i = 0; i < f->nworkers; i++) {
		struct port_log *log = &p->shared->log[i];

		if (!atomic_load_explicit(&log->noted, memory_order_relaxed))
			continue;
		atomic_exchange_explicit(&log->noted, 0, memory_order_acq_rel);
		noted = true;
	}
	return noted;
}

void
violation_look(struct fabric *f)
{
	for (unsigned int id = 0; id < f->ports_end; id++) {
		struct port_rt *p = runtime_live_port(f, id);

		if (p != NULL && clear_noted(f, p))
			look_at_port(f, p);
	}
}

bool
violation_poll(struct fabric *f)
{
	bool noted = false;

	for (unsigned int i = 0; i < f->nworkers; i++) {
		struct worker *w = f->worker[i];

		if (!atomic_load_explicit(&w->noted, memory_order_relaxed))
			continue;
		atomic_exchange_explicit(&w->noted, false,
					 memory_order_acq_rel);
		noted = true;
	}
	if (noted)
		violation_look(f);
	return noted;
}

static bool
is_shut_down(const struct port_rt *p)
{
	return (p->blocked & BLOCK_VIOLATION) != 0;
}

static uint64_t
end_of_shutdown(const struct fabric *f, const struct config_port *c,
		const struct violation_state *w)
{
	uint32_t seconds = config_shutdown_time(f->config, c);

	return seconds != 0 ? w->blocked_at + seconds * CLOCK_SECOND
			    : UINT64_MAX;
}

static void
log_shutdown(struct fabric *f, struct port_rt *p, enum drop why)
{
	const struct violation_state *w = p->violations;
	struct event about = { .kind = EVENT_port_disabled,
			       .level = DROP_CRITICAL,
			       .why = why,
			       .unlogged = !event_may(f, &p->log) };
	char example[EXAMPLE_SIZE], text[EVENT_SIZE], time[48];

	if (w->blocked_until == UINT64_MAX)
		strcpy(time, "until an operator enables it");
	else
		snprintf(time, sizeof(time), "for %lu s",
			 (unsigned long)((w->blocked_until - w->blocked_at) /
					 CLOCK_SECOND));
	snprintf(text, sizeof(text), "port %s: disabled %s by %s%s", p->name,
		 time, drop_name(why),
		 example_of(f, p, why, example, &about.mac));
	event_port_about(f, p, about, text, "");
}

void
violation_trip(struct fabric *f, struct port_rt *p, enum drop why)
{
	const struct config_port *c = config_port(f->config, p->name);
	struct violation_state *w = p->violations;

	/* The mode that the check had when the worker sent the message. */
	if (is_shut_down(p) || c == NULL || drop_is_provoked(why) ||
	    config_check_mode(f->config, c, why) != CONFIG_MODE_SHUTDOWN)
		return;
	w->why = why;
	w->blocked_at = f->now;
	w->blocked_until = end_of_shutdown(f, c, w);
	w->shutdowns++;
	set_due(f, w, w->blocked_until);
	p->blocked |= BLOCK_VIOLATION;
	port_state_update(f, p);
	learn_flush(f, p->id, NULL, false);
	log_shutdown(f, p, why);
}

static void
log_enabled(struct fabric *f, struct port_rt *p)
{
	const struct violation_state *w = p->violations;
	char text[EVENT_SIZE];

	snprintf(text, sizeof(text), "port %s: enabled again, %lu s after %s",
		 p->name,
		 (unsigned long)((f->now - w->blocked_at) / CLOCK_SECOND),
		 drop_name(w->why));
	event_port_about(f, p,
			 (struct event){ .kind = EVENT_port_enabled,
					 .level = DROP_NOTICE,
					 .why = w->why,
					 .unlogged = !event_may(f, &p->log) },
			 text, "");
}

bool
violation_unblock(struct fabric *f, struct port_rt *p)
{
	if (!is_shut_down(p))
		return false;
	p->blocked &= ~(unsigned int)BLOCK_VIOLATION;
	port_state_update(f, p);
	log_enabled(f, p);
	return true;
}

static void
port_timers(struct fabric *f, struct port_rt *p)
{
	struct violation_state *w = p->violations;

	w->due = UINT64_MAX;
	for (enum drop why = DROP_NONE + 1; why < DROP_N; why++) {
		struct loglimit *l = &w->reason[why].limit;
		uint64_t held = loglimit_due(l, f->now);

		if (held > 0 && !log_reason(f, p, why, held))
			loglimit_hold(l, held);
		if (l->until != 0)
			set_due(f, w, l->until);
	}
	if (is_shut_down(p) && f->now >= w->blocked_until)
		violation_unblock(f, p);
	else if (is_shut_down(p))
		set_due(f, w, w->blocked_until);
	look_at_port(f, p);
}

void
violation_timers(struct fabric *f)
{
	uint64_t due = UINT64_MAX;

	if (f->now < f->violation_due)
		return;
	event_log_held(f);
	if (f->log.held != 0)
		due = f->log.until;
	for (unsigned int id = 0; id < f->ports_end; id++) {
		struct port_rt *p = runtime_live_port(f, id);

		if (p == NULL)
			continue;
		if (f->now >= p->violations->due)
			port_timers(f, p);
		if (p->violations->due < due)
			due = p->violations->due;
	}
	f->violation_due = due;
}

void
violation_log_flush(struct fabric *f)
{
	violation_look(f);
	for (unsigned int id = 0; id < f->ports_end; id++) {
		struct port_rt *p = runtime_live_port(f, id);

		for (enum drop why = 1; p != NULL && why < DROP_N; why++) {
			struct loglimit *l = &p->violations->reason[why].limit;
			uint64_t held = loglimit_flush(l);

			if (held > 0)
				log_reason(f, p, why, held);
		}
	}
	f->log.until = f->now;
	event_log_held(f);
}

static void
port_applied(struct fabric *f, const struct config_port *c, struct port_rt *p)
{
	struct violation_state *w = p->violations;
	bool quarantined = c->status == CONFIG_QUARANTINE;

	if (quarantined && !w->quarantined)
		w->quarantined_at = f->now;
	w->quarantined = quarantined;
	if (!is_shut_down(p))
		return;
	w->blocked_until = end_of_shutdown(f, c, w);
	set_due(f, w, w->blocked_until);
	if (config_check_mode(f->config, c, w->why) != CONFIG_MODE_SHUTDOWN)
		violation_unblock(f, p);
}

void
violation_applied(struct fabric *f)
{
	for (unsigned int i = 0; i < f->config->nports; i++) {
		const struct config_port *c = &f->config->port[i];

		port_applied(f, c, runtime_port(f, c->id));
	}
}
