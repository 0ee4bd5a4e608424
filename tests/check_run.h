/* SPDX-License-Identifier: BSD-3-Clause */
#ifndef IXF_CHECK_RUN_H
#define IXF_CHECK_RUN_H

/* The end of every main() of a check program. */

#include <check.h>
#include <stdlib.h>

/* Runs the tests of 's', which is freed; the exit status of the program. */
static inline int
check_run(Suite *s)
{
	SRunner *sr = srunner_create(s);
	int failed;

	srunner_run_all(sr, CK_ENV);
	failed = srunner_ntests_failed(sr);
	srunner_free(sr);
	return failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}

#endif
