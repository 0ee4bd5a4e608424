/* SPDX-License-Identifier: BSD-3-Clause */
#include "fabric/api/rights.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "lib/textfile.h"

#define GROUP_FILE "/etc/group"
#define GROUP_MAX  (1u << 20)

/* The group that is made with the user of the service; it may not be there yet. */
#define USUAL "ixfabric"

/* The number in "name:x:1000:..." if the line is of the group. */
static bool
is_of(const char *line, const char *name, gid_t *id)
{
	size_t n = strlen(name);
	unsigned int number;

	if (strncmp(line, name, n) != 0 || line[n] != ':' ||
	    sscanf(line + n, ":%*[^:]:%u:", &number) != 1)
		return false;
	*id = number;
	return true;
}

static bool
is_number(const char *name, gid_t *id)
{
	char *end;
	unsigned long n = strtoul(name, &end, 10);

	if (name[0] < '0' || name[0] > '9' || *end != '\0' ||
	    n >= RIGHTS_NO_GROUP)
		return false;
	*id = (gid_t)n;
	return true;
}

static bool
is_there(const char *name, gid_t *id)
{
	char why[TEXTFILE_WHY_SIZE], *groups, *rest, *line;
	bool found = false;
	size_t n;

	if (is_number(name, id))
		return true;
	if (textfile_read(GROUP_FILE, GROUP_MAX, &groups, &n, why) != 0)
		return false;
	rest = groups;
	while (!found && (line = strsep(&rest, "\n")) != NULL)
		found = is_of(line, name, id);
	free(groups);
	return found;
}

static void
find(struct rights_group *g, const char *key, const char *name,
     struct faults *faults)
{
	*g = (struct rights_group){ .id = RIGHTS_NO_GROUP };
	if (name == NULL)
		return;
	snprintf(g->name, sizeof(g->name), "%s", name);
	if (!is_there(name, &g->id) && strcmp(name, USUAL) != 0)
		faults_warning(faults, FAULTS_NOWHERE, NULL,
			       "%s = %s: " GROUP_FILE
			       " has no such group, so no client is of it",
			       key, name);
}

void
rights_find(struct rights *r, const char *operators, const char *readers,
	    struct faults *faults)
{
	find(&r->operators, "operators", operators, faults);
	find(&r->readers, "readers", readers, faults);
}

static bool
has(const gid_t *group, unsigned int n, gid_t id)
{
	for (unsigned int i = 0; i < n && id != RIGHTS_NO_GROUP; i++)
		if (group[i] == id)
			return true;
	return false;
}

enum right
rights_judge(const struct rights *r, uid_t uid, const gid_t *group,
	     unsigned int n)
{
	if (uid == 0 || uid == geteuid() || has(group, n, r->operators.id))
		return RIGHT_COMMAND;
	return has(group, n, r->readers.id) ? RIGHT_READ : RIGHT_NONE;
}

/* The further groups of the peer behind the first: a new array, or NULL. */
static gid_t *
groups_of(int fd, gid_t first, unsigned int *n)
{
	socklen_t size = 0;
	gid_t *group;

	/* Too little room: the kernel says how much it takes. */
	(void)!getsockopt(fd, SOL_SOCKET, SO_PEERGROUPS, NULL, &size);
	group = malloc(sizeof(*group) + size);
	if (group == NULL)
		return NULL;
	group[0] = first;
	if (size > 0 &&
	    getsockopt(fd, SOL_SOCKET, SO_PEERGROUPS, group + 1, &size) != 0)
		size = 0;
	*n = 1 + (unsigned int)(size / sizeof(*group));
	return group;
}

enum right
rights_of(const struct rights *r, int fd, uid_t *uid)
{
	enum right right = RIGHT_NONE;
	socklen_t size = sizeof(struct ucred);
	struct ucred peer;
	unsigned int n;
	gid_t *group;

	*uid = (uid_t)-1;
	if (getsockopt(fd, SOL_SOCKET, SO_PEERCRED, &peer, &size) != 0)
		return RIGHT_NONE;
	*uid = peer.uid;
	group = groups_of(fd, peer.gid, &n);
	if (group != NULL)
		right = rights_judge(r, peer.uid, group, n);
	free(group);
	return right;
}

void
rights_print(const struct rights *r, char *text, size_t size)
{
	const char *operators = r->operators.name, *readers = r->readers.name;
	const char *best = operators[0] != '\0' ? operators : readers;
	int n = snprintf(text, size, "root may use all commands");

	if (operators[0] != '\0' && n < (int)size)
		n += snprintf(text + n, size - (size_t)n,
			      ", and so may the group %s", operators);
	if (readers[0] != '\0' && n < (int)size)
		n += snprintf(text + n, size - (size_t)n,
			      "; the group %s may use those that change "
			      "nothing",
			      readers);
	if (best[0] != '\0' && n < (int)size)
		snprintf(text + n, size - (size_t)n,
			 ": use sudo, or 'sudo usermod -aG %s USER' and log in "
			 "again",
			 best);
}
