#!/bin/bash
# SPDX-License-Identifier: BSD-3-Clause
#
# ixbench rfc2544, rfc2889 and fairness: results are plausible and described, not fast;
# what cannot be measured, or is not fair, ends with an error that says why.
. "$(dirname "$0")/_env.sh"
. "$(dirname "$0")/_says.sh"
ixbench=$build/apps/ixbench
export TMPDIR=$run/tmp
mkdir "$TMPDIR"

# bench OPTION...: its JSON in $run/json, its errors in $run/errors.
bench() {
	"$ixbench" "$@" --json > "$run/json" 2> "$run/errors"
}

# measures OPTION...: it ends well, within a few tries, since a machine that others use
# loses frames by itself.
measures() {
	for _ in 1 2 3 4 5; do
		bench "$@" && return
	done
	cat "$run/errors"
	fail "ixbench $*"
}

# holds WHAT FILTER: the JSON is as it should be.
holds() {
	jq -e "$2" "$run/json" > /dev/null || {
		jq -c 'del(.runs[].config, .config)' "$run/json"
		fail "not so: $1"
	}
}

repeatable='all(.version, .date, .cpu, .kernel, .isa, .compiler, .load; . != "") and
	(.command | length > 1)'

# RFC 2544: slow links, of which a busy machine loses little.
slow=(--seconds 0.02 --resolution 50 --link 10 --depth 65536)
measures rfc2544 "${slow[@]}" --tries 3 --frame 64,1518
holds "it can be repeated" "$repeatable"
holds "departures are listed" '.departures | length > 3 and all(.[]; test("^[0-9]"))'
holds "a run for each size" '[.runs[].frame] == [64, 1518]'
# shellcheck disable=SC2016
holds "throughput is what a trial has shown" 'all(.runs[];
	.throughput_fps as $rate | $rate > 0 and $rate <= .most_fps and
	any(.trials[]; .tried == $rate and .lost == 0 and .offered > 0) and
	all(.trials[]; .tried <= $rate or .lost > 0))'
holds "the link limits it" 'all(.runs[]; .most_fps <= 2.001e7 / 8 / (.frame + 20))'
holds "percentiles are in order" 'all(.runs[].latency;
	.p50_us > 0 and .p50_us <= .p90_us and .p90_us <= .p99_us and
	.p99_us <= .p99_9_us and .p99_9_us <= .max_us and
	.average_us <= .max_us and .load_percent == 50)'
holds "a frame of 1518 octets takes its time on the link" \
	'.runs[1].latency.p50_us >= 1538 * 8 / 10 * 0.96'
holds "loss is measured from all of the load down" 'all(.runs[].loss;
	.[0].percent > 99.9 and length >= 2 and
	all(.[]; .loss_percent >= 0 and .loss_percent <= 100))'
holds "bursts are no longer than a trial" 'all(.runs[];
	.back_to_back_frames >= 0 and .back_to_back_frames <= .back_to_back_most)'
holds "the configuration is there" 'all(.runs[]; .config | contains("[lan bench]"))'
# A configuration in which an address is missing: no rate is without loss.
"$ixbench" rfc2544 --print-config --macs 12 > "$run/whole.ini"
last=$(grep -n '^mac = ' "$run/whole.ini" | tail -n 1 | cut -d : -f 1)
sed "${last}d" "$run/whole.ini" > "$run/missing.ini"
for _ in 1 2 3 4 5; do
	code=0
	bench rfc2544 "${slow[@]}" --tries 1 --macs 12 \
		--config "$run/missing.ini" --frame 64 || code=$?
	grep -q "too busy" "$run/errors" || break
done
[ "$code" = 1 ] || fail "an address is missing, and the exit code is $code"
grep -q 'no rate without loss.*"mac_lock":.*"unknown_unicast":' "$run/errors" ||
	fail "no error that says why: $(cat "$run/errors")"

says "throughput latency loss back-to-back" 2 "$ixbench" rfc2544 --tests speed
says "back-to-back needs --link" 2 "$ixbench" rfc2544 --tests back-to-back
says "3 ports are no pairs" 2 "$ixbench" rfc2544 --ports 3
says "'0' is not a number from 1 to 50" 2 "$ixbench" rfc2544 --resolution 0
says "may use" 2 "$ixbench" rfc2544 --workers 64
says "svg needs" 2 "$ixbench" rfc2544 --tests throughput --svg "$run/x.svg"
says "bad.ini: error: cannot be read" 4 "$ixbench" rfc2544 --config "$run/bad.ini" --frame 64

# RFC 2889.
short=(--seconds 0.05 --resolution 50 --tries 2)
measures rfc2889 "${short[@]}" --tests caching,learning,delay,errors --mac-table 128 \
	--addresses 100 --rate 10000
holds "it can be repeated" "$repeatable"
holds "each test, with its section" '[.runs[].test] ==
	["caching", "learning", "delay", "errors"] and
	all(.runs[]; .section | startswith("5."))'
