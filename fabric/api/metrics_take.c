/* SPDX-License-Identifier: BSD-3-Clause */
/* The first half of a scrape: the values. */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "fabric/api/answer.h"
#include "fabric/api/confirm.h"
#include "fabric/api/hooks.h"
#include "fabric/api/metrics_impl.h"
#include "fabric/api/monitor.h"
#include "fabric/api/status.h"
#include "fabric/api/status_link.h"
#include "fabric/api/taps.h"
#include "fabric/config/devspec.h"
#include "fabric/runtime/egress_link.h"
#include "fabric/runtime/lag_rt.h"
#include "fabric/runtime/port_index.h"
#include "fabric/runtime/violation_record.h"
#include "lib/clock.h"

/* In a turn of control: some 5 us for each of four workers. */
#define PORTS_A_TURN 32
#define PAIRS_A_TURN 2048

#define OCTETS_A_MEGABIT 125000 /* in a second */

static uint64_t
wall(void)
{
	time_t t = time(NULL);

	return t > 0 ? (uint64_t)t : 0;
}

/*
 * When the daemon started.  It stays the same number while the clock of the machine is
 * not set, or each scrape would look like a start.
 */
static uint64_t
start_time(struct answers *a)
{
	uint64_t up = clock_since(a->fabric->now, a->since) / CLOCK_SECOND;
	uint64_t now = wall(), then = now > up ? now - up : 0;

	if (then > a->started_at + 2 || then + 2 < a->started_at)
		a->started_at = then;
	return a->started_at;
}

static void
take_hook(const struct answers *a, struct metrics_fabric *row)
{
	struct hooks_state s;

	hooks_look(a->hooks, &s);
	row->hook_runs = s.runs;
	row->hook_failed = s.failed;
	row->hook_lost = s.lost;
}

static void
take_fabric(struct answers *a, struct metrics_fabric *row)
{
	const struct fabric *f = a->fabric;
	uint64_t at = a->applied.file != NULL ? a->applied.at : a->since;

	snprintf(row->build, sizeof(row->build), "version=\"%s\",dpdk=\"%s\"",
		 IXF_VERSION, stats_dpdk_version());
	row->started_at = start_time(a);
	row->applied_at =
		row->started_at + clock_since(at, a->since) / CLOCK_SECOND;
	row->generation = f->generation;
	row->apply_success = a->rejected == NULL;
	row->log_suppressed = f->log_suppressed;
	row->confirm_pending = confirm_is_pending(a, NULL);
	row->rollbacks = a->rollbacks;
	row->captures = taps_running(a->taps);
	row->monitors = monitors_running(a->monitors);
	take_hook(a, row);
	row->capture_lost = taps_lost(a->taps);
	row->sflow_unsent = samples_sums(a->samples).unsent;
}

/* A value between quotes: exposition format, "Comments, help text, and type". */
static void
put_escaped(const char *text, FILE *out)
{
	for (; text != NULL && *text != '\0'; text++) {
		if (*text == '\\' || *text == '"')
			fputc('\\', out);
		if (*text == '\n')
			fputs("\\n", out);
		else
			fputc(*text, out);
	}
}

static const char *
driver_of(const struct config *config, const struct config_port *c)
{
	const struct config_files *devices =
		&runtime_carrier(config, c)->device;
	struct devspec spec;

	if (devices->n == 0 || devspec_parse(devices->value[0], &spec) != 0)
		return "";
	if (spec.pci)
		return "pci";
	return spec.driver != NULL ? spec.driver->name : "";
}

/* The labels of port_info beside that of the port. */
static char *
info_of(const struct fabric *f, const struct config_port *c)
{
	uint32_t index = port_index(f, c);
	char *text = NULL;
	size_t size;
	FILE *out = open_memstream(&text, &size);

	if (out == NULL)
		return NULL;
	fputs("ifindex=\"", out);
	if (index != 0)
		fprintf(out, "%u", index);
	fputs("\",asn=\"", out);
	if (c->asn != 0)
		fprintf(out, "%u", c->asn);
	fputs("\",member=\"", out);
	put_escaped(c->description, out);
	fprintf(out, "\",lan=\"%s\",driver=\"%s\"", c->lan,
		driver_of(f->config, c));
	return fclose(out) == 0 ? text : NULL;
}

