/* SPDX-License-Identifier: BSD-3-Clause */
#include "lib/lacp_pdu.h"

#include <string.h>

#include "lib/frame.h"

/* Subtypes of slow protocols (IEEE 802.3, 57A.4); 0 and those above are illegal. */
#define SUBTYPE_LACP   1
#define SUBTYPE_MARKER 2
#define SUBTYPE_MAX    10

#define VERSION 1

/* Octets before the TLVs of a LACPDU, and their lengths, type and length included. */
#define ACTOR            2
#define PARTNER          22
#define COLLECTOR        42
#define INFO_LENGTH      20
#define COLLECTOR_LENGTH 16

/*
 * Tens of microseconds: for how long a frame that was received may wait until it is
 * forwarded (6.3.5).  A pass of a worker takes far less.
 */
#define MAX_DELAY 5000

/* The same of markers. */
#define MARKER        2
#define MARKER_LENGTH 16
#define TYPE_MARKER   1
#define TYPE_RESPONSE 2

static uint64_t
read48(const uint8_t *p)
{
	return (uint64_t)frame_read16(p) << 32 | frame_read32(p + 2);
}

static void
write48(uint8_t *p, uint64_t n)
{
	frame_write16(p, (uint16_t)(n >> 32));
	frame_write16(p + 2, (uint16_t)(n >> 16));
	frame_write16(p + 4, (uint16_t)n);
}

static void
read_info(const uint8_t *tlv, struct lacp_info *info)
{
	info->system_priority = frame_read16(tlv + 2);
	info->system = read48(tlv + 4);
	info->key = frame_read16(tlv + 10);
	info->port_priority = frame_read16(tlv + 12);
	info->port = frame_read16(tlv + 14);
	info->state = tlv[16];
}

static enum lacp_result
read_lacpdu(const uint8_t *payload, struct lacp_pdu *pdu)
{
	if (payload[ACTOR + 1] != INFO_LENGTH ||
	    payload[PARTNER + 1] != INFO_LENGTH ||
	    payload[COLLECTOR + 1] != COLLECTOR_LENGTH)
		return LACP_ILLEGAL;
	read_info(payload + ACTOR, &pdu->actor);
	read_info(payload + PARTNER, &pdu->partner);
	return LACP_TAKEN;
}

static enum lacp_result
read_marker(const uint8_t *payload, struct lacp_pdu *pdu)
{
	const uint8_t *tlv = payload + MARKER;

	if (tlv[1] != MARKER_LENGTH ||
	    (tlv[0] != TYPE_MARKER && tlv[0] != TYPE_RESPONSE))
		return LACP_ILLEGAL;
	pdu->marker.port = frame_read16(tlv + 2);
	pdu->marker.system = read48(tlv + 4);
	pdu->marker.transaction = frame_read32(tlv + 10);
	return tlv[0] == TYPE_MARKER ? LACP_MARKER : LACP_MARKER_RESPONSE;
}

enum lacp_result
lacp_pdu_read(const uint8_t *payload, uint32_t size, struct lacp_pdu *pdu)
{
	memset(pdu, 0, sizeof(*pdu));
	if (size == 0 || payload[0] == 0 || payload[0] > SUBTYPE_MAX)
		return LACP_ILLEGAL;
	if (payload[0] != SUBTYPE_LACP && payload[0] != SUBTYPE_MARKER)
		return LACP_UNKNOWN;
	if (size < LACP_PDU_SIZE)
		return LACP_ILLEGAL;
	return payload[0] == SUBTYPE_LACP ? read_lacpdu(payload, pdu)
					  : read_marker(payload, pdu);
}

static void
write_info(uint8_t *tlv, uint8_t type, const struct lacp_info *info)
{
	tlv[0] = type;
	tlv[1] = INFO_LENGTH;
	frame_write16(tlv + 2, info->system_priority);
	write48(tlv + 4, info->system);
	frame_write16(tlv + 10, info->key);
	frame_write16(tlv + 12, info->port_priority);
	frame_write16(tlv + 14, info->port);
	tlv[16] = info->state;
}

/* The terminator is zero, as are all reserved octets. */
void
lacp_pdu_write(uint8_t octets[LACP_PDU_SIZE], const struct lacp_info *actor,
	       const struct lacp_info *partner)
{
	memset(octets, 0, LACP_PDU_SIZE);
	octets[0] = SUBTYPE_LACP;
	octets[1] = VERSION;
	write_info(octets + ACTOR, 1, actor);
	write_info(octets + PARTNER, 2, partner);
	octets[COLLECTOR] = 3;
	octets[COLLECTOR + 1] = COLLECTOR_LENGTH;
	frame_write16(octets + COLLECTOR + 2, MAX_DELAY);
}

void
lacp_pdu_write_response(uint8_t octets[LACP_PDU_SIZE],
			const struct lacp_marker *marker)
{
	uint8_t *tlv = octets + MARKER;

	memset(octets, 0, LACP_PDU_SIZE);
	octets[0] = SUBTYPE_MARKER;
	octets[1] = VERSION;
	tlv[0] = TYPE_RESPONSE;
	tlv[1] = MARKER_LENGTH;
	frame_write16(tlv + 2, marker->port);
	write48(tlv + 4, marker->system);
	frame_write16(tlv + 10, (uint16_t)(marker->transaction >> 16));
	frame_write16(tlv + 12, (uint16_t)marker->transaction);
}

char *
lacp_state_text(uint8_t state, char text[LACP_STATE_TEXT_SIZE])
{
	static const struct {
		uint8_t bit;
		char letter;
	} more[] = {
		{ LACP_COLLECTING, 'C' },
		{ LACP_DISTRIBUTING, 'D' },
		{ LACP_DEFAULTED, 'd' },
		{ LACP_EXPIRED, 'X' },
	};
	char *p = text;

	*p++ = state & LACP_ACTIVITY ? 'A' : 'P';
	*p++ = state & LACP_TIMEOUT ? 'S' : 'L';
	*p++ = state & LACP_AGGREGATION ? 'G' : 'I';
	*p++ = 's';
	*p++ = state & LACP_SYNC ? '+' : '-';
	for (size_t i = 0; i < sizeof(more) / sizeof(more[0]); i++)
		if (state & more[i].bit)
			*p++ = more[i].letter;
	*p = 0;
	return text;
}
