/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * The file of an interface in use:
 *
 *   boot 2f1c…               the boot that it is of
 *   netns net:[4026531840]   the network namespace
 *   interface p1 7 020000000001
 *   3 1 0                    setting, found, set
 *
 * A later boot makes it void, so it need not outlive a power cut.  It replaces an
 * older one at once.
 */
#include "fabric/device/settings_file.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "lib/statefile.h"

#define TEXT_MAX 1024

/* The random number of this boot, or "". */
static void
read_boot(char boot[64])
{
	FILE *file = fopen("/proc/sys/kernel/random/boot_id", "re");

	boot[0] = '\0';
	if (file == NULL)
		return;
	if (fscanf(file, "%63s", boot) != 1)
		boot[0] = '\0';
	fclose(file);
}

static void
read_netns(char netns[64])
{
	ssize_t n = readlink("/proc/self/ns/net", netns, 63);

	netns[n > 0 ? n : 0] = '\0';
}

void
settings_file_name(struct settings *s, const char *dir)
{
	s->file[0] = '\0';
	if (dir[0] == '\0' ||
	    snprintf(s->file, sizeof(s->file), "%s/%s", dir, s->name) >=
		    (int)sizeof(s->file) ||
	    statefile_prepare(s->file) != 0)
		s->file[0] = '\0';
}

static int
format(const struct settings *s, char text[TEXT_MAX])
{
	char boot[64], netns[64];
	int len;

	read_boot(boot);
	read_netns(netns);
	len = snprintf(text, TEXT_MAX,
		       "boot %s\nnetns %s\ninterface %s %d %012" PRIx64 "\n",
		       boot, netns, s->name, s->index, s->mac);
	for (int i = 0; i < SETTINGS; i++)
		if (s->set[i] != -1 && s->set[i] != s->found[i])
			len += snprintf(text + len, (size_t)(TEXT_MAX - len),
					"%d %d %d\n", i, s->found[i],
					s->set[i]);
	return len;
}

static bool
is_needed(const struct settings *s)
{
	for (int i = 0; i < SETTINGS; i++)
		if (s->set[i] != -1 && s->set[i] != s->found[i])
			return true;
	return false;
}

int
settings_file_write(const struct settings *s)
{
	char text[TEXT_MAX], temp[sizeof(s->file) + 2];
	int fd, len, ret = 0;

	if (s->file[0] == '\0')
		return -ENOENT;
	if (!is_needed(s))
		return unlink(s->file) == 0 || errno == ENOENT ? 0 : -errno;
	len = format(s, text);
	snprintf(temp, sizeof(temp), "%.*s/.%s",
		 (int)(strrchr(s->file, '/') - s->file), s->file, s->name);
	fd = open(temp, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC | O_NOFOLLOW,
		  0640);
	if (fd < 0)
		return -errno;
	if (write(fd, text, (size_t)len) != len)
		ret = -EIO;
	close(fd);
	if (ret == 0 && rename(temp, s->file) != 0)
		ret = -errno;
	return ret;
}

/* The lines of the settings. */
static void
read_values(struct settings *s, FILE *file)
{
	int i, found, set;

	for (i = 0; i < SETTINGS; i++)
		s->found[i] = s->set[i] = -1;
	while (fscanf(file, "%d %d %d\n", &i, &found, &set) == 3) {
		if (i < 0 || i >= SETTINGS)
			continue;
		s->found[i] = found;
		s->set[i] = set;
	}
}

int
settings_file_read(struct settings *s)
{
	char boot[64], netns[64], its_boot[64] = "", its_netns[64] = "";
	FILE *file = s->file[0] != '\0' ? fopen(s->file, "re") : NULL;
	int n;

	if (file == NULL)
		return -ENOENT;
	read_boot(boot);
	read_netns(netns);
	n = fscanf(file, "boot %63s netns %63s interface %15s %d %" SCNx64 "\n",
		   its_boot, its_netns, s->name, &s->index, &s->mac);
	if (n == 5)
		read_values(s, file);
	fclose(file);
	if (n != 5 || strcmp(boot, its_boot) != 0)
		return -ENOENT;
	return strcmp(netns, its_netns) == 0 ? 0 : -EXDEV;
}
