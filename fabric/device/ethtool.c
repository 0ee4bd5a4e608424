/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Features of an interface by their names, as ethtool -k shows them, through the
 * ioctl of ethtool(8).  The kernel numbers them; the numbers differ by its version.
 */
#include "fabric/device/device_impl.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include <linux/ethtool.h>
#include <linux/sockios.h>

/* More features than any kernel has. */
#define FEATURES_MAX 256
#define WORDS        (FEATURES_MAX / 32)

static int
request(const char *name, void *command)
{
	struct ifreq ifr = { .ifr_data = command };

	return netif_ioctl(name, SIOCETHTOOL, &ifr);
}

/* How many features there are, or -errno. */
static int
count_features(const char *name)
{
	struct {
		struct ethtool_sset_info head;
		uint32_t n;
	} info = { .head = { .cmd = ETHTOOL_GSSET_INFO,
			     .sset_mask = UINT64_C(1) << ETH_SS_FEATURES } };
	int ret = request(name, &info);

	if (ret != 0)
		return ret;
	if (info.head.sset_mask == 0 || info.n > FEATURES_MAX)
		return -EOPNOTSUPP;
	return (int)info.n;
}

/* The number of 'feature', or -errno; -EOPNOTSUPP: the kernel has none. */
static int
find_feature(const char *name, const char *feature)
{
	int n = count_features(name), found = -EOPNOTSUPP, ret;
	struct ethtool_gstrings *names;

	if (n < 0)
		return n;
	names = calloc(1, sizeof(*names) + (size_t)n * ETH_GSTRING_LEN);
	if (names == NULL)
		return -ENOMEM;
	names->cmd = ETHTOOL_GSTRINGS;
	names->string_set = ETH_SS_FEATURES;
	names->len = (uint32_t)n;
	ret = request(name, names);
	for (int i = 0; ret == 0 && found < 0 && i < n; i++)
		if (strncmp((const char *)names->data +
				    (size_t)i * ETH_GSTRING_LEN,
			    feature, ETH_GSTRING_LEN) == 0)
			found = i;
	free(names);
	return ret != 0 ? ret : found;
}

int
ethtool_feature(const char *name, const char *feature, bool *wanted,
		bool *active)
{
	struct {
		struct ethtool_gfeatures head;
		struct ethtool_get_features_block block[WORDS];
	} get = { .head = { .cmd = ETHTOOL_GFEATURES, .size = WORDS } };
	int bit = find_feature(name, feature);
	int ret = bit < 0 ? bit : request(name, &get);

	if (ret != 0)
		return ret;
	*wanted = get.block[bit / 32].requested >> bit % 32 & 1;
	*active = get.block[bit / 32].active >> bit % 32 & 1;
	return 0;
}

int
ethtool_set_feature(const char *name, const char *feature, bool on)
{
	struct {
		struct ethtool_sfeatures head;
		struct ethtool_set_features_block block[WORDS];
	} set = { .head = { .cmd = ETHTOOL_SFEATURES } };
	int n = count_features(name), bit = find_feature(name, feature);

	if (n < 0 || bit < 0)
		return n < 0 ? n : bit;
	/* The kernel refuses another size than its own. */
	set.head.size = ((uint32_t)n + 31) / 32;
	set.block[bit / 32].valid = UINT32_C(1) << bit % 32;
	set.block[bit / 32].requested = (uint32_t)on << bit % 32;
	return request(name, &set);
}
