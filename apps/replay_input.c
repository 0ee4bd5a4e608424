/* SPDX-License-Identifier: BSD-3-Clause */
#include "apps/replay_input.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "lib/packing.h"

#define BUFFER_SIZE 65536

struct file {
	char *path;
	int fd;
	off_t start; /* of the capture; -1: the file cannot be read again */
	char *buffer;
	bool packed;             /* by gzip */
	struct gunzip *gunzip;   /* of 'capture', or NULL */
	struct capture *capture; /* NULL: at the end of this round */
	struct capture_record record;
	uint64_t time; /* of the record, never less than the last */
};

struct input {
	unsigned int n;
	struct file *file;
	uint64_t rounds; /* left, with this one */
	bool open;       /* the files are open, and the heap is made */
	uint64_t offset; /* added to the times of the files */
	uint64_t first, last;
	bool any; /* there was a frame in this round */
	uint64_t backwards;

	/* The files that have a record, the one with the oldest first. */
	unsigned int *heap;
	unsigned int nheap;
	bool taken; /* the record of the first one */
};

struct input *
input_create(void)
{
	struct input *in = calloc(1, sizeof(*in));

	if (in != NULL)
		in->rounds = 1;
	return in;
}

static void
close_capture(struct file *f)
{
	capture_close(f->capture);
	gunzip_free(f->gunzip);
	f->capture = NULL;
	f->gunzip = NULL;
}

static void
close_all(struct input *in)
{
	for (unsigned int i = 0; i < in->n; i++) {
		close_capture(&in->file[i]);
	}
	in->open = false;
}

void
input_free(struct input *in)
{
	if (in == NULL)
		return;
	close_all(in);
	for (unsigned int i = 0; i < in->n; i++) {
		close(in->file[i].fd);
		free(in->file[i].path);
		free(in->file[i].buffer);
	}
	free(in->file);
	free(in->heap);
	free(in);
}

static const char *
display_name(const char *path)
{
	return strcmp(path, "-") == 0 ? "standard input" : path;
}

static struct where
place(const struct file *f)
{
	return (struct where){ .file = display_name(f->path) };
}

/* Copies all of 'from' to a file without a name; returns it, or -errno. */
static int
keep_copy(int from)
{
	static char part[BUFFER_SIZE];
	const char *dir = getenv("TMPDIR");
	ssize_t got;
	int fd = open(dir != NULL ? dir : "/tmp",
		      O_TMPFILE | O_RDWR | O_CLOEXEC, 0600);

	if (fd < 0)
		return -errno;
	while ((got = read(from, part, sizeof(part))) > 0) {
		errno = ENOSPC;
		if (write(fd, part, got) != got)
			break;
	}
	if (got != 0 || lseek(fd, 0, SEEK_SET) != 0) {
		got = -errno;
		close(fd);
		return got;
	}
	return fd;
}

/* Sets fd and start. */
static int
open_file(struct file *f, bool again)
{
	int copy;

	f->fd = strcmp(f->path, "-") == 0
			? fcntl(STDIN_FILENO, F_DUPFD_CLOEXEC, 0)
			: open(f->path, O_RDONLY | O_CLOEXEC);
	if (f->fd < 0)
		return -errno;
	f->start = lseek(f->fd, 0, SEEK_CUR);
	if (f->start >= 0 || !again)
		return 0;
	copy = keep_copy(f->fd);
	close(f->fd);
	f->fd = copy;
	f->start = 0;
	return copy < 0 ? copy : 0;
}

static int
add_file(struct input *in, const char *path, bool again)
{
	struct file f = { .path = strdup(path), .buffer = malloc(BUFFER_SIZE) };
	struct file *all = reallocarray(in->file, in->n + 1, sizeof(f));
	unsigned int *heap = reallocarray(in->heap, in->n + 1, sizeof(*heap));
	int rc = -ENOMEM;

	if (all != NULL)
		in->file = all;
	if (heap != NULL)
		in->heap = heap;
	if (all != NULL && heap != NULL && f.path != NULL && f.buffer != NULL)
		rc = open_file(&f, again);
	if (rc < 0) {
		free(f.path);
		free(f.buffer);
		return rc;
	}
	in->file[in->n++] = f;
	return 0;
}

int
input_add(struct input *in, const char *path, bool again, struct faults *faults)
{
	struct where at = { .file = display_name(path) };
	const struct packing *packing;
	int rc = add_file(in, path, again);

	if (rc < 0) {
		faults_error(faults, at, NULL, "cannot be opened: %s",
			     strerror(-rc));
		return rc;
	}
	packing = packing_of(in->file[in->n - 1].fd);
	if (packing == NULL)
		return 0;
	in->file[in->n - 1].packed = packing->readable;
	if (packing->readable)
		return 0;
	faults_error(faults, at, NULL,
		     "is packed by %s: '%s FILE | ixreplay -i PORT=-' reads it",
		     packing->name, packing->command);
	return -EINVAL;
}

void
input_rewind(struct input *in, uint64_t rounds)
{
	close_all(in);
	in->rounds = rounds;
	in->offset = 0;
	in->any = false;
	in->backwards = 0;
}

static bool
is_older(const struct input *in, unsigned int a, unsigned int b)
{
	const struct file *x = &in->file[a], *y = &in->file[b];

	return x->time < y->time || (x->time == y->time && a < b);
}

