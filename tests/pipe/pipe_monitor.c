/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Monitors: which events they show, and which not; that one that is slow loses its own
 * alone; and that without one nothing is made.
 */
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "fabric/api/answer.h"
#include "fabric/api/command.h"
#include "fabric/api/monitor.h"
#include "fabric/apply/override.h"
#include "fabric/runtime/event.h"
#include "fabric/runtime/learn.h"
#include "fabric/runtime/port_id.h"
#include "lib/frame.h"
#include "tests/pipe/fixture.h"
#include "tests/pipe/request.h"

#define ALICE   UINT64_C(0x020000000001)
#define BOB     UINT64_C(0x020000000002)
#define CAROL   UINT64_C(0x020000000003)
#define MALLORY UINT64_C(0x0200000000ff)

#define LANS                                                                   \
	"[lan l]\nprofile = ixp-basic\nipv4 = 192.0.2.0/24\n"                  \
	"[lan o]\nprofile = open\nmac_age = 300\n"
#define A                                                                      \
	"[port a]\ndevice = net_null0\nlan = l\nasn = 64500\n"                 \
	"description = Alice\nmac = 02:00:00:00:00:01\n"
#define B "[port b]\ndevice = net_null1\nlan = l\nmac = 02:00:00:00:00:02\n"
#define X "[port x]\ndevice = net_null2\nlan = o\nmac_limit = 2\n"
#define Y "[port y]\ndevice = net_null3\nlan = o\n"
#define Z "[port z]\ndevice = net_null4\nlan = o\n"

#define TRUNK                                                                  \
	"[port trunk]\ndevice = net_null5\n"                                   \
	"[port t]\nparent = trunk\ntag = 7\nlan = o\n"

#define CONFIG LANS A B X TRUNK Y

static struct answers *answers;
static char path[] = "/tmp/ixf-monitor-XXXXXX";

/* The far end of a monitor, and what has come there. */
struct reader {
	int fd; /* -1: none */
	char *text;
	size_t n, at;
	bool ended;
};

static struct reader readers[16];

static void
setup(void)
{
	begin(CONFIG);
	strcpy(path + strlen(path) - 6, "XXXXXX");
	close(mkstemp(path));
	write_file(path, CONFIG);
	answers = answers_create(f, path);
	ck_assert_ptr_nonnull(answers);
	for (unsigned int i = 0; i < 16; i++)
		readers[i] = (struct reader){ .fd = -1 };
}

static void
teardown(void)
{
	answers_free(answers);
	unlink(path);
	for (unsigned int i = 0; i < 16; i++) {
		if (readers[i].fd >= 0)
			close(readers[i].fd);
		free(readers[i].text);
	}
}

/* Its other end. */
static int
connect_reader(struct reader *r)
{
	int fd[2];

	ck_assert_int_eq(socketpair(AF_UNIX, SOCK_STREAM, 0, fd), 0);
	r->fd = fd[0];
	return fd[1];
}

/* A monitor with these arguments. */
static void
start(struct reader *r, const char *args)
{
	struct request q;

	request_ask(&q, answers, "monitor", args);
	ck_assert_msg(q.verdict == CTL_END, "%s", q.rq.message);
	q.rq.take(answers, q.rq.number, connect_reader(r));
	request_end(&q);
}

/* Takes what has come so far. */
static void
receive(struct reader *r)
{
	r->ended = request_receive(r->fd, &r->text, &r->n);
}

/* Turns of control, until nothing more comes. */
static void
turn(struct reader *r)
{
	size_t before;

	do {
		answers_turn(answers);
		before = r->n;
		receive(r);
	} while (r->n != before);
}

/* The next event, a new object; NULL: there is no more. */
static json_t *
next(struct reader *r)
{
	char *line = r->text + r->at, *end;
	json_t *e;

	if (r->at >= r->n || (end = strchr(line, '\n')) == NULL)
		return NULL;
	e = json_loadb(line, (size_t)(end - line), 0, NULL);
	ck_assert_msg(json_is_object(e), "no event: %s", line);
	r->at += (size_t)(end + 1 - line);
	return e;
}

