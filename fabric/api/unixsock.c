/* SPDX-License-Identifier: BSD-3-Clause */
#include "fabric/api/unixsock.h"

#include <errno.h>
#include <fcntl.h>
#include <libgen.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

static int
fault(struct faults *faults, const char *what, const char *path, int error)
{
	faults_error(faults, FAULTS_NOWHERE, NULL, "control socket: %s %s: %s",
		     what, path, strerror(error));
	return -error;
}

/* Makes the last directory of 'path' only; the others must be there. */
static int
make_directory(const char *path, struct faults *faults)
{
	char *copy = strdup(path);
	const char *dir = copy != NULL ? dirname(copy) : "/";
	int rc = 0;

	if (mkdir(dir, 0755) != 0 && errno != EEXIST)
		rc = fault(faults, "cannot make the directory", dir, errno);
	free(copy);
	return rc;
}

static char *
lock_path(const char *path)
{
	char *lock;

	return asprintf(&lock, "%s.lock", path) < 0 ? NULL : lock;
}

/* Whether 'path' is still the open file: its last holder may have removed it. */
static bool
is_current(int fd, const char *path)
{
	struct stat ours, there;

	return fstat(fd, &ours) == 0 && stat(path, &there) == 0 &&
	       ours.st_ino == there.st_ino && ours.st_dev == there.st_dev;
}

static int
refuse_second(int fd, const char *path, struct faults *faults)
{
	char pid[16] = "";

	if (read(fd, pid, sizeof(pid) - 1) <= 0)
		strcpy(pid, "?");
	pid[strcspn(pid, "\n")] = '\0';
	faults_error(faults, FAULTS_NOWHERE, NULL,
		     "control socket: another process (pid %s) has %s; stop it "
		     "or give this one a 'socket' of its own",
		     pid, path);
	return -EADDRINUSE;
}

static int
take_lock(struct unixsock *s, const char *path, struct faults *faults)
{
	char *lock = lock_path(path);
	int fd, rc = lock == NULL ? -ENOMEM : 0;

	while (rc == 0) {
		fd = open(lock, O_RDWR | O_CREAT | O_CLOEXEC, 0640);
		if (fd < 0) {
			rc = fault(faults, "cannot open", lock, errno);
			break;
		}
		if (flock(fd, LOCK_EX | LOCK_NB) != 0)
			rc = refuse_second(fd, path, faults);
		else if (is_current(fd, lock)) {
			s->lock = fd;
			break;
		}
		close(fd);
	}
	if (rc == 0 && ftruncate(s->lock, 0) == 0)
		dprintf(s->lock, "%d\n", (int)getpid());
	free(lock);
	return rc;
}

/* This process holds the lock, so a socket that is there is a stale one. */
static int
remove_stale(const char *path, struct faults *faults)
{
	struct stat st;

	if (lstat(path, &st) != 0)
		return 0;
	if (!S_ISSOCK(st.st_mode))
		return fault(faults, "something else is in the place of", path,
			     EEXIST);
	if (unlink(path) != 0)
		return fault(faults, "cannot remove the stale", path, errno);
	return 0;
}

/* Root can give it to any group; another user to those it is in. */
static void
give_group(const char *path, gid_t group, struct faults *faults)
{
	if (group == (gid_t)-1 || group == getegid() ||
	    lchown(path, (uid_t)-1, group) == 0)
		return;
	faults_warning(faults, FAULTS_NOWHERE, NULL,
		       "control socket: %s cannot be given to group %u: %s; "
		       "make the user of the daemon a member of it",
		       path, (unsigned int)group, strerror(errno));
}

static int
bind_socket(struct unixsock *s, const char *path, mode_t mode,
	    struct faults *faults)
{
	struct sockaddr_un addr = { .sun_family = AF_UNIX };
	mode_t mask;
	int rc;

	if (strlen(path) >= sizeof(addr.sun_path))
		return fault(faults, "the path is too long:", path,
			     ENAMETOOLONG);
	strcpy(addr.sun_path, path);
	s->fd = socket(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
	if (s->fd < 0)
		return fault(faults, "cannot make", path, errno);
	/* umask, not chmod(): others can connect at no time. */
	mask = umask(0777 & ~mode);
	rc = bind(s->fd, (struct sockaddr *)&addr, sizeof(addr));
	umask(mask);
	if (rc != 0 || listen(s->fd, 64) != 0)
		return fault(faults, "cannot listen on", path, errno);
	return 0;
}

int
unixsock_listen(struct unixsock *s, const char *path, mode_t mode, gid_t group,
		struct faults *faults)
{
	int rc;

	*s = (struct unixsock){ .fd = -1, .lock = -1 };
	rc = make_directory(path, faults);
	if (rc == 0)
		rc = take_lock(s, path, faults);
	if (rc != 0)
		return rc;
	s->path = strdup(path);
	rc = s->path == NULL ? -ENOMEM : remove_stale(path, faults);
	if (rc == 0)
		rc = bind_socket(s, path, mode, faults);
	if (rc == 0)
		give_group(path, group, faults);
	else
		unixsock_close(s);
	return rc;
}

void
unixsock_close(struct unixsock *s)
{
	char *lock = s->path != NULL ? lock_path(s->path) : NULL;

	if (s->fd >= 0) {
		unlink(s->path);
		close(s->fd);
	}
	if (lock != NULL)
		unlink(lock);
	if (s->lock >= 0)
		close(s->lock);
	free(lock);
	free(s->path);
	*s = (struct unixsock){ .fd = -1, .lock = -1 };
}
