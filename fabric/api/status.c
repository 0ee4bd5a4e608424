/* SPDX-License-Identifier: BSD-3-Clause */
#include "fabric/api/status.h"

#include <rte_cycles.h>
#include <string.h>

#include "fabric/api/sponge_answers.h"
#include "fabric/runtime/runtime.h"
#include "fabric/view/drop.h"
#include "lib/clock.h"
#include "lib/mac.h"
#include "lib/movetab.h"

static const struct device_rt *
device_of(const struct fabric *f, const struct port_rt *p)
{
	return p->device < PORTS_MAX ? f->device[p->device] : NULL;
}

/* How long a link that flaps is held down yet; 0: it is not. */
static uint64_t
held_seconds(const struct fabric *f, const struct device_rt *d)
{
	uint64_t until = d != NULL ? d->flap.until : 0;

	return until > f->now ? (until - f->now - 1) / CLOCK_SECOND + 1 : 0;
}

static const char *
state_of(const struct fabric *f, const struct config_port *c,
	 const struct port_rt *p)
{
	if (c->status == CONFIG_DISABLED)
		return "disabled";
	if (p->down.set)
		return "off";
	if (p->blocked & BLOCK_VIOLATION)
		return "err-disabled";
	if (held_seconds(f, device_of(f, p)) != 0)
		return "flapping";
	if (!(atomic_load_explicit(&f->state[p->id], memory_order_relaxed) &
	      PORT_UP))
		return "down";
	return c->status == CONFIG_QUARANTINE ? "quarantine" : "up";
}

const char *
status_port_state(const struct fabric *f, const struct config_port *c)
{
	return state_of(f, c, runtime_port(f, c->id));
}

static uint64_t
seconds_since(const struct fabric *f, uint64_t then)
{
	return f->now > then ? (f->now - then) / CLOCK_SECOND : 0;
}

static json_t *
number(uint64_t n)
{
	return json_integer((json_int_t)n);
}

/* 0 in the configuration means that there is none. */
static json_t *
number_or_null(uint64_t n)
{
	return n != 0 ? number(n) : json_null();
}

static json_t *
text_or_null(const char *text)
{
	json_t *value = text != NULL && text[0] != '\0' ? json_string(text)
							: json_null();

	/* What is not UTF-8 came from somebody's editor: no reason to fail. */
	return value != NULL ? value : json_string("?");
}

static void
put_identity(struct fabric *f, json_t *row, const struct config_port *c)
{
	const struct config_lan *lan =
		c->lan[0] != '\0' ? config_lan(f->config, c->lan) : NULL;

	json_object_set_new(row, "lan", text_or_null(c->lan));
	json_object_set_new(row, "vlan",
			    number_or_null(lan != NULL ? lan->vlan : 0));
	json_object_set_new(row, "tag", number_or_null(c->tag));
	json_object_set_new(row, "index", number_or_null(c->index));
	json_object_set_new(row, "asn", number_or_null(c->asn));
	json_object_set_new(row, "description", text_or_null(c->description));
}

static void
put_link(struct fabric *f, json_t *row, const struct config_port *c,
	 const struct port_rt *p)
{
	const struct device_rt *d = device_of(f, p);

	json_object_set_new(row, "state", json_string(state_of(f, c, p)));
	json_object_set_new(row, "speed_mbit",
			    number_or_null(d != NULL && d->up ? d->speed : 0));
	json_object_set_new(row, "device",
			    text_or_null(d != NULL ? d->spec : NULL));
	json_object_set_new(row, "parent", text_or_null(c->parent));
	json_object_set_new(row, "link_seconds",
			    d != NULL ? number(seconds_since(f, d->since))
				      : json_null());
	json_object_set_new(row, "held_seconds",
			    number_or_null(held_seconds(f, d)));
	json_object_set_new(row, "link_changes",
			    d != NULL ? number(d->link_changes) : json_null());
}

static void
put_macs(json_t *row, const struct config_port *c, const struct port_rt *p)
{
	json_object_set_new(row, "macs", number(c->mac.n + p->learned));
	json_object_set_new(row, "macs_allowed", number(c->mac.n + p->limit));
	json_object_set_new(row, "macs_refused", number(p->refused));
	json_object_set_new(row, "locked",
			    json_boolean(c->mac.n > 0 && p->limit == 0));
	json_object_set_new(row, "sticky", json_boolean(p->sticky));
	json_object_set_new(row, "culled", json_boolean(p->culled));
}

static void
sum_drops(const struct port_stats *s, uint64_t *rx, uint64_t *tx)
{
	*rx = *tx = 0;
	for (enum drop why = DROP_NONE + 1; why < DROP_N; why++)
		*(drop_is_tx(why) ? tx : rx) += s->drop[why];
}

