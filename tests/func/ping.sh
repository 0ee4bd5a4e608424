#!/bin/bash
# SPDX-License-Identifier: BSD-3-Clause
#
# Three members reach each other, by IPv4 and IPv6; nothing is dropped that has
# no name, and every frame adds up.
. "$(dirname "$0")/_env.sh"

fabric ixp-basic 1 2 3
mesh 1 2 3
accounted
# Kernels join multicast groups, which is no business of the other members.
drops_only ipv4_mcast mld nd_rs unknown_unicast
