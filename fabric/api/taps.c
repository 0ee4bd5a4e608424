/* SPDX-License-Identifier: BSD-3-Clause */
#include "fabric/api/taps.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "fabric/api/tap_stream.h"
#include "fabric/runtime/event.h"
#include "fabric/runtime/mirror.h"
#include "fabric/runtime/port_id.h"
#include "fabric/runtime/runtime.h"
#include "fabric/trial/explain.h"
#include "lib/clock.h"
#include "lib/dropcomment.h"
#include "lib/framefilter.h"

/* Taps of workers that are made in a turn: some 0.7 ms each. */
#define TAPS_A_TURN 2

/* Records that are taken from the rings in a turn, which take some 0.12 ms. */
#define RECORDS_A_TURN 512

/*
 * The cause of a drop can take a walk through all ports: so many in a turn have it in
 * their comments in full, the others without the holder and the line.
 */
#define CAUSES_A_TURN 8

/* By then no record of before the end is in a ring. */
#define LATEST (100 * CLOCK_MILLISECOND)

/* A reader that takes nothing for so long after the end has lost the rest. */
#define PATIENCE (10 * CLOCK_SECOND)

struct capture {
	uint32_t number;
	enum taps_state state;
	struct taps_order order;
	char port[CONFIG_NAME_SIZE], text[TAPS_FILTER_MAX + 1],
		by[TAPS_BY_SIZE];
	uint16_t id; /* of its port */
	int fd;
	bool eof; /* the reader has ended its half of the socket */
	struct tap_stream *stream;
	uint64_t since, until;
	uint64_t frames, octets;
	uint64_t lost;  /* in all */
	uint64_t noted; /* of these, before the last record of the file */
	uint64_t counted[WORKERS_MAX]; /* by the worker, when last looked at */
	/* Of each ring, where its first record can be, and the end of the last. */
	uint64_t first[WORKERS_MAX], end[WORKERS_MAX];
	char why[TAPS_BY_SIZE + 16];
};

struct taps {
	struct fabric *fabric;
	uint32_t numbers; /* given out so far */
	unsigned int active;
	unsigned int causes; /* in this turn */
	uint64_t lost;
	struct capture capture[TAP_CAPTURES_MAX];
};

#define FOREACH_CAPTURE(t, c)                                                  \
	for (__typeof__(&(t)->capture[0]) c = (t)->capture;                    \
	     c < (t)->capture + TAP_CAPTURES_MAX; c++)

static bool
is_active(const struct capture *c)
{
	return c->state != TAPS_FREE && c->state != TAPS_ENDED;
}

struct taps *
taps_create(struct fabric *f)
{
	struct taps *t = calloc(1, sizeof(*t));

	if (t == NULL)
		return NULL;
	t->fabric = f;
	FOREACH_CAPTURE(t, c)
	c->fd = -1;
	return t;
}

/* What the workers copy for the capture from now on: 0: nothing. */
static void
set_takes(struct taps *t, const struct capture *c, uint64_t takes)
{
	const struct fabric *f = t->fabric;

	for (unsigned int i = 0; i < f->nworkers; i++)
		if (f->worker[i]->tap_room != NULL)
			atomic_store_explicit(
				&f->worker[i]->tap_room->takes[c - t->capture],
				takes, memory_order_relaxed);
}

static uint64_t
takes_of(const struct capture *c)
{
	const struct taps_order *o = &c->order;
	uint64_t octets = o->snaplen;
	uint64_t takes = o->port != NULL ? c->id : TAP_ANY_PORT;

	if (o->filter != NULL && octets < TAPS_LOOK)
		octets = TAPS_LOOK;
	for (enum tap_way way = 0; way < TAP_WAYS; way++)
		if (o->ways >> way & 1)
			takes |= TAP_WAY(way);
	return takes | (uint64_t)o->why << TAP_WHY | octets << TAP_OCTETS;
}

/* The taps of the workers are there while a capture runs, or a mirror. */
static void
publish(struct taps *t)
{
	bool on = false;

	FOREACH_CAPTURE(t, c)
	on |= c->state == TAPS_RUNS;
	t->fabric->captures = on;
	taps_publish(t->fabric);
}

