#!/bin/bash
# SPDX-License-Identifier: BSD-3-Clause
#
# Two workers share the ports; on a machine with one core they share the core, too.
. "$(dirname "$0")/_env.sh"
need iperf3

workers=0,$(($(nproc) > 1 ? 1 : 0))
fabric ixp-basic 1 2 3
mesh 1 2 3
[ "$(ctl -j worker show | jq length)" = 2 ] || fail "not two workers"
in_host_start 2 iperf3 -s -1 --forceflush > "$run/server" 2>&1
wait_for 5 grep -q listening "$run/server" || fail "no iperf3 server"
in_host 1 timeout $((2 * $(slowness))) iperf3 -c 192.0.2.2 -t 2 --bidir > "$run/client" || {
	cat "$run/client"
	fail "iperf3"
}
dropped=$(kernel_drops)
got=$(numbered 1 3 5000 2)
dropped=$(($(kernel_drops) - dropped))
echo "$got"
echo "dropped by the kernel: $dropped"
unharmed "$got" $dropped || fail "frames lost or out of order"
mesh 1 2 3
accounted
drops_only ipv4_mcast mld nd_rs unknown_unicast tx_full
