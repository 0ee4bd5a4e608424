/* SPDX-License-Identifier: BSD-3-Clause */
#ifndef IXF_MUST_H
#define IXF_MUST_H

/* What a fuzzer takes for a finding: something that must hold, and does not. */

#include <stdio.h>
#include <stdlib.h>

#define MUST(what)                                                             \
	do {                                                                   \
		if (!(what)) {                                                 \
			fprintf(stderr, "not so: %s\n", #what);                \
			abort();                                               \
		}                                                              \
	} while (0)

#endif
