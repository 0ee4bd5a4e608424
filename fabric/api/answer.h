/* SPDX-License-Identifier: BSD-3-Clause */
#ifndef IXF_ANSWER_H
#define IXF_ANSWER_H

/*
 * The answers to the commands: answer_port_show() and so on, one for each
 * command of command_list.h that the daemon answers.  This header is for the
 * files that define them, and for answers.c, which calls them.  Control thread.
 */

#include "fabric/api/ctl.h"
#include "fabric/api/own_file.h"
#include "fabric/api/worker_past.h"
#include "fabric/runtime/runtime.h"

/* confirm.h */
struct confirm {
	uint64_t generation;   /* that waits; 0: none */
	uint64_t since, until; /* ns */
	uint32_t seconds;      /* as it was ordered */
	unsigned int tries;    /* to roll it back, which have failed */
};

struct answers {
	struct fabric *fabric;
	char *file;             /* that the daemon was started with */
	struct config *started; /* has the keys that only a start applies */
	char *rejected;         /* why the last apply failed, or NULL */
	struct own_file *own;   /* 'file' as it is now, compared to what runs */
	json_t *pending;        /* keys that wait for a restart, or NULL */
	uint64_t pending_generation; /* of what they were found for */
	struct http *http;
	struct apply_job *job; /* the order that is carried out, or NULL */
	struct taps *taps;     /* the captures */
	struct monitors *monitors;
	struct hooks *hooks;     /* NULL: a fabric in step */
	struct samples *samples; /* sFlow */
	bool reload;             /* SIGHUP asks for one */
	bool reload_ended;
	struct faults
		*reloaded; /* of the last one by SIGHUP; NULL: no memory */
	struct {
		char *file;  /* what runs; NULL: 'file', since the start */
		char by[64]; /* the user that applied it */
		uint64_t at; /* ns */
	} applied;
	struct history *history;
	uint64_t
		unsaved; /* ns: since when it is written; UINT64_MAX: it is not */
	char *instead;   /* why another configuration was started; or NULL */
	char *returned; /* what was not confirmed, and rolled back; or NULL */
	struct {
		uint64_t generation; /* 0: none since the start */
		uint64_t at;         /* ns */
		char by[64];
	} changed;              /* the last apply that changed something */
	struct confirm confirm; /* what runs and waits to be confirmed */
	uint64_t rollbacks;     /* since the start */
	uint64_t since;         /* ns: the start of the daemon */
	struct {
		uint64_t idle_shown; /* cycles, in a scrape: metrics_take.c */
		struct status_worker_past past;
	} worker[WORKERS_MAX];
	uint64_t workers_rated; /* ns: when their counters were read last */
	uint16_t rated;      /* the id of the port that is next: port_rates.h */
	uint64_t started_at; /* s since 1970: the start, as scrapes show it */
	unsigned int nscrapes; /* by ixctl, at the moment */
};

/*
 * Makes the next part of an answer, as struct ctl_ops says.  In the first part
 * rq->place and rq->state are 0.  If the configuration changes between two
 * parts, the request ends with the error "changed", unless the answer has set
 * rq->generation to 0.
 */
typedef enum ctl_verdict answer_fn(struct answers *, struct ctl_request *,
				   json_t **part);

#define ANSWER_DAEMON(id) answer_fn answer_##id;
#define ANSWER_LOCAL(id)
#define COMMAND(id, noun, verb, side, ...) ANSWER_##side(id)
#include "fabric/api/command_list.h"
#undef ANSWER_DAEMON
#undef ANSWER_LOCAL

/* The overrides that operators have set (override.h): a new array of rows. */
json_t *answer_overrides(const struct fabric *);

/* The same of those that an apply of 'next' ends: a new array. */
json_t *answer_overrides_ending(const struct fabric *,
				const struct config *next);

/* A request for metrics has ended, or its client is gone. */
void answer_metrics_end(struct answers *, struct ctl_request *);

/* "the history DIR cannot be written: ...", or null. */
json_t *answer_history_problem(const struct answers *);

/*
 * How many addresses of a LAN are in each state of the sponge: a new object, or
 * null if the LAN has no sponge.
 */
json_t *answer_sponge_counts(const struct fabric *, const char *lan);

#endif