bool
taps_prepare(struct taps *t)
{
	const struct fabric *f = t->fabric;
	unsigned int left = TAPS_A_TURN;

	for (unsigned int i = 0; i < f->nworkers; i++) {
		if (f->worker[i]->tap_room != NULL)
			continue;
		if (left-- == 0)
			return false;
		/* taps_start() reports that there is no memory. */
		if (!taps_make_room(f->worker[i]))
			return true;
	}
	return true;
}

static bool
has_taps(const struct fabric *f)
{
	for (unsigned int i = 0; i < f->nworkers; i++)
		if (f->worker[i]->tap_room == NULL)
			return false;
	return true;
}

static void
log_event(struct taps *t, const struct capture *c, enum event_kind kind,
	  const char *text)
{
	struct event e = event_of(kind, DROP_NOTICE);

	e.text = text;
	e.port = c->order.port;
	e.by = c->by;
	event_raise(t->fabric, &e);
}

static void
log_start(struct taps *t, const struct capture *c)
{
	static const char *const names[] = { "received", "sent", "dropped" };
	const struct taps_order *o = &c->order;
	char text[TAPS_FILTER_MAX + 256], ways[48] = "",
					  filter[sizeof(c->text) + 16] = "";

	for (enum tap_way way = 0; way < TAP_WAYS; way++)
		if (o->ways >> way & 1)
			snprintf(ways + strlen(ways),
				 sizeof(ways) - strlen(ways), "%s%s",
				 ways[0] != '\0' ? ", " : "", names[way]);
	if (o->text != NULL)
		snprintf(filter, sizeof(filter), ", filter '%s'", o->text);
	snprintf(text, sizeof(text),
		 "capture %u started by %s: %s %s, frames %s%s%s%s, %u octets "
		 "of each, for %u s",
		 c->number, c->by, o->port != NULL ? "port" : "all",
		 o->port != NULL ? o->port : "ports", ways,
		 o->why != DROP_NONE ? " for " : "",
		 o->why != DROP_NONE ? drop_name(o->why) : "", filter,
		 o->snaplen, o->seconds);
	log_event(t, c, EVENT_capture_begin, text);
}

static void
log_end(struct taps *t, const struct capture *c)
{
	char text[256];

	snprintf(text, sizeof(text),
		 "capture %u of %s ended after %" PRIu64
		 " s: %s; frames %" PRIu64 ", lost %" PRIu64,
		 c->number, c->by,
		 clock_since(t->fabric->now, c->since) / CLOCK_SECOND, c->why,
		 c->frames, c->lost);
	log_event(t, c, EVENT_capture_end, text);
}

/* Nothing follows for its reader. */
static void
release(struct taps *t, struct capture *c)
{
	if (c->stream != NULL)
		c->octets = tap_stream_octets(c->stream);
	if (c->fd >= 0)
		close(c->fd);
	c->fd = -1;
	tap_stream_free(c->stream);
	c->stream = NULL;
	framefilter_free(c->order.filter);
	c->order.filter = NULL;
	c->state = TAPS_ENDED;
	t->active--;
}

/* The end of what is in the ring of the worker. */
static uint64_t
published(const struct fabric *f, unsigned int worker)
{
	return atomic_load_explicit(
		&f->worker[worker]->tap_room->ring.published,
		memory_order_acquire);
}

/* No further frame is copied for it. */
static void
stop(struct taps *t, struct capture *c, const char *why)
{
	if (c->state != TAPS_RUNS)
		return;
	snprintf(c->why, sizeof(c->why), "%s", why);
	set_takes(t, c, 0);
	for (unsigned int i = 0; i < t->fabric->nworkers; i++)
		c->end[i] = published(t->fabric, i);
	c->state = TAPS_STOPS;
	c->until = t->fabric->now;
	publish(t);
}

