/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * A frame goes through the stages on a worker of the control thread's own, whose
 * trial is set: the stages then neither send, learn nor meter, but report what
 * they decide.  Here, as in the benchmark, the control thread calls stages.
 */
#include "fabric/trial/trial.h"

#include <errno.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>

#include <rte_mbuf.h>

#include "fabric/datapath/burst.h"
#include "fabric/datapath/copies.h"
#include "fabric/datapath/stage.h"
#include "fabric/datapath/worker_create.h"
#include "fabric/datapath/worker_drop.h"
#include "fabric/device/mbufs.h"
#include "fabric/runtime/runtime.h"

#define DROPS_MAX (PORTS_MAX + DROP_N)

struct trials {
	struct trial trial;
	/* Of the thread that makes them until 'made' is set, then of control. */
	struct worker *worker;
	struct rte_mempool *frames, *copies;
	const struct fabric *f;

	bool threaded; /* the thread is to be joined */
	pthread_t thread;
	/* The thread writes, control reads; release/acquire. */
	atomic_bool made;

	/* Of the trial under way, and then of the last one. */
	enum trial_stage stage;
	uint32_t cut; /* octets of the frame that are missing */
	unsigned int ndrops, nexits;
	struct trial_drop *drop; /* DROPS_MAX */
	struct trial_exit *exit; /* PORTS_MAX */
	bool no_memory;
};

const char *
trial_stage_name(enum trial_stage stage)
{
	static const char *const name[] = {
#define STAGE(NAME, name, ...) [TRIAL_##NAME] = #name,
#include "fabric/datapath/stage_list.h"
	};

	return name[stage];
}

static void
forget(struct trials *t)
{
	for (unsigned int i = 0; i < t->nexits; i++)
		free((void *)(uintptr_t)t->exit[i].octets);
	t->nexits = 0;
	t->ndrops = 0;
	t->no_memory = false;
}

static void
join(struct trials *t)
{
	if (t->threaded)
		pthread_join(t->thread, NULL);
	t->threaded = false;
}

void
trial_free(struct trials *t)
{
	if (t == NULL)
		return;
	join(t);
	forget(t);
	worker_free(t->worker);
	rte_mempool_free(t->frames);
	rte_mempool_free(t->copies);
	free(t->drop);
	free(t->exit);
	free(t);
}

static void
note_drop(void *arg, const struct port *port, enum drop why,
	  enum trial_drop_kind kind)
{
	struct trials *t = arg;

	t->drop[t->ndrops++] = (struct trial_drop){
		.why = why,
		.port = port->id,
		.stage = t->stage,
		.would = kind == TRIAL_COUNTS,
		.trips = kind == TRIAL_TRIPS,
		.rule = drop_is_by_acl(why) ? t->worker->rule : TRIAL_NO_RULE,
	};
}

static void
note_sent(void *arg, const struct port *to, uint16_t device, struct rte_mbuf *m)
{
	struct trials *t = arg;
	uint8_t *octets = malloc(m->pkt_len + 1);
	const void *from;

	if (octets == NULL) {
		t->no_memory = true;
		return;
	}
	from = rte_pktmbuf_read(m, 0, m->pkt_len, octets);
	if (from != octets)
		memcpy(octets, from, m->pkt_len);
	t->exit[t->nexits++] = (struct trial_exit){
		.port = to->id,
		.device = device,
		.tag = to->egress.tag,
		.octets = octets,
		.size = m->pkt_len,
		.len = m->pkt_len + t->cut,
	};
}

/* How many buffers like those of 'pool' one frame takes. */
static unsigned int
buffers_of_one(struct rte_mempool *pool)
{
	uint16_t room = rte_pktmbuf_data_room_size(pool);

	return TRIAL_SIZE_MAX / (room - RTE_PKTMBUF_HEADROOM) + 2;
}

