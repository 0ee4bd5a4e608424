/* SPDX-License-Identifier: BSD-3-Clause */
#include "fabric/api/ctl.h"

#include <check.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <unistd.h>

#include "fabric/api/command.h"
#include "lib/clock.h"
#include "tests/check_run.h"

#define TURNS_MAX 10000

#define GUEST ((uid_t)12345)

static struct ctl *ctl;
static int client;
static uint64_t now;
/* Of the clients that attach() makes. */
static uid_t attach_uid;
static enum right attach_right;

/* The fake fabric: its last request, and how long its tables are. */
static unsigned int asked, finished;

/* Of a request whose answer begins a stream: its number and socket; 0: none. */
static uint64_t taken_number;
static int taken;

static void
take_socket(void *arg, uint64_t number, int fd)
{
	(void)arg;
	taken_number = number;
	taken = fd;
}
static size_t table_rows;

/* A part with a text, in two pieces. */
static enum ctl_verdict
answer_text(struct ctl_request *rq, json_t **part)
{
	static const char *const text[] = { "a \"b\"\n", "" };
	const char *next = text[rq->place[0]++];

	if (rq->plain) {
		rq->ntext = strlen(next);
		rq->text = strdup(next);
		*part = json_pack("{s:I}", "octets", (json_int_t)rq->ntext);
	} else {
		*part = json_pack("[{s:s}]", "text", next);
	}
	return *next != '\0' ? CTL_MORE : CTL_END;
}

static enum ctl_verdict
answer(void *arg, struct ctl_request *rq, json_t **part)
{
	(void)arg;
	asked++;
	if (rq->command == command_get(COMMAND_metrics))
		return answer_text(rq, part);
	if (rq->command == command_get(COMMAND_capture_start)) {
		rq->take = take_socket;
		rq->number = 7;
	}
	if (rq->command != command_get(COMMAND_port_show)) {
		*part = json_pack("{s:O?}", "args", rq->args);
		return CTL_END;
	}
	if (json_object_get(rq->args, "port") != NULL) {
		rq->details = json_pack("[s]", "detail");
		return ctl_refuse(rq, "not_found", "there is no port '%s'",
				  "swp9");
	}
	*part = json_array();
	for (int i = 0; i < 100 && rq->place[0] < table_rows; i++)
		json_array_append_new(
			*part, json_pack("{s:I, s:s}", "row",
					 (json_int_t)rq->place[0]++, "text",
					 "some forty octets to fill the line"));
	return rq->place[0] < table_rows ? CTL_MORE : CTL_END;
}

static void
done(void *arg, struct ctl_request *rq)
{
	(void)arg;
	(void)rq;
	finished++;
}

static const struct ctl_ops ops = { answer, done };

static int
attach(void)
{
	int fd[2];

	ck_assert_int_eq(
		socketpair(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK, 0, fd), 0);
	ctl_attach(ctl, fd[1], attach_uid, attach_right, now);
	return fd[0];
}

static void
setup(void)
{
	now = 1;
	attach_uid = 0;
	attach_right = RIGHT_COMMAND;
	asked = finished = 0;
	taken_number = 0;
	taken = 0;
	table_rows = 0;
	ctl = ctl_create();
	ck_assert_ptr_nonnull(ctl);
	ctl_serve(ctl, &ops, NULL);
	client = attach();
}

static void
teardown(void)
{
	ctl_close(ctl);
	close(client);
}

static void
send_text(const char *text, size_t size)
{
	while (size > 0) {
		ssize_t n = send(client, text, size, MSG_NOSIGNAL);

		if (n < 0)
			ck_assert_int_eq(errno, EAGAIN);
		else {
			text += n;
			size -= (size_t)n;
		}
		ctl_turn(ctl, now);
	}
}

#define SEND(text) send_text(text "\n", sizeof(text))

/* The next line, or NULL when there is none or the connection is closed. */
static json_t *
receive_line(void)
{
	static char line[1 << 20];
	size_t n = 0;
	json_t *root;

	for (unsigned int i = 0; i < TURNS_MAX;) {
		ssize_t got = recv(client, line + n, 1, 0);

		if (got == 0 || (got < 0 && errno != EAGAIN))
			return NULL;
		if (got < 0) {
			ctl_turn(ctl, now);
			i++;
		} else if (line[n++] == '\n') {
			root = json_loadb(line, n, 0, NULL);
			ck_assert_ptr_nonnull(root);
			return root;
		}
	}
	return NULL;
}

