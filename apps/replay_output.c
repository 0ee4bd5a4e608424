/* SPDX-License-Identifier: BSD-3-Clause */
#include "apps/replay_output.h"

#include <errno.h>
#include <libgen.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "apps/newfile.h"
#include "lib/dropcomment.h"
#include "lib/pcapfile.h"
#include "lib/pcapng.h"

/* All buffers together, and the bounds of one. */
#define BUFFERS_SIZE    (32 << 20)
#define BUFFER_SIZE_MIN 4096
#define BUFFER_SIZE_MAX (256 << 10)

struct file {
	char *path;
	FILE *stream;
	char *buffer;
};

struct output {
	const char *dir;
	unsigned int n; /* ports */
	struct file *pcap;
	struct file drops;
	const char **name;               /* of the ports */
	uint32_t at[FABRIC_NO_PORT + 1]; /* by id: the place in these */
	size_t buffer_size;
	int error;
	char *failed; /* the file that the error is about */
};

char *
output_path(const char *dir, const char *name, const char *suffix)
{
	char *path;

	return asprintf(&path, "%s/%s%s", dir, name, suffix) < 0 ? NULL : path;
}

static void
note(struct output *out, const struct file *f, int rc)
{
	if (rc == 0 || out->error != 0)
		return;
	out->error = rc;
	out->failed = f->path != NULL ? strdup(f->path) : NULL;
}

static int
open_file(struct output *out, const char *name, const char *suffix,
	  struct file *f)
{
	f->path = output_path(out->dir, name, suffix);
	f->buffer = malloc(out->buffer_size);
	if (f->path == NULL || f->buffer == NULL)
		return -ENOMEM;
	f->stream = fopen(f->path, "we");
	if (f->stream == NULL)
		return -errno;
	setvbuf(f->stream, f->buffer, _IOFBF, out->buffer_size);
	return 0;
}

static void
close_file(struct output *out, struct file *f)
{
	if (f->stream != NULL && fclose(f->stream) != 0)
		note(out, f, -errno);
	free(f->path);
	free(f->buffer);
}

static void
open_pcaps(struct output *out, struct exchange *ex)
{
	for (unsigned int i = 0; i < out->n && out->error == 0; i++) {
		const struct exchange_port *p = exchange_port(ex, i);
		int rc = open_file(out, p->name, ".pcap", &out->pcap[i]);

		if (rc == 0)
			rc = pcapfile_header(out->pcap[i].stream);
		note(out, &out->pcap[i], rc);
		out->name[i] = p->name;
		out->at[p->id] = i;
	}
}

static void
open_drops(struct output *out, struct exchange *ex)
{
	int rc = open_file(out, "drops", ".pcapng", &out->drops);

	if (rc == 0)
		rc = pcapng_section(out->drops.stream, "ixreplay");
	for (unsigned int i = 0; i < out->n && rc == 0; i++) {
		const struct exchange_port *p = exchange_port(ex, i);

		rc = pcapng_interface(out->drops.stream, p->name,
				      p->description, PCAPNG_SNAPLEN);
	}
	note(out, &out->drops, rc);
}

static struct output *
new_output(struct exchange *ex)
{
	struct output *out = calloc(1, sizeof(*out));

	if (out == NULL)
		return NULL;
	while (exchange_port(ex, out->n) != NULL)
		out->n++;
	out->pcap = calloc(out->n + 1, sizeof(*out->pcap));
	out->name = calloc(out->n + 1, sizeof(*out->name));
	out->buffer_size = BUFFERS_SIZE / (out->n + 1);
	if (out->buffer_size < BUFFER_SIZE_MIN)
		out->buffer_size = BUFFER_SIZE_MIN;
	if (out->buffer_size > BUFFER_SIZE_MAX)
		out->buffer_size = BUFFER_SIZE_MAX;
	if (out->pcap != NULL && out->name != NULL)
		return out;
	free(out->pcap);
	free(out->name);
	free(out);
	return NULL;
}

/* The files that there are before anything is written. */
struct present {
	struct exchange *ex;
	const struct input *in;
	struct faults *faults;
	unsigned int n;
	struct stat *file;
};

/* Whether the same file, by a link, was found before; else it is noted. */
static bool
is_found(struct present *p, const struct stat *st)
{
	for (unsigned int i = 0; i < p->n; i++)
		if (p->file[i].st_dev == st->st_dev &&
		    p->file[i].st_ino == st->st_ino)
			return true;
	p->file[p->n++] = *st;
	return false;
}

/* A file that is read, or written under another name, is not overwritten. */
static bool
may_overwrite(struct present *p, const char *path)
{
	const char *why = NULL;
	struct stat st;

	if (stat(path, &st) != 0 || !S_ISREG(st.st_mode))
		return true;
	if (input_reads(p->in, &st))
		why = "is a capture to be read, and would be written";
	else if (exchange_reads(p->ex, &st))
		why = "is the configuration, and would be written";
	else if (is_found(p, &st))
		why = "is the same file as another one that would be written";
	if (why != NULL)
		faults_error(p->faults, (struct where){ .file = path }, NULL,
			     "%s", why);
	return why == NULL;
}

