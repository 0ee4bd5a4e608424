/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Large MAC tables: control walks through them, replaces and frees them in parts, of
 * which each has a bound that does not grow with the table.
 */
#include <poll.h>
#include <stdlib.h>
#include <string.h>

#include <rte_ring.h>

#include "fabric/api/answers.h"
#include "fabric/apply/apply.h"
#include "fabric/apply/retire.h"
#include "fabric/apply/tables.h"
#include "fabric/neigh/neigh.h"
#include "fabric/runtime/learn.h"
#include "fabric/runtime/learn_flush.h"
#include "fabric/runtime/learn_sweep.h"
#include "fabric/runtime/port_state.h"
#include "fabric/view/msg.h"
#include "lib/mac.h"
#include "lib/mactab.h"
#include "lib/movetab.h"
#include "lib/pages.h"
#include "tests/pipe/fixture.h"
#include "tests/pipe/request.h"

#define ALICE UINT64_C(0x020000000001)
#define BOB   UINT64_C(0x020000000002)
#define CAROL UINT64_C(0x020000000003)
#define MANY  UINT64_C(0x021000000000)

#define TABLE(size)                                                            \
	"[fabric]\nmac_table = " size "\n[lan l]\nprofile = open\n"            \
	"mac_age = 100\nmac_limit = " size "\n"
#define PORT_A "[port a]\ndevice = net_null0\nlan = l\n"
#define PORT_B "[port b]\ndevice = net_null1\nlan = l\n"
#define PORT_C "[port c]\ndevice = net_null2\nlan = l\n"
#define ALL    PORT_A PORT_B PORT_C

/* 1 million addresses: 4 million slots, 16 turns. */
#define BIG TABLE("1048576") ALL

static struct lan_rt *l;

static struct port_rt *
port(const char *name)
{
	return runtime_port(f, name);
}

/* As the daemon has it: in parts. */
static void
begin_live(const char *text)
{
	begin(text);
	f->in_step = false;
	l = f->lan[0];
	learn_sweep_turn(f);
}

/* So many addresses from 'first' on are learned at a port. */
static void
learn_many(const char *name, uint64_t first, unsigned int n)
{
	struct port_rt *p = port(name);

	for (unsigned int i = 0; i < n; i++) {
		ck_assert_int_eq(mactab_set(l->macs, first + i, p->id, 0,
					    START / CLOCK_SECOND),
				 0);
		port_state_learned(f, p, 1);
	}
	l->due_s = 0;
}

static void
learn_one(const char *name, uint64_t mac)
{
	harness_send_ip(h, name, mac, MAC_BROADCAST);
	ck_assert(strncmp(harness_where(h, mac), name, strlen(name)) == 0);
}

/* As harness_apply(), before the walks have ended: nothing is settled yet. */
static void
apply(const char *text)
{
	struct faults *faults = faults_create();
	struct apply_result result;

	ck_assert_int_eq(fabric_apply(f, harness_read(text), &result, faults),
			 0);
	faults_free(faults);
}

/* Turns until the walks have ended. */
static unsigned int
turns(void)
{
	unsigned int n = 0;

	for (; learn_sweep_runs(f, NULL); n++)
		learn_sweep_turn(f);
	return n;
}

START_TEST(a_large_table_is_flushed_in_parts)
{
	size_t slots;

	begin_live(BIG);
	slots = mactab_slots(l->macs);
	learn_many("a", MANY, 1000);
	learn_many("b", MANY + 1000, 1000);
	learn_flush(f, port("a")->id, NULL, true);
	ck_assert(learn_sweep_runs(f, l));
	ck_assert_uint_gt(port("a")->learned, 0);
	ck_assert_uint_ge(turns(), slots / SWEEP_SLOTS - 1);
	ck_assert_uint_eq(port("a")->learned, 0);
	ck_assert_uint_eq(port("b")->learned, 1000);
	ck_assert_uint_eq(l->flushed, 1000);
	ck_assert_uint_eq(mactab_count(l->macs), 1000);
}
END_TEST

START_TEST(a_table_of_the_usual_size_is_flushed_by_the_call)
{
	begin_live(TABLE("16384") ALL);
	learn_many("a", MANY, 1000);
	learn_flush(f, port("a")->id, NULL, true);
	ck_assert(!learn_sweep_runs(f, NULL));
	ck_assert_uint_eq(port("a")->learned, 0);
}
END_TEST

