#!/bin/bash
# SPDX-License-Identifier: BSD-3-Clause
#
# Every command of ixctl, as text and as JSON, with its exit codes.
. "$(dirname "$0")/_ctl.sh"

host 1
host 2
host 3
{
	exchange open 1 2
	cat << 'EOF_INI'

[lan spare]
vlan = 20
profile = ixp-basic

[port r1]
device = net_ring1
lan = spare
asn = 64501
description = A "quoted" näme
mac = 02:00:00:00:01:01
mac = 02:00:00:00:01:02

[port r2]
device = net_ring2
lan = spare
status = disabled
mac_limit = 3

[port r3]
device = net_ring3

[port r3t]
parent = r3
tag = 7
lan = spare
status = quarantine
mac = 02:00:00:00:01:03
EOF_INI
} | config
fabric_start || fail "no fabric"
wait_for 10 links_up 1 2 || fail "the links did not come up"
mesh 1 2

# Ports.
says 0 port
line '^PORT +STATE +SPEED +LAN +VLAN +TAG +MACS +LOCK +RX-BPS +TX-BPS +DROPS/S +MEMBER$'
line '^r1 +up .* spare +20 +- +2/2 +on +[0-9.kM-]+ +[0-9.kM-]+ +[0-9-]+ +AS64501 A "quoted" näme$'
line '^r2 +disabled .* 0/3 +off '
line '^r3t +quarantine .* spare +20 +7 +1/1 +on '
says 0 port show m1
line '^m1 +up .* peering '
[ "$(wc -l < "$run/out")" = 2 ] || fail "more than the port asked for"
json 0 'map(.port) == ["m1", "m2", "r1", "r2", "r3", "r3t"]' port
json 0 'length == 1 and .[0].asn == 64501 and .[0].locked and
	.[0].description == "A \"quoted\" näme" and .[0].macs == 2 and
	.[0].vlan == 20 and .[0].tag == null' port show r1
json 0 '.[0].parent == "r3" and .[0].tag == 7' port r3t
rates_known() {
	ctl -j port show | jq -e 'all(.[]; .rx_bits_per_second != null)' > "$run/jq"
}
wait_for 10 rates_known || fail "no rates: $(ctl -j port show)"
json 0 'map(.port) == ["m1", "m2"]' port show lan peering
json 0 'map(.port) == ["r2"]' port show disabled
json 0 'map(.port) == ["m1", "m2", "r1", "r3"]' port show up
says 0 port show --frames --sort port
line '^PORT +STATE +RX-FPS +TX-FPS +DROPS/S +RX +TX +DROPS +MEMBER$'
says 2 port show --sort colour
complains "no column 'colour' to sort by; there are: PORT STATE"
says 1 port show lan nosuch
says 1 port show nosuch
complains "no port 'nosuch'"
[ ! -s "$run/out" ] || fail "an answer beside an error"
says 1 -j port stats nosuch
jq -e '.error.code == "not_found"' "$run/err" > "$run/jq" ||
	fail "no JSON error: $(cat "$run/err")"

# Counters: all of them, zero or not.
json 0 '.[0].rx_frames > 0 and .[0].tx_frames > 0 and .[0].rx_dropped == 0 and
	.[0].device.rx_errors == 0' port stats m1
json 0 '.[0].device == null' port stats r3t
json 0 '.[0].per_second.rx_frames >= 0' port stats m1 --rate 1
says 0 port stats m1
counters=$(sed -nE 's/^COUNTER\(([a-z_]+),.*/\1/p' \
	"$func/../../fabric/view/counter_list.h")
for name in $counters rx_dropped tx_dropped device_rx_missed; do
	line "^m1 +$name +[0-9]+\$"
done
says 0 port drops m1
line '^no frames were dropped; --all lists every drop reason$'
says 0 port drops m1 --all
reasons=$(sed -nE 's/^DROP\(([a-z0-9_]+),.*/\1/p' \
	"$func/../../fabric/view/drop_list.h")
for name in $reasons; do
	line "^$name +[0-9]+( +[0-9]+)? +(-|[0-9.]+/s) +(-|[0-9]+[smhd]) "
done
# shellcheck disable=SC2086 # words
json 0 "map(.reason) == $(printf '%s\n' $reasons | jq -R . | jq -s .)" \
	port drops m1
