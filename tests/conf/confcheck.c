/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * confcheck [-d] FILE: the configuration in canonical form (with -d, every key)
 * on standard output, what is wrong with it on standard error.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "fabric/config/config.h"

int
main(int argc, char **argv)
{
	bool defaults = argc == 3 && strcmp(argv[1], "-d") == 0;
	struct faults *faults = faults_create();
	struct config *c;

	if (argc != 2 && !defaults) {
		fputs("usage: confcheck [-d] FILE\n", stderr);
		return 2;
	}
	c = config_read(argv[argc - 1], faults);
	faults_print(faults, stderr);
	if (c != NULL)
		config_print(c, defaults, stdout);
	config_free(c);
	faults_free(faults);
	return c == NULL ? EXIT_FAILURE : EXIT_SUCCESS;
}
