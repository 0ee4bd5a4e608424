/* SPDX-License-Identifier: BSD-3-Clause */
#ifndef IXF_APPLY_DEVICES_H
#define IXF_APPLY_DEVICES_H

/* Devices that come and go with a configuration. */

#include "fabric/apply/apply_step.h"

extern const struct apply_step apply_devices;

#endif
