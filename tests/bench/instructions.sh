#!/bin/bash
# SPDX-License-Identifier: BSD-3-Clause
#
#   instructions.sh IXBENCH
#
# What a worker executes for a frame, in instructions, is no more than it was when
# the ceilings were set, plus 2 %.  Callgrind counts them within the pass of a
# worker and the flush after a round; the count does not depend on the machine or
# its load.  It knows no AVX-512, so the bodies for SSE are counted.
#
# A change that costs more raises a ceiling in the same commit, and says what for.
set -u -o pipefail

ixbench=$1
passes=80
frames=$((passes * 64 * 2)) # two repeats: the first fills the caches
rc=0

# Ceiling, and the options of ixbench pipeline.
ceilings() {
	cat << 'EOT'
219 --profile open
234 --profile ixp-basic
234 --profile ixp-strict
234 --profile ixp-strict --sponge
309 --profile ixp-strict --rules 64
238 --profile open --macs 1000000
252 --profile ixp-strict --macs 1000000
EOT
}

# Prints the instructions a frame.
count() {
	local n

	n=$(valgrind --tool=callgrind --callgrind-out-file=/dev/null \
		--toggle-collect=worker_pass --toggle-collect=worker_flush \
		"$ixbench" pipeline --isa sse --repeats 1 --passes $passes \
		"$@" 2>&1 | sed -n 's/.*Collected : \([0-9]*\)$/\1/p')
	[ -n "$n" ] && echo $(((n + frames / 2) / frames))
}

if ! command -v valgrind > /dev/null; then
	echo "skipped: valgrind is missing"
	exit 77
fi
while read -r most options; do
	# shellcheck disable=SC2086
	n=$(count $options < /dev/null) || n=none
	echo "$n (at most $most) $options"
	[ "$n" != none ] && [ "$n" -le "$most" ] || rc=1
done < <(ceilings)
exit $rc
