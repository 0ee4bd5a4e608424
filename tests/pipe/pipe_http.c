/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * GET /metrics and the pages, on a fabric in step: the clock of the servers is the test's.
 */
#include "fabric/api/http.h"

#include <arpa/inet.h>
#include <errno.h>
#include <netinet/in.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include "fabric/api/monitor.h"
#include "tests/pipe/fixture.h"
#include "tests/pipe/request.h"

#define PORTS                                                                  \
	"[lan l]\nprofile = ixp-basic\n"                                       \
	"[port a]\ndevice = net_null0\nlan = l\nmac = 02:00:00:00:00:01\n"     \
	"[port b]\ndevice = net_null1\nlan = l\nmac = 02:00:00:00:00:02\n"

#define REQUEST "GET /metrics HTTP/1.1\r\nHost: x\r\n\r\n"

#define TURNS 20000 /* at most, for an answer */

static struct answers *answers;
static char dir[] = "/tmp/ixf-http-XXXXXX", path[64], file[64];
static char text[4096];

/*
 * PORTS, and in [fabric] the key 'metrics' (NULL: none) with %s for the folder, twice at
 * most; other keys may follow on lines of their own.
 */
static const char *
with(const char *metrics)
{
	char value[256];

	snprintf(value, sizeof(value), metrics != NULL ? metrics : "", dir,
		 dir);
	snprintf(text, sizeof(text), "[fabric]\n%s%s\n%s",
		 metrics != NULL ? "metrics = " : "", value, PORTS);
	return text;
}

static void
start_with(const char *metrics)
{
	answers_free(answers);
	answers = NULL;
	begin_at(0, with(metrics));
	write_file(file, text);
	answers = answers_create(f, file);
	ck_assert_ptr_nonnull(answers);
}

static void
setup(void)
{
	strcpy(dir + strlen(dir) - 6, "XXXXXX");
	ck_assert_ptr_nonnull(mkdtemp(dir));
	snprintf(path, sizeof(path), "%s/m.sock", dir);
	snprintf(file, sizeof(file), "%s/ini", dir);
	start_with("%s/m.sock");
}

static void
teardown(void)
{
	answers_free(answers);
	answers = NULL;
	unlink(file);
	ck_assert_int_eq(rmdir(dir), 0);
}

static void
turn(void)
{
	f->now += CLOCK_MILLISECOND;
	answers_turn(answers);
}

static int
dial_path(const char *to)
{
	struct sockaddr_un address = { .sun_family = AF_UNIX };
	int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK, 0);

	strcpy(address.sun_path, to);
	if (connect(fd, (struct sockaddr *)&address, sizeof(address)) == 0)
		return fd;
	close(fd);
	return -1;
}

/* Connects to 127.0.0.1; -1: nothing listens. */
static int
dial_port(uint16_t port)
{
	struct sockaddr_in address = { .sin_family = AF_INET,
				       .sin_port = htons(port) };
	int fd = socket(AF_INET, SOCK_STREAM, 0);

	address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
	if (connect(fd, (struct sockaddr *)&address, sizeof(address)) == 0)
		return fd;
	close(fd);
	return -1;
}

static void
say(int fd, const char *what)
{
	ck_assert_int_eq(send(fd, what, strlen(what), MSG_NOSIGNAL),
			 (ssize_t)strlen(what));
}

/* Whether the server has closed the connection; what it sends is thrown away. */
static bool
is_closed(int fd)
{
	char octets[65536];
	ssize_t n;

	do
		n = recv(fd, octets, sizeof(octets), MSG_DONTWAIT);
	while (n > 0);
	return n == 0 || errno == ECONNRESET;
}

/* All that comes until the server closes; closes 'fd'.  To be freed. */
static char *
hear(int fd)
{
	size_t size = 1 << 23, n = 0;
	char *got = malloc(size);

	for (unsigned int i = 0; i < TURNS; i++) {
		ssize_t more = recv(fd, got + n, size - n - 1, MSG_DONTWAIT);

		if (more == 0 || (more < 0 && errno == ECONNRESET))
			break;
		n += more > 0 ? (size_t)more : 0;
		ck_assert_uint_lt(n, size - 1);
		if (more < 0)
			turn();
		ck_assert_uint_lt(i, TURNS - 1);
	}
	got[n] = '\0';
	close(fd);
	return got;
}

