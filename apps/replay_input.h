/* SPDX-License-Identifier: BSD-3-Clause */
#ifndef IXF_REPLAY_INPUT_H
#define IXF_REPLAY_INPUT_H

/*
 * Captures as one stream of frames in the order of time; frames of the same time in
 * the order of the files, then of the records.  Each file has one buffer, whatever
 * its length.
 */

#include <stdbool.h>
#include <stdint.h>

#include "lib/capture.h"
#include "lib/faults.h"

struct input;

struct input_frame {
	struct capture_record record;
	unsigned int file; /* the first one added is 0 */
	uint64_t now;      /* ns, never less than that of the frame before */
};

struct input *input_create(void);
void input_free(struct input *);

/*
 * Opens 'path', "-" for standard input, which may be packed by gzip.  With 'again',
 * input that cannot be read twice is kept in a temporary file.  0, or -errno and an
 * error in 'faults'.
 */
int input_add(struct input *, const char *path, bool again, struct faults *);

/*
 * Starts again, for 'rounds' through all files.  The times of a round continue from
 * the end of the round before.
 */
void input_rewind(struct input *, uint64_t rounds);

/*
 * 1 and a frame, valid until the next call; 0 at the end; -errno and an error
 * in 'faults' that names file, record and reason.
 */
int input_next(struct input *, struct input_frame *, struct faults *);

/* Whether a file, under whatever name, is one of the captures. */
struct stat;
bool input_reads(const struct input *, const struct stat *);

/* Adds an error about a frame to 'faults', as input_next() does. */
void input_refuse(const struct input *, const struct input_frame *,
		  struct faults *, const char *fmt, ...)
	__attribute__((format(printf, 4, 5)));

/* Records that were older than the one before them in their file. */
uint64_t input_backwards(const struct input *);

#endif
