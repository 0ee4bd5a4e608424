/* SPDX-License-Identifier: BSD-3-Clause */
#include <net-snmp/net-snmp-config.h>

#include <net-snmp/net-snmp-includes.h>

#include <net-snmp/agent/net-snmp-agent-includes.h>

#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/select.h>
#include <time.h>

#include "apps/snmp_agent.h"
#include "apps/snmp_feed.h"
#include "apps/snmp_mib.h"
#include "lib/clock.h"

#define NAME "ixfabric-snmp"

#define BRIDGE_MIB 17 /* the last identifier of its subtree */

#define PING 1 /* seconds between attempts to reach the master */

/* sysUpTime is in hundredths; both clocks are read one after the other. */
#define JITTER CLOCK_SECOND

static uint64_t
monotonic(void)
{
	struct timespec ts;

	clock_gettime(CLOCK_MONOTONIC, &ts);
	return (uint64_t)ts.tv_sec * CLOCK_SECOND + (uint64_t)ts.tv_nsec;
}

/* The same number while the master runs. */
static uint64_t
agent_since(struct snmp_agent *a, uint64_t now)
{
	uint64_t up =
		(uint64_t)netsnmp_get_agent_uptime() * (CLOCK_SECOND / 100);
	uint64_t since = clock_since(now, up);

	if (clock_since(since, a->since) > JITTER ||
	    clock_since(a->since, since) > JITTER)
		a->since = since;
	return a->since;
}

static void
take_name(const netsnmp_variable_list *vb, struct snmp_oid *name)
{
	name->n = 0;
	/* What is longer than any of ours is as one that is cut. */
	for (size_t i = 0; i < vb->name_length && i < SNMP_OID_MAX; i++)
		name->id[name->n++] = vb->name[i] < UINT32_MAX
					      ? (uint32_t)vb->name[i]
					      : UINT32_MAX;
}

static void
put_name(netsnmp_variable_list *vb, const struct snmp_oid *name)
{
	oid id[SNMP_OID_MAX];

	for (size_t i = 0; i < name->n; i++)
		id[i] = name->id[i];
	snmp_set_var_objid(vb, id, name->n);
}

static void
put_value(netsnmp_variable_list *vb, const struct snmp_value *v)
{
	static const u_char types[] = {
		[SNMP_INTEGER] = ASN_INTEGER,     [SNMP_OCTETS] = ASN_OCTET_STR,
		[SNMP_OID] = ASN_OBJECT_ID,       [SNMP_COUNTER] = ASN_COUNTER,
		[SNMP_GAUGE] = ASN_GAUGE,         [SNMP_TICKS] = ASN_TIMETICKS,
		[SNMP_COUNTER64] = ASN_COUNTER64,
	};
	static const oid none[] = { 0, 0 };
	struct counter64 wide = {
		.high = v->number >> 32,
		.low = v->number & UINT32_MAX,
	};
	long number = (long)v->number;

	if (v->type == SNMP_OCTETS)
		snmp_set_var_typed_value(vb, ASN_OCTET_STR, v->octets, v->n);
	else if (v->type == SNMP_OID)
		snmp_set_var_typed_value(vb, ASN_OBJECT_ID, none, sizeof(none));
	else if (v->type == SNMP_COUNTER64)
		snmp_set_var_typed_value(vb, ASN_COUNTER64, &wide,
					 sizeof(wide));
	else
		snmp_set_var_typed_value(vb, types[v->type], &number,
					 sizeof(number));
}

static void
get(const struct snmp_data *d, netsnmp_agent_request_info *info,
    netsnmp_request_info *request)
{
	struct snmp_value v;
	struct snmp_oid name;

	take_name(request->requestvb, &name);
	switch (snmp_mib_get(d, name.id, name.n, &v)) {
	case SNMP_FOUND:
		put_value(request->requestvb, &v);
		break;
	case SNMP_NO_OBJECT:
		netsnmp_set_request_error(info, request, SNMP_NOSUCHOBJECT);
		break;
	case SNMP_NO_INSTANCE:
		netsnmp_set_request_error(info, request, SNMP_NOSUCHINSTANCE);
		break;
	}
}

/* If there is none, libsnmp goes on with the next subtree. */
static void
get_next(const struct snmp_data *d, const struct snmp_oid *within,
	 netsnmp_request_info *request)
{
	struct snmp_oid name, next;
	struct snmp_value v;

	take_name(request->requestvb, &name);
	if (!snmp_mib_next(d, name.id, name.n, within, &next, &v))
		return;
	put_name(request->requestvb, &next);
	put_value(request->requestvb, &v);
}