static char *
ask(const char *request)
{
	int fd = dial_path(path);

	ck_assert_int_ge(fd, 0);
	say(fd, request);
	return hear(fd);
}

static void
expect(const char *got, const char *part)
{
	ck_assert_msg(strstr(got, part) != NULL, "no '%s' in: %.600s", part,
		      got);
}

/* The request is answered with this status, and 'part' is in the answer. */
static void
expect_answer(const char *request, const char *status, const char *part)
{
	char *got = ask(request), line[64];

	snprintf(line, sizeof(line), "HTTP/1.1 %s ", status);
	ck_assert_msg(strncmp(got, line, strlen(line)) == 0, "not %s: %.200s",
		      status, got);
	expect(got, part);
	free(got);
}

static bool
answers_on(int fd)
{
	char *got;
	bool ok;

	if (fd < 0)
		return false;
	say(fd, REQUEST);
	got = hear(fd);
	ok = strncmp(got, "HTTP/1.1 200 ", 13) == 0;
	free(got);
	return ok;
}

/* Applies a file with this key; returns the error, which is to be freed, or NULL. */
static char *
apply(const char *metrics)
{
	struct faults *faults = NULL;
	char *why = NULL;

	write_file(file, with(metrics));
	if (request_reload(answers, &faults) != 0)
		why = strdup(faults_first_error(faults));
	faults_free(faults);
	return why;
}

static void
must_apply(const char *metrics)
{
	char *why = apply(metrics);

	ck_assert_msg(why == NULL, "%s", why);
}

/* A port that nothing listens on. */
static uint16_t
free_port(int *taken)
{
	struct sockaddr_in address = { .sin_family = AF_INET };
	socklen_t size = sizeof(address);
	int fd = socket(AF_INET, SOCK_STREAM, 0);

	address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
	ck_assert_int_eq(bind(fd, (struct sockaddr *)&address, size), 0);
	ck_assert_int_eq(listen(fd, 1), 0);
	ck_assert_int_eq(getsockname(fd, (struct sockaddr *)&address, &size),
			 0);
	if (taken != NULL)
		*taken = fd;
	else
		close(fd);
	return ntohs(address.sin_port);
}

static const char *
at(const char *address, uint16_t port)
{
	static char place[2][64];
	static unsigned int i;
	char *to = place[i++ % 2];

	snprintf(to, sizeof(place[0]), "%s:%u", address, port);
	return to;
}

START_TEST(a_scrape_has_the_text_of_ixctl_metrics)
{
	char *got = ask(REQUEST);

	expect(got, "HTTP/1.1 200 OK\r\n");
	expect(got,
	       "Content-Type: text/plain; version=0.0.4; charset=utf-8\r\n");
	expect(got, "Connection: close\r\n");
	expect(got, "\n# TYPE ixf_port_drops_total counter\n");
	expect(got, "\nixf_port_macs{port=\"b\"} 1\n");
	expect(got, "\nixf_mempool_objects{");
	free(got);
	/* By the first version, without chunks. */
	got = ask("GET /metrics HTTP/1.0\r\n\r\n");
	expect(got, "200 OK\r\n");
	expect(got, "\r\n\r\n# HELP ixf_build_info ");
	free(got);
}
END_TEST

/* As a request to ixctl does: see answers.c. */
START_TEST(a_scrape_waits_for_the_tables_of_lans_that_have_changed)
{
	int fd = dial_path(path);
	char octet, *got;

	f->stale_lans++;
	say(fd, REQUEST);
	for (unsigned int i = 0; i < TURNS; i++)
		turn();
	ck_assert_int_eq(recv(fd, &octet, 1, MSG_DONTWAIT), -1);
	ck_assert_int_eq(errno, EAGAIN);
	f->stale_lans--;
	got = hear(fd);
	expect(got, "HTTP/1.1 200 OK\r\n");
	expect(got, "\n# TYPE ixf_port_drops_total counter\n");
	free(got);
}
END_TEST