json 0 "length == 6 * $(wc -w <<< "$reasons")" port drops
json 0 '.port == "m1" and .exchange != null and ([.reasons, .registered.mac] | map(type) | unique) == ["array"]' \
	report member m1
says 0 report member m1
says 1 report member m99
ctl export ixp-manager-macs learned 2> "$run/err" | jq -e '.["1"] | type == "object"' > "$run/jq" ||
	fail "no table: $(cat "$run/err")"
grep "left out: .* of LANs without 'vlan'" "$run/err" > /dev/null || fail "not told what is left out: $(cat "$run/err")"
says 0 export ethers
says 4 export ixf

# Addresses.
json 0 'map([.mac, .port, .type] | join(" ")) | sort == [
	"02:00:00:00:00:01 m1 learned", "02:00:00:00:00:02 m2 learned",
	"02:00:00:00:01:01 r1 static", "02:00:00:00:01:02 r1 static",
	"02:00:00:00:01:03 r3t static"]' fdb
says 0 fdb
line '^MAC +LAN +VLAN +PORT +TYPE +AGE +MOVES$'
line '^02:00:00:00:00:01 +peering +- +m1 +learned +[0-9]+s +0$'
json 0 'length == 2' fdb show port r1
json 0 'length == 2' fdb lan peering
json 0 'length == 3' fdb type static
json 0 'length == 0' fdb type sticky
json 0 'length == 1 and .[0].port == "m2"' fdb mac 0200.0000.0002
json 0 'length == 0' fdb port m1 mac 02:00:00:00:00:02
json 0 'length == 0' fdb show mac 02:00:00:00:00:09
says 1 fdb port nosuch
says 1 fdb lan nosuch
says 2 fdb mac 02:00:00:00:00
complains 'not a MAC address'
says 2 fdb type dynamic

json 0 'length == 0' neigh show lan spare
json 0 'length == 0' neigh 02:00:00:00:00:09
says 0 neigh
line '^LAN +IP +MAC +PORT +HOW +SINCE +LAST-SEEN$'
says 1 neigh nosuch
complains "no port 'nosuch'"
says 1 neigh lan nosuch
says 1 fdb flush mac 02:00:00:00:01:01
complains 'from the configuration'
json 0 '.flushed == 0' fdb flush mac 02:00:00:00:00:09
json 0 '.flushed == 1' fdb flush mac 02:00:00:00:00:01
json 0 'length == 1' fdb lan peering
pings4 1 2 > "$run/ping" || fail "an address that was flushed is not found again"
says 0 fdb flush port m1
line '^1 address removed$'
json 0 '.flushed == 0' fdb flush lan spare
json 0 '.flushed >= 1' fdb flush all
json 0 'length == 3' fdb
says 2 fdb flush
says 2 fdb flush port m1 all
says 1 fdb flush port nosuch
mesh 1 2

# Rules, and the policy in words.
says 0 acl show m1
line '^PORT +DIR +NO +RULE +HITS +PLACE$'
json 0 '. == []' acl show
says 0 policy show
line '^LAN peering, '
line '^  vendor_l2 +a vendor'
line '^Port r2 of LAN spare differs:$'
checks=$(sed -nE 's/^DROP\(([a-z0-9_]+), [A-Z]+, [A-Z]+, CHECK,.*/\1/p' \
	"$func/../../fabric/view/drop_list.h")
# shellcheck disable=SC2086 # words
json 0 "map(select(.scope == \"lan\")) | length == 2 and all(
	[.refused, .logged, .off | .[].reason] | sort ==
	$(printf '%s\n' $checks | jq -R . | jq -s sort))" policy
says 0 policy show r1 --json
jq -e '.[0].macs == ["02:00:00:00:01:01", "02:00:00:00:01:02"]' "$run/out" \
	> "$run/jq" || fail "no addresses of r1: $(cat "$run/out")"
says 1 policy show nosuch
json 0 'map(.lan) | unique == ["spare"]' policy show lan spare
says 1 policy show spare
complains "there is no port 'spare'; for the LAN write 'lan spare'"

