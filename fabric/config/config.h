/* SPDX-License-Identifier: BSD-3-Clause */
#ifndef IXF_CONFIG_H
#define IXF_CONFIG_H

/*
 * The configuration as it was written: INI in, a struct out, nothing touched.
 *
 * Every fault of every file is found in one reading and reported with its
 * place; any error means that there is no configuration at all.  The keys, and
 * with them the members of the structs below, are those of key_list.h.
 *
 * Pure: no EAL, no device, no worker.  A config is made by config_read(), then
 * only read, by one thread.
 */

#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>

#include "fabric/view/drop.h"
#include "lib/acl_rule.h"
#include "lib/faults.h"
#include "lib/prefix.h"

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
/* A switch that a port may leave to its LAN. */
enum config_switch {
	CONFIG_UNSET,
	CONFIG_OFF,
	CONFIG_ON
};

/* What becomes of the frames that a check objects to. */
enum config_mode {
	CONFIG_MODE_DROP,
	CONFIG_MODE_LOG, /* counted as would-drop, and forwarded */
	CONFIG_MODE_OFF,
	CONFIG_MODE_SHUTDOWN /* dropped, and the port is disabled */
};
/* The same for the addresses a port may use, as 'violation' has it. */
enum config_violation {
	CONFIG_VIOLATION_UNSET,
	CONFIG_VIOLATION_DROP,
	CONFIG_VIOLATION_LOG,
	CONFIG_VIOLATION_SHUTDOWN
};
enum config_mld {
	CONFIG_MLD_UNSET,
	CONFIG_MLD_DROP,
	CONFIG_MLD_PERMIT
};
enum config_rate_unit {
	CONFIG_RATE_UNSET,
	CONFIG_RATE_OFF,    /* no limit */
	CONFIG_RATE_PPM,    /* millionths of the speed of the link */
	CONFIG_RATE_BITS,   /* a second */
	CONFIG_RATE_FRAMES, /* a second */
};
struct config_rate {
	enum config_rate_unit unit;
	uint64_t value;
};
struct config_check {
	enum drop why;
	enum config_mode mode;
};

