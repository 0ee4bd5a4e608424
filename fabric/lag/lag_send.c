/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * What the fabric sends of LACP: by the ring of the first worker, and by the link that it
 * is for.
 */
#include "fabric/lag/lag_impl.h"

#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "fabric/runtime/outgoing.h"
#include "lib/frame.h"

#define MAC_SLOW UINT64_C(0x0180c2000002) /* IEEE 802.3, 57A.3 */

/* Of a fabric in step, which is the same everywhere. */
#define SYSTEM_IN_STEP UINT64_C(0x020000000001)

/* The lower octets of what is made of the machine's id; the first says "local". */
#define SYSTEM_BITS  UINT64_C(0xffffffffff)
#define SYSTEM_LOCAL UINT64_C(0x020000000000)

/* FNV-1a (Fowler, Noll, Vo), so that the id itself is not shown to members. */
static uint64_t
hash_text(const char *text)
{
	uint64_t h = UINT64_C(0xcbf29ce484222325);

	for (; *text != '\0'; text++)
		h = (h ^ (uint8_t)*text) * UINT64_C(0x100000001b3);
	return h ^ h >> 40;
}

/* machine-id(5); without one the name of the host, which is unique there. */
static uint64_t
make_system(void)
{
	char text[128] = "";
	FILE *file = fopen("/etc/machine-id", "re");

	if (file == NULL || fgets(text, sizeof(text), file) == NULL)
		gethostname(text, sizeof(text) - 1);
	if (file != NULL)
		fclose(file);
	return SYSTEM_LOCAL | (hash_text(text) & SYSTEM_BITS);
}

uint64_t
lag_make_system(const struct fabric *f)
{
	return f->in_step ? SYSTEM_IN_STEP : make_system();
}

uint64_t
lag_system(const struct fabric *f, const struct config *c)
{
	return c->fabric.lacp_system != 0 ? c->fabric.lacp_system
					  : f->lacp_system;
}

static void
write_mac(uint8_t *at, uint64_t mac)
{
	for (unsigned int i = 0; i < 6; i++)
		at[i] = (uint8_t)(mac >> (40 - 8 * i));
}

void
lag_send(void *sender, unsigned int slot, const uint8_t *pdu, uint32_t size)
{
	const struct lag_sender *s = sender;
	const struct lag_link *link = &s->port->lag->link[slot];
	uint8_t frame[FRAME_HEADER + LACP_PDU_SIZE];

	write_mac(frame, MAC_SLOW);
	write_mac(frame + 6, s->port->lag->system);
	frame_write16(frame + 12, FRAME_SLOW);
	memcpy(frame + FRAME_HEADER, pdu, size);
	outgoing_send_by(s->f, link->device->id, s->port->id, frame,
			 FRAME_HEADER + size);
}