/* The file is complete. */
static void
finish(struct taps *t, struct capture *c)
{
	const struct fabric *f = t->fabric;

	tap_stream_end(c->stream, f->now + f->epoch);
	c->state = TAPS_DRAINS;
	c->until = f->now;
	log_end(t, c);
}

void
taps_free(struct taps *t)
{
	if (t == NULL)
		return;
	FOREACH_CAPTURE(t, c)
	{
		stop(t, c, "the daemon ends");
		if (c->state == TAPS_STOPS) {
			finish(t, c);
			tap_stream_send(c->stream, c->fd);
		}
		if (is_active(c))
			release(t, c);
	}
	free(t);
}

/* The place of a new capture: of a free one, or of the one that ended first. */
static struct capture *
find_place(struct taps *t)
{
	struct capture *place = NULL;

	FOREACH_CAPTURE(t, c)
	if (!is_active(c) && (place == NULL || c->number < place->number))
		place = c;
	return place;
}

static void
fill(struct capture *c, const struct taps_order *o, uint16_t id,
     uint32_t number)
{
	memset(c, 0, sizeof(*c));
	c->number = number;
	c->state = TAPS_WAITS;
	c->order = *o;
	c->id = id;
	c->fd = -1;
	if (o->port != NULL)
		c->order.port = strncpy(c->port, o->port, sizeof(c->port) - 1);
	if (o->text != NULL)
		c->order.text = strncpy(c->text, o->text, sizeof(c->text) - 1);
	c->order.by = strncpy(c->by, o->by, sizeof(c->by) - 1);
}

uint32_t
taps_start(struct taps *t, const struct taps_order *o)
{
	struct capture *c = find_place(t);
	uint16_t id = 0;

	if (o->port != NULL)
		id = fabric_port_id(t->fabric, o->port);
	errno = c == NULL ? EBUSY : id == FABRIC_NO_PORT ? ENOENT : 0;
	if (errno == 0) {
		fill(c, o, id, t->numbers + 1);
		c->stream = tap_stream_create(o->snaplen);
		if (c->stream != NULL && has_taps(t->fabric)) {
			t->active++;
			return ++t->numbers;
		}
		tap_stream_free(c->stream);
		memset(c, 0, sizeof(*c));
		c->fd = -1;
		errno = ENOMEM;
	}
	framefilter_free(o->filter);
	return 0;
}

/* "AS64500 Example Net", or as much of it as is known. */
static const char *
member_of(const struct fabric *f, const char *port, char text[256])
{
	const struct config_port *c = config_port(f->config, port);

	text[0] = '\0';
	if (c == NULL)
		return text;
	if (c->asn != 0)
		snprintf(text, 256, "AS%u%s", c->asn,
			 c->description != NULL ? " " : "");
	if (c->description != NULL)
		snprintf(text + strlen(text), 256 - strlen(text), "%.200s",
			 c->description);
	return text;
}

static int
interface_of(const struct fabric *f, struct capture *c, const struct port_rt *p)
{
	char member[256];

	return tap_stream_port(c->stream, p->id, p->name,
			       member_of(f, p->name, member));
}

/*
 * The interfaces stand at the front, as far as there is room; later a port gets its own
 * before its first frame.
 */
static void
put_interfaces(const struct fabric *f, struct capture *c)
{
	for (unsigned int i = 0; i < f->ports_end; i++) {
		const struct port_rt *p = runtime_live_port(f, i);

		if (p != NULL && (c->order.port == NULL || p->id == c->id) &&
		    interface_of(f, c, p) < 0)
			return;
	}
}

static struct capture *
find(struct taps *t, uint32_t number)
{
	FOREACH_CAPTURE(t, c)
	if (is_active(c) && c->number == number)
		return c;
	return NULL;
}

