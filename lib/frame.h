/* SPDX-License-Identifier: BSD-3-Clause */
#ifndef IXF_FRAME_H
#define IXF_FRAME_H

/*
 * Ethernet framing (IEEE 802.3, 3.2; IEEE 802.1Q, 9.6): where the fields of a
 * frame are.  A function reads no more octets than it names; the caller checks
 * the length.
 */

#include <endian.h>
#include <stdbool.h>
#include <stdint.h>
#include <string.h>

#define FRAME_HEADER 14 /* octets: destination, source, type */
#define FRAME_TAG    4  /* octets: type of the tag, and its value */
#define FRAME_MIN    60 /* octets, the shortest on a wire, without FCS */
#define FRAME_FCS    4  /* octets */
/* Octets on the wire besides the frame: preamble, FCS and gap (802.3). */
#define FRAME_WIRE 24

enum frame_type {
	FRAME_LENGTH_MAX =
		0x05ff, /* the largest value that is a length (IEEE 802.3, 3.2.6) */
	FRAME_IPV4 = 0x0800,
	FRAME_ARP = 0x0806,
	FRAME_CTAG = 0x8100, /* customer VLAN tag */
	FRAME_IPV6 = 0x86dd,
	FRAME_SLOW = 0x8809, /* slow protocols: LACP and others */
	FRAME_LOOPBACK = 0x9000,
	FRAME_3COM_LOOP = 0x9003, /* loop detection */
	FRAME_MOP_FIRST = 0x6001, /* DEC MOP, LAT … */
	FRAME_MOP_LAST = 0x6007,
	FRAME_EAPOL = 0x888e, /* 802.1X */
	FRAME_STAG = 0x88a8,  /* service VLAN tag */
	FRAME_LLDP = 0x88cc,
	FRAME_CFM = 0x8902,
	FRAME_SLPP = 0x8102,         /* Nortel, Extreme: loop prevention */
	FRAME_VLACP = 0x8103,        /* Nortel: link test */
	FRAME_REALTEK = 0x8899,      /* loop detection of many small switches */
	FRAME_ROMON = 0x88bf,        /* MikroTik: management, discovery */
	FRAME_H3C_LOOP = 0x8918,     /* loop detection */
	FRAME_HUAWEI_LOOP = 0x9998,  /* loop detection, per port */
	FRAME_HUAWEI_LOOP2 = 0x999a, /* per VLAN and interface */
	FRAME_QINQ = 0x9100,         /* service tag of older equipment */
};

static inline uint16_t
frame_read16(const uint8_t *p)
{
	uint16_t n;

	memcpy(&n, p, sizeof(n));
	return be16toh(n);
}

static inline void
frame_write16(uint8_t *p, uint16_t n)
{
	n = htobe16(n);
	memcpy(p, &n, sizeof(n));
}

static inline uint32_t
frame_read32(const uint8_t *p)
{
	uint32_t n;

	memcpy(&n, p, sizeof(n));
	return be32toh(n);
}

static inline uint64_t
frame_read64(const uint8_t *p)
{
	uint64_t n;

	memcpy(&n, p, sizeof(n));
	return be64toh(n);
}

/* Reads the first 14 octets of a frame, as numbers in host order. */
static inline void
frame_header(const uint8_t *frame, uint64_t *dst, uint64_t *src, uint16_t *type)
{
	uint64_t source_and_type = frame_read64(frame + 6);

	*dst = frame_read64(frame) >> 16;
	*src = source_and_type >> 16;
	*type = (uint16_t)source_and_type;
}

/* Whether 'type' is that of a VLAN tag, which is followed by another type. */
static inline bool
frame_is_tag(uint16_t type)
{
	return type == FRAME_CTAG || type == FRAME_STAG || type == FRAME_QINQ;
}

/* Whether 'size' octets have the header and all tags of the frame. */
static inline bool
frame_is_complete(const uint8_t *frame, uint32_t size)
{
	uint32_t end = FRAME_HEADER;

	while (end <= size && frame_is_tag(frame_read16(frame + end - 2)))
		end += FRAME_TAG;
	return end <= size;
}

#endif
