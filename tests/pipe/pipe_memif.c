/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * What the two sides of a memif agree on, in messages as they are on the socket: how
 * the worker is told of frames, and how it asks for that.
 */
#include "fabric/device/memif_rx.h"

#include <check.h>
#include <fcntl.h>
#include <poll.h>
#include <stdio.h>
#include <string.h>
#include <sys/eventfd.h>
#include <sys/mman.h>
#include <unistd.h>

#include "tests/check_run.h"

#define REGION 16384
#define OFFSET 8256 /* of the ring: not at the begin of a page */
#define COOKIE 0x3E31F20

enum {
	INIT = 3,
	ADD_REGION,
	ADD_RING,
	CONNECT,
	CONNECTED
};

static char path[64], args[128];
static struct devspec spec;
static struct memif_rx rx;
static struct rx_wait wait;
static int listener, ends[2]; /* of the connection: client, server */
static int region, ring;      /* descriptors */
static uint8_t *memory;

static void
connect_ends(void)
{
	struct sockaddr_un un = { .sun_family = AF_UNIX };

	snprintf(un.sun_path, sizeof(un.sun_path), "%s", path);
	ends[0] = socket(AF_UNIX, SOCK_SEQPACKET, 0);
	ck_assert_int_eq(connect(ends[0], (struct sockaddr *)&un, sizeof(un)),
			 0);
	ends[1] = accept(listener, NULL, NULL);
	ck_assert_int_ge(ends[1], 0);
}

static void
setup(void)
{
	struct sockaddr_un un = { .sun_family = AF_UNIX };

	snprintf(path, sizeof(path), "/tmp/ixf-memif-%d", getpid());
	snprintf(un.sun_path, sizeof(un.sun_path), "%s", path);
	unlink(path);
	listener = socket(AF_UNIX, SOCK_SEQPACKET, 0);
	ck_assert_int_eq(bind(listener, (struct sockaddr *)&un, sizeof(un)), 0);
	ck_assert_int_eq(listen(listener, 1), 0);
	connect_ends();
	region = memfd_create("region", 0);
	ck_assert_int_eq(ftruncate(region, REGION), 0);
	memory = mmap(NULL, REGION, PROT_READ | PROT_WRITE, MAP_SHARED, region,
		      0);
	ck_assert(memory != MAP_FAILED);
	*(uint32_t *)(void *)(memory + OFFSET) = COOKIE;
	ring = eventfd(0, 0);
	wait = (struct rx_wait){ .fd = -1 };
	memset(&rx, 0, sizeof(rx));
}

static void
teardown(void)
{
	memif_rx_close(&rx);
	munmap(memory, REGION);
	close(region);
	close(ring);
	close(ends[0]);
	close(ends[1]);
	close(listener);
	unlink(path);
}

static bool
open_as(const char *role, unsigned int id)
{
	snprintf(args, sizeof(args),
		 "role=%s,id=%u,socket-abstract=no,socket=%s", role, id, path);
	ck_assert_int_eq(devspec_parse("net_memif0", &spec), 0);
	return memif_rx_open(&rx, &spec, args, &wait);
}

static uint16_t *
flags(void)
{
	return (uint16_t *)(void *)(memory + OFFSET + 4);
}

/* A message with numbers in its first places, and a descriptor; -1: none. */
static void
message(bool server, uint16_t type, const uint16_t *word, size_t n, int fd)
{
	/* The client sends all but CONNECTED. */
	bool sent = (type == CONNECTED) == server;
	uint16_t text[64] = { type };
	union {
		char octets[CMSG_SPACE(sizeof(int))];
		struct cmsghdr align;
	} control = { 0 };
	struct iovec iov = { text, sizeof(text) };
	struct msghdr mh = { .msg_iov = &iov, .msg_iovlen = 1 };
	struct cmsghdr *c;

	memcpy(text + 1, word, n * sizeof(*word));
	if (fd >= 0) {
		mh.msg_control = control.octets;
		mh.msg_controllen = sizeof(control.octets);
		c = CMSG_FIRSTHDR(&mh);
		c->cmsg_level = SOL_SOCKET;
		c->cmsg_type = SCM_RIGHTS;
		c->cmsg_len = CMSG_LEN(sizeof(fd));
		memcpy(CMSG_DATA(c), &fd, sizeof(fd));
	}
	memif_rx_message(ends[server], &mh, sent);
}

