/* SPDX-License-Identifier: BSD-3-Clause */
#ifndef IXF_MIRROR_FILE_H
#define IXF_MIRROR_FILE_H

/*
 * The file of a mirror: pcapng, of a limited size, with a limited number of older ones
 * beside it: FILE, FILE.1 and so on.  Frames are put into a buffer, and written from
 * there, so a disk that is slow or full costs frames of this file and nothing else.
 * Frames are written whole or not at all, and a disk that was full is tried again.
 *
 * One thread at a time; mirror_file_put() does not wait.  Counters: any thread.
 */

#include <stdint.h>

#include "lib/counter.h"
#include "lib/pcapng.h"

struct mirror_file {
	/* Written by the thread that writes the file. */
	struct counter written; /* frames */
	struct counter lost;    /* frames: the buffer, or the disk, was full */
	struct counter octets;  /* of this file and those before it */
	/* -errno of the last attempt to write, as an int; 0: it is written. */
	_Atomic int error;
	struct mirror_file_state *state;
};

/*
 * 'dir' is made if it is not there; NULL: there is none, and all frames are lost.
 * 'size': octets of a file; 'files': how many are kept.  NULL: no memory.
 */
struct mirror_file *mirror_file_create(const char *dir, const char *name,
				       uint64_t size, unsigned int files,
				       uint32_t snap);

/* Writes what is left, and closes the file. */
void mirror_file_free(struct mirror_file *);

/* A frame of 'port'. */
void mirror_file_put(struct mirror_file *, uint16_t id, const char *port,
		     struct pcapng_packet *);

/* Writes what was put.  'now': ns of any clock. */
void mirror_file_write(struct mirror_file *, uint64_t now);

#endif
