/* SPDX-License-Identifier: BSD-3-Clause */
#include "apps/ixbench_run.h"

#include <errno.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

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