static void
take_link(struct fabric *f, const struct config_port *c,
	  const struct port_rt *p, struct metrics_port *row)
{
	struct egress_link link = egress_link(f, &p->egress);

	row->admin_up = status_port_is_wanted(c, p);
	row->oper_up = status_port_forwards(f, c);
	row->speed = link.up ? (uint64_t)link.speed * OCTETS_A_MEGABIT : 0;
	row->link_changes = stats_link_changes(f, p);
}

static void
take_counters(struct fabric *f, const struct config_port *c, struct port_rt *p,
	      struct metrics_port *row)
{
	uint64_t others;

	stats_port(f, p->id, &row->counted);
	for (enum drop why = DROP_NONE + 1; why < DROP_N; why++)
		row->would_drop += row->counted.would_drop[why];
	/*
	 * The three were not read at the same moment: what is left must not fall,
	 * or a whole counter would look like new frames.
	 */
	others = row->counted.rx_multicast + row->counted.rx_broadcast;
	if (row->counted.rx_frames > p->unicast_shown + others)
		p->unicast_shown = row->counted.rx_frames - others;
	row->unicast = p->unicast_shown;
	row->has_device = c->device.n != 0;
	stats_device(f, p, &row->device);
}

static int
take_rules(const struct fabric *f, const struct port_rules *r,
	   struct metrics_rules *row)
{
	if (r->acl == NULL || r->acl->n == 0)
		return 0;
	row->hits = calloc(r->acl->n, sizeof(*row->hits));
	if (row->hits == NULL)
		return -ENOMEM;
	snprintf(row->acl, sizeof(row->acl), "%s", r->acl->name);
	row->n = r->acl->n;
	for (unsigned int i = 0; i < row->n; i++)
		row->hits[i] = stats_rule_hits(f, r->hits, i);
	return 0;
}

/* The addresses of the port, which count for its LAN, too. */
static void
take_macs(const struct fabric *f, const struct config_port *c,
	  const struct port_rt *p, struct metrics_lan *lans,
	  struct metrics_port *row)
{
	const struct config_lan *lan = config_lan_of(f->config, c);

	row->macs = c->mac.n + p->learned;
	row->mac_limit = (uint64_t)c->mac.n + p->limit;
	row->refused = p->refused;
	if (lan == NULL)
		return;
	lans[lan - f->config->lan].fixed += c->mac.n;
	lans[lan - f->config->lan].dynamic += p->learned;
}

/* Room for one more; grows by doubling. */
static struct metrics_link *
next_link(struct metrics *m)
{
	unsigned int room = m->link_room == 0 ? 64 : m->link_room * 2;
	struct metrics_link *more;

	if (m->nlinks == m->link_room) {
		more = realloc(m->link, room * sizeof(*more));
		if (more == NULL)
			return NULL;
		m->link = more;
		m->link_room = room;
	}
	return &m->link[m->nlinks++];
}

static int
take_link_of_lag(struct metrics *m, const struct lag_rt *l, unsigned int i,
		 const char *port)
{
	const struct fabric *f = m->answers->fabric;
	const struct lag_link *link = &l->link[i];
	struct metrics_link *row = next_link(m);
	char name[DEVSPEC_NAME_SIZE];

	if (row == NULL)
		return -ENOMEM;
	*row = (struct metrics_link){
		.in_use = link->in_use,
		.up = atomic_load_explicit(&f->link[link->device->id],
					   memory_order_relaxed),
		.changes = link->changes,
		.has_lacp = l->lacp,
	};
	if (row->up != 0)
		row->speed = (uint64_t)link->device->speed * OCTETS_A_MEGABIT;
	if (l->lacp)
		row->lacp = *lacp_counters(&l->machine, i);
	link_stats(f, link->device, &link->base, &row->counted);
	snprintf(row->labels, sizeof(row->labels), "%s,link=\"%s\"", port,
		 status_device_name(link->device, name));
	snprintf(row->state, sizeof(row->state), "state=\"%s\"",
		 status_link_state(f, l, i).name);
	return 0;
}

