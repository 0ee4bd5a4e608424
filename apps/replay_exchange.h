/* SPDX-License-Identifier: BSD-3-Clause */
#ifndef IXF_REPLAY_EXCHANGE_H
#define IXF_REPLAY_EXCHANGE_H

/*
 * The exchange a replay goes through: the ports of a configuration, those made
 * for what the captures bring, and at which of them a frame enters.
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

/* What is known of the exchange before any capture has been looked at. */
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
 * Reads the configuration and, where ports have to be made, all of 'in' once,
 * which is left to be rewound.  NULL and errors in 'faults' on failure;
 * '*rejected' says whether it is the configuration that is at fault.
 */
struct exchange *exchange_create(const struct exchange_request *,
				 struct input *in, struct faults *,
				 bool *rejected);
void exchange_free(struct exchange *);

/*
 * The configuration, ports made included; the caller's from now on.  What was
 * made has no lines, so that nobody is sent behind the end of a file.
 */
struct config *exchange_config(struct exchange *);

/* The ports in the order of the configuration; NULL past the last. */
struct exchange_port *exchange_port(struct exchange *, unsigned int i);

/*
 * The port that 'frame' enters at; NULL and an error in 'faults' when there is
 * none.
 */
const struct exchange_port *exchange_entry(const struct exchange *,
					   const struct input *,
					   const struct input_frame *frame,
					   struct faults *);

#endif
