#!/bin/bash
# SPDX-License-Identifier: BSD-3-Clause
#
# The commands about the sponge on a running fabric, right ones and wrong, and
# their effect on hosts.
#
#   h1 sends requests    h2 answers    h3 records frames
. "$(dirname "$0")/_ctl.sh"

sponge_mac=02:53:00:00:00:01

# keys LINE...: the exchange, its LAN with a sponge and these lines.
keys() {
	local line more=

	for line in 'sponge = on' "sponge_mac = $sponge_mac" \
		'sponge_ipv4 = 192.0.2.250' 'sponge_learning = 0s' \
		'sponge_sweep = 0s' "$@"; do
		more+="$line\\n"
	done
	exchange open 1 2 3 | sed "/^ipv6/a ${more%\\n}"
	printf '\n[lan spare]\nprofile = open\n'
}

# believes HOST ADDRESS MAC: the neighbour table of the host has this entry.
believes() {
	ip -n "h$1" neigh show "$2" | grep "lladdr $3" > /dev/null
}

# asks HOST ADDRESS: the host sends a request for it.
asks() {
	ip -n "h$1" neigh del "$2" dev eth0 2> /dev/null
	in_host "$1" ping -q -c 1 -W 1 "$2" > /dev/null
}

state_is() {
	[ "$(ctl -j sponge show "$1" | jq -r '.[0].state')" = "$2" ]
}

# logged TEXT: the log of the sponge has it.
logged() {
	ctl -j sponge log 1000 | jq -e --arg text "$1" \
		'any(.[]; .text | startswith($text))'
}

host 1
host 2
host 3
keys | config
fabric_start || fail "no fabric"
wait_for 10 links_up 1 2 3 || fail "the links did not come up"
mesh 1 2 3

# The first state.
says 0 sponge
line "^lan peering: sponge $sponge_mac, probes from 192.0.2.250 fe80::53:ff:fe00:1; 25[0-9] alive, 0 pending, 0 dead, 0 static, [0-9]+ unknown$"
line '^LAN +IP +STATE +QUEUE +RATE +MAC +PORT +CHANGED +ASKED$'
[ "$(wc -l < "$run/out")" = 2 ] || fail "something is sponged from the start"
json 0 'length == 1 and .[0].scope == "lan" and .[0].own[0] == "192.0.2.250"' \
	sponge show
json 0 'map(select(.scope == "address")) | length > 252' sponge show all
json 0 'length == 1 and .[0].mac == "02:00:00:00:00:02" and .[0].port == "m2" and
	.[0].state == "alive" and .[0].probes == null' sponge show 192.0.2.2
says 0 sponge stats
for name in $(sed -nE 's/^COUNTER\(([a-z_]+),.*/\1/p' \
	"$func/../../fabric/neigh/neigh_counter_list.h") \
	sponge_stray_bytes rate; do
	line "^$name +[0-9]+\$"
done
line "^lan peering: sponge $sponge_mac\$"
line '^STATE +ADDRESSES +TRANSITIONS$'
line '^static +[0-9]+ +[0-9]+$'
line '^dummy +off$'
line '^192\.0\.2\.0/24 +192\.0\.2\.250 +[0-9]+ '
line '^all of IPv6 '
json 0 'length == 1 and .[0].parameters.queuedepth == 1000 and
	.[0].parameters.flood_protection == 3 and .[0].sponge_replies == 0 and
	(.[0].parts | map(.prefix)) == ["192.0.2.0/24", "::/0"]' sponge stats

# Requests for a dead address are answered, and frames sent to it are stray.
says 0 sponge set dead 192.0.2.9
line '^192\.0\.2\.9: alive -> dead$'
asks 1 192.0.2.9
believes 1 192.0.2.9 "$sponge_mac" || fail "$(ip -n h1 neigh)"
json 0 '.[0].sponge_replies >= 1 and .[0].sponge_stray_frames >= 1 and
	.[0].sponge_stray_bytes >= 98 and .[0].addresses.dead == 1' sponge stats