static bool
is_closed(void)
{
	char octet;

	for (unsigned int i = 0; i < TURNS_MAX; i++) {
		ctl_turn(ctl, now);
		if (recv(client, &octet, 1, 0) == 0)
			return true;
		if (errno == ECONNRESET)
			return true;
	}
	return false;
}

static void
expect(const char *text)
{
	json_t *got = receive_line(), *want = json_loads(text, 0, NULL);

	ck_assert_ptr_nonnull(want);
	ck_assert_msg(json_equal(got, want), "%s instead of %s",
		      got != NULL ? json_dumps(got, 0) : "nothing", text);
	json_decref(got);
	json_decref(want);
}

/* Whether the next line is an error of this kind. */
static void
expect_error(const char *code)
{
	json_t *got = receive_line();
	const char *is = json_string_value(
		json_object_get(json_object_get(got, "error"), "code"));

	ck_assert(json_is_false(json_object_get(got, "ok")));
	ck_assert_pstr_eq(is, code);
	json_decref(got);
}

START_TEST(hello_names_the_api)
{
	SEND("{\"id\": 7, \"cmd\": \"hello\"}");
	expect("{\"id\": 7, \"ok\": true, \"end\": true, \"result\": "
	       "{\"program\": \"ixfabricd\", \"version\": \"" IXF_VERSION
	       "\", \"api\": 1}}");
	ck_assert_uint_eq(asked, 0);
}
END_TEST

START_TEST(an_answer_has_the_id_of_its_request)
{
	SEND("{\"id\": \"x\", \"cmd\": \"status\"}");
	expect("{\"id\": \"x\", \"ok\": true, \"end\": true, \"result\": "
	       "{\"args\": null}}");
	ck_assert_uint_eq(asked, 1);
	ck_assert_uint_eq(finished, 1);
}
END_TEST

START_TEST(requests_are_answered_one_after_the_other)
{
	SEND("{\"id\": 1, \"cmd\": \"status\"}\n{\"id\": 2, \"cmd\": "
	     "\"status\"}");
	expect("{\"id\": 1, \"ok\": true, \"end\": true, \"result\": "
	       "{\"args\": null}}");
	expect("{\"id\": 2, \"ok\": true, \"end\": true, \"result\": "
	       "{\"args\": null}}");
}
END_TEST

START_TEST(a_request_may_come_in_pieces)
{
	send_text("{\"id\": 1, \"cmd\":", 16);
	ck_assert_uint_eq(asked, 0);
	SEND(" \"status\"}");
	expect("{\"id\": 1, \"ok\": true, \"end\": true, \"result\": "
	       "{\"args\": null}}");
}
END_TEST

START_TEST(an_error_gives_the_reason)
{
	SEND("{\"id\": 1, \"cmd\": \"port show\", \"args\": {\"port\": "
	     "\"swp9\"}}");
	expect("{\"id\": 1, \"ok\": false, \"error\": {\"code\": "
	       "\"not_found\", "
	       "\"message\": \"there is no port 'swp9'\", "
	       "\"details\": [\"detail\"]}}");
	ck_assert_uint_eq(finished, 1);
	SEND("{\"cmd\": \"hello\"}");
	json_decref(receive_line());
	ck_assert_uint_eq(ctl_clients(ctl), 1);
}
END_TEST

static const struct {
	const char *line, *code;
} refused[] = {
	{ "{\"cmd\": \"port shwo\"}", "unknown_command" },
	{ "{\"cmd\": \"config check\", \"args\": {\"file\": \"a\"}}",
	  "unknown_command" },
	{ "{\"cmd\": \"port show\", \"args\": {\"prot\": \"a\"}}", "usage" },
	{ "{\"cmd\": \"port show\", \"args\": 1}", "usage" },
	{ "{\"cmd\": \"fdb flush\"}", "usage" },
};

START_TEST(a_reader_may_look_and_not_change)
{
	close(client);
	attach_uid = GUEST;
	attach_right = RIGHT_READ;
	client = attach();
	SEND("{\"cmd\": \"port down\", \"args\": {\"port\": \"a\"}}");
	expect_error("denied");
	ck_assert_uint_eq(asked, 0);
	SEND("{\"id\": 1, \"cmd\": \"status\"}");
	expect("{\"id\": 1, \"ok\": true, \"end\": true, \"result\": "
	       "{\"args\": null}}");
	ck_assert_uint_eq(asked, 1);
}
END_TEST

