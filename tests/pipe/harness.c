/* SPDX-License-Identifier: BSD-3-Clause */
#include "tests/pipe/harness.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "fabric/runtime/port_id.h"
#include "fabric/runtime/runtime.h"
#include "fabric/view/port.h"
#include "lib/clock.h"
#include "lib/frame.h"
#include "lib/mactab.h"
#include "tests/accounts.h"
#include "tests/check_run.h"
#include "tests/pipe/settled.h"

/* As check's, which make a system call each: for what is looked at by frame. */
#define MUST(what)                                                             \
	do {                                                                   \
		if (!(what))                                                   \
			ck_abort_msg("not so: %s", #what);                     \
	} while (0)

#define FRAMES_MAX 4096
#define EVENTS_MAX 16384

struct harness {
	struct fabric *fabric;
	uint64_t now;
	uint8_t *frame[FRAMES_MAX];
	unsigned int nframes;
	const uint8_t *sent;
	uint32_t sent_len;
	struct port_stats before[PORTS_MAX];
	uint16_t end; /* no port has this id or a higher one */
	struct harness_left *left;
	unsigned int nleft, room;
	unsigned int out[PORTS_MAX];
	uint64_t groups[PORTS_MAX]; /* that left since 'before' */
	uint8_t *last[PORTS_MAX];
	uint32_t last_len[PORTS_MAX];
	unsigned int dropped;
	bool skip_accounts; /* the accounts need not balance */
	char *event[EVENTS_MAX];
	unsigned int nevents;
	char found[64];
};

static void
keep(struct harness *h, const struct harness_left *left)
{
	uint8_t *octets = malloc(left->len + 1);

	if (h->nleft == h->room) {
		h->room = 2 * h->room + 64;
		h->left = realloc(h->left, h->room * sizeof(*h->left));
	}
	h->left[h->nleft] = *left;
	h->left[h->nleft++].octets = memcpy(octets, left->octets, left->len);
}

static void
note_sent(void *arg, uint64_t now, uint16_t port, const void *frame,
	  uint32_t size, uint32_t len)
{
	struct harness *h = arg;

	MUST(size == len);
	keep(h, &(struct harness_left){ now, port, lockstep_sent_by(h->fabric),
					len, frame });
	h->out[port]++;
	h->groups[port] += ((const uint8_t *)frame)[0] & 1;
	h->last[port] = realloc(h->last[port], size + 1);
	memcpy(h->last[port], frame, size);
	h->last_len[port] = len;
}

static void
note_dropped(void *arg, uint16_t port, enum drop why, struct where at,
	     const char *holder, const void *frame, uint32_t size, uint32_t len)
{
	struct harness *h = arg;

	(void)port, (void)at, (void)holder, (void)frame, (void)size, (void)len;
	ck_assert_int_ne(why, DROP_NONE);
	h->dropped++;
}

static void
note_event(void *arg, uint64_t now, enum drop_level level, const char *text)
{
	struct harness *h = arg;

	MUST(h->nevents < EVENTS_MAX);
	MUST(asprintf(&h->event[h->nevents++], "%g %s %s",
		      (double)now / CLOCK_SECOND, drop_level_name(level),
		      text) >= 0);
}

static struct lockstep_ops ops = {
	.sent = note_sent,
	.dropped = note_dropped,
	.event = note_event,
};

void
harness_run_lacp(bool on)
{
	ops.lacp = on;
}

struct config *
harness_read(const char *text)
{
	struct faults *faults = faults_create();
	FILE *f = fmemopen((void *)(uintptr_t)text, strlen(text), "r");
	struct config *c = config_read_stream("test.ini", f, faults);

	if (c == NULL)
		faults_print(faults, stderr);
	ck_assert_ptr_nonnull(c);
	faults_free(faults);
	fclose(f);
	return c;
}

/* The devices of lockstep; one that is named "bad" does not open. */
static const struct backend *memory;
static struct backend fragile;

static int
open_unless_bad(struct fabric *f, struct device_rt *d, struct where at,
		struct faults *faults)
{
	if (strstr(d->spec, "bad") == NULL)
		return memory->open(f, d, at, faults);
	faults_error(faults, at, d->name, "no such device");
	return -ENODEV;
}

static void
make_fragile(struct fabric *f)
{
	memory = f->backend;
	fragile = *memory;
	fragile.open = open_unless_bad;
	f->backend = &fragile;
}

/* Looks what ports there are, and what they have counted. */
static void
take_stock(struct harness *h)
{
	for (uint16_t id = 0; id < PORTS_MAX; id++)
		if (fabric_port_name(h->fabric, id) != NULL)
			h->end = id + 1;
	for (uint16_t id = 0; id < h->end; id++)
		stats_port(h->fabric, id, &h->before[id]);
	memset(h->groups, 0, sizeof(h->groups));
}

struct harness *
harness_create(const char *text)
{
	struct harness *h = calloc(1, sizeof(*h));
	struct faults *faults = faults_create();

	h->fabric = lockstep_create(harness_read(text), &ops, h, faults);
	if (h->fabric == NULL)
		faults_print(faults, stderr);
	ck_assert_ptr_nonnull(h->fabric);
	faults_free(faults);
	make_fragile(h->fabric);
	take_stock(h);
	return h;
}

const char *
harness_event(struct harness *h, unsigned int i)
{
	return i < h->nevents ? h->event[i] : NULL;
}

unsigned int
harness_events(const struct harness *h)
{
	return h->nevents;
}

void
harness_forget_events(struct harness *h)
{
	while (h->nevents > 0)
		free(h->event[--h->nevents]);
}

/* At least those that left; some are dropped on their way out. */
static bool
groups_are_counted(const struct harness *h, uint16_t id,
		   const struct port_stats *s)
{
	const struct port_stats *before = &h->before[id];
	uint64_t n = s->tx_multicast - before->tx_multicast + s->tx_broadcast -
		     before->tx_broadcast;

	return n >= h->groups[id] &&
	       n <= accounts_sent(s) - accounts_sent(before);
}

/* Every received frame once; everything sent, or its loss named. */
static bool
is_balanced(const struct harness *h)
{
	uint64_t in = 0, out = 0;
	bool once = true;

	for (uint16_t id = 0; id < h->end; id++) {
		struct port_stats s;

		if (fabric_port_name(h->fabric, id) == NULL)
			continue;
		stats_port(h->fabric, id, &s);
		once = once && s.rx_frames == accounts_received(&s) &&
		       groups_are_counted(h, id, &s);
		in += accounts_handed_on(&s) -
		      accounts_handed_on(&h->before[id]);
		out += accounts_sent(&s) - accounts_sent(&h->before[id]);
	}
	return once && in == out;
}

void
harness_free(struct harness *h)
{
	unsigned int used = lockstep_buffers_used(h->fabric);
	bool balanced = h->skip_accounts || is_balanced(h);

	harness_clear(h);
	lockstep_free(h->fabric);
	harness_forget_events(h);
	free(h->left);
	for (unsigned int i = 0; i < h->nframes; i++)
		free(h->frame[i]);
	for (unsigned int i = 0; i < PORTS_MAX; i++)
		free(h->last[i]);
	free(h);
	/* Last, so that nothing of it is left for the next test. */
	ck_assert_uint_eq(used, 0);
	ck_assert(balanced);
}

struct fabric *
harness_fabric(struct harness *h)
{
	return h->fabric;
}

/* An ARP probe for 192.0.2.2 (RFC 5227, 2.1.1). */
static void
fill_arp(uint8_t *frame, uint32_t len)
{
	static const uint8_t probe[] = { 0, 1, 8, 0, 6, 4, 0, 1 };

	if (len < FRAME_HEADER + 28)
		return;
	memset(frame + FRAME_HEADER, 0, 28);
	memcpy(frame + FRAME_HEADER, probe, sizeof(probe));
	memcpy(frame + FRAME_HEADER + 8, frame + 6, 6);
	memcpy(frame + FRAME_HEADER + 24, "\xc0\0\x02\x02", 4);
}

/* The sum over 'n' octets, as RFC 1071 has it. */
static uint32_t
sum16(const uint8_t *p, unsigned int n)
{
	uint32_t sum = 0;

	for (unsigned int i = 0; i + 1 < n; i += 2)
		sum += frame_read16(p + i);
	return sum;
}

/* A neighbour solicitation for fe80::2 from fe80::1 (RFC 4861, 4.3). */
static void
fill_solicitation(uint8_t *frame, uint32_t len)
{
	uint8_t *ip = frame + FRAME_HEADER, *icmp = ip + 40;
	uint32_t sum;

	if (len < FRAME_HEADER + 72)
		return;
	memset(ip, 0, 72);
	memcpy(ip, "\x60\0\0\0\0\x20\x3a\xff\xfe\x80", 10);
	ip[23] = 1;
	memcpy(ip + 24, "\xff\x02\0\0\0\0\0\0\0\0\0\x01\xff\0\0\x02", 16);
	icmp[0] = 135;
	memcpy(icmp + 8, "\xfe\x80", 2);
	icmp[23] = 2;
	memcpy(icmp + 24, "\x01\x01", 2);
	memcpy(icmp + 26, frame + 6, 6);
	sum = sum16(ip + 8, 64) + 32 + 58;
	sum = (sum & 0xffff) + (sum >> 16);
	frame_write16(icmp + 2, (uint16_t) ~(sum + (sum >> 16)));
}

uint8_t *
harness_frame(struct harness *h, uint64_t src, uint64_t dst, uint16_t type,
	      uint32_t len)
{
	uint8_t header[FRAME_HEADER];
	uint8_t *frame = malloc(len != 0 ? len : 1);

	MUST(h->nframes < FRAMES_MAX);
	h->frame[h->nframes++] = frame;
	for (uint32_t i = 0; i < len; i++)
		frame[i] = (uint8_t)(i * 7 + len);
	for (unsigned int i = 0; i < 6; i++) {
		header[i] = (uint8_t)(dst >> (40 - 8 * i));
		header[6 + i] = (uint8_t)(src >> (40 - 8 * i));
	}
	frame_write16(header + 12, type);
	memcpy(frame, header, len < FRAME_HEADER ? len : FRAME_HEADER);
	if (type == FRAME_ARP)
		fill_arp(frame, len);
	else if (type == FRAME_IPV6 && dst >> 24 == 0x3333ff)
		fill_solicitation(frame, len);
	return frame;
}

void
harness_skip_accounts(struct harness *h)
{
	h->skip_accounts = true;
}

void
harness_check(struct harness *h)
{
	MUST(is_balanced(h));
}

void
harness_at(struct harness *h, uint64_t now)
{
	h->now = now;
	lockstep_advance(h->fabric, now);
}

bool
harness_left(struct harness *h, unsigned int i, struct harness_left *left)
{
	if (i >= h->nleft)
		return false;
	*left = h->left[i];
	return true;
}

void
harness_clear(struct harness *h)
{
	for (uint16_t id = 0; id < h->end; id++) {
		h->out[id] = 0;
		h->groups[id] = 0;
		if (fabric_port_name(h->fabric, id) != NULL)
			stats_port(h->fabric, id, &h->before[id]);
	}
	while (h->nleft > 0)
		free((void *)(uintptr_t)h->left[--h->nleft].octets);
	h->dropped = 0;
}

void
harness_send_by(struct harness *h, uint16_t device, const uint8_t *frame,
		uint32_t len)
{
	harness_clear(h);
	h->sent = frame;
	h->sent_len = len;
	lockstep_frame_by(h->fabric, device, frame, len, len, false, h->now);
	harness_check(h);
	MUST(lockstep_buffers_used(h->fabric) == 0);
}

void
harness_send(struct harness *h, const char *port, const uint8_t *frame,
	     uint32_t len)
{
	uint16_t id = fabric_port_id(h->fabric, port);

	MUST(id != FABRIC_NO_PORT);
	harness_send_by(h, egress_device(&h->fabric->view->port[id]->egress),
			frame, len);
}

void
harness_send_ip(struct harness *h, const char *port, uint64_t src, uint64_t dst)
{
	harness_send(h, port, harness_frame(h, src, dst, FRAME_IPV4, FRAME_MIN),
		     FRAME_MIN);
}

unsigned int
harness_sent(struct harness *h, const char *port)
{
	return h->out[fabric_port_id(h->fabric, port)];
}

const uint8_t *
harness_last(struct harness *h, const char *port, uint32_t *len)
{
	uint16_t id = fabric_port_id(h->fabric, port);

	*len = h->last_len[id];
	return h->last[id];
}

static bool
is_named(const char *names, const char *name)
{
	size_t n = strlen(name);

	for (const char *p = names; (p = strstr(p, name)) != NULL; p += n)
		if ((p == names || p[-1] == ' ') &&
		    (p[n] == '\0' || p[n] == ' '))
			return true;
	return false;
}

void
harness_expect_out(struct harness *h, const char *ports)
{
	for (uint16_t id = 0; id < h->end; id++) {
		const char *name = fabric_port_name(h->fabric, id);
		bool wanted = name != NULL && ports != NO_PORT &&
			      is_named(ports, name);

		ck_assert_msg(h->out[id] == (unsigned int)wanted,
			      "%u frames left by %s, not %d", h->out[id], name,
			      wanted);
		if (!wanted)
			continue;
		ck_assert_uint_eq(h->last_len[id], h->sent_len);
		ck_assert_mem_eq(h->last[id], h->sent, h->sent_len);
	}
	ck_assert_uint_eq(h->dropped, 0);
}

void
harness_expect_drop(struct harness *h, const char *port, enum drop why)
{
	uint16_t id = fabric_port_id(h->fabric, port);

	for (uint16_t i = 0; i < h->end; i++) {
		struct port_stats s;

		ck_assert_uint_eq(h->out[i], 0);
		if (fabric_port_name(h->fabric, i) == NULL)
			continue;
		stats_port(h->fabric, i, &s);
		for (enum drop d = DROP_NONE; d < DROP_N; d++)
			ck_assert_msg(s.drop[d] - h->before[i].drop[d] ==
					      (i == id && d == why),
				      "port %s: %s counted %lu, wanted %s",
				      fabric_port_name(h->fabric, i),
				      drop_name(d),
				      s.drop[d] - h->before[i].drop[d],
				      drop_name(why));
	}
	ck_assert_uint_eq(h->dropped, 1);
}

void
harness_apply(struct harness *h, const char *text)
{
	struct faults *faults = faults_create();
	struct apply_result result;
	struct config *c = harness_read(text);

	ck_assert_int_eq(fabric_apply(h->fabric, c, &result, faults), 0);
	faults_free(faults);
	settled_check(h->fabric);
	take_stock(h);
}

void
harness_refuse(struct harness *h, const char *text)
{
	struct faults *faults = faults_create();
	struct apply_result result;
	struct config *c = harness_read(text);
	char *before = settled_text(h->fabric), *after;

	ck_assert_int_lt(fabric_apply(h->fabric, c, &result, faults), 0);
	ck_assert_uint_eq(faults_errors(faults), 1);
	after = settled_text(h->fabric);
	settled_compare(after, before);
	settled_check(h->fabric);
	free(before);
	free(after);
	config_free(c);
	faults_free(faults);
}

const char *
harness_where(struct harness *h, uint64_t mac)
{
	struct fabric *f = h->fabric;
	struct mactab_entry e;

	h->found[0] = '\0';
	for (unsigned int i = 0; i < f->config->nlans; i++)
		if (mactab_get(runtime_lan(f, f->config->lan[i].id)->macs, mac,
			       &e))
			snprintf(h->found, sizeof(h->found), "%s %s",
				 fabric_port_name(f, e.port), mactab_type(&e));
	return h->found;
}
