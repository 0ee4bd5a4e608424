/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * The log of the sponge, in the words of AMS-IX's arpsponge, which operators know.
 *
 * Members cause these lines.  Of kinds that may come often the first lines are
 * logged and then their number, or a member could push everything else out of the
 * log.  The log of the LAN, a ring, also has lines that are too many for the
 * journal.
 */
#include "fabric/neigh/neigh_impl.h"

#include <stdio.h>

#include <bsd/string.h>

#include "fabric/runtime/event.h"
#include "lib/clock.h"
#include "lib/mac.h"
#include "lib/neightab6.h"

static void
raise_event(struct fabric *f, struct lan_rt *l, struct port_rt *p,
	    struct event e, const char *text)
{
	char line[NEIGH_LINE + CONFIG_NAME_SIZE + 8];

	if (f->event == NULL ||
	    (!e.unlogged && !event_may(f, p != NULL ? &p->log : &l->log)))
		e.unlogged = true;
	if (e.unlogged && !event_is_monitored(f, e.kind))
		return;
	snprintf(line, sizeof(line), "lan %s: %s", l->name, text);
	e.text = line;
	e.port = p != NULL ? p->name : NULL;
	e.lan = l->name;
	event_raise(f, &e);
}

void
neigh_log(struct fabric *f, struct lan_rt *l, struct port_rt *p,
	  struct event about, const char *fmt, ...)
{
	struct neigh *neigh = l->neigh;
	struct neigh_line *line = &neigh->line[neigh->nlines++ % NEIGH_LOG];
	va_list ap;

	line->at = f->now;
	va_start(ap, fmt);
	vsnprintf(line->text, sizeof(line->text), fmt, ap);
	va_end(ap);
	raise_event(f, l, p, about, line->text);
}

/* The kinds that members can cause as often as they like. */
static const struct {
	const char *what;
	enum event_kind event;
	enum drop_level level;
	bool quiet;
} limited[NEIGH_LIMITS] = {
	[NEIGH_ALIEN] = { "misplaced ARP", EVENT_arp_misplaced, DROP_WARNING,
			  false },
	[NEIGH_SPOOF] = { "ARP spoofing", EVENT_arp_spoof, DROP_WARNING,
			  false },
	[NEIGH_TRAFFIC] = { "traffic from STATIC sponged IP",
			    EVENT_sponge_traffic, DROP_WARNING, false },
	[NEIGH_DUPLICATE] = { "duplicate IP", EVENT_ip_duplicate, DROP_WARNING,
			      false },
	[NEIGH_REDUCED] = { "queue reduced", EVENT_sponge_note, DROP_NOTICE,
			    true },
	[NEIGH_DUMMY] = { "dummy: no reply", EVENT_sponge_note, DROP_NOTICE,
			  true },
	[NEIGH_LAG] = { "timer lag", EVENT_sponge_note, DROP_NOTICE, true },
	[NEIGH_UNBOUND] = { "states of IPv6 addresses that no port has",
			    EVENT_sponge_note, DROP_NOTICE, false },
	[NEIGH_CHANGE] = { "states of addresses", EVENT_sponge_note,
			   DROP_NOTICE, false },
	[NEIGH_STEP] = { "probes of addresses", EVENT_sponge_note, DROP_NOTICE,
			 true },
};

/* 'about' with the kind and the level of these. */
static struct event
limited_event(enum neigh_limit kind, struct event about)
{
	about.kind = limited[kind].event;
	about.level = limited[kind].level;
	about.unlogged = limited[kind].quiet;
	return about;
}

static struct loglimit *
limit_of(struct lan_rt *l, struct port_rt *p, enum neigh_limit kind)
{
	return p != NULL ? &p->neigh_limit[kind] : &l->neigh->limit[kind];
}

/* Counts a line; whether it is to be logged now. */
static bool
counts_to(struct fabric *f, struct lan_rt *l, struct port_rt *p,
	  enum neigh_limit kind)
{
	struct loglimit *limit = limit_of(l, p, kind);

	if (loglimit_event(limit, f->now, 1))
		return true;
	l->neigh->log_due = clock_sooner(l->neigh->log_due, limit->until);
	return false;
}

void
neigh_log_limited(struct fabric *f, struct lan_rt *l, struct port_rt *p,
		  enum neigh_limit kind, struct event about, const char *fmt,
		  ...)
{
	char text[NEIGH_LINE];
	va_list ap;

	if (!counts_to(f, l, p, kind))
		return;
	va_start(ap, fmt);
	vsnprintf(text, sizeof(text), fmt, ap);
	va_end(ap);
	neigh_log(f, l, p, limited_event(kind, about), "%s", text);
}

