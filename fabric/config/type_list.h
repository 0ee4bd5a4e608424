/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * The types of keys, once:
 *
 *   TYPE(name, C type of the member, ONE or LIST)
 *
 * A key of a LIST may be repeated.  The members of the structs of config.h have
 * these types; config_type_NAME (config_type*.c) reads, prints and frees a value.
 *
 * Included more than once, on purpose without a guard.  The includer defines TYPE.
 */
/* clang-format off */
TYPE(TEXT,           char *,                     ONE) /* NULL: not given */
TYPE(LISTEN,         char *,                     ONE) /* NULL: not given */
TYPE(URL,            char *,                     ONE) /* NULL: not given */
TYPE(EMAIL,          char *,                     ONE) /* NULL: not given */
TYPE(COUNTRY,        char *,                     ONE) /* NULL: not given */
TYPE(PROGRAM,        char *,                     ONE) /* NULL: not given */
TYPE(NAME,           config_name,                ONE) /* "": not given */
TYPE(COUNT,          uint32_t,                   ONE)
TYPE(MEGABYTES,      uint32_t,                   ONE)
TYPE(ASN,            uint32_t,                   ONE)
TYPE(DURATION,       uint32_t,                   ONE) /* seconds */
TYPE(SPAN,           uint32_t,                   ONE) /* seconds, or CONFIG_LIMIT_UNSET */
TYPE(LIMIT,          uint32_t,                   ONE) /* CONFIG_LIMIT_x */
TYPE(PER_SECOND,     uint32_t,                   ONE) /* thousandths */
TYPE(RATE,           struct config_rate,         ONE)
TYPE(SWITCH,         enum config_switch,         ONE)
TYPE(IDLE,           enum config_idle,           ONE)
TYPE(LOG,            enum config_log,            ONE)
TYPE(LOG_LEVEL,      enum config_log_level,      ONE)
TYPE(PROFILE,        enum config_profile,        ONE)
TYPE(UNKNOWN,        enum config_unknown,        ONE)
TYPE(STATUS,         enum config_status,         ONE)
TYPE(VIOLATION,      enum config_violation,      ONE)
TYPE(MLD,            enum config_mld,            ONE)
TYPE(LACP,           enum config_lacp,           ONE)
TYPE(LACP_TIMEOUT,   enum config_lacp_timeout,   ONE)
TYPE(ARP_MODE,       enum config_arp_mode,       ONE)
TYPE(UNKNOWN_ARP,    enum config_unknown_arp,    ONE)
TYPE(GARP,           enum config_garp,           ONE)
TYPE(ND_OPTIONS,     enum config_nd_options,     ONE)
TYPE(SPONGE_PROFILE, enum config_sponge_profile, ONE)
TYPE(SPONGE_INIT,    enum config_sponge_init,    ONE)
TYPE(UNASSIGNED,     enum config_unassigned,     ONE)
TYPE(MEMBER_TYPE,    enum config_member_type,    ONE)
TYPE(SERVICE,        enum config_service,        ONE)
TYPE(EVENTS,         unsigned int,               ONE) /* enum config_events */
TYPE(ARP_UPDATE,     unsigned int,               ONE) /* enum config_arp_update */
TYPE(CORES,          struct config_cores,        ONE)
TYPE(MAC,            uint64_t,                   ONE) /* 0: not given */
TYPE(MACS,           struct config_macs,         LIST)
TYPE(ADDRESS4,       struct config_addresses,    LIST)
TYPE(ADDRESS6,       struct config_addresses,    LIST)
TYPE(ADDRESS,        struct ipaddr,              ONE) /* family 0: not given */
TYPE(COLLECTORS,     struct config_collectors,   LIST)
TYPE(PREFIX4,        struct config_prefixes,     LIST)
TYPE(PREFIX6,        struct config_prefixes,     LIST)
TYPE(FILES,          struct config_files,        LIST)
TYPE(DEVICES,        struct config_files,        LIST)
TYPE(NAMES,          struct config_names,        LIST)
TYPE(REASONS,        struct config_reasons,      LIST)
TYPE(DIRECTION,      enum config_direction,      ONE)
TYPE(HEARS,          enum config_hears,          ONE)
TYPE(CHECKS,         struct config_checks,       LIST)
TYPE(RULES,          struct config_rules,        LIST)
/* clang-format on */
#undef TYPE