START_TEST(other_paths_and_methods_are_refused)
{
	char *got;

	expect_answer("GET / HTTP/1.1\r\nHost: x\r\n\r\n", "404", "/metrics");
	expect_answer("GET /metrics/ HTTP/1.1\r\nHost: x\r\n\r\n", "404", "");
	expect_answer("GET /metricsx HTTP/1.1\r\nHost: x\r\n\r\n", "404", "");
	expect_answer("POST /metrics HTTP/1.1\r\nHost: x\r\n"
		      "Content-Length: 3\r\n\r\nabc",
		      "405", "Allow: GET, HEAD\r\n");
	expect_answer("DELETE /metrics HTTP/1.1\r\nHost: x\r\n\r\n", "405", "");
	expect_answer("GET /metrics?a=b HTTP/1.1\r\nHost: x\r\n\r\n", "200",
		      "ixf_build_info");
	got = ask("HEAD /metrics HTTP/1.1\r\nHost: x\r\n\r\n");
	expect(got, "HTTP/1.1 200 OK\r\n");
	expect(got, "version=0.0.4");
	ck_assert_str_eq(strstr(got, "\r\n\r\n"), "\r\n\r\n");
	free(got);
}
END_TEST

START_TEST(what_is_no_request_ends_the_connection)
{
	static char long_request[HTTP_MEMORY + 4096];
	char *got = ask("\001\002\003\r\n\r\n");

	free(got);
	memset(long_request, 'a', sizeof(long_request) - 1);
	memcpy(long_request, "GET /", 5);
	got = ask(long_request);
	ck_assert_ptr_null(strstr(got, " 200 "));
	free(got);
	memcpy(long_request, "GET /metrics HTTP/1.1\r\nA: ", 26);
	got = ask(long_request);
	ck_assert_ptr_null(strstr(got, " 200 "));
	free(got);
	ck_assert(answers_on(dial_path(path)));
}
END_TEST

START_TEST(a_request_has_ten_seconds_whatever_of_it_comes)
{
	int fd = dial_path(path);
	unsigned int n = 0;

	for (; n < 30 && !is_closed(fd); n++) {
		send(fd, "G", 1, MSG_NOSIGNAL);
		f->now += CLOCK_SECOND;
		turn();
		turn();
	}
	ck_assert_uint_ge(n, HTTP_REQUEST_AGE);
	ck_assert_uint_le(n, HTTP_REQUEST_AGE + 2);
	close(fd);
}
END_TEST

START_TEST(an_answer_that_is_not_read_ends_after_its_time)
{
	int fd = dial_path(path), size = 1;

	setsockopt(fd, SOL_SOCKET, SO_RCVBUF, &size, sizeof(size));
	say(fd, REQUEST);
	for (unsigned int i = 0; i < 100; i++)
		turn();
	f->now += (HTTP_ANSWER_AGE - 1) * CLOCK_SECOND;
	turn();
	ck_assert(answers_on(dial_path(path)));
	f->now += 2 * CLOCK_SECOND;
	turn();
	turn();
	ck_assert(is_closed(fd));
	close(fd);
}
END_TEST

START_TEST(the_client_that_is_waited_for_longest_makes_room)
{
	int slow[HTTP_CLIENTS], fd;

	for (unsigned int i = 0; i < HTTP_CLIENTS; i++) {
		slow[i] = dial_path(path);
		say(slow[i], "GET");
		turn();
	}
	/* None of them has waited for a second: the new one goes. */
	fd = dial_path(path);
	say(fd, "G");
	turn();
	turn();
	ck_assert(is_closed(fd));
	close(fd);
	f->now += 2 * CLOCK_SECOND;
	ck_assert(answers_on(dial_path(path)));
	ck_assert(is_closed(slow[0]));
	for (unsigned int i = 0; i < HTTP_CLIENTS; i++) {
		if (i > 0)
			ck_assert(!is_closed(slow[i]));
		close(slow[i]);
	}
}
END_TEST

START_TEST(four_scrapes_are_answered_at_once_and_a_fifth_is_told_to_wait)
{
	int fd[5];
	char *got;

	for (unsigned int i = 0; i < 5; i++) {
		fd[i] = dial_path(path);
		say(fd[i], REQUEST);
	}
	got = hear(fd[4]);
	expect(got, "HTTP/1.1 503 ");
	expect(got, "Retry-After: 1\r\n");
	free(got);
	for (unsigned int i = 0; i < 4; i++) {
		got = hear(fd[i]);
		expect(got, "HTTP/1.1 200 ");
		free(got);
	}
}
END_TEST

START_TEST(a_socket_is_for_its_group_and_goes_with_the_key)
{
	struct stat st;

	ck_assert_int_eq(stat(path, &st), 0);
	ck_assert_int_eq(st.st_mode & 0777, 0660);
	must_apply(NULL);
	ck_assert_int_ne(stat(path, &st), 0);
	must_apply("%s/m.sock");
	ck_assert(answers_on(dial_path(path)));
}
END_TEST

