/* SPDX-License-Identifier: BSD-3-Clause */
#include "fabric/runtime/flap.h"

#include "fabric/runtime/runtime.h"
#include "lib/clock.h"

bool
flap_note(const struct fabric *f, struct flap *flap)
{
	const struct config_fabric *c = &f->config->fabric;
	uint32_t n = flap->n++;

	flap->change[n % FLAP_CHANGES] = f->now;
	if (c->flap_count == 0 || n < c->flap_count ||
	    f->now - flap->change[(n - c->flap_count) % FLAP_CHANGES] >
		    c->flap_window * CLOCK_SECOND)
		return false;
	flap->until = f->now + c->flap_hold * CLOCK_SECOND;
	flap->n = 0;
	return true;
}