static const char *
text_of(const json_t *e, const char *key)
{
	const char *text = json_string_value(json_object_get(e, key));

	return text != NULL ? text : "";
}

static uint64_t
number_of(const json_t *e, const char *key)
{
	return (uint64_t)json_integer_value(json_object_get(e, key));
}

/* The next event is of this kind, about this port, and its text has 'text'. */
static json_t *
take(struct reader *r, const char *kind, const char *port, const char *text)
{
	json_t *e;

	turn(r);
	e = next(r);
	ck_assert_msg(e != NULL, "no event, but %s of %s", kind, port);
	ck_assert_msg(strcmp(text_of(e, "event"), kind) == 0,
		      "not %s, but: %s: %s", kind, text_of(e, "event"),
		      text_of(e, "text"));
	ck_assert_str_eq(text_of(e, "port"), port);
	ck_assert_msg(strstr(text_of(e, "text"), text) != NULL, "%s",
		      text_of(e, "text"));
	return e;
}

static void
expect(struct reader *r, const char *kind, const char *port, const char *text)
{
	json_decref(take(r, kind, port, text));
}

static void
expect_field(struct reader *r, const char *kind, const char *port,
	     const char *key, const char *want)
{
	json_t *e = take(r, kind, port, "");

	ck_assert_str_eq(text_of(e, key), want);
	json_decref(e);
}

static void
expect_number(struct reader *r, const char *kind, const char *port,
	      const char *key, uint64_t want)
{
	json_t *e = take(r, kind, port, "");

	ck_assert_uint_eq(number_of(e, key), want);
	json_decref(e);
}

static void
expect_none(struct reader *r)
{
	json_t *e;

	turn(r);
	e = next(r);
	ck_assert_msg(e == NULL, "an event: %s: %s", text_of(e, "event"),
		      text_of(e, "text"));
}

static struct port_rt *
port(const char *name)
{
	return runtime_port(f, name);
}

static void
link_is(const char *name, bool up)
{
	lockstep_link(f, fabric_port_id(f, name), up);
}

/* What is shown. */

START_TEST(a_monitor_begins_with_what_it_shows)
{
	struct reader *r = readers;
	json_t *e;

	start(r, "{\"ports\": true, \"fdb\": true, \"port\": \"a\"}");
	e = take(r, "begin", "", "; shown: port fdb; of port a");
	ck_assert_str_eq(text_of(e, "time"), "1970-01-01T00:16:40.000Z");
	ck_assert_str_eq(text_of(e, "severity"), "info");
	ck_assert_uint_eq(number_of(e, "generation"), f->generation);
	json_decref(e);
	expect_none(r);
}
END_TEST

START_TEST(a_link_is_shown_to_those_that_chose_ports)
{
	struct reader *all = readers, *ports = readers + 1, *fdb = readers + 2;
	json_t *e;

	start(all, "{}");
	start(ports, "{\"ports\": true}");
	start(fdb, "{\"fdb\": true, \"violation\": true}");
	expect(all, "begin", "", "port fdb violation sponge config fabric");
	expect(ports, "begin", "", "shown: port");
	expect(fdb, "begin", "", "shown: fdb violation");
	link_is("a", false);
	e = take(all, "link_down", "a", "port a: link down (AS64500 Alice)");
	ck_assert_str_eq(text_of(e, "lan"), "l");
	ck_assert_str_eq(text_of(e, "severity"), "notice");
	json_decref(e);
	expect(ports, "link_down", "a", "link down");
	expect_none(fdb);
	link_is("a", true);
	expect(ports, "link_up", "a", "link up");
	expect_none(fdb);
}
END_TEST

