/* SPDX-License-Identifier: BSD-3-Clause */
#include "fabric/runtime/mirror.h"

#include <errno.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include <rte_mbuf.h>
#include <rte_ring.h>
#include <rte_ring_elem.h>

#include "fabric/runtime/event.h"
#include "fabric/runtime/mirror_file.h"
#include "fabric/runtime/port_id.h"
#include "fabric/runtime/runtime.h"
#include "fabric/runtime/stats.h"
#include "fabric/view/tap.h"
#include "lib/clock.h"
#include "lib/frame.h"
#include "lib/framefilter.h"

/* Records that are handed on while the lock is held: some 50 us. */
#define RECORDS 256

/* How long the thread sleeps when nothing is left: 2 MiB last longer at 60 Gbit/s. */
#define NAP 200000 /* ns */

/* Octets of a frame that a filter sees, whatever the snap length is. */
#define LOOK 256

/* The burst of a budget: a part of a second, and so much at least. */
#define BURST_PART   20
#define BURST_OCTETS 65536
#define BURST_FRAMES 64

/* Of a port that listens. */
#define LISTENER_RATE UINT64_C(125000000) /* octets a second */

struct mirrors {
	struct fabric *f;
	bool threaded;
	pthread_t thread;
	pthread_mutex_t lock; /* of all that follows */
	pthread_cond_t work;  /* there are mirrors, or an end */
	bool ends;
	struct mirror_rt *of[MIRROR_NUMBERS];   /* those that run */
	unsigned int n;                         /* of them */
	uint32_t used;                          /* numbers; bit i */
	struct mirror_rt *dead;                 /* to be freed */
	char name[PORTS_MAX][CONFIG_NAME_SIZE]; /* of ports, by id */

	/* Written by control, read by the thread. */
	_Atomic uint64_t epoch; /* f->epoch */
};

/* Octets of a record that are for the mirror. */
static uint32_t
size_for(const struct mirror_rt *m, const struct mirror_frame *r)
{
	return m->snap != 0 && m->snap < r->size ? m->snap : r->size;
}

/* A copy in buffers of the mirrors, or NULL. */
static struct rte_mbuf *
make_copy(struct rte_mempool *pool, const uint8_t *octets, uint32_t size)
{
	struct rte_mbuf *whole = NULL;

	do {
		uint16_t n = (uint16_t)RTE_MIN(size, (uint32_t)MIRROR_ROOM);
		struct rte_mbuf *m = rte_pktmbuf_alloc(pool);

		if (m == NULL) {
			rte_pktmbuf_free(whole);
			return NULL;
		}
		memcpy(rte_pktmbuf_append(m, n), octets, n);
		octets += n;
		size -= n;
		if (whole == NULL)
			whole = m;
		else
			rte_pktmbuf_chain(whole, m);
	} while (size > 0);
	return whole;
}

/* To the first worker.  False: there is no room on the way. */
static bool
send_copy(const struct fabric *f, const struct mirror_rt *m,
	  const struct mirror_frame *r)
{
	const struct worker *w = f->worker[0];
	struct mirror_copy c = { .port = m->to, .number = (uint16_t)m->number };

	/* A device takes no frame without a header. */
	if (size_for(m, r) < FRAME_HEADER)
		return false;
	c.pkt = make_copy(w->mirror_frames, (const uint8_t *)(r + 1),
			  size_for(m, r));
	if (c.pkt == NULL)
		return false;
	if (rte_ring_sp_enqueue_elem(w->mirrored, &c, sizeof(c)) == 0)
		return true;
	rte_pktmbuf_free(c.pkt);
	return false;
}

static void
write_copy(struct mirrors *ms, const struct mirror_rt *m,
	   const struct mirror_frame *r)
{
	bool out =
		r->way == TAP_TX || (r->way == TAP_DROP && drop_is_tx(r->why));
	struct pcapng_packet p = {
		.direction = out ? PCAPNG_OUTBOUND : PCAPNG_INBOUND,
		.time = r->at +
			atomic_load_explicit(&ms->epoch, memory_order_relaxed),
		.size = size_for(m, r),
		.len = r->len,
		.frame = r + 1,
		.comment = r->way == TAP_DROP ? drop_name(r->why) : NULL,
	};

	mirror_file_put(m->file, r->port, ms->name[r->port], &p);
}

