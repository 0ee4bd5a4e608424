/* SPDX-License-Identifier: BSD-3-Clause */
#include "lib/packing.h"

#include <errno.h>
#include <fcntl.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <zlib.h>

#define HEAD_SIZE 6

static const struct {
	struct packing packing;
	uint8_t head[HEAD_SIZE];
	size_t n; /* octets of 'head' */
} packings[] = {
	{ { "gzip", "zcat", true }, { 0x1f, 0x8b }, 2 },
	{ { "zstd", "zstdcat", false }, { 0x28, 0xb5, 0x2f, 0xfd }, 4 },
	{ { "xz", "xzcat", false }, { 0xfd, '7', 'z', 'X', 'Z', 0 }, 6 },
	{ { "bzip2", "bzcat", false }, { 'B', 'Z', 'h' }, 3 },
	{ { "lz4", "lz4cat", false }, { 0x04, 0x22, 0x4d, 0x18 }, 4 },
};

#define NPACKINGS (sizeof(packings) / sizeof(packings[0]))

struct gunzip {
	gzFile file;
	const char *error; /* owned by zlib, or constant; NULL: none */
};

/* Copies what comes first in a pipe, which keeps it. */
static ssize_t
peek_pipe(int fd, uint8_t head[HEAD_SIZE])
{
	int copy[2];
	ssize_t n;

	if (pipe2(copy, O_CLOEXEC) != 0)
		return -1;
	n = tee(fd, copy[1], HEAD_SIZE, 0);
	if (n > 0)
		n = read(copy[0], head, HEAD_SIZE);
	close(copy[0]);
	close(copy[1]);
	return n;
}

const struct packing *
packing_of(int fd)
{
	off_t at = lseek(fd, 0, SEEK_CUR);
	uint8_t head[HEAD_SIZE];
	ssize_t n =
		at >= 0 ? pread(fd, head, HEAD_SIZE, at) : peek_pipe(fd, head);

	for (size_t i = 0; i < NPACKINGS; i++)
		if (n >= (ssize_t)packings[i].n &&
		    memcmp(head, packings[i].head, packings[i].n) == 0)
			return &packings[i].packing;
	return NULL;
}

struct gunzip *
gunzip_create(int fd)
{
	struct gunzip *g = calloc(1, sizeof(*g));

	if (g != NULL)
		g->file = gzdopen(fd, "rb");
	if (g != NULL && g->file != NULL)
		return g;
	free(g);
	close(fd);
	errno = ENOMEM;
	return NULL;
}

void
gunzip_free(struct gunzip *g)
{
	if (g == NULL)
		return;
	gzclose_r(g->file);
	free(g);
}

/* The message of zlib, without the "<fd:3>: " that it begins with. */
static const char *
message(gzFile file, int *error)
{
	const char *text = gzerror(file, error);
	const char *end = strstr(text, ">: ");

	return end != NULL ? end + 3 : text;
}

static ssize_t
take(void *cookie, char *to, size_t size)
{
	struct gunzip *g = cookie;
	int n = gzread(g->file, to, (unsigned int)size), error;
	const char *why = message(g->file, &error);

	/* The end of a file that was cut short is no error of gzread(). */
	if (n > 0 || (n == 0 && error == Z_OK))
		return n;
	g->error = error == Z_ERRNO ? strerror(errno) : why;
	errno = EBADMSG;
	return -1;
}

FILE *
gunzip_stream(struct gunzip *g)
{
	return fopencookie(g, "r", (cookie_io_functions_t){ .read = take });
}

const char *
gunzip_error(const struct gunzip *g)
{
	return g->error;
}