START_TEST(an_apply_moves_the_listener)
{
	uint16_t one = free_port(NULL), two;

	must_apply(at("127.0.0.1", one));
	ck_assert(answers_on(dial_port(one)));
	ck_assert_int_eq(dial_path(path), -1);
	two = free_port(NULL);
	must_apply(at("127.0.0.1", two));
	ck_assert(answers_on(dial_port(two)));
	ck_assert_int_eq(dial_port(one), -1);
	/* The same port of all addresses, which cannot be open beside it. */
	must_apply(at("0.0.0.0", two));
	ck_assert(answers_on(dial_port(two)));
	must_apply(at("[::1]", one));
	ck_assert_int_eq(dial_port(two), -1);
	must_apply(NULL);
	ck_assert_int_eq(dial_port(one), -1);
}
END_TEST

START_TEST(an_apply_that_cannot_listen_changes_nothing)
{
	int taken;
	uint16_t port = free_port(&taken), other = free_port(NULL);
	uint64_t generation = f->generation;
	char *why = apply(at("127.0.0.1", port));

	ck_assert_ptr_nonnull(why);
	expect(why, "metrics: cannot listen on 127.0.0.1:");
	expect(why, "Address already in use");
	expect(why, "ini:2: error:");
	free(why);
	ck_assert_uint_eq(f->generation, generation);
	ck_assert(answers_on(dial_path(path)));
	/* From an address to another one of the same port, which is not there. */
	must_apply(at("127.0.0.1", other));
	generation = f->generation;
	why = apply(at("192.0.2.77", other));
	ck_assert_ptr_nonnull(why);
	free(why);
	ck_assert_uint_eq(f->generation, generation);
	ck_assert(answers_on(dial_port(other)));
	close(taken);
}
END_TEST

START_TEST(an_apply_that_fails_later_leaves_the_old_listener)
{
	char *why;

	/* Its device does not open. */
	snprintf(text, sizeof(text),
		 "[fabric]\nmetrics = %s/other.sock\n%s"
		 "[port c]\ndevice = net_null_bad\nlan = l\n"
		 "mac = 02:00:00:00:00:03\n",
		 dir, PORTS);
	write_file(file, text);
	why = NULL;
	{
		struct faults *faults = NULL;

		if (request_reload(answers, &faults) != 0)
			why = strdup(faults_first_error(faults));
		faults_free(faults);
	}
	ck_assert_ptr_nonnull(why);
	free(why);
	ck_assert(answers_on(dial_path(path)));
	snprintf(text, sizeof(text), "%s/other.sock", dir);
	ck_assert_int_eq(access(text, F_OK), -1);
}
END_TEST

static bool
is_degraded(void)
{
	struct request q;
	const json_t *problems;
	bool found = false;

	request_ask(&q, answers, "status", "{}");
	problems = json_object_get(q.result, "problems");
	for (size_t i = 0; i < json_array_size(problems); i++)
		found |= strstr(json_string_value(json_array_get(problems, i)),
				"metrics: cannot listen on ") != NULL;
	request_end(&q);
	return found;
}

START_TEST(a_start_that_cannot_listen_is_degraded_until_it_can)
{
	int taken;
	uint16_t port = free_port(&taken);

	start_with(at("127.0.0.1", port));
	ck_assert(is_degraded());
	close(taken);
	turn();
	ck_assert(is_degraded());
	f->now += 6 * CLOCK_SECOND;
	turn();
	ck_assert(!is_degraded());
	ck_assert(answers_on(dial_port(port)));
}
END_TEST

START_TEST(an_end_closes_connections_with_half_an_answer)
{
	int fd = dial_path(path), other = dial_path(path);

	say(fd, REQUEST);
	say(other, "GET");
	turn();
	answers_free(answers);
	answers = NULL;
	ck_assert(is_closed(fd));
	ck_assert(is_closed(other));
	close(fd);
	close(other);
}
END_TEST

/* Pages. */

#define OWN    "%s/m.sock\nstatus_page = on"
#define PUBLIC OWN "\npublic = %s/p.sock"

#define GET(what) "GET " what " HTTP/1.1\r\nHost: localhost\r\n\r\n"

