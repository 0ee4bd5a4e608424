/* SPDX-License-Identifier: BSD-3-Clause */
#include "lib/indexmap.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <bsd/string.h>

#include "lib/strtable.h"

#define FORMAT  "ixfabric ifindex "
#define VERSION 1
#define END     "end\n"

/* Below that a number that was taken is behind the next one: no name gets it again. */
#define ASCENDING 16777216

struct row {
	uint32_t number;
	char name[INDEXMAP_NAME_SIZE];
};

/* Rows of ports that are gone come first, the longest gone before the others. */
struct indexmap {
	uint32_t next; /* to be given out, if it is free */
	size_t n;
	struct row row[];
};

static struct indexmap *
create(size_t room)
{
	struct indexmap *m = calloc(1, sizeof(*m) + room * sizeof(m->row[0]));

	if (m != NULL)
		m->next = INDEXMAP_FIRST;
	return m;
}

void
indexmap_free(struct indexmap *m)
{
	free(m);
}

static void
put(struct indexmap *m, const char *name, uint32_t number)
{
	struct row *r = &m->row[m->n++];

	r->number = number;
	strlcpy(r->name, name, sizeof(r->name));
	if (number >= m->next && number < ASCENDING)
		m->next = number + 1;
}

/* What indexmap_next() looks up. */
struct lookup {
	const struct indexmap *old;
	struct strtable *ports; /* by name, their place */
	uint32_t *taken;        /* numbers, in order */
	size_t ntaken;
};

static int
compare(const void *a, const void *b)
{
	uint32_t x = *(const uint32_t *)a, y = *(const uint32_t *)b;

	return (x > y) - (x < y);
}

static bool
has(const uint32_t *list, size_t n, uint32_t number)
{
	return bsearch(&number, list, n, sizeof(*list), compare) != NULL;
}

static int
begin(struct lookup *l, const struct indexmap_port *port, size_t n)
{
	size_t nold = l->old != NULL ? l->old->n : 0;

	l->ports = strtable_create();
	l->taken = calloc(n + nold + 1, sizeof(*l->taken));
	if (l->ports == NULL || l->taken == NULL)
		return -ENOMEM;
	for (size_t i = 0; i < n; i++) {
		if (strtable_put(l->ports, port[i].name, i) != 0)
			return -ENOMEM;
		if (port[i].fixed != 0)
			l->taken[l->ntaken++] = port[i].fixed;
	}
	qsort(l->taken, l->ntaken, sizeof(*l->taken), compare);
	return 0;
}

/* Whether the port of a row of the old map is gone. */
static bool
is_gone(const struct lookup *l, const struct row *r)
{
	return strtable_get(l->ports, r->name) == STRTABLE_NONE;
}

/* How many of the rows of ports that are gone are to be forgotten. */
static size_t
count_over(const struct lookup *l, size_t nold, size_t n)
{
	size_t rows = n;

	for (size_t i = 0; i < nold; i++)
		rows += is_gone(l, &l->old->row[i]);
	return rows > INDEXMAP_NAMES ? rows - INDEXMAP_NAMES : 0;
}

/*
 * What the old map has: a port keeps its number, and a port that is gone its row,
 * unless the configuration gives the number to another.
 */
static void
inherit(struct lookup *l, struct indexmap *m, struct indexmap_port *port,
	size_t n)
{
	size_t nold = l->old != NULL ? l->old->n : 0, nfixed = l->ntaken;
	size_t over = count_over(l, nold, n);

	m->next = l->old != NULL ? l->old->next : INDEXMAP_FIRST;
	for (size_t i = 0; i < nold; i++) {
		const struct row *r = &l->old->row[i];
		size_t at = strtable_get(l->ports, r->name);
		bool gone = at == STRTABLE_NONE;

		if (gone && over > 0) {
			over--;
			continue;
		}
		if (has(l->taken, nfixed, r->number) ||
		    (!gone && port[at].fixed != 0))
			continue;
		if (gone)
			put(m, r->name, r->number);
		else
			port[at].number = r->number;
		l->taken[l->ntaken++] = r->number;
	}
	qsort(l->taken, l->ntaken, sizeof(*l->taken), compare);
}

/* 0: there is none left. */
static uint32_t
give(const struct lookup *l, struct indexmap *m)
{
	while (m->next <= INDEXMAP_LAST && has(l->taken, l->ntaken, m->next))
		m->next++;
	return m->next <= INDEXMAP_LAST ? m->next++ : 0;
}