says 0 sponge show dead
line '^peering +192\.0\.2\.9 +dead +[0-9]+ +[0-9.-]+ +- +- +[0-9]+s +[0-9]+s$'
says 0 sponge log
line 's  sponging: ip=192\.0\.2\.9 rate='
says 0 sponge clear 192.0.2.9
line '^192\.0\.2\.9: dead -> none$'
ip -n h1 neigh flush dev eth0
asks 1 192.0.2.9
believes 1 192.0.2.9 "$sponge_mac" && fail "answered after clear"
wait_for 5 state_is 192.0.2.9 pending || fail "the next question does nothing"
says 0 sponge set alive 192.0.2.9 02:00:00:00:00:99
line '^192\.0\.2\.9: pending: [0-9] -> alive$'
says 0 sponge clear-arp 192.0.2.9
line '^192\.0\.2\.9: 02:00:00:00:00:99 -> -$'

# Only an address that does not answer becomes static, except with force.
says 0 sponge set static 192.0.2.2
line '^192\.0\.2\.2: alive; three probes are sent'
says 0 sponge set static 192.0.2.77
wait_for 10 state_is 192.0.2.77 static || fail "a silent address is not static"
logged 'static sponging: ip=192.0.2.77' > /dev/null || fail "not in the log"
logged 'not sponged: ip=192.0.2.2 has answered' > /dev/null ||
	fail "no word on the one that answers"
state_is 192.0.2.2 alive || fail "one that answers is static"
json 0 '.waits == false and .new == "static"' sponge set static 192.0.2.2 force
# h1 would believe an update from h2.
ip -n h2 neigh del 192.0.2.1 dev eth0
asks 1 192.0.2.2
believes 1 192.0.2.2 "$sponge_mac" || fail "$(ip -n h1 neigh)"

# A host that still has the address of the sponge gets an update.
says 1 sponge inform 192.0.2.1 about 192.0.2.2
complains 'is not alive'
says 0 sponge clear 192.0.2.2
says 0 sponge probe 192.0.2.1-192.0.2.3 rate 50
line '^3 addresses of LAN peering are probed, 50 a second: 1 s$'
wait_for 5 state_is 192.0.2.2 alive || fail "a probe was not answered"
says 0 sponge inform 192.0.2.1 about 192.0.2.2
line '^sent to 192\.0\.2\.1: 192\.0\.2\.2 is at 02:00:00:00:00:02, 3 frames$'
wait_for 5 believes 1 192.0.2.2 02:00:00:00:00:02 || fail "$(ip -n h1 neigh)"
pings4 1 2 > /dev/null || fail "h1 does not reach h2"

# IPv6: no first and last address, and a place for each address in a command.
says 0 sponge set dead 2001:db8::9
line '^2001:db8::9: none -> dead$'
asks 1 2001:db8::9
believes 1 2001:db8::9 "$sponge_mac" || fail "$(ip -n h1 -6 neigh)"
json 0 'map(select(.ip == "2001:db8::9")) | length == 1' sponge show
json 0 '.cleared > 250' sponge clear all

# The most requests.
says 0 arp top
line '^LAN +LIST +IP +PORT +REQUESTS +AT-LEAST$'
line '^peering +askers +192\.0\.2\.1 +m1 +[0-9]+ +[0-9]+$'
line '^peering +targets +192\.0\.2\.9 +- +[0-9]+ +[0-9]+$'
json 0 'all(.lan == "peering") and (map(.list) | unique) == ["askers", "targets"]' \
	arp top lan peering
says 1 arp top lan spare
complains 'LAN spare does not count requests'

