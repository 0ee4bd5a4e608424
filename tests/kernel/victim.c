/* SPDX-License-Identifier: BSD-3-Clause */
#include "tests/kernel/victim.h"

#include <arpa/inet.h>
#include <err.h>
#include <errno.h>
#include <fcntl.h>
#include <linux/if_tun.h>
#include <linux/neighbour.h>
#include <linux/rtnetlink.h>
#include <net/if.h>
#include <netinet/in.h>
#include <poll.h>
#include <sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <unistd.h>

#include "lib/frame.h"
#include "lib/ipv6.h"
#include "lib/mac.h"
#include "tests/kernel/members.h"

/* An entry that has a MAC address. */
#define NUD_USED (NUD_REACHABLE | NUD_STALE | NUD_DELAY | NUD_PROBE)

#define DEVICE   "eth0"
#define PROTOS   255 /* of IP; the last cannot be received */
#define NETLINK  0   /* in the data of an event; others: SOCKET(), */
#define SOCKETS6 256 /* with this bit for IPv6 */
#define SOCKETS  512
#define QUIET    300   /* ms without an event: the kernel has settled */
#define ROOM     16384 /* of what netlink says at once */

struct victim {
	int tap;
	int netlink;
	int events;
	int index; /* of the device */
	int fd[SOCKETS];
	uint32_t left; /* octets of 'said' that are not read yet */
	const struct nlmsghdr *next;
	uint8_t said[ROOM] __attribute__((aligned(8)));
};

/* What makes the kernel believe most; what this one lacks is passed over. */
static const char setup[] =
	"set -e\n"
	"put() { [ ! -e /proc/sys/net/$1 ] || echo $2 > /proc/sys/net/$1; }\n"
	"for i in all default " DEVICE "; do\n"
	"	c=ipv4/conf/$i\n"
	"	put $c/rp_filter 0; put $c/accept_redirects 1\n"
	"	put $c/secure_redirects 0; put $c/accept_source_route 1\n"
	"	put $c/arp_accept 1; put $c/drop_gratuitous_arp 0\n"
	"	c=ipv6/conf/$i\n"
	"	put $c/accept_dad 0; put $c/dad_transmits 0\n"
	"	put $c/router_solicitations 0; put $c/accept_ra 2\n"
	"	put $c/accept_ra_defrtr 1; put $c/accept_ra_pinfo 1\n"
	"	put $c/accept_ra_rt_info_max_plen 128\n"
	"	put $c/accept_ra_min_hop_limit 0; put $c/autoconf 1\n"
	"	put $c/accept_ra_from_local 1; put $c/accept_redirects 1\n"
	"	put $c/accept_source_route 1; put $c/seg6_enabled 1\n"
	"	put $c/rpl_seg_enabled 1; put $c/suppress_frag_ndisc 0\n"
	"	put $c/accept_untracked_na 2; put $c/drop_unsolicited_na 0\n"
	"done\n"
	"for f in ipv4 ipv6; do for i in default " DEVICE "; do\n"
	"	put $f/neigh/$i/locktime 0\n"
	"	put $f/neigh/$i/delay_first_probe_time 3600\n"
	"	put $f/neigh/$i/gc_stale_time 36000\n"
	"done; done\n"
	"ip link set lo up\n"
	"ip link set " DEVICE " address 02:00:00:00:00:02 up\n"
	"ip addr add 192.0.2.2/24 dev " DEVICE "\n"
	"ip addr add 2001:db8::2/64 dev " DEVICE " nodad\n"
	"ip addr add fe80::2/64 dev " DEVICE " nodad\n"
	"while ip -6 addr | grep -q tentative; do sleep 0.02; done\n";

static int
open_tap(void)
{
	struct ifreq ifr = { .ifr_flags = IFF_TAP | IFF_NO_PI };
	int fd = open("/dev/net/tun", O_RDWR | O_NONBLOCK | O_CLOEXEC);

	snprintf(ifr.ifr_name, sizeof(ifr.ifr_name), "%s", DEVICE);
	if (fd < 0 || ioctl(fd, TUNSETIFF, &ifr) < 0)
		err(77, "skipped: a TAP device");
	return fd;
}

