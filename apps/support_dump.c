/* SPDX-License-Identifier: BSD-3-Clause */
#include "apps/support_dump.h"

#include <ctype.h>
#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <time.h>
#include <unistd.h>

#include "apps/doctor.h"

/* Octets of one section: the counters of a thousand ports. */
#define SECTION_MAX ((size_t)8 << 20)

struct dump {
	const struct ask *ask;
	FILE *out;
	bool dead; /* the daemon does not answer */
};

static void
title(struct dump *d, const char *what)
{
	fprintf(d->out, "\n==== %s\n", what);
}

/* Whether the value behind the key of a line is not to be told. */
static bool
is_secret(const char *line)
{
	static const char *const words[] = {
		"password", "passwd", "secret", "token", "community", "private"
	};
	size_t key = strcspn(line, "=:");

	if (line[key] == '\0')
		return false;
	for (size_t i = 0; i < sizeof(words) / sizeof(words[0]); i++)
		for (size_t k = 0; k < key; k++)
			if (strncasecmp(line + k, words[i], strlen(words[i])) ==
			    0)
				return true;
	return false;
}

static void
put_line(struct dump *d, const char *line)
{
	if (is_secret(line))
		fprintf(d->out, "%.*s (left out)\n",
			(int)strcspn(line, "=:") + 1, line);
	else
		fputs(line, d->out);
}

/* Copies what can be read, line by line, and ends with a newline. */
static void
copy(struct dump *d, FILE *in)
{
	char line[4096];
	size_t left = SECTION_MAX;

	while (fgets(line, sizeof(line), in) != NULL) {
		size_t n = strlen(line);

		if (n > left) {
			fputs("(cut here)\n", d->out);
			return;
		}
		left -= n;
		put_line(d, line);
		if (line[n - 1] != '\n' && feof(in))
			fputc('\n', d->out);
	}
}

static void
put_file(struct dump *d, const char *path)
{
	FILE *in = fopen(path, "re");

	title(d, path);
	if (in == NULL) {
		fprintf(d->out, "(%s)\n", strerror(errno));
		return;
	}
	copy(d, in);
	fclose(in);
}

/* The output of a command of the machine; it does not wait for ever. */
static void
put_command(struct dump *d, const char *command)
{
	char line[512];
	FILE *in;

	title(d, command);
	snprintf(line, sizeof(line), "timeout 10 %s 2>&1 < /dev/null", command);
	fflush(d->out);
	in = popen(line, "re");
	if (in == NULL)
		return;
	copy(d, in);
	pclose(in);
}

static void
put_doctor(struct dump *d)
{
	json_t *rows = doctor_look(NULL, NULL);

	title(d, "ixctl doctor");
	doctor_print(rows, d->out);
	json_decref(rows);
}

/* The answer to a command of the daemon, as JSON, a row a line. */
static void
put_answer(struct dump *d, const char *command)
{
	char heading[64], why[512] = "no answer";
	json_t *result, *row;
	size_t i;

	snprintf(heading, sizeof(heading), "ixctl -j %s", command);
	title(d, heading);
	if (d->dead) {
		fputs("(the daemon does not answer)\n", d->out);
		return;
	}
	result = ask_all(d->ask, command, NULL, why, sizeof(why));
	if (result == NULL)
		fprintf(d->out, "(%s)\n", why);
	if (json_is_array(result)) {
		json_array_foreach(result, i, row)
		{
			json_dumpf(row, d->out, JSON_COMPACT);
			fputc('\n', d->out);
		}
	} else if (result != NULL) {
		json_dumpf(result, d->out, JSON_INDENT(1));
		fputc('\n', d->out);
	}
	json_decref(result);
}

static void
put_versions(struct dump *d)
{
	char now[64], why[512] = "";
	time_t t = time(NULL);
	json_t *hello = ask_all(d->ask, "hello", NULL, why, sizeof(why));
	const char *version =
		json_string_value(json_object_get(hello, "version"));

	strftime(now, sizeof(now), "%Y-%m-%dT%H:%M:%SZ", gmtime(&t));
	fprintf(d->out,
		"ixfabric support dump of %s\n"
		"It has names, MAC and IP addresses of members.\n"
		"ixctl      %s\n"
		"ixfabricd  %s\n",
		now, IXF_VERSION, version != NULL ? version : why);
	d->dead = hello == NULL;
	json_decref(hello);
}

static void
put_all(struct dump *d)
{
	static const char *const answers[] = {
		"status",      "port show",    "port stats", "port drops",
		"worker show", "sponge stats", "acl show",   "config show",
		"policy show", "lag show",     "port links",
	};
	static const char *const files[] = {
		"/etc/ixfabric/ixfabric.ini",
		"/etc/os-release",
		"/proc/version",
		"/proc/cmdline",
		"/proc/meminfo",
		"/proc/interrupts",
		"/etc/dpdk/interfaces",
	};
	static const char *const commands[] = {
		"uptime",
		"lscpu",
		"lspci -nnk -d ::0200",
		"ip -d -s link show",
		"dpkg-query -W 'ixfabric*' 'librte*' 'dpdk*' 'linux-image*'",
		"systemctl status --no-pager --lines=0 ixfabric",
		"journalctl --no-pager --lines=1000 --unit=ixfabric",
		"tail -n 1000 /var/log/ixfabric.log",
		"dmesg",
	};

	put_versions(d);
	put_doctor(d);
	for (size_t i = 0; i < sizeof(answers) / sizeof(answers[0]); i++)
		put_answer(d, answers[i]);
	for (size_t i = 0; i < sizeof(files) / sizeof(files[0]); i++)
		put_file(d, files[i]);
	for (size_t i = 0; i < sizeof(commands) / sizeof(commands[0]); i++)
		put_command(d, commands[i]);
}

/* "ixfabric-support-HOST-20261130T154500.txt" */
static void
choose_name(char *name, size_t size)
{
	char host[65] = "", now[32];
	time_t t = time(NULL);

	gethostname(host, sizeof(host) - 1);
	for (char *c = host; *c != '\0'; c++)
		if (!isalnum((unsigned char)*c) && *c != '-')
			*c = '-';
	strftime(now, sizeof(now), "%Y%m%dT%H%M%S", gmtime(&t));
	snprintf(name, size, "ixfabric-support-%s-%s.txt", host, now);
}

int
support_dump(const struct ask *ask, const char *file, char *name, size_t size)
{
	struct dump d = { .ask = ask, .out = stdout };
	int fd, rc;

	if (file != NULL)
		snprintf(name, size, "%s", file);
	else
		choose_name(name, size);
	if (strcmp(name, "-") != 0) {
		fd = open(name, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
		d.out = fd >= 0 ? fdopen(fd, "w") : NULL;
	}
	if (d.out == NULL)
		return -errno;
	put_all(&d);
	rc = ferror(d.out) != 0 || fflush(d.out) != 0 ? -EIO : 0;
	if (d.out != stdout && fclose(d.out) != 0)
		rc = -errno;
	return rc;
}