static void
pass_on(struct mirrors *ms, struct mirror_rt *m, const struct mirror_frame *r)
{
	counter_add(&m->copied, 1);
	if (m->filter != NULL &&
	    !framefilter_takes(m->filter, r + 1, r->size, r->len))
		counter_add(&m->filtered, 1);
	else if (m->file != NULL)
		write_copy(ms, m, r);
	else if (send_copy(ms->f, m, r))
		counter_add(&m->sent, 1);
	else
		counter_add(&m->short_of, 1);
}

/* The ring may have what was copied for another one of the same number before. */
static void
deliver(struct mirrors *ms, unsigned int worker, const struct mirror_frame *r)
{
	const struct recordring *ring =
		&ms->f->worker[worker]->mirror_room->ring;
	uint64_t place =
		atomic_load_explicit(&ring->taken, memory_order_relaxed);

	for (uint32_t left = r->mirrors; left != 0; left &= left - 1) {
		struct mirror_rt *m = ms->of[__builtin_ctz(left)];

		if (m != NULL && place >= m->first[worker])
			pass_on(ms, m, r);
	}
}

/* Under the lock.  Whether there may be more. */
static bool
empty_rings(struct mirrors *ms)
{
	const struct fabric *f = ms->f;
	struct recordring *ring[WORKERS_MAX];
	const void *r = NULL;
	unsigned int n;

	for (unsigned int i = 0; i < f->nworkers; i++)
		ring[i] = f->worker[i]->mirror_room != NULL
				  ? &f->worker[i]->mirror_room->ring
				  : NULL;
	for (n = 0; n < RECORDS; n++) {
		unsigned int worker = recordring_oldest(ring, f->nworkers, &r);

		if (worker == f->nworkers)
			break;
		deliver(ms, worker, r);
		recordring_take(ring[worker]);
	}
	if (n > 0)
		wakeup_ring(&f->worker[0]->wakeup);
	return n == RECORDS;
}

static void
destroy(struct mirror_rt *m)
{
	mirror_file_free(m->file);
	framefilter_free(m->filter);
	free(m);
}

/*
 * Without the lock: none of these is freed by another thread.  A disk that does not
 * answer holds up all mirrors, and nothing else.
 */
static void
write_files(struct mirrors *ms, struct mirror_rt *const *of, uint64_t now)
{
	(void)ms;
	for (unsigned int i = 0; i < MIRROR_NUMBERS; i++)
		if (of[i] != NULL && of[i]->file != NULL)
			mirror_file_write(of[i]->file, now);
}

static void
free_dead(struct mirrors *ms, struct mirror_rt *dead)
{
	uint32_t numbers = 0;

	while (dead != NULL) {
		struct mirror_rt *m = dead;

		dead = m->next;
		numbers |= UINT32_C(1) << m->number;
		destroy(m);
	}
	if (numbers == 0)
		return;
	pthread_mutex_lock(&ms->lock);
	ms->used &= ~numbers;
	pthread_mutex_unlock(&ms->lock);
}

/* Whether there may be more records. */
static bool
work(struct mirrors *ms, uint64_t now)
{
	struct mirror_rt *of[MIRROR_NUMBERS], *dead;
	bool more;

	pthread_mutex_lock(&ms->lock);
	more = empty_rings(ms);
	memcpy(of, ms->of, sizeof(of));
	dead = ms->dead;
	ms->dead = NULL;
	pthread_mutex_unlock(&ms->lock);
	write_files(ms, of, now);
	free_dead(ms, dead);
	return more;
}

static uint64_t
monotonic(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (uint64_t)t.tv_sec * CLOCK_SECOND + (uint64_t)t.tv_nsec;
}

/* Sleeps while there is no mirror.  False: it is over. */
static bool
wait_for_work(struct mirrors *ms)
{
	bool ends;

	pthread_mutex_lock(&ms->lock);
	while (ms->n == 0 && ms->dead == NULL && !ms->ends)
		pthread_cond_wait(&ms->work, &ms->lock);
	ends = ms->ends;
	pthread_mutex_unlock(&ms->lock);
	return !ends;
}

static void *
run(void *arg)
{
	const struct timespec nap = { 0, NAP };
	struct mirrors *ms = arg;

	while (wait_for_work(ms))
		if (!work(ms, monotonic()))
			nanosleep(&nap, NULL);
	return NULL;
}

