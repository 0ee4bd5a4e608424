/* SPDX-License-Identifier: BSD-3-Clause */
#include "fabric/datapath/txbuf.h"

#include <stdbool.h>
#include <string.h>

#include "fabric/datapath/backlog.h"
#include "fabric/datapath/transmit.h"
#include "fabric/datapath/txlevel.h"
#include "fabric/datapath/worker_drop.h"
#include "fabric/datapath/worker_link.h"
#include "fabric/datapath/worker_tap.h"
#include "lib/clock.h"

#include "fabric/datapath/hot.h"

/*
 * A device that takes nothing for so long stands still: no frame waits for it.  One
 * that has had room for so long has no backlog any more.
 */
#define PATIENCE (10 * CLOCK_MILLISECOND)

static void
count_sent(struct port_counters *c, uint64_t frames, uint64_t bytes)
{
	counter_add(&c->tx_frames, frames);
	counter_add(&c->tx_bytes, bytes);
}

/* Returns how many of the first 'n' frames of the buffer the device took. */
static inline unsigned int
hand_over(const struct worker *w, const struct view *v, const struct device *d,
	  struct txbuf *t, unsigned int n)
{
	struct tap *tap = worker_tap(w);

	return likely(tap == NULL) ? transmit(d, w->id, t->pkt, (uint16_t)n)
				   : worker_tap_transmit(w, tap, v, d, t->pkt,
							 t->port, (uint16_t)n);
}

/* The port may have gone with the last view, and its counters stay. */
static void
drop(struct worker *w, const struct view *v, const struct backlog_frame *f,
     enum drop why)
{
	if (likely(v->port[f->to] != NULL)) {
		worker_drop(w, f->pkt, v->port[f->to], why);
		return;
	}
	counter_add(&w->port[f->to].drop[why], 1);
	rte_pktmbuf_free(f->pkt);
}

/* Drops the frames that come last, but for 'keep' of them. */
static void
shed(struct worker *w, const struct view *v, struct backlog *b,
     unsigned int keep, enum drop why)
{
	struct backlog_frame dropped[BACKLOG_SIZE];
	unsigned int n = backlog_cut(b, keep, dropped);

	for (unsigned int i = 0; i < n; i++)
		drop(w, v, &dropped[i], why);
}

/* The first 'done' frames of the buffer, of any ports, are sent. */
static void
settle_each(struct worker *w, const struct device *d, const struct txbuf *t,
	    unsigned int done)
{
	uint64_t bytes = 0;

	for (unsigned int i = 0; i < done; i++) {
		count_sent(&w->port[t->port[i]], 1, t->len[i]);
		bytes += t->len[i];
	}
	worker_count_link_tx(w, d, done, bytes);
}

static void
load(struct txbuf *t, const uint16_t *place, unsigned int n)
{
	for (unsigned int i = 0; i < n; i++) {
		const struct backlog_frame *f = &t->backlog->frame[place[i]];

		t->pkt[i] = f->pkt;
		t->port[i] = f->to;
		t->len[i] = f->len;
	}
}

/*
 * Sends the frames of a rank up to 'limit'.  Returns whether the device had no room
 * for one of them.
 */
static bool
offer(struct worker *w, const struct view *v, const struct device *d,
      struct txbuf *t, uint64_t limit)
{
	struct backlog *b = t->backlog;
	uint16_t place[TXBUF_SIZE];
	unsigned int n, done;

	do {
		n = backlog_pick(b, RTE_MIN(limit, b->cap), place, TXBUF_SIZE);
		load(t, place, n);
		done = n != 0 ? hand_over(w, v, d, t, n) : 0;
		settle_each(w, d, t, done);
		if (done != 0)
			b->moved = w->now;
		backlog_remove(b, place, done);
	} while (done == TXBUF_SIZE);
	return done < n;
}

/*
 * The same up to the limit of a round.  First those of senders that have had less
 * than others, which take what room there is and leave none of it to chance.
 */
static bool
offer_fairly(struct worker *w, const struct view *v, const struct device *d,
	     struct txbuf *t)
{
	return offer(w, v, d, t, t->backlog->level) ||
	       offer(w, v, d, t, backlog_limit(t->backlog));
}

/* Whether the device is the one that the frames waited for, and may send. */
static bool
may_send(const struct view *v, const struct device *d, const struct backlog *b)
{
	return d != NULL && d->serial == b->serial &&
	       view_device_has_link(v, d);
}

/* Within a round: makes room for as many frames as the device may have to take. */
static void
relieve(struct worker *w, const struct view *v, const struct device *d,
	struct txbuf *t)
{
	struct backlog *b = t->backlog;

