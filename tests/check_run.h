/* SPDX-License-Identifier: BSD-3-Clause */
#ifndef IXF_CHECK_RUN_H
#define IXF_CHECK_RUN_H

/* What every check program needs, and the end of its main(). */

#include <check.h>
#include <stdlib.h>

/*
 * Check notes each assertion that holds, in a file, so that it can name the last one
 * before a crash.  That is a system call each, and half of the time of a test that
 * sends frames.
 */
#define _mark_point(file, line) ((void)0)

/*
 * How often to repeat what is done with 'n' random inputs: under AddressSanitizer
 * it takes ten times as long, and what that finds in all it finds in some.
 */
#ifdef __SANITIZE_ADDRESS__
#define CHECK_ROUNDS(n) ((n) / 10)
#else
#define CHECK_ROUNDS(n) (n)
#endif

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