/* The links of a LAG: each has a row. */
static int
take_links(struct metrics *m, const struct lag_rt *l, struct metrics_port *row)
{
	row->is_lag = true;
	row->links_in_use = l->nin_use;
	row->min_links = l->min_links;
	for (unsigned int i = 0; i < LAG_LINKS_MAX; i++) {
		if (l->link[i].device == NULL)
			continue;
		row->links++;
		if (take_link_of_lag(m, l, i, row->labels) != 0)
			return -ENOMEM;
	}
	return 0;
}

static int
take_port(struct metrics *m, const struct config_port *c,
	  struct metrics_port *row)
{
	struct fabric *f = m->answers->fabric;
	struct port_rt *p = runtime_port(f, c->id);
	const struct lag_rt *l = status_lag_of(p);
	int rc = 0;

	snprintf(row->labels, sizeof(row->labels), "port=\"%s\"", c->id);
	row->info = info_of(f, c);
	take_link(f, c, p, row);
	take_counters(f, c, p, row);
	take_macs(f, c, p, m->lan, row);
	row->shutdowns = p->violations->shutdowns;
	row->sflow = samples_port(m->answers->samples, p);
	for (unsigned int out = 0; rc == 0 && out < 2; out++)
		rc = take_rules(f, &p->rules[out], &row->rules[out]);
	if (rc == 0 && l != NULL)
		rc = take_links(m, l, row);
	return row->info == NULL ? -ENOMEM : rc;
}

static void
take_lan(struct fabric *f, const struct config_lan *c, struct metrics_lan *row)
{
	const struct lan_rt *l = runtime_lan(f, c->id);

	snprintf(row->labels, sizeof(row->labels), "domain=\"%s\"", c->id);
	if (l == NULL)
		return;
	row->capacity = l->size;
	row->learned = l->learned;
	row->moved = l->moved;
	row->aged = l->aged;
	row->flushed = l->flushed;
	row->frozen = l->frozen;
	row->refused = l->refused;
	row->has_neigh = sponge_ops_counts(f, c->id, &row->neigh) == 0;
	row->has_sponge = row->has_neigh && c->sponge == CONFIG_ON;
}

static void
take_workers(struct answers *a, struct metrics *m)
{
	const struct fabric *f = a->fabric;

	for (unsigned int i = 0; i < f->nworkers; i++) {
		struct metrics_worker *row = &m->worker[i];
		struct worker_stats s;
		uint64_t *idle = &a->worker[i].idle_shown;

		stats_worker(f, i, &s);
		/* A pass that has not ended is not counted as busy yet. */
		if (s.cycles > s.busy_cycles + *idle)
			*idle = s.cycles - s.busy_cycles;
		*row = (struct metrics_worker){
			.busy = s.busy_cycles,
			.idle = *idle,
			.polls = s.polls,
			.empty_polls = s.idle_polls,
			.frames = s.frames,
		};
		snprintf(row->labels, sizeof(row->labels), "worker=\"%u\"", i);
	}
	m->nworkers = f->nworkers;
}

static void
take_mirror(struct metrics *m, const char *name, bool listens)
{
	struct fabric *f = m->answers->fabric;
	const struct mirror_rt *mirror = mirror_find(f, name, listens);
	struct metrics_mirror *row = &m->mirror[m->nmirrors];

	if (mirror == NULL)
		return;
	m->nmirrors++;
	row->counted = mirror_stats(f, mirror);
	snprintf(row->labels, sizeof(row->labels), "%s=\"%s\"",
		 listens ? "port" : "mirror", name);
}

static void
take_mirrors(struct metrics *m, const struct config *c)
{
	m->nmirrors = 0;
	for (unsigned int i = 0; i < c->nmirrors; i++)
		take_mirror(m, c->mirror[i].id, false);
	for (unsigned int i = 0; i < c->nports; i++)
		if (c->port[i].listen != CONFIG_HEARS_OFF)
			take_mirror(m, c->port[i].id, true);
}

static void
take_pools(const struct fabric *f, struct metrics *m)
{
	struct pool_stats s;

	m->npools = 0;
	for (unsigned int i = 0; stats_pool(f, i, &s); i++) {
		struct metrics_pool *row = &m->pool[m->npools];

		if (s.name[0] == '\0')
			continue;
		m->npools++;
		row->free = s.free;
		row->used = s.used;
		snprintf(row->labels, sizeof(row->labels), "pool=\"%s\"",
			 s.name);
	}
}

