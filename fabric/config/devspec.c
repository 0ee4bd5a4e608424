/* SPDX-License-Identifier: BSD-3-Clause */
#include "fabric/config/devspec.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "lib/nearest.h"

/*
 * The drivers of vdevs that carry frames, in the DPDK of Debian 12.
 *
 * net_memif: the number of queues must be that of the other side, which is
 * unknown: one.
 * net_pcap: only one queue keeps the order of a file.
 * net_tap: a descriptor is a buffer of one frame, and each read takes them all.
 */
static const struct devspec_driver drivers[] = {
	{ .name = "net_af_packet",
	  .alias = "eth_af_packet",
	  .package = "librte-net-af-packet23",
	  .copies_tx = true,
	  .keys = "iface qpairs blocksz framesz framecnt qdisc_bypass",
	  .kernel = true,
	  .interface = true,
	  .needs_interface = true,
	  .past_qdisc = true,
	  .any_length = true },
	{ .name = "net_af_xdp",
	  .package = "librte-net-af-xdp23",
	  .keys = "iface start_queue queue_count shared_umem xdp_prog "
		  "busy_budget force_copy",
	  .kernel = true,
	  .interface = true,
	  .needs_interface = true,
	  .past_qdisc = true,
	  .own_pool = true },
	{ .name = "net_tap",
	  .alias = "eth_tap",
	  .package = "librte-net-tap23",
	  .copies_tx = true,
	  .keys = "iface remote mac persist",
	  .interface = true,
	  .rx_desc = 8 },
	{ .name = "net_memif",
	  .package = "librte-net-memif23",
	  .keys = "id role bsize rsize socket socket-abstract mac zero-copy "
		  "secret",
	  .max_queues = 1,
	  .any_length = true,
	  .chains_rx = true },
	{ .name = "net_pcap",
	  .alias = "eth_pcap",
	  .package = "librte-net-pcap23",
	  .copies_tx = true,
	  .keys = "rx_pcap tx_pcap rx_iface rx_iface_in tx_iface iface "
		  "phy_mac infinite_rx",
	  .max_queues = 1,
	  .kernel = true,
	  .interface = true,
	  .chains_rx = true,
	  .chains_tx = true },
	{ .name = "net_ring",
	  .alias = "eth_ring",
	  .package = "librte-net-ring23",
	  .keys = "nodeaction internal" },
	{ .name = "net_null",
	  .alias = "eth_null",
	  .package = "librte-net-null23",
	  .copies_tx = true,
	  .keys = "size copy no-rx",
	  .chains_tx = true },
	{ .name = "net_vhost",
	  .alias = "eth_vhost",
	  .package = "librte-net-vhost23" },
	{ .name = "net_virtio_user",
	  .alias = "virtio_user",
	  .package = "librte-net-virtio23" },
	{ .name = "net_bonding",
	  .alias = "eth_bond",
	  .package = "librte-net-bond23" },
	{ .name = "net_failsafe", .package = "librte-net-failsafe23" },
	{ .name = "net_vdev_netvsc",
	  .alias = "eth_vdev_netvsc",
	  .package = "librte-net-vdev-netvsc23" },
	{ .name = "net_softnic", .package = "librte-net-softnic23" },
	{ .name = "net_octeontx",
	  .alias = "eth_octeontx",
	  .package = "librte-net-octeontx23" },
	{ .name = "net_pfe", .package = "librte-net-pfe23" },
	{ .name = "net_enetfec", .package = "librte-net-enetfec23" },
};

#define NDRIVERS (sizeof(drivers) / sizeof(drivers[0]))

static bool
begins_with(const char *name, const char *driver)
{
	return driver != NULL && strncmp(name, driver, strlen(driver)) == 0;
}

/* NULL: unknown. */
static const struct devspec_driver *
find_driver(const char *name)
{
	for (size_t i = 0; i < NDRIVERS; i++) {
		if (begins_with(name, drivers[i].name) ||
		    begins_with(name, drivers[i].alias))
			return &drivers[i];
	}
	return NULL;
}

