/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Numbered frames between two hosts: what was lost, repeated or out of order.
 *
 *   numbered send IFACE TO-MAC FRAMES-PER-SECOND SECONDS [FLOWS]
 *   numbered receive IFACE SILENT-MS
 *
 * The sender ends after its time, or on SIGTERM, and prints sent=N in N ms.  The
 * receiver prints "ready", ends on SIGTERM once the line has been silent for
 * SILENT-MS, and prints two lines: longest=N, the most frames of one flow that
 * were lost one after the other, and received=N lost=N repeated=N late=N
 * missed=N, the last what the receiving socket itself had no room for.  A frame
 * is late if a later one of its flow came before it.
 *
 * A frame is 60 octets of IPv4 to an address that no host has, so that kernels
 * let it lie; TO-MAC can be the broadcast address.  The flows differ in the last
 * octet of their source address, and take turns.
 */

#include <err.h>
#include <errno.h>
#include <linux/if_packet.h>
#include <netinet/ether.h>
#include <poll.h>
#include <signal.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "tests/func/raw.h"

#define SIZE      60
#define BATCH     16
#define NUMBERS   (UINT64_C(1) << 26)
#define OURS      "numbered"
#define OURS_AT   34
#define NUMBER_AT (OURS_AT + 8)
#define FLOWS_AT  (NUMBER_AT + 8)
#define FLOWS_MAX 128
#define FLOW_AT   29

static volatile sig_atomic_t stopped;

static void
on_signal(int signo)
{
	(void)signo;
	stopped = 1;
}

static int
open_sender(const char *iface, uint8_t mac[ETH_ALEN])
{
	int fd = raw_open(iface, mac);

	raw_bind(fd, iface, 0);
	return fd;
}

static int
open_receiver(const char *iface, uint8_t mac[ETH_ALEN])
{
	int fd = raw_open(iface, mac), room = 64 << 20;

	if (setsockopt(fd, SOL_SOCKET, SO_RCVBUFFORCE, &room, sizeof(room)) < 0)
		setsockopt(fd, SOL_SOCKET, SO_RCVBUF, &room, sizeof(room));
	if (setsockopt(fd, SOL_PACKET, PACKET_IGNORE_OUTGOING, &(int){ 1 },
		       sizeof(int)) < 0)
		err(1, "PACKET_IGNORE_OUTGOING");
	raw_bind(fd, iface, ETH_P_IP);
	return fd;
}

static void
fill(uint8_t frame[SIZE], const uint8_t to[ETH_ALEN],
     const uint8_t from[ETH_ALEN])
{
	static const uint8_t ip[20] = { 0x45, 0,  0,   46, 0,   0,   0,
					0,    64, 253, 0,  0,   198, 51,
					100,  1,  198, 51, 100, 2 };

	memset(frame, 0, SIZE);
	memcpy(frame, to, ETH_ALEN);
	memcpy(frame + 6, from, ETH_ALEN);
	frame[12] = 0x08;
	memcpy(frame + 14, ip, sizeof(ip));
	memcpy(frame + OURS_AT, OURS, 8);
}

/* Sends 'n' of the batch, all of them, waiting where there is no room. */
static void
send_all(int fd, struct mmsghdr *batch, unsigned int n)
{
	unsigned int done = 0;

	while (done < n) {
		int sent = sendmmsg(fd, batch + done, n - done, 0);

		if (sent >= 0)
			done += (unsigned int)sent;
		else if (errno != ENOBUFS && errno != EAGAIN && errno != EINTR)
			err(1, "sending");
	}
}

/*
 * How many frames to send now.  A sender that did not run for a while does
 * not catch up all at once, which would be another rate: 'start' moves instead.
 */
static uint64_t
due(uint64_t *start, uint64_t rate, uint64_t sent)
{
	uint64_t whole = (raw_now() - *start) / 1000 * rate / 1000000;

	if (whole <= sent)
		return 0;
	if (whole - sent <= BATCH)
		return whole - sent;
	*start += (whole - sent - BATCH) * SECOND / rate;
	return BATCH;
}

/* The next frame of those that take turns. */
static void
number_frame(uint8_t frame[SIZE], uint64_t number, uint8_t flows)
{
	memcpy(frame + NUMBER_AT, &number, sizeof(number));
	frame[FLOWS_AT] = flows;
	frame[FLOW_AT] = (uint8_t)(1 + number % flows);
}

static int
send_frames(const char *iface, const char *to, uint64_t rate, uint64_t seconds,
	    uint64_t flows)
{
	static uint8_t frame[BATCH][SIZE];
	struct mmsghdr batch[BATCH] = { 0 };
	struct iovec iov[BATCH];
	const struct ether_addr *dst = ether_aton(to);
	uint8_t own[ETH_ALEN];
	int fd = open_sender(iface, own);
	uint64_t begun = raw_now(), start = begun, sent = 0;

	if (dst == NULL || rate == 0 || flows == 0 || flows > FLOWS_MAX)
		errx(2, "no address, no rate, or not 1 to %d flows", FLOWS_MAX);
	for (unsigned int i = 0; i < BATCH; i++) {
		fill(frame[i], dst->ether_addr_octet, own);
		iov[i] = (struct iovec){ frame[i], SIZE };
		batch[i].msg_hdr.msg_iov = &iov[i];
		batch[i].msg_hdr.msg_iovlen = 1;
	}
	while (!stopped && sent < NUMBERS - BATCH &&
	       raw_now() - begun < seconds * SECOND) {
		uint64_t n = due(&start, rate, sent);

		if (n == 0) {
			usleep(50);
			continue;
		}
		for (unsigned int i = 0; i < n; i++, sent++)
			number_frame(frame[i], sent, (uint8_t)flows);
		send_all(fd, batch, (unsigned int)n);
	}
	printf("sent=%ju in %ju ms\n", (uintmax_t)sent,
	       (uintmax_t)((raw_now() - begun) / 1000000));
	return 0;
}

