/* SPDX-License-Identifier: BSD-3-Clause */
#include "fabric/bench/forward.h"

#include <stdlib.h>
#include <string.h>

#include <rte_common.h>
#include <rte_eal.h>
#include <rte_lcore.h>

#include "fabric/bench/dut.h"
#include "fabric/runtime/egress_link.h"
#include "fabric/runtime/runtime.h"
#include "fabric/runtime/stats.h"

struct forward {
	const struct forward_options *o;
	struct forward_result *r;
	struct dut dut;
	struct source_traffic traffic;
};

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

/* What is counted at the end, less what was at the beginning. */
static void
add_counts(struct forward *w, uint64_t sign)
{
	struct forward_result *r = w->r;

	for (uint16_t i = 0; i < r->nports; i++)
		add_port(w->dut.fabric, i, sign, &r->port[i]);
	for (unsigned int i = 0; i < r->nworkers; i++)
		add_worker(w->dut.fabric, i, sign, &r->worker[i]);
}

static void
mark(void *arg, enum measure_mark m)
{
	struct forward *w = arg;

	if (m == MEASURE_TAUGHT)
		w->r->known = dut_known(&w->dut);
	if (m == MEASURE_TAUGHT || m == MEASURE_SETTLED)
		dut_add_drops(&w->dut, m == MEASURE_TAUGHT ? UINT64_MAX : 1,
			      w->r->drop);
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
	struct fabric *f = w->dut.fabric;
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

static bool
all_known(void *arg)
{
	const struct forward *w = arg;

	return dut_known(&w->dut) >= w->traffic.macs;
}

static void
turn(void *arg)
{
	struct forward *w = arg;

	dut_turn(&w->dut);
}

static int
measure(struct forward *w, struct faults *faults)
{
	struct measure_options m = {
		.known = all_known,
		.warm = w->o->warm,
		.seconds = w->o->seconds,
		.turn = turn,
		.mark = mark,
		.arg = w,
	};

	if (!list_ports(w))
		return fail(faults, "no memory for the counters");
	w->traffic = w->o->traffic;
	if (dut_set_traffic(&w->dut, &w->traffic, faults) != 0)
		return -1;
	m.teach = dut_teach_seconds(&w->traffic);
	if (measure_run(&m, &w->r->measured) != 0)
		return fail(faults, "no memory for the windows");
	w->r->huge = rte_eal_has_hugepages() != 0;
	return 0;
}

int
bench_forward(const struct forward_options *o, struct forward_result *r,
	      struct faults *faults)
{
	struct forward w = { .o = o, .r = r };
	int ret;

	memset(r, 0, sizeof(*r));
	ret = dut_start(&w.dut, o, faults);
	r->config_is_bad = w.dut.config_is_bad;
	if (ret == 0)
		ret = measure(&w, faults);
	dut_stop(&w.dut);
	return ret;
}
