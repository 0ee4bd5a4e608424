/* SPDX-License-Identifier: BSD-3-Clause */
#include "fabric/api/status.h"

#include <string.h>

#include "fabric/api/answer.h"
#include "fabric/api/status_link.h"
#include "fabric/api/value.h"
#include "fabric/apply/link.h"
#include "fabric/apply/retry.h"
#include "fabric/runtime/egress_link.h"
#include "fabric/runtime/port_index.h"
#include "fabric/runtime/stats.h"
#include "fabric/runtime/violation.h"
#include "fabric/runtime/violation_record.h"
#include "lib/acl_text.h"
#include "lib/clock.h"
#include "lib/frametext.h"
#include "lib/mactab.h"
#include "lib/pages.h"

static json_t *
seconds_if(bool there, const struct fabric *f, uint64_t then)
{
	return there ? value_seconds(f->now, then) : json_null();
}

static bool
is_shut_down(const struct port_rt *p)
{
	return (p->blocked & BLOCK_VIOLATION) != 0;
}

/* Whether, and in how many seconds, the port recovers automatically. */
static bool
recovers(const struct fabric *f, const struct port_rt *p, uint64_t *seconds)
{
	uint64_t until = p->violations->blocked_until;

	*seconds = value_left(f->now, until);
	return is_shut_down(p) && until != UINT64_MAX;
}

/* What disabled a port, loops, and how long it is clean. */
static void
put_violation(const struct fabric *f, const struct port_rt *p, json_t *row)
{
	const struct violation_state *w = p->violations;
	bool down = is_shut_down(p);
	uint64_t left, clean = w->quarantined_at;

	if (w->dropped_at > clean)
		clean = w->dropped_at;
	json_object_set_new(row, "err_disabled_by",
			    down ? json_string(drop_name(w->why))
				 : json_null());
	json_object_set_new(row, "err_disabled_seconds",
			    seconds_if(down, f, w->blocked_at));
	json_object_set_new(row, "recovers_in_seconds",
			    recovers(f, p, &left) ? value_number(left)
						  : json_null());
	value_put(row, "err_disabled_count", w->shutdowns);
	json_object_set_new(row, "loop_seen_seconds",
			    seconds_if(w->looped, f, w->looped_at));
	json_object_set_new(row, "clean_seconds",
			    seconds_if(w->quarantined, f, clean));
}

static json_t *
text_of(const struct drop_record_copy *o)
{
	char text[FRAMETEXT_SIZE];

	return json_string(frametext(o->head, o->size, o->len, text));
}

/* The rate of a drop reason, and the last dropped frame. */
static void
put_drop_record(const struct fabric *f, const struct port_rt *p, enum drop why,
		json_t *row)
{
	struct drop_record_copy o;
	bool there = violation_last(f, p, why, &o);

	json_object_set_new(
		row, "rate",
		json_real(rate_read(&p->violations->reason[why].rate, f->now)));
	json_object_set_new(row, "last_seen_seconds",
			    seconds_if(there, f, o.at));
	json_object_set_new(row, "example", there ? text_of(&o) : json_null());
}

static json_t *
hex_of(const struct drop_record_copy *o)
{
	char hex[2 * DROP_RECORD_HEAD + 1] = "";

	for (unsigned int i = 0; i < o->size; i++)
		snprintf(hex + (size_t)2 * i, 3, "%02x", o->head[i]);
	return json_string(hex);
}

json_t *
status_port_record(struct fabric *f, const struct config_port *c)
{
	struct drop_record_copy record[DROP_RECORD_RING];
	const struct port_rt *p = runtime_port(f, c->id);
	json_t *rows = json_array();
	unsigned int n = p != NULL ? violation_record(f, p, record) : 0;

	for (unsigned int i = 0; i < n; i++) {
		const struct drop_record_copy *o = &record[i];

		json_array_append_new(
			rows, json_pack("{s:s, s:f, s:s, s:I, s:o, s:o}",
					"port", c->id, "age_seconds",
					(double)clock_since(f->now, o->at) /
						CLOCK_SECOND,
					"reason", drop_name(o->why), "octets",
					(json_int_t)o->len, "example",
					text_of(o), "hex", hex_of(o)));
	}
	return rows;
}

