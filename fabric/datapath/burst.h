/* SPDX-License-Identifier: BSD-3-Clause */
#ifndef IXF_BURST_H
#define IXF_BURST_H

/*
 * Frames on their way through the stages.  A struct of arrays: each stage reads
 * the one or two that it needs, and acts on the frames that are live.  Of one
 * worker; the field comments say which stage writes.
 */

#include <stdint.h>

struct device;
struct port;
struct rte_mbuf;

#define BURST_MAX 64

/* out[i] of a frame that goes to all targets: see stage_forward.c. */
#define BURST_FLOOD 0xffff

struct burst {
	/* Set by the pass, or by the caller of worker_frames(). */
	const struct device *device; /* that the frames came in by */
	uint16_t queue;              /* of it */

	/* Filled by rx. */
	unsigned int n;
	uint64_t
		live; /* bit i: pkt[i] is still to be forwarded, and not plain */
	struct rte_mbuf *pkt[BURST_MAX];
	uint64_t bad;            /* bit i: the device calls pkt[i] damaged */
	uint32_t len[BURST_MAX]; /* octets on the wire, without FCS */

	/* Filled by plain: frames that only send still has to do with. */
	uint64_t plain;
	uint16_t via[BURST_MAX]; /* device id, where plain */

	/* Filled by parse; src, dst and type by plain as well. */
	const struct port *in;              /* of all frames, from admit on */
	const struct port *port[BURST_MAX]; /* on a device with tagged ports */
	uint8_t fault[BURST_MAX]; /* enum drop: what parse found wrong */
	uint64_t src[BURST_MAX];
	uint64_t dst[BURST_MAX];
	uint16_t type[BURST_MAX]; /* behind the tag of the port, if any */
	uint64_t tagged;   /* bit i: has a tag of its port, not of the LAN */
	uint64_t short_ip; /* bit i: not all of an IP header may be there */

	/* Filled by admit. */
	uint64_t unknown_src;      /* bit i: src[i] is not known on the port */
	uint64_t slow;             /* bit i: not IP from one host to another */
	uint32_t place[BURST_MAX]; /* of src[i] in the MAC table */

	/* Filled by guard. */
	uint64_t neigh; /* bit i: ARP or ND for stage neigh */

	/* Filled by neigh. */
	uint64_t to_owner; /* bit i: goes to the owner of an address */
	uint16_t owner
		[BURST_MAX]; /* port id, where to_owner; dst[i] is its MAC */

	/* Filled by forward. */
	uint16_t out[BURST_MAX]; /* port id, or BURST_FLOOD */
};

/* The set of the first 'n' frames. */
static inline uint64_t
burst_all(unsigned int n)
{
	return n == BURST_MAX ? UINT64_MAX : (UINT64_C(1) << n) - 1;
}

/* Visits the frames of the set 'which', as it is at the start. */
#define BURST_FOREACH(which, i)                                                \
	for (uint64_t todo_ = (which);                                         \
	     todo_ != 0 && ((i) = (unsigned int)__builtin_ctzll(todo_), 1);    \
	     todo_ &= todo_ - 1)

#endif