int
mirrors_begin(struct fabric *f)
{
	struct mirrors *ms;

	if (f->mirrors != NULL)
		return 0;
	ms = calloc(1, sizeof(*ms));
	if (ms == NULL)
		return -ENOMEM;
	ms->f = f;
	pthread_mutex_init(&ms->lock, NULL);
	pthread_cond_init(&ms->work, NULL);
	atomic_store_explicit(&ms->epoch, f->epoch, memory_order_relaxed);
	f->mirrors = ms;
	if (f->in_step)
		return 0;
	ms->threaded = pthread_create(&ms->thread, NULL, run, ms) == 0;
	if (ms->threaded)
		return 0;
	mirrors_free(f);
	return -EAGAIN;
}

void
mirrors_free(struct fabric *f)
{
	struct mirrors *ms = f->mirrors;

	if (ms == NULL)
		return;
	pthread_mutex_lock(&ms->lock);
	ms->ends = true;
	pthread_cond_signal(&ms->work);
	pthread_mutex_unlock(&ms->lock);
	if (ms->threaded)
		pthread_join(ms->thread, NULL);
	/* What is in the rings still goes to files. */
	while (work(ms, UINT64_MAX))
		;
	for (unsigned int i = 0; i < MIRROR_NUMBERS; i++)
		if (ms->of[i] != NULL)
			destroy(ms->of[i]);
	pthread_cond_destroy(&ms->work);
	pthread_mutex_destroy(&ms->lock);
	free(ms);
	f->mirrors = NULL;
}

static void *
make_room(size_t size)
{
	void *room = aligned_alloc(64, (size + 63) & ~(size_t)63);

	return room != NULL ? memset(room, 0, size) : NULL;
}

bool
taps_make_room(struct worker *w)
{
	if (w->tap_room == NULL)
		w->tap_room = make_room(sizeof(*w->tap_room));
	return w->tap_room != NULL;
}

int
mirrors_make_rings(struct fabric *f, unsigned int worker)
{
	struct worker *w = f->worker[worker];

	if (w->mirror_room == NULL)
		w->mirror_room = make_room(sizeof(*w->mirror_room));
	return w->mirror_room != NULL && taps_make_room(w) ? 0 : -ENOMEM;
}

void
taps_publish(struct fabric *f)
{
	bool mirrors = mirrors_running(f) != 0;

	for (unsigned int i = 0; i < f->nworkers; i++) {
		struct worker *w = f->worker[i];

		if (w->tap_room != NULL)
			atomic_store_explicit(&w->tap_room->mirrors,
					      mirrors ? w->mirror_room : NULL,
					      memory_order_release);
		atomic_store_explicit(
			&w->tap, mirrors || f->captures ? w->tap_room : NULL,
			memory_order_release);
	}
}

/* A number that no other has, and no worker knows; -1: there is none. */
static int
take_number(struct mirrors *ms)
{
	int number = -1;

	pthread_mutex_lock(&ms->lock);
	if (ms->used != UINT32_MAX) {
		number = __builtin_ctz(~ms->used);
		ms->used |= UINT32_C(1) << number;
	}
	pthread_mutex_unlock(&ms->lock);
	return number;
}

static struct mirror_rt *
create(struct fabric *f, const char *name, bool listens, uint16_t to)
{
	struct mirror_rt *m = make_room(sizeof(*m));
	int number = m != NULL ? take_number(f->mirrors) : -1;

	if (number < 0) {
		free(m);
		errno = m != NULL ? EBUSY : ENOMEM;
		return NULL;
	}
	snprintf(m->name, sizeof(m->name), "%s", name);
	m->listens = listens;
	m->number = (unsigned int)number;
	m->to = to;
	return m;
}

static bool
add_filter(struct mirror_rt *m, const char *text)
{
	char why[CONFIG_WHY_SIZE];

	if (text == NULL)
		return true;
	m->filter = framefilter_compile(text, why, sizeof(why));
	return m->filter != NULL;
}

static bool
add_file(const struct fabric *f, struct mirror_rt *m,
	 const struct config_mirror *c)
{
	if (c->file == NULL)
		return true;
	m->file = mirror_file_create(f->mirror_dir, c->file,
				     (uint64_t)c->file_size << 20, c->files,
				     c->snap);
	return m->file != NULL;
}

struct mirror_rt *
mirror_create(struct fabric *f, const struct config_mirror *c, uint16_t to)
{
	struct mirror_rt *m = create(f, c->id, false, to);

	if (m == NULL)
		return NULL;
	if (add_filter(m, c->filter) && add_file(f, m, c))
		return m;
	mirror_free(f, m);
	errno = ENOMEM;
	return NULL;
}

