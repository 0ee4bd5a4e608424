/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * What mirrors copy, in a view: for each port the numbers of those that take its
 * frames, and for each number what it takes of them.
 */
#include "fabric/apply/apply_impl.h"

#include "fabric/runtime/mirror.h"

/* A port that listens hears these of its LAN in any case, if they are for a group. */
static const enum drop unheard[] = {
	DROP_quarantine_isolated, DROP_isolated,        DROP_garp,
	DROP_sponge_suppressed,   DROP_garp_suppressed, DROP_unknown_arp,
};

static struct mirror_rule *
rule_of(struct mirror_rule *rules, struct mirror_rt *m, uint32_t octets)
{
	struct mirror_rule *r = &rules[m->number];

	r->octets = octets;
	r->budget = &m->budget;
	return r;
}

static void
add_reasons(struct mirror_rule *r, const struct config_reasons *list)
{
	for (unsigned int i = 0; i < list->n; i++)
		for (enum drop why = DROP_NONE + 1; why < DROP_N; why++)
			if (list->value[i] == why ||
			    list->value[i] == DROP_NONE)
				drop_set_add(&r->whys, why);
}

static void
add_source(const struct config_mirror *c, uint32_t bit, struct port *p)
{
	if (c->direction == CONFIG_DIRECTION_RX ||
	    c->direction == CONFIG_DIRECTION_BOTH)
		p->mirrors[TAP_RX] |= bit;
	if (c->direction == CONFIG_DIRECTION_TX ||
	    c->direction == CONFIG_DIRECTION_BOTH)
		p->mirrors[TAP_TX] |= bit;
	if (c->drops.n != 0)
		p->mirrors[TAP_DROP] |= bit;
}

static bool
is_named(const struct config_names *list, const char *name)
{
	for (unsigned int i = 0; i < list->n; i++)
		if (strcmp(list->value[i].id, name) == 0)
			return true;
	return false;
}

static void
fill_mirror(const struct config *c, const struct config_mirror *section,
	    struct mirror_rt *m, struct mirror_rule *rules, struct port *port)
{
	struct mirror_rule *r = rule_of(rules, m, mirror_octets(section));

	r->per_packet = section->rate.unit == CONFIG_RATE_FRAMES;
	add_reasons(r, &section->drops);
	for (unsigned int i = 0; i < c->nports; i++)
		if (is_named(&section->port, c->port[i].id) ||
		    (c->port[i].lan[0] != '\0' &&
		     c->port[i].listen == CONFIG_HEARS_OFF &&
		     is_named(&section->lan, c->port[i].lan)))
			add_source(section, UINT32_C(1) << m->number, &port[i]);
}

static void
fill_listener(const struct config *c, unsigned int listener,
	      struct mirror_rt *m, struct mirror_rule *rules, struct port *port)
{
	const struct config_port *p = &c->port[listener];
	struct mirror_rule *r = rule_of(rules, m, MIRROR_OCTETS_MAX);

	r->groups = p->listen == CONFIG_HEARS_FLOODS;
	for (size_t i = 0; i < sizeof(unheard) / sizeof(unheard[0]); i++)
		drop_set_add(&r->whys, unheard[i]);
	for (enum drop why = DROP_NONE + 1; !r->groups && why < DROP_N; why++)
		if (!drop_is_tx(why))
			drop_set_add(&r->whys, why);
	for (unsigned int i = 0; i < c->nports; i++)
		if (i != listener && port[i].lan == port[listener].lan &&
		    c->port[i].listen == CONFIG_HEARS_OFF)
			port[i].listeners |= UINT32_C(1) << m->number;
}

void
view_fill_mirrors(const struct config *c, const struct objects *o,
		  struct port *port, struct mirror_rule *rules)
{
	for (unsigned int i = 0; i < c->nports; i++)
		port[i].mirror = rules;
	for (unsigned int i = 0; i < c->nmirrors; i++)
		fill_mirror(c, &c->mirror[i], o->mirror[i], rules, port);
	for (unsigned int i = 0; i < c->nports; i++)
		if (o->listener[i] != NULL)
			fill_listener(c, i, o->listener[i], rules, port);
}
