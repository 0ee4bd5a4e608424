/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * run_corpus FOLDER...: what a fuzz target would be given first, each file of
 * the folders, without libFuzzer.  So a finding that was kept stays a test.
 */
#include <dirent.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *, size_t);

static uint8_t *
read_file(const char *path, size_t *size)
{
	FILE *in = fopen(path, "r");
	uint8_t *data = NULL;
	long end;

	if (in == NULL)
		return NULL;
	if (fseek(in, 0, SEEK_END) == 0 && (end = ftell(in)) >= 0 &&
	    fseek(in, 0, SEEK_SET) == 0) {
		*size = (size_t)end;
		/* No octet more, so that reading past the end is seen. */
		data = malloc(*size == 0 ? 1 : *size);
		if (data != NULL && fread(data, 1, *size, in) != *size) {
			free(data);
			data = NULL;
		}
	}
	fclose(in);
	return data;
}

static int
run_file(const char *folder, const char *name)
{
	char path[4096];
	uint8_t *data;
	size_t size;

	snprintf(path, sizeof(path), "%s/%s", folder, name);
	data = read_file(path, &size);
	if (data == NULL) {
		perror(path);
		return -1;
	}
	LLVMFuzzerTestOneInput(data, size);
	free(data);
	return 0;
}

/* How many files there were, or -1. */
static int
run_folder(const char *folder)
{
	DIR *dir = opendir(folder);
	struct dirent *e;
	int n = 0;

	if (dir == NULL) {
		perror(folder);
		return -1;
	}
	while (n >= 0 && (e = readdir(dir)) != NULL) {
		if (e->d_name[0] == '.' || e->d_type == DT_DIR)
			continue;
		n = run_file(folder, e->d_name) == 0 ? n + 1 : -1;
	}
	closedir(dir);
	return n;
}

int
main(int argc, char **argv)
{
	for (int i = 1; i < argc; i++) {
		int n = run_folder(argv[i]);

		if (n <= 0) {
			fprintf(stderr, "%s: nothing was run\n", argv[i]);
			return EXIT_FAILURE;
		}
		printf("%s: %d files\n", argv[i], n);
	}
	return EXIT_SUCCESS;
}
