/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * The state after applying A and then B equals the state after starting with B:
 * for many pairs of random configurations, and back again.
 */
#include <check.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "fabric/lockstep.h"
#include "fabric/runtime/runtime.h"
#include "lib/mactab.h"
#include "tests/check_run.h"

#define PAIRS    CHECK_ROUNDS(200)
#define PLAIN    6 /* ports with a device */
#define TAGGED   4 /* ports on a tag of port 0 */
#define LANS     3
#define TEXT_MAX 8192

static unsigned int seed;

/* A random number below 'n'. */
static unsigned int
pick(unsigned int n)
{
	seed = seed * 1103515245 + 12345;
	return (seed >> 16) % n;
}

static void
print_rules(FILE *f, unsigned int i)
{
	static const char *const status[] = { "connected", "connected",
					      "quarantine", "disabled" };

	fprintf(f, "status = %s\n", status[pick(4)]);
	if (pick(3) == 0)
		fprintf(f, "isolate = g%u\n", pick(2));
	if (pick(4) == 0)
		fprintf(f, "monitor = on\n");
	if (pick(3) == 0)
		fprintf(f, "mac_limit = %u\n", pick(3));
	if (pick(4) == 0)
		fprintf(f, "mac_sticky = on\n");
	for (unsigned int k = pick(3); k > 0; k--)
		fprintf(f, "mac = 02:00:00:00:%02x:%02x\n", i, k);
}

/* A random configuration without faults. */
static void
make_config(char *text)
{
	static const char *const profile[] = { "open", "ixp-basic",
					       "ixp-strict" };
	FILE *f = fmemopen(text, TEXT_MAX, "w");

	fprintf(f, "[fabric]\nmac_table = %u\nburst = %u\n", 64u << pick(4),
		1 + pick(64));
	for (unsigned int l = 0; l < LANS; l++)
		fprintf(f,
			"[lan l%u]\nprofile = %s\nmtu = %u\n"
			"mac_age = %us\nunknown_unicast = %s\n",
			l, profile[pick(3)], 1500 + 500 * pick(3), 10 + pick(9),
			pick(2) == 0 ? "auto" : "flood");
	for (unsigned int i = 0; i < PLAIN; i++) {
		if (i != 0 && pick(3) == 0)
			continue;
		fprintf(f, "[port p%u]\ndevice = net_null%u\nlan = l%u\n", i,
			pick(2) == 0 ? i : 10 + i, pick(LANS));
		print_rules(f, i);
	}
	for (unsigned int i = 0; i < TAGGED; i++) {
		if (pick(2) == 0)
			continue;
		fprintf(f, "[port t%u]\nparent = p0\ntag = %u\nlan = l%u\n", i,
			100 + i, pick(LANS));
		print_rules(f, 100 + i);
	}
	fclose(f);
}

static struct config *
read_config(char *text)
{
	struct faults *faults = faults_create();
	FILE *f = fmemopen(text, strlen(text), "r");
	struct config *c = config_read_stream("test.ini", f, faults);

	if (c == NULL)
		faults_print(faults, stderr);
	ck_assert_ptr_nonnull(c);
	fclose(f);
	faults_free(faults);
	return c;
}

static struct fabric *
start(char *text)
{
	static const struct lockstep_ops none;
	struct faults *faults = faults_create();
	struct fabric *f =
		lockstep_create(read_config(text), &none, NULL, faults);

	ck_assert_ptr_nonnull(f);
	faults_free(faults);
	return f;
}

static void
apply(struct fabric *f, char *text)
{
	struct faults *faults = faults_create();
	struct apply_result result;

	ck_assert_int_eq(fabric_apply(f, read_config(text), &result, faults),
			 0);
	ck_assert_ptr_null(f->retired);
	faults_free(faults);
}

static const char *
name_of(const struct fabric *f, const struct port *p)
{
	return p != NULL ? f->port[p->id]->name : "-";
}

static unsigned int
first_of_group(const struct fabric *f, const struct port *p)
{
	for (unsigned int i = 0; p->isolate != 0 && i < f->config->nports; i++)
		if (strcmp(f->config->port[i].isolate,
			   config_port(f->config, name_of(f, p))->isolate) == 0)
			return i + 1;
	return 0;
}

