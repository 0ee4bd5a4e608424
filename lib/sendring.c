/* SPDX-License-Identifier: BSD-3-Clause */
#include "lib/sendring.h"

#include <errno.h>
#include <string.h>
#include <sys/socket.h>

void
sendring_put(struct sendring *r, const char *octets, size_t n)
{
	size_t at = r->in & (r->size - 1);
	size_t first = n < r->size - at ? n : r->size - at;

	memcpy(r->octet + at, octets, first);
	memcpy(r->octet, octets + first, n - first);
	r->in += n;
}

int
sendring_send(struct sendring *r, int fd)
{
	while (sendring_left(r) != 0) {
		size_t at = r->out & (r->size - 1);
		size_t n = sendring_left(r);
		ssize_t sent;

		if (n > r->size - at)
			n = r->size - at;
		sent = send(fd, r->octet + at, n, MSG_NOSIGNAL | MSG_DONTWAIT);
		if (sent < 0)
			return errno == EAGAIN || errno == EINTR ? 0 : -errno;
		r->out += (uint64_t)sent;
	}
	return 0;
}