static bool
make_pools(struct trials *t, struct rte_mempool *frames,
	   struct rte_mempool *copies)
{
	t->frames = rte_pktmbuf_pool_create(
		"trial_frames", buffers_of_one(frames), 0, 0,
		rte_pktmbuf_data_room_size(frames), SOCKET_ID_ANY);
	t->copies = copies_create("trial_copies", buffers_of_one(copies),
				  rte_pktmbuf_data_room_size(copies));
	return t->frames != NULL && t->copies != NULL;
}

static void *
make(void *arg)
{
	struct trials *t = arg;

	if (make_pools(t, t->f->pool, t->f->worker[0]->copies))
		t->worker = worker_create(0, t->copies, &t->trial);
	t->drop = calloc(DROPS_MAX, sizeof(*t->drop));
	t->exit = calloc(PORTS_MAX, sizeof(*t->exit));
	atomic_store_explicit(&t->made, true, memory_order_release);
	return NULL;
}

/* Begins to make them, or makes them at once. */
static struct trials *
create(const struct fabric *f, bool threaded)
{
	struct trials *t = calloc(1, sizeof(*t));

	if (t == NULL)
		return NULL;
	t->f = f;
	t->trial.sent = note_sent;
	t->trial.dropped = note_drop;
	t->trial.arg = t;
	if (threaded)
		t->threaded = pthread_create(&t->thread, NULL, make, t) == 0;
	if (!t->threaded)
		make(t);
	return t;
}

int
trial_prepare(struct fabric *f)
{
	struct trials *t = f->trials;

	if (t == NULL)
		t = f->trials = create(f, !f->in_step);
	if (t == NULL)
		return -ENOMEM;
	if (!atomic_load_explicit(&t->made, memory_order_acquire))
		return 0;
	join(t);
	if (t->worker != NULL && t->drop != NULL && t->exit != NULL)
		return 1;
	f->trials = NULL;
	trial_free(t);
	return -ENOMEM;
}

bool
trial_is_being_made(const struct fabric *f)
{
	const struct trials *t = f->trials;

	return t != NULL &&
	       !atomic_load_explicit(&t->made, memory_order_acquire);
}

static void
run_stage(struct trials *t, const struct view *v, enum trial_stage stage)
{
	static void (*const run[])(struct worker *, const struct view *,
				   struct burst *) = {
#define STAGE(NAME, name, ...) [TRIAL_##NAME] = stage_##name,
#include "fabric/datapath/stage_list.h"
	};

	t->stage = stage;
	t->worker->rule = TRIAL_NO_RULE;
	run[stage](t->worker, v, t->worker->rx);
}

/* What the stage has decided, which took 'ndrops' drops to do so. */
static void
note_decision(const struct trials *t, enum trial_stage stage,
	      unsigned int ndrops, struct trial_result *r)
{
	const struct burst *b = t->worker->rx;

	if (b->live == 0 && ndrops == 0 && stage < TRIAL_FORWARD) {
		r->consumed = true;
		r->stage = stage;
	}
	if (stage == TRIAL_GUARD) {
		r->rule = t->worker->rule;
	} else if (stage == TRIAL_NEIGH) {
		r->to_owner = b->to_owner != 0;
	} else if (stage == TRIAL_FORWARD) {
		r->flooded = b->live != 0 && b->out[0] == BURST_FLOOD;
		r->forwarded = b->live != 0 && !r->flooded;
		r->to = r->forwarded ? b->out[0] : PORTS_MAX;
	}
}

/* What worker_frames() does, for one frame: see worker_pass.c. */
static void
run_stages(struct trials *t, const struct view *v, struct trial_result *r)
{
	struct burst *b = t->worker->rx;

	run_stage(t, v, TRIAL_PARSE);
	b->in = b->device->tagged == NULL ? b->device->owner : b->port[0];
	r->in = b->in->id;
	for (enum trial_stage s = TRIAL_ADMIT; s <= TRIAL_SEND && b->live != 0;
	     s++) {
		unsigned int before = t->ndrops;

		run_stage(t, v, s);
		note_decision(t, s, t->ndrops - before, r);
	}
}

/* Send alone, for a frame that 'to' was chosen for. */
static void
run_send(struct trials *t, const struct view *v, uint16_t from, uint16_t to,
	 struct trial_result *r)
{
	struct burst *b = t->worker->rx;