START_TEST(a_client_without_rights_is_told_so_and_gets_no_place)
{
	close(client);
	ctl_turn(ctl, now);
	attach_uid = GUEST;
	attach_right = RIGHT_NONE;
	client = attach();
	expect_error("denied");
	ck_assert(is_closed());
	ck_assert_uint_eq(ctl_clients(ctl), 0);
}
END_TEST

START_TEST(a_wrong_request_is_refused_and_the_client_stays)
{
	send_text(refused[_i].line, strlen(refused[_i].line));
	SEND("");
	expect_error(refused[_i].code);
	ck_assert_uint_eq(asked, 0);
	SEND("{\"cmd\": \"status\"}");
	json_decref(receive_line());
	ck_assert_uint_eq(asked, 1);
}
END_TEST

static const struct {
	const char *text;
	size_t size;
} garbage[] = {
#define GARBAGE(text)                                                          \
	{                                                                      \
		text "\n", sizeof(text)                                        \
	}
	GARBAGE(""),
	GARBAGE("GET / HTTP/1.1\r"),
	GARBAGE("{"),
	GARBAGE("[]"),
	GARBAGE("7"),
	GARBAGE("{\"id\": 1}"),
	GARBAGE("{\"cmd\": 7}"),
	GARBAGE("{\"cmd\": \"status\", \"id\": []}"),
	GARBAGE("{\"cmd\": \"status\", \"cmd\": \"status\"}"),
	GARBAGE("{\"cmd\": \"sta\0tus\"}"),
	GARBAGE("\xff\xfe\0\1"),
};

START_TEST(garbage_is_answered_with_an_error_and_disconnected)
{
	send_text(garbage[_i].text, garbage[_i].size);
	expect_error("bad_request");
	ck_assert(is_closed());
	ck_assert_uint_eq(ctl_clients(ctl), 0);
	ck_assert_uint_eq(asked, 0);
}
END_TEST

START_TEST(a_request_without_end_is_disconnected)
{
	static char much[CTL_LONG_MAX];

	memset(much, ' ', sizeof(much));
	send_text(much, sizeof(much));
	expect_error("bad_request");
	ck_assert(is_closed());
}
END_TEST

START_TEST(the_longest_request_is_answered)
{
	static char most[CTL_REQUEST_MAX];

	memset(most, ' ', sizeof(most));
	memcpy(most, "{\"cmd\": \"hello\"}", 16);
	most[sizeof(most) - 1] = '\n';
	send_text(most, sizeof(most));
	json_decref(receive_line());
	ck_assert_uint_eq(ctl_clients(ctl), 1);
}
END_TEST

START_TEST(a_deeply_nested_request_does_no_harm)
{
	static char deep[CTL_REQUEST_MAX];

	memset(deep, '[', sizeof(deep));
	deep[sizeof(deep) - 1] = '\n';
	send_text(deep, sizeof(deep));
	expect_error("bad_request");
}
END_TEST

/* 'n' values, each of 'value', in the arguments of a request that may be long. */
static void
send_values(size_t n, const char *value)
{
	size_t size;
	char *text;
	FILE *out = open_memstream(&text, &size);

	fputs("{\"cmd\": \"config diff\", \"args\": [", out);
	for (size_t i = 0; i < n; i++)
		fprintf(out, "%s%s", i > 0 ? "," : "", value);
	fputs("]}\n", out);
	fclose(out);
	send_text(text, size);
	free(text);
}

START_TEST(a_request_with_too_many_values_is_not_parsed)
{
	send_values(CTL_VALUES_MAX, "1");
	expect_error("bad_request");
	ck_assert(is_closed());
	ck_assert_uint_eq(asked, 0);
	/* What stands in a string is no value, whatever it is. */
	close(client);
	client = attach();
	send_values(1000, "\"{[,:\\\"{[,:{[,:{[,:{[,:{[,:\\\\\"");
	expect_error("usage");
	/* Nor are those of the request before. */
	send_values(CTL_VALUES_MAX - 10, "1");
	expect_error("usage");
	send_values(CTL_VALUES_MAX - 10, "1");
	expect_error("usage");
}
END_TEST