struct mirror_rt *
mirror_create_listener(struct fabric *f, const char *name, uint16_t port)
{
	struct mirror_rt *m = create(f, name, true, port);

	if (m != NULL)
		meter_set(&m->budget, LISTENER_RATE, CLOCK_SECOND,
			  LISTENER_RATE / BURST_PART);
	return m;
}

static bool
is_same(const char *a, const char *b)
{
	return a == b || (a != NULL && b != NULL && strcmp(a, b) == 0);
}

bool
mirror_fits(const struct fabric *f, const struct mirror_rt *m,
	    const struct config_mirror *c, uint16_t to)
{
	const struct config_mirror *old = config_mirror(f->config, m->name);

	return old != NULL && m->to == to && is_same(old->filter, c->filter) &&
	       is_same(old->file, c->file) && old->file_size == c->file_size &&
	       old->files == c->files &&
	       (c->file == NULL || old->snap == c->snap);
}

void
mirror_free(struct fabric *f, struct mirror_rt *m)
{
	struct mirrors *ms = f->mirrors;

	if (m == NULL)
		return;
	pthread_mutex_lock(&ms->lock);
	m->next = ms->dead;
	ms->dead = m;
	pthread_cond_signal(&ms->work);
	pthread_mutex_unlock(&ms->lock);
	if (!ms->threaded)
		work(ms, f->now);
}

struct mirror_rt *
mirror_find(const struct fabric *f, const char *name, bool listens)
{
	/* Only control changes the table. */
	for (unsigned int i = 0; f->mirrors != NULL && i < MIRROR_NUMBERS;
	     i++) {
		struct mirror_rt *m = f->mirrors->of[i];

		if (m != NULL && m->listens == listens &&
		    strcmp(m->name, name) == 0)
			return m;
	}
	return NULL;
}

uint32_t
mirror_octets(const struct config_mirror *c)
{
	if (c->snap == 0)
		return MIRROR_OCTETS_MAX;
	return c->filter != NULL && c->snap < LOOK ? LOOK : c->snap;
}

static void
set_budget(struct mirror_rt *m, struct config_rate r)
{
	bool frames = r.unit == CONFIG_RATE_FRAMES;
	uint64_t units = frames ? r.value : r.value / 8;
	uint64_t least = frames ? BURST_FRAMES : BURST_OCTETS;
	uint64_t burst = units / BURST_PART;

	if (r.unit == CONFIG_RATE_OFF)
		units = 0;
	else if (units == 0)
		units = 1;
	meter_set(&m->budget, units, CLOCK_SECOND,
		  burst > least ? burst : least);
}

/* Of all workers, what the number has counted since the fabric began. */
static struct mirror_counts
counts_of(const struct fabric *f, unsigned int number)
{
	struct mirror_counts sum = { 0 };

	for (unsigned int i = 0; i < f->nworkers; i++) {
		const struct mirror_tap *t = f->worker[i]->mirror_room;

		if (t == NULL)
			continue;
		counter_add(&sum.over, counter_read(&t->count[number].over));
		counter_add(&sum.full, counter_read(&t->count[number].full));
		counter_add(&sum.unsent,
			    counter_read(&t->count[number].unsent));
	}
	return sum;
}

/* What the port has not sent of what was for it. */
static uint64_t
drops_of(struct fabric *f, const struct mirror_rt *m)
{
	struct port_stats s;

	if (m->to == FABRIC_NO_PORT || f->port[m->to] == NULL)
		return 0;
	stats_port(f, m->to, &s);
	return stats_drops(&s, true);
}

static void
begin(struct fabric *f, struct mirror_rt *m)
{
	const struct mirror_rt *before = mirror_find(f, m->name, m->listens);

	if (before != NULL)
		m->past = mirror_stats(f, before);
	m->base = counts_of(f, m->number);
	m->base_drops = drops_of(f, m);
	for (unsigned int i = 0; i < f->nworkers; i++)
		m->first[i] = atomic_load_explicit(
			&f->worker[i]->mirror_room->ring.published,
			memory_order_acquire);
}

/* Those of the table that are not in the new one. */
static struct mirror_rt *
list_gone(const struct mirrors *ms, struct mirror_rt *const *of)
{
	struct mirror_rt *gone = NULL;

	for (unsigned int i = 0; i < MIRROR_NUMBERS; i++)
		if (ms->of[i] != NULL && ms->of[i] != of[i]) {
			ms->of[i]->next = gone;
			gone = ms->of[i];
		}
	return gone;
}

