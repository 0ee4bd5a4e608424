/* SPDX-License-Identifier: BSD-3-Clause */
#ifndef IXF_CONFIG_H
#define IXF_CONFIG_H

/*
 * The configuration as a struct, read from an INI file.  Reading changes nothing
 * else.
 *
 * All errors of all files are found in one reading, and reported with file and
 * line.  With any error there is no configuration.  The keys, and with them the
 * members of the structs below, are those of key_list.h.
 *
 * Pure: no EAL, no device, no worker. config_read() makes a config; after that
 * one thread reads it.
 */

#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>

#include "fabric/config/key_list.h"
#include "fabric/view/drop.h"
#include "lib/acl_rule.h"
#include "lib/faults.h"
#include "lib/prefix.h"

/* As enum log_to of lib/log.h. */
enum config_log {
	CONFIG_LOG_AUTO,
	CONFIG_LOG_JOURNAL,
	CONFIG_LOG_SYSLOG,
	CONFIG_LOG_STDERR
};

/* As syslog(3) numbers them. */
enum config_log_level {
	CONFIG_LEVEL_ERROR = 3,
	CONFIG_LEVEL_WARNING,
	CONFIG_LEVEL_NOTICE,
	CONFIG_LEVEL_INFO,
	CONFIG_LEVEL_DEBUG
};

enum config_idle {
	CONFIG_IDLE_SLEEP,
	CONFIG_IDLE_POLL
};
enum config_profile {
	CONFIG_IXP_STRICT,
	CONFIG_IXP_BASIC,
	CONFIG_OPEN
};
enum config_unknown {
	CONFIG_UNKNOWN_AUTO,
	CONFIG_DROP,
	CONFIG_FLOOD,
	CONFIG_FLOOD_LIMITED
};
enum config_status {
	CONFIG_CONNECTED,
	CONFIG_QUARANTINE,
	CONFIG_DISABLED,
};
/* A switch; UNSET: the port uses the value of its LAN. */
enum config_switch {
	CONFIG_UNSET,
	CONFIG_OFF,
	CONFIG_ON
};

/* What happens to a frame that a check matches. */
enum config_mode {
	CONFIG_MODE_DROP,
	CONFIG_MODE_LOG, /* counted as would-drop, and forwarded */
	CONFIG_MODE_OFF,
	CONFIG_MODE_SHUTDOWN /* dropped, and the port is disabled */
};
/* The same for the MAC addresses that a port may use: the key 'violation'. */
enum config_violation {
	CONFIG_VIOLATION_UNSET,
	CONFIG_VIOLATION_DROP,
	CONFIG_VIOLATION_LOG,
	CONFIG_VIOLATION_SHUTDOWN
};
/* Which frames of a port a mirror copies. */
enum config_direction {
	CONFIG_DIRECTION_BOTH,
	CONFIG_DIRECTION_RX,
	CONFIG_DIRECTION_TX,
	CONFIG_DIRECTION_NONE /* dropped ones alone */
};
/* What a port that only listens hears of its LAN. */
enum config_hears {
	CONFIG_HEARS_OFF, /* it does not listen */
	CONFIG_HEARS_FLOODS,
	CONFIG_HEARS_DROPS /* frames that are dropped, too */
};
enum config_mld {
	CONFIG_MLD_UNSET,
	CONFIG_MLD_DROP,
	CONFIG_MLD_PERMIT
};
enum config_lacp {
	CONFIG_LACP_OFF,
	CONFIG_LACP_ACTIVE,
	CONFIG_LACP_PASSIVE
};
enum config_lacp_timeout {
	CONFIG_LACP_SLOW,
	CONFIG_LACP_FAST
};
enum config_rate_unit {
	CONFIG_RATE_UNSET,
	CONFIG_RATE_OFF,    /* no limit */
	CONFIG_RATE_PPM,    /* millionths of the speed of the link */
	CONFIG_RATE_BITS,   /* per second */
	CONFIG_RATE_FRAMES, /* per second */
};
struct config_rate {
	enum config_rate_unit unit;
	uint64_t value;
};
struct config_check {
	enum drop why;
	enum config_mode mode;
};