START_TEST(a_long_table_comes_in_parts)
{
	json_int_t next = 0;
	bool end = false;
	unsigned int lines = 0;

	table_rows = 20000;
	SEND("{\"id\": 1, \"cmd\": \"port show\"}");
	for (; !end; lines++) {
		json_t *line = receive_line(), *row;
		size_t i;

		ck_assert_ptr_nonnull(line);
		json_array_foreach(json_object_get(line, "result"), i, row)
			ck_assert_int_eq(
				json_integer_value(json_object_get(row, "row")),
				next++);
		end = json_is_true(json_object_get(line, "end"));
		json_decref(line);
	}
	ck_assert_int_eq(next, 20000);
	ck_assert_uint_eq(lines, 200);
	ck_assert_uint_eq(finished, 1);
}
END_TEST

START_TEST(an_empty_table_is_an_answer)
{
	SEND("{\"id\": 1, \"cmd\": \"port show\"}");
	expect("{\"id\": 1, \"ok\": true, \"end\": true, \"result\": []}");
}
END_TEST

START_TEST(a_client_that_does_not_read_gets_no_more_output)
{
	unsigned int asked_before;

	table_rows = 1000000;
	SEND("{\"id\": 1, \"cmd\": \"port show\"}");
	for (unsigned int i = 0; i < 1000; i++)
		ctl_turn(ctl, now);
	asked_before = asked;
	for (unsigned int i = 0; i < 1000; i++)
		ctl_turn(ctl, now);
	ck_assert_uint_eq(asked, asked_before);
	ck_assert_uint_lt(asked, 200);
}
END_TEST

START_TEST(a_slow_client_delays_no_other)
{
	int slow = client;

	table_rows = 1000000;
	SEND("{\"id\": 1, \"cmd\": \"port show\"}");
	client = attach();
	SEND("{\"id\": 2, \"cmd\": \"status\"}");
	expect("{\"id\": 2, \"ok\": true, \"end\": true, \"result\": "
	       "{\"args\": null}}");
	close(slow);
}
END_TEST

START_TEST(a_client_that_leaves_during_an_answer_is_removed)
{
	table_rows = 1000000;
	SEND("{\"id\": 1, \"cmd\": \"port show\"}");
	ctl_turn(ctl, now);
	ck_assert_uint_eq(finished, 0);
	close(client);
	for (unsigned int i = 0; i < 10; i++)
		ctl_turn(ctl, now);
	ck_assert_uint_eq(finished, 1);
	ck_assert_uint_eq(ctl_clients(ctl), 0);
	client = attach();
}
END_TEST

START_TEST(a_text_follows_its_line_for_a_client_that_takes_it_so)
{
	char octets[8] = "";

	SEND("{\"id\": 1, \"cmd\": \"metrics\", \"plain\": true}");
	expect("{\"id\": 1, \"ok\": true, \"result\": {\"octets\": 6}}");
	ck_assert_int_eq(recv(client, octets, 6, 0), 6);
	ck_assert_str_eq(octets, "a \"b\"\n");
	expect("{\"id\": 1, \"ok\": true, \"end\": true, "
	       "\"result\": {\"octets\": 0}}");
	/* And for no other, on the same connection too. */
	SEND("{\"id\": 2, \"cmd\": \"metrics\"}");
	expect("{\"id\": 2, \"ok\": true, "
	       "\"result\": [{\"text\": \"a \\\"b\\\"\\n\"}]}");
	expect("{\"id\": 2, \"ok\": true, \"end\": true, "
	       "\"result\": [{\"text\": \"\"}]}");
	ck_assert_uint_eq(finished, 2);
}
END_TEST

static int crowd[CTL_CLIENTS_MAX + CTL_OWNER_MAX];

/* 'n' clients; the one of the fixture is not among them. */
static void
attach_crowd(unsigned int n, uid_t uid)
{
	attach_uid = uid;
	for (unsigned int i = 0; i < n; i++)
		crowd[i] = attach();
}

static void
close_crowd(unsigned int n)
{
	for (unsigned int i = 0; i < n; i++)
		close(crowd[i]);
	ctl_turn(ctl, now);
}

static void
expect_answer(void)
{
	json_t *line;

	SEND("{\"cmd\": \"hello\"}");
	line = receive_line();
	ck_assert(json_is_true(json_object_get(line, "ok")));
	json_decref(line);
}