START_TEST(a_link_of_a_lag_is_named)
{
	static const char lag[] =
		"[lan l]\nprofile = open\n[port a]\nlan = l\n"
		"device = net_null0,copy=1\ndevice = net_null1\n";
	struct reader *r = readers;

	harness_apply(h, lag);
	start(r, "{\"ports\": true}");
	expect(r, "begin", "", "shown: port");
	link_is("a", false);
	expect_field(r, "link_down", "a", "link", "net_null0");
	expect_field(r, "lag_link_out", "a", "link", "net_null0");
	link_is("a", true);
	expect_field(r, "link_up", "a", "link", "net_null0");
	expect(r, "lag_link_in", "a", "port a: net_null0 is in use");
}
END_TEST

START_TEST(only_the_port_or_the_lan_that_was_named_is_shown)
{
	struct reader *of_b = readers, *of_o = readers + 1;

	start(of_b, "{\"port\": \"b\"}");
	start(of_o, "{\"lan\": \"o\"}");
	expect(of_b, "begin", "", "of port b");
	expect(of_o, "begin", "", "of lan o");
	override_down(f, port("a"), true);
	override_down(f, port("x"), true);
	override_down(f, port("b"), true);
	event_log(f, DROP_NOTICE, "about nothing");
	expect(of_b, "port_down", "b", "taken down by an operator");
	expect_none(of_b);
	expect(of_o, "port_down", "x", "taken down by an operator");
	expect_none(of_o);
}
END_TEST

static void
ask(const char *command, const char *args)
{
	struct request q;

	request_begin(&q, answers, command, args);
	q.rq.uid = 4001;
	request_more(&q);
	ck_assert_msg(q.verdict == CTL_END, "%s", q.rq.message);
	request_end(&q);
}

START_TEST(an_order_is_shown_with_its_user)
{
	struct reader *r = readers;

	start(r, "{\"ports\": true}");
	expect(r, "begin", "", "");
	ask("port down", "{\"port\": \"b\"}");
	expect_field(r, "port_down", "b", "by", "uid 4001");
	ask("port cull", "{\"port\": \"b\", \"state\": \"on\"}");
	expect(r, "port_cull", "b", "BGP culled by uid 4001");
	ask("fabric cull", "{\"state\": \"on\"}");
	expect(r, "fabric_cull", "", "BGP culled on all ports by uid 4001");
	link_is("a", false);
	expect_field(r, "link_down", "a", "by", "");
	ck_assert_str_eq(harness_event(h, 0), "1000 notice port b: taken down "
					      "by uid 4001");
}
END_TEST

/* A tagged port has the link of its parent, which has another name and no LAN. */
START_TEST(a_tagged_port_shows_the_link_of_its_device)
{
	struct reader *of_t = readers, *of_lan = readers + 1,
		      *of_a = readers + 2, *of_l = readers + 3;

	start(of_t, "{\"port\": \"t\"}");
	start(of_lan, "{\"lan\": \"o\"}");
	start(of_a, "{\"port\": \"a\"}");
	start(of_l, "{\"lan\": \"l\"}");
	expect(of_t, "begin", "", "of port t");
	expect(of_lan, "begin", "", "of lan o");
	expect(of_a, "begin", "", "of port a");
	expect(of_l, "begin", "", "of lan l");
	link_is("trunk", false);
	expect(of_t, "link_down", "trunk", "link down");
	expect(of_lan, "link_down", "trunk", "link down");
	expect_none(of_a);
	expect_none(of_l);
	override_down(f, port("trunk"), true);
	expect_none(of_t);
	expect_none(of_lan);
}
END_TEST

START_TEST(what_is_not_there_is_refused)
{
	struct request q;

	request_ask(&q, answers, "monitor", "{\"port\": \"bb\"}");
	ck_assert_int_eq(q.verdict, CTL_ERROR);
	ck_assert_ptr_nonnull(strstr(q.rq.message, "bb"));
	request_end(&q);
	request_ask(&q, answers, "monitor", "{\"lan\": \"p\"}");
	ck_assert_int_eq(q.verdict, CTL_ERROR);
	request_end(&q);
	ck_assert_uint_eq(monitors_running(answers->monitors), 0);
}
END_TEST