/* Of the kinds that have frames.  Grows by doubling. */
static int
put_pair(struct metrics *m, enum matrix_kind kind,
	 const struct matrix_sums *counted)
{
	size_t room = m->pair_room == 0 ? 1024 : m->pair_room * 2;
	struct metrics_pair *more;

	if (m->npairs == m->pair_room) {
		more = realloc(m->pair, room * sizeof(*more));
		if (more == NULL)
			return -ENOMEM;
		m->pair = more;
		m->pair_room = room;
	}
	/* The labels are port="NAME". */
	m->pair[m->npairs++] = (struct metrics_pair){
		.from = m->port[m->from].labels + strlen("port="),
		.to = m->port[m->to].labels + strlen("port="),
		.kind = kind,
		.counted = *counted,
	};
	return 0;
}

static int
take_pair(struct metrics *m)
{
	const struct fabric *f = m->answers->fabric;
	const struct config *c = f->config;
	struct matrix_sum sum =
		matrix_read(f, runtime_port(f, c->port[m->from].id)->id,
			    runtime_port(f, c->port[m->to].id)->id);
	int rc = 0;

	for (enum matrix_kind k = 0; rc == 0 && k < MATRIX_KINDS; k++)
		if (sum.kind[k].frames != 0)
			rc = put_pair(m, k, &sum.kind[k]);
	return rc;
}

/* 1: all are taken; 0: there are more; -ENOMEM. */
static int
take_matrix(struct metrics *m)
{
	if (!m->matrix || m->answers->fabric->matrix == NULL)
		return 1;
	for (unsigned int n = 0; n < PAIRS_A_TURN; n++) {
		if (m->from == m->nports)
			return 1;
		if (take_pair(m) != 0)
			return -ENOMEM;
		if (++m->to == m->nports) {
			m->to = 0;
			m->from++;
		}
	}
	return 0;
}

static int
make_room(struct metrics *m, const struct config *c)
{
	metrics_forget(m);
	m->port = calloc(c->nports + 1, sizeof(*m->port));
	m->lan = calloc(c->nlans + 1, sizeof(*m->lan));
	if (m->port == NULL || m->lan == NULL)
		return -ENOMEM;
	m->port_room = c->nports;
	m->lan_room = c->nlans;
	return 0;
}

int
metrics_take(struct metrics *m)
{
	struct answers *a = m->answers;
	struct fabric *f = a->fabric;
	unsigned int left = PORTS_A_TURN;
	int rc = 0;

	if (f->stale_lans != 0)
		return 0;
	if (m->generation != f->generation)
		rc = make_room(m, f->config);
	m->generation = f->generation;
	for (; rc == 0 && left > 0 && m->nports < m->port_room; left--) {
		unsigned int i = m->nports++;

		rc = take_port(m, &f->config->port[i], &m->port[i]);
	}
	for (; rc == 0 && left > 0 && m->nlans < m->lan_room; left--) {
		unsigned int i = m->nlans++;

		take_lan(f, &f->config->lan[i], &m->lan[i]);
	}
	if (rc != 0 || left == 0)
		return rc;
	rc = take_matrix(m);
	if (rc <= 0)
		return rc;
	take_fabric(a, &m->fabric);
	take_workers(a, m);
	take_pools(f, m);
	take_mirrors(m, f->config);
	return 1;
}

void
metrics_forget(struct metrics *m)
{
	for (unsigned int i = 0; i < m->nports; i++) {
		free(m->port[i].info);
		free(m->port[i].rules[0].hits);
		free(m->port[i].rules[1].hits);
	}
	free(m->port);
	free(m->lan);
	m->port = NULL;
	m->lan = NULL;
	m->nports = m->nlans = m->port_room = m->lan_room = 0;
	free(m->link);
	m->link = NULL;
	m->nlinks = m->link_room = 0;
	free(m->pair);
	m->pair = NULL;
	m->npairs = m->pair_room = 0;
	m->from = m->to = 0;
}

struct metrics *
metrics_begin(struct answers *a, bool matrix)
{
	struct metrics *m = calloc(1, sizeof(*m));

	if (m == NULL)
		return NULL;
	m->answers = a;
	m->matrix = matrix;
	return m;
}

void
metrics_end(struct metrics *m)
{
	if (m == NULL)
		return;
	metrics_forget(m);
	free(m->text.at);
	free(m);
}
