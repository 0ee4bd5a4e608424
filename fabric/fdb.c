/* SPDX-License-Identifier: BSD-3-Clause */
#include "fabric/fdb.h"

#include "fabric/runtime/port_id.h"
#include "fabric/runtime/runtime.h"
#include "lib/clock.h"
#include "lib/mactab.h"

struct walk {
	struct fabric *f;
	const char *lan;
	fabric_mac_visit *visit;
	void *arg;
};

static uint32_t
age_of(const struct fabric *f, const struct mactab_entry *e)
{
	uint32_t age = (uint32_t)(f->now / CLOCK_SECOND) - e->seen;

	return e->flags & MACTAB_STATIC || (int32_t)age < 0 ? 0 : age;
}

static bool
show(void *arg, const struct mactab_entry *e)
{
	const struct walk *w = arg;
	struct fabric_mac mac = {
		.lan = w->lan,
		.mac = e->mac,
		.port = fabric_port_name(w->f, e->port),
		.type = mactab_type(e),
		.age_seconds = age_of(w->f, e),
	};

	w->visit(w->arg, &mac);
	return true;
}

void
fabric_macs(struct fabric *f, fabric_mac_visit *visit, void *arg)
{
	struct walk w = { .f = f, .visit = visit, .arg = arg };

	for (unsigned int i = 0; i < f->config->nlans; i++) {
		struct lan_rt *l = runtime_lan(f, f->config->lan[i].id);

		w.lan = l->name;
		mactab_each(l->macs, show, &w);
	}
}
