/* SPDX-License-Identifier: BSD-3-Clause */
#include "apps/watch.h"

#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <time.h>
#include <unistd.h>

#include "apps/screen.h"

/* The alternate screen without a cursor, and back (xterm, ECMA-48). */
#define ENTER "\033[?1049h\033[?25l"
#define LEAVE "\033[?25h\033[?1049l"

/* For handlers alone: write() and what else may be called there (POSIX 2.4.3). */
static volatile sig_atomic_t on_screen;

static void
put(const char *text)
{
	ssize_t n = write(STDOUT_FILENO, text, strlen(text));

	(void)n; /* the terminal is gone */
}

static void
interrupted(int signal_)
{
	if (on_screen)
		put(LEAVE);
	if (signal_ == SIGINT)
		_exit(0);
	signal(signal_, SIG_DFL);
	raise(signal_);
}

static void
stopped(int signal_)
{
	int error = errno;

	(void)signal_;
	if (on_screen)
		put(LEAVE);
	raise(SIGSTOP);
	if (on_screen)
		put(ENTER);
	errno = error;
}

/* Ends the wait: the screen has another size, or is to be painted again. */
static void
woken(int signal_)
{
	(void)signal_;
}

static void
handle(int signal_, void (*handler)(int))
{
	struct sigaction action = { .sa_handler = handler }, before;

	/* A shell has a job in the background ignore ^C. */
	if (sigaction(signal_, NULL, &before) == 0 &&
	    before.sa_handler != SIG_IGN)
		sigaction(signal_, &action, NULL);
}

static void
handle_signals(void)
{
	handle(SIGINT, interrupted);
	handle(SIGTERM, interrupted);
	handle(SIGHUP, interrupted);
	handle(SIGQUIT, interrupted);
	handle(SIGTSTP, stopped);
	handle(SIGWINCH, woken);
	handle(SIGPIPE, SIG_IGN);
}

static bool
is_screen(void)
{
	const char *term = getenv("TERM");

	return isatty(STDOUT_FILENO) && term != NULL &&
	       strcmp(term, "dumb") != 0;
}

static unsigned int
screen_rows(void)
{
	struct winsize size = { 0 };

	if (ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) != 0 || size.ws_row < 3)
		return 24;
	return size.ws_row;
}

/* A line, up to 'columns' of the screen (0: all), and what follows it is erased. */
static void
paint_line(const char *line, size_t n, FILE *out)
{
	fwrite(line, 1, n, out);
	fputs("\033[K", out);
}

void
watch_paint(const char *title, const char *text, unsigned int rows, FILE *out)
{
	unsigned int left = 0;

	fputs("\033[H", out);
	paint_line(title, strlen(title), out);
	for (unsigned int row = 1; *text != '\0'; row++) {
		size_t n = strcspn(text, "\n");

		if (row + 1 < rows || (row + 1 == rows && text[n] == '\n' &&
				       text[n + 1] == '\0')) {
			fputs("\r\n", out);
			paint_line(text, n, out);
		} else {
			left++;
		}
		text += n + (text[n] == '\n');
	}
	if (left > 0)
		fprintf(out, "\r\n... %u more line%s\033[K", left,
			left == 1 ? "" : "s");
	fputs("\033[J", out);
}

/* "ixctl port show     every 2 s, 12:03:41" */
static void
make_title(const struct watch *w, char *title, size_t size)
{
	time_t now = time(NULL);
	struct tm tm;
	char at[16] = "";

	if (localtime_r(&now, &tm) != NULL)
		strftime(at, sizeof(at), "%H:%M:%S", &tm);
	snprintf(title, size, "%.*s  every %u s, %s",
		 (int)(screen_width(stdout) > 30 ? screen_width(stdout) - 30
						 : 10),
		 w->title, w->seconds, at);
}

/* 'err': where errors go; NULL: on the screen, too. */
static bool
print_screen(const struct watch *w, FILE *err)
{
	char *text = NULL, title[512];
	size_t size;
	FILE *out = open_memstream(&text, &size);
	bool answered;

	if (out == NULL)
		return false;
	screen_assume(screen_width(stdout));
	answered = w->print(w->arg, out, err != NULL ? err : out);
	fclose(out);
	if (err == NULL || answered) {
		if (!on_screen)
			put(ENTER);
		on_screen = 1;
		make_title(w, title, sizeof(title));
		watch_paint(title, text, screen_rows(), stdout);
	}
	free(text);
	return answered;
}

/* False: the reader is gone. */
static bool
wait_for_next(const struct watch *w)
{
	struct pollfd out = { .fd = STDOUT_FILENO };

	if (fflush(stdout) != 0)
		return false;
	return poll(&out, 1, (int)w->seconds * 1000) <= 0 ||
	       (out.revents & (POLLERR | POLLHUP)) == 0;
}

bool
watch(const struct watch *w)
{
	bool screen = is_screen();

	handle_signals();
	if (!(screen ? print_screen(w, stderr)
		     : w->print(w->arg, stdout, stderr)))
		return false;
	while (wait_for_next(w))
		if (screen) {
			print_screen(w, NULL);
		} else {
			fputc('\n', stdout);
			w->print(w->arg, stdout, stderr);
		}
	return true;
}
