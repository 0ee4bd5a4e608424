/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * A fabric in step: the stages, rules and control code of the daemon, with
 * memory for devices, one thread for worker and control, and the caller's
 * clock.  After each frame control takes its turn, so that results do not
 * depend on time.
 */
#include "fabric/lockstep.h"

#include <errno.h>
#include <sched.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <rte_eal.h>
#include <rte_errno.h>
#include <rte_log.h>
#include <rte_mbuf.h>
#include <rte_rcu_qsbr.h>
#include <rte_ring.h>

#include "fabric/apply/link.h"
#include "fabric/apply/retire.h"
#include "fabric/apply/retry.h"
#include "fabric/datapath/burst.h"
#include "fabric/datapath/copies.h"
#include "fabric/datapath/stage_send.h"
#include "fabric/datapath/txbuf.h"
#include "fabric/datapath/worker_create.h"
#include "fabric/datapath/worker_pass.h"
#include "fabric/device/mbufs.h"
#include "fabric/lag/lag.h"
#include "fabric/neigh/neigh.h"
#include "fabric/runtime/event.h"
#include "fabric/runtime/learn.h"
#include "fabric/runtime/matrix.h"
#include "fabric/runtime/mirror.h"
#include "fabric/runtime/punt.h"
#include "fabric/runtime/runtime.h"
#include "fabric/runtime/violation.h"
#include "fabric/trial/explain.h"
#include "fabric/trial/trial.h"
#include "lib/clock.h"
#include "lib/sysfs.h"

/* Longer times without a frame are skipped, see leap(). */
#define LEAP (24 * 3600 * CLOCK_SECOND)

#define FRAMES 4095
#define COPIES 1023
/* The buffers used last are used next: they are still in the cache. */
#define RECENT     64
#define FRAME_ROOM (2048 + RTE_PKTMBUF_HEADROOM)

struct lockstep {
	struct lockstep_ops ops;
	void *arg;
	struct rte_mempool *copies;
	uint32_t cut;  /* octets that the frame lost to a snap length */
	uint8_t *flat; /* a frame in one piece */
	uint32_t flat_size;
	uint64_t second; /* in which control last looked at ages */
	uint16_t by;     /* device that the frame for ops.sent() leaves by */
	bool begun;      /* the time is known */
};

/* The octets of 'm' in one piece, valid until the next call. */
static const void *
flatten(struct lockstep *l, const struct rte_mbuf *m)
{
	if (m->nb_segs == 1)
		return rte_pktmbuf_mtod(m, const void *);
	if (l->flat_size < m->pkt_len) {
		uint8_t *more = realloc(l->flat, m->pkt_len);

		if (more == NULL)
			abort();
		l->flat = more;
		l->flat_size = m->pkt_len;
	}
	return rte_pktmbuf_read(m, 0, m->pkt_len, l->flat);
}

static void
witness(void *arg, struct rte_mbuf *m, uint16_t port, enum drop why)
{
	struct fabric *f = arg;
	struct lockstep *l = f->backend_arg;
	struct drop_cause cause;
	const void *frame;

	if (l->ops.dropped == NULL)
		return;
	frame = flatten(l, m);
	cause = explain_cause(f, port, why, f->worker[0]->rule, frame,
			      m->pkt_len);
	l->ops.dropped(l->arg, port, why, cause.at,
		       cause.holder.port != NULL ? cause.holder.port->name
						 : NULL,
		       frame, m->pkt_len, m->pkt_len + l->cut);
}

static void
log_event(void *arg, const struct event *e)
{
	struct fabric *f = arg;
	struct lockstep *l = f->backend_arg;

	l->ops.event(l->arg, f->now, e->level, e->text);
}

static uint16_t
no_rx(const struct device *d, uint16_t queue, struct rte_mbuf **pkt, uint16_t n)
{
	(void)d, (void)queue, (void)pkt, (void)n;
	return 0;
}

/*
 * The port that a frame in the tx buffer is charged to: the device's own, unless
 * several share it.
 */
static uint16_t
port_of(const struct device *d, const struct txbuf *t, size_t i)
{
	return d->tagged == NULL ? d->owner->id : t->port[i];
}

