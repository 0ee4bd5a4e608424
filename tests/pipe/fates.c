/* SPDX-License-Identifier: BSD-3-Clause */
#include "tests/pipe/fates.h"

#include <string.h>

#include "fabric/runtime/matrix.h"
#include "fabric/runtime/runtime.h"
#include "lib/mactab.h"
#include "tests/check_run.h"

/* FNV-1a. */
static uint64_t
hash(uint64_t h, const void *data, size_t n)
{
	const uint8_t *p = data;

	while (n-- > 0)
		h = (h ^ *p++) * UINT64_C(0x100000001b3);
	return h;
}

static void
note_sent(void *arg, uint64_t now, uint16_t port, const void *frame,
	  uint32_t size, uint32_t len)
{
	struct fates *f = arg;

	(void)now;
	f->sent += hash(port * UINT64_C(1000003) + len, frame, size);
	if (f->ordered)
		f->order[port] = hash(f->order[port] ^ len, frame, size);
}

static void
note_refused(void *arg, uint16_t port, enum drop why, struct where at,
	     const char *holder, const void *frame, uint32_t size, uint32_t len)
{
	struct fates *f = arg;

	(void)at, (void)holder;
	f->dropped += hash(port * UINT64_C(1000003) + why + len, frame, size);
}

struct fabric *
fates_create(const char *text, struct fates *fates)
{
	static const struct lockstep_ops ops = { .sent = note_sent,
						 .dropped = note_refused };
	struct faults *faults = faults_create();
	FILE *stream = fmemopen((void *)(uintptr_t)text, strlen(text), "r");
	struct config *c = config_read_stream("test.ini", stream, faults);
	struct fabric *f = NULL;

	if (c != NULL)
		f = lockstep_create(c, &ops, fates, faults);
	if (f == NULL)
		faults_print(faults, stderr);
	ck_assert_ptr_nonnull(f);
	fclose(stream);
	faults_free(faults);
	return f;
}

static bool
note_address(void *arg, const struct mactab_entry *e)
{
	struct fates *f = arg;

	f->addresses += hash(e->port * UINT64_C(1000003) + e->flags, &e->mac,
			     sizeof(e->mac)) ^
			e->seen;
	return true;
}

void
fates_note_addresses(const struct fabric *f, struct fates *fates)
{
	for (unsigned int i = 0; i < f->config->nlans; i++)
		mactab_each(f->lan[i]->macs, note_address, fates);
}

static void
note_hits(const struct fabric *f, const struct port_rules *r,
	  struct fates *fates)
{
	if (r->acl == NULL)
		return;
	for (unsigned int i = 0; i < r->acl->n; i++) {
		uint64_t n = 0;

		for (unsigned int w = 0; w < f->nworkers; w++)
			n += counter_read(&r->hits->n[w * r->hits->stride + i]);
		fates->hits = hash(fates->hits + i, &n, sizeof(n));
	}
}

/* The sum of a row of the matrix is what the port has had sent on. */
static void
note_pairs(const struct fabric *f, uint16_t from, struct fates *fates)
{
	uint64_t forwarded = 0;

	for (uint16_t to = 0; fabric_port_name(f, to) != NULL; to++) {
		struct matrix_sum sum = matrix_read(f, from, to);

		forwarded += matrix_total(&sum).frames;
		fates->pairs = hash(fates->pairs, &sum, sizeof(sum));
	}
	if (f->matrix != NULL)
		ck_assert_uint_eq(forwarded, fates->stats[from].forwarded);
}

void
fates_end(struct fabric *f, struct fates *fates)
{
	for (uint16_t id = 0; fabric_port_name(f, id) != NULL; id++) {
		stats_port(f, id, &fates->stats[id]);
		note_pairs(f, id, fates);
		note_hits(f, &f->port[id]->rules[0], fates);
		note_hits(f, &f->port[id]->rules[1], fates);
	}
	ck_assert_uint_eq(lockstep_buffers_used(f), 0);
	lockstep_free(f);
}

void
fates_are_same(const struct fates *a, const struct fates *b)
{
	ck_assert_mem_eq(a->stats, b->stats, sizeof(a->stats));
	ck_assert_uint_eq(a->dropped, b->dropped);
	ck_assert_uint_eq(a->sent, b->sent);
	ck_assert_uint_eq(a->addresses, b->addresses);
	ck_assert_uint_eq(a->hits, b->hits);
	ck_assert_uint_eq(a->pairs, b->pairs);
	ck_assert_mem_eq(a->order, b->order, sizeof(a->order));
}
