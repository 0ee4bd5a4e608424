/* SPDX-License-Identifier: BSD-3-Clause */
#include "lib/hookrun.h"

#include <assert.h>
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <pthread.h>
#include <signal.h>
#include <spawn.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/eventfd.h>
#include <sys/pidfd.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#define NICE      10   /* below control, on whose cores the process may be */
#define PRINTED   200  /* octets of what it prints, for the log */
#define LAST_WISH 1000 /* ms that it has when the daemon ends */
#define PATHS                                                                  \
	"PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"

/* The caller is the thread of all functions of the header; 'thread' is the other one. */
struct hookrun {
	pthread_t thread;
	unsigned int gather; /* ms; never changes */
	int bell;            /* eventfd; the caller rings it; never changes */
	/*
	 * A ring of HOOKRUN_OCTETS: octets that were put and taken so far.  The caller
	 * writes the octets and 'put', the thread reads them and writes 'taken';
	 * release/acquire.
	 */
	char *ring;
	_Atomic size_t put, taken;
	atomic_bool stop; /* caller writes, thread reads */
	bool active;      /* the caller's: there is a program */

	pthread_mutex_t
		lock; /* of the rest, which is small; the thread may be slow */
	char *program,
		*name; /* caller writes, thread reads; program NULL: none */
	unsigned int seconds;
	struct hookrun_state state; /* thread writes, caller reads */
	bool ended;                 /* thread sets, caller clears */
};

static_assert(ATOMIC_LONG_LOCK_FREE == 2 && ATOMIC_BOOL_LOCK_FREE == 2 &&
		      sizeof(size_t) == sizeof(long),
	      "the words that cross threads are read and written whole");

/* A process, in the thread of hookrun. */
struct process {
	struct hookrun *h;
	char *program, *name, *text;
	size_t size, sent;
	unsigned int seconds;
	pid_t pid;
	int pidfd, in, out; /* in: its standard input; -1: none */
	bool killed;
	char printed[PRINTED + 1];
	size_t nprinted;
	char why[HOOKRUN_WHY_SIZE];
};

static uint64_t
now_ms(void)
{
	struct timespec ts;

	clock_gettime(CLOCK_MONOTONIC, &ts);
	return (uint64_t)ts.tv_sec * 1000 + (uint64_t)ts.tv_nsec / 1000000;
}

static void
ring(struct hookrun *h)
{
	uint64_t one = 1;

	(void)!write(h->bell, &one, sizeof(one));
}

/* The process. */

/*
 * The daemon's user runs the program, so that no other one may write to it.  Folders are
 * the operator's to keep.
 */
static int
check_program(struct process *p)
{
	struct stat st;

	if (stat(p->program, &st) != 0) {
		snprintf(p->why, sizeof(p->why), "%s", strerror(errno));
		return -1;
	}
	if (!S_ISREG(st.st_mode))
		snprintf(p->why, sizeof(p->why), "is no regular file");
	else if (st.st_uid != 0 && st.st_uid != geteuid())
		snprintf(p->why, sizeof(p->why),
			 "belongs neither to root nor to the user of the "
			 "daemon");
	else if ((st.st_mode & (S_IWGRP | S_IWOTH)) != 0)
		snprintf(p->why, sizeof(p->why),
			 "can be written to by others than its owner");
	return p->why[0] == '\0' ? 0 : -1;
}

/* Standard input and output are 'in' and 'out'; nothing else stays open. */
static int
set_files(posix_spawn_file_actions_t *files, int in, int out)
{
	int rc = posix_spawn_file_actions_adddup2(files, in, STDIN_FILENO);

	if (rc == 0)
		rc = posix_spawn_file_actions_adddup2(files, out,
						      STDOUT_FILENO);
	if (rc == 0)
		rc = posix_spawn_file_actions_adddup2(files, out,
						      STDERR_FILENO);
	if (rc == 0)
		rc = posix_spawn_file_actions_addclosefrom_np(
			files, STDERR_FILENO + 1);
	if (rc == 0)
		rc = posix_spawn_file_actions_addchdir_np(files, "/");
	return rc;
}

