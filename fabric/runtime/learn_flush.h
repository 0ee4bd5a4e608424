/* SPDX-License-Identifier: BSD-3-Clause */
#ifndef IXF_LEARN_FLUSH_H
#define IXF_LEARN_FLUSH_H

/* Forgets addresses that a port has learned, before they age.  Control thread. */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct config_macs;
struct fabric;
struct lan_rt;
struct port_rt;

/*
 * Forgets the learned addresses of a port (of all ports: PORTS_MAX) in a LAN
 * (in all LANs: NULL); 'sticky' ones too when asked.  In a large table workers may
 * find them for some turns more: learn_sweep.h.
 */
void learn_flush(struct fabric *, uint16_t port, struct lan_rt *, bool sticky);

/* Forgets one learned address; false when it is not there or static. */
bool learn_forget(struct fabric *, struct lan_rt *, uint64_t mac);

/* The port is retired: no moved address is charged to it any longer. */
void learn_release(struct fabric *, const struct port_rt *);

/*
 * Forgets the link-local addresses that the port claimed first: those of the MAC
 * addresses that are not in 'keep' (NULL: all).
 */
void learn_forget_link_local(struct port_rt *, const struct config_macs *keep);

#endif
