/* SPDX-License-Identifier: BSD-3-Clause */
#ifndef IXF_EXPLAIN_H
#define IXF_EXPLAIN_H

/*
 * The fate of a frame that would come in now, stage by stage: a trial (trial.h)
 * as JSON, with a sentence for each stage and the line of the configuration that
 * decided.  The fabric stays as it is.  Control thread only.
 */

#include <jansson.h>
#include <stdint.h>

#include "fabric/runtime/violation_source.h"
#include "fabric/trial/trial.h"
#include "lib/faults.h"

/*
 * A new object; the keys are stable, new ones may be added:
 *
 *   port        where it was tried
 *   in          the port of its tag
 *   size, len   octets given, and on the wire
 *   verdict     "refused", "consumed" (by the fabric), "forwarded"
 *               (to one port) or "flooded"
 *   stages      [{stage, text}] in order, up to the one that dropped it
 *   reason, meaning, charged, rule, file, line
 *               of the drop; null without one, or without such a line
 *   holder, holder_how
 *               the other port that has the address for which the frame was
 *               dropped, and how that is known: "configured" (file and line are
 *               then of the other port), "link-local" (first seen there) or
 *               "eui-64" (made from a MAC address there); or null
 *   objections  [{stage, port, reason, would, meaning, rule, file, line, holder,
 *               holder_how}] all drops; "would": its check is in mode log
 *   leaves      [{port, link, tag, len}] copies that would leave; link: of a LAG, by
 *               its device; else null
 *
 * NULL and an error in '*error' as trial_frame() has it.
 */
json_t *explain(struct fabric *, uint16_t port, const struct trial_input *,
		int *error);

/* What decided about a dropped frame. */
struct drop_cause {
	/*
	 * The line of the configuration: of the holder, if that has the address by
	 * one; else of the port that is charged, or of its LAN.  No place if an
	 * operator or a violation decided, or what was seen of the holder.
	 */
	struct where at;
	/* The other port that has the address; holder.port NULL: none. */
	struct violation_source holder;
};

/*
 * The cause of a drop for 'why' that is charged to 'port', 'rule' that of its ACL.
 * The first 'size' octets of the frame are at 'frame'.
 */
struct drop_cause explain_cause(const struct fabric *, uint16_t port,
				enum drop why, uint32_t rule,
				const uint8_t *frame, uint32_t size);

#endif
