/* SPDX-License-Identifier: BSD-3-Clause */
#include "apps/monitor.h"

#include <errno.h>
#include <signal.h>
#include <string.h>
#include <sys/socket.h>
#include <time.h>

#include "apps/client.h"
#include "apps/row.h"

/* Of the connection, for the handler of signals; -1: none. */
static volatile sig_atomic_t stream = -1;
static volatile sig_atomic_t interrupted;

static void
interrupt(int signal)
{
	(void)signal;
	interrupted = 1;
	if (stream >= 0)
		shutdown(stream, SHUT_RDWR);
}

static void
catch_signals(int fd)
{
	/* A second one ends ixctl at once, if its output stands still. */
	struct sigaction action = { .sa_handler = interrupt,
				    .sa_flags = (int)SA_RESETHAND };

	stream = fd;
	sigaction(SIGINT, &action, NULL);
	sigaction(SIGTERM, &action, NULL);
}

/* "2026-11-30 19:36:19.123" of "2026-11-30T18:36:19.123Z". */
static void
print_time(const char *utc, FILE *out)
{
	struct tm tm = { 0 };
	const char *rest =
		utc != NULL ? strptime(utc, "%Y-%m-%dT%T", &tm) : NULL;
	time_t at;
	char text[40];

	if (rest == NULL) {
		fputs(utc != NULL ? utc : "-", out);
		return;
	}
	at = timegm(&tm);
	localtime_r(&at, &tm);
	strftime(text, sizeof(text), "%F %T", &tm);
	fprintf(out, "%s%.*s", text, (int)strcspn(rest, "Z"), rest);
}

/* Behind "port m1: " or "lan peering: ", which the line has already. */
static const char *
skip_name(const char *text, const char *what, const char *name)
{
	size_t n = strlen(what);

	if (name == NULL || strncmp(text, what, n) != 0 ||
	    strncmp(text + n, name, strlen(name)) != 0 ||
	    strncmp(text + n + strlen(name), ": ", 2) != 0)
		return text;
	return text + n + strlen(name) + 2;
}

static void
print_what(const json_t *e, FILE *out)
{
	const char *text = row_text(e, "text");
	const char *mac = row_text(e, "mac"), *from = row_text(e, "from");

	if (text != NULL) {
		text = skip_name(text, "port ", row_text(e, "port"));
		if (row_text(e, "port") == NULL)
			text = skip_name(text, "lan ", row_text(e, "lan"));
		fputs(text, out);
		return;
	}
	fprintf(out, "%s%s%s", mac != NULL ? mac : "-",
		from != NULL ? " from " : "", from != NULL ? from : "");
}

void
monitor_print(const json_t *e, FILE *out)
{
	const char *port = row_text(e, "port"), *lan = row_text(e, "lan");

	print_time(row_text(e, "time"), out);
	fprintf(out, "  %-16s  %-12s  ", row_word(e, "event"),
		port != NULL  ? port
		: lan != NULL ? lan
			      : "-");
	print_what(e, out);
	fputc('\n', out);
}

/* False: it is no event. */
static bool
print_line(const char *line, size_t n, bool json, bool *ends, FILE *out)
{
	json_t *e = json_loadb(line, n, 0, NULL);
	const char *kind = row_text(e, "event");
	bool ok = kind != NULL;

	if (ok) {
		*ends |= strcmp(kind, "end") == 0;
		if (json)
			fprintf(out, "%.*s\n", (int)n, line);
		else
			monitor_print(e, out);
	}
	json_decref(e);
	return ok;
}

/* Octets of the stream that are no whole line yet. */
struct input {
	size_t n;
	char octet[65536];
};

/* Prints the whole lines; false: what came is no stream of events. */
static bool
print_lines(struct input *in, bool json, bool *ends, FILE *out)
{
	char *at = in->octet, *end;
	bool ok = true;

	while (ok && (end = memchr(at, '\n',
				   in->n - (size_t)(at - in->octet))) != NULL) {
		ok = print_line(at, (size_t)(end - at), json, ends, out);
		at = end + 1;
	}
	in->n -= (size_t)(at - in->octet);
	memmove(in->octet, at, in->n);
	return ok && in->n < sizeof(in->octet);
}

enum monitor_end
monitor_copy(struct client *c, bool json, FILE *out)
{
	static struct input in;
	bool ends = false, ok = true;
	ssize_t n;

	in.n = 0;
	catch_signals(client_fd(c));
	while (ok && (n = client_read(c, in.octet + in.n,
				      sizeof(in.octet) - in.n)) > 0) {
		in.n += (size_t)n;
		ok = print_lines(&in, json, &ends, out);
		if (fflush(out) != 0 && interrupted == 0)
			return MONITOR_NO_OUTPUT;
	}
	stream = -1;
	return interrupted != 0 ? MONITOR_INTERRUPTED
	       : ends           ? MONITOR_DAEMON_ENDS
				: MONITOR_CUT_OFF;
}
