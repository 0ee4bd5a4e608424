/* SPDX-License-Identifier: BSD-3-Clause */
#include "fabric/api/monitor.h"

#include <errno.h>
#include <inttypes.h>
#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#include "fabric/api/value.h"
#include "fabric/runtime/event.h"
#include "fabric/runtime/runtime.h"
#include "lib/clock.h"
#include "lib/sendring.h"

#define PLACES (MONITORS_MAX + MONITORS_OWNER)

/* How often it is seen whether readers have gone. */
#define LOOK (100 * CLOCK_MILLISECOND)

struct monitor {
	uint32_t number; /* 0: the place is free */
	int fd;          /* -1: its answer is not sent yet */
	unsigned int groups;
	char port[CONFIG_NAME_SIZE], lan[CONFIG_NAME_SIZE]; /* "": all */
	bool owner;
	uint64_t moved; /* ns: the reader has taken something, or all */
	uint64_t lost;  /* events, since this was last shown */
	struct sendring ring;
};

struct monitors {
	struct fabric *fabric;
	uint64_t since; /* ns: the start of the daemon */
	uint64_t look_due;
	uint32_t numbers; /* given out so far */
	unsigned int active;
	struct monitor_sink sink;
	unsigned int told; /* groups that it gets; 0: there is none */
	struct monitor monitor[PLACES];
	bool keeps;
	uint64_t nkept; /* so far */
	json_t *kept[MONITORS_KEPT];
};

#define FOREACH_MONITOR(m, c)                                                  \
	for (struct monitor *c = (m)->monitor; c < (m)->monitor + PLACES; c++) \
		if (c->number != 0)

/* The text of an event. */

/* "2026-11-30T18:36:19.123Z" */
static void
print_time(uint64_t ns, char *text, size_t size)
{
	time_t seconds = (time_t)(ns / CLOCK_SECOND);
	struct tm tm;
	size_t n;

	gmtime_r(&seconds, &tm);
	n = strftime(text, size, "%Y-%m-%dT%H:%M:%S", &tm);
	snprintf(text + n, size - n, ".%03uZ",
		 (unsigned int)(ns % CLOCK_SECOND / CLOCK_MILLISECOND));
}

/* Those of FIELD() in event_list.h, which is their order. */

static json_t *
field_time(const struct fabric *f, const struct event *e)
{
	char text[40];

	(void)e;
	print_time(f->now + f->epoch, text, sizeof(text));
	return json_string(text);
}

static json_t *
field_event(const struct fabric *f, const struct event *e)
{
	(void)f;
	return json_string(event_name(e->kind));
}

static json_t *
field_severity(const struct fabric *f, const struct event *e)
{
	(void)f;
	return json_string(drop_level_name(e->level));
}

/* NULL: the event has no such field. */
static json_t *
text_or_none(const char *text)
{
	return text != NULL ? value_text(text) : NULL;
}

static json_t *
number_or_none(uint64_t n)
{
	return n != 0 ? value_number(n) : NULL;
}

/* The LAN of the event, or that of its port; or NULL. */
static const char *
lan_of(const struct fabric *f, const struct event *e)
{
	const struct port_rt *p =
		e->port != NULL ? runtime_port(f, e->port) : NULL;

	if (e->lan != NULL)
		return e->lan;
	return p != NULL && p->lan != CONFIG_LANS_MAX ? f->lan[p->lan]->name
						      : NULL;
}

static json_t *
field_lan(const struct fabric *f, const struct event *e)
{
	return text_or_none(lan_of(f, e));
}

static json_t *
field_reason(const struct fabric *f, const struct event *e)
{
	(void)f;
	return e->why != DROP_NONE ? json_string(drop_name(e->why)) : NULL;
}

static json_t *
field_mac(const struct fabric *f, const struct event *e)
{
	(void)f;
	return e->mac != 0 ? value_mac_or_null(e->mac) : NULL;
}

static json_t *
field_worker(const struct fabric *f, const struct event *e)
{
	(void)f;
	return e->worker != 0 ? value_number(e->worker - 1) : NULL;
}

static json_t *
field_by(const struct fabric *f, const struct event *e)
{
	return text_or_none(e->by != NULL ? e->by : f->by);
}

