/* SPDX-License-Identifier: BSD-3-Clause */
#ifndef IXF_REPLAY_EXCHANGE_H
#define IXF_REPLAY_EXCHANGE_H

/*
 * The exchange of a replay: the ports of the configuration, the ports made for the
 * captures, and the port at which each frame enters.
 */

#include <stdint.h>

#include "apps/replay_input.h"
#include "fabric/config/config.h"
#include "lib/faults.h"

enum exchange_split {
	EXCHANGE_BY_FILE, /* each capture was taken at one port */
	EXCHANGE_BY_MAC,
	EXCHANGE_BY_INTERFACE,
};

/* What to make the exchange of, before any capture is read. */
struct exchange_request {
	const char *config; /* its file, or NULL */
	enum exchange_split split;
	unsigned int n;
	const char *const *port; /* BY_FILE: where each capture enters */
	uint64_t limit;          /* frames that matter */
};

struct exchange_port {
	char name[CONFIG_NAME_SIZE];
	char lan[CONFIG_NAME_SIZE]; /* "": none */
	char *description;          /* or NULL */
	uint16_t tag;
	uint16_t id; /* in the fabric: the caller's to set */
};

struct exchange;

/*
 * Reads the configuration.  If ports must be made, also reads all of 'in' once; the
 * caller rewinds it.  NULL and errors in 'faults' on failure; '*rejected': the
 * configuration has the error.
 */
struct exchange *exchange_create(const struct exchange_request *,
				 struct input *in, struct faults *,
				 bool *rejected);
void exchange_free(struct exchange *);

/*
 * The configuration with the ports that were made; it belongs to the caller from now
 * on.  Ports that were made have no line numbers: they are in no file.
 */
struct config *exchange_config(struct exchange *);

/* The ports in the order of the configuration; NULL past the last. */
struct exchange_port *exchange_port(struct exchange *, unsigned int i);

/* Whether a file, under whatever name, is one that the configuration was read from. */
bool exchange_reads(const struct exchange *, const struct stat *);

/*
 * The port at which 'frame' enters; NULL and an error in 'faults' if there is none.
 */
const struct exchange_port *exchange_entry(const struct exchange *,
					   const struct input *,
					   const struct input_frame *frame,
					   struct faults *);

#endif
