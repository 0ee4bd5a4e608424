/* SPDX-License-Identifier: BSD-3-Clause */
#ifndef IXF_DEVSPEC_H
#define IXF_DEVSPEC_H

/*
 * The value of the key 'device' in its parts: a PCI address or a DPDK vdev
 * string, "NAME[,KEY=VALUE]...".  And what is known of the drivers of vdevs.
 * Pure: opens no device.
 */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define DEVSPEC_NAME_SIZE 64  /* the limit of DPDK, with its NUL */
#define DEVSPEC_ARGS_SIZE 512 /* of a completed string */

/* What rte_eth_dev_info of DPDK 22.11 lacks about a driver. */
struct devspec_driver {
	const char *name;    /* the name of a vdev begins with it, */
	const char *alias;   /* or with this; NULL: it has none */
	const char *package; /* of Debian */
	const char
		*keys; /* that it accepts, with spaces between; NULL: unknown */
	uint16_t max_queues; /* 0: as many as it offers */
	uint16_t rx_desc;    /* 0: as configured */
	bool kernel;         /* an interface of the kernel is below it */
	bool interface;      /* ... or is made by it */
	bool needs_interface;
	bool past_qdisc; /* it sends past the qdisc of the interface */
	bool any_length; /* its max_rx_pktlen does not limit frames */
	bool own_pool;   /* it still holds buffers after it is closed */
	bool chains_rx;  /* it receives into chains of buffers unasked */
	bool chains_tx;  /* it sends chains without offering that */
	bool copies_tx;  /* no frame stays in its queues */
};

struct devspec {
	bool pci;
	char name[DEVSPEC_NAME_SIZE]; /* a PCI address in its long form */
	const char *args; /* points into the text, after the name; or "" */
	/* Of a vdev; NULL: an unknown driver. */
	const struct devspec_driver *driver;
};

/*
 * Splits 'text', which must outlive *spec.  Returns 0, or -EINVAL: no name, or
 * one that is too long.
 */
int devspec_parse(const char *text, struct devspec *spec);

/*
 * The driver that is probably meant by the name of a vdev, with its number or
 * without; NULL: none is near.
 */
const struct devspec_driver *devspec_nearest(const char *name);

/* The names of the known drivers, with commas. */
const char *devspec_drivers(void);

/*
 * Copies the value of 'key' in 'args', cut to 'size'; false if it is not there.
 */
bool devspec_value(const char *args, const char *key, char *value, size_t size);

/*
 * Copies the name of the interface of the kernel that the device uses, also when
 * its driver makes it (net_tap); false if it uses none, or the name is not given.
 */
bool devspec_interface(const struct devspec *, char *name, size_t size);

/*
 * Copies the first key of 'args' that is not in 'keys', a list with spaces;
 * false if there is none.  A word without "=" is a key, too.
 */
bool devspec_stray(const char *args, const char *keys, char *key, size_t size);

/*
 * Whether the devices of two texts cannot be open at the same time: they have one
 * name, or use one interface of the kernel.
 */
bool devspec_conflicts(const char *a, const char *b);

/* What a device is called by: its text up to the arguments.  Returns 'name'. */
char *devspec_name(const char *text, char name[DEVSPEC_NAME_SIZE]);

/* What the fabric needs of a device. */
struct devspec_needs {
	unsigned int queues;
	unsigned int descriptors;
	uint32_t mtu; /* largest payload */
};

/*
 * Writes the arguments of the vdev, completed where the driver needs values
 * before it opens.  Returns 0, or -ENOSPC.
 */
int devspec_complete(const struct devspec *, const struct devspec_needs *,
		     char args[DEVSPEC_ARGS_SIZE]);

/*
 * For net_af_packet with these completed arguments: the largest payload that is
 * received whole, and the room that it needs in a buffer.
 */
uint32_t devspec_packet_mtu(const char *args);
uint32_t devspec_packet_room(const char *args);

/* And its queues. */
unsigned int devspec_packet_queues(const char *args);

#endif
