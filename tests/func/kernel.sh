#!/bin/bash
# SPDX-License-Identifier: BSD-3-Clause
#
# A host reads no more in a frame than the fabric does: tests/kernel/kernel.c,
# under both profiles and each way of ARP.
#
#   kernel.sh [SEED [PACKETS]]
#
# In CI a few seconds from another seed each time, which is printed; by hand
# longer: kernel.sh 1 5000000.
. "$(dirname "$0")/_env.sh"
need sh

program=$build/tests/kernel/kernel
[ -x "$program" ] || skip "kernel is not built"
[ -c /dev/net/tun ] || skip "no /dev/net/tun"

seed=${1:-$(date +%s)}
packets=${2:-40000}
rc=0
for settings in 'strict flood' 'strict unicast' 'strict proxy' 'loose flood' \
	'bare flood' 'mld flood' 'basic flood'; do
	# shellcheck disable=SC2086 # two words
	"$program" "$seed" "$packets" $settings > "$run/kernel" 2>&1
	case $? in
	0) head -n 2 "$run/kernel" ;;
	77) skip "$(tail -n 1 "$run/kernel")" ;;
	*) rc=1 && cat "$run/kernel" ;;
	esac
done
[ $rc = 0 ] || fail "kernel.sh $seed $packets finds it again"
