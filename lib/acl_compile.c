/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Makes sets from rules: each rule becomes tests of single octets, and a set
 * has the pieces that pass for one value of one octet.
 */
#include "lib/acl_compile.h"

#include <endian.h>
#include <errno.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "lib/acl.h"
#include "lib/acl_table.h"
#include "lib/frame.h"

#define ALIGNMENT  64 /* a cache line */
#define SPANS_MAX  3
#define PIECES_MAX (SPANS_MAX * SPANS_MAX) /* of one rule */

/*
 * An octet passes if it is in low..high and is 'value' where 'mask' has ones.
 */
struct test {
	uint8_t mask;
	uint8_t value;
	uint8_t low;
	uint8_t high;
};

/* The tests of a piece, which must all pass. */
struct tests {
	struct test octet[ACL_KEY_SIZE];
};

static const struct test free_test = { 0, 0, 0, UINT8_MAX };

static bool
is_free(const struct test *t)
{
	return t->mask == 0 && t->low == 0 && t->high == UINT8_MAX;
}

static bool
passes(const struct test *t, unsigned int value)
{
	return (value & t->mask) == t->value && value >= t->low &&
	       value <= t->high;
}

/* Requires 'n' octets of the key to be 'value' where 'mask' has ones. */
static void
want(struct tests *tests, enum acl_field at, const uint8_t *value,
     const uint8_t *mask, unsigned int n)
{
	for (unsigned int i = 0; i < n; i++) {
		struct test *t = &tests->octet[at + i];

		t->mask = mask[i];
		t->value = value[i] & mask[i];
		if (t->mask == UINT8_MAX)
			t->low = t->high = t->value;
	}
}

static void
want_number(struct tests *tests, enum acl_field at, uint16_t number)
{
	static const uint8_t ones[2] = { UINT8_MAX, UINT8_MAX };
	uint8_t value[2];

	frame_write16(value, number);
	want(tests, at, value, ones, 2);
}

static void
want_octet(struct tests *tests, enum acl_field at, uint8_t value, uint8_t mask)
{
	want(tests, at, &value, &mask, 1);
}

static void
want_mac(struct tests *tests, enum acl_field at, const struct acl_mac *m)
{
	uint64_t mac = htobe64(m->mac << 16);
	uint64_t mask = htobe64(m->mask << 16);

	want(tests, at, (const uint8_t *)&mac, (const uint8_t *)&mask, 6);
}

static void
want_prefix(struct tests *tests, enum acl_field at, const struct prefix *p)
{
	unsigned int n = p->addr.family == 4 ? 4 : 16;
	uint8_t mask[16] = { 0 };

	for (unsigned int i = 0; i < p->length; i++)
		mask[i / 8] |= (uint8_t)(0x80 >> i % 8);
	want(tests, at, p->addr.octet, mask, n);
}

/* The fields that a frame must have for the terms of 'r'. */
static uint8_t
has_of(const struct acl_rule *r)
{
	static const struct {
		uint32_t terms;
		uint8_t has;
	} needs[] = {
		{ ACL_TERM_PROTO, ACL_HAS_PROTO },
		{ ACL_TERMS_PORT, ACL_HAS_PORTS },
		{ ACL_TERMS_ICMP, ACL_HAS_ICMP },
		{ ACL_TERM_FRAGMENT, ACL_HAS_FRAGMENT },
		{ ACL_TERMS_ARP, ACL_HAS_ARP },
	};
	uint8_t has = 0;

	for (unsigned int i = 0; i < sizeof(needs) / sizeof(needs[0]); i++)
		if (r->terms & needs[i].terms)
			has |= needs[i].has;
	if (has == 0 && !(r->terms & (ACL_TERM_SRC | ACL_TERM_DST)))
		return 0;
	return has | (r->ether == FRAME_IPV4   ? ACL_HAS_IP
		      : r->ether == FRAME_IPV6 ? ACL_HAS_IP6
					       : 0);
}