# explain: a frame in hex, or of a capture that ixctl reads.
head=02000000000202:00:00:00:01:01
pad=$(printf '%092d' 0)
says 0 explain r1 "0x02000000000202000000010186dd$pad"
line '^parse    untagged, 02:00:00:00:01:01 -> 02:00:00:00:00:02 0x86dd'
line '^admit    admitted; 02:00:00:00:01:01 is in the MAC list of r1; .*ini:[0-9]+$'
says 0 explain r2 "$head 0800 $pad"
line '^admit    dropped: port_disabled: .*ini:[0-9]+$'
line '^verdict  refused: port_disabled, charged to r2$'
json 0 '.verdict == "refused" and .port == "r2" and .line > 0' \
	explain r2 "$head 0800 $pad"
json 0 '.reason == "oversize" and .len == 1600' \
	explain r1 "$head 0800 $pad" len 1600
printf '%b' '\xd4\xc3\xb2\xa1\x02\0\x04\0\0\0\0\0\0\0\0\0\xff\xff\0\0\x01\0\0\0' \
	> "$run/one.pcap"
for type in '\x08\0' '\x81\x37'; do
	printf '%b' '\0\0\0\0\0\0\0\0\x0e\0\0\0\x40\0\0\0' \
		"\\x02\\0\\0\\0\\0\\x02\\x02\\0\\0\\0\\x01\\x01$type" >> "$run/one.pcap"
done
json 0 '.len == 64 and .size == 14 and .reason != "ethertype"' \
	explain r1 "$run/one.pcap"
json 0 '.reason == "ethertype"' explain r1 "$run/one.pcap:2"
says 1 explain r1 "$run/one.pcap:3"
complains 'there is no frame 3'
says 1 explain r1 "$run/one.pcap:0"
says 1 explain r1 "$run/two.pcap"
complains 'No such file'
says 1 explain r1 0200f
says 1 explain nosuch 0x02
complains "there is no port 'nosuch'"
says 2 explain r1
says 2 explain
json 0 'all(.rx_frames == 0)' port stats r1

# The self-test, which no host notices.
before=$(ctl -j port drops | jq 'map(.frames + .would_drop) | add')
says 0 selftest
line '^[0-9]+ checks on 6 ports acted, 0 did not; [0-9]+ could not be tried$'
[ "$(wc -l < "$run/out")" = 1 ] || fail "more than what did not act"
says 0 selftest --all
line '^PORT +CHECK +EXPECTED +GOT +WHAT$'
line '^r3 +[a-z_]+ and [0-9]+ more +- +not tried +the port belongs to no LAN$'
[ "$(grep -c '^r3 .* belongs to no LAN$' "$run/out")" = 1 ] || fail "more than a row for r3: $(cat "$run/out")"
json 0 '.[-1].result == "summary" and .[-1].failed == 0 and .[-1].acted > 100 and
	.[-1].ports == 6' selftest
json 0 'map(select(.result == "acted" and .check == "mac_lock")) | length == 1' \
	selftest r1
says 0 selftest m1 --all
line '^m1 +egress_ll +egress_ll +egress_ll +'
says 1 selftest nosuch
[ "$(ctl -j port drops | jq 'map(.frames + .would_drop) | add')" = "$before" ] ||
	fail "the self-test was counted"

# Workers and status.
json 0 'length == 1 and .[0].frames > 0 and
	(.[0].queues | index("m1:0")) != null' worker
says 0 worker show
line '^WORKER +BUSY% +FRAMES/S +FRAMES +CYCLES/FRAME +WAIT +QUEUES$'
says 0 status
line ': healthy$'
line '^ports +6: 4 up, 1 in quarantine, 1 disabled$'
line '^peering +- +open +1500 +2 +2 +16384 +normal$'
json 0 '.healthy and .problems == [] and .generation == 1 and
	.ports.total == 6 and .ports.disabled == 1 and (.lans | length) == 2' \
	status
says 0 version
line '^ixfabricd +[0-9]'
json 0 '.api == 1 and .ixctl == .ixfabricd' version

# The configuration.
says 0 config show
cp "$run/out" "$run/canonical.ini"
says 0 config diff "$run/canonical.ini"
line 'valid, 0 changes$'
says 0 config show file
cmp "$run/out" "$run/canonical.ini" || fail "file and running differ"
says 0 config show --defaults
line '^mac_age = 14400s$'
cp "$run/out" "$run/defaults.ini"
says 0 config diff "$run/defaults.ini"
json 0 'map(.section) | index("port r1") != null' config show
json 0 '.[] | select(.section == "port r1") | .keys.mac | length == 2' \
	config show
