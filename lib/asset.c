/* SPDX-License-Identifier: BSD-3-Clause */
#include "lib/asset.h"

#include <string.h>

const struct asset *
asset_find(const char *name)
{
	for (const struct asset *a = asset_all; a->name != NULL; a++)
		if (strcmp(a->name, name) == 0)
			return a;
	return NULL;
}
