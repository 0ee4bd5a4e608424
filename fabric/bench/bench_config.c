/* SPDX-License-Identifier: BSD-3-Clause */
#include "fabric/bench/bench_config.h"

#include <sched.h>
#include <string.h>

#include <rte_common.h>

#include "fabric/bench/source.h"
#include "lib/frame.h"
#include "lib/mac.h"

#define TABLE  16384u /* addresses: the default of mac_table */
#define LISTED 64u    /* mac lines of a port; it learns the others */

/* The last 'n' of the cores that this process may use. */
static void
write_cores(FILE *f, unsigned int n)
{
	cpu_set_t have;
	int skip;

	CPU_ZERO(&have);
	sched_getaffinity(0, sizeof(have), &have);
	skip = CPU_COUNT(&have) - (int)n;
	fprintf(f, "workers = ");
	for (int i = 0, first = 1; i < CPU_SETSIZE; i++) {
		if (!CPU_ISSET(i, &have) || skip-- > 0)
			continue;
		fprintf(f, "%s%d", first ? "" : ",", i);
		first = 0;
	}
	fprintf(f, "\n");
}

static void
write_lan(FILE *f, const struct forward_options *o)
{
	fprintf(f,
		"\n[lan bench]\nprofile = %s\nmtu = %u\nipv4 = 192.0.2.0/24\n"
		"ipv6 = 2001:db8:ffff::/64\n",
		o->profile,
		RTE_MAX(o->traffic.frame - FRAME_FCS - FRAME_HEADER, 1500u));
	if (o->rules > 0)
		fprintf(f, "acl = rules\n");
	if (o->sponge)
		fprintf(f, "sponge = on\nsponge_mac = 02:53:00:00:00:01\n"
			   "sponge_ipv4 = 192.0.2.254\n");
}

static void
write_port(FILE *f, const struct forward_options *o, unsigned int i)
{
	uint32_t rows = source_rows(&o->traffic, i);
	uint32_t listed = strcmp(o->profile, "open") == 0 ? 0 : LISTED;
	char text[MAC_TEXT_SIZE];

	listed = RTE_MIN(listed, rows);
	fprintf(f,
		"\n[port p%u]\nlan = bench\ndevice = net_null%u,no-rx=1\n"
		"ipv4 = 192.0.2.%u\nipv6 = 2001:db8:ffff::%x\n"
		"mac_limit = %u\n",
		i, i, i + 1, i + 1,
		o->mac_limit != 0 ? o->mac_limit : rows - listed);
	for (uint32_t row = 0; row < listed; row++)
		fprintf(f, "mac = %s\n", mac_format(source_mac(i, row), text));
}

void
bench_config_rules(unsigned int n, FILE *f)
{
	fprintf(f, "\n[acl rules]\n");
	for (unsigned int i = 0; i < n; i++)
		fprintf(f,
			"rule = deny src 10.%u.%u.0/24 dst 172.16.%u.0/24 "
			"proto tcp dport %u\n",
			i / 256, i % 256, i % 256, 1024 + i);
}

void
bench_config_write(const struct forward_options *o, const char *state, FILE *f)
{
	uint32_t rows = source_rows(&o->traffic, 0);
	uint32_t room = RTE_MAX(RTE_MAX(o->traffic.macs, 2 * rows), TABLE);

	fprintf(f,
		"[fabric]\nname = ixbench\nidle = %s\nburst = %u\n"
		"mac_table = %u\nstate = %s\n",
		o->sleep ? "sleep" : "poll", o->burst,
		o->mac_table != 0 ? o->mac_table : room, state);
	write_cores(f, o->workers);
	write_lan(f, o);
	for (unsigned int i = 0; i < o->traffic.ports; i++)
		write_port(f, o, i);
	if (o->rules > 0)
		bench_config_rules(o->rules, f);
}
