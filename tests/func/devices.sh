#!/bin/bash
# SPDX-License-Identifier: BSD-3-Clause
#
# Devices of every kind are opened and closed beside two hosts; an error about one
# that cannot be opened names the reason, and changes nothing.
. "$(dirname "$0")/_env.sh"

# with DEVICE [LAN-LINE]: the exchange, and a port x on the device.
with() {
	exchange open 1 2 | sed "s/^profile.*/&\n${2-}/"
	printf '\n[port x]\nlan = peering\ndevice = %s\n' "$1"
}

# opens DEVICE: it is applied, has a port, and goes again.
opens() {
	with "$1" > "$run/next.ini"
	ctl config apply "$run/next.ini" > "$run/said" 2>&1 ||
		fail "$1: $(cat "$run/said")"
	ctl -j port show | jq -e 'any(.[]; .port == "x")' > /dev/null ||
		fail "no port on $1"
	ctl config apply "$ini" > "$run/said" 2>&1 ||
		fail "without $1: $(cat "$run/said")"
}

# refused DEVICE WORDS [LAN-LINE]
refused() {
	local rc=0

	with "$1" "${3-}" > "$run/next.ini"
	ctl config apply "$run/next.ini" > "$run/said" 2>&1 || rc=$?
	[ $rc = 4 ] || fail "exit code $rc for $1: $(cat "$run/said")"
	grep -q "next.ini:[0-9]*: error: \[port x\].*$2" "$run/said" ||
		fail "no '$2' for $1: $(cat "$run/said")"
}

host 1
host 2
host 3
exchange open 1 2 | config
fabric_start || fail "no fabric"
wait_for 10 links_up 1 2 || fail "the links did not come up"
mesh 1 2

# It stands in front of libc's in the programs that open devices, and in no other.
for program in "$build"/apps/ix*; do
	[ ! -d "$program" ] || continue
	nm -D "$program" > "$run/symbols"
	case ${program##*/} in
	ixfabricd | ixbench) wanted=3 ;;
	*) wanted=0 ;;
	esac
	[ "$(grep -Ec ' T (setsockopt|sendmsg|recvmsg|poll|ppoll)$' "$run/symbols")" = "$wanted" ] ||
		fail "functions of libc in $program"
done

"$build/tests/func/interposed" > "$run/said" ||
	fail "the kernel is asked for the wrong: $(cat "$run/said")"

# The kernel must not reassemble fragments that it receives.
pings4 1 2 -s 4000 > "$run/ping" 2>&1 || fail "no fragments: $(cat "$run/ping")"

for _ in 1 2; do
	opens net_af_packet3,iface=p3
	opens "net_pcap0,tx_pcap=$run/out.pcap"
	opens net_pcap1,iface=p3
	opens net_null0,no-rx=1
	opens net_ring0
	opens "net_memif0,role=server,socket=$run/memif"
	[ ! -e /dev/net/tun ] || opens net_tap0,iface=tap0
done

refused net_nosuch0 'DPDK has no driver of this name'
refused net_af_packet3 'needs an interface'
refused net_af_packet3,iface=nosuch "there is no interface 'nosuch'"
refused net_af_packet3,iface=p3,size=1 "takes no argument 'size'"
refused net_af_packet3,iface=p3,framesz=2048 'at most 1963' 'mtu = 4000'
refused "net_pcap0,rx_pcap=$run/nosuch.pcap" 'nosuch.pcap: No such file'
refused ffff:ff:1f.6 'there is no PCI device'
mesh 1 2