void
status_add_shutdowns(const struct fabric *f, json_t *problems)
{
	for (unsigned int id = 0; id < f->ports_end; id++) {
		const struct port_rt *p = f->port[id];
		char end[48] = "until an operator enables it";
		uint64_t left;

		if (p == NULL || p->flags & RT_RETIRED || !is_shut_down(p))
			continue;
		if (recovers(f, p, &left))
			snprintf(end, sizeof(end), "for %lu s more",
				 (unsigned long)left);
		json_array_append_new(
			problems,
			json_sprintf("port %s is disabled by %s, %s", p->name,
				     drop_name(p->violations->why), end));
	}
}

/* For how long a flapping link is still held down; 0: it is not. */
static uint64_t
held_seconds(const struct fabric *f, const struct port_rt *p)
{
	return value_left(f->now, egress_link(f, &p->egress).held_until);
}

const char *
status_missing_text(const struct fabric *f, const struct port_rt *p)
{
	const char *why = NULL;

	for (unsigned int i = 0; i < LAG_LINKS_MAX; i++) {
		const struct device_rt *d = egress_device_at(f, &p->egress, i);

		if (d != NULL && !d->closed)
			return NULL;
		if (d != NULL)
			why = retry_why(d);
	}
	return why;
}

void
status_add_missing(const struct fabric *f, json_t *problems)
{
	for (unsigned int i = 0; i < PORTS_MAX; i++) {
		const struct device_rt *d = f->device[i];
		char name[DEVSPEC_NAME_SIZE];
		const char *link;

		if (d == NULL || !d->closed || d->flags & (RT_RETIRED | RT_NEW))
			continue;
		link = link_name(f, d, name);
		json_array_append_new(
			problems,
			json_sprintf("port %s: %s%s%sno device: %s", d->name,
				     link != NULL ? "link " : "",
				     link != NULL ? link : "",
				     link != NULL ? " has " : "",
				     retry_why(d)));
	}
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
	if (status_missing_text(f, p) != NULL)
		return "no-device";
	if (held_seconds(f, p) != 0)
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

bool
status_port_is_wanted(const struct config_port *c, const struct port_rt *p)
{
	return c->status != CONFIG_DISABLED && !p->down.set;
}

bool
status_port_forwards(const struct fabric *f, const struct config_port *c)
{
	const char *state = status_port_state(f, c);

	return strcmp(state, "up") == 0 || strcmp(state, "quarantine") == 0;
}

static void
put_identity(struct fabric *f, json_t *row, const struct config_port *c)
{
	const struct config_lan *lan =
		c->lan[0] != '\0' ? config_lan(f->config, c->lan) : NULL;

	json_object_set_new(row, "lan", value_text_or_null(c->lan));
	json_object_set_new(row, "vlan",
			    value_number_or_null(lan != NULL ? lan->vlan : 0));
	json_object_set_new(row, "tag", value_number_or_null(c->tag));
	json_object_set_new(row, "index",
			    value_number_or_null(port_index(f, c)));
	json_object_set_new(row, "asn", value_number_or_null(c->asn));
	json_object_set_new(row, "description",
			    value_text_or_null(c->description));
}

/* How frames of its device are waited for, if the worker has no other reason. */
static json_t *
wait_text(const struct fabric *f, const struct port_rt *p)
{
	bool waits = true, open = false;

	for (unsigned int i = 0; i < LAG_LINKS_MAX; i++) {
		const struct device_rt *d = egress_device_at(f, &p->egress, i);

		if (d == NULL || d->closed)
			continue;
		open = true;
		waits &= d->nrxqs > 0;
		for (uint16_t q = 0; q < d->nrxqs; q++)
			waits &= rxq_wait(&(struct rxq){ &d->dev, q }) != NULL;
	}
	return open ? json_string(waits ? "frames" : "clock") : json_null();
}

static void
put_link(struct fabric *f, json_t *row, const struct config_port *c,
	 const struct port_rt *p)
{
	struct egress_link link = egress_link(f, &p->egress);
	const struct config_files *devices =
		&runtime_carrier(f->config, c)->device;
	const char *why = status_missing_text(f, p);

	json_object_set_new(row, "state", json_string(state_of(f, c, p)));
	json_object_set_new(row, "speed_mbit",
			    value_number_or_null(link.up ? link.speed : 0));
	json_object_set_new(row, "device", json_string(devices->value[0]));
	status_put_devices(devices, p, row);
	json_object_set_new(row, "device_missing",
			    why != NULL ? json_string(why) : json_null());
	json_object_set_new(row, "wait", wait_text(f, p));
	json_object_set_new(row, "parent", value_text_or_null(c->parent));
	json_object_set_new(row, "link_seconds",
			    value_seconds(f->now, link.since));
	json_object_set_new(row, "held_seconds",
			    value_number_or_null(held_seconds(f, p)));
	value_put(row, "link_changes", stats_link_changes(f, p));
}

static void
put_macs(json_t *row, const struct config_port *c, const struct port_rt *p)
{
	value_put(row, "macs", c->mac.n + p->learned);
	value_put(row, "macs_allowed", c->mac.n + p->limit);
	value_put(row, "macs_refused", p->refused);
	json_object_set_new(row, "locked",
			    json_boolean(c->mac.n > 0 && p->limit == 0));
	json_object_set_new(row, "sticky", json_boolean(p->sticky));
	json_object_set_new(row, "culled", json_boolean(p->culled));
}

/* Of the last five seconds; null: not known yet. */
static void
put_rates(const struct fabric *f, json_t *row, const struct port_rt *p,
	  const struct port_stats *s)
{
	struct port_rate r = { 0 };
	bool known = port_rates_read(
		&p->rates, f->now, s,
		stats_drops(s, false) + stats_drops(s, true), &r);
	const struct {
		const char *key;
		double value;
	} rates[] = {
		{ "rx_bits_per_second", r.rx_bytes * 8 },
		{ "tx_bits_per_second", r.tx_bytes * 8 },
		{ "rx_frames_per_second", r.rx_frames },
		{ "tx_frames_per_second", r.tx_frames },
		{ "drops_per_second", r.dropped },
	};

	for (size_t i = 0; i < sizeof(rates) / sizeof(rates[0]); i++)
		json_object_set_new(row, rates[i].key,
				    known ? value_tenths(rates[i].value)
					  : json_null());
}

static void
put_traffic(struct fabric *f, json_t *row, const struct port_rt *p)
{
	struct port_stats s;

	stats_port(f, p->id, &s);
	value_put(row, "rx_frames", s.rx_frames);
	value_put(row, "tx_frames", s.tx_frames);
	value_put(row, "rx_bytes", s.rx_bytes);
	value_put(row, "tx_bytes", s.tx_bytes);
	value_put(row, "rx_dropped", stats_drops(&s, false));
	value_put(row, "tx_dropped", stats_drops(&s, true));
	value_put(row, "dropped",
		  stats_drops(&s, false) + stats_drops(&s, true));
	put_rates(f, row, p, &s);
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
	put_violation(f, p, row);
	return row;
}

/* A device counts for all its ports; shown for the port with the key device. */
static json_t *
device_counters(struct fabric *f, const struct config_port *c,
		const struct port_rt *p)
{
	struct device_stats s;

	if (c->device.n == 0 || !stats_device(f, p, &s))
		return json_null();
	return json_pack(
		"{s:I, s:I, s:I, s:I, s:I, s:I}", "rx_errors",
		(json_int_t)s.rx_errors, "rx_oversize",
		(json_int_t)s.rx_oversize, "rx_stags", (json_int_t)s.rx_stags,
		"rx_missed", (json_int_t)s.rx_missed, "rx_no_mbuf",
		(json_int_t)s.rx_no_mbuf, "tx_errors", (json_int_t)s.tx_errors);
}

json_t *
status_port_stats(struct fabric *f, const struct config_port *c)
{
	const struct port_rt *p = runtime_port(f, c->id);
	json_t *row = json_pack("{s:s}", "port", c->id);
	struct port_stats s;

	if (p == NULL || row == NULL)
		return row;
	stats_port(f, p->id, &s);
#define COUNTER(name, ...) value_put(row, #name, s.name);
#include "fabric/view/counter_list.h"
	value_put(row, "rx_dropped", stats_drops(&s, false));
	value_put(row, "tx_dropped", stats_drops(&s, true));
	json_object_set_new(row, "device", device_counters(f, c, p));
	json_object_set_new(row, "links", status_link_counters(f, p));
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

		put_drop_record(f, p, why, row);
		json_array_append_new(rows, row);
	}
	return rows;
}

