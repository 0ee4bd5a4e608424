/* SPDX-License-Identifier: BSD-3-Clause */
#include "fabric/device/memif_rx.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/eventfd.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include "fabric/device/device_impl.h"

enum message_type {
	MESSAGE_INIT = 3, /* from the client: which interface it wants */
	MESSAGE_ADD_REGION,
	MESSAGE_ADD_RING,
	MESSAGE_CONNECTED = 7 /* from the server: from now on it is used */
};

struct __attribute__((packed)) message {
	uint16_t type;
	union {
		struct __attribute__((packed)) {
			uint16_t version;
			uint32_t id;
		} init;
		struct __attribute__((packed)) {
			uint16_t index;
		} region;
		struct __attribute__((packed)) {
			uint16_t flags; /* RING_TO_SERVER: the direction */
			uint16_t index;
			uint16_t region;
			uint32_t offset;
		} ring;
		uint8_t octets[MEMIF_MESSAGE_SIZE - 2];
	};
};

static_assert(sizeof(struct message) == MEMIF_MESSAGE_SIZE, "as on the socket");

#define RING_TO_SERVER 1

/* The head of a ring, in memory that both sides have mapped. */
struct ring {
	uint32_t cookie;
	_Atomic uint16_t
		flags; /* written by the receiver, read by the sender */
};

#define RING_COOKIE 0x3E31F20
#define RING_MASKED 1 /* no sign of frames is wanted */

/* The open ones: control opens and closes, DPDK's thread looks for theirs. */
static struct {
	pthread_mutex_t lock;
	struct memif_rx *first;
} rings = { .lock = PTHREAD_MUTEX_INITIALIZER };

bool
memif_rx_open(struct memif_rx *rx, const struct devspec *spec, const char *args,
	      struct rx_wait *wait)
{
	struct memif_listener l;
	char id[16] = "0";

	if (!memif_address(spec, args, &l))
		return false;
	wait->fd = eventfd(0, EFD_NONBLOCK | EFD_CLOEXEC);
	if (wait->fd < 0)
		return false;
	wait->counts = true;
	devspec_value(args, "id", id, sizeof(id));
	rx->id = (uint32_t)strtoul(id, NULL, 10);
	rx->server = memif_listens(spec, args, &l);
	memif_make_address(&l, &rx->address);
	rx->socket = -1;
	rx->ring = -1;
	pthread_spin_init(&rx->lock, PTHREAD_PROCESS_PRIVATE);
	rx->wait = wait;
	pthread_mutex_lock(&rings.lock);
	rx->next = rings.first;
	rings.first = rx;
	pthread_mutex_unlock(&rings.lock);
	return true;
}

void
memif_rx_close(struct memif_rx *rx)
{
	if (rx->wait == NULL)
		return;
	pthread_mutex_lock(&rings.lock);
	for (struct memif_rx **p = &rings.first; *p != NULL; p = &(*p)->next)
		if (*p == rx) {
			*p = rx->next;
			break;
		}
	pthread_mutex_unlock(&rings.lock);
	if (rx->map != NULL)
		munmap(rx->map, rx->mapped);
	close(rx->wait->fd);
	pthread_spin_destroy(&rx->lock);
	rx->wait = NULL;
}

void
memif_rx_arm(struct memif_rx *rx, bool on)
{
	pthread_spin_lock(&rx->lock);
	if (rx->flags != NULL)
		atomic_store(rx->flags, on ? 0 : RING_MASKED);
	pthread_spin_unlock(&rx->lock);
}

/* Of two sides in one process each has a socket of its own. */
static struct memif_rx *
find_interface(int socket, uint32_t id, bool server)
{
	struct sockaddr_un un = { 0 };
	socklen_t len = sizeof(un);
	struct memif_rx *rx;
	int ret = server ? getsockname(socket, (struct sockaddr *)&un, &len)
			 : getpeername(socket, (struct sockaddr *)&un, &len);

	if (ret != 0 || un.sun_family != AF_UNIX)
		return NULL;
	for (rx = rings.first; rx != NULL; rx = rx->next)
		if (rx->server == server && rx->id == id &&
		    memcmp(&un, &rx->address, sizeof(un)) == 0)
			break;
	return rx;
}

/* A number of a descriptor is used again when a connection has ended. */
static struct memif_rx *
find_connection(int socket)
{
	struct memif_rx *rx = rings.first;

	while (rx != NULL && rx->socket != socket)
		rx = rx->next;
	return rx;
}

static void
begin(int socket, uint32_t id, bool server)
{
	struct memif_rx *rx = find_connection(socket);

	if (rx != NULL)
		rx->socket = -1;
	rx = find_interface(socket, id, server);
	if (rx == NULL)
		return;
	rx->socket = socket;
	rx->ring = -1;
	for (unsigned int i = 0; i < MEMIF_RX_REGIONS; i++)
		rx->region[i] = -1;
}