/* How ARP requests and neighbour solicitations are forwarded. */
enum config_arp_mode {
	CONFIG_ARP_AUTO,
	CONFIG_ARP_FLOOD,
	CONFIG_ARP_UNICAST, /* only to the owner */
	CONFIG_ARP_PROXY    /* the fabric answers for the owner */
};
enum config_unknown_arp {
	CONFIG_UNKNOWN_ARP_FLOOD,
	CONFIG_UNKNOWN_ARP_DROP
};
enum config_garp {
	CONFIG_GARP_ALLOW,
	CONFIG_GARP_SUPPRESS, /* learned from, not forwarded */
	CONFIG_GARP_DROP      /* dropped */
};
enum config_nd_options {
	CONFIG_ND_OPTIONS_FORWARD,
	CONFIG_ND_OPTIONS_DISCARD
};
enum config_sponge_profile {
	CONFIG_SPONGE_NORMAL,
	CONFIG_SPONGE_QUEUE_SMALL
};
enum config_sponge_init {
	CONFIG_SPONGE_INIT_ALIVE,
	CONFIG_SPONGE_INIT_DEAD,
	CONFIG_SPONGE_INIT_PENDING,
	CONFIG_SPONGE_INIT_NONE
};
/* What to send to members that still use the MAC address of the sponge. */
enum config_arp_update {
	CONFIG_UPDATE_REPLY = 1,
	CONFIG_UPDATE_REQUEST = 2,
	CONFIG_UPDATE_GRATUITOUS = 4,
	CONFIG_UPDATE_ALL = 7
};
/* The initial state of addresses that are not assigned to a port. */
enum config_unassigned {
	CONFIG_UNASSIGNED_NORMAL,
	CONFIG_UNASSIGNED_DEAD
};

/* Groups of events, as enum event_group numbers them. */
enum config_events {
	CONFIG_EVENTS_PORT = 1,
	CONFIG_EVENTS_FDB = 2,
	CONFIG_EVENTS_VIOLATION = 4,
	CONFIG_EVENTS_SPONGE = 8,
	CONFIG_EVENTS_CONFIG = 16,
	CONFIG_EVENTS_FABRIC = 32,
	CONFIG_EVENTS_ALL = 63
};
/* Of the IX-F member export. */
enum config_member_type {
	CONFIG_MEMBER_PEERING,
	CONFIG_MEMBER_IXP,
	CONFIG_MEMBER_OTHER
};
enum config_service {
	CONFIG_SERVICE_NONE,
	CONFIG_SERVICE_ROUTE_SERVER,
	CONFIG_SERVICE_ROUTE_COLLECTOR
};

#define CONFIG_NAME_SIZE   32  /* with its NUL */
#define CONFIG_WHY_SIZE    256 /* of what is wrong with a value */
#define CONFIG_LIMIT_UNSET UINT32_MAX
#define CONFIG_LIMIT_AUTO  (UINT32_MAX - 1)

typedef char config_name[CONFIG_NAME_SIZE];

/* Lists keep the order of the file; at[i] is the line of value[i]. */
struct config_named {
	config_name id;
};
struct config_names {
	unsigned int n;
	struct config_named *value;
	struct where *at;
};
struct config_reasons {
	unsigned int n;
	enum drop *value; /* DROP_NONE: all */
	struct where *at;
};
struct config_macs {
	unsigned int n;
	uint64_t *value;
	struct where *at;
};
struct config_addresses {
	unsigned int n;
	struct ipaddr *value;
	struct where *at;
};
/* Where samples of sFlow are sent: UDP. */
struct config_collector {
	struct ipaddr ip;
	uint16_t port;
};
struct config_collectors {
	unsigned int n;
	struct config_collector *value;
	struct where *at;
};
struct config_prefixes {
	unsigned int n;
	struct prefix *value;
	struct where *at;
};
struct config_checks {
	unsigned int n;
	struct config_check *value;
	struct where *at;
};
struct config_rules {
	unsigned int n;
	struct acl_rule *value;
	struct where *at;
};
struct config_files { /* texts: of files, or devices */
	unsigned int n;
	char **value;
	struct where *at;
};
/* n == 0: "auto". */
struct config_cores {
	unsigned int n;
	unsigned int *value;
};

/* What a key of each type is in the structs below: config_member_MAC. */
#define TYPE(name, member, number) typedef member config_member_##name;
#include "fabric/config/type_list.h"

#define CONFIG_LINKS_MAX 8 /* devices of a port */

#define CONFIG_KEYS_MAX 80 /* of one section */

/* What every section begins with. */
#define CONFIG_HEAD                                                            \
	config_name id; /* the name in [port name] */                          \
	struct where at;                                                       \
	unsigned int line[CONFIG_KEYS_MAX]; /* of each key; 0: not given */    \
	/* While the file is read and checked: */                              \
	bool bad[CONFIG_KEYS_MAX]; /* the key was given, with a wrong value */ \
	bool incomplete; /* a line was wrong: any key may have been there */   \
	/* Of a port, when all is read: its LAN plus 1; 0: look it up. */      \
	unsigned int in;                                                       \
	uint32_t carries; /* ... the largest 'mtu' of the LANs on its device */

/*
 * struct config_port and those of the other sections: a head, and a member for
 * each key.  enum config_port_key: CONFIG_PORT_mac is the number of 'mac' among them.
 */