	run_stage(t, v, TRIAL_PARSE);
	b->in = v->port[from];
	b->out[0] = to;
	r->in = from;
	r->forwarded = true;
	r->to = to;
	run_stage(t, v, TRIAL_SEND);
	r->rule = t->worker->rule;
}

static int
put(struct trials *t, const struct trial_input *in, uint64_t now)
{
	struct worker *w = t->worker;
	struct burst *b = w->rx;

	b->pkt[0] = mbufs_make(t->frames, in->octets, in->size);
	if (b->pkt[0] == NULL)
		return -ENOMEM;
	b->n = 1;
	b->len[0] = in->len;
	b->bad = in->bad;
	w->now = now;
	t->trial.over = in->over;
	t->trial.idle = in->idle;
	t->cut = in->len - in->size;
	return 0;
}

/* A flood goes on even if all of its copies are dropped. */
static void
fill(const struct trials *t, struct trial_result *r)
{
	const struct trial_drop *last = t->drop + t->ndrops - 1;

	r->charged = r->in;
	if (!r->consumed)
		r->stage = TRIAL_SEND;
	if (!r->consumed && !r->flooded && t->nexits == 0 && t->ndrops > 0) {
		r->why = last->why;
		r->stage = last->stage;
		r->charged = last->port;
	}
	r->ndrops = t->ndrops;
	r->drop = t->drop;
	r->nexits = t->nexits;
	r->exit = t->exit;
}

/* The first link by which a LAG receives; or any. */
static const struct device *
find_link(const struct view *v, const struct egress *e)
{
	for (unsigned int i = 0; i < LAG_LINKS_MAX; i++) {
		const struct device *d = v->device[e->link[i]];

		if (lag_receives(e->lag, d->slot))
			return d;
	}
	return v->device[egress_device(e)];
}

const struct device *
trial_device(const struct fabric *f, uint16_t port)
{
	const struct port *p = port < PORTS_MAX ? f->view->port[port] : NULL;

	if (p == NULL)
		return NULL;
	return p->egress.lag == NULL ? view_egress(f->view, p)
				     : find_link(f->view, &p->egress);
}

/* The trials of the fabric, with the frame in the burst; NULL and '*rc'. */
static struct trials *
begin(struct fabric *f, const struct device *d, const struct trial_input *in,
      struct trial_result *result, int *rc)
{
	memset(result, 0, sizeof(*result));
	result->rule = TRIAL_NO_RULE;
	*rc = -EINVAL;
	if (in->size > TRIAL_SIZE_MAX || in->len < in->size)
		return NULL;
	if (f->trials != NULL)
		join(f->trials);
	else
		f->trials = create(f, false);
	*rc = -ENOMEM;
	if (trial_prepare(f) != 1)
		return NULL;
	forget(f->trials);
	f->trials->worker->rx->device = d;
	*rc = put(f->trials, in, f->now);
	return *rc == 0 ? f->trials : NULL;
}

static int
end(struct trials *t, struct trial_result *result)
{
	worker_empty_trash(t->worker);
	if (t->no_memory)
		return -ENOMEM;
	fill(t, result);
	return 0;
}

int
trial_frame(struct fabric *f, uint16_t port, const struct trial_input *in,
	    struct trial_result *result)
{
	const struct device *d = trial_device(f, port);
	int rc = -ENOENT;
	struct trials *t = d != NULL ? begin(f, d, in, result, &rc) : NULL;

	if (t == NULL)
		return rc;
	run_stages(t, f->view, result);
	return end(t, result);
}

int
trial_leave(struct fabric *f, uint16_t from, uint16_t to,
	    const struct trial_input *in, struct trial_result *result)
{
	const struct device *d = trial_device(f, from);
	int rc = -ENOENT;
	struct trials *t = d != NULL && trial_device(f, to) != NULL
				   ? begin(f, d, in, result, &rc)
				   : NULL;

	if (t == NULL)
		return rc;
	run_send(t, f->view, from, to, result);
	return end(t, result);
}