static int
set_attributes(posix_spawnattr_t *attr)
{
	sigset_t all, none;

	sigfillset(&all);
	sigemptyset(&none);
	posix_spawnattr_setflags(attr, POSIX_SPAWN_SETPGROUP |
					       POSIX_SPAWN_SETSIGMASK |
					       POSIX_SPAWN_SETSIGDEF);
	posix_spawnattr_setpgroup(attr, 0);
	posix_spawnattr_setsigmask(attr, &none);
	return posix_spawnattr_setsigdefault(attr, &all);
}

static int
spawn(struct process *p, int in, int out)
{
	char *argv[] = { p->program, NULL }, name[128], path[] = PATHS;
	char *env[] = { path, name, (char[]){ "LANG=C.UTF-8" }, NULL };
	posix_spawn_file_actions_t files;
	posix_spawnattr_t attr;
	int rc;

	snprintf(name, sizeof(name), "IXF_NAME=%s", p->name);
	posix_spawn_file_actions_init(&files);
	posix_spawnattr_init(&attr);
	rc = set_files(&files, in, out);
	if (rc == 0)
		rc = set_attributes(&attr);
	if (rc == 0)
		rc = posix_spawn(&p->pid, p->program, &files, &attr, argv, env);
	posix_spawn_file_actions_destroy(&files);
	posix_spawnattr_destroy(&attr);
	return rc;
}

/* The daemon is the last that the kernel shall kill for memory; this is not. */
static void
lower_importance(const struct process *p)
{
	char path[64];
	int fd;

	snprintf(path, sizeof(path), "/proc/%d/oom_score_adj", (int)p->pid);
	fd = open(path, O_WRONLY | O_CLOEXEC);
	if (fd < 0)
		return;
	(void)!write(fd, "0", 1);
	close(fd);
}

static void
close_one(int *fd)
{
	if (*fd >= 0)
		close(*fd);
	*fd = -1;
}

static int
start(struct process *p)
{
	int in[2] = { -1, -1 }, out[2] = { -1, -1 }, rc = 0;

	if (check_program(p) != 0)
		return -1;
	if (pipe2(in, O_CLOEXEC) != 0 || pipe2(out, O_CLOEXEC) != 0)
		rc = errno;
	if (rc == 0)
		rc = spawn(p, in[0], out[1]);
	close_one(&in[0]);
	close_one(&out[1]);
	p->in = in[1];
	p->out = out[0];
	if (rc == 0) {
		lower_importance(p);
		p->pidfd = pidfd_open(p->pid, 0);
		fcntl(p->in, F_SETFL, O_NONBLOCK);
		fcntl(p->out, F_SETFL, O_NONBLOCK);
		return 0;
	}
	snprintf(p->why, sizeof(p->why), "cannot be run: %s", strerror(rc));
	return -1;
}

/* A program that does not read all has what it wants. */
static void
feed(struct process *p)
{
	ssize_t n = write(p->in, p->text + p->sent, p->size - p->sent);

	if (n > 0)
		p->sent += (size_t)n;
	if (p->sent == p->size || (n < 0 && errno != EAGAIN && errno != EINTR))
		close_one(&p->in);
}

/* Reads on when all is kept that the log has room for, so that it never waits for us. */
static void
drain(struct process *p)
{
	char rest[4096];
	ssize_t n = read(p->out, rest, sizeof(rest));

	if (n == 0 || (n < 0 && errno != EAGAIN && errno != EINTR))
		close_one(&p->out);
	for (ssize_t i = 0; i < n && p->nprinted < PRINTED; i++)
		p->printed[p->nprinted++] =
			(unsigned char)rest[i] < ' ' ? ' ' : rest[i];
}

/* Until it has ended, or 'deadline'; false: it has not ended. */
static bool
attend(struct process *p, uint64_t deadline)
{
	bool stopping = false;

	for (;;) {
		struct pollfd fd[] = {
			{ .fd = p->pidfd, .events = POLLIN },
			{ .fd = p->in, .events = POLLOUT },
			{ .fd = p->out, .events = POLLIN },
			{ .fd = stopping ? -1 : p->h->bell, .events = POLLIN },
		};
		uint64_t at = now_ms();
		uint64_t count;

		if (at >= deadline)
			return false;
		if (poll(fd, 4, (int)(deadline - at)) < 0 && errno != EINTR)
			return false;
		if (fd[1].revents != 0)
			feed(p);
		if (fd[2].revents != 0)
			drain(p);
		if (fd[0].revents != 0)
			return true;
		if (fd[3].revents != 0)
			(void)!read(p->h->bell, &count, sizeof(count));
		if (!stopping && atomic_load(&p->h->stop)) {
			stopping = true;
			if (deadline > at + LAST_WISH)
				deadline = at + LAST_WISH;
		}
	}
}