#define CONFIG_MEMBER(S, name, type, ...) config_member_##type name;
#define CONFIG_KEY_NUMBER(S, name, ...)   CONFIG_##S##_##name,
#define SECTION(type, TYPE)                                                    \
	struct config_##type {                                                 \
		CONFIG_HEAD                                                    \
		TYPE##_KEYS(CONFIG_MEMBER, )                                   \
	};                                                                     \
	enum config_##type##_key{ TYPE##_KEYS(CONFIG_KEY_NUMBER, TYPE)         \
					  CONFIG_##TYPE##_KEYS };
#include "fabric/config/section_list.h"

/* CONFIG_PORTS_MAX: how many sections of a type there can be. */
enum {
#define SECTION_MANY(type, TYPE, most, ...) CONFIG_##TYPE##S_MAX = most,
#include "fabric/config/section_list.h"
};

struct strtable;

struct config {
	char *path; /* of the first file; NULL when there is none */

	/* config->fabric, and in the order of the files config->port[nports]. */
#define SECTION_ONE(type, ...) struct config_##type type;
#define SECTION_MANY(type, ...)                                                \
	struct config_##type *type;                                            \
	unsigned int n##type##s;
#include "fabric/config/section_list.h"

	unsigned int *lan_ports; /* by LAN: how many ports it has */
	char **file;             /* the names in every 'at' */
	unsigned int nfiles;
	struct strtable *index; /* "lan x", "port y": its index in lan, port */
};

/*
 * Reads 'path' and the files that it includes, or the text of a stream under the
 * name 'path'; of a file, the devices must not be more than DPDK opens.  Returns a
 * new configuration, which config_free() frees, or NULL if 'faults' has an error; a
 * file that cannot be read is one.  Warnings do not matter.
 */
struct config *config_read(const char *path, struct faults *);
struct config *config_read_stream(const char *path, FILE *, struct faults *);

/*
 * Whether an exchange can run by a configuration, beyond what makes it valid for
 * a replay: it has a port, and DPDK can open its devices.  False if 'faults' has
 * an error.
 */
bool config_check_service(const struct config *, struct faults *);

/*
 * config_buffers.c: how many buffers for received frames the queues of the devices
 * hold when they are full, with room for 'spare' devices more.
 */
struct config_buffers {
	uint32_t receive; /* the receive queues, which are always full */
	uint32_t all;     /* all queues, and the frames in hand */
};
struct config_buffers config_buffers_needed(const struct config *,
					    unsigned int nworkers,
					    unsigned int spare);

/* Frames that a worker has for a device, and dropped ones: backlog.h, worker.h. */
#define CONFIG_TXBUF 256
#define CONFIG_TRASH 512

/*
 * Reports the key 'buffers' where it is lower than that; if the configuration
 * does not give the workers, for 'nworkers', or 0: for one at least.
 */
void config_check_buffers(const struct config *, unsigned int nworkers,
			  struct faults *);

/* The mirror whose copies leave by the port, or NULL. */
const struct config_mirror *config_mirror_to(const struct config *,
					     const struct config_port *);

/*
 * The configuration before the first: no LAN, no port, [fabric] at its
 * defaults.
 */
struct config *config_empty(void);
void config_free(struct config *);

/*
 * Prints in canonical form all keys that are not at their default, or with
 * 'defaults' every key.  A key without a value is then a comment, with the value
 * that applies instead.  The output reads back as the same configuration;
 * includes are resolved.
 */
void config_print(const struct config *, bool defaults, FILE *);

/* The same of 'n' sections from 'first' on.  Returns how many there are in all. */
size_t config_print_part(const struct config *, bool defaults, size_t first,
			 size_t n, FILE *);

/* Whether 'text' may be the name of a section: [A-Za-z0-9._-], up to 31. */
bool config_name_is_valid(const char *text);

/* config_port(): the section of this name, or NULL. */
#define SECTION_MANY(type, ...)                                                \
	const struct config_##type *config_##type(const struct config *,       \
						  const char *id);
#include "fabric/config/section_list.h"

/* The name of a section [type name] that is similar to 'id', or NULL. */
const char *config_nearest(const struct config *, const char *type,
			   const char *id);

/* Whether 'key' may be repeated in a section "port x", as config_diff() names it. */
bool config_key_repeats(const char *section, const char *key);

/*
 * Where a key stands, by its 'line'; 'section' itself if the key was not given.
 */
static inline struct where
config_place(struct where section, unsigned int line)
{
	if (line != 0)
		section.line = line;
	return section;
}

/*
 * Whether the links of the port are chosen among, or made use of by LACP: it has
 * several devices, or LACP.
 */
bool config_port_is_lag(const struct config_port *);

