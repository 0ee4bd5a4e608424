/* SPDX-License-Identifier: BSD-3-Clause */
#include "apps/snmp_feed.h"

#include <pthread.h>
#include <signal.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <time.h>

#include "lib/clock.h"

/* Two of them, and snmpd still has its answer within a second. */
#define WAIT  (400 * CLOCK_MILLISECOND)
#define AGAIN (500 * CLOCK_MILLISECOND) /* after a failure */

/* So long after it was wanted last it is kept ready, not older than this. */
#define READY     (3600 * CLOCK_SECOND)
#define READY_AGE (120 * CLOCK_SECOND)

struct snmp_feed {
	struct snmp_source source;
	char *socket;
	pthread_t thread;
	pthread_mutex_t lock;
	pthread_cond_t asked, answered;
	/* Under the lock. */
	bool wanted, running, stop;
	bool failed;    /* the last time */
	bool waited;    /* for the answer under way, in vain */
	void *next;     /* answered, and not yet taken */
	int fd;         /* of the connection; -1: none */
	uint64_t begun; /* ns: when it was asked for last */
	uint64_t ended; /* ns: when that ended, well or not */
	/* Of the caller; the thread reads it while it asks. */
	void *current;
	uint64_t wanted_at; /* ns: when it was last */
	uint64_t at;        /* ns: when 'current' was asked for */
};

static uint64_t
monotonic(void)
{
	struct timespec ts;

	clock_gettime(CLOCK_MONOTONIC, &ts);
	return (uint64_t)ts.tv_sec * CLOCK_SECOND + (uint64_t)ts.tv_nsec;
}

static void *
run(void *arg)
{
	struct snmp_feed *feed = arg;

	pthread_mutex_lock(&feed->lock);
	while (!feed->stop) {
		void *made;

		if (!feed->wanted) {
			pthread_cond_wait(&feed->asked, &feed->lock);
			continue;
		}
		feed->wanted = false;
		pthread_mutex_unlock(&feed->lock);
		made = feed->source.ask(feed, feed->socket, feed->current);
		pthread_mutex_lock(&feed->lock);
		feed->next = made;
		feed->failed = made == NULL;
		feed->running = false;
		feed->waited = false;
		feed->ended = monotonic();
		pthread_cond_signal(&feed->answered);
	}
	pthread_mutex_unlock(&feed->lock);
	return NULL;
}

/* Signals are for the main thread. */
static int
begin(struct snmp_feed *feed)
{
	sigset_t all, old;
	int rc;

	sigfillset(&all);
	pthread_sigmask(SIG_SETMASK, &all, &old);
	rc = pthread_create(&feed->thread, NULL, run, feed);
	pthread_sigmask(SIG_SETMASK, &old, NULL);
	return rc;
}

struct snmp_feed *
snmp_feed_create(const struct snmp_source *source, const char *socket)
{
	struct snmp_feed *feed = calloc(1, sizeof(*feed));
	pthread_condattr_t attr;

	if (feed == NULL)
		return NULL;
	feed->source = *source;
	feed->socket = strdup(socket);
	feed->fd = -1;
	feed->wanted_at = monotonic();
	pthread_mutex_init(&feed->lock, NULL);
	pthread_cond_init(&feed->asked, NULL);
	pthread_condattr_init(&attr);
	pthread_condattr_setclock(&attr, CLOCK_MONOTONIC);
	pthread_cond_init(&feed->answered, &attr);
	pthread_condattr_destroy(&attr);
	if (feed->socket != NULL && begin(feed) == 0)
		return feed;
	free(feed->socket);
	free(feed);
	return NULL;
}

/* Ends what the thread waits for. */
static void
hang_up(struct snmp_feed *feed)
{
	if (feed->fd >= 0)
		shutdown(feed->fd, SHUT_RDWR);
}

void
snmp_feed_free(struct snmp_feed *feed)
{
	if (feed == NULL)
		return;
	pthread_mutex_lock(&feed->lock);
	feed->stop = true;
	hang_up(feed);
	pthread_cond_signal(&feed->asked);
	pthread_mutex_unlock(&feed->lock);
	pthread_join(feed->thread, NULL);
	feed->source.free(feed->next);
	feed->source.free(feed->current);
	pthread_mutex_destroy(&feed->lock);
	pthread_cond_destroy(&feed->asked);
	pthread_cond_destroy(&feed->answered);
	free(feed->socket);
	free(feed);
}

void
snmp_feed_connected(struct snmp_feed *feed, int fd)
{
	pthread_mutex_lock(&feed->lock);
	feed->fd = fd;
	if (feed->stop)
		hang_up(feed);
	pthread_mutex_unlock(&feed->lock);
}

static void
take(struct snmp_feed *feed)
{
	if (feed->next == NULL)
		return;
	feed->source.free(feed->current);
	feed->current = feed->next;
	feed->next = NULL;
	feed->at = feed->begun;
}

static bool
is_younger(const struct snmp_feed *feed, uint64_t now, uint64_t age)
{
	return feed->current != NULL && clock_since(now, feed->at) <= age;
}

static void
ask(struct snmp_feed *feed, uint64_t now)
{
	if (feed->running && clock_since(now, feed->begun) > feed->source.limit)
		hang_up(feed);
	if (feed->running || is_younger(feed, now, feed->source.fresh) ||
	    (feed->failed && clock_since(now, feed->ended) < AGAIN))
		return;
	feed->running = feed->wanted = true;
	feed->begun = now;
	pthread_cond_signal(&feed->asked);
}

static void
wait(struct snmp_feed *feed, uint64_t now)
{
	struct timespec until = {
		.tv_sec = (time_t)((now + WAIT) / CLOCK_SECOND),
		.tv_nsec = (long)((now + WAIT) % CLOCK_SECOND),
	};

	while (feed->running &&
	       pthread_cond_timedwait(&feed->answered, &feed->lock, &until) ==
		       0)
		;
	feed->waited = feed->running;
	take(feed);
}

/* Whether it may be used, old as it is: a daemon that is gone leaves nothing. */
static bool
is_usable(const struct snmp_feed *feed, uint64_t now)
{
	uint64_t most = feed->running ? feed->source.usable_meanwhile
				      : feed->source.usable;

	return !feed->failed && is_younger(feed, now, most);
}

const void *
snmp_feed_get(struct snmp_feed *feed, uint64_t now)
{
	bool usable;

	feed->wanted_at = now;
	pthread_mutex_lock(&feed->lock);
	if (!feed->running)
		take(feed);
	ask(feed, now);
	if (!is_younger(feed, now, feed->source.usable) && feed->running &&
	    !feed->waited)
		wait(feed, now);
	usable = is_usable(feed, now);
	pthread_mutex_unlock(&feed->lock);
	return usable ? feed->current : NULL;
}

void
snmp_feed_keep_ready(struct snmp_feed *feed, uint64_t now)
{
	pthread_mutex_lock(&feed->lock);
	if (!feed->running)
		take(feed);
	if (clock_since(now, feed->wanted_at) < READY &&
	    (feed->running || !is_younger(feed, now, READY_AGE)))
		ask(feed, now);
	pthread_mutex_unlock(&feed->lock);
}