static void
judge(struct process *p, const siginfo_t *end)
{
	const char *said = p->nprinted > 0 ? ": " : "";

	p->printed[p->nprinted] = '\0';
	if (p->killed)
		snprintf(p->why, sizeof(p->why),
			 "was killed: it had not ended after %u s%s%s",
			 p->seconds, said, p->printed);
	else if (end->si_code != CLD_EXITED)
		snprintf(p->why, sizeof(p->why), "ended by signal %d%s%s",
			 end->si_status, said, p->printed);
	else if (end->si_status != 0)
		snprintf(p->why, sizeof(p->why), "exit code %d%s%s",
			 end->si_status, said, p->printed);
}

/*
 * What it has left behind in its group is killed before the number of the group can be
 * another one's, which it cannot while the process waits to be reaped.
 */
static void
finish(struct process *p, bool ended)
{
	siginfo_t end = { .si_code = CLD_KILLED, .si_status = SIGKILL };

	if (!ended) {
		p->killed = true;
		kill(-p->pid, SIGKILL);
	}
	while (waitid(P_PID, (id_t)p->pid, &end, WEXITED | WNOWAIT) != 0 &&
	       errno == EINTR)
		;
	kill(-p->pid, SIGKILL);
	while (waitid(P_PID, (id_t)p->pid, &end, WEXITED) != 0 &&
	       errno == EINTR)
		;
	while (p->out >= 0 && p->nprinted < PRINTED) {
		size_t before = p->nprinted;

		drain(p);
		if (p->nprinted == before)
			break;
	}
	judge(p, &end);
}

static void
run_process(struct process *p)
{
	p->pidfd = p->in = p->out = -1;
	if (start(p) == 0)
		finish(p, attend(p, now_ms() + (uint64_t)p->seconds * 1000));
	close_one(&p->pidfd);
	close_one(&p->in);
	close_one(&p->out);
}

/* The thread. */

static size_t
waiting(const struct hookrun *h)
{
	return atomic_load_explicit(&h->put, memory_order_acquire) -
	       atomic_load_explicit(&h->taken, memory_order_relaxed);
}

/* Takes all lines, into p->text if there is one. */
static void
take_lines(struct hookrun *h, struct process *p, size_t n)
{
	size_t at = atomic_load_explicit(&h->taken, memory_order_relaxed);
	size_t from = at % HOOKRUN_OCTETS, first = HOOKRUN_OCTETS - from;

	if (first > n)
		first = n;
	if (p->text != NULL) {
		memcpy(p->text, h->ring + from, first);
		memcpy(p->text + first, h->ring, n - first);
		p->size = n;
	}
	atomic_store_explicit(&h->taken, at + n, memory_order_release);
}

/* The process for what waits; false: there is no program, or no memory. */
static bool
prepare(struct hookrun *h, struct process *p)
{
	size_t n = waiting(h);
	bool ready;

	pthread_mutex_lock(&h->lock);
	if (h->program != NULL) {
		p->program = strdup(h->program);
		p->name = strdup(h->name);
		p->text = malloc(n);
		p->seconds = h->seconds;
	}
	ready = p->program != NULL && p->name != NULL && p->text != NULL;
	h->state.running = ready;
	h->state.runs += ready;
	pthread_mutex_unlock(&h->lock);
	take_lines(h, p, n);
	return ready;
}

static void
note_end(struct hookrun *h, const struct process *p)
{
	pthread_mutex_lock(&h->lock);
	h->state.running = false;
	h->state.failed += p->why[0] != '\0';
	h->state.killed += p->killed;
	memcpy(h->state.why, p->why, sizeof(p->why));
	h->ended = true;
	pthread_mutex_unlock(&h->lock);
}

/* Waits for the bell; -1: for ever. */
static void
wait_for_bell(struct hookrun *h, int ms)
{
	struct pollfd fd = { .fd = h->bell, .events = POLLIN };
	uint64_t count;

	if (poll(&fd, 1, ms) > 0)
		(void)!read(h->bell, &count, sizeof(count));
}