/* In its turn each table is walked through; what is left waits for the next turn. */
START_TEST(many_tables_share_the_time_of_a_turn)
{
	char *text = NULL;
	size_t size;
	FILE *out = open_memstream(&text, &size);

	for (unsigned int i = 0; i < 40; i++)
		fprintf(out,
			"[lan l%u]\nprofile = open\n[port p%u]\n"
			"device = net_null%u\nlan = l%u\n",
			i, i, i, i);
	fclose(out);
	begin_live(text);
	free(text);
	for (unsigned int i = 0; i < 40; i++) {
		l = f->lan[i];
		learn_many(f->port[i]->name, MANY, 1);
	}
	learn_flush(f, PORTS_MAX, NULL, true);
	ck_assert_uint_ge(turns(),
			  40 * mactab_slots(l->macs) / SWEEP_SLOTS - 1);
	for (unsigned int i = 0; i < 40; i++)
		ck_assert_uint_eq(f->port[i]->learned, 0);
}
END_TEST

/* More may come meanwhile: then another walk follows. */
START_TEST(what_is_asked_for_during_a_walk_is_done_by_the_next)
{
	begin_live(BIG);
	learn_many("a", MANY, 1000);
	learn_many("b", MANY + 1000, 1000);
	learn_flush(f, port("a")->id, NULL, true);
	learn_sweep_turn(f);
	learn_flush(f, port("b")->id, NULL, false);
	learn_sweep_turn(f);
	learn_flush(f, port("a")->id, NULL, false);
	turns();
	ck_assert_uint_eq(port("a")->learned, 0);
	ck_assert_uint_eq(port("b")->learned, 0);
	ck_assert_uint_eq(mactab_count(l->macs), 0);
}
END_TEST

/* For control it has gone at once: another port may have it, whatever the policy. */
START_TEST(an_address_that_is_still_to_be_flushed_is_learned_anew_elsewhere)
{
	begin_live(TABLE("1048576") "check = mac_conflict drop\n" ALL);
	learn_one("a", ALICE);
	learn_flush(f, port("a")->id, NULL, true);
	ck_assert(learn_sweep_runs(f, l));
	f->worker[0]->last_learn = 0;
	/* A check of the workers would drop the frame as mac_conflict. */
	rte_ring_sp_enqueue(
		f->worker[0]->messages,
		(void *)(uintptr_t)msg_make(
			MSG_LEARN, f->view->port[port("b")->id], ALICE));
	learn_poll(f);
	ck_assert_str_eq(harness_where(h, ALICE), "b learned");
	ck_assert_uint_eq(port("a")->learned, 0);
	turns();
	ck_assert_str_eq(harness_where(h, ALICE), "b learned");
}
END_TEST

START_TEST(addresses_age_in_parts_and_to_the_second)
{
	begin_live(BIG);
	learn_many("a", MANY, 3000);
	harness_at(h, START + 50 * CLOCK_SECOND);
	learn_one("b", BOB);
	harness_at(h, START + 100 * CLOCK_SECOND);
	turns();
	ck_assert_uint_eq(port("a")->learned, 3000);
	harness_at(h, START + 101 * CLOCK_SECOND);
	ck_assert(learn_sweep_runs(f, l));
	/* What is learned behind the walk ages in its time, too. */
	learn_one("c", CAROL);
	turns();
	ck_assert_uint_eq(port("a")->learned, 0);
	ck_assert_uint_eq(l->aged, 3000);
	ck_assert_str_eq(harness_where(h, BOB), "b learned");
	harness_at(h, START + 151 * CLOCK_SECOND);
	turns();
	ck_assert_str_eq(harness_where(h, BOB), "");
	ck_assert_str_eq(harness_where(h, CAROL), "c learned");
	harness_at(h, START + 202 * CLOCK_SECOND);
	turns();
	ck_assert_str_eq(harness_where(h, CAROL), "");
}
END_TEST

/* Its number would be that of another port otherwise, which would get its frames. */
START_TEST(a_removed_port_keeps_its_number_until_its_addresses_are_gone)
{
	uint16_t id;

	begin_live(BIG);
	learn_many("b", MANY, 1000);
	id = port("b")->id;
	apply(TABLE("1048576") PORT_A PORT_C);
	retire_poll(f);
	ck_assert_ptr_nonnull(f->port[id]);
	ck_assert_uint_gt(f->port[id]->learned, 0);
	turns();
	while (!retire_poll(f))
		;
	ck_assert_ptr_null(f->port[id]);
	ck_assert_uint_eq(mactab_count(l->macs), 0);
}
END_TEST

