/* SPDX-License-Identifier: BSD-3-Clause */
#include "apps/client.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <sys/un.h>
#include <unistd.h>

#define LINE_MAX_SIZE ((size_t)64 << 20)

struct client {
	int fd;
	char *buffer;
	size_t size, used;
};

static int
connect_to(const char *path, unsigned int seconds)
{
	struct sockaddr_un addr = { .sun_family = AF_UNIX };
	struct timeval patience = { .tv_sec = seconds };
	int fd, error;

	if (strlen(path) >= sizeof(addr.sun_path)) {
		errno = ENAMETOOLONG;
		return -1;
	}
	strcpy(addr.sun_path, path);
	fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
	if (fd < 0)
		return -1;
	setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof(patience));
	setsockopt(fd, SOL_SOCKET, SO_SNDTIMEO, &patience, sizeof(patience));
	if (connect(fd, (struct sockaddr *)&addr, sizeof(addr)) == 0)
		return fd;
	error = errno;
	close(fd);
	errno = error;
	return -1;
}

struct client *
client_open(const char *path, unsigned int seconds)
{
	struct client *c = calloc(1, sizeof(*c));

	if (c == NULL)
		return NULL;
	c->fd = connect_to(path, seconds);
	if (c->fd >= 0)
		return c;
	free(c);
	return NULL;
}

void
client_close(struct client *c)
{
	if (c == NULL)
		return;
	close(c->fd);
	free(c->buffer);
	free(c);
}

static int
send_all(int fd, const char *text, size_t size)
{
	while (size > 0) {
		ssize_t n = send(fd, text, size, MSG_NOSIGNAL);

		/* It was refused before its end: the answer says why. */
		if (n < 0 && (errno == EPIPE || errno == ECONNRESET))
			return 0;
		if (n < 0 && errno != EINTR)
			return -errno;
		if (n > 0) {
			text += n;
			size -= (size_t)n;
		}
	}
	return 0;
}

int
client_ask(struct client *c, const char *cmd, json_t *args)
{
	json_t *request = json_pack("{s:i, s:s, s:b, s:O*}", "id", 1, "cmd",
				    cmd, "plain", 1, "args", args);
	char *text = json_dumps(request, JSON_COMPACT);
	int rc = -ENOMEM;

	json_decref(request);
	if (text != NULL) {
		size_t size = strlen(text);

		text[size] = '\n'; /* in place of the NUL */
		rc = send_all(c->fd, text, size + 1);
	}
	free(text);
	return rc;
}

static int
make_room(struct client *c)
{
	size_t size = c->size == 0 ? 65536 : c->size * 2;
	char *buffer;

	if (c->used < c->size)
		return 0;
	if (size > LINE_MAX_SIZE)
		return -EPROTO;
	buffer = realloc(c->buffer, size);
	if (buffer == NULL)
		return -ENOMEM;
	c->buffer = buffer;
	c->size = size;
	return 0;
}

static int
receive(struct client *c)
{
	int rc = make_room(c);
	ssize_t n;

	if (rc != 0)
		return rc;
	do {
		n = recv(c->fd, c->buffer + c->used, c->size - c->used, 0);
	} while (n < 0 && errno == EINTR);
	if (n <= 0)
		return n < 0 ? -errno : -ECONNRESET;
	c->used += (size_t)n;
	return 0;
}

static void
take(struct client *c, size_t n)
{
	c->used -= n;
	memmove(c->buffer, c->buffer + n, c->used);
}

/* The next line, which is an object; or -errno. */
static int
read_line(struct client *c, json_t **line)
{
	char *end;
	int rc;

	while (c->used == 0 ||
	       (end = memchr(c->buffer, '\n', c->used)) == NULL) {
		rc = receive(c);
		if (rc != 0)
			return rc;
	}
	*line = json_loadb(c->buffer, (size_t)(end - c->buffer), 0, NULL);
	take(c, (size_t)(end + 1 - c->buffer));
	return json_is_object(*line) ? 0 : -EPROTO;
}

/*
 * A text that follows its line is put where it would be within it: ctl.h.
 */
static int
read_text(struct client *c, json_t *line)
{
	const json_t *octets =
		json_object_get(json_object_get(line, "result"), "octets");
	size_t n = (size_t)json_integer_value(octets);
	json_t *rows;
	int rc = 0;

	if (octets == NULL)
		return 0;
	if (n > LINE_MAX_SIZE)
		return -EPROTO;
	while (rc == 0 && c->used < n)
		rc = receive(c);
	if (rc != 0)
		return rc;
	rows = json_pack("[{s:o}]", "text",
			 json_stringn_nocheck(n > 0 ? c->buffer : "", n));
	take(c, n);
	return json_object_set_new(line, "result", rows) == 0 ? 0 : -ENOMEM;
}

json_t *
client_next(struct client *c)
{
	json_t *line = NULL;
	int rc = read_line(c, &line);

	if (rc == 0)
		rc = read_text(c, line);
	if (rc == 0)
		return line;
	json_decref(line);
	errno = -rc;
	return NULL;
}

ssize_t
client_read(struct client *c, void *octets, size_t size)
{
	ssize_t n;

	if (c->used > 0) {
		size = size < c->used ? size : c->used;
		memcpy(octets, c->buffer, size);
		take(c, size);
		return (ssize_t)size;
	}
	do {
		n = recv(c->fd, octets, size, 0);
	} while (n < 0 && (errno == EINTR || errno == EAGAIN));
	return n > 0 ? n : 0;
}

int
client_fd(const struct client *c)
{
	return c->fd;
}