static json_t *
rule_row(const struct fabric *f, const struct config_port *c,
	 const struct port_rules *r, bool out, unsigned int i)
{
	const struct config_acl *acl = config_acl(f->config, r->acl->name);
	struct where at = acl->rule.at[i];
	char text[ACL_TEXT_SIZE];

	return json_pack("{s:s, s:s, s:s, s:I, s:s, s:s, s:I, s:s, s:I}",
			 "port", c->id, "direction", out ? "out" : "in", "acl",
			 r->acl->name, "number", (json_int_t)i + 1, "action",
			 acl_action_name(r->acl->rule[i].action), "rule",
			 acl_rule_format(&r->acl->rule[i], text), "hits",
			 (json_int_t)stats_rule_hits(f, r->hits, i), "file",
			 at.file, "line", (json_int_t)at.line);
}

json_t *
status_acl(struct fabric *f, const struct config_port *c)
{
	const struct port_rt *p = runtime_port(f, c->id);
	json_t *rows = json_array();

	for (unsigned int out = 0; p != NULL && out < 2; out++)
		for (unsigned int i = 0;
		     p->rules[out].acl != NULL && i < p->rules[out].acl->n; i++)
			json_array_append_new(
				rows, rule_row(f, c, &p->rules[out], out, i));
	return rows;
}

