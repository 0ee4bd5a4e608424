/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Stops one thread of a process, and only that one, until SIGTERM:
 *
 *   holdthread THREAD-ID
 *
 * SIGSTOP would stop the whole process, so this traces the thread.  Prints
 * "held" when it stands still; it goes on when this process ends.
 */

#include <err.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/ptrace.h>
#include <sys/types.h>
#include <sys/wait.h>
#include <unistd.h>

static void
on_signal(int signo)
{
	(void)signo;
}

int
main(int argc, char **argv)
{
	struct sigaction action = { .sa_handler = on_signal };
	sigset_t blocked, usual;
	pid_t thread;

	if (argc != 2)
		errx(2, "usage: holdthread THREAD-ID");
	thread = (pid_t)atoi(argv[1]);
	sigaction(SIGTERM, &action, NULL);
	sigemptyset(&blocked);
	sigaddset(&blocked, SIGTERM);
	sigprocmask(SIG_BLOCK, &blocked, &usual);

	if (ptrace(PTRACE_SEIZE, thread, NULL, NULL) < 0 ||
	    ptrace(PTRACE_INTERRUPT, thread, NULL, NULL) < 0 ||
	    waitpid(thread, NULL, __WALL) != thread)
		err(1, "thread %d", (int)thread);
	puts("held");
	fflush(stdout);
	sigsuspend(&usual);
	if (ptrace(PTRACE_DETACH, thread, NULL, NULL) < 0)
		err(1, "letting go of thread %d", (int)thread);
	return 0;
}