/* The terms other than ports. */
static void
want_terms(struct tests *t, const struct acl_rule *r)
{
	uint8_t has = has_of(r);

	want_octet(t, ACL_KEY_HAS, has, has);
	/* A frame with the header also has the type. */
	if ((r->terms & ACL_TERM_ETHER) && has == 0)
		want_number(t, ACL_KEY_ETHER, r->ether);
	if (r->terms & ACL_TERM_SMAC)
		want_mac(t, ACL_KEY_SMAC, &r->smac);
	if (r->terms & ACL_TERM_DMAC)
		want_mac(t, ACL_KEY_DMAC, &r->dmac);
	if (r->terms & ACL_TERM_VLAN)
		want_number(t, ACL_KEY_VLAN, r->vlan);
	if (r->terms & ACL_TERM_SRC)
		want_prefix(t, ACL_KEY_SRC, &r->src);
	if (r->terms & ACL_TERM_DST)
		want_prefix(t, ACL_KEY_DST, &r->dst);
	if (r->terms & ACL_TERM_PROTO)
		want_octet(t, ACL_KEY_PROTO, r->proto, UINT8_MAX);
	if (r->terms & ACL_TERM_ICMP_TYPE)
		want_octet(t, ACL_KEY_ICMP_TYPE, r->icmp_type, UINT8_MAX);
	if (r->terms & ACL_TERM_ICMP_CODE)
		want_octet(t, ACL_KEY_ICMP_CODE, r->icmp_code, UINT8_MAX);
	if (r->terms & ACL_TERM_OP)
		want_number(t, ACL_KEY_OP, r->op);
	if (r->terms & ACL_TERM_SHA)
		want_mac(t, ACL_KEY_SHA, &r->sha);
	if (r->terms & ACL_TERM_THA)
		want_mac(t, ACL_KEY_THA, &r->tha);
	if (r->terms & ACL_TERM_SPA)
		want_prefix(t, ACL_KEY_SPA, &r->spa);
	if (r->terms & ACL_TERM_TPA)
		want_prefix(t, ACL_KEY_TPA, &r->tpa);
}

/* Ports whose high octet is in one range, and the low octet in another. */
struct span {
	struct test octet[2];
};

static unsigned int
add_span(struct span *spans, unsigned int n, unsigned int first,
	 unsigned int last)
{
	spans[n].octet[0] = free_test;
	spans[n].octet[0].low = (uint8_t)(first >> 8);
	spans[n].octet[0].high = (uint8_t)(last >> 8);
	spans[n].octet[1] = free_test;
	spans[n].octet[1].low = (uint8_t)first;
	spans[n].octet[1].high = (uint8_t)last;
	return n + 1;
}

/*
 * A range of ports as spans that do not overlap, at most three: the ports
 * before the first whole block of 256, the whole blocks, and the ports after
 * them.
 */
static unsigned int
split_ports(const struct acl_ports *p, struct span spans[SPANS_MAX])
{
	unsigned int first = p->first, last = p->last, n = 0;

	if (first >> 8 == last >> 8)
		return add_span(spans, n, first, last);
	if ((first & 0xff) != 0) {
		n = add_span(spans, n, first, first | 0xff);
		first = (first | 0xff) + 1;
	}
	if ((last & 0xff) != 0xff) {
		n = add_span(spans, n, last & ~0xffu, last);
		last = (last & ~0xffu) - 1;
	}
	if (first < last)
		n = add_span(spans, n, first, last);
	return n;
}

/* Makes the pieces of a rule, and returns how many there are. */
static unsigned int
split_rule(const struct acl_rule *r, struct tests pieces[PIECES_MAX])
{
	static const struct acl_ports all = { 0, UINT16_MAX };
	struct span sports[SPANS_MAX], dports[SPANS_MAX];
	bool has_ports = r->terms & ACL_TERMS_PORT;
	unsigned int nsports, ndports, n = 0;
	struct tests common;

	for (unsigned int i = 0; i < ACL_KEY_SIZE; i++)
		common.octet[i] = free_test;
	want_terms(&common, r);
	pieces[0] = common;
	if (!has_ports)
		return 1;
	nsports = split_ports(r->terms & ACL_TERM_SPORT ? &r->sport : &all,
			      sports);
	ndports = split_ports(r->terms & ACL_TERM_DPORT ? &r->dport : &all,
			      dports);
	for (unsigned int s = 0; s < nsports; s++)
		for (unsigned int d = 0; d < ndports; d++, n++) {
			pieces[n] = common;
			memcpy(pieces[n].octet + ACL_KEY_SPORT, &sports[s],
			       sizeof(sports[s]));
			memcpy(pieces[n].octet + ACL_KEY_DPORT, &dports[d],
			       sizeof(dports[d]));
		}
	return n;
}

/* All pieces of all rules in order, during compilation. */
struct draft {
	unsigned int n;
	struct tests *tests;
	uint16_t *rule;
};

static void
draft_free(struct draft *d)
{
	free(d->tests);
	free(d->rule);
}

static int
draft_init(struct draft *d, const struct acl_rule *rules, unsigned int n)
{
	size_t max = (size_t)n * PIECES_MAX + 1;

	d->n = 0;
	d->tests = malloc(max * sizeof(*d->tests));
	d->rule = malloc(max * sizeof(*d->rule));
	if (d->tests == NULL || d->rule == NULL) {
		draft_free(d);
		return -ENOMEM;
	}
	for (unsigned int i = 0; i < n; i++) {
		unsigned int end =
			d->n + split_rule(&rules[i], d->tests + d->n);

		while (d->n < end)
			d->rule[d->n++] = (uint16_t)i;
	}
	return 0;
}