START_TEST(a_removed_lan_is_freed_when_its_walk_has_ended)
{
	begin_live(BIG "[lan m]\nprofile = open\n");
	learn_many("a", MANY, 10);
	apply("[fabric]\nmac_table = 1048576\n[lan m]\nprofile = open\n"
	      "[port a]\ndevice = net_null0\nlan = m\n");
	retire_poll(f);
	ck_assert_ptr_eq(f->lan[0], l);
	turns();
	while (!retire_poll(f))
		;
	ck_assert_ptr_null(f->lan[0]);
	ck_assert_uint_eq(port("a")->learned, 0);
	ck_assert_uint_eq(f->sweeps, 0);
}
END_TEST

/* The answer comes when they are gone. */
START_TEST(fdb_flush_waits_for_the_end_of_the_walk)
{
	struct answers *a;
	struct request q;
	unsigned int waits = 0;

	begin_live(BIG);
	a = answers_create(f, "/dev/null");
	learn_many("a", MANY, 3000);
	request_begin(&q, a, "fdb flush", "{\"all\": true}");
	do {
		request_more(&q);
		learn_sweep_turn(f);
	} while (q.verdict == CTL_WAIT && ++waits < 1000);
	ck_assert_int_eq(q.verdict, CTL_END);
	ck_assert_uint_gt(waits, 10);
	ck_assert_int_eq(
		json_integer_value(json_object_get(q.result, "flushed")), 3000);
	request_end(&q);
	answers_free(a);
}
END_TEST

/* An apply in parts, as the daemon has it. */
struct parts {
	struct config *config;
	struct faults *faults;
	struct tables *tables;
};

static void
begin_apply(struct parts *p, const char *text)
{
	p->config = harness_read(text);
	p->faults = faults_create();
	p->tables = tables_create(f->config, p->config, p->faults);
	ck_assert_ptr_nonnull(p->tables);
}

static void
end_apply(struct parts *p)
{
	struct apply_result result;
	int rc = fabric_apply_with(f, p->config, p->tables, &result, p->faults);

	ck_assert_int_eq(rc, 0);
	tables_free(p->tables);
	faults_free(p->faults);
}

/* Addresses that are learned, moved, removed meanwhile. */
START_TEST(a_table_is_replaced_in_parts_while_control_learns)
{
	struct mactab *old;
	struct parts p;
	unsigned int n = 0;

	begin_live(BIG);
	old = l->macs;
	learn_many("a", MANY, 20000);
	begin_apply(&p, TABLE("2097152") ALL);
	while (tables_copy(f, p.config, p.tables, 100000) == 0) {
		learn_one(n % 2 ? "b" : "c", BOB + n);
		if (n < MOVETAB_SHARE)
			learn_one("b", MANY + n);
		ck_assert(learn_forget(f, l, MANY + 10000 + n));
		n++;
	}
	ck_assert_uint_ge(n, 2 * mactab_slots(old) / 100000 - 1);
	ck_assert_ptr_eq(l->macs, old);
	end_apply(&p);
	ck_assert_ptr_ne(l->macs, old);
	ck_assert_uint_eq(l->size, 2097152);
	ck_assert_uint_gt(n, MOVETAB_SHARE);
	ck_assert_uint_eq(port("a")->learned, 20000 - MOVETAB_SHARE - n);
	ck_assert_uint_eq(port("a")->learned + port("b")->learned +
				  port("c")->learned,
			  mactab_count(l->macs));
	ck_assert_str_eq(harness_where(h, MANY), "b learned");
	ck_assert_str_eq(harness_where(h, MANY + 10000), "");
	ck_assert_str_eq(harness_where(h, MANY + 19999), "a learned");
	while (!retire_poll(f))
		;
}
END_TEST