/* Maps the head of the ring; NULL: it is not there. */
static struct ring *
map_ring(const struct memif_rx *rx, void **map, size_t *mapped)
{
	size_t page = (size_t)sysconf(_SC_PAGESIZE);
	size_t within = rx->ring_offset % page;
	int fd = rx->ring_region < MEMIF_RX_REGIONS
			 ? rx->region[rx->ring_region]
			 : -1;
	struct ring *ring;
	struct stat st;

	*mapped = within + sizeof(*ring);
	if (fd < 0 || within % sizeof(uint32_t) != 0 || fstat(fd, &st) != 0 ||
	    st.st_size < (off_t)(rx->ring_offset + sizeof(*ring)))
		return NULL;
	*map = mmap(NULL, *mapped, PROT_READ | PROT_WRITE, MAP_SHARED, fd,
		    (off_t)(rx->ring_offset - within));
	if (*map == MAP_FAILED)
		return NULL;
	ring = (struct ring *)((char *)*map + within);
	if (ring->cookie == RING_COOKIE)
		return ring;
	munmap(*map, *mapped);
	return NULL;
}

/*
 * The descriptor is one of both sides: the driver, which reads it as we do, would wait
 * there if it were not made to return.
 */
static bool
use_descriptor(const struct memif_rx *rx)
{
	const uint64_t one = 1;
	int flags = fcntl(rx->ring, F_GETFL);
	ssize_t n;

	if (flags == -1 || fcntl(rx->ring, F_SETFL, flags | O_NONBLOCK) != 0)
		return false;
	/* A worker that waits there sees the new one. */
	n = write(rx->wait->fd, &one, sizeof(one));
	(void)n;
	return dup3(rx->ring, rx->wait->fd, O_CLOEXEC) >= 0;
}

/* Without a ring to ask by the queue is looked at by the clock. */
static void
use_ring(struct memif_rx *rx)
{
	void *map = NULL, *old;
	size_t mapped = 0, old_mapped;
	struct ring *ring = rx->ring >= 0 ? map_ring(rx, &map, &mapped) : NULL;
	bool good = ring != NULL && use_descriptor(rx);

	pthread_spin_lock(&rx->lock);
	old = rx->map;
	old_mapped = rx->mapped;
	rx->map = ring != NULL ? map : NULL;
	rx->mapped = mapped;
	rx->flags = good ? &ring->flags : NULL;
	pthread_spin_unlock(&rx->lock);
	if (old != NULL)
		munmap(old, old_mapped);
	atomic_store_explicit(&rx->wait->missed, good ? 0 : RX_MISSED,
			      memory_order_relaxed);
	rx->socket = -1;
}

static int
passed_descriptor(const struct msghdr *mh)
{
	struct msghdr *m = (struct msghdr *)(uintptr_t)mh;
	int fd = -1;

	for (struct cmsghdr *c = CMSG_FIRSTHDR(m); c != NULL;
	     c = CMSG_NXTHDR(m, c))
		if (c->cmsg_level == SOL_SOCKET && c->cmsg_type == SCM_RIGHTS)
			memcpy(&fd, CMSG_DATA(c), sizeof(fd));
	return fd;
}

static void
take(int socket, const struct message *m, const struct msghdr *mh, bool sent)
{
	struct memif_rx *rx = find_connection(socket);

	if (m->type == MESSAGE_INIT) {
		begin(socket, m->init.id, !sent);
		return;
	}
	if (rx == NULL)
		return;
	if (m->type == MESSAGE_CONNECTED && sent == rx->server)
		use_ring(rx);
	if (sent == rx->server)
		return;
	if (m->type == MESSAGE_ADD_REGION && m->region.index < MEMIF_RX_REGIONS)
		rx->region[m->region.index] = passed_descriptor(mh);
	if (m->type == MESSAGE_ADD_RING && m->ring.index == 0 &&
	    !!(m->ring.flags & RING_TO_SERVER) == rx->server) {
		rx->ring = passed_descriptor(mh);
		rx->ring_region = m->ring.region;
		rx->ring_offset = m->ring.offset;
	}
}

void
memif_rx_message(int socket, const struct msghdr *mh, bool sent)
{
	int error = errno;
	struct message m;

	if (mh->msg_iovlen != 1 || mh->msg_iov[0].iov_len != sizeof(m))
		return;
	memcpy(&m, mh->msg_iov[0].iov_base, sizeof(m));
	pthread_mutex_lock(&rings.lock);
	if (rings.first != NULL)
		take(socket, &m, mh, sent);
	pthread_mutex_unlock(&rings.lock);
	errno = error;
}
