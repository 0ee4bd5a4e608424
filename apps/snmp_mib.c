/* SPDX-License-Identifier: BSD-3-Clause */
#include "apps/snmp_mib.h"

#include <string.h>

#include "lib/clock.h"

/* What the instances of an object are named by. */
enum rows {
	ROWS_SCALAR,     /* 0 */
	ROWS_ENTITY,     /* 1: the only one */
	ROWS_PORT,       /* ifIndex */
	ROWS_LAG,        /* ifIndex of a port that is a LAG */
	ROWS_LINK,       /* ifIndex of a link of one */
	ROWS_BRIDGE,     /* the number of a bridge port */
	ROWS_VLAN,       /* a VLAN, which has its own filtering database */
	ROWS_TIMED_VLAN, /* a time mark, 0, and a VLAN */
	ROWS_PLAIN_MAC,  /* a MAC address */
	ROWS_MAC,        /* a VLAN and a MAC address */
};

#define SUFFIX_MAX 7

static size_t
count(const struct snmp_data *d, enum rows rows)
{
	if (rows == ROWS_MAC || rows == ROWS_PLAIN_MAC) {
		if (d->macs == NULL)
			return 0;
		return rows == ROWS_MAC ? d->macs->n : d->macs->nplain;
	}
	if (d->ports == NULL)
		return 0;
	switch (rows) {
	case ROWS_PORT:
		return d->ports->n;
	case ROWS_LAG:
		return d->ports->nlags;
	case ROWS_LINK:
		return d->ports->nlinks;
	case ROWS_BRIDGE:
		return d->ports->nbridge;
	case ROWS_VLAN:
	case ROWS_TIMED_VLAN:
		return d->ports->nvlans;
	default:
		return 1;
	}
}

static size_t
add_mac(uint32_t *id, uint64_t mac)
{
	for (unsigned int i = 0; i < 6; i++)
		id[i] = mac >> (40 - 8 * i) & 0xff;
	return 6;
}

static const struct snmp_port *
bridge_row(const struct snmp_data *d, size_t row)
{
	return &d->ports->port[d->ports->bridge[row]];
}

/* A LAG, or a link of one. */
static const struct snmp_port *
lag_row(const struct snmp_data *d, enum rows rows, size_t row)
{
	const uint32_t *places =
		rows == ROWS_LAG ? d->ports->lag : d->ports->link;

	return &d->ports->port[places[row]];
}

static const struct snmp_mac *
plain_row(const struct snmp_data *d, size_t row)
{
	return &d->macs->mac[d->macs->plain[row]];
}

/* What follows the identifier of the object; returns how much. */
static size_t
suffix(const struct snmp_data *d, enum rows rows, size_t row, uint32_t *id)
{
	switch (rows) {
	case ROWS_SCALAR:
		id[0] = 0;
		return 1;
	case ROWS_ENTITY:
		id[0] = 1;
		return 1;
	case ROWS_PORT:
		id[0] = d->ports->port[row].index;
		return 1;
	case ROWS_LAG:
	case ROWS_LINK:
		id[0] = lag_row(d, rows, row)->index;
		return 1;
	case ROWS_BRIDGE:
		id[0] = bridge_row(d, row)->number;
		return 1;
	case ROWS_VLAN:
		id[0] = d->ports->vlan[row].vlan;
		return 1;
	case ROWS_TIMED_VLAN:
		id[0] = 0;
		id[1] = d->ports->vlan[row].vlan;
		return 2;
	case ROWS_PLAIN_MAC:
		return add_mac(id, plain_row(d, row)->mac);
	case ROWS_MAC:
		id[0] = d->macs->mac[row].vlan;
		return 1 + add_mac(id + 1, d->macs->mac[row].mac);
	}
	return 0;
}

/* As SNMP orders names: RFC 3416, 4.2.2. */
static int
compare(const uint32_t *a, size_t na, const uint32_t *b, size_t nb)
{
	for (size_t i = 0; i < na && i < nb; i++)
		if (a[i] != b[i])
			return a[i] < b[i] ? -1 : 1;
	return (na > nb) - (na < nb);
}

