/* SPDX-License-Identifier: BSD-3-Clause */
#include "tests/model/world.h"

#include <rte_mbuf.h>
#include <rte_ring.h>

#include "fabric/apply/link.h"
#include "fabric/apply/retire.h"
#include "fabric/apply/retry.h"
#include "fabric/datapath/stage_send.h"
#include "fabric/datapath/txbuf.h"
#include "fabric/datapath/worker_pass.h"
#include "fabric/device/mbufs.h"
#include "fabric/neigh/neigh.h"
#include "fabric/runtime/learn.h"
#include "fabric/runtime/punt.h"
#include "fabric/runtime/violation.h"
#include "lib/clock.h"
#include "lib/frame.h"
#include "tests/model/fault.h"
#include "tests/model/live.h"
#include "tests/model/model.h"

/* Between two devices that are tried again; control waits no longer than that. */
#define RETRY_WAIT (10 * CLOCK_SECOND)

static struct world *worlds[2];

static struct world *
world_of(const struct fabric *f)
{
	return worlds[0]->f == f ? worlds[0] : worlds[1];
}

static bool
has_name(const struct fake *k, const char *spec)
{
	size_t n = strcspn(spec, ",");

	return strlen(k->name) == n && strncmp(k->name, spec, n) == 0;
}

static struct fake *
find_device(const struct world *w, const char *spec)
{
	for (unsigned int i = 0; w != NULL && i < w->nfakes; i++)
		if (has_name(&w->fake[i], spec))
			return (struct fake *)(uintptr_t)&w->fake[i];
	return NULL;
}

struct fake *
world_device(struct world *w, const char *spec)
{
	const struct fake *like = find_device(w->like, spec);
	struct fake *k = find_device(w, spec);

	if (k == NULL) {
		MODEL_MUST(w->nfakes < WORLD_DEVICES);
		k = &w->fake[w->nfakes++];
		memset(k, 0, sizeof(*k));
		k->world = w;
		snprintf(k->name, sizeof(k->name), "%.*s",
			 (int)strcspn(spec, ","), spec);
		k->link = true;
		k->speed = 1000;
	}
	if (like != NULL) {
		k->link = like->link;
		k->speed = like->speed;
	}
	return k;
}

static uint16_t
fake_rx(const struct device *d, uint16_t queue, struct rte_mbuf **pkt,
	uint16_t n)
{
	struct fake *k = d->arg;
	uint16_t got = 0;

	if (!k->open)
		model_fail("a worker polls %s, which is closed", k->name);
	while (queue == 0 && got < n && k->nwait > 0)
		pkt[got++] = k->wait[--k->nwait];
	return got;
}

static uint16_t
tag_of(const struct rte_mbuf *m)
{
	const uint8_t *frame = rte_pktmbuf_mtod(m, const uint8_t *);

	return frame_read16(frame + 12) == FRAME_CTAG
		       ? frame_read16(frame + 14) & 0xfff
		       : 0;
}

static uint16_t
fake_tx(const struct device *d, uint16_t queue, struct rte_mbuf **pkt,
	uint16_t n)
{
	struct fake *k = d->arg;
	struct world *w = k->world;

	(void)queue;
	if (!k->open)
		model_fail("a worker sends by %s, which is closed", k->name);
	for (uint16_t i = 0; i < n; i++) {
		if (w->nleft < WORLD_LEFT)
			w->left[w->nleft++] = (struct left){ k, tag_of(pkt[i]),
							     pkt[i]->pkt_len };
		rte_pktmbuf_free(pkt[i]);
	}
	return n;
}

static int
fake_open(struct fabric *f, struct device_rt *d, struct where at,
	  struct faults *faults)
{
	struct fake *k = world_device(world_of(f), d->spec);

