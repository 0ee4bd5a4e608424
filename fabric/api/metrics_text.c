/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * The second half of a scrape: the text.
 *
 * All samples of a metric stand together, so the text goes through the metrics, and for
 * each of them through the rows that have one.
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "fabric/api/metrics_impl.h"

/* Grows by doubling; false: there is no memory, and the text is lost. */
static bool
has_room(struct metrics_text *t, size_t n)
{
	size_t room = t->room == 0 ? 4096 : t->room;
	char *at;

	while (room - t->n < n)
		room *= 2;
	if (room == t->room)
		return true;
	at = t->failed ? NULL : realloc(t->at, room);
	t->failed = at == NULL;
	if (t->failed)
		return false;
	t->at = at;
	t->room = room;
	return true;
}

static void
put(struct metrics_text *t, const char *text, size_t n)
{
	memcpy(t->at + t->n, text, n);
	t->n += n;
}

static void
put_number(struct metrics_text *t, uint64_t n)
{
	char digits[20];
	unsigned int i = sizeof(digits);

	do
		digits[--i] = (char)('0' + n % 10);
	while ((n /= 10) != 0);
	put(t, digits + i, sizeof(digits) - i);
}

/* ixf_NAME{LABELS,MORE} VALUE */
static void
sample(struct metrics_text *t, const char *name, const char *labels,
       const char *more, uint64_t value)
{
	size_t nname = strlen(name), nlabels = strlen(labels),
	       nmore = strlen(more);

	if (!has_room(t, nname + nlabels + nmore + 32))
		return;
	put(t, "ixf_", 4);
	put(t, name, nname);
	if (nlabels + nmore > 0) {
		put(t, "{", 1);
		put(t, labels, nlabels);
		if (nlabels > 0 && nmore > 0)
			put(t, ",", 1);
		put(t, more, nmore);
		put(t, "}", 1);
	}
	put(t, " ", 1);
	put_number(t, value);
	put(t, "\n", 1);
}

/* The labels of each drop reason. */
#define LABEL_RX              "direction=\"rx\",reason=\""
#define LABEL_TX              "direction=\"tx\",reason=\""
#define DROP(name, side, ...) [DROP_##name] = LABEL_##side #name "\"",
static const char *const drop_labels[DROP_N] = {
#include "fabric/view/drop_list.h"
};

static void
put_drops(struct metrics_text *t, const char *name,
	  const struct metrics_port *row)
{
	for (enum drop why = DROP_NONE + 1; why < DROP_N; why++)
		sample(t, name, row->labels, drop_labels[why],
		       row->counted.drop[why]);
}

static void
put_rules(struct metrics_text *t, const char *name,
	  const struct metrics_port *row)
{
	static const char *const direction[] = { "in", "out" };
	char more[METRICS_LABEL + 64];

	for (unsigned int out = 0; out < 2; out++) {
		const struct metrics_rules *r = &row->rules[out];

		for (unsigned int i = 0; i < r->n; i++) {
			snprintf(more, sizeof(more),
				 "direction=\"%s\",acl=\"%s\",rule=\"%u\"",
				 direction[out], r->acl, i + 1);
			sample(t, name, row->labels, more, r->hits[i]);
		}
	}
}

static void
put_sponge(struct metrics_text *t, const char *name,
	   const struct metrics_lan *row)
{
	char more[32];

	for (unsigned int kind = 0; row->has_sponge && kind < SPONGE_KINDS;
	     kind++) {
		snprintf(more, sizeof(more), "state=\"%s\"",
			 sponge_kind_name(kind));
		sample(t, name, row->labels, more, row->neigh.addresses[kind]);
	}
}

static void
put_pair(struct metrics_text *t, const char *name,
	 const struct metrics_pair *row, uint64_t value)
{
	char labels[2 * METRICS_LABEL + 64];

	snprintf(labels, sizeof(labels), "from=%s,to=%s,protocol=\"%s\"",
		 row->from, row->to, matrix_kind_name(row->kind));
	sample(t, name, labels, "", value);
}

