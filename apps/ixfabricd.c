/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * The daemon: reads the configuration and starts a fabric.  Then one thread gives
 * control a turn every millisecond, answers ixctl and takes signals, until one of
 * them stops the daemon.
 */
#include <errno.h>
#include <fcntl.h>
#include <getopt.h>
#include <limits.h>
#include <poll.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/prctl.h>
#include <sys/signalfd.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "apps/notify.h"
#include "fabric/api/ctl.h"
#include "fabric/api/start.h"
#include "fabric/config/config.h"
#include "fabric/control.h"
#include "lib/clock.h"
#include "lib/faults.h"
#include "lib/log.h"

#define DEFAULT_FILE  "/etc/ixfabric/ixfabric.ini"
#define DEFAULT_STATE "/var/lib/ixfabric"

enum {
	EXIT_USAGE = 2,
	EXIT_CONFIG = 78, /* EX_CONFIG: to try again would be no use */
};

struct options {
	bool check;
	bool no_fallback;
	const char *history; /* its directory */
	struct fabric_options fabric;
};

struct daemon {
	struct ctl *ctl;
	struct fabric *fabric;
	int signals; /* signalfd */
	int epoll;
	uint64_t watchdog; /* ns between WATCHDOG=1; 0: none is wanted */
	uint64_t next_watchdog;
	bool stop;
};

static const char usage_text[] =
	"usage: ixfabricd [-c FILE] [--history DIR] [--no-fallback]\n"
	"                 [-- EAL-ARGUMENT...]\n"
	"       ixfabricd --check [FILE]\n"
	"       ixfabricd --help | --version\n"
	"\n"
	"  -c, --config FILE  the configuration; " DEFAULT_FILE "\n"
	"                     if not given\n"
	"      --history DIR  where the last configurations are kept; history\n"
	"                     in $STATE_DIRECTORY or " DEFAULT_STATE ",\n"
	"                     if not given\n"
	"      --no-fallback  start with FILE or not at all: never with the\n"
	"                     last good configuration instead\n"
	"      --check        report every fault of the configuration, and do\n"
	"                     nothing else; exit code 78 if there is an error\n"
	"\n"
	"What follows -- is passed on to DPDK's EAL.  SIGHUP applies the file\n"
	"again, SIGTERM and SIGINT stop the daemon.  See ixfabricd(8).\n";

static int
usage(void)
{
	fputs(usage_text, stderr);
	return EXIT_USAGE;
}

/* What follows "--" is EAL's; returns how many arguments come before. */
static int
split_arguments(int argc, char **argv, struct options *o)
{
	for (int i = 1; i < argc; i++)
		if (strcmp(argv[i], "--") == 0) {
			o->fabric.neal_args = argc - i - 1;
			o->fabric.eal_args = argv + i + 1;
			return i;
		}
	return argc;
}

/* -1: go on; else what to exit with. */
static int
parse(int argc, char **argv, struct options *o)
{
	static const struct option long_options[] = {
		{ "config", required_argument, NULL, 'c' },
		{ "check", no_argument, NULL, 'k' },
		{ "history", required_argument, NULL, 'H' },
		{ "no-fallback", no_argument, NULL, 'n' },
		{ "help", no_argument, NULL, 'h' },
		{ "version", no_argument, NULL, 'V' },
		{ 0 },
	};
	int opt, n = split_arguments(argc, argv, o);

	while ((opt = getopt_long(n, argv, "c:h", long_options, NULL)) != -1) {
		if (opt == 'c' && o->fabric.file != NULL) {
			fputs("ixfabricd: --config is given twice\n", stderr);
			return usage();
		}
		if (opt == 'c')
			o->fabric.file = optarg;
		else if (opt == 'k')
			o->check = true;
		else if (opt == 'H')
			o->history = optarg;
		else if (opt == 'n')
			o->no_fallback = true;
		else
			return opt == 'h'   ? fputs(usage_text, stdout) < 0
			       : opt == 'V' ? puts("ixfabricd " IXF_VERSION) < 0
					    : usage();
	}
	if (optind < n && o->check && o->fabric.file == NULL)
		o->fabric.file = argv[optind++];
	if (optind < n) {
		fprintf(stderr, "ixfabricd: unexpected '%s'\n", argv[optind]);
		return usage();
	}
	if (o->fabric.file == NULL)
		o->fabric.file = DEFAULT_FILE;
	return -1;
}

/* If one of the three were closed, a socket could get its number. */
static void
open_standard_files(void)
{
	int fd;

	do {
		fd = open("/dev/null", O_RDWR | O_CLOEXEC);
	} while (fd >= 0 && fd <= STDERR_FILENO);
	if (fd > STDERR_FILENO)
		close(fd);
}

/*
 * Standard error must not block when its reader is stuck: lines without room are
 * lost.  It is opened anew if possible, since O_NONBLOCK counts for all processes
 * that share an open file, such as the shell of a terminal.  A socket cannot be
 * opened anew, but only the journal shares it.  A file on disk never blocks so.
 */
