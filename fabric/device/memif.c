/* SPDX-License-Identifier: BSD-3-Clause */
#include "fabric/device/device_impl.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/eventfd.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

bool
memif_address(const struct devspec *spec, const char *args,
	      struct memif_listener *l)
{
	char value[16];

	if (spec->driver == NULL ||
	    strcmp(spec->driver->name, "net_memif") != 0)
		return false;
	if (!devspec_value(args, "socket", l->name, sizeof(l->name)))
		snprintf(l->name, sizeof(l->name), "/run/memif.sock");
	l->abstract =
		!devspec_value(args, "socket-abstract", value, sizeof(value)) ||
		strstr(value, "yes") != NULL;
	return true;
}

bool
memif_listens(const struct devspec *spec, const char *args,
	      struct memif_listener *l)
{
	char value[16];

	return memif_address(spec, args, l) &&
	       devspec_value(args, "role", value, sizeof(value)) &&
	       strcmp(value, "client") != 0;
}

void
memif_make_address(const struct memif_listener *l, struct sockaddr_un *un)
{
	memset(un, 0, sizeof(*un));
	un->sun_family = AF_UNIX;
	snprintf(un->sun_path + l->abstract, sizeof(un->sun_path) - l->abstract,
		 "%s", l->name);
}

/* An abstract name is free if a socket can be bound to it. */
static int
try_to_bind(int s, const struct sockaddr_un *un)
{
	if (bind(s, (const struct sockaddr *)un, sizeof(*un)) == 0)
		return 0;
	return errno == EADDRINUSE ? -EADDRINUSE : 0;
}

/* A path is free if no process accepts connections there. */
static int
try_to_connect(int s, const struct sockaddr_un *un)
{
	if (connect(s, (const struct sockaddr *)un, sizeof(*un)) == 0 ||
	    errno == EAGAIN)
		return -EADDRINUSE;
	if (errno == ECONNREFUSED)
		unlink(un->sun_path);
	return 0;
}

int
memif_claim(const struct memif_listener *l)
{
	int s = socket(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC | SOCK_NONBLOCK,
		       0);
	struct sockaddr_un un;
	int ret;

	if (s < 0)
		return -errno;
	memif_make_address(l, &un);
	ret = l->abstract ? try_to_bind(s, &un) : try_to_connect(s, &un);
	close(s);
	return ret;
}

/* Whether 'fd' listens at that address. */
static bool
listens(int fd, const struct sockaddr_un *un)
{
	struct sockaddr_un own = { 0 };
	socklen_t len = sizeof(own), size = sizeof(int);
	int on = 0;

	return getsockopt(fd, SOL_SOCKET, SO_ACCEPTCONN, &on, &size) == 0 &&
	       on && getsockname(fd, (struct sockaddr *)&own, &len) == 0 &&
	       own.sun_family == AF_UNIX &&
	       memcmp(own.sun_path, un->sun_path, sizeof(own.sun_path)) == 0;
}

void
memif_silence(const struct memif_listener *l)
{
	int silent = eventfd(0, EFD_CLOEXEC);
	DIR *dir = opendir("/proc/self/fd");
	struct sockaddr_un un;
	struct dirent *e;

	memif_make_address(l, &un);
	while (dir != NULL && silent >= 0 && (e = readdir(dir)) != NULL) {
		int fd = atoi(e->d_name);

		/* The number stays taken: EAL panics when it is not open. */
		if (e->d_name[0] != '.' && listens(fd, &un))
			dup3(silent, fd, O_CLOEXEC);
	}
	if (dir != NULL)
		closedir(dir);
	if (silent >= 0)
		close(silent);
}