START_TEST(a_socket_is_given_away_after_the_answer)
{
	char text[8] = "";
	json_t *line;

	SEND("{\"id\": 1, \"cmd\": \"capture start\"}");
	line = receive_line();
	ck_assert(json_is_true(json_object_get(line, "end")));
	json_decref(line);
	ctl_turn(ctl, now);
	ck_assert_uint_eq(taken_number, 7);
	ck_assert_int_gt(taken, 0);
	ck_assert_uint_eq(finished, 1);
	ck_assert_uint_eq(ctl_clients(ctl), 0);

	/* It is no client here any more: it has no age, and asks nothing. */
	SEND("{\"cmd\": \"status\"}");
	now += (CTL_PATIENCE + 1) * CLOCK_SECOND;
	ctl_turn(ctl, now);
	ck_assert_uint_eq(asked, 1);
	ck_assert_int_eq(send(taken, "stream", 6, 0), 6);
	ck_assert_int_eq(recv(client, text, sizeof(text), 0), 6);
	ck_assert_str_eq(text, "stream");
	close(taken);
}
END_TEST

START_TEST(a_client_that_leaves_before_its_stream_is_reported)
{
	static const char request[] = "{\"cmd\": \"capture start\"}\n";

	ck_assert_int_gt(send(client, request, sizeof(request) - 1, 0), 0);
	close(client);
	ctl_turn(ctl, now);
	ck_assert_uint_eq(taken_number, 7);
	ck_assert_int_eq(taken, -1);
	ck_assert_uint_eq(ctl_clients(ctl), 0);
	client = attach();
}
END_TEST

/* What is there to be read from a client of the crowd, in octets. */
static size_t
drain(int fd)
{
	static char octets[1 << 20];
	size_t all = 0;
	ssize_t n;

	while ((n = recv(fd, octets, sizeof(octets), 0)) > 0)
		all += (size_t)n;
	return all;
}

START_TEST(a_turn_makes_few_parts_and_each_client_gets_as_many)
{
	size_t got[8] = { 0 }, least = SIZE_MAX, most = 0;
	const unsigned int turns = 400;

	table_rows = 1000000;
	attach_crowd(8, 0);
	for (unsigned int i = 0; i < 8; i++)
		ck_assert_int_gt(
			send(crowd[i], "{\"cmd\": \"port show\"}\n", 21, 0), 0);
	for (unsigned int n = 0; n < turns; n++) {
		unsigned int before = asked;

		ctl_turn(ctl, now);
		ck_assert_uint_le(asked - before, 2);
		for (unsigned int i = 0; i < 8; i++)
			got[i] += drain(crowd[i]);
	}
	/* None stood still meanwhile. */
	ck_assert_uint_ge(asked, turns);
	for (unsigned int i = 0; i < 8; i++) {
		least = got[i] < least ? got[i] : least;
		most = got[i] > most ? got[i] : most;
	}
	ck_assert_uint_gt(least, 0);
	ck_assert_uint_le(most, least + least / 10);
	close_crowd(8);
}
END_TEST

START_TEST(one_client_too_many_gets_an_error)
{
	int first = client;

	attach_crowd(CTL_CLIENTS_MAX, GUEST);
	ck_assert_uint_eq(ctl_clients(ctl), CTL_CLIENTS_MAX + 1);
	client = attach();
	expect_error("busy");
	close(client);
	client = first;
	expect_answer();
	close_crowd(CTL_CLIENTS_MAX);
	ck_assert_uint_eq(ctl_clients(ctl), 1);
}
END_TEST

/* The first is the client of the fixture. */
START_TEST(the_owner_has_places_that_no_other_user_takes)
{
	int last;

	attach_crowd(CTL_CLIENTS_MAX, GUEST);
	attach_uid = 0;
	last = client;
	client = attach();
	expect_answer();
	close(client);
	ctl_turn(ctl, now);
	attach_uid = geteuid();
	client = attach();
	expect_answer();
	close(client);
	client = last;
	close_crowd(CTL_CLIENTS_MAX);
}
END_TEST

START_TEST(an_idle_client_makes_room_for_another)
{
	int first = client;

	attach_crowd(CTL_CLIENTS_MAX, GUEST);
	now += CTL_ROOM_READING * CLOCK_SECOND + 1;
	client = attach();
	expect_answer();
	ck_assert_uint_eq(ctl_clients(ctl), CTL_CLIENTS_MAX + 1);
	close(client);
	/* The owner's was idle, too, but does not make room for a guest. */
	client = first;
	expect_answer();
	close_crowd(CTL_CLIENTS_MAX);
}
END_TEST

