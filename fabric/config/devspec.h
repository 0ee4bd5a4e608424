/* SPDX-License-Identifier: BSD-3-Clause */
#ifndef IXF_DEVSPEC_H
#define IXF_DEVSPEC_H

/*
 * The value of the key 'device' taken apart: a PCI address or a DPDK vdev
 * string, "NAME[,KEY=VALUE]...", and what we know of the drivers that vdevs
 * name.  Pure: opens and asks nothing.
 */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define DEVSPEC_NAME_SIZE 64  /* as long as DPDK takes, with its NUL */
#define DEVSPEC_ARGS_SIZE 512 /* of a completed string */

/* What DPDK 22.11 does not say of a driver in rte_eth_dev_info. */
struct devspec_driver {
	const char *name;    /* a vdev's name begins with it */
	const char *package; /* of Debian */
	const char *keys;    /* it knows, with spaces; NULL: not known to us */
	uint16_t max_queues; /* 0: as many as it offers */
	uint16_t rx_desc;    /* 0: as configured */
	bool kernel;         /* 'iface' is an interface of the kernel */
	bool needs_interface;
	bool any_length; /* its max_rx_pktlen is no limit */
	bool own_pool;   /* it keeps buffers when it is closed */
	bool chains_rx;  /* fills chains of buffers without being asked */
	bool chains_tx;  /* sends chains without offering it */
};

struct devspec {
	bool pci;
	char name[DEVSPEC_NAME_SIZE]; /* a PCI address in its long form */
	const char *args;             /* in the text: behind the name, or "" */
	/* Of a vdev; NULL: a driver we know nothing of. */
	const struct devspec_driver *driver;
};

/*
 * Takes 'text' apart, which must outlive *spec.  0, or -EINVAL: no name, or one
 * too long.
 */
int devspec_parse(const char *text, struct devspec *spec);

/* By the name that DPDK has for it; NULL: unknown. */
const struct devspec_driver *devspec_driver(const char *name);

/* The names of the drivers we know, with commas. */
const char *devspec_drivers(void);

/*
 * The value of 'key' among 'args' in 'value', cut to 'size'; false when it is
 * not there.
 */
bool devspec_value(const char *args, const char *key, char *value, size_t size);

/*
 * The first key among 'args' that is not in 'keys', a list with spaces, in
 * 'key'; false when there is none.  A word without "=" is a key, too.
 */
bool devspec_stray(const char *args, const char *keys, char *key, size_t size);

/* What a device is to do. */
struct devspec_needs {
	unsigned int queues;
	unsigned int descriptors;
	uint32_t mtu; /* largest payload */
};

/*
 * The arguments of the vdev with what the user left out, where the driver has
 * to be told before it opens.  0, or -ENOSPC.
 */
int devspec_complete(const struct devspec *, const struct devspec_needs *,
		     char args[DEVSPEC_ARGS_SIZE]);

/*
 * Of net_af_packet with these completed arguments: the largest payload that
 * arrives uncut, and the room it wants in a buffer.
 */
uint32_t devspec_packet_mtu(const char *args);
uint32_t devspec_packet_room(const char *args);

#endif
