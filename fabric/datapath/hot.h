/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Include last, in files that run on workers: a worker does not log, lock,
 * allocate from the heap or make a system call for a frame, and the compiler
 * rejects the calls below.  worker_run.c, in which a worker sleeps, does without.
 */
#ifndef IXF_HOT_H
#define IXF_HOT_H

#pragma GCC poison printf fprintf snprintf puts malloc calloc realloc free
#pragma GCC poison rte_log rte_vlog rte_malloc rte_zmalloc rte_free
#pragma GCC poison pthread_mutex_lock usleep nanosleep time clock_gettime

#endif