static void
unblock_log(void)
{
	struct stat st;
	int fd, flags = fcntl(STDERR_FILENO, F_GETFL);

	if (flags < 0 || fstat(STDERR_FILENO, &st) != 0 ||
	    !(S_ISFIFO(st.st_mode) || S_ISSOCK(st.st_mode) ||
	      isatty(STDERR_FILENO)))
		return;
	fd = open("/proc/self/fd/2",
		  O_WRONLY | O_NONBLOCK | O_NOCTTY | O_CLOEXEC);
	if (fd >= 0) {
		dup2(fd, STDERR_FILENO);
		close(fd);
	} else if (!isatty(STDERR_FILENO)) {
		fcntl(STDERR_FILENO, F_SETFL, flags | O_NONBLOCK);
	}
}

static uint64_t
now(void)
{
	struct timespec ts;

	clock_gettime(CLOCK_MONOTONIC, &ts);
	return (uint64_t)ts.tv_sec * CLOCK_SECOND + (uint64_t)ts.tv_nsec;
}

/*
 * While a start or an apply takes long.  The manager may ask for a sign every few
 * seconds, and waits for the start no longer than it is told.
 */
static void
show_life(void)
{
	static uint64_t shown;
	uint64_t at = now();

	if (at - shown < CLOCK_SECOND)
		return;
	shown = at;
	notify_send("WATCHDOG=1\nEXTEND_TIMEOUT_USEC=30000000");
}

static void
reload(struct daemon *d)
{
	notify_send("RELOADING=1");
	fabric_reload(d->fabric);
}

/* Each is a line of the log, as they are printed. */
static void
log_faults(const struct faults *faults)
{
	FILE *out =
		log_stream(faults_errors(faults) > 0 ? LOG_ERR : LOG_WARNING);

	if (out == NULL)
		return;
	faults_print(faults, out);
	fclose(out);
}

static void
log_start(const struct fabric *f)
{
	FILE *out = log_stream(LOG_NOTICE);

	if (out == NULL)
		return;
	fabric_announce(f, "ixfabricd: ", out);
	fclose(out);
}

static void
look_at_reload(struct daemon *d)
{
	struct faults *faults;

	if (!fabric_reloaded(d->fabric, &faults))
		return;
	if (faults != NULL)
		log_faults(faults);
	else
		log_write(LOG_ERR, "no memory to reload", NULL, 0);
	faults_free(faults);
	notify_send("READY=1");
}

static void
take_signals(struct daemon *d)
{
	struct signalfd_siginfo info;

	while (read(d->signals, &info, sizeof(info)) == sizeof(info)) {
		if (info.ssi_signo == SIGHUP)
			reload(d);
		else
			d->stop = true;
	}
}

/*
 * None while a worker has stopped: it holds up what applies retire, too, and only a
 * start can bring it back.
 */
static void
send_watchdog(struct daemon *d, uint64_t at)
{
	if (d->watchdog == 0 || at < d->next_watchdog)
		return;
	d->next_watchdog = at + d->watchdog;
	if (fabric_polls(d->fabric))
		notify_send("WATCHDOG=1");
}

/* Threads of the same core have at least so many ns of each turn. */
#define LEAST 50000

/* Waits for signals and clients until 'then' in ns; false: that is an error. */
static bool
wait_until(const struct daemon *d, uint64_t then)
{
	uint64_t at = now(), left = then > at + LEAST ? then - at : LEAST;
	struct timespec ts = { .tv_nsec = (long)left };
	struct epoll_event ev[3];

	return epoll_pwait2(d->epoll, ev, 3, &ts, NULL) >= 0 || errno == EINTR;
}

/*
 * The turns keep their distance, whatever each of them takes: epoll_wait() would add
 * up to a millisecond to its own, and the kernel 50 us.
 */
static void
run(struct daemon *d)
{
	uint64_t start = 0, wait = 0;

	prctl(PR_SET_TIMERSLACK, 1000UL, 0UL, 0UL, 0UL);
	while (!d->stop && wait_until(d, start + wait)) {
		start = now();
		wait = fabric_turn(d->fabric);
		take_signals(d);
		look_at_reload(d);
		ctl_turn(d->ctl, now());
		if (ctl_clients(d->ctl) != 0 && wait > FABRIC_TURN)
			wait = FABRIC_TURN;
		send_watchdog(d, now());
	}
}

/*
 * Called before there are other threads, so that they inherit the mask and leave
 * the signals to this one.
 */
static int
catch_signals(void)
{
	sigset_t set;

	sigemptyset(&set);
	sigaddset(&set, SIGINT);
	sigaddset(&set, SIGTERM);
	sigaddset(&set, SIGHUP);
	signal(SIGPIPE, SIG_IGN);
	sigprocmask(SIG_BLOCK, &set, NULL);
	return signalfd(-1, &set, SFD_NONBLOCK | SFD_CLOEXEC);
}