/* Frames leave; 'pkt' lies in the tx buffer. */
static uint16_t
memory_tx(const struct device *d, uint16_t queue, struct rte_mbuf **pkt,
	  uint16_t n)
{
	struct fabric *f = d->arg;
	struct lockstep *l = f->backend_arg;
	const struct txbuf *t = &f->worker[0]->tx[d->id];
	size_t first = (size_t)(pkt - t->pkt);

	(void)queue;
	l->by = d->id;
	for (uint16_t i = 0; i < n; i++) {
		if (l->ops.sent != NULL)
			l->ops.sent(l->arg, f->now, port_of(d, t, first + i),
				    flatten(l, pkt[i]), pkt[i]->pkt_len,
				    pkt[i]->pkt_len + l->cut);
		rte_pktmbuf_free(pkt[i]);
	}
	return n;
}

static int
memory_open(struct fabric *f, struct device_rt *d, struct where at,
	    struct faults *faults)
{
	(void)at, (void)faults;
	d->dev.rx = no_rx;
	d->dev.tx = memory_tx;
	d->dev.arg = f;
	d->dev.multi_segs = true;
	d->dev.ntxqs = 1;
	d->nrxqs = 1;
	return 0;
}

static void
memory_close(struct fabric *f, struct device_rt *d)
{
	(void)f, (void)d;
}

static void
memory_link(struct fabric *f, const struct device_rt *d, struct link *now)
{
	(void)f, (void)d;
	now->up = true;
	now->speed = 0;
}

static void
memory_stats(struct fabric *f, const struct device_rt *d,
	     struct device_stats *s)
{
	(void)f, (void)d;
	memset(s, 0, sizeof(*s));
}

static const struct backend memory = {
	.open = memory_open,
	.close = memory_close,
	.link = memory_link,
	.stats = memory_stats,
};

/* The cores we may run on, as --lcores wants them: "0@(0,1)". */
static void
format_lcores(char *text, size_t size)
{
	cpu_set_t set;
	size_t n = (size_t)snprintf(text, size, "0@(");

	CPU_ZERO(&set);
	sched_getaffinity(0, sizeof(set), &set);
	for (int cpu = 0; cpu < CPU_SETSIZE && n + 8 < size; cpu++)
		if (CPU_ISSET(cpu, &set))
			n += (size_t)snprintf(text + n, size - n, "%d,", cpu);
	text[n - 1] = ')';
}

#define RUNTIME "RUNTIME_DIRECTORY" /* by which DPDK and systemd know it */

/* What DPDK has made below 'dir', and 'dir'. */
static void
remove_directories(const char *dir, const char *prefix)
{
	char path[128];

	snprintf(path, sizeof(path), "%s/dpdk/%s", dir, prefix);
	rmdir(path);
	snprintf(path, sizeof(path), "%s/dpdk", dir);
	rmdir(path);
	rmdir(dir);
}

/*
 * DPDK makes a directory for its files, which has none here, and leaves it: for each
 * process one, in /run or /tmp, where that of another user may be in the way.
 */
static int
init_eal(int argc, char **argv, const char *prefix)
{
	char dir[] = "/tmp/ixfabric-eal-XXXXXX";
	const char *was = getenv(RUNTIME);
	char *had = was != NULL ? strdup(was) : NULL;
	bool made = mkdtemp(dir) != NULL;
	int rc;

	if (made)
		setenv(RUNTIME, dir, 1);
	rc = rte_eal_init(argc, argv);
	if (made)
		remove_directories(dir, prefix);
	if (had != NULL)
		setenv(RUNTIME, had, 1);
	else
		unsetenv(RUNTIME);
	free(had);
	return rc;
}

/* Starts EAL with memory and rings alone: no devices, no files. */
static int
start_eal(struct faults *faults)
{
	static bool started;
	char lcores[512], prefix[32];
	char *argv[] = { "ixfabric",      "--no-huge",      "--no-pci",
			 "--no-shconf",   "--no-telemetry", "-m",
			 "128",           "--lcores",       lcores,
			 "--file-prefix", prefix,           "--log-level",
			 "error" };

	if (started)
		return 0;
	if (!sysfs_has_cores()) {
		faults_error(faults, (struct where){ NULL, 0 }, NULL,
			     SYSFS_MISSING);
		return -ENOENT;
	}
	format_lcores(lcores, sizeof(lcores));
	snprintf(prefix, sizeof(prefix), "ixfabric-%d", (int)getpid());
	if (init_eal((int)RTE_DIM(argv), argv, prefix) < 0) {
		faults_error(faults, (struct where){ NULL, 0 }, NULL,
			     "DPDK does not start: %s",
			     rte_strerror(rte_errno));
		return -rte_errno;
	}
	started = true;
	return 0;
}

