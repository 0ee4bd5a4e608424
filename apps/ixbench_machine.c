/* SPDX-License-Identifier: BSD-3-Clause */
#include "apps/ixbench_command.h"

#include <stdlib.h>
#include <string.h>
#include <sys/utsname.h>
#include <time.h>

#include "lib/isa.h"

/* The first line of a file, without its end; "" if it cannot be read. */
static json_t *
first_line(const char *path)
{
	char line[256] = "";
	FILE *f = fopen(path, "r");

	if (f != NULL) {
		if (fgets(line, sizeof(line), f) == NULL)
			line[0] = '\0';
		fclose(f);
	}
	line[strcspn(line, "\n")] = '\0';
	return json_string(line);
}

/* The value of the first line "KEY: value" of a file in /proc. */
static json_t *
value_of(const char *path, const char *key)
{
	char line[1024], *value = NULL;
	FILE *f = fopen(path, "r");
	json_t *found;

	while (f != NULL && value == NULL &&
	       fgets(line, sizeof(line), f) != NULL) {
		if (strncmp(line, key, strlen(key)) == 0)
			value = strchr(line, ':');
	}
	if (f != NULL)
		fclose(f);
	if (value == NULL)
		return json_string("");
	value += strspn(value, ": \t");
	value[strcspn(value, "\n")] = '\0';
	found = json_string(value);
	return found != NULL ? found : json_string("");
}

static json_t *
date(void)
{
	time_t now = time(NULL);
	struct tm tm;
	char text[32];

	gmtime_r(&now, &tm);
	strftime(text, sizeof(text), "%Y-%m-%dT%H:%M:%SZ", &tm);
	return json_string(text);
}

static json_t *
kernel(void)
{
	struct utsname u;

	if (uname(&u) != 0)
		return json_string("");
	return json_sprintf("%s %s %s", u.sysname, u.release, u.machine);
}

/* As it was given: getopt changes the order of its arguments. */
static json_t *
command_line(void)
{
	json_t *list = json_array();
	char *word = NULL;
	size_t size = 0;
	FILE *f = fopen("/proc/self/cmdline", "r");

	while (f != NULL && getdelim(&word, &size, '\0', f) > 0)
		json_array_append_new(list, json_string(word));
	free(word);
	if (f != NULL)
		fclose(f);
	return list;
}

json_t *
machine_describe(void)
{
	const char *thp = "/sys/kernel/mm/transparent_hugepage/enabled";

	return json_pack(
		"{s:s, s:o, s:o, s:o, s:o, s:s, s:s, s:s, s:s, s:o, s:o, s:o}",
		"version", IXF_VERSION, "date", date(), "command",
		command_line(), "cpu", value_of("/proc/cpuinfo", "model name"),
		"kernel", kernel(), "isa", isa_name(isa_get()), "compiler",
		"cc " __VERSION__, "build_type", IXF_BUILDTYPE, "built_for",
		IXF_CPU, "huge_pages",
		value_of("/proc/meminfo", "HugePages_Total"),
		"transparent_huge_pages", first_line(thp), "load",
		first_line("/proc/loadavg"));
}