#define FIELD_OF(name, value)                                                  \
	static json_t *field_##name(const struct fabric *f,                    \
				    const struct event *e)                     \
	{                                                                      \
		(void)f;                                                       \
		return value(e->name);                                         \
	}
FIELD_OF(port, text_or_none)
FIELD_OF(link, text_or_none)
FIELD_OF(ip, text_or_none)
FIELD_OF(from, text_or_none)
FIELD_OF(generation, number_or_none)
FIELD_OF(count, number_or_none)
FIELD_OF(text, text_or_none)

static const struct {
	const char *name;
	json_t *(*value)(const struct fabric *, const struct event *);
} fields[] = {
#define FIELD(name, ...) { #name, field_##name },
#include "fabric/runtime/event_list.h"
};

static json_t *
make_row(const struct fabric *f, const struct event *e)
{
	json_t *row = json_object();

	for (size_t i = 0; i < sizeof(fields) / sizeof(fields[0]); i++) {
		json_t *value = fields[i].value(f, e);

		if (value != NULL)
			json_object_set_new(row, fields[i].name, value);
	}
	return row;
}

size_t
monitor_line(const struct fabric *f, const struct event *e,
	     char line[MONITOR_LINE])
{
	json_t *row = make_row(f, e);
	size_t n;

	n = json_dumpb(row, line, MONITOR_LINE - 1, JSON_COMPACT);
	json_decref(row);
	if (n == 0 || n > MONITOR_LINE - 1)
		return 0;
	line[n] = '\n';
	return n + 1;
}

/* The buffer of a monitor. */

static bool
has_room(const struct monitor *c, size_t most)
{
	return sendring_left(&c->ring) + MONITOR_LINE <= most;
}

/* The room that is kept for "lost" and "end" is that of no event. */
#define ROOM (MONITOR_OCTETS - 2 * MONITOR_LINE)

static void
put(const struct monitors *m, struct monitor *c, const struct event *e)
{
	char line[MONITOR_LINE];
	size_t n = monitor_line(m->fabric, e, line);

	if (n == 0)
		c->lost++;
	else
		sendring_put(&c->ring, line, n);
}

static void
put_lost(const struct monitors *m, struct monitor *c)
{
	struct event e = event_of(EVENT_lost, DROP_WARNING);
	char text[80];

	if (c->lost == 0)
		return;
	snprintf(text, sizeof(text), "%" PRIu64 " event%s lost", c->lost,
		 c->lost == 1 ? " was" : "s were");
	e.text = text;
	e.count = c->lost;
	c->lost = 0;
	put(m, c, &e);
}

/* Whether the port is the monitor's, and in its LAN. */
static bool
is_in(const struct monitor *c, const char *port, const char *lan)
{
	return (c->port[0] == '\0' ||
		(port != NULL && strcmp(port, c->port) == 0)) &&
	       (c->lan[0] == '\0' || (lan != NULL && strcmp(lan, c->lan) == 0));
}

static bool
is_of_device(enum event_kind kind)
{
	return kind == EVENT_link_up || kind == EVENT_link_down ||
	       kind == EVENT_link_held || kind == EVENT_link_released ||
	       kind == EVENT_device_missing || kind == EVENT_device_back;
}

/* Of the tagged ports of the device that the event is about, one is. */
static bool
is_carried(const struct fabric *f, const struct monitor *c,
	   const struct event *e)
{
	for (unsigned int i = 0; i < f->config->nports; i++) {
		const struct config_port *p = &f->config->port[i];

		if (strcmp(p->parent, e->port) == 0 && is_in(c, p->id, p->lan))
			return true;
	}
	return false;
}

static bool
wants(const struct fabric *f, const struct monitor *c, const struct event *e)
{
	if (c->fd < 0 || (c->groups & event_groups(e->kind)) == 0)
		return false;
	if (c->port[0] == '\0' && c->lan[0] == '\0')
		return true;
	return is_in(c, e->port, lan_of(f, e)) ||
	       (e->from != NULL && is_in(c, e->from, lan_of(f, e))) ||
	       (is_of_device(e->kind) && is_carried(f, c, e));
}

/*
 * Once some of the group fdb are lost, all are, until the buffer is emptier: one
 * "lost" for each other event would be of little use.
 */