says 2 config show candidate

sed 's/näme/name/' "$ini" > "$run/next.ini"
printf '\n[port m3]\ndevice = net_af_packet3,iface=p3\nlan = peering\n' \
	>> "$run/next.ini"
says 1 config diff "$run/next.ini"
line '^port r1: description: A "quoted" näme -> A "quoted" name$'
line '^port m3: added$'
json 1 '(.changes | length) == 2 and .changes[1].change == "added"' \
	config diff "$run/next.ini"
(cd "$run" && says 0 config apply next.ini && line 'generation 2; 5 ports') ||
	fail "a path from here is not found there"
wait_for 10 links_up 3 || fail "m3 did not come up"
mesh 1 2 3
grep -q "configuration $run/next.ini applied as generation 2 by root (uid 0): 2 changes" \
	"$log" || fail "the log does not say what was applied"
grep -q 'configuration: port m3: added' "$log" || fail "the log has no change"
says 0 status
line "^running +$run/next.ini, applied [0-9]+s ago by root .uid 0.\$"
line "DIFFERS from $ini .2 changes.: ixctl config diff\$"
says 1 config diff
line '^port m3: removed$'
json 0 '.generation == 3 and (.changes | length) == 2 and
	.restart_pending == []' config apply
mesh 1 2
IXCTL_SOCKET=$sock "$build/apps/ixctl" status > "$run/out" ||
	fail "IXCTL_SOCKET does not count"

# ixctl reads the file: from standard input, from a pipe of the shell, with those that
# it includes, and where the daemon sees nothing.
says 1 config diff - < "$run/next.ini"
line '^<stdin>: valid, 2 changes$'
says 0 config apply /dev/stdin < "$run/next.ini"
says 1 config diff <(cat "$ini")
line '^port m3: removed$'
says 0 config apply
mkdir "$run/parts"
printf '[port m3]\ndevice = net_af_packet3,iface=p3\nlan = peering\n' \
	> "$run/parts/m3.part"
sed '/^.fabric.$/a include = parts/*.part' "$ini" > "$run/whole.ini"
unshare --mount bash -c "mkdir /mnt/x 2> /dev/null; mount -t tmpfs tmpfs /mnt &&
	cp -r '$run/whole.ini' '$run/parts' /mnt && cd /mnt &&
	'$build/apps/ixctl' -s '$sock' config apply whole.ini" > "$run/out" ||
	fail "a file where the daemon sees none: $(cat "$run/out")"
line '^/mnt/whole.ini: valid, 1 change$'
echo 'lna = x' >> "$run/parts/m3.part"
says 4 config apply "$run/whole.ini"
complains "^$run/parts/m3.part:4: error: .port m3.: unknown key 'lna'"
rm -r "$run/parts"
mkfifo "$run/pipe"
says 4 config apply "$run/pipe"
complains 'is a pipe, not a regular file'
says 4 config check /dev/null
line 'is a device, not a regular file'
printf '[port m1]\nlan = \xe4\n' > "$run/latin.ini"
says 4 config apply "$run/latin.ini"
complains 'latin.ini:2: error: .*not UTF-8'
says 0 config apply

# Most ports go only by force, by SIGHUP never; and a file without a port not at all.
{
	exchange open 1
	printf '\n[port m3]\ndevice = net_af_packet3,iface=p3\nlan = peering\n'
} > "$run/one.ini"
generation=$(ctl -j status | jq .generation)
says 1 config diff "$run/one.ini"
line '^config apply needs --force: 4 of 5 running ports would be removed or disabled: m2, r1, r3, r3t$'
says 4 config apply "$run/one.ini"
complains "if that is meant: ixctl config apply $run/one.ini --force\$"
: > "$run/empty.ini"
says 4 config check "$run/empty.ini"
line 'has no port: an exchange needs'
cp "$ini" "$run/good.ini"
rejected() {
	cp "$1" "$ini"
	kill -HUP "$daemon"
	wait_for 5 grep -q "of SIGHUP rejected.*$2" "$log" ||
		fail "the log does not say that $1 was rejected"
	says 1 status
	line '^problem +the last apply was rejected: '
}
rejected "$run/one.ini" '--force'
rejected "$run/empty.ini" 'has no port'
[ "$(ctl -j status | jq .generation)" = "$generation" ] || fail "a port is gone"
rm "$ini"
mkfifo "$ini"
kill -HUP "$daemon"
wait_for 5 grep -q 'rejected.*is a pipe' "$log" || fail "nothing about a pipe"
says 1 status
rm "$ini"
cp "$run/good.ini" "$ini"
mesh 1 2
says 0 config apply "$run/one.ini" --force
line '^port m2 was interrupted: it is removed$'
says 0 config apply "$ini"
wait_for 10 links_up 1 2 || fail "the links did not come up again"
mesh 1 2

