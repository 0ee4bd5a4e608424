/* SPDX-License-Identifier: BSD-3-Clause */
#include "lib/log.h"

#include <errno.h>
#include <inttypes.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <time.h>
#include <unistd.h>

#define PROGRAM "ixfabricd"

#define LINE_SIZE 1024 /* octets of a line; more is cut */
#define SEND_SIZE 4096 /* with all fields; whole lines fit a pipe at once */

#define JOURNAL "/run/systemd/journal/socket"
#define SYSLOG  "/dev/log"

/* Written by one thread, read by all. */
static struct {
	_Atomic int to;
	_Atomic int level;
	_Atomic int fd;        /* of both sockets; 0: not made yet */
	_Atomic uint64_t lost; /* lines; added to by all */
} state = { .level = LOG_INFO };

struct text {
	size_t n;
	char at[SEND_SIZE];
};

static void
put(struct text *t, const char *text)
{
	while (*text != '\0' && t->n < sizeof(t->at) - 1) {
		t->at[t->n++] = *text == '\n' ? ' ' : *text;
		text++;
	}
}

/*
 * Whether standard error is the journal.  The variable alone does not prove it,
 * since programs that a service starts inherit it: systemd.exec(5).
 */
static bool
stderr_is_journal(void)
{
	const char *stream = getenv("JOURNAL_STREAM");
	uintmax_t device, inode;
	struct stat st;

	return stream != NULL &&
	       sscanf(stream, "%" SCNuMAX ":%" SCNuMAX, &device, &inode) == 2 &&
	       fstat(STDERR_FILENO, &st) == 0 && st.st_dev == device &&
	       st.st_ino == inode;
}

static enum log_to
target(void)
{
	enum log_to to = atomic_load_explicit(&state.to, memory_order_relaxed);

	if (to == LOG_TO_AUTO)
		to = stderr_is_journal() ? LOG_TO_JOURNAL : LOG_TO_STDERR;
	return to;
}

/* A datagram to one of the sockets: 0, or -errno. */
static int
send_to(const char *path, const struct text *t)
{
	struct sockaddr_un address = { .sun_family = AF_UNIX };
	int fd = atomic_load(&state.fd), none = 0;

	if (fd == 0) {
		fd = socket(AF_UNIX, SOCK_DGRAM | SOCK_NONBLOCK | SOCK_CLOEXEC,
			    0);
		if (fd < 0)
			return -errno;
		if (!atomic_compare_exchange_strong(&state.fd, &none, fd)) {
			close(fd);
			fd = none;
		}
	}
	strcpy(address.sun_path, path);
	return sendto(fd, t->at, t->n, MSG_NOSIGNAL,
		      (struct sockaddr *)&address, sizeof(address)) >= 0
		       ? 0
		       : -errno;
}

/* One assignment a line: the journal's native protocol. */
static int
to_journal(int level, const char *line, const struct log_field *field, size_t n)
{
	char head[] = "\nPRIORITY=0\nSYSLOG_IDENTIFIER=" PROGRAM;
	struct text t = { 0 };

	put(&t, "MESSAGE=");
	put(&t, line);
	*strchr(head, '0') = (char)('0' + level);
	memcpy(t.at + t.n, head, sizeof(head) - 1);
	t.n += sizeof(head) - 1;
	for (size_t i = 0; i < n; i++) {
		if (field[i].value == NULL || t.n + 256 > sizeof(t.at))
			continue;
		t.at[t.n++] = '\n';
		put(&t, field[i].name);
		put(&t, "=");
		put(&t, field[i].value);
	}
	t.at[t.n++] = '\n';
	return send_to(JOURNAL, &t);
}

/* As the C library does it: RFC 3164 with the local time. */
static int
to_syslog(int level, const char *line)
{
	struct text t = { 0 };
	time_t now = time(NULL);
	char head[80], when[32];
	struct tm tm;

	localtime_r(&now, &tm);
	strftime(when, sizeof(when), "%h %e %T", &tm);
	snprintf(head, sizeof(head),
		 "<%d>%s " PROGRAM "[%d]: ", LOG_DAEMON | level, when,
		 (int)getpid());
	put(&t, head);
	put(&t, line);
	return send_to(SYSLOG, &t);
}

static int
to_stderr(int level, const char *line, bool raw)
{
	bool journal = stderr_is_journal();
	struct text t = { 0 };
	char prefix[] = "<0>";

	prefix[1] = (char)('0' + level);
	if (journal)
		put(&t, prefix);
	if (!raw)
		put(&t, PROGRAM ": ");
	put(&t, line);
	t.at[t.n++] = '\n';
	return write(STDERR_FILENO, t.at, t.n) >= 0 ? 0 : -errno;
}

/* 'raw': standard error gets it as it is. */
static int
write_line(int level, const char *line, bool raw, const struct log_field *field,
	   size_t n)
{
	enum log_to to = target();
	const char *begin = line;
	int rc = -ENOENT;

	if (strncmp(line, PROGRAM ": ", strlen(PROGRAM ": ")) == 0)
		begin += strlen(PROGRAM ": ");
	if (to == LOG_TO_JOURNAL)
		rc = to_journal(level, begin, field, n);
	else if (to == LOG_TO_SYSLOG)
		rc = to_syslog(level, begin);
	if (rc != 0 && rc != -EAGAIN)
		rc = to_stderr(level, line, raw);
	return rc;
}

static void
write_counted(int level, const char *line, bool raw,
	      const struct log_field *field, size_t n)
{
	uint64_t lost;
	char text[80];

	if (level > atomic_load_explicit(&state.level, memory_order_relaxed))
		return;
	lost = atomic_exchange(&state.lost, 0);
	if (lost > 0) {
		snprintf(text, sizeof(text),
			 "log: %" PRIu64 " line%s lost: there was no room",
			 lost, lost == 1 ? " was" : "s were");
		if (write_line(LOG_WARNING, text, false, NULL, 0) != 0) {
			atomic_fetch_add(&state.lost, lost + 1);
			return;
		}
	}
	if (write_line(level, line, raw, field, n) != 0)
		atomic_fetch_add(&state.lost, 1);
}

void
log_set(enum log_to to, int level)
{
	atomic_store(&state.to, (int)to);
	atomic_store(&state.level, level);
}

void
log_write(int level, const char *text, const struct log_field *field, size_t n)
{
	char line[LINE_SIZE];

	snprintf(line, sizeof(line), "%s", text);
	write_counted(level, line, false, field, n);
}

/* A line that is not complete. */
struct stream {
	int level;
	size_t n;
	char line[LINE_SIZE];
};

static void
end_line(struct stream *s)
{
	s->line[s->n] = '\0';
	if (s->n > 0)
		write_counted(s->level, s->line, true, NULL, 0);
	s->n = 0;
}

static ssize_t
stream_write(void *cookie, const char *text, size_t size)
{
	struct stream *s = cookie;

	for (size_t i = 0; i < size; i++) {
		if (text[i] == '\n')
			end_line(s);
		else if (s->n < sizeof(s->line) - 1)
			s->line[s->n++] = text[i];
	}
	return (ssize_t)size;
}

static int
stream_close(void *cookie)
{
	end_line(cookie);
	free(cookie);
	return 0;
}

FILE *
log_stream(int level)
{
	cookie_io_functions_t io = { .write = stream_write,
				     .close = stream_close };
	struct stream *s = calloc(1, sizeof(*s));
	FILE *stream = s != NULL ? fopencookie(s, "w", io) : NULL;

	if (stream == NULL) {
		free(s);
		return NULL;
	}
	s->level = level;
	return stream;
}
