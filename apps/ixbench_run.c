/* SPDX-License-Identifier: BSD-3-Clause */
#include "apps/ixbench_run.h"

#include <errno.h>
#include <sched.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "apps/ixbench_command.h"

static json_t *
read_run(int fd, pid_t child, int *rc)
{
	FILE *in = fdopen(fd, "r");
	json_t *run = in != NULL ? json_loadf(in, 0, NULL) : NULL;
	int status = 0;

	if (in != NULL)
		fclose(in);
	while (waitpid(child, &status, 0) < 0 && errno == EINTR)
		continue;
	*rc = WIFEXITED(status) ? WEXITSTATUS(status) : EXIT_FAILURE;
	if (WIFSIGNALED(status))
		fprintf(stderr, "ixbench: the run ended by signal %d\n",
			WTERMSIG(status));
	if (*rc == EXIT_SUCCESS && run == NULL)
		*rc = EXIT_FAILURE;
	return run;
}

json_t *
run_child(int (*run)(const void *arg, FILE *out), const void *arg, int *rc)
{
	int pipes[2];
	pid_t child;

	*rc = EXIT_FAILURE;
	if (pipe(pipes) != 0)
		return NULL;
	fflush(NULL);
	child = fork();
	if (child == 0) {
		FILE *out = fdopen(pipes[1], "w");

		close(pipes[0]);
		_exit(out != NULL ? run(arg, out) : EXIT_FAILURE);
	}
	close(pipes[1]);
	if (child > 0)
		return read_run(pipes[0], child, rc);
	perror("ixbench: fork");
	close(pipes[0]);
	return NULL;
}

json_t *
run_config(const struct forward_options *o)
{
	char *text = NULL;
	size_t size = 0, got;
	char part[4096];
	FILE *out = open_memstream(&text, &size), *in = NULL;
	json_t *found;

	if (out == NULL)
		return json_string("");
	if (o->file == NULL)
		bench_config_write(o, "/tmp/ixbench.state", out);
	else
		in = fopen(o->file, "r");
	while (in != NULL && (got = fread(part, 1, sizeof(part), in)) > 0)
		fwrite(part, 1, got, out);
	if (in != NULL)
		fclose(in);
	fclose(out);
	found = json_string(text);
	free(text);
	return found != NULL ? found : json_string("");
}

json_t *
run_drops(const uint64_t drop[DROP_N])
{
	json_t *drops = json_object();

	for (unsigned int i = 0; i < DROP_N; i++)
		if (drop[i] != 0)
			json_object_set_new(drops, drop_name((enum drop)i),
					    json_integer((json_int_t)drop[i]));
	return drops;
}

json_int_t
run_number(const json_t *run, const char *key)
{
	return json_integer_value(json_object_get(run, key));
}

double
run_real(const json_t *run, const char *key)
{
	return json_number_value(json_object_get(run, key));
}

int
run_write(const json_t *run, FILE *out)
{
	return json_dumpf(run, out, 0) == 0 && fflush(out) == 0 ? EXIT_SUCCESS
								: EXIT_FAILURE;
}

int
run_fail(struct faults *faults, const char *text)
{
	faults_error(faults, FAULTS_NOWHERE, NULL, "%s", text);
	return -1;
}

json_t *
run_describe(const struct forward_options *o)
{
	return json_pack(
		"{s:i, s:i, s:i, s:i, s:s, s:s, s:b, s:b, s:i, s:i, s:s, s:I, "
		"s:f, s:s?}",
		"frame", o->traffic.frame, "ports", o->traffic.ports, "macs",
		o->traffic.macs, "workers", o->workers, "profile",
		o->file != NULL ? "" : o->profile, "pattern",
		o->traffic.pairs ? "pairs" : "random", "ipv6", o->traffic.ipv6,
		"sponge", o->sponge, "rules", o->rules, "burst", o->burst,
		"idle", o->sleep ? "sleep" : "poll", "seed",
		(json_int_t)o->traffic.seed, "seconds", o->seconds,
		"config_file", o->file);
}

