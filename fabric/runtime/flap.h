/* SPDX-License-Identifier: BSD-3-Clause */
#ifndef IXF_FLAP_H
#define IXF_FLAP_H

/*
 * Damping: something that changes more than flap_count times within flap_window
 * counts as down during flap_hold, even if it changes again; then counting begins
 * anew.  Control thread.
 */

#include <stdbool.h>

struct fabric;
struct flap;

/* Notes a change now.  Whether it is one too many: it is held down then. */
bool flap_note(const struct fabric *, struct flap *);

#endif