/* Its queues, and those of them whose frames it cannot wait for. */
static void
put_queues(const struct fabric *f, json_t *row, unsigned int i)
{
	json_t *queues = json_array(), *by_clock = json_array();
	bool known = f->view != NULL && i < f->view->nworkers;
	unsigned int n = known ? f->view->worker[i].n : 0;
	bool waits = n > 0 && n <= RX_WAIT_QUEUES;

	for (unsigned int q = 0; q < n; q++) {
		const struct rxq *rxq = &f->view->worker[i].rxq[q];
		const struct device_rt *d = f->device[rxq->device->id];
		json_t *name = json_sprintf("%s:%u", d != NULL ? d->name : "?",
					    rxq->queue);

		json_array_append(queues, name);
		if (rxq_wait(rxq) == NULL)
			json_array_append(by_clock, name);
		json_decref(name);
	}
	waits &= json_array_size(by_clock) == 0;
	json_object_set_new(row, "wait",
			    json_string(known && f->view->polls ? "poll"
					: waits                 ? "frames"
								: "clock"));
	json_object_set_new(row, "queues", queues);
	json_object_set_new(row, "by_clock", by_clock);
}

void
status_worker_keep(struct status_worker_past *past, uint64_t now,
		   const struct worker_stats *s)
{
	past->kept[past->next].at = now;
	past->kept[past->next].stats = *s;
	past->next = (past->next + 1) % STATUS_PAST;
}

/* What a worker did in the last five seconds; null: not known yet. */
static void
put_recent(const struct fabric *f, json_t *row,
	   const struct status_worker_past *past, const struct worker_stats *s)
{
	const struct worker_stats *then = NULL;
	uint64_t ns = 0, busy = 0, all = 0;
	double frames = 0;

	for (unsigned int i = 0; i < STATUS_PAST && then == NULL; i++) {
		unsigned int n = (past->next + i) % STATUS_PAST;

		ns = clock_since(f->now, past->kept[n].at);
		if (past->kept[n].at != 0 && ns >= CLOCK_SECOND / 2)
			then = &past->kept[n].stats;
	}
	if (then != NULL) {
		busy = s->busy_cycles - then->busy_cycles;
		all = s->cycles - then->cycles;
		frames = (double)(s->frames - then->frames) *
			 (double)CLOCK_SECOND / (double)ns;
	}
	json_object_set_new(
		row, "recent_busy_percent",
		all > 0 ? value_tenths(100.0 * (double)busy / (double)all)
			: json_null());
	json_object_set_new(row, "frames_per_second",
			    then != NULL ? value_tenths(frames) : json_null());
}