void
taps_begin(struct taps *t, uint32_t number, int fd)
{
	struct capture *c = find(t, number);
	struct fabric *f = t->fabric;

	if (c == NULL || fd < 0 || c->state != TAPS_WAITS) {
		if (fd >= 0)
			close(fd);
		if (c != NULL && c->state == TAPS_WAITS)
			release(t, c);
		return;
	}
	c->fd = fd;
	c->state = TAPS_RUNS;
	c->since = f->now;
	c->until = f->now + c->order.seconds * CLOCK_SECOND;
	for (unsigned int i = 0; i < f->nworkers; i++) {
		c->counted[i] = counter_read(
			&f->worker[i]->tap_room->lost[c - t->capture]);
		c->first[i] = published(f, i);
	}
	put_interfaces(f, c);
	log_start(t, c);
	set_takes(t, c, takes_of(c));
	publish(t);
}

unsigned int
taps_stop(struct taps *t, uint32_t number, const char *by)
{
	unsigned int n = 0;
	char why[TAPS_BY_SIZE + 16];

	snprintf(why, sizeof(why), "stopped by %s", by);
	FOREACH_CAPTURE(t, c)
	{
		if (c->state != TAPS_RUNS ||
		    (number != 0 && c->number != number))
			continue;
		stop(t, c, why);
		n++;
	}
	return n;
}

bool
taps_get(const struct taps *t, unsigned int i, struct taps_row *row)
{
	unsigned int n = 0;

	FOREACH_CAPTURE(t, c)
	{
		if (c->state == TAPS_FREE || n++ != i)
			continue;
		*row = (struct taps_row){ c->number, c->state, &c->order,
					  c->since,  c->until, c->frames,
					  c->octets, c->lost,  c->why };
		if (c->stream != NULL)
			row->octets = tap_stream_octets(c->stream);
		return true;
	}
	return false;
}

unsigned int
taps_running(const struct taps *t)
{
	unsigned int n = 0;

	FOREACH_CAPTURE(t, c)
	n += c->state == TAPS_RUNS;
	return n;
}

uint64_t
taps_lost(const struct taps *t)
{
	return t->lost;
}

static void
lose(struct taps *t, struct capture *c, uint64_t n)
{
	c->lost += n;
	t->lost += n;
}

/* What workers have lost since this was last looked at. */
static void
count_lost(struct taps *t, struct capture *c)
{
	const struct fabric *f = t->fabric;

	for (unsigned int i = 0; i < f->nworkers; i++) {
		uint64_t n = counter_read(
			&f->worker[i]->tap_room->lost[c - t->capture]);

		lose(t, c, n - c->counted[i]);
		c->counted[i] = n;
	}
}

static void
print_comment(struct taps *t, const struct port_rt *p,
	      const struct tap_frame *r, char comment[DROPCOMMENT_SIZE])
{
	struct drop_cause cause = { 0 };
	const char *holder = NULL;

	if (t->causes++ < CAUSES_A_TURN)
		cause = explain_cause(t->fabric, p->id, r->why, r->rule,
				      (const uint8_t *)(r + 1), r->size);
	if (cause.holder.port != NULL)
		holder = cause.holder.port->name;
	dropcomment_print(drop_name(r->why), p->name, holder, cause.at,
			  comment);
}

static bool
put(struct taps *t, struct capture *c, const struct port_rt *p,
    const struct tap_frame *r)
{
	int interface = interface_of(t->fabric, c, p);
	bool out =
		r->way == TAP_TX || (r->way == TAP_DROP && drop_is_tx(r->why));
	char comment[DROPCOMMENT_SIZE];
	struct pcapng_packet packet = {
		.interface = (uint32_t)interface,
		.direction = out ? PCAPNG_OUTBOUND : PCAPNG_INBOUND,
		.time = r->at + t->fabric->epoch,
		.size = r->size < c->order.snaplen ? r->size : c->order.snaplen,
		.len = r->len,
		.drops = c->lost - c->noted,
		.frame = r + 1,
	};

	if (interface < 0)
		return false;
	if (r->way == TAP_DROP) {
		print_comment(t, p, r, comment);
		packet.comment = comment;
	}
	return tap_stream_packet(c->stream, &packet);
}

