#!/bin/bash
# SPDX-License-Identifier: BSD-3-Clause
#
# LAGs by LACP, against a speaker of the tests: how links come, go and fail, and what a
# hostile one can do to the LAG of another member: see lag.py.
. "$(dirname "$0")/_env.sh"
need python3 tc
[ -e /dev/net/tun ] || skip "no /dev/net/tun"

python3 "$func/lag.py" prepare "$run" || fail "no cables"
ini=$run/first.ini
fabric_start || fail "no fabric"
hurry || fail "the workers do not go before others"
# What the members send must not be late either.
chrt -f 1 python3 "$func/lag.py" run "$run" "$build/apps/ixctl" "$(load)" ||
	fail "LAGs"
accounted