START_TEST(an_address_is_learned_moves_ages_and_is_flushed)
{
	struct reader *r = readers;

	start(r, "{\"fdb\": true}");
	expect(r, "begin", "", "");
	harness_send_ip(h, "x", MALLORY, BOB);
	expect_field(r, "mac_learned", "x", "mac", "02:00:00:00:00:ff");
	harness_send_ip(h, "x", MALLORY, BOB);
	expect_none(r);
	harness_send_ip(h, "y", MALLORY, BOB);
	expect_field(r, "mac_moved", "y", "from", "x");
	harness_at(h, START + 200 * CLOCK_SECOND);
	harness_send_ip(h, "y", CAROL, BOB);
	expect_field(r, "mac_learned", "y", "mac", "02:00:00:00:00:03");
	harness_at(h, START + 400 * CLOCK_SECOND);
	expect_field(r, "mac_aged", "y", "mac", "02:00:00:00:00:ff");
	expect_none(r);
	link_is("y", false);
	expect_field(r, "mac_flushed", "y", "mac", "02:00:00:00:00:03");
	expect_none(r);
}
END_TEST

START_TEST(a_port_that_may_learn_no_more_is_shown_once)
{
	struct reader *r = readers;

	start(r, "{\"fdb\": true, \"port\": \"x\"}");
	expect(r, "begin", "", "");
	harness_send_ip(h, "x", ALICE, BOB);
	expect(r, "mac_learned", "x", "");
	expect_none(r);
	harness_send_ip(h, "x", BOB, ALICE);
	expect(r, "mac_learned", "x", "");
	expect(r, "mac_limit", "x", "");
	harness_send_ip(h, "x", CAROL, BOB);
	harness_send_ip(h, "x", MALLORY, BOB);
	expect_none(r);
}
END_TEST

START_TEST(an_address_with_a_place_of_its_own_is_not_learned)
{
	struct reader *r = readers;

	start(r, "{}");
	expect(r, "begin", "", "");
	harness_send_ip(h, "a", ALICE, BOB);
	expect_none(r);
}
END_TEST

/* The first at once, then one in 15 seconds, with the number of the others. */
START_TEST(violations_are_shown_once_and_then_counted)
{
	struct reader *r = readers, *ports = readers + 1;
	json_t *e;

	start(r, "{\"violation\": true}");
	start(ports, "{\"ports\": true}");
	expect(r, "begin", "", "");
	expect(ports, "begin", "", "");
	for (unsigned int i = 0; i < 5; i++)
		harness_send_ip(h, "a", MALLORY, BOB);
	e = take(r, "violation", "a", "port a: mac_lock: 02:00:00:00:00:ff");
	ck_assert_str_eq(text_of(e, "reason"), "mac_lock");
	ck_assert_str_eq(text_of(e, "mac"), "02:00:00:00:00:ff");
	ck_assert_str_eq(text_of(e, "severity"), "warning");
	ck_assert_ptr_null(json_object_get(e, "count"));
	json_decref(e);
	expect_none(r);
	harness_at(h, START + 16 * CLOCK_SECOND);
	expect_number(r, "violation", "a", "count", 4);
	expect_none(r);
	expect_none(ports);
}
END_TEST

START_TEST(what_the_log_has_no_room_for_is_shown)
{
	struct reader *r = readers;

	start(r, "{\"ports\": true}");
	expect(r, "begin", "", "");
	for (unsigned int i = 0; i < 2 * EVENT_SHARE; i++)
		event_may(f, &port("a")->log);
	harness_forget_events(h);
	link_is("a", false);
	ck_assert_uint_eq(harness_events(h), 0);
	expect(r, "link_down", "a", "link down");
}
END_TEST

/* The daemon reads its file again; 0, or -1: it has an error. */
static int
reload(const char *text)
{
	struct faults *faults = NULL;
	int rc;

	write_file(path, text);
	rc = request_reload(answers, &faults);
	faults_free(faults);
	return rc;
}

