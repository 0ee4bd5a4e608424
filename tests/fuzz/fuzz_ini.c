/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Any octets as a configuration.  What is accepted must read back as it was
 * printed, with and without defaults.
 */
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "fabric/config/config.h"

int LLVMFuzzerTestOneInput(const uint8_t *, size_t);

static struct config *
read_octets(const void *octets, size_t size)
{
	struct faults *faults = faults_create();
	FILE *in = fmemopen((void *)(uintptr_t)octets, size, "r");
	struct config *c;

	if (faults == NULL || in == NULL)
		abort();
	c = config_read_stream("fuzz.ini", in, faults);
	if ((c == NULL) != (faults_errors(faults) != 0))
		abort();
	fclose(in);
	faults_free(faults);
	return c;
}

static char *
print(const struct config *c, bool defaults)
{
	char *text = NULL;
	size_t size;
	FILE *out = open_memstream(&text, &size);

	config_print(c, defaults, out);
	fclose(out);
	return text;
}

static void
check_print(const struct config *c, bool defaults)
{
	char *text = print(c, defaults), *again;
	struct config *same = read_octets(text, strlen(text));

	if (same == NULL || config_diff(c, same, NULL, NULL) != 0)
		abort();
	again = print(same, defaults);
	if (strcmp(text, again) != 0)
		abort();
	config_free(same);
	free(again);
	free(text);
}

/* The result must not depend on files of the machine: no 'include'. */
int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct config *c;

	if (size == 0 || memmem(data, size, "include", 7) != NULL)
		return 0;
	c = read_octets(data, size);
	if (c == NULL)
		return 0;
	check_print(c, false);
	check_print(c, true);
	config_free(c);
	return 0;
}
