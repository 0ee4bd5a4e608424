/* SPDX-License-Identifier: BSD-3-Clause */
/* The datagram of sFlow that is being filled, and its way to the collectors. */
#include "fabric/api/samples_impl.h"

#include "lib/clock.h"

void
samples_open(struct samples *s)
{
	if (s->datagram.samples != 0)
		return;
	/* It stays the same until an apply, whatever becomes of routes. */
	if (s->sums.agent.family == 0)
		s->sums.agent = collectors_source(s->collectors);
	s->begun = s->fabric->now;
	sflow_begin(&s->datagram, &s->sums.agent, s->sub_agent);
}

void
samples_flush(struct samples *s)
{
	uint64_t up = clock_since(s->fabric->now, s->since);

	if (s->datagram.samples == 0)
		return;
	sflow_end(&s->datagram, s->sequence++,
		  (uint32_t)(up / CLOCK_MILLISECOND));
	collectors_send(s->collectors, s->datagram.octet, s->datagram.size);
	s->sums.datagrams++;
	s->datagram.samples = 0;
}