static void
update(struct mirrors *ms, const struct config *c)
{
	for (unsigned int i = 0; i < c->nports; i++) {
		const struct port_rt *p = runtime_port(ms->f, c->port[i].id);

		if (p != NULL)
			snprintf(ms->name[p->id], sizeof(ms->name[0]), "%s",
				 p->name);
	}
	for (unsigned int i = 0; i < MIRROR_NUMBERS; i++) {
		struct mirror_rt *m = ms->of[i];
		const struct config_mirror *section =
			m != NULL && !m->listens ? config_mirror(c, m->name)
						 : NULL;

		if (section == NULL)
			continue;
		m->snap = section->snap;
		set_budget(m, section->rate);
	}
}

struct mirror_rt *
mirrors_run(struct fabric *f, const struct config *c,
	    struct mirror_rt *const *mirror, unsigned int n)
{
	struct mirror_rt *of[MIRROR_NUMBERS] = { NULL }, *gone;
	struct mirrors *ms = f->mirrors;

	if (ms == NULL)
		return NULL;
	for (unsigned int i = 0; i < n; i++) {
		of[mirror[i]->number] = mirror[i];
		if (ms->of[mirror[i]->number] != mirror[i])
			begin(f, mirror[i]);
	}
	pthread_mutex_lock(&ms->lock);
	gone = list_gone(ms, of);
	memcpy(ms->of, of, sizeof(of));
	ms->n = n;
	update(ms, c);
	pthread_cond_signal(&ms->work);
	pthread_mutex_unlock(&ms->lock);
	taps_publish(f);
	return gone;
}

unsigned int
mirrors_running(const struct fabric *f)
{
	return f->mirrors != NULL ? f->mirrors->n : 0;
}

static void
add_past(const struct mirror_stats *past, struct mirror_stats *s)
{
	s->taken += past->taken;
	s->filtered += past->filtered;
	s->sent += past->sent;
	s->lost_budget += past->lost_budget;
	s->lost_ring += past->lost_ring;
	s->lost_egress += past->lost_egress;
}

static struct mirror_stats
stats_now(struct fabric *f, const struct mirror_rt *m)
{
	struct mirror_counts now = counts_of(f, m->number);
	uint64_t unsent = counter_read(&now.unsent) -
			  counter_read(&m->base.unsent) + drops_of(f, m) -
			  m->base_drops;
	uint64_t sent = counter_read(&m->sent);
	struct mirror_stats s = {
		.filtered = counter_read(&m->filtered),
		.lost_budget =
			counter_read(&now.over) - counter_read(&m->base.over),
		.lost_ring =
			counter_read(&now.full) - counter_read(&m->base.full),
	};

	s.taken = counter_read(&m->copied) + s.lost_budget + s.lost_ring;
	s.sent = sent > unsent ? sent - unsent : 0;
	s.lost_egress = counter_read(&m->short_of) + unsent;
	if (m->file == NULL)
		return s;
	s.sent = counter_read(&m->file->written);
	s.lost_egress = counter_read(&m->file->lost);
	s.file_octets = counter_read(&m->file->octets);
	s.file_error =
		atomic_load_explicit(&m->file->error, memory_order_relaxed);
	return s;
}

struct mirror_stats
mirror_stats(struct fabric *f, const struct mirror_rt *m)
{
	struct mirror_stats s = stats_now(f, m);

	add_past(&m->past, &s);
	return s;
}

/* Once when it begins, and once when it is over. */
static void
log_file(struct fabric *f, struct mirror_rt *m)
{
	int error = atomic_load_explicit(&m->file->error, memory_order_relaxed);
	struct event e = event_of(EVENT_mirror_file,
				  error != 0 ? DROP_WARNING : DROP_NOTICE);
	char text[200];

	if ((error != 0) == (m->error != 0))
		return;
	m->error = error;
	snprintf(text, sizeof(text), "mirror %s: its file %s%s", m->name,
		 error != 0 ? "cannot be written, and copies are lost: "
			    : "is written again",
		 error != 0 ? strerror(-error) : "");
	e.text = text;
	event_raise(f, &e);
}

void
mirrors_turn(struct fabric *f)
{
	struct mirrors *ms = f->mirrors;

	if (ms == NULL)
		return;
	atomic_store_explicit(&ms->epoch, f->epoch, memory_order_relaxed);
	if (!ms->threaded)
		while (work(ms, f->now))
			;
	for (unsigned int i = 0; i < MIRROR_NUMBERS; i++)
		if (ms->of[i] != NULL && ms->of[i]->file != NULL)
			log_file(f, ms->of[i]);
}
