/* SPDX-License-Identifier: BSD-3-Clause */
#ifndef IXF_DROPCOMMENT_H
#define IXF_DROPCOMMENT_H

/*
 * The comment of a dropped frame in a capture:
 *
 *   drop=arp_spa_spoof port=a holder=b rule=/etc/ixfabric/ixfabric.ini:12
 *
 * Pure, any thread.
 */

#include "lib/faults.h"

#define DROPCOMMENT_SIZE 256 /* the most that pcapng.h writes, and its NUL */

/*
 * 'reason' and 'port' are names; 'holder' is that of the port that has the address, or
 * NULL; 'at' the line that decided, or nowhere.  The end of a long path is kept, since
 * it distinguishes files.
 */
void dropcomment_print(const char *reason, const char *port, const char *holder,
		       struct where at, char comment[DROPCOMMENT_SIZE]);

#endif