static void
put_traffic(struct fabric *f, json_t *row, const struct port_rt *p)
{
	struct port_stats s;
	uint64_t rx, tx;

	stats_port(f, p->id, &s);
	sum_drops(&s, &rx, &tx);
	json_object_set_new(row, "rx_frames", number(s.rx_frames));
	json_object_set_new(row, "tx_frames", number(s.tx_frames));
	json_object_set_new(row, "rx_dropped", number(rx));
	json_object_set_new(row, "tx_dropped", number(tx));
}

json_t *
status_port(struct fabric *f, const struct config_port *c)
{
	const struct port_rt *p = runtime_port(f, c->id);
	json_t *row = json_pack("{s:s}", "port", c->id);

	if (p == NULL || row == NULL)
		return row;
	put_identity(f, row, c);
	put_link(f, row, c, p);
	put_macs(row, c, p);
	put_traffic(f, row, p);
	status_put_violation(f, p, row);
	return row;
}

/* The device counts for all its ports: shown with the one that names it. */
static json_t *
device_counters(struct fabric *f, const struct config_port *c,
		const struct port_rt *p)
{
	const struct device_rt *d = device_of(f, p);
	struct device_stats s = { 0 };

	if (c->device == NULL || d == NULL || d->closed)
		return json_null();
	f->backend->stats(f, d, &s);
	return json_pack(
		"{s:I, s:I, s:I, s:I}", "rx_errors", (json_int_t)s.rx_errors,
		"rx_missed", (json_int_t)s.rx_missed, "rx_no_mbuf",
		(json_int_t)s.rx_no_mbuf, "tx_errors", (json_int_t)s.tx_errors);
}

json_t *
status_port_stats(struct fabric *f, const struct config_port *c)
{
	const struct port_rt *p = runtime_port(f, c->id);
	json_t *row = json_pack("{s:s}", "port", c->id);
	struct port_stats s;
	uint64_t rx, tx;

	if (p == NULL || row == NULL)
		return row;
	stats_port(f, p->id, &s);
	sum_drops(&s, &rx, &tx);
#define COUNTER(name, ...) json_object_set_new(row, #name, number(s.name));
#include "fabric/view/counter_list.h"
	json_object_set_new(row, "rx_dropped", number(rx));
	json_object_set_new(row, "tx_dropped", number(tx));
	json_object_set_new(row, "device", device_counters(f, c, p));
	return row;
}

json_t *
status_port_drops(struct fabric *f, const struct config_port *c)
{
	const struct port_rt *p = runtime_port(f, c->id);
	json_t *rows = json_array();
	struct port_stats s;

	if (p == NULL || rows == NULL)
		return rows;
	stats_port(f, p->id, &s);
	for (enum drop why = DROP_NONE + 1; why < DROP_N; why++) {
		json_t *row =
			json_pack("{s:s, s:s, s:s, s:I, s:I, s:s}", "port",
				  c->id, "reason", drop_name(why), "side",
				  drop_is_tx(why) ? "tx" : "rx", "frames",
				  (json_int_t)s.drop[why], "would_drop",
				  (json_int_t)s.would_drop[why], "meaning",
				  drop_meaning(why));

		status_put_drop_record(f, p, why, row);
		json_array_append_new(rows, row);
	}
	return rows;
}

static json_t *
worker_queues(const struct fabric *f, unsigned int i)
{
	json_t *queues = json_array();

	if (f->view == NULL || i >= f->view->nworkers)
		return queues;
	for (unsigned int q = 0; q < f->view->worker[i].n; q++) {
		const struct rxq *rxq = &f->view->worker[i].rxq[q];
		const struct device_rt *d = f->device[rxq->device->id];

		json_array_append_new(
			queues, json_sprintf("%s:%u", d != NULL ? d->name : "?",
					     rxq->queue));
	}
	return queues;
}

json_t *
status_worker(struct fabric *f, unsigned int i)
{
	const struct worker *w = f->worker[i];
	uint64_t started = counter_read(&w->started);
	uint64_t cycles = rte_rdtsc() - started;
	uint64_t busy = counter_read(&w->busy_cycles);
	uint64_t frames = counter_read(&w->frames);
	double share = started != 0 && cycles > 0
			       ? 100.0 * (double)busy / (double)cycles
			       : 0;
	json_t *row = json_pack(
		"{s:i, s:f, s:I, s:I, s:I}", "worker", (int)i, "busy_percent",
		share, "frames", (json_int_t)frames, "polls",
		(json_int_t)counter_read(&w->polls), "idle_polls",
		(json_int_t)counter_read(&w->idle_polls));

	if (row == NULL)
		return NULL;
	json_object_set_new(row, "busy_cycles", number(busy));
	json_object_set_new(row, "cycles_per_frame",
			    frames > 0 ? number(busy / frames) : json_null());
	json_object_set_new(row, "queues", worker_queues(f, i));
	return row;
}

