/* SPDX-License-Identifier: BSD-3-Clause */
#ifndef IXF_IXPM_H
#define IXF_IXPM_H

/*
 * What IXP Manager says of a switch (layer2interfaces of its provisioner API) as ports of
 * a configuration.  Pure: texts in, a text out.  ixpm_read.c reads the answer,
 * ixpm_print.c writes the ports, ixpm_local.c has what the operator adds to them.
 *
 * All errors of an answer are found in one reading.  With any there is no text, so an
 * answer is used whole or not at all; what the fabric cannot do is left out on request
 * only, each with a warning.
 */

#include <jansson.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "fabric/config/config.h"
#include "lib/faults.h"
#include "lib/prefix.h"

struct strtable;

struct ixpm_sources {
	const char *file; /* the name of the answer, for faults */
	const json_t *answer;
	/*
	 * The IX-F member export of the same IXP Manager, or NULL: whose an address is,
	 * which the answer does not say.
	 */
	const char *members_file;
	const json_t *members;
	/* Lines that the operator adds to ports, as in a configuration; or NULL. */
	const char *local_file, *local;
	size_t local_size;
	/* The LANs of the configuration. */
	struct ixpm_lan *lan;
	size_t nlans;
	bool partial; /* leave out core ports, and ports and links without a device */
};

struct ixpm_lan {
	config_name id;
	uint32_t vlan;
};

/*
 * The LANs with a VLAN number in a text of a configuration, added to an array that
 * free() frees.  0 or -ENOMEM.  What is wrong in the text does not matter here.
 */
int ixpm_lans(const char *text, size_t size, struct ixpm_lan **, size_t *n);

/*
 * The ports, as a new text of '*size' octets for an included file.  NULL and errors in
 * 'faults'.  '*ports' is how many interfaces of the answer are in it.
 */
char *ixpm_ports(const struct ixpm_sources *, size_t *size, size_t *ports,
		 struct faults *);

/* Which ports of the text 'was' are not in 'is', and the reverse: arrays of names. */
struct ixpm_change {
	size_t was;           /* ports in the old text */
	json_t *added, *gone; /* NULL: no memory */
};
void ixpm_compare(const char *was, size_t was_size, const char *is,
		  size_t is_size, struct ixpm_change *);
void ixpm_change_end(struct ixpm_change *);

/* Whether so many have gone that it is probably a mistake: more than a fifth. */
bool ixpm_is_suspicious(const struct ixpm_change *);

/* What the files of the importer share. */

/* A VLAN of an interface: untagged, or the one with its number as tag. */
struct ixpm_vlan {
	uint32_t number, vli; /* vli 0: not given */
	const char *lan;
	uint64_t *mac;
	size_t nmacs;
	struct ipaddr ip[2]; /* IPv4, IPv6; family 0: none */
	/* Of the member export, by an address; NULL: not there. */
	const json_t *member, *connection;
};

#define IXPM_SPEED_MAX 4000000 /* Mbit/s, as the key 'speed' */

struct ixpm_port {
	config_name name;
	/* A LAG: how many links it has, and the devices of these. */
	bool lag, fast;
	bool own_devices; /* the operator gives them for the LAG itself */
	unsigned int nlinks, ndevices;
	const char *device[CONFIG_LINKS_MAX];
	char description[181];
	bool tagged;
	enum config_status status;
	uint32_t speed, rate; /* Mbit/s; 0: none */
	struct ixpm_vlan *vlan;
	size_t nvlans;
};

struct ixpm_key {
	char *section, *key, *value;
	unsigned int line;
	bool used;
};

/* The operator's lines, in the order of their file. */
struct ixpm_local {
	struct ixpm_key *key;
	size_t n;
};

struct ixpm {
	const struct ixpm_sources *s;
	struct faults *faults;
	struct ixpm_port *port;
	size_t nports;
	struct ixpm_local local;
	/* Names; "VLAN MAC", "VLAN IP", VLAN interfaces: the port that has it. */
	struct strtable *claims;
	struct strtable *addresses; /* an IP address: its row of 'members' */
	json_t *found;              /* rows [member, address object] */
};

/* Of the answer, with faults. */
void ixpm_read(struct ixpm *);

/* Whether a row is a LAG, or a link of one, about which the row of the LAG says all. */
bool ixpm_lag_is_lag(const json_t *row);
bool ixpm_lag_is_link(const json_t *row);

/* Reads the links of a LAG, whose name 'p' has.  False: it is left out. */
bool ixpm_lag_read(struct ixpm *, const char *section, const json_t *row,
		   struct ixpm_port *);

/* A fault of the answer, about 'section' or NULL. */
#define IXPM_ERROR(im, section, ...)                                           \
	faults_error((im)->faults, (struct where){ .file = (im)->s->file },    \
		     section, __VA_ARGS__)
#define IXPM_WARNING(im, section, ...)                                         \
	faults_warning((im)->faults, (struct where){ .file = (im)->s->file },  \
		       section, __VA_ARGS__)

/* What cannot be done is an error, or is left out with a warning. */
static inline void
ixpm_cannot(struct ixpm *im, const char *section, const char *what)
{
	if (im->s->partial)
		IXPM_WARNING(im, section, "%s: left out", what);
	else
		IXPM_ERROR(im, section, "%s (--partial leaves it out)", what);
}

int ixpm_local_read(struct ixpm *);
void ixpm_local_free(struct ixpm_local *);
/* What the operator gives as this key of the port, the first time; or NULL. */
const char *ixpm_local_value(const struct ixpm_local *, const char *port,
			     const char *key);
static inline bool
ixpm_local_has(const struct ixpm_local *l, const char *port, const char *key)
{
	return ixpm_local_value(l, port, key) != NULL;
}

/* The member of the address, and what is known of its connection. */
int ixpm_members_read(struct ixpm *);
void ixpm_members_find(const struct ixpm *, struct ixpm_vlan *);

void ixpm_print(struct ixpm *, FILE *);

#endif
