/* SPDX-License-Identifier: BSD-3-Clause */
#ifndef IXF_FDB_H
#define IXF_FDB_H

/* The MAC tables, for people and programs.  Control thread. */

#include <stdint.h>

struct fabric;

/* Every address of every LAN, LAN by LAN in the order of the configuration. */
struct fabric_mac {
	const char *lan;
	uint64_t mac;
	const char *port;
	const char *type;     /* "static", "learned" or "sticky" */
	uint32_t age_seconds; /* since it was last seen; 0 for static */
};
typedef void fabric_mac_visit(void *arg, const struct fabric_mac *);
void fabric_macs(struct fabric *, fabric_mac_visit *, void *arg);

#endif