START_TEST(what_has_no_room_in_a_smaller_table_is_not_counted_any_more)
{
	struct parts p;

	begin_live(BIG);
	learn_many("a", MANY, 30000);
	learn_many("b", MANY + 30000, 30000);
	begin_apply(&p, TABLE("4096") ALL);
	while (tables_copy(f, p.config, p.tables, 100000) == 0)
		learn_forget(f, l, MANY);
	end_apply(&p);
	ck_assert_uint_eq(port("a")->learned + port("b")->learned,
			  mactab_count(l->macs));
	ck_assert_uint_ge(mactab_count(l->macs), 4000);
	while (!retire_poll(f))
		;
}
END_TEST

/* Workers note times in the old table until the last of them has the new one. */
START_TEST(a_replaced_table_hands_over_the_times_noted_after_the_copy)
{
	struct mactab *old;
	struct mactab_entry e;
	struct parts p;

	begin_live(BIG);
	old = l->macs;
	learn_many("a", MANY, 2);
	begin_apply(&p, TABLE("2097152") ALL);
	while (tables_copy(f, p.config, p.tables, 100000) == 0)
		;
	mactab_seen_at(old, MANY, START / CLOCK_SECOND + 90);
	end_apply(&p);
	/* Until then nothing ages by what may be out of date. */
	f->now = START + 120 * CLOCK_SECOND;
	l->times_due = f->now + CLOCK_SECOND;
	learn_age(f);
	turns();
	ck_assert(mactab_get(l->macs, MANY, &e));
	while (!retire_poll(f))
		;
	ck_assert_uint_eq(l->times_due, 0);
	ck_assert(mactab_get(l->macs, MANY, &e));
	ck_assert_uint_eq(e.seen, START / CLOCK_SECOND + 90);
	learn_age(f);
	turns();
	ck_assert(mactab_get(l->macs, MANY, &e));
	ck_assert(!mactab_get(l->macs, MANY + 1, &e));
}
END_TEST

START_TEST(an_apply_that_is_given_up_leaves_the_table)
{
	struct parts p;

	begin_live(BIG);
	learn_many("a", MANY, 1000);
	begin_apply(&p, TABLE("2097152") ALL);
	ck_assert_int_eq(tables_copy(f, p.config, p.tables, 100000), 0);
	tables_free(p.tables);
	config_free(p.config);
	faults_free(p.faults);
	learn_one("a", ALICE);
	ck_assert_uint_eq(mactab_count(l->macs), 1001);
	ck_assert_ptr_null(f->old_tables);
}
END_TEST

/* The request of an operator, with the text of a file, as ixctl sends it. */
static void
begin_order(struct request *q, struct answers *a, const char *command,
	    const char *text)
{
	json_t *args = json_pack("{s:[{s:s, s:s}]}", "file", "name", "x.ini",
				 "text", text);
	char *dumped = json_dumps(args, 0);

	request_begin(q, a, command, dumped);
	free(dumped);
	json_decref(args);
}

/* A turn of control, and of the request; some time for the thread that reads. */
static bool
waits(struct request *q)
{
	learn_sweep_turn(f);
	retire_poll(f);
	neigh_turn(f);
	answers_turn(q->answers);
	request_more(q);
	poll(NULL, 0, 1);
	return q->verdict == CTL_WAIT;
}

/* Made by a thread, copied in parts; what is learned meanwhile is there. */
START_TEST(an_operators_order_does_not_stop_control)
{
	unsigned int n = 0;
	struct answers *a;
	struct request q;

	begin_live(BIG);
	a = answers_create(f, "/dev/null");
	learn_many("a", MANY, 1000);
	begin_order(&q, a, "config apply", TABLE("2097152") ALL);
	while (waits(&q))
		learn_one("b", BOB + n++);
	ck_assert_msg(q.verdict == CTL_END, "%s", q.rq.message);
	ck_assert_uint_gt(n, 10);
	ck_assert_uint_eq(f->generation, 2);
	ck_assert_uint_eq(l->size, 2097152);
	ck_assert_uint_eq(port("a")->learned, 1000);
	ck_assert_uint_eq(port("b")->learned, n);
	ck_assert_uint_eq(mactab_count(l->macs), 1000 + n);
	request_end(&q);
	answers_free(a);
}
END_TEST