START_TEST(an_apply_shows_what_it_means_for_each_port)
{
	struct reader *r = readers;

	start(r, "{\"ports\": true}");
	expect(r, "begin", "", "");
	ck_assert_int_eq(reload(LANS A B "isolate = guests\n" X TRUNK Y
					 "status = quarantine\n" Z),
			 0);
	expect(r, "port_isolate", "b", "isolation group none -> guests");
	expect(r, "port_status", "y", "status connected -> quarantine");
	expect(r, "port_added", "z", "added, connected");
	expect_none(r);
	ck_assert_int_eq(reload(LANS A B X TRUNK Y "status = disabled\n"), 0);
	expect(r, "port_removed", "z", "removed");
	expect(r, "port_isolate", "b", "isolation group guests -> none");
	expect(r, "port_status", "y", "status quarantine -> disabled");
	expect_none(r);
}
END_TEST

START_TEST(an_apply_is_shown_with_its_user_and_its_changes)
{
	struct reader *r = readers;

	start(r, "{\"config\": true}");
	expect(r, "begin", "", "");
	ck_assert_int_eq(reload(CONFIG "description = Yves\n"), 0);
	expect_number(r, "config_applied", "", "generation", f->generation);
	expect(r, "config_change", "y", "description");
	expect_none(r);
	ck_assert_int_eq(reload(CONFIG "no such = thing\n"), -1);
	expect_field(r, "config_rejected", "", "by", "SIGHUP");
	expect_none(r);
}
END_TEST

/* Readers. */

/* Not in the log of the test, which is short. */
static void
raise_one(void)
{
	struct event e = event_of(EVENT_note, DROP_NOTICE);

	e.unlogged = true;
	e.text = "one of many";
	event_raise(f, &e);
}

/* Of the events that were raised, those that came and those that were lost. */
static void
count_all(struct reader *r, uint64_t *came, uint64_t *lost)
{
	json_t *e;

	*came = *lost = 0;
	turn(r);
	while ((e = next(r)) != NULL) {
		if (strcmp(text_of(e, "event"), "lost") == 0)
			*lost += number_of(e, "count");
		else
			++*came;
		json_decref(e);
	}
}

#define MANY 100000

START_TEST(a_reader_that_is_slow_loses_its_own_events_alone)
{
	struct reader *slow = readers, *fast = readers + 1;
	uint64_t came, lost;
	size_t most;

	start(slow, "{}");
	start(fast, "{}");
	expect(fast, "begin", "", "");
	for (unsigned int i = 0; i < MANY; i++) {
		raise_one();
		if (i % 100 == 99) {
			answers_turn(answers);
			receive(fast);
		}
	}
	count_all(fast, &came, &lost);
	ck_assert_uint_eq(came, MANY);
	ck_assert_uint_eq(lost, 0);
	/* What was kept for the other one fits its buffer, and that of the socket. */
	receive(slow);
	most = slow->n;
	ck_assert_uint_lt(most, 4u << 20);
	count_all(slow, &came, &lost);
	ck_assert_uint_lt(slow->n - most, MONITOR_OCTETS + MONITOR_LINE);
	ck_assert_uint_gt(lost, 0);
	ck_assert_uint_eq(came + lost, MANY + 1); /* and "begin" */
	/* From here on it loses none. */
	link_is("a", false);
	expect(slow, "link_down", "a", "");
	expect_none(slow);
}
END_TEST

START_TEST(a_flood_of_addresses_pushes_no_other_event_out)
{
	struct reader *r = readers;
	unsigned int links = 0;
	uint64_t lost = 0;
	json_t *e;

	start(r, "{}");
	for (unsigned int i = 0; i < MANY; i++)
		event_mac(f, EVENT_mac_learned, port("y"), 0x020000000000 + i,
			  NULL);
	link_is("a", false);
	turn(r);
	while ((e = next(r)) != NULL) {
		links += strcmp(text_of(e, "event"), "link_down") == 0;
		if (strcmp(text_of(e, "event"), "lost") == 0)
			lost += number_of(e, "count");
		json_decref(e);
	}
	ck_assert_uint_eq(links, 1);
	ck_assert_uint_gt(lost, MANY / 2);
	ck_assert_uint_lt(r->n, MONITOR_OCTETS / 2);
}
END_TEST

