/* SPDX-License-Identifier: BSD-3-Clause */
#ifndef IXF_HOOKRUN_H
#define IXF_HOOKRUN_H

/*
 * Runs a program of an operator with lines on its standard input, for a thread that must
 * not wait: in a thread of its own, one process at a time.
 *
 * Lines wait in a queue of HOOKRUN_OCTETS.  A while after the first, so that what belongs
 * together comes together, a process gets all of them and then the end of its input.
 * What is put meanwhile waits for the next process.  A process has a time limit, after
 * which it is killed with its process group; what it has left behind in that group when
 * it ends is killed, too, so that no more than one is ever there.
 *
 * The process is made with vfork semantics (posix_spawn(3)): nothing of the memory of this
 * one is copied, however much of it is locked.  It has no ambient capability, no signal
 * blocked or ignored, no open file but the three standard ones, and a lower priority.
 *
 * All calls are made by one thread; none but hookrun_free() waits, but for a lock that
 * hookrun_set() takes.  SIGPIPE is ignored or blocked in the caller's process.
 */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define HOOKRUN_OCTETS   (256u << 10)
#define HOOKRUN_WHY_SIZE 320

struct hookrun;

/* 'gather': ms between a first line and the process that gets it. */
struct hookrun *hookrun_create(unsigned int gather);

/* Gives a running process a second to end, and kills it then.  NULL is allowed. */
void hookrun_free(struct hookrun *);

/*
 * From the next process on: the path of the program (NULL: none, and what waits is
 * forgotten soon), the seconds that it has, and the value of IXF_NAME in its environment.
 * 0 or -ENOMEM.
 */
int hookrun_set(struct hookrun *, const char *program, unsigned int seconds,
		const char *name);

/* Whether there is a program, and 'n' octets have room. */
bool hookrun_has_room(const struct hookrun *, size_t n);

/* Adds a line, with its end; false: it has no room, or there is no program. */
bool hookrun_put(struct hookrun *, const char *line, size_t n);

struct hookrun_state {
	uint64_t runs; /* processes that were started */
	uint64_t
		failed; /* that ended otherwise than with 0, or could not be started */
	uint64_t killed; /* of these, after the time limit */
	size_t waiting;  /* octets of lines */
	bool running;
	/* Of the last process: why it has failed; "": it has not. */
	char why[HOOKRUN_WHY_SIZE];
};

/*
 * How it stands.  Returns whether a process has ended since the last call that did; the
 * state stays as it was if the other thread is just changing it.
 */
bool hookrun_look(struct hookrun *, struct hookrun_state *);

#endif