json_t *
status_worker(struct fabric *f, unsigned int i,
	      const struct status_worker_past *past)
{
	struct worker_stats s;
	json_t *row;

	stats_worker(f, i, &s);
	row = json_pack(
		"{s:i, s:f, s:I, s:I, s:I, s:I}", "worker", (int)i,
		"busy_percent",
		s.cycles > 0 ? 100.0 * (double)s.busy_cycles / (double)s.cycles
			     : 0,
		"frames", (json_int_t)s.frames, "polls", (json_int_t)s.polls,
		"idle_polls", (json_int_t)s.idle_polls, "busy_cycles",
		(json_int_t)s.busy_cycles);
	if (row == NULL)
		return NULL;
	json_object_set_new(row, "cycles_per_frame",
			    s.frames > 0
				    ? value_number(s.busy_cycles / s.frames)
				    : json_null());
	put_recent(f, row, past, &s);
	put_queues(f, row, i);
	return row;
}

const char *
status_profile(enum config_profile p)
{
	static const char *const name[] = {
		[CONFIG_IXP_STRICT] = "ixp-strict",
		[CONFIG_IXP_BASIC] = "ixp-basic",
		[CONFIG_OPEN] = "open",
	};

	return name[p];
}

static json_t *
lan_row(struct fabric *f, const struct config_lan *c, unsigned int ports)
{
	const struct lan_rt *l = runtime_lan(f, c->id);
	json_t *row = json_pack("{s:s, s:s, s:I, s:I}", "lan", c->id, "profile",
				status_profile(c->profile), "mtu",
				(json_int_t)c->mtu, "ports", (json_int_t)ports);

	if (l == NULL || row == NULL)
		return row;
	json_object_set_new(row, "vlan", value_number_or_null(c->vlan));
	value_put(row, "macs", mactab_count(l->macs));
	value_put(row, "mac_table", l->size);
	value_put(row, "table_bytes", mactab_pages(l->macs)->size);
	json_object_set_new(
		row, "table_pages",
		value_text(pages_name(mactab_pages(l->macs)->kind)));
	value_put(row, "learned", l->learned);
	value_put(row, "moved", l->moved);
	value_put(row, "aged", l->aged);
	value_put(row, "flushed", l->flushed);
	value_put(row, "refused", l->refused);
	value_put(row, "frozen", l->frozen);
	json_object_set_new(row, "sponge", answer_sponge_counts(f, c->id));
	return row;
}

json_t *
status_lans(struct fabric *f)
{
	const struct config *config = f->config;
	unsigned int ports[CONFIG_LANS_MAX] = { 0 };
	json_t *rows = json_array();

	for (unsigned int i = 0; i < config->nports; i++) {
		const struct config_lan *lan =
			config_lan_of(config, &config->port[i]);

		if (lan != NULL)
			ports[lan - config->lan]++;
	}
	for (unsigned int i = 0; i < config->nlans; i++)
		json_array_append_new(rows,
				      lan_row(f, &config->lan[i], ports[i]));
	return rows;
}

json_t *
status_ports(struct fabric *f)
{
	static const struct {
		const char *state, *key;
	} kind[] = {
		{ "up", "up" },
		{ "down", "down" },
		{ "no-device", "no_device" },
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
	value_put(row, "total", f->config->nports);
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

		if (f->port[id] == NULL)
			continue;
		stats_port(f, (uint16_t)id, &s);
		rx_frames += (json_int_t)s.rx_frames;
		tx_frames += (json_int_t)s.tx_frames;
		rx_dropped += (json_int_t)stats_drops(&s, false);
		tx_dropped += (json_int_t)stats_drops(&s, true);
	}
	return json_pack("{s:I, s:I, s:I, s:I}", "rx_frames", rx_frames,
			 "tx_frames", tx_frames, "rx_dropped", rx_dropped,
			 "tx_dropped", tx_dropped);
}

unsigned int
status_devices(const struct fabric *f, unsigned int *up)
{
	unsigned int n = 0;

	*up = 0;
	for (unsigned int id = 0; id < PORTS_MAX; id++) {
		const struct device_rt *d = f->device[id];

		if (d == NULL || d->flags & (RT_RETIRED | RT_NEW) || d->closed)
			continue;
		n++;
		*up += atomic_load_explicit(&f->link[id], memory_order_relaxed);
	}
	return n;
}

const char *
status_idle(const struct fabric *f)
{
	return f->config->fabric.idle == CONFIG_IDLE_POLL ? "poll" : "sleep";
}
