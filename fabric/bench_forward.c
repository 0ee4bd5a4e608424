/* SPDX-License-Identifier: BSD-3-Clause */
#include "fabric/bench_forward.h"

#include <errno.h>
#include <poll.h>
#include <sched.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <rte_common.h>
#include <rte_eal.h>
#include <rte_lcore.h>

#include "fabric/control.h"
#include "fabric/runtime/egress_link.h"
#include "fabric/runtime/runtime.h"
#include "fabric/runtime/stats.h"
#include "lib/frame.h"
#include "lib/mac.h"
#include "lib/mactab.h"

#define TABLE  16384u /* addresses: the default of mac_table */
#define LISTED 64u    /* mac lines of a port; it learns the others */

/* Addresses are learned at no less than a thousandth of the rate aimed at. */
#define TEACH_SECONDS 3.0
#define TEACH_RATE    20000.0 /* addresses a second */

struct forward {
	const struct forward_options *o;
	struct forward_result *r;
	struct fabric *fabric;
	struct source_traffic traffic;
	char dir[160]; /* for the state file; "": none was made */
	char state[180];
};

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
		i, i, i + 1, i + 1, rows - listed);
	for (uint32_t row = 0; row < listed; row++)
		fprintf(f, "mac = %s\n", mac_format(source_mac(i, row), text));
}

/* Rules as exchanges have them; none applies to a frame of the source. */
static void
write_rules(FILE *f, unsigned int n)
{
	fprintf(f, "\n[acl rules]\n");
	for (unsigned int i = 0; i < n; i++)
		fprintf(f,
			"rule = deny src 10.%u.%u.0/24 dst 172.16.%u.0/24 "
			"proto tcp dport %u\n",
			i / 256, i % 256, i % 256, 1024 + i);
}

void
bench_forward_config(const struct forward_options *o, const char *state,
		     FILE *f)
{
	uint32_t rows = source_rows(&o->traffic, 0);

	fprintf(f,
		"[fabric]\nname = ixbench\nidle = poll\nburst = %u\n"
		"mac_table = %u\nstate = %s\n",
		o->burst, RTE_MAX(RTE_MAX(o->traffic.macs, 2 * rows), TABLE),
		state);
	write_cores(f, o->workers);
	write_lan(f, o);
	for (unsigned int i = 0; i < o->traffic.ports; i++)
		write_port(f, o, i);
	if (o->rules > 0)
		write_rules(f, o->rules);
}

/* A place for the state file of a sponge. */
static bool
make_dir(struct forward *w, struct faults *faults)
{
	const char *tmp = getenv("TMPDIR");

	snprintf(w->dir, sizeof(w->dir), "%s/ixbench.XXXXXX",
		 tmp != NULL ? tmp : "/tmp");
	if (mkdtemp(w->dir) == NULL) {
		faults_error(faults, FAULTS_NOWHERE, NULL, "%s: %s", w->dir,
			     strerror(errno));
		w->dir[0] = '\0';
		return false;
	}
	snprintf(w->state, sizeof(w->state), "%s/state.json", w->dir);
	return true;
}

static struct config *
make_config(struct forward *w, struct faults *faults)
{
	char *text = NULL;
	size_t size = 0;
	struct config *c;
	FILE *f;

	if (w->o->file != NULL)
		return config_read(w->o->file, faults);
	if (!make_dir(w, faults))
		return NULL;
	f = open_memstream(&text, &size);
	if (f == NULL)
		return NULL;
	bench_forward_config(w->o, w->state, f);
	fclose(f);
	f = fmemopen(text, size, "r");
	c = config_read_stream("ixbench", f, faults);
	fclose(f);
	free(text);
	return c;
}

static void
turn(void *arg)
{
	struct forward *w = arg;

	poll(NULL, 0, 1);
	fabric_turn(w->fabric);
}

static uint64_t
count_known(const struct fabric *f)
{
	uint64_t n = 0;

	for (unsigned int i = 0; i < CONFIG_LANS_MAX; i++)
		if (f->lan[i] != NULL)
			n += mactab_count(f->lan[i]->macs);
	return n;
}

static bool
all_known(void *arg)
{
	const struct forward *w = arg;

	return count_known(w->fabric) >= w->traffic.macs;
}

/* Adds what a port has counted, or takes it away. */
static void
add_port(struct fabric *f, uint16_t id, uint64_t sign, struct forward_port *p)
{
	struct device_stats device = { 0 };
	struct port_stats s;

	stats_port(f, id, &s);
	egress_stats(f, &f->port[id]->egress, &device);
	p->rx_frames += sign * s.rx_frames;
	p->tx_frames += sign * s.tx_frames;
	p->rx_missed += sign * device.rx_missed;
}

static void
add_worker(struct fabric *f, unsigned int i, uint64_t sign,
	   struct forward_worker *w)
{
	struct worker_stats s;

	stats_worker(f, i, &s);
	w->frames += sign * s.frames;
	w->busy_cycles += sign * s.busy_cycles;
}