static const char *
profile_name(enum config_profile p)
{
	static const char *const name[] = {
		[CONFIG_IXP_STRICT] = "ixp-strict",
		[CONFIG_IXP_BASIC] = "ixp-basic",
		[CONFIG_OPEN] = "open",
	};

	return name[p];
}

static unsigned int
ports_of(const struct config *config, const char *lan)
{
	unsigned int n = 0;

	for (unsigned int i = 0; i < config->nports; i++)
		n += strcmp(config->port[i].lan, lan) == 0;
	return n;
}

json_t *
status_lan(struct fabric *f, const struct config_lan *c)
{
	const struct lan_rt *l = runtime_lan(f, c->id);
	json_t *row =
		json_pack("{s:s, s:s, s:I, s:I}", "lan", c->id, "profile",
			  profile_name(c->profile), "mtu", (json_int_t)c->mtu,
			  "ports", (json_int_t)ports_of(f->config, c->id));

	if (l == NULL || row == NULL)
		return row;
	json_object_set_new(row, "vlan", number_or_null(c->vlan));
	json_object_set_new(row, "macs", number(mactab_count(l->macs)));
	json_object_set_new(row, "mac_table", number(l->size));
	json_object_set_new(row, "learned", number(l->learned));
	json_object_set_new(row, "moved", number(l->moved));
	json_object_set_new(row, "aged", number(l->aged));
	json_object_set_new(row, "flushed", number(l->flushed));
	json_object_set_new(row, "refused", number(l->refused));
	json_object_set_new(row, "frozen", number(l->frozen));
	json_object_set_new(row, "sponge", sponge_answer_counts(f, c->id));
	return row;
}

json_t *
status_ports(struct fabric *f)
{
	static const struct {
		const char *state, *key;
	} kind[] = {
		{ "up", "up" },
		{ "down", "down" },
		{ "off", "off" },
		{ "flapping", "flapping" },
		{ "quarantine", "quarantine" },
		{ "disabled", "disabled" },
		{ "err-disabled", "err_disabled" },
	};
	enum {
		KINDS = sizeof(kind) / sizeof(kind[0])
	};
	json_int_t n[KINDS] = { 0 };
	json_t *row = json_object();

	for (unsigned int i = 0; i < f->config->nports; i++) {
		const struct config_port *c = &f->config->port[i];
		const struct port_rt *p = runtime_port(f, c->id);

		for (unsigned int k = 0; p != NULL && k < KINDS; k++)
			n[k] += strcmp(state_of(f, c, p), kind[k].state) == 0;
	}
	json_object_set_new(row, "total", number(f->config->nports));
	for (unsigned int k = 0; k < KINDS; k++)
		json_object_set_new(row, kind[k].key, json_integer(n[k]));
	return row;
}

json_t *
status_totals(struct fabric *f)
{
	json_int_t rx_frames = 0, tx_frames = 0, rx_dropped = 0, tx_dropped = 0;

	for (unsigned int id = 0; id < PORTS_MAX; id++) {
		struct port_stats s;
		uint64_t rx, tx;

		if (f->port[id] == NULL)
			continue;
		stats_port(f, (uint16_t)id, &s);
		sum_drops(&s, &rx, &tx);
		rx_frames += (json_int_t)s.rx_frames;
		tx_frames += (json_int_t)s.tx_frames;
		rx_dropped += (json_int_t)rx;
		tx_dropped += (json_int_t)tx;
	}
	return json_pack("{s:I, s:I, s:I, s:I}", "rx_frames", rx_frames,
			 "tx_frames", tx_frames, "rx_dropped", rx_dropped,
			 "tx_dropped", tx_dropped);
}

json_t *
status_mac(struct fabric *f, const struct lan_rt *lan, uint32_t vlan,
	   const struct mactab_entry *e)
{
	const struct port_rt *p = e->port < PORTS_MAX ? f->port[e->port] : NULL;
	uint64_t now = f->now / CLOCK_SECOND;
	bool ages = !(e->flags & MACTAB_STATIC) && now > e->seen;
	struct movetab_state moves = { 0 };
	char mac[MAC_TEXT_SIZE];

	if (lan->moves != NULL)
		moves = movetab_look(lan->moves, e->mac, f->now);
	return json_pack("{s:s, s:s, s:o, s:s, s:s, s:I, s:i, s:b}", "mac",
			 mac_format(e->mac, mac), "lan", lan->name, "vlan",
			 number_or_null(vlan), "port",
			 p != NULL ? p->name : "?", "type", mactab_type(e),
			 "age_seconds", (json_int_t)(ages ? now - e->seen : 0),
			 "moves", (int)moves.moves, "frozen", moves.frozen);
}
