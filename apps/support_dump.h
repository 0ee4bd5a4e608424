/* SPDX-License-Identifier: BSD-3-Clause */
#ifndef IXF_SUPPORT_DUMP_H
#define IXF_SUPPORT_DUMP_H

/*
 * One text file with what a helper needs: versions, the machine, what doctor finds, the
 * configuration, and, if the daemon answers, its state and counters; the last lines of
 * its log.  Values of keys that look like a password are left out.
 */

#include "apps/ask.h"

/*
 * Writes the file, new and for this user alone; "-": to standard output; NULL: a name
 * of host and time.  'name' has room for what it is called.  0; or -errno: -EEXIST if
 * there is such a file, which is not touched.
 */
int support_dump(const struct ask *, const char *file, char *name, size_t size);

#endif