struct indexmap *
indexmap_next(const struct indexmap *old, struct indexmap_port *port, size_t n)
{
	struct lookup l = { .old = old };
	struct indexmap *m = create(n + (old != NULL ? old->n : 0));

	if (m == NULL || begin(&l, port, n) != 0) {
		indexmap_free(m);
		m = NULL;
	}
	for (size_t i = 0; m != NULL && i < n; i++)
		port[i].number = port[i].fixed;
	if (m != NULL)
		inherit(&l, m, port, n);
	for (size_t i = 0; m != NULL && i < n; i++) {
		if (port[i].number == 0)
			port[i].number = give(&l, m);
		if (port[i].number != 0)
			put(m, port[i].name, port[i].number);
	}
	strtable_free(l.ports);
	free(l.taken);
	return m;
}

bool
indexmap_is_same(const struct indexmap *a, const struct indexmap *b)
{
	size_t na = a != NULL ? a->n : 0, nb = b != NULL ? b->n : 0;

	if (na != nb || (na > 0 && a->next != b->next))
		return false;
	for (size_t i = 0; i < na; i++)
		if (a->row[i].number != b->row[i].number ||
		    strcmp(a->row[i].name, b->row[i].name) != 0)
			return false;
	return true;
}

char *
indexmap_text(const struct indexmap *m, size_t *size)
{
	char *text = NULL;
	FILE *out = open_memstream(&text, size);
	bool failed;

	if (out == NULL)
		return NULL;
	fprintf(out, FORMAT "%d %" PRIu32 "\n", VERSION, m->next);
	for (size_t i = 0; i < m->n; i++)
		fprintf(out, "%" PRIu32 " %s\n", m->row[i].number,
			m->row[i].name);
	fputs(END, out);
	failed = ferror(out) != 0;
	if (fclose(out) == 0 && !failed)
		return text;
	free(text);
	return NULL;
}

/* A number without a sign, up to 'most'; 0: it is none. */
static uint32_t
number_of(const char *text, uint32_t most)
{
	char *end;
	unsigned long long n;

	if (*text < '1' || *text > '9')
		return 0;
	errno = 0;
	n = strtoull(text, &end, 10);
	return errno == 0 && *end == '\0' && n <= most ? (uint32_t)n : 0;
}

/* A row "NUMBER NAME" of the text. */
static const char *
take_row(struct indexmap *m, struct strtable *names, char *line)
{
	char *text = strsep(&line, " ");
	uint32_t number = number_of(text, INDEXMAP_LAST);

	if (number == 0 || line == NULL || *line == '\0' ||
	    strlen(line) >= INDEXMAP_NAME_SIZE ||
	    strpbrk(line, " \t\r") != NULL)
		return "a line is not a number and a name";
	if (m->n == INDEXMAP_NAMES)
		return "it has too many names";
	switch (strtable_put(names, line, 0)) {
	case 0:
		put(m, line, number);
		return NULL;
	case -EEXIST:
		return "a name is there twice";
	default:
		return "no memory";
	}
}

static const char *
check_numbers(const struct indexmap *m)
{
	uint32_t *list = calloc(m->n + 1, sizeof(*list));
	const char *why = NULL;

	if (list == NULL)
		return "no memory";
	for (size_t i = 0; i < m->n; i++)
		list[i] = m->row[i].number;
	qsort(list, m->n, sizeof(*list), compare);
	for (size_t i = 1; i < m->n; i++)
		if (list[i] == list[i - 1])
			why = "a number is there twice";
	free(list);
	return why;
}

/* The first line. */
static const char *
take_head(struct indexmap *m, char *line)
{
	char *version;
	uint32_t next;

	if (line == NULL || strncmp(line, FORMAT, strlen(FORMAT)) != 0)
		return "it is another kind of file";
	line += strlen(FORMAT);
	version = strsep(&line, " ");
	if (number_of(version, INDEXMAP_LAST) != VERSION)
		return "its version is another one";
	next = line != NULL ? number_of(line, INDEXMAP_LAST + 1U) : 0;
	if (next < INDEXMAP_FIRST)
		return "its first line is damaged";
	m->next = next;
	return NULL;
}

static const char *
parse(struct indexmap *m, struct strtable *names, char *text, size_t size)
{
	size_t tail = strlen("\n" END);
	const char *why;
	char *line;

	if (size < tail || strlen(text) != size ||
	    strcmp(text + size - tail, "\n" END) != 0)
		return "it is not whole";
	text[size - strlen(END) - 1] = '\0';
	why = take_head(m, strsep(&text, "\n"));
	while (why == NULL && (line = strsep(&text, "\n")) != NULL)
		why = take_row(m, names, line);
	return why != NULL ? why : check_numbers(m);
}

struct indexmap *
indexmap_parse(char *text, size_t size, const char **why)
{
	struct indexmap *m = create(INDEXMAP_NAMES);
	struct strtable *names = strtable_create();

	*why = m != NULL && names != NULL ? parse(m, names, text, size)
					  : "no memory";
	strtable_free(names);
	if (*why == NULL)
		return m;
	indexmap_free(m);
	return NULL;
}
