/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * ixfabric-snmp: what SNMP wants to know of the fabric, for snmpd, of which it is a
 * subagent.  It asks the daemon by the control socket, as ixctl does.
 */
#include <getopt.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

#include "apps/notify.h"
#include "apps/options.h"
#include "apps/snmp_agent.h"
#include "apps/snmp_ask.h"
#include "lib/clock.h"

struct arguments {
	const char *socket, *address, *serial;
};

static const char usage_text[] =
	"usage: ixfabric-snmp [-s SOCKET] [-x ADDRESS] [--serial TEXT]\n"
	"       ixfabric-snmp --help | --version\n"
	"\n"
	"  -s, --socket SOCKET   of the daemon; default: $IXCTL_SOCKET, or "
	"else\n"
	"                        /run/ixfabric/ixfabric.sock\n"
	"  -x, --agentx ADDRESS  of snmpd, as its option -x and agentXSocket "
	"have\n"
	"                        it; default: /var/agentx/master\n"
	"      --serial TEXT     entPhysicalSerialNum; default: none\n"
	"\n"
	"Stays in the foreground until SIGTERM or SIGINT.  See "
	"ixfabric-snmp(8).\n";

static volatile sig_atomic_t stop;

static int
usage(void)
{
	fputs(usage_text, stderr);
	return EXIT_USAGE;
}

/* -1: go on; else what to exit with. */
static int
parse(int argc, char **argv, struct arguments *a)
{
	static const struct option long_options[] = {
		{ "socket", required_argument, NULL, 's' },
		{ "agentx", required_argument, NULL, 'x' },
		{ "serial", required_argument, NULL, 'S' },
		{ "help", no_argument, NULL, 'h' },
		{ "version", no_argument, NULL, 'V' },
		{ 0 },
	};
	int opt;

	*a = (struct arguments){ .socket = options_socket(), .serial = "" };
	while ((opt = getopt_long(argc, argv, "s:x:h", long_options, NULL)) !=
	       -1) {
		if (opt == 's')
			a->socket = optarg;
		else if (opt == 'x')
			a->address = optarg;
		else if (opt == 'S')
			a->serial = optarg;
		else
			return opt == 'h' ? fputs(usage_text, stdout) < 0
			       : opt == 'V'
				       ? puts("ixfabric-snmp " IXF_VERSION) < 0
				       : usage();
	}
	if (optind == argc)
		return -1;
	fprintf(stderr, "ixfabric-snmp: unexpected '%s'\n", argv[optind]);
	return usage();
}

static void
end(int signal)
{
	(void)signal;
	stop = 1;
}

/* They come only while it waits; 'mask' is what is blocked then. */
static void
take_signals(sigset_t *mask)
{
	struct sigaction action = { .sa_handler = end };
	sigset_t ours;

	sigemptyset(&ours);
	sigaddset(&ours, SIGTERM);
	sigaddset(&ours, SIGINT);
	sigprocmask(SIG_BLOCK, &ours, mask);
	sigdelset(mask, SIGTERM);
	sigdelset(mask, SIGINT);
	sigaction(SIGTERM, &action, NULL);
	sigaction(SIGINT, &action, NULL);
	signal(SIGPIPE, SIG_IGN);
}

static uint64_t
monotonic(void)
{
	struct timespec ts;

	clock_gettime(CLOCK_MONOTONIC, &ts);
	return (uint64_t)ts.tv_sec * CLOCK_SECOND + (uint64_t)ts.tv_nsec;
}

static void
serve(struct snmp_agent *agent, const sigset_t *mask)
{
	notify_send("READY=1");
	while (!stop) {
		uint64_t now = monotonic();

		snmp_feed_keep_ready(agent->ports, now);
		snmp_feed_keep_ready(agent->macs, now);
		snmp_agent_turn(CLOCK_SECOND, mask);
		if (notify_watchdog() != 0)
			notify_send("WATCHDOG=1");
	}
	notify_send("STOPPING=1");
}

int
main(int argc, char **argv)
{
	struct snmp_agent agent = { 0 };
	struct arguments arguments;
	int rc = parse(argc, argv, &arguments);
	sigset_t mask;

	if (rc >= 0)
		return rc;
	take_signals(&mask);
	agent.serial = arguments.serial;
	agent.ports = snmp_feed_create(&snmp_ask_ports, arguments.socket);
	agent.macs = snmp_feed_create(&snmp_ask_macs, arguments.socket);
	rc = EXIT_FAILURE;
	if (agent.ports == NULL || agent.macs == NULL)
		fputs("ixfabric-snmp: no memory\n", stderr);
	else if (snmp_agent_begin(&agent, arguments.address) != 0)
		fputs("ixfabric-snmp: the objects cannot be registered\n",
		      stderr);
	else {
		serve(&agent, &mask);
		snmp_agent_end();
		rc = EXIT_SUCCESS;
	}
	snmp_feed_free(agent.ports);
	snmp_feed_free(agent.macs);
	return rc;
}
