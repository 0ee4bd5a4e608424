/* SPDX-License-Identifier: BSD-3-Clause */
#include "apps/doctor_impl.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define PATH_SIZE 512

static const char *const state_names[] = {
	[DOCTOR_OK] = "ok",
	[DOCTOR_HINT] = "hint",
	[DOCTOR_MISSING] = "missing",
};

void
doctor_find(struct doctor *d, const char *check, enum doctor_state state,
	    const char *fmt, ...)
{
	char text[512];
	va_list ap;

	va_start(ap, fmt);
	vsnprintf(text, sizeof(text), fmt, ap);
	va_end(ap);
	d->fix = json_array();
	json_array_append_new(d->rows,
			      json_pack("{s:s, s:s, s:s, s:o}", "check", check,
					"state", state_names[state], "finding",
					text, "fix", d->fix));
}

void
doctor_fix(struct doctor *d, const char *fmt, ...)
{
	char text[512];
	va_list ap;

	va_start(ap, fmt);
	vsnprintf(text, sizeof(text), fmt, ap);
	va_end(ap);
	json_array_append_new(d->fix, json_string(text));
}

static const char *
path_of(const struct doctor *d, const char *fmt, va_list ap)
{
	static char path[4][PATH_SIZE];
	static unsigned int last;
	char *text = path[last++ % 4];
	int n = snprintf(text, PATH_SIZE, "%s", d->root);

	if (n < PATH_SIZE)
		vsnprintf(text + n, PATH_SIZE - (size_t)n, fmt, ap);
	return text;
}

const char *
doctor_path(const struct doctor *d, const char *fmt, ...)
{
	const char *path;
	va_list ap;

	va_start(ap, fmt);
	path = path_of(d, fmt, ap);
	va_end(ap);
	return path;
}

static const char *
read_line(const char *path, char *text, size_t size)
{
	FILE *in = fopen(path, "re");

	text[0] = '\0';
	if (in == NULL)
		return text;
	if (fgets(text, (int)size, in) == NULL)
		text[0] = '\0';
	text[strcspn(text, "\n")] = '\0';
	fclose(in);
	return text;
}

const char *
doctor_line(const struct doctor *d, char *text, size_t size, const char *fmt,
	    ...)
{
	const char *path;
	va_list ap;

	va_start(ap, fmt);
	path = path_of(d, fmt, ap);
	va_end(ap);
	return read_line(path, text, size);
}

long
doctor_number(const struct doctor *d, const char *fmt, ...)
{
	char text[64], *end;
	const char *path;
	va_list ap;
	long n;

	va_start(ap, fmt);
	path = path_of(d, fmt, ap);
	va_end(ap);
	n = strtol(read_line(path, text, sizeof(text)), &end, 10);
	return end == text ? -1 : n;
}

const char *
doctor_link(const struct doctor *d, char *text, size_t size, const char *fmt,
	    ...)
{
	char target[PATH_SIZE];
	const char *path, *name;
	va_list ap;
	ssize_t n;

	va_start(ap, fmt);
	path = path_of(d, fmt, ap);
	va_end(ap);
	n = readlink(path, target, sizeof(target) - 1);
	target[n > 0 ? n : 0] = '\0';
	name = strrchr(target, '/');
	snprintf(text, size, "%s", name != NULL ? name + 1 : target);
	return text;
}

long
doctor_id(const struct doctor *d, const char *file, const char *name)
{
	FILE *in = fopen(doctor_path(d, "%s", file), "re");
	size_t n = strlen(name);
	char line[1024];
	long id = -1;
	unsigned int found;

	while (in != NULL && id < 0 && fgets(line, sizeof(line), in) != NULL)
		if (strncmp(line, name, n) == 0 &&
		    sscanf(line + n, ":%*[^:]:%u:", &found) == 1)
			id = (long)found;
	if (in != NULL)
		fclose(in);
	return id;
}
