/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * How many buffers for received frames an exchange needs: as many as all queues of
 * its devices can hold at once.  With fewer, members that send PAUSE frames without
 * end could take those by which others receive.
 */
#include "fabric/config/config_impl.h"

#include "fabric/config/devspec.h"

/* Of a worker: dropped frames, and what its cache of the pool keeps. */
#define OF_WORKER (CONFIG_TRASH + 2048)

/* Of a device: in the hands of its driver. */
#define OF_DEVICE 512

struct config_buffers
config_buffers_needed(const struct config *c, unsigned int nworkers,
		      unsigned int spare)
{
	unsigned int n = 0, holding = 0;
	struct config_buffers need;
	struct devspec spec;

	for (unsigned int i = 0; i < c->nports; i++) {
		const struct config_files *devices = &c->port[i].device;

		for (unsigned int k = 0; k < devices->n; k++) {
			if (devspec_parse(devices->value[k], &spec) != 0)
				continue;
			n++;
			holding +=
				spec.driver == NULL || !spec.driver->copies_tx;
		}
	}
	if (holding != 0)
		holding += spare;
	need.receive = holding * nworkers * c->fabric.descriptors;
	need.all = 2 * need.receive + n * OF_DEVICE +
		   nworkers * ((n + spare) * CONFIG_TXBUF + OF_WORKER);
	return need;
}

static void
report(const struct config *c, struct config_buffers need, const char *with,
       struct faults *faults)
{
	const struct config_fabric *fabric = &c->fabric;
	struct where at =
		config_place(fabric->at, fabric->line[CONFIG_FABRIC_buffers]);

	if (fabric->buffers <= need.receive)
		faults_error(faults, at, "fabric",
			     "buffers = %u: the receive queues of the devices "
			     "alone take %u%s, and all queues %u: leave it "
			     "out, or set 'descriptors' lower",
			     fabric->buffers, need.receive, with, need.all);
	else if (fabric->buffers < need.all)
		faults_warning(faults, at, "fabric",
			       "buffers = %u: the queues of the devices can "
			       "hold %u%s, so members whose queues stand still "
			       "(PAUSE frames) can keep others from being "
			       "received: set it to %u, leave it out, or set "
			       "'descriptors' lower",
			       fabric->buffers, need.all, with, need.all);
}

void
config_check_buffers(const struct config *c, unsigned int nworkers,
		     struct faults *faults)
{
	bool chosen = c->fabric.workers.n == 0;
	struct config_buffers one = config_buffers_needed(c, 1, 0);
	char with[48];

	if (c->fabric.buffers == 0)
		return;
	if (!chosen)
		report(c, config_buffers_needed(c, c->fabric.workers.n, 0), "",
		       faults);
	else if (nworkers == 0)
		report(c, one, " with one worker", faults);
	/* What was too little for one has been reported. */
	else if (c->fabric.buffers >= one.all) {
		snprintf(with, sizeof(with), " with %u workers", nworkers);
		report(c, config_buffers_needed(c, nworkers, 0), with, faults);
	}
}