#define MESSAGE(server, type, fd, ...)                                         \
	message(server, type, (const uint16_t[]){ __VA_ARGS__ },               \
		sizeof((const uint16_t[]){ __VA_ARGS__ }) / 2, fd)

/* All but the last of a connection to the interface 'id'. */
static void
agree(bool server, uint16_t id, uint16_t offset)
{
	MESSAGE(server, INIT, -1, 0x200, id, 0);
	MESSAGE(server, ADD_REGION, region, 0);
	/* Both directions; the other one has no descriptor that is good. */
	MESSAGE(server, ADD_RING, server ? ring : 999, 1, 0, 0, offset, 0);
	MESSAGE(server, ADD_RING, server ? 999 : ring, 0, 0, 0, offset, 0);
	MESSAGE(server, CONNECT, -1, 0);
}

static void
expect_ring(bool is)
{
	struct pollfd fd = { .fd = wait.fd, .events = POLLIN };
	uint64_t one = 1;

	*flags() = 7;
	memif_rx_arm(&rx, true);
	ck_assert_int_eq(*flags(), is ? 0 : 7);
	memif_rx_arm(&rx, false);
	ck_assert_int_eq(*flags(), is ? 1 : 7);
	/* What tells a worker that waits of a new ring. */
	ck_assert_int_eq(fcntl(wait.fd, F_GETFL) & O_NONBLOCK, O_NONBLOCK);
	while (read(wait.fd, &one, sizeof(one)) > 0)
		continue;
	ck_assert_int_eq(poll(&fd, 1, 0), 0);
	ck_assert_int_eq(write(ring, &one, sizeof(one)), sizeof(one));
	ck_assert_int_eq(poll(&fd, 1, 0), is);
}

static const char *const role[] = { "client", "server" };

START_TEST(a_connection_brings_its_ring)
{
	int number;

	ck_assert(open_as(role[_i], 3));
	number = wait.fd;
	ck_assert(wait.counts);
	expect_ring(false);
	agree(_i, 3, OFFSET);
	expect_ring(false);
	MESSAGE(_i, CONNECTED, -1, 0);
	expect_ring(true);
	ck_assert_int_eq(wait.fd, number);
	ck_assert_uint_eq(atomic_load(&wait.missed), 0);
}
END_TEST

START_TEST(the_next_connection_brings_another)
{
	uint8_t *first = memory;
	uint64_t one = 1;

	ck_assert(open_as(role[_i], 3));
	agree(_i, 3, OFFSET);
	MESSAGE(_i, CONNECTED, -1, 0);
	close(ends[0]);
	close(ends[1]);
	connect_ends();
	close(region);
	region = memfd_create("region", 0);
	ck_assert_int_eq(ftruncate(region, REGION), 0);
	memory = mmap(NULL, REGION, PROT_READ | PROT_WRITE, MAP_SHARED, region,
		      0);
	*(uint32_t *)(void *)(memory + 64) = COOKIE;
	memcpy(memory + OFFSET, first + OFFSET, 8);
	agree(_i, 3, OFFSET);
	/* A worker that waits for the old one looks again. */
	while (read(wait.fd, &one, sizeof(one)) > 0)
		continue;
	MESSAGE(_i, CONNECTED, -1, 0);
	expect_ring(true);
	munmap(first, REGION);
}
END_TEST

