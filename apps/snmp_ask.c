/* SPDX-License-Identifier: BSD-3-Clause */
#include "apps/snmp_ask.h"

#include <stdbool.h>
#include <stdlib.h>
#include <time.h>

#include <bsd/string.h>

#include "apps/client.h"
#include "apps/row.h"
#include "apps/snmp_data.h"
#include "lib/clock.h"

#define PATIENCE 2 /* seconds, for each part of an answer */

/* A daemon that answers without end. */
#define PARTS_MAX 1000000

static struct client *
connect_to(struct snmp_feed *feed, const char *socket)
{
	struct client *c = client_open(socket, PATIENCE);

	if (c != NULL)
		snmp_feed_connected(feed, client_fd(c));
	return c;
}

static void
disconnect(struct snmp_feed *feed, struct client *c)
{
	if (c == NULL)
		return;
	snmp_feed_connected(feed, -1);
	client_close(c);
}

/* Gives all parts of the answer to 'add'; false: it is no whole answer. */
static bool
ask(struct client *c, const char *command,
    int (*add)(void *arg, const json_t *part), void *arg)
{
	if (client_ask(c, command, NULL) != 0)
		return false;
	for (unsigned int i = 0; i < PARTS_MAX; i++) {
		json_t *line = client_next(c);
		bool ok = line != NULL && row_is(line, "ok") &&
			  add(arg, row_get(line, "result")) == 0;
		bool end = ok && row_is(line, "end");

		json_decref(line);
		if (!ok || end)
			return ok;
	}
	return false;
}

static int
add_version(void *arg, const json_t *part)
{
	struct snmp_ports *ports = arg;

	strlcpy(ports->version, row_word(part, "version"),
		sizeof(ports->version));
	return 0;
}

static uint64_t
monotonic(void)
{
	struct timespec ts;

	clock_gettime(CLOCK_MONOTONIC, &ts);
	return (uint64_t)ts.tv_sec * CLOCK_SECOND + (uint64_t)ts.tv_nsec;
}

static int
add_ports(void *arg, const json_t *part)
{
	return snmp_ports_add(arg, part, monotonic());
}

static int
add_macs(void *arg, const json_t *part)
{
	return snmp_macs_add(arg, part);
}

static void
free_ports(void *ports)
{
	snmp_ports_free(ports);
}

static void
free_macs(void *macs)
{
	snmp_macs_free(macs);
}

static void *
ask_ports(struct snmp_feed *feed, const char *socket, const void *before)
{
	struct client *c = connect_to(feed, socket);
	struct snmp_ports *ports = calloc(1, sizeof(*ports));
	bool whole = c != NULL && ports != NULL &&
		     ask(c, "hello", add_version, ports) &&
		     ask(c, "port interface", add_ports, ports) &&
		     snmp_ports_end(ports, before) == 0;

	disconnect(feed, c);
	if (whole)
		return ports;
	snmp_ports_free(ports);
	return NULL;
}

static void *
ask_macs(struct snmp_feed *feed, const char *socket, const void *before)
{
	struct client *c = connect_to(feed, socket);
	struct snmp_macs *macs = calloc(1, sizeof(*macs));
	bool whole = c != NULL && macs != NULL &&
		     ask(c, "fdb show", add_macs, macs) &&
		     snmp_macs_end(macs) == 0;

	(void)before;
	disconnect(feed, c);
	if (whole)
		return macs;
	snmp_macs_free(macs);
	return NULL;
}

/* Counters are no older than 5 seconds; a table may take long, and is asked for less. */
const struct snmp_source snmp_ask_ports = {
	.ask = ask_ports,
	.free = free_ports,
	.fresh = CLOCK_SECOND,
	.usable = 5 * CLOCK_SECOND,
	.usable_meanwhile = 5 * CLOCK_SECOND,
	.limit = 5 * CLOCK_SECOND,
};

const struct snmp_source snmp_ask_macs = {
	.ask = ask_macs,
	.free = free_macs,
	.fresh = 10 * CLOCK_SECOND,
	.usable = 30 * CLOCK_SECOND,
	.usable_meanwhile = 300 * CLOCK_SECOND,
	.limit = 60 * CLOCK_SECOND,
};
