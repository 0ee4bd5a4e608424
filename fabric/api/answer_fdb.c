/* SPDX-License-Identifier: BSD-3-Clause */
/* The answers to fdb show and fdb flush: the MAC tables. */
#include <string.h>

#include "fabric/api/answer.h"
#include "fabric/api/arg.h"
#include "fabric/api/value.h"
#include "fabric/runtime/learn_flush.h"
#include "fabric/runtime/learn_sweep.h"
#include "lib/clock.h"
#include "lib/mac.h"
#include "lib/mactab.h"
#include "lib/movetab.h"

/* A part of an answer: small, so that the fabric does not wait for it. */
#define PART_ROWS  256
#define PART_SLOTS 32768 /* of a MAC table, looked at */
#define WALK_SLOTS 512

struct mac_filter {
	struct fabric *fabric;
	const struct lan_rt *lan;
	uint32_t vlan;
	uint16_t port; /* PORTS_MAX: any */
	uint64_t mac;  /* 0: any */
	const char *type;
	const char *only_lan;
	json_t *rows;
};

static json_t *
mac_row(const struct mac_filter *m, const struct mactab_entry *e)
{
	const struct fabric *f = m->fabric;
	const struct lan_rt *lan = m->lan;
	const struct port_rt *p = e->port < PORTS_MAX ? f->port[e->port] : NULL;
	uint64_t now = f->now / CLOCK_SECOND;
	/* One of the configuration may never have been seen. */
	bool seen = !(e->flags & MACTAB_STATIC) || e->seen != 0;
	json_t *age = seen ? json_integer(now > e->seen ? now - e->seen : 0)
			   : json_null();
	struct movetab_state moves = { 0 };
	char mac[MAC_TEXT_SIZE];

	if (lan->moves != NULL)
		moves = movetab_look(lan->moves, e->mac, f->now);
	return json_pack("{s:s, s:s, s:o, s:s, s:o, s:s, s:o, s:i, s:b}", "mac",
			 mac_format(e->mac, mac), "lan", lan->name, "vlan",
			 value_number_or_null(m->vlan), "port",
			 p != NULL ? p->name : "?", "index",
			 value_number_or_null(p != NULL ? p->index : 0), "type",
			 mactab_type(e), "age_seconds", age, "moves",
			 (int)moves.moves, "frozen", moves.frozen);
}

static bool
add_mac(void *arg, const struct mactab_entry *e)
{
	struct mac_filter *m = arg;

	if (m->port != PORTS_MAX && e->port != m->port)
		return true;
	if (m->type != NULL && strcmp(m->type, mactab_type(e)) != 0)
		return true;
	json_array_append_new(m->rows, mac_row(m, e));
	return true;
}

/* CTL_END, or CTL_ERROR if an argument is wrong. */
static enum ctl_verdict
set_filter(struct answers *a, struct ctl_request *rq, struct mac_filter *m)
{
	const char *mac = arg_text(rq, "mac");
	const struct config_port *c;

	*m = (struct mac_filter){ .fabric = a->fabric, .port = PORTS_MAX };
	m->type = arg_text(rq, "type");
	m->only_lan = arg_text(rq, "lan");
	if (m->only_lan != NULL && runtime_lan(a->fabric, m->only_lan) == NULL)
		return arg_refuse_lan(a->fabric, rq, m->only_lan);
	if (mac != NULL && (mac_parse(mac, &m->mac) != 0 || m->mac == 0))
		return ctl_refuse(rq, "usage", "'%.64s' is not a MAC address",
				  mac);
	if (arg_text(rq, "port") == NULL)
		return CTL_END;
	c = arg_port(a->fabric, rq);
	if (c == NULL)
		return CTL_ERROR;
	m->port = runtime_port(a->fabric, c->id)->id;
	return CTL_END;
}

/*
 * Adds rows of the LAN at place[0] of the configuration, from slot place[1] of its
 * table on.  Returns whether these were the last.
 */
