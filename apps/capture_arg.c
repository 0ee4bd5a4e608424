/* SPDX-License-Identifier: BSD-3-Clause */
#include "apps/capture_arg.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "apps/client.h"
#include "apps/row.h"
#include "lib/framefilter.h"

/* Of the connection, for the handler of signals; -1: none. */
static volatile sig_atomic_t stream = -1;

int
capture_arg_filter(json_t *args, char *why, size_t size)
{
	const char *text = row_text(args, "filter");
	struct framefilter *filter;
	char program[FRAMEFILTER_HEX];
	json_t *value;

	if (text == NULL)
		return 0;
	filter = framefilter_compile(text, why, size);
	if (filter == NULL)
		return -EINVAL;
	value = json_pack("{s:s, s:s}", "text", text, "program",
			  framefilter_print(filter, program));
	framefilter_free(filter);
	json_object_set_new(args, "filter", value);
	return 0;
}

json_t *
capture_arg_path(json_t *args, char *why, size_t size)
{
	json_t *path = json_incref(json_object_get(args, "write"));

	json_object_del(args, "write");
	if (path != NULL && strcmp(json_string_value(path), "-") != 0)
		return path;
	json_decref(path);
	if (!isatty(STDOUT_FILENO))
		return json_null();
	snprintf(why, size,
		 "standard output is a terminal: name a file with -w FILE, or "
		 "pipe into another program: | tcpdump -nr -");
	return NULL;
}

int
capture_arg_open(const json_t *path, char *why, size_t size)
{
	const char *name = json_string_value(path);
	int fd = STDOUT_FILENO;

	if (name != NULL)
		fd = open(name, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
	if (fd >= 0)
		return fd;
	fd = -errno;
	snprintf(why, size, "%.256s: cannot be written: %s", name,
		 strerror(-fd));
	return fd;
}

/* The daemon sees that no more comes from here, and ends the capture. */
static void
end_capture(int signal)
{
	(void)signal;
	if (stream >= 0)
		shutdown(stream, SHUT_WR);
}

static void
catch_signals(int fd)
{
	/* A second one ends ixctl at once. */
	struct sigaction action = { .sa_handler = end_capture,
				    .sa_flags = (int)SA_RESETHAND };

	stream = fd;
	sigaction(SIGINT, &action, NULL);
	sigaction(SIGTERM, &action, NULL);
}

static int
write_all(int fd, const char *octets, size_t n)
{
	while (n > 0) {
		ssize_t done = write(fd, octets, n);

		if (done < 0 && errno != EINTR)
			return -errno;
		if (done > 0) {
			octets += done;
			n -= (size_t)done;
		}
	}
	return 0;
}

int
capture_arg_copy(struct client *c, int fd)
{
	static char octets[65536];
	int rc = 0;
	ssize_t n;

	catch_signals(client_fd(c));
	while (rc == 0 && (n = client_read(c, octets, sizeof(octets))) > 0)
		rc = write_all(fd, octets, (size_t)n);
	stream = -1;
	if (fd != STDOUT_FILENO && close(fd) != 0 && rc == 0)
		rc = -errno;
	return rc;
}