/* The request goes to the socket 'name' of the folder. */
static char *
ask_at(const char *name, const char *request)
{
	char to[64];
	int fd;

	snprintf(to, sizeof(to), "%s/%s", dir, name);
	fd = dial_path(to);
	ck_assert_int_ge(fd, 0);
	say(fd, request);
	return hear(fd);
}

static void
expect_at(const char *name, const char *request, const char *status)
{
	char *got = ask_at(name, request), line[64];

	snprintf(line, sizeof(line), "HTTP/1.1 %s ", status);
	ck_assert_msg(strncmp(got, line, strlen(line)) == 0,
		      "%s: not %s: %.300s", request, status, got);
	free(got);
}

/* The body of the answer, which must be JSON. */
static json_t *
ask_json(const char *name, const char *request)
{
	char *got = ask_at(name, request);
	const char *body = strstr(got, "\r\n\r\n");
	json_t *value;

	expect(got, "\r\nContent-Type: application/json\r\n");
	ck_assert_ptr_nonnull(body);
	value = json_loads(body, 0, NULL);
	ck_assert_msg(value != NULL, "no JSON: %.300s", got);
	free(got);
	return value;
}

static void
has_guards(const char *got)
{
	expect(got, "\r\nContent-Security-Policy: default-src 'none'; "
		    "script-src 'self'; style-src 'self'; ");
	expect(got, "\r\nX-Content-Type-Options: nosniff\r\n");
	expect(got, "\r\nCache-Control: no-store\r\n");
}

START_TEST(the_status_page_is_there_only_with_its_key)
{
	static const char *const page[][2] = {
		{ GET("/"), "text/html; charset=utf-8" },
		{ GET("/status.js"), "text/javascript; charset=utf-8" },
		{ GET("/common.js"), "text/javascript; charset=utf-8" },
		{ GET("/style.css"), "text/css; charset=utf-8" },
		{ GET("/icon.svg"), "image/svg+xml" },
	};

	expect_at("m.sock", GET("/"), "404");
	expect_at("m.sock", GET("/api/status"), "404");
	ck_assert_uint_eq(f->monitored, 0);
	must_apply(OWN);
	for (size_t i = 0; i < sizeof(page) / sizeof(page[0]); i++) {
		char *got = ask_at("m.sock", page[i][0]);

		expect(got, "HTTP/1.1 200 ");
		expect(got, page[i][1]);
		has_guards(got);
		free(got);
	}
	expect_at("m.sock", GET("/metrics"), "200");
	must_apply("%s/m.sock");
	expect_at("m.sock", GET("/"), "404");
	turn();
	ck_assert_uint_eq(f->monitored, 0);
}
END_TEST

START_TEST(a_page_has_the_answers_of_ixctl)
{
	static const char *const answer[][3] = {
		{ GET("/api/ports"), "port show", "{}" },
		{ GET("/api/workers"), "worker show", "{}" },
		{ GET("/api/drops?port=b"), "port drops", "{\"port\": \"b\"}" },
	};

	start_with(OWN);
	for (size_t i = 0; i < sizeof(answer) / sizeof(answer[0]); i++) {
		json_t *got = ask_json("m.sock", answer[i][0]);
		struct request q;

		request_ask(&q, answers, answer[i][1], answer[i][2]);
		ck_assert_uint_gt(json_array_size(got), 0);
		ck_assert_msg(json_equal(got, q.result), "%s differs",
			      answer[i][1]);
		request_end(&q);
		json_decref(got);
	}
	{
		json_t *got = ask_json("m.sock", GET("/api/status"));

		ck_assert_str_eq(
			json_string_value(json_object_get(got, "name")),
			"ixfabric");
		json_decref(got);
	}
}
END_TEST

START_TEST(pages_have_exact_paths_and_no_other_method)
{
	char *got;

	start_with(OWN);
	expect_at("m.sock", GET("/api/ports/"), "404");
	expect_at("m.sock", GET("//api/ports"), "404");
	expect_at("m.sock", GET("/api/ports?port=a"), "404");
	expect_at("m.sock", GET("/api/drops"), "404");
	expect_at("m.sock", GET("/status.html"), "404");
	expect_at("m.sock", GET("/../lib/web/status.html"), "404");
	expect_at("m.sock", GET("/api/drops?port=nosuch"), "404");
	expect_at("m.sock", GET("/api/sponge"), "404"); /* no LAN has one */
	expect_at("m.sock",
		  "POST / HTTP/1.1\r\nHost: localhost\r\n"
		  "Content-Length: 3\r\n\r\nabc",
		  "405");
	expect_at("m.sock",
		  "DELETE /api/ports HTTP/1.1\r\nHost: localhost\r\n\r\n",
		  "405");
	got = ask_at("m.sock",
		     "HEAD /api/ports HTTP/1.1\r\nHost: localhost\r\n\r\n");
	expect(got, "HTTP/1.1 200 ");
	has_guards(got);
	ck_assert_str_eq(strstr(got, "\r\n\r\n"), "\r\n\r\n");
	free(got);
}
END_TEST