static void
find_positions(struct acl *a, const struct draft *d)
{
	for (unsigned int at = 0; at < ACL_KEY_SIZE; at++)
		for (unsigned int i = 0; i < d->n; i++)
			if (!is_free(&d->tests[i].octet[at])) {
				a->position[a->positions++] = (uint8_t)at;
				break;
			}
	if (a->positions == 0)
		a->position[a->positions++] = ACL_KEY_HAS;
}

static void
add_to(uint64_t *set, unsigned int piece)
{
	set[piece / ACL_WORD] |= UINT64_C(1) << piece % ACL_WORD;
}

/* The sets of one position.  Most pieces accept any value there. */
static void
fill_sets(const struct acl *a, uint64_t *sets, const struct draft *d,
	  unsigned int at)
{
	for (unsigned int i = 0; i < d->n; i++)
		if (is_free(&d->tests[i].octet[at]))
			add_to(sets, i);
	for (unsigned int v = 1; v < ACL_VALUES; v++)
		memcpy(sets + (size_t)v * a->words, sets,
		       a->words * sizeof(*sets));
	for (unsigned int i = 0; i < d->n; i++) {
		const struct test *t = &d->tests[i].octet[at];

		if (is_free(t))
			continue;
		for (unsigned int v = t->low; v <= t->high; v++)
			if (passes(t, v))
				add_to(sets + (size_t)v * a->words, i);
	}
}

static enum acl_verdict
verdict_of(enum acl_action action)
{
	switch (action) {
	case ACL_ACTION_PERMIT:
		return ACL_PERMIT;
	case ACL_ACTION_DENY:
		return ACL_DENY;
	default:
		return ACL_NO_MATCH;
	}
}

static void
fill(struct acl *a, const struct acl_rule *rules, const struct draft *d)
{
	for (unsigned int i = 0; i < d->n; i++) {
		struct acl_piece *p = &a->pieces[i];

		p->rule = d->rule[i];
		p->verdict = (uint8_t)verdict_of(rules[p->rule].action);
		if (p->verdict != ACL_NO_MATCH)
			add_to(a->deciding, i);
		else
			a->counts = true;
	}
	for (unsigned int i = 0; i < a->positions; i++)
		fill_sets(a, a->sets + (size_t)i * ACL_VALUES * a->words, d,
			  a->position[i]);
}

static unsigned int
words_for(unsigned int pieces)
{
	unsigned int n = (pieces + ACL_WORD - 1) / ACL_WORD;

	if (n > ACL_CHUNK / 2)
		return (n + ACL_CHUNK - 1) / ACL_CHUNK * ACL_CHUNK;
	return n > 2 ? 4 : n > 1 ? 2 : 1;
}

static struct acl *
compile(const struct acl_rule *rules, unsigned int n, const struct draft *d)
{
	struct acl *a = calloc(1, sizeof(*a));
	size_t size;

	if (a == NULL)
		return NULL;
	a->rules = n;
	a->npieces = d->n;
	a->words = words_for(d->n);
	find_positions(a, d);
	size = (size_t)a->positions * ACL_VALUES * a->words * sizeof(*a->sets);
	a->sets = aligned_alloc(ALIGNMENT, size);
	a->deciding = calloc(a->words, sizeof(*a->deciding));
	a->pieces = calloc((size_t)a->words * ACL_WORD, sizeof(*a->pieces));
	if (a->sets == NULL || a->deciding == NULL || a->pieces == NULL) {
		acl_free(a);
		return NULL;
	}
	memset(a->sets, 0, size);
	fill(a, rules, d);
	if (!acl_make_forms(a)) {
		acl_free(a);
		return NULL;
	}
	return a;
}

struct acl *
acl_compile(const struct acl_rule *rules, unsigned int n)
{
	struct draft d;
	struct acl *a;

	if (n > ACL_RULES_MAX) {
		errno = E2BIG;
		return NULL;
	}
	if (draft_init(&d, rules, n) != 0) {
		errno = ENOMEM;
		return NULL;
	}
	a = compile(rules, n, &d);
	draft_free(&d);
	if (a == NULL)
		errno = ENOMEM;
	return a;
}

void
acl_free(struct acl *a)
{
	if (a == NULL)
		return;
	acl_free_forms(a);
	free(a->sets);
	free(a->deciding);
	free(a->pieces);
	free(a);
}