	if (unlikely(!may_send(v, d, b))) {
		shed(w, v, b, 0, DROP_tx_down);
	} else if (b->still) {
		shed(w, v, b, 0, DROP_tx_full);
	} else {
		offer_fairly(w, v, d, t);
		shed(w, v, b, BACKLOG_KEPT, DROP_tx_full);
	}
}

static void
end_backlog(struct txbuf *t)
{
	t->backlog->used = false;
	t->backlog = NULL;
	t->held = 0;
}

/* At the end of a round: offers all that there is.  Returns whether it goes on. */
static bool
finish(struct worker *w, const struct view *v, const struct device *d,
       struct txbuf *t)
{
	struct backlog *b = t->backlog;
	bool held, behind;

	if (unlikely(!may_send(v, d, b))) {
		shed(w, v, b, 0, DROP_tx_down);
		if (d != NULL)
			txlevel_end(w, d);
		end_backlog(t);
		return false;
	}
	b->full = offer_fairly(w, v, d, t);
	held = backlog_is_held(b);
	if (held)
		offer(w, v, d, t, UINT64_MAX);
	b->still = w->now - b->moved >= PATIENCE;
	shed(w, v, b, b->still ? 0 : BACKLOG_KEPT, DROP_tx_full);
	behind = backlog_end_round(b, held && b->cap > backlog_limit(b));
	txlevel_update(w, v, d, b, behind, PATIENCE);
	/*
	 * As long as others go by their levels it would begin anew at once, and forget
	 * how far ahead it is: that is longer than the patience where a full queue of
	 * large frames takes 60 ms.
	 */
	if (behind || txlevel_is_shown(d))
		b->busy = w->now;
	else if (b->n == 0 && w->now - b->busy >= PATIENCE)
		end_backlog(t);
	return t->backlog != NULL;
}

static struct backlog *
take_backlog(struct worker *w, const struct device *d)
{
	for (unsigned int i = 0; i < BACKLOGS; i++) {
		struct backlog *b = &w->backlogs[i];

		if (b->used)
			continue;
		backlog_begin(b);
		b->used = true;
		b->still = false;
		b->serial = d->serial;
		b->moved = b->busy = w->now;
		b->shift = 0;
		b->aligned = false;
		b->cap = UINT64_MAX;
		return b;
	}
	return NULL;
}

/* Frame 'i' of the buffer, of which the sender is not known any more. */
static struct backlog_frame
frame_of(const struct device *d, const struct txbuf *t, unsigned int i)
{
	struct backlog_frame f = { .pkt = t->pkt[i], .from = BACKLOG_UNKNOWN };

	f.len = d->tagged == NULL ? f.pkt->pkt_len : t->len[i];
	f.to = d->tagged == NULL ? d->owner->id : t->port[i];
	return f;
}

/*
 * The device has not taken the frames from 'done' on: they wait for it.  Those of
 * control do not, since there are few buffers for them.  Returns false, and drops
 * them, if there is no backlog left.
 */
static bool
begin_backlog(struct worker *w, const struct view *v, const struct device *d,
	      struct txbuf *t, unsigned int done)
{
	struct backlog *b = take_backlog(w, d);

	for (unsigned int i = done; i < txbuf_count(t); i++) {
		struct backlog_frame f = frame_of(d, t, i);

		if (b == NULL || f.pkt->pool == w->made)
			drop(w, v, &f, DROP_tx_full);
		else
			backlog_put(b, &f);
	}
	t->backlog = b;
	t->held = b != NULL ? TXBUF_SIZE : 0;
	return b != NULL;
}

/* The first 'done' frames of the buffer are sent. */
static void
settle(struct worker *w, const struct device *d, const struct txbuf *t,
       unsigned int done)
{
	uint64_t bytes = t->held >> TXBUF_BYTES;

	if (unlikely(d->tagged != NULL)) {
		settle_each(w, d, t, done);
		return;
	}
	for (unsigned int i = done; unlikely(i < txbuf_count(t)); i++)
		bytes -= t->pkt[i]->pkt_len;
	count_sent(&w->port[d->owner->id], done, bytes);
	worker_count_link_tx(w, d, done, bytes);
}

static void
drop_all(struct worker *w, const struct view *v, const struct device *d,
	 struct txbuf *t, unsigned int done)
{
	for (unsigned int i = done; i < txbuf_count(t); i++) {
		struct backlog_frame f = frame_of(d, t, i);

		drop(w, v, &f, DROP_tx_down);
	}
	t->held = 0;
}

/*
 * Returns false if there is a backlog now.  A link that is down takes nothing: what
 * its queue would hold until the link comes back would be stale by then.
 */
static inline bool
send(struct worker *w, const struct view *v, const struct device *d,
     struct txbuf *t)
{
	unsigned int n = txbuf_count(t), done = 0;