/* DNS rebinding: the browser sends the name by which it has found the page. */
START_TEST(a_status_page_under_another_name_is_refused)
{
	static const char *const own[] = { "localhost", "LOCALHOST:9477",
					   "127.0.0.1:9477", "[::1]:9477",
					   "192.0.2.1" };
	static const char *const other[] = { "evil.example",
					     "evil.example:9477",
					     "127.0.0.1.evil.example",
					     "localhost.evil.example", "[::1" };
	char ask_for[128];

	start_with(PUBLIC);
	for (unsigned int i = 0; i < 5; i++) {
		snprintf(ask_for, sizeof(ask_for),
			 "GET /api/ports HTTP/1.1\r\nHost: %s\r\n\r\n", own[i]);
		expect_at("m.sock", ask_for, "200");
		snprintf(ask_for, sizeof(ask_for),
			 "GET /api/ports HTTP/1.1\r\nHost: %s\r\n\r\n",
			 other[i]);
		expect_at("m.sock", ask_for, "421");
	}
	/* What has no address of a member is for others, too. */
	expect_at("m.sock", REQUEST, "200");
	expect_at("p.sock", "GET / HTTP/1.1\r\nHost: lg.example.net\r\n\r\n",
		  "200");
}
END_TEST

START_TEST(the_public_page_has_nothing_of_the_other)
{
	char *got;

	start_with(PUBLIC);
	expect_at("p.sock", GET("/"), "200");
	expect_at("p.sock", GET("/public.js"), "200");
	expect_at("p.sock", GET("/api/policy"), "200");
	expect_at("p.sock", GET("/metrics"), "404");
	expect_at("p.sock", GET("/status.js"), "404");
	expect_at("p.sock", GET("/api/status"), "404");
	expect_at("p.sock", GET("/api/ports"), "404");
	expect_at("p.sock", GET("/api/drops?port=a"), "404");
	expect_at("p.sock", GET("/api/events"), "404");
	expect_at("m.sock", GET("/api/exchange"), "404");
	expect_at("m.sock", GET("/public.js"), "404");
	got = ask_at("p.sock", GET("/api/exchange"));
	expect(got, "{\"port\":\"a\",\"lan\":\"l\",");
	has_guards(got);
	ck_assert_ptr_null(strstr(got, "02:00:00"));
	free(got);
	must_apply(PUBLIC "\npublic_addresses = on");
	f->now += 6 * CLOCK_SECOND;
	got = ask_at("p.sock", GET("/api/exchange"));
	expect(got, "\"macs\":[\"02:00:00:00:00:01\"]");
	free(got);
}
END_TEST

/* As many browsers as there may be cost no more than one. */
START_TEST(an_answer_serves_all_that_ask_within_a_second)
{
	struct request q;
	json_t *got;

	start_with(OWN);
	json_decref(ask_json("m.sock", GET("/api/ports")));
	request_ask(&q, answers, "port down", "{\"port\": \"a\"}");
	request_end(&q);
	got = ask_json("m.sock", GET("/api/ports"));
	ck_assert_str_ne(json_string_value(request_at(got, 0, "state")), "off");
	json_decref(got);
	f->now += CLOCK_SECOND + CLOCK_MILLISECOND;
	got = ask_json("m.sock", GET("/api/ports"));
	ck_assert_str_eq(json_string_value(request_at(got, 0, "state")), "off");
	json_decref(got);
}
END_TEST