static int
open_netlink(void)
{
	static const int groups[] = {
		RTNLGRP_NEIGH,       RTNLGRP_IPV4_ROUTE,  RTNLGRP_IPV6_ROUTE,
		RTNLGRP_IPV4_IFADDR, RTNLGRP_IPV6_IFADDR, RTNLGRP_IPV6_PREFIX,
		RTNLGRP_ND_USEROPT,
	};
	int size = 1 << 20;
	int fd = socket(AF_NETLINK, SOCK_RAW | SOCK_NONBLOCK | SOCK_CLOEXEC,
			NETLINK_ROUTE);

	if (fd < 0)
		err(1, "netlink");
	for (size_t i = 0; i < sizeof(groups) / sizeof(groups[0]); i++)
		if (setsockopt(fd, SOL_NETLINK, NETLINK_ADD_MEMBERSHIP,
			       &groups[i], sizeof(groups[i])) < 0)
			err(1, "a group of netlink");
	setsockopt(fd, SOL_SOCKET, SO_RCVBUF, &size, sizeof(size));
	return fd;
}

static void
watch(struct victim *v, int fd, uint32_t number)
{
	struct epoll_event e = { .events = EPOLLIN, .data.u32 = number };

	if (epoll_ctl(v->events, EPOLL_CTL_ADD, fd, &e) < 0)
		err(1, "epoll");
}

/* A raw socket of a header that has others behind it would get these as well. */
static bool
is_upper(int family, int proto)
{
	return family == AF_INET || !ipv6_is_extension((uint8_t)proto);
}

/* A socket for each protocol, which gets all that is delivered to it. */
static void
open_sockets(struct victim *v, int family)
{
	static const int on = 1;

	for (int proto = 1; proto < PROTOS; proto++) {
		uint32_t n = (uint32_t)proto;
		int fd;

		if (!is_upper(family, proto))
			continue;
		fd = socket(family, SOCK_RAW | SOCK_NONBLOCK | SOCK_CLOEXEC,
			    proto);
		if (fd < 0)
			err(1, "a raw socket");
		if (family == AF_INET6) {
			setsockopt(fd, IPPROTO_IPV6, IPV6_RECVPKTINFO, &on,
				   sizeof(on));
			setsockopt(fd, IPPROTO_IPV6, IPV6_RECVHOPLIMIT, &on,
				   sizeof(on));
			n |= SOCKETS6;
		}
		v->fd[n] = fd;
		watch(v, fd, n);
	}
}

/* The groups of routers. */
static void
join_groups(const struct victim *v)
{
	static const uint8_t last[] = { 2, 5, 6, 10, 13, 18, 22, 251 };

	for (size_t i = 0; i < sizeof(last); i++) {
		struct ip_mreqn four = { .imr_ifindex = v->index };
		struct ipv6_mreq six = {
			.ipv6mr_interface = (unsigned int)v->index,
			.ipv6mr_multiaddr.s6_addr = { 0xff, 2, [15] = last[i] },
		};

		four.imr_multiaddr.s_addr = htonl(0xe0000000U | last[i]);
		if (setsockopt(v->fd[2], IPPROTO_IP, IP_ADD_MEMBERSHIP, &four,
			       sizeof(four)) < 0 ||
		    setsockopt(v->fd[SOCKETS6 | 58], IPPROTO_IPV6,
			       IPV6_ADD_MEMBERSHIP, &six, sizeof(six)) < 0)
			err(1, "a group");
	}
}

/* A message to the kernel about a neighbour. */
struct neighbour_request {
	struct nlmsghdr head;
	struct ndmsg about;
	uint8_t attributes[64];
};

static void
add_attribute(struct neighbour_request *r, uint16_t type, const void *octets,
	      uint16_t n)
{
	struct rtattr a = { .rta_type = type,
			    .rta_len = (unsigned short)RTA_LENGTH(n) };
	uint8_t *at = (uint8_t *)r + r->head.nlmsg_len;

	memcpy(at, &a, sizeof(a));
	memcpy(at + RTA_LENGTH(0), octets, n);
	r->head.nlmsg_len += RTA_SPACE(n);
}