static bool
some_macs(struct ctl_request *rq, struct mac_filter *m)
{
	struct mactab_entry e;
	size_t looked = 0;

	if (m->mac != 0) {
		if (mactab_get(m->lan->macs, m->mac, &e))
			add_mac(m, &e);
		return true;
	}
	do {
		rq->place[1] = mactab_walk(m->lan->macs, rq->place[1],
					   WALK_SLOTS, add_mac, m);
		looked += WALK_SLOTS;
	} while (rq->place[1] != 0 && looked < PART_SLOTS &&
		 json_array_size(m->rows) < PART_ROWS);
	return rq->place[1] == 0;
}

enum ctl_verdict
answer_fdb_show(struct answers *a, struct ctl_request *rq, json_t **part)
{
	const struct config *config = a->fabric->config;
	struct mac_filter m;

	if (set_filter(a, rq, &m) == CTL_ERROR)
		return CTL_ERROR;
	m.rows = *part = json_array();
	while (rq->place[0] < config->nlans) {
		const struct config_lan *c = &config->lan[rq->place[0]];

		m.lan = runtime_lan(a->fabric, c->id);
		m.vlan = c->vlan;
		if (m.lan != NULL &&
		    (m.only_lan == NULL || strcmp(m.only_lan, c->id) == 0) &&
		    !some_macs(rq, &m))
			return CTL_MORE;
		rq->place[0]++;
		if (json_array_size(m.rows) >= PART_ROWS)
			break;
	}
	return rq->place[0] < config->nlans ? CTL_MORE : CTL_END;
}

/* Removes 'mac' in all LANs; CTL_ERROR if it is static. */
static enum ctl_verdict
flush_mac(struct fabric *f, struct ctl_request *rq, uint64_t mac, size_t *n)
{
	struct mactab_entry e;
	char text[MAC_TEXT_SIZE];

	for (unsigned int i = 0; i < f->config->nlans; i++) {
		struct lan_rt *lan = runtime_lan(f, f->config->lan[i].id);

		if (lan == NULL || !mactab_get(lan->macs, mac, &e))
			continue;
		if (!learn_forget(f, lan, mac))
			return ctl_refuse(rq, "static",
					  "%s is static: remove it from the "
					  "configuration",
					  mac_format(mac, text));
		++*n;
	}
	return CTL_END;
}

/* How many addresses have been flushed in all LANs, or in one. */
static size_t
flushed(const struct fabric *f, const struct lan_rt *lan)
{
	size_t n = lan != NULL ? lan->flushed : 0;

	for (unsigned int i = 0; lan == NULL && i < CONFIG_LANS_MAX; i++)
		n += f->lan[i] != NULL ? f->lan[i]->flushed : 0;
	return n;
}

/*
 * Begins in the first call, and waits in the others until all are gone: place[1] is
 * the number before that.
 */
static enum ctl_verdict
flush_all(struct fabric *f, struct ctl_request *rq, const struct mac_filter *m,
	  size_t *n)
{
	struct lan_rt *lan =
		m->only_lan != NULL ? runtime_lan(f, m->only_lan) : NULL;

	if (rq->place[0]++ == 0) {
		rq->place[1] = flushed(f, lan);
		learn_flush(f, m->port, lan, true);
	}
	*n = flushed(f, lan) - rq->place[1];
	return learn_sweep_runs(f, lan) ? CTL_WAIT : CTL_END;
}

enum ctl_verdict
answer_fdb_flush(struct answers *a, struct ctl_request *rq, json_t **part)
{
	enum ctl_verdict v;
	struct mac_filter m;
	size_t n = 0;

	if (set_filter(a, rq, &m) == CTL_ERROR)
		return CTL_ERROR;
	v = m.mac != 0 ? flush_mac(a->fabric, rq, m.mac, &n)
		       : flush_all(a->fabric, rq, &m, &n);
	if (v == CTL_END)
		*part = json_pack("{s:I}", "flushed", (json_int_t)n);
	return v;
}