/* An octet a second does not make a client a busy one. */
START_TEST(a_slow_request_makes_room_for_another)
{
	int first = client;

	attach_crowd(CTL_CLIENTS_MAX, GUEST);
	for (unsigned int s = 0; s < 3; s++) {
		for (unsigned int i = 0; i < CTL_CLIENTS_MAX; i++)
			ck_assert_int_eq(send(crowd[i], "{", 1, 0), 1);
		now += CLOCK_SECOND;
		ctl_turn(ctl, now);
	}
	client = attach();
	expect_answer();
	close(client);
	client = first;
	close_crowd(CTL_CLIENTS_MAX);
}
END_TEST

START_TEST(an_idle_client_is_disconnected)
{
	now += CTL_PATIENCE * CLOCK_SECOND;
	ctl_turn(ctl, now);
	ck_assert_uint_eq(ctl_clients(ctl), 1);
	now++;
	ctl_turn(ctl, now);
	ck_assert_uint_eq(ctl_clients(ctl), 0);
}
END_TEST

START_TEST(a_client_that_asks_now_and_then_stays)
{
	for (unsigned int i = 0; i < 5; i++) {
		now += CTL_PATIENCE * CLOCK_SECOND;
		expect_answer();
	}
	ck_assert_uint_eq(ctl_clients(ctl), 1);
}
END_TEST

START_TEST(no_octet_renews_the_age_of_a_request)
{
	send_text("{", 1);
	for (unsigned int s = 0; s < CTL_REQUEST_AGE; s++) {
		now += CLOCK_SECOND;
		send_text(" ", 1);
	}
	ck_assert_uint_eq(ctl_clients(ctl), 1);
	now++;
	ctl_turn(ctl, now);
	ck_assert_uint_eq(ctl_clients(ctl), 0);
}
END_TEST

/* Takes 'n' octets of the answer. */
static void
take(size_t n)
{
	char octets[4096];

	while (n > 0) {
		ssize_t got = recv(client, octets,
				   n < sizeof(octets) ? n : sizeof(octets), 0);

		if (got <= 0)
			return;
		n -= (size_t)got;
	}
}

START_TEST(no_octet_renews_the_age_of_an_answer)
{
	unsigned int s = 0;

	table_rows = 1000000;
	SEND("{\"cmd\": \"port show\"}");
	for (; ctl_clients(ctl) > 0 && s < 1000; s++) {
		now += CLOCK_SECOND;
		take(1);
		ctl_turn(ctl, now);
	}
	ck_assert_uint_gt(s, CTL_PATIENCE);
	ck_assert_uint_lt(s, 2 * CTL_PATIENCE);
	ck_assert_uint_eq(finished, 1);
}
END_TEST

/* Each part is taken in time, but there is no end. */
START_TEST(an_answer_as_a_whole_has_an_age)
{
	unsigned int s = 0;

	table_rows = 100000000;
	SEND("{\"cmd\": \"port show\"}");
	for (; ctl_clients(ctl) > 0 && s < 2 * CTL_ANSWER_AGE; s++) {
		now += CLOCK_SECOND;
		take(20000);
		ctl_turn(ctl, now);
	}
	ck_assert_uint_ge(s, CTL_ANSWER_AGE);
	ck_assert_uint_lt(s, CTL_ANSWER_AGE + 2);
}
END_TEST

/* A request with 'size' octets, and blanks in its end. */
static char *
long_request(const char *request, size_t size)
{
	char *text = malloc(size);

	memset(text, ' ', size);
	memcpy(text, request, strlen(request));
	text[size - 1] = '\n';
	return text;
}

#define DIFF "{\"cmd\": \"config diff\"}"

START_TEST(a_request_with_files_may_be_long)
{
	char *text = long_request(DIFF, CTL_LONG_MAX);

	send_text(text, CTL_LONG_MAX);
	json_decref(receive_line());
	ck_assert_uint_eq(asked, 1);
	expect_answer();
	free(text);
}
END_TEST

START_TEST(no_other_request_may_be_long)
{
	char *text = long_request("{\"cmd\": \"status\"}", CTL_REQUEST_MAX + 1);

	send_text(text, CTL_REQUEST_MAX + 1);
	expect_error("bad_request");
	ck_assert(is_closed());
	ck_assert_uint_eq(asked, 0);
	free(text);
}
END_TEST

