/* SPDX-License-Identifier: BSD-3-Clause */
#include "fabric/device/packet_send.h"

#include <errno.h>
#include <net/if.h>
#include <stddef.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/uio.h>
#include <unistd.h>

#include <rte_branch_prediction.h>
#include <rte_common.h>
#include <rte_mbuf.h>

#include <linux/if_packet.h>
#include <linux/virtio_net.h>

#include "fabric/device/device_impl.h"
#include "lib/gso.h"

/* The kernel expects it in front of each frame. */
struct vnet {
	struct virtio_net_hdr head;
	uint8_t header[GSO_HEADER_MAX]; /* of a large frame */
};
_Static_assert(sizeof(struct virtio_net_hdr) == offsetof(struct vnet, header),
	       "the kernel reads them as one piece");

#define MESSAGES 64
#define PIECES   (4 * MESSAGES)

/* What is handed to the kernel at once. */
struct batch {
	unsigned int n;       /* messages */
	unsigned int npieces; /* of 'piece' */
	struct mmsghdr message[MESSAGES];
	unsigned int nframes[MESSAGES]; /* in each message */
	struct vnet vnet[MESSAGES];
	struct iovec piece[PIECES];
	struct gso gso; /* the last message */
};

int
packet_sender_open(struct packet_sender *s, const char *name, uint32_t room)
{
	struct sockaddr_ll to = { .sll_family = AF_PACKET,
				  .sll_ifindex = (int)if_nametoindex(name) };
	const int on = 1, size = (int)(room / 2); /* the kernel doubles it */
	int error;

	s->fd = socket(AF_PACKET, SOCK_RAW | SOCK_CLOEXEC, 0);
	if (s->fd < 0)
		return -errno;
	if (bind(s->fd, (const struct sockaddr *)&to, sizeof(to)) != 0 ||
	    packet_set_option(s->fd, SOL_PACKET, PACKET_QDISC_BYPASS, &on,
			      sizeof(on)) != 0 ||
	    packet_set_option(s->fd, SOL_PACKET, PACKET_VNET_HDR, &on,
			      sizeof(on)) != 0 ||
	    packet_set_option(s->fd, SOL_SOCKET, SO_SNDBUFFORCE, &size,
			      sizeof(size)) != 0) {
		error = errno;
		packet_sender_close(s);
		return -error;
	}
	return 0;
}

void
packet_sender_close(struct packet_sender *s)
{
	if (s->fd >= 0)
		close(s->fd);
	s->fd = -1;
}

bool
packet_can_join(const char *name)
{
	static const char *const features[] = { "tx-tcp-segmentation",
						"tx-tcp6-segmentation" };
	bool wanted, active;

	for (size_t i = 0; i < sizeof(features) / sizeof(features[0]); i++)
		if (ethtool_feature(name, features[i], &wanted, &active) != 0 ||
		    !active)
			return false;
	return true;
}

static void
add_piece(struct batch *b, const void *octets, size_t size)
{
	struct iovec *piece = &b->piece[b->npieces++];

	memcpy(&piece->iov_base, &octets, sizeof(octets));
	piece->iov_len = size;
	b->message[b->n - 1].msg_hdr.msg_iovlen++;
}

/* Writes the header of the last message, if it is a large frame. */
static void
finish(struct batch *b)
{
	const struct gso *g = &b->gso;
	struct vnet *vnet = &b->vnet[b->n - 1];
	struct iovec *piece;

	if (b->n == 0 || g->n < 2)
		return;
	vnet->head = (struct virtio_net_hdr){
		.flags = VIRTIO_NET_HDR_F_NEEDS_CSUM,
		.gso_type = g->v6 ? VIRTIO_NET_HDR_GSO_TCPV6
				  : VIRTIO_NET_HDR_GSO_TCPV4,
		.hdr_len = g->header,
		.gso_size = g->size,
		.csum_start = g->l4,
		.csum_offset = 16,
	};
	gso_header(g, vnet->header);
	piece = b->message[b->n - 1].msg_hdr.msg_iov;
	piece[0].iov_len = sizeof(vnet->head) + g->header;
	piece[1].iov_base = (uint8_t *)piece[1].iov_base + g->header;
	piece[1].iov_len -= g->header;
}

static void
add_frame(struct batch *b, const struct rte_mbuf *m)
{
	struct mmsghdr *message;

	finish(b);
	message = &b->message[b->n];
	memset(message, 0, sizeof(*message));
	message->msg_hdr.msg_iov = &b->piece[b->npieces];
	b->nframes[b->n] = 1;
	memset(&b->vnet[b->n].head, 0, sizeof(b->vnet[b->n].head));
	b->n++;
	add_piece(b, &b->vnet[b->n - 1], sizeof(b->vnet[0].head));
	gso_begin(&b->gso, rte_pktmbuf_mtod(m, const uint8_t *), m->pkt_len);
	b->gso.open &= m->nb_segs == 1;
	for (; m != NULL; m = m->next)
		add_piece(b, rte_pktmbuf_mtod(m, const void *), m->data_len);
}

static bool
join_frame(struct batch *b, const struct rte_mbuf *m)
{
	const uint8_t *frame = rte_pktmbuf_mtod(m, const uint8_t *);

	if (b->n == 0 || m->nb_segs != 1 ||
	    !gso_add(&b->gso, frame, m->pkt_len))
		return false;
	add_piece(b, frame + b->gso.header, m->pkt_len - b->gso.header);
	b->nframes[b->n - 1]++;
	return true;
}

/* As many of the frames as there is room for. */
static void
fill(struct batch *b, struct rte_mbuf **pkt, unsigned int n, bool joins)
{
	b->n = 0;
	b->npieces = 0;
	for (unsigned int i = 0; i < n; i++) {
		if (joins && b->npieces < PIECES && join_frame(b, pkt[i]))
			continue;
		if (b->n == MESSAGES ||
		    b->npieces + 1 + pkt[i]->nb_segs > PIECES)
			break;
		add_frame(b, pkt[i]);
	}
	finish(b);
}

/* Frames of the first 'n' messages. */
static unsigned int
count_frames(const struct batch *b, int n)
{
	unsigned int frames = 0;

	for (int i = 0; i < n; i++)
		frames += b->nframes[i];
	return frames;
}

/* Whether a frame may be sent later that is refused now. */
static bool
is_temporary(int error)
{
	return error == EAGAIN || error == ENOBUFS || error == ENOMEM ||
	       error == ENETDOWN || error == ENXIO || error == ENODEV;
}

uint16_t
packet_send(struct packet_sender *s, struct rte_mbuf **pkt, uint16_t n)
{
	bool joins = atomic_load_explicit(&s->joins, memory_order_relaxed);
	unsigned int done = 0;
	struct batch b;
	int ret;

	while (done < n) {
		fill(&b, pkt + done, n - done, joins);
		ret = sendmmsg(s->fd, b.message, b.n, MSG_DONTWAIT);
		if (likely(ret > 0)) {
			done += count_frames(&b, ret);
		} else if (b.nframes[0] > 1 && errno != EAGAIN) {
			joins = false;
			atomic_store_explicit(&s->joins, false,
					      memory_order_relaxed);
		} else if (is_temporary(errno)) {
			break;
		} else {
			counter_add(&s->errors, 1);
			done++;
		}
	}
	rte_pktmbuf_free_bulk(pkt, done);
	return (uint16_t)done;
}