/* A function put_NAME() for each metric. */
#define SAMPLE(more, value) sample(t, name, row->labels, more, value);
#define DROPS()             put_drops(t, name, row);
#define RULES()             put_rules(t, name, row);
#define SPONGE()            put_sponge(t, name, row);
#define PAIR(value)         put_pair(t, name, row, value);
#define DEVICE(counter)                                                        \
	if (row->has_device)                                                   \
		sample(t, name, row->labels, "", row->device.counter);
#define LAG(number)                                                            \
	if (row->is_lag)                                                       \
		sample(t, name, row->labels, "", row->number);
#define LACP(counter)                                                          \
	if (row->has_lacp)                                                     \
		sample(t, name, row->labels, "", row->lacp.counter);
#define NEIGH(counter)                                                         \
	if (row->has_neigh)                                                    \
		sample(t, name, row->labels, "", row->neigh.of.counter);
#define METRIC(scope, id, type, labels, help, samples)                         \
	static void put_##id(struct metrics_text *t, const char *name,         \
			     const void *arg)                                  \
	{                                                                      \
		const struct metrics_##scope *row = arg;                       \
                                                                               \
		samples                                                        \
	}
#include "fabric/api/metrics_list.h"

enum scope {
	SCOPE_fabric,
	SCOPE_port,
	SCOPE_link,
	SCOPE_lan,
	SCOPE_worker,
	SCOPE_pool,
	SCOPE_mirror,
	SCOPE_pair
};

static const struct metric {
	enum scope scope;
	const char *name, *head;
	void (*put)(struct metrics_text *, const char *name, const void *row);
} metrics[] = {
#define GAUGE   "gauge"
#define COUNTER "counter"
#define METRIC(scope, id, type, labels, help, samples)                         \
	{ SCOPE_##scope, #id,                                                  \
	  "# HELP ixf_" #id " " help ".\n# TYPE ixf_" #id " " type "\n",       \
	  put_##id },
#include "fabric/api/metrics_list.h"
};

#define METRICS (sizeof(metrics) / sizeof(metrics[0]))

/* Row 'i' of those that a metric has samples of, or NULL. */
static const void *
row_of(const struct metrics *m, enum scope scope, size_t i)
{
	switch (scope) {
	case SCOPE_fabric:
		return i == 0 ? &m->fabric : NULL;
	case SCOPE_port:
		return i < m->nports ? &m->port[i] : NULL;
	case SCOPE_link:
		return i < m->nlinks ? &m->link[i] : NULL;
	case SCOPE_lan:
		return i < m->nlans ? &m->lan[i] : NULL;
	case SCOPE_worker:
		return i < m->nworkers ? &m->worker[i] : NULL;
	case SCOPE_pool:
		return i < m->npools ? &m->pool[i] : NULL;
	case SCOPE_mirror:
		return i < m->nmirrors ? &m->mirror[i] : NULL;
	case SCOPE_pair:
		return i < m->npairs ? &m->pair[i] : NULL;
	}
	return NULL;
}

/* The samples of one row, after the head of the metric if it is the first. */
static void
put_next(struct metrics *m)
{
	const struct metric *metric = &metrics[m->metric];
	const void *row = row_of(m, metric->scope, m->row);
	struct metrics_text *t = &m->text;
	size_t n = strlen(metric->head);

	if (m->row == 0 && (metric->scope != SCOPE_pair || m->matrix) &&
	    has_room(t, n))
		put(t, metric->head, n);
	if (row == NULL) {
		m->metric++;
		m->row = 0;
		return;
	}
	metric->put(t, metric->name, row);
	m->row++;
}

long
metrics_read(struct metrics *m, char *text, size_t size)
{
	struct metrics_text *t = &m->text;
	const char *end = NULL;
	size_t n;

	while (t->n < size && m->metric < METRICS && !t->failed)
		put_next(m);
	if (t->failed)
		return -ENOMEM;
	n = t->n < size ? t->n : size;
	if (n < t->n)
		end = memrchr(t->at, '\n', n);
	if (end != NULL)
		n = (size_t)(end + 1 - t->at);
	memcpy(text, t->at, n);
	t->n -= n;
	memmove(t->at, t->at + n, t->n);
	return (long)n;
}