const struct devspec_driver *
devspec_nearest(const char *name)
{
	const char *known[NDRIVERS], *near;
	char word[DEVSPEC_NAME_SIZE];
	size_t len;

	if (strncmp(name, "net_", 4) != 0 && strncmp(name, "eth_", 4) != 0)
		return NULL;
	name += 4;
	len = strcspn(name, ",");
	while (len > 0 && name[len - 1] >= '0' && name[len - 1] <= '9')
		len--;
	snprintf(word, sizeof(word), "%.*s", (int)len, name);
	for (size_t i = 0; i < NDRIVERS; i++)
		known[i] = drivers[i].name + 4;
	near = nearest_word(word, known, NDRIVERS);
	return near != NULL ? find_driver(near - 4) : NULL;
}

const char *
devspec_drivers(void)
{
	static _Thread_local char text[512];
	size_t len = 0;

	for (size_t i = 0; i < NDRIVERS; i++) {
		len += (size_t)snprintf(text + len, sizeof(text) - len, "%s%s",
					i == 0 ? "" : ", ", drivers[i].name);
	}
	return text;
}

/* "0000:3b:00.0" or "3b:00.0", and nothing else up to a comma. */
static bool
is_pci(const char *text, char name[DEVSPEC_NAME_SIZE])
{
	unsigned int domain, bus, device, function;
	int end = 0;

	if (sscanf(text, "%4x:%2x:%2x.%1u%n", &domain, &bus, &device, &function,
		   &end) != 4) {
		domain = 0;
		end = 0;
		if (sscanf(text, "%2x:%2x.%1u%n", &bus, &device, &function,
			   &end) != 3)
			return false;
	}
	if (text[end] != '\0' && text[end] != ',')
		return false;
	if (device > 0x1f || function > 7)
		return false;
	snprintf(name, DEVSPEC_NAME_SIZE, "%04x:%02x:%02x.%u", domain, bus,
		 device, function);
	return true;
}

int
devspec_parse(const char *text, struct devspec *spec)
{
	const char *comma = strchrnul(text, ',');
	size_t len = (size_t)(comma - text);

	memset(spec, 0, sizeof(*spec));
	spec->args = *comma == ',' ? comma + 1 : "";
	spec->pci = is_pci(text, spec->name);
	if (spec->pci)
		return 0;
	if (len == 0 || len >= sizeof(spec->name))
		return -EINVAL;
	memcpy(spec->name, text, len);
	spec->driver = find_driver(spec->name);
	return 0;
}

/* The text behind "key=" among 'args', or NULL. */
static const char *
find_key(const char *args, const char *key)
{
	size_t len = strlen(key);

	while (*args != '\0') {
		if (strncmp(args, key, len) == 0 && args[len] == '=')
			return args + len + 1;
		args = strchrnul(args, ',');
		if (*args == ',')
			args++;
	}
	return NULL;
}

bool
devspec_value(const char *args, const char *key, char *value, size_t size)
{
	const char *text = find_key(args, key);

	if (text == NULL)
		return false;
	snprintf(value, size, "%.*s", (int)(strchrnul(text, ',') - text), text);
	return true;
}

bool
devspec_interface(const struct devspec *spec, char *name, size_t size)
{
	static const char *const keys[] = { "iface", "rx_iface", "rx_iface_in",
					    "tx_iface" };

	if (spec->driver == NULL || !spec->driver->interface)
		return false;
	for (size_t i = 0; i < sizeof(keys) / sizeof(keys[0]); i++)
		if (devspec_value(spec->args, keys[i], name, size))
			return true;
	return false;
}

bool
devspec_conflicts(const char *a, const char *b)
{
	char interface_a[DEVSPEC_NAME_SIZE], interface_b[DEVSPEC_NAME_SIZE];
	struct devspec of_a, of_b;

	if (devspec_parse(a, &of_a) != 0 || devspec_parse(b, &of_b) != 0)
		return false;
	if (strcmp(of_a.name, of_b.name) == 0)
		return true;
	return devspec_interface(&of_a, interface_a, sizeof(interface_a)) &&
	       devspec_interface(&of_b, interface_b, sizeof(interface_b)) &&
	       strcmp(interface_a, interface_b) == 0;
}

