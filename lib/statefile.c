/* SPDX-License-Identifier: BSD-3-Clause */
#include "lib/statefile.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include "lib/textfile.h"

/* The target of one write. */
struct target {
	int dir;          /* file descriptor */
	const char *name; /* in the directory */
	char temp[NAME_MAX + 1];
};

/* The path of the directory, for free(). */
static char *
directory_of(const char *path)
{
	const char *slash = strrchr(path, '/');

	return slash != NULL ? strndup(path, (size_t)(slash + 1 - path))
			     : strdup(".");
}

int
statefile_prepare(const char *path)
{
	char *dir = directory_of(path);
	int rc = 0;

	if (dir == NULL)
		return -ENOMEM;
	if (mkdir(dir, 0750) != 0 && errno != EEXIST)
		rc = -errno;
	else if (faccessat(AT_FDCWD, dir, W_OK | X_OK, AT_EACCESS) != 0)
		rc = -errno;
	free(dir);
	return rc;
}

static bool
lock_path(const char *path, char lock[PATH_MAX])
{
	return snprintf(lock, PATH_MAX, "%s.lock", path) < PATH_MAX;
}

/* Whether 'fd' is the file of that name, not one that was removed since. */
static bool
is_current(int fd, const char *path)
{
	struct stat of_fd, of_path;

	return fstat(fd, &of_fd) == 0 && stat(path, &of_path) == 0 &&
	       of_fd.st_dev == of_path.st_dev && of_fd.st_ino == of_path.st_ino;
}

int
statefile_lock(const char *path)
{
	char lock[PATH_MAX];
	int fd, rc;

	if (!lock_path(path, lock))
		return -ENAMETOOLONG;
	for (;;) {
		fd = open(lock, O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW,
			  0640);
		if (fd < 0)
			return -errno;
		rc = flock(fd, LOCK_EX | LOCK_NB) == 0 ? 0 : -errno;
		if (rc == 0 && is_current(fd, lock))
			return fd;
		close(fd);
		if (rc != 0)
			return rc == -EWOULDBLOCK ? -EBUSY : rc;
	}
}

void
statefile_unlock(const char *path, int lock)
{
	char name[PATH_MAX];

	if (lock_path(path, name))
		unlink(name);
	close(lock);
}

static int
open_directory(struct target *t, const char *path)
{
	const char *slash = strrchr(path, '/');
	char *dir;

	t->name = slash != NULL ? slash + 1 : path;
	if (snprintf(t->temp, sizeof(t->temp), "%s.new", t->name) >=
	    (int)sizeof(t->temp))
		return -ENAMETOOLONG;
	dir = directory_of(path);
	if (dir == NULL)
		return -ENOMEM;
	t->dir = open(dir, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	free(dir);
	return t->dir >= 0 ? 0 : -errno;
}

static int
write_all(int fd, const char *text, size_t size)
{
	while (size > 0) {
		ssize_t n = write(fd, text, size);

		if (n < 0 && errno != EINTR)
			return -errno;
		if (n > 0) {
			text += n;
			size -= (size_t)n;
		}
	}
	return fsync(fd) == 0 ? 0 : -errno;
}

/* An old one may have been made with another umask, so it is replaced. */
static int
write_temp(const struct target *t, const char *text, size_t size)
{
	int fd, rc;

	if (unlinkat(t->dir, t->temp, 0) != 0 && errno != ENOENT)
		return -errno;
	fd = openat(t->dir, t->temp, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC,
		    0640);
	if (fd < 0)
		return -errno;
	rc = write_all(fd, text, size);
	if (close(fd) != 0 && rc == 0)
		rc = -errno;
	return rc;
}

/* Gives the new file the mode and owner of the one that it replaces, or 0644. */
static int
set_owner(const struct target *t)
{
	struct stat old = { .st_mode = 0644 };
	bool there = fstatat(t->dir, t->name, &old, 0) == 0;

	if (there && fchownat(t->dir, t->temp, old.st_uid, old.st_gid, 0) != 0)
		return -errno;
	return fchmodat(t->dir, t->temp, old.st_mode & 0777, 0) == 0 ? 0
								     : -errno;
}

static int
replace(const struct target *t, const char *text, size_t size, bool as_before)
{
	int rc = write_temp(t, text, size);

	if (rc == 0 && as_before)
		rc = set_owner(t);
	if (rc == 0 && renameat(t->dir, t->temp, t->dir, t->name) != 0)
		rc = -errno;
	if (rc != 0) {
		(void)unlinkat(t->dir, t->temp, 0);
		return rc;
	}
	return fsync(t->dir) == 0 ? 0 : -errno;
}

static int
write_file(const char *path, const char *text, size_t size, bool as_before)
{
	struct target t;
	int rc = open_directory(&t, path);

	if (rc != 0)
		return rc;
	rc = replace(&t, text, size, as_before);
	close(t.dir);
	return rc;
}

int
statefile_write(const char *path, const char *text, size_t size)
{
	return write_file(path, text, size, false);
}

int
statefile_replace(const char *path, const char *text, size_t size)
{
	return write_file(path, text, size, true);
}

int
statefile_read(const char *path, size_t max, char **text, size_t *size)
{
	char why[TEXTFILE_WHY_SIZE];
	int rc = textfile_read(path, max, text, size, why);

	return rc == -EISDIR ? -EINVAL : rc;
}

/*
 * A second link to the same octets: the file itself stays where it is, whatever
 * happens before the next write.
 */
int
statefile_keep(const char *path)
{
	char kept[PATH_MAX];

	if (snprintf(kept, sizeof(kept), "%s.unused", path) >=
	    (int)sizeof(kept))
		return -ENAMETOOLONG;
	if (unlink(kept) != 0 && errno != ENOENT)
		return -errno;
	return link(path, kept) == 0 ? 0 : -errno;
}
