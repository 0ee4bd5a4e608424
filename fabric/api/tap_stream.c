/* SPDX-License-Identifier: BSD-3-Clause */
#include "fabric/api/tap_stream.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "fabric/config/config.h"
#include "fabric/view/port.h"
#include "lib/sendring.h"

#define BUFFER_OCTETS (1u << 20) /* a power of two */

/* More than a block takes, beside the octets of a frame: see pcapng.c. */
#define BLOCK_OCTETS      1024
#define STATISTICS_OCTETS 64

struct interface {
	char name[CONFIG_NAME_SIZE]; /* of the port */
	uint64_t packets;
};

struct tap_stream {
	FILE *file; /* writes into the ring */
	uint32_t snaplen;
	unsigned int n, room; /* interfaces, and memory for them */
	struct interface *interface;
	uint16_t by_port[PORTS_MAX]; /* number, plus one; by id */
	struct sendring ring;
	char octet[BUFFER_OCTETS]; /* its memory */
};

/* There is room for all that is written: the callers have looked. */
static ssize_t
put(void *arg, const char *octets, size_t n)
{
	struct tap_stream *s = arg;

	sendring_put(&s->ring, octets, n);
	return (ssize_t)n;
}

struct tap_stream *
tap_stream_create(uint32_t snaplen)
{
	static const cookie_io_functions_t functions = { .write = put };
	struct tap_stream *s = calloc(1, sizeof(*s));

	if (s == NULL)
		return NULL;
	s->snaplen = snaplen;
	s->ring.octet = s->octet;
	s->ring.size = sizeof(s->octet);
	s->file = fopencookie(s, "w", functions);
	if (s->file == NULL) {
		free(s);
		return NULL;
	}
	setvbuf(s->file, NULL, _IONBF, 0);
	pcapng_section(s->file, "ixfabric " IXF_VERSION);
	return s;
}

void
tap_stream_free(struct tap_stream *s)
{
	if (s == NULL)
		return;
	fclose(s->file);
	free(s->interface);
	free(s);
}

/* Whether there is room for 'octets', and the statistics at the end. */
static bool
has_room(const struct tap_stream *s, uint64_t octets)
{
	return tap_stream_left(s) + octets + BLOCK_OCTETS +
		       (uint64_t)(s->n + 1) * STATISTICS_OCTETS <=
	       BUFFER_OCTETS;
}

static bool
grow(struct tap_stream *s)
{
	unsigned int room = s->room == 0 ? 16 : s->room * 2;
	struct interface *more;

	if (s->n < s->room)
		return true;
	if (room > UINT16_MAX)
		return false;
	more = realloc(s->interface, room * sizeof(*more));
	if (more == NULL)
		return false;
	s->interface = more;
	s->room = room;
	return true;
}

int
tap_stream_port(struct tap_stream *s, uint16_t id, const char *name,
		const char *description)
{
	unsigned int known = s->by_port[id];

	/* The id may have come to another port. */
	if (known != 0 && strcmp(s->interface[known - 1].name, name) == 0)
		return (int)known - 1;
	if (!has_room(s, 0) || !grow(s))
		return -ENOBUFS;
	pcapng_interface(s->file, name, description, s->snaplen);
	snprintf(s->interface[s->n].name, sizeof(s->interface[s->n].name), "%s",
		 name);
	s->interface[s->n].packets = 0;
	s->by_port[id] = (uint16_t)++s->n;
	return (int)s->n - 1;
}

bool
tap_stream_packet(struct tap_stream *s, const struct pcapng_packet *p)
{
	if (!has_room(s, p->size))
		return false;
	pcapng_packet(s->file, p);
	s->interface[p->interface].packets++;
	return true;
}

void
tap_stream_end(struct tap_stream *s, uint64_t time)
{
	for (unsigned int i = 0; i < s->n; i++)
		pcapng_statistics(s->file, i, time, s->interface[i].packets);
}

uint64_t
tap_stream_octets(const struct tap_stream *s)
{
	return s->ring.in;
}

uint64_t
tap_stream_left(const struct tap_stream *s)
{
	return sendring_left(&s->ring);
}

int
tap_stream_send(struct tap_stream *s, int fd)
{
	return sendring_send(&s->ring, fd);
}