static int
make_pools(struct fabric *f, struct lockstep *l)
{
	size_t size = rte_rcu_qsbr_get_memsize(WORKERS_MAX);

	f->pool = rte_pktmbuf_pool_create("frames", FRAMES, RECENT, 0,
					  FRAME_ROOM, SOCKET_ID_ANY);
	l->copies = copies_create("copies", COPIES, FRAME_ROOM);
	f->qs = aligned_alloc(RTE_CACHE_LINE_SIZE,
			      RTE_ALIGN_CEIL(size, RTE_CACHE_LINE_SIZE));
	if (f->pool == NULL || l->copies == NULL || f->qs == NULL)
		return -ENOMEM;
	return rte_rcu_qsbr_init(f->qs, WORKERS_MAX);
}

static int
make_worker(struct fabric *f, struct lockstep *l)
{
	f->worker[0] = worker_create(0, l->copies, NULL);
	if (f->worker[0] == NULL)
		return -ENOMEM;
	f->nworkers = 1;
	f->worker[0]->witness = witness;
	f->worker[0]->witness_arg = f;
	return 0;
}

static int
start(struct fabric *f, struct config *config, struct faults *faults)
{
	struct apply_result result;
	int rc = start_eal(faults);

	f->config = config_empty();
	if (rc == 0)
		rc = f->config == NULL ? -ENOMEM
				       : make_pools(f, f->backend_arg);
	if (rc == 0)
		rc = make_worker(f, f->backend_arg);
	if (rc == 0)
		rc = fabric_apply(f, config, &result, faults);
	if (rc != 0 && faults_errors(faults) == 0)
		faults_error(faults, (struct where){ NULL, 0 }, NULL, "%s",
			     strerror(-rc));
	return rc;
}

struct fabric *
lockstep_create(struct config *config, const struct lockstep_ops *ops,
		void *arg, struct faults *faults)
{
	struct fabric *f = calloc(1, sizeof(*f));
	struct lockstep *l = calloc(1, sizeof(*l));

	if (f == NULL || l == NULL)
		abort();
	f->backend = &memory;
	f->in_step = true;
	f->backend_arg = l;
	l->ops = *ops;
	l->arg = arg;
	if (ops->event != NULL) {
		f->event = log_event;
		f->event_arg = f;
	}
	l->second = UINT64_MAX;
	neigh_begin(f);
	lag_begin(f);
	f->lags_static = !ops->lacp;
	f->retry_due = UINT64_MAX;
	if (start(f, config, faults) != 0) {
		config_free(config);
		lockstep_free(f);
		return NULL;
	}
	return f;
}

void
lockstep_free(struct fabric *f)
{
	struct lockstep *l;

	if (f == NULL)
		return;
	l = f->backend_arg;
	trial_free(f->trials);
	retire_all(f);
	worker_free(f->worker[0]);
	rte_mempool_free(f->pool);
	rte_mempool_free(l->copies);
	free(f->qs);
	free(l->flat);
	free(l);
	free(f);
}

static void
put(struct fabric *f, const void *frame, uint32_t size, uint32_t len, bool bad)
{
	struct burst *b = f->worker[0]->rx;
	struct rte_mbuf *m = mbufs_make(f->pool, frame, size);

	if (m == NULL)
		abort();
	b->pkt[b->n] = m;
	b->len[b->n] = len;
	b->bad |= (uint64_t)bad << b->n;
	b->n++;
}

/* Sends the frames that control has made. */
static void
send_made(struct fabric *f)
{
	struct lockstep *l = f->backend_arg;

	l->cut = 0;
	while (rte_ring_count(f->worker[0]->outgoing) != 0)
		worker_send_made(f->worker[0], f->view);
	worker_flush(f->worker[0], f->view);
}

/* What mirrors have copied is sent at once. */
static void
send_mirrored(struct fabric *f)
{
	if (mirrors_running(f) == 0)
		return;
	mirrors_turn(f);
	while (rte_ring_count(f->worker[0]->mirrored) != 0)
		worker_send_made(f->worker[0], f->view);
	worker_flush(f->worker[0], f->view);
}

static void
pass(struct fabric *f, uint16_t device, uint64_t now)
{
	struct worker *w = f->worker[0];

	w->rx->device = f->view->device[device];
	/* Control takes punts after each frame, so each frame has a whole share. */
	w->next_share = 0;
	worker_frames(w, f->view, now);
	worker_flush(w, f->view);
	learn_poll(f);
	violation_poll(f);
	if (punt_poll(f)) {
		neigh_plan(f);
		send_made(f);
	}
	send_mirrored(f);
}