/* The first row that is not before 'name', or is after it. */
static size_t
find_row(const struct snmp_data *d, enum rows rows, const uint32_t *name,
	 size_t n, bool after)
{
	size_t low = 0, high = count(d, rows);

	while (low < high) {
		size_t middle = low + (high - low) / 2;
		uint32_t id[SUFFIX_MAX];
		int order = compare(id, suffix(d, rows, middle, id), name, n);

		if (order < 0 || (after && order == 0))
			low = middle + 1;
		else
			high = middle;
	}
	return low;
}

/* The values of the list. */

static uint64_t
put_octets(struct snmp_value *v, const void *octets, size_t n)
{
	v->n = n < sizeof(v->octets) ? n : sizeof(v->octets);
	memcpy(v->octets, octets, v->n);
	return 0;
}

static uint64_t
put_text(struct snmp_value *v, const char *text)
{
	return put_octets(v, text, strlen(text));
}

static uint64_t
put_mac(struct snmp_value *v, uint64_t mac)
{
	uint8_t octets[6];

	for (unsigned int i = 0; i < 6; i++)
		octets[i] = (uint8_t)(mac >> (40 - 8 * i));
	return put_octets(v, octets, sizeof(octets));
}

/* LacpState: BITS, of which the first is the highest (RFC 2578, 7.1.4; RFC 3417, 8). */
static uint64_t
put_state(struct snmp_value *v, uint8_t state)
{
	uint8_t bits = 0;

	for (unsigned int i = 0; i < 8; i++)
		bits |= (state >> i & 1) << (7 - i);
	return put_octets(v, &bits, 1);
}

/* A PortList: the first bit is bridge port 1 (RFC 4363, 3). */
static uint64_t
put_ports(struct snmp_value *v, const struct snmp_data *d, uint16_t vlan,
	  bool untagged)
{
	uint8_t bits[SNMP_OCTETS_MAX] = { 0 };
	size_t n = 0;

	for (size_t i = 0; i < d->ports->nbridge; i++) {
		const struct snmp_port *p = bridge_row(d, i);
		size_t bit = p->number - 1U;

		if (p->vlan != vlan || (untagged && p->tagged) ||
		    bit / 8 >= sizeof(bits))
			continue;
		bits[bit / 8] |= 0x80 >> bit % 8;
		n = bit / 8 + 1;
	}
	return put_octets(v, bits, n);
}

static uint64_t
bits(uint32_t mbit)
{
	uint64_t n = (uint64_t)mbit * 1000000;

	return n < UINT32_MAX ? n : UINT32_MAX;
}

static uint64_t
up_or_down(bool up)
{
	return up ? 1 : 2;
}

static uint64_t
truth(bool is)
{
	return is ? 1 : 2;
}

/* sysUpTime at 'then'; 0 if that was before. */
static uint64_t
ticks(const struct snmp_data *d, uint64_t then)
{
	return clock_since(then, d->agent_since) / (CLOCK_SECOND / 100);
}

/* 0: the port is not known (RFC 4188). */
static uint64_t
bridge_port(const struct snmp_data *d, const struct snmp_mac *m)
{
	const struct snmp_port *p =
		d->ports != NULL ? snmp_ports_find(d->ports, m->index) : NULL;

	return p != NULL ? p->number : 0;
}

/* learned, or mgmt: of the configuration. */
static uint64_t
fdb_status(const struct snmp_mac *m)
{
	return m->fixed ? 5 : 3;
}

static uint64_t
learned(const struct snmp_data *d, uint16_t vlan)
{
	uint32_t first[] = { vlan }, last[] = { vlan + 1U };
	uint64_t n = 0;

	for (size_t i = find_row(d, ROWS_MAC, first, 1, false),
		    end = find_row(d, ROWS_MAC, last, 1, false);
	     i < end; i++)
		n += !d->macs->mac[i].fixed;
	return n;
}

/* Each object has a function. */
#define OBJECT(name, rows, TYPE, value, ...)                                   \
	static uint64_t get_##name(                                            \
		const struct snmp_data *d, const struct snmp_port *p,          \
		const struct snmp_vlan *vlan, const struct snmp_mac *m,        \
		struct snmp_value *v)                                          \
	{                                                                      \
		(void)d, (void)p, (void)vlan, (void)m, (void)v;                \
		return value;                                                  \
	}
#define SUBTREE(...)
#include "apps/snmp_object_list.h"

