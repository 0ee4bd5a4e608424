/* SPDX-License-Identifier: BSD-3-Clause */
#include "fabric/runtime/mirror_file.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "fabric/config/config.h"
#include "fabric/view/port.h"
#include "lib/clock.h"

#define BUFFER_OCTETS (1u << 20)

/* More than a block takes beside the octets of a frame: see pcapng.c. */
#define BLOCK_OCTETS 1024

/* A file that cannot be written is tried again after so long. */
#define RETRY CLOCK_SECOND

struct mirror_file_state {
	char path[PATH_MAX], dir[PATH_MAX];
	uint64_t size;
	unsigned int files;
	uint32_t snap;
	int fd;          /* -1: not open */
	uint64_t in;     /* octets of this file that are on the disk */
	uint64_t retry;  /* ns: not before */
	FILE *blocks;    /* writes into the buffer */
	uint32_t n;      /* octets in it */
	uint64_t frames; /* in it */
	/* The interfaces of this file, by id of the port: number plus one. */
	uint16_t interface[PORTS_MAX], ninterfaces;
	config_name name[PORTS_MAX];
	char octet[BUFFER_OCTETS];
};

static ssize_t
put(void *arg, const char *octets, size_t n)
{
	struct mirror_file_state *s = arg;

	memcpy(s->octet + s->n, octets, n);
	s->n += (uint32_t)n;
	return (ssize_t)n;
}

/* What a file begins with. */
static void
begin(struct mirror_file_state *s)
{
	memset(s->interface, 0, sizeof(s->interface));
	s->ninterfaces = 0;
	pcapng_section(s->blocks, "ixfabric " IXF_VERSION);
}

struct mirror_file *
mirror_file_create(const char *dir, const char *name, uint64_t size,
		   unsigned int files, uint32_t snap)
{
	static const cookie_io_functions_t functions = { .write = put };
	struct mirror_file *f = calloc(1, sizeof(*f));
	struct mirror_file_state *s = calloc(1, sizeof(*s));

	if (f == NULL || s == NULL ||
	    (s->blocks = fopencookie(s, "w", functions)) == NULL) {
		free(f);
		free(s);
		return NULL;
	}
	setvbuf(s->blocks, NULL, _IONBF, 0);
	f->state = s;
	s->fd = -1;
	s->size = size;
	s->files = files;
	s->snap = snap;
	if (dir != NULL) {
		snprintf(s->dir, sizeof(s->dir), "%s", dir);
		snprintf(s->path, sizeof(s->path), "%.3900s/%.64s", dir, name);
	}
	begin(s);
	return f;
}

/* FILE becomes FILE.1, that FILE.2; the last one goes. */
static void
rotate(const struct mirror_file_state *s)
{
	char from[PATH_MAX + 16], to[PATH_MAX + 16];

	for (unsigned int i = s->files - 1; i > 0; i--) {
		snprintf(to, sizeof(to), "%s.%u", s->path, i);
		if (i == 1)
			snprintf(from, sizeof(from), "%s", s->path);
		else
			snprintf(from, sizeof(from), "%s.%u", s->path, i - 1);
		rename(from, to);
	}
}

static int
open_anew(struct mirror_file_state *s)
{
	struct stat st;

	if (s->path[0] == '\0')
		return -ENOENT;
	if (mkdir(s->dir, 0750) != 0 && errno != EEXIST)
		return -errno;
	if (lstat(s->path, &st) == 0 && st.st_size > 0)
		rotate(s);
	s->fd = open(s->path,
		     O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC | O_NOFOLLOW,
		     0640);
	s->in = 0;
	return s->fd >= 0 ? 0 : -errno;
}

/* All of the buffer, or nothing: what was written of it is taken back. */
static int
write_all(struct mirror_file_state *s)
{
	uint32_t done = 0;

	while (done < s->n) {
		ssize_t n = write(s->fd, s->octet + done, s->n - done);
		int error = errno;

		if (n < 0 && error == EINTR)
			continue;
		if (n < 0) {
			if (ftruncate(s->fd, (off_t)s->in) != 0 ||
			    lseek(s->fd, (off_t)s->in, SEEK_SET) < 0)
				return -EIO;
			return -error;
		}
		done += (uint32_t)n;
	}
	return 0;
}

static void
end_file(struct mirror_file_state *s)
{
	if (s->fd >= 0)
		close(s->fd);
	s->fd = -1;
}

/*
 * The buffer is given up: what follows refers to its interfaces, so a new file is begun
 * when there is room again, unless this one has its head.
 */
static void
give_up(struct mirror_file *f, int error, uint64_t now)
{
	struct mirror_file_state *s = f->state;

	counter_add(&f->lost, s->frames);
	s->frames = 0;
	s->n = 0;
	s->retry = now + RETRY;
	atomic_store_explicit(&f->error, error, memory_order_relaxed);
	end_file(s);
	begin(s);
}

static void
written(struct mirror_file *f)
{
	struct mirror_file_state *s = f->state;

	counter_add(&f->written, s->frames);
	counter_add(&f->octets, s->n);
	s->in += s->n;
	s->frames = 0;
	s->n = 0;
	atomic_store_explicit(&f->error, 0, memory_order_relaxed);
	if (s->in < s->size)
		return;
	end_file(s);
	begin(s);
}

void
mirror_file_write(struct mirror_file *f, uint64_t now)
{
	struct mirror_file_state *s = f->state;
	int rc = 0;

	if (s->frames == 0)
		return;
	if (s->retry != 0 && now < s->retry) {
		counter_add(&f->lost, s->frames);
		s->frames = 0;
		s->n = 0;
		begin(s);
		return;
	}
	if (s->fd < 0)
		rc = open_anew(s);
	if (rc == 0)
		rc = write_all(s);
	if (rc != 0) {
		give_up(f, rc, now);
		return;
	}
	s->retry = 0;
	written(f);
}

void
mirror_file_free(struct mirror_file *f)
{
	if (f == NULL)
		return;
	mirror_file_write(f, UINT64_MAX);
	end_file(f->state);
	fclose(f->state->blocks);
	free(f->state);
	free(f);
}

/* The number of the interface that stands for the port in this file. */
static uint32_t
interface_of(struct mirror_file_state *s, uint16_t id, const char *port)
{
	unsigned int known = s->interface[id];

	/* The id may have come to another port. */
	if (known != 0 && strcmp(s->name[known - 1], port) == 0)
		return known - 1;
	if (s->ninterfaces == PORTS_MAX)
		return 0;
	pcapng_interface(s->blocks, port, "",
			 s->snap != 0 ? s->snap : PCAPNG_SNAPLEN);
	snprintf(s->name[s->ninterfaces], sizeof(s->name[0]), "%s", port);
	s->interface[id] = ++s->ninterfaces;
	return s->ninterfaces - 1u;
}

void
mirror_file_put(struct mirror_file *f, uint16_t id, const char *port,
		struct pcapng_packet *p)
{
	struct mirror_file_state *s = f->state;

	if (s->n + p->size + 2 * BLOCK_OCTETS > BUFFER_OCTETS) {
		counter_add(&f->lost, 1);
		return;
	}
	p->interface = interface_of(s, id, port);
	pcapng_packet(s->blocks, p);
	s->frames++;
}