# Parameters, set until the next apply.
says 0 sponge set rate 7
line '^lan peering: rate: 50 -> 7, until an apply that changes the LAN; the configuration has 50$'
json 0 '.old == "7" and .new == "8" and .by_hand' sponge set rate 8
says 0 sponge set learning 9s lan peering
says 0 sponge show
line 'learning$'
says 0 status
line '^override +lan peering: sponge_rate 8, for [0-9]+s, by root '
line '^override +lan peering: sponge_learning 9s, for [0-9]+s, by root '
json 0 '.healthy and (.overrides | length) == 2 and .overrides[0].lan == "peering"
	and .lans[1].sponge == null and .lans[0].sponge.static == 0' status
json 0 '.by_hand == false' sponge set rate auto
says 0 sponge set static 192.0.2.88 force
says 0 config apply
json 0 '(.overrides | length) == 1 and .overrides[0].lan == "peering"' status
says 0 sponge set learning 0s lan peering
json 0 '.overrides == []' status
json 0 '.[0].parameters.learning == 0 and .[0].parameters.rate == 50' sponge stats
state_is 192.0.2.88 static || fail "an apply ends a state"

# Errors: exit code 2 for usage, 1 for an unknown name.
for words in 'show 192.0.2.300' 'show living' 'set' 'set dead' 'set undead 192.0.2.9' \
	'set dead 192.0.2.9 3' 'set dead 192.0.2.9 force' 'set pending 192.0.2.9 99' \
	'set alive 192.0.2.9 nomac' 'set rate' 'set rate 0' 'set dummy maybe' \
	'set rate 7 8' 'clear' 'clear everything' 'clear-arp' 'log many' 'log 0' \
	'probe' 'probe 192.0.2.1-' 'probe 192.0.2.9-192.0.2.1' \
	'probe 192.0.2.1 rate 0' 'inform 192.0.2.1' 'inform 192.0.2.1 about' \
	'inform 192.0.2.1 about 192.0.2.1' 'stats now' 'forget 192.0.2.9'; do
	# shellcheck disable=SC2086 # words
	says 2 sponge $words
done
complains "unexpected '192.0.2.9'; usage: ixctl sponge show"
for words in 'show lan nosuch' 'show lan spare' 'show 198.51.100.1' \
	'set dead 192.0.2.255' 'set dead 192.0.2.250' 'set static 198.51.100.1' \
	'set rate 7 lan spare' 'clear 2001:db8::abc' 'probe 198.51.100.0/24' \
	'inform 192.0.2.99 about 192.0.2.1' 'log lan nosuch'; do
	# shellcheck disable=SC2086 # words
	says 1 sponge $words
	[ ! -s "$run/out" ] || fail "an answer beside an error: $words"
done
says 1 -j sponge show lan spare
jq -e '.error.code == "no_sponge" and
	(.error.message | contains("sponge = on"))' "$run/err" > "$run/jq" ||
	fail "no JSON error: $(cat "$run/err")"
state_is 192.0.2.88 static || fail "something was done by what is wrong"

# A sponge that is passive, and a second one.
keys 'sponge_passive = on' | sed '/^\[lan spare\]/,$ {
	/^profile/a ipv4 = 198.51.100.0/24\nsponge = on\nsponge_mac = 02:53:00:00:00:02
}' > "$run/two.ini"
says 0 config apply "$run/two.ini"
says 1 sponge set static 192.0.2.9 lan peering
complains 'is passive there'
says 2 sponge set rate 7
complains "add 'lan NAME', one of peering, spare"
says 0 sponge set rate 7 lan spare
json 0 'map(.lan) == ["peering", "spare"]' sponge stats
says 0 sponge show
line '^lan spare: sponge 02:53:00:00:00:02, probes from fe80|^lan spare: sponge 02:53:00:00:00:02; '

# Words to complete.
[ "$("$build/apps/ixctl" --complete sponge set st)" = "$(printf 'static\nstatic_mode')" ] ||
	fail "no completion"
"$build/apps/ixctl" --complete -s "$sock" sponge stats lan '' > "$run/out"
[ "$(tr '\n' ' ' < "$run/out")" = 'peering spare ' ] || fail "no LANs to complete"
accounted
