/* SPDX-License-Identifier: BSD-3-Clause */
#ifndef IXF_RIGHTS_H
#define IXF_RIGHTS_H

/*
 * What a client of the control socket may do, by the groups that the kernel says its
 * process has.  Root and the user of the daemon may do all.
 *
 * Groups are those of /etc/group: other sources of groups may be on a network, and the
 * start waits for none.  Control thread.
 */

#include <stdbool.h>
#include <sys/types.h>

#include "lib/faults.h"

#define RIGHTS_NAME_SIZE 33
#define RIGHTS_NO_GROUP  ((gid_t)-1)

enum right {
	RIGHT_NONE,
	RIGHT_READ,    /* commands that change nothing */
	RIGHT_COMMAND, /* all */
};

/* A group, and its name for messages; without one "" and RIGHTS_NO_GROUP. */
struct rights_group {
	char name[RIGHTS_NAME_SIZE];
	gid_t id;
};

struct rights {
	struct rights_group operators, readers;
};

/*
 * Finds the groups with these names, or numbers; NULL: none.  If one is not there,
 * no client is of it, and 'faults' has a warning, unless it is the group that a
 * package makes.
 */
void rights_find(struct rights *, const char *operators, const char *readers,
		 struct faults *);

/* Of the process at the other end of the socket 'fd'; '*uid' is its user. */
enum right rights_of(const struct rights *, int fd, uid_t *uid);

/* The same of a process with these, its first group among the 'n'. */
enum right rights_judge(const struct rights *, uid_t uid, const gid_t *group,
			unsigned int n);

/*
 * "the group ixfabric may use all commands, ..., the group monitoring those that
 * change nothing": which groups would be right.
 */
void rights_print(const struct rights *, char *text, size_t size);

#endif
