/* SPDX-License-Identifier: BSD-3-Clause */
#ifndef IXF_IF_VALUES_H
#define IXF_IF_VALUES_H

/* The counters of a port as an interface: see if_counters.h. */

#include <stdint.h>

/* Each of them. */
#define IF_COUNTERS(DO)                                                        \
	DO(in_octets)                                                          \
	DO(in_ucast)                                                           \
	DO(in_mcast)                                                           \
	DO(in_bcast)                                                           \
	DO(in_discards)                                                        \
	DO(in_errors)                                                          \
	DO(in_unknown_protos)                                                  \
	DO(out_octets)                                                         \
	DO(out_ucast)                                                          \
	DO(out_mcast)                                                          \
	DO(out_bcast)                                                          \
	DO(out_discards)                                                       \
	DO(out_errors)

struct if_counters {
#define IF_COUNTER(name) uint64_t name;
	IF_COUNTERS(IF_COUNTER)
#undef IF_COUNTER
};

#endif