START_TEST(that_of_another_interface_does_not)
{
	ck_assert(open_as(role[_i], 3));
	agree(_i, 4, OFFSET);
	MESSAGE(_i, CONNECTED, -1, 0);
	expect_ring(false);
	ck_assert_uint_eq(atomic_load(&wait.missed), 0);
}
END_TEST

/* Two sides of one connection in one process: each message is seen twice. */
START_TEST(nor_does_that_of_the_other_side)
{
	ck_assert(open_as(role[_i], 3));
	agree(!_i, 3, OFFSET);
	MESSAGE(!_i, CONNECTED, -1, 0);
	expect_ring(false);
}
END_TEST

/* A client that the server has not accepted, as it has a wrong secret. */
START_TEST(one_that_is_not_accepted_does_not)
{
	ck_assert(open_as("server", 3));
	agree(true, 3, OFFSET);
	/* As if the client could accept itself. */
	message(false, CONNECTED, flags(), 1, -1);
	expect_ring(false);
}
END_TEST

static const struct {
	const char *what;
	uint16_t offset;
} wrong[] = {
	{ "no cookie", OFFSET + 64 },
	{ "behind the region", REGION },
	{ "the end of the region", REGION - 4 },
	{ "not aligned", OFFSET + 2 },
};

START_TEST(without_a_ring_the_queue_is_not_waited_for)
{
	struct device d = { .rx_wait = &wait };
	struct rxq q = { &d, 0 };

	ck_assert(open_as("server", 3));
	ck_assert(rxq_wait(&q) == &wait);
	agree(true, 3, wrong[_i].offset);
	MESSAGE(true, CONNECTED, -1, 0);
	ck_assert_msg(rxq_wait(&q) == NULL, "%s", wrong[_i].what);
	memif_rx_arm(&rx, true);
	/* The next one is good. */
	agree(true, 3, OFFSET);
	MESSAGE(true, CONNECTED, -1, 0);
	ck_assert(rxq_wait(&q) == &wait);
	expect_ring(true);
}
END_TEST

START_TEST(no_region_is_no_ring)
{
	ck_assert(open_as("server", 3));
	MESSAGE(true, INIT, -1, 0x200, 3, 0);
	MESSAGE(true, ADD_RING, ring, 1, 0, 5, OFFSET, 0);
	MESSAGE(true, ADD_REGION, region, MEMIF_RX_REGIONS);
	MESSAGE(true, ADD_RING, ring, 1, 0, MEMIF_RX_REGIONS, OFFSET, 0);
	MESSAGE(true, CONNECTED, -1, 0);
	ck_assert_uint_eq(atomic_load(&wait.missed), RX_MISSED);
}
END_TEST

START_TEST(another_device_has_none)
{
	ck_assert_int_eq(devspec_parse("net_ring0", &spec), 0);
	ck_assert(!memif_rx_open(&rx, &spec, "", &wait));
	ck_assert_int_eq(wait.fd, -1);
}
END_TEST

int
main(void)
{
	Suite *s = suite_create("memif");
	TCase *t = tcase_create("memif");
	const int nwrong = sizeof(wrong) / sizeof(wrong[0]);

	tcase_add_checked_fixture(t, setup, teardown);
	tcase_add_loop_test(t, a_connection_brings_its_ring, 0, 2);
	tcase_add_loop_test(t, the_next_connection_brings_another, 0, 2);
	tcase_add_loop_test(t, that_of_another_interface_does_not, 0, 2);
	tcase_add_loop_test(t, nor_does_that_of_the_other_side, 0, 2);
	tcase_add_test(t, one_that_is_not_accepted_does_not);
	tcase_add_loop_test(t, without_a_ring_the_queue_is_not_waited_for, 0,
			    nwrong);
	tcase_add_test(t, no_region_is_no_ring);
	tcase_add_test(t, another_device_has_none);
	suite_add_tcase(s, t);
	return check_run(s);
}
