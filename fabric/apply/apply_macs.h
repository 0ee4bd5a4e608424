/* SPDX-License-Identifier: BSD-3-Clause */
#ifndef IXF_APPLY_MACS_H
#define IXF_APPLY_MACS_H

/* The addresses of the configuration in the MAC tables. */

#include "fabric/apply/apply_step.h"

extern const struct apply_step apply_macs;

#endif
