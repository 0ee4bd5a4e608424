/* SPDX-License-Identifier: BSD-3-Clause */
#ifndef IXF_DEVICE_IMPL_H
#define IXF_DEVICE_IMPL_H

/* What the files of this room share, beside eal.h and tsc.h.  Control thread. */

#include <net/if.h>
#include <netinet/in.h>
#include <stdbool.h>
#include <stdint.h>
#include <sys/socket.h>
#include <sys/un.h>

#include <libmnl/libmnl.h>

#include "fabric/config/devspec.h"
#include "lib/faults.h"

/*
 * attach.c: finds faults that DPDK would report less clearly, or only in its log.
 * 0, or -errno and an error at 'at', in 'section', that names what is missing.
 */
int attach_check(const struct devspec *, struct where at, const char *section,
		 struct faults *);

/*
 * Attaches a device to DPDK, with these (completed) arguments, while it runs, and
 * finds its ethdev.  0 or -errno, the same way.
 */
int attach(const struct devspec *, const char *args, uint16_t *ethdev,
	   struct where at, const char *section, struct faults *);

/* Detaches a device whose ethdev has been stopped and closed. */
void detach(const struct devspec *);

/*
 * memif.c: the listening socket of net_memif.  DPDK 22.11 keeps it open, and in its
 * table of interrupts, when the device is closed: no device could listen there
 * again, and a client that connects makes the driver use freed memory.
 */

struct memif_listener {
	char name[108]; /* an abstract name, or a path */
	bool abstract;
};

/* Whether the device is a net_memif, and then the address of its server in '*l'. */
bool memif_address(const struct devspec *, const char *args,
		   struct memif_listener *);

/* The address as the driver makes it: an abstract one has the full length. */
void memif_make_address(const struct memif_listener *, struct sockaddr_un *);

/* The same, and whether it is to listen there. */
bool memif_listens(const struct devspec *, const char *args,
		   struct memif_listener *);

/*
 * Whether the address is free: 0, -EADDRINUSE or another -errno.  Removes the file
 * of a socket that a killed process has left.
 */
int memif_claim(const struct memif_listener *);

/* Puts a file without events in the place of our socket that listens there. */
void memif_silence(const struct memif_listener *);

/*
 * netif.c: the interface of the kernel that a device uses.  DPDK neither sets it
 * up nor follows its link.  Each function makes a few system calls and returns 0
 * or -errno.
 */

struct netif {
	int index;
	bool up;      /* set up by the administrator */
	bool carrier; /* and its link is up */
};

int netif_read(const char *name, struct netif *);
int netif_mtu(const char *name, uint32_t *mtu);

/* Mbit/s; 0: not known. */
uint32_t netif_speed(const char *name);

int netif_set_mtu(const char *name, uint32_t mtu);
int netif_mac(const char *name, uint64_t *mac);

/* The flags of netdevice(7), IFF_UP and the like. */
int netif_flags(const char *name, uint16_t *flags);
int netif_set_flag(const char *name, uint16_t flag, bool on);

/* Whether the kernel speaks IPv6 there; -ENOENT: it does nowhere. */
int netif_ipv6(const char *name, bool *on);
int netif_set_ipv6(const char *name, bool on);

/* An address of this machine there, other than IPv6 link-local; false: none. */
bool netif_address(const char *name, char text[INET6_ADDRSTRLEN]);

/* The request of netdevice(7) about that interface; its name is filled in. */
int netif_ioctl(const char *name, unsigned long request, struct ifreq *);

/*
 * netlink.c: sends a request of rtnetlink(7) that begins with such a header, and
 * gives what comes back to 'take' of libmnl.  0 or -errno, the kernel's too.
 */
int netlink_ask(struct nlmsghdr *, mnl_cb_t take, void *arg);

/* The first attribute of that type in a nest, or NULL; also of NULL. */
const struct nlattr *netlink_find(const struct nlattr *nest, uint16_t type);

/* Whether it is there and begins with this value. */
bool netlink_holds(const struct nlattr *, const void *value, size_t size);

/*
 * An interface that stands on that one and gets what comes in there: a VLAN, a
 * macvlan, a bridge, a bond.  false: none.
 */
bool netif_upper(const char *name, char upper[IFNAMSIZ]);

/*
 * tc.c: whether all frames of an interface are dropped before the host's own
 * stack (TC_DROPS_IN), and also those that this stack sends.  Packet sockets
 * receive before that; those that bypass qdiscs, and AF_XDP, send past it.
 */
enum tc_drops {
	TC_DROPS_NONE,
	TC_DROPS_IN,
	TC_DROPS_BOTH
};

int tc_drops(const char *name, enum tc_drops *);

/*
 * 0, or -errno; -EEXIST: another program has a qdisc there, so nothing was
 * changed; -EOPNOTSUPP: the kernel has no such qdisc or filter.
 */
int tc_set_drops(const char *name, enum tc_drops);

/*
 * ethtool.c: a feature, by the name that the kernel gives it: whether it is wanted
 * and whether it is active.  -EOPNOTSUPP: the kernel has no such feature.
 */
int ethtool_feature(const char *name, const char *feature, bool *wanted,
		    bool *active);
int ethtool_set_feature(const char *name, const char *feature, bool on);

/*
 * iflock.c: keeps other daemons away from what 'key' names, in this network
 * namespace, until the descriptor that it returns is closed.  -EADDRINUSE: another
 * one has it; its process is '*holder', 0 if that is not known.
 */
int iflock_take(const char *key, int *holder);

/* To be called now and then: lets go of processes that have asked for the holder. */
void iflock_turn(int lock);

/*
 * packet.c: the packet sockets of net_af_packet (packet(7)).  Its driver sets up
 * the ring before it binds the socket, so that frames of all other interfaces come
 * in by it until then; it takes for frames of the member what the host itself
 * sends there; it has the kernel put IPv4 fragments together, to frames that fit
 * no ring; and it loses the ethertype of VLAN tags.  interpose.c calls here while
 * the driver does that.
 */

/* setsockopt(2) of the kernel. */
int packet_set_option(int fd, int level, int name, const void *value,
		      socklen_t size);

/* A socket is being set up: it receives nothing until it is bound. */
void packet_begun(int fd);

/*
 * The socket is bound, and receives: what came to its interface, but not what
 * the host itself sends there.  'fanout' is what the driver asks for; what it
 * asks too much is left out.  0, or -1 and errno.
 */
int packet_bound(int fd, int fanout);

/*
 * What is left of a frame with a tag of 802.1ad: its addresses.  The driver adds
 * a tag to that.
 */
#define PACKET_STAG_CUT 12

/* A device with so many queues is attached next: as many sockets are bound. */
void packet_begin(unsigned int queues);

/*
 * The sockets that have been bound since packet_begin(), at most 'max' of them, to
 * fd[]; they stay the driver's.  Returns how many.
 */
unsigned int packet_take_sockets(int *fd, unsigned int max);

/*
 * Frames that found no room in the ring of a socket since the last call
 * (PACKET_STATISTICS); the driver does not count them.
 */
uint64_t packet_ring_drops(int fd);

#endif