/* The fields of the port that are no pointers. */
static void
dump_sets(const struct port *p, FILE *out)
{
	for (enum drop why = DROP_NONE; why < DROP_N; why++)
		fprintf(out, "%d%d%d", drop_set_has(&p->checks, why),
			drop_set_has(&p->logs, why),
			drop_set_has(&p->trips, why));
	for (unsigned int i = 0; i < METERS; i++) {
		uint64_t rate, burst;

		meter_get(&p->shared->meter[i], &rate, &burst);
		fprintf(out, " %lu/%lu", rate, burst);
	}
	fprintf(out, " per_packet %x rules %u %u ", p->per_packet,
		p->in.acl != NULL ? acl_rules(p->in.acl) : 0,
		p->out.acl != NULL ? acl_rules(p->out.acl) : 0);
}

static void
dump_port(const struct fabric *f, const char *name, FILE *out)
{
	const struct port_rt *rt = runtime_port(f, name);
	const struct port *p = f->view->port[rt->id];
	const struct device *d = view_egress(f->view, p);

	fprintf(out, "%s on %s tag %u flags %x group %u/%u most %u checks ",
		name, f->device[d->id]->spec, p->egress.tag, p->flags,
		p->isolate, first_of_group(f, p), p->max_payload);
	dump_sets(p, out);
	fprintf(out, "lan %s limit %u sticky %d moves %d state %x owner %s\n",
		p->lan != NULL ? f->lan[p->lan->id]->name : "-", rt->limit,
		rt->sticky, rt->moves, f->state[rt->id], name_of(f, d->owner));
	for (unsigned int vid = 0; d->tagged != NULL && vid < 4096; vid++)
		if (d->tagged[vid] != NULL)
			fprintf(out, " %u: %s", vid,
				name_of(f, d->tagged[vid]));
}

static int
by_text(const void *a, const void *b)
{
	return strcmp(a, b);
}

struct macs {
	const struct fabric *f;
	unsigned int n;
	char line[64][64];
};

static bool
note_mac(void *arg, const struct mactab_entry *e)
{
	struct macs *m = arg;

	snprintf(m->line[m->n++], sizeof(m->line[0]), "%lx %s %x", e->mac,
		 m->f->port[e->port]->name, e->flags);
	return true;
}

static void
dump_lan(const struct fabric *f, const struct lan *lan, FILE *out)
{
	struct macs m = { .f = f };
	const struct lan_rt *rt = f->lan[lan->id];

	fprintf(out, "%s floods %d age %u size %u:", rt->name,
		lan->floods_unknown, rt->age, rt->size);
	ck_assert_ptr_eq(lan->macs, rt->macs);
	/* Floods go out by number, and numbers depend on history. */
	for (unsigned int i = 0; i < lan->nmembers; i++)
		snprintf(m.line[m.n++], sizeof(m.line[0]), "member %s",
			 name_of(f, lan->member[i]));
	mactab_each(rt->macs, note_mac, &m);
	qsort(m.line, m.n, sizeof(m.line[0]), by_text);
	for (unsigned int i = 0; i < m.n; i++)
		fprintf(out, " %s;", m.line[i]);
	fputc('\n', out);
}

/* The whole view, and the state of learning, with names in place of numbers. */
static char *
dump(const struct fabric *f)
{
	char *text = NULL;
	size_t size = 0;
	FILE *out = open_memstream(&text, &size);

	fprintf(out, "burst %u\n", f->view->burst);
	for (unsigned int i = 0; i < f->view->nlans; i++)
		dump_lan(f, &f->view->lan[i], out);
	for (unsigned int i = 0; i < f->config->nports; i++)
		dump_port(f, f->config->port[i].id, out);
	for (unsigned int id = 0; id < PORTS_MAX; id++)
		if (f->view->port[id] != NULL)
			ck_assert_ptr_nonnull(
				config_port(f->config, f->port[id]->name));
	fclose(out);
	return text;
}

/* 'got' is the state of a fabric that starts with 'text'. */
static void
compare(char *got, char *text)
{
	struct fabric *fresh = start(text);
	char *want = dump(fresh);

	lockstep_free(fresh);
	ck_assert_str_eq(got, want);
	free(want);
	free(got);
}

START_TEST(applying_a_then_b_equals_starting_with_b)
{
	char a[TEXT_MAX], b[TEXT_MAX], *as_b, *as_a;
	struct fabric *f;

	seed = (unsigned int)_i;
	make_config(a);
	make_config(b);
	f = start(a);
	apply(f, b);
	as_b = dump(f);
	apply(f, a);
	as_a = dump(f);
	lockstep_free(f);
	compare(as_b, b);
	compare(as_a, a);
}
END_TEST

int
main(void)
{
	Suite *s = suite_create("property");
	TCase *tc = tcase_create("property");

	tcase_set_timeout(tc, 30);
	tcase_add_loop_test(tc, applying_a_then_b_equals_starting_with_b, 0,
			    PAIRS);
	suite_add_tcase(s, tc);
	return check_run(s);
}