/* The LAN of a port of that configuration, or NULL; quicker than by its name. */
const struct config_lan *config_lan_of(const struct config *,
				       const struct config_port *);

/*
 * What applies to 'port', from its own keys, those of its LAN, and the profile.
 */
uint32_t config_mac_limit(const struct config *, const struct config_port *);
/* Whether the port may send only from the addresses of its 'mac' lines. */
bool config_mac_locked(const struct config *, const struct config_port *);
bool config_mac_sticky(const struct config *, const struct config_port *);
bool config_floods_unknown(const struct config_lan *);

/* What happens to frames that the check 'why' matches. */
enum config_mode config_check_mode(const struct config *,
				   const struct config_port *, enum drop why);

/*
 * Whether the check is only about addresses that the configuration gives to other
 * ports: under ixp-basic, unless a key 'check' asks for all of it.
 */
bool config_check_is_narrow(const struct config *, const struct config_port *,
			    enum drop why);

/* A mode as the file writes it: "log". */
const char *config_mode_name(enum config_mode);

/* Frames per second, and frames at once after a pause. */
uint32_t config_arp_pps(const struct config *, const struct config_port *);
uint32_t config_arp_burst(const struct config *, const struct config_port *);
uint32_t config_nd_pps(const struct config *, const struct config_port *);
uint32_t config_nd_burst(const struct config *, const struct config_port *);

/* Seconds; 0: until an operator enables the port. */
uint32_t config_shutdown_time(const struct config *,
			      const struct config_port *);
bool config_mld_permitted(const struct config *, const struct config_port *);

enum config_storm {
	CONFIG_STORM_BCAST,
	CONFIG_STORM_MCAST,
	CONFIG_STORM_UUCAST,
};
struct config_rate config_storm(const struct config *,
				const struct config_port *, enum config_storm);

/*
 * One frame in so many of the port is a sample, if its link has so many Mbit/s, or 0:
 * not known; 0: none is.
 */
uint32_t config_sflow_rate(const struct config *, const struct config_port *,
			   uint32_t speed);

/* "192.0.2.9:6343", "[2001:db8::9]:6343" */
#define CONFIG_COLLECTOR_SIZE (PREFIX_TEXT_SIZE + 8)
char *config_collector_format(const struct config_collector *,
			      char text[CONFIG_COLLECTOR_SIZE]);

/* The ACL for frames from the port, or with 'out' for frames to it; or NULL. */
const struct config_acl *config_acl_of(const struct config *,
				       const struct config_port *, bool out);

/*
 * What applies to ARP, ND and the sponge of a LAN.  The mode is never
 * CONFIG_ARP_AUTO.
 */
enum config_arp_mode config_arp_mode(const struct config_lan *);
/* An IPv4 prefix with too many addresses for the neighbour table, or NULL. */
const struct prefix *config_wide_prefix(const struct config_lan *);
/*
 * Limits of requests after which an address becomes pending: how many in all,
 * and how many per minute.
 */
uint32_t config_sponge_queuedepth(const struct config_lan *);
uint32_t config_sponge_rate(const struct config_lan *);

/*
 * The line of the configuration that turns on the check 'why' for the port: a
 * 'check' line, or the key that the check uses, of the port or else of its LAN;
 * or the 'profile' of the LAN; or else the line where the port begins.
 */
struct where config_line_of(const struct config *, const struct config_port *,
			    enum drop why);

/*
 * The line that decided about a frame that was dropped for 'why'.  If an ACL
 * dropped it, that is the line of rule number 'rule', from 0.  Otherwise it is
 * that of config_line_of(), or nowhere if no line is about 'why'.
 */
struct where config_decided_at(const struct config *,
			       const struct config_port *, enum drop why,
			       uint32_t rule);

/*
 * Compares two configurations and calls 'visit', which may be NULL, for each
 * change: "port swp7: added", "port swp2: mac: 02:00:00:00:00:01 -> ...".  It
 * gets the section ("fabric", "lan x", "port y"), the key, both values, and
 * whether the change waits for a restart.  Values are written as in the file,
 * those of a list with ", " between them; NULL: there is none.  If a whole
 * section was added or removed, the key is NULL, and "" is the value of the
 * side that has it.  Returns the number of changes.
 */
typedef void config_visit(void *arg, const char *section, const char *key,
			  const char *old_value, const char *new_value,
			  bool restart);
unsigned int config_diff(const struct config *old_config,
			 const struct config *new_config, config_visit *,
			 void *arg);

/*
 * Whether each LAN of 'new_config' is new, or has other keys or ports than before, or
 * ports with other keys; 'changed' has room for all.
 */
void config_changed_lans(const struct config *old_config,
			 const struct config *new_config, bool *changed);

#endif