/* One that stands still keeps its place, but not from another one. */
START_TEST(monitors_are_few_and_one_that_stands_still_makes_room)
{
	struct monitor_order o = { .groups = 1u << EVENT_GROUP_fabric };
	struct monitors *m = answers->monitors;

	for (unsigned int i = 0; i < MONITORS_MAX; i++) {
		uint32_t number = monitors_start(m, &o);

		ck_assert_uint_ne(number, 0);
		monitors_begin(m, number, connect_reader(&readers[i]));
	}
	ck_assert_uint_eq(monitors_start(m, &o), 0);
	o.owner = true;
	for (unsigned int i = 0; i < MONITORS_OWNER; i++)
		ck_assert_uint_ne(monitors_start(m, &o), 0);
	ck_assert_uint_eq(monitors_start(m, &o), 0);
	o.owner = false;
	for (unsigned int i = 0; i < MANY; i++) {
		raise_one();
		if (i % 500 == 0)
			answers_turn(answers);
		for (unsigned int k = 1; i % 500 == 0 && k < MONITORS_MAX; k++)
			receive(&readers[k]);
	}
	f->now += MONITOR_STUCK - 1;
	for (unsigned int k = 1; k < MONITORS_MAX; k++)
		turn(&readers[k]);
	ck_assert_uint_eq(monitors_start(m, &o), 0);
	f->now += 1;
	ck_assert_uint_ne(monitors_start(m, &o), 0);
	ck_assert_uint_eq(monitors_start(m, &o), 0);
	for (unsigned int k = 1; k < MONITORS_MAX; k++) {
		turn(&readers[k]);
		ck_assert(!readers[k].ended);
	}
	receive(&readers[0]);
	ck_assert(readers[0].ended);
}
END_TEST

START_TEST(a_reader_that_goes_leaves_its_place)
{
	struct reader *r = readers;

	start(r, "{\"fdb\": true}");
	ck_assert_uint_eq(f->monitored, 1u << EVENT_GROUP_fdb);
	expect(r, "begin", "", "");
	close(r->fd);
	r->fd = -1;
	f->now += CLOCK_SECOND;
	answers_turn(answers);
	ck_assert_uint_eq(monitors_running(answers->monitors), 0);
	ck_assert_uint_eq(f->monitored, 0);
}
END_TEST

START_TEST(a_reader_that_goes_before_the_answer_leaves_its_place)
{
	struct request q;

	request_ask(&q, answers, "monitor", "{}");
	ck_assert_uint_eq(monitors_running(answers->monitors), 1);
	ck_assert_uint_eq(f->monitored, 0);
	q.rq.take(answers, q.rq.number, -1);
	ck_assert_uint_eq(monitors_running(answers->monitors), 0);
	request_end(&q);
}
END_TEST

START_TEST(the_end_of_the_daemon_is_shown)
{
	struct reader *r = readers;
	json_t *e;

	start(r, "{\"fdb\": true, \"lan\": \"l\"}");
	expect(r, "begin", "", "");
	answers_free(answers);
	answers = NULL;
	receive(r);
	ck_assert(r->ended);
	e = next(r);
	ck_assert_str_eq(text_of(e, "event"), "end");
	json_decref(e);
	ck_assert_uint_eq(f->monitored, 0);
}
END_TEST

/* Costs. */

static uint64_t allocated;

static void *
count_malloc(size_t size)
{
	allocated++;
	return malloc(size);
}