/* The entry as it should be: true, and open to a change. */
static void
set_neighbour(const struct victim *v, bool six, const uint8_t *address,
	      uint8_t member)
{
	const uint8_t mac[6] = { 2, [5] = member };
	struct neighbour_request r = {
		.head = { .nlmsg_len = NLMSG_LENGTH(sizeof(r.about)),
			  .nlmsg_type = RTM_NEWNEIGH,
			  .nlmsg_flags = NLM_F_REQUEST | NLM_F_CREATE |
					 NLM_F_REPLACE },
		.about = { .ndm_family = six ? AF_INET6 : AF_INET,
			   .ndm_ifindex = v->index,
			   .ndm_state = NUD_STALE },
	};

	add_attribute(&r, NDA_DST, address, six ? 16 : 4);
	add_attribute(&r, NDA_LLADDR, mac, sizeof(mac));
	if (send(v->netlink, &r, r.head.nlmsg_len, 0) < 0)
		err(1, "setting a neighbour");
}

static void
set_neighbours(const struct victim *v, uint8_t member)
{
	uint8_t four[4] = { 192, 0, 2, member };
	uint8_t six[3][16] = {
		{ 0x20, 1, 0x0d, 0xb8, [15] = member },
		{ 0xfe, 0x80, [15] = member },
		{ 0xfe, 0x80, [11] = 0xff, 0xfe, 0, 0, member },
	};

	set_neighbour(v, false, four, member);
	for (int i = 0; i < 3; i++)
		set_neighbour(v, true, six[i], member);
}

static void
set_all_neighbours(const struct victim *v)
{
	for (uint8_t m = MEMBER_NONE + 1; m < MEMBERS; m++)
		if (m != MEMBER_VICTIM)
			set_neighbours(v, m);
}

struct victim *
victim_create(void)
{
	struct victim *v = calloc(1, sizeof(*v));
	struct pollfd settled = { .events = POLLIN };
	struct taken ignored;

	if (v == NULL || unshare(CLONE_NEWNET) < 0)
		err(77, "skipped: a network namespace");
	v->tap = open_tap();
	if (system(setup) != 0)
		errx(1, "the victim cannot be set up");
	v->index = (int)if_nametoindex(DEVICE);
	v->events = epoll_create1(EPOLL_CLOEXEC);
	settled.fd = v->events;
	v->netlink = open_netlink();
	watch(v, v->netlink, NETLINK);
	open_sockets(v, AF_INET);
	open_sockets(v, AF_INET6);
	join_groups(v);
	set_all_neighbours(v);
	while (poll(&settled, 1, QUIET) > 0)
		while (victim_took(v, &ignored))
			continue;
	return v;
}

void
victim_feed(struct victim *v, const uint8_t *frame, uint32_t size)
{
	/* One that is shorter than a header is refused, as by a device. */
	if (write(v->tap, frame, size) < 0 && errno != EINVAL)
		err(1, "the TAP device");
}

static void
note_neighbour(const struct victim *v, const struct nlmsghdr *m,
	       struct taken *t)
{
	const struct ndmsg *about = NLMSG_DATA(m);
	int left = (int)m->nlmsg_len - (int)NLMSG_LENGTH(sizeof(*about));
	const struct rtattr *a = (const void *)((const uint8_t *)about +
						NLMSG_ALIGN(sizeof(*about)));

	t->kind = TAKEN_NEIGHBOUR;
	t->six = about->ndm_family == AF_INET6;
	for (; RTA_OK(a, left); a = RTA_NEXT(a, left)) {
		if (a->rta_type == NDA_DST)
			memcpy(t->address, RTA_DATA(a), t->six ? 16 : 4);
		else if (a->rta_type == NDA_LLADDR && RTA_PAYLOAD(a) == 6)
			t->mac = frame_read64(RTA_DATA(a)) >> 16;
	}
	/* What was changed may be changed again. */
	if (t->address[t->six ? 15 : 3] != (t->mac & 0xff))
		set_all_neighbours(v);
}

/* Whether a message of netlink tells of something taken. */
static bool
note_said(const struct victim *v, const struct nlmsghdr *m, struct taken *t)
{
	const struct ndmsg *about = NLMSG_DATA(m);

	switch (m->nlmsg_type) {
	case RTM_NEWNEIGH:
		if (about->ndm_ifindex != v->index ||
		    (about->ndm_state & NUD_USED) == 0)
			return false;
		note_neighbour(v, m, t);
		return t->mac != 0;
	case RTM_NEWROUTE:
	case RTM_DELROUTE:
	case RTM_NEWADDR:
	case RTM_DELADDR:
	case RTM_NEWPREFIX:
	case RTM_NEWNDUSEROPT:
		t->kind = TAKEN_ROUTE;
		t->proto = (uint8_t)m->nlmsg_type;
		return true;
	default:
		return false;
	}
}

