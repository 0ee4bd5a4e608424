/* SPDX-License-Identifier: BSD-3-Clause */
#ifndef IXF_SNMP_MIB_H
#define IXF_SNMP_MIB_H

/*
 * The objects of SNMP that the fabric has, and their values: IF-MIB (RFC 2863),
 * BRIDGE-MIB (RFC 4188), Q-BRIDGE-MIB (RFC 4363) and ENTITY-MIB (RFC 6933).  Pure.
 */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "apps/snmp_data.h"

#define SNMP_OID_MAX    24
#define SNMP_OCTETS_MAX 512 /* a bit for each bridge port up to 4,096 */

enum snmp_type {
	SNMP_INTEGER,
	SNMP_OCTETS,
	SNMP_OID, /* always 0.0 */
	SNMP_COUNTER,
	SNMP_GAUGE,
	SNMP_TICKS,
	SNMP_COUNTER64,
};

struct snmp_value {
	enum snmp_type type;
	uint64_t number; /* fits the type */
	size_t n;        /* octets */
	uint8_t octets[SNMP_OCTETS_MAX];
};

struct snmp_oid {
	size_t n;
	uint32_t id[SNMP_OID_MAX];
};

/* Subtrees that have them all; NULL: there are no more than 'i'. */
const struct snmp_oid *snmp_mib_subtree(size_t i);

enum snmp_found {
	SNMP_FOUND,
	SNMP_NO_OBJECT,   /* there is no object of that kind */
	SNMP_NO_INSTANCE, /* it has no such row */
};

/* The value of 'name', which may have any length. */
enum snmp_found snmp_mib_get(const struct snmp_data *, const uint32_t *name,
			     size_t n, struct snmp_value *);

/*
 * The first object after 'name', in the order of SNMP.  False: there is none, or it has
 * not this beginning.
 */
bool snmp_mib_next(const struct snmp_data *, const uint32_t *name, size_t n,
		   const struct snmp_oid *within, struct snmp_oid *next,
		   struct snmp_value *);

#endif
