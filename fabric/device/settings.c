/* SPDX-License-Identifier: BSD-3-Clause */
#include "fabric/device/settings.h"

#include <dirent.h>
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "fabric/device/device_impl.h"
#include "fabric/device/eal.h"
#include "lib/log.h"

/* Another program that insists gets its way: a setting is set again so often. */
#define AGAIN_MAX 5

/* Files that settings_recover() looks at; there are as many as interfaces. */
#define FILES_MAX 4096

struct row {
	const char *text;    /* "GRO off": what it is to be */
	const char *feature; /* of ethtool, as the kernel calls it */
	int32_t wanted;
	const char *follows; /* if it cannot be set */
	const char *command; /* that sets it; each %s: the interface */
};

#define DROP_COMMAND "tc filter add dev %s ingress matchall skip_hw action drop"

#define MERGED "received frames are merged, and dropped as oversize"

static const struct row rows[SETTINGS] = {
	[SETTING_GRO] = { "GRO off", "rx-gro", 0, MERGED,
			  "ethtool -K %s gro off" },
	[SETTING_GRO_HW] = { "GRO in hardware off", "rx-gro-hw", 0, MERGED,
			     "ethtool -K %s rx-gro-hw off" },
	[SETTING_GRO_LIST] = { "GRO lists off", "rx-gro-list", 0, MERGED,
			       "ethtool -K %s rx-gro-list off" },
	[SETTING_UDP_GRO] = { "UDP GRO off", "rx-udp-gro-forwarding", 0, MERGED,
			      "ethtool -K %s rx-udp-gro-forwarding off" },
	[SETTING_LRO] = { "LRO off", "rx-lro", 0, MERGED,
			  "ethtool -K %s lro off" },
	[SETTING_ARP] = { "ARP off", NULL, 0,
			  "this machine answers ARP requests of the member",
			  "ip link set dev %s arp off" },
	[SETTING_IPV6] = { "IPv6 off", NULL, 0,
			   "this machine speaks IPv6 to the member",
			   "sysctl -w net.ipv6.conf.%s.disable_ipv6=1" },
	[SETTING_STACK] = { "IP of the host off", NULL, TC_DROPS_IN,
			    "this machine takes what the member sends to the "
			    "MAC address of the interface",
			    "tc qdisc add dev %s clsact && " DROP_COMMAND },
	[SETTING_MTU] = { "MTU", NULL, 0, NULL, NULL },
	[SETTING_PROMISC] = { "promiscuous", NULL, 1,
			      "frames between members may not be received",
			      "ip link set dev %s promisc on" },
	[SETTING_UP] = { "up", NULL, 1, NULL, NULL },
};

static uint16_t
flag_of(enum setting i)
{
	return i == SETTING_ARP       ? IFF_NOARP
	       : i == SETTING_PROMISC ? IFF_PROMISC
				      : IFF_UP;
}

static int
read_feature(const char *name, enum setting i, int32_t *value)
{
	bool wanted, active;
	int ret = ethtool_feature(name, rows[i].feature, &wanted, &active);

	if (ret == 0)
		*value = wanted || active;
	return ret;
}

static int
read_flag(const char *name, enum setting i, int32_t *value)
{
	uint16_t flags = 0;
	int ret = netif_flags(name, &flags);

	if (ret == 0)
		*value = ((flags & flag_of(i)) != 0) != (i == SETTING_ARP);
	return ret;
}

static int
read_ipv6(const char *name, int32_t *value)
{
	bool on;
	int ret = netif_ipv6(name, &on);

	if (ret == 0)
		*value = on;
	return ret;
}

static int
read_mtu(const char *name, int32_t *value)
{
	uint32_t mtu;
	int ret = netif_mtu(name, &mtu);

	if (ret == 0)
		*value = (int32_t)mtu;
	return ret;
}

static int
read_stack(const char *name, int32_t *value)
{
	enum tc_drops drops;
	int ret = tc_drops(name, &drops);

	if (ret == 0)
		*value = (int32_t)drops;
	return ret;
}

/* -1 in '*value': there is no such setting here. */
static int
read_setting(const char *name, enum setting i, int32_t *value)
{
	*value = -1;
	if (rows[i].feature != NULL)
		return read_feature(name, i, value);
	if (i == SETTING_IPV6)
		return read_ipv6(name, value);
	if (i == SETTING_STACK)
		return read_stack(name, value);
	if (i == SETTING_MTU)
		return read_mtu(name, value);
	return read_flag(name, i, value);
}

