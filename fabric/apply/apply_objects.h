/* SPDX-License-Identifier: BSD-3-Clause */
#ifndef IXF_APPLY_OBJECTS_H
#define IXF_APPLY_OBJECTS_H

/* LANs and ports that come and go with a configuration. */

#include "fabric/apply/apply_step.h"

extern const struct apply_step apply_objects;

#endif
