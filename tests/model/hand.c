/* SPDX-License-Identifier: BSD-3-Clause */
/* What an operator sets by hand, which an apply of something else leaves. */
#include <inttypes.h>

#include "fabric/apply/override.h"
#include "fabric/neigh/sponge_ops_lan.h"
#include "tests/model/model.h"
#include "tests/model/pick.h"
#include "tests/model/world.h"

#define ROWS (2 * PORTS_MAX)
#define ROW  256 /* octets of the text of one */

/* Those that an apply leaves. */
static char noted[ROWS][ROW];
static unsigned int nnoted;

static char now[ROWS][ROW];
static unsigned int nnow;

static void
print_row(const struct override_row *row, char text[ROW])
{
	snprintf(text, ROW, "[%s%s] %s = %s since %" PRIu64,
		 row->lan != NULL ? "lan " : "",
		 row->lan != NULL    ? row->lan
		 : row->port != NULL ? row->port
				     : "fabric",
		 row->what, row->value, row->since);
}

/* Any value that the parameter can have. */
static void
set_param(struct world *w, const char *lan)
{
	const struct sponge_param *p = &sponge_param_list[pick(SPONGE_PARAMS)];
	const struct config_lan *c = config_lan(w->f->config, lan);
	static const char *const texts[] = { "0",   "1",    "3",   "60",
					     "900", "0s",   "60s", "on",
					     "off", "auto", "all" };
	struct sponge_values now_set, configured;
	char why[CONFIG_WHY_SIZE];

	MODEL_MUST(sponge_ops_values(w->f, lan, &now_set, &configured) == 0);
	if (one_in(4))
		now_set = configured;
	else
		(void)sponge_param_parse(
			p, texts[pick(sizeof(texts) / sizeof(texts[0]))], c,
			&now_set, why);
	MODEL_MUST(sponge_ops_set_value(w->f, lan, p, &now_set) == 0);
}

static void
set_sponge(struct world *w)
{
	const char *lan, *found = NULL;
	unsigned int at = 0, n = 0;

	while ((lan = sponge_ops_lan(w->f, &at)) != NULL)
		if (one_in(++n))
			found = lan;
	if (found != NULL)
		set_param(w, found);
}

void
hand_set(struct world *w)
{
	const struct config *c = w->f->config;
	struct port_rt *p = runtime_port(w->f, c->port[pick(c->nports)].id);

	switch (pick(3)) {
	case 0:
		override_down(w->f, p, one_in(2));
		break;
	case 1:
		override_cull(w->f, one_in(3) ? NULL : p, one_in(2));
		break;
	default:
		set_sponge(w);
		break;
	}
}

/* The configurations before an apply and after it. */
struct change {
	const struct draft *a, *b;
};

/* The text of 'cull' of [fabric], as given. */
static const char *
cull_of(const struct draft *d)
{
	const char *text = draft_get(&d->section[0], "cull");

	return text != NULL ? text : "";
}

static void
note(void *arg, const struct override_row *row)
{
	const struct change *c = arg;
	bool same;

	if (row->port != NULL)
		same = draft_same(c->a, c->b, CONFIG_SECTION_PORT, row->port);
	else if (row->lan != NULL)
		same = draft_same(c->a, c->b, CONFIG_SECTION_LAN, row->lan);
	else
		same = strcmp(cull_of(c->a), cull_of(c->b)) == 0;
	if (same && nnoted < ROWS)
		print_row(row, noted[nnoted++]);
}

static void
add_now(void *arg, const struct override_row *row)
{
	(void)arg;
	if (nnow < ROWS)
		print_row(row, now[nnow++]);
}

void
hand_note(const struct world *w, const struct draft *a, const struct draft *b)
{
	struct change c = { a, b };

	nnoted = 0;
	override_each(w->f, note, &c);
}

void
hand_check(const struct world *w)
{
	nnow = 0;
	override_each(w->f, add_now, NULL);
	for (unsigned int i = 0; i < nnoted; i++) {
		unsigned int k = 0;

		while (k < nnow && strcmp(noted[i], now[k]) != 0)
			k++;
		if (k == nnow)
			model_fail("%s, by an operator, has ended with an "
				   "apply that does not touch it",
				   noted[i]);
	}
}

struct repeat {
	const struct world *from;
	struct fabric *f;
};

static void
repeat_param(const struct repeat *r, const struct override_row *row)
{
	struct sponge_values v, configured;

	for (unsigned int i = 0; i < SPONGE_PARAMS; i++) {
		const struct sponge_param *p = &sponge_param_list[i];

		if (strcmp(sponge_param_key(p), row->what) != 0)
			continue;
		MODEL_MUST(sponge_ops_values(r->from->f, row->lan, &v,
					     &configured) == 0);
		MODEL_MUST(sponge_ops_set_value(r->f, row->lan, p, &v) == 0);
	}
}

static void
repeat_row(void *arg, const struct override_row *row)
{
	const struct repeat *r = arg;
	struct port_rt *p =
		row->port != NULL ? runtime_port(r->f, row->port) : NULL;

	if (row->lan != NULL)
		repeat_param(r, row);
	else if (strcmp(row->what, "cull") == 0)
		override_cull(r->f, p, strcmp(row->value, "on") == 0);
	else
		override_down(r->f, p, true);
}

void
hand_repeat(const struct world *from, struct world *to)
{
	struct repeat r = { from, to->f };

	override_each(from->f, repeat_row, &r);
}
