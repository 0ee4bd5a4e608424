/* SPDX-License-Identifier: BSD-3-Clause */
#ifndef IXF_LEARN_H
#define IXF_LEARN_H

/*
 * The control thread's half of learning: takes the addresses that workers
 * report into the MAC tables, and out again when they have aged.  Control
 * thread.
 */

struct fabric;

/* Takes what the workers report; returns how many messages. */
unsigned int learn_poll(struct fabric *);

/* Forgets what has aged by f->now. */
void learn_age(struct fabric *);

/* Logs the numbers that the log limit holds back, before the fabric ends. */
void learn_log_flush(struct fabric *);

#endif
