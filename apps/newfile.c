/* SPDX-License-Identifier: BSD-3-Clause */
#include "apps/newfile.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static void
forget(struct newfile *f)
{
	free(f->temporary);
	*f = (struct newfile){ .path = f->path };
}

/* A link with the name is not followed: it may be another's. */
static FILE *
open_stream(const char *path)
{
	int fd = open(path,
		      O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC | O_NOFOLLOW |
			      O_NONBLOCK,
		      0666);
	FILE *out = fd >= 0 ? fdopen(fd, "w") : NULL;

	if (out == NULL && fd >= 0)
		close(fd);
	return out;
}

/* Only a regular file is replaced: never a device, such as /dev/null. */
static int
check_replaced(const char *path)
{
	struct stat st;

	if (stat(path, &st) != 0)
		return errno == ENOENT ? 0 : -errno;
	if (S_ISDIR(st.st_mode))
		return -EISDIR;
	return S_ISREG(st.st_mode) ? 0 : -EINVAL;
}

int
newfile_open(struct newfile *f, const char *path)
{
	int rc = check_replaced(path);

	*f = (struct newfile){ .path = path };
	if (rc != 0)
		return rc;
	if (asprintf(&f->temporary, "%s" NEWFILE_SUFFIX, path) < 0) {
		f->temporary = NULL;
		return -ENOMEM;
	}
	f->out = open_stream(f->temporary);
	if (f->out == NULL) {
		rc = -errno;
		forget(f);
	}
	return rc;
}

int
newfile_keep(struct newfile *f)
{
	int rc = ferror(f->out) ? -EIO : 0;

	if (fclose(f->out) != 0)
		rc = -errno;
	if (rc == 0 && rename(f->temporary, f->path) != 0)
		rc = -errno;
	if (rc != 0)
		unlink(f->temporary);
	forget(f);
	return rc;
}

void
newfile_drop(struct newfile *f)
{
	if (f->out == NULL)
		return;
	fclose(f->out);
	unlink(f->temporary);
	forget(f);
}