/* Of a LAG: its first link. */
static uint16_t
device_of(const struct fabric *f, uint16_t port)
{
	return egress_device(&f->view->port[port]->egress);
}

void
lockstep_frame_by(struct fabric *f, uint16_t device, const void *frame,
		  uint32_t size, uint32_t len, bool bad, uint64_t now)
{
	struct lockstep *l = f->backend_arg;

	lockstep_advance(f, now);
	f->worker[0]->rx->n = 0;
	f->worker[0]->rx->bad = 0;
	l->cut = len - size;
	put(f, frame, size, len, bad);
	pass(f, device, now);
}

void
lockstep_frame(struct fabric *f, uint16_t port, const void *frame,
	       uint32_t size, uint32_t len, bool bad, uint64_t now)
{
	lockstep_frame_by(f, device_of(f, port), frame, size, len, bad, now);
}

uint16_t
lockstep_sent_by(const struct fabric *f)
{
	return ((const struct lockstep *)f->backend_arg)->by;
}

const char *
lockstep_link_stats(const struct fabric *f, uint16_t port, unsigned int i,
		    struct link_stats *s)
{
	const struct lag_rt *l = f->port[port]->lag;

	if (l == NULL || !l->on || l->link[i].device == NULL)
		return NULL;
	link_stats(f, l->link[i].device, &l->link[i].base, s);
	return l->link[i].device->spec;
}

void
lockstep_burst(struct fabric *f, uint16_t port, unsigned int n,
	       const void *const *frame, const uint32_t *len, uint64_t now)
{
	struct lockstep *l = f->backend_arg;

	lockstep_advance(f, now);
	f->worker[0]->rx->n = 0;
	f->worker[0]->rx->bad = 0;
	l->cut = 0;
	for (unsigned int i = 0; i < n; i++)
		put(f, frame[i], len[i], len[i], false);
	pass(f, device_of(f, port), now);
}

static uint64_t
next_timer(const struct fabric *f)
{
	uint64_t due = RTE_MIN(f->violation_due, f->neigh_due);

	due = RTE_MIN(due, f->retry_due);
	due = RTE_MIN(due, f->lag_due);
	return f->held_until != 0 ? RTE_MIN(f->held_until, due) : due;
}

/*
 * Between two captures there may be years.  Probes and sweeps for that time are
 * left out, as after any time without a turn.
 */
static void
leap(struct fabric *f, uint64_t now)
{
	if (now - f->now < LEAP)
		return;
	f->now = now;
	neigh_turn(f);
	send_made(f);
}

void
lockstep_advance(struct fabric *f, uint64_t now)
{
	struct lockstep *l = f->backend_arg;
	uint64_t due;

	/* The clock starts at the first time that the caller gives. */
	if (!l->begun)
		f->now = now;
	l->begun = true;
	leap(f, now);
	/* Each timer runs at its own time. */
	while ((due = next_timer(f)) <= now) {
		f->now = RTE_MAX(f->now, due);
		violation_timers(f);
		link_turn(f);
		lag_turn(f);
		retry_turn(f);
		neigh_turn(f);
		send_made(f);
	}
	f->now = now;
	if (f->sponge_fresh) {
		neigh_turn(f);
		send_made(f);
	}
	/* Once a second is enough: addresses age by the second. */
	if (now / CLOCK_SECOND == l->second)
		return;
	l->second = now / CLOCK_SECOND;
	learn_age(f);
}

void
lockstep_end(struct fabric *f)
{
	learn_log_flush(f);
	violation_log_flush(f);
	neigh_log_flush(f);
}

void
lockstep_link(struct fabric *f, uint16_t port, bool up)
{
	struct device_rt *d = f->device[egress_device(&f->port[port]->egress)];

	link_seen(f, d, (struct link){ up, d->speed });
}

uint64_t
lockstep_matrix(const struct fabric *f, uint16_t from, uint16_t to)
{
	struct matrix_sum sum = matrix_read(f, from, to);

	return matrix_total(&sum).frames;
}

unsigned int
lockstep_buffers_used(const struct fabric *f)
{
	const struct lockstep *l = f->backend_arg;

	return rte_mempool_in_use_count(f->pool) +
	       rte_mempool_in_use_count(l->copies) +
	       rte_mempool_in_use_count(f->worker[0]->made) +
	       rte_mempool_in_use_count(f->worker[0]->punt_frames);
}