/* What becomes of questions for an address: ARP requests, solicitations. */
enum config_arp_mode {
	CONFIG_ARP_AUTO,
	CONFIG_ARP_FLOOD,
	CONFIG_ARP_UNICAST, /* to its owner alone */
	CONFIG_ARP_PROXY    /* the fabric answers in place of its owner */
};
enum config_unknown_arp {
	CONFIG_UNKNOWN_ARP_FLOOD,
	CONFIG_UNKNOWN_ARP_DROP
};
enum config_garp {
	CONFIG_GARP_ALLOW,
	CONFIG_GARP_SUPPRESS, /* taken note of, not sent on */
	CONFIG_GARP_DROP      /* refused */
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
/* What is sent to those who still believe in the address of the sponge. */
enum config_arp_update {
	CONFIG_UPDATE_REPLY = 1,
	CONFIG_UPDATE_REQUEST = 2,
	CONFIG_UPDATE_GRATUITOUS = 4,
	CONFIG_UPDATE_ALL = 7
};
/* An address that no port has by the configuration. */
enum config_unassigned {
	CONFIG_UNASSIGNED_NORMAL,
	CONFIG_UNASSIGNED_DEAD
};

#define CONFIG_NAME_SIZE   32  /* with its NUL */
#define CONFIG_WHY_SIZE    256 /* of what is wrong with a value */
#define CONFIG_LIMIT_UNSET UINT32_MAX
#define CONFIG_LIMIT_AUTO  (UINT32_MAX - 1)

/* Lists keep the order of the file; at[i] is where value[i] stands. */
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
struct config_files {
	unsigned int n;
	char **value;
	struct where *at;
};
/* n == 0 is "auto". */
struct config_cores {
	unsigned int n;
	unsigned int *value;
};

/* What a key of each TYPE becomes. */
#define CONFIG_MEMBER_TEXT(name)           char *name /* NULL: not given */
#define CONFIG_MEMBER_NAME(name)           char name[CONFIG_NAME_SIZE]
#define CONFIG_MEMBER_COUNT(name)          uint32_t name
#define CONFIG_MEMBER_DURATION(name)       uint32_t name /* seconds */
#define CONFIG_MEMBER_LIMIT(name)          uint32_t name
#define CONFIG_MEMBER_SWITCH(name)         enum config_switch name
#define CONFIG_MEMBER_IDLE(name)           enum config_idle name
#define CONFIG_MEMBER_PROFILE(name)        enum config_profile name
#define CONFIG_MEMBER_UNKNOWN(name)        enum config_unknown name
#define CONFIG_MEMBER_STATUS(name)         enum config_status name
#define CONFIG_MEMBER_MAC(name)            uint64_t name /* 0: not given */
#define CONFIG_MEMBER_MACS(name)           struct config_macs name
#define CONFIG_MEMBER_ADDRESS4(name)       struct config_addresses name
#define CONFIG_MEMBER_ADDRESS6(name)       struct config_addresses name
#define CONFIG_MEMBER_PREFIX4(name)        struct config_prefixes name
#define CONFIG_MEMBER_PREFIX6(name)        struct config_prefixes name
#define CONFIG_MEMBER_FILES(name)          struct config_files name
#define CONFIG_MEMBER_CORES(name)          struct config_cores name
#define CONFIG_MEMBER_SPAN(name)           uint32_t name /* seconds */
#define CONFIG_MEMBER_VIOLATION(name)      enum config_violation name
#define CONFIG_MEMBER_MLD(name)            enum config_mld name
#define CONFIG_MEMBER_RATE(name)           struct config_rate name
#define CONFIG_MEMBER_CHECKS(name)         struct config_checks name
#define CONFIG_MEMBER_RULES(name)          struct config_rules name
#define CONFIG_MEMBER_ARP_MODE(name)       enum config_arp_mode name
#define CONFIG_MEMBER_UNKNOWN_ARP(name)    enum config_unknown_arp name
#define CONFIG_MEMBER_GARP(name)           enum config_garp name
#define CONFIG_MEMBER_ND_OPTIONS(name)     enum config_nd_options name
#define CONFIG_MEMBER_SPONGE_PROFILE(name) enum config_sponge_profile name
#define CONFIG_MEMBER_SPONGE_INIT(name)    enum config_sponge_init name
#define CONFIG_MEMBER_UNASSIGNED(name)     enum config_unassigned name
#define CONFIG_MEMBER_PER_SECOND(name)     uint32_t name /* thousandths */
#define CONFIG_MEMBER_ARP_UPDATE(name)                                         \
	unsigned int name /* enum config_arp_update */

/* The places of the keys in a section: CONFIG_PORT_mac. */
enum config_fabric_key {
#define KEY_FABRIC(name, ...) CONFIG_FABRIC_##name,
#include "fabric/config/key_list.h"
	CONFIG_FABRIC_KEYS
};
enum config_lan_key {
#define KEY_LAN(name, ...) CONFIG_LAN_##name,
#include "fabric/config/key_list.h"
	CONFIG_LAN_KEYS
};
enum config_port_key {
#define KEY_PORT(name, ...) CONFIG_PORT_##name,
#include "fabric/config/key_list.h"
	CONFIG_PORT_KEYS
};
enum config_acl_key {
#define KEY_ACL(name, ...) CONFIG_ACL_##name,
#include "fabric/config/key_list.h"
	CONFIG_ACL_KEYS
};

struct strtable;

#define CONFIG_KEYS_MAX 80 /* of one section */

struct config_fabric {
	struct where at;
#define KEY_FABRIC(name, type, ...) CONFIG_MEMBER_##type(name);
#include "fabric/config/key_list.h"
	unsigned int line[CONFIG_KEYS_MAX]; /* of each key; 0: not given */
};

struct config_lan {
	char id[CONFIG_NAME_SIZE]; /* the name in [lan name] */
	struct where at;
#define KEY_LAN(name, type, ...) CONFIG_MEMBER_##type(name);
#include "fabric/config/key_list.h"
	unsigned int line[CONFIG_KEYS_MAX]; /* of each key; 0: not given */
};

struct config_port {
	char id[CONFIG_NAME_SIZE]; /* the name in [port name] */
	struct where at;
	struct where device_at; /* of the key 'device' */
#define KEY_PORT(name, type, ...) CONFIG_MEMBER_##type(name);
#include "fabric/config/key_list.h"
	unsigned int line[CONFIG_KEYS_MAX]; /* of each key; 0: not given */
};

struct config_acl {
	char id[CONFIG_NAME_SIZE]; /* the name in [acl name] */
	struct where at;
#define KEY_ACL(name, type, ...) CONFIG_MEMBER_##type(name);
#include "fabric/config/key_list.h"
	unsigned int line[CONFIG_KEYS_MAX];
};

struct config {
	char *path; /* of the first file; NULL when there is none */
	struct config_fabric fabric;
	struct config_lan *lan; /* in the order of the files */
	unsigned int nlans;
	struct config_port *port;
	unsigned int nports;
	struct config_acl *acl;
	unsigned int nacls;