	if (fault_step(FAULT_OPEN, "open", NULL)) {
		faults_error(faults, at, d->name, "%s does not open", d->spec);
		return -ENODEV;
	}
	if (k->open)
		model_fail("%s is opened while it is open", d->spec);
	k->open = true;
	k->mtu = d->mtu;
	k->errors = 0;
	snprintf(k->spec, sizeof(k->spec), "%s", d->spec);
	d->dev.rx = k->world->live ? live_rx : fake_rx;
	d->dev.tx = k->world->live ? live_tx : fake_tx;
	d->dev.arg = k;
	d->dev.multi_segs = strlen(k->name) % 2;
	d->dev.ntxqs = 1;
	d->nrxqs = 1 + strlen(k->name) % 2;
	fault_between("opened");
	return 0;
}

static void
fake_close(struct fabric *f, struct device_rt *d)
{
	const struct view *v = f->worker[0]->view;
	struct fake *k = d->dev.arg;

	if (k == NULL || !k->open)
		model_fail("%s is closed while it is not open", d->spec);
	if (v != NULL && v->device[d->id] != NULL &&
	    (v->device[d->id]->rx == fake_rx ||
	     v->device[d->id]->rx == live_rx) &&
	    v->device[d->id]->arg == k)
		model_fail("%s is closed while workers use it", d->spec);
	fault_between("close");
	k->open = false;
	rte_pktmbuf_free_bulk(k->wait, k->nwait);
	k->nwait = 0;
	fault_between("closed");
}

static void
fake_link(struct fabric *f, const struct device_rt *d, struct link *now)
{
	const struct fake *k = world_device(world_of(f), d->spec);

	now->up = k->link;
	now->speed = k->speed;
}

/* Some can set a larger MTU while they are open, others say so and cannot. */
static bool
fake_takes_mtu(const struct device_rt *d, uint32_t mtu)
{
	(void)mtu;
	return strcspn(d->spec, ",") % 2 == 0;
}

static int
fake_set_mtu(struct fabric *f, struct device_rt *d, uint32_t mtu)
{
	struct fake *k = world_device(world_of(f), d->spec);

	if (mtu > k->mtu && fault_step(FAULT_OPEN, "mtu", NULL))
		return -EIO;
	k->mtu = mtu;
	return 0;
}

static void
fake_stats(struct fabric *f, const struct device_rt *d, struct device_stats *s)
{
	const struct fake *k = world_device(world_of(f), d->spec);

	memset(s, 0, sizeof(*s));
	s->rx_errors = k->errors;
}

/* As it is before its first configuration. */
static void
keep_blank(struct world *w)
{
	w->blank = *w->f;
	w->blank.config = NULL;
	w->blank.view = NULL;
	w->blank.generation = 0;
}

void
world_create(struct world *w, const struct world *like, uint64_t now)
{
	static const struct lockstep_ops none;
	struct faults *faults = faults_create();

	memset(w, 0, sizeof(*w));
	worlds[like != NULL] = w;
	w->like = like;
	w->f = lockstep_create(config_empty(), &none, NULL, faults);
	MODEL_MUST(w->f != NULL);
	faults_free(faults);
	w->backend = *w->f->backend;
	w->backend.open = fake_open;
	w->backend.close = fake_close;
	w->backend.link = fake_link;
	w->backend.takes_mtu = fake_takes_mtu;
	w->backend.set_mtu = fake_set_mtu;
	w->backend.stats = fake_stats;
	w->f->backend = &w->backend;
	/* It looks at what control knows, in the middle of an apply too. */
	w->f->worker[0]->witness = NULL;
	world_advance(w, now);
	keep_blank(w);
}

/* No worker runs any more. */
static void
stop(struct world *w)
{
	if (lockstep_buffers_used(w->f) != 0)
		model_fail("%u buffers are still in use at the end",
			   lockstep_buffers_used(w->f));
	w->f->worker[0]->view = NULL;
}

void
world_reset(struct world *w, uint64_t now)
{
	struct fabric *f = w->f;

	stop(w);
	retire_all(f);
	/* Its worker has large tables. */
	w->blank.trials = f->trials;
	w->blank.indexes = NULL;
	*f = w->blank;
	f->config = config_empty();
	w->now = f->now = now;
}

void
world_free(struct world *w)
{
	stop(w);
	lockstep_free(w->f);
}