static bool
takes(const struct monitor *c, const struct event *e)
{
	bool fdb = event_groups(e->kind) == 1u << EVENT_GROUP_fdb;

	if (fdb)
		return c->lost == 0 && has_room(c, MONITOR_FDB);
	return has_room(c, ROOM);
}

/* What concerns the hook is not for it: its failure would make it run again. */
static bool
is_told(const struct monitors *m, const struct event *e)
{
	return (m->told & event_groups(e->kind)) != 0 &&
	       e->kind != EVENT_hook_failed && e->kind != EVENT_hook_works;
}

#define KEPT_GROUPS (((1u << EVENT_GROUPS) - 1) & ~(1u << EVENT_GROUP_fdb))

static void
keep_event(struct monitors *m, const struct event *e)
{
	json_t **place = &m->kept[m->nkept % MONITORS_KEPT];

	if (!m->keeps || (event_groups(e->kind) & KEPT_GROUPS) == 0)
		return;
	json_decref(*place);
	*place = make_row(m->fabric, e);
	m->nkept++;
}

/* f->monitor: the line is made once, and only if it has room somewhere. */
static void
take_event(void *arg, const struct event *e)
{
	struct monitors *m = arg;
	char line[MONITOR_LINE];
	size_t n = 0;

	keep_event(m, e);
	if (is_told(m, e) && m->sink.has_room(m->sink.arg)) {
		n = monitor_line(m->fabric, e, line);
		if (n != 0)
			m->sink.put(m->sink.arg, line, n);
	}
	FOREACH_MONITOR(m, c)
	{
		if (!wants(m->fabric, c, e))
			continue;
		if (takes(c, e) && n == 0)
			n = monitor_line(m->fabric, e, line);
		if (n != 0 && takes(c, e))
			sendring_put(&c->ring, line, n);
		else
			c->lost++;
	}
}

/* Monitors. */

struct monitors *
monitors_create(struct fabric *f)
{
	struct monitors *m = calloc(1, sizeof(*m));

	if (m == NULL)
		return NULL;
	m->fabric = f;
	m->since = f->now;
	f->monitor = take_event;
	f->monitor_arg = m;
	return m;
}

static void
update_groups(struct monitors *m)
{
	m->fabric->monitored = m->told | (m->keeps ? KEPT_GROUPS : 0);
	FOREACH_MONITOR(m, c)
	if (c->fd >= 0)
		m->fabric->monitored |= c->groups;
}

static void
release(struct monitors *m, struct monitor *c)
{
	if (c->fd >= 0)
		close(c->fd);
	free(c->ring.octet);
	memset(c, 0, sizeof(*c));
	m->active--;
	update_groups(m);
}

void
monitors_free(struct monitors *m)
{
	struct event e = event_of(EVENT_end, DROP_NOTICE);

	if (m == NULL)
		return;
	e.text = "the daemon ends";
	FOREACH_MONITOR(m, c)
	{
		if (c->fd >= 0) {
			put_lost(m, c);
			put(m, c, &e);
			sendring_send(&c->ring, c->fd);
		}
		release(m, c);
	}
	monitors_keep(m, false);
	m->fabric->monitor = NULL;
	free(m);
}

void
monitors_tell(struct monitors *m, unsigned int groups,
	      const struct monitor_sink *sink)
{
	m->told = groups;
	if (groups != 0)
		m->sink = *sink;
	update_groups(m);
}

/* Of a reader that does not read, so that it keeps no other one out. */
static void
make_room(struct monitors *m, bool owner)
{
	struct monitor *oldest = NULL;

	FOREACH_MONITOR(m, c)
	if (sendring_left(&c->ring) != 0 && (owner || !c->owner) &&
	    clock_since(m->fabric->now, c->moved) >= MONITOR_STUCK &&
	    (oldest == NULL || c->moved < oldest->moved))
		oldest = c;
	if (oldest != NULL)
		release(m, oldest);
}

static struct monitor *
find_place(struct monitors *m, bool owner)
{
	unsigned int guests = 0;

	FOREACH_MONITOR(m, c)
	guests += !c->owner;
	if (!owner && guests >= MONITORS_MAX)
		return NULL;
	for (unsigned int i = 0; i < PLACES; i++)
		if (m->monitor[i].number == 0)
			return &m->monitor[i];
	return NULL;
}

