/* SPDX-License-Identifier: BSD-3-Clause */
#ifndef IXF_PLAN_H
#define IXF_PLAN_H

/*
 * What an apply would do, worked out before it: to each device, and to which of
 * the running ports frames are lost.  The apply, its answer and `config diff`
 * ask the same functions.  Nothing is changed.  Control thread.
 */

#include <stdint.h>

struct config;
struct config_port;
struct device_rt;
struct fabric;

enum plan_device {
	PLAN_KEPT,    /* also one that is missing, and tried again: retry.h */
	PLAN_OPENED,  /* a new one */
	PLAN_MTU_SET, /* a LAN on it has a larger 'mtu': set while it runs */
	PLAN_LARGER_MTU,    /* opened again: a LAN on it has a larger 'mtu' */
	PLAN_OTHER_SETTING, /* a new one; a running one is closed for it */
};

/*
 * What an apply of 'next' does to a device of 'carrier', a port of 'next': that of
 * its key 'device' number 'link', from 0 on.
 */
enum plan_device plan_device(const struct fabric *, const struct config *next,
			     const struct config_port *carrier,
			     unsigned int link);

/* The device that the running configuration has by this text, or NULL. */
struct device_rt *plan_running(const struct fabric *, const char *spec);

/*
 * A running device that has the name or the interface of 'spec' and that 'next'
 * does not keep: it must be closed first.  NULL: there is none.
 */
struct device_rt *plan_in_the_way(const struct fabric *,
				  const struct config *next, const char *spec);

/* Why the frames of a port are interrupted by an apply, in words. */
#define PLAN_WHY_SIZE 160

/*
 * Calls 'visit' for each running port that an apply of 'next' would interrupt, and
 * says why.  Returns how many there are.
 */
typedef void plan_visit(void *arg, const char *port, const char *why);
unsigned int plan_interrupted(const struct fabric *, const struct config *next,
			      plan_visit *, void *arg);

#endif