static bool
may_write_file(struct present *p, const char *dir, const char *name,
	       const char *suffix)
{
	char *path = output_path(dir, name, suffix);
	bool may = path != NULL && may_overwrite(p, path);

	free(path);
	return may;
}

/* Checks all files before the first is opened, which empties it. */
static bool
may_write(const char *dir, struct exchange *ex, const struct input *in,
	  struct faults *faults)
{
	struct present p = { .ex = ex, .in = in, .faults = faults };
	bool may;

	p.file = calloc(CONFIG_PORTS_MAX + 2, sizeof(*p.file));
	may = p.file != NULL && may_write_file(&p, dir, "drops", ".pcapng") &&
	      may_write_file(&p, dir, "report", ".json");
	for (unsigned int i = 0; may && exchange_port(ex, i) != NULL; i++)
		may = may_write_file(&p, dir, exchange_port(ex, i)->name,
				     ".pcap");
	free(p.file);
	return may;
}

/* Whether 'path' is in the directory 'dir', which is there. */
static bool
is_in(const char *dir, const char *path)
{
	char *copy = strdup(path);
	struct stat a, b;
	bool in = copy != NULL && stat(dir, &a) == 0 &&
		  stat(dirname(copy), &b) == 0 && a.st_dev == b.st_dev &&
		  a.st_ino == b.st_ino;

	free(copy);
	return in;
}

/* Whether a replay writes a file of this name. */
static bool
is_name_of_output(const char *name)
{
	const char *suffix = strrchr(name, '.');

	return strcmp(name, "drops.pcapng") == 0 ||
	       strcmp(name, "report.json") == 0 ||
	       (suffix != NULL && strcmp(suffix, ".pcap") == 0);
}

bool
output_may_replace(const char *path, const char *dir, struct exchange *ex,
		   const struct input *in, struct faults *faults)
{
	const char *slash = strrchr(path, '/');
	struct present p = { .ex = ex, .in = in, .faults = faults };
	struct stat found[2]; /* as many as may_overwrite() is asked about */
	char *temporary = NULL;
	bool may;

	p.file = found;
	if (dir != NULL && is_in(dir, path) &&
	    is_name_of_output(slash != NULL ? slash + 1 : path)) {
		faults_error(faults, (struct where){ .file = path }, NULL,
			     "is a name of the files of -w");
		return false;
	}
	if (asprintf(&temporary, "%s" NEWFILE_SUFFIX, path) < 0)
		temporary = NULL;
	may = temporary != NULL && may_overwrite(&p, path) &&
	      may_overwrite(&p, temporary);
	free(temporary);
	return may;
}

struct output *
output_create(const char *dir, struct exchange *ex, const struct input *in,
	      struct faults *faults)
{
	struct output *out;

	if (mkdir(dir, 0777) != 0 && errno != EEXIST) {
		faults_error(faults, (struct where){ .file = dir }, NULL,
			     "cannot be created: %s", strerror(errno));
		return NULL;
	}
	if (!may_write(dir, ex, in, faults))
		return NULL;
	out = new_output(ex);
	if (out == NULL) {
		faults_error(faults, (struct where){ .file = dir }, NULL,
			     "out of memory");
		return NULL;
	}
	out->dir = dir;
	open_pcaps(out, ex);
	if (out->error == 0)
		open_drops(out, ex);
	if (out->error == 0)
		return out;
	output_close(out, NULL, 0, faults);
	return NULL;
}

void
output_sent(struct output *out, uint16_t id, const void *frame, uint32_t size,
	    uint32_t len, uint64_t now)
{
	const struct file *f = &out->pcap[out->at[id]];

	if (out->error == 0)
		note(out, f, pcapfile_frame(f->stream, now, frame, size, len));
}

void
output_dropped(struct output *out, uint16_t id, enum drop why, struct where at,
	       const char *holder, const void *frame, uint32_t size,
	       uint32_t len, uint64_t now)
{
	char comment[DROPCOMMENT_SIZE];
	struct pcapng_packet p = {
		.interface = out->at[id],
		.direction = drop_is_tx(why) ? PCAPNG_OUTBOUND : PCAPNG_INBOUND,
		.time = now,
		.size = size,
		.len = len,
		.frame = frame,
		.comment = comment,
	};

	if (out->error != 0)
		return;
	dropcomment_print(drop_name(why), out->name[p.interface], holder, at,
			  comment);
	note(out, &out->drops, pcapng_packet(out->drops.stream, &p));
}

int
output_error(const struct output *out)
{
	return out->error;
}

static void
complete_drops(struct output *out, const uint64_t *received, uint64_t now)
{
	for (unsigned int i = 0; i < out->n && out->error == 0; i++)
		note(out, &out->drops,
		     pcapng_statistics(out->drops.stream, i, now, received[i]));
}

int
output_close(struct output *out, const uint64_t *received, uint64_t now,
	     struct faults *faults)
{
	int rc;

	if (received != NULL)
		complete_drops(out, received, now);
	for (unsigned int i = 0; i < out->n; i++)
		close_file(out, &out->pcap[i]);
	close_file(out, &out->drops);
	rc = out->error;
	if (rc != 0)
		faults_error(faults, (struct where){ .file = out->failed },
			     NULL, "cannot be written: %s", strerror(-rc));
	free(out->failed);
	free(out->pcap);
	free(out->name);
	free(out);
	return rc;
}