struct tally {
	uint64_t received, lost, repeated, late, longest;
	uint64_t next[FLOWS_MAX]; /* what a flow has not reached, in turns */
	uint8_t *seen;            /* a bit for each number */
};

static void
note(struct tally *t, uint64_t number, uint8_t flows)
{
	uint64_t turn, *next;
	bool seen;

	if (number >= NUMBERS || flows == 0 || flows > FLOWS_MAX)
		errx(1, "number out of range");
	turn = number / flows;
	next = &t->next[number % flows];
	seen = t->seen[number / 8] >> number % 8 & 1;
	t->seen[number / 8] |= (uint8_t)(1 << number % 8);
	t->received++;
	if (seen) {
		t->repeated++;
	} else if (turn < *next) {
		t->late++;
		t->lost--;
	} else {
		t->lost += turn - *next;
		if (turn - *next > t->longest)
			t->longest = turn - *next;
		*next = turn + 1;
	}
}

static bool
is_for(const uint8_t frame[SIZE], const uint8_t own[ETH_ALEN])
{
	static const uint8_t all[ETH_ALEN] = { 0xff, 0xff, 0xff,
					       0xff, 0xff, 0xff };

	return memcmp(frame, own, ETH_ALEN) == 0 ||
	       memcmp(frame, all, ETH_ALEN) == 0;
}

/* Takes what is there; returns whether there was anything of ours. */
static bool
take(int fd, const uint8_t own[ETH_ALEN], struct tally *t)
{
	static uint8_t frame[64][SIZE];
	struct mmsghdr batch[64] = { 0 };
	struct iovec iov[64];
	bool any = false;
	int n;

	for (unsigned int i = 0; i < 64; i++) {
		iov[i] = (struct iovec){ frame[i], SIZE };
		batch[i].msg_hdr.msg_iov = &iov[i];
		batch[i].msg_hdr.msg_iovlen = 1;
	}
	n = recvmmsg(fd, batch, 64, MSG_DONTWAIT, NULL);
	for (int i = 0; i < n; i++) {
		uint64_t number;

		if (batch[i].msg_len < SIZE || !is_for(frame[i], own) ||
		    memcmp(frame[i] + OURS_AT, OURS, 8) != 0)
			continue;
		memcpy(&number, frame[i] + NUMBER_AT, sizeof(number));
		note(t, number, frame[i][FLOWS_AT]);
		any = true;
	}
	return any;
}

static int
receive_frames(const char *iface, uint64_t silent_ms)
{
	struct tally t = { .seen = calloc(1, NUMBERS / 8) };
	struct tpacket_stats stats;
	socklen_t size = sizeof(stats);
	uint8_t own[ETH_ALEN];
	int fd = open_receiver(iface, own);
	struct pollfd p = { .fd = fd, .events = POLLIN };
	uint64_t last = raw_now();

	if (t.seen == NULL)
		err(1, "memory");
	puts("ready");
	fflush(stdout);
	while (!stopped || raw_now() - last < silent_ms * 1000000) {
		poll(&p, 1, 10);
		if (take(fd, own, &t))
			last = raw_now();
	}
	if (getsockopt(fd, SOL_PACKET, PACKET_STATISTICS, &stats, &size) < 0)
		err(1, "PACKET_STATISTICS");
	printf("longest=%ju\n", (uintmax_t)t.longest);
	printf("received=%ju lost=%ju repeated=%ju late=%ju missed=%u\n",
	       (uintmax_t)t.received, (uintmax_t)t.lost, (uintmax_t)t.repeated,
	       (uintmax_t)t.late, stats.tp_drops);
	free(t.seen);
	return 0;
}

int
main(int argc, char **argv)
{
	struct sigaction action = { .sa_handler = on_signal };

	sigaction(SIGTERM, &action, NULL);
	sigaction(SIGINT, &action, NULL);
	if ((argc == 6 || argc == 7) && strcmp(argv[1], "send") == 0)
		return send_frames(argv[2], argv[3],
				   strtoull(argv[4], NULL, 10),
				   strtoull(argv[5], NULL, 10),
				   argc == 7 ? strtoull(argv[6], NULL, 10) : 1);
	if (argc == 4 && strcmp(argv[1], "receive") == 0)
		return receive_frames(argv[2], strtoull(argv[3], NULL, 10));
	fprintf(stderr,
		"usage: numbered send IFACE TO-MAC RATE SECONDS [FLOWS]\n"
		"       numbered receive IFACE SILENT-MS\n");
	return 2;
}