static void
swap(unsigned int *a, unsigned int *b)
{
	unsigned int was = *a;

	*a = *b;
	*b = was;
}

static void
sift_down(struct input *in)
{
	unsigned int i = 0, child;

	while ((child = 2 * i + 1) < in->nheap) {
		if (child + 1 < in->nheap &&
		    is_older(in, in->heap[child + 1], in->heap[child]))
			child++;
		if (!is_older(in, in->heap[child], in->heap[i]))
			return;
		swap(&in->heap[child], &in->heap[i]);
		i = child;
	}
}

static void
push(struct input *in, unsigned int file)
{
	unsigned int i = in->nheap++;

	in->heap[i] = file;
	while (i > 0 && is_older(in, in->heap[i], in->heap[(i - 1) / 2])) {
		swap(&in->heap[i], &in->heap[(i - 1) / 2]);
		i = (i - 1) / 2;
	}
}

/* Reads the next record of a file; 0 and the capture closed at its end. */
static int
advance(struct input *in, struct file *f, struct faults *faults)
{
	int rc = capture_next(f->capture, &f->record);

	if (rc < 0 && f->gunzip != NULL && gunzip_error(f->gunzip) != NULL)
		faults_error(
			faults, place(f), NULL, "record %" PRIu64 ": gzip: %s",
			capture_count(f->capture) + 1, gunzip_error(f->gunzip));
	else if (rc < 0)
		faults_error(faults, place(f), NULL, "%s",
			     capture_error(f->capture));
	if (rc == 0)
		close_capture(f);
	if (rc == 1 && f->record.time < f->time)
		in->backwards++;
	else if (rc == 1)
		f->time = f->record.time;
	return rc;
}

/* Takes ownership of 'fd'. */
static FILE *
open_stream(struct file *f, int fd)
{
	if (!f->packed)
		return fdopen(fd, "r");
	f->gunzip = gunzip_create(fd);
	return f->gunzip != NULL ? gunzip_stream(f->gunzip) : NULL;
}

static int
open_capture(struct file *f)
{
	int fd = fcntl(f->fd, F_DUPFD_CLOEXEC, 0);
	FILE *stream;

	if (fd < 0)
		return -errno;
	if (f->start >= 0 && lseek(fd, f->start, SEEK_SET) < 0) {
		close(fd);
		return -errno;
	}
	stream = open_stream(f, fd);
	if (stream == NULL)
		return -errno;
	setvbuf(stream, f->buffer, _IOFBF, BUFFER_SIZE);
	f->capture = capture_open(stream);
	f->time = 0;
	return f->capture != NULL ? 0 : -errno;
}

/* Begins a round. */
static int
open_all(struct input *in, struct faults *faults)
{
	in->nheap = 0;
	in->taken = false;
	in->open = true;
	for (unsigned int i = 0; i < in->n; i++) {
		struct file *f = &in->file[i];
		int rc = open_capture(f);

		if (rc < 0)
			faults_error(faults, place(f), NULL,
				     "cannot be opened: %s", strerror(-rc));
		else
			rc = advance(in, f, faults);
		if (rc < 0)
			return rc;
		if (rc == 1)
			push(in, i);
	}
	return 0;
}

/* Reads the next record of the first file, if its last one was taken. */
static int
refill(struct input *in, struct faults *faults)
{
	int rc = advance(in, &in->file[in->heap[0]], faults);

	in->taken = false;
	if (rc == 0)
		in->heap[0] = in->heap[--in->nheap];
	if (rc >= 0)
		sift_down(in);
	return rc;
}

/* After the last frame of a round: whether there is another one. */
static bool
next_round(struct input *in)
{
	close_all(in);
	if (!in->any || --in->rounds == 0)
		return false;
	in->offset += in->last - in->first;
	in->any = false;
	return true;
}

static void
give(struct input *in, struct input_frame *to)
{
	const struct file *f = &in->file[in->heap[0]];

	if (!in->any)
		in->first = f->time;
	in->any = true;
	in->taken = true;
	in->last = f->time;
	to->record = f->record;
	to->file = in->heap[0];
	to->now = f->time + in->offset;
}

int
input_next(struct input *in, struct input_frame *to, struct faults *faults)
{
	int rc;

	if (in->rounds == 0)
		return 0;
	do {
		rc = 0;
		if (!in->open)
			rc = open_all(in, faults);
		else if (in->taken)
			rc = refill(in, faults);
		if (rc < 0)
			return rc;
	} while (in->nheap == 0 && next_round(in));
	if (in->nheap == 0)
		return 0;
	give(in, to);
	return 1;
}

bool
input_reads(const struct input *in, const struct stat *there)
{
	struct stat here;

	for (unsigned int i = 0; i < in->n; i++)
		if (fstat(in->file[i].fd, &here) == 0 &&
		    S_ISREG(here.st_mode) && here.st_dev == there->st_dev &&
		    here.st_ino == there->st_ino)
			return true;
	return false;
}

void
input_refuse(const struct input *in, const struct input_frame *frame,
	     struct faults *faults, const char *fmt, ...)
{
	const struct file *f = &in->file[frame->file];
	char why[256];
	va_list ap;

	va_start(ap, fmt);
	vsnprintf(why, sizeof(why), fmt, ap);
	va_end(ap);
	faults_error(faults, place(f), NULL, "record %" PRIu64 ": %s",
		     capture_count(f->capture), why);
}

uint64_t
input_backwards(const struct input *in)
{
	return in->backwards;
}