/* Those of a port, or (NULL) of none. */
static void
log_held_of(struct fabric *f, struct lan_rt *l, struct port_rt *p, bool all)
{
	for (size_t i = 0; i < NEIGH_LIMITS; i++) {
		struct loglimit *limit = limit_of(l, p, i);
		uint64_t n = all ? loglimit_flush(limit)
				 : loglimit_due(limit, f->now);

		if (n != 0)
			neigh_log(
				f, l, p,
				limited_event(i, (struct event){ .count = n }),
				"%s: %lu more%s%s", limited[i].what,
				(unsigned long)n, p != NULL ? " port=" : "",
				p != NULL ? p->name : "");
		if (limit->held != 0)
			l->neigh->log_due =
				clock_sooner(l->neigh->log_due, limit->until);
	}
}

void
neigh_log_held(struct fabric *f, struct lan_rt *l, bool all)
{
	if (!all && f->now < l->neigh->log_due)
		return;
	l->neigh->log_due = UINT64_MAX;
	log_held_of(f, l, NULL, all);
	for (unsigned int id = 0; id < f->ports_end; id++) {
		struct port_rt *p = runtime_live_port(f, id);

		if (p != NULL && p->lan == l->id)
			log_held_of(f, l, p, all);
	}
}

/* "54.5", or "-" for SPONGE_NO_RATE; 'rate' is in thousandths. */
static char *
format_rate(uint64_t rate, char *text, size_t size)
{
	if (rate == SPONGE_NO_RATE)
		strlcpy(text, "-", size);
	else
		snprintf(text, size, "%lu.%lu", (unsigned long)(rate / 1000),
			 (unsigned long)(rate % 1000 / 100));
	return text;
}

static bool
is_change(const struct sponge_notice *s)
{
	return s->event == SPONGE_EV_PENDING ||
	       s->event == SPONGE_EV_SPONGING ||
	       s->event == SPONGE_EV_UNSPONGING ||
	       s->event == SPONGE_EV_CLEARING;
}

/*
 * The port that a change of an address is charged to: the one that has the address,
 * or where it was last seen, or that asked for it; PORTS_MAX: none.
 */
static uint16_t
port_of_change(const struct net_rt *n, uint32_t slot)
{
	uint64_t owner = neightab_get_owner(n->neightab, slot);
	const struct address_rt *a = &n->address[slot];

	if (owner & NEIGHTAB_OWNED)
		return neightab_owner_port(owner);
	if (a->mac != 0)
		return a->port;
	return a->asker != 0 ? a->asker - 1 : PORTS_MAX;
}

static struct port_rt *
live_port(const struct fabric *f, uint16_t id)
{
	return id != PORTS_MAX ? runtime_live_port(f, id) : NULL;
}

/*
 * Whether a change exceeds the share of the port in NEIGH_CHANGES: it has few
 * addresses, and all of them may change at the same time.
 */
static bool
is_over_share(struct net_rt *n, struct port_rt *p,
	      const struct sponge_notice *s)
{
	bool step = s->event == SPONGE_EV_PENDING && s->number > 0;
	struct neigh *neigh = n->lan->neigh;
	struct logshare *share =
		p != NULL ? &p->neigh_changes[step] : &neigh->own_changes[step];

	return !logshare_take(&neigh->changes[step], share, n->f->now,
			      LOGLIMIT_PERIOD, NEIGH_CHANGES, 0) &&
	       !counts_to(n->f, n->lan, p, step ? NEIGH_STEP : NEIGH_CHANGE);
}

/*
 * Whether a change of state is held back.  Members can request as many IPv6
 * addresses as their limit allows, and each request of duplicate address detection
 * makes an address PENDING again.
 */
static bool
is_held_back(struct net_rt *n, struct port_rt *p, const struct sponge_notice *s)
{
	const struct neightab6_entry *e =
		n->six ? neightab6_entry(n->table, s->slot) : NULL;

	if (!is_change(s))
		return false;
	if (e == NULL || e->port == NEIGHTAB6_NO_PORT)
		return is_over_share(n, p, s);
	return (s->event == SPONGE_EV_PENDING && s->number > 0) ||
	       !counts_to(n->f, n->lan, p, NEIGH_UNBOUND);
}

static enum event_kind
kind_of(const struct sponge_notice *s)
{
	switch (s->event) {
	case SPONGE_EV_SPONGING:
		return EVENT_sponge_dead;
	case SPONGE_EV_STATIC:
		return EVENT_sponge_static;
	case SPONGE_EV_UNSPONGING:
		return EVENT_sponge_alive;
	case SPONGE_EV_CLEARING:
		return EVENT_sponge_cleared;
	case SPONGE_EV_PENDING:
		return EVENT_sponge_pending;
	default:
		return EVENT_sponge_note;
	}
}