/* The next of what netlink has said; false: nothing. */
static bool
read_netlink(struct victim *v, struct taken *t)
{
	for (;;) {
		const struct nlmsghdr *m = v->next;
		ssize_t n;

		if (m != NULL && NLMSG_OK(m, v->left)) {
			v->next = NLMSG_NEXT(m, v->left);
			if (note_said(v, m, t))
				return true;
			continue;
		}
		n = recv(v->netlink, v->said, sizeof(v->said), 0);
		v->next = NULL;
		if (n < 0 && errno != EAGAIN)
			err(1, "netlink");
		if (n <= 0)
			return false;
		v->next = (const void *)v->said;
		v->left = (uint32_t)n;
	}
}

/* IPv4: with its header, which may have options. */
static bool
read_four(uint8_t *packet, uint32_t size, struct taken *t)
{
	uint32_t header = (packet[0] & 15U) * 4;

	if (size < 20 || size < header)
		return false;
	t->proto = packet[9];
	t->hops = packet[8];
	memcpy(t->address, packet + 12, 4);
	memcpy(t->dst, packet + 16, 4);
	t->size = size - header;
	memcpy(t->data, packet + header,
	       t->size < sizeof(t->data) ? t->size : sizeof(t->data));
	return true;
}

/* IPv6: what is behind the headers, and these apart. */
static void
read_six(struct msghdr *m, const uint8_t *data, uint32_t size, struct taken *t)
{
	const struct sockaddr_in6 *from = m->msg_name;

	t->six = true;
	memcpy(t->address, &from->sin6_addr, 16);
	for (struct cmsghdr *c = CMSG_FIRSTHDR(m); c != NULL;
	     c = CMSG_NXTHDR(m, c)) {
		struct in6_pktinfo info;
		int hops;

		if (c->cmsg_type == IPV6_PKTINFO) {
			memcpy(&info, CMSG_DATA(c), sizeof(info));
			memcpy(t->dst, &info.ipi6_addr, 16);
		} else if (c->cmsg_type == IPV6_HOPLIMIT) {
			memcpy(&hops, CMSG_DATA(c), sizeof(hops));
			t->hops = (uint8_t)hops;
		}
	}
	t->size = size;
	memcpy(t->data, data, size < sizeof(t->data) ? size : sizeof(t->data));
}

static bool
read_socket(struct victim *v, uint32_t number, struct taken *t)
{
	uint8_t data[2048] = { 0 }, control[256];
	struct sockaddr_in6 from = { 0 };
	struct iovec io = { data, sizeof(data) };
	struct msghdr m = {
		.msg_name = &from,
		.msg_namelen = sizeof(from),
		.msg_iov = &io,
		.msg_iovlen = 1,
		.msg_control = control,
		.msg_controllen = sizeof(control),
	};
	ssize_t n = recvmsg(v->fd[number], &m, 0);
	uint32_t size = n < 0 ? 0 : (uint32_t)n;

	if (n < 0)
		return false;
	size = size < sizeof(data) ? size : sizeof(data);
	t->kind = TAKEN_PACKET;
	t->proto = number & 0xff;
	if (!(number & SOCKETS6))
		return read_four(data, size, t);
	read_six(&m, data, size, t);
	return true;
}

/* What the kernel sends to a group or to all comes back to its own sockets. */
static bool
is_own(const struct taken *t)
{
	bool group = t->six ? t->dst[0] == 0xff
			    : t->dst[0] >> 4 == 0xe || t->dst[3] == 0xff;
	uint8_t last = t->address[t->six ? 15 : 3];

	return t->kind == TAKEN_PACKET && group && last == MEMBER_VICTIM;
}

bool
victim_took(struct victim *v, struct taken *t)
{
	struct epoll_event e;

	memset(t, 0, sizeof(*t));
	if (v->next != NULL && read_netlink(v, t))
		return true;
	while (epoll_wait(v->events, &e, 1, 0) == 1) {
		memset(t, 0, sizeof(*t));
		if ((e.data.u32 == NETLINK ? read_netlink(v, t)
					   : read_socket(v, e.data.u32, t)) &&
		    !is_own(t))
			return true;
	}
	return false;
}