/* They would take the memory of the daemon. */
START_TEST(few_long_requests_are_read_at_once)
{
	char *text = long_request(DIFF, CTL_REQUEST_MAX + 2);
	int held[3] = { client };

	attach_uid = GUEST;
	for (unsigned int i = 1; i < 3; i++) {
		client = held[i] = attach();
		send_text(text, CTL_REQUEST_MAX + 1);
		if (i == 2) {
			expect_error("bad_request");
			ck_assert(is_closed());
		}
	}
	/* One more for the owner; and the first one goes on. */
	client = held[0];
	send_text(text, CTL_REQUEST_MAX + 2);
	json_decref(receive_line());
	ck_assert_uint_eq(asked, 1);
	client = held[1];
	send_text("\n", 1);
	json_decref(receive_line());
	ck_assert_uint_eq(asked, 2);
	close(held[1]);
	close(held[2]);
	client = held[0];
	free(text);
}
END_TEST

/* The file of the socket. */

static char dir[64], path[128];
static const char *readers;

static void
path_setup(void)
{
	readers = NULL;
	strcpy(dir, "/tmp/ixf-test-XXXXXX");
	ck_assert_ptr_nonnull(mkdtemp(dir));
	snprintf(path, sizeof(path), "%s/run/s", dir);
}

static void
path_teardown(void)
{
	char command[160];

	snprintf(command, sizeof(command), "rm -rf '%s'", dir);
	ck_assert_int_eq(system(command), 0);
}

static struct ctl *
open_socket(const char *why)
{
	struct faults *faults = faults_create();
	struct ctl *c = ctl_open(path, NULL, readers, faults);

	if (why == NULL)
		ck_assert_msg(c != NULL, "%s", faults_text(faults, 0));
	else {
		ck_assert_ptr_null(c);
		ck_assert_msg(strstr(faults_text(faults, 0), why) != NULL, "%s",
			      faults_text(faults, 0));
	}
	faults_free(faults);
	return c;
}

static int
dial(void)
{
	struct sockaddr_un addr = { .sun_family = AF_UNIX };
	int fd = socket(AF_UNIX, SOCK_STREAM, 0);

	strcpy(addr.sun_path, path);
	if (connect(fd, (struct sockaddr *)&addr, sizeof(addr)) == 0)
		return fd;
	close(fd);
	return -1;
}

START_TEST(the_socket_is_made_for_its_group_only)
{
	struct ctl *c = open_socket(NULL);
	char parent[128];
	struct stat st;

	ck_assert_int_eq(stat(path, &st), 0);
	ck_assert(S_ISSOCK(st.st_mode));
	ck_assert_uint_eq(st.st_mode & 0777, 0660);
	snprintf(parent, sizeof(parent), "%s/run", dir);
	ck_assert_int_eq(stat(parent, &st), 0);
	ck_assert_uint_eq(st.st_mode & 0777, 0755);
	ctl_close(c);
	ck_assert_int_ne(stat(path, &st), 0);
}
END_TEST

START_TEST(with_readers_anyone_can_connect_and_is_judged)
{
	struct ctl *c;
	struct stat st;

	readers = "0";
	c = open_socket(NULL);
	ck_assert_int_eq(stat(path, &st), 0);
	ck_assert_uint_eq(st.st_mode & 0777, 0666);
	ctl_close(c);
}
END_TEST

START_TEST(a_second_listener_fails_and_the_first_continues)
{
	struct ctl *c = open_socket(NULL);
	int fd;

	ck_assert_ptr_null(open_socket("another process"));
	ctl_serve(c, &ops, NULL);
	fd = dial();
	ck_assert_int_ge(fd, 0);
	ctl_turn(c, 1);
	ck_assert_uint_eq(ctl_clients(c), 1);
	close(fd);
	ctl_close(c);
	ctl_close(open_socket(NULL));
}
END_TEST

START_TEST(the_socket_of_a_killed_process_is_replaced)
{
	pid_t child = fork();
	struct stat st;
	int fd;
	struct ctl *c;

	if (child == 0) {
		open_socket(NULL);
		kill(getpid(), SIGKILL);
	}
	waitpid(child, NULL, 0);
	ck_assert_int_eq(stat(path, &st), 0);
	ck_assert_int_lt(dial(), 0);
	c = open_socket(NULL);
	fd = dial();
	ck_assert_int_ge(fd, 0);
	close(fd);
	ctl_close(c);
}
END_TEST