struct object {
	struct snmp_oid oid;
	enum rows rows;
	enum snmp_type type;
	uint64_t (*get)(const struct snmp_data *, const struct snmp_port *,
			const struct snmp_vlan *, const struct snmp_mac *,
			struct snmp_value *);
};

#define IDS(...)                                                               \
	{                                                                      \
		sizeof((uint32_t[]){ __VA_ARGS__ }) / sizeof(uint32_t),        \
		{                                                              \
			__VA_ARGS__                                            \
		}                                                              \
	}

static const struct object objects[] = {
#define OBJECT(name, rows, TYPE, value, ...)                                   \
	{ IDS(__VA_ARGS__), ROWS_##rows, SNMP_##TYPE, get_##name },
#define SUBTREE(...)
#include "apps/snmp_object_list.h"
};

#define NOBJECTS (sizeof(objects) / sizeof(objects[0]))

static const struct snmp_oid subtrees[] = {
#define OBJECT(...)
#define SUBTREE(...) IDS(__VA_ARGS__),
#include "apps/snmp_object_list.h"
};

const struct snmp_oid *
snmp_mib_subtree(size_t i)
{
	return i < sizeof(subtrees) / sizeof(subtrees[0]) ? &subtrees[i] : NULL;
}

static void
fill(const struct snmp_data *d, const struct object *o, size_t row,
     struct snmp_value *v)
{
	const struct snmp_port *p = NULL;
	const struct snmp_vlan *vlan = NULL;
	const struct snmp_mac *m = NULL;

	if (o->rows == ROWS_PORT)
		p = &d->ports->port[row];
	else if (o->rows == ROWS_LAG || o->rows == ROWS_LINK)
		p = lag_row(d, o->rows, row);
	else if (o->rows == ROWS_BRIDGE)
		p = bridge_row(d, row);
	else if (o->rows == ROWS_VLAN || o->rows == ROWS_TIMED_VLAN)
		vlan = &d->ports->vlan[row];
	else if (o->rows == ROWS_PLAIN_MAC)
		m = plain_row(d, row);
	else if (o->rows == ROWS_MAC)
		m = &d->macs->mac[row];
	v->type = o->type;
	v->n = 0;
	v->number = o->get(d, p, vlan, m, v);
	if (o->type == SNMP_COUNTER || o->type == SNMP_TICKS)
		v->number = (uint32_t)v->number;
}

/* Whether 'name' begins with it. */
static bool
begins(const uint32_t *name, size_t n, const struct snmp_oid *oid)
{
	return n >= oid->n && compare(name, oid->n, oid->id, oid->n) == 0;
}

enum snmp_found
snmp_mib_get(const struct snmp_data *d, const uint32_t *name, size_t n,
	     struct snmp_value *v)
{
	for (size_t i = 0; i < NOBJECTS; i++) {
		const struct object *o = &objects[i];
		uint32_t id[SUFFIX_MAX];
		size_t row;

		if (!begins(name, n, &o->oid))
			continue;
		row = find_row(d, o->rows, name + o->oid.n, n - o->oid.n,
			       false);
		if (row == count(d, o->rows) ||
		    compare(id, suffix(d, o->rows, row, id), name + o->oid.n,
			    n - o->oid.n) != 0)
			return SNMP_NO_INSTANCE;
		fill(d, o, row, v);
		return SNMP_FOUND;
	}
	return SNMP_NO_OBJECT;
}

bool
snmp_mib_next(const struct snmp_data *d, const uint32_t *name, size_t n,
	      const struct snmp_oid *within, struct snmp_oid *next,
	      struct snmp_value *v)
{
	for (size_t i = 0; i < NOBJECTS; i++) {
		const struct object *o = &objects[i];
		size_t row = 0;

		if (!begins(o->oid.id, o->oid.n, within))
			continue;
		if (begins(name, n, &o->oid))
			row = find_row(d, o->rows, name + o->oid.n,
				       n - o->oid.n, true);
		else if (compare(name, n, o->oid.id, o->oid.n) > 0)
			continue;
		if (row == count(d, o->rows))
			continue;
		*next = o->oid;
		next->n += suffix(d, o->rows, row, next->id + next->n);
		fill(d, o, row, v);
		return true;
	}
	return false;
}