START_TEST(the_last_events_are_kept_while_there_is_a_status_page)
{
	struct request q;
	json_t *got;

	start_with(OWN);
	turn();
	for (unsigned int i = 0; i < MONITORS_KEPT; i++) {
		request_ask(&q, answers, "port down", "{\"port\": \"a\"}");
		request_end(&q);
		request_ask(&q, answers, "port up", "{\"port\": \"a\"}");
		request_end(&q);
	}
	got = ask_json("m.sock", GET("/api/events"));
	ck_assert_uint_eq(json_array_size(got), MONITORS_KEPT);
	ck_assert_str_eq(json_string_value(request_at(got, 0, "event")),
			 "port_up");
	ck_assert_str_eq(json_string_value(request_at(got, 1, "event")),
			 "port_down");
	json_decref(got);
	must_apply("%s/m.sock");
	turn();
	must_apply(OWN);
	f->now += 2 * CLOCK_SECOND;
	got = ask_json("m.sock", GET("/api/events"));
	ck_assert_uint_eq(json_array_size(got), 0);
	json_decref(got);
}
END_TEST

/* How many of 16 requests at once to the public page are answered with 200. */
static unsigned int
ask_many(void)
{
	int fd[HTTP_CLIENTS];
	unsigned int n = 0;
	char to[64];

	snprintf(to, sizeof(to), "%s/p.sock", dir);
	for (unsigned int i = 0; i < HTTP_CLIENTS; i++) {
		fd[i] = dial_path(to);
		ck_assert_int_ge(fd[i], 0);
		say(fd[i], GET("/"));
	}
	for (unsigned int i = 0; i < HTTP_CLIENTS; i++) {
		char *got = hear(fd[i]);

		n += strncmp(got, "HTTP/1.1 200 ", 13) == 0;
		if (strncmp(got, "HTTP/1.1 200 ", 13) != 0)
			expect(got, "HTTP/1.1 429 ");
		free(got);
	}
	return n;
}

START_TEST(the_public_page_answers_so_many_requests_a_second)
{
	uint64_t begun;
	unsigned int n = 0, tried = 0;

	start_with(PUBLIC);
	begun = f->now;
	for (; n == tried && tried < 100 * HTTP_CLIENTS; tried += HTTP_CLIENTS)
		n += ask_many();
	ck_assert_uint_lt(n, tried);
	ck_assert_uint_ge(n, HTTP_PUBLIC_BURST);
	ck_assert_uint_le(n, HTTP_PUBLIC_BURST + 1 +
				     (f->now - begun) * HTTP_PUBLIC_RATE /
					     CLOCK_SECOND);
	/* The other page has no such limit. */
	expect_at("m.sock", GET("/"), "200");
	f->now += 3 * CLOCK_SECOND;
	ck_assert_uint_eq(ask_many(), HTTP_CLIENTS);
}
END_TEST

#define LARGE 400 /* ports */

/* An exchange whose answers are larger than what a socket takes; to be freed. */
static char *
write_large(const char *name)
{
	char *ini = NULL;
	size_t size;
	FILE *out = open_memstream(&ini, &size);

	fprintf(out,
		"[fabric]\nname = %s\nmetrics = %s/m.sock\n"
		"status_page = on\n[lan l]\nprofile = open\n"
		"[port p]\ndevice = net_null0\n",
		name, dir);
	for (unsigned int i = 1; i < LARGE; i++)
		fprintf(out,
			"[port p%u]\nparent = p\ntag = %u\nlan = l\n"
			"description = %0100u\n",
			i, i, i);
	fclose(out);
	write_file(file, ini);
	return ini;
}

static void
start_large(void)
{
	char *ini = write_large("one");

	answers_free(answers);
	answers = NULL;
	begin_at(0, ini);
	answers = answers_create(f, file);
	ck_assert_ptr_nonnull(answers);
	free(ini);
}

START_TEST(browsers_that_never_read_take_no_place_for_long)
{
	int slow[HTTP_ANSWERS];
	json_t *got;

	start_large();
	for (unsigned int i = 0; i < HTTP_ANSWERS; i++) {
		slow[i] = dial_path(path);
		ck_assert_int_ge(slow[i], 0);
		say(slow[i], GET("/api/ports"));
	}
	for (unsigned int i = 0; i < 200; i++)
		turn();
	/* Further data has to wait; files, scrapes and ixctl have not. */
	expect_at("m.sock", GET("/api/workers"), "503");
	expect_at("m.sock", GET("/"), "200");
	expect_at("m.sock", REQUEST, "200");
	{
		struct request q;

		request_ask(&q, answers, "port show", "{\"port\": \"p1\"}");
		request_end(&q);
	}
	f->now += (HTTP_ANSWER_AGE + 1) * CLOCK_SECOND;
	turn();
	turn();
	got = ask_json("m.sock", GET("/api/ports"));
	ck_assert_uint_eq(json_array_size(got), LARGE);
	json_decref(got);
	for (unsigned int i = 0; i < HTTP_ANSWERS; i++) {
		ck_assert(is_closed(slow[i]));
		close(slow[i]);
	}
}
END_TEST

