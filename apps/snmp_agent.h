/* SPDX-License-Identifier: BSD-3-Clause */
#ifndef IXF_SNMP_AGENT_H
#define IXF_SNMP_AGENT_H

/*
 * The subagent of snmpd (AgentX, RFC 2741), by libsnmp: one thread, which never waits
 * for the daemon for longer than snmp_feed_get() does.
 */

#include <signal.h>
#include <stdint.h>

struct snmp_feed;

struct snmp_agent {
	struct snmp_feed *ports, *macs;
	const char *serial;
	uint64_t since; /* ns of CLOCK_MONOTONIC: when sysUpTime was 0 */
};

/*
 * Connects to the master at 'address' ("/var/agentx/master", "tcp:localhost:705";
 * NULL: where snmpd has it), now or when there is one, again when it comes back, and
 * registers the objects.  0, or -1: an object cannot be registered.
 */
int snmp_agent_begin(struct snmp_agent *, const char *address);

/*
 * Answers requests for up to 'ns', until one of the signals that are blocked but not
 * in 'mask' comes.
 */
void snmp_agent_turn(uint64_t ns, const sigset_t *mask);

void snmp_agent_end(void);

#endif
