/* SPDX-License-Identifier: BSD-3-Clause */
#ifndef IXF_TEST_RAW_H
#define IXF_TEST_RAW_H

/* Raw sockets of the hosts' programs; these end with a message on a failure. */

#include <stdint.h>

#include <net/ethernet.h>

#define SECOND UINT64_C(1000000000)

uint64_t raw_now(void);

/* A raw socket that receives nothing yet, and the address of 'iface'. */
int raw_open(const char *iface, uint8_t mac[ETH_ALEN]);

/* Ties it to 'iface'; it receives frames of 'protocol', none if that is 0. */
void raw_bind(int fd, const char *iface, uint16_t protocol);

#endif