START_TEST(a_second_order_waits_for_the_first)
{
	struct request first, second, third;
	struct answers *a;

	begin_live(BIG);
	a = answers_create(f, "/dev/null");
	begin_order(&first, a, "config apply", TABLE("2097152") ALL);
	begin_order(&second, a, "config diff", TABLE("2097152") PORT_A);
	begin_order(&third, a, "config apply", "[lan l\n");
	ck_assert(waits(&first));
	ck_assert(waits(&second));
	ck_assert(waits(&third));
	while (waits(&first))
		ck_assert(waits(&second));
	ck_assert_int_eq(first.verdict, CTL_END);
	while (waits(&second))
		;
	/* Compared with what runs since the first one. */
	ck_assert_int_eq(second.verdict, CTL_END);
	ck_assert_uint_eq(
		json_array_size(json_object_get(second.result, "changes")), 2);
	while (waits(&third))
		;
	ck_assert_int_eq(third.verdict, CTL_ERROR);
	ck_assert_str_eq(third.rq.code, "config");
	ck_assert_uint_eq(f->generation, 2);
	request_end(&first);
	request_end(&second);
	request_end(&third);
	answers_free(a);
}
END_TEST

START_TEST(an_order_ends_without_its_client_and_before_a_reload)
{
	struct answers *a;
	struct request q;
	struct faults *faults = NULL;

	begin_live(BIG);
	a = answers_create(f, "/dev/null");
	begin_order(&q, a, "config apply", TABLE("2097152") ALL);
	request_more(&q);
	ck_assert_int_eq(q.verdict, CTL_WAIT);
	request_end(&q);
	answers_reload(a);
	/* The file of the daemon has no port: that needs --force. */
	for (; !answers_reloaded(a, &faults); poll(NULL, 0, 1)) {
		neigh_turn(f);
		answers_turn(a);
	}
	ck_assert_uint_eq(f->generation, 2);
	ck_assert_uint_eq(l->size, 2097152);
	ck_assert_uint_eq(faults_errors(faults), 1);
	faults_free(faults);
	answers_free(a);
}
END_TEST

START_TEST(the_daemon_can_end_while_an_order_is_read)
{
	struct answers *a;
	struct request q;

	begin_live(BIG);
	a = answers_create(f, "/dev/null");
	begin_order(&q, a, "config apply", TABLE("16777216") ALL);
	request_more(&q);
	request_end(&q);
	answers_free(a);
	ck_assert_uint_eq(f->generation, 1);
}
END_TEST

/* A large table goes in parts, and the LAN may go before it. */
START_TEST(an_old_table_is_freed_in_parts_also_without_its_lan)
{
	unsigned int n = 0;

	begin_live("[fabric]\nmac_table = 4194304\n[lan l]\nprofile = open\n"
		   "[lan m]\nprofile = open\n");
	harness_apply(h, "[fabric]\nmac_table = 64\n[lan l]\nprofile = open\n"
			 "[lan m]\nprofile = open\n");
	harness_apply(h, "[fabric]\nmac_table = 64\n[lan m]\n"
			 "profile = open\n");
	while (!retire_poll(f))
		n++;
	ck_assert_uint_gt(n, 4);
	ck_assert_ptr_null(f->old_tables);
}
END_TEST

/* Each table of 512 MB, for more LANs than any machine here has memory. */
START_TEST(too_little_memory_is_an_error_that_names_the_key)
{
	char *text = NULL;
	size_t size;
	FILE *out = open_memstream(&text, &size);
	struct faults *faults = faults_create();
	struct apply_result result;
	struct config *c;

	if (pages_free() > (UINT64_C(400) << 30))
		return;
	begin(TABLE("64") ALL);
	fprintf(out, "[fabric]\nmac_table = 16777216\n");
	for (unsigned int i = 0; i < 1000; i++)
		fprintf(out, "[lan l%u]\n", i);
	fclose(out);
	c = harness_read(text);
	ck_assert_int_ne(fabric_apply(f, c, &result, faults), 0);
	ck_assert_uint_eq(faults_errors(faults), 1);
	ck_assert_ptr_nonnull(strstr(faults_text(faults, 0),
				     "test.ini:2: error: [fabric]: mac_table = "
				     "16777216: 1000 MAC tables of 512 MB are "
				     "needed"));
	ck_assert_ptr_nonnull(strstr(faults_text(faults, 0),
				     "are available: lower mac_table"));
	ck_assert_uint_eq(f->generation, 1);
	ck_assert_uint_eq(f->lan[0]->size, 64);
	config_free(c);
	faults_free(faults);
	free(text);
}
END_TEST