static bool
watch(struct daemon *d)
{
	const int fd[] = { d->signals, ctl_fd(d->ctl), fabric_fd(d->fabric) };
	struct epoll_event ev = { .events = EPOLLIN };

	d->epoll = epoll_create1(EPOLL_CLOEXEC);
	for (unsigned int i = 0; i < sizeof(fd) / sizeof(fd[0]); i++)
		if (d->epoll < 0 ||
		    epoll_ctl(d->epoll, EPOLL_CTL_ADD, fd[i], &ev) != 0)
			return false;
	return true;
}

/*
 * Takes over 'config'.  The socket comes first: a second daemon fails there, before
 * it touches the devices of the first.
 */
static bool
start(struct daemon *d, const struct options *o, struct config *config,
      struct faults *faults)
{
	const struct config_fabric *k = &config->fabric;

	d->ctl = ctl_open(k->socket, k->operators, k->readers, faults);
	if (d->ctl == NULL) {
		config_free(config);
		return false;
	}
	d->fabric = fabric_start(config, &o->fabric, faults);
	if (d->fabric == NULL)
		return false;
	if (!watch(d))
		return false;
	fabric_serve(d->fabric, d->ctl);
	return true;
}

static void
stop(struct daemon *d)
{
	ctl_close(d->ctl);
	if (!fabric_stop(d->fabric))
		_exit(EXIT_FAILURE);
	close(d->epoll);
	close(d->signals);
}

/* systemctl reload asks the socket that the unit names. */
static void
check_unit(const char *socket)
{
	const char *named = getenv("IXCTL_SOCKET");
	char text[512] = "";

	if (getenv("NOTIFY_SOCKET") != NULL && named != NULL &&
	    strcmp(named, socket) != 0)
		snprintf(text, sizeof(text),
			 "the control socket is %s, but IXCTL_SOCKET is %s: a "
			 "reload by the service manager would fail; set "
			 "IXCTL_SOCKET in a drop-in of the unit",
			 socket, named);
	if (text[0] != '\0')
		log_write(LOG_WARNING, text, NULL, 0);
}

static int
serve(const struct options *o, struct config *config, struct faults *faults)
{
	struct daemon d = { .epoll = -1, .signals = catch_signals() };
	bool up;

	check_unit(config->fabric.socket);
	up = start(&d, o, config, faults);
	if (up) {
		log_faults(faults);
		log_start(d.fabric);
		d.watchdog = notify_watchdog();
		notify_send("READY=1");
		run(&d);
		notify_send("STOPPING=1");
		log_write(LOG_NOTICE, "stopping", NULL, 0);
		fabric_save(d.fabric);
	} else {
		log_faults(faults);
		log_write(LOG_ERR, "cannot start", NULL, 0);
	}
	stop(&d);
	return up ? EXIT_SUCCESS : EXIT_FAILURE;
}

/* Reports the faults of the file, and does nothing else. */
static int
check(const struct options *o, struct faults *faults)
{
	struct config *config = config_read(o->fabric.file, faults);
	int rc = EXIT_CONFIG;

	if (config != NULL && config_check_service(config, faults)) {
		printf("%s: valid\n", o->fabric.file);
		rc = EXIT_SUCCESS;
	}
	faults_print(faults, stderr);
	config_free(config);
	return rc;
}

/* The service manager may name several directories, the first is ours. */
static void
find_history(const struct options *o, char dir[PATH_MAX])
{
	const char *state = getenv("STATE_DIRECTORY");
	size_t n;

	if (state == NULL || state[0] != '/')
		state = DEFAULT_STATE;
	n = strcspn(state, ":");
	if (o->history != NULL)
		snprintf(dir, PATH_MAX, "%s", o->history);
	else
		snprintf(dir, PATH_MAX, "%.*s/history", (int)n, state);
}

/* Starts with the file, or with the last good configuration. */
static int
choose_and_serve(struct options *o, struct faults *faults)
{
	char dir[PATH_MAX];
	struct start_options options = { o->fabric.file, dir, o->no_fallback,
					 time(NULL) };
	struct faults *scratch = faults_create();
	FILE *out = log_stream(LOG_ERR);
	struct start start;
	int rc = EXIT_CONFIG;

	if (scratch == NULL) {
		if (out != NULL)
			fclose(out);
		return EXIT_FAILURE;
	}
	find_history(o, dir);
	start_choose(&start, &options, faults,
		     "ixfabricd: ", out != NULL ? out : stderr);
	if (out != NULL)
		fclose(out);
	if (start.config != NULL) {
		struct config *config = start.config;

		/* Those of a file that is not used have been printed. */
		if (start.from != NULL)
			faults = scratch;
		start.config = NULL;
		o->fabric.start = &start;
		rc = serve(o, config, faults);
	} else {
		log_faults(faults);
	}
	start_end(&start);
	faults_free(scratch);
	return rc;
}

int
main(int argc, char **argv)
{
	struct options o = { .fabric.alive = show_life };
	struct faults *faults;
	int rc = parse(argc, argv, &o);

	if (rc >= 0)
		return rc;
	open_standard_files();
	unblock_log();
	faults = faults_create();
	if (faults == NULL)
		return EXIT_FAILURE;
	rc = o.check ? check(&o, faults) : choose_and_serve(&o, faults);
	faults_free(faults);
	return rc;
}