/* Never a half of one configuration and a half of another one. */
START_TEST(an_apply_meanwhile_begins_the_answer_anew)
{
	struct faults *faults = NULL;
	char *got;
	int fd;

	start_large();
	fd = dial_path(path);
	say(fd, GET("/api/ports"));
	for (unsigned int i = 0; i < 5; i++)
		turn();
	free(write_large("two"));
	ck_assert_int_eq(request_reload(answers, &faults), 0);
	faults_free(faults);
	got = hear(fd);
	expect(got, "HTTP/1.1 200 ");
	expect(got, "[{\"port\":\"p\",");
	expect(got, "\"port\":\"p399\"");
	free(got);
}
END_TEST

/* Each takes the place of the other, in one apply. */
START_TEST(the_two_pages_can_change_places)
{
	uint16_t one = free_port(NULL), two = free_port(NULL);
	char a[128], b[128], *got;
	int fd;

	snprintf(a, sizeof(a), "127.0.0.1:%u\npublic = 127.0.0.1:%u", one, two);
	snprintf(b, sizeof(b), "127.0.0.1:%u\npublic = 127.0.0.1:%u", two, one);
	must_apply(a);
	ck_assert(answers_on(dial_port(one)));
	must_apply(b);
	ck_assert(answers_on(dial_port(two)));
	fd = dial_port(one);
	say(fd, GET("/api/exchange"));
	got = hear(fd);
	expect(got, "HTTP/1.1 200 ");
	free(got);
}
END_TEST

static void
add_pages(Suite *s)
{
	TCase *tc = fixture_case(s, "pages", setup);

	tcase_add_checked_fixture(tc, NULL, teardown);
	tcase_add_test(tc, the_status_page_is_there_only_with_its_key);
	tcase_add_test(tc, a_page_has_the_answers_of_ixctl);
	tcase_add_test(tc, pages_have_exact_paths_and_no_other_method);
	tcase_add_test(tc, a_status_page_under_another_name_is_refused);
	tcase_add_test(tc, the_public_page_has_nothing_of_the_other);
	tcase_add_test(tc, an_answer_serves_all_that_ask_within_a_second);
	tcase_add_test(tc,
		       the_last_events_are_kept_while_there_is_a_status_page);
	tcase_add_test(tc, the_public_page_answers_so_many_requests_a_second);
	tcase_add_test(tc, browsers_that_never_read_take_no_place_for_long);
	tcase_add_test(tc, an_apply_meanwhile_begins_the_answer_anew);
	tcase_add_test(tc, the_two_pages_can_change_places);
}

static Suite *
suite(void)
{
	Suite *s = suite_create("http");
	TCase *tc = fixture_case(s, "http", setup);

	tcase_add_checked_fixture(tc, NULL, teardown);
	tcase_add_test(tc, a_scrape_has_the_text_of_ixctl_metrics);
	tcase_add_test(tc,
		       a_scrape_waits_for_the_tables_of_lans_that_have_changed);
	tcase_add_test(tc, other_paths_and_methods_are_refused);
	tcase_add_test(tc, what_is_no_request_ends_the_connection);
	tcase_add_test(tc, a_request_has_ten_seconds_whatever_of_it_comes);
	tcase_add_test(tc, an_answer_that_is_not_read_ends_after_its_time);
	tcase_add_test(tc, the_client_that_is_waited_for_longest_makes_room);
	tcase_add_test(
		tc,
		four_scrapes_are_answered_at_once_and_a_fifth_is_told_to_wait);
	tcase_add_test(tc, a_socket_is_for_its_group_and_goes_with_the_key);
	tcase_add_test(tc, an_apply_moves_the_listener);
	tcase_add_test(tc, an_apply_that_cannot_listen_changes_nothing);
	tcase_add_test(tc, an_apply_that_fails_later_leaves_the_old_listener);
	tcase_add_test(tc, a_start_that_cannot_listen_is_degraded_until_it_can);
	tcase_add_test(tc, an_end_closes_connections_with_half_an_answer);
	add_pages(s);
	return s;
}

int
main(void)
{
	return check_run(suite());
}