	char **file; /* the names in every 'at' */
	unsigned int nfiles;
	struct strtable *index; /* "lan x", "port y": its place in lan, port */
};

#define CONFIG_LANS_MAX  1024
#define CONFIG_PORTS_MAX 4095 /* a MAC table entry names one in 12 bits */
#define CONFIG_ACLS_MAX  4096

/*
 * Read 'path' and what it includes, or the text of 'stream' under the name
 * 'path'.  A new configuration, to be freed with config_free(), or NULL when
 * 'faults' has an error (a file that cannot be read is one).  Warnings alone
 * do not refuse.
 */
struct config *config_read(const char *path, struct faults *);
struct config *config_read_stream(const char *path, FILE *, struct faults *);

/* No LAN, no port, every key of [fabric] at its default: where we start. */
struct config *config_empty(void);
void config_free(struct config *);

/*
 * Print in canonical form: what is not at its default, or with 'defaults' every
 * key; one without a value is then a comment, and says what applies instead.
 * What is printed reads back as the same configuration; includes are resolved.
 */
void config_print(const struct config *, bool defaults, FILE *);

/* Whether 'text' may be the name of a section: [A-Za-z0-9._-], up to 31. */
bool config_name_is_valid(const char *text);

/* NULL when there is no such LAN or port. */
const struct config_lan *config_lan(const struct config *, const char *id);
const struct config_port *config_port(const struct config *, const char *id);
const struct config_acl *config_acl(const struct config *, const char *id);

/* What applies to 'port' after its LAN's values and the profile's. */
uint32_t config_mac_limit(const struct config *, const struct config_port *);
/* Whether it may send from the addresses of its list only. */
bool config_mac_locked(const struct config *, const struct config_port *);
bool config_mac_sticky(const struct config *, const struct config_port *);
bool config_floods_unknown(const struct config_lan *);

/* config_policy.c: the same for what a port may do. */

/* What becomes of frames that 'why' objects to. */
enum config_mode config_check_mode(const struct config *,
				   const struct config_port *, enum drop why);

/* A mode as the file has it: "log". */
const char *config_mode_name(enum config_mode);

/* Frames a second, and how many at once after a silence. */
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

/* The ACL of a port for what it sends ('out': is sent), or NULL. */
const struct config_acl *config_acl_of(const struct config *,
				       const struct config_port *, bool out);

/*
 * config_sponge.c: the same for the sponges of a LAN.  How questions for an
 * address are treated; never CONFIG_ARP_AUTO.
 */
enum config_arp_mode config_arp_mode(const struct config_lan *);
/* An IPv4 prefix with more addresses than can be kept track of, or NULL. */
const struct prefix *config_wide_prefix(const struct config_lan *);
/* Questions remembered of an address; and a minute, more than which trigger. */
uint32_t config_sponge_queuedepth(const struct config_lan *);
uint32_t config_sponge_rate(const struct config_lan *);

/*
 * The line of the configuration that makes 'why' object to frames of the port:
 * its 'check', or the key that it goes by, in the port or else in its LAN, or the
 * 'profile' there, or else the line where the port begins.
 */
struct where config_line_of(const struct config *, const struct config_port *,
			    enum drop why);

/*
 * The line that decided about a frame refused for 'why': that of rule number
 * 'rule', from 0, of the port's ACL if that has denied it; otherwise as
 * config_line_of(), but nowhere when no line speaks of it.
 */
struct where config_decided_at(const struct config *,
			       const struct config_port *, enum drop why,
			       uint32_t rule);

/*
 * The difference between two configurations, a line each for people:
 * "port swp7: added", "port swp2: mac: 02:00:00:00:00:01 -> …".  'visit' gets
 * the section ("fabric", "lan x", "port y"), the key (NULL when the whole
 * section came or went), both values as printed in the file, those of a list
 * with ", " between them (NULL: absent; of a section that is there ""), and
 * whether the change waits for a restart.  It may be NULL.  Returns the number
 * of changes.
 */
typedef void config_visit(void *arg, const char *section, const char *key,
			  const char *old_value, const char *new_value,
			  bool restart);
unsigned int config_diff(const struct config *old_config,
			 const struct config *new_config, config_visit *,
			 void *arg);

#endif