uint32_t
monitors_start(struct monitors *m, const struct monitor_order *o)
{
	struct monitor *c = find_place(m, o->owner);

	if (c == NULL) {
		make_room(m, o->owner);
		c = find_place(m, o->owner);
	}
	errno = EBUSY;
	if (c == NULL)
		return 0;
	c->ring.octet = malloc(MONITOR_OCTETS);
	c->ring.size = MONITOR_OCTETS;
	if (c->ring.octet == NULL)
		return 0;
	c->number = ++m->numbers;
	c->fd = -1;
	c->groups = o->groups;
	c->owner = o->owner;
	if (o->port != NULL)
		strncpy(c->port, o->port, sizeof(c->port) - 1);
	if (o->lan != NULL)
		strncpy(c->lan, o->lan, sizeof(c->lan) - 1);
	m->active++;
	return c->number;
}

/* "port fdb" */
static void
print_groups(unsigned int groups, char *text, size_t size)
{
	text[0] = '\0';
	for (enum event_group g = 0; g < EVENT_GROUPS; g++)
		if (groups >> g & 1)
			snprintf(text + strlen(text), size - strlen(text),
				 " %s", event_group_name(g));
}

static void
put_begin(const struct monitors *m, struct monitor *c)
{
	struct event e = event_of(EVENT_begin, DROP_INFO);
	const struct fabric *f = m->fabric;
	char text[EVENT_SIZE], groups[128];

	print_groups(c->groups, groups, sizeof(groups));
	snprintf(text, sizeof(text),
		 "%s, ixfabricd " IXF_VERSION ", runs for %" PRIu64
		 " s with generation %" PRIu64 "; shown:%s%s%s%s%s",
		 f->config->fabric.name,
		 clock_since(f->now, m->since) / CLOCK_SECOND, f->generation,
		 groups, c->port[0] != '\0' ? "; of port " : "", c->port,
		 c->lan[0] != '\0' ? "; of lan " : "", c->lan);
	e.text = text;
	e.generation = f->generation;
	put(m, c, &e);
}

void
monitors_begin(struct monitors *m, uint32_t number, int fd)
{
	FOREACH_MONITOR(m, c)
	{
		if (c->number != number)
			continue;
		c->fd = fd;
		c->moved = m->fabric->now;
		if (fd < 0) {
			release(m, c);
			return;
		}
		put_begin(m, c);
		update_groups(m);
		return;
	}
	if (fd >= 0)
		close(fd);
}

void
monitors_keep(struct monitors *m, bool keeps)
{
	if (m->keeps == keeps)
		return;
	m->keeps = keeps;
	update_groups(m);
	for (unsigned int i = 0; i < MONITORS_KEPT; i++) {
		json_decref(m->kept[i]);
		m->kept[i] = NULL;
	}
	m->nkept = 0;
}

json_t *
monitors_kept(const struct monitors *m)
{
	json_t *rows = json_array();
	uint64_t n = m->nkept < MONITORS_KEPT ? m->nkept : MONITORS_KEPT;

	for (uint64_t i = 1; i <= n; i++)
		json_array_append(rows,
				  m->kept[(m->nkept - i) % MONITORS_KEPT]);
	return rows;
}

unsigned int
monitors_running(const struct monitors *m)
{
	return m->active;
}

/* What the reader sends means nothing, but its end does. */
static bool
has_gone(const struct monitor *c)
{
	char octets[64];

	return recv(c->fd, octets, sizeof(octets), MSG_DONTWAIT) == 0;
}

static void
send_some(struct monitors *m, struct monitor *c)
{
	size_t left = sendring_left(&c->ring);
	int rc = sendring_send(&c->ring, c->fd);

	if (left == 0 || sendring_left(&c->ring) != left)
		c->moved = m->fabric->now;
	if (rc != 0) {
		release(m, c);
		return;
	}
	if (c->lost != 0 && has_room(c, MONITOR_FDB / 2))
		put_lost(m, c);
}

void
monitors_turn(struct monitors *m)
{
	const struct fabric *f = m->fabric;
	bool look = f->now >= m->look_due;

	if (m->active == 0)
		return;
	if (look)
		m->look_due = f->now + LOOK;
	FOREACH_MONITOR(m, c)
	{
		if (c->fd < 0)
			continue;
		if (look && has_gone(c))
			release(m, c);
		else
			send_some(m, c);
	}
}