	if (likely(view_device_has_link(v, d)))
		done = hand_over(w, v, d, t, n);
	settle(w, d, t, done);
	if (likely(done == n && !txlevel_is_shown(d))) {
		t->held = 0;
		return true;
	}
	if (view_device_has_link(v, d))
		return !begin_backlog(w, v, d, t, done);
	drop_all(w, v, d, t, done);
	return true;
}

struct txbuf *
txbuf_flush(struct worker *w, const struct view *v, uint16_t device)
{
	struct txbuf *t = &w->tx[device];

	if (unlikely(t->backlog != NULL))
		return NULL;
	return likely(send(w, v, v->device[device], t)) ? t : NULL;
}

void
txbuf_wait(struct worker *w, const struct view *v, uint16_t device, uint16_t to,
	   struct rte_mbuf *m, uint32_t len)
{
	const struct device *d = v->device[device];
	struct txbuf *t = &w->tx[device];
	struct backlog *b = t->backlog;
	struct backlog_frame f = {
		.pkt = m,
		.len = len,
		.from = w->sender != NULL ? w->sender->id : BACKLOG_FABRIC,
		.to = to != PORTS_MAX ? to : d->owner->id,
	};

	if (b->n == BACKLOG_SIZE)
		relieve(w, v, d, t);
	/* The device before it had the same id. */
	if (unlikely(b->serial != d->serial)) {
		shed(w, v, b, 0, DROP_tx_down);
		b->serial = d->serial;
	}
	backlog_put(b, &f);
}

void
txbuf_put_looked(struct worker *w, const struct view *v, const struct port *to,
		 struct rte_mbuf *m, uint32_t len)
{
	uint16_t device = worker_device(v, to, m, true);

	if (unlikely(device == NO_DEVICE)) {
		worker_drop(w, m, to, DROP_tx_down);
	} else if (w->trial != NULL) {
		w->trial->sent(w->trial->arg, to, device, m);
		rte_pktmbuf_free(m);
	} else {
		txbuf_put_by(w, v, to, device, m, len);
	}
}

static bool
have_one_way(const struct burst *b)
{
	uint32_t differs = 0;

	for (unsigned int i = 1; i < b->n; i++)
		differs |= b->via[i] ^ b->via[0];
	return differs == 0;
}

bool
txbuf_add_all(struct worker *w, const struct view *v, const struct burst *b)
{
	struct txbuf *t;
	uint64_t bytes = 0;

	if (!have_one_way(b))
		return false;
	t = txbuf_make_room(w, v, b->via[0]);
	if (t == NULL || txbuf_count(t) + b->n > TXBUF_SIZE)
		return false;
	for (unsigned int i = 0; i < b->n; i++)
		bytes += b->len[i];
	memcpy(&t->pkt[txbuf_count(t)], b->pkt, b->n * sizeof(b->pkt[0]));
	t->held += bytes << TXBUF_BYTES | b->n;
	return true;
}

/* The idle NICs among many can hold so many copies that few are left. */
static void
reclaim_copies(struct worker *w, const struct view *v)
{
	w->short_of_copies = false;
	for (unsigned int id = 0; id < PORTS_MAX; id++)
		transmit_reclaim(v->device[id], w->id);
}

static void
clean(struct worker *w, uint16_t device)
{
	for (unsigned int i = 0; i < w->ndirty; i++)
		if (w->dirty[i] == device) {
			w->dirty[i] = w->dirty[--w->ndirty];
			return;
		}
}

void
txbuf_reclaim(struct worker *w, const struct view *v, uint16_t device)
{
	struct txbuf *t = &w->tx[device];

	if (t->backlog != NULL) {
		relieve(w, v, v->device[device], t);
		worker_empty_trash(w);
	} else if (t->held != 0) {
		if (txbuf_flush(w, v, device) != NULL)
			clean(w, device);
		worker_empty_trash(w);
	}
	if (t->reclaimed == w->pass)
		return;
	t->reclaimed = w->pass;
	transmit_reclaim(v->device[device], w->id);
}

/* A device with a backlog is asked again each round. */
void
worker_flush(struct worker *w, const struct view *v)
{
	unsigned int left = 0;

	for (unsigned int i = 0; i < w->ndirty; i++) {
		uint16_t device = w->dirty[i];

		if (likely(txbuf_flush(w, v, device) != NULL))
			continue;
		if (finish(w, v, v->device[device], &w->tx[device]))
			w->dirty[left++] = device;
	}
	w->ndirty = left;
	w->pass++;
	if (unlikely(w->short_of_copies))
		reclaim_copies(w, v);
	worker_empty_trash(w);
}
