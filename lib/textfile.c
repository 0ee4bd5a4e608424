/* SPDX-License-Identifier: BSD-3-Clause */
#include "lib/textfile.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define FIRST_ROOM 65536

static int
fail(int error, char why[TEXTFILE_WHY_SIZE])
{
	snprintf(why, TEXTFILE_WHY_SIZE, "cannot be read: %s", strerror(error));
	return -error;
}

static int
too_large(size_t max, char why[TEXTFILE_WHY_SIZE])
{
	if (max >= 1u << 20)
		snprintf(why, TEXTFILE_WHY_SIZE, "is larger than %zu MiB",
			 max >> 20);
	else
		snprintf(why, TEXTFILE_WHY_SIZE, "is larger than %zu octets",
			 max);
	return -EFBIG;
}

static int
check_type(mode_t mode, char why[TEXTFILE_WHY_SIZE])
{
	const char *what = S_ISDIR(mode)    ? "directory"
			   : S_ISFIFO(mode) ? "pipe"
			   : S_ISSOCK(mode) ? "socket"
					    : "device";

	if (S_ISREG(mode))
		return 0;
	snprintf(why, TEXTFILE_WHY_SIZE, "is a %s, not a regular file", what);
	return S_ISDIR(mode) ? -EISDIR : -EINVAL;
}

/* Reads into '*text', which grows, up to one octet more than 'max'. */
static int
read_all(int fd, size_t max, size_t room, char **text, size_t *size)
{
	ssize_t n = 1;

	*size = 0;
	*text = NULL;
	while (n != 0 && *size <= max) {
		char *more = *size + 1 < room && *text != NULL
				     ? *text
				     : realloc(*text, room = room * 2 + 1);

		if (more == NULL)
			return -ENOMEM;
		*text = more;
		n = read(fd, *text + *size, room - 1 - *size);
		if (n < 0 && errno != EINTR)
			return -errno;
		*size += n > 0 ? (size_t)n : 0;
	}
	(*text)[*size] = '\0';
	return 0;
}

static int
read_fd(int fd, size_t max, size_t room, char **text, size_t *size,
	char why[TEXTFILE_WHY_SIZE])
{
	char *got;
	size_t n;
	int rc = read_all(fd, max, room, &got, &n);

	if (rc != 0)
		rc = fail(-rc, why);
	else if (n > max)
		rc = too_large(max, why);
	if (rc != 0) {
		free(got);
		return rc;
	}
	*text = got;
	*size = n;
	return 0;
}

int
textfile_read_fd(int fd, size_t max, char **text, size_t *size,
		 char why[TEXTFILE_WHY_SIZE])
{
	return read_fd(fd, max, FIRST_ROOM, text, size, why);
}

/*
 * The type is looked at first, since even to open a device can do something, and
 * once more of what was opened.
 */
int
textfile_read(const char *path, size_t max, char **text, size_t *size,
	      char why[TEXTFILE_WHY_SIZE])
{
	struct stat st;
	int fd, rc;

	if (stat(path, &st) != 0)
		return fail(errno, why);
	rc = check_type(st.st_mode, why);
	if (rc != 0)
		return rc;
	fd = open(path, O_RDONLY | O_NONBLOCK | O_NOCTTY | O_CLOEXEC);
	if (fd < 0 || fstat(fd, &st) != 0)
		rc = fail(errno, why);
	else if ((rc = check_type(st.st_mode, why)) == 0)
		rc = st.st_size > 0 && (size_t)st.st_size > max
			     ? too_large(max, why)
			     : read_fd(fd, max, (size_t)st.st_size + 1, text,
				       size, why);
	if (fd >= 0)
		close(fd);
	return rc;
}

static ssize_t
take(void *cookie, char *buffer, size_t size)
{
	struct textfile_place *p = cookie;
	size_t n = size < p->left ? size : p->left;

	memcpy(buffer, p->text, n);
	p->text += n;
	p->left -= n;
	return (ssize_t)n;
}

FILE *
textfile_stream(struct textfile_place *p)
{
	return fopencookie(p, "r", (cookie_io_functions_t){ .read = take });
}