/* Some of each group. */
static void
make_events(void)
{
	for (unsigned int i = 0; i < 1000; i++)
		harness_send_ip(h, "y", UINT64_C(0x020000010000) + i, BOB);
	harness_send_ip(h, "a", MALLORY, BOB);
	link_is("y", false);
	link_is("y", true);
	override_down(f, port("b"), true);
	override_down(f, port("b"), false);
}

START_TEST(without_a_monitor_no_event_is_made)
{
	struct reader *r = readers;

	json_set_alloc_funcs(count_malloc, free);
	make_events();
	answers_turn(answers);
	ck_assert_uint_eq(allocated, 0);
	start(r, "{\"config\": true}");
	allocated = 0;
	harness_at(h, START + 60 * CLOCK_SECOND);
	make_events();
	ck_assert_uint_eq(allocated, 0);
	start(readers + 2, "{\"fdb\": true, \"port\": \"a\"}");
	allocated = 0;
	harness_at(h, START + 120 * CLOCK_SECOND);
	make_events();
	ck_assert_uint_eq(allocated, 0);
	start(readers + 1, "{\"fdb\": true}");
	allocated = 0;
	harness_at(h, START + 180 * CLOCK_SECOND);
	make_events();
	ck_assert_uint_gt(allocated, 1000);
	json_set_alloc_funcs(malloc, free);
}
END_TEST

START_TEST(each_group_is_a_word_of_the_command)
{
	const struct command *c = command_get(COMMAND_monitor);

	for (enum event_group g = 0; g < EVENT_GROUPS; g++)
		ck_assert_msg(command_has(c, g == EVENT_GROUP_port
						     ? "ports"
						     : event_group_name(g)),
			      "no word %s", event_group_name(g));
	for (enum event_kind k = 0; k < EVENT_KINDS; k++)
		ck_assert_uint_ne(event_groups(k), 0);
	ck_assert(command_reads(c));
}
END_TEST

int
main(void)
{
	Suite *s = suite_create("monitor");
	TCase *t = fixture_case(s, "shown", setup);

	tcase_add_checked_fixture(t, NULL, teardown);
	tcase_add_test(t, a_monitor_begins_with_what_it_shows);
	tcase_add_test(t, a_link_is_shown_to_those_that_chose_ports);
	tcase_add_test(t, a_link_of_a_lag_is_named);
	tcase_add_test(t, only_the_port_or_the_lan_that_was_named_is_shown);
	tcase_add_test(t, an_order_is_shown_with_its_user);
	tcase_add_test(t, a_tagged_port_shows_the_link_of_its_device);
	tcase_add_test(t, what_is_not_there_is_refused);
	tcase_add_test(t, an_address_is_learned_moves_ages_and_is_flushed);
	tcase_add_test(t, a_port_that_may_learn_no_more_is_shown_once);
	tcase_add_test(t, an_address_with_a_place_of_its_own_is_not_learned);
	tcase_add_test(t, violations_are_shown_once_and_then_counted);
	tcase_add_test(t, what_the_log_has_no_room_for_is_shown);
	tcase_add_test(t, an_apply_shows_what_it_means_for_each_port);
	tcase_add_test(t, an_apply_is_shown_with_its_user_and_its_changes);
	t = fixture_case(s, "readers", setup);
	tcase_add_checked_fixture(t, NULL, teardown);
	tcase_add_test(t, a_reader_that_is_slow_loses_its_own_events_alone);
	tcase_add_test(t, a_flood_of_addresses_pushes_no_other_event_out);
	tcase_add_test(t,
		       monitors_are_few_and_one_that_stands_still_makes_room);
	tcase_add_test(t, a_reader_that_goes_leaves_its_place);
	tcase_add_test(t,
		       a_reader_that_goes_before_the_answer_leaves_its_place);
	tcase_add_test(t, the_end_of_the_daemon_is_shown);
	t = fixture_case(s, "costs", setup);
	tcase_add_checked_fixture(t, NULL, teardown);
	tcase_add_test(t, without_a_monitor_no_event_is_made);
	tcase_add_test(t, each_group_is_a_word_of_the_command);
	return check_run(s);
}
