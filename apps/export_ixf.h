/* SPDX-License-Identifier: BSD-3-Clause */
#ifndef IXF_EXPORT_IXF_H
#define IXF_EXPORT_IXF_H

/* The member export of an exchange, of its configuration.  Pure. */

#include <jansson.h>
#include <time.h>

#include "fabric/config/config.h"
#include "lib/faults.h"

/*
 * IX-F member export 1.0 (https://github.com/euro-ix/json-schemas), a new object.
 * 'ports': the rows of "port show", or NULL: then only the key 'speed' tells a speed.
 * NULL and errors in 'faults' if a key is missing that the format needs.
 */
json_t *export_ixf(const struct config *, const json_t *ports, time_t now,
		   struct faults *);

#endif