/* A record that the capture takes, if its filter does. */
static void
pass_on(struct taps *t, struct capture *c, const struct tap_frame *r)
{
	const struct port_rt *p = t->fabric->port[r->port];

	if (c->order.filter != NULL &&
	    !framefilter_takes(c->order.filter, r + 1, r->size, r->len))
		return;
	if (p == NULL || !put(t, c, p, r)) {
		lose(t, c, 1);
		return;
	}
	c->noted = c->lost;
	c->frames++;
	if (c->frames == c->order.count)
		stop(t, c, "count reached");
	else if (tap_stream_octets(c->stream) >= TAPS_OCTETS_MAX)
		stop(t, c, "the file has 1 GiB");
}

/*
 * To each capture that takes it.  The ring may have what was copied for a capture
 * before this one in its place.
 */
static void
deliver(struct taps *t, unsigned int worker, const struct tap_frame *r)
{
	uint64_t place = atomic_load_explicit(
		&t->fabric->worker[worker]->tap_room->ring.taken,
		memory_order_relaxed);

	FOREACH_CAPTURE(t, c)
	{
		bool on = c->state == TAPS_RUNS ||
			  (c->state == TAPS_STOPS && place < c->end[worker]);

		if (on && place >= c->first[worker] &&
		    (c->order.count == 0 || c->frames < c->order.count) &&
		    tap_takes(takes_of(c), r->port, r->way, r->why))
			pass_on(t, c, r);
	}
}

/* Whether there is more. */
static bool
empty_rings(struct taps *t)
{
	const struct fabric *f = t->fabric;
	struct recordring *ring[WORKERS_MAX];
	const void *r = NULL;

	for (unsigned int i = 0; i < f->nworkers; i++)
		ring[i] = f->worker[i]->tap_room != NULL
				  ? &f->worker[i]->tap_room->ring
				  : NULL;
	for (unsigned int i = 0; i < RECORDS_A_TURN; i++) {
		unsigned int worker = recordring_oldest(ring, f->nworkers, &r);

		if (worker == f->nworkers)
			return false;
		deliver(t, worker, r);
		recordring_take(ring[worker]);
	}
	return true;
}

/* What the reader sends means nothing, but its end does. */
static void
look_at_reader(struct taps *t, struct capture *c)
{
	char octets[64];

	if (c->eof)
		return;
	c->eof = recv(c->fd, octets, sizeof(octets), MSG_DONTWAIT) == 0;
	if (c->eof)
		stop(t, c, "ended by its reader");
}

static void
look_at_limits(struct taps *t, struct capture *c)
{
	const struct fabric *f = t->fabric;

	if (c->order.port != NULL && fabric_port_id(f, c->order.port) != c->id)
		stop(t, c, "the port is gone");
	else if (f->now >= c->until)
		stop(t, c, "its time is over");
}

static void
send_some(struct taps *t, struct capture *c)
{
	const struct fabric *f = t->fabric;
	uint64_t left = tap_stream_left(c->stream);
	int rc = tap_stream_send(c->stream, c->fd);

	if (c->state == TAPS_DRAINS && tap_stream_left(c->stream) != left)
		c->until = f->now;
	if (rc != 0) {
		stop(t, c, "its reader has gone");
		if (c->state == TAPS_STOPS)
			log_end(t, c);
		release(t, c);
	} else if (c->state == TAPS_DRAINS &&
		   (tap_stream_left(c->stream) == 0 ||
		    f->now - c->until >= PATIENCE)) {
		release(t, c);
	}
}

bool
taps_turn(struct taps *t)
{
	bool more;

	if (t->active == 0)
		return false;
	t->causes = 0;
	FOREACH_CAPTURE(t, c)
	if (c->state == TAPS_RUNS) {
		look_at_reader(t, c);
		look_at_limits(t, c);
	}
	more = empty_rings(t);
	FOREACH_CAPTURE(t, c)
	{
		if (c->state == TAPS_RUNS || c->state == TAPS_STOPS)
			count_lost(t, c);
		if (c->state == TAPS_STOPS &&
		    (!more || t->fabric->now - c->until >= LATEST))
			finish(t, c);
		if (c->fd >= 0)
			send_some(t, c);
	}
	return more;
}