json_t *
run_strings(const char *const *text, size_t n)
{
	json_t *list = json_array();

	for (size_t i = 0; i < n; i++)
		json_array_append_new(list, json_string(text[i]));
	return list;
}

void
run_add_line(json_t *lines, const json_t *run, json_t *points)
{
	char name[64];

	snprintf(name, sizeof(name), "%lld octets, %lld workers",
		 (long long)run_number(run, "frame"),
		 (long long)run_number(run, "workers"));
	json_object_set_new(lines, name, points);
}

void
run_print_machine(const json_t *machine)
{
	printf("%s, %s; instructions: %s\n\n",
	       json_string_value(json_object_get(machine, "cpu")),
	       json_string_value(json_object_get(machine, "kernel")),
	       json_string_value(json_object_get(machine, "isa")));
}

int
run_end(json_t *top, json_t *runs, bool json, int rc)
{
	if (json && json_array_size(runs) != 0) {
		json_object_set(top, "runs", runs);
		if (json_dumpf(top, stdout, JSON_INDENT(2)) != 0 ||
		    putchar('\n') == EOF)
			rc = EXIT_FAILURE;
	}
	json_decref(runs);
	json_decref(top);
	return fflush(stdout) == 0 ? rc : EXIT_FAILURE;
}

int
run_print_config(const struct forward_options *o)
{
	bench_config_write(o, "/tmp/ixbench.state", stdout);
	return fflush(stdout) == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}

int
run_usage(const char *fmt, ...)
{
	va_list args;

	va_start(args, fmt);
	fputs("ixbench: ", stderr);
	vfprintf(stderr, fmt, args);
	fputc('\n', stderr);
	va_end(args);
	return EXIT_USAGE;
}

unsigned int
run_cores(void)
{
	cpu_set_t have;

	CPU_ZERO(&have);
	sched_getaffinity(0, sizeof(have), &have);
	return (unsigned int)CPU_COUNT(&have);
}

int
run_check(const struct forward_options *f)
{
	if (f->traffic.macs < f->traffic.ports)
		return run_usage("--macs: %u addresses are too few for the "
				 "ports",
				 f->traffic.macs);
	if (f->traffic.pairs && f->traffic.ports % 2 != 0)
		return run_usage("--pattern pairs: %u ports are no pairs",
				 f->traffic.ports);
	if (f->workers > run_cores())
		return run_usage("--workers: this process may use %u cores",
				 run_cores());
	return 0;
}

int
run_split(int argc, char **argv, struct forward_options *o)
{
	for (int i = 1; i < argc; i++)
		if (strcmp(argv[i], "--") == 0) {
			o->neal_args = argc - i - 1;
			o->eal_args = argv + i + 1;
			return i;
		}
	return argc;
}

/* Whether one of the words of a list with commas is 'word'. */
static bool
lists(const char *list, const char *word)
{
	size_t n = strlen(word);

	for (; list != NULL; list = strchr(list, ',')) {
		list += *list == ',';
		if (strncmp(list, word, n) == 0 &&
		    (list[n] == '\0' || list[n] == ','))
			return true;
	}
	return false;
}

int
run_choose(const char *list, const char *const *name, unsigned int n,
	   bool *chosen)
{
	size_t known = 0;
	unsigned int words = 0;

	for (unsigned int i = 0; i < n; i++) {
		chosen[i] = list == NULL || lists(list, name[i]);
		if (list == NULL || !chosen[i])
			continue;
		known += strlen(name[i]);
		words++;
	}
	if (list == NULL || (words > 0 && known + words - 1 == strlen(list)))
		return 0;
	fprintf(stderr, "ixbench: --tests: '%s' is not a list of:", list);
	for (unsigned int i = 0; i < n; i++)
		fprintf(stderr, " %s", name[i]);
	fputc('\n', stderr);
	return EXIT_USAGE;
}
