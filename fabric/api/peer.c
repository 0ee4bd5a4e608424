/* SPDX-License-Identifier: BSD-3-Clause */
#include "fabric/api/peer.h"

#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "lib/textfile.h"

#define PASSWD_MAX (1u << 20)
#define NAME_SIZE  33

/* The name in "name:x:1000:..." if the line is of the user. */
static bool
is_of(const char *line, uid_t uid, char name[NAME_SIZE])
{
	unsigned int id;

	/* 32: NAME_SIZE without its NUL */
	return sscanf(line, "%32[^:]:%*[^:]:%u:", name, &id) == 2 && id == uid;
}

void
peer_name(uid_t uid, char *text, size_t size)
{
	char why[TEXTFILE_WHY_SIZE], name[NAME_SIZE], *users, *rest, *line;
	size_t n;

	snprintf(text, size, "uid %u", (unsigned int)uid);
	if (textfile_read("/etc/passwd", PASSWD_MAX, &users, &n, why) != 0)
		return;
	rest = users;
	while ((line = strsep(&rest, "\n")) != NULL)
		if (is_of(line, uid, name)) {
			snprintf(text, size, "%s (uid %u)", name,
				 (unsigned int)uid);
			break;
		}
	free(users);
}