static int
write_setting(const char *name, enum setting i, int32_t value)
{
	if (rows[i].feature != NULL)
		return ethtool_set_feature(name, rows[i].feature, value != 0);
	if (i == SETTING_IPV6)
		return netif_set_ipv6(name, value != 0);
	if (i == SETTING_STACK)
		return tc_set_drops(name, (enum tc_drops)value);
	if (i == SETTING_MTU)
		return netif_set_mtu(name, (uint32_t)value);
	return netif_set_flag(name, flag_of(i),
			      (value != 0) != (i == SETTING_ARP));
}

/* Writes it, and reads whether it is so now: a NIC may have a feature fixed. */
static int
set_setting(const char *name, enum setting i, int32_t value)
{
	int32_t now;
	int ret = write_setting(name, i, value);

	if (ret == 0)
		ret = read_setting(name, i, &now);
	if (ret == 0 && now != value)
		ret = -EOPNOTSUPP;
	return ret;
}

/* What else the host uses the interface for. */
struct host_use {
	bool addressed; /* it has an address on the interface */
	bool upper;     /* another interface stands on it */
};

/* What is to be of a setting that is 'found'. */
static int32_t
wanted(enum setting i, int32_t found, const struct settings_needs *needs,
       const struct host_use *use)
{
	if (found == -1)
		return -1;
	if (i == SETTING_MTU)
		return found < (int32_t)needs->mtu ? (int32_t)needs->mtu
						   : found;
	/* The operator of this machine may have come by that address. */
	if (use->addressed && (i == SETTING_ARP || i == SETTING_IPV6))
		return -1;
	if (i != SETTING_STACK)
		return rows[i].wanted;
	if (use->addressed || use->upper)
		return -1;
	/* Of an operator: enough. */
	if (found != TC_DROPS_NONE)
		return found;
	return needs->past_qdisc ? TC_DROPS_BOTH : TC_DROPS_IN;
}

/*
 * Of a daemon that crashed: what it has set, and is still so, was otherwise
 * before.
 */
static void
take_over(struct settings *s)
{
	struct settings old = *s;

	if (settings_file_read(&old) != 0 || old.index != s->index ||
	    old.mac != s->mac || strcmp(old.name, s->name) != 0)
		return;
	for (int i = 0; i < SETTINGS; i++)
		if (old.set[i] != -1 && old.set[i] == s->found[i])
			s->found[i] = old.found[i];
}

static int
identify(struct settings *s, const char *name)
{
	struct netif netif;
	int ret = netif_read(name, &netif);

	memset(s, 0, sizeof(*s));
	if (ret == 0)
		ret = netif_mac(name, &s->mac);
	if (ret != 0)
		return ret;
	snprintf(s->name, sizeof(s->name), "%s", name);
	s->index = netif.index;
	return 0;
}

static void
look(struct settings *s, const struct settings_needs *needs,
     const char *section)
{
	char address[INET6_ADDRSTRLEN], upper[IFNAMSIZ];
	const struct host_use use = {
		.addressed = netif_address(s->name, address),
		.upper = netif_upper(s->name, upper),
	};

	if (use.addressed)
		eal_log(LOG_WARNING,
			"%s: %s has the address %s: this machine answers the "
			"member there; 'ip addr flush dev %s' removes it",
			section, s->name, address, s->name);
	if (use.upper)
		eal_log(LOG_WARNING,
			"%s: %s stands on %s, and this machine receives the "
			"frames of the member there: remove it, or give the "
			"member an interface of its own",
			section, upper, s->name);
	for (int i = 0; i < SETTINGS; i++)
		read_setting(s->name, i, &s->found[i]);
	take_over(s);
	for (int i = 0; i < SETTINGS; i++)
		s->set[i] = wanted(i, s->found[i], needs, &use);
}

static void
warn(const struct settings *s, enum setting i, int error, const char *section)
{
	const char *pattern = rows[i].command, *reason = strerror(-error);
	char command[160];

	if (i == SETTING_STACK && error == -EEXIST) {
		pattern = DROP_COMMAND;
		reason = "another program has a qdisc there";
	}
	snprintf(command, sizeof(command), pattern, s->name, s->name);
	eal_log(LOG_WARNING, "%s: %s: not %s (%s): %s; '%s' does it", section,
		s->name, rows[i].text, reason, rows[i].follows, command);
}

/* Sets what is not so yet; adds it to 'done', a text for the log. */
static int
set_all(struct settings *s, const char *section, char *done, size_t size,
	const char **what)
{
	size_t len = 0;

	done[0] = '\0';
	for (int i = 0; i < SETTINGS; i++) {
		int32_t now;
		int ret = 0;

		if (s->set[i] == -1 || read_setting(s->name, i, &now) != 0 ||
		    now == s->set[i])
			continue;
		ret = set_setting(s->name, i, s->set[i]);
		*what = rows[i].text;
		if (ret != 0 && rows[i].command == NULL)
			return ret;
		if (ret != 0) {
			warn(s, i, ret, section);
			s->set[i] = -1;
			continue;
		}
		len += (size_t)snprintf(done + len, size - len, "%s%s",
					len == 0 ? "" : ", ", rows[i].text);
	}
	return 0;
}

