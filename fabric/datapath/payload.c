/* SPDX-License-Identifier: BSD-3-Clause */
#include "fabric/datapath/payload.h"

#include "lib/acl.h"

#include "fabric/datapath/hot.h"

void
payload_acl_key(struct worker *w, const struct burst *b, unsigned int i,
		uint16_t vlan, struct acl_key *key)
{
	uint32_t size;
	const uint8_t *payload = payload_get(w, b, i, &size);

	if (vlan == 0 && frame_is_tag(b->type[i]) && size >= 2)
		vlan = frame_read16(payload) & 0xfff;
	acl_key_read(key, b->src[i], b->dst[i], b->type[i], vlan, payload,
		     size);
}