static int
handle(netsnmp_mib_handler *handler, netsnmp_handler_registration *reg,
       netsnmp_agent_request_info *info, netsnmp_request_info *requests)
{
	struct snmp_agent *a = handler->myvoid;
	uint64_t now = monotonic();
	struct snmp_data d = {
		.ports = snmp_feed_get(a->ports, now),
		.serial = a->serial,
		.agent_since = agent_since(a, now),
	};
	struct snmp_oid within = { .n = reg->rootoid_len };

	for (size_t i = 0; i < within.n; i++)
		within.id[i] = (uint32_t)reg->rootoid[i];
	/* Addresses on ports that nothing is known about are of no use. */
	if (d.ports != NULL && within.id[within.n - 1] == BRIDGE_MIB)
		d.macs = snmp_feed_get(a->macs, now);
	for (; requests != NULL; requests = requests->next) {
		if (requests->processed)
			continue;
		if (info->mode == MODE_GET)
			get(&d, info, requests);
		else if (info->mode == MODE_GETNEXT)
			get_next(&d, &within, requests);
	}
	return SNMP_ERR_NOERROR;
}

static int
add_subtree(struct snmp_agent *a, const struct snmp_oid *subtree)
{
	netsnmp_mib_handler *handler =
		netsnmp_create_handler("ixfabric", handle);
	netsnmp_handler_registration *reg;
	oid root[SNMP_OID_MAX];

	if (handler == NULL)
		return -1;
	handler->myvoid = a;
	for (size_t i = 0; i < subtree->n; i++)
		root[i] = subtree->id[i];
	reg = netsnmp_handler_registration_create(
		"ixfabric", handler, root, subtree->n, HANDLER_CAN_RONLY);
	if (reg == NULL) {
		netsnmp_handler_free(handler);
		return -1;
	}
	return netsnmp_register_handler(reg) == MIB_REGISTERED_OK ? 0 : -1;
}

/* Of what libsnmp reads and writes, nothing is wanted but the socket. */
static void
set_library(const char *address)
{
	netsnmp_enable_subagent();
	netsnmp_ds_set_boolean(NETSNMP_DS_LIBRARY_ID,
			       NETSNMP_DS_LIB_DONT_READ_CONFIGS, 1);
	netsnmp_ds_set_boolean(NETSNMP_DS_LIBRARY_ID,
			       NETSNMP_DS_LIB_DONT_PERSIST_STATE, 1);
	netsnmp_ds_set_boolean(NETSNMP_DS_LIBRARY_ID,
			       NETSNMP_DS_LIB_DISABLE_PERSISTENT_LOAD, 1);
	netsnmp_ds_set_boolean(NETSNMP_DS_LIBRARY_ID,
			       NETSNMP_DS_LIB_DISABLE_PERSISTENT_SAVE, 1);
	if (address != NULL)
		netsnmp_ds_set_string(NETSNMP_DS_APPLICATION_ID,
				      NETSNMP_DS_AGENT_X_SOCKET, address);
	setenv("MIBS", "", 1);
	snmp_enable_stderrlog();
}

int
snmp_agent_begin(struct snmp_agent *a, const char *address)
{
	const struct snmp_oid *subtree;

	set_library(address);
	if (init_agent(NAME) != 0)
		return -1;
	/* It has set its own. */
	netsnmp_ds_set_int(NETSNMP_DS_APPLICATION_ID,
			   NETSNMP_DS_AGENT_AGENTX_PING_INTERVAL, PING);
	for (size_t i = 0; (subtree = snmp_mib_subtree(i)) != NULL; i++)
		if (add_subtree(a, subtree) != 0)
			return -1;
	init_snmp(NAME);
	return 0;
}

void
snmp_agent_turn(uint64_t ns, const sigset_t *mask)
{
	struct timeval due = {
		.tv_sec = (time_t)(ns / CLOCK_SECOND),
		.tv_usec = (suseconds_t)(ns % CLOCK_SECOND / 1000),
	};
	struct timespec wait;
	int n = 0, block = 0;
	fd_set fds;

	FD_ZERO(&fds);
	snmp_select_info(&n, &fds, &due, &block);
	wait.tv_sec = due.tv_sec;
	wait.tv_nsec = due.tv_usec * 1000;
	n = pselect(n, &fds, NULL, NULL, &wait, mask);
	if (n > 0)
		snmp_read(&fds);
	else if (n == 0)
		snmp_timeout();
	run_alarms();
	netsnmp_check_outstanding_agent_requests();
}

void
snmp_agent_end(void)
{
	snmp_shutdown(NAME);
	shutdown_agent();
}
