/* SPDX-License-Identifier: BSD-3-Clause */
#ifndef IXF_EXPLAIN_H
#define IXF_EXPLAIN_H

/*
 * What would become of a frame that comes in now, stage by stage, as JSON for
 * programs, with the sentences for people in it: a trial (trial.h) put into
 * words, with the line of the configuration that decided.  Nothing comes of it.
 * Control thread only.
 */

#include <jansson.h>
#include <stdint.h>

#include "fabric/trial/trial.h"
#include "fabric/view/drop.h"
#include "lib/faults.h"

struct fabric;

/*
 * A new object; the keys are stable, new ones may be added:
 *
 *   port        where it was tried
 *   in          the port it counts against, as its tag says
 *   size, len   octets given, and on the wire
 *   verdict     "refused", "forwarded" (to one port) or "flooded"
 *   stages      [{stage, text}] in order, up to the one that refused it
 *   reason, meaning, charged, rule, file, line
 *               of the refusal; null where there is none, or no such line
 *   objections  [{stage, port, reason, would, meaning, rule, file, line}] all
 *               there were; "would": its check is in mode log
 *   leaves      [{port, tag, len}] copies that would leave
 *
 * NULL and an error in '*error' as trial_frame() has it.
 */
json_t *explain(struct fabric *, uint16_t port, const struct trial_input *,
		int *error);

/*
 * The line that decided about a frame refused for 'why' and charged to 'port',
 * 'rule' that of its ACL; nowhere where none did: an operator or a violation may
 * have, or another port's line.
 */
struct where explain_place(const struct fabric *, uint16_t port, enum drop why,
			   uint32_t rule);

#endif
