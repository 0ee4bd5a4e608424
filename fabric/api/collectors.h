/* SPDX-License-Identifier: BSD-3-Clause */
#ifndef IXF_COLLECTORS_H
#define IXF_COLLECTORS_H

/*
 * The collectors of sFlow: a UDP socket for each.  Nothing waits: a datagram that cannot
 * be sent at once is lost for its collector and counted.  That a collector is not
 * reached is logged when it begins, and when it has ended.  Control thread.
 */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "fabric/config/config.h"

struct collectors;
struct fabric;

struct collectors *collectors_create(struct fabric *);
void collectors_free(struct collectors *);

/* What the configuration has; one that stays keeps its socket and its counters. */
void collectors_set(struct collectors *, const struct config_collectors *);

/* The address that the first of them is reached from; family 0: none is. */
struct ipaddr collectors_source(struct collectors *);

/* To each of them, at once or not at all. */
void collectors_send(struct collectors *, const void *octets, size_t size);

/* Datagrams that one of them was not sent, since the start of the daemon. */
uint64_t collectors_unsent(const struct collectors *);

struct collectors_row {
	char name[CONFIG_COLLECTOR_SIZE];
	uint64_t sent, unsent; /* datagrams since it was configured */
	const char *why;       /* it is not reached; or NULL */
};

/* False: there are no more than 'i'. */
bool collectors_get(const struct collectors *, unsigned int i,
		    struct collectors_row *);

#endif