holds "as many addresses are cached as are configured" '.runs[0].caching |
	map(.learning_ports) == [1, 2] and
	all(.[]; .addresses <= .configured and .addresses > .configured * 0.7)'
# shellcheck disable=SC2016
holds "a learning rate is what a trial has shown" '.runs[1] |
	.learning_rate as $rate | $rate > 0 and any(.trials[];
		.rate == $rate and .flooded == 0 and .received == .addresses)'
holds "addresses are known after a while" '.runs[2] | .addresses >= 50 and
	.flooded_addresses > 0 and .p50_us <= .p99_us and .p99_us <= .max_us'
holds "under open, frames of these sizes pass" 'all(.runs[3].sizes[];
	.received == .sent and .drops == {})'

# Twins of these: a limit, a policy, and a table that is too small.
measures rfc2889 "${short[@]}" --tests caching,errors --mac-table 128 --mac-limit 20 \
	--profile ixp-strict
holds "a port caches no more than its limit" '.runs[0].caching |
	.[0].addresses <= 20 and .[1].addresses <= 40'
holds "oversized frames are dropped, and no others" '.runs[1].sizes |
	all(.[]; .received == (if .octets > 1518 then 0 else .sent end) and
		.drops == (if .octets > 1518 then {oversize: .sent} else {} end))'
measures rfc2889 "${short[@]}" --tests bystanders --rate 1000 --ports 3 --macs 9
holds "learning costs others no frame" '.runs[0] | .lost == 0 and .new > 0 and
	.learned <= .new and .cycles_p1_with > 0'
says "only with --profile open" 2 "$ixbench" rfc2889 --profile ixp-basic \
	--tests broadcast
says "mesh congestion caching" 2 "$ixbench" rfc2889 --tests mesh,
says "svg needs" 2 "$ixbench" rfc2889 --tests mesh --svg "$run/x.svg"

# Fairness: all frames are accounted for, and shares add up.
fair=(--seconds 0.1 --link 200 --senders 4)
measures fairness "${fair[@]}" --frame 64 --workers 1 --most 1000
holds "it can be repeated" "$repeatable"
holds "all arrangements" '.runs | length == 6 and
	([.[].rates] | unique) == ["equal", "unequal"]'
holds "shares add up" 'all(.runs[];
	([.senders_got[].share_percent] | add - 100 | fabs) < 0.01 and
	([.senders_got[].fair_percent] | add - 100 | fabs) < 0.01 and
	.received == ([.senders_got[].received] | add) and
	.sent == .received + .drops.tx_full)'
holds "half is taken, in the mean" 'all(.runs[] | select(.missed == 0);
	.received < .sent * 0.9)'
holds "no more than its share is fair for a slow sender" 'all(.runs[] |
	select(.rates == "unequal" and .missed == 0) | .senders_got[] |
	select(.slow); .fair_percent <= 25.01)'

# A port with a rate of its own gets less than its share, and that is reported.
"$ixbench" fairness --print-config --senders 4 > "$run/whole.ini"
sed '/^\[port p1\]/a rate_in = 100k' "$run/whole.ini" > "$run/skewed.ini"
code=0
bench fairness "${fair[@]}" --config "$run/skewed.ini" --frame 1000 --workers 1 \
	--most 60 || code=$?
[ "$code" = 1 ] || fail "one sender is policed, and the exit code is $code"
grep -q 'a sender is [0-9.]* % off its share (--most 60)' "$run/errors" ||
	fail "no error about shares: $(cat "$run/errors")"
holds "it is that sender" 'any(.runs[]; .drops.police_port > 0 and
	any(.senders_got[]; .port == 1 and .deviation_percent < -60))'
says "5 net_null devices: 8 senders need 9" 1 "$ixbench" fairness \
	--config "$run/whole.ini"
says "'100' is not a number from 1 to 99" 2 "$ixbench" fairness --takes 100
says "unexpected 'x'" 2 "$ixbench" fairness x

for command in rfc2544 rfc2889 fairness; do
	"$ixbench" $command --help | grep "^usage: ixbench $command" > /dev/null ||
		fail "$command --help"
done

# The diagrams, and their numbers.
mkdir "$run/empty"
says "apt-get install gnuplot" 1 env PATH="$run/empty" "$ixbench" rfc2544 \
	--frame 64 --svg "$run/x.svg"
if command -v gnuplot > /dev/null; then
	measures rfc2544 "${slow[@]}" --tries 3 --frame 64 --tests latency,loss --svg "$run/x.svg"
	grep -q '</svg>' "$run/x.svg" || fail "no SVG"
	grep -q '^# 64 octets, 1 workers: load' "$run/x.svg.dat" ||
		fail "no numbers of loss"
	grep -q '^# 64 octets, 1 workers: percentile' "$run/x.svg.dat" ||
		fail "no numbers of latency"
	measures rfc2889 "${short[@]}" --tests delay --svg "$run/y.svg"
	grep -q '</svg>' "$run/y.svg" || fail "no SVG of delays"
fi
[ -z "$(ls -A "$TMPDIR")" ] || fail "files are left in $TMPDIR"