/* What happens soon after the first line is for the same process. */
static void
gather(struct hookrun *h)
{
	uint64_t until = now_ms() + h->gather, at;

	while ((at = now_ms()) < until && !atomic_load(&h->stop))
		wait_for_bell(h, (int)(until - at));
}

static void *
run(void *arg)
{
	struct hookrun *h = arg;

	/* Capabilities and priority are those of a thread, and of what it starts. */
	prctl(PR_SET_NAME, "hook");
	prctl(PR_CAP_AMBIENT, PR_CAP_AMBIENT_CLEAR_ALL, 0, 0, 0);
	setpriority(PRIO_PROCESS, (id_t)gettid(), NICE);
	while (!atomic_load(&h->stop)) {
		struct process p = { .h = h };

		if (waiting(h) == 0) {
			wait_for_bell(h, -1);
			continue;
		}
		gather(h);
		if (!atomic_load(&h->stop) && prepare(h, &p)) {
			run_process(&p);
			note_end(h, &p);
		}
		free(p.program);
		free(p.name);
		free(p.text);
	}
	return NULL;
}

/* The other thread. */

/*
 * If SIGCHLD is ignored, as a careless parent may have left it, the kernel reaps processes
 * by itself, and how they ended is lost.
 */
static void
keep_children(void)
{
	struct sigaction was;

	if (sigaction(SIGCHLD, NULL, &was) == 0 && was.sa_handler == SIG_IGN)
		signal(SIGCHLD, SIG_DFL);
}

struct hookrun *
hookrun_create(unsigned int gather_ms)
{
	struct hookrun *h = calloc(1, sizeof(*h));
	int error = ENOMEM;

	if (h == NULL)
		return NULL;
	keep_children();
	h->gather = gather_ms;
	h->ring = malloc(HOOKRUN_OCTETS);
	h->bell = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
	pthread_mutex_init(&h->lock, NULL);
	if (h->ring != NULL && h->bell >= 0)
		error = pthread_create(&h->thread, NULL, run, h);
	if (error == 0)
		return h;
	close_one(&h->bell);
	free(h->ring);
	free(h);
	errno = error;
	return NULL;
}

void
hookrun_free(struct hookrun *h)
{
	if (h == NULL)
		return;
	atomic_store(&h->stop, true);
	ring(h);
	pthread_join(h->thread, NULL);
	pthread_mutex_destroy(&h->lock);
	close(h->bell);
	free(h->program);
	free(h->name);
	free(h->ring);
	free(h);
}

int
hookrun_set(struct hookrun *h, const char *program, unsigned int seconds,
	    const char *name)
{
	char *path = program != NULL ? strdup(program) : NULL;
	char *copy = strdup(name);

	if (copy == NULL || (program != NULL && path == NULL)) {
		free(path);
		free(copy);
		return -ENOMEM;
	}
	pthread_mutex_lock(&h->lock);
	free(h->program);
	free(h->name);
	h->program = path;
	h->name = copy;
	h->seconds = seconds;
	pthread_mutex_unlock(&h->lock);
	h->active = path != NULL;
	return 0;
}

bool
hookrun_has_room(const struct hookrun *h, size_t n)
{
	size_t used = atomic_load_explicit(&h->put, memory_order_relaxed) -
		      atomic_load_explicit(&h->taken, memory_order_acquire);

	return h->active && used + n <= HOOKRUN_OCTETS;
}

bool
hookrun_put(struct hookrun *h, const char *line, size_t n)
{
	size_t at = atomic_load_explicit(&h->put, memory_order_relaxed);
	size_t to = at % HOOKRUN_OCTETS, first = HOOKRUN_OCTETS - to;

	if (!hookrun_has_room(h, n))
		return false;
	if (first > n)
		first = n;
	memcpy(h->ring + to, line, first);
	memcpy(h->ring, line + first, n - first);
	atomic_store_explicit(&h->put, at + n, memory_order_release);
	/* Each time: the other thread may be just about to wait. */
	ring(h);
	return true;
}

bool
hookrun_look(struct hookrun *h, struct hookrun_state *s)
{
	bool ended;

	/* The thread has a low priority, so the caller does not wait for it. */
	if (pthread_mutex_trylock(&h->lock) != 0)
		return false;
	*s = h->state;
	ended = h->ended;
	h->ended = false;
	pthread_mutex_unlock(&h->lock);
	s->waiting = waiting(h);
	return ended;
}
