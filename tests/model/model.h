/* SPDX-License-Identifier: BSD-3-Clause */
#ifndef IXF_MODEL_H
#define IXF_MODEL_H

/*
 * The model of apply: see model.c.  What the files share: how a sequence fails, and
 * the checks of a fabric.
 */

#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>

struct config;
struct draft;
struct world;

/*
 * Prints what is wrong, how to run the sequence again, and the configurations; and
 * ends the program.
 */
_Noreturn void model_fail(const char *fmt, ...)
	__attribute__((format(printf, 1, 2)));

#define MODEL_MUST(what)                                                       \
	do {                                                                   \
		if (!(what))                                                   \
			model_fail("%s:%d: not so: %s", __FILE__, __LINE__,    \
				   #what);                                     \
	} while (0)

/* dump.c: the state of a fabric as text. */

/*
 * What follows from the configuration, by names: the same in every fabric that
 * runs it, whatever it was before.
 */
char *dump_meaning(struct world *);

/*
 * Everything, with numbers, addresses and counters: an apply that is refused changes
 * nothing of it while no frame comes in.
 */
char *dump_all(struct world *);

/* hand.c: what an operator sets by hand. */

/* Sets something, or takes it back. */
void hand_set(struct world *);

/*
 * Notes all that is set before an apply from 'a' to 'b'; and fails when something
 * that the apply does not touch has ended, or begun anew.
 */
void hand_note(const struct world *, const struct draft *a,
	       const struct draft *b);
void hand_check(const struct world *);

/* Sets in a fabric all that is set in the other. */
void hand_repeat(const struct world *from, struct world *to);

/* stay.c: what is known of ports and LANs that an apply does not touch. */

/*
 * Notes it before an apply from 'a' to 'b', which is also 'c', without frames
 * meanwhile; and fails when some of it is gone or another.
 */
void stay_note(const struct world *, const struct draft *a,
	       const struct draft *b, const struct config *c);
void stay_check(const struct world *, const struct draft *a,
		const struct draft *b);
/* How many addresses have been compared so far. */
uint64_t stay_compared(void);

/*
 * files.c: reads the draft, which is the configuration 'expected', from files: they
 * are the same.  Then one of them is broken, and an apply of them changes nothing.
 */
void files_try(struct world *, const struct draft *,
	       const struct config *expected);

/* answers.c: what both fabrics answer an operator follows from the configuration. */
void answers_compare(struct world *, struct world *fresh);

/* Fails, with the first line that differs, unless the texts are equal. */
void dump_compare(const char *what, const char *before, const char *after);

/* check.c: counts are what a walk over the tables finds; accounts balance. */
void check_all(struct world *);
/* The same while no worker runs: no buffer is in use, and accounts balance. */
void check_quiet(struct world *);

/* traffic.c */

/* Frames of all kinds by ports at random, and control's turns. */
void traffic_some(struct world *, unsigned int n);

/* One port sends from many addresses that nothing is known of. */
void traffic_storm(struct world *);

/* The same as traffic_some() in the middle of an apply: no turns. */
void traffic_between(struct world *, unsigned int n);

/* Whether frames with this source have come in by the port since it exists. */
bool traffic_came(const struct world *, uint16_t port, uint64_t mac);

/* Forgets the frames of ports that there are none of now. */
void traffic_forget_gone(const struct world *);

/*
 * Chooses pairs of ports that an apply from 'a' to 'b' does not touch, and tries a
 * frame of each; and checks that the same becomes of it still.
 */
void traffic_watch(struct world *, const struct draft *a,
		   const struct draft *b);
void traffic_check(struct world *);
void traffic_watch_none(void);

/* Fails unless both fabrics would do the same with the same frames. */
void traffic_probe(struct world *, struct world *fresh);

#endif
