/* SPDX-License-Identifier: BSD-3-Clause */
#ifndef IXF_PORT_STATE_H
#define IXF_PORT_STATE_H

/*
 * The byte of a port that workers read beside the view (enum port_state):
 * whether its egress is up, and it is blocked, culled, watched, or full of
 * learned addresses.  Control thread.
 */

#include <stdbool.h>

struct fabric;
struct port_rt;

/* Whether no frame may come in by the port, and none leave by it. */
bool port_state_is_blocked(const struct fabric *, const struct port_rt *);

/* Works the byte out anew: to be called when what it depends on has changed. */
void port_state_update(struct fabric *, const struct port_rt *);

/* The port has 'change' more learned addresses than before. */
void port_state_learned(struct fabric *, struct port_rt *, int change);

/*
 * What workers know of where frames go is not true any more: they find it anew.
 * Called after the change of a view, of the state of a port or of a link.
 */
void port_state_changed(struct fabric *);

#endif
