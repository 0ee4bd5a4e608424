/* SPDX-License-Identifier: BSD-3-Clause */
#ifndef IXF_SETTINGS_FILE_H
#define IXF_SETTINGS_FILE_H

/*
 * What was found at an interface of the kernel before a device used it, in a file
 * of its own: see settings.h.  Control thread.
 */

#include <net/if.h>
#include <stdint.h>

/* In the order in which they are set; undone in reverse. */
enum setting {
	SETTING_GRO,
	SETTING_GRO_HW,
	SETTING_GRO_LIST,
	SETTING_UDP_GRO,
	SETTING_LRO,
	SETTING_ARP,
	SETTING_IPV6,
	SETTING_STACK, /* enum tc_drops */
	SETTING_MTU,
	SETTING_PROMISC,
	SETTING_UP, /* last: an interface that comes up speaks IPv6 at once */
	SETTINGS
};

struct settings {
	char name[IFNAMSIZ]; /* of the interface; "": none */
	int index;
	uint64_t mac;
	/* What was found, and what is to be; -1: not known, or left alone. */
	int32_t found[SETTINGS], set[SETTINGS];
	uint8_t again[SETTINGS]; /* times it was set again */
	char file[256];          /* where 'found' is written; "": nowhere */
};

/* Which file that is; none if the directory cannot be made. */
void settings_file_name(struct settings *, const char *dir);

/* Writes it, or removes it if all was as it is to be.  0 or -errno. */
int settings_file_write(const struct settings *);

/*
 * Reads s->file: name, index, mac, found and set.  0, or -ENOENT: there is none,
 * it is damaged or of an earlier boot; -EXDEV: of another network namespace.
 */
int settings_file_read(struct settings *);

#endif