static bool
has_word(const char *list, const char *word)
{
	size_t len = strlen(word);

	for (const char *p = list; (p = strstr(p, word)) != NULL; p += len) {
		if ((p == list || p[-1] == ' ') &&
		    (p[len] == ' ' || p[len] == '\0'))
			return true;
	}
	return false;
}

bool
devspec_stray(const char *args, const char *keys, char *key, size_t size)
{
	while (*args != '\0') {
		const char *end = strchrnul(args, ',');
		size_t len = strcspn(args, "=,");
		char word[64];

		snprintf(word, sizeof(word), "%.*s", (int)len, args);
		if (len > 0 && (args[len] != '=' || !has_word(keys, word))) {
			snprintf(key, size, "%s", word);
			return true;
		}
		args = *end == ',' ? end + 1 : end;
	}
	return false;
}

static unsigned int
number(const char *args, const char *key, unsigned int otherwise)
{
	const char *text = find_key(args, key);

	return text == NULL ? otherwise : (unsigned int)atoi(text);
}

/* Octets that the kernel and the driver put before a frame in their ring. */
#define PACKET_HEADER 66
#define PACKET_COPIED 32
#define PACKET_SIZE   2048 /* of an entry, by default */

/* Largest ring in octets: the kernel keeps it in locked memory. */
#define PACKET_RING (8u << 20)

uint32_t
devspec_packet_mtu(const char *args)
{
	unsigned int size = number(args, "framesz", PACKET_SIZE);

	/* One octet more, so that a frame that was cut counts as too long. */
	return size > PACKET_HEADER + 19 ? size - PACKET_HEADER - 19 : 0;
}

uint32_t
devspec_packet_room(const char *args)
{
	unsigned int size = number(args, "framesz", PACKET_SIZE);

	return size > PACKET_COPIED ? size - PACKET_COPIED : 0;
}

unsigned int
devspec_packet_queues(const char *args)
{
	return number(args, "qpairs", 1);
}

static int
add(char args[DEVSPEC_ARGS_SIZE], const char *key, unsigned int value)
{
	size_t len = strlen(args);
	int n = snprintf(args + len, DEVSPEC_ARGS_SIZE - len, "%s%s=%u",
			 len == 0 ? "" : ",", key, value);

	return n < (int)(DEVSPEC_ARGS_SIZE - len) ? 0 : -ENOSPC;
}

/*
 * The driver expects entries that fill their block, so sizes are powers of two.
 * If the user gives one of the sizes, none is added.
 */
static int
complete_packet(const struct devspec_needs *needs, char *args)
{
	unsigned int size = PACKET_SIZE, count;
	char given[16];

	if (find_key(args, "qpairs") == NULL && needs->queues > 1 &&
	    add(args, "qpairs", needs->queues) != 0)
		return -ENOSPC;
	if (devspec_value(args, "framesz", given, sizeof(given)) ||
	    devspec_value(args, "blocksz", given, sizeof(given)) ||
	    devspec_value(args, "framecnt", given, sizeof(given)))
		return 0;
	while (size < needs->mtu + PACKET_HEADER + 19)
		size *= 2;
	count = (needs->descriptors + 1) & ~1u;
	if (count > PACKET_RING / size)
		count = PACKET_RING / size;
	if (add(args, "blocksz", size < 4096 ? 4096 : size) != 0 ||
	    add(args, "framesz", size) != 0)
		return -ENOSPC;
	return add(args, "framecnt", count);
}

int
devspec_complete(const struct devspec *spec, const struct devspec_needs *needs,
		 char args[DEVSPEC_ARGS_SIZE])
{
	if (snprintf(args, DEVSPEC_ARGS_SIZE, "%s", spec->args) >=
	    DEVSPEC_ARGS_SIZE)
		return -ENOSPC;
	if (spec->driver == NULL ||
	    strcmp(spec->driver->name, "net_af_packet") != 0)
		return 0;
	return complete_packet(needs, args);
}

char *
devspec_name(const char *text, char name[DEVSPEC_NAME_SIZE])
{
	snprintf(name, DEVSPEC_NAME_SIZE, "%.*s", (int)strcspn(text, ","),
		 text);
	return name;
}
