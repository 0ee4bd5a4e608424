/* SPDX-License-Identifier: BSD-3-Clause */
#ifndef IXF_LEARN_H
#define IXF_LEARN_H

/*
 * The control thread's half of learning: takes the addresses that workers
 * report into the MAC tables, and out again when they have aged.  Control
 * thread.
 */

struct fabric;

/* Takes all that the workers have reported; returns how many messages. */
unsigned int learn_poll(struct fabric *);

/*
 * The same, but no more than a turn of control has time for: what is left is for the
 * next.  Each worker has its turn.
 */
unsigned int learn_turn(struct fabric *);

/* Forgets what has aged by f->now. */
void learn_age(struct fabric *);

/* Logs the numbers that the log limit holds back, before the fabric ends. */
void learn_log_flush(struct fabric *);

#endif
