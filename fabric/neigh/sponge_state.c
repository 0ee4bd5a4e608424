/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Writes the states of the sponges as a text.  The names of LANs and ports need
 * no quoting in JSON: config_name_is_valid().
 */
#include "fabric/neigh/sponge_state.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

#include "fabric/neigh/neigh_impl.h"
#include "lib/mac.h"
#include "lib/neightab6.h"

/*
 * Octets, at most: of a slot (an IPv4 row, or half an IPv6 row, since at most every
 * second IPv6 slot is in use), and around the rows of a LAN.
 */
#define ROW_MAX 96
#define LAN_MAX 64
/* Always allowed, for a text that was written with another configuration. */
#define TEXT_MAX (4u << 20)

struct sponge_text {
	const struct fabric *f;
	uint64_t generation;
	FILE *out;
	char *text;
	size_t size;
	unsigned int lan; /* of next_lan() */
	bool begun;       /* a LAN is under way */
	const struct net_rt *net;
	uint32_t slot;                 /* the next one of that net */
	const char *lan_sep, *row_sep; /* before the next LAN, row */
};

/* The next LAN with a sponge, as neigh_next_lan(). */
static const struct lan_rt *
next_lan(const struct fabric *f, unsigned int *id)
{
	const struct lan_rt *l;

	while ((l = neigh_next_lan(f, id)) != NULL)
		if (!(l->flags & RT_RETIRED) && l->neigh->sponges)
			return l;
	return NULL;
}

bool
sponge_state_is_wanted(const struct fabric *f)
{
	unsigned int id = 0;

	return next_lan(f, &id) != NULL;
}

struct sponge_text *
sponge_state_begin(const struct fabric *f, uint64_t wall)
{
	struct sponge_text *t = calloc(1, sizeof(*t));

	if (t == NULL)
		return NULL;
	t->f = f;
	t->generation = f->generation;
	t->lan_sep = "";
	t->out = open_memstream(&t->text, &t->size);
	if (t->out == NULL) {
		free(t);
		return NULL;
	}
	fprintf(t->out,
		"{\"format\": \"" SPONGE_STATE_FORMAT "\", \"version\": %d, "
		"\"written\": %" PRIu64 ",\n\"lans\": {",
		SPONGE_STATE_VERSION, wall);
	return t;
}

/* The port where an ALIVE address was seen with 'mac'. */
static const char *
port_of_live(const struct net_rt *n, uint32_t slot, uint64_t mac)
{
	uint64_t owner = neightab_get_owner(n->neightab, slot);

	if (owner & NEIGHTAB_STRICT)
		return neigh_port_name(n->f, neightab_owner_port(owner)) ?: "";
	return n->address[slot].mac == mac
		       ? neigh_port_name(n->f, n->address[slot].port) ?: ""
		       : "";
}

static const char *
port_charged(const struct net_rt *n, uint32_t slot)
{
	return n->six ? neigh_port_name(n->f,
					neightab6_entry(n->table, slot)->port)
				?: ""
		      : "";
}

static void
put_row(struct sponge_text *t, const struct net_rt *n, uint32_t slot,
	const struct sponge_address *a)
{
	bool alive = a->state.kind == SPONGE_ALIVE;
	char ip[PREFIX_TEXT_SIZE], mac[MAC_TEXT_SIZE];
	struct ipaddr address;

	neigh_address(n, slot, &address);
	fprintf(t->out, "%s[\"%s\", \"%s\", \"%s\"", t->row_sep,
		sponge_kind_name(a->state.kind), ipaddr_format(&address, ip),
		alive ? port_of_live(n, slot, a->mac) : port_charged(n, slot));
	if (alive)
		fprintf(t->out, ", \"%s\"", mac_format(a->mac, mac));
	putc(']', t->out);
	t->row_sep = ",\n";
}

static void
put_slot(struct sponge_text *t, const struct net_rt *n, uint32_t slot)
{
	struct sponge_address a;

	if (neigh_is_end(n, slot) || !neigh_look(n, slot, &a) ||
	    (a.state.kind == SPONGE_DEAD && neigh_is_unseen_dead(n, slot)))
		return;
	if (a.state.kind == SPONGE_STATIC || a.state.kind == SPONGE_DEAD ||
	    (a.state.kind == SPONGE_ALIVE && a.mac != 0))
		put_row(t, n, slot, &a);
}

/* False: no LAN is left. */
static bool
begin_lan(struct sponge_text *t)
{
	const struct lan_rt *l = next_lan(t->f, &t->lan);

	if (l == NULL)
		return false;
	t->begun = true;
	t->net = l->nets;
	t->slot = 0;
	fprintf(t->out, "%s\n\"%s\": [", t->lan_sep, l->name);
	t->lan_sep = ",";
	t->row_sep = "\n";
	return true;
}

int
sponge_state_part(struct sponge_text *t)
{
	unsigned int left = SPONGE_STATE_PART;

	if (t->generation != t->f->generation || t->f->stale_lans != 0)
		return -ESTALE;
	while (left > 0) {
		if (!t->begun && !begin_lan(t)) {
			fputs("\n}}\n", t->out);
			return 0;
		}
		if (t->net == NULL) {
			putc(']', t->out);
			t->begun = false;
		} else if (t->slot == t->net->neightab->n) {
			t->net = t->net->next;
			t->slot = 0;
		} else {
			put_slot(t, t->net, t->slot++);
			left--;
		}
	}
	return 1;
}

char *
sponge_state_end(struct sponge_text *t, size_t *size)
{
	bool failed = ferror(t->out) != 0;
	char *text;

	failed |= fclose(t->out) != 0;
	text = t->text;
	if (size != NULL)
		*size = t->size;
	free(t);
	if (!failed && size != NULL)
		return text;
	free(text);
	return NULL;
}

size_t
sponge_state_max(const struct fabric *f)
{
	size_t size = TEXT_MAX;
	const struct lan_rt *l;

	for (unsigned int id = 0; (l = next_lan(f, &id)) != NULL;) {
		size += LAN_MAX;
		for (const struct net_rt *n = l->nets; n != NULL; n = n->next)
			size += (size_t)n->neightab->n * ROW_MAX;
	}
	return size;
}
