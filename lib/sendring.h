/* SPDX-License-Identifier: BSD-3-Clause */
#ifndef IXF_SENDRING_H
#define IXF_SENDRING_H

/*
 * Octets on their way to a reader that may be slow: a ring in memory of the caller,
 * which a socket empties without waiting.  What is put in must fit; the caller looks
 * before.  One thread.
 */

#include <stddef.h>
#include <stdint.h>

struct sendring {
	char *octet;
	size_t size;      /* a power of two */
	uint64_t in, out; /* octets so far */
};

void sendring_put(struct sendring *, const char *octets, size_t n);

/* Octets that have not been sent. */
static inline size_t
sendring_left(const struct sendring *r)
{
	return (size_t)(r->in - r->out);
}

/* Sends as much as the socket takes now.  0, or -errno: the reader has gone. */
int sendring_send(struct sendring *, int fd);

#endif
