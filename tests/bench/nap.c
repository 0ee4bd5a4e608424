/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * What a thread costs that does nothing but sleep, for tests/bench/idle: prints the part
 * of a core that it takes, and how long a sleep is.
 *
 *   nap MICROSECONDS SECONDS
 */
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/prctl.h>
#include <time.h>

static double
now(clockid_t clock)
{
	struct timespec ts;

	clock_gettime(clock, &ts);
	return (double)ts.tv_sec + (double)ts.tv_nsec / 1e9;
}

int
main(int argc, char **argv)
{
	struct timespec nap = { 0 };
	double begin = now(CLOCK_MONOTONIC), used, end;
	unsigned int n = 0;

	if (argc != 3)
		return EXIT_FAILURE;
	nap.tv_nsec = strtol(argv[1], NULL, 10) * 1000;
	end = begin + strtod(argv[2], NULL);
	prctl(PR_SET_TIMERSLACK, 1);
	do {
		for (unsigned int i = 0; i < 100; i++, n++)
			clock_nanosleep(CLOCK_MONOTONIC, 0, &nap, NULL);
	} while (now(CLOCK_MONOTONIC) < end);
	used = now(CLOCK_PROCESS_CPUTIME_ID);
	end = now(CLOCK_MONOTONIC);
	printf("nap %s us: %.2f %% of a core, %.0f us each\n", argv[1],
	       used / (end - begin) * 100, (end - begin) / n * 1e6);
	return EXIT_SUCCESS;
}