/* An uplink, or a port that is measured. */
START_TEST(one_port_may_fill_the_table)
{
	unsigned int limit;

	begin(TABLE("64") ALL);
	l = f->lan[0];
	limit = port("a")->limit;
	ck_assert_uint_eq(limit, 64);
	for (unsigned int i = 0; i < 60; i++)
		learn_one("a", MANY + i);
	ck_assert_uint_eq(port("a")->learned, 60);
	for (unsigned int i = 60; i < 70; i++)
		harness_send_ip(h, "a", MANY + i, MAC_BROADCAST);
	ck_assert_uint_eq(port("a")->learned, 64);
	harness_send_ip(h, "b", BOB, MAC_BROADCAST);
	ck_assert_str_eq(harness_where(h, BOB), "");
	ck_assert_uint_eq(port("b")->learned, 0);
	ck_assert_uint_ge(l->refused + port("a")->refused, 1);
}
END_TEST

START_TEST(the_log_and_the_status_say_what_memory_the_tables_have)
{
	char text[TABLES_TEXT_SIZE];
	struct answers *a;
	struct request q;
	json_t *lan;

	begin(TABLE("64") ALL);
	ck_assert_str_eq(
		tables_text(f, text),
		"2 KB for 64 addresses in each LAN: 1 on normal pages");
	harness_apply(h, TABLE("128") ALL);
	ck_assert_str_eq(harness_event(h, 0),
			 "1000 notice MAC tables: 4 KB for 128 addresses in "
			 "each LAN: 1 on normal pages");
	harness_apply(h, TABLE("128") ALL);
	ck_assert_uint_eq(harness_events(h), 1);
	a = answers_create(f, "/dev/null");
	request_ask(&q, a, "status", "{}");
	lan = json_array_get(json_object_get(q.result, "lans"), 0);
	ck_assert_str_eq(json_string_value(json_object_get(lan, "table_pages")),
			 "normal");
	ck_assert_int_eq(
		json_integer_value(json_object_get(lan, "table_bytes")), 4096);
	request_end(&q);
	answers_free(a);
}
END_TEST

static void
end_live(void)
{
	if (f != NULL)
		f->in_step = true;
	if (f != NULL)
		retire_poll(f);
}

int
main(void)
{
	Suite *s = suite_create("tables");
	TCase *tc = fixture_case(s, "tables", NULL);

	tcase_add_checked_fixture(tc, NULL, end_live);
	tcase_add_test(tc, a_large_table_is_flushed_in_parts);
	tcase_add_test(tc, a_table_of_the_usual_size_is_flushed_by_the_call);
	tcase_add_test(tc, many_tables_share_the_time_of_a_turn);
	tcase_add_test(tc, what_is_asked_for_during_a_walk_is_done_by_the_next);
	tcase_add_test(
		tc,
		an_address_that_is_still_to_be_flushed_is_learned_anew_elsewhere);
	tcase_add_test(tc, addresses_age_in_parts_and_to_the_second);
	tcase_add_test(
		tc,
		a_removed_port_keeps_its_number_until_its_addresses_are_gone);
	tcase_add_test(tc, a_removed_lan_is_freed_when_its_walk_has_ended);
	tcase_add_test(tc, fdb_flush_waits_for_the_end_of_the_walk);
	tcase_add_test(tc, a_table_is_replaced_in_parts_while_control_learns);
	tcase_add_test(
		tc,
		what_has_no_room_in_a_smaller_table_is_not_counted_any_more);
	tcase_add_test(
		tc, a_replaced_table_hands_over_the_times_noted_after_the_copy);
	tcase_add_test(tc, an_apply_that_is_given_up_leaves_the_table);
	tcase_add_test(tc, an_operators_order_does_not_stop_control);
	tcase_add_test(tc, a_second_order_waits_for_the_first);
	tcase_add_test(tc,
		       an_order_ends_without_its_client_and_before_a_reload);
	tcase_add_test(tc, the_daemon_can_end_while_an_order_is_read);
	tcase_add_test(tc, an_old_table_is_freed_in_parts_also_without_its_lan);
	tcase_add_test(tc, too_little_memory_is_an_error_that_names_the_key);
	tcase_add_test(tc, one_port_may_fill_the_table);
	tcase_add_test(tc,
		       the_log_and_the_status_say_what_memory_the_tables_have);
	return check_run(s);
}
