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

#include "fabric/config/key_list.h"
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

typedef char config_name[CONFIG_NAME_SIZE];

/* What a key of each type is in the structs below: config_member_MAC. */
#define TYPE(name, member, number) typedef member config_member_##name;
#include "fabric/config/type_list.h"

#define CONFIG_KEYS_MAX 80 /* of one section */

/* What every section begins with. */
#define CONFIG_HEAD                                                            \
	config_name id; /* the name in [port name] */                          \
	struct where at;                                                       \
	unsigned int line[CONFIG_KEYS_MAX]; /* of each key; 0: not given */    \
	/* While the file is read and checked: */                              \
	bool bad[CONFIG_KEYS_MAX]; /* the key was given, with a wrong value */ \
	bool incomplete; /* a line was wrong: any key may have been there */

/*
 * struct config_port and those of the other sections: a head, and a member for
 * each key.  enum config_port_key: CONFIG_PORT_mac is the place of 'mac' among them.
 */
#define CONFIG_MEMBER(S, name, type, ...) config_member_##type name;
#define CONFIG_PLACE(S, name, ...)        CONFIG_##S##_##name,
#define SECTION(type, TYPE)                                                    \
	struct config_##type {                                                 \
		CONFIG_HEAD                                                    \
		TYPE##_KEYS(CONFIG_MEMBER, )                                   \
	};                                                                     \
	enum config_##type##_key{ TYPE##_KEYS(CONFIG_PLACE, TYPE)              \
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

	char **file; /* the names in every 'at' */
	unsigned int nfiles;
	struct strtable *index; /* "lan x", "port y": its place in lan, port */
};

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

/* config_port(): the section of this name, or NULL. */
#define SECTION_MANY(type, ...)                                                \
	const struct config_##type *config_##type(const struct config *,       \
						  const char *id);
#include "fabric/config/section_list.h"

/* Whether 'key' may be repeated in a section "port x", as config_diff() says it. */
bool config_key_repeats(const char *section, const char *key);

/* Where a key stands by its 'line' in the section, or the section without it. */
static inline struct where
config_place(struct where section, unsigned int line)
{
	if (line != 0)
		section.line = line;
	return section;
}

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
