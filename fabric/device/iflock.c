/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Two daemons on one interface would forward each frame twice.  A socket with an
 * abstract name keeps the second one away: such names belong to the network
 * namespace, as interfaces do, no file is left behind, and the kernel frees the
 * name when the process ends, however it ends.
 */
#include <errno.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include "fabric/device/device_impl.h"

/* Processes that can ask for the holder between two calls of iflock_turn(). */
#define ASKERS 16

static socklen_t
make_address(const char *key, struct sockaddr_un *un)
{
	memset(un, 0, sizeof(*un));
	un->sun_family = AF_UNIX;
	return (socklen_t)(offsetof(struct sockaddr_un, sun_path) + 1 +
			   (size_t)snprintf(un->sun_path + 1,
					    sizeof(un->sun_path) - 1,
					    "ixfabric/device/%.80s", key));
}

/* The process that listens there; 0: not known, it may be in another namespace. */
static int
find_holder(const struct sockaddr_un *un, socklen_t len)
{
	int s = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
	struct ucred peer = { 0 };
	socklen_t size = sizeof(peer);

	if (s < 0)
		return 0;
	if (connect(s, (const struct sockaddr *)un, len) != 0 ||
	    getsockopt(s, SOL_SOCKET, SO_PEERCRED, &peer, &size) != 0)
		peer.pid = 0;
	close(s);
	return (int)peer.pid;
}

int
iflock_take(const char *key, int *holder)
{
	int s = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
	struct sockaddr_un un;
	socklen_t len = make_address(key, &un);
	int ret;

	*holder = 0;
	if (s < 0)
		return -errno;
	/* It listens so that find_holder() can connect. */
	if (bind(s, (const struct sockaddr *)&un, len) == 0 &&
	    listen(s, ASKERS) == 0)
		return s;
	ret = -errno;
	close(s);
	if (ret == -EADDRINUSE)
		*holder = find_holder(&un, len);
	return ret;
}

void
iflock_turn(int lock)
{
	int s;

	while (lock >= 0 && (s = accept4(lock, NULL, NULL, SOCK_CLOEXEC)) >= 0)
		close(s);
}