START_TEST(a_file_in_the_place_of_the_socket_is_left_alone)
{
	struct stat st;
	int fd;

	ctl_close(open_socket(NULL));
	fd = open(path, O_CREAT | O_WRONLY, 0600);
	ck_assert_int_ge(fd, 0);
	close(fd);
	ck_assert_ptr_null(open_socket("something else"));
	ck_assert_int_eq(stat(path, &st), 0);
	ck_assert(S_ISREG(st.st_mode));
}
END_TEST

START_TEST(a_directory_that_cannot_be_made_is_named)
{
	snprintf(path, sizeof(path), "%s/none/run/s", dir);
	ck_assert_ptr_null(open_socket("cannot make the directory"));
}
END_TEST

#define LOOP(tc, test, cases)                                                  \
	tcase_add_loop_test(tc, test, 0, sizeof(cases) / sizeof((cases)[0]))

static TCase *
clients(void)
{
	TCase *tc = tcase_create("clients");

	tcase_set_timeout(tc, 20); /* seconds: a busy machine takes some */
	tcase_add_checked_fixture(tc, setup, teardown);
	tcase_add_test(tc, hello_names_the_api);
	tcase_add_test(tc, an_answer_has_the_id_of_its_request);
	tcase_add_test(tc, requests_are_answered_one_after_the_other);
	tcase_add_test(tc, a_request_may_come_in_pieces);
	tcase_add_test(tc, an_error_gives_the_reason);
	tcase_add_test(tc, a_reader_may_look_and_not_change);
	tcase_add_test(tc,
		       a_client_without_rights_is_told_so_and_gets_no_place);
	LOOP(tc, a_wrong_request_is_refused_and_the_client_stays, refused);
	LOOP(tc, garbage_is_answered_with_an_error_and_disconnected, garbage);
	tcase_add_test(tc, a_request_without_end_is_disconnected);
	tcase_add_test(tc, the_longest_request_is_answered);
	tcase_add_test(tc, a_deeply_nested_request_does_no_harm);
	tcase_add_test(tc, a_request_with_too_many_values_is_not_parsed);
	tcase_add_test(tc, a_long_table_comes_in_parts);
	tcase_add_test(tc, an_empty_table_is_an_answer);
	tcase_add_test(tc, a_client_that_does_not_read_gets_no_more_output);
	tcase_add_test(tc, a_slow_client_delays_no_other);
	tcase_add_test(tc,
		       a_text_follows_its_line_for_a_client_that_takes_it_so);
	tcase_add_test(tc, a_turn_makes_few_parts_and_each_client_gets_as_many);
	tcase_add_test(tc, a_client_that_leaves_during_an_answer_is_removed);
	tcase_add_test(tc, a_socket_is_given_away_after_the_answer);
	tcase_add_test(tc, a_client_that_leaves_before_its_stream_is_reported);
	tcase_add_test(tc, one_client_too_many_gets_an_error);
	tcase_add_test(tc, the_owner_has_places_that_no_other_user_takes);
	tcase_add_test(tc, an_idle_client_makes_room_for_another);
	tcase_add_test(tc, a_slow_request_makes_room_for_another);
	tcase_add_test(tc, an_idle_client_is_disconnected);
	tcase_add_test(tc, a_client_that_asks_now_and_then_stays);
	tcase_add_test(tc, no_octet_renews_the_age_of_a_request);
	tcase_add_test(tc, no_octet_renews_the_age_of_an_answer);
	tcase_add_test(tc, an_answer_as_a_whole_has_an_age);
	tcase_add_test(tc, a_request_with_files_may_be_long);
	tcase_add_test(tc, no_other_request_may_be_long);
	tcase_add_test(tc, few_long_requests_are_read_at_once);
	return tc;
}

static TCase *
socket_file(void)
{
	TCase *tc = tcase_create("socket");

	tcase_add_checked_fixture(tc, path_setup, path_teardown);
	tcase_add_test(tc, the_socket_is_made_for_its_group_only);
	tcase_add_test(tc, with_readers_anyone_can_connect_and_is_judged);
	tcase_add_test(tc, a_second_listener_fails_and_the_first_continues);
	tcase_add_test(tc, the_socket_of_a_killed_process_is_replaced);
	tcase_add_test(tc, a_file_in_the_place_of_the_socket_is_left_alone);
	tcase_add_test(tc, a_directory_that_cannot_be_made_is_named);
	return tc;
}

int
main(void)
{
	Suite *s = suite_create("ctl");

	suite_add_tcase(s, clients());
	suite_add_tcase(s, socket_file());
	return check_run(s);
}