int
settings_take(struct settings *s, const char *name,
	      const struct settings_needs *needs, const char *dir,
	      const char *section, const char **what)
{
	char done[256];
	int ret = identify(s, name);

	*what = "anything";
	if (ret != 0)
		return ret;
	settings_file_name(s, dir);
	look(s, needs, section);
	ret = settings_file_write(s);
	if (ret != 0 && dir[0] != '\0')
		eal_log(LOG_WARNING,
			"%s: %s: what is set there would stay after a crash: "
			"%s/%s cannot be written",
			section, name, dir, name);
	ret = set_all(s, section, done, sizeof(done), what);
	if (ret != 0)
		settings_put_back(s);
	else if (done[0] != '\0')
		eal_log(LOG_NOTICE,
			"%s: %s set: %s; put back when the device is closed",
			section, name, done);
	return ret;
}

static bool
is_there(const struct settings *s)
{
	struct settings now;

	return identify(&now, s->name) == 0 && now.index == s->index &&
	       now.mac == s->mac;
}

void
settings_put_back(struct settings *s)
{
	if (s->name[0] == '\0')
		return;
	for (int i = SETTINGS - 1; i >= 0 && is_there(s); i--) {
		int32_t now;

		if (s->set[i] == -1 || s->set[i] == s->found[i] ||
		    read_setting(s->name, i, &now) != 0 || now != s->set[i])
			continue;
		write_setting(s->name, i, s->found[i]);
	}
	if (s->file[0] != '\0')
		unlink(s->file);
	s->name[0] = '\0';
}

int
settings_set_mtu(struct settings *s, uint32_t mtu, const char *section)
{
	int32_t old = s->set[SETTING_MTU], found = s->found[SETTING_MTU];
	int32_t next = (int32_t)mtu > found ? (int32_t)mtu : found;
	int ret;

	if (old == next)
		return 0;
	s->set[SETTING_MTU] = next;
	settings_file_write(s);
	ret = set_setting(s->name, SETTING_MTU, next);
	if (ret != 0) {
		s->set[SETTING_MTU] = old;
		settings_file_write(s);
		return ret;
	}
	eal_log(LOG_NOTICE, "%s: %s set: MTU %d", section, s->name, next);
	return 0;
}

static bool
is_changed(const struct settings *s, enum setting i)
{
	int32_t now;

	/* An interface that is set down counts as a link that is down. */
	if (s->set[i] == -1 || i == SETTING_UP || s->again[i] > AGAIN_MAX ||
	    read_setting(s->name, i, &now) != 0)
		return false;
	return i == SETTING_MTU ? now < s->set[i] : now != s->set[i];
}

void
settings_check(struct settings *s, const char *section)
{
	for (int i = 0; i < SETTINGS; i++) {
		if (!is_changed(s, i))
			continue;
		if (++s->again[i] > AGAIN_MAX) {
			eal_log(LOG_WARNING,
				"%s: %s: another program goes on changing "
				"what was set: %s; it is left so",
				section, s->name, rows[i].text);
			continue;
		}
		if (set_setting(s->name, i, s->set[i]) == 0)
			eal_log(LOG_WARNING,
				"%s: %s: another program has changed what "
				"was set; set again: %s",
				section, s->name, rows[i].text);
	}
}

static void
recover(struct settings *s)
{
	int ret = settings_file_read(s);

	if (ret == -EXDEV)
		return;
	if (ret == 0 && is_there(s)) {
		eal_log(LOG_NOTICE,
			"%s: what a daemon that crashed had set is put back",
			s->name);
		settings_put_back(s);
	}
	unlink(s->file);
}

void
settings_recover(const char *dir, bool (*in_use)(const char *name))
{
	DIR *files = dir[0] != '\0' ? opendir(dir) : NULL;
	struct dirent *e;

	for (int n = 0; files != NULL && n < FILES_MAX; n++) {
		struct settings s = { 0 };

		e = readdir(files);
		if (e == NULL)
			break;
		if (e->d_name[0] == '.' ||
		    strlen(e->d_name) >= sizeof(s.name) || in_use(e->d_name))
			continue;
		snprintf(s.name, sizeof(s.name), "%s", e->d_name);
		settings_file_name(&s, dir);
		recover(&s);
	}
	if (files != NULL)
		closedir(files);
}