void
world_put(struct fake *k, const void *frame, uint32_t len)
{
	if (!k->open || k->nwait == WORLD_WAIT)
		return;
	k->wait[k->nwait] = mbufs_make(k->world->f->pool, frame, len);
	MODEL_MUST(k->wait[k->nwait] != NULL);
	k->nwait++;
}

/* A worker would call what is not there. */
static void
check_devices(const struct view *v)
{
	for (unsigned int id = 0; id < PORTS_MAX; id++)
		if (v->device[id] != NULL &&
		    (v->device[id]->rx == NULL || v->device[id]->tx == NULL))
			model_fail("device %u of the view has no functions: "
				   "a worker would call address 0",
				   id);
}

static void
poll_all(struct world *w)
{
	struct worker *worker = w->f->worker[0];
	const struct view *v = worker->view;

	w->nleft = 0;
	check_devices(v);
	worker->next_share = 0;
	for (unsigned int i = 0; i < v->worker[0].n; i++)
		worker_pass(worker, v, &v->worker[0].rxq[i], w->now);
	worker_flush(worker, v);
	/* No queue of the view had these. */
	for (unsigned int i = 0; i < w->nfakes; i++) {
		rte_pktmbuf_free_bulk(w->fake[i].wait, w->fake[i].nwait);
		w->fake[i].nwait = 0;
	}
}

static void
send_made(struct world *w)
{
	struct worker *worker = w->f->worker[0];

	while (rte_ring_count(worker->outgoing) != 0)
		worker_send_made(worker, worker->view);
	worker_flush(worker, worker->view);
}

void
world_pass(struct world *w)
{
	poll_all(w);
	send_made(w);
}

static int
by_device(const void *pa, const void *pb)
{
	const struct left *a = pa, *b = pb;

	return a->by != b->by ? (a->by < b->by ? -1 : 1)
			      : (int)a->tag - (int)b->tag;
}

void
world_try(struct world *w, struct fake *k, const void *frame, uint32_t len)
{
	world_put(k, frame, len);
	poll_all(w);
	qsort(w->left, w->nleft, sizeof(w->left[0]), by_device);
}

void
world_turn(struct world *w)
{
	struct fabric *f = w->f;

	learn_poll(f);
	violation_poll(f);
	if (punt_poll(f))
		neigh_plan(f);
	send_made(w);
}

void
world_advance(struct world *w, uint64_t now)
{
	w->now = now;
	lockstep_advance(w->f, now);
}

static struct device_rt *
first_closed(const struct fabric *f)
{
	for (unsigned int i = 0; i < PORTS_MAX; i++)
		if (f->device[i] != NULL && f->device[i]->closed &&
		    !(f->device[i]->flags & RT_RETIRED))
			return f->device[i];
	return NULL;
}

/* The backend would tell control of the link at once. */
static void
see_links(struct fabric *f)
{
	for (unsigned int i = 0; i < PORTS_MAX; i++) {
		struct device_rt *d = f->device[i];
		struct link now = { 0 };

		if (d == NULL || d->closed || d->flags & RT_RETIRED)
			continue;
		fake_link(f, d, &now);
		link_seen(f, d, now);
	}
}

void
world_reopen(struct world *w)
{
	struct fabric *f = w->f;
	struct device_rt *d;

	if (first_closed(f) == NULL)
		return;
	for (unsigned int i = 0; i < WORLD_DEVICES && !w->live; i++)
		if (first_closed(f) != NULL)
			world_advance(w, w->now + RETRY_WAIT);
	while ((d = first_closed(f)) != NULL) {
		const struct port_rt *p = runtime_port(f, d->name);

		MODEL_MUST(w->live);
		MODEL_MUST(retry_missing(f, &p->egress, true) == NULL);
	}
	see_links(f);
}

void
world_print(const struct world *w, FILE *out)
{
	for (unsigned int i = 0; i < w->nfakes; i++)
		if (w->fake[i].open)
			fprintf(out, "device %s mtu %u\n", w->fake[i].spec,
				w->fake[i].mtu);
}
