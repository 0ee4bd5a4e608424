# SPDX-License-Identifier: BSD-3-Clause
# shellcheck shell=bash
#
# Sourced first by tests in which a member misbehaves.  h1 and h2 are the
# victims, which exchange numbered frames meanwhile and lose none; h3 is the
# culprit.  No host speaks IPv6 of its own accord, so that every frame is one
# that the test knows of.
. "$(dirname "${BASH_SOURCE[0]}")/_env.sh"

need chrt
workers=$(($(nproc) > 1 ? 1 : 0))
rate=5000

# storm_fabric N...: a running daemon between the hosts N, by the configuration
# on standard input.
storm_fabric() {
	local n

	for n; do
		host "$n"
		in_host "$n" sysctl -qw net.ipv6.conf.all.disable_ipv6=1
	done
	# Room for what comes while a busy machine lets no worker run.
	sed '/^workers/a descriptors = 8192' | config
	fabric_start || fail "no fabric"
	wait_for 10 links_up "$@" || fail "the links did not come up"
	# Two that go before all else would leave the hosts no core.
	[[ $workers = *,* ]] || hurry ||
		skip "no right to put the worker first"
}

# got N: frames that host N has received.
got() {
	ip -n "h$1" -s -j link show eth0 | jq '.[0].stats64.rx.packets'
}

# unsent N: frames of host N that its own kernel had no time for.
unsent() {
	ip -n "h$1" -s -j link show eth0 | jq '.[0].stats64.tx.dropped'
}

# missed PORT: frames that found its ring full.
missed() {
	counter "$1" device.rx_missed
}

# seen: what there is to know of the frames of h3.
seen() {
	echo $(($(unsent 3) + $(ctl -j port stats m3 |
		jq '.[0] | .rx_frames + .device.rx_missed')))
}

all_seen() {
	[ "$(seen)" -ge "$1" ]
}

# flood KIND SECONDS [TO-MAC]: h3 does, until the fabric is through with it;
# $sent frames in $ms.
flood() {
	local before line

	before=$(seen)
	line=$(in_host 3 "$build/tests/func/flood" "$1" eth0 "${@:2}") ||
		fail "no flood"
	[[ $line =~ ^sent=([0-9]+)\ in\ ([0-9]+)\ ms$ ]] || fail "flood: $line"
	sent=${BASH_REMATCH[1]}
	ms=${BASH_REMATCH[2]}
	wait_for 10 all_seen $((before + sent)) ||
		fail "of $sent frames the fabric knows $(($(seen) - before))"
	accounted > /dev/null
	echo "$1: $sent frames in $ms ms, $((sent / (ms + 1)))000 a second;" \
		"in all $(missed m3) missed, $(unsent 3) unsent"
}

# during COMMAND...: it succeeds, and the victims lose no frame meanwhile.
# A machine that others use as well may lose frames of its own accord, and then
# it does so without COMMAND, too: it is asked again, for less.  And it may let
# a flood pause: a fabric that does harm does so each time.
during() {
	local tries=4 numbers result

	while :; do
		rm -f "$run/senders"
		numbered 1 2 $rate 1200 > "$run/numbers" &
		numbers=$!
		wait_for 5 test -s "$run/senders" || fail "no senders"
		"$@"
		result=$?
		xargs kill < "$run/senders"
		wait $numbers
		cat "$run/numbers"
		if ! unharmed "$(cat "$run/numbers")"; then
			echo "missed $(missed m1) $(missed m2)," \
				"unsent $(unsent 1) $(unsent 2)"
			slow_down && continue
		elif [ $result = 0 ]; then
			return
		fi
		tries=$((tries - 1))
		[ $tries -gt 0 ] || fail "$*"
	done
}

# slow_down: the victims do so if the machine is too slow for them; fails if it
# is not.
slow_down() {
	! unharmed "$(numbered 1 2 $rate 1)" || return
	rate=$((rate * 3 / 4))
	[ $rate -gt 500 ] || fail "no rate without loss"
}

# addresses PORT...: those in the table, a line for each port.
addresses() {
	local port

	for port; do
		ctl -j fdb show port "$port" | jq -c 'map(.mac) | sort'
	done
}

# about WANT GOT: h4 has got what it should, within 2 %.
about() {
	echo "h4 received $2, the limits let through $1"
	[ $(($2 * 100)) -ge $(($1 * 98)) ] && [ $(($2 * 100)) -le $(($1 * 102)) ]
}

# blamed PORTS REASON...: each of these ports counts drops for all of these
# reasons, and the log names it; no other drop is counted or named.
blamed() {
	local ports=$1 port reason

	shift
	for port in $ports; do
		for reason; do
			echo "$port $reason"
		done
	done | sort > "$run/blamed"
	ctl -j port drops | jq -r '.[] | select(.frames > 0) |
		.port + " " + .reason' | sort | diff "$run/blamed" - ||
		fail "not these drops"
	wait_for 5 named || fail "the log does not name these:" \
		"$(named | diff "$run/blamed" -)"
	[ "$(grep '^ixfabricd: port m' "$log" | grep -vc ' set: ')" -le \
		$(($(wc -l < "$run/blamed") * (2 + SECONDS / 15))) ] ||
		fail "the log is flooded: $(cat "$log")"
}

# The ports and reasons that the log names; fails unless they are those.
named() {
	sed -n 's/^ixfabricd: port \(m[0-9]*\): \([a-z0-9_]*\):.*/\1 \2/p' \
		"$log" | sort -u | tee "$run/named"
	diff "$run/blamed" "$run/named" > /dev/null
}
