/* SPDX-License-Identifier: BSD-3-Clause */
#ifndef IXF_METRICS_IMPL_H
#define IXF_METRICS_IMPL_H

/*
 * The values of a scrape: what metrics_take.c takes from the fabric and metrics_text.c
 * prints.  A struct metrics_SCOPE is the 'row' of the lines of metrics_list.h.
 */

#include <stdbool.h>
#include <stdint.h>

#include "fabric/api/metrics.h"
#include "fabric/api/samples.h"
#include "fabric/config/devspec.h"
#include "fabric/neigh/sponge_ops_lan.h"
#include "fabric/runtime/link_stats.h"
#include "fabric/runtime/matrix.h"
#include "fabric/runtime/mirror.h"
#include "fabric/runtime/runtime.h"
#include "fabric/runtime/stats.h"
#include "lib/lacp.h"

/* NAME="...", where no octet of the value needs a backslash. */
#define METRICS_LABEL (CONFIG_NAME_SIZE + 16)

struct metrics_fabric {
	char labels[1]; /* none */
	char build[96];
	uint64_t started_at, applied_at; /* s since 1970 */
	uint64_t generation, apply_success, log_suppressed;
	uint64_t confirm_pending, rollbacks;
	uint64_t captures, capture_lost, monitors;
	uint64_t sflow_unsent;
	uint64_t hook_runs, hook_failed, hook_lost;
};

struct metrics_rules {
	char acl[CONFIG_NAME_SIZE];
	unsigned int n;
	uint64_t *hits; /* of each rule */
};

struct metrics_port {
	char labels[METRICS_LABEL];
	char *info;
	struct port_stats counted;
	struct device_stats device;
	bool has_device;
	uint64_t unicast, would_drop;
	uint64_t admin_up, oper_up, speed, link_changes;
	uint64_t macs, mac_limit, shutdowns, refused;
	struct samples_port sflow;
	struct metrics_rules rules[2]; /* in, out */
	/* Of a LAG. */
	bool is_lag;
	uint64_t links, links_in_use, min_links;
};

/* A link of a LAG. */
struct metrics_link {
	char labels[METRICS_LABEL + DEVSPEC_NAME_SIZE + 16];
	char state[48];
	uint64_t in_use, up, speed, changes;
	struct link_stats counted;
	bool has_lacp;
	struct lacp_counters lacp;
};

struct metrics_lan {
	char labels[METRICS_LABEL];
	uint64_t fixed, dynamic, capacity;
	uint64_t learned, moved, aged, flushed, frozen, refused;
	bool has_neigh, has_sponge;
	struct sponge_counters neigh;
};

struct metrics_worker {
	char labels[METRICS_LABEL];
	uint64_t busy, idle, polls, empty_polls, frames;
};

struct metrics_pool {
	char labels[METRICS_LABEL];
	uint64_t free, used;
};

struct metrics_mirror {
	char labels[METRICS_LABEL];
	struct mirror_stats counted;
};

struct metrics_pair {
	const char *from, *to; /* names between quotes, in labels of ports */
	enum matrix_kind kind;
	struct matrix_sums counted;
};

struct metrics_text {
	char *at; /* 'room' octets, 'n' of them used */
	size_t room, n;
	bool failed; /* no memory */
};

struct metrics {
	struct answers *answers;
	uint64_t generation; /* that is being taken */

	struct metrics_fabric fabric;
	unsigned int nports, nlans, nworkers, npools, nlinks; /* taken */
	unsigned int port_room, lan_room, link_room;
	struct metrics_port *port;
	struct metrics_link *link;
	struct metrics_lan *lan;
	struct metrics_worker worker[WORKERS_MAX];
	struct metrics_pool pool[STATS_POOLS];

	unsigned int nmirrors;
	struct metrics_mirror mirror[MIRRORS_MAX];

	/* Pairs of ports between which frames were sent on, if asked for. */
	bool matrix;
	unsigned int from, to; /* the next ones to look at */
	size_t npairs, pair_room;
	struct metrics_pair *pair;

	/* What is printed next. */
	unsigned int metric;
	size_t row;
	struct metrics_text text;
};

/* Frees what was taken. */
void metrics_forget(struct metrics *);

#endif
