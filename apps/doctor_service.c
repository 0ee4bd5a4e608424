/* SPDX-License-Identifier: BSD-3-Clause */
/* The user of the daemon, its groups and directories, and the unit. */
#include <errno.h>
#include <grp.h>
#include <libgen.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <unistd.h>

#include "apps/doctor_impl.h"
#include "lib/faults.h"

#define USER        "ixfabric"
#define STATES      "/var/lib/ixfabric"
#define STATE       STATES "/sponge.json"
#define SPACE_LEAST (UINT64_C(64) << 20) /* octets */

static void
look_at_config(struct doctor *d)
{
	if (access(d->file, F_OK) != 0) {
		doctor_find(d, "configuration", DOCTOR_MISSING,
			    "there is no %s", d->file);
		doctor_fix(d,
			   "install -D -m 644 "
			   "/usr/share/doc/ixfabric/examples/"
			   "small-exchange.ini %s",
			   d->file);
	} else if (access(d->file, R_OK) != 0) {
		doctor_find(d, "configuration", DOCTOR_HINT,
			    "%s cannot be read by this user", d->file);
	} else if (d->config == NULL) {
		doctor_find(d, "configuration", DOCTOR_MISSING, "%s has errors",
			    d->file);
		doctor_fix(d, "ixctl config check %s", d->file);
	} else {
		doctor_find(d, "configuration", DOCTOR_OK,
			    "%s: LANs %u, ports %u", d->file, d->config->nlans,
			    d->config->nports);
	}
}

static void
look_at_user(struct doctor *d)
{
	if (doctor_id(d, "/etc/passwd", USER) < 0) {
		doctor_find(d, "user", DOCTOR_MISSING,
			    "there is no user " USER
			    ", as which the service runs");
		doctor_fix(d, "systemd-sysusers");
	} else {
		doctor_find(d, "user", DOCTOR_OK, "the service runs as " USER);
	}
}

static bool
is_member(long group)
{
	gid_t groups[256];
	int n = getgroups(256, groups);

	for (int i = 0; i < n; i++)
		if ((long)groups[i] == group)
			return true;
	return (long)getegid() == group;
}

static void
look_at_caller(struct doctor *d)
{
	const char *name =
		d->config != NULL && d->config->fabric.operators != NULL
			? d->config->fabric.operators
			: USER;
	const char *caller = getenv("USER");
	long group = doctor_id(d, "/etc/group", name);

	if (geteuid() == 0) {
		doctor_find(d, "rights", DOCTOR_OK,
			    "this user is root and may use all commands");
	} else if (group < 0) {
		doctor_find(d, "rights", DOCTOR_MISSING,
			    "there is no group %s, whose members may use ixctl",
			    name);
		doctor_fix(d, "systemd-sysusers");
	} else if (is_member(group)) {
		doctor_find(d, "rights", DOCTOR_OK,
			    "this user is in the group %s and may use all "
			    "commands",
			    name);
	} else {
		doctor_find(d, "rights", DOCTOR_HINT,
			    "this user is not in the group %s, whose members "
			    "may use all commands",
			    name);
		doctor_fix(d, "sudo usermod -aG %s %s # then log in again",
			   name, caller != NULL ? caller : "USER");
	}
}

static void
find_no_directory(struct doctor *d, const char *dir)
{
	doctor_find(d, "disk", DOCTOR_MISSING, "%s is not there", dir);
	doctor_fix(d, "install -d -o " USER " -g " USER " -m 750 %s", dir);
}

/* What is in it, too: systemd changes the owner only if the directory has another. */
static void
find_other_owner(struct doctor *d, const char *dir)
{
	doctor_find(d, "disk", DOCTOR_MISSING, "%s does not belong to " USER,
		    dir);
	doctor_fix(d, "chown -R " USER ":" USER " %s", dir);
}

static void
look_at_space(struct doctor *d, const char *dir)
{
	struct statvfs fs;
	uint64_t left;

	if (statvfs(dir, &fs) != 0)
		return;
	left = (uint64_t)fs.f_bavail * fs.f_frsize;
	if (fs.f_flag & ST_RDONLY)
		doctor_find(d, "disk", DOCTOR_MISSING,
			    "%s is on a file system that is mounted read-only",
			    dir);
	else if (left < SPACE_LEAST)
		doctor_find(d, "disk", DOCTOR_MISSING,
			    "%s has %lu MB left: states and history cannot be "
			    "written",
			    dir, (unsigned long)(left >> 20));
	else
		doctor_find(d, "disk", DOCTOR_OK, "%s has %lu MB left", dir,
			    (unsigned long)(left >> 20));
}

static bool
has_unit(struct doctor *d)
{
	return access(doctor_path(d, "/lib/systemd/system/" USER ".service"),
		      F_OK) == 0;
}

/* The unit has the directory made (StateDirectory=), if it is the usual one. */
static void
look_at_missing(struct doctor *d, const char *dir)
{
	size_t n = strlen(dir), usual = strlen(STATES);

	if (has_unit(d) && n >= usual && strcmp(dir + n - usual, STATES) == 0)
		doctor_find(d, "disk", DOCTOR_OK,
			    "%s is made when the service starts", dir);
	else
		find_no_directory(d, dir);
}

/* A start as root leaves files that the service cannot write. */
static void
look_at_state(struct doctor *d)
{
	const char *state = d->config != NULL ? d->config->fabric.state : STATE;
	char *copy = strdup(doctor_path(d, "%s", state));
	const char *dir = copy != NULL ? dirname(copy) : ".";
	long user = doctor_id(d, "/etc/passwd", USER);
	struct stat st;

	if (stat(dir, &st) != 0 && errno == ENOENT)
		look_at_missing(d, dir);
	else if (stat(dir, &st) == 0 && user >= 0 && st.st_uid != user &&
		 !(st.st_mode & S_IWOTH))
		find_other_owner(d, dir);
	else
		look_at_space(d, dir);
	free(copy);
}

static void
look_at_unit(struct doctor *d)
{
	struct stat st;

	if (lstat(doctor_path(d, "/etc/systemd/system/multi-user.target."
				 "wants/" USER ".service"),
		  &st) == 0) {
		doctor_find(d, "service", DOCTOR_OK,
			    "it starts with the machine");
	} else if (has_unit(d)) {
		doctor_find(d, "service", DOCTOR_HINT,
			    "it does not start with the machine");
		doctor_fix(d, "systemctl enable --now " USER);
	} else {
		doctor_find(d, "service", DOCTOR_HINT,
			    "the unit " USER ".service is not installed in "
			    "/lib/systemd/system");
	}
}

void
doctor_service(struct doctor *d)
{
	look_at_config(d);
	look_at_user(d);
	look_at_caller(d);
	look_at_state(d);
	look_at_unit(d);
}