sed 's/^workers = .*/workers = 0,0/' "$ini" > "$run/next.ini"
json 5 '.restart_pending == ["fabric: workers"]' config apply "$run/next.ini"
says 1 status
line '^restart +fabric: workers$'
json 0 '.restart_pending == []' config apply
says 0 status

sed 's/^profile = open/profile = opne/' "$ini" > "$run/bad.ini"
says 4 config check "$run/bad.ini"
line "bad.ini:7: error: .*did you mean 'open'"
json 4 '.errors == 1 and (.valid | not)' config check "$run/bad.ini"
says 4 config diff "$run/bad.ini"
complains 'bad.ini:7: error:'
says 4 config apply "$run/bad.ini"
complains 'nothing was changed'
[ ! -s "$run/out" ] || fail "an answer beside an error"
says 4 -j config apply "$run/bad.ini"
jq -e '.error.code == "config" and (.error.details | length) == 1' "$run/err" \
	> "$run/jq" || fail "no JSON error: $(cat "$run/err")"
says 1 status
line '^problem +the last apply was rejected: '
says 0 config apply
says 0 status
says 4 config check "$run/absent.ini"

# SIGHUP with a faulty file changes nothing, and the log has the reason.
cp "$ini" "$run/good.ini"
cp "$run/bad.ini" "$ini"
generation=$(ctl -j status | jq .generation)
kill -HUP "$daemon"
wait_for 5 grep -q 'ixfabric.ini:7: error:' "$log" || fail "the log says nothing"
[ "$(ctl -j status | jq .generation)" = "$generation" ] ||
	fail "a faulty file made a generation"
cp "$run/good.ini" "$ini"
says 0 config apply
mesh 1 2

# Words and options.
says 0 --help
line '^usage: ixctl'
line 'ixctl help down +Why is this member down'
says 0 fdb --help
line 'fdb flush'
says 0 port show --help
line 'port show'
[ "$(grep -c '^  [a-z]' "$run/out")" = 1 ] || fail "help on more than port show"
says 0 help down
line 'ixctl port drops'
says 2 help prot
complains "did you mean 'port'"
says 2 show port
complains "did you mean 'port show'"
says 0 --version
json 0 'map(.command) | index("fdb flush") != null' --commands
says 2
says 2 prot show
complains "did you mean 'port'"
says 2 port dwon m1
complains "did you mean 'down'"
says 2 status extra
complains "unexpected 'extra'"
says 2 port show m1 m2
says 2 -t
says 2 -t never status
says 2 -x status
says 0 status --json
[ "$("$build/apps/ixctl" --complete por)" = port ] || fail "no completion"
ctl -s "$sock" port > "$run/out" || fail "an option given twice is refused"
rc=0
"$build/apps/ixctl" -s "$run/nobody" status > "$run/out" 2> "$run/err" || rc=$?
[ $rc = 3 ] || fail "exit code $rc, not 3, without a daemon"
"$build/apps/ixctl" --complete -s "$sock" port show m > "$run/out"
[ "$(tr '\n' ' ' < "$run/out")" = 'm1 m2 ' ] || fail "no names to complete"

# A daemon that does not answer.
kill -STOP "$daemon"
rc=0
ctl -t 1 status > "$run/out" 2> "$run/err" || rc=$?
kill -CONT "$daemon"
[ $rc = 3 ] || fail "exit code $rc, not 3, for a daemon that hangs"
complains 'within 1 s'
