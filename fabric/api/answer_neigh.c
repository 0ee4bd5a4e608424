/* SPDX-License-Identifier: BSD-3-Clause */
/* The answer to neigh show: which port has an IP address, and how that is known. */
#include <string.h>

#include "fabric/api/answer.h"
#include "fabric/api/arg.h"
#include "fabric/api/value.h"
#include "fabric/neigh/neigh_show.h"
#include "lib/mac.h"

/* A part of an answer: small, so that the fabric does not wait for it. */
#define PART_ROWS   256
#define PART_PLACES 32768 /* looked at */
#define PART_LANS   32
#define WALK_PLACES 512

struct neigh_filter {
	const struct fabric *f;
	const char *lan, *port; /* NULL: any */
	struct ipaddr ip;       /* family 0: any */
	uint64_t mac;           /* 0: any */
	const char *at;         /* the LAN of the rows that are added */
	json_t *rows;
	size_t looked; /* places, in this part */
	size_t lans;   /* the same */
};

/* An IP address, a MAC address, or else the name of a port. */
static bool
set_which(struct ctl_request *rq, struct neigh_filter *n)
{
	const char *which = arg_text(rq, "which");
	const struct config_port *c;

	if (which == NULL || ipaddr_parse(which, 4, &n->ip) == 0 ||
	    ipaddr_parse(which, 6, &n->ip) == 0)
		return true;
	n->ip.family = 0;
	c = config_port(n->f->config, which);
	if (c == NULL && mac_parse(which, &n->mac) == 0 && n->mac != 0)
		return true;
	if (c == NULL)
		c = arg_port_named(n->f, rq, which);
	if (c != NULL)
		n->port = c->id;
	return c != NULL;
}

static bool
set_filter(const struct fabric *f, struct ctl_request *rq,
	   struct neigh_filter *n)
{
	*n = (struct neigh_filter){ .f = f, .lan = arg_text(rq, "lan") };
	if (n->lan == NULL || runtime_lan(f, n->lan) != NULL)
		return set_which(rq, n);
	arg_refuse_lan(f, rq, n->lan);
	return false;
}

/* 0: not known. */
static json_t *
age_of(const struct neigh_filter *n, uint64_t then)
{
	return then != 0 ? value_seconds(n->f->now, then) : json_null();
}

static void
add_known(void *arg, const struct neigh_known *k)
{
	struct neigh_filter *n = arg;
	char ip[PREFIX_TEXT_SIZE];

	if ((n->ip.family != 0 && !ipaddr_equal(&n->ip, &k->ip)) ||
	    (n->mac != 0 && n->mac != k->mac) ||
	    (n->port != NULL &&
	     (k->port == NULL || strcmp(n->port, k->port) != 0)))
		return;
	json_array_append_new(
		n->rows, json_pack("{s:s, s:s, s:o, s:o, s:s, s:o, s:o}", "lan",
				   n->at, "ip", ipaddr_format(&k->ip, ip),
				   "mac", value_mac_or_null(k->mac), "port",
				   value_text_or_null(k->port), "how",
				   neigh_how_name(k->how), "since_seconds",
				   age_of(n, k->since), "last_seen_seconds",
				   age_of(n, k->seen_at)));
}

static bool
is_full(const struct neigh_filter *n)
{
	return json_array_size(n->rows) >= PART_ROWS ||
	       n->looked >= PART_PLACES || n->lans >= PART_LANS;
}

/* Adds rows of a LAN from place[1] on.  Returns whether these were the last. */
static bool
some_known(const struct lan_rt *lan, struct ctl_request *rq,
	   struct neigh_filter *n)
{
	n->at = lan->name;
	n->lans++;
	do {
		rq->place[1] = neigh_show_walk(n->f, lan, rq->place[1],
					       WALK_PLACES, add_known, n);
		n->looked += WALK_PLACES;
	} while (rq->place[1] != 0 && !is_full(n));
	return rq->place[1] == 0;
}

enum ctl_verdict
answer_neigh_show(struct answers *a, struct ctl_request *rq, json_t **part)
{
	const struct fabric *f = a->fabric;
	struct neigh_filter n;

	if (!set_filter(f, rq, &n))
		return CTL_ERROR;
	n.rows = *part = json_array();
	for (; rq->place[0] < f->config->nlans; rq->place[0]++) {
		const char *name = f->config->lan[rq->place[0]].id;
		const struct lan_rt *lan = runtime_lan(f, name);

		if (lan == NULL || (n.lan != NULL && strcmp(n.lan, name) != 0))
			continue;
		if (is_full(&n) || !some_known(lan, rq, &n))
			return CTL_MORE;
	}
	return CTL_END;
}
