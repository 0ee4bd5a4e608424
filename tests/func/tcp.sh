#!/bin/bash
# SPDX-License-Identifier: BSD-3-Clause
#
# TCP in both directions at once moves data, and what is lost of it has a name.
. "$(dirname "$0")/_env.sh"
need iperf3

fabric ixp-basic 1 2 3
mesh 1 2 3
in_host_start 2 iperf3 -s -1 --forceflush > "$run/server" 2>&1
wait_for 5 grep -q listening "$run/server" || fail "no iperf3 server"
seconds=$((3 * $(load)))
in_host 1 timeout $((2 * seconds + $(slowness))) iperf3 -c 192.0.2.2 -t $seconds --bidir -J > "$run/client" || {
	cat "$run/client"
	fail "iperf3"
}
jq -r '.end | "to h2: \(.sum_received.bits_per_second / 1e6 | floor) Mbit/s",
	"to h1: \(.sum_received_bidir_reverse.bits_per_second / 1e6 |
		floor) Mbit/s"' "$run/client"
jq -e '.end | .sum_received.bytes > 1000000 and
	.sum_received_bidir_reverse.bytes > 1000000' "$run/client" > /dev/null ||
	fail "less than a megabyte in $seconds s"
accounted
drops_only ipv4_mcast mld nd_rs unknown_unicast tx_full