static void
add_drops(struct forward *w, uint64_t sign)
{
	struct port_stats s;

	for (uint16_t i = 0; i < w->r->nports; i++) {
		stats_port(w->fabric, i, &s);
		for (unsigned int why = 0; why < DROP_N; why++)
			w->r->drop[why] += sign * s.drop[why];
	}
}

/* What is counted at the end, less what was at the beginning. */
static void
add_counts(struct forward *w, uint64_t sign)
{
	struct forward_result *r = w->r;

	for (uint16_t i = 0; i < r->nports; i++)
		add_port(w->fabric, i, sign, &r->port[i]);
	for (unsigned int i = 0; i < r->nworkers; i++)
		add_worker(w->fabric, i, sign, &r->worker[i]);
}

static void
mark(void *arg, enum measure_mark m)
{
	struct forward *w = arg;

	if (m == MEASURE_TAUGHT)
		w->r->known = count_known(w->fabric);
	if (m == MEASURE_TAUGHT || m == MEASURE_SETTLED)
		add_drops(w, m == MEASURE_TAUGHT ? UINT64_MAX : 1);
	else
		add_counts(w, m == MEASURE_BEGINS ? UINT64_MAX : 1);
}

static bool
has_source(const struct fabric *f, const struct port_rt *p)
{
	const struct device_rt *d = f->device[egress_device(&p->egress)];

	return d != NULL && strncmp(d->spec, "net_null", 8) == 0;
}

static bool
list_ports(struct forward *w)
{
	struct fabric *f = w->fabric;
	struct forward_result *r = w->r;

	r->nports = f->ports_end;
	r->nworkers = RTE_MIN(f->nworkers, (unsigned int)MEASURE_CORES);
	r->port = calloc(r->nports + 1, sizeof(*r->port));
	if (r->port == NULL)
		return false;
	for (unsigned int i = 0; i < r->nports; i++) {
		snprintf(r->port[i].name, sizeof(r->port[i].name), "%s",
			 f->port[i]->name);
		r->port[i].source = has_source(f, f->port[i]);
	}
	for (unsigned int i = 0; i < r->nworkers; i++)
		r->worker[i].core =
			(unsigned int)rte_lcore_to_cpu_id((int)i + 1);
	return true;
}

static int
fail(struct faults *faults, const char *text)
{
	faults_error(faults, FAULTS_NOWHERE, NULL, "%s", text);
	return -1;
}

/* The ports of the source are those of the configuration. */
static int
set_traffic(struct forward *w, struct faults *faults)
{
	unsigned int ports = source_ports();

	w->traffic = w->o->traffic;
	w->traffic.ports = ports;
	if (ports == 0)
		return 0;
	if (ports == 1)
		return fail(faults, "one net_null device: frames need two "
				    "at least");
	if (w->traffic.pairs && ports % 2 != 0)
		return fail(faults, "an odd number of ports are no pairs");
	if (w->traffic.macs < ports)
		return fail(faults, "fewer addresses than ports");
	if (!source_set(&w->traffic))
		return fail(faults, "the frames do not fit into the buffers: "
				    "raise mtu of the LAN");
	return 0;
}

static int
measure(struct forward *w, struct faults *faults)
{
	const struct measure_options m = {
		.teach = source_ports() != 0
				 ? TEACH_SECONDS + w->traffic.macs / TEACH_RATE
				 : 0,
		.known = all_known,
		.warm = w->o->warm,
		.seconds = w->o->seconds,
		.turn = turn,
		.mark = mark,
		.arg = w,
	};

	if (!list_ports(w))
		return fail(faults, "no memory for the counters");
	if (set_traffic(w, faults) != 0)
		return -1;
	if (measure_run(&m, &w->r->measured) != 0)
		return fail(faults, "no memory for the windows");
	w->r->huge = rte_eal_has_hugepages() != 0;
	return 0;
}

static void
clean(const struct forward *w)
{
	unlink(w->state);
	if (w->dir[0] != '\0')
		rmdir(w->dir);
}

int
bench_forward(const struct forward_options *o, struct forward_result *r,
	      struct faults *faults)
{
	struct forward w = { .o = o, .r = r };
	const struct fabric_options options = {
		.file = o->file != NULL ? o->file : "ixbench",
		.neal_args = o->neal_args,
		.eal_args = o->eal_args,
	};
	struct config *c;
	int ret;

	memset(r, 0, sizeof(*r));
	c = make_config(&w, faults);
	if (c != NULL && !config_check_service(c, faults)) {
		config_free(c);
		c = NULL;
	}
	r->config_is_bad = c == NULL;
	if (c != NULL)
		w.fabric = fabric_start(c, &options, faults);
	ret = w.fabric != NULL ? measure(&w, faults) : -1;
	if (!fabric_stop(w.fabric))
		_exit(EXIT_FAILURE);
	clean(&w);
	return ret;
}