static void
log_address(struct net_rt *n, const struct sponge_notice *s, const char *ip)
{
	char rate[24], after[24], mac[MAC_TEXT_SIZE];
	struct event about = event_of(kind_of(s), DROP_NOTICE);
	struct fabric *f = n->f;
	struct lan_rt *l = n->lan;
	struct port_rt *p = live_port(f, port_of_change(n, s->slot));

	if (is_held_back(n, p, s))
		return;
	about.ip = ip;
	about.mac = s->mac;
	format_rate(s->rate, rate, sizeof(rate));
	if (s->mac == 0)
		strlcpy(mac, "-", sizeof(mac));
	else
		mac_format(s->mac, mac);
	switch (s->event) {
	case SPONGE_EV_SPONGING:
	case SPONGE_EV_STATIC:
		neigh_log(f, l, p, about, "%ssponging: ip=%s rate=%s",
			  s->event == SPONGE_EV_STATIC ? "static " : "", ip,
			  rate);
		break;
	case SPONGE_EV_UNSPONGING:
	case SPONGE_EV_CLEARING:
		neigh_log(f, l, p, about, "%s: ip=%s mac=%s",
			  s->event == SPONGE_EV_CLEARING ? "clearing"
							 : "unsponging",
			  ip, mac);
		break;
	case SPONGE_EV_PENDING:
		about.unlogged = s->number > 0;
		neigh_log(f, l, p, about, "pending: ip=%s state=%lu", ip,
			  (unsigned long)s->number);
		break;
	case SPONGE_EV_REDUCED:
		neigh_log_limited(
			f, l, p, NEIGH_REDUCED, about,
			"queue reduced: ip=%s depth=%u->%u rate=%s->%s", ip,
			s->depth, s->depth_after, rate,
			format_rate(s->rate_after, after, sizeof(after)));
		break;
	case SPONGE_EV_TRAFFIC:
		neigh_log_limited(f, l, p, NEIGH_TRAFFIC, about,
				  "traffic from STATIC sponged IP: src.mac=%s "
				  "src.ip=%s",
				  mac, ip);
		break;
	case SPONGE_EV_ALIVE_AFTER_ALL:
		about.level = DROP_WARNING;
		neigh_log(f, l, p, about, "not sponged: ip=%s has answered",
			  ip);
		break;
	default:
		break;
	}
}

/* "192.0.2.0/24", "IPv6". */
static void
name_net(const struct net_rt *n, char text[PREFIX_TEXT_SIZE])
{
	struct prefix p = { .length = (uint8_t)__builtin_popcount(n->mask) };

	if (n->six) {
		strlcpy(text, "IPv6", PREFIX_TEXT_SIZE);
		return;
	}
	neigh_ipv4(n->net, &p.addr);
	prefix_format(&p, text);
}

static void
log_net(struct net_rt *n, const struct sponge_notice *s)
{
	char net[PREFIX_TEXT_SIZE];
	struct event about = event_of(EVENT_sponge_note, DROP_NOTICE);
	struct fabric *f = n->f;

	name_net(n, net);
	about.unlogged = s->event != SPONGE_EV_LEARNED;
	switch (s->event) {
	case SPONGE_EV_LEARNED:
		neigh_log(f, n->lan, NULL, about, "learning over: %s", net);
		break;
	case SPONGE_EV_SWEEP:
		neigh_log(f, n->lan, NULL, about, "sweep begins: %s", net);
		break;
	case SPONGE_EV_SWEPT:
		neigh_log(f, n->lan, NULL, about, "sweep ends: %s probes=%lu",
			  net, (unsigned long)s->number);
		break;
	case SPONGE_EV_LAG:
		neigh_log_limited(
			f, n->lan, NULL, NEIGH_LAG, about,
			"timer lag: %s %lu ms", net,
			(unsigned long)(s->number / CLOCK_MILLISECOND));
		break;
	default:
		break;
	}
}

void
neigh_log_sponge(struct net_rt *n, const struct sponge_notice *s)
{
	char ip[PREFIX_TEXT_SIZE];
	struct ipaddr a;

	if (s->event == SPONGE_EV_LEARNED || s->event == SPONGE_EV_SWEEP ||
	    s->event == SPONGE_EV_SWEPT || s->event == SPONGE_EV_LAG) {
		log_net(n, s);
		return;
	}
	neigh_address(n, s->slot, &a);
	log_address(n, s, ipaddr_format(&a, ip));
}

void
neigh_log_flush(struct fabric *f)
{
	struct lan_rt *l;

	for (unsigned int id = 0; (l = neigh_next_lan(f, &id)) != NULL;)
		neigh_log_held(f, l, true);
}
